package seal

import (
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"

	"github.com/cloudflare/circl/group"
	"github.com/cloudflare/circl/secretsharing"
)

// A share is one of three parts of a secret of which any two give it back and one
// alone says nothing (Shamir's sharing, over the scalars of P-256). On paper it is
// 35 bytes, a head of 24 bits and the part itself, in Crockford's base32: four rows
// of sixteen characters, the last two of each a checksum, so that a mistake is
// found in its row.
const (
	// Shares is how many shares there are of a secret.
	Shares = 3
	// ShareRows is the number of rows of a share on paper.
	ShareRows = 4

	shareChars    = 56 // 280 bits
	shareRow      = shareChars / ShareRows
	shareRowCheck = 2 // 10 bits for each row
	shareGroup    = 4
	shareBytes    = 3 + KeySize
)

// Errors of shares. Nothing was opened then.
var (
	// ErrShare is returned when a share is mistyped; see [ShareError].
	ErrShare = errors.New("seal: not a share")
	// ErrSameShare is returned when the same share is given twice.
	ErrSameShare = errors.New("seal: twice the same share")
	// ErrOtherSet is returned when two shares are not of the same secret.
	ErrOtherSet = errors.New("seal: shares of two sets")
)

// ShareError says where a share is mistyped. It is an [ErrShare].
type ShareError struct {
	Row  int // from 1; 0 when it is too long or too short
	Read int // characters that were read, separators left out
}

func (e *ShareError) Error() string {
	return fmt.Sprintf("%v: row %d, %d characters", ErrShare, e.Row, e.Read)
}

// Is makes every [ShareError] an [ErrShare].
func (e *ShareError) Is(target error) bool { return target == ErrShare }

// Share is one part of a secret. It prints as a placeholder; use [Share.Rows] to put
// it on paper. The zero Share is none.
type Share struct {
	b hidden[[shareBytes]byte]
}

// ShareCharacters is how many characters a share has on paper, separators left out.
const ShareCharacters = shareChars + ShareRows*shareRowCheck

// NewShares draws a secret and parts it. set names what belongs together.
func NewShares(set [16]byte) (secret Key, shares [Shares]Share, err error) {
	scalar := group.P256.RandomNonZeroScalar(rand.Reader)
	if secret, err = scalarKey(scalar); err != nil {
		return Key{}, shares, err
	}
	for i, part := range secretsharing.New(rand.Reader, 1, scalar).Share(Shares) {
		value, err := scalarKey(part.Value)
		if err != nil {
			return Key{}, shares, err
		}
		b := new([shareBytes]byte)
		b[0] = byte(i+1) << 6
		b[0], b[1], b[2] = b[0]|set[0]>>2, set[0]<<6|set[1]>>2, set[1]<<6|set[2]>>2
		copy(b[3:], value.Expose())
		value.Wipe()
		shares[i] = Share{hide(b)}
	}
	return secret, shares, nil
}

func scalarKey(s group.Scalar) (Key, error) {
	b, err := s.MarshalBinary()
	if err != nil {
		return Key{}, fmt.Errorf("seal: share: %w", err)
	}
	defer clear(b)
	return KeyFrom(b)
}

// Number is which of the shares it is, from 1; 0 for the zero Share.
func (s Share) Number() int {
	if b := s.b.get(); b != nil {
		return int(b[0] >> 6)
	}
	return 0
}

// tag is the beginning of the name of its set.
func (s Share) tag() [3]byte {
	b := s.b.get()
	return [3]byte{b[0] & 0x3f, b[1], b[2]}
}

// Rows are the rows on paper, the secret itself, in groups of four characters; they
// are empty for the zero Share.
func (s Share) Rows() (rows [ShareRows]string) {
	b := s.b.get()
	if b == nil {
		return rows
	}
	values := unpack5(b[:])
	for i := range rows {
		row := values[i*shareRow : (i+1)*shareRow]
		check := shareChecksum(i, row)
		for j, v := range append(row[:shareRow:shareRow], check[:]...) {
			if j > 0 && j%shareGroup == 0 {
				rows[i] += " "
			}
			rows[i] += string(crockford[v])
		}
	}
	return rows
}

