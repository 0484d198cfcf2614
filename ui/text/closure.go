package text

import (
	"slices"
	"strings"

	"carnet/vault"
	"carnet/vault/record"
)

// Closing a record or the vault for good.
var (
	PatientClose = Word{FR: "cloturer", EN: "close", Help: Message{"Clôture un carnet et l'efface de ce coffre", "Closes a record and erases it from this vault"},
		Long: Message{"Clôture le carnet d'une personne (--patient) : tout ce qu'il contient quitte le fichier, qui est récrit. Personne ne peut le récupérer. Il reste une preuve signée, sans nom ni contenu.\nSans les deux accords, la commande dit seulement ce qui se passerait. Avec : --confirm-erase --confirm-irreversible, et --export ARCHIVE, vérifiée, ou --no-export, qui refuse un export.\nLes copies déjà données, les sauvegardes et Mon espace santé ne changent pas.",
			"Closes a person's record (--patient): all it holds leaves the file, which is rewritten. Nobody can get it back. What remains is a signed proof, without a name or content.\nWithout the two consents the command only says what would happen. With them: --confirm-erase --confirm-irreversible, and --export ARCHIVE, verified, or --no-export, which refuses an export.\nCopies already given, backups and Mon espace santé do not change."}}
	VaultClose = Word{FR: "cloturer", EN: "close", Help: Message{"Clôture le coffre et l'efface de cet ordinateur", "Closes the vault and erases it from this computer"},
		Long: Message{"Clôture tout le coffre : ses clés sont détruites, puis le fichier est écrasé et supprimé. Personne ne peut le récupérer.\nSans les deux accords, la commande dit seulement ce qui se passerait. Avec : --confirm-erase --confirm-irreversible, et --export ARCHIVE, vérifiée, ou --no-export, qui refuse un export. --backup FICHIER efface aussi une sauvegarde, autant de fois qu'il le faut.\nUne clôture interrompue se termine par la même commande : le fichier dit alors qu'il est clôturé, et aucune phrase secrète n'est demandée.",
			"Closes the whole vault: its keys are destroyed, then the file is overwritten and removed. Nobody can get it back.\nWithout the two consents the command only says what would happen. With them: --confirm-erase --confirm-irreversible, and --export ARCHIVE, verified, or --no-export, which refuses an export. --backup FILE erases a backup too, as often as needed.\nA closure that was interrupted is finished by the same command: the file then says that it is closed, and no passphrase is asked for."}}
	PatientClosed          = Word{FR: "clotures", EN: "closed", Help: Message{"Liste les carnets clôturés, avec leur preuve", "Lists the records that were closed, with their proof"}}
	NoClosures             = Message{"Aucun carnet n'a été clôturé dans ce coffre.", "No record of this vault was closed."}
	OptConfirmErase        = Message{"premier accord : les données seront effacées de cet ordinateur", "first consent: the data will be erased from this computer"}
	OptConfirmIrreversible = Message{"second accord : personne ne pourra les récupérer", "second consent: nobody will be able to get them back"}
	OptNoExport            = Message{"refuse un export avant la clôture", "refuses an export before the closure"}
	OptClosureExport       = Message{"archive vérifiée de l'état présent (« carnet exporter ») ; une par carnet", "verified archive of the present state (\"carnet export\"); one for each record"}
	OptProof               = Message{"fichier .json où écrire la preuve ; le .pdf se met à côté", ".json file to write the proof to; the .pdf goes beside it"}
	OptCloseBackup         = Message{"sauvegarde à effacer aussi ; plusieurs possibles", "backup to erase as well; can be given several times"}
	ProofName              = Message{"Donnez un nom de fichier qui finit par .json. Rien n'a été effacé.", "Give a file name that ends in .json. Nothing was erased."}
	ProofWritten           = Message{"Preuve : %s, et en PDF à côté.", "Proof: %s, and as PDF beside it."}
	ProofNotWritten        = Message{"La preuve n'a pas pu être écrite. La voici :", "The proof could not be written. Here it is:"}
	RecordClosed           = Message{"Le carnet est clôturé et effacé de ce coffre.", "The record is closed and erased from this vault."}
	VaultClosed            = Message{"Le coffre est clôturé et effacé de cet ordinateur.", "The vault is closed and erased from this computer."}
	FinishClosure          = Message{"Terminer la clôture", "Finish the closure"}
	ClosureFinished        = Message{"La clôture est terminée : le fichier n'existe plus.", "The closure is finished: the file is gone."}
	BackupsGone            = Message{"Sauvegardes effacées : %d.", "Backups erased: %d."}
	BackupStuck            = Message{"Cette sauvegarde n'a pas pu être effacée : %s", "This backup could not be erased: %s"}
	TracesLeft             = Message{"Un carnet a été clôturé, et le fichier n'a pas encore été récrit : lancez « carnet coffre compacter ».", "A record was closed, and the file was not rewritten yet: run \"carnet vault compact\"."}

	CloseTitle        = Message{"Clôturer", "Close"}
	CloseVaultTitle   = Message{"Clôturer et effacer le coffre", "Close and erase the vault"}
	CloseRecordTitle  = Message{"Clôturer et effacer un carnet", "Close and erase a record"}
	CloseVaultVerb    = Message{"Clôturer le coffre...", "Close the vault..."}
	CloseRecordVerb   = Message{"Clôturer ce carnet...", "Close this record..."}
	CloseRecordOf     = Message{"Clôturer le carnet de %s...", "Close the record of %s..."}
	CloseStep         = Message{"Étape %d sur 3", "Step %d of 3"}
	CloseNow          = Message{"Clôturer et effacer", "Close and erase"}
	CloseSection      = Message{"Quitter Carnet", "Leaving Carnet"}
	CloseSectionText  = Message{"Ici, effacé veut dire effacé : il n'y a ni archive ni retour. Vous gardez une preuve signée.", "Here, erased means erased: there is no archive and no way back. You keep a signed proof."}
	ClosingVaultOf    = Message{"Cette action efface tout le coffre de la famille", "This erases the family's whole vault"}
	ClosingRecordOf   = Message{"Cette action efface tout le carnet de %s", "This erases the whole record of %s"}
	ClosingOthers     = Message{"Ces personnes n'y auront plus accès : %s.", "These people will no longer reach it: %s."}
	ClosingHidden     = Message{"Des éléments masqués par d'autres partent aussi : %d.", "Items that others hid go as well: %d."}
	ClosingCounts     = Message{"Carnets : %d. Documents : %d. Informations du profil médical : %d.", "Records: %d. Documents: %d. Entries of medical profiles: %d."}
	RemainsTitle      = Message{"Ce qui n'est pas effacé", "What is not erased"}
	RemainsGiven      = Message{"Les copies exportées, envoyées ou imprimées restent chez ceux qui les ont. Exports notés dans le journal : %d.", "Copies that were exported, sent or printed stay with those who have them. Exports noted in the journal: %d."}
	RemainsOthers     = Message{"L'autre parent ou un aidant garde sa propre copie du coffre, s'il en a une.", "The other parent or a carer keeps their own copy of the vault, if they have one."}
	RemainsNoBackup   = Message{"Aucune sauvegarde n'est notée dans ce coffre.", "No backup is noted in this vault."}
	RemainsBackup     = Message{"Sauvegarde du %s : %s", "Backup of %s: %s"}
	RemainsDisk       = Message{"Un disque SSD, une clé USB ou une copie du système peut garder d'anciens octets, chiffrés et sans clé.", "An SSD, a USB key or a system snapshot may keep old bytes, encrypted and without a key."}
	RemainsOfficial   = Message{"Mon espace santé ne change pas : il se clôture auprès du service lui-même, qui archive dix ans. Voir l'aide, Mes droits.", "Mon espace santé does not change: it is closed with the service itself, which archives for ten years. See the help, My rights."}
	ExportQuestion    = Message{"Garder un export ?", "Keep an export?"}
	ExportNow         = Message{"Exporter et vérifier", "Export and verify"}
	ExportVerified    = Message{"Export complet, vérifié", "Complete export, verified"}
	ExportDoneText    = Message{"Dossier %s : %d documents sur %d.", "Folder %s: %d documents of %d."}
	ExportClearText   = Message{"Il est en clair : gardez-le en lieu sûr.", "It is in clear: keep it in a safe place."}
	ExportSealedText  = Message{"Il est protégé : gardez aussi la phrase ou la clé qui l'ouvre, ailleurs que dans ce coffre.", "It is protected: keep the passphrase or the key that opens it as well, elsewhere than in this vault."}
	ExportRefuse      = Message{"Je ne veux pas d'export.", "I do not want an export."}
	ExportRefusedSaid = Message{"Export refusé", "Export refused"}
	ExportRefusedText = Message{"Aucune copie ne sera gardée par cette clôture.", "This closure will keep no copy."}
	ExportAdvice      = Message{"Carnet peut écrire maintenant tout ce qui va être effacé, puis le relire : documents, profil, journal. D'autres logiciels le lisent aussi.", "Carnet can now write everything that is about to be erased, then read it back: documents, profile, journal. Other programs read it too."}
	ConsentsTitle     = Message{"Vos deux accords", "Your two consents"}
	ConsentErase      = Message{"J'ai compris que mes données seront effacées de cet ordinateur.", "I understand that my data will be erased from this computer."}
	ConsentFinal      = Message{"J'ai compris que personne ne pourra les récupérer.", "I understand that nobody will be able to get them back."}
	ConsentMissing    = Message{"Cochez les deux cases pour continuer.", "Tick both boxes to go on."}
	BackupsToo        = Message{"Effacer aussi ces sauvegardes", "Erase these backups as well"}
	Closing           = Message{"Clôture en cours", "Closing"}
	StopClosing       = Message{"Arrêter l'effacement", "Stop erasing"}
	ClosingRecordKept = Message{"Si vous arrêtez, le carnet est soit entier, soit clôturé avec un fichier encore à récrire. Carnet vous le dit, et le termine plus tard.", "If you stop, the record is either whole, or closed with a file that is still to be rewritten. Carnet tells you, and finishes it later."}
	ClosingVaultKept  = Message{"Les clés partent d'abord. Si vous arrêtez ensuite, plus personne n'ouvre le coffre ; son fichier reste à effacer, et Carnet le termine plus tard.", "The keys go first. If you stop after that, nobody opens the vault any more; its file is still to be erased, and Carnet finishes it later."}
	VaultClosedAhead  = Message{"Le coffre est clôturé : plus rien ne l'ouvre. Son fichier n'est pas encore effacé. Terminez la clôture à la prochaine ouverture de Carnet.", "The vault is closed: nothing opens it any more. Its file is not erased yet. Finish the closure when Carnet is next opened."}
	RecordClosedAhead = Message{"Le carnet est clôturé : plus rien ne l'ouvre. Le fichier est encore à récrire. Terminez l'effacement à la prochaine ouverture du coffre.", "The record is closed: nothing opens it any more. The file is still to be rewritten. Finish erasing when the vault is next opened."}
	ClosingNotDone    = Message{"Une clôture n'a pas eu lieu", "A closure did not take place"}
	ClosingNotVault   = Message{"La clôture du coffre a été interrompue avant d'effacer quoi que ce soit.", "The closure of the vault was interrupted before anything was erased."}
	ClosingNotRecord  = Message{"La clôture du carnet de %s a été interrompue avant d'effacer quoi que ce soit.", "The closure of the record of %s was interrupted before anything was erased."}
	ClosingWhole      = Message{"Tout est intact et lisible.", "Everything is intact and can be read."}
	ClosingEither     = Message{"Reprenez la clôture depuis le début, ou annulez-la et gardez tout.", "Begin the closure again, or cancel it and keep everything."}
	ClosingAgain      = Message{"Reprendre la clôture", "Begin the closure again"}
	ClosingUndo       = Message{"Annuler la clôture, tout garder", "Cancel the closure, keep everything"}
	ClosingUndone     = Message{"La clôture est annulée. Rien n'est effacé.", "The closure is cancelled. Nothing is erased."}
	FinishKept        = Message{"Une clôture ne peut pas être annulée. Si vous arrêtez, l'effacement du fichier se termine plus tard.", "A closure cannot be undone. If you stop, the erasing of the file is finished later."}
	TracesTitle       = Message{"Un effacement est à terminer", "An erasure is to be finished"}
	TracesWhat        = Message{"Un carnet a été clôturé, et le fichier n'a pas encore été récrit.", "A record was closed, and the file was not rewritten yet."}
	TracesSafe        = Message{"Le carnet clôturé ne s'ouvre plus, et la clôture ne peut pas être annulée. Les autres carnets sont intacts.", "The closed record opens no more, and the closure cannot be undone. The other records are intact."}
	TracesDo          = Message{"Terminez maintenant, ou plus tard : Réglages, Sauvegarde, Compacter le coffre.", "Finish now, or later: Settings, Backup, Compact the vault."}
	TracesFinish      = Message{"Terminer l'effacement", "Finish erasing"}
	ProofTitle        = Message{"Votre preuve de clôture", "Your proof of closure"}
	ProofText         = Message{"Gardez cette preuve : le papier pour vous, le fichier .json pour la vérifier.", "Keep this proof: the paper for you, the .json file to verify it."}
	ProofSave         = Message{"Enregistrer la preuve", "Save the proof"}
	ProofPrint        = Message{"Imprimer la preuve", "Print the proof"}
	ProofSavedAt      = Message{"Enregistré : %s et %s, dans le dossier %s.", "Saved: %s and %s, in the folder %s."}
	ProofUnsaved      = Message{"Enregistrez ou imprimez d'abord la preuve : elle n'est nulle part ailleurs.", "Save or print the proof first: it is nowhere else."}
	ClosedRecords     = Message{"Carnets clôturés", "Closed records"}
	ClosedRecord      = Message{"Carnet %s clôturé le %s par %s", "Record %s closed on %s by %s"}
	ProofShow         = Message{"Voir la preuve", "See the proof"}
)

