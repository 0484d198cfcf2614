//go:build linux || darwin

package place

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// errNotFolder stands for a path through something that is no folder.
var errNotFolder error = syscall.ENOTDIR

// unreachable reports whether an error says that the medium is gone.
func unreachable(err error) bool {
	for _, e := range []error{
		syscall.ENXIO, syscall.ENODEV, syscall.ESTALE, syscall.ENOTCONN, syscall.ETIMEDOUT,
		syscall.EHOSTDOWN, syscall.EHOSTUNREACH, syscall.ENETDOWN, syscall.ENETUNREACH,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// standing is the nearest folder above path that exists.
func standing(path string) string {
	for {
		folder := filepath.Dir(path)
		if _, err := os.Stat(folder); err == nil || folder == path {
			return folder
		}
		path = folder
	}
}
