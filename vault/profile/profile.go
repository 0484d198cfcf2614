// Package profile knows what a medical profile consists of: the kinds of entries,
// the fields of each, the codes they may have, and the measurements with their
// units. It is a table with a date and sources; the rules here only read it.
// Nothing is refused that a person may have reason to write: only what could not
// be read again.
package profile

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"carnet/vault/identity"
	"carnet/vault/record"
	"carnet/vault/table"
)

// Errors of [Table.Check]. They come wrapped in a [FieldError] where a field is
// at fault.
var (
	// ErrKind is returned for a kind that the table does not have.
	ErrKind = errors.New("profile: no such kind")
	// ErrMissing is returned when a field that the kind needs is empty.
	ErrMissing = errors.New("profile: field missing")
	// ErrCode is returned when a field with a list of codes has another one.
	ErrCode = errors.New("profile: no such code")
	// ErrNumber is returned when a value is not a number.
	ErrNumber = errors.New("profile: not a number")
	// ErrUnit is returned when a measurement has a unit that it cannot have.
	ErrUnit = errors.New("profile: no such unit")
	// ErrDate is returned when a date is not YYYY, YYYY-MM or YYYY-MM-DD, when
	// the beginning lies after today, or the end before the beginning; of what is
	// planned, when it is no moment.
	ErrDate = errors.New("profile: not a date")
	// ErrField is returned when a field is given that the kind does not use.
	ErrField = errors.New("profile: not a field of this kind")
	// ErrLong is returned when a field is over [MaxLength] bytes.
	ErrLong = errors.New("profile: too long")
	// ErrTable is returned by [Load] when a table contradicts itself.
	ErrTable = errors.New("profile: faulty table")
)

// MaxLength is how many bytes a field may have.
const MaxLength = 4000

// FieldError says which field of an entry is at fault.
type FieldError struct {
	Field record.Field
	Err   error
}

func (e *FieldError) Error() string { return string(e.Field) + ": " + e.Err.Error() }

func (e *FieldError) Unwrap() error { return e.Err }

// Code is one answer of a list.
type Code struct {
	Code    string `json:"code"`
	LabelFR string `json:"label_fr"`
	LabelEN string `json:"label_en"`

	ATC []string `json:"atc"` // of a kind of vaccines: the codes that name it, with all below each
}

// Field is a field that a kind uses.
type Field struct {
	Name     record.Field `json:"name"`
	LabelFR  string       `json:"label_fr"`
	LabelEN  string       `json:"label_en"`
	Required bool         `json:"required"`
	Hidden   bool         `json:"hidden"` // written by the program: people are neither asked for it nor shown it
	Check    string       `json:"check"`  // a key of checks, "" for none
	Values   []Code       `json:"values"` // nil for any text
}

// checks are what a field may be looked at with: they report what is unlikely.
var checks = map[string]func(string) identity.Doubt{"professional": identity.Professional}

// Kind is a kind of entries.
type Kind struct {
	Code      string `json:"code"`
	Resource  string `json:"resource"` // of FHIR R4; "" for a kind that is apart
	LabelFR   string `json:"label_fr"`
	LabelEN   string `json:"label_en"`
	NoneFR    string `json:"none_fr"` // the sentence of « none known »; "" where it makes no sense
	NoneEN    string `json:"none_en"`
	Emergency bool   `json:"emergency"` // stands on the emergency sheet
	// Apart says that entries are kept with the profile and are none of somebody's
	// health: no screen, summary or exchange of the profile has them. The archive has.
	Apart   bool    `json:"apart"`
	Planned bool    `json:"planned"` // stands in the diary: its days are whole ones or moments ([record.Moment]), and may lie ahead
	Fields  []Field `json:"fields"`
}

// Listed reports whether entries of the kind stand among those of the profile, on screen
// and on paper: what is apart nowhere, what is planned in the diary.
func (k *Kind) Listed() bool { return !k.Apart && !k.Planned }

// Field is the field of that name, nil when the kind does not use it.
func (k *Kind) Field(name record.Field) *Field {
	for i := range k.Fields {
		if k.Fields[i].Name == name {
			return &k.Fields[i]
		}
	}
	return nil
}

// Unit is a unit that a measurement may have, with the numbers between which a
// value is likely: outside it is probably a slip of the hand.
type Unit struct {
	UCUM   string  `json:"ucum"`
	Label  string  `json:"label"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	Factor float64 `json:"factor"` // what one of it is in the usual unit; 0 for the usual one
}

// usual gives a number of this unit in the usual one, to six decimals.
func (u *Unit) usual(n float64) float64 {
	if u.Factor == 0 {
		return n
	}
	return math.Round(n*u.Factor*1e6) / 1e6
}

// Second is the second number of a measurement that has two, in the unit of the
// first.
type Second struct {
	LOINC   string  `json:"loinc"`
	LabelFR string  `json:"label_fr"`
	LabelEN string  `json:"label_en"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
}

