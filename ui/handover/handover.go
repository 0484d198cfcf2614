// Package handover is the assistant that hands a record over to the person whose it
// is: what they receive and what stays, their passphrase, their recovery kit, and
// the last word. Nothing is written before the last page.
package handover

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/proof"
	"carnet/vault/record"
)

// assistant is what was chosen so far.
type assistant struct {
	s          *session.Session
	p          record.Patient
	goes, stay int // documents
	path       string
	passphrase []byte
	code       vault.KitCode
	asked      int  // group of the code to type back, from 0
	resumed    bool // goes on with a file that an interruption left
	sheet      *kit.Sheet
}

// Begin opens the assistant for a person. Before their majority it says what will
// happen, when that is near.
func Begin(s *session.Session, p record.Patient) {
	if p.ID.IsZero() {
		return
	}
	a := &assistant{s: s, p: p, code: vault.NewKitCode()}
	a.asked = rand.IntN(len(a.code.Groups()))
	s.Try(func(context.Context) (err error) {
		a.goes, a.stay, err = s.Vault.PlanHandOver(p.ID, vault.HandOver{})
		if err != nil {
			return err
		}
		folder, err := session.DocumentsFolder()
		a.path = session.Free(filepath.Join(folder, s.Say(text.HandOverFile)))
		return err
	}, func(err error) {
		switch {
		case errors.Is(err, vault.ErrNotOfAge) && p.Stage(s.Now()) != "":
			a.tell()
		case err != nil:
			s.Explain(err)
		default:
			a.receives()
		}
	})
}

// page shows one page in the place of the one before.
func (a *assistant) page(content []fyne.CanvasObject, focus fyne.Focusable, actions ...*kit.Button) {
	if a.sheet != nil {
		a.sheet.Close()
	}
	leave := text.Cancel
	if len(actions) == 0 {
		leave = text.Close
	}
	cancel := kit.NewButton(a.s.Say(leave), theme.CancelIcon(), kit.Plain, func() { a.sheet.Cancel() })
	a.sheet = a.s.Stage.ShowSheet(kit.SheetOptions{
		Title: a.s.Say(text.HandOverTitle, a.p.Name), Content: kit.Column(0, content...), Actions: append(actions, cancel), Focus: focus,
		OnCancel: func() { clear(a.passphrase) },
	})
}

func (a *assistant) said(sentence string) fyne.CanvasObject {
	return kit.Indent(kit.NewText(sentence, kit.Body))
}

func (a *assistant) step(n int, heading string) fyne.CanvasObject {
	return kit.Column(0, kit.Indent(kit.NewText(a.s.Say(text.HandOverStep, n), kit.Quiet)), kit.Indent(kit.NewText(heading, kit.Strong)))
}

func (a *assistant) next(do func()) *kit.Button {
	return kit.NewButton(a.s.Say(text.Continue), theme.NavigateNextIcon(), kit.Primary, do)
}

func (a *assistant) back(to func()) *kit.Button {
	return kit.NewButton(a.s.Say(text.Back), theme.NavigateBackIcon(), kit.Plain, to)
}

// tell says what will happen, before it can.
func (a *assistant) tell() {
	s := a.s
	a.page([]fyne.CanvasObject{
		a.said(s.Coming(a.p, s.Now())), a.said(s.Say(text.HandOverParents)), a.said(s.Say(text.HandOverEarly, s.Day(a.p.Majority()))),
	}, nil)
}

// receives says what goes and what stays.
func (a *assistant) receives() {
	s := a.s
	content := []fyne.CanvasObject{a.step(1, s.Say(text.HandOverReceives, a.p.Name)), a.said(s.Say(text.HandOverGoes, a.goes))}
	if a.stay > 0 {
		content = append(content, a.said(s.Say(text.HandOverStays, a.stay)))
	}
	next := a.next(a.phrase)
	a.page(append(content, a.said(s.Say(text.HandOverParents)), a.said(s.Say(text.HandOverCopies))), next, next)
}

