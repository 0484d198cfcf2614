package frame

import (
	"encoding/binary"
	"fmt"
)

// A Request is a Message from the parent: Open, Data, Text, Render, Photo, Codes or Close.
type Request interface {
	Message
	request()
}

// Open announces a document and closes the one before it, if any.
type Open struct {
	Version  uint16 // Version of the sender; the worker refuses any other with FailVersion
	Size     uint32 // bytes of the document, 1 to MaxDocument
	Resident uint64 // bytes of memory above which the worker must end; 0: the parent watches
}

// Text asks for the text of a page.
type Text struct {
	Page  uint32 // from 1 to MaxPages
	Limit uint32 // bytes of UTF-8, 1 to MaxText
}

// Render asks for a picture of a page, as PNG, as large as fits.
type Render struct {
	Page          uint32 // from 1 to MaxPages
	Width, Height uint16 // pixels, 1 to MaxSide each, at most MaxPixels together
}

// Photo asks for a photograph, JPEG or PNG, as JPEG: turned as the camera noted, as
// large as fits in Side x Side pixels.
type Photo struct {
	Straighten bool   // cut the sheet of paper out and straighten it, where one is found
	Turns      uint8  // quarter turns to the right besides, 0 to 3
	Side       uint16 // pixels, 1 to MaxSide
}

// Close says that no more will be asked about the document.
type Close struct{}

func (Open) request()   {}
func (Data) request()   {}
func (Text) request()   {}
func (Render) request() {}
func (Photo) request()  {}
func (Close) request()  {}

func (Open) kind() byte   { return kindOpen }
func (Text) kind() byte   { return kindText }
func (Render) kind() byte { return kindRender }
func (Photo) kind() byte  { return kindPhoto }
func (Close) kind() byte  { return kindClose }

const (
	openSize   = 14
	textSize   = 8
	renderSize = 8
	photoSize  = 4
)

func (m Open) appendPayload(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, m.Version)
	b = binary.BigEndian.AppendUint32(b, m.Size)
	return binary.BigEndian.AppendUint64(b, m.Resident)
}

func (m Text) appendPayload(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, m.Page)
	return binary.BigEndian.AppendUint32(b, m.Limit)
}

func (m Render) appendPayload(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, m.Page)
	b = binary.BigEndian.AppendUint16(b, m.Width)
	return binary.BigEndian.AppendUint16(b, m.Height)
}

func (m Photo) appendPayload(b []byte) []byte {
	straighten := byte(0)
	if m.Straighten {
		straighten = 1
	}
	return binary.BigEndian.AppendUint16(append(b, straighten, m.Turns), m.Side)
}

func (Close) appendPayload(b []byte) []byte { return b }

// Request reads the next message of the parent. Data stays valid until the next
// call. The error is io.EOF when the parent closed the pipe between two messages,
// io.ErrUnexpectedEOF when it did so inside one, and wraps ErrMalformed when the
// bytes are no request.
func (r *Reader) Request() (Request, error) {
	kind, p, err := r.read(func(kind byte) int {
		switch kind {
		case kindOpen:
			return openSize
		case kindData:
			return MaxData
		case kindText:
			return textSize
		case kindRender:
			return renderSize
		case kindPhoto:
			return photoSize
		case kindCodes:
			return codesSize
		case kindClose:
			return 0
		}
		return -1
	})
	if err != nil {
		return nil, err
	}
	m, err := parseRequest(kind, p)
	if err != nil {
		return nil, fmt.Errorf("kind %#x: %w", kind, err)
	}
	return m, nil
}

func parseRequest(kind byte, p []byte) (Request, error) {
	switch kind {
	case kindOpen:
		return parseOpen(p)
	case kindData:
		return parseData(p)
	case kindText:
		return parseText(p)
	case kindRender:
		return parseRender(p)
	case kindPhoto:
		return parsePhoto(p)
	case kindCodes:
		return parseCodes(p)
	default: // kindClose: read let nothing else pass
		return Close{}, nil
	}
}

func parseOpen(p []byte) (Open, error) {
	if len(p) != openSize {
		return Open{}, ErrMalformed
	}
	m := Open{
		Version:  binary.BigEndian.Uint16(p),
		Size:     binary.BigEndian.Uint32(p[2:]),
		Resident: binary.BigEndian.Uint64(p[6:]),
	}
	if m.Size == 0 || m.Size > MaxDocument {
		return Open{}, ErrMalformed
	}
	return m, nil
}

func parseText(p []byte) (Text, error) {
	if len(p) != textSize {
		return Text{}, ErrMalformed
	}
	m := Text{Page: binary.BigEndian.Uint32(p), Limit: binary.BigEndian.Uint32(p[4:])}
	if m.Page == 0 || m.Page > MaxPages || m.Limit == 0 || m.Limit > MaxText {
		return Text{}, ErrMalformed
	}
	return m, nil
}

func parseRender(p []byte) (Render, error) {
	if len(p) != renderSize {
		return Render{}, ErrMalformed
	}
	m := Render{
		Page:   binary.BigEndian.Uint32(p),
		Width:  binary.BigEndian.Uint16(p[4:]),
		Height: binary.BigEndian.Uint16(p[6:]),
	}
	if m.Page == 0 || m.Page > MaxPages || !Drawable(int(m.Width), int(m.Height)) {
		return Render{}, ErrMalformed
	}
	return m, nil
}

func parsePhoto(p []byte) (Photo, error) {
	if len(p) != photoSize || p[0] > 1 {
		return Photo{}, ErrMalformed
	}
	m := Photo{Straighten: p[0] == 1, Turns: p[1], Side: binary.BigEndian.Uint16(p[2:])}
	if m.Turns > 3 || m.Side == 0 || m.Side > MaxSide {
		return Photo{}, ErrMalformed
	}
	return m, nil
}

// Drawable reports whether a picture of width x height pixels is within the limits.
func Drawable(width, height int) bool {
	return width >= 1 && width <= MaxSide && height >= 1 && height <= MaxSide && width*height <= MaxPixels
}
