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

// act is one write transaction: what a verb does to the file and, step by step,
// to the state in memory. If it fails the state is read again from the file, so
// the steps need no undoing.
type act struct {
	*state
	opt  *Options
	tx   *store.Tx
	self *device // who signs; replacing a device changes it on the way
	ctx  context.Context

	touched   bool      // the state in memory is ahead of the file
	newcomers []*device // who get a manifest of the household
	leaving   bool      // the one who acts gives up their slot

	changed []record.ID // documents that the search index has to look at again
	reindex bool        // the whole index has to be read again
}

// act runs fn in one durable transaction with the journal head and the
// manifest. After an error nothing of it is in the file.
func (v *Vault) act(ctx context.Context, fn func(*act) error) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.actLocked(ctx, fn)
}

func (v *Vault) actLocked(ctx context.Context, fn func(*act) error) error {
	if v.state == nil {
		return ErrLocked
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	want := v.generation + 1
	self := v.self
	var a *act
	whole := false
	err := v.db.Update(func(tx *store.Tx) error {
		a = &act{state: v.state, opt: &v.opt, tx: tx, self: v.self, ctx: ctx}
		if err := a.begin(); err != nil {
			return err
		}
		if err := fn(a); err != nil {
			return err
		}
		self = a.self
		if err := a.finish(want); err != nil {
			return err
		}
		whole = true
		return nil
	})
	if err == nil {
		v.become(self)
		v.keepKeys()
		v.noteChanges(a)
		if v.opt.Now().Sub(v.markedAt) >= markPause {
			v.mark()
		}
		return nil
	}
	err = named(err)
	if !whole {
		if a == nil || !a.touched {
			return err
		}
		return errors.Join(err, v.reload(nil))
	}
	// The commit itself failed, which does not mean that nothing was saved:
	// look.
	if again := v.reopen(self); again != nil {
		return errors.Join(err, again)
	}
	if v.generation != want {
		return err
	}
	return nil
}

// noteChanges tells the search index what an act did.
func (v *Vault) noteChanges(a *act) {
	switch {
	case v.finder == nil:
	case a.reindex:
		v.dropIndex()
	default:
		for _, id := range a.changed {
			v.finder.pending[id] = struct{}{}
		}
	}
}

// become makes another device the one that acts.
func (v *Vault) become(d *device) {
	if d != v.self {
		v.self.Wipe()
		v.self = d
	}
}

// reload reads the state again from the open file. The one who acts is next
// when the file says that they have taken the place of the one before. When it
// fails the vault is locked.
func (v *Vault) reload(next *device) error {
	v.dropIndex() // made of the state that is given up
	self := v.self
	var fresh *state
	err := v.db.View(func(tx *store.Tx) (err error) {
		if next != nil && next != self && tx.Get(store.Self, next.slot[:]) != nil {
			self = next
		}
		fresh, err = load(tx, v.id, self, v.reserved)
		return err
	})
	if err != nil {
		v.state = nil
		return errors.Join(err, v.db.Close())
	}
	v.wipe()
	v.state = fresh
	v.become(self)
	return nil
}

func (v *Vault) reopen(next *device) error {
	err := v.db.Close()
	if err == nil {
		v.db, err = store.Open(v.path)
	}
	if err != nil {
		v.dropIndex()
		v.state = nil
		return err
	}
	return v.reload(next)
}

// begin drops what a stopped process left and renews the household's key where
// somebody has left or come.
func (a *act) begin() error {
	for _, seq := range a.unfinished {
		if err := a.tx.DropChunks(seq); err != nil {
			return err
		}
	}
	a.touched = a.touched || len(a.unfinished) > 0
	a.unfinished = nil
	if err := a.dropErased(); err != nil {
		return err
	}
	if a.house == nil {
		return nil // being created
	}
	return a.settle(a.house)
}

// finish writes the journal's head and the manifest.
func (a *act) finish(generation uint64) error {
	if err := a.settleRelatives(); err != nil {
		return err
	}
	h := &journalHead{Size: a.journal.size, Root: a.journal.root, At: record.At(a.opt.Now()), Device: a.self.id}
	for _, at := range subtrees(h.Size) {
		h.Subtrees = append(h.Subtrees, a.journal.subtree[at])
	}
	h.Sig = a.self.Sign(h.message(a.id))
	b, err := chain.Encode(h)
	if err != nil {
		return fmt.Errorf("vault: journal head: %w", err)
	}
	sealed, err := a.house.common().key().Seal(labelHead, byte(store.Journal), b)
	if err != nil {
		return fmt.Errorf("vault: journal head: %w", err)
	}
	if err := a.tx.Put(store.Journal, headKey, sealed.Bytes()); err != nil {
		return err
	}
	a.generation = generation
	for _, d := range a.newcomers {
		if err := a.remember(a.tx, d, false, false, a.house); err != nil {
			return err
		}
	}
	if a.leaving || a.self.slot == ([16]byte{}) {
		return nil // a kit remembers nothing
	}
	return a.remember(a.tx, a.self, a.drafts, a.watching, a.all()...)
}

// log adds a row to the access journal, readable by those who read the chart.
func (a *act) log(c *chart, action record.Action, entity record.ID) error {
	return a.logAt(c, action, entity, record.At(a.opt.Now()), a.opt.Means)
}

// logAt is log for what happened earlier, by other means.
func (a *act) logAt(c *chart, action record.Action, entity record.ID, at record.Millis, means string) error {
	return a.logEvent(c, record.AuditEvent{At: at, Action: action, Entity: entity, Means: means})
}

// logEvent writes a row whose time, action, entity and means are filled in.
func (a *act) logEvent(c *chart, e record.AuditEvent) error {
	e.Agent = a.self.keyholder
	if c != a.house {
		e.Patient = c.patient.ID
	}
	b, err := chain.Encode(e)
	if err != nil {
		return fmt.Errorf("vault: journal: %w", err)
	}
	sealed, err := c.common().key().Seal(labelJournal, byte(store.Journal), b)
	if err != nil {
		return fmt.Errorf("vault: journal: %w", err)
	}
	if err := a.tx.Put(store.Journal, store.Seq(uint64(a.journal.size)), sealed.Bytes()); err != nil {
		return err
	}
	a.touched = true
	return a.journal.append(sealed.Bytes())
}

// chart returns a patient's chart, ready to be written in: circles that name
// somebody who left have been given a new key.
func (a *act) chart(patient record.ID) (*chart, error) {
	c, err := a.of(patient)
	if err != nil {
		return nil, err
	}
	return c, a.settle(c)
}

// draft is an operation about to be written.
type draft struct {
	kind   chain.Kind
	clear  any             // nil for none
	head   bodyHead        // of the body
	body   any             // nil for none
	circle *seal.CircleKey // that the body is sealed under; nil for the common one
	header *seal.CircleKey // that the header is sealed under; nil for the common one
	blobs  []chain.Hash
	seq    uint64 // reserved before; 0 takes the next
}

// write signs an operation, saves it and applies it.
func (a *act) write(c *chart, d draft) (*entry, error) {
	a.touched = true
	if d.head.Type == record.TypeDocument {
		a.changed = append(a.changed, d.head.ID)
	}
	if d.header == nil {
		d.header = c.common().key()
	}
	if d.circle == nil {
		d.circle = d.header
	}
	if d.seq == 0 {
		d.seq = a.nextSeq
		a.nextSeq++
	}
	op := chain.Op{V: chain.Version, Kind: d.kind, Patient: c.chain.Patient(), Device: a.self.id, SeenPos: c.sync.N, SeenHead: c.sync.Head, Blobs: d.blobs}
	var err error
	if d.clear != nil {
		if op.Clear, err = chain.Encode(d.clear); err != nil {
			return nil, fmt.Errorf("vault: operation: %w", err)
		}
	}
	var plain []byte
	if d.body != nil {
		d.head.Patient = op.Patient
		if plain, err = encodeBody(d.head, d.body); err != nil {
			return nil, err
		}
		sealed, err := d.circle.Seal(labelRecord, byte(store.Records), plain)
		if err != nil {
			return nil, fmt.Errorf("vault: body: %w", err)
		}
		op.BodyHash = sha256.Sum256(sealed.Bytes())
		if err := a.tx.Put(store.Records, store.Seq(d.seq), sealed.Bytes()); err != nil {
			return nil, err
		}
	}
	last, previous := c.chain.Last(a.self.id)
	op.DSeq, op.PrevDev, op.Deps = last+1, previous, c.chain.Heads(a.self.id)
	a.clock = min(max(a.clock+1, uint64(a.opt.Now().UnixMilli())<<16), chain.MaxHLC)
	op.HLC = a.clock

	signed, err := chain.Sign(op, a.self.Sign)
	if err != nil {
		return nil, err
	}
	counts, _, err := c.chain.Append(signed, true)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errInternal, err)
	}
	if !counts {
		return nil, ErrNotAllowed
	}
	if err := a.putHeader(d, signed); err != nil {
		return nil, err
	}
	e := &entry{id: signed.ID(), seq: d.seq, blobs: uint32(len(d.blobs)), kind: d.kind, device: a.self.id, hlc: op.HLC}
	c.ops[e.id], c.filed[e.id] = e, filed{seq: d.seq, key: d.header}
	circle := c.circles[d.circle.Circle]
	return e, c.apply(signed, e, op.HLC, circle, &openBody{plain: plain})
}

