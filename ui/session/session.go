// Package session is what every screen of an open vault has in hand: the vault,
// the person shown, the language, and the window around it. It holds what was
// done, so that it can be undone, and stops all work when the vault is locked.
package session

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/lockscreen"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/render"
)

// Place is a screen of the window.
type Place int

// The places, in the order of the navigation.
const (
	Home Place = iota
	Documents
	Medical
	Child
	Vaccines
	Settings
	Agenda // numbers are kept by a locked vault
)

// Window is what screens ask of the window around them.
type Window interface {
	// Go shows another screen.
	Go(Place)
	// Redraw reads and makes the screen in place again, after the person shown
	// or the vault changed.
	Redraw()
	// Arrange makes the screen in place again from what it has read.
	Arrange()
	// Tell shows a sentence in the bar below the content, with an undo when
	// it is not nil.
	Tell(what string, undo func())
	// SetTheme, SetLanguage and SetIdle change preferences at once.
	SetTheme(kit.Theme)
	SetLanguage(text.Language)
	// ShowDocument goes to the documents and opens one.
	ShowDocument(record.ID)
	// ShowBin goes to the documents in the bin.
	ShowBin()
	// Read reads scans and photographs that wait, or stops, as is preferred.
	Read()
	// Kept is what a locked window remembers: where one was, and what stands in
	// the open forms.
	Kept() []byte
	// Lock locks the vault now.
	Lock()
	// Closed leaves a vault that was closed for good: nothing of it is kept but,
	// with a file still to be erased, where that lies.
	Closed(unfinished bool)
}

// Screen is one place of the window while it is shown.
type Screen interface {
	// Title says in plain words what the screen is for.
	Title() string
	// Enter is called when the screen is about to be shown, and when what it
	// shows may have changed: it begins to read the vault.
	Enter()
	// Content is the screen, arranged for a width. It may be called again and
	// again.
	Content(kit.Width) fyne.CanvasObject
	// Focus is what should have the keyboard first, nil for the first control.
	Focus() fyne.Focusable
	// Help says what can be done here.
	Help() string
	// Leave is called when another screen takes its place, or the vault is
	// locked.
	Leave()
}

// Session is an open vault in a window.
type Session struct {
	text.Language
	Window
	Stage  *kit.Stage
	Vault  *vault.Vault
	Pages  *render.Client // draws what the person looks at
	Reader *render.Client // looks into what was added
	*Tables
	Prefs *Prefs
	Shelf *lockscreen.Shelf // of emergency sheets that are read while the vault is closed
	Now   func() time.Time
	Sync  *Syncing
	// Watching looks into watched folders.
	Watching *Watching

	person record.Patient
	forms  map[string]func() map[string]string
	tasks  []*kit.Task
	ended  bool
	told   map[record.ID]bool // documents of the bin, see Told
	done   []Act              // that can be undone, the last one last
	undone []Act
}

// Act is something that was done and can be taken back.
type Act struct {
	Name       string // for the menu and the bar
	Undo, Redo func(context.Context) error
}

// maxTold is how many announced documents are remembered, which is sealed with
// what one had begun to write; the others are announced again.
const maxTold = 5000

// maxActs is how many acts can be taken back.
const maxActs = 20

// Person is whose record is shown.
func (s *Session) Person() record.Patient { return s.person }

// Show shows another person's record.
func (s *Session) Show(p record.Patient) { s.person = p }

// Open says that a form is on screen that holds words of the person's which are
// saved nowhere yet. When the vault is locked meanwhile they are sealed in it,
// and given back by [Restorer] when it is open again. A form that is done calls
// [Session.Shut].
func (s *Session) Open(form string, words func() map[string]string) {
	if s.forms == nil {
		s.forms = map[string]func() map[string]string{}
	}
	s.forms[form] = words
}

// Shut says that a form is done, or given up.
func (s *Session) Shut(form string) { delete(s.forms, form) }

// Drafts gathers what stands in the open forms.
func (s *Session) Drafts() map[string]map[string]string {
	out := map[string]map[string]string{}
	for form, words := range s.forms {
		out[form] = words()
	}
	return out
}

// Told notes that the person has read which documents of the bin will be erased
// for good, and when. Nothing is erased by itself that was not announced at an
// earlier opening of the vault.
func (s *Session) Told(docs ...record.Document) {
	if s.told == nil {
		s.told = map[record.ID]bool{}
	}
	for _, d := range docs[:min(len(docs), max(0, maxTold-len(s.told)))] {
		s.told[d.ID] = true
	}
}

// Announced lists them.
func (s *Session) Announced() []record.ID { return slices.Collect(maps.Keys(s.told)) }

// Restorer is a screen that opens a form again with what stood in it.
type Restorer interface {
	Restore(form string, words map[string]string)
}

