package main

import (
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

func (a *app) insideCommand() *cobra.Command {
	var to string
	var keep bool
	c := a.verb(a.word(text.DocumentInside), 1, 2, func(args []string) error {
		number := 0
		if len(args) == 2 {
			var err error
			if number, err = strconv.Atoi(args[1]); err != nil || number < 1 {
				return a.usage(text.BadArguments, "carnet document inside ID 1 --keep")
			}
		}
		if (number > 0) != (keep != (to != "")) {
			return a.usage(text.BadArguments, "carnet document inside ID, carnet document inside ID 1 --keep, carnet document inside ID 1 --to lettre.pdf")
		}
		return a.withVault(func(v *vault.Vault) error {
			d, err := a.document(v, args[0])
			if err != nil {
				return err
			}
			switch {
			case keep:
				return a.keepInside(v, d.ID, number)
			case to != "":
				return a.saveInside(v, d.ID, number, to)
			}
			return a.listInside(v, d.ID)
		})
	})
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptTo))
	c.Flags().BoolVar(&keep, "keep", false, a.Say(text.OptInsideKeep))
	return c
}

func (a *app) listInside(v *vault.Vault, id record.ID) error {
	r, err := v.Read(a.ctx, id)
	if err != nil {
		return err
	}
	return a.give(a.readingJSON(r).Files, func() {
		if len(r.Files) == 0 {
			a.tell(text.NothingInside)
		}
		for i := range r.Files {
			a.tell(text.InsideNumber, i+1, a.InsideLine(&r.Files[i]))
		}
	})
}

func (a *app) saveInside(v *vault.Vault, id record.ID, number int, to string) error {
	in, err := v.OpenInside(a.ctx, id, number, record.DocumentExported)
	if err != nil {
		return err
	}
	content, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	if err := vault.WriteNew(to, content); err != nil {
		return err
	}
	return a.give(map[string]any{"id": id, "number": number, "path": to}, func() { a.tell(text.InsideSaved, to) })
}

func (a *app) keepInside(v *vault.Vault, id record.ID, number int) error {
	kept, err := v.KeepInside(a.ctx, id, number)
	if err != nil {
		return err
	}
	if !kept.Duplicate {
		if err := v.Examine(a.ctx, session.Prober{Client: a.renderer()}, nil); err != nil {
			return err
		}
	}
	return a.give(map[string]any{"id": kept.ID, "from": id, "duplicate": kept.Duplicate}, func() {
		said := text.InsideKept
		if kept.Duplicate {
			said = text.InsideThere
		}
		a.tell(said, short(kept.ID))
	})
}
