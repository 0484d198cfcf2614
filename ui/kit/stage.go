package kit

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Settle lays the window out again soon: what changes its height changes the
// place of all that stands below. Asking again before that costs nothing.
//
// The toolkit notices a change of size by itself, but loses one of two that
// happen in the same frame.
func (s *Stage) Settle() {
	if s.settling {
		return
	}
	s.settling = true
	settle := func() {
		s.settling = false
		for range 2 { // the second time with the widths that the first one gave
			arrange(s.content)
			for _, o := range s.canvas.Overlays().List() {
				arrange(o)
			}
		}
		s.canvas.Refresh(s)
	}
	if s.Do != nil {
		s.Do(settle)
		return
	}
	time.AfterFunc(0, func() { fyne.Do(settle) }) // never in the middle of a layout
}

// arrange lays out an object and all that is visible in it.
func arrange(o fyne.CanvasObject) {
	Walk(o, func(o fyne.CanvasObject) bool {
		switch o := o.(type) {
		case *fyne.Container:
			if o.Layout != nil {
				o.Layout.Layout(o.Objects, o.Size())
			}
		case interface{ settle() }:
			o.settle()
		}
		return true
	})
}

// settle lays out the stage of an object.
func settle(o fyne.CanvasObject) {
	if s := stageOf(o); s != nil {
		s.Settle()
	}
}

// Stage is the root of a window. Controls find it from wherever they are: it
// knows when somebody was last there, starts work that must not hold the window
// up, and tells when the window becomes wide or narrow.
type Stage struct {
	widget.BaseWidget
	// OnWidth is told when the window passes from one [Width] to another.
	OnWidth func(Width)
	// OnKey is given the keys that nothing on screen had a use for.
	OnKey func(*fyne.KeyEvent)
	// Do runs something on the goroutine that draws; nil means [fyne.Do].
	Do func(func())

	canvas   fyne.Canvas
	content  fyne.CanvasObject
	width    Width
	stirred  time.Time
	settling bool
	tasks    sync.WaitGroup
}

// Width is a class of windows, by what text of the chosen scale leaves room for.
type Width int

// The widths.
const (
	Unknown Width = iota
	Narrow        // one column, below 800 units of text
	Medium        // navigation and content
	Wide          // and a second pane, from 1000
)

// WidthOf is the class of a width at the scale in use.
func WidthOf(width float32) Width {
	switch effective := width / ScaleNow(); {
	case effective < 800:
		return Narrow
	case effective < 1000:
		return Medium
	}
	return Wide
}

// NewStage makes the root of a window's canvas and shows it there.
func NewStage(c fyne.Canvas) *Stage {
	s := &Stage{canvas: c, stirred: time.Now()}
	s.ExtendBaseWidget(s)
	c.SetContent(s)
	c.SetOnTypedKey(s.TypedKey)
	return s
}

// Present puts something on the stage in place of what was there.
func (s *Stage) Present(content fyne.CanvasObject) {
	s.content = content
	s.Refresh()
}

// Content is what stands on the stage.
func (s *Stage) Content() fyne.CanvasObject { return s.content }

// Canvas is where the stage stands.
func (s *Stage) Canvas() fyne.Canvas { return s.canvas }

// Width is the class of the window as it is.
func (s *Stage) Width() Width { return WidthOf(s.Size().Width) }

// Idle is for how long nobody has touched the window. The time that the computer
// slept counts: on some systems only the clock on the wall knows it.
func (s *Stage) Idle(now time.Time) time.Duration {
	return max(now.Sub(s.stirred), now.Round(0).Sub(s.stirred.Round(0)))
}

// Stir says that somebody is there.
func (s *Stage) Stir() { s.stirred = time.Now() }

// Focus gives the keyboard to something that is on screen.
func (s *Stage) Focus(f fyne.Focusable) {
	if f != nil {
		s.canvas.Focus(f)
	}
}

// TypedKey is given the keys that no control had a use for.
func (s *Stage) TypedKey(key *fyne.KeyEvent) {
	s.Stir()
	switch key.Name {
	case fyne.KeyEscape:
		if top, ok := s.canvas.Overlays().Top().(*Sheet); ok {
			top.Cancel()
			return
		}
	case fyne.KeyPageDown, fyne.KeyPageUp:
		if s.page(key.Name == fyne.KeyPageDown) {
			return
		}
	}
	if s.OnKey != nil {
		s.OnKey(key)
	}
}

// page scrolls what has the keyboard, else the first thing that can, by most of
// a screen.
func (s *Stage) page(down bool) bool {
	root := s.top()
	scrolls := scrollsAround(root, s.canvas.Focused())
	if len(scrolls) == 0 {
		scrolls = scrollsIn(root)
	}
	if len(scrolls) == 0 {
		return false
	}
	by := scrolls[0].Size().Height * 0.85
	if !down {
		by = -by
	}
	scrolls[0].scrollTo(scrolls[0].Offset.Y + by)
	return true
}

// top is what the person is dealing with: the sheet on top, else the content.
func (s *Stage) top() fyne.CanvasObject {
	if top := s.canvas.Overlays().Top(); top != nil {
		return top
	}
	return s.content
}

