package xdm_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"carnet/vault/corpustest"
	"carnet/vault/exchange/reading"
	"carnet/vault/exchange/xdm"
)

const letter = "%PDF-1.4 une lettre"

// metadata lists one document; its slots are those that are given.
func metadata(slots string) string {
	return `<SubmitObjectsRequest xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><RegistryObjectList>
<ExtrinsicObject mimeType="application/pdf" id="d"><Slot name="creationTime"><ValueList><Value>20250304</Value></ValueList></Slot>
<Slot name="sourcePatientInfo"><ValueList><Value>PID-3|255081416802538^^^&amp;1.2.250.1.213.1.4.8&amp;ISO^NH</Value><Value>PID-5|EXEMPLE^Zoé^Lou</Value><Value>PID-7|19550801</Value><Value>PID-8|F</Value></ValueList></Slot>` + slots + `
<Name><LocalizedString value="Lettre de sortie"/></Name>
<Classification classificationScheme="urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d"><Slot name="authorPerson"><ValueList><Value>801^DURAND^Anne^^^</Value></ValueList></Slot></Classification>
<Classification classificationScheme="urn:uuid:f0306f51-975f-434e-a61c-c59651d33983" nodeRepresentation="11490-0"><Slot name="codingScheme"><ValueList><Value>2.16.840.1.113883.6.1</Value></ValueList></Slot></Classification>
</ExtrinsicObject><RegistryPackage id="s"><Slot name="submissionTime"><ValueList><Value>20250305101010</Value></ValueList></Slot><Name><LocalizedString value="Envoi"/></Name></RegistryPackage>
</RegistryObjectList></SubmitObjectsRequest>`
}

func slot(name, value string) string {
	return `<Slot name="` + name + `"><ValueList><Value>` + value + `</Value></ValueList></Slot>`
}

func full() string {
	return metadata(slot("URI", "DOC.PDF") + slot("size", fmt.Sprint(len(letter))) + slot("hash", fmt.Sprintf("%X", sha1.Sum([]byte(letter)))))
}

