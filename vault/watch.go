package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
	"carnet/vault/watched"
)

// Watched folders are about one computer, so that they stand beside the manifest of the
// device that watches them, under its own key: no other keyholder reads them, and
// neither an archive nor a server has them. A path may hold a name.

// Limits of what is watched.
const (
	MaxWatched = 16   // folders
	MaxOffered = 1000 // files of a folder that are offered at once
	maxKnown   = 2 * watched.MaxFiles
)

// watchedBody is the list of a device.
type watchedBody struct {
	Folders []watchedFolder `cbor:"1,keyasint"`
}

type watchedFolder struct {
	ID        record.ID     `cbor:"1,keyasint"`
	Path      string        `cbor:"2,keyasint"`
	Patient   record.ID     `cbor:"3,keyasint"`
	Since     record.Millis `cbor:"4,keyasint"`
	Automatic bool          `cbor:"5,keyasint,omitempty"`
	// Known are the marks of files that need not be offered, one after the other,
	// those that came last at the end.
	Known []byte `cbor:"6,keyasint,omitempty"`
}

func (f *watchedFolder) folder() record.WatchedFolder {
	return record.WatchedFolder{ID: f.ID, Path: f.Path, Patient: f.Patient, Since: f.Since, Automatic: f.Automatic}
}

// marks are the marks of the files that are known.
func (f *watchedFolder) marks() map[watched.Mark]bool {
	out := make(map[watched.Mark]bool, len(f.Known)/len(watched.Mark{}))
	for m := range slices.Chunk(f.Known, len(watched.Mark{})) {
		out[watched.Mark(m)] = true
	}
	return out
}

// know adds files to those that are known, and reports whether one was not.
func (f *watchedFolder) know(files []watched.File) bool {
	before, had := f.marks(), len(f.Known)
	known := bytes.Clone(f.Known)
	for _, x := range files {
		if m := x.Mark(); !before[m] {
			before[m] = true
			known = append(known, m[:]...)
		}
	}
	grown := len(known) > had
	f.Known = known[max(0, len(known)-maxKnown*len(watched.Mark{})):]
	return grown
}

// forget takes files out of those that are known.
func (f *watchedFolder) forget(files []watched.File) {
	gone := map[watched.Mark]bool{}
	for _, x := range files {
		gone[x.Mark()] = true
	}
	var left []byte
	for m := range slices.Chunk(f.Known, len(watched.Mark{})) {
		if !gone[watched.Mark(m)] {
			left = append(left, m...)
		}
	}
	f.Known = left
}

// watchedKey is where a device's watched folders stand: beside its manifest.
func watchedKey(slot [16]byte) []byte { return append(slot[:], 'w') }

// openWatched reads the watched folders of a device; a recovery kit has none. What does
// not open is an error wrapping [ErrDamaged].
func (s *state) openWatched(tx *store.Tx, self *device) (w watchedBody, err error) {
	value := tx.Get(store.Self, watchedKey(self.slot))
	if value == nil && s.watching {
		return w, fmt.Errorf("%w: watched folders are not there", ErrDamaged)
	}
	if value == nil {
		return w, nil
	}
	sealed, err := seal.Parse(value)
	if err != nil {
		return w, fmt.Errorf("%w: watched folders: %w", ErrDamaged, err)
	}
	b, err := self.OpenSelf(labelWatched, byte(store.Self), sealed)
	if err != nil {
		return w, fmt.Errorf("%w: watched folders: %w", ErrDamaged, err)
	}
	if err := decoding.Unmarshal(b, &w); err != nil {
		return watchedBody{}, errors.Join(fmt.Errorf("%w: watched folders", ErrDamaged), err)
	}
	for _, f := range w.Folders {
		if len(f.Known)%len(watched.Mark{}) != 0 {
			return watchedBody{}, fmt.Errorf("%w: watched folders: marks", ErrDamaged)
		}
	}
	return w, nil
}

// keepWatched writes the watched folders of the one who acts.
func (a *act) keepWatched(w watchedBody) error {
	key := watchedKey(a.self.slot)
	a.watching = len(w.Folders) > 0
	if !a.watching {
		return a.tx.Delete(store.Self, key)
	}
	b, err := chain.Encode(w)
	if err != nil {
		return fmt.Errorf("vault: watched folders: %w", err)
	}
	sealed, err := a.self.Self(labelWatched, byte(store.Self), b)
	if err != nil {
		return fmt.Errorf("vault: watched folders: %w", err)
	}
	return a.tx.Put(store.Self, key, sealed.Bytes())
}

