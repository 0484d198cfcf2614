package salvage

import (
	"encoding/binary"
	"errors"
	"io"
)

// Value is one value of the file, whole or not.
type Value struct {
	Bucket byte
	Seq    uint64 // of the version, for a chunk
	Key    []byte
	Bytes  []byte
}

// Findings are what a reading met. Pages are of 4,096 bytes.
type Findings struct {
	Pages    int  // below the high-water mark
	Damaged  int  // that do not hold together and that something leads to
	Lost     int  // of those, that nothing was read of
	Orphans  int  // found again although what leads to them is lost
	Stray    int  // that hold values of which nobody can say where they belong
	Older    bool // the last transaction could not be followed, that before it was
	Deaths   int  // of the child
	FreeList bool // the list of free pages holds
}

// ErrNothing is returned when neither header leads anywhere.
var ErrNothing = errors.New("salvage: nothing can be read")

// place is where a tree stands: a bucket of the root, or a version in d.
type place struct {
	bucket byte
	seq    uint64
	nested bool
}

// gap is a page that is lost, with the keys that stood below it.
type gap struct {
	place
	low, high string // high "" is no bound
	leaf      bool   // as those beside it are: nothing stood below it
}

type walker struct {
	file   io.ReaderAt
	h      header
	skip   map[uint64]bool
	seen   map[uint64]bool
	leaves map[uint64]bool
	gaps   []gap
	found  Findings
	say    sink
}

// sink takes what a walker finds.
type sink interface {
	// about says which page is read next, so that one that kills is known.
	about(page uint64) error
	value(Value) error
}

// walk reads the file by its newest header whose first page holds.
func walk(file io.ReaderAt, skip map[uint64]bool, say sink) (Findings, error) {
	var headers []header
	for n := range int64(2) {
		if h, ok := readHeader(file, n); ok {
			headers = append(headers, h)
		}
	}
	if len(headers) == 2 && headers[0].txid < headers[1].txid {
		headers[0], headers[1] = headers[1], headers[0]
	}
	for i, h := range headers {
		w := &walker{file: file, h: h, skip: skip, seen: map[uint64]bool{}, leaves: map[uint64]bool{}, say: say}
		w.found.Older, w.found.Pages = i > 0, int(h.pages)
		if skip[h.root] {
			continue
		}
		if err := say.about(h.root); err != nil {
			return w.found, err
		}
		root, err := readPage(file, h.root, h.pages)
		if err != nil || root.branch {
			continue
		}
		if err := w.root(root); err != nil {
			return w.found, err
		}
		if len(w.gaps) > 0 {
			if err := w.orphans(); err != nil {
				return w.found, err
			}
		}
		return w.found, nil
	}
	return Findings{}, ErrNothing
}

