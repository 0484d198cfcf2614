// Package schedule says what the rules of a country foresee for a person at which
// age and what became of it: vaccinations by the dated calendar, a child's
// examinations, an adult's check-ups, advice. It reads tables with their edition
// and sources, has neither clock nor storage, and counts in whole days; it informs
// and never decides.
package schedule

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"carnet/vault/record"
	"carnet/vault/table"
)

// ErrTable is returned by [LoadCalendar], [LoadExams] and [LoadAdvice] when a table
// contradicts itself.
var ErrTable = errors.New("schedule: faulty table")

// Period is an age, or a distance between two days, in whole months. The zero
// value is none.
type Period int

var periodForm = regexp.MustCompile(`^P(?:(\d+)Y)?(?:(\d+)M)?$`)

// UnmarshalText reads an ISO 8601 duration of years and months.
func (p *Period) UnmarshalText(b []byte) error {
	part := periodForm.FindSubmatch(b)
	if part == nil || len(b) < 3 {
		return fmt.Errorf("%w: period %q", ErrTable, b)
	}
	years, _ := strconv.Atoi(string(part[1])) // "" is 0, and there are only digits
	months, _ := strconv.Atoi(string(part[2]))
	*p = Period(12*years + months)
	return nil
}

// After is the day so long after another one; see [record.MonthsAfter].
func (p Period) After(day time.Time) time.Time { return record.MonthsAfter(day, int(p)) }

// Disease is what a vaccine protects from.
type Disease struct {
	Code    string `json:"code"`
	LabelFR string `json:"label_fr"`
	LabelEN string `json:"label_en"`
}

// Vaccine is a kind of vaccines, which may cover several diseases.
type Vaccine struct {
	Code     string   `json:"code"`
	LabelFR  string   `json:"label_fr"`
	LabelEN  string   `json:"label_en"`
	Names    []string `json:"names"`    // under which booklets write it, in small letters without accents
	Diseases []string `json:"diseases"` // codes
}

// Obligation is what the calendar makes of a series.
type Obligation string

// The obligations.
const (
	Mandatory   Obligation = "mandatory"
	Recommended Obligation = "recommended"
	Offered     Obligation = "offered" // to those who wish: never overdue
)

// Kind is how a series comes again.
type Kind string

// The kinds of series.
const (
	ByAge     Kind = ""          // at ages
	Yearly    Kind = "yearly"    // every year, from an age on
	Pregnancy Kind = "pregnancy" // in every pregnancy
)

// Slot is a dose that the calendar foresees, between two ages.
type Slot struct {
	From  Period `json:"from"`
	Until Period `json:"until"` // the first age at which it is too late; 0 for none
	// After is the distance to the dose before, where one has a source.
	After struct {
		Min Period `json:"min"`
		Max Period `json:"max"` // 0 for none
	} `json:"after"`
	Vaccine string `json:"vaccine"` // a dose of that kind of vaccine alone; "" for any
}

// Series are doses that follow one another.
type Series struct {
	Code    string     `json:"code"`
	Kind    Kind       `json:"kind"`
	LabelFR string     `json:"label_fr"`
	LabelEN string     `json:"label_en"`
	AgeFR   string     `json:"age_fr"` // the ages in words
	AgeEN   string     `json:"age_en"`
	Status  Obligation `json:"status"`

	BornFrom  string `json:"born_from"`  // YYYY-MM-DD, "" for all
	BornUntil string `json:"born_until"` // inclusive

	Announced    Period `json:"announced"`      // how long before it begins it is told; 0 means two years
	ListedUntil  Period `json:"listed_until"`   // the age from which what lacks is no longer told; 0 for never
	CatchUpUntil Period `json:"catch_up_until"` // the age until which the calendar lets one catch up; 0 where it says nothing

	// EarlyIsExtra says that a dose before the first age does not count.
	EarlyIsExtra bool   `json:"early_is_extra"`
	NoteFR       string `json:"note_fr"`
	NoteEN       string `json:"note_en"`
	Doses        []Slot `json:"doses"`
}

// For reports whether the series is for those born on a day, YYYY-MM-DD.
func (s *Series) For(birth string) bool {
	return birth >= s.BornFrom && (s.BornUntil == "" || birth <= s.BornUntil)
}

