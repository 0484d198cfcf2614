// Package shl reads SMART Health Cards and SMART Health Links (HL7 « SMART Health
// Cards and Links » 1.0.0): signed cards with a small FHIR bundle, as file, as text or
// as QR codes, and links to encrypted files. It says what stands there, and who signed
// it as far as certificates that are known can tell.
//
// It is pure: no network. What lies behind a link has to be given as a file.
package shl

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"carnet/vault/exchange/reading"
)

// Why something is refused.
var (
	// ErrOther is returned for what is neither a card nor a link.
	ErrOther = errors.New("shl: neither a card nor a link")
	// ErrEnvelope is returned for a faulty JWS, JWE, file or link.
	ErrEnvelope = errors.New("shl: faulty envelope")
	// ErrAlgorithm is returned for a card that is not signed with ES256, and for a
	// file that is not encrypted with A256GCM under the key of the link alone.
	ErrAlgorithm = errors.New("shl: another algorithm than the one of the standard")
	// ErrCompression is returned for a card that is not compressed by raw DEFLATE, or
	// becomes more than [MaxPayload].
	ErrCompression = errors.New("shl: faulty compression")
	// ErrPayload is returned for a content that does not keep to the standard.
	ErrPayload = errors.New("shl: faulty content")
	// ErrTime is returned for times that are none in seconds since 1970.
	ErrTime = errors.New("shl: faulty time")
	// ErrTypes is returned for a card whose types do not say what is in it.
	ErrTypes = errors.New("shl: types that do not fit the content")
	// ErrBundle is returned for a bundle that is not minified as cards ask for.
	ErrBundle = errors.New("shl: faulty bundle")
	// ErrChunk is returned for a QR code whose number is not one of its set.
	ErrChunk = errors.New("shl: faulty part of a card")
	// ErrIncomplete is returned when parts of a card are missing.
	ErrIncomplete = errors.New("shl: parts of a card are missing")
	// ErrKey is returned when a key does not open a file.
	ErrKey = errors.New("shl: the key does not open this file")
)

// The formats that this package reads.
const (
	FormatCard reading.Format = "smart-health-card"
	FormatLink reading.Format = "smart-health-link"
)

// Limits of what is read, in bytes.
const (
	MaxText    = 1 << 20 // of a card, a link or a file of cards
	MaxPayload = 1 << 20 // of what was compressed
	maxCards   = 64      // in one file
)

// Card is what a SMART Health Card says.
type Card struct {
	Issuer    string    // an address
	NotBefore time.Time // when it was issued
	Expires   time.Time // zero when it does not say
	Types     []string  // behind the #
	Bundle    json.RawMessage
	Resources []Resource // of the bundle, in its order

	signed *jose.JSONWebSignature // nil for a content without signature
	keyID  string
}

// Resource is a resource of the bundle.
type Resource struct {
	Type string
	JSON json.RawMessage
}

// Verify holds the signature against the keys that issuers publish, as far as they were
// given, and against the certificates that are known; the certificate is nil when it
// was a key. A card names its key by the thumbprint of RFC 7638: when its issuer's keys
// were given and none has that name, the state is [reading.UnknownKey].
func (c *Card) Verify(known []*x509.Certificate, published []Key) (reading.SignatureState, *x509.Certificate) {
	unknown := reading.UnknownSigner
	for _, k := range published {
		if k.Issuer != c.Issuer {
			continue
		}
		if unknown = reading.UnknownKey; k.ID != c.keyID {
			continue
		}
		if _, err := c.signed.Verify(k.public); err != nil {
			return reading.Invalid, nil
		}
		return reading.Valid, nil
	}
	for _, k := range known {
		key := jose.JSONWebKey{Key: k.PublicKey}
		print, err := key.Thumbprint(crypto.SHA256)
		if err != nil || base64.RawURLEncoding.EncodeToString(print) != c.keyID {
			continue
		}
		if _, err := c.signed.Verify(k.PublicKey); err != nil {
			return reading.Invalid, nil
		}
		return reading.Valid, k
	}
	return unknown, nil
}

