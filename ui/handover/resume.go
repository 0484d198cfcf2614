package handover

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// Resume tells of a hand-over that the end of the program interrupted, when form is
// what was remembered of one: what happened, what is safe, and how to finish it or
// to take it back. It reports whether form is that.
func Resume(s *session.Session, form string, words map[string]string) bool {
	if form != begunForm {
		return false
	}
	patient, err := record.ParseID(words["patient"])
	if err != nil {
		return true // of another version: nothing to go on with
	}
	a := &assistant{s: s, p: record.Patient{ID: patient, Name: words["name"]}, path: words["path"], resumed: true}
	s.Open(begunForm, func() map[string]string { return words }) // until it is finished or taken back
	var done []record.HandedOver
	var missing, nowhere error
	s.Do(func(context.Context) (err error) {
		_, missing = os.Lstat(a.path)
		_, nowhere = os.Stat(filepath.Dir(a.path))
		done, err = s.Vault.HandedOver()
		return err
	}, func() {
		i := slices.IndexFunc(done, func(x record.HandedOver) bool { return x.Patient == patient && !x.Received })
		switch {
		case i >= 0:
			a.over()
			a.ended(done[i])
		case nowhere != nil:
			a.stopped([]fyne.CanvasObject{a.said(s.Say(text.HandOverNoFolder, filepath.Base(filepath.Dir(a.path))))}, nil)
		case missing != nil:
			a.again()
		default:
			a.choose(nil)
		}
	})
	return true
}

// stopped shows what was interrupted; leaving it for later tells it again at the next
// opening.
func (a *assistant) stopped(content []fyne.CanvasObject, focus fyne.Focusable, actions ...*kit.Button) {
	later := kit.NewButton(a.s.Say(text.HandOverLater), theme.CancelIcon(), kit.Plain, func() { a.sheet.Cancel() })
	if focus == nil {
		focus = later
	}
	a.sheet = a.s.Stage.ShowSheet(kit.SheetOptions{
		Title: a.s.Say(text.HandOverStopped, a.p.Name), Content: kit.Column(0, content...), Actions: append(actions, later), Focus: focus,
	})
}

// again says that nothing was handed over, and offers to begin anew.
func (a *assistant) again() {
	s := a.s
	undo := func(then func()) { a.undo(nil, a.s.Explain, then) }
	begin := kit.NewButton(s.Say(text.HandOverAgain), theme.NavigateNextIcon(), kit.Primary, func() { undo(a.restart) })
	a.stopped([]fyne.CanvasObject{a.said(s.Say(text.HandOverNoFile, a.p.Name))}, begin, begin,
		kit.NewButton(s.Say(text.HandOverUndo), theme.ContentUndoIcon(), kit.Plain, func() { undo(a.undone) }))
}

// restart opens the assistant for the person as the record has them now.
func (a *assistant) restart() {
	s := a.s
	var all []record.Patient
	s.Do(func(context.Context) (err error) {
		all, err = s.Vault.Patients()
		return err
	}, func() {
		for _, p := range all {
			if p.ID == a.p.ID {
				Begin(s, p)
			}
		}
	})
}

// choose asks for the passphrase of the new vault, to finish or to take back. wrong,
// which may be nil, is what kept the last attempt from it.
func (a *assistant) choose(wrong error) {
	s := a.s
	phrase := kit.NewField(s.Say(text.HandOverPhrase), kit.FieldOptions{Secret: true})
	tell := func(err error) {
		if errors.Is(err, vault.ErrOtherHandOver) {
			phrase.SetError(s.Say(text.HandOverNotIt))
		} else if err != nil {
			s.Explain(err)
		}
	}
	finish := kit.NewButton(s.Say(text.HandOverFinish), theme.ConfirmIcon(), kit.Primary, func() {
		a.passphrase = []byte(phrase.Text())
		a.handOver()
	})
	phrase.Entry.OnEnter = finish.OnTapped
	a.stopped([]fyne.CanvasObject{
		a.said(s.Say(text.HandOverInBoth, filepath.Base(a.path), filepath.Base(filepath.Dir(a.path)))),
		a.said(s.Say(text.HandOverEither, a.p.Name)), phrase,
	}, phrase.Entry, finish, kit.NewButton(s.Say(text.HandOverUndo), theme.ContentUndoIcon(), kit.Plain, func() {
		a.undo([]byte(phrase.Text()), tell, a.undone)
	}))
	tell(wrong)
}

// undo takes the hand-over back.
func (a *assistant) undo(passphrase []byte, failed func(error), then func()) {
	s := a.s
	s.Try(func(ctx context.Context) error {
		defer clear(passphrase)
		return s.Vault.UndoHandOver(ctx, a.p.ID, vault.HandOver{Path: a.path, Passphrase: passphrase})
	}, func(err error) {
		if err != nil {
			failed(err)
			return
		}
		a.sheet.Close()
		a.over()
		then()
	})
}

// undone says that everything has stayed.
func (a *assistant) undone() { a.s.Tell(a.s.Say(text.HandOverUndone, a.p.Name), nil) }
