package chain

import (
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/sha256"
)

// Role is what a keyholder is to a patient.
type Role uint8

// The roles. Their numbers never change.
const (
	Holder     Role = iota + 1 // whose record it is
	Guardian                   // a parent or legal guardian
	CarerAdds                  // helps, reads and adds
	CarerReads                 // helps and reads
)

// Carer reports whether the role is one of the two of a carer.
func (r Role) Carer() bool { return r == CarerAdds || r == CarerReads }

// Entry is one device, or one recovery kit, as the chain knows it.
type Entry struct {
	_         struct{} `cbor:",toarray"`
	Kit       bool
	Keyholder ID // pseudonym of the keyholder in this patient's chain
	Role      Role
	Sign      [ed25519.PublicKeySize]byte
	HPKE      []byte
}

// Device is the id of the device: the start of a hash of its public keys.
func (e Entry) Device() ID { return DeviceID(e.Sign, e.HPKE) }

// DeviceID names a device by its public keys.
func DeviceID(sign [ed25519.PublicKeySize]byte, hpke []byte) ID {
	h := sha256.New()
	h.Write([]byte("carnet1/device"))
	h.Write(sign[:])
	h.Write(hpke)
	return ID(h.Sum(nil))
}

// usable reports whether a key can be sealed to the device. Without that a
// single member would keep everybody from giving a circle a new key.
func (e Entry) usable() bool {
	public, err := hpke.MLKEM768X25519().NewPublicKey(e.HPKE)
	if err != nil {
		return false
	}
	_, _, err = hpke.NewSender(public, hpke.HKDFSHA256(), hpke.AES256GCM(), nil) // refuses points of low order
	return err == nil
}

// GenesisClear begins a chain: the first device and its recovery kit.
type GenesisClear struct {
	_      struct{} `cbor:",toarray"`
	Random [32]byte
	First  Entry
	Kit    Entry
}

// PatientID names a patient by the clear half of the genesis, so that no other
// chain fits the name.
func PatientID(clear []byte) ID {
	h := sha256.Sum256(clear)
	return ID(h[:16])
}

// MemberClear adds or removes devices and kits of one keyholder.
type MemberClear struct {
	_       struct{} `cbor:",toarray"`
	Add     bool
	Entries []Entry
}

// Recipient is one seal of a rotation.
type Recipient struct {
	_      struct{} `cbor:",toarray"`
	Device ID
	Seal   []byte
}

// RotateClear brings a new epoch of a circle, sealed to each of its devices.
// The common circle of a patient has the patient's id.
type RotateClear struct {
	_      struct{} `cbor:",toarray"`
	Circle ID
	Epoch  uint32
	KeyID  ID
	Box    []byte
	Seals  []Recipient
}

// LossClear says what was lost to damage of a file that was repaired: operations
// of which nothing stands any more, and operations whose body is gone. It is
// believed where they are missing and means nothing where they are not.
type LossClear struct {
	_      struct{} `cbor:",toarray"`
	Ops    []Lost
	Bodies []Hash
}

// Lost is an operation that others name and that is gone. Device and DSeq are
// zeros when nobody can say whose it was.
type Lost struct {
	_      struct{} `cbor:",toarray"`
	Device ID
	DSeq   uint64
	Op     Hash
}

// EraseClear names the operations whose bodies and chunks everybody drops.
type EraseClear struct {
	_   struct{} `cbor:",toarray"`
	Ops []Hash
}

// Category says what kind of recipient a receipt names. Insurers, complementary
// insurers, employers, occupational medicine and the staff of the Assurance maladie
// have no value here: a receipt for them cannot be written, and one with another
// value is refused whole.
type Category uint8

// The categories of recipients. Their numbers never change.
const (
	Professional Category = iota + 1 // who cares for the person
	Facility                         // where the person is cared for
	Emergency                        // emergency services
	OwnDevice                        // another device of the family
	Hosting                          // a server that keeps what it cannot read
)

// Purpose says what a receipt allows.
type Purpose uint8

// Synchronise is to keep the same record on several devices through a server. Its
// number never changes.
const Synchronise Purpose = 1

// MaxConsent is how long a receipt may run, in milliseconds: a year, a leap day
// included.
const MaxConsent = 366 * 24 * 60 * 60 * 1000

// ReceiptClear is the half of a consent that a server reads: whom it names and until
// when. What it covers stands in the sealed body.
type ReceiptClear struct {
	_        struct{} `cbor:",toarray"`
	ID       ID
	Category Category
	Host     string   // as in a URL: name or address, with a port unless it is 443
	Key      [32]byte // Ed25519 public key of the server
	Purpose  Purpose
	Start    uint64 // milliseconds since 1970
	End      uint64 // not included
	Text     Hash   // SHA-256 of the words that were shown
	Language string
	Program  string // version that showed them
}

// Valid reports whether a receipt says what one may say: a known kind of recipient
// and purpose, a host, and at most [MaxConsent].
func (r *ReceiptClear) Valid() bool {
	return r.ID != ID{} && r.Category >= Professional && r.Category <= Hosting && r.Purpose == Synchronise &&
		r.Host != "" && len(r.Host) <= 255 && len(r.Language) <= 16 && len(r.Program) <= 64 &&
		r.Start < r.End && r.End-r.Start <= MaxConsent
}

// WithdrawClear ends a consent.
type WithdrawClear struct {
	_       struct{} `cbor:",toarray"`
	Receipt ID
}
