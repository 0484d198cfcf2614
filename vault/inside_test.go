package vault_test

import (
	"encoding/base64"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"carnet/vault"
	"carnet/vault/corpustest"
	"carnet/vault/exchange/reading"
	"carnet/vault/record"
)

const scanned = "%PDF-1.4 compte rendu"

// wrapping is a document of level 1 with a PDF in it.
func wrapping(born string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3">
<id root="1.2.5"/><code code="11502-2" codeSystem="2.16.840.1.113883.6.1"/><title>Compte rendu de biologie</title><effectiveTime value="20240304"/>
<recordTarget><patientRole><patient><name><family>EXEMPLE</family><given>Lou</given></name><birthTime value="` + born + `"/></patient></patientRole></recordTarget>
<component><nonXMLBody><text mediaType="application/pdf" representation="B64">` + base64.StdEncoding.EncodeToString([]byte(scanned)) + `</text></nonXMLBody></component></ClinicalDocument>`
}

// TestInside: the PDF in a document of level 1 gives it its pages and its words, is
// opened with a journal row, and becomes a document of its own that says where it
// comes from and has the same readers; the document stays byte for byte.
func TestInside(t *testing.T) {
	h := newVault(t)
	whole := wrapping(strings.ReplaceAll(h.lou.Birth, "-", ""))
	path := filepath.Join(t.TempDir(), "n1.xml")
	writeFile(t, path, []byte(whole))
	id := h.importAll(h.lou.ID, path)[0].ID
	h.must(h.Examine(t.Context(), textOf{scanned: "Hémoglobine 13,2 g/dL"}, nil))
	if d := h.document(id); d.Proposed.Format != "cda" || d.Proposed.Pages != 1 || d.Proposed.Failed {
		t.Errorf("%+v", d.Proposed)
	}
	if found, err := h.Search(t.Context(), vault.SearchQuery{Words: "hémoglobine", Patient: h.lou.ID}); err != nil || found.Total != 1 {
		t.Errorf("its words are found %d times, %v", found.Total, err)
	}
	h.must(h.Mask(t.Context(), id, record.Guardians))

	events := h.events()
	in, err := h.OpenInside(t.Context(), id, 1, record.DocumentExported)
	h.must(err)
	if b, err := io.ReadAll(in); err != nil || string(b) != scanned || in.File.MediaType != "application/pdf" || h.events() != events+1 {
		t.Errorf("%q, %v, %d journal rows", b, err, h.events()-events)
	}
	for _, n := range []int{0, 2} {
		if _, err := h.OpenInside(t.Context(), id, n, record.DocumentRead); !errors.Is(err, vault.ErrNoInside) {
			t.Errorf("file %d: %v", n, err)
		}
	}

	events = h.events()
	paged, err := h.OpenPaged(t.Context(), id)
	h.must(err)
	if b, err := io.ReadAll(io.NewSectionReader(paged.Content, 0, paged.Size)); err != nil || string(b) != scanned || paged.MediaType != "application/pdf" || h.events() != events+1 {
		t.Errorf("its pages: %q of %s, %v, %d journal rows", b, paged.MediaType, err, h.events()-events)
	}

	kept, err := h.KeepInside(t.Context(), id, 1)
	h.must(err)
	d := h.document(kept.ID)
	if paged, err = h.OpenPaged(t.Context(), kept.ID); err != nil || paged.Size != int64(len(scanned)) || paged.MediaType != "application/pdf" {
		t.Errorf("a document with pages: %+v, %v", paged, err)
	}
	note := h.add(h.lou.ID, "note.txt", []byte("une note"))
	if paged, err = h.OpenPaged(t.Context(), note); err != nil || paged.Size != 8 || paged.MediaType != "text/plain" {
		t.Errorf("a document without: %+v, %v", paged, err)
	}
	if _, err = h.OpenPaged(t.Context(), record.ID{}); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("no document: %v", err)
	}
	if d.From != id || kept.Duplicate || string(h.read(d.ID)) != scanned || d.Title != "Compte rendu de biologie" || d.Category != "lab" || d.Date != "2024-03-04" || d.MediaType != "application/pdf" {
		t.Errorf("%+v", d)
	}
	if len(d.Hidden) != 1 || !slices.Equal(d.Hidden, h.document(id).Hidden) {
		t.Errorf("the file is hidden from %v, its document from %v", d.Hidden, h.document(id).Hidden)
	}
	again, err := h.KeepInside(t.Context(), id, 1)
	if err != nil || !again.Duplicate || again.ID != kept.ID {
		t.Errorf("the second time: %+v, %v", again, err)
	}
	if got := string(h.read(id)); got != whole {
		t.Error("the document has changed")
	}
	h.reopen()
	h.sound()
	if d := h.document(kept.ID); d.From != id {
		t.Errorf("after opening again it comes from %v", d.From)
	}
	h.as(dominique)
	if _, err := h.Document(kept.ID); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("the other guardian reads it: %v", err)
	}
}

// TestCorpusInside opens the files in published documents of level 1.
func TestCorpusInside(t *testing.T) {
	root := corpustest.Root(t, "no published document of level 1 is opened")
	h := newVault(t)
	n := 0
	for _, x := range h.importAll(h.lou.ID, filepath.Join(root, "cda-cisis")) {
		r, err := h.Read(t.Context(), x.ID)
		h.must(err)
		page := vault.PagesIn(r.Reading)
		if page == 0 {
			continue
		}
		n++
		in, err := h.OpenInside(t.Context(), x.ID, page, record.DocumentRead)
		h.must(err)
		kept, err := h.KeepInside(t.Context(), x.ID, page)
		if err != nil || kept.Bytes != in.Size() || h.document(kept.ID).From != x.ID && !kept.Duplicate {
			t.Errorf("%s: %+v, %v", x.Path, kept, err)
		}
	}
	if n == 0 {
		t.Error("no document of level 1")
	}
	if vault.PagesIn(&reading.Reading{Format: reading.FHIR, Files: []reading.File{{MediaType: "application/pdf"}}}) != 0 {
		t.Error("pages in what is no document of level 1")
	}
}
