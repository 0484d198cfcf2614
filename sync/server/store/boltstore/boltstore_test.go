package boltstore_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
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
	if _, err := s.PutBlob(ctx, chain.ID{1}, [32]byte{2}, []byte("ciphertext")); err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(filepath.Join(folder, "blobs"), func(path string, d fs.DirEntry, err error) error {
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
