package kit

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"carnet/vault/plot"
)

// Chart shows curves, and in words what the point says that is chosen: by the
// pointer, or by the arrows. Series are told apart by their markers and names as
// well as by colour.
type Chart struct {
	composite
	face *chartFace
	said *Text
}

// NewChart makes a chart. keys says how it is used, until a point is chosen; open
// is called with the number of a stop on Enter and on the second press.
func NewChart(p *plot.Plot, keys string, open func(stop int)) *Chart {
	c := &Chart{face: &chartFace{plot: p, stops: p.Stops(), chosen: -1, open: open}, said: NewText(keys, Quiet)}
	c.face.ExtendBaseWidget(c.face)
	c.face.self = c.face
	c.face.said = func(what string) {
		c.said.SetStyle(Strong)
		c.said.Set(what)
	}
	c.body = Column(0, c.face, Indent(c.said))
	c.ExtendBaseWidget(c)
	return c
}

// Focus is what takes the keyboard.
func (c *Chart) Focus() fyne.Focusable { return c.face }

// chartFace is the drawing.
type chartFace struct {
	widget.BaseWidget
	control
	plot   *plot.Plot
	stops  []plot.Point
	chosen int // a stop, -1 for none
	said   func(string)
	open   func(int)
	at     []fyne.Position // of the stops, as last drawn
}

// AccessibilityLabel is the plot in a sentence, or what the chosen point says.
func (c *chartFace) AccessibilityLabel() string {
	if c.chosen >= 0 {
		return c.stops[c.chosen].Label
	}
	return c.plot.Summary
}

// AccessibilityRole says that it is read as text.
func (c *chartFace) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// TypedKey goes from one point to the next.
func (c *chartFace) TypedKey(key *fyne.KeyEvent) {
	last := len(c.stops) - 1
	switch key.Name {
	case fyne.KeyRight:
		c.choose(min(c.chosen+1, last))
	case fyne.KeyLeft:
		if c.chosen < 0 {
			c.chosen = last + 1
		}
		c.choose(max(c.chosen-1, 0))
	case fyne.KeyHome:
		c.choose(0)
	case fyne.KeyEnd:
		c.choose(last)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if c.chosen >= 0 && c.open != nil {
			c.open(c.chosen)
		}
	default:
		c.pass(key)
	}
}

func (c *chartFace) choose(stop int) {
	if stop < 0 || stop >= len(c.stops) {
		return
	}
	c.chosen = stop
	c.said(c.stops[stop].Label)
	c.Refresh()
}

// Tapped chooses the point nearest to the pointer, and opens the one that is
// chosen.
func (c *chartFace) Tapped(e *fyne.PointEvent) {
	stir(c)
	nearest, least := -1, float32(math.MaxFloat32)
	for i, at := range c.at {
		dx, dy := at.X-e.Position.X, at.Y-e.Position.Y
		if d := dx*dx + dy*dy; d < least {
			nearest, least = i, d
		}
	}
	if nearest >= 0 && nearest == c.chosen && c.open != nil {
		c.open(nearest)
		return
	}
	c.choose(nearest)
}

// CreateRenderer is part of [fyne.Widget].
func (c *chartFace) CreateRenderer() fyne.WidgetRenderer {
	r := &chartRenderer{c: c, ring: newRing()}
	r.draw(c.Size())
	return r
}

// markerSide is the half of a marker at 100 %, chartHeight the part of the height
// that does not grow with the text.
const (
	markerSide  = 5
	chartHeight = 170
)

type chartRenderer struct {
	c       *chartFace
	ring    *canvas.Rectangle
	objects []fyne.CanvasObject
}

func (r *chartRenderer) MinSize() fyne.Size {
	scale := ScaleNow()
	return aroundRing(fyne.NewSize(200*scale, chartHeight+60*scale))
}

func (r *chartRenderer) Layout(size fyne.Size) { r.draw(size) }

func (r *chartRenderer) Refresh() {
	r.draw(r.c.Size())
	canvas.Refresh(r.c)
}

func (r *chartRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *chartRenderer) Destroy() {}

// draw makes everything anew for a size.
func (r *chartRenderer) draw(size fyne.Size) {
	placeRing(r.ring, fyne.Position{}, size)
	showRing(r.ring, r.c.focused)
	r.objects = []fyne.CanvasObject{r.ring}
	if size.Width <= 0 || size.Height <= 0 {
		return
	}
	_, in := inRing(size)
	p, line := r.c.plot, Caption.lineHeight()
	pad := sizeNow(theme.SizeNamePadding)
	top := ringRoom + r.names(in.Width) + line/2
	foot := ringRoom + in.Height - line - pad
	up := max(3, int((foot-top)/(1.4*line)))
	left := float32(0)
	for _, t := range p.Frame(3, up).Up {
		left = max(left, Caption.width(t.Label))
	}
	left += ringRoom + pad
	right := ringRoom + in.Width - pad
	f := p.Frame(max(3, int((right-left)/(1.5*Caption.width("00/00/00")))), up)
	at := func(x, y float64) fyne.Position {
		across, height := f.Place(x, y)
		return fyne.NewPos(left+float32(across)*(right-left), foot-float32(height)*(foot-top))
	}
	for _, t := range f.Up {
		to := at(f.X1, t.At)
		r.line(fyne.NewPos(left, to.Y), to, 1, theme.ColorNameSeparator)
		r.label(t.Label, fyne.NewPos(left-pad-Caption.width(t.Label), to.Y-line/2))
	}
	for _, t := range f.Across {
		from := at(t.At, f.Y0)
		r.line(from, from.AddXY(0, pad/2), 1, theme.ColorNameForeground)
		w := Caption.width(t.Label)
		r.label(t.Label, fyne.NewPos(max(ringRoom, min(from.X-w/2, size.Width-ringRoom-w)), foot+pad/2))
	}
	r.line(fyne.NewPos(left, top), fyne.NewPos(left, foot), 1, theme.ColorNameForeground)
	r.line(fyne.NewPos(left, foot), fyne.NewPos(right, foot), 1, theme.ColorNameForeground)
	r.points(at)
	r.c.at = nil
	for _, s := range r.c.stops {
		r.c.at = append(r.c.at, at(s.X, s.Y))
	}
	if r.c.chosen >= 0 {
		x := r.c.at[r.c.chosen].X
		r.line(fyne.NewPos(x, top), fyne.NewPos(x, foot), 2, ColorRing)
		r.chosen(at)
	}
}

