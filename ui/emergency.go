package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/record"
)

// emergency shows the emergency sheet of the person shown, to read at once, to
// print or to save; while the vault is closed, the one that was laid out for that.
func (w *Window) emergency() {
	s := w.open
	if s == nil {
		w.door.Emergency()
		return
	}
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
	rows = append(rows, session.EmergencyRows(s.Language, e)...)
	fill := kit.NewButton(s.Say(text.MedicalTitle), theme.ListIcon(), kit.Plain, func() { w.Go(session.Medical) })
	session.ShowPreview(s.Stage, s.Language, session.Preview{
		Title: s.Say(text.EmergencyTitle), FileName: s.Say(text.EmergencyFileName), Rows: rows, Sheet: e.Sheet(s.Language), More: []*kit.Button{fill},
	})
}
