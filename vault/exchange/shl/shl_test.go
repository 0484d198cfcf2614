package shl_test

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"carnet/vault/exchange/reading"
	"carnet/vault/exchange/shl"
)

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func certificate(key *ecdsa.PrivateKey) *x509.Certificate {
	return &x509.Certificate{PublicKey: key.Public()}
}

func bundle() map[string]any {
	return map[string]any{"resourceType": "Bundle", "type": "collection", "entry": []any{
		map[string]any{"fullUrl": "resource:0", "resource": map[string]any{"resourceType": "Patient", "birthDate": "2019-03-04"}},
		map[string]any{"fullUrl": "resource:1", "resource": map[string]any{"resourceType": "Immunization", "lotNumber": strings.Repeat("1", 900)}},
	}}
}

func payload(bundle any) map[string]any {
	return map[string]any{"iss": "https://example.org/issuer", "nbf": 1642636800.5, "exp": 1705708800, "vc": map[string]any{
		"type": []string{"https://smarthealth.cards#health-card"}, "credentialSubject": map[string]any{"fhirVersion": "4.0.1", "fhirBundle": bundle}}}
}

func deflated(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.NoCompression)
	if err == nil {
		_, err = w.Write(b)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func keyName(t *testing.T, key *ecdsa.PrivateKey) string {
	t.Helper()
	web := jose.JSONWebKey{Key: key.Public()}
	print, err := web.Thumbprint(crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(print)
}

func mustJSON(t *testing.T, content any) []byte {
	t.Helper()
	b, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// signed makes a card of compressed bytes.
func signed(t *testing.T, key *ecdsa.PrivateKey, compressed []byte, extra map[jose.HeaderKey]any) string {
	t.Helper()
	options := (&jose.SignerOptions{}).WithHeader("zip", "DEF").WithHeader("kid", keyName(t, key))
	maps.Copy(options.ExtraHeaders, extra)
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, options)
	if err != nil {
		t.Fatal(err)
	}
	object, err := s.Sign(compressed)
	if err != nil {
		t.Fatal(err)
	}
	token, err := object.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func card(t *testing.T, key *ecdsa.PrivateKey, content any) string {
	t.Helper()
	return signed(t, key, deflated(t, mustJSON(t, content)), nil)
}

func digits(s string) string {
	var out strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&out, "%02d", c-45)
	}
	return out.String()
}

func TestCard(t *testing.T) {
	key := newKey(t)
	token := card(t, key, payload(bundle()))
	third := len(token) / 3
	parts := fmt.Sprintf("shc:/3/3/%s\nshc:/1/3/%s\nshc:/2/3/%s\nshc:/1/3/%[2]s\n", digits(token[2*third:]), digits(token[:third]), digits(token[third:2*third]))
	file, err := json.Marshal(map[string]any{"verifiableCredential": []string{token}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"text": token + "\n", "file": string(file), "one code": "shc:/" + digits(token), "three codes": parts} {
		t.Run(name, func(t *testing.T) {
			cards, err := shl.ReadCards([]byte(text))
			if err != nil || len(cards) != 1 {
				t.Fatalf("%d cards, %v", len(cards), err)
			}
			c := cards[0]
			if c.Issuer != "https://example.org/issuer" || c.NotBefore.Unix() != 1642636800 || c.Expires.Unix() != 1705708800 || len(c.Resources) != 2 || c.Resources[1].Type != "Immunization" {
				t.Errorf("read %+v", c)
			}
			if state, by := c.Verify([]*x509.Certificate{certificate(newKey(t)), certificate(key)}, nil); state != reading.Valid || by == nil {
				t.Errorf("signature %s", state)
			}
			if state, by := c.Verify([]*x509.Certificate{certificate(newKey(t))}, nil); state != reading.UnknownSigner || by != nil {
				t.Errorf("with a stranger's certificate: %s", state)
			}
		})
	}
	// One letter of the signature differs.
	at := strings.LastIndexByte(token, '.') + 10
	other := byte('A')
	if token[at] == other {
		other = 'B'
	}
	cards, err := shl.ReadCards([]byte(token[:at] + string(other) + token[at+1:]))
	if err != nil {
		t.Fatal(err)
	}
	if state, _ := cards[0].Verify([]*x509.Certificate{certificate(key)}, nil); state != reading.Invalid {
		t.Errorf("changed: %s", state)
	}
}

func TestCardRefused(t *testing.T) {
	key := newKey(t)
	good := card(t, key, payload(bundle()))
	half := digits(good[:len(good)/2])
	with := func(change func(p map[string]any)) string {
		p := payload(bundle())
		change(p)
		return card(t, key, p)
	}
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"nothing":               {"", shl.ErrOther},
		"a letter":              {"Chère Madame, ...", shl.ErrOther},
		"JSON of another kind":  {"{}", shl.ErrOther},
		"too long":              {strings.Repeat("a", shl.MaxText+1), shl.ErrOther},
		"not base64":            {good + "!", shl.ErrEnvelope},
		"no compression at all": {signed(t, key, []byte("{}"), map[jose.HeaderKey]any{"zip": "none"}), shl.ErrCompression},
		"not compressed":        {signed(t, key, []byte("{}"), nil), shl.ErrCompression},
		"inflates without end":  {signed(t, key, bomb(t), nil), shl.ErrCompression},
		"not JSON":              {signed(t, key, deflated(t, []byte("{")), nil), shl.ErrPayload},
		"no bundle":             {with(func(p map[string]any) { delete(p, "vc") }), shl.ErrPayload},
		"no issuer":             {with(func(p map[string]any) { delete(p, "iss") }), shl.ErrPayload},
		"no time":               {with(func(p map[string]any) { delete(p, "nbf") }), shl.ErrTime},
		"milliseconds":          {with(func(p map[string]any) { p["nbf"] = 1642636800000 }), shl.ErrTime},
		"no type":               {with(func(p map[string]any) { p["vc"].(map[string]any)["type"] = nil }), shl.ErrTypes},
		"odd digits":            {"shc:/123", shl.ErrChunk},
		"letters":               {"shc:/12ab", shl.ErrChunk},
		"a number beyond":       {"shc:/99", shl.ErrChunk},
		"part zero":             {"shc:/0/2/" + half, shl.ErrChunk},
		"part three of two":     {"shc:/3/2/" + half, shl.ErrChunk},
		"of two sets":           {"shc:/1/2/" + half + " shc:/2/3/" + half, shl.ErrChunk},
		"two of one number":     {"shc:/1/2/" + half + " shc:/1/2/4242", shl.ErrChunk},
		"one of two":            {"shc:/1/2/" + half, shl.ErrIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := shl.ReadCards([]byte(c.text)); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

func bomb(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err == nil {
		_, err = w.Write(make([]byte, 8<<20))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestLink(t *testing.T) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		t.Fatal(err)
	}
	web := base64.RawURLEncoding.EncodeToString(key)
	link := func(content string) string {
		return "shlink:/" + base64.RawURLEncoding.EncodeToString([]byte(content))
	}
	good := fmt.Sprintf(`{"url":"https://example.org/a","key":%q,"flag":"U","label":"Vaccins","exp":1705708800,"v":1}`, web)
	for name, text := range map[string]string{
		"link": link(good), "behind a viewer": "https://viewer.example/#" + link(good), "its content": good, "JSON": fmt.Sprintf(`{"shlink": %q}`, link(good)),
	} {
		l, err := shl.ReadLink([]byte(text))
		if err != nil || l.Address != "https://example.org/a" || l.Label != "Vaccins" || !l.Direct || l.Passcode || l.Changes || l.Expires.Unix() != 1705708800 {
			t.Errorf("%s: %+v, %v", name, l, err)
		}
	}
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"nothing":             {"", shl.ErrOther},
		"another address":     {"https://example.org", shl.ErrOther},
		"not base64":          {"shlink:/()", shl.ErrEnvelope},
		"a short key":         {link(`{"url":"https://example.org/a","key":"AAAA"}`), shl.ErrEnvelope},
		"another version":     {link(strings.Replace(good, `"v":1`, `"v":2`, 1)), shl.ErrEnvelope},
		"direct and passcode": {link(strings.Replace(good, `"U"`, `"UP"`, 1)), shl.ErrEnvelope},
		"a time in words":     {link(strings.Replace(good, "1705708800", `"soon"`, 1)), shl.ErrTime},
	} {
		if _, err := shl.ReadLink([]byte(c.text)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}

	l, err := shl.ReadLink([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	sealed := func(encryption jose.ContentEncryption, key []byte, compression jose.CompressionAlgorithm) string {
		e, err := jose.NewEncrypter(encryption, jose.Recipient{Algorithm: jose.DIRECT, Key: key},
			(&jose.EncrypterOptions{Compression: compression}).WithContentType(shl.TypeFHIR))
		if err != nil {
			t.Fatal(err)
		}
		object, err := e.Encrypt([]byte(`{"resourceType":"Bundle"}`))
		if err != nil {
			t.Fatal(err)
		}
		text, err := object.CompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for _, compression := range []jose.CompressionAlgorithm{jose.NONE, jose.DEFLATE} {
		content, mediaType, err := l.Open([]byte(sealed(jose.A256GCM, key, compression) + "\n"))
		if err != nil || string(content) != `{"resourceType":"Bundle"}` || mediaType != shl.TypeFHIR {
			t.Errorf("%q: %q, %q, %v", compression, content, mediaType, err)
		}
	}
	if _, _, err := l.Open([]byte(sealed(jose.A256GCM, make([]byte, 32), jose.NONE))); !errors.Is(err, shl.ErrKey) {
		t.Errorf("under another key: %v", err)
	}
	if _, _, err := l.Open([]byte(sealed(jose.A128GCM, key[:16], jose.NONE))); !errors.Is(err, shl.ErrAlgorithm) {
		t.Errorf("by another algorithm: %v", err)
	}
	if _, _, err := l.Open([]byte("{}")); !errors.Is(err, shl.ErrOther) {
		t.Errorf("not encrypted: %v", err)
	}
}

func TestManifest(t *testing.T) {
	m, err := shl.ReadManifest([]byte(`{"files": [{"contentType": "application/fhir+json", "embedded": "a.b.c.d.e"}]}`))
	if err != nil || len(m.Files) != 1 {
		t.Errorf("%+v, %v", m, err)
	}
	for _, bad := range []string{``, `{}`, `{"files": []}`, `{"files": [{"contentType": "a"}]}`, `{"files": [{"contentType": "a", "location": "b", "embedded": "c"}]}`} {
		if _, err := shl.ReadManifest([]byte(bad)); !errors.Is(err, shl.ErrOther) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func FuzzReadCards(f *testing.F) {
	f.Add([]byte("shc:/1/2/567629595326546034602925\nshc:/2/2/567629595326546034602925"))
	f.Add([]byte(`{"verifiableCredential": ["eyJhbGciOiJFUzI1NiIsInppcCI6IkRFRiJ9.AQAA.AAAA"]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		cards, err := shl.ReadCards(file)
		for _, c := range cards {
			if state, _ := c.Verify(nil, nil); err != nil || state != reading.UnknownSigner {
				t.Errorf("%s, %v", state, err)
			}
		}
	})
}

func FuzzReadPayload(f *testing.F) {
	b, err := json.Marshal(payload(bundle()))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := shl.ReadPayload(b)
		if err == nil && (len(c.Resources) == 0 || c.NotBefore.IsZero()) {
			t.Errorf("read %+v", c)
		}
	})
}

func FuzzReadLink(f *testing.F) {
	f.Add([]byte("https://v.example/#shlink:/eyJ1cmwiOiJodHRwczovL2EiLCJrZXkiOiJBQSJ9"))
	f.Add([]byte(`{"url":"https://a","key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","exp":"1"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := shl.ReadLink(text)
		if err != nil {
			return
		}
		if _, _, err := l.Open(text); err == nil || l.Address == "" {
			t.Errorf("opened %+v", l)
		}
	})
}
