package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/growth"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// placed is something drawn, where it is and how much of it scrolls leave to be
// seen.
type placed struct {
	o        fyne.CanvasObject
	at       fyne.Position
	from, to fyne.Position // corners of what is left
}

func (p placed) size() fyne.Size { return p.o.Size() }

// inSight reports whether something of it can be seen.
func (p placed) inSight() bool { return p.to.X-p.from.X > 1 && p.to.Y-p.from.Y > 1 }

func (p placed) overlaps(q placed) bool {
	const touch = 0.5
	return p.inSight() && q.inSight() &&
		p.from.X+touch < q.to.X && q.from.X+touch < p.to.X && p.from.Y+touch < q.to.Y && q.from.Y+touch < p.to.Y
}

// layout tells where everything in front is.
func (u *user) layout() (out []placed) {
	size := u.win.Canvas().Size()
	var visit func(o fyne.CanvasObject, offset, from, to fyne.Position)
	visit = func(o fyne.CanvasObject, offset, from, to fyne.Position) {
		if o == nil || !o.Visible() {
			return
		}
		at := offset.Add(o.Position())
		end := at.Add(o.Size())
		p := placed{o, at, fyne.NewPos(max(at.X, from.X), max(at.Y, from.Y)), fyne.NewPos(min(end.X, to.X), min(end.Y, to.Y))}
		out = append(out, p)
		if _, clips := o.(fyne.Scrollable); clips {
			from, to = p.from, p.to
		}
		switch o := o.(type) {
		case *fyne.Container:
			for _, part := range o.Objects {
				visit(part, at, from, to)
			}
		case fyne.Widget:
			for _, part := range test.WidgetRenderer(o).Objects() {
				visit(part, at, from, to)
			}
		}
	}
	visit(u.front(), fyne.Position{}, fyne.Position{}, fyne.NewPos(size.Width, size.Height))
	return out
}

// above reports whether something is seen over another in the same column.
func (p placed) above(q placed) bool {
	return p.inSight() && q.inSight() && p.to.Y <= q.from.Y+1 && p.from.X < q.to.X && q.from.X < p.to.X
}

// controls are those of layout that take the keyboard.
func controls(all []placed) (out []placed) {
	for _, p := range all {
		if _, ok := p.o.(fyne.Focusable); ok {
			out = append(out, p)
		}
	}
	return out
}

// named says which control something is.
func named(o any) string {
	name := ""
	if a, ok := o.(interface{ AccessibilityLabel() string }); ok {
		name = " " + a.AccessibilityLabel()
	}
	return strings.TrimPrefix(fmt.Sprintf("%T", o), "*kit.") + name
}

// survey holds what is in front to the rules of every screen: Tab comes by each
// control once and shows it, and each is large enough, whole and apart from the
// others.
func (u *user) survey(screen string) {
	u.t.Helper()
	u.settle()
	u.surveyFocus(screen)
	u.surveyPlaces(screen)
}

func (u *user) surveyFocus(screen string) {
	u.t.Helper()
	c := u.win.Canvas()
	want := map[fyne.Focusable]bool{}
	places := map[fyne.Focusable]placed{}
	for _, p := range controls(u.layout()) {
		want[p.o.(fyne.Focusable)] = true
		places[p.o.(fyne.Focusable)] = p
	}
	known := map[fyne.Focusable]bool{}
	kit.Walk(u.front(), func(o fyne.CanvasObject) bool {
		if f, ok := o.(fyne.Focusable); ok {
			known[f] = true
			if !want[f] {
				u.t.Errorf("%s: %s is not drawn", screen, named(f))
			}
		}
		return true
	})
	for f := range want {
		if !known[f] {
			u.t.Errorf("%s: the window does not know of %s", screen, named(f))
		}
	}
	if len(want) == 0 {
		u.t.Errorf("%s: nothing takes the keyboard", screen)
		return
	}
	if f := c.Focused(); f == nil || !want[f] {
		u.t.Errorf("%s: at first the keyboard is with %s, nothing on this screen", screen, named(f))
	}
	before := c.Focused()
	c.Unfocus()
	c.FocusNext()
	first := c.Focused()
	came := map[fyne.Focusable]bool{}
	var order []fyne.Focusable
	for range len(want) {
		f := c.Focused()
		for _, earlier := range order {
			if places[f].above(places[earlier]) {
				u.t.Errorf("%s: Tab comes by %s before %s, which stands above", screen, named(earlier), named(f))
			}
		}
		order = append(order, f)
		if came[f] {
			u.t.Errorf("%s: Tab comes by %s twice", screen, named(f))
			break
		}
		came[f] = true
		if t, ok := f.(fyne.Tabbable); ok && t.AcceptsTab() {
			u.t.Errorf("%s: %s keeps Tab for itself", screen, named(f))
		}
		u.settle()
		u.shown(screen, f)
		c.FocusNext()
	}
	for f := range want {
		if !came[f] {
			u.t.Errorf("%s: Tab never comes by %s", screen, named(f))
		}
	}
	if c.Focused() != first {
		u.t.Errorf("%s: after the last control Tab goes to %s, not to %s", screen, named(c.Focused()), named(first))
	}
	for range len(want) {
		c.FocusPrevious()
	}
	if c.Focused() != first {
		u.t.Errorf("%s: Shift+Tab does not come back the same way", screen)
	}
	if before != nil && want[before] {
		c.Focus(before)
	}
	u.settle()
}

