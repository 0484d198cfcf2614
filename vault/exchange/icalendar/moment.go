package icalendar

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"carnet/vault/exchange/reading"
)

// moment is a time in the zone it was written in, or a whole day.
type moment struct {
	time.Time
	day bool
}

// moments reads the values of a property with times; what is none of them is left out.
// Of a period its beginning counts.
func (d *decoder) moments(p *ics.IANAProperty) (out []moment) {
	if p == nil {
		return nil
	}
	zone := d.here()
	if names := p.ICalParameters["TZID"]; len(names) == 1 {
		zone = d.zone(names[0])
	}
	for _, v := range strings.Split(p.Value, ",") {
		v, _, _ = strings.Cut(strings.ToUpper(strings.TrimSpace(v)), "/")
		if m, ok := parseMoment(v, zone); ok {
			out = append(out, m)
		}
	}
	return out
}

// parseMoment reads 20261203, 20261203T143000 and 20261203T133000Z (RFC 5545, sections
// 3.3.4 and 3.3.5).
func parseMoment(v string, zone *time.Location) (moment, bool) {
	if at, err := time.Parse("20060102", v); err == nil {
		return moment{at, true}, true
	}
	if at, err := time.Parse("20060102T150405Z", v); err == nil {
		return moment{at, false}, at.Year() > 0
	}
	at, err := time.ParseInLocation("20060102T150405", v, zone)
	return moment{at, false}, err == nil && at.Year() > 0
}

// windows are names of zones that Outlook writes, where the clock is that of a zone of
// the IANA (CLDR 46, windowsZones, territory 001).
var windows = map[string]string{
	"Romance Standard Time": "Europe/Paris", "W. Europe Standard Time": "Europe/Berlin", "GMT Standard Time": "Europe/London",
	"Central Europe Standard Time": "Europe/Budapest", "UTC": "UTC",
}

// zone is the zone of time of a name, which may have the name of a maker before it.
// Of one that nobody knows the clock is taken for that of whoever reads.
func (d *decoder) zone(name string) *time.Location {
	if known, ok := windows[name]; ok {
		name = known
	}
	for rest, more := strings.TrimPrefix(name, "/"), true; more; _, rest, more = strings.Cut(rest, "/") {
		if rest == "" || rest == "Local" || len(rest) > 64 {
			continue
		}
		if zone, err := time.LoadLocation(rest); err == nil {
			return zone
		}
	}
	d.Doubt(reading.UnknownZone, reading.Words(name, 64))
	return d.here()
}

var durationForm = regexp.MustCompile(`^\+?P(?:(\d{1,4})W|(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?)?)$`)

// duration reads P1W, P2D and PT1H30M (RFC 5545, section 3.3.6): days by the calendar,
// and the rest by the clock.
func duration(v string) (days int, rest time.Duration, ok bool) {
	m := durationForm.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(v)))
	if m == nil || v == "" {
		return 0, 0, false
	}
	n := make([]int, len(m))
	for i := range m[1:] {
		if m[i+1] != "" {
			n[i+1], _ = strconv.Atoi(m[i+1]) // digits alone, by the form
		}
	}
	return n[1]*7 + n[2], time.Duration(n[3])*time.Hour + time.Duration(n[4])*time.Minute + time.Duration(n[5])*time.Second, true
}
