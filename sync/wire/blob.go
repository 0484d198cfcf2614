package wire

import (
	"encoding/binary"

	"carnet/vault/chain"
)

// Blobs travel some at a time, one after the other: name 32 | length u32 | bytes.
const (
	blobHead = 32 + 4
	// PackBytes is where a client closes a pack of blobs: large enough that a request
	// costs little beside what it brings, small enough that a slow line brings a few of
	// them at once before the server gives up.
	PackBytes = 4 << 20
	// MaxPack is the longest pack, in bytes: PackBytes, and the blob that crosses it.
	MaxPack = PackBytes + blobHead + MaxBlob
)

// Blob is a sealed piece of a document, by its name.
type Blob struct {
	Name    chain.Hash
	Content []byte
}

// AppendBlob adds a blob to a pack. fill appends its bytes to what it is given.
func AppendBlob(pack []byte, name chain.Hash, fill func([]byte) ([]byte, error)) ([]byte, error) {
	pack = append(pack, name[:]...)
	begin := len(pack) + 4
	pack, err := fill(append(pack, 0, 0, 0, 0))
	if err != nil {
		return nil, err
	}
	binary.BigEndian.PutUint32(pack[begin-4:], uint32(len(pack)-begin))
	return pack, nil
}

// ParsePack reads a pack: 1 to [MaxNames] blobs, each of 1 to [MaxBlob] bytes, and no name
// twice. The contents lie in b. It returns [ErrMessage].
func ParsePack(b []byte) (out []Blob, err error) {
	if len(b) == 0 || len(b) > MaxPack {
		return nil, ErrMessage
	}
	seen := map[chain.Hash]bool{}
	for len(b) > 0 {
		if len(b) < blobHead {
			return nil, ErrMessage
		}
		name, length := chain.Hash(b), binary.BigEndian.Uint32(b[32:])
		b = b[blobHead:]
		if length == 0 || length > MaxBlob || int(length) > len(b) || seen[name] || len(out) == MaxNames {
			return nil, ErrMessage
		}
		seen[name] = true
		out, b = append(out, Blob{name, b[:length:length]}), b[length:]
	}
	return out, nil
}
