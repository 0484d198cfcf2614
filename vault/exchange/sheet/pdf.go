package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
)

// Sizes of the PDF, in millimetres and, for type, in points.
const (
	margin     = 18.0
	bottom     = 30.0 // room for the footer
	lineHeight = 6.2
	bodyType   = 12.0
	smallType  = 9.0
	headType   = 15.0
	titleType  = 22.0
	codeType   = 24.0
	codeHeight = 10.5
	qrSide     = 40.0
	qrLarge    = 64.0 // of a code over qrSmall bytes
	qrSmall    = 200
	cardWidth  = 85.6 // ISO/IEC 7810 ID-1
	cardHeight = 53.98
	cardType   = 7.5
	cardQR     = 30.0
)

// page is a sheet being drawn.
type page struct {
	*fpdf.Fpdf
	width float64 // between the margins
	err   error
}

// PDF draws the sheet: A4, fonts embedded, the same bytes for the same sheet.
func (s *Sheet) PDF() ([]byte, error) {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true)
	f.SetCreationDate(s.Created)
	f.SetModificationDate(s.Created)
	f.SetProducer("Carnet", true)
	f.SetTitle(s.Title, true)
	f.SetLang(s.Language)
	// Copies: making a subset changes the bytes it is given.
	f.AddUTF8FontFromBytes("body", "", bytes.Clone(goregular.TTF))
	f.AddUTF8FontFromBytes("body", "B", bytes.Clone(gobold.TTF))
	f.AddUTF8FontFromBytes("code", "", bytes.Clone(gomono.TTF))
	f.SetMargins(margin, margin, margin)
	f.SetAutoPageBreak(true, bottom)
	width, _ := f.GetPageSize()
	p := &page{Fpdf: f, width: width - 2*margin}
	f.SetFooterFunc(func() {
		f.SetY(-bottom + 4)
		p.body(smallType, "", s.Footer, 4.2)
	})
	f.AddPage()
	if s.Title != "" {
		p.body(titleType, "B", s.Title, 10)
		p.Ln(2)
	}
	for _, block := range s.Blocks {
		block.draw(p)
	}
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	if p.err != nil {
		return nil, p.err
	}
	return out.Bytes(), nil
}

// body writes running text over the whole width.
func (p *page) body(size float64, style, s string, height float64) {
	p.SetFont("body", style, size)
	p.MultiCell(p.width, height, printable(s), "", "L", false)
}

// printable replaces the narrow no-break space, which the fonts lack, and what
// drawing cannot take: tabs, other controls, characters beyond the first plane.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u202f':
			return '\u00a0'
		case r == '\t':
			return ' '
		case r == '\f':
			return '\n'
		case r == '\n':
			return r
		case unicode.IsControl(r):
			return -1
		case r > 0xffff:
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// room begins a new page when less than height is left on this one.
func (p *page) room(height float64) {
	_, total := p.GetPageSize()
	if p.GetY()+height > total-bottom {
		p.AddPage()
	}
}

func (h Heading) draw(p *page) {
	p.room(30)
	p.Ln(3)
	p.body(headType, "B", string(h), 8)
	p.Ln(1)
}

func (t Paragraph) draw(p *page) {
	p.body(bodyType, "", string(t), lineHeight)
	p.Ln(2)
}

func (i Items) draw(p *page) {
	for n, line := range i.Lines {
		p.room(lineHeight)
		p.SetFont("body", "", bodyType)
		p.Cell(8, lineHeight, strings.TrimSpace(i.mark(n)))
		p.SetLeftMargin(margin + 8)
		p.MultiCell(p.width-8, lineHeight, printable(line), "", "L", false)
		p.SetLeftMargin(margin)
		p.SetX(margin)
	}
	p.Ln(2)
}

