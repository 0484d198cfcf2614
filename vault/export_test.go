package vault

import (
	"bytes"
	"context"
	"fmt"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// Seat is what a passphrase gives: with it a test opens a file again without
// deriving the key once more.
type Seat struct {
	vault, slot [16]byte
	keyholder   record.ID
	seed        []byte
}

// Seat returns that of the one for whom v is open.
func (v *Vault) Seat() Seat {
	return Seat{v.id, v.self.slot, v.self.keyholder, bytes.Clone(v.self.Seed().Expose())}
}

// Identity derives the keys of the seat's device.
func (s Seat) Identity() (*seal.Identity, error) {
	seed, err := seal.KeyFrom(s.seed)
	if err != nil {
		return nil, err
	}
	return seal.NewIdentity(seed)
}

// Open is [Unlock] after the key has been derived.
func (s Seat) Open(path string, opt *Options) (*Vault, error) {
	seed, err := seal.KeyFrom(s.seed)
	if err != nil {
		return nil, err
	}
	d, err := openDevice(seed, s.slot, s.keyholder)
	if err != nil {
		return nil, err
	}
	return openAs(path, s.vault, d, opt.orDefault())
}

// WriteAgain writes a small document once more under another ID, without some of
// the fields of its body, as an earlier version of the program did.
func (v *Vault) WriteAgain(ctx context.Context, id record.ID, without ...uint64) (record.ID, error) {
	fresh := record.ID(newID())
	return fresh, v.act(ctx, func(a *act) error {
		_, d, err := a.find(id)
		if err != nil {
			return err
		}
		c, err := a.chart(d.Patient)
		if err != nil {
			return err
		}
		body, err := patch(struct{}{}, d.documentBody)
		if err != nil {
			return err
		}
		for _, field := range without {
			delete(body, field)
		}
		_, err = a.write(c, draft{kind: chain.Data, head: bodyHead{Type: record.TypeDocument, ID: fresh, Version: 1}, body: body})
		return err
	})
}

// SetAttest changes who writes attestations.
func (v *Vault) SetAttest(attest func(record.Delegation) (string, []byte, error)) {
	v.opt.Attest = attest
}

// SwapContent writes other content under a document, as a changed program could.
func (v *Vault) SwapContent(id record.ID, content []byte) {
	ctx := context.Background()
	u, err := v.upload(ctx, id, v.version(id)+1, bytes.NewReader(content), nil)
	if err != nil {
		panic(err)
	}
	err = v.act(ctx, func(a *act) error {
		_, d, err := a.find(id)
		if err != nil {
			return err
		}
		c, err := a.chart(d.Patient)
		if err != nil {
			return err
		}
		return a.writeVersion(c, c.common().key(), u, d.documentBody)
	})
	if err != nil {
		panic(err)
	}
}

func (v *Vault) version(id record.ID) uint64 {
	_, d, err := v.find(id)
	if err != nil {
		panic(err)
	}
	return d.Version
}

// Operations counts the operations that v reads, those of the household
// included.
func (v *Vault) Operations() (n int) {
	for _, c := range v.all() {
		n += len(c.ops)
	}
	return n
}

// Unfinished counts the versions that a stopped import left, and those that
// this process still fills.
func (v *Vault) Unfinished() (left, filling int) { return len(v.unfinished), len(v.reserved) }

// JournalSize counts the rows of the access journal.
func (v *Vault) JournalSize() int64 { return v.journal.size }

// Seq returns under which number the content of a document stands, and those of
// all its operations.
func (v *Vault) Seq(id record.ID) (content uint64, all []uint64) {
	_, d, err := v.find(id)
	if err != nil {
		panic(err)
	}
	for _, e := range d.history {
		all = append(all, e.seq)
	}
	return d.content.seq, all
}

// ContentKey returns the key that opens the chunks of a document.
func (v *Vault) ContentKey(id record.ID) []byte {
	_, d, err := v.find(id)
	if err != nil {
		panic(err)
	}
	return bytes.Clone(d.DEK)
}

// Secrets returns copies of every circle key that v knows.
func (v *Vault) Secrets() (keys []*seal.CircleKey) {
	for _, c := range v.all() {
		for _, circle := range c.circles {
			for _, epoch := range circle.epochs {
				for _, k := range epoch {
					secret, err := seal.KeyFrom(k.Secret().Expose())
					if err != nil {
						panic(err)
					}
					again, err := seal.RestoreCircleKey(k.Patient, k.Circle, k.Epoch, secret)
					if err != nil {
						panic(err)
					}
					keys = append(keys, again)
				}
			}
		}
	}
	return keys
}

// CommonEpoch returns the newest epoch of a patient's common circle.
func (v *Vault) CommonEpoch(patient record.ID) uint32 {
	return v.charts[patient].common().key().Epoch
}

// CircleEpoch returns the newest epoch of a document's circle.
func (v *Vault) CircleEpoch(id record.ID) uint32 {
	c, d, err := v.find(id)
	if err != nil {
		panic(err)
	}
	return c.circles[d.circle].key().Epoch
}

// Labels are all labels of envelopes under circle keys, by bucket.
var Labels = map[store.Bucket][]string{
	store.Ops:     {labelOp},
	store.Records: {labelRecord},
	store.Journal: {labelJournal, labelHead},
	store.Index:   {labelProposal, labelText, labelThumbnail, labelSearch},
}

// SelfLabels are those of envelopes under a device's own key.
var SelfLabels = []string{labelManifest, labelDrafts, labelWatched}

// Generation counts the acts of the one for whom v is open.
func (v *Vault) Generation() uint64 { return v.generation }

// Body is an operation's body as a reader sees it.
type Body struct {
	Patient, ID record.ID
	Version     uint64
	Title       string
	DEK         []byte
	Chunks      uint32
	Previous    []*seal.CircleKey // of a rotation
}

// DecodeBody reads the plaintext of a body, with op's header for a rotation.
func DecodeBody(plain []byte, op *chain.Signed) (b Body, err error) {
	head, content, err := decodeBody(plain)
	if err != nil {
		return b, err
	}
	b.Patient, b.ID, b.Version = head.Patient, head.ID, head.Version
	switch head.Type {
	case record.TypeDocument:
		var d documentBody
		err = decoding.Unmarshal(content, &d)
		b.Title, b.DEK, b.Chunks = d.Title, d.DEK, d.Chunks
	case typeRotate:
		var clear chain.RotateClear
		var body rotateBody
		if op == nil {
			return b, fmt.Errorf("%w: a rotation without its header", errInternal)
		}
		if err := chain.Decode(op.Clear, &clear); err != nil {
			return b, err
		}
		if err := decoding.Unmarshal(content, &body); err != nil {
			return b, err
		}
		for _, p := range body.Previous {
			secret, err := seal.KeyFrom(p.Secret)
			if err != nil {
				return b, err
			}
			k, err := seal.RestoreCircleKey(op.Patient, clear.Circle, p.Epoch, secret)
			if err != nil {
				return b, err
			}
			b.Previous = append(b.Previous, k)
		}
	}
	return b, err
}

// DecodeHeader reads the plaintext of an operation's header.
func DecodeHeader(plain []byte) (*chain.Signed, error) {
	var h header
	if err := decoding.Unmarshal(plain, &h); err != nil {
		return nil, err
	}
	return chain.Parse(h.Op, h.Sig)
}

// EncodeHeader is the plaintext of an operation's header.
func EncodeHeader(op *chain.Signed) ([]byte, error) {
	return chain.Encode(header{Op: op.Bytes(), Sig: op.Sig})
}

// EncodeRotation is the plaintext of a rotation's body for everybody of a
// record.
func EncodeRotation(patient record.ID) ([]byte, error) {
	return encodeBody(bodyHead{Patient: patient, Type: typeRotate}, rotateBody{Audience: chain.Audience{Class: chain.Common}})
}

// EncodeDocument is the plaintext of the body of a document that lies in its
// record.
func EncodeDocument(d record.Document, inline []byte) ([]byte, error) {
	return encodeBody(bodyHead{Patient: d.Patient, Type: record.TypeDocument, ID: d.ID, Version: d.Version}, documentBody{Document: d, Inline: inline})
}

// EncodePatient is the plaintext of the body that names a patient.
func EncodePatient(p record.Patient) ([]byte, error) {
	return encodeBody(bodyHead{Patient: p.ID, Type: record.TypePatient, ID: p.ID}, p)
}

// EncodeMember is the plaintext of the body that names a keyholder.
func EncodeMember(patient record.ID, k record.Keyholder) ([]byte, error) {
	return encodeBody(bodyHead{Patient: patient, Type: typeMember}, memberBody{Keyholder: k.ID, Name: k.Name})
}

// ForgeHead is a journal head for n rows, signed by id and sealed under k.
func ForgeHead(v *Vault, k *seal.CircleKey, id *seal.Identity) (seal.Sealed, error) {
	h := &journalHead{Size: v.journal.size, Root: v.journal.root, At: record.At(v.opt.Now()), Device: deviceID(id.Public())}
	for _, at := range subtrees(h.Size) {
		h.Subtrees = append(h.Subtrees, v.journal.subtree[at])
	}
	h.Sig = id.Sign(h.message(v.id))
	b, err := chain.Encode(h)
	if err != nil {
		return seal.Sealed{}, err
	}
	return k.Seal(labelHead, byte(store.Journal), b)
}

// HeadKey is where the journal's head stands.
var HeadKey = headKey

// DeviceID names a device by its public keys.
func DeviceID(p seal.Public) [16]byte { return deviceID(p) }

// Slot is under which id the seat's slot stands.
func (s Seat) Slot() []byte { return s.slot[:] }

// RelativesValue is what the file holds for the sheets of the open keyholder.
func (v *Vault) RelativesValue() (value []byte) {
	err := v.db.View(func(tx *store.Tx) error {
		value = bytes.Clone(tx.Get(store.Meta, relativesKey(v.self.slot)))
		return nil
	})
	if err != nil {
		panic(err)
	}
	return value
}

// PutRelatives writes it behind the back of the vault, nil for nothing.
func (v *Vault) PutRelatives(value []byte) {
	err := v.db.Update(func(tx *store.Tx) error {
		if value == nil {
			return tx.Delete(store.Meta, relativesKey(v.self.slot))
		}
		return tx.Put(store.Meta, relativesKey(v.self.slot), value)
	})
	if err != nil {
		panic(err)
	}
}

// ForgeRelatives has the open keyholder say of another one's sheets what is true of
// their own.
func (v *Vault) ForgeRelatives(of record.ID, change func(hpke []byte) []byte) error {
	return v.act(context.Background(), func(a *act) error {
		body := a.house.relatives[a.self.keyholder].relativesBody
		body.HPKE = change(bytes.Clone(body.HPKE))
		_, err := a.write(a.house, draft{kind: chain.Data, head: bodyHead{Type: typeRelatives, ID: of}, body: &body})
		return err
	})
}