// phrase lets the person choose their passphrase.
func (a *assistant) phrase() {
	s := a.s
	fields, first, check := session.NewPhrase(s, text.NewPhraseLabel, nil)
	next := a.next(func() {
		if phrase := check(); phrase != nil {
			a.passphrase = phrase
			a.kit()
		}
	})
	content := []fyne.CanvasObject{a.step(2, s.Say(text.HandOverOwn)), a.said(s.Say(text.HandOverLookAway, a.p.Name))}
	a.page(append(content, fields...), first.Entry, next, a.back(a.receives))
}

// kit has the person keep their recovery kit, and type a group of it back.
func (a *assistant) kit() {
	s, language := a.s, a.s.Language
	groups := a.code.Groups()
	paper := text.Kit{Groups: groups, Keyholder: a.p.Name, Vault: filepath.Base(a.path), Made: s.Now()}
	kept := kit.NewText("", kit.Body)
	group := kit.NewField(s.Say(text.GroupLabel, s.Ordinal(a.asked+1)), kit.FieldOptions{Hint: s.Say(text.GroupHint), Mono: true})
	done := func(said string) {
		kept.Set(said)
		s.Stage.Focus(group.Entry)
	}
	print := kit.NewButton(s.Say(text.PrintKit), theme.DocumentPrintIcon(), kit.Plain, func() {
		session.PrintPDF(s.Stage, language, func() ([]byte, error) { return paper.Sheet(language).PDF() }, func() { done(s.Say(text.Printed)) })
	})
	save := kit.NewButton(s.Say(text.SaveKit), theme.DocumentSaveIcon(), kit.Plain, func() {
		var path string
		s.Do(func(context.Context) (err error) {
			path, err = session.SaveKit(paper, language)
			return err
		}, func() { done(s.Say(text.KitSavedAt, filepath.Base(path), filepath.Base(filepath.Dir(path)))) })
	})
	next := a.next(func() {
		if !a.code.Matches(a.asked, group.Text()) {
			group.SetError(s.Say(text.GroupWrong))
			return
		}
		a.confirm()
	})
	group.Entry.OnEnter = next.OnTapped
	a.page([]fyne.CanvasObject{
		a.step(3, s.Say(text.HandOverTheirKit)), a.said(s.Say(text.HandOverKit, a.p.Name)),
		kit.Card(kit.Neutral, kit.Column(0, kit.NewText(strings.Join(groups[:], " "), kit.CodeType))),
		kit.Stretch(print, save), kit.Indent(kept), group,
	}, print, next, a.back(a.phrase))
}

// confirm is the last word.
func (a *assistant) confirm() {
	s := a.s
	act := kit.NewButton(s.Say(text.HandOverConfirm), theme.ConfirmIcon(), kit.Danger, a.handOver)
	back := a.back(a.kit)
	where := kit.NewButton(s.Say(text.HandOverPlace), theme.FolderIcon(), kit.Plain, func() {
		s.Stage.Pick(kit.PickerOptions{
			Words: session.PickerWords(s.Language, text.PickPlace), Folder: filepath.Dir(a.path), Folders: true,
			Take: func(paths []string) {
				a.path = session.Free(filepath.Join(paths[0], filepath.Base(a.path)))
				a.confirm()
			},
		})
	})
	a.page([]fyne.CanvasObject{
		a.step(4, s.Say(text.HandOverConfirm)),
		a.said(s.Say(text.HandOverSum, a.goes, filepath.Base(a.path), filepath.Base(filepath.Dir(a.path)))), kit.Stretch(where),
	}, back, act, back)
}

// begunForm is what is remembered while a hand-over goes on, so that the next opening
// of the vault can tell of an interruption.
const begunForm = "hand-over"

