package main

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/proof"
	"carnet/vault/record"
	"carnet/vault/seal"
)

func (a *app) handOverCommand() *cobra.Command {
	var h vault.HandOver
	var kit, proofTo string
	var also []string
	var status, undo bool
	c := a.word(text.ChildHandOver)
	a.verb(c, 0, 0, func([]string) error {
		switch {
		case status:
			return a.withVault(a.handOverStatus)
		case h.Path == "" && proofTo != "":
			return a.withVault(func(v *vault.Vault) error { return a.handOverProof(v, proofTo) })
		}
		if err := a.need("to", h.Path); err != nil {
			return err
		}
		return a.withVault(func(v *vault.Vault) error {
			if undo {
				return a.undoHandOver(v, h)
			}
			return a.handOver(v, h, also, kit, proofTo)
		})
	})
	f := c.Flags()
	f.StringVar(&h.Path, "to", "", a.Say(text.OptHandOverTo))
	f.StringVar(&h.Name, "name", "", a.Say(text.OptHandOverName))
	f.StringVar(&h.As, "holder", "", a.Say(text.OptHolder))
	f.StringArrayVar(&also, "also", nil, a.Say(text.OptAlso))
	f.BoolVar(&h.Emancipated, "emancipated", false, a.Say(text.OptEmancipated))
	f.BoolVar(&status, "status", false, a.Say(text.OptStatus))
	f.BoolVar(&undo, "undo", false, a.Say(text.OptUndoHandOver))
	f.StringVar(&proofTo, "proof", "", a.Say(text.OptProof))
	f.StringVar(&kit, "kit", "", a.Say(text.OptKit))
	f.IntVar(&a.newFD, "new-passphrase-fd", noFD, a.Say(text.OptNewPassphrase))
	return c
}

// handedOverJSON is a record that was handed over as scripts read it.
type handedOverJSON struct {
	Patient  record.ID    `json:"patient"`
	Name     string       `json:"name"`
	At       time.Time    `json:"at"`
	By       string       `json:"by"`
	Received bool         `json:"received"`
	Left     int          `json:"left"`
	Path     string       `json:"path,omitempty"`
	Proof    *proof.Proof `json:"proof"`
}

func handedOverAs(x record.HandedOver, path string) (handedOverJSON, error) {
	p, err := proof.Parse(x.Proof)
	return handedOverJSON{x.Patient, x.Name, x.At.Time().UTC(), x.By.Name, x.Received, x.Left, path, p}, err
}

func (a *app) handOver(v *vault.Vault, h vault.HandOver, also []string, kit, proofTo string) (err error) {
	p, err := a.who(v)
	if err != nil {
		return err
	}
	if h.Path, err = filepath.Abs(h.Path); err != nil {
		return err
	}
	for _, id := range also {
		d, err := a.document(v, id)
		if err != nil {
			return err
		}
		h.Also = append(h.Also, d.ID)
	}
	if _, _, err := v.PlanHandOver(p.ID, h); err != nil {
		return err
	}
	_, missing := os.Lstat(h.Path)
	resumed := missing == nil
	paper := &kitPaper{}
	if !resumed {
		if paper, err = a.kitFile(kit); err != nil {
			return err
		}
	}
	defer paper.discard()
	if h.Passphrase, err = a.newSecret(a.newFD, "new-passphrase-fd", text.AskNewPassphrase); err != nil {
		return err
	}
	defer clear(h.Passphrase)
	proofs, err := a.proofFile(proofTo)
	if err != nil {
		return err
	}
	defer proofs.discard()
	h.Kit = seal.NewKitCode()
	h.Keep = func() error {
		name := h.Name
		if name == "" {
			name = p.Name
		}
		return paper.write(a, h.Kit, name, h.Path, nil)
	}
	done, err := v.HandOver(a.ctx, p.ID, h, nil)
	if err != nil && !errors.Is(err, vault.ErrNotCompacted) {
		return err
	}
	out, wrong := handedOverAs(done, h.Path)
	if wrong == nil && proofTo != "" {
		wrong = proofs.write(a, out.Proof)
	}
	return errors.Join(err, wrong, a.give(out, func() {
		a.tell(text.HandOverDone, done.Name, h.Path)
		if resumed {
			a.tell(text.HandOverResumed)
		}
		if done.Left > 0 {
			a.tell(text.HandOverLeft, done.Left)
		}
		a.tell(text.HandOverCopies)
	}))
}

// undoHandOver takes back a hand-over that was interrupted. The passphrase of the new
// file is asked for when there is one.
func (a *app) undoHandOver(v *vault.Vault, h vault.HandOver) (err error) {
	p, err := a.who(v)
	if err != nil {
		return err
	}
	if h.Path, err = filepath.Abs(h.Path); err != nil {
		return err
	}
	if _, missing := os.Lstat(h.Path); missing == nil {
		if h.Passphrase, err = a.secret(a.newFD, "new-passphrase-fd", text.AskTheirPassphrase); err != nil {
			return err
		}
		defer clear(h.Passphrase)
	}
	if err := v.UndoHandOver(a.ctx, p.ID, h); err != nil {
		return err
	}
	return a.give(map[string]any{"patient": p.ID, "undone": true}, func() { a.tell(text.HandOverUndone, p.Name) })
}

// handOverProof saves the proof of a hand-over that was done before.
func (a *app) handOverProof(v *vault.Vault, to string) error {
	all, err := v.HandedOver()
	if err != nil {
		return err
	}
	for _, x := range all {
		if a.patient != "" && !vault.SameName(x.Name, a.patient) && !begins(x.Patient, a.patient) {
			continue
		}
		out, err := handedOverAs(x, to)
		if err != nil {
			return err
		}
		proofs, err := a.proofFile(to)
		if err != nil {
			return err
		}
		return errors.Join(proofs.write(a, out.Proof), a.give(out, func() {}))
	}
	return a.refuse(text.NoHandOver)
}

// handOverStatus tells who comes of age, and what was handed over.
func (a *app) handOverStatus(v *vault.Vault) error {
	all, err := v.HandedOver()
	if err != nil {
		return err
	}
	done := []handedOverJSON{}
	for _, x := range all {
		one, err := handedOverAs(x, "")
		if err != nil {
			return err
		}
		done = append(done, one)
	}
	patients, err := v.Patients()
	if err != nil {
		return err
	}
	people := []personJSON{}
	for _, p := range patients {
		one, err := a.person(v, p)
		if err != nil {
			return err
		}
		if len(one.Guardians) > 0 && p.Reminded() {
			people = append(people, one)
		}
	}
	return a.give(map[string]any{"people": people, "handedOver": done}, func() {
		for _, p := range people {
			if p.Majority == "" {
				a.tell(text.MajorityUnknown, p.Name)
				continue
			}
			a.tell(text.MajorityOf, p.Name, a.Day(p.Majority))
		}
		for i, x := range all {
			line := text.HandedOverLine
			if x.Received {
				line = text.ReceivedLine
			}
			a.tell(line, x.Name, a.Date(done[i].At))
		}
	})
}
