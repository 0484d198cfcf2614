package fhir_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"carnet/assets"
	"carnet/vault/corpustest"
	"carnet/vault/exchange/fhir"
	"carnet/vault/exchange/reading"
	"carnet/vault/profile"
	"carnet/vault/record"
)

func table(t testing.TB) *profile.Table {
	t.Helper()
	kinds, err := profile.Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

func decode(t testing.TB, in string) (*reading.Reading, error) {
	t.Helper()
	return fhir.Reader.Decode(t.Context(), reading.Source{ReaderAt: strings.NewReader(in), Size: int64(len(in)), Kinds: table(t)})
}

// corpusFiles is how many published files the corpus has.
const corpusFiles = 8

// TestReadCorpus reads the published files under CARNET_CORPUS and finds what another
// tool counted.
func TestReadCorpus(t *testing.T) {
	root := corpustest.Root(t, "%d files are not read", corpusFiles)
	done := 0
	for _, set := range []string{"fhir-ips", "fhir-fr-core", "fhir-synthea"} {
		var list struct{ Files []expected }
		corpustest.Expected(t, root, set, &list)
		for _, want := range list.Files {
			done++
			t.Run(filepath.Base(want.Path), func(t *testing.T) { want.compare(t, root) })
		}
	}
	if done != corpusFiles {
		t.Errorf("%d files, there were %d", done, corpusFiles)
	}
}

type expected struct {
	Path        string
	Resource    string `json:"resourceType"`
	ID          *string
	Identifiers [][2]string
	Family      []string
	Birth       string `json:"birthDate"`
	Gender      string
	Bundle      string `json:"bundle_type"`
	Entries     int
	Resources   map[string]int
	Title       *string    `json:"composition_title"`
	Type        []string   `json:"composition_type"`
	Sections    [][]string `json:"sections"`
}

func (want *expected) compare(t *testing.T, root string) {
	b := corpustest.File(t, root, want.Path)
	if !fhir.Reader.Accepts(b[:min(len(b), reading.HeadLength)], "") {
		t.Error("not accepted")
	}
	r, err := decode(t, string(b))
	if err != nil {
		t.Fatal(err)
	}
	is := func(what string, got, want any) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	counted, total := map[string]int{}, 0
	for _, p := range r.Parts {
		counted[p.Name], total = p.Count, total+p.Count
	}
	if want.Bundle != "" {
		is("resources", counted, want.Resources)
		is("entries", total, want.Entries)
	} else {
		is("kind", r.Variant, want.Resource)
		is("id", r.ID, *want.ID)
		is("birth", r.Subject.Birth, want.Birth)
		is("sex", r.Subject.Sex, reading.Sex(want.Gender))
		is("family", r.Subject.Family, want.Family[0])
		var numbers [][2]string
		for _, n := range r.Subject.Numbers {
			numbers = append(numbers, [2]string{n.System, n.Value})
		}
		is("identifiers", numbers, want.Identifiers)
	}
	if want.Title != nil {
		is("title", r.Title, *want.Title)
		is("kind", r.Kind.Code, want.Type[0])
		var sections [][]string
		for _, s := range r.Sections {
			if !s.Code.IsZero() {
				sections = append(sections, []string{s.Code.Code})
			}
		}
		is("sections", sections, want.Sections)
	}
	kinds, byKind := table(t), map[string]int{}
	for _, p := range r.Proposals {
		byKind[p.Kind]++
		if err := kinds.Check(&p.Entry, "2026-11-22"); err != nil {
			t.Errorf("%s %q: %v", p.Kind, p.Text, err)
		}
	}
	is("proposals", byKind, proposed[filepath.Base(want.Path)])
}

// proposed are the entries that a person finds in each file: every resource of a kind
// that the profile has, "no known food allergies" and the heading of a blood typing
// apart, which say less than a kind can.
var proposed = map[string]map[string]int{
	"bundle-ips-examples-bundle-01.xml":                        {"allergy": 1, "condition": 2, "medication": 2, "result": 6},
	"ips-htmlrefs-forwards.json":                               {"allergy": 2},
	"IPS_IG-bundle-01.json":                                    {"allergy": 1, "condition": 2, "medication": 2, "result": 6},
	"Blake_Eichmann_6c099f2d-1173-468d-b95f-4fbf960b3b55.json": {"condition": 4, "immunization": 9, "medication": 1, "observation": 18, "procedure": 5, "result": 30},
	"Clarence_Mills_0753ad6c-5935-4faa-9cfe-b7269e963d77.json": {"condition": 3, "immunization": 7, "medication": 1, "observation": 17, "procedure": 1, "result": 42},
	"Felipe_Cazares_d374d52b-0e57-495a-b373-9150e3cc8286.json": {"condition": 3, "immunization": 8, "medication": 1, "observation": 21, "procedure": 2, "result": 44},
	"Paris_Casper_826f1b71-0205-4543-b019-ce6583b77fc5.json":   {"condition": 3, "encounter": 1, "immunization": 8, "medication": 1, "observation": 20, "procedure": 2, "result": 40},
}

const patient = `{"resourceType":"Patient","id":"p","name":[{"use":"official","family":"EXEMPLE","given":["Zoé","Lou"]},{"use":"usual","family":"AUTRE"}],"birthDate":"1955-08-01","gender":"female","identifier":[{"system":"urn:oid:1.2.250.1.213.1.4.8","value":"255081416802538"}]}`

func bundle(resources ...string) string {
	out := `{"resourceType":"Bundle","type":"collection","timestamp":"2025-03-04T10:00:00+01:00","entry":[`
	for i, r := range append([]string{patient}, resources...) {
		if i > 0 {
			out += ","
		}
		out += fmt.Sprintf(`{"fullUrl":"urn:uuid:%d","resource":%s}`, i, r)
	}
	return out + "]}"
}

// TestProposals reads each kind of resource, and nothing that was not done.
func TestProposals(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []record.Entry
	}{
		"an illness": {`{"resourceType":"Condition","clinicalStatus":{"coding":[{"code":"active"}]},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10","code":"J45","display":"Asthme"}]},"onsetDateTime":"2019-03","note":[{"text":"le soir"}]}`,
			[]record.Entry{{Kind: "condition", Text: "Asthme", Code: "J45", System: "http://hl7.org/fhir/sid/icd-10", Status: "active", Start: "2019-03", Note: "le soir"}}},
		"a refuted one": {`{"resourceType":"Condition","verificationStatus":{"coding":[{"code":"refuted"}]},"code":{"text":"Asthme"}}`, nil},
		"an error":      {`{"resourceType":"Procedure","status":"entered-in-error","code":{"text":"Hanche"},"performedDateTime":"2019"}`, nil},
		"not done":      {`{"resourceType":"Procedure","status":"not-done","code":{"text":"Hanche"},"performedDateTime":"2019"}`, nil},
		"an operation": {`{"resourceType":"Procedure","status":"completed","code":{"text":"Hanche"},"performedPeriod":{"start":"2019-01-02T10:00:00Z"},"performer":[{"actor":{"display":"Dr Durand"}}]}`,
			[]record.Entry{{Kind: "procedure", Text: "Hanche", Start: "2019-01-02", Performer: "Dr Durand"}}},
		"an allergy": {`{"resourceType":"AllergyIntolerance","type":"allergy","criticality":"high","code":{"text":"Arachide"},"reaction":[{"manifestation":[{"text":"Urticaire"},{"text":"Toux"}]}]}`,
			[]record.Entry{{Kind: "allergy", Text: "Arachide", Type: "allergy", Severity: "high", Reaction: "Urticaire, Toux"}}},
		"none known": {`{"resourceType":"AllergyIntolerance","code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-known-allergies"}]}}`,
			[]record.Entry{{Kind: "allergy", Status: record.NoneKnown}}},
		"nothing said": {`{"resourceType":"AllergyIntolerance","code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-allergy-info"}],"text":"Rien"}}`, nil},
		"a treatment, contained": {`{"resourceType":"MedicationStatement","status":"active","contained":[{"resourceType":"Medication","id":"m","code":{"coding":[{"system":"http://www.whocc.no/atc","code":"N02BE01","display":"paracétamol"}]}}],"medicationReference":{"reference":"#m"},"effectivePeriod":{"start":"2020","end":"2021"},"dosage":[{"doseAndRate":[{"doseQuantity":{"value":1,"unit":"g"}}],"timing":{"repeat":{"frequency":3,"period":1,"periodUnit":"d"}}}]}`,
			[]record.Entry{{Kind: "medication", Text: "paracétamol", Code: "N02BE01", System: reading.ATC, Status: "active", Start: "2020", End: "2021", Dosage: "1 g × 3 / 1 d"}}},
		"a vaccine": {`{"resourceType":"Immunization","status":"completed","vaccineCode":{"coding":[{"system":"http://www.whocc.no/atc","code":"J07BD52","display":"ROR"}]},"occurrenceDateTime":"2020-01-02","lotNumber":"A1","protocolApplied":[{"doseNumberPositiveInt":2}]}`,
			[]record.Entry{{Kind: "immunization", Text: "ROR", Type: "mmr", Status: "completed", Start: "2020-01-02", Code: "A1", Value: "2"}}},
		"a pressure": {`{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"55284-4"}]},"effectiveDateTime":"2020-01-02T10:00:00Z","component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":80,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":120,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}`,
			[]record.Entry{{Kind: "observation", Type: "blood-pressure", Value: "120", Value2: "80", Start: "2020-01-02"}}},
		"a test": {`{"resourceType":"Observation","status":"final","code":{"text":"TSH","coding":[{"system":"http://loinc.org","code":"3016-3"}]},"effectiveDateTime":"2020-01-02","valueQuantity":{"value":2.10,"comparator":"<","unit":"mUI/L"},"referenceRange":[{"low":{"value":0.4},"high":{"value":4}}]}`,
			[]record.Entry{{Kind: "result", Text: "TSH", Code: "3016-3", System: reading.LOINC, Value: "<2.10", Unit: "mUI/L", Start: "2020-01-02", Method: "0.4 – 4"}}},
		"a habit": {`{"resourceType":"Observation","status":"final","category":[{"coding":[{"code":"social-history"}]}],"code":{"text":"Tabac"},"effectiveDateTime":"2020","valueString":"non"}`, nil},
		"a relative": {`{"resourceType":"FamilyMemberHistory","status":"completed","relationship":{"text":"mère"},"condition":[{"code":{"text":"Diabète"},"onsetAge":{"value":40}},{"code":{"text":"Asthme"}}]}`,
			[]record.Entry{{Kind: "family-history", Relation: "mère", Text: "Diabète", Value: "40"}, {Kind: "family-history", Relation: "mère", Text: "Asthme"}}},
		"a stay": {`{"resourceType":"Encounter","status":"finished","class":{"code":"IMP"},"reasonCode":[{"text":"Hanche"}],"period":{"start":"2019-01-02","end":"2019-01-09"},"serviceProvider":{"display":"Hôpital"}}`,
			[]record.Entry{{Kind: "encounter", Text: "Hanche", Type: "inpatient", Start: "2019-01-02", End: "2019-01-09", Location: "Hôpital"}}},
		"a visit": {`{"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"reasonCode":[{"text":"Toux"}],"period":{"start":"2019"}}`, nil},
	} {
		r, err := decode(t, bundle(c.in))
		if err != nil {
			t.Fatal(err)
		}
		var got []record.Entry
		for _, p := range r.Proposals {
			if p.Source != record.SourceDocument {
				t.Errorf("%s comes from %q", name, p.Source)
			}
			p.Source = ""
			got = append(got, p.Entry)
		}
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", c.want) {
			t.Errorf("%s: %+v\nwant %+v", name, got, c.want)
		}
	}
}

