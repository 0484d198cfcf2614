package main

import (
	"bytes"
	"context"
	"testing"

	"carnet/ui/text"
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
