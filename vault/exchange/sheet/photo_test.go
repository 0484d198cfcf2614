package sheet

import (
	"bytes"
	"errors"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"carnet/vault/render/phototest"
)

// TestPhotographs: a page for each picture in its own shape, and the originals within
// it byte for byte, as other programs find them.
func TestPhotographs(t *testing.T) {
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	wide, high := phototest.Photo{Page: 1, Width: 400}.JPEG(), phototest.Photo{Page: 2, Width: 400, Orientation: 6}.JPEG()
	originals := Originals([][]byte{wide, high})
	made, err := Photographs([][]byte{wide, high}, originals, day)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Photographs([][]byte{wide, high}, originals, day); err != nil || !bytes.Equal(made, again) {
		t.Errorf("the same makes something else: %v", err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "x.pdf")
	if err := os.WriteFile(file, made, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("qpdf", "--check", file).CombinedOutput(); err != nil {
		t.Errorf("qpdf: %v\n%s", err, out)
	}
	out, err := exec.Command("pdfinfo", "-l", "2", file).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "size:  841.89 x 631.42 pts") || !strings.Contains(string(out), "size:  631.42 x 841.89 pts") {
		t.Errorf("pdfinfo: %v\n%s", err, out)
	}
	if out, err := exec.Command("pdfdetach", "-saveall", "-o", dir, file).CombinedOutput(); err != nil {
		t.Fatalf("pdfdetach: %v\n%s", err, out)
	}
	for _, o := range originals {
		if got, err := os.ReadFile(filepath.Join(dir, o.Name)); err != nil || !bytes.Equal(got, o.Content) {
			t.Errorf("%s: %d bytes, %v", o.Name, len(got), err)
		}
	}
	for _, not := range [][][]byte{nil, {[]byte("no picture")}, {wide, nil}} {
		if _, err := Photographs(not, nil, day); !errors.Is(err, ErrPicture) {
			t.Errorf("%d pictures: %v", len(not), err)
		}
	}
}

// TestQRPicture: another program reads the code from its pixels.
func TestQRPicture(t *testing.T) {
	const content = "http://192.168.1.20:43817/#ABCDEFGHJKMNPQRSTVWX"
	p, err := QRPicture(content)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "qr.png")
	if out, err := exec.Command("zbarimg", "--version").CombinedOutput(); err != nil {
		t.Fatalf("zbarimg: %v\n%s", err, out)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	// One pixel for a module is too small for zbar: it is shown larger, as the screen does.
	large := file + ".large.png"
	if out, err := exec.Command("convert", file, "-sample", "600%", large).CombinedOutput(); err != nil {
		t.Fatalf("convert: %v\n%s", err, out)
	}
	out, err := exec.Command("zbarimg", "-q", "--raw", large).Output()
	if err != nil || strings.TrimSpace(string(out)) != content {
		t.Errorf("%q, %v", out, err)
	}
	said, err := QRText(content)
	if err != nil || strings.Count(said, "\n") != (p.Bounds().Dy()+1)/2 || strings.Contains(said, "ABCDE") {
		t.Errorf("%v\n%s", err, said)
	}
}
