package filing

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// How much of a document is looked at, in characters before folding.
const (
	maxText  = 20_000
	maxTitle = 500

	// maxGrowth bounds the folded text, in bytes for each of those characters:
	// enough for any script of three bytes a letter.
	maxGrowth = 3
)

// foldText returns the beginning of a text in lower case, without accents and
// ligatures, every line end as one newline character.
func foldText(s string) string { return fold(s, maxText, false) }

// foldTitle folds a title or a file name. A capital after a small letter starts
// a word: "CompteRenduIRM" is three words.
func foldTitle(s string) string { return fold(s, maxTitle, true) }

func fold(s string, limit int, camel bool) string {
	s = prefix(s, limit)
	var b strings.Builder
	b.Grow(len(s))
	small := false // the last letter was a small one
	for _, c := range norm.NFKD.String(s) {
		if b.Len() >= maxGrowth*limit {
			break // some characters stand for a whole sentence
		}
		if c < unicode.MaxASCII {
			upper := 'A' <= c && c <= 'Z'
			switch {
			case upper:
				if camel && small {
					b.WriteByte(' ')
				}
				c += 'a' - 'A'
			case c == '\r', c == '\f', c == '\v':
				c = '\n'
			}
			small = 'a' <= c && c <= 'z' && !upper
			b.WriteByte(byte(c))
			continue
		}
		switch {
		case unicode.Is(unicode.Mn, c), c == '\u00ad', c == '\u200b', c == '\ufeff':
			// Accents, soft hyphens and invisible marks are inside a word.
		case c == 'œ', c == 'Œ':
			b.WriteString("oe")
		case c == 'æ', c == 'Æ':
			b.WriteString("ae")
		case c == 'ß':
			b.WriteString("ss")
		case c == '\u2028', c == '\u2029', c == '\u0085':
			b.WriteByte('\n')
		case c >= '\u2010' && c <= '\u2015', c == '\u2212':
			b.WriteByte('-')
		default:
			b.WriteRune(unicode.ToLower(c))
		}
	}
	return b.String()
}

// prefix returns the first n characters of s without reading the rest.
func prefix(s string, n int) string {
	if len(s) <= n {
		return s
	}
	count := 0
	for i := range s {
		if count == n {
			return s[:i]
		}
		count++
	}
	return s
}

// word is a run of letters or a run of digits in a folded text.
type word struct {
	s          string
	start, end int // bytes in the folded text
	line       int
	number     bool
}

// words cuts a folded text into words. Letters and digits that touch are two
// words, in patterns as in texts: "8e jour" and "8 e jour" are the same.
func words(folded string) []word {
	ws := make([]word, 0, len(folded)/5)
	line, start := 0, -1
	number := false
	flush := func(end int) {
		if start >= 0 {
			ws = append(ws, word{folded[start:end], start, end, line, number})
			start = -1
		}
	}
	for i, c := range folded {
		digit := '0' <= c && c <= '9'
		letter := 'a' <= c && c <= 'z' || c > unicode.MaxASCII && unicode.IsLetter(c)
		switch {
		case !digit && !letter:
			flush(i)
			if c == '\n' {
				line++
			}
		case start >= 0 && number != digit:
			flush(i)
			fallthrough
		case start < 0:
			start, number = i, digit
		}
	}
	flush(len(folded))
	return ws
}
