package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"carnet/ui/agenda"
	"carnet/ui/child"
	"carnet/ui/handover"
	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/settings"
	"carnet/ui/text"
	"carnet/ui/vaccines"
)

// Command is something that can be asked of the window, from its menu or by a
// key, whatever has the keyboard.
type Command struct {
	Label text.Message
	// CLI is the command line's verb that does the same, in English; "" for
	// what only a window has, its looks and ways.
	CLI string

	menu text.Message
	key  fyne.KeyName
	mods fyne.KeyModifier
	said text.Message // a key that is not a shortcut of the menu
	at   when
	run  func(*Window)
}

// when says whether a command can be used with the vault locked.
type when int

const (
	whenOpen when = iota
	whenLocked
	always
)

const (
	ctrl      = fyne.KeyModifierShortcutDefault
	ctrlShift = fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift
)

// What screens can do besides being shown. A command that the screen in place
// does not know goes to the one that does, or says that there is nothing to do.
type (
	finder    interface{ Find() }
	printer   interface{ Print() }
	exporter  interface{ Export() }
	gatherer  interface{ ExportTogether() }
	remover   interface{ Remove() }
	putBacker interface{ PutBack() }
	editor    interface{ Edit() }
	eraser    interface {
		Erase()
		Erased()
	}
	masker interface {
		Mask()
		Unmask()
	}
	marker    interface{ MarkAll() }
	contester interface{ Contest() }
	proposer  interface{ Propose() }
	decoder   interface{ Codes() }
	opener    interface {
		KeepInside()
		SaveInside()
	}
)

