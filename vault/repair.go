package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/salvage"
	"carnet/vault/seal"
)

// Repaired is the outcome of [Repair] and of [Survey].
type Repaired struct {
	Keyholders []record.Keyholder // whose passphrases were given
	Documents  int                // of theirs that hold, content included
	Records    int                // operations and bodies of theirs that hold
	Chunks     int                // of their documents
	Others     int                // values of other keyholders, kept as they are and not verified
	Slots      int                // passphrases that can no longer open the vault; their recovery kits can
	Rows       int                // rows of the access journal that are lost
	Lost       []LostItem
	Left       []DamagedItem // what is still damaged in the new file; none as a rule
	salvage.Findings
}

// LostItem is something of these keyholders' that is not in the new file.
type LostItem struct {
	Document record.ID // zero when it is not known to be of one
	Title    string    // "" when it is not known any more
	What     string    // "record", "operation", "content", "manifest", "draft", "watched", or "key" of a whole record
}

// Repair writes what can be read of the vault file at path into a new file at to,
// for the keyholders whose passphrases are given: every document of theirs whose
// record and content still hold, even where what led to it is lost. What belongs
// to other keyholders is copied as it is, without being opened. The new file says,
// signed, what was lost and who repaired it, so that it opens for all of them.
//
// The file at path is only read, by a child process that has no key, so that no
// page can stop this one. Nothing that stands at to is replaced.
//
// progress, which may be nil, is told how much of the file was read. Cancelling
// ctx leaves nothing at to. It returns [ErrNotVault], [ErrInUse],
// [ErrWrongPassphrase] when a passphrase opens nothing any more, [ErrBeyondRepair]
// when the pages that everything hangs from are lost, an error wrapping
// [fs.ErrExist], or [ErrDiskFull].
func Repair(ctx context.Context, path, to string, passphrases [][]byte, opt *Options, progress func(done, total int64)) (Repaired, error) {
	if _, err := os.Lstat(to); err == nil {
		return Repaired{}, wrap("repair vault", fs.ErrExist)
	}
	r, err := repair(ctx, path, to, true, passphrases, opt.orDefault(), progress)
	return r, wrap("repair vault", named(err))
}

// Survey says what [Repair] would save and what is lost, and keeps nothing: the
// check of a vault that does not open any more. It needs room for a copy of the
// file beside it, sealed like the file itself, while it works.
func Survey(ctx context.Context, path string, passphrases [][]byte, opt *Options, progress func(done, total int64)) (Repaired, error) {
	r, err := repair(ctx, path, path, false, passphrases, opt.orDefault(), progress)
	return r, wrap("survey vault", named(err))
}

func repair(ctx context.Context, path, to string, publish bool, passphrases [][]byte, o Options, progress func(done, total int64)) (r Repaired, err error) {
	from, err := store.OpenRaw(path)
	if err != nil {
		return r, err
	}
	defer from.Close()
	aside, err := store.Aside(to)
	if err != nil {
		return r, err
	}
	defer os.Remove(aside)
	g := &gathering{}
	if r.Findings, err = g.gather(ctx, from, aside, progress); err != nil {
		return r, err
	}
	r.Slots = g.slots
	var devices []*device
	defer func() {
		for _, d := range devices {
			d.Wipe()
		}
	}()
	for _, passphrase := range passphrases {
		d, lost, rows, who, err := mendFor(ctx, aside, passphrase, o)
		if err != nil {
			return r, err
		}
		devices = append(devices, d)
		r.Rows += rows // the second one finds none
		r.Keyholders = append(r.Keyholders, who)
		for _, item := range lost {
			if item.Document.IsZero() || !slices.ContainsFunc(r.Lost, func(known LostItem) bool { return known.Document == item.Document }) {
				r.Lost = append(r.Lost, item)
			}
		}
	}
	if err := tidy(ctx, aside); err != nil {
		return r, err
	}
	if err := r.verify(ctx, aside, devices, o); err != nil {
		return r, err
	}
	if publish {
		err = store.Publish(aside, to)
	}
	return r, err
}

// gathering fills the new file.
type gathering struct {
	to    *store.Gathering
	slots int
	id    bool
}

// gather copies every value that is found to a new file. What shows by itself
// that it does not hold is left out.
func (g *gathering) gather(ctx context.Context, from *os.File, aside string, progress func(done, total int64)) (found salvage.Findings, err error) {
	if g.to, err = store.Gather(aside); err != nil {
		return found, err
	}
	found, err = salvage.Read(ctx, from, nil, g.value, progress)
	switch {
	case errors.Is(err, salvage.ErrNothing):
		err = ErrNotVault
		if head := make([]byte, 20); readsAt(from, head) && isBolt(head) {
			err = ErrBeyondRepair
		}
	case err == nil && !g.id:
		err = ErrBeyondRepair
	}
	if err != nil {
		return found, errors.Join(err, g.to.Drop())
	}
	return found, g.to.Finish()
}

