// Package xdm reads archives of IHE Cross-enterprise Document Media interchange
// (ITI TF-2, ITI-32), which a messaging service for health sends beside a letter:
// documents with a list of them. What the list says of each is checked, and a
// difference is a doubt that people see, never silence. It is pure.
package xdm

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"io"
	"path"
	"strconv"
	"strings"

	"carnet/vault/exchange/reading"
	"carnet/vault/profile"
)

// Decoder reads such archives.
var Decoder = reading.Decoder{Format: reading.XDM, Accepts: accepts, Decode: decode}

func accepts(head []byte, _ string) bool { return bytes.HasPrefix(head, []byte("PK")) }

// list is the name of the list of a subset, whatever its case.
const list = "METADATA.XML"

// Identifiers of ebRIM 3.0 as IHE XDS uses them (ITI TF-3, 4.2).
const (
	authorScheme   = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d"
	typeScheme     = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
	secrecyScheme  = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"
	uniqueIDScheme = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
)

func decode(ctx context.Context, src reading.Source) (*reading.Reading, error) {
	files, err := reading.ReadZip(src, src.Size)
	if err != nil {
		return nil, err
	}
	d := &decoder{Reading: &reading.Reading{Format: reading.XDM, Variant: "XDM"}, listed: map[string]bool{}}
	var lists []*reading.ZipFile
	for i := range files {
		if IsList(files[i].Name) {
			lists = append(lists, &files[i])
		}
	}
	if len(lists) == 0 {
		return nil, reading.ErrOther // an archive like any other
	}
	for _, l := range lists {
		if err := d.subset(ctx, l, files); err != nil {
			return nil, err
		}
	}
	d.unlisted(files)
	return d.Reading, nil
}

// decoder is the reading of one archive.
type decoder struct {
	*reading.Reading
	listed map[string]bool // names of files that a list names
}

// subset reads one list with its documents.
func (d *decoder) subset(ctx context.Context, l *reading.ZipFile, files []reading.ZipFile) error {
	content, err := l.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	root, err := reading.ReadXML(ctx, content, reading.Document)
	if err != nil {
		return err
	}
	folder := path.Dir(l.Name)
	if !strings.Contains("/"+strings.ToUpper(folder), "/IHE_XDM/") {
		d.Doubt(reading.Layout, "")
	}
	entries := all(root, "ExtrinsicObject")
	for _, e := range entries {
		if err := d.document(ctx, e, folder, files, len(entries) == 1); err != nil {
			return err
		}
	}
	for _, set := range all(root, "RegistryPackage") {
		if d.Title == "" {
			d.Title, d.Date = localised(set), reading.Day(slot(set, "submissionTime"))
		}
	}
	return nil
}

// document reads what a list says of one document, and looks whether it is true.
func (d *decoder) document(ctx context.Context, e *reading.Element, folder string, files []reading.ZipFile, alone bool) error {
	f := reading.File{Title: localised(e), MediaType: e.Attr("mimeType"), Date: reading.Day(slot(e, "creationTime"))}
	for _, c := range e.All("Classification") {
		switch c.Attr("classificationScheme") {
		case typeScheme:
			f.Kind = reading.Code{System: terminology(slot(c, "codingScheme")), Code: c.Attr("nodeRepresentation"), Display: localised(c)}
		case secrecyScheme:
			d.Confidentiality = reading.Code{System: terminology(slot(c, "codingScheme")), Code: c.Attr("nodeRepresentation"), Display: localised(c)}
		case authorScheme:
			if f.Author = person(slot(c, "authorPerson")); f.Author == "" {
				f.Author, _, _ = strings.Cut(slot(c, "authorInstitution"), "^")
			}
		}
	}
	for _, id := range e.All("ExternalIdentifier") {
		if d.ID == "" && id.Attr("identificationScheme") == uniqueIDScheme {
			d.ID = id.Attr("value")
		}
	}
	d.subject(e)
	if d.Kind.IsZero() {
		d.Kind, d.Author = f.Kind, f.Author
	}
	uri, size, hash := slot(e, "URI"), slot(e, "size"), strings.ToLower(slot(e, "hash"))
	found := d.find(uri, folder, files, alone)
	if found == nil {
		d.Doubt(reading.FileMissing, name(uri, f.Title))
		return nil
	}
	d.listed[found.Name] = true
	f.Name, f.Path, f.Size, f.Open = path.Base(found.Name), found.Name, found.Size, found.Open
	if uri == "" || size == "" || hash == "" {
		d.say(&f, reading.NotChecked)
	}
	if n, err := strconv.ParseInt(size, 10, 64); size != "" && (err != nil || n != found.Size) {
		d.say(&f, reading.SizeDiffers)
	}
	if hash != "" {
		sum, err := digest(ctx, found)
		if err != nil {
			return err
		}
		if sum != hash {
			d.say(&f, reading.HashDiffers)
		}
	}
	d.Files = append(d.Files, f)
	return nil
}

