package main

import (
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/place"
	"carnet/vault/seal"
)

func (a *app) vaultCommands() *cobra.Command {
	return a.word(text.Vault, a.createCommand(), a.infoCommand(), a.passphraseCommand(text.VaultPassphrase), a.recoverCommand(), a.relativesCommands(), a.checkCommand(), a.repairCommand(), a.backupCommand(), a.mergeCommand(), a.compactCommand(), a.closeVaultCommand())
}

func (a *app) createCommand() *cobra.Command {
	var first vault.First
	var sex, kit string
	c := a.verb(a.word(text.VaultCreate), 0, 0, func([]string) (err error) {
		if err := errors.Join(a.need("name", first.Name), a.need("birth", first.Birth)); err != nil {
			return err
		}
		if first.Sex, err = a.sex(sex); err != nil {
			return err
		}
		return a.create(first, kit)
	})
	c.Flags().StringVar(&first.Name, "name", "", a.Say(text.OptName))
	c.Flags().StringVar(&first.Birth, "birth", "", a.Say(text.OptBirth))
	c.Flags().StringVar(&sex, "sex", "", a.Say(text.OptSex))
	c.Flags().StringVar(&kit, "kit", "", a.Say(text.OptKit))
	return c
}

func (a *app) create(first vault.First, kit string) (err error) {
	path, err := a.path()
	if err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return os.ErrExist
	}
	opt := a.options()
	if err := made(path); err != nil {
		return err
	}
	paper, err := a.kitFile(kit)
	if err != nil {
		return err
	}
	defer paper.discard()
	if first.Passphrase, err = a.newSecret(a.passphraseFD, "passphrase-fd", text.AskNewPassphrase); err != nil {
		return err
	}
	defer clear(first.Passphrase)
	v, code, err := vault.Create(a.ctx, path, first, opt)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	me, err := v.Keyholder()
	if err != nil {
		return err
	}
	patients, err := v.Patients()
	if err != nil {
		return err
	}
	err = a.give(map[string]any{"vault": path, "keyholder": me.ID, "patient": patients[0].ID}, func() { a.tell(text.VaultCreatedAt, path) })
	return errors.Join(err, paper.write(a, code, first.Name, path, nil))
}

func (a *app) infoCommand() *cobra.Command {
	return a.verb(a.word(text.VaultInfo), 0, 0, func([]string) error {
		path, err := a.path()
		if err != nil {
			return err
		}
		if a.open != nil {
			return vault.ErrInUse // by this very shell
		}
		where, err := place.Look(path)
		if err != nil {
			return err
		}
		if where.Missing {
			return a.absent(path, os.ErrNotExist)
		}
		info, err := vault.ReadInfo(path)
		if err != nil {
			return err
		}
		slots := []map[string]any{}
		for _, s := range info.Slots {
			slots = append(slots, map[string]any{"kdf": "argon2id", "memoryKiB": s.Memory, "passes": s.Time, "lanes": s.Threads})
		}
		out := map[string]any{"path": path, "vault": info.Vault, "format": info.Format, "bytes": info.Bytes, "slots": slots,
			"place": where.Kind.String(), "service": where.Service, "conflicts": append([]string{}, where.Conflicts...)}
		return a.give(out, func() {
			a.tell(text.InfoFile, path)
			a.tell(text.InfoVault, info.Vault, info.Format)
			a.tell(text.InfoSize, a.Size(info.Bytes))
			for i, s := range info.Slots {
				a.tell(text.InfoSlot, i+1, a.Size(int64(s.Memory)<<10), s.Time, s.Threads)
			}
			for _, said := range text.Place(a.Language, where) {
				a.tell(text.PlaceLine, strings.Join(said, " "))
			}
		})
	})
}

