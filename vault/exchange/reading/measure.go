package reading

import (
	"carnet/vault/profile"
	"carnet/vault/record"
)

// Terminologies, as FHIR names them.
const (
	LOINC  = "http://loinc.org"
	UCUM   = "http://unitsofmeasure.org"
	SNOMED = "http://snomed.info/sct"
	ATC    = "http://www.whocc.no/atc"
)

// Observed is a number, or words, that somebody found.
type Observed struct {
	Text      string // what it is, in words
	Code      Code
	Value     string // a number with a point or a comma, or words
	Value2    string // the second of two numbers
	Unit      string // UCUM
	Day       string // YYYY-MM-DD or less
	Range     string // what the laboratory calls usual
	Performer string
	Note      string
}

// Propose makes the entry of what was observed: a measurement where the table of
// kinds has one of this code and unit, a result otherwise. ok is false where there
// is nothing to say: no value, no day, or no words for it.
func (o *Observed) Propose(kinds *profile.Table) (e record.Entry, ok bool) {
	if o.Value == "" || o.Day == "" || kinds == nil {
		return e, false
	}
	e = record.Entry{Kind: profile.Measurement, Start: o.Day, Performer: o.Performer, Note: o.Note}
	if m := kinds.ByLOINC(o.Code.Code); m != nil && o.Code.System == LOINC && o.Unit != "" {
		e.Type, e.Unit, e.Value, e.Value2 = m.Code, o.Unit, profile.Number(o.Value), profile.Number(o.Value2)
		if e.Unit == m.Units[0].UCUM {
			e.Unit = "" // the usual one
		}
		if kinds.Check(&e, o.Day) == nil {
			return e, true
		}
	}
	e = record.Entry{
		Kind: profile.Result, Text: o.Text, Code: o.Code.Code, System: o.Code.System, Value: o.Value, Unit: o.Unit,
		Start: o.Day, Method: o.Range, Performer: o.Performer, Note: o.Note,
	}
	if o.Value2 != "" {
		e.Value += "/" + o.Value2
	}
	if e.Text == "" {
		e.Text = o.Code.Display
	}
	return e, e.Text != "" && kinds.Kind(profile.Result) != nil
}
