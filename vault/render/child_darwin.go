package render

import (
	"syscall"
	"time"
)

// attributes puts the child into a process group of its own: an interrupt typed in a
// terminal is for the parent, which then ends the child.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}

// neutralDir returns a directory that tells the child nothing and keeps no disk busy.
func neutralDir() string { return "/" }

// contain does nothing: the child limits itself before it reads its first byte.
func contain(int, int64) (release func(), err error) { return func() {}, nil }

// resident returns 0: macOS tells the memory of another process only through cgo.
// The child looks at its own and ends with frame.ExitMemory.
func resident(int) int64 { return 0 }

// processor is not ok: macOS tells it of another process only through cgo. The clock
// counts instead.
func processor(int) (used time.Duration, ok bool) { return 0, false }
