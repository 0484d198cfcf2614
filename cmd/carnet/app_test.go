package main

import (
	"bytes"
	"context"
	"testing"

	"carnet/ui/text"
	"carnet/vault/record"
)

// TestHarmless: a name from an archive neither commands the terminal nor begins
// a line of its own.
func TestHarmless(t *testing.T) {
	var out bytes.Buffer
	a := newApp(context.Background(), streams{out: &out}, text.English)
	a.tell(text.DocAdded, "12345678", "a\nadded      ffffffff  b\x1b]0;title\x07\u009b31m\u202etxt.exe")
	want := "added      12345678  a\ufffdadded      ffffffff  b\ufffd]0;title\ufffd\ufffd31m\ufffdtxt.exe\n"
	if out.String() != want {
		t.Errorf("printed %q", out.String())
	}
}

// A person is found by the name, by a word of it when that names nobody else, and by the
// beginning of the identifier.
func TestNamed(t *testing.T) {
	a := newApp(t.Context(), streams{}, text.English)
	all := []record.Patient{
		{ID: record.ID{0x11, 0x11}, Name: "Anne Petit"}, {ID: record.ID{0x22, 0x22}, Name: "Léa"}, {ID: record.ID{0x33, 0x33}, Name: "Léa Petit"},
	}
	for typed, want := range map[string]string{
		"léa petit": "Léa Petit", "LÉA": "Léa", "anne": "Anne Petit", "3333": "Léa Petit", "petit": "", "pet": "", "33": "", "Léon": "",
	} {
		if p, err := a.named(all, typed); p.Name != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", typed, p.Name, err)
		}
	}
}
