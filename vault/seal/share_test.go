package seal

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestShares: any two of three open, in any order; one alone, or two that do not
// belong together, open nothing.
func TestShares(t *testing.T) {
	set := [16]byte{1, 2, 3, 4}
	secret, shares, err := NewShares(set)
	if err != nil {
		t.Fatal(err)
	}
	other, strangers, err := NewShares([16]byte{4, 3, 2, 1})
	if err != nil || bytes.Equal(secret.Expose(), other.Expose()) {
		t.Fatalf("two secrets: %v", err)
	}
	for i, one := range shares {
		if one.Number() != i+1 {
			t.Errorf("share %d says %d", i+1, one.Number())
		}
		for j, two := range shares {
			got, err := Combine(one, two)
			if i == j {
				if !errors.Is(err, ErrSameShare) {
					t.Errorf("twice %d: %v", i, err)
				}
				continue
			}
			if err != nil || !bytes.Equal(got.Expose(), secret.Expose()) {
				t.Errorf("%d and %d: %v", i, j, err)
			}
		}
		for _, two := range strangers {
			if _, err := Combine(one, two); !errors.Is(err, ErrOtherSet) {
				t.Errorf("of two sets: %v", err)
			}
		}
		if _, err := Combine(one, Share{}); !errors.Is(err, ErrNoKey) {
			t.Errorf("with none: %v", err)
		}
		if bytes.Contains(one.b.get()[3:], secret.Expose()) {
			t.Error("a share is the secret")
		}
	}
	if (Share{}).Number() != 0 || (Share{}).Rows() != [ShareRows]string{} {
		t.Error("no share reads as one")
	}
	// On paper and back, and never in a message.
	for _, s := range shares {
		rows := s.Rows()
		for i, row := range rows {
			if len(row) != 19 || len(strings.Fields(row)) != 4 {
				t.Errorf("row %d: %d characters", i, len(row))
			}
		}
		again, err := ParseShare(strings.Join(rows[:], "\n"))
		if err != nil || *again.b.get() != *s.b.get() {
			t.Errorf("read again: %v", err)
		}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
			if said := fmt.Sprintf(verb, s); said != "seal.Share(hidden)" {
				t.Errorf("%s prints %q", verb, said)
			}
			if said := fmt.Sprintf(verb, struct{ s Share }{s}); strings.Contains(said, rows[0][:4]) || strings.Contains(said, fmt.Sprintf("%x", s.b.get()[3:8])) {
				t.Errorf("%s prints a share in a struct", verb)
			}
		}
		if _, err := s.MarshalText(); err == nil {
			t.Error("a share marshals")
		}
	}
}

// TestMistypedShare: every single character that is another is noticed in its row, but
// for the one in a thousand that a checksum of ten bits lets through.
func TestMistypedShare(t *testing.T) {
	_, shares, err := NewShares([16]byte{7})
	if err != nil {
		t.Fatal(err)
	}
	rows := shares[1].Rows()
	whole := strings.ReplaceAll(strings.Join(rows[:], ""), " ", "")
	missed, tried := 0, 0
	for at := range whole {
		for _, c := range crockford {
			if byte(c) == whole[at] {
				continue
			}
			tried++
			_, err := ParseShare(whole[:at] + string(c) + whole[at+1:])
			var where *ShareError
			switch {
			case err == nil:
				missed++
			case !errors.As(err, &where) || where.Row != at/16+1 && where.Row != 0:
				t.Errorf("character %d: %v", at, err)
			}
		}
	}
	if missed > tried/100 {
		t.Errorf("%d of %d mistakes not noticed", missed, tried)
	}
}
