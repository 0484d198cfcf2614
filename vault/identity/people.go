package identity

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Person is what a text may say of somebody. An empty field is not looked for.
type Person struct {
	Name  string // given and family name in any order, or the given name alone
	Birth string // YYYY-MM-DD
	NIR   string
	INS   string
}

// Text is a text made ready to look for people in. It holds the words of the
// text: drop it with them.
type Text struct {
	words  []string // letters and digits, folded
	joined string   // all of them in one
}

// Read makes a text ready. Case, accents, hyphens and the breaking of lines do
// not count.
func Read(text string) *Text {
	words := fold(text)
	return &Text{words, strings.Join(words, "")}
}

// fold cuts a text into words of letters or digits, small, without accents.
func fold(s string) []string {
	var words []string
	var b strings.Builder
	digits := false
	cut := func() {
		if b.Len() > 0 {
			words = append(words, b.String())
			b.Reset()
		}
	}
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r), r == '\u00ad':
			continue // accents and soft hyphens are inside a word
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			cut()
			continue
		case unicode.IsDigit(r) != digits:
			cut()
			digits = !digits
		}
		switch r = unicode.ToLower(r); r {
		case 'œ':
			b.WriteString("oe")
		case 'æ':
			b.WriteString("ae")
		default:
			b.WriteRune(r)
		}
	}
	cut()
	return words
}

// How sure [Text.Concerns] is.
const (
	Unnamed = iota
	Named   // by name, or by a date of birth said to be one
	Born    // by name and date of birth
	Numbered
)

// Concerns says how surely a text is about other rather than about own, in whose
// record it is: Unnamed unless it names other for certain and own not at all.
//
// Other is named by given and family name together, unless they are those of a
// doctor; by any name with the date of birth; by a date after « né le » or its
// like; or by NIR or INS. Own is taken for named by much less, by one word of the
// name that is not a word of other's, or by the date of birth anywhere: papers of
// a child name parents, invoices a whole family, and a warning that is wrong
// teaches people to pass over all of them.
func (t *Text) Concerns(other, own Person) int {
	if t.hints(own, other) {
		return Unnamed
	}
	written := t.born(other.Birth, false)
	switch {
	case t.numbered(other):
		return Numbered
	case written && (t.named(other.Name) || t.called(other.Name)):
		return Born
	case t.named(other.Name), t.born(other.Birth, true):
		return Named
	}
	return Unnamed
}

// hints reports whether anything in the text may stand for p and not for other.
func (t *Text) hints(p, other Person) bool {
	theirs := nameWords(other.Name)
	for _, word := range nameWords(p.Name) {
		if !slices.Contains(theirs, word) && slices.Contains(t.words, word) {
			return true
		}
	}
	return t.born(p.Birth, false) || t.numbered(p)
}

// particles are words of names that names share with texts.
var particles = []string{"de", "du", "des", "da", "di", "la", "le", "les", "d", "l", "van", "von", "ben", "el", "al"}

func nameWords(name string) []string {
	return slices.DeleteFunc(fold(name), func(w string) bool { return len(w) < 2 || slices.Contains(particles, w) })
}

// titles come before the name of somebody who writes a document, not of the one
// it is about.
var titles = []string{"dr", "drs", "docteur", "docteure", "pr", "prof", "professeur", "professeure", "maitre", "doctor", "professor"}

// nameGap is how many other words may stand between two of a name: « Nom : X
// Prénom : Y », « X née Z, Y ».
const nameGap = 2

// named reports whether all words of a name of two words at least stand together,
// in any order, and are not a doctor's.
func (t *Text) named(name string) bool {
	words := nameWords(name)
	if len(words) < 2 {
		return false
	}
	for i, w := range t.words {
		if !slices.Contains(words, w) {
			continue
		}
		if t.titled(i) {
			continue
		}
		missing := slices.DeleteFunc(slices.Clone(words), func(x string) bool { return x == w })
		for j, gap := i+1, 0; j < len(t.words) && gap <= nameGap && len(missing) > 0; j++ {
			if k := slices.Index(missing, t.words[j]); k >= 0 && !t.titled(j) {
				missing, gap = slices.Delete(missing, k, k+1), 0
			} else {
				gap++
			}
		}
		if len(missing) == 0 {
			return true
		}
	}
	return false
}

// titled reports whether a title stands one or two words before a word.
func (t *Text) titled(i int) bool {
	for _, before := range t.words[max(0, i-2):i] {
		if slices.Contains(titles, before) {
			return true
		}
	}
	return false
}

// called reports whether one word of a name stands anywhere.
func (t *Text) called(name string) bool {
	return slices.ContainsFunc(nameWords(name), func(w string) bool { return slices.Contains(t.words, w) })
}

// numbered reports whether a NIR or INS of a person stands in the text, with or
// without its key, however it is spaced.
func (t *Text) numbered(p Person) bool {
	for _, number := range []string{p.NIR, p.INS} {
		n := strings.ToLower(Compact(number))
		if len(n) >= nirLength && strings.Contains(t.joined, n[:nirLength]) {
			return true
		}
	}
	return false
}

var months = [...][]string{
	{"janvier", "january", "janv", "jan"}, {"fevrier", "february", "fev", "fevr", "feb"}, {"mars", "march", "mar"}, {"avril", "april", "avr", "apr"},
	{"mai", "may"}, {"juin", "june", "jun"}, {"juillet", "july", "juil", "jul"}, {"aout", "august", "aug"},
	{"septembre", "september", "sept", "sep"}, {"octobre", "october", "oct"}, {"novembre", "november", "nov"}, {"decembre", "december", "dec"},
}

// born reports whether a date of birth stands in the text; labelled, only after
// words that say that it is one.
func (t *Text) born(birth string, labelled bool) bool {
	parts := strings.Split(birth, "-")
	if len(parts) != 3 {
		return false
	}
	year, month, day := parts[0], parts[1], parts[2]
	m, err := strconv.Atoi(month)
	if err != nil || m < 1 || m > 12 {
		return false
	}
	days := []string{day, strings.TrimPrefix(day, "0")}
	numbers := []string{month, strings.TrimPrefix(month, "0")}
	for i, w := range t.words {
		if w != year {
			continue
		}
		before := func(n int) string { // the word n places before the year
			if i < n {
				return ""
			}
			return t.words[i-n]
		}
		after := func(n int) string {
			if i+n >= len(t.words) {
				return ""
			}
			return t.words[i+n]
		}
		found, from := false, i
		switch {
		case slices.Contains(numbers, after(1)) && slices.Contains(days, after(2)): // 2019-09-03
			found = true
		case slices.Contains(numbers, before(1)) || slices.Contains(months[m-1], before(1)):
			switch {
			case slices.Contains(days, before(2)):
				found, from = true, i-2
			case before(2) == "er" && slices.Contains(days, before(3)): // 1er
				found, from = true, i-3
			}
		}
		if found && (!labelled || t.birthLabel(from)) {
			return true
		}
	}
	return false
}

// birthLabel reports whether the words before a date say that it is one of birth.
func (t *Text) birthLabel(date int) bool {
	before := t.words[max(0, date-4):date]
	for i, w := range before {
		switch w {
		case "naissance", "naiss", "ddn", "birth", "born":
			return true
		case "ne", "nee": // né le, née le, né(e) le
			if slices.Contains(before[i+1:], "le") {
				return true
			}
		}
	}
	return false
}
