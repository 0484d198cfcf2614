package sheet

import (
	"bytes"
	"image"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

const secret = "8ZK1S-CE30A-4M3KE-428FK-9QK7T-J5PMB"

func kit() *Sheet {
	return &Sheet{
		Title: "Kit de secours", Language: "fr", Footer: "Pied de page « indépendant », œuvre de personne.",
		Created: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
		Blocks: []Block{
			Paragraph("Où l'été s'achève, l'œil naïf du garçon voit l'aïeule près du maïs : ç'a été dû à l'âge."),
			Heading("Code de secours"),
			Code(strings.Split(secret, "-")),
			QRCode{Content: secret, Caption: "Le même code"},
			Items{Numbered: true, Lines: []string{"Premier pas", "Deuxième pas, bien plus long que le premier, pour qu'il faille aller à la ligne au moins une fois dans le texte."}},
			Items{Lines: []string{"Un point"}},
			Rows{{"Titulaire", "Anne"}, {"Fait le", "22 novembre 2026"}},
			Line("Rangé à :"),
		},
	}
}

const wantText = `Kit de secours
==============

Où l'été s'achève, l'œil naïf du garçon voit l'aïeule près du maïs : ç'a été
dû à l'âge.

Code de secours
---------------

    1.  8ZK1S
    2.  CE30A
    3.  4M3KE
    4.  428FK
    5.  9QK7T
    6.  J5PMB

Le même code
    8ZK1S-CE30A-4M3KE-428FK-9QK7T-J5PMB

1. Premier pas
2. Deuxième pas, bien plus long que le premier, pour qu'il faille aller à la
   ligne au moins une fois dans le texte.

- Un point

Titulaire  Anne
Fait le    22 novembre 2026

Rangé à : __________________________________________________________________

Pied de page « indépendant », œuvre de personne.
`

func TestText(t *testing.T) {
	got := kit().Text()
	if got != wantText {
		t.Errorf("got:\n%s", got)
	}
	for line := range strings.Lines(got) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > textWidth {
			t.Errorf("%d columns: %q", n, line)
		}
	}
}

func TestPDFIsDeterministic(t *testing.T) {
	a, err := kit().PDF()
	if err != nil {
		t.Fatal(err)
	}
	b, err := kit().PDF()
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("two drawings differ: %v", err)
	}
	if bytes.Contains(a, []byte(secret)) || bytes.Contains(a, []byte("8ZK1S")) {
		t.Error("the code stands in clear in what a search of the disk reads")
	}
}

// tool finds a program that reads PDF; `make test` installs them.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}

func written(t *testing.T) string {
	t.Helper()
	data, err := kit().PDF()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "kit.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPDFHolds(t *testing.T) {
	out, err := exec.Command(tool(t, "qpdf"), "--check", written(t)).CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestPDFText(t *testing.T) {
	out, err := exec.Command(tool(t, "pdftotext"), "-layout", written(t), "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Join(strings.Fields(string(out)), " ")
	for _, want := range append(strings.Split(secret, "-"), "l'œil naïf du garçon", "ç'a été dû à l'âge", "« indépendant »", "Deuxième pas", "22 novembre 2026") {
		if !strings.Contains(words, want) {
			t.Errorf("%q is not in the text of the PDF", want)
		}
	}
	info, err := exec.Command(tool(t, "pdfinfo"), written(t)).Output()
	if err != nil || !strings.Contains(string(info), "Pages:           1\n") || !strings.Contains(string(info), "A4") {
		t.Errorf("%v: %s", err, info)
	}
}

// TestPrintedQR reads the code from the page as a camera would.
func TestPrintedQR(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page")
	if out, err := exec.Command(tool(t, "pdftoppm"), "-r", "150", "-png", "-singlefile", written(t), page).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	f, err := os.Open(page + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if got := scan(t, img); got != secret {
		t.Errorf("the camera reads %q", got)
	}
}

// TestTooMuch: a code that cannot be drawn is an error, not a blank.
func TestTooMuch(t *testing.T) {
	s := kit()
	s.Blocks = append(s.Blocks, QRCode{Content: strings.Repeat("x", 5000)})
	if _, err := s.PDF(); err == nil {
		t.Error("a code that holds too much is drawn")
	}
}

func scan(t *testing.T, img image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]interface{}{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		t.Fatal(err)
	}
	return result.GetText()
}

// TestLongSheet turns pages, each with its footer.
func TestLongSheet(t *testing.T) {
	s := kit()
	for range 60 {
		s.Blocks = append(s.Blocks, Paragraph(strings.Repeat("Encore une phrase. ", 12)))
	}
	data, err := s.PDF()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "long.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool(t, "pdftotext"), "-layout", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
	if len(pages) < 4 {
		t.Errorf("%d pages", len(pages))
	}
	for i, p := range pages {
		if !strings.Contains(p, "« indépendant »") {
			t.Errorf("page %d has no footer", i+1)
		}
	}
}
