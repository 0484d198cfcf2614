// Package table reads the dated tables that the program is built with. A table
// is a JSON file whose name ends in its edition, such as categories-2026-11.json;
// the edition, a date and the sources stand inside as well, so that a reviewer
// finds them beside the facts.
package table

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// Errors of [Newest] and [All]. Each names a fault of a table, never
// of what a person gave.
var (
	// ErrNone is returned when the file system holds no table of a kind.
	ErrNone = errors.New("table: not found")
	// ErrFormat is returned when a table is not the JSON that is expected: bad
	// syntax, an unknown field, or something after the end.
	ErrFormat = errors.New("table: malformed")
	// ErrEdition is returned when a table has no edition, an edition that is
	// not the one in its file name, no valid date or no source.
	ErrEdition = errors.New("table: no valid edition")
)

// Edition is what every table says of itself.
type Edition struct {
	Edition string   `json:"edition"` // YYYY-MM
	Date    string   `json:"date"`    // YYYY-MM-DD, of the last change
	Sources []string `json:"sources"`
}

func (e Edition) check(fromName string) error {
	if _, err := time.Parse("2006-01", e.Edition); err != nil || e.Edition != fromName {
		return fmt.Errorf("edition %q: %w", e.Edition, ErrEdition)
	}
	if _, err := time.Parse(time.DateOnly, e.Date); err != nil {
		return fmt.Errorf("date %q: %w", e.Date, ErrEdition)
	}
	if strings.TrimSpace(strings.Join(e.Sources, "")) == "" {
		return fmt.Errorf("no source: %w", ErrEdition)
	}
	return nil
}

// Newest decodes into t, a pointer, the file of this prefix with the latest
// edition at the root of fsys; edition is where t then holds what the table says
// of itself. It returns one of the errors of this package, with the name of the
// table, or the error of fsys.
func Newest(fsys fs.FS, prefix string, t any, edition *Edition) error {
	names, err := files(fsys, prefix)
	if err != nil {
		return err
	}
	return read(fsys, prefix, names[len(names)-1], t, edition)
}

// All decodes every file of this prefix, the earliest edition first; edition
// tells where a T holds what the table says of itself. It returns the same errors
// as [Newest].
func All[T any](fsys fs.FS, prefix string, edition func(*T) *Edition) ([]T, error) {
	names, err := files(fsys, prefix)
	if err != nil {
		return nil, err
	}
	out := make([]T, len(names))
	for i, name := range names {
		if err := read(fsys, prefix, name, &out[i], edition(&out[i])); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// files names the tables of a prefix, the earliest edition first: year and month
// sort as text.
func files(fsys fs.FS, prefix string) ([]string, error) {
	names, err := fs.Glob(fsys, prefix+"*.json")
	if err != nil {
		return nil, fmt.Errorf("list %stables: %w", prefix, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s*.json: %w", prefix, ErrNone)
	}
	slices.Sort(names)
	return names, nil
}

func read(fsys fs.FS, prefix, name string, t any, edition *Edition) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("read table: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(t); err != nil {
		return fmt.Errorf("%s: %w: %w", name, ErrFormat, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: %w: something follows the table", name, ErrFormat)
	}
	if err := edition.check(strings.TrimSuffix(strings.TrimPrefix(path.Base(name), prefix), ".json")); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
