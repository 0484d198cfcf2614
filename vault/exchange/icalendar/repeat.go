package icalendar

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"carnet/vault/exchange/reading"
)

// How far events that repeat are looked at.
const (
	ahead   = 2         // years after the reading, or after the first day where that is later
	maxDays = 2_000_000 // days that are looked at for one file
)

var errRule = errors.New("icalendar: rule not understood")

// repeated are the moments of an event, in their order, but for those that are taken
// and those that it leaves out itself. Of more than maxOfOne it gives those that are
// to come, and of them the first.
func (d *decoder) repeated(e *event, taken []time.Time) (out []moment) {
	out = []moment{e.start}
	if rule := value(e, ics.ComponentPropertyRrule); rule != "" {
		r, err := parseRule(rule, e.start)
		if err != nil {
			d.Doubt(reading.NotUnderstood, reading.Words(rule, 200))
		} else {
			out = d.expand(r, e.start)
		}
	}
	for _, p := range e.GetProperties(ics.ComponentPropertyRdate) {
		for _, m := range d.moments(p) {
			if m.day == e.start.day {
				out = append(out, m)
			}
		}
	}
	var without []moment
	for _, p := range e.GetProperties(ics.ComponentPropertyExdate) {
		without = append(without, d.moments(p)...)
	}
	out = slices.DeleteFunc(out, func(m moment) bool {
		return slices.ContainsFunc(taken, m.Equal) || slices.ContainsFunc(without, func(x moment) bool {
			return x.Equal(m.Time) || x.day && x.Format(time.DateOnly) == m.Format(time.DateOnly)
		})
	})
	slices.SortFunc(out, func(a, b moment) int { return a.Compare(b.Time) })
	out = slices.CompactFunc(out, func(a, b moment) bool { return a.Equal(b.Time) })
	if len(out) <= maxOfOne {
		return out
	}
	d.Doubt(reading.Shortened, d.called(e.VEvent))
	coming := slices.IndexFunc(out, func(m moment) bool { return !m.Before(d.now.AddDate(0, 0, -1)) })
	if coming < 0 {
		coming = 0
	}
	return out[coming:min(len(out), coming+maxOfOne)]
}

// nth is a day of the week: every one, or with n the nth of a month, from its end where
// n is negative.
type nth struct {
	weekday time.Weekday
	n       int
}

// rule says on which days an event takes place (RFC 5545, section 3.3.10).
type rule struct {
	freq      string
	interval  int
	count     int    // 0 for no end
	until     moment // zero for no end
	week      time.Weekday
	days      []nth
	monthDays []int
	months    []int
}

var weekdays = []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

// parseRule reads a rule of days. It returns errRule for one of hours and less, and for
// the parts that calendars of people do not use (BYSETPOS, BYWEEKNO, BYYEARDAY).
func parseRule(s string, start moment) (*rule, error) {
	r := &rule{interval: 1, week: time.Monday}
	for _, part := range strings.Split(strings.ToUpper(strings.TrimSpace(s)), ";") {
		name, said, _ := strings.Cut(part, "=")
		var ok bool
		switch name {
		case "":
			ok = true // a rule that ends in a semicolon
		case "FREQ":
			r.freq, ok = said, slices.Contains([]string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}, said)
		case "INTERVAL":
			r.interval, ok = between(said, 1, 10_000)
		case "COUNT":
			r.count, ok = between(said, 1, 1_000_000)
		case "UNTIL":
			r.until, ok = parseMoment(said, start.Location())
		case "WKST":
			i := slices.Index(weekdays, said)
			r.week, ok = time.Weekday(i), i >= 0
		case "BYDAY":
			r.days, ok = each(said, parseNth)
		case "BYMONTHDAY":
			r.monthDays, ok = each(said, func(s string) (int, bool) {
				n, ok := between(s, -31, 31)
				return n, ok && n != 0
			})
		case "BYMONTH":
			r.months, ok = each(said, func(s string) (int, bool) { return between(s, 1, 12) })
		}
		if !ok {
			return nil, errRule
		}
	}
	numbered := slices.ContainsFunc(r.days, func(d nth) bool { return d.n != 0 })
	if r.freq == "" || numbered && r.freq != "MONTHLY" && (r.freq != "YEARLY" || r.months == nil) {
		return nil, errRule
	}
	return r, nil
}

