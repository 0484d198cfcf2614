// Package icalendar reads and writes calendars (iCalendar, RFC 5545): what a practice,
// a booking service or a telephone gives of an appointment. Content lines are taken
// apart and written by github.com/arran4/golang-ical, which sees only what the limits
// here let through. It is pure, but for the zones of time of the system.
package icalendar

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // where the system has no zones of time
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"golang.org/x/text/encoding/charmap"

	"carnet/vault/exchange/reading"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// ErrNone is returned where a calendar was asked for and a file is none.
var ErrNone = errors.New("icalendar: not a calendar")

// Decoder reads calendars. Events are proposed as appointments; tasks, journals and
// busy times are counted and stay in the file.
var Decoder = reading.Decoder{Format: reading.ICalendar, Accepts: accepts, Decode: decode}

// System is that of the code of an appointment: the UID of its event, and for one of
// several with the same UID the moment it was first planned for.
const System = "urn:ietf:rfc:5545"

// Limits of a calendar. The largest published example has 5 KiB; a year of a busy
// practice has about 2 MiB.
const (
	maxDepth    = 8        // components within components; an alarm in an event has 3
	maxLine     = 16 << 10 // bytes of a line: of a longer text the beginning is read
	maxParts    = 256      // of a line, between semicolons: taking them apart costs their square
	maxProposed = 500      // appointments of a file
	maxOfOne    = 60       // appointments of one event that repeats
)

var limits = reading.Limits{Bytes: 16 << 20, Tokens: 200_000, Time: 20 * time.Second}

func accepts(head []byte, mediaType string) bool {
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	return mediaType == "text/calendar" || len(start) > 14 && bytes.EqualFold(start[:15], []byte("BEGIN:VCALENDAR"))
}

func decode(ctx context.Context, src reading.Source) (*reading.Reading, error) {
	d := &decoder{
		Reading: &reading.Reading{Format: reading.ICalendar, Variant: "iCalendar"}, kinds: src.Kinds, now: src.Now,
		parts: map[string]int{}, days: maxDays,
	}
	calendars, err := d.split(ctx, io.NewSectionReader(src, 0, src.Size))
	if err != nil {
		return nil, err
	}
	for _, content := range calendars {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c, err := ics.ParseCalendarWithOptions(strings.NewReader(content), ics.WithUnknownPropertyHandler(ics.AcceptUnknownPropertyHandler))
		if err != nil {
			return nil, reading.ErrMalformed // the library's own words quote the file
		}
		d.calendar(c)
	}
	for _, name := range slices.Sorted(maps.Keys(d.parts)) {
		d.Parts = append(d.Parts, reading.Part{Name: name, Count: d.parts[name]})
	}
	return d.Reading, nil
}

// decoder is the reading of one file.
type decoder struct {
	*reading.Reading
	kinds *profile.Table
	now   time.Time // in the zone that times without one are in; zero for UTC
	parts map[string]int
	days  int // that may still be looked at for events that repeat
}

// read are the properties that are looked at, and whether each is a text that may be
// cut. The library is not given any other: attachments may be long.
var read = map[string]bool{
	"BEGIN": false, "END": false, "METHOD": false, "NAME": true, "X-WR-CALNAME": true, "UID": false, "DTSTART": false, "DTEND": false,
	"DURATION": false, "SUMMARY": true, "DESCRIPTION": true, "LOCATION": true, "STATUS": false, "ORGANIZER": true, "RRULE": false,
	"RDATE": false, "EXDATE": false, "RECURRENCE-ID": false, "SEQUENCE": false, "DTSTAMP": false,
}

