//go:build linux

package main

import (
	"image"
	"image/color"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
)

// A picture is a part of the screen at one moment.
type picture struct {
	r      image.Rectangle
	pixels []uint32
}

// look takes a picture of a part of the screen.
func (d *display) look(r image.Rectangle) picture {
	d.t.Helper()
	r = r.Intersect(d.screen)
	return picture{r, d.pixels(r)}
}

func (p picture) at(x, y int) uint32 { return p.pixels[(y-p.r.Min.Y)*p.r.Dx()+x-p.r.Min.X] }

// differ counts the pixels in which two pictures of one place differ.
func (p picture) differ(q picture) int {
	n := 0
	for i := range p.pixels {
		if p.pixels[i] != q.pixels[i] {
			n++
		}
	}
	return n
}

// blank tells whether a part of a picture is of one colour.
func (p picture) blank(r image.Rectangle) bool {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if !alike(p.at(x, y), p.at(r.Min.X, r.Min.Y), 3) {
				return false
			}
		}
	}
	return true
}

// below is the part of a picture from a height on.
func (p picture) below(y int) picture {
	rest := picture{r: p.r}
	rest.r.Min.Y = min(y, p.r.Max.Y)
	rest.pixels = p.pixels[len(p.pixels)-rest.r.Dx()*rest.r.Dy():]
	return rest
}

// An ink is how a line of text is drawn: where its ink is full, and where there
// is none. What lies between depends on the colours.
type ink struct {
	size       image.Point
	full, none []image.Point
}

// blackboard is where text is drawn to be compared: white on black.
var blackboard = sync.OnceValue(func() fyne.Canvas {
	test.NewApp().Settings().SetTheme(kit.Theme{Look: kit.Contrast})
	c := software.NewCanvas()
	c.SetPadded(false)
	return c
})

// inkOf draws text as the toolkit does.
func inkOf(s string, style kit.Style) ink {
	board, look := blackboard(), kit.Theme{}
	size := style.Size
	if size == "" {
		size = theme.SizeNameText
	}
	line := canvas.NewText(s, color.White)
	line.TextSize, line.TextStyle = look.Size(size), fyne.TextStyle{Bold: style.Bold, Monospace: style.Mono}
	board.SetContent(line)
	drawn := board.Capture()
	out := ink{size: drawn.Bounds().Size()}
	for y := range out.size.Y {
		for x := range out.size.X {
			switch r, _, _, _ := drawn.At(x, y).RGBA(); {
			case r>>8 >= 0xfe:
				out.full = append(out.full, image.Pt(x, y))
			case r>>8 <= 1 && x < out.size.X-2: // what follows on the line may begin there
				out.none = append(out.none, image.Pt(x, y))
			}
		}
	}
	return out
}

// drawnAt tells whether a picture shows the text with its corner at a point: all
// its ink in one colour, on one other colour.
func (i *ink) drawnAt(p picture, x, y int) bool {
	if len(i.full) == 0 || len(i.none) == 0 {
		return false
	}
	written, ground := p.at(x+i.full[0].X, y+i.full[0].Y), p.at(x+i.none[0].X, y+i.none[0].Y)
	if written == ground || alike(written, ground, 60) {
		return false
	}
	for _, at := range i.full {
		if !alike(p.at(x+at.X, y+at.Y), written, 3) {
			return false
		}
	}
	for _, at := range i.none {
		if !alike(p.at(x+at.X, y+at.Y), ground, 3) {
			return false
		}
	}
	return true
}

// alike tells whether no part of two colours differs by more than a tolerance.
func alike(a, b uint32, tolerance int) bool {
	for range 3 {
		if diff := int(a&0xff) - int(b&0xff); diff > tolerance || diff < -tolerance {
			return false
		}
		a, b = a>>8, b>>8
	}
	return true
}

// find looks for text in a picture, from the top, then from the left.
func (i *ink) find(p picture) (image.Rectangle, bool) {
	for y := p.r.Min.Y; y <= p.r.Max.Y-i.size.Y; y++ {
		for x := p.r.Min.X; x <= p.r.Max.X-i.size.X; x++ {
			if i.drawnAt(p, x, y) {
				return image.Rectangle{Max: i.size}.Add(image.Pt(x, y)), true
			}
		}
	}
	return image.Rectangle{}, false
}

// A reader reads lines that are made of words it knows, off the screen.
type reader struct {
	style kit.Style
	words []string
	inks  []ink // of each word alone
}

func newReader(words []string, style kit.Style) *reader {
	r := &reader{style: style, words: words}
	for _, w := range words {
		r.inks = append(r.inks, inkOf(w, style))
	}
	return r
}