// absent says why no vault stands at path when the place tells: a key that is not
// plugged in, a copy that is not done. Otherwise err says it.
func (a *app) absent(path string, err error) error {
	where, failed := place.Look(path)
	if failed != nil || !where.Missing || !where.Unplugged && where.Kind != place.Synchronised && where.Conflicts == nil {
		return err
	}
	var told []string
	for _, said := range text.Place(a.Language, where) {
		told = append(told, strings.Join(said, " "))
	}
	return a.refuse(text.PlaceLine, harmless([]any{strings.Join(told, " ")})...)
}

func (a *app) passphraseCommand(w text.Word) *cobra.Command {
	var compromised bool
	var kit string
	c := a.verb(a.word(w), 0, 0, func([]string) error {
		if kit != "" && !compromised {
			return a.usage(text.Missing, "compromised")
		}
		return a.withVault(func(v *vault.Vault) error {
			paper := &kitPaper{}
			if compromised && kit != "" {
				var err error
				if paper, err = a.kitFile(kit); err != nil {
					return err
				}
				defer paper.discard()
			}
			passphrase, err := a.newSecret(a.newFD, "new-passphrase-fd", text.AskNewPassphrase)
			if err != nil {
				return err
			}
			defer clear(passphrase)
			if !compromised {
				if err := v.ChangePassphrase(a.ctx, passphrase); err != nil {
					return err
				}
				return a.give(map[string]any{"changed": true}, func() { a.tell(text.PassphraseIsNew); a.tell(text.OldCopies) })
			}
			me, err := v.Keyholder()
			if err != nil {
				return err
			}
			servers, err := v.ServersWithRecords()
			if err != nil {
				return err
			}
			code, err := v.ReplaceKeys(a.ctx, passphrase, kit != "")
			if err != nil && !errors.Is(err, vault.ErrNotCompacted) {
				return err
			}
			err = errors.Join(err, a.give(map[string]any{"changed": true, "kitRenewed": code != nil}, func() {
				a.tell(text.PassphraseIsNew)
				a.tell(text.KeysReplaced)
				a.tell(text.OldCopies)
			}))
			if code != nil {
				err = errors.Join(err, paper.write(a, *code, me.Name, v.Path(), servers))
			}
			return err
		})
	})
	a.newPassphraseFlag(c)
	c.Flags().BoolVar(&compromised, "compromised", false, a.Say(text.OptCompromised))
	c.Flags().StringVar(&kit, "kit", "", a.Say(text.OptKit))
	return c
}

func (a *app) recoverCommand() *cobra.Command {
	var relatives bool
	c := a.verb(a.word(text.VaultRecover), 0, 0, func([]string) error {
		if relatives || a.sheetsFD != noFD {
			return a.recoverWithSheets()
		}
		path, opt, err := a.closed()
		if err != nil {
			return err
		}
		typed, err := a.secret(a.kitFD, "kit-code-fd", text.AskKitCode)
		if err != nil {
			return err
		}
		defer clear(typed)
		code, err := seal.ParseKitCode(string(typed))
		if err != nil {
			return err
		}
		passphrase, err := a.newSecret(a.newFD, "new-passphrase-fd", text.AskNewPassphrase)
		if err != nil {
			return err
		}
		defer clear(passphrase)
		v, err := vault.Recover(a.ctx, path, code, passphrase, opt)
		return a.recovered(v, err, text.Recovered, text.OldCopies)
	})
	c.Flags().BoolVar(&relatives, "relatives", false, a.Say(text.OptRelatives))
	a.sheetsFlag(c)
	c.Flags().IntVar(&a.kitFD, "kit-code-fd", noFD, a.Say(text.OptKitCodeFD))
	a.newPassphraseFlag(c)
	return c
}

// recovered tells that a vault was opened without its passphrase, and closes it.
func (a *app) recovered(v *vault.Vault, err error, said ...text.Message) error {
	if v == nil {
		return err
	}
	a.warn(v)
	me, again := v.Keyholder()
	err = errors.Join(err, again)
	err = errors.Join(err, a.give(map[string]any{"recovered": true, "keyholder": me.ID}, func() {
		for _, m := range said {
			a.tell(m)
		}
	}))
	return errors.Join(err, v.Close())
}
