package filing

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"carnet/assets"
	"carnet/vault/table"
)

// load reads the tables that the program is built with.
func load(t testing.TB) *Rules {
	t.Helper()
	r, err := Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// explain writes the scores of a document, for the message of a failed test.
func explain(r *Rules, title, text string) string {
	scores := make([]int, len(r.categories))
	r.scoreTitle(title, scores)
	r.scoreText(text, scores)
	var b strings.Builder
	for i, s := range scores {
		if s != 0 {
			fmt.Fprintf(&b, " %s=%d", r.categories[i].Code, s)
		}
	}
	return b.String()
}

// classes are the eleven document classes of TRE_A03-ClasseDocument,
// edition 2020-12-17, OID 1.2.250.1.213.1.1.4.1.
var classes = map[string]string{
	"10": "Compte rendu",
	"11": "Synthèse",
	"31": "Imagerie médicale",
	"42": "Prescription",
	"43": "Dispensation",
	"44": "Plan de soins, protocole de soins",
	"45": "Traitement administré",
	"52": "Certificat, déclaration",
	"60": "Données de remboursement",
	"90": "Autres documents déposés par le patient",
	"95": "Document de gestion",
}

// codes are the categories of the product, in the order of the library.
var codes = []string{"prescription", "lab", "imaging", "report", "hospital", "vaccination", "certificate", "dental",
	"optical-hearing", "administrative", "prevention", "directive", "unfiled"}

func TestCategories(t *testing.T) {
	r := load(t)
	var got []string
	labels := map[string]bool{}
	for _, c := range r.Categories() {
		got = append(got, c.Code)
		if c.LabelFR == "" || c.LabelEN == "" || labels[c.LabelFR] || labels[c.LabelEN] && c.LabelEN != c.LabelFR {
			t.Errorf("%s: labels %q and %q", c.Code, c.LabelFR, c.LabelEN)
		}
		labels[c.LabelFR], labels[c.LabelEN] = true, true
		if name, ok := classes[c.Class]; !ok || name != c.ClassDisplayFR {
			t.Errorf("%s: class %q %q", c.Code, c.Class, c.ClassDisplayFR)
		}
		for _, loinc := range c.LOINC {
			dt, ok := r.Type(loinc)
			if !ok || dt.Category != c.Code || dt.Code != loinc || dt.DisplayFR == "" {
				t.Errorf("%s: type %q: %+v", c.Code, loinc, dt)
			}
			if name := classes[dt.Class]; name != dt.ClassDisplayFR || dt.Class != "" && name == "" {
				t.Errorf("type %s: class %q %q", loinc, dt.Class, dt.ClassDisplayFR)
			}
			if !loincCheck(loinc) {
				t.Errorf("type %s: wrong check digit", loinc)
			}
		}
		if again, ok := r.Category(c.Code); !ok || again.LabelFR != c.LabelFR {
			t.Errorf("category %s: %+v", c.Code, again)
		}
	}
	if !slices.Equal(got, codes) {
		t.Errorf("got categories %v", got)
	}
	if _, ok := r.Category("other"); ok {
		t.Error("there is a category other")
	}
	if _, ok := r.Type("00000-0"); ok {
		t.Error("there is a type 00000-0")
	}
}

// loincCheck reports whether the digit after the hyphen is the modulus 10 check
// of those before it.
func loincCheck(code string) bool {
	digits, check, ok := strings.Cut(code, "-")
	if !ok || len(check) != 1 {
		return false
	}
	sum := 0
	for i := range len(digits) {
		n := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			n *= 2
		}
		sum += n/10 + n%10
	}
	return int(check[0]-'0') == (10-sum%10)%10
}

func TestTypes(t *testing.T) {
	r := load(t)
	for loinc, want := range map[string]string{
		"11502-2": "lab",          // CR d'examens biologiques
		"18748-4": "imaging",      // CR d'imagerie médicale
		"34112-3": "hospital",     // CR hospitalier (séjour)
		"11488-4": "report",       // CR ou fiche de consultation ou de visite
		"57833-6": "prescription", // Prescription de produits de santé
		"11369-6": "vaccination",  // Historique des vaccinations
		"89601-9": "certificate",  // Certificat médical
	} {
		if dt, ok := r.Type(loinc); !ok || dt.Category != want {
			t.Errorf("type %s: %q, want %q", loinc, dt.Category, want)
		}
	}
}

func TestCallerMayChangeCategories(t *testing.T) {
	r := load(t)
	all := r.Categories()
	all[0].Code, all[0].LOINC[0] = "changed", "changed"
	one, _ := r.Category("lab")
	one.LOINC[0] = "changed"
	if c := r.Categories()[0]; c.Code != "prescription" || c.LOINC[0] == "changed" {
		t.Errorf("changed: %+v", c)
	}
	if c, _ := r.Category("lab"); c.LOINC[0] == "changed" {
		t.Errorf("changed: %+v", c)
	}
}

