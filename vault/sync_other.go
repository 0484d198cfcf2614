//go:build !linux

package vault

import (
	"errors"
	"os"
)

// syncFiles makes files of one folder durable.
func syncFiles(_ string, paths ...string) error {
	for _, path := range paths {
		f, err := os.OpenFile(path, os.O_WRONLY, 0) // Windows syncs what may be written
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}
