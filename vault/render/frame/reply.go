package frame

import (
	"encoding/binary"
	"fmt"
)

// A Reply is a Message from the worker: Ready, Opened, Result, Data or Fail.
type Reply interface {
	Message
	reply()
}

// Ready answers Open: the worker lives, and the document may be sent.
type Ready struct {
	Version uint16 // Version of the worker
}

// Opened answers the last Data of a document that can be shown.
type Opened struct {
	Pages uint32 // 1 to MaxPages
}

// Result answers Text, Render, Photo or Codes. Size bytes follow in Data messages.
type Result struct {
	Size uint32 // bytes, 0 to MaxPicture
	Cut  bool   // the text is longer than the limit asked for, and stops there; the sheet of paper was cut out of the photograph
}

// Fail answers anything the worker cannot do. The worker stays usable; after a
// Fail in the place of Ready or Opened no document is open.
type Fail struct {
	Code Code
}

// A Code is the reason of a Fail.
type Code uint8

// The reasons of a Fail.
const (
	FailVersion  Code = 1 // the worker speaks another version of the protocol
	FailFormat   Code = 2 // not a document of an accepted type, or too damaged to open
	FailPassword Code = 3 // the document opens with a password only
	FailPage     Code = 4 // this page cannot be shown
	FailLarge    Code = 5 // the photograph has more than MaxPhoto pixels
)

func (Ready) reply()  {}
func (Opened) reply() {}
func (Result) reply() {}
func (Data) reply()   {}
func (Fail) reply()   {}

func (Ready) kind() byte  { return kindReady }
func (Opened) kind() byte { return kindOpened }
func (Result) kind() byte { return kindResult }
func (Fail) kind() byte   { return kindFail }

const (
	readySize  = 2
	openedSize = 4
	resultSize = 5
	failSize   = 1
)

func (m Ready) appendPayload(b []byte) []byte {
	return binary.BigEndian.AppendUint16(b, m.Version)
}

func (m Opened) appendPayload(b []byte) []byte {
	return binary.BigEndian.AppendUint32(b, m.Pages)
}

func (m Result) appendPayload(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, m.Size)
	if m.Cut {
		return append(b, 1)
	}
	return append(b, 0)
}

func (m Fail) appendPayload(b []byte) []byte { return append(b, byte(m.Code)) }

// Reply reads the next message of the worker. Data stays valid until the next
// call. The error is io.EOF when the worker ended between two messages,
// io.ErrUnexpectedEOF when it did so inside one, and wraps ErrMalformed when the
// bytes are no reply.
func (r *Reader) Reply() (Reply, error) {
	kind, p, err := r.read(func(kind byte) int {
		switch kind {
		case kindReady:
			return readySize
		case kindOpened:
			return openedSize
		case kindResult:
			return resultSize
		case kindData:
			return MaxData
		case kindFail:
			return failSize
		}
		return -1
	})
	if err != nil {
		return nil, err
	}
	m, err := parseReply(kind, p)
	if err != nil {
		return nil, fmt.Errorf("kind %#x: %w", kind, err)
	}
	return m, nil
}

func parseReply(kind byte, p []byte) (Reply, error) {
	switch kind {
	case kindReady:
		if len(p) != readySize {
			return nil, ErrMalformed
		}
		return Ready{Version: binary.BigEndian.Uint16(p)}, nil
	case kindOpened:
		return parseOpened(p)
	case kindResult:
		return parseResult(p)
	case kindData:
		return parseData(p)
	default: // kindFail: read let nothing else pass
		return parseFail(p)
	}
}

func parseOpened(p []byte) (Opened, error) {
	if len(p) != openedSize {
		return Opened{}, ErrMalformed
	}
	m := Opened{Pages: binary.BigEndian.Uint32(p)}
	if m.Pages == 0 || m.Pages > MaxPages {
		return Opened{}, ErrMalformed
	}
	return m, nil
}

func parseResult(p []byte) (Result, error) {
	if len(p) != resultSize || p[4] > 1 {
		return Result{}, ErrMalformed
	}
	m := Result{Size: binary.BigEndian.Uint32(p), Cut: p[4] == 1}
	if m.Size > MaxPicture {
		return Result{}, ErrMalformed
	}
	return m, nil
}

func parseFail(p []byte) (Fail, error) {
	if len(p) != failSize || p[0] < byte(FailVersion) || p[0] > byte(FailLarge) {
		return Fail{}, ErrMalformed
	}
	return Fail{Code: Code(p[0])}, nil
}
