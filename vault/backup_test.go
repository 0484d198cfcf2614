package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/internal/store"
	"carnet/vault/record"
)

// names lists a folder.
func names(t testing.TB, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestBackup(t *testing.T) {
	t.Parallel()
	h, small, large, masked := fullVault(t)
	ctx, dir := t.Context(), t.TempDir()
	if b, err := h.LastBackup(); err != nil || b.At != 0 {
		t.Errorf("a vault without backup: %+v, %v", b, err)
	}
	last := int64(-1)
	made, err := h.Backup(ctx, dir, 0, func(done, total int64) {
		if done < last || done > total {
			t.Errorf("progress %d after %d, of %d", done, last, total)
		}
		last = done
	})
	h.must(err)
	if last <= 0 || made.By.Name != camille || made.At != record.At(today) || made.Documents == 0 || filepath.Dir(made.Path) != dir {
		t.Errorf("%+v, progress %d", made, last)
	}
	if info, err := os.Stat(made.Path); err != nil || info.Mode().Perm() != 0o600 || info.Size() != made.Bytes {
		t.Errorf("%v, %v", info, err)
	}
	if got := names(t, dir); len(got) != 1 || strings.Contains(strings.ToLower(got[0]), "kervalan") {
		t.Errorf("in the folder: %q", got)
	}
	for _, who := range []string{camille, dominique} { // everybody sees when it was
		h.as(who)
		if b, err := h.LastBackup(); err != nil || b != made.Backup {
			t.Errorf("%s sees %+v, %v", who, b, err)
		}
	}
	h.as(camille)
	h.sound()

	// Going back to a backup is choosing its file, with anybody's passphrase.
	h.must(h.RemoveDocuments(ctx, large))
	back := *h
	back.path, back.Vault = made.Path, nil
	back.as(camille)
	same(t, "large", back.read(large), []byte(strings.Repeat("un grand texte\n", 1000)))
	same(t, "masked", back.read(masked), []byte(strings.Repeat("un texte masqué\n", 300)))
	if d := back.document(small); d.Title != "Petit, relu" || back.document(large).RemovedAt != 0 {
		t.Errorf("%+v", d)
	}
	back.sound()
	back.as(dominique)
	back.sound()
	back.close()
}

// TestBackupRolls: the newest stay, and nothing is removed but older backups of
// this very vault: not another vault's, not what is none, not the open vault.
func TestBackupRolls(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	now := today
	opt := options()
	opt.Now = func() time.Time { return now }
	h := newVault(t)
	h.must(h.Close())
	v, err := h.seats[camille].Open(h.path, opt)
	h.must(err)
	h.Vault = v
	var paths []string
	for range 3 {
		made, err := h.Backup(t.Context(), dir, 0, nil)
		h.must(err)
		paths = append(paths, made.Path)
	}
	if paths[1] != strings.TrimSuffix(paths[0], ".carnet")+"-2.carnet" {
		t.Errorf("two of one second: %q", paths)
	}
	// A name as if it were older, with something else in it.
	prefix := filepath.Base(paths[0])[:len("carnet-12345678-")]
	foreign := filepath.Join(dir, prefix+"20000101-000000.carnet")
	other, _, err := vault.Create(t.Context(), foreign, vault.First{Name: "Autre", Birth: "1990-01-01", Passphrase: []byte("x")}, options())
	h.must(err)
	h.must(other.Close())
	damaged := filepath.Join(dir, prefix+"20000102-000000.carnet")
	writeFile(t, damaged, []byte("pas un coffre"))
	note := filepath.Join(dir, "lettre.carnet")
	writeFile(t, note, []byte("à moi"))
	part := filepath.Join(dir, "."+prefix+"123.part")
	writeFile(t, part, []byte("reste"))

	now = now.Add(time.Hour)
	made, err := h.Backup(t.Context(), dir, 2, nil)
	h.must(err)
	if made.Removed != 2 || made.Stuck != 0 {
		t.Errorf("%+v", made)
	}
	got := names(t, dir)
	want := []string{filepath.Base(made.Path), filepath.Base(paths[2]), filepath.Base(foreign), filepath.Base(damaged), filepath.Base(note)}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("in the folder: %q, want %q", got, want)
	}

	// The vault that is open was once a backup itself.
	h.close()
	v, err = h.seats[camille].Open(paths[2], opt)
	h.must(err)
	h.Vault = v
	now = now.Add(time.Hour)
	if made, err = h.Backup(t.Context(), dir, 1, nil); err != nil || made.Removed != 1 {
		t.Errorf("%+v, %v", made, err)
	}
	if _, err := os.Stat(paths[2]); err != nil {
		t.Errorf("the open vault: %v", err)
	}
}

