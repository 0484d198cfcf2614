package vault_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/record"
)

// during runs every reader again and again until act has ended.
func during(t *testing.T, act func(), readers ...func() error) {
	t.Helper()
	ended := make(chan struct{})
	var running sync.WaitGroup
	rounds := make([]int, len(readers))
	for i, read := range readers {
		running.Go(func() {
			for {
				if err := read(); err != nil {
					t.Errorf("reader %d: %v", i, err)
					return
				}
				rounds[i]++
				select {
				case <-ended:
					return
				default:
				}
			}
		})
	}
	act()
	close(ended)
	running.Wait()
	t.Logf("readers went round %v times", rounds)
}

func TestReadersDuringImportAndExamine(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	content := noise(1, 400_000)
	large, small := h.add(h.me.ID, "a.bin", content), h.add(h.me.ID, "b.txt", []byte("petit"))
	dir := t.TempDir()
	for i := range 60 {
		writeFile(t, filepath.Join(dir, fmt.Sprintf("%02d.txt", i)), []byte(fmt.Sprintf("document %d %s", i, noise(uint64(i), 200*i))))
	}
	writeFile(t, filepath.Join(dir, "grand.bin"), noise(99, 18<<20))
	compare := func(id record.ID, want []byte) func() error {
		return func() error {
			got, err := contentOf(h.Vault, id)
			if err == nil && !slices.Equal(got, want) {
				err = errors.New("another content")
			}
			return err
		}
	}
	readers := []func() error{
		compare(large, content),
		compare(small, []byte("petit")),
		func() error { _, err := h.Documents(h.me.ID); return err },
		func() error {
			for _, err := range h.Journal(ctx) {
				if err != nil {
					return err
				}
			}
			_, err := h.VerifyJournal(ctx)
			return err
		},
		func() error {
			_, err := h.Patients()
			_, err2 := h.Members(h.lou.ID)
			_ = h.Damage()
			_ = h.Path()
			return errors.Join(err, err2)
		},
		func() error {
			r, err := h.Check(ctx, true, nil)
			if err == nil && !r.Ok() {
				err = fmt.Errorf("%+v", r)
			}
			return err
		},
	}
	during(t, func() {
		for i := range h.Import(ctx, h.me.ID, []string{dir}, nil) {
			if i.Err != nil {
				t.Errorf("%s: %v", filepath.Base(i.Path), i.Err)
			}
		}
	}, readers...)
	during(t, func() {
		h.must(h.Examine(ctx, fixedText("texte"), nil))
		h.must(h.EditDocument(ctx, large, vault.Edit{Title: ptr("x")}))
		h.must(h.Compact(ctx, nil))
	}, readers...)
	h.sound()
}

// TestMaskDuringReads: readers of what is being hidden see it whole or learn that
// it moved; nothing is called damaged.
func TestMaskDuringReads(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	content := noise(1, 600_000)
	id := h.add(h.lou.ID, "a.bin", content)
	during(t, func() {
		for range 3 {
			h.must(h.Mask(ctx, id, record.Everyone))
			h.must(h.Unmask(ctx, id))
		}
	}, func() error {
		got, err := contentOf(h.Vault, id)
		switch {
		case errors.Is(err, vault.ErrNoDocument):
			return nil
		case err == nil && !slices.Equal(got, content):
			return errors.New("another content")
		}
		return err
	}, func() error {
		r, err := h.Check(ctx, false, nil)
		if err == nil && !r.Ok() {
			err = fmt.Errorf("%+v", r)
		}
		return err
	}, func() error { return h.Examine(ctx, fixedText("texte"), nil) })
	h.sound()
}

// TestImportsAtOnce: two imports into one vault, with files in common.
func TestImportsAtOnce(t *testing.T) {
	h := newVault(t)
	dir := t.TempDir()
	for i := range 40 {
		writeFile(t, filepath.Join(dir, fmt.Sprintf("%02d.bin", i)), noise(uint64(i), 1000*i))
	}
	writeFile(t, filepath.Join(dir, "grand.bin"), noise(99, 17<<20))
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			for i := range h.Import(t.Context(), h.me.ID, []string{dir}, nil) {
				if i.Err != nil {
					t.Error(i.Err)
				}
			}
		})
	}
	both.Wait()
	if n := len(h.documents(h.me.ID)); n != 41 {
		t.Errorf("%d documents, not 41", n)
	}
	if left, filling := h.Unfinished(); left != 0 || filling != 0 {
		t.Errorf("%d unfinished, %d being filled", left, filling)
	}
	h.sound()
}

// TestCloseDuringImport: closing ends an import with ErrLocked; what it yielded
// is there.
func TestCloseDuringImport(t *testing.T) {
	h := newVault(t)
	dir, n := stopFiles(t)
	yielded := map[record.ID]bool{}
	var end error
	for i := range h.Import(t.Context(), h.me.ID, []string{dir}, nil) {
		if i.Path == "" {
			end = i.Err
		} else if i.Err == nil {
			yielded[i.ID] = true
		} else if !errors.Is(i.Err, vault.ErrLocked) {
			t.Errorf("%s: %v", filepath.Base(i.Path), i.Err)
		}
		if len(yielded) == 1 {
			h.must(h.Close())
		}
	}
	if !errors.Is(end, vault.ErrLocked) || len(yielded) == n {
		t.Errorf("ended with %v after %d files", end, len(yielded))
	}
	h.reopen()
	for id := range yielded {
		h.document(id)
	}
	h.add(h.me.ID, "ensuite.txt", []byte("ensuite"))
	if left, _ := h.Unfinished(); left != 0 {
		t.Errorf("%d unfinished versions", left)
	}
	h.sound()
}

// TestCloseDuringReads closes the vault under readers: each gets what it asked
// for or ErrLocked.
func TestCloseDuringReads(t *testing.T) {
	h := newVault(t)
	small, large := []byte("un petit document qui ne doit pas devenir des zéros"), noise(1, 600_000)
	want := map[record.ID][]byte{h.add(h.me.ID, "a.txt", small): small, h.add(h.me.ID, "b.bin", large): large}
	var running sync.WaitGroup
	until := func(read func() error) {
		running.Go(func() {
			for begin := time.Now(); time.Since(begin) < time.Minute; {
				if err := read(); errors.Is(err, vault.ErrLocked) {
					return
				} else if err != nil {
					t.Error(err)
					return
				}
			}
			t.Error("never locked")
		})
	}
	first := make(chan struct{}, 8)
	for id, content := range want {
		c, err := h.Open(t.Context(), id, record.DocumentRead)
		h.must(err)
		until(func() error {
			got, err := io.ReadAll(io.NewSectionReader(c, 0, c.Size()))
			if err == nil && !slices.Equal(got, content) {
				err = errors.New("another content")
			}
			select {
			case first <- struct{}{}:
			default:
			}
			return err
		})
	}
	until(func() error {
		r, err := h.Check(context.Background(), false, nil)
		if !r.Ok() {
			err = fmt.Errorf("%+v, %w", r.Damaged, err)
			return errors.New(err.Error())
		}
		return err
	})
	until(func() error { _, err := h.Documents(h.me.ID); return err })
	<-first
	h.must(h.Close())
	running.Wait()
}
