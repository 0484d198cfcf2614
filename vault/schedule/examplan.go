package schedule

import (
	"cmp"
	"slices"
	"time"

	"carnet/vault/record"
)

// Codes of the entries of a profile that speak of examinations. The table of the
// profile has the same, which a test holds.
const (
	ExamKind      = "exam"      // an examination: its code names an [Exam]
	ScreeningKind = "screening" // the hearing, sight, language or development, looked at once

	Taken    = "completed" // status of an examination that took place
	NotTaken = "not-done"  // status of one that did not
	Nothing  = "nothing"   // value: nothing was found
	Found    = "found"     // value: something was found
)

// Dated is an examination of one person, with its days and what is recorded.
type Dated struct {
	*Exam
	Edition     *Edition
	Group       *Group
	Part        int       // which of the groups of its edition, from 0
	First, Last time.Time // both included
	State       State

	// Entry is what is recorded of it, the zero value for nothing: the latest
	// time that it took place, else that it did not.
	Entry record.Entry
}

// Recorded reports whether something is.
func (d *Dated) Recorded() bool { return !d.Entry.ID.IsZero() }

// Plan lists the examinations of a person on a day, group by group, the first one
// first; the time of day counts for nothing.
//
// Each is taken from the edition in force on the last day of its window: what was
// asked of a child before 2025 stays asked, and an examination that came in 2025
// is asked of those whose time for it was not over. Windows that were over before
// the first edition are not asked, and offers that passed by are not listed,
// unless something is recorded of them.
func (x *Exams) Plan(p record.Patient, entries []record.Entry, on time.Time) (out []Dated) {
	birth, err := time.Parse(time.DateOnly, p.Birth)
	if err != nil {
		return nil
	}
	on = civil(on)
	told := recorded(entries, on)
	shown := map[string]bool{}
	for i := range x.Editions {
		e := &x.Editions[i]
		for g := range e.Groups {
			for k := range e.Groups[g].Exams {
				exam := &e.Groups[g].Exams[k]
				if exam.Sex != "" && p.Sex != "" && exam.Sex != p.Sex {
					continue
				}
				d := Dated{Exam: exam, Edition: e, Group: &e.Groups[g], Part: g}
				d.First, d.Last = exam.window(birth)
				of := told[exam.ID]
				asked := e.inForce(d.Last) && (e.Mandatory || !on.After(d.Last))
				last, _ := x.Find(exam.ID)
				if shown[exam.ID] || !asked && (len(of) == 0 || last != e) {
					continue
				}
				shown[exam.ID] = true
				if d.stand(of, on); d.Recorded() || p.Reminded() {
					out = append(out, d)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Dated) int {
		return cmp.Or(cmp.Compare(a.Part, b.Part), a.From.On(birth).Compare(b.From.On(birth)))
	})
	return out
}

// recorded gathers the examinations of a profile by what they are, the latest
// first; what is in the bin is left out, and what took place after the day.
func recorded(entries []record.Entry, on time.Time) map[string][]record.Entry {
	told := map[string][]record.Entry{}
	for _, e := range entries {
		if e.Kind == ExamKind && e.RemovedAt == 0 && e.Code != "" && e.Start <= on.Format(time.DateOnly) {
			told[e.Code] = append(told[e.Code], e)
		}
	}
	for _, of := range told {
		slices.SortStableFunc(of, func(a, b record.Entry) int {
			return cmp.Or(cmp.Compare(b.Start, a.Start), cmp.Compare(b.AddedAt, a.AddedAt))
		})
	}
	return told
}

// stand says how the examination stands, by what is recorded of it.
func (d *Dated) stand(of []record.Entry, on time.Time) {
	taken := slices.DeleteFunc(slices.Clone(of), func(e record.Entry) bool { return e.Status == NotTaken })
	switch {
	case len(taken) > 0:
		d.State, d.Entry = Done, taken[0]
		d.again(len(taken), on)
	case on.Before(d.First):
		d.State = Upcoming
	case on.After(d.Last):
		d.State = Overdue
	default:
		d.State = Due
	}
	if len(taken) == 0 && len(of) > 0 {
		d.State, d.Entry = NotDone, of[0]
	}
}

// again moves one that comes again, after so many times, to the next time: First
// is then the day from which it is asked, and it is overdue from that day on.
func (d *Dated) again(times int, on time.Time) {
	after := d.Every
	if times == 1 && d.Second != (Milestone{}) {
		after = d.Second
	}
	taken, err := time.Parse(time.DateOnly, d.Entry.Start)
	if after == (Milestone{}) || err != nil {
		return // a date without its day says too little to count from
	}
	next := after.On(taken)
	if next.After(d.Last) {
		return // it was the last one
	}
	d.First = next
	if !on.Before(next) {
		d.State = Overdue
	}
}

// FollowUpMissing reports whether an entry says that something was found and does
// not say what came of it. Words about what was found count as found, unless the
// entry says that it was nothing.
func FollowUpMissing(e *record.Entry) bool {
	if e.Kind != ExamKind && e.Kind != ScreeningKind || e.RemovedAt != 0 {
		return false
	}
	found := e.Value == Found || e.Value == "" && e.Reaction != ""
	return found && e.Severity == ""
}

// civil is the day of a moment, at midnight UTC.
func civil(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
