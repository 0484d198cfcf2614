package search

import "bytes"

// Merge makes one segment of several, without the documents that keep refuses;
// keep is told the place of the segment in the list. It returns nil when no
// document is left. The segments given are not changed.
func Merge(list []*Segment, keep func(segment int, id ID, stamp uint64) bool) *Segment {
	w := writer{}
	sources := make([]source, len(list))
	for i, s := range list {
		sources[i] = source{Segment: s, first: uint32(len(w.documents)), whole: true}
		numbers := make([]uint16, len(s.categories))
		for c, name := range s.categories {
			numbers[c] = w.categories.number(name)
		}
		renumbered := make([]int64, s.Len())
		for d := range uint32(s.Len()) {
			e := s.entry(d)
			if !keep(i, e.id, e.stamp) {
				renumbered[d], sources[i].whole = -1, false
				continue
			}
			renumbered[d] = int64(len(w.documents))
			e.category = numbers[e.category]
			w.documents = append(w.documents, e)
		}
		sources[i].renumbered = renumbered
	}
	if len(w.documents) == 0 {
		return nil
	}
	var same []*source
	var merged []byte // postings of one term
	for {
		same = smallest(sources, same[:0])
		if len(same) == 0 {
			break
		}
		term, stem := same[0].term(same[0].at), same[0].stemString(same[0].at)
		last, count := int64(-1), uint64(0)
		merged = merged[:0]
		for i, s := range same {
			var n uint64
			merged, last, n = s.appendTo(merged, last, i == len(same)-1)
			count += n
			s.at++
		}
		if count == 0 {
			continue
		}
		w.begin(term, stem, count)
		w.postings = append(w.postings, merged...)
		w.end()
	}
	return w.segment()
}

// source is a segment being merged.
type source struct {
	*Segment
	at         int     // its next term
	first      uint32  // number of its first document
	whole      bool    // all its documents are kept
	renumbered []int64 // documents, -1 for one that is left out
}

// smallest finds the sources that have the first of the next terms.
func smallest(sources []source, same []*source) []*source {
	for i := range sources {
		s := &sources[i]
		if s.at == s.termCount() {
			continue
		}
		if len(same) > 0 {
			c := bytes.Compare(s.term(s.at), same[0].term(same[0].at))
			if c > 0 {
				continue
			}
			if c < 0 {
				same = same[:0]
			}
		}
		same = append(same, s)
	}
	return same
}

// appendTo adds the postings of the source's next term, after document last. It
// returns the list, its last document unless this is the end, and how many were
// added.
func (s *source) appendTo(list []byte, last int64, end bool) ([]byte, int64, uint64) {
	c, n := s.of(s.at)
	if s.whole && len(c.rest) > 0 {
		// Only the first gap changes.
		p, ok := c.next()
		if !ok {
			return list, last, 0
		}
		p.document += s.first
		list = append(appendPosting(list, p, last), c.rest...)
		if end {
			return list, 0, n
		}
		for at := int64(p.document); ; {
			before := c.at
			if _, ok := c.next(); !ok {
				return list, at, n
			}
			at += c.at - before
		}
	}
	n = 0
	for p, ok := c.next(); ok; p, ok = c.next() {
		to := s.renumbered[p.document]
		if to < 0 {
			continue
		}
		p.document = uint32(to)
		list = appendPosting(list, p, last)
		last, n = to, n+1
	}
	return list, last, n
}

// Without returns the segment without a document, nil when that was all. It
// returns the segment itself when it does not have the document.
func (s *Segment) Without(id ID) *Segment {
	if !s.Has(id) {
		return s
	}
	return Merge([]*Segment{s}, func(_ int, known ID, _ uint64) bool { return known != id })
}
