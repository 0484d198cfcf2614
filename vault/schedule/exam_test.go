package schedule_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"carnet/assets"
	"carnet/vault/profile"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

var update = flag.Bool("update", false, "write the golden file anew")

func load(t testing.TB, list schedule.List) *schedule.Exams {
	t.Helper()
	x, err := schedule.LoadExams(assets.FS, list)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func date(t testing.TB, iso string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTwentyExaminations(t *testing.T) {
	x := load(t, schedule.ChildExams)
	for i, want := range []struct {
		edition string
		split   []int
	}{{"2019-03", []int{14, 3, 3}}, {"2025-01", []int{13, 3, 4}}} {
		e := x.Editions[i]
		var split []int
		certificates, school := []string{}, []string{}
		for _, g := range e.Groups {
			split = append(split, len(g.Exams))
			for _, exam := range g.Exams {
				if exam.Certificate != "" {
					certificates = append(certificates, exam.ID+" "+exam.Certificate)
				}
				if exam.School != nil {
					school = append(school, exam.ID)
				}
			}
		}
		if e.Edition.Edition != want.edition || e.Count() != 20 || !slices.Equal(split, want.split) {
			t.Errorf("edition %s has %d examinations, split %v", e.Edition.Edition, e.Count(), split)
		}
		if !slices.Equal(certificates, []string{"day-0-8 CS8", "month-8 CS9", "month-23-24 CS24"}) {
			t.Errorf("certificates of %s: %v", want.edition, certificates)
		}
		if !slices.Equal(school, []string{"year-3", "year-5", "year-11-13"}) {
			t.Errorf("at school by %s: %v", want.edition, school)
		}
	}
	for on, want := range map[string]string{"2019-02-28": "", "2019-03-01": "2019-03", "2024-12-31": "2019-03", "2025-01-01": "2025-01"} {
		got := ""
		if e := x.Current(date(t, on)); e != nil {
			got = e.Edition.Edition
		}
		if got != want {
			t.Errorf("in force on %s: %q", on, got)
		}
	}
}

// TestDates compares with testdata/exams.txt, which a physician can read: the days
// of the examinations of some children.
func TestDates(t *testing.T) {
	x := load(t, schedule.ChildExams)
	var b strings.Builder
	b.WriteString("Les examens obligatoires de quelques enfants : du premier au dernier jour, tous deux compris.\n")
	for _, birth := range []string{"2018-06-10", "2024-02-29", "2024-12-10", "2025-01-31", "2026-03-15"} {
		fmt.Fprintf(&b, "\nNé ou née le %s\n", day(date(t, birth)))
		for _, d := range x.Plan(record.Patient{Birth: birth}, nil, date(t, birth)) {
			more := ""
			if d.Certificate != "" {
				more += ", certificat " + d.Certificate
			}
			if d.School != nil {
				more += ", à l'école possible"
			}
			fmt.Fprintf(&b, "  du %s au %s  %s (liste %s%s)\n", day(d.First), day(d.Last), d.Label.FR, d.Edition.Edition.Edition, more)
		}
	}
	golden := filepath.Join("testdata", "exams.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("the days are not those of %s:\n%s", golden, got)
	}
}

func day(d time.Time) string { return d.Format("02/01/2006") }

// TestEveryBirthday holds the plan of whoever is born on any day of some years,
// leap years among them, to what is true of all.
func TestEveryBirthday(t *testing.T) {
	x := load(t, schedule.ChildExams)
	births := 0
	for birth := date(t, "2023-01-01"); birth.Year() < 2033; birth = birth.AddDate(0, 0, 1) {
		births++
		p := record.Patient{Birth: birth.Format(time.DateOnly)}
		plan := x.Plan(p, nil, birth)
		// The one that went in 2025 is asked of those whose first month was over.
		want := 20
		if birth.Before(date(t, "2024-12-02")) {
			want = 21
		}
		if len(plan) != want {
			t.Fatalf("born %s: %d examinations", p.Birth, len(plan))
		}
		seen := map[string]bool{}
		for i, d := range plan {
			switch {
			case seen[d.ID]:
				t.Fatalf("born %s: %s twice", p.Birth, d.ID)
			case d.Last.Before(d.First), d.First.Before(birth):
				t.Fatalf("born %s: %s from %s to %s", p.Birth, d.ID, d.First, d.Last)
			case d.First.Hour() != 0 || d.Last.Hour() != 0:
				t.Fatalf("born %s: %s is no day", p.Birth, d.ID)
			case i > 0 && d.First.Before(plan[i-1].First):
				t.Fatalf("born %s: %s before its turn", p.Birth, d.ID)
			}
			seen[d.ID] = true
		}
		some := plan[:1]
		if births%97 == 1 {
			some = plan
		}
		for i, d := range some {
			for _, c := range []struct {
				on   time.Time
				want schedule.State
			}{{d.First.AddDate(0, 0, -1), schedule.Upcoming}, {d.First, schedule.Due}, {d.Last, schedule.Due}, {d.Last.AddDate(0, 0, 1), schedule.Overdue}} {
				if got := x.Plan(p, nil, c.on)[i].State; got != c.want {
					t.Fatalf("born %s, %s on %s: %s, not %s", p.Birth, d.ID, c.on.Format(time.DateOnly), got, c.want)
				}
			}
		}
	}
	if births != 3653 {
		t.Errorf("%d births were tried", births)
	}
}

func TestMilestones(t *testing.T) {
	for _, c := range []struct{ birth, after, want string }{
		{"2024-02-29", "P1Y", "2025-02-28"}, {"2024-02-29", "P4Y", "2028-02-29"}, {"2024-01-31", "P1M", "2024-02-29"},
		{"2025-01-31", "P1M", "2025-02-28"}, {"2025-01-31", "P2M", "2025-03-31"}, {"2025-12-31", "P14D", "2026-01-14"}, {"2025-10-31", "P1M1D", "2025-12-01"},
	} {
		var m schedule.Milestone
		if err := m.UnmarshalText([]byte(c.after)); err != nil {
			t.Fatal(err)
		}
		if got := m.On(date(t, c.birth)).Format(time.DateOnly); got != c.want {
			t.Errorf("%s after %s is %s, not %s", c.after, c.birth, got, c.want)
		}
	}
	for _, bad := range []string{"", "P", "P1", "1D", "PD", "P1D2D", "PT1H", "P1D3", "P12345D", "P-1D"} {
		if err := new(schedule.Milestone).UnmarshalText([]byte(bad)); !errors.Is(err, schedule.ErrTable) {
			t.Errorf("%q is an age: %v", bad, err)
		}
	}
}

func TestStates(t *testing.T) {
	x := load(t, schedule.ChildExams)
	p := record.Patient{Birth: "2025-03-15"}
	exam := func(code, start, status string) record.Entry {
		return record.Entry{ID: record.ID{1}, Kind: schedule.ExamKind, Code: code, Start: start, Status: status}
	}
	state := func(id, on string, entries ...record.Entry) schedule.State {
		t.Helper()
		for _, d := range x.Plan(p, entries, date(t, on)) {
			if d.ID == id {
				return d.State
			}
		}
		return ""
	}
	removed := exam("month-8", "2025-11-20", "")
	removed.RemovedAt = 1
	for _, c := range []struct {
		name    string
		on      string
		entries []record.Entry
		want    schedule.State
	}{
		{"before", "2025-11-14", nil, schedule.Upcoming},
		{"first day", "2025-11-15", nil, schedule.Due},
		{"last day", "2025-12-14", nil, schedule.Due},
		{"after", "2025-12-15", nil, schedule.Overdue},
		{"done", "2025-12-15", []record.Entry{exam("month-8", "2025-11-20", "completed")}, schedule.Done},
		{"done late", "2026-02-01", []record.Entry{exam("month-8", "2026-01-20", "")}, schedule.Done},
		{"not done", "2026-02-01", []record.Entry{exam("month-8", "2025-12-14", "not-done")}, schedule.NotDone},
		{"not done, then done", "2026-02-01", []record.Entry{exam("month-8", "2025-12-14", "not-done"), exam("month-8", "2025-12-01", "")}, schedule.Done},
		{"in the bin", "2025-12-15", []record.Entry{removed}, schedule.Overdue},
		{"recorded later than the day", "2025-11-16", []record.Entry{exam("month-8", "2025-11-20", "")}, schedule.Due},
		{"another one", "2025-12-15", []record.Entry{exam("month-5", "2025-11-20", "")}, schedule.Overdue},
	} {
		if got := state("month-8", c.on, c.entries...); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	// One that is not asked of this child is shown when it took place all the same.
	if state("month-0", "2026-01-01") != "" || state("month-0", "2026-01-01", exam("month-0", "2025-04-02", "")) != schedule.Done {
		t.Error("the examination that went in 2025")
	}
	if got := x.Plan(record.Patient{Birth: "hier"}, nil, date(t, "2026-01-01")); got != nil {
		t.Errorf("without a birth: %v", got)
	}
}

func TestCheckUps(t *testing.T) {
	x := load(t, schedule.CheckUps)
	entry := func(code, start string) record.Entry {
		return record.Entry{ID: record.ID{1}, Kind: schedule.ExamKind, Code: code, Start: start}
	}
	plan := func(birth string, sex record.Sex, on string, entries ...record.Entry) string {
		var out []string
		for _, d := range x.Plan(record.Patient{Birth: birth, Sex: sex}, entries, date(t, on)) {
			if d.State != schedule.Upcoming {
				out = append(out, fmt.Sprintf("%s %s", d.ID, d.State))
			}
		}
		return strings.Join(out, ", ")
	}
	for _, c := range []struct {
		birth   string
		sex     record.Sex
		on      string
		entries []record.Entry
		want    string
	}{
		{"1974-05-02", record.Male, "2026-11-22", nil, "screening-bowel due"},
		{"1974-05-02", record.Female, "2026-11-22", nil, "screening-cervix-30 due, screening-bowel due, screening-breast due"},
		{"1974-05-02", record.Male, "2026-11-22", []record.Entry{entry("screening-bowel", "2024-11-22")}, "screening-bowel overdue"},
		{"1974-05-02", record.Male, "2026-11-21", []record.Entry{entry("screening-bowel", "2024-11-22")}, "screening-bowel done"},
		{"1974-05-02", record.Male, "2030-01-01", []record.Entry{entry("screening-bowel", "2024")}, "screening-bowel done"}, // no day to count from
		{"1980-01-15", record.Male, "2025-01-15", nil, "check-up-45-50 due"},
		{"1980-01-15", record.Male, "2031-01-14", nil, "check-up-45-50 due, screening-bowel due"},
		{"1980-01-15", record.Male, "2031-01-15", nil, "screening-bowel due"},
		{"1980-01-15", record.Male, "2031-01-15", []record.Entry{entry("check-up-45-50", "2026-02-01")}, "check-up-45-50 done, screening-bowel due"},
		{"1950-01-15", record.Male, "2025-01-15", nil, "check-up-70-75 due"},
		{"1950-01-15", record.Male, "2025-01-15", []record.Entry{entry("screening-bowel", "2023-12-01")}, "check-up-70-75 due, screening-bowel done"}, // the last one
		{"2000-01-15", record.Female, "2027-01-15", []record.Entry{entry("screening-cervix-25", "2026-01-10")}, "screening-cervix-25 overdue"},
		{"2000-01-15", record.Female, "2027-01-15", []record.Entry{entry("screening-cervix-25", "2025-01-10"), entry("screening-cervix-25", "2026-01-10")}, "screening-cervix-25 done"},
	} {
		if got := plan(c.birth, c.sex, c.on, c.entries...); got != c.want {
			t.Errorf("%s %s on %s: %s\nnot %s", c.birth, c.sex, c.on, got, c.want)
		}
	}
}

func TestFollowUp(t *testing.T) {
	for name, c := range map[string]struct {
		entry record.Entry
		want  bool
	}{
		"found":                {record.Entry{Kind: "exam", Value: "found"}, true},
		"found in words":       {record.Entry{Kind: "screening", Reaction: "n'entend pas à droite"}, true},
		"nothing":              {record.Entry{Kind: "exam", Value: "nothing", Reaction: "tout va bien"}, false},
		"followed":             {record.Entry{Kind: "exam", Value: "found", Severity: "done"}, false},
		"planned":              {record.Entry{Kind: "exam", Value: "found", Severity: "planned"}, false},
		"in the bin":           {record.Entry{Kind: "exam", Value: "found", RemovedAt: 1}, false},
		"reaction to allergen": {record.Entry{Kind: "allergy", Reaction: "gonflement"}, false},
	} {
		if got := schedule.FollowUpMissing(&c.entry); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestProfileHasTheCodes: the table of the profile and this package name the same
// things.
func TestProfileHasTheCodes(t *testing.T) {
	kinds, err := profile.Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []record.Entry{
		{Kind: schedule.ExamKind, Text: "x", Start: "2026", Status: schedule.NotTaken, Value: schedule.Found, Code: "month-8", System: "child-exams-2025-01"},
		{Kind: schedule.ExamKind, Text: "x", Start: "2026", Status: schedule.Taken},
		{Kind: schedule.ScreeningKind, Type: "hearing", Text: "x", Start: "2026", Value: schedule.Nothing, Severity: "done"},
	} {
		if err := kinds.Check(&e, "2026-11-22"); err != nil {
			t.Errorf("%s: %v", e.Kind, err)
		}
	}
}

func TestFaultyLists(t *testing.T) {
	good, err := fs.ReadFile(assets.FS, "child-exams-2025-01.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string][2]string{
		"id twice":        {`"year-6"`, `"year-5"`},
		"no English":      {`"en": "Examination at 6 years"`, `"en": ""`},
		"backwards":       {`"from": "P6Y"`, `"from": "P7Y"`},
		"no age":          {`"from": "P6Y"`, `"from": "6 ans"`},
		"no day":          {`"in_force_from": "2025-01-01"`, `"in_force_from": "2025"`},
		"unknown field":   {`"mandatory"`, `"obligatory"`},
		"before its turn": {`"in_force_from": "2025-01-01"`, `"in_force_from": "2024-12-31"`},
	} {
		bad := strings.Replace(string(good), c[0], c[1], 1)
		if bad == string(good) {
			t.Fatalf("%s: nothing to spoil", name)
		}
		before, err := fs.ReadFile(assets.FS, "child-exams-2019-03.json")
		if err != nil {
			t.Fatal(err)
		}
		fsys := fstest.MapFS{"child-exams-2025-01.json": {Data: []byte(bad)}, "child-exams-2019-03.json": {Data: before}}
		if _, err := schedule.LoadExams(fsys, schedule.ChildExams); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
