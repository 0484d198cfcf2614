package filing

import "strings"

// matcher finds many phrases in one pass: a tree of words, walked from every
// word of the text. The zero value matches nothing.
type matcher struct {
	vocabulary map[string]uint32 // word -> number, from 1
	next       map[edge]uint32   // tree: node and word -> node; node 0 is the root
	ends       map[uint32][]int  // node -> patterns that end there
	rules      []int             // pattern -> rule
	lengths    []int             // pattern -> words
}

type edge struct{ node, word uint32 }

// add compiles a phrase for a rule. A phrase may serve several rules, each once.
func (m *matcher) add(phrase string, rule int) error {
	if m.vocabulary == nil {
		m.vocabulary = make(map[string]uint32)
		m.next = make(map[edge]uint32)
		m.ends = make(map[uint32][]int)
	}
	ts := terms(foldText(phrase))
	if len(ts) == 0 {
		return ErrRule
	}
	node := uint32(0)
	for _, t := range ts {
		id, ok := m.vocabulary[t.s]
		if !ok {
			id = uint32(len(m.vocabulary) + 1)
			m.vocabulary[t.s] = id
		}
		child, ok := m.next[edge{node, id}]
		if !ok {
			child = uint32(len(m.next) + 1)
			m.next[edge{node, id}] = child
		}
		node = child
	}
	for _, p := range m.ends[node] {
		if m.rules[p] == rule {
			return ErrRule
		}
	}
	m.ends[node] = append(m.ends[node], len(m.rules))
	m.rules = append(m.rules, rule)
	m.lengths = append(m.lengths, len(ts))
	return nil
}

// find calls found for every phrase in ts, with the term where it begins. No
// phrase runs over the end of a sentence.
func (m *matcher) find(ts []term, found func(pattern int, at term)) {
	ids := make([]uint32, len(ts))
	for i, t := range ts {
		ids[i] = m.vocabulary[t.s]
	}
	for i := range ts {
		node := uint32(0)
		for j := i; j < len(ts) && ids[j] != 0 && (j == i || !ts[j].sentence); j++ {
			child, ok := m.next[edge{node, ids[j]}]
			if !ok {
				break
			}
			node = child
			for _, p := range m.ends[node] {
				found(p, ts[i])
			}
		}
	}
}

// term is a word that can be part of a phrase, in its singular.
type term struct {
	s        string
	index    int // among the terms
	start    int // byte in the folded text
	line     int
	sentence bool // begins a sentence
}

// terms returns the words of a folded text that carry meaning. Articles and
// prepositions are left out, so "compte rendu de l'hospitalisation" and "compte
// rendu d'hospitalisation" are one phrase; dotted initials are put together.
func terms(folded string) []term {
	ws := words(folded)
	ts := make([]term, 0, len(ws))
	sentence := true
	for i := 0; i < len(ws); i++ {
		w := ws[i]
		if i > 0 && endsSentence(folded[ws[i-1].end:w.start]) {
			sentence = true
		}
		t := term{singular(w.s), len(ts), w.start, w.line, sentence}
		if n := initials(folded, ws[i:]); n > 1 {
			var b strings.Builder
			for _, w := range ws[i : i+n] {
				b.WriteString(w.s)
			}
			t.s = singular(b.String())
			i += n - 1
		} else if empty(w.s) {
			continue
		}
		ts = append(ts, t)
		sentence = false
	}
	return ts
}

// initials returns how many of the first words are single letters written as
// one word: two or more with a dot between ("i.r.m."), or five or more with a
// space between ("o r d o n n a n c e").
func initials(folded string, ws []word) int {
	if len(ws) < 2 || len(ws[0].s) != 1 || ws[0].number {
		return 1
	}
	gap := folded[ws[0].end:ws[1].start]
	if gap != "." && gap != " " {
		return 1
	}
	n := 1
	for n < len(ws) && len(ws[n].s) == 1 && !ws[n].number && folded[ws[n-1].end:ws[n].start] == gap {
		n++
	}
	if gap == " " && n < 5 {
		return 1
	}
	return n
}

func endsSentence(gap string) bool {
	return len(gap) > 1 && strings.ContainsAny(gap[:1], ".;!?") && (gap[1] == ' ' || gap[1] == '\n')
}

// empty reports an article or a preposition, French or English, that patterns
// need not spell out.
func empty(w string) bool {
	switch w {
	case "a", "au", "aux", "d", "de", "des", "du", "l", "la", "le", "les", "un", "une", "of", "the":
		return true
	}
	return false
}

// singular cuts the mark of the plural of a word of four letters or more, the
// same way in patterns and texts.
func singular(w string) string {
	if n := len(w); n >= 4 && (w[n-1] == 's' || w[n-1] == 'x') {
		return w[:n-1]
	}
	return w
}
