package settings

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
)

// relatives is the part about sheets that are entrusted to relatives.
func (t *Settings) relatives() fyne.CanvasObject {
	s := t.s
	rows := []fyne.CanvasObject{kit.NewText(s.Say(text.SheetsSection), kit.Section), kit.NewText(s.Say(text.SheetsSectionText), kit.Body)}
	said := s.RelativesState(t.sheets, s.Now())
	if t.sheets.Due(s.Now()) {
		rows = append(rows, kit.Notice(kit.Warning, said[0], said[1:]))
	} else {
		rows = append(rows, kit.NewText(strings.Join(said, " "), kit.Strong))
	}
	made := s.Say(text.MakeSheets)
	var buttons []fyne.CanvasObject
	if t.sheets.Made != 0 {
		made = s.Say(text.MakeSheetsAgain)
		buttons = append(buttons, kit.NewButton(s.Say(text.TrySheets), theme.ConfirmIcon(), kit.Plain, t.TrySheets))
	}
	buttons = append(buttons, kit.NewButton(made, theme.DocumentPrintIcon(), kit.Plain, t.MakeSheets))
	if t.sheets.Made != 0 {
		buttons = append(buttons, kit.NewButton(s.Say(text.RemoveSheets), theme.ContentRemoveIcon(), kit.Plain, t.RemoveSheets))
	}
	return kit.Card(kit.Neutral, kit.Column(0, append(rows, kit.Stretch(buttons...))...))
}

// withSheets looks which sheets there are, and goes on.
func (t *Settings) withSheets(then func()) {
	s := t.s
	var found vault.Relatives
	s.Do(func(context.Context) (err error) {
		found, err = s.Vault.Relatives()
		return err
	}, func() {
		t.sheets = found
		t.fill()
		then()
	})
}

// MakeSheets makes three sheets for relatives, after a question: they are shown once,
// and those of before are worth nothing then.
func (t *Settings) MakeSheets() {
	s := t.s
	t.show(security)
	t.withSheets(func() {
		q := session.Question{
			Title: s.Say(text.MakeSheetsAsk), Sentences: []string{s.Say(text.MakeSheetsText)},
			Verb: s.Say(text.MakeSheetsAgain), Keep: s.Say(text.KeepIt), Act: t.makeSheets,
		}
		if t.sheets.Made == 0 {
			q.Title, q.Sentences = s.Say(text.MakeSheetsFirst), []string{s.Say(text.SheetsSectionText), s.Say(text.SheetsShown)}
			q.Verb, q.Keep = s.Say(text.MakeSheets), s.Say(text.Cancel)
		}
		session.Ask(s.Stage, q)
	})
}

func (t *Settings) makeSheets() {
	s := t.s
	s.Tell(s.Say(text.MakingSheets), nil)
	var made [vault.Shares]vault.Share
	s.Try(func(ctx context.Context) (err error) {
		made, err = s.Vault.MakeShares(ctx)
		return err
	}, func(err error) {
		if err == nil || errors.Is(err, vault.ErrNotCompacted) {
			s.Tell(s.Say(text.SheetsMade), nil)
			t.showSheets(made)
			t.withSheets(func() {})
		}
		if err != nil {
			s.Explain(err)
		}
	})
}

// showSheets shows the three sheets until the person says that they are on paper: they
// are shown once.
func (t *Settings) showSheets(made [vault.Shares]vault.Share) {
	s, language := t.s, t.s.Language
	papers := make([]text.RelativeSheet, len(made))
	rows := []fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(text.SheetsShown), kit.Body))}
	saved := kit.NewText("", kit.Body)
	var first *kit.Button
	for i, share := range made {
		papers[i] = text.RelativeSheet{Share: share, Keyholder: t.me.Name, Made: s.Now()}
		code := share.Rows()
		print := kit.NewButton(s.Say(text.PrintSheet, i+1), theme.DocumentPrintIcon(), kit.Plain, func() {
			session.PrintPDF(s.Stage, language, func() ([]byte, error) { return papers[i].Sheet(language).PDF() }, func() { saved.Set(s.Say(text.SheetPrinted, i+1)) })
		})
		if first == nil {
			first = print
		}
		rows = append(rows, kit.Card(kit.Neutral, kit.Column(0,
			kit.NewText(s.Say(text.SheetNumber, i+1, vault.Shares), kit.Strong),
			kit.NewText(strings.Join(code[:], "\n"), kit.CodeType),
			kit.Stretch(print))))
	}
	save := kit.NewButton(s.Say(text.SaveSheets), theme.DocumentSaveIcon(), kit.Plain, func() {
		var paths []string
		s.Try(func(context.Context) error {
			for i := range papers {
				path, err := session.SaveSheet(papers[i].Sheet(language), language.RelativeFile(i+1))
				if err != nil {
					return err
				}
				paths = append(paths, path)
			}
			return nil
		}, func(err error) {
			var names []string
			for _, path := range paths {
				names = append(names, filepath.Base(path))
			}
			if len(paths) > 0 {
				saved.Set(s.Say(text.SheetsSavedAt, filepath.Base(filepath.Dir(paths[0])), strings.Join(names, ", ")))
			}
			if err != nil {
				s.Explain(err)
			}
		})
	})
	kept := kit.NewCheck(s.Say(text.SheetsAreKept), false, nil)
	content := kit.Column(0, append(rows, kit.Stretch(save), kit.Indent(saved), kept)...)
	t.showUntilKept(kit.SheetOptions{Title: s.Say(text.SheetsTitle), Content: content, Focus: first}, kept, func() { saved.Set(s.Say(text.SheetsNotKept)) })
}

// TrySheets is the rehearsal: two sheets are copied as if all were lost, and nothing
// changes but the date that is kept.
func (t *Settings) TrySheets() {
	s := t.s
	t.show(security)
	t.withSheets(func() {
		if t.sheets.Made == 0 {
			s.Explain(vault.ErrNoShares)
			return
		}
		pair := session.NewSheets(s.Language, nil)
		t.form(s.Say(text.TrySheets), s.Say(text.TrySheetsText), s.Say(text.TrySheets), pair.Fields(), func(close func()) {
			one, two, ok := pair.Check()
			if !ok {
				return
			}
			s.Try(func(ctx context.Context) error { return s.Vault.TryShares(ctx, one, two) }, func(err error) {
				if err != nil {
					pair.Refuse(err)
					return
				}
				close()
				s.Tell(s.Say(text.SheetsTried), nil)
				t.withSheets(func() {})
			})
		})
	})
}

// RemoveSheets withdraws them, after a question.
func (t *Settings) RemoveSheets() {
	s := t.s
	t.show(security)
	t.withSheets(func() {
		if t.sheets.Made == 0 {
			s.Explain(vault.ErrNoShares)
			return
		}
		session.Ask(s.Stage, session.Question{
			Title: s.Say(text.RemoveSheetsAsk), Sentences: []string{s.Say(text.MakeSheetsText)},
			Verb: s.Say(text.RemoveSheets), Keep: s.Say(text.KeepIt),
			Act: func() {
				s.Tell(s.Say(text.Working), nil)
				s.Try(s.Vault.RemoveShares, func(err error) {
					if err == nil || errors.Is(err, vault.ErrNotCompacted) {
						s.Tell(s.Say(text.SheetsWithdrawn), nil)
						t.withSheets(func() {})
					}
					if err != nil {
						s.Explain(err)
					}
				})
			},
		})
	})
}
