package kit

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Check is a box to tick, with its sentence; the whole row can be pressed.
type Check struct {
	widget.BaseWidget
	control
	Checked   bool
	OnChanged func(bool)
	text      *Text
}

// NewCheck makes a box.
func NewCheck(label string, checked bool, changed func(bool)) *Check {
	c := &Check{Checked: checked, OnChanged: changed, text: NewText(label, Body)}
	c.ExtendBaseWidget(c)
	c.self = c
	return c
}

// Tapped is part of [fyne.Tappable].
func (c *Check) Tapped(*fyne.PointEvent) {
	stir(c)
	c.Checked = !c.Checked
	c.Refresh()
	if c.OnChanged != nil {
		c.OnChanged(c.Checked)
	}
}

// TypedKey ticks on Space and Enter.
func (c *Check) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		c.Tapped(nil)
	default:
		c.pass(key)
	}
}

// AccessibilityLabel is the sentence.
func (c *Check) AccessibilityLabel() string { return c.text.String() }

// AccessibilityRole says that this can be pressed.
func (c *Check) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer is part of [fyne.Widget].
func (c *Check) CreateRenderer() fyne.WidgetRenderer {
	r := &checkRenderer{c: c, ring: newRing(), box: newTick()}
	r.Refresh()
	return r
}

type checkRenderer struct {
	c    *Check
	ring *canvas.Rectangle
	box  *tick
}

func (r *checkRenderer) Refresh() {
	r.box.set(r.c.Checked)
	r.c.text.Refresh()
	showRing(r.ring, r.c.focused)
	r.Layout(r.c.Size())
}

func (r *checkRenderer) Layout(size fyne.Size) {
	placeRing(r.ring, fyne.Position{}, size)
	at, in := inRing(size)
	side, gap := tickSide(), sizeNow(theme.SizeNameInnerPadding)
	line := Body.lineHeight()
	top := at.Y + max(0, (sizeNow(SizeTarget)-line)/2)
	r.box.Move(fyne.NewPos(at.X+2, top+(line-side)/2))
	r.box.Resize(fyne.NewSquareSize(side))
	r.c.text.Move(fyne.NewPos(at.X+side+gap, top))
	r.c.text.Resize(fyne.NewSize(in.Width-side-gap, in.Height-(top-at.Y)))
}

func (r *checkRenderer) MinSize() fyne.Size {
	text, target := r.c.text.MinSize(), sizeNow(SizeTarget)
	pad := max(0, target-Body.lineHeight())
	return aroundRing(fyne.NewSize(max(target, tickSide()+sizeNow(theme.SizeNameInnerPadding)+text.Width), max(target, text.Height+pad)))
}

func (r *checkRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.box, r.c.text, r.ring}
}

func (r *checkRenderer) Destroy() {}

// tick is the box itself: an edge, and when it is ticked a filled ground and the
// mark, so that it can be told without colour.
type tick struct {
	widget.BaseWidget
	on      bool
	dressed dress
	box     *canvas.Rectangle
	mark    *canvas.Image
}

func newTick() *tick {
	t := &tick{box: canvas.NewRectangle(color.Transparent), mark: canvas.NewImageFromResource(nil)}
	t.mark.FillMode = canvas.ImageFillContain
	t.ExtendBaseWidget(t)
	return t
}

func tickSide() float32 { return sizeNow(theme.SizeNameInlineIcon) + 4 }

func (t *tick) set(on bool) {
	s := fyne.CurrentApp().Settings()
	now := dress{theme: s.Theme(), variant: s.ThemeVariant()}
	if t.on == on && t.dressed == now {
		return
	}
	t.on, t.dressed = on, now
	t.Refresh()
}

// CreateRenderer is part of [fyne.Widget].
func (t *tick) CreateRenderer() fyne.WidgetRenderer { return &tickRenderer{t} }

type tickRenderer struct{ t *tick }

func (r *tickRenderer) Layout(size fyne.Size) {
	r.t.box.Resize(size)
	r.t.mark.Move(fyne.NewPos(2, 2))
	r.t.mark.Resize(size.Subtract(fyne.NewSquareSize(4)))
}

