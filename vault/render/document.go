package render

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"carnet/vault/render/frame"
)

// reuseTimeout is how long a child that served before may take to answer for the
// next document. It may have died meanwhile, or be stuck in closing the last one.
const reuseTimeout = time.Second

// document is a document open in the child, until close or the death of the child.
type document struct {
	child *child
	opt   *Options
	pages int
	took  time.Duration // of the processor, since it was opened
}

// open sends size bytes of content to the child, a new one if need be, and returns
// the document it sees in them. It takes at most limit of the processor, 0 for
// Options.OpenTimeout. The error is a sentinel of this package, the one of ctx, or that of
// content.
func (c *Client) open(ctx context.Context, content io.Reader, size int64, limit time.Duration) (*document, error) {
	if err := c.ready(ctx, size); err != nil {
		return nil, err
	}
	if limit == 0 {
		limit = c.opt.OpenTimeout
	}
	ch := c.child
	var reply frame.Reply
	var unread error
	took, err := ch.within(ctx, allowance{still * c.opt.OpenTimeout, limit}, func() (err error) {
		if unread, err = ch.send(content, size); unread != nil || err != nil {
			return err
		}
		reply, err = ch.r.Reply()
		return err
	})
	if err != nil {
		return nil, err
	}
	if unread != nil { // the child still waits for the rest
		ch.kill(unread)
		return nil, contentError(unread)
	}
	switch m := reply.(type) {
	case frame.Opened:
		return &document{child: ch, opt: &c.opt, pages: int(m.Pages), took: took}, nil
	case frame.Fail:
		return nil, failure(m.Code)
	}
	ch.kill(ErrCrashed)
	return nil, ErrCrashed
}

// ready leaves a child in c.child that waits for a document of size bytes. Nothing of
// the document is sent yet, so a child found dead can be replaced unnoticed.
func (c *Client) ready(ctx context.Context, size int64) error {
	if c.child != nil {
		if c.child.fit(c.opt.MaxResident) {
			err := c.child.announce(ctx, reuseTimeout, size, c.opt.MaxResident)
			if err == nil || interrupted(ctx, err) {
				return err
			}
		}
		c.child.kill(ErrCrashed)
		c.child = nil
	}
	ch, err := start(&c.opt, c.closing)
	if err != nil {
		return err
	}
	c.child = ch
	err = ch.announce(ctx, c.opt.OpenTimeout, size, c.opt.MaxResident)
	if err != nil && !interrupted(ctx, err) {
		return fmt.Errorf("%w: %v", ErrStart, err)
	}
	return err
}

// text returns the text of page n, at most limit bytes; cut says there was more. It takes
// at most processor. After an error other than ErrPage the child is dead.
func (d *document) text(ctx context.Context, n, limit int, processor time.Duration) (text string, cut bool, err error) {
	b, cut, err := d.ask(ctx, working(processor), frame.Text{Page: uint32(n), Limit: uint32(limit)}, limit)
	if err != nil {
		return "", false, err
	}
	// The child sends neither invalid UTF-8 nor form feeds; it is not trusted to.
	text = strings.ReplaceAll(strings.ToValidUTF8(string(b), "?"), "\f", "\n")
	return text, cut, nil
}

// picture returns page n as PNG, unchecked. It takes at most processor, 0 for
// Options.PageTimeout. After an error other than ErrPage the child is dead.
func (d *document) picture(ctx context.Context, n, width, height int, processor time.Duration) ([]byte, error) {
	if processor == 0 {
		processor = d.opt.PageTimeout
	}
	b, _, err := d.ask(ctx, allowance{still * d.opt.PageTimeout, processor}, frame.Render{Page: uint32(n), Width: uint16(width), Height: uint16(height)}, frame.MaxPicture)
	return b, err
}

// ask sends a request and reads its result of at most limit bytes, within an allowance.
func (d *document) ask(ctx context.Context, within allowance, m frame.Request, limit int) (b []byte, cut bool, err error) {
	ch := d.child
	var failed error
	took, err := ch.within(ctx, within, func() error {
		if err := ch.w.Send(m); err != nil {
			return err
		}
		reply, err := ch.r.Reply()
		if err != nil {
			return err
		}
		switch reply := reply.(type) {
		case frame.Fail:
			failed = failure(reply.Code)
			return nil
		case frame.Result:
			if int(reply.Size) > limit {
				return frame.ErrMalformed
			}
			cut = reply.Cut
			b, err = ch.receive(int(reply.Size))
			return err
		}
		return frame.ErrMalformed
	})
	if d.took += took; err == nil {
		err = failed
	}
	if err != nil {
		return nil, false, err
	}
	return b, cut, nil
}

// close lets the child forget the document. A failure shows at the next one, and is
// mended there.
func (d *document) close() {
	if d.child.fit(d.opt.MaxResident) {
		_ = d.child.w.Send(frame.Close{})
	}
}