// shown fails unless a control that has the keyboard can be seen: all of it, or
// as much as there is room for.
func (u *user) shown(screen string, f fyne.Focusable) {
	u.t.Helper()
	for _, p := range controls(u.layout()) {
		if any(p.o) != any(f) {
			continue
		}
		whole := p.size()
		seen := fyne.NewSize(p.to.X-p.from.X, p.to.Y-p.from.Y)
		if seen.Width < whole.Width-1 || seen.Height < min(whole.Height, 60)-1 {
			u.t.Errorf("%s: %s has the keyboard and only %v of %v can be seen", screen, named(f), seen, whole)
		}
		return
	}
	u.t.Errorf("%s: %s has the keyboard and is not drawn", screen, named(f))
}

func (u *user) surveyPlaces(screen string) {
	u.t.Helper()
	window := u.win.Canvas().Size()
	target := 44 * kit.ScaleNow()
	all := u.layout()
	for _, p := range all {
		if b, ok := p.o.(*kit.Button); ok {
			if strings.TrimSpace(b.Label) == "" {
				u.t.Errorf("%s: a button without a word", screen)
			}
			if b.MinSize().Width > b.Size().Width+1 {
				u.t.Errorf("%s: %s needs %v of width and has %v", screen, named(b), b.MinSize().Width, b.Size().Width)
			}
		}
		if text, ok := p.o.(*kit.Text); ok {
			for _, o := range test.WidgetRenderer(text).Objects() {
				if line := o.(*canvas.Text); line.MinSize().Width > text.Size().Width+1 || p.at.X+text.Size().Width > window.Width {
					u.t.Errorf("%s: %q is %v wide, has %v, and begins at %v in a window %v wide", screen, line.Text, line.MinSize().Width, text.Size().Width, p.at.X, window.Width)
				}
			}
		}
	}
	list := controls(all)
	for i, p := range list {
		if p.at.X < -0.5 || p.at.X+p.size().Width > window.Width+0.5 {
			u.t.Errorf("%s: %s goes from %v to %v in a window %v wide", screen, named(p.o), p.at.X, p.at.X+p.size().Width, window.Width)
		}
		if s := p.size(); s.Width < target-0.5 || s.Height < target-0.5 {
			u.t.Errorf("%s: %s is %v, less than %v on a side", screen, named(p.o), s, target)
		}
		for _, q := range list[i+1:] {
			if p.overlaps(q) {
				u.t.Errorf("%s: %s lies over %s: %v to %v and %v to %v", screen, named(p.o), named(q.o), p.from, p.to, q.from, q.to)
			}
		}
	}
}

// view is one way of looking at the window.
type view struct {
	width, height, scale float32
}

func (v view) String() string {
	return fmt.Sprintf("%.0fx%.0f at %.0f %%", v.width, v.height, v.scale*100)
}

var views = []view{{900, 600, 1}, {1100, 760, 1}, {900, 600, 2}}

func inViews(t *testing.T, f func(t *testing.T, v view)) {
	for _, v := range views {
		t.Run(v.String(), func(t *testing.T) { f(t, v) })
	}
}

func (u *user) look(v view) {
	u.scale(v.scale)
	u.resize(v.width, v.height)
}

