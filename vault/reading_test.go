package vault_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"carnet/vault"
	"carnet/vault/exchange/reading"
	"carnet/vault/record"
)

// letter is a document of the CI-SIS with an allergy and a weight, of somebody with
// a day of birth.
func letter(born string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<id root="1.2.3"/><code code="11490-0" codeSystem="2.16.840.1.113883.6.1"/><title>Lettre de sortie</title><effectiveTime value="20250304"/>
<recordTarget><patientRole><patient><name><family>EXEMPLE</family><given>Lou</given></name><birthTime value="` + born + `"/></patient></patientRole></recordTarget>
<component><structuredBody><component><section><code code="48765-2" codeSystem="2.16.840.1.113883.6.1"/><title>Allergies</title><text>Gonflement après des arachides</text>
<entry><act moodCode="EVN"><statusCode code="active"/><entryRelationship><observation moodCode="EVN"><value displayName="Arachide"/></observation></entryRelationship></act></entry>
<entry><observation moodCode="EVN"><code code="29463-7" codeSystem="2.16.840.1.113883.6.1"/><effectiveTime value="20250302"/><value xsi:type="PQ" value="18.5" unit="kg"/></observation></entry>
</section></component></structuredBody></component></ClinicalDocument>`
}

// TestReadAndAdopt reads a letter, shows what the profile has beside it, and writes
// what was said yes to, once.
func TestReadAndAdopt(t *testing.T) {
	h := newVault(t)
	path := filepath.Join(t.TempDir(), "scan 12.xml")
	writeFile(t, path, []byte(letter(strings.ReplaceAll(h.lou.Birth, "-", ""))))
	id := h.importAll(h.lou.ID, path)[0].ID
	if err := h.Examine(t.Context(), textOf{}, nil); err != nil {
		t.Fatal(err)
	}
	d := h.document(id)
	if got := fmt.Sprint(d.Title, d.ShownCategory(), d.ShownDate(), d.Proposed.Format, d.Category == "", d.Proposed.Failed); got != fmt.Sprint("Lettre de sortie", "hospital", "2025-03-04", "cda", true, false) {
		t.Errorf("the document is filed as %s", got)
	}
	if found, err := h.Search(t.Context(), vault.SearchQuery{Words: "arachides", Patient: h.lou.ID}); err != nil || found.Total != 1 {
		t.Errorf("its words are found %d times, %v", found.Total, err)
	}
	known := record.Entry{Patient: h.lou.ID, Kind: "allergy", Text: "arachide", Status: "resolved"}
	known, err := h.AddEntry(t.Context(), known)
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.Read(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Doubts) != 0 || len(r.Proposals) != 2 || r.Proposals[0].Like != reading.Similar || r.Proposals[0].Known[0].ID != known.ID || r.Proposals[1].Like != reading.Unlike {
		t.Fatalf("%+v", r)
	}
	before, err := h.Entries(h.lou.ID)
	if err != nil || len(before) != 1 {
		t.Fatalf("%d entries after reading, %v", len(before), err)
	}
	yes := []record.Entry{r.Proposals[0].Entry, r.Proposals[1].Entry}
	added, there, err := h.Adopt(t.Context(), id, yes...)
	if err != nil || len(added) != 2 || len(there) != 0 || added[0].Document != id || added[0].Source != record.SourceProfessional && added[0].Source != record.SourceDocument {
		t.Fatalf("%+v, %+v, %v", added, there, err)
	}
	added, there, err = h.Adopt(t.Context(), id, yes...)
	if err != nil || len(added) != 0 || len(there) != 2 {
		t.Errorf("the second time: %d added, %d there, %v", len(added), len(there), err)
	}
	bad := yes[1]
	bad.Value = "lourd"
	if _, _, err := h.Adopt(t.Context(), id, record.Entry{Kind: "allergy", Text: "Chat"}, bad); err == nil {
		t.Error("what is no number was adopted")
	}
	after, err := h.Entries(h.lou.ID)
	if err != nil || len(after) != 3 {
		t.Errorf("%d entries, want 3: all of them or none; %v", len(after), err)
	}
	h.reopen()
	again, err := h.Entries(h.lou.ID)
	if err != nil || len(again) != 3 {
		t.Errorf("%d entries after opening again, %v", len(again), err)
	}
}

// TestReadOfSomebodyElse says that a letter names another day of birth.
func TestReadOfSomebodyElse(t *testing.T) {
	h := newVault(t)
	path := filepath.Join(t.TempDir(), "a.xml")
	writeFile(t, path, []byte(letter("19010203")))
	id := h.importAll(h.lou.ID, path)[0].ID
	r, err := h.Read(t.Context(), id)
	if err != nil || len(r.Doubts) != 1 || r.Doubts[0].Code != reading.OtherPerson {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestReadNothing names what cannot be read, and keeps it.
func TestReadNothing(t *testing.T) {
	h := newVault(t)
	for name, c := range map[string]struct {
		content string
		want    error
	}{
		"a.pdf": {"%PDF-1.4", reading.ErrOther},
		"b.xml": {`<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><ClinicalDocument xmlns="urn:hl7-org:v3">&b;</ClinicalDocument>`, reading.ErrEntity},
		"c.xml": {`<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3">` + strings.Repeat("<a>", 300), reading.ErrDepth},
	} {
		path := filepath.Join(t.TempDir(), name)
		writeFile(t, path, []byte(c.content))
		id := h.importAll(h.lou.ID, path)[0].ID
		if _, err := h.Read(t.Context(), id); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		content, err := h.Open(t.Context(), id, record.DocumentRead)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(content); err != nil || string(b) != c.content {
			t.Errorf("%s is kept as %q, %v", name, b, err)
		}
	}
}

// TestImportXDM keeps an archive of documents whole, and its documents beside it,
// without what only wraps them.
func TestImportXDM(t *testing.T) {
	h := newVault(t)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range map[string]string{
		"INDEX.HTM": "<html>", "README.TXT": "lisez", `IHE_XDM\SUBSET01\METADATA.XML`: `<SubmitObjectsRequest><ExtrinsicObject><Name><LocalizedString value="Lettre"/></Name></ExtrinsicObject></SubmitObjectsRequest>`,
		`IHE_XDM\SUBSET01\DOC00001.XML`: letter("20200102"), `IHE_XDM\SUBSET01\CDA.XSL`: "<a/>",
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "IHE_XDM.zip")
	writeFile(t, path, b.Bytes())
	found := map[string]record.ID{}
	for _, r := range h.importAll(h.lou.ID, path) {
		found[h.document(r.ID).FileName] = r.ID
	}
	if len(found) != 2 || found["IHE_XDM.zip"].IsZero() || found["DOC00001.XML"].IsZero() {
		t.Fatalf("documents %v", found)
	}
	r, err := h.Read(t.Context(), found["IHE_XDM.zip"])
	if err != nil || len(r.Files) != 1 || r.Files[0].Doubts[0].Code != reading.NotChecked {
		t.Errorf("%+v, %v", r, err)
	}
}
