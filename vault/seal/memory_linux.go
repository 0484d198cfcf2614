package seal

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// largePages asks for large pages where Argon2id is about to take its memory:
// handed out in pages of 4 KiB, 256 MiB cost the system as much time as Argon2id
// needs to fill them. The hint is laid on memory of the heap that is given up at
// once, for the next allocation of that size to come to lie there. Where it does
// not, or the system has no such pages, nothing but time is lost.
func largePages(kib uint32) {
	const slack = 4 << 20 // bytes, for the allocation to begin elsewhere
	if unix.Madvise(make([]byte, int(kib)<<10+slack), unix.MADV_HUGEPAGE) == nil {
		runtime.GC()
	}
}

// computerMemory is how much memory the computer has, in bytes, 0 when nobody
// knows.
func computerMemory() uint64 {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return 0
	}
	return uint64(info.Totalram) * uint64(info.Unit)
}

// leaveOutOfDumps asks that memory be in no image of the process. Without an answer
// the limit of [ForbidDumps] holds alone.
func leaveOutOfDumps(memory []byte) { _ = unix.Madvise(memory, unix.MADV_DONTDUMP) }
