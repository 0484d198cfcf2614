package vault

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestAheadOfDamage: a page of the mapped file that cannot be read is an error
// and not the end of the program, whichever goroutine meets it.
func TestAheadOfDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mapped")
	if err := os.WriteFile(path, make([]byte, 4*aheadBlock), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	mapped, err := unix.Mmap(int(f.Fd()), 0, 4*aheadBlock, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Munmap(mapped)
	if err := f.Truncate(0); err != nil {
		t.Fatal(err)
	}
	items := make([]int, 3*aheadBlock)
	for i := range items {
		items[i] = i
	}
	came := 0
	for _, err = range ahead(items, func(i int) {
		if i > aheadBlock && mapped[i] != 0 {
			t.Error("read what is gone")
		}
	}) {
		if err == nil {
			came++
		}
	}
	if !errors.Is(err, ErrDamaged) || came != aheadBlock {
		t.Errorf("%d came before %v", came, err)
	}
}
