package shl

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4"
)

// Why a key set is refused.
var (
	// ErrIssuer is returned for an issuer that is no address (https://...).
	ErrIssuer = errors.New("shl: an issuer is an https address")
	// ErrKeySet is returned for what is no set of keys, has none or too many, or a key
	// that is no point of its curve.
	ErrKeySet = errors.New("shl: no set of keys")
	// ErrKeyCurve is returned for a key of another kind than EC, or of another curve
	// than P-256.
	ErrKeyCurve = errors.New("shl: a key of another curve than P-256")
	// ErrKeyUse is returned for a key that does not say that it signs (use sig) with
	// ES256.
	ErrKeyUse = errors.New("shl: a key that is not for signatures with ES256")
	// ErrKeyName is returned for a key whose kid is not its thumbprint, and for two of
	// one name.
	ErrKeyName = errors.New("shl: a key whose name is not its thumbprint")
	// ErrKeyPrivate is returned for a set that gives a private key away: whoever has it
	// can sign.
	ErrKeyPrivate = errors.New("shl: a private key is in the set")
)

const (
	maxKeys     = 256     // in a set
	maxKeySet   = 1 << 20 // bytes
	maxIssuer   = 2048    // bytes
	keySetPlace = "/.well-known/jwks.json"
)

// Key is a key that an issuer of cards publishes.
type Key struct {
	Issuer string // an address, as cards name it
	ID     string // kid: the thumbprint of RFC 7638, in base64
	public *ecdsa.PublicKey
	set    []byte
}

// DER is the public key (SubjectPublicKeyInfo).
func (k Key) DER() ([]byte, error) { return x509.MarshalPKIXPublicKey(k.public) }

// JWKS is a set with this key alone.
func (k Key) JWKS() []byte { return bytes.Clone(k.set) }

// NewKey is the key of an issuer from what [Key.DER] gave. It returns [ErrIssuer],
// [ErrKeySet] or [ErrKeyCurve].
func NewKey(issuer string, der []byte) (Key, error) {
	if name, err := Issuer(issuer); err != nil || name != issuer {
		return Key{}, ErrIssuer
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return Key{}, ErrKeySet
	}
	public, ok := parsed.(*ecdsa.PublicKey)
	if !ok || public.Curve != elliptic.P256() {
		return Key{}, ErrKeyCurve
	}
	return newKey(issuer, public)
}

func newKey(issuer string, public *ecdsa.PublicKey) (Key, error) {
	web := jose.JSONWebKey{Key: public}
	print, err := web.Thumbprint(crypto.SHA256)
	if err != nil {
		return Key{}, ErrKeySet
	}
	web.KeyID, web.Algorithm, web.Use = base64.RawURLEncoding.EncodeToString(print), string(jose.ES256), "sig"
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{web}})
	if err != nil {
		return Key{}, ErrKeySet
	}
	return Key{issuer, web.KeyID, public, set}, nil
}

// Issuer is the name of an issuer as cards write it, of an address that a person gave:
// that of its key set is good as well. It returns [ErrIssuer].
func Issuer(address string) (string, error) {
	address = strings.TrimSpace(address)
	address = strings.TrimRight(strings.TrimSuffix(address, keySetPlace), "/")
	rest, ok := strings.CutPrefix(address, "https://")
	host, _, _ := strings.Cut(rest, "/")
	strange := func(r rune) bool { return r <= ' ' || r == utf8.RuneError || strings.ContainsRune("@?#\\\x7f", r) }
	if !ok || host == "" || len(address) > maxIssuer || strings.ContainsFunc(rest, strange) {
		return "", ErrIssuer
	}
	return address, nil
}

type keySet struct {
	Keys []json.RawMessage `json:"keys"`
}

// IsKeySet reports whether a file is a set of keys (JWKS), good or not.
func IsKeySet(file []byte) bool {
	var set keySet
	return len(file) <= maxKeySet && json.Unmarshal(withoutMark(file), &set) == nil && set.Keys != nil
}

func withoutMark(file []byte) []byte { return bytes.TrimPrefix(file, []byte("\xef\xbb\xbf")) }

// ReadKeys reads the key set (JWKS) that an issuer publishes. A set does not say whose
// it is: the caller does. One key that is not as the standard wants it refuses the
// whole set. It returns [ErrIssuer], [ErrKeySet], [ErrKeyCurve], [ErrKeyUse],
// [ErrKeyName] or [ErrKeyPrivate].
func ReadKeys(issuer string, file []byte) (keys []Key, err error) {
	if issuer, err = Issuer(issuer); err != nil {
		return nil, err
	}
	var set keySet
	if len(file) > maxKeySet || json.Unmarshal(withoutMark(file), &set) != nil || len(set.Keys) == 0 || len(set.Keys) > maxKeys {
		return nil, ErrKeySet
	}
	names := map[string]bool{}
	for _, raw := range set.Keys {
		key, err := readKey(issuer, raw)
		if err != nil {
			return nil, err
		}
		if names[key.ID] {
			return nil, ErrKeyName
		}
		names[key.ID] = true
		keys = append(keys, key)
	}
	return keys, nil
}

func readKey(issuer string, raw []byte) (Key, error) {
	var says struct {
		Type      string           `json:"kty"`
		Curve     string           `json:"crv"`
		Use       string           `json:"use"`
		Algorithm string           `json:"alg"`
		Name      string           `json:"kid"`
		Private   *json.RawMessage `json:"d"`
	}
	if err := json.Unmarshal(raw, &says); err != nil {
		return Key{}, ErrKeySet
	}
	switch {
	case says.Private != nil:
		return Key{}, ErrKeyPrivate
	case says.Type != "EC" || says.Curve != "P-256":
		return Key{}, ErrKeyCurve
	case says.Use != "sig" || says.Algorithm != string(jose.ES256):
		return Key{}, ErrKeyUse
	}
	var web jose.JSONWebKey
	if err := web.UnmarshalJSON(raw); err != nil {
		return Key{}, ErrKeySet
	}
	public, ok := web.Key.(*ecdsa.PublicKey)
	if !ok {
		return Key{}, ErrKeySet
	}
	key, err := newKey(issuer, public)
	if err == nil && key.ID != says.Name {
		err = ErrKeyName
	}
	return key, err
}
