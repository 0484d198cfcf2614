package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

// listOfFree finds the page of the newest list of free pages.
func listOfFree(t *testing.T, b []byte) (at, newest int) {
	t.Helper()
	txid := uint64(0)
	for page := range 2 {
		m := b[page*pageSize+metaAt:]
		if id := binary.LittleEndian.Uint64(m[metaTxAt:]); id >= txid {
			txid, newest, at = id, page, int(binary.LittleEndian.Uint64(m[metaFreelistAt:]))
		}
	}
	return at, newest
}

// TestListOfFree: a list that names a page in use, one twice, or one that is not
// there keeps the file from being written, and from nothing else.
func TestListOfFree(t *testing.T) {
	db := worn(t)
	want := contentOf(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	good := read(t, db.path)
	list, newest := listOfFree(t, good)
	root := binary.LittleEndian.Uint64(good[newest*pageSize+metaAt+16:])
	second := binary.LittleEndian.Uint64(good[list*pageSize+pageHead+8:])
	if n := binary.LittleEndian.Uint16(good[list*pageSize+10:]); n < 2 {
		t.Fatalf("%d free pages", n)
	}
	for name, page := range map[string]uint64{"in use": root, "twice": second, "not there": uint64(len(good)), "a header": 1} {
		bad := bytes.Clone(good)
		binary.LittleEndian.PutUint64(bad[list*pageSize+pageHead:], page)
		write(t, db.path, bad)
		again, err := Open(db.path)
		if errors.Is(err, ErrDamaged) {
			continue // bbolt had noticed
		}
		if err != nil {
			t.Fatal(err)
		}
		if contentOf(t, again) != want {
			t.Errorf("%s: something else is read", name)
		}
		for range 2 {
			if err := again.Update(func(tx *Tx) error { return tx.Put(Records, Seq(1), []byte("x")) }); !errors.Is(err, ErrDamaged) {
				t.Errorf("%s: written all the same: %v", name, err)
			}
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
		if !bytes.Equal(read(t, db.path), bad) {
			t.Errorf("%s: the file changed", name)
		}
	}
	write(t, db.path, good)
	again, err := Open(db.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Update(func(tx *Tx) error { return tx.Put(Records, Seq(1), []byte("x")) }); err != nil {
		t.Errorf("the good list: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// TestBadHeader: a header that does not hold is told, whichever it is.
func TestBadHeader(t *testing.T) {
	db := worn(t)
	if n := db.BadHeaders(); n != 0 {
		t.Errorf("%d bad headers in a good file", n)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	good := read(t, db.path)
	for page := range 2 {
		bad := bytes.Clone(good)
		bad[page*pageSize+metaAt+metaTxAt] ^= 1
		write(t, db.path, bad)
		again, err := OpenReadOnly(db.path)
		if err != nil {
			t.Fatal(err)
		}
		if n := again.BadHeaders(); n != 1 {
			t.Errorf("header %d: %d bad headers", page, n)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	}
}
