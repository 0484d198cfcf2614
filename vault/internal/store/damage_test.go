package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
)

// page kinds of bbolt's file format.
const (
	branchPage   = 1
	leafPage     = 2
	freelistPage = 16
)

// structure lists the bytes that hold the file together: page headers and the
// entries that follow them, of branch, leaf and free list pages.
func structure(b []byte) (at []int) {
	for page := 2; (page+1)*pageSize <= len(b); page++ {
		p := b[page*pageSize : (page+1)*pageSize]
		kind, n := binary.LittleEndian.Uint16(p[8:]), int(binary.LittleEndian.Uint16(p[10:]))
		if binary.LittleEndian.Uint64(p) != uint64(page) || kind != branchPage && kind != leafPage && kind != freelistPage {
			continue // inside a long value
		}
		for i := range min(pageSize, 16+16*n) {
			at = append(at, page*pageSize+i)
		}
	}
	return at
}

// 500 files, each with a few damaged bytes inside: reading all of one ends with
// an answer or with ErrDamaged, and never changes it.
func TestDamagedInside(t *testing.T) {
	good := read(t, created(t, sample))
	sensitive := structure(good)
	if len(sensitive) < 1000 {
		t.Fatalf("%d bytes of structure", len(sensitive))
	}
	path := filepath.Join(t.TempDir(), "file.carnet")
	damaged, clean, foreign := 0, 0, 0
	for seed := range uint64(500) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		b := bytes.Clone(good)
		for range 1 + rnd.IntN(3) {
			at := sensitive[rnd.IntN(len(sensitive))]
			if rnd.IntN(4) == 0 {
				at = 2*pageSize + rnd.IntN(len(b)-2*pageSize)
			}
			if rnd.IntN(2) == 0 {
				b[at] ^= 1 << rnd.IntN(8)
			} else {
				b[at] = byte(rnd.Uint32())
			}
		}
		write(t, path, b)
		bad := false
		open := []func(string) (*DB, error){Open, OpenReadOnly}[seed%2]
		switch err := readAll(open, path); {
		case err == nil:
		case errors.Is(err, ErrDamaged):
			bad = true
		case errors.Is(err, ErrForeign):
			foreign++ // the page that names the buckets is gone
		case errors.Is(err, ErrNewer) && !bytes.Contains(b, formatOne):
		default:
			t.Errorf("seed %d: %v", seed, err)
		}
		if !bytes.Equal(read(t, path), b) {
			t.Errorf("seed %d: reading changed the file", seed)
		}
		if bad {
			damaged++
		} else {
			clean++
		}
	}
	if damaged < 100 || clean < 20 || foreign > 5 {
		t.Errorf("%d damaged, %d clean, %d taken for others", damaged, clean, foreign)
	}
}

// formatOne is how the format's number stands in the file.
var formatOne = append(bytes.Clone(formatKey), 0, 0, 0, Format)

func readAll(open func(string) (*DB, error), path string) error {
	db, err := open(path)
	if err != nil {
		return err
	}
	err = db.View(func(tx *Tx) error { _, err := walk(tx); return err })
	return errors.Join(err, db.Close())
}

// A file whose damage shows only while bbolt opens it is given back: nothing
// stays locked.
func TestDamagedFreeList(t *testing.T) {
	path := created(t, sample)
	b := read(t, path)
	for page := 2; page < len(b)/pageSize; page++ {
		p := b[page*pageSize:]
		if binary.LittleEndian.Uint64(p) == uint64(page) && binary.LittleEndian.Uint16(p[8:]) == freelistPage {
			binary.LittleEndian.PutUint16(p[8:], leafPage)
		}
	}
	write(t, path, b)
	for range 3 {
		if _, err := Open(path); !errors.Is(err, ErrDamaged) {
			t.Errorf("got %v", err)
		}
	}
	db, err := OpenReadOnly(path) // which needs no free list
	if err != nil {
		t.Fatal(err)
	}
	contentOf(t, db)
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(read(t, path), b) {
		t.Error("the file changed")
	}
}

