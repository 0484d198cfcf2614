package scan

import (
	"image"
	"image/draw"
	"slices"

	xdraw "golang.org/x/image/draw"
)

// Grey makes a grey picture of any other, on white, whose pixels lie without gaps.
func Grey(picture image.Image) *image.Gray {
	r := picture.Bounds()
	out := white(r.Dx(), r.Dy())
	if g, ok := picture.(*image.Gray); ok {
		draw.Draw(out, out.Rect, g, r.Min, draw.Src)
		return out
	}
	draw.Draw(out, out.Rect, picture, r.Min, draw.Over)
	return out
}

func white(w, h int) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, w, h))
	for i := range g.Pix {
		g.Pix[i] = 0xff
	}
	return g
}

func clone(g *image.Gray) *image.Gray {
	return &image.Gray{Pix: slices.Clone(g.Pix), Stride: g.Stride, Rect: g.Rect}
}

func fill(g *image.Gray, r image.Rectangle) {
	draw.Draw(g, r, image.White, image.Point{}, draw.Src)
}

func crop(g *image.Gray, r image.Rectangle) *image.Gray {
	r = r.Intersect(g.Rect)
	out := image.NewGray(image.Rect(0, 0, r.Dx(), r.Dy()))
	draw.Draw(out, out.Rect, g, r.Min, draw.Src)
	return out
}

// maxSide is the longest side that a picture is brought to.
const maxSide = 2600

func resize(g *image.Gray, factor float64) *image.Gray {
	longest := float64(max(g.Rect.Dx(), g.Rect.Dy()))
	factor = min(factor, maxSide/longest)
	out := image.NewGray(image.Rect(0, 0, max(1, int(float64(g.Rect.Dx())*factor)), max(1, int(float64(g.Rect.Dy())*factor))))
	xdraw.CatmullRom.Scale(out, out.Rect, g, g.Rect, draw.Src, nil)
	return out
}

func frameWhite(g *image.Gray, margin int) *image.Gray {
	out := white(g.Rect.Dx()+2*margin, g.Rect.Dy()+2*margin)
	draw.Draw(out, g.Rect.Add(image.Pt(margin, margin)), g, image.Point{}, draw.Src)
	return out
}

// stretch makes the darkest and the lightest twentieth of the pixels black and white.
func stretch(g *image.Gray) *image.Gray {
	var count [256]int
	for _, v := range g.Pix {
		count[v]++
	}
	low, high := 0, 255
	for n := 0; low < 255; low++ {
		if n += count[low]; n > len(g.Pix)/20 {
			break
		}
	}
	for n := 0; high > 0; high-- {
		if n += count[high]; n > len(g.Pix)/20 {
			break
		}
	}
	if high <= low {
		return g
	}
	var to [256]uint8
	for v := range to {
		to[v] = uint8(min(255, max(0, (v-low)*255/(high-low))))
	}
	out := clone(g)
	for i, v := range out.Pix {
		out.Pix[i] = to[v]
	}
	return out
}

// blur averages each pixel with its neighbours, by 1 2 1 in both directions.
func blur(g *image.Gray) *image.Gray {
	out := clone(g)
	w := g.Rect.Dx()
	for y := 1; y < g.Rect.Dy()-1; y++ {
		for x := 1; x < w-1; x++ {
			i := y*g.Stride + x
			p := func(d int) int { return int(g.Pix[i+d]) }
			s := g.Stride
			out.Pix[i] = uint8((p(-s-1) + 2*p(-s) + p(-s+1) + 2*p(-1) + 4*p(0) + 2*p(1) + p(s-1) + 2*p(s) + p(s+1)) / 16)
		}
	}
	return out
}

// sharpen adds to each pixel how much it differs from its neighbours.
func sharpen(g *image.Gray) *image.Gray {
	soft := blur(g)
	out := clone(g)
	for i, v := range g.Pix {
		out.Pix[i] = uint8(min(255, max(0, 3*int(v)-2*int(soft.Pix[i]))))
	}
	return out
}