func TestBackupRefused(t *testing.T) {
	t.Parallel()
	h, _, _, _ := fullVault(t)
	ctx, dir := t.Context(), t.TempDir()
	empty := func(what string) {
		t.Helper()
		if got := names(t, dir); len(got) != 0 {
			t.Errorf("%s left %q", what, got)
		}
		if b, err := h.LastBackup(); err != nil || b.At != 0 {
			t.Errorf("%s is remembered: %+v, %v", what, b, err)
		}
	}
	if _, err := h.Backup(ctx, filepath.Join(dir, "absent"), 1, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is missing: %v", err)
	}
	if _, err := h.Backup(ctx, h.path, 1, nil); !errors.Is(err, vault.ErrNotFolder) {
		t.Errorf("a file: %v", err)
	}
	for step := range int64(3) {
		cancelled, cancel := context.WithCancel(ctx)
		_, err := h.Backup(cancelled, dir, 1, func(done, total int64) {
			if done*3 > step*total {
				cancel()
			}
		})
		if step < 2 && !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled in part %d: %v", step, err)
		}
		if err == nil {
			break // cancelled at its very end
		}
		empty(fmt.Sprintf("cancelled in part %d", step))
		cancel()
	}
	for _, name := range names(t, dir) {
		h.must(os.Remove(filepath.Join(dir, name)))
	}

	// A disk that does not give back what it got.
	h, _, large, _ := fullVault(t)
	_, err := h.Backup(ctx, dir, 1, func(done, total int64) {
		if part, _ := filepath.Glob(filepath.Join(dir, ".carnet-*.part")); done*3 >= total && len(part) == 1 {
			if b := readFile(t, part[0]); len(b) > 9000 {
				b[9000] ^= 4
				writeFile(t, part[0], b)
			}
		}
	})
	if !errors.Is(err, vault.ErrBadCopy) {
		t.Errorf("a flipped bit in the copy: %v", err)
	}
	empty("a bad copy")

	// A vault that is damaged itself.
	seq, _ := h.Seq(large)
	h.must(h.Close())
	for _, v := range valuesOf(t, h.path) {
		if v.bucket == store.Chunks && bytes.HasPrefix(v.key, store.Seq(seq)) {
			v.bytes[100] ^= 1
			put(t, h.path, v)
		}
	}
	h.as(camille)
	if _, err := h.Backup(ctx, dir, 1, nil); !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("a damaged vault: %v", err)
	}
	empty("a damaged vault")
}

// TestBackupWhileWriting: a backup is the vault of one moment, whatever is
// written meanwhile.
func TestBackupWhileWriting(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	dir, from := t.TempDir(), t.TempDir()
	for i := range 40 {
		writeFile(t, filepath.Join(from, fmt.Sprintf("%02d.bin", i)), noise(uint64(i), 300_000))
	}
	stop := make(chan struct{})
	done := make(chan error)
	go func() {
		var err error
		for i := 0; ; i++ {
			select {
			case <-stop:
				done <- err
				return
			default:
			}
			for r := range h.Import(t.Context(), h.me.ID, []string{filepath.Join(from, fmt.Sprintf("%02d.bin", i%40))}, nil) {
				err = errors.Join(err, r.Err)
			}
		}
	}()
	var made []vault.BackedUp
	for range 6 {
		b, err := h.Backup(t.Context(), dir, 0, nil)
		if err != nil {
			t.Error(err)
			break
		}
		made = append(made, b)
	}
	close(stop)
	h.must(<-done)
	for _, b := range made {
		back := *h
		back.path, back.Vault = b.Path, nil
		back.as(camille)
		if r := back.sound(); r.Documents != b.Documents {
			t.Errorf("%d documents, %d told", r.Documents, b.Documents)
		}
		back.close()
	}
	h.sound()
}
