package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/bag"
	"carnet/vault/record"
)

// archiveJSON is an archive as scripts read it.
type archiveJSON struct {
	Path       string `json:"path"`
	Documents  int    `json:"documents"`
	Records    int    `json:"records"` // entries of the profile
	Verified   bool   `json:"verified"`
	Sealed     bool   `json:"sealed"`
	Bytes      int64  `json:"bytes"`
	Unreadable int    `json:"unreadable"` // documents hidden from the one who exported, at least
}

// restoredJSON is what a restore brought, or would bring, as scripts read it.
type restoredJSON struct {
	Path      string   `json:"path"`
	Patient   string   `json:"patient"`
	New       bool     `json:"new"`
	Documents int      `json:"documents"`
	Records   int      `json:"records"`
	Erasures  int      `json:"erasures"`
	Present   int      `json:"present"`
	Differs   []string `json:"differs"`
	Verified  bool     `json:"verified"`
	Done      bool     `json:"done"` // false for a preview
}

func (a *app) archiveCommand() *cobra.Command {
	var to string
	var tar, everyone bool
	var phraseFD int
	secret := &bag.Secret{}
	c := a.verb(a.word(text.ExportWord, a.exportVerifyCommand(), a.exportPaperCommand()), 0, 0, func([]string) error {
		if err := a.need("to", to); err != nil {
			return err
		}
		if secret.Recipient != "" && phraseFD != noFD {
			return a.usage(text.OneSecretOnly)
		}
		if everyone && a.patient != "" {
			return a.usage(text.EveryoneOrOne)
		}
		return a.withVault(func(v *vault.Vault) error {
			whose, err := a.archived(v, everyone)
			if err != nil {
				return err
			}
			opt := &vault.ExportOptions{Readable: a.Archive(a.tables.Kinds, a.categoryLabel, text.Dates{Vaccines: a.tables.Vaccines, Exams: a.tables.Exams}), Words: a.ArchiveWords()}
			if tar {
				opt.Form = bag.Tar
			}
			if phraseFD != noFD {
				if secret.Passphrase, err = a.newSecret(phraseFD, "age-passphrase-fd", text.AskNewArchivePhrase); err != nil {
					return err
				}
				defer clear(secret.Passphrase)
				if len(secret.Passphrase) == 0 {
					return vault.ErrPassphraseEmpty
				}
			}
			if secret.Recipient != "" || phraseFD != noFD {
				opt.Secret = secret
			}
			progress := a.progress()
			opt.Progress = progress.worked
			made, err := v.ExportEach(a.ctx, whose, to, opt)
			progress.end()
			if err != nil {
				return err
			}
			out := make([]archiveJSON, len(made))
			for i, m := range made {
				out[i] = archiveJSON{m.Path, m.Documents, m.Records, true, m.Sealed, m.Bytes, m.Unreadable}
			}
			tell := func() {
				for _, said := range a.Exported(made) {
					fmt.Fprintln(a.out, said)
				}
			}
			if everyone {
				return a.give(out, tell)
			}
			return a.give(out[0], tell)
		})
	})
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptTo))
	c.Flags().BoolVar(&tar, "tar", false, a.Say(text.OptTar))
	c.Flags().BoolVar(&everyone, "everyone", false, a.Say(text.OptEveryone))
	c.Flags().IntVar(&phraseFD, "age-passphrase-fd", noFD, a.Say(text.OptAgePhrase))
	c.Flags().StringVar(&secret.Recipient, "age-recipient", "", a.Say(text.OptAgeRecipient))
	return c
}

// archived is whose archive is written. Those of whom there is none, since the keyholder
// is a carer there, are named.
func (a *app) archived(v *vault.Vault, everyone bool) ([]record.ID, error) {
	if !everyone {
		p, err := a.who(v)
		return []record.ID{p.ID}, err
	}
	mine, err := v.Exportable()
	if err != nil {
		return nil, err
	}
	all, err := v.Patients()
	if err != nil {
		return nil, err
	}
	var ids []record.ID
	for _, p := range all {
		if slices.ContainsFunc(mine, func(m record.Patient) bool { return m.ID == p.ID }) {
			ids = append(ids, p.ID)
		} else {
			a.note(text.ArchiveNotYours, p.Name)
		}
	}
	if len(ids) == 0 {
		return nil, a.refuse(text.NoPersons)
	}
	return ids, nil
}