// unwatch takes the folders of a patient out of the list of the one who acts. A list
// that does not open goes: it may name them.
func (a *act) unwatch(patient record.ID) error {
	w, err := a.openWatched(a.tx, a.self)
	if err != nil {
		return a.keepWatched(watchedBody{})
	}
	had := len(w.Folders)
	w.Folders = slices.DeleteFunc(w.Folders, func(f watchedFolder) bool { return f.Patient == patient })
	if len(w.Folders) == had {
		return nil
	}
	return a.keepWatched(w)
}

// Watching says how a folder is watched. A nil *Watching means that only what comes
// from now on is offered, and that each file waits for a yes.
type Watching struct {
	Automatic bool // new files are added without a question
	Existing  bool // those that lie in the folder now are offered too, also those that were refused
}

// WatchFolder watches a folder of this computer for new files that go into a patient's
// record. Watching one again changes whose its files are and how, and keeps what is
// known of them unless Existing is asked for. The journal has a row that names no path.
// Nothing in the folder is ever changed.
//
// A list of folders that is damaged begins anew. It returns [ErrNoPatient],
// [ErrNotAllowed], [ErrHandedOver], [ErrNotFolder], [ErrTooManyWatched],
// [watched.ErrCrowded] or an error of the system.
func (v *Vault) WatchFolder(ctx context.Context, patient record.ID, path string, how *Watching) (record.WatchedFolder, error) {
	f, err := v.watchFolder(ctx, patient, path, how)
	return f, wrap("watch folder", err)
}

func (v *Vault) watchFolder(ctx context.Context, patient record.ID, path string, how *Watching) (out record.WatchedFolder, err error) {
	if how == nil {
		how = &Watching{}
	}
	if err := v.checkImport(patient, &ImportOptions{}); err != nil {
		return out, err
	}
	if path, err = filepath.Abs(path); err != nil {
		return out, err
	}
	if err := checkFolder(path); err != nil {
		return out, err
	}
	there, err := watched.List(ctx, path)
	if err != nil {
		return out, err
	}
	err = v.act(ctx, func(a *act) error {
		c, err := a.chart(patient)
		if err != nil {
			return err
		}
		w, err := a.openWatched(a.tx, a.self)
		if err != nil {
			w = watchedBody{}
		}
		i := slices.IndexFunc(w.Folders, func(f watchedFolder) bool { return sameFolder(f.Path, path) })
		if i < 0 {
			if len(w.Folders) >= MaxWatched {
				return ErrTooManyWatched
			}
			f := watchedFolder{ID: newID(), Path: path, Since: record.At(a.opt.Now())}
			f.know(there)
			w.Folders, i = append(w.Folders, f), len(w.Folders)
		}
		f := &w.Folders[i]
		if how.Existing {
			f.Known = nil
		}
		if !f.Patient.IsZero() && f.Patient != patient {
			if err := a.logUnwatched(f); err != nil {
				return err
			}
		}
		f.Patient, f.Automatic = patient, how.Automatic
		if err := a.keepWatched(w); err != nil {
			return err
		}
		out = f.folder()
		return a.log(c, record.FolderWatched, f.ID)
	})
	return out, err
}

// sameFolder reports whether two paths name one folder.
func sameFolder(a, b string) bool {
	if a == b {
		return true
	}
	x, err := os.Stat(a)
	y, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(x, y)
}

// UnwatchFolder watches a folder no longer. It returns [ErrNotWatched], or an error
// wrapping [ErrDamaged].
func (v *Vault) UnwatchFolder(ctx context.Context, id record.ID) error {
	return wrap("watch folder no longer", v.changeWatched(ctx, id, func(a *act, w *watchedBody, i int) error {
		f := w.Folders[i]
		w.Folders = slices.Delete(w.Folders, i, i+1)
		if err := a.keepWatched(*w); err != nil {
			return err
		}
		return a.logUnwatched(&f)
	}))
}

// logUnwatched tells that a folder is watched no longer, in the journal of the
// household when the record is here no more.
func (a *act) logUnwatched(f *watchedFolder) error {
	c, err := a.chart(f.Patient)
	if errors.Is(err, ErrNoPatient) || err == nil && c.handed != nil {
		c, err = a.house, nil
	}
	if err != nil {
		return err
	}
	return a.log(c, record.FolderUnwatched, f.ID)
}

