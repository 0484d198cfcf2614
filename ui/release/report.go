package release

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
	"unicode"
)

// Line is a fact of a report.
type Line struct{ Name, Value string }

// Report describes the build and the system for whoever helps with a problem.
// It has no path, no name of a person or a computer, and nothing of a vault:
// nobody need read it before sending it, and everybody can. More are facts of
// the caller, for which the same must hold.
func (b *Build) Report(more ...Line) []byte {
	lines := []Line{
		{"carnet", orUnknown(b.Version)},
		{"revision", orUnknown(b.Revision)},
		{"changed since", fmt.Sprint(b.Changed)},
		{"compiler", b.Go},
		{"system", b.System},
		{"distribution", distribution()},
		{"processors", fmt.Sprint(runtime.NumCPU())},
		{"release key", fmt.Sprint(b.HasKey())},
	}
	if !b.Time.IsZero() {
		lines = append(lines, Line{"revision of", b.Time.UTC().Format(time.DateOnly)})
	}
	lines = append(lines, more...)
	for _, w := range b.Works {
		if w.Kind == Table {
			lines = append(lines, Line{"table", w.Name})
		} else if w.Version != "" {
			lines = append(lines, Line{string(w.Kind), w.Name + " " + w.Version})
		}
	}
	var out bytes.Buffer
	for _, l := range lines {
		fmt.Fprintf(&out, "%s: %s\n", l.Name, printable(l.Value))
	}
	return out.Bytes()
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

// distribution is the name that a Linux system gives itself.
func distribution() string {
	release, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return "unknown" // other systems have no such file
	}
	for line := range strings.Lines(string(release)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "PRETTY_NAME="); ok {
			return strings.Trim(name, `"'`)
		}
	}
	return "unknown"
}

// printable keeps a value on its line, and short.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 200 {
		s = string(r[:200])
	}
	return s
}
