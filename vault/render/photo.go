package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"carnet/vault/render/frame"
)

// MaxPhoto is how many pixels a photograph may have.
const MaxPhoto = frame.MaxPhoto

// PhotoOptions say what to make of a photograph. The zero value, and nil, keep all of
// it, turned as the camera noted.
type PhotoOptions struct {
	// Straighten cuts the sheet of paper out and straightens it, where one is found.
	Straighten bool
	// Turns are quarter turns to the right besides, 0 to 3.
	Turns int
	// Side is the longest side of the page that is made, in pixels. Default:
	// 3508, A4 at 300 to the inch.
	Side int
}

// Photo makes the page of a document of a photograph, JPEG or PNG, and returns it as
// JPEG of quality 85. cut says that a sheet of paper was found and cut out. It reads
// the next size bytes of content, during the call only.
//
// The error wraps ErrPicture for options out of range; ErrPhoto and ErrTooLarge for a
// document above MaxDocument or a photograph above MaxPhoto; ErrPhoto and ErrFormat for
// anything that is neither JPEG nor PNG, or is damaged; and otherwise what
// [Client.Page] returns.
func (c *Client) Photo(ctx context.Context, content io.Reader, size int64, opt *PhotoOptions) (page []byte, cut bool, err error) {
	page, cut, err = c.photo(ctx, content, size, opt)
	for _, its := range []error{ErrFormat, ErrPassword, ErrPage, ErrTooLarge, ErrTimeout, ErrMemory, ErrCrashed} {
		if errors.Is(err, its) {
			err = fmt.Errorf("%w: %w", ErrPhoto, err)
			break
		}
	}
	if err != nil {
		return nil, false, fmt.Errorf("render: photograph: %w", err)
	}
	return page, cut, nil
}

func (c *Client) photo(ctx context.Context, content io.Reader, size int64, opt *PhotoOptions) ([]byte, bool, error) {
	const usual = 3508
	var o PhotoOptions
	if opt != nil {
		o = *opt
	}
	if o.Side == 0 {
		o.Side = usual
	}
	if o.Side < 1 || o.Side > MaxSide || o.Turns < 0 || o.Turns > 3 {
		return nil, false, ErrPicture
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
	page, cut, err := d.ask(ctx, working(d.opt.PageTimeout), frame.Photo{Straighten: o.Straighten, Turns: uint8(o.Turns), Side: uint16(o.Side)}, frame.MaxPicture)
	if err != nil {
		return nil, false, err
	}
	if !bytes.HasPrefix(page, []byte("\xff\xd8\xff")) {
		d.child.kill(ErrCrashed)
		return nil, false, ErrCrashed
	}
	return page, cut, nil
}
