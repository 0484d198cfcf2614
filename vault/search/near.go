package search

import "strings"

// near gives the terms that are one error away from a word: a letter wrong, missing,
// too many, or two neighbours exchanged. With prefix it also gives those that
// begin like that.
//
// Terms stand in order, so all that share the part before the error are
// neighbours. The error is tried at each place in turn, among the terms that
// agree so far, with the letters that do occur there.
func (s *Segment) near(word string, prefix bool, yield func(i int, whole bool)) {
	try := func(lo, hi int, t string) {
		if t == word {
			return
		}
		for i := s.seekIn(lo, hi, t); i < hi; i++ {
			found := string(s.term(i))
			if found != t && (!prefix || !strings.HasPrefix(found, t)) {
				return
			}
			yield(i, found == t)
		}
	}
	lo, hi := 0, s.termCount()
	for i := 0; i <= len(word) && lo < hi; i++ {
		if i < len(word) {
			try(lo, hi, word[:i]+word[i+1:])
		}
		if i+1 < len(word) && word[i] != word[i+1] {
			try(lo, hi, word[:i]+word[i+1:i+2]+word[i:i+1]+word[i+2:])
		}
		here := hi
		for at := lo; at < hi; {
			t := s.term(at)
			if len(t) <= i {
				at++
				continue
			}
			c := t[i]
			end := max(at+1, s.seekIn(at, hi, word[:i]+string([]byte{c, 0xff})))
			switch {
			case c == nameMark: // no letter
				at = end
				continue
			case i < len(word) && c == word[i]:
				lo, here = at, end // goes on here when this place is right
			case i < len(word):
				try(at, end, word[:i]+string([]byte{c})+word[i+1:])
			}
			try(at, end, word[:i]+string([]byte{c})+word[i:])
			at = end
		}
		if i < len(word) && (here == hi && !s.agrees(lo, word[:i+1])) {
			return
		}
		hi = here
	}
}

// agrees reports whether term i begins with t.
func (s *Segment) agrees(i int, t string) bool {
	return i < s.termCount() && strings.HasPrefix(string(s.term(i)), t)
}

// seekIn is seek among the terms from lo to hi.
func (s *Segment) seekIn(lo, hi int, t string) int {
	for lo < hi {
		if m := int(uint(lo+hi) >> 1); string(s.term(m)) < t {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo
}
