package vault

import (
	"context"
	"errors"
	"hash"
	"io"
	"runtime/debug"
	"sync"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// uploadLimit is how many bytes of sealed chunks are kept in memory and written
// by one transaction.
const uploadLimit = 16 << 20

// upload is the sealed content of a new version of a document. Up to
// uploadLimit it stays in memory for the transaction that writes the record; a
// larger one goes to the file as it grows, under a number that counts for
// nothing until that transaction.
type upload struct {
	v      *Vault
	id     record.ID
	dek    seal.Key
	cipher *seal.Document
	digest hash.Hash

	version uint64
	size    int64
	inline  []byte
	blobs   []chain.Hash
	seq     uint64   // 0 while everything is in memory
	first   uint32   // number of chunks[0]
	chunks  [][]byte // not yet in the file
	bytes   int      // of chunks
}

// chunkPool holds buffers of a full sealed chunk. bbolt keeps what it is given
// until the end of a transaction; after that they serve again.
var chunkPool = sync.Pool{New: func() any { return new([seal.MaxChunkValue]byte) }}

// upload reads and seals content to its end, with a new key. progress, which may
// be nil, is told the bytes read since its last call. The caller must end with
// [upload.attach] in a transaction, or [upload.abandon].
func (v *Vault) upload(ctx context.Context, id record.ID, version uint64, content io.Reader, progress func(int64)) (*upload, error) {
	u := &upload{v: v, id: id, version: version, dek: seal.NewKey(), digest: seal.NewDigest()}
	var err error
	if u.cipher, err = seal.NewDocument(u.dek, id, version); err != nil {
		return nil, err
	}
	if err := u.fill(ctx, content, progress); err != nil {
		return nil, errors.Join(err, u.abandon())
	}
	return u, nil
}

// fill reads one chunk ahead, since the last one is sealed as such.
func (u *upload) fill(ctx context.Context, content io.Reader, progress func(int64)) error {
	a, b := plainPool.Get().(*[seal.ChunkSize]byte), plainPool.Get().(*[seal.ChunkSize]byte)
	filled := 0 // of either, at most: what has to be wiped
	defer func() { clear(a[:filled]); clear(b[:filled]); plainPool.Put(a); plainPool.Put(b) }()
	now, next := a[:], b[:]
	n, end, err := u.read(content, now)
	filled = n
	if err != nil {
		return err
	}
	if end && n <= inlineLimit {
		u.inline = append([]byte{}, now[:n]...)
		if progress != nil {
			progress(int64(n))
		}
		return nil
	}
	for i := uint32(0); ; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		m := 0
		if !end {
			m, end, err = u.read(content, next)
			filled = max(filled, m)
			if err != nil {
				return err
			}
		}
		last := end && m == 0
		if err := u.add(ctx, i, last, now[:n]); err != nil {
			return err
		}
		if progress != nil {
			progress(int64(n))
		}
		if last {
			return nil
		}
		now, next, n = next, now, m
	}
}

var plainPool = sync.Pool{New: func() any { return new([seal.ChunkSize]byte) }}

func (u *upload) read(content io.Reader, p []byte) (n int, end bool, err error) {
	if n, end, err = readFull(content, p); err != nil {
		return n, false, err
	}
	u.digest.Write(p[:n])
	if u.size += int64(n); u.size > seal.MaxDocument {
		return n, end, ErrTooLarge
	}
	return n, end, nil
}

// readFull fills p or reads to the end. Unlike [io.ReadFull] it does not take
// content that is cut short, which archive/zip reports by
// [io.ErrUnexpectedEOF], for content that ends.
func readFull(content io.Reader, p []byte) (n int, end bool, err error) {
	for n < len(p) && err == nil {
		var m int
		m, err = content.Read(p[n:])
		n += m
	}
	if err == io.EOF {
		return n, true, nil
	}
	return n, false, err
}

