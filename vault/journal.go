package vault

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"iter"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"

	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// The access journal is a tree of RFC 6962 over its sealed entries: entry n
// stands under number n, and a head signed by the device that wrote last, under
// headKey. The head carries the roots of the complete subtrees, which is all
// that appending needs; the rest of the tree follows from the entries.
type journal struct {
	size    int64
	root    tlog.Hash
	subtree map[int64]tlog.Hash // by tlog.StoredHashIndex
	at      record.Millis       // when the head was written
}

// journalHead is the sealed and signed head.
type journalHead struct {
	_        struct{} `cbor:",toarray"`
	Size     int64
	Root     tlog.Hash
	Subtrees []tlog.Hash // highest level first
	At       record.Millis
	Device   [16]byte
	Sig      [ed25519.SignatureSize]byte
}

var headKey = []byte("head") // no entry has a key of four bytes

func (h *journalHead) message(vaultID [16]byte) []byte {
	b := append([]byte("carnet-journal-v1"), vaultID[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(h.Size))
	b = append(b, h.Root[:]...)
	return binary.BigEndian.AppendUint64(b, uint64(h.At))
}

// subtrees lists the stored-hash indexes of the complete subtrees of a tree of
// n entries, highest level first.
func subtrees(n int64) (indexes []int64) {
	for level := bits.Len64(uint64(n)) - 1; level >= 0; level-- {
		if n>>level&1 == 1 {
			indexes = append(indexes, tlog.StoredHashIndex(level, n>>level-1))
		}
	}
	return indexes
}

// ReadHashes gives tlog the hashes it needs; it needs no other than these.
func (j *journal) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		h, ok := j.subtree[at]
		if !ok {
			return nil, fmt.Errorf("%w: journal hash %d", errInternal, at)
		}
		out[i] = h
	}
	return out, nil
}

// append adds the hash of an entry.
func (j *journal) append(entry []byte) error {
	hashes, err := tlog.StoredHashesForRecordHash(j.size, tlog.RecordHash(entry), j)
	if err != nil {
		return fmt.Errorf("vault: journal: %w", err)
	}
	next := map[int64]tlog.Hash{}
	first := tlog.StoredHashIndex(0, j.size)
	for _, at := range subtrees(j.size + 1) {
		if at >= first {
			next[at] = hashes[at-first]
		} else {
			next[at] = j.subtree[at]
		}
	}
	j.size, j.subtree = j.size+1, next
	j.root, err = tlog.TreeHash(j.size, j)
	return err
}

// loadJournal opens the head, verifies its signature and that the journal has
// not been shortened since the keyholder saw it.
func (l *loader) loadJournal(tx *store.Tx, seen manifest) (journal, error) {
	j := newJournal()
	value := tx.Get(store.Journal, headKey)
	if value == nil {
		return j, fmt.Errorf("%w: journal head", ErrDamaged)
	}
	head, err := l.house.openHead(l.id, value, l.merging)
	if err != nil {
		return j, err
	}
	j.size, j.root, j.at = head.Size, head.Root, head.At
	for i, at := range subtrees(head.Size) {
		if i >= len(head.Subtrees) {
			return j, fmt.Errorf("%w: journal head", ErrDamaged)
		}
		j.subtree[at] = head.Subtrees[i]
	}
	if root, err := tlog.TreeHash(j.size, &j); err != nil || root != j.root {
		return j, fmt.Errorf("%w: journal head", ErrDamaged)
	}
	holds, err := l.holds(tx, &j, seen.JournalSize, seen.JournalRoot)
	if r := l.house.restart; err == nil && !holds && r != nil {
		// A repair that this keyholder has not seen yet began the journal
		// again over what was left.
		holds, err = l.holds(tx, &j, r.Size, r.Root)
	}
	switch {
	case err != nil:
		return j, err
	case holds:
		return j, nil
	case j.size < seen.JournalSize:
		return j, fmt.Errorf("%w: journal", ErrOlder)
	}
	return j, fmt.Errorf("%w: journal", ErrDamaged)
}

// holds reports whether the journal still begins with size rows of this root, or
// one does that was merged into it.
func (s *state) holds(tx *store.Tx, j *journal, size int64, root tlog.Hash) (bool, error) {
	switch {
	case size == 0 || size == j.size && root == j.root:
		return true, nil
	case size < j.size:
		// Somebody has written since: what was seen must still be how it begins.
		if had, err := hashJournal(tx, []span{{From: 0, To: size}}, size); err != nil || had == root {
			return err == nil, err
		}
	}
	for _, rows := range s.house.journals {
		if had, err := hashJournal(tx, rows, size); err == nil && had == root {
			return true, nil
		}
	}
	return false, nil
}

