package store

import (
	"os"

	"golang.org/x/sys/unix"
)

// ForgetCached asks the system to drop what it keeps of a synced file in memory,
// so that reading it again asks the disk.
func ForgetCached(f *os.File) error { return unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED) }

// expect asks the system to read a part of a file before it is asked for. What the
// system refuses costs time and nothing else.
func expect(f *os.File, at, length int64) {
	_ = unix.Fadvise(int(f.Fd()), at, length, unix.FADV_WILLNEED)
}
