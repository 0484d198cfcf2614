package search

import (
	"math/rand/v2"
	"testing"
	"unicode"
)

// TestFold holds the short way to fold a word to the long one: each character
// that the short way knows or does not, and words of them of all lengths.
func TestFold(t *testing.T) {
	var letters []rune
	for r := rune('0'); r < 0x300; r++ {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || ignored(r) {
			letters = append(letters, r)
		}
	}
	for _, r := range letters {
		if got, want := string(fold(nil, string(r))), string(foldMarks(nil, string(r))); got != want {
			t.Errorf("%q folds to %q, not %q", r, got, want)
		}
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		word := make([]rune, 1+random.IntN(2*maxTerm))
		for i := range word {
			word[i] = letters[random.IntN(len(letters))]
			if random.IntN(8) > 0 { // few words go the long way
				word[i] = letters[random.IntN(100)]
			}
		}
		got, want := string(fold([]byte("before"), string(word))), "before"+string(foldMarks(nil, string(word)))
		if got != want {
			t.Fatalf("%q folds to %q, not %q", string(word), got, want)
		}
	}
	for word, want := range map[string]string{
		"Œdème": "oedeme", "ÉCHOGRAPHIE": "echographie", "Straße": "strasse", "µg": "μg", "naïve": "naive", "L\u00adent": "lent", "e\u0301te\u0301": "ete",
	} {
		if got := string(fold(nil, word)); got != want {
			t.Errorf("%q folds to %q, not %q", word, got, want)
		}
	}
}
