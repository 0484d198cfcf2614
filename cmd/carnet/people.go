package main

import (
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/identity"
	"carnet/vault/record"
)

func (a *app) patientCommands() *cobra.Command {
	add := a.word(text.PatientAdd)
	var p record.Patient
	var sex string
	var guardians []string
	var self bool
	add.Flags().StringVar(&p.Name, "name", "", a.Say(text.OptName))
	add.Flags().StringVar(&p.Birth, "birth", "", a.Say(text.OptBirth))
	add.Flags().StringVar(&sex, "sex", "", a.Say(text.OptSex))
	add.Flags().StringArrayVar(&guardians, "guardian", nil, a.Say(text.OptGuardian))
	add.Flags().BoolVar(&self, "self", false, a.Say(text.OptSelf))
	add.Flags().StringVar(&p.NIR, "nir", "", a.Say(text.OptNIR))
	add.Flags().StringVar(&p.INS, "ins", "", a.Say(text.OptINS))
	add.Flags().StringVar(&p.Term, "term", "", a.Say(text.OptTerm))
	a.verb(add, 0, 0, func([]string) error {
		if err := errors.Join(a.need("name", p.Name), a.need("birth", p.Birth)); err != nil {
			return err
		}
		s, err := a.sex(sex)
		if err != nil {
			return err
		}
		p.Sex = s
		return a.withVault(func(v *vault.Vault) error {
			made, err := v.AddPatient(a.ctx, p, self, guardians...)
			if err != nil {
				return err
			}
			out, err := a.person(v, made)
			if err != nil {
				return err
			}
			a.doubts(made)
			return a.give(out, func() { a.tell(text.PersonAdded, made.Name, short(made.ID)) })
		})
	})
	list := a.verb(a.word(text.PatientList), 0, 0, func([]string) error { return a.withVault(a.listPatients) })

	var role string
	admit := a.verb(a.word(text.MemberAdd), 1, 1, func(args []string) error {
		if err := a.need("role", role); err != nil {
			return err
		}
		return a.changeMember(args[0], text.MemberAdded, func(v *vault.Vault, p record.Patient) error {
			return v.AddMember(a.ctx, p.ID, args[0], record.Role(role))
		})
	})
	admit.Flags().StringVar(&role, "role", "", a.Say(text.OptRole))
	dismiss := a.verb(a.word(text.MemberRemove), 1, 1, func(args []string) error {
		return a.changeMember(args[0], text.MemberRemoved, func(v *vault.Vault, p record.Patient) error {
			return v.RemoveMember(a.ctx, p.ID, args[0])
		})
	})
	members := a.verb(a.word(text.MemberList), 0, 0, func([]string) error { return a.withVault(a.listMembers) })
	paper := a.verb(a.word(text.MemberAttestation), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error { return a.attestation(v, args[0]) })
	})
	return a.word(text.Patient, add, list, a.homeCodeCommand(), a.exportPatientCommand(), a.mergePatientCommand(), a.editPatientCommand(), a.closePatientCommand(), a.verb(a.word(text.PatientClosed), 0, 0, func([]string) error { return a.withVault(a.listClosures) }), a.word(text.PatientMember, admit, dismiss, members, paper))
}

func (a *app) editPatientCommand() *cobra.Command {
	var name, birth, sex, nir, ins, term, deceased string
	c := a.word(text.PatientEdit)
	a.verb(c, 0, 0, func([]string) error {
		var e vault.PatientEdit
		for option, field := range map[string]struct {
			to   **string
			from *string
		}{"name": {&e.Name, &name}, "birth": {&e.Birth, &birth}, "nir": {&e.NIR, &nir}, "ins": {&e.INS, &ins}, "term": {&e.Term, &term}, "deceased": {&e.Deceased, &deceased}} {
			if c.Flags().Changed(option) {
				*field.to = field.from
			}
		}
		if c.Flags().Changed("sex") {
			s, err := a.sex(sex)
			if err != nil {
				return err
			}
			e.Sex = &s
		}
		if e == (vault.PatientEdit{}) {
			return a.usage(text.Missing, "name, --birth, --sex, --nir, --ins, --term, --deceased")
		}
		return a.withVault(func(v *vault.Vault) error {
			p, err := a.who(v)
			if err != nil {
				return err
			}
			if p, err = v.EditPatient(a.ctx, p.ID, e); err != nil {
				return err
			}
			out, err := a.person(v, p)
			if err != nil {
				return err
			}
			a.doubts(p)
			return a.give(out, func() { a.tell(text.PersonEdited, p.Name) })
		})
	})
	c.Flags().StringVar(&name, "name", "", a.Say(text.OptName))
	c.Flags().StringVar(&birth, "birth", "", a.Say(text.OptBirth))
	c.Flags().StringVar(&sex, "sex", "", a.Say(text.OptSex))
	c.Flags().StringVar(&nir, "nir", "", a.Say(text.OptNIR))
	c.Flags().StringVar(&ins, "ins", "", a.Say(text.OptINS))
	c.Flags().StringVar(&term, "term", "", a.Say(text.OptTerm))
	c.Flags().StringVar(&deceased, "deceased", "", a.Say(text.OptDeceased))
	return c
}

