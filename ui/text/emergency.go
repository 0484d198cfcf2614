package text

import (
	"strings"
	"time"

	"carnet/vault/exchange/sheet"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// The emergency sheet.
var (
	EmergencyWord  = Word{FR: "urgence", EN: "emergency", Help: Message{"La fiche d'urgence", "The emergency sheet"}}
	EmergencySheet = Word{FR: "fiche", EN: "sheet", Help: Message{"Écrit la fiche d'urgence d'une personne : .pdf, .html ou .txt", "Writes a person's emergency sheet: .pdf, .html or .txt"},
		Long: Message{"Écrit la fiche d'urgence d'une personne : ce qu'un secouriste ou un médecin doit savoir, une carte à découper et un code que tout téléphone lit sans réseau.\nLe fichier est en clair : il est à imprimer, puis à effacer ou à garder en lieu sûr.",
			"Writes a person's emergency sheet: what a rescuer or a doctor must know, a card to cut out and a code that any telephone reads without a network.\nThe file is in clear: print it, then delete it or keep it in a safe place."}}
	SheetKind      = Message{"Donnez un nom de fichier qui finit par .pdf, .html ou .txt. Rien n'a été écrit.", "Give a file name that ends in .pdf, .html or .txt. Nothing was written."}
	EmergencySaved = Message{"Fiche d'urgence enregistrée : %s. Elle est en clair.", "Emergency sheet saved: %s. It is in clear."}

	EmergencyTitle       = Message{"Fiche d'urgence", "Emergency sheet"}
	EmergencyShort       = Message{"Urgence", "Emergency"}
	EmergencyMissing     = Message{"Non renseigné à ce jour : %s.", "Not filled in so far: %s."}
	EmergencyOneMissing  = Message{"%d information manque. La fiche reste imprimable.", "%d piece of information is missing. The sheet can be printed all the same."}
	EmergencyManyMissing = Message{"%d informations manquent. La fiche reste imprimable.", "%d pieces of information are missing. The sheet can be printed all the same."}
	EmergencyScan        = Message{"Tout téléphone lit ce code, sans réseau : il contient le texte de cette fiche.", "Any telephone reads this code, without a network: it holds the text of this sheet."}
	EmergencyCard        = Message{"Carte à découper et à plier", "Card to cut out and fold"}
	EmergencyFileName    = Message{"fiche-urgence", "emergency-sheet"}
	SaveSheet            = Message{"Enregistrer en PDF", "Save as PDF"}
	SheetSavedAt         = Message{"Enregistré : %s, dans le dossier %s. Ce fichier est en clair.", "Saved: %s, in the folder %s. This file is in clear."}
	EmergencyInform      = Message{"Fiche écrite par la personne ou ses proches et imprimée le %s. Elle informe ; elle ne remplace ni un examen ni un avis médical.", "Written by the person or those close to them and printed on %s. It informs; it replaces neither an examination nor medical advice."}
	EmergencyCut         = Message{"... la suite est sur la fiche.", "... the rest is on the sheet."}
	emergencyName        = Message{"Nom", "Name"}
	emergencyBirth       = Message{"Naissance", "Birth"}
	emergencySex         = Message{"Sexe", "Sex"}
	emergencyFemale      = Message{"féminin", "female"}
	emergencyMale        = Message{"masculin", "male"}
	emergencyBlank       = Message{"Non renseigné.", "Not filled in."}
	emergencyBefore      = Message{"%s : %s", "%s: %s"}
)

// emergencyOrder is the order in which a rescuer needs the kinds.
var emergencyOrder = []string{"allergy", "medication", "condition", "blood-group", "contact", "disability", "procedure", "directive"}

// Emergency is what an emergency sheet is made of.
type Emergency struct {
	Patient record.Patient
	Entries []record.Entry // of the patient; those in the bin and in the past are left out
	Kinds   *profile.Table
	Printed time.Time
}

// current lists the entries of a kind that hold now.
func (e *Emergency) current(kind string) (out []record.Entry) {
	for _, x := range e.Entries {
		past := x.Status == "resolved" || x.Status == "stopped" || x.Status == "completed"
		if x.Kind == kind && x.RemovedAt == 0 && !past {
			out = append(out, x)
		}
	}
	return out
}

// Missing names what nobody has filled in: a kind with nothing but the past
// counts as filled in.
func (e *Emergency) Missing(l Language) (names []string) {
	for _, code := range emergencyOrder {
		filled := false
		for _, x := range e.Entries {
			filled = filled || x.Kind == code && x.RemovedAt == 0
		}
		if !filled {
			names = append(names, l.Kind(e.Kinds.Kind(code)))
		}
	}
	return names
}

// Sheet is the emergency sheet: the person, what holds now, a code with the same
// as text, and a card to cut out.
func (e *Emergency) Sheet(l Language) *sheet.Sheet {
	blocks := []sheet.Block{e.identity(l)}
	for _, code := range emergencyOrder {
		blocks = append(blocks, sheet.Heading(l.Kind(e.Kinds.Kind(code))))
		lines := e.lines(l, code)
		if len(lines) == 0 {
			lines = []string{l.Say(emergencyBlank)}
		}
		blocks = append(blocks, sheet.Items{Lines: lines})
	}
	inform := l.Say(EmergencyInform, l.Date(e.Printed))
	blocks = append(blocks,
		sheet.Paragraph(inform),
		sheet.QRCode{Content: e.short(l, qrBytes, emergencyOrder), Caption: l.Say(EmergencyScan), Repeats: true},
		sheet.Heading(l.Say(EmergencyCard)),
		e.card(l),
	)
	return &sheet.Sheet{Title: l.Say(EmergencyTitle), Language: l.Tag(), Blocks: blocks, Footer: l.Say(Independence), Created: e.Printed}
}

func (e *Emergency) identity(l Language) sheet.Rows {
	rows := sheet.Rows{{Label: l.Say(emergencyName), Value: e.Patient.Name}, {Label: l.Say(emergencyBirth), Value: l.Day(e.Patient.Birth)}}
	switch e.Patient.Sex {
	case record.Female:
		rows = append(rows, sheet.Row{Label: l.Say(emergencySex), Value: l.Say(emergencyFemale)})
	case record.Male:
		rows = append(rows, sheet.Row{Label: l.Say(emergencySex), Value: l.Say(emergencyMale)})
	}
	return rows
}

// SheetPart is a part of a sheet as a screen shows it.
type SheetPart struct {
	Title string
	Lines []string
}

// Parts are those of the sheet that say something.
func (e *Emergency) Parts(l Language) (out []SheetPart) {
	for _, code := range emergencyOrder {
		if lines := e.lines(l, code); len(lines) > 0 {
			out = append(out, SheetPart{l.Kind(e.Kinds.Kind(code)), lines})
		}
	}
	return out
}

// lines are the entries of a kind, each with what a rescuer asks next.
func (e *Emergency) lines(l Language, kind string) (out []string) {
	k := e.Kinds.Kind(kind)
	for _, x := range e.current(kind) {
		parts := []string{l.EntryTitle(e.Kinds, &x)}
		for _, f := range k.Fields {
			switch f.Name {
			case record.FieldSeverity, record.FieldReaction, record.FieldDosage, record.FieldPhone, record.FieldRelation, record.FieldLocation, record.FieldPerformer:
				if value := l.FieldValue(e.Kinds, &x, f); value != "" && x.Status != record.NoneKnown {
					parts = append(parts, l.Say(emergencyBefore, strings.ToLower(l.Label(f.LabelFR, f.LabelEN)), value))
				}
			}
		}
		out = append(out, strings.Join(parts, ", "))
	}
	return out
}

// qrBytes is how long the text of a code may be: beyond, its squares become too
// small for an ordinary printer and telephone. cardBytes is the same for the
// card.
const qrBytes, cardBytes = 900, 300

// short is the sheet as a text of at most limit bytes, whole lines only.
func (e *Emergency) short(l Language, limit int, kinds []string) string {
	out := e.Patient.Name + ", " + l.Day(e.Patient.Birth)
	cut := "\n" + l.Say(EmergencyCut)
	for _, code := range kinds {
		lines := e.lines(l, code)
		if len(lines) == 0 {
			continue
		}
		line := "\n" + l.Say(emergencyBefore, l.Kind(e.Kinds.Kind(code)), strings.Join(lines, " ; "))
		if len(out)+len(line)+len(cut) > limit {
			return out + cut
		}
		out += line
	}
	return out
}

func (e *Emergency) card(l Language) sheet.Card {
	kinds := []string{"allergy", "contact", "medication", "condition", "blood-group"}
	text := e.short(l, cardBytes, kinds)
	return sheet.Card{Title: l.Say(EmergencyTitle) + Between + l.Date(e.Printed), Lines: strings.Split(text, "\n"), QR: text}
}
