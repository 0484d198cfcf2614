// Package fhir says a record in the words of HL7 FHIR R4 (4.0.1): a bundle of
// resources, made from the table of kinds, so that a kind that the table gains is
// in the bundle without a change here. What is in the bin is not. And it reads what
// others say in those words ([Reader]).
//
// Conformity to a national profile is not claimed: two public readers of FHIR find
// nothing wrong with what is written (.ci/fhir).
package fhir

import (
	"bytes"
	"cmp"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"
	"unicode"

	"carnet/vault/profile"
	"carnet/vault/record"
)

// Document is a document with where its content lies.
type Document struct {
	record.Document
	URL      string // relative to the bundle
	SHA1     [sha1.Size]byte
	SHA256   [sha256.Size]byte
	Category string // in words; "" for none
}

// Record is what a bundle is made of.
type Record struct {
	Patient   record.Patient
	Entries   []record.Entry
	Documents []Document
	Kinds     *profile.Table
	Label     func(fr, en string) string // chooses the language of labels
	Made      time.Time                  // the day
}

// Terminologies.
const (
	loinc      = "http://loinc.org"
	ucum       = "http://unitsofmeasure.org"
	absent     = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
	insNIR     = "urn:oid:1.2.250.1.213.1.4.8" // INS-NIR: examples of FR Core 2.1.0
	hl7        = "http://terminology.hl7.org/CodeSystem/"
	bloodGroup = "882-1" // ABO and Rh group [Type] in Blood
)

// noneKnown are the codes of IPS 2.0 for « none known », by the kind that says it.
var noneKnown = map[string]string{
	"condition": "no-known-problems", "medication": "no-known-medications", "allergy": "no-known-allergies",
	"immunization": "no-known-immunizations", "procedure": "no-known-procedures",
}

// Said is an entry of the profile as a resource.
type Said struct {
	record.Entry
	Kind     *profile.Kind
	Resource Resource
}

// URL is the address of a resource in a bundle.
func (s *Said) URL() string { return url(s.ID) }

func url(id record.ID) string {
	h := id.String()
	return "urn:uuid:" + h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// patientID names the person in every bundle of the same name and birth: the id of
// the record is another in each vault.
func (r *Record) patientID() record.ID {
	sum := sha256.Sum256([]byte("carnet/patient\x00" + r.Patient.Name + "\x00" + r.Patient.Birth))
	return record.ID(sum[:16])
}

// Subject refers to the person.
func (r *Record) Subject() Reference {
	return Reference{Reference: url(r.patientID()), Display: r.Patient.Name}
}

// Day is the moment that a bundle carries.
func (r *Record) Day() string { return r.Made.Format(time.DateOnly) + "T00:00:00Z" }

// Person is the resource of the person.
func (r *Record) Person() Entry {
	p := &patient{Head: Head{Type: "Patient", ID: r.patientID().String()}, Name: []words{{r.Patient.Name}}, BirthDate: r.Patient.Birth}
	switch r.Patient.Sex {
	case record.Female:
		p.Gender = "female"
	case record.Male:
		p.Gender = "male"
	}
	if r.Patient.INS != "" {
		p.Identifier = append(p.Identifier, Identifier{System: insNIR, Value: r.Patient.INS})
	}
	if r.Patient.NIR != "" {
		p.Identifier = append(p.Identifier, Identifier{Type: &Concept{Text: "NIR"}, Value: r.Patient.NIR})
	}
	p.Text = narrative([][2]string{{"", printable(r.Patient.Name)}, {"", r.Patient.Birth}})
	return Entry{url(r.patientID()), p}
}

// Collection is everything as one bundle of type collection.
func (r *Record) Collection() ([]byte, error) {
	b := Bundle{Type: "Bundle", Kind: "collection", Timestamp: r.Day(), Entry: []Entry{r.Person()}}
	for _, s := range r.Resources() {
		b.Entry = append(b.Entry, Entry{s.URL(), s.Resource})
	}
	for i := range r.Documents {
		if d := &r.Documents[i]; d.RemovedAt == 0 {
			b.Entry = append(b.Entry, Entry{url(d.ID), r.document(d)})
		}
	}
	return b.JSON()
}

// JSON writes a bundle, the same for the same content.
func (b *Bundle) JSON() ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(b); err != nil {
		return nil, fmt.Errorf("fhir: %w", err)
	}
	return out.Bytes(), nil
}

