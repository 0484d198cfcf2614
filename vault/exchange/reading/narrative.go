package reading

import (
	"strconv"
	"strings"
)

// writer turns a narrative into blocks.
type writer struct {
	blocks []Block
	line   strings.Builder
}

// Blocks are what a person reads of a narrative: that of CDA (StrucDoc.Text) or that
// of FHIR (XHTML). Pictures, scripts and styles are left out.
func Blocks(text *Element) []Block {
	w := &writer{}
	w.children(text)
	w.flush(Paragraph)
	return w.blocks
}

func (w *writer) flush(kind BlockKind) {
	text := strings.Join(strings.Fields(w.line.String()), " ")
	w.line.Reset()
	if text != "" {
		w.blocks = append(w.blocks, Block{Kind: kind, Text: text})
	}
}

func (w *writer) children(e *Element) {
	for _, c := range e.Children {
		w.part(c)
	}
}

func (w *writer) part(e *Element) {
	if e.Attr("revised") == "delete" {
		return
	}
	switch e.Name.Local {
	case "":
		w.line.WriteString(e.Text)
	case "br":
		w.flush(Paragraph)
	case "script", "style", "head":
	case "paragraph", "list", "p", "div", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "caption":
		w.flush(Paragraph)
		w.children(e)
		w.flush(Paragraph)
	case "item", "li":
		w.flush(Paragraph)
		w.children(e)
		w.flush(Item)
	case "table":
		w.flush(Paragraph)
		if t, ok := grid(e); ok {
			w.blocks = append(w.blocks, t)
		}
	default:
		w.children(e)
	}
}

// Limits of a table; one beyond them is cut off there.
const (
	maxColumns = 60
	maxCells   = 20_000
)

// grid reads a table. A cell over several columns or rows stands in the first, and
// the others are empty, so that columns stay below each other.
func grid(table *Element) (Block, bool) {
	out := Block{Kind: Table, Text: table.First("caption").Content()}
	var rows []*Element
	for _, part := range table.Children {
		switch part.Name.Local {
		case "tr":
			rows = append(rows, part)
		case "thead":
			rows = append(rows, part.All("tr")...)
			out.Head = len(rows)
		case "tbody", "tfoot":
			rows = append(rows, part.All("tr")...)
		}
	}
	cells, filled := 0, false
	var hanging [maxColumns]int // rows that a cell above still takes
	for _, tr := range rows {
		var row []string
		skip := func() {
			for len(row) < maxColumns && hanging[len(row)] > 0 {
				hanging[len(row)]--
				row = append(row, "")
			}
		}
		for _, cell := range tr.Children {
			if cell.Name.Local != "td" && cell.Name.Local != "th" {
				continue
			}
			skip()
			text := lines(cell)
			for range span(cell.Attr("colspan")) {
				if len(row) == maxColumns {
					break
				}
				hanging[len(row)] = span(cell.Attr("rowspan")) - 1
				row, text, filled = append(row, text), "", filled || text != ""
			}
		}
		skip()
		if cells += len(row); cells > maxCells {
			break
		}
		out.Rows = append(out.Rows, row)
	}
	out.Head = min(out.Head, len(out.Rows))
	return out, filled
}

func span(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 1
	}
	return min(max(n, 1), maxColumns)
}

// lines is what a cell says, on as many lines as it has parts.
func lines(cell *Element) string {
	var out []string
	for _, b := range Blocks(cell) {
		out = append(out, b.Text)
		for _, row := range b.Rows {
			out = append(out, strings.Join(row, " "))
		}
	}
	return strings.Join(out, "\n")
}
