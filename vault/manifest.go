package vault

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/seal"
)

// manifest is what a keyholder remembers of the file, under a key of their own:
// it is rewritten in every transaction of theirs. A file that lacks what it
// names is an older copy, or was altered.
type manifest struct {
	Generation  uint64     `cbor:"1,keyasint"`
	Household   chain.Hash `cbor:"2,keyasint"` // genesis of the household, pinned
	Heads       []head     `cbor:"3,keyasint"`
	JournalSize int64      `cbor:"4,keyasint"`
	JournalRoot tlog.Hash  `cbor:"5,keyasint"`

	index map[[2][16]byte]head
}

// head is the last operation seen of one device in one chain.
type head struct {
	_       struct{} `cbor:",toarray"`
	Patient [16]byte
	Device  [16]byte
	DSeq    uint64
	Op      chain.Hash
}

func (m *manifest) seen(patient, device [16]byte) head {
	return m.index[[2][16]byte{patient, device}]
}

// openManifest reads the device's own manifest; a recovery kit has none.
func openManifest(tx *store.Tx, self *device) (m manifest, err error) {
	if self.slot == ([16]byte{}) {
		return m, nil
	}
	value := tx.Get(store.Self, self.slot[:])
	if value == nil {
		return m, fmt.Errorf("%w: manifest", ErrDamaged)
	}
	sealed, err := seal.Parse(value)
	if err != nil {
		return m, fmt.Errorf("%w: manifest: %w", ErrDamaged, err)
	}
	plain, err := self.OpenSelf(labelManifest, byte(store.Self), sealed)
	if err != nil {
		return m, fmt.Errorf("%w: manifest: %w", ErrDamaged, err)
	}
	if err := decoding.Unmarshal(plain, &m); err != nil {
		return m, errors.Join(fmt.Errorf("%w: manifest", ErrDamaged), err)
	}
	m.index = make(map[[2][16]byte]head, len(m.Heads))
	for _, h := range m.Heads {
		m.index[[2][16]byte{h.Patient, h.Device}] = h
	}
	return m, nil
}

// remember writes the manifest of a device for some charts as they are.
func (s *state) remember(tx *store.Tx, self *device, charts ...*chart) error {
	m := manifest{Generation: s.generation, Household: s.household, JournalSize: s.journal.size, JournalRoot: s.journal.root}
	for _, c := range charts {
		for _, d := range c.chain.Devices() {
			dseq, id := c.chain.Last(d)
			m.Heads = append(m.Heads, head{Patient: c.chain.Patient(), Device: d, DSeq: dseq, Op: id})
		}
	}
	b, err := chain.Encode(m)
	if err != nil {
		return fmt.Errorf("vault: manifest: %w", err)
	}
	sealed, err := self.Self(labelManifest, byte(store.Self), b)
	if err != nil {
		return fmt.Errorf("vault: manifest: %w", err)
	}
	return tx.Put(store.Self, self.slot[:], sealed.Bytes())
}
