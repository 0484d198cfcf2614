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
// well as by colour, and the lines that they are compared with by their dashes and
// names. Where the plot permits it, a part of the level axis can be looked at: by
// the arrows up and down and the page keys, and by dragging.
type Chart struct {
	composite
	face *chartFace
	said *Text
}

// NewChart makes a chart. keys says how it is used, until a point is chosen; open
// is called with the number of a stop on Enter and on the second press.
func NewChart(p *plot.Plot, keys string, open func(stop int)) *Chart {
	c := &Chart{face: &chartFace{plot: *p, stops: p.Stops(), chosen: -1, open: open, height: chartHeight}, said: NewText(keys, Quiet)}
	c.face.reach()
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

// Change draws another plot in the place of this one, with the same stops.
func (c *Chart) Change(p *plot.Plot) {
	c.face.plot, c.face.stops = *p, p.Stops()
	c.face.reach()
	c.face.Refresh()
}

// SetHeight changes the part of the height that does not grow with the text.
func (c *Chart) SetHeight(height float32) {
	c.face.height = height
	c.face.Refresh()
}

// View is what the level axis shows.
func (c *Chart) View() (from, to float64) { return c.face.plot.From, c.face.plot.To }

// LookAt changes what the level axis shows, as far as the plot permits it.
func (c *Chart) LookAt(from, to float64) { c.face.lookAt(from, to) }

// Zoom shows half as much of the level axis, or twice as much.
func (c *Chart) Zoom(in bool) { c.face.zoom(in) }

// Pan shows what is before on the level axis, or after.
func (c *Chart) Pan(on bool) { c.face.pan(on) }

// chartFace is the drawing.
type chartFace struct {
	widget.BaseWidget
	control
	plot   plot.Plot // its own: From and To are what is looked at
	height float32
	stops  []plot.Point
	chosen int // a stop, -1 for none
	said   func(string)
	open   func(int)
	at     []fyne.Position // of the stops, as last drawn
	across float32         // width of what is drawn between the axes

	first, last float64 // of the level axis, all that can be looked at
}

// reach finds what can be looked at.
func (c *chartFace) reach() {
	from, to := c.plot.Extent()
	c.first, c.last = min(from, c.plot.From), max(to, c.plot.To)
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
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyPageDown:
		if c.plot.Least == 0 {
			c.pass(key)
			return
		}
		switch key.Name {
		case fyne.KeyUp, fyne.KeyDown:
			c.zoom(key.Name == fyne.KeyUp)
		default:
			c.pan(key.Name == fyne.KeyPageDown)
		}
	default:
		c.pass(key)
	}
}

// lookAt looks at a part of the level axis: no shorter than the plot permits, and
// inside of all there is.
func (c *chartFace) lookAt(from, to float64) {
	if c.plot.Least == 0 {
		return
	}
	span := min(max(to-from, c.plot.Least), c.last-c.first)
	from = min(max((from+to-span)/2, c.first), c.last-span)
	c.plot.From, c.plot.To = from, from+span
	c.Refresh()
}

func (c *chartFace) zoom(in bool) {
	from, to := c.plot.From, c.plot.To
	middle, span := (from+to)/2, to-from
	if c.chosen >= 0 && c.stops[c.chosen].X >= from && c.stops[c.chosen].X <= to {
		middle = c.stops[c.chosen].X
	}
	if in {
		c.lookAt(middle-span/4, middle+span/4)
	} else {
		c.lookAt(middle-span, middle+span)
	}
}

func (c *chartFace) pan(on bool) {
	by := (c.plot.To - c.plot.From) / 2
	if !on {
		by = -by
	}
	c.lookAt(c.plot.From+by, c.plot.To+by)
}

// Dragged is part of [fyne.Draggable]: what is looked at goes with the pointer.
func (c *chartFace) Dragged(e *fyne.DragEvent) {
	if c.across > 0 {
		by := float64(-e.Dragged.DX/c.across) * (c.plot.To - c.plot.From)
		c.lookAt(c.plot.From+by, c.plot.To+by)
	}
}

// DragEnd is part of [fyne.Draggable].
func (c *chartFace) DragEnd() { stir(c) }

