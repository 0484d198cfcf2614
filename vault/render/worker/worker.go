// Package worker is the process that opens documents for package render: the
// only code of the program that parses PDF and pictures, with MuPDF, a large C
// library that a hostile document may take over. It therefore receives a document
// as bytes on standard input, and nothing else: no path, no key, no environment;
// it gives up opening files, sockets and programs before the first byte arrives,
// where the system lets a process do so, and works on one document at a time,
// since MuPDF as wrapped by go-fitz crashes with two.
//
// The program calls Main in its hidden mode « render-worker » and does nothing
// before or beside it. Built without cgo, go-fitz would look for a MuPDF library
// of the system instead of the one it brings: build the program with cgo.
package worker

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"carnet/vault/render/frame"
)

// errOrder is returned when the parent asks in an order the protocol does not know.
var errOrder = errors.New("request out of order")

// largeUse is the number of bytes, of a document and what was answered about it, after
// which memory is given back to the system at the end of the document: the parent
// replaces a worker that stays large.
const largeUse = 16 << 20

// processors is how many threads run Go code at once: one works while the other
// waits for the parent to go away. It also keeps the address space small on
// machines with many cores.
const processors = 2

// Main limits what this process may do, irrevocably, and then serves the parent
// over in and out, until in ends. It returns nil when in ended, whatever was
// being done; the caller must then let the process end, since a page may still
// be in work on another thread. It returns an error when the limits cannot be set
// (nothing was read then) and when in does not carry the protocol.
//
// The caller must pass the process's own standard input and output, write nothing
// else to standard output, and start nothing beforehand.
func Main(in io.Reader, out io.Writer) error {
	runtime.GOMAXPROCS(processors)
	if err := confine(); err != nil {
		return fmt.Errorf("render worker: limits: %w", err)
	}
	return serve(in, out)
}

// serve answers until in ends. It reads ahead of the work in hand, so that the end
// of the parent is noticed, and ends the worker, even during a page that never ends.
func serve(in io.Reader, out io.Writer) error {
	pr, pw := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(pw, in)
		ended <- err
	}()
	served := make(chan error, 1)
	go func() {
		s := session{r: frame.NewReader(bufio.NewReader(pr)), w: frame.NewWriter(out)}
		served <- s.run()
	}()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("render worker: read: %w", err)
		}
		return nil
	case err := <-served:
		return fmt.Errorf("render worker: %w", err)
	}
}

// session is the conversation with the parent. content is what has arrived of a
// document of want bytes; doc is the document once it is open.
type session struct {
	r       *frame.Reader
	w       *frame.Writer
	content []byte
	want    int
	used    int // bytes, see largeUse
	doc     *document
	guarded bool
}

func (s *session) run() error {
	for {
		m, err := s.r.Request()
		if err != nil {
			return err
		}
		if err := s.answer(m); err != nil {
			return err
		}
	}
}

func (s *session) answer(m frame.Request) error {
	switch m := m.(type) {
	case frame.Open:
		return s.open(m)
	case frame.Data:
		return s.receive(m)
	case frame.Close:
		s.close()
		return nil
	case frame.Text:
		if s.doc == nil {
			return errOrder
		}
		return s.text(m)
	case frame.Render:
		if s.doc == nil {
			return errOrder
		}
		return s.render(m)
	case frame.Photo:
		if s.doc == nil {
			return errOrder
		}
		return s.photo(m)
	case frame.Codes:
		if s.doc == nil {
			return errOrder
		}
		return s.codes(m)
	}
	return errOrder
}

func (s *session) open(m frame.Open) error {
	s.close()
	if m.Version != frame.Version {
		return s.fail(frame.FailVersion)
	}
	if m.Resident > 0 && !s.guarded {
		s.guarded = true
		guardMemory(m.Resident)
	}
	s.want = int(m.Size)
	s.content = make([]byte, 0, s.want)
	return s.w.Send(frame.Ready{Version: frame.Version})
}

func (s *session) receive(d frame.Data) error {
	if s.doc != nil || len(s.content)+len(d) > s.want {
		return errOrder
	}
	s.content = append(s.content, d...)
	if len(s.content) < s.want {
		return nil
	}
	doc, pages, code := openDocument(s.content)
	if code != 0 {
		s.close()
		return s.fail(code)
	}
	s.doc = doc
	return s.w.Send(frame.Opened{Pages: uint32(pages)})
}

func (s *session) text(m frame.Text) error {
	text, cut, code := s.doc.text(int(m.Page), int(m.Limit))
	if code != 0 {
		return s.fail(code)
	}
	if err := s.w.Send(frame.Result{Size: uint32(len(text)), Cut: cut}); err != nil {
		return err
	}
	return s.w.SendData([]byte(text))
}

func (s *session) render(m frame.Render) error {
	png, code := s.doc.render(int(m.Page), int(m.Width), int(m.Height))
	if code != 0 {
		return s.fail(code)
	}
	s.used += len(png)
	if err := s.w.Send(frame.Result{Size: uint32(len(png))}); err != nil {
		return err
	}
	return s.w.SendData(png)
}

func (s *session) photo(m frame.Photo) error {
	made, cut, code := photograph(s.content, m)
	if code != 0 {
		return s.fail(code)
	}
	s.used = largeUse // its pixels, which are gone: the next document gives their memory back
	if err := s.w.Send(frame.Result{Size: uint32(len(made)), Cut: cut}); err != nil {
		return err
	}
	return s.w.SendData(made)
}

func (s *session) codes(m frame.Codes) error {
	symbols, likely, code := s.doc.codes(m)
	if code != 0 {
		return s.fail(code)
	}
	s.used += largeUse // pictures that were looked at are large
	b := frame.AppendSymbols(nil, symbols, likely)
	if err := s.w.Send(frame.Result{Size: uint32(len(b))}); err != nil {
		return err
	}
	return s.w.SendData(b)
}

func (s *session) fail(code frame.Code) error {
	return s.w.Send(frame.Fail{Code: code})
}

// close forgets the document and overwrites the bytes received of it.
func (s *session) close() {
	if s.doc != nil {
		s.doc.close()
		s.doc = nil
	}
	clear(s.content)
	large := s.used+s.want > largeUse
	s.content, s.want, s.used = nil, 0, 0
	if large {
		debug.FreeOSMemory()
	}
}
