package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// seriesJSON is a measurement over time as scripts read it: values in its usual
// unit, oldest first.
type seriesJSON struct {
	Measurement string        `json:"measurement"`
	Title       string        `json:"title"`
	LOINC       string        `json:"loinc"`
	FirstLOINC  string        `json:"firstLoinc,omitempty"`
	SecondLOINC string        `json:"secondLoinc,omitempty"`
	Unit        string        `json:"unit"` // UCUM
	Points      []measureJSON `json:"points"`
}

// measureJSON is one measurement. Its date is YYYY, YYYY-MM or YYYY-MM-DD; from and
// to are the first and the last day that it may mean.
type measureJSON struct {
	ID      record.ID `json:"id"`
	Date    string    `json:"date"`
	From    string    `json:"from"`
	To      string    `json:"to"`
	Value   float64   `json:"value"`
	Value2  *float64  `json:"value2,omitempty"`
	Written string    `json:"written"` // value and unit as they were entered
	Method  string    `json:"method,omitempty"`
}

func (a *app) seriesJSON(c *text.Curve) seriesJSON {
	o := c.Observation
	out := seriesJSON{Measurement: o.Code, Title: c.Title(a.Language), LOINC: o.LOINC, FirstLOINC: o.FirstLOINC, Unit: o.Units[0].UCUM, Points: []measureJSON{}}
	if o.Second != nil {
		out.SecondLOINC = o.Second.LOINC
	}
	for _, p := range c.Points {
		x := measureJSON{
			ID: p.Entry.ID, Date: p.Entry.Start, From: p.From.Format(time.DateOnly), To: p.To.Format(time.DateOnly),
			Value: p.Value, Written: a.Quantity(o, &p.Entry), Method: p.Entry.Method,
		}
		if o.Second != nil {
			x.Value2 = &p.Value2
		}
		out.Points = append(out.Points, x)
	}
	return out
}

func (a *app) curveCommand() *cobra.Command {
	var to string
	c := a.verb(a.word(text.CurveWord), 0, 1, func(args []string) error {
		if to != "" && len(args) == 0 {
			return a.usage(text.CurveToOne)
		}
		return a.withVault(func(v *vault.Vault) error {
			p, entries, _, err := a.care(v)
			if err != nil {
				return err
			}
			all := a.tables.Kinds.Series(entries)
			if len(args) > 0 {
				one, err := a.measure(args[0])
				if err != nil {
					return err
				}
				all = []profile.Series{seriesOf(all, one)}
			}
			return a.curves(p, all, to)
		})
	})
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptTo))
	return c
}

// measure finds a measurement by its code, or by the beginning of its name in
// either language.
func (a *app) measure(name string) (*profile.Observation, error) {
	if o := a.tables.Kinds.Observation(name); o != nil {
		return o, nil
	}
	var codes []string
	for i, o := range a.tables.Kinds.Observations {
		codes = append(codes, o.Code)
		for _, label := range []string{o.LabelFR, o.LabelEN} {
			if begin := []rune(label); len([]rune(name)) > 2 && len([]rune(name)) <= len(begin) && vault.SameName(string(begin[:len([]rune(name))]), name) {
				return &a.tables.Kinds.Observations[i], nil
			}
		}
	}
	return nil, a.usage(text.CurveWhich, strings.Join(codes, ", "))
}

// seriesOf is the series of a measurement, one without points where there is none.
func seriesOf(all []profile.Series, o *profile.Observation) profile.Series {
	for _, s := range all {
		if s.Observation == o {
			return s
		}
	}
	return profile.Series{Observation: o}
}

func (a *app) curves(p record.Patient, all []profile.Series, to string) error {
	out := []seriesJSON{}
	for _, s := range all {
		c := &text.Curve{Patient: p, Series: s, Printed: time.Now()}
		if to != "" {
			if err := a.writeSheet(c.Sheet(a.Language), to); err != nil {
				return err
			}
			a.note(text.CurveSaved, to)
		}
		out = append(out, a.seriesJSON(c))
	}
	return a.give(out, func() {
		for _, s := range all {
			c := &text.Curve{Patient: p, Series: s}
			a.tell(text.KindLine, c.Summary(a.Language))
			for _, x := range s.Points {
				a.tell(text.CurveLine, short(x.Entry.ID), x.Entry.Start, c.Value(a.Language, &x.Entry))
			}
		}
		if len(all) == 0 {
			a.tell(text.CurveNone)
		}
	})
}