// doubts asks to look again at numbers that are unlikely. They are kept, and not
// said again here: what is shown on the diagnostics stream may stay in a log.
func (a *app) doubts(p record.Patient) {
	if said := a.NIRDoubt(p.NIR); said != "" {
		a.note(text.NumberKept, a.Say(text.LabelNIR), said)
	}
	if said := a.INSDoubt(p.INS); said != "" {
		a.note(text.NumberKept, a.Say(text.LabelINS), said)
	}
}

// sex reads the option of that name.
func (a *app) sex(s string) (record.Sex, error) {
	switch sex := record.Sex(strings.ToUpper(s)); sex {
	case "", record.Female, record.Male:
		return sex, nil
	}
	return "", a.usage(text.BadOption, "--sex")
}

// personJSON is a person as scripts read it.
type personJSON struct {
	ID        record.ID  `json:"id"`
	Name      string     `json:"name"`
	Birth     string     `json:"birth"`
	Term      string     `json:"term"` // weeks and days, as 34+2; "" when not known
	Sex       record.Sex `json:"sex"`
	NIR       string     `json:"nir"`
	INS       string     `json:"ins"`
	Doubts    doubtsJSON `json:"doubts"`
	Deceased  string     `json:"deceased"`
	Guardians []string   `json:"guardians"`

	Majority string       `json:"majority"` // YYYY-MM-DD
	Stage    record.Stage `json:"stage"`    // what is announced today, "" for nothing
}

// doubtsJSON says which numbers are unlikely, and why.
type doubtsJSON struct {
	NIR identity.Doubt `json:"nir,omitempty"`
	INS identity.Doubt `json:"ins,omitempty"`
}

func (a *app) person(v *vault.Vault, p record.Patient) (personJSON, error) {
	out := personJSON{ID: p.ID, Name: p.Name, Birth: p.Birth, Sex: p.Sex, NIR: p.NIR, INS: p.INS, Term: p.Term, Deceased: p.Deceased, Guardians: []string{}}
	out.Majority = p.Majority()
	out.Doubts = doubtsJSON{identity.NIR(p.NIR), identity.INS(p.INS)}
	members, err := v.Members(p.ID)
	for _, m := range members {
		if m.Role == record.RoleGuardian {
			out.Guardians = append(out.Guardians, m.Keyholder.Name)
		}
	}
	if len(out.Guardians) > 0 {
		out.Stage = p.Stage(time.Now())
	}
	return out, err
}

func (a *app) listPatients(v *vault.Vault) error {
	all, err := v.Patients()
	if err != nil {
		return err
	}
	out := []personJSON{}
	for _, p := range all {
		one, err := a.person(v, p)
		if err != nil {
			return err
		}
		out = append(out, one)
	}
	return a.give(out, func() {
		for _, p := range out {
			a.tell(text.PersonLine, short(p.ID), p.Name, p.Birth, string(p.Sex))
		}
		if len(out) == 0 {
			a.tell(text.NoPersons)
		}
	})
}

// memberJSON is somebody's part in a record as scripts read it.
type memberJSON struct {
	Keyholder record.ID   `json:"keyholder"`
	Name      string      `json:"name"`
	Role      record.Role `json:"role"`
}

func (a *app) changeMember(name string, said text.Message, change func(*vault.Vault, record.Patient) error) error {
	return a.withVault(func(v *vault.Vault) error {
		p, err := a.who(v)
		if err != nil {
			return err
		}
		if err := change(v, p); err != nil {
			return err
		}
		return a.give(map[string]any{"patient": p.ID, "name": name}, func() { a.tell(said, name, p.Name) })
	})
}

