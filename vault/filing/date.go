package filing

import (
	"slices"
	"strings"
)

// How likely a mention is to be the date of the document. A mention below
// likely is not proposed; between equals the later day wins, because a document
// names what came before it more often than what comes after.
const (
	likely = 25

	nameBase    = 110 // a title that a person or a laboratory chose
	cameraBase  = 45  // a name made by a camera or a scanner: the day of the copy
	headBase    = 80  // the beginning of the text
	bodyBase    = 40  // further on
	statedBonus = 50  // "Date :", "consultation du", "Lyon, le"
	signedBonus = 80  // "Fait à Lyon, le"
	aloneBonus  = 25  // nothing else on the line
	stayBonus   = 20  // the end of a stay in hospital
	printBonus  = 10  // "édité le": a little after the act
	shortMalus  = 10  // a year of two digits
	rangeMalus  = 20  // "du 3 mars 2021 au 10 mars 2021": the second day
	plannedLoss = 50  // "rendez-vous le"
	pastLoss    = 70  // "depuis", "opéré le", "dernière"
)

// Date returns the day that the document most likely bears, from its title (or
// file name) and its text. Either may be empty. The day is valid and not after
// notAfter, which the caller sets to the day of import; with the zero Day
// nothing is found. Birth dates, limits of validity and dates of laws are never
// proposed. It returns false when no mention is likely enough: the caller then
// asks, or shows the document without a date.
func Date(title, text string, notAfter Day) (Day, bool) {
	inTitle := readMentions(foldTitle(title), true, notAfter)
	inText := readMentions(foldText(text), false, notAfter)
	birth := append(inTitle.births(), inText.births()...)
	var best Day
	top := likely - 1
	consider := func(p page, base func(mention) int) {
		for _, m := range p.mentions {
			if m.day.Compare(notAfter) > 0 || m.label == birthDate || m.label == never || slices.Contains(birth, m.day) {
				continue
			}
			score := base(m) + m.bonus()
			if score > top || score == top && m.day.Compare(best) > 0 {
				best, top = m.day, score
			}
		}
	}
	titleBase := nameBase
	if inTitle.camera() {
		titleBase = cameraBase
	}
	consider(inTitle, func(mention) int { return titleBase })
	consider(inText, func(m mention) int {
		if inText.words[m.first].start < beginning {
			return headBase
		}
		return bodyBase
	})
	return best, top >= likely
}

// page is a folded text and the dates found in it, in order.
type page struct {
	folded   string
	words    []word
	mentions []mention
}

// mention is one date in a page and what surrounds it.
type mention struct {
	day         Day
	first, last int // words
	short       bool
	label       label
	signed      bool
	alone       bool
	rangeEnd    bool
	stay        bool // the range it ends is a stay
}

func readMentions(folded string, title bool, notAfter Day) page {
	p := page{folded: folded, words: words(folded)}
	for i := 0; i < len(p.words); i++ {
		m, ok := p.dateAt(i, title, notAfter)
		if !ok {
			continue
		}
		p.mentions = append(p.mentions, m)
		i = m.last
	}
	before := -1 // last word of the mention before
	for i := range p.mentions {
		m := &p.mentions[i]
		p.describe(m, before)
		if i > 0 && m.rangeEnd {
			m.label, m.stay = p.mentions[i-1].label, p.mentions[i-1].stay
		}
		before = m.last
	}
	return p
}

func (m mention) bonus() int {
	n := 0
	switch m.label {
	case stated:
		n = statedBonus
	case printed:
		n = printBonus
	case planned:
		n = -plannedLoss
	case past:
		n = -pastLoss
	}
	if m.signed {
		n = signedBonus
	}
	if m.alone && n >= 0 {
		n += aloneBonus
	}
	if m.short {
		n -= shortMalus
	}
	switch {
	case m.rangeEnd && m.stay:
		n += stayBonus
	case m.rangeEnd:
		n -= rangeMalus
	}
	return n
}

// births returns the days that the page gives as dates of birth: the same day
// without a label, in a letterhead or a footer, is one too.
func (p page) births() []Day {
	var days []Day
	for _, m := range p.mentions {
		if m.label == birthDate && len(days) < 8 && !slices.Contains(days, m.day) {
			days = append(days, m.day)
		}
	}
	return days
}

// camera reports a title that a device made.
func (p page) camera() bool {
	for _, w := range p.words {
		switch w.s {
		case "img", "image", "pxl", "dsc", "dscn", "photo", "vid", "scan", "scanned", "camscanner", "numerisation",
			"numerise", "numerisee", "whatsapp", "signal", "screenshot", "capture":
			return true
		}
		if !w.number {
			return strings.HasPrefix(w.s, "scan") && w.s != "scanner" && w.s != "scanographie"
		}
	}
	return false
}
