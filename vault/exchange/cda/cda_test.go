package cda_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"carnet/vault/exchange/cda"
	"carnet/vault/exchange/reading"
	"carnet/vault/record"
)

// document wraps what a test is about into a whole document.
func document(patient, body string) string {
	return `<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<id root="1.2.3" extension="7"/><code code="34133-9" codeSystem="2.16.840.1.113883.6.1" displayName="Synthèse"/><title>Essai</title>
<effectiveTime value="202503"/>` + patient + `<author><assignedAuthor><id root="1.2.250.1.71.4.2.1" extension="801"/><assignedPerson><name><family>EXEMPLE</family><given>Anne</given><suffix>DR</suffix></name></assignedPerson></assignedAuthor></author>
<relatedDocument typeCode="RPLC"><parentDocument><id root="1.2.3" extension="6"/></parentDocument></relatedDocument>
<component>` + body + `</component></ClinicalDocument>`
}

const somebody = `<recordTarget><patientRole><id root="1.2.250.1.213.1.4.8" extension="2 55 08 14 168 025 37"/><patient><name><family qualifier="BR">Exemple</family><family qualifier="CL">Autre</family><given>Zoé Lou</given></name><administrativeGenderCode code="F"/><birthTime value="19550801"/></patient></patientRole></recordTarget>`

func section(code, text, entries string) string {
	return `<structuredBody><component><section><code code="` + code + `" codeSystem="2.16.840.1.113883.6.1"/><title>Partie</title><text>` + text + `</text>` + entries + `</section></component></structuredBody>`
}

func observation(template, inside string) string {
	return `<entry><act moodCode="EVN"><statusCode code="active"/><entryRelationship><observation moodCode="EVN"><templateId root="` + template + `"/>` + inside + `</observation></entryRelationship></act></entry>`
}

const (
	problem = "1.3.6.1.4.1.19376.1.5.3.1.4.5"
	allergy = "1.3.6.1.4.1.19376.1.5.3.1.4.6"
)

