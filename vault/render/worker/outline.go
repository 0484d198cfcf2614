package worker

import (
	"image"
	"math"
	"slices"
)

// What a sheet of paper in a photograph has to be. Where something is amiss the whole
// picture is kept: a page too wide is a blemish, a line cut off is a loss.
const (
	outlineSide = 480  // pixels of the longer side in which it is looked for
	leastPart   = 0.15 // of the picture that it covers
	mostPart    = 0.97 // more, and there is nothing to cut off
	leastStep   = 25   // levels between paper and what surrounds it, of 255, also from one side of an edge to the other
	leastFill   = 0.92 // of its quadrilateral that its outline encloses
	leastPaper  = 0.5  // of its outline that is bright: the rest is ink
	leastEdge   = 0.6  // of each side that is seen
	leastAngle  = 50   // degrees at each corner; and at most 180 less that
	opening     = 2    // pixels: bridges narrower than twice that are cut
)

// findSheet looks for a bright sheet on a darker ground and returns its corners,
// clockwise. ok is false when it is not sure of them.
func findSheet(picture *image.RGBA) (corners quad, ok bool) {
	n := (max(picture.Rect.Dx(), picture.Rect.Dy()) + outlineSide - 1) / outlineSide
	small := shrink(picture, n)
	g := whiteness(small)
	bright, step := g.split()
	if step < leastStep {
		return quad{}, false
	}
	sheet := bright.least(opening).largest().most(opening)
	rim, paper := sheet.rim()
	if paper < leastPart*float64(len(sheet.v)) {
		return quad{}, false
	}
	outline := hull(rim)
	q, ok := fourSides(outline)
	if !ok {
		return quad{}, false
	}
	if q, ok = fit(q, rim); !ok {
		return quad{}, false
	}
	whole := float64(g.width * g.height)
	inside := enclosed(outline)
	if q.area() > mostPart*whole || q.area() < leastPart*whole || inside < leastFill*q.area() || paper < leastPaper*inside || !q.upright() || !g.edged(q) {
		return quad{}, false
	}
	for i, p := range q {
		if p.x < -4 || p.y < -4 || p.x > float64(g.width)+4 || p.y > float64(g.height)+4 {
			return quad{}, false // a corner outside the picture
		}
		p.x, p.y = max(0, min(p.x, float64(g.width))), max(0, min(p.y, float64(g.height)))
		q[i] = p.times(float64(n))
	}
	return q, true
}

// gray is a picture of one value for each pixel.
type gray struct {
	width, height int
	v             []byte
}

// whiteness is the least of the three colours, smoothed: wood and cloth may be as
// bright as paper, and are not as white.
func whiteness(p *image.RGBA) gray {
	g := gray{p.Rect.Dx(), p.Rect.Dy(), make([]byte, p.Rect.Dx()*p.Rect.Dy())}
	for i := range g.v {
		g.v[i] = min(p.Pix[4*i], p.Pix[4*i+1], p.Pix[4*i+2])
	}
	return g.around(1, func(values []byte) byte {
		sum := 0
		for _, v := range values {
			sum += int(v)
		}
		return byte(sum / len(values))
	})
}

// around replaces each value by what do makes of those in the row, then in the
// column, r pixels to both sides.
func (g gray) around(r int, do func([]byte) byte) gray {
	pass := func(from gray) gray { // along rows; the result lies on its side
		out := gray{from.height, from.width, make([]byte, len(from.v))}
		for y := range from.height {
			row := from.v[y*from.width : (y+1)*from.width]
			for x := range row {
				out.v[x*out.width+y] = do(row[max(0, x-r):min(len(row), x+r+1)])
			}
		}
		return out
	}
	return pass(pass(g))
}

func (g gray) least(r int) gray { return g.around(r, func(v []byte) byte { return slices.Min(v) }) }
func (g gray) most(r int) gray  { return g.around(r, func(v []byte) byte { return slices.Max(v) }) }

