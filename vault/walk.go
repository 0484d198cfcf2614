package vault

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/seal"
)

// walk puts the operations of one chain in order and applies those that count.
func (l *loader) walk(tx *store.Tx, c *chart, m manifest) error {
	patient := c.chain.Patient()
	ops := l.headers[patient]
	slices.SortFunc(ops, func(a, b *opened) int {
		return cmp.Or(cmp.Compare(a.HLC, b.HLC), slices.Compare(a.Device[:], b.Device[:]), cmp.Compare(a.DSeq, b.DSeq), cmp.Compare(a.seq, b.seq))
	})
	w := &walker{loader: l, tx: tx, chart: c, manifest: m, trusted: map[*seal.CircleKey]bool{}}
	w.excused, w.vouched = l.excused(tx, patient)
	for progress := true; progress && len(ops) > 0; {
		// An operation that follows one further on waits for it.
		progress = false
		waiting := ops[:0:0]
		for _, o := range ops {
			fits, err := w.step(o)
			if err != nil {
				return err
			}
			if !fits {
				waiting = append(waiting, o)
				continue
			}
			progress = true
		}
		ops = waiting
		progress = progress || w.bridge(ops)
	}
	w.bridgeTails()
	c.refused += len(ops)
	if err := w.lossesCount(); err != nil {
		return err
	}
	if w.recount {
		// Another copy's removal had not seen work that is already here.
		// Synchronisation and merging, which alone can cause it, do not
		// exist yet: the file was made by something else.
		return fmt.Errorf("%w: concurrent removal", ErrDamaged)
	}
	return nil
}

// walker takes one chain step by step.
type walker struct {
	*loader
	*chart
	manifest
	tx      *store.Tx
	trusted map[*seal.CircleKey]bool // keys that a rotation which counts has brought
	recount bool
	excused map[chain.Hash]chain.Lost // operations that a repair says are lost
	vouched map[[16]byte]bool         // keys that it kept, by id
}

// step appends one operation and applies it when it counts. fits is false while
// one that it follows is missing. What does not fit at all is counted and left
// out: a member could write it, and must not close the vault to the others. That
// nothing this keyholder has seen is left out, [loader.compare] proves.
func (w *walker) step(o *opened) (fits bool, err error) {
	seen := w.seen(o.Patient, o.Device)
	if o.DSeq == seen.DSeq && o.ID() != seen.Op && w.mending == nil {
		return false, fmt.Errorf("%w: operation", ErrDamaged)
	}
	counts, again, err := w.chain.Append(o.Signed, o.DSeq <= seen.DSeq && len(w.excused) == 0 && w.mending == nil) // a hole ends what the hash proves
	switch {
	case errors.Is(err, chain.ErrGap):
		return false, nil
	case errors.Is(err, chain.ErrKnown):
		return true, nil
	case err != nil:
		w.refused++
		return true, nil
	}
	w.recount = w.recount || again
	if counts && o.Kind != chain.Rotate && !w.trusted[o.key] {
		w.vouch(o)
	}
	w.clock = max(w.clock, o.HLC)
	switch {
	case !counts:
		w.ignored++
		return true, nil
	case o.Kind == chain.Rotate:
		err = w.trust(w.tx, w.chart, o, w.trusted)
	case o.Kind == chain.Loss:
		err = w.applyLoss(o, seen.DSeq)
	case !w.trusted[o.key] && len(w.circles) > 0:
		w.refused++ // under a key that nobody vouches for
	default:
		err = w.effect(w.tx, w.chart, o)
	}
	return true, err
}

