//go:build !linux && !darwin && !windows

package place

import (
	"io/fs"
	"syscall"
)

var errNotFolder error = syscall.ENOTDIR

// On other systems names and markers alone are looked at.

func (m machine) medium(string, bool) (kind Kind, service string, gone bool) { return Local, "", false }

func unreachable(error) bool { return false }

func attributed(string) (service string, found bool) { return "", false }

func elsewhere(fs.FileInfo) bool { return false }
