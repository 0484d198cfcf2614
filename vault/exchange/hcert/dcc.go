package hcert

import (
	"bytes"
	"compress/zlib"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"io"
	"math"
	"strings"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"

	"carnet/vault/exchange/reading"
)

// prefixDCC begins the text of every EU Digital COVID Certificate: context
// identifier and version (eHealth Network, « Technical Specifications for EU
// Digital COVID Certificates », volume 3, 2021).
const prefixDCC = "HC1:"

// decoding limits what a payload may make of itself: no key twice, little depth.
var decoding = func() cbor.DecMode {
	mode, err := cbor.DecOptions{
		DupMapKey:        cbor.DupMapKeyEnforcedAPF,
		MaxNestedLevels:  16,
		MaxArrayElements: 256,
		MaxMapPairs:      256,
		TimeTag:          cbor.DecTagIgnored,
	}.DecMode()
	if err != nil {
		panic(err) // the options are constant
	}
	return mode
}()

// claims are those of a CBOR web token (RFC 8392) that an HC1 code has.
type claims struct {
	Issuer  string                  `cbor:"1,keyasint"`
	Expires cbor.RawMessage         `cbor:"4,keyasint"`
	Issued  cbor.RawMessage         `cbor:"6,keyasint"`
	Health  map[int]cbor.RawMessage `cbor:"-260,keyasint"`
}

// dcc is the certificate itself, version 1.x of the schema.
type dcc struct {
	Version string `cbor:"ver"`
	Birth   string `cbor:"dob"`
	Name    struct {
		Family      string `cbor:"fn"`
		FamilyLatin string `cbor:"fnt"`
		Given       string `cbor:"gn"`
		GivenLatin  string `cbor:"gnt"`
	} `cbor:"nam"`
	Vaccinations []struct {
		group
		Vaccine string `cbor:"vp"`
		Product string `cbor:"mp"`
		Holder  string `cbor:"ma"`
		Dose    int    `cbor:"dn"`
		Doses   int    `cbor:"sd"`
		Date    string `cbor:"dt"`
	} `cbor:"v"`
	Tests []struct {
		group
		Kind   string `cbor:"tt"`
		Name   string `cbor:"nm"`
		Device string `cbor:"ma"`
		Sample string `cbor:"sc"`
		Result string `cbor:"tr"`
		Place  string `cbor:"tc"`
	} `cbor:"t"`
	Recoveries []struct {
		group
		First string `cbor:"fr"`
		From  string `cbor:"df"`
		Until string `cbor:"du"`
	} `cbor:"r"`
}

// group is what every kind has.
type group struct {
	Disease  string `cbor:"tg"`
	Country  string `cbor:"co"`
	Issuer   string `cbor:"is"`
	Identity string `cbor:"ci"`
}

func (g *group) complete() bool {
	return g.Disease != "" && len(g.Country) >= 2 && len(g.Country) <= 3 && g.Issuer != "" && g.Identity != ""
}

func (g *group) put(a *Attestation) {
	a.Disease, a.Country, a.Issuer, a.Identity = g.Disease, g.Country, g.Issuer, g.Identity
}

func readDCC(text string) (*Attestation, error) {
	compressed, err := decodeBase45(strings.TrimSpace(text[len(prefixDCC):]))
	if err != nil {
		return nil, ErrEncoding
	}
	message, err := inflate(compressed)
	if err != nil {
		return nil, err
	}
	signed, err := openCOSE(message)
	if err != nil {
		return nil, err
	}
	a, err := readClaims(signed.Payload)
	if err != nil {
		return nil, err
	}
	a.verify = func(known *Signers) Verification { return verifyCOSE(signed, a.Kind, known) }
	return a, nil
}

// inflate undoes zlib (RFC 1950). Some issuers did not compress: what begins as a
// tagged COSE_Sign1 message is taken as it is.
func inflate(b []byte) ([]byte, error) {
	if len(b) > 0 && b[0] == tagSign1 {
		return b, nil
	}
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, ErrCompression
	}
	out, err := io.ReadAll(io.LimitReader(z, MaxPayload+1))
	if err != nil || len(out) > MaxPayload {
		return nil, ErrCompression
	}
	return out, nil
}

// tagSign1 is the first byte of a tagged COSE_Sign1 message (tag 18, RFC 9052).
const tagSign1 = 0xd2

// openCOSE reads a COSE_Sign1 message, tagged or not, also within the tag of a web
// token (61, RFC 8392).
func openCOSE(b []byte) (*cose.Sign1Message, error) {
	b = bytes.TrimPrefix(b, []byte{0xd8, 0x3d})
	var m cose.Sign1Message
	if err := m.UnmarshalCBOR(b); err == nil {
		return &m, nil
	}
	if err := (*cose.UntaggedSign1Message)(&m).UnmarshalCBOR(b); err != nil {
		return nil, ErrEnvelope
	}
	return &m, nil
}

