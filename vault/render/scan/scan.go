// Package scan finds QR codes and DataMatrix symbols in a grey picture and reads
// their text. Only the worker uses it, and it is pure: no clock, no disk.
//
// A reader of symbols wants one clean symbol that fills the picture. What people have is
// a page with a symbol somewhere, a photograph at an angle, a file that was compressed
// twice: the picture is therefore tried as a whole first, then
// region by region, each in several sizes and contrasts, until the time is used up.
package scan

import (
	"image"
	"slices"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// Limits of what is given.
const (
	MaxCodes = 16      // of one picture
	MaxText  = 8 << 10 // bytes of a text: a QR code holds 4,296 characters, a DataMatrix 3,116
)

// Kind is a kind of symbol.
type Kind byte

// The kinds.
const (
	QR         Kind = 1
	DataMatrix Kind = 2 // a square one, as 2D-DOC asks for
)

// Code is a symbol that was read.
type Code struct {
	Kind Kind
	Text string
}

// Find reads the symbols of a picture, each text once, those found first first. It goes
// on while more, asked between two attempts, says so. likely reports whether a
// part of the picture looks like a symbol, when none was read.
func Find(picture *image.Gray, more func() bool) (codes []Code, likely bool) {
	f := finder{more: more}
	f.whole(picture)
	for _, r := range regions(picture) {
		if !f.covered(r) {
			likely = true
			f.region(picture, r)
		}
	}
	return f.codes, len(f.codes) == 0 && likely
}

type finder struct {
	more  func() bool
	codes []Code
	read  []image.Rectangle // where
}

// whole tries the picture as it is. What was read is painted over, so that the next
// symbol is found.
func (f *finder) whole(picture *image.Gray) {
	work := clone(picture)
	for _, s := range readSymbols(picture, f.more) {
		f.add(DataMatrix, s.text)
		f.read = append(f.read, s.at)
		fill(work, s.at)
	}
	for range MaxCodes {
		at, ok := f.qr(work)
		if !ok {
			return
		}
		f.read = append(f.read, at)
		fill(work, at)
	}
}

// covered reports whether most of a region was read already.
func (f *finder) covered(r image.Rectangle) bool {
	return slices.ContainsFunc(f.read, func(known image.Rectangle) bool {
		over := r.Intersect(known)
		return over.Dx()*over.Dy()*2 > r.Dx()*r.Dy()
	})
}

// sides are how many pixels the shorter side of a region has when it is tried: some
// five for each module of a large symbol, which has 100. 0 leaves it as it is.
var sides = []int{0, 900, 600, 1300}

// quietZone is how much white a region gets around it, as a part of its longer side.
const quietZone = 8

// region tries one part of the picture.
func (f *finder) region(picture *image.Gray, r image.Rectangle) {
	base := crop(picture, r)
	for _, side := range sides {
		part := base
		if side != 0 {
			part = resize(base, float64(side)/float64(min(r.Dx(), r.Dy())))
		}
		part = frameWhite(part, max(part.Rect.Dx(), part.Rect.Dy())/quietZone)
		for _, prepare := range preparations {
			ready := prepare(part)
			if !f.more() {
				return
			}
			if found := readSymbols(ready, f.more); found != nil {
				for _, s := range found {
					f.add(DataMatrix, s.text)
				}
				return
			}
			if _, ok := f.qr(ready); ok {
				return
			}
		}
	}
}

// preparations change a picture before it is tried, the ones that help most often
// first.
var preparations = []func(*image.Gray) *image.Gray{
	func(g *image.Gray) *image.Gray { return g },
	stretch,
	func(g *image.Gray) *image.Gray { return stretch(blur(g)) },
	func(g *image.Gray) *image.Gray { return stretch(sharpen(g)) },
}

// qr tries a picture, and says where the symbol was.
func (f *finder) qr(picture *image.Gray) (at image.Rectangle, ok bool) {
	for _, binarise := range []func(gozxing.LuminanceSource) gozxing.Binarizer{gozxing.NewHybridBinarizer, gozxing.NewGlobalHistgramBinarizer} {
		if !f.more() {
			return at, false
		}
		if result := attempt(picture, binarise); result != nil {
			f.add(QR, result.GetText())
			return around(result.GetResultPoints(), picture.Rect), true
		}
		if text, at := readGrid(picture, binarise); text != "" {
			f.add(QR, text)
			return at, true
		}
	}
	return at, false
}

func (f *finder) add(kind Kind, text string) {
	c := Code{kind, text}
	if text != "" && len(text) <= MaxText && len(f.codes) < MaxCodes && !slices.Contains(f.codes, c) {
		f.codes = append(f.codes, c)
	}
}

// hints ask the reader for its slow way.
var hints = map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}

// attempt is nil when nothing was read. The library indexes beyond its arrays on some
// pictures, which is as good as nothing.
func attempt(picture *image.Gray, binarise func(gozxing.LuminanceSource) gozxing.Binarizer) (result *gozxing.Result) {
	defer func() {
		if recover() != nil {
			result = nil
		}
	}()
	bitmap := bitmapOf(picture, binarise)
	if bitmap == nil {
		return nil
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, hints)
	if err != nil {
		return nil
	}
	return result
}

// bitmapOf is a picture as the library takes it, nil for one without pixels.
func bitmapOf(picture *image.Gray, binarise func(gozxing.LuminanceSource) gozxing.Binarizer) *gozxing.BinaryBitmap {
	w, h := picture.Rect.Dx(), picture.Rect.Dy()
	source, err := gozxing.NewPlanarYUVLuminanceSource(picture.Pix, w, h, 0, 0, w, h, false)
	if err != nil {
		return nil
	}
	bitmap, err := gozxing.NewBinaryBitmap(binarise(source))
	if err != nil {
		return nil
	}
	return bitmap
}

// around is the part of a picture that a symbol covers, from the centres of its
// corners.
func around(points []gozxing.ResultPoint, within image.Rectangle) image.Rectangle {
	var r image.Rectangle
	for _, p := range points {
		x, y := int(p.GetX()), int(p.GetY())
		r = r.Union(image.Rect(x, y, x+1, y+1))
	}
	return r.Inset(-max(r.Dx(), r.Dy()) / 5).Intersect(within)
}
