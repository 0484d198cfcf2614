package hcert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base32"
	"math/big"
	"strconv"
	"strings"
	"time"

	"carnet/vault/exchange/reading"
)

// The marks of a 2D-DOC (ANTS, « Spécifications techniques des codes à barres
// 2D-DOC », v3.1.3, chapter 4).
const (
	fieldEnd     = 0x1d // GS: a field shorter than its greatest length ends
	fieldCut     = 0x1e // RS: a field ends that was longer than its greatest length
	signatureAt  = 0x1f // US
	signatureLen = 64   // bytes: r and s of ECDSA on P-256
)

// headerLen is how long a header is, in characters, by its version.
var headerLen = map[string]int{"02": 22, "03": 24, "04": 26}

// epoch is the day that the dates of a header count from.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// noDate stands in a header for a date that is not said.
const noDate = "FFFF"

// field2D is a field of the message: its greatest length in characters, and whether
// it always has that.
type field2D struct {
	max   int
	fixed bool
	put   func(*Attestation, string) bool
}

// Types of documents (chapter 6 of the specification): the attestation of a
// vaccination, and that of a test.
const (
	typeVaccination = "L1"
	typeTest        = "B2"
)

var fields2D = map[string]map[string]field2D{
	typeVaccination: {
		"L0": {80, false, text(func(a *Attestation) *string { return &a.Family })},
		"L1": {80, false, text(func(a *Attestation) *string { return &a.Given })},
		"L2": {8, true, date(func(a *Attestation) *string { return &a.Birth })},
		"L3": {30, false, text(func(a *Attestation) *string { return &a.Disease })},
		"L4": {15, false, text(func(a *Attestation) *string { return &a.Vaccine })},
		"L5": {30, false, text(func(a *Attestation) *string { return &a.Product })},
		"L6": {30, false, text(func(a *Attestation) *string { return &a.Holder })},
		"L7": {1, true, number(func(a *Attestation) *int { return &a.Dose })},
		"L8": {1, true, number(func(a *Attestation) *int { return &a.Doses })},
		"L9": {8, true, date(func(a *Attestation) *string { return &a.Date })},
		"LA": {2, true, oneOf(nil, "CO", "TE")}, // the course goes on, or is over
	},
	typeTest: {
		"F0": {60, false, text(func(a *Attestation) *string { return &a.Given })},
		"F1": {38, false, text(func(a *Attestation) *string { return &a.Family })},
		"F2": {8, true, date(func(a *Attestation) *string { return &a.Birth })},
		"F3": {1, true, oneOf(func(a *Attestation) *string { return &a.Sex }, "F", "M", "U")},
		"F4": {7, false, text(func(a *Attestation) *string { return &a.TestKind })},
		"F5": {1, true, oneOf(func(a *Attestation) *string { return &a.Result }, "P", "N", "I", "X")},
		"F6": {12, true, moment(func(a *Attestation) *string { return &a.Date })},
	},
}

// needed are the fields without which an attestation says nothing.
var needed = map[string]string{typeVaccination: "L0 L1 L2 L3 L9", typeTest: "F0 F1 F2 F5 F6"}

func is2DDoc(s string) bool {
	return len(s) >= 4 && s[:2] == "DC" && headerLen[s[2:4]] != 0 && len(s) >= headerLen[s[2:4]]
}

func read2DDoc(s string) (*Attestation, error) {
	s = strings.TrimRight(s, "\r\n")
	length := headerLen[s[2:4]]
	signed, signature, ok := strings.Cut(s, string(rune(signatureAt)))
	if !ok || len(signed) < length {
		return nil, ErrEnvelope
	}
	header := signed[:length]
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(signature, "="))
	if err != nil {
		return nil, ErrEncoding
	}
	a := &Attestation{Form: TwoD, Version: header[2:4], Document: header[20:22], Kind: Other}
	var okIssued, okSigned bool
	_, okIssued = headerDate(header[12:16])
	a.IssuedAt, okSigned = headerDate(header[16:20])
	if !okIssued || !okSigned {
		return nil, ErrEnvelope
	}
	if length == headerLen["04"] {
		a.Country = header[24:26]
	}
	switch a.Document {
	case typeVaccination:
		a.Kind = Vaccination
	case typeTest:
		a.Kind = Test
	}
	if a.Kind != Other {
		if err := a.readFields(a.Document, signed[length:]); err != nil {
			return nil, err
		}
	}
	authority, signer := header[4:8], header[8:12]
	a.verify = func(known *Signers) Verification { return verify2DDoc(signed, raw, authority, signer, known) }
	return a, nil
}

