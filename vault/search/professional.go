package search

import (
	"unicode"
	"unicode/utf8"
)

// nameMark begins the terms of names of professionals. No word of a text does.
const nameMark = '@'

// namesAfterTitle is how many words after a title can be the name: first name,
// and a surname in two parts.
const namesAfterTitle = 3

// isTitle reports whether a term announces the name of a professional.
func isTitle(term string) bool {
	switch term {
	case "dr", "dre", "docteur", "docteure", "docteurs", "drs", "pr", "prof", "professeur", "professeure":
		return true
	}
	return false
}

// naming follows a text word by word and tells which words are part of a
// professional's name: capitalised ones that follow a title on the same line.
type naming struct{ left, end int }

// next is told the word at t and whether it is a title. It reports whether the
// word is part of a name.
func (n *naming) next(text string, t token, title bool) bool {
	if title {
		n.left, n.end = namesAfterTitle, t.end
		return false
	}
	if n.left == 0 {
		return false
	}
	for _, c := range text[n.end:t.start] {
		if c != ' ' && c != '.' && c != '-' && c != '\'' && c != '\u2019' && c != '\t' && c != '\u00a0' && !unicode.IsLetter(c) {
			n.left = 0
			return false
		}
	}
	first, _ := utf8.DecodeRuneInString(text[t.start:])
	if !unicode.IsUpper(first) {
		n.left = 0
		return false
	}
	n.left, n.end = n.left-1, t.end
	return true
}
