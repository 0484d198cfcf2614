package render_test

import (
	"testing"

	"carnet/vault/render"
)

func BenchmarkProbe(b *testing.B) {
	c := newClient(b, nil)
	doc := goodPDF(b)
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		if _, err := probe(c, doc); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkProbeFresh pays for a new child each time.
func BenchmarkProbeFresh(b *testing.B) {
	doc := goodPDF(b)
	for b.Loop() {
		c := render.New(nil)
		if _, err := probe(c, doc); err != nil {
			b.Fatal(err)
		}
		if err := c.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPage(b *testing.B) {
	c := newClient(b, nil)
	doc := goodPDF(b)
	for b.Loop() {
		if _, err := page(c, doc, 1, 1000, 1000); err != nil {
			b.Fatal(err)
		}
	}
}
