package main

import (
	"errors"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
)

func (a *app) homeCodeCommand() *cobra.Command {
	var to string
	c := a.verb(a.word(text.PatientCode), 0, 0, func([]string) error {
		if err := a.need("to", to); err != nil {
			return err
		}
		return a.withVault(func(v *vault.Vault) error {
			code, err := v.HomeCode()
			if err != nil {
				return err
			}
			if err := code.Save(to); err != nil {
				return err
			}
			out := map[string]any{"path": to, "name": code.Name, "fingerprint": code.Fingerprint()}
			return a.give(out, func() {
				a.tell(text.HomeWritten, to)
				a.tell(text.HomePrint, code.Fingerprint())
			})
		})
	})
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptHomeTo))
	return c
}

func (a *app) exportPatientCommand() *cobra.Command {
	var to, code string
	c := a.verb(a.word(text.PatientExport), 0, 0, func([]string) error {
		if err := a.need("to", to); err != nil {
			return err
		}
		var home *vault.HomeCode
		if code != "" {
			read, err := vault.ReadHomeCode(code)
			if err != nil {
				return err
			}
			home = &read
		}
		return a.withVault(func(v *vault.Vault) error {
			p, err := a.who(v)
			if err != nil {
				return err
			}
			progress := a.progress()
			sent, err := v.ExportPatient(a.ctx, p.ID, to, home, progress.examined)
			progress.end()
			if err != nil {
				return err
			}
			out := map[string]any{"path": to, "to": sent.To, "changes": sent.Changes, "bytes": sent.Bytes}
			if home != nil {
				out["fingerprint"] = home.Fingerprint()
			}
			return a.give(out, func() {
				if home != nil {
					a.tell(text.HomeOf, home.Name)
					a.tell(text.HomePrint, home.Fingerprint())
				}
				a.tell(text.CheckItem, a.Sent(sent))
			})
		})
	})
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptHomeTo))
	c.Flags().StringVar(&code, "for", "", a.Say(text.OptHomeFor))
	return c
}

func (a *app) mergePatientCommand() *cobra.Command {
	var dry bool
	c := a.verb(a.word(text.PatientMerge), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error { return a.mergePatient(v, args[0], dry) })
	})
	c.Flags().BoolVar(&dry, "dry-run", false, a.Say(text.OptDryRun))
	return c
}

func (a *app) mergePatient(v *vault.Vault, path string, dry bool) error {
	other, err := v.OpenParcel(a.ctx, path)
	if err != nil {
		return err
	}
	merged, compacting, err := a.mergeFrom(v, other, dry)
	if err != nil {
		return err
	}
	said := a.Received(merged)
	for _, p := range merged.There.Patients {
		same, err := v.Namesakes(p)
		if err != nil {
			return err
		}
		said = append(said, a.Namesakes(same)...)
	}
	return errors.Join(a.giveMerged(v, merged, dry, said, text.HomeWould, text.HomeDone), compacting)
}