// split gives the calendars of a file, folded lines joined, without what is not looked
// at. What lies outside of a calendar is none, nor is one that does not end.
func (d *decoder) split(ctx context.Context, r io.Reader) (calendars []string, err error) {
	in := bufio.NewReader(reading.Within(ctx, r, limits))
	var content strings.Builder
	var open []string
	for count := 0; ; count++ {
		line, long, err := unfold(in)
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if count == limits.Tokens {
			return nil, reading.ErrCount
		}
		if !utf8.ValidString(line) && !long {
			if line, err = charmap.Windows1252.NewDecoder().String(line); err != nil {
				return nil, reading.ErrCharset
			}
		}
		end := strings.IndexAny(line, ":;")
		if end < 0 {
			continue
		}
		name := strings.ToUpper(line[:end])
		text, known := read[name]
		switch {
		case !known || len(open) == 0 && name != "BEGIN":
			continue
		case long && !text:
			return nil, reading.ErrSize
		case strings.Count(line, ";") > maxParts:
			return nil, reading.ErrCount
		case long:
			line = strings.ToValidUTF8(strings.TrimRight(line, `\`), "")
		}
		switch part := strings.ToUpper(strings.TrimSpace(line[end+1:])); name {
		case "BEGIN":
			if len(open) == 0 && part != "VCALENDAR" {
				return nil, reading.ErrOther
			}
			if open = append(open, part); len(open) > maxDepth {
				return nil, reading.ErrDepth
			}
			d.parts[part]++
			line = "BEGIN:" + part
		case "END":
			if open[len(open)-1] != part {
				return nil, reading.ErrMalformed
			}
			open = open[:len(open)-1]
			line = "END:" + part
		default:
			line = name + line[end:]
		}
		content.WriteString(line + "\r\n")
		if len(open) == 0 {
			calendars = append(calendars, content.String())
			content.Reset()
		}
	}
	switch {
	case len(open) > 0:
		return nil, reading.ErrMalformed
	case len(calendars) == 0:
		return nil, reading.ErrOther
	}
	return calendars, nil
}

// unfold reads a line with those folded onto it (RFC 5545, section 3.1). Of one over
// maxLine it gives the beginning, and says so.
func unfold(in *bufio.Reader) (line string, long bool, err error) {
	var out []byte
	for {
		part, err := in.ReadSlice('\n')
		ended := err == nil || err == io.EOF
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) && (err != io.EOF || len(out)+len(part) == 0) {
			return "", false, err
		}
		if ended {
			part = bytes.TrimRight(part, "\r\n")
		}
		room := min(len(part), maxLine-len(out))
		out, long = append(out, part[:room]...), long || room < len(part)
		if !ended {
			continue
		}
		next, err := in.Peek(1)
		if err != nil && err != io.EOF {
			return "", false, err
		}
		if len(next) == 0 || next[0] != ' ' && next[0] != '\t' {
			return string(out), long, nil
		}
		if _, err := in.Discard(1); err != nil {
			return "", false, err
		}
	}
}

// event is an event with what is looked at of it.
type event struct {
	*ics.VEvent
	start  moment
	uid    string
	at     time.Time // the moment that it takes the place of, zero for none
	cancel bool
	number int       // SEQUENCE, 0 where it does not say
	stamp  time.Time // DTSTAMP, zero where it does not say
}

// before reports whether another event of the file takes the place of this one: of one
// UID and one moment, the higher SEQUENCE counts, then the later DTSTAMP (RFC 5546,
// section 2.1.5).
func (e *event) before(other *event) bool {
	if e.uid == "" || e.uid != other.uid || !e.at.Equal(other.at) {
		return false
	}
	return cmp.Or(cmp.Compare(e.number, other.number), e.stamp.Compare(other.stamp)) < 0
}

func (e *event) key() string { return e.uid + "\x00" + e.at.UTC().Format(time.RFC3339) }

func value(c interface {
	GetProperty(ics.ComponentProperty) *ics.IANAProperty
}, name ics.ComponentProperty) string {
	if p := c.GetProperty(name); p != nil {
		return p.Value
	}
	return ""
}

// calendar reads the events of a calendar.
func (d *decoder) calendar(c *ics.Calendar) {
	method := ""
	for _, p := range c.CalendarProperties {
		switch p.IANAToken {
		case "METHOD":
			method = strings.ToUpper(strings.TrimSpace(p.Value))
		case "X-WR-CALNAME", "NAME":
			d.Title = cmp.Or(d.Title, reading.Words(ics.FromText(p.Value), profile.MaxLength))
		}
	}
	var events []event
	instead := map[string][]time.Time{} // what single events replace, by UID
	for _, v := range c.Events() {
		e := event{VEvent: v, uid: value(v, ics.ComponentPropertyUniqueId)}
		e.cancel = method == "CANCEL" || strings.EqualFold(strings.TrimSpace(value(v, ics.ComponentPropertyStatus)), "CANCELLED")
		starts := d.moments(v.GetProperty(ics.ComponentPropertyDtStart))
		if len(starts) == 0 {
			d.Doubt(reading.NotUnderstood, d.called(v))
			continue
		}
		e.start = starts[0]
		if at := d.moments(v.GetProperty(ics.ComponentPropertyRecurrenceId)); len(at) > 0 {
			e.at = at[0].Time
			instead[e.uid] = append(instead[e.uid], e.at)
		}
		if n, err := strconv.Atoi(strings.TrimSpace(value(v, ics.ComponentPropertySequence))); err == nil {
			e.number = n
		}
		if at := d.moments(v.GetProperty(ics.ComponentPropertyDtstamp)); len(at) > 0 {
			e.stamp = at[0].Time
		}
		events = append(events, e)
	}
	latest := map[string]*event{}
	for i := range events {
		e := &events[i]
		if key := e.key(); latest[key] == nil || latest[key].before(e) {
			latest[key] = e
		}
	}
	events = slices.DeleteFunc(slices.Clone(events), func(e event) bool { return e.before(latest[e.key()]) })
	section := reading.Section{Title: d.Title}
	for _, e := range events {
		for _, p := range d.appointments(&e, instead[e.uid]) {
			if len(d.Proposals) == maxProposed {
				d.Doubt(reading.Shortened, "")
				break
			}
			section.Blocks = append(section.Blocks, reading.Block{Kind: reading.Item, Text: line(&p)})
			if d.kinds != nil && d.kinds.Kind(profile.Appointment) != nil {
				d.Proposals = append(d.Proposals, reading.Proposal{Entry: p, Codes: []reading.Code{{System: p.System, Code: p.Code}}})
			}
		}
	}
	if len(events) == 1 {
		d.Title = cmp.Or(d.Title, d.called(events[0].VEvent))
	}
	if len(section.Blocks) > 0 {
		d.Sections = append(d.Sections, section)
	}
}

// line is what people read of an appointment.
func line(p *record.Entry) string {
	out := []string{strings.Replace(p.Start[:min(len(p.Start), len("2006-01-02T15:04"))], "T", " ", 1), p.Text}
	for _, more := range []string{p.Performer, p.Location, p.Note} {
		if more != "" {
			out = append(out, more)
		}
	}
	return strings.Join(out, ", ")
}

// called is what an event is called, in the words there are.
func (d *decoder) called(v *ics.VEvent) string {
	for _, name := range []ics.ComponentProperty{ics.ComponentPropertySummary, ics.ComponentPropertyLocation, ics.ComponentPropertyDescription} {
		if said := reading.Words(value(v, name), 200); said != "" {
			return said
		}
	}
	return ""
}

// appointments are the days of an event. taken are those for which others of the same
// UID speak.
func (d *decoder) appointments(e *event, taken []time.Time) (out []record.Entry) {
	p := record.Entry{
		Kind: profile.Appointment, Source: record.SourceDocument, Status: "booked", Text: d.called(e.VEvent),
		Location: reading.Words(value(e, ics.ComponentPropertyLocation), profile.MaxLength),
		Note:     reading.Words(value(e, ics.ComponentPropertyDescription), profile.MaxLength),
	}
	if p.Text == "" {
		d.Doubt(reading.NotUnderstood, "VEVENT")
		return nil
	}
	if e.cancel {
		p.Status = "cancelled"
	}
	if o := e.GetProperty(ics.ComponentPropertyOrganizer); o != nil && len(o.ICalParameters["CN"]) > 0 {
		p.Performer = reading.Words(o.ICalParameters["CN"][0], profile.MaxLength)
	}
	days := []moment{e.start}
	if e.at.IsZero() {
		days = d.repeated(e, taken)
	}
	long := d.length(e)
	for _, day := range days {
		one := p
		one.Start, one.End = d.write(day), ""
		if end := long(day); end.After(day.Time) {
			one.End = d.write(end)
		}
		if e.uid != "" {
			one.Code, one.System = reading.Words(e.uid, profile.MaxLength/2), System
			if first := cmp.Or(e.at, day.Time); len(days) > 1 || !e.at.IsZero() {
				one.Code += "/" + first.UTC().Format("20060102T150405Z")
			}
		}
		out = append(out, one)
	}
	return out
}

// length says when an event that begins some time ends: at the same time where its end
// is not understood.
func (d *decoder) length(e *event) func(moment) moment {
	if ends := d.moments(e.GetProperty(ics.ComponentPropertyDtEnd)); len(ends) > 0 && ends[0].day == e.start.day {
		lasts := ends[0].Sub(e.start.Time)
		if e.start.day {
			lasts -= 24 * time.Hour // the day after the last one is written
		}
		return func(m moment) moment { return moment{m.Add(lasts), m.day} }
	}
	days, lasts, ok := duration(value(e, ics.ComponentPropertyDuration))
	if !ok {
		return func(m moment) moment { return m }
	}
	if e.start.day {
		days, lasts = days-1, 0
	}
	return func(m moment) moment { return moment{m.AddDate(0, 0, days).Add(lasts), m.day} }
}

// write gives a moment as an entry keeps it, by the clock of whoever reads.
func (d *decoder) write(m moment) string {
	if m.day {
		return m.Format(time.DateOnly)
	}
	return m.In(d.here()).Format(time.RFC3339)
}

func (d *decoder) here() *time.Location { return d.now.Location() }