func TestHeader(t *testing.T) {
	r, err := read(t, []byte(document(somebody, section("x", "", ""))))
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(r.ID, r.Replaces, r.Title, r.Date, r.Author, r.Professional, r.Subject.Name(), r.Subject.Family, r.Subject.Birth, r.Subject.Sex, r.Subject.INS, r.Doubts)
	if want := fmt.Sprint("1.2.3^7", []string{"1.2.3^6"}, "Essai", "2025-03", "Dr Anne EXEMPLE", true, "Zoé Lou Autre", "Exemple", "1955-08-01", "F", "255081416802537", []reading.Doubt{{Code: reading.INSUnlikely, About: "2 55 08 14 168 025 37"}}); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestProposals reads what is coded, and nothing that is denied or only planned.
func TestProposals(t *testing.T) {
	icd := `codeSystem="2.16.840.1.113883.6.3"`
	for name, c := range map[string]struct {
		in   string
		want []record.Entry
	}{
		"an illness": {section("11450-4", `<content ID="a">Asthme du soir</content>`, observation(problem, `<effectiveTime><low value="2019"/></effectiveTime><value xsi:type="CD" code="J45" `+icd+`><originalText><reference value="#a"/></originalText></value>`)),
			[]record.Entry{{Kind: "condition", Text: "Asthme du soir", Code: "J45", System: "http://hl7.org/fhir/sid/icd-10", Status: "active", Start: "2019"}}},
		"a denied one":  {strings.ReplaceAll(section("11450-4", "", observation(problem, `<value code="J45" displayName="Asthme" `+icd+`/>`)), `<observation moodCode="EVN">`, `<observation moodCode="EVN" negationInd="true">`), nil},
		"a planned one": {strings.ReplaceAll(section("47519-4", "", `<entry><procedure moodCode="INT"><templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.19"/><code displayName="Hanche"/><effectiveTime value="2020"/></procedure></entry>`), "", ""), nil},
		"an allergy": {section("48765-2", "", observation(allergy, `<code code="414285001"/><participant typeCode="CSM"><participantRole><playingEntity><code code="1" codeSystem="2.16.840.1.113883.6.96" displayName="Arachide"/></playingEntity></participantRole></participant><entryRelationship typeCode="MFST"><observation><value displayName="Urticaire"/></observation></entryRelationship><entryRelationship><observation><code code="SEV"/><value code="H"/></observation></entryRelationship>`)),
			[]record.Entry{{Kind: "allergy", Text: "Arachide", Code: "1", System: reading.SNOMED, Type: "allergy", Severity: "high", Reaction: "Urticaire", Status: "active"}}},
		"an inactive allergy": {section("48765-2", "", observation(allergy, `<value displayName="Arachide"/><entryRelationship><observation><code code="33999-4"/><value code="inactive"/></observation></entryRelationship>`)),
			[]record.Entry{{Kind: "allergy", Text: "Arachide"}}},
		"none known": {section("48765-2", "", observation(allergy, `<value code="716186003" codeSystem="2.16.840.1.113883.6.96"/>`)),
			[]record.Entry{{Kind: "allergy", Status: record.NoneKnown}}},
		"a pressure in words": {section("8716-3", "", `<entry><observation moodCode="EVN"><code code="8480-6" codeSystem="2.16.840.1.113883.6.1" displayName="PAS"/><effectiveTime value="20200102"/><value xsi:type="ST">haute</value></observation></entry>`), nil},
		"a weight": {section("8716-3", "", `<entry><organizer><effectiveTime value="20200102"/><component><observation moodCode="EVN"><code code="29463-7" codeSystem="2.16.840.1.113883.6.1"/><value xsi:type="PQ" value="61.5" unit="kg"/></observation></component></organizer></entry>`),
			[]record.Entry{{Kind: "observation", Type: "weight", Value: "61.5", Start: "2020-01-02"}}},
	} {
		r, err := read(t, []byte(document(somebody, c.in)))
		if err != nil {
			t.Fatal(err)
		}
		var got []record.Entry
		for _, p := range r.Proposals {
			if p.Source != record.SourceProfessional {
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

func TestNarrative(t *testing.T) {
	r, err := read(t, []byte(document(somebody, section("x", `avant<br/><paragraph>un <content revised="delete">non</content>deux</paragraph><list><item>a</item><item>b</item></list>
<table><caption>Titre</caption><thead><tr><th colspan="2">Nom</th><th>V</th></tr></thead><tbody><tr><td rowspan="2">x</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4<br/>5</td></tr></tbody></table>après`, ""))))
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%#v", r.Sections[0].Blocks)
	want := fmt.Sprintf("%#v", []reading.Block{
		{Kind: reading.Paragraph, Text: "avant"}, {Kind: reading.Paragraph, Text: "un deux"}, {Kind: reading.Item, Text: "a"}, {Kind: reading.Item, Text: "b"},
		{Kind: reading.Table, Text: "Titre", Head: 1, Rows: [][]string{{"Nom", "", "V"}, {"x", "1", "2"}, {"", "3", "4\n5"}}},
		{Kind: reading.Paragraph, Text: "après"},
	})
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestFileInside(t *testing.T) {
	r, err := read(t, []byte(document(somebody, `<nonXMLBody><text mediaType="text/plain" representation="B64">Ym9u
am91cg==</text></nonXMLBody>`)))
	if err != nil || len(r.Files) != 1 || r.Variant != "N1" {
		t.Fatal(r, err)
	}
	content, err := r.Files[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(content)
	if err != nil || string(b) != "bonjour" || r.Files[0].Size != 7 {
		t.Errorf("%q, %v", b, err)
	}
	r, err = read(t, []byte(document(somebody, `<nonXMLBody><text mediaType="text/plain" representation="B64">%%%</text></nonXMLBody>`)))
	if err != nil || len(r.Files) != 0 || len(r.Doubts) != 2 {
		t.Errorf("what is no base64: %+v, %v", r, err)
	}
}

// TestWhose proposes nothing for a document of several people, or of nobody.
func TestWhose(t *testing.T) {
	body := section("48765-2", "", observation(allergy, `<value displayName="Arachide"/>`))
	for name, c := range map[string]struct {
		patient string
		want    reading.DoubtCode
	}{"several": {somebody + somebody, reading.SeveralSubjects}, "nobody": {"", reading.NoSubject}} {
		r, err := read(t, []byte(document(c.patient, body)))
		if err != nil || len(r.Proposals) != 0 || r.Doubts[0].Code != c.want {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func TestOther(t *testing.T) {
	if _, err := read(t, []byte(`<html>ClinicalDocument</html>`)); !errors.Is(err, reading.ErrOther) {
		t.Error(err)
	}
	if _, err := read(t, []byte(`<ClinicalDocument xmlns="urn:hl7-org:v3">`)); !errors.Is(err, reading.ErrMalformed) {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(document(somebody, section("48765-2", `<table><tr><td colspan="3" rowspan="2">x</td></tr></table>`, observation(allergy, `<value displayName="Arachide"/>`)))))
	f.Add([]byte(document(somebody+somebody, `<nonXMLBody><text representation="B64">Ym9u</text></nonXMLBody>`)))
	table := kinds(f)
	f.Fuzz(func(t *testing.T, in []byte) {
		cda.Decoder.Accepts(in, "")
		r, err := cda.Decoder.Decode(t.Context(), reading.Source{ReaderAt: strings.NewReader(string(in)), Size: int64(len(in)), Kinds: table})
		if (r == nil) != (err != nil) {
			t.Fatalf("%v with error %v", r, err)
		}
		if err != nil {
			return
		}
		for _, p := range r.Proposals {
			if k := table.Kind(p.Kind); k == nil || p.Source == "" || !p.ID.IsZero() {
				t.Errorf("%+v", p)
			}
			for _, name := range record.Fields {
				if len(*p.At(name)) > 4000 {
					t.Errorf("%s has %d bytes", name, len(*p.At(name)))
				}
			}
		}
		for _, file := range r.Files {
			if _, err := file.Open(); err != nil {
				t.Error(err)
			}
		}
	})
}
