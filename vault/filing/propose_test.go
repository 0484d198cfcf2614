package filing

import (
	"strings"
	"testing"
)

func TestPropose(t *testing.T) {
	r := load(t)
	right := 0
	for _, d := range documents {
		got, ok := r.Propose(d.title, d.text)
		if !ok {
			got = Unfiled
		}
		if got == d.want {
			right++
			continue
		}
		t.Errorf("%s: got %s, want %s;%s", d.name, got, d.want, explain(r, d.title, d.text))
	}
	t.Logf("%d of %d documents", right, len(documents))
}

// Every category but unfiled is proposed for at least two documents.
func TestProposeCoversCategories(t *testing.T) {
	count := map[string]int{}
	for _, d := range documents {
		count[d.want]++
	}
	for _, c := range load(t).Categories() {
		if count[c.Code] < 2 {
			t.Errorf("%s: %d documents", c.Code, count[c.Code])
		}
	}
}

func TestProposeZeroRules(t *testing.T) {
	var r Rules
	if code, ok := r.Propose("ordonnance", "ordonnance"); ok {
		t.Errorf("zero rules proposed %q", code)
	}
	if _, ok := r.Category("lab"); ok {
		t.Error("zero rules know a category")
	}
}

// What is beyond the part that is looked at changes nothing.
func TestProposeReadsTheBeginning(t *testing.T) {
	r := load(t)
	text := strings.Repeat("é ", maxText/2) + "\nORDONNANCE\n"
	if code, ok := r.Propose("", text); ok {
		t.Errorf("proposed %q from what is too far", code)
	}
	if code, ok := r.Propose("", "ORDONNANCE\n"+text); !ok || code != "prescription" {
		t.Errorf("proposed %q, %t", code, ok)
	}
}

func TestFold(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Échographie de l’Œil", "echographie de l’oeil"},
		{"E\u0301cho", "echo"},
		{"\ufb01che", "fiche"},
		{"1\u1d49\u02b3 avril", "1er avril"},
		{"14\u00a0mars\u202f2021", "14 mars 2021"},
		{"a\r\nb\fc", "a\n\nb\nc"},
		{"ordon\u00adnance", "ordonnance"},
		{"1\u20112", "1-2"},
	} {
		if got := foldText(c.in); got != c.want {
			t.Errorf("fold %q: got %q, want %q", c.in, got, c.want)
		}
	}
	if got := foldTitle("CompteRenduIRM_É\u0301clair"); got != "compte rendu irm_eclair" {
		t.Errorf("fold title: %q", got)
	}
}

func TestTerms(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"compte-rendu de l'hospitalisation", "compte rendu hospitalisation"},
		{"les résultats d’analyses", "resultat analyse"},
		{"I.R.M. du genou", "irm genou"},
		{"O R D O N N A N C E", "ordonnance"},
		{"un C H U", "c h u"},
		{"hémoglobine13,4 g/dL", "hemoglobine 13 4 g dl"},
	} {
		var got []string
		for _, term := range terms(foldText(c.in)) {
			got = append(got, term.s)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("terms of %q: got %q, want %q", c.in, s, c.want)
		}
	}
}

// letter is about n bytes of a hospital letter, with dates in it.
func letter(n int) string {
	const page = `CENTRE HOSPITALIER UNIVERSITAIRE DE VALBOURG
Service de médecine interne
COMPTE RENDU D'HOSPITALISATION
Valbourg, le 12 mars 2021
Votre patiente, née le 02/07/1951, a été hospitalisée du 3 mars 2021 au 10 mars 2021.
Biologie : hémoglobine 11,2 g/dL, leucocytes 14 G/L, plaquettes 310, créatinine 70 µmol/L.
Traitement de sortie : amoxicilline 1 g, 1 comprimé matin et soir jusqu'au 14/03/2021.
`
	return strings.Repeat(page, n/len(page)+1)[:n]
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b)
	}
}

func BenchmarkPropose20kB(b *testing.B) {
	r, text := load(b), letter(20_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r.Propose("CRH_2021.pdf", text)
	}
}

func BenchmarkDate20kB(b *testing.B) {
	text := letter(20_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Date("CRH.pdf", text, Day{2026, 11, 1})
	}
}

func BenchmarkPropose2MiB(b *testing.B) {
	r, text := load(b), letter(2<<20)
	for b.Loop() {
		r.Propose("CRH_2021.pdf", text)
	}
}

func BenchmarkDate2MiB(b *testing.B) {
	text := letter(2 << 20)
	for b.Loop() {
		Date("CRH.pdf", text, Day{2026, 11, 1})
	}
}

// Texts made to be slow: only dates, only letters, only accents.
func BenchmarkHostile(b *testing.B) {
	r := load(b)
	for name, unit := range map[string]string{
		"dates":    "né le 1/1/11 ",
		"numbers":  "11 ",
		"letters":  "a.",
		"accents":  "e\u0301\u0302\u0303",
		"marks":    "\u0301",
		"patterns": "compte rendu de ",
		"months":   "1 mars ",
		"long":     "\ufdfa",
	} {
		text := strings.Repeat(unit, 2<<20/len(unit))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r.Propose(text, text)
				Date(text, text, Day{2026, 11, 1})
			}
		})
	}
}