func (r Rows) draw(p *page) {
	const label = 45.0
	for _, row := range r {
		p.room(lineHeight)
		p.SetFont("body", "B", bodyType)
		p.Cell(label, lineHeight, printable(row.Label))
		p.SetFont("body", "", bodyType)
		p.SetLeftMargin(margin + label)
		p.MultiCell(p.width-label, lineHeight, printable(row.Value), "", "L", false)
		p.SetLeftMargin(margin)
		p.SetX(margin)
	}
	p.Ln(2)
}

func (c Code) draw(p *page) {
	const number, columns = 12.0, 3
	p.SetFont("code", "", codeType)
	widest := 0.0
	for _, group := range c {
		widest = max(widest, p.GetStringWidth("  "+group+"  "))
	}
	across := min(max(int(p.width/(number+widest)), 1), columns)
	p.room(codeHeight*float64((len(c)+across-1)/across) + 4)
	for n, group := range c {
		p.SetFont("body", "", bodyType)
		p.CellFormat(number, codeHeight, fmt.Sprintf("%d.", n+1), "", 0, "RM", false, 0, "")
		p.SetFont("code", "", codeType)
		p.CellFormat(widest, codeHeight, "  "+group, "", 0, "LM", false, 0, "")
		if (n+1)%across == 0 || n == len(c)-1 {
			p.Ln(codeHeight)
		}
	}
	p.Ln(3)
}

func (q QRCode) draw(p *page) {
	side := qrSide
	if len(q.Content) > qrSmall {
		side = qrLarge
	}
	p.room(side + lineHeight)
	x0, y0 := p.GetX(), p.GetY()
	p.square(q.Content, x0, y0, side)
	p.SetXY(x0+side+6, y0+side/2-lineHeight)
	p.SetFont("body", "", bodyType)
	p.MultiCell(p.width-side-6, lineHeight, printable(q.Caption), "", "L", false)
	p.SetXY(x0, max(p.GetY(), y0+side)+3)
}

// square fills a rectangle for every run of dark modules, so that the code is
// sharp at any resolution.
func (p *page) square(content string, x0, y0, side float64) {
	runs, n, err := qrRuns(content)
	if err != nil {
		p.err = err
		return
	}
	module := side / float64(n)
	p.SetFillColor(0, 0, 0)
	for _, r := range runs {
		p.Rect(x0+float64(r.x)*module, y0+float64(r.y)*module, float64(r.n)*module, module, "F")
	}
}

func (c Card) draw(p *page) {
	const inner = 3.0
	p.room(cardHeight + lineHeight)
	x0, y0 := p.GetX(), p.GetY()
	p.SetDrawColor(120, 120, 120)
	p.SetDashPattern([]float64{1, 1}, 0)
	p.RoundedRect(x0, y0, cardWidth, cardHeight, 3, "1234", "D")
	p.SetDashPattern(nil, 0)
	p.SetDrawColor(0, 0, 0)
	room := cardWidth - 2*inner
	if c.QR != "" {
		p.square(c.QR, x0+cardWidth-inner-cardQR, y0+inner, cardQR)
		room -= cardQR + 1
	}
	y := y0 + inner
	write := func(style string, size, height float64, s string) {
		p.SetFont("body", style, size)
		for _, line := range p.SplitText(printable(s), room) {
			if y+height > y0+cardHeight-inner {
				return
			}
			p.SetXY(x0+inner, y)
			p.Cell(room, height, line)
			y += height
		}
	}
	write("B", smallType, 4.2, c.Title)
	for _, line := range c.Lines {
		write("", cardType, 3.3, line)
	}
	p.SetXY(x0, y0+cardHeight+3)
}

func (l Line) draw(p *page) {
	p.room(12)
	p.SetFont("body", "", bodyType)
	label := printable(string(l)) + " "
	w := p.GetStringWidth(label) + 2
	p.Cell(w, 10, label)
	p.Line(p.GetX(), p.GetY()+8, margin+p.width, p.GetY()+8)
	p.Ln(11)
}
