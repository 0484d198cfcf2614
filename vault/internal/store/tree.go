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
// after the other, as every page is written, or stands where its keys do not belong:
// one wrong bit in the head of a page or of an element hides what was there without a
// trace, and one in a key of a branch leads a later search astray. It looks at the file
// as the transaction has it, and reads the heads of all pages of the bucket, those of
// nested ones included.
func (tx *Tx) Laid(b Bucket) error {
	if root := uint64(tx.bucket(b).Root()); root != 0 {
		return tx.db.laid(root, maxDepth, nil, nil, nil)
	}
	return tx.db.laid(uint64(tx.b.Cursor().Bucket().Root()), maxDepth, []byte{byte(b)}, nil, nil) // it lies inside its parent
}

// laid looks at a page and those below it, depth levels of them at most, whose keys are
// from low on and below high, nil for no bound. Of the buckets in it only the one of
// that name is looked into, or all of them for nil.
func (db *DB) laid(page uint64, depth int, only, low, high []byte) error {
	at := int64(page) * pageSize
	head := make([]byte, pageHead)
	if err := db.readPage(head, at); err != nil {
		return err
	}
	if depth == 0 {
		return fmt.Errorf("%w: pages in a circle", ErrDamaged)
	}
	elements, err := db.elements(head, at, (1+int64(binary.LittleEndian.Uint32(head[12:])))*pageSize)
	if err != nil {
		return err
	}
	if err := db.within(elements, low, high); err != nil {
		return err
	}
	for i, e := range elements {
		switch {
		case e.child != 0:
			from, to := low, high
			if i > 0 {
				if from, err = db.keyOf(e); err != nil {
					return err
				}
			}
			if i+1 < len(elements) {
				if to, err = db.keyOf(elements[i+1]); err != nil {
					return err
				}
			}
			err = db.laid(e.child, depth-1, only, from, to)
		case e.bucket:
			err = db.laidIn(e, depth-1, only)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// within holds the first and the last key of a page to the bounds of the page.
func (db *DB) within(elements []element, low, high []byte) error {
	if len(elements) == 0 {
		return nil
	}
	first, err := db.keyOf(elements[0])
	if err != nil {
		return err
	}
	last, err := db.keyOf(elements[len(elements)-1])
	if err != nil {
		return err
	}
	// What is below the first key of a branch is looked for under it as well.
	if elements[0].child == 0 && low != nil && bytes.Compare(first, low) < 0 || high != nil && bytes.Compare(last, high) >= 0 || bytes.Compare(first, last) > 0 {
		return fmt.Errorf("%w: order", ErrDamaged)
	}
	return nil
}

func (db *DB) keyOf(e element) ([]byte, error) {
	key := make([]byte, e.key)
	return key, db.readPage(key, e.at)
}

// laidIn looks at a bucket, which stands in an element as the number of its first page,
// or as that page itself when it is small.
func (db *DB) laidIn(e element, depth int, only []byte) error {
	value := make([]byte, bucketHead+pageHead)
	if key, err := db.keyOf(e); err != nil || only != nil && !bytes.Equal(key, only) {
		return err
	}
	if e.value < bucketHead {
		return fmt.Errorf("%w: bucket", ErrDamaged)
	}
	if err := db.readPage(value, e.at+e.key); err != nil {
		return err
	}
	if root := binary.LittleEndian.Uint64(value); root != 0 {
		return db.laid(root, depth, nil, nil, nil)
	}
	_, err := db.elements(value[bucketHead:], e.at+e.key+bucketHead, e.value-bucketHead)
	return err
}

// bucketHead is what a bucket is in its parent, before its first page when that lies
// there too.
const bucketHead = 16

// element says where something lies in the file, in bytes.
type element struct {
	at, key, value int64  // where the key begins, its length, and the value's after it
	bucket         bool   // the value is one
	child          uint64 // the page below, of a branch
}

// elements reads those of a page of a size, from its head on. An element says where its
// key lies from there on, its length and the value's; in a leaf after four bytes of
// flags, in a branch with the page below instead of the value.
func (db *DB) elements(head []byte, at, size int64) ([]element, error) {
	branch, count := binary.LittleEndian.Uint16(head[8:]) == branchFlag, int64(binary.LittleEndian.Uint16(head[10:]))
	b := make([]byte, count*branchElement) // those of a leaf are as long
	next := pageHead + int64(len(b))
	if next > size {
		return nil, fmt.Errorf("%w: page head", ErrDamaged)
	}
	if err := db.readPage(b, at+pageHead); err != nil {
		return nil, err
	}
	out := make([]element, 0, count)
	for i := int64(0); i < count; i++ {
		u32 := func(from int) int64 { return int64(binary.LittleEndian.Uint32(b[i*branchElement+int64(from):])) }
		from, e := u32(4), element{key: u32(8), value: u32(12), bucket: u32(0)&bucketElement != 0}
		if branch {
			from, e = u32(0), element{key: u32(4), child: binary.LittleEndian.Uint64(b[i*branchElement+8:])}
		}
		if e.at = at + next; pageHead+i*branchElement+from != next || next+e.key+e.value > size || branch && e.child == 0 {
			return nil, fmt.Errorf("%w: page", ErrDamaged)
		}
		next += e.key + e.value
		out = append(out, e)
	}
	return out, nil
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
