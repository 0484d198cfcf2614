package fhir_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"carnet/assets"
	"carnet/vault/exchange/fhir"
	"carnet/vault/exchange/ips"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// full is a record with entries of every kind of the table, in each way that they
// can be said: whole, with the least, with each code, and « none known ».
func full(t testing.TB) *fhir.Record {
	t.Helper()
	kinds, err := profile.Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	r := &fhir.Record{
		Patient: record.Patient{ID: record.ID{9}, Name: "Lou & <Kervalan>", Birth: "2015-09-30", Sex: record.Female, NIR: "215097511600174", INS: "215097511600174"},
		Kinds:   kinds, Label: func(fr, _ string) string { return fr }, Made: time.Date(2026, 11, 20, 10, 30, 0, 0, time.UTC),
	}
	add := func(e record.Entry) {
		t.Helper()
		if err := kinds.Check(&e, "2026-11-20"); err != nil {
			t.Fatalf("%+v: %v", e, err)
		}
		e.ID = record.ID{byte(len(r.Entries) >> 8), byte(len(r.Entries)), 7}
		e.AddedAt = record.At(r.Made)
		r.Entries = append(r.Entries, e)
	}
	for i := range kinds.Kinds {
		k := &kinds.Kinds[i]
		if k.NoneFR != "" {
			add(record.Entry{Kind: k.Code, Status: record.NoneKnown, Note: "demandé"})
		}
		if k.Code == profile.Measurement {
			continue
		}
		whole, least := record.Entry{Kind: k.Code}, record.Entry{Kind: k.Code}
		for _, f := range k.Fields {
			value := "« x » & <y>"
			switch {
			case f.Values != nil:
				value = f.Values[0].Code
			case f.Name == record.FieldStart && k.Planned:
				value = "2027-02-03T09:00:00+01:00"
			case f.Name == record.FieldEnd && k.Planned:
				value = "2027-02-03T09:30:00+01:00"
			case f.Name == record.FieldStart:
				value = "2020-02"
			case f.Name == record.FieldEnd:
				value = "2021"
			case f.Name == record.FieldValue:
				value = "2"
			}
			*whole.At(f.Name) = value
			if f.Required {
				*least.At(f.Name) = value
			}
		}
		add(whole)
		add(least)
		for _, f := range k.Fields {
			for _, c := range f.Values {
				e := whole
				*e.At(f.Name) = c.Code
				add(e)
			}
		}
	}
	add(record.Entry{Kind: profile.Appointment, Text: "Bilan", Start: "2027-02-03", End: "2027-02-04", Status: "booked"})
	add(record.Entry{Kind: "condition", Text: "Asthme", Code: "J45", System: "http://hl7.org/fhir/sid/icd-10"})
	for _, o := range kinds.Observations {
		for _, u := range o.Units {
			e := record.Entry{Kind: profile.Measurement, Type: o.Code, Unit: u.UCUM, Value: "012.50", Start: "2024-03-04", Note: "au calme"}
			if o.Second != nil {
				e.Value2 = "8"
			}
			add(e)
		}
	}
	add(record.Entry{Kind: "condition", Text: "à la corbeille"})
	r.Entries[len(r.Entries)-1].RemovedAt = 1
	r.Documents = []fhir.Document{
		{Document: record.Document{ID: record.ID{1, 2}, Title: "Ordonnance", Date: "2024-06", MediaType: "application/pdf", Size: 12, AddedAt: record.At(r.Made)}, URL: "../originals/2024/x.pdf", Category: "Ordonnances"},
		{Document: record.Document{ID: record.ID{1, 3}, Title: "Sans rien", Size: 1 << 33}, URL: "../originals/0000/y.bin"},
		{Document: record.Document{ID: record.ID{1, 4}, Title: "à la corbeille", RemovedAt: 1}, URL: "../originals/0000/z.bin"},
	}
	return r
}