// archiveSecret is what opens an archive, from the descriptors that were given.
type archiveSecret struct{ phraseFD, identityFD int }

func (s *archiveSecret) flags(a *app, c *cobra.Command) *cobra.Command {
	c.Flags().IntVar(&s.phraseFD, "age-passphrase-fd", noFD, a.Say(text.OptAgePhrase))
	c.Flags().IntVar(&s.identityFD, "age-identity-fd", noFD, a.Say(text.OptAgeIdentity))
	return c
}

// openArchive opens an archive and verifies it; it asks for the passphrase of one that is
// sealed.
func (a *app) openArchive(path string, s *archiveSecret) (*vault.Archive, error) {
	secret := &bag.Secret{}
	defer func() { clear(secret.Passphrase) }()
	_, err := bag.Open(path, nil)
	switch sealed := errors.Is(err, bag.ErrSealed); {
	case !sealed: // what else is wrong with it is told below
	case s.identityFD != noFD:
		var identity []byte
		if identity, err = a.secret(s.identityFD, "age-identity-fd", text.AskArchivePhrase); err != nil {
			return nil, err
		}
		secret.Identity = string(identity)
	default:
		if secret.Passphrase, err = a.secret(s.phraseFD, "age-passphrase-fd", text.AskArchivePhrase); err != nil {
			return nil, err
		}
	}
	progress := a.progress()
	archive, err := vault.OpenArchive(a.ctx, path, secret, progress.worked)
	progress.end()
	var fault *bag.Fault
	if errors.As(err, &fault) && !a.json {
		a.note(text.ArchiveFaultAt, fault.Path)
	}
	return archive, err
}

func (a *app) exportVerifyCommand() *cobra.Command {
	s := &archiveSecret{}
	return s.flags(a, a.verb(a.word(text.ExportVerify), 1, 1, func(args []string) error {
		archive, err := a.openArchive(args[0], s)
		if err != nil {
			return err
		}
		files, bytes := archive.Files()
		out := archiveJSON{Path: args[0], Documents: archive.Documents(), Records: archive.Records(), Verified: true, Bytes: bytes, Unreadable: archive.Unreadable(),
			Sealed: archive.Sealed()}
		return a.give(out, func() {
			a.tell(text.ArchiveWhole, archive.Patient().Name, a.Day(archive.Made()), out.Documents, out.Records, files, a.Size(bytes))
			if out.Unreadable > 0 {
				a.tell(text.ArchiveUnreadable, out.Unreadable)
			}
		})
	}))
}

func (a *app) restoreCommand() *cobra.Command {
	var from string
	var dry bool
	s := &archiveSecret{}
	c := a.verb(a.word(text.RestoreWord), 0, 0, func([]string) error {
		if err := a.need("from", from); err != nil {
			return err
		}
		return a.withVault(func(v *vault.Vault) error {
			opt := &vault.RestoreOptions{}
			if a.patient != "" {
				p, err := a.who(v)
				if err != nil {
					return err
				}
				opt.Into = p.ID
			}
			archive, err := a.openArchive(from, s)
			if err != nil {
				return err
			}
			var done vault.Restored
			if dry {
				done, err = v.PreviewRestore(archive, opt)
			} else {
				progress := a.progress()
				opt.Progress = progress.worked
				done, err = v.Restore(a.ctx, archive, opt)
				progress.end()
			}
			if err != nil {
				return err
			}
			out := restoredJSON{from, done.Patient.ID.String(), done.New, done.Documents, done.Records, done.Erasures, done.Present, append([]string{}, done.Differs...), true, !dry}
			err = a.give(out, func() {
				for _, said := range a.Restored(&done, dry) {
					fmt.Fprintln(a.out, said)
				}
			})
			if err != nil || dry || done.Documents == 0 {
				return err
			}
			return a.examine(v, nil, false) // so that search finds them
		})
	})
	c.Flags().StringVar(&from, "from", "", a.Say(text.OptArchive))
	c.Flags().BoolVar(&dry, "dry-run", false, a.Say(text.OptDryRun))
	return s.flags(a, c)
}
