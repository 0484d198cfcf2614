package main

import (
	"fmt"
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
	return a.word(text.EmergencyWord, c, a.word(text.LockScreen,
		a.verb(a.word(text.LockScreenOn), 0, 0, func([]string) error { return a.withVault(a.lockScreenOn) }),
		a.verb(a.word(text.LockScreenOff), 0, 0, func([]string) error { return a.withVault(a.lockScreenOff) }),
		a.verb(a.word(text.LockScreenStatus), 0, 0, func([]string) error { return a.withVault(a.lockScreenStatus) }),
		a.verb(a.word(text.LockScreenRead), 0, 0, func([]string) error { return a.lockScreenRead() }),
	))
}

// lockScreenJSON says whether a sheet is read while the vault is closed, as scripts
// read it.
type lockScreenJSON struct {
	On       bool   `json:"on"`
	Patient  string `json:"patient"`
	Possible bool   `json:"possible"`
}

func (a *app) lockScreenOn(v *vault.Vault) error {
	p, err := a.who(v)
	if err != nil {
		return err
	}
	shelf := a.shelf()
	if !shelf.Possible() {
		return a.refuse(text.LockScreenAbsent)
	}
	if err := shelf.LayOut(a.ctx, v, p.ID); err != nil {
		return err
	}
	return a.lockScreenStatus(v)
}

// lockScreenSheetJSON is the sheet of a vault that is closed as scripts read it.
type lockScreenSheetJSON struct {
	Patient string    `json:"patient"`
	At      time.Time `json:"at"` // when it was written
	Text    string    `json:"text"`
}

// lockScreenRead opens no vault and asks for no passphrase.
func (a *app) lockScreenRead() error {
	path, err := a.path()
	if err != nil {
		return err
	}
	shelf := a.shelf()
	if !shelf.Has(path) {
		return a.refuse(text.LockScreenIsOff)
	}
	x, err := shelf.Read(path)
	if err != nil {
		return err
	}
	e := text.Emergency{Patient: x.Patient, Entries: x.Entries, Kinds: a.tables.Kinds, Printed: x.At}
	out := lockScreenSheetJSON{x.Patient.ID.String(), x.At.UTC(), e.Sheet(a.Language).Text()}
	return a.give(out, func() { fmt.Fprint(a.out, out.Text) })
}

func (a *app) lockScreenOff(v *vault.Vault) error {
	if err := a.shelf().Withdraw(a.ctx, v); err != nil {
		return err
	}
	return a.lockScreenStatus(v)
}

func (a *app) lockScreenStatus(v *vault.Vault) error {
	shelf := a.shelf()
	p, on, err := shelf.Shown(v)
	if err != nil {
		return err
	}
	out := lockScreenJSON{On: on, Patient: idOrNone(p.ID), Possible: shelf.Possible()}
	return a.give(out, func() {
		if on {
			a.tell(text.LockScreenIsOn, p.Name)
			return
		}
		a.tell(text.LockScreenIsOff)
	})
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
	return vault.WriteNew(to, content)
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
	e := text.Emergency{Patient: p, Entries: entries, Kinds: a.tables.Kinds, Printed: time.Now()}
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
