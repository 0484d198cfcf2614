package assets_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"carnet/assets"
)

// soundAlike holds, for each language, words that are heard as one another: a
// list may have one of each line, never two.
var soundAlike = map[string][]string{
	"fr": {
		"amande amende", "ancre encre", "aimant amant", "balai balais ballet", "banc bancs",
		"basilic basilique", "bouleau boulot", "bouillie bouillir", "canot canaux", "champ chant",
		"coller collet", "compte comte conte", "compter conter", "cour cours court",
		"cuir cuire", "cygne signe", "date datte", "faim feint", "flan flanc", "fond fonds font",
		"golf golfe", "heure heurt", "jouer jouet", "lait laid", "palais palet",
		"panser penser", "peau pots", "poids pois", "poing point", "pouce pousse", "puis puits",
		"rang rend", "roue roux", "sale salle", "saule sole", "saut seau sceau", "cerf serre",
		"soie soit", "souffler soufflet", "tante tente", "teint thym", "temps tant",
		"verre vers vert", "vent vend", "voie voix", "voir voire", "voler volet",
	},
	"en": {
		"aisle isle", "ball bawl", "bare bear", "beach beech", "bean been", "berry bury",
		"blew blue", "board bored", "brake break", "bread bred", "cellar seller",
		"cereal serial", "cheap cheep", "chews choose", "close clothes", "court caught",
		"creak creek", "currant current", "dear deer", "desert dessert", "doe dough",
		"draw drawer", "fair fare", "fairy ferry", "farther father", "feat feet",
		"flew flute", "flour flower", "folk fork", "gait gate", "grate great",
		"groan grown", "hair hare", "hail hale", "hall haul", "hear here", "hoarse horse",
		"hole whole", "hour ours", "knight night", "knot note", "ladder latter",
		"leak leek", "lessen lesson", "links lynx", "lion lying", "loan lone",
		"mail male", "maize maze", "medal metal", "meat meet", "mist missed",
		"moose mousse", "morning mourning", "muscle mussel", "naval navel", "pail pale",
		"pain pane", "pair pear", "pause paws", "peace piece", "peak peek", "pedal peddle petal",
		"picture pitcher", "plain plane", "pole poll", "poor pore pour", "pray prey",
		"principal principle", "prise prize", "rain reign rein", "rider writer", "ring wring",
		"road rode", "role roll", "root route", "rose rows", "sail sale", "sauce source",
		"scene seen", "seam seem", "shoe shoo", "shore sure", "slay sleigh", "stairs stares",
		"stake steak", "stalk stork", "steal steel", "suite sweet", "tail tale", "team teem",
		"threw through", "throne thrown", "thyme time", "tire tyre", "toad towed", "vain vein",
		"wail whale", "waist waste", "wait weight", "ware wear", "wave waive", "weak week",
		"weakly weekly", "weather whether", "which witch", "wood would",
	},
}

// accentLost are French words without the accent or the ligature that their
// spelling has: nobody who writes correctly would type them so.
var accentLost = strings.Fields(`
	abime beton boeuf boite buche cafe canape carre cedre celeri chaine chateau chene
	chevre cinema coeur comete creme crepe croute diner echarpe echelle eclair ecole
	ecran ecureuil elephant epaule epice epine equipe erable etable etang etoile
	fenetre fevrier fidele fleche flute fougere frere fusee gateau gout gouter grele
	guepe herisson hetre hotel huitre icone leger legume lezard lievre lumiere maitre
	manege matiere melange mesange metro moitie musee noeud numero ocean oeil oeuf
	orchidee panthere pecheur pedale pepin piece planete poeme poele rateau regle
	reveil riviere siecle soeur soiree tempete theatre tiede traineau trefle vallee
	velo veranda vetement video voute zebre
`)

var wellFormed = regexp.MustCompile(`^[a-z]{4,8}$`)

func TestWords(t *testing.T) {
	for _, language := range []string{"fr", "en"} {
		t.Run(language, func(t *testing.T) {
			words := assets.Words(language)
			if len(words) != 1024 {
				t.Errorf("%d words, want 1024", len(words))
			}
			if !slices.IsSorted(words) {
				t.Error("the words are not sorted")
			}
			for i, word := range words {
				if !wellFormed.MatchString(word) {
					t.Errorf("%q is not 4 to 8 letters a to z", word)
				}
				for _, other := range words[i+1:] {
					switch {
					case word == other:
						t.Errorf("%q is there twice", word)
					case oneLetterApart(word, other):
						t.Errorf("%q and %q differ by one letter", word, other)
					case other == word+"s", other == word+"x":
						t.Errorf("%q is the plural of %q", other, word)
					}
				}
			}
			for _, group := range soundAlike[language] {
				var heard []string
				for _, word := range strings.Fields(group) {
					if slices.Contains(words, word) {
						heard = append(heard, word)
					}
				}
				if len(heard) > 1 {
					t.Errorf("%q sound alike", heard)
				}
			}
		})
	}
}

func TestFrenchWordsLoseNoAccent(t *testing.T) {
	words := assets.Words("fr")
	for _, word := range accentLost {
		if slices.Contains(words, word) {
			t.Errorf("%q is written with an accent or a ligature", word)
		}
	}
}

func TestWordsOfAnotherLanguageAreFrench(t *testing.T) {
	french := assets.Words("fr")
	if slices.Equal(french, assets.Words("en")) {
		t.Fatal("the English words are the French ones")
	}
	for _, language := range []string{"", "de", "fr-CH", "und"} {
		if !slices.Equal(assets.Words(language), french) {
			t.Errorf("Words(%q) are not the French ones", language)
		}
	}
}

func TestWordsAreTheCallersToKeep(t *testing.T) {
	assets.Words("fr")[0] = "autre"
	if assets.Words("fr")[0] == "autre" {
		t.Error("a caller changed the words of another")
	}
}

func oneLetterApart(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	apart := 0
	for i := range len(a) {
		if a[i] != b[i] {
			apart++
		}
	}
	return apart == 1
}