// Line is what the calendar foresees against diseases that it always takes
// together.
type Line struct {
	Code     string   `json:"code"`
	LabelFR  string   `json:"label_fr"`
	LabelEN  string   `json:"label_en"`
	Diseases []string `json:"diseases"`
	// SituationFR and SituationEN say for whom else it is meant, which a vault
	// cannot know; "" for nobody.
	SituationFR string   `json:"situation_fr"`
	SituationEN string   `json:"situation_en"`
	Series      []Series `json:"series"`
}

// Calendar is one edition of the vaccination calendar of a country.
type Calendar struct {
	table.Edition
	TitleFR  string    `json:"title_fr"`
	TitleEN  string    `json:"title_en"`
	Diseases []Disease `json:"diseases"`
	Vaccines []Vaccine `json:"vaccines"`
	Lines    []Line    `json:"lines"`
}

// LoadCalendar reads the newest French calendar of fsys. It returns
// [ErrTable], or an error of package table.
func LoadCalendar(fsys fs.FS) (*Calendar, error) {
	var c Calendar
	if err := table.Newest(fsys, "vaccines-fr-", &c, &c.Edition); err != nil {
		return nil, err
	}
	diseases := map[string]bool{}
	for _, d := range c.Diseases {
		if d.Code == "" || diseases[d.Code] || d.LabelFR == "" || d.LabelEN == "" {
			return nil, fmt.Errorf("%w: disease %q", ErrTable, d.Code)
		}
		diseases[d.Code] = true
	}
	known := func(codes []string) bool {
		for _, code := range codes {
			if !diseases[code] {
				return false
			}
		}
		return len(codes) > 0
	}
	vaccines := map[string]bool{"": true}
	for _, v := range c.Vaccines {
		if vaccines[v.Code] || v.LabelFR == "" || v.LabelEN == "" || !known(v.Diseases) {
			return nil, fmt.Errorf("%w: vaccine %q", ErrTable, v.Code)
		}
		vaccines[v.Code] = true
	}
	lines := map[string]bool{}
	for i := range c.Lines {
		l := &c.Lines[i]
		if l.Code == "" || lines[l.Code] || l.LabelFR == "" || l.LabelEN == "" || !known(l.Diseases) || (l.SituationFR == "") != (l.SituationEN == "") {
			return nil, fmt.Errorf("%w: line %q", ErrTable, l.Code)
		}
		lines[l.Code] = true
		for _, s := range l.Series {
			if !s.sound(vaccines) {
				return nil, fmt.Errorf("%w: series %q of %q", ErrTable, s.Code, l.Code)
			}
		}
	}
	return &c, nil
}

func (s *Series) sound(vaccines map[string]bool) bool {
	if s.LabelFR == "" || s.LabelEN == "" || s.AgeFR == "" || s.AgeEN == "" || (s.NoteFR == "") != (s.NoteEN == "") {
		return false
	}
	switch s.Status {
	case Mandatory, Recommended, Offered:
	default:
		return false
	}
	switch s.Kind {
	case Pregnancy:
		return len(s.Doses) == 0
	case Yearly:
		return len(s.Doses) == 1
	case ByAge:
	default:
		return false
	}
	for i, d := range s.Doses {
		if d.From == 0 || d.Until != 0 && d.Until <= d.From || !vaccines[d.Vaccine] || i == 0 && d.After.Min != 0 || d.After.Max != 0 && d.After.Max <= d.After.Min {
			return false
		}
		if i > 0 && d.From <= s.Doses[i-1].From {
			return false
		}
	}
	return len(s.Doses) > 0
}

// Vaccine is the kind of that code, nil for none.
func (c *Calendar) Vaccine(code string) *Vaccine {
	for i := range c.Vaccines {
		if c.Vaccines[i].Code == code {
			return &c.Vaccines[i]
		}
	}
	return nil
}

// Recognise finds the kind of vaccine that a text names, nil for none or for one
// that cannot be told. Among names inside one another the longest counts: the one
// of six in « dtcap-hib-hb » and not the one of three.
func (c *Calendar) Recognise(text string) (found *Vaccine) {
	text = words(text)
	longest := 0
	for i := range c.Vaccines {
		for _, name := range c.Vaccines[i].Names {
			if name = words(name); len(name) > longest && strings.Contains(text, name) {
				found, longest = &c.Vaccines[i], len(name)
			}
		}
	}
	return found
}

// words writes a text in small letters without accents, with one space before
// and after each word.
func words(s string) string {
	parts := strings.FieldsFunc(strings.ToLower(norm.NFD.String(s)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)
	})
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, " "+strings.Join(parts, " ")+" ")
}
