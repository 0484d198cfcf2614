//go:build unix

package vault

import "syscall"

// diskFull is another of the system's names for a disk without room: a quota.
var diskFull error = syscall.EDQUOT