// opens surveys a sheet, then closes it by Escape: the keyboard is then where it
// was.
func (u *user) opens(what string, open func()) {
	u.t.Helper()
	if u.sheet() != "" {
		u.t.Fatalf("%s: the sheet %q is still open", what, u.sheet())
	}
	before := u.win.Canvas().Focused()
	u.pressed = nil
	open()
	u.settle()
	if u.pressed != nil {
		before = u.pressed
	}
	if u.sheet() == "" {
		u.t.Errorf("%s: no sheet:\n%s", what, u.seen())
		return
	}
	u.survey(what)
	u.key(fyne.KeyEscape)
	if u.sheet() != "" {
		u.t.Errorf("%s: Escape does not close %q", what, u.sheet())
		u.stage.CloseSheets()
		return
	}
	if after := u.win.Canvas().Focused(); after != before {
		u.t.Errorf("%s: the keyboard was with %s, then with %s", what, named(before), named(after))
	}
}

// TestDoorEverywhere goes through all that stands before an open vault.
func TestDoorEverywhere(t *testing.T) {
	inViews(t, func(t *testing.T, v view) {
		u := sit(t)
		u.look(v)
		u.survey("welcome")
		u.opens("find a vault", func() { u.press(text.HaveVault) })
		u.opens("help", func() { u.command(text.HelpHere) })
		u.press(text.HaveElsewhere)
		u.survey("this computer")
		u.press(text.Continue)
		u.survey("this computer, without a name")
		u.types("Portable", text.ComputerLabel)
		u.types(phrase, text.NewPhraseLabel)
		u.types(phrase, text.RetypeLabel)
		u.press(text.Continue)
		u.survey("the code of the other computer")
		u.press(text.JoinVerb)
		u.survey("no code")
		u.press(text.Back)
		u.press(text.Back)
		u.press(text.OnlyKit)
		u.survey("only the kit")
		u.types("Portable", text.ComputerLabel)
		u.types(phrase, text.NewPhraseLabel)
		u.types(phrase, text.RetypeLabel)
		u.press(text.Continue)
		u.survey("server and kit")
		u.types("carnet.exemple.fr", text.SyncServerLabel)
		u.types(strings.Repeat("ab", 32), text.SyncKeyLabel)
		u.types(kitCode(), text.CodeLabel)
		u.press(text.Continue)
		u.survey("consent for the kit")
		u.press(text.Back)
		u.press(text.Back)
		u.press(text.Back)
		u.press(text.CreateVault)
		u.survey("choose")
		u.press(text.OwnPhrase)
		u.survey("own phrase")
		u.types("court", text.OwnPhraseLabel)
		u.press(text.Continue)
		u.survey("own phrase, too short")
		u.types(phrase, text.OwnPhraseLabel)
		u.press(text.Continue)
		u.survey("retype")
		u.types(phrase, text.RetypeLabel)
		u.press(text.Continue)
		u.survey("kit")
		u.press(text.SaveKit)
		u.survey("kit, saved")
		u.copyGroup()
		u.survey("person")
		u.opens("place", func() { u.press(text.ChoosePlace) })
		u.press(text.Finish)
		u.survey("person, without a name")
		u.types("Camille", text.NameLabel)
		u.types("12/04/1985", text.BirthLabel)
		u.press(text.Finish)
		u.isOpen()
		u.survey("home, empty")
		u.command(text.DocumentsTitle)
		u.survey("documents, empty")
		u.command(text.Lock)
		u.survey("open")
		u.unlock("une autre phrase")
		u.survey("open, wrong")
		u.press(text.LostPhrase)
		u.survey("recover")
		u.press(text.OpenWithKit)
		u.survey("recover, no code")
		u.press(text.WithRelatives)
		u.survey("relatives")
		u.press(text.OpenWithRelatives)
		u.survey("relatives, no sheet")
		u.press(text.Back)
		u.press(text.Back)
		if err := os.Remove(filepath.Join(u.dir, "data", "coffre.carnet")); err != nil {
			t.Fatal(err)
		}
		u.types(phrase, text.PhraseLabel)
		u.opens("gone", func() { u.press(text.Open) })
	})
}

