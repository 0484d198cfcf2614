package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"carnet/assets"
	"carnet/vault"
	"carnet/vault/exchange/devices"
	"carnet/vault/plot"
	"carnet/vault/record"
	"carnet/vault/series"
)

var measures = sync.OnceValue(func() *series.Table {
	t, err := series.Load(assets.FS)
	if err != nil {
		panic(err)
	}
	return t
})

// appleExport is an export of so many days from a day on: a weight, a blood pressure,
// and a heart rate each hour.
func appleExport(from time.Time, days int) []byte {
	var b bytes.Buffer
	b.WriteString("<?xml version=\"1.0\"?>\n<HealthData locale=\"fr_FR\">\n")
	at := func(t time.Time) string {
		s := t.Format("2006-01-02 15:04:05 -0700")
		return fmt.Sprintf("startDate=%q endDate=%q", s, s)
	}
	for d := range days {
		day := from.AddDate(0, 0, d)
		fmt.Fprintf(&b, "<Record type=\"HKQuantityTypeIdentifierBodyMass\" sourceName=\"=Balance\" unit=\"kg\" %s value=\"%d.5\"/>\n", at(day), 60+d%10)
		fmt.Fprintf(&b, "<Correlation type=\"HKCorrelationTypeIdentifierBloodPressure\" sourceName=\"Tensiomètre\" %s>", at(day))
		fmt.Fprintf(&b, "<Record type=\"HKQuantityTypeIdentifierBloodPressureSystolic\" unit=\"mmHg\" %s value=\"%d\"/>", at(day), 120+d%10)
		fmt.Fprintf(&b, "<Record type=\"HKQuantityTypeIdentifierBloodPressureDiastolic\" unit=\"mmHg\" %s value=\"80\"/></Correlation>\n", at(day))
		for hour := range 24 {
			fmt.Fprintf(&b, "<Record type=\"HKQuantityTypeIdentifierHeartRate\" sourceName=\"Montre\" unit=\"count/min\" %s value=\"%d\"/>\n", at(day.Add(time.Duration(hour)*time.Hour)), 60+hour)
		}
	}
	b.WriteString("<Record type=\"HKQuantityTypeIdentifierDietaryCaffeine\" unit=\"mg\" value=\"80\"/>\n</HealthData>\n")
	return b.Bytes()
}

// paris is a zone east of Greenwich.
var paris = time.FixedZone("", 3600)

var newYear = time.Date(2026, 1, 1, 0, 30, 0, 0, paris) // still December in UTC

func (h *household) importMeasurements(patient record.ID, content []byte) vault.MeasurementImport {
	h.t.Helper()
	path := filepath.Join(h.t.TempDir(), "exporter.xml")
	writeFile(h.t, path, content)
	m, err := h.ImportMeasurements(h.t.Context(), patient, path, nil)
	if err != nil {
		h.t.Fatalf("import measurements: %v", err)
	}
	return m
}

// seen is what the vault shows of the measurements of a patient, as text.
func (h *household) seen(patient record.ID) string {
	h.t.Helper()
	all, err := h.MeasurementSeries(patient)
	h.must(err)
	var b strings.Builder
	for _, s := range all {
		fmt.Fprintf(&b, "%s %s %s %s %d\n", s.Measure, s.Source, s.LOINC, s.Unit, s.Points)
		runs, err := h.Measurements(h.t.Context(), patient, s.Measure, series.Period{})
		h.must(err)
		for _, r := range runs {
			for _, p := range r.Points {
				fmt.Fprintf(&b, "%s %v %v\n", p.At().Format(time.RFC3339), p.Value, p.Second)
			}
		}
	}
	return b.String()
}

