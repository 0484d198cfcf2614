// Package canon reads CBOR in its core deterministic form (RFC 8949, 4.2.1), item
// by item: shortest numbers, definite lengths, texts of valid UTF-8. Anything else
// is refused. It is for the few structures that a vault holds a hundred thousand
// of; the others are read by the general decoder.
package canon

import (
	"encoding/binary"
	"math"
	"unicode/utf8"
)

// Reader reads one value after the other. What does not fit makes this and all
// further ones zeros, and [Reader.Done] false, so that a caller asks once, at the
// end. Byte strings are parts of what is read.
type Reader struct {
	rest []byte
	bad  bool
}

// Read begins with b.
func Read(b []byte) Reader { return Reader{rest: b} }

// Done reports whether everything fitted and nothing is left.
func (r *Reader) Done() bool { return !r.bad && len(r.rest) == 0 }

// Fail makes [Reader.Done] false: what was read is not what it should be.
func (r *Reader) Fail() { r.rest, r.bad = nil, true }

// Major types of RFC 8949, 3.1.
const (
	unsigned = iota << 5
	_
	octets
	text
	array
	pairs
	_
	simple
)

// head reads the head of an item of one major type: its argument.
func (r *Reader) head(major byte) uint64 {
	if len(r.rest) == 0 || r.rest[0]&0xe0 != major {
		r.Fail()
		return 0
	}
	short := r.rest[0] & 0x1f
	r.rest = r.rest[1:]
	if short < 24 {
		return uint64(short)
	}
	var n, least uint64 // below least a shorter form would have done
	width := 0
	switch {
	case short == 24 && len(r.rest) >= 1:
		n, least, width = uint64(r.rest[0]), 24, 1
	case short == 25 && len(r.rest) >= 2:
		n, least, width = uint64(binary.BigEndian.Uint16(r.rest)), 1<<8, 2
	case short == 26 && len(r.rest) >= 4:
		n, least, width = uint64(binary.BigEndian.Uint32(r.rest)), 1<<16, 4
	case short == 27 && len(r.rest) >= 8:
		n, least, width = binary.BigEndian.Uint64(r.rest), 1<<32, 8
	}
	if width == 0 || n < least {
		r.Fail()
		return 0
	}
	r.rest = r.rest[width:]
	return n
}

// Uint reads a number that is not negative and at most limit.
func (r *Reader) Uint(limit uint64) uint64 {
	n := r.head(unsigned)
	if n > limit {
		r.Fail()
		return 0
	}
	return n
}

// Int reads a number that is not negative.
func (r *Reader) Int() int64 { return int64(r.Uint(math.MaxInt64)) }

// Bool reads a truth value.
func (r *Reader) Bool() bool {
	n := r.head(simple)
	if n != 20 && n != 21 {
		r.Fail()
	}
	return n == 21
}

// Bytes reads a byte string.
func (r *Reader) Bytes() []byte { return r.take(r.head(octets)) }

// Fixed reads a byte string of exactly the length of to.
func (r *Reader) Fixed(to []byte) {
	if copy(to, r.take(r.length(octets, len(to)))) != len(to) {
		r.Fail()
	}
}

// Text reads a text.
func (r *Reader) Text() string {
	b := r.take(r.head(text))
	if !utf8.Valid(b) {
		r.Fail()
		return ""
	}
	return string(b)
}

// Array reads how many items follow that belong to a list.
func (r *Reader) Array() int { return r.items(array) }

// Map reads how many keys follow, each with its value.
func (r *Reader) Map() int { return r.items(pairs) }

// items never promises more than there are bytes left.
func (r *Reader) items(major byte) int {
	n := r.head(major)
	if n > uint64(len(r.rest)) {
		r.Fail()
		return 0
	}
	return int(n)
}

func (r *Reader) length(major byte, want int) uint64 {
	n := r.head(major)
	if n != uint64(want) {
		r.Fail()
		return 0
	}
	return n
}

func (r *Reader) take(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.Fail()
		return nil
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}
