package vault

import "golang.org/x/sys/windows"

// diskFull is the system's name for a disk without room.
var diskFull error = windows.ERROR_DISK_FULL
