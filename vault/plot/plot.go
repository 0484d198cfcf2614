// Package plot lays curves out: where points lie, and which ticks the axes have.
// It draws nothing, and knows neither languages nor what is measured.
package plot

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Point is one value at its place.
type Point struct {
	X, Y     float64
	From, To float64 // between which X may lie; both are X where that is known
	Label    string  // all that it says; "" where another point says it
}

// Exact reports whether it is known where a point lies.
func (p Point) Exact() bool { return p.From == p.To }

// Series is one curve. Its shape of marker is its place among the series.
type Series struct {
	Name   string
	Points []Point // by X
}

// Tick is a mark on an axis.
type Tick struct {
	At    float64
	Label string
}

// Plot is what is to be drawn, in the words of the reader.
type Plot struct {
	Summary string // the same in a sentence, for those who do not see it
	Unit    string // of the upright axis
	Series  []Series
	Lines   []Line // that the series are compared with

	From, To float64 // what the level axis shows; 0, 0 for all there is
	Least    float64 // the shortest part of it that can be looked at; 0 where it is always the same

	Number func(float64) string                    // writes a value
	Ticks  func(from, to float64, most int) []Tick // of the level axis
}

// Stops lists the points that say something, by X: those that a person goes
// through one after the other.
func (p *Plot) Stops() (out []Point) {
	for _, s := range p.Series {
		for _, x := range s.Points {
			if x.Label != "" {
				out = append(out, x)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Point) int { return cmp.Compare(a.X, b.X) })
	return out
}

// Frame is the part of the plane that a plot shows.
type Frame struct {
	X0, X1, Y0, Y1 float64
	Across, Up     []Tick // of the level and of the upright axis
}

// margin is the part of the width that is left free at each side.
const margin = 0.04

// Frame finds a frame around what is shown, with so many ticks on each axis at most,
// three at least.
// It begins at 0 only where the values do.
func (p *Plot) Frame(across, up int) Frame {
	f := Frame{X0: p.From, X1: p.To, Y0: math.Inf(1), Y1: math.Inf(-1)}
	if p.From >= p.To {
		f.X0, f.X1 = p.Extent()
		room := max(2, (f.X1-f.X0)*margin)
		f.X0, f.X1 = f.X0-room, f.X1+room
	}
	f.reach(p)
	if f.Y0 > f.Y1 {
		f.Y0, f.Y1 = 0, 1
	}
	if f.Y0 == f.Y1 {
		around := max(1, math.Abs(f.Y0)*0.1)
		f.Y0, f.Y1 = f.Y0-min(around, max(0, f.Y0)), f.Y1+around
	}
	const slip = 1e-9 // of binary fractions
	step := Step(f.Y1-f.Y0, up)
	first, last := math.Floor(f.Y0/step+slip), math.Ceil(f.Y1/step-slip)
	for int(last-first) >= up { // rounding may add one at each end
		step = Step(step*1.5, 1)
		first, last = math.Floor(f.Y0/step+slip), math.Ceil(f.Y1/step-slip)
	}
	f.Y0, f.Y1 = first*step, last*step
	for n := first; n <= last; n++ {
		f.Up = append(f.Up, Tick{n * step, p.Number(round(n*step, step))})
	}
	f.Across = p.Ticks(f.X0, f.X1, across)
	return f
}

// Extent is from where to where all points and lines lie; 0 and 1 without any.
func (p *Plot) Extent() (from, to float64) {
	from, to = math.Inf(1), math.Inf(-1)
	for _, s := range p.Series {
		for _, x := range s.Points {
			from, to = min(from, x.From), max(to, x.To)
		}
	}
	for _, l := range p.Lines {
		for _, part := range l.Parts {
			from, to = min(from, part[0].X), max(to, part[len(part)-1].X)
		}
	}
	if from > to {
		return 0, 1
	}
	return from, to
}

// reach finds the values that a frame shows of a plot: those of the points in it,
// and of the lines and curves that go through it.
func (f *Frame) reach(p *Plot) {
	see := func(y float64) { f.Y0, f.Y1 = min(f.Y0, y), max(f.Y1, y) }
	for _, s := range p.Series {
		for i, x := range s.Points {
			if f.Shows(x) {
				see(x.Y)
			}
			if i == 0 {
				continue
			}
			before := s.Points[i-1]
			if from, to, ok := f.Cut(Place{before.X, before.Y}, Place{x.X, x.Y}); ok {
				see(from.Y)
				see(to.Y)
			}
		}
	}
	for _, l := range p.Lines {
		for _, part := range f.Parts(l) {
			for _, at := range part {
				see(at.Y)
			}
		}
	}
}

// Place is where a point lies: 0, 0 is the lower left corner and 1, 1 the upper
// right.
func (f Frame) Place(x, y float64) (across, up float64) {
	return (x - f.X0) / (f.X1 - f.X0), (y - f.Y0) / (f.Y1 - f.Y0)
}

// Step is the least of 1, 2 and 5 and their tenfolds and tenths that goes into a
// span at most so many times.
func Step(span float64, most int) float64 {
	least := span / float64(most)
	ten := math.Pow(10, math.Floor(math.Log10(least)))
	for _, n := range []float64{1, 2, 5} {
		if n*ten >= least*(1-1e-9) {
			return n * ten
		}
	}
	return 10 * ten
}

// round takes away what binary fractions add to a multiple of a step.
func round(n, step float64) float64 {
	by := math.Pow(10, max(0, 1-math.Floor(math.Log10(step))))
	return math.Round(n*by) / by
}

// Day counts the days from 1970-01-01, so that dates have a place on an axis.
func Day(t time.Time) float64 { return math.Floor(float64(t.Unix()) / 86400) }

// Calendar is what the ticks of an axis of dates are.
type Calendar int

// What they are.
const (
	OfDays Calendar = iota
	OfMonths
	OfYears
)

// Dates gives days, first days of months or first days of years between two days,
// at most so many, at equal steps.
func Dates(from, to float64, most int) ([]time.Time, Calendar) {
	steps := []struct {
		unit Calendar
		by   int
	}{
		{OfDays, 1}, {OfDays, 2}, {OfDays, 7}, {OfDays, 14}, {OfMonths, 1}, {OfMonths, 2}, {OfMonths, 3}, {OfMonths, 6},
		{OfYears, 1}, {OfYears, 2}, {OfYears, 5}, {OfYears, 10}, {OfYears, 20}, {OfYears, 50}, {OfYears, 100},
	}
	for _, s := range steps {
		if out := dates(from, to, s.unit, s.by, most); len(out) <= most {
			return out, s.unit
		}
	}
	return nil, OfYears
}

// dates gives one more than most where there are more.
func dates(from, to float64, unit Calendar, by, most int) (out []time.Time) {
	first := time.Unix(int64(from)*86400, 0).UTC()
	at := func(n int) time.Time {
		switch unit {
		case OfDays:
			return time.Unix(int64(n*by)*86400, 0).UTC()
		case OfMonths:
			return time.Date(0, time.Month(1+n*by), 1, 0, 0, 0, 0, time.UTC)
		}
		return time.Date(n*by, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	n := first.Year() / by
	switch unit {
	case OfDays:
		n = int(math.Floor(from / float64(by)))
	case OfMonths:
		n = (first.Year()*12 + int(first.Month()) - 1) / by
	}
	for ; len(out) <= most; n++ {
		t := at(n)
		if Day(t) > to {
			break
		}
		if Day(t) >= from {
			out = append(out, t)
		}
	}
	return out
}
