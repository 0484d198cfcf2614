package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Bucket is one of the file's buckets, one byte each.
type Bucket byte

// The buckets.
const (
	Meta    Bucket = 'm' // format, vault id, slots: the only clear text
	Seals   Bucket = 's' // circle keys sealed to devices
	Records Bucket = 'r' // bodies of operations
	Chunks  Bucket = 'd' // a nested bucket per document version
	Ops     Bucket = 'o' // operation headers
	Journal Bucket = 'j' // access journal
	Index   Bucket = 'i' // what can be derived again
	Outbox  Bucket = 'q' // what waits for a server
	Self    Bucket = 'n' // what one device alone reads: manifests and drafts
)

var buckets = []Bucket{Meta, Seals, Records, Chunks, Ops, Journal, Index, Outbox, Self}

// Buckets lists them all.
func Buckets() []Bucket { return slices.Clone(buckets) }

// Format is the version of the file format that this package writes.
const Format = 1

var (
	magic     = []byte("carnet vault")
	magicKey  = []byte("magic")
	formatKey = []byte("format")
)

// lockTimeout is how long a second opener waits.
const (
	lockTimeout = time.Second
	fileMode    = 0o600
	fillPercent = 0.95
)

// The file grows by an eighth of what it holds, within these bounds: a small
// one stays small, and an import rarely waits for a growth.
const (
	minGrowth = 1 << 20
	maxGrowth = 64 << 20
)

// DB is an open vault file.
type DB struct {
	path       string
	file       *os.File // the one that bolt opened, to compare and nothing else
	bolt       *bbolt.DB
	badHeaders int
	free       sync.Once // the list of free pages has been checked
	list       error     // what that said
}

// Create makes a new file at path, filled by fill, and opens it. The file
// appears at path whole or not at all. It returns an error wrapping
// [fs.ErrExist] when something is already there.
func Create(path string, fill func(*Tx) error) (*DB, error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, fs.ErrExist
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	aside, err := besides(path)
	if err != nil {
		return nil, err
	}
	defer os.Remove(aside)
	db, err := open(aside, false)
	if err != nil {
		return nil, err
	}
	err = db.bolt.Update(func(tx *bbolt.Tx) error {
		for _, b := range buckets {
			if _, err := tx.CreateBucket([]byte{byte(b)}); err != nil {
				return err
			}
		}
		t := &Tx{tx, db}
		if err := t.Put(Meta, magicKey, magic); err != nil {
			return err
		}
		if err := t.Put(Meta, formatKey, binary.BigEndian.AppendUint32(nil, Format)); err != nil {
			return err
		}
		return fill(t)
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	if err := Publish(aside, path); err != nil {
		return nil, err
	}
	// Now, since Windows takes no name from a file that is open. Renaming has done it already.
	if err := os.Remove(aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(err, os.Remove(path))
	}
	if db, err = Open(path); err == nil {
		return db, nil
	}
	return nil, errors.Join(err, os.Remove(path)) // nobody has what opens it
}

// Publish gives a finished file its name in the same folder and makes that
// durable. It replaces nothing: the error wraps [fs.ErrExist] when something is
// there already. The file may keep its first name too, which the caller removes.
func Publish(aside, path string) error {
	// Link refuses to replace a file that came in between; where the file
	// system has no links, looking first has to do.
	if err := os.Link(aside, path); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return err
		}
		if _, err := os.Lstat(path); err == nil {
			return fs.ErrExist
		}
		if err := os.Rename(aside, path); err != nil {
			return err
		}
	}
	if err := syncFolder(path); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// besides returns the name of a new empty file in the folder of path.
func besides(path string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+asideSuffix)
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// asideSuffix is a pattern of [os.CreateTemp] and of [filepath.Match].
const asideSuffix = ".*.aside"

// sweep removes what a compaction of this file left that was killed: it holds
// copies of what may since have been erased. The caller has the lock of the
// file, so no compaction of it is under way.
func sweep(path string) error {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	prefix, suffix, _ := strings.Cut("."+filepath.Base(path)+asideSuffix, "*")
	for _, e := range entries {
		random := strings.TrimSuffix(strings.TrimPrefix(e.Name(), prefix), suffix)
		if e.Name() == prefix+random+suffix && strings.Trim(random, "0123456789") == "" {
			err = errors.Join(err, os.Remove(filepath.Join(filepath.Dir(path), e.Name())))
		}
	}
	return err
}

// Open opens a vault file for reading and writing.
func Open(path string) (*DB, error) { return openChecked(path, false) }

// OpenReadOnly opens a vault file without the right to change it. Several
// processes may, but not beside one that writes.
func OpenReadOnly(path string) (*DB, error) { return openChecked(path, true) }

func openChecked(path string, readOnly bool) (*DB, error) {
	// A compaction takes the place of the file, not of a link to it.
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	bad, err := checkFile(path)
	if err != nil {
		return nil, err
	}
	for {
		db, err := open(path, readOnly)
		if err != nil {
			return nil, err
		}
		db.badHeaders = bad
		if current, err := db.current(); err != nil || current {
			if err == nil {
				err = db.checkFormat()
			}
			if err == nil && !readOnly {
				err = sweep(path)
			}
			if err != nil {
				return nil, errors.Join(err, db.Close())
			}
			return db, nil
		}
		// A compaction replaced the file while we waited for its lock.
		if err := db.Close(); err != nil {
			return nil, err
		}
	}
}

func open(path string, readOnly bool) (*DB, error) {
	db := &DB{path: path}
	size := int64(0)
	if info, err := os.Stat(path); err == nil {
		size = info.Size()
	}
	err := Contained(func() (err error) {
		db.bolt, err = bbolt.Open(path, fileMode, &bbolt.Options{
			Timeout:         lockTimeout,
			FreelistType:    bbolt.FreelistMapType,
			PageSize:        pageSize,
			ReadOnly:        readOnly,
			InitialMmapSize: initialMap(size),
			OpenFile: func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
				f, err = os.OpenFile(name, flag, mode)
				db.file = f
				return f, err
			},
		})
		return err
	})
	if err != nil && db.file != nil {
		abandon(db.file)
	}
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, ErrInUse
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch), errors.Is(err, bolterrors.ErrChecksum):
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	case err != nil:
		return nil, err
	}
	db.bolt.AllocSize = minGrowth
	if err := Contained(db.checkTrees); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// initialMap is how much address space to map at first, so that growing rarely
