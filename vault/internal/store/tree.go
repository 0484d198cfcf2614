package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"go.etcd.io/bbolt"
)

// A page of bbolt's file begins with its number u64, flags u16, element count
// u16 and overflow u32; a branch page goes on with elements of 16 bytes that end
// with the number of a child, u64.
const (
	pageHead      = 16
	branchElement = 16
	branchFlag    = 0x01
)

// checkTrees walks the branch pages of every bucket before bbolt does, since
// bbolt follows a circle of them until the memory is full. Nested buckets are
// checked when they are opened.
func (db *DB) checkTrees() error {
	return db.bolt.View(func(tx *bbolt.Tx) error {
		if err := db.checkTree(uint64(tx.Cursor().Bucket().Root())); err != nil {
			return err
		}
		return tx.ForEach(func(_ []byte, b *bbolt.Bucket) error {
			if b == nil {
				return ErrForeign // a value where only buckets are
			}
			return db.checkTree(uint64(b.Root()))
		})
	})
}

// checkTree walks the branch pages below a root. A root of 0 lies inside its
// parent and has no pages.
func (db *DB) checkTree(root uint64) error {
	if root == 0 {
		return nil
	}
	seen := map[uint64]bool{}
	todo := []uint64{root}
	for len(todo) > 0 {
		page := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		children, err := db.children(page)
		if err != nil {
			return err
		}
		if len(children) > 0 && seen[page] {
			return fmt.Errorf("%w: pages in a circle", ErrDamaged)
		}
		seen[page] = len(children) > 0
		todo = append(todo, children...)
	}
	return nil
}

// children lists the pages below one; none for a leaf.
func (db *DB) children(page uint64) ([]uint64, error) {
	at := int64(page) * pageSize
	head := make([]byte, pageHead)
	if err := db.readPage(head, at); err != nil {
		return nil, err
	}
	if binary.LittleEndian.Uint16(head[8:])&branchFlag == 0 {
		return nil, nil
	}
	elements := make([]byte, int(binary.LittleEndian.Uint16(head[10:]))*branchElement)
	if err := db.readPage(elements, at+pageHead); err != nil {
		return nil, err
	}
	var out []uint64
	for e := elements; len(e) > 0; e = e[branchElement:] {
		out = append(out, binary.LittleEndian.Uint64(e[8:]))
	}
	return out, nil
}

func (db *DB) readPage(b []byte, at int64) error {
	if at < 0 {
		return fmt.Errorf("%w: page number", ErrDamaged)
	}
	_, err := db.file.ReadAt(b, at)
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: page number", ErrDamaged)
	}
	return err
}
