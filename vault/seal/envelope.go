package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/crypto/blake2b"
)

// Layout of an envelope, in bytes.
const (
	envelopeVersion = 1
	envelopeSuite   = 1 // BLAKE2b-512 key derivation, AES-256-GCM, 32-byte commitment

	epochAt      = 2
	nonceAt      = 6
	nonceSize    = 24
	commitmentAt = nonceAt + nonceSize
	commitment   = 32
	ciphertextAt = commitmentAt + commitment
	tagSize      = 16

	// Overhead is what an envelope adds to its padded plaintext, in bytes.
	Overhead = ciphertextAt + tagSize

	headSize       = 5 // flags u8, length u32
	flagCompressed = 1

	// MaxData is the most that one envelope holds, in bytes, before and after
	// decompression.
	MaxData = 16 << 20
)

// Errors of opening an envelope.
var (
	// ErrMalformed is returned when the bytes are not an envelope of a
	// version this program knows.
	ErrMalformed = errors.New("seal: not an envelope of this format")
	// ErrKey is returned when the commitment differs: another key, another
	// place or another label. Nothing was decrypted.
	ErrKey = errors.New("seal: the key does not open this value")
	// ErrAltered is returned when the key is right and the content is not.
	ErrAltered = errors.New("seal: the value has been altered")
	// ErrTooLarge is returned when the data is larger than MaxData.
	ErrTooLarge = errors.New("seal: the value is too large")
)

// Sealed is ciphertext that only this package can make, or [Parse] read back.
type Sealed struct{ b []byte }

// Parse takes bytes read from a file or a network as a sealed value. It checks
// the form only, and keeps b without copying it.
func Parse(b []byte) (Sealed, error) {
	if len(b) < Overhead || b[0] != envelopeVersion || b[1] != envelopeSuite {
		return Sealed{}, ErrMalformed
	}
	return Sealed{b}, nil
}

// Bytes returns the ciphertext. The caller must not change it.
func (s Sealed) Bytes() []byte { return s.b }

// IsZero reports whether s is the zero value, which no function here makes.
func (s Sealed) IsZero() bool { return len(s.b) == 0 }

// Epoch tells which epoch of a circle the value was sealed under, 0 when it
// was not sealed under a circle.
func (s Sealed) Epoch() uint32 {
	if len(s.b) < Overhead {
		return 0
	}
	return binary.BigEndian.Uint32(s.b[epochAt:])
}

// Place says where a value stands and what it is for. It is authenticated with
// the value: a value moved to another place does not open.
type Place struct {
	Label   string // one per use, "carnet1/rec" for instance
	Bucket  byte   // bucket of the file
	Epoch   uint32 // epoch of the circle; 0 for keys that have none
	Context []byte // further bytes known before opening; nil for most
}

// lastPlace is the place without context whose digest was asked for last: who opens
// a hundred thousand values does so at two places, one after the other.
var lastPlace atomic.Pointer[placeDigest]

type placeDigest struct {
	bucket byte
	epoch  uint32
	sum    [blake2b.Size256]byte
}

func (p Place) digest() [blake2b.Size256]byte {
	if len(p.Context) > 0 {
		return p.compute()
	}
	last := lastPlace.Load()
	if last == nil || last.bucket != p.Bucket || last.epoch != p.Epoch {
		last = &placeDigest{p.Bucket, p.Epoch, p.compute()}
		lastPlace.Store(last)
	}
	return last.sum
}

func (p Place) compute() [blake2b.Size256]byte {
	aad := make([]byte, 0, 14+len(p.Context))
	aad = append(aad, "carnet1"...)
	aad = append(aad, p.Bucket, envelopeVersion, envelopeSuite)
	aad = binary.BigEndian.AppendUint32(aad, p.Epoch)
	return blake2b.Sum256(append(aad, p.Context...))
}

// expand derives the single-use encryption key and the commitment.
func (p Place) expand(k Key, nonce []byte) (okm [64]byte, err error) {
	if k.IsZero() {
		return okm, ErrNoKey
	}
	h, err := blake2b.New512(k.b.get()[:])
	if err != nil {
		return okm, fmt.Errorf("seal: %w", err)
	}
	digest := p.digest()
	h.Write([]byte(p.Label))
	h.Write(nonce)
	h.Write(digest[:])
	h.Sum(okm[:0])
	return okm, nil
}

