package render_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"testing"

	"carnet/vault/render"
	"carnet/vault/render/phototest"
)

func paged(c *render.Client, picture []byte, opt *render.PhotoOptions) (image.Image, bool, error) {
	made, cut, err := c.Photo(context.Background(), bytes.NewReader(picture), int64(len(picture)), opt)
	if err != nil {
		return nil, false, err
	}
	page, err := jpeg.Decode(bytes.NewReader(made))
	return page, cut, err
}

// at is the colour of a page at a place, both 0 to 1.
func at(page image.Image, u, v float64) (r, g, b int) {
	size := page.Bounds()
	x, y, z, _ := page.At(int(u*float64(size.Dx())), int(v*float64(size.Dy()))).RGBA()
	return int(x >> 8), int(y >> 8), int(z >> 8)
}

func isRed(page image.Image, u, v float64) bool {
	r, g, b := at(page, u, v)
	return r > 140 && g < 90 && b < 90
}

func isPaper(page image.Image, u, v float64) bool {
	r, g, b := at(page, u, v)
	return r > 215 && g > 215 && b > 200
}

// TestStraighten: whatever way a page lies and the camera was held, what comes is A4,
// upright, with its marks where they were drawn, and no table around it.
func TestStraighten(t *testing.T) {
	c := newClient(t, nil)
	for _, p := range []phototest.Photo{
		{Page: 1},
		{Page: 2, Degrees: 12, Aslant: 0.1},
		{Page: 3, Degrees: -17, Aslant: 0.15},
		{Page: 4, Degrees: 8, Aslant: 0.2, Orientation: 6},
		{Page: 5, Degrees: -5, Orientation: 8},
		{Page: 6, Degrees: 20, Orientation: 3},
		{Page: 7, Degrees: 4, Width: 4000},
	} {
		page, cut, err := paged(c, p.JPEG(), &render.PhotoOptions{Straighten: true})
		if err != nil || !cut {
			t.Errorf("%+v: cut %v, %v", p, cut, err)
			continue
		}
		size := page.Bounds()
		if ratio := float64(size.Dy()) / float64(size.Dx()); math.Abs(ratio-math.Sqrt2) > 0.01 {
			t.Errorf("%+v: a page of %v", p, size)
		}
		for _, corner := range [][2]float64{{0.015, 0.015}, {0.985, 0.015}, {0.985, 0.985}, {0.015, 0.985}} {
			if !isPaper(page, corner[0], corner[1]) {
				t.Errorf("%+v: there is table at %v", p, corner)
			}
		}
		if !isRed(page, 0.11, 0.09) || !isRed(page, 0.25, 0.17) || isRed(page, 0.04, 0.1) || isRed(page, 0.34, 0.1) {
			t.Errorf("%+v: the red square is not where it was drawn", p)
		}
		bars, dark := 0, false
		for v := 0.22; v < 0.9; v += 0.002 {
			r, _, _ := at(page, 0.5, v)
			if r < 110 && !dark {
				bars++
			}
			dark = r < 110
		}
		if bars != p.Page {
			t.Errorf("%+v: %d bars", p, bars)
		}
	}
}

// TestWholePhoto: the person may keep all of a photograph; it is turned as the camera
// noted and as they say.
func TestWholePhoto(t *testing.T) {
	c := newClient(t, nil)
	p := phototest.Photo{Page: 1, Orientation: 6, Width: 800}
	page, cut, err := paged(c, p.JPEG(), nil)
	if err != nil || cut || page.Bounds() != image.Rect(0, 0, 800, 600) {
		t.Fatalf("%v, cut %v, %v", page.Bounds(), cut, err)
	}
	upright, turned := 0.5, 0.5
	if isPaper(page, 0.05, upright) {
		t.Error("the table was cut off unasked")
	}
	page, _, err = paged(c, p.JPEG(), &render.PhotoOptions{Turns: 1, Side: 400})
	if err != nil || page.Bounds() != image.Rect(0, 0, 300, 400) {
		t.Fatalf("turned: %v, %v", page.Bounds(), err)
	}
	if isPaper(page, turned, 0.05) || !isPaper(page, 0.5, 0.9) && !isPaper(page, 0.5, 0.6) {
		t.Error("it was not turned to the right")
	}
}

