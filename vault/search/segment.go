package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"
	"sort"
	"strings"
)

// ErrMalformed is returned by [Parse] for bytes that are no segment.
var ErrMalformed = errors.New("search: not a segment")

// ID names a document.
type ID [16]byte

// Segment is the index of some documents. FORMAT.md describes its bytes; they
// are read where they lie, so that loading costs no more than checking them.
type Segment struct {
	b          []byte
	documents  []byte // documentSize each
	terms      []byte // termSize each, in the order of the terms
	byStem     []byte // numbers of terms, 4 bytes each, in the order of their stems
	text       []byte // of the terms, one after the other
	postings   []byte
	categories []string
	endings    []string // of stems
	words      uint64   // of all documents
}

const (
	segmentVersion = 1
	headerSize     = 24
	documentSize   = 44
	termSize       = 12

	// maxDocuments bounds a segment; a document's number fits in 31 bits.
	maxDocuments = 1 << 24
	maxStrings   = 1 << 16
)

// entry is what a segment says of a document besides its words.
type entry struct {
	id       ID
	stamp    uint64
	added    int64
	date     Date
	words    uint32
	category uint16
	bin      bool
}

func (s *Segment) entry(i uint32) entry {
	b := s.documents[int(i)*documentSize:]
	return entry{
		id: ID(b), stamp: binary.BigEndian.Uint64(b[16:]), added: int64(binary.BigEndian.Uint64(b[24:])), date: Date(binary.BigEndian.Uint32(b[32:])),
		words: binary.BigEndian.Uint32(b[36:]), category: binary.BigEndian.Uint16(b[40:]), bin: b[43] != 0,
	}
}

func (s *Segment) length(i uint32) uint32 {
	return binary.BigEndian.Uint32(s.documents[int(i)*documentSize+36:])
}

func appendEntry(b []byte, e entry) []byte {
	b = append(b, e.id[:]...)
	b = binary.BigEndian.AppendUint64(b, e.stamp)
	b = binary.BigEndian.AppendUint64(b, uint64(e.added))
	b = binary.BigEndian.AppendUint32(b, uint32(e.date))
	b = binary.BigEndian.AppendUint32(b, e.words)
	b = binary.BigEndian.AppendUint16(b, e.category)
	bin := byte(0)
	if e.bin {
		bin = 1
	}
	return append(b, 0, bin)
}

// Len is the number of documents.
func (s *Segment) Len() int { return len(s.documents) / documentSize }

// Bytes is the segment as [Parse] reads it. The caller must not change it.
func (s *Segment) Bytes() []byte { return s.b }

// Documents gives each document with its stamp.
func (s *Segment) Documents() iter.Seq2[ID, uint64] {
	return func(yield func(ID, uint64) bool) {
		for i := range uint32(s.Len()) {
			if e := s.entry(i); !yield(e.id, e.stamp) {
				return
			}
		}
	}
}

// Has reports whether the segment holds words of a document, of whatever stamp.
func (s *Segment) Has(id ID) bool {
	for known := range s.Documents() {
		if known == id {
			return true
		}
	}
	return false
}

// Wipe overwrites the segment with zeros. It must not be used afterwards.
func (s *Segment) Wipe() { clear(s.b) }

// The table of terms: where the text and the postings of each end, how much of
// it its stem keeps, and which ending the stem has instead of the rest. The last
// two share a number.

func (s *Segment) termCount() int { return len(s.terms) / termSize }

func (s *Segment) textEnd(i int) uint32 {
	if i < 0 {
		return 0
	}
	return binary.BigEndian.Uint32(s.terms[i*termSize:])
}

func (s *Segment) postingsEnd(i int) uint32 {
	if i < 0 {
		return 0
	}
	return binary.BigEndian.Uint32(s.terms[i*termSize+4:])
}

// term returns term i; the caller must not keep it.
func (s *Segment) term(i int) []byte { return s.text[s.textEnd(i-1):s.textEnd(i)] }

// stemOf returns the stem of term i in two parts.
func (s *Segment) stemOf(i int) (kept []byte, ending string) {
	b := s.terms[i*termSize+8:]
	return s.term(i)[:binary.BigEndian.Uint16(b)], s.endings[binary.BigEndian.Uint16(b[2:])]
}

func (s *Segment) stemString(i int) string {
	kept, ending := s.stemOf(i)
	return string(kept) + ending
}

// seek returns the first term that is not before t.
func (s *Segment) seek(t string) int {
	return sort.Search(s.termCount(), func(i int) bool { return string(s.term(i)) >= t })
}

// lookup finds a term.
func (s *Segment) lookup(t string) (i int, ok bool) {
	i = s.seek(t)
	return i, i < s.termCount() && string(s.term(i)) == t
}

// stemmed gives the terms that have a stem.
func (s *Segment) stemmed(stem string) iter.Seq[int] {
	return func(yield func(int) bool) {
		at := func(i int) int { return int(binary.BigEndian.Uint32(s.byStem[4*i:])) }
		compare := func(i int) int {
			kept, ending := s.stemOf(at(i))
			n := min(len(kept), len(stem))
			if c := strings.Compare(string(kept[:n]), stem[:n]); c != 0 {
				return c
			}
			if n < len(kept) {
				return 1
			}
			return strings.Compare(ending, stem[n:])
		}
		n := len(s.byStem) / 4
		for i := sort.Search(n, func(i int) bool { return compare(i) >= 0 }); i < n && compare(i) == 0; i++ {
			if !yield(at(i)) {
				return
			}
		}
	}
}

// posting is one document of a term: how often it has it, and whether its title
// does.
type posting struct {
	document uint32
	times    uint32
	title    bool
}

