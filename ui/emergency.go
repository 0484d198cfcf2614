package ui

import (
	"context"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/record"
)

// emergency shows the emergency sheet of the person shown, to read at once, to
// print or to save.
func (w *Window) emergency() {
	s := w.open
	title := s.Say(text.EmergencyTitle)
	p := s.Person()
	if w.stage.Showing(title) || p.ID.IsZero() {
		return
	}
	var entries []record.Entry
	s.Do(func(context.Context) (err error) {
		entries, err = s.Vault.Entries(p.ID)
		return err
	}, func() {
		w.showEmergency(&text.Emergency{Patient: p, Entries: entries, Kinds: s.Kinds, Printed: s.Now()})
	})
}

func (w *Window) showEmergency(e *text.Emergency) {
	s := w.open
	rows := []fyne.CanvasObject{kit.NewText(s.Named(e.Patient), kit.Section)}
	missing := e.Missing(s.Language)
	if n := len(missing); n > 0 {
		rows = append(rows, kit.Notice(kit.Warning, s.Plural(n, text.EmergencyOneMissing, text.EmergencyManyMissing),
			[]string{s.Say(text.EmergencyMissing, strings.Join(missing, ", "))}))
	}
	for _, part := range e.Parts(s.Language) {
		rows = append(rows, kit.NewText(part.Title, kit.Strong))
		for _, line := range part.Lines {
			rows = append(rows, kit.NewText(line, kit.Body))
		}
	}
	said := kit.NewText("", kit.Body)
	language := s.Language
	print := kit.NewButton(s.Say(text.Print), theme.DocumentPrintIcon(), kit.Primary, func() {
		session.PrintPDF(s.Stage, language, func() ([]byte, error) { return e.Sheet(language).PDF() }, func() { said.Set(s.Say(text.Printed)) })
	})
	save := kit.NewButton(s.Say(text.SaveSheet), theme.DocumentSaveIcon(), kit.Plain, func() {
		var path string
		name := s.Say(text.EmergencyFileName)
		s.Do(func(context.Context) (err error) {
			path, err = session.SaveSheet(e.Sheet(language), name)
			return err
		}, func() { said.Set(s.Say(text.SheetSavedAt, filepath.Base(path), filepath.Base(filepath.Dir(path)))) })
	})
	var sheet *kit.Sheet
	fill := kit.NewButton(s.Say(text.MedicalTitle), theme.ListIcon(), kit.Plain, func() {
		sheet.Close()
		w.Go(session.Medical)
	})
	closing := kit.NewButton(s.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })
	sheet = w.stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.EmergencyTitle), Content: kit.Column(0, append(rows, said)...),
		Actions: []*kit.Button{print, save, fill, closing}, Focus: print,
	})
}
