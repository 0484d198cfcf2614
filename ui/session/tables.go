package session

import (
	"errors"
	"io/fs"
	"sync"

	"carnet/vault/exchange/hcert"
	"carnet/vault/filing"
	"carnet/vault/growth"
	"carnet/vault/guide"
	"carnet/vault/profile"
	"carnet/vault/rights"
	"carnet/vault/schedule"
	"carnet/vault/series"
)

// Tables are the dated tables that a window shows from. The functions read theirs
// when it is first asked for, which takes some milliseconds: they are called away
// from the drawing.
type Tables struct {
	Filing   *filing.Rules
	Kinds    *profile.Table
	Rights   *rights.Table
	Guides   *guide.Table
	Measures *series.Table // what devices measure
	Terms    *hcert.Terms  // the codes of attestations in words

	Growth   func() (*growth.Reference, error)
	Vaccines func() (*schedule.Calendar, error)
	Exams    func(schedule.List) (*schedule.Exams, error)
	Advice   func() (*schedule.Advice, error)
}

// LoadTables reads the tables at the root of fsys. It returns the errors of the
// packages that read them, which name a fault of a table.
func LoadTables(fsys fs.FS) (*Tables, error) {
	rules, err1 := filing.Load(fsys)
	kinds, err2 := profile.Load(fsys)
	law, err3 := rights.Load(fsys)
	guides, err4 := guide.Load(fsys)
	measures, err5 := series.Load(fsys)
	terms, err6 := hcert.Load(fsys)
	if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
		return nil, err
	}
	exams := map[schedule.List]func() (*schedule.Exams, error){}
	for _, list := range []schedule.List{schedule.ChildExams, schedule.CheckUps} {
		exams[list] = sync.OnceValues(func() (*schedule.Exams, error) { return schedule.LoadExams(fsys, list) })
	}
	return &Tables{
		Filing: rules, Kinds: kinds, Rights: law, Guides: guides, Measures: measures, Terms: terms,
		Growth:   sync.OnceValues(func() (*growth.Reference, error) { return growth.Load(fsys) }),
		Vaccines: sync.OnceValues(func() (*schedule.Calendar, error) { return schedule.LoadCalendar(fsys) }),
		Exams:    func(list schedule.List) (*schedule.Exams, error) { return exams[list]() },
		Advice:   sync.OnceValues(func() (*schedule.Advice, error) { return schedule.LoadAdvice(fsys) }),
	}, nil
}
