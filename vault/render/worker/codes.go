package worker

import (
	"bytes"
	"encoding/base64"
	"image"
	_ "image/jpeg" // of what a PDF or the document itself holds
	_ "image/png"
	"math"
	"regexp"

	"carnet/vault/render/frame"
	symbols "carnet/vault/render/scan"
)

const (
	// readDPI is the resolution at which a page is looked at: the smallest module of a
	// 2D-DOC is 0.35 mm, which is four pixels then.
	readDPI = 300

	// frameDPI is that for a part of a page that a person framed.
	frameDPI = 600

	// maxRead is how many pixels are looked at: those of A4 at readDPI and a half more.
	maxRead = 13_000_000

	// maxEmbedded is how many pictures of one page are looked at, and minEmbedded the
	// shorter side of one that may hold a symbol.
	maxEmbedded = 24
	minEmbedded = 40

	// maxAttempts is how often a page is tried: some ten to fifty milliseconds each.
	maxAttempts = 48
)

// codes finds the symbols on a page, or in the part of it that m names. likely says that
// none was read where something looks like one.
func (d *document) codes(m frame.Codes) (read []frame.Symbol, likely bool, code frame.Code) {
	if int(m.Page) > d.pages {
		return nil, false, frame.FailPage
	}
	if d.fitz == nil {
		return nil, false, 0 // a picture of an apparatus has no codes
	}
	part := m.X != 0 || m.Y != 0 || m.Width != frame.Whole || m.Height != frame.Whole
	left := maxAttempts
	look := func(picture *image.Gray) {
		found, seems := symbols.Find(picture, func() bool { left--; return left >= 0 })
		for _, c := range found {
			read = append(read, frame.Symbol{Kind: byte(c.Kind), Text: c.Text})
		}
		likely = likely || seems
	}
	whole := false // the document is a picture, and was looked at
	if !part {
		pictures := d.embedded(int(m.Page))
		whole = len(pictures) > 0 && !d.isPDF()
		for _, picture := range pictures {
			look(picture)
		}
	}
	if len(read) == 0 && !whole {
		left = maxAttempts
		picture, code := d.grey(int(m.Page), m, part)
		if code != 0 {
			return nil, false, code
		}
		look(picture)
	}
	return unique(read), likely && len(read) == 0, 0
}

func unique(read []frame.Symbol) (out []frame.Symbol) {
	seen := map[frame.Symbol]bool{}
	for _, s := range read {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// dataURI is how the library writes a picture of a page into its HTML.
var dataURI = regexp.MustCompile(`data:image/(?:png|jpeg);base64,([A-Za-z0-9+/=\s]+)`)

// embedded gives the pictures of a page as they were put into it, or the document
// itself when it is one.
func (d *document) embedded(n int) (pictures []*image.Gray) {
	if !d.isPDF() {
		if g := decode(d.content); g != nil && d.pages == 1 {
			return []*image.Gray{g}
		}
		return nil
	}
	html, err := d.fitz.HTML(n-1, false)
	if err != nil {
		return nil
	}
	for _, match := range dataURI.FindAllStringSubmatch(html, maxEmbedded) {
		content, err := base64.StdEncoding.DecodeString(match[1])
		if err != nil {
			continue
		}
		if g := decode(content); g != nil {
			pictures = append(pictures, g)
		}
	}
	return pictures
}

func (d *document) isPDF() bool { return bytes.HasPrefix(d.content, []byte(magicPDF)) }

// decode gives nil for what is no picture that may hold a symbol.
func decode(content []byte) *image.Gray {
	size, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil || min(size.Width, size.Height) < minEmbedded || size.Width > frame.MaxSide || size.Height > frame.MaxSide || size.Width*size.Height > maxRead {
		return nil
	}
	picture, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil
	}
	return symbols.Grey(picture)
}

// grey draws a page, or the part that m names.
func (d *document) grey(n int, m frame.Codes, part bool) (*image.Gray, frame.Code) {
	box, err := d.fitz.Bound(n - 1)
	if err != nil || box.Dx() < 1 || box.Dx() > maxBox || box.Dy() < 1 || box.Dy() > maxBox {
		return nil, frame.FailPage
	}
	dpi, most := float64(readDPI), maxRead
	if part {
		dpi, most = frameDPI, frame.MaxPixels
	}
	// The drawn page keeps to both sides and to the number of pixels.
	dpi = min(dpi, fitDPI(box, frame.MaxSide, frame.MaxSide), pointsPerInch*math.Sqrt(float64(most)/(float64(box.Dx()+1)*float64(box.Dy()+1))))
	drawn, err := d.fitz.ImageDPI(n-1, dpi)
	if err != nil || drawn.Rect.Dx() > frame.MaxSide+1 || drawn.Rect.Dy() > frame.MaxSide+1 {
		return nil, frame.FailPage
	}
	if !part {
		return symbols.Grey(drawn), 0
	}
	at := func(v uint16, side int) int { return int(v) * side / frame.Whole }
	w, h := drawn.Rect.Dx(), drawn.Rect.Dy()
	r := image.Rect(at(m.X, w), at(m.Y, h), at(m.X+m.Width, w), at(m.Y+m.Height, h))
	if r.Empty() {
		return nil, frame.FailPage
	}
	return symbols.Grey(drawn.SubImage(r)), 0
}
