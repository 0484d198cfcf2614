package fhir

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"carnet/vault/exchange/reading"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// Reader reads FHIR R4, as JSON or as XML: bundles of any type, single resources,
// summaries. Resources that the profile has no kind for are counted and stay in the
// file.
var Reader = reading.Decoder{Format: reading.FHIR, Accepts: accepts, Decode: decode}

// namespace is that of FHIR as XML.
const namespace = "http://hl7.org/fhir"

func accepts(head []byte, _ string) bool {
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	return bytes.HasPrefix(start, []byte("{")) && bytes.Contains(head, []byte(`"resourceType"`)) ||
		bytes.HasPrefix(start, []byte("<")) && bytes.Contains(head, []byte(namespace))
}

func decode(ctx context.Context, src reading.Source) (*reading.Reading, error) {
	if src.Size > reading.Document.Bytes {
		return nil, reading.ErrSize
	}
	content := io.NewSectionReader(src, 0, src.Size)
	first := make([]byte, min(src.Size, 16))
	if _, err := content.ReadAt(first, 0); err != nil && err != io.EOF {
		return nil, err
	}
	var root object
	if bytes.Contains(first, []byte("{")) {
		value, err := reading.ReadJSON(ctx, content, reading.Document)
		if err != nil {
			return nil, err
		}
		root, _ = value.(object)
	} else {
		tree, err := reading.ReadXML(ctx, content, reading.Document)
		if err != nil {
			return nil, err
		}
		if tree.Name.Space != namespace {
			return nil, reading.ErrOther
		}
		root = plain(tree)
	}
	if text(root, "resourceType") == "" {
		return nil, reading.ErrOther
	}
	d := &decoder{Reading: &reading.Reading{Format: reading.FHIR}, kinds: src.Kinds, named: map[string]object{}}
	d.read(ctx, root)
	return d.Reading, nil
}

// object is a JSON object; what is in it is told by the functions below, which ask
// little: a list of one and its element are the same to them, as they are in XML.
type object = map[string]any

// each gives the values at a path, lists taken apart.
func each(v any, path ...string) []any {
	at := flat(nil, v)
	for _, name := range path {
		var next []any
		for _, x := range at {
			if o, ok := x.(object); ok {
				next = flat(next, o[name])
			}
		}
		at = next
	}
	return at
}

func flat(out []any, v any) []any {
	list, ok := v.([]any)
	if !ok && v != nil {
		return append(out, v)
	}
	for _, x := range list {
		out = flat(out, x)
	}
	return out
}

// one is the first of them.
func one(v any, path ...string) any {
	if all := each(v, path...); len(all) > 0 {
		return all[0]
	}
	return nil
}

// text is the first of them in words; "" for what has none.
func text(v any, path ...string) string {
	switch x := one(v, path...).(type) {
	case string:
		return x
	case json.Number:
		return x.String()
	case bool:
		return strconv.FormatBool(x)
	}
	return ""
}

// plain turns FHIR as XML into what FHIR as JSON says.
func plain(e *reading.Element) object {
	out := object{}
	if first := e.Name.Local; first != "" && first[0] >= 'A' && first[0] <= 'Z' {
		out["resourceType"] = first
	}
	for _, a := range e.Attrs {
		if a.Name.Space == "" && a.Name.Local != "xmlns" {
			out[a.Name.Local] = a.Value
		}
	}
	for _, c := range e.Children {
		if c.IsText() {
			continue
		}
		var v any
		name := c.Name.Local
		switch {
		case name == "div":
			v = c
		case len(c.Children) == 0 || c.Attr("value") != "":
			v = c.Attr("value")
		case name == "resource" || name == "contained":
			v = inside(c)
		default:
			v = plain(c)
		}
		if before, ok := out[name].([]any); ok {
			out[name] = append(before, v)
		} else {
			out[name] = []any{v}
		}
	}
	return out
}

