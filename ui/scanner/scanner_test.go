//go:build !windows

package scanner

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"carnet/ui/scanner/sanetest"
)

// scanners are real ones for this test, by the environment.
func scanners(t *testing.T) *sanetest.Scanners {
	t.Helper()
	if _, err := find(); err != nil {
		t.Fatal("scanimage is not installed: .ci/deps sane-utils")
	}
	s := sanetest.Start(t)
	t.Setenv("SANE_CONFIG_DIR", s.Folder)
	return s
}

func TestDevices(t *testing.T) {
	s := scanners(t)
	all, err := Devices(t.Context())
	if err != nil || len(all) != 2 || all[0].Name != sanetest.First || all[0].String() != sanetest.Model || all[0].Kind != "virtual device" {
		t.Errorf("%+v, %v", all, err)
	}
	s.None()
	if all, err := Devices(t.Context()); !errors.Is(err, ErrNoScanner) || len(all) != 0 {
		t.Errorf("none: %+v, %v", all, err)
	}
	t.Setenv("PATH", t.TempDir())
	places = nil
	if _, err := Devices(t.Context()); !errors.Is(err, ErrNoProgram) {
		t.Errorf("no program: %v", err)
	}
}

// TestScan: pages come as asked for, and no file is written.
func TestScan(t *testing.T) {
	scanners(t)
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("TMPDIR", home)
	last, part := 0, 0.0
	pages, err := Scan(t.Context(), Options{Device: sanetest.First, DPI: 100, Pages: 2}, func(n int, p float64) { last, part = n, p })
	if err != nil || len(pages) != 2 || last != 2 || part != 1 {
		t.Fatalf("%d pages, page %d at %v, %v", len(pages), last, part, err)
	}
	for _, p := range pages {
		c, err := png.DecodeConfig(bytes.NewReader(p))
		if err != nil || c.Width < 300 || c.Width > 330 {
			t.Errorf("%+v, %v", c, err)
		}
	}
	finer, err := Scan(t.Context(), Options{Device: sanetest.First, DPI: 200, Mode: Color, Source: Flatbed}, nil)
	if err != nil || len(finer) != 1 {
		t.Fatalf("%d pages, %v", len(finer), err)
	}
	img, err := png.Decode(bytes.NewReader(finer[0]))
	if err != nil || img.Bounds().Dx() < 600 {
		t.Fatalf("finer: %v", err)
	}
	if left, err := os.ReadDir(home); err != nil || len(left) != 0 {
		t.Errorf("%d files were left, %v", len(left), err)
	}
}

// TestFeeder: the feeder is emptied, and an empty one is told.
func TestFeeder(t *testing.T) {
	s := scanners(t)
	pages, err := Scan(t.Context(), Options{Device: sanetest.First, DPI: 50, Source: Feeder}, func(n int, p float64) {
		if n == 4 && p == 0 {
			s.Fail("SANE_STATUS_NO_DOCS")
		}
	})
	if err != nil || len(pages) != 3 {
		t.Errorf("%d pages, %v", len(pages), err)
	}
	if pages, err := Scan(t.Context(), Options{Device: sanetest.First, DPI: 50, Source: Feeder}, nil); !errors.Is(err, ErrEmpty) || len(pages) != 0 {
		t.Errorf("empty: %d pages, %v", len(pages), err)
	}
	s.Set()
	pages, err = Scan(t.Context(), Options{Device: sanetest.First, DPI: 50, Source: Feeder}, func(n int, p float64) {
		if n == 2 && p == 0 {
			s.Fail("SANE_STATUS_JAMMED")
		}
	})
	if !errors.Is(err, ErrJammed) || len(pages) != 1 {
		t.Errorf("jammed: %d pages, %v", len(pages), err)
	}
}

