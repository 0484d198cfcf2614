package vault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// Incoming is an operation as it comes from a server.
type Incoming struct {
	Op   *chain.Signed
	Body []byte // the envelope; empty when there is none, or when it is bare
	Bare bool
	Time uint64 // of the server, milliseconds since 1970
}

// Page is a run of the server's order.
type Page struct {
	Patient record.ID
	Host    string
	Key     [32]byte // that signed the heads: the caller has verified them
	After   uint64   // position before the first operation
	Ops     []Incoming
	N       uint64     // position of the last one
	Head    chain.Hash // running hash after it
	Last    uint64     // of how many operations the server knows
	// Removed is how many documents earlier pages of the same run took away, and
	// Remove says that the person was asked.
	Removed int
	Remove  bool
}

// Applied tells what a page brought.
type Applied struct {
	New     int // operations that were not here
	Bare    int // of them, those whose body did not come
	Removed int // documents that went to the bin or were erased
}

// The brake on deletions: over 20 documents in one run, or over a tenth of them when
// that is more than 3.
const (
	brakeCount = 20
	brakePart  = 10
	brakeLeast = 3
)

// Apply holds a page of the server against the record and applies it whole, in one
// transaction with the head, or not at all. fetch gives the sealed chunks that new
// operations name; it is asked before anything is written. progress, which may be
// nil, is told how many of how many operations were prepared. What is not followed
// yet is never taken for deleted.
//
// It returns [ErrNoPatient], [ErrOtherServer], [ErrDeletions] as a [Deletions], and the
// errors of synchronising, which stop it.
func (v *Vault) Apply(ctx context.Context, p *Page, fetch func(ctx context.Context, name chain.Hash) ([]byte, error), progress func(done, total int64)) (Applied, error) {
	out, err := v.applyPage(ctx, p, fetch, progress)
	for _, f := range frozenBy {
		if errors.Is(err, f.err) {
			return Applied{}, wrap("apply page", errors.Join(err, v.freeze(p.Patient, f.name)))
		}
	}
	return out, wrap("apply page", err)
}

func (v *Vault) applyPage(ctx context.Context, p *Page, fetch func(context.Context, chain.Hash) ([]byte, error), progress func(done, total int64)) (out Applied, err error) {
	known, err := v.checkPage(p)
	if err != nil {
		return out, err
	}
	var staged []brought
	numbers := map[chain.Hash]uint64{}
	defer func() {
		if err != nil && len(staged) > 0 {
			err = errors.Join(err, v.giveUp(staged))
		}
	}()
	for i, in := range p.Ops {
		if progress != nil {
			progress(int64(i), int64(len(p.Ops)))
		}
		if known[i] || in.Bare || len(in.Op.Blobs) == 0 {
			continue
		}
		seq, err := v.reserve()
		if err != nil {
			return out, err
		}
		staged = append(staged, brought{here: seq})
		numbers[in.Op.ID()] = seq
		if err := v.stage(ctx, seq, in.Op.Blobs, fetch); err != nil {
			return out, err
		}
	}
	err = v.act(ctx, func(a *act) error {
		out, err = a.applyPage(p, numbers)
		return err
	})
	if err != nil {
		return Applied{}, err
	}
	v.mu.Lock()
	for _, s := range staged {
		delete(v.reserved, s.here)
	}
	v.mu.Unlock()
	return out, nil
}

// checkPage holds a page to what is known without writing anything. known says which
// of its operations are here.
func (v *Vault) checkPage(p *Page) (known []bool, err error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	c, err := v.coming(p.Patient)
	if err != nil {
		return nil, err
	}
	s := &c.sync
	switch {
	case s.Frozen != "":
		return nil, ErrFrozen
	case s.Host != "" && (s.Host != p.Host || s.Key != p.Key):
		return nil, ErrOtherServer
	case p.Last < s.N:
		return nil, fmt.Errorf("%w: %d operations of %d", ErrRolledBack, p.Last, s.N)
	case p.After != s.N || p.N != p.After+uint64(len(p.Ops)) || p.N > p.Last:
		return nil, fmt.Errorf("%w: not the page that was asked for", ErrAltered)
	case len(p.Ops) == 0 && p.Last > p.N:
		return nil, fmt.Errorf("%w: an empty page", ErrWithheld)
	}
	head, at := s.Head, s.Time
	for _, in := range p.Ops {
		if in.Time < at {
			return nil, fmt.Errorf("%w: a time before the one before", ErrAltered)
		}
		at = in.Time
		head = chain.Head(head, in.Op.ID(), in.Time)
		known = append(known, c.chain.Has(in.Op.ID()))
	}
	if head != p.Head {
		return nil, fmt.Errorf("%w: head", ErrForked)
	}
	return known, nil
}

