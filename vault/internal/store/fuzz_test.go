package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"path/filepath"
	"testing"
)

// FuzzCheckFile opens any bytes as a file, with the checksums of its headers
// made right when told, so that the check gets past them.
func FuzzCheckFile(f *testing.F) {
	good := read(f, created(f, func(tx *Tx) error { return tx.Put(Meta, []byte("slot"), make([]byte, 2000)) }))
	f.Add(good, false)
	f.Add(good, true)
	for _, n := range []int{0, 1, 79, 80, pageSize, 2 * pageSize, len(good) - 1} {
		f.Add(good[:n], false)
	}
	for _, at := range []int{metaAt, metaAt + 4, metaAt + 8, metaAt + 16, metaAt + metaFreelistAt, metaAt + 40, metaAt + 48} {
		b := bytes.Clone(good)
		b[at] ^= 0x80
		b[at+pageSize] ^= 0x80
		f.Add(b, true)
	}
	for page := 2; page < len(good)/pageSize; page++ {
		b := bytes.Clone(good)
		b[page*pageSize+8] ^= 3
		f.Add(b, false)
	}
	f.Fuzz(func(t *testing.T, b []byte, right bool) {
		if right {
			for at := metaAt; at+metaSize <= min(len(b), 2*pageSize); at += pageSize {
				sum := fnv.New64a()
				sum.Write(b[at : at+metaChecksumAt])
				b = bytes.Clone(b)
				binary.LittleEndian.PutUint64(b[at+metaChecksumAt:], sum.Sum64())
			}
		}
		path := filepath.Join(t.TempDir(), "file.carnet")
		write(t, path, b)
		named := func(err error) bool {
			return errors.Is(err, ErrForeign) || errors.Is(err, ErrTruncated) || errors.Is(err, ErrDamaged) || errors.Is(err, ErrNewer)
		}
		_, checked := checkFile(path)
		if checked != nil && !named(checked) {
			t.Errorf("checked: %v", checked)
		}
		for _, open := range []func(string) (*DB, error){OpenReadOnly, Open} {
			db, err := open(path)
			if err == nil {
				err = errors.Join(db.View(func(tx *Tx) error { return nil }), db.Close())
			}
			if err != nil && !named(err) || checked != nil && err == nil {
				t.Errorf("checked: %v, opened: %v", checked, err)
			}
		}
		if !bytes.Equal(read(t, path), b) {
			t.Error("the file changed")
		}
	})
}
