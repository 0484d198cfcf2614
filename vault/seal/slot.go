package seal

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime/debug"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Argon2 holds the parameters of Argon2id (RFC 9106).
type Argon2 struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8  // lanes
}

var (
	// Floor is the least that a slot may carry: the second recommendation of
	// RFC 9106, section 4.
	Floor = Argon2{Memory: 64 << 10, Time: 3, Threads: 4}
	// Default is the least that a new slot carries; see [Calibrated].
	Default = Argon2{Memory: 256 << 10, Time: 3, Threads: 4}
)

const (
	maxArgon2Memory  = 2 << 20 // KiB: 2 GiB
	maxArgon2Time    = 64
	maxArgon2Threads = 16
)

// Errors of opening a slot.
var (
	// ErrParameters is returned when a slot asks for less work than [Floor]
	// or more than a computer can be made to do; no memory was taken.
	ErrParameters = errors.New("seal: Argon2id parameters out of bounds")
	// ErrPassphrase is returned when the passphrase does not open the slot.
	ErrPassphrase = errors.New("seal: wrong passphrase")
	// ErrOtherComputer is returned when a slot also needs the secret of the
	// computer it was made on, and that secret is missing or another.
	ErrOtherComputer = errors.New("seal: slot bound to another computer")
	// ErrSlot is returned when the bytes are not a slot.
	ErrSlot = errors.New("seal: not a slot")
)

func (p Argon2) check() error {
	if p.Memory < Floor.Memory || p.Time < Floor.Time || p.Threads < Floor.Threads ||
		p.Memory > maxArgon2Memory || p.Time > maxArgon2Time || p.Threads > maxArgon2Threads {
		return ErrParameters
	}
	return nil
}

// SlotKind tells what opens a slot.
type SlotKind uint8

// The kinds of slot.
const (
	SlotPassphrase SlotKind = 1
	SlotComputer   SlotKind = 2 // passphrase and a secret of this computer
)

// slotHead is id 16, kind 1, salt 16, memory 4, time 4, threads 1: the only
// bytes of a slot in clear.
const slotHead = 16 + 1 + 16 + 4 + 4 + 1

const slotLabel, computerLabel = "carnet1/slot", "carnet1/slot-computer"

// Slot is one way into a vault: it gives the seed of one keyholder's device to
// whoever knows the passphrase.
type Slot struct {
	ID     [16]byte
	Kind   SlotKind
	Argon2 Argon2
	head   []byte
	sealed Sealed
}

// SlotContent is what a slot protects.
type SlotContent struct {
	Seed      Key
	Keyholder [16]byte
	Name      string // the keyholder's, to choose among slots
}

// ParseSlot reads a slot. It checks the form only; [Slot.Open] checks the
// parameters before it does any work.
func ParseSlot(b []byte) (*Slot, error) {
	if len(b) < slotHead+Overhead {
		return nil, ErrSlot
	}
	sealed, err := Parse(b[slotHead:])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSlot, err)
	}
	s := &Slot{ID: [16]byte(b), Kind: SlotKind(b[16]), head: b[:slotHead], sealed: sealed}
	s.Argon2 = Argon2{
		Memory:  binary.BigEndian.Uint32(b[33:]),
		Time:    binary.BigEndian.Uint32(b[37:]),
		Threads: b[41],
	}
	if s.Kind != SlotPassphrase && s.Kind != SlotComputer {
		return nil, ErrSlot
	}
	return s, nil
}

// Bytes returns the slot as it stands in the file.
func (s *Slot) Bytes() []byte { return append(append([]byte(nil), s.head...), s.sealed.b...) }

// NewSlot seals content under passphrase. vaultID ties the slot to its file.
// With a computer secret the slot opens on this computer only. It returns
// [ErrParameters] when p is out of bounds.
func NewSlot(vaultID, id [16]byte, passphrase []byte, p Argon2, computer Key, content SlotContent) (*Slot, error) {
	var salt [16]byte
	rand.Read(salt[:])
	var nonces [2][nonceSize]byte
	rand.Read(nonces[0][:])
	rand.Read(nonces[1][:])
	if err := p.check(); err != nil {
		return nil, err
	}
	return newSlotWith(vaultID, id, passphrase, p, computer, content, salt, nonces)
}