func (r *Record) document(d *Document) *documentReference {
	out := &documentReference{
		Head: Head{Type: "DocumentReference", ID: d.ID.String()}, Status: "current", Subject: r.Subject(), Description: d.Title,
		Identifier: []Identifier{{Type: &Concept{Text: "SHA-256"}, Value: hex.EncodeToString(d.SHA256[:])}},
		Content:    []attached{{attachment{ContentType: d.MediaType, URL: d.URL, Hash: d.SHA1[:], Title: d.Title, Creation: cmp.Or(d.Date, d.FileDate)}}},
	}
	if d.AddedAt != 0 {
		out.Date = d.AddedAt.Time().UTC().Format("2006-01-02T15:04:05.000Z")
	}
	if d.Size < 1<<31 {
		out.Content[0].Attachment.Size = d.Size
	}
	if d.Category != "" {
		out.Type = &Concept{Text: d.Category}
	}
	return out
}

// Resources are the entries of the profile, in their order, without those of kinds that
// are apart.
func (r *Record) Resources() (out []Said) {
	for _, x := range r.Entries {
		k := r.Kinds.Kind(x.Kind)
		if k == nil {
			k = &profile.Kind{Code: x.Kind, LabelFR: x.Kind, LabelEN: x.Kind} // of a later table
		}
		if x.RemovedAt != 0 || k.Apart {
			continue
		}
		s := Said{x, k, r.resource(k, &x)}
		head := s.Resource.head()
		head.ID, head.Text = x.ID.String(), narrative(r.Lines(k, &x))
		if head.Type == "" {
			head.Type = k.Resource
		}
		out = append(out, s)
	}
	return out
}

// Lines are all that an entry says, by the labels of its kind; the first has none.
// They have no character that XML cannot hold.
func (r *Record) Lines(k *profile.Kind, x *record.Entry) [][2]string {
	out := r.lines(k, x)
	for i := range out {
		out[i][1] = printable(out[i][1])
	}
	return out
}

func (r *Record) lines(k *profile.Kind, x *record.Entry) (out [][2]string) {
	if x.Status == record.NoneKnown {
		out = append(out, [2]string{"", r.Label(k.NoneFR, k.NoneEN)})
		if x.Note != "" {
			out = append(out, [2]string{"", x.Note})
		}
		return out
	}
	out = append(out, [2]string{"", r.title(k, x)})
	for _, name := range record.Fields {
		value := *x.At(name)
		if value == "" || name == record.FieldText && value == out[0][1] {
			continue
		}
		label := string(name)
		if f := k.Field(name); f != nil {
			label = r.Label(f.LabelFR, f.LabelEN)
			for _, c := range f.Values {
				if c.Code == value {
					value = r.Label(c.LabelFR, c.LabelEN)
				}
			}
		}
		if name == record.FieldType && k.Code == profile.Measurement {
			continue // the title
		}
		out = append(out, [2]string{label, value})
	}
	return out
}

// title is what an entry is called.
func (r *Record) title(k *profile.Kind, x *record.Entry) string {
	if o := r.Kinds.Observation(x.Type); o != nil && k.Code == profile.Measurement {
		return r.Label(o.LabelFR, o.LabelEN)
	}
	return cmp.Or(x.Text, r.Label(k.LabelFR, k.LabelEN))
}

