package vault

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"slices"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
	"carnet/vault/search"
)

// The search index is derived from the documents, and so are its segments in
// the file, one value each under the index key of one circle. Nothing remembers
// which documents a segment is right about: each is in it with a stamp, and
// counts when that is the stamp of the document as it is now. So a segment that
// is lost, does not open or is of an older day costs the time to index its
// documents again.

// finder is the index in memory, and how the file differs from it.
type finder struct {
	search.Index
	builder search.Builder
	next    uint32                 // name of the next segment
	pending map[record.ID]struct{} // documents to index, or to forget
	unsaved []freshSegment
	waiting int      // documents in unsaved
	stale   []uint32 // segments in the file that are no longer in the index
}

// freshSegment is not yet in the file.
type freshSegment struct {
	*search.Segment
	search.Origin
	tag uint32
}

const (
	// indexBatch is how many documents are indexed while other verbs wait.
	indexBatch = 512
	// indexWaiting is how many indexed documents wait in memory for a
	// transaction. [Vault.Close] writes what waits; a process that is killed
	// leaves as many to be indexed again.
	indexWaiting = 2048
	// buildLimit is at about which length a new segment ends, in bytes.
	buildLimit = 4 << 20
)

const derivedSegment = 'w'

// segmentKey is shorter than the keys of values that belong to one version.
func segmentKey(tag uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{derivedSegment}, tag)
}

// looks is what was done to know the text of a document.
type looks byte

const (
	unlooked   looks = iota
	looked           // the text it holds is known
	recognised       // and that of its pictures
)

// looksAt tells it from the keys that are there.
func looksAt(tx *store.Tx, d *document) looks {
	if tx.Get(store.Index, derivedReading.key(d.content.seq)) != nil {
		return recognised
	}
	if tx.Get(store.Index, derivedFound.key(d.content.seq)) != nil {
		return looked
	}
	return unlooked
}

// stamp tells the states of a document apart that the index tells apart.
func (v *Vault) stamp(d *document, l looks) uint64 {
	h := fnv.New64a()
	var b []byte
	b = binary.BigEndian.AppendUint64(b, d.content.seq)
	b = append(b, byte(l), byte(btoi(d.RemovedAt != 0)))
	if l == unlooked && v.opt.Filing != nil {
		b = append(b, v.opt.Filing.Edition()...)
	}
	for _, s := range []string{d.Title, d.Category, d.Date, d.FileName, d.FileDate} {
		b = append(append(b, 0), s...)
	}
	if d.Note != "" || len(d.Tags) > 0 { // a document without is as before there were any
		b = append(append(b, 0), d.Note...)
		for _, tag := range d.Tags {
			b = append(append(b, 0), tag...)
		}
	}
	h.Write(b)
	return h.Sum64()
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// loadIndex reads the segments, and finds the documents that they are not right
// about. The caller holds the lock for writing.
func (v *Vault) loadIndex(tx *store.Tx) error {
	f := &finder{next: 1, pending: map[record.ID]struct{}{}}
	found, err := versionsWith(tx, derivedFound)
	if err != nil {
		return err
	}
	read, err := versionsWith(tx, derivedReading)
	if err != nil {
		return err
	}
	known := func(d *document) looks {
		if _, ok := slices.BinarySearch(read, d.content.seq); ok {
			return recognised
		}
		if _, ok := slices.BinarySearch(found, d.content.seq); ok {
			return looked
		}
		return unlooked
	}
	err = tx.EachUnder(store.Index, []byte{derivedSegment}, func(key, value []byte) error {
		if len(key) != len(segmentKey(0)) {
			return nil // no segment of this version of the format
		}
		tag := binary.BigEndian.Uint32(key[1:])
		f.next = max(f.next, tag+1)
		c, circle, s, err := v.openSegment(value)
		switch {
		case errors.Is(err, seal.ErrKey):
			return nil // another's
		case err != nil:
			f.stale = append(f.stale, tag) // made again below
			return nil
		}
		f.Add(s, search.Origin{Record: search.ID(c.patient.ID), Circle: circle.id}, uint64(tag), func(id search.ID, stamp uint64) bool {
			d := c.documents[record.ID(id)]
			return d != nil && d.circle == circle.id && v.stamp(d, known(d)) == stamp
		})
		return nil
	})
	if err != nil {
		return err
	}
	for _, c := range v.charts {
		for id := range c.documents {
			if _, ok := f.Stamp(search.ID(id)); !ok {
				f.pending[id] = struct{}{}
			}
		}
	}
	v.finder = f
	return nil
}

// versionsWith lists the versions that have a derived value of a kind, in order.
func versionsWith(tx *store.Tx, kind derivedKind) (seqs []uint64, err error) {
	err = tx.EachUnder(store.Index, []byte{kind.letter}, func(key, _ []byte) error {
		seq, err := seqOf(key[1:])
		seqs = append(seqs, seq)
		return err
	})
	return seqs, err
}

// openSegment finds whose segment a value is. It returns [seal.ErrKey] for one
// of a circle that this keyholder does not read.
func (s *state) openSegment(value []byte) (*chart, *circle, *search.Segment, error) {
	sealed, err := seal.Parse(value)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, c := range s.charts {
		for _, circle := range c.circles {
			for _, k := range circle.epochs[sealed.Epoch()] {
				plain, err := k.OpenDerived(labelSearch, byte(store.Index), sealed)
				if errors.Is(err, seal.ErrKey) {
					continue
				}
				if err != nil {
					return c, circle, nil, err
				}
				segment, err := search.Parse(plain)
				return c, circle, segment, err
			}
		}
	}
	return nil, nil, nil, seal.ErrKey
}

// dropIndex empties the index in memory. The caller holds the lock for writing.
func (v *Vault) dropIndex() {
	if v.finder != nil {
		v.finder.Wipe()
		v.finder = nil
	}
}

// freshen brings the index to date, in steps between which other verbs go on.
func (v *Vault) freshen(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		fresh, err := v.freshenSome(ctx)
		if fresh || err != nil {
			return err
		}
	}
}

