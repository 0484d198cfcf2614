package growth

import (
	"math"

	"carnet/vault/record"
)

// Remark is a fact about a measurement that asks for a second look, at the
// measurement or by a doctor. It is no finding about the child.
type Remark struct {
	Kind   RemarkKind
	Before Point   // what it was compared with, of [Less] and [Crossed]
	Meant  float64 // what it may have been meant to be in the unit of the measure, of [Slip]
}

// RemarkKind says which fact.
type RemarkKind string

// The facts.
const (
	// Far is a z-score so far from the median that the World Health Organization
	// counts it as a mistake of measuring or writing.
	Far RemarkKind = "far"
	// Slip is the same where another unit or place of the decimal point would
	// make it a usual value.
	Slip RemarkKind = "slip"
	// Swapped is the same of a weight that would do as a height, or a height that
	// would do as a weight.
	Swapped RemarkKind = "swapped"
	// Less is a weight, a height or a head that is less than it was before.
	Less RemarkKind = "less"
	// Crossed is a value in another of the [Bands] than the one before.
	Crossed RemarkKind = "crossed"
)

// flags are the z-scores beyond which a value is [Far]: those of the WHO Anthro
// software (version 3.2.2, 2011, and the R package anthro), which leaves such records
// out.
var flags = map[Measure]struct{ low, high float64 }{Weight: {-6, 5}, Height: {-6, 6}, Head: {-5, 5}, BMI: {-5, 5}}

// usual is the z-score within which a value is proposed in place of one that is
// far: nearly all children.
const usual = 3

// slips are by what a value is multiplied that was written in another unit, or with
// its decimal point elsewhere.
var slips = map[Measure][]float64{
	Weight: {0.001, 1000, 0.1, 0.01, 10}, // g for kg, kg for g
	Height: {0.1, 100, 10},               // mm, m or dm for cm
	Head:   {0.1, 100, 10},
}

// Remarks says what is remarkable about each of the points of a person, as
// [Reference.Points] gives them. Where the sex is not known, a value is far that is so
// for both.
func (r *Reference) Remarks(p record.Patient, points []Point) [][]Remark {
	out := make([][]Remark, len(points))
	before := map[Measure]Point{}
	for i, x := range points {
		if x.Doubted {
			out[i] = append(out[i], r.instead(p.Sex, x, points))
			continue // nothing is compared with it
		}
		was, known := before[x.Measure]
		before[x.Measure] = x
		if !known || was.On == x.On {
			continue
		}
		if x.Measure != BMI && x.Value < was.Value && lyingDown(x) < lyingDown(was) {
			out[i] = append(out[i], Remark{Kind: Less, Before: was})
		}
		if x.Known && was.Known && x.Corrected == was.Corrected && x.Score.Band() != was.Score.Band() {
			out[i] = append(out[i], Remark{Kind: Crossed, Before: was})
		}
	}
	return out
}

// instead looks for what a value that is too far may have been meant to be.
func (r *Reference) instead(sex record.Sex, x Point, all []Point) Remark {
	other := map[Measure]Measure{Weight: Height, Height: Weight}[x.Measure]
	usually := func(m Measure, value float64) bool { return r.within(m, sex, x, value, -usual, usual) }
	for _, y := range all {
		if y.On == x.On && y.Measure == other && usually(other, x.Value) && usually(x.Measure, y.Value) {
			return Remark{Kind: Swapped}
		}
	}
	for _, by := range slips[x.Measure] {
		if usually(x.Measure, x.Value*by) {
			return Remark{Kind: Slip, Meant: x.Value * by}
		}
	}
	if other != "" && usually(other, x.Value) {
		return Remark{Kind: Swapped}
	}
	return Remark{Kind: Far}
}

// smallest is below what a child before term measures: the smallest one known to have
// lived weighed 212 g and measured 24 cm (National University Hospital, Singapore, 2020);
// that of the head is a choice of this project.
var smallest = map[Measure]float64{Weight: 0.2, Height: 20, Head: 15}

// within reports whether a value at the age of a point is between two z-scores, or
// cannot be placed. Without a sex it is enough to be so for either. Before term, where
// no standard is, what is too much at term is too much.
func (r *Reference) within(m Measure, sex record.Sex, x Point, value, low, high float64) bool {
	at := x.Compared
	if at < 0 {
		if value < smallest[m] {
			return false
		}
		at, low = 0, math.Inf(-1)
	}
	sexes := []record.Sex{sex}
	if sex == "" {
		sexes = []record.Sex{record.Female, record.Male}
	}
	for _, sex := range sexes {
		s, err := r.Score(m, sex, at, x.Position, value)
		if err != nil || s.Z >= low && s.Z <= high {
			return true
		}
	}
	return false
}

// lyingDown is a height as it would be measured lying, any other value as it is.
func lyingDown(p Point) float64 {
	if p.Measure == Height && (p.Position == Standing || p.Position == Unknown && p.Age >= stands) {
		return p.Value + lies
	}
	return p.Value
}
