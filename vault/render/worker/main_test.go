//go:build !linux

package worker

import (
	"os"
	"testing"
)

// TestMain makes the test binary a worker.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "render-worker" {
		runWorker()
	}
	os.Exit(m.Run())
}
