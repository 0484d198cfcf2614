package scan

import (
	"image"
	"math"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/detector"
)

// The library reads a QR code whose modules have three pixels and stand upright. One of
// less, turned or seen at an angle, is read here: its three marks say where it is, the
// small marks that a code has all over say how it is bent, and each module is judged by
// the grey around it. Whether what was read is a code is told by its error correction,
// as ever.

// A QR code has 21 modules on a side and four more for each version up to the 40th, its
// marks seven, whose middles lie 3.5 from the sides.
const (
	fewestModules = 21
	mostModules   = 177
	markMiddle    = 3.5
)

// readGrid reads the QR code of a picture in which the library finds its marks. at is
// where it is.
func readGrid(g *image.Gray, binarise func(gozxing.LuminanceSource) gozxing.Binarizer) (text string, at image.Rectangle) {
	defer func() {
		if recover() != nil { // as in attempt
			text = ""
		}
	}()
	bitmap := bitmapOf(g, binarise)
	if bitmap == nil {
		return "", at
	}
	black, err := bitmap.GetBlackMatrix()
	if err != nil {
		return "", at
	}
	marks, err := detector.NewFinderPatternFinder(black, nil).Find(hints)
	if err != nil {
		return "", at
	}
	a, b, c := marks.GetTopLeft(), marks.GetTopRight(), marks.GetBottomLeft()
	q := grid{g: g, a: middle(a), b: middle(b), c: middle(c)}
	module := (a.GetEstimatedModuleSize() + b.GetEstimatedModuleSize() + c.GetEstimatedModuleSize()) / 3
	between := (q.b.minus(q.a).length() + q.c.minus(q.a).length()) / 2
	likely := int(math.Round((between/module+2*markMiddle-fewestModules)/4))*4 + fewestModules
	for _, off := range []int{0, 4, -4, 8, -8} {
		if q.n = likely + off; q.n < fewestModules || q.n > mostModules {
			continue
		}
		if q.timed() < 0.75 {
			continue
		}
		q.fit()
		if text := q.read(); text != "" {
			return text, around([]gozxing.ResultPoint{a, b, c}, g.Rect)
		}
	}
	return "", at
}

func middle(p *detector.FinderPattern) point { return point{p.GetX(), p.GetY()} }

// grid is a QR code of n modules on a side in a picture, by the middles of its marks: a
// in the upper left corner, b in the upper right and c in the lower left one. bent is how
// far, in modules, the fourth corner lies from where a parallelogram has it.
type grid struct {
	g       *image.Gray
	n       int
	a, b, c point
	bent    point
}

// place is where a point of the code, in modules, lies in the picture.
func (q *grid) place() func(u, v float64) point {
	side := float64(q.n) - 2*markMiddle
	right, down := q.b.minus(q.a), q.c.minus(q.a)
	far := q.a.plus(right, 1+q.bent.x/side).plus(down, 1+q.bent.y/side)
	// The projection of a square onto four corners (Heckbert 1989, 2.2.3).
	d1, d2, s := q.b.minus(far), q.c.minus(far), q.a.minus(q.b).plus(far.minus(q.c), 1)
	det := d1.x*d2.y - d2.x*d1.y
	k, m := (s.x*d2.y-d2.x*s.y)/det, (d1.x*s.y-s.x*d1.y)/det
	x, y := right.plus(q.b, k), down.plus(q.c, m)
	return func(u, v float64) point {
		u, v = (u-markMiddle)/side, (v-markMiddle)/side
		w := 1 + k*u + m*v
		return point{(q.a.x + x.x*u + y.x*v) / w, (q.a.y + x.y*u + y.y*v) / w}
	}
}

// grey is the grey between the pixels around a place; white beside the picture.
func grey(g *image.Gray, p point) float64 {
	x, y := p.x-0.5, p.y-0.5
	left, top := math.Floor(x), math.Floor(y)
	at := func(x, y int) float64 {
		if x < 0 || y < 0 || x >= g.Rect.Dx() || y >= g.Rect.Dy() {
			return 0xff
		}
		return float64(g.Pix[y*g.Stride+x])
	}
	i, j, u, v := int(left), int(top), x-left, y-top
	return (1-v)*((1-u)*at(i, j)+u*at(i+1, j)) + v*((1-u)*at(i, j+1)+u*at(i+1, j+1))
}

