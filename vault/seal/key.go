package seal

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
)

// KeySize is the length of every symmetric key, in bytes.
const KeySize = 32

// Key is a 32-byte secret that never prints itself. Copies share the same
// bytes, so wiping one wipes them all. The zero Key is no key: sealing with it
// fails.
type Key struct{ b hidden[[KeySize]byte] }

// hidden keeps a secret out of what fmt prints. fmt cannot ask a hidden field of
// somebody else's struct how it wants to be printed, and follows a pointer there
// when the verb does not fit it; it never follows two.
type hidden[T any] struct{ p **T }

func hide[T any](v *T) hidden[T] { return hidden[T]{&v} }

// get returns the secret, nil when there is none.
func (h hidden[T]) get() *T {
	if h.p == nil {
		return nil
	}
	return *h.p
}

// ErrNoKey is returned when a zero or wiped [Key] is used.
var ErrNoKey = errors.New("seal: no key")

// NewKey returns a random key from the operating system.
func NewKey() Key {
	b := new([KeySize]byte)
	rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return Key{hide(b)}
}

// KeyFrom copies b, which must hold exactly [KeySize] bytes, into a key.
func KeyFrom(b []byte) (Key, error) {
	if len(b) != KeySize {
		return Key{}, fmt.Errorf("seal: a key has %d bytes, not %d", KeySize, len(b))
	}
	own := [KeySize]byte(b)
	return Key{hide(&own)}, nil
}

// IsZero reports whether k holds no key, or one that was wiped.
func (k Key) IsZero() bool {
	b := k.b.get()
	return b == nil || *b == [KeySize]byte{}
}

// Expose returns the secret bytes themselves, for sealing them under another
// key, or nil when there is no key. The caller must not keep or print them.
func (k Key) Expose() []byte {
	if k.IsZero() {
		return nil
	}
	return k.b.get()[:]
}

// Wipe overwrites the key with zeros.
func (k Key) Wipe() {
	b := k.b.get()
	if b == nil || b == &wipedKey {
		return
	}
	clear(b[:])
	if keys.give(b) {
		*k.b.p = &wipedKey
	}
}

// Format prints a placeholder, whatever the verb.
func (k Key) Format(f fmt.State, _ rune) { fmt.Fprint(f, "seal.Key(hidden)") }

// MarshalText refuses: a key must not end in a file by way of an encoder.
func (k Key) MarshalText() ([]byte, error) { return nil, errors.New("seal: a key does not marshal") }

// derive is HKDF-SHA256 of k for one use, named by info.
func (k Key) derive(info string) (Key, error) {
	if k.IsZero() {
		return Key{}, ErrNoKey
	}
	b, err := hkdf.Key(sha256.New, k.b.get()[:], nil, info, KeySize)
	if err != nil {
		return Key{}, fmt.Errorf("seal: derive %s: %w", info, err)
	}
	return KeyFrom(b)
}
