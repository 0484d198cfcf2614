package render_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"carnet/vault/render"
)

// TestLost: a page that takes too much of the processor is named, and no more than three are
// tried; a document whose pages take too much together is read as far as it goes, and none
// of them is to blame.
func TestLost(t *testing.T) {
	c := newClient(t, &render.Options{PageProcessor: short})
	for _, test := range []struct {
		hang []int
		lost [3]int
	}{
		{nil, [3]int{}},
		{[]int{2}, [3]int{2}},
		{[]int{1, 2, 4, 5}, [3]int{1, 2, 4}},
	} {
		p, err := probe(c, exponentialForms(40, 3, test.hang...))
		if err != nil || p.Pages != 5 || p.Lost != test.lost {
			t.Errorf("pages %v hang: %+v, %v", test.hang, p, err)
		}
	}
	checkGood(t, c)

	c = newClient(t, &render.Options{Processor: 3 * short, PageProcessor: time.Minute})
	p, err := probe(c, exponentialForms(40, 3, 3))
	if text := strings.ReplaceAll(strings.ReplaceAll(p.Text, "\n", ""), "\f", "|"); err != nil || text != "page 1|page 2|||" || p.Skipped != 3 || p.Lost != [3]int{} {
		t.Errorf("the budget of a document: %+v, %v", p, err)
	}
	checkGood(t, c)
}

// TestSketch: a picture that nobody asked for ends by its processor time, one that somebody
// asked for by the clock.
func TestSketch(t *testing.T) {
	c := newClient(t, &render.Options{Processor: 3 * short})
	hang := exponentialForms(40, 3, 1)
	if _, err := c.Sketch(t.Context(), strings.NewReader(string(hang)), int64(len(hang)), 1, 100, 100); !errors.Is(err, render.ErrTimeout) {
		t.Errorf("%v", err)
	}
	b, err := c.Sketch(t.Context(), strings.NewReader(string(hang)), int64(len(hang)), 2, 100, 100)
	if err != nil {
		t.Fatal(err)
	}
	checkPicture(t, b, 100, 100)
}
