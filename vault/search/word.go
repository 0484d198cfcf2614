package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxTerm is the length at which terms are cut, in bytes: nobody types more, and
// a text without spaces must not become one term.
const maxTerm = 64

// token is a word as it stands in a text, by bytes.
type token struct{ start, end int }

// tokens calls yield for each word of a text: letters and digits with the marks
// on them, without the articles that an apostrophe joins to a word. It stops
// when yield returns false.
func tokens(text string, yield func(token) bool) {
	for at := 0; at < len(text); {
		start, width := at, inside(text, at, true)
		if width == 0 {
			_, n := utf8.DecodeRuneInString(text[at:])
			at += n
			continue
		}
		for ; width > 0; width = inside(text, at, false) {
			at += width
		}
		if elided(text, start, at) {
			continue
		}
		if !yield(token{start, at}) {
			return
		}
	}
}

// inside returns the length of the character at a place when it belongs to a
// word, else 0. A mark or a soft hyphen begins no word.
func inside(text string, at int, first bool) int {
	if at >= len(text) {
		return 0
	}
	if c := text[at]; c < utf8.RuneSelf {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' {
			return 1
		}
		return 0
	}
	r, n := utf8.DecodeRuneInString(text[at:])
	switch {
	case r == '\u02bc': // an apostrophe, though Unicode calls it a letter
		return 0
	case unicode.IsLetter(r), unicode.IsDigit(r):
		return n
	case !first && (unicode.Is(unicode.M, r) || ignored(r)):
		return n
	}
	return 0
}

// ignored are characters without a form of their own inside a word.
func ignored(r rune) bool { return r == '\u00ad' || r == '\u200b' || r == '\u2060' || r == '\ufeff' }

// elided reports whether text[start:end] is an article or pronoun that stands
// before an apostrophe and a further word: the l of l'hôpital.
func elided(text string, start, end int) bool {
	if end-start > 8 || end >= len(text) {
		return false
	}
	apostrophe, n := utf8.DecodeRuneInString(text[end:])
	if apostrophe != '\'' && apostrophe != '\u2019' && apostrophe != '\u02bc' || inside(text, end+n, true) == 0 {
		return false
	}
	switch strings.ToLower(text[start:end]) {
	case "l", "d", "j", "m", "n", "s", "t", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu":
		return true
	}
	return false
}

// fold appends the term of a word to dst.
func fold(dst []byte, word string) []byte {
	start := len(dst)
	for _, r := range word {
		switch {
		case int(r) >= len(latin):
			return foldMarks(dst[:start], word)
		case len(dst)-start >= maxTerm:
			return cut(dst, start)
		case 'A' <= r && r <= 'Z':
			dst = append(dst, byte(r)+'a'-'A')
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
		default:
			dst = append(dst, latin[r]...)
		}
	}
	return cut(dst, start)
}

// latin is what [foldMarks] makes of each character of Western languages: to ask
// Unicode's tables about every accent of a French text takes most of the time
// that reading it takes.
var latin = func() (forms [0x180]string) {
	for r := range forms {
		forms[r] = string(foldMarks(nil, string(rune(r))))
	}
	return forms
}()

// cut shortens a term that begins at a place of dst to [maxTerm], by characters.
func cut(dst []byte, start int) []byte {
	for len(dst)-start > maxTerm {
		_, n := utf8.DecodeLastRune(dst[start:])
		dst = dst[:len(dst)-n]
	}
	return dst
}

// foldMarks is fold for words in any script.
func foldMarks(dst []byte, word string) []byte {
	start := len(dst)
	for _, r := range norm.NFKD.String(word) {
		switch {
		case unicode.Is(unicode.M, r), ignored(r):
			continue
		case r == 'œ', r == 'Œ':
			dst = append(dst, "oe"...)
		case r == 'æ', r == 'Æ':
			dst = append(dst, "ae"...)
		case r == 'ß', r == 'ẞ':
			dst = append(dst, "ss"...)
		case r == 'ø', r == 'Ø':
			dst = append(dst, 'o')
		case r == 'ł', r == 'Ł':
			dst = append(dst, 'l')
		default:
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
		if len(dst)-start >= maxTerm {
			break
		}
	}
	return cut(dst, start)
}

// foldString is fold for a single word.
func foldString(word string) string { return string(fold(nil, word)) }