// unpack5 gives the bits of b, five at a time; pack5 is its inverse.
func unpack5(b []byte) []byte {
	out := make([]byte, len(b)*8/5)
	for bit := range len(out) * 5 {
		out[bit/5] = out[bit/5]<<1 | b[bit/8]>>(7-bit%8)&1
	}
	return out
}

func pack5(values []byte) []byte {
	out := make([]byte, len(values)*5/8)
	for bit := range len(out) * 8 {
		out[bit/8] = out[bit/8]<<1 | values[bit/5]>>(4-bit%5)&1
	}
	return out
}

// shareChecksum is the first 10 bits of SHA-256 over a label, the number of the row,
// from 0, and its characters.
func shareChecksum(row int, values []byte) [shareRowCheck]byte {
	h := sha256.Sum256(append(append([]byte("carnet1/share-check"), byte(row)), values...))
	return [shareRowCheck]byte{h[0] >> 3, h[0]&7<<2 | h[1]>>6}
}

// ParseShare reads a share as people type it: lower or upper case, with spaces,
// hyphens or line ends anywhere, O for 0, I and L for 1. Its errors are
// [ShareError]s.
func ParseShare(s string) (Share, error) {
	values, ok := kitValues(s)
	if !ok {
		// The character stands in the row that the good ones before it lead to.
		return Share{}, &ShareError{Row: min(len(values)/(shareRow+shareRowCheck), ShareRows-1) + 1, Read: len(values)}
	}
	defer clear(values)
	if len(values) != ShareCharacters {
		return Share{}, &ShareError{Read: len(values)}
	}
	var chars [shareChars]byte
	defer clear(chars[:])
	for i := range ShareRows {
		row := values[i*(shareRow+shareRowCheck):][:shareRow+shareRowCheck]
		check := shareChecksum(i, row[:shareRow])
		if subtle.ConstantTimeCompare(check[:], row[shareRow:]) != 1 {
			return Share{}, &ShareError{Row: i + 1, Read: len(values)}
		}
		copy(chars[i*shareRow:], row[:shareRow])
	}
	packed := pack5(chars[:])
	defer clear(packed)
	b := [shareBytes]byte(packed)
	share := Share{hide(&b)}
	scalar := group.P256.NewScalar()
	if err := scalar.UnmarshalBinary(b[3:]); err != nil || share.Number() == 0 {
		return Share{}, &ShareError{Read: len(values)}
	}
	return share, nil
}

// Combine gives back the secret of two shares. It returns [ErrNoKey] for a zero
// Share, [ErrSameShare] and [ErrOtherSet]; shares of two sets whose names begin alike
// give a secret that opens nothing.
func Combine(one, two Share) (Key, error) {
	a, b := one.b.get(), two.b.get()
	if a == nil || b == nil {
		return Key{}, ErrNoKey
	}
	switch {
	case one.tag() != two.tag():
		return Key{}, ErrOtherSet
	case one.Number() == two.Number():
		return Key{}, ErrSameShare
	}
	parts := make([]secretsharing.Share, 2)
	for i, x := range []*[shareBytes]byte{a, b} {
		parts[i] = secretsharing.Share{ID: group.P256.NewScalar().SetUint64(uint64(x[0] >> 6)), Value: group.P256.NewScalar()}
		if err := parts[i].Value.UnmarshalBinary(x[3:]); err != nil {
			return Key{}, fmt.Errorf("seal: share: %w", err)
		}
	}
	scalar, err := secretsharing.Recover(1, parts)
	if err != nil {
		return Key{}, fmt.Errorf("seal: shares: %w", err)
	}
	return scalarKey(scalar)
}

