// Package proof makes and verifies a statement that a vault signs and that
// outlives it: that a record was handed over, or a record or a vault closed. It holds counts
// and digests, and no word of anybody's health. Anyone verifies it, without the
// vault and without a secret.
//
// The signature is Ed25519 over lines of text ([Proof.Message]), so that other
// programs check it with common tools.
package proof

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"carnet/vault/record"
)

// Kind is what a proof states.
type Kind string

// The kinds.
const (
	HandOver Kind = "hand-over" // a record went to the person whose it is
	Closure  Kind = "closure"   // a record or a vault was closed and erased
)

var (
	// ErrForm is returned for what is no proof, or not written as [Proof.Bytes]
	// writes it.
	ErrForm = errors.New("proof: not a proof")
	// ErrSignature is returned when the signature is not the signer's: a proof
	// that was altered.
	ErrSignature = errors.New("proof: signature")
)

// MaxSize is the longest proof that is read, in bytes.
const MaxSize = 64 << 10

// Proof is one signed statement.
type Proof struct {
	Format  int       `json:"format"` // 1
	Kind    Kind      `json:"kind"`
	At      time.Time `json:"at"`               // UTC, to the second
	Vault   record.ID `json:"vault"`            // that signs
	Into    record.ID `json:"into,omitzero"`    // vault that something went to, zero for none
	Patient record.ID `json:"patient,omitzero"` // pseudonym of the record concerned, zero for the whole vault

	// Counts and Digests are named by small letters and hyphens, such as
	// "documents". A digest is 32 bytes in hexadecimal; what it is of, the kind
	// says.
	Counts  map[string]int64  `json:"counts"`
	Digests map[string]string `json:"digests"`

	Signer    string `json:"signer"`    // Ed25519 public key, 32 bytes in hexadecimal
	Signature string `json:"signature"` // 64 bytes in hexadecimal
}

// Message is what the signature is over: lines of a name, a space and a value,
// each ended by a line feed, counts and digests in the order of their names.
func (p *Proof) Message() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "carnet-proof-v%d\nkind %s\nat %s\nvault %s\n", p.Format, p.Kind, p.At.Format(time.RFC3339), p.Vault)
	if !p.Into.IsZero() {
		fmt.Fprintf(&b, "into %s\n", p.Into)
	}
	if !p.Patient.IsZero() {
		fmt.Fprintf(&b, "patient %s\n", p.Patient)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Counts)) {
		fmt.Fprintf(&b, "count %s %d\n", name, p.Counts[name])
	}
	for _, name := range slices.Sorted(maps.Keys(p.Digests)) {
		fmt.Fprintf(&b, "digest %s %s\n", name, p.Digests[name])
	}
	fmt.Fprintf(&b, "signer %s\n", p.Signer)
	return b.Bytes()
}

// Sign completes a proof: its format, its moment to the second in UTC, its signer
// and the signature that sign makes. It returns [ErrForm] for a kind or a name
// that cannot be, or a count below 0.
func (p *Proof) Sign(signer [ed25519.PublicKeySize]byte, sign func(message []byte) [ed25519.SignatureSize]byte) error {
	p.Format, p.At, p.Signer = 1, p.At.UTC().Truncate(time.Second), hex.EncodeToString(signer[:])
	if p.Counts == nil {
		p.Counts = map[string]int64{}
	}
	if p.Digests == nil {
		p.Digests = map[string]string{}
	}
	signature := sign(p.Message())
	p.Signature = hex.EncodeToString(signature[:])
	return p.Verify()
}

var (
	name   = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	digest = regexp.MustCompile(`^[0-9a-f]{64}$`) // also a public key
	signed = regexp.MustCompile(`^[0-9a-f]{128}$`)
)

// Verify holds the signature against what the proof says. It returns [ErrForm] or
// [ErrSignature]. Whose key the signer's is, only the vault tells that signed.
func (p *Proof) Verify() error {
	if p.Format != 1 || !name.MatchString(string(p.Kind)) || p.Vault.IsZero() || p.At.Location() != time.UTC || p.At.Nanosecond() != 0 {
		return ErrForm
	}
	for key, n := range p.Counts {
		if !name.MatchString(key) || n < 0 {
			return ErrForm
		}
	}
	for key, value := range p.Digests {
		if !name.MatchString(key) || !digest.MatchString(value) {
			return ErrForm
		}
	}
	if !digest.MatchString(p.Signer) || !signed.MatchString(p.Signature) {
		return ErrForm
	}
	signer, err := hex.DecodeString(p.Signer)
	if err != nil {
		return ErrForm
	}
	signature, err := hex.DecodeString(p.Signature)
	if err != nil {
		return ErrForm
	}
	if !ed25519.Verify(signer, p.Message(), signature) {
		return ErrSignature
	}
	return nil
}

// Bytes is the proof as a file: JSON (RFC 8259), in one form only.
func (p *Proof) Bytes() ([]byte, error) {
	b, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("proof: %w", err)
	}
	return append(b, '\n'), nil
}

// Parse reads and verifies a proof; see [Proof.Verify] for its errors. What is not
// to the byte as [Proof.Bytes] writes it is [ErrForm], so that nothing stands in a
// proof which its signature does not cover.
func Parse(b []byte) (*Proof, error) {
	if len(b) > MaxSize {
		return nil, ErrForm
	}
	p := &Proof{}
	if err := json.Unmarshal(b, p); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	again, err := p.Bytes()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, b) {
		return nil, ErrForm
	}
	return p, p.Verify()
}

// Fingerprint is the start of the signer's key in groups, to compare by eye.
func (p *Proof) Fingerprint() string {
	s := p.Signer[:min(32, len(p.Signer))]
	var groups []string
	for len(s) > 4 {
		groups, s = append(groups, s[:4]), s[4:]
	}
	return strings.Join(append(groups, s), " ")
}
