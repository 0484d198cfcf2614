package search_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"carnet/vault/search"
	"carnet/vault/search/searchtest"
)

// size is how many documents the tests make: all that the figures are promised
// for in the long form.
func size() int {
	if os.Getenv("CARNET_TORTURE") != "" {
		return benchSize
	}
	return 5000
}

// plainWords cuts and folds a text by other means than the package.
func plainWords(text string) []string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(text)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'œ':
			b.WriteString("oe")
		default:
			b.WriteRune(r)
		}
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// scan reads all texts and lists, for each word in them, the documents it is in.
func scan(documents []search.Document) map[string][]int {
	out := map[string][]int{}
	for i, d := range documents {
		for _, w := range plainWords(d.Title + " " + d.Text) {
			if list := out[w]; len(list) == 0 || list[len(list)-1] != i {
				out[w] = append(list, i)
			}
		}
	}
	return out
}

func found(x *search.Index, q search.Query) (exact []int) {
	q.Limit = benchSize
	for _, h := range x.Find(q).Hits {
		if !h.Near {
			exact = append(exact, int(h.ID[0])<<24|int(h.ID[1])<<16|int(h.ID[2])<<8|int(h.ID[3]))
		}
	}
	slices.Sort(exact)
	return exact
}

// testScan: 300 words of documents, drawn at random, are found in exactly the
// documents in which a plain scan of all texts finds them, letter by letter and
// as beginnings of words.
func testScan(t *testing.T) {
	t.Logf("seed %d, %d documents", benchSeed, size())
	documents := slices.Collect(searchtest.New(benchSeed).Documents(size()))
	x := indexed(documents, 512)
	in := scan(documents)
	random := rand.New(rand.NewPCG(benchSeed, 2))
	most := 0
	for n := 0; n < 300; n++ {
		list := plainWords(documents[random.IntN(len(documents))].Text)
		w := list[random.IntN(len(list))]
		if len(w) < 2 {
			n-- // an article before an apostrophe is no word
			continue
		}
		if got, want := found(x, search.Query{Words: `"` + w + `"`}), in[w]; !slices.Equal(got, want) {
			t.Errorf("%d documents instead of %d", len(got), len(want))
		}
		most = max(most, len(in[w]))
		begins := w[:min(len(w), 2+random.IntN(4))]
		got := make([]bool, len(documents))
		for _, i := range found(x, search.Query{Words: begins}) {
			got[i] = true
		}
		for other, want := range in {
			if !strings.HasPrefix(other, begins) {
				continue
			}
			for _, i := range want {
				if !got[i] {
					t.Fatal("a document with the beginning of a word is not found")
				}
			}
		}
	}
	t.Logf("300 words, in up to %d documents", most)
	if most < len(documents)/10 {
		t.Error("no frequent word was drawn")
	}
}

// testMisspelt: of 100 documents, each asked for by its rarest word with one
// letter wrong, at least 90 are among the first five.
func testMisspelt(t *testing.T) {
	t.Logf("seed %d, %d documents", benchSeed, size())
	documents := slices.Collect(searchtest.New(benchSeed).Documents(size()))
	x := indexed(documents, 512)
	in := scan(documents)
	random := rand.New(rand.NewPCG(benchSeed, 3))
	good, asked := 0, 0
	for asked < 100 {
		d := documents[random.IntN(len(documents))]
		rarest := ""
		for _, w := range plainWords(d.Text) {
			if len(w) >= 6 && (rarest == "" || len(in[w]) < len(in[rarest])) {
				rarest = w
			}
		}
		if rarest == "" || len(in[rarest]) > 5 {
			continue // others have the same right to the first places
		}
		asked++
		hits := x.Find(search.Query{Words: searchtest.Misspell(random, rarest), Limit: 5}).Hits
		if slices.ContainsFunc(hits, func(h search.Hit) bool { return h.ID == d.ID }) {
			good++
		}
	}
	t.Logf("%d of %d found", good, asked)
	if good < 90 {
		t.Errorf("%d of %d misspelt words find their document", good, asked)
	}
}

func TestScan(t *testing.T) { testScan(t) }

func TestMisspelt(t *testing.T) { testMisspelt(t) }

func TestTortureScan(t *testing.T) {
	if os.Getenv("CARNET_TORTURE") == "" {
		t.Skip("100,000 documents, with CARNET_TORTURE=1")
	}
	t.Run("scan", testScan)
	t.Run("misspelt", testMisspelt)
}

