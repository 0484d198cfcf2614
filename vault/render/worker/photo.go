package worker

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"
	"strings"

	"carnet/vault/render/frame"
)

// photoQuality is the quality, of 100, at which a page made of a photograph is
// compressed: print of 8 points stays sharp, and a page of A4 takes about 1 MB.
const photoQuality = 85

// photograph makes a JPEG of content, a JPEG or PNG. cut says that a sheet of paper
// was found in it, cut out and straightened.
//
// Whatever is done to the picture is one projection: its four corners, or those of
// the sheet, in the order in which they are to be read.
func photograph(content []byte, m frame.Photo) (made []byte, cut bool, code frame.Code) {
	picture, code := decodePhoto(content)
	if code != 0 {
		return nil, false, code
	}
	turned := orientation(content)
	w, h := float64(picture.Rect.Dx()), float64(picture.Rect.Dy())
	corners := turned.order(quad{{0, 0}, {w, 0}, {w, h}, {0, h}}, w, h)
	if m.Straighten {
		var sheet quad
		if sheet, cut = findSheet(picture); cut {
			corners = turned.order(sheet, w, h)
		}
	}
	for range m.Turns {
		corners = quad{corners[3], corners[0], corners[1], corners[2]}
	}
	width, height := corners.size(cut, float64(m.Side))
	var out bytes.Buffer
	if err := jpeg.Encode(&out, project(picture, corners, width, height), &jpeg.Options{Quality: photoQuality}); err != nil {
		return nil, false, frame.FailPage
	}
	if out.Len() > frame.MaxPicture {
		return nil, false, frame.FailPage
	}
	return out.Bytes(), cut, 0
}

