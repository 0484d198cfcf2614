package record

import "time"

// Entry is one entry of a person's medical profile: an illness, a treatment, an
// allergy, a measurement and so on. Which fields its kind uses, and the codes
// that its status and type may have, are in the table of the profile
// (vault/profile). Every field is text, so that what a person wrote is kept as
// it is; a field that is not used is "".
type Entry struct {
	ID      ID `cbor:"-"`
	Patient ID `cbor:"-"`

	Kind string `cbor:"1,keyasint"` // a code of the table of kinds, such as "condition"; never changes

	Text      string `cbor:"2,keyasint"`  // what it is, in the person's words: CodeableConcept.text
	Code      string `cbor:"3,keyasint"`  // its code in a terminology: Coding.code
	System    string `cbor:"4,keyasint"`  // of that code: Coding.system
	Status    string `cbor:"5,keyasint"`  // a code of the kind's statuses
	Type      string `cbor:"6,keyasint"`  // a code of the kind's types
	Start     string `cbor:"7,keyasint"`  // YYYY, YYYY-MM or YYYY-MM-DD, of what is planned also a [Moment]: onset, effective or period.start
	End       string `cbor:"8,keyasint"`  // the same: abatement or period.end
	Value     string `cbor:"9,keyasint"`  // a decimal number with a point, or a code of the kind's values
	Value2    string `cbor:"10,keyasint"` // the second of two numbers: diastolic pressure
	Unit      string `cbor:"11,keyasint"` // UCUM
	Method    string `cbor:"12,keyasint"` // how or in which position it was measured
	Dosage    string `cbor:"13,keyasint"`
	Performer string `cbor:"14,keyasint"` // who prescribed, did or wrote it
	Location  string `cbor:"15,keyasint"` // where it took place, or where it is kept
	Relation  string `cbor:"16,keyasint"` // of a relative or a contact to the person
	Phone     string `cbor:"17,keyasint"`
	Severity  string `cbor:"18,keyasint"` // AllergyIntolerance.criticality and the like: a code of the kind
	Reaction  string `cbor:"19,keyasint"` // what happened
	Note      string `cbor:"20,keyasint"`

	Source   Source `cbor:"21,keyasint"` // where it comes from
	Document ID     `cbor:"22,keyasint"` // that shows it, zero for none

	// RemovedAt is when the entry went to the bin; zero when it is not there.
	RemovedAt Millis `cbor:"23,keyasint"`
	AddedAt   Millis `cbor:"24,keyasint"` // never changes
	AddedBy   ID     `cbor:"25,keyasint"` // keyholder; never changes

	Contest
}

// Source says who an entry comes from.
type Source string

// The sources. An empty one is the person.
const (
	SourcePerson       Source = "person"
	SourceDocument     Source = "document"
	SourceProfessional Source = "professional"
)

// NoneKnown is the status of an entry that says « none known »: the person was
// asked, and there is none. Without it, a kind without entries is not filled in.
const NoneKnown = "none-known"

// Moment reads a whole day (YYYY-MM-DD), or a moment by the clock of the place with its
// distance from UTC (2026-12-03T14:30:00+01:00, RFC 3339 without fractions), which is
// timed. A day is given as its midnight in UTC.
func Moment(s string) (at time.Time, timed, ok bool) {
	if at, err := time.Parse(time.DateOnly, s); err == nil {
		return at, false, true
	}
	at, err := time.Parse(time.RFC3339, s)
	return at, true, err == nil && at.Format(time.RFC3339) == s
}

// Field is a text field of an [Entry], by its JSON name.
type Field string

// The fields that the table of kinds may use.
const (
	FieldText      Field = "text"
	FieldCode      Field = "code"
	FieldSystem    Field = "system"
	FieldStatus    Field = "status"
	FieldType      Field = "type"
	FieldStart     Field = "start"
	FieldEnd       Field = "end"
	FieldValue     Field = "value"
	FieldValue2    Field = "value2"
	FieldUnit      Field = "unit"
	FieldMethod    Field = "method"
	FieldDosage    Field = "dosage"
	FieldPerformer Field = "performer"
	FieldLocation  Field = "location"
	FieldRelation  Field = "relation"
	FieldPhone     Field = "phone"
	FieldSeverity  Field = "severity"
	FieldReaction  Field = "reaction"
	FieldNote      Field = "note"
)

// Fields lists all of them, in the order of [Entry].
var Fields = []Field{
	FieldText, FieldCode, FieldSystem, FieldStatus, FieldType, FieldStart, FieldEnd, FieldValue, FieldValue2, FieldUnit,
	FieldMethod, FieldDosage, FieldPerformer, FieldLocation, FieldRelation, FieldPhone, FieldSeverity, FieldReaction, FieldNote,
}

// At is where an entry holds a field, nil for a name that is none.
func (e *Entry) At(f Field) *string {
	switch f {
	case FieldText:
		return &e.Text
	case FieldCode:
		return &e.Code
	case FieldSystem:
		return &e.System
	case FieldStatus:
		return &e.Status
	case FieldType:
		return &e.Type
	case FieldStart:
		return &e.Start
	case FieldEnd:
		return &e.End
	case FieldValue:
		return &e.Value
	case FieldValue2:
		return &e.Value2
	case FieldUnit:
		return &e.Unit
	case FieldMethod:
		return &e.Method
	case FieldDosage:
		return &e.Dosage
	case FieldPerformer:
		return &e.Performer
	case FieldLocation:
		return &e.Location
	case FieldRelation:
		return &e.Relation
	case FieldPhone:
		return &e.Phone
	case FieldSeverity:
		return &e.Severity
	case FieldReaction:
		return &e.Reaction
	case FieldNote:
		return &e.Note
	}
	return nil
}

// Change is one write of a record, as its history shows it.
type Change struct {
	At     Millis    // when, by the clock of who wrote it
	By     Keyholder // zero when nobody of that name is known any more
	Fields []FieldChange
}

// FieldChange is what a [Change] did to one field. Names are the JSON names of
// the record; "removed" is the moment it went to the bin.
type FieldChange struct {
	Name          string
	Before, After string
}
