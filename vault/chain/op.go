package chain

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"

	"github.com/fxamacker/cbor/v2"

	"carnet/vault/internal/canon"
)

// ID names a patient, a device, a circle or a keyholder's pseudonym.
type ID = [16]byte

// Hash is a SHA-256 digest.
type Hash = [32]byte

// Kind says what an operation does.
type Kind uint8

// The kinds of operation. Their numbers never change.
const (
	Genesis   Kind = iota + 1 // begins a patient's chain
	Member                    // adds or removes devices of one keyholder
	Rotate                    // gives a circle a new key
	Data                      // writes or edits a record
	Tombstone                 // puts a record in the bin
	Erase                     // names operations whose content everybody drops
	Receipt                   // records a consent
	Withdraw                  // withdraws one
	Grant                     // lets a professional read
	Block                     // stops one
	Policy                    // emergency rules and the like
	Loss                      // names what a damaged file has lost
)

// Version is the version of [Op] that this package writes and reads.
const Version = 1

// MaxHLC is the last moment that an operation may name, so that clocks which
// follow it never wrap: the year 4199.
const MaxHLC = 1 << 62

// Op is an operation's header.
type Op struct {
	_        struct{} `cbor:",toarray"`
	V        uint8
	Kind     Kind
	Patient  ID // zeros for the household
	Device   ID
	DSeq     uint64 // counts this device's operations on this patient, from 1
	PrevDev  Hash   // this device's operation before; zeros for the first
	SeenPos  uint64 // server position seen; 0 before the first synchronisation
	SeenHead Hash
	Deps     []Hash // last operations seen of other devices, not already covered
	HLC      uint64 // hybrid logical clock: milliseconds since 1970 << 16, then a counter
	Clear    []byte // what everybody may read, by kind; empty for [Data]
	BodyHash Hash   // SHA-256 of the sealed body; zeros when there is none
	Blobs    []Hash // names of the chunks of the version this operation adds
}

// Signed is an operation with its signature, as it is kept and sent.
type Signed struct {
	Op
	Sig   [ed25519.SignatureSize]byte
	bytes []byte // canonical bytes of Op
	id    Hash
}

// Errors of reading an operation.
var (
	// ErrEncoding is returned when the bytes are not the one canonical form
	// (RFC 8949, 4.2.1) of an operation of this version.
	ErrEncoding = errors.New("chain: not a canonical operation")
	// ErrSignature is returned when the signature is not the device's.
	ErrSignature = errors.New("chain: signature does not verify")
)

// maxElements is the length of the longest list: 16 GiB in chunks, and some.
const maxElements = 1 << 17

var canonical, strict = modes()

func modes() (cbor.EncMode, cbor.DecMode) {
	eo := cbor.CoreDetEncOptions()
	eo.ByteArray = cbor.ByteArrayToByteSlice
	eo.NilContainers = cbor.NilContainerAsEmpty
	enc, err := eo.EncMode()
	if err != nil {
		panic(err) // the options are constants
	}
	dec, err := cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		MaxArrayElements:  maxElements,
		MaxNestedLevels:   8,
		UTF8:              cbor.UTF8RejectInvalid,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return enc, dec
}

// Encode gives the canonical bytes of one of this package's structures.
func Encode(v any) ([]byte, error) { return canonical.Marshal(v) }

// Decode reads b into v and returns [ErrEncoding] unless b is the canonical
// form of what it read.
func Decode(b []byte, v any) error {
	if err := strict.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%w: %w", ErrEncoding, err)
	}
	again, err := canonical.Marshal(v)
	if err != nil || !bytes.Equal(again, b) {
		return ErrEncoding
	}
	return nil
}

const signatureLabel = "carnet-op-v1"

// Sign makes the operation final. sign must be the Ed25519 signature of the
// device that op names. It returns [ErrEncoding] for what [Parse] would refuse.
func Sign(op Op, sign func(message []byte) [ed25519.SignatureSize]byte) (*Signed, error) {
	if !op.known() {
		return nil, ErrEncoding
	}
	b, err := Encode(&op)
	if err != nil {
		return nil, fmt.Errorf("chain: encode operation: %w", err)
	}
	s := &Signed{Op: op, bytes: b}
	s.Sig = sign(append([]byte(signatureLabel), b...))
	s.setID()
	return s, nil
}

// Parse reads an operation from its canonical bytes and its signature, which
// it does not verify: [Chain.Append] does.
func Parse(b []byte, sig [ed25519.SignatureSize]byte) (*Signed, error) {
	s := &Signed{Sig: sig, bytes: bytes.Clone(b)}
	if !s.read(s.bytes) || !s.known() {
		return nil, ErrEncoding
	}
	s.setID()
	return s, nil
}

// read is what [Decode] does, for what a vault has most of. Clear stays a part of b.
func (op *Op) read(b []byte) bool {
	r := canon.Read(b)
	if r.Array() != 13 {
		return false
	}
	op.V, op.Kind = uint8(r.Uint(math.MaxUint8)), Kind(r.Uint(math.MaxUint8))
	r.Fixed(op.Patient[:])
	r.Fixed(op.Device[:])
	op.DSeq = r.Uint(math.MaxUint64)
	r.Fixed(op.PrevDev[:])
	op.SeenPos = r.Uint(math.MaxUint64)
	r.Fixed(op.SeenHead[:])
	op.Deps = hashes(&r)
	op.HLC = r.Uint(math.MaxUint64)
	op.Clear = r.Bytes()
	r.Fixed(op.BodyHash[:])
	op.Blobs = hashes(&r)
	return r.Done()
}

func hashes(r *canon.Reader) []Hash {
	n := r.Array()
	if n > maxElements {
		r.Fail()
		return nil
	}
	out := make([]Hash, n)
	for i := range out {
		r.Fixed(out[i][:])
	}
	return out
}

// known reports whether the operation is of this version and of a kind in it;
// data keeps nothing in clear.
func (op *Op) known() bool {
	return op.V == Version && op.Kind >= Genesis && op.Kind <= Loss && (op.Kind != Data || len(op.Clear) == 0)
}

func (s *Signed) setID() {
	b := append(make([]byte, 0, 512), signatureLabel...) // on the stack, for most
	b = append(b, s.bytes...)
	s.id = sha256.Sum256(append(b, s.Sig[:]...))
}

// ID names the operation: SHA-256 over what was signed and the signature.
func (s *Signed) ID() Hash { return s.id }

// Bytes returns the canonical bytes, which the caller must not change.
func (s *Signed) Bytes() []byte { return s.bytes }

// SignedBy reports whether the device with this key signed the operation.
func (s *Signed) SignedBy(public [ed25519.PublicKeySize]byte) bool { return s.verify(public) == nil }

func (s *Signed) verify(public [ed25519.PublicKeySize]byte) error {
	if !ed25519.Verify(public[:], append([]byte(signatureLabel), s.bytes...), s.Sig[:]) {
		return ErrSignature
	}
	return nil
}

// Head is the running hash that a server signs over the operations it has
// ordered: after operation n with identity id, received at timeN (milliseconds
// since 1970).
func Head(previous, id Hash, timeN uint64) Hash {
	b := append([]byte("carnet-head-v1"), previous[:]...)
	b = append(b, id[:]...)
	for shift := 56; shift >= 0; shift -= 8 {
		b = append(b, byte(timeN>>shift))
	}
	return sha256.Sum256(b)
}
