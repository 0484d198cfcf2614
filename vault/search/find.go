package search

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Hit is a document that a query found.
type Hit struct {
	ID    ID
	Score float64 // more is better; of one query only
	// Near is set for documents in which a word stands with another letter
	// than in the query. They come after all others.
	Near bool
}

// Found is the answer to a query.
type Found struct {
	Hits  []Hit
	Total int // also those beyond the limit
	// Terms tell [Excerpt] what was looked for.
	Terms *Terms
}

// Ranking by BM25 with its usual constants, by what a match is worth beside the
// word as it was typed, and by how much a title counts more than a text.
const (
	bm25K1 = 1.2
	bm25B  = 0.75

	worthWord   = 1.0
	worthForm   = 0.8 // an inflected form
	worthPrefix = 0.6
	worthNear   = 0.5
	titleBonus  = 1.5
)

// fewHits is below how many hits of a single word one with a wrong letter is
// tried; several words that are found together are hardly misspelt.
const fewHits = 5

// Find answers a query.
func (x *Index) Find(q Query) Found {
	f := &finding{Index: x, query: q, words: parse(q)}
	if f.query.Limit <= 0 {
		f.query.Limit = defaultLimit
	}
	f.terms = &Terms{words: make([]terms, len(f.words))}
	for i, w := range f.words {
		f.terms.words[i].wanted = w
	}
	f.run(false)
	out := Found{Hits: f.hits(false), Total: f.total, Terms: f.terms}
	if (f.total == 0 || f.total < fewHits && len(f.words) == 1) && slices.ContainsFunc(f.words, wanted.mayErr) {
		f.known = map[ID]bool{}
		for _, h := range out.Hits {
			f.known[h.ID] = true
		}
		f.query.Limit -= len(out.Hits)
		f.best, f.full, f.total = nil, false, 0
		f.run(true)
		out.Hits, out.Total = append(out.Hits, f.hits(true)...), out.Total+f.total
	}
	return out
}

// finding is one query under way.
type finding struct {
	*Index
	query Query
	words []wanted
	terms *Terms

	total int
	best  []candidate // in no order until cut
	full  bool        // worst is the last of Limit that are better than all dropped
	worst candidate
	known map[ID]bool // found before

	scores []float32
	state  []uint8 // how many words, in the order they are looked at, a document has
}

type candidate struct {
	*part
	document uint32
	score    float32
	date     Date
	added    int64
}

// match is a term that does for a word.
type match struct {
	term  int
	worth float32
	own   bool // weighs by its own rarity
}

// run looks into all segments.
func (f *finding) run(near bool) {
	parts := slices.DeleteFunc(slices.Clone(f.parts), func(p *part) bool {
		return p.count == 0 || f.query.Records != nil && !slices.Contains(f.query.Records, p.Record)
	})
	matches := make([][][]match, len(parts)) // by part and word
	in := make([]uint64, len(f.words))       // documents that a word is in, about
	for i, p := range parts {
		matches[i] = make([][]match, len(f.words))
		for j, w := range f.words {
			matches[i][j] = f.matches(p, w, &f.terms.words[j], near)
			for _, m := range matches[i][j] {
				_, n := p.of(m.term)
				in[j] += n
			}
		}
	}
	order := make([]int, len(f.words)) // the rarest word first
	for j := range order {
		order[j] = j
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(in[a], in[b]) })
	for i, p := range parts {
		if !slices.ContainsFunc(matches[i], func(m []match) bool { return len(m) == 0 }) {
			f.score(p, matches[i], order, in)
		}
	}
}

// matches gives the terms of a segment that do for a word, the best first, and
// notes them for [Excerpt].
func (f *finding) matches(p *part, w wanted, note *terms, near bool) (out []match) {
	if i, ok := p.lookup(w.term); ok {
		out = append(out, match{i, worthWord, false})
	}
	if w.exact {
		return out
	}
	for i := range p.stemmed(w.stem) {
		if t := string(p.term(i)); t != w.term {
			out = append(out, match{i, worthForm, false})
			note.form(t)
		}
	}
	if w.prefix {
		for i := p.seek(w.term); i < p.termCount() && strings.HasPrefix(string(p.term(i)), w.term); i++ {
			if len(p.term(i)) > len(w.term) {
				out = append(out, match{i, worthPrefix, false})
			}
		}
	}
	if near && w.mayErr() {
		p.near(w.term, w.prefix, func(i int, whole bool) {
			worth := float32(worthNear)
			if !whole {
				worth *= worthPrefix
			}
			out = append(out, match{i, worth, true})
			note.near(string(p.term(i)))
		})
		slices.SortStableFunc(out, func(a, b match) int { return -cmp.Compare(a.worth, b.worth) })
	}
	return out
}

