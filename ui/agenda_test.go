package ui

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"carnet/cmd/carnet/samples"
	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/exchange/icalendar"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// notes adds an appointment to the diary on screen.
func (u *user) notes(what, when string) {
	u.t.Helper()
	u.press(text.AddAppointment)
	u.fills(profile.Appointment, record.FieldText, what)
	u.fills(profile.Appointment, record.FieldStart, when)
	u.press(text.Keep)
}

// TestDiary: an appointment is noted, stands on the first screen, is moved, put in the
// bin, and taken back; a slip of the hand is told beside the question.
func TestDiary(t *testing.T) {
	u := atHome(t)
	u.command(text.AgendaTitle)
	if !u.in(session.Agenda) {
		t.Fatalf("not there:\n%s", u.seen())
	}
	u.reads(u.Say(text.AgendaEmpty), u.Say(text.AgendaReminders))
	u.notes("Kiné", "12/2030")
	u.reads("Écrivez l'année", u.Say(text.MomentHint))
	u.fills(profile.Appointment, record.FieldStart, "3/12/2030 14h30")
	u.press(text.Keep)
	u.reads(u.Say(text.AgendaAhead), "3 décembre 2030 à 14:30"+text.Between+"Kiné")
	u.notes("Bilan", "2/12/2030")
	seen := u.seen()
	if strings.Index(seen, "Bilan") > strings.Index(seen, "Kiné") {
		t.Errorf("the later one stands first:\n%s", seen)
	}
	u.command(text.HomeTitle)
	u.reads(u.Say(text.AgendaNext), "2 décembre 2030"+text.Between+"Bilan")
	u.pressRow("2 décembre 2030")
	u.pressRow("3 décembre 2030")
	u.press(text.EditDetails)
	u.fills(profile.Appointment, record.FieldStart, "4/12/2030 9:00")
	u.press(text.Keep)
	u.reads("4 décembre 2030 à 09:00" + text.Between + "Kiné")
	u.undo()
	u.until("the appointment where it was", func() bool { return u.mayRead("3 décembre 2030 à 14:30") })
	u.pressRow("3 décembre 2030")
	u.press(text.MoveToBin)
	u.until("it is gone", func() bool { return !u.mayRead("3 décembre 2030") })
	u.undo()
	u.until("it is back", func() bool { return u.mayRead("3 décembre 2030 à 14:30") })
	u.command(text.MedicalTitle)
	if u.mayRead("Kiné") {
		t.Errorf("it stands in the medical profile too:\n%s", u.seen())
	}
}

// rdv is a calendar as a practice gives it.
const rdv = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Cabinet//FR\r\nBEGIN:VEVENT\r\nUID:1@example.org\r\nSUMMARY:Orthophonie\r\nLOCATION:Cabinet des Lilas\r\n" +
	"DTSTART:20301205T133000\r\nDTEND:20301205T140000\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

// takes takes the appointments of a calendar.
func (u *user) takes(path string) {
	u.t.Helper()
	u.command(text.TakeCalendar)
	u.types(path, text.PickPath)
	u.press(text.PickTake)
}

