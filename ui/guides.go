package ui

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/guide"
	"carnet/vault/record"
)

// rights leads to the guides on what one can ask of the public service.
func (w *Window) rights() {
	title := w.Say(text.RightsTitle)
	if w.stage.Showing(title) {
		return
	}
	var sheet *kit.Sheet
	var buttons []fyne.CanvasObject
	for _, g := range w.opt.Tables.Guides.Guides {
		buttons = append(buttons, kit.NewButton(w.GuideTitle(g), theme.InfoIcon(), kit.Plain, func() { sheet.Close(); w.guide(g) }))
	}
	done := kit.NewButton(w.Say(text.Close), nil, kit.Primary, func() { sheet.Close() })
	sheet = w.stage.ShowSheet(kit.SheetOptions{
		Title:   title,
		Content: kit.Column(0, append([]fyne.CanvasObject{kit.Indent(kit.NewText(w.Say(text.RightsText), kit.Body))}, buttons...)...),
		Actions: []*kit.Button{done}, Focus: buttons[0].(*kit.Button),
	})
}

// guide shows one of them, to tick while one does it, to print and to save. With a
// vault open the ticks are kept in the record of the person shown, and so is the proof.
func (w *Window) guide(g guide.Guide) {
	s := w.open
	if s == nil || s.Person().ID.IsZero() {
		w.showGuide(g, nil, nil)
		return
	}
	var done map[string]record.Entry
	proofs := map[record.ID]string{}
	s.Do(func(context.Context) error {
		entries, err := s.Vault.Entries(s.Person().ID)
		if err != nil {
			return err
		}
		done = guide.Done(entries)
		for _, e := range done {
			if e.Document.IsZero() {
				continue
			}
			d, err := s.Vault.Document(e.Document)
			if errors.Is(err, vault.ErrNoDocument) {
				continue // erased meanwhile
			}
			if err != nil {
				return err
			}
			proofs[e.Document] = d.Title
		}
		return nil
	}, func() { w.showGuide(g, done, proofs) })
}

// showGuide shows a guide; done is nil when nothing is kept.
func (w *Window) showGuide(g guide.Guide, done map[string]record.Entry, proofs map[record.ID]string) {
	t := w.opt.Tables.Guides
	kept := w.Say(text.GuideLoose)
	if done != nil {
		kept = w.Say(text.GuideOf, w.open.Person().Name)
	}
	rows := []fyne.CanvasObject{kit.Indent(kit.NewText(w.GuideIntro(g), kit.Body)), kit.Indent(kit.NewText(kept, kit.Strong))}
	for i, said := range w.GuideSteps(g) {
		step := g.Steps[i]
		e, ticked := done[g.Key(step)]
		box := kit.NewCheck(said, ticked, nil)
		if done != nil {
			box.OnChanged = func(on bool) { w.tick(g, step, on, box) }
		}
		rows = append(rows, box)
		if ticked {
			rows = append(rows, kit.Indent(kit.NewText(w.GuideDone(e, proofs[e.Document]), kit.Quiet)))
		}
	}
	for _, s := range w.GuideFoot(t) {
		rows = append(rows, kit.Indent(kit.NewText(s, kit.Quiet)))
	}
	var more []*kit.Button
	if step, ok := g.Proof(); ok && done != nil {
		more = append(more, kit.NewButton(w.Say(text.GuideKeep), theme.ContentAddIcon(), kit.Plain, func() { w.keepProof(g, step) }))
	}
	if w.open != nil && g.Code == guide.TakeOver {
		more = append(more, kit.NewButton(w.Say(text.FormerVerb), theme.DownloadIcon(), kit.Plain, func() { w.imp.ChooseFormer(true) }))
	}
	session.ShowPreview(w.stage, w.Language, session.Preview{
		Title: w.GuideTitle(g), FileName: w.Say(text.GuideFileName), Rows: rows, Sheet: w.Guide(t, g, w.opt.Now()), More: more,
	})
}

// tick keeps that the person shown did a step, or did not; box shows it.
func (w *Window) tick(g guide.Guide, step guide.Step, on bool, box *kit.Check) {
	s, patient := w.open, w.open.Person().ID
	do := func(ctx context.Context) error {
		return s.Vault.TickStep(ctx, patient, g.Key(step), s.StepText(step), record.ID{})
	}
	undo := func(ctx context.Context) error { return s.Vault.UntickStep(ctx, patient, g.Key(step)) }
	act := session.Act{Name: s.Say(text.GuideTicked), Redo: do, Undo: undo}
	if !on {
		act = session.Act{Name: s.Say(text.GuideUnticked), Redo: undo, Undo: do}
	}
	s.Try(act.Redo, func(err error) {
		if err != nil {
			box.Checked = !on
			box.Refresh()
			s.Explain(err)
			return
		}
		s.Did(act)
	})
}

// keepProof asks for the file that the service sent, keeps it among the documents of the
// person shown, and ticks the step that it proves.
func (w *Window) keepProof(g guide.Guide, step guide.Step) {
	s, p := w.open, w.open.Person()
	s.Stage.Pick(kit.PickerOptions{Words: session.PickerWords(s.Language, text.GuideKeep), Folder: s.Prefs.Folder(), Files: true, Take: func(paths []string) {
		var filed vault.Imported
		s.Do(func(ctx context.Context) (err error) {
			filed, err = s.Vault.FileProof(ctx, p.ID, g.Key(step), s.StepText(step), paths[0], guide.ProofCategory, s.Say(text.GuideTag))
			return err
		}, func() {
			s.Did(session.Act{
				Name: s.Say(text.GuideProofIn, p.Name),
				Undo: func(ctx context.Context) error {
					if err := s.Vault.UntickStep(ctx, p.ID, g.Key(step)); err != nil || filed.Duplicate {
						return err
					}
					return s.Vault.RemoveDocuments(ctx, filed.ID)
				},
				Redo: func(ctx context.Context) error {
					if !filed.Duplicate {
						if err := s.Vault.RestoreDocuments(ctx, filed.ID); err != nil {
							return err
						}
					}
					return s.Vault.TickStep(ctx, p.ID, g.Key(step), s.StepText(step), filed.ID)
				},
			})
			s.Redraw()
			s.Read()
			w.guide(g)
		})
	}})
}
