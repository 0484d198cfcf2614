// Package boltstore keeps operations in one bbolt file and blobs as files beside it.
//
// The file is operations.db; its buckets are p (operations of a patient: a nested
// bucket by patient, u64 position), u (devices: device | patient), w (consents that
// are over: patient | receipt) and z (bytes that a patient takes). A blob lies at
// blobs/PATIENT/ab/cd/NAME, in hexadecimal: it is written under another name, synced,
// renamed, and its folder synced, before anybody is told that it is there.
package boltstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"carnet/sync/server/store"
	"carnet/vault/chain"
)

var (
	patients  = []byte{'p'}
	devices   = []byte{'u'}
	withdrawn = []byte{'w'}
	sizes     = []byte{'z'}
)

const (
	fileName  = "operations.db"
	blobsName = "blobs"
)

// Store is a [store.Store] in a folder.
type Store struct {
	folder string
	bolt   *bbolt.DB

	blobs sync.Mutex // held while blobs are dropped, or named by a backup
}

var _ store.Store = (*Store)(nil)

// Open opens the store in a folder, and makes it when it is not there. A second
// process waits a second and gets an error.
func Open(folder string) (*Store, error) {
	if err := os.MkdirAll(filepath.Join(folder, blobsName), 0o700); err != nil {
		return nil, err
	}
	db, err := bbolt.Open(filepath.Join(folder, fileName), 0o600, &bbolt.Options{Timeout: time.Second, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return nil, fmt.Errorf("boltstore: open: %w", err)
	}
	db.MaxBatchDelay = 2 * time.Millisecond // a group commit waits no longer for company
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{patients, devices, withdrawn, sizes} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Store{folder: folder, bolt: db}, nil
}

// Close waits for what is under way.
func (s *Store) Close() error { return s.bolt.Close() }

// An operation is kept as time u64 | flags u8 | signature 64 | length of the header
// u32 | header | length of the body u32 | SHA-256 of all before | body.
const (
	headSize = 8 + 1 + 64 + 4
	flagBare = 1
)

func encode(o *store.Op) []byte {
	b := make([]byte, 0, headSize+len(o.Op)+4+sha256.Size+len(o.Body))
	b = binary.BigEndian.AppendUint64(b, o.Time)
	flags := byte(0)
	if o.Bare {
		flags |= flagBare
	}
	b = append(b, flags)
	b = append(b, o.Sig[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(o.Op)))
	b = append(b, o.Op...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(o.Body)))
	sum := sha256.Sum256(b)
	b = append(b, sum[:]...)
	return append(b, o.Body...)
}

func decode(key, b []byte) (o store.Op, err error) {
	if len(key) != 8 || len(b) < headSize {
		return o, store.ErrDamaged
	}
	o.N, o.Time, o.Bare = binary.BigEndian.Uint64(key), binary.BigEndian.Uint64(b), b[8]&flagBare != 0
	copy(o.Sig[:], b[9:])
	n := int(binary.BigEndian.Uint32(b[9+64:]))
	if len(b)-headSize < n+4+sha256.Size {
		return o, store.ErrDamaged
	}
	end := headSize + n + 4
	o.Op = b[headSize : headSize+n]
	sum := sha256.Sum256(b[:end])
	o.Body = b[end+sha256.Size:]
	o.BodySize = int(binary.BigEndian.Uint32(b[end-4:]))
	if !bytes.Equal(sum[:], b[end:end+sha256.Size]) || o.BodySize != len(o.Body) {
		return o, store.ErrDamaged
	}
	return o, nil
}

func position(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// Ops implements [store.Store].
func (s *Store) Ops(ctx context.Context, patient chain.ID, after uint64, bodies bool, each func(store.Op) bool) error {
	return s.bolt.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket(patients).Bucket(patient[:])
		if b == nil {
			return nil
		}
		c := b.Cursor()
		for key, value := c.Seek(position(after + 1)); key != nil; key, value = c.Next() {
			if err := ctx.Err(); err != nil {
				return err
			}
			o, err := decode(key, value)
			if err != nil {
				return err
			}
			if !bodies {
				o.Body = nil
			}
			if !each(o) {
				return nil
			}
		}
		return nil
	})
}

