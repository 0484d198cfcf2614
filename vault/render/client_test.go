package render_test

import (
	"bytes"
	"context"
	"errors"
	"image/color"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"carnet/vault/render"
)

func TestProbe(t *testing.T) {
	c := newClient(t, nil)
	want := "Page number 1\n\fPage number 2\n\fPage number 3\n"
	for name, content := range map[string]io.Reader{
		"seeks":        bytes.NewReader(goodPDF(t)),
		"cannot seek":  iotest.OneByteReader(bytes.NewReader(goodPDF(t))),
		"has more":     bytes.NewReader(append(goodPDF(t), "\n%%EOF more"...)),
		"another file": bytes.NewReader(goodPDF(t)),
	} {
		p, err := c.Probe(context.Background(), content, int64(len(goodPDF(t))))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := strings.ReplaceAll(p.Text, "\n\n", "\n"); p.Pages != 3 || got != want || p.Skipped != 0 {
			t.Errorf("%s: %d pages, %q, %d skipped", name, p.Pages, p.Text, p.Skipped)
		}
	}
	for name, doc := range pictures(t) {
		if p, err := probe(c, doc); err != nil || p != (render.Probed{Pages: 1}) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

func TestProbeJunkBeforeHeader(t *testing.T) {
	c := newClient(t, nil)
	for n, want := range map[int]error{1: nil, 500: nil, 1024 - 1: nil, 1024 + 5: render.ErrFormat} {
		doc := append(bytes.Repeat([]byte("\n"), n), goodPDF(t)...)
		if _, err := probe(c, doc); !errors.Is(err, want) {
			t.Errorf("header after %d bytes: %v, want %v", n, err, want)
		}
	}
}

func TestPage(t *testing.T) {
	c := newClient(t, nil)
	red, white, blue := color.RGBA{R: 255, A: 255}, color.RGBA{255, 255, 255, 255}, color.RGBA{B: 255, A: 255}
	for _, size := range [][2]int{{300, 300}, {1, 1}, {7, 1000}, {1000, 7}, {2480, 3508}} {
		b, err := page(c, goodPDF(t), 1, size[0], size[1])
		if err != nil {
			t.Fatalf("%v: %v", size, err)
		}
		m := checkPicture(t, b, size[0], size[1])
		if min(size[0], size[1]) >= 300 && (!near(m, 0.1, 0.1, red) || !near(m, 0.9, 0.9, white)) {
			t.Errorf("%v: the picture is not of the page", size)
		}
	}
	for name, doc := range pictures(t) {
		b, err := page(c, doc, 1, 400, 400)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if m := checkPicture(t, b, 400, 400); !near(m, 0.2, 0.5, red) || !near(m, 0.8, 0.5, blue) {
			t.Errorf("%s: wrong picture", name)
		}
	}
	for _, n := range []int{-1, 0, 4, 1 << 40} {
		if _, err := page(c, goodPDF(t), n, 100, 100); !errors.Is(err, render.ErrPage) {
			t.Errorf("page %d: %v", n, err)
		}
	}
}

// TestLargestPicture draws as many pixels as may be asked for.
func TestLargestPicture(t *testing.T) {
	c := newClient(t, nil)
	b, err := page(c, onePage("/MediaBox [0 0 800 480]", words("large")), 1, 8160, 4901)
	if err != nil || len(b) < 10_000 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}

func TestRefused(t *testing.T) {
	c := newClient(t, nil)
	pad := strings.Repeat(" ", 200)
	for name, doc := range map[string]string{
		"empty":      "",
		"short":      "%PDF-1.7",
		"text":       "Bonjour" + pad,
		"svg":        `<svg xmlns="http://www.w3.org/2000/svg"></svg>` + pad,
		"html":       "<!DOCTYPE html><html><body>x</body></html>" + pad,
		"xml":        `<?xml version="1.0"?><FictionBook></FictionBook>` + pad,
		"zip":        "PK\x03\x04" + pad,
		"gif":        "GIF89a" + pad,
		"bmp":        "BM" + pad,
		"postscript": "%!PS-Adobe-3.0\n" + pad,
		"random":     strings.Repeat("\x00\xff\x10", 100),
	} {
		if _, err := probe(c, []byte(doc)); !errors.Is(err, render.ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := page(c, []byte(doc), 1, 100, 100); !errors.Is(err, render.ErrFormat) {
			t.Errorf("%s: Page: %v", name, err)
		}
	}
	if _, err := probe(c, protectedPDF(t)); !errors.Is(err, render.ErrPassword) {
		t.Errorf("protected: %v", err)
	}
	if _, err := page(c, protectedPDF(t), 1, 100, 100); !errors.Is(err, render.ErrPassword) {
		t.Errorf("protected: Page: %v", err)
	}
	checkGood(t, c)
}

// TestRefusedUnread: what is out of range is refused before anything is read or started.
func TestRefusedUnread(t *testing.T) {
	c := newClient(t, nil)
	ctx := context.Background()
	unread := iotest.ErrReader(errors.New("was read"))
	if _, err := c.Probe(ctx, unread, render.MaxDocument+1); !errors.Is(err, render.ErrTooLarge) {
		t.Error(err)
	}
	if _, err := c.Page(ctx, unread, render.MaxDocument+1, 1, 10, 10); !errors.Is(err, render.ErrTooLarge) {
		t.Error(err)
	}
	for _, size := range [][2]int{{0, 1}, {1, 0}, {-1, 5}, {8193, 1}, {1, 8193}, {8192, 8192}, {1 << 40, 1}} {
		if _, err := c.Page(ctx, unread, 100, 1, size[0], size[1]); !errors.Is(err, render.ErrPicture) {
			t.Errorf("%v: %v", size, err)
		}
	}
	if pid := c.ChildPID(); pid != 0 {
		t.Error("a child was started")
	}
}

// TestLargestDocument sends MaxDocument bytes.
func TestLargestDocument(t *testing.T) {
	c := newClient(t, nil)
	good := goodPDF(t)
	doc := io.MultiReader(bytes.NewReader(good), zeros{})
	b, err := c.Page(context.Background(), doc, render.MaxDocument, 1, 100, 100)
	if err != nil {
		t.Fatal(err)
	}
	checkPicture(t, b, 100, 100)
	checkGood(t, c)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestLongText(t *testing.T) {
	c := newClient(t, nil)
	line := "BT /F 9 Tf 1 0 0 1 9 %d Tm (" + strings.Repeat("lorem ipsum \xe9t\xe9 ", 40) + ") Tj ET\n"
	doc := onePage(a4, strings.Repeat(strings.ReplaceAll(line, "%d", "9"), 6000))
	p, err := probe(c, doc)
	if err != nil || p.Pages != 1 || p.Skipped != 1 {
		t.Fatalf("%d pages, %d skipped, %v", p.Pages, p.Skipped, err)
	}
	if len(p.Text) > render.MaxText || len(p.Text) < render.MaxText-4 {
		t.Errorf("%d bytes of text", len(p.Text))
	}
	if strings.ToValidUTF8(p.Text, "") != p.Text {
		t.Error("the text is cut inside a character")
	}
	checkGood(t, c)
}

func TestContentFails(t *testing.T) {
	c := newClient(t, nil)
	ctx := context.Background()
	broken := errors.New("disk")
	doc := goodPDF(t)
	for name, test := range map[string]struct {
		content func() io.Reader
		want    error
	}{
		"too short":            {func() io.Reader { return bytes.NewReader(doc[:100]) }, io.ErrUnexpectedEOF},
		"too short, no seeker": {func() io.Reader { return bytes.NewBuffer(doc[:100]) }, io.ErrUnexpectedEOF},
		"empty":                {func() io.Reader { return strings.NewReader("") }, io.ErrUnexpectedEOF},
		"breaks with a path": {func() io.Reader {
			return iotest.ErrReader(&fs.PathError{Op: "read", Path: "analyse.pdf", Err: broken})
		}, broken},
		"breaks": {func() io.Reader {
			return io.MultiReader(bytes.NewReader(doc[:100]), iotest.ErrReader(broken))
		}, broken},
	} {
		if _, err := c.Probe(ctx, test.content(), int64(len(doc))); !errors.Is(err, test.want) || strings.Contains(err.Error(), "analyse") {
			t.Errorf("%s: Probe: %v", name, err)
		}
		if _, err := c.Page(ctx, test.content(), int64(len(doc)), 1, 10, 10); !errors.Is(err, test.want) {
			t.Errorf("%s: Page: %v", name, err)
		}
		checkGood(t, c)
	}
}

func TestProbeTimeout(t *testing.T) {
	c := newClient(t, &render.Options{ProbeTimeout: time.Nanosecond})
	p, err := probe(c, goodPDF(t))
	if err != nil || p.Pages != 3 || p.Skipped != 3 || p.Text != "\f\f" {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestReused: one child serves many documents.
func TestReused(t *testing.T) {
	c := newClient(t, nil)
	checkGood(t, c)
	pid := c.ChildPID()
	for range 20 {
		checkGood(t, c)
		if _, err := probe(c, []byte("not a document, but long enough to be looked at by the worker, is it?")); !errors.Is(err, render.ErrFormat) {
			t.Error(err)
		}
	}
	if got := c.ChildPID(); got != pid {
		t.Errorf("child %d instead of %d", got, pid)
	}
}
