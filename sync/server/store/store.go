// Package store says what a server keeps, and how well: an [Op] is durable before
// Append returns. One conformance suite (package storetest) holds every store to it.
package store

import (
	"context"
	"errors"
	"time"

	"carnet/vault/chain"
)

// Errors of a store. Nothing was changed.
var (
	// ErrMoved is returned when operations were to follow a position that is not the
	// last one any more.
	ErrMoved = errors.New("store: another operation came first")
	// ErrAbsent is returned for a blob that is not there.
	ErrAbsent = errors.New("store: no such blob")
	// ErrDamaged is returned when what was kept does not hold.
	ErrDamaged = errors.New("store: damaged")
)

// Op is an operation in the order of a patient, from position 1.
type Op struct {
	N, Time  uint64
	Op       []byte // canonical bytes of its header
	Sig      [64]byte
	Bare     bool // its body was not sent, or was erased
	Body     []byte
	BodySize int // in bytes, known even where the body was not asked for
}

// Batch is what one request adds to a patient, whole or not at all.
type Batch struct {
	Patient chain.ID
	After   uint64 // position of the last operation before
	Ops     []Op   // from After+1 on
	// Bodies completes operations that came bare, by position.
	Bodies map[uint64][]byte
	// Drop are positions whose bodies go, and Blobs those that go with them.
	Drop  []uint64
	Blobs [][32]byte
	// Devices may ask for this patient from then on, Gone no longer.
	Devices, Gone []chain.ID
}

// Blob is a sealed piece of a document.
type Blob struct {
	Name    chain.Hash
	Content []byte
}

// Usage is what a patient takes.
type Usage struct {
	Ops   uint64
	Bytes int64 // of operations, bodies and blobs
}

// Store is where a server keeps what it acknowledged. It is safe for concurrent use.
type Store interface {
	// Ops calls each for the operations of a patient after a position, in order,
	// until it returns false. Without bodies, Body stays empty. What is given is
	// valid during the call alone.
	Ops(ctx context.Context, patient chain.ID, after uint64, bodies bool, each func(Op) bool) error
	// Append makes a batch durable, or returns [ErrMoved].
	Append(ctx context.Context, b *Batch) error
	// Patients lists for whom a device may ask.
	Patients(ctx context.Context, device chain.ID) ([]chain.ID, error)
	// Withdraw notes that a consent is over, durably; Withdrawn lists those.
	Withdraw(ctx context.Context, patient, receipt chain.ID) error
	Withdrawn(ctx context.Context, patient chain.ID) (map[chain.ID]bool, error)

	// Missing lists those of the names that are not there. The others count as
	// come now, for Sweep, or within the last hour.
	Missing(ctx context.Context, patient chain.ID, names [][32]byte) ([][32]byte, error)
	// PutBlobs makes blobs of different names durable, none of them empty. Those that
	// are there stay and count as come now; stored is how many were not.
	PutBlobs(ctx context.Context, patient chain.ID, list []Blob) (stored int, err error)
	// Blob returns a blob, or [ErrAbsent].
	Blob(ctx context.Context, patient chain.ID, name [32]byte) ([]byte, error)

	// Sweep drops the blobs of a patient that came before a moment and that are not
	// named. It returns how many. Nobody may append for this patient meanwhile.
	Sweep(ctx context.Context, patient chain.ID, before time.Time, named func(name [32]byte) bool) (int, error)

	// Records lists the patients.
	Records(ctx context.Context) ([]chain.ID, error)
	// Usage tells what a patient takes.
	Usage(ctx context.Context, patient chain.ID) (Usage, error)
	// Check reads everything and returns [ErrDamaged] with how much does not hold.
	Check(ctx context.Context, tell func(Finding)) (Totals, error)
	// Backup writes a copy of one moment into a folder that must be empty or absent,
	// while the store is in use.
	Backup(ctx context.Context, folder string) error
	Close() error
}

// Finding is something that does not hold. It names no content.
type Finding struct {
	Patient chain.ID
	What    string // "operation", "body", "order" or "blob"
	N       uint64 // position, for all but blobs
}

// Totals is what a check has read.
type Totals struct {
	Patients, Ops, Blobs uint64
	Bytes                int64
	Damaged              int
}
