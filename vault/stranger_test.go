package vault_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"slices"
	"testing"

	"carnet/vault"
	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// stranger writes into the file what a program of somebody else's could: seals
// to our device, and operations of their own.
type stranger struct {
	t    testing.TB
	id   *seal.Identity
	me   [16]byte
	dseq uint64
	last chain.Hash
	tx   *store.Tx
	seq  uint64
}

const brigand = "Document du brigand"

// write signs and saves one operation under k, with a body.
func (s *stranger) write(k *seal.CircleKey, kind chain.Kind, clear any, body []byte) {
	s.t.Helper()
	s.dseq++
	s.seq++
	op := chain.Op{V: chain.Version, Kind: kind, Patient: k.Patient, Device: s.me, DSeq: s.dseq, PrevDev: s.last, HLC: uint64(today.UnixMilli()+int64(s.dseq)) << 16}
	if clear != nil {
		b, err := chain.Encode(clear)
		s.must(err)
		op.Clear = b
	}
	if body != nil {
		sealed, err := k.Seal(vault.Labels[store.Records][0], byte(store.Records), body)
		s.must(err)
		op.BodyHash = sha256.Sum256(sealed.Bytes())
		s.must(s.tx.Put(store.Records, store.Seq(s.seq), sealed.Bytes()))
	}
	signed, err := chain.Sign(op, s.id.Sign)
	s.must(err)
	s.last = signed.ID()
	header, err := vault.EncodeHeader(signed)
	s.must(err)
	sealed, err := k.Seal(vault.Labels[store.Ops][0], byte(store.Ops), header)
	s.must(err)
	s.must(s.tx.Put(store.Ops, store.Seq(s.seq), sealed.Bytes()))
}

func (s *stranger) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stranger) document(k *seal.CircleKey) {
	s.t.Helper()
	d := record.Document{ID: record.ID{7}, Patient: k.Patient, Title: brigand, Version: 1, MediaType: "text/plain"}
	body, err := vault.EncodeDocument(d, nil)
	s.must(err)
	s.write(k, chain.Data, nil, body)
}

// rotation brings k, sealed to us and to them.
func (s *stranger) rotation(k *seal.CircleKey, to ...seal.Public) {
	s.t.Helper()
	clear := chain.RotateClear{Circle: k.Circle, Epoch: k.Epoch, KeyID: k.ID}
	var err error
	clear.Box, err = k.Box()
	s.must(err)
	for _, p := range to {
		sealed, err := k.SealTo(p, s.me, vault.DeviceID(p))
		s.must(err)
		clear.Seals = append(clear.Seals, chain.Recipient{Device: vault.DeviceID(p), Seal: sealed})
	}
	body, err := vault.EncodeRotation(k.Patient)
	s.must(err)
	s.write(k, chain.Rotate, &clear, body)
}

// TestStrangersSeal: keys that somebody outside the chain seals to our device,
// with operations of their own under them, are never used.
func TestStrangersSeal(t *testing.T) {
	for name, forge := range map[string]func(s *stranger, h *household, us seal.Public) *seal.CircleKey{
		"a seal alone": func(s *stranger, h *household, us seal.Public) *seal.CircleKey {
			k, err := seal.NewCircleKey(h.lou.ID, h.lou.ID, 9)
			s.must(err)
			return k
		},
		"a document in our record": func(s *stranger, h *household, us seal.Public) *seal.CircleKey {
			k, err := seal.NewCircleKey(h.lou.ID, h.lou.ID, 9)
			s.must(err)
			s.document(k)
			return k
		},
		"a rotation of our circle": func(s *stranger, h *household, us seal.Public) *seal.CircleKey {
			k, err := seal.NewCircleKey(h.lou.ID, h.lou.ID, 9)
			s.must(err)
			s.rotation(k, us, s.id.Public())
			s.document(k)
			return k
		},
		"a rotation of the household": func(s *stranger, h *household, us seal.Public) *seal.CircleKey {
			k, err := seal.NewCircleKey(chain.Household, chain.Household, 9)
			s.must(err)
			s.rotation(k, us, s.id.Public())
			return k
		},
		"a record of their own": func(s *stranger, h *household, us seal.Public) *seal.CircleKey {
			return s.chart(us)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newVault(t)
			h.add(h.lou.ID, "vrai.txt", []byte("vrai"))
			h.must(h.Close())
			id, err := seal.NewIdentity(seal.NewKey())
			h.must(err)
			s := &stranger{t: t, id: id, me: vault.DeviceID(id.Public()), seq: 1000}
			device, err := h.seats[camille].Identity()
			h.must(err)
			us := device.Public()
			var k *seal.CircleKey
			db, err := store.Open(h.path)
			h.must(err)
			err = db.Update(func(tx *store.Tx) error {
				s.tx = tx
				k = forge(s, h, us)
				sealed, err := k.SealTo(us, s.me, vault.DeviceID(us))
				s.must(err)
				return tx.Put(store.Seals, sealed[:16], sealed)
			})
			h.must(errors.Join(err, db.Close()))

			v, err := h.seats[camille].Open(h.path, options())
			if errors.Is(err, vault.ErrDamaged) {
				t.Logf("refused: %v", err)
				return
			}
			if err != nil {
				t.Fatalf("refused without a name: %v", err)
			}
			h.Vault = v
			patients, err := h.Patients()
			if err != nil || len(patients) != 2 {
				t.Errorf("patients: %v, %v", patients, err)
			}
			for _, p := range patients {
				if p.Name == brigand {
					t.Error("the stranger's patient is shown")
				}
				for _, d := range h.documents(p.ID) {
					if d.Title == brigand {
						t.Error("the stranger's document is shown")
					}
				}
			}
			for _, used := range h.Secrets() {
				if used.ID == k.ID {
					t.Error("the stranger's key is used")
				}
			}
			// What is written next is not under their key either.
			next := h.add(h.lou.ID, "ensuite.txt", []byte("ensuite"))
			b := &burglar{t: t, devices: []*seal.Identity{s.id}, keys: map[[16]byte]*seal.CircleKey{k.ID: k}}
			if l := b.try(h.snapshot()); slices.Contains(l.titles, "ensuite") || l.contains([]byte("ensuite")) {
				t.Error("the stranger reads what we write")
			}
			h.reopen()
			same(t, "content", h.read(next), []byte("ensuite"))
		})
	}
}

