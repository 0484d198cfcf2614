package store

import (
	"encoding/binary"
	"errors"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Gathering is a new file that takes values one by one, from a file that cannot
// be opened. It is not safe for concurrent use.
type Gathering struct {
	db      *DB
	tx      *bbolt.Tx
	pending int
}

// Gather begins a new file at path, which must be an empty one. It has all
// buckets and our format.
func Gather(path string) (*Gathering, error) {
	db, err := open(path, false)
	if err != nil {
		return nil, err
	}
	g := &Gathering{db: db}
	if g.tx, err = db.bolt.Begin(true); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	for _, b := range buckets {
		if _, err := g.tx.CreateBucket([]byte{byte(b)}); err != nil {
			return nil, errors.Join(err, g.Drop())
		}
	}
	err = g.Put(Meta, magicKey, magic)
	if err == nil {
		err = g.Put(Meta, formatKey, binary.BigEndian.AppendUint32(nil, Format))
	}
	if err != nil {
		return nil, errors.Join(err, g.Drop())
	}
	return g, nil
}

// Put writes a value; what format and magic are the file knows by itself. A
// bucket that the format does not have is passed over.
func (g *Gathering) Put(b Bucket, key, value []byte) error {
	to := g.tx.Bucket([]byte{byte(b)})
	if to == nil || b == Chunks {
		return nil
	}
	to.FillPercent = fillPercent
	if err := to.Put(append([]byte{}, key...), append([]byte{}, value...)); err != nil { // bbolt keeps what it is given
		return err
	}
	return g.turn(len(value))
}

// PutChunk writes a chunk of version seq.
func (g *Gathering) PutChunk(seq uint64, key, value []byte) error {
	to, err := g.tx.Bucket([]byte{byte(Chunks)}).CreateBucketIfNotExists(Seq(seq))
	if err != nil {
		return err
	}
	to.FillPercent = 1
	if err := to.Put(append([]byte{}, key...), append([]byte{}, value...)); err != nil {
		return err
	}
	return g.turn(len(value))
}

func (g *Gathering) turn(n int) (err error) {
	if g.pending += n; g.pending < compactBatch {
		return nil
	}
	if err := g.tx.Commit(); err != nil {
		return err
	}
	g.pending = 0
	g.tx, err = g.db.bolt.Begin(true)
	return err
}

// Finish makes the file durable and closes it.
func (g *Gathering) Finish() error {
	return errors.Join(g.tx.Commit(), g.db.Close())
}

// Drop gives up and closes the file, which is the caller's to remove.
func (g *Gathering) Drop() error {
	err := g.tx.Rollback()
	if errors.Is(err, bolterrors.ErrTxClosed) {
		err = nil
	}
	return errors.Join(err, g.db.Close())
}
