package schedule

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"carnet/vault/record"
)

// Vaccination is the kind of the entries of a profile that are doses.
const Vaccination = "immunization"

// statusNotDone is the status of a vaccination of the profile that was not done;
// its severity says why.
const statusNotDone = "not-done"

// Dose is a vaccine that was given, or was not and why.
type Dose struct {
	Entry   record.Entry // where it stands in the profile
	Vaccine *Vaccine     // nil when nobody can tell
	// On is the last day that its date may mean, so that no interval is taken
	// for longer than it was.
	On      time.Time
	NotDone bool
}

// covers reports whether the dose is one against all diseases of a line.
func (d *Dose) covers(l *Line) bool {
	if d.Vaccine == nil {
		return false
	}
	for _, code := range l.Diseases {
		if !slices.Contains(d.Vaccine.Diseases, code) {
			return false
		}
	}
	return true
}

// Doses gathers the vaccinations among the entries of a person, oldest first;
// what is in the bin is left out, and « none known ». A kind of vaccine that the
// entry does not say is recognised by its name.
func (c *Calendar) Doses(entries []record.Entry) (out []Dose) {
	for _, e := range entries {
		on, ok := lastDay(e.Start)
		if e.Kind != Vaccination || e.RemovedAt != 0 || e.Status == record.NoneKnown || !ok {
			continue
		}
		d := Dose{Entry: e, Vaccine: c.Vaccine(e.Type), On: on, NotDone: e.Status == statusNotDone}
		if e.Type == "" {
			d.Vaccine = c.Recognise(e.Text)
		}
		out = append(out, d)
	}
	slices.SortStableFunc(out, func(a, b Dose) int {
		return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.Entry.AddedAt, b.Entry.AddedAt))
	})
	return out
}

// lastDay is the last day that YYYY, YYYY-MM or YYYY-MM-DD may mean.
func lastDay(date string) (time.Time, bool) {
	for _, form := range []struct {
		layout        string
		years, months int
	}{{time.DateOnly, 0, 0}, {"2006-01", 0, 1}, {"2006", 1, 0}} {
		if t, err := time.Parse(form.layout, date); err == nil {
			if form.layout == time.DateOnly {
				return t, true
			}
			return t.AddDate(form.years, form.months, -1), true
		}
	}
	return time.Time{}, false
}

// Patient is what the rules have to know of a person.
type Patient struct {
	Birth    time.Time // zero when unknown: nothing is foreseen then
	Pregnant bool
	Since    time.Time // the first day that the beginning of the pregnancy may mean; zero when unknown
}

// longest is after how many months a pregnancy of the profile that nobody ended
// is over.
const longest Period = 10

// PatientOf reads a person and the entries of their profile; nothing is foreseen for
// one who is not reminded of anything any more. Pregnant is who has
// a current condition of that name, begun less than ten months before today when
// its beginning is known.
func PatientOf(p record.Patient, entries []record.Entry, today time.Time) Patient {
	var out Patient
	if !p.Reminded() {
		return out
	}
	if birth, err := time.Parse(time.DateOnly, p.Birth); err == nil {
		out.Birth = birth
	}
	for _, e := range entries {
		text := words(e.Text)
		named := strings.Contains(text, " grossesse ") || strings.Contains(text, " enceinte ") || strings.Contains(text, " pregnancy ") || strings.Contains(text, " pregnant ")
		if e.Kind != "condition" || e.RemovedAt != 0 || !named || e.End != "" || e.Status != "" && e.Status != "active" {
			continue
		}
		begun, dated := lastDay(e.Start)
		if dated && (!today.Before(longest.After(begun)) || today.Before(firstDay(e.Start))) {
			continue
		}
		out.Pregnant = true
		if dated {
			out.Since = firstDay(e.Start)
		}
	}
	return out
}

// firstDay is the first day that a date of [lastDay] may mean.
func firstDay(date string) time.Time {
	t, err := time.Parse(time.DateOnly, (date + "-01-01")[:len(time.DateOnly)])
	if err != nil {
		return time.Time{}
	}
	return t
}
