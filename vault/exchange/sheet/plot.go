package sheet

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"

	"carnet/vault/plot"
)

// Plot is a curve. The text form says its summary: its values belong beside it,
// in [Rows].
type Plot struct{ *plot.Plot }

// Sizes of a plot, in millimetres.
const (
	plotHeight = 80.0
	plotLeft   = 18.0 // room for the numbers
	plotFoot   = 6.0  // room for the dates
	plotHead   = 7.0  // room for the unit and the names
	plotMark   = 1.3  // half of a marker
	plotAcross = 6    // ticks at most
	plotUp     = 7
	plotName   = 3.6 // from one name of a line to the next
)

func (p Plot) text(b *strings.Builder) { wrap(b, p.Summary, "", "") }

// pen draws a plot, on paper or for a browser; all in millimetres.
type pen interface {
	line(x0, y0, x1, y1 float64, strong bool)
	mark(shape int, x, y float64, full bool)
	label(x, y float64, s string, align byte) // L, C or R of x; y is the middle of the line
	path(through []plot.Place, dash plot.Dash)
	width(label string) float64
}

// perPoint is a point of 1/72 inch, in millimetres.
const perPoint = 25.4 / 72

// strokes draws all of a plot into a width: a line from each known day to the
// next, a bar for one that is not known.
func (p Plot) strokes(d pen, width float64) {
	f := p.Frame(plotAcross, plotUp)
	left, right, top, foot := plotLeft, width-2, plotHead, plotHeight-plotFoot
	for _, l := range p.Lines {
		right = min(right, width-4-d.width(l.Name))
	}
	at := func(x, y float64) (float64, float64) {
		across, up := f.Place(x, y)
		return left + across*(right-left), foot - up*(foot-top)
	}
	for _, t := range f.Up {
		_, y := at(f.X0, t.At)
		d.line(left, y, right, y, false)
		d.label(left-2, y, t.Label, 'R')
	}
	for _, t := range f.Across {
		x, _ := at(t.At, f.Y0)
		d.line(x, foot, x, foot+1, true)
		d.label(x, foot+plotFoot-2.5, t.Label, 'C')
	}
	d.line(left, top, left, foot, true)
	d.line(left, foot, right, foot, true)
	d.label(0, 2, p.Unit, 'L')
	if len(p.Series) > 1 || len(p.Lines) > 0 {
		for i, s := range p.Series {
			x := left + 10 + float64(i)*45
			d.mark(i, x, 2, true)
			d.label(x+3, 2, s.Name, 'L')
		}
	}
	p.lines(d, f, at, top, foot)
	for i, s := range p.Series {
		var before *plot.Point
		for j := range s.Points {
			x := &s.Points[j]
			_, py := at(x.X, x.Y)
			if !x.Exact() {
				if f.Shows(*x) {
					from, _ := at(max(x.From, f.X0), x.Y)
					to, _ := at(min(x.To, f.X1), x.Y)
					d.line(from, py, to, py, true)
				}
				continue
			}
			if before != nil {
				if from, to, ok := f.Cut(plot.Place{X: before.X, Y: before.Y}, plot.Place{X: x.X, Y: x.Y}); ok {
					x0, y0 := at(from.X, from.Y)
					x1, y1 := at(to.X, to.Y)
					d.line(x0, y0, x1, y1, true)
				}
			}
			before = x
		}
		for _, x := range s.Points {
			if f.Shows(x) {
				px, py := at(x.X, x.Y)
				d.mark(i, px, py, x.Exact())
			}
		}
	}
}

// lines draws what the curves are compared with, each with its name at its end.
func (p Plot) lines(d pen, f plot.Frame, at func(x, y float64) (float64, float64), top, foot float64) {
	var ends []plot.Place
	var wanted []float64
	var names []string
	for _, l := range p.Lines {
		parts := f.Parts(l)
		if len(parts) == 0 {
			continue
		}
		var through []plot.Place
		for _, part := range parts {
			through = nil
			for _, place := range part {
				x, y := at(place.X, place.Y)
				through = append(through, plot.Place{X: x, Y: y})
			}
			d.path(through, l.Dash)
		}
		end := through[len(through)-1]
		ends, wanted, names = append(ends, end), append(wanted, end.Y), append(names, l.Name)
	}
	for i, y := range plot.Spread(wanted, plotName, top, foot) {
		d.label(ends[i].X+1.5, y, names[i], 'L')
	}
}

func (p Plot) draw(on *page) {
	on.room(plotHeight)
	x, y := on.GetX(), on.GetY()
	on.SetFont("body", "", smallType)
	p.strokes(&paper{on, x, y}, on.width)
	on.SetDrawColor(0, 0, 0)
	on.SetLineWidth(0.2)
	on.SetXY(x, y+plotHeight+3)
}

