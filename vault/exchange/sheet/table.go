package sheet

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"
)

// Table is rows under the names of their columns. Each row has as many cells as
// Head. On paper the head stands again on each page.
type Table struct {
	Head []string
	Rows [][]string
}

// tableGap is the room between two columns of the text form, in columns, and of the
// PDF, in millimetres.
const tableGap = 2

func (t Table) all() [][]string { return append([][]string{t.Head}, t.Rows...) }

func (t Table) text(b *strings.Builder) {
	widths := make([]int, len(t.Head))
	for _, row := range t.all() {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	whole := tableGap * (len(widths) - 1)
	for _, w := range widths {
		whole += w
	}
	if whole > textWidth {
		t.sentences(b)
		return
	}
	for _, row := range t.all() {
		line := ""
		for i, cell := range row {
			line += cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+tableGap)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// sentences write each row as the names of the columns with its cells, for a table
// that is too wide.
func (t Table) sentences(b *strings.Builder) {
	for _, row := range t.Rows {
		parts := make([]string, len(row))
		for i, cell := range row {
			parts[i] = t.Head[i] + " " + cell
		}
		wrap(b, strings.Join(parts, " · "), "", "  ")
	}
}

// draw gives each column the width that its widest cell asks for; where there is not
// so much, the widest columns give way, and their cells are broken into lines.
func (t Table) draw(p *page) {
	const height = 5.0
	const pad = 1.1 // at each side of a cell, a little more than drawing takes
	widths := make([]float64, len(t.Head))
	for n, row := range t.all() {
		p.SetFont("body", map[bool]string{true: "B"}[n == 0], smallType)
		for i, cell := range row {
			widths[i] = max(widths[i], p.GetStringWidth(printable(cell))+tableGap+2*pad)
		}
	}
	fit(widths, p.width)
	line := func(style string, row []string) {
		p.SetFont("body", style, smallType)
		most := 1
		broken := make([][]string, len(row))
		for i, cell := range row {
			broken[i] = p.SplitText(printable(cell), widths[i]-tableGap)
			most = max(most, len(broken[i]))
		}
		x, y := margin, p.GetY()
		for i, lines := range broken {
			for n, s := range lines {
				p.SetXY(x, y+float64(n)*height)
				p.Cell(widths[i], height, s)
			}
			x += widths[i]
		}
		p.SetXY(margin, y+float64(most)*height)
		p.SetDrawColor(150, 150, 150)
		p.SetLineWidth(0.15)
		p.Line(margin, p.GetY(), margin+p.width, p.GetY())
		p.SetDrawColor(0, 0, 0)
		p.SetLineWidth(0.2)
	}
	p.room(4 * height)
	line("B", t.Head)
	for _, row := range t.Rows {
		if _, total := p.GetPageSize(); p.GetY()+2*height > total-bottom {
			p.AddPage()
			line("B", t.Head)
		}
		line("", row)
	}
	p.Ln(4)
}

// fit cuts the widest columns down to one width, so that all of them have room.
func fit(widths []float64, room float64) {
	low, high := 0.0, room
	for range 40 {
		most, whole := (low+high)/2, 0.0
		for _, w := range widths {
			whole += min(w, most)
		}
		if whole > room {
			high = most
		} else {
			low = most
		}
	}
	for i := range widths {
		widths[i] = min(widths[i], low)
	}
}

func (t Table) html(b *strings.Builder) error {
	b.WriteString("<table>\n<thead><tr>")
	for _, name := range t.Head {
		fmt.Fprintf(b, "<th scope=\"col\">%s</th>", html.EscapeString(name))
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for _, row := range t.Rows {
		b.WriteString("<tr>")
		for i, cell := range row {
			if i == 0 {
				fmt.Fprintf(b, "<th scope=\"row\">%s</th>", html.EscapeString(cell))
				continue
			}
			fmt.Fprintf(b, "<td>%s</td>", html.EscapeString(cell))
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody>\n</table>\n")
	return nil
}
