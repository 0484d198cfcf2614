// Package sanetest gives tests real scanners: those of the backend "test" of SANE, whose
// settings lie in a folder of the test's own.
package sanetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Scanners are two scanners that exist for one test.
type Scanners struct {
	Folder string // for SANE_CONFIG_DIR
	t      tester
}

// tester is a test, or a script.
type tester interface {
	Fatalf(format string, args ...any)
}

// First is the name of the first of them, and Model what both are called.
const (
	First = "test:0"
	Model = "Noname frontend-tester"
)

// Start makes scanners.
func Start(t testing.TB) *Scanners {
	t.Helper()
	return In(t, t.TempDir())
}

// In makes scanners whose settings lie in a folder, which is made when it is not there.
func In(t tester, folder string) *Scanners {
	s := &Scanners{Folder: folder, t: t}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatalf("%v", err)
	}
	s.write("dll.conf", "test")
	s.Set()
	return s
}

// Set gives the scanners other settings, as test.conf has them, from the next page on.
func (s *Scanners) Set(lines ...string) {
	s.write("test.conf", append([]string{
		"number_of_devices 2", `mode "Gray"`, "depth 8", "resolution_min 1.0", "resolution_max 1200.0", "resolution_quant 1.0", "resolution 75.0",
		"geometry_min 0.0", "geometry_max 200.0", "geometry_quant 1.0", "tl_x 0.0", "tl_y 0.0", "br_x 80.0", "br_y 100.0",
		`source "Flatbed"`, `test-picture "Grid"`,
	}, lines...)...)
}

// Fail has every page end in a status of SANE, "SANE_STATUS_JAMMED" for instance.
func (s *Scanners) Fail(status string) {
	s.Set(`read-status-code "` + status + `"`)
}

// Crawl has pages take a minute and more, where they are in colour at 600 dots an inch.
func (s *Scanners) Crawl() {
	s.Set("br_x 200.0", "br_y 200.0", "read-delay true", "read-delay-duration 200000")
}

// None takes the scanners away.
func (s *Scanners) None() {
	s.write("dll.conf")
}

func (s *Scanners) write(name string, lines ...string) {
	if err := os.WriteFile(filepath.Join(s.Folder, name), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		s.t.Fatalf("%v", err)
	}
}
