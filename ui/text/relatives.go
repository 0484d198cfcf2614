package text

import (
	"errors"
	"strings"
	"time"

	"carnet/vault"
	"carnet/vault/exchange/sheet"
)

// The commands of sheets for relatives.
var (
	VaultRelatives = Word{FR: "proches", EN: "relatives", Help: Message{"Trois feuilles pour des proches, dont deux ouvrent le coffre", "Three sheets for relatives, of which two open the vault"},
		Long: Message{"Trois feuilles imprimées, confiées à trois proches. Deux ensemble ouvrent votre coffre quand la phrase secrète et le kit sont perdus ; une seule n'ouvre rien.\nElles restent valables quand la phrase, les clés ou le kit changent. En faire d'autres, ou les retirer, ôte toute valeur aux anciennes dans ce fichier ; une copie faite avant s'ouvre toujours avec elles.",
			"Three printed sheets, entrusted to three relatives. Two together open your vault when the passphrase and the kit are lost; one alone opens nothing.\nThey stay valid when the passphrase, the keys or the kit change. Making others, or withdrawing them, leaves the old ones worthless for this file; a copy that was made before still opens with them."}}
	RelativesMake = Word{FR: "faire", EN: "make", Help: Message{"Fait trois nouvelles feuilles ; les anciennes n'ouvrent plus rien", "Makes three new sheets; the old ones open nothing more"}}
	RelativesTry  = Word{FR: "essayer", EN: "try", Help: Message{"Prouve que deux feuilles ouvrent le coffre, et garde la date", "Proves that two sheets open the vault, and keeps the date"},
		Long: Message{"Prouve que deux feuilles ouvrent le coffre, et garde la date. Le coffre reste comme il est.\nTapez les quatre lignes de chaque feuille, d'un trait ou une par une ; avec --sheets-fd, elles se lisent l'une après l'autre.",
			"Proves that two sheets open the vault, and keeps the date. The vault stays as it is.\nType the four lines of each sheet, in one go or one by one; with --sheets-fd they are read one after the other."}}
	RelativesRemove = Word{FR: "retirer", EN: "remove", Help: Message{"Retire les feuilles : elles n'ouvrent plus rien", "Withdraws the sheets: they open nothing more"}}
	RelativesStatus = Word{FR: "etat", EN: "status", Help: Message{"Dit quand les feuilles ont été faites et essayées", "Says when the sheets were made and tried"}}

	OptRelatives = Message{"ouvre avec deux feuilles de proches plutôt qu'avec le kit", "opens with two sheets of relatives rather than with the kit"}
	OptSheets    = Message{"dossier où enregistrer les trois feuilles (PDF) ; sans cela elles sont affichées", "folder to save the three sheets in (PDF); without it they are printed here"}
	OptSheetsFD  = Message{"lit les deux feuilles sur ce descripteur, l'une après l'autre", "reads the two sheets from this descriptor, one after the other"}

	AskSheet     = Message{"Feuille %d, les quatre lignes (Entrée entre les lignes si vous voulez) : ", "Sheet %d, the four lines (Enter between them if you like): "}
	AskSheetMore = Message{"Feuille %d, la suite : ", "Sheet %d, go on: "}

	SheetsMade       = Message{"Trois feuilles sont faites. Deux ensemble ouvrent votre coffre ; une seule n'ouvre rien.", "Three sheets are made. Two together open your vault; one alone opens nothing."}
	SheetsOldCopies  = Message{"S'il y en avait d'autres, elles n'ouvrent plus ce fichier. Une copie du coffre faite avant s'ouvre toujours avec elles.", "If there were others, they no longer open this file. A copy of the vault that was made before still opens with them."}
	SheetWritten     = Message{"Feuille enregistrée : %s. Imprimez-la, confiez-la, puis effacez ce fichier.", "Sheet saved: %s. Print it, entrust it, then delete this file."}
	SheetNotWritten  = Message{"Le fichier de la feuille n'a pas pu être écrit. Voici la feuille : recopiez-la maintenant.", "The file of the sheet could not be written. Here is the sheet: copy it now."}
	SheetsTried      = Message{"Ces deux feuilles ouvrent votre coffre. La date de l'essai est gardée.", "These two sheets open your vault. The date of the trial is kept."}
	SheetsWithdrawn  = Message{"Les feuilles sont retirées : elles n'ouvrent plus ce fichier. Une copie faite avant s'ouvre toujours avec elles.", "The sheets are withdrawn: they no longer open this file. A copy that was made before still opens with them."}
	SheetsNone       = Message{"Aucun proche n'a de feuille de vous.", "No relative has a sheet of yours."}
	SheetsMadeOn     = Message{"Trois feuilles faites le %s.", "Three sheets made on %s."}
	SheetsTriedOn    = Message{"Deux d'entre elles essayées le %s.", "Two of them tried on %s."}
	SheetsUntried    = Message{"Elles n'ont jamais été essayées.", "They were never tried."}
	SheetsDue        = Message{"Il est temps de les essayer : réunissez deux feuilles et recopiez-les, rien ne change dans le coffre.", "It is time to try them: bring two sheets together and copy them, nothing changes in the vault."}
	SheetsRecovered  = Message{"Le coffre est ouvert avec deux feuilles. La nouvelle phrase secrète est en place ; le kit et les feuilles restent valables.", "The vault was opened with two sheets. The new passphrase is set; the kit and the sheets stay valid."}
	SheetsSeenAdvice = Message{"Ces deux feuilles ont été réunies : quand tout va bien, faites-en de nouvelles.", "These two sheets were brought together: once all is well, make new ones."}

	sheetRow    = Message{"La ligne %d est mal recopiée.", "Line %d is mistyped."}
	sheetLength = Message{"Une feuille a %d caractères ; il y en a %d ici.", "A sheet has %d characters; there are %d here."}
)

