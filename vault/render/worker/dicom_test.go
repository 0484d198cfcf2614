package worker

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"image"
	"image/png"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"carnet/vault/corpustest"
	"carnet/vault/render/frame"
)

// element is one of a made-up file, explicit little endian.
func element(group, number uint16, vr string, value []byte) []byte {
	if len(value)%2 == 1 {
		value = append(value, ' ')
	}
	out := binary.LittleEndian.AppendUint16(nil, group)
	out = binary.LittleEndian.AppendUint16(out, number)
	out = append(out, vr...)
	if vr == "OW" || vr == "OB" {
		out = append(out, 0, 0)
		out = binary.LittleEndian.AppendUint32(out, uint32(len(value)))
	} else {
		out = binary.LittleEndian.AppendUint16(out, uint16(len(value)))
	}
	return append(out, value...)
}

func short(n uint16) []byte { return binary.LittleEndian.AppendUint16(nil, n) }

// madeUp is a DICOM file of four grey pixels; more stands before them.
func madeUp(more ...[]byte) []byte {
	syntax := element(2, 0x10, "UI", append([]byte(explicitLittle), 0))
	out := append(make([]byte, preamble), magicDICOM...)
	out = append(out, element(2, 0, "UL", binary.LittleEndian.AppendUint32(nil, uint32(len(syntax))))...)
	out = append(out, syntax...)
	for _, e := range [][]byte{
		element(8, 0x20, "DA", []byte("20260102")), element(8, 0x60, "CS", []byte("CT")), element(0x10, 0x10, "PN", []byte("EXEMPLE^Camille")),
	} {
		out = append(out, e...)
	}
	for _, e := range more {
		out = append(out, e...)
	}
	for _, e := range [][]byte{
		element(0x28, 2, "US", short(1)), element(0x28, 4, "CS", []byte("MONOCHROME2")), element(0x28, 0x10, "US", short(2)), element(0x28, 0x11, "US", short(2)),
		element(0x28, 0x100, "US", short(16)), element(0x28, 0x101, "US", short(16)), element(0x28, 0x102, "US", short(15)), element(0x28, 0x103, "US", short(1)),
		element(0x7fe0, 0x10, "OW", []byte{0x00, 0xfc, 0, 0, 0, 1, 0, 4}), // -1024, 0, 256, 1024
	} {
		out = append(out, e...)
	}
	return out
}

func TestDICOM(t *testing.T) {
	d, pages, code := openDocument(madeUp())
	if code != 0 || pages != 1 {
		t.Fatal(pages, code)
	}
	defer d.close()
	text, cut, code := d.text(1, 1000)
	if want := "Patient Name: EXEMPLE Camille\nStudy Date: 2026-01-02\nModality: CT\nRows: 2\nColumns: 2"; text != want || cut || code != 0 {
		t.Errorf("%q", text)
	}
	content, code := d.render(1, 100, 100)
	if code != 0 {
		t.Fatal(code)
	}
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	grey, ok := picture.(*image.Gray)
	if !ok || !bytes.Equal(grey.Pix, []byte{0, 127, 159, 255}) {
		t.Errorf("%T %v", picture, picture)
	}
	content, code = d.render(1, 1, 1)
	if w, h, ok := pngSize(content); code != 0 || !ok || w != 1 || h != 1 {
		t.Error(w, h, code)
	}
	if _, code := d.render(2, 100, 100); code != frame.FailPage {
		t.Error("a second page")
	}
}

// TestDICOMHostile: a file that lies about itself is refused, or shown as far as it goes.
func TestDICOMHostile(t *testing.T) {
	whole := madeUp()
	for i := range len(whole) {
		if d, _, code := openDocument(whole[:i]); code == 0 {
			d.text(1, 1000)
			d.render(1, 100, 100)
			d.close()
		}
	}
	huge := madeUp(element(0x28, 0x10, "US", short(65535)), element(0x28, 0x11, "US", short(65535)))
	d, _, code := openDocument(huge)
	if code != 0 {
		t.Fatal(code)
	}
	if _, code := d.render(1, 100, 100); code != frame.FailPage {
		t.Error("a picture of 4 gigapixels:", code)
	}
}

// claims writes an element that says it is longer than any file.
func claims(group, number uint16, vr string) []byte {
	out := binary.LittleEndian.AppendUint16(nil, group)
	out = binary.LittleEndian.AppendUint16(out, number)
	if vr == "" {
		return binary.LittleEndian.AppendUint32(out, 0xfffffff0)
	}
	return binary.LittleEndian.AppendUint32(append(append(out, vr...), 0, 0), 0xfffffff0)
}

