package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// sideJSON is what one of two copies has alone, as scripts read it.
type sideJSON struct {
	Changed   *time.Time `json:"changedAt"`
	Patients  []string   `json:"patients"`
	Documents []string   `json:"documents"`
	Entries   []string   `json:"entries"`
	Changes   int        `json:"changes"`
}

func sideOf(s vault.Side) sideJSON {
	out := sideJSON{Patients: []string{}, Documents: []string{}, Entries: []string{}, Changes: s.Changes}
	if s.Changed != 0 {
		at := s.Changed.Time().UTC()
		out.Changed = &at
	}
	for _, p := range s.Patients {
		out.Patients = append(out.Patients, p.ID.String())
	}
	for _, d := range s.Documents {
		out.Documents = append(out.Documents, d.ID.String())
	}
	for _, x := range s.Entries {
		out.Entries = append(out.Entries, x.ID.String())
	}
	return out
}

// conflictJSON is a field that was changed in both copies.
type conflictJSON struct {
	Patient  string `json:"patient"`
	Document string `json:"document"`
	Entry    string `json:"entry"`
	Title    string `json:"title"`
	Field    string `json:"field"`
	Here     string `json:"here"`
	There    string `json:"there"`
	Kept     string `json:"kept"`
}

func (a *app) mergeCommand() *cobra.Command {
	var from string
	var dry bool
	c := a.verb(a.word(text.VaultMerge), 0, 0, func([]string) error {
		if err := a.need("from", from); err != nil {
			return err
		}
		return a.withVault(func(v *vault.Vault) error { return a.merge(v, from, dry) })
	})
	c.Flags().StringVar(&from, "from", "", a.Say(text.OptMergeFrom))
	c.Flags().BoolVar(&dry, "dry-run", false, a.Say(text.OptDryRun))
	return c
}

func (a *app) merge(v *vault.Vault, from string, dry bool) error {
	other, err := v.OpenCopy(a.ctx, from, nil)
	if errors.Is(err, vault.ErrWrongPassphrase) { // the keys were replaced since
		passphrase, failed := a.secret(a.passphraseFD, "passphrase-fd", text.AskCopyPassphrase)
		if failed != nil {
			return failed
		}
		defer clear(passphrase)
		other, err = v.OpenCopy(a.ctx, from, passphrase)
	}
	if err != nil {
		return err
	}
	merged, compacting, err := a.mergeFrom(v, other, dry)
	if err != nil {
		return err
	}
	return errors.Join(a.giveMerged(v, merged, dry, a.Merged(merged), text.MergeWould, text.MergeDone), compacting)
}

// mergeFrom merges what another file has, or with dry compares only, and closes it.
// compacting is what went wrong after it was merged.
func (a *app) mergeFrom(v *vault.Vault, other *vault.Copy, dry bool) (merged vault.Merged, compacting, err error) {
	defer func() { err = errors.Join(err, other.Close()) }()
	if dry {
		merged, err = v.Compare(a.ctx, other)
		return merged, nil, err
	}
	progress := a.progress()
	merged, err = v.Merge(a.ctx, other, progress.examined)
	progress.end()
	if errors.Is(err, vault.ErrNotCompacted) {
		compacting, err = err, nil // it is merged
	}
	return merged, compacting, err
}

// giveMerged says what a merge brought, or would.
func (a *app) giveMerged(v *vault.Vault, merged vault.Merged, dry bool, said []string, would, done text.Message) error {
	conflicts := []conflictJSON{}
	for _, c := range merged.Conflicts {
		kept := "there"
		if c.Kept {
			kept = "here"
		}
		conflicts = append(conflicts, conflictJSON{idOrNone(c.Patient), idOrNone(c.Document), idOrNone(c.Entry), c.Title, c.Field, c.Here, c.There, kept})
	}
	duplicates := [][2]string{}
	for _, d := range merged.Duplicates {
		duplicates = append(duplicates, [2]string{d.Here.ID.String(), d.There.ID.String()})
	}
	gone := []string{}
	for _, d := range merged.Gone {
		gone = append(gone, d.ID.String())
	}
	out := map[string]any{"merged": !dry && merged.There.Changed != 0, "here": sideOf(merged.Here), "there": sideOf(merged.There), "others": merged.Others, "conflicts": conflicts, "duplicates": duplicates, "gone": gone}
	return a.give(out, func() {
		for _, told := range said {
			fmt.Fprintln(a.out, told)
		}
		for _, c := range merged.Conflicts {
			a.tell(text.CheckItem, a.Conflict(a.tables.Kinds, a.kindOf(v, c.Entry), c))
		}
		switch {
		case merged.There.Changed == 0:
		case dry:
			a.tell(would)
		default:
			a.tell(done)
		}
	})
}

// kindOf is the kind of an entry, "" for none.
func (a *app) kindOf(v *vault.Vault, id record.ID) string {
	e, err := v.Entry(id)
	if err != nil {
		return "" // of the copy alone, or none
	}
	return e.Kind
}