// trust believes a rotation's key when the rotation counts for its audience.
func (l *loader) trust(tx *store.Tx, c *chart, o *opened, trusted map[*seal.CircleKey]bool) error {
	body, err := l.rotation(tx, o)
	switch {
	case errors.Is(err, seal.ErrKey):
		l.compareBody(tx, c, o) // a circle we are not in
		return nil
	case bodyIsLost(err) && (l.mending != nil || c.common() != nil && c.chain.Patient() != chain.Household || l.lostBodies[o.ID()]):
		c.lack(o) // costs what stands under this key, and not the vault
		return nil
	case errors.Is(err, errNoBody):
		err = errors.Join(ErrDamaged, err)
	}
	if err != nil {
		return fmt.Errorf("vault: rotation: %w", err)
	}
	var last *chain.Rotation
	for _, r := range c.chain.Rotations(body.key.Circle) {
		if r.Op == o.ID() {
			last = r
		}
	}
	if body.guessed && last != nil {
		body.Audience = c.guess(last)
		c.lack(o)
		if l.mending.vouched(c, body.key); body.key.Circle == c.chain.Patient() {
			c.believe(body.key, body.Audience, last)
			trusted[body.key] = true
			return nil
		}
	}
	if last == nil || !c.chain.RotationCounts(last, body.Audience) || !c.succeeds(last, body.Audience) {
		c.ignored++
		return nil
	}
	c.believe(body.key, body.Audience, last)
	trusted[body.key] = true
	return nil
}

// succeeds reports whether a rotation goes on with the circle that we know by
// its id. Anybody of the record can write one for any circle: it must keep what
// the circle is for, be signed by one who read it before, and follow in number.
func (c *chart) succeeds(r *chain.Rotation, a chain.Audience) bool {
	known := c.circles[r.Circle]
	if known == nil {
		return r.Epoch >= 1 && r.Epoch <= maxEpoch
	}
	return sameAudience(known.audience, a) && c.chain.SignedBy(r, known.audience) && r.Epoch <= known.key().Epoch+1
}

// maxEpoch bounds the number that a circle we do not know begins with for us.
const maxEpoch = 1 << 24

// compareBody holds a body that is another's to the hash in its header.
func (l *loader) compareBody(tx *store.Tx, c *chart, o *opened) {
	_, err := l.openBody(tx, o, func(seal.Sealed) ([]byte, error) { return nil, nil })
	if err != nil {
		c.lack(o)
	}
}

// lack notes that what an operation brought is gone.
func (c *chart) lack(o *opened) {
	e := &entry{id: o.ID(), seq: o.seq, lacking: true}
	c.ops[e.id], c.missing = e, append(c.missing, e)
}

// believe makes a key usable.
func (c *chart) believe(k *seal.CircleKey, a chain.Audience, r *chain.Rotation) {
	known := c.circles[k.Circle]
	if known == nil {
		known = &circle{id: k.Circle, epochs: map[uint32][]*seal.CircleKey{}}
		c.circles[k.Circle] = known
	}
	known.epochs[k.Epoch] = append(known.epochs[k.Epoch], k)
	if known.key() == k {
		known.audience, known.newest = a, r
	}
}

// effect opens the body of an operation that counts and applies it.
func (l *loader) effect(tx *store.Tx, c *chart, o *opened) error {
	e := &entry{id: o.ID(), seq: o.seq, blobs: uint32(len(o.Blobs)), device: o.Device, hlc: o.at()}
	c.ops[e.id] = e
	var plain []byte
	var from *circle
	if o.BodyHash != (chain.Hash{}) {
		var err error
		plain, err = l.openBody(tx, o, func(s seal.Sealed) (b []byte, err error) {
			if len(c.circles) == 0 { // genesis and members before the first rotation
				return o.key.Open(labelRecord, byte(store.Records), s)
			}
			b, from, err = c.open(labelRecord, byte(store.Records), s)
			return b, err
		})
		switch {
		case errors.Is(err, seal.ErrKey):
			e.closed = true
		case errors.Is(err, errNoBody), errors.Is(err, ErrDamaged), errors.Is(err, seal.ErrAltered):
			e.lacking = true
			c.missing = append(c.missing, e) // unless an erasure explains it
		case err != nil:
			return fmt.Errorf("vault: body: %w", err)
		}
	}
	if err := c.apply(o.Signed, e, o.at(), from, plain); err != nil {
		c.refused++ // well sealed by a member, and not what it should be
	}
	return nil
}