func newSlotWith(vaultID, id [16]byte, passphrase []byte, p Argon2, computer Key, content SlotContent, salt [16]byte, nonces [2][nonceSize]byte) (*Slot, error) {
	if content.Seed.IsZero() {
		return nil, ErrNoKey
	}
	s := &Slot{ID: id, Kind: SlotPassphrase, Argon2: p}
	if !computer.IsZero() {
		s.Kind = SlotComputer
	}
	s.head = append(s.head, id[:]...)
	s.head = append(s.head, byte(s.Kind))
	s.head = append(s.head, salt[:]...)
	s.head = binary.BigEndian.AppendUint32(s.head, p.Memory)
	s.head = binary.BigEndian.AppendUint32(s.head, p.Time)
	s.head = append(s.head, p.Threads)

	kek, err := s.kek(passphrase)
	if err != nil {
		return nil, err
	}
	defer kek.Wipe()
	plain := make([]byte, 0, KeySize+16+len(content.Name))
	plain = append(plain, content.Seed.Expose()...)
	plain = append(plain, content.Keyholder[:]...)
	plain = append(plain, content.Name...)
	defer clear(plain)
	if s.sealed, err = sealWith(kek, s.place(slotLabel, vaultID), nonces[0], plain); err != nil {
		return nil, err
	}
	if s.Kind == SlotComputer {
		s.sealed, err = sealWith(computer, s.place(computerLabel, vaultID), nonces[1], s.sealed.b)
	}
	return s, err
}

// Open tries passphrase, and the computer's secret where the slot needs one.
// It returns [ErrParameters], [ErrPassphrase], [ErrOtherComputer], or
// [ErrAltered] when the right passphrase finds a changed slot.
func (s *Slot) Open(vaultID [16]byte, passphrase []byte, computer Key) (SlotContent, error) {
	if err := s.Argon2.check(); err != nil {
		return SlotContent{}, err
	}
	return s.open(vaultID, passphrase, computer)
}

func (s *Slot) open(vaultID [16]byte, passphrase []byte, computer Key) (SlotContent, error) {
	sealed := s.sealed
	if s.Kind == SlotComputer {
		inner, err := Open(computer, s.place(computerLabel, vaultID), sealed)
		if errors.Is(err, ErrKey) || errors.Is(err, ErrNoKey) {
			return SlotContent{}, ErrOtherComputer
		}
		if err != nil {
			return SlotContent{}, err
		}
		if sealed, err = Parse(inner); err != nil {
			return SlotContent{}, err
		}
	}
	kek, err := s.kek(passphrase)
	if err != nil {
		return SlotContent{}, err
	}
	defer kek.Wipe()
	plain, err := Open(kek, s.place(slotLabel, vaultID), sealed)
	if errors.Is(err, ErrKey) {
		return SlotContent{}, ErrPassphrase
	}
	if err != nil {
		return SlotContent{}, err
	}
	defer clear(plain)
	if len(plain) < KeySize+16 {
		return SlotContent{}, ErrSlot
	}
	seed, err := KeyFrom(plain[:KeySize])
	if err != nil {
		return SlotContent{}, err
	}
	return SlotContent{Seed: seed, Keyholder: [16]byte(plain[KeySize:]), Name: string(plain[KeySize+16:])}, nil
}

func (s *Slot) place(label string, vaultID [16]byte) Place {
	return Place{Label: label, Bucket: 'm', Context: append(vaultID[:], s.head...)}
}

// kek is Argon2id of the passphrase in Unicode form NFC, then HKDF for this
// slot.
func (s *Slot) kek(passphrase []byte) (Key, error) {
	nfc := norm.NFC.Append(nil, passphrase...)
	defer clear(nfc)
	largePages(s.Argon2.Memory)
	b := argon2.IDKey(nfc, s.head[17:33], s.Argon2.Time, s.Argon2.Memory, s.Argon2.Threads, KeySize)
	debug.FreeOSMemory() // what Argon2id filled is garbage now, and large
	pk, err := KeyFrom(b)
	clear(b)
	if err != nil {
		return Key{}, err
	}
	defer pk.Wipe()
	return pk.derive("carnet1/kek" + string(s.ID[:]))
}
