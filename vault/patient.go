package vault

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"carnet/vault/chain"
	"carnet/vault/identity"
	"carnet/vault/record"
)

// Patients lists whose records this keyholder reads, by name. A record that was
// handed over is among them while some of it stayed that they read.
func (v *Vault) Patients() ([]record.Patient, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	var out []record.Patient
	for _, c := range v.charts {
		if !c.gone() {
			out = append(out, c.patient)
		}
	}
	slices.SortFunc(out, func(a, b record.Patient) int {
		return strings.Compare(a.Name+a.ID.String(), b.Name+b.ID.String())
	})
	return out, nil
}

// AddPatient begins the record of another person. self is for the keyholder's
// own record; otherwise they become its guardian. Further guardians are named
// in guardians.
//
// NIR and INS are kept as they are given, whether they are likely or not.
//
// It returns [ErrName], [ErrDate], [ErrNameTaken], [record.ErrTerm] or
// [ErrNoKeyholder].
func (v *Vault) AddPatient(ctx context.Context, p record.Patient, self bool, guardians ...string) (record.Patient, error) {
	var c *chart
	err := v.act(ctx, func(a *act) (err error) {
		if err := a.checkPatient(&p); err != nil {
			return err
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
			if err := a.admit(c, k, chain.Guardian, nil); err != nil {
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

// checkPatient refuses a name, a date or a term that cannot be, and somebody who is
// there already; it compacts the numbers and the term.
func (a *act) checkPatient(p *record.Patient) error {
	if err := checkName(p.Name); err != nil {
		return err
	}
	if err := checkBirth(p.Birth, a.opt.Now()); err != nil {
		return err
	}
	if p.Deceased != "" {
		if err := checkPartialDate(p.Deceased, a.opt.Now()); err != nil {
			return err
		}
		if p.Deceased < p.Birth[:min(len(p.Birth), len(p.Deceased))] {
			return ErrDate
		}
	}
	for id, other := range a.charts {
		if id != p.ID && SameName(other.patient.Name, p.Name) && other.patient.Birth == p.Birth {
			return ErrNameTaken
		}
	}
	p.NIR, p.INS = identity.Compact(p.NIR), identity.Compact(p.INS)
	if p.Term == "" {
		return nil
	}
	var err error
	p.Term, err = record.ParseTerm(p.Term)
	return err
}

// PatientEdit is a change of who a person is; nil fields stay.
type PatientEdit struct {
	Name  *string
	Birth *string // YYYY-MM-DD
	Sex   *record.Sex
	NIR   *string // "" for none; kept whether it is likely or not
	INS   *string
	Term  *string // as [record.ParseTerm] reads it, "" for not known

	Deceased *string // YYYY-MM-DD, YYYY-MM or YYYY; "" takes it back
}

// EditPatient changes who a person is, or declares their death, and returns them as they are now. It
// returns [ErrNoPatient], [ErrName], [ErrDate], [ErrNameTaken], [record.ErrTerm] or,
// for a carer, [ErrNotAllowed]. A wrong NIR or INS is no error.
func (v *Vault) EditPatient(ctx context.Context, id record.ID, e PatientEdit) (record.Patient, error) {
	var after record.Patient
	err := v.act(ctx, func(a *act) error {
		c, err := a.chart(id)
		if err != nil {
			return err
		}
		if mine, _ := c.chain.Entry(a.self.id); mine.Role.Carer() {
			return ErrNotAllowed
		}
		if c.handed != nil {
			return ErrHandedOver
		}
		after = c.patient
		for _, field := range []struct{ to, from *string }{{&after.Name, e.Name}, {&after.Birth, e.Birth}, {&after.NIR, e.NIR}, {&after.INS, e.INS}, {&after.Term, e.Term}, {&after.Deceased, e.Deceased}} {
			if field.from != nil {
				*field.to = *field.from
			}
		}
		if e.Sex != nil {
			after.Sex = *e.Sex
		}
		if err := a.checkPatient(&after); err != nil {
			return err
		}
		fields, err := patch(c.patient, after)
		if err != nil || len(fields) == 0 {
			return err
		}
		if _, err := a.write(c, draft{kind: chain.Data, head: bodyHead{Type: record.TypePatient, ID: id}, body: fields}); err != nil {
			return err
		}
		return a.log(c, record.PatientEdited, id)
	})
	if err != nil {
		return record.Patient{}, wrap("edit patient", err)
	}
	return after, nil
}
