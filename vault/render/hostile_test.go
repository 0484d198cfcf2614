package render_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image/png"
	"strings"
	"testing"
	"time"

	"carnet/vault/render"
)

const a4 = "/MediaBox [0 0 595 842]"

// hostile returns documents of the classes that made MuPDF hang, abort or swell, and
// of the neighbouring ones.
func hostile(t testing.TB) map[string][]byte {
	good := onePage(a4, words("good"))
	return map[string][]byte{
		"huge box":             onePage("/MediaBox [0 0 1440000 1440000]", words("far")), // 20,000 inches
		"huge user unit":       onePage(a4+" /UserUnit 1e9", words("far")),
		"infinite box":         onePage("/MediaBox [0 0 1e38 1e38]", words("far")),
		"box of no numbers":    onePage("/MediaBox [/a (b) null true]", words("none")),
		"negative box":         onePage("/MediaBox [595 842 0 0]", words("turned")),
		"box below zero":       onePage("/MediaBox [-900 -900 -300 -100]", words("below")),
		"empty box":            onePage("/MediaBox [0 0 0 0]", words("empty")),
		"no box":               onePage("", words("none")),
		"line box":             onePage("/MediaBox [0 0 14400 0.001]", words("thin")),
		"fraction box":         onePage("/MediaBox [0.4 0.4 100.6 50.7]", words("part")),
		"outline loop":         outlineLoop(),
		"exponential forms":    exponentialForms(40, 3, 1),
		"form in itself":       formInItself(),
		"endless operators":    compressed(t, "q 1 0 0 1 0 0 cm 0 0 m 9 9 l S Q\n", 64<<20),
		"endless text":         compressed(t, "BT /F 9 Tf 1 0 0 1 9 9 Tm (abcdefgh) Tj ET\n", 32<<20),
		"flate bomb":           compressed(t, " ", 400<<20),
		"flate in flate":       doubleDeflate(t),
		"deep saves":           onePage(a4, strings.Repeat("q ", 2_000_000)),
		"looping page tree":    pageTree("<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>"),
		"page tree of itself":  pageTree("<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 >>"),
		"two billion pages":    pageTree("<< /Type /Pages /Kids [] /Count 2147483647 >>"),
		"minus one page":       pageTree("<< /Type /Pages /Kids [] /Count -1 >>"),
		"60,000 absent pages":  pageTree("<< /Type /Pages /Kids [] /Count 60000 >>"),
		"no pages":             pageTree("null"),
		"deep arrays":          deep("[", "]", 200_000),
		"deep dictionaries":    deep("<</A ", ">>", 200_000),
		"missing root":         bytes.Replace(good, []byte("/Root 1 0 R"), []byte("/Rxxt 1 0 R"), 1),
		"root of another kind": bytes.Replace(good, []byte("/Root 1 0 R"), []byte("/Root 4 0 R"), 1),
		"truncated":            good[:len(good)*2/3],
		"header only":          append([]byte("%PDF-1.7\n"), make([]byte, 2000)...),
		"length of itself":     lengthOfItself(),
		"huge pattern":         hugePattern(),
		"huge font size":       onePage(a4, "BT /F 1e30 Tf 1e20 0 0 1e20 0 0 Tm (A) Tj ET"),
		"huge dash":            onePage(a4, "[0.0001 0.0001] 0 d 0 0 m 1e7 1e7 l S"),
		"odd annotations":      onePage(a4+" /Rotate 91 /Annots [3 0 R 3 0 R]", words("x")),
		"large png":            blackPNG(t, 30_000, 30_000),
		"truncated png":        pictures(t)["png"][:100],
		"jpeg of nothing":      append([]byte("\xff\xd8\xff\xe0"), make([]byte, 200)...),
		"tiff of nothing":      append([]byte("II*\x00\x08\x00\x00\x00\xff\xff"), bytes.Repeat([]byte{0xff}, 200)...),
		"tiff loop":            tiffLoop(),
	}
}