// ReadCards reads the cards in a file or a text: a JWS, the JSON of a
// .smart-health-card file, or what QR codes say (shc:/), one part a line. It returns
// [ErrOther] for what is none of them, or the fault of the first card that has one.
func ReadCards(file []byte) ([]*Card, error) {
	if len(file) > MaxText {
		return nil, ErrOther
	}
	text := strings.TrimSpace(string(file))
	switch {
	case strings.HasPrefix(text, PrefixNumeric):
		tokens, err := Join(strings.Fields(text))
		if err != nil {
			return nil, err
		}
		return readTokens(tokens)
	case strings.HasPrefix(text, "{"):
		var f struct {
			Cards []string `json:"verifiableCredential"`
		}
		if err := json.Unmarshal([]byte(text), &f); err != nil || len(f.Cards) == 0 {
			return nil, ErrOther
		}
		return readTokens(f.Cards)
	case strings.Count(text, ".") == 2 && strings.HasPrefix(text, "eyJ"):
		return readTokens([]string{text})
	}
	return nil, ErrOther
}

func readTokens(tokens []string) (cards []*Card, err error) {
	if len(tokens) > maxCards {
		return nil, ErrEnvelope
	}
	for _, t := range tokens {
		c, err := readCard(t)
		if err != nil {
			return nil, err
		}
		cards = append(cards, c)
	}
	return cards, nil
}

func readCard(token string) (*Card, error) {
	var header struct {
		Algorithm string `json:"alg"`
		Zip       string `json:"zip"`
		Key       string `json:"kid"`
	}
	first, _, _ := strings.Cut(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil || json.Unmarshal(raw, &header) != nil {
		return nil, ErrEnvelope
	}
	switch {
	case header.Algorithm != string(jose.ES256):
		return nil, ErrAlgorithm
	case header.Zip != "DEF":
		return nil, ErrCompression
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return nil, ErrEnvelope
	}
	payload, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(signed.UnsafePayloadWithoutVerification())), MaxPayload+1))
	if err != nil || len(payload) > MaxPayload {
		return nil, ErrCompression
	}
	c, err := ReadPayload(payload)
	if err != nil {
		return nil, err
	}
	c.signed, c.keyID = signed, header.Key
	return c, nil
}

// The vocabulary of the types (https://smarthealth.cards, « Credential Types »).
const (
	typeCard         = "health-card"
	typeCovid        = "covid19"
	typeImmunization = "immunization"
	typeLaboratory   = "laboratory"
	typePrefix       = "https://smarthealth.cards#"
)

// latest is the last second that a time may mean: a later one is in milliseconds.
const latest = 1e11

// ReadPayload reads the content of a card without its signature. It returns
// [ErrPayload], [ErrTime], [ErrTypes] or an error of [CheckBundle].
func ReadPayload(payload []byte) (*Card, error) {
	var p struct {
		Issuer    string      `json:"iss"`
		NotBefore json.Number `json:"nbf"`
		Expires   json.Number `json:"exp"`
		VC        struct {
			Types   []string `json:"type"`
			Subject struct {
				Bundle json.RawMessage `json:"fhirBundle"`
			} `json:"credentialSubject"`
		} `json:"vc"`
	}
	if err := json.Unmarshal(payload, &p); err != nil || p.VC.Subject.Bundle == nil || !strings.HasPrefix(p.Issuer, "https://") {
		return nil, ErrPayload
	}
	c := &Card{Issuer: p.Issuer, Bundle: p.VC.Subject.Bundle}
	var err error
	if c.NotBefore, err = seconds(p.NotBefore); err != nil || c.NotBefore.IsZero() {
		return nil, ErrTime
	}
	if c.Expires, err = seconds(p.Expires); err != nil {
		return nil, ErrTime
	}
	for _, t := range p.VC.Types {
		c.Types = append(c.Types, strings.TrimPrefix(t, typePrefix))
	}
	if c.Resources, err = CheckBundle(c.Bundle); err != nil {
		return nil, err
	}
	if !slices.Contains(c.Types, typeCard) {
		return nil, ErrTypes
	}
	for _, r := range c.Resources {
		asks := map[string]string{"Immunization": typeImmunization, "Observation": typeLaboratory}[r.Type]
		if asks != "" && slices.Contains(c.Types, typeCovid) && !slices.Contains(c.Types, asks) {
			return nil, ErrTypes
		}
	}
	return c, nil
}

