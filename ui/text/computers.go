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
			"Removes one of your devices from all records, whose keys change. It keeps what it had received: that cannot be taken back.\nThe server learns of it at once when it answers, otherwise with the next synchronisation; with --offline nothing is sent."}, Usage: Message{"NUMÉRO", "ID"}}
	DeviceShare = Word{FR: "partager", EN: "share", Help: Message{"Ouvre un carnet de plus à un de vos appareils (--patient)", "Opens a further record to one of your devices (--patient)"}, Usage: Message{"NUMÉRO", "ID"}}
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
