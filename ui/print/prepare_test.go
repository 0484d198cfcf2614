//go:build !windows

package print_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/tiff"

	"carnet/ui/print"
	"carnet/vault/exchange/sheet"
	"carnet/vault/render"
	"carnet/vault/render/worker"
)

// TestMain makes the test binary the process that draws pages.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "render-worker" {
		if err := worker.Main(os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func source(mediaType string, content []byte) print.Source {
	return print.Source{
		MediaType: mediaType, Content: bytes.NewReader(content), Size: int64(len(content)),
		Language: "fr", Footer: "Carnet est indépendant.", Created: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC),
	}
}

func renderer(t *testing.T) *render.Client {
	t.Helper()
	c := render.New(nil)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// scan is a picture of a lying sheet, by the function that encodes it.
func scan(t *testing.T, encode func(io.Writer, image.Image) error) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 300, 200))
	for x := range 300 {
		for y := range 200 {
			img.SetGray(x, y, color.Gray{uint8(x / 50 * 40)})
		}
	}
	var b bytes.Buffer
	if err := encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func scanTIFF(t *testing.T) []byte {
	return scan(t, func(w io.Writer, img image.Image) error { return tiff.Encode(w, img, nil) })
}

// bareJPEG has no application segment.
func bareJPEG(t *testing.T) []byte {
	return scan(t, func(w io.Writer, img image.Image) error { return jpeg.Encode(w, img, nil) })
}

// photo has the one of JFIF.
func photo(t *testing.T) []byte {
	return slices.Concat([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"), bareJPEG(t)[2:])
}

func letter(t *testing.T, pages int) []byte {
	t.Helper()
	s := sheet.Sheet{Language: "fr"}
	for n := range pages {
		s.Blocks = append(s.Blocks, sheet.Paragraph(fmt.Sprintf("page %d", n+1)+strings.Repeat("\nsuite", 36)))
	}
	pdf, err := s.PDF()
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

// about asks a reader of PDF; make test installs it.
func about(t *testing.T, tool string, pdf []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "made.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{path}
	if tool == "pdftotext" {
		args = append(args, "-")
	}
	out, err := exec.Command(tool, args...).Output()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skipf("%s is not installed", tool)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestPrepare(t *testing.T) {
	c := renderer(t)
	original := letter(t, 3)
	text := []byte("Notes pour le pédiatre\r\n\tdort mieux \U0001f642\n" + strings.Repeat("encore une ligne\n", 60))
	for _, test := range []struct {
		name      string
		mediaType string
		content   []byte
		page      int
		pages     int    // of the PDF that is made; 0 for the original bytes
		size      string // of its pages
	}{
		{"PDF", "application/pdf", original, 0, 0, ""},
		{"page of a PDF", "application/pdf", original, 2, 1, "595.28 x 841.89"},
		{"PNG", "image/png", scan(t, png.Encode), 0, 0, ""},
		{"JPEG", "image/jpeg", photo(t), 0, 0, ""},
		{"bare JPEG", "image/jpeg", bareJPEG(t), 0, 1, "841.89 x 595.28"},
		{"TIFF", "image/tiff", scanTIFF(t), 0, 1, "841.89 x 595.28"},
		{"text", "text/plain", text, 0, 2, "595.28 x 841.89"},
		{"page of a text", "text/plain", text, 2, 1, "595.28 x 841.89"},
	} {
		s := source(test.mediaType, test.content)
		s.Page = test.page
		job, err := print.Prepare(t.Context(), c, s)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		made, err := io.ReadAll(job.Content)
		if err != nil {
			t.Fatal(err)
		}
		if test.pages == 0 {
			if !bytes.Equal(made, test.content) || job.MediaType != test.mediaType {
				t.Errorf("%s: not the original", test.name)
			}
			continue
		}
		info := strings.Join(strings.Fields(about(t, "pdfinfo", made)), " ")
		if job.MediaType != "application/pdf" || !strings.Contains(info, fmt.Sprintf("Pages: %d ", test.pages)) || !strings.Contains(info, test.size) {
			t.Errorf("%s: %s, %s", test.name, job.MediaType, info)
		}
		if words := about(t, "pdftotext", made); test.name == "text" && (!strings.Contains(words, "Notes pour le pédiatre\n") || strings.Count(words, "est indépendant") != 2) {
			t.Errorf("text: %q", words)
		}
	}
}

func TestPrepareFails(t *testing.T) {
	c := renderer(t)
	for _, test := range []struct {
		name   string
		source print.Source
		change func(*print.Source)
		want   error
	}{
		{"unknown", source("application/zip", []byte("PK\x03\x04")), nil, render.ErrFormat},
		{"no such page", source("application/pdf", letter(t, 1)), func(s *print.Source) { s.Page = 2 }, render.ErrPage},
		{"page below", source("application/pdf", letter(t, 1)), func(s *print.Source) { s.Page = -1 }, render.ErrPage},
		{"long text", source("text/plain", make([]byte, print.MaxText+1)), nil, print.ErrTooLarge},
		{"many pages", source("image/tiff", scanTIFF(t)), func(s *print.Source) { s.Pages = print.MaxPages + 1 }, print.ErrTooLarge},
		{"shorter than said", source("text/plain", []byte("x")), func(s *print.Source) { s.Content, s.Size = broken{}, 1 }, errBroken},
	} {
		if test.change != nil {
			test.change(&test.source)
		}
		if _, err := print.Prepare(t.Context(), c, test.source); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) ReadAt([]byte, int64) (int, error) { return 0, errBroken }

// TestConverted prints what Direct reports, and what Prepare makes, on a printer
// that takes PDF alone: CUPS knows these types.
func TestConverted(t *testing.T) {
	s := server(t)
	if err := s.AddPrinter("pdf", true); err != nil {
		t.Fatal(err)
	}
	c := renderer(t)
	for mediaType, content := range map[string][]byte{
		"application/pdf": letter(t, 1),
		"image/png":       scan(t, png.Encode),
		"image/jpeg":      photo(t),
		"image/tiff":      scanTIFF(t),
		"text/plain":      []byte("bonjour\n"),
	} {
		job, err := print.Prepare(t.Context(), c, source(mediaType, content))
		if err != nil {
			t.Fatal(err)
		}
		if err := print.Send(t.Context(), "pdf", job); err != nil {
			t.Fatal(err)
		}
		paper, _, _, err := s.Printed("pdf")
		if err != nil {
			t.Fatal(err)
		}
		if info := about(t, "pdfinfo", paper); !strings.Contains(info, "Pages:           1\n") {
			t.Errorf("%s: the printer got %s", mediaType, info)
		}
	}
}