func (a *Attestation) readFields(document, message string) error {
	seen := map[string]bool{}
	for message != "" {
		if len(message) < 2 {
			return ErrPayload
		}
		id := message[:2]
		f, ok := fields2D[document][id]
		if !ok || seen[id] {
			return ErrPayload
		}
		seen[id] = true
		var value string
		value, message, ok = f.cut(message[2:])
		if !ok {
			return ErrPayload
		}
		if message != "" && (message[0] == fieldEnd || message[0] == fieldCut) {
			a.Cut = a.Cut || message[0] == fieldCut
			message = message[1:]
		}
		if !f.put(a, strings.TrimSpace(value)) {
			return ErrSchema
		}
	}
	for _, id := range strings.Fields(needed[document]) {
		if !seen[id] {
			return ErrSchema
		}
	}
	return nil
}

// cut takes the value of a field from the beginning of a message, and leaves the
// mark behind it.
func (f *field2D) cut(message string) (value, rest string, ok bool) {
	end := strings.IndexAny(message, string([]rune{fieldEnd, fieldCut}))
	if end < 0 {
		end = len(message)
	}
	if f.fixed {
		return message[:min(f.max, len(message))], message[min(f.max, len(message)):], end >= f.max
	}
	// One that has its greatest length may have no mark behind it.
	if end > f.max {
		end = f.max
	}
	return message[:end], message[end:], true
}

func headerDate(hexadecimal string) (time.Time, bool) {
	if hexadecimal == noDate {
		return time.Time{}, true
	}
	days, err := strconv.ParseUint(hexadecimal, 16, 16)
	return epoch.AddDate(0, 0, int(days)), err == nil
}

func text(at func(*Attestation) *string) func(*Attestation, string) bool {
	return func(a *Attestation, value string) bool { *at(a) = value; return value != "" }
}

func number(at func(*Attestation) *int) func(*Attestation, string) bool {
	return func(a *Attestation, value string) (ok bool) {
		n, err := strconv.Atoi(value)
		*at(a) = n
		return err == nil && n > 0
	}
}

// date reads DDMMYYYY.
func date(at func(*Attestation) *string) func(*Attestation, string) bool {
	return layout("02012006", at)
}

// moment reads DDMMYYYYhhmm, of which the day is kept.
func moment(at func(*Attestation) *string) func(*Attestation, string) bool {
	return layout("020120061504", at)
}

func layout(form string, at func(*Attestation) *string) func(*Attestation, string) bool {
	return func(a *Attestation, value string) bool {
		t, err := time.Parse(form, value)
		*at(a) = t.Format(time.DateOnly)
		return err == nil
	}
}

func oneOf(at func(*Attestation) *string, values ...string) func(*Attestation, string) bool {
	return func(a *Attestation, value string) bool {
		for _, v := range values {
			if v == value {
				if at != nil {
					*at(a) = value
				}
				return true
			}
		}
		return false
	}
}

// verify2DDoc tries the certificates that the header names by the names of authority
// and signer.
func verify2DDoc(signed string, signature []byte, authority, signer string, known *Signers) Verification {
	candidates := known.byName(authority, signer)
	if len(candidates) == 0 {
		return Verification{State: reading.UnknownSigner}
	}
	digest := sha256.Sum256([]byte(signed))
	for _, c := range candidates {
		key, ok := c.PublicKey.(*ecdsa.PublicKey)
		if !ok || key.Curve != elliptic.P256() || len(signature) != signatureLen {
			continue
		}
		r, s := new(big.Int).SetBytes(signature[:signatureLen/2]), new(big.Int).SetBytes(signature[signatureLen/2:])
		if ecdsa.Verify(key, digest[:], r, s) {
			return Verification{State: reading.Valid, Certificate: c}
		}
	}
	return Verification{State: reading.Invalid}
}
