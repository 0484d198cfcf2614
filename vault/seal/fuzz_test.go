package seal

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// addBodies seeds a target with the bodies of one kind of vector.
func addBodies(f *testing.F, kind string, add func(vector)) {
	f.Helper()
	for _, v := range readVectors(f) {
		if v.lookup("kind") == kind && len(v.body) < 4096 {
			add(v)
		}
	}
}

func FuzzOpenEnvelope(f *testing.F) {
	key := mustKey(f, fixed("key"))
	addBodies(f, "envelope", func(v vector) { f.Add(v.body, v.get(f, "label"), v.place(f).Context, []byte(nil)) })
	f.Add([]byte(nil), "carnet1/rec", []byte(nil), framed(1, 32, stream("data", 32), 256))
	f.Add([]byte(nil), "", []byte("x"), framed(1, 300, bomb(f, 1<<20, false), 1024))
	f.Fuzz(func(t *testing.T, b []byte, label string, context, plain []byte) {
		p := Place{Label: label, Bucket: 'r', Epoch: 7, Context: context}
		if s, err := Parse(b); err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Errorf("parsed: %v", err)
			}
		} else if _, err := Open(key, p, s); err != nil && !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrKey) && !errors.Is(err, ErrAltered) {
			t.Errorf("opened: %v", err)
		}
		// The same for what somebody with the key puts inside.
		data, err := unframe(plain)
		if err != nil && !errors.Is(err, ErrMalformed) || len(data) > MaxData {
			t.Errorf("%d bytes, %v", len(data), err)
		}
		s, err := Seal(key, p, plain)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Open(key, p, s); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("sealed and opened: %x, %v", got, err)
		}
	})
}

func FuzzParseShare(f *testing.F) {
	for _, v := range readVectors(f) {
		if v.lookup("kind") == "share" {
			f.Add(v.lookup("code"))
		}
	}
	f.Fuzz(func(t *testing.T, typed string) {
		s, err := ParseShare(typed)
		if err != nil {
			var where *ShareError
			if !errors.Is(err, ErrShare) || !errors.As(err, &where) || where.Row < 0 || where.Row > ShareRows {
				t.Errorf("parsed: %v", err)
			}
			return
		}
		rows := s.Rows()
		again, err := ParseShare(strings.Join(rows[:], "\n"))
		if err != nil || *again.b.get() != *s.b.get() || s.Number() < 1 || s.Number() > Shares {
			t.Errorf("written and read again: %v", err)
		}
		if _, err := Combine(s, again); !errors.Is(err, ErrSameShare) {
			t.Errorf("with itself: %v", err)
		}
	})
}

func FuzzOpenChunk(f *testing.F) {
	d, err := NewDocument(mustKey(f, fixed("dek")), fixedID("document"), 9)
	if err != nil {
		f.Fatal(err)
	}
	addBodies(f, "chunk", func(v vector) { f.Add(v.body, uint32(v.number(f, "index")), v.is("last", "yes")) })
	f.Fuzz(func(t *testing.T, value []byte, i uint32, last bool) {
		got, err := d.OpenChunk(nil, i, last, value)
		if err != nil {
			if !errors.Is(err, ErrChunk) || got != nil {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		} else if len(got) != len(value)-tagSize {
			t.Errorf("%d bytes of %d", len(got), len(value))
		}
		if len(value) <= ChunkSize {
			sealed := d.SealChunk(nil, i, true, value)
			if got, err := d.OpenChunk(nil, i, true, sealed); err != nil || !bytes.HasPrefix(got, value) {
				t.Errorf("sealed and opened: %v", err)
			}
		}
	})
}

func FuzzParseSlot(f *testing.F) {
	addBodies(f, "slot", func(v vector) { f.Add(v.body) })
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ParseSlot(b)
		if err != nil {
			if !errors.Is(err, ErrSlot) {
				t.Errorf("parsed: %v", err)
			}
			return
		}
		if !bytes.Equal(s.Bytes(), b) {
			t.Error("a slot does not give its bytes back")
		}
		// Not the work that a valid slot asks for: this is about its bytes.
		if s.Argon2.check() != nil {
			if _, err := s.Open(fixedID("vault"), []byte(composed), Key{}); !errors.Is(err, ErrParameters) {
				t.Errorf("opened: %v", err)
			}
		}
		if s.Argon2.Memory <= 64 && s.Argon2.Time == 1 && s.Argon2.Threads == 1 {
			if _, err := s.open(fixedID("vault"), []byte("wrong"), mustKey(t, fixed("computer"))); err == nil {
				t.Error("opened with a wrong passphrase")
			}
		}
	})
}

func FuzzParseKitCode(f *testing.F) {
	for _, v := range readVectors(f) {
		if v.lookup("kind") == "kit" {
			f.Add(v.get(f, "code"))
		}
	}
	f.Add("\xff\xfe ıſ")
	f.Fuzz(func(t *testing.T, s string) {
		code, err := ParseKitCode(s)
		if err != nil {
			if !errors.Is(err, ErrKitCode) || code != (KitCode{}) {
				t.Errorf("%q: %v", s, err)
			}
			return
		}
		again, err := ParseKitCode(code.Groups()[0] + code.Groups()[1] + code.Groups()[2] + code.Groups()[3] + code.Groups()[4] + code.Groups()[5])
		if err != nil || *again.chars.get() != *code.chars.get() {
			t.Errorf("%q does not come back: %v", s, err)
		}
	})
}
