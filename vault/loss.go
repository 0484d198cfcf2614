package vault

import (
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// A repair leaves holes in chains and in the journal. It says so in an operation
// of kind [chain.Loss], signed like any other, so that the file goes on to open
// for everybody, and everybody can see what was lost and who repaired.

// lossBody is the sealed half of a loss.
type lossBody struct {
	At      record.Millis `cbor:"1,keyasint"`
	Journal *restart      `cbor:"2,keyasint"` // household, when rows of the journal were lost
	Keys    []oldEpoch    `cbor:"3,keyasint"` // of the common circle, whose rotations are lost
}

// restart is where the journal began again: its first rows, some of them saying
// that they were lost, and their root.
type restart struct {
	_    struct{} `cbor:",toarray"`
	Size int64
	Root tlog.Hash
}

// excused collects what the losses of a chain name, before the chain is walked.
// They are believed for the walk; [walker.lossesCount] holds them to account.
// vouched are keys of the common circle that a repair kept although their
// rotation is lost.
func (l *loader) excused(tx *store.Tx, patient chain.ID) (out map[chain.Hash]chain.Lost, vouched map[[16]byte]bool) {
	out, vouched = map[chain.Hash]chain.Lost{}, map[[16]byte]bool{}
	for _, o := range l.headers[patient] {
		if o.Kind != chain.Loss {
			continue
		}
		var clear chain.LossClear
		if chain.Decode(o.Clear, &clear) != nil {
			continue
		}
		for _, k := range l.keysOfLoss(tx, o) {
			vouched[k.ID] = true
		}
		for _, lost := range clear.Ops {
			out[lost.Op] = lost
		}
		for _, id := range clear.Bodies {
			if l.lostBodies == nil {
				l.lostBodies = map[chain.Hash]bool{}
			}
			l.lostBodies[id] = true
		}
	}
	if l.mending != nil {
		l.mending.complete(patient, l.headers[patient], out)
	}
	return out, vouched
}

// keysOfLoss takes the keys of the common circle that a loss carries, in the
// place of rotations that are gone. One that cannot be read carries none.
func (l *loader) keysOfLoss(tx *store.Tx, o *opened) (keys []*seal.CircleKey) {
	plain, err := l.openBody(tx, o, func(s seal.Sealed) (b []byte, err error) {
		for _, k := range l.byEpoch[s.Epoch()] {
			if b, err = k.Open(labelRecord, byte(store.Records), s); err == nil && k.Patient == o.Patient {
				return b, nil
			}
		}
		return nil, seal.ErrKey
	})
	if err != nil {
		return nil
	}
	_, content, err := decodeBody(plain)
	if err != nil {
		return nil
	}
	var body lossBody
	if err := decoding.Unmarshal(content, &body); err != nil {
		return nil
	}
	for _, old := range body.Keys {
		secret, err := seal.KeyFrom(old.Secret)
		if err != nil {
			continue
		}
		if k, err := seal.RestoreCircleKey(o.Patient, o.Patient, old.Epoch, secret); err == nil {
			keys = append(keys, k)
		}
	}
	return keys
}

// bridge puts one lost operation that the waiting ones name in its place, and
// reports whether it did.
func (w *walker) bridge(waiting []*opened) bool {
	if w.mending != nil && len(w.chain.Tips()) == 0 {
		return false // the beginning is lost, and with it the chain
	}
	for _, o := range waiting {
		for i, id := range append([]chain.Hash{o.PrevDev}, o.Deps...) {
			if id == (chain.Hash{}) || w.chain.Has(id) || slices.ContainsFunc(waiting, func(x *opened) bool { return x.ID() == id }) {
				continue
			}
			lost, known := w.excused[id]
			if w.mending != nil && !known {
				lost = chain.Lost{Op: id}
				if i == 0 {
					lost.Device, lost.DSeq = o.Device, o.DSeq-1
				}
				known = true
			}
			if !known {
				continue
			}
			w.chain.Bridge(lost)
			if w.chain.Has(id) {
				w.bridged(lost)
				return true
			}
		}
	}
	return false
}

// bridgeTails does the same for the last operations of devices, which none
// follows.
func (w *walker) bridgeTails() {
	if len(w.chain.Tips()) == 0 {
		return
	}
	tails := make([]chain.Lost, 0, len(w.excused))
	for _, lost := range w.excused {
		if lost.Device != (chain.ID{}) {
			tails = append(tails, lost)
		}
	}
	slices.SortFunc(tails, func(x, y chain.Lost) int { return int(int64(x.DSeq) - int64(y.DSeq)) })
	for _, lost := range tails {
		if dseq, _ := w.chain.Last(lost.Device); dseq < lost.DSeq && !w.chain.Has(lost.Op) {
			w.chain.Bridge(lost)
			w.bridged(lost)
		}
	}
}

func (w *walker) bridged(lost chain.Lost) {
	if w.mending != nil {
		w.mending.bridged(w.chart, lost)
	}
}

// lossesCount refuses a chain that was bridged on the word of somebody who had
// no say in it.
func (w *walker) lossesCount() error {
	if w.mending != nil {
		return nil
	}
	for _, o := range w.headers[w.chain.Patient()] {
		if o.Kind == chain.Loss && !w.chain.Counts(o.ID()) {
			return fmt.Errorf("%w: loss", ErrDamaged)
		}
	}
	return nil
}

// applyLoss applies a loss that counts, and forgets about a journal that was
// begun again when this keyholder has seen it since.
func (w *walker) applyLoss(o *opened) error {
	before := w.chart.restart
	err := w.effect(w.tx, w.chart, o)
	if o.proved {
		w.chart.restart = before // the manifest knows the journal that came of it
	}
	return err
}

// applyLoss accounts for bodies that are gone.
func (c *chart) applyLoss(clear chain.LossClear) {
	for _, id := range clear.Bodies {
		if e := c.ops[id]; e != nil && e.lacking {
			e.erased = true
			c.forget(e)
		}
	}
}

// readLoss keeps what the body of a loss says.
func (c *chart) readLoss(content []byte) error {
	var b lossBody
	if err := decoding.Unmarshal(content, &b); err != nil {
		return fmt.Errorf("%w: loss: %w", ErrDamaged, err)
	}
	c.repairs = append(c.repairs, b.At)
	if b.Journal != nil {
		c.restart = b.Journal
		c.restarted = max(c.restarted, b.Journal.Size)
	}
	return nil
}

// vouch believes, in a repair and afterwards on the word of it, the key of a
// common circle although the rotation that brought it is lost: it was sealed to
// this device, and it opens what members have signed.
func (w *walker) vouch(o *opened) {
	if o.key.Circle != o.key.Patient || !w.vouched[o.key.ID] && (w.mending == nil || w.comes(o.key)) {
		return
	}
	w.trusted[o.key] = true
	w.believe(o.key, chain.Audience{Class: chain.Common}, &chain.Rotation{})
	if w.mending != nil {
		w.mending.vouched(w.chart, o.key)
	}
}

// comes reports whether a rotation that brings a key is there.
func (w *walker) comes(k *seal.CircleKey) bool {
	return slices.ContainsFunc(w.headers[w.chain.Patient()], func(o *opened) bool {
		var r chain.RotateClear
		return o.Kind == chain.Rotate && chain.Decode(o.Clear, &r) == nil && r.KeyID == k.ID
	})
}

// guess is whom a rotation was for, by those it is sealed to: everybody, one
// keyholder, or some.
func (c *chart) guess(r *chain.Rotation) chain.Audience {
	if r.Circle == c.chain.Patient() {
		return chain.Audience{Class: chain.Common}
	}
	var keyholders []chain.ID
	for _, s := range r.Seals {
		if e, ok := c.chain.Entry(s.Device); ok && !slices.Contains(keyholders, e.Keyholder) {
			keyholders = append(keyholders, e.Keyholder)
		}
	}
	if len(keyholders) == 1 {
		return chain.Audience{Class: chain.Private, Owner: keyholders[0]}
	}
	slices.SortFunc(keyholders, func(x, y chain.ID) int { return slices.Compare(x[:], y[:]) })
	return chain.Audience{Class: chain.Mask, Members: keyholders}
}

// mendJournal looks, in a repair, which rows of the journal are lost. With any,
// or with a head that does not hold, the journal begins again over what is left.
func (l *loader) mendJournal(tx *store.Tx, j journal, failure error) (journal, error) {
	size := j.size
	if failure != nil {
		if value := tx.Get(store.Journal, headKey); value != nil {
			if head, err := l.house.openHead(l.id, value, false); err == nil {
				size = head.Size
			}
		}
	}
	rows := int64(0)
	err := tx.Each(store.Journal, func(key, value []byte) error {
		if len(key) != 8 {
			return nil
		}
		n, err := seqOf(key)
		if err != nil {
			return err
		}
		if _, bad := seal.Parse(value); bad != nil {
			l.mending.drop(store.Journal, key)
			return nil
		}
		if rows++; int64(n) >= size {
			size = int64(n) + 1
		}
		return nil
	})
	if err != nil {
		return j, err
	}
	root := tlog.Hash{}
	if failure == nil && rows == size && size == j.size {
		root, err = hashJournal(tx, []span{{From: 0, To: size}}, size)
	}
	if failure != nil || rows != size || size != j.size || err != nil || size > 0 && root != j.root {
		l.mending.journal, l.mending.journalSize = true, size
		l.mending.rows = int(size - rows)
	}
	return j, nil
}
