package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sort"

	"go.etcd.io/bbolt"
)

// A page of bbolt's file begins with its number u64, flags u16, element count
// u16 and overflow u32; a branch page goes on with elements of 16 bytes: where the
// key is from there on, u32, its length, u32, and the number of a child, u64.
const (
	pageHead      = 16
	branchElement = 16
	branchFlag    = 0x01
	leafFlag      = 0x02
)

// isBranch reports whether a page of a tree is a branch, from its head. What is
// neither branch nor leaf is refused: bbolt takes it for a branch, and what it then
// takes for children may lead in a circle.
func isBranch(head []byte, page uint64) (bool, error) {
	if binary.LittleEndian.Uint64(head) == page {
		switch binary.LittleEndian.Uint16(head[8:]) {
		case branchFlag:
			return true, nil
		case leafFlag:
			return false, nil
		}
	}
	return false, fmt.Errorf("%w: page head", ErrDamaged)
}

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

// checkTree walks the pages below a root, one level after the other: the system is
// told which are wanted before the first of them is read. A root of 0 lies inside its
// parent and has no pages.
func (db *DB) checkTree(root uint64) error {
	if root == 0 {
		return nil
	}
	branches := map[uint64]bool{}
	for level := []uint64{root}; len(level) > 0; {
		expectPages(db.file, level)
		var below []uint64
		for _, page := range level {
			children, err := db.children(page)
			if err != nil {
				return err
			}
			if len(children) == 0 {
				continue
			}
			if branches[page] {
				return fmt.Errorf("%w: pages in a circle", ErrDamaged)
			}
			branches[page] = true
			below = append(below, children...)
		}
		level = below
	}
	return nil
}

// Pages that are this near to each other are read in one go, and a system takes so
// many bytes of one wish.
const (
	nearPages = 32
	mostWish  = 128 << 10
)

// expectPages tells the system which pages are read next: without that each is a wait
// of its own where the file is not in memory. It is advice, and costs nothing else.
func expectPages(f *os.File, pages []uint64) {
	sorted := slices.Sorted(slices.Values(pages))
	for len(sorted) > 0 {
		first, last := sorted[0], sorted[0]
		for len(sorted) > 0 && sorted[0]-last <= nearPages {
			last, sorted = sorted[0], sorted[1:]
		}
		if last >= maxPages {
			return // of no file: reading it tells
		}
		for at, end := int64(first)*pageSize, int64(last+1)*pageSize; at < end; at += mostWish {
			expect(f, at, min(end-at, mostWish))
		}
	}
}

// maxPages is more than a file has.
const maxPages = 1 << 48

// checkPath walks the branch pages below a root that bbolt is about to take to a
// key, since it would follow a circle of them until the memory is full. What
// stands beside the path is not looked at: a large document has thousands of
// leaves.
func (db *DB) checkPath(root uint64, key []byte) error {
	page := root
	for range maxDepth {
		child, whole, err := db.childTo(page, key)
		switch {
		case err != nil:
			return err
		case !whole:
			return db.checkTree(root)
		case child == 0:
			return nil
		}
		page = child
	}
	return fmt.Errorf("%w: pages in a circle", ErrDamaged)
}

// maxDepth is more than a tree of any size has: each level multiplies by two at
// least.
const maxDepth = 64

// childTo is the page below a branch page that leads to a key, 0 for a leaf. It
// tells nothing when keys lie beyond the page, as they may: whole is false then.
func (db *DB) childTo(page uint64, key []byte) (child uint64, whole bool, err error) {
	if page == 0 {
		return 0, true, nil // inside its parent
	}
	b := make([]byte, pageSize)
	if err := db.readPage(b[:pageHead], int64(page)*pageSize); err != nil {
		return 0, true, err
	}
	if branch, err := isBranch(b, page); !branch {
		return 0, true, err
	}
	if err := db.readPage(b, int64(page)*pageSize); err != nil {
		return 0, true, err
	}
	count := int(binary.LittleEndian.Uint16(b[10:]))
	if pageHead+count*branchElement > len(b) {
		return 0, false, nil
	}
	element := func(i int) []byte { return b[pageHead+i*branchElement:] }
	whole, exact := true, false
	i := sort.Search(count, func(i int) bool { // as bbolt searches, in damaged pages too
		from := int64(binary.LittleEndian.Uint32(element(i)))
		to := from + int64(binary.LittleEndian.Uint32(element(i)[4:]))
		if to > int64(len(element(i))) {
			whole = false
			return true
		}
		order := bytes.Compare(element(i)[from:to], key)
		exact = exact || order == 0
		return order >= 0
	})
	if !exact && i > 0 {
		i--
	}
	if whole && i < count {
		child = binary.LittleEndian.Uint64(element(i)[8:])
	}
	if whole && child == 0 {
		return 0, true, fmt.Errorf("%w: page number", ErrDamaged) // the first pages are no part of a tree
	}
	return child, whole, nil
}

