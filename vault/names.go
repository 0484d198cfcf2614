package vault

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"carnet/vault/record"
)

// maxName is the longest name of a person, in characters.
const maxName = 200

func checkName(name string) error {
	if strings.TrimSpace(name) != name || name == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxName {
		return ErrName
	}
	for _, word := range []record.Audience{record.Professionals, record.Guardians, record.Everyone} {
		if SameName(name, string(word)) {
			return ErrName // a mask could not tell who is meant
		}
	}
	for _, r := range name {
		if unicode.IsControl(r) {
			return ErrName
		}
	}
	return nil
}

// SameName compares names as people do: upper and lower case are alike, and so
// are the two ways of writing an accent.
func SameName(a, b string) bool {
	fold := cases.Fold()
	return fold.String(norm.NFC.String(a)) == fold.String(norm.NFC.String(b))
}

// What people write about a document, in characters: a note is read in full where
// the document is shown, and tags stand in one line of a list.
const (
	MaxNote = 4000
	MaxTag  = 40
	MaxTags = 20
)

// isNote takes text on several lines.
func isNote(s string) bool {
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= MaxNote && !strings.ContainsFunc(s, control)
}

// isTag takes a word or a few. A comma stands between tags where several are
// written.
func isTag(s string) bool {
	no := func(r rune) bool { return unicode.IsControl(r) || r == ',' }
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= MaxTag && !strings.ContainsFunc(s, no)
}

// retag takes tags away and then adds others, in a list of its own.
func retag(tags, without, with []string) ([]string, error) {
	if len(without)+len(with) == 0 {
		return tags, nil
	}
	out := slices.Clone(tags)
	for _, tag := range without {
		out = slices.DeleteFunc(out, func(known string) bool { return SameName(known, strings.TrimSpace(tag)) })
	}
	for _, tag := range with {
		if tag = strings.TrimSpace(tag); !isTag(tag) {
			return nil, ErrTag
		}
		if !slices.ContainsFunc(out, func(known string) bool { return SameName(known, tag) }) {
			out = append(out, tag)
		}
	}
	if len(out) > MaxTags {
		return nil, ErrTag
	}
	fold := cases.Fold()
	order := func(s string) string { return norm.NFD.String(fold.String(s)) } // é between e and f
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(strings.Compare(order(a), order(b)), strings.Compare(a, b)) })
	return out, nil
}

// HasTags reports whether a document has all of some tags.
func HasTags(d *record.Document, tags []string) bool {
	for _, tag := range tags {
		if !slices.ContainsFunc(d.Tags, func(known string) bool { return SameName(known, strings.TrimSpace(tag)) }) {
			return false
		}
	}
	return true
}

func checkPassphrase(p []byte) error {
	if len(p) == 0 {
		return ErrPassphraseEmpty
	}
	return nil
}

// checkBirth takes a full civil date, not after today.
func checkBirth(s string, now time.Time) error {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.After(now.Add(24*time.Hour)) || t.Year() < 1880 { // a day is a day in every time zone
		return ErrDate
	}
	return nil
}

// checkPartialDate takes a year, a month or a day, not after today.
func checkPartialDate(s string, now time.Time) error {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			if t.After(now.Add(24*time.Hour)) || t.Year() < 1880 {
				return ErrDate
			}
			return nil
		}
	}
	return ErrDate
}
