package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var pictureDay = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// drawn is a picture with a red corner at the upper left and a slope of grey.
func drawn(t testing.TB, img interface {
	image.Image
	Set(x, y int, c color.Color)
}) []byte {
	t.Helper()
	b := img.Bounds()
	for y := range b.Dy() {
		for x := range b.Dx() {
			c := color.NRGBA{uint8(x), uint8(x), uint8(x), 255}
			if x < b.Dx()/4 && y < b.Dy()/4 {
				c = color.NRGBA{220, 0, 0, 255}
			}
			img.Set(x, y, c)
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// withAlpha says that it is not opaque, as the pictures of the render process do.
type withAlpha struct{ *image.NRGBA }

func (withAlpha) Opaque() bool { return false }

func TestPictures(t *testing.T) {
	pngs := [][]byte{
		drawn(t, image.NewNRGBA(image.Rect(0, 0, 210, 297))),
		drawn(t, withAlpha{image.NewNRGBA(image.Rect(0, 0, 400, 100))}),
		drawn(t, image.NewGray(image.Rect(0, 0, 1, 500))),
	}
	if kind := pngs[1][25]; kind != 6 {
		t.Fatalf("the picture with transparency is of type %d", kind)
	}
	pdf, err := Pictures(pngs, pictureDay)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Pictures(pngs, pictureDay); err != nil || !bytes.Equal(pdf, again) {
		t.Errorf("two layouts differ, %v", err)
	}
	if bytes.Contains(pdf, []byte("/SMask")) {
		t.Error("transparency is left, which printers draw badly")
	}
	path := filepath.Join(t.TempDir(), "pictures.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(tool(t, "qpdf"), "--check", path).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	info, err := exec.Command(tool(t, "pdfinfo"), "-l", "9", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Join(strings.Fields(string(info)), " ")
	for _, want := range []string{"Pages: 3", "Page 1 size: 595.28 x 841.89", "Page 2 size: 841.89 x 595.28", "Page 3 size: 595.28 x 841.89"} {
		if !strings.Contains(words, want) {
			t.Errorf("%q is not in %s", want, words)
		}
	}
	checkSecondPage(t, path)
}

// checkSecondPage looks at the lying page as it is printed: 2970 x 2100 pixels are
// tenths of a millimetre.
func checkSecondPage(t *testing.T, path string) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "page")
	if out, err := exec.Command(tool(t, "pdftoppm"), "-f", "2", "-l", "2", "-scale-to-x", "2970", "-scale-to-y", "2100", "-png", "-singlefile", path, to).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	f, err := os.Open(to + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what string
		x, y int
		want color.NRGBA
	}{
		{"margin", 70, 1050, color.NRGBA{255, 255, 255, 255}},
		{"above", 1500, 600, color.NRGBA{255, 255, 255, 255}},
		{"corner", 200, 800, color.NRGBA{220, 0, 0, 255}},
		{"slope", 80 + 2810/2, 1200, color.NRGBA{200, 200, 200, 255}},
	} {
		r, g, b, _ := img.At(c.x, c.y).RGBA()
		for i, v := range []uint32{r, g, b} {
			if want := float64([]uint8{c.want.R, c.want.G, c.want.B}[i]); math.Abs(float64(v>>8)-want) > 4 {
				t.Errorf("%s is %d %d %d, want %v", c.what, r>>8, g>>8, b>>8, c.want)
				break
			}
		}
	}
}

// TestPicturesRefuse: whatever took over the process that draws gets no further.
func TestPicturesRefuse(t *testing.T) {
	good := drawn(t, image.NewNRGBA(image.Rect(0, 0, 20, 30)))
	edit := func(change func([]byte) []byte) []byte { return change(bytes.Clone(good)) }
	for name, data := range map[string][]byte{
		"nothing":         nil,
		"no PNG":          []byte("%PDF-1.7"),
		"mark alone":      good[:8],
		"cut":             good[:len(good)-20],
		"no rows":         append(bytes.Clone(good[:33]), good[len(good)-12:]...),
		"taller":          edit(func(b []byte) []byte { binary.BigEndian.PutUint32(b[20:], 31); return b }),
		"immense":         edit(func(b []byte) []byte { binary.BigEndian.PutUint32(b[16:], 1<<31); return b }),
		"empty":           edit(func(b []byte) []byte { binary.BigEndian.PutUint32(b[16:], 0); return b }),
		"16 bits":         edit(func(b []byte) []byte { b[24] = 16; return b }),
		"palette":         edit(func(b []byte) []byte { b[25] = 3; return b }),
		"interlaced":      edit(func(b []byte) []byte { b[28] = 1; return b }),
		"endless chunk":   edit(func(b []byte) []byte { binary.BigEndian.PutUint32(b[33:], 1<<32-1); return b }),
		"rows are no zip": edit(func(b []byte) []byte { b[41] = 0xff; return b }),
		"header twice":    append(bytes.Clone(good[:33]), good[8:16]...),
	} {
		if _, err := Pictures([][]byte{data}, pictureDay); !errors.Is(err, ErrPicture) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Pictures(nil, pictureDay); !errors.Is(err, ErrPicture) {
		t.Errorf("no picture: %v", err)
	}
}

// FuzzPictures: no picture breaks the layout.
func FuzzPictures(f *testing.F) {
	f.Add(drawn(f, image.NewNRGBA(image.Rect(0, 0, 9, 7))))
	f.Add(drawn(f, withAlpha{image.NewNRGBA(image.Rect(0, 0, 5, 8))}))
	f.Add(drawn(f, image.NewGray(image.Rect(0, 0, 3, 3))))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := readPicture(data)
		if err == nil && p.width*p.height > 1<<16 {
			t.Skip("large")
		}
		if _, err := Pictures([][]byte{data}, pictureDay); err != nil && !errors.Is(err, ErrPicture) {
			t.Error(err)
		}
	})
}

// TestPlainSheet: a sheet without a title begins with its text, and characters
// that drawing cannot take do not break it.
func TestPlainSheet(t *testing.T) {
	s := &Sheet{Language: "fr", Created: pictureDay, Footer: "Pied", Blocks: []Block{Paragraph("Notes\r\n\tdort mieux \U0001f642 \x00\x1b[31m\fsuite")}}
	data, err := s.PDF()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "plain.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool(t, "pdftotext"), path, "-").Output()
	if err != nil || !strings.HasPrefix(string(out), "Notes\n") || !strings.Contains(string(out), "dort mieux") || !strings.Contains(string(out), "\nsuite") {
		t.Errorf("%q, %v", out, err)
	}
	if text := s.Text(); strings.HasPrefix(text, "=") || strings.Contains(text, "\n===") {
		t.Errorf("%q", text)
	}
}