// inSyntax is a DICOM file of another transfer syntax, whose elements are given.
func inSyntax(uid string, elements ...[]byte) []byte {
	if len(uid)%2 == 1 {
		uid += "\x00"
	}
	syntax := element(2, 0x10, "UI", []byte(uid))
	out := append(make([]byte, preamble), magicDICOM...)
	out = append(out, element(2, 0, "UL", binary.LittleEndian.AppendUint32(nil, uint32(len(syntax))))...)
	return append(append(out, syntax...), bytes.Join(elements, nil)...)
}

func deflated(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// sequence is one whose items have no length, with the elements in its only item.
func sequence(vr string, elements ...[]byte) []byte {
	mark := func(number uint16, length uint32) []byte {
		out := binary.LittleEndian.AppendUint16(nil, itemGroup)
		out = binary.LittleEndian.AppendUint16(out, number)
		return binary.LittleEndian.AppendUint32(out, length)
	}
	out := append(claims(8, 0x1140, vr)[:8], 0xff, 0xff, 0xff, 0xff)
	out = append(out, mark(itemBegins, undefined)...)
	out = append(out, bytes.Join(elements, nil)...)
	return append(append(out, mark(itemEnds, 0)...), mark(sequenceEnds, 0)...)
}

// TestDICOMLies: what an element says of its length costs no memory, wherever it stands,
// and what stood before it counts.
func TestDICOMLies(t *testing.T) {
	modality := element(8, 0x60, "CS", []byte("CT"))
	nested := modality
	for range mostNested + 1 {
		nested = sequence("SQ", nested)
	}
	for name, c := range map[string]struct {
		file []byte
		code frame.Code
		text string
	}{
		"a value":           {inSyntax(explicitLittle, modality, claims(0x10, 0x10, "UT")), 0, "Modality: CT"},
		"bytes":             {inSyntax(explicitLittle, modality, claims(9, 1, "OB")), 0, "Modality: CT"},
		"pixels":            {inSyntax(explicitLittle, modality, claims(0x7fe0, 0x10, "OW")), 0, "Modality: CT"},
		"in a sequence":     {inSyntax(explicitLittle, modality, sequence("SQ", claims(9, 1, "UN"))), 0, "Modality: CT"},
		"unknown within":    {inSyntax(explicitLittle, sequence("UN", claims(9, 1, "")), modality), 0, ""},
		"implicit":          {inSyntax(implicitLittle, claims(9, 1, "")), 0, ""},
		"no syntax":         {append(append(make([]byte, preamble), magicDICOM...), append(claims(0x10, 0x10, "UT"), modality...)...), frame.FailFormat, ""},
		"first":             {append(append(make([]byte, preamble), magicDICOM...), append(claims(2, 0, "UT"), modality...)...), frame.FailFormat, ""},
		"nested too deeply": {inSyntax(explicitLittle, modality, nested, element(0x10, 0x10, "PN", []byte("X"))), 0, "Modality: CT"},
		"deflated":          {inSyntax(deflatedLittle, deflated(t, append(modality, claims(9, 1, "OB")...))), 0, "Modality: CT"},
		"deflated bomb":     {inSyntax(deflatedLittle, deflated(t, append(modality, make([]byte, 2<<20)...))), frame.FailLarge, ""},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		d, _, code := openDocument(c.file)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
			t.Errorf("%s: %d MB", name, used>>20)
		}
		if code != c.code {
			t.Errorf("%s: %v, want %v", name, code, c.code)
		}
		if code == 0 {
			if text, _, _ := d.text(1, 1000); text != c.text {
				t.Errorf("%s: %q, want %q", name, text, c.text)
			}
			if _, code := d.render(1, 100, 100); code != frame.FailPage {
				t.Errorf("%s: drawn: %v", name, code)
			}
			d.close()
		}
	}
}

// TestDICOMSyntaxes reads the same in each of the forms a file may have.
func TestDICOMSyntaxes(t *testing.T) {
	body := madeUp()[len(inSyntax(explicitLittle)):]
	inner := sequence("SQ", element(8, 0x60, "CS", []byte("MR")), sequence("UN", claims(9, 1, "")[:4], make([]byte, 4)))
	for name, file := range map[string][]byte{
		"plain":         inSyntax(explicitLittle, body),
		"behind others": inSyntax(explicitLittle, inner, body),
		"deflated":      inSyntax(deflatedLittle, deflated(t, append(inner, body...))),
		"not named":     append(append(make([]byte, preamble), magicDICOM...), body...),
	} {
		d, _, code := openDocument(file)
		if code != 0 {
			t.Errorf("%s: %v", name, code)
			continue
		}
		if text, _, _ := d.text(1, 1000); !strings.HasPrefix(text, "Patient Name: EXEMPLE Camille\nStudy Date: 2026-01-02\nModality: CT\n") {
			t.Errorf("%s: %q", name, text)
		}
		if _, code := d.render(1, 100, 100); code != 0 {
			t.Errorf("%s: not drawn: %v", name, code)
		}
		d.close()
	}
}

