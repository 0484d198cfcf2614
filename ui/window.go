// Package ui is the window: what surrounds the screens, how one goes from one to
// another, the menu, and the locking of the vault by hand or when nobody is
// there.
package ui

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"runtime"
	"time"

	"fyne.io/fyne/v2"

	"carnet/ui/agenda"
	"carnet/ui/child"
	"carnet/ui/handover"
	"carnet/ui/home"
	"carnet/ui/kit"
	"carnet/ui/library"
	"carnet/ui/lockscreen"
	"carnet/ui/medical"
	"carnet/ui/release"
	"carnet/ui/session"
	"carnet/ui/settings"
	"carnet/ui/text"
	"carnet/ui/unlock"
	"carnet/ui/vaccines"
	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/render"
)

// Options are what a window needs from the program.
type Options struct {
	System text.Language // the language the system asks for
	Vault  vault.Options // to make and open vaults with
	Tables *session.Tables
	Path   string // where a new vault goes
	Prefs  string // file of preferences, see [session.NewPrefs]
	Build  *release.Build
	Open   string // vault to open first; "" means the recent one
	Words  func(text.Language) []string
	Try    func(context.Context) (path string, passphrase []byte, err error)
	Pages  func() *render.Client // draws pages; each opening of the vault has its own
	Shelf  *lockscreen.Shelf     // of emergency sheets that are read while the vault is closed; nil for none
	Now    func() time.Time
	Do     func(func()) // see [kit.Stage]; nil but in tests
}

// Least size of the window, in units of the canvas.
const (
	leastWidth  = 900
	leastHeight = 600
)

// Window is the program's window.
type Window struct {
	text.Language
	opt    Options
	app    fyne.App
	win    fyne.Window
	stage  *kit.Stage
	prefs  *session.Prefs
	bar    *kit.Bar
	door   *unlock.Door
	open   *session.Session // nil while locked
	screen session.Screen   // nil while locked
	place  session.Place
	places map[session.Place]session.Screen
	imp    *library.Import // goes on while one looks at other screens
	warned *kit.Sheet      // that the vault is about to lock itself
	closed chan struct{}   // of the vault closed last
	width  kit.Width
}

// New makes the window of an app. It shows the door, or the welcome when no
// vault is known.
func New(a fyne.App, o Options) *Window {
	fyne.SetCurrentApp(still{a})
	leaveEnd(a)
	w := &Window{opt: o, app: a, prefs: session.NewPrefs(o.Prefs, usualLook(runtime.GOOS, os.Getenv)), closed: make(chan struct{})}
	close(w.closed)
	w.Language = w.prefs.Language(o.System)
	a.Settings().SetTheme(w.prefs.Theme())
	w.win = a.NewWindow("Carnet")
	w.win.SetPadded(false)
	w.stage = kit.NewStage(w.win.Canvas())
	w.stage.Do = o.Do
	w.prefs.Fault = func(err error) { session.Explain(w.stage, w.Language, err) }
	w.door = &unlock.Door{
		Language: w.Language, Window: doorWindow{w}, Stage: w.stage, Prefs: w.prefs, Options: o.Vault, Path: o.Path,
		Kinds: o.Tables.Kinds, Shelf: o.Shelf,
		Words: o.Words, Try: o.Try, Ready: func() { <-w.closed }, Opened: w.opened, Now: o.Now,
	}
	w.door.Turn()
	if o.Open != "" {
		w.door.At(o.Open)
	}
	w.win.SetOnDropped(func(_ fyne.Position, uris []fyne.URI) {
		paths := make([]string, len(uris))
		for i, u := range uris {
			paths[i] = u.Path()
		}
		w.Dropped(paths)
	})
	w.win.SetCloseIntercept(w.Quit)
	w.win.Resize(w.prefs.Size().Max(fyne.NewSize(leastWidth, leastHeight)))
	w.dress()
	w.Arrange()
	w.stage.OnWidth = func(kit.Width) { w.Arrange() }
	w.stage.OnKey = w.key
	return w
}

// usualLook is the look that nobody has chosen: the computer's, or the light one
// where it cannot say which it has.
func usualLook(system string, getenv func(string) string) kit.Look {
	if system == "linux" && getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		return kit.Light
	}
	return kit.Auto
}

// Run shows the window until it is closed.
func (w *Window) Run() {
	watch := w.stage.Every(idlePause, w.watch)
	w.win.ShowAndRun()
	watch.Stop()
	<-w.closed
	w.stage.Wait()
}