// stage fetches the chunks of an operation into the file, under a number that counts
// for nothing yet, by transactions of [uploadLimit].
func (v *Vault) stage(ctx context.Context, seq uint64, names []chain.Hash, fetch func(context.Context, chain.Hash) ([]byte, error)) error {
	first := 0
	for first < len(names) {
		var chunks [][]byte
		for size := 0; first+len(chunks) < len(names) && size < uploadLimit; {
			b, err := fetch(ctx, names[first+len(chunks)])
			if err != nil {
				return err
			}
			if len(b) == 0 || len(b) > seal.MaxChunkValue {
				return fmt.Errorf("%w: size", ErrBlobAltered)
			}
			chunks, size = append(chunks, b), size+len(b)
		}
		done, err := v.looking()
		if err != nil {
			return err
		}
		err = v.db.Update(func(tx *store.Tx) error { return tx.PutChunks(seq, uint32(first), chunks) })
		done()
		if err != nil {
			return err
		}
		first += len(chunks)
	}
	return nil
}

// applyPage is the one transaction. numbers are where contents have been staged.
func (a *act) applyPage(p *Page, numbers map[chain.Hash]uint64) (Applied, error) {
	var out Applied
	c, err := a.coming(p.Patient)
	if err != nil {
		return out, err
	}
	if c.sync.N != p.After || c.sync.Frozen != "" {
		return out, fmt.Errorf("%w: not the page that was asked for", ErrAltered)
	}
	a.touched = true // the chain in memory goes ahead of the file
	seen, err := c.history(p)
	if err != nil {
		return out, err
	}
	fresh, moved := map[chain.Hash]Incoming{}, false
	keys, owed := map[chain.Hash]*seal.CircleKey{}, c.sync.Owed
	wanted := a.awaited[p.Patient]
	if c.common() == nil {
		if err := wanted.begin(c, p); err != nil {
			return out, err
		}
	}
	for i, in := range p.Ops {
		id, position := in.Op.ID(), p.After+uint64(i)+1
		if f, known := c.filed[id]; known && c.chain.Has(id) {
			if f.position != 0 {
				return out, fmt.Errorf("%w: %w", ErrAltered, chain.ErrKnown)
			}
			moved = moved || writeTime(in.Op.HLC, in.Time) != writeTime(in.Op.HLC, f.time)
			f.position, f.time = position, in.Time
			if err := a.refile(c, in.Op, f); err != nil {
				return out, err
			}
			if in.Bare {
				mine, err := c.outgoing(a.tx, id)
				if err != nil {
					return out, err
				}
				if !mine.Bare {
					owed = append(owed, id)
				}
			}
			continue
		}
		if err := in.fits(); err != nil {
			return out, err
		}
		if seen != nil && in.Op.SeenPos > 0 && (in.Op.SeenPos >= position || seen[in.Op.SeenPos] != in.Op.SeenHead) {
			return out, fmt.Errorf("%w: than another device was shown", ErrForked)
		}
		if _, _, err := c.chain.Append(in.Op, false); err != nil {
			return out, fmt.Errorf("%w: %w", ErrAltered, err)
		}
		if in.Op.Kind == chain.Rotate {
			if err := a.takeSeals(in.Op, keys); err != nil {
				return out, err
			}
			if k := wanted.key(in.Op); k != nil && keys[id] == nil {
				keys[id] = k
			}
		}
		f := filed{seq: numbers[id], key: c.headerKey(in.Op, keys), position: position, time: in.Time}
		if f.seq == 0 {
			f.seq = a.nextSeq
			a.nextSeq++
		}
		if err := a.refile(c, in.Op, f); err != nil {
			return out, err
		}
		if len(in.Body) > 0 {
			if err := a.tx.Put(store.Records, store.Seq(f.seq), in.Body); err != nil {
				return out, err
			}
		}
		fresh[id] = in
		if in.Bare {
			out.Bare++
		}
	}
	out.New = len(fresh)
	at := uint64(0)
	if n := len(p.Ops); n > 0 {
		at = p.Ops[n-1].Time
	}
	anew := c.sync.Anew && p.N < p.Last
	c.sync = syncBody{Host: p.Host, Key: p.Key, N: p.N, Head: p.Head, Time: max(at, c.sync.Time), At: record.At(a.opt.Now()), Anew: anew, Owed: owed}
	if err := a.putSync(c); err != nil {
		return out, err
	}
	if out.New == 0 && !moved {
		return out, nil
	}
	err = a.reread(p, fresh, &out)
	return out, err
}

