package seal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hpke"
	"fmt"
)

// Identity is what one seed becomes: the keys of a device, or of a recovery
// kit, which is a device on paper.
//
// It holds what the keys are made from, 32 bytes each, and makes those of the
// standard library anew for each use: nothing of ours could lock or wipe them.
type Identity struct {
	seed, self Key
	hpke, sign Key // what the private keys are made from
	public     Public
}

// Public is the half of an identity that others know.
type Public struct {
	Sign [ed25519.PublicKeySize]byte
	HPKE []byte // 1,216 bytes, ML-KEM-768 with X25519
}

// NewIdentity derives the keys of a seed. The identity keeps the seed; wipe it
// with [Identity.Wipe].
func NewIdentity(seed Key) (*Identity, error) {
	id := &Identity{seed: seed}
	for info, k := range map[string]*Key{"carnet1/hpke": &id.hpke, "carnet1/sign": &id.sign, "carnet1/self": &id.self} {
		var err error
		if *k, err = seed.derive(info); err != nil {
			return nil, err
		}
	}
	private, err := id.private()
	if err != nil {
		return nil, err
	}
	id.public.HPKE = private.PublicKey().Bytes()
	sign := ed25519.NewKeyFromSeed(id.sign.b.get()[:])
	defer clear(sign)
	copy(id.public.Sign[:], sign.Public().(ed25519.PublicKey))
	return id, nil
}

// private is the key that opens what was sealed to the identity. It returns
// [ErrNoKey] after [Identity.Wipe].
func (id *Identity) private() (hpke.PrivateKey, error) {
	if id.hpke.IsZero() {
		return nil, ErrNoKey
	}
	private, err := hpke.MLKEM768X25519().NewPrivateKey(id.hpke.b.get()[:])
	if err != nil {
		return nil, fmt.Errorf("seal: device key: %w", err)
	}
	return private, nil
}

// Keep moves the secrets of an identity that stays into memory which is locked
// against swapping where the system allows it. Nobody may use the identity
// meanwhile.
func (id *Identity) Keep() {
	for _, k := range []Key{id.seed, id.self, id.hpke, id.sign} {
		k.keep()
	}
}

// Format prints a placeholder, whatever the verb.
func (id *Identity) Format(f fmt.State, _ rune) { fmt.Fprint(f, "seal.Identity(hidden)") }

// Seed is what the identity was made from, for sealing it in another slot.
func (id *Identity) Seed() Key { return id.seed }

// Public returns the keys that others verify and seal with.
func (id *Identity) Public() Public {
	return Public{Sign: id.public.Sign, HPKE: bytes.Clone(id.public.HPKE)}
}

// Sign signs message with Ed25519. Callers give every use its own prefix.
func (id *Identity) Sign(message []byte) [ed25519.SignatureSize]byte {
	// Its two halves, of which the second is known: computing it again costs as much as the signature.
	sign := append(append(make(ed25519.PrivateKey, 0, ed25519.PrivateKeySize), id.sign.b.get()[:]...), id.public.Sign[:]...)
	defer clear(sign)
	return [ed25519.SignatureSize]byte(ed25519.Sign(sign, message))
}

// Verify reports whether signature is the identity's over message.
func (p Public) Verify(message []byte, signature [ed25519.SignatureSize]byte) bool {
	return ed25519.Verify(p.Sign[:], message, signature[:])
}

// Self seals what only this identity reads: its manifest.
func (id *Identity) Self(label string, bucket byte, data []byte) (Sealed, error) {
	return Seal(id.self, Place{Label: label, Bucket: bucket}, data)
}

// OpenSelf opens what [Identity.Self] made; see [Open] for its errors.
func (id *Identity) OpenSelf(label string, bucket byte, s Sealed) ([]byte, error) {
	return Open(id.self, Place{Label: label, Bucket: bucket}, s)
}

// Wipe overwrites the secrets with zeros.
func (id *Identity) Wipe() {
	for _, k := range []Key{id.seed, id.self, id.hpke, id.sign} {
		k.Wipe()
	}
}