func narrative(lines [][2]string) *Narrative {
	var b strings.Builder
	b.WriteString(`<div xmlns="http://www.w3.org/1999/xhtml">`)
	for _, l := range lines {
		said := l[1]
		if l[0] != "" {
			said = l[0] + ": " + said
		}
		b.WriteString("<p>" + html.EscapeString(said) + "</p>")
	}
	b.WriteString("</div>")
	return &Narrative{Status: "generated", Div: b.String()}
}

// printable leaves out what XML cannot hold.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)
}

// uri is a system as FHIR lets it be written, "" for words in its place: no terminology
// is named by them.
func uri(system string) string {
	scheme, rest, _ := strings.Cut(system, ":")
	if scheme == "" || rest == "" || strings.Trim(strings.ToLower(scheme), "abcdefghijklmnopqrstuvwxyz0123456789+.-") != "" || strings.ContainsFunc(rest, unicode.IsSpace) {
		return ""
	}
	return system
}

// resource makes the resource that a kind names; [basic] for one that is not among
// those of this package.
func (r *Record) resource(k *profile.Kind, x *record.Entry) Resource {
	subject, note := r.Subject(), notes(x.Note)
	code := Concept{Text: r.title(k, x)}
	if system := uri(x.System); x.Code != "" && system != "" {
		code.Coding = []Coding{{System: system, Code: x.Code}}
	}
	if none := noneKnown[k.Code]; x.Status == record.NoneKnown {
		code.Text = r.Label(k.NoneFR, k.NoneEN)
		if none != "" {
			code.Coding = []Coding{{System: absent, Code: none}}
		}
	}
	switch k.Resource {
	case "Condition":
		out := &condition{Code: code, Subject: subject, Onset: x.Start, Asserter: somebody(x.Performer), Note: note}
		status := x.Status
		switch {
		case status == record.NoneKnown:
			status = "active" // of the statement
		case x.End != "" && status == "":
			status = "resolved"
		}
		if status != "" {
			out.ClinicalStatus = &Concept{Coding: []Coding{{System: hl7 + "condition-clinical", Code: status}}}
		}
		if status == "resolved" || status == "remission" {
			out.Abatement = x.End
		}
		return out
	case "MedicationStatement":
		status := x.Status
		if status == record.NoneKnown || status == "" {
			status = "unknown"
		}
		out := &medicationStatement{Status: status, Medication: code, Subject: subject, Effective: period(x), Source: somebody(x.Performer), Note: note}
		if x.Dosage != "" {
			out.Dosage = []words{{x.Dosage}}
		}
		return out
	case "AllergyIntolerance":
		status := x.Status
		if status == record.NoneKnown || status == "" {
			status = "active"
		}
		out := &allergyIntolerance{
			ClinicalStatus: Concept{Coding: []Coding{{System: hl7 + "allergyintolerance-clinical", Code: status}}},
			Nature:         x.Type, Criticality: x.Severity, Code: code, Patient: subject, Onset: x.Start, Asserter: somebody(x.Performer), Note: note,
		}
		if x.Reaction != "" {
			out.Reaction = []reaction{{[]Concept{{Text: x.Reaction}}}}
		}
		return out
	case "Immunization":
		status := x.Status
		if status != "not-done" {
			status = "completed"
		}
		out := &immunization{Status: status, Vaccine: code, Patient: subject, Occurrence: x.Start, Performer: performers(x.Performer), Note: note}
		if x.Start == "" {
			out.Unknown = "unknown"
		}
		return out
	case "Observation":
		return r.observation(k, x, code)
	case "Procedure":
		out := &procedure{Status: "completed", Code: code, Subject: subject, Performed: x.Start, Performer: performers(x.Performer), Location: somebody(x.Location), Note: note}
		return out
	case "Encounter":
		return visit(x, subject)
	case "Appointment":
		return planned(x, subject)
	case "FamilyMemberHistory":
		return &familyMemberHistory{
			Status: "completed", Patient: subject, Relationship: Concept{Text: cmp.Or(x.Relation, r.Label(k.LabelFR, k.LabelEN))}, Note: note,
			Condition: []familyCondition{{Code: Concept{Text: code.Text}, Onset: x.Value}},
		}
	case "RelatedPerson":
		return r.related(k, x, subject)
	case "Consent":
		text := Concept{Text: cmp.Or(r.fieldLabel(k, record.FieldType, x.Type), code.Text)}
		return &consent{
			Status: "active", Scope: Concept{Coding: []Coding{{System: hl7 + "consentscope", Code: "adr"}}},
			Category: []Concept{{Coding: []Coding{{System: hl7 + "consentcategorycodes", Code: "acd"}}, Text: text.Text}},
			Patient:  subject, DateTime: x.Start, Rule: text,
		}
	}
	return &basic{Head: Head{Type: "Basic"}, Code: Concept{Text: r.Label(k.LabelFR, k.LabelEN)}, Subject: subject, Created: day(x.AddedAt)}
}

