package vault

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// At most so many carers for a person, and persons for a carer (product rule,
// after the helpers' limits of the public service).
const (
	maxCarers  = 3
	maxPersons = 5
)

var roles = map[record.Role]chain.Role{
	record.RoleHolder:     chain.Holder,
	record.RoleGuardian:   chain.Guardian,
	record.RoleCarerAdds:  chain.CarerAdds,
	record.RoleCarerReads: chain.CarerReads,
}

func roleName(r chain.Role) record.Role {
	for name, role := range roles {
		if role == r {
			return name
		}
	}
	return ""
}

// Patients lists whose records this keyholder reads, by name.
func (v *Vault) Patients() ([]record.Patient, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	var out []record.Patient
	for _, c := range v.charts {
		out = append(out, c.patient)
	}
	slices.SortFunc(out, func(a, b record.Patient) int {
		return strings.Compare(a.Name+a.ID.String(), b.Name+b.ID.String())
	})
	return out, nil
}

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

// keyholders returns the pseudonyms that have a device in the chart.
func (c *chart) keyholders() map[record.ID]chain.Role {
	out := map[record.ID]chain.Role{}
	for _, e := range c.chain.Members() {
		if !e.Kit {
			out[e.Keyholder] = e.Role
		}
	}
	return out
}

// Members lists who has a part in a patient's record. It returns
// [ErrNoPatient].
func (v *Vault) Members(patient record.ID) ([]record.Membership, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	c := v.charts[patient]
	if c == nil {
		return nil, ErrNoPatient
	}
	return c.members(), nil
}

func (c *chart) members() []record.Membership {
	var out []record.Membership
	for pseudonym, role := range c.keyholders() {
		p := c.people[pseudonym]
		out = append(out, record.Membership{Keyholder: record.Keyholder{ID: p.keyholder, Name: p.name}, Role: roleName(role)})
	}
	slices.SortFunc(out, func(a, b record.Membership) int { return strings.Compare(a.Keyholder.Name, b.Keyholder.Name) })
	return out
}

// pseudonymOf finds a keyholder in the chart.
func (c *chart) pseudonymOf(keyholder record.ID) (record.ID, chain.Role, bool) {
	for pseudonym, role := range c.keyholders() {
		if c.people[pseudonym].keyholder == keyholder {
			return pseudonym, role, true
		}
	}
	return record.ID{}, 0, false
}

func (s *state) keyholderNamed(name string) (record.Keyholder, error) {
	for _, k := range s.keyholders() {
		if SameName(k.Name, name) {
			return k, nil
		}
	}
	return record.Keyholder{}, ErrNoKeyholder
}

// AddPatient begins the record of another person. self is for the keyholder's
// own record; otherwise they become its guardian. Further guardians are named
// in guardians.
//
// It returns [ErrName], [ErrDate], [ErrNameTaken] or [ErrNoKeyholder].
func (v *Vault) AddPatient(ctx context.Context, p record.Patient, self bool, guardians ...string) (record.Patient, error) {
	var c *chart
	err := v.act(ctx, func(a *act) (err error) {
		if err := checkName(p.Name); err != nil {
			return err
		}
		if err := checkBirth(p.Birth, a.opt.Now()); err != nil {
			return err
		}
		for _, other := range a.charts {
			if SameName(other.patient.Name, p.Name) && other.patient.Birth == p.Birth {
				return ErrNameTaken
			}
		}
		var others []record.Keyholder
		for _, name := range guardians {
			k, err := a.keyholderNamed(name)
			if err != nil {
				return err
			}
			if k.ID != a.self.keyholder {
				others = append(others, k)
			}
		}
		role := chain.Guardian
		if self {
			role = chain.Holder
		}
		if c, err = a.newPatient(p, role); err != nil {
			return err
		}
		for _, k := range others {
			if err := a.admit(c, k, chain.Guardian); err != nil {
				return err
			}
		}
		return a.settle(c)
	})
	if err != nil {
		return record.Patient{}, fmt.Errorf("add patient: %w", err)
	}
	return c.patient, nil
}

// AddMember gives a keyholder a part in a patient's record: from then on they
// read all of it that is not hidden from them.
//
// It returns [ErrNoPatient], [ErrNoKeyholder], [ErrRole], [ErrMember],
// [ErrCarers] or [ErrNotAllowed].
func (v *Vault) AddMember(ctx context.Context, patient record.ID, name string, role record.Role) error {
	err := v.act(ctx, func(a *act) error {
		c, err := a.chart(patient)
		if err != nil {
			return err
		}
		k, err := a.keyholderNamed(name)
		if err != nil {
			return err
		}
		r, ok := roles[role]
		if !ok || r == chain.Holder {
			return ErrRole
		}
		if _, _, ok := c.pseudonymOf(k.ID); ok {
			return ErrMember
		}
		if r.Carer() {
			if err := a.checkCarers(c, k); err != nil {
				return err
			}
		}
		if err := a.admit(c, k, r); err != nil {
			return err
		}
		return a.settle(c)
	})
	return wrap("add member", err)
}

