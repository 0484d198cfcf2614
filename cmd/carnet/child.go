package main

import (
	"slices"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/growth"
	"carnet/vault/profile"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

func (a *app) childCommands() *cobra.Command {
	return a.word(text.Child, a.growthCommand(), a.word(text.ChildMeasure, a.addMeasureCommand()), a.vaccinationsCommand(), a.schoolSheetCommand(),
		a.examsCommand(text.ChildExams, schedule.ChildExams), a.visitCommand(), a.adviceCommand(), a.handOverCommand())
}

// pointJSON is a measurement of a child as scripts read it. Scores are null where
// no standard covers it, or the value is too far from others to be believed.
type pointJSON struct {
	Entry     any             `json:"entry"`
	Measure   growth.Measure  `json:"measure"`
	Date      string          `json:"date"`
	AgeDays   growth.Days     `json:"ageDays"`
	Corrected bool            `json:"correctedAge"`
	Compared  growth.Days     `json:"comparedAtDays"`
	Value     float64         `json:"value"`
	Unit      string          `json:"unit"`
	Position  string          `json:"position,omitempty"` // "lying" or "standing"
	Doubted   bool            `json:"doubted,omitempty"`
	Z         *float64        `json:"z"`
	Centile   *float64        `json:"centile"`
	Standard  growth.Standard `json:"standard,omitempty"`
	Remarks   []remarkJSON    `json:"remarks,omitempty"`
}

// remarkJSON is a fact about a measurement that asks for a second look.
type remarkJSON struct {
	Kind  growth.RemarkKind `json:"kind"`
	Since string            `json:"since,omitempty"` // the day of what it was compared with
	Meant float64           `json:"meant,omitempty"`
}

var positionNames = map[growth.Position]string{growth.Lying: "lying", growth.Standing: "standing"}

func (a *app) growthCommand() *cobra.Command {
	var day func() (time.Time, error)
	var to, lines string
	c := a.verb(a.word(text.ChildGrowth), 0, 0, func([]string) error {
		until, err := day()
		if err != nil {
			return err
		}
		by := text.GrowthLines(lines)
		if by != text.ByScore && by != text.ByCentile && by != text.ByThreshold {
			return a.usage(text.BadOption, "--lines")
		}
		return a.withVault(func(v *vault.Vault) error {
			p, err := a.who(v)
			if err != nil {
				return err
			}
			g, err := a.growthOf(v, p, until)
			if err != nil {
				return err
			}
			if to != "" {
				if err := a.writeSheet(g.Sheet(a.Language, by), to); err != nil {
					return err
				}
				a.note(text.GrowthSaved, to)
			}
			return a.growth(g)
		})
	})
	day = a.onDay(c)
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptTo))
	c.Flags().StringVar(&lines, "lines", string(text.ByScore), a.Say(text.OptLines))
	return c
}

// growthOf places the measurements of a person's profile until a day.
func (a *app) growthOf(v *vault.Vault, p record.Patient, until time.Time) (*text.Growth, error) {
	reference, err := a.tables.Growth()
	if err != nil {
		return nil, err
	}
	entries, err := v.Entries(p.ID)
	if err != nil {
		return nil, err
	}
	return &text.Growth{Patient: p, Reference: reference, Points: reference.Points(p, entries, until), Printed: time.Now()}, nil
}

// paceJSON is by how much a measure changed, as scripts read it.
type paceJSON struct {
	Measure growth.Measure `json:"measure"`
	From    string         `json:"from"`
	To      string         `json:"to"`
	By      float64        `json:"by"`
	PerYear float64        `json:"perYear"`
	Unit    string         `json:"unit"`
}

func pacesJSON(g *text.Growth) []paceJSON {
	out := []paceJSON{}
	for _, m := range text.GrowthMeasures {
		if c, ok := growth.Latest(g.Points, m); ok {
			out = append(out, paceJSON{m, c.From.On, c.To.On, c.By, c.PerYear(), m.Unit()})
		}
	}
	return out
}

