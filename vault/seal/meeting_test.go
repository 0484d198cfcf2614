package seal_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"carnet/vault/seal"
)

// A meeting code is read as people type it, finds one place, and opens what was said
// at that turn of that meeting and nothing else.
func TestMeetingCode(t *testing.T) {
	code := seal.NewMeetingCode()
	if said := fmt.Sprintf("%v %s", code, code); strings.Contains(said, code.Groups()[0]) {
		t.Error("a code prints itself")
	}
	again, err := seal.ParseMeetingCode(" " + strings.ToLower(strings.Join(sliced(code), " - ")))
	if err != nil || again.Typed() != code.Typed() {
		t.Fatalf("read again: %v", err)
	}
	typed := []byte(strings.ReplaceAll(code.Typed(), "-", ""))
	for i := range typed {
		wrong := bytes.Clone(typed)
		wrong[i] = 'Z'
		if typed[i] == 'Z' {
			wrong[i] = 'Y'
		}
		if _, err := seal.ParseMeetingCode(string(wrong)); !errors.Is(err, seal.ErrMeetingCode) {
			t.Errorf("with another character %d: %v", i, err)
		}
	}
	here, err := code.Meeting()
	if err != nil {
		t.Fatal(err)
	}
	there, err := again.Meeting()
	if err != nil || there.Place != here.Place {
		t.Fatalf("another place: %v", err)
	}
	sealed, err := here.Seal(1, []byte("hello"))
	if err != nil {
		t.Fatal(err)
	}
	if said, err := there.Open(1, sealed); err != nil || string(said) != "hello" {
		t.Errorf("opened: %q, %v", said, err)
	}
	if _, err := there.Open(2, sealed); !errors.Is(err, seal.ErrKey) {
		t.Errorf("at another turn: %v", err)
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := there.Open(1, sealed); !errors.Is(err, seal.ErrAltered) {
		t.Errorf("altered: %v", err)
	}
	if _, err := (seal.MeetingCode{}).Meeting(); !errors.Is(err, seal.ErrNoKey) {
		t.Errorf("no code: %v", err)
	}
}

func sliced(c seal.MeetingCode) []string {
	groups := c.Groups()
	return groups[:]
}

// A text that is sealed to a device opens there and nowhere else.
func TestSealText(t *testing.T) {
	one, err := seal.NewIdentity(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	two, err := seal.NewIdentity(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := one.Public().SealText([]byte("who you are"))
	if err != nil {
		t.Fatal(err)
	}
	if said, err := one.OpenText(sealed); err != nil || string(said) != "who you are" {
		t.Errorf("opened: %q, %v", said, err)
	}
	if _, err := two.OpenText(sealed); !errors.Is(err, seal.ErrNotForMe) {
		t.Errorf("another device: %v", err)
	}
	for _, i := range []int{0, len(sealed) / 2, len(sealed) - 1} {
		altered := bytes.Clone(sealed)
		altered[i] ^= 1
		if _, err := one.OpenText(altered); err == nil {
			t.Errorf("opens with byte %d changed", i)
		}
	}
	if _, err := one.OpenText(sealed[:100]); !errors.Is(err, seal.ErrMalformed) {
		t.Errorf("cut off: %v", err)
	}
}
