// Package rights holds what the law says to somebody who contests health data
// about them: a dated table, each line with its source. It is no legal advice.
// It reads no vault and no clock.
package rights

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"carnet/vault/record"
	"carnet/vault/table"
)

// ErrPoint is returned for a table with a line that has no text, no source, or is
// about what cannot be asked, and for one in which something that can be asked has
// no basis or no limit.
var ErrPoint = errors.New("rights: invalid table")

// Point is one thing that the law says.
type Point struct {
	Asks   []record.Ask `json:"asks"` // that it is about
	FR     string       `json:"fr"`
	EN     string       `json:"en"`
	Source string       `json:"source"` // article, or work of the table's sources
}

// Table is one edition. Nothing in it may be changed.
type Table struct {
	table.Edition
	Basis  []Point `json:"basis"`  // what can be claimed
	Limits []Point `json:"limits"` // what the law does not promise, and what follows
}

// Load reads the newest table. It returns an error of package table or
// [ErrPoint].
func Load(fsys fs.FS) (*Table, error) {
	t := &Table{}
	if err := table.Newest(fsys, "rights-", t, &t.Edition); err != nil {
		return nil, err
	}
	for _, points := range [][]Point{t.Basis, t.Limits} {
		for i, p := range points {
			if p.FR == "" || p.EN == "" || p.Source == "" || len(p.Asks) == 0 || slices.ContainsFunc(p.Asks, unknown) {
				return nil, fmt.Errorf("line %d: %w", i+1, ErrPoint)
			}
		}
		for _, ask := range record.Asks {
			if len(About(points, ask)) == 0 {
				return nil, fmt.Errorf("%s: %w", ask, ErrPoint)
			}
		}
	}
	return t, nil
}

func unknown(ask record.Ask) bool { return !slices.Contains(record.Asks, ask) }

// About gives the lines that are about what somebody asks for, in the order of
// the table.
func About(points []Point, ask record.Ask) (out []Point) {
	for _, p := range points {
		if slices.Contains(p.Asks, ask) {
			out = append(out, p)
		}
	}
	return out
}