// TestFailures: what a scanner says has a name, which is not the scanner's.
func TestFailures(t *testing.T) {
	s := scanners(t)
	for status, want := range map[string]error{
		"SANE_STATUS_DEVICE_BUSY": ErrBusy, "SANE_STATUS_JAMMED": ErrJammed, "SANE_STATUS_COVER_OPEN": ErrCover,
		"SANE_STATUS_ACCESS_DENIED": ErrDenied, "SANE_STATUS_IO_ERROR": ErrFailed,
	} {
		s.Fail(status)
		pages, err := Scan(t.Context(), Options{Device: sanetest.First, DPI: 50}, nil)
		if !errors.Is(err, want) || len(pages) != 0 || strings.Contains(err.Error(), "test:") {
			t.Errorf("%s: %d pages, %v", status, len(pages), err)
		}
	}
	s.Set()
	for what, c := range map[string]struct {
		opt  Options
		want error
	}{
		"another device": {Options{Device: "test:7"}, ErrNoScanner},
		"none named":     {Options{}, ErrNoScanner},
		"no such mode":   {Options{Device: sanetest.First, Mode: Lineart}, ErrOption},
		"a word":         {Options{Device: sanetest.First, Mode: "x"}, ErrOption},
		"too fine":       {Options{Device: sanetest.First, DPI: MostDPI + 1}, ErrOption},
		"too many":       {Options{Device: sanetest.First, Pages: MaxPages + 1}, ErrOption},
	} {
		if _, err := Scan(t.Context(), c.opt, nil); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestStopped: the scanner stops when nobody waits for it any more.
func TestStopped(t *testing.T) {
	s := scanners(t)
	s.Crawl()
	ctx, stop := context.WithCancel(t.Context())
	told := 0
	pages, err := Scan(ctx, Options{Device: sanetest.First, DPI: MostDPI, Mode: Color}, func(int, float64) {
		if told++; told > 1 { // the first page has begun to come
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) || len(pages) != 0 {
		t.Errorf("%d pages, %v", len(pages), err)
	}
}

// TestGroup: what the program started ends with it.
func TestGroup(t *testing.T) {
	folder := t.TempDir()
	told := filepath.Join(folder, "told")
	script := "#!/bin/sh\n/bin/sleep 1000 &\necho $! >'" + told + "'\nwait\n"
	if err := os.WriteFile(filepath.Join(folder, "scanimage"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := Devices(ctx)
		ended <- err
	}()
	var pid string
	for pid == "" { // until the test's own limit
		b, err := os.ReadFile(told)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if line, _, whole := strings.Cut(string(b), "\n"); whole {
			pid = line
		}
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	for exec.Command("/bin/kill", "-0", pid).Run() == nil { // the same limit
	}
}

// TestStays: a driver that does not end after it has said what is wrong is not waited for,
// and one that crashes, or ends well, has said it: SANE's own test backend, now and then.
func TestStays(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("PATH", folder)
	for _, end := range []string{"exec /bin/sleep 1000", "kill -SEGV $$", "exit 0"} {
		script := "#!/bin/sh\necho 'scanimage: sane_read: Scanner cover is open' >&2\n" + end + "\n"
		if err := os.WriteFile(filepath.Join(folder, "scanimage"), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := run(t.Context(), time.Hour, &bounded{max: 1}, nil); !errors.Is(err, ErrCover) {
			t.Errorf("%s: %v", end, err)
		}
	}
}

// TestParse: what drivers say of themselves, in the words of several.
func TestParse(t *testing.T) {
	said := "\nAll options specific to device `x':\n  Scan Mode:\n" +
		"    --mode Lineart|Gray|Color [Color]\n        Selects the scan mode.\n" +
		"    --resolution 75|100|150|300|600dpi [75]\n" +
		"    --source FlatBed|ADF Front|ADF Duplex [FlatBed]\n" +
		"    --brightness -100..100% (in steps of 1) [0]\n" +
		"    --threshold 0..255 (in steps of 1) [inactive]\n"
	has := parseOptions(said)
	for _, c := range []struct {
		opt  Options
		want []string
		err  error
	}{
		{Options{Mode: Gray, DPI: 200}, []string{"--mode=Gray", "--resolution=300"}, nil},
		{Options{Mode: Lineart, DPI: 600, Source: Flatbed}, []string{"--source=FlatBed", "--mode=Lineart", "--resolution=600"}, nil},
		{Options{Mode: Color, DPI: 50, Source: Feeder}, []string{"--source=ADF Front", "--mode=Color", "--resolution=75"}, nil},
	} {
		if got, err := choose(has, c.opt); !slices.Equal(got, c.want) || !errors.Is(err, c.err) {
			t.Errorf("%+v: %q, %v", c.opt, got, err)
		}
	}
	if _, there := has["threshold"]; there || has["brightness"].least != 0 {
		t.Errorf("%+v", has)
	}
	bare := parseOptions("    --resolution 1..1200dpi (in steps of 1) [50]\n    --mode Black & White|True Gray [True Gray]\n")
	if got, err := choose(bare, Options{Mode: Lineart, DPI: 300, Source: Flatbed}); err != nil || !slices.Equal(got, []string{"--mode=Black & White", "--resolution=300"}) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := choose(bare, Options{Mode: Gray, DPI: 300, Source: Feeder}); !errors.Is(err, ErrOption) {
		t.Errorf("no feeder: %v", err)
	}
	if _, err := choose(bare, Options{Mode: Color, DPI: 300}); !errors.Is(err, ErrOption) {
		t.Errorf("no colour: %v", err)
	}
	if got := parseDevices("a:1\tACME\tS 1\tflatbed scanner\n\nodd line\nb\t \t \tx\n"); len(got) != 2 || got[0].String() != "ACME S 1" || got[1].String() != "b" {
		t.Errorf("%+v", got)
	}
	for code, want := range map[int]error{0: ErrFailed, 3: ErrBusy, 9: ErrFailed} {
		if err := ended(code, ""); !errors.Is(err, want) {
			t.Errorf("%d: %v", code, err)
		}
	}
	if err := ended(1, "scanimage: no SANE devices found"); !errors.Is(err, ErrNoScanner) {
		t.Error(err)
	}
}
