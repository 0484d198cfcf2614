package vault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// A server gives the operations of a patient one order: to each a position and a
// moment. Here every header remembers both, and beside the operations stands how far
// the person has followed that order. What comes from a server is believed as little
// as what a stranger writes into the file: a page is held against the chain, applied
// whole in one transaction, or refused by name, and then the synchronisation of that
// patient stops until the person has looked.

// Errors of synchronising. Nothing was changed and nothing erased; after those down
// to ErrFrozen, synchronisation of the patient is stopped ([SyncState.Frozen]).
var (
	// ErrForked is returned when the server shows another history than it, or
	// another device, has shown before.
	ErrForked = errors.New("vault: the server shows another history")
	// ErrRolledBack is returned when the server has less than it had.
	ErrRolledBack = errors.New("vault: the server has lost what it had")
	// ErrAltered is returned when an operation or its body does not hold: changed,
	// out of place, twice, of another record or of a device that is none.
	ErrAltered = errors.New("vault: what the server sent does not hold")
	// ErrBlobAltered is returned when the content of a document does not.
	ErrBlobAltered = errors.New("vault: a content that the server sent does not hold")
	// ErrWithheld is returned when the server keeps back what it says it has.
	ErrWithheld = errors.New("vault: the server keeps something back")
	// ErrFrozen is returned while synchronisation is stopped. [Vault.SyncAnew] is
	// the way out.
	ErrFrozen = errors.New("vault: synchronisation is stopped")
	// ErrOtherServer is returned when a record is synchronised with another server.
	ErrOtherServer = errors.New("vault: synchronised with another server")
	// ErrDeletions is returned when a page would take away many documents and the
	// person was not asked.
	ErrDeletions = errors.New("vault: many documents would be taken away")
)

// Deletions is [ErrDeletions] with the documents that the page would take away. Pages
// after it may take more.
type Deletions struct{ Documents []record.ID }

// Error is part of error; it names no document.
func (*Deletions) Error() string { return ErrDeletions.Error() }

// Unwrap makes it an [ErrDeletions].
func (*Deletions) Unwrap() error { return ErrDeletions }

// frozenBy names the errors that stop synchronisation, as they are kept.
var frozenBy = []struct {
	name string
	err  error
}{{"forked", ErrForked}, {"rolled-back", ErrRolledBack}, {"blob", ErrBlobAltered}, {"altered", ErrAltered}, {"withheld", ErrWithheld}}

// filed is where an operation stands in the file, and where in the server's order.
type filed struct {
	seq      uint64
	key      *seal.CircleKey // of the header
	position uint64          // 0 before the server has answered
	time     uint64
}

// syncBody is how far a patient is synchronised.
type syncBody struct {
	Host   string        `cbor:"1,keyasint"`
	Key    [32]byte      `cbor:"2,keyasint"`
	N      uint64        `cbor:"3,keyasint"` // operations of the server's order that are here
	Head   chain.Hash    `cbor:"4,keyasint"` // running hash after them
	Time   uint64        `cbor:"5,keyasint"` // of the last one
	At     record.Millis `cbor:"6,keyasint"` // when server and device agreed last
	Frozen string        `cbor:"7,keyasint"` // why it is stopped; "" when it is not
	// Anew says that the person accepted another history: until the end of it is
	// reached, nobody is held to what was seen of the one before.
	Anew bool `cbor:"8,keyasint"`
	// Owed are operations that the server has without the body that is here.
	Owed []chain.Hash `cbor:"9,keyasint"`
}

// syncKey is where that stands: it tells nothing of the patient.
func syncKey(patient [16]byte) []byte {
	h := sha256.Sum256(append([]byte("carnet1/sync"), patient[:]...))
	return h[:16]
}

// readSync reads how far a patient is synchronised, once the walk has found the keys.
// One that does not open makes it begin again.
func (c *chart) readSync(tx *store.Tx) error {
	value := tx.Get(store.Outbox, syncKey(c.chain.Patient()))
	if value == nil {
		return nil
	}
	sealed, err := seal.Parse(value)
	if err != nil {
		return err
	}
	plain, _, err := c.open(labelSync, byte(store.Outbox), sealed)
	if err != nil {
		return err
	}
	return decoding.Unmarshal(plain, &c.sync)
}

func (a *act) putSync(c *chart) error {
	a.touched = true
	b, err := chain.Encode(&c.sync)
	if err != nil {
		return fmt.Errorf("vault: synchronisation: %w", err)
	}
	sealed, err := c.common().key().Seal(labelSync, byte(store.Outbox), b)
	if err != nil {
		return fmt.Errorf("vault: synchronisation: %w", err)
	}
	return a.tx.Put(store.Outbox, syncKey(c.chain.Patient()), sealed.Bytes())
}

// SyncState is how far a patient's record is synchronised.
type SyncState struct {
	Host     string // "" before the first time
	Key      [32]byte
	N        uint64 // operations that server and device agree on
	Head     chain.Hash
	At       record.Millis // when they agreed last; 0 for never
	Waiting  int           // operations that the server does not have
	Withheld int           // operations whose body never came, and that no erasure explains
	Lacking  []uint64      // their positions, the first of them: the server may have the body by now
	Awaited  bool          // this device was admitted, and has not fetched all of it yet
	Frozen   error         // why it is stopped: one of the errors of synchronising; nil when it is not
}

