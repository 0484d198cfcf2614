package vault_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"maps"
	"testing"

	"carnet/vault"
	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// burglar is somebody with a copy of the file, and devices and circle keys that
// they had the right to, or kept. They try everything on every byte.
type burglar struct {
	t       testing.TB
	devices []*seal.Identity
	keys    map[[16]byte]*seal.CircleKey // by key id
}

// burglar makes one of a keyholder's passphrase and recovery kit.
func (h *household) burglar(name string) *burglar {
	h.t.Helper()
	device, err := h.seats[name].Identity()
	if err != nil {
		h.t.Fatal(err)
	}
	kit, err := h.kits[name].Identity()
	if err != nil {
		h.t.Fatal(err)
	}
	return &burglar{t: h.t, devices: []*seal.Identity{device, kit}, keys: map[[16]byte]*seal.CircleKey{}}
}

// value is one value of the file.
type value struct {
	bucket store.Bucket
	key    []byte // seq and chunk number in d
	bytes  []byte
}

// valuesOf reads every value of the file.
func valuesOf(t testing.TB, path string) (values []value) {
	t.Helper()
	db, err := store.OpenReadOnly(path)
	if err != nil {
		t.Fatal(err)
	}
	err = db.View(func(tx *store.Tx) error {
		for _, b := range []store.Bucket{store.Meta, store.Seals, store.Records, store.Ops, store.Journal, store.Index, store.Outbox, store.Self} {
			err := tx.Each(b, func(k, v []byte) error {
				values = append(values, value{b, bytes.Clone(k), bytes.Clone(v)})
				return nil
			})
			if err != nil {
				return err
			}
		}
		versions, err := tx.Versions()
		for _, seq := range versions {
			n, err := tx.CountChunks(seq)
			if err != nil {
				return err
			}
			for i := range n {
				key := binary.BigEndian.AppendUint32(store.Seq(seq), i)
				chunk, err := tx.Chunk(seq, i, false)
				if err != nil {
					return err
				}
				values = append(values, value{store.Chunks, key, bytes.Clone(chunk)})
			}
		}
		return err
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return values
}

// loot is what a burglar opens.
type loot struct {
	values []value  // the ciphertexts
	plain  [][]byte // their content
	titles []string
	deks   map[string]bool
}

func (l *loot) take(v value, plain []byte) {
	l.values, l.plain = append(l.values, v), append(l.plain, plain)
}

// contains reports whether some bytes are in anything that opened.
func (l *loot) contains(b []byte) bool {
	for _, p := range l.plain {
		if bytes.Contains(p, b) {
			return true
		}
	}
	return false
}

// try opens what opens: seals first, wherever they stand, then headers and
// rotations until no further key comes out of them, then everything.
func (b *burglar) try(path string) *loot {
	b.t.Helper()
	values := valuesOf(b.t, path)
	for again := true; again; {
		known := len(b.keys)
		b.once(values)
		again = len(b.keys) > known
	}
	return b.once(values)
}

func (b *burglar) keep(k *seal.CircleKey) { b.keys[k.ID] = k }

func (b *burglar) unseal(sealed []byte) (*seal.CircleKey, bool) {
	for _, d := range b.devices {
		if k, _, err := d.OpenSeal(vault.DeviceID(d.Public()), sealed); err == nil {
			b.keep(k)
			return k, true
		}
	}
	return nil, false
}

// envelope opens a value with any key under any label of its bucket.
func (b *burglar) envelope(bucket store.Bucket, sealed seal.Sealed) ([]byte, bool) {
	for _, k := range b.keys {
		for _, label := range vault.Labels[bucket] {
			for _, open := range []func(string, byte, seal.Sealed) ([]byte, error){k.Open, k.OpenDerived} {
				if plain, err := open(label, byte(bucket), sealed); err == nil {
					return plain, true
				}
			}
		}
	}
	for _, d := range b.devices {
		for _, label := range vault.SelfLabels {
			if plain, err := d.OpenSelf(label, byte(bucket), sealed); err == nil {
				return plain, true
			}
		}
	}
	return nil, false
}

func (b *burglar) once(values []value) *loot {
	l := &loot{deks: map[string]bool{}}
	headers := map[string]*chain.Signed{}
	var ciphers []*seal.Document
	for _, bucket := range []store.Bucket{store.Seals, store.Ops, store.Records, store.Journal, store.Index, store.Self, store.Chunks} {
		for _, v := range values {
			if v.bucket != bucket {
				continue
			}
			if bucket == store.Seals {
				if k, ok := b.unseal(v.bytes); ok {
					l.take(v, bytes.Clone(k.Secret().Expose()))
				}
				continue
			}
			if bucket == store.Chunks {
				for _, cipher := range ciphers {
					i := binary.BigEndian.Uint32(v.key[8:])
					for _, last := range []bool{false, true} {
						if plain, err := cipher.OpenChunk(nil, i, last, v.bytes); err == nil {
							l.take(v, plain)
						}
					}
				}
				continue
			}
			sealed, err := seal.Parse(v.bytes)
			if err != nil {
				continue
			}
			plain, ok := b.envelope(bucket, sealed)
			if !ok {
				continue
			}
			l.take(v, plain)
			switch bucket {
			case store.Ops:
				op, err := vault.DecodeHeader(plain)
				if err != nil {
					b.t.Fatal(err)
				}
				headers[string(v.key)] = op
				var r chain.RotateClear
				if op.Kind == chain.Rotate && chain.Decode(op.Clear, &r) == nil {
					for _, s := range r.Seals {
						b.unseal(s.Seal)
					}
				}
			case store.Records:
				body, err := vault.DecodeBody(plain, headers[string(v.key)])
				if err != nil {
					continue // a rotation whose header stays shut
				}
				l.titles = append(l.titles, body.Title)
				for _, k := range body.Previous {
					b.keep(k)
				}
				if len(body.DEK) > 0 {
					l.deks[hex.EncodeToString(body.DEK)] = true
					dek, err := seal.KeyFrom(body.DEK)
					if err != nil {
						b.t.Fatal(err)
					}
					cipher, err := seal.NewDocument(dek, body.ID, body.Version)
					if err != nil {
						b.t.Fatal(err)
					}
					ciphers = append(ciphers, cipher)
				}
			}
		}
	}
	return l
}

// scan looks for envelopes at every offset of the raw file, free pages included,
// and returns the nonces of those that a key of the burglar opens: the
// commitment alone decides.
func (b *burglar) scan(raw []byte) map[[24]byte]bool {
	found := map[[24]byte]bool{}
	for at := 0; at+seal.Overhead < len(raw); at++ {
		if raw[at] != 1 || raw[at+1] != 1 || raw[at+2] != 0 || raw[at+3] != 0 {
			continue
		}
		sealed, err := seal.Parse(raw[at:])
		if err != nil {
			continue
		}
		for _, k := range b.keys {
			if k.Epoch != sealed.Epoch() {
				continue
			}
			for bucket, labels := range vault.Labels {
				for _, label := range labels {
					for _, open := range []func(string, byte, seal.Sealed) ([]byte, error){k.Open, k.OpenDerived} {
						if _, err := open(label, byte(bucket), sealed); !errors.Is(err, seal.ErrKey) {
							found[[24]byte(raw[at+6:])] = true
						}
					}
				}
			}
		}
	}
	return found
}

// nonces are those of the envelopes that opened.
func (l *loot) nonces() map[[24]byte]bool {
	out := map[[24]byte]bool{}
	for _, v := range l.values {
		if v.bucket != store.Chunks && v.bucket != store.Seals {
			out[[24]byte(v.bytes[6:])] = true
		}
	}
	return out
}

// clone gives a burglar with the same loot so far.
func (b *burglar) clone() *burglar {
	return &burglar{b.t, b.devices, maps.Clone(b.keys)}
}

// traces are pieces of a document's ciphertexts as they stand in the file, to
// look for them later.
func (h *household) traces(id record.ID) (pieces [][]byte) {
	h.t.Helper()
	content, all := h.Seq(id)
	for _, v := range valuesOf(h.t, h.snapshot()) {
		mine := v.bucket == store.Chunks && bytes.HasPrefix(v.key, store.Seq(content)) ||
			v.bucket == store.Index && len(v.key) == 9 && bytes.Equal(v.key[1:], store.Seq(content))
		for _, seq := range all {
			mine = mine || v.bucket == store.Records && bytes.Equal(v.key, store.Seq(seq))
		}
		for at := 0; mine && at+32 <= len(v.bytes); at += 200 {
			pieces = append(pieces, v.bytes[at:at+32])
		}
	}
	return pieces
}

// snapshot copies the file as it is and returns where the copy is.
func (h *household) snapshot() string {
	h.t.Helper()
	path := h.t.TempDir() + "/copy.carnet"
	copyFile(h.t, h.path, path)
	return path
}
