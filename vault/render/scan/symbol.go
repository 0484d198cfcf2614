package scan

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/datamatrix/decoder"
)

// A DataMatrix has two solid sides that meet in a corner, and black modules that hang
// together with them. One of the largest black things of a picture is therefore the symbol,
// without what is printed beside it, and its solid sides say how it lies. The reader of
// the library looks for white around all four sides instead, and misses most symbols in
// a page.

// squares are how many modules a side of a square symbol has (ISO/IEC 16022).
var squares = []int{10, 12, 14, 16, 18, 20, 22, 24, 26, 32, 36, 40, 44, 48, 52, 64, 72, 80, 88, 96, 104, 120, 132, 144}

// point is a place in a picture, in pixels.
type point struct{ x, y float64 }

func (p point) plus(q point, k float64) point { return point{p.x + k*q.x, p.y + k*q.y} }
func (p point) minus(q point) point           { return point{p.x - q.x, p.y - q.y} }
func (p point) length() float64               { return math.Hypot(p.x, p.y) }

// maxBodies is how many black things of a picture are looked at, and minBody the
// fewest pixels of one: a symbol of ten modules has 50 black ones.
const (
	maxBodies = 6
	minBody   = 200
)

// symbol is a DataMatrix that was read, and where.
type symbol struct {
	text string
	at   image.Rectangle
}

// readSymbols reads every DataMatrix among the largest black things of a picture.
func readSymbols(g *image.Gray, more func() bool) (found []symbol) {
	black := threshold(g)
	for _, body := range bodies(black, g.Rect.Dx(), g.Rect.Dy()) {
		if !more() {
			break
		}
		if text := readSymbol(black, g.Rect, body); text != "" {
			var at image.Rectangle
			for i := range body.at {
				p := body.point(i)
				at = at.Union(image.Rect(int(p.x), int(p.y), int(p.x)+1, int(p.y)+1))
			}
			found = append(found, symbol{text, at})
		}
	}
	return found
}

func readSymbol(black []bool, r image.Rectangle, body thing) string {
	corners := cornersOf(body)
	for turn := range 4 {
		// The solid sides meet in o; a is the end of the left one, b that of the lower one.
		a, o, b := corners[turn], corners[(turn+1)%4], corners[(turn+2)%4]
		if solid(black, r, o, a, b) < 0.9 || solid(black, r, o, b, a) < 0.9 {
			continue
		}
		for _, far := range []point{a.plus(b.minus(o), 1), corners[(turn+3)%4]} {
			for _, n := range likeliest(black, r, o, a, b, far) {
				if text := sample(black, r, o, a, b, far, n); text != "" {
					return text
				}
			}
		}
	}
	return ""
}

// threshold tells black from white where that leaves the two most apart (Otsu 1979).
func threshold(g *image.Gray) []bool {
	var count [256]float64
	var sum float64
	for _, v := range g.Pix {
		count[v]++
		sum += float64(v)
	}
	total := float64(len(g.Pix))
	var best, below, sumBelow float64
	at := 128
	for v := range 255 {
		below += count[v]
		sumBelow += float64(v) * count[v]
		if below == 0 || below == total {
			continue
		}
		d := sumBelow/below - (sum-sumBelow)/(total-below)
		if apart := below * (total - below) * d * d; apart > best {
			best, at = apart, v
		}
	}
	black := make([]bool, len(g.Pix))
	for i, v := range g.Pix {
		black[i] = int(v) <= at
	}
	return black
}

// thing is a black thing of a picture: where its pixels lie in its rows, one after the
// other.
type thing struct {
	at    []int32
	width int
}

// point is the middle of a pixel.
func (t thing) point(i int) point {
	return point{float64(int(t.at[i])%t.width) + 0.5, float64(int(t.at[i])/t.width) + 0.5}
}

// bodies are the largest black things, whose pixels touch each other, the largest
// first.
func bodies(black []bool, w, h int) (found []thing) {
	seen := make([]bool, len(black))
	var queue []int32
	for i := range black {
		if !black[i] || seen[i] {
			continue
		}
		seen[i] = true
		queue = append(queue[:0], int32(i))
		for next := 0; next < len(queue); next++ {
			x, y := int(queue[next])%w, int(queue[next])/w
			for ny := max(0, y-1); ny <= min(h-1, y+1); ny++ {
				for nx := max(0, x-1); nx <= min(w-1, x+1); nx++ {
					if at := ny*w + nx; black[at] && !seen[at] {
						seen[at] = true
						queue = append(queue, int32(at))
					}
				}
			}
		}
		if len(queue) < minBody || len(found) == maxBodies && len(queue) <= len(found[maxBodies-1].at) {
			continue
		}
		found = append(found, thing{slices.Clone(queue), w})
		slices.SortStableFunc(found, func(a, b thing) int { return cmp.Compare(len(b.at), len(a.at)) })
		found = found[:min(len(found), maxBodies)]
	}
	return found
}

