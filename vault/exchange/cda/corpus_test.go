package cda_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"carnet/assets"
	"carnet/vault/corpustest"
	"carnet/vault/exchange/cda"
	"carnet/vault/exchange/reading"
	"carnet/vault/identity"
	"carnet/vault/profile"
)

// corpusFiles is how many published documents the corpus has.
const corpusFiles = 13

func kinds(t testing.TB) *profile.Table {
	t.Helper()
	table, err := profile.Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func read(t testing.TB, doc []byte) (*reading.Reading, error) {
	t.Helper()
	return cda.Decoder.Decode(t.Context(), reading.Source{ReaderAt: bytes.NewReader(doc), Size: int64(len(doc)), Kinds: kinds(t)})
}

// expected is what another tool found in a document.
type expected struct {
	Path           string
	SelfPresenting bool `json:"self_presenting"`
	Title          string
	TypeCode       string      `json:"type_code"`
	TypeDisplay    *string     `json:"type_display"`
	Effective      string      `json:"effective_time"`
	IDs            [][2]string `json:"patient_ids"`
	INS            string
	OID            string `json:"ins_oid"`
	KeyValid       *bool  `json:"ins_key_valid"`
	Name           string `json:"patient_name_parts"`
	Birth          string
	Sex            string
	Confidential   string `json:"confidentiality"`
	Body           string
	Embedded       []struct {
		MediaType string `json:"mediaType"`
		Bytes     int64
		SHA256    string
	}
}

// TestCorpus reads the published documents under CARNET_CORPUS and finds what
// another tool found.
func TestCorpus(t *testing.T) {
	root := corpustest.Root(t, "%d documents are not read", corpusFiles)
	read := 0
	for _, set := range []string{"cda-cisis", "cda-other"} {
		var list struct{ Files []expected }
		corpustest.Expected(t, root, set, &list)
		for _, want := range list.Files {
			read++
			t.Run(filepath.Base(want.Path), func(t *testing.T) { compare(t, root, want) })
		}
	}
	if read != corpusFiles {
		t.Errorf("%d documents, there were %d", read, corpusFiles)
	}
}

func compare(t *testing.T, root string, want expected) {
	doc := corpustest.File(t, root, want.Path)
	if !cda.Decoder.Accepts(doc[:min(len(doc), reading.HeadLength)], "text/xml") {
		t.Error("not accepted")
	}
	r, err := read(t, doc)
	if err != nil {
		t.Fatal(err)
	}
	is := func(what string, got, want any) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	doubts := map[reading.DoubtCode]bool{}
	for _, d := range r.Doubts {
		doubts[d.Code] = true
	}
	is("title", r.Title, want.Title)
	is("type", r.Kind.Code, want.TypeCode)
	if want.TypeDisplay != nil {
		is("type in words", r.Kind.Display, *want.TypeDisplay)
	}
	is("date", r.Date, reading.Day(want.Effective))
	is("body", map[string]string{"N1": "nonXMLBody", "N3": "structuredBody"}[r.Variant], want.Body)
	is("stylesheet", doubts[reading.StyleIgnored], want.SelfPresenting)
	is("confidentiality", r.Confidentiality.Code, want.Confidential)
	s := r.Subject
	if want.Birth != "" {
		is("birth", s.Birth, reading.Day(want.Birth))
		is("sex", s.Sex, want.Sex)
		is("INS", s.INS, want.INS)
		is("OID", s.INSOID, want.OID)
		is("numbers", len(s.Numbers), len(want.IDs))
		for i, id := range want.IDs {
			is("number", s.Numbers[i], reading.Number{System: reading.System(id[0]), Value: id[1]})
		}
	}
	if want.KeyValid != nil {
		is("sound key", identity.INS(s.INS) == identity.Sound, *want.KeyValid)
		is("doubt about the key", doubts[reading.INSUnlikely], !*want.KeyValid)
	}
	for _, part := range strings.Fields(s.Family + " " + s.Used + " " + s.Given) {
		if want.Name != "" && !strings.Contains(want.Name, part) {
			t.Errorf("%q is not in the name", part)
		}
	}
	is("files", len(r.Files), len(want.Embedded))
	for i, f := range want.Embedded {
		is("type of file", r.Files[i].MediaType, f.MediaType)
		is("size of file", r.Files[i].Size, f.Bytes)
		content, err := r.Files[i].Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(b)
		is("content of file", hex.EncodeToString(sum[:]), f.SHA256)
	}
	table := kinds(t)
	byKind := map[string]int{}
	for _, p := range r.Proposals {
		byKind[p.Kind]++
		if err := table.Check(&p.Entry, "2026-11-22"); err != nil && p.Status != "not-done" { // a vaccine that was not given has no day
			t.Errorf("%s %q: %v", p.Kind, p.Text, err)
		}
	}
	is("proposals", byKind, proposed[filepath.Base(want.Path)])
	if r.Variant == "N3" && len(r.Sections) == 0 {
		t.Error("no section is shown")
	}
}

// proposed are the entries that a person finds in each document, counted by hand.
var proposed = map[string]map[string]int{
	"AVC-SUNV_2022.01.xml":                    {"condition": 1, "procedure": 1, "medication": 1},
	"BIO-CR-BIO_2024.01_Microbiologie_V2.xml": {"result": 14},
	"BIO-CR-BIO_2024.01_TSH_1.xml":            {"result": 2},
	"BIO-TROD_2024.01_Angine.xml":             {"result": 1},
	"CSE-CS8_2025.01.xml":                     {"observation": 3, "result": 3, "condition": 3, "procedure": 1, "medication": 2, "immunization": 2},
	"IMG_CR_IMG_2024.01.xml":                  {"result": 2},
	"LDL-SES_2022.01.xml":                     {"medication": 2},
	"VAC_2023.01.xml":                         {"immunization": 4},
	"VSM_1.4_2022.01.xml":                     {"condition": 4, "procedure": 1, "allergy": 1, "family-history": 1, "medication": 2},
	"eP-MED-DM_2024.01_PosoStruct.xml":        {"medication": 2, "observation": 2},
}
