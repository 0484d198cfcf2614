package store

import (
	"errors"
	"math"
	"os"

	"golang.org/x/sys/windows"
)

// lockShared keeps writers away from an open file until it is closed. It returns
// [ErrInUse] when one has it. bbolt locks the same byte.
func lockShared(f *os.File) error {
	at := &windows.Overlapped{Offset: math.MaxUint32, OffsetHigh: math.MaxUint32}
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return ErrInUse
	}
	return err
}
