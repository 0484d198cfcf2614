package vault

import (
	"errors"
	"fmt"
	"slices"

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
	Drafts      bool       `cbor:"6,keyasint,omitempty"` // some are kept
	Watching    bool       `cbor:"7,keyasint,omitempty"` // folders are watched
}

// head is the last operation seen of one device in one chain; of one that was
// copied, of each of its histories.
type head struct {
	_       struct{} `cbor:",toarray"`
	Patient [16]byte
	Device  [16]byte
	DSeq    uint64
	Op      chain.Hash
}

// prove marks the operations of a chain that a remembered one proves by hash: it
// and all that its device had written before. They come in the order of applying;
// one that stands before what it follows is left to its signature.
func (m *manifest) prove(patient [16]byte, ops []*opened) {
	proved := map[chain.Hash]bool{}
	for _, h := range m.Heads {
		if h.Patient == patient {
			proved[h.Op] = true
		}
	}
	for _, o := range slices.Backward(ops) {
		if o.proved = proved[o.ID()]; o.proved {
			delete(proved, o.ID())
			proved[o.PrevDev] = true
		}
	}
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
	return m, nil
}

// remember writes the manifest of a device for some charts as they are, and says
// whether it keeps drafts and watches folders.
func (s *state) remember(tx *store.Tx, self *device, drafts, watching bool, charts ...*chart) error {
	m := manifest{
		Generation: s.generation, Household: s.household,
		JournalSize: s.journal.size, JournalRoot: s.journal.root,
		Drafts: drafts, Watching: watching,
	}
	for _, c := range charts {
		for _, tip := range c.chain.Tips() {
			m.Heads = append(m.Heads, head{Patient: c.chain.Patient(), Device: tip.Device, DSeq: tip.DSeq, Op: tip.Op})
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
