package growth

import (
	"math"

	"carnet/vault/record"
)

// What the lines of a chart are drawn for.
var (
	// Scores are z-scores: the median, and two standard deviations from it.
	Scores = []float64{-2, 0, 2}
	// Centiles are how many of a hundred children have less: those of the charts
	// that the World Health Organization prints.
	Centiles = []float64{3, 15, 50, 85, 97}
)

// OfCentile is the z-score of a centile between 0 and 100.
func OfCentile(centile float64) float64 { return math.Sqrt2 * math.Erfinv(centile/50-1) }

// Bands are the centiles that part the bands in which a score lies: those of
// [Centiles] without the median, to whose other side half of the children go over
// time.
var Bands = []float64{3, 15, 85, 97}

// Band is between which of the [Bands] a score lies: 0 is below the first and
// len(Bands) above the last.
func (s Score) Band() (n int) {
	for _, c := range Bands {
		if s.Centile() >= c {
			n++
		}
	}
	return n
}

// How many days lie between the ages that are looked at to draw a line.
const (
	fine   = 7  // until children stand
	coarse = 30 // from then on
)

// ends are the ages at which lines end or step, which are looked at as well: of the
// standards, and of the thresholds.
var (
	endsOfStandards  = []Days{stands - 1, stands, lastOf2006, lastOf2006 + 1, 121 * perMonth, oldest}
	endsOfThresholds = []Days{2 * perYear, adult * perYear}
)

const (
	lastOf2006 Days = 1826           // the last day of the standards of 2006
	oldest     Days = 229 * perMonth // the last age of any curve
)

// Place is the value of a line at an age.
type Place struct {
	Age   Days
	Value float64
}

// Line gives the values that have a z-score, at all ages that a standard covers, as
// pieces without a step: the standards step at 24 months, where children begin to
// be measured standing, and where one follows another. Without a sex there is
// none.
func (r *Reference) Line(m Measure, sex record.Sex, z float64) [][]Place {
	return pieces(endsOfStandards, func(age Days) (float64, Standard, error) {
		_, standard, err := r.row(m, sex, age)
		if err != nil {
			return 0, "", err
		}
		value, err := r.Value(m, sex, age, z)
		return value, standard, err
	})
}

// ThresholdLine gives the same for a [Reference.Threshold], from 2 to 18 years.
func (r *Reference) ThresholdLine(sex record.Sex, bmiAt18 float64) [][]Place {
	return pieces(endsOfThresholds, func(age Days) (float64, Standard, error) {
		value, err := r.Threshold(sex, age, bmiAt18)
		return value, IOTF2012, err
	})
}

// pieces looks at a line age by age.
func pieces(ends []Days, at func(Days) (float64, Standard, error)) (out [][]Place) {
	var piece []Place
	var before Standard
	cut := func() {
		if len(piece) > 1 {
			out = append(out, piece)
		}
		piece = nil
	}
	for age := Days(0); age <= oldest; {
		value, standard, err := at(age)
		if err != nil || standard != before || age == stands {
			cut()
		}
		if err == nil {
			piece, before = append(piece, Place{age, value}), standard
		}
		next := age + coarse
		if age < stands {
			next = age + fine
		}
		for _, end := range ends {
			if age < end && next > end {
				next = end
			}
		}
		age = next
	}
	cut()
	return out
}