// waits for readers. On Windows mapping enlarges the file, so none is asked.
func initialMap(size int64) int {
	if runtime.GOOS == "windows" {
		return 0
	}
	return int(max(2*size, 1<<30))
}

// current reports whether the open file is still the one at its path.
func (db *DB) current() (bool, error) {
	there, err := os.Stat(db.path)
	if err != nil {
		return false, err
	}
	open, err := db.file.Stat()
	if err != nil {
		return false, err
	}
	return os.SameFile(open, there), nil
}

func (db *DB) checkFormat() error {
	return db.View(func(tx *Tx) error {
		found := 0
		for _, b := range buckets {
			if tx.b.Bucket([]byte{byte(b)}) != nil {
				found++
			}
		}
		var name, format []byte
		if meta := tx.b.Bucket([]byte{byte(Meta)}); meta != nil {
			name, format = meta.Get(magicKey), meta.Get(formatKey)
		}
		ours := bytes.Equal(name, magic)
		switch {
		case !ours && found < len(buckets)-1:
			return ErrForeign
		case ours && closed(tx.b.Bucket([]byte{byte(Meta)})):
			return ErrClosing
		case ours && len(format) == 4 && binary.BigEndian.Uint32(format) > Format:
			return ErrNewer
		case !ours || found < len(buckets) || len(format) != 4 || binary.BigEndian.Uint32(format) == 0:
			return fmt.Errorf("%w: format", ErrDamaged)
		}
		return nil
	})
}

// BadHeaders tells how many of the two headers did not hold when the file was
// opened, 0 or 1. With one of them the last transaction may be gone: a crash
// leaves both whole, since each lies within one sector.
func (db *DB) BadHeaders() int { return db.badHeaders }

// Close closes the file and releases its lock. It is safe to call twice.
func (db *DB) Close() error { return Contained(db.bolt.Close) }

// View runs fn in a read transaction. Keep it short: pages that fn can see are
// not used again while it runs.
func (db *DB) View(fn func(*Tx) error) error {
	return Contained(func() error {
		return db.bolt.View(func(tx *bbolt.Tx) error { return fn(&Tx{tx, db}) })
	})
}

// Update runs fn in a write transaction and makes it durable. The first one of
// an opening holds the list of free pages against those in use, and returns an
// error wrapping [ErrDamaged] when writing would destroy something.
func (db *DB) Update(fn func(*Tx) error) error {
	return Contained(func() error {
		db.free.Do(func() { db.list = fmt.Errorf("%w: free list", ErrDamaged); db.list = db.checkFree() }) // also when it panics
		if db.list != nil {
			return db.list
		}
		return db.bolt.Update(func(tx *bbolt.Tx) error {
			db.bolt.AllocSize = min(maxGrowth, max(minGrowth, int(tx.Size()/8))) // read by the commit of tx alone
			return fn(&Tx{tx, db})
		})
	})
}

// Size is what the file holds.
type Size struct {
	Bytes int64 // of the file
	Free  int64 // bytes of it that are free pages
}

// Size measures the file. One that is open for reading alone does not know what
// is free in it.
func (db *DB) Size() (Size, error) {
	info, err := os.Stat(db.path)
	if err != nil {
		return Size{}, err
	}
	stats := db.bolt.Stats()
	return Size{Bytes: info.Size(), Free: int64(stats.FreePageN+stats.PendingPageN) * pageSize}, nil
}