// Commands lists all of them, in the order of the menu.
func Commands() []Command {
	return []Command{
		{menu: text.MenuFile, Label: text.AddDocument, CLI: "document add", key: fyne.KeyO, mods: ctrl, run: func(w *Window) { w.imp.Choose() }},
		{menu: text.MenuFile, Label: text.NewItem, CLI: "document add", key: fyne.KeyN, mods: ctrl, run: func(w *Window) { w.imp.Choose() }},
		{menu: text.MenuFile, Label: text.ReceivePhotos, CLI: "document receive", key: fyne.KeyT, mods: ctrl, run: func(w *Window) { w.imp.Receive() }},
		{menu: text.MenuFile, Label: text.ScanVerb, CLI: "document scan", run: func(w *Window) { w.imp.Scan() }},
		{menu: text.MenuFile, Label: text.JoinPhotos, CLI: "document add", run: func(w *Window) { w.imp.ChoosePhotos() }},
		{menu: text.MenuFile, Label: text.OfferVerb, CLI: "watch run", run: func(w *Window) { w.imp.Offer() }},
		{menu: text.MenuFile, Label: text.FormerVerb, CLI: "record import", run: func(w *Window) { w.imp.ChooseFormer(false) }},
		{menu: text.MenuFile, Label: text.StopImport, CLI: "document add", key: fyne.KeyS, mods: ctrlShift, run: func(w *Window) { w.imp.Stop() }},
		{menu: text.MenuFile, Label: text.ExportChosen, CLI: "document export", key: fyne.KeyE, mods: ctrl, run: on(exporter.Export)},
		{menu: text.MenuFile, Label: text.TogetherVerb, CLI: "document export", run: on(gatherer.ExportTogether)},
		{menu: text.MenuFile, Label: text.Print, CLI: "print", key: fyne.KeyP, mods: ctrl, run: on(printer.Print)},
		{menu: text.MenuFile, Label: text.SchoolSheet, CLI: "child school-sheet", run: onVaccines((*vaccines.Vaccines).School)},
		{menu: text.MenuFile, Label: text.TakeCalendar, CLI: "agenda import", run: onAgenda((*agenda.Agenda).Take)},
		{menu: text.MenuFile, Label: text.SaveCalendar, CLI: "agenda export", run: onAgenda((*agenda.Agenda).Save)},
		{menu: text.MenuFile, Label: text.EmergencyTitle, CLI: "emergency sheet", key: fyne.KeyU, mods: ctrl, at: always, run: (*Window).emergency},
		{menu: text.MenuFile, Label: text.Lock, CLI: "shell", key: fyne.KeyL, mods: ctrl, run: (*Window).Lock},
		{menu: text.MenuFile, Label: text.Quit, key: fyne.KeyQ, mods: ctrl, at: always, run: (*Window).Quit},

		{menu: text.MenuEdit, Label: text.Undo, key: fyne.KeyZ, mods: ctrl, run: (*Window).undo},
		{menu: text.MenuEdit, Label: text.Redo, key: fyne.KeyY, mods: ctrl, run: (*Window).redo},
		{menu: text.MenuEdit, Label: text.EditDetails, CLI: "document edit", key: fyne.KeyD, mods: ctrl, run: on(editor.Edit)},
		{menu: text.MenuEdit, Label: text.VaccineUpdateNew, CLI: "profile add", key: fyne.KeyV, mods: ctrlShift, run: onVaccines((*vaccines.Vaccines).Update)},
		{menu: text.MenuEdit, Label: text.VaccineCopy, CLI: "profile add", run: onVaccines((*vaccines.Vaccines).Copy)},
		{menu: text.MenuEdit, Label: text.AddAppointment, CLI: "agenda add", run: onAgenda((*agenda.Agenda).Add)},
		{menu: text.MenuEdit, Label: text.MoveToBin, CLI: "document remove", said: text.DeleteKey, run: on(remover.Remove)},
		{menu: text.MenuEdit, Label: text.PutBack, CLI: "document restore", run: on(putBacker.PutBack)},
		{menu: text.MenuEdit, Label: text.EraseForGood, CLI: "document erase", run: on(eraser.Erase)},
		{menu: text.MenuEdit, Label: text.ErasedOnes, CLI: "document list", run: on(eraser.Erased)},
		{menu: text.MenuEdit, Label: text.Mask, CLI: "document mask", key: fyne.KeyM, mods: ctrl, run: on(masker.Mask)},
		{menu: text.MenuEdit, Label: text.Unmask, CLI: "document unmask", key: fyne.KeyM, mods: ctrlShift, run: on(masker.Unmask)},
		{menu: text.MenuEdit, Label: text.ProposeForProfile, CLI: "document propose", run: on(proposer.Propose)},
		{menu: text.MenuEdit, Label: text.ReadCodes, CLI: "document codes", run: on(decoder.Codes)},
		{menu: text.MenuEdit, Label: text.KeepInside, CLI: "document inside", run: on(opener.KeepInside)},
		{menu: text.MenuEdit, Label: text.SaveInside, CLI: "document inside", run: on(opener.SaveInside)},
		{menu: text.MenuEdit, Label: text.Contesting, CLI: "document contest", run: on(contester.Contest)},
		{menu: text.MenuEdit, Label: text.MarkAll, key: fyne.KeyA, mods: ctrlShift, run: on(marker.MarkAll)},

		{menu: text.MenuGo, Label: text.HomeTitle, key: fyne.Key1, mods: ctrl, run: func(w *Window) { w.Go(session.Home) }},
		{menu: text.MenuGo, Label: text.DocumentsTitle, CLI: "document list", key: fyne.Key2, mods: ctrl, run: func(w *Window) { w.Go(session.Documents) }},
		{menu: text.MenuGo, Label: text.MedicalTitle, CLI: "profile list", key: fyne.Key3, mods: ctrl, run: func(w *Window) { w.Go(session.Medical) }},
		{menu: text.MenuGo, Label: text.ChildMenu, CLI: "child growth", key: fyne.Key4, mods: ctrl, run: func(w *Window) { w.Go(session.Child) }},
		{menu: text.MenuGo, Label: text.VaccinesTitle, CLI: "child vaccinations", key: fyne.Key5, mods: ctrl, run: func(w *Window) { w.Go(session.Vaccines) }},
		{menu: text.MenuGo, Label: text.AgendaTitle, CLI: "agenda list", key: fyne.Key6, mods: ctrl, run: func(w *Window) { w.Go(session.Agenda) }},
		{menu: text.MenuGo, Label: text.ExamsMenu, CLI: "child exams", run: onChild(text.ExamsTitle, text.CheckUpsTitle)},
		{menu: text.MenuGo, Label: text.AdviceTitle, CLI: "child advice", run: onChild(text.AdviceTitle)},
		{menu: text.MenuGo, Label: text.ChoosePersonTitle, CLI: "patient list", key: fyne.KeyP, mods: ctrlShift, run: (*Window).ChoosePerson},
		{menu: text.MenuGo, Label: text.AddPerson, CLI: "patient add", run: func(w *Window) { session.AddPerson(w.open, nil) }},
		{menu: text.MenuGo, Label: text.EditPerson, CLI: "patient edit", run: func(w *Window) { session.EditPerson(w.open, w.open.Person(), nil) }},
		{menu: text.MenuGo, Label: text.HandOver, CLI: "child handover", run: func(w *Window) { handover.Begin(w.open, w.open.Person()) }},
		{menu: text.MenuGo, Label: text.HandedOverOnes, CLI: "child handover", run: func(w *Window) { handover.Show(w.open) }},
		{menu: text.MenuGo, Label: text.Find, CLI: "search", key: fyne.KeyF, mods: ctrl, run: on(finder.Find)},
		{menu: text.MenuGo, Label: text.NextPane, key: fyne.KeyG, mods: ctrl, at: always, run: func(w *Window) { w.pane(1) }},
		{menu: text.MenuGo, Label: text.PreviousPane, key: fyne.KeyG, mods: ctrlShift, at: always, run: func(w *Window) { w.pane(-1) }},
		{menu: text.MenuGo, Label: text.Continue, key: fyne.KeyReturn, mods: ctrl, at: always, run: (*Window).submit},
		{menu: text.MenuGo, Label: text.SettingsTitle, key: fyne.KeyComma, mods: ctrl, run: func(w *Window) { w.Go(session.Settings) }},

		{menu: text.MenuView, Label: text.Larger, key: fyne.KeyUp, mods: ctrlShift, at: always, run: func(w *Window) { w.zoom(1) }},
		{menu: text.MenuView, Label: text.Smaller, key: fyne.KeyDown, mods: ctrlShift, at: always, run: func(w *Window) { w.zoom(-1) }},
		{menu: text.MenuView, Label: text.UsualSize, key: fyne.Key0, mods: ctrl, at: always, run: func(w *Window) { w.zoom(0) }},
		{menu: text.MenuView, Label: text.NextLook, key: fyne.KeyC, mods: ctrlShift, at: always, run: (*Window).nextLook},

		{menu: text.MenuVault, Label: text.BackUpVault, CLI: "vault backup", key: fyne.KeyB, mods: ctrl, run: onSettings((*settings.Settings).BackUp)},
		{menu: text.MenuVault, Label: text.ExportAll, CLI: "export", key: fyne.KeyE, mods: ctrlShift, run: onSettings((*settings.Settings).ExportAll)},
		{menu: text.MenuVault, Label: text.PaperVerb, CLI: "export paper", run: onSettings((*settings.Settings).Paper)},
		{menu: text.MenuVault, Label: text.RestoreArchive, CLI: "restore", key: fyne.KeyR, mods: ctrlShift, run: onSettings((*settings.Settings).RestoreArchive)},
		{menu: text.MenuVault, Label: text.MergeCopy, CLI: "vault merge", run: onSettings((*settings.Settings).Merge)},
		{menu: text.MenuVault, Label: text.HomeCodeVerb, CLI: "patient home-code", run: onSettings((*settings.Settings).GiveCode)},
		{menu: text.MenuVault, Label: text.HomeSendVerb, CLI: "patient export", run: onSettings((*settings.Settings).SendHome)},
		{menu: text.MenuVault, Label: text.HomeTakeVerb, CLI: "patient merge", run: onSettings((*settings.Settings).TakeHome)},
		{menu: text.MenuVault, Label: text.MakeSheets, CLI: "vault relatives make", run: onSettings((*settings.Settings).MakeSheets)},
		{menu: text.MenuVault, Label: text.TrySheets, CLI: "vault relatives try", run: onSettings((*settings.Settings).TrySheets)},
		{menu: text.MenuVault, Label: text.RemoveSheets, CLI: "vault relatives remove", run: onSettings((*settings.Settings).RemoveSheets)},
		{menu: text.MenuVault, Label: text.CertificatesVerb, CLI: "certificate list", run: onSettings((*settings.Settings).Certificates)},
		{menu: text.MenuVault, Label: text.SyncNowVerb, CLI: "sync now", run: onSettings((*settings.Settings).SyncNow)},
		{menu: text.MenuVault, Label: text.SyncPause, CLI: "sync status", run: onSettings((*settings.Settings).PauseSync)},
		{menu: text.MenuVault, Label: text.SyncAnewVerb, CLI: "sync restart", run: onSettings((*settings.Settings).SyncAnew)},
		{menu: text.MenuVault, Label: text.SyncGive, CLI: "consent give", run: onSettings((*settings.Settings).Consent)},
		{menu: text.MenuVault, Label: text.SyncReceipts, CLI: "consent list", run: onSettings((*settings.Settings).ShowConsents)},
		{menu: text.MenuVault, Label: text.SyncWithdraw, CLI: "consent withdraw", run: onSettings((*settings.Settings).WithdrawConsent)},
		{menu: text.MenuVault, Label: text.DeviceAdd, CLI: "sync device invite", run: onSettings((*settings.Settings).AddComputer)},
		{menu: text.MenuVault, Label: text.DeviceSee, CLI: "sync device list", run: onSettings((*settings.Settings).ShowComputers)},
		{menu: text.MenuVault, Label: text.DeviceTakeOut, CLI: "sync device remove", run: onSettings((*settings.Settings).RemoveComputer)},
		{menu: text.MenuVault, Label: text.DeviceOpen, CLI: "sync device share", run: onSettings((*settings.Settings).OpenToComputer)},
		{menu: text.MenuVault, Label: text.DeviceGet, CLI: "sync device fetch", run: onSettings((*settings.Settings).FetchRecords)},
		{menu: text.MenuVault, Label: text.WatchTitle, CLI: "watch list", run: onSettings((*settings.Settings).Watched)},
		{menu: text.MenuVault, Label: text.WatchVerb, CLI: "watch add", run: onSettings((*settings.Settings).WatchFolder)},
		{menu: text.MenuVault, Label: text.CheckVault, CLI: "vault check", run: onSettings((*settings.Settings).Check)},
		{menu: text.MenuVault, Label: text.CompactVault, CLI: "vault compact", run: onSettings((*settings.Settings).Compact)},
		{menu: text.MenuVault, Label: text.CloseRecordVerb, CLI: "patient close", run: onSettings((*settings.Settings).CloseRecord)},
		{menu: text.MenuVault, Label: text.CloseVaultVerb, CLI: "vault close", key: fyne.KeyX, mods: ctrlShift, run: onSettings((*settings.Settings).CloseVault)},
		{menu: text.MenuVault, Label: text.CreateVault, CLI: "vault create", at: whenLocked, run: func(w *Window) { w.door.Begin() }},
		{menu: text.MenuVault, Label: text.HaveVault, CLI: "shell", at: whenLocked, run: func(w *Window) { w.door.Find() }},
		{menu: text.MenuVault, Label: text.HaveElsewhere, CLI: "sync device join", at: whenLocked, run: func(w *Window) { w.door.Elsewhere() }},
		{menu: text.MenuVault, Label: text.OnlyKit, CLI: "sync recover", at: whenLocked, run: func(w *Window) { w.door.OnlyKit() }},
		{menu: text.MenuVault, Label: text.LostPhrase, CLI: "vault recover", at: whenLocked, run: func(w *Window) { w.door.Lost() }},
		{menu: text.MenuVault, Label: text.WithRelatives, CLI: "vault recover", at: whenLocked, run: func(w *Window) { w.door.Relatives() }},
		{menu: text.MenuVault, Label: text.RepairVault, CLI: "vault repair", at: whenLocked, run: func(w *Window) { w.door.Repair() }},
		{menu: text.MenuVault, Label: text.TrySamples, CLI: "demo", at: whenLocked, run: func(w *Window) { w.door.TrySamples() }},

		{menu: text.MenuHelp, Label: text.HelpHere, key: fyne.KeyH, mods: ctrl, at: always, run: (*Window).help},
		{menu: text.MenuHelp, Label: text.AllCommands, key: fyne.KeyK, mods: ctrl, at: always, run: (*Window).palette},
		{menu: text.MenuHelp, Label: text.RightsTitle, CLI: "guide show", at: always, run: (*Window).rights},
		{menu: text.MenuHelp, Label: text.SaveReport, CLI: "about", at: always, run: (*Window).saveReport},
		{menu: text.MenuHelp, Label: text.LookForUpdate, CLI: "update", at: always, run: (*Window).readNotice},
		{menu: text.MenuHelp, Label: text.About, CLI: "about", at: always, run: (*Window).about},
	}
}

