package vault

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/proof"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// Consequences are what closing a record or the whole vault does: what goes, who
// loses it, and what of it stays elsewhere. Nothing reaches the copies that were
// exported, printed or given away, nor the official service.
type Consequences struct {
	Patients  []record.Patient   // whose records go, by name
	Documents int                // of them that this keyholder reads, those in the bin included
	Entries   int                // of their profiles, those in the bin included
	Hidden    int                // changes to them that others made and this keyholder cannot read; they go too
	Others    []record.Keyholder // who reads a record that goes, or has a passphrase of a vault that goes, by name
	Exported  int                // how often a document or the archive of theirs was exported, as the journal tells
	Backups   []record.Backup    // made by anybody, as remembered ([Vault.Backups]): they hold it still
}

// Closure is how a person asks for a closure: with an export or without one, in
// words, and with the two consents that must be given apart.
type Closure struct {
	Exports      []*Archive // one of each record that goes; nil for none
	NoExport     bool       // the person refuses one
	Erase        bool       // first consent: it is erased from this computer
	Irreversible bool       // second consent: nobody can get it back

	// Backups are files of this vault that go with it, each named by the
	// person; for [Vault.CloseVault] alone.
	Backups []string
}

// check returns [ErrNoConsent] or [ErrNoExport].
func (c *Closure) check() error {
	switch {
	case (len(c.Exports) == 0) != c.NoExport:
		return ErrNoExport
	case !c.Erase || !c.Irreversible:
		return ErrNoConsent
	}
	return nil
}

// Consequences tells what closing a patient's record would do, or with a zero ID
// the whole vault. It returns [ErrNoPatient], [ErrNotAllowed] for a carer, or
// [ErrOthersRecords] for a vault that is not this keyholder's alone to close.
func (v *Vault) Consequences(ctx context.Context, patient record.ID) (Consequences, error) {
	out, err := v.consequences(patient)
	if err != nil {
		return Consequences{}, wrap("closure", err)
	}
	for e, err := range v.Journal(ctx) {
		if err != nil {
			return Consequences{}, wrap("closure", err)
		}
		exported := e.Action == record.DocumentExported || e.Action == record.PatientExported
		if exported && slices.ContainsFunc(out.Patients, func(p record.Patient) bool { return p.ID == e.Patient }) {
			out.Exported++
		}
	}
	out.Backups, err = v.Backups()
	return out, wrap("closure", err)
}

func (v *Vault) consequences(patient record.ID) (out Consequences, err error) {
	done, err := v.looking()
	if err != nil {
		return out, err
	}
	defer done()
	charts, err := v.closable(patient, v.self)
	if err != nil {
		return out, err
	}
	others := map[record.ID]record.Keyholder{}
	for _, c := range charts {
		out.Patients = append(out.Patients, c.patient)
		out.Documents += len(c.documents)
		out.Entries += len(c.entries)
		for _, e := range c.ops {
			if e.closed && !e.erased {
				out.Hidden++
			}
		}
		for _, m := range c.members() {
			others[m.Keyholder.ID] = m.Keyholder
		}
	}
	if patient.IsZero() {
		for _, k := range v.keyholders() {
			others[k.ID] = k
		}
	}
	delete(others, v.self.keyholder)
	out.Others = slices.SortedFunc(maps.Values(others), func(a, b record.Keyholder) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), slices.Compare(a.ID[:], b.ID[:]))
	})
	return out, nil
}

// closable is the charts that a closure takes, by name: that of one patient, whom
// the one who closes governs, or all of a vault in which they govern everybody.
func (s *state) closable(patient record.ID, self *device) ([]*chart, error) {
	governs := func(c *chart) bool {
		mine, ok := c.chain.Entry(self.id)
		return ok && !mine.Role.Carer()
	}
	if !patient.IsZero() {
		c, err := s.of(patient)
		if err != nil {
			return nil, err
		}
		if !governs(c) {
			return nil, ErrNotAllowed
		}
		return []*chart{c}, nil
	}
	all := slices.SortedFunc(maps.Values(s.charts), func(a, b *chart) int {
		return cmp.Or(strings.Compare(a.patient.Name, b.patient.Name), slices.Compare(a.patient.ID[:], b.patient.ID[:]))
	})
	if s.foreign > 0 || slices.ContainsFunc(all, func(c *chart) bool { return !governs(c) }) {
		return nil, ErrOthersRecords
	}
	return all, nil
}

// exported compares the archives with what is to be closed. It returns
// [ErrExport].
func (c *Closure) exported(charts []*chart) error {
	if c.NoExport {
		return nil
	}
	for _, chart := range charts {
		i := slices.IndexFunc(c.Exports, func(a *Archive) bool { return a.from == chart.patient.ID })
		if i < 0 {
			return ErrExport
		}
		if whole, err := c.Exports[i].holds(chart); err != nil || !whole {
			return errors.Join(ErrExport, err)
		}
	}
	return nil
}

