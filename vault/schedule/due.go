package schedule

import "time"

// announced is how long before a series begins it is told where the calendar does
// not say.
const announced Period = 24

// Recommendation is a dose that was given, or what the calendar foresees next.
type Recommendation struct {
	Line   *Line
	Series *Series // nil for a dose of a line without any
	Number int     // of the dose in its series, from 1; 0 for one beside it
	State  State
	Dose   *Dose // that was given, or was not done; nil for none

	// From and To are the window, first and last day; zero where there is
	// none, To also where it has no end.
	From, To time.Time
	// CatchUp says that the window has passed, or that a dose before came so
	// late that the calendar gives none: a doctor decides. CatchUpTo is the last
	// day on which the calendar itself lets one catch up, zero where it says
	// nothing.
	CatchUp   bool
	CatchUpTo time.Time
	// NotBefore is the earliest day by the interval of the calendar, where no
	// window is given.
	NotBefore time.Time
	// Check says that a dose was given before the age or the interval of the
	// calendar: a doctor says whether it counts.
	Check bool
}

// Open reports whether something is to be done about it.
func (r *Recommendation) Open() bool { return r.State == Due || r.State == Overdue }

// Dues gives, for each line of a calendar, the doses that were given, oldest
// first, and at most one thing that comes next, with one more in a pregnancy.
// What was given after today counts for nothing.
//
// No day is computed but from the ages of the calendar and the intervals that
// have a source there; after a dose that came late there is none, since that is
// for a doctor to say.
func Dues(c *Calendar, p Patient, doses []Dose, today time.Time) (out []Recommendation) {
	today = time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, time.UTC)
	for i := range c.Lines {
		x := course{line: &c.Lines[i], patient: p, today: today, given: map[*Series][]*Dose{}}
		for j := range doses {
			if doses[j].covers(x.line) && !doses[j].On.After(today) {
				x.take(&doses[j])
			}
		}
		out = append(out, x.out...)
		if p.Birth.IsZero() || today.Before(p.Birth) {
			continue
		}
		if r, ok := x.next(); ok {
			out = append(out, r)
		}
		if r, ok := x.inPregnancy(); ok {
			out = append(out, r)
		}
	}
	return out
}

// course is what a person has of a line.
type course struct {
	line    *Line
	patient Patient
	today   time.Time
	given   map[*Series][]*Dose // that count, in the order of the slots
	last    *Dose               // given last, whether it counts or not
	refused *Dose               // not done, after the last one given
	out     []Recommendation
}

// take places a dose; they come oldest first.
func (x *course) take(d *Dose) {
	if d.NotDone {
		x.refused = d
		return
	}
	x.last, x.refused = d, nil
	r := Recommendation{Line: x.line, State: Done, Dose: d}
	s := x.seriesAt(d.On)
	r.Series = s
	if s != nil && s.Kind == ByAge && x.concerns(s) {
		i := len(x.given[s])
		early := d.On.Before(s.Doses[0].From.After(x.patient.Birth))
		switch {
		case early && s.EarlyIsExtra:
			r.Check = x.line.SituationFR == "" // else it was for a reason that nobody can see here
		case i < x.slots(s, d):
			w := x.window(s, i)
			x.given[s] = append(x.given[s], d)
			r.Number, r.From, r.To = i+1, w.from, w.to()
			r.Check = d.On.Before(s.Doses[i].From.After(x.patient.Birth)) || d.On.Before(w.notBefore)
		}
	}
	x.out = append(x.out, r)
}

// concerns reports whether a series is for those born when the person was.
func (x *course) concerns(s *Series) bool {
	return !x.patient.Birth.IsZero() && s.For(x.patient.Birth.Format(time.DateOnly))
}

// seriesAt is the series whose ages a day lies in, the first one before all of
// them; among those of other years of birth, the one that concerns the person.
func (x *course) seriesAt(day time.Time) (found *Series) {
	if x.patient.Birth.IsZero() {
		return nil
	}
	for i := range x.line.Series {
		s := &x.line.Series[i]
		if s.Kind == Pregnancy {
			continue
		}
		begun := !day.Before(s.Doses[0].From.After(x.patient.Birth))
		switch {
		case found == nil:
			found = s
		case s.Doses[0].From == found.Doses[0].From:
			if !x.concerns(found) {
				found = s
			}
		case begun && s.Doses[0].From > found.Doses[0].From:
			found = s
		}
	}
	return found
}

// slots is how many doses a series has, of which d may be the last.
func (x *course) slots(s *Series, d *Dose) (n int) {
	given := x.given[s]
	if d != nil {
		given = append(given[:len(given):len(given)], d)
	}
	for _, slot := range s.Doses {
		if slot.Vaccine != "" && !takenWith(given, slot.Vaccine) {
			break
		}
		n++
	}
	return n
}

// takenWith reports whether one of the doses was of a kind of vaccine.
func takenWith(given []*Dose, vaccine string) bool {
	for _, d := range given {
		if d.Vaccine.Code == vaccine {
			return true
		}
	}
	return false
}

// window is when a dose should be given.
type window struct {
	from, until time.Time // until is the first day too late, zero for none
	notBefore   time.Time // by the interval to the dose before, zero for none
	catchUp     bool      // the dose before came too late for from and until to hold
}

