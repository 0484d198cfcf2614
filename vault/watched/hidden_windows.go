package watched

import (
	"io/fs"
	"syscall"
)

// isHidden reports whether the file system says that people do not see an entry, or
// that it only stands for a file that is elsewhere.
func isHidden(e fs.DirEntry) bool {
	const (
		offline = 0x1000
		recall  = 0x400000 // FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS
	)
	info, err := e.Info()
	if err != nil {
		return true // gone meanwhile
	}
	a, ok := info.Sys().(*syscall.Win32FileAttributeData)
	return ok && a.FileAttributes&(syscall.FILE_ATTRIBUTE_HIDDEN|syscall.FILE_ATTRIBUTE_SYSTEM|offline|recall) != 0
}
