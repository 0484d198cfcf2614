package text

import (
	"bytes"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"carnet/assets"
	"carnet/vault"
	"carnet/vault/profile"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// TestAgenda: what is to come for a child is a calendar by the book, which tells
// neither whose it is nor what exactly; an adult of whom nothing is announced has none.
func TestAgenda(t *testing.T) {
	dates := Dates{
		Vaccines: func() (*schedule.Calendar, error) { return schedule.LoadCalendar(assets.FS) },
		Exams:    func(list schedule.List) (*schedule.Exams, error) { return schedule.LoadExams(assets.FS, list) },
	}
	c := &vault.Contents{Patient: record.Patient{Name: "Lou Kervalan", Birth: "2026-03-02", Sex: record.Female}, Made: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	c.Entries = []record.Entry{
		{ID: record.ID{1}, Kind: profile.Appointment, Text: "Kiné Kervalan", Location: "Lou", Start: "2026-12-03T14:30:00+01:00", Status: "booked"},
		{ID: record.ID{2}, Kind: profile.Appointment, Text: "rougeole", Start: "2026-12-04", Status: "cancelled"},
		{ID: record.ID{3}, Kind: profile.Appointment, Text: "Lou", Start: "2026-12-05", RemovedAt: 1},
	}
	got, err := French.agenda(dates, c)
	if err != nil {
		t.Fatal(err)
	}
	again, err := French.agenda(dates, c)
	if err != nil || !bytes.Equal(got, again) {
		t.Errorf("made twice it differs: %v", err)
	}
	lines := strings.Split(string(got), "\r\n")
	for _, line := range lines {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	said := strings.ReplaceAll(string(got), "\r\n ", "")
	for _, word := range []string{"Lou", "Kervalan", "rougeole", "hexavalent", "2026-03-02", "Kiné"} {
		if strings.Contains(said, word) {
			t.Errorf("it tells %q", word)
		}
	}
	events, uids := 0, map[string]bool{}
	for _, line := range strings.Split(said, "\r\n") {
		if line == "BEGIN:VEVENT" {
			events++
		}
		if id, found := strings.CutPrefix(line, "UID:"); found {
			uids[id] = true
		}
		if day, found := strings.CutPrefix(line, "DTSTART;VALUE=DATE:"); found && day < "20261122" {
			t.Errorf("an event that is past: %s", day)
		}
	}
	if events < 5 || len(uids) != events {
		t.Errorf("%d events, %d of their own", events, len(uids))
	}
	for _, want := range []string{"DTSTART:20261203T133000Z", "DTSTART;VALUE=DATE:20261204", "STATUS:CANCELLED"} {
		if !strings.Contains(said, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if strings.Contains(said, "20261205") {
		t.Error("it has what is in the bin")
	}
	detailed := French.Events(Appointments(c.Entries), true)
	if len(detailed) != 2 || detailed[0].Summary != "Kiné Kervalan" || detailed[0].Location != "Lou" {
		t.Errorf("with details: %+v", detailed)
	}
	c.Patient.Deceased, c.Entries = "2026-10-01", nil
	if none, err := French.agenda(dates, c); err != nil || none != nil {
		t.Errorf("of one who died: %q, %v", none, err)
	}

	t.Run("icalendar", func(t *testing.T) {
		python := exec.Command("/usr/bin/python3", "-c", `
import sys, icalendar
c = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
print(sum(1 for e in c.walk("VEVENT") if e["UID"] and e["DTSTART"].dt and not e.errors))`)
		if err := exec.Command("/usr/bin/python3", "-c", "import icalendar").Run(); err != nil {
			if runtime.GOOS == "linux" {
				t.Fatalf("python3-icalendar: %v: make deps installs it", err)
			}
			t.Skipf("python3-icalendar is not installed (%v): nobody else reads the calendar", err)
		}
		python.Stdin = bytes.NewReader(got)
		out, err := python.Output()
		if err != nil || strings.TrimSpace(string(out)) != strconv.Itoa(events) {
			t.Errorf("it reads %s of %d events: %v", out, events, err)
		}
	})
}

// TestAhead: an appointment is to come until it is over, and not once it is cancelled.
func TestAhead(t *testing.T) {
	zone := time.FixedZone("", 3600)
	now := time.Date(2026, 12, 3, 15, 0, 0, 0, zone)
	var all []record.Entry
	for _, e := range [][3]string{
		{"2026-12-03T14:30:00+01:00", "", "booked"}, {"2026-12-03T14:45:00+01:00", "2026-12-03T15:15:00+01:00", ""}, {"2026-12-03", "", "booked"},
		{"2026-12-02", "", "booked"}, {"2026-12-01", "2026-12-03", "booked"}, {"2026-12-09", "", "cancelled"}, {"2026-12-03T14:01:00Z", "", "booked"},
	} {
		all = append(all, record.Entry{Kind: profile.Appointment, Start: e[0], End: e[1], Status: e[2]})
	}
	ahead, over := Ahead(Appointments(all), now)
	var got []string
	for _, e := range append(ahead, over...) {
		got = append(got, e.Start)
	}
	want := []string{"2026-12-01", "2026-12-03", "2026-12-03T14:45:00+01:00", "2026-12-03T14:01:00Z", "2026-12-02", "2026-12-03T14:30:00+01:00", "2026-12-09"}
	if len(ahead) != 4 || !slices.Equal(got, want) {
		t.Errorf("%d ahead of %v", len(ahead), got)
	}
}

// TestParseMoment reads days and times as people type them, and writes them again.
func TestParseMoment(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{
		"3/12/2026": "2026-12-03", "3/12/2026 14:30": "2026-12-03T14:30:00+01:00", "3 décembre 2026 à 14 h 30": "2026-12-03T14:30:00+01:00", "3 July 2026 at 9:05": "2026-07-03T09:05:00+02:00",
		"2026-12-03T14:30": "2026-12-03T14:30:00+01:00", "2026-12-03, 9h": "2026-12-03T09:00:00+01:00", "2026-12-03T14:30:00-05:00": "2026-12-03T14:30:00-05:00", "3/12/2026\u00a014h30": "2026-12-03T14:30:00+01:00",
		"12/2026": "", "3/12/2026 25:00": "", "14:30": "", "demain 14:30": "", "31/2/2026 14:30": "", "": "",
	} {
		got, ok := ParseMoment(typed, zone)
		if got != want && ok || ok != (want != "") {
			t.Errorf("%q is %q, %v", typed, got, ok)
		}
		if again, ok := ParseMoment(French.WriteDay(want), zone); want != "" && !strings.HasSuffix(want, "-05:00") && (!ok || again != want) {
			t.Errorf("%q written as %q is %q", want, French.WriteDay(want), again)
		}
	}
	e := record.Entry{Start: "2026-12-03T14:30:00+01:00", End: "2026-12-03T15:00:00+01:00"}
	if got := French.EntryDates(&e); got != "3 décembre 2026 à 14:30, jusqu'à 15:00" {
		t.Errorf("said as %q", got)
	}
}
