package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Terms are what a query looked for, and in which forms it was found.
type Terms struct{ words []terms }

type terms struct {
	wanted
	forms map[string]bool // other terms that did for the word
	wrong map[string]bool // terms that are one error away
}

func (t *terms) form(s string) {
	if t.forms == nil {
		t.forms = map[string]bool{}
	}
	t.forms[s] = true
}

func (t *terms) near(s string) {
	if t.wrong == nil {
		t.wrong = map[string]bool{}
	}
	t.wrong[s] = true
}

// does reports whether a term does for the word.
func (t *terms) does(term []byte, near bool) bool {
	switch {
	case string(term) == t.term, t.forms[string(term)], near && t.wrong[string(term)]:
		return true
	}
	return t.prefix && strings.HasPrefix(string(term), t.term)
}

// Mark is a part of a text, by bytes.
type Mark struct{ Start, End int }

// Shown is how a document answers a query.
type Shown struct {
	Snippet string // a line of the text around the words, "" when they are not in the text
	Marks   []Mark // the words, in Snippet
	Pages   []int  // from 1: those with as many different words as any page has
}

const (
	snippetWidth = 160 // about, in bytes
	snippetLead  = 40  // of it before the first word
	maxPages     = 100
)

// Excerpt finds the words of a query in a text, whose pages are separated by
// form feeds. near is the hit's.
func Excerpt(text string, t *Terms, near bool) Shown {
	found, pages := t.locate(text, near)
	out := Shown{Pages: pages}
	if len(found) > 0 {
		out.Snippet, out.Marks = snippet(text, found)
	}
	return out
}

// Marks finds the words of a query in a title.
func Marks(title string, t *Terms, near bool) (marks []Mark) {
	found, _ := t.locate(title, near)
	for _, f := range found {
		marks = append(marks, Mark{f.start, f.end})
	}
	return marks
}

// location is where a word of the query stands.
type location struct {
	token
	words uint32 // which of the query, a bit each
}

// locate finds the words of the query, and the pages with most of them.
func (t *Terms) locate(text string, near bool) (found []location, pages []int) {
	var names naming
	var scratch []byte
	page, at := 1, 0
	has, most := uint32(0), 0
	turn := func() {
		switch n := ones(has); {
		case n == 0:
		case n > most:
			most, pages = n, []int{page}
		case n == most && len(pages) < maxPages:
			pages = append(pages, page)
		}
		has = 0
	}
	tokens(text, func(w token) bool {
		for ; at < w.start; at++ {
			if text[at] == '\f' {
				turn()
				page++
			}
		}
		scratch = fold(scratch[:0], text[w.start:w.end])
		bits := uint32(0)
		name := names.next(text, w, isTitle(string(scratch)))
		for i := range t.words {
			word := &t.words[i]
			if word.does(scratch, near) || name && word.term[0] == nameMark && word.term[1:] == string(scratch) {
				bits |= 1 << i
			}
		}
		if bits != 0 {
			found, has = append(found, location{w, bits}), has|bits
		}
		return true
	})
	turn()
	return found, pages
}

func ones(b uint32) (n int) {
	for ; b != 0; b &= b - 1 {
		n++
	}
	return n
}

// snippet cuts the piece of the text with most of the words in it, on one line.
func snippet(text string, found []location) (string, []Mark) {
	best, most := 0, 0
	for i := range found {
		has := uint32(0)
		for j := i; j < len(found) && found[j].end-found[i].start <= snippetWidth-snippetLead; j++ {
			has |= found[j].words
		}
		if n := ones(has); n > most {
			best, most = i, n
		}
	}
	from := edge(text, max(0, found[best].start-snippetLead), true)
	to := edge(text, min(len(text), max(from+snippetWidth, found[best].end)), false)
	to = max(to, found[best].end)
	var b strings.Builder
	if from > 0 {
		b.WriteString("… ")
	}
	var marks []Mark
	at, next := from, best
	for next > 0 && found[next-1].start >= from {
		next--
	}
	for ; next < len(found) && found[next].end <= to; next++ {
		line(&b, text[at:found[next].start])
		start := b.Len()
		line(&b, text[found[next].start:found[next].end])
		marks = append(marks, Mark{start, b.Len()})
		at = found[next].end
	}
	line(&b, text[at:to])
	out := strings.TrimRight(b.String(), " ")
	if to < len(text) {
		out += " …"
	}
	return out, marks
}

// edge moves a cut to the nearest gap between words: onwards for the start of a
// snippet, back for its end.
func edge(text string, at int, start bool) int {
	for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
		at--
	}
	if at == 0 || at == len(text) {
		return at
	}
	if start {
		if i := strings.IndexFunc(text[at:min(len(text), at+snippetLead)], unicode.IsSpace); i >= 0 {
			_, n := utf8.DecodeRuneInString(text[at+i:])
			return at + i + n
		}
		return at
	}
	if i := strings.LastIndexFunc(text[max(0, at-snippetLead):at], unicode.IsSpace); i >= 0 {
		return max(0, at-snippetLead) + i
	}
	return at
}

// line writes a text with every run of space and control characters as one
// space.
func line(b *strings.Builder, text string) {
	space := b.Len() == 0 || b.String()[b.Len()-1] == ' '
	for _, r := range text {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		space = false
		b.WriteRune(r)
	}
}
