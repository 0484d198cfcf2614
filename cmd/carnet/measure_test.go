//go:build linux

package main

import (
	"encoding/json"
	"os/exec"
	"slices"
	"sync"
	"testing"
)

// measured is what testdata/measure prints.
type measured struct {
	OpenMS, Carnet, Toolkit, WorstMS        []float64
	Anonymous                               int64
	Documents                               int
	FirstRowMS, StopMS, LongestMS, ImportMS float64
	Listed                                  int
	ListedMS, KeysMS                        []float64
	FirstMS                                 float64
}

var builtMeasure = sync.OnceValues(func() (string, error) { return build("measure", "./testdata/measure") })

// measure runs the measuring program in a window of its own.
func measure(t testing.TB, what string) (m measured) {
	t.Helper()
	path, err := builtMeasure()
	if err != nil {
		t.Fatal(err)
	}
	d := startScreen(t)
	c := exec.CommandContext(t.Context(), path, what)
	c.Env = d.env()
	out, err := c.Output()
	if err != nil {
		t.Fatalf("measure %s: %v", what, err)
	}
	if err := json.Unmarshal(out, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// BenchmarkAnswers adds 300 PDF files by the window with a watchdog at its side:
// the first row should be there within a second, stopping take less than one, and
// nothing ever wait more than 250 ms for an answer.
func BenchmarkAnswers(b *testing.B) {
	for range b.N {
		m := measure(b, "import")
		if m.Listed != 300 {
			b.Fatalf("%d documents in the list", m.Listed)
		}
		b.Logf("all added after %.0f ms, %d MB of memory", m.ImportMS, m.Anonymous>>20)
		b.ReportMetric(m.FirstRowMS, "ms-first-row")
		b.ReportMetric(m.StopMS, "ms-stop")
		b.ReportMetric(m.LongestMS, "ms-longest-wait")
	}
}

// BenchmarkScroll opens and scrolls 5,000 documents, 1,000 of them with a
// picture, beside the toolkit's own list of 100,000 rows of text. The median of
// the ratios should be 0.8 at least, and the list open within 300 ms.
func BenchmarkScroll(b *testing.B) {
	for range b.N {
		m := measure(b, "scroll")
		var ratios []float64
		for i := range m.Carnet {
			ratios = append(ratios, m.Carnet[i]/m.Toolkit[i])
		}
		b.Logf("frames a second: %.1f, the toolkit's list %.1f; ratios %.2f; open in %.0f ms", m.Carnet, m.Toolkit, ratios, m.OpenMS)
		b.ReportMetric(median(ratios), "ratio")
		b.ReportMetric(median(m.Carnet), "frames/s")
		b.ReportMetric(median(m.OpenMS), "ms-open")
		b.ReportMetric(float64(m.Anonymous)/1e6, "MB-anonymous")
	}
}

// BenchmarkFind types words into the search of 5,000 documents, letter by letter:
// the first hits should be drawn within 100 ms of each.
func BenchmarkFind(b *testing.B) {
	for range b.N {
		m := measure(b, "find")
		listed, drawn := slices.Sorted(slices.Values(m.ListedMS)), slices.Sorted(slices.Values(m.KeysMS))
		most := len(drawn) * 95 / 100
		b.Logf("%d letters that change the first hits, of %d documents: in the list after %.0f ms, 95 %% within %.0f ms; drawn after %.0f ms, 95 %% within %.0f ms; the first of all %.0f ms",
			len(drawn), m.Documents, median(listed), listed[most], median(drawn), drawn[most], m.FirstMS)
		b.ReportMetric(median(listed), "ms-listed")
		b.ReportMetric(listed[most], "ms-listed-p95")
		b.ReportMetric(median(drawn), "ms-drawn")
		b.ReportMetric(drawn[most], "ms-drawn-p95")
	}
}

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}
