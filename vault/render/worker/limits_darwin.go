package worker

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"carnet/vault/render/frame"
)

// maxFiles is the highest number of open files: the three standard ones and what
// the Go runtime keeps for itself.
const maxFiles = 32

// confine sets the limits macOS has: no memory dump (of a document in clear), no
// file written, few files open. It returns the first one the system refused. macOS
// does not enforce a limit on memory: guardMemory does.
func confine() error {
	for _, l := range []struct {
		name     string
		resource int
		max      uint64
	}{
		{"core size", unix.RLIMIT_CORE, 0},
		{"file size", unix.RLIMIT_FSIZE, 0},
		{"open files", unix.RLIMIT_NOFILE, maxFiles},
	} {
		if err := unix.Setrlimit(l.resource, &unix.Rlimit{Cur: l.max, Max: l.max}); err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
	}
	return nil
}

// guardMemory ends the process, with status frame.ExitMemory, soon after its
// resident memory has been above limit bytes. Another process can read that
// number on macOS only through cgo, so the worker looks itself.
func guardMemory(limit uint64) {
	go func() {
		for range time.Tick(50 * time.Millisecond) {
			var used unix.Rusage
			if err := unix.Getrusage(unix.RUSAGE_SELF, &used); err != nil || uint64(used.Maxrss) > limit {
				os.Exit(frame.ExitMemory) // Maxrss is in bytes on macOS
			}
		}
	}()
}
