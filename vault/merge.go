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

// Two copies of a vault that both went on hold the same operations up to some
// moment, and each its own after it. Merging puts those of the other copy into
// this one as they are: nothing is opened, sealed or signed again for it, so that
// what belongs to other keyholders comes along whole. The present state is the
// fold of all of them.

// mergeBody is what the household keeps of a merge.
type mergeBody struct {
	At record.Millis `cbor:"1,keyasint"`
	// Journals are those of the other copy and of the copies merged into it, as
	// rows of this one: who was last there remembers them.
	Journals [][]span `cbor:"2,keyasint"`
}

// span is some rows of the journal, To not included.
type span struct {
	_        struct{} `cbor:",toarray"`
	From, To int64
}

// brought is an operation of the other copy, with its number there and here.
type brought struct {
	there, here uint64
	// content says that only its chunks are wanted: this copy knows the operation
	// and has dropped them, and the other one may have gone on with the document.
	content bool
}

// errPreview ends the transaction of a merge that was only to be looked at.
var errPreview = errors.New("vault: only a preview")

// Compare tells what [Vault.Merge] would do. It changes nothing.
func (v *Vault) Compare(ctx context.Context, other *Copy) (Merged, error) {
	ops, err := v.missing(other)
	if err != nil {
		return Merged{}, wrap("compare copies", err)
	}
	out := Merged{}
	if len(ops) > 0 {
		out, err = v.merge(ctx, other, ops, true)
	}
	return out, wrap("compare copies", err)
}

// Merge brings what another copy of this vault has, and this one has not, into
// this one, in one transaction: records, changes, keyholders, journal. What both
// have stays once. Of two changes of one field the later one stands, and the other
// is in [Merged.Conflicts] and in the history. A document that one copy erased for
// good, or whose author was removed there, stays when the other copy has changed or
// added it since. The other file is not changed.
//
// progress, which may be nil, is told how many documents are copied of how many.
// Cancelling ctx, or a crash at any moment, leaves this file as it was. It returns
// [ErrSlots] when more people would have a passphrase than one vault takes, and
// [ErrDamaged] when something in the other copy does not hold.
func (v *Vault) Merge(ctx context.Context, other *Copy, progress func(done, total int64)) (Merged, error) {
	ops, err := v.missing(other)
	if err != nil || len(ops) == 0 {
		return Merged{}, wrap("merge copies", err)
	}
	if err := v.fetch(ctx, other, ops, progress); err != nil {
		return Merged{}, wrap("merge copies", errors.Join(named(err), v.giveUp(ops)))
	}
	out, err := v.merge(ctx, other, ops, false)
	if err != nil {
		return Merged{}, wrap("merge copies", errors.Join(err, v.giveUp(ops)))
	}
	v.mu.Lock()
	for _, o := range ops {
		delete(v.reserved, o.here)
	}
	v.mu.Unlock()
	return out, wrap("merge copies", v.compactAfter(ctx, nil)) // of what one copy had erased
}

