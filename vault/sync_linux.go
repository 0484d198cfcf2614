package vault

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// syncFiles makes files of one folder durable, with all that their file system
// has still to write: one wait for the disk, however many they are.
func syncFiles(dir string, _ ...string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(unix.Syncfs(int(d.Fd())), d.Close())
}
