// Package series keeps long runs of measurements from devices: which measurements
// there are with their codes and units, the sealed form they have in a vault, and
// how they are read again by measurement and by period. It holds no key, opens no
// file and knows no clock.
//
// A [Point] is one value at its moment; a [Key] says of what and from where. A
// [Writer] cuts the points of one import into blocks, each of one key and one
// month, and an [Index] finds those that a period needs, so that a million points
// need not be read for one year of one measurement.
package series

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strings"

	"carnet/vault/table"
)

// ErrTable is returned by [Load] when a table contradicts itself.
var ErrTable = errors.New("series: faulty table")

// Unit is a unit that a device may give a measurement in.
type Unit struct {
	UCUM   string   `json:"ucum"`
	Label  string   `json:"label"`
	Names  []string `json:"names"`  // what programs call it, beside UCUM
	Factor float64  `json:"factor"` // what one of it is in the usual unit; 0 for 1
	Offset float64  `json:"offset"` // what is added after that, in the usual unit
}

// Measure is a measurement that devices make.
type Measure struct {
	Code        string  `json:"code"`
	LOINC       string  `json:"loinc"`
	FirstLOINC  string  `json:"first_loinc"` // of the first number, where there are two
	SecondLOINC string  `json:"second_loinc"`
	LabelFR     string  `json:"label_fr"`
	LabelEN     string  `json:"label_en"`
	Decimals    int     `json:"decimals"` // that people are shown
	Sum         bool    `json:"sum"`      // the values of a day add up: steps, sleep
	Low         float64 `json:"low"`      // outside of Low and High no device means it
	High        float64 `json:"high"`
	Units       []Unit  `json:"units"` // the usual one first
}

// Two reports whether a measurement has two numbers.
func (m *Measure) Two() bool { return m.SecondLOINC != "" }

// Unit is the unit that a program calls by a name, nil for none of this
// measurement.
func (m *Measure) Unit(name string) *Unit {
	for i := range m.Units {
		u := &m.Units[i]
		if strings.EqualFold(u.UCUM, name) || strings.EqualFold(u.Label, name) {
			return u
		}
		for _, n := range u.Names {
			if strings.EqualFold(n, name) {
				return u
			}
		}
	}
	return nil
}

// Usual gives a number of this unit in the usual one, to six decimals.
func (u *Unit) Usual(n float64) float64 {
	if u.Factor != 0 && u.Factor != 1 {
		n *= u.Factor
	}
	return math.Round((n+u.Offset)*1e6) / 1e6
}

// Likely reports whether a device can have meant a value, in the usual unit.
func (m *Measure) Likely(n float64) bool { return n >= m.Low && n <= m.High }

// Table is one edition of the table.
type Table struct {
	table.Edition
	Measures []Measure `json:"measures"`
}

// Load reads the newest edition at the root of fsys. It returns [ErrTable], an
// error of [table.Newest], or that of fsys.
func Load(fsys fs.FS) (*Table, error) {
	var t Table
	if err := table.Newest(fsys, "devices-", &t, &t.Edition); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, m := range t.Measures {
		if m.Code == "" || seen[m.Code] || m.LOINC == "" || m.LabelFR == "" || m.LabelEN == "" || len(m.Units) == 0 ||
			(m.FirstLOINC == "") != (m.SecondLOINC == "") || m.Low >= m.High || m.Decimals < 0 || m.Decimals > 3 {
			return nil, fmt.Errorf("%w: measurement %q", ErrTable, m.Code)
		}
		seen[m.Code] = true
		for i, u := range m.Units {
			if u.UCUM == "" || u.Label == "" || u.Factor < 0 || i == 0 && (u.Factor != 0 || u.Offset != 0) {
				return nil, fmt.Errorf("%w: unit %q of %q", ErrTable, u.UCUM, m.Code)
			}
		}
	}
	return &t, nil
}

// Measure is the measurement of that code, nil for none.
func (t *Table) Measure(code string) *Measure {
	for i := range t.Measures {
		if t.Measures[i].Code == code {
			return &t.Measures[i]
		}
	}
	return nil
}
