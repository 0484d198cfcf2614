package session

import (
	"slices"
	"strings"

	"carnet/ui/text"
	"carnet/vault/growth"
	"carnet/vault/record"
)

// MeasureDoubts says what is remarkable about measurements that are about to be
// written, beside those there are of the person shown: for each of the measures in
// doubt what to look at, and how to keep it all the same. A body mass index is told
// of at the weight, or at the height when that alone is written. That a child crossed
// centiles is no reason to look for a mistake.
func MeasureDoubts(s *Session, reference *growth.Reference, there []record.Entry, written ...record.Entry) map[growth.Measure]string {
	all, ids, days, measures := slices.Clone(written), map[record.ID]bool{}, map[string]bool{}, map[growth.Measure]bool{}
	for _, e := range written {
		ids[e.ID], days[e.Start], measures[growth.Measure(e.Type)] = true, true, true
	}
	for _, e := range there {
		if !ids[e.ID] {
			all = append(all, e)
		}
	}
	g := text.Growth{Patient: s.Person(), Reference: reference, Points: reference.Points(s.Person(), all, s.Now())}
	out := map[growth.Measure]string{}
	for _, m := range text.GrowthMeasures {
		at := m
		if m == growth.BMI {
			at = growth.Weight
			if !measures[at] {
				at = growth.Height
			}
		}
		if !measures[at] || m == growth.BMI && (out[growth.Weight] != "" || out[growth.Height] != "") {
			continue // not written; or an index of what is in doubt itself
		}
		said := g.RemarksOf(s.Language, func(p growth.Point, r growth.Remark) bool {
			return p.Measure == m && (ids[p.Entry] || m == growth.BMI && days[p.On]) && r.Kind != growth.Crossed
		})
		if len(said) > 0 {
			out[at] = strings.Join(said, " ") + " " + s.Say(text.GrowthSure)
		}
	}
	return out
}
