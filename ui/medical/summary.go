package medical

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/record"
)

// care reads the documents of the person shown, and goes on with them.
func (m *Medical) care(then func(docs []record.Document)) {
	patient := m.s.Person().ID
	if patient.IsZero() {
		return
	}
	var docs []record.Document
	m.s.Do(func(context.Context) (err error) {
		docs, err = m.s.Vault.Documents(patient)
		return err
	}, func() { then(docs) })
}

// summary shows « Ma santé en résumé », to print or to save.
func (m *Medical) summary() {
	s := m.s
	m.care(func(docs []record.Document) {
		sum := text.Summary{Patient: s.Person(), Entries: m.entries, Latest: text.Latest(docs), Kinds: s.Kinds, Printed: s.Now()}
		rows := []fyne.CanvasObject{kit.NewText(s.Named(s.Person()), kit.Section)}
		for _, part := range sum.Parts(s.Language) {
			rows = append(rows, kit.NewText(part.Title, kit.Strong))
			for _, line := range part.Lines {
				rows = append(rows, kit.NewText(line, kit.Body))
			}
		}
		session.ShowPreview(s.Stage, s.Language, session.Preview{Title: s.Say(text.SummaryTitle), FileName: s.Say(text.SummaryFileName), Rows: rows, Sheet: sum.Sheet(s.Language)})
	})
}

// timeline lists all that is dated, newest first; Enter opens what a line is
// about.
func (m *Medical) timeline() {
	s := m.s
	m.care(func(docs []record.Document) {
		events := s.Timeline(s.Kinds, m.entries, docs, s.Category)
		var sheet *kit.Sheet
		list := kit.NewList(kit.ListSource{
			Length: func() int { return len(events) },
			Make:   func() fyne.CanvasObject { return kit.NewListRow(nil) },
			Bind: func(i int, row fyne.CanvasObject) {
				icon := theme.ListIcon()
				if events[i].Document {
					icon = theme.DocumentIcon()
				}
				row.(*kit.Row).Present(kit.RowFace{Title: events[i].Title, Icon: icon, Caption: s.Day(events[i].Date) + text.Between + events[i].What})
			},
			Height: kit.RowHeight,
			Name:   func(i int) string { return events[i].Title },
			Open: func(i int) {
				sheet.Close()
				if events[i].Document {
					s.ShowDocument(events[i].ID)
				} else {
					m.show(events[i].ID)
				}
			},
		})
		content, focus := fyne.CanvasObject(container.New(kit.ListRoom{}, list)), fyne.Focusable(list)
		if len(events) == 0 {
			content, focus = kit.Empty(theme.HistoryIcon(), s.Say(text.TimelineEmpty)), nil
		}
		sheet = s.Stage.ShowSheet(kit.SheetOptions{
			Title: s.Say(text.TimelineTitle), Content: content, Focus: focus,
			Actions: []*kit.Button{kit.NewButton(s.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })},
		})
	})
}
