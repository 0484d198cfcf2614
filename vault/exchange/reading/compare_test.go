package reading_test

import (
	"testing"

	"carnet/assets"
	"carnet/vault/exchange/reading"
	"carnet/vault/profile"
	"carnet/vault/record"
)

func TestCompare(t *testing.T) {
	for name, c := range map[string]struct {
		proposed, known record.Entry
		want            reading.Likeness
	}{
		"words in another order": {record.Entry{Kind: "allergy", Text: "Pénicilline G"}, record.Entry{Kind: "allergy", Text: "g, penicilline"}, reading.Same},
		"another kind":           {record.Entry{Kind: "allergy", Text: "Asthme"}, record.Entry{Kind: "condition", Text: "Asthme"}, reading.Unlike},
		"the same code":          {record.Entry{Kind: "condition", Text: "Asthme", Code: "J45", System: "c"}, record.Entry{Kind: "condition", Text: "Bronches", Code: "J45", System: "c"}, reading.Same},
		"a code of another list": {record.Entry{Kind: "condition", Text: "Asthme", Code: "J45", System: "c"}, record.Entry{Kind: "condition", Text: "Bronches", Code: "J45", System: "d"}, reading.Unlike},
		"a status that changed":  {record.Entry{Kind: "condition", Text: "Asthme", Status: "resolved"}, record.Entry{Kind: "condition", Text: "Asthme", Status: "active"}, reading.Similar},
		"a year and its day":     {record.Entry{Kind: "procedure", Text: "Hanche", Start: "2019-03-04"}, record.Entry{Kind: "procedure", Text: "Hanche", Start: "2019"}, reading.Same},
		"twice the same":         {record.Entry{Kind: "procedure", Text: "Hanche", Start: "2019"}, record.Entry{Kind: "procedure", Text: "Hanche", Start: "2020"}, reading.Unlike},
		"an illness, other year": {record.Entry{Kind: "condition", Text: "Asthme", Start: "2019"}, record.Entry{Kind: "condition", Text: "Asthme", Start: "2020"}, reading.Similar},
		"another value":          {record.Entry{Kind: "observation", Type: "weight", Start: "2019-01-01", Value: "61"}, record.Entry{Kind: "observation", Type: "weight", Start: "2019-01-01", Value: "16"}, reading.Similar},
		"another day":            {record.Entry{Kind: "observation", Type: "weight", Start: "2019-01-01", Value: "61"}, record.Entry{Kind: "observation", Type: "weight", Start: "2019-01-02", Value: "61"}, reading.Unlike},
		"an appointment moved":   {record.Entry{Kind: "appointment", Text: "Kiné", Code: "u", System: "c", Start: "2026-12-04"}, record.Entry{Kind: "appointment", Text: "Kiné", Code: "u", System: "c", Start: "2026-12-03"}, reading.Similar},
		"an appointment again":   {record.Entry{Kind: "appointment", Text: "Kiné", Start: "2026-12-03T14:30:00+01:00"}, record.Entry{Kind: "appointment", Text: "kine", Start: "2026-12-03"}, reading.Same},
		"another appointment":    {record.Entry{Kind: "appointment", Text: "Kiné", Start: "2026-12-04"}, record.Entry{Kind: "appointment", Text: "Kiné", Start: "2026-12-03"}, reading.Unlike},
		"none known, twice":      {record.Entry{Kind: "allergy", Status: record.NoneKnown}, record.Entry{Kind: "allergy", Status: record.NoneKnown}, reading.Same},
		"none known, and one":    {record.Entry{Kind: "allergy", Status: record.NoneKnown}, record.Entry{Kind: "allergy", Text: "Chat"}, reading.Unlike},
		"without words":          {record.Entry{Kind: "condition"}, record.Entry{Kind: "condition"}, reading.Unlike},
	} {
		if got := reading.Compare(&c.proposed, &c.known); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// TestObserved tells measurements of the table from results, and never loses a
// unit.
func TestObserved(t *testing.T) {
	kinds, err := profile.Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	code := func(c string) reading.Code { return reading.Code{System: reading.LOINC, Code: c, Display: "mot"} }
	for name, c := range map[string]struct {
		in   reading.Observed
		want record.Entry
		ok   bool
	}{
		"a weight":           {reading.Observed{Code: code("3141-9"), Value: "61,5", Unit: "kg", Day: "2020-01-02"}, record.Entry{Kind: "observation", Type: "weight", Value: "61.5", Start: "2020-01-02"}, true},
		"in grams":           {reading.Observed{Code: code("29463-7"), Value: "3200", Unit: "g", Day: "2020-01-02"}, record.Entry{Kind: "observation", Type: "weight", Value: "3200", Unit: "g", Start: "2020-01-02"}, true},
		"in pounds":          {reading.Observed{Code: code("29463-7"), Value: "150", Unit: "[lb_av]", Day: "2020-01-02"}, record.Entry{Kind: "result", Text: "mot", Code: "29463-7", System: reading.LOINC, Value: "150", Unit: "[lb_av]", Start: "2020-01-02"}, true},
		"without a unit":     {reading.Observed{Code: code("29463-7"), Value: "150", Day: "2020-01-02"}, record.Entry{Kind: "result", Text: "mot", Code: "29463-7", System: reading.LOINC, Value: "150", Start: "2020-01-02"}, true},
		"a pressure":         {reading.Observed{Code: code("85354-9"), Value: "120", Value2: "80", Unit: "mm[Hg]", Day: "2020"}, record.Entry{Kind: "observation", Type: "blood-pressure", Value: "120", Value2: "80", Start: "2020"}, true},
		"a test":             {reading.Observed{Text: "TSH", Code: code("3016-3"), Value: "2,1", Unit: "m[IU]/L", Day: "2020-01"}, record.Entry{Kind: "result", Text: "TSH", Code: "3016-3", System: reading.LOINC, Value: "2,1", Unit: "m[IU]/L", Start: "2020-01"}, true},
		"a weight in words":  {reading.Observed{Code: code("29463-7"), Value: "lourd", Unit: "kg", Day: "2020"}, record.Entry{Kind: "result", Text: "mot", Code: "29463-7", System: reading.LOINC, Value: "lourd", Unit: "kg", Start: "2020"}, true},
		"without a day":      {reading.Observed{Code: code("3016-3"), Value: "2"}, record.Entry{}, false},
		"without a value":    {reading.Observed{Code: code("3016-3"), Day: "2020"}, record.Entry{}, false},
		"code of other list": {reading.Observed{Text: "x", Code: reading.Code{System: "urn:oid:1.2", Code: "29463-7"}, Value: "61", Unit: "kg", Day: "2020"}, record.Entry{Kind: "result", Text: "x", Code: "29463-7", System: "urn:oid:1.2", Value: "61", Unit: "kg", Start: "2020"}, true},
	} {
		got, ok := c.in.Propose(kinds)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
		if ok {
			if err := kinds.Check(&got, "2026-11-22"); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
