package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// Report is the outcome of [Vault.Check]. What belongs to other keyholders and
// cannot be opened is counted apart: it is neither verified nor damaged.
type Report struct {
	Records    int   // operations and their bodies that hold
	Documents  int   // documents whose content was found, and unless fast opened
	Chunks     int   // chunks that hold
	Others     int   // values of other keyholders, not verified
	Unfinished int   // versions that a stopped import left
	Bytes      int64 // of the file
	Free       int64 // bytes of it that hold nothing any more; [Vault.Compact] gives them back
	Journal    JournalReport
	Damaged    []DamagedItem
}

// DamagedItem is something of this keyholder's that does not hold.
type DamagedItem struct {
	Document record.ID // zero when it is not a document
	What     string    // "record", "operation", "key", "content", "draft", "watched", "relatives", "journal", "page" or "header"
}

// Ok reports whether nothing was found damaged.
func (r *Report) Ok() bool { return len(r.Damaged) == 0 }

// Check reads everything this keyholder can read and verifies it: structure,
// signatures, hashes, ciphertexts and the access journal. fast leaves the
// content of the chunks out and only counts them. The file is not changed.
// progress, which may be nil, is told how many documents are done of how many.
//
// Damage is in the report, not in the error, unless the structure of the file
// itself does not hold ([ErrDamaged]).
func (v *Vault) Check(ctx context.Context, fast bool, progress func(done, total int64)) (Report, error) {
	var r Report
	done, err := v.looking()
	if err != nil {
		return r, wrap("check vault", err)
	}
	err = v.db.View(func(tx *store.Tx) error {
		again, err := load(tx, v.id, v.self, v.reserved)
		if err != nil {
			return err
		}
		defer again.wipe()
		if _, err := again.openDrafts(tx, v.self); err != nil {
			r.Damaged = append(r.Damaged, DamagedItem{What: "draft"})
		}
		if _, err := again.openWatched(tx, v.self); err != nil {
			r.Damaged = append(r.Damaged, DamagedItem{What: "watched"})
		}
		if !again.relativesHold(tx, v.self) {
			r.Damaged = append(r.Damaged, DamagedItem{What: "relatives"})
		}
		return again.checkRecords(ctx, tx, &r)
	})
	var todo []record.ID
	for _, c := range v.charts {
		for id := range c.documents {
			todo = append(todo, id)
		}
	}
	done()
	if err != nil {
		return r, wrap("check vault", err)
	}
	for i, id := range todo {
		if err := v.checkContent(ctx, id, fast, &r); err != nil {
			return r, wrap("check vault", err)
		}
		if progress != nil {
			progress(int64(i+1), int64(len(todo)))
		}
	}
	if err := v.measure(&r); err != nil {
		return r, wrap("check vault", err)
	}
	r.Journal, err = v.VerifyJournal(ctx)
	if errors.Is(err, ErrDamaged) {
		r.Damaged, err = append(r.Damaged, DamagedItem{What: "journal"}), nil
	}
	return r, wrap("check vault", err)
}

func (v *Vault) measure(r *Report) error {
	done, err := v.looking()
	if err != nil {
		return err
	}
	defer done()
	for range v.db.BadHeaders() {
		r.Damaged = append(r.Damaged, DamagedItem{What: "header"})
	}
	size, err := v.db.Size()
	r.Bytes, r.Free = size.Bytes, size.Free
	return err
}

// checkRecords compares the bodies with their operations' hashes and counts.
func (s *state) checkRecords(ctx context.Context, tx *store.Tx, r *Report) error {
	known := map[uint64]bool{}
	for _, c := range s.all() {
		for _, e := range c.ops {
			known[e.seq] = true
		}
		for _, e := range c.missing {
			if !e.erased {
				r.Damaged = append(r.Damaged, DamagedItem{What: "record"})
			}
		}
	}
	for range s.damaged {
		r.Damaged = append(r.Damaged, DamagedItem{What: "record"})
	}
	for range s.damage().Refused {
		r.Damaged = append(r.Damaged, DamagedItem{What: "operation"})
	}
	if err := s.checkSeals(tx, r); err != nil {
		return err
	}
	r.Others, r.Unfinished = s.foreign, len(s.unfinished)
	// What is derived can be made again, but only where its pages hold.
	if err := tx.Each(store.Index, func(_, _ []byte) error { return ctx.Err() }); err != nil {
		return err
	}
	for _, b := range store.Buckets() {
		if err := tx.Laid(b); errors.Is(err, ErrDamaged) {
			r.Damaged = append(r.Damaged, DamagedItem{What: "page"})
		} else if err != nil {
			return err
		}
	}
	return tx.Each(store.Records, func(key, value []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		seq, err := seqOf(key)
		if err != nil {
			return err
		}
		if known[seq] {
			r.Records++
		}
		return nil
	})
}

