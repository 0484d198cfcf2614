package schedule_test

import (
	"testing"

	"carnet/assets"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// TestDeath: once a death is declared, what was done stays, and nothing is
// foreseen, due or advised any more.
func TestDeath(t *testing.T) {
	p := record.Patient{Birth: "2024-02-29"}
	today := on(t, "2026-11-22")
	entries := []record.Entry{
		{ID: record.ID{1}, Kind: schedule.Vaccination, Type: "mmr", Start: "2025-03-01"},
		{ID: record.ID{2}, Kind: schedule.ExamKind, Code: "month-2", Start: "2024-04-30"},
	}
	advice, err := schedule.LoadAdvice(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	look := func() (given, foreseen, taken, asked int, advised bool) {
		for _, r := range schedule.Dues(calendar(), schedule.PatientOf(p, entries, today), calendar().Doses(entries), today) {
			if r.Dose != nil {
				given++
			} else {
				foreseen++
			}
		}
		for _, d := range load(t, schedule.ChildExams).Plan(p, entries, today) {
			if d.Recorded() {
				taken++
			} else {
				asked++
			}
		}
		age, _ := advice.For(p, today)
		return given, foreseen, taken, asked, age != nil
	}
	if given, foreseen, taken, asked, advised := look(); given == 0 || foreseen == 0 || taken != 1 || asked == 0 || !advised {
		t.Fatalf("alive: %d given, %d foreseen, %d taken, %d asked, advised %v", given, foreseen, taken, asked, advised)
	}
	p.Deceased = "2026-11"
	if given, foreseen, taken, asked, advised := look(); given == 0 || foreseen != 0 || taken != 1 || asked != 0 || advised {
		t.Errorf("after a death: %d given, %d foreseen, %d taken, %d asked, advised %v", given, foreseen, taken, asked, advised)
	}
}
