package library

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
)

// reading is the text of scans and photographs being read, after an import or when
// the vault was opened. It gives way to an import and goes on after it.
type reading struct {
	task     *kit.Task
	done, of int64 // of is 0 until something is known to wait
	shown    *kit.Progress
}

// Read looks into what nobody has looked into, and reads scans and photographs that
// wait: nothing where the person has switched that off, or this computer cannot.
func (i *Import) Read() {
	switch {
	case !i.s.Prefs.Reading():
		i.stopReading()
		return
	case i.Running() || i.reading != nil || i.s.Ended():
		return
	}
	r := &reading{}
	i.reading = r
	r.task = i.s.Try(func(ctx context.Context) error {
		if err := i.s.Vault.Examine(ctx, i.s.Prober(), nil); err != nil {
			return err
		}
		waiting, err := i.s.Vault.Unread()
		if err != nil || len(waiting) == 0 {
			return err
		}
		reader, err := i.s.Recogniser(ctx)
		if session.CannotRead(err) {
			return nil // the settings say so, and how to get it
		}
		if err != nil {
			return err
		}
		return i.s.Vault.Recognise(ctx, reader, func(done, total int64) {
			i.s.Stage.Soon(func() {
				r.done, r.of = done, total
				i.refresh(struct{}{})
			})
		})
	}, func(err error) {
		i.reading = nil
		if err != nil && !errors.Is(err, context.Canceled) {
			e, _ := text.Explain(err)
			i.s.Tell(i.s.Say(e.What), nil)
		}
		if len(i.queue) > 0 {
			next := i.queue[0]
			i.queue = i.queue[1:]
			i.start(next)
			return
		}
		if r.of > 0 {
			i.changed()
		}
	})
}

// Reading reports whether scans and photographs are being read.
func (i *Import) Reading() bool { return i.reading != nil }

// stopReading stops; it goes on when the vault is opened next, or after an import.
func (i *Import) stopReading() {
	if i.reading != nil {
		i.reading.task.Stop()
	}
}

// tell shows how far the reading is.
func (r *reading) tell(s *session.Session) {
	if r.shown != nil {
		r.shown.Set(float64(r.done)/float64(max(1, r.of)), s.Say(text.LookingAt, r.done, r.of), s.Say(text.ReadingKept))
	}
}

// readingPanel is the reading on screen, nil while there is nothing to say.
func (i *Import) readingPanel() fyne.CanvasObject {
	r := i.reading
	if r == nil || r.of == 0 {
		return nil
	}
	if r.shown == nil {
		r.shown = kit.NewProgress(i.s.Say(text.ReadingTitle), i.s.Say(text.StopReading), "", i.stopReading)
		r.tell(i.s)
	}
	return r.shown
}
