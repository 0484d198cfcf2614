package frame

import (
	"encoding/binary"
	"unicode/utf8"
)

// The limits of what Codes answers.
const (
	MaxCodes    = 32       // in one answer
	MaxCode     = 8 << 10  // bytes of one text
	MaxCodesAll = 64 << 10 // bytes of the whole answer
)

// Whole is the width and height of a page in the units of Codes.
const Whole = 10_000

// Codes asks which QR codes and DataMatrix symbols are on a page, or in a part of it,
// in ten-thousandths of its width and height.
type Codes struct {
	Page                uint32 // from 1 to MaxPages
	X, Y, Width, Height uint16 // within Whole; 0, 0, Whole, Whole is the page
}

// A Symbol is what Codes finds.
type Symbol struct {
	Kind byte   // KindQR or KindDataMatrix
	Text string // 1 to MaxCode bytes of UTF-8
}

// The kinds of symbols.
const (
	KindQR         byte = 1
	KindDataMatrix byte = 2
)

func (Codes) request()   {}
func (Codes) kind() byte { return kindCodes }

const codesSize = 12

func (m Codes) appendPayload(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, m.Page)
	for _, n := range []uint16{m.X, m.Y, m.Width, m.Height} {
		b = binary.BigEndian.AppendUint16(b, n)
	}
	return b
}

func parseCodes(p []byte) (Codes, error) {
	if len(p) != codesSize {
		return Codes{}, ErrMalformed
	}
	u := func(i int) uint16 { return binary.BigEndian.Uint16(p[i:]) }
	m := Codes{Page: binary.BigEndian.Uint32(p), X: u(4), Y: u(6), Width: u(8), Height: u(10)}
	if m.Page == 0 || m.Page > MaxPages || m.Width == 0 || m.Height == 0 || int(m.X)+int(m.Width) > Whole || int(m.Y)+int(m.Height) > Whole {
		return Codes{}, ErrMalformed
	}
	return m, nil
}

// AppendSymbols writes the answer to Codes: 1 when a part of the page looks like a
// symbol that could not be read and 0 otherwise, then the kind, the length (2 bytes) and
// the text of each. What is beyond the limits is left out.
func AppendSymbols(b []byte, symbols []Symbol, likely bool) []byte {
	first := len(b)
	b = append(b, 0)
	if likely {
		b[first] = 1
	}
	for _, s := range symbols[:min(len(symbols), MaxCodes)] {
		if s.valid() && len(b)-first+3+len(s.Text) <= MaxCodesAll {
			b = append(b, s.Kind)
			b = binary.BigEndian.AppendUint16(b, uint16(len(s.Text)))
			b = append(b, s.Text...)
		}
	}
	return b
}

func (s *Symbol) valid() bool {
	return (s.Kind == KindQR || s.Kind == KindDataMatrix) && len(s.Text) >= 1 && len(s.Text) <= MaxCode && utf8.ValidString(s.Text)
}

// ParseSymbols reads what AppendSymbols wrote. It returns ErrMalformed for anything
// else.
func ParseSymbols(p []byte) (symbols []Symbol, likely bool, err error) {
	if len(p) == 0 || len(p) > MaxCodesAll || p[0] > 1 {
		return nil, false, ErrMalformed
	}
	likely, p = p[0] == 1, p[1:]
	for len(p) > 0 {
		if len(p) < 3 || len(symbols) == MaxCodes {
			return nil, false, ErrMalformed
		}
		n := 3 + int(binary.BigEndian.Uint16(p[1:]))
		if n > len(p) {
			return nil, false, ErrMalformed
		}
		s := Symbol{p[0], string(p[3:n])}
		if !s.valid() {
			return nil, false, ErrMalformed
		}
		symbols, p = append(symbols, s), p[n:]
	}
	return symbols, likely, nil
}
