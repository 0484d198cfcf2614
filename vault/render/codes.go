package render

import (
	"context"
	"fmt"
	"io"

	"carnet/vault/render/frame"
)

// Symbol is a QR code or a DataMatrix on a page.
type Symbol struct {
	DataMatrix bool   // else a QR code
	Text       string // valid UTF-8
}

// Region is a part of a page, in parts of its width and height from its upper left
// corner, each from 0 to 1. The zero Region is the whole page.
type Region struct {
	X, Y, Width, Height float64
}

// IsValid reports whether the region is the zero one, or lies within a page and is not
// empty.
func (r Region) IsValid() bool {
	_, ok := r.units()
	return ok
}

func (r Region) units() (m frame.Codes, ok bool) {
	if r == (Region{}) {
		return frame.Codes{Width: frame.Whole, Height: frame.Whole}, true
	}
	unit := func(v float64) uint16 { return uint16(v * frame.Whole) }
	if !(r.X >= 0 && r.Y >= 0 && r.Width > 0 && r.Height > 0 && r.X+r.Width <= 1 && r.Y+r.Height <= 1) {
		return m, false
	}
	m = frame.Codes{X: unit(r.X), Y: unit(r.Y), Width: unit(r.Width), Height: unit(r.Height)}
	return m, m.Width > 0 && m.Height > 0
}

// Symbols reads the codes on page n of a document, the first being 1, or in a part of
// it. The pictures that a PDF holds are looked at as they were put there, then the
// page as it is drawn. likely says that nothing was read where something looks like a
// code: a person who frames it may help. It reads the next size bytes of content,
// during the call only.
//
// The error wraps ErrPage also for a region that is not valid, and otherwise those that
// [Client.Page] may return.
func (c *Client) Symbols(ctx context.Context, content io.Reader, size int64, n int, r Region) (found []Symbol, likely bool, err error) {
	found, likely, err = c.symbols(ctx, content, size, n, r)
	if err != nil {
		return nil, false, fmt.Errorf("render: codes: %w", err)
	}
	return found, likely, nil
}

func (c *Client) symbols(ctx context.Context, content io.Reader, size int64, n int, r Region) (found []Symbol, likely bool, err error) {
	m, ok := r.units()
	if n < 1 || !ok {
		return nil, false, ErrPage
	}
	if err := checkSize(size); err != nil {
		return nil, false, err
	}
	if err := c.enter(ctx); err != nil {
		return nil, false, err
	}
	defer c.leave()
	d, err := c.open(ctx, content, size, 0)
	if err != nil {
		return nil, false, err
	}
	defer d.close()
	if n > d.pages {
		return nil, false, ErrPage
	}
	m.Page = uint32(n)
	b, _, err := d.ask(ctx, working(c.opt.CodesTimeout), m, frame.MaxCodesAll)
	if err != nil {
		return nil, false, err
	}
	symbols, likely, err := frame.ParseSymbols(b)
	if err != nil {
		d.child.kill(ErrCrashed)
		return nil, false, ErrCrashed
	}
	for _, s := range symbols {
		found = append(found, Symbol{s.Kind == frame.KindDataMatrix, s.Text})
	}
	return found, likely, nil
}