// Any one byte of the two headers may be wrong: the other header serves.
func TestDamagedHeaders(t *testing.T) {
	path := created(t, sample)
	good := read(t, path)
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		b := bytes.Clone(good)
		at := rnd.IntN(metaAt+metaSize) + pageSize*rnd.IntN(2)
		b[at] ^= 1 << rnd.IntN(8)
		write(t, path, b)
		// The older header of a new file is of the time before its buckets.
		if err := readAll(OpenReadOnly, path); err != nil && !errors.Is(err, ErrForeign) {
			t.Errorf("byte %d: %v", at, err)
		}
	}
}

// Pages in a circle are refused before bbolt follows them until the memory is
// full: at the top when the file is opened, in a version when it is read.
func TestCircleOfPages(t *testing.T) {
	path := created(t, func(tx *Tx) error {
		for i := range uint64(400) {
			if err := tx.Put(Records, Seq(i), make([]byte, 500)); err != nil {
				return err
			}
		}
		return tx.PutChunks(7, 0, slices.Repeat([][]byte{make([]byte, 3000)}, 300))
	})
	good := read(t, path)
	var refusedAtOpen, refusedAtRead int
	for page := 2; page < len(good)/pageSize; page++ {
		head := good[page*pageSize:]
		if branch, err := isBranch(head, uint64(page)); !branch || err != nil {
			continue
		}
		bad := bytes.Clone(good)
		binary.LittleEndian.PutUint64(bad[page*pageSize+pageHead+8:], uint64(page))
		write(t, path, bad)
		db, err := OpenReadOnly(path)
		if errors.Is(err, ErrDamaged) {
			refusedAtOpen++
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, read := range []func(*Tx) error{
			func(tx *Tx) error { _, err := tx.Chunk(7, 0, true); return err },
			func(tx *Tx) error { _, err := tx.CountChunks(7); return err },
		} {
			if err := db.View(read); !errors.Is(err, ErrDamaged) {
				t.Errorf("page %d: %v", page, err)
			}
		}
		refusedAtRead++
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	if refusedAtOpen == 0 || refusedAtRead == 0 {
		t.Errorf("%d refused at open, %d when read", refusedAtOpen, refusedAtRead)
	}
}

// A page of another kind where the tree has a leaf, as an old list of free pages after
// a torn write: bbolt would take its bytes for children, here for itself again and again.
func TestOtherKindOfPage(t *testing.T) {
	path := created(t, func(tx *Tx) error {
		for i := range uint64(40) {
			if err := tx.Put(Records, Seq(i), make([]byte, 500)); err != nil {
				return err
			}
		}
		return tx.PutChunks(7, 0, slices.Repeat([][]byte{make([]byte, 3000)}, 10))
	})
	good := read(t, path)
	leaf, refused := 0, 0
	for page := 2; page < len(good)/pageSize; page++ {
		if branch, err := isBranch(good[page*pageSize:], uint64(page)); branch || err != nil {
			continue
		}
		before := leaf
		if leaf = page; before == 0 {
			continue
		}
		bad := bytes.Clone(good)
		binary.LittleEndian.PutUint16(bad[page*pageSize+8:], freelistFlag)
		binary.LittleEndian.PutUint64(bad[page*pageSize+pageHead+8:], uint64(before)) // a first child
		binary.LittleEndian.PutUint64(bad[page*pageSize+pageHead+branchElement+8:], uint64(page))
		write(t, path, bad)
		switch err := readAll(OpenReadOnly, path); {
		case errors.Is(err, ErrDamaged):
			refused++
		case err != nil:
			t.Errorf("page %d: %v", page, err)
		} // a page of the time before says nothing
	}
	if refused < 10 {
		t.Errorf("%d pages refused", refused)
	}
}
