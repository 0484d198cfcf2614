package render_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/datamatrix/encoder"
	"github.com/makiuchi-d/gozxing/qrcode"
	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/math/f64"

	"carnet/vault/corpustest"
	"carnet/vault/render"
)

func symbols(t testing.TB, c *render.Client, doc []byte, r render.Region) (texts []string, likely bool) {
	t.Helper()
	found, likely, err := c.Symbols(context.Background(), bytes.NewReader(doc), int64(len(doc)), 1, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range found {
		texts = append(texts, s.Text)
	}
	return texts, likely
}

// matrix draws a symbol, module pixels a module.
func matrix(t testing.TB, format gozxing.BarcodeFormat, text string, module int) *image.Gray {
	t.Helper()
	var w gozxing.Writer = qrcode.NewQRCodeWriter()
	if format == gozxing.BarcodeFormat_DATA_MATRIX {
		w = datamatrix.NewDataMatrixWriter()
	}
	bits, err := w.Encode(text, format, 0, 0, map[gozxing.EncodeHintType]any{gozxing.EncodeHintType_DATA_MATRIX_SHAPE: encoder.SymbolShapeHint_FORCE_SQUARE})
	if err != nil {
		t.Fatal(err)
	}
	out := whitePage(bits.GetWidth()*module, bits.GetHeight()*module)
	for y := range bits.GetHeight() {
		for x := range bits.GetWidth() {
			if bits.Get(x, y) {
				draw.Draw(out, image.Rect(x*module, y*module, (x+1)*module, (y+1)*module), image.Black, image.Point{}, draw.Src)
			}
		}
	}
	return out
}

func whitePage(w, h int) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, w, h))
	draw.Draw(g, g.Rect, image.White, image.Point{}, draw.Src)
	return g
}

// turned puts a picture on another, turned a little, its corner at x, y.
func turned(on *image.Gray, picture *image.Gray, x, y, sin, cos float64) {
	xdraw.BiLinear.Transform(on, f64.Aff3{cos, -sin, x, sin, cos, y}, picture, picture.Rect, draw.Over, nil)
}

