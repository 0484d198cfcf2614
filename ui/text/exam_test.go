package text

import (
	"slices"
	"strings"
	"testing"
	"time"

	"carnet/assets"
	"carnet/vault/profile"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// TestNextExam: what is due comes first, and an examination that was missed is not
// prepared once a later one took place.
func TestNextExam(t *testing.T) {
	lists, err := schedule.LoadExams(assets.FS, schedule.ChildExams)
	if err != nil {
		t.Fatal(err)
	}
	p := record.Patient{Birth: "2024-12-30"}
	done := record.Entry{ID: record.ID{1}, Kind: schedule.ExamKind, Code: "month-16-18", Start: "2026-05-10"}
	for _, c := range []struct {
		on      string
		entries []record.Entry
		want    string
	}{
		{"2025-03-01", nil, "month-2"}, {"2026-11-22", nil, "month-16-18"}, {"2026-11-22", []record.Entry{done}, "month-23-24"},
		{"2026-12-01", nil, "month-23-24"}, {"2024-12-01", nil, "day-0-8"}, {"2042-01-01", []record.Entry{{ID: record.ID{2}, Kind: schedule.ExamKind, Code: "year-15-16", Start: "2040-05-10"}}, ""},
	} {
		on, err := time.Parse(time.DateOnly, c.on)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if d := NextExam(lists.Plan(p, c.entries, on)); d != nil {
			got = d.ID
		}
		if got != c.want {
			t.Errorf("on %s: %q, not %q", c.on, got, c.want)
		}
	}
}

// TestStatesOfExaminations holds the five words to those that were settled.
func TestStatesOfExaminations(t *testing.T) {
	var got []string
	for _, s := range []schedule.State{schedule.Done, schedule.Due, schedule.Upcoming, schedule.Overdue, schedule.NotDone} {
		got = append(got, French.ExamState(s))
	}
	if want := []string{"fait", "à faire", "à prévoir", "dépassé", "non fait"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestVisitSheetSaysItsEdition: each sheet names its list, its date, its sources and
// who publishes it, and is whole without a list.
func TestVisitSheetSaysItsEdition(t *testing.T) {
	kinds, err := profile.Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	lists, err := schedule.LoadExams(assets.FS, schedule.ChildExams)
	if err != nil {
		t.Fatal(err)
	}
	v := Visit{Patient: record.Patient{Name: "Lou", Birth: "2025-03-15"}, Kinds: kinds, Growth: &Growth{}, Printed: time.Date(2026, 2, 20, 0, 0, 0, 0, time.UTC)}
	if said := v.Sheet(French).Text(); !strings.Contains(said, French.Say(ExamsNone)) {
		t.Errorf("without an examination:\n%s", said)
	}
	v.Exam = NextExam(lists.Plan(v.Patient, nil, v.Printed))
	said := strings.Join(strings.Fields(v.Sheet(French).Text()), " ")
	for _, want := range []string{"Examen à 11 mois", "Au cours du douzième mois", "édition 2025-01, revue le 22 novembre 2026", "JORFTEXT000038175215", "Ce logiciel est indépendant", "Aucune mesure notée.", "Aucun vaccin noté."} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing in:\n%s", want, said)
		}
	}
}