func readClaims(payload []byte) (*Attestation, error) {
	var c claims
	if err := decoding.Unmarshal(payload, &c); err != nil {
		return nil, ErrPayload
	}
	issued, err1 := numericDate(c.Issued)
	expires, err2 := numericDate(c.Expires)
	content := c.Health[1]
	if err1 != nil || err2 != nil || content == nil {
		return nil, ErrPayload
	}
	var d dcc
	if err := decoding.Unmarshal(content, &d); err != nil {
		return nil, ErrPayload
	}
	a := &Attestation{Form: DCC, Version: d.Version, IssuedAt: issued, Expires: expires}
	if !d.put(a) {
		return nil, ErrSchema
	}
	return a, nil
}

// put gives what the certificate says, and false when it lacks what the schema asks
// for: a version, the family or the given name as passports spell it, and exactly one
// group that is complete.
func (d *dcc) put(a *Attestation) bool {
	if d.Version == "" || d.Name.FamilyLatin == "" && d.Name.GivenLatin == "" {
		return false
	}
	a.Family, a.FamilyLatin, a.Given, a.GivenLatin = d.Name.Family, d.Name.FamilyLatin, d.Name.Given, d.Name.GivenLatin
	var ok bool
	if a.Birth, ok = day(d.Birth); !ok {
		return false
	}
	switch {
	case len(d.Vaccinations) == 1 && len(d.Tests)+len(d.Recoveries) == 0:
		v := &d.Vaccinations[0]
		a.Kind = Vaccination
		v.put(a)
		a.Vaccine, a.Product, a.Holder, a.Dose, a.Doses = v.Vaccine, v.Product, v.Holder, v.Dose, v.Doses
		a.Date, ok = day(v.Date)
		return ok && a.Date != "" && v.complete() && v.Vaccine != "" && v.Product != "" && v.Holder != "" && v.Dose >= 1 && v.Doses >= 1
	case len(d.Tests) == 1 && len(d.Vaccinations)+len(d.Recoveries) == 0:
		t := &d.Tests[0]
		a.Kind = Test
		t.put(a)
		a.TestKind, a.TestName, a.TestDevice, a.TestPlace, a.Result = t.Kind, t.Name, t.Device, t.Place, t.Result
		a.Date, ok = day(t.Sample)
		return ok && a.Date != "" && t.complete() && t.Kind != "" && t.Result != ""
	case len(d.Recoveries) == 1 && len(d.Vaccinations)+len(d.Tests) == 0:
		r := &d.Recoveries[0]
		a.Kind = Recovery
		r.put(a)
		var okFrom, okUntil bool
		a.Date, ok = day(r.First)
		a.From, okFrom = day(r.From)
		a.Until, okUntil = day(r.Until)
		return ok && okFrom && okUntil && a.Date != "" && r.complete()
	}
	return false
}

// day cuts a time of day off a date. It takes "", YYYY and YYYY-MM as well, which a
// birth may be, and says whether that is what it was.
func day(s string) (string, bool) {
	date, _, _ := strings.Cut(s, "T")
	if date == "" {
		return "", s == ""
	}
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if _, err := time.Parse(layout, date); err == nil {
			return date, true
		}
	}
	return "", false
}

// numericDate reads seconds since 1970 (RFC 8392, section 2), the zero time when there
// are none.
func numericDate(raw cbor.RawMessage) (time.Time, error) {
	if raw == nil {
		return time.Time{}, nil
	}
	var seconds float64
	if err := decoding.Unmarshal(raw, &seconds); err != nil || math.IsNaN(seconds) || math.Abs(seconds) > 1<<40 {
		return time.Time{}, ErrPayload
	}
	return time.Unix(int64(seconds), 0).UTC(), nil
}

// verifyCOSE tries the certificates whose digest the message names. The algorithm
// has to stand among what is signed.
func verifyCOSE(m *cose.Sign1Message, kind Kind, known *Signers) Verification {
	id, ok := m.Headers.Protected[cose.HeaderLabelKeyID].([]byte)
	if !ok {
		id, _ = m.Headers.Unprotected[cose.HeaderLabelKeyID].([]byte)
	}
	candidates := known.byDigest(id)
	if len(candidates) == 0 {
		return Verification{State: reading.UnknownSigner}
	}
	algorithm, err := m.Headers.Protected.Algorithm()
	if err != nil {
		return Verification{State: reading.Invalid}
	}
	for _, c := range candidates {
		if !fits(algorithm, c.PublicKey) {
			continue
		}
		verifier, err := cose.NewVerifier(algorithm, c.PublicKey)
		if err == nil && m.Verify(nil, verifier) == nil {
			return Verification{State: reading.Valid, Certificate: c, Misused: !mayAttest(c, kind)}
		}
	}
	return Verification{State: reading.Invalid}
}

// fits reports whether the algorithm is one of the two that the European
// specification allows, with a key of its kind.
func fits(algorithm cose.Algorithm, key crypto.PublicKey) bool {
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		return algorithm == cose.AlgorithmES256 && key.Curve == elliptic.P256()
	case *rsa.PublicKey:
		return algorithm == cose.AlgorithmPS256
	}
	return false
}
