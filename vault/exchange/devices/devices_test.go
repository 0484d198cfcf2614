package devices

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"carnet/assets"
	"carnet/vault/corpustest"
	"carnet/vault/series"
)

func measures(t testing.TB) *series.Table {
	t.Helper()
	m, err := series.Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// read decodes a file into lines such as "weight Balance 2026-01-02T08:00:00+01:00 72.5".
func read(t testing.TB, file, name string, opt Options) ([]string, Report, error) {
	t.Helper()
	opt.Table = measures(t)
	var lines []string
	r := strings.NewReader(file)
	report, err := Decode(context.Background(), r, r.Size(), name, opt, func(k series.Key, p series.Point) error {
		line := fmt.Sprintf("%s %q %s", k.Measure, k.Source, p.At().Format(time.RFC3339))
		if p.End != p.Start {
			line += " to " + p.Until().Format("15:04:05")
		}
		line += fmt.Sprint(" ", p.Value)
		if p.Second != 0 {
			line += fmt.Sprint("/", p.Second)
		}
		lines = append(lines, line)
		return nil
	})
	return lines, report, err
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("read\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func leftOf(r Report) (out []string) {
	for _, l := range r.Left {
		out = append(out, fmt.Sprintf("%s: %s, %d", l.What, l.Why, l.Times))
	}
	return out
}

const appleHead = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 > [ -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
]>
<HealthData locale="fr_FR">
 <ExportDate value="2026-01-05 10:00:00 +0100"/>
`

const appleSample = appleHead + `
 <Record type="HKQuantityTypeIdentifierBodyMass" sourceName="Balance d&#39;Am&#xE9;lie &amp; co" unit="kg" creationDate="2026-01-02 08:00:01 +0100" startDate="2026-01-02 08:00:00 +0100" endDate="2026-01-02 08:00:00 +0100" value="72.5"/>
 <Record type="HKQuantityTypeIdentifierBodyMass" sourceName="US scale" unit="lb" startDate="2026-01-03 08:00:00 -0500" endDate="2026-01-03 08:00:00 -0500" value="160"/>
 <Record type="HKQuantityTypeIdentifierBodyTemperature" sourceName="T" unit="degF" startDate="2026-01-03 08:00:00 +0100" value='98.6'/>
 <Record type="HKQuantityTypeIdentifierOxygenSaturation" sourceName="Watch" unit="%" startDate="2026-01-03 08:00:00 +0100" endDate="2026-01-03 08:00:00 +0100" value="0.97"/>
 <Record type="HKQuantityTypeIdentifierStepCount" sourceName="Watch" unit="count" startDate="2026-01-03 08:00:00 +0100" endDate="2026-01-03 08:10:00 +0100" value="612"><MetadataEntry key="a" value="b > c"/></Record>
 <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" startDate="2026-01-03 23:00:00 +0100" endDate="2026-01-04 00:30:00 +0100" value="HKCategoryValueSleepAnalysisAsleepDeep"/>
 <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" startDate="2026-01-03 22:00:00 +0100" endDate="2026-01-04 07:30:00 +0100" value="HKCategoryValueSleepAnalysisInBed"/>
 <Record type="HKQuantityTypeIdentifierBloodPressureSystolic" sourceName="Omron" unit="mmHg" startDate="2026-01-04 08:00:00 +0100" endDate="2026-01-04 08:00:00 +0100" value="128"/>
 <Correlation type="HKCorrelationTypeIdentifierBloodPressure" sourceName="Omron" startDate="2026-01-04 08:00:00 +0100" endDate="2026-01-04 08:00:00 +0100">
  <Record type="HKQuantityTypeIdentifierBloodPressureSystolic" sourceName="Omron" unit="mmHg" startDate="2026-01-04 08:00:00 +0100" endDate="2026-01-04 08:00:00 +0100" value="128"/>
  <Record type="HKQuantityTypeIdentifierBloodPressureDiastolic" sourceName="Omron" unit="mmHg" startDate="2026-01-04 08:00:00 +0100" endDate="2026-01-04 08:00:00 +0100" value="82"/>
 </Correlation>
 <Record type="HKQuantityTypeIdentifierDietaryCaffeine" sourceName="App" unit="mg" startDate="2026-01-04 08:00:00 +0100" endDate="2026-01-04 08:00:00 +0100" value="80"/>
 <Record type="HKQuantityTypeIdentifierBodyMass" sourceName="App" unit="furlong" startDate="2026-01-04 08:00:00 +0100" value="80"/>
 <Record type="HKQuantityTypeIdentifierBodyMass" sourceName="App" unit="kg" startDate="hier" value="80"/>
 <Record type="HKQuantityTypeIdentifierBodyMass" sourceName="App" unit="kg" startDate="2026-01-04 08:00:00 +0100" value="8000"/>
 <Workout workoutActivityType="HKWorkoutActivityTypeWalking" duration="30"/>
</HealthData>
`

var appleWants = []string{
	`weight "Balance d'Amélie & co" 2026-01-02T08:00:00+01:00 72.5`,
	`weight "US scale" 2026-01-03T08:00:00-05:00 72.574779`,
	`temperature "T" 2026-01-03T08:00:00+01:00 37`,
	`oxygen-saturation "Watch" 2026-01-03T08:00:00+01:00 97`,
	`steps "Watch" 2026-01-03T08:00:00+01:00 to 08:10:00 612`,
	`sleep "Watch" 2026-01-03T23:00:00+01:00 to 00:30:00 1.5`,
	`blood-pressure "Omron" 2026-01-04T08:00:00+01:00 128/82`,
}

func TestAppleHealth(t *testing.T) {
	got, report, err := read(t, appleSample, "export.xml", Options{})
	if err != nil || report.Format != AppleHealth || report.Points != len(appleWants) {
		t.Fatal(report, err)
	}
	same(t, got, appleWants...)
	same(t, leftOf(report),
		"HKCategoryValueSleepAnalysisInBed: unknown-measure, 1",
		"HKQuantityTypeIdentifierBloodPressureSystolic: in-detail, 1",
		"HKQuantityTypeIdentifierBodyMass furlong: unknown-unit, 1",
		"HKQuantityTypeIdentifierBodyMass: bad-time, 1",
		"HKQuantityTypeIdentifierBodyMass: bad-value, 1",
		"HKQuantityTypeIdentifierDietaryCaffeine: unknown-measure, 1",
		"Workout: unknown-measure, 1",
	)
}

func zipped(t testing.TB, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAppleHealthArchive(t *testing.T) {
	file := zipped(t, map[string]string{
		"apple_health_export/export_cda.xml": "<ClinicalDocument/>",
		"apple_health_export/exporter.xml":   appleSample,
	})
	got, report, err := read(t, file, "export.zip", Options{})
	if err != nil || report.Format != AppleHealth {
		t.Fatal(report, err)
	}
	same(t, got, appleWants...)
}

func TestWithings(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	file := zipped(t, map[string]string{
		"weight.csv":            "\ufeffDate,\"Poids (kg)\",\"Masse grasse (kg)\",Commentaires\n\"2026-01-02 08:00:00\",72.50,14.2,\n2026-07-02 08:00:00,159.8,,\n",
		"bp.csv":                "Date,\"Heart rate\",Systolic,Diastolic,Comments\n2026-01-02 08:05:00,64,128,82,\n2026-01-02 08:06:00,,128,,\n",
		"sleep.csv":             "from,to,\"light (s)\",\"deep (s)\",\"rem (s)\",\"awake (s)\"\n2026-01-02T23:00:00+01:00,2026-01-03T07:00:00+01:00,14400,7200,3600,600\n",
		"raw_tracker_steps.csv": "start,duration,value\n2026-01-02T10:00:00+01:00,\"[60,60,60]\",\"[100,0,50]\"\n",
		"raw_hr_hr.csv":         "start,duration,value\n2026-01-02T10:00:00+01:00,[0],[71]\n",
		"aggregates_steps.csv":  "date,value\n2026-01-02,5000\n",
		"raw_spo2_quality.csv":  "start,duration,value\n2026-01-02T10:00:00+01:00,[0],[71]\n",
		"README.txt":            "readme",
	})
	got, report, err := read(t, file, "data.zip", Options{Zone: paris})
	if err != nil || report.Format != Withings {
		t.Fatal(report, err)
	}
	same(t, got,
		`steps "Withings, aggregates_steps" 2026-01-02T00:00:00+01:00 to 00:00:00 5000`,
		`blood-pressure "Withings" 2026-01-02T08:05:00+01:00 128/82`,
		`heart-rate "Withings" 2026-01-02T08:05:00+01:00 64`,
		`heart-rate "Withings" 2026-01-02T10:00:00+01:00 71`,
		`steps "Withings" 2026-01-02T10:00:00+01:00 to 10:01:00 100`,
		`steps "Withings" 2026-01-02T10:02:00+01:00 to 10:03:00 50`,
		`sleep "Withings" 2026-01-02T23:00:00+01:00 to 07:00:00 7`,
		`weight "Withings" 2026-01-02T08:00:00+01:00 72.5`,
		`weight "Withings" 2026-07-02T08:00:00+02:00 159.8`,
	)
	same(t, leftOf(report), "bp: incomplete, 1", "raw_spo2_quality: unknown-measure, 1", "weight masse grasse (kg): unknown-measure, 1")

	got, _, err = read(t, "Date,Weight (lb),Fat mass (lb)\n2026-01-02 08:00:00,160,\n", "renamed.csv", Options{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, `weight "Withings" 2026-01-02T08:00:00Z 72.574779`)
}

func TestOpenMHealth(t *testing.T) {
	const header = `{"header":{"id":"1","creation_date_time":"2026-01-02T08:00:00+01:00","schema_id":{"namespace":"omh","name":"%s","version":"%s"},"acquisition_provenance":{"source_name":"Ma balance"}},"body":%s}`
	all := []string{
		fmt.Sprintf(header, "body-weight", "2.0", `{"body_weight":{"value":160,"unit":"lb"},"effective_time_frame":{"date_time":"2026-01-02T07:00:00+01:00"}}`),
		fmt.Sprintf(header, "blood-pressure", "4.0", `{"systolic_blood_pressure":{"value":128,"unit":"mmHg"},"diastolic_blood_pressure":{"value":82,"unit":"mmHg"}}`),
		fmt.Sprintf(header, "step-count", "3.0", `{"step_count":{"value":6000,"unit":"steps"},"effective_time_frame":{"time_interval":{"date":"2026-01-02","part_of_day":"morning"}}}`),
		fmt.Sprintf(header, "blood-glucose", "3.0", `{"blood_glucose":{"value":95,"unit":"mg/dL"},"effective_time_frame":{"time_interval":{"end_date_time":"2026-01-02T07:00:00Z","duration":{"value":5,"unit":"min"}}}}`),
		fmt.Sprintf(header, "ambient-light", "1.0", `{}`),
	}
	want := []string{
		`weight "Ma balance" 2026-01-02T07:00:00+01:00 72.574779`,
		`blood-pressure "Ma balance" 2026-01-02T08:00:00+01:00 128/82`,
		`steps "Ma balance" 2026-01-02T06:00:00Z to 12:00:00 6000`,
		`glucose "Ma balance" 2026-01-02T06:55:00Z to 07:00:00 0.95`,
	}
	for form, file := range map[string]string{"array": "[" + strings.Join(all, ",") + "]", "lines": strings.Join(all, "\n")} {
		got, report, err := read(t, file, "", Options{})
		if err != nil {
			t.Fatal(form, err)
		}
		same(t, got, want...)
		same(t, leftOf(report), "ambient-light: unknown-measure, 1")
	}
}

// corpusPoints is how many data points are published.
const corpusPoints = 25

// TestOpenMHealthCorpus reads bodies that their publisher calls right or wrong.
func TestOpenMHealthCorpus(t *testing.T) {
	root := corpustest.Root(t, "%d data points are not read", corpusPoints)
	var expected struct {
		Files []struct {
			Path, Schema, Version string
			Expected              string `json:"source_expected"`
		}
	}
	corpustest.Expected(t, root, "open-mhealth", &expected)
	if len(expected.Files) != corpusPoints {
		t.Errorf("%d data points, there were %d", len(expected.Files), corpusPoints)
	}
	for _, f := range expected.Files {
		content := corpustest.File(t, root, f.Path)
		got, report, err := read(t, string(content), "", Options{Schema: f.Schema + ":" + f.Version})
		if err != nil {
			t.Errorf("%s: %v", f.Path, err)
			continue
		}
		// A right body may still have no time of its own, which its header would give.
		pass := len(got) == 1 || len(report.Left) == 1 && report.Left[0].Why == BadTime
		if pass != (f.Expected == "pass") || !pass && len(report.Left) != 1 {
			t.Errorf("%s: %q, left out %q", f.Path, got, leftOf(report))
		}
	}
}

// endless is a stream that never ends.
type endless struct{ head, again string }

func (e *endless) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if e.head == "" {
			e.head = e.again
		}
		m := copy(p[n:], e.head)
		n, e.head = n+m, e.head[m:]
	}
	return n, nil
}

// stream is a generated file of a size, which only gets read onward.
type stream struct {
	r    io.Reader
	head []byte
}

func (s *stream) ReadAt(p []byte, at int64) (int, error) {
	if len(s.head) < 16<<10 {
		s.head = make([]byte, 16<<10)
		if _, err := io.ReadFull(s.r, s.head); err != nil {
			return 0, err
		}
		s.r = io.MultiReader(bytes.NewReader(s.head), s.r)
		s.head = append([]byte(nil), s.head...)
	}
	if at == 0 && len(p) <= 8<<10 { // to tell the format
		return copy(p, s.head), nil
	}
	n, err := io.ReadFull(s.r, p)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return n, err
}

// TestHostile: nothing that a file can say takes memory or time without end.
func TestHostile(t *testing.T) {
	bomb := zipped(t, map[string]string{"export.xml": appleHead + strings.Repeat("<!--"+strings.Repeat(" ", 500_000)+"-->", 150) + "</HealthData>"})
	many := map[string]string{}
	for i := range MaxFiles + 1 {
		many[fmt.Sprint(i)] = ""
	}
	record := `<Record type="HKQuantityTypeIdentifierHeartRate" sourceName="W" unit="count/min" startDate="2026-01-03 08:00:00 +0100" endDate="2026-01-03 08:00:00 +0100" value="70"/>`
	for name, c := range map[string]struct {
		file io.ReaderAt
		size int64
		want error
	}{
		"entity bomb":     {strings.NewReader("<!DOCTYPE HealthData [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><HealthData x=\"&b;\"/>"), 0, ErrEntity},
		"parameter":       {strings.NewReader("<!DOCTYPE HealthData [%x;]><HealthData/>"), 0, ErrEntity},
		"unknown entity":  {strings.NewReader("<HealthData><Record type='&x;'/></HealthData>"), 0, ErrEntity},
		"external entity": {strings.NewReader("<!DOCTYPE HealthData [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><HealthData/>"), 0, ErrEntity},
		"nested":          {&stream{r: &endless{appleHead, "<a>"}}, 15_000_000, ErrDeep},
		"long tag":        {&stream{r: &endless{appleHead + "<Record type='", "x"}}, 1 << 30, ErrLong},
		"long text":       {&stream{r: &endless{appleHead, "x"}}, 1 << 30, ErrLong},
		"long comment":    {&stream{r: &endless{appleHead + "<!--", "x"}}, 1 << 30, ErrLong},
		"long doctype":    {&stream{r: &endless{"<!DOCTYPE HealthData [", " "}}, 1 << 30, ErrLong},
		"endless records": {&stream{r: &endless{appleHead, record}}, 1 << 50, ErrLarge},
		"endless blanks":  {&stream{r: &endless{appleHead, " "}}, 1 << 50, ErrLong},
		"cut short":       {strings.NewReader(appleSample[:len(appleSample)-20]), 0, ErrSyntax},
		"wrong end":       {strings.NewReader("<HealthData></Data>"), 0, ErrSyntax},
		"zip bomb":        {strings.NewReader(bomb), 0, ErrBomb},
		"many files":      {strings.NewReader(zipped(t, many)), 0, ErrFormat},
		"long line":       {&stream{r: &endless{"Date,Weight (kg),Fat mass (kg)\n", "1"}}, 1 << 30, ErrLong},
		"long field":      {&stream{r: &endless{"Date,Weight (kg),Fat mass (kg)\n\"", "1"}}, 1 << 30, ErrLong},
		"endless rows":    {&stream{r: &endless{"Date,Weight (kg),Fat mass (kg)\n", "2026-01-02 08:00:00,70,\n"}}, 1 << 50, ErrLarge},
		"deep JSON":       {&stream{r: &endless{`[{"schema_id":`, "["}}, 1 << 30, ErrDeep},
		"long JSON":       {&stream{r: &endless{`[{"schema_id":"`, "x"}}, 1 << 30, ErrLong},
		"neither":         {strings.NewReader("GIF89a"), 0, ErrFormat},
		"empty":           {strings.NewReader(""), 0, ErrFormat},
	} {
		t.Run(name, func(t *testing.T) {
			if c.size == 0 {
				c.size = c.file.(*strings.Reader).Size()
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Decode(context.Background(), c.file, c.size, "x", Options{Table: measures(t), maxPoints: 100_000},
				func(series.Key, series.Point) error { return nil })
			runtime.ReadMemStats(&after)
			if !errors.Is(err, c.want) {
				t.Errorf("%v, not %v", err, c.want)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 200<<20 {
				t.Errorf("%d MB were taken", used>>20)
			}
		})
	}
}

// TestCancel: a reading ends when it is told to.
func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	record := `<Record type="HKQuantityTypeIdentifierHeartRate" sourceName="W" unit="count/min" startDate="2026-01-03 08:00:00 +0100" value="70"/>`
	told := 0
	_, err := Decode(ctx, &stream{r: &endless{appleHead, record}}, 1<<50, "", Options{Table: measures(t), Progress: func(done, total int64) {
		if told++; told == 3 {
			cancel()
		}
	}}, func(series.Key, series.Point) error { return nil })
	if !errors.Is(err, context.Canceled) || told != 3 {
		t.Error(err, told)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(appleSample), "export.xml")
	f.Add([]byte(zipped(f, map[string]string{"export.xml": appleSample})), "export.zip")
	f.Add([]byte("Date,\"Heart rate\",Systolic,Diastolic,Comments\n2026-01-02 08:05:00,64,128,82,\n"), "bp.csv")
	f.Add([]byte("start,duration,value\n2026-01-02T10:00:00+01:00,\"[60,60,60]\",\"[100,0,50]\"\n"), "raw_tracker_steps.csv")
	f.Add([]byte("from,to,\"light (s)\",\"deep (s)\"\n2026-01-02T23:00:00+01:00,2026-01-03T07:00:00+01:00,14400,7200\n"), "sleep.csv")
	f.Add([]byte(`[{"header":{"schema_id":{"namespace":"omh","name":"body-weight","version":"2.0"}},"body":{"body_weight":{"value":1,"unit":"kg"}}}]`), "")
	table := measures(f)
	f.Fuzz(func(t *testing.T, file []byte, name string) {
		n := 0
		report, err := Decode(context.Background(), bytes.NewReader(file), int64(len(file)), name, Options{Table: table}, func(k series.Key, p series.Point) error {
			n++
			if series.Check(p) != nil || len(k.Source) > series.MaxText || table.Measure(k.Measure) == nil {
				t.Errorf("%+v %+v", k, p)
			}
			return nil
		})
		if err == nil && report.Points != n {
			t.Errorf("%d points, %d told", n, report.Points)
		}
	})
}

// BenchmarkApple reads a generated export of 3 GB, of which nothing is on a disk.
func BenchmarkApple(b *testing.B) {
	const size = 3 << 30
	table := measures(b)
	for range b.N {
		g := &generator{left: size}
		var peak uint64
		var m runtime.MemStats
		n := 0
		report, err := Decode(context.Background(), &stream{r: g}, size+1<<20, "export.xml", Options{Table: table, Progress: func(done, _ int64) {
			if n++; n%64 == 0 {
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapInuse+m.StackInuse)
			}
		}}, func(series.Key, series.Point) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(report.Points), "points")
		b.ReportMetric(float64(peak)/1e6, "peak-MB")
	}
	b.SetBytes(size)
}

// generator writes an export as long as is wanted: the same days again and again, so that
// making it takes no time beside reading it.
type generator struct {
	left  int64
	days  []byte
	buf   []byte
	begun bool
	done  bool
}

func (g *generator) Read(p []byte) (int, error) {
	if !g.begun {
		g.begun, g.buf = true, []byte(appleHead)
		for i := range 20_000 {
			at := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 37 * time.Second).Format("2006-01-02 15:04:05 +0000")
			g.days = fmt.Appendf(g.days, ` <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Apple Watch de Camille" sourceVersion="10.1" device="&lt;&lt;HKDevice: 0x301d3e850&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:10.1&gt;" unit="count/min" creationDate="%s" startDate="%s" endDate="%s" value="%d">
  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="1"/>
 </Record>
`, at, at, at, 55+i%60)
		}
	}
	if len(g.buf) == 0 && g.done {
		return 0, io.EOF
	}
	if len(g.buf) == 0 {
		g.buf = g.days
		if g.left -= int64(len(g.buf)); g.left <= 0 {
			g.buf, g.done = []byte("</HealthData>\n"), true
		}
	}
	n := copy(p, g.buf)
	g.buf = g.buf[n:]
	return n, nil
}