func (c *chartFace) choose(stop int) {
	if stop < 0 || stop >= len(c.stops) {
		return
	}
	c.chosen = stop
	if x := c.stops[stop].X; c.plot.Least > 0 && (x < c.plot.From || x > c.plot.To) {
		half := (c.plot.To - c.plot.From) / 2
		c.lookAt(x-half, x+half)
	}
	c.said(c.stops[stop].Label)
	c.Refresh()
}

// Tapped chooses the point nearest to the pointer, and opens the one that is
// chosen.
func (c *chartFace) Tapped(e *fyne.PointEvent) {
	stir(c)
	nearest, least := -1, float32(math.MaxFloat32)
	for i, at := range c.at {
		if c.plot.Least > 0 && (c.stops[i].X < c.plot.From || c.stops[i].X > c.plot.To) {
			continue // not drawn
		}
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

// markerSide is the half of a marker at 100 %, chartHeight the usual part of the
// height that does not grow with the text.
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
	return aroundRing(fyne.NewSize(200*scale, r.c.height+60*scale))
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
	p, line := &r.c.plot, Caption.lineHeight()
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
	for _, l := range p.Lines {
		right = min(right, ringRoom+in.Width-2*pad-Caption.width(l.Name))
	}
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
	r.c.across = right - left
	r.lines(f, at, top, foot)
	r.points(f, at)
	r.c.at = nil
	for _, s := range r.c.stops {
		r.c.at = append(r.c.at, at(s.X, s.Y))
	}
	if r.c.chosen >= 0 && f.Shows(r.c.stops[r.c.chosen]) {
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
	if len(r.c.plot.Series) < 2 && len(r.c.plot.Lines) == 0 {
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

// lines draws what the curves are compared with, each with its name at its end.
func (r *chartRenderer) lines(f plot.Frame, at func(x, y float64) fyne.Position, top, foot float32) {
	var ends []fyne.Position
	var wanted []float64
	var names []string
	scale := float64(ScaleNow())
	for _, l := range r.c.plot.Lines {
		var end fyne.Position
		for _, part := range f.Parts(l) {
			through := make([]plot.Place, len(part))
			for i, p := range part {
				end = at(p.X, p.Y)
				through[i] = plot.Place{X: float64(end.X), Y: float64(end.Y)}
			}
			l.Dash.Walk(through, scale, func(from, to plot.Place) {
				r.line(fyne.NewPos(float32(from.X), float32(from.Y)), fyne.NewPos(float32(to.X), float32(to.Y)), 2, theme.ColorNamePlaceHolder)
			})
		}
		if !end.IsZero() {
			ends, wanted, names = append(ends, end), append(wanted, float64(end.Y)), append(names, l.Name)
		}
	}
	line, pad := Caption.lineHeight(), sizeNow(theme.SizeNamePadding)
	for i, y := range plot.Spread(wanted, float64(line), float64(top), float64(foot)) {
		r.label(names[i], fyne.NewPos(ends[i].X+pad, float32(y)-line/2))
	}
}

// mostMarks is how many markers a curve has before some are left out: one beside the
// other they hide it.
const mostMarks = 60

// points draws the curves: a line from each known day to the next, and a bar for
// a day that is not known, which no line goes through.
func (r *chartRenderer) points(f plot.Frame, at func(x, y float64) fyne.Position) {
	for i, s := range r.c.plot.Series {
		var before *plot.Point
		for j := range s.Points {
			p := &s.Points[j]
			if !p.Exact() {
				if f.Shows(*p) {
					r.line(at(max(p.From, f.X0), p.Y), at(min(p.To, f.X1), p.Y), 2, seriesColor(i))
				}
				continue
			}
			if before != nil {
				if from, to, ok := f.Cut(plot.Place{X: before.X, Y: before.Y}, plot.Place{X: p.X, Y: p.Y}); ok {
					r.line(at(from.X, from.Y), at(to.X, to.Y), 2, seriesColor(i))
				}
			}
			before = p
		}
		every := 1 + len(s.Points)/mostMarks
		for j, p := range s.Points {
			if f.Shows(p) && (j%every == 0 || !p.Exact()) {
				r.mark(i, at(p.X, p.Y), p.Exact(), seriesColor(i))
			}
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
