package plot

import (
	"math"
	"strconv"
	"testing"
	"time"
)

func TestStep(t *testing.T) {
	for _, c := range []struct {
		span float64
		most int
		want float64
	}{{10, 10, 1}, {10, 9, 2}, {10, 4, 5}, {10, 1, 10}, {0.4, 5, 0.1}, {0.4, 3, 0.2}, {2500, 6, 500}} {
		if got := Step(c.span, c.most); math.Abs(got-c.want) > c.want*1e-9 {
			t.Errorf("%v in %d: %v, not %v", c.span, c.most, got, c.want)
		}
	}
}

// TestDates: whatever the span, ticks are at equal steps of the calendar, never
// more than there is room for, and there is one at least.
func TestDates(t *testing.T) {
	from := Day(time.Date(1934, 3, 17, 0, 0, 0, 0, time.UTC))
	for span := 5.0; span < 40_000; span *= 1.13 {
		for most := 3; most < 12; most++ {
			ticks, unit := Dates(from, from+span, most)
			if len(ticks) < 1 || len(ticks) > most {
				t.Errorf("%d ticks of %d for %.0f days", len(ticks), most, span)
			}
			for i, at := range ticks {
				if Day(at) < from || Day(at) > from+span {
					t.Errorf("%s is outside", at)
				}
				if unit > OfDays && at.Day() != 1 || unit == OfYears && at.Month() != time.January {
					t.Errorf("%s is no beginning", at)
				}
				if i > 1 && math.Abs(Day(at)-2*Day(ticks[i-1])+Day(ticks[i-2])) > 4 {
					t.Errorf("unequal steps: %v", ticks)
				}
			}
		}
	}
}

func plotOf(points ...Point) *Plot {
	return &Plot{
		Series: []Series{{Name: "a", Points: points}},
		Number: func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) },
		Ticks:  func(float64, float64, int) []Tick { return nil },
	}
}

func TestFrame(t *testing.T) {
	for name, c := range map[string]struct {
		points          []Point
		y0, y1          float64
		first, last     string
		atMost, atLeast int
	}{
		"usual":   {[]Point{{X: 0, Y: 3.2}, {X: 100, From: 90, To: 110, Y: 17.9}}, 0, 20, "0", "20", 6, 3},
		"one":     {[]Point{{Y: 37.2}}, 32, 42, "32", "42", 6, 3},
		"zero":    {[]Point{{Y: 0}}, 0, 1, "0", "1", 8, 2},
		"tenths":  {[]Point{{Y: 36.9}, {Y: 37.3}}, 36.9, 37.3, "36.9", "37.3", 6, 3},
		"nothing": {nil, 0, 1, "0", "1", 8, 2},
	} {
		f := plotOf(c.points...).Frame(5, 6)
		if math.Abs(f.Y0-c.y0) > 1e-9 || math.Abs(f.Y1-c.y1) > 1e-9 || f.X0 >= f.X1 {
			t.Errorf("%s: %+v", name, f)
		}
		if n := len(f.Up); n > c.atMost || n < c.atLeast || f.Up[0].Label != c.first || f.Up[n-1].Label != c.last {
			t.Errorf("%s: ticks %v", name, f.Up)
		}
		for _, p := range c.points {
			for _, x := range []float64{p.From, p.To} {
				if a, u := f.Place(x, p.Y); a < 0 || a > 1 || u < -1e-9 || u > 1+1e-9 {
					t.Errorf("%s: %v lies outside, at %v %v", name, p, a, u)
				}
			}
		}
	}
}

func TestStops(t *testing.T) {
	p := plotOf(Point{X: 2, Label: "b"}, Point{X: 3, Label: "c"})
	p.Series = append(p.Series, Series{Points: []Point{{X: 1, Label: "a"}, {X: 2}}})
	var got string
	for _, s := range p.Stops() {
		got += s.Label
	}
	if got != "abc" {
		t.Errorf("%q", got)
	}
}
