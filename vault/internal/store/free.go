package store

import (
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"
)

// Pages of bbolt's format, little-endian: a leaf's elements have 16 bytes, flags
// u32, position u32 counted from the element, key size u32, value size u32; a
// value with the bucket flag begins with the root page of a nested bucket, u64.
// The list of free pages is numbers u64; a count of 0xFFFF says that the first
// of them is the count.
const (
	freelistFlag  = 0x10
	bucketElement = 0x01
	manyFree      = 0xFFFF
)

// checkFree holds the list of free pages against the pages in use, before the
// first write of an opening: a list that names a page in use would have it
// written over, and reading does not notice. The work is a look at the head of
// every page.
func (db *DB) checkFree() error {
	return db.bolt.View(func(tx *bbolt.Tx) error {
		s := &Snapshot{db: db, file: db.file, tx: tx, size: tx.Size()}
		found, err := s.readMeta(uint64(tx.ID()))
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("%w: header", ErrDamaged)
		}
		u := &used{db: db, pages: make([]bool, tx.Size()/pageSize)}
		list := binary.LittleEndian.Uint64(s.meta[metaFreelistAt:])
		if err := u.tree(uint64(tx.Cursor().Bucket().Root())); err != nil {
			return err
		}
		return u.free(list)
	})
}

// used are the pages that something leads to.
type used struct {
	db    *DB
	pages []bool
}

// take notes a page with those that follow it.
func (u *used) take(page uint64, overflow uint32) error {
	if page < 2 || page+uint64(overflow) >= uint64(len(u.pages)) {
		return fmt.Errorf("%w: page number", ErrDamaged)
	}
	for p := page; p <= page+uint64(overflow); p++ {
		if u.pages[p] {
			return fmt.Errorf("%w: a page in use twice", ErrDamaged)
		}
		u.pages[p] = true
	}
	return nil
}

func (u *used) tree(root uint64) error {
	todo := []uint64{root}
	page := make([]byte, pageHead)
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if err := u.db.readPage(page, int64(at)*pageSize); err != nil {
			return err
		}
		branch, err := isBranch(page, at)
		if err != nil {
			return err
		}
		overflow := binary.LittleEndian.Uint32(page[12:])
		if err := u.take(at, overflow); err != nil {
			return err
		}
		if branch {
			children, err := u.db.children(at)
			if err != nil {
				return err
			}
			todo = append(todo, children...)
			continue
		}
		nested, err := u.nested(page, at, overflow)
		if err != nil {
			return err
		}
		todo = append(todo, nested...)
	}
	return nil
}

// nested lists the roots of the buckets that a leaf holds, but for those that
// lie inside it.
func (u *used) nested(head []byte, page uint64, overflow uint32) (roots []uint64, err error) {
	elements, err := u.db.elements(head, int64(page)*pageSize, (int64(overflow)+1)*pageSize)
	if err != nil {
		return nil, err
	}
	var root [8]byte
	for _, e := range elements {
		if !e.bucket {
			continue
		}
		if err := u.db.readPage(root[:], e.at+e.key); err != nil {
			return nil, err
		}
		if n := binary.LittleEndian.Uint64(root[:]); n != 0 {
			roots = append(roots, n)
		}
	}
	return roots, nil
}

// free reads the list of free pages.
func (u *used) free(page uint64) error {
	head := make([]byte, pageHead+8)
	if err := u.db.readPage(head, int64(page)*pageSize); err != nil {
		return err
	}
	count, first := uint64(binary.LittleEndian.Uint16(head[10:])), int64(pageHead)
	if count == manyFree {
		count, first = binary.LittleEndian.Uint64(head[pageHead:]), pageHead+8
	}
	if binary.LittleEndian.Uint16(head[8:]) != freelistFlag || count > uint64(len(u.pages)) {
		return fmt.Errorf("%w: free list", ErrDamaged)
	}
	if err := u.take(page, binary.LittleEndian.Uint32(head[12:])); err != nil {
		return err
	}
	list := make([]byte, count*8)
	if err := u.db.readPage(list, int64(page)*pageSize+first); err != nil {
		return err
	}
	for ; len(list) > 0; list = list[8:] {
		if err := u.take(binary.LittleEndian.Uint64(list), 0); err != nil {
			return fmt.Errorf("%w: free list", err)
		}
	}
	return nil
}
