package vault

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// loader builds the state from the file for one device.
//
// Keys come first and are not believed: a seal in the file may be a stranger's.
// With them the headers are read, newest first, since a rotation's body holds
// the keys before it. Then each chain is walked from its genesis; a key is
// trusted from the rotation on that carries it and counts, and only what trusted
// keys open is used.
type loader struct {
	*state
	self       *device
	candidates map[keyName][]*seal.CircleKey
	byEpoch    map[uint32][]*seal.CircleKey // of common circles: they open headers
	headers    map[[16]byte][]*opened
}

type keyName struct {
	patient, circle [16]byte
	epoch           uint32
}

// opened is an operation whose header could be read.
type opened struct {
	*chain.Signed
	key  *seal.CircleKey
	seq  uint64
	time uint64 // the server's, 0 before it has answered
}

// maxSkew is how far ahead of the server's time a write may claim to be, in
// milliseconds.
const maxSkew = 5 * 60 * 1000

// at is the moment that orders writes of one field.
func (o *opened) at() uint64 { return writeTime(o.HLC, o.time) }

func writeTime(hlc, received uint64) uint64 {
	if received == 0 {
		return hlc
	}
	return min(hlc, (received+maxSkew)<<16)
}

// load reads the whole file. m is what the keyholder remembered, nil for a
// recovery kit, which remembers nothing. reserved are versions that this process
// is filling.
func load(tx *store.Tx, vaultID [16]byte, self *device, reserved map[uint64]bool) (*state, error) {
	l := &loader{
		state:      &state{id: vaultID, charts: map[record.ID]*chart{}, gone: map[record.ID]bool{}},
		self:       self,
		candidates: map[keyName][]*seal.CircleKey{},
		byEpoch:    map[uint32][]*seal.CircleKey{},
		headers:    map[[16]byte][]*opened{},
	}
	m, err := openManifest(tx, self)
	if err != nil {
		return nil, err
	}
	if err := l.readSeals(tx); err != nil {
		return nil, err
	}
	if err := l.readHeaders(tx); err != nil {
		return nil, err
	}
	l.house = newChart(chain.NewHousehold(m.Household))
	if err := l.walk(tx, l.house, m); err != nil {
		return nil, err
	}
	if l.house.common() == nil {
		return nil, fmt.Errorf("%w: no household", ErrDamaged)
	}
	for _, o := range l.headers[chain.Household] {
		if o.Kind == chain.Genesis {
			l.household = o.ID()
		}
	}
	for patient := range l.headers {
		if patient == chain.Household {
			continue
		}
		c := newChart(chain.New(patient))
		if err := l.walk(tx, c, m); err != nil {
			return nil, err
		}
		if c.common() != nil && l.ours(c) {
			l.charts[patient] = c
		}
	}
	if err := l.compare(m); err != nil {
		return nil, err
	}
	if l.journal, err = l.loadJournal(tx, m); err != nil {
		return nil, err
	}
	l.generation = m.Generation
	return l.state, l.number(tx, reserved)
}

// readSeals opens what is sealed to this device.
func (l *loader) readSeals(tx *store.Tx) error {
	return tx.Each(store.Seals, func(_, value []byte) error {
		k, _, err := l.self.OpenSeal(l.self.id, value)
		if errors.Is(err, seal.ErrNotForMe) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("vault: circle key: %w", err)
		}
		l.offer(k)
		return nil
	})
}

func (l *loader) offer(k *seal.CircleKey) {
	name := keyName{k.Patient, k.Circle, k.Epoch}
	for _, known := range l.candidates[name] {
		if known.ID == k.ID {
			return
		}
	}
	l.candidates[name] = append(l.candidates[name], k)
	if k.Circle == k.Patient {
		l.byEpoch[k.Epoch] = append(l.byEpoch[k.Epoch], k)
	}
}