// Format prints a placeholder, whatever the verb.
func (s Share) Format(f fmt.State, _ rune) { fmt.Fprint(f, "seal.Share(hidden)") }

// MarshalText refuses: a share must not end in a file by way of an encoder.
func (s Share) MarshalText() ([]byte, error) {
	return nil, errors.New("seal: a share does not marshal")
}

// SharedIdentity derives the keys of what a secret of shares opens.
func SharedIdentity(secret Key) (*Identity, error) {
	seed, err := secret.derive("carnet1/relatives")
	if err != nil {
		return nil, err
	}
	return NewIdentity(seed)
}

// sharedSlotVersion begins a [SharedSlot].
const sharedSlotVersion = 1

// SharedSlot is a way into a vault like a [Slot], for who has two shares. It is made
// with the public key alone, so that it can follow when a keyholder gets new keys.
type SharedSlot struct {
	Set    [16]byte
	sealed []byte
}

// sharedSlotSize is its length in a file: version, set, encapsulated key, seed and
// keyholder, tag.
const sharedSlotSize = 1 + 16 + encapsulated + KeySize + 16 + 16

// ParseSharedSlot reads one. It checks the form only, and returns [ErrSlot].
func ParseSharedSlot(b []byte) (*SharedSlot, error) {
	if len(b) != sharedSlotSize || b[0] != sharedSlotVersion {
		return nil, ErrSlot
	}
	return &SharedSlot{Set: [16]byte(b[1:]), sealed: b[17:]}, nil
}

// Bytes returns the slot as it stands in the file.
func (s *SharedSlot) Bytes() []byte {
	return append(append([]byte{sharedSlotVersion}, s.Set[:]...), s.sealed...)
}

func sharedInfo(vaultID, slot, set [16]byte) []byte {
	return append(append(append([]byte("carnet1/relatives"), vaultID[:]...), slot[:]...), set[:]...)
}

// SealsFor reports whether something can be sealed for the identity: its HPKE key is
// one.
func (p Public) SealsFor() bool {
	_, err := hpke.MLKEM768X25519().NewPublicKey(p.HPKE)
	return err == nil
}

// NewSharedSlot seals the seed of a keyholder's device for the shares whose public
// key p is. It is tied to its file, to the slot of the device and to the set.
func (p Public) NewSharedSlot(vaultID, slot, set [16]byte, content SlotContent) (*SharedSlot, error) {
	if content.Seed.IsZero() {
		return nil, ErrNoKey
	}
	public, err := hpke.MLKEM768X25519().NewPublicKey(p.HPKE)
	if err != nil {
		return nil, fmt.Errorf("seal: recipient key: %w", err)
	}
	plain := append(append(make([]byte, 0, KeySize+16), content.Seed.Expose()...), content.Keyholder[:]...)
	defer clear(plain)
	sealed, err := hpke.Seal(public, hpke.HKDFSHA256(), hpke.AES256GCM(), sharedInfo(vaultID, slot, set), plain)
	if err != nil {
		return nil, fmt.Errorf("seal: seal for shares: %w", err)
	}
	return &SharedSlot{Set: set, sealed: sealed}, nil
}

// OpenSharedSlot opens a slot that was sealed for this identity at this place; the
// content has no name. It returns [ErrNotForMe] for any other.
func (id *Identity) OpenSharedSlot(vaultID, slot [16]byte, s *SharedSlot) (SlotContent, error) {
	private, err := id.private()
	if err != nil {
		return SlotContent{}, err
	}
	plain, err := hpke.Open(private, hpke.HKDFSHA256(), hpke.AES256GCM(), sharedInfo(vaultID, slot, s.Set), s.sealed)
	if err != nil || len(plain) != KeySize+16 {
		return SlotContent{}, ErrNotForMe
	}
	defer clear(plain)
	seed, err := KeyFrom(plain[:KeySize])
	return SlotContent{Seed: seed, Keyholder: [16]byte(plain[KeySize:])}, err
}
