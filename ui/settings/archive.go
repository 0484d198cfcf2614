package settings

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/bag"
	"carnet/vault/record"
)

// ExportAll asks how the complete archive of the person shown is protected, then
// where it goes, and writes it.
func (t *Settings) ExportAll() {
	s, p := t.s, t.s.Person()
	t.show(whole)
	if p.ID.IsZero() {
		s.Tell(s.Say(text.NoPersons), nil)
		return
	}
	all, err := s.Vault.Exportable()
	if err != nil {
		s.Explain(err)
		return
	}
	if !slices.ContainsFunc(all, func(mine record.Patient) bool { return mine.ID == p.ID }) {
		s.Tell(s.Say(text.ArchiveNotYours, p.Name), nil)
		return
	}
	said := kit.Notice(kit.Informing, s.Say(text.ExportWhat, p.Name), []string{s.Say(text.ExportHolds), s.Say(text.ExportSealedMeans), s.Say(text.ExportClearMeans)})
	var names []string
	for _, other := range all {
		if other.ID != p.ID {
			names = append(names, other.Name)
		}
	}
	also := kit.NewCheck(s.Say(text.ExportOthers, strings.Join(names, ", ")), false, nil)
	content := kit.Column(0, said)
	if len(names) > 0 {
		content.Add(also)
	}
	t.protect(text.ExportAll, content, func(folder string, secret *bag.Secret) {
		whose := []record.Patient{p}
		if also.Checked {
			whose = all
		}
		t.export(whose, folder, secret)
	})
}

// protect asks how an archive is protected, by a passphrase, for somebody's key, or not
// at all, and where it goes. secret is nil for in clear; then wipes its passphrase.
func (t *Settings) protect(title text.Message, said fyne.CanvasObject, then func(folder string, secret *bag.Secret)) {
	s := t.s
	var sheet *kit.Sheet
	place := func(secret *bag.Secret) {
		sheet.Close()
		words := session.PickerWords(s.Language, title)
		words.Hint = s.Say(text.ExportHint)
		s.Stage.Pick(kit.PickerOptions{Words: words, Folder: s.Prefs.Folder(), Folders: true, Take: func(paths []string) { then(paths[0], secret) }})
	}
	key := kit.NewField(s.Say(text.ExportKey), kit.FieldOptions{Hint: s.Say(text.ExportKeyHint)})
	var by *kit.Segments
	var check func() []byte
	seal := func() {
		if by.Chosen == 0 {
			if phrase := check(); phrase != nil {
				place(&bag.Secret{Passphrase: phrase})
			}
			return
		}
		secret := &bag.Secret{Recipient: strings.TrimSpace(key.Text())}
		if err := secret.Check(); err != nil {
			e, _ := text.Explain(err)
			key.SetError(e.In(s.Language))
			return
		}
		place(secret)
	}
	phrase, first, check := session.NewPhrase(s, text.ArchivePhrase, seal)
	key.Entry.OnEnter = seal
	fields := kit.Column(0, phrase...)
	by = kit.NewSegments(s.Say(text.ExportBy), []string{s.Say(text.ExportByPhrase), s.Say(text.ExportByKey)}, 0, func(i int) {
		if fields.Objects = phrase; i == 1 {
			fields.Objects = []fyne.CanvasObject{key}
		}
		fields.Refresh()
		s.Stage.Settle()
	})
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(title), Content: kit.Column(0, said, kit.Indent(kit.NewText(s.Say(text.ExportBy), kit.Strong)), by, fields),
		Actions: []*kit.Button{
			kit.NewButton(s.Say(text.ExportSealed), kit.KeyIcon, kit.Primary, seal),
			kit.NewButton(s.Say(text.ExportInClear), theme.WarningIcon(), kit.Danger, func() { place(nil) }),
			kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
		Focus: first.Entry,
	})
}

// exportOptions say how an archive is written for people.
func (t *Settings) exportOptions(secret *bag.Secret, progress func(done, total int64)) *vault.ExportOptions {
	s := t.s
	return &vault.ExportOptions{
		Readable: s.Archive(s.Kinds, s.Category, text.Dates{Vaccines: s.Vaccines, Exams: s.Exams}), Words: s.ArchiveWords(), Secret: secret, Progress: progress,
	}
}

// wipe forgets a passphrase; secret may be nil.
func wipe(secret *bag.Secret) {
	if secret != nil {
		clear(secret.Passphrase)
	}
}

func (t *Settings) export(whose []record.Patient, folder string, secret *bag.Secret) {
	s := t.s
	t.safety.told = nil
	var made []vault.Exported
	t.work(text.ExportingAll, text.StopExport, text.ExportKept, func(ctx context.Context, progress func(done, total int64)) (err error) {
		defer wipe(secret)
		made, err = s.Vault.ExportEach(ctx, idsOf(whose), folder, t.exportOptions(secret, progress))
		return err
	}, func() {
		t.safety.told = s.Exported(made)
		s.Tell(s.Plural(len(made), text.ExportDone, text.ExportsDone), nil)
	})
}

func idsOf(patients []record.Patient) (ids []record.ID) {
	for _, p := range patients {
		ids = append(ids, p.ID)
	}
	return ids
}

