package vault

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
)

// At most so many carers for a person, and persons for a carer: the limits that
// Mon espace santé sets its « aidants » (source of its application,
// assurance-maladie-mesdmp/ens-mobile, 2025-08-27).
const (
	MaxCarers  = 3
	MaxPersons = 5
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

// Members lists who has a part in a patient's record. It returns
// [ErrNoPatient].
func (v *Vault) Members(patient record.ID) ([]record.Membership, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	c, err := v.of(patient)
	if err != nil {
		return nil, err
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

// AddMember gives a keyholder a part in a patient's record: from then on they
// read all of it that is not hidden from them. The attestation that
// [Options.Attest] writes of a carer is added to the documents, and signed, with
// the same act.
//
// It returns [ErrNoPatient], [ErrNoKeyholder], [ErrRole], [ErrMember],
// [ErrCarers] or [ErrNotAllowed].
func (v *Vault) AddMember(ctx context.Context, patient record.ID, name string, role record.Role) error {
	paper, err := v.attest(ctx, patient, name, role)
	if err != nil {
		return wrap("add member", err)
	}
	err = v.act(ctx, func(a *act) error {
		c, err := a.chart(patient)
		if err != nil {
			return err
		}
		if c.handed != nil {
			return ErrHandedOver
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
		if err := a.admit(c, k, r, paper); err != nil {
			return err
		}
		if err := a.settle(c); err != nil || paper == nil {
			return err
		}
		return a.add(c, *paper, &ImportOptions{Category: attestationCategory, Date: a.opt.Now().Format(time.DateOnly)})
	})
	if err != nil && paper != nil {
		err = errors.Join(err, paper.upload.abandon())
	}
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
	if carers >= MaxCarers || persons >= MaxPersons {
		return ErrCarers
	}
	return nil
}

// admit writes that all devices of a keyholder, and their kit, belong to the
// chart, and which paper attests it, nil for none. The circles are given new keys
// afterwards.
func (a *act) admit(c *chart, k record.Keyholder, role chain.Role, paper *sealedFile) error {
	var entries []chain.Entry
	for _, e := range a.house.chain.Members() {
		if e.Keyholder == k.ID {
			entries = append(entries, e)
		}
	}
	return a.admitEntries(c, k, entries, role, paper)
}

// admitEntries is admit for devices and a kit that are given.
func (a *act) admitEntries(c *chart, k record.Keyholder, entries []chain.Entry, role chain.Role, paper *sealedFile) error {
	pseudonym := newID()
	m := chain.MemberClear{Add: true}
	for _, e := range entries {
		e.Keyholder, e.Role = pseudonym, role
		m.Entries = append(m.Entries, e)
	}
	sortEntries(m.Entries)
	body := memberBody{Keyholder: k.ID, Name: k.Name}
	if paper != nil {
		body.Attestation, body.Attested = paper.upload.id, [32]byte(paper.upload.digest.Sum(nil))
	}
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
// Its operations count as another's from then on, as they will when the file is
// read again.
func (a *act) forget(c *chart) {
	delete(a.charts, c.patient.ID)
	a.reindex = true
	a.foreign += len(c.ops)
}
