package ui

import (
	"context"
	"errors"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// The bin empties itself, and surprises nobody: what has been there for its days
// is erased for good when the vault is opened, but only what was announced at an
// opening before, by the home screen in the days before or by a sheet. Whoever
// was away for months, or sits at a computer whose clock is wrong, is told first.

// namedDocuments is how many documents an announcement names; the bin shows all.
const namedDocuments = 20

// sweep erases what is due and was announced, and announces the rest.
func (w *Window) sweep(told []record.ID) {
	s := w.open
	var bin []record.Document
	var erased []record.ID
	s.Try(func(ctx context.Context) (err error) {
		// Who locks the vault now waits for the file, not for the screen.
		if erased, err = s.Vault.EraseExpired(context.WithoutCancel(ctx), nil, told...); err != nil && !errors.Is(err, vault.ErrNotCompacted) {
			return err
		}
		var failed error
		bin, failed = s.Vault.Bin()
		return errors.Join(err, failed)
	}, func(err error) {
		if len(erased) > 0 {
			w.Redraw()
			s.Tell(s.Plural(len(erased), text.OneExpired, text.ManyExpired), nil)
		}
		if err != nil {
			s.Explain(err)
		}
		var news []record.Document
		for _, d := range bin {
			switch {
			case slices.Contains(told, d.ID):
				s.Told(d)
			case !w.opt.Now().Before(d.Expires()):
				news = append(news, d)
			}
		}
		if len(news) > 0 {
			w.announce(news)
		}
	})
}

// announce says which documents will be erased when the vault is opened next.
func (w *Window) announce(docs []record.Document) {
	s := w.open
	names := map[record.ID]string{}
	s.Do(func(context.Context) error {
		people, err := s.Vault.Patients()
		for _, p := range people {
			names[p.ID] = p.Name
		}
		return err
	}, func() {
		rows := []fyne.CanvasObject{kit.Notice(kit.Warning, s.Plural(len(docs), text.DueOne, text.DueMany), []string{s.Say(text.DueText, record.BinDays)})}
		for _, d := range docs[:min(len(docs), namedDocuments)] {
			said := s.Say(text.DueLine, names[d.Patient], s.Date(d.RemovedAt.Time()))
			rows = append(rows, kit.Titled(kit.NewIcon(theme.DocumentIcon(), theme.ColorNamePrimary),
				kit.Column(0, kit.NewText(d.Title, kit.Strong), kit.NewText(said, kit.Caption))))
		}
		if more := len(docs) - namedDocuments; more > 0 {
			rows = append(rows, kit.Indent(kit.NewText(s.Say(text.DueMore, more), kit.Body)))
		}
		var sheet *kit.Sheet
		look := kit.NewButton(s.Say(text.SeeBin), theme.DeleteIcon(), kit.Primary, func() {
			sheet.Close()
			w.ShowBin()
		})
		sheet = w.stage.ShowSheet(kit.SheetOptions{
			Title: s.Say(text.Bin), Content: kit.Column(0, rows...), Focus: look,
			Actions: []*kit.Button{look, kit.NewButton(s.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Close() })},
		})
		s.Told(docs...)
	})
}
