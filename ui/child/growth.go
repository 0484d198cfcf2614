package child

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/growth"
	"carnet/vault/record"
)

// growthPane is how a child grows: a curve or a table for each measure.
type growthPane struct {
	c       *Child
	entries []record.Entry
	growth  *text.Growth // nil before the vault was read

	measure int              // of text.GrowthMeasures
	by      text.GrowthLines // of the curve
	table   bool             // in place of the curve

	chart *kit.Chart        // nil without a curve
	words map[string]string // of a form that waits for the vault to be read
	view  *fyne.Container
}

// chartRoom is the part of the height of a curve that does not grow with the text.
const chartRoom = 280

func (g *growthPane) read(_ context.Context, p record.Patient) (func(), error) {
	reference, err := g.c.s.Growth()
	if err != nil {
		return nil, err
	}
	entries, err := g.c.s.Vault.Entries(p.ID)
	if err != nil {
		return nil, err
	}
	now := g.c.s.Now()
	read := &text.Growth{Patient: p, Reference: reference, Points: reference.Points(p, entries, now), Printed: now}
	return func() {
		g.entries, g.growth = entries, read
		if words := g.words; words != nil {
			g.words = nil
			g.form(words)
		}
	}, nil
}

// restore opens the form again, once what it compares with was read.
func (g *growthPane) restore(words map[string]string) {
	if g.growth == nil {
		g.words = words
		return
	}
	g.form(words)
}

// of is the measure shown.
func (g *growthPane) of() growth.Measure { return text.GrowthMeasures[g.measure] }

func (g *growthPane) rows() []fyne.CanvasObject {
	s := g.c.s
	if g.growth == nil {
		return nil
	}
	add := kit.NewButton(s.Say(text.GrowthAdd), theme.ContentAddIcon(), kit.Primary, func() { g.form(nil) })
	if len(g.growth.Points) == 0 {
		return []fyne.CanvasObject{kit.Empty(kit.CurveIcon, s.Say(text.GrowthFirst), add)}
	}
	labels := make([]string, len(text.GrowthMeasures))
	for i, m := range text.GrowthMeasures {
		labels[i] = s.GrowthMeasure(m)
	}
	which := kit.NewSegments(s.Say(text.GrowthWhich), labels, g.measure, func(i int) {
		g.measure = i
		g.show()
	})
	form := kit.NewButton("", nil, kit.Plain, nil)
	turn := func() {
		form.Label, form.Icon = s.Say(text.GrowthTable), theme.ListIcon()
		if g.table {
			form.Label, form.Icon = s.Say(text.GrowthCurve), kit.CurveIcon
		}
		form.Refresh()
	}
	form.OnTapped = func() {
		g.table = !g.table
		turn()
		g.show()
	}
	turn()
	paper := kit.NewButton(s.Say(text.Print), theme.DocumentPrintIcon(), kit.Plain, g.print)
	g.view = kit.Column(0)
	g.show()
	return []fyne.CanvasObject{kit.Stretch(add, form, paper), which, g.view}
}

// show makes what depends on the measure and the form chosen.
func (g *growthPane) show() {
	s, m := g.c.s, g.of()
	g.chart = nil
	points := g.growth.Of(m)
	rows := []fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(text.GrowthByAge, s.GrowthMeasure(m), text.GrowthUnit(m)), kit.Section))}
	switch {
	case len(points) == 0:
		rows = append(rows, kit.Indent(kit.NewText(s.Say(text.GrowthNoneOf), kit.Quiet)))
	case g.table:
		rows = append(rows, g.lines(points))
	default:
		rows = append(rows, g.curve()...)
	}
	if remarks := g.growth.Remarks(s.Language, m); len(remarks) > 0 {
		rows = append(rows, kit.Notice(kit.Warning, s.Say(text.GrowthRemarks), remarks))
	}
	for _, said := range g.growth.Changes(s.Language, m) {
		rows = append(rows, kit.Indent(kit.NewText(said, kit.Body)))
	}
	for _, note := range g.growth.Notes(s.Language, g.by, m) {
		rows = append(rows, kit.Indent(kit.NewText(note, kit.Caption)))
	}
	rows = append(rows, kit.Indent(kit.NewText(s.Say(text.GrowthEdition, s.Day(g.growth.Reference.Date)), kit.Caption)))
	g.view.Objects = []fyne.CanvasObject{kit.Card(kit.Neutral, kit.Column(0, rows...))}
	g.view.Refresh()
	s.Stage.Settle()
}

// curve is the curve of the measure shown, in a sentence what it shows, and what can
// be chosen about it.
func (g *growthPane) curve() []fyne.CanvasObject {
	s, m := g.c.s, g.of()
	points := g.growth.Drawn(m)
	g.chart = kit.NewChart(g.growth.Plot(s.Language, m, g.by), s.Say(text.GrowthKeys), func(stop int) { g.open(points[stop]) })
	g.chart.SetHeight(chartRoom)
	return append([]fyne.CanvasObject{g.chart, kit.Indent(kit.NewText(g.growth.Summary(s.Language, m), kit.Body))}, g.choices()...)
}