// missing lists the operations of the other copy that this one lacks, by their
// sealed headers, in the order of writing.
func (v *Vault) missing(other *Copy) (ops []brought, err error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	here, known := map[[32]byte]bool{}, map[uint64]bool{}
	for id, c := range other.v.charts {
		if mine := v.charts[id]; mine != nil {
			for op, f := range c.filed { // a header that knows its place at the server is sealed again
				known[f.seq] = mine.chain.Has(op)
			}
		}
	}
	err = v.db.View(func(tx *store.Tx) error {
		return tx.Each(store.Ops, func(_, value []byte) error {
			here[sha256.Sum256(value)] = true
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	err = other.v.db.View(func(tx *store.Tx) error {
		return tx.Each(store.Ops, func(key, value []byte) error {
			seq, err := seqOf(key)
			if err != nil || known[seq] || here[sha256.Sum256(value)] {
				return err
			}
			ops = append(ops, brought{there: seq})
			return nil
		})
	})
	if len(ops) == 0 || err != nil {
		return nil, err
	}
	for id, c := range other.v.charts {
		for _, d := range c.documents {
			at := brought{there: d.content.seq, content: true}
			if now := v.charts[id]; now != nil && now.documents[d.ID] == nil && d.Chunks > 0 && !slices.ContainsFunc(ops, func(o brought) bool { return o.there == at.there }) {
				ops = append(ops, at)
			}
		}
	}
	return ops, nil
}

// fetch copies the contents of documents, under numbers that count for nothing
// until the merge is written. Those that can be opened are verified.
func (v *Vault) fetch(ctx context.Context, other *Copy, ops []brought, progress func(done, total int64)) error {
	documents := map[uint64]*document{}
	for _, c := range other.v.charts {
		for _, d := range c.documents {
			documents[d.content.seq] = d
		}
	}
	for i := range ops {
		if progress != nil {
			progress(int64(i), int64(len(ops)))
		}
		if d := documents[ops[i].there]; d != nil {
			content, err := other.v.contentOf(d)
			if err == nil {
				err = digestOf(ctx, content, d.Digest)
			}
			if err != nil {
				return err
			}
		}
		var err error
		if ops[i].here, err = v.reserve(); err != nil {
			return err
		}
		if err := v.fetchChunks(ctx, other, ops[i]); err != nil {
			return err
		}
	}
	return nil
}

// fetchChunks copies one content by transactions of [uploadLimit].
func (v *Vault) fetchChunks(ctx context.Context, other *Copy, o brought) error {
	for first := uint32(0); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		var chunks [][]byte
		err := other.v.db.View(func(tx *store.Tx) error {
			for size := 0; size < uploadLimit; {
				value, err := tx.Chunk(o.there, first+uint32(len(chunks)), true)
				if err != nil || value == nil {
					return err
				}
				chunks, size = append(chunks, bytes.Clone(value)), size+len(value)
			}
			return nil
		})
		if err != nil || len(chunks) == 0 {
			return err
		}
		done, err := v.looking()
		if err != nil {
			return err
		}
		err = v.db.Update(func(tx *store.Tx) error { return tx.PutChunks(o.here, first, chunks) })
		done()
		if err != nil {
			return err
		}
		first += uint32(len(chunks))
	}
}

// giveUp removes the contents that were copied for a merge that failed, or leaves
// them to the next act.
func (v *Vault) giveUp(ops []brought) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.state == nil {
		return nil
	}
	err := v.db.Update(func(tx *store.Tx) error {
		for _, o := range ops {
			if v.reserved[o.here] {
				if err := tx.DropChunks(o.here); err != nil {
					return err
				}
			}
		}
		return nil
	})
	for _, o := range ops {
		if err != nil && v.reserved[o.here] {
			v.unfinished = append(v.unfinished, o.here)
		}
		delete(v.reserved, o.here)
	}
	return named(err)
}

// merge is the one transaction.
func (v *Vault) merge(ctx context.Context, other *Copy, ops []brought, preview bool) (out Merged, err error) {
	err = v.act(ctx, func(a *act) error {
		if err := a.merge(other, ops, preview, &out); err != nil {
			return err
		}
		if preview {
			return errPreview
		}
		return nil
	})
	if preview && errors.Is(err, errPreview) {
		err = nil
		if done, locked := v.looking(); locked != nil {
			err = locked // reading the file again has failed
		} else {
			done()
		}
	}
	return out, err
}

func (a *act) merge(from *Copy, ops []brought, preview bool, out *Merged) error {
	a.touched = true
	other, parcel := from.v, from.loose != ""
	if preview { // no number was reserved
		for i := range ops {
			ops[i].here = a.nextSeq
			a.nextSeq++
		}
	}
	numbers := make(map[uint64]uint64, len(ops))
	for _, o := range ops {
		numbers[o.there] = o.here
	}
	if parcel {
		if err := a.join(other); err != nil {
			return err
		}
	}
	before := *a.state
	err := other.db.View(func(from *store.Tx) error {
		for _, o := range ops {
			if o.content {
				continue
			}
			if err := a.bring(from, o); err != nil {
				return err
			}
		}
		if err := a.bringSeals(from); err != nil || parcel {
			return err
		}
		return a.bringSlots(from)
	})
	if err != nil {
		return err
	}
	merged, err := loadFor(a.tx, a.id, a.self, nil, nil, true)
	if err != nil {
		return err
	}
	merged.nextSeq = max(merged.nextSeq, a.nextSeq)
	merged.unfinished = nil
	defer before.wipe() // after it was compared
	*a.state = *merged
	if had, has := before.damage(), merged.damage(); has.Records > had.Records || has.Refused > had.Refused {
		return fmt.Errorf("%w: found in the copy", ErrDamaged)
	}
	a.reindex = true
	if err := a.tidyAfterMerge(); err != nil {
		return err
	}
	if err := a.keepBoth(&before, other, numbers, preview); err != nil {
		return err
	}
	if err := a.dropErased(); err != nil {
		return err
	}
	for _, o := range ops {
		if !o.content {
			continue
		}
		if err := a.tx.DropChunks(o.here); err != nil { // those that were not wanted
			return err
		}
	}
	for _, c := range a.all() {
		if err := a.settle(c); err != nil {
			return err
		}
	}
	if parcel {
		err = a.logMerged(other) // each household keeps a journal of its own
	} else {
		err = a.joinJournals(other)
	}
	if err != nil {
		return err
	}
	*out = compared(&before, other.state, a.state, ops, parcel)
	return nil
}

// bring copies one operation with its body and what was derived from its content.
func (a *act) bring(from *store.Tx, o brought) error {
	there, here := store.Seq(o.there), store.Seq(o.here)
	if err := a.tx.Put(store.Ops, here, bytes.Clone(from.Get(store.Ops, there))); err != nil {
		return err
	}
	if body := from.Get(store.Records, there); body != nil {
		if err := a.tx.Put(store.Records, here, bytes.Clone(body)); err != nil {
			return err
		}
	}
	for _, kind := range derivedKinds {
		if value := from.Get(store.Index, kind.key(o.there)); value != nil {
			if err := a.tx.Put(store.Index, kind.key(o.here), bytes.Clone(value)); err != nil {
				return err
			}
		}
	}
	return nil
}

// bringSeals copies seals that are not here.
func (a *act) bringSeals(from *store.Tx) error {
	return from.Each(store.Seals, func(key, value []byte) error {
		if a.tx.Get(store.Seals, key) != nil || !bytes.Equal(key, sealKey(value)) {
			return nil
		}
		return a.tx.Put(store.Seals, bytes.Clone(key), bytes.Clone(value))
	})
}

// bringSlots copies slots that are not here, with what their owners remember. One that
// is in both stays as it is here.
func (a *act) bringSlots(from *store.Tx) error {
	_, slots, err := clearText(from)
	if err != nil {
		return err
	}
	for _, s := range slots {
		if a.tx.Get(store.Meta, s.ID[:]) != nil {
			continue
		}
		if err := a.tx.Put(store.Meta, bytes.Clone(s.ID[:]), s.Bytes()); err != nil {
			return err
		}
		if value := from.Get(store.Meta, relativesKey(s.ID)); value != nil {
			if err := a.tx.Put(store.Meta, relativesKey(s.ID), bytes.Clone(value)); err != nil {
				return err
			}
		}
		for _, key := range [][]byte{bytes.Clone(s.ID[:]), draftsKey(s.ID), watchedKey(s.ID), awaitedKey(s.ID)} {
			if value := from.Get(store.Self, key); value != nil {
				if err := a.tx.Put(store.Self, key, bytes.Clone(value)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// tidyAfterMerge takes away what only one of the two copies still had: slots and
// seals of those who were removed in the other.
func (a *act) tidyAfterMerge() error {
	members := a.house.chain.Members()
	for _, p := range a.house.people {
		for device, slot := range p.slots {
			if _, here := members[device]; here {
				continue
			}
			if err := a.dropSlot(slot); err != nil {
				return err
			}
		}
	}
	if err := a.dropStaleRelatives(); err != nil {
		return err
	}
	left := 0
	err := a.tx.Each(store.Meta, func(key, _ []byte) error {
		if len(key) == 16 {
			left++
		}
		return nil
	})
	if err != nil {
		return err
	}
	if left > maxSlots {
		return ErrSlots
	}
	for _, c := range a.all() {
		var gone []chain.Entry
		members := c.chain.Members()
		for _, id := range c.chain.Circles() {
			for _, r := range c.chain.Rotations(id) {
				for _, s := range r.Seals {
					if _, here := members[s.Device]; here {
						continue
					}
					if e, known := c.chain.Entry(s.Device); known {
						gone = append(gone, e)
					}
				}
			}
		}
		if err := a.unseal(c, gone); err != nil {
			return err
		}
	}
	return nil
}

// dropErased finishes erasures that came from another copy of the vault: what the
// operations brought that they name.
func (a *act) dropErased() error {
	for _, e := range a.left {
		if err := a.drop(e); err != nil {
			return err
		}
	}
	a.touched = a.touched || len(a.left) > 0
	a.left = nil
	return nil
}

// keepBoth writes documents and entries down again that one of the copies shows and
// the operations of both together do not: the other copy erased them for good, or
// removed their author, without knowing that they were changed or added.
func (a *act) keepBoth(before *state, other *Vault, numbers map[uint64]uint64, preview bool) error {
	for _, side := range []struct {
		*state
		beside  *state
		numbers map[uint64]uint64 // nil when they are those of this file
	}{{before, other.state, nil}, {other.state, before, numbers}} {
		for _, id := range slices.SortedFunc(maps.Keys(side.charts), func(x, y record.ID) int { return bytes.Compare(x[:], y[:]) }) {
			c, now := side.charts[id], a.charts[id]
			if now == nil {
				continue // this keyholder has left it, in one of the copies
			}
			knows := func(chain.Hash) bool { return false }
			if there := side.beside.charts[id]; there != nil {
				knows = there.chain.Has
			}
			for _, d := range c.documents {
				if now.documents[d.ID] != nil || !d.changed(knows) {
					continue
				}
				if err := a.keepDocument(c, now, d, side.numbers, preview); err != nil {
					return err
				}
			}
			for _, x := range c.entries {
				if now.entries[x.ID] != nil {
					continue
				}
				head := bodyHead{Type: record.TypeEntry, ID: x.ID, Version: 1}
				if _, err := a.write(now, draft{kind: chain.Data, head: head, body: &x.Entry}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// changed reports whether a record has an operation that the other copy does not
// know.
func (x *writing) changed(known func(chain.Hash) bool) bool {
	return slices.ContainsFunc(x.history, func(e *entry) bool { return !known(e.id) })
}

// keepDocument writes a document of c down again as it was there.
func (a *act) keepDocument(c, now *chart, d *document, numbers map[uint64]uint64, preview bool) error {
	target, err := a.circleFor(now, c.circles[d.circle].audience)
	if err != nil {
		return err
	}
	body, seq := d.documentBody, d.content.seq
	body.ContentID = target.key().ContentID(body.Digest)
	out := draft{kind: chain.Data, head: bodyHead{Type: record.TypeDocument, ID: d.ID, Version: body.Version}, body: &body, circle: target.key()}
	if d.Chunks > 0 {
		if numbers != nil {
			seq = numbers[seq]
		}
		dek, err := seal.KeyFrom(d.DEK)
		if err != nil {
			return err
		}
		cipher, err := seal.NewDocument(dek, d.ID, body.Version)
		if err != nil {
			return err
		}
		out.seq = a.nextSeq
		a.nextSeq++
		for i := range d.Chunks {
			out.blobs = append(out.blobs, cipher.BlobName(i))
		}
		if !preview {
			if err := a.moveChunks(seq, out.seq); err != nil {
				return err
			}
		}
	}
	_, err = a.write(now, out)
	return err
}

// moveChunks puts a content under another number.
func (a *act) moveChunks(from, to uint64) error {
	n, err := a.tx.CountChunks(from)
	if err != nil {
		return err
	}
	for i := range n {
		chunk, err := a.tx.Chunk(from, i, true)
		if err != nil {
			return err
		}
		if err := a.tx.PutChunks(to, i, [][]byte{bytes.Clone(chunk)}); err != nil {
			return err
		}
	}
	return a.tx.DropChunks(from)
}

// joinJournals appends the rows of the other journal that are not in this one, and
// says in the household how the other one reads.
func (a *act) joinJournals(other *Vault) error {
	rows := make(map[[32]byte]int64, a.journal.size)
	for n := range a.journal.size {
		rows[sha256.Sum256(a.tx.Get(store.Journal, store.Seq(uint64(n))))] = n
	}
	at := make([]int64, other.journal.size) // of their rows, here
	err := other.db.View(func(from *store.Tx) error {
		for n := range other.journal.size {
			row := from.Get(store.Journal, store.Seq(uint64(n)))
			if row == nil {
				return fmt.Errorf("%w: journal entry missing", ErrDamaged)
			}
			hash := sha256.Sum256(row)
			here, known := rows[hash]
			if !known {
				here = a.journal.size
				row = bytes.Clone(row)
				if err := a.tx.Put(store.Journal, store.Seq(uint64(here)), row); err != nil {
					return err
				}
				if err := a.journal.append(row); err != nil {
					return err
				}
				rows[hash] = here
			}
			at[n] = here
		}
		return nil
	})
	if err != nil {
		return err
	}
	body := mergeBody{At: record.At(a.opt.Now()), Journals: [][]span{spans(at)}}
	for _, journal := range other.house.journals {
		var theirs []int64
		for _, s := range journal {
			if s.From < 0 || s.To > int64(len(at)) {
				return fmt.Errorf("%w: merged journal", ErrDamaged)
			}
			theirs = append(theirs, at[s.From:max(s.From, s.To)]...)
		}
		body.Journals = append(body.Journals, spans(theirs))
	}
	if _, err := a.write(a.house, draft{kind: chain.Data, head: bodyHead{Type: typeMerge}, body: &body}); err != nil {
		return err
	}
	return a.log(a.house, record.VaultMerged, record.ID{})
}

// spans gives rows as few spans.
func spans(rows []int64) (out []span) {
	for _, n := range rows {
		if last := len(out) - 1; last >= 0 && out[last].To == n {
			out[last].To++
			continue
		}
		out = append(out, span{From: n, To: n + 1})
	}
	return out
}

// applyMerge keeps how the journals of merged copies read.
func (c *chart) applyMerge(content []byte) error {
	var b mergeBody
	if err := decoding.Unmarshal(content, &b); err != nil {
		return fmt.Errorf("%w: merge: %w", ErrDamaged, err)
	}
	c.journals = append(c.journals, b.Journals...)
	return nil
}
