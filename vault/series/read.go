package series

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"time"
)

// ErrFormat is returned when content is not what [Writer] writes.
var ErrFormat = errors.New("series: not the content of an import")

// Described is a key with what its values mean.
type Described struct {
	Key
	LOINC string
	Unit  string // UCUM
}

// Span is what an import has of one key.
type Span struct {
	Described
	Points      int
	First, Last int64 // beginnings of the first and the last point, milliseconds since 1970
}

// Index says which points the content of an import has, and where.
type Index struct {
	keys   []Described
	blocks []block
}

// block is a run of points of one key and month.
type block struct {
	key              uint64
	at               int64
	size, points     int
	first, last, end int64
}

func (x *Index) encode() []byte {
	out := binary.AppendUvarint(nil, uint64(len(x.keys)))
	text := func(s string) {
		out = binary.AppendUvarint(out, uint64(len(s)))
		out = append(out, s...)
	}
	for _, k := range x.keys {
		text(k.Measure)
		text(k.Source)
		text(k.LOINC)
		text(k.Unit)
	}
	out = binary.AppendUvarint(out, uint64(len(x.blocks)))
	for _, b := range x.blocks {
		out = binary.AppendUvarint(out, b.key)
		out = binary.AppendUvarint(out, uint64(b.size))
		out = binary.AppendUvarint(out, uint64(b.points))
		out = binary.AppendVarint(out, b.first)
		out = binary.AppendUvarint(out, uint64(b.last-b.first))
		out = binary.AppendUvarint(out, uint64(b.end-b.first))
	}
	return out
}

// trailer is what ends the content: where the index begins, and the magic.
const trailer = 8 + len(Magic)

// maxIndex is how long an index may be, in bytes.
const maxIndex = 64 << 20

// ReadIndex reads the index of content of a size in bytes. It returns [ErrFormat]
// or the error of the reader.
func ReadIndex(content io.ReaderAt, size int64) (*Index, error) {
	if size < int64(len(Magic)+trailer) {
		return nil, ErrFormat
	}
	end := make([]byte, trailer)
	if err := readAt(content, end, size-int64(trailer)); err != nil {
		return nil, err
	}
	at := binary.BigEndian.Uint64(end)
	if string(end[8:]) != Magic || at < uint64(len(Magic)) || at > uint64(size)-uint64(trailer) || uint64(size)-at > maxIndex {
		return nil, ErrFormat
	}
	b := make([]byte, size-int64(trailer)-int64(at))
	if err := readAt(content, b, int64(at)); err != nil {
		return nil, err
	}
	r := &cursor{b: b}
	x := &Index{}
	n := r.count(maxKeys)
	for range n {
		x.keys = append(x.keys, Described{Key: Key{r.text(), r.text()}, LOINC: r.text(), Unit: r.text()})
	}
	n = r.count(MaxBlocks)
	from := int64(len(Magic))
	for i := 0; i < n && !r.bad; i++ {
		c := block{key: r.uvarint(), at: from, size: int(min(r.uvarint(), maxBlock+1)), points: r.count(BlockPoints), first: r.varint()}
		c.last, c.end = c.first+int64(r.uvarint()), c.first+int64(r.uvarint())
		if c.key >= uint64(len(x.keys)) || c.size > maxBlock || c.points == 0 || c.first < -MaxMoment || c.last > MaxMoment || c.end > MaxMoment || c.last < c.first || c.end < c.first {
			return nil, ErrFormat
		}
		from += int64(c.size)
		x.blocks = append(x.blocks, c)
	}
	if r.bad || len(r.b) != 0 || from != int64(at) {
		return nil, ErrFormat
	}
	return x, nil
}

// maxBlock is more than a full block can have, in bytes.
const maxBlock = BlockPoints*(10+10+4+10+10) + 16

func readAt(r io.ReaderAt, b []byte, at int64) error {
	n, err := r.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == nil || err == io.EOF {
		return ErrFormat
	}
	return err
}

// Spans says what there is, in the order in which the keys came.
func (x *Index) Spans() []Span {
	out := make([]Span, len(x.keys))
	for i, k := range x.keys {
		out[i].Described = k
	}
	for _, b := range x.blocks {
		s := &out[b.key]
		if s.Points == 0 || b.first < s.First {
			s.First = b.first
		}
		if s.Points == 0 || b.last > s.Last {
			s.Last = b.last
		}
		s.Points += b.points
	}
	kept := out[:0]
	for _, s := range out {
		if s.Points > 0 {
			kept = append(kept, s)
		}
	}
	return kept
}

