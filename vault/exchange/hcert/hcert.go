// Package hcert reads signed attestations of vaccinations and tests: the EU Digital
// COVID Certificate (HC1, a QR code) and the French 2D-DOC (a DataMatrix), given as the
// text of their code. It says what stands there, and who signed it as far as a list
// of certificates can tell.
//
// The European framework ended on 2023-06-30 (regulation (EU) 2021/953, article 17, as
// prolonged by (EU) 2022/1034): a good signature says who wrote an attestation, never
// that it opens a door. A signature, the dates of the attestation and the dates of the
// certificate are three things, reported apart.
//
// The package is pure: no clock, no storage, no network.
package hcert

import (
	"crypto/x509"
	"errors"
	"strings"
	"time"

	"carnet/vault/exchange/reading"
)

// The stages at which a text is refused. Nothing was believed of it then.
var (
	// ErrOther is returned for a text that is no attestation of this package.
	ErrOther = errors.New("hcert: not an attestation")
	// ErrEncoding is returned when the text behind the prefix is not base45, and
	// when the signature of a 2D-DOC is not base32.
	ErrEncoding = errors.New("hcert: faulty encoding")
	// ErrCompression is returned when the compressed bytes are broken, or become more
	// than [MaxPayload].
	ErrCompression = errors.New("hcert: faulty compression")
	// ErrEnvelope is returned when the bytes are no COSE_Sign1 message, and when the
	// header of a 2D-DOC is faulty.
	ErrEnvelope = errors.New("hcert: faulty envelope")
	// ErrPayload is returned when what was signed is no set of claims.
	ErrPayload = errors.New("hcert: faulty content")
	// ErrSchema is returned when the claims lack what the schema asks for.
	ErrSchema = errors.New("hcert: content that does not keep to its schema")
)

// Limits of what is read, in bytes.
const (
	MaxText    = 8 << 10  // of the text of a code: a QR code holds 4,296 characters
	MaxPayload = 64 << 10 // of what was compressed
)

// Form is a form of attestation.
type Form string

// The forms.
const (
	DCC  Form = "eu-dcc"
	TwoD Form = "2d-doc"
)

// Kind says what is attested.
type Kind string

// The kinds. [Other] is a 2D-DOC of another type than these: an invoice, for
// instance.
const (
	Vaccination Kind = "vaccination"
	Test        Kind = "test"
	Recovery    Kind = "recovery"
	Other       Kind = "other"
)

// Attestation is what a code says, as it says it. What it does not say is "".
type Attestation struct {
	Form Form
	Kind Kind

	Family, Given             string
	FamilyLatin, GivenLatin   string // as passports transliterate: capitals, < between words
	Birth                     string // YYYY-MM-DD, YYYY-MM or YYYY
	Sex                       string // F, M or U
	Disease                   string // SNOMED CT, or as a 2D-DOC spells it
	Vaccine                   string // kind of vaccine: SNOMED CT or ATC
	Product                   string // EU authorisation number, or a name
	Holder                    string // of the authorisation: EU number, or a name
	Dose, Doses               int    // x of y, 0 when it is not said
	Date                      string // YYYY-MM-DD: of the dose, of the sample, of the first positive result
	TestKind, TestName        string // LOINC; the name of the test
	TestDevice, TestPlace     string
	Result                    string // SNOMED CT, or the letter of a 2D-DOC
	From, Until               string // YYYY-MM-DD: of a recovery
	Country, Issuer, Identity string // where, who, and the number of the attestation

	IssuedAt, Expires time.Time // of the code; zero when it does not say

	// Document is the type and the country of a 2D-DOC, and Version of the form.
	Document, Version string

	// Cut says that a field was longer than the code could hold.
	Cut bool

	verify func(*Signers) Verification
}

// Verification is what a list of certificates says of an attestation.
type Verification struct {
	State reading.SignatureState

	// Certificate made the signature when it is valid; nil otherwise.
	Certificate *x509.Certificate

	// Misused says that the certificate was not made for attestations of this kind.
	Misused bool
}

// Verify holds the attestation against the certificates that are known; nil are
// none.
func (a *Attestation) Verify(known *Signers) Verification {
	if known == nil {
		known = new(Signers)
	}
	return a.verify(known)
}

// Current reports whether now lies between the dates of the attestation. One
// that has no dates is.
func (a *Attestation) Current(now time.Time) bool {
	return (a.IssuedAt.IsZero() || !now.Before(a.IssuedAt)) && (a.Expires.IsZero() || now.Before(a.Expires))
}

// Read reads the text of a code. It returns [ErrOther] for what is none of ours,
// else one of the errors of the stages.
func Read(text string) (*Attestation, error) {
	if len(text) > MaxText {
		return nil, ErrOther
	}
	switch {
	case strings.HasPrefix(text, prefixDCC):
		return readDCC(text)
	case is2DDoc(text):
		return read2DDoc(text)
	}
	return nil, ErrOther
}
