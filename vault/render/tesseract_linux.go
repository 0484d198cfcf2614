package render

import (
	"errors"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// tesseractPlaces is empty: packages put it on PATH.
func tesseractPlaces() []string { return nil }

// hold limits a process that is not ours: no file written, no image of its memory
// after a crash, this much time of the processor, this much memory; and puts it
// behind what the person does. One that has ended already needs none of it, and its
// status will tell.
func hold(pid int, cpu time.Duration, memory int64) error {
	for resource, limit := range map[int]uint64{
		unix.RLIMIT_FSIZE: 0,
		unix.RLIMIT_CORE:  0,
		unix.RLIMIT_CPU:   uint64(cpu.Seconds()),
		unix.RLIMIT_AS:    uint64(2 * memory), // the program and its libraries are mapped as well
	} {
		switch err := unix.Prlimit(pid, resource, &unix.Rlimit{Cur: limit, Max: limit}, nil); {
		case errors.Is(err, unix.ESRCH):
			return nil
		case err != nil:
			return err
		}
	}
	if err := syscall.Setpriority(syscall.PRIO_PROCESS, pid, 10); !errors.Is(err, unix.ESRCH) {
		return err
	}
	return nil
}