// Seal encrypts data under k for one place. Data is compressed when that makes
// the value smaller, then padded, so that its exact length does not show.
func Seal(k Key, p Place, data []byte) (Sealed, error) {
	var nonce [nonceSize]byte
	rand.Read(nonce[:])
	return sealWith(k, p, nonce, data)
}

func sealWith(k Key, p Place, nonce [nonceSize]byte, data []byte) (Sealed, error) {
	if len(data) > MaxData {
		return Sealed{}, ErrTooLarge
	}
	okm, err := p.expand(k, nonce[:])
	if err != nil {
		return Sealed{}, err
	}
	defer clear(okm[:])
	gcm, err := singleUse(okm[:32])
	if err != nil {
		return Sealed{}, err
	}
	plain := frame(data)
	out := make([]byte, ciphertextAt, Overhead+len(plain))
	out[0], out[1] = envelopeVersion, envelopeSuite
	binary.BigEndian.PutUint32(out[epochAt:], p.Epoch)
	copy(out[nonceAt:], nonce[:])
	copy(out[commitmentAt:], okm[32:])
	out = gcm.Seal(out, zeroNonce[:], plain, nil)
	clear(plain)
	return Sealed{out}, nil
}

// Open decrypts s, which must have been sealed under k for the same place.
// It returns [ErrKey] when key or place differ and [ErrAltered] when the
// ciphertext was changed.
func Open(k Key, p Place, s Sealed) ([]byte, error) {
	if len(s.b) < Overhead || s.b[0] != envelopeVersion || s.b[1] != envelopeSuite || s.Epoch() != p.Epoch {
		return nil, ErrMalformed
	}
	okm, err := p.expand(k, s.b[nonceAt:commitmentAt])
	if err != nil {
		return nil, err
	}
	defer clear(okm[:])
	if subtle.ConstantTimeCompare(okm[32:], s.b[commitmentAt:ciphertextAt]) != 1 {
		return nil, ErrKey
	}
	gcm, err := singleUse(okm[:32])
	if err != nil {
		return nil, err
	}
	plain, err := gcm.Open(nil, zeroNonce[:], s.b[ciphertextAt:], nil)
	if err != nil {
		return nil, ErrAltered
	}
	return unframe(plain)
}

// zeroNonce is the nonce of every envelope: its key is used once.
var zeroNonce [12]byte

func singleUse(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return cipher.NewGCM(block)
}

// compressFrom is the length from which compression is tried, in bytes: below,
// the steps of the padding leave little to win.
const compressFrom = 512

// frame gives flags, length, data and padding.
func frame(data []byte) []byte {
	flags := byte(0)
	if len(data) >= compressFrom {
		small := zstdEncoder().EncodeAll(data, nil)
		if padded(headSize+len(small)) < padded(headSize+len(data)) {
			data, flags = small, flagCompressed
		}
	}
	plain := make([]byte, padded(headSize+len(data)))
	plain[0] = flags
	binary.BigEndian.PutUint32(plain[1:], uint32(len(data)))
	copy(plain[headSize:], data)
	return plain
}

func unframe(plain []byte) ([]byte, error) {
	if len(plain) < headSize || plain[0]&^flagCompressed != 0 {
		return nil, ErrMalformed
	}
	n := int64(binary.BigEndian.Uint32(plain[1:]))
	if n > int64(len(plain)-headSize) || n > MaxData {
		return nil, ErrMalformed
	}
	data, rest := plain[headSize:headSize+n], plain[headSize+n:]
	for _, b := range rest {
		if b != 0 {
			return nil, ErrMalformed
		}
	}
	if plain[0]&flagCompressed == 0 {
		return data, nil
	}
	out, err := zstdDecoder().DecodeAll(data, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return out, nil
}

// padded is the length that n bytes are padded to: multiples of 256 below 512,
// then Padmé (Nikitin and others, PETS 2019), at most 12 % more.
func padded(n int) int {
	if n < 512 {
		return max(256, (n+255)&^255)
	}
	e := bits.Len(uint(n)) - 1
	s := bits.Len(uint(e))
	mask := 1<<(e-s) - 1
	return (n + mask) &^ mask
}

// Both are stateless for EncodeAll and DecodeAll, and safe to share.
var (
	zstdEncoder = sync.OnceValue(func() *zstd.Encoder {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
		if err != nil {
			panic(err) // the options above are constants
		}
		return e
	})
	zstdDecoder = sync.OnceValue(func() *zstd.Decoder {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxData))
		if err != nil {
			panic(err)
		}
		return d
	})
)
