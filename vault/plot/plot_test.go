package plot

import (
	"math"
	"slices"
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

// TestFrameOfAPart: the frame reaches as high as what goes through it, whether or
// not there is a point inside.
func TestFrameOfAPart(t *testing.T) {
	p := plotOf(Point{X: 0, Y: 10, From: 0, To: 0}, Point{X: 100, From: 100, To: 100, Y: 20})
	p.Lines = []Line{{Parts: [][]Place{{{0, 4}, {50, 6}}, {{50, 30}, {200, 40}}}}}
	if from, to := p.Extent(); from != 0 || to != 200 {
		t.Errorf("all of it is from %v to %v", from, to)
	}
	p.From, p.To = 20, 40
	f := p.Frame(5, 6)
	if f.X0 != 20 || f.X1 != 40 || f.Y0 > 4.8 || f.Y1 < 14 || f.Y1 > 20 {
		t.Errorf("%+v", f)
	}
	if got := f.Parts(p.Lines[0]); len(got) != 1 || math.Abs(got[0][0].Y-4.8) > 1e-9 || math.Abs(got[0][1].Y-5.6) > 1e-9 {
		t.Errorf("of the line: %v", got)
	}
	p.From, p.To = 120, 240
	if f = p.Frame(5, 6); f.Y0 < 20 || f.Y1 < 40 || len(f.Parts(p.Lines[0])) != 1 || f.Shows(p.Series[0].Points[1]) {
		t.Errorf("%+v", f)
	}
}

// TestWalk: the ink of a dash goes on round corners, and what is drawn and left out
// is as long as it says.
func TestWalk(t *testing.T) {
	path := []Place{{0, 0}, {10, 0}, {10, 25}}
	for name, d := range map[string]Dash{"whole": nil, "dashed": Dashed, "dotted": Dotted, "both": DashDotted} {
		ink, whole := 0.0, 0.0
		for _, n := range d {
			whole += n
		}
		last := Place{}
		d.Walk(path, 0.5, func(from, to Place) {
			if from.X != to.X && from.Y != to.Y {
				t.Errorf("%s cuts the corner", name)
			}
			if from.X+from.Y < last.X+last.Y {
				t.Errorf("%s goes back", name)
			}
			last = to
			ink += math.Hypot(to.X-from.X, to.Y-from.Y)
		})
		want := 35.0
		for i := 1; i < len(d); i += 2 {
			want -= 35 * d[i] / whole
		}
		if math.Abs(ink-want) > whole/2 || d != nil && ink > 34 {
			t.Errorf("%s: %v of ink, not about %v", name, ink, want)
		}
	}
}

func TestSpread(t *testing.T) {
	for _, c := range []struct{ wanted, want []float64 }{
		{[]float64{10, 50, 90}, []float64{10, 50, 90}},
		{[]float64{52, 50, 51}, []float64{70, 50, 60}},
		{[]float64{99, 95, 97}, []float64{100, 80, 90}},
		{[]float64{-5}, []float64{0}},
		{nil, nil},
	} {
		if got := Spread(c.wanted, 10, 0, 100); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, not %v", c.wanted, got, c.want)
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
