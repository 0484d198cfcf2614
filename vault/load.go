package vault

import (
	"bytes"
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
	given      map[record.ID][][]byte // where the seals to this device stand, by patient
	mending    *mending               // nil unless a damaged file is being repaired
	merging    bool                   // the operations of another copy came in with this transaction
}

type keyName struct {
	patient, circle [16]byte
	epoch           uint32
}

// opened is an operation whose header could be read.
type opened struct {
	*chain.Signed
	key      *seal.CircleKey
	seq      uint64
	position uint64    // in the server's order, 0 before it has answered
	time     uint64    // the server's, 0 before it has answered
	proved   bool      // by hash, from what the keyholder remembers
	value    []byte    // of its body, nil when none was looked for
	early    *openBody // opened before its turn; nil when that did not succeed
}

// openBody is what a body says. document is what was decoded of it already, nil
// for most.
type openBody struct {
	key      *seal.CircleKey // that opened it; nil for one that is being written
	plain    []byte          // nil when there is none or nobody can read it
	document *document
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
	return loadFor(tx, vaultID, self, reserved, nil, false)
}

// loadFor is load for a repair as well: what does not hold is then noted in m and
// gone round, as far as it can be. With merging another copy has just come in, whose
// newer keys the head of this journal does not know yet.
func loadFor(tx *store.Tx, vaultID [16]byte, self *device, reserved map[uint64]bool, mend *mending, merging bool) (*state, error) {
	l := &loader{
		mending:    mend,
		merging:    merging,
		state:      &state{id: vaultID, charts: map[record.ID]*chart{}, gone: map[record.ID]bool{}},
		self:       self,
		candidates: map[keyName][]*seal.CircleKey{},
		byEpoch:    map[uint32][]*seal.CircleKey{},
		headers:    map[[16]byte][]*opened{},
		given:      map[record.ID][][]byte{},
	}
	m, err := openManifest(tx, self)
	if mend != nil && err != nil {
		mend.lose("manifest")
		m, err = manifest{}, nil // as if it were a kit: it is written anew
	}
	if err != nil {
		return nil, err
	}
	if err := l.readSeals(tx); err != nil {
		return nil, err
	}
	if l.awaited, err = openAwaited(tx, self); err != nil && mend == nil {
		return nil, err
	}
	for _, w := range l.awaited {
		for _, k := range w.keys {
			l.offer(k)
		}
	}
	if err := l.readHeaders(tx); err != nil {
		return nil, err
	}
	if mend != nil {
		l.lostHeads(m)
	}
	l.house, err = l.walk(tx, m, func() *chart { return newChart(chain.NewHousehold(m.Household)) })
	if err != nil {
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
	known := map[record.ID]bool{}
	for patient := range l.headers {
		if patient == chain.Household {
			continue
		}
		if _, closed := l.house.closures[patient]; closed {
			continue // what another copy still held of it
		}
		c, err := l.walk(tx, m, func() *chart { return newChart(chain.New(patient)) })
		if err != nil {
			return nil, err
		}
		known[patient] = c.common() != nil // also one that a stranger wrote
		if known[patient] && l.ours(c, m) {
			if err := c.readSync(tx); err != nil {
				l.damaged++ // it begins again
				c.sync = syncBody{}
			}
			l.charts[patient] = c
		}
	}
	l.lostRecords(m, known)
	if mend != nil {
		l.beheaded()
	}
	if err := l.compare(m); err != nil {
		return nil, err
	}
	l.journal, err = l.loadJournal(tx, m)
	if mend != nil {
		l.journal, err = l.mendJournal(tx, l.journal, err)
	}
	if err != nil {
		return nil, err
	}
	l.generation, l.drafts, l.watching = m.Generation, m.Drafts, m.Watching
	if err := l.number(tx, reserved); err != nil {
		return nil, err
	}
	l.keepKeys()
	return l.state, nil
}

// readSeals opens what is sealed to this device. Nothing else says which records a
// person was given who has not written since: what is wrong here is told.
func (l *loader) readSeals(tx *store.Tx) error {
	if err := tx.Laid(store.Seals); errors.Is(err, ErrDamaged) {
		l.spoilt++
	} else if err != nil {
		return err
	}
	return tx.Each(store.Seals, func(key, value []byte) error {
		if !bytes.Equal(key, sealKey(value)) {
			l.spoilt++
		}
		k, _, err := l.self.OpenSeal(l.self.id, value)
		if errors.Is(err, seal.ErrNotForMe) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("vault: circle key: %w", err)
		}
		l.offer(k)
		l.given[k.Patient] = append(l.given[k.Patient], bytes.Clone(key))
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

// sealedOp is a header as it stands in the file.
type sealedOp struct {
	seq    uint64
	value  seal.Sealed
	tried  int     // keys of its epoch
	opened *opened // nil while no key opened it
	err    error
}

// readHeaders opens every operation header it can, the newest first, and again
// while rotations bring further keys.
func (l *loader) readHeaders(tx *store.Tx) error {
	var closed []*sealedOp
	err := tx.Each(store.Ops, func(key, value []byte) error {
		seq, err := seqOf(key)
		if err != nil {
			return err
		}
		sealed, err := seal.Parse(value)
		if err != nil {
			if l.mending != nil {
				l.mending.drop(store.Ops, key) // nobody's: no envelope has this form
			}
			return nil // damage, or another's: the chain tells
		}
		closed = append(closed, &sealedOp{seq: seq, value: sealed})
		return nil
	})
	if err != nil {
		return err
	}
	all := slices.Clone(closed)
	slices.Reverse(closed)
	for progress := true; progress; {
		progress = false
		rest := closed[:0:0]
		keys := maps.Clone(l.byEpoch) // as they are: rotations bring more on the way
		for c, err := range ahead(closed, func(c *sealedOp) {
			known := keys[c.value.Epoch()]
			c.opened, c.err = openHeader(c.seq, c.value, known[c.tried:])
			c.tried = len(known)
		}) {
			if err == nil {
				err = c.err
			}
			if err != nil {
				return err
			}
			o := c.opened
			if o == nil {
				rest = append(rest, c)
				continue
			}
			l.headers[o.Patient] = append(l.headers[o.Patient], o)
			progress = true
			switch o.Kind {
			case chain.Rotate:
				l.unfold(tx, o)
			case chain.Loss:
				for _, k := range l.keysOfLoss(tx, o) {
					l.offer(k)
				}
			}
		}
		closed = rest
	}
	for _, c := range closed {
		if l.altered(c.value) {
			l.damaged++
			if l.mending != nil {
				l.mending.drop(store.Ops, store.Seq(c.seq))
			}
		} else {
			l.foreign++
		}
	}
	if l.mending != nil {
		return nil // goes from one body to the next
	}
	err = store.Contained(func() error { return findBodies(tx, all) })
	if errors.Is(err, ErrDamaged) {
		return nil // who needs a body of that page meets it in its turn; nobody else has to
	}
	return err
}

// findBodies finds the bodies of records in one go, for [opened.openEarly]. The
// operations come in the order of their numbers.
func findBodies(tx *store.Tx, ops []*sealedOp) error {
	return tx.Each(store.Records, func(key, value []byte) error {
		seq, err := seqOf(key)
		for len(ops) > 0 && ops[0].seq < seq {
			ops = ops[1:]
		}
		if err != nil || len(ops) == 0 || ops[0].seq != seq {
			return nil // nobody's, or of a header that does not hold: check tells
		}
		if o := ops[0].opened; o != nil && (o.Kind == chain.Data || o.Kind == chain.Tombstone) {
			o.value = value
		}
		return nil
	})
}

// openEarly opens a body that stands where it should with one of the keys. What
// does not succeed here is done, and judged, by [loader.effect] in its turn; so is
// whether the key is to be believed. It is safe for concurrent use.
func (o *opened) openEarly(keys map[uint32][]*seal.CircleKey) {
	if o.value == nil || o.early != nil || sha256.Sum256(o.value) != o.BodyHash {
		return
	}
	sealed, err := seal.Parse(o.value)
	if err != nil {
		return
	}
	for _, k := range keys[sealed.Epoch()] {
		plain, err := k.Open(labelRecord, byte(store.Records), sealed)
		if errors.Is(err, seal.ErrKey) {
			continue
		}
		if err == nil {
			o.early = &openBody{key: k, plain: plain, document: decodeDocument(plain)}
		}
		return
	}
}

// altered reports whether a header that does not open was sealed under a key of
// ours.
func (l *loader) altered(sealed seal.Sealed) bool {
	return slices.ContainsFunc(l.byEpoch[sealed.Epoch()], func(k *seal.CircleKey) bool {
		_, err := k.Open(labelOp, byte(store.Ops), sealed)
		return err != nil && !errors.Is(err, seal.ErrKey)
	})
}

// openHeader returns nil when none of the keys opens the header: another's.
func openHeader(seq uint64, sealed seal.Sealed, keys []*seal.CircleKey) (*opened, error) {
	for _, k := range keys {
		plain, err := k.Open(labelOp, byte(store.Ops), sealed)
		if errors.Is(err, seal.ErrKey) {
			continue
		}
		if err != nil {
			return nil, nil // altered: a gap in the chain will tell
		}
		h, err := decodeHeader(plain)
		if err != nil {
			return nil, fmt.Errorf("%w: operation: %w", ErrDamaged, err)
		}
		op, err := chain.Parse(h.Op, h.Sig)
		if err != nil || op.Patient != k.Patient {
			return nil, errors.Join(fmt.Errorf("%w: operation", ErrDamaged), err)
		}
		return &opened{Signed: op, key: k, seq: seq, position: h.Position, time: h.Time}, nil
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
	guessed  bool // the body is lost, and with it the audience
}

// bodyIsLost reports whether an error says that a body is gone or altered.
func bodyIsLost(err error) bool {
	return errors.Is(err, errNoBody) || errors.Is(err, ErrDamaged) || errors.Is(err, seal.ErrAltered)
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
		if l.mending != nil && bodyIsLost(err) {
			return &openedRotation{key: k, guessed: true}, nil // whom it is for, the seals tell
		}
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

// ours reports whether the chart was begun by somebody of this household, or merged
// from another one: a stranger who writes into the file begins charts too.
func (l *loader) ours(c *chart, m manifest) bool {
	patient := c.chain.Patient()
	if l.house.joined[patient] || slices.ContainsFunc(m.Heads, func(h head) bool { return h.Patient == patient }) {
		return true
	}
	for _, o := range l.headers[c.chain.Patient()] {
		if o.Kind == chain.Genesis {
			_, known := l.house.chain.Entry(o.Device)
			return known
		}
	}
	return false
}

// lostRecords counts the records that this device was given a key to and whose chain
// does not hold: of one in which the keyholder has not written since, no head says so.
// A repair takes such a key away.
func (l *loader) lostRecords(m manifest, known map[record.ID]bool) {
	for patient, seals := range l.given {
		_, closed := l.house.closures[patient]
		remembered := slices.ContainsFunc(m.Heads, func(h head) bool { return h.Patient == patient })
		if patient == chain.Household || known[patient] || closed || l.awaited[patient] != nil {
			continue
		}
		if l.mending != nil {
			for _, key := range seals {
				l.mending.drop(store.Seals, key)
			}
		} else if !remembered {
			l.damaged++
		}
	}
}

// compare holds the chains to what the keyholder remembered.
func (l *loader) compare(m manifest) error {
	for _, h := range m.Heads {
		c := l.house
		if h.Patient != chain.Household {
			c = l.charts[h.Patient]
		}
		if _, closed := l.house.closures[h.Patient]; closed {
			continue
		}
		if c == nil {
			if l.mending != nil && !l.gone[h.Patient] && l.mending.beheaded[h.Patient] == nil {
				l.mending.lose("key")
			}
			l.gone[h.Patient] = true // the person was removed from it, or it was cut out
			continue
		}
		if l.mending != nil {
			continue // the walk has bridged what is lost
		}
		if c.chain.Has(h.Op) {
			continue
		}
		if dseq, _ := c.chain.Last(h.Device); dseq >= h.DSeq {
			return fmt.Errorf("%w: operation", ErrDamaged)
		}
		return ErrOlder
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
	for _, c := range l.all() {
		for _, e := range c.ops {
			if e.erased && !e.lacking && tx.Get(store.Records, store.Seq(e.seq)) != nil {
				l.left = append(l.left, e)
			}
		}
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
	if l.mending != nil { // no number of a lost operation is given again
		err = tx.Each(store.Records, func(key, _ []byte) error {
			if seq, err := seqOf(key); err == nil { // the others are dropped
				last = max(last, seq)
			}
			return nil
		})
	}
	l.nextSeq = last + 1
	return err
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
