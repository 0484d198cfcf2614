package wire

import (
	"crypto/ed25519"
	"errors"
	"fmt"

	"carnet/vault/chain"
)

// Version is the version of the messages that this package writes and reads.
const Version = 1

// Bounds of what travels. The server refuses more; a client never sends it.
const (
	// MaxMessage is the longest message, in bytes: one operation with the longest
	// body that a vault writes, and its neighbours.
	MaxMessage = 24 << 20
	// MaxPush is how many operations one push has at most: all headers up to a
	// record's first consent go in one.
	MaxPush = 60_000
	// PageBytes is how many bytes of operations and bodies close a page.
	PageBytes = 4 << 20
	// PageOps is how many operations a page has at most.
	PageOps = 500
	// PageBlobs is how many blobs the operations of a page name before it closes.
	PageBlobs = 256
	// MaxNames is how many blobs one question names.
	MaxNames = 1000
	// MaxBlob is the longest blob, in bytes: a full chunk of a document.
	MaxBlob = 262080
)

// ErrMessage is returned for bytes that are no message of this version.
var ErrMessage = errors.New("wire: not a message of this version")

// Item is one operation as it travels, its body beside it.
type Item struct {
	_    struct{} `cbor:",toarray"`
	Op   []byte   // canonical bytes
	Sig  [ed25519.SignatureSize]byte
	Bare bool   // the body is left out on purpose: erased, or withheld
	Body []byte // the envelope; empty when bare, or when the operation has none
	Time uint64 // milliseconds since 1970 at which the server took it; 0 on the way there
}

// Signed reads the operation of an item.
func (i *Item) Signed() (*chain.Signed, error) { return chain.Parse(i.Op, i.Sig) }

// Size is about how many bytes an item takes in a message.
func (i *Item) Size() int { return len(i.Op) + len(i.Body) + 96 }

// Push is what a device sends: operations in an order in which each follows those it
// names.
type Push struct {
	_     struct{} `cbor:",toarray"`
	V     uint8
	Items []Item
}

// Accepted answers a push.
type Accepted struct {
	_      struct{} `cbor:",toarray"`
	V      uint8
	New    uint32  // of the items, those that were not there
	Places []Place // of all of them, in their order
	Head   Head    // after the furthest of these places
}

// Place is where an operation stands in the server's order.
type Place struct {
	_    struct{} `cbor:",toarray"`
	N    uint64
	Time uint64 // milliseconds since 1970
}

// Page is a run of a patient's operations in the server's order.
type Page struct {
	_     struct{} `cbor:",toarray"`
	V     uint8
	After uint64
	Items []Item
	Head  Head // after the last of the items
	Last  Head // after the last operation that the server has
}

// Names asks which blobs are there, and answers with those that are not.
type Names struct {
	_     struct{} `cbor:",toarray"`
	V     uint8
	Names [][32]byte
}

// Head is what a server signs: so many operations of a patient it has, and this is
// the running hash of all of them ([chain.Head]).
type Head struct {
	_       struct{} `cbor:",toarray"`
	Patient chain.ID
	N       uint64
	Hash    chain.Hash
	Time    uint64 // of operation N, milliseconds since 1970
	Key     [ed25519.PublicKeySize]byte
	Sig     [ed25519.SignatureSize]byte
}

const headLabel = "carnet-server-head-v1"

// message is what the signature of a head is over.
func (h *Head) message() []byte {
	b, err := chain.Encode(struct {
		_       struct{} `cbor:",toarray"`
		Patient chain.ID
		N       uint64
		Hash    chain.Hash
		Time    uint64
	}{Patient: h.Patient, N: h.N, Hash: h.Hash, Time: h.Time})
	if err != nil {
		panic(err) // bytes and numbers always encode
	}
	return append([]byte(headLabel), b...)
}

// Sign makes the head the server's whose key it is.
func (h *Head) Sign(key ed25519.PrivateKey) {
	h.Key = [ed25519.PublicKeySize]byte(key.Public().(ed25519.PublicKey))
	h.Sig = [ed25519.SignatureSize]byte(ed25519.Sign(key, h.message()))
}

// Verify reports whether the server with this key signed the head.
func (h *Head) Verify(key [ed25519.PublicKeySize]byte) bool {
	return h.Key == key && ed25519.Verify(key[:], h.message(), h.Sig[:])
}

// Encode gives the bytes of a message of this package.
func Encode(message any) []byte {
	b, err := chain.Encode(message)
	if err != nil {
		panic(err) // the messages of this package always encode
	}
	return b
}

func decode(b []byte, limit int, message any) error {
	if len(b) > limit {
		return fmt.Errorf("%w: %d bytes", ErrMessage, len(b))
	}
	if err := chain.Decode(b, message); err != nil {
		return fmt.Errorf("%w: %w", ErrMessage, err)
	}
	return nil
}

// ParsePush reads a [Push].
func ParsePush(b []byte) (*Push, error) {
	p := new(Push)
	if err := decode(b, MaxMessage, p); err != nil {
		return nil, err
	}
	if p.V != Version || len(p.Items) == 0 || len(p.Items) > MaxPush {
		return nil, ErrMessage
	}
	for i := range p.Items {
		if p.Items[i].Time != 0 {
			return nil, ErrMessage
		}
	}
	return p, checkItems(p.Items)
}

// ParseAccepted reads an [Accepted].
func ParseAccepted(b []byte) (*Accepted, error) {
	a := new(Accepted)
	if err := decode(b, MaxMessage, a); err != nil {
		return nil, err
	}
	if a.V != Version {
		return nil, ErrMessage
	}
	return a, nil
}

// ParsePage reads a [Page].
func ParsePage(b []byte) (*Page, error) {
	p := new(Page)
	if err := decode(b, MaxMessage, p); err != nil {
		return nil, err
	}
	if p.V != Version || len(p.Items) > PageOps {
		return nil, ErrMessage
	}
	return p, checkItems(p.Items)
}

// ParseHead reads a [Head].
func ParseHead(b []byte) (*Head, error) {
	h := new(Head)
	return h, decode(b, 1024, h)
}

// ParseNames reads a [Names].
func ParseNames(b []byte) (*Names, error) {
	n := new(Names)
	if err := decode(b, 64+MaxNames*34, n); err != nil {
		return nil, err
	}
	if n.V != Version || len(n.Names) > MaxNames {
		return nil, ErrMessage
	}
	return n, nil
}

func checkItems(items []Item) error {
	for i := range items {
		if len(items[i].Op) == 0 || items[i].Bare && len(items[i].Body) > 0 {
			return ErrMessage
		}
	}
	return nil
}

// Fits reports whether an item that names so many blobs may still go on a page that
// has those items and names those blobs. The first one always does.
func Fits(items []Item, bytes, blobs int, next *Item, names int) bool {
	return len(items) == 0 || len(items) < PageOps && bytes+next.Size() <= PageBytes && blobs+names <= PageBlobs
}
