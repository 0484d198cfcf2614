package vault

import (
	"encoding/binary"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"carnet/vault/internal/store"
	"carnet/vault/record"
)

// Marks keeps outside the vault file, on one computer, how far each vault had come
// when it was last open there: a file that has not come so far is an older copy,
// which its own manifest cannot tell.
type Marks interface {
	// Mark returns what was kept of a vault, nil when nothing was.
	Mark(vault record.ID) ([]byte, error)
	// SetMark keeps it, in the place of the one before.
	SetMark(vault record.ID, mark []byte) error
}

// Older is an [ErrOlder] of a whole file: what this computer has seen of the vault
// is not in it. It was not changed. [Options.Older] opens it all the same.
type Older struct {
	Seen  record.Millis // when the vault was last written to, as this computer saw it
	Found record.Millis // when this file was
	// Missing is how many acts of the journal this file has less, 0 when it has as
	// many or more: it went on by itself then.
	Missing int64
}

func (e *Older) Error() string {
	return fmt.Sprintf("%v: %d acts less", ErrOlder, e.Missing)
}

func (e *Older) Unwrap() error { return ErrOlder }

// markSize is the length of a mark: size of the journal u64, its root, when its
// head was written u64.
const markSize = 8 + 32 + 8

// markPause is how long acts go on without a new mark. Closing writes one.
const markPause = time.Minute

// Watched reports whether this computer would notice an older copy of the file:
// its keyring remembers how far the vault has come.
func (v *Vault) Watched() bool {
	done, err := v.looking()
	if err != nil {
		return false
	}
	defer done()
	return v.watched
}

// compareMark holds the file to what this computer has seen of the vault.
func (v *Vault) compareMark() error {
	if v.opt.Marks == nil {
		return nil
	}
	mark, err := v.opt.Marks.Mark(v.id)
	if err != nil {
		return nil // no keyring: [Vault.Watched] says so
	}
	v.watched = true
	if len(mark) != markSize {
		return nil // the first time here
	}
	size, root := int64(binary.BigEndian.Uint64(mark)), tlog.Hash(mark[8:])
	holds := size <= v.house.restarted // a repair accounts for what was before
	if !holds {
		err = v.db.View(func(tx *store.Tx) error {
			holds, err = v.holds(tx, &v.journal, size, root)
			return err
		})
		if err != nil {
			return err
		}
	}
	if holds {
		v.marked = size
		return nil
	}
	return &Older{Seen: record.Millis(binary.BigEndian.Uint64(mark[8+32:])), Found: v.journal.at, Missing: max(size-v.journal.size, 0)}
}

// mark remembers how far the vault has come, and gives up when the keyring does
// not answer any more. The caller holds the lock for writing.
func (v *Vault) mark() {
	if !v.watched || v.marked == v.journal.size {
		return
	}
	b := binary.BigEndian.AppendUint64(nil, uint64(v.journal.size))
	b = append(b, v.journal.root[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(record.At(v.opt.Now())))
	v.watched = v.opt.Marks.SetMark(v.id, b) == nil
	v.marked, v.markedAt = v.journal.size, v.opt.Now()
}