func (u *upload) add(ctx context.Context, i uint32, last bool, plain []byte) error {
	buffer := chunkPool.Get().(*[seal.MaxChunkValue]byte)
	value := u.cipher.SealChunk(buffer[:0], i, last, plain)
	u.blobs = append(u.blobs, u.cipher.BlobName(i))
	u.chunks = append(u.chunks, value)
	if u.bytes += len(value); u.bytes < uploadLimit || last && u.seq == 0 {
		return nil
	}
	return u.flush(ctx)
}

// flush moves the chunks in memory to the file.
func (u *upload) flush(ctx context.Context) error {
	if u.seq == 0 {
		seq, err := u.v.reserve()
		if err != nil {
			return err
		}
		u.seq = seq
	}
	done, err := u.v.looking()
	if err != nil {
		return err
	}
	err = u.v.db.Update(func(tx *store.Tx) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return tx.PutChunks(u.seq, u.first, u.chunks)
	})
	done()
	if err != nil {
		return named(err)
	}
	u.first += uint32(len(u.chunks))
	u.recycle()
	return nil
}

func (u *upload) recycle() {
	for _, c := range u.chunks {
		if cap(c) == seal.MaxChunkValue {
			chunkPool.Put((*[seal.MaxChunkValue]byte)(c[:seal.MaxChunkValue]))
		}
	}
	u.chunks, u.bytes = nil, 0
}

// reserve takes a number for a version that is written in several steps.
func (v *Vault) reserve() (uint64, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.state == nil {
		return 0, ErrLocked
	}
	seq := v.nextSeq
	v.nextSeq++
	v.reserved[seq] = true
	return seq, nil
}

// attach writes what is still in memory and describes the content in body. It
// returns the number under which the operation must stand.
func (u *upload) attach(a *act, body *documentBody) (seq uint64, err error) {
	body.Size, body.Version, body.Inline = u.size, u.version, u.inline
	body.Digest = [32]byte(u.digest.Sum(nil))
	body.DEK, body.Chunks = nil, 0
	body.Commitment = [32]byte{}
	if len(u.blobs) == 0 {
		return 0, nil
	}
	body.DEK, body.Chunks, body.Commitment = u.dek.Expose(), uint32(len(u.blobs)), u.cipher.Commitment()
	if seq = u.seq; seq == 0 {
		seq = a.nextSeq
		a.nextSeq++
		a.touched = true
	}
	return seq, a.tx.PutChunks(seq, u.first, u.chunks)
}

// writeVersion writes a version of a document whose content was uploaded, with what
// is said about it, under a key of the chart.
func (a *act) writeVersion(c *chart, key *seal.CircleKey, up *upload, body documentBody) error {
	seq, err := up.attach(a, &body)
	if err != nil {
		return err
	}
	body.ContentID = key.ContentID(body.Digest)
	_, err = a.write(c, draft{
		kind: chain.Data, head: bodyHead{Type: record.TypeDocument, ID: up.id, Version: body.Version},
		body: &body, circle: key, blobs: up.blobs, seq: seq,
	})
	return err
}

// finished is [upload.saved] for one that no other follows.
func (u *upload) finished() {
	u.saved()
	if u.seq != 0 {
		debug.FreeOSMemory() // what was sealed in many steps is garbage now, and large
	}
}

// saved releases memory and the number once the transaction has ended well.
func (u *upload) saved() {
	u.recycle()
	u.dek.Wipe()
	u.release(false)
}

// release gives the number back. left says that chunks are still in the file:
// the next act drops them.
func (u *upload) release(left bool) {
	if u.seq == 0 {
		return
	}
	u.v.mu.Lock()
	defer u.v.mu.Unlock()
	delete(u.v.reserved, u.seq)
	if left && u.v.state != nil {
		u.v.unfinished = append(u.v.unfinished, u.seq)
	}
}

// abandon removes what is already in the file.
func (u *upload) abandon() error {
	u.recycle()
	u.dek.Wipe()
	if u.seq == 0 {
		return nil
	}
	done, err := u.v.looking()
	if err != nil {
		return err
	}
	err = u.v.db.Update(func(tx *store.Tx) error { return tx.DropChunks(u.seq) })
	done()
	u.release(err != nil)
	return named(err)
}
