package ui

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"carnet/cmd/carnet/samples"
	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault/exchange/sheet"
	"carnet/vault/record"
)

// attestation is a picture of a page with the code of an attestation at its upper
// left, the one that the script of the command line reads.
func attestation(t *testing.T) samples.File {
	t.Helper()
	script, err := os.ReadFile("../cmd/carnet/testdata/script/codes.txtar")
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(script), "-- attestation.txt --\n")
	code, _, _ = strings.Cut(code, "\n")
	qr, err := sheet.QRPicture(code)
	if err != nil {
		t.Fatal(err)
	}
	const module = 6
	page := image.NewGray(image.Rect(0, 0, 1240, 1754))
	draw.Draw(page, page.Rect, image.White, image.Point{}, draw.Src)
	for y := range qr.Bounds().Dy() {
		for x := range qr.Bounds().Dx() {
			if color.GrayModel.Convert(qr.At(x, y)).(color.Gray).Y == 0 {
				draw.Draw(page, image.Rect(0, 0, module, module).Add(image.Pt(40+x*module, 40+y*module)), image.Black, image.Point{}, draw.Src)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, page); err != nil {
		t.Fatal(err)
	}
	return samples.File{Name: "attestation.png", Data: b.Bytes()}
}

// atAttestation opens the documents with that picture among them.
func atAttestation(t *testing.T) *user {
	t.Helper()
	u := atDocuments(t)
	u.Dropped(u.write(attestation(t)))
	u.settle()
	u.press(text.FileInto, "Léa")
	u.until("the picture", func() bool { return slices.Contains(u.rows(), "attestation") })
	u.until("the outcome", func() bool { return u.mayRead("1 document ajouté") })
	u.press(text.Close)
	return u
}

// TestCodesOfADocument: what the code of an attestation says is shown with what is
// known of its signature, its vaccine enters the record with a tick and is taken back,
// and seen from near only what is in sight is read.
func TestCodesOfADocument(t *testing.T) {
	u := atAttestation(t)
	before := len(u.profile())
	u.at("attestation")
	u.key(fyne.KeyReturn)
	u.press(text.ReadCodes)
	u.until("what the code says", func() bool { return u.sheet() == u.Say(text.CodesTitle) })
	u.reads("Attestation de vaccination", "Comirnaty", "Signataire inconnu", "pas un laissez-passer")
	u.press(text.TickAll)
	u.press(text.AddTicked)
	u.until("the vaccine", func() bool { return len(u.profile()) == before+1 })
	from := u.document("attestation").ID
	if !slices.ContainsFunc(u.profile(), func(e record.Entry) bool { return e.Kind == "immunization" && e.Document == from }) {
		t.Error("no vaccination says that it comes from the attestation")
	}
	u.undo()
	u.until("the vaccine taken back", func() bool { return len(u.profile()) == before })

	u.press(text.ZoomIn)
	page := all[*kit.Pan](u)[0]
	near := func(width float32) {
		u.until("the page from near", func() bool { _, seen := page.Seen(); return seen.Width < width })
	}
	near(0.9)
	u.press(text.ReadCodes)
	u.until("the code in sight", func() bool { return u.sheet() == u.Say(text.CodesTitle) })
	u.key(fyne.KeyEscape)
	u.press(text.ZoomIn)
	u.press(text.ZoomIn)
	near(0.4)
	u.focus(page)
	u.key(fyne.KeyEnd)
	if at, _ := page.Seen(); at.Y < 0.4 {
		t.Fatalf("the code is in sight at %v", at)
	}
	u.press(text.ReadCodes)
	u.until("nothing in sight", func() bool { return u.mayRead("Aucun code n'a été trouvé") })
}

// TestScreenshotsOfCodes draws what the code of an attestation says.
func TestScreenshotsOfCodes(t *testing.T) {
	dir := screenshots(t)
	a := &album{user: atAttestation(t), dir: dir}
	a.resize(leastWidth, leastHeight)
	a.at("attestation")
	a.key(fyne.KeyReturn)
	a.take("attestation")
	a.press(text.ReadCodes)
	a.until("what the code says", func() bool { return a.sheet() == a.Say(text.CodesTitle) })
	a.take("codes-document")
}
