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
	// text cannot be read, or MaxText or Options.ProbeTimeout was reached. When it is
	// 0, Text is complete.
	Skipped int
}

// Probe counts the pages of a document and extracts their text. It reads the next size
// bytes of content, during the call only. It may have to read them again: when content
// is no io.Seeker, it holds a copy in memory meanwhile. A Read that blocks delays the
// return.
//
// A page that hangs or crashes the child costs the text of that page: another child
// goes on with the next one. After three such pages the text of the rest is left out.
// Neither is an error; look at Probed.Skipped.
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
	d, err := c.open(ctx, src, size)
	if err != nil {
		return Probed{}, err
	}
	text := textReader{
		reopen: func() (*document, error) {
			if err := src.rewind(); err != nil {
				return nil, err
			}
			return c.open(ctx, src, size)
		},
		until: time.Now().Add(c.opt.ProbeTimeout),
	}
	pages := d.pages
	if err := text.read(ctx, d); err != nil {
		return Probed{}, err
	}
	return Probed{Pages: pages, Text: text.b.String(), Skipped: text.skipped}, nil
}

// textReader collects the text of a document, page after page.
type textReader struct {
	reopen  func() (*document, error) // after the child of the document was lost
	until   time.Time
	b       strings.Builder
	skipped int
	lost    int
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
		if d == nil || room <= pages-n || time.Now().After(t.until) {
			t.skipped++
			continue
		}
		text, cut, err := d.text(ctx, n, room-(pages-n))
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
			if d, err = t.replace(n < pages); interrupted(ctx, err) {
				return err
			}
		}
	}
	if d != nil {
		d.close()
	}
	return nil
}

// replace returns the document in a new child, or nil when its text is given up.
func (t *textReader) replace(more bool) (*document, error) {
	t.lost++
	if !more || t.lost == maxLost {
		return nil, nil
	}
	return t.reopen()
}

// interrupted reports whether err came from the caller rather than the document.
func interrupted(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || errors.Is(err, ErrClosed))
}
