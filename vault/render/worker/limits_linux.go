package worker

import (
	"bytes"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

const (
	// maxFiles is the highest number of open files: the three standard ones and
	// what the Go runtime keeps for itself.
	maxFiles = 32

	// maxGrowth is how many bytes of address space the process may map beyond
	// what it has mapped when it starts. The Go runtime reserves more than 1 GiB at
	// once, so a limit counted from zero says little and, below that, kills it.
	// The parent watches the memory really used; this is for what grows faster
	// than it looks.
	maxGrowth = 2 << 30
)

// confine takes away from this process, for ever, what showing a page does not need:
// a memory dump (of a document in clear), files, sockets, other programs, more
// memory than any page is worth. It returns the first limit the system refused.
func confine() error {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("dumpable: %w", err)
	}
	mapped, err := mappedBytes()
	if err != nil {
		return err
	}
	for _, l := range []struct {
		name     string
		resource int
		max      uint64
	}{
		{"core size", unix.RLIMIT_CORE, 0},
		{"file size", unix.RLIMIT_FSIZE, 0},
		{"open files", unix.RLIMIT_NOFILE, maxFiles},
		{"address space", unix.RLIMIT_AS, mapped + maxGrowth},
	} {
		if err := lower(l.resource, l.max); err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
	}
	return filterSyscalls()
}

// lower sets a limit to max, or leaves it where it is already lower.
func lower(resource int, limit uint64) error {
	var now unix.Rlimit
	if err := unix.Getrlimit(resource, &now); err != nil {
		return err
	}
	limit = min(limit, now.Max)
	return unix.Setrlimit(resource, &unix.Rlimit{Cur: limit, Max: limit})
}

// mappedBytes returns the address space this process has mapped.
func mappedBytes() (uint64, error) {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, fmt.Errorf("address space: %w", err)
	}
	pages, _, _ := bytes.Cut(b, []byte(" "))
	n, err := strconv.ParseUint(string(pages), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("address space: %w", err)
	}
	return n * uint64(os.Getpagesize()), nil
}

// guardMemory does nothing here: the parent reads /proc and ends the worker.
func guardMemory(uint64) {}
