package vault

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/fxamacker/cbor/v2"

	"carnet/vault/chain"
	"carnet/vault/internal/canon"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// Labels of envelopes, one per use.
const (
	labelOp        = "carnet1/op"
	labelRecord    = "carnet1/rec"
	labelJournal   = "carnet1/journal"
	labelHead      = "carnet1/head"
	labelManifest  = "carnet1/manifest"
	labelDrafts    = "carnet1/drafts"
	labelWatched   = "carnet1/watched"
	labelAside     = "carnet1/aside"
	labelLetter    = "carnet1/letter"
	labelProposal  = "carnet1/proposal"
	labelText      = "carnet1/text"
	labelReading   = "carnet1/reading"
	labelThumbnail = "carnet1/thumbnail"
	labelSearch    = "carnet1/search"
	labelSync      = "carnet1/sync"
	labelAwaited   = "carnet1/awaited"
)

// Types of bodies that are not records of a person; [record.Type] has the
// others.
const (
	typeMember      record.Type = 0xff01
	typeRotate      record.Type = 0xff02
	typeBackup      record.Type = 0xff03
	typeLoss        record.Type = 0xff04
	typeMerge       record.Type = 0xff05
	typeClosure     record.Type = 0xff06
	typeCertificate record.Type = 0xff07
	typeConsent     record.Type = 0xff08
	typeOrigin      record.Type = 0xff10
	typeJoined      record.Type = 0xff12
	typeRelatives   record.Type = 0xff13
)

// bodyHead begins every body, so that a body moved to another operation is
// noticed by those who can read it.
type bodyHead struct {
	Patient record.ID
	Type    record.Type
	ID      record.ID
	Version uint64
}

const bodyHeadSize = 16 + 2 + 16 + 8

// decoding reads what [chain.Encode] wrote. Unlike [chain.Decode] it passes over
// fields that a later version of the program may have added.
var decoding = func() cbor.DecMode {
	mode, err := cbor.DecOptions{MaxNestedLevels: 16, MaxArrayElements: 1 << 20}.DecMode()
	if err != nil {
		panic(err) // the options are constants
	}
	return mode
}()

// encodeBody gives the plaintext of a body. Values of the module's own types
// always encode.
func encodeBody(h bodyHead, content any) ([]byte, error) {
	b, err := chain.Encode(content)
	if err != nil {
		return nil, fmt.Errorf("vault: encode body: %w", err)
	}
	out := make([]byte, 0, bodyHeadSize+len(b))
	out = append(out, h.Patient[:]...)
	out = binary.BigEndian.AppendUint16(out, uint16(h.Type))
	out = append(out, h.ID[:]...)
	out = binary.BigEndian.AppendUint64(out, h.Version)
	return append(out, b...), nil
}

func decodeBody(b []byte) (bodyHead, []byte, error) {
	if len(b) < bodyHeadSize {
		return bodyHead{}, nil, fmt.Errorf("%w: body", ErrDamaged)
	}
	return bodyHead{
		Patient: record.ID(b),
		Type:    record.Type(binary.BigEndian.Uint16(b[16:])),
		ID:      record.ID(b[18:]),
		Version: binary.BigEndian.Uint64(b[34:]),
	}, b[bodyHeadSize:], nil
}

// header is what an operation's envelope holds. Position and time are the
// server's, 0 until it has answered.
type header struct {
	_        struct{} `cbor:",toarray"`
	Op       []byte
	Sig      [64]byte
	Position uint64
	Time     uint64
}

// decodeHeader reads a header. Its operation stays a part of b.
func decodeHeader(b []byte) (header, error) {
	var h header
	r := canon.Read(b)
	if r.Array() == 4 {
		h.Op = r.Bytes()
		r.Fixed(h.Sig[:])
		h.Position, h.Time = r.Uint(math.MaxUint64), r.Uint(math.MaxUint64)
		if r.Done() {
			return h, nil
		}
	}
	var other header // of its own: h stays off the heap
	err := decoding.Unmarshal(b, &other)
	return other, err
}

// memberBody is the sealed half of a genesis or member operation.
type memberBody struct {
	Keyholder record.ID `cbor:"1,keyasint"`
	Name      string    `cbor:"2,keyasint"`
	Slot      [16]byte  `cbor:"3,keyasint"` // household only
	Joined    []byte    `cbor:"4,keyasint"` // household only: the newcomer's signature over joinMessage

	// The attestation of a carer: the document, and the BLAKE2b-256 of its
	// content, which the signature of the operation vouches for. Absent for
	// others.
	Attestation record.ID `cbor:"5,keyasint,omitzero"`
	Attested    [32]byte  `cbor:"6,keyasint,omitzero"`

	// Device is what the person calls the device that is added, "" for none.
	Device string `cbor:"7,keyasint,omitempty"`
}

