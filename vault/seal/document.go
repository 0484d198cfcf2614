package seal

import (
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"slices"

	"golang.org/x/crypto/blake2b"
)

const (
	// ChunkSize is the plaintext of a full chunk, in bytes. With its tag it
	// fills 64 pages of the file.
	ChunkSize = 262064
	// MaxChunkValue is the ciphertext of a full chunk, in bytes.
	MaxChunkValue = ChunkSize + tagSize
	// MaxDocument is the size of the largest document, 16 GiB.
	MaxDocument = 16 << 30
)

// ErrChunk is returned when a chunk does not open: changed, cut, moved to
// another place, or of another document.
var ErrChunk = errors.New("seal: the chunk has been altered")

// Document encrypts and decrypts the chunks of one version of one document.
// Chunk i of n can be read without the others; the last one carries a mark, so
// that a shortened document is noticed.
type Document struct {
	key        Key
	commitment [32]byte
	aead       cipher.AEAD
	aad        [24]byte // document id, version
}

// NewDocument derives the chunk key of one version from its data encryption
// key. A new version must have a new key.
func NewDocument(dek Key, id [16]byte, version uint64) (*Document, error) {
	if dek.IsZero() {
		return nil, ErrNoKey
	}
	d := new(Document)
	copy(d.aad[:], id[:])
	binary.BigEndian.PutUint64(d.aad[16:], version)
	h, err := blake2b.New512(dek.b.get()[:])
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	h.Write([]byte("carnet1/doc"))
	h.Write(d.aad[:])
	okm := h.Sum(nil)
	defer clear(okm)
	if d.key, err = KeyFrom(okm[:32]); err != nil {
		return nil, err
	}
	copy(d.commitment[:], okm[32:])
	if d.aead, err = singleUse(okm[:32]); err != nil {
		return nil, err
	}
	return d, nil
}

// Format prints a placeholder, whatever the verb.
func (d *Document) Format(f fmt.State, _ rune) { fmt.Fprint(f, "seal.Document(hidden)") }

// Commitment is kept in the document's record, so that one ciphertext cannot
// show two contents to two keys.
func (d *Document) Commitment() [32]byte { return d.commitment }

// CheckCommitment returns [ErrKey] when the key is not the committed one.
func (d *Document) CheckCommitment(want [32]byte) error {
	if subtle.ConstantTimeCompare(d.commitment[:], want[:]) != 1 {
		return ErrKey
	}
	return nil
}

// Chunks tells how many chunks a document of size bytes has: an empty one has
// one.
func Chunks(size int64) uint32 {
	return uint32(max(1, (size+ChunkSize-1)/ChunkSize))
}

// SealChunk appends the ciphertext of chunk i to dst. All chunks but the last
// hold exactly [ChunkSize] bytes; the last is padded. Any other length is a
// defect of the caller and panics, since nothing could open the result.
func (d *Document) SealChunk(dst []byte, i uint32, last bool, plain []byte) []byte {
	if len(plain) > ChunkSize || !last && len(plain) != ChunkSize {
		panic(fmt.Sprintf("seal: a chunk of %d bytes", len(plain)))
	}
	nonce := chunkNonce(i, last)
	if !last {
		return d.aead.Seal(dst, nonce[:], plain, d.aad[:])
	}
	// Padded and sealed in place.
	start, length := len(dst), min(ChunkSize, padded(len(plain)))
	dst = slices.Grow(dst, length+tagSize)[:start+length]
	clear(dst[start+copy(dst[start:], plain):])
	return d.aead.Seal(dst[:start], nonce[:], dst[start:], d.aad[:])
}

// OpenChunk appends the plaintext of chunk i, padding included, to dst.
func (d *Document) OpenChunk(dst []byte, i uint32, last bool, value []byte) ([]byte, error) {
	if len(value) > MaxChunkValue || (!last && len(value) != MaxChunkValue) {
		return dst, ErrChunk
	}
	nonce := chunkNonce(i, last)
	out, err := d.aead.Open(dst, nonce[:], value, d.aad[:])
	if err != nil {
		return dst, ErrChunk
	}
	return out, nil
}

func chunkNonce(i uint32, last bool) (nonce [12]byte) {
	binary.BigEndian.PutUint32(nonce[7:], i)
	if last {
		nonce[11] = 1
	}
	return nonce
}

// BlobName is the name of chunk i outside this file: it tells nothing of the
// content, not even that two copies are equal.
func (d *Document) BlobName(i uint32) [32]byte {
	h := keyed256(d.key.b.get()[:])
	h.Write([]byte("carnet1/blob"))
	var n [4]byte
	binary.BigEndian.PutUint32(n[:], i)
	h.Write(n[:])
	return [32]byte(h.Sum(nil))
}

// NewDigest hashes content: BLAKE2b-256, what `b2sum -l 256` prints.
func NewDigest() hash.Hash {
	h, err := blake2b.New256(nil)
	if err != nil {
		panic(err) // only a key that is too long fails
	}
	return h
}

// keyed256 is BLAKE2b-256 under a key of 32 bytes.
func keyed256(key []byte) hash.Hash {
	h, err := blake2b.New256(key)
	if err != nil {
		panic(err) // only a key that is too long fails
	}
	return h
}