// RestoreArchive asks for an archive, verifies it, says what would come and brings
// it.
func (t *Settings) RestoreArchive() {
	s := t.s
	t.show(whole)
	words := session.PickerWords(s.Language, text.RestoreArchive)
	words.Hint = s.Say(text.RestoreHint)
	s.Stage.Pick(kit.PickerOptions{Words: words, Folder: s.Prefs.Folder(), Folders: true, Files: true, Take: func(paths []string) {
		if _, err := bag.Open(paths[0], nil); err != nil {
			if errors.Is(err, bag.ErrSealed) {
				t.askArchivePhrase(paths[0])
				return
			}
			s.Explain(err)
			return
		}
		t.openArchive(paths[0], nil)
	}})
}

func (t *Settings) askArchivePhrase(path string) {
	s := t.s
	phrase := kit.NewField(s.Say(text.ArchivePhrase), kit.FieldOptions{Hint: s.Say(text.ArchivePhraseHint), Secret: true})
	var sheet *kit.Sheet
	open := func() {
		sheet.Close()
		t.openArchive(path, []byte(phrase.Text()))
	}
	phrase.Entry.OnEnter = open
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.RestoreArchive), Content: kit.Column(0, phrase), Focus: phrase.Entry,
		Actions: []*kit.Button{
			kit.NewButton(s.Say(text.VerifyArchive), theme.ConfirmIcon(), kit.Primary, open),
			kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
	})
}

func (t *Settings) openArchive(path string, phrase []byte) {
	s := t.s
	t.safety.told = nil
	var archive *vault.Archive
	var would vault.Restored
	t.work(text.VerifyingArchive, text.StopVerify, text.VerifyKept, func(ctx context.Context, progress func(done, total int64)) (err error) {
		defer clear(phrase)
		if archive, err = vault.OpenArchive(ctx, path, &bag.Secret{Passphrase: phrase}, progress); err != nil {
			return err
		}
		would, err = s.Vault.PreviewRestore(archive, nil)
		return err
	}, func() {
		session.Ask(s.Stage, session.Question{
			Title: s.Say(text.RestoreAsk, archive.Patient().Name), Sentences: append(s.Restored(&would, true), s.Say(text.RestoreMeans)),
			Verb: s.Say(text.RestoreVerb), Keep: s.Say(text.Cancel), Act: func() { t.restore(archive) },
		})
	})
}

func (t *Settings) restore(archive *vault.Archive) {
	s := t.s
	var done vault.Restored
	t.work(text.Restoring, text.StopRestore, text.RestoreKept, func(ctx context.Context, progress func(done, total int64)) (err error) {
		done, err = s.Vault.Restore(ctx, archive, &vault.RestoreOptions{Progress: progress})
		return err
	}, func() {
		t.safety.told = s.Restored(&done, false)
		s.Show(done.Patient)
		s.Redraw()
		s.Read()
		s.Tell(s.Say(text.RestoreEnded), nil)
	})
}

// archives is the part of the settings for leaving with everything, and for coming
// back.
func (t *Settings) archives() fyne.CanvasObject {
	s := t.s
	rows := []fyne.CanvasObject{kit.NewText(s.Say(text.ArchiveSection), kit.Section), kit.NewText(s.Say(text.ArchiveText), kit.Body)}
	if t.safety.told != nil {
		rows = append(rows, kit.Notice(kit.Succeeding, s.Say(text.ArchiveResult), t.safety.told))
	}
	return kit.Card(kit.Neutral, kit.Column(0, append(rows, kit.Stretch(
		kit.NewButton(s.Say(text.ExportAll), theme.DocumentSaveIcon(), kit.Plain, t.ExportAll),
		kit.NewButton(s.Say(text.RestoreArchive), theme.DownloadIcon(), kit.Plain, t.RestoreArchive),
		kit.NewButton(s.Say(text.PaperVerb), theme.DocumentPrintIcon(), kit.Plain, t.Paper),
	))...))
}

// Paper shows the paper summary of the person shown, to print or to save.
func (t *Settings) Paper() {
	s, p := t.s, t.s.Person()
	t.show(whole)
	if p.ID.IsZero() {
		s.Tell(s.Say(text.NoPersons), nil)
		return
	}
	paper := text.Paper{Summary: text.Summary{Patient: p, Kinds: s.Kinds, Printed: s.Now()}, Category: s.Category}
	s.Do(func(context.Context) (err error) {
		if paper.Documents, err = s.Vault.Documents(p.ID); err != nil {
			return err
		}
		if paper.Entries, err = s.Vault.Entries(p.ID); err != nil || p.Adult(s.Now()) {
			return err
		}
		reference, err := s.Growth()
		if err != nil {
			return err
		}
		paper.Growth = &text.Growth{Patient: p, Reference: reference, Points: reference.Points(p, paper.Entries, s.Now()), Printed: s.Now()}
		return nil
	}, func() {
		rows := []fyne.CanvasObject{kit.NewText(s.Named(p), kit.Section), kit.NewText(s.Say(text.PaperText), kit.Body)}
		for _, part := range paper.Parts(s.Language) {
			rows = append(rows, kit.NewText(part.Title, kit.Strong), kit.NewText(strings.Join(part.Lines, "\n"), kit.Body))
		}
		session.ShowPreview(s.Stage, s.Language, session.Preview{Title: s.Say(text.PaperTitle), FileName: s.Say(text.PaperFileName), Rows: rows, Sheet: paper.Sheet(s.Language)})
	})
}
