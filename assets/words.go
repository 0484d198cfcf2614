package assets

import (
	_ "embed"
	"strings"
)

var (
	//go:embed words-fr-2026-11.txt
	wordsFrench string

	//go:embed words-en-2026-11.txt
	wordsEnglish string
)

// SixWords are the words in which people compare 60 bits on two screens: the same in
// every language.
func SixWords(sum [32]byte) []string {
	list := Words("fr")
	out := make([]string, 6)
	for i := range out {
		at := 0
		for bit := i * 10; bit < i*10+10; bit++ {
			at = at<<1 | int(sum[bit/8]>>(7-bit%8)&1)
		}
		out[i] = list[at]
	}
	return out
}

// Words returns the words from which a passphrase is proposed, sorted, in the
// language of a BCP 47 tag: "fr" or "en", and French for any other. The slice is
// the caller's to keep.
func Words(language string) []string {
	list := wordsFrench
	if language == "en" {
		list = wordsEnglish
	}
	words := make([]string, 0, 1024)
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		words = append(words, line)
	}
	return words
}
