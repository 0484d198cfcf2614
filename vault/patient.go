package vault

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"carnet/vault/chain"
	"carnet/vault/record"
)

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
