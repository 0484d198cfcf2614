package vault

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// maxSlots is how many keyholders' devices one file takes: each is tried in
// turn when the vault is opened.
const maxSlots = 8

var idKey = []byte("vault")

// First is what [Create] needs to know of the first keyholder, who is also the
// first patient.
type First struct {
	Name       string
	Birth      string // YYYY-MM-DD
	Sex        record.Sex
	Passphrase []byte   // not kept
	Kit        *KitCode // the recovery code that they keep already; nil draws one
}

// Create makes a new vault file at path and opens it. Without the passphrase
// and without the returned recovery code nobody can ever open it: the caller
// must have the person keep the code on paper.
//
// It returns [ErrPassphraseEmpty], [ErrName], [ErrDate], or an error wrapping
// [fs.ErrExist] when something stands at path; then nothing was made.
func Create(ctx context.Context, path string, first First, opt *Options) (*Vault, seal.KitCode, error) {
	return create(ctx, path, first, record.Patient{Name: first.Name, Birth: first.Birth, Sex: first.Sex}, opt)
}

// create is [Create] with all that is known of the first patient, who is the first
// keyholder too.
func create(ctx context.Context, path string, first First, patient record.Patient, opt *Options) (*Vault, seal.KitCode, error) {
	kit := NewKitCode()
	if first.Kit != nil {
		kit = *first.Kit
	}
	v := &Vault{opt: opt.orDefault(), path: path, reserved: map[uint64]bool{}}
	if err := errors.Join(checkName(first.Name), checkPassphrase(first.Passphrase), checkBirth(first.Birth, v.opt.Now())); err != nil {
		return nil, kit, err
	}
	var vaultID [16]byte
	rand.Read(vaultID[:])
	v.state = &state{id: vaultID, charts: map[record.ID]*chart{}, journal: newJournal(), nextSeq: 1}
	me := record.Keyholder{ID: newID(), Name: first.Name}
	device, slot, err := newDevice(vaultID, me, first.Passphrase, &v.opt)
	if err != nil {
		return nil, kit, err
	}
	v.self = device
	paper, err := kit.Identity()
	if err != nil {
		return nil, kit, err
	}
	defer paper.Wipe()
	v.db, err = store.Create(path, func(tx *store.Tx) error {
		a := &act{state: v.state, opt: &v.opt, tx: tx, self: device, ctx: ctx}
		if err := tx.Put(store.Meta, idKey, vaultID[:]); err != nil {
			return err
		}
		if err := tx.Put(store.Meta, slot.ID[:], slot.Bytes()); err != nil {
			return err
		}
		if err := a.newHousehold(me, paper.Public()); err != nil {
			return err
		}
		if err := a.log(a.house, record.VaultCreated, me.ID); err != nil {
			return err
		}
		if _, err := a.newPatient(patient, chain.Holder); err != nil {
			return err
		}
		return a.finish(1)
	})
	if err != nil {
		return nil, kit, fmt.Errorf("create vault: %w", named(err))
	}
	v.keepKeys()
	v.watched = v.opt.Marks != nil
	v.mark()
	return v, kit, nil
}

// newDevice draws the seed of a keyholder's device and seals it in a new slot.
func newDevice(vaultID [16]byte, who record.Keyholder, passphrase []byte, opt *Options) (*device, *seal.Slot, error) {
	return deviceOf(seal.NewKey(), vaultID, who, passphrase, opt)
}

func deviceOf(seed seal.Key, vaultID [16]byte, who record.Keyholder, passphrase []byte, opt *Options) (*device, *seal.Slot, error) {
	slot, err := seal.NewSlot(vaultID, newID(), passphrase, opt.work(), opt.Computer, seal.SlotContent{Seed: seed, Keyholder: who.ID, Name: who.Name})
	if err != nil {
		return nil, nil, fmt.Errorf("vault: slot: %w", err)
	}
	d, err := openDevice(seed, slot.ID, who.ID)
	return d, slot, err
}

