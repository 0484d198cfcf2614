package settings

import (
	"context"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// form opens a sheet with fields and one button that acts.
func (t *Settings) form(title, said, verb string, fields []fyne.CanvasObject, act func(close func())) {
	s := t.s
	var sheet *kit.Sheet
	busy := false
	rows := append([]fyne.CanvasObject{kit.Indent(kit.NewText(said, kit.Body))}, fields...)
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: title, Content: kit.Column(0, rows...),
		Actions: []*kit.Button{
			kit.NewButton(verb, theme.ConfirmIcon(), kit.Primary, func() {
				if !busy {
					act(func() { busy = true; sheet.Close() })
				}
			}),
			kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
		OnCancel: func() { s.Shut(holderForm) },
	})
}

func (t *Settings) changePhrase() {
	s := t.s
	fields, _, check := session.NewPhrase(s, text.NewPhraseLabel, nil)
	t.form(s.Say(text.ChangePhrase), s.Say(text.OldCopies), s.Say(text.ChangePhrase), fields, func(close func()) {
		phrase := check()
		if phrase == nil {
			return
		}
		close()
		s.Tell(s.Say(text.Working), nil)
		s.Do(func(ctx context.Context) error {
			defer clear(phrase)
			return s.Vault.ChangePassphrase(ctx, phrase)
		}, func() { s.Tell(s.Say(text.PassphraseIsNew), nil) })
	})
}

// replaceKeys is for when somebody may know the passphrase.
func (t *Settings) replaceKeys() {
	s := t.s
	fields, _, check := session.NewPhrase(s, text.NewPhraseLabel, nil)
	t.form(s.Say(text.PhraseKnown), s.Say(text.PhraseKnownText), s.Say(text.ReplaceKeys), fields, func(close func()) {
		phrase := check()
		if phrase == nil {
			return
		}
		close()
		t.renew(phrase)
	})
}

// newKit renews the recovery kit, which replaces the keys as well.
func (t *Settings) newKit() {
	s := t.s
	fields, _, check := session.NewPhrase(s, text.NewPhraseLabel, nil)
	t.form(s.Say(text.NewKit), s.Say(text.NewKitText), s.Say(text.NewKit), fields, func(close func()) {
		phrase := check()
		if phrase == nil {
			return
		}
		close()
		t.renew(phrase)
	})
}

func (t *Settings) renew(phrase []byte) {
	s := t.s
	s.Tell(s.Say(text.Working), nil)
	var code *vault.KitCode
	var servers []vault.Server
	s.Try(func(ctx context.Context) (err error) {
		defer clear(phrase)
		if servers, err = s.Vault.ServersWithRecords(); err != nil {
			return err
		}
		code, err = s.Vault.ReplaceKeys(ctx, phrase, true)
		return err
	}, func(err error) {
		if code != nil {
			s.Tell(s.Say(text.KeysReplaced), nil)
			t.showKit(t.me.Name, *code, servers)
		}
		if err != nil {
			s.Explain(err)
		}
	})
}

// showKit shows a recovery kit until the person says that it is on paper: it is
// shown once. servers are where its records were synchronised.
func (t *Settings) showKit(name string, code vault.KitCode, servers []vault.Server) {
	s, language := t.s, t.s.Language
	groups := code.Groups()
	paper := text.Kit{Groups: groups, Keyholder: name, Vault: filepath.Base(s.Vault.Path()), Made: s.Now(), Servers: servers}
	saved := kit.NewText("", kit.Body)
	kept := kit.NewCheck(s.Say(text.KitIsKept), false, nil)
	print := kit.NewButton(s.Say(text.PrintKit), theme.DocumentPrintIcon(), kit.Plain, func() {
		session.PrintPDF(s.Stage, language, func() ([]byte, error) { return paper.Sheet(language).PDF() }, func() { saved.Set(s.Say(text.Printed)) })
	})
	save := kit.NewButton(s.Say(text.SaveKit), theme.DocumentSaveIcon(), kit.Plain, func() {
		var path string
		s.Do(func(context.Context) (err error) {
			path, err = session.SaveKit(paper, language)
			return err
		}, func() { saved.Set(s.Say(text.KitSavedAt, filepath.Base(path), filepath.Base(filepath.Dir(path)))) })
	})
	content := kit.Column(0,
		kit.Indent(kit.NewText(s.Say(text.KitOf, name), kit.Body)),
		kit.Card(kit.Neutral, kit.Column(0, kit.NewText(strings.Join(groups[:], " "), kit.CodeType))),
		kit.Stretch(print, save), kit.Indent(saved), kept,
	)
	t.showUntilKept(kit.SheetOptions{Title: s.Say(text.KitPageTitle), Content: content, Focus: print}, kept, func() { saved.Set(s.Say(text.KitNotKept)) })
}