func outlineLoop() []byte {
	var p rawPDF
	p.add("<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R >>")
	p.add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	p.add("<< /Type /Page /Parent 2 0 R %s >>", a4)
	p.add("<< /Type /Outlines /First 5 0 R /Last 6 0 R /Count 2 >>")
	p.add("<< /Title (a) /Parent 4 0 R /Next 6 0 R /First 6 0 R >>")
	p.add("<< /Title (b) /Parent 4 0 R /Next 5 0 R /First 5 0 R >>")
	return p.file()
}

// exponentialForms has, on the page hang of three, depth forms of which each draws the
// next one width times. The other pages have text.
func exponentialForms(depth, width int, hang ...int) []byte {
	const pages = 5
	var p rawPDF
	p.add("<< /Type /Catalog /Pages 2 0 R >>")
	p.add("<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R 6 0 R 7 0 R] /Count %d >>", pages)
	for n := range pages {
		content := 8 + pages
		for _, h := range hang {
			if h == n+1 {
				content = 8 + pages + 1
			}
		}
		if content == 8+pages {
			content = 8 + n
		}
		p.add("<< /Type /Page /Parent 2 0 R %s /Contents %d 0 R /Resources << /Font << /F 13 0 R >> /XObject << /X 15 0 R >> >> >>", a4, content)
	}
	for n := range pages {
		p.stream("", []byte(words(fmt.Sprintf("page %d", n+1))))
	}
	p.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>") // 13
	p.stream("", []byte("/X Do"))                                   // 14
	for i := range depth {
		next := 15 + i + 1
		if i == depth-1 {
			p.stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", []byte("0 0 9 9 re f"))
			break
		}
		p.stream(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>", next),
			[]byte(strings.Repeat("/X Do ", width)))
	}
	return p.file()
}

func formInItself() []byte {
	var p rawPDF
	p.add("<< /Type /Catalog /Pages 2 0 R >>")
	p.add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	p.add("<< /Type /Page /Parent 2 0 R %s /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>", a4)
	p.stream("", []byte("/X Do"))
	p.stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>", []byte("/X Do /X Do"))
	return p.file()
}

// compressed is one page whose content unfolds to n bytes.
func compressed(t testing.TB, pattern string, n int) []byte {
	return contents("/Filter /FlateDecode", deflate(t, pattern, n))
}

func doubleDeflate(t testing.TB) []byte {
	inner := deflate(t, " ", 400<<20)
	return contents("/Filter [/FlateDecode /FlateDecode]", deflate(t, string(inner), len(inner)))
}

func contents(dict string, content []byte) []byte {
	var p rawPDF
	p.add("<< /Type /Catalog /Pages 2 0 R >>")
	p.add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	p.add("<< /Type /Page /Parent 2 0 R %s /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>", a4)
	p.stream(dict, content)
	p.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
	return p.file()
}

func pageTree(root string) []byte {
	var p rawPDF
	p.add("<< /Type /Catalog /Pages 2 0 R >>")
	p.add("%s", root)
	p.add("<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>")
	return p.file()
}

func deep(open, end string, n int) []byte {
	return onePage(a4+" /Deep "+strings.Repeat(open, n)+" 1 "+strings.Repeat(end, n), words("deep"))
}

func lengthOfItself() []byte {
	return bytes.Replace(onePage(a4, words("x")), []byte("/Length 3"), []byte("/Length 4 0 R /L 3"), 1)
}

func hugePattern() []byte {
	var p rawPDF
	p.add("<< /Type /Catalog /Pages 2 0 R >>")
	p.add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	p.add("<< /Type /Page /Parent 2 0 R %s /Contents 4 0 R /Resources << /Pattern << /P 5 0 R >> >> >>", a4)
	p.stream("", []byte("/Pattern cs /P scn 0 0 595 842 re f"))
	p.stream("/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1e6 1e6] /XStep 0.0001 /YStep 0.0001 /Resources << >>",
		[]byte("0 0 9 9 re f"))
	return p.file()
}