// paper is the pen of a PDF.
type paper struct {
	*page
	x, y float64 // of the upper left corner
}

func (d *paper) line(x0, y0, x1, y1 float64, strong bool) {
	d.SetLineWidth(0.35)
	d.SetDrawColor(0, 0, 0)
	if !strong {
		d.SetLineWidth(0.15)
		d.SetDrawColor(150, 150, 150)
	}
	d.Line(d.x+x0, d.y+y0, d.x+x1, d.y+y1)
}

func (d *paper) path(through []plot.Place, dash plot.Dash) {
	d.SetLineWidth(0.3)
	d.SetDrawColor(60, 60, 60)
	lengths := make([]float64, len(dash))
	for i, n := range dash {
		lengths[i] = n * perPoint
	}
	d.SetDashPattern(lengths, 0)
	for i, p := range through {
		if i == 0 {
			d.MoveTo(d.x+p.X, d.y+p.Y)
		} else {
			d.LineTo(d.x+p.X, d.y+p.Y)
		}
	}
	d.DrawPath("D")
	d.SetDashPattern(nil, 0)
}

func (d *paper) width(label string) float64 { return d.GetStringWidth(printable(label)) }

func (d *paper) mark(shape int, x, y float64, full bool) {
	d.SetLineWidth(0.35)
	d.SetDrawColor(0, 0, 0)
	d.SetFillColor(0, 0, 0)
	if !full {
		d.SetFillColor(255, 255, 255)
	}
	if shape == 0 {
		d.Circle(d.x+x, d.y+y, plotMark, "FD")
		return
	}
	d.Rect(d.x+x-plotMark, d.y+y-plotMark, 2*plotMark, 2*plotMark, "FD")
}

func (d *paper) label(x, y float64, s string, align byte) {
	s = printable(s)
	switch w := d.GetStringWidth(s); align {
	case 'C':
		x -= w / 2
	case 'R':
		x -= w
	}
	d.Text(d.x+x, d.y+y+smallType*0.35/2*0.7, s)
}

func (p Plot) html(b *strings.Builder) error {
	const width = 174.0
	fmt.Fprintf(b, "<figure>\n<svg role=\"img\" style=\"width:100%%;height:auto\" viewBox=\"0 0 %g %g\" font-size=\"3.4\"><title>%s</title>\n", width, plotHeight, html.EscapeString(p.Summary))
	p.strokes(vector{b}, width)
	b.WriteString("</svg>\n")
	element(b, "figcaption", p.Summary)
	b.WriteString("</figure>\n")
	return nil
}

// vector is the pen of a browser.
type vector struct{ *strings.Builder }

func (d vector) line(x0, y0, x1, y1 float64, strong bool) {
	stroke := `stroke="#999" stroke-width="0.15"`
	if strong {
		stroke = `stroke="#000" stroke-width="0.35"`
	}
	fmt.Fprintf(d, "<path d=\"M%.2f %.2fL%.2f %.2f\" %s/>\n", x0, y0, x1, y1, stroke)
}

func (d vector) path(through []plot.Place, dash plot.Dash) {
	var lengths []string
	for _, n := range dash {
		lengths = append(lengths, fmt.Sprintf("%.2f", n*perPoint))
	}
	d.WriteString("<path d=\"")
	for i, p := range through {
		fmt.Fprintf(d, "%s%.2f %.2f", [2]string{"M", "L"}[min(i, 1)], p.X, p.Y)
	}
	fmt.Fprintf(d, "\" fill=\"none\" stroke=\"#3c3c3c\" stroke-width=\"0.3\" stroke-dasharray=\"%s\"/>\n", strings.Join(lengths, " "))
}

// width is about that of the fonts that browsers have.
func (d vector) width(label string) float64 { return 1.9 * float64(utf8.RuneCountInString(label)) }

func (d vector) mark(shape int, x, y float64, full bool) {
	fill := "#000"
	if !full {
		fill = "#fff"
	}
	if shape == 0 {
		fmt.Fprintf(d, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"%g\" fill=\"%s\" stroke=\"#000\" stroke-width=\"0.35\"/>\n", x, y, plotMark, fill)
		return
	}
	fmt.Fprintf(d, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%g\" height=\"%g\" fill=\"%s\" stroke=\"#000\" stroke-width=\"0.35\"/>\n", x-plotMark, y-plotMark, 2*plotMark, 2*plotMark, fill)
}

func (d vector) label(x, y float64, s string, align byte) {
	anchor := map[byte]string{'L': "start", 'C': "middle", 'R': "end"}[align]
	fmt.Fprintf(d, "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"%s\">%s</text>\n", x, y+1.2, anchor, html.EscapeString(s))
}
