package library

import (
	"context"
	"io"
	"path/filepath"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// KeepInside makes the file with the pages of the chosen document one of its own.
func (l *Library) KeepInside() {
	l.inside(func(doc record.Document, number int) {
		s := l.s
		var kept vault.Imported
		s.Do(func(ctx context.Context) (err error) {
			if kept, err = s.Vault.KeepInside(ctx, doc.ID, number); err != nil || kept.Duplicate {
				return err
			}
			return s.Vault.Examine(ctx, s.Prober(), nil)
		}, func() {
			if kept.Duplicate {
				s.Tell(s.Say(text.InsideIsThere), nil)
				return
			}
			s.Did(session.RestoringDocuments(s.Vault, s.Say(text.InsideIsKept), []record.ID{kept.ID}))
			l.done()
		})
	})
}

// SaveInside saves that file outside the vault, in a folder that one chooses.
func (l *Library) SaveInside() {
	l.inside(func(doc record.Document, number int) {
		s := l.s
		words := session.PickerWords(s.Language, text.SaveInside)
		words.Hint = s.Say(text.ExportClear)
		s.Stage.Pick(kit.PickerOptions{Words: words, Folder: s.Prefs.Folder(), Folders: true, Take: func(paths []string) {
			s.Prefs.SetFolder(paths[0])
			var path string
			s.Do(func(ctx context.Context) error {
				in, err := s.Vault.OpenInside(ctx, doc.ID, number, record.DocumentExported)
				if err != nil {
					return err
				}
				content, err := io.ReadAll(in)
				if err != nil {
					return err
				}
				base, ext := vault.FileName(record.Document{Title: doc.Title, Date: doc.ShownDate(), FileName: in.File.Name, MediaType: in.File.MediaType})
				path = session.Free(filepath.Join(paths[0], base+ext))
				return vault.WriteNew(path, content)
			}, func() { s.Tell(s.Say(text.InsideSaved, path), nil) })
		}})
	})
}

// inside does something with the file that gives the chosen document its pages.
func (l *Library) inside(do func(doc record.Document, number int)) {
	s := l.s
	docs := l.chosen()
	if len(docs) != 1 {
		if len(docs) > 1 {
			s.Tell(s.Say(text.OneDocumentToRead), nil)
		}
		return
	}
	var r *vault.Reading
	s.Do(func(ctx context.Context) (err error) {
		r, err = s.Vault.Read(ctx, docs[0].ID)
		return err
	}, func() {
		if number := vault.PagesIn(r.Reading); number > 0 {
			do(docs[0], number)
			return
		}
		s.Tell(s.Say(text.NoPagesInside), nil)
	})
}
