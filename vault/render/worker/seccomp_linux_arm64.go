package worker

import "golang.org/x/sys/unix"

const (
	auditArch = unix.AUDIT_ARCH_AARCH64

	// foreignCalls is 0: no second set of numbers exists here.
	foreignCalls = 0
)

// deniedHere returns calls in denied under a number of this processor only.
func deniedHere() []uint32 {
	return []uint32{unix.SYS_RENAMEAT}
}