func (r *tickRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(tickSide()) }

func (r *tickRenderer) Refresh() {
	b := r.t.box
	b.CornerRadius, b.StrokeWidth = 4, 2
	b.StrokeColor, b.FillColor = colorNow(theme.ColorNameInputBorder), colorNow(theme.ColorNameInputBackground)
	if r.t.on {
		b.StrokeColor, b.FillColor = colorNow(theme.ColorNamePrimary), colorNow(theme.ColorNamePrimary)
	}
	r.t.mark.Resource = iconOf(theme.ConfirmIcon(), theme.ColorNameForegroundOnPrimary)
	r.t.mark.Hidden = !r.t.on
	b.Refresh()
	r.t.mark.Refresh()
}

func (r *tickRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.t.box, r.t.mark}
}

func (r *tickRenderer) Destroy() {}

// Segments are a few choices side by side, one of them made. The arrow keys
// choose; all of it is one stop of Tab.
type Segments struct {
	widget.BaseWidget
	control
	Labels   []string
	Chosen   int // -1 for none
	OnChosen func(int)
	name     string
	width    float32 // that it was last laid out in
}

// NewSegments makes a choice; name says what is chosen.
func NewSegments(name string, labels []string, chosen int, onChosen func(int)) *Segments {
	s := &Segments{name: name, Labels: labels, Chosen: chosen, OnChosen: onChosen}
	s.ExtendBaseWidget(s)
	s.self = s
	return s
}

// Set changes the labels and what is chosen, without calling OnChosen.
func (s *Segments) Set(labels []string, chosen int) {
	if chosen == s.Chosen && slices.Equal(labels, s.Labels) {
		return
	}
	s.Labels, s.Chosen = labels, chosen
	s.Refresh()
}

func (s *Segments) choose(i int) {
	stir(s)
	if i < 0 || i >= len(s.Labels) || i == s.Chosen {
		return
	}
	s.Chosen = i
	s.Refresh()
	if s.OnChosen != nil {
		s.OnChosen(i)
	}
}

// Tapped is part of [fyne.Tappable].
func (s *Segments) Tapped(e *fyne.PointEvent) {
	i := 0
	s.each(s.Size().Width, func(at fyne.Position, size fyne.Size) {
		if e.Position.X >= at.X && e.Position.X < at.X+size.Width && e.Position.Y >= at.Y && e.Position.Y < at.Y+size.Height {
			s.choose(i)
		}
		i++
	})
}

// TypedKey chooses with the arrow keys, Home and End.
func (s *Segments) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyRight, fyne.KeyDown:
		s.choose(min(s.Chosen+1, len(s.Labels)-1))
	case fyne.KeyLeft, fyne.KeyUp:
		s.choose(max(s.Chosen-1, 0))
	case fyne.KeyHome:
		s.choose(0)
	case fyne.KeyEnd:
		s.choose(len(s.Labels) - 1)
	default:
		s.pass(key)
	}
}

// Cursor is part of [desktop.Cursorable].
func (s *Segments) Cursor() desktop.Cursor { return desktop.PointerCursor }

// AccessibilityLabel says what is chosen.
func (s *Segments) AccessibilityLabel() string {
	if s.Chosen < 0 || s.Chosen >= len(s.Labels) {
		return s.name
	}
	return s.name + " : " + s.Labels[s.Chosen]
}

// AccessibilityRole says that this can be pressed.
func (s *Segments) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

func (s *Segments) segmentSize(i int) fyne.Size {
	w := Strong.width(s.Labels[i]) + 2*sizeNow(theme.SizeNameInnerPadding)
	if i == s.Chosen {
		w += sizeNow(theme.SizeNameInlineIcon)
	}
	target := sizeNow(SizeTarget)
	return fyne.NewSize(max(w, target), target)
}