// split parts bright from dark where the two differ most from each other (Otsu 1979),
// and says how far apart their means are.
func (g gray) split() (bright gray, step float64) {
	var count [256]float64
	total := 0.0
	for _, v := range g.v {
		count[v]++
		total += float64(v)
	}
	n, sum, best, at := 0.0, 0.0, -1.0, 0
	for level := range 255 {
		n += count[level]
		sum += float64(level) * count[level]
		rest := float64(len(g.v)) - n
		if n == 0 || rest == 0 {
			continue
		}
		apart := (total-sum)/rest - sum/n
		if between := n * rest * apart * apart; between > best {
			best, at, step = between, level, apart
		}
	}
	bright = gray{g.width, g.height, make([]byte, len(g.v))}
	for i, v := range g.v {
		if int(v) > at {
			bright.v[i] = 1
		}
	}
	return bright, step
}

// largest keeps the largest part of the ones that hangs together.
func (g gray) largest() gray {
	label := make([]int32, len(g.v))
	var found, largest int32
	most := 0
	var queue []int
	for i := range g.v {
		if g.v[i] == 0 || label[i] != 0 {
			continue
		}
		found++
		label[i] = found
		queue = append(queue[:0], i)
		for n := 0; n < len(queue); n++ {
			at := queue[n]
			x := at % g.width
			for _, next := range [4]int{at - 1, at + 1, at - g.width, at + g.width} {
				if next < 0 || next >= len(g.v) || x == 0 && next == at-1 || x == g.width-1 && next == at+1 {
					continue
				}
				if g.v[next] != 0 && label[next] == 0 {
					label[next] = found
					queue = append(queue, next)
				}
			}
		}
		if len(queue) > most {
			most, largest = len(queue), found
		}
	}
	out := gray{g.width, g.height, make([]byte, len(g.v))}
	for i := range label {
		if found > 0 && label[i] == largest {
			out.v[i] = 1
		}
	}
	return out
}

// rim is the outer edge of the ones: for each row and each column the first and the
// last, at the outer side of the pixel. ones is their number.
func (g gray) rim() (rim []point, ones float64) {
	for y := range g.height {
		first, last := -1, -1
		for x := range g.width {
			if g.v[y*g.width+x] != 0 {
				ones++
				last = x
				if first < 0 {
					first = x
				}
			}
		}
		if first >= 0 {
			rim = append(rim, point{float64(first), float64(y) + 0.5}, point{float64(last + 1), float64(y) + 0.5})
		}
	}
	for x := range g.width {
		first, last := -1, -1
		for y := range g.height {
			if g.v[y*g.width+x] != 0 {
				last = y
				if first < 0 {
					first = y
				}
			}
		}
		if first >= 0 {
			rim = append(rim, point{float64(x) + 0.5, float64(first)}, point{float64(x) + 0.5, float64(last + 1)})
		}
	}
	return rim, ones
}

// hull is the convex outline of points, clockwise (Andrew 1979).
func hull(points []point) []point {
	points = slices.Clone(points)
	slices.SortFunc(points, func(a, b point) int {
		if a.x != b.x {
			return sign(a.x - b.x)
		}
		return sign(a.y - b.y)
	})
	var out []point
	half := func(from int, p point) {
		for len(out) >= from+2 && out[len(out)-1].minus(out[len(out)-2]).cross(p.minus(out[len(out)-1])) <= 0 {
			out = out[:len(out)-1]
		}
		out = append(out, p)
	}
	for _, p := range points {
		half(0, p)
	}
	from := len(out) - 1
	for _, p := range slices.Backward(points) {
		half(from, p)
	}
	return out[:max(0, len(out)-1)]
}

func sign(f float64) int {
	switch {
	case f < 0:
		return -1
	case f > 0:
		return 1
	}
	return 0
}

// enclosed is the area within an outline.
func enclosed(outline []point) (sum float64) {
	for i, p := range outline {
		sum += p.cross(outline[(i+1)%len(outline)])
	}
	return math.Abs(sum) / 2
}

