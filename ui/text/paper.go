package text

import (
	"carnet/vault/exchange/sheet"
	"carnet/vault/growth"
	"carnet/vault/record"
)

// The summary on paper, for those who have nothing else.
var (
	PaperWord     = Word{FR: "papier", EN: "paper", Help: Message{"Imprime le résumé sur papier d'une personne, ou l'enregistre (--to) : .pdf, .html ou .txt", "Prints the paper summary of a person, or saves it (--to): .pdf, .html or .txt"}}
	PaperVerb     = Message{"Résumé sur papier...", "Summary on paper..."}
	PaperTitle    = Message{"Résumé sur papier", "Summary on paper"}
	PaperText     = Message{"Pour qui n'a ni ordinateur ni téléphone : identité, profil médical, vaccinations, croissance d'un enfant, liste des documents, et un code que tout téléphone lit sans réseau.", "For those who have neither a computer nor a telephone: identity, medical profile, vaccinations, growth of a child, list of documents, and a code that any telephone reads without a network."}
	PaperFileName = Message{"resume-papier", "paper-summary"}
	PaperSaved    = Message{"Résumé sur papier enregistré : %s. Il est en clair.", "Paper summary saved: %s. It is in clear."}
	PaperPrinted  = Message{"Résumé sur papier envoyé à l'imprimante %s.", "Paper summary sent to the printer %s."}
	paperScan     = Message{"Tout téléphone lit ce code, sans réseau : il contient l'essentiel pour une urgence.", "Any telephone reads this code, without a network: it holds what matters in an emergency."}
	paperNone     = Message{"Aucun document.", "No document."}
	paperLine     = Message{"%s : %s (%s)", "%s: %s (%s)"}
)

// paperPoints is how many of the newest points of a child's growth stand on paper.
const paperPoints = 12

// Paper is what the paper summary of a person is made of.
type Paper struct {
	Summary
	Documents []record.Document        // those in the bin are left out
	Category  func(code string) string // names one
	Growth    *Growth                  // of a child; nil for none
}

// Sheet is the paper summary: what the summary has, the growth of a child, all the
// documents, and a code with what a rescuer needs as text.
func (p *Paper) Sheet(l Language) *sheet.Sheet {
	s := p.Summary
	s.Latest = nil
	out := s.Sheet(l)
	inform := out.Blocks[len(out.Blocks)-1]
	out.Title, out.Blocks = l.Say(PaperTitle), out.Blocks[:len(out.Blocks)-1]
	if lines := p.growth(); len(lines) > 0 {
		out.Blocks = append(out.Blocks, sheet.Heading(l.Say(GrowthTitle)), p.Growth.Table(l, lines...),
			sheet.Paragraph(l.Say(growthDated, p.Growth.Reference.Edition.Edition, l.Day(p.Growth.Reference.Date))), sheet.Items{Lines: p.Growth.Reference.Sources})
	}
	documents := p.documents(l)
	if len(documents) == 0 {
		documents = []string{l.Say(paperNone)}
	}
	e := &Emergency{Patient: p.Patient, Entries: p.Entries, Kinds: p.Kinds, Printed: p.Printed}
	out.Blocks = append(out.Blocks, sheet.Heading(l.Say(DocumentsTitle)), sheet.Items{Lines: documents}, inform,
		sheet.QRCode{Content: e.short(l, qrBytes, emergencyOrder), Caption: l.Say(paperScan), Repeats: true})
	return out
}

// Parts are those of the summary that say something, and the documents.
func (p *Paper) Parts(l Language) []SheetPart {
	out := p.Summary.Parts(l)
	if lines := p.growth(); len(lines) > 0 {
		part := SheetPart{Title: l.Say(GrowthTitle)}
		for _, point := range lines {
			part.Lines = append(part.Lines, l.Say(emergencyBefore, l.Day(point.On), l.GrowthMeasure(point.Measure)+Between+p.Growth.Line(l, point)))
		}
		out = append(out, part)
	}
	if documents := p.documents(l); len(documents) > 0 {
		out = append(out, SheetPart{l.Say(DocumentsTitle), documents})
	}
	return out
}

// growth is the newest points, oldest first.
func (p *Paper) growth() []growth.Point {
	if p.Growth == nil {
		return nil
	}
	return p.Growth.Points[max(0, len(p.Growth.Points)-paperPoints):]
}

func (p *Paper) documents(l Language) (out []string) {
	for _, d := range p.Documents {
		if d.RemovedAt == 0 {
			out = append(out, l.Say(paperLine, l.Day(d.ShownDate()), d.Title, p.Category(d.ShownCategory())))
		}
	}
	return out
}
