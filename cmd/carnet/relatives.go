package main

import (
	"errors"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
)

func (a *app) relativesCommands() *cobra.Command {
	var folder string
	produce := a.verb(a.word(text.RelativesMake), 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error { return a.makeSheets(v, folder) })
	})
	produce.Flags().StringVar(&folder, "sheets", "", a.Say(text.OptSheets))
	try := a.verb(a.word(text.RelativesTry), 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error {
			one, two, err := a.sheets()
			if err != nil {
				return err
			}
			if err := v.TryShares(a.ctx, one, two); err != nil {
				return err
			}
			return a.give(map[string]any{"opens": true}, func() { a.tell(text.SheetsTried) })
		})
	})
	a.sheetsFlag(try)
	remove := a.verb(a.word(text.RelativesRemove), 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error {
			err := v.RemoveShares(a.ctx)
			if err != nil && !errors.Is(err, vault.ErrNotCompacted) {
				return err
			}
			return errors.Join(err, a.give(map[string]any{"removed": true}, func() { a.tell(text.SheetsWithdrawn) }))
		})
	})
	status := a.verb(a.word(text.RelativesStatus), 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error {
			r, err := v.Relatives()
			if err != nil {
				return err
			}
			out := relativesJSON{Sheets: r.Made != 0, Due: r.Due(time.Now())}
			if r.Made != 0 {
				out.Made = r.Made.Time().UTC().Format(time.RFC3339)
			}
			if r.Tried != 0 {
				out.Tried = r.Tried.Time().UTC().Format(time.RFC3339)
			}
			return a.give(out, func() {
				for _, said := range a.RelativesState(r, time.Now()) {
					a.tell(text.Message{FR: "%s", EN: "%s"}, said)
				}
			})
		})
	})
	return a.word(text.VaultRelatives, produce, try, remove, status)
}

// relativesJSON says which sheets there are, as scripts read it.
type relativesJSON struct {
	Sheets bool   `json:"sheets"`
	Made   string `json:"made"`  // RFC 3339, "" for none
	Tried  string `json:"tried"` // RFC 3339, "" for never
	Due    bool   `json:"due"`   // they should be tried now
}

func (a *app) sheetsFlag(c *cobra.Command) {
	c.Flags().IntVar(&a.sheetsFD, "sheets-fd", noFD, a.Say(text.OptSheetsFD))
}

// makeSheets makes the files before the sheets, so that a folder which does not do is
// refused while nothing is lost.
func (a *app) makeSheets(v *vault.Vault, folder string) (err error) {
	var papers [vault.Shares]*kitPaper
	for i := range papers {
		path := ""
		if folder != "" {
			path = filepath.Join(folder, a.RelativeFile(i+1)+".pdf")
		}
		if papers[i], err = a.kitFile(path); err != nil {
			return err
		}
		defer papers[i].discard()
	}
	me, err := v.Keyholder()
	if err != nil {
		return err
	}
	made, err := v.MakeShares(a.ctx)
	if err != nil && !errors.Is(err, vault.ErrNotCompacted) {
		return err
	}
	files := []string{}
	for _, p := range papers {
		if p.path != "" {
			files = append(files, p.path)
		}
	}
	err = errors.Join(err, a.give(map[string]any{"sheets": vault.Shares, "opening": 2, "files": files}, func() {
		a.tell(text.SheetsMade)
		a.tell(text.SheetsOldCopies)
	}))
	for i, share := range made {
		paper := text.RelativeSheet{Share: share, Keyholder: me.Name, Made: time.Now()}
		err = errors.Join(err, papers[i].put(a, paper.Sheet(a.Language), text.SheetWritten, text.SheetNotWritten))
	}
	return err
}

// sheets asks for two of them.
func (a *app) sheets() (one, two vault.Share, err error) {
	if one, err = a.oneSheet(1); err != nil {
		return one, two, err
	}
	if two, err = a.oneSheet(2); err != nil {
		return one, two, err
	}
	return one, two, vault.SameSheets(one, two)
}

// oneSheet reads lines until they are as long as a sheet, or until an empty one.
func (a *app) oneSheet(n int) (vault.Share, error) {
	typed := make([]byte, 0, 4*vault.ShareCharacters)
	defer func() { clear(typed[:cap(typed)]) }()
	question := text.AskSheet
	for {
		asked := a.Say(question, n)
		line, err := a.secret(a.sheetsFD, "sheets-fd", text.Message{FR: asked, EN: asked})
		if err != nil {
			return vault.Share{}, err
		}
		typed = append(append(typed, line...), '\n')
		share, err := vault.ParseShare(string(typed))
		var where *vault.ShareError
		if !errors.As(err, &where) || where.Row != 0 || where.Read >= vault.ShareCharacters || len(line) == 0 {
			return share, err
		}
		clear(line)
		question = text.AskSheetMore
	}
}

func (a *app) recoverWithSheets() error {
	path, opt, err := a.closed()
	if err != nil {
		return err
	}
	one, two, err := a.sheets()
	if err != nil {
		return err
	}
	passphrase, err := a.newSecret(a.newFD, "new-passphrase-fd", text.AskNewPassphrase)
	if err != nil {
		return err
	}
	defer clear(passphrase)
	v, err := vault.RecoverWithShares(a.ctx, path, one, two, passphrase, opt)
	return a.recovered(v, err, text.SheetsRecovered, text.SheetsSeenAdvice, text.OldCopies)
}
