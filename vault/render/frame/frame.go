// Package frame is the language that package render and its worker process
// speak over the worker's standard input and output.
//
// A frame is a kind (1 byte), the length of its payload (4 bytes, big endian)
// and the payload. Kinds have their high bit set, so text that a library prints
// on standard output by mistake is refused at its first byte. Every number has
// one encoding and a hard limit, checked on both sides when it is read: a worker
// taken over by a hostile document cannot make its reader allocate more than
// the limits below.
//
// A conversation about one document:
//
//	Open                   ->
//	                       <- Ready            (nothing of the document was sent yet)
//	Data, Data, ...        ->
//	                       <- Opened or Fail
//	Text, Render, Photo, Codes ->
//	                       <- Result, Data, Data, ... or Fail     (any number of times)
//	Close                  ->                  (no answer)
package frame

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Version is the version of the protocol, sent in Open and in Ready.
const Version = 2

// The limits of the protocol, the same on both sides.
const (
	MaxDocument = 256 << 20  // bytes of one document
	MaxText     = 2 << 20    // bytes of text in one Result
	MaxPicture  = 168 << 20  // bytes of picture in one Result: 40 megapixels of noise, 4 bytes each
	MaxSide     = 8192       // pixels on one side of a picture
	MaxPixels   = 40_000_000 // pixels of a picture
	MaxPhoto    = 64_000_000 // pixels of a photograph that is read
	MaxPages    = 1 << 16    // pages of a document
	MaxData     = 256 << 10  // bytes in one Data
)

// ExitMemory is the exit status of a worker that ended itself because it had
// grown above the size named in Open.
const ExitMemory = 66

// ErrMalformed is returned when the bytes read are not a frame, or are a frame
// outside the limits. The reader cannot be used any more.
var ErrMalformed = errors.New("malformed frame")

// A Message is one frame: Open, Data, Text, Render, Photo, Codes or Close from the parent,
// Ready, Opened, Result, Data or Fail from the worker.
type Message interface {
	kind() byte
	appendPayload([]byte) []byte
}

const (
	kindOpen   = 0x81
	kindData   = 0x82
	kindText   = 0x83
	kindRender = 0x84
	kindClose  = 0x85
	kindPhoto  = 0x86
	kindCodes  = 0x87
	kindReady  = 0xc1
	kindOpened = 0xc2
	kindResult = 0xc3
	kindFail   = 0xc4

	headerSize = 5
)

// Data is a piece of a document (from the parent) or of a Result (from the
// worker), 1 to MaxData bytes.
type Data []byte

func (Data) kind() byte                      { return kindData }
func (d Data) appendPayload(b []byte) []byte { return append(b, d...) }

func parseData(p []byte) (Data, error) {
	if len(p) == 0 {
		return nil, ErrMalformed
	}
	return Data(p), nil
}

// A Writer writes messages. It is not safe for concurrent use.
type Writer struct {
	w   io.Writer
	buf []byte
}

// NewWriter returns a Writer that makes one Write call on w for each message.
func NewWriter(w io.Writer) *Writer {
	return &Writer{w: w}
}

// Send writes m. Its error is the one of the underlying Write.
func (w *Writer) Send(m Message) error {
	b := append(w.buf[:0], m.kind(), 0, 0, 0, 0)
	b = m.appendPayload(b)
	binary.BigEndian.PutUint32(b[1:headerSize], uint32(len(b)-headerSize))
	w.buf = b
	_, err := w.w.Write(b)
	return err
}

// SendData writes all of p as Data messages.
func (w *Writer) SendData(p []byte) error {
	for len(p) > 0 {
		n := min(len(p), MaxData)
		if err := w.Send(Data(p[:n])); err != nil {
			return err
		}
		p = p[n:]
	}
	return nil
}

// A Reader reads messages. It is not safe for concurrent use.
type Reader struct {
	r      io.Reader
	header [headerSize]byte
	buf    []byte
}

// NewReader returns a Reader on r. It reads no byte beyond the message asked for.
func NewReader(r io.Reader) *Reader {
	return &Reader{r: r}
}

// read returns the next frame, its payload at most limit(kind) bytes long. A kind
// whose limit is negative is refused. The error is io.EOF only between frames.
func (r *Reader) read(limit func(kind byte) int) (kind byte, payload []byte, err error) {
	if _, err := io.ReadFull(r.r, r.header[:1]); err != nil {
		return 0, nil, err
	}
	kind = r.header[0]
	most := limit(kind)
	if most < 0 {
		return 0, nil, fmt.Errorf("kind %#x: %w", kind, ErrMalformed)
	}
	if _, err := io.ReadFull(r.r, r.header[1:]); err != nil {
		return 0, nil, unexpected(err)
	}
	n := binary.BigEndian.Uint32(r.header[1:])
	if n > uint32(most) {
		return 0, nil, fmt.Errorf("kind %#x: length %d: %w", kind, n, ErrMalformed)
	}
	if cap(r.buf) < int(n) {
		r.buf = make([]byte, n)
	}
	payload = r.buf[:n]
	if _, err := io.ReadFull(r.r, payload); err != nil {
		return 0, nil, unexpected(err)
	}
	return kind, payload, nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
