package icalendar

import (
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"carnet/vault/record"
)

// Event is an event to write.
type Event struct {
	UID         string
	Start, End  string // as an entry keeps them: days, or moments; End may be ""
	Summary     string
	Description string // "" for none
	Location    string // "" for none
	Cancelled   bool
	Free        bool // takes no time: somebody may be given an appointment on that day
}

// Write writes a calendar by the book: moments in UTC, lines of at most 75 bytes that
// end in CRLF. language is the tag of what it says, made the day it was written on. An
// event whose beginning is no moment is left out.
func Write(language string, made time.Time, events []Event) []byte {
	c := ics.NewCalendarFor("Carnet")
	c.SetProductId("-//Carnet//Carnet//" + strings.ToUpper(language))
	for _, x := range events {
		start, timed, ok := record.Moment(x.Start)
		if !ok {
			continue
		}
		e := c.AddEvent(x.UID)
		e.SetDtStampTime(time.Date(made.Year(), made.Month(), made.Day(), 0, 0, 0, 0, time.UTC))
		if timed {
			e.SetStartAt(start)
		} else {
			e.SetAllDayStartAt(start)
		}
		if end, timed, ok := record.Moment(x.End); ok && timed {
			e.SetEndAt(end)
		} else if ok {
			e.SetAllDayEndAt(end.AddDate(0, 0, 1)) // the day after the last one
		}
		e.SetSummary(x.Summary)
		if x.Description != "" {
			e.SetDescription(x.Description)
		}
		if x.Location != "" {
			e.SetLocation(x.Location)
		}
		if x.Cancelled {
			e.SetStatus(ics.ObjectStatusCancelled)
		}
		if x.Free || x.Cancelled {
			e.SetTimeTransparency(ics.TransparencyTransparent)
		}
	}
	return []byte(c.Serialize(ics.WithNewLineWindows))
}
