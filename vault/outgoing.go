package vault

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// Outgoing is an operation as it goes to a server: signed, its body sealed.
type Outgoing struct {
	Op   *chain.Signed
	Body seal.Sealed // zero when there is none, or when it is bare
	Bare bool        // the body was erased, or is not here: nothing of it goes
	Seq  uint64      // its number in this file
}

// Changes lists the next operations of a patient that the server does not have, after
// the number of the last one that was listed (0 for the first), until they take about
// limit bytes. It returns [ErrNoPatient] or [ErrFrozen].
func (v *Vault) Changes(patient record.ID, after uint64, limit int) ([]Outgoing, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	c, err := v.coming(patient)
	if err != nil {
		return nil, wrap("changes", err)
	}
	if c.sync.Frozen != "" {
		return nil, wrap("changes", ErrFrozen)
	}
	var out []Outgoing
	size := 0
	err = v.db.View(func(tx *store.Tx) error {
		for _, id := range c.waiting(after) {
			if size >= limit || len(out) == maxChanges {
				return nil
			}
			o, err := c.outgoing(tx, id)
			if err != nil {
				return err
			}
			out, size = append(out, o), size+len(o.Op.Bytes())+len(o.Body.Bytes())+outgoingHead
		}
		return nil
	})
	return out, wrap("changes", err)
}

const (
	maxChanges   = 500
	outgoingHead = 96 // signature, and what stands around an operation in a message
)

// outgoing reads an operation back from the file.
func (c *chart) outgoing(tx *store.Tx, id chain.Hash) (Outgoing, error) {
	f := c.filed[id]
	op, err := c.header(tx, f)
	if err != nil {
		return Outgoing{}, err
	}
	out := Outgoing{Op: op, Seq: f.seq}
	if op.BodyHash == (chain.Hash{}) {
		return out, nil
	}
	value := tx.Get(store.Records, store.Seq(f.seq))
	whole := value != nil && sha256.Sum256(value) == op.BodyHash
	if e := c.ops[id]; e != nil && e.erased {
		whole = false
	}
	if whole && len(op.Blobs) > 0 {
		n, err := tx.CountChunks(f.seq)
		if err != nil {
			return out, err
		}
		whole = int(n) == len(op.Blobs)
	}
	if !whole {
		out.Bare = true
		return out, nil
	}
	out.Body, err = seal.Parse(bytes.Clone(value))
	return out, err
}

// waiting lists the operations that have no position, or whose body is owed, and that
// stand after a number, in the order in which they came into this file, which is one
// that each follows those it names in.
func (c *chart) waiting(after uint64) (out []chain.Hash) {
	for id, f := range c.filed {
		if f.position == 0 && f.seq > after && c.chain.Has(id) {
			out = append(out, id)
		}
	}
	for _, id := range c.sync.Owed {
		if f, here := c.filed[id]; here && f.position > 0 && f.seq > after {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(x, y chain.Hash) int { return cmp.Compare(c.filed[x].seq, c.filed[y].seq) })
	return out
}

// AppendBlob appends the sealed bytes of one chunk that an outgoing operation names, by
// its place among [chain.Op.Blobs].
func (v *Vault) AppendBlob(dst []byte, o Outgoing, i int) ([]byte, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	err = v.db.View(func(tx *store.Tx) error {
		value, err := tx.Chunk(o.Seq, uint32(i), i+1 < len(o.Op.Blobs))
		if err != nil {
			return err
		}
		if value == nil {
			return fmt.Errorf("%w: chunk", ErrDamaged)
		}
		dst = append(dst, value...)
		return nil
	})
	return dst, wrap("read chunk", err)
}

// Placed reports whether the server has given an operation a place. It returns
// [ErrNoPatient].
func (v *Vault) Placed(patient record.ID, op chain.Hash) (bool, error) {
	done, err := v.looking()
	if err != nil {
		return false, err
	}
	defer done()
	if w := v.awaited[patient]; w != nil && w.receipt.Op == op {
		return true, nil // the server gave it
	}
	c, err := v.coming(patient)
	if err != nil {
		return false, err
	}
	return c.filed[op].position > 0, nil
}

// Delivered notes that the server has the bodies of operations now that it had bare.
// Ids that are not owed change nothing. It returns [ErrNoPatient].
func (v *Vault) Delivered(ctx context.Context, patient record.ID, ids []chain.Hash) error {
	err := v.act(ctx, func(a *act) error {
		c, err := a.of(patient)
		if err != nil {
			return err
		}
		c.sync.Owed = slices.DeleteFunc(slices.Clone(c.sync.Owed), func(id chain.Hash) bool { return slices.Contains(ids, id) })
		return a.putSync(c)
	})
	return wrap("delivered", err)
}
