// Package searchtest makes French documents to measure a search with. It is for
// tests.
package searchtest

import (
	"encoding/binary"
	"iter"
	"math/rand/v2"
	"strings"

	"carnet/vault/search"
)

// What the documents are made of: words that are everywhere, words of medicine,
// and a large vocabulary of invented words, in which a word of rank r is about r
// times rarer than the first.
const (
	vocabulary = 120_000
	surnames   = 8_000

	// The shares of a text, in hundredths; the rest are invented words.
	shareLittle  = 40
	shareMedical = 35

	minWords, maxWords = 60, 220
)

var little = strings.Fields(`le la les de du des un une et à au aux en dans pour par sur avec sans ce cette est sont a été
	il elle qui que ne pas plus ou son sa ses depuis après avant chez très bien jour mois ans fois`)

var medical = strings.Fields(`patient patiente consultation examen clinique douleur douleurs douloureux traitement traitements ordonnance
	prescription prescrit prescrite médecin médecins médicament médicaments hôpital hospitalisation infirmière infirmier analyse analyses
	sang sanguin sanguine glycémie cholestérol hémoglobine leucocytes plaquettes créatinine tension artérielle cardiaque cœur poumon
	pulmonaire radiographie radiologie échographie scanner imagerie résonance magnétique vaccin vaccins vaccination vaccinations rappel
	tétanos rougeole oreillons rubéole hépatite grippe allergie allergies allergique pollen arachide asthme bronchite angine otite fièvre
	toux rhume sinusite migraine vertiges fatigue insomnie anxiété dépression grossesse accouchement naissance nourrisson enfant croissance
	poids taille périmètre crânien dentaire dentiste carie orthodontie lunettes ophtalmologie vision audition audiogramme kinésithérapie
	rééducation fracture entorse plâtre chirurgie opération opéré opérée anesthésie cicatrice suture pansement antibiotique amoxicilline
	paracétamol ibuprofène doliprane ventoline levothyrox metformine insuline diabète diabétique thyroïde hypertension œdème anémie
	infection virale bactérienne gastro-entérite diarrhée vomissements nausées abdomen foie rein vésicule appendicite hernie dermatologie
	eczéma psoriasis urticaire bouton peau lésion biopsie tumeur bénigne surveillance contrôle résultat résultats normal normale normaux
	élevé élevée faible stable amélioration aggravation évolution favorable certificat scolaire sport aptitude arrêt travail pharmacie
	remboursement mutuelle urgence urgences ambulance consentement éclairé courrier confrère cabinet laboratoire prélèvement urine`)

var kinds = []string{"Compte rendu", "Ordonnance", "Résultats d'analyses", "Certificat", "Courrier", "Radiographie", "Bilan", "Consultation", "Vaccination"}

// Categories are those of the documents.
var Categories = []string{"report", "prescription", "lab", "certificate", "letter", "imaging", "vaccination"}

var first = strings.Fields(`Anne Émile Zoé François Hélène Jérôme Léa Noël Chloé René Sophie Benoît Cécile Grégoire Agnès Théo Inès Maël`)

// Generator makes documents, the same for one seed.
type Generator struct {
	random *rand.Rand
	zipf   *rand.Zipf
	common *rand.Zipf
	words  []string
	names  []string
}

// New prepares a vocabulary.
func New(seed uint64) *Generator {
	g := &Generator{random: rand.New(rand.NewPCG(seed, seed))}
	g.words, g.names = g.vocabulary(vocabulary), g.vocabulary(surnames)
	for i, n := range g.names {
		r := []rune(n)
		g.names[i] = strings.ToUpper(string(r[:1])) + string(r[1:])
	}
	g.zipf = rand.NewZipf(g.random, 1.05, 40, vocabulary-1)
	g.common = rand.NewZipf(g.random, 1.2, 20, uint64(len(medical)-1))
	return g
}