// on gives a command to the screen in place, else to the documents, which know
// them all.
func on[T any](do func(T)) func(*Window) {
	return func(w *Window) {
		if s, ok := w.screen.(T); ok {
			do(s)
			return
		}
		w.Go(session.Documents)
		if s, ok := w.screen.(T); ok {
			do(s)
		}
	}
}

// onSettings gives a command to the settings.
func onSettings(do func(*settings.Settings)) func(*Window) {
	return func(w *Window) {
		w.Go(session.Settings)
		do(w.places[session.Settings].(*settings.Settings))
	}
}

// onVaccines gives a command to the vaccinations.
func onVaccines(do func(*vaccines.Vaccines)) func(*Window) {
	return func(w *Window) {
		w.Go(session.Vaccines)
		do(w.places[session.Vaccines].(*vaccines.Vaccines))
	}
}

// onAgenda gives a command to the diary.
func onAgenda(do func(*agenda.Agenda)) func(*Window) {
	return func(w *Window) {
		w.Go(session.Agenda)
		do(w.places[session.Agenda].(*agenda.Agenda))
	}
}

// onChild goes to a pane of the section that follows a person by their age.
func onChild(panes ...text.Message) func(*Window) {
	return func(w *Window) {
		w.Go(session.Child)
		w.places[session.Child].(*child.Child).Show(panes...)
	}
}

