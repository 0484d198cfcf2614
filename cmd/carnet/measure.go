package main

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/devices"
	"carnet/vault/record"
	"carnet/vault/series"
)

func (a *app) measureCommands() *cobra.Command {
	return a.word(text.Measures, a.importMeasuresCommand(), a.listMeasuresCommand(), a.showMeasureCommand())
}

// importedMeasuresJSON is the outcome of an import as scripts read it.
type importedMeasuresJSON struct {
	Document *record.ID     `json:"document,omitempty"` // absent when nothing was new
	Format   devices.Format `json:"format"`
	New      int            `json:"new"`
	Known    int            `json:"known"`
	Left     []leftJSON     `json:"left"`
	LeftMore int            `json:"leftMore"` // lines of further names
}

type leftJSON struct {
	What  string      `json:"what"`
	Why   devices.Why `json:"why"`
	Times int         `json:"times"`
}

func (a *app) importMeasuresCommand() *cobra.Command {
	var title string
	c := a.verb(a.word(text.MeasureImport), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			p, err := a.who(v)
			if err != nil {
				return err
			}
			progress := a.progress()
			m, err := v.ImportMeasurements(a.ctx, p.ID, args[0], &vault.MeasurementOptions{Title: title, Progress: progress.worked})
			progress.end()
			if err != nil {
				return err
			}
			out := importedMeasuresJSON{Format: m.Format, New: m.New, Known: m.Known, Left: []leftJSON{}, LeftMore: m.More}
			if !m.Document.IsZero() {
				out.Document = &m.Document
			}
			for _, l := range m.Left {
				out.Left = append(out.Left, leftJSON(l))
			}
			return a.give(out, func() {
				for _, line := range a.MeasuresReport(&m, short(m.Document)) {
					fmt.Fprintln(a.out, harmless([]any{line})...)
				}
			})
		})
	})
	c.Flags().StringVar(&title, "title", "", a.Say(text.OptMeasureTitle))
	return c
}

// deviceSeriesJSON is what a record has of one measurement from one source, as scripts
// read it. Points that stand in two documents are counted twice.
type deviceSeriesJSON struct {
	Measurement string      `json:"measurement"`
	Title       string      `json:"title"`
	Source      string      `json:"source"`
	LOINC       string      `json:"loinc"`
	Unit        string      `json:"unit"` // UCUM
	Points      int         `json:"points"`
	First       time.Time   `json:"first"`
	Last        time.Time   `json:"last"`
	Documents   []record.ID `json:"documents"`
}

func (a *app) listMeasuresCommand() *cobra.Command {
	return a.verb(a.word(text.MeasureList), 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error {
			p, err := a.who(v)
			if err != nil {
				return err
			}
			all, err := v.MeasurementSeries(p.ID)
			if err != nil {
				return err
			}
			out := []deviceSeriesJSON{}
			for _, s := range all {
				title := s.Measure
				if m := a.tables.Measures.Measure(s.Measure); m != nil {
					title = a.Measure(m)
				}
				out = append(out, deviceSeriesJSON{s.Measure, title, s.Source, s.LOINC, s.Unit, s.Points, s.First, s.Last, s.Documents})
			}
			return a.give(out, func() {
				for _, s := range out {
					var documents []string
					for _, d := range s.Documents {
						documents = append(documents, short(d))
					}
					a.tell(text.MeasureLine, s.Title, a.SourceName(s.Source), a.Plural(s.Points, text.CurveOne, text.CurveMany),
						s.First.Format(time.DateOnly), s.Last.Format(time.DateOnly), strings.Join(documents, " "))
				}
				if len(out) == 0 {
					a.tell(text.MeasuresNone)
				}
			})
		})
	})
}

// deviceValueJSON is one value of a device as scripts read it, in the usual unit.
type deviceValueJSON struct {
	Start  time.Time `json:"start"`
	End    time.Time `json:"end"`
	Value  float64   `json:"value"`
	Value2 *float64  `json:"value2,omitempty"`
	Source string    `json:"source"`
}

// deviceValuesJSON is a measurement in a period.
type deviceValuesJSON struct {
	Measurement string            `json:"measurement"`
	LOINC       string            `json:"loinc"`
	Unit        string            `json:"unit"`     // UCUM
	Daily       bool              `json:"daily"`    // sums of days
	Repeated    int               `json:"repeated"` // values of a second source that are left out
	Points      []deviceValueJSON `json:"points"`
}