// The same in the window.
var (
	SheetsSection     = Message{"Feuilles confiées à des proches", "Sheets entrusted to relatives"}
	SheetsSectionText = Message{"Si la phrase secrète et le kit sont perdus, deux feuilles sur trois ouvrent votre coffre. Une seule n'ouvre rien. C'est à vous de voir si vous en voulez.", "If the passphrase and the kit are lost, two sheets of three open your vault. One alone opens nothing. Whether you want them is up to you."}
	MakeSheets        = Message{"Faire trois feuilles", "Make three sheets"}
	MakeSheetsAgain   = Message{"Refaire les trois feuilles", "Make the three sheets anew"}
	MakeSheetsFirst   = Message{"Faire trois feuilles pour des proches ?", "Make three sheets for relatives?"}
	MakeSheetsAsk     = Message{"Refaire les trois feuilles ?", "Make the three sheets anew?"}
	MakeSheetsText    = Message{"Les feuilles d'avant n'ouvriront plus ce fichier : reprenez-les à vos proches. Une copie du coffre faite avant s'ouvre toujours avec elles.", "The sheets of before will no longer open this file: take them back from your relatives. A copy of the vault that was made before still opens with them."}
	MakingSheets      = Message{"Les feuilles sont en préparation.", "The sheets are being made."}
	TrySheets         = Message{"Essayer deux feuilles", "Try two sheets"}
	TrySheetsText     = Message{"Recopiez deux feuilles, comme si vous aviez tout perdu. Rien ne change dans le coffre ; la date de l'essai est gardée.", "Copy two sheets, as if you had lost everything. Nothing changes in the vault; the date of the trial is kept."}
	RemoveSheets      = Message{"Retirer les feuilles", "Withdraw the sheets"}
	RemoveSheetsAsk   = Message{"Retirer les feuilles de vos proches ?", "Withdraw the sheets of your relatives?"}
	SheetsTitle       = Message{"Trois feuilles pour vos proches", "Three sheets for your relatives"}
	SheetsShown       = Message{"Elles ne sont montrées qu'une fois. Imprimez-les et confiez chacune à une autre personne, écrivez son nom dessus. Ne gardez aucune des trois chez vous.", "They are shown once. Print them and entrust each to another person, write their name on it. Keep none of the three at home."}
	SheetNumber       = Message{"Feuille %d sur %d", "Sheet %d of %d"}
	PrintSheet        = Message{"Imprimer la feuille %d", "Print sheet %d"}
	SaveSheets        = Message{"Enregistrer les trois", "Save all three"}
	SheetPrinted      = Message{"La feuille %d est partie à l'imprimante.", "Sheet %d went to the printer."}
	SheetsSavedAt     = Message{"Enregistrées dans %s : %s. Effacez ces fichiers après les avoir imprimés.", "Saved in %s: %s. Delete these files once they are printed."}
	SheetsAreKept     = Message{"Les trois feuilles sont sur papier.", "The three sheets are on paper."}
	SheetsNotKept     = Message{"Mettez d'abord les trois feuilles sur papier, puis cochez la case.", "Put the three sheets on paper first, then tick the box."}
	SheetLabel        = Message{"Code de la %s feuille", "Code of the %s sheet"}
	SheetHint         = Message{"Quatre lignes de seize caractères. Majuscules ou minuscules, avec ou sans espaces.", "Four lines of sixteen characters. Upper or lower case, with or without spaces."}
	SheetFirst        = Message{"première", "first"}
	SheetSecond       = Message{"seconde", "second"}
	WithRelatives     = Message{"Avec deux feuilles de mes proches", "With two sheets of my relatives"}
	RelativesTitle    = Message{"Ouvrir avec deux feuilles de proches", "Open with two sheets of relatives"}
	RelativesText     = Message{"Deux des trois feuilles ouvrent le coffre. Vous choisissez une nouvelle phrase secrète ; le kit et les feuilles restent valables.", "Two of the three sheets open the vault. You choose a new passphrase; the kit and the sheets stay valid."}
	OpenWithRelatives = Message{"Ouvrir avec les feuilles", "Open with the sheets"}
)

// RelativeSheet is one of the sheets to be printed.
type RelativeSheet struct {
	Share     vault.Share
	Keyholder string
	Made      time.Time
}