// showUntilKept shows what is seen this once, and closes it when the person has ticked
// that they have kept it; remind says so until then.
func (t *Settings) showUntilKept(o kit.SheetOptions, kept *kit.Check, remind func()) {
	s := t.s
	var open func()
	open = func() {
		var sheet *kit.Sheet
		done := kit.NewButton(s.Say(text.Close), nil, kit.Primary, func() {
			if !kept.Checked {
				remind()
				s.Stage.Focus(kept)
				return
			}
			sheet.Close()
			s.Redraw()
		})
		o.Actions = []*kit.Button{done}
		o.OnCancel = func() {
			if !kept.Checked {
				open()
				remind()
			}
		}
		sheet = s.Stage.ShowSheet(o)
	}
	open()
}

const holderForm = "keyholder"

// addHolder gives another person a passphrase of their own; words are what stood
// in the form when the vault was locked, never a passphrase.
func (t *Settings) addHolder(words map[string]string) {
	s := t.s
	name := kit.NewField(s.Say(text.NameLabel), kit.FieldOptions{Value: words["name"]})
	fields, first, check := session.NewPhrase(s, text.NewPhraseLabel, nil)
	name.Entry.OnEnter = func() { s.Stage.Focus(first.Entry) }
	s.Open(holderForm, func() map[string]string { return map[string]string{"name": name.Text()} })
	t.form(s.Say(text.AddHolder), s.Say(text.AddHolderText), s.Say(text.AddHolder), append([]fyne.CanvasObject{name}, fields...), func(close func()) {
		who := strings.TrimSpace(name.Text())
		name.SetError("")
		if who == "" {
			name.SetError(s.Say(text.NameMissing))
			return
		}
		phrase := check()
		if phrase == nil {
			return
		}
		s.Shut(holderForm)
		close()
		s.Tell(s.Say(text.Working), nil)
		var code vault.KitCode
		s.Do(func(ctx context.Context) (err error) {
			defer clear(phrase)
			code, err = s.Vault.AddKeyholder(ctx, who, phrase)
			return err
		}, func() {
			s.Tell(s.Say(text.HolderAdded, who), nil)
			t.showKit(who, code, nil) // of no record yet
		})
	})
}

func (t *Settings) removeHolder(k record.Keyholder) {
	s := t.s
	session.Ask(s.Stage, session.Question{
		Title: s.Say(text.RemoveHolderAsk, k.Name), Sentences: []string{s.Say(text.RemoveHolderText)},
		Verb: s.Say(text.RemoveHolder, k.Name), Keep: s.Say(text.KeepIt),
		Act: func() {
			s.Do(func(ctx context.Context) error {
				_, err := s.Vault.RemoveKeyholder(ctx, k.Name)
				return err
			}, func() {
				s.Redraw()
				s.Tell(s.Say(text.HolderRemoved, k.Name), nil)
			})
		},
	})
}