// timed is how many of the modules between the marks, which are black and white in turn,
// differ from their neighbour as they must: that part of them.
func (q *grid) timed() float64 {
	q.bent = point{}
	place := q.place()
	right, of := 0, 0
	for i := 8; i < q.n-9; i++ {
		for _, p := range [2][2]point{{{float64(i) + 0.5, 6.5}, {float64(i) + 1.5, 6.5}}, {{6.5, float64(i) + 0.5}, {6.5, float64(i) + 1.5}}} {
			darker := grey(q.g, place(p[0].x, p[0].y)) < grey(q.g, place(p[1].x, p[1].y))
			if of++; darker == (i%2 == 0) {
				right++
			}
		}
	}
	return float64(right) / float64(of)
}

// fit looks for the fourth corner with which the small marks lie best on what is black
// and white, coarsely first.
func (q *grid) fit() {
	version, err := decoder.Version_GetVersionForNumber((q.n - 17) / 4)
	if err != nil {
		return
	}
	var marks []point
	lines := version.GetAlignmentPatternCenters()
	last := len(lines) - 1
	for i, y := range lines {
		for j, x := range lines {
			if corner := i == 0 && (j == 0 || j == last) || i == last && j == 0; !corner {
				marks = append(marks, point{float64(x) + 0.5, float64(y) + 0.5})
			}
		}
	}
	if len(marks) == 0 {
		return
	}
	fits := func() (sum float64) {
		place := q.place()
		for _, m := range marks {
			for y := -2; y <= 2; y++ {
				for x := -2; x <= 2; x++ {
					v := grey(q.g, place(m.x+float64(x), m.y+float64(y)))
					if max(x, -x, y, -y) == 1 { // the white ring
						v = -v
					}
					sum -= v
				}
			}
		}
		return sum
	}
	best, where := fits(), q.bent
	for reach, step := float64(q.n)/8, 1.0; step > 0.1; reach, step = step, step/3 {
		from := where
		for y := -reach; y <= reach; y += step {
			for x := -reach; x <= reach; x += step {
				q.bent = from.plus(point{x, y}, 1)
				if f := fits(); f > best {
					best, where = f, q.bent
				}
			}
		}
	}
	q.bent = where
}

// nearby is how many modules around one say what is black there.
const nearby = 6

// read judges each module by its middle, and has the library decode them.
func (q *grid) read() string {
	place := q.place()
	n := q.n
	values, sums := make([]float64, n*n), make([]float64, (n+1)*(n+1))
	for y := range n {
		for x := range n {
			u, v := float64(x)+0.5, float64(y)+0.5
			value := 2*grey(q.g, place(u, v)) + grey(q.g, place(u-0.2, v)) + grey(q.g, place(u+0.2, v)) + grey(q.g, place(u, v-0.2)) + grey(q.g, place(u, v+0.2))
			values[y*n+x] = value
			sums[(y+1)*(n+1)+x+1] = value + sums[y*(n+1)+x+1] + sums[(y+1)*(n+1)+x] - sums[y*(n+1)+x]
		}
	}
	bits, err := gozxing.NewSquareBitMatrix(n)
	if err != nil {
		return ""
	}
	for y := range n {
		for x := range n {
			l, t, r, b := max(0, x-nearby), max(0, y-nearby), min(n, x+nearby+1), min(n, y+nearby+1)
			sum := sums[b*(n+1)+r] - sums[t*(n+1)+r] - sums[b*(n+1)+l] + sums[t*(n+1)+l]
			if values[y*n+x]*float64((r-l)*(b-t)) < sum {
				bits.Set(x, y)
			}
		}
	}
	result, err := decoder.NewDecoder().Decode(bits, hints)
	if err != nil {
		return ""
	}
	return result.GetText()
}
