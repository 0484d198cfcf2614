// Package text holds every sentence that the program says to people, in French
// and in English: the window and the command line share it. Nothing else in the
// program is written for the eye; the server has its own few words.
//
// A [Message] is both languages side by side, so that neither can be forgotten.
// Sentences follow a few rules, which a test holds: no symbol, arrow or emoji
// (fonts lack them), both languages with the same verbs in the same order, and
// the words of the interface's vocabulary alone.
package text

import (
	"fmt"
	"strings"
)

// Message is a sentence in both languages. It may hold the verbs of
// [fmt.Sprintf], the same in both.
type Message struct{ FR, EN string }

// Language is the language the person reads.
type Language int

// The languages. The zero value is French.
const (
	French Language = iota
	English
)

// FromEnvironment chooses the language as POSIX does: the first of LC_ALL,
// LC_MESSAGES and LANG that is set. Anything but English is French.
func FromEnvironment(getenv func(string) string) Language {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			if strings.HasPrefix(strings.ToLower(v), "en") {
				return English
			}
			return French
		}
	}
	return French
}

// Tag is the language's BCP 47 tag.
func (l Language) Tag() string {
	if l == English {
		return "en"
	}
	return "fr"
}

// Say gives a message in the language, with its values.
func (l Language) Say(m Message, values ...any) string {
	s := m.FR
	if l == English {
		s = m.EN
	}
	if len(values) == 0 {
		return s
	}
	return fmt.Sprintf(s, values...)
}

// Plural chooses between one and several: French counts 0 as one.
func (l Language) Plural(n int, one, many Message) string {
	if n == 0 && l == English || n > 1 {
		one = many
	}
	if !strings.Contains(l.Say(one), "%d") {
		return l.Say(one) // that speaks of one thing and need not count it
	}
	return l.Say(one, n)
}

// Size gives a number of bytes as people read it.
func (l Language) Size(n int64) string {
	units := [2][]string{{"o", "ko", "Mo", "Go"}, {"B", "kB", "MB", "GB"}}[l]
	v, i := float64(n), 0
	for v >= 999.5 && i < len(units)-1 {
		v, i = v/1000, i+1
	}
	s := fmt.Sprintf("%.1f", v)
	if i == 0 || v >= 99.95 {
		s = fmt.Sprintf("%.0f", v)
	}
	if l == French {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s + "\u00a0" + units[i]
}
