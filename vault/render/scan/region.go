package scan

import (
	"cmp"
	"image"
	"slices"
)

const (
	cells      = 96 // into which the longer side of a picture is cut
	smallest   = 8  // pixels of a side of a cell
	maxRegions = 8  // that are tried
	contrast   = 90 // between the darkest and the lightest pixel of a busy cell
	changes    = 6  // percent of pixels that differ by contrast/2 from their neighbour, in a busy cell
	darkest    = 80 // percent of its pixels that may be dark: half of a symbol's are, and a fifth of a text's
	lightest   = 28
	minCells   = 3   // of a symbol's shorter side
	maxShape   = 2.2 // longer to shorter side of a symbol, photographed at an angle
)

// regions are the parts of a picture that look like a symbol: close, about square,
// and full of black and white that change everywhere. The likeliest are first.
func regions(g *image.Gray) []image.Rectangle {
	size := max(smallest, (max(g.Rect.Dx(), g.Rect.Dy())+cells-1)/cells)
	w, h := (g.Rect.Dx()+size-1)/size, (g.Rect.Dy()+size-1)/size
	busy := make([]bool, w*h)
	for y := range h {
		for x := range w {
			busy[y*w+x] = isBusy(g, image.Rect(x*size, y*size, (x+1)*size, (y+1)*size).Intersect(g.Rect))
		}
	}
	type found struct {
		image.Rectangle
		full float64
	}
	var all []found
	for i := range busy {
		if !busy[i] {
			continue
		}
		r, n := grow(busy, w, h, i)
		shape := float64(max(r.Dx(), r.Dy())) / float64(min(r.Dx(), r.Dy()))
		full := float64(n) / float64(r.Dx()*r.Dy())
		if min(r.Dx(), r.Dy()) < minCells || shape > maxShape || full < 0.4 {
			continue
		}
		r = image.Rectangle{r.Min.Mul(size), r.Max.Mul(size)}.Inset(-size / 2).Intersect(g.Rect)
		all = append(all, found{r, full * float64(n)})
	}
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(b.full, a.full) })
	var out []image.Rectangle
	for _, f := range all[:min(len(all), maxRegions)] {
		out = append(out, f.Rectangle)
	}
	return out
}

func isBusy(g *image.Gray, r image.Rectangle) bool {
	low, high, changed := uint8(255), uint8(0), 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := g.Pix[y*g.Stride : y*g.Stride+g.Rect.Dx()]
		for x := r.Min.X; x < r.Max.X; x++ {
			v := row[x]
			low, high = min(low, v), max(high, v)
			if x > 0 && max(v, row[x-1])-min(v, row[x-1]) > contrast/2 {
				changed++
			}
		}
	}
	if high <= low || high-low <= contrast || changed*100 <= changes*r.Dx()*r.Dy() {
		return false
	}
	dark, middle := 0, low+(high-low)/2
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for _, v := range g.Pix[y*g.Stride+r.Min.X : y*g.Stride+r.Max.X] {
			if v < middle {
				dark++
			}
		}
	}
	part := dark * 100 / (r.Dx() * r.Dy())
	return lightest < part && part < darkest
}

// grow takes the busy cells that hang together with the one at i, over gaps of one
// cell, out of busy, and gives the
// rectangle around them and how many they are.
func grow(busy []bool, w, h, i int) (r image.Rectangle, n int) {
	r = image.Rect(i%w, i/w, i%w+1, i/w+1)
	busy[i] = false
	for queue := []int{i}; len(queue) > 0; n++ {
		at := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		x, y := at%w, at/w
		r = r.Union(image.Rect(x, y, x+1, y+1))
		for ny := max(0, y-2); ny <= min(h-1, y+2); ny++ {
			for nx := max(0, x-2); nx <= min(w-1, x+2); nx++ {
				if busy[ny*w+nx] {
					busy[ny*w+nx] = false
					queue = append(queue, ny*w+nx)
				}
			}
		}
	}
	return r, n
}