// blackPNG is a small file that unfolds to w x h pixels of one bit.
func blackPNG(t testing.TB, w, h int) []byte {
	t.Helper()
	b := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, content []byte) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(content)))
		body := append([]byte(kind), content...)
		b = append(b, body...)
		b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(body))
	}
	header := binary.BigEndian.AppendUint32(nil, uint32(w))
	header = binary.BigEndian.AppendUint32(header, uint32(h))
	chunk("IHDR", append(header, 1, 0, 0, 0, 0))
	chunk("IDAT", deflate(t, "\x00", h*(1+(w+7)/8)))
	chunk("IEND", nil)
	return b
}

// tiffLoop has a directory that names itself as the next one.
func tiffLoop() []byte {
	return append([]byte("II*\x00\x08\x00\x00\x00"+
		"\x01\x00"+"\x00\x01\x03\x00\x01\x00\x00\x00\x01\x00\x00\x00"+"\x08\x00\x00\x00"), make([]byte, 100)...)
}

// TestHostile asks one client about every hostile document, and about a good one after
// each: an answer within the limits, and nothing left behind.
func TestHostile(t *testing.T) {
	c := newClient(t, &render.Options{PageTimeout: short})
	checkGood(t, c)
	for name, doc := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			p, err := probe(c, doc)
			if err != nil && !known(err) {
				t.Errorf("Probe: %v", err)
			}
			if len(p.Text) > render.MaxText || p.Skipped > p.Pages {
				t.Errorf("Probe: %d bytes of text, %d of %d pages skipped", len(p.Text), p.Skipped, p.Pages)
			}
			probed := time.Since(start)

			start = time.Now()
			b, err2 := page(c, doc, 1, 400, 300)
			if err2 != nil && !known(err2) {
				t.Errorf("Page: %v", err2)
			}
			if err2 == nil {
				m, err := png.Decode(bytes.NewReader(b))
				if err != nil {
					t.Errorf("Page: %v", err)
				} else if s := m.Bounds().Size(); s.X > 400 || s.Y > 300 {
					t.Errorf("Page: %v pixels", s)
				}
			}
			drawn := time.Since(start)
			t.Logf("%s: %d bytes: Probe %v: %d pages, %d skipped, %v; Page %v: %d bytes, %v",
				name, len(doc), probed.Round(time.Millisecond), p.Pages, p.Skipped, err, drawn.Round(time.Millisecond), len(b), err2)
			checkGood(t, c)
		})
	}
}

// known reports whether err is a verdict on a document.
func known(err error) bool {
	for _, verdict := range []error{render.ErrFormat, render.ErrPassword, render.ErrPage,
		render.ErrTimeout, render.ErrMemory, render.ErrCrashed} {
		if errors.Is(err, verdict) {
			return true
		}
	}
	return false
}

// TestLostPages: a page that hangs costs its own text.
func TestLostPages(t *testing.T) {
	c := newClient(t, &render.Options{PageTimeout: short})
	for _, test := range []struct {
		hang    []int
		text    string
		skipped int
	}{
		{nil, "page 1|page 2|page 3|page 4|page 5", 0},
		{[]int{2}, "page 1||page 3|page 4|page 5", 1},
		{[]int{1, 5}, "|page 2|page 3|page 4|", 2},
		{[]int{1, 2, 4}, "||page 3||", 4}, // page 5 is given up
	} {
		p, err := probe(c, exponentialForms(40, 3, test.hang...))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(strings.ReplaceAll(p.Text, "\n", ""), "\f", "|")
		if p.Pages != 5 || text != test.text || p.Skipped != test.skipped {
			t.Errorf("pages %v hang: %d pages, %q, %d skipped; want %q, %d skipped", test.hang, p.Pages, text, p.Skipped, test.text, test.skipped)
		}
		checkGood(t, c)
	}
	if _, err := page(c, exponentialForms(40, 3, 2), 2, 100, 100); !errors.Is(err, render.ErrTimeout) {
		t.Errorf("drawing a page that hangs: %v", err)
	}
	checkGood(t, c)
}
