package ui

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"carnet/cmd/carnet/samples"
	"carnet/ui/text"
	"carnet/vault/exchange/sheet"
	"carnet/vault/record"
)

// atWrapped opens the documents with one of level 1 among them, and gives the PDF in
// it.
func atWrapped(t *testing.T) (u *user, pdf, whole []byte) {
	t.Helper()
	u = atDocuments(t)
	page := sheet.Sheet{Title: "Compte rendu de biologie", Language: "fr", Created: today, Blocks: []sheet.Block{sheet.Paragraph("Zirconium introuvable. SPÉCIMEN")}}
	pdf, err := page.PDF()
	if err != nil {
		t.Fatal(err)
	}
	whole = []byte(`<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2.6"/><code code="11502-2" codeSystem="2.16.840.1.113883.6.1"/><title>Biologie</title>
<effectiveTime value="20240304"/><recordTarget><patientRole><patient><name><given>Léa</given></name></patient></patientRole></recordTarget>
<component><nonXMLBody><text mediaType="application/pdf" representation="B64">` + base64.StdEncoding.EncodeToString(pdf) + `</text></nonXMLBody></component></ClinicalDocument>`)
	u.Dropped(u.write(samples.File{Name: "n1.xml", Data: whole}))
	u.settle()
	u.press(text.FileInto, "Léa")
	u.until("the document filed by what it says", func() bool { return slices.Contains(u.rows(), "Biologie") })
	u.until("the outcome", func() bool { return u.mayRead("1 document ajouté") })
	u.press(text.Close)
	return u, pdf, whole
}

// TestInside: the page of the PDF in a document is shown and its words are found, it is
// saved, and kept as a document of its own that says where it comes from, with an undo;
// the document stays as it is.
func TestInside(t *testing.T) {
	u, pdf, whole := atWrapped(t)
	id := u.document("Biologie").ID
	if n := u.document("Biologie").Proposed.Pages; n != 1 {
		t.Fatalf("%d pages", n)
	}
	if n := u.finds("zirconium"); n != 1 {
		t.Errorf("its words are found %d times", n)
	}
	u.at("Biologie")
	u.key(fyne.KeyReturn)
	u.until("its page", func() bool { return u.pictures() > 0 })
	u.reads(u.Say(text.ReadingIsKept), u.Say(text.PageOf, 1, 1))

	folder := t.TempDir()
	u.press(text.SaveInside)
	u.types(folder, text.PickPath)
	u.press(text.PickTake)
	var saved []string
	u.until("the file", func() bool {
		saved, _ = filepath.Glob(filepath.Join(folder, "*.pdf"))
		return len(saved) == 1 && u.mayRead("Fichier enregistré, non chiffré")
	})
	if b, err := os.ReadFile(saved[0]); err != nil || !bytes.Equal(b, pdf) || !strings.Contains(filepath.Base(saved[0]), "Biologie") {
		t.Errorf("%s, %v", saved[0], err)
	}

	apart := func() (out []record.Document) {
		for _, d := range u.inList() {
			if d.From == id {
				out = append(out, d)
			}
		}
		return out
	}
	u.press(text.KeepInside)
	u.until("the file kept apart", func() bool { return len(apart()) == 1 })
	if !bytes.Equal(u.content(apart()[0].ID), pdf) || !bytes.Equal(u.content(id), whole) {
		t.Error("the contents differ")
	}
	u.until("the link", func() bool { return u.mayRead("Fichier gardé à part") })
	u.press(text.KeepInside)
	u.until("nothing twice", func() bool { return u.mayRead(u.Say(text.InsideIsThere)) })
	u.undo()
	u.until("taken back", func() bool { return len(apart()) == 0 })
}

// TestScreenshotsOfInside draws a document with a PDF in it.
func TestScreenshotsOfInside(t *testing.T) {
	dir := screenshots(t)
	u, _, _ := atWrapped(t)
	a := &album{user: u, dir: dir}
	a.resize(leastWidth, 2*leastHeight)
	a.at("Biologie")
	a.key(fyne.KeyReturn)
	a.until("its page", func() bool { return a.pictures() > 0 })
	a.take("fichier-dedans")
}
