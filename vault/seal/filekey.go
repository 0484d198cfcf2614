package seal

import (
	"crypto/hpke"
	"fmt"
)

// fileKeyInfo is the info string that age prescribes for its recipients of
// ML-KEM-768 with X25519 (C2SP age, 2025). It keeps a file key apart from the seal
// of a circle key, which is made for the same public key under another one.
const fileKeyInfo = "age-encryption.org/mlkem768x25519"

// encapsulated is the length of what HPKE puts before a ciphertext for the
// KEM 0x647a: 1,088 bytes of ML-KEM-768 and 32 of X25519.
const encapsulated = 1120

// SealFileKey seals the key of an age file to this device or kit, as age's own
// hybrid recipient does (HPKE base mode, KEM 0x647a, HKDF-SHA256,
// ChaCha20-Poly1305): the encapsulated key and the ciphertext.
func (p Public) SealFileKey(key []byte) (enc, ciphertext []byte, err error) {
	public, err := hpke.MLKEM768X25519().NewPublicKey(p.HPKE)
	if err != nil {
		return nil, nil, fmt.Errorf("seal: recipient key: %w", err)
	}
	out, err := hpke.Seal(public, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), []byte(fileKeyInfo), key)
	if err != nil {
		return nil, nil, fmt.Errorf("seal: seal to device: %w", err)
	}
	return out[:encapsulated], out[encapsulated:], nil
}

// OpenFileKey opens what [Public.SealFileKey] made for this identity. It returns
// [ErrNotForMe] for anything else.
func (id *Identity) OpenFileKey(enc, ciphertext []byte) ([]byte, error) {
	private, err := id.private()
	if err != nil {
		return nil, err
	}
	if len(enc) != encapsulated {
		return nil, ErrNotForMe
	}
	sealed := append(append(make([]byte, 0, len(enc)+len(ciphertext)), enc...), ciphertext...)
	key, err := hpke.Open(private, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), []byte(fileKeyInfo), sealed)
	if err != nil {
		return nil, ErrNotForMe
	}
	return key, nil
}