// holds reports whether an archive says all that is read in a chart, as it is now.
func (a *Archive) holds(c *chart) (bool, error) {
	said := map[record.ID]archivedRecord{}
	for _, r := range slices.Concat(a.documents.Documents, a.profile.Entries) {
		said[r.ID] = r
	}
	same := func(x any, archived fields) (bool, error) {
		now, err := fieldsOf(x)
		if err != nil {
			return false, err
		}
		here, err := json.Marshal(now)
		if err != nil {
			return false, err
		}
		there, err := json.Marshal(archived)
		return bytes.Equal(here, there), err
	}
	if is, err := same(&c.patient, a.profile.Patient); err != nil || !is {
		return false, err
	}
	for id, d := range c.documents {
		shown := d.Document
		if len(shown.Tags) == 0 {
			shown.Tags = nil // as everybody is given it
		}
		if is, err := same(&shown, said[id].Fields); err != nil || !is || said[id].Digest != hex.EncodeToString(d.Digest[:]) {
			return false, err
		}
	}
	for id, x := range c.entries {
		if is, err := same(&x.Entry, said[id].Fields); err != nil || !is {
			return false, err
		}
	}
	return true, nil
}

// prove signs what is closed: counts, moment, and the export or its refusal.
func (s *state) prove(charts []*chart, patient record.ID, how *Closure, self *device, now time.Time) (*proof.Proof, error) {
	p := &proof.Proof{Kind: proof.Closure, At: now, Vault: s.id, Patient: patient, Counts: map[string]int64{"records": int64(len(charts)), "documents": 0, "entries": 0}, Digests: map[string]string{}}
	for _, c := range charts {
		p.Counts["documents"] += int64(len(c.documents))
		p.Counts["entries"] += int64(len(c.entries))
	}
	if how.NoExport {
		p.Counts["export-refused"] = 1
	}
	for i, a := range how.Exports {
		p.Digests[digestName(i, len(how.Exports))] = hex.EncodeToString(a.digest[:])
		p.Counts["exported-documents"] += int64(a.Documents())
	}
	err := p.Sign(self.Public().Sign, self.Sign)
	return p, err
}

// digestName names one of several exports in a proof: export-a to export-z, export-aa and
// so on; "export" when there is one.
func digestName(i, of int) string {
	if of == 1 {
		return "export"
	}
	letters := ""
	for ; i >= 0; i = i/26 - 1 {
		letters = string(rune('a'+i%26)) + letters
	}
	return "export-" + letters
}

// closureBody is what the household keeps of a closed record.
type closureBody struct {
	Proof []byte `cbor:"1,keyasint"` // as [proof.Proof.Bytes] writes it
}

// closed is a mention with who signed it.
type closed struct {
	proof *proof.Proof
	by    record.ID
}

// applyClosure keeps the mention of a closed record, in the household.
func (c *chart) applyClosure(op *chain.Signed, head bodyHead, content []byte) error {
	var body closureBody
	if err := decoding.Unmarshal(content, &body); err != nil {
		return fmt.Errorf("%w: closure: %w", ErrDamaged, err)
	}
	p, err := proof.Parse(body.Proof)
	if err != nil {
		return fmt.Errorf("%w: closure: %w", ErrDamaged, err)
	}
	author, ok := c.chain.Entry(op.Device)
	if !ok || p.Kind != proof.Closure || p.Patient != head.ID || head.ID.IsZero() || p.Signer != hex.EncodeToString(author.Sign[:]) {
		return fmt.Errorf("%w: closure of another", ErrDamaged)
	}
	if c.closures == nil {
		c.closures = map[record.ID]closed{}
	}
	if _, known := c.closures[head.ID]; !known {
		c.closures[head.ID] = closed{p, author.Keyholder}
	}
	return nil
}

