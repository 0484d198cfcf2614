package frame

import (
	"bytes"
	"testing"
)

// Whatever is accepted must be written back as the bytes it was read from: each
// message has one encoding.

func FuzzFrameRequest(f *testing.F) {
	for _, m := range requests() {
		f.Add(encode(f, m))
	}
	f.Add([]byte("stray text"))
	f.Fuzz(func(t *testing.T, in []byte) {
		fuzz(t, in, func(r *Reader) (Message, error) { return r.Request() })
	})
}

func FuzzFrameReply(f *testing.F) {
	for _, m := range replies() {
		f.Add(encode(f, m))
	}
	f.Add([]byte("stray text"))
	f.Fuzz(func(t *testing.T, in []byte) {
		fuzz(t, in, func(r *Reader) (Message, error) { return r.Reply() })
	})
}

func fuzz(t *testing.T, in []byte, next func(*Reader) (Message, error)) {
	src := bytes.NewReader(in)
	r := NewReader(src)
	var out bytes.Buffer
	w := NewWriter(&out)
	for {
		m, err := next(r)
		if err != nil {
			break
		}
		if err := w.Send(m); err != nil {
			t.Fatal(err)
		}
		if n := len(in) - src.Len(); !bytes.Equal(out.Bytes(), in[:n]) {
			t.Fatalf("read %x, wrote %x", in[:n], out.Bytes())
		}
	}
}
