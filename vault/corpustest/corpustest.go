// Package corpustest gives tests the files of other people that decoders are held to.
// They are no part of the project: they lie where CARNET_CORPUS says.
package corpustest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Root is the folder of those files. Where CARNET_CORPUS names none the test skips,
// and says what is not tested then.
func Root(t testing.TB, untested string, args ...any) string {
	t.Helper()
	root := os.Getenv("CARNET_CORPUS")
	if root == "" {
		t.Skipf("CARNET_CORPUS is not set: "+untested, args...)
	}
	return root
}

// File reads one of them, by its path with slashes.
func File(t testing.TB, root, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Expected reads into a struct what is to be found in the files of a set.
func Expected(t testing.TB, root, set string, into any) {
	t.Helper()
	if err := json.Unmarshal(File(t, root, "expected/"+set+".json"), into); err != nil {
		t.Fatal(err)
	}
}
