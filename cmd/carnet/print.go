package main

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/print"
	"carnet/ui/text"
	"carnet/vault"
)

func (a *app) printCommand() *cobra.Command {
	var printer string
	var page int
	c := a.word(text.PrintDoc)
	a.verb(c, 1, 1, func(args []string) error {
		if page < 1 && c.Flags().Changed("page") {
			return a.usage(text.BadOption, "page")
		}
		return a.withVault(func(v *vault.Vault) error { return a.print(v, args[0], printer, page) })
	})
	c.Flags().StringVar(&printer, "printer", "", a.Say(text.OptPrinter))
	c.Flags().IntVar(&page, "page", 0, a.Say(text.OptPage))
	return c
}

// print prints a document; page 0 means all of it. Nothing is read, and nothing
// written in the journal, before there is a printer.
func (a *app) print(v *vault.Vault, prefix, printer string, page int) error {
	d, err := a.document(v, prefix)
	if err != nil {
		return err
	}
	printer, err = a.printer(printer)
	if err != nil {
		return err
	}
	paged, err := v.OpenPaged(a.ctx, d.ID)
	if err != nil {
		return err
	}
	job, err := print.Prepare(a.ctx, a.renderer(), print.Source{
		MediaType: paged.MediaType, Content: paged.Content, Size: paged.Size, Pages: d.Proposed.Pages, Page: page,
		Language: a.Tag(), Footer: a.Say(text.Independence), Created: time.Now(),
	})
	if err != nil {
		return err
	}
	if err := print.Send(a.ctx, printer, job); err != nil {
		return err
	}
	return a.give(map[string]any{"id": d.ID, "printer": printer, "page": page}, func() { a.tell(text.DocPrinted, short(d.ID), printer) })
}

// printer is the one asked for, which has to exist, or the preferred one.
func (a *app) printer(asked string) (string, error) {
	names, preferred, err := print.Printers(a.ctx)
	if err != nil {
		return "", err
	}
	if asked == "" {
		asked = preferred
	}
	if !slices.Contains(names, asked) {
		return "", a.usage(text.WhichPrinter, strings.Join(names, ", "))
	}
	return asked, nil
}
