package medical

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/series"
)

// devices are the lines of what devices measured: one for each measurement, which opens
// its curve.
func (m *Medical) devices() (rows []fyne.CanvasObject) {
	s := m.s
	for i := range s.Measures.Measures {
		measure := &s.Measures.Measures[i]
		points, sources := 0, 0
		var last time.Time
		for _, x := range m.measured {
			if x.Measure != measure.Code {
				continue
			}
			points, sources = points+x.Points, sources+1
			if x.Last.After(last) {
				last = x.Last
			}
		}
		if points == 0 {
			continue
		}
		label := s.Say(text.MeasureRow, s.Language.Measure(measure), s.Plural(points, text.CurveOne, text.CurveMany), s.Plural(sources, text.MeasureSourceOne, text.MeasureSourceMany), s.Date(last))
		rows = append(rows, kit.NewRow(label, kit.CurveIcon, func() { m.showDevice(measure, 0, 2) }))
	}
	if len(rows) > 0 {
		rows = append([]fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(text.MeasuresTitle), kit.Strong))}, rows...)
	}
	return append(rows, kit.Indent(kit.NewText(s.Say(text.MeasuresHow), kit.Caption)))
}

// spans are the periods that a curve may show, in days back from its last value; 0 is
// all there is.
var spans = []struct {
	label text.Message
	days  int
}{{text.MeasureWeek, 7}, {text.MeasureMonth, 31}, {text.MeasureYear, 366}, {text.MeasureEver, 0}}

// showDevice reads a measurement in a period, of a source or of all for 0, and shows it.
func (m *Medical) showDevice(measure *series.Measure, source, span int) {
	s := m.s
	of := m.sources(measure)
	var period series.Period
	if days := spans[span].days; days > 0 {
		last := of[0].Last
		for _, x := range of {
			if x.Last.After(last) {
				last = x.Last
			}
		}
		period.From = last.AddDate(0, 0, 1-days).Truncate(24 * time.Hour) // whole days
	}
	patient := s.Person()
	var runs []series.Run
	s.Do(func(ctx context.Context) (err error) {
		runs, err = s.Vault.Measurements(ctx, patient.ID, measure.Code, period)
		return err
	}, func() {
		if patient.ID != s.Person().ID || s.Stage.SheetOpen() {
			return
		}
		if source > 0 {
			runs = slices.DeleteFunc(runs, func(r series.Run) bool { return r.Source != of[source-1].Source })
		}
		c := &text.DeviceCurve{Patient: patient, Measure: measure}
		c.Points, c.Repeated = measure.Points(runs)
		m.deviceSheet(c, of, source, span)
	})
}

// sources are what is there of a measurement, a source each.
func (m *Medical) sources(measure *series.Measure) (out []vault.MeasurementSeries) {
	for _, x := range m.measured {
		if x.Measure == measure.Code {
			out = append(out, x)
		}
	}
	return out
}

// deviceSheet shows a curve with the choice of its period and source above and its
// table below.
func (m *Medical) deviceSheet(c *text.DeviceCurve, of []vault.MeasurementSeries, source, span int) {
	s := m.s
	var sheet *kit.Sheet
	var labels []string
	for _, x := range spans {
		labels = append(labels, s.Say(x.label))
	}
	again := func(source, span int) {
		sheet.Close()
		m.showDevice(c.Measure, source, span)
	}
	periods := kit.NewSegments(s.Say(text.MeasurePeriod), labels, span, func(n int) { again(source, n) })
	rows := []fyne.CanvasObject{periods}
	if len(of) > 1 {
		labels := []string{s.Say(text.MeasureAll)}
		for _, x := range of {
			labels = append(labels, s.SourceName(x.Source))
		}
		rows = append(rows, kit.NewSegments(s.Say(text.MeasureFrom), labels, source, func(n int) { again(n, span) }))
	} else if len(of) == 1 {
		rows = append(rows, kit.Indent(kit.NewText(s.Say(text.MeasureSource, s.SourceName(of[0].Source)), kit.Caption)))
	}
	chart := kit.NewChart(c.Plot(s.Language), s.Say(text.MeasureKeys), nil)
	rows = append(rows, chart, kit.Indent(kit.NewText(c.Summary(s.Language), kit.Body)))
	for _, note := range c.Notes(s.Language) {
		rows = append(rows, kit.Indent(kit.NewText(note, kit.Caption)))
	}
	rows = append(rows, kit.Indent(kit.NewText(s.Say(text.CurveTable), kit.Strong)))
	lines, _ := c.Table(s.Language)
	for _, line := range lines {
		rows = append(rows, kit.Indent(kit.NewText(line.When+text.Between+line.Value, kit.Body)))
	}
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.CurveOf, s.Language.Measure(c.Measure), s.Named(c.Patient)), Content: kit.Column(0, rows...), Focus: periods,
		Actions: []*kit.Button{kit.NewButton(s.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })},
	})
}