// ClosePatient closes a patient's record for good: everything of it leaves the
// file in one transaction (operations, contents, keys, what was found in them, the
// words that were searched, this keyholder's drafts, which may speak of it, and the
// folders they have watched for it),
// and the file is rewritten so that nothing stays in free pages. What remains is
// the signed mention in the household ([Vault.Closures]), which holds counts and no
// name, and rows of the journal under keys that the file no longer has. Nobody
// reads the record in this file any more; other files stay as they are.
//
// Holders and guardians may, carers never. progress, which may be nil, is told the
// bytes rewritten of about how many. An error before the transaction changes
// nothing. When only the rewriting failed the proof comes with an error that wraps
// [ErrNotCompacted]; the file remembers it ([Vault.Traces]) until [Vault.Compact].
//
// It returns [ErrNoConsent], [ErrNoExport], [ErrExport], [ErrNoPatient] or
// [ErrNotAllowed].
func (v *Vault) ClosePatient(ctx context.Context, patient record.ID, how Closure, progress func(done, total int64)) (*proof.Proof, error) {
	if err := how.check(); err != nil {
		return nil, wrap("close record", err)
	}
	if patient.IsZero() {
		return nil, wrap("close record", ErrNoPatient)
	}
	var p *proof.Proof
	var documents []record.ID
	err := v.act(ctx, func(a *act) error {
		charts, err := a.closable(patient, a.self)
		if err != nil {
			return err
		}
		if err := how.exported(charts); err != nil {
			return err
		}
		if p, err = a.prove(charts, patient, &how, a.self, a.opt.Now()); err != nil {
			return err
		}
		documents = sortedIDs(charts[0].documents)
		return a.closeChart(charts[0], p)
	})
	if err != nil {
		return nil, wrap("close record", err)
	}
	v.unpaint(documents)
	return p, wrap("close record", v.compactAfter(ctx, progress))
}

// closeChart writes the mention and removes a chart from the file.
func (a *act) closeChart(c *chart, p *proof.Proof) error {
	said, err := p.Bytes()
	if err != nil {
		return err
	}
	patient := c.patient.ID
	if _, err := a.write(a.house, draft{kind: chain.Data, head: bodyHead{Type: typeClosure, ID: patient}, body: closureBody{Proof: said}}); err != nil {
		return err
	}
	if err := a.log(a.house, record.PatientClosed, patient); err != nil {
		return err
	}
	if err := errors.Join(a.keepDrafts(nil), a.unwatch(patient)); err != nil {
		return err
	}
	for _, circle := range c.chain.Circles() {
		for _, r := range c.chain.Rotations(circle) {
			for _, s := range r.Seals {
				if err := a.tx.Delete(store.Seals, sealKey(s.Seal)); err != nil {
					return err
				}
			}
		}
	}
	if err := a.tx.Delete(store.Outbox, syncKey(patient)); err != nil {
		return err
	}
	seqs, segments, err := a.valuesOf(c)
	if err != nil {
		return err
	}
	for _, seq := range seqs {
		if err := a.tx.Delete(store.Ops, store.Seq(seq)); err != nil {
			return err
		}
		if err := a.drop(&entry{seq: seq}); err != nil {
			return err
		}
	}
	for _, key := range segments {
		if err := a.tx.Delete(store.Index, key); err != nil {
			return err
		}
	}
	delete(a.charts, patient)
	a.reindex = true
	return a.tx.OweCompaction()
}

