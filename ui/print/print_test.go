//go:build !windows

package print_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"carnet/ui/print"
	"carnet/ui/print/cupstest"
)

// canary is content that must stay out of files.
const canary = "canary: zygomatique 8471"

// server starts CUPS with the printers "first" and "second" and makes it the one of
// this test.
func server(t *testing.T) *cupstest.Server {
	t.Helper()
	s, err := cupstest.Start()
	if errors.Is(err, exec.ErrNotFound) && runtime.GOOS != "linux" {
		t.Skip("cupsd is not installed: nothing about printing was checked")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, name := range []string{"first", "second"} {
		if err := s.AddPrinter(name, false); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("CUPS_SERVER", s.Socket)
	t.Setenv("HOME", t.TempDir())
	t.Setenv("LPDEST", "")
	os.Unsetenv("LPDEST")
	return s
}

func pdf() print.Job {
	return print.Job{MediaType: "application/pdf", Content: strings.NewReader("%PDF-1.7\n" + canary)}
}

func TestPrinters(t *testing.T) {
	s := server(t)
	names, preferred, err := print.Printers(t.Context())
	if err != nil || !slices.Equal(names, []string{"first", "second"}) || preferred != "" {
		t.Errorf("%q, %q, %v", names, preferred, err)
	}
	if err := print.Send(t.Context(), "", pdf()); !errors.Is(err, print.ErrNoPrinter) {
		t.Errorf("without a printer of one's own: %v", err)
	}
	if err := s.Prefer("second"); err != nil {
		t.Fatal(err)
	}
	t.Setenv("LC_ALL", "fr_FR.UTF-8")
	if _, preferred, err = print.Printers(t.Context()); err != nil || preferred != "second" {
		t.Errorf("%q, %v", preferred, err)
	}
	t.Setenv("LPDEST", "gone")
	if names, preferred, err = print.Printers(t.Context()); err != nil || len(names) != 2 || preferred != "" {
		t.Errorf("a printer of one's own that is gone: %q, %q, %v", names, preferred, err)
	}
}

// TestSend compares what the printer got with what was sent.
func TestSend(t *testing.T) {
	s := server(t)
	if err := s.Prefer("second"); err != nil {
		t.Fatal(err)
	}
	large := make([]byte, 3<<20)
	for i := range large {
		large[i] = byte(i * i >> 7)
	}
	for _, c := range []struct {
		printer, got, mediaType string
		content                 []byte
		copies, want            int
	}{
		{"first", "first", "application/pdf", []byte("%PDF-1.7\n" + canary), 0, 1},
		{"first", "first", "image/jpeg", large, 1, 1},
		{"", "second", "image/png", []byte("\x89PNG\r\n\x1a\n\x00"), 3, 3},
	} {
		err := print.Send(t.Context(), c.printer, print.Job{MediaType: c.mediaType, Content: bytes.NewReader(c.content), Copies: c.copies})
		if err != nil {
			t.Fatal(err)
		}
		content, title, copies, err := s.Printed(c.got)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(content, c.content) || title != "Carnet" || copies != c.want {
			t.Errorf("%s: %d bytes of %d, %q, %d copies", c.mediaType, len(content), len(c.content), title, copies)
		}
	}
}

func TestRefused(t *testing.T) {
	s := server(t)
	if err := s.Reject("second"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, printer string
		change        func(*print.Job)
		want          error
	}{
		{"refusing printer", "second", nil, print.ErrRefused},
		{"no such printer", "third", nil, print.ErrNoPrinter},
		{"option for a name", "-x", nil, print.ErrNoPrinter},
		{"nothing to print", "first", func(j *print.Job) { j.Content = strings.NewReader("") }, print.ErrRefused},
		{"type", "first", func(j *print.Job) { j.MediaType = "image/tiff" }, print.ErrType},
		{"copies", "first", func(j *print.Job) { j.Copies = 100 }, print.ErrCopies},
		{"fewer than none", "first", func(j *print.Job) { j.Copies = -1 }, print.ErrCopies},
	} {
		j := pdf()
		if c.change != nil {
			c.change(&j)
		}
		err := print.Send(t.Context(), c.printer, j)
		if !errors.Is(err, c.want) || strings.Contains(err.Error(), c.printer) || strings.Contains(err.Error(), "/") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if idle, err := s.Idle("first"); err != nil || !idle {
		t.Errorf("something was printed, %v", err)
	}
}

func TestNoPrinter(t *testing.T) {
	nobody := filepath.Join(t.TempDir(), "absent.sock")
	check := func(name string) {
		t.Helper()
		if _, _, err := print.Printers(t.Context()); !errors.Is(err, print.ErrNoPrinter) {
			t.Errorf("%s: Printers: %v", name, err)
		}
		if err := print.Send(t.Context(), "", pdf()); !errors.Is(err, print.ErrNoPrinter) {
			t.Errorf("%s: Send: %v", name, err)
		}
	}
	t.Setenv("CUPS_SERVER", nobody)
	check("no printing system")
	if err := print.Send(t.Context(), "first", pdf()); !errors.Is(err, print.ErrNoPrinter) && !errors.Is(err, print.ErrRefused) {
		t.Errorf("no printing system, printer named: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	check("no programs")
	if err := print.Send(t.Context(), "first", pdf()); !errors.Is(err, print.ErrNoPrinter) {
		t.Errorf("no programs, printer named: %v", err)
	}
}

// slow gives half a document, then waits for the test, then fails or ends.
type slow struct {
	half    io.Reader
	reached chan<- struct{}
	proceed <-chan error
}

func (s *slow) Read(p []byte) (int, error) {
	if n, err := s.half.Read(p); err == nil {
		return n, nil
	}
	if s.reached != nil {
		close(s.reached)
		s.reached = nil
	}
	return 0, <-s.proceed
}

// halfway sends until the middle of a document and calls do, which gives what the
// rest of the document then is: an error, io.EOF for its end.
func halfway(ctx context.Context, do func() error) error {
	reached, proceed := make(chan struct{}), make(chan error, 1)
	done := make(chan error)
	go func() {
		done <- print.Send(ctx, "first", print.Job{MediaType: "application/pdf", Content: &slow{long(), reached, proceed}})
	}()
	<-reached
	proceed <- do()
	return <-done
}

// long is a document that no pipe holds.
func long() io.Reader { return strings.NewReader("%PDF-1.7\n" + strings.Repeat(canary+"\n", 1<<16)) }

// taking sends a document to a server that answers nothing, and calls do when lp
// runs.
func taking(t *testing.T, ctx context.Context, s *cupstest.Server, do func()) error {
	t.Helper()
	resume, err := s.Pause()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		done <- print.Send(ctx, "first", print.Job{MediaType: "application/pdf", Content: long()})
	}()
	for until := time.Now().Add(20 * time.Second); len(running(t)) == 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("lp does not start")
		}
	}
	do()
	if err := resume(); err != nil {
		t.Fatal(err)
	}
	return <-done
}

// TestHalf: half a document is not printed, whatever kept the rest, and neither is
// one that nobody wants any more.
func TestHalf(t *testing.T) {
	s := server(t)
	for _, name := range []string{"first", "second"} {
		if err := s.Hold(name); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := halfway(ctx, func() error { cancel(); return io.EOF }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := print.Send(ctx, "first", pdf()); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}
	damaged := errors.New("damaged")
	if err := halfway(t.Context(), func() error { return damaged }); !errors.Is(err, damaged) {
		t.Errorf("content fails: %v", err)
	}
	if path := holding(t, filepath.Join(s.Dir, "spool")); path != "" {
		t.Errorf("half a document is in the spool of CUPS: %s", path)
	}
	ctx, cancel = context.WithCancel(t.Context())
	if err := taking(t, ctx, s, cancel); !errors.Is(err, context.Canceled) || errors.Is(err, print.ErrNotWithdrawn) {
		t.Errorf("cancelled while it is taken: %v", err)
	}
	if idle, err := s.Idle("first"); err != nil || !idle {
		t.Errorf("half a document, or one that nobody wants, waits: %v", err)
	}
	if err := print.Send(t.Context(), "second", pdf()); err != nil {
		t.Error(err)
	}
	if idle, err := s.Idle("second"); err != nil || idle {
		t.Errorf("the search finds no job that waits, %v", err)
	}
}

func TestTimeout(t *testing.T) {
	s := server(t)
	resume, err := s.Pause()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := resume(); err != nil {
			t.Error(err)
		}
	}()
	if _, _, err := print.PrintersWithin(t.Context(), 300*time.Millisecond); !errors.Is(err, print.ErrTimeout) {
		t.Errorf("list: %v", err)
	}
	if err := print.SendWithin(t.Context(), 300*time.Millisecond, "first", pdf()); !errors.Is(err, print.ErrTimeout) {
		t.Errorf("send: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, _, err := print.Printers(ctx); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, print.ErrTimeout) {
		t.Errorf("the caller's own limit: %v", err)
	}
}

// TestNoClearFile looks for the document while it is printed and afterwards: in the
// temporary folder, the home, and among what this process and lp have open.
func TestNoClearFile(t *testing.T) {
	s := server(t)
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	look := func(when string) {
		for _, dir := range []string{temporary, os.Getenv("HOME")} {
			if path := holding(t, dir); path != "" {
				t.Errorf("%s: the document is in clear in %s", when, path)
			}
		}
		if files, err := os.ReadDir(temporary); err != nil || len(files) > 0 {
			t.Errorf("%s: %d files in the temporary folder, %v", when, len(files), err)
		}
	}
	err := taking(t, t.Context(), s, func() {
		look("halfway")
		if runtime.GOOS != "linux" {
			return
		}
		programs := running(t)
		if len(programs) != 1 {
			t.Errorf("%d programs run, want lp", len(programs))
		}
		for _, path := range regular(t, programs) {
			t.Errorf("lp has %s open", path)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	look("afterwards")
	content, _, _, err := s.Printed("first")
	if err != nil || !bytes.Contains(content, []byte(canary)) {
		t.Errorf("the printer got %d bytes, %v", len(content), err)
	}
	if holding(t, filepath.Join(s.Dir, "spool")) == "" {
		t.Error("this search finds nothing where CUPS itself spools")
	}
	if print.LeavesClearFile() || print.Sweep() != nil {
		t.Error("there is nothing to sweep here")
	}
}

// holding finds a file with the canary below a folder.
func holding(t *testing.T, dir string) (found string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte(canary)) {
			found = path
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// running lists the lp of this test, by their folders below /proc.
func running(t *testing.T) (programs []string) {
	t.Helper()
	names, err := filepath.Glob("/proc/[0-9]*/comm")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		comm, err := os.ReadFile(name)
		if err != nil || string(comm) != "lp\n" {
			continue // it has ended, or is another program
		}
		environment, err := os.ReadFile(filepath.Join(filepath.Dir(name), "environ"))
		if err != nil || !bytes.Contains(environment, []byte("CUPS_SERVER="+os.Getenv("CUPS_SERVER"))) {
			continue // somebody else's
		}
		programs = append(programs, filepath.Dir(name))
	}
	return programs
}

// regular lists the ordinary files that programs have open.
func regular(t *testing.T, programs []string) (paths []string) {
	t.Helper()
	for _, program := range programs {
		descriptors, err := filepath.Glob(filepath.Join(program, "fd", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range descriptors {
			if info, err := os.Stat(d); err == nil && info.Mode().IsRegular() {
				path, err := os.Readlink(d)
				if err != nil {
					t.Fatal(err)
				}
				paths = append(paths, path)
			}
		}
	}
	return paths
}