var (
	onsets = strings.Fields("b c ch d f fr g gr j l m n p pl pr qu r s st t tr v br cl ph th z bl dr")
	vowels = strings.Fields("a e i o u é è ou ai au on an in eu oi ê œu")
	codas  = append(strings.Fields("r s t l n x que te tion ment ge lle ne re"), "", "", "", "", "", "")
)

// vocabulary invents different words.
func (g *Generator) vocabulary(n int) []string {
	seen := make(map[string]bool, n)
	out := make([]string, 0, n)
	for len(out) < n {
		var b strings.Builder
		for range 2 + g.random.IntN(3) {
			b.WriteString(onsets[g.random.IntN(len(onsets))])
			b.WriteString(vowels[g.random.IntN(len(vowels))])
		}
		b.WriteString(codas[g.random.IntN(len(codas))])
		if w := b.String(); !seen[w] {
			seen[w], out = true, append(out, w)
		}
	}
	return out
}

// Documents gives n documents, numbered from 0 in their ids.
func (g *Generator) Documents(n int) iter.Seq[search.Document] {
	return func(yield func(search.Document) bool) {
		for i := range n {
			if !yield(g.document(i)) {
				return
			}
		}
	}
}

func (g *Generator) document(i int) search.Document {
	d := search.Document{Stamp: uint64(i), Added: int64(i) * 1000, Category: Categories[g.random.IntN(len(Categories))]}
	binary.BigEndian.PutUint32(d.ID[:], uint32(i))
	d.Date = search.Date((2000+g.random.IntN(26))*10000 + (1+g.random.IntN(12))*100 + 1 + g.random.IntN(28))
	name := g.names[g.random.IntN(len(g.names))]
	d.Title = kinds[g.random.IntN(len(kinds))] + " " + medical[g.common.Uint64()] + " " + name
	d.Text = g.text(minWords+g.random.IntN(maxWords-minWords+1), name)
	return d
}

// text writes so many words in sentences, with a head and a signature.
func (g *Generator) text(n int, name string) string {
	var b strings.Builder
	b.WriteString(first[g.random.IntN(len(first))] + " " + strings.ToUpper(name) + "\n")
	begin := true
	for i := 2; i < n-4; i++ {
		w := g.word()
		if begin {
			r := []rune(w)
			w = strings.ToUpper(string(r[:1])) + string(r[1:])
		}
		b.WriteString(w)
		begin = g.random.IntN(12) == 0
		switch {
		case begin && g.random.IntN(4) == 0:
			b.WriteString(".\n")
		case begin:
			b.WriteString(". ")
		case g.random.IntN(15) == 0:
			b.WriteString(", ")
		default:
			b.WriteByte(' ')
		}
	}
	b.WriteString("\nDr " + first[g.random.IntN(len(first))] + " " + strings.ToUpper(g.names[g.random.IntN(len(g.names))]) + "\n")
	return b.String()
}

func (g *Generator) word() string {
	switch p := g.random.IntN(100); {
	case p < shareLittle:
		return little[g.random.IntN(len(little))]
	case p < shareLittle+shareMedical:
		w := medical[g.common.Uint64()]
		if strings.ContainsRune("aehiouéèœ", []rune(w)[0]) && g.random.IntN(2) == 0 {
			return "l’" + w
		}
		return w
	}
	return g.words[g.zipf.Uint64()]
}

// Misspell changes one letter of a word: another one, one too many, one missing,
// or two neighbours exchanged.
func Misspell(random *rand.Rand, word string) string {
	for {
		r := []rune(word)
		i := random.IntN(len(r))
		letter := rune('a' + random.IntN(26))
		switch random.IntN(4) {
		case 0:
			r[i] = letter
		case 1:
			r = append(r[:i], append([]rune{letter}, r[i:]...)...)
		case 2:
			r = append(r[:i], r[i+1:]...)
		default:
			if i+1 == len(r) {
				continue
			}
			r[i], r[i+1] = r[i+1], r[i]
		}
		if out := string(r); out != word {
			return out
		}
	}
}