func TestNewestEdition(t *testing.T) {
	files := tables(t, nil, nil)
	if r, err := Load(files); err != nil || r.Edition() != "2026-11" {
		t.Fatalf("edition %v, %v", r, err)
	}
	var rules ruleTable
	decode(t, files["filing-rules-2026-11.json"].Data, &rules)
	rules.Edition.Edition = "2027-02"
	files["filing-rules-2027-02.json"] = encode(t, rules)
	if r, err := Load(files); err != nil || r.Edition() != "2027-02" {
		t.Fatalf("edition %v, %v", r, err)
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, c := range []struct {
		name       string
		categories func(*categoryTable)
		rules      func(*ruleTable)
		want       error
	}{
		{"empty edition of categories", func(c *categoryTable) { c.Edition.Edition = "" }, nil, table.ErrEdition},
		{"empty edition of rules", nil, func(r *ruleTable) { r.Edition.Edition = "" }, table.ErrEdition},
		{"edition of another file", nil, func(r *ruleTable) { r.Edition.Edition = "2026-10" }, table.ErrEdition},
		{"no date", nil, func(r *ruleTable) { r.Date = "" }, table.ErrEdition},
		{"date that is none", func(c *categoryTable) { c.Date = "2026-02-30" }, nil, table.ErrEdition},
		{"no source of rules", nil, func(r *ruleTable) { r.Sources = []string{" "} }, table.ErrEdition},
		{"no source of categories", func(c *categoryTable) { c.Sources = nil }, nil, table.ErrEdition},
		{"duplicate category", func(c *categoryTable) { c.Categories[1].Code = "prescription" }, nil, ErrDuplicate},
		{"category without a code", func(c *categoryTable) { c.Categories[1].Code = "" }, nil, ErrCategory},
		{"category without an English label", func(c *categoryTable) { c.Categories[1].LabelEN = "" }, nil, ErrCategory},
		{"category without a class", func(c *categoryTable) { c.Categories[1].Class = "" }, nil, ErrCategory},
		{"no category unfiled", func(c *categoryTable) { c.Categories = c.Categories[:12] }, nil, ErrCategory},
		{"no category", func(c *categoryTable) { c.Categories = nil }, nil, ErrCategory},
		{"duplicate type", func(c *categoryTable) { c.Types[1] = c.Types[0] }, nil, ErrDuplicate},
		{"type in two categories", func(c *categoryTable) { c.Categories[12].LOINC = c.Categories[0].LOINC[:1] }, nil, ErrDuplicate},
		{"type that the table lacks", func(c *categoryTable) { c.Categories[12].LOINC = []string{"00000-0"} }, nil, ErrUnknownType},
		{"type in no category", func(c *categoryTable) { c.Categories[0].LOINC = nil }, nil, ErrUnknownType},
		{"rule for an unknown category", nil, func(r *ruleTable) { r.Rules[3].Category = "other" }, ErrUnknownCategory},
		{"rule for unfiled", nil, func(r *ruleTable) { r.Rules[3].Category = Unfiled }, ErrUnknownCategory},
		{"rule without a pattern", nil, func(r *ruleTable) { r.Rules[3].Title, r.Rules[3].Text = nil, nil }, ErrRule},
		{"pattern without a word", nil, func(r *ruleTable) { r.Rules[3].Title = []string{"de la - !"} }, ErrRule},
		{"pattern twice", nil, func(r *ruleTable) { r.Rules[3].Text = []string{"compte rendu", "Comptes-rendus"} }, ErrRule},
		{"weight of zero", nil, func(r *ruleTable) { r.Rules[3].Weight = 0 }, ErrRule},
		{"weight beyond", nil, func(r *ruleTable) { r.Rules[3].Weight = -21 }, ErrRule},
	} {
		if _, err := Load(tables(t, c.categories, c.rules)); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
}

func TestLoadRefusesFiles(t *testing.T) {
	for _, c := range []struct {
		name, file, data string
		want             error
	}{
		{"not JSON", "filing-rules-2026-11.json", "{", table.ErrFormat},
		{"unknown field", "filing-rules-2026-11.json", `{"edition": "2026-11", "author": "x"}`, table.ErrFormat},
		{"something after", "categories-2026-11.json", `{} {}`, table.ErrFormat},
		{"no categories", "categories-2026-11.json", "", table.ErrNone},
		{"no rules", "filing-rules-2026-11.json", "", table.ErrNone},
	} {
		files := tables(t, nil, nil)
		if c.data == "" {
			delete(files, c.file)
		} else {
			files[c.file] = &fstest.MapFile{Data: []byte(c.data)}
		}
		if _, err := Load(files); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
	files := tables(t, nil, nil)
	files["filing-rules-2026-12.json"] = &fstest.MapFile{Mode: fs.ModeDir}
	if _, err := Load(files); err == nil {
		t.Error("a folder was read as a table")
	}
}

// A rule with a negative weight speaks against its category.
func TestNegativeWeight(t *testing.T) {
	r, err := Load(tables(t, nil, func(rt *ruleTable) {
		rt.Rules = append(rt.Rules, rule{Category: "prescription", Title: []string{"modèle"}, Text: []string{"modèle"}, Weight: -20})
	}))
	if err != nil {
		t.Fatal(err)
	}
	if code, ok := r.Propose("ordonnance", ""); !ok || code != "prescription" {
		t.Errorf("got %q, %t", code, ok)
	}
	if code, ok := r.Propose("ordonnance modèle", ""); ok {
		t.Errorf("got %q", code)
	}
	if code, ok := r.Propose("ordonnance", "modèle"); ok {
		t.Errorf("got %q", code)
	}
}

// tables returns the tables of the program, changed.
func tables(t *testing.T, categories func(*categoryTable), rules func(*ruleTable)) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	change(t, files, "categories-2026-11.json", categories)
	change(t, files, "filing-rules-2026-11.json", rules)
	return files
}

func change[T any](t *testing.T, files fstest.MapFS, name string, f func(*T)) {
	t.Helper()
	data, err := fs.ReadFile(assets.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	var table T
	decode(t, data, &table)
	if f != nil {
		f(&table)
	}
	files[name] = encode(t, table)
}

func decode(t *testing.T, data []byte, table any) {
	t.Helper()
	if err := json.Unmarshal(data, table); err != nil {
		t.Fatal(err)
	}
}

func encode(t *testing.T, table any) *fstest.MapFile {
	t.Helper()
	data, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: data}
}