func (a *act) checkCarers(c *chart, k record.Keyholder) error {
	carers, persons := 0, 0
	for _, role := range c.keyholders() {
		if role.Carer() {
			carers++
		}
	}
	for _, other := range a.charts {
		if _, role, ok := other.pseudonymOf(k.ID); ok && role.Carer() {
			persons++
		}
	}
	if carers >= maxCarers || persons >= maxPersons {
		return ErrCarers
	}
	return nil
}

// admit writes that all devices of a keyholder, and their kit, belong to the
// chart. The circles are given new keys afterwards.
func (a *act) admit(c *chart, k record.Keyholder, role chain.Role) error {
	pseudonym := newID()
	m := chain.MemberClear{Add: true}
	for _, e := range a.house.chain.Members() {
		if e.Keyholder == k.ID {
			e.Keyholder, e.Role = pseudonym, role
			m.Entries = append(m.Entries, e)
		}
	}
	sortEntries(m.Entries)
	body := memberBody{Keyholder: k.ID, Name: k.Name}
	if _, err := a.write(c, draft{kind: chain.Member, clear: &m, head: bodyHead{Type: typeMember}, body: &body}); err != nil {
		return err
	}
	return a.log(c, record.MemberAdded, k.ID)
}

// sortEntries puts devices before kits, in one order.
func sortEntries(entries []chain.Entry) {
	slices.SortFunc(entries, func(x, y chain.Entry) int {
		if x.Kit != y.Kit {
			if x.Kit {
				return 1
			}
			return -1
		}
		a, b := x.Device(), y.Device()
		return slices.Compare(a[:], b[:])
	})
}

// RemoveMember takes a keyholder's part in a patient's record away: they read
// nothing that is written from then on. What they read or copied before cannot
// be taken back. A keyholder may always remove themselves, unless the record
// would be left without anybody to govern it.
//
// It returns [ErrNoPatient], [ErrNoKeyholder], [ErrNotMember], [ErrGuardian],
// [ErrLastGuardian] or [ErrNotAllowed].
func (v *Vault) RemoveMember(ctx context.Context, patient record.ID, name string) error {
	err := v.act(ctx, func(a *act) error {
		c, err := a.chart(patient)
		if err != nil {
			return err
		}
		k, err := a.keyholderNamed(name)
		if err != nil {
			return err
		}
		if err := a.dismiss(c, k.ID); err != nil {
			return err
		}
		if k.ID == a.self.keyholder {
			a.forget(c)
			return nil
		}
		return a.settle(c)
	})
	return wrap("remove member", err)
}

// dismiss writes that a keyholder's devices and kit no longer belong to the
// chart.
func (a *act) dismiss(c *chart, keyholder record.ID) error {
	pseudonym, role, ok := c.pseudonymOf(keyholder)
	if !ok {
		return ErrNotMember
	}
	if !role.Carer() {
		if keyholder != a.self.keyholder {
			mine, _ := c.chain.Entry(a.self.id)
			if mine.Role != chain.Holder {
				return ErrGuardian
			}
		}
		if !c.governedWithout(pseudonym) {
			return ErrLastGuardian
		}
	}
	m := chain.MemberClear{}
	for _, e := range c.chain.Members() {
		if e.Keyholder == pseudonym {
			m.Entries = append(m.Entries, e)
		}
	}
	sortEntries(m.Entries)
	if err := a.log(c, record.MemberRemoved, keyholder); err != nil {
		return err
	}
	if err := a.unseal(c, m.Entries); err != nil {
		return err
	}
	_, err := a.write(c, draft{kind: chain.Member, clear: &m})
	return err
}

// governedWithout reports whether a holder or guardian other than one remains.
func (c *chart) governedWithout(pseudonym record.ID) bool {
	for other, role := range c.keyholders() {
		if other != pseudonym && !role.Carer() {
			return true
		}
	}
	return false
}

// unseal removes what was sealed to devices that go, so that they find nothing
// to open even before those who stay have written again.
func (a *act) unseal(c *chart, gone []chain.Entry) error {
	for _, id := range c.chain.Circles() {
		for _, r := range c.chain.Rotations(id) {
			for _, s := range r.Seals {
				if !slices.ContainsFunc(gone, func(e chain.Entry) bool { return e.Device() == s.Device }) {
					continue
				}
				if err := a.tx.Delete(store.Seals, sealKey(s.Seal)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// forget drops a chart that the one who acts no longer reads.
func (a *act) forget(c *chart) { delete(a.charts, c.patient.ID) }

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
	err := v.act(ctx, func(a *act) error {
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
		return out, v.Close()
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

// dropSlot removes a way in, with what its owner remembered.
func (a *act) dropSlot(id [16]byte) error {
	if id == ([16]byte{}) {
		return nil // a kit has none
	}
	if err := a.tx.Delete(store.Meta, id[:]); err != nil {
		return err
	}
	return a.tx.Delete(store.Self, id[:])
}

// wrap names the act in an error, once.
func wrap(act string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", act, err)
}
