package wire

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"carnet/vault/chain"
)

// Request is what a signature covers of a request. Header gives the value of a field
// by its name in small letters, "" when it is absent or there twice.
type Request struct {
	Method    string
	Authority string // host, with its port unless that is the scheme's own
	Path      string // as it was sent, escaped
	Query     string // with its question mark; "?" alone for none
	Header    func(name string) string
}

// Components are what every signature of a device covers, in this order.
var Components = []string{"@method", "@authority", "@path", "@query", "content-digest", "carnet-receipt", "idempotency-key"}

// Signature is a request's signature with its parameters (RFC 9421, 2.3).
type Signature struct {
	Created int64    // seconds since 1970
	Key     chain.ID // the device
	Nonce   [16]byte
	Sig     [ed25519.SignatureSize]byte
}

// Errors of a signature.
var (
	// ErrSignature is returned when a request has no signature of this protocol,
	// or one that does not verify.
	ErrSignature = errors.New("wire: request not signed as it must be")
	// ErrDigest is returned when a body is not the one that was signed.
	ErrDigest = errors.New("wire: the body is not what its digest says")
)

const label = "carnet"

// parameters is the value of @signature-params (RFC 9421, 2.3).
func (s *Signature) parameters() string {
	var b strings.Builder
	b.WriteByte('(')
	for i, c := range Components {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.Quote(c))
	}
	fmt.Fprintf(&b, `);created=%d;keyid="%x";nonce="%x";alg="ed25519"`, s.Created, s.Key, s.Nonce)
	return b.String()
}

// Base is the signature base of a request (RFC 9421, 2.5) for components and the
// value of @signature-params.
func Base(r *Request, components []string, parameters string) ([]byte, error) {
	var b strings.Builder
	for _, name := range components {
		var value string
		switch name {
		case "@method":
			value = r.Method
		case "@authority":
			value = strings.ToLower(r.Authority)
		case "@path":
			value = r.Path
		case "@query":
			value = r.Query
		default:
			value = strings.TrimSpace(r.Header(name))
			if strings.HasPrefix(name, "@") {
				return nil, ErrSignature
			}
		}
		if strings.ContainsAny(value, "\r\n") {
			return nil, ErrSignature
		}
		fmt.Fprintf(&b, "%q: %s\n", name, value)
	}
	fmt.Fprintf(&b, "%q: %s", "@signature-params", parameters)
	return []byte(b.String()), nil
}

// Sign signs a request and returns the values of its fields Signature-Input and
// Signature.
func (s *Signature) Sign(r *Request, sign func(message []byte) [ed25519.SignatureSize]byte) (input, signature string, err error) {
	base, err := Base(r, Components, s.parameters())
	if err != nil {
		return "", "", err
	}
	s.Sig = sign(base)
	return label + "=" + s.parameters(), label + "=:" + base64.StdEncoding.EncodeToString(s.Sig[:]) + ":", nil
}

// ParseSignature reads the two fields. There is one form: the components and
// parameters of this protocol, in their order, and nothing else.
func ParseSignature(input, signature string) (*Signature, error) {
	s := new(Signature)
	_, rest, found := strings.Cut(input, ");created=")
	created, rest, ok := strings.Cut(rest, ";")
	if !found || !ok {
		return nil, ErrSignature
	}
	var err error
	if s.Created, err = strconv.ParseInt(created, 10, 64); err != nil || s.Created < 0 {
		return nil, ErrSignature
	}
	for _, p := range []struct {
		name string
		into []byte
	}{{`keyid="`, s.Key[:]}, {`nonce="`, s.Nonce[:]}} {
		value, ok := strings.CutPrefix(rest, p.name)
		if !ok || len(value) < 2*len(p.into) {
			return nil, ErrSignature
		}
		if _, err := hex.Decode(p.into, []byte(value[:2*len(p.into)])); err != nil {
			return nil, ErrSignature
		}
		if rest, ok = strings.CutPrefix(value[2*len(p.into):], `";`); !ok {
			return nil, ErrSignature
		}
	}
	if input != label+"="+s.parameters() { // the one form
		return nil, ErrSignature
	}
	value, begins := strings.CutPrefix(signature, label+"=:")
	value, ends := strings.CutSuffix(value, ":")
	raw, err := base64.StdEncoding.Strict().DecodeString(value)
	if err != nil || !begins || !ends || len(raw) != len(s.Sig) || strings.ContainsAny(value, "\r\n") {
		return nil, ErrSignature
	}
	s.Sig = [ed25519.SignatureSize]byte(raw)
	return s, nil
}

// Verify returns [ErrSignature] unless the device with this key signed the request.
func (s *Signature) Verify(r *Request, public [ed25519.PublicKeySize]byte) error {
	base, err := Base(r, Components, s.parameters())
	if err != nil {
		return err
	}
	if !ed25519.Verify(public[:], base, s.Sig[:]) {
		return ErrSignature
	}
	return nil
}

// Digest is the value of Content-Digest for a body (RFC 9530), an empty one included.
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// CheckDigest returns [ErrDigest] unless the value is the one of the body.
func CheckDigest(value string, body []byte) error {
	if subtle.ConstantTimeCompare([]byte(value), []byte(Digest(body))) != 1 {
		return ErrDigest
	}
	return nil
}
