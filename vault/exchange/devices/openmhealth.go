package devices

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"carnet/vault/series"
)

// omhSchema is what a schema of Open mHealth asks for.
type omhSchema struct {
	measure  string
	property string
	second   string
	units    []string
	interval bool // steps and sleep need a stretch of time, from the version below on
	since    string
}

// omhSchemas are those the table has a measurement for, after the schemas that Open
// mHealth publishes (namespaces omh and ieee).
var omhSchemas = map[string]omhSchema{
	"body-weight":         {measure: "weight", property: "body_weight", units: []string{"fg", "pg", "ng", "ug", "mg", "g", "kg", "Metric Ton", "gr", "oz", "lb", "Ton"}},
	"body-height":         {measure: "height", property: "body_height", units: []string{"fm", "pm", "nm", "um", "mm", "cm", "m", "km", "in", "ft", "yd", "mi"}},
	"body-mass-index":     {measure: "bmi", property: "body_mass_index", units: []string{"kg/m2"}},
	"body-temperature":    {measure: "temperature", property: "body_temperature", units: []string{"K", "F", "C"}},
	"blood-glucose":       {measure: "glucose", property: "blood_glucose", units: []string{"mg/dL", "mmol/L"}},
	"blood-pressure":      {measure: "blood-pressure", property: "systolic_blood_pressure", second: "diastolic_blood_pressure", units: []string{"mmHg"}},
	"heart-rate":          {measure: "heart-rate", property: "heart_rate", units: []string{"beats/min"}},
	"oxygen-saturation":   {measure: "oxygen-saturation", property: "oxygen_saturation", units: []string{"%"}},
	"respiratory-rate":    {measure: "respiratory-rate", property: "respiratory_rate", units: []string{"breaths/min"}},
	"step-count":          {measure: "steps", property: "step_count", units: []string{"steps"}, interval: true, since: "2"},
	"sleep-duration":      {measure: "sleep", property: "sleep_duration", units: []string{"ps", "ns", "us", "ms", "sec", "min", "h", "d", "wk", "Mo", "yr"}, interval: true, since: "2"},
	"body-fat-percentage": {measure: "body-fat", property: "body_fat_percentage", units: []string{"%"}},
}

// omhWords are the words that a property may have, whatever the schema.
var omhWords = map[string][]string{
	"temporal_relationship_to_meal": {
		"fasting", "not fasting", "before meal", "after meal", "before breakfast", "after breakfast", "before lunch", "after lunch",
		"before dinner", "after dinner", "2 hours postprandial", "with meal", "with food",
	},
	"temporal_relationship_to_sleep":             {"before sleeping", "during sleep", "on waking"},
	"temporal_relationship_to_physical_activity": {"at rest", "active", "before exercise", "after exercise", "during exercise"},
	"blood_specimen_type":                        {"interstitial fluid", "capillary blood", "plasma", "serum", "tears", "whole blood"},
	"specimen_source":                            {"interstitial fluid", "capillary blood", "plasma", "serum", "tears", "whole blood"},
}

// omhPoint is a data point; a body that stands alone has no header.
type omhPoint struct {
	Header *struct {
		Created string `json:"creation_date_time"`
		Schema  struct {
			Namespace string `json:"namespace"`
			Name      string `json:"name"`
			Version   string `json:"version"`
		} `json:"schema_id"`
		Provenance struct {
			Source   string `json:"source_name"`
			Modality string `json:"modality"`
		} `json:"acquisition_provenance"`
	} `json:"header"`
	Body map[string]json.RawMessage `json:"body"`
}

type omhQuantity struct {
	Value *float64 `json:"value"`
	Unit  string   `json:"unit"`
}

type omhFrame struct {
	DateTime *string      `json:"date_time"`
	Interval *omhInterval `json:"time_interval"`
}

type omhInterval struct {
	Start    *string      `json:"start_date_time"`
	End      *string      `json:"end_date_time"`
	Duration *omhQuantity `json:"duration"`
	Date     *string      `json:"date"`
	Part     *string      `json:"part_of_day"`
}