// each tells where every segment goes, and returns the size of all.
func (s *Segments) each(width float32, place func(fyne.Position, fyne.Size)) fyne.Size {
	x, y, widest := float32(ringRoom), float32(ringRoom), float32(0)
	target := sizeNow(SizeTarget)
	for i := range s.Labels {
		size := s.segmentSize(i)
		if x > ringRoom && width > 0 && x+size.Width > width-ringRoom {
			x, y = ringRoom, y+target+4
		}
		if place != nil {
			place(fyne.NewPos(x, y), size)
		}
		x += size.Width + 4
		widest = max(widest, x)
	}
	return fyne.NewSize(widest-4+ringRoom, y+target+ringRoom)
}

// CreateRenderer is part of [fyne.Widget].
func (s *Segments) CreateRenderer() fyne.WidgetRenderer {
	r := &segmentsRenderer{s: s, ring: newRing(), mark: canvas.NewImageFromResource(nil)}
	r.mark.FillMode = canvas.ImageFillContain
	r.Refresh()
	return r
}

type segmentsRenderer struct {
	s       *Segments
	ring    *canvas.Rectangle
	mark    *canvas.Image
	grounds []*canvas.Rectangle
	labels  []*canvas.Text
}

func (r *segmentsRenderer) Refresh() {
	n := len(r.s.Labels)
	for len(r.grounds) < n {
		r.grounds = append(r.grounds, canvas.NewRectangle(color.Transparent))
		r.labels = append(r.labels, Body.line(""))
	}
	r.grounds, r.labels = r.grounds[:n], r.labels[:n]
	r.mark.Hidden = true
	for i, label := range r.s.Labels {
		ground, ink := theme.ColorNameInputBackground, theme.ColorNameForeground
		if i == r.s.Chosen {
			ground, ink = theme.ColorNamePrimary, theme.ColorNameForegroundOnPrimary
			r.mark.Hidden = false
			r.mark.Resource = iconOf(theme.ConfirmIcon(), ink)
		}
		r.grounds[i].FillColor, r.grounds[i].StrokeColor = colorNow(ground), colorNow(theme.ColorNameInputBorder)
		r.grounds[i].StrokeWidth, r.grounds[i].CornerRadius = 1, sizeNow(theme.SizeNameButtonRadius)
		r.labels[i].Text = label
		Style{Bold: i == r.s.Chosen, Color: ink}.dress(r.labels[i])
	}
	showRing(r.ring, r.s.focused)
	r.Layout(r.s.Size())
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

func (r *segmentsRenderer) Layout(size fyne.Size) {
	around := r.s.each(size.Width, nil)
	placeRing(r.ring, fyne.Position{}, fyne.NewSize(min(size.Width, around.Width), size.Height))
	if r.s.width != size.Width {
		r.s.width = size.Width
		settle(r.s)
	}
	i := 0
	side := sizeNow(theme.SizeNameInlineIcon)
	r.s.each(size.Width, func(at fyne.Position, s fyne.Size) {
		if i >= len(r.grounds) {
			return
		}
		r.grounds[i].Move(at)
		r.grounds[i].Resize(s)
		text := r.labels[i].MinSize()
		x := at.X + (s.Width-text.Width)/2
		if i == r.s.Chosen {
			x += side / 2
			r.mark.Move(fyne.NewPos(x-side, at.Y+(s.Height-side)/2))
			r.mark.Resize(fyne.NewSquareSize(side))
		}
		r.labels[i].Move(fyne.NewPos(x, at.Y+(s.Height-text.Height)/2))
		r.labels[i].Resize(text)
		i++
	})
}

func (r *segmentsRenderer) MinSize() fyne.Size {
	size := r.s.each(r.s.width, nil)
	widest := float32(0)
	for i := range r.s.Labels {
		widest = max(widest, r.s.segmentSize(i).Width)
	}
	return fyne.NewSize(widest+2*ringRoom, size.Height)
}

func (r *segmentsRenderer) Objects() []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for i := range r.grounds {
		out = append(out, r.grounds[i], r.labels[i])
	}
	return append(out, r.mark, r.ring)
}

func (r *segmentsRenderer) Destroy() {}
