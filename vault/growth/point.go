package growth

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"carnet/vault/record"
)

// Point is one measurement of a child, and where it lies.
type Point struct {
	Entry     record.ID // of the profile that says so; of the weight, for a body mass index
	Measure   Measure
	On        string // YYYY-MM-DD
	Age       Days
	Compared  Days // the age at which it is compared with others
	Corrected bool // which is the corrected one
	Position  Position
	Value     float64 // as measured, in the unit of the measure
	Score     Score
	Known     bool // Score holds: a standard covers the measure, age and sex, and the value is not in doubt
	// Doubted says that the value, or what a body mass index is made of, is too far
	// from others to be believed. It is kept as written, and has no score: beyond
	// those bounds a score is no place among children.
	Doubted bool
}

// Points places what a profile says of the growth of a person until a day, that
// day included, in the order of days. A body mass index stands beside every weight
// that has a height of the same day. Entries that are in the bin, of another
// measure, without a whole date or without a number and unit that can be read are
// left out; so is what lies before the birth. A term that is not known corrects no
// age.
func (r *Reference) Points(p record.Patient, entries []record.Entry, until time.Time) []Point {
	birth, err := time.Parse(time.DateOnly, p.Birth)
	if err != nil {
		return nil
	}
	g := Term(p)
	var out []Point
	heights := map[string]Point{}
	wrong := map[string]bool{} // days of which a weight or a height is in doubt
	for i := range entries {
		point, ok := read(&entries[i])
		if !ok {
			continue
		}
		on, err := time.Parse(time.DateOnly, point.On)
		if err != nil || on.Before(birth) || on.After(day(until)) {
			continue
		}
		point.Age = Age(birth, on)
		out = append(out, point)
		if point.Measure == Height {
			heights[point.On] = point
		}
	}
	for _, w := range slices.Clone(out) {
		h, ok := heights[w.On]
		if w.Measure != Weight || !ok {
			continue
		}
		// The index is of the height in the position of the standard.
		index, err := MassIndex(w.Value, InPosition(w.Age, h.Position, h.Value))
		if err != nil {
			continue
		}
		w.Measure, w.Value, w.Position = BMI, index, h.Position
		out = append(out, w)
	}
	for i := range out {
		point := &out[i]
		point.Compared, point.Corrected = point.Age.Compared(g)
		score, err := r.Score(point.Measure, p.Sex, point.Compared, point.Position, point.Value)
		point.Score, point.Known = score, err == nil
		point.Doubted = !r.within(point.Measure, p.Sex, *point, point.Value, flags[point.Measure].low, flags[point.Measure].high)
		wrong[point.On] = wrong[point.On] || point.Doubted && (point.Measure == Weight || point.Measure == Height)
	}
	for i := range out {
		point := &out[i]
		point.Doubted = point.Doubted || point.Measure == BMI && wrong[point.On]
		if point.Doubted {
			point.Score, point.Known = Score{}, false
		}
	}
	slices.SortStableFunc(out, func(a, b Point) int {
		return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(rank[a.Measure], rank[b.Measure]))
	})
	return out
}

// rank is the order in which the measures of a day are told.
var rank = map[Measure]int{Weight: 1, Height: 2, Head: 3, BMI: 4}

// read takes a measurement out of an entry of the profile.
func read(e *record.Entry) (p Point, ok bool) {
	p = Point{Entry: e.ID, Measure: Measure(e.Type), On: e.Start}
	value, err := strconv.ParseFloat(e.Value, 64)
	if err != nil || e.RemovedAt != 0 || rank[p.Measure] == 0 || p.Measure == BMI || !(value > 0) {
		return p, false
	}
	p.Value = value
	switch unit := units[p.Measure]; {
	case e.Unit == unit:
	case e.Unit == "g" && unit == "kg":
		p.Value /= 1000
	default:
		return p, false
	}
	switch e.Method {
	case "lying":
		p.Position = Lying
	case "standing":
		p.Position = Standing
	}
	return p, true
}
