package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"

	"go.etcd.io/bbolt"
)

// Snapshot is the file as it was at one moment. Writing goes on meanwhile; the
// pages that the snapshot shows are not used again before Close, so keep it no
// longer than a copy takes. It is not safe for concurrent use.
type Snapshot struct {
	db   *DB
	file io.ReaderAt
	tx   *bbolt.Tx
	meta [metaSize]byte
	size int64
}

// Snapshot takes one. The caller must close it; closing the database waits for
// that.
func (db *DB) Snapshot() (s *Snapshot, err error) {
	err = Contained(func() (err error) {
		s, err = db.snapshot()
		return err
	})
	return s, err
}

func (db *DB) snapshot() (*Snapshot, error) {
	for {
		tx, err := db.bolt.Begin(false)
		if err != nil {
			return nil, err
		}
		s := &Snapshot{db: db, file: db.file, tx: tx, size: tx.Size()}
		found, err := s.readMeta(uint64(tx.ID()))
		if found {
			return s, nil
		}
		if err := errors.Join(err, tx.Rollback()); err != nil {
			return nil, err
		}
		// Two commits came in between and took both meta pages: again.
	}
}

// readMeta looks for the meta page of a transaction, which stays until the
// second commit after it.
func (s *Snapshot) readMeta(txid uint64) (found bool, err error) {
	for page := range int64(2) {
		if _, err := s.file.ReadAt(s.meta[:], page*pageSize+metaAt); err != nil {
			return false, err
		}
		if metaValid(s.meta[:]) && binary.LittleEndian.Uint64(s.meta[metaTxAt:]) == txid {
			return true, nil
		}
	}
	return false, nil
}

// Size is the length of the copy, in bytes.
func (s *Snapshot) Size() int64 { return s.size }

// Close lets go of the pages.
func (s *Snapshot) Close() error { return Contained(s.tx.Rollback) }

// copyStep is how many bytes are copied between two looks at the context.
const copyStep = 1 << 20

// WriteTo writes the whole file as it was, its two headers first. progress,
// which may be nil, is told the bytes written of how many. What is in free pages
// is copied as it happens to be.
func (s *Snapshot) WriteTo(ctx context.Context, w io.Writer, progress func(done, total int64)) error {
	if s.size < 2*pageSize {
		return fmt.Errorf("%w: size", ErrDamaged)
	}
	// The second header is one transaction older and leads to the same pages,
	// so that either alone opens the copy.
	for page := range uint64(2) {
		head := make([]byte, pageSize)
		binary.LittleEndian.PutUint64(head, page)
		binary.LittleEndian.PutUint16(head[8:], metaFlag)
		m := head[metaAt : metaAt+metaSize]
		copy(m, s.meta[:])
		binary.LittleEndian.PutUint64(m[metaTxAt:], binary.LittleEndian.Uint64(m[metaTxAt:])-page)
		binary.LittleEndian.PutUint64(m[metaChecksumAt:], metaChecksum(m))
		if _, err := w.Write(head); err != nil {
			return err
		}
	}
	buffer := make([]byte, copyStep)
	for at := int64(2 * pageSize); at < s.size; {
		if err := ctx.Err(); err != nil {
			return err
		}
		b := buffer[:min(copyStep, s.size-at)]
		if _, err := s.file.ReadAt(b, at); err != nil {
			if errors.Is(err, io.EOF) {
				err = fmt.Errorf("%w: the end is missing", ErrTruncated)
			}
			return err
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
		at += int64(len(b))
		if progress != nil {
			progress(at, s.size)
		}
	}
	return nil
}

func metaChecksum(m []byte) uint64 {
	sum := fnv.New64a()
	sum.Write(m[:metaChecksumAt])
	return sum.Sum64()
}

// metaValid reports whether a meta is one of bbolt's with our page size.
func metaValid(m []byte) bool {
	return binary.LittleEndian.Uint32(m) == boltMagic && binary.LittleEndian.Uint64(m[metaChecksumAt:]) == metaChecksum(m) &&
		binary.LittleEndian.Uint32(m[4:]) == boltVersion && binary.LittleEndian.Uint32(m[8:]) == pageSize
}
