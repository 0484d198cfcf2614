package main

import (
	"errors"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// What keeps a vault whole: checking, repairing, backing up, compacting.

// damagedJSON is something damaged as scripts read it.
type damagedJSON struct {
	What     string `json:"what"`
	Document string `json:"document"`
	Title    string `json:"title"`
}

// said is one line: what it is and, where that is known, of which document.
func (d damagedJSON) said(l text.Language) string {
	return strings.TrimSpace(l.Say(text.Damage(d.What)) + " " + d.Document + " " + d.Title)
}

func (a *app) checkCommand() *cobra.Command {
	var fast bool
	c := a.verb(a.word(text.VaultCheck), 0, 0, func([]string) error {
		a.keepPassphrase = true
		defer func() { clear(a.passphrase); a.keepPassphrase, a.passphrase = false, nil }()
		err := a.withVault(func(v *vault.Vault) error { return a.check(v, fast) })
		var older *vault.Older // holds, and is not what was last seen here
		if a.open == nil && !errors.As(err, &older) && (errors.Is(err, vault.ErrDamaged) || errors.Is(err, vault.ErrOlder)) {
			return a.survey(err)
		}
		return err
	})
	c.Flags().BoolVar(&fast, "fast", false, a.Say(text.OptFast))
	return c
}

// memoryJSON says how keys lie in memory, as scripts read it.
type memoryJSON struct {
	Locked  bool `json:"locked"`  // out of swap
	NoDumps bool `json:"noDumps"` // no image of the process is written
}

func (a *app) check(v *vault.Vault, fast bool) error {
	progress := a.progress()
	r, err := v.Check(a.ctx, fast, progress.examined)
	progress.end()
	if err != nil {
		return err
	}
	last, err := v.LastBackup()
	if err != nil {
		return err
	}
	memory := vault.KeysInMemory()
	sheets, err := v.Relatives()
	if err != nil {
		return err
	}
	damaged := []damagedJSON{}
	for _, d := range r.Damaged {
		item := damagedJSON{What: d.What, Document: idOrNone(d.Document)}
		if doc, err := v.Document(d.Document); err == nil {
			item.Title = doc.Title
		}
		damaged = append(damaged, item)
	}
	out := map[string]any{
		"ok": r.Ok(), "records": r.Records, "documents": r.Documents, "chunks": r.Chunks, "damaged": damaged,
		"journal": r.Journal.Entries, "others": r.Others, "unfinished": r.Unfinished, "fast": fast, "bytes": r.Bytes, "freeBytes": r.Free,
		"lastBackup": backupJSON(last), "olderNoticed": v.Watched(), "memory": memoryJSON{memory.Locked, !memory.Dumps},
	}
	err = a.give(out, func() {
		if r.Ok() {
			a.tell(text.CheckGood, r.Records, r.Documents, r.Chunks, r.Journal.Entries)
		} else {
			a.tell(text.CheckBad, len(damaged))
		}
		for _, d := range damaged {
			a.tell(text.CheckItem, d.said(a.Language))
		}
		if r.Others > 0 {
			a.tell(text.CheckOthers, r.Others)
		}
		a.tell(text.CheckSize, a.Size(r.Bytes), a.Size(r.Free))
		if r.Unfinished > 0 {
			a.tell(text.CheckRest, r.Unfinished)
		}
		if last.At == 0 {
			a.tell(text.NoBackup)
		} else {
			a.tell(text.LastBackup, last.At.Time().Format(time.DateTime), last.Path)
		}
		if v.Watched() {
			a.tell(text.Watched)
		} else {
			a.tell(text.NotWatched)
		}
		if sheets.Due(time.Now()) {
			a.tell(text.SheetsDue)
		}
		for _, said := range a.Memory(memory) {
			a.tell(text.Message{FR: "%s", EN: "%s"}, said)
		}
	})
	if err == nil && !r.Ok() {
		err = errDamagedReport
	}
	return err
}

func (a *app) compactCommand() *cobra.Command {
	return a.verb(a.word(text.VaultCompact), 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error {
			before, err := os.Stat(v.Path())
			if err != nil {
				return err
			}
			progress := a.progress()
			err = v.Compact(a.ctx, progress.worked)
			progress.end()
			if err != nil {
				return err
			}
			after, err := os.Stat(v.Path())
			if err != nil {
				return err
			}
			return a.give(map[string]any{"bytes": after.Size(), "before": before.Size()}, func() {
				a.tell(text.Compacted, a.Size(after.Size()), a.Size(before.Size()))
			})
		})
	})
}

// backupJSON is a backup as scripts read it, null for none.
func backupJSON(b record.Backup) any {
	if b.At == 0 {
		return nil
	}
	return map[string]any{"at": b.At.Time().UTC(), "by": b.By.ID, "path": b.Path, "bytes": b.Bytes, "documents": b.Documents}
}

