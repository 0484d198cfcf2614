// Package guide reads the table of guides: how to use one's rights towards the
// public health record, which this program does not operate. Each step says what
// it rests on; the table says as of when.
package guide

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"

	"carnet/vault/record"
	"carnet/vault/table"
)

// ErrTable is returned when a table of guides lacks a text, a code or a source.
var ErrTable = errors.New("guide: malformed table")

// TakeOver is the code of the guide on taking one's data out of the public service:
// what it brings can be taken over into a record.
const TakeOver = "take-over"

// Table is one edition of the guides.
type Table struct {
	table.Edition
	Guides []Guide `json:"guides"`
}

// Guide is what to do for one purpose, step by step.
type Guide struct {
	Code    string `json:"code"` // small letters and hyphens
	TitleFR string `json:"title_fr"`
	TitleEN string `json:"title_en"`
	IntroFR string `json:"intro_fr"`
	IntroEN string `json:"intro_en"`
	Steps   []Step `json:"steps"`
}

// Step is one thing to do, or to know.
type Step struct {
	Code   string `json:"code"`  // within its guide; small letters and hyphens; kept in vaults, and never changed
	Proof  bool   `json:"proof"` // the step at which what the service sent as proof is kept
	FR     string `json:"fr"`
	EN     string `json:"en"`
	Source int    `json:"source"` // among the sources of the table, from 1
}

// Kind is the kind of the entries that say that a step was done: their code is its key.
const Kind = "step"

// ProofCategory is the category of the documents that prove one.
const ProofCategory = "administrative"

// Key names a step beyond its guide.
func (g *Guide) Key(s Step) string { return g.Code + "/" + s.Code }

// Step is the step of a code; ok is false when there is none.
func (g *Guide) Step(code string) (s Step, ok bool) {
	i := slices.IndexFunc(g.Steps, func(s Step) bool { return s.Code == code })
	if i < 0 {
		return s, false
	}
	return g.Steps[i], true
}

// Proof is the step at which the proof is kept; ok is false in a guide without one.
func (g *Guide) Proof() (s Step, ok bool) {
	i := slices.IndexFunc(g.Steps, func(s Step) bool { return s.Proof })
	if i < 0 {
		return s, false
	}
	return g.Steps[i], true
}

// Done are the entries of a person that say which steps were done, by their keys.
func Done(entries []record.Entry) map[string]record.Entry {
	out := map[string]record.Entry{}
	for _, e := range entries {
		if e.Kind == Kind && e.RemovedAt == 0 {
			out[e.Code] = e
		}
	}
	return out
}

var code = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

// Load reads the newest table of guides. It returns [ErrTable] or an error of
// package table.
func Load(fsys fs.FS) (*Table, error) {
	t := &Table{}
	if err := table.Newest(fsys, "guides-", t, &t.Edition); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, g := range t.Guides {
		if !code.MatchString(g.Code) || seen[g.Code] || slices.Contains([]string{g.TitleFR, g.TitleEN, g.IntroFR, g.IntroEN}, "") || len(g.Steps) == 0 {
			return nil, fmt.Errorf("%w: %q", ErrTable, g.Code)
		}
		seen[g.Code] = true
		for i, s := range g.Steps {
			key := g.Key(s)
			if !code.MatchString(s.Code) || seen[key] {
				return nil, fmt.Errorf("%w: %q, step %d", ErrTable, g.Code, i+1)
			}
			seen[key] = true
			if s.FR == "" || s.EN == "" || s.Source < 1 || s.Source > len(t.Sources) {
				return nil, fmt.Errorf("%w: %q, step %d", ErrTable, g.Code, i+1)
			}
		}
	}
	if len(t.Guides) == 0 {
		return nil, ErrTable
	}
	return t, nil
}

// Find is the guide of a code; ok is false when there is none.
func (t *Table) Find(code string) (g Guide, ok bool) {
	i := slices.IndexFunc(t.Guides, func(g Guide) bool { return g.Code == code })
	if i < 0 {
		return g, false
	}
	return t.Guides[i], true
}