// rarity is the weight of a term that is in n documents.
func (f *finding) rarity(n uint64) float64 {
	all := float64(f.Len())
	in := min(float64(n), all)
	return math.Log(1 + (all-in+0.5)/(in+0.5))
}

// score finds the documents of a segment that have all words.
func (f *finding) score(p *part, matches [][]match, order []int, in []uint64) {
	n := p.Len()
	f.scores, f.state = slices.Grow(f.scores[:0], n)[:n], slices.Grow(f.state[:0], n)[:n]
	clear(f.scores)
	clear(f.state)
	for step, j := range order {
		rarity := f.rarity(in[j])
		for _, m := range matches[j] {
			c, count := p.of(m.term)
			weight := rarity
			if m.own {
				weight = f.rarity(count)
			}
			f.add(p, c, uint8(step), float32(weight)*m.worth)
		}
	}
	f.collect(p, uint8(len(order)))
}

// add scores the documents of a term. It passes over those that lack a word
// before, or have this one in a better form.
func (f *finding) add(p *part, c cursor, step uint8, weight float32) {
	state, scores, once := f.state, f.scores[:len(f.state)], p.once[:len(f.state)]
	for {
		d, ok := c.next()
		if !ok || int(d.document) >= len(state) {
			return
		}
		if state[d.document] != step {
			continue
		}
		state[d.document] = step + 1
		s := once[d.document]
		if d.times > 1 {
			times := float32(d.times)
			s = times * (bm25K1 + 1) / (times + (bm25K1+1)/s - 1)
		}
		if d.title {
			s += titleBonus
		}
		scores[d.document] += weight * s
	}
}

// collect takes the documents in a state that the filters let pass.
func (f *finding) collect(p *part, state uint8) {
	allowed := make([]bool, len(p.categories))
	for i, c := range p.categories {
		allowed[i] = f.query.Categories == nil || slices.Contains(f.query.Categories, c)
	}
	unfiltered := f.query.Categories == nil && f.query.From == 0 && f.query.To == 0 && f.query.Only == nil && f.known == nil
	dated := f.query.From != 0 || f.query.To != 0
	for i, has := range f.state {
		if has != state || !p.live[i] || p.inBin[i] != f.query.Bin {
			continue
		}
		if unfiltered && !f.query.Newest && f.full && f.scores[i] < f.worst.score {
			f.total++
			continue
		}
		e := p.entry(uint32(i))
		if !allowed[e.category] || dated && !e.date.within(f.query.From, f.query.To) || f.known[e.id] ||
			f.query.Only != nil && !f.query.Only(e.id) {
			continue
		}
		f.total++
		f.keep(candidate{p, uint32(i), f.scores[i], e.date, e.added})
	}
}

// keep puts a candidate among the best. Twice as many as are wanted are gathered
// before they are put in order.
func (f *finding) keep(c candidate) {
	if f.full && f.compare(c, f.worst) >= 0 {
		return
	}
	if f.best = append(f.best, c); len(f.best) >= 2*f.query.Limit {
		f.cut()
	}
}

// cut puts the best in order and drops those beyond the limit.
func (f *finding) cut() {
	slices.SortFunc(f.best, f.compare)
	f.best = f.best[:min(len(f.best), f.query.Limit)]
	if f.full = len(f.best) == f.query.Limit && f.query.Limit > 0; f.full {
		f.worst = f.best[len(f.best)-1]
	}
}

// compare orders candidates, the best first.
func (f *finding) compare(a, b candidate) int {
	score, date := -cmp.Compare(a.score, b.score), cmp.Or(-cmp.Compare(a.date, b.date), -cmp.Compare(a.added, b.added))
	if f.query.Newest {
		score, date = date, score
	}
	if c := cmp.Or(score, date); c != 0 {
		return c
	}
	x, y := a.entry(a.document).id, b.entry(b.document).id
	return slices.Compare(x[:], y[:])
}

func (f *finding) hits(near bool) []Hit {
	f.cut()
	out := make([]Hit, 0, len(f.best))
	for _, c := range f.best {
		out = append(out, Hit{c.entry(c.document).id, float64(c.score), near})
	}
	return out
}
