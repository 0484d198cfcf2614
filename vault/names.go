package vault

import (
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
