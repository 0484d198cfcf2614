package vault_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/record"
)

// TestImportNotRegular: what is neither a file nor a folder is refused by name
// and never opened, which could wait for ever.
func TestImportNotRegular(t *testing.T) {
	h := newVault(t)
	dir := t.TempDir()
	fifo, socket := filepath.Join(dir, "tube"), filepath.Join(dir, "prise")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	writeFile(t, filepath.Join(dir, "bon.txt"), []byte("bon"))
	got := h.importAll(h.me.ID, dir, fifo, socket, os.DevNull)
	refused := 0
	for _, i := range got {
		switch {
		case errors.Is(i.Err, vault.ErrNotRegular):
			refused++
		case i.Err != nil || filepath.Base(i.Path) != "bon.txt":
			t.Errorf("%+v", i)
		}
	}
	if refused != 5 || len(got) != 6 {
		t.Errorf("%d refused of %d, not 5 of 6", refused, len(got))
	}
}

// TestImportUnreadable: a file without permission is named and the rest goes on.
func TestImportUnreadable(t *testing.T) {
	h := newVault(t)
	dir := t.TempDir()
	bad := filepath.Join(dir, "ferme.txt")
	writeFile(t, bad, []byte("fermé"))
	if err := os.Chmod(bad, 0); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		bad = "/proc/self/mem" // root reads everything but this: its first bytes are nobody's
	}
	good := filepath.Join(dir, "bon.txt")
	writeFile(t, good, []byte("bon"))
	for _, i := range h.importAll(h.me.ID, bad, good) {
		if failed := i.Err != nil; failed != (i.Path == bad) {
			t.Errorf("%s: %v", i.Path, i.Err)
		}
	}
	if n := len(h.documents(h.me.ID)); n != 1 {
		t.Errorf("%d documents, not 1", n)
	}
}

// smallDisk mounts a file system of a few megabytes.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("no file system that is full can be mounted here (%v), and a limit on the size of files is another error", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestImportDiskFull(t *testing.T) {
	for name, sizes := range map[string][]int{
		"one large file":   {100, 40 << 20},
		"many small files": append(make([]int, 0), repeat(1<<20, 40)...),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var paths []string
			for i, n := range sizes {
				paths = append(paths, filepath.Join(dir, fmt.Sprintf("%02d.bin", i)))
				writeFile(t, paths[i], noise(uint64(i), n))
			}
			disk := smallDisk(t, "24m")
			h := newVaultAt(t, filepath.Join(disk, "family.carnet"))
			kept := map[record.ID]bool{}
			var full error
			for i := range h.Import(t.Context(), h.me.ID, paths, nil) {
				if i.Err == nil {
					kept[i.ID] = true
				} else {
					full = errors.Join(full, i.Err)
				}
			}
			if !errors.Is(full, vault.ErrDiskFull) {
				t.Fatalf("ended with %v", full)
			}
			if len(kept) == len(sizes) {
				t.Fatal("everything was kept on a disk that is too small")
			}
			check := func() {
				t.Helper()
				list := h.documents(h.me.ID)
				for _, d := range list {
					if !kept[d.ID] {
						t.Errorf("%s was not reported as saved", d.FileName)
					}
				}
				if len(list) != len(kept) {
					t.Errorf("%d documents, %d reported", len(list), len(kept))
				}
				if r, err := h.Check(t.Context(), false, nil); err != nil || !r.Ok() {
					t.Errorf("check: %+v, %v", r, err)
				}
			}
			check()
			h.reopen()
			check()
			// With the space of what was given up the vault is usable.
			id := h.add(h.me.ID, "petit.txt", []byte("petit"))
			kept[id] = true
			if left, _ := h.Unfinished(); left != 0 {
				t.Errorf("%d unfinished versions", left)
			}
			check()
			if temporary, _ := filepath.Glob(filepath.Join(disk, ".carnet-*")); len(temporary) > 0 {
				t.Errorf("left beside the vault: %v", temporary)
			}
		})
	}
}

