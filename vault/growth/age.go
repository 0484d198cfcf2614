package growth

import (
	"strconv"
	"strings"
	"time"

	"carnet/vault/record"
)

// Days is an age in days. Parts of a day are for ages that were given in months.
type Days float64

const (
	// term is the length of a pregnancy that ends when it was expected, in days:
	// 40 weeks.
	term = 280
	// early is before which a birth is preterm: 37 weeks (WHO).
	early = 37 * 7
	// caughtUp is the age from which a preterm child is no longer compared by
	// the corrected age: 24 months.
	caughtUp = stands
)

// Age is the age on a day, in whole days; both are dates, of which the time of
// day counts for nothing. It is negative before the birth.
func Age(birth, on time.Time) Days {
	return Days(day(on).Sub(day(birth)).Hours() / 24)
}

// Months is an age given in months of 30.4375 days.
func Months(n float64) Days { return Days(n * perMonth) }

// Years is the age in years of 365.25 days.
func (d Days) Years() float64 { return float64(d) / perYear }

func day(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// Gestation is how long a pregnancy lasted. The zero value is not known.
type Gestation struct{ Weeks, Days int }

// Term is the length of the pregnancy that a person was born of.
func Term(p record.Patient) (g Gestation) {
	weeks, days, _ := strings.Cut(p.Term, "+")
	g.Weeks, _ = strconv.Atoi(weeks) // 0 where the text is no term
	g.Days, _ = strconv.Atoi(days)
	return g
}

// Preterm reports whether the child was born before 37 weeks.
func (g Gestation) Preterm() bool { return g != Gestation{} && g.days() < early }

func (g Gestation) days() int { return g.Weeks*7 + g.Days }

// Corrected is the age that a child born early would have, had they been born at
// 40 weeks. Of a pregnancy that is not known it is the age itself.
func (d Days) Corrected(g Gestation) Days {
	if g == (Gestation{}) {
		return d
	}
	return d - Days(term-g.days())
}

// Compared is the age at which a child is compared with others: the corrected
// one for a preterm child until 24 months, else the age itself. corrected says
// which.
func (d Days) Compared(g Gestation) (age Days, corrected bool) {
	if g.Preterm() && d < caughtUp {
		return d.Corrected(g), true
	}
	return d, false
}
