package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Pan shows a part of something that may be larger than there is room for both
// ways, such as a page seen from near. With the keyboard, the arrows move it,
// Page Up and Down by most of a screen, Home and End to the corners.
type Pan struct {
	widget.BaseWidget
	control
	// Beyond is told when left (-1) or right (1) is asked for at that edge.
	Beyond func(step int)

	name   string
	scroll *Scroll
	ring   *canvas.Rectangle
	height float32
}

// NewPan makes one; name is what a screen reader calls it.
func NewPan(name string, content fyne.CanvasObject) *Pan {
	p := &Pan{name: name, scroll: &Scroll{}, ring: newRing()}
	p.self = p
	p.scroll.Direction = container.ScrollBoth
	p.scroll.Content = content
	p.scroll.ExtendBaseWidget(p.scroll)
	p.ExtendBaseWidget(p)
	return p
}

// SetHeight sets the height that it asks for.
func (p *Pan) SetHeight(height float32) {
	p.height = height
	p.scroll.moveTo(fyne.Position{})
	p.scroll.Refresh()
	p.Refresh()
	settle(p)
}

// Room is the width there is to show things in.
func (p *Pan) Room() float32 {
	_, in := inRing(p.Size())
	return in.Width
}

// Seen is the part of the content that is in sight: its upper left corner and its
// size, in parts of the content's width and height.
func (p *Pan) Seen() (at fyne.Position, size fyne.Size) {
	all, room := p.scroll.Content.Size(), p.scroll.Size()
	if all.Width <= 0 || all.Height <= 0 {
		return fyne.Position{}, fyne.NewSize(1, 1)
	}
	at = fyne.NewPos(p.scroll.Offset.X/all.Width, p.scroll.Offset.Y/all.Height)
	return at, fyne.NewSize(min(1-at.X, room.Width/all.Width), min(1-at.Y, room.Height/all.Height))
}

// TypedKey moves what is seen.
func (p *Pan) TypedKey(key *fyne.KeyEvent) {
	room, at := p.scroll.Size(), p.scroll.Offset
	by := fyne.Position{}
	switch key.Name {
	case fyne.KeyLeft:
		by.X = -room.Width / 4
	case fyne.KeyRight:
		by.X = room.Width / 4
	case fyne.KeyUp:
		by.Y = -room.Height / 4
	case fyne.KeyDown:
		by.Y = room.Height / 4
	case fyne.KeyPageUp:
		by.Y = -room.Height * 0.85
	case fyne.KeyPageDown:
		by.Y = room.Height * 0.85
	case fyne.KeyHome:
		by = fyne.NewPos(-at.X, -at.Y)
	case fyne.KeyEnd:
		size := p.scroll.Content.Size()
		by = fyne.NewPos(size.Width, size.Height)
	default:
		p.pass(key)
		return
	}
	p.scroll.moveTo(at.Add(by))
	switch moved := p.scroll.Offset != at; {
	case moved:
	case by.X != 0 && by.Y == 0 && p.Beyond != nil:
		p.Beyond(int(by.X / max(by.X, -by.X)))
	default:
		p.pass(key) // to what scrolls around it
	}
}

// AccessibilityLabel is the name of the thing.
func (p *Pan) AccessibilityLabel() string { return p.name }

// AccessibilityRole says that this holds others.
func (p *Pan) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

func (p *Pan) parts() []fyne.CanvasObject { return []fyne.CanvasObject{p.scroll} }

// CreateRenderer is part of [fyne.Widget].
func (p *Pan) CreateRenderer() fyne.WidgetRenderer { return &panRenderer{p} }

type panRenderer struct{ p *Pan }

func (r *panRenderer) Layout(size fyne.Size) {
	at, in := inRing(size)
	r.p.scroll.Move(at)
	r.p.scroll.Resize(in)
	placeRing(r.p.ring, fyne.Position{}, size)
}

func (r *panRenderer) MinSize() fyne.Size { return aroundRing(fyne.NewSize(120, r.p.height)) }

func (r *panRenderer) Refresh() {
	showRing(r.p.ring, r.p.focused)
	r.p.scroll.Refresh()
}

func (r *panRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.p.scroll, r.p.ring}
}

func (r *panRenderer) Destroy() {}
