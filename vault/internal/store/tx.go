package store

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"
)

// Tx is a transaction. Bytes it returns must not be changed and are gone when
// it ends.
type Tx struct {
	b  *bbolt.Tx
	db *DB
}

func (tx *Tx) bucket(b Bucket) *bbolt.Bucket {
	bucket := tx.b.Bucket([]byte{byte(b)})
	bucket.FillPercent = fillPercent
	return bucket
}

// Seq is the key of a numbered value.
func Seq(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// Get returns the value of key, nil when there is none.
func (tx *Tx) Get(b Bucket, key []byte) []byte { return tx.bucket(b).Get(key) }

// Put writes a value.
func (tx *Tx) Put(b Bucket, key, value []byte) error { return tx.bucket(b).Put(key, value) }

// Delete removes a value; removing none is no error.
func (tx *Tx) Delete(b Bucket, key []byte) error { return tx.bucket(b).Delete(key) }

// Each calls fn for every value of a bucket in the order of keys.
func (tx *Tx) Each(b Bucket, fn func(key, value []byte) error) error {
	c := tx.bucket(b).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		if v == nil {
			continue // a nested bucket
		}
		if err := fn(k, v); err != nil {
			return err
		}
	}
	return nil
}

// EachUnder calls fn for every value whose key begins with prefix, in the order
// of keys.
func (tx *Tx) EachUnder(b Bucket, prefix []byte, fn func(key, value []byte) error) error {
	c := tx.bucket(b).Cursor()
	for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix) && k != nil; k, v = c.Next() {
		if v == nil {
			continue // a nested bucket
		}
		if err := fn(k, v); err != nil {
			return err
		}
	}
	return nil
}

// Last returns the highest number in a bucket whose keys are numbers, 0 when it
// is empty.
func (tx *Tx) Last(b Bucket) (uint64, error) {
	k, _ := tx.bucket(b).Cursor().Last()
	if k == nil {
		return 0, nil
	}
	if len(k) != 8 {
		return 0, fmt.Errorf("%w: a key of %c", ErrDamaged, b)
	}
	return binary.BigEndian.Uint64(k), nil
}

// version opens the nested bucket of a version, nil when there is none.
func (tx *Tx) version(seq uint64) (*bbolt.Bucket, error) {
	d := tx.bucket(Chunks).Bucket(Seq(seq))
	if d == nil {
		return nil, nil
	}
	return d, tx.db.checkTree(uint64(d.Root()))
}

// PutChunks appends chunks to version seq, from number first on.
func (tx *Tx) PutChunks(seq uint64, first uint32, chunks [][]byte) error {
	d, err := tx.version(seq)
	if err == nil && d == nil {
		d, err = tx.bucket(Chunks).CreateBucket(Seq(seq))
	}
	if err != nil {
		return err
	}
	d.FillPercent = 1
	for i, c := range chunks {
		if err := d.Put(binary.BigEndian.AppendUint32(nil, first+uint32(i)), c); err != nil {
			return err
		}
	}
	return nil
}

// Chunk returns chunk i of version seq, nil when it is not there. next says that
// the one after it will be asked for as well.
func (tx *Tx) Chunk(seq uint64, i uint32, next bool) ([]byte, error) {
	d := tx.bucket(Chunks).Bucket(Seq(seq))
	if d == nil {
		return nil, nil
	}
	get := func(i uint32) ([]byte, error) {
		key := binary.BigEndian.AppendUint32(nil, i)
		if err := tx.db.checkPath(uint64(d.Root()), key); err != nil {
			return nil, err
		}
		value := d.Get(key)
		readAhead(value)
		return value, nil
	}
	value, err := get(i)
	if err == nil && next {
		_, err = get(i + 1)
	}
	return value, err
}

// CountChunks tells how many chunks version seq has.
func (tx *Tx) CountChunks(seq uint64) (n uint32, err error) {
	d, err := tx.version(seq)
	if d == nil || err != nil {
		return 0, err
	}
	c := d.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		n++
	}
	return n, nil
}

// DropChunks removes version seq; removing none is no error.
func (tx *Tx) DropChunks(seq uint64) error {
	if d, err := tx.version(seq); d == nil || err != nil {
		return err
	}
	return tx.bucket(Chunks).DeleteBucket(Seq(seq))
}

// Versions returns the numbers of the versions that have chunks.
func (tx *Tx) Versions() (seqs []uint64, err error) {
	c := tx.bucket(Chunks).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		if v != nil || len(k) != 8 {
			return nil, fmt.Errorf("%w: a key of %c", ErrDamaged, Chunks)
		}
		seqs = append(seqs, binary.BigEndian.Uint64(k))
	}
	return seqs, nil
}
