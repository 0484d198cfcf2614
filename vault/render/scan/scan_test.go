package scan

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/datamatrix/encoder"
	"github.com/makiuchi-d/gozxing/qrcode"
	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// square draws a DataMatrix, four pixels a module, with a module of white around.
func square(t testing.TB, text string) *image.Gray {
	t.Helper()
	bits, err := datamatrix.NewDataMatrixWriter().Encode(text, gozxing.BarcodeFormat_DATA_MATRIX, 0, 0,
		map[gozxing.EncodeHintType]any{gozxing.EncodeHintType_DATA_MATRIX_SHAPE: encoder.SymbolShapeHint_FORCE_SQUARE})
	if err != nil {
		t.Fatal(err)
	}
	const module = 4
	out := white((bits.GetWidth()+2)*module, (bits.GetHeight()+2)*module)
	for y := range bits.GetHeight() {
		for x := range bits.GetWidth() {
			if bits.Get(x, y) {
				draw.Draw(out, image.Rect((x+1)*module, (y+1)*module, (x+2)*module, (y+2)*module), image.Black, image.Point{}, draw.Src)
			}
		}
	}
	return out
}

func always() bool { return true }

// TestFindSymbols finds symbols of several sizes on a page, at the angles at which a
// paper lies.
func TestFindSymbols(t *testing.T) {
	for _, text := range []string{"DC04FR0000011E6D1E6D", strings.Repeat("DC04FR0000011E6D1E6DL101FRL0MARTIN\x1d", 3), strings.Repeat("ABC123", 40)} {
		symbol := square(t, text)
		for _, turn := range []struct{ sin, cos float64 }{{0, 1}, {0.1, 0.995}, {0.5, 0.866}, {0, -1}, {-1, 0}} {
			page := white(640, 500)
			w, h := float64(symbol.Rect.Dx()), float64(symbol.Rect.Dy())
			x, y := 320-(w*turn.cos-h*turn.sin)/2, 250-(w*turn.sin+h*turn.cos)/2
			xdraw.BiLinear.Transform(page, f64.Aff3{turn.cos, -turn.sin, x, turn.sin, turn.cos, y}, symbol, symbol.Rect, draw.Over, nil)
			codes, likely := Find(page, always)
			if !slices.Equal(codes, []Code{{DataMatrix, text}}) || likely {
				t.Errorf("%d bytes turned by sin %v: %q, likely %v", len(text), turn.sin, codes, likely)
			}
		}
	}
}

// TestFindTurned finds large QR codes whose modules have hardly three pixels, as a
// telephone's picture of a certificate has them: turned, and seen at an angle.
func TestFindTurned(t *testing.T) {
	text := "HC1:" + strings.Repeat("6BFOXN*TS0BI$ZD8UH", 28)
	bits, err := qrcode.NewQRCodeWriter().Encode(text, gozxing.BarcodeFormat_QR_CODE, 0, 0, map[gozxing.EncodeHintType]any{gozxing.EncodeHintType_MARGIN: 4})
	if err != nil {
		t.Fatal(err)
	}
	const module = 8
	symbol := white(bits.GetWidth()*module, bits.GetHeight()*module)
	for y := range bits.GetHeight() {
		for x := range bits.GetWidth() {
			if bits.Get(x, y) {
				draw.Draw(symbol, image.Rect(x*module, y*module, (x+1)*module, (y+1)*module), image.Black, image.Point{}, draw.Src)
			}
		}
	}
	side := float64(symbol.Rect.Dx())
	for _, c := range []struct {
		name           string
		pixels, degree float64 // of a module; turned by
		aslant         float64 // how much smaller the far side is
	}{
		{"upright", 2, 0, 0}, {"by 7", 2.5, 7, 0}, {"by 25", 2.8, 25, 0}, {"by -13", 2.5, -13, 0}, {"aslant", 3, 0, 0.1}, {"by 20, aslant", 3.5, 20, 0.06},
	} {
		// Each pixel of the page is the mean of what lies around it on the symbol.
		sin, cos := math.Sincos(c.degree * math.Pi / 180)
		page := white(500, 500)
		for y := range 500 {
			for x := range 500 {
				sum := 0.0
				for i := range 16 {
					px, py := float64(x)+float64(i%4)/4+0.125-250, float64(y)+float64(i/4)/4+0.125-250
					u, v := (px*cos+py*sin)*module/c.pixels, (py*cos-px*sin)*module/c.pixels
					w := 1 - c.aslant*v/side
					sum += grey(symbol, point{u/w + side/2, v/w + side/2})
				}
				page.Pix[y*page.Stride+x] = uint8(sum / 16)
			}
		}
		if codes, likely := Find(page, always); !slices.Equal(codes, []Code{{QR, text}}) || likely {
			t.Errorf("%s: %d codes, likely %v", c.name, len(codes), likely)
		}
	}
}

// TestFindNothing looks at pictures without a symbol: none may be found, and lines of
// a text must not look like one.
func TestFindNothing(t *testing.T) {
	text := white(800, 1000)
	for y := 40; y < 960; y += 24 {
		for x := 40; x < 760; x += 11 {
			draw.Draw(text, image.Rect(x, y, x+2, y+14), image.Black, image.Point{}, draw.Src)
			draw.Draw(text, image.Rect(x, y+6, x+7, y+8), image.Black, image.Point{}, draw.Src)
		}
	}
	black := white(300, 300)
	draw.Draw(black, black.Rect, image.Black, image.Point{}, draw.Src)
	for name, g := range map[string]*image.Gray{"white": white(500, 500), "black": black, "a text": text, "one pixel": white(1, 1), "a line": white(500, 1)} {
		if codes, likely := Find(g, always); codes != nil || likely {
			t.Errorf("%s: %q, likely %v", name, codes, likely)
		}
	}
}

// TestFindStops: the caller's word ends it.
func TestFindStops(t *testing.T) {
	left := 3
	codes, _ := Find(square(t, "DC04"), func() bool { left--; return false })
	if codes != nil || left < -50 {
		t.Errorf("%q after %d questions", codes, 3-left)
	}
}

func TestGrey(t *testing.T) {
	part := image.NewRGBA(image.Rect(0, 0, 9, 9))
	part.Set(4, 4, color.RGBA{0, 0, 0, 255})
	g := Grey(part.SubImage(image.Rect(3, 3, 6, 6)))
	if g.Rect != image.Rect(0, 0, 3, 3) || g.Stride != 3 || g.GrayAt(1, 1).Y != 0 || g.GrayAt(0, 0).Y != 255 {
		t.Errorf("%+v", g)
	}
}

func FuzzFind(f *testing.F) {
	small := square(f, "DC04")
	f.Add(uint8(small.Rect.Dx()), small.Pix)
	f.Fuzz(func(t *testing.T, width uint8, pix []byte) {
		if width == 0 || len(pix) > 40_000 || len(pix) < int(width) {
			return
		}
		h := len(pix) / int(width)
		g := &image.Gray{Pix: pix[:h*int(width)], Stride: int(width), Rect: image.Rect(0, 0, int(width), h)}
		left := 12
		codes, _ := Find(g, func() bool { left--; return left >= 0 })
		for _, c := range codes {
			if c.Text == "" || len(c.Text) > MaxText {
				t.Errorf("%q", c.Text)
			}
		}
	})
}
