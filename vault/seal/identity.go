package seal

import (
	"crypto/ed25519"
	"crypto/hpke"
	"fmt"
)

// Identity is what one seed becomes: the keys of a device, or of a recovery
// kit, which is a device on paper.
type Identity struct {
	seed Key
	hpke hpke.PrivateKey
	sign hidden[ed25519.PrivateKey]
	self Key
}

// Public is the half of an identity that others know.
type Public struct {
	Sign [ed25519.PublicKeySize]byte
	HPKE []byte // 1,216 bytes, ML-KEM-768 with X25519
}

// NewIdentity derives the keys of a seed. The identity keeps the seed; wipe it
// with [Identity.Wipe].
func NewIdentity(seed Key) (*Identity, error) {
	k, err := seed.derive("carnet1/hpke")
	if err != nil {
		return nil, err
	}
	defer k.Wipe()
	private, err := hpke.MLKEM768X25519().NewPrivateKey(k.b.get()[:])
	if err != nil {
		return nil, fmt.Errorf("seal: device key: %w", err)
	}
	s, err := seed.derive("carnet1/sign")
	if err != nil {
		return nil, err
	}
	defer s.Wipe()
	self, err := seed.derive("carnet1/self")
	if err != nil {
		return nil, err
	}
	sign := ed25519.NewKeyFromSeed(s.b.get()[:])
	return &Identity{seed: seed, hpke: private, sign: hide(&sign), self: self}, nil
}

// Format prints a placeholder, whatever the verb.
func (id *Identity) Format(f fmt.State, _ rune) { fmt.Fprint(f, "seal.Identity(hidden)") }

// Seed is what the identity was made from, for sealing it in another slot.
func (id *Identity) Seed() Key { return id.seed }

// Public returns the keys that others verify and seal with.
func (id *Identity) Public() Public {
	return Public{
		Sign: [ed25519.PublicKeySize]byte(id.sign.get().Public().(ed25519.PublicKey)),
		HPKE: id.hpke.PublicKey().Bytes(),
	}
}

// Sign signs message with Ed25519. Callers give every use its own prefix.
func (id *Identity) Sign(message []byte) [ed25519.SignatureSize]byte {
	return [ed25519.SignatureSize]byte(ed25519.Sign(*id.sign.get(), message))
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

// Wipe overwrites the secrets that Go lets us reach. The HPKE key is only
// dropped.
func (id *Identity) Wipe() {
	id.seed.Wipe()
	id.self.Wipe()
	clear(*id.sign.get())
	id.hpke = nil
}
