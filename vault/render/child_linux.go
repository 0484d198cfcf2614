package render

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
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

// resident returns the resident memory of a process in bytes, 0 when it has ended.
func resident(pid int) int64 {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(b)
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
