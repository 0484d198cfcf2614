package filing

import (
	"strings"
	"time"
)

// dateAt reads a date that begins at word i, in any of the forms
//
//	14/03/2021  14.03.2021  14-03-21  2021-03-14  14 mars 2021  1er avril 2020
//	12-MAI-21   14th of March 2021    March 14, 2021
//
// and in titles also 20210314, 14032021, 2021_03_14 and 14 03 2021.
func (p page) dateAt(i int, title bool, notAfter Day) (mention, bool) {
	w := p.words[i]
	if !w.number {
		return p.monthFirst(i)
	}
	if title && len(w.s) >= 8 {
		return compact(w.s, i)
	}
	if m, ok := p.dayThenMonth(i, notAfter); ok {
		return m, true
	}
	return p.numeric(i, title, notAfter)
}

// numeric reads three numbers with the same separator.
func (p page) numeric(i int, title bool, notAfter Day) (mention, bool) {
	if i+2 >= len(p.words) || !p.words[i+1].number || !p.words[i+2].number {
		return mention{}, false
	}
	sep, tight := p.separator(i)
	sep2, tight2 := p.separator(i + 1)
	if sep != sep2 || sep == 0 || !title && (sep == ' ' || sep == '_') {
		return mention{}, false
	}
	a, b, c := p.words[i].s, p.words[i+1].s, p.words[i+2].s
	m := mention{first: i, last: i + 2}
	ok := false
	switch {
	case len(a) == 4 && len(b) <= 2 && len(c) <= 2:
		m.day, ok = day(a, b, c)
	case len(a) <= 2 && len(b) <= 2 && len(c) == 4:
		if sep != '-' && sep != '_' && sep != ' ' && p.chained(i-1, sep) {
			return mention{}, false // 1.14.03.2021 is a paragraph or an address
		}
		if m.day, ok = day(c, b, a); !ok {
			m.day, ok = day(c, a, b) // 03/14/2021 has one reading
		}
	case len(a) == 2 && len(b) == 2 && len(c) == 2 && tight && tight2 && sep != ' ' && sep != '_':
		if p.chained(i-1, sep) || p.chained(i+2, sep) {
			return mention{}, false // a telephone number
		}
		m.short = true
		m.day, ok = shortYear(c, b, a, notAfter)
	}
	return m, ok
}

// dayThenMonth reads "14 mars 2021", "1er avril 2020", "14th of March 2021".
func (p page) dayThenMonth(i int, notAfter Day) (mention, bool) {
	j := p.skip(i+1, "er", "st", "nd", "rd", "th")
	j = p.skip(j, "of", "de")
	if len(p.words[i].s) > 2 || j+1 >= len(p.words) || !p.words[j+1].number {
		return mention{}, false
	}
	month, ok := monthNames(p.words[j].s)
	if !ok || !p.near(i, j) || !p.near(j, j+1) {
		return mention{}, false
	}
	m := mention{first: i, last: j + 1}
	switch year := p.words[j+1].s; len(year) {
	case 4:
		m.day, ok = dayOf(number(year), month, number(p.words[i].s))
	case 2:
		sep, _ := p.separator(j)
		if sep != '-' {
			return mention{}, false // "14 mars 21" may go on with "h 30"
		}
		m.short = true
		m.day, ok = fullYear(number(year), month, number(p.words[i].s), notAfter)
	default:
		return mention{}, false
	}
	return m, ok
}

// monthFirst reads "March 14, 2021".
func (p page) monthFirst(i int) (mention, bool) {
	month, ok := monthNames(p.words[i].s)
	if !ok || i+1 >= len(p.words) || !p.words[i+1].number || len(p.words[i+1].s) > 2 {
		return mention{}, false
	}
	j := p.skip(i+2, "st", "nd", "rd", "th")
	if j >= len(p.words) || !p.words[j].number || len(p.words[j].s) != 4 || !p.near(i, i+1) || !p.near(i+1, j) {
		return mention{}, false
	}
	d, ok := dayOf(number(p.words[j].s), month, number(p.words[i+1].s))
	return mention{day: d, first: i, last: j}, ok
}