func (w *window) to() time.Time {
	if w.until.IsZero() {
		return time.Time{}
	}
	return w.until.AddDate(0, 0, -1)
}

// late reports whether a day lies after the window.
func (w *window) late(day time.Time) bool { return !w.until.IsZero() && !day.Before(w.until) }

// window is that of dose i of a series, from 0, of which those before are given.
func (x *course) window(s *Series, i int) window {
	slot := s.Doses[i]
	w := window{from: slot.From.After(x.patient.Birth)}
	if slot.Until != 0 {
		w.until = slot.Until.After(x.patient.Birth)
	}
	if i == 0 {
		w.catchUp = x.tooNear(s, w)
		return w
	}
	before := x.given[s][i-1].On
	if slot.After.Min != 0 {
		w.notBefore = slot.After.Min.After(before)
	}
	if pw := x.window(s, i-1); pw.catchUp || pw.late(before) {
		w.catchUp = true
		return w
	}
	if w.notBefore.After(w.from) {
		w.from = w.notBefore
	}
	if until := slot.After.Max.After(before); slot.After.Max != 0 && until.After(w.from) {
		w.until = until
	}
	return w
}

// tooNear reports whether the last dose of an earlier series came after its
// window, and nearer to this one than to its own age.
func (x *course) tooNear(s *Series, w window) bool {
	if x.last == nil {
		return false
	}
	own := x.seriesAt(x.last.On)
	if own == nil || own == s || own.Kind != ByAge {
		return false
	}
	slot := own.Doses[len(own.Doses)-1]
	meant := slot.From.After(x.patient.Birth)
	late := slot.Until == 0 || !x.last.On.Before(slot.Until.After(x.patient.Birth))
	return late && w.from.Sub(x.last.On) < x.last.On.Sub(meant)
}

// next is what comes next.
func (x *course) next() (Recommendation, bool) {
	for i := range x.line.Series {
		s := &x.line.Series[i]
		if !x.concerns(s) || s.ListedUntil != 0 && !x.today.Before(s.ListedUntil.After(x.patient.Birth)) {
			continue
		}
		switch s.Kind {
		case Yearly:
			return x.thisYear(s)
		case ByAge:
			if n := len(x.given[s]); n < x.slots(s, nil) {
				return x.open(s, n)
			}
		}
	}
	return Recommendation{}, false
}

// open is a dose that is not given yet; ok is false while it is too far away to
// be told.
func (x *course) open(s *Series, i int) (r Recommendation, ok bool) {
	w := x.window(s, i)
	r = Recommendation{Line: x.line, Series: s, Number: i + 1, From: w.from, To: w.to(), CatchUp: w.catchUp}
	begins := w.from
	if w.catchUp && w.notBefore.After(begins) {
		begins = w.notBefore
	}
	switch {
	case x.today.Before(begins):
		r.State = Upcoming
	case w.late(x.today):
		r.State, r.CatchUp = Overdue, true
		if s.CatchUpUntil != 0 && !w.catchUp {
			if to := s.CatchUpUntil.After(x.patient.Birth); x.today.Before(to) {
				r.CatchUpTo = to.AddDate(0, 0, -1)
			}
		}
	default:
		r.State = Due
	}
	if w.catchUp {
		r.From, r.To, r.NotBefore = time.Time{}, time.Time{}, w.notBefore
	}
	if x.refused != nil && x.seriesAt(x.refused.On) == s {
		r.State, r.Dose, r.CatchUp, r.CatchUpTo = NotDone, x.refused, w.catchUp, time.Time{}
	}
	return r, x.told(s, r.State, begins)
}

// told reports whether something is to be told already.
func (x *course) told(s *Series, state State, begins time.Time) bool {
	before := s.Announced
	if before == 0 {
		before = announced
	}
	return state != Upcoming || !before.After(x.today).Before(begins)
}

// thisYear is a dose of a series that comes every year. The season is not known,
// so it has no day.
func (x *course) thisYear(s *Series) (Recommendation, bool) {
	r := Recommendation{Line: x.line, Series: s, Number: 1}
	from := s.Doses[0].From.After(x.patient.Birth)
	const year Period = 12
	switch {
	case x.today.Before(from):
		r.State, r.From = Upcoming, from
	case x.refused != nil && x.today.Before(year.After(x.refused.On)):
		r.State, r.Dose = NotDone, x.refused
	case x.last != nil && x.today.Before(year.After(x.last.On)):
		return r, false
	default:
		r.State = Due
	}
	return r, x.told(s, r.State, from)
}

// inPregnancy is what a pregnancy calls for. It is counted in weeks from a day
// that the profile does not have, so it has no day either.
func (x *course) inPregnancy() (Recommendation, bool) {
	if !x.patient.Pregnant {
		return Recommendation{}, false
	}
	since := func(d *Dose) bool {
		return d != nil && !x.patient.Since.IsZero() && !d.On.Before(x.patient.Since)
	}
	for i := range x.line.Series {
		s := &x.line.Series[i]
		switch {
		case s.Kind != Pregnancy || since(x.last):
		case since(x.refused):
			return Recommendation{Line: x.line, Series: s, Number: 1, State: NotDone, Dose: x.refused}, true
		default:
			return Recommendation{Line: x.line, Series: s, Number: 1, State: Due}, true
		}
	}
	return Recommendation{}, false
}
