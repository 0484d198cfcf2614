package vault_test

import (
	"fmt"
	"os"
	"testing"
)

// TestMain makes the test binary its own child for the tests that kill it or
// make its disk fail.
func TestMain(m *testing.M) {
	if len(os.Args) >= 2 && os.Args[1] == "import-child" {
		if err := importChild(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if len(os.Args) >= 2 && os.Args[1] == "crash-child" {
		if err := crashChild(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	removeTemplate()
	os.Exit(code)
}
