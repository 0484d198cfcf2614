package schedule

import (
	"fmt"
	"io/fs"
	"strings"
	"time"

	"carnet/vault/record"
	"carnet/vault/table"
)

// Hint is one sentence of advice. Its source is the beginning of one of the sources
// of its edition.
type Hint struct {
	Bilingual
	Source string `json:"source"`
}

// Age is the advice for an age, or a programme for children of that age.
type Age struct {
	ID    string    `json:"id"`
	Label Bilingual `json:"label"`
	From  Milestone `json:"from"`
	To    Milestone `json:"to"` // not included
	Items []Hint    `json:"items"`
}

func (a *Age) covers(birth, on time.Time) bool {
	return !on.Before(a.From.On(birth)) && on.Before(a.To.On(birth))
}

// Advice is one edition of the advice by age. It is safe for concurrent use.
type Advice struct {
	table.Edition
	Ages       []Age `json:"ages"` // one after the other, without a gap
	Programmes []Age `json:"programmes"`
}

// LoadAdvice reads the newest edition at the root of fsys. It returns [ErrTable],
// an error of [table.Newest], or that of fsys.
func LoadAdvice(fsys fs.FS) (*Advice, error) {
	var a Advice
	if err := table.Newest(fsys, "advice-", &a, &a.Edition); err != nil {
		return nil, err
	}
	for i := range a.Ages {
		if err := a.check(&a.Ages[i]); err != nil {
			return nil, err
		}
		if i > 0 && a.Ages[i].From != a.Ages[i-1].To {
			return nil, fmt.Errorf("%w: advice %q does not begin where the one before ends", ErrTable, a.Ages[i].ID)
		}
	}
	for i := range a.Programmes {
		if err := a.check(&a.Programmes[i]); err != nil {
			return nil, err
		}
	}
	return &a, nil
}

func (a *Advice) check(age *Age) error {
	if age.ID == "" || !age.Label.whole() || len(age.Items) == 0 {
		return fmt.Errorf("%w: advice %q", ErrTable, age.ID)
	}
	for _, hint := range age.Items {
		if !hint.whole() || a.Source(hint) == "" {
			return fmt.Errorf("%w: advice %q, source %q", ErrTable, age.ID, hint.Source)
		}
	}
	return nil
}

// Source is the whole source of a hint.
func (a *Advice) Source(h Hint) string {
	for _, source := range a.Sources {
		if h.Source != "" && strings.HasPrefix(source, h.Source) {
			return source
		}
	}
	return ""
}

// For is the advice and the programmes for a person on a day; the time of day
// counts for nothing. An adult has none, nor has one who is not reminded of anything
// any more: nil.
func (a *Advice) For(p record.Patient, on time.Time) (age *Age, programmes []*Age) {
	birth, err := time.Parse(time.DateOnly, p.Birth)
	if err != nil || !p.Reminded() {
		return nil, nil
	}
	on = civil(on)
	for i := range a.Ages {
		if a.Ages[i].covers(birth, on) {
			age = &a.Ages[i]
		}
	}
	for i := range a.Programmes {
		if a.Programmes[i].covers(birth, on) {
			programmes = append(programmes, &a.Programmes[i])
		}
	}
	return age, programmes
}
