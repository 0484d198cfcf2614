package text

import (
	"strings"

	"carnet/vault"
	"carnet/vault/record"
)

// One record in two households.
var (
	PatientCode = Word{FR: "code-foyer", EN: "home-code", Help: Message{"Écrit votre code de foyer, pour l'autre parent", "Writes the code of your household, for the other parent"},
		Long: Message{"Écrit dans un fichier (--to) ce que l'autre foyer doit avoir pour vous envoyer un carnet : votre nom, et les clés publiques de votre coffre et de votre kit.\nCe code n'ouvre rien et ne dit rien de la santé de personne : il peut partir par courriel. Comparez ensuite son empreinte de vive voix.",
			"Writes into a file (--to) what the other household needs to send you a record: your name, and the public keys of your vault and of your kit.\nThis code opens nothing and tells nothing of anybody's health: it can go by mail. Then compare its fingerprint aloud."}}
	PatientExport = Word{FR: "exporter", EN: "export", Help: Message{"Scelle un carnet pour l'autre foyer", "Seals a record for the other household"},
		Long: Message{"Écrit le carnet d'une personne (--patient) dans un fichier (--to) que seul l'autre foyer ouvre, par « carnet personne fusionner ».\nLa première fois, donnez son code de foyer (--for) : son auteur devient responsable du carnet, lit tout ce qui ne lui est pas masqué, et cela ne se reprend pas. Ensuite, le fichier est scellé pour lui sans code.\nCe qui est masqué voyage fermé et le reste.",
			"Writes a person's record (--patient) into a file (--to) that the other household alone opens, by \"carnet patient merge\".\nThe first time, give the code of their household (--for): its author becomes a guardian of the record, reads all that is not hidden from them, and that cannot be taken back. From then on the file is sealed to them without a code.\nWhat is hidden travels closed, and stays so."}}
	PatientMerge = Word{FR: "fusionner", EN: "merge", Usage: Message{"FICHIER", "FILE"}, Help: Message{"Réunit un carnet avec ce qu'en a l'autre foyer", "Merges what the other household has of a record"},
		Long: Message{"Réunit le carnet d'un fichier que l'autre foyer vous a scellé avec le vôtre, ou le commence ici. Avec --dry-run, rien n'est écrit.\nRéunir deux fois n'apporte rien de plus. Un champ changé des deux côtés garde la valeur la plus récente ; l'autre est montrée une fois, et reste dans l'historique. Un document que les deux ont ajouté reste deux fois, et c'est dit.\nRenvoyez ensuite un fichier de la même façon, pour que l'autre foyer ait ce que vous avez écrit.",
			"Merges the record of a file that the other household has sealed to you into yours, or begins it here. With --dry-run nothing is written.\nMerging twice brings nothing more. A field that was changed on both sides keeps the later value; the other one is shown once, and stays in the history. A document that both have added stays twice, and that is said.\nThen send a file back in the same way, so that the other household has what you wrote."}}
	OptHomeTo   = Message{"fichier à écrire", "file to write"}
	OptHomeFor  = Message{"code de foyer de l'autre parent, la première fois", "code of the other parent's household, the first time"}
	HomeWritten = Message{"Code de foyer écrit : %s", "Code of the household written: %s"}
	HomePrint   = Message{"Empreinte à comparer de vive voix : %s", "Fingerprint to compare aloud: %s"}
	HomeOf      = Message{"Code de foyer de %s.", "Code of the household of %s."}
	HomeSent    = Message{"Scellé pour %s : %s. Ce fichier ne s'ouvre que dans leur coffre.", "Sealed to %s: %s. This file opens in their vault alone."}
	HomeDone    = Message{"Le carnet est réuni. L'autre foyer aura ce que vous avez écrit quand vous lui renverrez un fichier.", "The record is merged. The other household will have what you wrote when you send a file back."}
	HomeWould   = Message{"Rien n'a été écrit : sans --dry-run, tout est réuni dans ce coffre.", "Nothing was written: without --dry-run all is merged into this vault."}

	homeNothing    = Message{"Ce fichier n'a rien de plus que votre carnet.", "This file has nothing that your record has not."}
	homeNew        = Message{"Le carnet de %s commence dans ce coffre. Vous en êtes responsable.", "The record of %s begins in this vault. You are its guardian."}
	homeThere      = Message{"De l'autre foyer, écrit pour la dernière fois le %s. Documents : %d, éléments du profil : %d, changements : %d.", "From the other household, last written to on %s. Documents: %d, profile entries: %d, changes: %d."}
	homeHere       = Message{"Seulement chez vous. Documents : %d, éléments du profil : %d, changements : %d.", "Only with you. Documents: %d, profile entries: %d, changes: %d."}
	homeDuplicate  = Message{"Le même document des deux côtés, les deux restent : « %s » et « %s ».", "The same document on both sides, both stay: \"%s\" and \"%s\"."}
	homeGone       = Message{"Effacé pour toujours ou masqué par l'autre foyer, ne sera plus montré ici : « %s ».", "Erased for good or hidden by the other household, will no longer be shown here: \"%s\"."}
	HomeNamesake   = Message{"Vous avez déjà un autre carnet au nom de %s. Les deux restent : pour verser l'ancien dans celui-ci, exportez-le, puis restaurez-le.", "You already have another record in the name of %s. Both stay: to pour the old one into this one, export it, then restore it."}
	HomeSection    = Message{"Un enfant, deux foyers", "A child, two households"}
	HomeText       = Message{"Chaque parent a son coffre et son carnet de l'enfant. Un fichier scellé apporte à l'un ce que l'autre a écrit, dans les deux sens, et chacun peut continuer seul.", "Each parent has a vault and a record of the child. A sealed file brings one what the other wrote, both ways, and each can go on alone."}
	HomeCodeVerb   = Message{"Donner mon code de foyer...", "Give the code of my household..."}
	HomeSendVerb   = Message{"Envoyer ce carnet à l'autre foyer...", "Send this record to the other household..."}
	HomeTakeVerb   = Message{"Recevoir un carnet de l'autre foyer...", "Receive a record from the other household..."}
	HomeCodeFile   = Message{"code-de-foyer.txt", "home-code.txt"}
	PickHomeCode   = Message{"Choisir le code de l'autre foyer", "Choose the code of the other household"}
	PickHomeFolder = Message{"Choisir où écrire le fichier", "Choose where to write the file"}
	PickHomeFile   = Message{"Choisir le fichier de l'autre foyer", "Choose the file of the other household"}
	HomeAsk        = Message{"Envoyer le carnet de %s à %s ?", "Send the record of %s to %s?"}
	HomeAskPrint   = Message{"Lisez-vous cette empreinte de vive voix : %s. Si elle n'est pas la même chez l'autre, arrêtez.", "Read this fingerprint to each other: %s. If the other one has another, stop."}
	HomeAskMeans   = Message{"%s devient responsable de ce carnet et lit tout ce qui ne lui est pas masqué. Ce qui est lu ou copié ne se reprend pas.", "%s becomes a guardian of this record and reads all that is not hidden from them. What is read or copied cannot be taken back."}
	HomeSendNow    = Message{"Sceller et envoyer", "Seal and send"}
	HomeSending    = Message{"Le carnet est scellé", "Sealing the record"}
	HomeReading    = Message{"Lecture du fichier de l'autre foyer", "Reading the file of the other household"}
	HomeResult     = Message{"Entre les deux foyers", "Between the two households"}
)