// chart begins a patient of the stranger's, with us as a member, and a document.
func (s *stranger) chart(us seal.Public) *seal.CircleKey {
	s.t.Helper()
	kit, err := seal.NewKitCode().Identity()
	s.must(err)
	var g chain.GenesisClear
	rand.Read(g.Random[:])
	theirs := record.ID{1}
	entry := func(p seal.Public, kit bool, who record.ID) chain.Entry {
		return chain.Entry{Kit: kit, Keyholder: who, Role: chain.Guardian, Sign: p.Sign, HPKE: p.HPKE}
	}
	g.First, g.Kit = entry(s.id.Public(), false, theirs), entry(kit.Public(), true, theirs)
	clear, err := chain.Encode(&g)
	s.must(err)
	patient := chain.PatientID(clear)
	k, err := seal.NewCircleKey(patient, patient, 1)
	s.must(err)
	member := func(name string) []byte {
		body, err := vault.EncodeMember(patient, record.Keyholder{ID: theirs, Name: name})
		s.must(err)
		return body
	}
	s.write(k, chain.Genesis, &g, member(brigand))
	s.write(k, chain.Member, &chain.MemberClear{Add: true, Entries: []chain.Entry{entry(us, false, record.ID{2})}}, member(camille))
	s.rotation(k, s.id.Public(), kit.Public(), us)
	body, err := vault.EncodePatient(record.Patient{ID: patient, Name: brigand, Birth: "2000-01-01"})
	s.must(err)
	s.write(k, chain.Data, nil, body)
	s.document(k)
	return k
}

// TestStolenChart is the positive control of the stranger's tools: the same
// record, begun by a keyholder's device, is read.
func TestStolenChart(t *testing.T) {
	h := newVault(t)
	h.must(h.Close())
	id, err := h.seats[dominique].Identity()
	h.must(err)
	device, err := h.seats[camille].Identity()
	h.must(err)
	s := &stranger{t: t, id: id, me: vault.DeviceID(id.Public()), seq: 1000}
	db, err := store.Open(h.path)
	h.must(err)
	err = db.Update(func(tx *store.Tx) error {
		s.tx = tx
		us := device.Public()
		k := s.chart(us)
		sealed, err := k.SealTo(us, s.me, vault.DeviceID(us))
		s.must(err)
		return tx.Put(store.Seals, sealed[:16], sealed)
	})
	h.must(errors.Join(err, db.Close()))
	h.Vault, err = h.seats[camille].Open(h.path, options())
	h.must(err)
	patients, err := h.Patients()
	h.must(err)
	found := slices.ContainsFunc(patients, func(p record.Patient) bool {
		return p.Name == brigand && bytes.Contains([]byte(h.documents(p.ID)[0].Title), []byte(brigand))
	})
	if !found {
		t.Errorf("patients: %v", patients)
	}
}
