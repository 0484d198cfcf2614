package hcert_test

import (
	"bytes"
	"compress/zlib"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"

	"carnet/vault/exchange/hcert"
	"carnet/vault/exchange/reading"
)

// signer is a key with a certificate of it.
type signer struct {
	key         crypto.Signer
	certificate *x509.Certificate
}

func newSigner(t *testing.T, key crypto.Signer, usage ...asn1.ObjectIdentifier) signer {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber:       big.NewInt(1),
		Subject:            pkix.Name{CommonName: "0001"},
		NotBefore:          time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:           time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC),
		UnknownExtKeyUsage: usage,
	}
	// Who issues it is named as in a 2D-DOC.
	der, err := x509.CreateCertificate(rand.Reader, template, &x509.Certificate{Subject: pkix.Name{CommonName: "FR00"}}, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return signer{key, c}
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

func base45(b []byte) string {
	var out strings.Builder
	for ; len(b) > 0; b = b[min(2, len(b)):] {
		n, digits := int(b[0]), 2
		if len(b) > 1 {
			n, digits = n<<8|int(b[1]), 3
		}
		for range digits {
			out.WriteByte(alphabet[n%45])
			n /= 45
		}
	}
	return out.String()
}

func deflated(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func vaccination() map[string]any {
	return map[string]any{
		"ver": "1.3.0", "dob": "2019-03-04",
		"nam": map[string]any{"fn": "Petit", "fnt": "PETIT", "gn": "Zoé", "gnt": "ZOE"},
		"v": []any{map[string]any{"tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215",
			"dn": 1, "sd": 2, "dt": "2022-01-15", "co": "FR", "is": "CNAM", "ci": "URN:UVCI:01:FR:T5DWTJYS4ZR8#4"}},
	}
}

// web is the claims of a certificate issued on 2022-01-20 for two years.
func web(content any) map[int]any {
	return map[int]any{1: "FR", 4: 1705708800, 6: 1642636800, -260: map[int]any{1: content}}
}

func sealed(t *testing.T, s signer, payload []byte) []byte {
	t.Helper()
	algorithm := cose.AlgorithmES256
	if _, ok := s.key.(*rsa.PrivateKey); ok {
		algorithm = cose.AlgorithmPS256
	}
	with, err := cose.NewSigner(algorithm, s.key)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(s.certificate.Raw)
	m := cose.NewSign1Message()
	m.Headers.Protected.SetAlgorithm(algorithm)
	m.Headers.Protected[cose.HeaderLabelKeyID] = sum[:8]
	m.Payload = payload
	if err := m.Sign(rand.Reader, nil, with); err != nil {
		t.Fatal(err)
	}
	b, err := m.MarshalCBOR()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func encoded(t *testing.T, v any) []byte {
	t.Helper()
	b, err := cbor.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// code is the text of a QR code.
func code(t *testing.T, s signer, content any) string {
	t.Helper()
	return "HC1:" + base45(deflated(t, sealed(t, s, encoded(t, web(content)))))
}

func TestDCC(t *testing.T) {
	s := newSigner(t, newKey(t))
	a, err := hcert.Read(code(t, s, vaccination()))
	if err != nil {
		t.Fatal(err)
	}
	if a.Kind != hcert.Vaccination || a.Family != "Petit" || a.Given != "Zoé" || a.Birth != "2019-03-04" || a.Date != "2022-01-15" || a.Dose != 1 || a.Doses != 2 ||
		a.Product != "EU/1/20/1528" || a.Issuer != "CNAM" || a.Country != "FR" {
		t.Errorf("read %+v", a)
	}
	for now, want := range map[string]bool{"2022-01-19": false, "2022-01-21": true, "2024-01-21": false} {
		day, err := time.Parse(time.DateOnly, now)
		if err != nil {
			t.Fatal(err)
		}
		if a.Current(day) != want {
			t.Errorf("on %s current is %v", now, !want)
		}
	}
}

// TestSignature tries every state of a signature, for keys of both kinds.
func TestSignature(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	recovery := asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 1847, 2021, 1, 3}
	inoculation := asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 0, 1847, 2021, 1, 2}
	for _, c := range []struct {
		name    string
		s       signer
		misused bool
	}{
		{"ECDSA", newSigner(t, newKey(t)), false},
		{"RSA", newSigner(t, rsaKey), false},
		{"for vaccinations", newSigner(t, newKey(t), recovery, inoculation), false},
		{"for recoveries alone", newSigner(t, newKey(t), recovery), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := code(t, c.s, vaccination())
			a, err := hcert.Read(text)
			if err != nil {
				t.Fatal(err)
			}
			stranger := newSigner(t, newKey(t))
			v := a.Verify(hcert.NewSigners(stranger.certificate, c.s.certificate, c.s.certificate))
			if v.State != reading.Valid || !v.Certificate.Equal(c.s.certificate) || v.Misused != c.misused {
				t.Errorf("%+v", v)
			}
			if v := a.Verify(hcert.NewSigners(stranger.certificate)); v.State != reading.UnknownSigner || v.Certificate != nil {
				t.Errorf("with a stranger's certificate: %+v", v)
			}
			// The same words, but in the name of this certificate by another key.
			forged := sealed(t, signer{stranger.key, c.s.certificate}, encoded(t, web(vaccination())))
			a, err = hcert.Read("HC1:" + base45(deflated(t, forged)))
			if err != nil {
				t.Fatal(err)
			}
			if v := a.Verify(hcert.NewSigners(c.s.certificate)); v.State != reading.Invalid || v.Certificate != nil {
				t.Errorf("forged: %+v", v)
			}
		})
	}
}

// TestChanged changes each byte of a signed message: what is still read must not be
// held for signed.
func TestChanged(t *testing.T) {
	s := newSigner(t, newKey(t))
	known := hcert.NewSigners(s.certificate)
	message := sealed(t, s, encoded(t, web(vaccination())))
	read := 0
	for i := range message {
		message[i] ^= 0x20
		a, err := hcert.Read("HC1:" + base45(deflated(t, message)))
		message[i] ^= 0x20
		if err != nil {
			continue
		}
		read++
		if v := a.Verify(known); v.State == reading.Valid {
			t.Errorf("valid with byte %d changed", i)
		}
	}
	if read == 0 {
		t.Error("no changed message could be read at all")
	}
}

func TestRefused(t *testing.T) {
	s := newSigner(t, newKey(t))
	good := code(t, s, vaccination())
	bomb := "HC1:" + base45(deflated(t, make([]byte, 3<<20)))
	without := func(path ...string) string {
		all := vaccination()
		at := all
		for _, p := range path[:len(path)-1] {
			switch next := at[p].(type) {
			case map[string]any:
				at = next
			case []any:
				at = next[0].(map[string]any)
			}
		}
		delete(at, path[len(path)-1])
		return code(t, s, all)
	}
	with := func(name string, value any) string {
		all := vaccination()
		all[name] = value
		return code(t, s, all)
	}
	twice := maps.Clone(vaccination())
	twice["t"] = []any{map[string]any{"tg": "1"}}
	payload := encoded(t, web(vaccination()))
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"nothing":               {"", hcert.ErrOther},
		"another prefix":        {"HC2:" + good[4:], hcert.ErrOther},
		"too long":              {good + strings.Repeat("0", hcert.MaxText), hcert.ErrOther},
		"small letters":         {"HC1:" + strings.ToLower(good[4:]), hcert.ErrEncoding},
		"a character too much":  {"HC1:0000", hcert.ErrEncoding},
		"a group too large":     {"HC1:GGX", hcert.ErrEncoding},
		"a pair too large":      {"HC1:::", hcert.ErrEncoding},
		"cut":                   {good[:len(good)/3*2+2], hcert.ErrCompression},
		"not compressed":        {"HC1:" + base45([]byte("nothing")), hcert.ErrCompression},
		"inflates without end":  {bomb, hcert.ErrCompression},
		"not COSE":              {"HC1:" + base45(deflated(t, []byte("nothing"))), hcert.ErrEnvelope},
		"not claims":            {"HC1:" + base45(deflated(t, sealed(t, s, []byte{0x80}))), hcert.ErrPayload},
		"claims twice":          {"HC1:" + base45(deflated(t, sealed(t, s, append([]byte{0xa2, 0x01, 0x61, 0x41, 0x01, 0x61}, 0x42)))), hcert.ErrPayload},
		"more behind the claim": {"HC1:" + base45(deflated(t, sealed(t, s, append(payload, 0)))), hcert.ErrPayload},
		"no content":            {"HC1:" + base45(deflated(t, sealed(t, s, encoded(t, map[int]any{1: "FR"})))), hcert.ErrPayload},
		"no version":            {without("ver"), hcert.ErrSchema},
		"no name":               {without("nam"), hcert.ErrSchema},
		"no group":              {without("v"), hcert.ErrSchema},
		"no date":               {without("v", "dt"), hcert.ErrSchema},
		"no identifier":         {without("v", "ci"), hcert.ErrSchema},
		"a wrong birth":         {with("dob", "04/03/2019"), hcert.ErrSchema},
		"two groups":            {code(t, s, twice), hcert.ErrSchema},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := hcert.Read(c.text); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

// message2D is an attestation of a vaccination by the signer that the tests make.
const message2D = "DC04FR0000011E6D1E6DL101FRL0MARTIN\x1dL1JULIE ANNE\x1dL231052012L3COVID-19\x1dL4J07BX03\x1dL5COMIRNATY\x1dL6BIONTECH\x1dL71L82L901032021LACO"

func code2D(t *testing.T, s signer, message string) string {
	t.Helper()
	sum := sha256.Sum256([]byte(message))
	r, v, err := ecdsa.Sign(rand.Reader, s.key.(*ecdsa.PrivateKey), sum[:])
	if err != nil {
		t.Fatal(err)
	}
	raw := append(r.FillBytes(make([]byte, 32)), v.FillBytes(make([]byte, 32))...)
	return message + "\x1f" + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)
}

func TestTwoD(t *testing.T) {
	s := newSigner(t, newKey(t))
	known := hcert.NewSigners(s.certificate)
	a, err := hcert.Read(code2D(t, s, message2D))
	if err != nil {
		t.Fatal(err)
	}
	if a.Kind != hcert.Vaccination || a.Family != "MARTIN" || a.Given != "JULIE ANNE" || a.Birth != "2012-05-31" || a.Date != "2021-03-01" || a.Dose != 1 || a.Doses != 2 || a.Country != "FR" ||
		a.IssuedAt.Format(time.DateOnly) != "2021-04-29" || a.Cut {
		t.Errorf("read %+v", a)
	}
	if v := a.Verify(known); v.State != reading.Valid || !v.Certificate.Equal(s.certificate) {
		t.Errorf("%+v", v)
	}
	if v := a.Verify(nil); v.State != reading.UnknownSigner {
		t.Errorf("without certificates: %+v", v)
	}
	// Another key under the same names.
	if v := a.Verify(hcert.NewSigners(newSigner(t, newKey(t)).certificate)); v.State != reading.Invalid {
		t.Errorf("with another certificate: %+v", v)
	}
	changed, err := hcert.Read(strings.Replace(code2D(t, s, message2D), "L71", "L72", 1))
	if v := changed.Verify(known); err != nil || v.State != reading.Invalid {
		t.Errorf("changed: %+v, %v", v, err)
	}
	cut, err := hcert.Read(code2D(t, s, strings.Replace(message2D, "COMIRNATY\x1d", "COMIRNATY\x1e", 1)))
	if err != nil || !cut.Cut {
		t.Errorf("cut field: %+v, %v", cut, err)
	}

	test, err := hcert.Read(code2D(t, s, "DC04FR0000011E581E58B201FRF0JULIE\x1dF1MARTIN\x1dF231052012F3FF4945006\x1dF5NF6070420211010"))
	if err != nil || test.Kind != hcert.Test || test.Given != "JULIE" || test.Date != "2021-04-07" || test.Result != "N" || test.Sex != "F" || test.TestKind != "945006" {
		t.Errorf("test: %+v, %v", test, err)
	}
	bill, err := hcert.Read(code2D(t, s, "DC02FR000001125E125B0126FR247500010MME\x1d"))
	if err != nil || bill.Kind != hcert.Other || bill.Verify(known).State != reading.Valid {
		t.Errorf("another document: %+v, %v", bill, err)
	}

	for name, c := range map[string]struct {
		text string
		want error
	}{
		"a version of the future": {"DC05" + message2D[4:], hcert.ErrOther},
		"no signature":            {message2D, hcert.ErrEnvelope},
		"a date that is none":     {strings.Replace(code2D(t, s, message2D), "1E6D", "1E6X", 1), hcert.ErrEnvelope},
		"signature not base32":    {message2D + "\x1f0189", hcert.ErrEncoding},
		"a field of another kind": {code2D(t, s, message2D+"ZZ1"), hcert.ErrPayload},
		"a field twice":           {code2D(t, s, message2D+"LACO"), hcert.ErrPayload},
		"a field too short":       {code2D(t, s, message2D[:len(message2D)-1]), hcert.ErrPayload},
		"half a name":             {code2D(t, s, message2D+"L"), hcert.ErrPayload},
		"a day that is none":      {code2D(t, s, strings.Replace(message2D, "31052012", "31022012", 1)), hcert.ErrSchema},
		"no name":                 {code2D(t, s, strings.Replace(message2D, "L0MARTIN\x1d", "", 1)), hcert.ErrSchema},
		"dose zero":               {code2D(t, s, strings.Replace(message2D, "L71", "L70", 1)), hcert.ErrSchema},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := hcert.Read(c.text); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

func TestReadCertificates(t *testing.T) {
	a, b := newSigner(t, newKey(t)).certificate, newSigner(t, newKey(t)).certificate
	block := func(c *x509.Certificate) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	list, err := json.Marshal(map[string]any{"certificates": []any{
		map[string]any{"rawData": base64.StdEncoding.EncodeToString(a.Raw)}, map[string]any{"rawData": base64.StdEncoding.EncodeToString(b.Raw), "kid": "AAAA"}}})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file []byte
		want int
	}{
		"DER":             {a.Raw, 1},
		"PEM":             {append([]byte("a list\n"), append(block(a), block(b)...)...), 2},
		"JSON":            {list, 2},
		"a key":           {pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: a.RawSubjectPublicKeyInfo}), 0},
		"nothing":         {nil, 0},
		"JSON without":    {[]byte(`{"a": ["b", 1, null]}`), 0},
		"a cut one":       {a.Raw[:100], 0},
		"more than a lot": {bytes.Repeat(block(a), hcert.MaxCertificates+1), 0},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := hcert.ReadCertificates(c.file)
			if len(found) != c.want || (c.want == 0) != errors.Is(err, hcert.ErrCertificate) {
				t.Errorf("%d certificates, %v; want %d", len(found), err, c.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("HC1:NCF")
	f.Add(message2D + "\x1f" + strings.Repeat("A", 103))
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	known := hcert.NewSigners(&x509.Certificate{PublicKey: key.Public(), Issuer: pkix.Name{CommonName: "FR00"}, Subject: pkix.Name{CommonName: "0001"}})
	f.Fuzz(func(t *testing.T, text string) {
		a, err := hcert.Read(text)
		if err == nil && (a.Kind == "" || a.Verify(known).State == reading.Valid) {
			t.Errorf("read %+v", a)
		}
	})
}

// FuzzPayload gives what lies within the compression, which the other target hardly
// reaches.
func FuzzPayload(f *testing.F) {
	payload, err := cbor.Marshal(web(vaccination()))
	if err != nil {
		f.Fatal(err)
	}
	message, err := cbor.Marshal(cbor.Tag{Number: 18, Content: []any{[]byte{0xa1, 0x01, 0x26}, map[int]any{4: []byte("12345678")}, payload, make([]byte, 64)}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(message)
	f.Fuzz(func(t *testing.T, message []byte) {
		if len(message) > 4<<10 || len(message) > 0 && message[0] != 0xd2 {
			return
		}
		a, err := hcert.Read("HC1:" + base45(message))
		if err == nil && (a.Kind == "" || a.Verify(nil).State != reading.UnknownSigner) {
			t.Errorf("read %+v", a)
		}
	})
}

func FuzzReadCertificates(f *testing.F) {
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"))
	f.Add([]byte(`{"a": ["MIIB", {"b": "AA=="}]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		found, err := hcert.ReadCertificates(file)
		if (err == nil) != (len(found) > 0) {
			t.Errorf("%d certificates, %v", len(found), err)
		}
	})
}
