package vault

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// backupBody is what the household keeps of a backup.
type backupBody struct {
	At        record.Millis `cbor:"1,keyasint"`
	Path      string        `cbor:"2,keyasint"`
	Bytes     int64         `cbor:"3,keyasint"`
	Documents int           `cbor:"4,keyasint"`
}

// madeBackup is one with the pseudonym of who signed it.
type madeBackup struct {
	backupBody
	by record.ID
}

// keptBackups is how many the vault remembers when it is open.
const keptBackups = 20

// BackedUp is the outcome of [Vault.Backup].
type BackedUp struct {
	record.Backup
	Removed int // older backups of this vault that made room
	Stuck   int // older ones that should have and could not be removed
}

// Backup writes a copy of the vault into a folder that exists, under a name of
// its own that tells no name and replaces nothing. It reads the copy back and
// compares it byte for byte, then opens it and verifies all that this keyholder
// can read in it; only then does the copy get its name, and the vault remember
// it ([Vault.Backups]). A damaged vault is not backed up: [Repair] is for that.
//
// With keep above 0 the newest keep backups of this vault in the folder stay and
// older ones are removed; what is not a backup of this very vault is never
// touched. To go back to a backup, open that file.
//
// progress, which may be nil, is told how much is done of how much. It returns
// [ErrNotFolder], [ErrBadCopy], [ErrDamaged] when the vault itself is damaged,
// [ErrDiskFull], or an error wrapping [fs.ErrNotExist]; no copy is left then.
// When only the remembering failed, the copy stands, and is returned with the
// error.
func (v *Vault) Backup(ctx context.Context, folder string, keep int, progress func(done, total int64)) (BackedUp, error) {
	out, err := v.backup(ctx, folder, progress)
	if err != nil {
		return out, wrap("back up vault", named(err))
	}
	out.Removed, out.Stuck = v.rollBackups(out.Path, keep)
	return out, nil
}

func (v *Vault) backup(ctx context.Context, folder string, progress func(done, total int64)) (out BackedUp, err error) {
	if folder, err = filepath.Abs(folder); err != nil {
		return out, err
	}
	if err := checkFolder(folder); err != nil {
		return out, err
	}
	id, err := v.ID()
	if err != nil {
		return out, err
	}
	part, err := v.copyTo(ctx, folder, backupPrefix(id), progress)
	if part != "" {
		defer os.Remove(part)
	}
	if err != nil {
		return out, err
	}
	report, err := v.verifyCopy(ctx, part, progress)
	if err != nil {
		return out, err
	}
	out.At, out.Bytes, out.Documents = record.At(v.opt.Now()), report.Bytes, report.Documents
	if out.Path, err = publish(part, folder, backupPrefix(id), v.opt.Now()); err != nil {
		return out, err
	}
	body := backupBody{At: out.At, Path: out.Path, Bytes: out.Bytes, Documents: out.Documents}
	err = v.act(context.WithoutCancel(ctx), func(a *act) error { // the copy is there: cancelling is over
		_, err := a.write(a.house, draft{kind: chain.Data, head: bodyHead{Type: typeBackup}, body: &body})
		if err != nil {
			return err
		}
		return a.log(a.house, record.VaultBackedUp, record.ID{})
	})
	if err == nil {
		out.By, err = v.Keyholder()
	}
	return out, err
}

// checkFolder returns [ErrNotFolder], or why nobody can tell.
func checkFolder(folder string) error {
	info, err := os.Stat(folder)
	if err == nil && !info.IsDir() {
		err = ErrNotFolder
	}
	return err
}