// Append implements [store.Store]: requests that come together share one commit.
func (s *Store) Append(ctx context.Context, b *store.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(b.Blobs) > 0 {
		s.blobs.Lock()
		defer s.blobs.Unlock()
	}
	if err := s.bolt.Batch(func(tx *bbolt.Tx) error { return s.append(tx, b) }); err != nil {
		return err
	}
	// What nothing names any more: a crash before this leaves files that a check
	// counts and the same erasure takes away when it is sent again.
	var freed int64
	for _, name := range b.Blobs {
		path := s.path(b.Patient, name)
		info, err := os.Stat(path)
		if err == nil {
			err = os.Remove(path)
			freed += info.Size()
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if freed == 0 {
		return nil
	}
	return s.bolt.Batch(func(tx *bbolt.Tx) error { return grow(tx, b.Patient, -freed) })
}

func (s *Store) append(tx *bbolt.Tx, b *store.Batch) error {
	ops, err := tx.Bucket(patients).CreateBucketIfNotExists(b.Patient[:])
	if err != nil {
		return err
	}
	last := uint64(0)
	if key, _ := ops.Cursor().Last(); key != nil {
		last = binary.BigEndian.Uint64(key)
	}
	if last != b.After {
		return store.ErrMoved
	}
	var grown int64
	for i := range b.Ops {
		o := &b.Ops[i]
		value := encode(o)
		if err := ops.Put(position(b.After+uint64(i)+1), value); err != nil {
			return err
		}
		grown += int64(len(value))
	}
	change := func(n uint64, body []byte, bare bool) error {
		value := ops.Get(position(n))
		o, err := decode(position(n), value)
		if err != nil {
			return err
		}
		o.Op = bytes.Clone(o.Op)
		grown += int64(len(body) - len(o.Body))
		o.Body, o.Bare = body, bare
		return ops.Put(position(n), encode(&o))
	}
	for n, body := range b.Bodies {
		if err := change(n, body, false); err != nil {
			return err
		}
	}
	for _, n := range b.Drop {
		if err := change(n, nil, true); err != nil {
			return err
		}
	}
	for _, d := range b.Devices {
		if err := tx.Bucket(devices).Put(append(d[:], b.Patient[:]...), []byte{}); err != nil {
			return err
		}
	}
	for _, d := range b.Gone {
		if err := tx.Bucket(devices).Delete(append(d[:], b.Patient[:]...)); err != nil {
			return err
		}
	}
	return grow(tx, b.Patient, grown)
}

// grow keeps what a patient takes.
func grow(tx *bbolt.Tx, patient chain.ID, by int64) error {
	size := by
	if value := tx.Bucket(sizes).Get(patient[:]); len(value) == 8 {
		size += int64(binary.BigEndian.Uint64(value))
	}
	return tx.Bucket(sizes).Put(patient[:], position(uint64(max(size, 0))))
}

// Patients implements [store.Store].
func (s *Store) Patients(_ context.Context, device chain.ID) (out []chain.ID, err error) {
	err = s.bolt.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(devices).Cursor()
		for key, _ := c.Seek(device[:]); bytes.HasPrefix(key, device[:]) && len(key) == 32; key, _ = c.Next() {
			out = append(out, chain.ID(key[16:]))
		}
		return nil
	})
	return out, err
}

// Withdraw implements [store.Store].
func (s *Store) Withdraw(_ context.Context, patient, receipt chain.ID) error {
	return s.bolt.Batch(func(tx *bbolt.Tx) error {
		return tx.Bucket(withdrawn).Put(append(patient[:], receipt[:]...), []byte{})
	})
}

// Withdrawn implements [store.Store].
func (s *Store) Withdrawn(_ context.Context, patient chain.ID) (map[chain.ID]bool, error) {
	out := map[chain.ID]bool{}
	err := s.bolt.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(withdrawn).Cursor()
		for key, _ := c.Seek(patient[:]); bytes.HasPrefix(key, patient[:]) && len(key) == 32; key, _ = c.Next() {
			out[chain.ID(key[16:])] = true
		}
		return nil
	})
	return out, err
}