// TestWindowEverywhere goes through all of an open vault.
func TestWindowEverywhere(t *testing.T) {
	inViews(t, func(t *testing.T, v view) {
		u := atHome(t)
		u.look(v)
		u.survey("home")
		if u.width == kit.Narrow {
			u.opens("menu", func() { u.press(text.Menu) })
		}
		u.opens("people", u.ChoosePerson)
		u.opens("add a person", func() { u.command(text.AddPerson) })
		u.opens("add documents", func() { u.command(text.AddDocument) })
		u.opens("help", func() { u.command(text.HelpHere) })
		u.opens("about", func() { u.command(text.About) })
		u.opens("commands", func() { u.command(text.AllCommands) })
		u.opens("idle", u.warn)
		u.opens("emergency sheet", u.emergency)
		u.imp.Networks = onlyHere
		u.opens("receive from the telephone", func() { u.command(text.ReceivePhotos) })
		u.opens("choose photographs", func() { u.command(text.JoinPhotos) })
		photos := u.write(photographs(2)...)
		u.opens("photographs", func() { u.Dropped(photos) })
		u.opens("check the pages", func() {
			u.Dropped(photos)
			u.settle()
			u.press(text.JoinInto)
			u.pressed = nil // its sheet is gone
		})
		u.opens("confirm an import", func() { u.Dropped(u.write(note("a.txt"))) })

		u.command(text.DocumentsTitle)
		u.survey("documents")
		if u.width == kit.Narrow {
			u.opens("categories", func() { u.press(text.CategoryChosen, u.Say(text.Counted, u.Say(text.AllOf), 9)) })
		}
		u.opens("edit", func() { u.command(text.EditDetails) })
		u.opens("hide", func() { u.command(text.Mask) })
		u.opens("export", func() { u.command(text.ExportChosen) })
		u.opens("print", func() { u.command(text.Print) })
		u.command(text.MarkAll)
		u.survey("documents, all marked")
		u.opens("edit many", func() { u.command(text.EditDetails) })
		u.opens("hide many", func() { u.command(text.Mask) })
		u.command(text.MarkAll)
		u.command(text.Find)
		u.survey("documents, finding")
		u.types("zzz", text.FindLabel)
		u.survey("documents, nothing found")
		u.types("", text.FindLabel)
		u.key(fyne.KeyEscape)
		u.at("ordonnance")
		u.command(text.MoveToBin)
		u.survey("documents, with the bar")
		u.imports("b.txt")
		u.survey("documents, after an import")

		for _, title := range []string{"prise de sang", "photo devis dentaire", "notes pediatre"} {
			u.at(title)
			u.key(fyne.KeyReturn)
			u.survey(title)
			if v.scale == 1 && v.width == 1100 {
				u.list() // beside it
			}
			u.press(text.BackToList)
		}
		u.command(text.PutBack)
		u.survey("bin")
		u.opens("erase for good", func() { u.press(text.EraseForGood) })
		u.opens("empty the bin", func() { u.press(text.EmptyTheBin) })
		u.opens("erased documents", func() { u.press(text.ErasedOnes) })
		u.opens("documents about to go", func() { u.announce(u.documents()[:2]) })

		u.command(text.MedicalTitle)
		u.survey("medical profile")
		for _, k := range kinds().Kinds {
			if k.Code != profile.Measurement && k.Listed() {
				u.opens("add "+k.Code, func() { u.adds(k.Code) })
			}
		}
		u.opens("summary", func() { u.press(text.SummaryTitle) })
		u.opens("care history", func() { u.press(text.TimelineTitle) })
		u.opens("which measurement", func() { u.adds(profile.Measurement) })
		u.adds("condition")
		u.fills("condition", record.FieldText, "Asthme")
		u.press(text.Keep)
		u.survey("medical profile, with an entry")
		u.opens("entry", func() { u.pressRow("Asthme") })
		u.pressRow("Asthme")
		u.press(text.MoveToBin)
		u.opens("bin of the profile", func() { u.press(text.BinOfProfile, 1) })

		u.command(text.AgendaTitle)
		u.survey("diary, empty")
		u.notes("Kiné", "3/12/2030 14:30")
		u.survey("diary")
		u.opens("add an appointment", func() { u.press(text.AddAppointment) })
		u.opens("appointment", func() { u.pressRow("3 décembre 2030 à 14:30") })
		u.opens("take a calendar", func() { u.press(text.TakeCalendar) })
		u.opens("save a calendar", func() { u.press(text.SaveCalendar) })

		u.command(text.ChildMenu)
		u.survey("child, empty")
		u.opens("measurements of a day", func() { u.press(text.GrowthAdd) })
		u.grows(height("2019-09-03", "49", "lying"), height("2026-11-03", "121", "standing"), weight("2026-11-03", "23000"))
		u.survey("growth, nothing to draw")
		u.chooses(u.GrowthMeasure(growth.Height))
		u.survey("growth, a curve")
		u.press(text.GrowthTable)
		u.survey("growth, a table")
		u.opens("measurement", func() { u.pressRow("03/11/2026") })
		u.opens("growth on paper", func() { u.press(text.Print) })

		u.command(text.VaccinesTitle)
		u.survey("vaccinations, empty")
		u.opens("update vaccinations", func() { u.press(text.VaccineUpdate) })
		u.opens("copy the booklet", func() { u.press(text.VaccineCopy) })
		u.opens("document for school", func() { u.press(text.SchoolSheet) })
		u.copies([2]string{"5/11/2019", "Hexyon"}, [2]string{"2023", "Voyage"})
		u.survey("vaccinations")
		u.pressRow("fait" + text.Between)
		u.key(fyne.KeyEscape)
		u.opens("vaccination", func() { u.pressRow("fait" + text.Between) })

		u.bornOn("21/01/2009")
		u.command(text.HomeTitle)
		u.survey("home, before a majority")
		u.opens("hand-over, before it", func() { u.press(text.HandOverSee) })
		u.bornOn("20/11/2008")
		page := func(pages int) func() {
			return func() {
				u.command(text.HandOver)
				if pages > 0 {
					u.press(text.Continue)
				}
				if pages > 1 {
					u.types(leaOwn, text.NewPhraseLabel)
					u.types(leaOwn, text.RetypeLabel)
					u.press(text.Continue)
				}
				if pages > 2 {
					u.copyGroup()
				}
				u.pressed = nil // on pages that are gone
			}
		}
		for n := range 4 {
			u.opens(fmt.Sprintf("hand-over, step %d", n+1), page(n))
		}
		u.opens("records handed over", func() { u.command(text.HandedOverOnes) })

		u.command(text.SettingsTitle)
		u.survey("settings: display")
		for _, part := range []text.Message{text.PartSecurity, text.PartPeople, text.PartAdvice} {
			u.chooses(u.Say(part))
			u.survey("settings: " + part.EN)
		}
		u.chooses(u.Say(text.PartSync))
		u.survey("settings: synchronisation, no consent")
		u.opens("server to fetch from", func() { u.press(text.DeviceGet) })
		u.addComputer()
		u.command(text.SettingsTitle)
		u.chooses(u.Say(text.PartSync))
		u.survey("settings: synchronisation, two computers")
		u.opens("add a computer", func() { u.press(text.DeviceAdd) })
		u.opens("remove a computer", func() { u.press(text.DeviceTakeOutOf, "Portable") })
		u.opens("advice before fetching", func() { u.press(text.DeviceGet) })
		u.chooses(u.Say(text.PartSecurity))
		u.opens("change the phrase", func() { u.press(text.ChangePhrase) })
		u.opens("phrase known", func() { u.press(text.PhraseKnown) })
		u.opens("new kit", func() { u.press(text.NewKit) })
		u.chooses(u.Say(text.PartPeople))
		u.opens("add a keyholder", func() { u.press(text.AddHolder) })
		u.addHolder("Dominique")
		u.survey("kit shown")
		u.ticks(text.KitIsKept)
		u.press(text.Close)
		u.survey("settings: people, two of them")
		u.opens("share", func() { u.press(text.ShareRecord) })
		u.opens("remove a keyholder", func() { u.press(text.RemoveHolder, "Dominique") })
	})
}

