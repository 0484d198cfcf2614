package series

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"carnet/assets"
)

func units(string) (string, string) { return "8867-4", "/min" }

func content(t testing.TB, w func(*Writer), known func(Key, time.Time) ([]Point, error)) ([]byte, *Writer) {
	t.Helper()
	var b bytes.Buffer
	x := NewWriter(&b, units, known)
	w(x)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), x
}

func all(t testing.TB, b []byte, measure string, source *string, p Period) (out []Point) {
	t.Helper()
	r := bytes.NewReader(b)
	x, err := ReadIndex(r, r.Size())
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Each(r, measure, source, p, func(_ Described, points []Point) error { out = append(out, points...); return nil }); err != nil {
		t.Fatal(err)
	}
	return Unique(out)
}

// TestRoundTrip: what was written is read again to the bit, whatever the order it
// came in.
func TestRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var want []Point
	values := []float64{0, 1, -1, 72.5, 0.1 + 0.2, math.MaxFloat64, math.SmallestNonzeroFloat64, 1e15, 36.6, -40}
	for range 20_000 {
		p := Point{Start: random.Int64N(3 * 365 * 86_400_000), Zone: int16(random.IntN(2000) - 1000)}
		p.End = p.Start + random.Int64N(2)*random.Int64N(1e9)
		p.Value = values[random.IntN(len(values))]
		if random.IntN(2) == 0 {
			p.Second = values[random.IntN(len(values))]
		}
		want = append(want, p)
	}
	k := Key{"heart-rate", "Montre"}
	b, w := content(t, func(w *Writer) {
		for _, p := range want {
			if err := w.Add(k, p); err != nil {
				t.Fatal(err)
			}
		}
	}, nil)
	want = Unique(want)
	if got := all(t, b, "", nil, Period{}); !slices.Equal(got, want) || w.Points+w.Twice != 20_000 {
		t.Errorf("%d points, not %d", len(got), len(want))
	}
}