// Observation is a measurement that a person can write down.
type Observation struct {
	Code       string   `json:"code"`
	LOINC      string   `json:"loinc"`
	Also       []string `json:"also"`        // other LOINC codes of the same
	FirstLOINC string   `json:"first_loinc"` // of the first number, where there are two
	LabelFR    string   `json:"label_fr"`
	LabelEN    string   `json:"label_en"`
	Units      []Unit   `json:"units"` // the usual one first
	Second     *Second  `json:"second"`
	Methods    []Code   `json:"methods"`
}

// Unit is the unit of that name, the usual one for "", nil for one it cannot
// have.
func (o *Observation) Unit(ucum string) *Unit {
	if ucum == "" {
		return &o.Units[0]
	}
	for i := range o.Units {
		if o.Units[i].UCUM == ucum {
			return &o.Units[i]
		}
	}
	return nil
}

// Table is one edition of the table.
type Table struct {
	table.Edition
	Kinds        []Kind        `json:"kinds"`
	Observations []Observation `json:"observations"`
}

// Measurement is the kind whose types are [Table.Observations].
const Measurement = "observation"

// Result is the kind of what a laboratory found: as received, without a list of
// tests.
const Result = "result"

// Appointment is the kind of what somebody has been given a day for.
const Appointment = "appointment"

// Load reads the newest edition at the root of fsys. It returns [ErrTable], an
// error of [table.Newest], or that of fsys.
func Load(fsys fs.FS) (*Table, error) {
	var t Table
	if err := table.Newest(fsys, "profile-", &t, &t.Edition); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for i := range t.Kinds {
		k := &t.Kinds[i]
		if k.Code == "" || seen[k.Code] || (k.Resource == "") != k.Apart || k.LabelFR == "" || k.LabelEN == "" || (k.NoneFR == "") != (k.NoneEN == "") || len(k.Fields) == 0 {
			return nil, fmt.Errorf("%w: kind %q", ErrTable, k.Code)
		}
		seen[k.Code] = true
		for _, f := range k.Fields {
			if new(record.Entry).At(f.Name) == nil || f.LabelFR == "" || f.LabelEN == "" || k.Field(f.Name).LabelFR != f.LabelFR || f.Check != "" && checks[f.Check] == nil {
				return nil, fmt.Errorf("%w: field %q of %q", ErrTable, f.Name, k.Code)
			}
		}
	}
	seen = map[string]bool{}
	for _, o := range t.Observations {
		if o.Code == "" || seen[o.Code] || o.LOINC == "" || o.LabelFR == "" || o.LabelEN == "" || len(o.Units) == 0 || (o.Second != nil) != (o.FirstLOINC != "") {
			return nil, fmt.Errorf("%w: measurement %q", ErrTable, o.Code)
		}
		seen[o.Code] = true
		for i, u := range o.Units {
			if u.UCUM == "" || u.Label == "" || u.Low >= u.High || (i == 0) != (u.Factor == 0) || u.Factor < 0 {
				return nil, fmt.Errorf("%w: unit %q of %q", ErrTable, u.UCUM, o.Code)
			}
		}
	}
	if t.Kind(Measurement) == nil {
		return nil, fmt.Errorf("%w: no kind %q", ErrTable, Measurement)
	}
	return &t, nil
}

// Kind is the kind of that code, nil for none.
func (t *Table) Kind(code string) *Kind {
	for i := range t.Kinds {
		if t.Kinds[i].Code == code {
			return &t.Kinds[i]
		}
	}
	return nil
}

// Observation is the measurement of that code, nil for none.
func (t *Table) Observation(code string) *Observation {
	for i := range t.Observations {
		if t.Observations[i].Code == code {
			return &t.Observations[i]
		}
	}
	return nil
}

// ByLOINC is the measurement of that LOINC code, nil for none.
func (t *Table) ByLOINC(code string) *Observation {
	for i := range t.Observations {
		if o := &t.Observations[i]; o.LOINC == code || slices.Contains(o.Also, code) {
			return o
		}
	}
	return nil
}

// Vaccine is the kind of vaccines that an ATC code names, "" for none or several.
func (t *Table) Vaccine(atc string) string {
	k := t.Kind("immunization")
	if k == nil || k.Field(record.FieldType) == nil {
		return ""
	}
	for _, c := range k.Field(record.FieldType).Values {
		if slices.ContainsFunc(c.ATC, func(a string) bool { return strings.HasPrefix(atc, a) }) {
			return c.Code
		}
	}
	return ""
}

// Check reports the first fault of an entry; today is YYYY-MM-DD. An entry that
// says « none known » has nothing but a kind that knows that answer, and a note.
func (t *Table) Check(e *record.Entry, today string) error {
	k := t.Kind(e.Kind)
	if k == nil {
		return ErrKind
	}
	if e.Status == record.NoneKnown {
		return checkNone(k, e)
	}
	for _, name := range record.Fields {
		if err := t.checkField(k, e, name, today); err != nil {
			return &FieldError{name, err}
		}
	}
	if e.Kind == Measurement {
		return t.checkMeasurement(e)
	}
	return nil
}

