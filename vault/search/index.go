package search

import (
	"cmp"
	"iter"
	"slices"
)

// Origin is where a segment belongs: whose record it is about, and who may read
// it. Segments of one origin can be merged.
type Origin struct{ Record, Circle ID }

// Index is what can be searched: segments and which of their documents count. A
// document counts once, in the segment that was told so last. The zero value is
// empty and ready for use.
type Index struct {
	parts []*part
	where map[ID]place
	words uint64 // of the documents that count
}

// part is a segment in an index.
type part struct {
	*Segment
	Origin
	tag   uint64
	live  []bool    // by document
	count int       // of live
	inBin []bool    // by document; apart from the segment, where each would be a line of memory of its own
	once  []float32 // by document: what a word that is in it once weighs there
}

type place struct {
	part     *part
	document uint32
}

// Add takes a segment in. tag is the caller's name for it. Those of its
// documents count that live reports; each then counts here and nowhere else.
func (x *Index) Add(s *Segment, from Origin, tag uint64, live func(id ID, stamp uint64) bool) {
	p := &part{Segment: s, Origin: from, tag: tag, live: make([]bool, s.Len()), inBin: make([]bool, s.Len()), once: make([]float32, s.Len())}
	average := float32(s.words) / float32(max(1, s.Len()))
	if x.where == nil {
		x.where = make(map[ID]place, s.Len())
	}
	for i := range uint32(s.Len()) {
		e := s.entry(i)
		p.once[i] = (bm25K1 + 1) / (1 + bm25K1*(1-bm25B+bm25B*float32(e.words)/max(1, average)))
		p.inBin[i] = e.bin
		if !live(e.id, e.stamp) {
			continue
		}
		x.Forget(e.id)
		p.live[i], x.where[e.id] = true, place{p, i}
		p.count++
		x.words += uint64(e.words)
	}
	x.parts = append(x.parts, p)
}

// Forget makes a document count no longer. Its words stay in memory as long as
// its segment.
func (x *Index) Forget(id ID) {
	at, ok := x.where[id]
	if !ok {
		return
	}
	at.part.live[at.document] = false
	at.part.count--
	x.words -= uint64(at.part.length(at.document))
	delete(x.where, id)
}

// Remove takes segments out, with the documents that count in them.
func (x *Index) Remove(tags ...uint64) {
	x.parts = slices.DeleteFunc(x.parts, func(p *part) bool {
		if !slices.Contains(tags, p.tag) {
			return false
		}
		for i, live := range p.live {
			if live {
				x.Forget(p.entry(uint32(i)).id)
			}
		}
		return true
	})
}

// Stamp returns the stamp under which a document counts.
func (x *Index) Stamp(id ID) (stamp uint64, ok bool) {
	at, ok := x.where[id]
	if !ok {
		return 0, false
	}
	return at.part.entry(at.document).stamp, true
}

// Len is how many documents count.
func (x *Index) Len() int { return len(x.where) }

// Size is the length of all segments in bytes, and how many there are.
func (x *Index) Size() (bytes, segments int) {
	for _, p := range x.parts {
		bytes += len(p.b)
	}
	return bytes, len(x.parts)
}

// Wipe overwrites all segments with zeros and empties the index. Nobody may be
// searching.
func (x *Index) Wipe() {
	for _, p := range x.parts {
		p.Segment.Wipe()
	}
	*x = Index{}
}

// MaxSegment is the length up to which segments are merged, in bytes: an
// envelope holds 16 MiB. Only one that was built of a single large document
// comes near.
const MaxSegment = 15 << 20

const (
	smallSegment = 64 // up to so many documents, all are of one size
	mergeAt      = 4  // so many of one size are merged
)

// Worn returns segments of one origin that are better merged into one: several
// of about one size, or one most of whose documents do not count. It returns
// none when all is well. Merging them by [Index.Merge] makes Worn return others,
// and none in the end.
func (x *Index) Worn() (tags []uint64) {
	type class struct {
		Origin
		size int
	}
	classes := map[class][]*part{}
	for _, p := range x.parts {
		if 2*p.count < p.Len() {
			return []uint64{p.tag}
		}
		c := class{p.Origin, 0}
		for n := smallSegment; n < p.count; n *= mergeAt {
			c.size++
		}
		classes[c] = append(classes[c], p)
	}
	for _, list := range classes {
		if len(list) < mergeAt {
			continue
		}
		slices.SortFunc(list, func(p, q *part) int { return cmp.Compare(len(p.b), len(q.b)) })
		total := 0
		for _, p := range list[:mergeAt] {
			total += len(p.b)
			tags = append(tags, p.tag)
		}
		if total <= MaxSegment {
			return tags
		}
		tags = nil
	}
	return nil
}

// Merge makes one segment of those of an origin, of the documents that count in
// them; nil when there are none. The index stays as it is.
func (x *Index) Merge(tags []uint64) (merged *Segment, from Origin) {
	var parts []*part
	var list []*Segment
	for _, p := range x.parts {
		if slices.Contains(tags, p.tag) {
			parts, list, from = append(parts, p), append(list, p.Segment), p.Origin
		}
	}
	return Merge(list, func(i int, id ID, _ uint64) bool { return x.where[id].part == parts[i] }), from
}

// Segments gives the segments of the index.
func (x *Index) Segments() iter.Seq[*Segment] {
	return func(yield func(*Segment) bool) {
		for _, p := range x.parts {
			if !yield(p.Segment) {
				return
			}
		}
	}
}