// Period is a stretch of time; a zero bound is none.
type Period struct{ From, To time.Time } // To is not part of it

func (p Period) bounds() (from, to int64) {
	from, to = math.MinInt64, math.MaxInt64
	if !p.From.IsZero() {
		from = p.From.UnixMilli()
	}
	if !p.To.IsZero() {
		to = p.To.UnixMilli()
	}
	return from, to
}

// Each reads the points of a measurement, of all for "", that begin in a period,
// block by block: only those are read that can hold one. Of one source alone when
// source is not nil. It returns [ErrFormat], the error of the reader or of yield.
func (x *Index) Each(content io.ReaderAt, measure string, source *string, p Period, yield func(Described, []Point) error) error {
	from, to := p.bounds()
	var buf []byte
	for _, b := range x.blocks {
		k := x.keys[b.key]
		if measure != "" && k.Measure != measure || source != nil && k.Source != *source || b.last < from || b.first >= to {
			continue
		}
		if cap(buf) < b.size {
			buf = make([]byte, max(b.size, 1<<15))
		}
		buf = buf[:b.size]
		if err := readAt(content, buf, b.at); err != nil {
			return err
		}
		points, err := decode(buf)
		if err != nil {
			return err
		}
		if len(points) != b.points {
			return ErrFormat
		}
		for len(points) > 0 && points[0].Start < from {
			points = points[1:]
		}
		for len(points) > 0 && points[len(points)-1].Start >= to {
			points = points[:len(points)-1]
		}
		if len(points) == 0 {
			continue
		}
		if err := yield(k, points); err != nil {
			return err
		}
	}
	return nil
}

// decode reads one block.
func decode(b []byte) ([]Point, error) {
	r := &cursor{b: b}
	n := r.count(BlockPoints)
	head := r.take(3)
	if r.bad || n == 0 || len(r.b) < n {
		return nil, ErrFormat
	}
	flags, first, second := head[0], int(head[1]), int(head[2])
	if first > maxScale || second > maxScale || flags&^(hasSecond|hasLength|rawFirst|rawSecond) != 0 {
		return nil, ErrFormat
	}
	points := make([]Point, n)
	at := int64(0)
	for i := range points {
		step := r.varint()
		if i > 0 && step < 0 {
			return nil, ErrFormat
		}
		at += step
		points[i].Start, points[i].End = at, at
		if at < -MaxMoment || at > MaxMoment {
			return nil, ErrFormat
		}
	}
	if flags&hasLength != 0 {
		for i := range points {
			long := r.uvarint()
			if long > 2*MaxMoment {
				return nil, ErrFormat
			}
			points[i].End += int64(long)
		}
	}
	zone := int64(0)
	for i := range points {
		if zone += r.varint(); zone < -18*60 || zone > 18*60 {
			return nil, ErrFormat
		}
		points[i].Zone = int16(zone)
	}
	r.values(points, flags&rawFirst != 0, first, func(p *Point, v float64) { p.Value = v })
	if flags&hasSecond != 0 {
		r.values(points, flags&rawSecond != 0, second, func(p *Point, v float64) { p.Second = v })
	}
	if r.bad || len(r.b) != 0 {
		return nil, ErrFormat
	}
	for _, p := range points {
		if Check(p) != nil {
			return nil, ErrFormat
		}
	}
	return points, nil
}

// cursor reads on through bytes; bad is set by the first thing that is not there.
type cursor struct {
	b   []byte
	bad bool
}

func (r *cursor) uvarint() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *cursor) varint() int64 {
	n, size := binary.Varint(r.b)
	if size <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *cursor) count(most int) int {
	n := r.uvarint()
	if n > uint64(most) {
		r.bad = true
		return 0
	}
	return int(n)
}

func (r *cursor) take(n int) []byte {
	if n > len(r.b) {
		r.bad, r.b = true, nil
		return make([]byte, n)
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *cursor) text() string {
	return string(bytes.ToValidUTF8(r.take(r.count(MaxText)), []byte("\ufffd")))
}

func (r *cursor) values(points []Point, raw bool, scale int, set func(*Point, float64)) {
	n, by := int64(0), math.Pow10(scale)
	for i := range points {
		if raw {
			set(&points[i], math.Float64frombits(binary.BigEndian.Uint64(r.take(8))))
			continue
		}
		n += r.varint()
		set(&points[i], float64(n)/by)
	}
}
