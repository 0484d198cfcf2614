package ui

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/child"
	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/record"
)

// section is a row of the navigation.
type section struct {
	place session.Place
	label text.Message
	icon  fyne.Resource
	key   text.Message
}

func (w *Window) sections() []section {
	return []section{
		{session.Home, text.HomeTitle, theme.HomeIcon(), text.Message{FR: "Ctrl+1", EN: "Ctrl+1"}},
		{session.Documents, text.DocumentsTitle, theme.FolderIcon(), text.Message{FR: "Ctrl+2", EN: "Ctrl+2"}},
		{session.Medical, text.MedicalTitle, theme.ListIcon(), text.Message{FR: "Ctrl+3", EN: "Ctrl+3"}},
		{session.Child, child.Name(w.open, w.open.Person()), kit.ChildIcon, text.Message{FR: "Ctrl+4", EN: "Ctrl+4"}},
		{session.Vaccines, text.VaccinesTitle, kit.VaccineIcon, text.Message{FR: "Ctrl+5", EN: "Ctrl+5"}},
		{session.Agenda, text.AgendaTitle, theme.CalendarIcon(), text.Message{FR: "Ctrl+6", EN: "Ctrl+6"}},
	}
}

func (w *Window) row(s section) fyne.CanvasObject {
	r := kit.NewRow(w.Say(s.label), s.icon, func() { w.Go(s.place) })
	r.Current = w.place == s.place
	return r
}

// sidebar is the navigation of a window that has room for it.
func (w *Window) sidebar() fyne.CanvasObject {
	rows := []fyne.CanvasObject{w.person()}
	for _, s := range w.sections() {
		rows = append(rows, w.row(s))
	}
	lock := kit.NewRow(w.Say(text.Lock), kit.LockIcon, w.Lock)
	lock.Hint = "Ctrl+L"
	emergency := kit.NewRow(w.Say(text.EmergencyTitle), theme.WarningIcon(), w.emergency)
	emergency.Hint = "Ctrl+U"
	foot := container.NewVBox(emergency, w.row(section{place: session.Settings, label: text.SettingsTitle, icon: theme.SettingsIcon()}), lock)
	return kit.Ground(theme.ColorNameHeaderBackground, kit.Inset(4, kit.Above(0, kit.NewScroll(container.NewVBox(rows...)), foot)))
}

// topBar is the navigation of a narrow window.
func (w *Window) topBar() fyne.CanvasObject {
	menu := kit.NewButton(w.Say(text.Menu), theme.MenuIcon(), kit.Bare, w.chooseSection)
	lock := kit.NewButton(w.Say(text.Lock), kit.LockIcon, kit.Bare, w.Lock)
	emergency := kit.NewButton(w.Say(text.EmergencyShort), theme.WarningIcon(), kit.Bare, w.emergency)
	return kit.Ground(theme.ColorNameHeaderBackground, kit.Inset(2, kit.Flow(menu, w.person(), emergency, lock)))
}

// chooseSection shows the sections of a narrow window.
func (w *Window) chooseSection() {
	var sheet *kit.Sheet
	var rows []fyne.CanvasObject
	all := append(w.sections(), section{place: session.Settings, label: text.SettingsTitle, icon: theme.SettingsIcon()})
	for _, s := range all {
		r := kit.NewRow(w.Say(s.label), s.icon, func() { sheet.Close(); w.Go(s.place) })
		r.Current = w.place == s.place
		rows = append(rows, r)
	}
	sheet = w.stage.ShowSheet(kit.SheetOptions{Title: w.Say(text.Menu), Content: container.NewVBox(rows...)})
}

// person shows whose record is on screen and lets one change.
func (w *Window) person() fyne.CanvasObject {
	p := w.open.Person()
	b := kit.NewRow(w.Named(p), theme.AccountIcon(), w.ChoosePerson)
	b.Weight = kit.Plain
	return b
}

// Named is a person as the window names them: with their age.
func (w *Window) Named(p record.Patient) string { return w.open.Named(p) }

// ChoosePerson lets the person choose whose record to show.
func (w *Window) ChoosePerson() {
	s := w.open
	if s == nil {
		return
	}
	var people []record.Patient
	s.Do(func(context.Context) (err error) {
		people, err = s.Vault.Patients()
		return err
	}, func() {
		var sheet *kit.Sheet
		var rows []fyne.CanvasObject
		for i, p := range people {
			r := kit.NewRow(w.Named(p), nil, func() {
				sheet.Close()
				s.Show(p)
				w.Redraw()
			})
			r.Current = p.ID == s.Person().ID
			rows = append(rows, kit.Beside(1, kit.NewBadge(session.Initials(p.Name), i), r))
		}
		add := kit.NewButton(w.Say(text.AddPerson), theme.ContentAddIcon(), kit.Plain, func() {
			sheet.Close()
			session.AddPerson(s, nil)
		})
		current := slices.IndexFunc(people, func(p record.Patient) bool { return p.ID == s.Person().ID })
		focus := fyne.Focusable(add)
		if current >= 0 {
			focus = kit.FirstFocus(rows[current])
		}
		sheet = w.stage.ShowSheet(kit.SheetOptions{
			Title: w.Say(text.ChoosePersonTitle), Content: container.NewVBox(rows...), Actions: []*kit.Button{add}, Focus: focus,
		})
	})
}
