package sheet

import (
	"fmt"
	"html"
	"strings"
)

// HTML gives the sheet as one page for a browser, which needs nothing else: no
// script, no address, no picture from elsewhere. Its title is the sheet's.
func (s *Sheet) HTML() ([]byte, error) {
	var b strings.Builder
	title := html.EscapeString(s.Title)
	fmt.Fprintf(&b, `<!DOCTYPE html>
<html lang="%s">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s</title>
<style>
body { font: 1.1rem/1.5 sans-serif; color: #1b2430; background: #fff; max-width: 46rem; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin: 1.4rem 0 0.3rem; }
th, td { text-align: left; vertical-align: top; padding-right: 1rem; }
.card { border: 1px dashed #555; border-radius: 3mm; width: 80mm; padding: 3mm; font-size: 0.75rem; }
.card strong, .card span { display: block; }
.code { font-family: monospace; font-size: 1.5rem; }
svg { width: 64mm; height: 64mm; } .card svg { width: 30mm; height: 30mm; }
footer { border-top: 1px solid #777; margin-top: 2rem; font-size: 0.85rem; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } }
</style>
</head>
<body>
<main>
<h1>%s</h1>
`, html.EscapeString(s.Language), title, title)
	for _, block := range s.Blocks {
		if err := block.html(&b); err != nil {
			return nil, err
		}
	}
	fmt.Fprintf(&b, "</main>\n<footer><p>%s</p></footer>\n</body>\n</html>\n", html.EscapeString(s.Footer))
	return []byte(b.String()), nil
}

// element writes a text in an element.
func element(b *strings.Builder, name, text string) {
	fmt.Fprintf(b, "<%s>%s</%s>\n", name, html.EscapeString(text), name)
}

func (h Heading) html(b *strings.Builder) error {
	element(b, "h2", string(h))
	return nil
}

func (p Paragraph) html(b *strings.Builder) error {
	element(b, "p", string(p))
	return nil
}

func (i Items) html(b *strings.Builder) error {
	list := "ul"
	if i.Numbered {
		list = "ol"
	}
	fmt.Fprintf(b, "<%s>\n", list)
	for _, line := range i.Lines {
		element(b, "li", line)
	}
	fmt.Fprintf(b, "</%s>\n", list)
	return nil
}

func (r Rows) html(b *strings.Builder) error {
	b.WriteString("<table>\n")
	for _, row := range r {
		fmt.Fprintf(b, "<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n", html.EscapeString(row.Label), html.EscapeString(row.Value))
	}
	b.WriteString("</table>\n")
	return nil
}

func (c Code) html(b *strings.Builder) error {
	b.WriteString("<ol class=\"code\">\n")
	for _, group := range c {
		element(b, "li", group)
	}
	b.WriteString("</ol>\n")
	return nil
}

func (q QRCode) html(b *strings.Builder) error {
	b.WriteString("<figure>\n")
	if err := svg(b, q.Content, q.Caption); err != nil {
		return err
	}
	element(b, "figcaption", q.Caption)
	if !q.Repeats {
		element(b, "p", q.Content)
	}
	b.WriteString("</figure>\n")
	return nil
}

func (c Card) html(b *strings.Builder) error {
	b.WriteString("<div class=\"card\">\n")
	element(b, "strong", c.Title)
	for _, line := range c.Lines {
		element(b, "span", line)
	}
	if c.QR != "" {
		if err := svg(b, c.QR, c.Title); err != nil {
			return err
		}
	}
	b.WriteString("</div>\n")
	return nil
}

func (l Line) html(b *strings.Builder) error {
	element(b, "p", string(l)+" ______________________________")
	return nil
}

// svg draws a code of which text says what it holds.
func svg(b *strings.Builder, content, text string) error {
	runs, side, err := qrRuns(content)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "<svg role=\"img\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\"><title>%s</title><path d=\"", side, side, html.EscapeString(text))
	for _, r := range runs {
		fmt.Fprintf(b, "M%d %dh%dv1h-%dz", r.x, r.y, r.n, r.n)
	}
	b.WriteString("\"/></svg>\n")
	return nil
}
