package seal

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/crypto/chacha20poly1305"
)

// parcel seals as a telephone does.
func parcel(t *testing.T, code, kind string, content []byte) []byte {
	t.Helper()
	aead, err := chacha20poly1305.NewX([]byte(code + "carnet-phone"))
	if err != nil {
		t.Fatal(err)
	}
	nonce := stream("nonce", chacha20poly1305.NonceSizeX)
	return aead.Seal(nonce, nonce, content, []byte(kind))
}

func TestParcel(t *testing.T) {
	c := NewParcelCode()
	groups := c.Groups()
	code := strings.Join(groups[:], "")
	if len(code) != 20 || strings.Trim(code, crockford) != "" {
		t.Fatalf("a code of %d characters", len(code))
	}
	if shown := fmt.Sprintf("%v %+v %s %#v", c, c, c, struct{ c ParcelCode }{c}); strings.Contains(shown, groups[0]) {
		t.Error("the code prints itself")
	}
	sent := parcel(t, code, "/picture", []byte("a photograph"))
	if got, err := c.Open("/picture", bytes.Clone(sent)); err != nil || string(got) != "a photograph" {
		t.Fatalf("%q, %v", got, err)
	}
	for i := range sent {
		b := bytes.Clone(sent)
		b[i] ^= 1
		if _, err := c.Open("/picture", b); !errors.Is(err, ErrKey) {
			t.Errorf("byte %d altered: %v", i, err)
		}
	}
	for name, try := range map[string]func() error{
		"another kind": func() error { _, err := c.Open("/end", bytes.Clone(sent)); return err },
		"another code": func() error { _, err := NewParcelCode().Open("/picture", bytes.Clone(sent)); return err },
		"no code":      func() error { _, err := ParcelCode{}.Open("/picture", bytes.Clone(sent)); return err },
	} {
		if err := try(); !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.Open("/picture", sent[:ParcelOverhead-1]); !errors.Is(err, ErrMalformed) {
		t.Errorf("too short: %v", err)
	}
	c.Wipe()
	if _, err := c.Open("/picture", bytes.Clone(sent)); !errors.Is(err, ErrKey) {
		t.Errorf("after it was wiped: %v", err)
	}
}