// usable reports whether a command has a sense now.
func (w *Window) usable(c Command) bool {
	return c.at == always || (c.at == whenOpen) == (w.open != nil)
}

// menu makes the main menu: it holds every command, so that each key can be
// found, and its keys work whatever has the keyboard.
func (w *Window) menu() *fyne.MainMenu {
	var menus []*fyne.Menu
	var label text.Message
	for _, c := range Commands() {
		if !w.usable(c) {
			continue
		}
		if c.menu != label || len(menus) == 0 {
			label = c.menu
			menus = append(menus, fyne.NewMenu(w.Say(label)))
		}
		name := w.Say(c.Label)
		if c.said != (text.Message{}) {
			name += "  (" + w.Say(c.said) + ")"
		}
		item := fyne.NewMenuItem(name, func() { w.do(c) })
		item.IsQuit = c.key == fyne.KeyQ
		if c.key != "" {
			item.Shortcut = &desktop.CustomShortcut{KeyName: c.key, Modifier: c.mods}
		}
		m := menus[len(menus)-1]
		m.Items = append(m.Items, item)
	}
	return fyne.NewMainMenu(menus...)
}

// do runs a command. While a sheet is open only the sheet answers, but for what
// locks, quits and shows larger.
func (w *Window) do(c Command) {
	w.stage.Stir()
	if !w.usable(c) {
		return
	}
	if w.stage.SheetOpen() && c.at != always && c.Label != text.Lock {
		return
	}
	c.run(w)
}