// SyncState tells how far a patient's record is synchronised. It returns
// [ErrNoPatient].
func (v *Vault) SyncState(patient record.ID) (SyncState, error) {
	done, err := v.looking()
	if err != nil {
		return SyncState{}, err
	}
	defer done()
	c, err := v.coming(patient)
	if err != nil {
		return SyncState{}, err
	}
	_, awaited := v.awaited[patient]
	out := SyncState{Awaited: awaited, Host: c.sync.Host, Key: c.sync.Key, N: c.sync.N, Head: c.sync.Head, At: c.sync.At, Waiting: len(c.waiting(0))}
	for _, e := range c.missing {
		if !e.erased && c.filed[e.id].position > 0 {
			out.Withheld++
			if len(out.Lacking) < maxChanges {
				out.Lacking = append(out.Lacking, c.filed[e.id].position)
			}
		}
	}
	slices.Sort(out.Lacking)
	out.Frozen = c.sync.stopped()
	return out, nil
}

// stopped is why synchronisation is stopped, nil when it is not.
func (s *syncBody) stopped() error {
	for _, f := range frozenBy {
		if f.name == s.Frozen {
			return f.err
		}
	}
	return nil
}

// header reads an operation's header back from the file.
func (c *chart) header(tx *store.Tx, f filed) (*chain.Signed, error) {
	sealed, err := seal.Parse(tx.Get(store.Ops, store.Seq(f.seq)))
	if err != nil {
		return nil, fmt.Errorf("%w: operation: %w", ErrDamaged, err)
	}
	plain, err := f.key.Open(labelOp, byte(store.Ops), sealed)
	if err != nil {
		return nil, fmt.Errorf("%w: operation: %w", ErrDamaged, err)
	}
	var h header
	if err := decoding.Unmarshal(plain, &h); err != nil {
		return nil, fmt.Errorf("%w: operation: %w", ErrDamaged, err)
	}
	return chain.Parse(h.Op, h.Sig)
}

// freeze stops the synchronisation of a patient, and says so in the journal.
func (v *Vault) freeze(patient record.ID, why string) error {
	return v.act(context.Background(), func(a *act) error {
		if a.charts[patient] == nil && a.awaited[patient] != nil {
			return nil // nothing of it is here yet: it begins again
		}
		c, err := a.of(patient)
		if err != nil {
			return err
		}
		c.sync.Frozen = why
		if err := a.putSync(c); err != nil {
			return err
		}
		return a.log(c, record.SyncStopped, record.ID{})
	})
}

// StopSync records that a server keeps back what it acknowledged, which only the
// caller can see, and stops the synchronisation of the patient. It returns
// [ErrWithheld], joined with what went wrong in recording it.
func (v *Vault) StopSync(patient record.ID) error {
	return wrap("synchronise", errors.Join(ErrWithheld, v.freeze(patient, "withheld")))
}

// SyncAnew is the way out when synchronisation is stopped, or when a record goes to
// another server: what was followed of the server's order is forgotten, on purpose,
// and the next run begins again. Nothing of the record changes; what the server does
// not have is sent to it once more. It returns [ErrNoPatient].
func (v *Vault) SyncAnew(ctx context.Context, patient record.ID) error {
	err := v.act(ctx, func(a *act) error {
		c, err := a.of(patient)
		if err != nil {
			return err
		}
		for _, id := range slices.SortedFunc(maps.Keys(c.filed), func(x, y chain.Hash) int { return bytes.Compare(x[:], y[:]) }) {
			f := c.filed[id]
			if f.position == 0 {
				continue
			}
			op, err := c.header(a.tx, f)
			if err != nil {
				return err
			}
			f.position = 0 // its time stays: it has decided which of two writes stands
			if err := a.refile(c, op, f); err != nil {
				return err
			}
		}
		c.sync = syncBody{Anew: true}
		if err := a.putSync(c); err != nil {
			return err
		}
		return a.log(c, record.SyncBegunAnew, record.ID{})
	})
	return wrap("synchronise anew", err)
}

// refile writes a header again with its place in the server's order.
func (a *act) refile(c *chart, op *chain.Signed, f filed) error {
	a.touched = true
	b, err := chain.Encode(header{Op: op.Bytes(), Sig: op.Sig, Position: f.position, Time: f.time})
	if err != nil {
		return fmt.Errorf("vault: operation: %w", err)
	}
	sealed, err := f.key.Seal(labelOp, byte(store.Ops), b)
	if err != nil {
		return fmt.Errorf("vault: operation: %w", err)
	}
	c.filed[op.ID()] = f
	return a.tx.Put(store.Ops, store.Seq(f.seq), sealed.Bytes())
}

// SignRequest signs what identifies a request to a server (RFC 9421) with the key of
// the device that the vault is open for. It signs nothing else.
func (v *Vault) SignRequest(base []byte) (device chain.ID, sig [64]byte, err error) {
	done, err := v.looking()
	if err != nil {
		return device, sig, err
	}
	defer done()
	if !bytes.HasPrefix(base, []byte(`"@method": `)) {
		return device, sig, fmt.Errorf("%w: not a request", errInternal)
	}
	return v.self.id, v.self.Sign(base), nil
}

// Device returns the id of the device that the vault is open for.
func (v *Vault) Device() (chain.ID, error) {
	done, err := v.looking()
	if err != nil {
		return chain.ID{}, err
	}
	defer done()
	return v.self.id, nil
}
