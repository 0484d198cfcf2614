package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// composite is a control made of others; its parts can be walked through.
type composite struct {
	widget.BaseWidget
	body fyne.CanvasObject
}

// CreateRenderer is part of [fyne.Widget].
func (c *composite) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(c.body) }

func (c *composite) settle() { c.body.Resize(c.Size()) }

func (c *composite) parts() []fyne.CanvasObject { return []fyne.CanvasObject{c.body} }

// partsOf lists what an object is made of, as far as this package can see.
func partsOf(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case *Scroll:
		return []fyne.CanvasObject{o.Content}
	case *Stage:
		return []fyne.CanvasObject{o.content}
	case interface{ parts() []fyne.CanvasObject }:
		return o.parts()
	}
	return nil
}

// Walk visits an object and all that is visible in it, in reading order, until
// visit returns false.
func Walk(o fyne.CanvasObject, visit func(fyne.CanvasObject) bool) bool {
	if o == nil || !o.Visible() {
		return true
	}
	if !visit(o) {
		return false
	}
	for _, part := range partsOf(o) {
		if !Walk(part, visit) {
			return false
		}
	}
	return true
}

// FirstFocus is the first control inside an object that takes the keyboard, nil
// for none.
func FirstFocus(o fyne.CanvasObject) (first fyne.Focusable) {
	Walk(o, func(o fyne.CanvasObject) bool {
		if f, ok := o.(fyne.Focusable); ok {
			first = f
		}
		return first == nil
	})
	return first
}

// Panes lists the parts of a window among which one goes by one key: whatever
// scrolls by itself, lists among them.
func Panes(o fyne.CanvasObject) (out []fyne.CanvasObject) {
	Walk(o, func(o fyne.CanvasObject) bool {
		switch o.(type) {
		case *Scroll, *List:
			if !slices.ContainsFunc(out, func(pane fyne.CanvasObject) bool { return Holds(pane, o) }) {
				out = append(out, o)
			}
		}
		return true
	})
	return out
}

// Holds reports whether what is inside an object.
func Holds(o fyne.CanvasObject, what any) (found bool) {
	Walk(o, func(o fyne.CanvasObject) bool {
		found = any(o) == what
		return !found
	})
	return found
}

// barRoom is what the bar of a scroll takes at the right.
const barRoom = 12

// Scroll shows a part of something higher than there is room for. It keeps free
// the room that its bar takes, follows the keyboard and obeys Page Up and Page
// Down.
type Scroll struct{ container.Scroll }

// NewScroll makes a vertical scroll.
func NewScroll(content fyne.CanvasObject) *Scroll {
	s := &Scroll{}
	s.Direction = container.ScrollVerticalOnly
	s.Content = container.New(aside{right: barRoom}, content)
	s.ExtendBaseWidget(s)
	return s
}

// Scrolled is part of [fyne.Scrollable]. At its end, what is around it goes on.
func (s *Scroll) Scrolled(e *fyne.ScrollEvent) {
	stir(s)
	was := s.Offset
	s.Scroll.Scrolled(e)
	stage := stageOf(s)
	if s.Offset != was || stage == nil {
		return
	}
	if outer := scrollsAround(stage.top(), s); len(outer) > 0 {
		outer[0].Scrolled(e)
	}
}

// settle gives the content the room it needs now.
func (s *Scroll) settle() {
	s.Content.Resize(s.Content.MinSize().Max(fyne.NewSize(s.Size().Width, s.Size().Height)))
	s.scrollTo(s.Offset.Y)
}

func (s *Scroll) scrollTo(y float32) { s.moveTo(fyne.NewPos(s.Offset.X, y)) }

// moveTo shows what lies at a place, as far as there is something.
func (s *Scroll) moveTo(to fyne.Position) {
	most := s.Content.Size().Subtract(s.Size())
	s.ScrollToOffset(fyne.NewPos(max(0, min(to.X, most.Width)), max(0, min(to.Y, most.Height))))
}

// revealMargin is how much is shown beyond what has the keyboard.
const revealMargin = 24

// reveal scrolls an object into view, in every scroll around it.
func reveal(o fyne.CanvasObject) { revealPart(o, 0, o.Size().Height) }

// revealPart scrolls a part of an object into view, from a height on.
func revealPart(o fyne.CanvasObject, from, height float32) {
	s := stageOf(o)
	if s == nil {
		return
	}
	driver := fyne.CurrentApp().Driver()
	for _, scroll := range scrollsAround(s.top(), o) {
		y := driver.AbsolutePositionForObject(o).Y + from - driver.AbsolutePositionForObject(scroll).Y
		room := scroll.Size().Height
		switch {
		case y < revealMargin || height+2*revealMargin > room:
			scroll.scrollTo(scroll.Offset.Y + y - revealMargin)
		case y+height+revealMargin > room:
			scroll.scrollTo(scroll.Offset.Y + y + height + revealMargin - room)
		}
	}
}

// scrollsAround lists the scrolls between root and an object, the innermost
// first.
func scrollsAround(root fyne.CanvasObject, o any) (out []*Scroll) {
	if root == nil || o == nil {
		return nil
	}
	var find func(fyne.CanvasObject) bool
	find = func(at fyne.CanvasObject) bool {
		if any(at) == o {
			return true
		}
		for _, part := range partsOf(at) {
			if part != nil && part.Visible() && find(part) {
				if scroll, ok := at.(*Scroll); ok {
					out = append(out, scroll)
				}
				return true
			}
		}
		return false
	}
	find(root)
	return out
}

// scrollsIn lists the scrolls inside an object, the outermost first.
func scrollsIn(root fyne.CanvasObject) (out []*Scroll) {
	Walk(root, func(o fyne.CanvasObject) bool {
		if scroll, ok := o.(*Scroll); ok {
			out = append(out, scroll)
		}
		return true
	})
	return out
}
