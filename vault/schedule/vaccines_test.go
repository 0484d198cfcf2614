package schedule_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"carnet/assets"
	"carnet/vault/profile"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

var calendar = sync.OnceValue(func() *schedule.Calendar {
	c, err := schedule.LoadCalendar(assets.FS)
	if err != nil {
		panic(err)
	}
	return c
})

// short are the names that the cases give to lines.
var short = map[string]string{
	"DTP": "dtp", "Coq": "pertussis", "Hib": "hib", "HB": "hepatitis-b", "Pneumo": "pneumococcus", "MenB": "meningococcus-b",
	"ACWY": "meningococcus-acwy", "MenC": "meningococcus-c", "ROR": "mmr", "Rota": "rotavirus", "HPV": "hpv", "Grippe": "influenza",
	"Covid": "covid-19", "Zona": "zoster", "VRS": "rsv", "BCG": "tuberculosis",
}

var said = map[schedule.State]string{schedule.Done: "fait", schedule.Due: "à faire", schedule.Upcoming: "à prévoir", schedule.Overdue: "dépassé", schedule.NotDone: "non fait"}

var reasons = map[string]string{"refus": "refused", "contre-indication": "contraindicated"}

// golden is a case of testdata/vaccines.txt.
type golden struct {
	name    string
	patient schedule.Patient
	today   time.Time
	doses   []schedule.Dose
	want    map[string]string // by line: doses given, and what comes next
}

