package record_test

import (
	"testing"
	"time"

	"carnet/vault/record"
)

func TestStage(t *testing.T) {
	for _, c := range []struct {
		birth, majority      string
		soon, near, adultEnd string // first day of each, and of none again
	}{
		{"2009-02-20", "2027-02-20", "2026-11-20", "2027-01-20", "2028-02-20"},
		{"2008-05-31", "2026-05-31", "2026-02-28", "2026-04-30", "2027-05-31"},
		{"2008-02-29", "2026-03-01", "2025-11-29", "2026-01-29", "2027-03-01"},
		{"2004-02-29", "2022-03-01", "2021-11-29", "2022-01-29", "2023-03-01"},
		{"2010-02-28", "2028-02-28", "2027-11-28", "2028-01-28", "2029-02-28"},
		{"2008-01-01", "2026-01-01", "2025-10-01", "2025-12-01", "2027-01-01"},
		{"2007-12-31", "2025-12-31", "2025-09-30", "2025-11-30", "2026-12-31"},
	} {
		p := record.Patient{Birth: c.birth}
		if got := p.Majority(); got != c.majority {
			t.Errorf("%s: of age on %s, want %s", c.birth, got, c.majority)
		}
		for _, day := range []struct {
			first         string
			before, after record.Stage
		}{{c.soon, "", record.StageSoon}, {c.near, record.StageSoon, record.StageNear}, {c.majority, record.StageNear, record.StageAdult}, {c.adultEnd, record.StageAdult, ""}} {
			first, err := time.ParseInLocation(time.DateOnly, day.first, time.FixedZone("", -11*3600))
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Stage(first); got != day.after {
				t.Errorf("%s on %s: %q, want %q", c.birth, day.first, got, day.after)
			}
			if got := p.Stage(first.Add(-time.Second)); got != day.before {
				t.Errorf("%s before %s: %q, want %q", c.birth, day.first, got, day.before)
			}
		}
		p.Deceased = "2026"
		if at, _ := time.Parse(time.DateOnly, c.near); p.Stage(at) != "" || p.Reminded() {
			t.Errorf("%s: somebody who has died is reminded", c.birth)
		}
	}
	nobody := record.Patient{Birth: "2008"}
	if nobody.Majority() != "" || nobody.Stage(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) != "" {
		t.Error("a day was made of a year")
	}
}
