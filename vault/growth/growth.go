// Package growth places a child's measurements among those of other children:
// z-scores and centiles by the standards of the World Health Organization, and the
// thresholds of the International Obesity Task Force. It states where a value
// lies and never what that means.
//
// The curves are a dated table with its sources. Each row holds, for one age, the
// L, M and S of Cole's method: the power that makes values of that age normal,
// their median, their coefficient of variation.
//
// The curves that French doctors have used since 2018 are no public data, so
// they are not here.
package growth

import (
	"errors"
	"fmt"
	"io/fs"
	"math"

	"carnet/vault/record"
	"carnet/vault/table"
)

// Errors of [Reference].
var (
	// ErrNoCurve is returned when no curve covers a measure at an age, or the
	// sex is not known to the standards.
	ErrNoCurve = errors.New("growth: no curve for this measure, age and sex")
	// ErrValue is returned for a value that is no positive number.
	ErrValue = errors.New("growth: not a measurement")
	// ErrTable is returned by [Load] when the table contradicts itself.
	ErrTable = errors.New("growth: faulty table")
)

// Measure is what was measured.
type Measure string

// The measures that the standards know, by their codes in the medical profile, with
// the unit of their values.
const (
	Weight Measure = "weight"             // kg
	Height Measure = "height"             // cm: the length of a child who lies, the height of one who stands
	Head   Measure = "head-circumference" // cm
	BMI    Measure = "bmi"                // kg/m2, of a weight and a height of the same day
)

// Unit is the unit of the values of a measure.
func (m Measure) Unit() string { return units[m] }

// Standard is where a curve comes from.
type Standard string

// The standards.
const (
	WHO2006  Standard = "who-2006"  // birth to day 1,826, by days
	WHO2007  Standard = "who-2007"  // 60 to 229 months, by months; weight to 121 months, no head
	IOTF2012 Standard = "iotf-2012" // 2 to 18 years, by half years
)

// Position is how a child was measured.
type Position int

// The positions. Unknown is taken for the one that is usual at the age.
const (
	Unknown Position = iota
	Lying
	Standing
)

const (
	// stands is the first day of age at which the standards are of standing
	// children: 24 months (WHO 2006).
	stands Days = 731
	// lies is by how many centimetres a child is longer lying than standing
	// (WHO 2006).
	lies = 0.7
	// edge is the z-score from which the standards no longer trust the power L
	// for weight and body mass index, and go on in steps of the distance
	// between 2 and 3 (WHO 2006 and 2007, "restricted" method).
	edge = 3
	// perMonth is the mean length of a month, in days (WHO).
	perMonth = 30.4375
	// perYear is that of a year.
	perYear = 365.25
)

// lms is one row.
type lms struct{ l, m, s float64 }

// curve is the rows of one measure and sex.
type curve struct {
	from, step float64 // of age, in the unit of the standard
	rows       []lms
}

type curveKey struct {
	standard Standard
	measure  Measure
	sex      record.Sex
}

// Reference is all the curves of one edition of the table. It is safe for
// concurrent use.
type Reference struct {
	table.Edition
	curves map[curveKey]*curve
}

// tableFile is the table as it stands in its file.
type tableFile struct {
	table.Edition
	Curves []struct {
		Standard Standard     `json:"standard"`
		Measure  Measure      `json:"measure"`
		Sex      string       `json:"sex"`
		Unit     string       `json:"unit"`
		From     float64      `json:"from"`
		Step     float64      `json:"step"`
		LMS      [][3]float64 `json:"lms"`
	} `json:"curves"`
}

// units are those that the values of a measure have.
var units = map[Measure]string{Weight: "kg", Height: "cm", Head: "cm", BMI: "kg/m2"}

// Load reads the newest table of fsys. It returns [ErrTable], or an error of
// package table.
func Load(fsys fs.FS) (*Reference, error) {
	var f tableFile
	if err := table.Newest(fsys, "growth-", &f, &f.Edition); err != nil {
		return nil, err
	}
	r := &Reference{Edition: f.Edition, curves: map[curveKey]*curve{}}
	for _, c := range f.Curves {
		sex, ok := map[string]record.Sex{"female": record.Female, "male": record.Male}[c.Sex]
		key := curveKey{c.Standard, c.Measure, sex}
		if !ok || units[c.Measure] != c.Unit || c.Unit == "" || c.Step <= 0 || len(c.LMS) < 2 || r.curves[key] != nil {
			return nil, fmt.Errorf("%w: %s %s %s", ErrTable, c.Standard, c.Measure, c.Sex)
		}
		made := &curve{from: c.From, step: c.Step}
		for i, row := range c.LMS {
			if row[1] <= 0 || row[2] <= 0 || math.Abs(row[0]) > 10 {
				return nil, fmt.Errorf("%w: %s %s %s, row %d", ErrTable, c.Standard, c.Measure, c.Sex, i)
			}
			made.rows = append(made.rows, lms{row[0], row[1], row[2]})
		}
		r.curves[key] = made
	}
	return r, nil
}

