package text

import (
	"fmt"
	"strings"

	"carnet/vault"
)

// The computers of one keyholder.
var (
	DeviceWord   = Word{FR: "appareil", EN: "device", Help: Message{"Vos ordinateurs : en ajouter un, les lister, en retirer un", "Your computers: add one, list them, remove one"}}
	DeviceInvite = Word{FR: "inviter", EN: "invite", Help: Message{"Montre un code pour ajouter un autre de vos ordinateurs", "Shows a code to add another of your computers"},
		Long: Message{"Montre un code, valable dix minutes et une seule fois, à taper sur l'autre ordinateur avec « carnet synchro appareil rejoindre ».\nLes deux écrans montrent ensuite six mots. Comparez-les : rien n'est confié au nouvel appareil avant que vous ayez dit oui sur les deux.\nIl lira les carnets dont un consentement vers ce serveur est en cours ; les autres restent ici.",
			"Shows a code, good for ten minutes and once, to be typed on the other computer with \"carnet sync device join\".\nBoth screens then show six words. Compare them: nothing is entrusted to the new device before you have said yes on both.\nIt will read the records of which a consent to this server is running; the others stay here."}}
	DeviceJoin = Word{FR: "rejoindre", EN: "join", Help: Message{"Fait de cet ordinateur un de vos appareils, dans un nouveau coffre", "Makes this computer one of your devices, in a new vault"},
		Long: Message{"Crée un coffre sur cet ordinateur et y fait venir les carnets que l'autre appareil lui ouvre. Demande le code montré par « carnet synchro appareil inviter », puis une phrase secrète pour ce nouveau coffre.\nLe kit de secours reste celui que vous avez déjà.",
			"Makes a vault on this computer and fetches the records that the other device opens to it. Asks for the code shown by \"carnet sync device invite\", then for a passphrase for this new vault.\nThe recovery kit stays the one that you have."}}
	DeviceList   = Word{FR: "lister", EN: "list", Help: Message{"Liste vos appareils, et quand chacun a écrit pour la dernière fois", "Lists your devices, and when each wrote last"}}
	DeviceRemove = Word{FR: "retirer", EN: "remove", Help: Message{"Retire un appareil : il ne lit plus rien de ce qui s'écrit ensuite", "Removes a device: it reads nothing that is written from then on"},
		Long: Message{"Retire un de vos appareils de tous les carnets, dont les clés changent. Il garde ce qu'il avait déjà reçu : cela ne peut pas être repris.\nLe serveur l'apprend tout de suite s'il répond, sinon à la prochaine synchronisation ; avec --offline, rien n'est envoyé.",
			"Removes one of your devices from all records, whose keys change. It keeps what it had received: that cannot be taken back.\nThe server learns of it at once when it answers, otherwise with the next synchronisation; with --offline nothing is sent."}, Usage: Message{"NOM|NUMÉRO", "NAME|ID"}}
	DeviceShare = Word{FR: "partager", EN: "share", Help: Message{"Ouvre un carnet de plus à un de vos appareils (--patient)", "Opens a further record to one of your devices (--patient)"}, Usage: Message{"NOM|NUMÉRO", "NAME|ID"}}
	DeviceFetch = Word{FR: "chercher", EN: "fetch", Help: Message{"Cherche les carnets auxquels cet appareil a été admis et qu'il n'a pas encore", "Fetches the records that this device was let into and does not have yet"}}
	SyncRecover = Word{FR: "recuperer", EN: "recover", Help: Message{"Fait tout revenir du serveur quand il ne reste que le kit de secours", "Brings everything back from the server when only the recovery kit is left"},
		Long: Message{"Quand il ne reste aucun fichier : crée un coffre et y fait revenir vos carnets depuis le serveur, avec le code du kit de secours. Montre d'abord à quoi vous consentez ; rien n'est enregistré sans --accept.\nVos autres appareils sont retirés : ils ne liront rien de ce qui s'écrit ensuite. Le kit reste valable.",
			"When no file is left: makes a vault and brings your records back from the server, with the code of the recovery kit. Shows first what you consent to; nothing is recorded without --accept.\nYour other devices are removed: they will read nothing that is written from then on. The kit stays valid."}}

	OptYesFD       = Message{"descripteur où lire « oui » quand les six mots sont les mêmes", "descriptor to read \"yes\" from when the six words are the same"}
	OptCodeFD      = Message{"descripteur où lire le code de l'autre appareil", "descriptor to read the code of the other device from"}
	OptDeviceName  = Message{"nom de cet appareil, par exemple « portable du salon »", "name of this device, for example \"living room laptop\""}
	OptJoinServer  = Message{"serveur : nom ou adresse, avec son port sauf 443 (inutile avec le lien du QR code)", "server: name or address, with its port unless 443 (not needed with the link of the QR code)"}
	AskDeviceCode  = Message{"Code montré par l'autre appareil : ", "Code shown by the other device: "}
	AskSameWords   = Message{"Les mêmes six mots sont-ils sur les deux écrans ? Tapez oui : ", "Are the same six words on both screens? Type yes: "}
	InviteCode     = Message{"Code (dix minutes, une seule fois) : %s", "Code (ten minutes, once): %s"}
	InviteServer   = Message{"Serveur : %s", "Server: %s"}
	SixWords       = Message{"Six mots : %s", "Six words: %s"}
	DeviceAdmitted = Message{"Appareil ajouté : %s. Carnets ouverts : %d.", "Device added: %s. Records opened: %d."}
	DeviceLeft     = Message{"Restent ici, faute d'un consentement en cours vers ce serveur : %d.", "Stay here for want of a consent that runs to this server: %d."}
	DeviceJoined   = Message{"Cet ordinateur est un de vos appareils. Carnets reçus : %d. Coffre : %s", "This computer is one of your devices. Records received: %d. Vault: %s"}
	DeviceGone     = Message{"Appareil retiré de %d carnets, dont les clés ont changé. Ce qu'il avait déjà reçu reste lisible sur lui.", "Device removed from %d records, whose keys have changed. What it had received stays readable on it."}
	DeviceTold     = Message{"Le serveur ne lui répond plus.", "The server answers it no longer."}
	DeviceUntold   = Message{"Le serveur ne le sait pas encore : synchronisez dès que possible.", "The server does not know yet: synchronise as soon as you can."}
	DeviceShared   = Message{"Carnet ouvert à cet appareil. Synchronisez, puis cherchez-le là-bas.", "Record opened to this device. Synchronise, then fetch it there."}
	DeviceFetched  = Message{"Carnets reçus : %d.", "Records received: %d."}
	RecoveredAll   = Message{"Carnets revenus : %d. Le kit de secours reste valable ; vos anciens appareils sont retirés.", "Records back: %d. The recovery kit stays valid; your former devices are removed."}
	RecoverWhose   = Message{"les personnes des carnets de ce kit de secours", "the persons of the records of this recovery kit"}
	DeviceUnnamed  = Message{"sans nom", "unnamed"}
	DeviceThis     = Message{"celui-ci", "this one"}
	deviceSeen     = Message{"vu le %s", "seen on %s"}
	deviceSince    = Message{"depuis le %s", "since %s"}
)