// inside is the resource that an element holds.
func inside(e *reading.Element) object {
	for _, c := range e.Children {
		if !c.IsText() {
			return plain(c)
		}
	}
	return object{}
}

// decoder is the reading of one file.
type decoder struct {
	*reading.Reading
	kinds *profile.Table
	named map[string]object // resources by the references that may name them
	own   bool              // proposals may be made
}

func (d *decoder) read(ctx context.Context, root object) {
	var resources []object
	kind := text(root, "resourceType")
	if d.Variant = kind; kind == "Bundle" {
		d.Variant = strings.TrimSpace("Bundle " + text(root, "type"))
		for _, e := range each(root, "entry") {
			r, ok := one(e, "resource").(object)
			if !ok {
				continue
			}
			resources = append(resources, r)
			d.name(r, text(e, "fullUrl"))
		}
		d.ID, d.Date = text(root, "identifier", "value"), reading.Day(text(root, "timestamp"))
	} else {
		resources = []object{root}
		d.name(root, "")
	}
	if d.ID == "" {
		d.ID = text(root, "id")
	}
	if d.Language = text(root, "language"); d.Date == "" {
		d.Date = dated(root)
	}
	d.count(resources)
	d.person(resources)
	for _, r := range resources {
		if text(r, "resourceType") == "Composition" && len(d.Sections) == 0 {
			d.composition(ctx, r)
		}
	}
	for _, r := range resources {
		d.resource(r)
	}
	if len(d.Sections) == 0 {
		for _, r := range resources {
			if b := narrated(ctx, r); len(b) > 0 {
				d.Sections = append(d.Sections, reading.Section{Title: d.title(r), Blocks: b})
			}
		}
	}
	if d.Title == "" && len(resources) == 1 {
		d.Title = d.title(resources[0])
	}
}

// title is what a resource is about.
func (d *decoder) title(r object) string {
	for _, name := range []string{"title", "description", "code", "vaccineCode", "medicationCodeableConcept", "type"} {
		if v := one(r, name); v != nil {
			if said, ok := v.(string); ok {
				return reading.Words(said, profile.MaxLength)
			}
			if said := inWords(v); said != "" {
				return said
			}
		}
	}
	return ""
}

// dated is when a single resource is of.
func dated(r object) string {
	for _, name := range []string{"date", "effectiveDateTime", "occurrenceDateTime", "performedDateTime", "issued", "recordedDate", "authoredOn", "created"} {
		if d := reading.Day(text(r, name)); d != "" {
			return d
		}
	}
	return ""
}

// name notes how other resources refer to one, and to those within it.
func (d *decoder) name(r object, url string) {
	if id := text(r, "id"); id != "" {
		d.named[text(r, "resourceType")+"/"+id] = r
	}
	if url != "" {
		d.named[url] = r
	}
}

// refer finds what a reference names, nil for what is not in the file.
func (d *decoder) refer(from object, reference any) object {
	url := text(reference, "reference")
	if id, local := strings.CutPrefix(url, "#"); local {
		for _, c := range each(from, "contained") {
			if text(c, "id") == id {
				o, _ := c.(object)
				return o
			}
		}
		return nil
	}
	if r := d.named[url]; r != nil {
		return r
	}
	if parts := strings.Split(url, "/"); len(parts) >= 2 { // of a server that it once was on
		return d.named[strings.Join(parts[len(parts)-2:], "/")]
	}
	return nil
}

func (d *decoder) count(resources []object) {
	at := map[string]int{}
	for _, r := range resources {
		name := text(r, "resourceType")
		i, known := at[name]
		if !known {
			i = len(d.Parts)
			at[name], d.Parts = i, append(d.Parts, reading.Part{Name: name})
		}
		d.Parts[i].Count++
	}
}

