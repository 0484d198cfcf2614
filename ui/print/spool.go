package print

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// spool is a folder for documents in clear that another program is about to print.
// Only the file of Windows uses it; it stands apart so that it is tested
// everywhere.
type spool struct{ dir string }

// put writes content into a new file, readable by its owner alone. On an error
// the file is wiped.
func (s spool) put(content io.Reader, extension string) (path string, err error) {
	f, err := os.CreateTemp(s.dir, "*"+extension)
	if err != nil {
		return "", pathless(err)
	}
	_, err = io.Copy(f, content)
	if err = errors.Join(pathless(err), pathless(f.Close())); err != nil {
		return "", errors.Join(err, s.wipe(f.Name()))
	}
	return f.Name(), nil
}

// wipe overwrites a file with zeros and removes it. What a solid-state drive keeps
// of it in worn blocks is out of reach. The error wraps [ErrClearFile]; a file
// that is gone is none.
func (s spool) wipe(path string) error {
	err := overwrite(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil { // what could not be overwritten stays for Sweep
		err = pathless(os.Remove(path))
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrClearFile, err)
	}
	return nil
}

func overwrite(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return pathless(err)
	}
	info, err := f.Stat()
	if err == nil {
		_, err = io.CopyN(f, zeros{}, info.Size())
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(pathless(err), pathless(f.Close()))
}

// zeros reads as nothing but zeros.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// sweep wipes what is left in the folder, but for what busy says of: another
// window prints it right now. One file that stays does not keep the others.
func (s spool) sweep(busy func(error) bool) error {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrClearFile, pathless(err))
	}
	var failed []error
	for _, e := range entries {
		if err := s.wipe(filepath.Join(s.dir, e.Name())); err != nil && !busy(err) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// pathless is what the system said, without the path, which tells the name of a
// person.
func pathless(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}