func openDevice(seed seal.Key, slot [16]byte, keyholder record.ID) (*device, error) {
	id, err := seal.NewIdentity(seed)
	if err != nil {
		return nil, fmt.Errorf("vault: device: %w", err)
	}
	id.Keep()
	return &device{Identity: id, id: deviceID(id.Public()), slot: slot, keyholder: keyholder}, nil
}

func deviceID(p seal.Public) [16]byte { return chain.DeviceID(p.Sign, p.HPKE) }

func newID() (id record.ID) {
	rand.Read(id[:])
	return id
}

func entryOf(p seal.Public, kit bool, keyholder [16]byte, role chain.Role) chain.Entry {
	return chain.Entry{Kit: kit, Keyholder: keyholder, Role: role, Sign: p.Sign, HPKE: p.HPKE}
}

// newHousehold begins the chain that says who has a passphrase and a kit here.
func (a *act) newHousehold(me record.Keyholder, kit seal.Public) error {
	var g chain.GenesisClear
	rand.Read(g.Random[:])
	g.First = entryOf(a.self.Public(), false, me.ID, chain.Guardian)
	g.Kit = entryOf(kit, true, me.ID, chain.Guardian)
	a.house = newChart(chain.NewHousehold(chain.Hash{}))
	body := memberBody{Keyholder: me.ID, Name: me.Name, Slot: a.self.slot}
	genesis, err := a.beginChain(a.house, g, body)
	if err != nil {
		return err
	}
	a.household = genesis.id
	return nil
}

// newPatient begins a patient's chart with the one who acts as its only
// keyholder, in role.
func (a *act) newPatient(p record.Patient, role chain.Role) (*chart, error) {
	var g chain.GenesisClear
	rand.Read(g.Random[:])
	pseudonym := newID()
	g.First = entryOf(a.self.Public(), false, pseudonym, role)
	kit, ok := a.kitOf(a.self.keyholder)
	if !ok {
		return nil, fmt.Errorf("%w: no kit", errInternal)
	}
	g.Kit = kit
	g.Kit.Keyholder, g.Kit.Role = pseudonym, role
	clear, err := chain.Encode(&g)
	if err != nil {
		return nil, err
	}
	c := newChart(chain.New(chain.PatientID(clear)))
	a.charts[c.patient.ID] = c
	body := memberBody{Keyholder: a.self.keyholder, Name: a.house.people[a.self.keyholder].name}
	if _, err := a.beginChain(c, g, body); err != nil {
		return nil, err
	}
	if _, err := a.write(c, draft{kind: chain.Data, head: bodyHead{Type: record.TypePatient, ID: c.patient.ID}, body: &p}); err != nil {
		return nil, err
	}
	return c, a.log(c, record.PatientAdded, c.patient.ID)
}

// beginChain writes a genesis and the first rotation, whose key is drawn before so
// that the genesis can be sealed under it.
func (a *act) beginChain(c *chart, g chain.GenesisClear, body memberBody) (*entry, error) {
	patient := c.chain.Patient()
	key, err := seal.NewCircleKey(patient, patient, 1)
	if err != nil {
		return nil, fmt.Errorf("vault: circle key: %w", err)
	}
	genesis, err := a.write(c, draft{kind: chain.Genesis, clear: &g, head: bodyHead{Type: typeMember}, body: &body, header: key})
	if err != nil {
		return nil, err
	}
	return genesis, a.rotate(c, patient, chain.Audience{Class: chain.Common}, key)
}

// kitOf finds a keyholder's recovery kit in the household.
func (s *state) kitOf(keyholder record.ID) (chain.Entry, bool) {
	for _, e := range s.house.chain.Members() {
		if e.Kit && e.Keyholder == keyholder {
			return e, true
		}
	}
	return chain.Entry{}, false
}
