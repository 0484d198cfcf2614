package store

import (
	"errors"
	"os"
)

// abandon closes a file that bbolt left open when it panicked.
func abandon(f *os.File) { f.Close() }

// syncFolder does nothing: Windows orders a rename after the file's own flush
// and gives no handle to flush a folder with.
func syncFolder(string) error { return nil }

// replace puts the fresh file in the place of the old one. Windows renames no
// file that is mapped, so both are closed first.
func (db *DB) replace(aside string, fresh *DB) error {
	if err := errors.Join(fresh.Close(), db.Close()); err != nil {
		return err
	}
	renamed := os.Rename(aside, db.path)
	again, err := open(db.path, false)
	if err != nil {
		return errors.Join(renamed, err)
	}
	db.bolt, db.file = again.bolt, again.file
	return renamed
}
