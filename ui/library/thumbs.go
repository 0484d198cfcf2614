package library

import (
	"container/list"
	"context"
	"image"
	"sync"
	"time"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/vault/record"
)

// maxThumbs is how many thumbnails are held decoded: several screens of rows. The
// others wait sealed in the vault.
const maxThumbs = 96

// maxWaiting is how many rows wait for their picture: those that were in sight
// last.
const maxWaiting = 48

// rest is how long the list must stand still before pictures are fetched: what
// scrolls by is not looked at, and painting it would only make it scroll slower.
const rest = 120 * time.Millisecond

// thumbs gives rows their pictures. What is not at hand is fetched or painted
// away from the drawing, the rows seen last first, and the rows are drawn again.
type thumbs struct {
	s      *session.Session
	redraw func(struct{})

	held  map[record.ID]*list.Element // of order
	order *list.List                  // of thumb, the one used last in front
	task  *kit.Task

	mu      sync.Mutex
	waiting []record.ID // the last one next
	asked   time.Time   // when a row asked last
}

type thumb struct {
	id      record.ID
	picture image.Image // nil when the document has none
}

func newThumbs(s *session.Session, redraw func()) *thumbs {
	return &thumbs{
		s: s, redraw: kit.Throttle(s.Stage, func(struct{}) { redraw() }),
		held: map[record.ID]*list.Element{}, order: list.New(),
	}
}

// of gives the picture of a document, nil while there is none.
func (t *thumbs) of(d *record.Document) image.Image {
	if !drawable(d.MediaType) || d.Proposed.Failed {
		return nil
	}
	if e := t.held[d.ID]; e != nil {
		t.order.MoveToFront(e)
		return e.Value.(thumb).picture
	}
	t.mu.Lock()
	t.asked = time.Now()
	t.waiting = append(t.waiting, d.ID)
	t.waiting = t.waiting[max(0, len(t.waiting)-maxWaiting):]
	t.mu.Unlock()
	if t.task == nil || t.task.Done() {
		t.task = t.s.Try(t.fetch, func(error) {}) // a picture that fails leaves its icon
	}
	return nil
}

// next waits until the list stands still and gives the row to fetch the picture
// of.
func (t *thumbs) next(ctx context.Context) (id record.ID, ok bool) {
	for ctx.Err() == nil {
		t.mu.Lock()
		n, still := len(t.waiting), time.Since(t.asked)
		if n == 0 {
			t.mu.Unlock()
			return id, false
		}
		if still >= rest {
			id = t.waiting[n-1]
			t.waiting = t.waiting[:n-1]
			t.mu.Unlock()
			return id, true
		}
		t.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(rest - still):
		}
	}
	return id, false
}

// fetch gets the pictures that are waited for.
func (t *thumbs) fetch(ctx context.Context) error {
	for id, ok := t.next(ctx); ok; id, ok = t.next(ctx) {
		picture, err := t.s.Thumbnail(ctx, id)
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			picture = nil // none: said by the icon
		}
		t.s.Stage.Soon(func() { t.hold(thumb{id, picture}) })
	}
	return ctx.Err()
}

func (t *thumbs) hold(got thumb) {
	if t.held[got.id] == nil {
		t.held[got.id] = t.order.PushFront(got)
	}
	for t.order.Len() > maxThumbs {
		last := t.order.Back()
		delete(t.held, last.Value.(thumb).id)
		t.order.Remove(last)
	}
	if got.picture != nil {
		t.redraw(struct{}{})
	}
}

// stop ends the fetching.
func (t *thumbs) stop() {
	if t.task != nil {
		t.task.Stop()
	}
	t.mu.Lock()
	t.waiting = nil
	t.mu.Unlock()
}