func between(s string, low, high int) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= low && n <= high
}

func each[T any](s string, parse func(string) (T, bool)) (out []T, ok bool) {
	for _, part := range strings.Split(s, ",") {
		v, ok := parse(part)
		if !ok {
			return nil, false
		}
		out = append(out, v)
	}
	return out, true
}

func parseNth(s string) (out nth, ok bool) {
	if len(s) < 2 {
		return out, false
	}
	at := len(s) - 2
	i := slices.Index(weekdays, s[at:])
	out.weekday, ok = time.Weekday(i), i >= 0
	if at > 0 && ok {
		out.n, ok = between(s[:at], -5, 5)
		ok = ok && out.n != 0
	}
	return out, ok
}

// expand gives the moments of a rule, a day after the other, as far as is looked.
func (d *decoder) expand(r *rule, start moment) (out []moment) {
	last := start.AddDate(ahead, 0, 0)
	if far := d.now.AddDate(ahead, 0, 0); far.After(last) {
		last = far
	}
	year, month, day := start.Date()
	for i := 0; r.count == 0 || len(out) < r.count; i++ {
		if d.days--; d.days < 0 {
			d.Doubt(reading.Shortened, "")
			break
		}
		at := moment{time.Date(year, month, day+i, start.Hour(), start.Minute(), start.Second(), 0, start.Location()), start.day}
		if at.After(last) || r.ended(at) {
			break
		}
		if r.falls(at.Time, start.Time) {
			out = append(out, at)
		}
	}
	return out
}

// ended reports whether a moment lies after the end of a rule.
func (r *rule) ended(at moment) bool {
	switch {
	case r.until.IsZero():
		return false
	case r.until.day:
		return at.Format(time.DateOnly) > r.until.Format(time.DateOnly)
	}
	return at.After(r.until.Time)
}

// falls reports whether the day of a moment is one of the rule.
func (r *rule) falls(at, start time.Time) bool {
	if len(r.months) > 0 && !slices.Contains(r.months, int(at.Month())) {
		return false
	}
	last := time.Date(at.Year(), at.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	if len(r.monthDays) > 0 && !slices.Contains(r.monthDays, at.Day()) && !slices.Contains(r.monthDays, at.Day()-last-1) {
		return false
	}
	if len(r.days) > 0 && !slices.ContainsFunc(r.days, func(d nth) bool {
		return d.weekday == at.Weekday() && (d.n == 0 || d.n == (at.Day()-1)/7+1 || d.n == -((last-at.Day())/7+1))
	}) {
		return false
	}
	apart := dayNumber(at) - dayNumber(start)
	free := len(r.days) == 0 && len(r.monthDays) == 0
	switch r.freq {
	case "DAILY":
		return apart%r.interval == 0
	case "WEEKLY":
		begun := (int(start.Weekday()-r.week) + 7) % 7
		return (apart+begun)/7%r.interval == 0 && (!free || at.Weekday() == start.Weekday())
	case "MONTHLY":
		months := (at.Year()-start.Year())*12 + int(at.Month()) - int(start.Month())
		return months%r.interval == 0 && (!free || at.Day() == start.Day())
	}
	return (at.Year()-start.Year())%r.interval == 0 && (!free || at.Day() == start.Day() && (len(r.months) > 0 || at.Month() == start.Month()))
}

// dayNumber counts days by the calendar, whatever the clock does.
func dayNumber(t time.Time) int {
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86_400)
}