// read reads what a picture shows.
func (r *reader) read(p picture) string {
	var lines []string
	for {
		first, at := r.first(p)
		if first == "" {
			return strings.Join(lines, " ")
		}
		lines = append(lines, r.rest(p, first, at.Min))
		p = p.below(at.Max.Y)
	}
}

// first is the word at the top and left of a picture.
func (r *reader) first(p picture) (word string, at image.Rectangle) {
	for n := range r.words {
		found, ok := r.inks[n].find(p)
		if !ok {
			continue
		}
		before := found.Min.Y < at.Min.Y || found.Min.Y == at.Min.Y && found.Min.X < at.Min.X
		if word == "" || before || found.Min == at.Min && found.Max.X > at.Max.X {
			word, at = r.words[n], found
		}
	}
	return word, at
}

// rest reads on from the first word of a line. The place of a word on the screen
// is no whole pixel, so the line is drawn from its beginning to be compared.
func (r *reader) rest(p picture, line string, at image.Point) string {
	for {
		next := ""
		for _, w := range r.words {
			if len(w) <= len(next) || !r.mayFollow(p, line, w, at) {
				continue
			}
			if i := inkOf(line+" "+w, r.style); i.drawnAt(p, at.X, at.Y) {
				next = w
			}
		}
		if next == "" {
			return line
		}
		line += " " + next
	}
}

// mayFollow rules out, without drawing them, most words that do not end where
// the next word of the line ends.
func (r *reader) mayFollow(p picture, line, word string, at image.Point) bool {
	cell := fyne.MeasureText("m", kit.Theme{}.Size(r.style.Size), fyne.TextStyle{Monospace: true}).Width
	end := at.X + int(cell*float32(utf8.RuneCountInString(line+" "+word)))
	if end+2 > p.r.Max.X {
		return false
	}
	height := inkHeight(r.inks)
	return p.blank(image.Rect(end+1, at.Y, min(end+int(cell)-1, p.r.Max.X), at.Y+height)) &&
		!p.blank(image.Rect(end-int(cell), at.Y, end, at.Y+height))
}

func inkHeight(inks []ink) int { return inks[0].size.Y }

// A drawing is a line of text to find on the screen.
type drawing struct {
	text string
	ink  ink
}

func drawingOf(s string, style kit.Style) *drawing { return &drawing{s, inkOf(s, style)} }

// on finds the text on a part of the screen.
func (g *drawing) on(d *display, r image.Rectangle) (image.Rectangle, bool) {
	d.t.Helper()
	return g.ink.find(d.look(r))
}

// await waits until the window shows some text, and tells where.
func (p *program) await(s string, style kit.Style) image.Rectangle {
	p.d.t.Helper()
	return p.awaitWithin(showTimeout, drawingOf(s, style))
}

func (p *program) awaitWithin(timeout time.Duration, any ...*drawing) (at image.Rectangle) {
	p.d.t.Helper()
	waitFor(p.d.t, timeout, any[0].text, func() bool {
		seen := p.d.look(p.bounds())
		return slices.ContainsFunc(any, func(g *drawing) (ok bool) {
			at, ok = g.ink.find(seen)
			return ok
		})
	})
	return at
}

// shows tells whether the window shows some text now.
func (p *program) shows(s string, style kit.Style) bool {
	p.d.t.Helper()
	_, ok := drawingOf(s, style).on(p.d, p.bounds())
	return ok
}

// press clicks on a button, found by its label.
func (p *program) press(label string) {
	p.d.t.Helper()
	at := p.await(label, kit.Strong)
	p.d.click((at.Min.X+at.Max.X)/2, (at.Min.Y+at.Max.Y)/2)
}

// showTimeout is after how long a test gives up waiting for a window to show
// something. It says nothing about how fast it should.
const showTimeout = time.Minute

// TestReading reads pictures of lines, without a window.
func TestReading(t *testing.T) {
	words := []string{"or", "porte", "portes", "été", "histoire", "oie"}
	r := newReader(words, kit.CodeType)
	for _, want := range []string{"portes or histoire", "été porte", "oie", ""} {
		if got := r.read(pictureOf(want, kit.CodeType)); got != want {
			t.Errorf("%q is read as %q", want, got)
		}
	}
}

// pictureOf shows one line, without what is neither ink nor ground.
func pictureOf(s string, style kit.Style) picture {
	i := inkOf(s, style)
	p := picture{r: image.Rect(0, 0, i.size.X+40, 2*i.size.Y)}
	p.pixels = make([]uint32, p.r.Dx()*p.r.Dy())
	for _, at := range i.full {
		p.pixels[(at.Y+2)*p.r.Dx()+at.X+20] = 0xf0f0f0
	}
	return p
}