// valuesOf finds the numbers of a chart's operations, by the keys that their
// headers open with, and the keys of its search segments.
func (a *act) valuesOf(c *chart) (seqs []uint64, segments [][]byte, err error) {
	err = a.tx.Each(store.Ops, func(key, value []byte) error {
		if err := a.ctx.Err(); err != nil {
			return err
		}
		sealed, err := seal.Parse(value)
		if err != nil {
			return nil // nobody's
		}
		if _, _, err := c.open(labelOp, byte(store.Ops), sealed); errors.Is(err, seal.ErrKey) {
			return nil // another's
		}
		seq, err := seqOf(key)
		seqs = append(seqs, seq)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	err = a.tx.EachUnder(store.Index, []byte{derivedSegment}, func(key, value []byte) error {
		if of, _, _, _ := a.openSegment(value); of == c && len(key) == len(segmentKey(0)) {
			segments = append(segments, bytes.Clone(key))
		}
		return nil
	})
	return seqs, segments, err
}

// Closures lists the records of this vault that were closed for good, the newest
// first.
func (v *Vault) Closures() ([]record.Closed, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	out := []record.Closed{}
	for id, c := range v.house.closures {
		said, err := c.proof.Bytes()
		if err != nil {
			return nil, wrap("closures", err)
		}
		out = append(out, record.Closed{
			Patient: id, At: record.At(c.proof.At), By: record.Keyholder{ID: c.by, Name: v.house.people[c.by].name}, Proof: said,
		})
	}
	slices.SortFunc(out, func(x, y record.Closed) int {
		return cmp.Or(-cmp.Compare(x.At, y.At), slices.Compare(x.Patient[:], y.Patient[:]))
	})
	return out, nil
}

// Traces reports whether a record was closed and the file could not be rewritten
// since: sealed traces that no key of the file opens lie in its free pages until
// [Vault.Compact].
func (v *Vault) Traces() (there bool, err error) {
	done, err := v.looking()
	if err != nil {
		return false, err
	}
	defer done()
	err = v.db.View(func(tx *store.Tx) error {
		there = tx.OwesCompaction()
		return nil
	})
	return there, wrap("look for traces", err)
}

// Ended is the outcome of [Vault.CloseVault].
type Ended struct {
	Proof   *proof.Proof
	Backups int      // files that went with the vault
	Stuck   []string // files that should have and could not be removed
}

// CloseVault closes the whole vault for good. One transaction takes everything
// that a passphrase or a recovery kit opens out of the file; then the file is
// overwritten and removed, and so is each backup that how names. The vault is
// locked afterwards. progress, which may be nil, is told the bytes overwritten of
// those of all these files.
//
// It is for a keyholder who governs every record in the file. An error without a
// proof changed nothing, and the vault stays open. With a proof the vault is closed,
// and an error wrapping [ErrClosing] says that the file could not be removed yet, or
// that ctx ended first: [FinishClosure] goes on, after any interruption. Backups that
// ctx left no time for are stuck.
//
// It returns [ErrNoConsent], [ErrNoExport], [ErrExport], [ErrOthersRecords], or
// [ErrNotBackup] for a file that is no backup of this vault.
func (v *Vault) CloseVault(ctx context.Context, how Closure, progress func(done, total int64)) (Ended, error) {
	out, err := v.closeVault(ctx, how, progress)
	return out, wrap("close vault", named(err))
}

func (v *Vault) closeVault(ctx context.Context, how Closure, progress func(done, total int64)) (out Ended, err error) {
	if err := how.check(); err != nil {
		return out, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.state == nil {
		return out, ErrLocked
	}
	if err := ctx.Err(); err != nil {
		return out, err
	}
	charts, err := v.closable(record.ID{}, v.self)
	if err != nil {
		return out, err
	}
	if err := how.exported(charts); err != nil {
		return out, err
	}
	for _, path := range how.Backups {
		if err := v.backupAt(path); err != nil {
			return out, err
		}
	}
	p, err := v.prove(charts, record.ID{}, &how, v.self, v.opt.Now())
	if err != nil {
		return out, err
	}
	told, next := shares(append([]string{v.path}, how.Backups...), progress)
	begun, err := v.db.Destroy(ctx, told)
	if !begun {
		return out, errors.Join(err, v.reopen(v.self))
	}
	out.Proof = p
	err = errors.Join(err, v.close())
	for _, path := range how.Backups {
		next()
		if ctx.Err() != nil || store.Shred(ctx, path, told) != nil {
			out.Stuck = append(out.Stuck, path)
			continue
		}
		out.Backups++
	}
	if err != nil {
		err = errors.Join(ErrClosing, err)
	}
	return out, err
}

// shares makes one count of work on several files, which progress is told: told takes
// the bytes of the file at hand, and next goes on to the following one.
func shares(paths []string, progress func(done, total int64)) (told func(done, total int64), next func()) {
	sizes, total := make([]int64, len(paths)), int64(0)
	for i, path := range paths {
		if info, err := os.Stat(path); err == nil { // one that is gone has no share
			sizes[i] = info.Size()
			total += sizes[i]
		}
	}
	before := int64(0)
	return func(done, _ int64) {
			if progress != nil {
				progress(min(before+done, total), total)
			}
		}, func() {
			before, sizes = before+sizes[0], sizes[1:]
		}
}

// backupAt returns [ErrNotBackup] unless a file is a copy of this vault beside
// its own.
func (v *Vault) backupAt(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	own, err := os.Stat(v.path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || os.SameFile(info, own) {
		return ErrNotBackup
	}
	if there, _, err := readSlots(path); err != nil || there != v.id {
		return ErrNotBackup // whatever else it is
	}
	return nil
}

// BackupFiles lists the backups of this vault that are still in the folders of
// [Vault.Backups], on the disks that are plugged in, the newest first.
func (v *Vault) BackupFiles() ([]string, error) {
	all, err := v.Backups()
	if err != nil {
		return nil, wrap("list backups", err)
	}
	out, seen := []string{}, map[string]bool{}
	for _, b := range all {
		if folder := filepath.Dir(b.Path); !seen[folder] {
			seen[folder] = true
			for _, f := range v.olderBackups(filepath.Join(folder, "none")) {
				out = append(out, f.path)
			}
		}
	}
	return out, nil
}

// FinishClosure goes on with the closure of a vault that was interrupted after its
// keys were removed: it overwrites and removes the file at path. It asks no
// passphrase, since none opens the file. It refuses every other file, and returns
// nil when none is there. When ctx ends it can be called again. progress, which may
// be nil, is told the bytes overwritten.
func FinishClosure(ctx context.Context, path string, progress func(done, total int64)) error {
	return wrap("finish closure", named(store.Finish(ctx, path, progress)))
}