// copyGroup types the group of the code that is asked for, and goes on.
func (u *user) copyGroup() {
	u.t.Helper()
	code := u.code()
	for n, group := range code.Groups() {
		for _, f := range all[*kit.Field](u) {
			if f.Entry.AccessibilityLabel() == u.Say(text.GroupLabel, u.Ordinal(n+1)) {
				u.types(strings.ToLower(group), text.GroupLabel, u.Ordinal(n+1))
				u.press(text.Continue)
				return
			}
		}
	}
	u.t.Fatalf("no group is asked for:\n%s", u.seen())
}

// code reads the recovery code off the screen.
func (u *user) code() vault.KitCode {
	u.t.Helper()
	for _, t := range all[*kit.Text](u) {
		if code, err := vault.ParseKitCode(t.String()); err == nil {
			return code
		}
	}
	u.t.Fatalf("no recovery code in:\n%s", u.seen())
	return vault.KitCode{}
}

// imports adds files to the record shown.
func (u *user) imports(names ...string) {
	u.t.Helper()
	var paths []string
	for _, name := range names {
		paths = append(paths, u.write(note(name))...)
	}
	u.Dropped(paths)
	u.settle()
	u.press(text.FileInto, u.open.Person().Name)
	u.until("import", func() bool { return u.imp == nil || !u.imp.Running() })
	u.settle()
}

// addHolder gives somebody a passphrase of their own, in the settings.
func (u *user) addHolder(name string) {
	u.t.Helper()
	u.press(text.AddHolder)
	u.types(name, text.NameLabel)
	u.types("la phrase de "+name, text.NewPhraseLabel)
	u.types("la phrase de "+name, text.RetypeLabel)
	u.press(text.AddHolder)
}
