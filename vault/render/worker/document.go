package worker

import (
	"encoding/binary"
	"errors"
	"image"
	"strings"
	"unicode/utf8"

	"github.com/gen2brain/go-fitz"

	"carnet/vault/render/frame"
)

const (
	pointsPerInch = 72

	// maxBox is the longest side of a page, in points, that is drawn: 10 km of
	// paper. Beyond it the numbers of MuPDF, 32-bit floats, mean nothing any more.
	maxBox = 28_000_000
)

// document is an open document. MuPDF reads the bytes it was opened from until close.
type document struct {
	fitz    *fitz.Document
	scan    *scan  // a DICOM file; fitz is nil then
	content []byte // as opened
	pages   int
}

// openDocument opens content, a whole document. A code other than 0 says why it
// cannot be shown; there is nothing to close then. content must stay as it is
// until close.
func openDocument(content []byte) (d *document, pages int, code frame.Code) {
	if isDICOM(content) {
		s, code := readDICOM(content)
		if code != 0 {
			return nil, 0, code
		}
		return &document{scan: s, pages: 1}, 1, 0
	}
	content, ok := sniff(content)
	if !ok {
		return nil, 0, frame.FailFormat
	}
	f, err := fitz.NewFromMemory(content)
	if err != nil {
		if f != nil {
			f.Close()
		}
		// After ErrNeedsPassword the other calls return garbage instead of errors.
		if errors.Is(err, fitz.ErrNeedsPassword) {
			return nil, 0, frame.FailPassword
		}
		return nil, 0, frame.FailFormat
	}
	pages = f.NumPage()
	if pages < 1 || pages > frame.MaxPages {
		f.Close()
		return nil, 0, frame.FailFormat
	}
	return &document{fitz: f, content: content, pages: pages}, pages, 0
}

func (d *document) close() {
	if d.fitz != nil {
		d.fitz.Close()
	}
}

// text returns the text of page n, from 1, in valid UTF-8 without form feeds. cut
// says that it was longer than limit bytes, and ends on a rune boundary before it.
func (d *document) text(n, limit int) (text string, cut bool, code frame.Code) {
	if n > d.pages {
		return "", false, frame.FailPage
	}
	if d.scan != nil {
		text = d.scan.text()
	} else {
		var err error
		if text, err = d.fitz.Text(n - 1); err != nil {
			return "", false, frame.FailPage
		}
	}
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\f", "\n")
	if len(text) <= limit {
		return text, false, 0
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit], true, 0
}

// render draws page n, from 1, at the resolution at which it just fits in width x
// height pixels, and returns the picture as PNG.
func (d *document) render(n, width, height int) (png []byte, code frame.Code) {
	if n > d.pages {
		return nil, frame.FailPage
	}
	if d.scan != nil {
		return d.scan.render(width, height)
	}
	box, err := d.fitz.Bound(n - 1)
	if err != nil || box.Dx() < 0 || box.Dx() > maxBox || box.Dy() < 0 || box.Dy() > maxBox {
		return nil, frame.FailPage
	}
	dpi := fitDPI(box, width, height)
	for range 2 {
		png, err = d.fitz.ImagePNG(n-1, dpi)
		if err != nil || len(png) > frame.MaxPicture {
			return nil, frame.FailPage
		}
		w, h, ok := pngSize(png)
		if !ok {
			return nil, frame.FailPage
		}
		if w <= width && h <= height {
			return png, 0
		}
		// A box that does not start at 0 covers up to one more pixel on each side.
		dpi *= min(float64(width)/float64(w+1), float64(height)/float64(h+1))
	}
	return nil, frame.FailPage
}

// fitDPI returns the resolution, in pixels an inch, at which a page of size box, in
// points, fits in width x height pixels. go-fitz cuts the fractions of the box, hence
// one point more on each side.
func fitDPI(box image.Rectangle, width, height int) float64 {
	return pointsPerInch * min(
		float64(width)/float64(box.Dx()+1),
		float64(height)/float64(box.Dy()+1))
}

// pngSize returns width and height in pixels as the header of a PNG states them.
func pngSize(b []byte) (width, height int, ok bool) {
	if len(b) < 24 || string(b[:8]) != magicPNG || string(b[12:16]) != "IHDR" {
		return 0, 0, false
	}
	width = int(binary.BigEndian.Uint32(b[16:]))
	height = int(binary.BigEndian.Uint32(b[20:]))
	return width, height, width > 0 && height > 0
}
