package print

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// TestSpool: what Windows needs in clear is readable by its owner alone, and the
// disk holds zeros under it when it is gone.
func TestSpool(t *testing.T) {
	s := spool{t.TempDir()}
	content := strings.Repeat("canary", 50_000)
	path, err := s.put(strings.NewReader(content), ".pdf")
	if err != nil || filepath.Ext(path) != ".pdf" || filepath.Dir(path) != s.dir {
		t.Fatal(path, err)
	}
	second := filepath.Join(t.TempDir(), "link") // keeps what the disk holds within reach
	if err := os.Link(path, second); err != nil {
		t.Fatal(err)
	}
	if written, err := os.ReadFile(path); err != nil || string(written) != content {
		t.Errorf("%d bytes written, %v", len(written), err)
	}
	if err := s.sweep(nil); err != nil {
		t.Error(err)
	}
	left, err := os.ReadFile(second)
	if err != nil || !bytes.Equal(left, make([]byte, len(content))) {
		t.Errorf("the disk holds %d bytes, not all zero, %v", len(left), err)
	}
	if err := s.wipe(path); err != nil {
		t.Errorf("wiped twice: %v", err)
	}
}

func TestSpoolFails(t *testing.T) {
	s := spool{t.TempDir()}
	broken := errors.New("broken")
	if _, err := s.put(iotest.ErrReader(broken), ".pdf"); !errors.Is(err, broken) {
		t.Error(err)
	}
	if files, err := os.ReadDir(s.dir); err != nil || len(files) > 0 {
		t.Errorf("%d files stay, %v", len(files), err)
	}
	// A folder is what no wiping removes: the others go all the same.
	if err := os.MkdirAll(filepath.Join(s.dir, "a", "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	path, err := s.put(strings.NewReader("canary"), ".pdf")
	if err != nil {
		t.Fatal(err)
	}
	err = s.sweep(func(error) bool { return false })
	if !errors.Is(err, ErrClearFile) || strings.Contains(err.Error(), s.dir) {
		t.Error(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error("a file stays")
	}
	if err := s.sweep(func(error) bool { return true }); err != nil {
		t.Errorf("in use elsewhere: %v", err)
	}
	if err := (spool{filepath.Join(s.dir, "absent")}).sweep(nil); err != nil {
		t.Errorf("no folder: %v", err)
	}
}
