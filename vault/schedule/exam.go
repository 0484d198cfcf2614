package schedule

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"time"

	"carnet/vault/record"
	"carnet/vault/table"
)

// Milestone is an age: a [Period] and days.
type Milestone struct {
	period Period
	days   int
}

var milestoneForm = regexp.MustCompile(`^(P(?:\d{1,4}Y)?(?:\d{1,4}M)?)(?:(\d{1,4})D)?$`)

// UnmarshalText reads a milestone as the tables write it: an ISO 8601 duration of
// years, months and days alone, such as P8D, P2M or P3Y.
func (m *Milestone) UnmarshalText(b []byte) error {
	part := milestoneForm.FindSubmatch(b)
	if part == nil || len(b) < 3 {
		return fmt.Errorf("%w: age %q", ErrTable, b)
	}
	*m = Milestone{}
	m.days, _ = strconv.Atoi(string(part[2])) // "" is 0, and there are only digits
	if len(part[1]) == 1 {
		return nil // days alone
	}
	return m.period.UnmarshalText(part[1])
}

// On is the day on which somebody born that day reaches the age, at midnight UTC.
func (m Milestone) On(birth time.Time) time.Time { return m.period.After(birth).AddDate(0, 0, m.days) }

// Bilingual is a text of a table in both languages.
type Bilingual struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

func (b Bilingual) whole() bool { return b.FR != "" && b.EN != "" }

// Exam is one examination of an edition, or one check-up of adults.
type Exam struct {
	ID      string    `json:"id"` // the same in every edition that has it; entries of the profile name it in their code
	Label   Bilingual `json:"label"`
	Wording Bilingual `json:"wording"` // when, as its source says it
	From    Milestone `json:"from"`
	To      Milestone `json:"to"` // the first day on which it is too late, or
	Closed  bool      `json:"to_included"`

	Certificate string      `json:"certificate"` // of health that goes with it: CS8, CS9 or CS24
	School      *Bilingual  `json:"school"`      // the visit at school that may be it, nil for none
	Also        []Bilingual `json:"also"`        // what it looks at besides what the others do

	Sex    record.Sex `json:"sex"`    // of whom it is asked, "" for everybody
	Every  Milestone  `json:"every"`  // after how long it comes again, zero for once
	Second Milestone  `json:"second"` // after how long it comes the second time, zero for Every
}

// window is the first and the last day on which the examination of somebody born
// that day falls.
func (e *Exam) window(birth time.Time) (first, last time.Time) {
	last = e.To.On(birth)
	if !e.Closed {
		last = last.AddDate(0, 0, -1)
	}
	return e.From.On(birth), last
}

// Group is some examinations that follow each other.
type Group struct {
	Label Bilingual `json:"label"`
	Exams []Exam    `json:"exams"`
}

// Edition is one dated list of examinations.
type Edition struct {
	table.Edition
	From      string      `json:"in_force_from"` // YYYY-MM-DD, "" for always
	To        string      `json:"in_force_to"`   // the last day, "" while it is in force
	Mandatory bool        `json:"mandatory"`     // asked by law; else offered
	LooksAt   []Bilingual `json:"looks_at"`      // what each of them looks at
	Groups    []Group     `json:"groups"`
}

// Count is how many examinations the edition has.
func (e *Edition) Count() (n int) {
	for i := range e.Groups {
		n += len(e.Groups[i].Exams)
	}
	return n
}

func (e *Edition) inForce(day time.Time) bool {
	iso := day.Format(time.DateOnly)
	return e.From <= iso && (e.To == "" || iso <= e.To)
}

// List is one of the kinds of examinations.
type List string

// The lists, by the names of their tables.
const (
	ChildExams List = "child-exams" // of a child, by law
	CheckUps   List = "check-ups"   // of adults, offered
)

// Exams is every edition of a list, the earliest first. It is safe for concurrent
// use.
type Exams struct {
	List     List
	Editions []Edition
}

// LoadExams reads all editions of a list at the root of fsys. It returns
// [ErrTable], an error of [table.All], or that of fsys.
func LoadExams(fsys fs.FS, list List) (*Exams, error) {
	editions, err := table.All(fsys, string(list)+"-", func(e *Edition) *table.Edition { return &e.Edition })
	if err != nil {
		return nil, err
	}
	x := &Exams{list, editions}
	for i := range x.Editions {
		if err := x.Editions[i].check(); err != nil {
			return nil, err
		}
		if i > 0 && (x.Editions[i-1].To == "" || x.Editions[i-1].To >= x.Editions[i].From) {
			return nil, fmt.Errorf("%w: edition %s is in force before its turn", ErrTable, x.Editions[i].Edition.Edition)
		}
	}
	return x, nil
}

func (e *Edition) check() error {
	for _, day := range []string{e.From, e.To} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return fmt.Errorf("%w: %q is no day", ErrTable, day)
		}
	}
	seen := map[string]bool{}
	for _, g := range e.Groups {
		if !g.Label.whole() || len(g.Exams) == 0 {
			return fmt.Errorf("%w: group %q", ErrTable, g.Label.EN)
		}
		for i := range g.Exams {
			x := &g.Exams[i]
			// A birth on the first day of a leap year, to compare ages.
			first, last := x.window(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
			bad := x.ID == "" || seen[x.ID] || !x.Label.whole() || !x.Wording.whole() || last.Before(first) ||
				x.School != nil && !x.School.whole() || x.Second != (Milestone{}) && x.Every == (Milestone{})
			for _, also := range x.Also {
				bad = bad || !also.whole()
			}
			if bad {
				return fmt.Errorf("%w: examination %q", ErrTable, x.ID)
			}
			seen[x.ID] = true
		}
	}
	return nil
}

// Current is the edition in force on a day, nil for none.
func (x *Exams) Current(on time.Time) *Edition {
	for i := range x.Editions {
		if x.Editions[i].inForce(on) {
			return &x.Editions[i]
		}
	}
	return nil
}

// System names an edition in entries of a profile, such as child-exams-2025-01.
func (x *Exams) System(e *Edition) string { return string(x.List) + "-" + e.Edition.Edition }

// Find is the examination of that ID in the latest edition that has it, nil for
// none.
func (x *Exams) Find(id string) (*Edition, *Exam) {
	for i := len(x.Editions) - 1; i >= 0; i-- {
		e := &x.Editions[i]
		for g := range e.Groups {
			for k := range e.Groups[g].Exams {
				if found := &e.Groups[g].Exams[k]; found.ID == id {
					return e, found
				}
			}
		}
	}
	return nil, nil
}
