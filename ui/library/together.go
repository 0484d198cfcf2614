package library

import (
	"context"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/print"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/bag"
	"carnet/vault/record"
)

// ExportTogether asks in which form the chosen documents go into one file, and where,
// and writes it.
func (l *Library) ExportTogether() {
	docs, s := l.chosen(), l.s
	if len(docs) == 0 {
		return
	}
	fields, _, check := session.NewPhrase(s, text.TogetherPhrase, nil)
	said := kit.Notice(kit.Informing, s.Say(text.TogetherClear), []string{s.Say(text.TogetherMeans), s.Say(text.TogetherSealed)})
	var sheet *kit.Sheet
	clearly := func(verb text.Message, ext string, icon fyne.Resource) *kit.Button {
		return kit.NewButton(s.Say(verb), icon, kit.Plain, func() {
			sheet.Close()
			l.placeTogether(docs, ext, nil)
		})
	}
	first := clearly(text.TogetherPDF, ".pdf", theme.DocumentIcon())
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.TogetherTitle, len(docs)), Content: kit.Column(0, append([]fyne.CanvasObject{said}, fields...)...),
		Actions: []*kit.Button{
			first,
			clearly(text.TogetherZip, ".zip", theme.FolderIcon()),
			kit.NewButton(s.Say(text.TogetherAge), kit.KeyIcon, kit.Primary, func() {
				if phrase := check(); phrase != nil {
					sheet.Close()
					l.placeTogether(docs, ".zip.age", phrase)
				}
			}),
			kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
		Focus: first,
	})
}

// placeTogether asks for the folder of the file, whose name tells no title.
func (l *Library) placeTogether(docs []record.Document, ext string, phrase []byte) {
	s := l.s
	s.Stage.Pick(kit.PickerOptions{Words: session.PickerWords(s.Language, text.TogetherVerb), Folder: s.Prefs.Folder(), Folders: true, Take: func(paths []string) {
		s.Prefs.SetFolder(paths[0])
		l.together(docs, session.Free(filepath.Join(paths[0], "documents-"+s.Now().Format(time.DateOnly)+ext)), ext, phrase)
	}})
}

func (l *Library) together(docs []record.Document, path, ext string, phrase []byte) {
	s := l.s
	progress, end := s.Telling(func(done, total int64) string { return s.Say(text.TogetherMaking, done, total) })
	s.Try(func(ctx context.Context) error {
		defer clear(phrase)
		if ext == ".pdf" {
			return l.drawTogether(ctx, docs, path, progress)
		}
		var secret *bag.Secret
		if phrase != nil {
			secret = &bag.Secret{Passphrase: phrase}
		}
		return s.Vault.ExtractTogether(ctx, session.IDs(docs), path, secret, progress)
	}, func(err error) {
		end()
		if err != nil {
			s.Explain(err)
			return
		}
		clear(l.marked)
		l.refresh()
		s.Tell(s.Say(text.TogetherDone, path), nil)
	})
}

// drawTogether makes one PDF of all pages.
func (l *Library) drawTogether(ctx context.Context, docs []record.Document, path string, progress func(done, total int64)) error {
	s := l.s
	like := print.Source{Language: s.Tag(), Footer: s.Say(text.Independence), Created: s.Now()}
	pdf, err := print.Together(ctx, s.Vault, s.Pages, docs, like, progress)
	if err != nil {
		return err
	}
	return vault.WriteNew(path, pdf)
}