// Quit locks the vault and closes the window.
func (w *Window) Quit() {
	w.prefs.SetSize(w.win.Canvas().Size())
	w.Lock()
	w.win.SetCloseIntercept(nil)
	w.win.Close()
}

// dress makes what depends on the language.
func (w *Window) dress() {
	w.bar = kit.NewBar(w.Say(text.Undo), w.Say(text.UndoKey), w.Say(text.Close))
	w.door.Language = w.Language
	if w.open != nil {
		w.open.Language = w.Language
	}
	w.win.SetMainMenu(w.menu())
}

// Arrange shows what is to be shown: the door, or the screen in place with the
// navigation around it.
func (w *Window) Arrange() {
	w.width = w.stage.Width()
	if w.open == nil {
		w.win.SetTitle("Carnet")
		w.stage.Present(kit.Above(0, w.door.Content(w.width), w.bar))
		w.focus(w.door.Focus())
		return
	}
	w.win.SetTitle(w.screen.Title() + " - Carnet")
	content := w.screen.Content(w.width)
	body := kit.Above(0, kit.Inset(8, content), w.bar)
	var around fyne.CanvasObject
	if w.width == kit.Narrow {
		around = kit.Above(1, w.topBar(), body)
	} else {
		around = kit.Beside(1, w.sidebar(), body)
	}
	w.stage.Present(around)
	focus := w.screen.Focus()
	if focus == nil {
		focus = kit.FirstFocus(content)
	}
	w.focus(focus)
}

// key gives the screen in place what nothing on it had a use for.
func (w *Window) key(k *fyne.KeyEvent) {
	if s, ok := w.screen.(interface{ Escape() }); ok && k.Name == fyne.KeyEscape && !w.stage.SheetOpen() {
		s.Escape()
	}
}

// focus gives the keyboard to a control, unless a sheet has it.
func (w *Window) focus(f fyne.Focusable) {
	if w.stage.SheetOpen() {
		return
	}
	w.stage.Focus(f)
}

// opened begins a session on a vault.
func (w *Window) opened(v *vault.Vault) {
	w.open = &session.Session{
		Language: w.Language, Window: w, Stage: w.stage, Vault: v, Pages: w.opt.Pages(),
		Reader: w.opt.Pages(), Tables: w.opt.Tables, Prefs: w.prefs, Now: w.opt.Now,
		Shelf: w.opt.Shelf,
	}
	w.open.Sync = session.NewSyncing(w.open)
	w.open.Sync.OnChange = w.synced
	w.open.Watching = session.NewWatching(w.open)
	w.open.Watching.OnChange = w.offered
	w.imp = library.NewImport(w.open)
	w.open.Watching.Take = w.imp.TakeUnasked
	w.places = map[session.Place]session.Screen{
		session.Home: home.New(w.open, home.Ways{
			Add:       w.imp.Choose,
			Offer:     w.imp.Offer,
			BackUp:    func() { onSettings((*settings.Settings).BackUp)(w) },
			Sync:      func(p record.ID) { onSettings(func(t *settings.Settings) { t.ShowSync(p) })(w) },
			TrySheets: func() { onSettings((*settings.Settings).TrySheets)(w) },
			HandOver:  func() { handover.Begin(w.open, w.open.Person()) },
		}),
		session.Documents: library.New(w.open, w.imp),
		session.Medical:   medical.New(w.open),
		session.Child:     child.New(w.open),
		session.Vaccines:  vaccines.New(w.open),
		session.Settings:  settings.New(w.open),
		session.Agenda:    agenda.New(w.open),
	}
	w.bar.Hide()
	s := w.open
	var people []record.Patient
	var drafts []byte
	var traces bool
	s.Do(func(context.Context) (err error) {
		if traces, err = v.Traces(); err != nil {
			return err
		}
		if people, err = v.Patients(); err != nil {
			return err
		}
		drafts, err = v.Drafts()
		return err
	}, func() {
		if len(people) > 0 {
			s.Show(people[0])
		}
		w.place = session.Home
		w.restore(people, drafts)
		if traces {
			w.places[session.Settings].(*settings.Settings).TellTraces()
		}
		w.imp.Read()
		w.settleShelf()
		s.Sync.Look()
		s.Watching.Look()
	})
}

// offered shows what has come into watched folders.
func (w *Window) offered() {
	if s, ok := w.screen.(interface{ Offered() }); ok && w.open != nil {
		s.Offered()
	}
}

