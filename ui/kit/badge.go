package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Badge tells persons apart by initials, shape and colour together: no one of
// them counts alone.
type Badge struct {
	widget.BaseWidget
	initials string
	number   int
	ground   fyne.CanvasObject
	label    *canvas.Text
}

// NewBadge makes the badge of the person of a number.
func NewBadge(initials string, number int) *Badge {
	b := &Badge{initials: initials, number: number}
	b.ExtendBaseWidget(b)
	return b
}

// badgeColors are grounds on which the page's colour can be read, in every look.
var badgeColors = []fyne.ThemeColorName{"primary", "info", "success", "warning", "error"}

// CreateRenderer is part of [fyne.Widget].
func (b *Badge) CreateRenderer() fyne.WidgetRenderer {
	fill := colorNow(badgeColors[b.number%len(badgeColors)])
	switch b.number % 4 {
	case 0:
		b.ground = canvas.NewCircle(fill)
	case 1:
		r := canvas.NewRectangle(fill)
		r.CornerRadius = 4
		b.ground = r
	case 2:
		b.ground = canvas.NewRegularPolygon(6, fill)
	default:
		diamond := canvas.NewArbitraryPolygon([]fyne.Position{{X: 0.5}, {X: 1, Y: 0.5}, {X: 0.5, Y: 1}, {Y: 0.5}}, fill)
		diamond.NormalizedPoints = true
		b.ground = diamond
	}
	b.label = Strong.line(b.initials)
	r := &badgeRenderer{b}
	r.Refresh()
	return r
}

type badgeRenderer struct{ b *Badge }

func (r *badgeRenderer) Layout(size fyne.Size) {
	side := min(size.Width, size.Height)
	r.b.ground.Resize(fyne.NewSquareSize(side))
	r.b.ground.Move(fyne.NewPos(0, (size.Height-side)/2))
	s := r.b.label.MinSize()
	r.b.label.Move(fyne.NewPos((side-s.Width)/2, (size.Height-s.Height)/2))
	r.b.label.Resize(s)
}

func (r *badgeRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(sizeNow(SizeTarget)) }

func (r *badgeRenderer) Refresh() {
	fill := colorNow(badgeColors[r.b.number%len(badgeColors)])
	switch g := r.b.ground.(type) {
	case *canvas.Circle:
		g.FillColor = fill
	case *canvas.Rectangle:
		g.FillColor = fill
	case *canvas.RegularPolygon:
		g.FillColor = fill
	case *canvas.ArbitraryPolygon:
		g.FillColor = fill
	}
	Strong.In("background").dress(r.b.label)
	r.b.ground.Refresh()
	r.b.label.Refresh()
}

func (r *badgeRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.b.ground, r.b.label}
}

func (r *badgeRenderer) Destroy() {}