// decodePhoto reads a picture, on white where it lets something show through. Its
// size is looked at before its pixels: a few bytes can announce any number.
func decodePhoto(content []byte) (*image.RGBA, frame.Code) {
	config, decode := jpeg.DecodeConfig, jpeg.Decode
	switch {
	case bytes.HasPrefix(content, []byte(magicJPEG)):
	case bytes.HasPrefix(content, []byte(magicPNG)):
		config, decode = png.DecodeConfig, png.Decode
	default:
		return nil, frame.FailFormat
	}
	said, err := config(bytes.NewReader(content))
	if err != nil || said.Width < 1 || said.Height < 1 {
		return nil, frame.FailFormat
	}
	if said.Width > frame.MaxPhoto/said.Height {
		return nil, frame.FailLarge
	}
	read, err := decode(bytes.NewReader(content))
	if err != nil {
		return nil, frame.FailFormat
	}
	out := image.NewRGBA(image.Rect(0, 0, said.Width, said.Height))
	if o, ok := read.(interface{ Opaque() bool }); !ok || !o.Opaque() {
		draw.Draw(out, out.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	}
	draw.Draw(out, out.Rect, read, read.Bounds().Min, draw.Over)
	return out, 0
}

// point is a place in a picture, in pixels from its top left corner.
type point struct{ x, y float64 }

func (p point) minus(q point) point     { return point{p.x - q.x, p.y - q.y} }
func (p point) cross(q point) float64   { return p.x*q.y - p.y*q.x }
func (p point) to(q point) float64      { return math.Hypot(q.x-p.x, q.y-p.y) }
func (p point) times(f float64) point   { return point{p.x * f, p.y * f} }
func (p point) along(q point) (u point) { d := p.to(q); return point{(q.x - p.x) / d, (q.y - p.y) / d} }

// quad is four corners, clockwise from the top left one as one reads.
type quad [4]point

// area is signed: positive when the corners go clockwise.
func (q quad) area() (sum float64) {
	for i, p := range q {
		sum += p.cross(q[(i+1)%4])
	}
	return sum / 2
}

// ratioA4 is the long side of A4 over the short one (ISO 216).
const ratioA4 = math.Sqrt2

// size is that of the page which the corners hold, in pixels, at most most on each
// side. A sheet within 7 % of the shape of A4 is A4: a sheet seen aslant seems
// shorter than it is.
func (q quad) size(sheet bool, most float64) (width, height int) {
	w, h := max(q[0].to(q[1]), q[3].to(q[2])), max(q[0].to(q[3]), q[1].to(q[2]))
	if long, short := max(w, h), min(w, h); sheet && math.Abs(long/short/ratioA4-1) < 0.07 {
		if w > h {
			h = w / ratioA4
		} else {
			w = h / ratioA4
		}
	}
	scale := min(1, most/w, most/h)
	return max(1, int(w*scale)), max(1, int(h*scale))
}

// turn is how the camera was held: an EXIF orientation, 1 to 8.
type turn int

// see says where a point of a picture of w x h pixels lies once it is turned.
func (t turn) see(p point, w, h float64) point {
	switch t {
	case 2:
		return point{w - p.x, p.y}
	case 3:
		return point{w - p.x, h - p.y}
	case 4:
		return point{p.x, h - p.y}
	case 5:
		return point{p.y, p.x}
	case 6:
		return point{h - p.y, p.x}
	case 7:
		return point{h - p.y, w - p.x}
	case 8:
		return point{p.y, w - p.x}
	}
	return p
}

// order puts corners in the order in which they are read once the picture is turned:
// clockwise, and the first side the one that goes most to the right.
func (t turn) order(q quad, w, h float64) (out quad) {
	var seen quad
	for i, p := range q {
		seen[i] = t.see(p, w, h)
	}
	if seen.area() < 0 {
		q[1], q[3], seen[1], seen[3] = q[3], q[1], seen[3], seen[1]
	}
	first, most := 0, math.Inf(-1)
	for i := range seen {
		if right := seen[i].along(seen[(i+1)%4]).x; right > most {
			first, most = i, right
		}
	}
	for i := range out {
		out[i] = q[(first+i)%4]
	}
	return out
}

// orientation reads how the camera was held, 1 where the picture does not say: tag
// 0x0112 of the first directory (CIPA DC-008, Exif 2.32, 4.6.4).
func orientation(content []byte) turn {
	const upright, tag, short, entrySize = 1, 0x0112, 3, 12
	exif := exifOf(content)
	if len(exif) < 8 {
		return upright
	}
	u16 := func(at int) int { return int(exif[at])<<8 | int(exif[at+1]) }
	if strings.HasPrefix(string(exif), magicTIFFLE) {
		u16 = func(at int) int { return int(exif[at+1])<<8 | int(exif[at]) }
	} else if !strings.HasPrefix(string(exif), magicTIFFBE) {
		return upright
	}
	at := u16(4)<<16 | u16(6)
	if string(exif[:2]) == "II" {
		at = u16(6)<<16 | u16(4)
	}
	if at < 8 || at > len(exif)-2 {
		return upright
	}
	entries := u16(at)
	for n, at := 0, at+2; n < entries && at <= len(exif)-entrySize; n, at = n+1, at+entrySize {
		if u16(at) == tag && u16(at+2) == short {
			if v := u16(at + 8); v >= 1 && v <= 8 {
				return turn(v)
			}
			return upright
		}
	}
	return upright
}

// exifOf finds the EXIF part of a JPEG before its pixels; nil when it has none.
func exifOf(content []byte) []byte {
	const mark, app1, scan = 0xff, 0xe1, 0xda
	if !bytes.HasPrefix(content, []byte(magicJPEG)) {
		return nil
	}
	for rest := content[2:]; len(rest) >= 4 && rest[0] == mark && rest[1] != scan; {
		n := int(rest[2])<<8 | int(rest[3])
		if n < 2 || n+2 > len(rest) {
			return nil
		}
		if exif, ok := bytes.CutPrefix(rest[4:n+2], []byte("Exif\x00\x00")); ok && rest[1] == app1 {
			return exif
		}
		rest = rest[n+2:]
	}
	return nil
}

// project draws what lies between the corners as an upright page.
func project(from *image.RGBA, q quad, width, height int) *image.RGBA {
	// Pixels that would fall between those of the page are averaged first.
	n := int(max(q[0].to(q[1]), q[3].to(q[2])) / float64(width))
	if n > 1 {
		from = shrink(from, n)
		for i := range q {
			q[i] = q[i].times(1 / float64(n))
		}
	}
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	at := projection(q)
	for y := range height {
		row := out.Pix[y*out.Stride:]
		for x := range width {
			p := at((float64(x)+0.5)/float64(width), (float64(y)+0.5)/float64(height))
			sample(row[4*x:4*x+4], from, p)
		}
	}
	return out
}

// projection maps the unit square onto a quadrilateral (Heckbert 1989, 2.2.3).
func projection(q quad) func(u, v float64) point {
	d1, d2 := q[1].minus(q[2]), q[3].minus(q[2])
	s := point{q[0].x - q[1].x + q[2].x - q[3].x, q[0].y - q[1].y + q[2].y - q[3].y}
	det := d1.cross(d2)
	g, h := s.cross(d2)/det, d1.cross(s)/det
	a, b := q[1].x-q[0].x+g*q[1].x, q[3].x-q[0].x+h*q[3].x
	d, e := q[1].y-q[0].y+g*q[1].y, q[3].y-q[0].y+h*q[3].y
	return func(u, v float64) point {
		w := g*u + h*v + 1
		return point{(a*u + b*v + q[0].x) / w, (d*u + e*v + q[0].y) / w}
	}
}

// sample writes the colour at a point, between the four pixels around it.
func sample(to []byte, from *image.RGBA, p point) {
	x, fx := cell(p.x, from.Rect.Dx())
	y, fy := cell(p.y, from.Rect.Dy())
	right, down := 4, from.Stride
	if x == from.Rect.Dx()-1 {
		right = 0
	}
	if y == from.Rect.Dy()-1 {
		down = 0
	}
	at := from.Pix[y*from.Stride+4*x:]
	for c := range 4 {
		top := float64(at[c])*(1-fx) + float64(at[c+right])*fx
		low := float64(at[c+down])*(1-fx) + float64(at[c+down+right])*fx
		to[c] = byte(top*(1-fy) + low*fy + 0.5)
	}
}

// cell is the pixel before a place, of n, and how far beyond its middle that lies.
func cell(v float64, n int) (at int, beyond float64) {
	v = max(0, min(v-0.5, float64(n-1)))
	at = int(v)
	return at, v - float64(at)
}

// shrink averages squares of n x n pixels.
func shrink(from *image.RGBA, n int) *image.RGBA {
	width, height := max(1, from.Rect.Dx()/n), max(1, from.Rect.Dy()/n)
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	wide, high := min(n, from.Rect.Dx()), min(n, from.Rect.Dy())
	for y := range height {
		for x := range width {
			var sum [4]int
			for j := range high {
				row := from.Pix[(y*n+j)*from.Stride+4*x*n:]
				for i := range wide {
					for c := range 4 {
						sum[c] += int(row[4*i+c])
					}
				}
			}
			for c := range 4 {
				out.Pix[y*out.Stride+4*x+c] = byte(sum[c] / (wide * high))
			}
		}
	}
	return out
}
