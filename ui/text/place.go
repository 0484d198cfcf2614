package text

import (
	"fmt"
	"strings"

	"carnet/vault/place"
)

// PlaceLine is what `vault info` prints of each matter that Place tells.
var PlaceLine = Message{"%s", "%s"}

var (
	synchronisedIn  = Message{"Ce coffre est dans un dossier synchronisé (%s).", "This vault is in a synchronised folder (%s)."}
	synchronised    = Message{"Ce coffre est dans un dossier synchronisé.", "This vault is in a synchronised folder."}
	serviceIsBlind  = Message{"Il est chiffré : le service ne peut pas le lire.", "It is encrypted: the service cannot read it."}
	oneAfterAnother = Message{"Ne l'ouvrez pas sur deux ordinateurs à la fois : fermez-le sur l'un, attendez la fin de la copie, puis ouvrez-le sur l'autre.", "Do not open it on two computers at a time: close it on one, wait for the copy to end, then open it on the other."}

	onNetwork    = Message{"Ce coffre est dans un dossier du réseau.", "This vault is in a folder of the network."}
	othersBlind  = Message{"Il est chiffré : les autres ordinateurs ne peuvent pas le lire sans phrase secrète.", "It is encrypted: the other computers cannot read it without a passphrase."}
	keepNetwork  = Message{"Ne l'ouvrez que sur un ordinateur à la fois, et fermez-le avant de couper la connexion.", "Open it on one computer at a time only, and close it before you cut the connection."}
	onRemovable  = Message{"Ce coffre est sur un support amovible, une clé ou un disque.", "This vault is on a removable medium, a key or a disk."}
	finderBlind  = Message{"Il est chiffré : qui trouve ce support ne peut pas lire le coffre.", "It is encrypted: whoever finds this medium cannot read the vault."}
	ejectAndCopy = Message{"Fermez le coffre et éjectez le support avant de le retirer, et gardez une copie ailleurs.", "Close the vault and eject the medium before you pull it out, and keep a copy elsewhere."}

	conflictOne  = Message{"Un service de synchronisation a dédoublé ce coffre : une copie en conflit est à côté (%s).", "A synchronisation service split this vault in two: a conflicted copy lies beside it (%s)."}
	conflictMany = Message{"Un service de synchronisation a dédoublé ce coffre : %d copies en conflit sont à côté (%s).", "A synchronisation service split this vault: %d conflicted copies lie beside it (%s)."}
	bothKept     = Message{"Rien n'est effacé, mais chaque fichier peut contenir des documents qui manquent à l'autre.", "Nothing is erased, but each file may hold documents that the other lacks."}
	takeFromCopy = Message{"Gardez tous ces fichiers : ouvrez celui-ci, puis réunissez-le avec la copie (menu Coffre, ou « carnet coffre fusionner »).", "Keep all these files: open this one, then merge the copy into it (Vault menu, or \"carnet vault merge\")."}

	mediumGone   = Message{"Le support où est ce coffre n'est pas branché.", "The medium that this vault is on is not plugged in."}
	shareGone    = Message{"Le dossier du réseau où est ce coffre ne répond pas.", "The folder of the network that this vault is in does not answer."}
	eitherGone   = Message{"Le disque ou le dossier du réseau où est ce coffre n'est pas là.", "The disk or the folder of the network that this vault is on is not there."}
	plugItIn     = Message{"Branchez la clé ou le disque, puis recommencez.", "Plug the key or the disk in, then try again."}
	connectAgain = Message{"Vérifiez la connexion et que l'autre appareil est allumé, puis recommencez.", "Check the connection and that the other device is on, then try again."}
	bringItBack  = Message{"Branchez-le ou rétablissez la connexion, puis recommencez.", "Plug it in or connect again, then try again."}

	notHere       = Message{"Il n'y a pas de coffre à cet endroit.", "There is no vault in this place."}
	notHereYet    = Message{"Il n'y a pas de coffre à cet endroit du dossier synchronisé.", "There is no vault in this place of the synchronised folder."}
	lookElsewhere = Message{"Vérifiez le chemin, ou cherchez le fichier par son nom.", "Check the path, or look for the file by its name."}
	waitForIt     = Message{"Attendez la fin de la copie, ou regardez la corbeille du service.", "Wait for the copy to end, or look in the service's bin."}
)

// shownCopies is how many names of conflicted copies are told.
const shownCopies = 3

// Place tells what is particular about where a vault lies, the most pressing
// first: for each matter three sentences, what it is, what is safe, what to do.
// Of a vault on a disk of this computer there is nothing to tell. The names of
// copies come from the disk as they are.
func Place(l Language, p place.Place) (told [][]string) {
	for _, e := range around(p) {
		told = append(told, []string{l.Say(e.What), l.Say(e.Safe), l.Say(e.Do)})
	}
	return told
}

func around(p place.Place) (told []Explanation) {
	switch {
	case p.Unplugged && p.Kind == place.Removable:
		return []Explanation{{mediumGone, nothingChanged, plugItIn}}
	case p.Unplugged && p.Kind == place.Network:
		return []Explanation{{shareGone, nothingChanged, connectAgain}}
	case p.Unplugged:
		return []Explanation{{eitherGone, nothingChanged, bringItBack}}
	case p.Missing && p.Kind == place.Synchronised:
		told = append(told, Explanation{notHereYet, nothingChanged, waitForIt})
	case p.Missing:
		told = append(told, Explanation{notHere, nothingChanged, lookElsewhere})
	}
	if n := len(p.Conflicts); n > 0 {
		names := strings.Join(p.Conflicts[:min(n, shownCopies)], ", ")
		if n > shownCopies {
			names += ", ..."
		}
		what := with(conflictOne, names)
		if n > 1 {
			what = with(conflictMany, n, names)
		}
		told = append(told, Explanation{what, bothKept, takeFromCopy})
	}
	if p.Missing {
		return told
	}
	switch p.Kind {
	case place.Synchronised:
		what := synchronised
		if p.Service != "" {
			what = with(synchronisedIn, p.Service)
		}
		told = append(told, Explanation{what, serviceIsBlind, oneAfterAnother})
	case place.Network:
		told = append(told, Explanation{onNetwork, othersBlind, keepNetwork})
	case place.Removable:
		told = append(told, Explanation{onRemovable, finderBlind, ejectAndCopy})
	}
	return told
}

// with puts values into both languages, for a message that is told later.
func with(m Message, values ...any) Message {
	return Message{fmt.Sprintf(m.FR, values...), fmt.Sprintf(m.EN, values...)}
}
