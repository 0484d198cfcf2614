package devices

import (
	"bytes"
	"strings"
	"time"
)

// moment is a time with its zone.
type moment struct {
	ms   int64 // since 1970, UTC
	zone int16 // minutes east of UTC
}

// moments reads times, and remembers the last day since most are of it.
type moments struct {
	day [10]byte
	at  int64 // ms of its midnight
}

// apple reads "2006-01-02 15:04:05 +0100".
func (m *moments) apple(b []byte) (moment, bool) {
	if len(b) != 25 || b[10] != ' ' || b[13] != ':' || b[16] != ':' || b[19] != ' ' {
		return moment{}, false
	}
	if !bytes.Equal(b[:10], m.day[:]) {
		t, err := time.Parse(time.DateOnly, string(b[:10]))
		if err != nil {
			return moment{}, false
		}
		m.at = t.UnixMilli()
		copy(m.day[:], b)
	}
	h, ok1 := two(b[11:])
	min, ok2 := two(b[14:])
	s, ok3 := two(b[17:])
	zh, ok4 := two(b[21:])
	zm, ok5 := two(b[23:])
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || h > 23 || min > 59 || s > 60 || zh > 18 || zm > 59 || b[20] != '+' && b[20] != '-' {
		return moment{}, false
	}
	zone := zh*60 + zm
	if b[20] == '-' {
		zone = -zone
	}
	return moment{m.at + ((h*60+min-zone)*60+s)*1000, int16(zone)}, true
}

func two(b []byte) (int64, bool) {
	x, y := b[0]-'0', b[1]-'0'
	return int64(x)*10 + int64(y), x < 10 && y < 10
}

// layouts are how the tables and data points write a time; the first two name a zone.
var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly}

// parseTime reads a time; one without a zone is of the place given.
func parseTime(s string, place *time.Location) (moment, bool) {
	s = strings.TrimSpace(s)
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, s, place); err == nil {
			return momentOf(t), true
		}
	}
	return moment{}, false
}

func momentOf(t time.Time) moment {
	_, offset := t.Zone()
	return moment{t.UnixMilli(), int16(offset / 60)}
}
