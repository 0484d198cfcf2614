package settings

import (
	"context"
	"errors"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/bag"
	"carnet/vault/proof"
	"carnet/vault/record"
)

// closing is a closure that is being prepared, in three steps: what it does, an
// export or its refusal, the two consents.
type closing struct {
	patient record.Patient // whose record; zero for the vault
	step    int            // from 1
	what    vault.Consequences
	backups []string        // files that are there
	chosen  map[string]bool // those that go too
	how     vault.Closure
	folder  string // the exports lie there
	missing bool   // a consent was missing
	busy    bool
}

// CloseVault begins the closure of the whole vault.
func (t *Settings) CloseVault() { t.prepare(record.Patient{}) }

// CloseRecord begins the closure of the record shown.
func (t *Settings) CloseRecord() {
	if p := t.s.Person(); !p.ID.IsZero() {
		t.prepare(p)
	}
}

// prepare reads what a closure would do.
func (t *Settings) prepare(p record.Patient) {
	s := t.s
	if t.closing != nil && t.closing.busy {
		return
	}
	c := &closing{patient: p, step: 1, chosen: map[string]bool{}}
	s.Do(func(ctx context.Context) (err error) {
		if c.what, err = s.Vault.Consequences(ctx, p.ID); err == nil && p.ID.IsZero() {
			c.backups, err = s.Vault.BackupFiles()
		}
		return err
	}, func() {
		t.closing = c
		t.show(leaving)
		s.Stage.Focus(kit.FirstFocus(t.body))
	})
}

// turn shows another step, 0 for none any more.
func (t *Settings) turn(step int) {
	if t.closing.step = step; step == 0 {
		t.closing = nil
	}
	t.fill()
	t.s.Stage.Focus(kit.FirstFocus(t.body))
}

// leaving is the part of the settings from which a record or the vault is closed.
func (t *Settings) leaving() []fyne.CanvasObject {
	s, c := t.s, t.closing
	if c == nil {
		return t.leavable()
	}
	title := text.CloseVaultTitle
	if !c.patient.ID.IsZero() {
		title = text.CloseRecordTitle
	}
	rows := []fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(title), kit.Section))}
	if t.safety.shown != nil {
		return append(rows, t.safety.shown)
	}
	rows = append(rows, kit.Indent(kit.NewText(s.Say(text.CloseStep, c.step), kit.Quiet)))
	cancel := kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { t.turn(0) })
	what, counted := s.ClosingWhat(c.what, c.patient.ID.IsZero())
	switch c.step {
	case 1:
		return append(rows,
			kit.Notice(kit.Failing, what, counted),
			kit.Notice(kit.Warning, s.Say(text.RemainsTitle), s.ClosingKeeps(c.what)),
			kit.Stretch(kit.NewButton(s.Say(text.Continue), theme.NavigateNextIcon(), kit.Primary, func() { t.turn(2) }), cancel))
	case 2:
		return append(rows,
			kit.Notice(kit.Informing, s.Say(text.ExportQuestion), []string{s.Say(text.ExportAdvice)}),
			kit.Stretch(
				kit.NewButton(s.Say(text.ExportNow), theme.DownloadIcon(), kit.Primary, t.takeAlong),
				kit.NewButton(s.Say(text.ExportRefuse), theme.NavigateNextIcon(), kit.Plain, func() { c.how.NoExport, c.how.Exports = true, nil; t.turn(3) }),
				cancel))
	}
	return append(rows, t.consents(what, counted, cancel)...)
}

// takeAlong asks how the archive of each record that goes is protected and where it
// goes, writes them, and reads each back, before the last step.
func (t *Settings) takeAlong() {
	s := t.s
	said := kit.Notice(kit.Informing, s.Say(text.ExportQuestion), []string{s.Say(text.ExportHolds), s.Say(text.ExportSealedMeans), s.Say(text.ExportClearMeans)})
	t.protect(text.ExportNow, said, t.exportFirst)
}

