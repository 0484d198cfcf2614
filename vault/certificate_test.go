package vault_test

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"slices"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/exchange/hcert"
	"carnet/vault/exchange/reading"
	"carnet/vault/exchange/shl"
	"carnet/vault/record"
)

// issuer signs 2D-DOC under the names of the test authority.
type issuer struct {
	key *ecdsa.PrivateKey
	der []byte
}

func newIssuer(t *testing.T) issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "0001"},
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, &x509.Certificate{Subject: pkix.Name{CommonName: "FR00"}}, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return issuer{key, der}
}

func (i issuer) sign(t *testing.T, message string) string {
	t.Helper()
	sum := sha256.Sum256([]byte(message))
	r, s, err := ecdsa.Sign(rand.Reader, i.key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	raw := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	return message + "\x1f" + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)
}

const attested = "DC04FR0000011E6D1E6DL101FRL0MARTIN\x1dL1CAMILLE\x1dL231051982L3COVID-19\x1dL4J07BX03\x1dL5COMIRNATY\x1dL6BIONTECH\x1dL71L82L901032021LACO"

// scripted is a scanner that gives, for each page, what a test says.
type scripted struct {
	pages  map[int][]string
	likely bool
	asked  []vault.Part
}

func (s *scripted) Scan(_ context.Context, content io.Reader, size int64, page int, part vault.Part) ([]string, bool, error) {
	s.asked = append(s.asked, part)
	if n, err := io.Copy(io.Discard, content); err != nil || n != size {
		return nil, false, errors.Join(err, io.ErrUnexpectedEOF)
	}
	return s.pages[page], s.likely, nil
}

// TestReadCodes reads an attestation, adopts what it proposes, and follows its
// signature as certificates come and go, through openings.
func TestReadCodes(t *testing.T) {
	h := newVault(t)
	ctx := context.Background()
	signer, stranger := newIssuer(t), newIssuer(t)
	id := h.add(h.me.ID, "attestation.pdf", []byte("%PDF-1.4 attestation"))
	scanner := &scripted{pages: map[int][]string{1: {"https://example.org", signer.sign(t, attested)}}}
	read := func(want reading.SignatureState) *vault.CodeReading {
		t.Helper()
		found, err := h.ReadCodes(ctx, id, scanner, 0, vault.Part{})
		h.must(err)
		if len(found) != 1 || found[0].Signature.State != want {
			t.Fatalf("%d attestations, %+v; want %s", len(found), found[0].Signature, want)
		}
		return found[0]
	}
	r := read(reading.UnknownSigner)
	if r.Attestation.Given != "CAMILLE" || len(r.Proposals) != 1 {
		t.Fatalf("%+v", r)
	}
	p := r.Proposals[0]
	if p.Kind != "immunization" || p.Text != "COMIRNATY" || p.Type != "covid-19" || p.Start != "2021-03-01" || p.Value != "1/2" || p.Like != reading.Unlike || p.Err != nil {
		t.Errorf("proposed %+v", p)
	}

	if _, err := h.AddCertificates(ctx, stranger.der, []byte("nothing")); !errors.Is(err, hcert.ErrCertificate) {
		t.Errorf("a file without a certificate: %v", err)
	}
	added, err := h.AddCertificates(ctx, stranger.der)
	h.must(err)
	read(reading.Invalid)
	more, err := h.AddCertificates(ctx, signer.der, stranger.der)
	h.must(err)
	if len(added) != 1 || len(more) != 1 || more[0].GivenAt == 0 {
		t.Errorf("added %+v, then %+v", added, more)
	}
	h.as(camille)
	r = read(reading.Valid)
	if r.Signature.NotAfter.Year() != 2022 || r.Signature.Signer != "CN=0001" {
		t.Errorf("signature %+v", r.Signature)
	}
	known, err := h.Certificates()
	h.must(err)
	if len(known) != 2 || known[0].Issuer != "CN=FR00" {
		t.Errorf("known %+v", known)
	}
	h.must(h.RemoveCertificate(ctx, more[0].ID))
	if err := h.RemoveCertificate(ctx, more[0].ID); !errors.Is(err, vault.ErrNoCertificate) {
		t.Errorf("removed twice: %v", err)
	}
	h.as(camille)
	read(reading.Invalid)
	if again, err := h.AddCertificates(ctx, signer.der); err != nil || len(again) != 1 {
		t.Errorf("given again: %+v, %v", again, err)
	}
	read(reading.Valid)

	taken, _, err := h.Adopt(ctx, id, p.Entry)
	h.must(err)
	if len(taken) != 1 || taken[0].Document != id {
		t.Errorf("taken %+v", taken)
	}
	if r := read(reading.Valid); r.Proposals[0].Like != reading.Same {
		t.Errorf("what is there already: %+v", r.Proposals[0])
	}
}