// SettleFiles notes that files of a watched folder need not be offered any more: they
// are in the record, or nobody wants them there. Nothing happens to them. No row of
// the journal tells it. It returns [ErrNotWatched], or an error wrapping [ErrDamaged].
func (v *Vault) SettleFiles(ctx context.Context, folder record.ID, files ...watched.File) error {
	return wrap("settle files", v.changeWatched(ctx, folder, func(a *act, w *watchedBody, i int) error {
		if !w.Folders[i].know(files) {
			return nil
		}
		return a.keepWatched(*w)
	}))
}

// OfferAgain takes [Vault.SettleFiles] back. The errors are the same.
func (v *Vault) OfferAgain(ctx context.Context, folder record.ID, files ...watched.File) error {
	return wrap("offer files again", v.changeWatched(ctx, folder, func(a *act, w *watchedBody, i int) error {
		w.Folders[i].forget(files)
		return a.keepWatched(*w)
	}))
}

func (v *Vault) changeWatched(ctx context.Context, id record.ID, change func(a *act, w *watchedBody, i int) error) error {
	return v.act(ctx, func(a *act) error {
		w, err := a.openWatched(a.tx, a.self)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(w.Folders, func(f watchedFolder) bool { return f.ID == id })
		if i < 0 {
			return ErrNotWatched
		}
		return change(a, &w, i)
	})
}

// WatchedFolders lists the folders that this keyholder has this computer watch, in the
// order in which they were added. Their patients may be here no more. What does not
// open is an error wrapping [ErrDamaged], until a folder is watched anew.
func (v *Vault) WatchedFolders() ([]record.WatchedFolder, error) {
	w, err := v.readWatched()
	out := make([]record.WatchedFolder, 0, len(w.Folders))
	for _, f := range w.Folders {
		out = append(out, f.folder())
	}
	return out, wrap("watched folders", err)
}

func (v *Vault) readWatched() (w watchedBody, err error) {
	done, err := v.looking()
	if err != nil {
		return w, err
	}
	defer done()
	err = v.db.View(func(tx *store.Tx) error {
		w, err = v.openWatched(tx, v.self)
		return err
	})
	return w, err
}

// News is what a look found in a watched folder.
type News struct {
	record.WatchedFolder
	Files  []watched.File // to be offered, at most [MaxOffered], by name
	More   int            // settled files beyond those
	Moving int            // files that are still being written
	Err    error          // why the folder cannot be looked at now, or nothing of it be added; nil when it can
}

// Watcher looks into watched folders again and again, and remembers between two looks
// how the files were. Make one with [Vault.Watcher]. It is safe for concurrent use.
type Watcher struct {
	v    *Vault
	mu   sync.Mutex
	seen map[record.ID]*watched.Sightings
	read map[watched.Mark]bool // that were read, and are in no record
	away map[watched.Mark]bool // that failed, and wait until they change
}

// Watcher makes a watcher that has seen nothing yet.
func (v *Vault) Watcher() *Watcher {
	return &Watcher{v: v, seen: map[record.ID]*watched.Sightings{}, read: map[watched.Mark]bool{}, away: map[watched.Mark]bool{}}
}

// SetAside keeps files from being offered again until they change, or until another
// Watcher looks: those that could not be added, for instance.
func (w *Watcher) SetAside(files ...watched.File) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range files {
		w.away[f.Mark()] = true
	}
}

// Look looks once into every watched folder. A file is offered when it has stayed as it
// is for [watched.Settle] by the clock now, which takes two looks; when nobody refused
// it; and when its content is not in the record already, for which each file is read
// once. A file whose content is there is settled by that. Folders of records that were
// closed are watched no longer.
//
// A folder that cannot be looked at has its Err; others are looked at all the same. The
// error is that of the list, as [Vault.WatchedFolders] gives it, of the vault, or of
// ctx.
func (w *Watcher) Look(ctx context.Context, now time.Time) ([]News, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list, err := w.v.readWatched()
	if err != nil {
		return nil, wrap("look into watched folders", err)
	}
	out := make([]News, 0, len(list.Folders))
	for i := range list.Folders {
		f := &list.Folders[i]
		closed, err := w.v.closedRecord(f.Patient)
		if err == nil && closed {
			err = w.v.act(ctx, func(a *act) error { return a.unwatch(f.Patient) })
			if err == nil {
				continue
			}
		}
		n := News{WatchedFolder: f.folder()}
		if err == nil {
			n.Err = w.look(ctx, f, &n, now)
			err = ctx.Err()
		}
		if errors.Is(n.Err, ErrLocked) {
			err = n.Err
		}
		if err != nil {
			return nil, wrap("look into watched folders", err)
		}
		out = append(out, n)
	}
	return out, nil
}

