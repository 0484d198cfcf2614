package vault_test

import (
	"fmt"
	"os"
	"testing"

	"carnet/vault/salvage"
)

// TestMain makes the test binary its own child for the tests that kill it or
// make its disk fail.
func TestMain(m *testing.M) {
	if len(os.Args) >= 2 && children[os.Args[1]] != nil {
		if err := children[os.Args[1]](os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	removeTemplate()
	os.Exit(code)
}

// children are what the test binary does as a child.
var children = map[string]func(args []string) error{
	"import-child": importChild,
	"merge-child":  mergeChild,
	salvage.Mode: func(args []string) error {
		return salvage.Main(args, os.Stdin, os.Stdout)
	},
}
