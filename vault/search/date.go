package search

// Date is a civil date, perhaps without day or month: year*10000 + month*100 +
// day, with 0 for what is not known; 0 is no date. Dates compare as numbers, and
// one without a day comes before those of its month.
type Date uint32

// ParseDate reads YYYY-MM-DD, YYYY-MM or YYYY; anything else is no date.
func ParseDate(s string) Date {
	if len(s) != 4 && len(s) != 7 && len(s) != 10 {
		return 0
	}
	d := Date(0)
	for i := range len(s) {
		switch c := s[i]; {
		case i == 4 || i == 7:
			if c != '-' {
				return 0
			}
		case c < '0' || c > '9':
			return 0
		default:
			d = d*10 + Date(c-'0')
		}
	}
	for n := len(s); n < 10; n += 3 {
		d *= 100
	}
	return d
}

// last is the latest day that a date can mean.
func (d Date) last() Date {
	switch {
	case d == 0:
		return 0
	case d%10000 == 0:
		return d + 9999
	case d%100 == 0:
		return d + 99
	}
	return d
}

// within reports whether a date can lie in a period; 0 leaves an end open.
func (d Date) within(from, to Date) bool {
	return d != 0 && d.last() >= from && (to == 0 || d <= to.last())
}
