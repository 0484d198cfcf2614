package profile

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"carnet/assets"
	"carnet/vault/record"
	"carnet/vault/table"
)

func load(t testing.TB) *Table {
	t.Helper()
	table, err := Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

const today = "2026-11-22"

// entries are one whole entry of each kind.
func entries() map[string]record.Entry {
	return map[string]record.Entry{
		"condition":      {Text: "Asthme", Status: "active", Start: "2019", Performer: "Dr Exemple", Note: "à l'effort"},
		"medication":     {Text: "Salbutamol", Dosage: "2 bouffées si besoin", Status: "active", Start: "2020-03"},
		"allergy":        {Text: "Arachide", Type: "allergy", Severity: "high", Reaction: "gonflement", Status: "active"},
		"immunization":   {Text: "ROR", Start: "2020-09-12", Value: "1", Status: "completed", Code: "A12B"},
		"observation":    {Type: "weight", Value: "17.2", Unit: "kg", Start: "2026-11-02"},
		"exam":           {Text: "Examen à 8 mois", Start: "2020-02-03", Status: "completed", Type: "pmi", Performer: "Dr Exemple", Value: "found", Reaction: "regard", Method: "voir un ophtalmologue", Severity: "planned", Code: "month-8", System: "child-exams-2019-03"},
		"screening":      {Type: "hearing", Text: "Réagit à la voix", Start: "2020-02", Value: "nothing"},
		"result":         {Text: "TSH", Value: "2,1", Unit: "m[IU]/L", Start: "2026-10-02", Method: "0,4 à 4", Performer: "Laboratoire", Code: "3016-3", System: "http://loinc.org"},
		"encounter":      {Text: "Bronchiolite", Type: "inpatient", Start: "2020-01-03", End: "2020-01-08", Location: "Hôpital"},
		"procedure":      {Text: "Amygdales", Start: "2024-05-14"},
		"family-history": {Relation: "mère", Text: "Diabète", Value: "40"},
		"disability":     {Text: "Malentendante", Reaction: "parler de face"},
		"habit":          {Type: "activity", Text: "natation, une fois par semaine"},
		"contact":        {Text: "Dominique Exemple", Type: "emergency", Relation: "père", Phone: "+33 6 39 98 00 00", Code: "10100997245"},
		"directive":      {Type: "organ-donation", Text: "Je suis d'accord"},
		"appointment":    {Text: "Kiné", Start: "2027-01-03T14:30:00+01:00", End: "2027-01-03T15:00:00+01:00", Status: "booked", Performer: "Cabinet Exemple", Location: "12 rue des Lilas"},
		"blood-group":    {Value: "O+", Performer: "carte de groupe sanguin"},
		"step":           {Text: "Téléchargez la preuve.", Code: "oppose/proof", Start: "2026-11-02"},
	}
}

func TestEveryKindTakesAWholeEntry(t *testing.T) {
	table := load(t)
	whole := entries()
	for _, k := range table.Kinds {
		e, ok := whole[k.Code]
		if !ok {
			t.Errorf("no entry of kind %s is tried", k.Code)
		}
		e.Kind = k.Code
		if err := table.Check(&e, today); err != nil {
			t.Errorf("%s: %v", k.Code, err)
		}
		if got := table.Unlikely(&e); len(got) > 0 {
			t.Errorf("%s: %v is called unlikely", k.Code, got)
		}
		for _, f := range k.Fields {
			broken := e
			*broken.At(f.Name) = ""
			err := table.Check(&broken, today)
			var at *FieldError
			if f.Required && (!errors.Is(err, ErrMissing) || !errors.As(err, &at) || at.Field != f.Name) {
				t.Errorf("%s without its %s: %v", k.Code, f.Name, err)
			}
			if !f.Required && err != nil {
				t.Errorf("%s without its %s: %v", k.Code, f.Name, err)
			}
			*broken.At(f.Name) = strings.Repeat("a", MaxLength+1)
			if err := table.Check(&broken, today); !errors.Is(err, ErrLong) {
				t.Errorf("%s with a long %s: %v", k.Code, f.Name, err)
			}
			if f.Values != nil {
				*broken.At(f.Name) = "autre chose"
				if err := table.Check(&broken, today); !errors.Is(err, ErrCode) {
					t.Errorf("%s with a strange %s: %v", k.Code, f.Name, err)
				}
			}
		}
	}
}

func TestNoneKnown(t *testing.T) {
	table := load(t)
	n := 0
	for _, k := range table.Kinds {
		e := record.Entry{Kind: k.Code, Status: record.NoneKnown, Note: "demandé au médecin"}
		err := table.Check(&e, today)
		switch {
		case k.NoneFR == "" && !errors.Is(err, ErrCode):
			t.Errorf("%s has no such answer: %v", k.Code, err)
		case k.NoneFR != "" && err != nil:
			t.Errorf("%s: %v", k.Code, err)
		case k.NoneFR != "":
			n++
		}
		e.Text = "Arachide"
		if err := table.Check(&e, today); err == nil {
			t.Errorf("%s: « none known » and something", k.Code)
		}
	}
	if n < 5 {
		t.Errorf("%d kinds know the answer", n)
	}
}

func TestCheckRefuses(t *testing.T) {
	table := load(t)
	for name, c := range map[string]struct {
		entry record.Entry
		want  error
		field record.Field
	}{
		"kind":                  {record.Entry{Kind: "horoscope", Text: "x"}, ErrKind, ""},
		"field of another kind": {record.Entry{Kind: "condition", Text: "x", Dosage: "y"}, ErrField, record.FieldDosage},
		"only spaces":           {record.Entry{Kind: "condition", Text: "  "}, ErrMissing, record.FieldText},
		"tomorrow":              {record.Entry{Kind: "condition", Text: "x", Start: "2026-11-23"}, ErrDate, record.FieldStart},
		"no day":                {record.Entry{Kind: "condition", Text: "x", Start: "2026-02-30"}, ErrDate, record.FieldStart},
		"words for a date":      {record.Entry{Kind: "condition", Text: "x", Start: "hier"}, ErrDate, record.FieldStart},
		"end before start":      {record.Entry{Kind: "condition", Text: "x", Start: "2020-05", End: "2019"}, ErrDate, record.FieldEnd},
		"measurement":           {record.Entry{Kind: Measurement, Type: "aura", Value: "1", Start: "2026"}, ErrCode, record.FieldType},
		"words for a number":    {record.Entry{Kind: Measurement, Type: "weight", Value: "lourd", Start: "2026"}, ErrNumber, record.FieldValue},
		"NaN":                   {record.Entry{Kind: Measurement, Type: "weight", Value: "NaN", Start: "2026"}, ErrNumber, record.FieldValue},
		"exponent":              {record.Entry{Kind: Measurement, Type: "weight", Value: "1e3", Start: "2026"}, ErrNumber, record.FieldValue},
		"unit":                  {record.Entry{Kind: Measurement, Type: "weight", Value: "17", Unit: "cm", Start: "2026"}, ErrUnit, record.FieldUnit},
		"one pressure":          {record.Entry{Kind: Measurement, Type: "blood-pressure", Value: "120", Start: "2026"}, ErrMissing, record.FieldValue2},
		"two weights":           {record.Entry{Kind: Measurement, Type: "weight", Value: "17", Value2: "18", Start: "2026"}, ErrField, record.FieldValue2},
		"second not a number":   {record.Entry{Kind: Measurement, Type: "blood-pressure", Value: "120", Value2: "bas", Start: "2026"}, ErrNumber, record.FieldValue2},
		"a planned month":       {record.Entry{Kind: Appointment, Text: "x", Start: "2027-01"}, ErrDate, record.FieldStart},
		"no zone":               {record.Entry{Kind: Appointment, Text: "x", Start: "2027-01-03T14:30:00"}, ErrDate, record.FieldStart},
		"ends before":           {record.Entry{Kind: Appointment, Text: "x", Start: "2027-01-03T14:30:00+01:00", End: "2027-01-03T13:29:59Z"}, ErrDate, record.FieldEnd},
		"ends without a time":   {record.Entry{Kind: Appointment, Text: "x", Start: "2027-01-03T14:30:00+01:00", End: "2027-01-04"}, ErrDate, record.FieldEnd},
		"method":                {record.Entry{Kind: Measurement, Type: "height", Value: "110", Method: "à vue d'œil", Start: "2026"}, ErrCode, record.FieldMethod},
	} {
		err := table.Check(&c.entry, today)
		var at *FieldError
		if !errors.Is(err, c.want) || c.field != "" && (!errors.As(err, &at) || at.Field != c.field) {
			t.Errorf("%s: %v", name, err)
		}
	}
	same := record.Entry{Kind: "encounter", Text: "x", Start: "2020-05-14", End: "2020-05"}
	if err := table.Check(&same, today); err != nil {
		t.Errorf("an end known to the month only: %v", err)
	}
}

// TestPlanned: what is planned may lie ahead, as a day or as a moment.
func TestPlanned(t *testing.T) {
	table := load(t)
	for _, e := range []record.Entry{
		{Start: "2030-01-03"}, {Start: "1999-01-03"}, {Start: "2030-01-03", End: "2030-01-03"}, {Start: "2030-01-03T14:30:00+01:00"},
		{Start: "2030-01-03T14:30:00+01:00", End: "2030-01-03T13:30:00Z"},
	} {
		e.Kind, e.Text = Appointment, "x"
		if err := table.Check(&e, today); err != nil {
			t.Errorf("%s to %s: %v", e.Start, e.End, err)
		}
	}
}

func TestUnlikely(t *testing.T) {
	table := load(t)
	for _, c := range []struct {
		kind, value, value2, unit string
		want                      []record.Field
	}{
		{"weight", "17", "", "", nil},
		{"weight", "1720", "", "kg", []record.Field{record.FieldValue}},
		{"weight", "3450", "", "g", nil},
		{"temperature", "98.6", "", "", []record.Field{record.FieldValue}},
		{"blood-pressure", "120", "80", "", nil},
		{"blood-pressure", "12", "8", "", []record.Field{record.FieldValue, record.FieldValue2}},
		{"blood-pressure", "80", "120", "", []record.Field{record.FieldValue2}}, // the other way round
		{"weight", "beaucoup", "", "", nil},                                     // Check tells
	} {
		e := record.Entry{Kind: Measurement, Type: c.kind, Value: c.value, Value2: c.value2, Unit: c.unit}
		if got := table.Unlikely(&e); !slices.Equal(got, c.want) {
			t.Errorf("%s %s %s: %v", c.kind, c.value, c.value2, got)
		}
	}
}

func TestNumber(t *testing.T) {
	for typed, want := range map[string]string{"17,2": "17.2", "1 200": "1200", "1\u202f200,5": "1200.5", "-3": "-3", "douze": "douze", "1,2,3": "1,2,3", "": ""} {
		if got := Number(typed); got != want {
			t.Errorf("%q: %q", typed, got)
		}
	}
}

// TestFaultyTables: a table that contradicts itself is found when it is loaded.
func TestFaultyTables(t *testing.T) {
	good, err := assets.FS.ReadFile("profile-2026-11.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Table){
		"kind twice":        func(x *Table) { x.Kinds[1].Code = x.Kinds[0].Code },
		"no resource":       func(x *Table) { x.Kinds[0].Resource = "" },
		"half an answer":    func(x *Table) { x.Kinds[0].NoneEN = "" },
		"field twice":       func(x *Table) { x.Kinds[0].Fields[1].Name = x.Kinds[0].Fields[0].Name },
		"no such field":     func(x *Table) { x.Kinds[0].Fields[0].Name = "aura" },
		"measurement twice": func(x *Table) { x.Observations[1].Code = x.Observations[0].Code },
		"no unit":           func(x *Table) { x.Observations[0].Units = nil },
		"limits":            func(x *Table) { x.Observations[0].Units[0].High = 0 },
		"half a second":     func(x *Table) { x.Observations[3].FirstLOINC = "" },
		"no measurements":   func(x *Table) { x.Kind(Measurement).Code = "autre" },
	} {
		var x Table
		if err := json.Unmarshal(good, &x); err != nil {
			t.Fatal(err)
		}
		spoil(&x)
		b, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Load(fstest.MapFS{"profile-2026-11.json": {Data: b}}); !errors.Is(err, ErrTable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Load(fstest.MapFS{}); !errors.Is(err, table.ErrNone) {
		t.Errorf("no table: %v", err)
	}
}

func TestFieldsOfAnEntry(t *testing.T) {
	var e record.Entry
	at := map[*string]record.Field{}
	for _, f := range record.Fields {
		p := e.At(f)
		if p == nil || at[p] != "" {
			t.Fatalf("%s stands where %q does", f, at[p])
		}
		at[p] = f
	}
	if e.At("aura") != nil || len(at) != len(slices.Collect(maps.Keys(at))) {
		t.Error("a field that is none")
	}
}