func TestMeasurements(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	first := h.importMeasurements(h.lou.ID, appleExport(newYear, 40))
	if first.Format != devices.AppleHealth || first.New != 40*26 || first.Known != 0 || len(first.Left) != 1 {
		t.Errorf("%+v", first)
	}
	d := h.document(first.Document)
	if d.MediaType != series.MediaType || d.Title != "exporter" || d.Date != "2026-02-09" || d.FileName != "exporter.series" {
		t.Errorf("%+v", d)
	}
	all, err := h.MeasurementSeries(h.lou.ID)
	h.must(err)
	if len(all) != 3 || all[0].Measure != "blood-pressure" || all[0].LOINC != "85354-9" || all[1].Points != 960 || !all[1].First.Equal(newYear) {
		t.Errorf("%+v", all)
	}
	runs, err := h.Measurements(ctx, h.lou.ID, "weight", series.Period{From: newYear, To: newYear.AddDate(0, 0, 3)})
	h.must(err)
	if len(runs) != 1 || len(runs[0].Points) != 3 || runs[0].Source != "=Balance" || runs[0].Points[2].Value != 62.5 || !runs[0].Points[0].At().Equal(newYear) || runs[0].Points[0].Zone != 60 {
		t.Errorf("%+v", runs)
	}
	if runs, err := h.Measurements(ctx, h.me.ID, "weight", series.Period{}); err != nil || len(runs) != 0 {
		t.Error(runs, err)
	}

	// A later export has the same and more: only that is kept.
	again := h.importMeasurements(h.lou.ID, appleExport(newYear, 42))
	if again.New != 2*26 || again.Known != 40*26 {
		t.Errorf("%+v", again)
	}
	if nothing := h.importMeasurements(h.lou.ID, appleExport(newYear, 42)); nothing.New != 0 || !nothing.Document.IsZero() {
		t.Errorf("%+v", nothing)
	}
	h.reopen()
	whole := h.seen(h.lou.ID)

	// An import is undone by the bin, and comes back from it.
	h.must(h.RemoveDocuments(ctx, again.Document, first.Document))
	if got := h.seen(h.lou.ID); got != "" {
		t.Error("in the bin, and still shown:", got)
	}
	h.must(h.RestoreDocuments(ctx, again.Document, first.Document))
	if got := h.seen(h.lou.ID); got != whole {
		t.Error("out of the bin it is another")
	}

	// What is hidden from somebody is not shown to them.
	h.must(h.Mask(ctx, first.Document, dominique))
	h.as(dominique)
	if got := h.seen(h.lou.ID); strings.Count(got, "\n") != 2*26+3 {
		t.Error("hidden, and shown:", strings.Count(got, "\n"))
	}
	h.as(camille)
	if got := h.seen(h.lou.ID); got != whole {
		t.Error("hidden from another, it is another")
	}
	added := 0
	for row, err := range h.Journal(ctx) {
		h.must(err)
		if row.Action == record.MeasurementsAdded && row.Patient == h.lou.ID && (row.Entity == first.Document || row.Entity == again.Document) {
			added++
		}
	}
	if added != 2 {
		t.Errorf("%d rows in the journal", added)
	}
	h.sound()
}

// TestMeasurementsRefused: whoever may not add, and what is no file of measurements,
// leaves nothing.
func TestMeasurementsRefused(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	dir := t.TempDir()
	file := func(name, content string) string {
		writeFile(t, filepath.Join(dir, name), []byte(content))
		return filepath.Join(dir, name)
	}
	good := file("export.xml", string(appleExport(newYear, 1)))
	before := readFile(t, h.path)
	for path, want := range map[string]error{
		file("text.txt", "hello"):                                                            devices.ErrFormat,
		file("short.xml", string(appleExport(newYear, 400)[:200_000])):                       devices.ErrSyntax,
		file("bomb.xml", "<!DOCTYPE HealthData [<!ENTITY a \"x\">]><HealthData a=\"&a;\"/>"): devices.ErrEntity,
		file("none.xml", "<HealthData></HealthData>"):                                        vault.ErrNoMeasurements,
		dir:                           vault.ErrNotRegular,
		h.path:                        vault.ErrItself,
		filepath.Join(dir, "missing"): os.ErrNotExist,
	} {
		if _, err := h.ImportMeasurements(ctx, h.lou.ID, path, nil); !errors.Is(err, want) {
			t.Errorf("%s: %v, not %v", filepath.Base(path), err, want)
		}
	}
	if !bytes.Equal(readFile(t, h.path), before) {
		t.Error("something was written")
	}
	if _, err := h.ImportMeasurements(ctx, record.ID{1}, good, nil); !errors.Is(err, vault.ErrNoPatient) {
		t.Error(err)
	}
	h.must(h.AddMember(ctx, h.lou.ID, sacha, record.RoleCarerReads))
	h.as(sacha)
	if _, err := h.ImportMeasurements(ctx, h.lou.ID, good, nil); !errors.Is(err, vault.ErrNotAllowed) {
		t.Error(err)
	}
}

