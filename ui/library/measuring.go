package library

import (
	"context"
	"errors"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// measuring is a file of a device that somebody adds: its measurements can be read,
// the file can be kept, or both.
type measuring struct {
	path string
	size int64
}

// ways are the buttons that begin: reading first.
func (m *measuring) ways(i *Import, patient func() record.Patient, begin func(then func())) []*kit.Button {
	s := i.s
	way := func(label text.Message, icon fyne.Resource, weight kit.Weight, read, keep bool) *kit.Button {
		return kit.NewButton(s.Say(label), icon, weight, func() {
			p := patient()
			begin(func() {
				files := func() {
					if keep {
						i.start(batch{patient: p, paths: []string{m.path}})
						s.Go(session.Documents)
					}
				}
				if read {
					m.read(i, p, files)
				} else {
					files()
				}
			})
		})
	}
	return []*kit.Button{
		way(text.MeasureOnly, theme.ConfirmIcon(), kit.Primary, true, false),
		way(text.MeasureAndFile, theme.DocumentSaveIcon(), kit.Plain, true, true),
		way(text.MeasureFileOnly, theme.DocumentIcon(), kit.Plain, false, true),
	}
}

// read reads the measurements with its progress on a sheet, and tells what became of
// them; then follows when it is done.
func (m *measuring) read(i *Import, p record.Patient, then func()) {
	s := i.s
	var task *kit.Task
	var sheet *kit.Sheet
	kept := s.Say(text.MeasureKept)
	shown := kit.NewProgress(s.Say(text.MeasureReading), s.Say(text.StopImport), kept, func() { task.Stop() })
	progress := session.Follow(s.Stage, s.Language, shown, kept)
	sheet = s.Stage.ShowSheet(kit.SheetOptions{Title: s.Say(text.MeasuresTitle), Content: shown, OnCancel: func() { task.Stop() }})
	title := s.Say(text.MeasuresDefault, filepath.Base(m.path))
	var out vault.MeasurementImport
	task = s.Try(func(ctx context.Context) (err error) {
		out, err = s.Vault.ImportMeasurements(ctx, p.ID, m.path, &vault.MeasurementOptions{Title: title, Progress: progress})
		return err
	}, func(err error) {
		sheet.Close()
		if errors.Is(err, context.Canceled) {
			s.Tell(s.Say(text.StoppedHere, kept), nil)
			return
		}
		if err != nil {
			s.Explain(err)
			return
		}
		if !out.Document.IsZero() {
			ids := []record.ID{out.Document}
			s.Did(session.Act{
				Name: s.Plural(out.New, text.MeasuresNewOne, text.MeasuresNew),
				Undo: func(ctx context.Context) error { return s.Vault.RemoveDocuments(ctx, ids...) },
				Redo: func(ctx context.Context) error { return s.Vault.RestoreDocuments(ctx, ids...) },
			})
		}
		s.Go(session.Medical)
		s.Redraw()
		var rows []fyne.CanvasObject
		for _, line := range s.MeasuresReport(&out, title) {
			rows = append(rows, kit.NewText(line, kit.Body))
		}
		session.Message(s.Stage, s.Language, s.Say(text.MeasuresTitle), kit.Column(0, rows...))
		then()
	})
}