// Records implements [store.Store].
func (s *Store) Records(context.Context) (out []chain.ID, err error) {
	err = s.bolt.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(patients).ForEachBucket(func(name []byte) error {
			if len(name) != 16 {
				return store.ErrDamaged
			}
			out = append(out, chain.ID(name))
			return nil
		})
	})
	return out, err
}

// Usage implements [store.Store].
func (s *Store) Usage(_ context.Context, patient chain.ID) (out store.Usage, err error) {
	err = s.bolt.View(func(tx *bbolt.Tx) error {
		if b := tx.Bucket(patients).Bucket(patient[:]); b != nil {
			if key, _ := b.Cursor().Last(); key != nil {
				out.Ops = binary.BigEndian.Uint64(key)
			}
		}
		if value := tx.Bucket(sizes).Get(patient[:]); len(value) == 8 {
			out.Bytes = int64(binary.BigEndian.Uint64(value))
		}
		return nil
	})
	return out, err
}

// path is where a blob lies.
func (s *Store) path(patient chain.ID, name [32]byte) string {
	n := hex.EncodeToString(name[:])
	return filepath.Join(s.folder, blobsName, hex.EncodeToString(patient[:]), n[:2], n[2:4], n)
}

// Missing implements [store.Store].
func (s *Store) Missing(_ context.Context, patient chain.ID, names [][32]byte) (out [][32]byte, err error) {
	for _, name := range names {
		switch err := touch(s.path(patient, name)); {
		case errors.Is(err, fs.ErrNotExist):
			out = append(out, name)
		case err != nil:
			return nil, err
		}
	}
	return out, nil
}

// A blob's file is SHA-256 of the content, then the content.

// PutBlob implements [store.Store].
func (s *Store) PutBlob(_ context.Context, patient chain.ID, name [32]byte, content []byte) (stored bool, err error) {
	path := s.path(patient, name)
	if err := touch(path); !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	folder := filepath.Dir(path)
	if err := makeFolders(filepath.Join(s.folder, blobsName), folder); err != nil {
		return false, err
	}
	f, err := os.CreateTemp(folder, partPrefix+"*")
	if err != nil {
		return false, err
	}
	sum := sha256.Sum256(content)
	_, err = f.Write(append(sum[:], content...))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return false, errors.Join(err, os.Remove(f.Name()))
	}
	if err := syncFolder(folder); err != nil {
		return false, err
	}
	size := int64(sha256.Size + len(content))
	return true, s.bolt.Batch(func(tx *bbolt.Tx) error { return grow(tx, patient, size) })
}

// touch makes a blob that is there count as come now.
func touch(path string) error {
	now := time.Now()
	return os.Chtimes(path, now, now)
}

// partPrefix begins the name of a blob that has not come whole.
const partPrefix = ".part-"