// addMember gives a keyholder a part in a person's record.
func (t *Settings) addMember(p patient) {
	s := t.s
	var names []string
	for _, k := range t.holders {
		member := false
		for _, m := range p.members {
			member = member || m.Keyholder.ID == k.ID
		}
		if !member {
			names = append(names, k.Name)
		}
	}
	if len(names) == 0 {
		s.Tell(s.Say(text.NobodyToShare), nil)
		return
	}
	roles := []record.Role{record.RoleGuardian, record.RoleCarerReads, record.RoleCarerAdds}
	labels := make([]string, len(roles))
	for i, r := range roles {
		labels[i] = s.Say(text.Role(r))
	}
	who := kit.NewSegments(s.Say(text.ShareWith), names, 0, nil)
	role := kit.NewSegments(s.Say(text.ShareAs), labels, 1, nil)
	t.form(s.Say(text.ShareRecordOf, p.Name), s.Say(text.ShareText), s.Say(text.ShareRecord), []fyne.CanvasObject{
		kit.Indent(kit.NewText(s.Say(text.ShareWith), kit.Strong)), who,
		kit.Indent(kit.NewText(s.Say(text.ShareAs), kit.Strong)), role,
	}, func(close func()) {
		close()
		name := names[who.Chosen]
		s.Act(session.Act{
			Name: s.Say(text.MemberAdded, name, p.Name),
			Redo: func(ctx context.Context) error { return s.Vault.AddMember(ctx, p.ID, name, roles[role.Chosen]) },
			Undo: func(ctx context.Context) error { return s.Vault.RemoveMember(ctx, p.ID, name) },
		}, s.Redraw)
	})
}

func (t *Settings) removeMember(p patient, m record.Membership) {
	s := t.s
	session.Ask(s.Stage, session.Question{
		Title: s.Say(text.EndMemberAsk, m.Keyholder.Name, p.Name), Sentences: []string{s.Say(text.EndMemberText)},
		Verb: s.Say(text.EndMember, m.Keyholder.Name), Keep: s.Say(text.KeepIt),
		Act: func() {
			s.Do(func(ctx context.Context) error { return s.Vault.RemoveMember(ctx, p.ID, m.Keyholder.Name) }, func() {
				s.Redraw()
				s.Tell(s.Say(text.MemberRemoved, m.Keyholder.Name, p.Name), nil)
			})
		},
	})
}

// leave gives up one's own part in a person's record.
func (t *Settings) leave(p patient) {
	s := t.s
	session.Ask(s.Stage, session.Question{
		Title: s.Say(text.LeaveRecordAsk, p.Name), Sentences: []string{s.Say(text.LeaveRecordText)},
		Verb: s.Say(text.LeaveRecord), Keep: s.Say(text.KeepIt),
		Act: func() {
			var left []record.Patient
			s.Do(func(ctx context.Context) (err error) {
				if err = s.Vault.RemoveMember(ctx, p.ID, t.me.Name); err != nil {
					return err
				}
				left, err = s.Vault.Patients()
				return err
			}, func() {
				if s.Person().ID == p.ID {
					s.Show(append(left, record.Patient{})[0])
				}
				s.Redraw()
				s.Tell(s.Say(text.RecordLeft, p.Name), nil)
			})
		},
	})
}

// attestation shows whether the paper of a carer is the one that was signed.
func (t *Settings) attestation(p patient, m record.Membership) {
	s := t.s
	var found record.Attestation
	s.Do(func(ctx context.Context) (err error) {
		found, err = s.Vault.Attestation(ctx, p.ID, m.Keyholder.Name)
		return err
	}, func() {
		tone, said := kit.Succeeding, text.AttestationGood
		if !found.Intact {
			tone, said = kit.Warning, text.AttestationBad
		}
		var sheet *kit.Sheet
		actions := []*kit.Button{kit.NewButton(s.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })}
		if found.Intact {
			see := kit.NewButton(s.Say(text.SeeDocument), theme.DocumentIcon(), kit.Plain, func() {
				sheet.Close()
				s.Show(p.Patient)
				s.ShowDocument(found.Document)
			})
			actions = append([]*kit.Button{see}, actions...)
		}
		sheet = s.Stage.ShowSheet(kit.SheetOptions{
			Title:   s.Say(text.AttestationOf, m.Keyholder.Name),
			Content: kit.Column(0, kit.Indent(kit.NewText(s.Say(text.MemberIs, p.Name, s.Say(text.Role(found.Role))), kit.Body)), kit.Notice(tone, s.Say(said), []string{s.SignedBy(found)})),
			Actions: actions,
		})
	})
}
