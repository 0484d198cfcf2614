package text

import (
	"strings"
	"time"

	"carnet/vault"
	"carnet/vault/exchange/sheet"
)

// Kit is a recovery kit to be printed.
type Kit struct {
	Groups    [6]string // the code itself
	Keyholder string
	Vault     string // name of the vault's file
	Made      time.Time
	Servers   []vault.Server // that records of the keyholder were synchronised with
}

var (
	kitTitle   = Message{"Kit de secours de votre coffre", "Recovery kit of your vault"}
	kitWhat    = Message{"Cette feuille ouvre votre coffre si vous oubliez la phrase secrète. Qui la possède peut l'ouvrir aussi : rangez-la comme un passeport, loin de l'ordinateur.", "This sheet opens your vault if you forget the passphrase. Whoever has it can open it too: store it like a passport, away from the computer."}
	kitCode    = Message{"Code de secours", "Recovery code"}
	kitReading = Message{"O se lit comme zéro, I et L comme un : les deux conviennent. Majuscules ou minuscules, avec ou sans espaces.", "O reads as zero, I and L as one: both do. Upper or lower case, with or without spaces."}
	kitScan    = Message{"Le même code, à lire avec l'appareil photo d'un ordinateur que vous connaissez.", "The same code, to be read with the camera of a computer you know."}
	kitHow     = Message{"Pour vous en servir", "How to use it"}
	kitSteps   = []Message{
		{"À l'ouverture du coffre, choisissez « Phrase oubliée : utiliser le kit », ou tapez : carnet coffre recuperer", "When the vault opens, choose \"Forgotten: use the kit\", or type: carnet vault recover"},
		{"Tapez les six groupes du code, puis choisissez une nouvelle phrase secrète.", "Type the six groups of the code, then choose a new passphrase."},
		{"Gardez cette feuille : le kit reste valable.", "Keep this sheet: the kit stays valid."},
	}
	kitLost      = Message{"Sans la phrase, ce kit ou deux feuilles de proches, personne n'ouvre ce coffre.", "Without the passphrase, this kit or two sheets of relatives nobody opens this vault."}
	kitKeyholder = Message{"Titulaire", "Keyholder"}
	kitVault     = Message{"Fichier du coffre", "Vault file"}
	kitMade      = Message{"Fait le", "Made on"}
	kitPlace     = Message{"Rangé à :", "Stored at:"}

	kitAlone       = Message{"S'il ne reste que cette feuille", "If only this sheet is left"}
	kitAloneHow    = Message{"Sur un nouvel ordinateur : « Il ne me reste que le kit de secours », ou carnet synchro recuperer, et ce qui suit, une fois ce kit synchronisé. Gardez aussi une sauvegarde.", "On a new computer: \"Only the recovery kit is left\", or carnet sync recover, and what follows, once this kit was synchronised. Keep a backup too."}
	kitServer      = Message{"Adresse du serveur", "Address of the server"}
	kitServerKey   = Message{"Son empreinte", "Its fingerprint"}
	kitNoServer    = Message{"Il faut alors aussi une sauvegarde du fichier. Si vous synchronisez un jour vos carnets, le serveur suffit ; notez-le ici.", "It then takes a backup of the file too. If you synchronise your records one day, the server is enough; write it down here."}
	kitServerBlank = Message{"Serveur :", "Server:"}
	kitKeyBlank    = Message{"Empreinte :", "Fingerprint:"}
)

// months are the French names of the months.
var months = [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

// Date writes a day as people read it: 3 novembre 2026.
func (l Language) Date(t time.Time) string {
	if l == English {
		return t.Format("2 January 2006")
	}
	day := t.Format("2")
	if t.Day() == 1 {
		day = "1er"
	}
	return day + " " + months[t.Month()-1] + t.Format(" 2006")
}

// Sheet lays the kit out.
func (k Kit) Sheet(l Language) *sheet.Sheet {
	var steps []string
	for _, m := range kitSteps {
		steps = append(steps, l.Say(m))
	}
	return &sheet.Sheet{
		Title: l.Say(kitTitle), Language: l.Tag(), Footer: l.Say(Independence), Created: k.Made,
		Blocks: append([]sheet.Block{
			sheet.Paragraph(l.Say(kitWhat)),
			sheet.Heading(l.Say(kitCode)),
			sheet.Code(k.Groups[:]),
			sheet.Paragraph(l.Say(kitReading)),
			sheet.QRCode{Content: strings.Join(k.Groups[:], "-"), Caption: l.Say(kitScan)},
			sheet.Heading(l.Say(kitHow)),
			sheet.Items{Numbered: true, Lines: steps},
			sheet.Paragraph(l.Say(kitLost)),
			sheet.Rows{
				{Label: l.Say(kitKeyholder), Value: k.Keyholder},
				{Label: l.Say(kitVault), Value: k.Vault},
				{Label: l.Say(kitMade), Value: l.Date(k.Made)},
			},
			sheet.Line(l.Say(kitPlace)),
			sheet.Heading(l.Say(kitAlone)),
		}, k.alone(l)...),
	}
}

// alone says where the records come back from, with the kit and nothing else.
func (k Kit) alone(l Language) []sheet.Block {
	if len(k.Servers) == 0 {
		return []sheet.Block{sheet.Paragraph(l.Say(kitNoServer)), sheet.Line(l.Say(kitServerBlank)), sheet.Line(l.Say(kitKeyBlank))}
	}
	out := []sheet.Block{sheet.Paragraph(l.Say(kitAloneHow))}
	for _, s := range k.Servers {
		out = append(out, sheet.Rows{
			{Label: l.Say(kitServer), Value: s.Host},
			{Label: l.Say(kitServerKey), Value: Fingerprint(s.Key)},
		})
	}
	return out
}
