package store

import (
	"errors"
	"os"
)

// OpenRaw opens a file for reading without looking into it, and keeps writers
// away until it is closed. It returns [ErrForeign] for what is no regular file,
// and [ErrInUse].
func OpenRaw(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrForeign // opening a named pipe would wait for its other end
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := lockShared(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Aside returns the name of a new empty file beside the one that path names.
// [Open] of that one removes it when its maker was killed.
func Aside(path string) (string, error) { return besides(path) }