func repeat(v, n int) (out []int) {
	for range n {
		out = append(out, v)
	}
	return out
}

// TestDiskFullVerbs: a verb that finds no room says so and changes nothing.
func TestDiskFullVerbs(t *testing.T) {
	disk := smallDisk(t, "6m")
	h := newVaultAt(t, filepath.Join(disk, "family.carnet"))
	id := h.add(h.me.ID, "a.bin", noise(1, 100_000))
	fill, err := os.Create(filepath.Join(disk, "remplissage"))
	if err != nil {
		t.Fatal(err)
	}
	defer fill.Close()
	for _, err = fill.Write(noise(2, 4096)); err == nil; _, err = fill.Write(noise(2, 4096)) {
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	// Some pages of the file are free: write until they are not.
	title := "a"
	for n := 0; ; n++ {
		next := fmt.Sprintf("titre %d %s", n, strings.Repeat("x", 100))
		err := h.EditDocument(t.Context(), id, vault.Edit{Title: &next})
		if err == nil && n < 100_000 {
			title = next
			continue
		}
		if !errors.Is(err, vault.ErrDiskFull) {
			t.Fatalf("edit %d: %v", n, err)
		}
		break
	}
	if got := h.document(id).Title; got != title {
		t.Errorf("title %q after the edit that failed, not %q", got, title)
	}
	if err := h.Mask(t.Context(), id, record.Everyone); !errors.Is(err, vault.ErrDiskFull) {
		t.Errorf("mask: %v", err)
	}
	if err := h.Compact(t.Context(), nil); !errors.Is(err, vault.ErrDiskFull) {
		t.Errorf("compact: %v", err)
	}
	if err := os.Remove(fill.Name()); err != nil {
		t.Fatal(err)
	}
	if err := fill.Close(); err != nil {
		t.Fatal(err)
	}
	h.must(h.EditDocument(t.Context(), id, vault.Edit{Title: ptr("libre")}))
	h.reopen()
	if got := h.document(id).Title; got != "libre" {
		t.Errorf("title %q", got)
	}
	h.sound()
}

// TestBackupDiskFull: no half of a copy stays.
func TestBackupDiskFull(t *testing.T) {
	disk := smallDisk(t, "1m")
	h := newVault(t)
	h.add(h.me.ID, "grand.bin", noise(1, 2<<20))
	if _, err := h.Backup(t.Context(), disk, 1, nil); !errors.Is(err, vault.ErrDiskFull) {
		t.Errorf("%v", err)
	}
	if got := names(t, disk); len(got) != 0 {
		t.Errorf("left: %q", got)
	}
	h.sound()
}

// TestCommitErrors makes the sync of the disk fail under a running import, which
// bbolt reports although its pages may have been written: what was acknowledged
// is there afterwards, and what was not is whole or absent.
func TestCommitErrors(t *testing.T) {
	t.Parallel()
	strace := straceOrSkip(t)
	files := newImportFiles(t)
	failed, acknowledged := 0, 0
	runs := 5
	if raceEnabled {
		runs = 2
	}
	for when := 1; when <= runs; when++ {
		h := newVault(t)
		h.must(h.Close())
		child := files.start(t, h, strace, "-f", "-qq", "-o", filepath.Join(t.TempDir(), "trace"),
			"-e", "trace=fdatasync", "-e", fmt.Sprintf("inject=fdatasync:error=EIO:when=%d", when))
		reported, _, failure := child.wait(time.Minute)
		if failure != nil {
			failed++
			acknowledged += len(reported)
		}
		h.reopen()
		child.holds(h, reported)
		h.add(h.me.ID, "ensuite.txt", []byte("ensuite"))
		h.sound()
	}
	if failed == 0 {
		t.Error("no sync failed: the test shows nothing")
	}
	t.Logf("%d of %d imports ended with an error; they had acknowledged %d documents", failed, runs, acknowledged)
}