// Laid returns [ErrDamaged] when a page of a bucket does not have its elements one
// after the other, as every page is written: one wrong bit in the head of a page or of
// an element hides what was there without a trace. It looks at the file as the last
// commit left it, and reads all pages of the bucket.
func (tx *Tx) Laid(b Bucket) error {
	if root := uint64(tx.bucket(b).Root()); root != 0 {
		return tx.db.laid(root, maxDepth, nil)
	}
	return tx.db.laid(uint64(tx.b.Cursor().Bucket().Root()), maxDepth, func(key, value []byte) error {
		if !bytes.Equal(key, []byte{byte(b)}) || len(value) < bucketHead {
			return nil
		}
		return laidOut(value[bucketHead:], func(_, _ []byte, _ uint64) error { return nil }) // a small bucket lies inside its parent
	})
}

// bucketHead is what stands before the page of a bucket that lies inside its parent.
const bucketHead = 16

// laid looks at a page and those below it, depth levels of them at most. leaf, which
// may be nil, is given what the leaves hold.
func (db *DB) laid(page uint64, depth int, leaf func(key, value []byte) error) error {
	at := int64(page) * pageSize
	head := make([]byte, pageHead)
	if err := db.readPage(head, at); err != nil {
		return err
	}
	more := int64(binary.LittleEndian.Uint32(head[12:]))
	if size, err := db.file.Stat(); err != nil {
		return err
	} else if depth == 0 || at+(1+more)*pageSize > size.Size() {
		return fmt.Errorf("%w: page head", ErrDamaged)
	}
	b := make([]byte, (1+more)*pageSize)
	if err := db.readPage(b, at); err != nil {
		return err
	}
	return laidOut(b, func(key, value []byte, child uint64) error {
		switch {
		case child != 0:
			return db.laid(child, depth-1, leaf)
		case leaf != nil:
			return leaf(key, value)
		}
		return nil
	})
}

// laidOut calls each for the elements of a page, with the page below one of a branch.
// An element says where its key lies from there on, its length and the value's; in a
// leaf after four bytes of flags, in a branch with the page instead of the value.
func laidOut(b []byte, each func(key, value []byte, child uint64) error) error {
	damaged := fmt.Errorf("%w: page", ErrDamaged)
	if len(b) < pageHead {
		return damaged
	}
	branch := binary.LittleEndian.Uint16(b[8:]) == branchFlag
	count := int64(binary.LittleEndian.Uint16(b[10:]))
	next := pageHead + count*branchElement // those of a leaf are as long
	if next > int64(len(b)) {
		return damaged
	}
	for at := int64(pageHead); count > 0; at, count = at+branchElement, count-1 {
		e := b[at:]
		u32 := func(i int) int64 { return int64(binary.LittleEndian.Uint32(e[i:])) }
		from, key, value, child := u32(4), u32(8), u32(12), uint64(0)
		if branch {
			from, key, value, child = u32(0), u32(4), 0, binary.LittleEndian.Uint64(e[8:])
		}
		if at+from != next || next+key+value > int64(len(b)) || branch && child == 0 {
			return damaged
		}
		if err := each(b[next:next+key], b[next+key:next+key+value], child); err != nil {
			return err
		}
		next += key + value
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
	if branch, err := isBranch(head, page); !branch {
		return nil, err
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
