package vault

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"carnet/vault/exchange/fhir"
	"carnet/vault/record"
	"carnet/vault/series"
)

// measurements writes what devices measured: a table for each document that holds
// some, beside its original, and all of it as FHIR observations, one to a line.
// What is in the bin is not in it.
func (e *exporter) measurements() error {
	held, err := e.v.knownMeasurements(e.contents.Patient.ID)
	if err != nil {
		return err
	}
	paths := map[record.ID]string{}
	for _, d := range e.contents.Documents {
		paths[d.ID] = d.Path
	}
	ordered := held[:0]
	for _, h := range held {
		if paths[h.document] != "" { // else it came while the archive was written
			ordered = append(ordered, h)
		}
	}
	slices.SortFunc(ordered, func(a, b heldSeries) int { return strings.Compare(paths[a.document], paths[b.document]) })
	for _, h := range ordered {
		name := strings.TrimSuffix(path.Base(paths[h.document]), path.Ext(paths[h.document]))
		if err := e.stream("data/mesures/"+name+".csv", func(w io.Writer) error { return measurementTable(w, h) }); err != nil {
			return err
		}
	}
	if len(ordered) == 0 || e.v.opt.Measures == nil {
		return nil
	}
	return e.stream("data/fhir/mesures.ndjson", func(w io.Writer) error { return e.observations(w, ordered) })
}

// stream writes a file of the archive whose length is not known before: it is said
// twice.
func (e *exporter) stream(name string, write func(io.Writer) error) error {
	var length counting
	if err := write(&length); err != nil {
		return err
	}
	r, w := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.CloseWithError(write(w)) // it reports nothing
	}()
	err := e.w.Add(name, int64(length), r)
	r.CloseWithError(errStopped) // so that the other goroutine ends; it reports nothing
	<-ended
	return err
}

// counting counts what is written to it.
type counting int64

func (c *counting) Write(p []byte) (int, error) {
	*c += counting(len(p))
	return len(p), nil
}

func measurementTable(w io.Writer, h heldSeries) error {
	b := bufio.NewWriter(w)
	b.WriteString("\ufeff") // its error comes again
	out := csv.NewWriter(b)
	out.Comma, out.UseCRLF = ';', true
	if err := out.Write([]string{"mesure", "loinc", "debut", "fin", "valeur", "valeur2", "unite", "source"}); err != nil {
		return err
	}
	number := func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
	err := h.index.Each(h.content, "", nil, series.Period{}, func(k series.Described, points []series.Point) error {
		for _, p := range points {
			second := ""
			if p.Second != 0 {
				second = number(p.Second)
			}
			row := []string{k.Measure, k.LOINC, p.At().Format(time.RFC3339Nano), p.Until().Format(time.RFC3339Nano), number(p.Value), second, k.Unit, k.Source}
			for _, i := range []int{0, 1, 6, 7} { // words of the file
				row[i] = unformula(row[i])
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	out.Flush()
	return errors.Join(out.Error(), b.Flush())
}

func (e *exporter) observations(w io.Writer, held []heldSeries) error {
	b := bufio.NewWriter(w)
	r := e.record()
	measures := map[string]*fhir.Measure{}
	for _, m := range e.v.opt.Measures.Measures {
		measures[m.Code] = &fhir.Measure{
			LOINC: m.LOINC, FirstLOINC: m.FirstLOINC, SecondLOINC: m.SecondLOINC, Label: r.Label(m.LabelFR, m.LabelEN), UCUM: m.Units[0].UCUM, Unit: m.Units[0].Label,
		}
	}
	for _, h := range held {
		err := h.index.Each(h.content, "", nil, series.Period{}, func(k series.Described, points []series.Point) error {
			m := measures[k.Measure]
			if m == nil { // of a later table
				m = &fhir.Measure{LOINC: k.LOINC, Label: k.Measure, UCUM: k.Unit, Unit: k.Unit}
			}
			for _, p := range points {
				line, err := r.Observation(m, fhir.Measured{Source: k.Source, Start: p.At(), End: p.Until(), Value: p.Value, Second: p.Second})
				if err != nil {
					return err
				}
				if _, err := b.Write(line); err != nil {
					return err
				}
			}
			return e.ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	return b.Flush()
}
