//go:build unix

package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A named pipe has no other end here: opening it would wait for ever.
func TestOpenPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, open := range []func(string) (*DB, error){Open, OpenReadOnly} {
		if _, err := open(path); !errors.Is(err, ErrForeign) {
			t.Errorf("got %v", err)
		}
	}
}

// A file is not made through a link that leads nowhere.
func TestCreateOverLink(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(dir, "nowhere"), path); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(path, sample); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	if got := folder(t, path); got != "[L link]" {
		t.Errorf("in the folder: %s", got)
	}
}

// A disk that goes away under an open file is damage, and not the program's end.
func TestFileCutWhileOpen(t *testing.T) {
	path := created(t, sample)
	db, err := OpenReadOnly(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 3*pageSize); err != nil {
		t.Fatal(err)
	}
	if err := db.View(func(tx *Tx) error { _, err := walk(tx); return err }); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v", err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// The fault may also come while the caller looks at bytes it was given.
func TestFileCutUnderTheCaller(t *testing.T) {
	path := created(t, func(tx *Tx) error { return tx.PutChunks(1, 0, [][]byte{make([]byte, 262080)}) })
	db, err := OpenReadOnly(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	sum := 0
	err = db.View(func(tx *Tx) error {
		chunk := chunkOf(tx, 1, 0)
		if err := os.Truncate(path, 3*pageSize); err != nil {
			return err
		}
		for _, b := range chunk {
			sum += int(b)
		}
		return nil
	})
	if !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v after reading %d", err, sum)
	}
}
