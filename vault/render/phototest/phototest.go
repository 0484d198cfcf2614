// Package phototest draws photographs of sheets of paper, for tests: a page with a few
// marks, seen aslant on a darker table.
package phototest

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
)

// Photo says how a page was photographed.
type Photo struct {
	Page        int     // the number of bars on the page, which tell one from another
	Degrees     float64 // by which the page lies turned to the right
	Aslant      float64 // how much shorter its far edge seems, 0 to 0.3
	Orientation int     // as EXIF has it, which the pixels are turned against; 0 for none
	Width       int     // pixels; height is three quarters of it
}

// The marks of a page: a red square at its top left, and under it black bars.
var (
	paper = color.RGBA{246, 245, 240, 255}
	table = color.RGBA{121, 85, 58, 255}
	Red   = color.RGBA{200, 30, 30, 255}
	ink   = color.RGBA{25, 25, 30, 255}
)

// at is the colour of a page at a place, both 0 to 1.
func (p Photo) at(u, v float64) color.RGBA {
	switch {
	case u > 0.08 && u < 0.28 && v > 0.06 && v < 0.20:
		return Red
	case u > 0.08 && u < 0.92 && v > 0.26 && v < 0.26+0.06*float64(p.Page) && math.Mod(v-0.26, 0.06) < 0.02:
		return ink
	}
	return paper
}

// JPEG is the photograph.
func (p Photo) JPEG() []byte {
	if p.Width == 0 {
		p.Width = 1200
	}
	w, h := p.Width, p.Width*3/4
	seen := image.NewRGBA(image.Rect(0, 0, w, h))
	sin, cos := math.Sincos(-p.Degrees * math.Pi / 180)
	high := 0.72 * float64(h)
	for y := range h {
		for x := range w {
			dx, dy := float64(x)+0.5-float64(w)/2, float64(y)+0.5-float64(h)/2
			dx, dy = dx*cos-dy*sin, dx*sin+dy*cos
			// What lies farther away is smaller: a plane seen from above its near edge.
			far := 1 - p.Aslant*(0.5-dy/high)
			u, v := 0.5+dx/(high/math.Sqrt2*far), (0.5+dy/high)/far*(1-p.Aslant*0.5)
			v *= 1 / (1 - p.Aslant*0.5)
			c := table
			if u >= 0 && u < 1 && v >= 0 && v < 1 {
				c = p.at(u, v)
			} else if (x/40+y/97)%3 == 0 {
				c = color.RGBA{108, 74, 49, 255}
			}
			seen.SetRGBA(x, y, c)
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, against(seen, p.Orientation), &jpeg.Options{Quality: 90}); err != nil {
		panic(err) // a buffer takes everything
	}
	if p.Orientation == 0 {
		return out.Bytes()
	}
	return withOrientation(out.Bytes(), p.Orientation)
}

// against turns a picture so that its orientation turns it back.
func against(p *image.RGBA, orientation int) *image.RGBA {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	var out *image.RGBA
	var put func(x, y int, c color.RGBA)
	switch orientation {
	case 3:
		out = image.NewRGBA(p.Rect)
		put = func(x, y int, c color.RGBA) { out.SetRGBA(w-1-x, h-1-y, c) }
	case 6:
		out = image.NewRGBA(image.Rect(0, 0, h, w))
		put = func(x, y int, c color.RGBA) { out.SetRGBA(y, w-1-x, c) }
	case 8:
		out = image.NewRGBA(image.Rect(0, 0, h, w))
		put = func(x, y int, c color.RGBA) { out.SetRGBA(h-1-y, x, c) }
	default:
		return p
	}
	for y := range h {
		for x := range w {
			put(x, y, p.RGBAAt(x, y))
		}
	}
	return out
}

// withOrientation adds an EXIF part that holds an orientation and nothing else.
func withOrientation(jpeg []byte, orientation int) []byte {
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(rune(orientation)) + "\x00\x00\x00\x00\x00\x00"
	out := append([]byte{}, jpeg[:2]...)
	out = append(out, 0xff, 0xe1, 0, byte(len(exif)+2))
	return append(append(out, exif...), jpeg[2:]...)
}
