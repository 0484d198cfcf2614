package vault_test

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"

	"carnet/vault"
)

// TestImportMemory: memory does not grow with the size of a file.
func TestImportMemory(t *testing.T) {
	const size, limit = 256 << 20, 150 << 20
	path := filepath.Join(t.TempDir(), "grand.bin")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := int64(0); at < size; at += 1 << 20 { // sparse, and no chunk like another
		if _, err := f.WriteAt(noise(uint64(at>>20), 64), at); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	h := newVault(t)
	debug.FreeOSMemory()
	var highest uint64
	calls := 0
	opt := &vault.ImportOptions{Progress: func(int64, int64) {
		if calls++; calls%16 != 0 {
			return
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		highest = max(highest, m.HeapAlloc)
	}}
	for i := range h.Import(t.Context(), h.me.ID, []string{path}, opt) {
		if i.Err != nil {
			t.Fatal(i.Err)
		}
		if d := h.document(i.ID); d.Size != size {
			t.Errorf("%d bytes", d.Size)
		}
	}
	t.Logf("the heap held at most %d MB while %d MB were imported", highest>>20, size>>20)
	if highest == 0 || highest > limit {
		t.Errorf("the heap held up to %d MB, more than %d", highest>>20, limit>>20)
	}
}