// limited refuses a value of JSON that is too long, before it is in memory.
type limited struct {
	r    io.Reader
	left int
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, ErrLong
	}
	n, err := l.r.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}

// openMHealth reads one data point, several one after the other, or an array.
func (d *decoder) openMHealth(r io.Reader) error {
	buffered := bufio.NewReaderSize(r, 64<<10)
	if mark, err := buffered.Peek(3); err == nil && string(mark) == "\ufeff" {
		if _, err := buffered.Discard(3); err != nil {
			return err
		}
	}
	first := byte(' ')
	for first == ' ' || first == '\n' || first == '\r' || first == '\t' {
		var err error
		if first, err = buffered.ReadByte(); err != nil {
			return cut(err)
		}
	}
	if err := buffered.UnreadByte(); err != nil {
		return err
	}
	source := &limited{r: buffered, left: 2 * MaxPiece}
	in := json.NewDecoder(source)
	if first == '[' {
		if _, err := in.Token(); err != nil {
			return jsonError(err)
		}
	}
	for {
		if first == '[' && !in.More() {
			_, err := in.Token()
			return jsonError(err)
		}
		source.left = 2 * MaxPiece
		var raw json.RawMessage
		if err := in.Decode(&raw); err == io.EOF {
			return nil
		} else if err != nil {
			return jsonError(err)
		}
		if err := d.dataPoint(raw); err != nil {
			return err
		}
	}
}

func jsonError(err error) error {
	var syntax *json.SyntaxError
	switch {
	case err == nil, errors.Is(err, ErrLong), errors.Is(err, ErrLarge):
		return err
	case errors.As(err, &syntax) && strings.Contains(err.Error(), "max depth"):
		return ErrDeep
	case errors.As(err, &syntax), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("%w: JSON", ErrSyntax) // its error quotes the content
	}
	return err
}

func (d *decoder) dataPoint(raw json.RawMessage) error {
	var p omhPoint
	name, version, source := "", "", ""
	if d.opt.Schema != "" {
		parts := strings.Split(d.opt.Schema, ":")
		if len(parts) == 3 {
			name, version = parts[1], parts[2]
		}
		if json.Unmarshal(raw, &p.Body) != nil {
			d.leave(d.opt.Schema, Incomplete)
			return nil
		}
	} else {
		if json.Unmarshal(raw, &p) != nil || p.Header == nil || p.Body == nil {
			d.leave("header", Incomplete)
			return nil
		}
		name, version, source = p.Header.Schema.Name, p.Header.Schema.Version, p.Header.Provenance.Source
		if ns := p.Header.Schema.Namespace; ns != "omh" && ns != "ieee" {
			d.leave(ns+":"+name, UnknownMeasure)
			return nil
		}
	}
	s, known := omhSchemas[name]
	m := d.opt.Table.Measure(s.measure)
	if !known || m == nil {
		d.leave(name, UnknownMeasure)
		return nil
	}
	point, fault, why := d.omhBody(&s, m, version, p.Body)
	if fault == "" && why == "" && point.Start == 0 && point.End == 0 && p.Header != nil {
		if at, ok := parseTime(p.Header.Created, d.opt.Zone); ok {
			point.Start, point.End, point.Zone = at.ms, at.ms, at.zone
		}
	}
	switch {
	case why != "":
		d.leave(strings.TrimSuffix(name+" "+fault, " "), why)
		return nil
	case point.Start == 0 && point.End == 0:
		d.leave(name, BadTime)
		return nil
	}
	return d.give(name, m, sourceName(source), point)
}

