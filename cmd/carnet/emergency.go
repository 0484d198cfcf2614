package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/sheet"
)

func (a *app) emergencyCommands() *cobra.Command {
	var to string
	c := a.verb(a.word(text.EmergencySheet), 0, 0, func([]string) error {
		if err := a.need("to", to); err != nil {
			return err
		}
		return a.withVault(func(v *vault.Vault) error { return a.emergencySheet(v, to) })
	})
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptTo))
	return a.word(text.EmergencyWord, c)
}

// emergencyJSON is what became of an emergency sheet as scripts read it.
type emergencyJSON struct {
	Path    string   `json:"path"`
	Missing []string `json:"missing"`
}

// writeSheet writes a sheet into a new file that its owner alone may read, in the
// form that the name asks for.
func (a *app) writeSheet(s *sheet.Sheet, to string) error {
	var content []byte
	var err error
	switch strings.ToLower(filepath.Ext(to)) {
	case ".pdf":
		content, err = s.PDF()
	case ".html":
		content, err = s.HTML()
	case ".txt":
		content = []byte(s.Text())
	default:
		return a.usage(text.SheetKind)
	}
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return nil
}

func (a *app) emergencySheet(v *vault.Vault, to string) error {
	p, err := a.who(v)
	if err != nil {
		return err
	}
	entries, err := v.Entries(p.ID)
	if err != nil {
		return err
	}
	e := text.Emergency{Patient: p, Entries: entries, Kinds: a.kinds, Printed: time.Now()}
	if err := a.writeSheet(e.Sheet(a.Language), to); err != nil {
		return err
	}
	missing := e.Missing(a.Language)
	return a.give(emergencyJSON{to, append([]string{}, missing...)}, func() {
		a.tell(text.EmergencySaved, to)
		if len(missing) > 0 {
			a.tell(text.EmergencyMissing, strings.Join(missing, ", "))
		}
	})
}