// Resize is part of [fyne.CanvasObject].
func (s *Stage) Resize(size fyne.Size) {
	s.BaseWidget.Resize(size)
	s.Measure()
}

// Measure looks at the width again, after the scale changed for instance.
func (s *Stage) Measure() {
	if w := s.Width(); w != s.width && s.Size().Width > 0 {
		s.width = w
		if s.OnWidth != nil {
			s.OnWidth(w)
		}
	}
}

// MouseIn is part of [desktop.Hoverable].
func (s *Stage) MouseIn(*desktop.MouseEvent) { s.Stir() }

// MouseMoved is part of [desktop.Hoverable].
func (s *Stage) MouseMoved(*desktop.MouseEvent) { s.Stir() }

// MouseOut is part of [desktop.Hoverable].
func (s *Stage) MouseOut() {}

// CreateRenderer is part of [fyne.Widget].
func (s *Stage) CreateRenderer() fyne.WidgetRenderer { return &stageRenderer{s} }

type stageRenderer struct{ s *Stage }

func (r *stageRenderer) Layout(size fyne.Size) {
	if r.s.content != nil {
		r.s.content.Resize(size)
	}
}

// MinSize is nothing: the window may be smaller than its content wishes, which
// then scrolls. The window sets its own least size.
func (r *stageRenderer) MinSize() fyne.Size { return fyne.Size{} }

func (r *stageRenderer) Refresh() {
	r.Layout(r.s.Size())
	if r.s.content != nil {
		r.s.content.Refresh()
	}
	r.s.canvas.Refresh(r.s)
}

func (r *stageRenderer) Objects() []fyne.CanvasObject {
	if r.s.content == nil {
		return nil
	}
	return []fyne.CanvasObject{r.s.content}
}

func (r *stageRenderer) Destroy() {}

// stageOf is the stage of the window in which an object stands, nil for none.
func stageOf(o fyne.CanvasObject) *Stage {
	c := fyne.CurrentApp().Driver().CanvasForObject(o)
	if c == nil {
		return nil
	}
	s, _ := c.Content().(*Stage)
	return s
}

func stir(o fyne.CanvasObject) {
	if s := stageOf(o); s != nil {
		s.Stir()
	}
}

// Task is work away from the goroutine that draws.
type Task struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// Start runs work on a goroutine of its own and then end, with its error, on the
// goroutine that draws. ctx ends when [Task.Stop] is called.
//
// It and [Stage.Attend] are the only places of the window that start a goroutine.
func (s *Stage) Start(work func(ctx context.Context) error, end func(error)) *Task {
	s.tasks.Add(1)
	return s.start(work, func(err error) {
		s.do(func() { end(err) })
		s.tasks.Done()
	})
}

// Attend is Start for work that ends only when it is stopped: [Stage.Wait] does not
// wait for it, whoever stops it does.
func (s *Stage) Attend(work func(ctx context.Context)) *Task {
	return s.start(func(ctx context.Context) error { work(ctx); return nil }, func(error) {})
}

func (s *Stage) start(work func(ctx context.Context) error, end func(error)) *Task {
	ctx, cancel := context.WithCancel(context.Background())
	t := &Task{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer cancel()
		err := work(ctx)
		close(t.done)
		end(err)
	}()
	return t
}

// Every calls f on the goroutine that draws again and again, until the task is
// stopped.
func (s *Stage) Every(pause time.Duration, f func()) *Task {
	return s.Start(func(ctx context.Context) error {
		tick := time.NewTicker(pause)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
				s.do(f)
			}
		}
	}, func(error) {})
}

// Soon runs something on the goroutine that draws, from any other. It does not
// wait.
func (s *Stage) Soon(f func()) { s.do(f) }

func (s *Stage) do(f func()) {
	if s.Do != nil {
		s.Do(f)
		return
	}
	fyne.Do(f)
}

// Wait waits for the work of every task to end.
func (s *Stage) Wait() { s.tasks.Wait() }

// Done reports whether the work has ended.
func (t *Task) Done() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

// Stop asks the work to end; its end function is still called.
func (t *Task) Stop() { t.cancel() }

// StopAndWait asks the work to end and waits until it has.
func (t *Task) StopAndWait() {
	t.cancel()
	<-t.done
}

// Throttle returns a function that passes values on to show, on the goroutine
// that draws, ten times a second at most; the last value always arrives. It may
// be called from any goroutine.
func Throttle[T any](s *Stage, show func(T)) func(T) {
	const pause = 100 * time.Millisecond
	var mu sync.Mutex
	var latest T
	var waiting bool
	var last time.Time
	pass := func() {
		mu.Lock()
		waiting, last = false, time.Now()
		v := latest
		mu.Unlock()
		s.do(func() { show(v) })
	}
	return func(v T) {
		mu.Lock()
		latest = v
		idle, due := !waiting, time.Since(last) >= pause
		waiting = true
		mu.Unlock()
		switch {
		case idle && due:
			pass()
		case idle: // part of the work: whoever waits for the rest waits for this
			s.tasks.Add(1)
			time.AfterFunc(pause, func() {
				defer s.tasks.Done()
				pass()
			})
		}
	}
}