// undo takes the last act back, or what was typed while a field has the
// keyboard.
func (w *Window) undo() {
	if e, ok := w.win.Canvas().Focused().(*kit.Entry); ok {
		e.Undo()
		return
	}
	w.open.Undo()
}

func (w *Window) redo() {
	if e, ok := w.win.Canvas().Focused().(*kit.Entry); ok {
		e.Redo()
		return
	}
	w.open.Redo()
}

// pane gives the keyboard to the next part of the window: navigation, content.
func (w *Window) pane(step int) {
	if w.open == nil || w.stage.SheetOpen() {
		return
	}
	panes := kit.Panes(w.stage.Content())
	if len(panes) == 0 {
		return
	}
	here := slices.IndexFunc(panes, func(p fyne.CanvasObject) bool { return kit.Holds(p, w.win.Canvas().Focused()) })
	for range panes {
		here = (here + step + len(panes)) % len(panes)
		if f := kit.FirstFocus(panes[here]); f != nil {
			w.stage.Focus(f)
			return
		}
	}
}

// submit presses the main button of the step or sheet in front.
func (w *Window) submit() {
	if w.stage.Submit() {
		return
	}
	if w.open == nil {
		w.door.Submit()
	}
}

// zoom makes text larger, smaller, or as at first.
func (w *Window) zoom(step int) {
	t := w.prefs.Theme()
	i := slices.Index(kit.Scales, t.Scale)
	if step == 0 {
		i = 0
	}
	t.Scale = kit.Scales[max(0, min(i+step, len(kit.Scales)-1))]
	w.SetTheme(t)
}

