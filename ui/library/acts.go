package library

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/print"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// done goes on after an act: nothing stays marked and the list is read again.
func (l *Library) done() {
	clear(l.marked)
	l.load()
}

// Remove puts the chosen documents in the bin.
func (l *Library) Remove() {
	docs := l.chosen()
	if len(docs) == 0 || l.filter == bin {
		return
	}
	if l.detail != nil {
		l.closeDocument()
	}
	name := l.s.Plural(len(docs), text.OneRemoved, text.ManyRemoved)
	l.s.Act(session.RemovingDocuments(l.s.Vault, name, session.IDs(docs)), l.done)
}

// PutBack takes the chosen documents out of the bin.
func (l *Library) PutBack() {
	if l.filter != bin {
		l.ShowBin()
		return
	}
	docs := l.chosen()
	if len(docs) == 0 {
		return
	}
	if l.detail != nil {
		l.closeDocument()
	}
	name := l.s.Plural(len(docs), text.OnePutBack, text.ManyPutBack)
	l.s.Act(session.RestoringDocuments(l.s.Vault, name, session.IDs(docs)), l.done)
}

// Refile files the open document with the person whom its text names.
func (l *Library) Refile() {
	if l.detail == nil {
		return
	}
	s, id, to := l.s, l.detail.id, l.detail.doc.Proposed.Concerns
	var there record.ID
	l.closeDocument()
	s.Act(session.Act{
		Name: s.Say(text.RefiledWith, l.people[to]),
		Redo: func(ctx context.Context) (err error) {
			there, err = s.Vault.RefileDocument(ctx, id, to)
			return err
		},
		Undo: func(ctx context.Context) error {
			if err := s.Vault.RestoreDocuments(ctx, id); err != nil {
				return err
			}
			return s.Vault.RemoveDocuments(ctx, there)
		},
	}, l.done)
}

// KeepHere says that the open document is in the right record.
func (l *Library) KeepHere() {
	if l.detail == nil {
		return
	}
	id := l.detail.id
	right := func(yes bool) func(context.Context) error {
		return func(ctx context.Context) error { return l.s.Vault.EditDocument(ctx, id, vault.Edit{RightPerson: &yes}) }
	}
	l.s.Act(session.Act{Name: l.s.Say(text.RightIsKept, l.s.Person().Name), Redo: right(true), Undo: right(false)}, l.done)
}

// Mask asks from whom to hide the chosen documents.
func (l *Library) Mask() {
	docs := l.chosen()
	if len(docs) == 0 {
		return
	}
	patient := l.s.Person().ID
	var members []record.Membership
	var me record.Keyholder
	l.s.Do(func(context.Context) (err error) {
		if me, err = l.s.Vault.Keyholder(); err != nil {
			return err
		}
		members, err = l.s.Vault.Members(patient)
		return err
	}, func() { l.askMask(docs, members, me) })
}

func (l *Library) askMask(docs []record.Document, members []record.Membership, me record.Keyholder) {
	audiences := []record.Audience{record.Professionals}
	labels := []text.Message{text.FromProfessionals}
	if len(members) > 1 {
		audiences = append(audiences, record.Guardians, record.Everyone)
		labels = append(labels, text.FromGuardians, text.FromEveryone)
	}
	var sheet *kit.Sheet
	var rows []fyne.CanvasObject
	row := func(label string, from record.Audience) {
		rows = append(rows, kit.NewRow(label, theme.VisibilityOffIcon(), func() {
			sheet.Close()
			l.s.Tell(l.s.Say(text.Hiding), nil)
			name := l.s.Plural(len(docs), text.OneHidden, text.ManyHidden)
			l.s.Act(session.MaskingDocuments(l.s.Vault, name, docs, from), l.done)
		}))
	}
	for i, a := range audiences {
		row(l.s.Say(labels[i]), a)
	}
	for _, m := range members {
		if m.Keyholder.ID != me.ID {
			row(l.s.Say(text.FromPerson, m.Keyholder.Name), record.Audience(m.Keyholder.Name))
		}
	}
	sheet = l.s.Stage.ShowSheet(kit.SheetOptions{
		Title: l.s.Plural(len(docs), text.MaskOne, text.MaskMany),
		Content: kit.Column(0, kit.Indent(kit.NewText(l.s.Say(text.MaskText), kit.Body)), container.NewVBox(rows...),
			kit.Indent(kit.NewText(l.s.Say(text.MaskLimit), kit.Quiet))),
		Actions: []*kit.Button{kit.NewButton(l.s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })},
		Focus:   kit.FirstFocus(rows[0]),
	})
}