func (v *Vault) freshenSome(ctx context.Context) (fresh bool, err error) {
	done, err := v.looking()
	if err != nil {
		return false, err
	}
	fresh = v.finder != nil && len(v.finder.pending) == 0
	done()
	if fresh {
		return true, nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.state == nil {
		return false, ErrLocked
	}
	err = v.db.View(func(tx *store.Tx) error {
		if v.finder == nil {
			if err := v.loadIndex(tx); err != nil {
				return err
			}
		}
		return v.indexSome(tx)
	})
	if err != nil {
		return false, err
	}
	f := v.finder
	f.settle()
	fresh = len(f.pending) == 0
	if f.waiting >= indexWaiting {
		// What cannot be written stays in memory, where it serves as well;
		// unless the failure took the state with it.
		if err := v.writeIndex(context.WithoutCancel(ctx)); err != nil && v.finder == nil {
			return false, err
		}
	}
	return fresh && v.finder != nil, nil
}

// indexSome indexes some of the documents that wait.
func (v *Vault) indexSome(tx *store.Tx) error {
	f := v.finder
	todo := map[search.Origin][]*document{}
	n := 0
	for id := range f.pending {
		if n++; n > indexBatch {
			break
		}
		delete(f.pending, id)
		c, d, err := v.find(id)
		if err != nil {
			f.Forget(search.ID(id))
			continue
		}
		from := search.Origin{Record: search.ID(c.patient.ID), Circle: d.circle}
		todo[from] = append(todo[from], d)
	}
	for from, documents := range todo {
		for _, d := range documents {
			indexed, err := v.indexed(tx, v.charts[record.ID(from.Record)], d)
			if err != nil {
				return err
			}
			f.builder.Add(indexed)
			if f.builder.Size() >= buildLimit {
				f.add(from, f.builder.Segment())
			}
		}
		f.add(from, f.builder.Segment())
	}
	return nil
}

// indexed is what the index is told of a document.
func (v *Vault) indexed(tx *store.Tx, c *chart, d *document) (search.Document, error) {
	shown := d.Document
	var err error
	if shown.Proposed, err = v.proposal(tx, c, d); err != nil {
		return search.Document{}, err
	}
	return search.Document{
		ID: search.ID(d.ID), Stamp: v.stamp(d, looksAt(tx, d)), Added: int64(d.AddedAt), Date: search.ParseDate(shown.ShownDate()),
		Category: shown.ShownCategory(), Bin: d.RemovedAt != 0,
		Title: d.called(shown.Proposed), Name: nameWithoutExtension(d.FileName), Text: c.text(tx, d), Note: d.Note, Tags: d.Tags,
	}, nil
}

func nameWithoutExtension(name string) string { return name[:len(name)-len(filepath.Ext(name))] }

// text is what was read in a document, its pictures included where they were, ""
// for nothing. A text that does not open can be read again: it is as if nobody had.
func (c *chart) text(tx *store.Tx, d *document) string {
	for _, kind := range textKinds {
		value := tx.Get(store.Index, kind.key(d.content.seq))
		if value == nil {
			continue
		}
		if plain, err := c.openDerived(d, kind, value); err == nil {
			return string(plain)
		}
	}
	return ""
}

// textKinds are the derived values that hold a text, the fullest first.
var textKinds = []derivedKind{derivedReading, derivedText}

// add takes a new segment into the index, nil for none.
func (f *finder) add(from search.Origin, s *search.Segment) {
	if s == nil {
		return
	}
	f.Add(s, from, uint64(f.next), func(search.ID, uint64) bool { return true })
	f.unsaved = append(f.unsaved, freshSegment{s, from, f.next})
	f.waiting += s.Len()
	f.next++
}

// settle merges what is better merged.
func (f *finder) settle() {
	for worn := f.Worn(); worn != nil; worn = f.Worn() {
		merged, from := f.Merge(worn)
		f.Remove(worn...)
		f.unsaved = slices.DeleteFunc(f.unsaved, func(u freshSegment) bool { return slices.Contains(worn, uint64(u.tag)) })
		for _, tag := range worn {
			f.stale = append(f.stale, uint32(tag))
		}
		waiting := f.waiting
		f.add(from, merged)
		f.waiting = waiting
	}
}

// writeIndex makes the segments of the file those in memory. The caller holds
// the lock for writing.
func (v *Vault) writeIndex(ctx context.Context) error {
	f := v.finder
	if f == nil || len(f.unsaved) == 0 && len(f.stale) == 0 {
		return nil
	}
	err := v.actLocked(ctx, func(a *act) error {
		for _, u := range f.unsaved {
			c, err := a.chart(record.ID(u.Record))
			if errors.Is(err, ErrNoPatient) {
				continue // left meanwhile
			}
			if err != nil {
				return err
			}
			if err := a.putSegment(c.circles[u.Circle], u.tag, u.Segment); err != nil {
				return err
			}
		}
		for _, tag := range f.stale {
			if err := a.tx.Delete(store.Index, segmentKey(tag)); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		f.unsaved, f.stale, f.waiting = nil, nil, 0
	}
	return err
}

func (a *act) putSegment(circle *circle, tag uint32, s *search.Segment) error {
	sealed, err := circle.key().SealDerived(labelSearch, byte(store.Index), s.Bytes())
	if errors.Is(err, seal.ErrTooLarge) {
		return nil // one monstrous document: indexed again at each opening
	}
	if err != nil {
		return fmt.Errorf("vault: search segment: %w", err)
	}
	return a.tx.Put(store.Index, segmentKey(tag), sealed.Bytes())
}

// unindex takes the words of a document out of the segments of the circle that
// it leaves. A segment that does not hold goes whole: it could still be read by
// somebody who asks less of it.
func (a *act) unindex(left *circle, id record.ID) error {
	replaced := map[uint32]*search.Segment{} // nil for one to drop
	err := a.tx.EachUnder(store.Index, []byte{derivedSegment}, func(key, value []byte) error {
		if len(key) != len(segmentKey(0)) {
			return nil
		}
		_, circle, s, err := a.openSegment(value)
		if circle != left {
			return nil
		}
		tag := binary.BigEndian.Uint32(key[1:])
		switch {
		case err != nil:
			replaced[tag] = nil
		case s.Has(search.ID(id)):
			replaced[tag] = s.Without(search.ID(id))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for tag, s := range replaced {
		if s == nil {
			err = a.tx.Delete(store.Index, segmentKey(tag))
		} else {
			err = a.putSegment(left, tag, s)
		}
		if err != nil {
			return err
		}
	}
	a.reindex = true
	return nil
}

// carry seals what was found in a document of a chart again for the circle it
// moves to, so that nobody need look into it once more. In another chart it is to
// be compared with people anew.
func (a *act) carry(c *chart, from *document, in *chart, to *document) error {
	for _, kind := range []derivedKind{derivedFound, derivedText, derivedReading} {
		value := a.tx.Get(store.Index, kind.key(from.content.seq))
		if value == nil {
			continue
		}
		plain, err := c.openDerived(from, kind, value)
		if err != nil {
			return nil // it will be looked into again
		}
		if kind == derivedFound && in != c {
			var f found
			if err := decoding.Unmarshal(plain, &f); err != nil {
				return nil // as above
			}
			f.People = nil
			if plain, err = chain.Encode(f); err != nil {
				return fmt.Errorf("vault: proposal: %w", err)
			}
		}
		if err := a.derived(in, to, kind, plain); err != nil {
			return err
		}
	}
	return nil
}
