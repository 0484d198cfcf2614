package hcert

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"slices"
)

// ErrCertificate is returned when bytes hold no certificate that can be read.
var ErrCertificate = errors.New("hcert: no certificate")

// MaxCertificates is how many certificates one file may hold. The European list
// never had more than some hundreds.
const MaxCertificates = 4096

// Signers are certificates that are known. The zero value knows none.
type Signers struct {
	all []*x509.Certificate
}

// NewSigners gathers certificates; the same one counts once.
func NewSigners(certificates ...*x509.Certificate) *Signers {
	s := new(Signers)
	for _, c := range certificates {
		if !slices.ContainsFunc(s.all, c.Equal) {
			s.all = append(s.all, c)
		}
	}
	return s
}

// digestLength is how many bytes of a certificate's SHA-256 a code names it by.
const digestLength = 8

func (s *Signers) byDigest(id []byte) (found []*x509.Certificate) {
	for _, c := range s.all {
		if sum := sha256.Sum256(c.Raw); len(id) == digestLength && bytes.Equal(sum[:digestLength], id) {
			found = append(found, c)
		}
	}
	return found
}

// byName finds the certificates of an authority for one of its signers, as a
// 2D-DOC names both: by their common names.
func (s *Signers) byName(authority, signer string) (found []*x509.Certificate) {
	for _, c := range s.all {
		if c.Issuer.CommonName == authority && c.Subject.CommonName == signer {
			found = append(found, c)
		}
	}
	return found
}

// What a certificate may attest stands in its extended key usage (eHealth Network,
// volume 3, annex 1), under an arc that was published in two spellings.
var usages = map[Kind][]asn1.ObjectIdentifier{
	Test:        {{1, 3, 6, 1, 4, 1, 1847, 2021, 1, 1}, {1, 3, 6, 1, 4, 1, 0, 1847, 2021, 1, 1}},
	Vaccination: {{1, 3, 6, 1, 4, 1, 1847, 2021, 1, 2}, {1, 3, 6, 1, 4, 1, 0, 1847, 2021, 1, 2}},
	Recovery:    {{1, 3, 6, 1, 4, 1, 1847, 2021, 1, 3}, {1, 3, 6, 1, 4, 1, 0, 1847, 2021, 1, 3}},
}

// Attests lists the kinds of attestations that a certificate was made for; one that
// names none of them is for all.
func Attests(c *x509.Certificate) (kinds []Kind) {
	for _, k := range []Kind{Vaccination, Test, Recovery} {
		if slices.ContainsFunc(usages[k], func(id asn1.ObjectIdentifier) bool { return slices.ContainsFunc(c.UnknownExtKeyUsage, id.Equal) }) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// mayAttest reports whether a certificate was made for a kind of attestation.
func mayAttest(c *x509.Certificate, kind Kind) bool {
	kinds := Attests(c)
	return len(kinds) == 0 || slices.Contains(kinds, kind)
}

// ReadCertificates finds the certificates in a file: DER, PEM, or JSON that holds
// them in base64 anywhere within, as published lists and test cases do. It returns
// [ErrCertificate] when there is none, or more than [MaxCertificates].
func ReadCertificates(file []byte) ([]*x509.Certificate, error) {
	file = bytes.TrimPrefix(file, []byte("\xef\xbb\xbf"))
	if c, err := x509.ParseCertificate(file); err == nil {
		return []*x509.Certificate{c}, nil
	}
	found := readPEM(file)
	if len(found) == 0 {
		var any any
		if err := json.Unmarshal(file, &any); err == nil {
			found = within(any, nil)
		}
	}
	if len(found) == 0 || len(found) > MaxCertificates {
		return nil, ErrCertificate
	}
	return found, nil
}

func readPEM(file []byte) (found []*x509.Certificate) {
	for {
		var block *pem.Block
		if block, file = pem.Decode(file); block == nil {
			return found
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil && block.Type == "CERTIFICATE" {
			found = append(found, c)
		}
	}
}

// within looks for certificates in the texts of a JSON value. The decoder bounds its
// depth.
func within(value any, found []*x509.Certificate) []*x509.Certificate {
	switch value := value.(type) {
	case string:
		der, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			break
		}
		if c, err := x509.ParseCertificate(der); err == nil {
			found = append(found, c)
		}
	case []any:
		for _, v := range value {
			found = within(v, found)
		}
	case map[string]any:
		for _, v := range value {
			found = within(v, found)
		}
	}
	return found
}
