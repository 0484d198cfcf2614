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
// begin makes the chart as it is before the first of them.
func (l *loader) walk(tx *store.Tx, m manifest, begin func() *chart) (*chart, error) {
	w, err := l.walkBut(tx, m, begin(), nil)
	if err != nil || !w.recount || l.mending != nil {
		return w.chart, err
	}
	// One copy of the vault removed a device that another copy went on with: what
	// it did there, unseen by the removal, has no effect, and must have had none on
	// what came after.
	struck := map[chain.Hash]bool{}
	for _, o := range l.headers[w.chain.Patient()] {
		struck[o.ID()] = !w.chain.Counts(o.ID())
	}
	w, err = l.walkBut(tx, m, begin(), struck)
	return w.chart, err
}

// walkBut walks a chain whose struck operations have no effect.
func (l *loader) walkBut(tx *store.Tx, m manifest, c *chart, struck map[chain.Hash]bool) (*walker, error) {
	patient := c.chain.Patient()
	ops := l.headers[patient]
	c.chain.Grow(len(ops))
	c.ops, c.filed = make(map[chain.Hash]*entry, len(ops)), make(map[chain.Hash]filed, len(ops))
	for _, o := range ops {
		if c.filed[o.ID()].position == 0 {
			c.filed[o.ID()] = filed{seq: o.seq, key: o.key, position: o.position, time: o.time}
		}
	}
	slices.SortFunc(ops, func(a, b *opened) int {
		if a.HLC != b.HLC {
			return cmp.Compare(a.HLC, b.HLC)
		}
		x, y := a.ID(), b.ID()
		return cmp.Or(slices.Compare(a.Device[:], b.Device[:]), cmp.Compare(a.DSeq, b.DSeq), slices.Compare(x[:], y[:]))
	})
	m.prove(patient, ops)
	w := &walker{loader: l, tx: tx, chart: c, struck: struck, trusted: map[*seal.CircleKey]bool{}}
	w.excused, w.vouched = l.excused(tx, patient)
	keys := l.keysOf(patient)
	for progress := true; progress && len(ops) > 0; {
		// An operation that follows one further on waits for it.
		progress = false
		waiting := ops[:0:0]
		for o, err := range ahead(ops, func(o *opened) { o.openEarly(keys) }) {
			if err != nil {
				return w, err
			}
			fits, err := w.step(o)
			if err != nil {
				return w, err
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
	return w, w.lossesCount()
}

// walker takes one chain step by step.
type walker struct {
	*loader
	*chart
	tx      *store.Tx
	struck  map[chain.Hash]bool      // without effect by a removal that the walk meets later
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
	counts, again, err := w.chain.Append(o.Signed, o.proved && len(w.excused) == 0 && w.mending == nil) // a hole ends what the hash proves
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
	counts = counts && !w.struck[o.ID()]
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
		err = w.applyLoss(o)
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

// keysOf are the keys that may open a patient's bodies, by epoch, those of the
// common circle first.
func (l *loader) keysOf(patient [16]byte) map[uint32][]*seal.CircleKey {
	out := map[uint32][]*seal.CircleKey{}
	for name, keys := range l.candidates {
		if name.patient != patient {
			continue
		}
		if name.circle == patient {
			out[name.epoch] = append(slices.Clone(keys), out[name.epoch]...)
		} else {
			out[name.epoch] = append(out[name.epoch], keys...)
		}
	}
	return out
}

// trusts returns the circle whose believed key opened a body, nil when there is
// none.
func (c *chart) trusts(body *openBody) *circle {
	if body == nil {
		return nil
	}
	known := c.circles[body.key.Circle]
	if known == nil || !slices.Contains(known.epochs[body.key.Epoch], body.key) {
		return nil
	}
	return known
}

// effect opens the body of an operation that counts and applies it.
func (l *loader) effect(tx *store.Tx, c *chart, o *opened) error {
	e := &entry{id: o.ID(), seq: o.seq, blobs: uint32(len(o.Blobs)), kind: o.Kind, device: o.Device, hlc: o.at()}
	c.ops[e.id] = e
	body, from := o.early, c.trusts(o.early)
	o.early = nil
	if from == nil && o.BodyHash != (chain.Hash{}) {
		plain, err := l.openBody(tx, o, func(s seal.Sealed) (b []byte, err error) {
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
		body = &openBody{plain: plain}
	}
	if err := c.apply(o.Signed, e, o.at(), from, body); err != nil {
		c.refused++ // well sealed by a member, and not what it should be
	}
	return nil
}
