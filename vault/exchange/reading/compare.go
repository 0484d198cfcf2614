package reading

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"carnet/vault/profile"
	"carnet/vault/record"
)

// Likeness says how near two entries are to each other.
type Likeness int

// The likenesses, from afar to near.
const (
	Unlike  Likeness = iota
	Similar          // about the same thing, and they say something else of it
	Same             // nothing that one says contradicts the other
)

// Compare holds a proposal against an entry that a profile has. Two entries are
// about the same thing when they have the same code, or the same words whatever
// their case, accents and order; what happens again (a measurement, a result, a
// dose, an operation, an appointment) only when it was on the same day. They are the
// same when every field that both have agrees, a day with its month and its year.
func Compare(proposed, known *record.Entry) Likeness {
	if proposed.Kind != known.Kind || !alike(proposed, known) {
		return Unlike
	}
	if happens(known) && !compatible(proposed.Start, known.Start) && !(known.Kind == profile.Appointment && sameCode(proposed, known)) {
		return Unlike
	}
	for _, name := range record.Fields {
		a, b := *proposed.At(name), *known.At(name)
		switch name {
		case record.FieldText, record.FieldCode, record.FieldSystem, record.FieldNote, record.FieldPerformer, record.FieldLocation:
			// how it is called, and by whom, may differ
		case record.FieldStart, record.FieldEnd:
			if !compatible(a, b) {
				return Similar
			}
		default:
			if a != "" && b != "" && a != b && strings.Join(words(a), " ") != strings.Join(words(b), " ") {
				return Similar
			}
		}
	}
	return Same
}

// happens reports whether an entry is of something that happens again.
func happens(e *record.Entry) bool {
	switch e.Kind {
	case profile.Measurement, profile.Result, profile.Appointment, "immunization", "procedure", "encounter", "exam", "screening":
		return true
	}
	return false
}

func alike(a, b *record.Entry) bool {
	switch {
	case a.Status == record.NoneKnown || b.Status == record.NoneKnown:
		return a.Status == b.Status
	case a.Kind == profile.Measurement:
		return a.Type == b.Type
	case a.Kind == "blood-group":
		return true
	case a.Kind == "family-history" && a.Relation != "" && b.Relation != "" && !sameWords(a.Relation, b.Relation):
		return false
	case a.Kind == "immunization" && a.Type != "" && a.Type == b.Type:
		return true
	case sameCode(a, b):
		return true
	}
	return sameWords(a.Text, b.Text)
}

// sameCode reports whether two entries have one code of a terminology. That of an
// appointment names it, wherever it was moved.
func sameCode(a, b *record.Entry) bool {
	return a.Code != "" && a.System != "" && a.System == b.System && a.Code == b.Code
}

func sameWords(a, b string) bool {
	x, y := map[string]bool{}, map[string]bool{}
	for _, w := range words(a) {
		x[w] = true
	}
	for _, w := range words(b) {
		if !x[w] {
			return false
		}
		y[w] = true
	}
	return len(x) == len(y) && len(x) > 0
}

// words are the letters and digits of a text, in lower case, without accents.
func words(s string) []string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
	return strings.FieldsFunc(bare, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// compatible reports whether two dates may mean the same day.
func compatible(a, b string) bool {
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}

// ShareWord reports whether two names have a word of at least two letters in
// common, whatever its case and accents.
func ShareWord(a, b string) bool {
	there := map[string]bool{}
	for _, w := range words(a) {
		there[w] = len(w) > 1
	}
	for _, w := range words(b) {
		if there[w] {
			return true
		}
	}
	return false
}
