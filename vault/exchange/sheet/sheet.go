// Package sheet makes printed sheets: the same content as PDF, to print and
// keep, as a page for a browser, and as plain text, for those who read by ear or
// copy by hand.
//
// A [Sheet] is a list of blocks. It has no sentence of its own: all words come
// from the caller.
package sheet

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Sheet is one printed sheet of A4 pages.
type Sheet struct {
	Title    string // also the title of the PDF: nothing sensitive; may be empty
	Language string // BCP 47
	Blocks   []Block
	Footer   string    // on every page
	Created  time.Time // the date that the PDF carries
}

// Block is a part of a sheet: one of the types below.
type Block interface {
	text(*strings.Builder)
	draw(*page)
	html(*strings.Builder) error
}

// Heading begins a part.
type Heading string

// Paragraph is running text.
type Paragraph string

// Items is a list; Numbered ones are counted from 1.
type Items struct {
	Numbered bool
	Lines    []string
}

// Row is a label and its value.
type Row struct{ Label, Value string }

// Rows are labels and values, one a line.
type Rows []Row

// Code is a secret to read aloud and copy: numbered groups in large fixed type.
type Code []string

// QRCode is a square to scan. The text form says its content, unless that only
// repeats what stands on the sheet.
type QRCode struct {
	Content, Caption string
	Repeats          bool
}

// Card is a card to cut out, of the size of an identity card (ISO/IEC 7810
// ID-1), with a square to scan beside its lines. What has no room is left out.
type Card struct {
	Title string
	Lines []string
	QR    string
}

// Line is a label with room to write by hand.
type Line string

// textWidth is the width of the text form, in columns.
const textWidth = 76

// Text gives the sheet as plain text of at most 76 columns.
func (s *Sheet) Text() string {
	var b strings.Builder
	if s.Title != "" {
		b.WriteString(s.Title + "\n" + strings.Repeat("=", utf8.RuneCountInString(s.Title)) + "\n")
	}
	for _, block := range s.Blocks {
		b.WriteString("\n")
		block.text(&b)
	}
	b.WriteString("\n")
	wrap(&b, s.Footer, "", "")
	return b.String()
}

func (h Heading) text(b *strings.Builder) {
	b.WriteString(string(h) + "\n" + strings.Repeat("-", utf8.RuneCountInString(string(h))) + "\n")
}

func (p Paragraph) text(b *strings.Builder) { wrap(b, string(p), "", "") }

func (i Items) text(b *strings.Builder) {
	for n, line := range i.Lines {
		wrap(b, line, i.mark(n), strings.Repeat(" ", len(i.mark(n))))
	}
}

func (i Items) mark(n int) string {
	if !i.Numbered {
		return "- "
	}
	return string(rune('1'+n%9)) + ". "
}

func (r Rows) text(b *strings.Builder) {
	widest := 0
	for _, row := range r {
		widest = max(widest, utf8.RuneCountInString(row.Label))
	}
	for _, row := range r {
		pad := strings.Repeat(" ", widest-utf8.RuneCountInString(row.Label)+2)
		wrap(b, row.Value, row.Label+pad, strings.Repeat(" ", widest+2))
	}
}

func (c Code) text(b *strings.Builder) {
	for n, group := range c {
		b.WriteString("    " + string(rune('1'+n)) + ".  " + group + "\n")
	}
}

func (q QRCode) text(b *strings.Builder) {
	wrap(b, q.Caption, "", "")
	if !q.Repeats {
		b.WriteString("    " + q.Content + "\n")
	}
}

func (c Card) text(b *strings.Builder) {
	b.WriteString(c.Title + "\n")
	for _, line := range c.Lines {
		wrap(b, line, "    ", "    ")
	}
}

func (l Line) text(b *strings.Builder) {
	b.WriteString(string(l) + " " + strings.Repeat("_", max(8, textWidth-1-utf8.RuneCountInString(string(l)))) + "\n")
}

// wrap breaks a text between words. The first line begins with first, the
// others with rest; both count.
func wrap(b *strings.Builder, s, first, rest string) {
	line, width := first, utf8.RuneCountInString(first)
	start := width
	// Only ordinary spaces part words: a no-break space keeps them together.
	for _, word := range strings.Split(s, " ") {
		n := utf8.RuneCountInString(word)
		if width > start && width+1+n > textWidth {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line, width = rest, utf8.RuneCountInString(rest)
			start = width
		}
		if width > start {
			line, width = line+" ", width+1
		}
		line, width = line+word, width+n
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}
