package seal

import (
	"crypto/hpke"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/crypto/blake2b"
)

// ErrNotForMe is returned by [Identity.OpenSeal] for a seal that another
// device's key opens.
var ErrNotForMe = errors.New("seal: sealed to another device")

// CircleKey is one epoch of a circle: the secret that its members share, and
// the keys drawn from it. It opens nothing by itself until the operation that
// brought it has been verified; the caller keeps that rule.
type CircleKey struct {
	Patient [16]byte // zeros for the household
	Circle  [16]byte
	Epoch   uint32 // from 1
	ID      [16]byte

	prk             Key
	rec, idx, dedup Key
}

// NewCircleKey draws a new epoch.
func NewCircleKey(patient, circle [16]byte, epoch uint32) (*CircleKey, error) {
	return RestoreCircleKey(patient, circle, epoch, NewKey())
}

// RestoreCircleKey takes an epoch's secret that was opened from a seal or from
// the body of a later rotation.
func RestoreCircleKey(patient, circle [16]byte, epoch uint32, prk Key) (*CircleKey, error) {
	c := &CircleKey{Patient: patient, Circle: circle, Epoch: epoch, prk: prk}
	var err error
	if c.rec, err = prk.derive("carnet1/rec"); err != nil {
		return nil, err
	}
	if c.idx, err = prk.derive("carnet1/idx"); err != nil {
		return nil, err
	}
	if c.dedup, err = prk.derive("carnet1/dedup"); err != nil {
		return nil, err
	}
	h, err := blake2b.New(16, prk.b.get()[:])
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	h.Write([]byte("carnet1/id"))
	c.ID = [16]byte(h.Sum(nil))
	return c, nil
}

// Secret is the epoch's secret itself, to be written inside a sealed body.
func (c *CircleKey) Secret() Key { return c.prk }

// Box is the public key that deposits and messages to this circle are sealed
// to (HPKE, ML-KEM-768 with X25519, 1,216 bytes).
func (c *CircleKey) Box() ([]byte, error) {
	k, err := c.prk.derive("carnet1/box")
	if err != nil {
		return nil, err
	}
	defer k.Wipe()
	private, err := hpke.MLKEM768X25519().NewPrivateKey(k.b.get()[:])
	if err != nil {
		return nil, fmt.Errorf("seal: box key: %w", err)
	}
	return private.PublicKey().Bytes(), nil
}

// ContentID names content inside this circle: equal for equal content, and
// telling nothing to those outside. digest is the content's BLAKE2b-256.
func (c *CircleKey) ContentID(digest [32]byte) [32]byte {
	h := keyed256(c.dedup.b.get()[:])
	h.Write(digest[:])
	return [32]byte(h.Sum(nil))
}

// Seal puts a record, an operation header or a journal entry in an envelope of
// this epoch.
func (c *CircleKey) Seal(label string, bucket byte, data []byte) (Sealed, error) {
	return Seal(c.rec, Place{Label: label, Bucket: bucket, Epoch: c.Epoch}, data)
}

// Open opens what [CircleKey.Seal] made; see [Open] for its errors.
func (c *CircleKey) Open(label string, bucket byte, s Sealed) ([]byte, error) {
	return Open(c.rec, Place{Label: label, Bucket: bucket, Epoch: c.Epoch}, s)
}

// SealDerived is [CircleKey.Seal] for values that can be made again from the
// documents: extracted text, page counts, search segments.
func (c *CircleKey) SealDerived(label string, bucket byte, data []byte) (Sealed, error) {
	return Seal(c.idx, Place{Label: label, Bucket: bucket, Epoch: c.Epoch}, data)
}

// OpenDerived opens what [CircleKey.SealDerived] made.
func (c *CircleKey) OpenDerived(label string, bucket byte, s Sealed) ([]byte, error) {
	return Open(c.idx, Place{Label: label, Bucket: bucket, Epoch: c.Epoch}, s)
}

// Keep moves the secrets of an epoch that stays into memory which is locked against
// swapping where the system allows it. Nobody may use the epoch meanwhile; a second
// call does nothing.
func (c *CircleKey) Keep() {
	for _, k := range []Key{c.prk, c.rec, c.idx, c.dedup} {
		k.keep()
	}
}

// Wipe overwrites the secrets with zeros.
func (c *CircleKey) Wipe() {
	for _, k := range []Key{c.prk, c.rec, c.idx, c.dedup} {
		k.Wipe()
	}
}

const sealedKeyInfo = "carnet1/prk"

// sealSize is the plaintext of a seal: patient, circle, epoch, sealer,
// recipient, secret.
const sealSize = 16 + 16 + 4 + 16 + 16 + KeySize

// SealTo seals the epoch to one device (HPKE base mode, KEM 0x647a,
// HKDF-SHA256, AES-256-GCM), 1,236 bytes.
func (c *CircleKey) SealTo(recipient Public, sealerID, recipientID [16]byte) ([]byte, error) {
	if c.prk.IsZero() {
		return nil, ErrNoKey
	}
	public, err := hpke.MLKEM768X25519().NewPublicKey(recipient.HPKE)
	if err != nil {
		return nil, fmt.Errorf("seal: recipient key: %w", err)
	}
	plain := make([]byte, 0, sealSize)
	plain = append(plain, c.Patient[:]...)
	plain = append(plain, c.Circle[:]...)
	plain = binary.BigEndian.AppendUint32(plain, c.Epoch)
	plain = append(plain, sealerID[:]...)
	plain = append(plain, recipientID[:]...)
	plain = append(plain, c.prk.b.get()[:]...)
	defer clear(plain)
	out, err := hpke.Seal(public, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(sealedKeyInfo), plain)
	if err != nil {
		return nil, fmt.Errorf("seal: seal to device: %w", err)
	}
	return out, nil
}

// OpenSeal opens a seal made for this identity, whose own id is me. The key
// counts only once a verified rotation of that patient's chain carries the seal
// and the key's id; until then it may only be used to read that chain.
// It returns [ErrNotForMe] for any other seal.
func (id *Identity) OpenSeal(me [16]byte, seal []byte) (key *CircleKey, sealer [16]byte, err error) {
	private, err := id.private()
	if err != nil {
		return nil, sealer, err
	}
	plain, err := hpke.Open(private, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(sealedKeyInfo), seal)
	if err != nil || len(plain) != sealSize {
		return nil, sealer, ErrNotForMe
	}
	defer clear(plain)
	patient, circle := [16]byte(plain[0:16]), [16]byte(plain[16:32])
	epoch := binary.BigEndian.Uint32(plain[32:36])
	sealer = [16]byte(plain[36:52])
	if [16]byte(plain[52:68]) != me {
		return nil, sealer, ErrNotForMe
	}
	prk, err := KeyFrom(plain[68:])
	if err != nil {
		return nil, sealer, err
	}
	key, err = RestoreCircleKey(patient, circle, epoch, prk)
	return key, sealer, err
}
