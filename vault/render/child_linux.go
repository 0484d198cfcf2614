package render

import (
	"bytes"
	"os"
	"strconv"
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

// tick is the unit in which Linux tells processor time to programs, whatever it counts in
// itself (USER_HZ).
const tick = 10 * time.Millisecond

// processor returns the processor time that a process has used, of the system included, 0
// when it has ended.
func processor(pid int) (used time.Duration, ok bool) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, true
	}
	// The name stands in brackets and may hold anything; utime and stime are the 12th and
	// 13th field after it (proc_pid_stat(5)).
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(fields) < 13 {
		return 0, true
	}
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return 0, true
		}
		used += time.Duration(n) * tick
	}
	return used, true
}