func (t *Settings) exportFirst(folder string, secret *bag.Secret) {
	s, c := t.s, t.closing
	if c == nil {
		wipe(secret)
		return
	}
	c.how.NoExport, c.how.Exports = false, nil
	var archives []*vault.Archive
	t.work(text.ExportingAll, text.StopExport, text.ExportKept, func(ctx context.Context, progress func(done, total int64)) error {
		defer wipe(secret)
		made, err := s.Vault.ExportEach(ctx, idsOf(c.what.Patients), folder, t.exportOptions(secret, progress))
		for i := range made {
			archives = append(archives, made[i].Archive)
		}
		return err
	}, func() {
		if t.closing == c {
			c.how.Exports, c.folder, c.step = archives, folder, 3
		}
	})
}

// exported says what the export is, or that there is none.
func (t *Settings) exported() fyne.CanvasObject {
	s, c := t.s, t.closing
	if c.how.NoExport {
		return kit.Notice(kit.Warning, s.Say(text.ExportRefusedSaid), []string{s.Say(text.ExportRefusedText)})
	}
	documents, kept := 0, text.ExportClearText
	for _, a := range c.how.Exports {
		documents += a.Documents()
		if a.Sealed() {
			kept = text.ExportSealedText
		}
	}
	return kit.Notice(kit.Succeeding, s.Say(text.ExportVerified), []string{s.Say(text.ExportDoneText, c.folder, documents, c.what.Documents), s.Say(kept)})
}

// consents is the last step: what goes, the export, and the two boxes.
func (t *Settings) consents(what string, counted []string, cancel *kit.Button) []fyne.CanvasObject {
	s, c := t.s, t.closing
	rows := []fyne.CanvasObject{
		kit.Notice(kit.Failing, what, counted),
		t.exported(),
	}
	if len(c.backups) > 0 {
		boxes := []fyne.CanvasObject{kit.NewText(s.Say(text.BackupsToo), kit.Strong)}
		for _, path := range c.backups {
			boxes = append(boxes, kit.NewCheck(path, c.chosen[path], func(on bool) { c.chosen[path] = on }))
		}
		rows = append(rows, kit.Card(kit.Neutral, kit.Column(0, boxes...)))
	}
	missing := kit.NewText("", kit.Strong.In(theme.ColorNameError))
	if c.missing {
		missing.Set(s.Say(text.ConsentMissing))
	}
	erase := kit.NewCheck(s.Say(text.ConsentErase), c.how.Erase, func(on bool) { c.how.Erase = on })
	final := kit.NewCheck(s.Say(text.ConsentFinal), c.how.Irreversible, func(on bool) { c.how.Irreversible = on })
	act := kit.NewButton(s.Say(text.CloseNow), theme.DeleteIcon(), kit.Danger, func() {
		if c.missing = !c.how.Erase || !c.how.Irreversible; !c.missing {
			t.closeNow()
			return
		}
		missing.Set(s.Say(text.ConsentMissing))
		s.Stage.Settle()
		if c.how.Erase {
			s.Stage.Focus(final)
		} else {
			s.Stage.Focus(erase)
		}
	})
	return append(rows, kit.Indent(kit.NewText(s.Say(text.ConsentsTitle), kit.Section)), erase, final, kit.Indent(missing), kit.Stretch(cancel, act))
}

// closingForm is what is remembered while a closure goes on. The transaction that
// erases takes it out of the file: an opening that finds it tells that nothing was
// erased.
const closingForm = "closing"

// closeNow closes, and shows the proof.
func (t *Settings) closeNow() {
	s, c := t.s, t.closing
	if t.safety.task != nil {
		s.Tell(s.Say(text.OneAtATime), nil)
		return
	}
	c.busy = true
	c.how.Backups = nil
	for _, path := range c.backups {
		if c.chosen[path] {
			c.how.Backups = append(c.how.Backups, path)
		}
	}
	s.Open(closingForm, func() map[string]string {
		return map[string]string{"patient": c.patient.ID.String(), "name": c.patient.Name}
	})
	if c.patient.ID.IsZero() {
		t.closeVault(s.Kept())
		return
	}
	t.closeRecord(s.Kept())
}

