package library

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/record"
)

// ShowBin shows what is in the bin.
func (l *Library) ShowBin() {
	if l.detail != nil {
		l.closeDocument()
	}
	l.show(bin)
	if l.list != nil {
		l.s.Stage.Focus(l.list)
	}
}

// showBinned says how long documents stay in the bin, while it is shown, and
// what can be done with them.
func (l *Library) showBinned() {
	if (len(l.binned.Objects) > 0) == (l.filter == bin) {
		return
	}
	l.binned.Objects = nil
	if l.filter == bin {
		s := l.s
		l.binned.Objects = []fyne.CanvasObject{
			kit.Indent(kit.NewText(s.Say(text.BinText, record.BinDays), kit.Quiet)),
			kit.Flow(
				kit.NewButton(s.Say(text.PutBack), kit.BinOutIcon, kit.Plain, l.PutBack),
				kit.NewButton(s.Say(text.EraseForGood), theme.DeleteIcon(), kit.Plain, l.Erase),
				kit.NewButton(s.Say(text.EmptyTheBin), theme.DeleteIcon(), kit.Plain, l.emptyBin),
				kit.NewButton(s.Say(text.ErasedOnes), theme.HistoryIcon(), kit.Plain, l.Erased),
			),
		}
	}
	l.binned.Refresh()
	l.s.Stage.Settle()
}

// Erase asks whether to erase the chosen documents of the bin for good. Where the
// bin is not in sight it shows it.
func (l *Library) Erase() {
	if l.filter != bin && (l.detail == nil || l.detail.doc.RemovedAt == 0) {
		l.ShowBin()
		return
	}
	if docs := l.chosen(); len(docs) > 0 {
		l.askErase(docs)
	}
}

// emptyBin asks the same of all that is in the bin of the person shown.
func (l *Library) emptyBin() {
	var docs []record.Document
	for _, d := range l.all {
		if d.RemovedAt != 0 {
			docs = append(docs, d)
		}
	}
	if len(docs) == 0 {
		l.s.Tell(l.s.Say(text.BinEmpty), nil)
		return
	}
	l.askErase(docs)
}

// namedTitles is how many titles a question names.
const namedTitles = 3

func (l *Library) askErase(docs []record.Document) {
	s := l.s
	var titles []string
	for _, d := range docs[:min(len(docs), namedTitles)] {
		titles = append(titles, s.Say(text.Quoted, d.Title))
	}
	what := strings.Join(titles, ", ")
	if more := len(docs) - len(titles); more > 0 {
		what = s.Say(text.AndOthers, what, more)
	}
	session.Ask(s.Stage, session.Question{
		Title:     s.Plural(len(docs), text.EraseOne, text.EraseMany),
		Sentences: []string{s.Say(text.EraseWhat, s.Person().Name, what), s.Say(text.EraseText), s.Say(text.EraseRest)},
		Verb:      s.Say(text.EraseForGood), Keep: s.Say(text.KeepIt),
		Act: func() { l.erase(docs) },
	})
}

func (l *Library) erase(docs []record.Document) {
	s := l.s
	if l.detail != nil {
		l.closeDocument()
	}
	progress, end := s.Telling(func(done, total int64) string { return s.Say(text.Erasing, s.Size(done), s.Size(total)) })
	s.Try(func(ctx context.Context) error {
		// Who locks the vault now waits for the file, not for the screen.
		return s.Vault.EraseDocuments(context.WithoutCancel(ctx), progress, session.IDs(docs)...)
	}, func(err error) {
		end()
		l.done()
		if err != nil {
			s.Explain(err)
			return
		}
		s.Tell(s.Plural(len(docs), text.OneErased, text.ManyErased), nil)
	})
}

// Erased lists the mentions that documents of the person shown were erased for
// good.
func (l *Library) Erased() {
	s := l.s
	who := s.Person()
	var all []record.Erasure
	s.Do(func(context.Context) (err error) {
		all, err = s.Vault.Erasures(who.ID)
		return err
	}, func() {
		if len(all) == 0 {
			session.Message(s.Stage, s.Language, s.Say(text.ErasedOnes), kit.Indent(kit.NewText(s.Say(text.ErasedNone, who.Name), kit.Body)))
			return
		}
		line := func(i int) string {
			day := s.Date(all[i].At.Time())
			if all[i].By.Name == "" {
				return s.Say(text.ErasedLost, day)
			}
			return s.Say(text.ErasedBy, day, all[i].By.Name)
		}
		list := kit.NewList(kit.ListSource{
			Length: func() int { return len(all) },
			Make:   func() fyne.CanvasObject { return kit.NewListRow(nil) },
			Bind: func(i int, row fyne.CanvasObject) {
				row.(*kit.Row).Present(kit.RowFace{Title: s.Say(text.ErasedDocument), Caption: line(i), Icon: theme.DeleteIcon()})
			},
			Height: kit.RowHeight,
			Name:   line,
		})
		session.Message(s.Stage, s.Language, s.Say(text.ErasedOnes), kit.Column(0,
			kit.Indent(kit.NewText(s.Say(text.ErasedText, who.Name), kit.Body)), container.New(kit.ListRoom{}, list)))
	})
}