// root reads the page that names the buckets.
func (w *walker) root(p page) error {
	w.mark(w.h.root, p.overflow)
	entries, bad := p.entries()
	w.found.Damaged += min(bad, 1)
	for _, e := range entries {
		if !e.nested || len(e.key) != 1 {
			continue
		}
		if err := w.bucket(place{bucket: e.key[0]}, e.value); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) mark(number uint64, overflow uint32) {
	for n := number; n <= number+uint64(overflow); n++ {
		w.seen[n] = true
	}
}

// bucket reads a bucket by the value that stands for it.
func (w *walker) bucket(at place, value []byte) error {
	if len(value) < bucketHead {
		w.found.Damaged++
		return nil
	}
	if root := binary.LittleEndian.Uint64(value); root != 0 {
		return w.tree(at, root, "", "")
	}
	inside := value[bucketHead:]
	if len(inside) < pageHead {
		w.found.Damaged++
		return nil
	}
	p := page{count: int(binary.LittleEndian.Uint16(inside[10:])), b: inside}
	if pageHead+p.count*element > len(inside) || binary.LittleEndian.Uint16(inside[8:]) != leafFlag {
		w.found.Damaged++
		return nil
	}
	return w.leaf(at, p)
}

// tree reads the pages below one. A page that was read already is damage: what
// led here is wrong.
func (w *walker) tree(at place, number uint64, low, high string) error {
	var p page
	err := errPage
	if !w.skip[number] && !w.seen[number] {
		if err := w.say.about(number); err != nil {
			return err
		}
		p, err = readPage(w.file, number, w.h.pages)
	}
	if err != nil {
		w.found.Damaged++
		w.found.Lost++
		w.gaps = append(w.gaps, gap{place: at, low: low, high: high})
		return nil
	}
	w.mark(number, p.overflow)
	if !p.branch {
		w.leaves[number] = true
		return w.leaf(at, p)
	}
	children, bad := p.children()
	if bad > 0 {
		w.found.Damaged++
		w.gaps = append(w.gaps, gap{place: at, low: low, high: high})
	}
	before, leaves := len(w.gaps), false
	for i, c := range children {
		until := high
		if i+1 < len(children) {
			until = children[i+1].low
		}
		if err := w.tree(at, c.number, c.low, until); err != nil {
			return err
		}
		leaves = leaves || w.leaves[c.number] // all pages of one height are alike
	}
	for i := before; leaves && i < len(w.gaps); i++ {
		w.gaps[i].leaf = w.gaps[i].place == at
	}
	return nil
}

func (w *walker) leaf(at place, p page) error {
	entries, bad := p.entries()
	w.found.Damaged += min(bad, 1)
	for _, e := range entries {
		if e.nested {
			if at.bucket != 'd' || at.nested || len(e.key) != 8 {
				w.found.Damaged++
				continue
			}
			if err := w.bucket(place{'d', binary.BigEndian.Uint64(e.key), true}, e.value); err != nil {
				return err
			}
			continue
		}
		if err := w.say.value(Value{at.bucket, at.seq, e.key, e.value}); err != nil {
			return err
		}
	}
	return nil
}

// orphans looks for leaves that nothing leads to any more, since a page above
// them is lost, and that are not free. Where they belong is told by what is
// missing: one that fits no gap, or several, is counted and left.
func (w *walker) orphans() error {
	free, overflow, ok := readFree(w.file, w.h)
	if w.found.FreeList = ok; !ok {
		return nil // what was removed could not be told from what is lost
	}
	w.mark(w.h.freelist, overflow)
	for number := uint64(2); number < w.h.pages; number++ {
		if w.seen[number] || free[number] || w.skip[number] {
			continue
		}
		if err := w.say.about(number); err != nil {
			return err
		}
		p, err := readPage(w.file, number, w.h.pages)
		if err != nil || p.branch {
			continue // lost, part of another page, or above other orphans
		}
		entries, bad := p.entries()
		if bad > 0 || len(entries) == 0 {
			continue
		}
		fits := map[place]bool{}
		for _, g := range w.gaps {
			if g.fits(entries) {
				fits[g.place] = true
			}
		}
		if len(fits) != 1 {
			w.found.Stray++
			continue
		}
		w.mark(number, p.overflow)
		w.found.Orphans++
		for at := range fits {
			if err := w.leaf(at, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// keySizes are the lengths of the keys of each bucket.
var keySizes = map[byte][]int{'m': {5, 6, 7, 16}, 's': {16}, 'o': {8}, 'r': {8}, 'd': {8}, 'j': {8, 4}, 'i': {5, 9}, 'n': {16, 17}}

// fits reports whether a leaf with these elements may have stood in a gap.
func (g gap) fits(entries []entry) bool {
	if g.leaf {
		return false
	}
	for _, e := range entries {
		size := false
		for _, n := range keySizes[g.bucket] {
			size = size || len(e.key) == n
		}
		if g.nested {
			size = len(e.key) == 4
		}
		if !size || e.nested != (g.bucket == 'd' && !g.nested) || string(e.key) < g.low || g.high != "" && string(e.key) >= g.high {
			return false
		}
	}
	return true
}
