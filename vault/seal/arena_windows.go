package seal

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// lockedMemory gives n bytes, and why they are not locked, nil when they are. They
// are of the heap: an allocation of this size begins a page and does not move.
func lockedMemory(n int) ([]byte, error) {
	memory := make([]byte, n)
	return memory, windows.VirtualLock(uintptr(unsafe.Pointer(&memory[0])), uintptr(n))
}

// ForbidDumps does nothing here: Windows Error Reporting decides by itself, and a
// person can switch it off there.
func ForbidDumps() error { return nil }

// mayDump reports whether the system may write an image of this process.
func mayDump() bool { return true }