// TestCalendarIsTaken: the appointments of a calendar enter the diary once, the file is
// kept, and what entered is taken back; and a calendar is saved for others.
func TestCalendarIsTaken(t *testing.T) {
	u := atHome(t)
	path := u.write(samples.File{Name: "rdv.ics", Data: []byte(rdv)})[0]
	u.takes(path)
	u.until("the appointments", func() bool { return u.mayRead("5 décembre 2030 à 13:30") && u.mayRead("12 décembre 2030 à 13:30") })
	u.reads(u.Say(text.CalendarTaken, 2, 0, 0))
	u.takes(path)
	u.until("that they are known", func() bool { return u.mayRead(u.Say(text.CalendarTaken, 0, 0, 2)) })
	before := u.profile()
	moved := strings.ReplaceAll(strings.Replace(rdv, "RRULE:FREQ=WEEKLY;COUNT=2\r\n", "RECURRENCE-ID:20301212T133000\r\n", 1), ":20301205T", ":20301214T")
	u.takes(u.write(samples.File{Name: "change.ics", Data: []byte(moved)})[0])
	u.until("the one that was moved", func() bool { return u.mayRead("14 décembre 2030 à 13:30") && !u.mayRead("12 décembre 2030") })
	u.reads(u.Say(text.CalendarTaken, 0, 1, 0))
	u.undo()
	u.until("it is where it was", func() bool { return u.mayRead("12 décembre 2030 à 13:30") })
	u.undo()
	u.until("both taken back", func() bool { return len(u.profile()) == len(before)-2 })
	u.document("Orthophonie")

	home := t.TempDir()
	t.Setenv("HOME", home)
	u.command(text.SaveCalendar)
	u.reads(u.Say(text.NoAppointments))
	u.command(text.AgendaTitle)
	u.notes("Kiné", "3/12/2030 14:30")
	for button, tells := range map[text.Message]bool{text.WithoutDetails: false, text.WithDetails: true} {
		u.command(text.SaveCalendar)
		u.reads(u.Say(text.SaveCalendarAsk))
		u.press(button)
		path := filepath.Join(home, u.Say(text.CalendarFileName)+".ics")
		u.until("the file", func() bool { _, err := os.Stat(path); return err == nil })
		content, err := os.ReadFile(path)
		if err != nil || strings.Contains(string(content), "Kiné") != tells {
			t.Errorf("details %v: %q, %v", tells, content, err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	u.takes(u.write(samples.File{Name: "note.ics", Data: []byte("rien")})[0])
	u.until("why not", func() bool { return u.sheet() != "" })
}

// TestCalendarProposed: « Proposer » of a calendar that was added as a document changes
// the appointment that the diary has, as taking it does, with an undo.
func TestCalendarProposed(t *testing.T) {
	u := atDocuments(t)
	person := u.open.Person().ID
	_, err := u.open.Vault.AddEntry(t.Context(), record.Entry{
		Patient: person, Kind: profile.Appointment, Source: record.SourcePerson, Text: "Orthophonie", Status: "booked",
		Start: "2030-12-05T13:30:00+01:00", Code: "1@example.org", System: icalendar.System,
	})
	if err != nil {
		t.Fatal(err)
	}
	moved := strings.ReplaceAll(strings.Replace(rdv, "RRULE:FREQ=WEEKLY;COUNT=2\r\n", "SEQUENCE:1\r\n", 1), ":20301205T", ":20301214T")
	u.Dropped(u.write(samples.File{Name: "change.ics", Data: []byte(moved)}))
	u.settle()
	u.press(text.FileInto, u.open.Person().Name)
	u.until("the outcome", func() bool { return u.mayRead("1 document ajouté") })
	u.press(text.Close)
	days := func() (out []string) {
		for _, e := range u.profile() {
			if e.Kind == profile.Appointment && e.RemovedAt == 0 {
				out = append(out, e.Start[:10])
			}
		}
		return out
	}
	u.at("Orthophonie")
	u.command(text.ProposeForProfile)
	u.until("what it says", func() bool { return u.mayRead(u.Say(text.ProposalChanges)) })
	u.press(text.TickAll)
	u.press(text.AddTicked)
	u.until("the one that was moved", func() bool { return slices.Equal(days(), []string{"2030-12-14"}) })
	u.undo()
	u.until("it is where it was", func() bool { return slices.Equal(days(), []string{"2030-12-05"}) })
}

// TestScreenshotsOfTheDiary draws it: empty, full, and the sheets it opens.
func TestScreenshotsOfTheDiary(t *testing.T) {
	albums(t, func(a *album) {
		a.command(text.AgendaTitle)
		a.takeNow("agenda-vide")
		a.notes("Kiné", "3/12/2030 14:30")
		a.notes("Bilan de l'ouïe chez l'oto-rhino-laryngologiste de l'hôpital", "14/1/2031")
		a.notes("Dentiste", "5/2/2024 9:00")
		a.takeNow("agenda")
		a.press(text.AddAppointment)
		a.takeNow("agenda-ajouter")
		a.key(fyne.KeyEscape)
		row := all[*kit.Button](a.user)
		for _, b := range row {
			if strings.HasSuffix(b.Label, "Kiné") {
				b.Tapped(nil)
				a.settle()
				break
			}
		}
		a.takeNow("agenda-rendez-vous")
		a.key(fyne.KeyEscape)
		a.press(text.SaveCalendar)
		a.takeNow("agenda-enregistrer")
		a.key(fyne.KeyEscape)
		a.command(text.HomeTitle)
		a.takeNow("accueil-rendez-vous")
	})
}