// TestNoSheet: what is no sheet on a darker ground is left whole.
func TestNoSheet(t *testing.T) {
	c := newClient(t, nil)
	for name, draw := range map[string]func(x, y int) color.Color{
		"white":  func(x, y int) color.Color { return color.White },
		"steady": func(x, y int) color.Color { return color.Gray{uint8(90 + x/10)} },
		"disc": func(x, y int) color.Color {
			if math.Hypot(float64(x-400), float64(y-300)) < 200 {
				return color.White
			}
			return color.Black
		},
		"triangle": func(x, y int) color.Color {
			if y > 100 && y < 500 && x > 100 && x-100 < y-100 {
				return color.White
			}
			return color.Black
		},
		"stripes": func(x, y int) color.Color {
			if x/50%2 == 0 {
				return color.White
			}
			return color.Black
		},
		"small": func(x, y int) color.Color {
			if x > 100 && x < 200 && y > 100 && y < 240 {
				return color.White
			}
			return color.Black
		},
	} {
		m := image.NewRGBA(image.Rect(0, 0, 800, 600))
		for i := range 800 * 600 {
			m.Set(i%800, i/800, draw(i%800, i/800))
		}
		var b bytes.Buffer
		if err := png.Encode(&b, m); err != nil {
			t.Fatal(err)
		}
		page, cut, err := paged(c, b.Bytes(), &render.PhotoOptions{Straighten: true})
		if err != nil || cut || page.Bounds() != m.Rect {
			t.Errorf("%s: cut %v, %v", name, cut, err)
		}
	}
}

// hugePNG announces width x height pixels and holds none of them.
func hugePNG(width, height uint32) []byte {
	out := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, body []byte) {
		out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
		from := len(out)
		out = append(append(out, kind...), body...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[from:]))
	}
	head := binary.BigEndian.AppendUint32(nil, width)
	head = binary.BigEndian.AppendUint32(head, height)
	chunk("IHDR", append(head, 8, 2, 0, 0, 0))
	chunk("IDAT", bytes.Repeat([]byte{0}, 64))
	chunk("IEND", nil)
	return out
}

// TestPhotoRefused: what is too large, damaged or nothing of the kind is refused by
// its name, and the next photograph is read.
func TestPhotoRefused(t *testing.T) {
	c := newClient(t, nil)
	good := phototest.Photo{Page: 1, Width: 600}.JPEG()
	for name, of := range map[string]struct {
		picture []byte
		want    []error
	}{
		"announces 10 gigapixels": {hugePNG(100_000, 100_000), []error{render.ErrTooLarge, render.ErrFormat}},
		"announces 81 megapixels": {hugePNG(9000, 9000), []error{render.ErrTooLarge}},
		"cut short":               {good[:len(good)/2], []error{render.ErrFormat}},
		"without pixels":          {hugePNG(600, 600), []error{render.ErrFormat}},
		"a PDF":                   {goodPDF(t), []error{render.ErrFormat}},
		"HEIC":                    {append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), make([]byte, 200)...), []error{render.ErrFormat}},
	} {
		_, _, err := paged(c, of.picture, &render.PhotoOptions{Straighten: true})
		known := false
		for _, want := range of.want {
			known = known || errors.Is(err, want)
		}
		if !known || !errors.Is(err, render.ErrPhoto) {
			t.Errorf("%s: %v, want %v", name, err, of.want)
		}
	}
	for _, o := range []render.PhotoOptions{{Side: -1}, {Side: render.MaxSide + 1}, {Turns: 4}, {Turns: -1}} {
		if _, _, err := paged(c, good, &o); !errors.Is(err, render.ErrPicture) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, cut, err := paged(c, good, &render.PhotoOptions{Straighten: true}); err != nil || !cut {
		t.Errorf("after all that: cut %v, %v", cut, err)
	}
}

// FuzzPhoto: nothing in the part of a JPEG where cameras write, nor anything else,
// costs the child.
func FuzzPhoto(f *testing.F) {
	c := newClient(f, nil)
	for _, o := range []int{0, 3, 6, 8} {
		f.Add(phototest.Photo{Page: 1, Orientation: o, Width: 80}.JPEG())
	}
	f.Add(hugePNG(9000, 9000))
	f.Fuzz(func(t *testing.T, in []byte) {
		page, _, err := paged(c, in, &render.PhotoOptions{Straighten: true, Side: 200})
		if err == nil && (page.Bounds().Dx() > 200 || page.Bounds().Dy() > 200) {
			t.Fatal(fmt.Sprint("a page of ", page.Bounds()))
		}
		if errors.Is(err, render.ErrCrashed) {
			t.Fatal(err)
		}
	})
}
