package store

import (
	"bytes"
	"context"
	"errors"
	"os"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// compactBatch is how many bytes of values one transaction of a compaction
// holds.
const compactBatch = 16 << 20

// Compact rewrites what lives into a new file that takes the place of the old
// one, so that nothing removed remains in it. progress, which may be nil, is
// told the bytes copied. On error, or when ctx ends, the file is as before and
// db still open.
func (db *DB) Compact(ctx context.Context, progress func(done int64)) error {
	aside, err := besides(db.path)
	if err != nil {
		return err
	}
	defer os.Remove(aside)
	fresh, err := open(aside, false)
	if err != nil {
		return err
	}
	err = Contained(func() error {
		return db.bolt.View(func(from *bbolt.Tx) error {
			return db.copyAll(ctx, from, fresh.bolt, progress)
		})
	})
	if err == nil {
		err = fresh.bolt.Sync()
	}
	if err != nil {
		return errors.Join(err, fresh.Close())
	}
	return db.replace(aside, fresh)
}

// copier writes values in transactions of a bounded size.
type copier struct {
	ctx      context.Context
	from     *DB
	to       *bbolt.DB
	tx       *bbolt.Tx
	pending  int
	done     int64
	progress func(int64)
}

func (db *DB) copyAll(ctx context.Context, from *bbolt.Tx, to *bbolt.DB, progress func(int64)) (err error) {
	c := &copier{ctx: ctx, from: db, to: to, progress: progress}
	if c.tx, err = to.Begin(true); err != nil {
		return err
	}
	defer func() {
		if rollback := c.tx.Rollback(); err == nil && !errors.Is(rollback, bolterrors.ErrTxClosed) {
			err = rollback
		}
	}()
	err = from.ForEach(func(name []byte, b *bbolt.Bucket) error { return c.bucket([][]byte{name}, b) })
	if err != nil {
		return err
	}
	return c.tx.Commit()
}

// bucket copies one bucket, and those nested in it, to the same path.
func (c *copier) bucket(path [][]byte, from *bbolt.Bucket) error {
	if err := c.from.checkTree(uint64(from.Root())); err != nil {
		return err
	}
	if _, err := c.at(path); err != nil {
		return err
	}
	return from.ForEach(func(k, v []byte) error {
		if bytes.Equal(path[0], []byte{byte(Meta)}) && bytes.Equal(k, residueKey) {
			return nil // this is the compaction that was due
		}
		if v == nil {
			return c.bucket(append(path[:len(path):len(path)], k), from.Bucket(k))
		}
		if err := c.turn(len(v)); err != nil {
			return err
		}
		readAhead(v) // it is copied when the transaction ends
		to, err := c.at(path)
		if err != nil {
			return err
		}
		return to.Put(k, v)
	})
}

// at finds or makes the bucket at path in the current transaction.
func (c *copier) at(path [][]byte) (b *bbolt.Bucket, err error) {
	b, err = c.tx.CreateBucketIfNotExists(path[0])
	for _, name := range path[1:] {
		if err != nil {
			return nil, err
		}
		b, err = b.CreateBucketIfNotExists(name)
	}
	if err == nil {
		b.FillPercent = fillPercent
	}
	return b, err
}

// turn commits when the transaction is large enough.
func (c *copier) turn(n int) (err error) {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	if c.pending += n; c.pending < compactBatch {
		return nil
	}
	if err := c.tx.Commit(); err != nil {
		return err
	}
	c.done, c.pending = c.done+int64(c.pending), 0
	if c.progress != nil {
		c.progress(c.done)
	}
	c.tx, err = c.to.Begin(true)
	return err
}
