package render

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// maxLost is the number of pages that may cost a child before Probe leaves the text
// of the others.
const maxLost = 3

// Probed is what Probe finds in a document.
type Probed struct {
	Pages int // from 1

	// Text is the text of the pages in order, joined by form feeds: what stands
	// after n form feeds is of page n+1. It is valid UTF-8 of at most MaxText bytes.
	// A page without text, a scan or a picture, is empty.
	Text string

	// Skipped is the number of pages whose text is not, or not wholly, in Text: their
	// text cannot be read, or MaxText, Options.Processor or Options.ProbeTimeout was
	// reached. When it is 0, Text is complete.
	Skipped int

	// Lost are the pages, from 1, that each cost a child, 0 for none: they took more than
	// Options.PageProcessor, or made it crash. Nobody should look at them unasked.
	Lost [maxLost]int
}

// worth is how much text pays for a second of the processor: dense text comes many times
// as fast.
const worth = 64 << 10

// Probe counts the pages of a document and extracts their text. It reads the next size
// bytes of content, during the call only. It may have to read them again: when content
// is no io.Seeker, it holds a copy in memory meanwhile. A Read that blocks delays the
// return.
//
// A page that takes more than Options.PageProcessor, or crashes the child, costs the text
// of that page: another child goes on with the next one. After three such pages the text
// of the rest is left out, and so it is when all of it has taken more than
// Options.Processor and a second for every 64 KiB of text that came. Neither is an error;
// look at Probed.Skipped.
//
// The error wraps ErrTooLarge, ErrFormat, ErrPassword, ErrTimeout, ErrMemory,
// ErrCrashed (before the pages could be counted), ErrStart, ErrClosed, the error of
// content (io.ErrUnexpectedEOF when it is shorter than size), or that of ctx, whose
// end kills the child and returns at once. The Probed is zero then.
func (c *Client) Probe(ctx context.Context, content io.Reader, size int64) (Probed, error) {
	p, err := c.probe(ctx, content, size)
	if err != nil {
		return Probed{}, fmt.Errorf("render: probe: %w", err)
	}
	return p, nil
}

func (c *Client) probe(ctx context.Context, content io.Reader, size int64) (Probed, error) {
	if err := checkSize(size); err != nil {
		return Probed{}, err
	}
	if err := c.enter(ctx); err != nil {
		return Probed{}, err
	}
	defer c.leave()
	src, forget, err := rewindable(content, size)
	if err != nil {
		return Probed{}, err
	}
	defer forget()
	d, err := c.open(ctx, src, size, c.opt.Processor)
	if err != nil {
		return Probed{}, err
	}
	text := textReader{
		reopen: func(limit time.Duration) (*document, error) {
			if err := src.rewind(); err != nil {
				return nil, err
			}
			return c.open(ctx, src, size, limit)
		},
		until: time.Now().Add(c.opt.ProbeTimeout),
		opt:   &c.opt,
	}
	pages := d.pages
	if err := text.read(ctx, d); err != nil {
		return Probed{}, err
	}
	out := Probed{Pages: pages, Text: text.b.String(), Skipped: text.skipped}
	copy(out.Lost[:], text.lost)
	return out, nil
}

// textReader collects the text of a document, page after page.
type textReader struct {
	reopen  func(limit time.Duration) (*document, error) // after the child of the document was lost
	until   time.Time
	opt     *Options
	b       strings.Builder
	skipped int
	lost    []int
	took    time.Duration // of the processor, by children that were lost
}

// most is how much of the processor one page may take.
func (t *textReader) most() time.Duration { return min(t.opt.PageProcessor, t.opt.PageTimeout) }

// left is how much of the processor the rest may take.
func (t *textReader) left(d *document) time.Duration {
	return t.opt.Processor + time.Duration(t.b.Len())*time.Second/worth - t.took - d.took
}

// read reads the text of all pages and closes the document. Its error is the one of
// ctx or ErrClosed; everything else counts in skipped.
func (t *textReader) read(ctx context.Context, d *document) error {
	pages := d.pages
	for n := 1; n <= pages; n++ {
		if n > 1 {
			t.b.WriteByte('\f')
		}
		room := MaxText - t.b.Len()
		if d == nil || room <= pages-n || t.left(d) <= 0 || time.Now().After(t.until) {
			t.skipped++
			continue
		}
		limit := min(t.most(), t.left(d))
		text, cut, err := d.text(ctx, n, room-(pages-n), limit)
		t.b.WriteString(text)
		switch {
		case err == nil && !cut:
		case err == nil: // no room for the next pages either
			t.skipped++
			d.close()
			d = nil
		case errors.Is(err, ErrPage):
			t.skipped++
		case interrupted(ctx, err):
			return err
		default:
			t.skipped++
			if d, err = t.replace(d, n, pages, limit); interrupted(ctx, err) {
				return err
			}
		}
	}
	if d != nil {
		d.close()
	}
	return nil
}

// replace returns the document in a new child, or nil when its text is given up. Page n has
// cost the one before, within limit.
func (t *textReader) replace(d *document, n, pages int, limit time.Duration) (*document, error) {
	if left := t.left(d); limit == t.most() || left > 0 {
		t.lost = append(t.lost, n) // and not for what the pages before it took
	}
	t.took += d.took
	d.took = 0
	left := t.left(d)
	if n == pages || len(t.lost) == maxLost || left <= 0 {
		return nil, nil
	}
	d, err := t.reopen(left)
	if err != nil {
		return nil, err
	}
	return d, nil
}

// interrupted reports whether err came from the caller rather than the document.
func interrupted(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || errors.Is(err, ErrClosed))
}