func (a *assistant) handOver() {
	s := a.s
	a.sheet.Close()
	s.Open(begunForm, func() map[string]string {
		return map[string]string{"patient": a.p.ID.String(), "name": a.p.Name, "path": a.path}
	})
	kept := s.Kept()
	s.Tell(s.Say(text.HandOverWorking, 0), nil)
	progress, end := s.Telling(func(done, total int64) string { return s.Say(text.HandOverWorking, int(100*done/total)) })
	var done record.HandedOver
	var left []record.Patient
	s.Try(func(ctx context.Context) (err error) {
		defer clear(a.passphrase)
		if err := s.Vault.KeepDrafts(ctx, kept); err != nil {
			return err
		}
		done, err = s.Vault.HandOver(ctx, a.p.ID, vault.HandOver{Path: a.path, Passphrase: a.passphrase, Kit: a.code}, progress)
		if err != nil && !errors.Is(err, vault.ErrNotCompacted) {
			return err
		}
		people, unread := s.Vault.Patients()
		left = people
		return errors.Join(err, unread, s.Shelf.Refresh(s.Vault)) // a sheet of theirs goes too
	}, func(err error) {
		end()
		if len(done.Proof) == 0 {
			s.Tell("", nil)
			a.failed(err)
			return
		}
		a.over()
		s.Forget()
		shown := record.Patient{}
		if len(left) > 0 {
			shown = left[0]
		}
		s.Show(shown)
		s.Redraw()
		s.Tell(s.Say(text.HandOverDone, done.Name, filepath.Base(a.path)), nil)
		a.ended(done)
		if err != nil {
			s.Explain(err)
		}
	})
}

// failed says why a hand-over did not take place. A new file that is whole is told
// of again.
func (a *assistant) failed(err error) {
	_, missing := os.Lstat(a.path)
	switch {
	case a.resumed:
		a.choose(err)
		return
	case missing != nil || errors.Is(err, vault.ErrOtherHandOver):
		a.over()
	}
	a.s.Explain(err)
}

// over forgets that a hand-over goes on.
func (a *assistant) over() {
	s := a.s
	s.Shut(begunForm)
	kept := s.Kept()
	s.Do(func(ctx context.Context) error { return s.Vault.KeepDrafts(ctx, kept) }, func() {})
}

// ended says where the new vault is, and offers the proof.
func (a *assistant) ended(done record.HandedOver) {
	s := a.s
	content := []fyne.CanvasObject{a.said(s.Say(text.HandOverWhere, filepath.Base(a.path), filepath.Base(filepath.Dir(a.path))))}
	if done.Left > 0 {
		content = append(content, a.said(s.Say(text.HandOverLeft, done.Left)))
	}
	saved, save := saveProof(s, done)
	var sheet *kit.Sheet
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.HandOverEnded, done.Name), Content: kit.Column(0, append(content, a.said(s.Say(text.HandOverCopies)), saved)...),
		Actions: []*kit.Button{save, kit.NewButton(s.Say(text.Close), nil, kit.Plain, func() { sheet.Close() })}, Focus: save,
	})
}

// saveProof is a button that saves a proof, and the line that says where.
func saveProof(s *session.Session, x record.HandedOver) (saved fyne.CanvasObject, button *kit.Button) {
	where, language := kit.NewText("", kit.Body), s.Language
	return kit.Indent(where), kit.NewButton(s.Say(text.ProofSave), theme.DocumentSaveIcon(), kit.Primary, func() {
		var paper, file string
		s.Do(func(context.Context) error {
			p, err := proof.Parse(x.Proof)
			if err == nil {
				paper, file, err = session.SaveProof(p, language)
			}
			return err
		}, func() {
			where.Set(session.ProofSaved(language, paper, file))
			s.Stage.Settle()
		})
	})
}

// Show lists the records that were handed over, with their proofs.
func Show(s *session.Session) {
	var all []record.HandedOver
	s.Do(func(context.Context) (err error) {
		all, err = s.Vault.HandedOver()
		return err
	}, func() {
		content := []fyne.CanvasObject{}
		for _, x := range all {
			day := s.Date(x.At.Time().Local())
			said := s.Say(text.HandedOverBy, day, x.By.Name)
			if x.Received {
				said = s.Say(text.ReceivedOn, day)
			}
			saved, save := saveProof(s, x)
			content = append(content, kit.Card(kit.Neutral, kit.Column(0, kit.NewText(x.Name, kit.Strong), kit.NewText(said, kit.Body), kit.Stretch(save), saved)))
		}
		if len(all) == 0 {
			content = append(content, kit.Indent(kit.NewText(s.Say(text.HandedOverNone), kit.Body)))
		}
		var sheet *kit.Sheet
		sheet = s.Stage.ShowSheet(kit.SheetOptions{
			Title: s.Say(text.HandedOverOnes), Content: kit.Column(0, content...),
			Actions: []*kit.Button{kit.NewButton(s.Say(text.Close), nil, kit.Plain, func() { sheet.Close() })},
		})
	})
}
