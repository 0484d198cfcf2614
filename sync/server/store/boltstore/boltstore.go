// Package boltstore keeps operations in one bbolt file and blobs in files beside it.
//
// The file is operations.db; its buckets are p (operations of a patient: a nested
// bucket by patient, u64 position), u (devices: device | patient), w (consents that
// are over: patient | receipt), z (bytes that a patient takes), b (where a blob is:
// patient | name) and k (what a pack holds: patient | pack). Blobs that come together
// lie one after the other in one file, packs/PATIENT/PACK in hexadecimal, which never
// changes: it is synced, with its folder, before the bbolt file says what is in it.
package boltstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
	blobs     = []byte{'b'}
	packs     = []byte{'k'}
)

const (
	fileName  = "operations.db"
	packsName = "packs"
)

// Store is a [store.Store] in a folder.
type Store struct {
	folder string
	bolt   *bbolt.DB

	dropping sync.Mutex // held while packs are dropped, or copied by a backup
}

var _ store.Store = (*Store)(nil)

// Open opens the store in a folder, and makes it when it is not there. Packs that an
// interrupted act left, and that nothing is in, are removed. A second process waits a
// second and gets an error.
func Open(folder string) (*Store, error) {
	if err := os.MkdirAll(filepath.Join(folder, packsName), 0o700); err != nil {
		return nil, err
	}
	db, err := bbolt.Open(filepath.Join(folder, fileName), 0o600, &bbolt.Options{Timeout: time.Second, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return nil, fmt.Errorf("boltstore: open: %w", err)
	}
	db.MaxBatchDelay = 2 * time.Millisecond // a group commit waits no longer for company
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{patients, devices, withdrawn, sizes, blobs, packs} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
	s := &Store{folder: folder, bolt: db}
	if err == nil {
		err = s.clean()
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
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
	if len(b.Blobs) == 0 {
		return s.bolt.Batch(func(tx *bbolt.Tx) error { return s.append(tx, b) })
	}
	return s.drop(b.Patient, b.Blobs, func(tx *bbolt.Tx) error { return s.append(tx, b) })
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
				checkOp(tx, patient, &o, found)
				return nil
			})
		})
	})
	if err != nil {
		return out, err
	}
	if err == nil {
		err = s.checkPacks(ctx, &out, found)
	}
	if err == nil && out.Damaged > 0 {
		err = store.ErrDamaged
	}
	return out, err
}

// checkOp holds an operation to its body and its blobs.
func checkOp(tx *bbolt.Tx, patient chain.ID, o *store.Op, found func(store.Finding)) {
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
		if tx.Bucket(blobs).Get(blobKey(patient, name)) == nil {
			found(store.Finding{Patient: patient, What: "blob", N: o.N})
		}
	}
}

// Backup implements [store.Store]: the operations first, as they are at one moment;
// then every pack, which are at least those of that moment, since none is dropped
// meanwhile.
func (s *Store) Backup(ctx context.Context, folder string) error {
	if entries, err := os.ReadDir(folder); err == nil && len(entries) > 0 {
		return fmt.Errorf("boltstore: backup: %w", fs.ErrExist)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Join(folder, packsName), 0o700); err != nil {
		return err
	}
	s.dropping.Lock()
	defer s.dropping.Unlock()
	err := s.bolt.View(func(tx *bbolt.Tx) error {
		return writeWhole(filepath.Join(folder, fileName), func(w io.Writer) error {
			_, err := tx.WriteTo(w)
			return err
		})
	})
	if err != nil {
		return err
	}
	return s.eachPack(func(patient chain.ID, pack uint64) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, err := os.ReadFile(s.path(patient, pack))
		if err != nil {
			return err
		}
		to := packPath(folder, patient, pack)
		if err := makeFolder(filepath.Dir(to)); err != nil {
			return err
		}
		return writeWhole(to, func(w io.Writer) error {
			_, err := w.Write(b)
			return err
		})
	})
}

// writeWhole writes a file that was not there and syncs it with its folder.
func writeWhole(path string, fill func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(fill(f), f.Sync(), f.Close(), syncFolder(filepath.Dir(path)))
}
