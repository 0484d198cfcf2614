package worker

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"slices"
	"strings"

	"github.com/suyashkumar/dicom/pkg/tag"

	"carnet/vault/render/frame"
)

// The library sets aside what an element says it is long, up to 4 GiB, before it finds
// that the file is shorter, and inflates without end. What it gets is therefore a file
// that is made here, of the few elements that are looked at, each within the file.

// Limits of a DICOM file.
const (
	mostElements = 20_000
	mostNested   = 64      // sequences in sequences
	longestValue = 1 << 16 // bytes of a value that is text or numbers

	// mostInflated is how many bytes a deflated file may have, and mostRatio how many
	// times its length, beyond a mebibyte: pictures of an apparatus deflate to a third.
	mostInflated = 64 << 20
	mostRatio    = 50
)

// The tags that part a sequence, and the length of what ends by one of them (DICOM
// PS3.5, 7.5).
const (
	itemBegins   = 0xe000
	itemEnds     = 0xe00d
	sequenceEnds = 0xe0dd
	itemGroup    = 0xfffe
	undefined    = 0xffffffff
)

// Value representations, two letters each: those with a length of four bytes (PS3.5,
// 7.1.2) and those of what is looked at.
const (
	longLengths = "OB OD OF OL OV OW SQ SV UC UN UR UT UV"
	plainValues = "AE AS CS DA DS DT IS LO LT PN SH ST TM UI UL US SL SS"
)

// sifted is what is looked at in a file.
type sifted struct {
	file       []byte // the elements but the pixels, as a DICOM file
	syntax     string // the transfer syntax of the original
	big        bool   // its byte order
	pixels     []byte // within the original
	compressed bool   // pixels is a picture in a format of its own
}

// sift reads a file as far as each element keeps to it: what stands before the first
// that does not, counts. The code says why nothing can be read.
func sift(content []byte) (s *sifted, code frame.Code) {
	w := &walker{rest: content[preamble+len(magicDICOM):], order: binary.LittleEndian}
	s = &sifted{}
	known := map[tag.Tag]bool{} // each counts once
	for len(w.rest) >= 2 && binary.LittleEndian.Uint16(w.rest) == 2 {
		e, ok := w.next()
		if !ok {
			return nil, frame.FailFormat
		}
		if known[e.tag] = true; e.tag == tag.TransferSyntaxUID {
			s.syntax = strings.TrimRight(string(e.value), "\x00 ")
		}
	}
	switch s.syntax {
	case implicitLittle:
		w.implicit = true
	case explicitBig:
		w.order, s.big = binary.BigEndian, true
	case deflatedLittle:
		var ok bool
		if w.rest, ok = inflate(w.rest); !ok {
			return nil, frame.FailLarge
		}
	case "": // a value representation is two capitals
		w.implicit = len(w.rest) < 6 || !isCapital(w.rest[4]) || !isCapital(w.rest[5])
	}
	s.begin(w.implicit)
	for range mostElements {
		e, ok := w.next()
		if !ok {
			break
		}
		if known[e.tag] {
			continue
		}
		known[e.tag] = true
		switch {
		case e.tag == tag.PixelData && e.undefined:
			s.pixels, s.compressed = firstFragment(e.value), true
		case e.tag == tag.PixelData:
			s.pixels = e.value
		case slices.Contains(looked, e.tag) && !e.undefined && len(e.value) <= longestValue && (w.implicit || strings.Contains(plainValues, e.vr)):
			s.file = append(s.file, e.whole...)
		}
	}
	if len(known) == 0 {
		return nil, frame.FailFormat
	}
	return s, 0
}

func isCapital(b byte) bool { return 'A' <= b && b <= 'Z' }

// begin writes what a file begins with.
func (s *sifted) begin(implicit bool) {
	syntax := explicitLittle
	switch {
	case implicit:
		syntax = implicitLittle
	case s.big:
		syntax = explicitBig
	}
	if len(syntax)%2 == 1 {
		syntax += "\x00"
	}
	u16 := binary.LittleEndian.AppendUint16
	named := u16(append(u16(u16(nil, 2), 0x10), "UI"...), uint16(len(syntax)))
	named = append(named, syntax...)
	s.file = append(make([]byte, preamble), magicDICOM...)
	s.file = u16(append(u16(u16(s.file, 2), 0), "UL"...), 4)
	s.file = binary.LittleEndian.AppendUint32(s.file, uint32(len(named)))
	s.file = append(s.file, named...)
}

// inflate is false for what becomes more than a file may be. What breaks off is given as
// far as it goes.
func inflate(b []byte) (out []byte, ok bool) {
	most := min(mostInflated, 1<<20+mostRatio*len(b))
	out, _ = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b)), int64(most)+1)) // an error is an end that comes early
	return out, len(out) <= most
}

// firstFragment is the picture behind the table of offsets (PS3.5, annex A.4).
func firstFragment(items []byte) []byte {
	w := walker{rest: items, order: binary.LittleEndian}
	if table, ok := w.next(); !ok || table.tag.Element != itemBegins {
		return nil
	}
	if picture, ok := w.next(); ok && picture.tag.Element == itemBegins {
		return picture.value
	}
	return nil
}

// walker reads elements one after the other, without believing a length.
type walker struct {
	rest     []byte
	order    binary.ByteOrder
	implicit bool // value representations are not written
}

// part is an element of a file, and lies within it.
type part struct {
	tag       tag.Tag
	vr        string // "" where it is not written
	value     []byte
	undefined bool   // value holds items, up to the mark of their end
	whole     []byte // with what stands before the value
}

// next is false at the end, and before an element that does not keep to the file.
func (w *walker) next() (e part, ok bool) { return w.element(0) }

func (w *walker) element(depth int) (e part, ok bool) {
	if len(w.rest) < 8 {
		return e, false
	}
	begin := w.rest
	e.tag = tag.Tag{Group: w.order.Uint16(begin), Element: w.order.Uint16(begin[2:])}
	head, length := 8, w.order.Uint32(begin[4:])
	if !w.implicit && e.tag.Group != itemGroup {
		e.vr = string(begin[4:6])
		length = uint32(w.order.Uint16(begin[6:]))
		if strings.Contains(longLengths, e.vr) {
			if len(begin) < 12 {
				return e, false
			}
			head, length = 12, w.order.Uint32(begin[8:])
		}
	}
	w.rest = begin[head:]
	if length == undefined {
		e.undefined = true
		e.value, ok = w.items(e.vr == "UN", depth+1)
	} else if ok = uint64(length) <= uint64(len(w.rest)); ok {
		e.value, w.rest = w.rest[:length], w.rest[length:]
	}
	e.whole = begin[:len(begin)-len(w.rest)]
	return e, ok
}

// items passes over what has no length, up to its end, and gives it without that. What
// is of an unknown kind is implicit within (PS3.5, 6.2.2, note 2).
func (w *walker) items(unknown bool, depth int) (all []byte, ok bool) {
	if depth > mostNested {
		return nil, false
	}
	begin, implicit := w.rest, w.implicit
	w.implicit = implicit || unknown
	defer func() { w.implicit = implicit }()
	for {
		before := len(begin) - len(w.rest)
		e, ok := w.element(depth)
		if !ok {
			return nil, false
		}
		if e.tag.Group == itemGroup && (e.tag.Element == sequenceEnds || e.tag.Element == itemEnds) {
			return begin[:before], true
		}
	}
}
