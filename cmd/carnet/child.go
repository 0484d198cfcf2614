package main

import (
	"time"

	"github.com/spf13/cobra"

	"carnet/assets"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/growth"
)

func (a *app) childCommands() *cobra.Command { return a.word(text.Child, a.growthCommand()) }

// pointJSON is a measurement of a child as scripts read it. Scores are null where
// no standard covers it.
type pointJSON struct {
	Entry     any             `json:"entry"`
	Measure   growth.Measure  `json:"measure"`
	Date      string          `json:"date"`
	AgeDays   growth.Days     `json:"ageDays"`
	Corrected bool            `json:"correctedAge"`
	Value     float64         `json:"value"`
	Unit      string          `json:"unit"`
	Z         *float64        `json:"z"`
	Centile   *float64        `json:"centile"`
	Standard  growth.Standard `json:"standard,omitempty"`
}

func (a *app) growthCommand() *cobra.Command {
	var on string
	c := a.verb(a.word(text.ChildGrowth), 0, 0, func([]string) error {
		until := time.Now()
		if on != "" {
			var err error
			if until, err = time.Parse(time.DateOnly, on); err != nil {
				return a.usage(text.BadDay, on)
			}
		}
		return a.withVault(func(v *vault.Vault) error { return a.growth(v, until) })
	})
	c.Flags().StringVar(&on, "on", "", a.Say(text.OptOn))
	return c
}

// growth lists the measurements of a person's profile with where they lie.
func (a *app) growth(v *vault.Vault, until time.Time) error {
	p, err := a.who(v)
	if err != nil {
		return err
	}
	reference, err := growth.Load(assets.FS)
	if err != nil {
		return err
	}
	entries, err := v.Entries(p.ID)
	if err != nil {
		return err
	}
	points := reference.Points(p, growth.Gestation{}, entries, until)
	out := []pointJSON{}
	for _, point := range points {
		j := pointJSON{
			Entry: point.Entry, Measure: point.Measure, Date: point.On, AgeDays: point.Age, Corrected: point.Corrected,
			Value: point.Value, Unit: point.Measure.Unit(), Standard: point.Score.Standard,
		}
		if point.Known {
			z, centile := point.Score.Z, point.Score.Centile()
			j.Z, j.Centile = &z, &centile
		}
		out = append(out, j)
	}
	return a.give(map[string]any{"edition": reference.Edition.Edition, "sources": reference.Sources, "points": out}, func() {
		if len(points) == 0 {
			a.tell(text.GrowthEmpty)
			return
		}
		for _, point := range points {
			a.tell(text.GrowthLine, a.Day(point.On), a.GrowthPoint(point))
		}
		a.tell(text.GrowthSources, reference.Edition.Edition)
		a.tell(text.GrowthLimits)
	})
}