// reread folds the record again with what a page brought, and holds contents and
// deletions to what they may be.
func (a *act) reread(p *Page, fresh map[chain.Hash]Incoming, out *Applied) error {
	before := *a.state
	merged, err := loadFor(a.tx, a.id, a.self, nil, nil, true)
	if err != nil {
		return err
	}
	merged.nextSeq, merged.unfinished = max(merged.nextSeq, a.nextSeq), nil
	had, now := before.charts[p.Patient], merged.charts[p.Patient]
	*a.state = *merged
	defer before.wipe()
	a.reindex = true
	if had == nil { // this device has just been admitted
		had = newChart(chain.New(p.Patient))
	}
	if now == nil {
		return fmt.Errorf("%w: the record does not open any more", ErrAltered)
	}
	for id := range fresh {
		if !now.chain.Has(id) {
			return fmt.Errorf("%w: %w", ErrAltered, chain.ErrGap)
		}
	}
	gone := removed(had, now)
	out.Removed = len(gone)
	total := p.Removed + out.Removed
	if !p.Remove && (total > brakeCount || total > brakeLeast && total*brakePart > shown(had)+p.Removed) {
		return &Deletions{Documents: gone}
	}
	for _, d := range now.documents {
		if in, brought := fresh[d.content.id]; brought && !in.Bare {
			if err := a.checkContent(d); err != nil {
				return err
			}
		}
	}
	if err := a.reseal(now); err != nil {
		return err
	}
	if err := a.dropErased(); err != nil {
		return err
	}
	if _, member := now.chain.Members()[a.self.id]; member && a.awaited[p.Patient] != nil && p.Last > 0 && p.N == p.Last {
		delete(a.awaited, p.Patient)
		if err := a.putAwaited(); err != nil {
			return err
		}
	}
	return a.log(now, record.Synchronised, record.ID{})
}

// fits holds an operation to its body.
func (in *Incoming) fits() error {
	switch {
	case in.Bare && len(in.Body) > 0, in.Op.BodyHash == (chain.Hash{}) && len(in.Body) > 0:
		return fmt.Errorf("%w: body", ErrAltered)
	case in.Bare || in.Op.BodyHash == (chain.Hash{}):
		return nil
	case sha256.Sum256(in.Body) != in.Op.BodyHash:
		return fmt.Errorf("%w: body", ErrAltered)
	}
	return nil
}

// history gives the running hash at each position up to the end of a page, nil when
// nobody is to be held to it.
func (c *chart) history(p *Page) ([]chain.Hash, error) {
	if c.sync.Anew {
		return nil, nil
	}
	type placed struct {
		id   chain.Hash
		time uint64
	}
	order := make([]placed, p.N+1)
	for id, f := range c.filed {
		if f.position > 0 && f.position <= p.After {
			order[f.position] = placed{id, f.time}
		}
	}
	for i, in := range p.Ops {
		order[p.After+uint64(i)+1] = placed{in.Op.ID(), in.Time}
	}
	out := make([]chain.Hash, p.N+1)
	for i := uint64(1); i <= p.N; i++ {
		if order[i].id == (chain.Hash{}) {
			return nil, nil // a repair lost some of it
		}
		out[i] = chain.Head(out[i-1], order[i].id, order[i].time)
	}
	if out[p.After] != c.sync.Head {
		return nil, fmt.Errorf("%w: synchronisation", ErrDamaged)
	}
	return out, nil
}

// takeSeals keeps the seals of a rotation, so that its key is found, and notes the key
// when it is sealed to this device.
func (a *act) takeSeals(op *chain.Signed, keys map[chain.Hash]*seal.CircleKey) error {
	var r chain.RotateClear
	if err := chain.Decode(op.Clear, &r); err != nil {
		return fmt.Errorf("%w: %w", ErrAltered, err)
	}
	for _, s := range r.Seals {
		if err := a.tx.Put(store.Seals, sealKey(s.Seal), bytes.Clone(s.Seal)); err != nil {
			return err
		}
		if s.Device != a.self.id {
			continue
		}
		k, _, err := a.self.OpenSeal(a.self.id, s.Seal)
		if err == nil && k.Patient == op.Patient && k.Circle == r.Circle && k.Epoch == r.Epoch && k.ID == r.KeyID {
			keys[op.ID()] = k
		}
	}
	return nil
}

