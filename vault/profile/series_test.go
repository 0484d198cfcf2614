package profile

import (
	"math"
	"testing"
	"time"

	"carnet/vault/record"
)

// TestSpan: a date means what it says, and no more.
func TestSpan(t *testing.T) {
	for date, want := range map[string]string{
		"2024": "2024-01-01 2024-12-31", "2024-02": "2024-02-01 2024-02-29", "2024-02-29": "2024-02-29 2024-02-29",
		"": "", "2024-13": "", "2023-02-29": "", "hier": "",
	} {
		got := ""
		if from, to, ok := span(date); ok {
			got = from.Format(time.DateOnly) + " " + to.Format(time.DateOnly)
		}
		if got != want {
			t.Errorf("%q: %q, not %q", date, got, want)
		}
	}
}

// TestSeries: one series for a measurement whatever the unit it was written in,
// oldest first; a vaccination, the bin and what is no number stay out.
func TestSeries(t *testing.T) {
	measured := func(code, value, second, unit, start string) record.Entry {
		return record.Entry{Kind: Measurement, Type: code, Value: value, Value2: second, Unit: unit, Start: start}
	}
	binned := measured("weight", "99", "", "kg", "2020")
	binned.RemovedAt = 1
	all := load(t).Series([]record.Entry{
		measured("weight", "17.2", "", "kg", "2026-11-02"), measured("weight", "3250", "", "g", "2021-03-14"), measured("weight", "9.5", "", "", "2022"), measured("weight", "9", "", "", "2022-02-28"),
		measured("blood-pressure", "120", "80", "mm[Hg]", "2026-01"), measured("glucose", "5.5507", "", "mmol/L", "2026-02-01"),
		measured("blood-pressure", "120", "", "mm[Hg]", "2026-02"), measured("weight", "lourd", "", "kg", "2026"), measured("weight", "3", "", "kg", "hier"),
		measured("weight", "3", "", "stone", "2026"), measured("aura", "3", "", "kg", "2026"), binned, entries()["immunization"],
	})
	want := []struct {
		code   string
		points []Point
	}{
		{"weight", []Point{{Value: 3.25}, {Value: 9}, {Value: 9.5}, {Value: 17.2}}},
		{"blood-pressure", []Point{{Value: 120, Value2: 80}}},
		{"glucose", []Point{{Value: 1}}},
	}
	if len(all) != len(want) {
		t.Fatalf("%d series", len(all))
	}
	for i, w := range want {
		if all[i].Observation.Code != w.code || len(all[i].Points) != len(w.points) {
			t.Errorf("%s with %d points, not %s with %d", all[i].Observation.Code, len(all[i].Points), w.code, len(w.points))
			continue
		}
		for j, p := range all[i].Points {
			if math.Abs(p.Value-w.points[j].Value) > 1e-4 || p.Value2 != w.points[j].Value2 || p.Entry.Type != w.code {
				t.Errorf("%s: %v, not %v", w.code, p, w.points[j])
			}
		}
	}
	if all := load(t).Series(nil); all != nil {
		t.Errorf("nothing gives %v", all)
	}
}
