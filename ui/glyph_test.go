package ui

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"fyne.io/fyne/v2"
	"golang.org/x/image/font/sfnt"

	"carnet/assets"
	"carnet/ui/kit"
	"carnet/ui/text"
)

// said gathers every letter that the program itself can put on screen, with where
// it stands.
func said(t *testing.T) map[rune]string {
	t.Helper()
	out := map[rune]string{}
	add := func(where, s string) {
		for _, r := range s {
			if !unicode.IsControl(r) {
				out[r] = where
			}
		}
	}
	files, err := filepath.Glob(filepath.Join("text", "*.go"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%q, %v", files, err)
	}
	more, err := filepath.Glob("*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	for _, name := range append(files, more...) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				s, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Error(err)
				}
				add(set.Position(lit.Pos()).String(), s)
			}
			return true
		})
	}
	for _, k := range kinds().Kinds {
		add("kind "+k.Code, k.LabelFR+k.LabelEN+k.NoneFR+k.NoneEN)
		for _, f := range k.Fields {
			add("field "+string(f.Name), f.LabelFR+f.LabelEN)
			for _, c := range f.Values {
				add("answer "+c.Code, c.LabelFR+c.LabelEN)
			}
		}
	}
	for _, o := range kinds().Observations {
		add("measurement "+o.Code, o.LabelFR+o.LabelEN)
		for _, unit := range o.Units {
			add("unit "+unit.UCUM, unit.Label)
		}
	}
	for _, c := range rules().Categories() {
		add("category "+c.Code, c.LabelFR+c.LabelEN)
	}
	for _, l := range []text.Language{text.French, text.English} {
		add("words", strings.Join(assets.Words(l.Tag()), ""))
	}
	add("a group of a code", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
	add("what people type", "àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ’“”…–€°²µ")
	return out
}

// TestEveryLetterHasAGlyph: in the typeface itself, since a glyph borrowed from
// another one looks like none of its neighbours, or like a box.
func TestEveryLetterHasAGlyph(t *testing.T) {
	letters := said(t)
	if len(letters) < 80 || letters['«'] == "" || letters['\u00a0'] == "" {
		t.Fatalf("only %d letters were found", len(letters))
	}
	for _, style := range []fyne.TextStyle{{}, {Bold: true}, {Monospace: true}, {Monospace: true, Bold: true}} {
		font, err := sfnt.Parse(kit.Theme{}.Font(style).Content())
		if err != nil {
			t.Fatal(err)
		}
		var b sfnt.Buffer
		for r, where := range letters {
			if i, err := font.GlyphIndex(&b, r); err != nil || i == 0 {
				t.Errorf("%s: %s has no glyph in %+v (%v)", where, fmt.Sprintf("%q", r), style, err)
			}
		}
		if i, err := font.GlyphIndex(&b, '\U0001F600'); err != nil || i != 0 {
			t.Errorf("%+v has a glyph for everything", style)
		}
	}
}
