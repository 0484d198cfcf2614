package render

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"carnet/vault/render/frame"
)

// Page draws page n of a document, the first being 1, as large as fits in maxWidth x
// maxHeight pixels, on white, and returns the picture as PNG. It never returns a
// larger one. It reads the next size bytes of content, during the call only. A Read
// that blocks delays the return.
//
// The error wraps ErrPicture or ErrTooLarge before anything is read; ErrPage when
// this page cannot be drawn; ErrTimeout, ErrMemory or ErrCrashed when drawing it, or
// opening the document, cost the child; ErrFormat, ErrPassword, ErrStart, ErrClosed;
// the error of content (io.ErrUnexpectedEOF when it is shorter than size); or that
// of ctx, whose end kills the child and returns at once.
func (c *Client) Page(ctx context.Context, content io.Reader, size int64, n, maxWidth, maxHeight int) ([]byte, error) {
	png, _, err := c.page(ctx, content, size, n, maxWidth, maxHeight, 0)
	if err != nil {
		return nil, fmt.Errorf("render: page: %w", err)
	}
	return png, nil
}

// Sketch is [Client.Page] for a picture that nobody asked for, of which little is lost: it
// is ErrTimeout after Options.Processor.
func (c *Client) Sketch(ctx context.Context, content io.Reader, size int64, n, maxWidth, maxHeight int) ([]byte, error) {
	png, _, err := c.page(ctx, content, size, n, maxWidth, maxHeight, c.opt.Processor)
	if err != nil {
		return nil, fmt.Errorf("render: sketch: %w", err)
	}
	return png, nil
}

// page draws within a limit of processor time, 0 for what somebody asked for, and tells what
// it took.
func (c *Client) page(ctx context.Context, content io.Reader, size int64, n, maxWidth, maxHeight int, limit time.Duration) (drawn []byte, took time.Duration, err error) {
	if !frame.Drawable(maxWidth, maxHeight) {
		return nil, 0, ErrPicture
	}
	if err := checkSize(size); err != nil {
		return nil, 0, err
	}
	if n < 1 {
		return nil, 0, ErrPage
	}
	if err := c.enter(ctx); err != nil {
		return nil, 0, err
	}
	defer c.leave()
	d, err := c.open(ctx, content, size, limit)
	if err != nil {
		return nil, 0, err
	}
	defer d.close()
	if n > d.pages {
		return nil, 0, ErrPage
	}
	if limit > 0 {
		limit = max(limit-d.took, 1) // 0 would be another
	}
	png, err := d.picture(ctx, n, maxWidth, maxHeight, limit)
	if err != nil {
		return nil, d.took, err
	}
	if !isPNG(png, maxWidth, maxHeight) {
		d.child.kill(ErrCrashed)
		return nil, d.took, ErrCrashed
	}
	return png, d.took, nil
}

// isPNG reports whether b starts as a PNG of at most width x height pixels: the child
// is not trusted to keep to what it was asked.
func isPNG(b []byte, width, height int) bool {
	const header = "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"
	if len(b) < len(header)+8 || string(b[:len(header)]) != header {
		return false
	}
	w := binary.BigEndian.Uint32(b[len(header):])
	h := binary.BigEndian.Uint32(b[len(header)+4:])
	return w >= 1 && h >= 1 && w <= uint32(width) && h <= uint32(height)
}
