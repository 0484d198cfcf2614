// Package release knows what this build of the program is, and what others say
// of later ones: its version, the works it is made of and their licences, a
// report for whoever helps, and the signed notice of a new version.
//
// It asks nothing of the network. What it reads is in the program itself, or in
// a file that the person gives.
package release

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/semver"
)

// Build is one build of the program.
type Build struct {
	Version  string    // such as "0.2.0"; "" when it was not built from a repository
	Revision string    // of the source; "" as well
	Time     time.Time // of the revision; zero as well
	Changed  bool      // the source had changes that no revision has
	Go       string    // version of the compiler
	System   string    // such as "linux/amd64"
	Works    []Work    // the program is made of, ordered as the table of licences
	key      []byte
}

// Trust puts another release key in the place of the build's own.
func (b *Build) Trust(key []byte) { b.key = key }

// Kind says what sort of thing a [Work] is.
type Kind string

// The kinds of works.
const (
	Module    Kind = "module"    // of Go
	Library   Kind = "library"   // in C, inside a module
	Font      Kind = "font"      // inside a module
	Toolchain Kind = "toolchain" // of Go, whose library and runtime are in every program
	Table     Kind = "table"     // data in the folder assets
)

// Work is something the program is made of, and on which terms.
type Work struct {
	Kind      Kind   `json:"kind"`
	Name      string `json:"name"`
	Within    string `json:"within,omitempty"` // the module that brings it
	Version   string `json:"version,omitempty"`
	Licence   string `json:"licence"` // an SPDX expression
	Copyright string `json:"copyright"`
	Source    string `json:"source"` // where to get its source
	Looked    string `json:"looked"` // the day its licence was read
}

// columns are the first line of the table of licences.
var columns = []string{"kind", "name", "within", "spdx", "copyright", "source", "looked"}

// New describes the build that info is about. Licences is the table of the
// folder assets, key the public key that signs releases, which may hold none yet.
func New(info *debug.BuildInfo, licences, key []byte) (*Build, error) {
	all, err := Licences(licences)
	if err != nil {
		return nil, err
	}
	b := &Build{Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, key: key}
	linked := map[string]string{}
	if info != nil {
		b.Go = cmp.Or(info.GoVersion, b.Go)
		b.Version = version(info.Main.Version)
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Revision = s.Value
			case "vcs.time":
				b.Time, _ = time.Parse(time.RFC3339, s.Value) // zero when it is none
			case "vcs.modified":
				b.Changed = s.Value == "true"
			}
		}
		for _, m := range info.Deps {
			linked[m.Path] = m.Version
			if m.Replace != nil {
				linked[m.Path] = m.Replace.Version
			}
		}
	}
	known := map[string]bool{}
	for _, w := range all {
		bringer := w.Name
		if w.Within != "" {
			bringer = w.Within
		}
		known[w.Name] = true
		switch v, in := linked[bringer]; {
		case w.Kind == Toolchain:
			w.Version = strings.TrimPrefix(b.Go, "go")
		case w.Kind == Table:
		case !in:
			continue
		case w.Kind == Module:
			w.Version = v
		}
		b.Works = append(b.Works, w)
	}
	for path, v := range linked { // a test keeps this from happening in what is released
		if !known[path] {
			b.Works = append(b.Works, Work{Kind: Module, Name: path, Version: v})
		}
	}
	slices.SortStableFunc(b.Works, func(x, y Work) int { return cmp.Compare(x.Kind.rank(), y.Kind.rank()) })
	return b, nil
}

func (k Kind) rank() int {
	return slices.Index([]Kind{Module, Library, Font, Toolchain, Table}, k)
}

// version is a version of the toolchain's form as people write it.
func version(v string) string {
	if !semver.IsValid(v) {
		return ""
	}
	return strings.TrimPrefix(v, "v")
}

// Licences reads the table of licences.
func Licences(table []byte) ([]Work, error) {
	r := csv.NewReader(bytes.NewReader(table))
	r.FieldsPerRecord = len(columns)
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the table of licences: %w", err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], columns) {
		return nil, errors.New("read the table of licences: unknown columns")
	}
	var out []Work
	for _, f := range rows[1:] {
		w := Work{Kind: Kind(f[0]), Name: f[1], Within: f[2], Licence: f[3], Copyright: f[4], Source: f[5], Looked: f[6]}
		if w.Kind.rank() < 0 {
			return nil, fmt.Errorf("read the table of licences: unknown kind %q", f[0])
		}
		out = append(out, w)
	}
	return out, nil
}
