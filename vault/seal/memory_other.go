//go:build !linux

package seal

// largePages is for systems that have to be asked; these are not.
func largePages(uint32) {}

// computerMemory is not asked for here.
func computerMemory() uint64 { return 0 }

// leaveOutOfDumps is for systems that have such a request; these have none.
func leaveOutOfDumps([]byte) {}
