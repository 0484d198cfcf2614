package session

import (
	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/text"
)

// Explain shows an error in three sentences: what happened, what is safe, what
// to do.
func Explain(stage *kit.Stage, l text.Language, err error) {
	e, known := text.Explain(err)
	sentences := []string{l.Say(e.Safe), l.Say(e.Do)}
	if !known {
		sentences = append(sentences, l.Say(text.Cause, err))
	}
	Message(stage, l, l.Say(text.ProblemTitle), kit.Notice(kit.Failing, l.Say(e.What), sentences))
}

// Message shows something that only needs to be read.
func Message(stage *kit.Stage, l text.Language, title string, content fyne.CanvasObject) {
	var sheet *kit.Sheet
	done := kit.NewButton(l.Say(text.Close), nil, kit.Primary, func() { sheet.Close() })
	sheet = stage.ShowSheet(kit.SheetOptions{Title: title, Content: content, Actions: []*kit.Button{done}, Focus: done})
}

// Question asks before something that cannot be taken back: it names what and
// how many, has the verb on its button, and begins at the button that keeps
// everything.
type Question struct {
	Title     string
	Sentences []string
	Verb      string // on the button that acts
	Keep      string // on the button that does not
	Act       func()
}

// Ask shows a question.
func Ask(stage *kit.Stage, q Question) {
	var sheet *kit.Sheet
	act := kit.NewButton(q.Verb, nil, kit.Danger, func() {
		sheet.Close()
		q.Act()
	})
	keep := kit.NewButton(q.Keep, nil, kit.Plain, func() { sheet.Cancel() })
	sheet = stage.ShowSheet(kit.SheetOptions{
		Title: q.Title, Content: kit.Notice(kit.Warning, q.Title, q.Sentences),
		Actions: []*kit.Button{act, keep}, Focus: keep,
	})
}
