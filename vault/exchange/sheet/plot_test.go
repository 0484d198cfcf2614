package sheet

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"carnet/vault/plot"
)

// TestPlot: a curve has a marker for each value, of the series' own shape, empty
// for a day that is not known; its text form says its summary.
func TestPlot(t *testing.T) {
	exact := func(x, y float64) plot.Point { return plot.Point{X: x, From: x, To: x, Y: y} }
	s := Sheet{Title: "Tension", Language: "fr", Created: pictureDay, Blocks: []Block{Plot{&plot.Plot{
		Summary: "trois <mesures>", Unit: "mmHg",
		Series: []plot.Series{
			{Name: "maximale", Points: []plot.Point{exact(0, 120), {X: 45, From: 31, To: 59, Y: 118}, exact(100, 130)}},
			{Name: "minimale", Points: []plot.Point{exact(0, 80), {X: 45, From: 31, To: 59, Y: 76}, exact(100, 85)}},
		},
		Lines:  []plot.Line{{Name: "médiane", Dash: plot.Dashed, Parts: [][]plot.Place{{{X: 0, Y: 100}, {X: 50, Y: 101}}, {{X: 51, Y: 103}, {X: 100, Y: 104}}}}},
		Number: func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) },
		Ticks: func(from, to float64, most int) []plot.Tick {
			return []plot.Tick{{At: 0, Label: "01/2026"}, {At: 90, Label: "04/2026"}}
		},
	}}}, Footer: "Pied"}
	s.Blocks = append(s.Blocks, Table{Head: []string{"Jour", "Valeur"}, Rows: [][]string{{"02/01", "1 & 2"}, {"03/01", "3"}}})
	page, err := s.HTML()
	if err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string]int{"<circle": 4, "<rect": 4, `fill="#fff"`: 2, "trois &lt;mesures&gt;": 2, "04/2026": 1, ">minimale<": 1, ">mmHg<": 1, ">médiane</text>": 1, "stroke-dasharray": 2,
		`<th scope="col">`: 2, "<td>1 &amp; 2</td>": 1} {
		if n := bytes.Count(page, []byte(what)); n != want {
			t.Errorf("%d of %s, not %d", n, what, want)
		}
	}
	if text := s.Text(); !strings.Contains(text, "trois <mesures>") {
		t.Error(text)
	}
	if text := s.Text(); !strings.Contains(text, "Jour   Valeur\n02/01  1 & 2\n") {
		t.Error(text)
	}
	wide := Table{Head: []string{"Jour", strings.Repeat("x", 70)}, Rows: [][]string{{"02/01", "y"}}}
	if text := (&Sheet{Blocks: []Block{wide}}).Text(); strings.Contains(text, "Jour  ") || !strings.Contains(text, "Jour 02/01 ·") {
		t.Error(text)
	}
	widths := []float64{20, 90, 40, 80}
	if fit(widths, 160); widths[0] != 20 || widths[2] != 40 || widths[1]+widths[3] > 100 || widths[1]+widths[3] < 99.9 {
		t.Errorf("columns of %v", widths)
	}
	pdf, err := s.PDF()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "plot.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(tool(t, "qpdf"), "--check", path).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	words, err := exec.Command(tool(t, "pdftotext"), path, "-").Output()
	for _, want := range []string{"mmHg", "maximale", "minimale", "01/2026", "130", "médiane", "02/01", "Valeur"} {
		if err != nil || !bytes.Contains(words, []byte(want)) {
			t.Errorf("%q is not on paper: %s, %v", want, words, err)
		}
	}
	if dir := os.Getenv("CARNET_SCREENSHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "courbe-papier.pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