// seriesColors tell series apart beside their markers.
var seriesColors = []fyne.ThemeColorName{theme.ColorNamePrimary, theme.ColorNameError}

func seriesColor(i int) fyne.ThemeColorName { return seriesColors[i%len(seriesColors)] }

// names writes the unit and, where there are several, the names of the series
// with their markers. It returns the height that they take.
func (r *chartRenderer) names(width float32) float32 {
	line, pad := Caption.lineHeight(), sizeNow(theme.SizeNamePadding)
	at := fyne.NewPos(ringRoom, ringRoom)
	r.label(r.c.plot.Unit, at)
	if len(r.c.plot.Series) < 2 {
		return line
	}
	at.X += Caption.width(r.c.plot.Unit) + 4*pad
	mark := 2*markerSide*ScaleNow() + pad
	for i, s := range r.c.plot.Series {
		w := mark + Caption.width(s.Name)
		if at.X+w > width && at.X > ringRoom {
			at = fyne.NewPos(ringRoom, at.Y+line)
		}
		r.mark(i, at.AddXY(mark/2, line/2), true, seriesColor(i))
		r.label(s.Name, at.AddXY(mark+pad, 0))
		at.X += w + 4*pad
	}
	return at.Y - ringRoom + line
}

// points draws the curves: a line from each known day to the next, and a bar for
// a day that is not known, which no line goes through.
func (r *chartRenderer) points(at func(x, y float64) fyne.Position) {
	for i, s := range r.c.plot.Series {
		var before *plot.Point
		for j := range s.Points {
			p := &s.Points[j]
			if !p.Exact() {
				r.line(at(p.From, p.Y), at(p.To, p.Y), 2, seriesColor(i))
				continue
			}
			if before != nil {
				r.line(at(before.X, before.Y), at(p.X, p.Y), 2, seriesColor(i))
			}
			before = p
		}
		for _, p := range s.Points {
			r.mark(i, at(p.X, p.Y), p.Exact(), seriesColor(i))
		}
	}
}

// chosen marks what belongs to the chosen stop in every series.
func (r *chartRenderer) chosen(at func(x, y float64) fyne.Position) {
	stop, n := r.c.stops[r.c.chosen], 0
	for _, s := range r.c.stops[:r.c.chosen] {
		if s.X == stop.X {
			n++ // the same day a second time
		}
	}
	for i, s := range r.c.plot.Series {
		seen := 0
		for _, p := range s.Points {
			if p.X != stop.X {
				continue
			}
			if seen == n {
				r.mark(i, at(p.X, p.Y), p.Exact(), ColorRing)
			}
			seen++
		}
	}
}

func (r *chartRenderer) line(from, to fyne.Position, width float32, c fyne.ThemeColorName) {
	l := canvas.NewLine(colorNow(c))
	l.StrokeWidth = width
	l.Position1, l.Position2 = from, to
	r.objects = append(r.objects, l)
}

func (r *chartRenderer) label(s string, at fyne.Position) {
	t := Caption.line(s)
	t.Move(at)
	t.Resize(t.MinSize())
	r.objects = append(r.objects, t)
}

// mark draws the marker of a series around a point: a circle, a square, a lozenge.
// One that is not full has the ground's colour inside.
func (r *chartRenderer) mark(series int, at fyne.Position, full bool, c fyne.ThemeColorName) {
	ink, half := colorNow(c), markerSide*ScaleNow()
	var fill color.Color = ink
	if !full {
		fill = colorNow(theme.ColorNameBackground)
	}
	var o fyne.CanvasObject
	switch series % 3 {
	case 0:
		m := canvas.NewCircle(fill)
		m.StrokeColor, m.StrokeWidth = ink, 2
		o = m
	case 1:
		m := canvas.NewRectangle(fill)
		m.StrokeColor, m.StrokeWidth = ink, 2
		o = m
	default:
		m := canvas.NewArbitraryPolygon([]fyne.Position{{X: 0.5}, {X: 1, Y: 0.5}, {X: 0.5, Y: 1}, {Y: 0.5}}, fill)
		m.NormalizedPoints, m.StrokeColor, m.StrokeWidth = true, ink, 2
		o = m
	}
	o.Move(at.SubtractXY(half, half))
	o.Resize(fyne.NewSquareSize(2 * half))
	r.objects = append(r.objects, o)
}
