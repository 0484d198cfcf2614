package search

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strings"
)

// Document is what is indexed of a document.
type Document struct {
	ID       ID
	Stamp    uint64 // the caller's: changes when anything below does
	Added    int64  // milliseconds since 1970, to order what has one date
	Date     Date
	Category string // at most 255 bytes
	Bin      bool   // found only by a query for the bin
	Title    string
	Name     string // of the file it came from
	Text     string // pages are separated by form feeds
	Note     string // the person's own words
	Tags     []string
}

// maxTermsOfDocument bounds how many different words of one document are
// indexed: books have fewer, and a text made to do harm must not fill a segment.
const maxTermsOfDocument = 100_000

// maxWordsKept is how many spellings a Builder remembers between segments.
const maxWordsKept = 1 << 18

// maxPostingsKept is how much room a term keeps between segments, in bytes.
const maxPostingsKept = 1 << 10

// Builder makes segments of documents. It remembers words from one segment to
// the next, which makes small segments as cheap as large ones. The zero value is
// ready for use; it is not safe for concurrent use.
type Builder struct {
	words map[string]uint32 // spellings as they stand: numbers of terms
	terms map[string]uint32
	known []knownTerm // by number

	documents  []entry
	categories table
	used       []uint32 // terms of the segment
	size       int

	touched []uint32 // terms of the document being added
	scratch []byte
}

// knownTerm is a term with what the segment being made has of it.
type knownTerm struct {
	term   string
	start  uint64 // its first eight bytes, to sort by
	title  bool   // announces the name of a professional
	stem   string // "" while nobody needed it
	name   uint32 // number of the same term as a professional's name, 0 for none yet
	times  uint32 // in the document being added
	inHead bool   // in its title or a tag

	postings []byte
	last     int64
	count    uint64
}

// Add indexes a document. The caller adds no document twice to one segment.
func (b *Builder) Add(d Document) {
	if b.words == nil || len(b.words) > maxWordsKept && len(b.documents) == 0 {
		b.words, b.terms, b.known = map[string]uint32{}, map[string]uint32{}, make([]knownTerm, 1) // number 0 is none
	}
	words := b.count(d.Title, true) + b.count(d.Name, false) + b.count(d.Text, false) + b.count(d.Note, false)
	for _, tag := range d.Tags {
		words += b.count(tag, true)
	}
	number := uint32(len(b.documents))
	b.documents = append(b.documents, entry{
		id: d.ID, stamp: d.Stamp, added: d.Added, date: d.Date, words: uint32(min(words, math.MaxUint32)),
		category: b.categories.number(d.Category), bin: d.Bin,
	})
	for _, t := range b.touched {
		k := &b.known[t]
		if k.count == 0 {
			b.used, k.last = append(b.used, t), -1
			b.size += termSize + 4 + len(k.term)
		}
		before := len(k.postings)
		k.postings = appendPosting(k.postings, posting{number, k.times, k.inHead}, k.last)
		b.size += len(k.postings) - before
		k.last, k.count, k.times, k.inHead = int64(number), k.count+1, 0, false
	}
	b.touched = b.touched[:0]
	b.size += documentSize
}

// Len is how many documents were added since the last segment.
func (b *Builder) Len() int { return len(b.documents) }

// Size is about how long the segment will be, in bytes.
func (b *Builder) Size() int { return b.size }

// count notes the words of a text and returns how many there are.
func (b *Builder) count(text string, head bool) (words int) {
	var names naming
	tokens(text, func(t token) bool {
		words++
		number := b.number(text[t.start:t.end])
		b.touch(number, head)
		if k := &b.known[number]; names.next(text, t, k.title) {
			if k.name == 0 {
				name := b.intern(append([]byte{nameMark}, k.term...)) // moves b.known
				b.known[number].name = name
			}
			b.touch(b.known[number].name, head)
		}
		return true
	})
	return words
}

func (b *Builder) touch(number uint32, head bool) {
	k := &b.known[number]
	if k.times == 0 {
		if len(b.touched) >= maxTermsOfDocument {
			return
		}
		b.touched = append(b.touched, number)
	}
	k.times++
	k.inHead = k.inHead || head
}

// number finds the term of a word.
func (b *Builder) number(word string) uint32 {
	if n, ok := b.words[word]; ok {
		return n
	}
	b.scratch = fold(b.scratch[:0], word)
	n := b.intern(b.scratch)
	if len(word) <= maxTerm {
		b.words[strings.Clone(word)] = n
	}
	return n
}

func (b *Builder) intern(term []byte) uint32 {
	n, ok := b.terms[string(term)]
	if !ok {
		n = uint32(len(b.known))
		k := knownTerm{term: string(term), start: begin(term)}
		k.title = isTitle(k.term)
		b.terms[k.term], b.known = n, append(b.known, k)
	}
	return n
}

