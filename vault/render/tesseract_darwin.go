package render

import (
	"syscall"
	"time"
)

// tesseractPlaces are where Homebrew and MacPorts put it: a program started from
// the Finder has a PATH without them.
func tesseractPlaces() []string {
	return []string{"/opt/homebrew/bin/tesseract", "/usr/local/bin/tesseract", "/opt/local/bin/tesseract"}
}

// hold puts a process behind what the person does. macOS limits no process from
// outside: the caller's watch ends one that takes too long.
func hold(pid int, _ time.Duration, _ int64) error {
	return syscall.Setpriority(syscall.PRIO_PROCESS, pid, 10)
}
