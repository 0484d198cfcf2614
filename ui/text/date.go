package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Age says how old somebody is: in months until two years, then in years.
func (l Language) Age(birth, now time.Time) string {
	months := (now.Year()-birth.Year())*12 + int(now.Month()) - int(birth.Month())
	if now.Day() < birth.Day() {
		months--
	}
	switch {
	case months < 1:
		return l.Plural(max(0, int(now.Sub(birth).Hours()/24)), ageDay, ageDays)
	case months < 24:
		return l.Plural(months, ageMonth, ageMonths)
	}
	return l.Plural(months/12, ageYear, ageYears)
}

var (
	ageDay    = Message{"%d jour", "%d day"}
	ageDays   = Message{"%d jours", "%d days"}
	ageMonth  = Message{"%d mois", "%d month"}
	ageMonths = Message{"%d mois", "%d months"}
	ageYear   = Message{"%d an", "%d year"}
	ageYears  = Message{"%d ans", "%d years"}

	dayUnknown = Message{"date inconnue", "date unknown"}
)

// Day writes YYYY-MM-DD, YYYY-MM or YYYY as people read it: 3 novembre 2026.
func (l Language) Day(iso string) string {
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

// WriteDay writes the same as [ParsePartialDay] reads it: 03/11/2026.
func (l Language) WriteDay(iso string) string {
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