// headerKey chooses the key that a header is sealed under here, as its author did: the
// newest of the common circle that the operation has seen, its own for a rotation of
// that circle.
func (c *chart) headerKey(op *chain.Signed, keys map[chain.Hash]*seal.CircleKey) *seal.CircleKey {
	if k := keys[op.ID()]; k != nil && k.Circle == k.Patient {
		return k
	}
	common := c.common()
	var best *seal.CircleKey
	for _, r := range c.chain.Rotations(c.chain.Patient()) {
		k := keys[r.Op]
		for _, known := range common.epochs[r.Epoch] {
			if known.ID == r.KeyID {
				k = known
			}
		}
		if k == nil || !c.chain.Saw(op.ID(), r.Op) || !c.chain.RotationCounts(r, chain.Audience{Class: chain.Common}) {
			continue
		}
		if best == nil || k.Epoch > best.Epoch || k.Epoch == best.Epoch && bytes.Compare(k.ID[:], best.ID[:]) < 0 {
			best = k
		}
	}
	if best == nil {
		best = common.key()
	}
	return best
}

// reseal leaves in the file the seals of the newest epochs alone.
func (a *act) reseal(c *chart) error {
	for _, circle := range c.circles {
		for _, r := range c.chain.Rotations(circle.id) {
			for _, s := range r.Seals {
				var err error
				if r == circle.newest {
					err = a.tx.Put(store.Seals, sealKey(s.Seal), s.Seal)
				} else {
					err = a.tx.Delete(store.Seals, sealKey(s.Seal))
				}
				if err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// checkContent opens every chunk of a document that has come.
func (a *act) checkContent(d *document) error {
	if d.Chunks == 0 {
		return nil
	}
	cipher, err := d.cipher()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBlobAltered, err)
	}
	digest, left := seal.NewDigest(), d.Size
	for i := range d.Chunks {
		if err := a.ctx.Err(); err != nil {
			return err
		}
		value, err := a.tx.Chunk(d.content.seq, i, i+1 < d.Chunks)
		if err != nil {
			return err
		}
		plain, err := cipher.OpenChunk(nil, i, i+1 == d.Chunks, value)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrBlobAltered, err)
		}
		plain = plain[:min(int64(len(plain)), left)]
		digest.Write(plain)
		left -= int64(len(plain))
	}
	if [32]byte(digest.Sum(nil)) != d.Digest {
		return fmt.Errorf("%w: digest", ErrBlobAltered)
	}
	return nil
}

// shown counts the documents that are not in the bin.
func shown(c *chart) (n int) {
	for _, d := range c.documents {
		if d.RemovedAt == 0 {
			n++
		}
	}
	return n
}

// removed lists the documents that are shown before and not after.
func removed(before, after *chart) (out []record.ID) {
	for id, d := range before.documents {
		if now := after.documents[id]; d.RemovedAt == 0 && (now == nil || now.RemovedAt != 0) {
			out = append(out, id)
		}
	}
	return out
}

// Complete takes the bodies of operations that came bare before, with the contents they
// name. One that is not lacking, or still bare, changes nothing. It returns
// [ErrNoPatient], [ErrFrozen], [ErrAltered] and [ErrBlobAltered].
func (v *Vault) Complete(ctx context.Context, patient record.ID, came []Incoming, fetch func(context.Context, chain.Hash) ([]byte, error)) (n int, err error) {
	wanted, err := v.lacking(patient, came)
	if err != nil || len(wanted) == 0 {
		return 0, wrap("complete", err)
	}
	for _, in := range wanted {
		if err := in.fits(); err != nil {
			return 0, wrap("complete", errors.Join(err, v.freeze(patient, "altered")))
		}
		if err := v.stage(ctx, in.seq, in.Op.Blobs, fetch); err != nil {
			return 0, wrap("complete", err)
		}
	}
	err = v.act(ctx, func(a *act) error {
		fresh := map[chain.Hash]Incoming{}
		for _, in := range wanted {
			if err := a.tx.Put(store.Records, store.Seq(in.seq), in.Body); err != nil {
				return err
			}
			fresh[in.Op.ID()] = in.Incoming
		}
		a.touched = true
		return a.reread(&Page{Patient: patient, Remove: true}, fresh, new(Applied))
	})
	if errors.Is(err, ErrBlobAltered) {
		err = errors.Join(err, v.freeze(patient, "blob"))
	}
	if err != nil {
		return 0, wrap("complete", err)
	}
	return len(wanted), nil
}

// completion is an operation that lacks its body, with its number here.
type completion struct {
	Incoming
	seq uint64
}

func (v *Vault) lacking(patient record.ID, came []Incoming) (out []completion, err error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	c, err := v.of(patient)
	if err != nil {
		return nil, err
	}
	if c.sync.Frozen != "" {
		return nil, ErrFrozen
	}
	for _, in := range came {
		for _, e := range c.missing {
			if e.id == in.Op.ID() && !e.erased && !in.Bare {
				out = append(out, completion{in, e.seq})
			}
		}
	}
	return out, nil
}
