package seal

import (
	"crypto/rand"
	"errors"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"
)

// A parcel code is 100 random bits in Crockford's base32: 20 characters in 4 groups
// of 5, short enough to be typed on a telephone.
const (
	parcelChars = 20

	// parcelLabel fills the key up to its 32 bytes, and names its one use.
	parcelLabel = "carnet-phone"

	// ParcelOverhead is what sealing adds to a parcel, in bytes.
	ParcelOverhead = chacha20poly1305.NonceSizeX + chacha20poly1305.Overhead
)

// ParcelCode is a secret that another device of the same person reads off the screen,
// to seal what it sends over the home network. It serves one conversation. It prints
// as a placeholder; use [ParcelCode.Groups] to show it. The zero ParcelCode opens
// nothing.
type ParcelCode struct{ chars hidden[[parcelChars]byte] } // of the alphabet

// NewParcelCode draws a code.
func NewParcelCode() ParcelCode {
	chars := new([parcelChars]byte)
	rand.Read(chars[:])
	for i := range chars {
		chars[i] = crockford[chars[i]&31]
	}
	return ParcelCode{hide(chars)}
}

// Groups is the code as people read it. Keep it off logs and files.
func (c ParcelCode) Groups() (groups [parcelChars / kitGroup]string) {
	if c.IsZero() {
		return groups
	}
	for i := range groups {
		groups[i] = string(c.chars.get()[i*kitGroup : (i+1)*kitGroup])
	}
	return groups
}

// Format prints a placeholder, whatever the verb.
func (c ParcelCode) Format(f fmt.State, _ rune) { fmt.Fprint(f, "seal.ParcelCode(hidden)") }

// MarshalText refuses: a code is shown, and not written anywhere.
func (c ParcelCode) MarshalText() ([]byte, error) {
	return nil, errors.New("seal: a parcel code does not marshal")
}

// Wipe overwrites the code. It opens nothing afterwards.
func (c ParcelCode) Wipe() {
	if chars := c.chars.get(); chars != nil {
		clear(chars[:])
	}
}

// IsZero reports whether there is no code, or none any more.
func (c ParcelCode) IsZero() bool { return c.chars.get() == nil || c.chars.get()[0] == 0 }

// Open opens a parcel: 24 bytes of nonce, ciphertext and tag of XChaCha20-Poly1305
// under the characters of the code and a label, with kind, what the parcel is, as
// associated data. It overwrites the parcel. ErrMalformed is returned when it is too
// short to be one, ErrKey when this code did not seal it, or not as that kind.
func (c ParcelCode) Open(kind string, parcel []byte) ([]byte, error) {
	if len(parcel) < ParcelOverhead {
		return nil, ErrMalformed
	}
	if c.IsZero() {
		return nil, ErrKey
	}
	key := append(make([]byte, 0, chacha20poly1305.KeySize), c.chars.get()[:]...)
	key = append(key, parcelLabel...)
	defer clear(key)
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("seal: parcel: %w", err)
	}
	nonce, sealed := parcel[:chacha20poly1305.NonceSizeX], parcel[chacha20poly1305.NonceSizeX:]
	opened, err := aead.Open(sealed[:0], nonce, sealed, []byte(kind))
	if err != nil {
		return nil, ErrKey
	}
	return opened, nil
}
