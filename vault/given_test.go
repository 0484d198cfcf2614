package vault_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"carnet/vault"
)

func TestGiven(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lettre.txt")
	content := noise(1, 10_000)
	open := func() *vault.Given {
		t.Helper()
		writeFile(t, path, content)
		g, err := vault.OpenGiven(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { g.Close() })
		return g
	}
	if err := iotest.TestReader(open(), content); err != nil {
		t.Error(err)
	}
	if b, err := vault.ReadGiven(path, 10_000); err != nil || !bytes.Equal(b, content) {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	if _, err := vault.ReadGiven(path, 9_999); !errors.Is(err, vault.ErrTooLarge) {
		t.Errorf("longer than it may be: %v", err)
	}
	for what, change := range map[string]func(){
		"grown": func() { writeFile(t, path, append(content, 'x')) },
		"cut":   func() { writeFile(t, path, content[:9_999]) },
	} {
		g := open()
		if _, err := io.ReadFull(g, make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
		change()
		if n, err := io.Copy(io.Discard, g); !errors.Is(err, vault.ErrChanging) {
			t.Errorf("%s: %d bytes, %v", what, n, err)
		}
	}
	g := open()
	writeFile(t, path, content[:50])
	if n, err := g.ReadAt(make([]byte, 100), 0); n != 50 || !errors.Is(err, vault.ErrChanging) {
		t.Errorf("cut, anywhere in it: %d bytes, %v", n, err)
	}
	for _, other := range []string{t.TempDir(), os.DevNull} {
		if _, err := vault.OpenGiven(other); !errors.Is(err, vault.ErrNotRegular) {
			t.Errorf("%s: %v", other, err)
		}
	}
}

// TestImportTooLong: a file that is longer than any document is refused before it is read.
func TestImportTooLong(t *testing.T) {
	h := newVault(t)
	path := filepath.Join(t.TempDir(), "creux.bin")
	writeFile(t, path, nil)
	if err := os.Truncate(path, 1<<40); err != nil {
		t.Skipf("this disk has no file of that length: %v", err)
	}
	for _, i := range h.importAll(h.me.ID, path) {
		if !errors.Is(i.Err, vault.ErrTooLarge) {
			t.Errorf("%+v", i)
		}
	}
}
