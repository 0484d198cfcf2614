package plot

import (
	"math"
	"testing"
)

// TestReduce: no peak and no hollow is lost, and the order stays.
func TestReduce(t *testing.T) {
	var points []Point
	for i := range 1_000_000 {
		y := math.Sin(float64(i) / 1000)
		switch i {
		case 123_456:
			y = 99
		case 654_321:
			y = -99
		}
		points = append(points, Point{X: float64(i), Y: y})
	}
	got := Reduce(points, 300)
	high, low := false, false
	for i, p := range got {
		high, low = high || p.Y == 99, low || p.Y == -99
		if i > 0 && p.X <= got[i-1].X {
			t.Fatalf("%v after %v", p.X, got[i-1].X)
		}
	}
	if len(got) > 600 || !high || !low {
		t.Errorf("%d points, peak %v, hollow %v", len(got), high, low)
	}
	if few := Reduce(points[:600], 300); len(few) != 600 {
		t.Errorf("%d of few points", len(few))
	}
	same := make([]Point, 1000) // all at one place
	same[5].Y = 3
	if got := Reduce(same, 10); len(got) != 2 || got[1].Y != 3 {
		t.Errorf("%v", got)
	}
}
