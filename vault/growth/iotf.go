package growth

import (
	"math"

	"carnet/vault/record"
)

// Thresholds are the body mass indexes at 18 years that give the curves of the
// International Obesity Task Force their names (Cole and Lobstein 2012): three
// grades of thinness below 18.5, overweight from 25, obesity from 30 and 35.
var Thresholds = []float64{16, 17, 18.5, 25, 30, 35}

// adult is the age at which a threshold is what its name says, in years.
const adult = 18

// Threshold is the body mass index, in kg/m2, at which a child of an age lies on
// the curve that leads to bmiAt18 at 18 years. It returns [ErrNoCurve] or
// [ErrValue].
func (r *Reference) Threshold(sex record.Sex, age Days, bmiAt18 float64) (float64, error) {
	if !(bmiAt18 > 0) || math.IsInf(bmiAt18, 0) {
		return 0, ErrValue
	}
	c := r.curves[curveKey{IOTF2012, BMI, sex}]
	row, ok := c.at(age.Years())
	grown, known := c.at(adult)
	if !ok || !known {
		return 0, ErrNoCurve
	}
	return row.value(grown.z(bmiAt18)), nil
}
