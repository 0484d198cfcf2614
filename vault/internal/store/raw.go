package store

import (
	"errors"
	"os"
)

// OpenRaw opens a file for reading without looking into it, and keeps writers
// away until it is closed. It returns [ErrForeign] for what is no regular file,
// [ErrClosing] and
// [ErrInUse].
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
	if marked(f) {
		return nil, errors.Join(ErrClosing, f.Close())
	}
	if err := lockShared(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Aside returns the name of a new empty file beside the one that path names.
// [Open] of that one removes it when its maker was killed.
func Aside(path string) (string, error) { return besides(path) }

// WriteAside makes a new file at path of what write writes: durable, and there whole
// or not at all. It replaces nothing: the error wraps [fs.ErrExist] when something is
// there.
func WriteAside(path string, write func(*os.File) error) error {
	name, err := besides(path)
	if err != nil {
		return err
	}
	defer os.Remove(name)
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_TRUNC, fileMode)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return Publish(name, path)
}
