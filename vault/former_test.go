package vault_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"carnet/vault"
	"carnet/vault/corpustest"
	"carnet/vault/exchange/reading"
	"carnet/vault/record"
)

// zipped is an archive of files, in their order.
func zipped(t testing.TB, files ...[2]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(f[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const result = "%PDF-1.4 résultats"

// mailed is the list of an archive with one PDF, for somebody with a day of birth.
func mailed(born string) string {
	slot := func(name, value string) string {
		return `<Slot name="` + name + `"><ValueList><Value>` + value + `</Value></ValueList></Slot>`
	}
	return `<SubmitObjectsRequest><ExtrinsicObject mimeType="application/pdf">` + slot("URI", "DOC2.PDF") + slot("size", fmt.Sprint(len(result))) +
		slot("hash", fmt.Sprintf("%x", sha1.Sum([]byte(result)))) + slot("creationTime", "20240506") + slot("sourcePatientInfo", "PID-7|"+born) + `<Name><LocalizedString value="Prise de sang"/></Name>
<Classification classificationScheme="urn:uuid:f0306f51-975f-434e-a61c-c59651d33983" nodeRepresentation="11502-2">` + slot("codingScheme", "2.16.840.1.113883.6.1") + `</Classification></ExtrinsicObject></SubmitObjectsRequest>`
}

// former writes a folder as somebody may have it from elsewhere: an archive of a
// message, a letter that is there twice, one of somebody else, an archive in an
// archive, and what nobody knows.
func former(t *testing.T, h *household) string {
	t.Helper()
	folder := t.TempDir()
	born := strings.ReplaceAll(h.lou.Birth, "-", "")
	own := letter(born)
	for name, content := range map[string]string{
		"1.zip": string(zipped(t, [2]string{"INDEX.HTM", "<html>"}, [2]string{`IHE_XDM\SUBSET01\METADATA.XML`, mailed(born)},
			[2]string{`IHE_XDM\SUBSET01\DOC1.XML`, own}, [2]string{`IHE_XDM\SUBSET01\DOC2.PDF`, result})),
		"2.xml": own,
		"3.xml": strings.ReplaceAll(strings.ReplaceAll(letter("19010203"), "Arachide", "Chat"), "EXEMPLE", "AUTRE"),
		"4.zip": string(zipped(t, [2]string{"dedans.zip", string(zipped(t, [2]string{"a.txt", "a"}))}, [2]string{"note.txt", "Bonjour"})),
		"5.dat": "\x00\x01\x02\x03 rien de connu",
		"6.xml": `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><ClinicalDocument xmlns="urn:hl7-org:v3">&b;</ClinicalDocument>`,
	} {
		writeFile(t, filepath.Join(folder, name), []byte(content))
	}
	return folder
}

func formerFile(t *testing.T, f *vault.Former, end string) (int, *vault.FormerFile) {
	t.Helper()
	i := slices.IndexFunc(f.Files, func(x vault.FormerFile) bool { return strings.HasSuffix(x.Path, end) })
	if i < 0 {
		t.Fatalf("no file %s", end)
	}
	return i, &f.Files[i]
}

// TestFormer reads a former record as one, keeps nothing by it, and takes over what
// is chosen, once.
func TestFormer(t *testing.T) {
	h := newVault(t)
	folder := former(t, h)
	here := h.add(h.lou.ID, "resultats.pdf", []byte(result))
	events := h.events()
	var last, total int64
	f, err := h.ReadFormer(t.Context(), h.lou.ID, []string{folder}, textOf{}, func(done, of int64) { last, total = done, of })
	if err != nil || last != total || last == 0 {
		t.Fatalf("%d of %d bytes, %v", last, total, err)
	}
	if n := len(h.documents(h.lou.ID)); n != 1 || h.events() != events {
		t.Fatalf("reading left %d documents, %d journal rows", n, h.events()-events)
	}
	if len(f.Files) != 9 {
		t.Fatalf("%d files: %+v", len(f.Files), f.Files)
	}
	_, x := formerFile(t, f, "1.zip")
	if !x.Archive || !x.New() || x.Format != reading.XDM {
		t.Errorf("the archive: %+v", x)
	}
	first, x := formerFile(t, f, "DOC1.XML")
	if x.Title != "Lettre de sortie" || x.Date != "2025-03-04" || x.Category != "hospital" || x.Other() || !x.New() {
		t.Errorf("the letter: %+v", x)
	}
	pdf, x := formerFile(t, f, "DOC2.PDF")
	if x.Title != "Prise de sang" || x.Date != "2024-05-06" || x.Category != "lab" || x.Known != here || x.New() {
		t.Errorf("what is here already: %+v", x)
	}
	if _, x = formerFile(t, f, "2.xml"); !x.Again || x.New() {
		t.Errorf("the letter again: %+v", x)
	}
	alien, x := formerFile(t, f, "3.xml")
	if !x.Other() || !x.New() {
		t.Errorf("the letter of somebody else: %+v", x)
	}
	nested, x := formerFile(t, f, "dedans.zip")
	if !x.Kept() || !x.New() {
		t.Errorf("the archive in an archive: %+v", x)
	}
	unknown, x := formerFile(t, f, "5.dat")
	if !x.Kept() || !x.New() {
		t.Errorf("what nobody knows: %+v", x)
	}
	if _, x = formerFile(t, f, "6.xml"); !errors.Is(x.Unread, reading.ErrEntity) || !x.New() {
		t.Errorf("a trap: %+v", x)
	}
	seen := map[string]int{vault.AllDocuments: 9, "hospital": 2, "lab": 0}
	if got := fmt.Sprint(f.Compare(seen)); got != "[{all 9 7 1} {hospital 2 2 0} {lab 0 1 1}]" {
		t.Errorf("counts %s", got)
	}
	if len(f.Proposals) != 4 {
		t.Fatalf("%d proposals: %+v", len(f.Proposals), f.Proposals)
	}
	for i, p := range f.Proposals {
		if want := i >= 2; p.Other != want || want && !slices.Equal(p.Files, []int{alien}) || !want && (len(p.Files) != 2 || p.Files[0] != first) {
			t.Errorf("proposal %d: %+v", i, p)
		}
	}

	// A proposal does not come without its document, and nothing happens then.
	if _, err := h.TakeFormer(t.Context(), f, vault.FormerChoice{Files: []int{nested}, Proposals: []int{0, 2}}, nil); !errors.Is(err, vault.ErrWithoutDocument) {
		t.Errorf("without its document: %v", err)
	}
	if n := len(h.documents(h.lou.ID)); n != 1 {
		t.Fatalf("%d documents", n)
	}

	told := 0
	choice := vault.FormerChoice{Files: []int{first, nested, unknown}, Proposals: []int{0, 1}}
	taken, err := h.TakeFormer(t.Context(), f, choice, func(vault.Imported) { told++ })
	if err != nil || len(taken.Added) != 3 || told != 3 || len(taken.Entries) != 2 || taken.Left+taken.Duplicates+len(taken.Failed)+len(taken.Known) != 0 {
		t.Fatalf("%+v, %v", taken, err)
	}
	if n := len(h.documents(h.lou.ID)); n != 4 {
		t.Errorf("%d documents", n)
	}
	if got := fmt.Sprint(f.Compare(seen)); got != "[{all 9 7 4} {hospital 2 2 1} {lab 0 1 1}]" {
		t.Errorf("counts afterwards %s", got)
	}
	for _, e := range taken.Entries {
		if d := h.document(e.Document); !strings.HasSuffix(d.FileName, "DOC1.XML") {
			t.Errorf("the entry %q comes from %q", e.Text, d.FileName)
		}
	}
	taken, err = h.TakeFormer(t.Context(), f, vault.FormerChoice{Files: append(choice.Files, pdf), Proposals: choice.Proposals}, nil)
	if err != nil || len(taken.Added) != 0 || taken.Duplicates != 4 || len(taken.Known) != 2 || len(taken.Entries) != 0 {
		t.Errorf("the second time: %+v, %v", taken, err)
	}
	h.reopen()
	h.sound()
	if all, err := h.Entries(h.lou.ID); err != nil || len(all) != 2 {
		t.Errorf("%d entries, %v", len(all), err)
	}
}

// TestFormerListed: a PDF of an archive is called and filed by what the archive's
// list says of it.
func TestFormerListed(t *testing.T) {
	h := newVault(t)
	f, err := h.ReadFormer(t.Context(), h.lou.ID, []string{former(t, h)}, textOf{}, nil)
	h.must(err)
	i, _ := formerFile(t, f, "DOC2.PDF")
	taken, err := h.TakeFormer(t.Context(), f, vault.FormerChoice{Files: []int{i}}, nil)
	h.must(err)
	if d := h.document(taken.Added[0]); d.Title != "Prise de sang" || d.Category != "lab" || d.Date != "2024-05-06" || string(h.read(d.ID)) != result {
		t.Errorf("%+v", d)
	}
}

// TestFormerNames: the pages of a document tell that it is somebody else's.
func TestFormerNames(t *testing.T) {
	h := newVault(t)
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "a.pdf"), []byte("%PDF-1.4 a"))
	f, err := h.ReadFormer(t.Context(), h.lou.ID, []string{folder}, textOf{"%PDF-1.4 a": "Madame " + camille + ", née le 17/05/1980"}, nil)
	h.must(err)
	if x := &f.Files[0]; x.Concerns != h.me.ID || !x.Other() {
		t.Errorf("%+v", x)
	}
}

// TestFormerChanged: what is in a file that changed after it was read does not enter
// the profile.
func TestFormerChanged(t *testing.T) {
	h := newVault(t)
	path := filepath.Join(t.TempDir(), "a.xml")
	writeFile(t, path, []byte(letter(strings.ReplaceAll(h.lou.Birth, "-", ""))))
	f, err := h.ReadFormer(t.Context(), h.lou.ID, []string{path}, textOf{}, nil)
	h.must(err)
	h.must(os.WriteFile(path, []byte("autre chose"), 0o600))
	taken, err := h.TakeFormer(t.Context(), f, vault.FormerChoice{Files: []int{0}, Proposals: []int{0, 1}}, nil)
	if err != nil || len(taken.Added) != 1 || taken.Left != 2 || len(taken.Entries) != 0 {
		t.Errorf("%+v, %v", taken, err)
	}
}

// TestFormerStopped: what is cancelled leaves what it says it leaves.
func TestFormerStopped(t *testing.T) {
	h := newVault(t)
	folder := former(t, h)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.ReadFormer(ctx, h.lou.ID, []string{folder}, textOf{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("reading: %v", err)
	}
	f, err := h.ReadFormer(t.Context(), h.lou.ID, []string{folder}, textOf{}, nil)
	h.must(err)
	i, _ := formerFile(t, f, "DOC1.XML")
	taken, err := h.TakeFormer(ctx, f, vault.FormerChoice{Files: []int{i}, Proposals: []int{0}}, nil)
	if !errors.Is(err, context.Canceled) || len(taken.Entries) != 0 || len(h.documents(h.lou.ID)) != len(taken.Added) {
		t.Errorf("taking over: %+v, %v", taken, err)
	}
	if _, err := h.ReadFormer(t.Context(), record.ID{}, []string{folder}, textOf{}, nil); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("nobody's: %v", err)
	}
}

// TestCorpusFormer takes over the published examples of the CI-SIS and an archive of
// a message, all of them together.
func TestCorpusFormer(t *testing.T) {
	root := corpustest.Root(t, "no former record is read whole")
	h := newVault(t)
	paths := []string{filepath.Join(root, "cda-cisis"), filepath.Join(root, "ihe-xdm")}
	f, err := h.ReadFormer(t.Context(), h.lou.ID, paths, textOf{}, nil)
	h.must(err)
	structured, others := 0, 0
	var choice vault.FormerChoice
	for i := range f.Files {
		x := &f.Files[i]
		if x.Format != "" {
			structured++
		}
		if x.Other() {
			others++
		}
		if x.New() {
			choice.Files = append(choice.Files, i)
		}
	}
	for i, p := range f.Proposals {
		if p.New() {
			choice.Proposals = append(choice.Proposals, i)
		}
	}
	if structured != len(f.Files) || others != len(f.Files) || len(choice.Proposals) < 50 {
		t.Errorf("%d structured, %d of others, %d proposals", structured, others, len(choice.Proposals))
	}
	taken, err := h.TakeFormer(t.Context(), f, choice, nil)
	if err != nil || len(taken.Added) != len(choice.Files) || len(taken.Failed)+taken.Left != 0 || len(taken.Entries)+len(taken.Known) != len(choice.Proposals) {
		t.Errorf("%d documents, %d entries, %d known, %d left, %v", len(taken.Added), len(taken.Entries), len(taken.Known), taken.Left, err)
	}
}

// events counts the rows of the journal.
func (h *household) events() (n int) {
	h.t.Helper()
	for _, err := range h.Journal(h.t.Context()) {
		h.must(err)
		n++
	}
	return n
}