func pngOf(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pdfOf is an A4 page with a JPEG at a place, in points from its lower left corner.
func pdfOf(t testing.TB, content []byte, x, y, w, h float64) []byte {
	t.Helper()
	size, err := jpeg.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	space := "/DeviceRGB"
	if size.ColorModel == color.GrayModel {
		space = "/DeviceGray"
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n" +
		"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n" +
		"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >> endobj\n")
	drawing := fmt.Sprintf("q %g 0 0 %g %g %g cm /I Do Q", w, h, x, y)
	fmt.Fprintf(&b, "4 0 obj << /Length %d >> stream\n%s\nendstream endobj\n", len(drawing), drawing)
	fmt.Fprintf(&b, "5 0 obj << /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace %s /BitsPerComponent 8 /Filter /DCTDecode /Length %d >> stream\n",
		size.Width, size.Height, space, len(content))
	b.Write(content)
	b.WriteString("\nendstream endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n")
	return b.Bytes()
}

func jpegOf(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: 60}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestSymbols reads symbols of ours from pictures and PDFs, alone and together, upright
// and turned.
func TestSymbols(t *testing.T) {
	c := newClient(t, &render.Options{MaxResident: scanResident})
	text, other := "HC1:"+strings.Repeat("6BFOXN%TS3DH", 20), "DC04FR0000011E6D1E6DL101FRL0MARTIN\x1dL1JULIE\x1d"
	qr, matrix := matrix(t, gozxing.BarcodeFormat_QR_CODE, text, 4), matrix(t, gozxing.BarcodeFormat_DATA_MATRIX, other, 6)
	both := whitePage(1240, 1754)
	turned(both, qr, 700, 300, 0.12, 0.99)
	turned(both, matrix, 200, 1200, 0, 1)
	small := whitePage(qr.Rect.Dx()+200, qr.Rect.Dy()+200)
	turned(small, qr, 140, 60, 0.2, 0.97)
	for name, d := range map[string]struct {
		doc  []byte
		want []string
	}{
		"a QR code":           {pngOf(t, qr), []string{text}},
		"a DataMatrix":        {pngOf(t, matrix), []string{other}},
		"a page":              {pngOf(t, both), []string{other, text}},
		"a photograph":        {jpegOf(t, small), []string{text}},
		"a PDF of one page":   {pdfOf(t, jpegOf(t, both), 0, 0, 595, 842), []string{other, text}},
		"a PDF with a symbol": {pdfOf(t, jpegOf(t, qr), 400, 600, 120, 120), []string{text}},
		"nothing":             {pngOf(t, whitePage(400, 400)), nil},
	} {
		got, likely := symbols(t, c, d.doc, render.Region{})
		slices.Sort(got)
		if !slices.Equal(got, d.want) || likely {
			t.Errorf("%s: %q, likely %v; want %q", name, got, likely, d.want)
		}
	}
	page := pngOf(t, both)
	if got, _ := symbols(t, c, page, render.Region{X: 0.5, Y: 0.1, Width: 0.5, Height: 0.4}); !slices.Equal(got, []string{text}) {
		t.Errorf("in the upper part: %q", got)
	}
	if got, _ := symbols(t, c, page, render.Region{X: 0.1, Y: 0.6, Width: 0.4, Height: 0.3}); !slices.Equal(got, []string{other}) {
		t.Errorf("in the lower part: %q", got)
	}
	// A symbol of which a piece was torn away is something to frame.
	torn := whitePage(qr.Rect.Dx(), qr.Rect.Dy())
	draw.Draw(torn, torn.Rect, qr, image.Point{}, draw.Src)
	draw.Draw(torn, image.Rect(0, 0, torn.Rect.Dx()/3, torn.Rect.Dy()), image.White, image.Point{}, draw.Src)
	if got, likely := symbols(t, c, pngOf(t, torn), render.Region{}); got != nil || !likely {
		t.Errorf("a part of a symbol: %q, likely %v", got, likely)
	}
	checkGood(t, c)
}

func TestSymbolsRefused(t *testing.T) {
	c := newClient(t, &render.Options{MaxResident: scanResident})
	doc := pngOf(t, whitePage(100, 100))
	for name, d := range map[string]struct {
		doc  []byte
		page int
		part render.Region
		want error
	}{
		"page zero":       {doc, 0, render.Region{}, render.ErrPage},
		"page two of one": {doc, 2, render.Region{}, render.ErrPage},
		"beyond the page": {doc, 1, render.Region{X: 0.5, Width: 0.6, Height: 1}, render.ErrPage},
		"a part too thin": {doc, 1, render.Region{Width: 0.00001, Height: 1}, render.ErrPage},
		"not a document":  {bytes.Repeat([]byte("x"), 100), 1, render.Region{}, render.ErrFormat},
		"nothing":         {nil, 1, render.Region{}, render.ErrFormat},
	} {
		_, _, err := c.Symbols(context.Background(), bytes.NewReader(d.doc), int64(len(d.doc)), d.page, d.part)
		if !errors.Is(err, d.want) {
			t.Errorf("%s: %v, want %v", name, err, d.want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := c.Symbols(ctx, bytes.NewReader(doc), int64(len(doc)), 1, render.Region{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	checkGood(t, c)
}

// corpusPictures are the published pictures of symbols when this was written.
const corpusPictures = 19

// TestSymbolsCorpus reads the published pictures: certificates as files and within
// their cases, 2D-DOC, a link.
func TestSymbolsCorpus(t *testing.T) {
	root := corpustest.Root(t, "%d pictures are not tested", corpusPictures)
	c := newClient(t, &render.Options{MaxResident: scanResident})
	marks := strings.NewReplacer("<GS>", "\x1d", "<US>", "\x1f")
	tested := 0
	for _, set := range []string{"eu-dcc", "2d-doc", "smart-health-links"} {
		var all struct {
			Files []struct {
				Path, Text string
				QR         string          `json:"qr_text"`
				Source     map[string]bool `json:"source_expected"`
			}
		}
		corpustest.Expected(t, root, set, &all)
		for _, f := range all.Files {
			doc := corpustest.File(t, root, f.Path)
			switch {
			case strings.EqualFold(filepath.Ext(f.Path), ".png"):
				tested++
				want := marks.Replace(f.Text + f.QR)
				if got, _ := symbols(t, c, doc, render.Region{}); len(got) != 1 || want != "" && got[0] != want || want == "" && !strings.HasPrefix(got[0], "HC1:") {
					t.Errorf("%s: %q, want %q", f.Path, got, want)
				}
			case f.Source != nil:
				var one struct {
					Prefix  string `json:"PREFIX"`
					Picture string `json:"2DCODE"`
				}
				if err := json.Unmarshal(doc, &one); err != nil {
					t.Fatal(err)
				}
				want, asked := f.Source["EXPECTEDPICTUREDECODE"]
				if !asked || one.Picture == "" {
					continue
				}
				tested++
				picture, err := base64.StdEncoding.DecodeString(one.Picture)
				if err != nil {
					t.Fatal(err)
				}
				found, _, err := c.Symbols(context.Background(), bytes.NewReader(picture), int64(len(picture)), 1, render.Region{})
				if read := err == nil && len(found) == 1 && found[0].Text == one.Prefix; read != want {
					t.Errorf("%s: read %v, want %v (%v)", f.Path, read, want, err)
				}
			}
		}
	}
	t.Logf("%d pictures", tested)
	if tested < corpusPictures {
		t.Errorf("%d pictures tested, there were %d", tested, corpusPictures)
	}
}

// variants are what happens to a certificate before it comes back: how ImageMagick
// makes them of a picture, and whether the result goes into an A4 PDF. The first four
// are tried always.
var variants = []struct {
	name  string
	args  string
	inPDF bool
}{
	{"turned by 12, noise, JPEG 60", "-background white -rotate 12 +repage -attenuate 0.3 +noise Gaussian -quality 60", false},
	{"in perspective, JPEG 60", "-resize 300% -virtual-pixel white -distort Perspective 0,0,40,20,900,0,880,30,0,900,20,870,900,900,850,880 -quality 60", false},
	{"in a PDF", "-quality 90", true},
	{"turned by 25, in a PDF", "-background white -rotate 25 +repage -quality 60", true},
	{"turned by 3", "-background white -rotate 3 +repage", false},
	{"turned by 7", "-background white -rotate 7 +repage", false},
	{"turned by 18", "-background white -rotate -18 +repage", false},
	{"turned by 25", "-background white -rotate 25 +repage", false},
	{"in perspective", "-resize 300% -virtual-pixel white -distort Perspective 0,0,15,60,900,0,890,5,0,900,40,890,900,900,860,830", false},
	{"in strong perspective", "-resize 400% -virtual-pixel white -distort Perspective 0,0,90,40,1200,0,1190,90,0,1200,10,1190,1200,1200,1090,1130", false},
	{"with noise", "-attenuate 0.4 +noise Gaussian", false},
	{"with much noise", "-attenuate 0.8 +noise Gaussian", false},
	{"JPEG 60", "-quality 60", false},
	{"blurred, JPEG 60", "-resize 200% -blur 0x1.2 -quality 60", false},
	{"pale", "-resize 150% +level 35%,75%", false},
	{"lit from one side", "-resize 300% ( +clone -sparse-color bilinear 0,0,white,900,900,gray40 ) -compose multiply -composite -quality 60", false},
	{"turned by 8, perspective, noise, blur, JPEG 60", "-background white -rotate 8 +repage -resize 250% -virtual-pixel white -distort Perspective 0,0,40,20,700,0,680,30,0,700,15,690,700,700,660,690 -attenuate 0.4 +noise Gaussian -blur 0x1.5 -quality 60", false},
	{"turned by 15, noise, in a PDF", "-background white -rotate 15 +repage -attenuate 0.3 +noise Gaussian -quality 60", true},
	{"perspective, noise, in a PDF", "-resize 300% -virtual-pixel white -distort Perspective 0,0,40,20,900,0,880,30,0,900,20,870,900,900,850,880 -attenuate 0.3 +noise Gaussian -quality 60", true},
	{"small in a PDF", "-quality 60 -resize 90%", true},
	// Those that follow were tried once the reader was done.
	{"turned by 4, JPEG", "-background white -rotate 4 +repage -quality 92", false},
	{"turned by -6, JPEG 60", "-background white -rotate -6 +repage -quality 60", false},
	{"turned by 9, JPEG 60", "-background white -rotate 9 +repage -quality 60", false},
	{"turned by 11, JPEG 60", "-background white -rotate 11 +repage -quality 60", false},
	{"turned by -14, JPEG 60, in a PDF", "-background white -rotate -14 +repage -quality 60", true},
	{"turned by 16, JPEG 60", "-background white -rotate 16 +repage -quality 60", false},
	{"turned by 20, JPEG 60", "-background white -rotate 20 +repage -quality 60", false},
	{"turned by -22, JPEG 60", "-background white -rotate -22 +repage -quality 60", false},
	{"turned by 24, JPEG 60", "-background white -rotate 24 +repage -quality 60", false},
	{"turned by 23.5, JPEG 60, in a PDF", "-background white -rotate 23.5 +repage -quality 60", true},
	{"from angle 1", "-resize 900x900! -virtual-pixel white -distort Perspective 0,0,41,19,900,0,850,83,0,900,6,891,900,900,832,888 -quality 60", false},
	{"from angle 2", "-resize 900x900! -virtual-pixel white -distort Perspective 0,0,46,74,900,0,893,64,0,900,27,896,900,900,889,845 -quality 60", false},
	{"from angle 3", "-resize 900x900! -virtual-pixel white -distort Perspective 0,0,53,8,900,0,870,11,0,900,70,846,900,900,893,828 -quality 60", false},
	{"from angle 4", "-resize 900x900! -virtual-pixel white -distort Perspective 0,0,15,28,900,0,820,80,0,900,74,893,900,900,827,826 -quality 60", false},
	{"from angle 5, in a PDF", "-resize 900x900! -virtual-pixel white -distort Perspective 0,0,50,6,900,0,872,5,0,900,71,883,900,900,863,847 -quality 60", true},
	{"from angle 6", "-resize 900x900! -virtual-pixel white -distort Perspective 0,0,18,69,900,0,885,73,0,900,39,829,900,900,813,877 -quality 60", false},
	{"turned by -19, from an angle, noise 0.7", "-background white -rotate -19 +repage -resize 600x600! -virtual-pixel white -distort Perspective 0,0,36,40,600,0,588,23,0,600,6,565,600,600,555,596 -attenuate 0.7 +noise Gaussian -quality 60", false},
	{"turned by 11, from an angle, noise 0.3", "-background white -rotate 11 +repage -resize 600x600! -virtual-pixel white -distort Perspective 0,0,39,13,600,0,569,43,0,600,34,573,600,600,551,580 -attenuate 0.3 +noise Gaussian -quality 60", false},
	{"turned by 4, from an angle, noise 0.7", "-background white -rotate 4 +repage -resize 600x600! -virtual-pixel white -distort Perspective 0,0,29,23,600,0,581,15,0,600,50,589,600,600,556,551 -attenuate 0.7 +noise Gaussian -quality 60", false},
	{"turned by -10, from an angle, noise 0.3, in a PDF", "-background white -rotate -10 +repage -resize 600x600! -virtual-pixel white -distort Perspective 0,0,36,19,600,0,567,31,0,600,21,554,600,600,572,582 -attenuate 0.3 +noise Gaussian -quality 60", true},
}

// TestCorpusVariants: at least 38 of 40 variants are read with CARNET_TORTURE=1, and
// of four otherwise all.
func TestCorpusVariants(t *testing.T) {
	root := corpustest.Root(t, "%d variants of pictures are not tested", len(variants))
	convert, err := exec.LookPath("convert")
	if err != nil && runtime.GOOS == "linux" {
		t.Fatalf("%v: make deps installs it", err)
	}
	if err != nil {
		t.Skipf("ImageMagick is not installed (%v): %d variants of pictures are not tested", err, len(variants))
	}
	pictures, err := filepath.Glob(filepath.Join(root, "eu-dcc", "*", "*", "png", "*.png"))
	if err != nil || len(pictures) < 10 {
		t.Fatalf("%d pictures, %v", len(pictures), err)
	}
	try, least := variants[:4], 4
	if os.Getenv("CARNET_TORTURE") != "" {
		try, least = variants, 38
	}
	c := newClient(t, &render.Options{MaxResident: scanResident})
	read := 0
	for i, v := range try {
		source := pictures[i%len(pictures)]
		plain, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := symbols(t, c, plain, render.Region{})
		format := "png:-"
		if v.inPDF || strings.Contains(v.args, "-quality") {
			format = "jpg:-"
		}
		args := append([]string{source, "-seed", strconv.Itoa(i + 1)}, strings.Fields(v.args)...)
		made, err := exec.Command(convert, append(args, format)...).Output()
		if err != nil {
			t.Fatalf("%s: %v", v.name, err)
		}
		if v.inPDF {
			made = pdfOf(t, made, 380, 520, 130, 130)
		}
		if got, likely := symbols(t, c, made, render.Region{}); len(want) == 1 && slices.Equal(got, want) {
			read++
		} else {
			t.Logf("%s: not read (likely %v)", v.name, likely)
		}
	}
	t.Logf("%d of %d variants read", read, len(try))
	if read < least {
		t.Errorf("%d of %d variants were read, want at least %d", read, len(try), least)
	}
}
