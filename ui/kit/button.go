package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Weight is how much a [Button] stands out.
type Weight int

// The weights. A screen has one Primary button at most.
const (
	Plain   Weight = iota
	Primary        // what one comes to the screen for
	Danger         // cannot be taken back
	Bare           // no ground of its own: rows of navigation
)

// Button is something to press, with a word and mostly an icon. There is no
// disabled one: a button that cannot act says why when it is pressed.
type Button struct {
	widget.BaseWidget
	control
	Label    string
	Hint     string // said after the label, a key for instance
	Icon     fyne.Resource
	Weight   Weight
	Current  bool // a row of navigation that shows where one is
	Leading  bool // label at the left instead of the middle
	OnTapped func()
}

// NewButton makes a button.
func NewButton(label string, icon fyne.Resource, weight Weight, tapped func()) *Button {
	b := &Button{Label: label, Icon: icon, Weight: weight, OnTapped: tapped}
	b.ExtendBaseWidget(b)
	b.self = b
	return b
}

// rowLabel is how much of a row's label it asks room for, in sizes of type: what is
// longer ends in three dots where there is no more, and never makes the column
// wider than the window.
const rowLabel = 20

// NewRow makes a row of navigation.
func NewRow(label string, icon fyne.Resource, tapped func()) *Button {
	b := NewButton(label, icon, Bare, tapped)
	b.Leading = true
	return b
}

// Tapped is part of [fyne.Tappable].
func (b *Button) Tapped(*fyne.PointEvent) {
	stir(b)
	if b.OnTapped != nil {
		b.OnTapped()
	}
}

// TypedKey presses the button on Space and Enter.
func (b *Button) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		b.Tapped(nil)
	default:
		b.pass(key)
	}
}

// Cursor is part of [desktop.Cursorable].
func (b *Button) Cursor() desktop.Cursor { return desktop.PointerCursor }

// AccessibilityLabel is the visible label.
func (b *Button) AccessibilityLabel() string { return b.Label }

// AccessibilityRole says that this is a button.
func (b *Button) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer is part of [fyne.Widget].
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	r := &buttonRenderer{
		b: b, ring: newRing(), ground: canvas.NewRectangle(color.Transparent), mark: canvas.NewRectangle(color.Transparent),
		icon: canvas.NewImageFromResource(nil), label: Strong.line(""), hint: Body.line(""),
	}
	r.icon.FillMode = canvas.ImageFillContain
	r.Refresh()
	return r
}

type buttonRenderer struct {
	b            *Button
	ground, ring *canvas.Rectangle
	mark         *canvas.Rectangle // at the left of the current row
	icon         *canvas.Image
	label, hint  *canvas.Text
}

// colors gives the ground of a button and what is written on it.
func (b *Button) colors() (ground, ink fyne.ThemeColorName) {
	switch {
	case b.Weight == Primary:
		return theme.ColorNamePrimary, theme.ColorNameForegroundOnPrimary
	case b.Weight == Danger:
		return theme.ColorNameError, theme.ColorNameForegroundOnError
	case b.Current:
		return theme.ColorNameSelection, theme.ColorNameForeground
	case b.Weight == Plain, b.hovered:
		return theme.ColorNameButton, theme.ColorNameForeground
	}
	return "", theme.ColorNameForeground
}

func (r *buttonRenderer) style() Style {
	_, ink := r.b.colors()
	return Style{Bold: r.b.Weight != Bare || r.b.Current, Color: ink}
}

func (r *buttonRenderer) Refresh() {
	ground, ink := r.b.colors()
	r.ground.FillColor, r.ground.StrokeColor, r.ground.StrokeWidth = color.Transparent, color.Transparent, 0
	if ground != "" {
		r.ground.FillColor = colorNow(ground)
	}
	// An edge shows the shape where grounds are alike, and a second one the pointer.
	if r.b.Weight != Bare || r.b.hovered {
		r.ground.StrokeColor, r.ground.StrokeWidth = colorNow(theme.ColorNameInputBorder), 1
		if r.b.hovered {
			r.ground.StrokeWidth = 2
		}
	}
	r.ground.CornerRadius = sizeNow(theme.SizeNameButtonRadius)
	r.mark.Hidden = !r.b.Current
	r.mark.FillColor = colorNow(theme.ColorNamePrimary)
	r.icon.Resource = iconOf(r.b.Icon, ink)
	r.icon.Hidden = r.b.Icon == nil
	r.label.Text, r.hint.Text = r.b.Label, r.b.Hint
	r.style().dress(r.label)
	Caption.In(ink).dress(r.hint)
	r.hint.Hidden = r.b.Hint == ""
	showRing(r.ring, r.b.focused)
	r.Layout(r.b.Size())
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

// widths are those of icon, label and hint, with the space after each.
func (r *buttonRenderer) widths() (icon, label, hint float32) {
	gap := sizeNow(theme.SizeNamePadding)
	if r.b.Icon != nil {
		icon = sizeNow(theme.SizeNameInlineIcon) + gap
	}
	label = r.style().width(r.b.Label)
	if r.b.Hint != "" {
		hint = 2*gap + Caption.width(r.b.Hint)
	}
	return icon, label, hint
}

func (r *buttonRenderer) Layout(size fyne.Size) {
	at, in := inRing(size)
	placeRing(r.ring, fyne.Position{}, size)
	r.ground.Move(at)
	r.ground.Resize(in)
	r.mark.Move(at)
	r.mark.Resize(fyne.NewSize(5, in.Height))
	icon, label, hint := r.widths()
	x := at.X + sizeNow(theme.SizeNameInnerPadding)
	if r.b.Leading {
		r.label.Text = fit(r.b.Label, r.style(), in.Width-icon-hint-2*sizeNow(theme.SizeNameInnerPadding))
		label = r.style().width(r.label.Text)
	} else {
		x = at.X + (in.Width-icon-label-hint)/2
	}
	side := sizeNow(theme.SizeNameInlineIcon)
	r.icon.Move(fyne.NewPos(x, (size.Height-side)/2))
	r.icon.Resize(fyne.NewSquareSize(side))
	r.place(r.label, x+icon, size.Height)
	r.place(r.hint, x+icon+label+hint-Caption.width(r.b.Hint), size.Height)
}

func (r *buttonRenderer) place(t *canvas.Text, x, height float32) {
	s := t.MinSize()
	t.Move(fyne.NewPos(x, (height-s.Height)/2))
	t.Resize(s)
}

func (r *buttonRenderer) MinSize() fyne.Size {
	icon, _, hint := r.widths()
	label := Strong.width(r.b.Label) // the same whether the row is the current one or not
	if r.b.Leading {
		label = min(label, rowLabel*Strong.size())
	}
	target := sizeNow(SizeTarget)
	return aroundRing(fyne.NewSize(max(target, icon+label+hint+2*sizeNow(theme.SizeNameInnerPadding)), target))
}

func (r *buttonRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.mark, r.icon, r.label, r.hint, r.ring}
}

func (r *buttonRenderer) Destroy() {}