// openHead opens the head of the journal, with older for one that is sealed under a
// key before the newest.
func (c *chart) openHead(vaultID [16]byte, value []byte, older bool) (*journalHead, error) {
	sealed, err := seal.Parse(value)
	if err != nil {
		return nil, fmt.Errorf("%w: journal head: %w", ErrDamaged, err)
	}
	// Every transaction that gives a new key writes the head again: under an
	// older one it was made by somebody who has left.
	plain, err := c.common().key().Open(labelHead, byte(store.Journal), sealed)
	if older {
		plain, _, err = c.open(labelHead, byte(store.Journal), sealed)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: journal head: %w", ErrDamaged, err)
	}
	head := new(journalHead)
	if err := decoding.Unmarshal(plain, head); err != nil || head.Size < 0 {
		return nil, fmt.Errorf("%w: journal head", ErrDamaged)
	}
	signer, ok := c.chain.Entry(head.Device)
	if !ok || !(seal.Public{Sign: signer.Sign}).Verify(head.message(vaultID), head.Sig) {
		return nil, fmt.Errorf("%w: journal head signature", ErrDamaged)
	}
	return head, nil
}

// hashJournal computes the root of the first n rows of a journal that lies in some
// spans of this one. It returns [ErrDamaged] when there are fewer.
func hashJournal(tx *store.Tx, rows []span, n int64) (tlog.Hash, error) {
	j := newJournal()
	for _, s := range rows {
		for at := s.From; at < s.To && j.size < n; at++ {
			entry := tx.Get(store.Journal, store.Seq(uint64(at)))
			if entry == nil {
				return tlog.Hash{}, fmt.Errorf("%w: journal entry missing", ErrDamaged)
			}
			if err := j.append(entry); err != nil {
				return tlog.Hash{}, err
			}
		}
	}
	if j.size < n {
		return tlog.Hash{}, fmt.Errorf("%w: journal entry missing", ErrDamaged)
	}
	return j.root, nil
}

// Journal lists the entries of the access journal that this keyholder may read,
// oldest first: those of the vault and of the patients they see. Entries of
// others are passed over.
func (v *Vault) Journal(ctx context.Context) iter.Seq2[record.AuditEvent, error] {
	return func(yield func(record.AuditEvent, error) bool) {
		var events []record.AuditEvent
		done, err := v.looking()
		if err == nil {
			err = v.db.View(func(tx *store.Tx) error {
				for n := range v.journal.size {
					if err := ctx.Err(); err != nil {
						return err
					}
					if e, ok := v.openEntry(tx.Get(store.Journal, store.Seq(uint64(n)))); ok {
						events = append(events, e)
					}
				}
				return nil
			})
			done()
		}
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
		if err != nil {
			yield(record.AuditEvent{}, err)
		}
	}
}

func (s *state) openEntry(value []byte) (e record.AuditEvent, ok bool) {
	sealed, err := seal.Parse(value)
	if err != nil {
		return e, false
	}
	for _, c := range s.all() {
		plain, _, err := c.open(labelJournal, byte(store.Journal), sealed)
		if err == nil {
			return e, decoding.Unmarshal(plain, &e) == nil
		}
	}
	return e, false
}

// JournalReport is the outcome of [Vault.VerifyJournal].
type JournalReport struct {
	Entries int64    // in the journal
	Mine    int64    // that this keyholder may read
	Root    [32]byte // of the tree (RFC 6962)
	By      string   // who signed the head
}

// VerifyJournal computes the journal's tree again from its entries and compares
// it with the signed head. It returns an error wrapping [ErrDamaged] when an
// entry was altered, removed or added.
func (v *Vault) VerifyJournal(ctx context.Context) (JournalReport, error) {
	done, err := v.looking()
	if err != nil {
		return JournalReport{}, err
	}
	defer done()
	var r JournalReport
	err = v.db.View(func(tx *store.Tx) error {
		head, err := v.house.openHead(v.id, tx.Get(store.Journal, headKey), false)
		if err != nil {
			return err
		}
		var entries int64
		err = tx.Each(store.Journal, func(key, value []byte) error {
			if bytes.Equal(key, headKey) {
				return nil
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			entries++
			if _, ok := v.openEntry(value); ok {
				r.Mine++
			}
			return nil
		})
		if err != nil {
			return err
		}
		root, err := hashJournal(tx, []span{{From: 0, To: head.Size}}, head.Size)
		if err != nil {
			return err
		}
		if root != head.Root || entries != head.Size {
			return fmt.Errorf("%w: journal", ErrDamaged)
		}
		signer, _ := v.house.chain.Entry(head.Device)
		r.Entries, r.Root, r.By = head.Size, root, v.house.people[record.ID(signer.Keyholder)].name
		return nil
	})
	return r, err
}

func newJournal() journal { return journal{subtree: map[int64]tlog.Hash{}} }
