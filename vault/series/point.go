package series

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Point is one value at its moment, in the usual unit of its measurement.
type Point struct {
	Start, End int64   // milliseconds since 1970, UTC; the same for a moment
	Zone       int16   // minutes east of UTC where it was measured
	Value      float64 // finite
	Second     float64 // 0 where there is one number
}

// At is the beginning of a point in its own zone.
func (p Point) At() time.Time { return inZone(p.Start, p.Zone) }

// Until is the end of a point in its own zone.
func (p Point) Until() time.Time { return inZone(p.End, p.Zone) }

func inZone(ms int64, minutes int16) time.Time {
	zone := time.UTC
	if minutes != 0 {
		zone = time.FixedZone("", int(minutes)*60)
	}
	return time.UnixMilli(ms).In(zone)
}

// Day is the day of a point in its own zone, counted from 1970-01-01.
func (p Point) Day() int { return int(floorDiv(p.Start+int64(p.Zone)*60_000, 86_400_000)) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func compare(a, b Point) int {
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Second, b.Second))
}

// same reports whether two points of one key are one, whatever zone was written
// beside.
func same(a, b Point) bool { a.Zone = b.Zone; return a == b }

// Unique sorts points of one key by time and drops those that stand there twice.
func Unique(points []Point) []Point {
	slices.SortStableFunc(points, compare)
	return slices.CompactFunc(points, same)
}

// Key says of what and from where a run of points is.
type Key struct {
	Measure string // a code of the table
	Source  string // the device or program, as the file names it
}

// Run is the points of one key by time, each once.
type Run struct {
	Key
	Points []Point
}

// nearby is how far apart two programs may note one measurement.
const nearby = 60 * 1000

// Reported is a point with where it comes from.
type Reported struct {
	Point
	Source string
}

// Merge puts the runs of one measurement in one order. A value that two programs
// both report, within a minute, is given once, from the source whose name comes
// first; repeated counts those left out. decimals are those that values are
// compared by.
//
// Values that add up (steps) differ from source to source and are all kept: see
// [Daily].
func Merge(runs []Run, decimals int) (points []Reported, repeated int) {
	n := 0
	for _, r := range runs {
		n += len(r.Points)
	}
	all := make([]Reported, 0, n)
	for _, r := range runs {
		for _, p := range r.Points {
			all = append(all, Reported{p, r.Source})
		}
	}
	slices.SortStableFunc(all, func(a, b Reported) int { return cmp.Or(compare(a.Point, b.Point), cmp.Compare(a.Source, b.Source)) })
	if len(runs) < 2 {
		return all, 0
	}
	near := math.Pow10(-decimals) / 2
	out := all[:0]
	for _, p := range all {
		twice := false
		for i := len(out) - 1; i >= 0 && p.Start-out[i].Start <= nearby; i-- {
			o := out[i]
			if o.Source != p.Source && math.Abs(o.Value-p.Value) <= near && math.Abs(o.Second-p.Second) <= near && abs(o.End-p.End) <= nearby {
				if p.Source < o.Source {
					out[i].Source = p.Source
				}
				twice = true
				break
			}
		}
		if twice {
			repeated++
			continue
		}
		out = append(out, p)
	}
	return out, repeated
}

func abs(n int64) int64 { return max(n, -n) }

// Daily adds up each day of a measurement whose values do: in its own zone, by
// the day on which each point ends. Of several sources the largest sum counts,
// since a telephone and a watch count the same steps. The points begin and end
// with their days.
func Daily(runs []Run) []Reported {
	best := map[int]Reported{}
	for _, r := range runs {
		sums := map[int]Point{}
		for _, p := range r.Points {
			end := p
			end.Start = max(p.Start, p.End-1) // midnight belongs to the day before
			day := end.Day()
			s, known := sums[day]
			if !known {
				s.Zone = p.Zone
				s.Start = int64(day)*86_400_000 - int64(p.Zone)*60_000
				s.End = s.Start + 86_400_000
			}
			s.Value += p.Value
			sums[day] = s
		}
		for day, s := range sums {
			b, known := best[day]
			if !known || s.Value > b.Value || s.Value == b.Value && r.Source < b.Source {
				s.Value = math.Round(s.Value*1e6) / 1e6
				best[day] = Reported{s, r.Source}
			}
		}
	}
	out := make([]Reported, 0, len(best))
	for _, p := range best {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Reported) int { return cmp.Compare(a.Start, b.Start) })
	return out
}

// Points puts the runs of a measurement in one order as people are shown them: days
// where values add up, else each value once. repeated counts those that two sources
// report and that are given once.
func (m *Measure) Points(runs []Run) (points []Reported, repeated int) {
	if m.Sum {
		return Daily(runs), 0
	}
	return Merge(runs, m.Decimals)
}