// one indexes a single document.
func one(d search.Document) *search.Index {
	var b search.Builder
	b.Add(d)
	x := &search.Index{}
	x.Add(b.Segment(), search.Origin{}, 1, anything)
	return x
}

func TestFind(t *testing.T) {
	d := search.Document{
		Title: "Compte rendu de l’hôpital", Name: "CR_2024-117", Date: search.ParseDate("2024-03"), Category: "report",
		Text: "Le Dr. Jean-Marc LEFÈVRE a opéré Mme Martin.\nŒdème, ﬁèvre, vitamine B12.\fSuite opératoire simple ; paracétamol 1 g.",
	}
	x := one(d)
	for words, want := range map[string]bool{
		"": true, "HOPITAL": true, "hôpitaux ": true, "l'hôpital": true, "d'hôpital ": true, "oedeme": true, "œdème": true, "fievre": true,
		"b12": true, "b13": false, "117": true, "opérée ": true, `"opérée"`: false, `"opere"`: true, "opera ": true, "oper": true, "Oper ": true,
		"paracetmaol": true, "paracetamo ": true, "paaracetamol": true, "paxacetamol": true, `"paracetamo"`: false, "martin lefevre": true,
		"martin absent": false, "simples suites": true, "“suite” «simple»": true, "!?": true,
	} {
		if got := len(x.Find(search.Query{Words: words}).Hits) == 1; got != want {
			t.Errorf("%q: found %v", words, got)
		}
	}
	for q, want := range map[*search.Query]bool{
		{Professional: "Lefèvre"}: true, {Professional: "Dr Jean Marc Lefevre"}: true, {Professional: "Martin"}: false, {Professional: "Lefèvr"}: false,
		{From: 20240310, To: 20240310}: true, {From: 20240401}: false, {To: 20240229}: false, {To: search.ParseDate("2024")}: true,
		{Categories: []string{"report", "lab"}}: true, {Categories: []string{}}: false, {Records: []search.ID{{}}}: true, {Records: []search.ID{{1}}}: false,
		{Bin: true}: false,
	} {
		if got := x.Find(*q).Total == 1; got != want {
			t.Errorf("%+v: found %v", *q, got)
		}
	}
	if got := x.Find(search.Query{Words: "opérée ", Limit: 1}); len(got.Hits) != 1 || got.Hits[0].Near {
		t.Errorf("one hit at most: %+v", got.Hits)
	}
	f := x.Find(search.Query{Words: "opératoires paracétamol"})
	s := search.Excerpt(d.Text, f.Terms, false)
	if !slices.Equal(s.Pages, []int{2}) || len(s.Marks) == 0 || s.Snippet[s.Marks[len(s.Marks)-1].Start:s.Marks[len(s.Marks)-1].End] != "paracétamol" {
		t.Errorf("%+v", s)
	}
}

func TestParseRefuses(t *testing.T) {
	var b search.Builder
	b.Add(search.Document{Title: "Bilan", Text: "sang sanguin sanguine"})
	whole := b.Segment().Bytes()
	if _, err := search.Parse(whole); err != nil {
		t.Fatal(err)
	}
	for n := range whole {
		if _, err := search.Parse(whole[:n]); !errors.Is(err, search.ErrMalformed) {
			t.Fatalf("the first %d of %d bytes: %v", n, len(whole), err)
		}
	}
	if _, err := search.Parse(append(slices.Clone(whole), 0)); !errors.Is(err, search.ErrMalformed) {
		t.Errorf("a byte too many: %v", err)
	}
}

// FuzzParse: whatever parses can be searched and merged.
func FuzzParse(f *testing.F) {
	var b search.Builder
	b.Add(search.Document{Title: "Bilan", Text: "sang sanguin sanguine Dr Martin", Category: "lab"})
	b.Add(search.Document{ID: search.ID{1}, Title: "Bilan", Text: "sang sang"})
	f.Add(b.Segment().Bytes())
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := search.Parse(raw)
		if err != nil {
			return
		}
		var x search.Index
		x.Add(s, search.Origin{}, 1, anything)
		for _, words := range []string{"sang", "bilam ", `"sanguin"`, "", "s"} {
			x.Find(search.Query{Words: words, Professional: "martin"})
			x.Find(search.Query{Words: words, Newest: true})
		}
		if m := search.Merge([]*search.Segment{s, s}, func(i int, _ search.ID, _ uint64) bool { return i == 1 }); m != nil {
			if _, err := search.Parse(m.Bytes()); err != nil {
				t.Fatalf("what was merged does not parse: %v", err)
			}
		}
	})
}