// ClosingWhat says what a closure erases: the title of the warning, and what it
// counts. vault is for the whole of it.
func (l Language) ClosingWhat(c vault.Consequences, vault bool) (title string, sentences []string) {
	title = l.Say(ClosingVaultOf)
	if !vault && len(c.Patients) > 0 {
		title = l.Say(ClosingRecordOf, c.Patients[0].Name)
	}
	sentences = []string{l.Say(ClosingCounts, len(c.Patients), c.Documents, c.Entries)}
	if c.Hidden > 0 {
		sentences = append(sentences, l.Say(ClosingHidden, c.Hidden))
	}
	if len(c.Others) > 0 {
		var names []string
		for _, k := range c.Others {
			names = append(names, k.Name)
		}
		slices.Sort(names)
		sentences = append(sentences, l.Say(ClosingOthers, strings.Join(names, ", ")))
	}
	return title, sentences
}

// ClosingKeeps says what a closure does not reach.
func (l Language) ClosingKeeps(c vault.Consequences) []string {
	out := []string{l.Say(RemainsGiven, c.Exported), l.Say(RemainsOthers)}
	for _, b := range c.Backups {
		out = append(out, l.Say(RemainsBackup, l.Date(b.At.Time().Local()), b.Path))
	}
	if len(c.Backups) == 0 {
		out = append(out, l.Say(RemainsNoBackup))
	}
	return append(out, l.Say(RemainsDisk), l.Say(RemainsOfficial))
}

// ClosedLine is the mention of a closed record in one line.
func (l Language) ClosedLine(c record.Closed) string {
	return l.Say(ClosedRecord, c.Patient.String()[:8], l.Date(c.At.Time().Local()), c.By.Name)
}
