package plot

import (
	"math"
	"slices"
)

// Place is a place of the plane.
type Place struct{ X, Y float64 }

// Dash is how a line is broken, so that it can be told from others without
// colour: lengths of ink and of nothing in turn, in points of 1/72 inch; nil is a
// whole line.
type Dash []float64

// Ways of breaking a line.
var (
	Dashed     = Dash{9, 5}
	Dotted     = Dash{2.5, 4.5}
	DashDotted = Dash{9, 4, 2.5, 4}
)

// Line is what values are compared with. It has no markers; its name stands at its
// end.
type Line struct {
	Name  string
	Dash  Dash
	Parts [][]Place // each by X; nothing is drawn from one to the next
}

// Cut is the part of a straight line that lies inside of the frame by X; ok is
// false where none does.
func (f Frame) Cut(a, b Place) (from, to Place, ok bool) {
	if b.X < f.X0 || a.X > f.X1 {
		return a, b, false
	}
	at := func(x float64) Place {
		return Place{x, a.Y + (x-a.X)/(b.X-a.X)*(b.Y-a.Y)}
	}
	from, to = a, b
	if a.X < f.X0 {
		from = at(f.X0)
	}
	if b.X > f.X1 {
		to = at(f.X1)
	}
	return from, to, true
}

// Shows reports whether a point lies inside of the frame by X.
func (f Frame) Shows(p Point) bool { return p.To >= f.X0 && p.From <= f.X1 }

// Parts are those of a line that the frame shows.
func (f Frame) Parts(l Line) (out [][]Place) {
	for _, part := range l.Parts {
		var shown []Place
		for i := 1; i < len(part); i++ {
			from, to, ok := f.Cut(part[i-1], part[i])
			if !ok {
				continue
			}
			if shown == nil {
				shown = []Place{from}
			}
			shown = append(shown, to)
		}
		if shown != nil {
			out = append(out, shown)
		}
	}
	return out
}

// Walk breaks a path as the dash says: draw is called for each piece of ink. scale
// is what a point of 1/72 inch is in the unit of the path.
func (d Dash) Walk(path []Place, scale float64, draw func(from, to Place)) {
	at, left := 0, math.Inf(1) // piece of the dash, and what is left of it
	if len(d) > 0 {
		left = d[0] * scale
	}
	for i := 1; i < len(path); i++ {
		a, b := path[i-1], path[i]
		for {
			long := math.Hypot(b.X-a.X, b.Y-a.Y)
			step := min(long, left)
			to := b
			if step < long {
				to = Place{a.X + (b.X-a.X)*step/long, a.Y + (b.Y-a.Y)*step/long}
			}
			if at%2 == 0 && step > 0 {
				draw(a, to)
			}
			if left -= step; step == long && left > 0 {
				break
			}
			at = (at + 1) % len(d)
			left, a = d[at]*scale, to
			if a == b {
				break
			}
		}
	}
}

// Spread moves labels apart: it gives places as near to those wanted as can be,
// in their order, that are at least so far from each other and between low and
// high, as far as there is room.
func Spread(wanted []float64, least, low, high float64) []float64 {
	order := make([]int, len(wanted))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case wanted[a] < wanted[b]:
			return -1
		case wanted[a] > wanted[b]:
			return 1
		}
		return 0
	})
	out := slices.Clone(wanted)
	for n, i := range order { // upwards, each above the one before
		out[i] = max(out[i], low)
		if n > 0 {
			out[i] = max(out[i], out[order[n-1]]+least)
		}
	}
	for n, i := range slices.Backward(order) { // and back from the upper edge
		out[i] = min(out[i], high)
		if n < len(order)-1 {
			out[i] = min(out[i], out[order[n+1]]-least)
		}
	}
	return out
}
