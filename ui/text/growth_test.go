package text

import (
	"html"
	"slices"
	"strings"
	"testing"
	"time"

	"carnet/assets"
	"carnet/vault/growth"
	"carnet/vault/record"
)

// TestGrowth: what is said of a child's growth in both languages, whatever is known
// of the child.
func TestGrowth(t *testing.T) {
	reference, err := growth.Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	entry := func(id byte, kind, on, value, unit, method string) record.Entry {
		return record.Entry{ID: record.ID{id}, Type: kind, Start: on, Value: value, Unit: unit, Method: method}
	}
	entries := []record.Entry{
		entry(1, "weight", "2024-03-01", "3400", "g", ""), entry(2, "weight", "2024-06-01", "5600", "kg", ""), entry(3, "weight", "2024-09-01", "7.1", "kg", ""),
		entry(4, "height", "2024-09-01", "66", "cm", "lying"), entry(5, "height", "2026-03-01", "85", "cm", "standing"),
	}
	of := func(p record.Patient) *Growth {
		p.Name, p.Birth = "Lou", "2024-02-01"
		return &Growth{Patient: p, Reference: reference, Points: reference.Points(p, entries, now), Printed: now}
	}
	for name, c := range map[string]struct {
		patient record.Patient
		point   string // the height of 2026
		note    Message
		age     string // of the first weight
		lines   int
	}{
		"girl":      {record.Patient{Sex: record.Female}, "Taille : 85 cm debout (-0,47 écart-type, centile 32)", GrowthNoTerm, "1 mois", 3},
		"preterm":   {record.Patient{Sex: record.Female, Term: "34+2"}, "Taille : 85 cm debout (-0,47 écart-type, centile 32)", GrowthPreterm, "1 mois (corrigé : avant terme)", 3},
		"in time":   {record.Patient{Sex: record.Male, Term: "39+0"}, "Taille : 85 cm debout (-0,94 écart-type, centile 17)", GrowthLimits, "1 mois", 3},
		"not known": {record.Patient{}, "Taille : 85 cm debout (sexe non précisé)", GrowthSex, "1 mois", 0},
	} {
		g := of(c.patient)
		heights := g.Of(growth.Height)
		if got := strings.ReplaceAll(g.Point(French, heights[1]), "\u00a0", " "); got != c.point {
			t.Errorf("%s: %q, not %q", name, got, c.point)
		}
		notes := g.Notes(French, ByScore, growth.Weight)
		if !slices.ContainsFunc(notes, func(n string) bool { return strings.HasPrefix(n, strings.Split(c.note.FR, "%")[0]) }) {
			t.Errorf("%s: %q is not among %q", name, c.note.FR, notes)
		}
		if got := g.age(French, g.Points[0]); got != c.age {
			t.Errorf("%s: aged %q, not %q", name, got, c.age)
		}
		p := g.Plot(French, growth.Weight, ByScore)
		if len(p.Lines) != c.lines || len(p.Stops()) != 2 {
			t.Errorf("%s: %d lines, and points %v", name, len(p.Lines), p.Stops())
		}
		if drawn := g.Drawn(growth.Weight); len(drawn) != 2 || len(g.Of(growth.Weight)) != 3 {
			t.Errorf("%s: drawn %v", name, drawn)
		}
		if said := g.Remarks(English, growth.Weight); !slices.ContainsFunc(said, func(s string) bool { return strings.HasSuffix(s, "Was it 5.6\u00a0kg?") }) {
			t.Errorf("%s: %q", name, said)
		}
		if table := g.Table(English, g.Points...); len(table.Rows) != len(g.Points) || table.Rows[len(table.Rows)-1][0] != "01/03/2024" {
			t.Errorf("%s: %v", name, table.Rows)
		}
		for _, l := range []Language{French, English} {
			page, err := g.Sheet(l, ByCentile).HTML()
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []Message{GrowthSourcesOf, Independence, GrowthRemarks} {
				if !strings.Contains(html.UnescapeString(string(page)), l.Say(want)) {
					t.Errorf("%s: the sheet lacks %q", name, l.Say(want))
				}
			}
		}
	}
	if n := len(of(record.Patient{Sex: record.Male}).Plot(French, growth.BMI, ByThreshold).Lines); n != 4 {
		t.Errorf("%d thresholds", n)
	}
}

func TestAgeTicks(t *testing.T) {
	for _, c := range []struct {
		from, to float64
		most     int
		want     string
	}{
		{-30, 200, 8, "0 an, 1 mois, 2 mois, 3 mois, 4 mois, 5 mois, 6 mois"}, {0, 731, 5, "0 an, 6 mois, 1 an, 18 mois, 2 ans"},
		{0, 7000, 5, "0 an, 5 ans, 10 ans, 15 ans"}, {1000, 1091, 4, "33 mois, 34 mois, 35 mois"},
	} {
		var got []string
		for _, tick := range French.ageTicks(c.from, c.to, c.most) {
			got = append(got, tick.Label)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%v to %v: %q", c.from, c.to, got)
		}
	}
}

func TestParseWeight(t *testing.T) {
	for typed, want := range map[string][2]string{"12,2": {"12,2", "kg"}, "3400 g": {"3400", "g"}, " 3 400G ": {"3 400", "g"}, "5 kg": {"5", "kg"}, "": {"", "kg"}} {
		if number, unit := ParseWeight(typed); number != want[0] || unit != want[1] {
			t.Errorf("%q: %q %q", typed, number, unit)
		}
	}
}