func seconds(n json.Number) (time.Time, error) {
	if n == "" {
		return time.Time{}, nil
	}
	f, err := n.Float64()
	if err != nil || f < 0 || f > latest {
		return time.Time{}, ErrTime
	}
	return time.Unix(int64(f), 0).UTC(), nil
}

// CheckBundle reads the resources of a bundle, and returns [ErrBundle] when it is not
// what a card may hold: a collection whose resources are named resource:0 and so on,
// without id, text or language, and with nothing but security in their meta.
func CheckBundle(bundle []byte) ([]Resource, error) {
	var b struct {
		Type    string `json:"resourceType"`
		Kind    string `json:"type"`
		Entries []struct {
			URL      string          `json:"fullUrl"`
			Resource json.RawMessage `json:"resource"`
		} `json:"entry"`
	}
	if err := json.Unmarshal(bundle, &b); err != nil || b.Type != "Bundle" || b.Kind != "collection" || len(b.Entries) == 0 {
		return nil, ErrBundle
	}
	var out []Resource
	for i, e := range b.Entries {
		var r struct {
			Type     string                     `json:"resourceType"`
			ID       *string                    `json:"id"`
			Text     json.RawMessage            `json:"text"`
			Language *string                    `json:"language"`
			Meta     map[string]json.RawMessage `json:"meta"`
		}
		if err := json.Unmarshal(e.Resource, &r); err != nil || r.Type == "" || e.URL != fmt.Sprintf("resource:%d", i) {
			return nil, ErrBundle
		}
		if r.ID != nil || r.Text != nil || r.Language != nil || len(r.Meta) > 1 || r.Meta != nil && r.Meta["security"] == nil {
			return nil, ErrBundle
		}
		out = append(out, Resource{r.Type, e.Resource})
	}
	return out, nil
}

// PrefixNumeric begins the text of a QR code of a card.
const PrefixNumeric = "shc:/"

// maxChunks is how many QR codes a card may have, and maxNumeric how many characters
// the text of one (a QR code of version 40 holds 7,089 digits).
const (
	maxChunks  = 64
	maxNumeric = 7200
)

// Join puts the cards together that QR codes say: each whole in one code (shc:/567...),
// or the parts of one card (shc:/2/3/567...), in any order and each as often as it was
// read. It returns [ErrOther], [ErrChunk] for a part that is none of its set, and
// [ErrIncomplete].
func Join(texts []string) (tokens []string, err error) {
	var parts []string
	for _, text := range texts {
		rest, ok := strings.CutPrefix(text, PrefixNumeric)
		if !ok || len(text) > maxNumeric {
			return nil, ErrOther
		}
		fields := strings.Split(rest, "/")
		token, err := letters(fields[len(fields)-1])
		if err != nil {
			return nil, err
		}
		if len(fields) == 1 {
			if !slices.Contains(tokens, token) {
				tokens = append(tokens, token)
			}
			continue
		}
		if len(fields) != 3 {
			return nil, ErrChunk
		}
		n, err1 := strconv.Atoi(fields[0])
		of, err2 := strconv.Atoi(fields[1])
		if err1 != nil || err2 != nil || n < 1 || n > of || of > maxChunks || parts != nil && len(parts) != of {
			return nil, ErrChunk
		}
		if parts == nil {
			parts = make([]string, of)
		}
		if parts[n-1] != "" && parts[n-1] != token {
			return nil, ErrChunk
		}
		parts[n-1] = token
	}
	if slices.Contains(parts, "") {
		return nil, ErrIncomplete
	}
	if parts != nil {
		tokens = append(tokens, strings.Join(parts, ""))
	}
	return tokens, nil
}

// firstLetter is the character that the digits 00 mean.
const firstLetter = 45

// letters reads pairs of digits, each a character of a JWS.
func letters(digits string) (string, error) {
	if digits == "" || len(digits)%2 != 0 {
		return "", ErrChunk
	}
	out := make([]byte, 0, len(digits)/2)
	for i := 0; i < len(digits); i += 2 {
		n, err := strconv.ParseUint(digits[i:i+2], 10, 8)
		if err != nil || n+firstLetter > 'z' {
			return "", ErrChunk
		}
		out = append(out, byte(n+firstLetter))
	}
	return string(out), nil
}
