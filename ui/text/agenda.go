package text

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"carnet/vault"
	"carnet/vault/exchange/icalendar"
	"carnet/vault/profile"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// Dates read the tables that say what comes when, as often as they are called.
type Dates struct {
	Vaccines func() (*schedule.Calendar, error)
	Exams    func(schedule.List) (*schedule.Exams, error)
}

var (
	agendaVaccine     = Message{"Carnet : vaccination à prévoir", "Carnet: a vaccination to plan"}
	agendaExam        = Message{"Carnet : examen à prévoir", "Carnet: an examination to plan"}
	agendaAppointment = Message{"Carnet : rendez-vous de santé", "Carnet: a health appointment"}
	agendaFrom        = Message{"À partir de ce jour. Le détail est dans le carnet.", "From this day on. The details are in the record."}
	agendaUntil       = Message{"À partir de ce jour, jusqu'au %s. Le détail est dans le carnet.", "From this day on, until %s. The details are in the record."}
)

// coming is something that is to be done from a day on; until is the last one, zero for
// none.
type coming struct {
	what        Message
	code        string // what it is, the same in every archive
	from, until time.Time
}

// agenda writes the diary as iCalendar (RFC 5545): the appointments, and what is to come,
// with nothing that tells whose it is or what exactly: a calendar is often shown to
// others. What should have been done already stands on the day of the archive. It
// returns nil when there is nothing, since a calendar has at least one event.
func (l Language) agenda(dates Dates, c *vault.Contents) ([]byte, error) {
	all, err := due(dates, c.Patient, c.Entries, c.Made)
	if err != nil {
		return nil, err
	}
	events := l.Events(Appointments(c.Entries), false)
	for _, x := range all {
		events = append(events, l.event(x, c))
	}
	if len(events) == 0 {
		return nil, nil
	}
	return icalendar.Write(l.Tag(), c.Made, events), nil
}

// due is what is to come for a person by the tables: vaccinations and examinations.
func due(dates Dates, p record.Patient, entries []record.Entry, now time.Time) (all []coming, err error) {
	if !p.Reminded() {
		return nil, nil
	}
	calendar, err := dates.Vaccines()
	if err != nil {
		return nil, err
	}
	for _, r := range NewVaccinations(p, entries, calendar, now).All {
		from := r.From
		if from.IsZero() {
			from = r.NotBefore
		}
		if r.Line != nil && (r.Open() || r.State == schedule.Upcoming) && !from.IsZero() {
			all = append(all, coming{agendaVaccine, fmt.Sprintf("vaccine %s %d", r.Line.Code, r.Number), from, r.To})
		}
	}
	list := schedule.ChildExams
	if p.Adult(now) {
		list = schedule.CheckUps
	}
	exams, err := dates.Exams(list)
	if err != nil {
		return nil, err
	}
	for _, d := range exams.Plan(p, entries, now) {
		if d.State == schedule.Due || d.State == schedule.Overdue || d.State == schedule.Upcoming {
			all = append(all, coming{agendaExam, "examination " + d.ID, d.First, d.Last})
		}
	}
	return all, nil
}

func (l Language) event(x coming, c *vault.Contents) icalendar.Event {
	day := x.from
	if day.Before(c.Made) {
		day = c.Made
	}
	said := l.Say(agendaFrom)
	if x.until.After(day) {
		said = l.Say(agendaUntil, l.Date(x.until))
	}
	return icalendar.Event{
		UID: eventID(c.Patient.Name + "\n" + c.Patient.Birth + "\n" + x.code), Start: day.Format(time.DateOnly),
		Summary: l.Say(x.what), Description: said, Free: true,
	}
}

// eventID names an event, the same in every calendar, and tells nothing.
func eventID(what string) string {
	id := sha256.Sum256([]byte("carnet agenda\n" + what))
	return hex.EncodeToString(id[:16]) + "@carnet.invalid"
}

// Appointments are those of a profile that are not in the bin, the earliest first.
func Appointments(entries []record.Entry) (out []record.Entry) {
	for _, e := range entries {
		if e.Kind == profile.Appointment && e.RemovedAt == 0 {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b record.Entry) int {
		x, _, _ := record.Moment(a.Start)
		y, _, _ := record.Moment(b.Start)
		return cmp.Or(x.Compare(y), strings.Compare(a.Text, b.Text), slices.Compare(a.ID[:], b.ID[:]))
	})
	return out
}

// AppointmentTitle says in a line when an appointment is, what for, and how it stands where
// that is not what was planned.
func (l Language) AppointmentTitle(t *profile.Table, e *record.Entry) string {
	title := l.EntryDates(e) + Between + e.Text
	if k := t.Kind(e.Kind); k != nil && e.Status != "" && e.Status != "booked" {
		title += Between + l.code(k.Field(record.FieldStatus).Values, e.Status)
	}
	return title
}

// Ahead divides appointments into those that are to come and those that are over or
// cancelled, each in their order: one without a time of day is over when its day is.
func Ahead(appointments []record.Entry, now time.Time) (ahead, over []record.Entry) {
	for _, e := range appointments {
		end := cmp.Or(e.End, e.Start)
		at, timed, _ := record.Moment(end)
		past := at.Before(now)
		if !timed {
			past = end < now.Format(time.DateOnly)
		}
		if past || e.Status != "" && e.Status != "booked" {
			over = append(over, e)
		} else {
			ahead = append(ahead, e)
		}
	}
	return ahead, over
}

// Events are appointments to be written as a calendar: without details only when they
// are, since a calendar is often shown to others.
func (l Language) Events(appointments []record.Entry, details bool) (out []icalendar.Event) {
	for _, e := range appointments {
		x := icalendar.Event{UID: eventID(e.ID.String()), Start: e.Start, End: e.End, Summary: l.Say(agendaAppointment), Cancelled: e.Status == "cancelled"}
		if details {
			x.Summary, x.Location = e.Text, e.Location
			var more []string
			for _, said := range []string{e.Performer, e.Phone, e.Note} {
				if said != "" {
					more = append(more, said)
				}
			}
			x.Description = strings.Join(more, "\n")
		}
		out = append(out, x)
	}
	return out
}
