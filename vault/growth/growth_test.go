package growth_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"carnet/assets"
	"carnet/vault/corpustest"
	"carnet/vault/growth"
	"carnet/vault/record"
)

var reference = sync.OnceValue(func() *growth.Reference {
	r, err := growth.Load(assets.FS)
	if err != nil {
		panic(err)
	}
	return r
})

// corpus opens a file of other people's test data, under CARNET_CORPUS.
func corpus(t *testing.T, name string) *os.File {
	t.Helper()
	root := corpustest.Root(t, "nothing was compared with %s", name)
	f, err := os.Open(filepath.Join(root, "growth", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestCorpusSurvey compares with the z-scores that the World Health Organization
// publishes for a survey of its own, to two decimals.
func TestCorpusSurvey(t *testing.T) {
	rows, err := csv.NewReader(corpus(t, "who2007_survey_z_odd_rows.csv")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	number := func(row []string, name string) float64 {
		n, err := strconv.ParseFloat(row[column[name]], 64)
		if err != nil {
			return math.NaN()
		}
		return n
	}
	compared, worst := 0, 0.0
	for _, row := range rows[1:] {
		sex := map[string]record.Sex{"1": record.Male, "2": record.Female}[row[column["sex"]]]
		age := growth.Months(number(row, "age.mo"))
		for _, c := range []struct {
			measure    growth.Measure
			value, z   string
			unmeasured bool
		}{
			{growth.Height, "height", "zhfa", false},
			{growth.Weight, "weight", "zwfa", row[column["oedema"]] == "y"},
			{growth.BMI, "cbmi", "zbfa", row[column["oedema"]] == "y"},
		} {
			want := number(row, c.z)
			if math.IsNaN(want) || c.unmeasured {
				continue
			}
			got, err := reference().Score(c.measure, sex, age, growth.Unknown, number(row, c.value))
			if err != nil {
				t.Errorf("row %s, %s: %v", row[column["id"]], c.measure, err)
				continue
			}
			compared++
			worst = max(worst, math.Abs(got.Z-want))
		}
	}
	t.Logf("%d z-scores, at most %.5f apart", compared, worst)
	if compared < 500 || worst > 0.005+1e-9 {
		t.Errorf("%d z-scores, at most %.5f apart; want 500 or more, within 0.005", compared, worst)
	}
}

// TestThereAndBack: the value of a z-score has that z-score, beyond 3 as well.
func TestThereAndBack(t *testing.T) {
	n := 0
	for _, sex := range []record.Sex{record.Female, record.Male} {
		for _, m := range []growth.Measure{growth.Weight, growth.Height, growth.Head, growth.BMI} {
			for age := growth.Days(0); age <= 229*30; age += 30 {
				for _, z := range []float64{-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5} {
					value, err := reference().Value(m, sex, age, z)
					if errors.Is(err, growth.ErrNoCurve) && age > 1826 {
						continue
					}
					if err != nil || value <= 0 {
						t.Fatalf("%s %s, day %v, z %v: %v, %v", m, sex, age, z, value, err)
					}
					got, err := reference().Score(m, sex, age, growth.Unknown, value)
					if err != nil || math.Abs(got.Z-z) > 0.001 {
						t.Errorf("%s %s, day %v: z %v comes back as %v, %v", m, sex, age, z, got.Z, err)
					}
					n++
				}
			}
		}
	}
	if n < 2*4*61*11 {
		t.Errorf("only %d", n)
	}
}

func TestPublished(t *testing.T) {
	for _, c := range []struct {
		measure  growth.Measure
		sex      record.Sex
		age      growth.Days
		position growth.Position
		value, z float64
	}{
		// The examples of the software of the World Health Organization.
		{growth.Weight, record.Female, 1522, growth.Unknown, 17, 0.24},
		{growth.Height, record.Male, 44, growth.Lying, 50, -3.29},
		// The medians of the first and the last day.
		{growth.Weight, record.Male, 0, growth.Unknown, 3.3464, 0},
		{growth.Head, record.Female, 1826, growth.Unknown, 49.9225, 0},
	} {
		got, err := reference().Score(c.measure, c.sex, c.age, c.position, c.value)
		if err != nil || math.Abs(got.Z-c.z) > 0.005 || got.Standard != growth.WHO2006 {
			t.Errorf("%+v: %+v, %v", c, got, err)
		}
	}
	if c := (growth.Score{Z: 1.959964}).Centile(); math.Abs(c-97.5) > 1e-4 {
		t.Errorf("centile %v", c)
	}
}

// TestStep: from the day a child is 24 months old the standards are of standing
// children.
func TestStep(t *testing.T) {
	var got string
	for _, age := range []growth.Days{730, 731} {
		for _, p := range []growth.Position{growth.Lying, growth.Standing, growth.Unknown} {
			s, err := reference().Score(growth.Height, record.Female, age, p, 86)
			if err != nil {
				t.Fatal(err)
			}
			got += fmt.Sprintf("day %v, position %d: %.1f cm, z %.2f\n", age, p, s.Value, s.Z)
		}
	}
	want := `day 730, position 1: 86.0 cm, z -0.12
day 730, position 2: 86.7 cm, z 0.09
day 730, position 0: 86.0 cm, z -0.12
day 731, position 1: 85.3 cm, z -0.13
day 731, position 2: 86.0 cm, z 0.08
day 731, position 0: 86.0 cm, z 0.08
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

// TestThresholds compares with the cut-offs of the publication, to two decimals.
func TestThresholds(t *testing.T) {
	for _, c := range []struct {
		sex         record.Sex
		years, grow float64
		want        float64
	}{
		{record.Male, 2, 25, 18.36}, {record.Male, 2, 30, 19.99}, {record.Female, 2, 25, 18.09}, {record.Female, 2, 30, 19.81},
		{record.Male, 10, 25, 19.80}, {record.Male, 10, 30, 23.96}, {record.Female, 10, 25, 19.78}, {record.Female, 10, 30, 23.97},
		{record.Male, 18, 25, 25}, {record.Female, 18, 16, 16}, {record.Female, 18, 35, 35},
	} {
		got, err := reference().Threshold(c.sex, growth.Days(c.years*365.25), c.grow)
		if err != nil || math.Abs(got-c.want) > 0.005 {
			t.Errorf("%+v: %v, %v", c, got, err)
		}
	}
	if _, err := reference().Threshold(record.Male, 700, 25); !errors.Is(err, growth.ErrNoCurve) {
		t.Errorf("before two years: %v", err)
	}
	if _, err := reference().Threshold(record.Male, 1000, math.NaN()); !errors.Is(err, growth.ErrValue) {
		t.Errorf("no number: %v", err)
	}
}

// TestCorpusCorrectedAge compares with rows computed elsewhere.
func TestCorpusCorrectedAge(t *testing.T) {
	var rows []struct {
		Birth     string  `json:"birth_date"`
		On        string  `json:"observation_date"`
		Weeks     int     `json:"gestation_weeks"`
		Days      int     `json:"gestation_days"`
		Age       float64 `json:"chronological_age"`
		Corrected float64 `json:"corrected_age"`
	}
	if err := json.NewDecoder(corpus(t, "corrected_age_odd_rows.json")).Decode(&rows); err != nil {
		t.Fatal(err)
	}
	preterm := 0
	for _, row := range rows {
		birth, err := time.Parse("02/01/2006", row.Birth)
		if err != nil {
			t.Fatal(err)
		}
		on, err := time.Parse("02/01/2006", row.On)
		if err != nil {
			t.Fatal(err)
		}
		age, g := growth.Age(birth, on), growth.Gestation{Weeks: row.Weeks, Days: row.Days}
		if math.Abs(age.Years()-row.Age) > 0.003 {
			t.Errorf("%+v: %v years", row, age.Years())
		}
		if !g.Preterm() {
			continue
		}
		preterm++
		if got := age.Corrected(g).Years(); math.Abs(got-row.Corrected) > 0.003 {
			t.Errorf("%+v: corrected to %v years", row, got)
		}
	}
	if t.Logf("%d rows, %d preterm", len(rows), preterm); preterm < 20 {
		t.Errorf("only %d preterm rows", preterm)
	}
}

func TestCompared(t *testing.T) {
	for _, c := range []struct {
		age, want growth.Days
		g         growth.Gestation
		corrected bool
	}{
		{100, 100, growth.Gestation{}, false},
		{100, 100, growth.Gestation{Weeks: 37}, false},
		{100, 79, growth.Gestation{Weeks: 37, Days: 0}, false},
		{100, 78, growth.Gestation{Weeks: 36, Days: 6}, true},
		{730, 646, growth.Gestation{Weeks: 28}, true},
		{731, 731, growth.Gestation{Weeks: 28}, false},
		{10, -74, growth.Gestation{Weeks: 28}, true},
	} {
		got, corrected := c.age.Compared(c.g)
		if corrected != c.corrected || corrected && got != c.want || !corrected && got != c.age {
			t.Errorf("%+v: %v, %v", c, got, corrected)
		}
	}
	leap := time.Date(2024, 2, 29, 23, 0, 0, 0, time.FixedZone("", 3600))
	if got := growth.Age(leap, time.Date(2025, 3, 1, 1, 0, 0, 0, time.UTC)); got != 366 {
		t.Errorf("a year after 29 February and a day: %v", got)
	}
}

// TestPoints: what a profile says of a child who grows, in the order of days.
func TestPoints(t *testing.T) {
	entry := func(kind, on, value, unit, method string) record.Entry {
		return record.Entry{Type: kind, Start: on, Value: value, Unit: unit, Method: method}
	}
	binned := entry("weight", "2024-06-01", "9", "kg", "")
	binned.RemovedAt = 1
	child := record.Patient{Birth: "2023-01-31", Sex: record.Female, Term: "34+0"}
	got := reference().Points(child, []record.Entry{
		entry("height", "2025-02-10", "86", "cm", "lying"),
		entry("weight", "2025-02-10", "12.2", "kg", ""),
		entry("weight", "2023-01-31", "2100", "g", ""),
		entry("head-circumference", "2023-05-01", "39.5", "cm", ""),
		binned,
		entry("weight", "2024-06", "9", "kg", ""),            // no whole date
		entry("weight", "2023-01-30", "3", "kg", ""),         // before the birth
		entry("weight", "2025-02-12", "13", "kg", ""),        // later
		entry("weight", "2024-01-01", "20", "[lb_av]", ""),   // another unit
		entry("blood-pressure", "2024-01-01", "9", "kg", ""), // another measure
		entry("weight", "2024-01-01", "dix", "kg", ""),
	}, time.Date(2025, 2, 11, 23, 0, 0, 0, time.UTC))
	var said string
	for _, p := range got {
		said += fmt.Sprintf("%s day %v %s %.2f corrected %v known %v z %.2f %s\n", p.On, p.Age, p.Measure, p.Value, p.Corrected, p.Known, p.Score.Z, p.Score.Standard)
	}
	want := `2023-01-31 day 0 weight 2.10 corrected true known false z 0.00 
2023-05-01 day 90 head-circumference 39.50 corrected true known true z 1.58 who-2006
2025-02-10 day 741 weight 12.20 corrected false known true z 0.44 who-2006
2025-02-10 day 741 height 86.00 corrected false known true z -0.22 who-2006
2025-02-10 day 741 bmi 16.77 corrected false known true z 0.78 who-2006
`
	if said != want {
		t.Errorf("got\n%s", said)
	}
	if got := reference().Points(record.Patient{}, []record.Entry{entry("weight", "2024-01-01", "9", "kg", "")}, time.Now()); got != nil {
		t.Errorf("without a birth: %+v", got)
	}
}

func TestRefused(t *testing.T) {
	r := reference()
	for _, c := range []struct {
		measure growth.Measure
		sex     record.Sex
		age     growth.Days
		value   float64
		want    error
	}{
		{growth.Weight, "", 100, 5, growth.ErrNoCurve},
		{growth.Weight, record.Male, -1, 5, growth.ErrNoCurve},
		{growth.Weight, record.Male, growth.Months(122), 40, growth.ErrNoCurve},
		{growth.Head, record.Male, 1827, 50, growth.ErrNoCurve},
		{growth.Height, record.Male, growth.Months(230), 170, growth.ErrNoCurve},
		{growth.Weight, record.Male, 100, 0, growth.ErrValue},
		{growth.Weight, record.Male, 100, math.Inf(1), growth.ErrValue},
		{growth.Weight, record.Male, 100, math.NaN(), growth.ErrValue},
	} {
		if got, err := r.Score(c.measure, c.sex, c.age, growth.Unknown, c.value); !errors.Is(err, c.want) {
			t.Errorf("%+v: %+v, %v", c, got, err)
		}
	}
	if _, err := growth.MassIndex(20, 0); !errors.Is(err, growth.ErrValue) {
		t.Errorf("no height: %v", err)
	}
	if got, err := growth.MassIndex(20, 100); err != nil || got != 20 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestFaultyTable(t *testing.T) {
	const head = `{"edition":"2026-11","date":"2026-11-22","sources":["x"],"curves":[`
	row := `{"standard":"who-2006","measure":"weight","sex":"male","unit":"kg","from":0,"step":1,"lms":[[1,3,0.1],[1,4,0.1]]}`
	for name, c := range map[string]struct {
		content string
		ok      bool
	}{
		"sound":          {head + row + `]}`, true},
		"twice":          {head + row + `,` + row + `]}`, false},
		"unit":           {head + `{"standard":"who-2006","measure":"weight","sex":"male","unit":"g","from":0,"step":1,"lms":[[1,3,0.1],[1,4,0.1]]}]}`, false},
		"sex":            {head + `{"standard":"who-2006","measure":"weight","sex":"M","unit":"kg","from":0,"step":1,"lms":[[1,3,0.1],[1,4,0.1]]}]}`, false},
		"median of zero": {head + `{"standard":"who-2006","measure":"weight","sex":"male","unit":"kg","from":0,"step":1,"lms":[[1,0,0.1],[1,4,0.1]]}]}`, false},
		"one row":        {head + `{"standard":"who-2006","measure":"weight","sex":"male","unit":"kg","from":0,"step":1,"lms":[[1,3,0.1]]}]}`, false},
	} {
		_, err := growth.Load(fstest.MapFS{"growth-2026-11.json": {Data: []byte(c.content)}})
		if (err == nil) != c.ok || err != nil && !errors.Is(err, growth.ErrTable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkScore(b *testing.B) {
	r := reference()
	for i := 0; b.Loop(); i++ {
		if _, err := r.Score(growth.Weight, record.Female, growth.Days(i%1827), growth.Unknown, 12); err != nil {
			b.Fatal(err)
		}
	}
}