// at is the row of an age, between two rows in proportion. ok is false outside
// the curve.
func (c *curve) at(age float64) (row lms, ok bool) {
	if c == nil {
		return row, false
	}
	at := (age - c.from) / c.step
	last := float64(len(c.rows) - 1)
	const slack = 1e-9 // of a division
	if at < -slack || at > last+slack || math.IsNaN(at) {
		return row, false
	}
	at = max(0, min(at, last))
	i := min(int(at), len(c.rows)-2)
	part := at - float64(i)
	a, b := c.rows[i], c.rows[i+1]
	return lms{a.l + part*(b.l-a.l), a.m + part*(b.m-a.m), a.s + part*(b.s-a.s)}, true
}

// value is the measurement at a z-score, by the power alone.
func (r lms) value(z float64) float64 {
	if r.l == 0 {
		return r.m * math.Exp(r.s*z)
	}
	return r.m * math.Pow(1+r.l*r.s*z, 1/r.l)
}

// z is the z-score of a measurement, by the power alone.
func (r lms) z(value float64) float64 {
	if r.l == 0 {
		return math.Log(value/r.m) / r.s
	}
	return (math.Pow(value/r.m, r.l) - 1) / (r.l * r.s)
}

// restricted reports whether the standards keep to the power only up to edge.
func restricted(m Measure) bool { return m == Weight || m == BMI }

// row finds the curve of the World Health Organization for an age.
func (r *Reference) row(m Measure, sex record.Sex, age Days) (lms, Standard, error) {
	if row, ok := r.curves[curveKey{WHO2006, m, sex}].at(math.Round(float64(age))); ok {
		return row, WHO2006, nil
	}
	if row, ok := r.curves[curveKey{WHO2007, m, sex}].at(float64(age) / perMonth); ok {
		return row, WHO2007, nil
	}
	return lms{}, "", ErrNoCurve
}

// Score is where a measurement lies.
type Score struct {
	Z        float64
	Standard Standard
	// Value is the measurement as it was compared: a height is that of the
	// position of the standard.
	Value float64
}

// Centile is how many of a hundred children of the age and sex have less.
func (s Score) Centile() float64 { return 100 * centile(s.Z) }

// centile is the part of a normal distribution below z.
func centile(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// Score places a measurement. A height is brought to the position of the
// standard at that age: 0.7 cm more for a child who was measured standing before
// 24 months, as much less for one who was measured lying from then on. position
// has no sense for the other measures.
//
// It returns [ErrNoCurve] or [ErrValue].
func (r *Reference) Score(m Measure, sex record.Sex, age Days, position Position, value float64) (Score, error) {
	if !(value > 0) || math.IsInf(value, 0) {
		return Score{}, ErrValue
	}
	row, standard, err := r.row(m, sex, age)
	if err != nil {
		return Score{}, err
	}
	if m == Height {
		value = InPosition(age, position, value)
	}
	z := row.z(value)
	if restricted(m) {
		switch {
		case z > edge:
			z = edge + (value-row.value(edge))/(row.value(edge)-row.value(edge-1))
		case z < -edge:
			z = -edge - (row.value(-edge)-value)/(row.value(-edge+1)-row.value(-edge))
		}
	}
	return Score{Z: z, Standard: standard, Value: value}, nil
}

// Value is the measurement that has a z-score, in the position of the standard:
// what the lines of a chart are drawn from. It returns [ErrNoCurve].
func (r *Reference) Value(m Measure, sex record.Sex, age Days, z float64) (float64, error) {
	row, _, err := r.row(m, sex, age)
	if err != nil {
		return 0, err
	}
	if restricted(m) {
		switch {
		case z > edge:
			return row.value(edge) + (z-edge)*(row.value(edge)-row.value(edge-1)), nil
		case z < -edge:
			return row.value(-edge) + (z+edge)*(row.value(-edge+1)-row.value(-edge)), nil
		}
	}
	return row.value(z), nil
}

// InPosition is a height as the standard of the age has it.
func InPosition(age Days, position Position, cm float64) float64 {
	switch {
	case age < stands && position == Standing:
		return cm + lies
	case age >= stands && position == Lying:
		return cm - lies
	}
	return cm
}

// MassIndex is the body mass index of a weight in kilograms and a height in
// centimetres, in kg/m2. It returns [ErrValue].
func MassIndex(kg, cm float64) (float64, error) {
	if !(kg > 0) || !(cm > 0) || math.IsInf(kg, 0) || math.IsInf(cm, 0) {
		return 0, ErrValue
	}
	return kg / (cm / 100 * cm / 100), nil
}
