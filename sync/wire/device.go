package wire

import (
	"fmt"

	"carnet/vault/chain"
)

// Bounds of a meeting of two devices.
const (
	// MeetingTurns is how many things are said at a meeting, each once.
	MeetingTurns = 5
	// MaxTurn is the longest of them, in bytes.
	MaxTurn = 32 << 10
	// MaxPatients is how many records one answer names.
	MaxPatients = 1000
)

// Patients answers for which records a device may ask.
type Patients struct {
	_        struct{} `cbor:",toarray"`
	V        uint8
	Patients []chain.ID
}

// Keys is what a device needs before it can read a record: who belongs to it and the
// rotations whole, with their seals, and the consents with their withdrawals without a
// body. The caller believes none of it: it tries keys, and the pages prove them.
type Keys struct {
	_     struct{} `cbor:",toarray"`
	V     uint8
	Items []Item
}

// ParsePatients reads a [Patients].
func ParsePatients(b []byte) (*Patients, error) {
	p := new(Patients)
	if err := decode(b, 64+MaxPatients*18, p); err != nil {
		return nil, err
	}
	if p.V != Version || len(p.Patients) > MaxPatients {
		return nil, ErrMessage
	}
	return p, nil
}

// ParseKeys reads a [Keys].
func ParseKeys(b []byte) (*Keys, error) {
	k := new(Keys)
	if err := decode(b, MaxMessage, k); err != nil {
		return nil, err
	}
	if k.V != Version {
		return nil, ErrMessage
	}
	return k, checkItems(k.Items)
}

// MeetingPath is where something is said at a meeting.
func MeetingPath(place chain.ID, turn int) string {
	return fmt.Sprintf("/v1/meetings/%x/%d", place, turn)
}
