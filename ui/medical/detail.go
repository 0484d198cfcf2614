package medical

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// show opens an entry: all that it says, and what can be done with it.
func (m *Medical) show(id record.ID) {
	e, ok := m.entry(id)
	if !ok {
		return
	}
	if e.Document.IsZero() {
		m.showWith(e, "")
		return
	}
	var d record.Document
	m.s.Do(func(context.Context) (err error) {
		if d, err = m.s.Vault.Document(e.Document); errors.Is(err, vault.ErrNoDocument) {
			return nil // hidden from this person since
		}
		return err
	}, func() { m.showWith(e, d.Title) })
}

// showWith shows an entry with the title of its document, "" for none.
func (m *Medical) showWith(e record.Entry, document string) {
	s := m.s
	rows := []fyne.CanvasObject{kit.NewText(s.EntryTitle(s.Kinds, &e), kit.Strong)}
	for _, f := range s.EntryFields(s.Kinds, &e) {
		rows = append(rows, kit.NewText(s.Say(text.ChangedTo, f.Label, f.Value), kit.Body))
	}
	if document != "" {
		rows = append(rows, kit.NewText(s.Say(text.ChangedTo, s.FieldName(s.Kinds, e.Kind, "document"), document), kit.Body))
	}
	for _, line := range s.Contested(&e.Contest) {
		rows = append(rows, kit.NewText(line, kit.Body))
	}
	if e.RemovedAt != 0 {
		rows = append(rows, kit.NewText(s.Say(text.InBinSince, s.Date(e.RemovedAt.Time())), kit.Body))
	}
	var sheet *kit.Sheet
	button := func(label text.Message, icon fyne.Resource, weight kit.Weight, do func()) *kit.Button {
		return kit.NewButton(s.Say(label), icon, weight, func() {
			sheet.Close()
			do()
		})
	}
	history := button(text.ReadHistory, theme.HistoryIcon(), kit.Plain, func() { m.history(e) })
	closing := kit.NewButton(s.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })
	var actions []*kit.Button
	if e.RemovedAt != 0 {
		actions = []*kit.Button{button(text.PutBack, kit.BinOutIcon, kit.Primary, func() { m.bin(e, false) }), history, closing}
	} else {
		actions = []*kit.Button{button(text.EditDetails, theme.DocumentCreateIcon(), kit.Primary, func() { m.edit(e) })}
		if document != "" {
			actions = append(actions, button(text.SeeDocument, theme.DocumentIcon(), kit.Plain, func() { s.ShowDocument(e.Document) }))
		}
		if !e.Document.IsZero() || e.Source == record.SourceDocument || e.Source == record.SourceProfessional {
			actions = append(actions, button(text.Contesting, theme.QuestionIcon(), kit.Plain, func() { s.Contest(s.ContestableEntry(e), m.Enter) }))
		}
		actions = append(actions,
			button(text.LinkDocument, theme.MailAttachmentIcon(), kit.Plain, func() { m.link(e) }), history,
			button(text.MoveToBin, theme.DeleteIcon(), kit.Plain, func() { m.bin(e, true) }), closing)
	}
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Kind(s.Kinds.Kind(e.Kind)), Content: kit.Indent(kit.Column(0, rows...)), Actions: actions, Focus: actions[0],
	})
}

// bin puts an entry in the bin, or takes it out.
func (m *Medical) bin(e record.Entry, in bool) {
	act := session.RemovingEntry(m.s.Vault, m.s.Say(text.EntryInBin), e)
	if !in {
		act = session.RestoringEntry(m.s.Vault, m.s.Say(text.EntryOutOfBin), e)
	}
	m.s.Act(act, m.Enter)
}

// change writes an entry anew, and can write it as it was.
func (m *Medical) change(before, after record.Entry) {
	m.s.Act(session.EditingEntry(m.s.Vault, m.s.Say(text.EntryIsEdited), before, after), m.Enter)
}

// link asks for the document that shows an entry.
func (m *Medical) link(e record.Entry) {
	s := m.s
	var docs []record.Document
	s.Do(func(context.Context) error {
		all, err := s.Vault.Documents(e.Patient)
		for _, d := range all {
			if d.RemovedAt == 0 {
				docs = append(docs, d)
			}
		}
		return err
	}, func() {
		var sheet *kit.Sheet
		list := kit.NewList(kit.ListSource{
			Length: func() int { return len(docs) },
			Make:   func() fyne.CanvasObject { return kit.NewListRow(nil) },
			Bind: func(i int, row fyne.CanvasObject) {
				row.(*kit.Row).Present(kit.RowFace{
					Title: docs[i].Title, Icon: theme.DocumentIcon(),
					Caption: s.Day(docs[i].ShownDate()) + text.Between + s.Category(docs[i].ShownCategory()), Current: docs[i].ID == e.Document,
				})
			},
			Height: kit.RowHeight,
			Name:   func(i int) string { return docs[i].Title },
			Open: func(i int) {
				sheet.Close()
				after := e
				after.Document, after.Source = docs[i].ID, record.SourceDocument
				m.change(e, after)
			},
		})
		sheet = s.Stage.ShowSheet(kit.SheetOptions{
			Title: s.Say(text.LinkDocument), Content: container.New(kit.ListRoom{}, list), Focus: list,
			Actions: []*kit.Button{kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })},
		})
	})
}

// history tells how an entry came to be what it is.
func (m *Medical) history(e record.Entry) {
	s := m.s
	var changes []record.Change
	s.Do(func(context.Context) (err error) {
		changes, err = s.Vault.History(e.ID)
		return err
	}, func() {
		var rows []fyne.CanvasObject
		for _, c := range changes {
			rows = append(rows, kit.NewText(s.Say(text.ChangedBy, s.Date(c.At.Time())+c.At.Time().Format(" 15:04"), c.By.Name), kit.Strong))
			for _, f := range c.Fields {
				rows = append(rows, kit.NewText(m.changed(e, f), kit.Body))
			}
		}
		session.Message(s.Stage, s.Language, s.Say(text.HistoryOf, s.EntryTitle(s.Kinds, &e)), kit.Indent(kit.Column(0, rows...)))
	})
}

// changed says what a write did to one field.
func (m *Medical) changed(e record.Entry, f record.FieldChange) string {
	s := m.s
	name := s.FieldName(s.Kinds, e.Kind, f.Name)
	read := func(value string) string {
		if at, err := time.Parse(time.RFC3339, value); err == nil {
			return s.Date(at)
		}
		k := s.Kinds.Kind(e.Kind)
		if field := k.Field(record.Field(f.Name)); field != nil {
			was := e
			*was.At(field.Name) = value
			return s.FieldValue(s.Kinds, &was, *field)
		}
		return s.ContestValue(f.Name, value)
	}
	switch {
	case f.Before == "":
		return s.Say(text.ChangedTo, name, read(f.After))
	case f.After == "":
		return s.Say(text.ChangedToEmpty, name, read(f.Before))
	}
	return s.Say(text.ChangedFromTo, name, read(f.After), read(f.Before))
}
