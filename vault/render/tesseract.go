package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// About the program that reads pictures.
var (
	// ErrNoTesseract is returned when the system has no tesseract.
	ErrNoTesseract = errors.New("no program that reads pictures")

	// ErrNoFrench is returned when tesseract is there without French.
	ErrNoFrench = errors.New("the program that reads pictures does not know French")
)

const (
	// readSide is the longest side of a page as tesseract gets it, in pixels: A4
	// at 300 pixels an inch, which its documentation asks for.
	readSide = 3508

	// readTime is the longest time for the text of one page, and half of it that of
	// the processor: an A4 page of dense text takes some seconds.
	readTime = 2 * time.Minute

	// readText is how much text one page may give, in bytes.
	readText = 256 << 10

	// barren is how much of the processor the drawing of pages may take in a row that give
	// no text: the rest of the document is left then.
	barren = 20 * time.Second

	// askTime is the longest time for tesseract to say which languages it knows.
	askTime = 10 * time.Second
)

// Recogniser reads the text of pages that are pictures, with the tesseract of the
// system. A page is drawn by the child of a Client, as for the screen, and goes to
// tesseract as PNG through a pipe; text comes back through another. Tesseract gets
// no path, no key, no file and no environment, and writes no file: it is forbidden
// to where the system can forbid it (Linux).
//
// It is safe for concurrent use. Make one with NewRecogniser.
type Recogniser struct {
	pages   *Client
	program string // absolute path
	opt     Options
}

// NewRecogniser finds tesseract on PATH, or where its installers put it, and asks
// it for its languages. Pages are drawn by pages, which stays the caller's. The
// error wraps ErrNoTesseract, ErrNoFrench, ErrStart, ErrTimeout or that of ctx.
func NewRecogniser(ctx context.Context, pages *Client) (*Recogniser, error) {
	program, err := findTesseract()
	if err != nil {
		return nil, fmt.Errorf("render: recognise: %w", err)
	}
	r := &Recogniser{pages: pages, program: program, opt: pages.opt}
	languages, err := r.run(ctx, askTime, nil, "--list-langs")
	if err != nil {
		return nil, fmt.Errorf("render: recognise: %w", err)
	}
	if !slices.Contains(strings.Fields(languages), "fra") {
		return nil, fmt.Errorf("render: recognise: %w", ErrNoFrench)
	}
	return r, nil
}

func findTesseract() (string, error) {
	program, err := exec.LookPath("tesseract")
	if err == nil && filepath.IsAbs(program) {
		return program, nil
	}
	for _, place := range tesseractPlaces() {
		if info, err := os.Stat(place); err == nil && info.Mode().IsRegular() {
			return place, nil
		}
	}
	return "", ErrNoTesseract
}

// Recognise returns the text of some pages of a document, from 1, in the order in
// which they are asked for. A page that cannot be drawn or read is "". One whose drawing
// takes more than Options.Processor is the last that is tried, and so is the one at which
// pages without text have taken 20 s of it in a row. The error wraps that of content,
// ErrStart, ErrClosed, or that of ctx, whose end kills what runs.
func (r *Recogniser) Recognise(ctx context.Context, content io.ReaderAt, size int64, pages []int) ([]string, error) {
	texts := make([]string, len(pages))
	var idle time.Duration // of the processor, since a page gave text
	for i, n := range pages {
		source := &faulty{ReaderAt: content}
		png, took, err := r.pages.page(ctx, io.NewSectionReader(source, 0, size), size, n, readSide, readSide, r.opt.Processor)
		heavy := errors.Is(err, ErrTimeout)
		if err == nil {
			texts[i], err = r.run(ctx, readTime, png, "stdin", "stdout", "-l", "fra")
		}
		if idle += took; texts[i] != "" {
			idle = 0
		}
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return nil, fmt.Errorf("render: recognise: %w", ctx.Err())
		case source.err != nil, errors.Is(err, ErrStart), errors.Is(err, ErrClosed):
			return nil, fmt.Errorf("render: recognise: %w", err)
		}
		if heavy || idle > barren {
			break
		}
	}
	return texts, nil
}

// faulty remembers that the content, and not the page, was at fault.
type faulty struct {
	io.ReaderAt
	err error
}

func (f *faulty) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.ReaderAt.ReadAt(p, off)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}

// run runs tesseract with in on its standard input, and returns what it prints. It
// waits for its end. The error is ErrStart, ErrTimeout, ErrMemory, ErrCrashed,
// ErrClosed when the client closes, or that of ctx.
func (r *Recogniser) run(ctx context.Context, limit time.Duration, in []byte, args ...string) (string, error) {
	theirIn, ourIn, err := os.Pipe()
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrStart, err)
	}
	defer theirIn.Close() // again when all is well, which does nothing
	ourOut, theirOut, err := os.Pipe()
	if err != nil {
		ourIn.Close()
		return "", fmt.Errorf("%w: %w", ErrStart, err)
	}
	defer theirOut.Close()
	ch := &child{
		cmd: &exec.Cmd{
			Path: r.program, Args: append([]string{"tesseract"}, args...),
			Env:         []string{"OMP_THREAD_LIMIT=1"}, // one processor: it works in the background
			Dir:         neutralDir(),
			Stdin:       theirIn,
			Stdout:      theirOut,
			Stderr:      nil, // the null device: its complaints quote what it reads
			SysProcAttr: attributes(),
		},
		in: ourIn, out: ourOut, maxResident: r.opt.MaxResident, closing: r.pages.closing, exited: make(chan struct{}),
	}
	if err := ch.run(); err != nil {
		ourIn.Close()
		ourOut.Close()
		return "", fmt.Errorf("%w: %w", ErrStart, err)
	}
	theirIn.Close()
	theirOut.Close()
	// It waits for its picture, and gets it once it is held.
	if err := hold(ch.cmd.Process.Pid, limit/2, r.opt.MaxResident); err != nil {
		ch.kill(ErrStart)
		<-ch.exited
		return "", fmt.Errorf("%w: %w", ErrStart, err)
	}
	var text bytes.Buffer
	_, err = ch.within(ctx, allowance{clock: limit}, func() error {
		written := make(chan struct{})
		go func() {
			defer close(written)
			ourIn.Write(in) // what it does not take, its end tells
			ourIn.Close()
		}()
		_, err := io.Copy(&text, io.LimitReader(ourOut, readText))
		if err == nil && text.Len() < readText {
			<-written
			<-ch.exited
			if !ch.cmd.ProcessState.Success() {
				err = ErrCrashed
			}
		}
		return err
	})
	ch.kill(ErrCrashed) // it has ended, or gave more than it may
	<-ch.exited
	if err != nil {
		return "", err
	}
	return cleanText(text.String()), nil
}

// cleanText is what tesseract printed in the form of [Probed.Text]: valid UTF-8
// without form feeds.
func cleanText(s string) string {
	if len(s) == readText {
		for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
			s = s[:len(s)-1]
		}
		s = s[:max(0, len(s)-1)]
	}
	return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\f", "\n"))
}