// rotateBody is the sealed half of a rotation, under the key it brings.
type rotateBody struct {
	Audience chain.Audience `cbor:"1,keyasint"`
	Previous []oldEpoch     `cbor:"2,keyasint"`
}

type oldEpoch struct {
	_      struct{} `cbor:",toarray"`
	Epoch  uint32
	Secret []byte
}

// documentBody is a document as it is sealed: with what opens its content.
type documentBody struct {
	record.Document
	DEK        []byte   `cbor:"40,keyasint"`
	Chunks     uint32   `cbor:"41,keyasint"` // 0 when the content is Inline
	Commitment [32]byte `cbor:"42,keyasint"`
	ContentID  [32]byte `cbor:"43,keyasint"`
	Inline     []byte   `cbor:"44,keyasint"`

	// Origin is what an archive tells of a document that was restored from it.
	Origin *origin `cbor:"45,keyasint,omitempty"`
}

// decodeDocument reads the body of an operation that brings a document, nil for any
// other and for what only [decoding] reads: a vault has a hundred thousand of them.
// What it returns, decoding would.
func decodeDocument(plain []byte) *document {
	head, content, err := decodeBody(plain)
	if err != nil || head.Type != record.TypeDocument || head.Version == 0 {
		return nil
	}
	d := new(document)
	r := canon.Read(content)
	last := int64(-1)
	for range r.Map() {
		field := r.Int()
		if field <= last {
			return nil
		}
		last = field
		switch field {
		case 1:
			d.Title = r.Text()
		case 2:
			d.Category = r.Text()
		case 3:
			d.Date = r.Text()
		case 4:
			d.FileName = r.Text()
		case 5:
			d.FileDate = r.Text()
		case 6:
			d.MediaType = r.Text()
		case 7:
			d.Size = r.Int()
		case 8:
			r.Fixed(d.Digest[:])
		case 9:
			d.Version = r.Uint(math.MaxUint64)
		case 10:
			d.AddedAt = record.Millis(r.Int())
		case 11:
			r.Fixed(d.AddedBy[:])
		case 12:
			d.HiddenFromProfessionals = r.Bool()
		case fieldRemovedAt:
			d.RemovedAt = record.Millis(r.Int())
		case 14:
			d.Note = r.Text()
		case 15:
			d.Tags = make([]string, r.Array())
			for i := range d.Tags {
				d.Tags[i] = r.Text()
			}
		case 16:
			d.RightPerson = r.Bool()
		case 17:
			r.Fixed(d.From[:])
		case 40:
			d.DEK = bytes.Clone(r.Bytes())
		case 41:
			d.Chunks = uint32(r.Uint(math.MaxUint32))
		case 42:
			r.Fixed(d.Commitment[:])
		case 43:
			r.Fixed(d.ContentID[:])
		case 44:
			d.Inline = bytes.Clone(r.Bytes())
		case 60:
			d.Wrong = record.Wrong(r.Text())
		case 61:
			d.Ask = record.Ask(r.Text())
		case 62:
			d.Reason = r.Text()
		case 63:
			d.Addressee = r.Text()
		case 64:
			d.Contested = record.Millis(r.Int())
		case 65:
			d.Outcome = record.ContestState(r.Text())
		case 66:
			d.Answer = r.Text()
		case 67:
			d.AnsweredAt = record.Millis(r.Int())
		default:
			return nil // an origin, or of a later version
		}
	}
	if !r.Done() {
		return nil
	}
	return d
}

// entryBody is an entry of the profile as it is sealed.
type entryBody struct {
	record.Entry
	Origin *origin `cbor:"45,keyasint,omitempty"`
}

// inlineLimit is the size up to which a document lies in its record, in bytes.
const inlineLimit = 2 << 10

// rawField is a field that has not been decoded.
type rawField = cbor.RawMessage

// patch gives the fields of after that differ from before, as a map that
// decodes into the same structure.
func patch(before, after any) (map[uint64]rawField, error) {
	var maps [2]map[uint64]rawField
	for i, v := range []any{before, after} {
		b, err := chain.Encode(v)
		if err != nil {
			return nil, fmt.Errorf("vault: encode record: %w", err)
		}
		if err := decoding.Unmarshal(b, &maps[i]); err != nil {
			return nil, fmt.Errorf("vault: encode record: %w", err)
		}
	}
	for k, v := range maps[0] {
		if string(maps[1][k]) == string(v) {
			delete(maps[1], k)
		}
	}
	return maps[1], nil
}

// joinMessage is what a newcomer to the household signs: that these are their
// keys.
func joinMessage(e chain.Entry) []byte {
	device := e.Device()
	message := append([]byte("carnet-join-v1"), e.Keyholder[:]...)
	return append(message, device[:]...)
}

func joined(e chain.Entry, signature []byte) bool {
	return len(signature) == 64 && seal.Public{Sign: e.Sign}.Verify(joinMessage(e), [64]byte(signature))
}
