package render

import (
	"context"
	"io"
	"time"

	"carnet/vault/render/frame"
)

// announce asks the child to take a document of size bytes. After an error the child
// is dead.
func (ch *child) announce(ctx context.Context, d time.Duration, size, maxResident int64) error {
	_, err := ch.within(ctx, allowance{clock: d}, func() error {
		err := ch.w.Send(frame.Open{Version: frame.Version, Size: uint32(size), Resident: uint64(maxResident)})
		if err != nil {
			return err
		}
		reply, err := ch.r.Reply()
		if err != nil {
			return err
		}
		if m, ok := reply.(frame.Ready); !ok || m.Version != frame.Version {
			return frame.ErrMalformed
		}
		return nil
	})
	return err
}

// send sends size bytes of content. unread is the error of content, err that of the child.
func (ch *child) send(content io.Reader, size int64) (unread, err error) {
	buf := make([]byte, min(size, frame.MaxData))
	defer clear(buf)
	for size > 0 {
		n := min(size, int64(len(buf)))
		if _, err := io.ReadFull(content, buf[:n]); err != nil {
			return err, nil
		}
		if err := ch.w.Send(frame.Data(buf[:n])); err != nil {
			return nil, err
		}
		size -= n
	}
	return nil, nil
}

// receive reads the size bytes of a Result.
func (ch *child) receive(size int) ([]byte, error) {
	b := make([]byte, 0, min(size, 8*frame.MaxData)) // grows with what really arrives
	for len(b) < size {
		m, err := ch.r.Reply()
		if err != nil {
			return nil, err
		}
		d, ok := m.(frame.Data)
		if !ok || len(b)+len(d) > size {
			return nil, frame.ErrMalformed
		}
		b = append(b, d...)
	}
	return b, nil
}