func (t *Settings) closeRecord(kept []byte) {
	s, c := t.s, t.closing
	var said *proof.Proof
	var left []record.Patient
	t.follow(s.Try, text.Closing, text.StopClosing, text.ClosingRecordKept, func(ctx context.Context, progress func(done, total int64)) (err error) {
		if err := s.Vault.KeepDrafts(ctx, kept); err != nil {
			return err
		}
		if said, err = s.Vault.ClosePatient(ctx, c.patient.ID, c.how, progress); said == nil {
			return err
		}
		all, failed := s.Vault.Patients()
		left = all
		return errors.Join(err, failed, s.Shelf.Refresh(s.Vault))
	}, func(err error) {
		t.closing = nil
		t.notClosing()
		if said == nil {
			t.fill()
			t.stayed(err)
			return
		}
		if s.Person().ID == c.patient.ID {
			s.Show(append(left, record.Patient{})[0])
		}
		s.Redraw()
		told := text.RecordClosed
		if errors.Is(err, context.Canceled) {
			told, err = text.RecordClosedAhead, nil
		}
		session.ShowProof(s.Stage, s.Language, said, s.Say(told), false)
		if err != nil {
			s.Explain(err)
		}
	})
}

// closeVault closes the vault. It is no task of the session, which a lock would
// end: the proof is shown whatever happens meanwhile.
func (t *Settings) closeVault(kept []byte) {
	s, c := t.s, t.closing
	var ended vault.Ended
	t.follow(s.Stage.Start, text.Closing, text.StopClosing, text.ClosingVaultKept, func(ctx context.Context, progress func(done, total int64)) (err error) {
		if err := s.Vault.KeepDrafts(ctx, kept); err != nil {
			return err
		}
		ended, err = s.Vault.CloseVault(ctx, c.how, progress)
		return err
	}, func(err error) {
		c.busy, t.closing = false, nil
		if ended.Proof == nil {
			t.notClosing()
			t.fill()
			t.stayed(err)
			return
		}
		stopped := errors.Is(err, context.Canceled)
		said := s.Say(text.VaultClosed)
		if stopped {
			said, err = s.Say(text.VaultClosedAhead), nil
		}
		s.Closed(errors.Is(err, vault.ErrClosing) || stopped)
		for _, path := range ended.Stuck {
			said += "\n" + s.Say(text.BackupStuck, path)
		}
		session.ShowProof(s.Stage, s.Language, ended.Proof, said, true)
		if err != nil {
			session.Explain(s.Stage, s.Language, err)
		}
	})
}

// stayed says why nothing was closed.
func (t *Settings) stayed(err error) {
	if errors.Is(err, context.Canceled) {
		t.s.Tell(t.s.Say(text.ClosingUndone), nil)
		return
	}
	t.s.Explain(err)
}

// notClosing forgets that a closure goes on.
func (t *Settings) notClosing() {
	s := t.s
	s.Shut(closingForm)
	if s.Ended() {
		return
	}
	kept := s.Kept()
	s.Do(func(ctx context.Context) error { return s.Vault.KeepDrafts(ctx, kept) }, func() {})
}

