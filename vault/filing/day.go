package filing

import (
	"cmp"
	"fmt"
	"time"
)

// Day is a civil date, without a time or a zone. The zero value is no day.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// String returns the day as 2006-01-02.
func (d Day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// Compare returns -1 when d is before other, 1 when it is after, 0 when they
// are the same day.
func (d Day) Compare(other Day) int {
	return cmp.Or(cmp.Compare(d.Year, other.Year), cmp.Compare(d.Month, other.Month), cmp.Compare(d.Day, other.Day))
}

// Valid reports whether d is in the calendar, in the years 1900 to 9999.
func (d Day) Valid() bool {
	if d.Year < 1900 || d.Year > 9999 || d.Month < time.January || d.Month > time.December || d.Day < 1 {
		return false
	}
	return d.Day <= time.Date(d.Year, d.Month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
