package seal

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
)

// A recovery code is 130 random bits and 20 bits of checksum, written in
// Crockford's base32: 30 characters in 6 groups of 5.
const (
	kitChars      = 26 // 130 bits
	kitCheckChars = 4  // 20 bits
	kitGroup      = 5

	// KitGroups is the number of groups of a recovery code.
	KitGroups = (kitChars + kitCheckChars) / kitGroup

	crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// ErrKitCode is returned when a recovery code is mistyped: a character that
// the alphabet lacks, a wrong length or a wrong checksum.
var ErrKitCode = errors.New("seal: not a recovery code")

// KitCode is a recovery code. It prints as a placeholder; use
// [KitCode.Groups] to put it on paper. The zero KitCode is no code.
type KitCode struct{ chars hidden[[kitChars]byte] } // values 0 to 31

// NewKitCode draws a code.
func NewKitCode() KitCode {
	chars := new([kitChars]byte)
	rand.Read(chars[:])
	for i := range chars {
		chars[i] &= 31
	}
	return KitCode{hide(chars)}
}

// ParseKitCode reads a code as people type it: lower or upper case, with
// spaces, hyphens or line ends anywhere, O for 0, I and L for 1.
func ParseKitCode(s string) (KitCode, error) {
	values, ok := kitValues(s)
	if !ok || len(values) != kitChars+kitCheckChars {
		return KitCode{}, ErrKitCode
	}
	chars := [kitChars]byte(values)
	check := kitChecksum(&chars)
	if subtle.ConstantTimeCompare(check[:], values[kitChars:]) != 1 {
		return KitCode{}, ErrKitCode
	}
	return KitCode{hide(&chars)}, nil
}

// kitValues turns characters into values, leaving separators out; ok is false
// at the first character of another alphabet, and values are those before it.
func kitValues(s string) (values []byte, ok bool) {
	for _, r := range strings.ToUpper(s) {
		switch r {
		case ' ', '-', '\t', '\n', '\r', '\u00a0', '\u202f', '\u2013', '\u2011':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		i := strings.IndexRune(crockford, r)
		if i < 0 {
			return values, false
		}
		values = append(values, byte(i))
	}
	return values, true
}

// kitChecksum is the first 20 bits of SHA-256 over a label and the characters.
func kitChecksum(chars *[kitChars]byte) (check [kitCheckChars]byte) {
	h := sha256.Sum256(append([]byte("carnet1/kit-check"), chars[:]...))
	bits := uint32(h[0])<<16 | uint32(h[1])<<8 | uint32(h[2])
	for i := range check {
		check[i] = byte(bits>>(19-5*i)) & 31
	}
	return check
}

// Groups returns the six groups of five characters, the secret itself; they
// are empty for the zero KitCode.
func (k KitCode) Groups() (groups [KitGroups]string) {
	chars := k.chars.get()
	if chars == nil {
		return groups
	}
	check := kitChecksum(chars)
	for i, v := range append(chars[:], check[:]...) {
		groups[i/kitGroup] += string(crockford[v])
	}
	return groups
}

// Format prints a placeholder, whatever the verb.
func (k KitCode) Format(f fmt.State, _ rune) { fmt.Fprint(f, "seal.KitCode(hidden)") }

// MarshalText refuses: a code must not end in a file by way of an encoder.
func (k KitCode) MarshalText() ([]byte, error) {
	return nil, errors.New("seal: a recovery code does not marshal")
}

// Identity derives the keys of the kit: the same two key pairs as a device's.
// It returns [ErrNoKey] for the zero KitCode.
func (k KitCode) Identity() (*Identity, error) {
	chars := k.chars.get()
	if chars == nil {
		return nil, ErrNoKey
	}
	packed := new([KeySize]byte) // 26 values of 5 bits
	bit := 0
	for _, v := range chars {
		for b := 4; b >= 0; b-- {
			packed[bit/8] |= (v >> b & 1) << (7 - bit%8)
			bit++
		}
	}
	secret := Key{hide(packed)}
	defer secret.Wipe()
	seed, err := secret.derive("carnet1/kit")
	if err != nil {
		return nil, err
	}
	return NewIdentity(seed)
}

// Matches reports whether somebody typed group i, the first being 0.
func (k KitCode) Matches(i int, typed string) bool {
	want, ok1 := kitValues(k.Groups()[i])
	got, ok2 := kitValues(typed)
	return ok1 && ok2 && len(want) == kitGroup && subtle.ConstantTimeCompare(want, got) == 1
}
