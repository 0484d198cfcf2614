package ui

import (
	"context"
	"fmt"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/release"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
)

// about says what this build is, and leads to its licences, to what is not
// accessible, to a report and to the notice of a newer version.
func (w *Window) about() {
	title := w.Say(text.About)
	if w.stage.Showing(title) {
		return
	}
	var rows []fyne.CanvasObject
	for _, line := range w.Build(w.opt.Build) {
		rows = append(rows, kit.NewText(line, kit.Body))
	}
	for _, said := range w.Memory(vault.KeysInMemory()) {
		rows = append(rows, kit.NewText(said, kit.Body))
	}
	for _, m := range []text.Message{text.Independence, text.FreeSoftware, text.SourceOffer} {
		rows = append(rows, kit.Gap(4), kit.NewText(w.Say(m), kit.Body))
	}
	var sheet *kit.Sheet
	leave := func(do func()) func() { return func() { sheet.Close(); do() } }
	done := kit.NewButton(w.Say(text.Close), nil, kit.Primary, func() { sheet.Close() })
	rows = append(rows, kit.Gap(4), kit.Stretch(
		kit.NewButton(w.Say(text.LicencesTitle), nil, kit.Plain, leave(func() {
			w.parts(text.LicencesTitle, append([]text.Part{{Sentences: []string{w.Say(text.LicencesText)}}}, w.Works(w.opt.Build)...))
		})),
		kit.NewButton(w.Say(text.AccessTitle), nil, kit.Plain, leave(func() { w.parts(text.AccessTitle, w.Accessibility()) })),
		kit.NewButton(w.Say(text.SaveReport), nil, kit.Plain, leave(w.saveReport)),
		kit.NewButton(w.Say(text.LookForUpdate), nil, kit.Plain, leave(w.readNotice)),
	))
	sheet = w.stage.ShowSheet(kit.SheetOptions{Title: title, Content: kit.Column(0, rows...), Actions: []*kit.Button{done}, Focus: done})
}

// parts shows headings with what stands below them.
func (w *Window) parts(title text.Message, parts []text.Part) {
	var rows []fyne.CanvasObject
	for _, p := range parts {
		if p.Title != "" && p.Title != w.Say(title) {
			rows = append(rows, kit.NewText(p.Title, kit.Strong))
		}
		for _, s := range p.Sentences {
			rows = append(rows, kit.NewText(s, kit.Body))
		}
		rows = append(rows, kit.Gap(4))
	}
	session.Message(w.stage, w.Language, w.Say(title), kit.Column(0, rows...))
}

// saveReport writes the report into the person's documents and says where.
func (w *Window) saveReport() {
	t, size := w.prefs.Theme(), w.win.Canvas().Size()
	facts := []release.Line{
		{Name: "means", Value: "window"},
		{Name: "language", Value: w.Tag()},
		{Name: "theme", Value: fmt.Sprintf("%s, %.2f", t.Look, t.Scale)},
		{Name: "window", Value: fmt.Sprintf("%.0fx%.0f", size.Width, size.Height)},
	}
	var path string
	w.stage.Start(func(context.Context) (err error) {
		path, err = session.SaveReport(w.opt.Build.Report(facts...), w.Language)
		return err
	}, func(err error) {
		if err != nil {
			session.Explain(w.stage, w.Language, err)
			return
		}
		w.message(w.Say(text.SaveReport), w.Say(text.ReportSaved, path))
	})
}

// readNotice asks for the signed notice of a version and says what it means.
func (w *Window) readNotice() {
	w.pick(text.PickNotice, func(path string) {
		var n release.Notice
		w.stage.Start(func(context.Context) (err error) {
			n, err = w.opt.Build.ReadNotice(path)
			return err
		}, func(err error) {
			if err != nil {
				session.Explain(w.stage, w.Language, err)
				return
			}
			w.showNotice(n)
		})
	})
}

func (w *Window) showNotice(n release.Notice) {
	var sheet *kit.Sheet
	verify := kit.NewButton(w.Say(text.VerifyPackage), nil, kit.Plain, func() {
		sheet.Close()
		w.pick(text.PickPackage, func(path string) { w.verify(n, path) })
	})
	done := kit.NewButton(w.Say(text.Close), nil, kit.Primary, func() { sheet.Close() })
	said := w.Notice(w.opt.Build, n)
	sheet = w.stage.ShowSheet(kit.SheetOptions{
		Title: w.Say(text.UpdateTitle), Content: kit.Notice(kit.Informing, said[0], said[1:]), Actions: []*kit.Button{done, verify}, Focus: done,
	})
}

// verify says whether a file is a package of a notice.
func (w *Window) verify(n release.Notice, path string) {
	w.Tell(w.Say(text.Verifying), nil)
	var p release.Package
	w.stage.Start(func(context.Context) (err error) {
		p, err = n.Verify(path)
		return err
	}, func(err error) {
		w.bar.Hide()
		if err != nil {
			session.Explain(w.stage, w.Language, err)
			return
		}
		w.message(w.Say(text.UpdateTitle), w.Say(text.PackageGood, p.Name), w.Say(text.UpdateYourself))
	})
}

// pick asks for one file.
func (w *Window) pick(title text.Message, take func(path string)) {
	w.stage.Pick(kit.PickerOptions{
		Words: session.PickerWords(w.Language, title), Folder: w.prefs.Folder(), Files: true,
		Take: func(paths []string) { take(paths[0]) },
	})
}
