// Package cda reads documents of HL7 Clinical Document Architecture, release 2, as
// the French CI-SIS profiles them: level 1 with a file inside, level 3 with coded
// entries, and those that bring a stylesheet to show themselves, which is never
// run. Sections are shown as they are written; entries become proposals. It is
// pure.
package cda

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/xml"
	"io"
	"strings"

	"carnet/vault/exchange/reading"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// Namespace is that of CDA.
const Namespace = "urn:hl7-org:v3"

// Decoder reads such documents.
var Decoder = reading.Decoder{Format: reading.CDA, Accepts: accepts, Decode: decode}

func accepts(head []byte, _ string) bool {
	// A stylesheet may come before the namespace: only reading tells. UTF-16 has a
	// zero in every other byte.
	bare := bytes.ReplaceAll(head, []byte{0}, nil)
	return bytes.Contains(bare, []byte("ClinicalDocument")) || bytes.Contains(bare, []byte("http://www.w3.org/1999/XSL/Transform"))
}

func decode(ctx context.Context, src reading.Source) (*reading.Reading, error) {
	if src.Size > reading.Document.Bytes {
		return nil, reading.ErrSize
	}
	root, err := reading.ReadXML(ctx, io.NewSectionReader(src, 0, src.Size), reading.Document)
	if err != nil {
		return nil, err
	}
	doc := root.Find(xml.Name{Space: Namespace, Local: "ClinicalDocument"})
	if doc == nil {
		return nil, reading.ErrOther
	}
	d := &decoder{Reading: &reading.Reading{Format: reading.CDA}, kinds: src.Kinds, said: map[string]*reading.Element{}, rows: map[string]*reading.Element{}}
	if doc != root {
		d.Doubt(reading.StyleIgnored, "")
	}
	d.header(doc)
	d.body(doc)
	return d.Reading, nil
}

// decoder is the reading of one document.
type decoder struct {
	*reading.Reading
	kinds *profile.Table
	said  map[string]*reading.Element // parts of narratives, by their ID
	rows  map[string]*reading.Element // the row of a table that each is in
	own   bool                        // proposals may be made
	germ  string                      // that a laboratory examines, where the reading is
}

func (d *decoder) header(doc *reading.Element) {
	d.ID, d.Set = identifier(doc.First("id")), identifier(doc.First("setId"))
	d.Version = doc.First("versionNumber").Attr("value")
	d.Kind = code(doc.First("code"))
	d.Title = doc.First("title").Content()
	if d.Title == "" {
		d.Title = d.Kind.Display
	}
	d.Date = reading.Day(doc.First("effectiveTime").Attr("value"))
	d.Confidentiality = code(doc.First("confidentialityCode"))
	d.Language = doc.First("languageCode").Attr("code")
	d.Custodian = doc.First("custodian", "assignedCustodian", "representedCustodianOrganization", "name").Content()
	for _, author := range doc.All("author", "assignedAuthor") {
		name := assigned(author)
		if author.First("assignedAuthoringDevice") != nil && author.First("assignedPerson") == nil || name == "" {
			continue // a program wrote it for somebody
		}
		d.Author, d.Professional = name, !reading.IsINS(author.First("id").Attr("root"))
		break
	}
	for _, related := range doc.All("relatedDocument") {
		if id := identifier(related.First("parentDocument", "id")); related.Attr("typeCode") == "RPLC" && id != "" {
			d.Replaces = append(d.Replaces, id)
		}
	}
	targets := doc.All("recordTarget", "patientRole")
	switch len(targets) {
	case 0:
		d.Doubt(reading.NoSubject, "")
		return
	case 1:
		d.own = true
	default:
		d.Doubt(reading.SeveralSubjects, "")
	}
	d.subject(targets[0])
}

func (d *decoder) subject(role *reading.Element) {
	s := &d.Subject
	var all, first, used []string
	for _, name := range role.All("patient", "name") {
		for _, part := range name.Children {
			text := part.Content()
			qualifier := part.Attr("qualifier")
			switch {
			case text == "":
			case part.Name.Local == "family" && (qualifier == "SP" || qualifier == "CL"):
				s.Used = text
			case part.Name.Local == "family" && (s.Family == "" || qualifier == "BR"):
				s.Family = text
			case part.Name.Local != "given":
			case qualifier == "BR":
				first = append(first, text)
			case qualifier == "CL" || qualifier == "SP":
				used = append(used, text)
			default:
				all = append(all, text)
			}
		}
	}
	for _, given := range [][]string{all, first, used} {
		if s.Given == "" {
			s.Given = strings.Join(given, " ")
		}
	}
	if s.Used == s.Family {
		s.Used = ""
	}
	s.Birth = reading.Day(role.First("patient", "birthTime").Attr("value"))
	s.Sex = reading.Sex(role.First("patient", "administrativeGenderCode").Attr("code"))
	for _, id := range role.All("id") {
		d.Identify(reading.System(id.Attr("root")), id.Attr("extension"))
	}
	if s.Name() == "" && len(s.Numbers) == 0 {
		d.Doubt(reading.NoSubject, "")
	}
}

