package record

import "time"

// AdultAge is the age of majority in years (art. 414 of the French Civil Code,
// in force since 2009).
const AdultAge = 18

// Stage is where somebody stands on the way to their majority.
type Stage string

// The stages at which people are told; the empty one is any other time.
const (
	StageSoon  Stage = "in-three-months" // from 17 years and 9 months
	StageNear  Stage = "in-one-month"    // from 17 years and 11 months
	StageAdult Stage = "adult"           // from 18 years, until told for a year
)

// Majority is the day on which a person is of age, as YYYY-MM-DD; "" when the day
// of birth is not known. Who was born on 29 February is of age on 1 March of a
// year without that day: 18 years are over when 28 February ends.
func (p Patient) Majority() string {
	birth, err := time.Parse(time.DateOnly, p.Birth)
	if err != nil {
		return ""
	}
	return birth.AddDate(AdultAge, 0, 0).Format(time.DateOnly)
}

// Adult reports whether the person is of age on a day, by the calendar of that
// day's place; somebody whose day of birth is not known is.
func (p Patient) Adult(on time.Time) bool { return on.Format(time.DateOnly) >= p.Majority() }

// Stage is where the person stands on a day, by the calendar of that day's place.
// It is empty for one who is not reminded of anything any more.
func (p Patient) Stage(on time.Time) Stage {
	birth, err := time.Parse(time.DateOnly, p.Birth)
	if err != nil || !p.Reminded() {
		return ""
	}
	switch today := on.Format(time.DateOnly); {
	case today < MonthsAfter(birth, AdultAge*12-3).Format(time.DateOnly):
		return ""
	case today < MonthsAfter(birth, AdultAge*12-1).Format(time.DateOnly):
		return StageSoon
	case today < p.Majority():
		return StageNear
	case today < birth.AddDate(AdultAge+1, 0, 0).Format(time.DateOnly):
		return StageAdult
	}
	return ""
}

// MonthsAfter is the same day so many months later at midnight UTC, or the last day
// of a month that has no such day (Code de procédure civile, article 641): one month
// after 31 January is 28 February, and so are twelve after 29 February.
func MonthsAfter(day time.Time, months int) time.Time {
	first := time.Date(day.Year(), day.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(day.Day(), last)-1)
}

// Reminded reports whether anything may still be announced, proposed or called due
// for this person: every notice, list of what is due and line of advice asks this
// first. It is false once their death was declared.
func (p Patient) Reminded() bool { return p.Deceased == "" }
