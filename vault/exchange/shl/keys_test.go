package shl_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"carnet/vault/exchange/reading"
	"carnet/vault/exchange/shl"
)

// jwk is a key as its issuer should publish it.
func jwk(t *testing.T, key *ecdsa.PrivateKey) map[string]any {
	t.Helper()
	web := jose.JSONWebKey{Key: key.Public(), Algorithm: "ES256", Use: "sig", KeyID: keyName(t, key)}
	b, err := json.Marshal(web)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func jwks(t *testing.T, keys ...map[string]any) []byte {
	t.Helper()
	b, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// becomes puts the members of another key into one.
func becomes(t *testing.T, key map[string]any, web jose.JSONWebKey) {
	t.Helper()
	b, err := json.Marshal(web)
	if err != nil {
		t.Fatal(err)
	}
	var other map[string]any
	if err := json.Unmarshal(b, &other); err != nil {
		t.Fatal(err)
	}
	maps.Copy(key, other)
}

// badKeys are the ways in which a key can be another than the standard asks for.
var badKeys = map[string]struct {
	spoil func(*testing.T, map[string]any)
	want  error
}{
	"another name":     {func(_ *testing.T, k map[string]any) { k["kid"] = strings.Repeat("A", 43) }, shl.ErrKeyName},
	"no name":          {func(_ *testing.T, k map[string]any) { delete(k, "kid") }, shl.ErrKeyName},
	"to encrypt":       {func(_ *testing.T, k map[string]any) { k["use"] = "enc" }, shl.ErrKeyUse},
	"for nothing":      {func(_ *testing.T, k map[string]any) { delete(k, "use") }, shl.ErrKeyUse},
	"ES384":            {func(_ *testing.T, k map[string]any) { k["alg"] = "ES384" }, shl.ErrKeyUse},
	"a type without":   {func(_ *testing.T, k map[string]any) { k["kty"] = "RSA" }, shl.ErrKeyCurve},
	"not on its curve": {func(_ *testing.T, k map[string]any) { k["x"] = k["y"] }, shl.ErrKeySet},
	"no point":         {func(_ *testing.T, k map[string]any) { delete(k, "y") }, shl.ErrKeySet},
	"a private one": {func(t *testing.T, k map[string]any) {
		becomes(t, k, jose.JSONWebKey{Key: newKey(t), Algorithm: "ES256", Use: "sig"})
	}, shl.ErrKeyPrivate},
	"P-384": {func(t *testing.T, k map[string]any) {
		key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		becomes(t, k, jose.JSONWebKey{Key: key.Public(), Algorithm: "ES256", Use: "sig"})
	}, shl.ErrKeyCurve},
}

func TestKeys(t *testing.T) {
	const issuer = "https://example.org/issuer"
	key, other := newKey(t), newKey(t)
	cards, err := shl.ReadCards([]byte(card(t, key, payload(bundle()))))
	if err != nil {
		t.Fatal(err)
	}
	c := cards[0]
	state := func(keys ...shl.Key) reading.SignatureState {
		state, by := c.Verify(nil, keys)
		if by != nil {
			t.Error("a key became a certificate")
		}
		return state
	}
	file := jwks(t, jwk(t, other), jwk(t, key))
	if !shl.IsKeySet(file) || shl.IsKeySet([]byte(`{"verifiableCredential":[]}`)) || shl.IsKeySet([]byte("[]")) {
		t.Error("what a set is")
	}
	for _, address := range []string{issuer, " " + issuer + "/", issuer + "/.well-known/jwks.json"} {
		keys, err := shl.ReadKeys(address, append([]byte("\xef\xbb\xbf"), file...))
		if err != nil || len(keys) != 2 || state(keys...) != reading.Valid || keys[0].Issuer != issuer {
			t.Fatalf("%s: %d keys, %v", address, len(keys), err)
		}
		if got := state(keys[0]); got != reading.UnknownKey {
			t.Errorf("the other key alone: %s", got)
		}
		der, err := keys[1].DER()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := shl.NewKey(issuer, der); err != nil || state(again) != reading.Valid {
			t.Errorf("kept: %v", err)
		}
		if again, err := shl.ReadKeys(issuer, keys[1].JWKS()); err != nil || state(again...) != reading.Valid {
			t.Errorf("written: %v", err)
		}
	}
	elsewhere, err := shl.ReadKeys("https://example.org/another", file)
	if err != nil || state(elsewhere...) != reading.UnknownSigner {
		t.Errorf("the same key of another issuer: %s, %v", state(elsewhere...), err)
	}

	// A card with the name of the issuer's key, and a signature of somebody else.
	forged, err := shl.ReadCards([]byte(signed(t, other, deflated(t, mustJSON(t, payload(bundle()))), map[jose.HeaderKey]any{"kid": keyName(t, key)})))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := shl.ReadKeys(issuer, file)
	if got, _ := forged[0].Verify(nil, keys); err != nil || got != reading.Invalid {
		t.Errorf("forged: %s, %v", got, err)
	}
}

func TestBadKeys(t *testing.T) {
	const issuer = "https://example.org/issuer"
	for name, c := range badKeys {
		key := jwk(t, newKey(t))
		c.spoil(t, key)
		if keys, err := shl.ReadKeys(issuer, jwks(t, jwk(t, newKey(t)), key)); !errors.Is(err, c.want) || keys != nil {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	twice := jwk(t, newKey(t))
	for name, c := range map[string]struct {
		issuer string
		file   []byte
		want   error
	}{
		"no address":     {"example.org", jwks(t, twice), shl.ErrIssuer},
		"in the clear":   {"http://example.org", jwks(t, twice), shl.ErrIssuer},
		"with a query":   {"https://example.org/?a=b", jwks(t, twice), shl.ErrIssuer},
		"with a name":    {"https://a@example.org", jwks(t, twice), shl.ErrIssuer},
		"without keys":   {issuer, jwks(t), shl.ErrKeySet},
		"no JSON":        {issuer, []byte("keys"), shl.ErrKeySet},
		"not an object":  {issuer, []byte(`{"keys":[1]}`), shl.ErrKeySet},
		"one name twice": {issuer, jwks(t, twice, twice), shl.ErrKeyName},
		"too long":       {issuer, append(jwks(t, twice), []byte(strings.Repeat(" ", 1<<20))...), shl.ErrKeySet},
	} {
		if keys, err := shl.ReadKeys(c.issuer, c.file); !errors.Is(err, c.want) || keys != nil {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := shl.NewKey(issuer, []byte("no key")); !errors.Is(err, shl.ErrKeySet) {
		t.Errorf("no key: %v", err)
	}
}

// FuzzKeys: no set makes the reader fail otherwise than by name.
func FuzzKeys(f *testing.F) {
	f.Add([]byte(`{"keys":[{"kty":"EC","kid":"a","use":"sig","alg":"ES256","crv":"P-256","x":"AA","y":"AA"}]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		keys, err := shl.ReadKeys("https://example.org", file)
		if (err == nil) == (len(keys) == 0) {
			t.Fatalf("%d keys, %v", len(keys), err)
		}
	})
}