var (
	relativeTitle = Message{"Feuille %d sur %d, à garder pour un proche", "Sheet %d of %d, to keep for somebody close"}
	relativeWhat  = Message{"%s vous confie cette feuille. Si un jour sa phrase secrète et son kit de secours sont perdus, deux des trois feuilles réunies ouvrent son coffre Carnet. Cette feuille seule n'ouvre rien et n'apprend rien.", "%s entrusts this sheet to you. If their passphrase and their recovery kit are lost one day, two of the three sheets together open their Carnet vault. This sheet alone opens nothing and tells nothing."}
	relativeKeep  = Message{"Rangez-la avec vos papiers importants, sans la photographier ni l'envoyer. Ne la dictez à personne au téléphone : rappelez vous-même qui vous l'a confiée.", "Store it with your important papers; do not photograph or send it. Read it to nobody on the telephone: call back yourself who entrusted it to you."}
	relativeCode  = Message{"Code de la feuille %d", "Code of sheet %d"}
	relativeScan  = Message{"Ici, le même code, pour un ordinateur que vous connaissez.", "Here is the same code, for a computer you know."}
	relativeSteps = []Message{
		{"Réunissez deux des trois feuilles devant l'ordinateur où est le coffre.", "Bring two of the three sheets together in front of the computer where the vault is."},
		{"Ouvrez Carnet, choisissez que la phrase est oubliée, puis que vous avez deux feuilles de proches. Dans un terminal : carnet coffre recuperer --relatives", "Open Carnet, choose that the passphrase is forgotten, then that you have two sheets of relatives. In a terminal: carnet vault recover --relatives"},
		{"Recopiez les quatre lignes de chaque feuille, puis choisissez une nouvelle phrase secrète.", "Copy the four lines of each sheet, then choose a new passphrase."},
	}
	relativeOld  = Message{"Quand d'autres feuilles sont faites, celle-ci est périmée : rendez-la ou détruisez-la.", "When other sheets are made, this one is out of date: give it back or destroy it."}
	relativeFor  = Message{"Coffre de", "Vault of"}
	relativeMade = Message{"Faite le", "Made on"}
	relativeHand = Message{"Confiée à :", "Entrusted to:"}
	relativeFile = Message{"feuille-%d-de-%d", "sheet-%d-of-%d"}
)

// Sheet lays one out. Who it is entrusted to is written by hand.
func (r RelativeSheet) Sheet(l Language) *sheet.Sheet {
	var steps []string
	for _, m := range relativeSteps {
		steps = append(steps, l.Say(m))
	}
	n, rows := r.Share.Number(), r.Share.Rows()
	return &sheet.Sheet{
		Title: l.Say(relativeTitle, n, vault.Shares), Language: l.Tag(), Footer: l.Say(Independence), Created: r.Made,
		Blocks: []sheet.Block{
			sheet.Paragraph(l.Say(relativeWhat, r.Keyholder)),
			sheet.Paragraph(l.Say(relativeKeep)),
			sheet.Line(l.Say(relativeHand)),
			sheet.Heading(l.Say(relativeCode, n)),
			sheet.Code(rows[:]),
			sheet.QRCode{Content: strings.Join(rows[:], " "), Caption: l.Say(kitReading) + " " + l.Say(relativeScan), Repeats: true},
			sheet.Heading(l.Say(kitHow)),
			sheet.Items{Numbered: true, Lines: steps},
			sheet.Paragraph(l.Say(relativeOld)),
			sheet.Rows{
				{Label: l.Say(relativeFor), Value: r.Keyholder},
				{Label: l.Say(relativeMade), Value: l.Date(r.Made)},
			},
		},
	}
}

// RelativeFile is the name of the file that the sheet of a number is saved in, without what tells
// its kind: it names nobody.
func (l Language) RelativeFile(number int) string { return l.Say(relativeFile, number, vault.Shares) }

// ShareMistake says where a sheet is mistyped, "" when err does not tell.
func (l Language) ShareMistake(err error) string {
	var where *vault.ShareError
	switch {
	case !errors.As(err, &where):
		return ""
	case where.Row > 0:
		return l.Say(sheetRow, where.Row)
	case where.Read != vault.ShareCharacters:
		return l.Say(sheetLength, vault.ShareCharacters, where.Read)
	}
	return ""
}

// ExplainShare tells an error of a sheet with where the mistake is.
func (l Language) ExplainShare(err error) string {
	e, _ := Explain(err)
	said := e.In(l)
	if where := l.ShareMistake(err); where != "" {
		said = where + " " + said
	}
	return said
}

// RelativesState says which sheets there are, and when they were tried, a sentence
// each.
func (l Language) RelativesState(r vault.Relatives, now time.Time) []string {
	if r.Made == 0 {
		return []string{l.Say(SheetsNone)}
	}
	told := []string{l.Say(SheetsMadeOn, l.Date(r.Made.Time().Local()))}
	if r.Tried == 0 {
		told = append(told, l.Say(SheetsUntried))
	} else {
		told = append(told, l.Say(SheetsTriedOn, l.Date(r.Tried.Time().Local())))
	}
	if r.Due(now) {
		told = append(told, l.Say(SheetsDue))
	}
	return told
}
