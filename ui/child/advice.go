package child

import (
	"context"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// advicePane is the advice for a child's age.
type advicePane struct {
	c *Child

	advice     *schedule.Advice
	age        *schedule.Age
	programmes []*schedule.Age
}

func (v *advicePane) read(_ context.Context, p record.Patient) (func(), error) {
	advice, err := v.c.s.Advice()
	if err != nil {
		return nil, err
	}
	age, programmes := advice.For(p, v.c.s.Now())
	return func() { v.advice, v.age, v.programmes = advice, age, programmes }, nil
}

func (v *advicePane) rows() []fyne.CanvasObject {
	if v.advice == nil {
		return nil
	}
	s := v.c.s
	var rows []fyne.CanvasObject
	for _, part := range s.AdviceParts(v.age, v.programmes) {
		lines := []fyne.CanvasObject{kit.NewText(part.Title, kit.Section)}
		for _, line := range part.Lines {
			lines = append(lines, kit.NewText(line, kit.Body))
		}
		rows = append(rows, kit.Card(kit.Neutral, kit.Column(0, lines...)))
	}
	var notes []fyne.CanvasObject
	for _, line := range append(s.AdviceSources(v.advice), s.Say(text.ExamsInform)) {
		notes = append(notes, kit.NewText(line, kit.Caption))
	}
	return append(rows, kit.Card(kit.Neutral, kit.Column(0, notes...)))
}

// print shows the advice as it will be on paper.
func (v *advicePane) print() {
	if v.advice == nil {
		return // not read yet
	}
	s := v.c.s
	sheet := s.AdviceSheet(v.advice, v.age, v.programmes, s.Now())
	session.ShowPreview(s.Stage, s.Language, session.Preview{
		Title: s.Say(text.AdviceTitle), FileName: s.Say(text.AdviceFileName), Rows: partRows(s.AdviceParts(v.age, v.programmes)), Sheet: sheet,
	})
}