// TestMeasurementsCancelled: an import that is stopped leaves nothing, however far it
// was.
func TestMeasurementsCancelled(t *testing.T) {
	h := newVault(t)
	path := filepath.Join(t.TempDir(), "export.xml")
	writeFile(t, path, appleExport(newYear, 3000))
	ctx, cancel := context.WithCancel(t.Context())
	_, err := h.ImportMeasurements(ctx, h.lou.ID, path, &vault.MeasurementOptions{Progress: func(done, total int64) {
		if done > total/2 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if docs := h.documents(h.lou.ID); len(docs) != 0 {
		t.Error(docs)
	}
	h.sound()
	if m := h.importMeasurements(h.lou.ID, appleExport(newYear, 1)); m.New != 26 {
		t.Errorf("%+v", m)
	}
}

// TestMeasurementsMerged: two copies that both took in exports show each value once.
func TestMeasurementsMerged(t *testing.T) {
	h := newVault(t)
	other := h.part()
	h.importMeasurements(h.lou.ID, appleExport(newYear, 10))
	other.importMeasurements(other.lou.ID, appleExport(newYear, 15))
	h.take(other)
	runs, err := h.Measurements(t.Context(), h.lou.ID, "weight", series.Period{})
	h.must(err)
	if len(runs) != 1 || len(runs[0].Points) != 15 {
		t.Errorf("%d runs, %d weights", len(runs), len(runs[0].Points))
	}
	h.sound()
}

// TestMeasurementsExported: the archive has them as a table and as observations, and
// a restored record shows the same.
func TestMeasurementsExported(t *testing.T) {
	h := newVault(t)
	h.importMeasurements(h.lou.ID, appleExport(newYear, 2))
	binned := h.importMeasurements(h.lou.ID, appleExport(newYear.AddDate(0, 0, 7), 1))
	h.must(h.RemoveDocuments(t.Context(), binned.Document))
	h.faithful(h.lou.ID)
	made := h.export(h.lou.ID, nil)
	tables, err := filepath.Glob(filepath.Join(made.Path, "data", "mesures", "*.csv"))
	if err != nil || len(tables) != 1 {
		t.Fatal(tables, err)
	}
	lines := strings.Split(strings.TrimSpace(string(readFile(t, tables[0]))), "\r\n")
	if len(lines) != 1+2*26 || !strings.Contains(strings.Join(lines, "\n"), "weight;29463-7;2026-01-01T00:30:00+01:00;2026-01-01T00:30:00+01:00;60.5;;kg;'=Balance") {
		t.Errorf("%d lines: %q", len(lines), lines[:3])
	}
	said := string(readFile(t, filepath.Join(made.Path, "data", "fhir", "mesures.ndjson")))
	if strings.Count(said, "\n") != 2*26 || !strings.Contains(said, `"code":"8462-4"`) || strings.Count(said, `"resourceType":"Observation"`) != 2*26 {
		t.Errorf("%.500s", said)
	}
	other := elsewhere(t, camille, "1984-05-02")
	r := other.restore(made.Path, nil)
	if got, want := other.seen(r.Patient.ID), h.seen(h.lou.ID); got != want {
		t.Errorf("restored it is\n%.300s\nnot\n%.300s", got, want)
	}
}

// BenchmarkMeasurements takes in a million values, and makes the curve of a year of
// them.
func BenchmarkMeasurements(b *testing.B) {
	h := newVault(b)
	path := filepath.Join(b.TempDir(), "export.xml")
	const days = 38_462
	writeFile(b, path, appleExport(newYear.AddDate(0, 0, -days), days))
	start := time.Now()
	m, err := h.ImportMeasurements(b.Context(), h.lou.ID, path, nil)
	h.must(err)
	b.Logf("%d values in %v, %d bytes in the vault", m.New, time.Since(start), m.Bytes)
	rate := measures().Measure("heart-rate")
	for b.Loop() {
		runs, err := h.Measurements(b.Context(), h.lou.ID, "heart-rate", series.Period{From: newYear.AddDate(-1, 0, 0), To: newYear})
		h.must(err)
		points, _ := rate.Points(runs)
		all := make([]plot.Point, len(points))
		for i, p := range points {
			at := float64(p.Start) / 86_400_000
			all[i] = plot.Point{X: at, From: at, To: at, Y: p.Value}
		}
		if n := len(plot.Reduce(all, 240)); n == 0 || n > 480 || len(points) != 365*24 {
			b.Fatal(len(points), n)
		}
	}
}

// TestMeasurementsHandedOver: they go with the record, and are erased here.
func TestMeasurementsHandedOver(t *testing.T) {
	t.Parallel()
	g := growUp(t)
	g.importMeasurements(g.lou.ID, appleExport(newYear, 30))
	want := g.seen(g.lou.ID)
	g.must(second(g.HandOver(t.Context(), g.lou.ID, g.how(), nil)))
	own := g.own()
	patients, err := own.Patients()
	own.must(err)
	if got := own.seen(patients[0].ID); got != want || want == "" {
		t.Errorf("handed over it is\n%.300s\nnot\n%.300s", got, want)
	}
	if got := g.seen(g.lou.ID); got != "" {
		t.Errorf("and here still %.300s", got)
	}
}