// Unmask shows the chosen documents again to everybody of the record.
func (l *Library) Unmask() {
	docs := l.chosen()
	if len(docs) == 0 {
		return
	}
	name := l.s.Plural(len(docs), text.OneShown, text.ManyShown)
	l.s.Act(session.UnmaskingDocuments(l.s.Vault, name, docs), l.done)
}

// Contest asks what is wrong with the chosen document, or tells how far that is.
func (l *Library) Contest() {
	switch docs := l.chosen(); {
	case len(docs) > 1:
		l.s.Tell(l.s.Say(text.ContestOneDoc), nil)
	case len(docs) == 1:
		l.s.Contest(session.ContestableDocument(docs[0]), l.done)
	}
}

const editForm = "document"

// Edit asks what the chosen documents are.
func (l *Library) Edit() {
	if docs := l.chosen(); len(docs) > 0 {
		l.edit(session.IDs(docs), nil)
	}
}

// edit opens the form; words are what stood in it when the vault was locked.
func (l *Library) edit(of []record.ID, words map[string]string) {
	var docs []record.Document
	for _, id := range of {
		d, err := l.s.Vault.Document(id)
		if err != nil {
			l.s.Explain(err)
			return
		}
		docs = append(docs, d)
	}
	first := docs[0]
	categories := l.s.Categories()
	labels, chosen := make([]string, len(categories)), -1
	for i, c := range categories {
		labels[i] = c.Label
		if c.Code == first.ShownCategory() && len(docs) == 1 {
			chosen = i
		}
	}
	shared := sharedTags(docs)
	before := map[string]string{"title": first.Title, "date": l.s.WriteDay(first.ShownDate()), "note": first.Note, "tags": strings.Join(shared, ", ")}
	if len(docs) > 1 {
		before = map[string]string{"tags": before["tags"]}
	}
	if words == nil {
		words = before
	} else if n, ok := indexOf(words["category"], len(labels)); ok {
		chosen = n
	}
	title := kit.NewField(l.s.Say(text.TitleLabel), kit.FieldOptions{Value: words["title"]})
	title.Hidden = len(docs) > 1
	date := kit.NewField(l.s.Say(text.DateLabel), kit.FieldOptions{Hint: l.s.Say(text.DateHint), Value: words["date"]})
	category := kit.NewSegments(l.s.Say(text.CategoryLabel), labels, chosen, nil)
	noteHint, tagsHint := "", l.s.Say(text.TagsHint)
	if len(docs) > 1 {
		noteHint, tagsHint = l.s.Say(text.NoteHintMany), l.s.Say(text.TagsHintMany)
	}
	tags := kit.NewField(l.s.Say(text.LabelTags), kit.FieldOptions{Hint: tagsHint, Value: words["tags"]})
	note := kit.NewField(l.s.Say(text.LabelNote), kit.FieldOptions{Hint: noteHint, Value: words["note"], Lines: 3})
	was := chosen
	if words["category"] != "" {
		was = -1
	}
	if len(docs) == 1 {
		l.s.Open(editForm, func() map[string]string {
			return map[string]string{"id": first.ID.String(), "title": title.Text(), "date": date.Text(), "category": fmt.Sprint(category.Chosen), "tags": tags.Text(), "note": note.Text()}
		})
	}
	var sheet *kit.Sheet
	save := func() {
		for _, f := range []*kit.Field{title, date, tags, note} {
			f.SetError("")
		}
		var e vault.Edit
		if t := strings.TrimSpace(title.Text()); len(docs) == 1 && t != first.Title {
			if t == "" {
				title.SetError(l.s.Say(text.TitleMissing))
				return
			}
			e.Title = &t
		}
		if typed := date.Text(); typed != before["date"] {
			day, ok := text.ParsePartialDay(typed)
			if !ok || day > l.s.Now().Format("2006-01-02") {
				date.SetError(l.s.Say(text.DateWrong))
				return
			}
			e.Date = &day
		}
		if category.Chosen != was && category.Chosen >= 0 {
			e.Category = &categories[category.Chosen].Code
		}
		if typed := note.Text(); typed != before["note"] {
			e.Note = &typed
		}
		typed := splitTags(tags.Text())
		e.Untag, e.Tag = without(shared, typed), without(typed, shared)
		switch err := (&vault.Edit{Note: e.Note, Tag: typed}).Check(); {
		case errors.Is(err, vault.ErrNote):
			note.SetError(l.s.Say(text.NoteWrong, vault.MaxNote))
			return
		case err != nil:
			tags.SetError(l.s.Say(text.TagsWrong, vault.MaxTag, vault.MaxTags))
			return
		}
		l.s.Shut(editForm)
		sheet.Close()
		if !e.IsZero() {
			l.save(docs, e)
		}
	}
	title.Entry.OnEnter, date.Entry.OnEnter, tags.Entry.OnEnter = save, save, save
	focus := fyne.Focusable(title.Entry)
	if title.Hidden {
		focus = date.Entry
	}
	sheet = l.s.Stage.ShowSheet(kit.SheetOptions{
		Title: l.s.Plural(len(docs), text.EditOne, text.EditMany),
		Content: kit.Column(0, title, date, tags, note,
			kit.Indent(kit.NewText(l.s.Say(text.CategoryLabel), kit.Strong)), category),
		Actions: []*kit.Button{
			kit.NewButton(l.s.Say(text.Keep), theme.ConfirmIcon(), kit.Primary, save),
			kit.NewButton(l.s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
		Focus:    focus,
		OnCancel: func() { l.s.Shut(editForm) },
	})
}

func indexOf(s string, n int) (int, bool) {
	var i int
	if _, err := fmt.Sscan(s, &i); err != nil || i < 0 || i >= n {
		return 0, false
	}
	return i, true
}

// sharedTags are the tags that all of some documents have.
func sharedTags(docs []record.Document) (tags []string) {
	for _, tag := range docs[0].Tags {
		if !slices.ContainsFunc(docs, func(d record.Document) bool { return !vault.HasTags(&d, []string{tag}) }) {
			tags = append(tags, tag)
		}
	}
	return tags
}

// splitTags reads tags as they are typed.
func splitTags(typed string) (tags []string) {
	for tag := range strings.SplitSeq(typed, ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			tags = append(tags, tag)
		}
	}
	return tags
}

// without gives the tags that others do not have.
func without(tags, others []string) (out []string) {
	for _, tag := range tags {
		if !slices.Contains(others, tag) {
			out = append(out, tag)
		}
	}
	return out
}

// save writes the change, and can put everything back as it was.
func (l *Library) save(docs []record.Document, e vault.Edit) {
	l.s.Act(session.EditingDocuments(l.s.Vault, l.s.Plural(len(docs), text.OneEdited, text.ManyEdited), docs, e), l.done)
}

// Export asks for a folder and writes the original files of the chosen documents
// there.
func (l *Library) Export() {
	docs := l.chosen()
	if len(docs) == 0 {
		return
	}
	words := session.PickerWords(l.s.Language, text.ExportTitle)
	words.Hint = l.s.Say(text.ExportClear)
	l.s.Stage.Pick(kit.PickerOptions{Words: words, Folder: l.s.Prefs.Folder(), Folders: true, Take: func(paths []string) {
		l.s.Prefs.SetFolder(paths[0])
		l.export(docs, paths[0])
	}})
}

func (l *Library) export(docs []record.Document, folder string) {
	var out []vault.Extracted
	progress, end := l.s.Telling(func(done, total int64) string { return l.s.Say(text.Exporting, done, total) })
	l.s.Try(func(ctx context.Context) (err error) {
		out, err = l.s.Vault.ExtractAll(ctx, session.IDs(docs), folder, progress)
		for _, x := range out {
			err = errors.Join(err, x.Err)
		}
		return err
	}, func(err error) {
		end()
		if err != nil {
			l.s.Explain(err)
			return
		}
		clear(l.marked)
		l.refresh()
		l.s.Tell(l.s.Plural(len(out), text.OneExported, text.ManyExported), nil)
	})
}

// Print prints the open document, or the one chosen.
func (l *Library) Print() {
	docs := l.chosen()
	if len(docs) == 0 {
		return
	}
	if len(docs) > 1 {
		l.s.Tell(l.s.Say(text.PrintOne), nil)
		return
	}
	l.print(docs[0], 0)
}

// print prints a document, or one page of it.
func (l *Library) print(d record.Document, page int) {
	source := print.Source{
		Pages: d.Proposed.Pages, Page: page,
		Language: l.s.Tag(), Footer: l.s.Say(text.Independence), Created: l.s.Now(),
	}
	session.Print(l.s.Stage, l.s.Language, func(ctx context.Context) (print.Job, error) {
		paged, err := l.s.Vault.OpenPaged(ctx, d.ID)
		if err != nil {
			return print.Job{}, err
		}
		source.MediaType, source.Content, source.Size = paged.MediaType, paged.Content, paged.Size
		return print.Prepare(ctx, l.s.Pages, source)
	}, func() { l.s.Tell(l.s.Say(text.Printed), nil) })
}
