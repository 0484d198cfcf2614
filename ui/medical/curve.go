package medical

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// series are the lines of the measurements: one for each kind of them, with its
// latest value, which opens its curve.
func (m *Medical) series(entries []record.Entry) (rows []fyne.CanvasObject) {
	shown := map[record.ID]bool{}
	for _, series := range m.s.Kinds.Series(entries) {
		c := m.curve(series)
		for _, p := range series.Points {
			shown[p.Entry.ID] = true
		}
		last := &series.Points[len(series.Points)-1].Entry
		label := m.s.EntryTitle(m.s.Kinds, last) + text.Between + m.s.Day(last.Start)
		if n := len(series.Points); n > 1 {
			label += text.Between + m.s.Plural(n, text.CurveOne, text.CurveMany)
		}
		rows = append(rows, kit.NewRow(label, kit.CurveIcon, func() { m.showCurve(c) }))
	}
	for _, e := range entries {
		if !shown[e.ID] {
			rows = append(rows, m.row(e)) // of a later edition of the table
		}
	}
	return rows
}

func (m *Medical) curve(series profile.Series) *text.Curve {
	return &text.Curve{Patient: m.s.Person(), Series: series, Printed: m.s.Now()}
}

// showCurve shows a measurement over time, with its table below, newest first;
// Enter on a point or on a line opens the entry.
func (m *Medical) showCurve(c *text.Curve) {
	s := m.s
	var sheet *kit.Sheet
	open := func(p profile.Point) {
		sheet.Close()
		m.show(p.Entry.ID)
	}
	chart := kit.NewChart(c.Plot(s.Language), s.Say(text.CurveKeys), func(stop int) { open(c.Points[stop]) })
	rows := []fyne.CanvasObject{chart, kit.Indent(kit.NewText(c.Summary(s.Language), kit.Body))}
	for _, note := range c.Notes(s.Language) {
		rows = append(rows, kit.Indent(kit.NewText(note, kit.Caption)))
	}
	rows = append(rows, kit.Indent(kit.NewText(s.Say(text.CurveTable), kit.Strong)))
	for _, p := range slices.Backward(c.Points) {
		label := s.Day(p.Entry.Start) + text.Between + c.Value(s.Language, &p.Entry)
		rows = append(rows, kit.NewRow(label, theme.NavigateNextIcon(), func() { open(p) }))
	}
	paper := kit.NewButton(s.Say(text.CurvePrint), theme.DocumentPrintIcon(), kit.Plain, func() {
		sheet.Close()
		m.printCurve(c)
	})
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.CurveOf, c.Title(s.Language), s.Named(s.Person())), Content: kit.Column(0, rows...), Focus: chart.Focus(),
		Actions: []*kit.Button{paper, kit.NewButton(s.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })},
	})
}

// printCurve shows the curve as it will be on paper.
func (m *Medical) printCurve(c *text.Curve) {
	s := m.s
	rows := []fyne.CanvasObject{kit.NewText(s.Named(s.Person()), kit.Section), kit.NewText(c.Summary(s.Language), kit.Body)}
	for _, note := range c.Notes(s.Language) {
		rows = append(rows, kit.NewText(note, kit.Body))
	}
	session.ShowPreview(s.Stage, s.Language, session.Preview{Title: c.Title(s.Language), FileName: s.Say(text.CurveFileName), Rows: rows, Sheet: c.Sheet(s.Language)})
}