func (d *decoder) person(resources []object) {
	var people []object
	for _, r := range resources {
		if text(r, "resourceType") == "Patient" {
			people = append(people, r)
		}
		for _, c := range each(r, "contained") {
			if o, ok := c.(object); ok && text(o, "resourceType") == "Patient" && len(resources) == 1 {
				people = append(people, o)
			}
		}
	}
	switch len(people) {
	case 0:
		d.own = true // a resource by itself: the person knows whose it is
		d.Doubt(reading.NoSubject, "")
		return
	case 1:
		d.own = true
	default:
		d.Doubt(reading.SeveralSubjects, "")
	}
	p, s := people[0], &d.Subject
	for _, n := range each(p, "name") {
		family, given := text(n, "family"), joined(each(n, "given"))
		switch use := text(n, "use"); {
		case use == "usual" && s.Family != "":
			s.Used = family
		case use == "official" || s.Family == "":
			s.Family = family
			if given != "" {
				s.Given = given
			}
		}
		if s.Family == "" && s.Given == "" {
			s.Family = text(n, "text")
		}
	}
	if s.Used == s.Family {
		s.Used = ""
	}
	s.Birth, s.Sex = reading.Day(text(p, "birthDate")), reading.Sex(text(p, "gender"))
	for _, id := range each(p, "identifier") {
		d.Identify(text(id, "system"), text(id, "value"))
	}
}

func joined(values []any) string {
	var out []string
	for _, v := range values {
		if s := text(v); s != "" {
			out = append(out, s)
		}
	}
	return reading.Words(strings.Join(out, " "), profile.MaxLength)
}

// composition is what a document says of itself, and what it tells people.
func (d *decoder) composition(ctx context.Context, c object) {
	d.Title, d.Kind = text(c, "title"), code(one(c, "type"))
	if date := reading.Day(text(c, "date")); date != "" {
		d.Date = date
	}
	if d.Kind.Code == summary && d.Kind.System == loinc {
		d.Variant = "IPS"
	}
	if lang := text(c, "language"); lang != "" {
		d.Language = lang
	}
	d.Confidentiality = reading.Code{Code: text(c, "confidentiality")}
	d.Author, d.Professional = d.somebody(c, each(c, "author"))
	d.Custodian, _ = d.somebody(c, each(c, "custodian"))
	for _, r := range each(c, "relatesTo") {
		if id := text(r, "targetIdentifier", "value"); id != "" && text(r, "code") == "replaces" {
			d.Replaces = append(d.Replaces, id)
		}
	}
	if b := narrated(ctx, c); len(b) > 0 {
		d.Sections = append(d.Sections, reading.Section{Title: d.Title, Blocks: b})
	}
	d.sections(ctx, each(c, "section"), 0)
}

// summary is the kind of document of the international patient summary.
const summary = "60591-5"

func (d *decoder) sections(ctx context.Context, sections []any, level int) {
	for _, v := range sections {
		s := reading.Section{Level: level, Title: reading.Words(text(v, "title"), profile.MaxLength), Code: code(one(v, "code"))}
		if o, ok := v.(object); ok {
			s.Blocks = narrated(ctx, o)
		}
		if s.Title == "" {
			s.Title = s.Code.Display
		}
		if len(s.Blocks) == 0 && len(each(v, "entry")) > 0 {
			d.Doubt(reading.NoNarrative, s.Title)
		}
		d.Sections = append(d.Sections, s)
		d.sections(ctx, each(v, "section"), level+1)
	}
}

// narrated is what a resource or a section tells people. A narrative that is no
// XHTML is none.
func narrated(ctx context.Context, of object) []reading.Block {
	switch div := one(of, "text", "div").(type) {
	case *reading.Element:
		return reading.Blocks(div)
	case string:
		tree, err := reading.ReadXML(ctx, strings.NewReader(div), reading.Document)
		if err == nil {
			return reading.Blocks(tree)
		}
	}
	return nil
}

