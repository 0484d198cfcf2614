package text

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"carnet/vault/record"
)

// Age says how old somebody is: in months until two years, then in years.
func (l Language) Age(birth, now time.Time) string {
	months := wholeMonths(birth, now)
	switch {
	case months < 1:
		return l.Plural(max(0, int(now.Sub(birth).Hours()/24)), ageDay, ageDays)
	case months < 24:
		return l.Plural(months, ageMonth, ageMonths)
	}
	return l.Plural(months/12, ageYear, ageYears)
}

// wholeMonths counts the months from one day to another that are over.
func wholeMonths(from, to time.Time) int {
	months := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
	if to.Day() < from.Day() {
		months--
	}
	return months
}

var (
	ageDay    = Message{"%d jour", "%d day"}
	ageDays   = Message{"%d jours", "%d days"}
	ageMonth  = Message{"%d mois", "%d month"}
	ageMonths = Message{"%d mois", "%d months"}
	ageYear   = Message{"%d an", "%d year"}
	ageYears  = Message{"%d ans", "%d years"}

	dayUnknown = Message{"date inconnue", "date unknown"}
	dayAndTime = Message{"%s à %s", "%s at %s"}
)

// Day writes YYYY-MM-DD, YYYY-MM or YYYY as people read it: 3 novembre 2026; a moment
// ([record.Moment]) with its time of day.
func (l Language) Day(iso string) string {
	if t, timed, ok := record.Moment(iso); ok && timed {
		return l.Say(dayAndTime, l.Date(t), t.Format("15:04"))
	}
	if t, err := time.Parse(time.DateOnly, iso); err == nil {
		return l.Date(t)
	}
	if t, err := time.Parse("2006-01", iso); err == nil {
		if l == English {
			return t.Format("January 2006")
		}
		return months[t.Month()-1] + t.Format(" 2006")
	}
	if _, err := time.Parse("2006", iso); err == nil {
		return iso
	}
	return l.Say(dayUnknown)
}

// WriteDay writes the same as [ParsePartialDay] reads it: 03/11/2026; a moment as
// [ParseMoment] does: 03/11/2026 14:30.
func (l Language) WriteDay(iso string) string {
	if t, timed, ok := record.Moment(iso); ok && timed {
		return t.Format("02/01/2006 15:04")
	}
	parts := strings.Split(iso, "-")
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return strings.Join(parts, "/")
}

// ParseDay reads a whole date as people type it, day first: 14/03/2021, 14 3 2021,
// 14 mars 2021, 14 March 2021, or 2021-03-14. It gives YYYY-MM-DD.
func ParseDay(typed string) (iso string, ok bool) {
	if t, err := time.Parse(time.DateOnly, strings.TrimSpace(typed)); err == nil {
		return t.Format(time.DateOnly), true
	}
	parts := dateParts(typed)
	if len(parts) != 3 || len(parts[2]) != 4 {
		return "", false
	}
	month, ok := monthOf(parts[1])
	if !ok {
		return "", false
	}
	day, err := strconv.Atoi(strings.TrimSuffix(parts[0], "er"))
	if err != nil {
		return "", false
	}
	iso = fmt.Sprintf("%s-%02d-%02d", parts[2], month, day)
	_, err = time.Parse(time.DateOnly, iso)
	return iso, err == nil
}

// ParsePartialDay reads a date of which the day, or day and month, may be
// missing: 2021, 03/2021, mars 2021; nothing gives "".
func ParsePartialDay(typed string) (iso string, ok bool) {
	if iso, ok := ParseDay(typed); ok {
		return iso, true
	}
	parts := dateParts(typed)
	switch len(parts) {
	case 0:
		return "", true
	case 1:
		_, err := time.Parse("2006", parts[0])
		return parts[0], err == nil
	case 2:
		if month, ok := monthOf(parts[0]); ok && len(parts[1]) == 4 {
			iso := fmt.Sprintf("%s-%02d", parts[1], month)
			_, err := time.Parse("2006-01", iso)
			return iso, err == nil
		}
	}
	return "", false
}

// clock is a time of day at the end of what was typed: 14:30, 14h30, 9 h, à 14 h 30.
var clock = regexp.MustCompile(`(?i)^(.*?)[\s,T]+(?:(?:à|at)\s+)?(\d{1,2})\s?[:h]\s?(\d{2})?$`)

// ParseMoment reads a whole day, as [ParseDay] does, or one with a time of day after it
// by the clock of a zone: 3/12/2026 14:30, 3 décembre 2026 à 14 h 30, 2026-12-03T14:30.
// It gives what [record.Moment] reads. A time that the clock leaves out or has twice on
// that day is one of the two that it may mean.
func ParseMoment(typed string, zone *time.Location) (iso string, ok bool) {
	typed = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\u00a0' || r == '\u202f' {
			return ' '
		}
		return r
	}, typed))
	if at, timed, ok := record.Moment(typed); ok && timed {
		return at.Format(time.RFC3339), true
	}
	m := clock.FindStringSubmatch(typed)
	if m == nil {
		return ParseDay(typed)
	}
	day, ok := ParseDay(m[1])
	if !ok {
		return "", false
	}
	if m[3] == "" {
		m[3] = "00"
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", day+" "+fmt.Sprintf("%02s", m[2])+":"+m[3], zone)
	return at.Format(time.RFC3339), err == nil
}

func dateParts(typed string) []string {
	return strings.FieldsFunc(strings.ToLower(typed), func(r rune) bool { return strings.ContainsRune("/-. \u00a0", r) })
}

// monthOf reads a month as a number or a name in either language.
func monthOf(s string) (int, bool) {
	if n, err := strconv.Atoi(s); err == nil {
		return n, n >= 1 && n <= 12
	}
	for i, name := range months {
		if s == name || s == strings.ToLower(time.Month(i+1).String()) {
			return i + 1, true
		}
	}
	return 0, false
}

// Ordinal is a place in a row: 3e, 3rd.
func (l Language) Ordinal(n int) string {
	if l == French {
		if n == 1 {
			return "1er"
		}
		return fmt.Sprintf("%de", n)
	}
	switch n {
	case 1:
		return "1st"
	case 2:
		return "2nd"
	case 3:
		return "3rd"
	}
	return fmt.Sprintf("%dth", n)
}