func on(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// readCases reads the cases that physicians read.
func readCases(t *testing.T) (out []golden) {
	t.Helper()
	content, err := os.ReadFile("testdata/vaccines.txt")
	if err != nil {
		t.Fatal(err)
	}
	histories := map[string][]string{}
	expand := func(list string) (items []string) {
		for item := range strings.SplitSeq(list, ", ") {
			if known, ok := histories[item]; ok {
				items = append(items, known...)
			} else if item != "rien" {
				items = append(items, item)
			}
		}
		return items
	}
	for n, line := range strings.Split(string(content), "\n") {
		parts := strings.Split(line, "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		switch {
		case line == "" || line[0] == '#':
		case strings.HasPrefix(line, "histoire "):
			histories[strings.TrimPrefix(parts[0], "histoire ")] = expand(parts[1])
		case strings.HasPrefix(line, "cas "):
			birth := strings.Fields(parts[1])[1]
			g := golden{name: parts[0], today: on(t, parts[2]), want: map[string]string{}}
			var entries []record.Entry
			for _, item := range expand(parts[3]) {
				entries = append(entries, entry(t, item))
			}
			g.doses = calendar().Doses(entries)
			g.patient = schedule.PatientOf(record.Patient{Birth: birth}, entries, g.today)
			out = append(out, g)
		case strings.HasPrefix(line, "  ") && len(parts) == 3 && len(out) > 0:
			for name := range strings.SplitSeq(parts[0], ", ") {
				code := short[name]
				if code == "" {
					t.Fatalf("line %d: no line %q", n+1, name)
				}
				g := out[len(out)-1]
				next := parts[1] + " | " + parts[2]
				if before, ok := g.want[code]; ok {
					next = before + " ; " + parts[2]
				}
				g.want[code] = next
			}
		default:
			t.Fatalf("line %d: %q", n+1, line)
		}
	}
	return out
}

// entry reads « hexa 2026-03-16 », « non fait hexa 2026-03-16 refus » or
// « grossesse depuis 2026-06-01 ».
func entry(t *testing.T, item string) record.Entry {
	t.Helper()
	if since, ok := strings.CutPrefix(item, "grossesse"); ok {
		return record.Entry{Kind: "condition", Text: "Grossesse", Status: "active", Start: strings.TrimPrefix(since, " depuis ")}
	}
	e := record.Entry{Kind: schedule.Vaccination}
	item, notDone := strings.CutPrefix(item, "non fait ")
	words := strings.Fields(item)
	if notDone {
		e.Status, e.Severity = "not-done", reasons[words[len(words)-1]]
		if e.Severity == "" {
			t.Fatalf("no reason in %q", item)
		}
		words = words[:len(words)-1]
	}
	e.Text, e.Start = strings.Join(words[:len(words)-1], " "), words[len(words)-1]
	if v := calendar().Vaccine(e.Text); v != nil {
		e.Type = v.Code
	} else if calendar().Recognise(e.Text) == nil {
		t.Fatalf("no vaccine in %q", item)
	}
	return e
}

// write says a list as the cases do.
func write(all []schedule.Recommendation) map[string]string {
	given, check, next := map[string]int{}, map[string]int{}, map[string][]string{}
	for _, r := range all {
		code := r.Line.Code
		if r.State == schedule.Done {
			given[code]++
			if r.Check {
				check[code]++
			}
			continue
		}
		next[code] = append(next[code], open(&r))
	}
	out := map[string]string{}
	for _, l := range calendar().Lines {
		if given[l.Code]+len(next[l.Code]) == 0 {
			continue
		}
		s := fmt.Sprint(given[l.Code])
		if n := check[l.Code]; n > 0 {
			s += fmt.Sprintf(" (%d à vérifier)", n)
		}
		if next[l.Code] == nil {
			next[l.Code] = []string{"-"}
		}
		out[l.Code] = s + " | " + strings.Join(next[l.Code], " ; ")
	}
	return out
}

func open(r *schedule.Recommendation) string {
	s := r.Series.LabelFR
	if len(r.Series.Doses) > 1 {
		s += fmt.Sprintf(" %d", r.Number)
	}
	s += " " + said[r.State]
	switch {
	case r.From.IsZero():
	case r.To.IsZero():
		s += " dès " + r.From.Format(time.DateOnly)
	default:
		s += " " + r.From.Format(time.DateOnly) + ".." + r.To.Format(time.DateOnly)
	}
	switch {
	case !r.CatchUp:
	case !r.CatchUpTo.IsZero():
		s += ", rattrapage jusqu'au " + r.CatchUpTo.Format(time.DateOnly)
	default:
		s += ", rattrapage : voir le médecin"
	}
	if !r.NotBefore.IsZero() {
		s += ", pas avant " + r.NotBefore.Format(time.DateOnly)
	}
	if r.State == schedule.NotDone {
		for word, code := range reasons {
			if code == r.Dose.Entry.Severity {
				s += " (" + word + ")"
			}
		}
	}
	return s
}

// TestVaccinationCases compares with what was written by hand from the edition.
// A case that fails is a question to the edition: do not write it anew from what
// the program says.
func TestVaccinationCases(t *testing.T) {
	cases := readCases(t)
	if len(cases) < 60 {
		t.Errorf("%d cases", len(cases))
	}
	for _, g := range cases {
		t.Run(g.name, func(t *testing.T) {
			got := write(schedule.Dues(calendar(), g.patient, g.doses, g.today))
			for _, l := range calendar().Lines {
				if got[l.Code] != g.want[l.Code] {
					t.Errorf("%s\n got %s\nwant %s", l.LabelFR, got[l.Code], g.want[l.Code])
				}
			}
		})
	}
}

// TestVaccinationProperties takes people at random, of any age, with any doses.
// Print the seed again with -run and CARNET_SEED.
func TestVaccinationProperties(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("CARNET_SEED"); s != "" {
		if _, err := fmt.Sscan(s, &seed); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("CARNET_SEED=%d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	c := calendar()
	for n := range 4000 {
		today := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
		span := []int{1000, 8000, 36000}[n%3]
		p := schedule.Patient{Birth: today.AddDate(0, 0, -r.IntN(span)), Pregnant: r.IntN(9) == 0}
		var entries []record.Entry
		for range r.IntN(12) {
			given := p.Birth.AddDate(0, 0, r.IntN(int(today.Sub(p.Birth).Hours()/24)+400))
			e := record.Entry{Kind: schedule.Vaccination, Type: c.Vaccines[r.IntN(len(c.Vaccines))].Code, Start: given.Format(time.DateOnly)}
			if r.IntN(8) == 0 {
				e.Status = "not-done"
			}
			entries = append(entries, e)
		}
		doses := c.Doses(entries)
		all := schedule.Dues(c, p, doses, today)
		if fault := unsound(c, p, doses, today, all); fault != "" {
			t.Fatalf("CARNET_SEED=%d, person %d born %s: %s\n%v", seed, n, p.Birth.Format(time.DateOnly), fault, write(all))
		}
	}
}

// unsound says what no list may ever say, "" for a sound one. It knows the table
// and nothing of the rules.
func unsound(c *schedule.Calendar, p schedule.Patient, doses []schedule.Dose, today time.Time, all []schedule.Recommendation) string {
	type slot struct {
		series *schedule.Series
		number int
	}
	given := map[slot]time.Time{}
	next := map[string]int{}
	counted := map[string]int{}
	for _, r := range all {
		if r.State == schedule.Done {
			counted[r.Line.Code]++
			if r.Number > 0 {
				if _, twice := given[slot{r.Series, r.Number}]; twice {
					return r.Line.Code + ": a slot is filled twice"
				}
				given[slot{r.Series, r.Number}] = r.Dose.On
			}
		}
	}
	for _, l := range c.Lines {
		want := 0
		for _, d := range doses {
			all := !d.NotDone && !d.On.After(today)
			for _, disease := range l.Diseases {
				all = all && slices.Contains(d.Vaccine.Diseases, disease)
			}
			if all {
				want++
			}
		}
		if counted[l.Code] != want {
			return fmt.Sprintf("%s: %d doses of %d", l.Code, counted[l.Code], want)
		}
	}
	for _, r := range all {
		if r.State == schedule.Done {
			continue
		}
		if r.Series.Kind != schedule.Pregnancy {
			next[r.Line.Code]++
		}
		if _, done := given[slot{r.Series, r.Number}]; done && r.Series.Kind == schedule.ByAge {
			return r.Line.Code + ": a dose that was given comes next"
		}
		if r.Series.Kind != schedule.ByAge {
			continue
		}
		born, s := p.Birth.Format(time.DateOnly), r.Series
		if born < s.BornFrom || s.BornUntil != "" && born > s.BornUntil {
			return r.Line.Code + ": of another year of birth"
		}
		foreseen := s.Doses[r.Number-1]
		if !r.From.IsZero() && r.From.Before(foreseen.From.After(p.Birth)) {
			return r.Line.Code + ": before its age"
		}
		if before, ok := given[slot{s, r.Number - 1}]; ok {
			least := foreseen.After.Min.After(before)
			if !r.From.IsZero() && r.From.Before(least) || !r.NotBefore.IsZero() && r.NotBefore.Before(least) || r.Open() && foreseen.After.Min != 0 && today.Before(least) {
				return r.Line.Code + ": before the least interval"
			}
			if late := s.Doses[r.Number-2]; s.Doses[r.Number-2].After.Max == 0 && late.Until != 0 && !before.Before(late.Until.After(p.Birth)) && !r.From.IsZero() {
				return r.Line.Code + ": a day is computed after a late dose"
			}
		} else if r.Number > 1 {
			return r.Line.Code + ": a dose comes next before the one ahead of it"
		}
		switch {
		case !r.To.IsZero() && r.To.Before(r.From):
			return r.Line.Code + ": a window without days"
		case r.State == schedule.Upcoming && !r.From.IsZero() && !today.Before(r.From),
			r.State == schedule.Due && (today.Before(r.From) || !r.To.IsZero() && today.After(r.To)),
			r.State == schedule.Overdue && !r.To.IsZero() && !today.After(r.To):
			return r.Line.Code + ": the state contradicts the window"
		case r.State == schedule.Overdue && !r.CatchUp:
			return r.Line.Code + ": overdue, and nobody decides"
		}
	}
	for code, n := range next {
		if n > 1 {
			return code + ": two things come next"
		}
	}
	return ""
}

// TestProfileHasTheVaccines: what the profile lets one choose is what the calendar
// knows, and a vaccination that was not done says why by its codes.
func TestProfileHasTheVaccines(t *testing.T) {
	kinds, err := profile.Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	k := kinds.Kind(schedule.Vaccination)
	var inProfile, inCalendar []string
	for _, v := range k.Field(record.FieldType).Values {
		inProfile = append(inProfile, v.Code, v.LabelFR, v.LabelEN)
	}
	for _, v := range calendar().Vaccines {
		inCalendar = append(inCalendar, v.Code, v.LabelFR, v.LabelEN)
	}
	if !slices.Equal(inProfile, inCalendar) {
		t.Errorf("profile: %q\ncalendar: %q", inProfile, inCalendar)
	}
	for _, e := range []record.Entry{
		{Kind: k.Code, Text: "Hexyon", Type: "hexa", Start: "2026-03-16", Value: "1", Code: "A1", Method: "left-thigh", Location: "PMI", Performer: "Dr Roy"},
		{Kind: k.Code, Text: "Hexyon", Start: "2026-03-16", Status: "not-done", Severity: "refused"},
	} {
		if err := kinds.Check(&e, "2026-11-22"); err != nil {
			t.Errorf("%+v: %v", e, err)
		}
	}
}

func TestPeriod(t *testing.T) {
	for _, c := range []struct{ from, period, want string }{
		{"2024-12-31", "P2M", "2025-02-28"}, {"2024-02-29", "P1Y", "2025-02-28"}, {"2024-02-29", "P4Y", "2028-02-29"},
		{"2023-11-30", "P3M", "2024-02-29"}, {"2026-01-15", "P11Y5M", "2037-06-15"}, {"2026-08-31", "P1M", "2026-09-30"},
	} {
		var p schedule.Period
		if err := p.UnmarshalText([]byte(c.period)); err != nil {
			t.Error(err)
		}
		if got := p.After(on(t, c.from)).Format(time.DateOnly); got != c.want {
			t.Errorf("%s and %s make %s, not %s", c.from, c.period, got, c.want)
		}
	}
	for _, wrong := range []string{"", "P", "2M", "P2D", "P-2M", "P2M1Y"} {
		if err := new(schedule.Period).UnmarshalText([]byte(wrong)); err == nil {
			t.Errorf("%q is a period", wrong)
		}
	}
}

func TestRecognise(t *testing.T) {
	for text, want := range map[string]string{
		"Infanrix Hexa": "hexa", "Hexa": "hexa", "DTCaP-Hib-HB": "hexa", "DTCaP": "dtcap", "Rappel D.T.Polio Revaxis": "dtp", "Méningocoque B (Bexsero)": "men-b",
		"ROR": "mmr", "Priorix, lot A12": "mmr", "Prevenar 20": "pneumo", "vaccin contre l'hépatite B": "hepatitis-b", "Rorschach": "", "": "", "B": "",
	} {
		got := ""
		if v := calendar().Recognise(text); v != nil {
			got = v.Code
		}
		if got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}

func TestPregnancyOfTheProfile(t *testing.T) {
	today := on(t, "2026-11-22")
	for _, c := range []struct {
		e    record.Entry
		want bool
	}{
		{record.Entry{Kind: "condition", Text: "Grossesse", Start: "2026-06"}, true},
		{record.Entry{Kind: "condition", Text: "Enceinte de jumeaux", Status: "active"}, true},
		{record.Entry{Kind: "condition", Text: "Grossesse", Start: "2025-06"}, false},
		{record.Entry{Kind: "condition", Text: "Grossesse", Start: "2026-06", Status: "resolved"}, false},
		{record.Entry{Kind: "condition", Text: "Grossesse", Start: "2026-06", End: "2026-09"}, false},
		{record.Entry{Kind: "condition", Text: "Grossesse", Start: "2026-06", RemovedAt: 1}, false},
		{record.Entry{Kind: "encounter", Text: "Grossesse", Start: "2026-06"}, false},
		{record.Entry{Kind: "condition", Text: "Asthme", Start: "2026-06"}, false},
	} {
		if got := schedule.PatientOf(record.Patient{}, []record.Entry{c.e}, today).Pregnant; got != c.want {
			t.Errorf("%+v: %v", c.e, got)
		}
	}
}

// TestWithoutBirth lists what was given and foresees nothing.
func TestWithoutBirth(t *testing.T) {
	doses := calendar().Doses([]record.Entry{{Kind: schedule.Vaccination, Type: "mmr", Start: "2020"}, {Kind: schedule.Vaccination, Text: "autre", Start: "2020"}})
	all := schedule.Dues(calendar(), schedule.Patient{}, doses, on(t, "2026-11-22"))
	if len(doses) != 2 || len(all) != 1 || all[0].State != schedule.Done || all[0].Dose.On != on(t, "2020-12-31") {
		t.Errorf("%+v", all)
	}
}

func TestFaultyCalendar(t *testing.T) {
	content, err := assets.FS.ReadFile("vaccines-fr-2026-11.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{`{"from": "P2M", "until": "P3M"}`, `{"from": "P2M", "until": "P2M"}`},
		{`"status": "offered"`, `"status": "perhaps"`},
		{`"diseases": ["rotavirus"]`, `"diseases": ["rotaviruses"]`},
		{`"kind": "yearly"`, `"kind": "monthly"`},
		{`{"code": "hib", "label_fr"`, `{"code": "hepatitis-b", "label_fr"`},
		{`"vaccine": "rota-3"`, `"vaccine": "rota-4"`},
	} {
		changed := strings.Replace(string(content), change[0], change[1], 1)
		if changed == string(content) {
			t.Fatalf("nothing to change: %s", change[0])
		}
		if _, err := schedule.LoadCalendar(fstest.MapFS{"vaccines-fr-2026-11.json": {Data: []byte(changed)}}); !errors.Is(err, schedule.ErrTable) {
			t.Errorf("%s: %v", change[1], err)
		}
	}
}
