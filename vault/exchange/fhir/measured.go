package fhir

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"carnet/vault/record"
)

// Measure is a measurement of devices in the words of a bundle.
type Measure struct {
	LOINC       string
	FirstLOINC  string // of the first number, where there are two
	SecondLOINC string
	Label       string
	UCUM, Unit  string // the unit, and as people write it
}

// Measured is one value of a device.
type Measured struct {
	Source        string // the device or program
	Start, End    time.Time
	Value, Second float64
}

// Observation is a value of a device as one line of JSON, a resource of its own: a
// record has too many of them for a bundle. Its id follows from what it says.
func (r *Record) Observation(m *Measure, x Measured) ([]byte, error) {
	out := &observation{Status: "final", Code: Concept{Coding: []Coding{{System: loinc, Code: m.LOINC}}, Text: m.Label}, Subject: r.Subject()}
	if x.Source != "" {
		out.Device = &Reference{Display: printable(x.Source)}
	}
	if x.Start.Equal(x.End) {
		out.Effective = x.Start.Format(time.RFC3339Nano)
	} else {
		out.Period = &Period{Start: x.Start.Format(time.RFC3339Nano), End: x.End.Format(time.RFC3339Nano)}
	}
	if m.SecondLOINC == "" {
		out.Value = m.quantity(x.Value)
	} else {
		for _, c := range []struct {
			code  string
			value float64
		}{{m.FirstLOINC, x.Value}, {m.SecondLOINC, x.Second}} {
			out.Component = append(out.Component, component{Concept{Coding: []Coding{{System: loinc, Code: c.code}}}, m.quantity(c.value)})
		}
	}
	said, err := json.Marshal([]any{r.patientID(), out})
	if err != nil {
		return nil, fmt.Errorf("fhir: %w", err)
	}
	sum := sha256.Sum256(said)
	out.Head = Head{Type: "Observation", ID: record.ID(sum[:16]).String()}
	line, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("fhir: %w", err)
	}
	return append(line, '\n'), nil
}

func (m *Measure) quantity(n float64) *Quantity {
	return &Quantity{Value: json.Number(strconv.FormatFloat(n, 'f', -1, 64)), Unit: m.Unit, System: ucum, Code: m.UCUM}
}
