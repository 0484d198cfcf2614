package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/proof"
	"carnet/vault/record"
)

// closure is how a person asks for one on the command line.
type closure struct {
	how     vault.Closure
	exports []string // archives
	secret  archiveSecret
	proof   string // file
}

func (a *app) closureFlags(c *cobra.Command) *closure {
	x := &closure{}
	c.Flags().BoolVar(&x.how.Erase, "confirm-erase", false, a.Say(text.OptConfirmErase))
	c.Flags().BoolVar(&x.how.Irreversible, "confirm-irreversible", false, a.Say(text.OptConfirmIrreversible))
	c.Flags().BoolVar(&x.how.NoExport, "no-export", false, a.Say(text.OptNoExport))
	c.Flags().StringArrayVar(&x.exports, "export", nil, a.Say(text.OptClosureExport))
	c.Flags().StringVar(&x.proof, "proof", "", a.Say(text.OptProof))
	x.secret.flags(a, c)
	return x
}

// asked reports whether anything was asked for beside the consequences.
func (x *closure) asked() bool {
	return x.how.Erase || x.how.Irreversible || x.how.NoExport || x.proof != "" || len(x.exports) > 0
}

// readExports verifies the archives that were named. Each sealed one takes a line of
// the descriptor.
func (a *app) readExports(x *closure) error {
	for _, path := range x.exports {
		archive, err := a.openArchive(path, &x.secret)
		if err != nil {
			return err
		}
		x.how.Exports = append(x.how.Exports, archive)
	}
	return nil
}

func (a *app) closePatientCommand() *cobra.Command {
	c := a.word(text.PatientClose)
	x := a.closureFlags(c)
	return a.verb(c, 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error {
			p, err := a.who(v)
			if err != nil {
				return err
			}
			if !x.asked() {
				return a.consequences(v, p.ID)
			}
			if err := a.readExports(x); err != nil {
				return err
			}
			paper, err := a.proofFile(x.proof)
			if err != nil {
				return err
			}
			defer paper.discard()
			progress := a.progress()
			said, err := v.ClosePatient(a.ctx, p.ID, x.how, progress.worked)
			progress.end()
			if said == nil {
				return err
			}
			return errors.Join(err, paper.write(a, said), a.give(map[string]any{"closed": p.ID, "compacted": err == nil, "proof": said}, func() { a.tell(text.RecordClosed) }))
		})
	})
}

func (a *app) closeVaultCommand() *cobra.Command {
	c := a.word(text.VaultClose)
	x := a.closureFlags(c)
	c.Flags().StringArrayVar(&x.how.Backups, "backup", nil, a.Say(text.OptCloseBackup))
	return a.verb(c, 0, 0, func([]string) error {
		path, err := a.path()
		if err != nil {
			return err
		}
		if a.open == nil {
			if _, err := vault.ReadInfo(path); errors.Is(err, vault.ErrClosing) {
				return a.finishClosure(path)
			}
		}
		return a.withVault(func(v *vault.Vault) error {
			if !x.asked() {
				return a.consequences(v, record.ID{})
			}
			return a.closeVault(v, x)
		})
	})
}

func (a *app) closeVault(v *vault.Vault, x *closure) error {
	if err := a.readExports(x); err != nil {
		return err
	}
	paper, err := a.proofFile(x.proof)
	if err != nil {
		return err
	}
	defer paper.discard()
	progress := a.progress()
	ended, err := v.CloseVault(a.ctx, x.how, progress.worked)
	progress.end()
	if ended.Proof == nil {
		return err
	}
	a.open = nil // a shell has nothing open any more
	err = errors.Join(err, paper.write(a, ended.Proof), a.shelf().Forget(v.Path()))
	out := map[string]any{"closed": err == nil, "backups": ended.Backups, "stuck": append([]string{}, ended.Stuck...), "proof": ended.Proof}
	return errors.Join(err, a.give(out, func() {
		if err == nil {
			a.tell(text.VaultClosed)
		}
		if len(x.how.Backups) > 0 {
			a.tell(text.BackupsGone, ended.Backups)
		}
		for _, path := range ended.Stuck {
			a.tell(text.BackupStuck, path)
		}
	}))
}

// finishClosure goes on with a closure that was interrupted.
func (a *app) finishClosure(path string) error {
	progress := a.progress()
	err := vault.FinishClosure(a.ctx, path, progress.worked)
	progress.end()
	if err = errors.Join(err, a.shelf().Forget(path)); err != nil {
		return err
	}
	return a.give(map[string]any{"closed": true}, func() { a.tell(text.ClosureFinished) })
}

// consequencesJSON is what a closure would do as scripts read it.
type consequencesJSON struct {
	Patients  []record.ID `json:"patients"`
	Documents int         `json:"documents"`
	Entries   int         `json:"entries"`
	Hidden    int         `json:"hidden"`
	Others    []string    `json:"others"`
	Exported  int         `json:"exported"`
	Backups   []any       `json:"backups"`
	Files     []string    `json:"backupFiles"` // that are there
}

// consequences says what closing would do, and that nothing was done.
func (a *app) consequences(v *vault.Vault, patient record.ID) error {
	c, err := v.Consequences(a.ctx, patient)
	if err != nil {
		return err
	}
	out := consequencesJSON{Patients: []record.ID{}, Documents: c.Documents, Entries: c.Entries, Hidden: c.Hidden, Others: []string{}, Exported: c.Exported, Backups: []any{}}
	for _, p := range c.Patients {
		out.Patients = append(out.Patients, p.ID)
	}
	for _, k := range c.Others {
		out.Others = append(out.Others, k.Name)
	}
	for _, b := range c.Backups {
		out.Backups = append(out.Backups, backupJSON(b))
	}
	if out.Files, err = v.BackupFiles(); err != nil {
		return err
	}
	err = a.give(out, func() {
		title, sentences := a.ClosingWhat(c, patient.IsZero())
		for _, s := range append(append([]string{title}, sentences...), a.Say(text.RemainsTitle)) {
			fmt.Fprintln(a.out, s)
		}
		for _, s := range a.ClosingKeeps(c) {
			fmt.Fprintln(a.out, "  "+s)
		}
	})
	return errors.Join(err, vault.ErrNoConsent)
}

// closedJSON is the mention of a closed record as scripts read it.
type closedJSON struct {
	Patient record.ID    `json:"patient"`
	At      time.Time    `json:"closedAt"`
	By      record.ID    `json:"closedBy"`
	Proof   *proof.Proof `json:"proof"`
}

func (a *app) listClosures(v *vault.Vault) error {
	all, err := v.Closures()
	if err != nil {
		return err
	}
	out := []closedJSON{}
	for _, c := range all {
		p, err := proof.Parse(c.Proof)
		if err != nil {
			return err
		}
		out = append(out, closedJSON{c.Patient, c.At.Time().UTC(), c.By.ID, p})
	}
	return a.give(out, func() {
		for _, c := range all {
			fmt.Fprintln(a.out, a.ClosedLine(c))
		}
		if len(all) == 0 {
			a.tell(text.NoClosures)
		}
	})
}
