package main

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

func (a *app) eraseCommand() *cobra.Command {
	var bin, expired bool
	c := a.verb(a.word(text.DocumentErase), 0, -1, func(args []string) error {
		ways := 0
		for _, asked := range []bool{bin, expired, len(args) > 0} {
			if asked {
				ways++
			}
		}
		if ways != 1 {
			return a.usage(text.BadArguments, "carnet document erase ID..., carnet document erase --bin, carnet document erase --expired")
		}
		return a.withVault(func(v *vault.Vault) error {
			ids, err := a.chosen(v, args, true)
			if err != nil {
				return err
			}
			progress := a.progress()
			if expired {
				ids, err = v.EraseExpired(a.ctx, progress.worked, ids...)
				ids = append([]record.ID{}, ids...)
			} else {
				err = v.EraseDocuments(a.ctx, progress.worked, ids...)
			}
			progress.end()
			if err != nil && !errors.Is(err, vault.ErrNotCompacted) {
				return err
			}
			return errors.Join(err, a.give(map[string]any{"erased": ids, "compacted": err == nil}, func() { a.tell(text.DocsErased, len(ids)) }))
		})
	})
	c.Flags().BoolVar(&bin, "bin", false, a.Say(text.OptBin))
	c.Flags().BoolVar(&expired, "expired", false, a.Say(text.OptExpired, record.BinDays))
	return c
}

// erasedJSON is the mention of an erased document as scripts read it.
type erasedJSON struct {
	ID      record.ID `json:"id"`
	Patient record.ID `json:"patient"`
	At      time.Time `json:"erasedAt"`
	By      record.ID `json:"erasedBy"`
}

func (a *app) listErased(v *vault.Vault) error {
	patients, err := v.Patients()
	if err != nil {
		return err
	}
	if a.patient != "" {
		p, err := a.who(v)
		if err != nil {
			return err
		}
		patients = []record.Patient{p}
	}
	out, names := []erasedJSON{}, []string{}
	for _, p := range patients {
		all, err := v.Erasures(p.ID)
		if err != nil {
			return err
		}
		for _, e := range all {
			out = append(out, erasedJSON{e.Document, e.Patient, e.At.Time().UTC(), e.By.ID})
			names = append(names, e.By.Name)
		}
	}
	return a.give(out, func() {
		for i, e := range out {
			a.tell(text.ErasedLine, short(e.ID), e.At.Local().Format(time.DateTime), names[i])
		}
		if len(out) == 0 {
			a.tell(text.NothingErased)
		}
	})
}
