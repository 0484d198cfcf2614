// Package replace writes the small files that the program keeps beside its
// vaults.
package replace

import (
	"errors"
	"os"
	"path/filepath"
)

// File writes a file that its owner alone reads, in the place of what has that
// name in the folder, which it makes if need be. The file is there whole, or what
// was there before still is.
func File(folder, name string, b []byte) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, ".new-") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(folder, name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