// readHeaders opens every operation header it can, the newest first, and again
// while rotations bring further keys.
func (l *loader) readHeaders(tx *store.Tx) error {
	type sealedOp struct {
		seq   uint64
		value seal.Sealed
	}
	var closed []sealedOp
	err := tx.Each(store.Ops, func(key, value []byte) error {
		seq, err := seqOf(key)
		if err != nil {
			return err
		}
		sealed, err := seal.Parse(value)
		if err != nil {
			return nil // damage, or another's: the chain tells
		}
		closed = append(closed, sealedOp{seq, sealed})
		return nil
	})
	if err != nil {
		return err
	}
	slices.Reverse(closed)
	for progress := true; progress; {
		progress = false
		rest := closed[:0]
		for _, c := range closed {
			o, err := l.openHeader(c.seq, c.value)
			if err != nil {
				return err
			}
			if o == nil {
				rest = append(rest, c)
				continue
			}
			l.headers[o.Patient] = append(l.headers[o.Patient], o)
			progress = true
			if o.Kind == chain.Rotate {
				l.unfold(tx, o)
			}
		}
		closed = rest
	}
	for _, c := range closed {
		if l.altered(c.value) {
			l.damaged++
		} else {
			l.foreign++
		}
	}
	return nil
}

// altered reports whether a header that does not open was sealed under a key of
// ours.
func (l *loader) altered(sealed seal.Sealed) bool {
	return slices.ContainsFunc(l.byEpoch[sealed.Epoch()], func(k *seal.CircleKey) bool {
		_, err := k.Open(labelOp, byte(store.Ops), sealed)
		return err != nil && !errors.Is(err, seal.ErrKey)
	})
}

// openHeader returns nil when no key opens the header: another's.
func (l *loader) openHeader(seq uint64, sealed seal.Sealed) (*opened, error) {
	for _, k := range l.byEpoch[sealed.Epoch()] {
		plain, err := k.Open(labelOp, byte(store.Ops), sealed)
		if errors.Is(err, seal.ErrKey) {
			continue
		}
		if err != nil {
			return nil, nil // altered: a gap in the chain will tell
		}
		var h header
		if err := decoding.Unmarshal(plain, &h); err != nil {
			return nil, fmt.Errorf("%w: operation: %w", ErrDamaged, err)
		}
		op, err := chain.Parse(h.Op, h.Sig)
		if err != nil || op.Patient != k.Patient {
			return nil, errors.Join(fmt.Errorf("%w: operation", ErrDamaged), err)
		}
		return &opened{Signed: op, key: k, seq: seq, time: h.Time}, nil
	}
	return nil, nil
}

// unfold takes the keys before a rotation from its body, where it can be read.
func (l *loader) unfold(tx *store.Tx, o *opened) {
	body, err := l.rotation(tx, o)
	if err != nil {
		return // another's circle, or damage that the walk will meet
	}
	for _, p := range body.previous {
		l.offer(p)
	}
}

// openedRotation is the body of a rotation with its keys.
type openedRotation struct {
	rotateBody
	key      *seal.CircleKey
	previous []*seal.CircleKey
}

func (l *loader) rotation(tx *store.Tx, o *opened) (*openedRotation, error) {
	var r chain.RotateClear
	if err := chain.Decode(o.Clear, &r); err != nil {
		return nil, err
	}
	name := keyName{o.Patient, r.Circle, r.Epoch}
	for _, s := range r.Seals {
		if s.Device != l.self.id || len(l.candidates[name]) > 0 {
			continue
		}
		// Ours, and missing or altered where it should stand: the rotation
		// carries it too.
		k, _, err := l.self.OpenSeal(l.self.id, s.Seal)
		if err != nil {
			return nil, fmt.Errorf("%w: circle key", ErrDamaged)
		}
		l.offer(k)
	}
	for _, k := range l.candidates[name] {
		if k.ID != r.KeyID {
			continue
		}
		plain, err := l.openBody(tx, o, func(s seal.Sealed) ([]byte, error) { return k.Open(labelRecord, byte(store.Records), s) })
		if err != nil {
			return nil, err
		}
		_, content, err := decodeBody(plain)
		if err != nil {
			return nil, err
		}
		out := &openedRotation{key: k}
		if err := decoding.Unmarshal(content, &out.rotateBody); err != nil {
			return nil, fmt.Errorf("%w: rotation: %w", ErrDamaged, err)
		}
		for _, p := range out.Previous {
			secret, err := seal.KeyFrom(p.Secret)
			if err != nil {
				return nil, err
			}
			old, err := seal.RestoreCircleKey(o.Patient, r.Circle, p.Epoch, secret)
			if err != nil {
				return nil, err
			}
			out.previous = append(out.previous, old)
		}
		return out, nil
	}
	return nil, seal.ErrKey
}

// errNoBody is for a body that is not in the file.
var errNoBody = errors.New("vault: no body")