func (a *app) backupCommand() *cobra.Command {
	var to string
	var keep int
	c := a.verb(a.word(text.VaultBackup), 0, 0, func([]string) error {
		if err := a.need("to", to); err != nil {
			return err
		}
		return a.withVault(func(v *vault.Vault) error {
			progress := a.progress()
			made, err := v.Backup(a.ctx, to, keep, progress.worked)
			progress.end()
			if err != nil {
				return err
			}
			out := map[string]any{"path": made.Path, "bytes": made.Bytes, "documents": made.Documents, "at": made.At.Time().UTC(), "removed": made.Removed, "stuck": made.Stuck}
			return a.give(out, func() {
				a.tell(text.BackedUp, made.Path, a.Size(made.Bytes), made.Documents)
				if made.Removed > 0 {
					a.tell(text.BackupsRolled, made.Removed)
				}
				if made.Stuck > 0 {
					a.tell(text.BackupsStuck, made.Stuck)
				}
			})
		})
	})
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptTo))
	c.Flags().IntVar(&keep, "keep", vault.BackupsKept, a.Say(text.OptKeep))
	return c
}

func (a *app) repairCommand() *cobra.Command {
	var to string
	var others int
	c := a.verb(a.word(text.VaultRepair), 0, 0, func([]string) error {
		if err := a.need("to", to); err != nil {
			return err
		}
		if a.open != nil {
			return vault.ErrInUse // by this very shell
		}
		if _, err := os.Lstat(to); err == nil {
			return os.ErrExist
		}
		return a.salvage(others, func(path string, passphrases [][]byte, opt *vault.Options, progress func(done, total int64)) error {
			r, err := vault.Repair(a.ctx, path, to, passphrases, opt, progress)
			if err != nil {
				return err
			}
			return a.repaired(r, to)
		})
	})
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptTo))
	c.Flags().IntVar(&others, "others", 0, a.Say(text.OptOthers))
	return c
}

// salvage asks for the passphrases of those who are there and runs a reading of
// the vault's file that opens it for nobody.
func (a *app) salvage(others int, do func(path string, passphrases [][]byte, opt *vault.Options, progress func(done, total int64)) error) error {
	path, opt, err := a.closed()
	if err != nil {
		return err
	}
	var passphrases [][]byte
	defer func() {
		for _, p := range passphrases {
			clear(p)
		}
	}()
	for range 1 + max(others, 0) {
		p, err := a.secret(a.passphraseFD, "passphrase-fd", text.AskPassphrase)
		if err != nil {
			return err
		}
		passphrases = append(passphrases, p)
	}
	progress := a.progress()
	defer progress.end()
	return do(path, passphrases, opt, progress.worked)
}

// survey says what is hurt in a vault that does not open any more, to the one
// whose passphrase was given.
func (a *app) survey(cause error) error {
	path, opt, err := a.closed()
	if err != nil {
		return err
	}
	progress := a.progress()
	r, err := vault.Survey(a.ctx, path, [][]byte{a.passphrase}, opt, progress.worked)
	progress.end()
	if err != nil {
		return errors.Join(err, cause)
	}
	return a.repaired(r, "")
}

// repaired tells what a repair saved and what is lost; without a file, what one
// would.
func (a *app) repaired(r vault.Repaired, to string) error {
	lost := []damagedJSON{}
	for _, item := range r.Lost {
		lost = append(lost, damagedJSON{item.What, idOrNone(item.Document), item.Title})
	}
	out := map[string]any{
		"path": to, "documents": r.Documents, "records": r.Records, "chunks": r.Chunks, "others": r.Others, "lost": lost,
		"journalLost": r.Rows, "passphrasesLost": r.Slots, "pages": r.Pages, "damagedPages": r.Damaged, "ok": len(r.Left) == 0,
	}
	err := a.give(out, func() {
		if to == "" {
			a.tell(text.SurveySaved, r.Documents, r.Records, r.Chunks)
		} else {
			a.tell(text.RepairSaved, to, r.Documents, r.Records, r.Chunks)
		}
		a.tell(text.RepairPages, r.Damaged, r.Pages)
		a.tell(text.RepairLost, len(lost))
		for _, d := range lost {
			a.tell(text.CheckItem, d.said(a.Language))
		}
		for _, counted := range []struct {
			said text.Message
			n    int
		}{{text.RepairRows, r.Rows}, {text.RepairSlots, r.Slots}, {text.CheckOthers, r.Others}} {
			if counted.n > 0 {
				a.tell(counted.said, counted.n)
			}
		}
		if to == "" {
			a.tell(text.SurveyRepair)
		} else {
			a.tell(text.RepairSource)
		}
	})
	if err == nil && (to == "" || len(r.Left) > 0) {
		err = errDamagedReport
	}
	return err
}
