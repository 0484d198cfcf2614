//go:build unix

package seal

import "golang.org/x/sys/unix"

// lockedMemory gives n bytes of their own, outside what the garbage collector moves
// data through, and why they are not locked, nil when they are.
func lockedMemory(n int) ([]byte, error) {
	memory, err := unix.Mmap(-1, 0, n, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, err
	}
	leaveOutOfDumps(memory)
	return memory, unix.Mlock(memory)
}

// ForbidDumps has the system write no image of this process when it ends by a
// fault, and none of its children: it would hold keys and documents.
//
// A limit of 1 byte leaves no room for a file, and is what Linux takes for "hand
// nothing to a program either" (core(5), kernel/coredump.c). Where the limit can
// be no more than 0 it stays there.
func ForbidDumps() error {
	var now unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &now); err != nil {
		return err
	}
	if now.Max == 0 {
		now.Cur = 0
	} else {
		now.Cur, now.Max = 1, 1
	}
	return unix.Setrlimit(unix.RLIMIT_CORE, &now)
}

// mayDump reports whether the system may write an image of this process.
func mayDump() bool {
	var now unix.Rlimit
	return unix.Getrlimit(unix.RLIMIT_CORE, &now) != nil || now.Cur > 1
}