// appendPosting adds a document after the document before it, -1 for none.
func appendPosting(b []byte, p posting, before int64) []byte {
	gap := uint64(int64(p.document)-before-1) << 1
	if p.times == 1 && !p.title {
		return binary.AppendUvarint(b, gap)
	}
	b = binary.AppendUvarint(b, gap|1)
	more := uint64(p.times) << 1
	if p.title {
		more |= 1
	}
	return binary.AppendUvarint(b, more)
}

// cursor reads the postings of a term. It ends where they are not what they
// should be: they are authentic, and too many to be checked beforehand.
type cursor struct {
	rest      []byte
	at        int64
	documents int64
}

// of returns a cursor on term i, and in how many documents the term is.
func (s *Segment) of(i int) (cursor, uint64) {
	b := s.postings[s.postingsEnd(i-1):s.postingsEnd(i)]
	n, width := binary.Uvarint(b)
	return cursor{b[max(width, 0):], -1, int64(s.Len())}, min(n, uint64(s.Len()))
}

func (c *cursor) next() (p posting, ok bool) {
	if len(c.rest) == 0 {
		return p, false
	}
	v := uint64(c.rest[0])
	if v < 0x80 {
		c.rest = c.rest[1:]
	} else {
		var n int
		if v, n = binary.Uvarint(c.rest); n <= 0 {
			return c.end()
		}
		c.rest = c.rest[n:]
	}
	if v>>1 >= uint64(c.documents-c.at-1) {
		return c.end()
	}
	c.at += int64(v>>1) + 1
	p = posting{document: uint32(c.at), times: 1}
	if v&1 != 0 {
		more, n := binary.Uvarint(c.rest)
		if n <= 0 || more>>1 > math.MaxUint32 {
			return c.end()
		}
		c.rest = c.rest[n:]
		p.times, p.title = uint32(more>>1), more&1 != 0
	}
	return p, true
}

func (c *cursor) end() (posting, bool) {
	c.rest = nil
	return posting{}, false
}

// Parse reads a segment and checks its tables: what it accepts can be searched
// and merged, and at worst finds too little. It keeps b. Its error wraps
// [ErrMalformed].
func Parse(b []byte) (*Segment, error) {
	s := &Segment{b: b}
	if err := s.cut(b); err != nil {
		return nil, err
	}
	if err := s.checkDocuments(); err != nil {
		return nil, err
	}
	return s, s.checkTerms()
}

func malformed(what string) error { return fmt.Errorf("%w: %s", ErrMalformed, what) }

// cut finds the parts.
func (s *Segment) cut(b []byte) error {
	if len(b) < headerSize || binary.BigEndian.Uint32(b) != segmentVersion {
		return malformed("head")
	}
	documents, terms := uint64(binary.BigEndian.Uint32(b[4:])), uint64(binary.BigEndian.Uint32(b[8:]))
	strings, text, postings := uint64(binary.BigEndian.Uint32(b[12:])), uint64(binary.BigEndian.Uint32(b[16:])), uint64(binary.BigEndian.Uint32(b[20:]))
	if documents > maxDocuments || uint64(len(b)) != headerSize+documents*documentSize+strings+terms*(termSize+4)+text+postings {
		return malformed("length")
	}
	rest := b[headerSize:]
	take := func(n uint64) (part []byte) {
		part, rest = rest[:n:n], rest[n:]
		return part
	}
	s.documents = take(documents * documentSize)
	table := take(strings)
	s.terms, s.byStem, s.text, s.postings = take(terms*termSize), take(terms*4), take(text), take(postings)
	var ok bool
	if s.categories, table, ok = readStrings(table); !ok {
		return malformed("categories")
	}
	if s.endings, table, ok = readStrings(table); !ok || len(table) > 0 {
		return malformed("endings")
	}
	return nil
}

// readStrings reads a u16 count, then that many strings after their u8 length.
func readStrings(b []byte) (out []string, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, b, false
	}
	n := binary.BigEndian.Uint16(b)
	b = b[2:]
	for range n {
		if len(b) == 0 || len(b) < 1+int(b[0]) {
			return nil, b, false
		}
		out, b = append(out, string(b[1:1+b[0]])), b[1+b[0]:]
	}
	return out, b, true
}

func appendStrings(b []byte, list []string) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(len(list)))
	for _, s := range list {
		b = append(append(b, byte(len(s))), s...)
	}
	return b
}

func (s *Segment) checkDocuments() error {
	for i := range uint32(s.Len()) {
		e := s.entry(i)
		if int(e.category) >= len(s.categories) {
			return malformed("category")
		}
		s.words += uint64(e.words)
	}
	return nil
}

// checkTerms checks that terms ascend, and that stems and postings are parts of
// what there is.
func (s *Segment) checkTerms() error {
	n := s.termCount()
	var before []byte
	for i := range n {
		from, to := s.textEnd(i-1), s.textEnd(i)
		if from > to || uint64(to) > uint64(len(s.text)) {
			return malformed("term")
		}
		t := s.text[from:to]
		if i > 0 && string(before) >= string(t) {
			return malformed("order of terms")
		}
		before = t
		b := s.terms[i*termSize+8:]
		if int(binary.BigEndian.Uint16(b)) > len(t) || int(binary.BigEndian.Uint16(b[2:])) >= len(s.endings) {
			return malformed("stem")
		}
		from, to = s.postingsEnd(i-1), s.postingsEnd(i)
		if from > to || uint64(to) > uint64(len(s.postings)) {
			return malformed("postings")
		}
	}
	if s.textEnd(n-1) != uint32(len(s.text)) || s.postingsEnd(n-1) != uint32(len(s.postings)) {
		return malformed("end of terms")
	}
	for i := range n {
		if int(binary.BigEndian.Uint32(s.byStem[4*i:])) >= n {
			return malformed("order of stems")
		}
	}
	return nil
}
