package identity

import "testing"

var (
	mother = Person{Name: "Anne Kervalan", Birth: "1984-05-02", NIR: "284052911900191"}
	father = Person{Name: "Dominique Kervalan", Birth: "1982-01-01"}
	child  = Person{Name: "Lou Kervalan", Birth: "2019-09-03", INS: "219092911900163"}
	twin   = Person{Name: "Zoé Kervalan", Birth: "2019-09-03"}
	noe    = Person{Name: "Noé", Birth: "2021-12-01"} // the given name alone
)

func TestConcerns(t *testing.T) {
	for name, c := range map[string]struct {
		text       string
		other, own Person
		want       int
	}{
		"family name first":     {"LABORATOIRE\nPatient : KERVALAN Lou\nHémogramme", child, mother, Named},
		"family name last":      {"Je soussigné certifie avoir examiné Lou KERVALAN ce jour", child, mother, Named},
		"in two fields":         {"Nom de naissance : KERVALAN\nPremier prénom : LOU", child, mother, Named},
		"with the birth":        {"KERVALAN Lou, 03/09/2019", child, mother, Born},
		"with a number":         {"Matricule INS 2 19 09 29 119 001 63", child, mother, Numbered},
		"by the NIR, no key":    {"N° SS : 2 84 05 29 119 001", mother, child, Numbered},
		"born, in letters":      {"enfant née le 3 septembre 2019 à Brest", child, mother, Named},
		"born, in parentheses":  {"né(e) le 03.09.2019", child, mother, Named},
		"born, of a year first": {"Date de naissance : 2019-09-03", child, mother, Named},
		"born on the first":     {"Noé, né le 1er décembre 2021", noe, mother, Born},
		"accents folded":        {"kervalan zoe", twin, mother, Named},

		// What is nobody's, or one's own.
		"own":                   {"Patient : KERVALAN Anne", child, mother, Unnamed},
		"a date of no birth":    {"Consultation du 03/09/2019, contrôle dans un an", child, mother, Unnamed},
		"a given name alone":    {"Noé a bien grandi", noe, mother, Unnamed},
		"a family name alone":   {"Famille Kervalan, rue des Lilas", child, mother, Unnamed},
		"far apart":             {"Lou garou et autres contes pour enfants, par un certain Kervalan", child, mother, Unnamed},
		"a part of a word":      {"Loup KERVALANOIS", child, mother, Unnamed},
		"nothing":               {"", child, mother, Unnamed},
		"a doctor of that name": {"Dr Lou KERVALAN, cardiologue", child, mother, Unnamed},

		// A false alarm is worse than none.
		"child and parent, child's":      {"Pour Lou KERVALAN, fille de Mme Anne KERVALAN née le 02/05/1984", mother, child, Unnamed},
		"child and parent, parent's":     {"Pour Lou KERVALAN, fille de Mme Anne KERVALAN", child, mother, Unnamed},
		"the insured and the child":      {"Assuré : KERVALAN ANNE 2 84 05 29 119 001 91\nBénéficiaire : LOU", mother, child, Unnamed},
		"the insured and the birth":      {"Assuré : KERVALAN ANNE\nBénéficiaire né le 03/09/2019", mother, child, Unnamed},
		"twins by their birth":           {"née le 3 septembre 2019", twin, child, Unnamed},
		"a sister beside":                {"KERVALAN Lou (soeur : Zoé KERVALAN)", twin, child, Unnamed},
		"a letter to the father, hers":   {"M. Dominique KERVALAN\nLou a été vue ce jour", father, child, Unnamed},
		"the sister, in the other's":     {"KERVALAN Zoé, née le 03/09/2019", twin, mother, Born},
		"a family name that is a stem":   {"Mme KERVALAN est priée", mother, child, Unnamed},
		"their name before another name": {"KERVALAN Dominique et MARTIN Anne", mother, child, Unnamed},
	} {
		if got := Read(c.text).Concerns(c.other, c.own); got != c.want {
			t.Errorf("%s: %d, not %d", name, got, c.want)
		}
	}
}

func FuzzConcerns(f *testing.F) {
	f.Add("KERVALAN Lou, née le 3 septembre 2019", "Lou Kervalan", "2019-09-03")
	f.Add("1er", "er 1", "0001-01-01")
	f.Fuzz(func(t *testing.T, text, name, birth string) {
		p := Person{Name: name, Birth: birth}
		if got := Read(text).Concerns(p, p); got == Born {
			t.Error("somebody's text is not theirs")
		}
	})
}
