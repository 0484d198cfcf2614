package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// ErrClosing is returned for a file that is being closed for good: its keys are
// gone and it waits to be overwritten and removed, which [Finish] does.
var ErrClosing = errors.New("store: closed for good, and not removed yet")

// closing is the key in Meta that says so, residueKey the one that says that a
// compaction is due.
var (
	closingKey = []byte("closing")
	residueKey = []byte("residue")
)

// closedMark begins a file whose pages are being overwritten. It fits into the
// first sector, which a disk writes whole or not at all.
var closedMark = []byte("carnet vault closed\n")

// OweCompaction notes that something left the file for good whose traces a
// compaction has yet to remove; [DB.Compact] drops the note with them.
func (tx *Tx) OweCompaction() error { return tx.Put(Meta, residueKey, []byte{1}) }

// OwesCompaction reports whether that was noted and no compaction has followed.
func (tx *Tx) OwesCompaction() bool { return tx.Get(Meta, residueKey) != nil }

// Destroy ends the file for good. One transaction removes everything that a
// passphrase or a recovery kit opens (slots, sealed keys, manifests) and notes it;
// then the file is closed, overwritten and removed as [Finish] does.
//
// Before that transaction nothing is changed and db stays open. Once it has
// begun, db is closed, and begun is true when nothing opens the file any more,
// even if the error says that it could not be removed, or that ctx ended first.
func (db *DB) Destroy(ctx context.Context, progress func(done, total int64)) (begun bool, err error) {
	err = db.Update(func(tx *Tx) error {
		if err := tx.Put(Meta, closingKey, []byte{1}); err != nil {
			return err
		}
		for _, b := range []Bucket{Meta, Seals, Self} {
			var keys [][]byte
			err := tx.Each(b, func(key, _ []byte) error {
				if b != Meta || !bytes.Equal(key, magicKey) && !bytes.Equal(key, formatKey) && !bytes.Equal(key, closingKey) {
					keys = append(keys, bytes.Clone(key))
				}
				return nil
			})
			if err != nil {
				return err
			}
			for _, key := range keys {
				if err := tx.Delete(b, key); err != nil {
					return err
				}
			}
		}
		return nil
	})
	path := db.path
	if shut := db.Close(); err == nil {
		return true, errors.Join(shut, finish(ctx, path, progress))
	}
	// An error of the commit does not tell whether it took place: the file does.
	again, there := OpenReadOnly(path)
	switch {
	case errors.Is(there, ErrClosing):
		return true, Finish(ctx, path, progress)
	case there == nil:
		there = again.Close()
	}
	return false, errors.Join(err, there)
}

// Finish overwrites a file that [DB.Destroy] has ended with random bytes, cuts it
// short, removes it with what compactions left beside it, and makes each step
// durable before the next. Interrupted anywhere it is called again: until the
// file is gone opening it says [ErrClosing]; the end of ctx is such an interruption.
// progress, which may be nil, is told the bytes overwritten.
//
// What a disk or a file system keeps elsewhere of bytes that were overwritten
// (flash storage, snapshots) no program reaches: that is why the keys go first.
//
// It returns nil when nothing is at path, and refuses a file that was not ended.
func Finish(ctx context.Context, path string, progress func(done, total int64)) error {
	resolved, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if db, err := OpenReadOnly(resolved); !errors.Is(err, ErrClosing) {
		if err == nil {
			err = fmt.Errorf("%w: not closed", ErrForeign)
			return errors.Join(err, db.Close())
		}
		return err
	}
	if err := finish(ctx, resolved, progress); err != nil {
		return err
	}
	if resolved != path {
		return os.Remove(path) // a link that leads nowhere now
	}
	return nil
}

func finish(ctx context.Context, path string, progress func(done, total int64)) error {
	if err := Shred(ctx, path, progress); err != nil {
		return err
	}
	return sweep(path)
}

// Shred overwrites a file with random bytes, first of all where it begins, then
// removes it. The file says [ErrClosing] from the first write on, and stays when ctx
// ends before all of it is overwritten.
func Shred(ctx context.Context, path string, progress func(done, total int64)) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(overwrite(ctx, f, progress), f.Close()); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	return syncFolder(path)
}

func overwrite(ctx context.Context, f *os.File, progress func(done, total int64)) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	// The mark stands on the disk before anything that opening needs is gone.
	page := make([]byte, pageSize)
	copy(page, closedMark)
	if _, err := f.WriteAt(page, 0); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	size := info.Size()
	buffer := make([]byte, 1<<20)
	for at := int64(pageSize); at < size; at += int64(len(buffer)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		b := buffer[:min(int64(len(buffer)), size-at)]
		rand.Read(b)
		if _, err := f.WriteAt(b, at); err != nil {
			return err
		}
		if progress != nil {
			progress(at+int64(len(b)), size)
		}
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Truncate(pageSize); err != nil {
		return err
	}
	return f.Sync()
}

// marked reports whether a file begins as one that is being overwritten.
func marked(f io.ReaderAt) bool {
	b := make([]byte, len(closedMark))
	_, err := f.ReadAt(b, 0)
	return err == nil && bytes.Equal(b, closedMark)
}

// SaysClosing reports whether a key of [Meta] is the one that [DB.Destroy] leaves.
func SaysClosing(key []byte) bool { return bytes.Equal(key, closingKey) }

// closed reports whether the file's keys were removed for good.
func closed(meta *bbolt.Bucket) bool { return meta != nil && meta.Get(closingKey) != nil }
