package devices

import (
	"archive/zip"
	"bytes"
	"io"
	"strconv"
	"strings"

	"carnet/vault/series"
)

// appleType is what a type of HealthKit is to us: the measurement, and the unit that
// its values have where the file's own word for it means something else.
type appleType struct {
	measure string
	unit    string
}

// appleTypes are the quantities of HealthKit that the table has a measurement for,
// after HKQuantityTypeIdentifier of its public documentation. Shares are written
// as parts of one with the unit "%".
var appleTypes = map[string]appleType{
	"HKQuantityTypeIdentifierBodyMass":               {measure: "weight"},
	"HKQuantityTypeIdentifierHeight":                 {measure: "height"},
	"HKQuantityTypeIdentifierBodyMassIndex":          {measure: "bmi"},
	"HKQuantityTypeIdentifierBodyFatPercentage":      {measure: "body-fat", unit: "1"},
	"HKQuantityTypeIdentifierBodyTemperature":        {measure: "temperature"},
	"HKQuantityTypeIdentifierHeartRate":              {measure: "heart-rate"},
	"HKQuantityTypeIdentifierOxygenSaturation":       {measure: "oxygen-saturation", unit: "1"},
	"HKQuantityTypeIdentifierRespiratoryRate":        {measure: "respiratory-rate"},
	"HKQuantityTypeIdentifierBloodGlucose":           {measure: "glucose"},
	"HKQuantityTypeIdentifierStepCount":              {measure: "steps"},
	"HKQuantityTypeIdentifierWaistCircumference":     {measure: "waist"},
	"HKQuantityTypeIdentifierPeakExpiratoryFlowRate": {measure: "peak-flow"},
}

// Types that need more than a line.
const (
	appleSystolic  = "HKQuantityTypeIdentifierBloodPressureSystolic"
	appleDiastolic = "HKQuantityTypeIdentifierBloodPressureDiastolic"
	applePressure  = "HKCorrelationTypeIdentifierBloodPressure"
	appleSleep     = "HKCategoryTypeIdentifierSleepAnalysis"
	appleAsleep    = "HKCategoryValueSleepAnalysisAsleep"
)

// appleExport is the file of an archive that has the measurements, nil for none. Its
// name depends on the language of the telephone; what it begins with does not.
func appleExport(z *zip.Reader) *zip.File {
	for _, f := range z.File {
		if !strings.HasSuffix(strings.ToLower(f.Name), ".xml") || strings.HasSuffix(strings.ToLower(f.Name), "_cda.xml") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			continue
		}
		head := make([]byte, 8<<10)
		n, err := io.ReadFull(r, head)
		r.Close() // read only: nothing to lose
		if (err == nil || err == io.ErrUnexpectedEOF) && bytes.Contains(head[:n], []byte("HealthData")) {
			return f
		}
	}
	return nil
}

// apple is the reading of one export.
type apple struct {
	*decoder
	t       *tokens
	types   map[string]*appleMeasure
	sources map[string]string
	moments moments
	pair    pair
}

type appleMeasure struct {
	name    string
	measure *series.Measure
	as      string // the unit, whatever the file says
	unit    *series.Unit
	said    []byte // the word that unit was found by
}

// pair is the blood pressure that is being read: two records inside a correlation.
type pair struct {
	inside        bool
	depth         int
	start, end    moment
	source        string
	first, second float64
}

func (d *decoder) apple(r io.Reader) error {
	a := &apple{decoder: d, t: newTokens(r), types: map[string]*appleMeasure{}, sources: map[string]string{}}
	began := false
	for {
		open, err := a.t.next()
		if err == io.EOF && began {
			return nil
		}
		if err != nil {
			return cut(err)
		}
		if !began {
			if a.t.name != "HealthData" {
				return ErrFormat
			}
			began = true
			continue
		}
		if !open {
			if a.pair.inside && a.t.depth < a.pair.depth {
				if err := a.endPair(); err != nil {
					return err
				}
			}
			continue
		}
		switch a.t.name {
		case "Record":
			err = a.record()
		case "Correlation":
			err = a.correlation()
		case "Workout", "ActivitySummary", "ClinicalRecord", "Audiogram", "VisionPrescription":
			a.leave(a.t.name, UnknownMeasure)
		}
		if err != nil {
			return err
		}
	}
}

func (a *apple) correlation() error {
	kind := string(a.t.attribute("type"))
	if kind != applePressure {
		a.leave(kind, UnknownMeasure)
		return nil
	}
	p := pair{inside: true, depth: a.t.depth, source: a.source()}
	var ok bool
	if p.start, p.end, ok = a.times(); !ok {
		a.leave(kind, BadTime)
		return nil
	}
	a.pair = p
	return nil
}