// TestAsXML reads the same from FHIR as XML.
func TestAsXML(t *testing.T) {
	const in = `<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir"><type value="document"/><timestamp value="2025-03-04T10:00:00Z"/>
<entry><fullUrl value="urn:uuid:c"/><resource><Composition><status value="final"/><type><coding><system value="http://loinc.org"/><code value="60591-5"/></coding></type><date value="2025-03-03"/><author><reference value="urn:uuid:d"/></author><title value="Résumé"/>
<section><title value="Maladies"/><code><coding><system value="http://loinc.org"/><code value="11450-4"/></coding></code><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><p>Asthme</p><script>x</script><table><tr><th>a</th></tr></table></div></text></section></Composition></resource></entry>
<entry><fullUrl value="urn:uuid:p"/><resource><Patient><name><use value="official"/><family value="EXEMPLE"/><given value="Zoé"/><given value="Lou"/></name></Patient></resource></entry>
<entry><fullUrl value="urn:uuid:d"/><resource><Practitioner><name><family value="DURAND"/><given value="Anne"/></name></Practitioner></resource></entry>
<entry><resource><Condition><code><text value="Asthme"/></code><onsetDateTime value="2019"/></Condition></resource></entry></Bundle>`
	r, err := decode(t, in)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(r.Variant, r.Title, r.Date, r.Author, r.Professional, r.Subject.Name(), r.Parts, len(r.Proposals), r.Proposals[0].Text, r.Proposals[0].Start, r.Proposals[0].Source, r.Sections)
	want := fmt.Sprint("IPS", "Résumé", "2025-03-03", "Anne DURAND", true, "Zoé Lou EXEMPLE", []reading.Part{{Name: "Composition", Count: 1}, {Name: "Patient", Count: 1}, {Name: "Practitioner", Count: 1}, {Name: "Condition", Count: 1}}, 1, "Asthme", "2019", "professional",
		[]reading.Section{{Title: "Maladies", Code: reading.Code{System: reading.LOINC, Code: "11450-4"}, Blocks: []reading.Block{{Kind: reading.Paragraph, Text: "Asthme"}, {Kind: reading.Table, Rows: [][]string{{"a"}}}}}})
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestWhose proposes nothing from the record of several people.
func TestWhose(t *testing.T) {
	r, err := decode(t, bundle(patient, `{"resourceType":"Condition","code":{"text":"Asthme"}}`))
	if err != nil || len(r.Proposals) != 0 || r.Doubts[0].Code != reading.SeveralSubjects {
		t.Errorf("%+v, %v", r, err)
	}
	r, err = decode(t, bundle())
	if s := r.Subject; err != nil || s.Family != "EXEMPLE" || s.Used != "AUTRE" || s.Given != "Zoé Lou" || s.INS != "255081416802538" || s.Sex != record.Female || len(r.Doubts) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	r, err = decode(t, `{"resourceType":"Condition","code":{"text":"Asthme"},"onsetDateTime":"2019"}`)
	if err != nil || len(r.Proposals) != 1 || r.Doubts[0].Code != reading.NoSubject || r.Title != "Asthme" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestFilesInside(t *testing.T) {
	r, err := decode(t, bundle(`{"resourceType":"DocumentReference","description":"Lettre","content":[{"attachment":{"contentType":"text/plain","data":"Ym9uam91cg=="}},{"attachment":{"url":"http://example.org/x.pdf"}}]}`, `{"resourceType":"Binary","contentType":"text/plain","data":"%"}`))
	if err != nil || len(r.Files) != 1 || r.Files[0].Title != "Lettre" || len(r.Doubts) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	content, err := r.Files[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(content); err != nil || string(b) != "bonjour" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestOther(t *testing.T) {
	for in, want := range map[string]error{`{"a":"resourceType"}`: reading.ErrOther, `<html xmlns="urn:x"/>`: reading.ErrOther, `{"resourceType":`: reading.ErrMalformed} {
		if _, err := decode(t, in); !errors.Is(err, want) {
			t.Errorf("%s: %v", in, err)
		}
	}
}

// TestRoundTrip proposes from Carnet's own bundle what it was made of.
func TestRoundTrip(t *testing.T) {
	kinds := table(t)
	entries := []record.Entry{
		{Kind: "condition", Text: "Asthme", Status: "active", Start: "2019", Code: "J45", System: "http://hl7.org/fhir/sid/icd-10"},
		{Kind: "allergy", Text: "Arachide", Type: "allergy", Severity: "high", Reaction: "urticaire", Status: "active"},
		{Kind: "medication", Text: "Salbutamol", Dosage: "2 bouffées", Status: "active", Start: "2020-03"},
		{Kind: "observation", Type: "weight", Value: "17.2", Start: "2024-11-02"},
		{Kind: "observation", Type: "blood-pressure", Value: "120", Value2: "80", Start: "2024-11-02"},
		{Kind: "result", Text: "TSH", Value: "2.1", Unit: "m[IU]/L", Start: "2024-10-02", Method: "0.4 – 4", Code: "3016-3", System: reading.LOINC},
		{Kind: "procedure", Text: "Hanche", Start: "2019-02"},
	}
	for i := range entries {
		entries[i].ID[0] = byte(i + 1)
	}
	r := &fhir.Record{Patient: record.Patient{Name: "Zoé Exemple", Birth: "1955-08-01"}, Entries: entries, Kinds: kinds, Label: func(fr, _ string) string { return fr }}
	b, err := r.Collection()
	if err != nil {
		t.Fatal(err)
	}
	back, err := decode(t, string(b))
	if err != nil || len(back.Proposals) != len(entries) {
		t.Fatalf("%d of %d entries, %v", len(back.Proposals), len(entries), err)
	}
	for i, p := range back.Proposals {
		if reading.Compare(&p.Entry, &entries[i]) != reading.Same {
			t.Errorf("%+v\nfrom %+v", p.Entry, entries[i])
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(bundle(`{"resourceType":"Observation","code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},"effectiveDateTime":"2020","valueQuantity":{"value":61,"code":"kg","system":"http://unitsofmeasure.org"}}`)))
	f.Add([]byte(`<Bundle xmlns="http://hl7.org/fhir"><entry><resource><Patient><contained><Medication/></contained></Patient></resource></entry></Bundle>`))
	kinds := table(f)
	f.Fuzz(func(t *testing.T, in []byte) {
		fhir.Reader.Accepts(in, "")
		r, err := fhir.Reader.Decode(t.Context(), reading.Source{ReaderAt: bytes.NewReader(in), Size: int64(len(in)), Kinds: kinds})
		if (r == nil) != (err != nil) {
			t.Fatalf("%v with error %v", r, err)
		}
		if err != nil {
			return
		}
		for _, p := range r.Proposals {
			if kinds.Kind(p.Kind) == nil || p.Source == "" || !p.ID.IsZero() {
				t.Errorf("%+v", p)
			}
			for _, name := range record.Fields {
				if len(*p.At(name)) > profile.MaxLength {
					t.Errorf("%s has %d bytes", name, len(*p.At(name)))
				}
			}
		}
	})
}