// Sweep implements [store.Store].
func (s *Store) Sweep(ctx context.Context, patient chain.ID, before time.Time, named func(name [32]byte) bool) (n int, err error) {
	s.blobs.Lock()
	defer s.blobs.Unlock()
	var freed int64
	err = filepath.WalkDir(filepath.Join(s.folder, blobsName, hex.EncodeToString(patient[:])), func(path string, d fs.DirEntry, err error) error {
		if err = errors.Join(err, ctx.Err()); err != nil || d.IsDir() {
			return err
		}
		name, err := hex.DecodeString(d.Name())
		part := strings.HasPrefix(d.Name(), partPrefix)
		if !part && (err != nil || len(name) != 32 || named([32]byte(name))) {
			return nil // what is not ours stays
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.ModTime().Before(before) {
			return nil
		}
		if err = errors.Join(err, os.Remove(path)); err != nil {
			return err
		}
		if n++; !part {
			freed += info.Size()
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil // no blob has come
	}
	if freed == 0 {
		return n, err
	}
	return n, errors.Join(err, s.bolt.Batch(func(tx *bbolt.Tx) error { return grow(tx, patient, -freed) }))
}

// makeFolders makes the folders down to one, and syncs each that holds a new one.
func makeFolders(root, folder string) error {
	rest, err := filepath.Rel(root, folder)
	if err != nil {
		return err
	}
	at := root
	for _, name := range strings.Split(rest, string(filepath.Separator)) {
		above := at
		at = filepath.Join(at, name)
		err := os.Mkdir(at, 0o700)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err := errors.Join(err, syncFolder(above)); err != nil {
			return err
		}
	}
	return nil
}

// Blob implements [store.Store].
func (s *Store) Blob(_ context.Context, patient chain.ID, name [32]byte) ([]byte, error) {
	b, err := os.ReadFile(s.path(patient, name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, store.ErrAbsent
	case err != nil:
		return nil, err
	}
	return blobOf(b)
}

func blobOf(b []byte) ([]byte, error) {
	if len(b) < sha256.Size || sha256.Sum256(b[sha256.Size:]) != [32]byte(b) {
		return nil, store.ErrDamaged
	}
	return b[sha256.Size:], nil
}

// Check implements [store.Store].
func (s *Store) Check(ctx context.Context, tell func(store.Finding)) (out store.Totals, err error) {
	found := func(f store.Finding) {
		out.Damaged++
		if tell != nil {
			tell(f)
		}
	}
	err = s.bolt.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(patients).ForEachBucket(func(name []byte) error {
			if len(name) != 16 {
				return store.ErrDamaged
			}
			patient := chain.ID(name)
			out.Patients++
			return tx.Bucket(patients).Bucket(name).ForEach(func(key, value []byte) error {
				if err := ctx.Err(); err != nil {
					return err
				}
				out.Ops++
				out.Bytes += int64(len(value))
				o, err := decode(key, value)
				if err != nil {
					found(store.Finding{Patient: patient, What: "operation", N: o.N})
					return nil
				}
				s.checkOp(patient, &o, found)
				return nil
			})
		})
	})
	if err != nil {
		return out, err
	}
	err = filepath.WalkDir(filepath.Join(s.folder, blobsName), func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), partPrefix) {
			return err
		}
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // erased meanwhile
		}
		if err != nil {
			return err
		}
		out.Blobs++
		out.Bytes += int64(len(b))
		if _, err := blobOf(b); err != nil {
			found(store.Finding{What: "blob"})
		}
		return nil
	})
	if err == nil && out.Damaged > 0 {
		err = store.ErrDamaged
	}
	return out, err
}

// checkOp holds an operation to its body and its blobs.
func (s *Store) checkOp(patient chain.ID, o *store.Op, found func(store.Finding)) {
	op, err := chain.Parse(o.Op, o.Sig)
	switch {
	case err != nil || op.Patient != patient:
		found(store.Finding{Patient: patient, What: "operation", N: o.N})
		return
	case o.Bare || op.BodyHash == (chain.Hash{}):
		return
	case sha256.Sum256(o.Body) != op.BodyHash:
		found(store.Finding{Patient: patient, What: "body", N: o.N})
	}
	for _, name := range op.Blobs {
		if _, err := os.Stat(s.path(patient, name)); err != nil {
			found(store.Finding{Patient: patient, What: "blob", N: o.N})
		}
	}
}

// Backup implements [store.Store]: the operations first, as they are at one moment;
// then every blob, which holds at least those that these operations name, since no
// erasure runs meanwhile.
func (s *Store) Backup(ctx context.Context, folder string) error {
	if entries, err := os.ReadDir(folder); err == nil && len(entries) > 0 {
		return fmt.Errorf("boltstore: backup: %w", fs.ErrExist)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Join(folder, blobsName), 0o700); err != nil {
		return err
	}
	s.blobs.Lock()
	defer s.blobs.Unlock()
	err := s.bolt.View(func(tx *bbolt.Tx) error {
		return writeWhole(filepath.Join(folder, fileName), func(w io.Writer) error {
			_, err := tx.WriteTo(w)
			return err
		})
	})
	if err != nil {
		return err
	}
	from := filepath.Join(s.folder, blobsName)
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), partPrefix) {
			return err
		}
		rest, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		to := filepath.Join(folder, blobsName, rest)
		if err := makeFolders(filepath.Join(folder, blobsName), filepath.Dir(to)); err != nil {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return writeWhole(to, func(w io.Writer) error {
			_, err := w.Write(b)
			return err
		})
	})
}

// writeWhole writes a file of a backup and syncs it with its folder.
func writeWhole(path string, fill func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(fill(f), f.Sync(), f.Close(), syncFolder(filepath.Dir(path)))
}
