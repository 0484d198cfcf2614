package library

import (
	"context"
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// showReading puts on screen what a document says that came structured, after the
// page of the file in it where it has one; unshown is why that is not shown.
func (d *detail) showReading(r *vault.Reading, page image.Image, width float32, unshown error) {
	s := d.l.s
	rows := []fyne.CanvasObject{kit.NewText(s.Say(text.ReadingIsKept), kit.Quiet)}
	for _, x := range r.Doubts {
		rows = append(rows, kit.Titled(kit.NewIcon(theme.WarningIcon(), theme.ColorNameWarning), kit.NewText(s.Doubt(x), kit.Body)))
	}
	for _, f := range s.ReadingFacts(r.Reading) {
		rows = append(rows, kit.NewText(s.Say(text.ChangedTo, f.Label, f.Value), kit.Body))
	}
	lines := text.ReadingLines(r.Reading)
	for _, line := range lines {
		switch {
		case line.Title:
			rows = append(rows, kit.NewText(line.Text, kit.Section))
		case line.Item:
			rows = append(rows, kit.Indent(kit.NewText(line.Text, kit.Body)))
		default:
			rows = append(rows, kit.NewText(line.Text, kit.Body))
		}
	}
	if len(lines) == 0 && len(r.Files) == 0 {
		rows = append(rows, kit.NewText(s.Say(text.NothingToRead), kit.Body))
	}
	if len(r.Files) > 0 {
		rows = append(rows, kit.NewText(s.Say(text.WhatIsInside), kit.Section))
		for i := range r.Files {
			rows = append(rows, kit.NewText(s.InsideLine(&r.Files[i]), kit.Body))
		}
	}
	if unshown != nil {
		e, _ := text.Explain(unshown)
		rows = append([]fyne.CanvasObject{kit.Problem(s.Say(e.What), s.Say(e.Safe), s.Say(e.Do))}, rows...)
	}
	content := kit.Indent(kit.Column(kit.ReadingWidth, rows...))
	d.view.Objects = []fyne.CanvasObject{content}
	if page != nil {
		d.view.Objects = []fyne.CanvasObject{container.NewVBox(paper(page, width), content)}
	}
	d.pan.SetHeight(mostPage)
	d.pan.Refresh()
	d.body.Refresh()
	s.Stage.Settle()
}

// Propose shows what the chosen document suggests for the profile.
func (l *Library) Propose() {
	switch docs := l.chosen(); {
	case len(docs) > 1:
		l.s.Tell(l.s.Say(text.OneDocumentToRead), nil)
	case len(docs) == 1:
		l.propose(docs[0])
	}
}

// propose asks which of the suggestions enter the profile: each beside what the
// profile has of it, and none ticked.
func (l *Library) propose(doc record.Document) {
	s := l.s
	var r *vault.Reading
	s.Do(func(ctx context.Context) (err error) {
		r, err = s.Vault.Read(ctx, doc.ID)
		return err
	}, func() {
		if len(r.Proposals) == 0 {
			s.Tell(s.Say(text.ProposesNothing), nil)
			return
		}
		l.review(doc.ID, s.Say(text.ProposedTitle, s.Person().Name), suggestion{Reading: r})
	})
}

// suggestion is what one part of a document suggests for the profile, under what it
// says of itself.
type suggestion struct {
	about []fyne.CanvasObject
	*vault.Reading
}

// review asks which suggestions of a document enter the profile.
func (l *Library) review(document record.ID, title string, suggestions ...suggestion) {
	s := l.s
	missing := kit.NewText("", kit.Strong)
	rows := []fyne.CanvasObject{kit.Indent(missing)}
	type choice struct {
		check *kit.Check
		*vault.Proposed
	}
	var choices []choice
	for _, part := range suggestions {
		rows = append(rows, part.about...)
		for _, x := range part.Doubts {
			rows = append(rows, kit.Indent(kit.Titled(kit.NewIcon(theme.WarningIcon(), theme.ColorNameWarning), kit.NewText(s.Doubt(x), kit.Body))))
		}
		kind := ""
		for i := range part.Proposals {
			p := &part.Proposals[i]
			if p.Kind != kind {
				kind = p.Kind
				rows = append(rows, kit.Indent(kit.NewText(s.Kind(s.Kinds.Kind(kind)), kit.Section)))
			}
			rows = append(rows, proposalRows(s, p, func(said string) *kit.Check {
				c := kit.NewCheck(said, false, nil)
				choices = append(choices, choice{c, p})
				return c
			})...)
		}
	}
	help := text.ProposedHelp
	if len(choices) == 0 {
		help = text.CodesHelp
	}
	rows = append([]fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(help), kit.Body))}, rows...)
	var sheet *kit.Sheet
	add := kit.NewButton(s.Say(text.AddTicked), theme.ConfirmIcon(), kit.Primary, func() {
		var yes []*vault.Proposed
		for _, c := range choices {
			if c.check.Checked {
				yes = append(yes, c.Proposed)
			}
		}
		if len(yes) == 0 {
			missing.Set(s.Say(text.NothingTicked))
			s.Stage.Settle()
			return
		}
		sheet.Close()
		news := session.NewsIn(document, yes...)
		said := s.Say(text.ProposalsAdded)
		if len(news.After) > 0 {
			said = s.Say(text.CalendarTaken, len(news.Fresh), len(news.After), news.Known)
		}
		s.Act(session.TakingNews(s.Vault, said, news), l.done)
	})
	all := kit.NewButton(s.Say(text.TickAll), theme.CheckButtonCheckedIcon(), kit.Plain, func() {
		for _, c := range choices {
			c.check.Checked = true
			c.check.Refresh()
		}
	})
	cancel := kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })
	actions := []*kit.Button{add, all, cancel}
	if len(choices) == 0 {
		actions = []*kit.Button{cancel}
	}
	var first fyne.Focusable = cancel
	if len(choices) > 0 {
		first = choices[0].check
	}
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: title, Content: kit.Column(0, rows...), Actions: actions, Focus: first,
	})
}

// proposalRows are a proposal, with its box where it can enter the profile, what the
// profile has of it, and more lines.
func proposalRows(s *session.Session, p *vault.Proposed, box func(said string) *kit.Check, more ...string) (rows []fyne.CanvasObject) {
	said := s.Proposed(s.Kinds, &p.Entry)
	if p.New() {
		rows = append(rows, box(said))
	} else {
		rows = append(rows, kit.Indent(kit.NewText(said, kit.Body)))
	}
	for _, line := range append(s.Beside(s.Kinds, p), more...) {
		rows = append(rows, kit.Indent(kit.NewText(line, kit.Quiet)))
	}
	return rows
}