// say notes a doubt about a file, there and for the whole.
func (d *decoder) say(f *reading.File, code reading.DoubtCode) {
	f.Doubts = append(f.Doubts, reading.Doubt{Code: code, About: f.Name})
	d.Doubt(code, f.Name)
}

func name(uri, title string) string {
	if uri != "" {
		return path.Base(uri)
	}
	return title
}

// find is the file that a URI names, in the folder of its list or by its name
// alone. A list of one document without URI means the one that is neither list nor
// style.
func (d *decoder) find(uri, folder string, files []reading.ZipFile, alone bool) *reading.ZipFile {
	uri = strings.ReplaceAll(uri, `\`, "/")
	var candidates []*reading.ZipFile
	for i := range files {
		f := &files[i]
		switch {
		case uri != "" && strings.EqualFold(f.Name, path.Join(folder, uri)):
			return f
		case uri != "" && strings.EqualFold(path.Base(f.Name), path.Base(uri)), uri == "" && alone && path.Dir(f.Name) == folder && !Wraps(f.Name):
			candidates = append(candidates, f)
		}
	}
	if len(candidates) != 1 {
		return nil
	}
	return candidates[0]
}

// IsList reports whether a file of an archive lists documents, by its name: then
// the archive may be one of these.
func IsList(file string) bool {
	return strings.EqualFold(path.Base(strings.ReplaceAll(file, `\`, "/")), list)
}

// Wraps reports whether a file is there for the archive's sake: its lists, the page
// and the text that explain it, styles.
func Wraps(file string) bool {
	switch base := strings.ToUpper(path.Base(strings.ReplaceAll(file, `\`, "/"))); {
	case base == list, base == "INDEX.HTM", base == "INDEX.HTML", base == "README.TXT":
		return true
	default:
		ext := path.Ext(base)
		return ext == ".XSL" || ext == ".XSLT" || ext == ".CSS"
	}
}

// unlisted adds the files that no list names: they are kept and said.
func (d *decoder) unlisted(files []reading.ZipFile) {
	for i := range files {
		f := &files[i]
		if d.listed[f.Name] || Wraps(f.Name) {
			continue
		}
		out := reading.File{Name: path.Base(f.Name), Path: f.Name, Size: f.Size, Open: f.Open}
		d.say(&out, reading.NotListed)
		d.Files = append(d.Files, out)
	}
}

func digest(ctx context.Context, f *reading.ZipFile) (string, error) {
	content, err := f.Open()
	if err != nil {
		return "", err
	}
	defer content.Close()
	sum := sha1.New() // the algorithm of the standard: it finds accidents
	for {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		if _, err := io.CopyN(sum, content, 1<<20); err == io.EOF {
			return hex.EncodeToString(sum.Sum(nil)), nil
		} else if err != nil {
			return "", err
		}
	}
}

// subject reads the person as a list writes them: fields of HL7 version 2.
func (d *decoder) subject(e *reading.Element) {
	s := &d.Subject
	for _, value := range values(e, "sourcePatientInfo") {
		field, said, _ := strings.Cut(value, "|")
		parts := strings.Split(said, "^")
		switch {
		case field == "PID-3" && s.INS == "":
			if len(parts) >= 4 {
				_, oid, _ := strings.Cut(parts[3], "&")
				oid, _, _ = strings.Cut(oid, "&")
				d.Identify(reading.System(oid), parts[0])
			}
		case field == "PID-5" && s.Family == "":
			s.Family = parts[0]
			if len(parts) > 1 {
				s.Given = strings.TrimSpace(strings.Join(parts[1:min(len(parts), 3)], " "))
			}
		case field == "PID-7" && s.Birth == "":
			s.Birth = reading.Day(said)
		case field == "PID-8" && s.Sex == "":
			s.Sex = reading.Sex(said)
		}
	}
}

// all are the elements of a name, however deep.
func all(e *reading.Element, local string) (out []*reading.Element) {
	for _, c := range e.Children {
		if c.Name.Local == local {
			out = append(out, c)
			continue
		}
		out = append(out, all(c, local)...)
	}
	return out
}

func values(e *reading.Element, name string) (out []string) {
	for _, s := range e.All("Slot") {
		if s.Attr("name") == name {
			for _, v := range s.All("ValueList", "Value") {
				out = append(out, v.Content())
			}
		}
	}
	return out
}

func slot(e *reading.Element, name string) string {
	if all := values(e, name); len(all) > 0 {
		return all[0]
	}
	return ""
}

func localised(e *reading.Element) string {
	return reading.Words(e.First("Name", "LocalizedString").Attr("value"), profile.MaxLength)
}

// terminology reads a coding scheme: an OID, or the name LOINC.
func terminology(scheme string) string {
	if strings.EqualFold(scheme, "LOINC") {
		return reading.LOINC
	}
	return reading.System(scheme)
}

// person is somebody as HL7 version 2 writes them (XCN): number, family name, first
// name.
func person(xcn string) string {
	parts := strings.Split(xcn, "^")
	if len(parts) < 3 {
		return strings.TrimSpace(xcn)
	}
	return strings.TrimSpace(parts[2] + " " + parts[1])
}
