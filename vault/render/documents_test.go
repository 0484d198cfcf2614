package render_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/tiff"
)

// goodPDF has three A4 pages; page 1 has a red square in its upper left quarter.
func goodPDF(t testing.TB) []byte {
	return fpdfFile(t, func(f *fpdf.Fpdf) {
		for n := 1; n <= 3; n++ {
			f.AddPage()
			f.SetFont("Helvetica", "", 14)
			if n == 1 {
				f.SetFillColor(255, 0, 0)
				f.Rect(10, 10, 60, 60, "F")
			}
			f.SetXY(10, 150)
			f.Cell(100, 10, fmt.Sprintf("Page number %d", n))
		}
	})
}

func protectedPDF(t testing.TB) []byte {
	return fpdfFile(t, func(f *fpdf.Fpdf) {
		f.SetProtection(fpdf.CnProtectPrint, "secret", "other")
		f.AddPage()
	})
}

func fpdfFile(t testing.TB, draw func(*fpdf.Fpdf)) []byte {
	t.Helper()
	f := fpdf.New("P", "mm", "A4", "")
	draw(f)
	var b bytes.Buffer
	if err := f.Output(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// photo is a landscape picture, red on its left half, blue on its right half.
func photo() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 120, 60))
	for y := range 60 {
		for x := range 120 {
			c := color.RGBA{R: 255, A: 255}
			if x >= 60 {
				c = color.RGBA{B: 255, A: 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func pictures(t testing.TB) map[string][]byte {
	t.Helper()
	var p, j, f bytes.Buffer
	for _, err := range []error{
		png.Encode(&p, photo()),
		jpeg.Encode(&j, photo(), nil),
		tiff.Encode(&f, photo(), nil),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return map[string][]byte{"png": p.Bytes(), "jpeg": j.Bytes(), "tiff": f.Bytes()}
}

// checkPicture fails unless b is a PNG within w x h that touches one side of the
// limits but for a few pixels, and returns it.
func checkPicture(t *testing.T, b []byte, w, h int) image.Image {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	s := m.Bounds().Size()
	if s.X > w || s.Y > h {
		t.Errorf("the picture has %v pixels, over %dx%d", s, w, h)
	}
	if s.X < w*49/50-1 && s.Y < h*49/50-1 {
		t.Errorf("the picture has %v pixels, much less than %dx%d", s, w, h)
	}
	return m
}

// near reports whether the colour of m at the fractions x, y of its sides is want.
func near(m image.Image, x, y float64, want color.RGBA) bool {
	s := m.Bounds().Size()
	got := color.RGBAModel.Convert(m.At(int(x*float64(s.X)), int(y*float64(s.Y)))).(color.RGBA)
	d := func(a, b uint8) int { return max(int(a), int(b)) - min(int(a), int(b)) }
	return d(got.R, want.R) < 12 && d(got.G, want.G) < 12 && d(got.B, want.B) < 12
}

// A rawPDF is written object by object, object 1 being the catalogue. It is the way
// to what no PDF library would write.
type rawPDF struct {
	objects []string
}

// add adds an object and returns its number.
func (p *rawPDF) add(format string, args ...any) int {
	p.objects = append(p.objects, fmt.Sprintf(format, args...))
	return len(p.objects)
}

// stream adds a stream with more entries in its dictionary.
func (p *rawPDF) stream(dict string, content []byte) int {
	return p.add("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(content), content)
}

// file returns the whole file, with a good cross-reference table.
func (p *rawPDF) file() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	at := make([]int, len(p.objects))
	for i, o := range p.objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, a := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return b.Bytes()
}

// onePage returns a PDF of one page with the given entries and content.
func onePage(entries, content string) []byte {
	var p rawPDF
	p.add("<< /Type /Catalog /Pages 2 0 R >>")
	p.add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	p.add("<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> %s >>", entries)
	p.stream("", []byte(content))
	p.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
	return p.file()
}

// words returns content that writes text.
func words(text string) string {
	return "BT /F 12 Tf 50 50 Td (" + text + ") Tj ET"
}

// deflate compresses n bytes of a repeated pattern.
func deflate(t testing.TB, pattern string, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	block := []byte(strings.Repeat(pattern, 1+(1<<20)/len(pattern)))
	for n > 0 {
		m := min(n, len(block))
		if _, err := w.Write(block[:m]); err != nil {
			t.Fatal(err)
		}
		n -= m
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
