package main

import (
	"slices"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/print"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/bag"
	"carnet/vault/record"
)

// togetherForm says how documents go into one file.
type togetherForm struct {
	as        string // pdf, zip or age; "" for a file each
	phraseFD  int
	recipient string
}

func (f *togetherForm) flags(a *app, c *cobra.Command) {
	c.Flags().StringVar(&f.as, "form", "", a.Say(text.OptForm))
	c.Flags().IntVar(&f.phraseFD, "age-passphrase-fd", noFD, a.Say(text.OptAgePhrase))
	c.Flags().StringVar(&f.recipient, "age-recipient", "", a.Say(text.OptAgeRecipient))
}

func (f *togetherForm) check(a *app) error {
	sealed := f.phraseFD != noFD || f.recipient != ""
	switch {
	case f.as != "" && !slices.Contains([]string{"pdf", "zip", "age"}, f.as), sealed && f.as != "age":
		return a.usage(text.BadOption, "--form")
	case f.phraseFD != noFD && f.recipient != "":
		return a.usage(text.OneSecretOnly)
	}
	return nil
}

// exportTogether writes documents into one file.
func (a *app) exportTogether(v *vault.Vault, documents []record.ID, to string, f *togetherForm) error {
	progress := a.progress()
	defer progress.end()
	var err error
	switch f.as {
	case "pdf":
		err = a.exportPDF(v, documents, to, progress.examined)
	case "age":
		secret := &bag.Secret{Recipient: f.recipient}
		if f.recipient == "" {
			if secret.Passphrase, err = a.newSecret(f.phraseFD, "age-passphrase-fd", text.AskNewArchivePhrase); err != nil {
				return err
			}
			defer clear(secret.Passphrase)
			if len(secret.Passphrase) == 0 {
				return vault.ErrPassphraseEmpty
			}
		}
		err = v.ExtractTogether(a.ctx, documents, to, secret, progress.examined)
	default:
		err = v.ExtractTogether(a.ctx, documents, to, nil, progress.examined)
	}
	if err != nil {
		return err
	}
	return a.give(map[string]any{"path": to, "documents": documents, "form": f.as}, func() { a.tell(text.ExportedTogether, len(documents), to) })
}

// exportPDF draws the pages of documents.
func (a *app) exportPDF(v *vault.Vault, ids []record.ID, to string, progress func(done, total int64)) error {
	var documents []record.Document
	for _, id := range ids {
		d, err := v.Document(id)
		if err != nil {
			return err
		}
		documents = append(documents, d)
	}
	like := print.Source{Language: a.Tag(), Footer: a.Say(text.Independence), Created: time.Now()}
	pdf, err := print.Together(a.ctx, v, a.renderer(), documents, like, progress)
	if err != nil {
		return err
	}
	return vault.WriteNew(to, pdf)
}
