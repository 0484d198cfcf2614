package replace_test

import (
	"os"
	"path/filepath"
	"testing"

	"carnet/ui/replace"
)

// TestFile: a file is replaced whole, its owner alone reads it, and nothing else is
// left in the folder, also when it cannot be replaced.
func TestFile(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b")
	for _, want := range []string{"a longer content", "short"} {
		if err := replace.File(folder, "name", []byte(want)); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(folder, "name"))
		if err != nil || string(got) != want {
			t.Errorf("got %q, %v", got, err)
		}
	}
	if err := os.MkdirAll(filepath.Join(folder, "taken", "by"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := replace.File(folder, "taken", []byte("x")); err == nil {
		t.Error("a folder was replaced")
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 2 {
		t.Errorf("left: %v, %v", left, err)
	}
	info, err := os.Stat(filepath.Join(folder, "name"))
	if err != nil || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}