// The same in the window.
var (
	DevicesOf   = Message{"Les ordinateurs de %s", "The computers of %s"}
	DevicesText = Message{"Chaque ordinateur a son propre coffre, avec sa phrase secrète, et reçoit les mêmes carnets. Chaque titulaire d'une phrase voit ici ses ordinateurs, et personne d'autre ne les voit.",
		"Each computer has a vault of its own, with its passphrase, and receives the same records. Each holder of a passphrase sees their computers here, and nobody else does."}
	DeviceAdd       = Message{"Ajouter un ordinateur", "Add a computer"}
	DeviceSee       = Message{"Voir mes ordinateurs", "See my computers"}
	DeviceTakeOut   = Message{"Retirer un ordinateur", "Remove a computer"}
	DeviceTakeOutOf = Message{"Retirer « %s »", "Remove \"%s\""}
	DeviceOpen      = Message{"Ouvrir un carnet à un autre ordinateur", "Open a record to another computer"}
	DeviceOpenOf    = Message{"Ouvrir le carnet de %s à « %s »", "Open the record of %s to \"%s\""}
	DeviceGet       = Message{"Chercher les carnets ouverts à cet ordinateur", "Fetch the records opened to this computer"}
	DeviceHere      = Message{"%s, cet ordinateur", "%s, this computer"}
	DeviceHereOnly  = Message{"Cet ordinateur", "This computer"}
	DeviceNameless  = Message{"Ordinateur sans nom", "Unnamed computer"}
	DeviceFirst     = Message{"Le premier ordinateur", "The first computer"}
	deviceAdded     = Message{"Ajouté le %s.", "Added on %s."}
	deviceWrote     = Message{"A écrit pour la dernière fois le %s.", "Wrote last on %s."}
	deviceReads     = Message{"Lit les carnets : %s.", "Reads the records: %s."}
	DeviceNone      = Message{"Il n'y a pas d'autre ordinateur. « Ajouter un ordinateur » en ajoute un.", "There is no other computer. \"Add a computer\" adds one."}
	DeviceAllOpen   = Message{"Vos autres ordinateurs ont déjà tous les carnets qui peuvent leur être ouverts.", "Your other computers have all records already that can be opened to them."}
	DeviceWhich     = Message{"Lequel ?", "Which one?"}
	DeviceConsent   = Message{"Pour ajouter un ordinateur, consentez d'abord à la synchronisation d'un carnet.", "To add a computer, consent to synchronising a record first."}

	InviteBefore = Message{"Allumez les deux ordinateurs, l'un près de l'autre. Celui-ci va montrer un code.", "Switch both computers on, near each other. This one will show a code."}
	InviteThere  = Message{"Sur l'autre ordinateur, ouvrez Carnet et choisissez « J'ai déjà un carnet sur un autre ordinateur ».", "On the other computer, open Carnet and choose \"I have a record on another computer\"."}
	InviteReads  = Message{"Il recevra tout ce que vous lisez ici de : %s.", "It will receive all that you read here of: %s."}
	InviteStays  = Message{"Reste ici, faute d'un consentement en cours : %s.", "Stays here, for want of a consent that runs: %s."}
	InviteStart  = Message{"Montrer le code", "Show the code"}
	InviteStop   = Message{"Arrêter l'ajout", "Stop adding"}
	InviteFirst  = Message{"Les carnets partent d'abord", "The records go first"}
	InviteKept   = Message{"Si vous arrêtez, rien n'est confié à l'autre ordinateur.", "If you stop, nothing is entrusted to the other computer."}
	InviteTyped  = Message{"Tapez ce code et cette adresse sur l'autre ordinateur.", "Type this code and this address on the other computer."}
	InviteIs     = Message{"Code", "Code"}
	InviteLasts  = Message{"Ce code sert une seule fois, jusqu'à %s. Ne le donnez à personne d'autre.", "This code serves once, until %s. Give it to nobody else."}
	InviteQR     = Message{"L'image contient le code et l'adresse, pour un appareil qui sait la lire.", "The picture holds the code and the address, for a device that can read it."}
	InviteThen   = Message{"Répondez maintenant sur l'autre ordinateur : il pose la même question.", "Answer on the other computer now: it asks the same question."}
	InviteSeals  = Message{"Les clés passent à l'autre ordinateur une fois que vous avez dit oui sur les deux.", "The keys go to the other computer once you have said yes on both."}
	InviteDone   = Message{"« %s » est ajouté. Il reçoit : %s.", "\"%s\" is added. It receives: %s."}
	InviteHalf   = Message{"« %s » est dans la liste, mais n'a pas tout reçu. Si vos carnets n'y sont pas, retirez-le ici, puis recommencez.", "\"%s\" is in the list, but did not get everything. If your records are not there, remove it here, then begin again."}
	InviteFailed = Message{"Pas encore arrivé sur le serveur : %s. La prochaine synchronisation l'envoie.", "Not at the server yet: %s. The next synchronisation sends it."}

	WordsTitle = Message{"Comparez les six mots", "Compare the six words"}
	WordsAsk   = Message{"Les six mots sont-ils les mêmes sur les deux écrans ?", "Are the six words the same on both screens?"}
	WordsWhy   = Message{"Lisez-les d'un écran à l'autre, un par un. S'ils diffèrent, quelqu'un cherche peut-être à lire vos carnets : répondez non, rien n'est perdu.", "Read them from one screen to the other, one by one. If they differ, somebody may be trying to read your records: answer no, nothing is lost."}
	WordsYes   = Message{"Oui, les mêmes six mots", "Yes, the same six words"}
	WordsNo    = Message{"Non, ils diffèrent", "No, they differ"}

	TakeOutAsk    = Message{"Retirer « %s » ?", "Remove \"%s\"?"}
	TakeOutLater  = Message{"Cet ordinateur ne recevra plus rien de ce qui s'écrit ensuite. Carnets dont les clés changent : %s.", "This computer will receive nothing more of what is written later. Records whose keys change: %s."}
	TakeOutBefore = Message{"Ce qu'il a déjà reçu reste lisible sur lui avec sa phrase secrète. Cela ne peut pas être repris.", "What it has received can still be read on it with its passphrase. That cannot be taken back."}
	TakeOutBack   = Message{"Perdu ou volé, retirez-le maintenant. Pour le faire revenir, il faudra l'ajouter de nouveau.", "If it was lost or stolen, remove it now. To have it back, it has to be added again."}
	TakeOutKeep   = Message{"Le garder", "Keep it"}
	TakenOut      = Message{"« %s » est retiré. Le serveur ne lui répond plus.", "\"%s\" is removed. The server answers it no longer."}
	TakenOutHere  = Message{"« %s » est retiré ici. Le serveur ne le sait pas encore : synchronisez dès que possible.", "\"%s\" is removed here. The server does not know yet: synchronise as soon as you can."}

	OpenedTo     = Message{"Le carnet de %s est ouvert à « %s ». Sur cet autre ordinateur : Réglages, Synchronisation, « Chercher les carnets ouverts à cet ordinateur ».", "The record of %s is open to \"%s\". On that other computer: Settings, Synchronisation, \"Fetch the records opened to this computer\"."}
	GetWhere     = Message{"Le serveur où sont vos carnets. Votre autre ordinateur montre son adresse et son empreinte dans le reçu du consentement.", "The server where your records are. Your other computer shows its address and its fingerprint in the receipt of the consent."}
	GetStop      = Message{"Arrêter la recherche", "Stop fetching"}
	GetRunning   = Message{"Recherche des carnets", "Fetching the records"}
	GetKept      = Message{"Si vous arrêtez, ce qui est arrivé est gardé ; la suite reprend de là.", "If you stop, what has come is kept; the rest goes on from there."}
	GotNone      = Message{"Aucun autre carnet n'est ouvert à cet ordinateur.", "No other record is open to this computer."}
	GotOne       = Message{"%d carnet est arrivé.", "%d record has come."}
	GotMany      = Message{"%d carnets sont arrivés.", "%d records have come."}
	GotAfter     = Message{"Les carnets ne sont pas encore tous arrivés.", "The records have not all come yet."}
	GotSafe      = Message{"Rien n'est perdu : l'autre ordinateur et le serveur les ont. Le coffre d'ici est fait et s'ouvre avec votre phrase.", "Nothing is lost: the other computer and the server have them. The vault here is made and opens with your phrase."}
	GotGoOn      = Message{"Plus tard : Réglages, Synchronisation, « Chercher les carnets ouverts à cet ordinateur ».", "Later: Settings, Synchronisation, \"Fetch the records opened to this computer\"."}
	JoinedOne    = Message{"Cet ordinateur est ajouté. %d carnet est arrivé et reste à jour de lui-même.", "This computer is added. %d record has come and stays up to date by itself."}
	JoinedMany   = Message{"Cet ordinateur est ajouté. %d carnets sont arrivés et restent à jour d'eux-mêmes.", "This computer is added. %d records have come and stay up to date by themselves."}
	ReturnedOne  = Message{"%d carnet est revenu. Le kit de secours reste valable ; vos anciens ordinateurs sont retirés.", "%d record is back. The recovery kit stays valid; your former computers are removed."}
	Returned     = Message{"%d carnets sont revenus. Le kit de secours reste valable ; vos anciens ordinateurs sont retirés.", "%d records are back. The recovery kit stays valid; your former computers are removed."}
	ReturnedNot  = Message{"%d n'est pas revenu.", "%d is not back."}
	ReturnedNone = Message{"%d ne sont pas revenus.", "%d are not back."}

	HaveElsewhere    = Message{"J'ai déjà un carnet sur un autre ordinateur", "I have a record on another computer"}
	OnlyKit          = Message{"Il ne me reste que le kit de secours", "Only the recovery kit is left"}
	JoinHelp         = Message{"Deux étapes ici, et un code à lire sur l'ordinateur qui a déjà vos carnets. Les deux écrans montrent ensuite six mots à comparer. Rien n'est écrit ici avant la fin ; « Retour » garde vos réponses.", "Two steps here, and a code to read on the computer that has your records. Both screens then show six words to compare. Nothing is written here before the end; \"Back\" keeps your answers."}
	OnlyKitHelp      = Message{"Trois étapes, avec le papier du kit de secours et ce que vous a donné la personne qui tient le serveur. Rien n'est écrit ici avant la fin ; « Retour » garde vos réponses.", "Three steps, with the paper of the recovery kit and what whoever runs the server gave you. Nothing is written here before the end; \"Back\" keeps your answers."}
	NewHereTitle     = Message{"cet ordinateur", "this computer"}
	JoinTitle        = Message{"le code de l'autre ordinateur", "the code of the other computer"}
	OnlyKitTitle     = Message{"le serveur et le kit de secours", "the server and the recovery kit"}
	OnlyKitHostHint  = Message{"Elle est sur la feuille du kit. Sinon, demandez-la à la personne qui tient le serveur, par exemple carnet.exemple.fr:8443.", "It stands on the sheet of the kit. If not, ask whoever runs the server, for instance carnet.example.org:8443."}
	OnlyKitKeyHint   = Message{"Sa clé : 64 chiffres et lettres, aussi sur la feuille.", "Its key: 64 digits and letters, on the sheet too."}
	OnlyKitYes       = Message{"votre consentement", "your consent"}
	NewHereText      = Message{"Un coffre sera créé ici pour recevoir vos carnets. Choisissez la phrase secrète qui l'ouvrira : celle que vous avez déjà, ou une nouvelle.", "A vault will be made here to receive your records. Choose the passphrase that will open it: the one that you have already, or a new one."}
	NewHereKit       = Message{"Votre kit de secours reste valable ; il n'y en a pas d'autre à imprimer.", "Your recovery kit stays valid; there is no other to print."}
	ComputerLabel    = Message{"Nom de cet ordinateur", "Name of this computer"}
	ComputerHint     = Message{"Pour le reconnaître dans la liste, par exemple « portable du salon ».", "To know it in the list, for instance \"living room laptop\"."}
	ComputerMissing  = Message{"Le nom manque. Rien n'a été fait. Écrivez par exemple « portable du salon », 60 caractères au plus.", "The name is missing. Nothing was done. Write for instance \"living room laptop\", 60 characters at most."}
	JoinText         = Message{"Allez à l'autre ordinateur, celui qui a vos carnets. Ouvrez-y Carnet : Réglages, Synchronisation, « Ajouter un ordinateur ».", "Go to the other computer, the one that has your records. Open Carnet there: Settings, Synchronisation, \"Add a computer\"."}
	JoinCopy         = Message{"Il montre un code et une adresse. Recopiez-les ici.", "It shows a code and an address. Copy them here."}
	JoinCodeLabel    = Message{"Code montré par l'autre ordinateur", "Code shown by the other computer"}
	JoinCodeHint     = Message{"Seize lettres et chiffres, en quatre groupes.", "Sixteen letters and digits, in four groups."}
	JoinHostHint     = Message{"Elle est montrée sous le code.", "It is shown below the code."}
	JoinVerb         = Message{"Rejoindre mes carnets", "Join my records"}
	JoinUnreached    = Message{"Aucun serveur ne répond à cette adresse. Rien n'a été écrit. Vérifiez l'adresse, et le réseau des deux ordinateurs.", "No server answers at this address. Nothing was written. Check the address, and the network of both computers."}
	JoinStop         = Message{"Arrêter", "Stop"}
	JoinRunning      = Message{"Ajout de cet ordinateur", "Adding this computer"}
	JoinAnswer       = Message{"Répondez aussi sur l'autre ordinateur : il attend votre oui.", "Answer on the other computer too: it waits for your yes."}
	JoinWaiting      = Message{"En attente de l'autre ordinateur.", "Waiting for the other computer."}
	JoinKept         = Message{"Si vous arrêtez avant la fin, rien n'est perdu : l'autre ordinateur garde tout.", "If you stop before the end, nothing is lost: the other computer keeps everything."}
	OnlyKitText      = Message{"Vos carnets sont encore sur le serveur, illisibles pour lui. Le code du papier les ouvre.", "Your records are still at the server, which cannot read them. The code on the paper opens them."}
	OnlyKitWarns     = Message{"Vos autres ordinateurs seront retirés : ils ne recevront plus rien de ce qui s'écrit ensuite. S'il vous en reste un, choisissez plutôt « J'ai déjà un carnet sur un autre ordinateur ».", "Your other computers will be removed: they will receive nothing of what is written later. If one is left, choose \"I have a record on another computer\" instead."}
	OnlyKitVerb      = Message{"Faire revenir mes carnets", "Bring my records back"}
	OnlyKitUnreached = Message{"Aucun serveur ne répond à cette adresse avec cette empreinte. Rien n'a été écrit. Vérifiez les deux, et le réseau.", "No server answers at this address with this fingerprint. Nothing was written. Check both, and the network."}
	OnlyKitRunning   = Message{"Vos carnets reviennent", "Your records come back"}
	OnlyKitKept      = Message{"Si vous arrêtez, rien ne reste sur cet ordinateur et le serveur garde tout. Vous pourrez recommencer.", "If you stop, nothing stays on this computer and the server keeps everything. You can begin again."}
)