func (r *Record) observation(k *profile.Kind, x *record.Entry, code Concept) Resource {
	out := &observation{Status: "final", Code: code, Subject: r.Subject(), Note: notes(x.Note)}
	if x.End != "" {
		out.Period = period(x)
	} else {
		out.Effective = x.Start
	}
	if x.Performer != "" {
		out.Performer = []Reference{{Display: x.Performer}}
	}
	if x.Method != "" {
		out.Method = &Concept{Text: x.Method}
	}
	o := r.Kinds.Observation(x.Type)
	switch {
	case x.Status == record.NoneKnown:
		out.Said = code.Text
	case o != nil && k.Code == profile.Measurement:
		out.Code = Concept{Coding: []Coding{{System: loinc, Code: o.LOINC}}, Text: r.Label(o.LabelFR, o.LabelEN)}
		if o.Second == nil {
			out.Value = quantity(o, x.Unit, x.Value)
			break
		}
		first := Concept{Coding: []Coding{{System: loinc, Code: o.FirstLOINC}}}
		second := Concept{Coding: []Coding{{System: loinc, Code: o.Second.LOINC}}, Text: r.Label(o.Second.LabelFR, o.Second.LabelEN)}
		for _, c := range []component{{first, quantity(o, x.Unit, x.Value)}, {second, quantity(o, x.Unit, x.Value2)}} {
			if c.Value != nil {
				out.Component = append(out.Component, c)
			}
		}
	case k.Code == profile.Result:
		r.result(out, x)
	case k.Code == "blood-group":
		out.Code = Concept{Coding: []Coding{{System: loinc, Code: bloodGroup}}, Text: r.Label(k.LabelFR, k.LabelEN)}
		out.Concept = &Concept{Text: x.Value}
	default:
		out.Code = Concept{Text: cmp.Or(r.fieldLabel(k, record.FieldType, x.Type), r.Label(k.LabelFR, k.LabelEN))}
		out.Said = cmp.Or(x.Text, r.fieldLabel(k, record.FieldValue, x.Value))
	}
	return out
}

// result says what a laboratory found: a quantity where it is a number, words
// otherwise, and what the laboratory calls usual.
func (r *Record) result(out *observation, x *record.Entry) {
	out.Method = nil
	if x.Method != "" {
		out.Range = []words{{x.Method}}
	}
	if n := profile.Number(x.Value); isDecimal(n) {
		out.Value = &Quantity{Value: json.Number(n), Unit: x.Unit}
		if x.Unit != "" && x.System == loinc {
			out.Value.System, out.Value.Code = ucum, x.Unit // as received
		}
		return
	}
	out.Said = strings.TrimSpace(x.Value + " " + x.Unit)
}

// isDecimal reports whether a text is a number as JSON writes it.
func isDecimal(s string) bool {
	return strings.Trim(s, "0123456789.-") == "" && json.Valid([]byte(s))
}