func checkNone(k *Kind, e *record.Entry) error {
	if k.NoneFR == "" {
		return &FieldError{record.FieldStatus, ErrCode}
	}
	for _, name := range record.Fields {
		switch value := *e.At(name); {
		case name == record.FieldStatus:
		case value != "" && name != record.FieldNote:
			return &FieldError{name, ErrField}
		case len(value) > MaxLength:
			return &FieldError{name, ErrLong}
		}
	}
	return nil
}

func (t *Table) checkField(k *Kind, e *record.Entry, name record.Field, today string) error {
	value, f := *e.At(name), k.Field(name)
	switch {
	case f == nil && value != "":
		return ErrField
	case f == nil:
	case f.Required && strings.TrimSpace(value) == "":
		return ErrMissing
	case len(value) > MaxLength:
		return ErrLong
	case value == "":
	case f.Values != nil && !slices.ContainsFunc(f.Values, func(c Code) bool { return c.Code == value }):
		return ErrCode
	case k.Planned && (name == record.FieldStart || name == record.FieldEnd):
		return checkMoment(e, name)
	case name == record.FieldStart && (!isDate(value) || value > today):
		return ErrDate
	case name == record.FieldEnd && (!isDate(value) || value < e.Start && !strings.HasPrefix(e.Start, value)):
		return ErrDate
	}
	return nil
}

// checkMoment looks at the beginning or the end of what is planned: both have a time
// of day, or neither.
func checkMoment(e *record.Entry, name record.Field) error {
	at, timed, ok := record.Moment(*e.At(name))
	if !ok {
		return ErrDate
	}
	if start, startTimed, known := record.Moment(e.Start); name == record.FieldEnd && (!known || timed != startTimed || at.Before(start)) {
		return ErrDate
	}
	return nil
}

func (t *Table) checkMeasurement(e *record.Entry) error {
	o := t.Observation(e.Type)
	if o == nil {
		return &FieldError{record.FieldType, ErrCode}
	}
	if o.Unit(e.Unit) == nil {
		return &FieldError{record.FieldUnit, ErrUnit}
	}
	if _, ok := number(e.Value); !ok {
		return &FieldError{record.FieldValue, ErrNumber}
	}
	switch {
	case o.Second == nil && e.Value2 != "":
		return &FieldError{record.FieldValue2, ErrField}
	case o.Second != nil && e.Value2 == "":
		return &FieldError{record.FieldValue2, ErrMissing}
	case o.Second != nil:
		if _, ok := number(e.Value2); !ok {
			return &FieldError{record.FieldValue2, ErrNumber}
		}
	}
	if o.Methods != nil && e.Method != "" && !slices.ContainsFunc(o.Methods, func(c Code) bool { return c.Code == e.Method }) {
		return &FieldError{record.FieldMethod, ErrCode}
	}
	return nil
}

// Unlikely lists the fields whose number is unlikely: of a measurement, outside
// what the table calls so; of a professional, an RPPS or FINESS number whose key
// does not fit. It is a question to ask, never a reason to refuse.
func (t *Table) Unlikely(e *record.Entry) (out []record.Field) {
	if k := t.Kind(e.Kind); k != nil {
		for _, f := range k.Fields {
			if f.Check != "" && checks[f.Check](*e.At(f.Name)) != identity.Sound {
				out = append(out, f.Name)
			}
		}
	}
	o := t.Observation(e.Type)
	if e.Kind != Measurement || o == nil || o.Unit(e.Unit) == nil {
		return out
	}
	u := o.Unit(e.Unit)
	first, known := number(e.Value)
	if known && (first < u.Low || first > u.High) {
		out = append(out, record.FieldValue)
	}
	if o.Second == nil {
		return out
	}
	if n, ok := number(e.Value2); ok && (n < o.Second.Low || n > o.Second.High || known && n > first) {
		out = append(out, record.FieldValue2)
	}
	return out
}

// Number writes a number as the table keeps it: a comma becomes a point and
// spaces go. What is no number stays as it is.
func Number(typed string) string {
	n := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00a0', '\u202f':
			return -1
		case ',':
			return '.'
		}
		return r
	}, typed)
	if _, ok := number(n); !ok {
		return typed
	}
	return n
}

// number reads digits with a sign and a point; [strconv.ParseFloat] would take
// words and exponents as well.
func number(s string) (float64, bool) {
	if strings.Trim(s, "0123456789.-") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}

func isDate(s string) bool {
	_, _, ok := span(s)
	return ok
}

// span gives the first and the last day that a date may mean.
func span(date string) (from, to time.Time, ok bool) {
	for _, form := range []struct {
		layout        string
		years, months int
	}{{time.DateOnly, 0, 0}, {"2006-01", 0, 1}, {"2006", 1, 0}} {
		from, err := time.Parse(form.layout, date)
		switch {
		case err != nil:
		case form.layout == time.DateOnly:
			return from, from, true
		default:
			return from, from.AddDate(form.years, form.months, -1), true
		}
	}
	return time.Time{}, time.Time{}, false
}