// DeviceName is what a device is called in the window.
func (l Language) DeviceName(d vault.Device) string {
	switch {
	case d.Name == "" && d.This:
		return l.Say(DeviceHereOnly)
	case d.Name == "":
		return l.Say(DeviceNameless)
	}
	return d.Name
}

// DeviceFacts tell when a device came, when it wrote last, and which of the records of
// names it reads, a sentence each.
func (l Language) DeviceFacts(d vault.Device, names []string) (out []string) {
	if d.Since != 0 {
		out = append(out, l.Say(deviceAdded, l.Date(d.Since.Time().Local())))
	}
	if d.LastSeen != 0 {
		out = append(out, l.Say(deviceWrote, l.Date(d.LastSeen.Time().Local())))
	}
	if len(names) > 0 {
		out = append(out, l.Say(deviceReads, strings.Join(names, ", ")))
	}
	return out
}

// DeviceLine is a device on one line.
func (l Language) DeviceLine(d vault.Device) string {
	name := d.Name
	if name == "" {
		name = l.Say(DeviceUnnamed)
	}
	parts := []string{fmt.Sprintf("%.8s  %s", d.ID.String(), name), l.Say(deviceSince, l.Date(d.Since.Time()))}
	if d.LastSeen != 0 {
		parts = append(parts, l.Say(deviceSeen, l.Date(d.LastSeen.Time())))
	}
	if d.This {
		parts = append(parts, l.Say(DeviceThis))
	}
	return strings.Join(parts, ", ")
}
