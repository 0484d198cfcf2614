package vault

import (
	"context"
	"slices"
	"strings"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// Keyholders lists who has a passphrase in this vault, by name.
func (v *Vault) Keyholders() ([]record.Keyholder, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	return v.keyholders(), nil
}

func (s *state) keyholders() []record.Keyholder {
	var out []record.Keyholder
	for id := range s.house.keyholders() {
		out = append(out, record.Keyholder{ID: id, Name: s.house.people[id].name})
	}
	slices.SortFunc(out, func(a, b record.Keyholder) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (s *state) keyholderNamed(name string) (record.Keyholder, error) {
	for _, k := range s.keyholders() {
		if SameName(k.Name, name) {
			return k, nil
		}
	}
	return record.Keyholder{}, ErrNoKeyholder
}

// AddKeyholder gives another person a passphrase of their own, and a recovery
// kit that they must keep on paper. They read nothing until a guardian adds
// them to a record, or they begin their own.
//
// It returns [ErrName], [ErrNameTaken], [ErrPassphraseEmpty] or [ErrSlots].
func (v *Vault) AddKeyholder(ctx context.Context, name string, passphrase []byte) (seal.KitCode, error) {
	kit := seal.NewKitCode()
	err := v.addKeyholder(ctx, name, passphrase, kit)
	return kit, wrap("add keyholder", err)
}

func (v *Vault) addKeyholder(ctx context.Context, name string, passphrase []byte, kit seal.KitCode) error {
	if err := checkName(name); err != nil {
		return err
	}
	if err := checkPassphrase(passphrase); err != nil {
		return err
	}
	vaultID, err := v.ID()
	if err != nil {
		return err
	}
	who := record.Keyholder{ID: newID(), Name: name}
	newcomer, slot, err := newDevice(vaultID, who, passphrase, &v.opt)
	if err != nil {
		return err
	}
	defer newcomer.Wipe()
	paper, err := kit.Identity()
	if err != nil {
		return err
	}
	defer paper.Wipe()
	return v.act(ctx, func(a *act) error {
		if _, err := a.keyholderNamed(name); err == nil {
			return ErrNameTaken
		}
		_, slots, err := clearText(a.tx)
		if err != nil {
			return err
		}
		if len(slots) >= maxSlots {
			return ErrSlots
		}
		m := chain.MemberClear{Add: true, Entries: []chain.Entry{
			entryOf(newcomer.Public(), false, who.ID, chain.Guardian),
			entryOf(paper.Public(), true, who.ID, chain.Guardian),
		}}
		signature := newcomer.Sign(joinMessage(m.Entries[0]))
		body := memberBody{Keyholder: who.ID, Name: name, Slot: slot.ID, Joined: signature[:]}
		if _, err := a.write(a.house, draft{kind: chain.Member, clear: &m, head: bodyHead{Type: typeMember}, body: &body}); err != nil {
			return err
		}
		if err := a.settle(a.house); err != nil {
			return err
		}
		a.newcomers = append(a.newcomers, newcomer)
		if err := a.log(a.house, record.KeyholderAdded, who.ID); err != nil {
			return err
		}
		return a.tx.Put(store.Meta, slot.ID[:], slot.Bytes())
	})
}

// Removal says what [Vault.RemoveKeyholder] did.
type Removal struct {
	Records int  // patients' records that the person no longer reads
	Slot    bool // their passphrase and kit no longer open the vault
}

// RemoveKeyholder takes a person out of the vault. Somebody else can be removed
// while they are holder or guardian of nobody: their part as a carer ends in
// every record this keyholder reads, and their passphrase goes unless the vault
// holds records that this keyholder cannot read, where they may have a part.
//
// A keyholder who removes themselves leaves every record; the vault is closed
// afterwards. It returns [ErrNoKeyholder], [ErrGuardian], [ErrLastGuardian] or
// [ErrNotAllowed].
func (v *Vault) RemoveKeyholder(ctx context.Context, name string) (Removal, error) {
	var out Removal
	left := false
	v.mu.Lock()
	defer v.mu.Unlock()
	err := v.actLocked(ctx, func(a *act) error {
		out = Removal{}
		k, err := a.keyholderNamed(name)
		if err != nil {
			return err
		}
		self := k.ID == a.self.keyholder
		if self && len(a.keyholders()) == 1 {
			return ErrLastGuardian
		}
		for _, c := range a.charts {
			_, role, ok := c.pseudonymOf(k.ID)
			if !ok {
				continue
			}
			if !self && !role.Carer() {
				return ErrGuardian
			}
			if c, err = a.chart(c.patient.ID); err != nil {
				return err
			}
			if err := a.dismiss(c, k.ID); err != nil {
				return err
			}
			out.Records++
			if self {
				continue
			}
			if err := a.settle(c); err != nil {
				return err
			}
		}
		if !self && a.foreign > 0 {
			return nil
		}
		out.Slot, left = true, self
		return a.expel(k.ID, self)
	})
	if err != nil {
		return Removal{}, wrap("remove keyholder", err)
	}
	if left {
		return out, v.close() // nothing more is written for them
	}
	return out, nil
}

// expel removes a keyholder from the household, with their slots.
func (a *act) expel(keyholder record.ID, self bool) error {
	m := chain.MemberClear{}
	for device, e := range a.house.chain.Members() {
		if e.Keyholder != keyholder {
			continue
		}
		m.Entries = append(m.Entries, e)
		if err := a.dropSlot(a.house.people[keyholder].slots[device]); err != nil {
			return err
		}
	}
	sortEntries(m.Entries)
	if err := a.log(a.house, record.KeyholderRemoved, keyholder); err != nil {
		return err
	}
	if err := a.unseal(a.house, m.Entries); err != nil {
		return err
	}
	if _, err := a.write(a.house, draft{kind: chain.Member, clear: &m}); err != nil {
		return err
	}
	if a.leaving = self; self {
		return nil // those who stay draw the new key
	}
	return a.settle(a.house)
}

// dropSlot removes a way in, with what its owner remembered and had begun to
// write.
func (a *act) dropSlot(id [16]byte) error {
	if id == ([16]byte{}) {
		return nil // a kit has none
	}
	for _, key := range [][]byte{id[:], relativesKey(id)} {
		if err := a.tx.Delete(store.Meta, key); err != nil {
			return err
		}
	}
	for _, key := range [][]byte{draftsKey(id), watchedKey(id), awaitedKey(id)} {
		if err := a.tx.Delete(store.Self, key); err != nil {
			return err
		}
	}
	return a.tx.Delete(store.Self, id[:])
}
