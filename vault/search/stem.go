package search

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/french"
)

// minStem is the length below which terms are their own stem, in bytes: short
// words have few forms and many neighbours.
const minStem = 4

// stem gives the French stem of a term, by the Snowball algorithm. It works on
// terms, which have no accents, so that what a person types without accents has
// the stem of what was written with them; an e that is left at the end was é.
func stem(term string) string {
	if len(term) < minStem {
		return term
	}
	for i := range len(term) {
		if term[i] < 'a' || term[i] > 'z' {
			return term // a number, a code, or another script
		}
	}
	env := snowballstem.NewEnv(term)
	french.Stem(env)
	out := strings.TrimSuffix(env.Current(), "e")
	if len(out) < minStem-1 {
		return term
	}
	return string(fold(nil, out))
}