func read(t testing.TB, files ...[2]string) (*reading.Reading, error) {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, f[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return decode(t, b.Bytes())
}

func decode(t testing.TB, b []byte) (*reading.Reading, error) {
	t.Helper()
	return xdm.Decoder.Decode(t.Context(), reading.Source{ReaderAt: bytes.NewReader(b), Size: int64(len(b))})
}

// TestLayouts finds the document in every arrangement that is met, and says what
// differs.
func TestLayouts(t *testing.T) {
	about := []string{"INDEX.HTM", "<html>"}
	for name, c := range map[string]struct {
		folder, pdf, list string
		doubts            []reading.DoubtCode
	}{
		"as the standard asks":     {"IHE_XDM/SUBSET01/", "DOC.PDF", full(), nil},
		"backslashes":              {`IHE_XDM\SUBSET01\`, "DOC.PDF", full(), nil},
		"one folder more":          {"envoi/IHE_XDM/SUBSET01/", "DOC.PDF", full(), nil},
		"small letters":            {"ihe_xdm/subset01/", "doc.pdf", strings.ReplaceAll(full(), "DOC.PDF", "doc.PDF"), nil},
		"one folder less":          {"SUBSET01/", "DOC.PDF", full(), []reading.DoubtCode{reading.Layout}},
		"nothing to check with":    {"IHE_XDM/SUBSET01/", "DOC.PDF", metadata(""), []reading.DoubtCode{reading.NotChecked}},
		"without a hash":           {"IHE_XDM/SUBSET01/", "DOC.PDF", metadata(slot("URI", "DOC.PDF") + slot("size", fmt.Sprint(len(letter)))), []reading.DoubtCode{reading.NotChecked}},
		"another size":             {"IHE_XDM/SUBSET01/", "DOC.PDF", strings.ReplaceAll(full(), fmt.Sprintf("<Value>%d<", len(letter)), "<Value>7<"), []reading.DoubtCode{reading.SizeDiffers}},
		"another hash":             {"IHE_XDM/SUBSET01/", "DOC.PDF", metadata(slot("URI", "DOC.PDF") + slot("size", fmt.Sprint(len(letter))) + slot("hash", strings.Repeat("0", 40))), []reading.DoubtCode{reading.HashDiffers}},
		"the document is not here": {"IHE_XDM/SUBSET01/", "AUTRE.PDF", full(), []reading.DoubtCode{reading.FileMissing, reading.NotListed}},
	} {
		r, err := read(t, [2]string{c.folder + "METADATA.XML", c.list}, [2]string{c.folder + c.pdf, letter}, [2]string{about[0], about[1]})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var doubts []reading.DoubtCode
		for _, d := range r.Doubts {
			doubts = append(doubts, d.Code)
		}
		if !slices.Equal(doubts, c.doubts) {
			t.Errorf("%s: doubts %v, want %v", name, doubts, c.doubts)
		}
		if len(r.Files) != 1 {
			t.Errorf("%s: %d files", name, len(r.Files))
			continue
		}
		content, err := r.Files[0].Open()
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(content); err != nil || string(b) != letter {
			t.Errorf("%s: %q, %v", name, b, err)
		}
		if slices.Contains(doubts, reading.NotListed) {
			continue
		}
		f, s := r.Files[0], r.Subject
		got := fmt.Sprint(f.Title, f.MediaType, f.Size, f.Kind.Code, f.Date, f.Author, s.Name(), s.Birth, s.Sex, s.INS, r.Title, r.Date)
		if want := fmt.Sprint("Lettre de sortie", "application/pdf", len(letter), "11490-0", "2025-03-04", "Anne DURAND", "Zoé Lou EXEMPLE", "1955-08-01", "F", "255081416802538", "Envoi", "2025-03-05"); got != want {
			t.Errorf("%s: %s\nwant %s", name, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	if _, err := read(t, [2]string{"a.txt", "x"}); !errors.Is(err, reading.ErrOther) {
		t.Errorf("an ordinary archive: %v", err)
	}
	if _, err := read(t, [2]string{"METADATA.XML", full()}, [2]string{`..\DOC.PDF`, letter}); !errors.Is(err, reading.ErrPath) {
		t.Errorf("a name that leads out: %v", err)
	}
	if _, err := read(t, [2]string{"METADATA.XML", `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`}); !errors.Is(err, reading.ErrEntity) {
		t.Errorf("entities: %v", err)
	}
}

// TestCorpus reads the published archive under CARNET_CORPUS.
func TestCorpus(t *testing.T) {
	root := corpustest.Root(t, "1 archive is not read")
	var list struct {
		Files []struct {
			Path      string
			Folder    bool `json:"ihe_xdm_folder"`
			Slots     map[string]any
			Documents int
		}
	}
	corpustest.Expected(t, root, "ihe-xdm", &list)
	if len(list.Files) != 1 {
		t.Fatalf("%d archives", len(list.Files))
	}
	want := list.Files[0]
	content := corpustest.File(t, root, want.Path)
	r, err := decode(t, content)
	if err != nil {
		t.Fatal(err)
	}
	said := map[reading.DoubtCode]bool{}
	for _, d := range r.Doubts {
		said[d.Code] = true
	}
	if len(r.Files) != want.Documents || said[reading.NotChecked] != (len(want.Slots) == 0) || said[reading.Layout] == want.Folder || r.Files[0].Name != "DOCUMENT.xml" {
		t.Errorf("%+v", r)
	}
}

func FuzzDecode(f *testing.F) {
	for _, l := range []string{full(), metadata("")} {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, content := range map[string]string{"IHE_XDM/SUBSET01/METADATA.XML": l, "IHE_XDM/SUBSET01/DOC.PDF": letter} {
			w, err := z.CreateHeader(&zip.FileHeader{Name: name}) // stored: the fuzzer reaches what is in it
			if err != nil {
				f.Fatal(err)
			}
			if _, err := io.WriteString(w, content); err != nil {
				f.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := decode(t, in)
		if (r == nil) != (err != nil) {
			t.Fatalf("%v with error %v", r, err)
		}
		if err == nil {
			for _, file := range r.Files {
				if strings.ContainsAny(file.Name, `/\`) {
					t.Errorf("%q", file.Name)
				}
			}
		}
	})
}