func (a *apple) endPair() error {
	p := a.pair
	a.pair = pair{}
	if p.first == 0 || p.second == 0 {
		a.leave(applePressure, Incomplete)
		return nil
	}
	return a.give(applePressure, a.opt.Table.Measure("blood-pressure"), p.source, point(p.start, p.end, p.first, p.second))
}

func point(start, end moment, value, second float64) series.Point {
	return series.Point{Start: start.ms, End: end.ms, Zone: start.zone, Value: value, Second: second}
}

// record reads one value. Halves of a blood pressure stand in the file twice, inside
// of their correlation and alone: only there is it known which belong together.
func (a *apple) record() error {
	kind := a.t.attribute("type")
	m, known := a.types[string(kind)]
	if !known {
		m = a.meaning(string(kind))
		if len(a.types) < maxReasons {
			a.types[m.name] = m
		}
	}
	switch {
	case m.name == appleSleep:
		return a.sleep()
	case m.name == appleSystolic || m.name == appleDiastolic:
		return a.half(m)
	case m.measure == nil:
		a.leave(m.name, UnknownMeasure)
		return nil
	case m.measure.Two():
		a.leave(m.name, Incomplete)
		return nil
	}
	value, ok := a.value(m)
	if !ok {
		return nil
	}
	start, end, ok := a.times()
	if !ok {
		a.leave(m.name, BadTime)
		return nil
	}
	return a.give(m.name, m.measure, a.source(), point(start, end, value, 0))
}

func (a *apple) meaning(kind string) *appleMeasure {
	m := &appleMeasure{name: kind}
	if t, ok := appleTypes[kind]; ok {
		m.measure, m.as = a.opt.Table.Measure(t.measure), t.unit
	}
	if kind == appleSystolic || kind == appleDiastolic {
		m.measure = a.opt.Table.Measure("blood-pressure")
	}
	return m
}

// value reads the number of a record in the usual unit.
func (a *apple) value(m *appleMeasure) (float64, bool) {
	said := a.t.attribute("unit")
	if m.unit == nil || !bytes.Equal(m.said, said) {
		m.said = bytes.Clone(said)
		name := string(said)
		if m.as != "" && name == "%" {
			name = m.as
		}
		if m.unit = m.measure.Unit(name); m.unit == nil {
			a.leave(m.name+" "+name, UnknownUnit)
			return 0, false
		}
	}
	n, err := strconv.ParseFloat(string(a.t.attribute("value")), 64)
	if err != nil {
		a.leave(m.name, BadValue)
		return 0, false
	}
	return m.unit.Usual(n), true
}

func (a *apple) half(m *appleMeasure) error {
	if !a.pair.inside {
		a.leave(m.name, InDetail)
		return nil
	}
	value, ok := a.value(m)
	if ok && m.name == appleSystolic {
		a.pair.first = value
	} else if ok {
		a.pair.second = value
	}
	return nil
}

// sleep is how long somebody slept: stages of sleep are all sleep, being awake or in
// bed is not.
func (a *apple) sleep() error {
	m := a.opt.Table.Measure("sleep")
	if m == nil {
		a.leave(appleSleep, UnknownMeasure)
		return nil
	}
	stage := a.t.attribute("value")
	if !bytes.HasPrefix(stage, []byte(appleAsleep)) {
		a.leave(string(stage), UnknownMeasure)
		return nil
	}
	start, end, ok := a.times()
	if !ok || end.ms <= start.ms {
		a.leave(appleSleep, BadTime)
		return nil
	}
	hours := float64((end.ms-start.ms)/1000) / 3600
	return a.give(appleSleep, m, a.source(), point(start, end, (&series.Unit{}).Usual(hours), 0))
}

func (a *apple) times() (start, end moment, ok bool) {
	start, ok = a.moments.apple(a.t.attribute("startDate"))
	if !ok {
		return start, end, false
	}
	said := a.t.attribute("endDate")
	if said == nil {
		return start, start, true
	}
	end, ok = a.moments.apple(said)
	return start, end, ok && end.ms >= start.ms
}

func (a *apple) source() string {
	said := a.t.attribute("sourceName")
	if s, ok := a.sources[string(said)]; ok {
		return s
	}
	s := sourceName(string(said))
	if len(a.sources) < 1000 {
		a.sources[string(said)] = s
	}
	return s
}