// closedRecord reports whether a patient's record was closed for good.
func (v *Vault) closedRecord(patient record.ID) (bool, error) {
	done, err := v.looking()
	if err != nil {
		return false, err
	}
	defer done()
	_, closed := v.house.closures[patient]
	return closed, nil
}

// look looks into one folder.
func (w *Watcher) look(ctx context.Context, f *watchedFolder, n *News, now time.Time) error {
	if err := w.v.checkImport(f.Patient, &ImportOptions{}); err != nil {
		return err
	}
	files, err := watched.List(ctx, f.Path)
	if err != nil {
		return err
	}
	known := f.marks()
	files = slices.DeleteFunc(files, func(x watched.File) bool { m := x.Mark(); return known[m] || w.away[m] })
	s := w.seen[f.ID]
	if s == nil {
		s = &watched.Sightings{}
		w.seen[f.ID] = s
	}
	settled, moving := s.Settled(files, now)
	n.Moving = moving
	var here []watched.File
	for i, x := range settled {
		if len(n.Files) == MaxOffered {
			n.More = len(settled) - i
			break
		}
		kept, err := w.kept(ctx, f, x)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			n.Moving++ // somebody still writes it, or it went
		case kept:
			here = append(here, x)
		default:
			n.Files = append(n.Files, x)
		}
	}
	if len(here) == 0 {
		return nil
	}
	return w.v.SettleFiles(ctx, f.ID, here...)
}

// kept reports whether the record has the content of a file.
func (w *Watcher) kept(ctx context.Context, f *watchedFolder, x watched.File) (bool, error) {
	if w.read[x.Mark()] {
		return false, nil
	}
	folder := f.Path
	digest, err := watched.Await(ctx, func() (digest [32]byte, err error) {
		inside, err := os.OpenRoot(folder)
		if err != nil {
			return digest, err
		}
		defer inside.Close() // read only: nothing to lose
		file, err := inside.Open(filepath.FromSlash(x.Name))
		if err != nil {
			return digest, err
		}
		defer file.Close()
		h := seal.NewDigest()
		_, err = io.Copy(h, &stoppable{ctx, file})
		return [32]byte(h.Sum(nil)), err
	})
	if err != nil {
		return false, err
	}
	done, err := w.v.looking()
	if err != nil {
		return false, err
	}
	defer done()
	c, err := w.v.of(f.Patient)
	if err != nil {
		return false, err
	}
	if c.knownContent(digest) != nil {
		return true, nil
	}
	w.read[x.Mark()] = true
	return false, nil
}

// stoppable reads until ctx ends.
type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

// ImportNew is [Vault.Import] for files that a look found. What came whole is settled
// when it ends, or when the caller leaves the loop; what failed, or was not reached, is
// offered again. A last value without a Path also tells when they could not be settled:
// they are in the record all the same.
func (v *Vault) ImportNew(ctx context.Context, folder record.WatchedFolder, files []watched.File, opt *ImportOptions) iter.Seq[Imported] {
	return func(yield func(Imported) bool) {
		paths := make([]string, len(files))
		for i, f := range files {
			paths[i] = f.Path(folder.Path)
		}
		came, failed := map[string]bool{}, map[string]bool{}
		left := false
		for x := range v.Import(ctx, folder.Patient, paths, opt) {
			if x.Path != "" {
				// A file of an archive stands below it.
				i := slices.IndexFunc(paths, func(p string) bool { return x.Path == p || strings.HasPrefix(x.Path, p+"/") })
				if i >= 0 {
					whole := x.Path == paths[i] || ctx.Err() == nil
					came[paths[i]] = true
					failed[paths[i]] = failed[paths[i]] || x.Err != nil || !whole
				}
			}
			if !yield(x) {
				left = true
				break
			}
		}
		var settled []watched.File
		for i, f := range files {
			if came[paths[i]] && !failed[paths[i]] {
				settled = append(settled, f)
			}
		}
		if len(settled) == 0 {
			return
		}
		if err := v.SettleFiles(context.WithoutCancel(ctx), folder.ID, settled...); err != nil && !left {
			yield(Imported{Err: err})
		}
	}
}