func (w *Window) nextLook() {
	t := w.prefs.Theme()
	t.Look = kit.Looks[(slices.Index(kit.Looks, t.Look)+1)%len(kit.Looks)]
	w.SetTheme(t)
}

// help says what can be done on the screen in place.
func (w *Window) help() {
	title, said := w.door.Title(), w.door.Help()
	if w.open != nil {
		title, said = w.screen.Title(), w.screen.Help()
	}
	w.message(title, said, w.Say(text.KeysHelp), w.Say(text.Independence))
}

// message shows paragraphs, once.
func (w *Window) message(title string, paragraphs ...string) {
	if w.stage.Showing(title) {
		return
	}
	var rows []fyne.CanvasObject
	for _, p := range paragraphs {
		rows = append(rows, kit.NewText(p, kit.Body), kit.Gap(4))
	}
	session.Message(w.stage, w.Language, title, kit.Column(0, rows...))
}

// palette lists the commands by name, to be found by typing.
func (w *Window) palette() {
	if w.stage.Showing(w.Say(text.AllCommands)) {
		return
	}
	var all, shown []Command
	for _, c := range Commands() {
		if w.usable(c) {
			all = append(all, c)
		}
	}
	shown = all
	var sheet *kit.Sheet
	run := func(i int) {
		c := shown[i]
		sheet.Close()
		w.do(c)
	}
	list := kit.NewList(kit.ListSource{
		Length: func() int { return len(shown) },
		Make:   func() fyne.CanvasObject { return kit.NewListRow(nil) },
		Bind: func(i int, row fyne.CanvasObject) {
			row.(*kit.Row).Present(kit.RowFace{Title: w.Say(shown[i].Label), Caption: w.keyOf(shown[i])})
		},
		Height: kit.RowHeight,
		Name:   func(i int) string { return w.Say(shown[i].Label) },
		Open:   run,
	})
	find := kit.NewField(w.Say(text.PaletteLabel), kit.FieldOptions{})
	find.Entry.OnChanged = func(typed string) {
		shown = nil
		for _, c := range all {
			if strings.Contains(kit.Fold(w.Say(c.Label)), kit.Fold(typed)) {
				shown = append(shown, c)
			}
		}
		list.Reload()
		list.MoveTo(0)
	}
	find.Entry.OnEnter = func() {
		if len(shown) > 0 {
			run(0)
		}
	}
	find.Entry.OnKey = func(k *fyne.KeyEvent) bool {
		if k.Name == fyne.KeyDown {
			w.stage.Focus(list)
			return true
		}
		return false
	}
	sheet = w.stage.ShowSheet(kit.SheetOptions{
		Title: w.Say(text.AllCommands), Content: kit.Column(0, find, container.New(kit.ListRoom{}, list)), Focus: find.Entry,
		Actions: []*kit.Button{kit.NewButton(w.Say(text.Close), nil, kit.Plain, func() { sheet.Close() })},
	})
}

// keyOf writes the key of a command as people read it.
func (w *Window) keyOf(c Command) string {
	if c.said != (text.Message{}) {
		return w.Say(c.said)
	}
	if c.key == "" {
		return ""
	}
	name := string(c.key)
	if said, ok := text.Keys[name]; ok {
		name = w.Say(said)
	}
	if c.mods == ctrlShift {
		return w.Say(text.CtrlShift, name)
	}
	return "Ctrl+" + name
}
