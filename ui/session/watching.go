package session

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/watched"
)

// Watching looks into the watched folders of an open vault, every few seconds once one
// is known, and holds what is to be offered. All of it lives on the goroutine that
// draws.
type Watching struct {
	// OnChange is told when something else is to be shown.
	OnChange func()
	// Take adds files without a question: those of a folder for which the person
	// asked for that. It calls [Watching.Taken] when it is done with them.
	Take func(vault.News)

	s       *Session
	watcher *vault.Watcher
	news    []vault.News
	names   map[record.ID]string
	err     error // of the list
	known   bool  // the folders were looked at once
	looking bool
	again   bool                  // look once more
	busy    map[watched.Mark]bool // files that are being added
}

// NewWatching makes it. Nothing is looked at by it.
func NewWatching(s *Session) *Watching {
	return &Watching{s: s, watcher: s.Vault.Watcher(), busy: map[watched.Mark]bool{}, OnChange: func() {}, Take: func(vault.News) {}}
}

// Tick is called every few seconds while the vault is open. It does nothing while no
// folder is watched.
func (w *Watching) Tick() {
	if !w.known || len(w.news) > 0 {
		w.Look()
	}
}

// Look looks into the folders, away from the drawing.
func (w *Watching) Look() {
	if w.looking {
		w.again = true
		return
	}
	w.looking = true
	var news []vault.News
	names := map[record.ID]string{}
	now := w.s.Now()
	w.s.Try(func(ctx context.Context) (err error) {
		if news, err = w.watcher.Look(ctx, now); err != nil || len(news) == 0 {
			return err
		}
		people, err := w.s.Vault.Patients()
		for _, p := range people {
			names[p.ID] = p.Name
		}
		return err
	}, func(err error) {
		w.looking = false
		for i := range news {
			news[i].Files = slices.DeleteFunc(news[i].Files, func(f watched.File) bool { return w.busy[f.Mark()] })
		}
		same := w.known && errors.Is(err, w.err) && sameNews(w.news, news)
		w.news, w.names, w.err, w.known = news, names, err, true
		w.takeUnasked()
		if !same {
			w.OnChange()
		}
		if w.again {
			w.again = false
			w.Look()
		}
	})
}

// sameNews reports whether two looks show the same.
func sameNews(a, b []vault.News) bool {
	return slices.EqualFunc(a, b, func(x, y vault.News) bool {
		return x.WatchedFolder == y.WatchedFolder && x.More == y.More && (x.Err == nil) == (y.Err == nil) &&
			slices.EqualFunc(x.Files, y.Files, func(f, g watched.File) bool { return f.Mark() == g.Mark() })
	})
}

// takeUnasked begins to add what needs no question.
func (w *Watching) takeUnasked() {
	for i := range w.news {
		if n := w.news[i]; n.Automatic && len(n.Files) > 0 {
			w.news[i].Files = nil
			w.Begin(n)
			w.Take(n)
		}
	}
}

// Begin keeps files from being offered while they are being added.
func (w *Watching) Begin(n vault.News) {
	for _, f := range n.Files {
		w.busy[f.Mark()] = true
	}
	for i := range w.news {
		w.news[i].Files = slices.DeleteFunc(slices.Clone(w.news[i].Files), func(f watched.File) bool { return w.busy[f.Mark()] })
	}
	w.OnChange()
}

// Taken says that files are being added no more. Those of them that failed, and those
// that were to be added without a question, wait until they change or the vault is
// opened again; what is in the record is settled.
func (w *Watching) Taken(n vault.News, failed []string) {
	for _, f := range n.Files {
		delete(w.busy, f.Mark())
		if n.Automatic || slices.Contains(failed, f.Path(n.Path)) {
			w.watcher.SetAside(f)
		}
	}
	w.Look()
}

// Folders are the watched folders with what was found in each at the last look; the
// error is why the list cannot be read.
func (w *Watching) Folders() ([]vault.News, error) { return w.news, w.err }

// Offers are the folders with something to offer.
func (w *Watching) Offers() (out []vault.News) {
	for _, n := range w.news {
		if len(n.Files) > 0 {
			out = append(out, n)
		}
	}
	return out
}

// Whose is the name of the person whose record a folder is for; "" when it is no longer
// here.
func (w *Watching) Whose(n *vault.News) string { return w.names[n.Patient] }

// Said says what there is to offer, one sentence a folder; nothing when there is
// nothing.
func (w *Watching) Said() (out []string) {
	for _, n := range w.Offers() {
		out = append(out, w.s.OfferCounted(len(n.Files)+n.More, filepath.Base(n.Path), w.Whose(&n)))
	}
	return out
}