// checkSeals looks for the seals of every circle's newest key that its rotation
// carries. Nobody opens the ones of a recovery kit before the day it is
// needed. Every seal must stand where its own digest says, also one for a key
// that we do not have: whoever it is for finds no other way to what it opens.
func (s *state) checkSeals(tx *store.Tx, r *Report) error {
	for _, c := range s.all() {
		_ = c.eachSeal(func(sealed []byte) error { // fn returns none
			if tx.Get(store.Seals, sealKey(sealed)) == nil {
				r.Damaged = append(r.Damaged, DamagedItem{What: "key"})
			}
			return nil
		})
	}
	return tx.Each(store.Seals, func(key, sealed []byte) error {
		if !bytes.Equal(key, sealKey(sealed)) {
			r.Damaged = append(r.Damaged, DamagedItem{What: "key"})
		}
		return nil
	})
}

// eachSeal calls fn for the seals, to those who are still members, of the newest
// rotation of every circle, those included that we cannot open.
func (c *chart) eachSeal(fn func(sealed []byte) error) error {
	members := c.chain.Members()
	for _, id := range c.chain.Circles() {
		var newest *chain.Rotation
		for _, rotation := range c.chain.Rotations(id) {
			if c.chain.Counts(rotation.Op) && (newest == nil || rotation.Epoch >= newest.Epoch) {
				newest = rotation
			}
		}
		if newest == nil {
			continue
		}
		for _, sealed := range newest.Seals {
			if _, here := members[sealed.Device]; !here {
				continue
			}
			if err := fn(sealed.Seal); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkContent counts the chunks of a document and, unless fast, opens each and
// compares the digest.
func (v *Vault) checkContent(ctx context.Context, id record.ID, fast bool, r *Report) error {
	done, err := v.looking()
	if err != nil {
		return err
	}
	_, now, err := v.find(id)
	if err != nil {
		done()
		return nil // its record has been left meanwhile
	}
	d := *now
	content, err := v.contentOf(now)
	done()
	if err == nil {
		if fast {
			err = v.countChunks(&d)
		} else {
			err = digestOf(ctx, content, d.Digest)
		}
	}
	switch {
	case errors.Is(err, ErrNoDocument):
		return nil // it has another version by now, which was sealed just then
	case errors.Is(err, ErrDamaged), errors.Is(err, seal.ErrKey):
		r.Damaged = append(r.Damaged, DamagedItem{Document: d.ID, What: "content"})
		return nil
	case err != nil:
		return err
	}
	r.Documents++
	r.Chunks += int(d.Chunks)
	return nil
}

func (v *Vault) countChunks(d *document) error {
	done, err := v.looking()
	if err != nil {
		return err
	}
	defer done()
	return v.db.View(func(tx *store.Tx) error {
		n, err := tx.CountChunks(d.content.seq)
		if _, now, gone := v.find(d.ID); gone != nil || now.content.seq != d.content.seq {
			return ErrNoDocument
		}
		if err == nil && n != d.Chunks {
			err = fmt.Errorf("%w: chunk count", ErrDamaged)
		}
		return err
	})
}

func digestOf(ctx context.Context, content *Content, want [32]byte) error {
	digest := seal.NewDigest()
	if err := copyAll(ctx, digest, content); err != nil {
		return err
	}
	if [32]byte(digest.Sum(nil)) != want {
		return fmt.Errorf("%w: content digest", ErrDamaged)
	}
	return nil
}
