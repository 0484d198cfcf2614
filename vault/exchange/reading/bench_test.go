package reading_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"carnet/vault/exchange/reading"
)

// BenchmarkHostile is how long what never ends is read before it is refused, with
// the limits of a document. Its memory is that of the process: run it alone.
func BenchmarkHostile(b *testing.B) {
	after := func(begin, again string) func() io.Reader {
		return func() io.Reader { return io.MultiReader(strings.NewReader(begin), &endless{text: again}) }
	}
	for name, c := range map[string]struct {
		in   func() io.Reader
		read func(io.Reader) error
		want error
	}{
		"xml nested":  {after("<a>", "<a>"), xmlError(b), reading.ErrDepth},
		"xml flat":    {after("<a>", "<b/>"), xmlError(b), reading.ErrCount},
		"xml line":    {after("<a>", "x"), xmlError(b), reading.ErrSize},
		"xml entity":  {after(`<!DOCTYPE a [<!ENTITY b "b">]><a>`, "&b;"), xmlError(b), reading.ErrEntity},
		"json nested": {after("[", "["), jsonError(b), reading.ErrDepth},
		"json flat":   {after("[1", ",1"), jsonError(b), reading.ErrCount},
		"json line":   {after(`["`, "x"), jsonError(b), reading.ErrSize},
		"json space":  {after("[", " "), jsonError(b), reading.ErrSize},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := c.read(c.in()); !errors.Is(err, c.want) {
					b.Fatalf("%v, want %v", err, c.want)
				}
			}
		})
	}
}

func xmlError(b *testing.B) func(io.Reader) error {
	return func(r io.Reader) error {
		_, err := reading.ReadXML(b.Context(), r, reading.Document)
		return err
	}
}

func jsonError(b *testing.B) func(io.Reader) error {
	return func(r io.Reader) error {
		_, err := reading.ReadJSON(b.Context(), r, reading.Document)
		return err
	}
}
