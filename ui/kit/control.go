package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
)

// Measures of the ring around what has the keyboard: every control keeps this
// room free on each side, so that no neighbour and no edge ever cuts the ring.
const (
	ringWidth  = 3
	ringGap    = 2
	ringRoom   = ringWidth + ringGap
	ringRadius = 9
)

// newRing makes a hidden ring.
func newRing() *canvas.Rectangle {
	r := canvas.NewRectangle(color.Transparent)
	r.StrokeWidth, r.CornerRadius = ringWidth, ringRadius
	r.Hide()
	return r
}

// showRing shows or hides a ring in the colour of the theme in use.
func showRing(r *canvas.Rectangle, focused bool) {
	r.StrokeColor = colorNow(ColorRing)
	if focused {
		r.Show()
	} else {
		r.Hide()
	}
	r.Refresh()
}

// placeRing puts a ring around a control of a size: its line is drawn on both
// sides of its edge, and all of it stays inside.
func placeRing(r *canvas.Rectangle, at fyne.Position, size fyne.Size) {
	const half = float32(ringWidth) / 2
	r.Move(at.AddXY(half, half))
	r.Resize(size.Subtract(fyne.NewSquareSize(2 * half)).Max(fyne.Size{}))
}

// inRing is the room inside the ring.
func inRing(size fyne.Size) (fyne.Position, fyne.Size) {
	return fyne.NewPos(ringRoom, ringRoom), size.Subtract(fyne.NewSquareSize(2 * ringRoom)).Max(fyne.Size{})
}

// aroundRing is the size of a control whose inner part has a size.
func aroundRing(inner fyne.Size) fyne.Size { return inner.Add(fyne.NewSquareSize(2 * ringRoom)) }

// control is what every control that takes the keyboard has in common.
type control struct {
	focused bool
	hovered bool
	self    fyne.Widget // the control itself
}

// FocusGained is part of [fyne.Focusable].
func (c *control) FocusGained() {
	c.focused = true
	c.self.Refresh()
	reveal(c.self)
}

// FocusLost is part of [fyne.Focusable].
func (c *control) FocusLost() {
	c.focused = false
	c.self.Refresh()
}

// TypedRune is part of [fyne.Focusable].
func (c *control) TypedRune(rune) {}

// KeyDown is part of [desktop.Keyable]: it tells the stage that somebody is there.
func (c *control) KeyDown(*fyne.KeyEvent) { stir(c.self) }

// KeyUp is part of [desktop.Keyable].
func (c *control) KeyUp(*fyne.KeyEvent) {}

// MouseIn is part of [desktop.Hoverable].
func (c *control) MouseIn(*desktop.MouseEvent) {
	c.hovered = true
	c.self.Refresh()
	stir(c.self)
}

// MouseMoved is part of [desktop.Hoverable].
func (c *control) MouseMoved(*desktop.MouseEvent) { stir(c.self) }

// MouseOut is part of [desktop.Hoverable].
func (c *control) MouseOut() {
	c.hovered = false
	c.self.Refresh()
}

// pass hands a key that the control has no use for to what is around it.
func (c *control) pass(key *fyne.KeyEvent) {
	if s := stageOf(c.self); s != nil {
		s.TypedKey(key)
	}
}

// iconOf is an icon in a colour of the theme.
func iconOf(icon fyne.Resource, c fyne.ThemeColorName) fyne.Resource {
	if icon == nil {
		return nil
	}
	return theme.NewColoredResource(icon, c)
}
