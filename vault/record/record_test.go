package record_test

import (
	"testing"
	"time"

	"carnet/vault/record"
)

func TestParseTerm(t *testing.T) {
	for typed, want := range map[string]string{
		"34+2": "34+2", " 34 + 2 ": "34+2", "41": "41+0", "20+0": "20+0", "45+6": "45+6",
		"": "", "34+7": "", "34+-1": "", "19+6": "", "46": "", "8 mois": "", "34+2+1": "", "34,2": "",
	} {
		if got, err := record.ParseTerm(typed); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
}

func TestAdult(t *testing.T) {
	for _, c := range []struct {
		birth, on string
		want      bool
	}{
		{"2008-11-22", "2026-11-21", false}, {"2008-11-22", "2026-11-22", true},
		{"2008-02-29", "2026-02-28", false}, {"2008-02-29", "2026-03-01", true}, {"", "2026-11-22", true},
	} {
		on, err := time.Parse(time.DateOnly, c.on)
		if err != nil {
			t.Fatal(err)
		}
		if got := (record.Patient{Birth: c.birth}).Adult(on); got != c.want {
			t.Errorf("born on %s, on %s: %v", c.birth, c.on, got)
		}
	}
}
