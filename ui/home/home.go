// Package home is the first screen of an open vault: what is to be done for the
// person shown, and their last documents.
package home

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/record"
)

// lastDocuments is how many of the last documents are shown.
const lastDocuments = 5

// binWarning is how many days before documents of the bin are erased the screen
// says so.
const binWarning = 7

// Home is the screen.
type Home struct {
	s      *session.Session
	add    func()
	backUp func()

	docs   []record.Document // not in the bin, newest first
	bin    []record.Document // that go within binWarning, the first one first
	backup record.Backup     // the last verified one
	read   bool
	begin  *kit.Button
	todo   *fyne.Container
	latest *fyne.Container
}

// New makes the screen; add asks for files to add, backUp for a folder to back the
// vault up into.
func New(s *session.Session, add, backUp func()) *Home { return &Home{s: s, add: add, backUp: backUp} }

// Title greets the person.
func (h *Home) Title() string { return h.s.Say(text.HomeTitle) }

// Help says what can be done here.
func (h *Home) Help() string { return h.s.Say(text.HomeHelp) }

// Enter reads the documents of the person shown.
func (h *Home) Enter() {
	h.read = false
	patient := h.s.Person().ID
	soon := h.s.Now().AddDate(0, 0, binWarning)
	var docs, bin []record.Document
	var backup record.Backup
	h.s.Try(func(context.Context) (err error) {
		if backup, err = h.s.Vault.LastBackup(); err != nil || patient.IsZero() {
			return err
		}
		all, err := h.s.Vault.Documents(patient)
		for _, d := range all {
			switch {
			case d.RemovedAt == 0:
				docs = append(docs, d)
			case !soon.Before(d.Expires()):
				bin = append(bin, d)
			}
		}
		slices.SortFunc(bin, func(a, b record.Document) int { return cmp.Compare(a.RemovedAt, b.RemovedAt) })
		return err
	}, func(err error) {
		if err != nil {
			h.s.Explain(err)
			return
		}
		h.docs, h.bin, h.backup, h.read = docs, bin, backup, true
		if h.todo != nil {
			h.fill()
		}
	})
}

// Leave is part of [session.Screen].
func (h *Home) Leave() { h.todo = nil }

// Focus is the main button.
func (h *Home) Focus() fyne.Focusable { return h.begin }

// Content is the screen.
func (h *Home) Content(kit.Width) fyne.CanvasObject {
	s := h.s
	h.begin = kit.NewButton(s.Say(text.AddDocument), theme.ContentAddIcon(), kit.Primary, h.add)
	h.begin.Hint = "Ctrl+O"
	see := kit.NewButton(s.Say(text.SeeDocuments), theme.FolderIcon(), kit.Plain, func() { s.Go(session.Documents) })
	h.todo, h.latest = kit.Column(0), kit.Column(0)
	h.fill()
	return kit.NewScroll(kit.Column(kit.ReadingWidth,
		kit.Indent(kit.NewText(s.Say(text.Hello), kit.Heading)),
		kit.Indent(kit.NewText(s.Say(text.PersonShown, s.Named(s.Person())), kit.Quiet)),
		kit.Stretch(h.begin, see),
		h.todo,
		h.latest,
		kit.Notice(kit.Informing, s.Say(text.YouDecideTitle), []string{s.Say(text.YouDecide)}),
	))
}

// fill shows what was read.
func (h *Home) fill() {
	h.todo.Objects, h.latest.Objects = append(h.leaving(), h.toDo()...), h.last()
	h.todo.Refresh()
	h.latest.Refresh()
	h.s.Stage.Settle()
}

// toDo says what to do first, the most useful first.
func (h *Home) toDo() []fyne.CanvasObject {
	s := h.s
	switch {
	case !h.read:
		return nil
	case len(h.docs) == 0:
		return []fyne.CanvasObject{kit.Empty(theme.FolderOpenIcon(), s.Say(text.FirstDocument, s.Person().Name))}
	}
	var out []fyne.CanvasObject
	unfiled := 0
	for i := range h.docs {
		if h.docs[i].ShownCategory() == record.Unfiled {
			unfiled++
		}
	}
	if unfiled > 0 {
		out = append(out, kit.Notice(kit.Warning, s.Say(text.ToDo), []string{s.Plural(unfiled, text.UnfiledOne, text.UnfiledMany)},
			kit.NewButton(s.Say(text.SeeDocuments), theme.FolderIcon(), kit.Plain, func() { s.Go(session.Documents) })))
	}
	if due := h.backupDue(); due != "" {
		return append(out, kit.Notice(kit.Warning, s.Say(text.BackupSection), []string{due},
			kit.NewButton(s.Say(text.BackUpVault), theme.DocumentSaveIcon(), kit.Plain, h.backUp)))
	}
	last := kit.Indent(kit.NewText(s.Say(text.LastBackupWas, s.Date(h.backup.At.Time().Local()), h.backup.Documents, filepath.Base(h.backup.Path)), kit.Quiet))
	if len(out) == 0 {
		out = append(out, kit.Notice(kit.Succeeding, s.Say(text.ToDo), []string{s.Say(text.NothingToDo)}))
	}
	return append(out, last)
}

// backupEvery is how old the last verified backup may be before the home screen
// asks for another one.
const backupEvery = 30 * 24 * time.Hour

// backupDue says why the vault should be backed up, "" when it need not be.
func (h *Home) backupDue() string {
	switch at := h.backup.At; {
	case at == 0:
		return h.s.Say(text.BackupNone)
	case h.s.Now().Sub(at.Time()) > backupEvery:
		return h.s.Say(text.BackupOld, h.s.Date(at.Time().Local()))
	}
	return ""
}

// leaving says what will leave the bin for good, and when.
func (h *Home) leaving() []fyne.CanvasObject {
	if len(h.bin) == 0 {
		return nil
	}
	s := h.s
	h.s.Told(h.bin...)
	said := s.Say(text.BinSoonOne, 1, s.Date(h.bin[0].Expires()))
	if n := len(h.bin); n > 1 {
		said = s.Say(text.BinSoonMany, n, s.Date(h.bin[0].Expires()))
	}
	return []fyne.CanvasObject{kit.Notice(kit.Warning, s.Say(text.Bin), []string{said},
		kit.NewButton(s.Say(text.SeeBin), theme.DeleteIcon(), kit.Plain, s.ShowBin))}
}

// last lists the last documents.
func (h *Home) last() []fyne.CanvasObject {
	if len(h.docs) == 0 {
		return nil
	}
	s := h.s
	rows := []fyne.CanvasObject{kit.NewText(s.Say(text.LatestDocuments), kit.Section)}
	for _, d := range h.docs[:min(len(h.docs), lastDocuments)] {
		rows = append(rows, kit.Titled(kit.NewIcon(theme.DocumentIcon(), theme.ColorNamePrimary),
			kit.Column(0, kit.NewText(d.Title, kit.Strong), kit.NewText(s.Day(d.ShownDate())+text.Between+s.Category(d.ShownCategory()), kit.Caption))))
	}
	return []fyne.CanvasObject{kit.Card(kit.Neutral, kit.Column(0, rows...))}
}