func (a *act) putHeader(d draft, op *chain.Signed) error {
	b, err := chain.Encode(header{Op: op.Bytes(), Sig: op.Sig})
	if err != nil {
		return fmt.Errorf("vault: operation: %w", err)
	}
	sealed, err := d.header.Seal(labelOp, byte(store.Ops), b)
	if err != nil {
		return fmt.Errorf("vault: operation: %w", err)
	}
	return a.tx.Put(store.Ops, store.Seq(d.seq), sealed.Bytes())
}

// settle gives a new key to every circle of the chart that this device reads
// and whose newest key does not have exactly the recipients it must have:
// somebody left, or came.
func (a *act) settle(c *chart) error {
	for _, circle := range slices.SortedFunc(maps.Values(c.circles), func(x, y *circle) int { return bytes.Compare(x.id[:], y.id[:]) }) {
		want := c.chain.Recipients(circle.audience)
		if _, mine := want[a.self.id]; !mine {
			continue
		}
		same := len(want) == len(circle.newest.Seals)
		for _, s := range circle.newest.Seals {
			_, still := want[s.Device]
			same = same && still
		}
		if same {
			continue
		}
		if err := a.rotate(c, circle.id, circle.audience, nil); err != nil {
			return err
		}
	}
	return nil
}

// rotate gives a circle its next epoch and seals it to those it is for. key is
// a key drawn before, nil to draw one. The seals of earlier epochs leave the
// file: who is not of the new one finds nothing to open.
func (a *act) rotate(c *chart, id [16]byte, audience chain.Audience, key *seal.CircleKey) error {
	for _, r := range c.chain.Rotations(id) {
		for _, s := range r.Seals {
			if err := a.tx.Delete(store.Seals, sealKey(s.Seal)); err != nil {
				return err
			}
		}
	}
	body := rotateBody{Audience: audience}
	epoch := uint32(0)
	if known := c.circles[id]; known != nil {
		epoch = known.key().Epoch
		for _, at := range slices.Sorted(maps.Keys(known.epochs)) {
			if at != epoch && len(known.epochs[at]) == 1 {
				continue // the rotation to the next epoch has it
			}
			// Two copies of the vault each gave one: either may have been the
			// last of its copy, which no other rotation has.
			for _, k := range known.epochs[at] {
				body.Previous = append(body.Previous, oldEpoch{Epoch: at, Secret: k.Secret().Expose()})
			}
		}
	}
	var err error
	if key == nil {
		if key, err = seal.NewCircleKey(c.chain.Patient(), id, epoch+1); err != nil {
			return fmt.Errorf("vault: circle key: %w", err)
		}
	}
	clear := chain.RotateClear{Circle: id, Epoch: key.Epoch, KeyID: key.ID}
	if clear.Box, err = key.Box(); err != nil {
		return fmt.Errorf("vault: circle key: %w", err)
	}
	recipients := c.chain.Recipients(audience)
	for _, device := range slices.SortedFunc(maps.Keys(recipients), func(x, y [16]byte) int { return bytes.Compare(x[:], y[:]) }) {
		e := recipients[device]
		sealed, err := key.SealTo(seal.Public{Sign: e.Sign, HPKE: e.HPKE}, a.self.id, device)
		if err != nil {
			return fmt.Errorf("vault: circle key: %w", err)
		}
		clear.Seals = append(clear.Seals, chain.Recipient{Device: device, Seal: sealed})
		if err := a.tx.Put(store.Seals, sealKey(sealed), sealed); err != nil {
			return err
		}
	}
	d := draft{kind: chain.Rotate, clear: &clear, head: bodyHead{Type: typeRotate}, body: &body, circle: key}
	if id == c.chain.Patient() {
		d.header = key
	}
	e, err := a.write(c, d)
	if err != nil {
		return err
	}
	rotations := c.chain.Rotations(id)
	last := rotations[len(rotations)-1]
	if last.Op != e.id || !c.chain.RotationCounts(last, audience) {
		return fmt.Errorf("%w: rotation", errInternal)
	}
	c.believe(key, audience, last)
	return nil
}

// sealKey is where a seal stands: the start of its hash, which tells nothing.
func sealKey(sealed []byte) []byte {
	h := sha256.Sum256(sealed)
	return h[:16]
}