// cornersOf gives the corners of what lies at an angle, against the clock in a
// picture whose y goes down: of the angles, the one with the smallest rectangle.
func cornersOf(body thing) [4]point {
	best, bestSin, bestCos := math.Inf(1), 0.0, 1.0
	for degree := range 90 {
		sin, cos := math.Sincos(float64(degree) * math.Pi / 180)
		left, right, top, bottom := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
		for i := 0; i < len(body.at); i += 1 + len(body.at)/4000 {
			p := body.point(i)
			u, v := p.x*cos+p.y*sin, p.y*cos-p.x*sin
			left, right, top, bottom = min(left, u), max(right, u), min(top, v), max(bottom, v)
		}
		if area := (right - left) * (bottom - top); area < best {
			best, bestSin, bestCos = area, sin, cos
		}
	}
	return extremes(body, bestSin, bestCos)
}

// extremes are the points that lie farthest towards the corners of a turned
// rectangle: upper left, lower left, lower right, upper right.
func extremes(body thing, sin, cos float64) (out [4]point) {
	far := [4]float64{math.Inf(-1), math.Inf(-1), math.Inf(-1), math.Inf(-1)}
	for n := range body.at {
		p := body.point(n)
		u, v := p.x*cos+p.y*sin, p.y*cos-p.x*sin
		for i, d := range [4]float64{-u - v, v - u, u + v, u - v} {
			if d > far[i] {
				far[i], out[i] = d, p
			}
		}
	}
	return out
}

func isBlack(black []bool, r image.Rectangle, p point) bool {
	x, y := int(p.x), int(p.y)
	return x >= 0 && y >= 0 && x < r.Dx() && y < r.Dy() && black[y*r.Dx()+x]
}

// inset is how far within a side its modules are looked at, as a part of the side: half
// a module of one with 40.
const inset = 0.012

// solid is how much of the side from o to a is black, a little towards b.
func solid(black []bool, r image.Rectangle, o, a, b point) float64 {
	const steps = 200
	in := b.minus(o)
	n := 0
	for i := range steps {
		p := o.plus(a.minus(o), (float64(i)+0.5)/steps).plus(in, inset)
		if isBlack(black, r, p) {
			n++
		}
	}
	return float64(n) / steps
}

// likeliest are the numbers of modules that fit how often the dashed sides change: a
// line that leaves them changes up to twice as often, or more seldom.
func likeliest(black []bool, r image.Rectangle, o, a, b, far point) (out []int) {
	changes := 0
	for _, in := range []float64{inset / 2, inset, inset * 2} {
		up := changesAlong(black, r, a.plus(o.minus(a), in), far.plus(b.minus(far), in))
		side := changesAlong(black, r, b.plus(o.minus(b), in), far.plus(a.minus(far), in))
		changes = max(changes, up, side)
	}
	for _, n := range squares {
		if 2*n >= changes && 2*n <= 3*changes+6 {
			out = append(out, n)
		}
	}
	return out
}

func changesAlong(black []bool, r image.Rectangle, from, to point) (n int) {
	steps := int(to.minus(from).length())
	last := isBlack(black, r, from)
	for i := range steps {
		if now := isBlack(black, r, from.plus(to.minus(from), float64(i)/float64(steps))); now != last {
			n, last = n+1, now
		}
	}
	return n
}

// sample reads n by n modules between four corners, each by its middle.
func sample(black []bool, r image.Rectangle, o, a, b, far point, n int) (text string) {
	defer func() {
		if recover() != nil { // as in attempt
			text = ""
		}
	}()
	bits, err := gozxing.NewSquareBitMatrix(n)
	if err != nil {
		return ""
	}
	for y := range n {
		for x := range n {
			u, v := (float64(x)+0.5)/float64(n), (float64(y)+0.5)/float64(n)
			upper, lower := a.plus(far.minus(a), u), o.plus(b.minus(o), u)
			if isBlack(black, r, upper.plus(lower.minus(upper), v)) {
				bits.Set(x, y)
			}
		}
	}
	result, err := decoder.NewDecoder().Decode(bits)
	if err != nil {
		return ""
	}
	return result.GetText()
}