// somebody is the first of several people or places with a name, and whether they
// care for people.
func (d *decoder) somebody(from object, references []any) (name string, professional bool) {
	for _, ref := range references {
		r := d.refer(from, ref)
		kind := text(r, "resourceType")
		if kind == "" {
			kind, _, _ = strings.Cut(text(ref, "reference"), "/")
		}
		if kind == "PractitionerRole" {
			name, _ = d.somebody(r, append(each(r, "practitioner"), each(r, "organization")...))
		} else if name = text(ref, "display"); name == "" {
			name = called(r)
		}
		if name != "" {
			return reading.Words(name, profile.MaxLength), strings.HasPrefix(kind, "Practitioner") || kind == "Organization"
		}
	}
	return "", false
}

// called is the name of a person or a place.
func called(r object) string {
	n := one(r, "name")
	if s, ok := n.(string); ok {
		return s
	}
	if t := text(n, "text"); t != "" {
		return t
	}
	return strings.TrimSpace(joined(each(n, "given")) + " " + text(n, "family"))
}

// codings are the codes of a concept, or of a coding by itself.
func codings(concept any) (out []reading.Code) {
	for _, c := range append(each(concept, "coding"), concept) {
		if x := (reading.Code{System: text(c, "system"), Code: text(c, "code"), Display: reading.Words(text(c, "display"), profile.MaxLength)}); x.Code != "" {
			out = append(out, x)
		}
	}
	return out
}

// code is the first of them, that of LOINC where there is one.
func code(concept any) (c reading.Code) {
	all := codings(concept)
	for _, c := range all {
		if c.System == loinc {
			return c
		}
	}
	if len(all) > 0 {
		return all[0]
	}
	return c
}

// inWords is what a concept is called.
func inWords(concept any) string {
	if said := text(concept, "text"); said != "" {
		return reading.Words(said, profile.MaxLength)
	}
	for _, c := range codings(concept) {
		if c.Display != "" {
			return c.Display
		}
	}
	return ""
}

// file keeps what an attachment holds; one that only says where it lies is not here.
func (d *decoder) file(a any, title string) {
	data := text(a, "data")
	if data == "" {
		return
	}
	content, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(data), ""))
	if err != nil {
		d.Doubt(reading.NotUnderstood, text(a, "contentType"))
		return
	}
	if said := text(a, "title"); said != "" {
		title = said
	}
	d.Files = append(d.Files, reading.File{
		Title: reading.Words(title, profile.MaxLength), MediaType: text(a, "contentType"), Size: int64(len(content)), Date: reading.Day(text(a, "creation")),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil },
	})
}

// propose keeps a proposal with where it comes from.
func (d *decoder) propose(r object, e record.Entry, codes []reading.Code, by ...any) {
	if !d.own || d.kinds == nil || d.kinds.Kind(e.Kind) == nil || e.Text == "" && e.Kind != profile.Measurement && e.Status != record.NoneKnown {
		return
	}
	who, professional := d.somebody(r, by)
	if e.Performer == "" && e.Kind != "family-history" && e.Status != record.NoneKnown {
		e.Performer = who
	}
	e.Source = record.SourceDocument
	if professional || d.Professional {
		e.Source = record.SourceProfessional
	}
	if e.Status != record.NoneKnown {
		e.Note = joined(each(r, "note", "text"))
	}
	k := d.kinds.Kind(e.Kind)
	for _, name := range record.Fields {
		at := e.At(name)
		if *at = reading.Words(*at, profile.MaxLength); k.Field(name) == nil && !(name == record.FieldStatus && *at == record.NoneKnown) {
			*at = ""
		}
	}
	p := reading.Proposal{Entry: e, Codes: codes}
	if len(d.kinds.Unlikely(&e)) > 0 {
		p.Doubts = []reading.Doubt{{Code: reading.Unlikely}}
	}
	if !slices.ContainsFunc(d.Proposals, func(known reading.Proposal) bool { return known.Entry == e }) {
		d.Proposals = append(d.Proposals, p)
	}
}