func readsAt(f *os.File, b []byte) bool { _, err := f.ReadAt(b, 0); return err == nil }

// isBolt recognises the first header of a database of this kind.
func isBolt(head []byte) bool { return string(head[16:20]) == "\xed\xda\x0c\xed" }

func (g *gathering) value(v salvage.Value) error {
	switch b := store.Bucket(v.Bucket); b {
	case store.Chunks:
		if len(v.Key) != 4 {
			return nil
		}
		return g.to.PutChunk(v.Seq, v.Key, v.Bytes)
	case store.Meta:
		switch {
		case string(v.Key) == string(idKey):
			if len(v.Bytes) != 16 {
				return nil
			}
			g.id = true
		case store.SaysClosing(v.Key):
			return ErrClosing
		case len(v.Key) == 16:
			if s, err := seal.ParseSlot(v.Bytes); err != nil || string(s.ID[:]) != string(v.Key) {
				g.slots++
				return nil
			}
		case isRelativesKey(v.Key):
			if _, err := seal.ParseSharedSlot(v.Bytes); err != nil {
				return nil // its keyholder puts it there again
			}
		case string(v.Key) == "format":
			if len(v.Bytes) == 4 && v.Bytes[0]|v.Bytes[1]|v.Bytes[2] == 0 && v.Bytes[3] > store.Format {
				return ErrNewerFormat
			}
			return nil
		default:
			return nil
		}
		return g.to.Put(b, v.Key, v.Bytes)
	case store.Seals:
		if string(sealKey(v.Bytes)) != string(v.Key) {
			return nil // the key says what the value must be
		}
		return g.to.Put(b, v.Key, v.Bytes)
	default:
		return g.to.Put(b, v.Key, v.Bytes)
	}
}

// mendFor makes the gathered file hold for one keyholder.
func mendFor(ctx context.Context, aside string, passphrase []byte, o Options) (d *device, lost []LostItem, rows int, who record.Keyholder, err error) {
	id, slots, err := readSlots(aside)
	if err != nil {
		return nil, nil, 0, who, fmt.Errorf("%w: %w", ErrBeyondRepair, err)
	}
	self, err := tryPassphrase(ctx, id, slots, passphrase, &o)
	if err != nil {
		return nil, nil, 0, who, err
	}
	seed, err := seal.KeyFrom(self.Seed().Expose())
	if err != nil {
		self.Wipe()
		return nil, nil, 0, who, err
	}
	if d, err = openDevice(seed, self.slot, self.keyholder); err != nil {
		self.Wipe()
		return nil, nil, 0, who, err
	}
	v, lost, rows, err := mend(ctx, aside, self, o)
	if err == nil {
		who, err = v.Keyholder()
		err = errors.Join(err, v.Close())
	}
	if err != nil {
		d.Wipe()
		if errors.Is(err, ErrDamaged) {
			err = fmt.Errorf("%w: %w", ErrBeyondRepair, err)
		}
		return nil, nil, 0, who, err
	}
	return d, lost, rows, who, nil
}

// tidy drops contents that no operation leads to, as the next act of anybody
// would, and leaves the new file without the traces of its making.
func tidy(ctx context.Context, path string) error {
	db, err := store.Open(path)
	if err != nil {
		return err
	}
	err = db.Update(func(tx *store.Tx) error {
		versions, err := tx.Versions()
		if err != nil {
			return err
		}
		for _, seq := range versions {
			if tx.Get(store.Ops, store.Seq(seq)) == nil {
				if err := tx.DropChunks(seq); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err == nil {
		err = db.Compact(ctx, nil)
	}
	return errors.Join(err, db.Close())
}

// verify opens the new file for each keyholder and counts what holds.
func (r *Repaired) verify(ctx context.Context, aside string, devices []*device, o Options) error {
	id, _, err := readSlots(aside)
	if err != nil {
		return err
	}
	documents := map[record.ID]bool{}
	for i, d := range devices {
		seed, err := seal.KeyFrom(d.Seed().Expose())
		if err != nil {
			return err
		}
		self, err := openDevice(seed, d.slot, d.keyholder)
		if err != nil {
			return err
		}
		v, err := openAs(aside, id, self, o)
		if err != nil {
			return err
		}
		report, err := v.Check(ctx, false, nil)
		for _, c := range v.charts {
			for id := range c.documents {
				documents[id] = true
			}
			for _, e := range c.ops {
				if e.closed && !e.erased {
					report.Others++
				}
			}
		}
		if err := errors.Join(err, v.Close()); err != nil {
			return err
		}
		r.Left = append(r.Left, report.Damaged...)
		r.Records, r.Chunks = max(r.Records, report.Records), max(r.Chunks, report.Chunks)
		if i == 0 || report.Others < r.Others {
			r.Others = report.Others
		}
	}
	r.Documents = len(documents)
	return nil
}
