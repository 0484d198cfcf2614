//go:build unix

package search_test

import (
	"time"

	"golang.org/x/sys/unix"
)

// processor is how long the process has computed, on all cores together.
func processor() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		panic(err) // there is no reason for it
	}
	return time.Duration(t.Nano())
}