// Received tells what merging a file of the other household does.
func (l Language) Received(m vault.Merged) []string {
	if m.There.Changed == 0 {
		return []string{l.Say(homeNothing)}
	}
	var told []string
	for _, p := range m.There.Patients {
		told = append(told, l.Say(homeNew, p.Name))
	}
	there, here := m.There, m.Here
	told = append(told, l.Say(homeThere, l.moment(there.Changed), len(there.Documents), len(there.Entries), there.Changes))
	if len(there.Patients) == 0 {
		told = append(told, l.Say(homeHere, len(here.Documents), len(here.Entries), here.Changes))
	}
	for _, d := range m.Duplicates {
		told = append(told, l.Say(homeDuplicate, d.Here.Title, d.There.Title))
	}
	for _, d := range m.Gone {
		told = append(told, l.Say(homeGone, d.Title))
	}
	if n := len(m.Conflicts); n > 0 {
		told = append(told, l.Say(MergeConflicts, n))
	}
	return told
}

// Sent tells to whom a record was sealed, and where the file is.
func (l Language) Sent(p vault.Parcel) string {
	return l.Say(HomeSent, strings.Join(p.To, ", "), p.Path)
}

// Namesakes tells which records here are of the same person.
func (l Language) Namesakes(all []record.Patient) (told []string) {
	for _, p := range all {
		told = append(told, l.Say(HomeNamesake, p.Name))
	}
	return told
}