// FuzzDICOM: whatever a file says, what is looked at lies within it, and the rest costs
// nothing.
func FuzzDICOM(f *testing.F) {
	body := madeUp()[len(inSyntax(explicitLittle)):]
	f.Add(madeUp())
	f.Add(madeUp(sequence("SQ", element(8, 0x60, "CS", []byte("MR")), sequence("UN"))))
	f.Add(inSyntax(explicitLittle, claims(9, 1, "OB")))
	f.Add(inSyntax(implicitLittle, claims(9, 1, "")))
	f.Add(inSyntax(explicitBig, []byte("\x00\x08\x00\x60CS\x00\x02CT")))
	f.Add(inSyntax(deflatedLittle, deflated(f, body)))
	f.Add(inSyntax(jpegBaselineOnly, element(8, 0x60, "CS", []byte("XC")), []byte("\xe0\x7f\x10\x00OB\x00\x00\xff\xff\xff\xff\xfe\xff\x00\xe0\x00\x00\x00\x00"+
		"\xfe\xff\x00\xe0\x04\x00\x00\x00\xff\xd8\xff\xe0\xfe\xff\xdd\xe0\x00\x00\x00\x00")))
	f.Fuzz(func(t *testing.T, content []byte) {
		if !isDICOM(content) || len(content) > 1<<16 {
			return
		}
		if s, code := sift(content); code == 0 && len(s.file) > 2*preamble+len(looked)*(longestValue+8) {
			t.Errorf("%d bytes of %d", len(s.file), len(content))
		}
		d, _, code := openDocument(content)
		if code != 0 {
			return
		}
		defer d.close()
		d.text(1, 1000)
		if b, code := d.render(1, 50, 50); code == 0 {
			if w, h, ok := pngSize(b); !ok || w > 50 || h > 50 {
				t.Errorf("drawn as %d x %d", w, h)
			}
		}
	})
}

// corpusDICOM is how many files are published.
const corpusDICOM = 8

// TestDICOMCorpus compares published files with what another reader found in them.
func TestDICOMCorpus(t *testing.T) {
	root := corpustest.Root(t, "%d DICOM files are not read", corpusDICOM)
	var expected struct {
		Files []struct {
			Path          string
			Readable      bool
			Modality      string
			Rows, Columns int
			Frames        int
			Name          string `json:"patient_name"`
			Date          string `json:"study_date"`
			Syntax        string `json:"transfer_syntax"`
		}
	}
	corpustest.Expected(t, root, "dicom", &expected)
	if len(expected.Files) != corpusDICOM {
		t.Errorf("%d files, there were %d", len(expected.Files), corpusDICOM)
	}
	for _, f := range expected.Files {
		content := corpustest.File(t, root, f.Path)
		d, _, code := openDocument(content)
		if (code == 0) != f.Readable {
			t.Errorf("%s: %v", f.Path, code)
			continue
		}
		text, _, _ := d.text(1, 10_000)
		digits := strings.NewReplacer(".", "", "-", "")
		said := map[string]string{}
		for _, line := range strings.Split(text, "\n") {
			name, value, _ := strings.Cut(line, ": ")
			said[name] = value
		}
		number := func(n int) string {
			if n == 0 {
				return ""
			}
			return strconv.Itoa(n)
		}
		for name, want := range map[string]string{
			"Modality": f.Modality, "Rows": number(f.Rows), "Columns": number(f.Columns), "Number of Frames": number(f.Frames),
			"Patient Name": strings.Join(strings.FieldsFunc(f.Name, func(r rune) bool { return r == '^' || r == ' ' }), " "), "Study Date": digits.Replace(f.Date),
		} {
			got := said[name]
			if name == "Study Date" {
				got = digits.Replace(got)
			}
			if got != want {
				t.Errorf("%s: %s is %q, not %q", f.Path, name, got, want)
			}
		}
		_, code = d.render(1, 2000, 2000)
		drawn := f.Rows > 0 && !strings.HasPrefix(f.Syntax, "JPEG")
		if (code == 0) != drawn {
			t.Errorf("%s (%s): drawn %v", f.Path, f.Syntax, code == 0)
		}
		d.close()
	}
}
