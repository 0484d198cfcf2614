package filing

// What one match is worth, times the weight of its rule. A title was chosen to
// say what the document is; a short line near the beginning is a heading; a
// mention further on is often about another document.
const (
	inTitle     = 6
	inHeading   = 4
	inBeginning = 2 // a phrase in a sentence of the beginning; a heading further on
	inBody      = 1 // anything else, and one word in any sentence
)

const (
	// beginning is the length of the part where headings count most, in bytes
	// of folded text: the upper half of a printed page.
	beginning = 1500
	// openingTerms is how many of the first words count as a heading even when
	// the text has no line ends.
	openingTerms = 6
	// headingTerms is the most meaningful words that a heading has, and
	// firstTerms how many of them can name the document in one word:
	// "Ordonnance du 3 mars", not "jeûne, douche, repas léger, ordonnance".
	headingTerms = 7
	firstTerms   = 4
	// extraPatterns is how many more patterns of one rule add to its score, a
	// point each for each of the first extraWeight points of its weight: five
	// blood values say more than one.
	extraPatterns = 4
	extraWeight   = 3
	// enough is the least score of a proposal: a rule of weight 12 in the
	// beginning, of weight 6 in a heading, of weight 4 in a title.
	enough = 24
)

// Propose returns the code of the category that the title (or file name) and
// the text of a document suggest. Either may be empty. It returns false when
// nothing is clear enough, because little was recognised or because two
// categories are too close: the caller then leaves the document unfiled.
func (r *Rules) Propose(title, text string) (code string, ok bool) {
	scores := make([]int, len(r.categories))
	r.scoreTitle(title, scores)
	r.scoreText(text, scores)
	first, second := -1, -1
	for i := range scores {
		switch {
		case first < 0 || scores[i] > scores[first]:
			first, second = i, first
		case second < 0 || scores[i] > scores[second]:
			second = i
		}
	}
	if first < 0 || scores[first] < enough {
		return "", false
	}
	if second >= 0 && scores[first]-scores[second] < lead(scores[first]) {
		return "", false
	}
	return r.categories[first].Code, true
}

// lead is how far the first category must be before the second one.
func lead(score int) int { return max(4, score/8) }

// scoreTitle adds each rule that the title matches, once.
func (r *Rules) scoreTitle(title string, scores []int) {
	done := make([]bool, len(r.weights))
	r.title.find(terms(foldTitle(title)), func(pattern int, _ term) {
		rule := r.title.rules[pattern]
		if !done[rule] {
			done[rule] = true
			scores[r.targets[rule]] += r.weights[rule] * inTitle
		}
	})
}

// scoreText adds each rule that the text matches, at its best place, and a
// little for every other pattern of the rule.
func (r *Rules) scoreText(text string, scores []int) {
	ts := terms(foldText(text))
	ls := lines(ts)
	seen := make([]bool, len(r.text.rules))
	best := make([]int, len(r.weights))
	distinct := make([]int, len(r.weights))
	r.text.find(ts, func(pattern int, at term) {
		rule := r.text.rules[pattern]
		if !seen[pattern] {
			seen[pattern] = true
			distinct[rule]++
		}
		best[rule] = max(best[rule], place(at, ls, r.text.lengths[pattern]))
	})
	for rule, b := range best {
		if b == 0 {
			continue
		}
		w := r.weights[rule]
		more := min(distinct[rule]-1, extraPatterns) * max(-extraWeight, min(w, extraWeight))
		scores[r.targets[rule]] += w*b + more
	}
}

// place returns what a phrase of n words is worth where it begins.
func place(at term, ls []line, n int) int {
	l := ls[at.line]
	short := l.terms <= headingTerms && (n > 1 || at.index < l.first+firstTerms)
	switch near := at.start < beginning; {
	case near && (short || at.index < openingTerms):
		return inHeading
	case near && n > 1, short:
		return inBeginning
	}
	return inBody
}

// line is where the terms of a line are among all.
type line struct{ first, terms int }

func lines(ts []term) []line {
	if len(ts) == 0 {
		return nil
	}
	ls := make([]line, ts[len(ts)-1].line+1)
	for i, t := range ts {
		l := &ls[t.line]
		if l.terms == 0 {
			l.first = i
		}
		l.terms++
	}
	return ls
}