// pointsJSON are the points that which wants.
func pointsJSON(g *text.Growth, which func(growth.Point) bool) []pointJSON {
	out := []pointJSON{}
	remarks := g.Reference.Remarks(g.Patient, g.Points)
	for i, point := range g.Points {
		if !which(point) {
			continue
		}
		j := pointJSON{
			Entry: point.Entry, Measure: point.Measure, Date: point.On, AgeDays: point.Age, Corrected: point.Corrected, Compared: point.Compared,
			Value: point.Value, Unit: point.Measure.Unit(), Position: positionNames[point.Position], Standard: point.Score.Standard,
			Doubted: point.Doubted,
		}
		if point.Known {
			z, centile := point.Score.Z, point.Score.Centile()
			j.Z, j.Centile = &z, &centile
		}
		for _, r := range remarks[i] {
			j.Remarks = append(j.Remarks, remarkJSON{r.Kind, r.Before.On, r.Meant})
		}
		out = append(out, j)
	}
	return out
}

// growth lists the measurements with where they lie.
func (a *app) growth(g *text.Growth) error {
	all := pointsJSON(g, func(growth.Point) bool { return true })
	return a.give(map[string]any{"edition": g.Reference.Edition.Edition, "sources": g.Reference.Sources, "points": all, "changes": pacesJSON(g)}, func() {
		if len(g.Points) == 0 {
			a.tell(text.GrowthEmpty)
			return
		}
		for _, point := range g.Points {
			a.tell(text.GrowthLine, a.Day(point.On), g.Point(a.Language, point))
		}
		for _, said := range g.Remarks(a.Language, text.GrowthMeasures...) {
			a.tell(text.GrowthNote, said)
		}
		for _, said := range g.Changes(a.Language, text.GrowthMeasures...) {
			a.tell(text.KindLine, said)
		}
		for _, note := range g.Notes(a.Language, text.ByScore, text.GrowthMeasures...) {
			a.tell(text.KindLine, note)
		}
	})
}

func (a *app) addMeasureCommand() *cobra.Command {
	var on, weight, height, position, head string
	c := a.verb(a.word(text.ChildMeasureAdd), 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error {
			p, err := a.who(v)
			if err != nil {
				return err
			}
			if on == "" {
				on = time.Now().Format(time.DateOnly)
			}
			if _, err := time.Parse(time.DateOnly, on); err != nil {
				return a.usage(text.BadDay, on)
			}
			if on < p.Birth {
				return a.usage(text.GrowthUnborn, on)
			}
			kilos, unit := text.ParseWeight(weight)
			var entries []record.Entry
			for _, e := range []record.Entry{
				{Type: string(growth.Weight), Value: kilos, Unit: unit},
				{Type: string(growth.Height), Value: height, Unit: growth.Height.Unit(), Method: position},
				{Type: string(growth.Head), Value: head, Unit: growth.Head.Unit()},
			} {
				if e.Value == "" {
					continue
				}
				e.Kind, e.Patient, e.Start, e.Value = profile.Measurement, p.ID, on, profile.Number(e.Value)
				entries = append(entries, e)
			}
			if len(entries) == 0 {
				return a.usage(text.GrowthNeed)
			}
			return a.addMeasures(v, p, entries)
		})
	})
	c.Flags().StringVar(&on, "on", "", a.Say(text.OptMeasured))
	c.Flags().StringVar(&weight, "weight", "", a.Say(text.OptWeight))
	c.Flags().StringVar(&height, "height", "", a.Say(text.OptHeight))
	c.Flags().StringVar(&position, "position", "", a.Say(text.OptPosition))
	c.Flags().StringVar(&head, "head", "", a.Say(text.OptHead))
	return c
}

// addMeasures adds the measurements of a day, and asks to look again at what is
// remarkable about them.
func (a *app) addMeasures(v *vault.Vault, p record.Patient, entries []record.Entry) error {
	added, err := v.AddEntries(a.ctx, entries...)
	if err != nil {
		return err
	}
	g, err := a.growthOf(v, p, time.Now())
	if err != nil {
		return err
	}
	isNew := func(p growth.Point) bool {
		return slices.ContainsFunc(added, func(e record.Entry) bool { return e.ID == p.Entry })
	}
	for _, said := range g.RemarksOf(a.Language, func(p growth.Point, _ growth.Remark) bool { return isNew(p) }) {
		a.note(text.GrowthNote, said)
	}
	return a.give(map[string]any{"points": pointsJSON(g, isNew)}, func() {
		for _, e := range added {
			a.tell(text.GrowthAddedLine, short(e.ID), a.EntryTitle(a.tables.Kinds, &e), a.Day(e.Start))
		}
	})
}