// TestKeys keeps the keys that an issuer publishes, and tells by them whose card it is,
// through an opening, a removal and its undo.
func TestKeys(t *testing.T) {
	h := newVault(t)
	ctx := context.Background()
	const address = "https://example.org/issuer"
	key, other := newIssuer(t).key, newIssuer(t).key
	id := h.add(h.me.ID, "card.txt", []byte(smartCard(t, key, address)))
	read := func(want reading.SignatureState, signer string) {
		t.Helper()
		found, err := h.ReadCodes(ctx, id, &scripted{}, 0, vault.Part{})
		h.must(err)
		if len(found) != 1 || found[0].Signature.State != want || found[0].Signature.Signer != signer {
			t.Fatalf("%d cards, %+v; want %s by %q", len(found), found[0].Signature, want, signer)
		}
	}
	read(reading.UnknownSigner, "")
	if _, err := h.AddKeys(ctx, "example.org", keySet(t, key)); !errors.Is(err, shl.ErrIssuer) {
		t.Errorf("no address: %v", err)
	}
	if _, err := h.AddKeys(ctx, address, keySet(t, key), []byte("{}")); !errors.Is(err, shl.ErrKeySet) {
		t.Errorf("no set: %v", err)
	}
	read(reading.UnknownSigner, "")
	if _, err := h.AddKeys(ctx, "https://example.org/another", keySet(t, key)); err != nil {
		t.Fatal(err)
	}
	read(reading.UnknownSigner, "")
	_, err := h.AddKeys(ctx, address, keySet(t, other))
	h.must(err)
	read(reading.UnknownKey, address)
	added, err := h.AddKeys(ctx, address+"/", keySet(t, other), keySet(t, key))
	h.must(err)
	if len(added) != 1 || added[0].Key == "" || added[0].Issuer != address || added[0].NotAfter != 0 {
		t.Fatalf("added %+v", added)
	}
	h.as(camille)
	read(reading.Valid, address)
	if known, err := h.Certificates(); err != nil || len(known) != 3 {
		t.Errorf("%d known, %v", len(known), err)
	}
	h.must(h.RemoveCertificate(ctx, added[0].ID))
	h.as(camille)
	read(reading.UnknownKey, address)
	again, err := h.AddKeys(ctx, added[0].Issuer, added[0].Content)
	h.must(err)
	if len(again) != 1 || again[0].ID != added[0].ID {
		t.Errorf("given again: %+v", again)
	}
	read(reading.Valid, address)
}

// keySet is what an issuer publishes.
func keySet(t *testing.T, key *ecdsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	k, err := shl.NewKey("https://example.org", der)
	if err != nil {
		t.Fatal(err)
	}
	return k.JWKS()
}

// smartCard is a card of an issuer, of one vaccination.
func smartCard(t *testing.T, key *ecdsa.PrivateKey, issuer string) string {
	t.Helper()
	var named struct{ Keys []struct{ Kid string } }
	if err := json.Unmarshal(keySet(t, key), &named); err != nil {
		t.Fatal(err)
	}
	text := base64.RawURLEncoding.EncodeToString
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err == nil {
		_, err = io.WriteString(w, `{"iss":"`+issuer+`","nbf":1642636800,"vc":{"type":["https://smarthealth.cards#health-card"],"credentialSubject":{"fhirVersion":"4.0.1","fhirBundle":{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"resource:0","resource":{"resourceType":"Patient","birthDate":"1982-10-05"}}]}}}}`)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	message := text([]byte(`{"zip":"DEF","alg":"ES256","kid":"`+named.Keys[0].Kid+`"}`)) + "." + text(packed.Bytes())
	sum := sha256.Sum256([]byte(message))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return message + "." + text(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

func TestReadCodesRefused(t *testing.T) {
	h := newVault(t)
	ctx := context.Background()
	id := h.add(h.me.ID, "page.pdf", []byte("%PDF-1.4 page"))
	broken := newIssuer(t).sign(t, attested+"ZZ")
	for name, c := range map[string]struct {
		s    scripted
		want error
	}{
		"no code":        {scripted{}, vault.ErrNoCode},
		"one to frame":   {scripted{likely: true}, vault.ErrFrameCode},
		"an address":     {scripted{pages: map[int][]string{1: {"https://example.org"}}}, vault.ErrOtherCode},
		"a faulty one":   {scripted{pages: map[int][]string{1: {broken}}}, hcert.ErrPayload},
		"a part missing": {scripted{pages: map[int][]string{1: {"shc:/1/2/1234"}}}, nil},
	} {
		found, err := h.ReadCodes(ctx, id, &c.s, 0, vault.Part{})
		if found != nil || err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v; want %v", name, found, err, c.want)
		}
	}
	framed := &scripted{}
	part := vault.Part{X: 0.1, Y: 0.2, Width: 0.3, Height: 0.4}
	if _, err := h.ReadCodes(ctx, id, framed, 2, part); !errors.Is(err, vault.ErrNoCode) || !slices.Equal(framed.asked, []vault.Part{part}) {
		t.Errorf("asked %v, %v", framed.asked, err)
	}
	if _, err := h.ReadCodes(ctx, record.ID{}, framed, 0, part); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("no document: %v", err)
	}
	text := h.add(h.me.ID, "attestation.txt", []byte(newIssuer(t).sign(t, attested)+"\n"))
	if found, err := h.ReadCodes(ctx, text, framed, 0, vault.Part{}); err != nil || len(found) != 1 {
		t.Errorf("a text: %d, %v", len(found), err)
	}
}
