package vault

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"carnet/vault/record"
	"carnet/vault/seal"
)

// TestLeaveThenRemove: who has left a record cannot remove its last guardian
// from the vault in the same sitting either.
func TestLeaveThenRemove(t *testing.T) {
	r := newRogue(t)
	v := r.open(ownerPass)
	r.must(v.RemoveMember(t.Context(), r.child, "Owner"))
	done, err := v.RemoveKeyholder(t.Context(), "Rogue")
	r.must(err)
	if done.Slot {
		t.Error("the only guardian of a record lost their passphrase")
	}
	r.must(v.Close())
	v = r.open(roguePass)
	defer v.Close()
	if _, err := v.Members(r.child); err != nil {
		t.Errorf("the record is lost: %v", err)
	}
}

// TestZipThatWraps: sizes that add up to nothing by going round.
func TestZipThatWraps(t *testing.T) {
	r := newRogue(t)
	path := filepath.Join(t.TempDir(), "wraps.zip")
	r.must(os.WriteFile(path, wrappingZip(), 0o600))
	v := r.open(ownerPass)
	defer v.Close()
	added := 0
	for f := range v.Import(t.Context(), r.child, []string{path}, nil) {
		r.must(f.Err)
		added++
	}
	if added != 1 {
		t.Errorf("%d documents: the archive was not kept whole", added)
	}
}

// wrappingZip is an archive of two empty entries whose directory declares sizes
// that add up to 2^64.
func wrappingZip() []byte {
	le := func(n uint64, width int) (b []byte) {
		for i := range width {
			b = append(b, byte(n>>(8*i)))
		}
		return b
	}
	cat := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	var local, directory []byte
	for _, size := range []uint64{1<<64 - 100_000, 100_000} {
		at := uint64(len(local))
		local = append(local, cat([]byte("PK\x03\x04"), le(45, 2), le(0, 2+2+2+2+4), le(0, 4), le(0, 4), le(1, 2), le(0, 2), []byte("a"))...)
		extra := cat(le(1, 2), le(8, 2), le(size, 8))
		directory = append(directory, cat([]byte("PK\x01\x02"), le(45, 2), le(45, 2), le(0, 2), le(0, 2+2+2), le(0, 4), le(0, 4), le(1<<32-1, 4),
			le(1, 2), le(uint64(len(extra)), 2), le(0, 2), le(0, 2), le(0, 2), le(0, 4), le(at, 4), []byte("a"), extra)...)
	}
	end := cat([]byte("PK\x05\x06"), le(0, 4), le(2, 2), le(2, 2), le(uint64(len(directory)), 4), le(uint64(len(local)), 4), le(0, 2))
	return cat(local, directory, end)
}

// TestThroughLink: a vault reached by a link is compacted where it lies.
func TestThroughLink(t *testing.T) {
	r := newRogue(t)
	link := filepath.Join(t.TempDir(), "link.carnet")
	if err := os.Symlink(r.path, link); err != nil {
		t.Skipf("no links here: %v", err)
	}
	v, err := Unlock(t.Context(), link, []byte(ownerPass), r.opt)
	r.must(err)
	r.must(v.Compact(t.Context(), nil))
	r.must(v.Close())
	info, err := os.Lstat(link)
	r.must(err)
	if info.Mode()&os.ModeSymlink == 0 {
		t.Error("a second file took the place of the link")
	}
}

// TestNamesOfAudiences: a keyholder cannot be called what a mask calls many.
func TestNamesOfAudiences(t *testing.T) {
	opt := &Options{Argon2: seal.Floor}
	for _, name := range []record.Audience{record.Professionals, record.Guardians, "EVERYONE"} {
		_, _, err := Create(t.Context(), filepath.Join(t.TempDir(), "v"), First{Name: string(name), Birth: "1980-01-01", Passphrase: []byte("x")}, opt)
		if !errors.Is(err, ErrName) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
