package store

import (
	"os"

	"golang.org/x/sys/unix"
)

// ForgetCached asks the system to drop what it keeps of a synced file in memory,
// so that reading it again asks the disk.
func ForgetCached(f *os.File) error { return unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED) }