// bundles are what is written, by name. CARNET_FHIR names a folder that .ci/fhir
// wants them in.
func bundles(t testing.TB) map[string][]byte {
	t.Helper()
	r := full(t)
	empty := &fhir.Record{Patient: record.Patient{Name: "Lou", Birth: "2015-09-30"}, Kinds: r.Kinds, Label: r.Label, Made: r.Made}
	out := map[string][]byte{}
	for name, x := range map[string]*fhir.Record{"full": r, "empty": empty} {
		var err error
		if out[name+"-bundle.json"], err = x.Collection(); err != nil {
			t.Fatal(err)
		}
		if out[name+"-ips.json"], err = ips.Document(x, "Ma santé en résumé", "Rien n'est renseigné."); err != nil {
			t.Fatal(err)
		}
	}
	if dir := os.Getenv("CARNET_FHIR"); dir != "" {
		for name, content := range out {
			if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return out
}

type read struct {
	ResourceType, Type, ID string
	Identifier             any
	Entry                  []struct {
		FullURL  string
		Resource map[string]any
	}
}

// TestBundles: each reference leads to a resource of its bundle, each resource has
// its type, its id and something to read, and nothing of the bin is there.
func TestBundles(t *testing.T) {
	again := bundles(t)
	for name, content := range bundles(t) {
		if !bytes.Equal(content, again[name]) {
			t.Errorf("%s is another the second time", name)
		}
		if bytes.Contains(content, []byte(`"system":"« x »`)) || bytes.Contains(content, []byte(`"system": "« x »`)) {
			t.Errorf("%s names a terminology by words", name)
		}
		var b read
		if err := json.Unmarshal(content, &b); err != nil {
			t.Fatal(err)
		}
		urls := map[string]bool{}
		for _, e := range b.Entry {
			if urls[e.FullURL] {
				t.Errorf("%s has %s twice", name, e.FullURL)
			}
			urls[e.FullURL] = true
			kind, _ := e.Resource["resourceType"].(string)
			id, _ := e.Resource["id"].(string)
			if kind == "" || id == "" || !strings.HasPrefix(e.FullURL, "urn:uuid:") || strings.ReplaceAll(e.FullURL[9:], "-", "") != id {
				t.Errorf("%s: %v", name, e)
			}
			if text, _ := e.Resource["text"].(map[string]any); kind != "DocumentReference" && !strings.HasPrefix(text["div"].(string), "<div xmlns=") {
				t.Errorf("%s: no narrative in %s %s", name, kind, id)
			}
		}
		for _, to := range references(content) {
			if !urls[to] {
				t.Errorf("%s refers to %s, which is not there", name, to)
			}
		}
		if bytes.Contains(content, []byte("corbeille")) || bytes.Contains(content, []byte("<Kervalan>\",\"")) {
			t.Errorf("%s has what it should not", name)
		}
	}
}

func references(content []byte) (out []string) {
	var walk func(x any)
	walk = func(x any) {
		switch x := x.(type) {
		case map[string]any:
			for key, value := range x {
				if to, ok := value.(string); ok && key == "reference" {
					out = append(out, to)
				}
				walk(value)
			}
		case []any:
			for _, value := range x {
				walk(value)
			}
		}
	}
	var all any
	if json.Unmarshal(content, &all) == nil {
		walk(all)
	}
	return out
}

// TestResources: what a reader would look for is where FHIR has it.
func TestResources(t *testing.T) {
	var b read
	if err := json.Unmarshal(bundles(t)["full-bundle.json"], &b); err != nil {
		t.Fatal(err)
	}
	has := func(kind, want string) {
		t.Helper()
		for _, e := range b.Entry {
			said, err := json.Marshal(e.Resource)
			if err == nil && e.Resource["resourceType"] == kind && strings.Contains(string(said), want) {
				return
			}
		}
		t.Errorf("no %s says %s", kind, want)
	}
	has("Patient", `"system":"urn:oid:1.2.250.1.213.1.4.8","value":"215097511600174"`)
	has("Observation", `"code":"8480-6"`)
	has("Observation", `"valueQuantity":{"code":"kg","system":"http://unitsofmeasure.org","unit":"kg","value":12.5}`)
	has("AllergyIntolerance", `"code":"no-known-allergies"`)
	has("Condition", `"code":"J45","system":"http://hl7.org/fhir/sid/icd-10"`)
	has("Condition", `"code":"resolved","system":"http://terminology.hl7.org/CodeSystem/condition-clinical"`)
	has("DocumentReference", `"url":"../originals/2024/x.pdf"`)
	has("Consent", `"code":"acd"`)
	has("Appointment", `"start":"2027-02-03T09:00:00+01:00","status":"cancelled"`)
	has("Appointment", `"requestedPeriod":[{"end":"2027-02-04","start":"2027-02-03"}],"resourceType":"Appointment","status":"proposed"`)
	kinds := []string{}
	for _, e := range b.Entry {
		kinds = append(kinds, e.Resource["resourceType"].(string))
	}
	for _, kind := range []string{"Encounter", "Procedure", "FamilyMemberHistory", "RelatedPerson", "Immunization", "MedicationStatement"} {
		if !slices.Contains(kinds, kind) {
			t.Errorf("no %s", kind)
		}
	}
}

// TestSummary: the document begins with its composition, and the three sections
// that IPS wants are there, with entries or with the reason why not.
func TestSummary(t *testing.T) {
	for name, content := range bundles(t) {
		if !strings.HasSuffix(name, "-ips.json") {
			continue
		}
		var b struct {
			Type, Timestamp string
			Identifier      struct{ System, Value string }
			Entry           []struct {
				Resource struct {
					ResourceType string
					Type         struct{ Coding []struct{ Code string } }
					Section      []struct {
						Title       string
						Code        struct{ Coding []struct{ Code string } }
						Text        struct{ Div string }
						Entry       []struct{ Reference string }
						EmptyReason *struct{ Coding []struct{ Code string } }
					}
				} `json:"resource"`
			}
		}
		if err := json.Unmarshal(withoutTypes(t, content), &b); err != nil {
			t.Fatal(err)
		}
		first := b.Entry[0].Resource
		if b.Type != "document" || b.Identifier.Value == "" || b.Timestamp == "" || first.ResourceType != "Composition" || first.Type.Coding[0].Code != "60591-5" {
			t.Errorf("%s: %+v", name, first)
		}
		found := map[string]bool{}
		for _, s := range first.Section {
			found[s.Code.Coding[0].Code] = true
			if s.Title == "" || s.Text.Div == "" || (len(s.Entry) == 0) != (s.EmptyReason != nil) {
				t.Errorf("%s: %+v", name, s)
			}
		}
		for _, code := range []string{"11450-4", "48765-2", "10160-0"} {
			if !found[code] {
				t.Errorf("%s has no section %s", name, code)
			}
		}
		if want := map[string]int{"full-ips.json": 9, "empty-ips.json": 3}[name]; len(found) != want {
			t.Errorf("%s has %d sections, not %d", name, len(found), want)
		}
	}
}

// withoutTypes keeps the first entry alone: the type of others is not of one form.
func withoutTypes(t *testing.T, content []byte) []byte {
	t.Helper()
	var b map[string]any
	if err := json.Unmarshal(content, &b); err != nil {
		t.Fatal(err)
	}
	b["entry"] = b["entry"].([]any)[:1]
	out, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