func (a *app) listMembers(v *vault.Vault) error {
	p, err := a.who(v)
	if err != nil {
		return err
	}
	members, err := v.Members(p.ID)
	if err != nil {
		return err
	}
	out := []memberJSON{}
	for _, m := range members {
		out = append(out, memberJSON{m.Keyholder.ID, m.Keyholder.Name, m.Role})
	}
	return a.give(out, func() {
		for _, m := range members {
			a.tell(text.Field, m.Keyholder.Name, a.Say(text.Role(m.Role)))
		}
	})
}

// attestationJSON is the attestation of a carer as scripts read it.
type attestationJSON struct {
	Patient  record.ID   `json:"patient"`
	Carer    string      `json:"carer"`
	Role     record.Role `json:"role"`
	Document record.ID   `json:"document"`
	Digest   string      `json:"digest"` // BLAKE2b-256 of what was signed, in hex
	By       string      `json:"by"`     // "" for somebody who has no part any more
	At       time.Time   `json:"at"`
	Intact   bool        `json:"intact"`
}

// attestation holds the attestation of a carer against what was signed; one that
// is not the same is damage.
func (a *app) attestation(v *vault.Vault, name string) error {
	p, err := a.who(v)
	if err != nil {
		return err
	}
	found, err := v.Attestation(a.ctx, p.ID, name)
	if err != nil {
		return err
	}
	out := attestationJSON{p.ID, found.Carer.Name, found.Role, found.Document, hex.EncodeToString(found.Digest[:]), found.By.Name, found.At.Time().UTC(), found.Intact}
	err = a.give(out, func() {
		a.tell(text.Field, found.Carer.Name, a.Say(text.Role(found.Role)))
		a.tell(text.Field, short(found.Document), a.SignedBy(found))
		if found.Intact {
			a.tell(text.AttestationGood)
		} else {
			a.tell(text.AttestationBad)
		}
	})
	if err == nil && !found.Intact {
		err = errDamagedReport
	}
	return err
}

func (a *app) keyholderCommands() *cobra.Command {
	var name, kit string
	add := a.verb(a.word(text.KeyholderAdd), 0, 0, func([]string) error {
		if err := a.need("name", name); err != nil {
			return err
		}
		return a.addKeyholder(name, kit)
	})
	add.Flags().StringVar(&name, "name", "", a.Say(text.OptName))
	add.Flags().StringVar(&kit, "kit", "", a.Say(text.OptKit))
	a.newPassphraseFlag(add)
	remove := a.verb(a.word(text.KeyholderRemove), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			done, err := v.RemoveKeyholder(a.ctx, args[0])
			if err != nil {
				return err
			}
			said := text.KeyholderKept
			if done.Slot {
				said = text.KeyholderRemoved
			}
			return a.give(map[string]any{"name": args[0], "records": done.Records, "passphraseRemoved": done.Slot}, func() { a.tell(said, args[0], done.Records) })
		})
	})
	list := a.verb(a.word(text.KeyholderList), 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error {
			all, err := v.Keyholders()
			if err != nil {
				return err
			}
			out := []map[string]any{}
			for _, k := range all {
				out = append(out, map[string]any{"id": k.ID, "name": k.Name})
			}
			return a.give(out, func() {
				for _, k := range all {
					a.tell(text.Field, short(k.ID), k.Name)
				}
			})
		})
	})
	return a.word(text.Keyholder, add, remove, list, a.passphraseCommand(text.KeyholderPassphrase))
}

func (a *app) newPassphraseFlag(c *cobra.Command) {
	c.Flags().IntVar(&a.newFD, "new-passphrase-fd", noFD, a.Say(text.OptNewPassphrase))
}

func (a *app) addKeyholder(name, kit string) error {
	return a.withVault(func(v *vault.Vault) error {
		paper, err := a.kitFile(kit)
		if err != nil {
			return err
		}
		defer paper.discard()
		passphrase, err := a.newSecret(a.newFD, "new-passphrase-fd", text.AskNewPassphrase)
		if err != nil {
			return err
		}
		defer clear(passphrase)
		code, err := v.AddKeyholder(a.ctx, name, passphrase)
		if err != nil {
			return err
		}
		err = a.give(map[string]any{"name": name}, func() { a.tell(text.KeyholderAdded, name) })
		return errors.Join(err, paper.write(a, code, name, v.Path(), nil)) // of no record yet
	})
}