func (d *decoder) body(doc *reading.Element) {
	d.stay(doc.First("componentOf", "encompassingEncounter"))
	if text := doc.First("component", "nonXMLBody", "text"); text != nil {
		d.Variant = "N1"
		d.file(text, d.Title)
		return
	}
	body := doc.First("component", "structuredBody")
	if body == nil {
		return
	}
	d.Variant = "N3"
	d.index(body, nil)
	for _, section := range body.All("component", "section") {
		d.section(section, 0)
	}
}

// index notes where each part of a narrative stands.
func (d *decoder) index(e, row *reading.Element) {
	if e.Name.Local == "tr" {
		row = e
	}
	if id := e.Attr("ID"); id != "" && d.said[id] == nil {
		d.said[id], d.rows[id] = e, row
	}
	for _, c := range e.Children {
		d.index(c, row)
	}
}

func (d *decoder) section(section *reading.Element, level int) {
	s := reading.Section{Level: level, Title: section.First("title").Content(), Code: code(section.First("code"))}
	if s.Title == "" {
		s.Title = s.Code.Display
	}
	if text := section.First("text"); text != nil {
		s.Blocks = reading.Blocks(text)
	}
	entries := section.All("entry")
	if len(s.Blocks) == 0 && len(entries) > 0 {
		d.Doubt(reading.NoNarrative, s.Title)
	}
	d.Sections = append(d.Sections, s)
	for _, entry := range entries {
		d.entry(entry, &s)
	}
	for _, below := range section.All("component", "section") {
		d.section(below, level+1)
	}
}

// file notes a file in the document.
func (d *decoder) file(value *reading.Element, title string) {
	media := value.Attr("mediaType")
	if value.Attr("compression") != "" || value.First("reference") != nil {
		d.Doubt(reading.NotUnderstood, media)
		return
	}
	var raw strings.Builder
	for _, c := range value.Children {
		raw.WriteString(c.Text)
	}
	content := []byte(raw.String())
	if value.Attr("representation") == "B64" {
		var err error
		content, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(raw.String()), ""))
		if err != nil {
			d.Doubt(reading.NotUnderstood, media)
			return
		}
	}
	if len(content) == 0 {
		return
	}
	d.Files = append(d.Files, reading.File{
		Title: title, MediaType: media, Size: int64(len(content)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil },
	})
}

// propose keeps a proposal with where it comes from.
func (d *decoder) propose(e record.Entry, codes ...reading.Code) {
	if !d.own || d.kinds == nil || d.kinds.Kind(e.Kind) == nil {
		return
	}
	for _, name := range record.Fields {
		if at := e.At(name); len(*at) > profile.MaxLength {
			*at = reading.Words(*at, profile.MaxLength)
		}
	}
	e.Source = record.SourceDocument
	if d.Professional {
		e.Source = record.SourceProfessional
	}
	p := reading.Proposal{Entry: e}
	for _, c := range codes {
		if c.Code != "" {
			p.Codes = append(p.Codes, c)
		}
	}
	for range d.kinds.Unlikely(&e) {
		p.Doubts = []reading.Doubt{{Code: reading.Unlikely}}
	}
	for _, known := range d.Proposals {
		if known.Entry == e {
			return // said twice
		}
	}
	d.Proposals = append(d.Proposals, p)
}

// identifier is an II in one word: its root, and what comes after.
func identifier(id *reading.Element) string {
	root, extension := id.Attr("root"), id.Attr("extension")
	if root == "" || extension == "" {
		return root + extension
	}
	return root + "^" + extension
}

// code reads a coded value. Codes from a value set without an answer are none.
func code(e *reading.Element) reading.Code {
	if e == nil {
		return reading.Code{}
	}
	return reading.Code{System: reading.System(e.Attr("codeSystem")), Code: e.Attr("code"), Display: reading.Words(e.Attr("displayName"), profile.MaxLength)}
}

// codes are a coded value and its translations.
func codes(e *reading.Element) []reading.Code {
	out := []reading.Code{code(e)}
	for _, t := range e.All("translation") {
		out = append(out, code(t))
	}
	return out
}

// assigned is the name of somebody with a part in the document, or of where they
// work.
func assigned(e *reading.Element) string {
	for _, who := range []string{"assignedPerson", "relatedPerson"} {
		if name := person(e.First(who, "name")); name != "" {
			return name
		}
	}
	return e.First("representedOrganization", "name").Content()
}

// person is a name as people write it: title, first name, family name.
func person(name *reading.Element) string {
	if name == nil {
		return ""
	}
	var parts []string
	for _, tag := range []string{"given", "family"} {
		for _, part := range name.All(tag) {
			if text := part.Content(); text != "" {
				parts = append(parts, text)
			}
		}
	}
	if len(parts) == 0 {
		return name.Content()
	}
	if suffix := name.First("suffix").Content(); suffix == "DR" || suffix == "PR" {
		parts = append([]string{suffix[:1] + "r"}, parts...)
	}
	return reading.Words(strings.Join(parts, " "), profile.MaxLength)
}
