package salvage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
)

// The pages of bbolt's file format, version 2, little-endian: see docs/FORMAT.md,
// section 2. A page begins with its number u64, flags u16, count u16 and overflow
// u32.
const (
	pageSize     = 4096
	pageHead     = 16
	element      = 16 // of a branch: position u32, key size u32, child u64; of a leaf: flags, position, key size, value size u32
	branchFlag   = 0x01
	leafFlag     = 0x02
	freelistFlag = 0x10
	bucketFlag   = 0x01 // of a leaf's element: a nested bucket
	bucketHead   = 16   // root page u64, sequence u64; a root of 0 is followed by the bucket's only page
	metaSize     = 64
	manyFree     = 0xFFFF
)

// errPage is returned for a page that does not hold together.
var errPage = errors.New("salvage: not a page")

// header is one of the two meta pages.
type header struct {
	root, freelist, pages, txid uint64
}

// readHeader reads meta page n; ok is false when it does not hold.
func readHeader(file io.ReaderAt, n int64) (h header, ok bool) {
	var m [metaSize]byte
	if _, err := file.ReadAt(m[:], n*pageSize+pageHead); err != nil {
		return h, false
	}
	sum := fnv.New64a()
	sum.Write(m[:56])
	if binary.LittleEndian.Uint32(m[:]) != 0xED0CDAED || binary.LittleEndian.Uint32(m[4:]) != 2 ||
		binary.LittleEndian.Uint32(m[8:]) != pageSize || binary.LittleEndian.Uint64(m[56:]) != sum.Sum64() {
		return h, false
	}
	return header{
		root: binary.LittleEndian.Uint64(m[16:]), freelist: binary.LittleEndian.Uint64(m[32:]),
		pages: binary.LittleEndian.Uint64(m[40:]), txid: binary.LittleEndian.Uint64(m[48:]),
	}, true
}

// page is a branch or leaf with those that follow it.
type page struct {
	branch   bool
	count    int
	overflow uint32
	b        []byte // from the page's head on
}

// readPage reads a page below the high-water mark.
func readPage(file io.ReaderAt, number, pages uint64) (p page, err error) {
	head := make([]byte, pageHead)
	if number < 2 || number >= pages {
		return p, errPage
	}
	if _, err := file.ReadAt(head, int64(number)*pageSize); err != nil {
		return p, fmt.Errorf("%w: %w", errPage, err)
	}
	flags := binary.LittleEndian.Uint16(head[8:])
	p.count, p.overflow = int(binary.LittleEndian.Uint16(head[10:])), binary.LittleEndian.Uint32(head[12:])
	if binary.LittleEndian.Uint64(head) != number || flags != branchFlag && flags != leafFlag || number+uint64(p.overflow) >= pages {
		return p, errPage
	}
	p.branch = flags == branchFlag
	p.b = make([]byte, (int(p.overflow)+1)*pageSize)
	n, err := file.ReadAt(p.b, int64(number)*pageSize)
	if err != nil && n < pageHead+p.count*element {
		return p, fmt.Errorf("%w: %w", errPage, err)
	}
	p.b = p.b[:n] // the end of the file may be missing
	if pageHead+p.count*element > len(p.b) {
		return p, errPage
	}
	return p, nil
}

// child is what an element of a branch leads to: keys from low on.
type child struct {
	number uint64
	low    string
}

// children reads a branch; bad counts the elements that do not hold.
func (p page) children() (all []child, bad int) {
	for i := range p.count {
		at := pageHead + i*element
		e := p.b[at:]
		key, ok := p.bytes(at+int(binary.LittleEndian.Uint32(e)), binary.LittleEndian.Uint32(e[4:]))
		if !ok {
			bad++
			continue
		}
		all = append(all, child{binary.LittleEndian.Uint64(e[8:]), string(key)})
	}
	return all, bad
}

// entry is an element of a leaf.
type entry struct {
	nested     bool
	key, value []byte
}

// entries reads a leaf; bad counts the elements that do not hold.
func (p page) entries() (all []entry, bad int) {
	for i := range p.count {
		at := pageHead + i*element
		e := p.b[at:]
		size := binary.LittleEndian.Uint32(e[8:])
		from := at + int(binary.LittleEndian.Uint32(e[4:]))
		key, ok := p.bytes(from, size)
		var value []byte
		if ok {
			value, ok = p.bytes(from+int(size), binary.LittleEndian.Uint32(e[12:]))
		}
		if flags := binary.LittleEndian.Uint32(e); !ok || len(key) == 0 || flags > bucketFlag {
			bad++
			continue
		}
		all = append(all, entry{binary.LittleEndian.Uint32(e)&bucketFlag != 0, key, value})
	}
	return all, bad
}

func (p page) bytes(at int, n uint32) ([]byte, bool) {
	if at < pageHead || at > len(p.b) || uint64(n) > uint64(len(p.b)-at) {
		return nil, false
	}
	return p.b[at : at+int(n)], true
}

// readFree reads the list of free pages; ok is false when it does not hold.
func readFree(file io.ReaderAt, h header) (free map[uint64]bool, own uint32, ok bool) {
	head := make([]byte, pageHead+8)
	if _, err := file.ReadAt(head, int64(h.freelist)*pageSize); err != nil || h.freelist < 2 || h.freelist >= h.pages {
		return nil, 0, false
	}
	count, from := uint64(binary.LittleEndian.Uint16(head[10:])), int64(pageHead)
	if count == manyFree {
		count, from = binary.LittleEndian.Uint64(head[pageHead:]), pageHead+8
	}
	if binary.LittleEndian.Uint64(head) != h.freelist || binary.LittleEndian.Uint16(head[8:]) != freelistFlag || count > h.pages ||
		h.freelist+uint64(binary.LittleEndian.Uint32(head[12:])) >= h.pages {
		return nil, 0, false
	}
	list := make([]byte, count*8)
	if _, err := file.ReadAt(list, int64(h.freelist)*pageSize+from); err != nil {
		return nil, 0, false
	}
	free = make(map[uint64]bool, count)
	for ; len(list) > 0; list = list[8:] {
		n := binary.LittleEndian.Uint64(list)
		if n < 2 || n >= h.pages || free[n] {
			return nil, 0, false
		}
		free[n] = true
	}
	return free, binary.LittleEndian.Uint32(head[12:]), true
}