// Ended reports whether the vault was locked since.
func (s *Session) Ended() bool { return s.ended }

// Try runs a verb of the vault away from the drawing, then the next step with
// its error. Nothing follows when the vault was locked meanwhile.
func (s *Session) Try(verb func(context.Context) error, then func(error)) *kit.Task {
	if s.ended {
		verb = func(context.Context) error { return vault.ErrLocked }
	}
	s.tasks = slices.DeleteFunc(s.tasks, (*kit.Task).Done)
	t := s.Stage.Start(verb, func(err error) {
		if !s.ended {
			then(err)
		}
	})
	s.tasks = append(s.tasks, t)
	return t
}

// attend runs work that goes on until it is stopped or the vault is locked.
func (s *Session) attend(work func(context.Context)) *kit.Task {
	t := s.Stage.Attend(work)
	s.tasks = append(s.tasks, t)
	return t
}

// Do runs a verb, shows its error if it has one, and goes on otherwise.
func (s *Session) Do(verb func(context.Context) error, then func()) *kit.Task {
	return s.Try(verb, func(err error) {
		if err != nil {
			s.Explain(err)
			return
		}
		then()
	})
}

// Telling shows in the bar how far some work is. Call end when it has ended, on
// the goroutine that draws: a number that comes late would stand in the place of
// what came of the work.
func (s *Session) Telling(say func(done, total int64) string) (progress func(done, total int64), end func()) {
	over := false
	show := kit.Throttle(s.Stage, func(p [2]int64) {
		if !over {
			s.Tell(say(p[0], p[1]), nil)
		}
	})
	return func(done, total int64) { show([2]int64{done, total}) }, func() { over = true }
}

// Follow moves a panel of progress as work goes on; kept says what stays when it is
// stopped.
func Follow(stage *kit.Stage, l text.Language, shown *kit.Progress, kept string) (progress func(done, total int64)) {
	set := kit.Throttle(stage, func(part float64) { shown.Set(part, l.Say(text.PartDone, int(part*100)), kept) })
	return func(done, total int64) {
		if total > 0 {
			set(float64(done) / float64(total))
		}
	}
}

// Act does something that can be taken back: it runs Redo, remembers the act and
// tells it in the bar. Where it fails the screen is made again, since a part of
// it may be done.
func (s *Session) Act(a Act, then func()) {
	s.act(a.Redo, func() {
		s.Did(a)
		then()
	})
}

func (s *Session) act(verb func(context.Context) error, then func()) {
	s.Try(verb, func(err error) {
		if err != nil {
			s.Redraw()
			s.Explain(err)
			return
		}
		then()
	})
}

// Did remembers an act that has just been done, and tells it.
func (s *Session) Did(a Act) {
	s.done = append(s.done, a)
	s.done = s.done[max(0, len(s.done)-maxActs):]
	s.undone = nil
	s.Tell(a.Name, s.Undo)
}

// Forget drops what could be taken back: it was done to what is there no more.
func (s *Session) Forget() { s.done, s.undone = nil, nil }

// Undo takes the last act back.
func (s *Session) Undo() {
	if len(s.done) == 0 {
		s.Tell(s.Say(text.NothingToUndo), nil)
		return
	}
	a := s.done[len(s.done)-1]
	s.done = s.done[:len(s.done)-1]
	s.act(a.Undo, func() {
		s.undone = append(s.undone, a)
		s.Tell(s.Say(text.Undone, a.Name), nil)
		s.Redraw()
	})
}

// Redo does the last act again that was taken back.
func (s *Session) Redo() {
	if len(s.undone) == 0 {
		s.Tell(s.Say(text.NothingToRedo), nil)
		return
	}
	a := s.undone[len(s.undone)-1]
	s.undone = s.undone[:len(s.undone)-1]
	s.act(a.Redo, func() {
		s.done = append(s.done, a)
		s.Tell(a.Name, s.Undo)
		s.Redraw()
	})
}

// Explain shows an error in three sentences.
func (s *Session) Explain(err error) { Explain(s.Stage, s.Language, err) }

// End stops all work: nothing that was begun is shown any more.
func (s *Session) End() {
	s.ended = true
	for _, t := range s.tasks {
		t.Stop()
	}
}

// Close seals what the person had begun to write, writes the sheet again that lies
// on the shelf, and closes the vault. It is
// called after [Session.End], away from the drawing, and returns when the file
// is free.
func (s *Session) Close(drafts []byte) error {
	for _, t := range s.tasks {
		t.StopAndWait()
	}
	s.Sync.Close()
	s.Pages.Close() // their errors are always nil
	s.Reader.Close()
	return errors.Join(s.Vault.KeepDrafts(context.Background(), drafts), s.Shelf.Refresh(s.Vault), s.Vault.Close())
}
