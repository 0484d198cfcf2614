//go:build unix

package store

import (
	"errors"
	"os"
	"syscall"
)

// lockShared keeps writers away from an open file until it is closed. It returns
// [ErrInUse] when one has it.
func lockShared(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrInUse
	}
	return err
}
