package text

import (
	"time"

	"carnet/vault/exchange/sheet"
	"carnet/vault/guide"
	"carnet/vault/record"
)

// Guides: how to use one's rights towards the public service.
var (
	GuideWord  = Word{FR: "guide", EN: "guide", Help: Message{"Les guides : s'opposer à Mon espace santé, le clôturer, le reprendre ici, demander un effacement, se séparer", "The guides: objecting to Mon espace santé, closing it, taking it over here, asking for erasure, parting"}}
	GuideList  = Word{FR: "lister", EN: "list", Help: Message{"Liste les guides", "Lists the guides"}}
	GuideShow  = Word{FR: "montrer", EN: "show", Help: Message{"Montre un guide, avec sa date et ses sources", "Shows a guide, with its date and sources"}, Usage: Message{"CODE", "CODE"}}
	GuideState = Word{FR: "etat", EN: "status", Help: Message{"Dit ce qui est coché d'un guide dans le carnet d'une personne", "Says what is ticked of a guide in a person's record"}, Usage: Message{"CODE", "CODE"}}
	GuideTick  = Word{FR: "cocher", EN: "tick", Help: Message{"Coche une étape d'un guide, ou avec --undo la décoche", "Ticks a step of a guide, or with --undo unticks it"}, Usage: Message{"CODE ÉTAPE", "CODE STEP"}}
	GuideProve = Word{FR: "ranger", EN: "keep", Help: Message{"Range dans les documents la preuve reçue, et coche l'étape", "Files the proof received among the documents, and ticks its step"}, Usage: Message{"CODE FICHIER", "CODE FILE"}}
	OptUntick  = Message{"décoche l'étape", "unticks the step"}
	NoStep     = Message{"Cette étape n'existe pas. « carnet guide etat CODE » les montre.", "There is no such step. \"carnet guide status CODE\" shows them."}
	NoProof    = Message{"Ce guide n'a pas d'étape pour une preuve.", "This guide has no step for a proof."}
	StepDone   = Message{"[x] %s  %s", "[x] %s  %s"}
	StepToDo   = Message{"[ ] %s  %s", "[ ] %s  %s"}
	ProofKept  = Message{"Preuve rangée : %s", "Proof filed: %s"}
	NoGuide    = Message{"Ce guide n'existe pas. « carnet guide lister » les montre.", "There is no such guide. \"carnet guide list\" shows them."}
	GuideLine  = Message{"%s  %s", "%s  %s"}
	GuideTo    = Message{"fichier où l'écrire : .pdf, .html ou .txt", "file to write it to: .pdf, .html or .txt"}
	GuideSaved = Message{"Guide enregistré : %s", "Guide saved: %s"}

	RightsTitle   = Message{"Mes droits : s'opposer, clôturer, effacer", "My rights: object, close, erase"}
	RightsText    = Message{"Ces guides disent comment faire auprès du service public, ou quand une famille se sépare. Carnet ne le fait pas à votre place.", "These guides say how to do it with the public service, or when a family parts. Carnet does not do it for you."}
	GuideDated    = Message{"À jour au %s. Vérifiez auprès du service avant d'agir.", "As of %s. Check with the service before you act."}
	GuideSource   = Message{"Source %d : %s", "Source %d: %s"}
	GuideFileName = Message{"guide-mes-droits", "guide-my-rights"}
	GuideKeep     = Message{"Ranger la preuve reçue...", "File the proof received..."}
	GuideOf       = Message{"Ce qui est coché est gardé dans le carnet de %s.", "What is ticked is kept in the record of %s."}
	GuideLoose    = Message{"Coffre fermé : ce qui est coché n'est pas gardé.", "Vault closed: what is ticked is not kept."}
	GuideDone     = Message{"Fait le %s.", "Done on %s."}
	GuideProofIs  = Message{"Fait le %s. Preuve : %s.", "Done on %s. Proof: %s."}
	GuideTag      = Message{"preuve", "proof"}
	GuideTicked   = Message{"Étape cochée", "Step ticked"}
	GuideUnticked = Message{"Étape décochée", "Step unticked"}
	GuideProofIn  = Message{"Preuve rangée dans le carnet de %s", "Proof filed in the record of %s"}
	GuideBox      = Message{"[  ] %s (source %d)", "[  ] %s (source %d)"}
	GuideStep     = Message{"%s (source %d)", "%s (source %d)"}
)

// GuideTitle is what a guide is for.
func (l Language) GuideTitle(g guide.Guide) string { return l.Say(Message{g.TitleFR, g.TitleEN}) }

// GuideIntro is what to know first.
func (l Language) GuideIntro(g guide.Guide) string { return l.Say(Message{g.IntroFR, g.IntroEN}) }

// GuideSteps are what to do, each with the number of its source.
func (l Language) GuideSteps(g guide.Guide) (out []string) {
	for _, s := range g.Steps {
		out = append(out, l.Say(GuideStep, l.StepText(s), s.Source))
	}
	return out
}

// GuideDone says when a step was done, and with what proof: the title of a document, ""
// for none.
func (l Language) GuideDone(e record.Entry, proof string) string {
	if proof == "" {
		return l.Say(GuideDone, l.Day(e.Start))
	}
	return l.Say(GuideProofIs, l.Day(e.Start), proof)
}

// StepText is a step in words.
func (l Language) StepText(s guide.Step) string { return l.Say(Message{s.FR, s.EN}) }

// GuideFoot says as of when a table holds, and its sources.
func (l Language) GuideFoot(t *guide.Table) []string {
	day, err := time.Parse(time.DateOnly, t.Date)
	if err != nil {
		return t.Sources // a table that was read has a date
	}
	out := []string{l.Say(GuideDated, l.Date(day))}
	for i, s := range t.Sources {
		out = append(out, l.Say(GuideSource, i+1, s))
	}
	return out
}

// Guide is a guide on paper, as a list to tick.
func (l Language) Guide(t *guide.Table, g guide.Guide, now time.Time) *sheet.Sheet {
	made := &sheet.Sheet{Title: l.GuideTitle(g), Language: l.Tag(), Footer: l.Say(Independence), Created: now, Blocks: []sheet.Block{sheet.Paragraph(l.GuideIntro(g))}}
	for _, s := range g.Steps {
		made.Blocks = append(made.Blocks, sheet.Paragraph(l.Say(GuideBox, l.StepText(s), s.Source)))
	}
	for _, s := range l.GuideFoot(t) {
		made.Blocks = append(made.Blocks, sheet.Paragraph(s))
	}
	return made
}
