package search

import (
	"strings"
	"unicode/utf8"
)

// Query is what a person looks for. The zero value finds every document outside
// the bin.
type Query struct {
	// Words must all be in a document. Words in quotes must be there letter
	// by letter, but for case and accents; of the others an inflected form
	// does, and of a last word without anything after it, what begins so.
	Words string
	// Records are those looked into; nil means all.
	Records []ID
	// Categories of which a document has one; nil means any.
	Categories []string
	// From and To bound the document's date; 0 leaves an end open.
	From, To Date
	// Professional is a name that must stand after a title such as Dr in the
	// document; "" for any.
	Professional string
	// Only lets documents pass for which it is true; nil means all. It is
	// called while the index is read.
	Only func(ID) bool
	// Bin looks into the bin, and nowhere else.
	Bin bool
	// Newest sorts by date rather than by how well the words fit.
	Newest bool
	// Limit is how many hits are returned at most; 0 means 50.
	Limit int
}

const (
	defaultLimit = 50

	// maxWords bounds a query: what is beyond is not looked at.
	maxWords = 32

	// minPrefix is from how many bytes on the last word stands for what begins
	// with it.
	minPrefix = 2

	// minNear is from how many bytes on a word may have a wrong letter.
	minNear = 4
)

// wanted is a word of a query.
type wanted struct {
	term   string
	stem   string
	exact  bool // in quotes
	prefix bool
}

// mayErr reports whether the word may have a wrong letter: it is no number or
// code, in which each character counts.
func (w wanted) mayErr() bool {
	return !w.exact && len(w.term) >= minNear && !strings.ContainsAny(w.term, "0123456789@")
}

// parse cuts a query into words. Professionals' names count as words in quotes
// of their own.
func parse(q Query) (words []wanted) {
	add := func(w wanted) {
		for _, known := range words {
			if known == w {
				return
			}
		}
		if len(words) < maxWords {
			words = append(words, w)
		}
	}
	quoted := false
	at := 0
	for at <= len(q.Words) {
		rest := q.Words[at:]
		i := strings.IndexFunc(rest, quote)
		part, next := rest, len(q.Words)+1
		if i >= 0 {
			_, n := utf8.DecodeRuneInString(rest[i:])
			part, next = rest[:i], at+i+n
		}
		tokens(part, func(t token) bool {
			w := wanted{term: foldString(part[t.start:t.end]), exact: quoted}
			if !quoted {
				w.stem = stem(w.term)
				w.prefix = at+t.end == len(q.Words) && len(w.term) >= minPrefix
			}
			if w.term != "" {
				add(w)
			}
			return true
		})
		at, quoted = next, !quoted
	}
	tokens(q.Professional, func(t token) bool {
		if term := foldString(q.Professional[t.start:t.end]); !isTitle(term) {
			add(wanted{term: string(nameMark) + term, exact: true})
		}
		return true
	})
	return words
}

// quote reports whether a character opens or closes words that are meant letter
// by letter.
func quote(r rune) bool { return r == '"' || r == '«' || r == '»' || r == '“' || r == '”' }

// Empty reports whether the query has no word to look for.
func (q Query) Empty() bool { return len(parse(q)) == 0 }