// ResumeClosing tells of a closure that was interrupted before it erased anything, when
// form is what was remembered of one, and begins it again or takes it back. It reports
// whether form is that.
func (t *Settings) ResumeClosing(form string, words map[string]string) bool {
	if form != closingForm {
		return false
	}
	s := t.s
	patient, err := record.ParseID(words["patient"])
	if err != nil {
		return true // of another version: nothing to go on with
	}
	s.Open(closingForm, func() map[string]string { return words }) // until it is done or taken back
	var all []record.Patient
	s.Do(func(context.Context) (err error) {
		all, err = s.Vault.Patients()
		return err
	}, func() {
		i := slices.IndexFunc(all, func(p record.Patient) bool { return p.ID == patient })
		if i < 0 && !patient.IsZero() {
			t.notClosing() // it was closed after all, and locked before it was told
			return
		}
		what, p := s.Say(text.ClosingNotVault), record.Patient{}
		if i >= 0 {
			what, p = s.Say(text.ClosingNotRecord, all[i].Name), all[i]
		}
		var sheet *kit.Sheet
		leave := func(then func()) func() {
			return func() {
				sheet.Close()
				t.notClosing()
				then()
			}
		}
		keep := kit.NewButton(s.Say(text.ClosingUndo), theme.ContentUndoIcon(), kit.Primary, leave(func() { s.Tell(s.Say(text.ClosingUndone), nil) }))
		sheet = s.Stage.ShowSheet(kit.SheetOptions{
			Title: s.Say(text.ClosingNotDone), Content: kit.Notice(kit.Warning, what, []string{s.Say(text.ClosingWhole), s.Say(text.ClosingEither)}),
			Actions: []*kit.Button{keep, kit.NewButton(s.Say(text.ClosingAgain), theme.NavigateNextIcon(), kit.Plain, leave(func() {
				s.Go(session.Settings)
				t.prepare(p)
			}))}, Focus: keep,
		})
	})
	return true
}

// TellTraces tells that a record was closed and the file not rewritten since, and
// offers to do it.
func (t *Settings) TellTraces() {
	s := t.s
	var sheet *kit.Sheet
	finish := kit.NewButton(s.Say(text.TracesFinish), theme.ViewRefreshIcon(), kit.Primary, func() {
		sheet.Close()
		s.Go(session.Settings)
		t.Compact()
	})
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.TracesTitle), Content: kit.Notice(kit.Warning, s.Say(text.TracesWhat), []string{s.Say(text.TracesSafe), s.Say(text.TracesDo)}),
		Actions: []*kit.Button{finish, kit.NewButton(s.Say(text.HandOverLater), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })}, Focus: finish,
	})
}

// leavable lists what can be closed, and what was.
func (t *Settings) leavable() []fyne.CanvasObject {
	s := t.s
	var buttons []fyne.CanvasObject
	for _, p := range t.patients {
		for _, m := range p.members {
			if m.Keyholder.ID == t.me.ID && (m.Role == record.RoleHolder || m.Role == record.RoleGuardian) {
				buttons = append(buttons, kit.NewButton(s.Say(text.CloseRecordOf, p.Name), theme.DeleteIcon(), kit.Plain, func() { t.prepare(p.Patient) }))
			}
		}
	}
	buttons = append(buttons, kit.NewButton(s.Say(text.CloseVaultVerb), theme.DeleteIcon(), kit.Plain, t.CloseVault))
	rows := []fyne.CanvasObject{kit.Card(kit.Neutral, kit.Column(0,
		kit.NewText(s.Say(text.CloseSection), kit.Section),
		kit.NewText(s.Say(text.CloseSectionText), kit.Body),
		kit.NewText(s.Say(text.RemainsOfficial), kit.Body),
		kit.Stretch(buttons...)))}
	if len(t.closed) == 0 {
		return rows
	}
	mentions := []fyne.CanvasObject{kit.NewText(s.Say(text.ClosedRecords), kit.Section)}
	for _, c := range t.closed {
		mentions = append(mentions, kit.NewText(s.ClosedLine(c), kit.Body), kit.Stretch(
			kit.NewButton(s.Say(text.ProofShow), theme.DocumentIcon(), kit.Plain, func() {
				p, err := proof.Parse(c.Proof)
				if err != nil {
					s.Explain(err)
					return
				}
				session.ShowProof(s.Stage, s.Language, p, s.ClosedLine(c), false)
			})))
	}
	return append(rows, kit.Card(kit.Neutral, kit.Column(0, mentions...)))
}