// fourSides takes away, of a convex outline, the side whose neighbours meet with the
// least added area, until four are left.
func fourSides(outline []point) (quad, bool) {
	p := slices.Clone(outline)
	for len(p) > 4 {
		n := len(p)
		best, least := -1, math.Inf(1)
		var meeting point
		for i := range p {
			a, b, c, d := p[(i+n-1)%n], p[i], p[(i+1)%n], p[(i+2)%n]
			if b.minus(a).cross(d.minus(c)) <= 0 {
				continue // they part
			}
			m, ok := meet(a, b, c, d)
			if !ok {
				continue
			}
			if added := math.Abs(m.minus(b).cross(c.minus(b))); added < least {
				best, least, meeting = i, added, m
			}
		}
		if best < 0 {
			return quad{}, false
		}
		p[best] = meeting
		next := (best + 1) % n
		p = slices.Delete(p, next, next+1)
	}
	if len(p) < 4 {
		return quad{}, false
	}
	return quad(p), true
}

// meet is where the line through a and b crosses the one through c and d.
func meet(a, b, c, d point) (point, bool) {
	u, v := b.minus(a), d.minus(c)
	det := u.cross(v)
	if math.Abs(det) < 1e-9 {
		return point{}, false
	}
	t := c.minus(a).cross(v) / det
	return point{a.x + t*u.x, a.y + t*u.y}, true
}

// fit lays each side through the points of the rim beside it, and lets the four
// meet. ok is false when too little of a side is seen.
func fit(q quad, rim []point) (out quad, ok bool) {
	const beside = 3 // pixels from a side
	var from, to quad
	for i := range q {
		a, b := q[i], q[(i+1)%4]
		length, u := a.to(b), a.along(b)
		if length < 1 {
			return quad{}, false
		}
		seen := map[int]bool{} // pixels of the side
		var n, sx, sy, sxx, sxy, syy float64
		for _, p := range rim {
			r := p.minus(a)
			along, away := r.x*u.x+r.y*u.y, u.cross(r)
			if math.Abs(away) > beside || along < 0 || along > length {
				continue
			}
			seen[int(along)] = true
			if along < 0.05*length || along > 0.95*length {
				continue // corners are round
			}
			n, sx, sy = n+1, sx+p.x, sy+p.y
			sxx, sxy, syy = sxx+p.x*p.x, sxy+p.x*p.y, syy+p.y*p.y
		}
		if float64(len(seen)) < leastEdge*length || n < 2 {
			return quad{}, false
		}
		mx, my := sx/n, sy/n
		angle := math.Atan2(2*(sxy/n-mx*my), sxx/n-mx*mx-(syy/n-my*my)) / 2
		from[i], to[i] = point{mx, my}, point{mx + math.Cos(angle), my + math.Sin(angle)}
	}
	for i := range q {
		before := (i + 3) % 4
		if out[i], ok = meet(from[before], to[before], from[i], to[i]); !ok {
			return quad{}, false
		}
	}
	return out, true
}

// upright reports whether the corners are those of a sheet seen from somewhere above
// it: convex, clockwise, no corner too sharp or too blunt.
func (q quad) upright() bool {
	for i, p := range q {
		in, out := q[(i+3)%4].along(p), p.along(q[(i+1)%4])
		angle := math.Atan2(in.cross(out), in.x*out.x+in.y*out.y) * 180 / math.Pi
		if angle < leastAngle || angle > 180-leastAngle {
			return false
		}
	}
	return q.area() > 0
}

// edged reports whether the picture grows dark at each side, and not somewhere about
// it: light that fades is no edge. Sides at the end of the picture have no beyond.
func (g gray) edged(q quad) bool {
	const beside, steps = 5, 20 // pixels from the side; places looked at
	for i, a := range q {
		b := q[(i+1)%4]
		u := a.along(b)
		n, step := 0, 0.0
		for k := range steps {
			f := 0.1 + 0.8*float64(k)/(steps-1)
			p := point{a.x + (b.x-a.x)*f, a.y + (b.y-a.y)*f}
			in, inside := g.value(p.x-beside*u.y, p.y+beside*u.x)
			out, beyond := g.value(p.x+beside*u.y, p.y-beside*u.x)
			if inside && beyond {
				n, step = n+1, step+in-out
			}
		}
		if n > 0 && step < leastStep*float64(n) {
			return false
		}
	}
	return true
}

func (g gray) value(x, y float64) (v float64, ok bool) {
	if x < 0 || y < 0 || int(x) >= g.width || int(y) >= g.height {
		return 0, false
	}
	return float64(g.v[int(y)*g.width+int(x)]), true
}