// openBody reads an operation's body, compares its hash and opens it.
func (l *loader) openBody(tx *store.Tx, o *opened, open func(seal.Sealed) ([]byte, error)) ([]byte, error) {
	value := tx.Get(store.Records, store.Seq(o.seq))
	if value == nil {
		return nil, errNoBody
	}
	if sha256.Sum256(value) != o.BodyHash {
		return nil, fmt.Errorf("%w: body", ErrDamaged)
	}
	sealed, err := seal.Parse(value)
	if err != nil {
		return nil, fmt.Errorf("%w: body: %w", ErrDamaged, err)
	}
	return open(sealed)
}

// walk puts the operations of one chain in order and applies those that count.
func (l *loader) walk(tx *store.Tx, c *chart, m manifest) error {
	patient := c.chain.Patient()
	ops := l.headers[patient]
	slices.SortFunc(ops, func(a, b *opened) int {
		return cmp.Or(cmp.Compare(a.HLC, b.HLC), slices.Compare(a.Device[:], b.Device[:]), cmp.Compare(a.DSeq, b.DSeq), cmp.Compare(a.seq, b.seq))
	})
	w := &walker{loader: l, tx: tx, chart: c, manifest: m, trusted: map[*seal.CircleKey]bool{}}
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
	}
	c.refused += len(ops)
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
}

// step appends one operation and applies it when it counts. fits is false while
// one that it follows is missing. What does not fit at all is counted and left
// out: a member could write it, and must not close the vault to the others. That
// nothing this keyholder has seen is left out, [loader.compare] proves.
func (w *walker) step(o *opened) (fits bool, err error) {
	seen := w.seen(o.Patient, o.Device)
	if o.DSeq == seen.DSeq && o.ID() != seen.Op {
		return false, fmt.Errorf("%w: operation", ErrDamaged)
	}
	counts, again, err := w.chain.Append(o.Signed, o.DSeq <= seen.DSeq)
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
	w.clock = max(w.clock, o.HLC)
	switch {
	case !counts:
		w.ignored++
		return true, nil
	case o.Kind == chain.Rotate:
		err = w.trust(w.tx, w.chart, o, w.trusted)
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
		e := &entry{id: o.ID(), seq: o.seq}
		c.ops[e.id], c.missing = e, append(c.missing, e)
	}
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
	e := &entry{id: o.ID(), seq: o.seq, blobs: uint32(len(o.Blobs))}
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
		case errors.Is(err, seal.ErrKey): // another circle's
		case errors.Is(err, errNoBody), errors.Is(err, ErrDamaged), errors.Is(err, seal.ErrAltered):
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

// ours reports whether the chart was begun by somebody of this household: a
// stranger who writes into the file begins charts too.
func (l *loader) ours(c *chart) bool {
	for _, o := range l.headers[c.chain.Patient()] {
		if o.Kind == chain.Genesis {
			_, known := l.house.chain.Entry(o.Device)
			return known
		}
	}
	return false
}

// compare holds the chains to what the keyholder remembered.
func (l *loader) compare(m manifest) error {
	for _, h := range m.Heads {
		c := l.house
		if h.Patient != chain.Household {
			c = l.charts[h.Patient]
		}
		if c == nil {
			l.gone[h.Patient] = true // the person was removed from it, or it was cut out
			continue
		}
		if dseq, _ := c.chain.Last(h.Device); dseq < h.DSeq {
			return ErrOlder
		}
	}
	return nil
}

// number finds the next free number and the versions nobody finished.
func (l *loader) number(tx *store.Tx, reserved map[uint64]bool) error {
	last, err := tx.Last(store.Ops)
	if err != nil {
		return err
	}
	versions, err := tx.Versions()
	if err != nil {
		return err
	}
	for _, seq := range versions {
		last = max(last, seq)
		if !reserved[seq] && tx.Get(store.Ops, store.Seq(seq)) == nil {
			l.unfinished = append(l.unfinished, seq)
		}
	}
	for seq := range reserved {
		last = max(last, seq)
	}
	l.nextSeq = last + 1
	return nil
}

func seqOf(key []byte) (uint64, error) {
	if len(key) != 8 {
		return 0, fmt.Errorf("%w: key", ErrDamaged)
	}
	var n uint64
	for _, b := range key {
		n = n<<8 | uint64(b)
	}
	return n, nil
}