// choices say which ages are looked at, and what the curve is compared with.
func (g *growthPane) choices() []fyne.CanvasObject {
	s := g.c.s
	labels := make([]string, len(text.GrowthParts))
	for i, part := range text.GrowthParts {
		labels[i] = s.Say(part.Label)
	}
	ages := kit.NewSegments(s.Say(text.GrowthSpans), labels, 0, func(i int) {
		from, to := text.GrowthParts[i].From, text.GrowthParts[i].To
		if to == 0 {
			from, to = g.growth.Span(g.of())
		}
		g.chart.LookAt(float64(from), float64(to))
	})
	all := []text.GrowthLines{text.ByScore, text.ByCentile}
	names := []string{s.Say(text.GrowthScores), s.Say(text.GrowthCentiles)}
	if g.of() == growth.BMI {
		all, names = append(all, text.ByThreshold), append(names, s.Say(text.GrowthIOTF))
	}
	lines := kit.NewSegments(s.Say(text.GrowthCompared), names, max(0, slices.Index(all, g.by)), func(i int) {
		from, to := g.chart.View()
		g.by = all[i]
		g.chart.Change(g.growth.Plot(s.Language, g.of(), g.by))
		g.chart.LookAt(from, to)
	})
	move := func(label text.Message, icon fyne.Resource, do func()) fyne.CanvasObject {
		return kit.NewButton(s.Say(label), icon, kit.Plain, do)
	}
	return []fyne.CanvasObject{
		kit.Indent(kit.NewText(s.Say(text.GrowthSpans), kit.Strong)), ages,
		kit.Flow(
			move(text.GrowthEarlier, theme.NavigateBackIcon(), func() { g.chart.Pan(false) }),
			move(text.GrowthLater, theme.NavigateNextIcon(), func() { g.chart.Pan(true) }),
			move(text.ZoomIn, theme.ZoomInIcon(), func() { g.chart.Zoom(true) }),
			move(text.ZoomOut, theme.ZoomOutIcon(), func() { g.chart.Zoom(false) }),
		),
		kit.Indent(kit.NewText(s.Say(text.GrowthCompared), kit.Strong)), lines,
	}
}

// lines are the table of the measure shown, newest first; Enter opens a line.
func (g *growthPane) lines(points []growth.Point) fyne.CanvasObject {
	t := g.growth.Table(g.c.s.Language, points...)
	rows := make([]kit.TableRow, len(points))
	for i, p := range slices.Backward(points) {
		n := len(points) - 1 - i
		cells := slices.Delete(t.Rows[n], 2, 3) // the measure is the title
		rows[n] = kit.TableRow{Cells: cells, Said: g.growth.Line(g.c.s.Language, p), Open: func() { g.open(p) }}
	}
	return kit.Table(slices.Delete(t.Head, 2, 3), rows)
}

// open shows all that is known of a measurement, which can go to the bin.
func (g *growthPane) open(p growth.Point) {
	s := g.c.s
	t := g.growth.Table(s.Language, p)
	var rows []fyne.CanvasObject
	for i, name := range t.Head {
		rows = append(rows, kit.NewText(s.Say(text.ChangedTo, name, t.Rows[0][i]), kit.Body))
	}
	i := slices.IndexFunc(g.entries, func(e record.Entry) bool { return e.ID == p.Entry })
	var sheet *kit.Sheet
	closing := kit.NewButton(s.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })
	actions := []*kit.Button{closing}
	if p.Measure != growth.BMI && i >= 0 { // the index is in no entry
		actions = append([]*kit.Button{kit.NewButton(s.Say(text.MoveToBin), theme.DeleteIcon(), kit.Plain, func() {
			sheet.Close()
			s.Act(session.RemovingEntry(s.Vault, s.Say(text.EntryInBin), g.entries[i]), g.c.Enter)
		})}, closing)
	}
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.GrowthMeasure(p.Measure), Content: kit.Indent(kit.Column(0, rows...)), Actions: actions, Focus: closing,
	})
}

// print shows the growth as it will be on paper.
func (g *growthPane) print() {
	s := g.c.s
	if g.growth == nil || len(g.growth.Points) == 0 {
		s.Tell(s.Say(text.NothingToPrint), nil)
		return
	}
	rows := []fyne.CanvasObject{kit.NewText(s.Named(s.Person()), kit.Section)}
	for _, m := range text.GrowthMeasures {
		if len(g.growth.Of(m)) > 0 {
			rows = append(rows, kit.NewText(g.growth.Summary(s.Language, m), kit.Body))
		}
	}
	for _, note := range g.growth.Notes(s.Language, g.by, text.GrowthMeasures...) {
		rows = append(rows, kit.NewText(note, kit.Caption))
	}
	session.ShowPreview(s.Stage, s.Language, session.Preview{
		Title: s.Say(text.GrowthTitle), FileName: s.Say(text.GrowthFileName), Rows: rows, Sheet: g.growth.Sheet(s.Language, g.by),
	})
}
