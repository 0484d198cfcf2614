package icalendar_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"carnet/assets"
	"carnet/vault/corpustest"
	"carnet/vault/exchange/icalendar"
	"carnet/vault/exchange/reading"
	"carnet/vault/profile"
	"carnet/vault/record"
)

func kinds(t testing.TB) *profile.Table {
	t.Helper()
	table, err := profile.Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func paris(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// read reads a calendar on 22 November 2026, in Paris.
func read(t testing.TB, content string) (*reading.Reading, error) {
	t.Helper()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, paris(t))
	return icalendar.Decoder.Decode(t.Context(), reading.Source{ReaderAt: strings.NewReader(content), Size: int64(len(content)), Kinds: kinds(t), Now: now})
}

func event(lines ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:one@example.org\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
}

// said is what is proposed, a line for each.
func said(r *reading.Reading) (out []string) {
	for _, p := range r.Proposals {
		line := p.Start
		if p.End != "" {
			line += "/" + p.End
		}
		out = append(out, line+" "+p.Text)
	}
	return out
}

// TestEvents reads events as programs write them.
func TestEvents(t *testing.T) {
	zoned := "DTSTART;TZID=Europe/Paris:20261203T143000"
	for name, c := range map[string]struct {
		content string
		want    []string
		doubts  []reading.DoubtCode
	}{
		"zone":        {event(zoned, "DTEND;TZID=Europe/Paris:20261203T150000", "SUMMARY:Kin\u00e9"), []string{"2026-12-03T14:30:00+01:00/2026-12-03T15:00:00+01:00 Kiné"}, nil},
		"UTC":         {event("DTSTART:20260703T123000Z", "DURATION:PT45M", "SUMMARY:Dentiste"), []string{"2026-07-03T14:30:00+02:00/2026-07-03T15:15:00+02:00 Dentiste"}, nil},
		"floating":    {event("DTSTART:20261203T143000", "SUMMARY:Kiné"), []string{"2026-12-03T14:30:00+01:00 Kiné"}, nil},
		"elsewhere":   {event("DTSTART;TZID=America/New_York:20261203T083000", "SUMMARY:Kiné"), []string{"2026-12-03T14:30:00+01:00 Kiné"}, nil},
		"maker":       {event("DTSTART;TZID=/example.org/20250101/Europe/Lisbon:20261203T133000", "SUMMARY:Kiné"), []string{"2026-12-03T14:30:00+01:00 Kiné"}, nil},
		"Outlook":     {event("DTSTART;TZID=\"Romance Standard Time\":20261203T143000", "SUMMARY:Kiné"), []string{"2026-12-03T14:30:00+01:00 Kiné"}, nil},
		"nowhere":     {event("DTSTART;TZID=Custom:20261203T143000", "SUMMARY:Kiné"), []string{"2026-12-03T14:30:00+01:00 Kiné"}, []reading.DoubtCode{reading.UnknownZone}},
		"day":         {event("DTSTART;VALUE=DATE:20261203", "DTEND;VALUE=DATE:20261204", "SUMMARY:Bilan"), []string{"2026-12-03 Bilan"}, nil},
		"days":        {event("DTSTART;VALUE=DATE:20261203", "DTEND;VALUE=DATE:20261206", "SUMMARY:Cure"), []string{"2026-12-03/2026-12-05 Cure"}, nil},
		"week":        {event("DTSTART;VALUE=DATE:20261203", "DURATION:P1W", "SUMMARY:Cure"), []string{"2026-12-03/2026-12-09 Cure"}, nil},
		"folded":      {event(zoned, "SUMMARY:Kin", "  é\\, à ", "\tjeun"), []string{"2026-12-03T14:30:00+01:00 Kin é, à jeun"}, nil},
		"lower case":  {strings.ToLower("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261203\n") + "summary:Bilan\nend:vevent\nend:vcalendar", []string{"2026-12-03 Bilan"}, nil},
		"Latin-1":     {event("DTSTART;VALUE=DATE:20261203", "SUMMARY:Kin\xe9"), []string{"2026-12-03 Kiné"}, nil},
		"mark":        {"\ufeff" + event("DTSTART;VALUE=DATE:20261203", "SUMMARY:Kiné"), []string{"2026-12-03 Kiné"}, nil},
		"two of them": {event("DTSTART;VALUE=DATE:20261203", "SUMMARY:Un") + event("DTSTART;VALUE=DATE:20261204", "SUMMARY:Deux"), []string{"2026-12-03 Un", "2026-12-04 Deux"}, nil},
		"no start":    {event("SUMMARY:Kiné"), nil, []reading.DoubtCode{reading.NotUnderstood}},
		"no words":    {event(zoned), nil, []reading.DoubtCode{reading.NotUnderstood}},
		"no day":      {event("DTSTART:20260231T100000", "SUMMARY:Kiné"), nil, []reading.DoubtCode{reading.NotUnderstood}},
		"task":        {"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nSUMMARY:x\r\nEND:VTODO\r\nEND:VCALENDAR\r\n", nil, nil},
		"series": {event(zoned, "SUMMARY:Kiné", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;TZID=Europe/Paris:20261210T143000", "RDATE;TZID=Europe/Paris:20261211T090000"),
			[]string{"2026-12-03T14:30:00+01:00 Kiné", "2026-12-11T09:00:00+01:00 Kiné", "2026-12-17T14:30:00+01:00 Kiné"}, nil},
		"summer": {event("DTSTART;TZID=Europe/Paris:20260319T143000", "SUMMARY:Kiné", "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20260402T123000Z"),
			[]string{"2026-03-19T14:30:00+01:00 Kiné", "2026-04-02T14:30:00+02:00 Kiné"}, nil},
		"hours": {event(zoned, "SUMMARY:Kiné", "RRULE:FREQ=SECONDLY"), []string{"2026-12-03T14:30:00+01:00 Kiné"}, []reading.DoubtCode{reading.NotUnderstood}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := read(t, c.content)
			if err != nil {
				t.Fatal(err)
			}
			var doubts []reading.DoubtCode
			for _, d := range r.Doubts {
				doubts = append(doubts, d.Code)
			}
			if got := said(r); !slices.Equal(got, c.want) || !slices.Equal(doubts, c.doubts) {
				t.Errorf("%q with %v, want %q with %v", got, doubts, c.want, c.doubts)
			}
			for _, p := range r.Proposals {
				if err := kinds(t).Check(&p.Entry, "2026-11-22"); err != nil {
					t.Errorf("%+v cannot be adopted: %v", p.Entry, err)
				}
			}
		})
	}
}

// TestVersions: of several versions of an event in one file the latest counts, wherever
// it stands; events without UID, and others of the same age, are all read.
func TestVersions(t *testing.T) {
	version := func(hour string, more ...string) string {
		return "BEGIN:VEVENT\r\nUID:one@example.org\r\nSUMMARY:Bilan\r\nDTSTART:20261203T" + hour + "0000Z\r\n" + strings.Join(more, "\r\n") + "\r\nEND:VEVENT\r\n"
	}
	anonymous := func(hour, number string) string {
		return strings.Replace(version(hour, "SEQUENCE:"+number), "UID:one@example.org\r\n", "", 1)
	}
	for name, c := range map[string]struct {
		events []string
		want   string
	}{
		"higher number":       {[]string{version("09", "SEQUENCE:2", "DTSTAMP:20260101T000000Z"), version("10", "SEQUENCE:1", "DTSTAMP:20260201T000000Z"), version("11")}, "10"},
		"numbers not letters": {[]string{version("09", "SEQUENCE:9"), version("10", "SEQUENCE:10")}, "11"},
		"later stamp":         {[]string{version("09", "DTSTAMP:20260101T000000Z"), version("12", "DTSTAMP:20260201T000000Z"), version("10", "DTSTAMP:20251201T000000Z")}, "13"},
		"cancelled later":     {[]string{version("09", "SEQUENCE:1", "STATUS:CANCELLED"), version("09")}, "10 cancelled"},
		"of one age":          {[]string{version("09", "SEQUENCE:1"), version("10", "SEQUENCE:1")}, "10 11"},
		"one day of several":  {[]string{version("09", "SEQUENCE:1"), version("12", "RECURRENCE-ID:20261204T090000Z")}, "10 13"},
		"without UID":         {[]string{anonymous("09", "1"), anonymous("10", "2")}, "10 11"},
	} {
		r, err := read(t, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"+strings.Join(c.events, "")+"END:VCALENDAR\r\n")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, p := range r.Proposals {
			got = append(got, p.Start[len("2026-12-03T"):][:2])
			if p.Status == "cancelled" {
				got = append(got, p.Status)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

// TestFields: what an event says of an appointment, one that is cancelled, and one of a
// series that was moved.
func TestFields(t *testing.T) {
	r, err := read(t, event("DTSTART;TZID=Europe/Paris:20261203T143000", "SUMMARY:Kiné", "LOCATION:12 rue des Lilas", "DESCRIPTION:Apporter\\nla radio",
		"ORGANIZER;CN=\"Cabinet : Lilas\":mailto:a@example.org", "ATTACH;ENCODING=BASE64:"+strings.Repeat("A", 100_000), "STATUS:CANCELLED"))
	if err != nil || len(r.Proposals) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	want := record.Entry{
		Kind: profile.Appointment, Text: "Kiné", Start: "2026-12-03T14:30:00+01:00", Status: "cancelled", Location: "12 rue des Lilas", Note: "Apporter la radio",
		Performer: "Cabinet : Lilas", Source: record.SourceDocument, Code: "one@example.org", System: icalendar.System,
	}
	if got := r.Proposals[0].Entry; got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if !strings.Contains(r.Text(), "12 rue des Lilas") || r.Title != "Kiné" {
		t.Errorf("read as %q, %q", r.Title, r.Text())
	}
	moved := event("DTSTART:20261203T133000Z", "SUMMARY:Kiné", "RRULE:FREQ=DAILY;COUNT=2")
	moved = strings.Replace(moved, "END:VCALENDAR", "BEGIN:VEVENT\r\nUID:one@example.org\r\nRECURRENCE-ID:20261204T133000Z\r\nDTSTART:20261205T080000Z\r\nSUMMARY:Kiné\r\nEND:VEVENT\r\nEND:VCALENDAR", 1)
	r, err = read(t, moved)
	if err != nil {
		t.Fatal(err)
	}
	if got := said(r); !slices.Equal(got, []string{"2026-12-03T14:30:00+01:00 Kiné", "2026-12-05T09:00:00+01:00 Kiné"}) {
		t.Errorf("one moved: %q", got)
	}
	if a, b := r.Proposals[0].Code, r.Proposals[1].Code; a == b || !strings.HasSuffix(b, "/20261204T133000Z") {
		t.Errorf("called %q and %q", a, b)
	}
}

// rules are those that both this package and dateutil read.
var rules = []string{
	"FREQ=DAILY;COUNT=5", "FREQ=DAILY;INTERVAL=3;UNTIL=20270110T000000Z", "FREQ=DAILY;BYMONTH=2;COUNT=4", "FREQ=DAILY;BYDAY=MO,TU;COUNT=6",
	"FREQ=WEEKLY;COUNT=10", "FREQ=WEEKLY;BYDAY=TU,TH;INTERVAL=2;COUNT=9", "FREQ=WEEKLY;BYDAY=SU,MO;INTERVAL=2;WKST=SU;COUNT=9", "FREQ=WEEKLY;BYDAY=SU,MO;INTERVAL=2;WKST=MO;COUNT=9",
	"FREQ=MONTHLY;COUNT=6", "FREQ=MONTHLY;BYDAY=1FR;COUNT=6", "FREQ=MONTHLY;BYDAY=-1MO;COUNT=6", "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=5", "FREQ=MONTHLY;BYMONTHDAY=-1,1;COUNT=7",
	"FREQ=MONTHLY;INTERVAL=4;BYMONTHDAY=2,15;COUNT=5", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=2", "FREQ=MONTHLY;BYDAY=5TH;COUNT=3",
	"FREQ=YEARLY;COUNT=2", "FREQ=YEARLY;BYMONTH=1,6;COUNT=4", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=2", "FREQ=YEARLY;INTERVAL=2;COUNT=2", "FREQ=YEARLY;BYDAY=WE;COUNT=8",
}

// TestRules holds the days of rules against python3-dateutil.
func TestRules(t *testing.T) {
	for _, start := range []string{"20261203", "20270131"} {
		python := exec.Command("/usr/bin/python3", "-c", `
import sys, json, datetime
from dateutil.rrule import rrulestr
start = datetime.datetime.strptime(sys.argv[1], "%Y%m%d").replace(hour=9, tzinfo=datetime.timezone.utc)
end = start.replace(year=start.year + 2)
print(json.dumps([[d.strftime("%Y-%m-%d") for d in rrulestr(r, dtstart=start).between(start, end, inc=True)] for r in json.load(sys.stdin)]))`, start)
		rulesJSON, err := json.Marshal(rules)
		if err != nil {
			t.Fatal(err)
		}
		python.Stdin = bytes.NewReader(rulesJSON)
		out, err := python.Output()
		if err != nil {
			if runtime.GOOS == "linux" {
				t.Fatalf("python3-dateutil: %v: make deps installs it with python3-icalendar", err)
			}
			t.Skipf("python3-dateutil is not installed (%v): nobody else reads the rules", err)
		}
		var want [][]string
		if err := json.Unmarshal(out, &want); err != nil || len(want) != len(rules) {
			t.Fatalf("%s: %v", out, err)
		}
		for i, rule := range rules {
			r, err := read(t, event("DTSTART:"+start+"T090000Z", "SUMMARY:x", "RRULE:"+rule))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range r.Proposals {
				got = append(got, p.Start[:10])
			}
			// Of a rule that does not name the first day, RFC 5545 leaves open whether it counts.
			if !slices.Equal(got, want[i]) {
				t.Errorf("%s from %s: %v, dateutil has %v", rule, start, got, want[i])
			}
		}
	}
}

// TestSeriesWithoutEnd: of what goes on for ever, the first appointments to come.
func TestSeriesWithoutEnd(t *testing.T) {
	r, err := read(t, event("DTSTART;VALUE=DATE:20150105", "SUMMARY:Kiné", "RRULE:FREQ=WEEKLY"))
	if err != nil || len(r.Proposals) != 60 || r.Proposals[0].Start != "2026-11-23" || len(r.Doubts) != 1 || r.Doubts[0].Code != reading.Shortened {
		t.Errorf("%d proposals, %+v, %v", len(r.Proposals), r.Doubts, err)
	}
	many := strings.Repeat("BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:19000101\r\nSUMMARY:x\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\nEND:VEVENT\r\n", 5000)
	r, err = read(t, "BEGIN:VCALENDAR\r\n"+many+"END:VCALENDAR\r\n")
	if err != nil || len(r.Proposals) != 0 || len(r.Doubts) == 0 {
		t.Errorf("5000 that never come: %d proposals, %v, %v", len(r.Proposals), r.Doubts, err)
	}
	r, err = read(t, "BEGIN:VCALENDAR\r\n"+strings.Repeat("BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261203\r\nSUMMARY:x\r\nEND:VEVENT\r\n", 600)+"END:VCALENDAR\r\n")
	if err != nil || len(r.Proposals) != 500 || len(r.Doubts) != 1 {
		t.Errorf("600 events: %d proposals, %v, %v", len(r.Proposals), r.Doubts, err)
	}
}

// endless gives the same bytes for ever.
type endless struct{ head, again string }

func (e endless) ReadAt(p []byte, at int64) (int, error) {
	for i := range p {
		if n := at + int64(i); n < int64(len(e.head)) {
			p[i] = e.head[n]
		} else {
			p[i] = e.again[(n-int64(len(e.head)))%int64(len(e.again))]
		}
	}
	return len(p), nil
}

// TestHostile: what is too much is refused by name, before the library sees it.
func TestHostile(t *testing.T) {
	head := "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"
	for name, c := range map[string]struct {
		src  endless
		want error
	}{
		"a line of 1 GiB":       {endless{head + "SUMMARY:", "x"}, reading.ErrSize},
		"a folded line":         {endless{head + "SUMMARY:x", "\r\n x"}, reading.ErrSize},
		"a long moment":         {endless{"BEGIN:VCALENDAR\r\nDTSTART:" + strings.Repeat("1", 20_000) + "\r\n", "X:y\r\n"}, reading.ErrSize},
		"lines without end":     {endless{head, "X:y\r\n"}, reading.ErrCount},
		"nested without end":    {endless{"BEGIN:VCALENDAR\r\n", "BEGIN:X\r\n"}, reading.ErrDepth},
		"empty lines":           {endless{head, "\r\n"}, reading.ErrCount},
		"parameters and no end": {endless{head + "DTSTART", ";A=B"}, reading.ErrSize},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := icalendar.Decoder.Decode(t.Context(), reading.Source{ReaderAt: c.src, Size: 1 << 30, Kinds: kinds(t)})
			if !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
	for name, c := range map[string]struct {
		content string
		want    error
	}{
		"other":      {"BEGIN:VCARD\r\nEND:VCARD\r\n", reading.ErrOther},
		"nothing":    {"", reading.ErrOther},
		"no end":     {head, reading.ErrMalformed},
		"crossed":    {head + "END:VCALENDAR\r\nEND:VEVENT\r\n", reading.ErrMalformed},
		"parameters": {head + "DTSTART;TZID\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", reading.ErrMalformed},
	} {
		if _, err := read(t, c.content); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := icalendar.Decoder.Decode(stopped, reading.Source{ReaderAt: endless{head, "X:y\r\n"}, Size: 1 << 20}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	// Many parameters on many lines cost the library the square of their length.
	costly := head + strings.Repeat("DTSTART"+strings.Repeat(";A=B", 4000)+":20261203T100000Z\r\n", 1000) + "END:VEVENT\r\nEND:VCALENDAR\r\n"
	if _, err := read(t, costly); !errors.Is(err, reading.ErrCount) {
		t.Errorf("costly: %v", err)
	}
}

// TestWrite: what is written is by the book, and read again as it was.
func TestWrite(t *testing.T) {
	made := time.Date(2026, 11, 22, 23, 0, 0, 0, paris(t))
	long := strings.Repeat("très long, vraiment ; \\ ", 20)
	got := icalendar.Write("fr", made, []icalendar.Event{
		{UID: "a@carnet.invalid", Start: "2026-12-03T14:30:00+01:00", End: "2026-12-03T15:00:00+01:00", Summary: "Kiné", Location: "Ici, là", Description: long},
		{UID: "b@carnet.invalid", Start: "2026-12-03", End: "2026-12-05", Summary: "Cure", Cancelled: true},
		{UID: "c@carnet.invalid", Start: "2026-12-04", Summary: "Bilan", Free: true},
		{UID: "d@carnet.invalid", Start: "2026-12", Summary: "Sans jour"},
	})
	for line := range strings.SplitSeq(strings.TrimSuffix(string(got), "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	for _, want := range []string{"PRODID:-//Carnet//Carnet//FR\r\n", "DTSTART:20261203T133000Z\r\n", "DTSTAMP:20261122T000000Z\r\n", "DTEND;VALUE=DATE:20261206\r\n", "STATUS:CANCELLED\r\n", "TRANSP:TRANSPARENT\r\n"} {
		if !bytes.Contains(got, []byte(want)) {
			t.Errorf("%q is missing", want)
		}
	}
	r, err := read(t, string(got))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"2026-12-03T14:30:00+01:00/2026-12-03T15:00:00+01:00 Kiné", "2026-12-03/2026-12-05 Cure", "2026-12-04 Bilan"}
	if again := said(r); !slices.Equal(again, want) || r.Proposals[0].Note != strings.TrimSpace(long) || r.Proposals[1].Status != "cancelled" {
		t.Errorf("read again: %q, %q", again, r.Proposals[0].Note)
	}
}

// TestCorpus holds published calendars to what python3-icalendar found in them.
func TestCorpus(t *testing.T) {
	root := corpustest.Root(t, "the calendars of others are not read")
	var expected struct {
		Files []struct {
			Path       string
			Parsed     bool
			Components map[string]int
			UIDs       []string
			Events     int
		}
	}
	corpustest.Expected(t, root, "ics", &expected)
	if len(expected.Files) != 34 {
		t.Fatalf("%d files", len(expected.Files))
	}
	for _, f := range expected.Files {
		r, err := read(t, string(corpustest.File(t, root, f.Path)))
		if !f.Parsed {
			// A stricter reader refused it; ours may not, and must say why when it does.
			if err != nil && !errors.Is(err, reading.ErrOther) && !errors.Is(err, reading.ErrMalformed) {
				t.Errorf("%s: %v", f.Path, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", f.Path, err)
			continue
		}
		got := map[string]int{}
		for _, p := range r.Parts {
			got[p.Name] = p.Count
		}
		if fmt.Sprint(got) != fmt.Sprint(f.Components) {
			t.Errorf("%s: %v, want %v", f.Path, got, f.Components)
		}
		for _, uid := range f.UIDs {
			doubted := slices.ContainsFunc(r.Doubts, func(d reading.Doubt) bool { return d.Code == reading.NotUnderstood })
			if !doubted && !slices.ContainsFunc(r.Proposals, func(p reading.Proposal) bool { return strings.HasPrefix(p.Code, uid) }) {
				t.Errorf("%s: event %s is neither proposed nor doubted", f.Path, uid)
			}
		}
	}
}

// FuzzDecode: no calendar breaks the reader, and what it proposes a profile takes.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(event("DTSTART;TZID=Europe/Paris:20261203T143000", "DURATION:P1DT2H", "SUMMARY:Kiné", "RRULE:FREQ=MONTHLY;BYDAY=-1MO;COUNT=3", "EXDATE:20261210T143000Z")))
	f.Add([]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261203\nRDATE;VALUE=PERIOD:20261203T143000Z/PT1H\nSUMMARY:\\,\\;\n x\nEND:VEVENT\nEND:VCALENDAR"))
	table := kinds(f)
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, paris(f))
	f.Fuzz(func(t *testing.T, content []byte) {
		r, err := icalendar.Decoder.Decode(t.Context(), reading.Source{ReaderAt: bytes.NewReader(content), Size: int64(len(content)), Kinds: table, Now: now})
		if err != nil {
			if errors.Is(err, io.EOF) {
				t.Error(err)
			}
			return
		}
		for _, p := range r.Proposals {
			if err := table.Check(&p.Entry, "2026-11-22"); err != nil {
				t.Errorf("%+v: %v", p.Entry, err)
			}
		}
	})
}
