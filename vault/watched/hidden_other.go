//go:build !windows

package watched

import "io/fs"

// isHidden reports nothing: a name says it here.
func isHidden(fs.DirEntry) bool { return false }
