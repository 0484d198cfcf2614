//go:build unix

package store

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// abandon closes a file that bbolt left open when it panicked. Its mapping,
// which nobody can undo, would keep the lock.
func abandon(f *os.File) {
	syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
	f.Close()
}

// syncFolder makes a rename in the folder of path durable.
func syncFolder(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil // a file system that has no such thing
}

// replace puts the fresh file in the place of the old one. The fresh one is
// already locked, so no other process gets in between.
func (db *DB) replace(aside string, fresh *DB) error {
	if err := os.Rename(aside, db.path); err != nil {
		fresh.Close()
		return err
	}
	old := db.bolt
	db.bolt, db.file = fresh.bolt, fresh.file
	if err := old.Close(); err != nil {
		return err
	}
	return syncFolder(db.path)
}
