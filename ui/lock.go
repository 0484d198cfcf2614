package ui

import (
	"context"
	"encoding/json"
	"time"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
)

// The vault locks itself when nobody has touched the window for the minutes that
// the person chose. A minute before it asks.
const (
	idlePause   = 5 * time.Second // between two looks
	idleWarning = time.Minute
)

// watch looks whether something was changed that has to go to a server, what has come
// into watched folders, and whether somebody is still there.
func (w *Window) watch() {
	if w.open != nil {
		w.open.Sync.Tick()
		w.open.Watching.Tick()
	}
	limit := time.Duration(w.prefs.Idle()) * time.Minute
	if w.open == nil || limit == 0 {
		return
	}
	switch idle := w.stage.Idle(w.opt.Now()); {
	case idle >= limit:
		w.Lock()
	case idle >= limit-idleWarning && w.warned == nil:
		w.warn()
	case idle < limit-idleWarning && w.warned != nil:
		w.warned.Close()
		w.warned = nil
	}
}

// warn says that the vault is about to lock itself.
func (w *Window) warn() {
	stay := kit.NewButton(w.Say(text.StayOpen), nil, kit.Primary, func() {
		w.stage.Stir()
		w.warned.Close()
		w.warned = nil
	})
	w.warned = w.stage.ShowSheet(kit.SheetOptions{
		Title:    w.Say(text.LockingTitle),
		Content:  kit.NewText(w.Say(text.LockingSoon), kit.Body),
		Actions:  []*kit.Button{stay, kit.NewButton(w.Say(text.LockNow), kit.LockIcon, kit.Plain, w.Lock)},
		Focus:    stay,
		OnCancel: func() { w.warned = nil },
	})
}

// leave takes everything off the screen at once, and shows the door as turn turns
// it.
func (w *Window) leave(turn func()) {
	w.imp.Stop()
	w.screen.Leave()
	w.open.End()
	w.open, w.screen, w.places, w.imp, w.warned = nil, nil, nil, nil, nil
	w.stage.CloseSheets()
	w.bar.Clear()
	turn()
	w.win.SetMainMenu(w.menu())
	w.Arrange()
}

// Closed leaves a vault that was closed for good, and what lay on the shelf for it
// goes. It is known no longer, unless its file is still to be erased: the door says so
// then, now and whenever the program starts.
func (w *Window) Closed(unfinished bool) {
	s := w.open
	if s == nil {
		return
	}
	path := s.Vault.Path()
	turn := func() { w.door.At(path) }
	if !unfinished {
		w.prefs.Forget(path)
		turn = w.door.Turn
	}
	w.leave(turn)
	w.stage.Start(func(context.Context) error {
		s.Sync.Close()
		s.Pages.Close() // their errors are always nil
		s.Reader.Close()
		return w.opt.Shelf.Forget(path)
	}, func(err error) {
		if err != nil {
			session.Explain(w.stage, w.Language, err)
		}
	})
}

// Lock takes everything off the screen at once, seals what the person had begun
// to write, and closes the vault.
func (w *Window) Lock() {
	s := w.open
	if s == nil {
		return
	}
	drafts := w.Kept()
	w.leave(func() { w.door.At(s.Vault.Path()) })
	closed := make(chan struct{})
	w.closed = closed
	w.stage.Start(func(context.Context) error {
		defer close(closed)
		return s.Close(drafts)
	}, func(err error) {
		if err != nil {
			session.Explain(w.stage, w.Language, err)
		}
	})
}

// Kept is what to remember for when the vault is open again; nil when there
// is nothing that another start would not show as well.
func (w *Window) Kept() []byte {
	b, err := json.Marshal(kept{Place: w.place, Person: w.open.Person().ID, Forms: w.open.Drafts(), Told: w.open.Announced()})
	if err != nil {
		return nil // strings and numbers always marshal
	}
	return b
}