// compact reads 20210314 with or without a time after it, or 14032021.
func compact(s string, i int) (mention, bool) {
	switch len(s) {
	case 8, 12, 14, 17: // a day; with minutes, seconds, milliseconds
	default:
		return mention{}, false
	}
	d, ok := day(s[:4], s[4:6], s[6:8])
	if !ok && len(s) == 8 {
		d, ok = day(s[4:], s[2:4], s[:2])
	}
	return mention{day: d, first: i, last: i}, ok
}

// separator returns the one character between word i and the next, and whether
// nothing else is there; 0 when something other than a separator is there.
func (p page) separator(i int) (sep byte, tight bool) {
	if i < 0 || i+1 >= len(p.words) {
		return 0, false
	}
	gap := p.folded[p.words[i].end:p.words[i+1].start]
	if gap == " " {
		return ' ', true
	}
	if len(gap) > 3 || strings.Contains(gap, "\n") {
		return 0, false
	}
	switch trimmed := strings.TrimSpace(gap); trimmed {
	case "/", ".", "-", "_":
		return trimmed[0], len(gap) == 1
	}
	return 0, false
}

// chained reports two numbers that touch the same separator at word i.
func (p page) chained(i int, sep byte) bool {
	got, tight := p.separator(i)
	return got == sep && tight && p.words[i].number && p.words[i+1].number
}

// near reports that only spaces and marks are between words i and j, but for
// the words skipped.
func (p page) near(i, j int) bool {
	for ; i < j; i++ {
		gap := p.folded[p.words[i].end:p.words[i+1].start]
		if len(gap) > 6 || strings.Trim(gap, " \t\n.,-/_'") != "" {
			return false
		}
	}
	return true
}

// skip returns i+1 when word i is one of these, and i otherwise.
func (p page) skip(i int, any ...string) int {
	if i < len(p.words) {
		for _, s := range any {
			if p.words[i].s == s {
				return i + 1
			}
		}
	}
	return i
}

func day(year, month, dayOfMonth string) (Day, bool) {
	return dayOf(number(year), time.Month(number(month)), number(dayOfMonth))
}

func dayOf(year int, month time.Month, dayOfMonth int) (Day, bool) {
	d := Day{year, month, dayOfMonth}
	return d, d.Valid()
}

func shortYear(year, month, dayOfMonth string, notAfter Day) (Day, bool) {
	return fullYear(number(year), time.Month(number(month)), number(dayOfMonth), notAfter)
}

// fullYear reads a year of two digits as one of this century when that is at
// most ten years after notAfter, else as one of the last.
func fullYear(year int, month time.Month, dayOfMonth int, notAfter Day) (Day, bool) {
	if 2000+year <= notAfter.Year+10 {
		return dayOf(2000+year, month, dayOfMonth)
	}
	return dayOf(1900+year, month, dayOfMonth)
}

// number returns the value of up to four digits, and -1 for more.
func number(digits string) int {
	if len(digits) > 4 {
		return -1
	}
	n := 0
	for _, c := range []byte(digits) {
		n = n*10 + int(c-'0')
	}
	return n
}

// monthNames returns the month of a folded French or English name or its usual
// abbreviations.
func monthNames(s string) (time.Month, bool) {
	switch s {
	case "janvier", "janv", "jan", "january":
		return time.January, true
	case "fevrier", "fevr", "fev", "february", "feb":
		return time.February, true
	case "mars", "mar", "march":
		return time.March, true
	case "avril", "avr", "april", "apr":
		return time.April, true
	case "mai", "may":
		return time.May, true
	case "juin", "june", "jun":
		return time.June, true
	case "juillet", "juil", "july", "jul":
		return time.July, true
	case "aout", "aou", "august", "aug":
		return time.August, true
	case "septembre", "sept", "september", "sep":
		return time.September, true
	case "octobre", "october", "oct":
		return time.October, true
	case "novembre", "november", "nov":
		return time.November, true
	case "decembre", "december", "dec":
		return time.December, true
	}
	return 0, false
}