func (a *app) showMeasureCommand() *cobra.Command {
	var from, to, source string
	var table bool
	c := a.verb(a.word(text.MeasureShow), 1, 1, func(args []string) error {
		m, err := a.deviceMeasure(args[0])
		if err != nil {
			return err
		}
		period, err := a.period(from, to)
		if err != nil {
			return err
		}
		return a.withVault(func(v *vault.Vault) error {
			p, err := a.who(v)
			if err != nil {
				return err
			}
			runs, err := v.Measurements(a.ctx, p.ID, m.Code, period)
			if err != nil {
				return err
			}
			if source != "" {
				runs = slices.DeleteFunc(runs, func(r series.Run) bool { return !vault.SameName(r.Source, source) })
			}
			curve := &text.DeviceCurve{Patient: p, Measure: m}
			curve.Points, curve.Repeated = m.Points(runs)
			if table {
				return a.measureTable(curve)
			}
			return a.give(a.deviceValues(curve), func() {
				a.tell(text.KindLine, curve.Summary(a.Language))
				for _, x := range curve.Points {
					a.tell(text.MeasureValue, a.Moment(m, x.At()), a.MeasuredValue(m, x.Value, x.Second), a.SourceName(x.Source))
				}
				if m.Sum && len(curve.Points) > 0 {
					a.note(text.MeasureDaily)
				}
				if curve.Repeated > 0 {
					a.note(text.MeasureRepeated, curve.Repeated)
				}
			})
		})
	})
	c.Flags().StringVar(&from, "from", "", a.Say(text.OptFromDay))
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptToDay))
	c.Flags().StringVar(&source, "source", "", a.Say(text.OptSourceOnly))
	c.Flags().BoolVar(&table, "csv", false, a.Say(text.OptCSV))
	return c
}

func (a *app) deviceValues(c *text.DeviceCurve) deviceValuesJSON {
	out := deviceValuesJSON{
		Measurement: c.Measure.Code, LOINC: c.Measure.LOINC, Unit: c.Measure.Units[0].UCUM, Daily: c.Measure.Sum, Repeated: c.Repeated, Points: []deviceValueJSON{},
	}
	for _, x := range c.Points {
		p := deviceValueJSON{Start: x.At(), End: x.Until(), Value: x.Value, Source: x.Source}
		if c.Measure.Two() {
			p.Value2 = &x.Second
		}
		out.Points = append(out.Points, p)
	}
	return out
}

// measureTable writes the values for a spreadsheet or another program: commas and
// points, as RFC 4180 has them.
func (a *app) measureTable(c *text.DeviceCurve) error {
	w := csv.NewWriter(a.out)
	if err := w.Write([]string{"start", "end", "value", "value2", "unit", "source"}); err != nil {
		return err
	}
	number := func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
	for _, x := range c.Points {
		second := ""
		if c.Measure.Two() {
			second = number(x.Second)
		}
		row := []string{x.At().Format(time.RFC3339), x.Until().Format(time.RFC3339), number(x.Value), second, c.Measure.Units[0].UCUM, x.Source}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// deviceMeasure finds a measurement of devices by its code, or by the beginning of its
// name in either language.
func (a *app) deviceMeasure(name string) (*series.Measure, error) {
	if m := a.tables.Measures.Measure(name); m != nil {
		return m, nil
	}
	var codes []string
	for i, m := range a.tables.Measures.Measures {
		codes = append(codes, m.Code)
		for _, label := range []string{m.LabelFR, m.LabelEN} {
			if begin := []rune(label); len([]rune(name)) > 2 && len([]rune(name)) <= len(begin) && vault.SameName(string(begin[:len([]rune(name))]), name) {
				return &a.tables.Measures.Measures[i], nil
			}
		}
	}
	return nil, a.usage(text.CurveWhich, strings.Join(codes, ", "))
}

// period is from the beginning of a day to the end of another, by the clock of this
// computer.
func (a *app) period(from, to string) (p series.Period, err error) {
	for _, x := range []struct {
		day string
		at  *time.Time
		add int
	}{{from, &p.From, 0}, {to, &p.To, 1}} {
		if x.day == "" {
			continue
		}
		t, err := time.ParseInLocation(time.DateOnly, x.day, time.Local)
		if err != nil {
			return p, a.usage(text.DayWrong, x.day)
		}
		*x.at = t.AddDate(0, 0, x.add)
	}
	return p, nil
}
