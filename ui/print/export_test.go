//go:build !windows

package print

// With limits that a test can wait for.
var (
	PrintersWithin = printersWithin
	SendWithin     = sendWithin
)
