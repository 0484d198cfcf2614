package growth_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"carnet/vault/growth"
	"carnet/vault/record"
)

// TestLine: the lines of a chart are of the values that have the z-score, step only
// where the standards do, and end where they do.
func TestLine(t *testing.T) {
	for m, want := range map[growth.Measure]string{
		growth.Weight: "0-730 731-1826 1827-3683", growth.Height: "0-730 731-1826 1827-6970",
		growth.Head: "0-730 731-1826", growth.BMI: "0-730 731-1826 1827-6970",
	} {
		var got []string
		for _, piece := range reference().Line(m, record.Female, -2) {
			first, last := piece[0], piece[len(piece)-1]
			got = append(got, fmt.Sprintf("%.0f-%.0f", first.Age, last.Age))
			for i, at := range piece {
				s, err := reference().Score(m, record.Female, at.Age, growth.Unknown, at.Value)
				if err != nil || math.Abs(s.Z+2) > 1e-6 {
					t.Fatalf("%s, day %v: z %v, %v", m, at.Age, s.Z, err)
				}
				if i > 0 && math.Abs(at.Value/piece[i-1].Value-1) > 0.16 {
					t.Errorf("%s steps from %v to %v at day %v", m, piece[i-1].Value, at.Value, at.Age)
				}
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %s, not %s", m, got, want)
		}
	}
	if got := reference().Line(growth.Weight, "", 0); got != nil {
		t.Errorf("without a sex: %v", got)
	}
	iotf := reference().ThresholdLine(record.Male, 25)
	if len(iotf) != 1 || iotf[0][0].Age < 730 || iotf[0][0].Age > 800 || math.Abs(iotf[0][len(iotf[0])-1].Value-25) > 0.1 {
		t.Errorf("the threshold 25 of boys: %v", iotf)
	}
}

func TestOfCentile(t *testing.T) {
	for _, c := range growth.Centiles {
		if got := (growth.Score{Z: growth.OfCentile(c)}).Centile(); math.Abs(got-c) > 1e-9 {
			t.Errorf("%v comes back as %v", c, got)
		}
	}
	for z, want := range map[float64]int{-2: 0, -1.5: 1, -0.5: 2, 0.5: 2, 1.5: 3, 2: 4} {
		if got := (growth.Score{Z: z}).Band(); got != want {
			t.Errorf("z %v lies in band %d, not %d", z, got, want)
		}
	}
}

// TestLatest: a change is from the last measurement that lies thirty days before, with
// heights as they would be lying, and one in doubt does not count.
func TestLatest(t *testing.T) {
	p := record.Patient{Birth: "2023-01-31", Sex: record.Female}
	height := func(on, value, how string) record.Entry {
		return record.Entry{Type: "height", Start: on, Value: value, Unit: "cm", Method: how}
	}
	for name, c := range map[string]struct {
		entries    []record.Entry
		by, yearly float64
		from       string
	}{
		"one":           {[]record.Entry{height("2024-01-31", "75", "lying")}, 0, 0, ""},
		"too near":      {[]record.Entry{height("2024-01-31", "75", "lying"), height("2024-02-29", "76", "lying")}, 0, 0, ""},
		"a year":        {[]record.Entry{height("2024-01-31", "75", "lying"), height("2025-01-30", "87", "lying")}, 12, 12 * 365.25 / 365, "2024-01-31"},
		"past a near":   {[]record.Entry{height("2024-01-31", "75", "lying"), height("2025-01-20", "86.5", "lying"), height("2025-01-30", "87", "lying")}, 12, 12 * 365.25 / 365, "2024-01-31"},
		"then standing": {[]record.Entry{height("2024-01-31", "75", "lying"), height("2025-01-30", "86.3", "standing")}, 12, 12 * 365.25 / 365, "2024-01-31"},
		"one in doubt":  {[]record.Entry{height("2024-01-31", "75", "lying"), height("2024-09-30", "830", "lying"), height("2025-01-30", "87", "lying")}, 12, 12 * 365.25 / 365, "2024-01-31"},
	} {
		points := reference().Points(p, c.entries, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		got, ok := growth.Latest(points, growth.Height)
		switch {
		case ok != (c.from != ""):
			t.Errorf("%s: %+v, %v", name, got, ok)
		case ok && (math.Abs(got.By-c.by) > 1e-9 || math.Abs(got.PerYear()-c.yearly) > 1e-9 || got.From.On != c.from):
			t.Errorf("%s: %v, %v a year since %s", name, got.By, got.PerYear(), got.From.On)
		}
	}
}

// TestRemarks: what was written in another unit or in another's place is asked about,
// and a change is told as one.
func TestRemarks(t *testing.T) {
	type entries map[string]string // measure and day: value
	for name, c := range map[string]struct {
		sex     record.Sex
		entries entries
		want    string
	}{
		"usual":              {record.Female, entries{"weight 2025-02-10": "12.2", "height 2025-02-10": "86", "head-circumference 2025-02-10": "47.5"}, ""},
		"grams":              {record.Female, entries{"weight 2023-02-10": "3400"}, "weight slip 3.40"},
		"a point too far":    {record.Female, entries{"weight 2025-02-10": "122"}, "weight slip 12.20"},
		"millimetres":        {record.Female, entries{"height 2025-02-10": "860", "head-circumference 2025-02-10": "475"}, "height slip 86.00, head-circumference slip 47.50"},
		"metres":             {record.Female, entries{"height 2025-02-10": "0.86"}, "height slip 86.00"},
		"swapped":            {record.Female, entries{"weight 2025-02-10": "86", "height 2025-02-10": "12.2"}, "weight swapped, height swapped, bmi far"},
		"a height as weight": {record.Female, entries{"weight 2023-02-10": "52"}, "weight swapped"},
		"nothing like it":    {record.Female, entries{"height 2025-02-10": "170"}, "height far"},
		"no sex":             {"", entries{"weight 2023-02-10": "3400", "height 2023-02-10": "52"}, "weight slip 3.40, bmi far"},
		"a mass of nobody":   {record.Female, entries{"weight 2025-02-10": "9.2", "height 2025-02-10": "104"}, "bmi far"},
		"less": {record.Female, entries{"height 2025-02-10": "86", "height 2025-05-10": "85.5", "head-circumference 2025-02-10": "47.5", "head-circumference 2025-05-10": "47.4"},
			"height less than 2025-02-10, head-circumference less than 2025-02-10"},
		"crossed":       {record.Female, entries{"weight 2025-02-10": "12.2", "weight 2025-12-10": "11.6"}, "weight less than 2025-02-10, weight crossed 15-85 to 3-15 since 2025-02-10"},
		"far is no end": {record.Female, entries{"weight 2025-02-10": "12.2", "weight 2025-02-12": "1220", "weight 2025-02-14": "12.2"}, "weight slip 12.20"},
	} {
		p := record.Patient{Birth: "2023-01-31", Sex: c.sex}
		var all []record.Entry
		for what, value := range c.entries {
			measure, on, _ := strings.Cut(what, " ")
			all = append(all, record.Entry{Type: measure, Start: on, Value: value, Unit: map[bool]string{true: "kg", false: "cm"}[measure == "weight"]})
		}
		points := reference().Points(p, all, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		var got []string
		for i, remarks := range reference().Remarks(p, points) {
			for _, r := range remarks {
				said := fmt.Sprintf("%s %s", points[i].Measure, r.Kind)
				switch r.Kind {
				case growth.Slip:
					said += fmt.Sprintf(" %.2f", r.Meant)
				case growth.Less:
					said += " than " + r.Before.On
				case growth.Crossed:
					said += fmt.Sprintf(" %s to %s since %s", band(r.Before), band(points[i]), r.Before.On)
				}
				got = append(got, said)
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %q, not %q", name, strings.Join(got, ", "), c.want)
		}
	}
}

// Before term there is no standard: a child born early is small, and not by mistake,
// but not larger than one at term, nor smaller than any that lived.
func TestRemarksBeforeTerm(t *testing.T) {
	for value, want := range map[string]string{
		"weight 0.45": "", "weight 450": "slip 0.45", "weight 3400": "slip 3.40", "weight 0.05": "slip 0.50",
		"height 27": "", "height 5": "slip 50.00", "height 270": "slip 27.00", "height 300.5": "slip 30.05", "head-circumference 19.5": "", "head-circumference 195": "slip 19.50",
	} {
		measure, number, _ := strings.Cut(value, " ")
		points := reference().Points(record.Patient{Birth: "2025-01-15", Sex: record.Male, Term: "24+0"}, []record.Entry{
			{Type: measure, Start: "2025-01-16", Value: number, Unit: map[bool]string{true: "kg", false: "cm"}[measure == "weight"]},
		}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		got := ""
		for _, r := range reference().Remarks(record.Patient{Sex: record.Male}, points)[0] {
			got = fmt.Sprintf("%s %.2f", r.Kind, r.Meant)
		}
		if got != want || points[0].Known || points[0].Doubted != (want != "") {
			t.Errorf("%s: %q, not %q; %+v", value, got, want, points[0])
		}
	}
}

// TestDoubted: what is beyond the bounds of the World Health Organization is kept as
// it was written, with no score and off what is compared.
func TestDoubted(t *testing.T) {
	bounds := map[growth.Measure][2]float64{growth.Weight: {-6, 5}, growth.Height: {-6, 6}, growth.Head: {-5, 5}, growth.BMI: {-5, 5}}
	known, doubted := 0, 0
	for _, on := range []string{"2023-01-31", "2023-06-01", "2025-01-30", "2025-01-31", "2026-01-01"} {
		for _, kg := range []string{"0.5", "2", "3.2", "12.2", "30", "122", "3400"} {
			for _, cm := range []string{"5", "50", "86", "105", "860"} {
				points := reference().Points(record.Patient{Birth: "2023-01-31", Sex: record.Female}, []record.Entry{
					{Type: "weight", Start: on, Value: kg, Unit: "kg"}, {Type: "height", Start: on, Value: cm, Unit: "cm"},
					{Type: "head-circumference", Start: on, Value: cm, Unit: "cm"},
				}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
				if len(points) != 4 {
					t.Fatalf("%d points", len(points))
				}
				weight, height, index := points[0], points[1], points[3]
				if (weight.Doubted || height.Doubted) && !index.Doubted {
					t.Errorf("%s, %s kg, %s cm: an index of what is in doubt is believed", on, kg, cm)
				}
				for _, p := range points {
					z := p.Score.Z
					switch b := bounds[p.Measure]; {
					case p.Doubted && (p.Known || p.Score != growth.Score{}):
						t.Errorf("%s %s %v: in doubt, with the score %v", on, p.Measure, p.Value, z)
					case p.Known && (z < b[0] || z > b[1]):
						t.Errorf("%s %s %v: believed with the score %v", on, p.Measure, p.Value, z)
					case p.Doubted:
						doubted++
					case p.Known:
						known++
					}
				}
			}
		}
	}
	if known < 50 || doubted < 300 {
		t.Errorf("%d known, %d doubted", known, doubted)
	}
}

func band(p growth.Point) string {
	n := p.Score.Band()
	edges := append(append([]float64{0}, growth.Bands...), 100)
	return fmt.Sprintf("%.0f-%.0f", edges[n], edges[n+1])
}

// TestNearStepIsNoLess: lying one day and standing the next is no loss.
func TestNearStepIsNoLess(t *testing.T) {
	p := record.Patient{Birth: "2023-01-31", Sex: record.Female}
	entry := func(on, cm, method string) record.Entry {
		return record.Entry{Type: "height", Start: on, Value: cm, Unit: "cm", Method: method}
	}
	for _, c := range [][2]record.Entry{
		{entry("2025-01-20", "86.0", "lying"), entry("2025-02-10", "85.6", "standing")},
		{entry("2025-01-20", "86.0", ""), entry("2025-02-10", "85.6", "")},
		{entry("2025-01-20", "85.5", "standing"), entry("2025-02-10", "86", "lying")},
	} {
		points := reference().Points(p, c[:], time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		for i, remarks := range reference().Remarks(p, points) {
			for _, r := range remarks {
				if r.Kind == growth.Less {
					t.Errorf("%v after %v is told as less", points[i].Value, r.Before.Value)
				}
			}
		}
	}
}
