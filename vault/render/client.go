// Package render counts the pages of a document, extracts their text, draws them and
// reads the QR codes and DataMatrix symbols on them, for PDF, JPEG, PNG, TIFF and
// DICOM, by asking a child process.
//
// The library that reads documents is large, written in C, and fed with files from
// strangers. It runs in a child: the same program in its hidden mode, which receives
// the bytes of one document at a time over a pipe and knows nothing else. A Client
// owns that child, starts it at the first call, uses it for many documents, and
// replaces it when it dies, hangs, is cancelled or grows too big. A hostile document
// thus costs an error, and « this page cannot be shown » is an ordinary state.
//
// The child's warnings quote documents: they are discarded, and no error of this
// package contains a name or a content.
package render

import (
	"context"
	"sync"
	"time"

	"carnet/vault/render/frame"
)

// Limits that hold for every Client.
const (
	MaxDocument = frame.MaxDocument // bytes of a document
	MaxText     = frame.MaxText     // bytes of text taken from a document
	MaxSide     = frame.MaxSide     // pixels on each side of a picture
	MaxPixels   = frame.MaxPixels   // pixels of a picture
)

// Options change how a Client works. A zero field, and a nil *Options, mean the
// default. Processor time is the child's, the same on a busy computer as on one at rest; a
// child that stands still is ended by the clock after ten times as much.
type Options struct {
	// Command is the program of the child and its arguments, the program by absolute
	// path. Default: this executable with the argument « render-worker ».
	Command []string

	// OpenTimeout is the longest time for starting a child, and the processor time
	// for taking a document and counting its pages. Default: 20 s.
	OpenTimeout time.Duration

	// PageTimeout is the processor time for the text or the picture of one page.
	// Default: 20 s.
	PageTimeout time.Duration

	// ProbeTimeout is the time after which Probe asks for the text of no further
	// page. Default: 10 min.
	ProbeTimeout time.Duration

	// Processor is the processor time that looking into a document unasked may take:
	// Probe beyond what the text is worth, Sketch for its page. Default: 4 s.
	Processor time.Duration

	// PageProcessor is the processor time above which Probe leaves the text of a
	// page. Default: 2 s.
	PageProcessor time.Duration

	// CodesTimeout is the processor time for looking for codes on one page. Default: 2 min.
	CodesTimeout time.Duration

	// MaxResident is the memory, in bytes, above which the child is ended.
	// Default: 1 GiB.
	MaxResident int64
}

func (o *Options) withDefaults() Options {
	var opt Options
	if o != nil {
		opt = *o
	}
	if opt.OpenTimeout == 0 {
		opt.OpenTimeout = 20 * time.Second
	}
	if opt.PageTimeout == 0 {
		opt.PageTimeout = 20 * time.Second
	}
	if opt.ProbeTimeout == 0 {
		opt.ProbeTimeout = 10 * time.Minute
	}
	if opt.Processor == 0 {
		opt.Processor = 4 * time.Second
	}
	if opt.PageProcessor == 0 {
		opt.PageProcessor = 2 * time.Second
	}
	if opt.CodesTimeout == 0 {
		opt.CodesTimeout = 2 * time.Minute
	}
	if opt.MaxResident == 0 {
		opt.MaxResident = 1 << 30
	}
	return opt
}

// A Client asks a child process about documents. It is safe for concurrent use:
// calls wait for each other, since the child works on one document at a time.
// Make one with New.
//
// The child keeps running between calls, and may hold remains of the last document
// in its memory: call Close when the vault is locked.
type Client struct {
	opt     Options
	turn    chan struct{} // holds one value while a call uses child
	child   *child        // belongs to the call whose turn it is; nil when none runs
	closing chan struct{} // closed by Close

	closeOnce sync.Once
}

// New returns a Client. It starts nothing: a program that cannot be started shows
// at the first call, as ErrStart.
func New(opt *Options) *Client {
	return &Client{
		opt:     opt.withDefaults(),
		turn:    make(chan struct{}, 1),
		closing: make(chan struct{}),
	}
}

// Close interrupts the call in progress, ends the child and waits for its end. The
// calls after it return ErrClosed. Closing again does nothing. The error is always nil.
func (c *Client) Close() error {
	c.closeOnce.Do(func() { close(c.closing) })
	c.turn <- struct{}{}
	defer c.leave()
	if ch := c.child; ch != nil {
		c.child = nil
		ch.kill(ErrClosed)
		<-ch.exited
	}
	return nil
}

// enter waits for this call's turn. After nil, the caller must leave.
func (c *Client) enter(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	case <-c.closing:
		return ErrClosed
	}
	select {
	case <-c.closing:
		c.leave()
		return ErrClosed
	default:
	}
	if err := ctx.Err(); err != nil {
		c.leave()
		return err
	}
	return nil
}

func (c *Client) leave() { <-c.turn }
