package boltstore_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"carnet/sync/server/store"
	"carnet/sync/server/store/boltstore"
	"carnet/sync/server/store/storetest"
	"carnet/vault/chain"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(folder string) (store.Store, error) { return boltstore.Open(folder) })
}

// A blob that was changed on the disk is found, and given to nobody.
func TestDamagedBlob(t *testing.T) {
	folder := t.TempDir()
	s, err := boltstore.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx := context.Background()
	if _, err := s.PutBlobs(ctx, chain.ID{1}, []store.Blob{{Name: [32]byte{2}, Content: []byte("ciphertext")}}); err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(filepath.Join(folder, "packs"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		b[len(b)-1] ^= 1
		return errors.Join(err, os.WriteFile(path, b, 0o600))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Blob(ctx, chain.ID{1}, [32]byte{2}); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("it is given: %v", err)
	}
	if totals, err := s.Check(ctx, nil); !errors.Is(err, store.ErrDamaged) || totals.Damaged != 1 {
		t.Errorf("%+v, %v", totals, err)
	}
}

// What an interrupted act left is gone at the next start; what is not the store's stays.
func TestLeftBehind(t *testing.T) {
	folder := t.TempDir()
	s, err := boltstore.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	patient := chain.ID{1}
	if _, err := s.PutBlobs(t.Context(), patient, []store.Blob{{Name: [32]byte{2}, Content: []byte("ciphertext")}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(folder, "packs", "01"+strings.Repeat("00", 15))
	left, foreign := filepath.Join(at, strings.Repeat("0", 16)), filepath.Join(at, "note")
	for _, path := range []string{left, foreign} {
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if s, err = boltstore.Open(folder); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was left behind is there: %v", err)
	}
	if _, err := os.Stat(foreign); err != nil {
		t.Error(err)
	}
	if b, err := s.Blob(t.Context(), patient, [32]byte{2}); err != nil || string(b) != "ciphertext" {
		t.Errorf("%q, %v", b, err)
	}
}

// A pack that is not where it should be is told, whatever else is there.
func TestPackIsGone(t *testing.T) {
	folder := t.TempDir()
	s, err := boltstore.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i := range byte(3) {
		if _, err := s.PutBlobs(t.Context(), chain.ID{1}, []store.Blob{{Name: [32]byte{i}, Content: []byte("a")}, {Name: [32]byte{i, 1}, Content: []byte("b")}}); err != nil {
			t.Fatal(err)
		}
	}
	all, err := filepath.Glob(filepath.Join(folder, "packs", "*", "*"))
	if err != nil || len(all) != 3 {
		t.Fatal(all, err)
	}
	if err := os.Remove(all[1]); err != nil {
		t.Fatal(err)
	}
	if totals, err := s.Check(t.Context(), nil); !errors.Is(err, store.ErrDamaged) || totals.Damaged != 2 || totals.Blobs != 6 {
		t.Errorf("%+v, %v", totals, err)
	}
}