// omhBody reads a body, and names what is wrong with it. A point without a time is at 0.
func (d *decoder) omhBody(s *omhSchema, m *series.Measure, version string, body map[string]json.RawMessage) (p series.Point, fault string, why Why) {
	var ok bool
	if p.Value, fault, why = omhNumber(s, m, body, s.property); why != "" {
		return p, fault, why
	}
	if s.second != "" {
		if p.Second, fault, why = omhNumber(s, m, body, s.second); why != "" {
			return p, fault, why
		}
	}
	for property, words := range omhWords {
		raw, said := body[property]
		var word string
		if said && (json.Unmarshal(raw, &word) != nil || !slices.Contains(words, word)) {
			return p, property, BadValue
		}
	}
	raw, framed := body["effective_time_frame"]
	if !framed {
		if s.interval && version >= s.since {
			return p, "effective_time_frame", Incomplete
		}
		return p, "", ""
	}
	var f omhFrame
	if json.Unmarshal(raw, &f) != nil || (f.DateTime == nil) == (f.Interval == nil) {
		return p, "effective_time_frame", Incomplete
	}
	if f.DateTime != nil {
		if s.interval && version >= s.since {
			return p, "time_interval", Incomplete
		}
		at, good := parseTime(*f.DateTime, d.opt.Zone)
		if !good {
			return p, "date_time", BadTime
		}
		p.Start, p.End, p.Zone = at.ms, at.ms, at.zone
		return p, "", ""
	}
	if p.Start, p.End, p.Zone, ok = f.Interval.read(d); !ok {
		return p, "time_interval", Incomplete
	}
	return p, "", ""
}

// omhNumber reads a number with its unit, in the usual one.
func omhNumber(s *omhSchema, m *series.Measure, body map[string]json.RawMessage, property string) (n float64, fault string, why Why) {
	raw, said := body[property]
	if !said {
		return 0, property, Incomplete
	}
	var plain float64
	if s.measure == "steps" && json.Unmarshal(raw, &plain) == nil { // before version 2
		return plain, "", ""
	}
	var q omhQuantity
	switch {
	case json.Unmarshal(raw, &q) != nil:
		return 0, property, BadValue
	case q.Value == nil || q.Unit == "":
		return 0, property, Incomplete
	case !slices.Contains(s.units, q.Unit):
		return 0, property + " " + q.Unit, UnknownUnit
	}
	u := m.Unit(q.Unit)
	if u == nil {
		return 0, property + " " + q.Unit, UnknownUnit
	}
	return u.Usual(*q.Value), "", ""
}

// omhSeconds are the durations that a stretch of time may be given by.
var omhSeconds = map[string]float64{"ms": 0.001, "sec": 1, "min": 60, "h": 3600, "d": 86400, "wk": 7 * 86400}

// omhParts are the hours between which a part of a day lies.
var omhParts = map[string][2]int{"morning": {6, 12}, "afternoon": {12, 18}, "evening": {18, 24}, "night": {0, 6}}

// read needs two of beginning, end and duration, or a day and a part of it.
func (i *omhInterval) read(d *decoder) (start, end int64, zone int16, ok bool) {
	at := func(s *string) (moment, bool) {
		if s == nil {
			return moment{}, false
		}
		return parseTime(*s, d.opt.Zone)
	}
	from, begins := at(i.Start)
	to, ends := at(i.End)
	long := int64(0)
	if i.Duration != nil && i.Duration.Value != nil {
		ms := *i.Duration.Value * omhSeconds[i.Duration.Unit] * 1000
		if ms <= 0 || ms > math.MaxInt32*1000 {
			return 0, 0, 0, false
		}
		long = int64(ms)
	}
	switch {
	case i.Start != nil && !begins || i.End != nil && !ends:
		return 0, 0, 0, false
	case begins && ends:
		return from.ms, to.ms, from.zone, to.ms >= from.ms
	case begins && long > 0:
		return from.ms, from.ms + long, from.zone, true
	case ends && long > 0:
		return to.ms - long, to.ms, to.zone, true
	}
	day, dated := at(i.Date)
	if i.Part == nil || !dated {
		return 0, 0, 0, false
	}
	hours, known := omhParts[*i.Part]
	return day.ms + int64(hours[0])*3_600_000, day.ms + int64(hours[1])*3_600_000, day.zone, known
}