// begin returns the first eight bytes of a string as a number that sorts like
// them.
func begin[S string | []byte](s S) (n uint64) {
	for i := range min(8, len(s)) {
		n |= uint64(s[i]) << (56 - 8*i)
	}
	return n
}

// Segment makes a segment of what was added, and begins the next one. It returns
// nil when nothing was added.
func (b *Builder) Segment() *Segment {
	if len(b.documents) == 0 {
		return nil
	}
	slices.SortFunc(b.used, func(x, y uint32) int {
		p, q := &b.known[x], &b.known[y]
		if p.start != q.start {
			return cmp.Compare(p.start, q.start)
		}
		return strings.Compare(p.term, q.term)
	})
	w := writer{documents: b.documents, categories: b.categories}
	for _, t := range b.used {
		k := &b.known[t]
		if k.stem == "" {
			k.stem = stem(k.term)
		}
		w.begin([]byte(k.term), k.stem, k.count)
		w.postings = append(w.postings, k.postings...)
		w.end()
		if k.postings, k.count = k.postings[:0], 0; cap(k.postings) > maxPostingsKept {
			k.postings = nil
		}
	}
	b.documents, b.categories, b.used, b.size = nil, table{}, b.used[:0], 0
	return w.segment()
}

// table numbers strings.
type table struct {
	list    []string
	numbers map[string]uint16
}

// number returns that of a string; one that is too long, or one too many, has
// that of the empty string.
func (t *table) number(s string) uint16 {
	if n, ok := t.numbers[s]; ok {
		return n
	}
	if t.numbers == nil {
		t.numbers, t.list = map[string]uint16{"": 0}, []string{""}
		return t.number(s)
	}
	if len(s) > math.MaxUint8 || len(t.list) == maxStrings-1 {
		return 0
	}
	n := uint16(len(t.list))
	t.list, t.numbers[s] = append(t.list, s), n
	return n
}

// writer puts a segment together, term by term in their order.
type writer struct {
	documents  []entry
	categories table
	endings    table
	terms      []byte
	text       []byte
	postings   []byte
	stems      []string
}

// begin is followed by appending the postings of the term, then by end.
func (w *writer) begin(term []byte, stem string, count uint64) {
	w.text = append(w.text, term...)
	w.terms = binary.BigEndian.AppendUint32(w.terms, uint32(len(w.text)))
	w.postings = binary.AppendUvarint(w.postings, count)
	kept := 0
	for kept < len(term) && kept < len(stem) && term[kept] == stem[kept] {
		kept++
	}
	ending := w.endings.number(stem[kept:])
	if w.endings.list[ending] != stem[kept:] {
		kept, stem = len(term), string(term) // its own stem
	}
	w.terms = binary.BigEndian.AppendUint32(w.terms, 0)
	w.terms = binary.BigEndian.AppendUint16(w.terms, uint16(kept))
	w.terms = binary.BigEndian.AppendUint16(w.terms, ending)
	w.stems = append(w.stems, stem)
}

func (w *writer) end() {
	binary.BigEndian.PutUint32(w.terms[len(w.terms)-termSize+4:], uint32(len(w.postings)))
}

// ofStem is a term in the order of stems.
type ofStem struct {
	start uint64 // of the stem
	term  uint32
}

func (w *writer) byStem() []ofStem {
	order := make([]ofStem, len(w.stems))
	for i, s := range w.stems {
		order[i] = ofStem{begin(s), uint32(i)}
	}
	slices.SortFunc(order, func(x, y ofStem) int {
		if x.start != y.start {
			return cmp.Compare(x.start, y.start)
		}
		return cmp.Or(strings.Compare(w.stems[x.term], w.stems[y.term]), cmp.Compare(x.term, y.term))
	})
	return order
}

func (w *writer) segment() *Segment {
	order := w.byStem()
	w.categories.number("")
	w.endings.number("")
	names := appendStrings(appendStrings(nil, w.categories.list), w.endings.list)
	b := make([]byte, 0, headerSize+len(w.documents)*documentSize+len(names)+len(w.terms)+4*len(order)+len(w.text)+len(w.postings))
	for _, n := range []int{segmentVersion, len(w.documents), len(w.stems), len(names), len(w.text), len(w.postings)} {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	for _, e := range w.documents {
		b = appendEntry(b, e)
	}
	b = append(append(b, names...), w.terms...)
	for _, n := range order {
		b = binary.BigEndian.AppendUint32(b, n.term)
	}
	b = append(append(b, w.text...), w.postings...)
	s := &Segment{}
	if s.cut(b) != nil {
		panic("search: a segment that does not parse") // the lengths are those above
	}
	s.b = b
	for _, e := range w.documents {
		s.words += uint64(e.words)
	}
	return s
}
