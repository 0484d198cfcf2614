package profile

import (
	"cmp"
	"slices"
	"time"

	"carnet/vault/record"
)

// Series is every value of one measurement of a person, oldest first.
type Series struct {
	Observation *Observation
	Points      []Point
}

// Point is one measurement with its numbers in the usual unit; the entry says
// what was written.
type Point struct {
	Entry         record.Entry
	From, To      time.Time // the first and the last day that its date may mean
	Value, Value2 float64   // Value2 is 0 where there is one number
}

// middle is the time by which a point is placed.
func (p Point) middle() time.Time { return p.From.Add(p.To.Sub(p.From) / 2) }

// Series gathers the measurements among the entries of a person, in the order of
// the table; what is in the bin is left out, and so is what no number can be read
// from, which an entry of a later edition may be.
func (t *Table) Series(entries []record.Entry) (out []Series) {
	for i := range t.Observations {
		s := Series{Observation: &t.Observations[i]}
		for _, e := range entries {
			if e.Kind != Measurement || e.Type != s.Observation.Code || e.RemovedAt != 0 {
				continue
			}
			if p, ok := s.Observation.point(e); ok {
				s.Points = append(s.Points, p)
			}
		}
		if len(s.Points) == 0 {
			continue
		}
		slices.SortStableFunc(s.Points, func(a, b Point) int {
			return cmp.Or(a.middle().Compare(b.middle()), cmp.Compare(a.Entry.AddedAt, b.Entry.AddedAt))
		})
		out = append(out, s)
	}
	return out
}

func (o *Observation) point(e record.Entry) (Point, bool) {
	u := o.Unit(e.Unit)
	value, ok := number(e.Value)
	from, to, dated := span(e.Start)
	if u == nil || !ok || !dated {
		return Point{}, false
	}
	p := Point{Entry: e, From: from, To: to, Value: u.usual(value)}
	if o.Second != nil {
		second, ok := number(e.Value2)
		if !ok {
			return Point{}, false
		}
		p.Value2 = u.usual(second)
	}
	return p, true
}
