//go:build unix

package store

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// readAhead asks the system to read a value of the mapped file in one go. The
// file is mapped for reading here and there, so that without this every page of
// the value is a wait of its own. It is advice: what the system refuses costs
// time and nothing else.
func readAhead(value []byte) {
	page := uintptr(os.Getpagesize())
	if uintptr(len(value)) <= page {
		return
	}
	start := unsafe.Pointer(unsafe.SliceData(value))
	before := uintptr(start) % page
	whole := unsafe.Slice((*byte)(unsafe.Add(start, -int(before))), len(value)+int(before))
	_ = unix.Madvise(whole, unix.MADV_WILLNEED)
}