// copyTo writes the file as it is now under a temporary name in a folder, and
// reads it back. What a killed backup of this vault left goes first. part is
// empty when there is nothing to remove.
func (v *Vault) copyTo(ctx context.Context, folder, prefix string, progress func(done, total int64)) (part string, err error) {
	if err := sweepParts(folder, prefix); err != nil {
		return "", err
	}
	done, err := v.looking()
	if err != nil {
		return "", err
	}
	snapshot, err := v.db.Snapshot()
	done()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, snapshot.Close()) }()
	f, err := os.CreateTemp(folder, partName(prefix))
	if err != nil {
		return "", err
	}
	size := snapshot.Size()
	written, told := seal.NewDigest(), thirds(progress, 0, size)
	err = snapshot.WriteTo(ctx, io.MultiWriter(f, written), told)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = store.ForgetCached(f) // or the disk is not asked
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return f.Name(), err
	}
	read, err := readBack(ctx, f.Name(), size, thirds(progress, 1, size))
	if err == nil && !bytes.Equal(read, written.Sum(nil)) {
		err = ErrBadCopy
	}
	return f.Name(), err
}

// thirds tells the progress of one of the three parts of a backup: copying,
// reading back, verifying.
func thirds(progress func(done, total int64), part, size int64) func(done, total int64) {
	if progress == nil {
		return nil
	}
	return func(done, total int64) {
		progress(part*size+int64(float64(size)*float64(done)/float64(max(total, 1))), 3*size)
	}
}

// readBack gives the digest of a file.
func readBack(ctx context.Context, path string, size int64, progress func(done, total int64)) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	digest, buffer, done := seal.NewDigest(), make([]byte, 1<<20), int64(0)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := f.Read(buffer)
		digest.Write(buffer[:n])
		done += int64(n)
		if progress != nil && n > 0 {
			progress(min(done, size), size)
		}
		if errors.Is(err, io.EOF) {
			return digest.Sum(nil), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrBadCopy, err)
		}
	}
}

// verifyCopy opens a copy of the vault's file for its keyholder, without the
// right to write, and verifies all that they can read.
func (v *Vault) verifyCopy(ctx context.Context, path string, progress func(done, total int64)) (r Report, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return r, err
	}
	opened, err := v.openCopy(path)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	r, err = opened.Check(ctx, false, thirds(progress, 2, info.Size()))
	if err == nil && (!r.Ok() || opened.Damage() != (Damage{}) && opened.Damage() != v.Damage()) {
		err = fmt.Errorf("%w: found in the copy", ErrDamaged)
	}
	return r, err
}

// openCopy opens another file as the one for whom this vault is open.
func (v *Vault) openCopy(path string) (*Vault, error) {
	self, err := v.ownDevice()
	if err != nil {
		return nil, err
	}
	return v.openCopyAs(path, self)
}

// applyBackup remembers a backup, in the household.
func (c *chart) applyBackup(op *chain.Signed, content []byte) error {
	var b madeBackup
	if err := decoding.Unmarshal(content, &b.backupBody); err != nil {
		return fmt.Errorf("%w: backup: %w", ErrDamaged, err)
	}
	if author, ok := c.chain.Entry(op.Device); ok {
		b.by = author.Keyholder
	}
	c.backups = append(c.backups, b)
	slices.SortStableFunc(c.backups, func(x, y madeBackup) int { return -cmp.Compare(x.At, y.At) })
	c.backups = c.backups[:min(len(c.backups), keptBackups)]
	return nil
}

// Backups lists the last verified backups of this vault that anybody made, at
// most 20, the newest first: what was written since the first of them is in no
// backup. Whether the files are still there, nobody has looked.
func (v *Vault) Backups() ([]record.Backup, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	out := []record.Backup{}
	for _, b := range v.house.backups {
		out = append(out, record.Backup{
			At: b.At, By: record.Keyholder{ID: b.by, Name: v.house.people[b.by].name},
			Path: b.Path, Bytes: b.Bytes, Documents: b.Documents,
		})
	}
	return out, nil
}

// LastBackup returns the newest of [Vault.Backups]; its At is 0 when nobody has
// made one.
func (v *Vault) LastBackup() (record.Backup, error) {
	all, err := v.Backups()
	if err != nil || len(all) == 0 {
		return record.Backup{}, err
	}
	return all[0], nil
}