// fieldLabel is a code of a field in words, itself where the field has none.
func (r *Record) fieldLabel(k *profile.Kind, name record.Field, value string) string {
	if f := k.Field(name); f != nil {
		for _, c := range f.Values {
			if c.Code == value {
				return r.Label(c.LabelFR, c.LabelEN)
			}
		}
	}
	return value
}

// quantity is a value of a measurement; nil for what is no number.
func quantity(o *profile.Observation, unit, value string) *Quantity {
	n, err := strconv.ParseFloat(value, 64)
	u := o.Unit(unit)
	if err != nil || u == nil {
		return nil
	}
	return &Quantity{Value: json.Number(strconv.FormatFloat(n, 'f', -1, 64)), Unit: u.Label, System: ucum, Code: u.UCUM}
}

// visits are the classes of encounters (v3-ActCode) by the types of the table.
var visits = map[string]string{"inpatient": "IMP", "day": "SS", "emergency": "EMER"}

func visit(x *record.Entry, subject Reference) Resource {
	out := &encounter{Status: "unknown", Subject: subject, Period: period(x), Provider: somebody(x.Location),
		Class: Coding{System: hl7 + "v3-ActCode", Code: cmp.Or(visits[x.Type], "AMB")}}
	if x.End != "" {
		out.Status = "finished"
	}
	if x.Performer != "" {
		out.Participant = []individual{{Reference{Display: x.Performer}}}
	}
	for _, said := range []string{x.Text, x.Note} { // an encounter has no note
		if said != "" {
			out.Reason = append(out.Reason, Concept{Text: said})
		}
	}
	return out
}

// planned says an appointment. One of which the day alone is known has no start in FHIR,
// where that is a moment: it is a wish for that day, and only such a one, or one that is
// cancelled, may be without a start (app-2, app-3).
func planned(x *record.Entry, subject Reference) Resource {
	out := &appointment{
		Status: cmp.Or(x.Status, "booked"), Description: x.Text, Comment: x.Note, Start: x.Start, End: cmp.Or(x.End, x.Start),
		Participant: []participant{{subject, "accepted"}},
	}
	if _, timed, _ := record.Moment(x.Start); !timed {
		out.Start, out.End, out.Requested = "", "", []Period{{x.Start, x.End}}
		if out.Status != "cancelled" {
			out.Status = "proposed"
		}
	}
	for _, who := range []string{x.Performer, x.Location} {
		if who != "" {
			out.Participant = append(out.Participant, participant{Reference{Display: who}, "accepted"})
		}
	}
	if x.Code != "" {
		out.Identifier = []Identifier{{System: uri(x.System), Value: x.Code}}
	}
	return out
}

func (r *Record) related(k *profile.Kind, x *record.Entry, subject Reference) Resource {
	out := &relatedPerson{Patient: subject}
	for _, said := range []string{r.fieldLabel(k, record.FieldType, x.Type), x.Relation} {
		if said != "" {
			out.Relationship = append(out.Relationship, Concept{Text: said})
		}
	}
	if x.Text != "" {
		out.Name = []words{{x.Text}}
	}
	if x.Phone != "" {
		out.Telecom = []contactPoint{{"phone", x.Phone}}
	}
	if x.Location != "" {
		out.Address = []words{{x.Location}}
	}
	if x.Code != "" {
		out.Identifier = []Identifier{{Value: x.Code}}
	}
	return out
}

func somebody(name string) *Reference {
	if name == "" {
		return nil
	}
	return &Reference{Display: name}
}

func performers(name string) []actor {
	if name == "" {
		return nil
	}
	return []actor{{Reference{Display: name}}}
}

func notes(said string) []words {
	if said == "" {
		return nil
	}
	return []words{{said}}
}

func period(x *record.Entry) *Period {
	if x.Start == "" && x.End == "" {
		return nil
	}
	return &Period{x.Start, x.End}
}

func day(at record.Millis) string {
	if at == 0 {
		return ""
	}
	return at.Time().UTC().Format(time.DateOnly)
}