// synced shows how far synchronising is, and what came.
func (w *Window) synced(came bool) {
	if w.open == nil || w.screen == nil {
		return
	}
	if r, ok := w.open.Sync.Record(w.open.Person().ID); ok {
		w.open.Show(r.Patient) // they may be called otherwise now
	}
	if s, ok := w.screen.(interface{ Synced() }); ok {
		s.Synced()
	}
	if came {
		w.screen.Enter()
	}
}

// settleShelf enters in the journal what was read while the vault was closed, tells
// it, and writes the sheet again that lies on the shelf.
func (w *Window) settleShelf() {
	s := w.open
	var openings vault.Openings
	s.Try(func(ctx context.Context) (err error) {
		openings, err = s.Shelf.Take(ctx, s.Vault)
		return errors.Join(err, s.Shelf.Refresh(s.Vault))
	}, func(err error) {
		if told := s.Openings(openings.Entered, openings.Lost); len(told) > 0 {
			w.message(w.Say(text.EmergencyTitle), told...)
		}
		if err != nil {
			s.Explain(err)
		}
	})
}

// kept is what a locked window remembers, sealed in the vault.
type kept struct {
	Place  session.Place
	Person record.ID
	Forms  map[string]map[string]string
	Told   []record.ID // see [session.Session.Told]
}

// restore goes where the person was when the vault was locked, and gives back
// what they had begun to write.
func (w *Window) restore(people []record.Patient, drafts []byte) {
	var k kept
	if len(drafts) > 0 && json.Unmarshal(drafts, &k) == nil {
		for _, p := range people {
			if p.ID == k.Person {
				w.open.Show(p)
			}
		}
		w.place = k.Place
	}
	w.win.SetMainMenu(w.menu())
	w.Go(w.place)
	if d := w.open.Vault.Damage(); d.Records+d.Refused > 0 {
		w.message(w.Say(text.ProblemTitle), w.Say(text.Damaged, d.Records+d.Refused))
	}
	w.sweep(k.Told)
	for form, words := range k.Forms {
		if session.RestoreForm(w.open, form, words) || handover.Resume(w.open, form, words) ||
			w.places[session.Settings].(*settings.Settings).ResumeClosing(form, words) {
			continue
		}
		if r, ok := w.screen.(session.Restorer); ok {
			r.Restore(form, words)
		}
	}
}

// Go shows another screen.
func (w *Window) Go(p session.Place) {
	if w.open == nil {
		return
	}
	if w.screen != nil {
		w.screen.Leave()
	}
	w.place, w.screen = p, w.places[p]
	w.screen.Enter()
	w.Arrange()
}

// Redraw makes the screen in place again.
func (w *Window) Redraw() {
	if w.open == nil {
		w.Arrange()
		return
	}
	w.Go(w.place)
}

// Read reads scans and photographs that wait, or stops, as is preferred.
func (w *Window) Read() {
	if w.imp != nil && w.open != nil {
		w.imp.Read()
	}
}

// Tell shows a sentence in the bar below the content.
func (w *Window) Tell(what string, undo func()) { w.bar.Tell(what, undo) }

// ShowDocument goes to the documents and opens one.
func (w *Window) ShowDocument(id record.ID) {
	w.Go(session.Documents)
	w.places[session.Documents].(*library.Library).Show(id)
}

// ShowBin goes to the documents in the bin.
func (w *Window) ShowBin() {
	w.Go(session.Documents)
	w.places[session.Documents].(*library.Library).ShowBin()
}

// SetTheme changes the look and the size of text at once.
func (w *Window) SetTheme(t kit.Theme) {
	w.prefs.SetTheme(t)
	w.app.Settings().SetTheme(t)
	w.stage.Measure()
	w.Arrange()
}

// SetLanguage changes the language at once.
func (w *Window) SetLanguage(l text.Language) {
	w.prefs.SetLanguage(l)
	w.Language = l
	w.dress()
	w.Redraw()
}

// Dropped takes files that were let go over the window.
func (w *Window) Dropped(paths []string) {
	w.stage.Stir()
	if w.open == nil {
		w.door.Dropped(paths)
		return
	}
	w.imp.Confirm(paths)
}

// doorWindow is the window as the door sees it.
type doorWindow struct{ *Window }

// Redraw shows the door again.
func (d doorWindow) Redraw() { d.Arrange() }

// Status shows what is going on.
func (d doorWindow) Status(what string) {
	if what == "" {
		d.bar.Hide()
		return
	}
	d.bar.Tell(what, nil)
}

// Print prints the sheet of a recovery kit.
func (d doorWindow) Print(pdf func() ([]byte, error)) {
	session.PrintPDF(d.stage, d.Language, pdf, func() { d.bar.Tell(d.Say(text.Printed), nil) })
}