func TestPeriods(t *testing.T) {
	day := func(n int) int64 { return time.Date(2026, 1, 1+n, 12, 0, 0, 0, time.UTC).UnixMilli() }
	b, _ := content(t, func(w *Writer) {
		for n := range 400 {
			for _, k := range []Key{{"weight", "A"}, {"weight", "B"}, {"heart-rate", "A"}} {
				if err := w.Add(k, Point{Start: day(n), End: day(n), Value: float64(n)}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}, nil)
	a := "A"
	from, to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	counting := &reads{ReaderAt: bytes.NewReader(b)}
	x, err := ReadIndex(counting, int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	counting.n = 0
	points := 0
	if err := x.Each(counting, "weight", &a, Period{from, to}, func(k Described, p []Point) error {
		if k.Measure != "weight" || k.Source != "A" || k.LOINC != "8867-4" || k.Unit != "/min" {
			t.Error(k)
		}
		points += len(p)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if points != 31 || counting.n != 1 {
		t.Errorf("%d points of March, %d reads", points, counting.n)
	}
	spans := x.Spans()
	if len(spans) != 3 || spans[0].Points != 400 || spans[0].First != day(0) || spans[0].Last != day(399) {
		t.Errorf("%+v", spans)
	}
}

type reads struct {
	*bytes.Reader
	ReaderAt *bytes.Reader
	n        int
}

func (r *reads) ReadAt(p []byte, at int64) (int, error) { r.n++; return r.ReaderAt.ReadAt(p, at) }

// TestKnown: what the vault has already is not written again.
func TestKnown(t *testing.T) {
	k := Key{"weight", "A"}
	p := Point{Start: 1e12, End: 1e12, Value: 70}
	other := p
	other.Value = 71
	b, w := content(t, func(w *Writer) {
		for _, x := range []Point{p, other, other} {
			if err := w.Add(k, x); err != nil {
				t.Fatal(err)
			}
		}
	}, func(asked Key, month time.Time) ([]Point, error) {
		if asked != k || month.Format(time.DateOnly) != "2001-09-01" {
			t.Error(asked, month)
		}
		return []Point{p}, nil
	})
	if got := all(t, b, "", nil, Period{}); len(got) != 1 || got[0] != other || w.Points != 1 || w.Twice != 2 {
		t.Error(got, w.Points, w.Twice)
	}
}

func TestAddRefuses(t *testing.T) {
	for _, p := range []Point{{Value: math.NaN()}, {Second: math.Inf(1)}, {Start: 1}, {Start: MaxMoment, End: MaxMoment + 1}, {Zone: 2000}} {
		if err := NewWriter(&bytes.Buffer{}, units, nil).Add(Key{}, p); !errors.Is(err, ErrPoint) {
			t.Errorf("%+v: %v", p, err)
		}
	}
	w := NewWriter(&bytes.Buffer{}, units, nil)
	if err := w.Add(Key{Source: strings.Repeat("x", MaxText+1)}, Point{}); !errors.Is(err, ErrMany) {
		t.Error(err)
	}
}

// TestDamage: no altered byte is read as something else than a refusal or points
// within bounds.
func TestDamage(t *testing.T) {
	b, _ := content(t, func(w *Writer) {
		for n := range int64(10) {
			if err := w.Add(Key{"weight", "A"}, Point{Start: n, End: n * 2, Value: float64(n) / 3, Zone: 60}); err != nil {
				t.Fatal(err)
			}
		}
	}, nil)
	for i := range len(b) {
		check(t, append(append(bytes.Clone(b[:i]), b[i]^0x41), b[i+1:]...))
		check(t, b[:i])
	}
}

func check(t testing.TB, b []byte) {
	r := bytes.NewReader(b)
	x, err := ReadIndex(r, r.Size())
	if err != nil {
		if !errors.Is(err, ErrFormat) {
			t.Error(err)
		}
		return
	}
	err = x.Each(r, "", nil, Period{}, func(_ Described, points []Point) error {
		for _, p := range points {
			if Check(p) != nil {
				t.Errorf("%+v", p)
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
}

func FuzzIndex(f *testing.F) {
	b, _ := content(f, func(w *Writer) {
		for n := range int64(5) {
			if err := w.Add(Key{"blood-pressure", "A"}, Point{Start: n, End: n, Value: 120, Second: 80.5}); err != nil {
				f.Fatal(err)
			}
		}
	}, nil)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) { check(t, b) })
}

func TestMerge(t *testing.T) {
	at := func(s int64, v float64) Point { return Point{Start: s * 1000, End: s * 1000, Value: v} }
	runs := []Run{
		{Key{"weight", "Balance"}, []Point{at(0, 70.04), at(100, 71)}},
		{Key{"weight", "App"}, []Point{at(30, 70.0), at(100, 71.2), at(300, 71)}},
	}
	points, repeated := Merge(runs, 1)
	var got []string
	for _, p := range points {
		got = append(got, fmt.Sprintf("%d %v %s", p.Start/1000, p.Value, p.Source))
	}
	want := []string{"0 70.04 App", "100 71 Balance", "100 71.2 App", "300 71 App"}
	if !slices.Equal(got, want) || repeated != 1 {
		t.Errorf("%q, %d repeated", got, repeated)
	}
}

func TestDaily(t *testing.T) {
	at := func(h int64, v float64) Point {
		return Point{Start: h * 3_600_000, End: (h + 1) * 3_600_000, Zone: 60, Value: v}
	}
	points := Daily([]Run{
		{Key{"steps", "Montre"}, []Point{at(8, 100), at(22, 50), at(23, 7)}}, // the last begins at midnight of Paris
		{Key{"steps", "Téléphone"}, []Point{at(8, 120)}},
	})
	if len(points) != 2 || points[0].Value != 150 || points[0].Source != "Montre" || points[1].Value != 7 ||
		points[0].At().Format(time.RFC3339) != "1970-01-01T00:00:00+01:00" {
		t.Errorf("%+v", points)
	}
}

func TestTable(t *testing.T) {
	table, err := Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		measure, unit string
		n, want       float64
	}{
		{"weight", "lb", 160, 72.574779}, {"temperature", "degF", 98.6, 37}, {"glucose", "mmol/L", 5.5, 0.990858},
		{"hba1c", "mmol/mol", 48, 6.54304}, {"blood-pressure", "kPa", 16, 120.00992}, {"height", "ft", 6, 182.88}, {"sleep", "min", 90, 1.5},
	} {
		if got := table.Measure(c.measure).Unit(c.unit).Usual(c.n); got != c.want {
			t.Errorf("%v %s of %s are %v, not %v", c.n, c.unit, c.measure, got, c.want)
		}
	}
}
