package hcert

import (
	"cmp"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"carnet/vault/exchange/reading"
	"carnet/vault/record"
	"carnet/vault/table"
)

// Term is a code that attestations use, in words.
type Term struct {
	Code    string `json:"code"`
	Type    string `json:"type"` // of a vaccination of the profile, "" for none
	LabelFR string `json:"label_fr"`
	LabelEN string `json:"label_en"`
}

// Terms is one edition of the codes. The nil *Terms knows none.
type Terms struct {
	table.Edition
	Ended string `json:"ended"` // the last day of the European framework
	Terms []Term `json:"terms"`
}

// Load reads the newest edition at the root of fsys. It returns an error of
// [table.Newest], or one that wraps [table.ErrFormat].
func Load(fsys fs.FS) (*Terms, error) {
	var t Terms
	if err := table.Newest(fsys, "attestations-", &t, &t.Edition); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, term := range t.Terms {
		if term.Code == "" || term.LabelFR == "" || term.LabelEN == "" || seen[term.Code] {
			return nil, fmt.Errorf("attestations: code %q: %w", term.Code, table.ErrFormat)
		}
		seen[term.Code] = true
	}
	if _, err := time.Parse(time.DateOnly, t.Ended); err != nil {
		return nil, fmt.Errorf("attestations: end: %w", table.ErrFormat)
	}
	return &t, nil
}

// Term finds a code, nil for one that is not known.
func (t *Terms) Term(code string) *Term {
	if t == nil {
		return nil
	}
	for i := range t.Terms {
		if t.Terms[i].Code == code {
			return &t.Terms[i]
		}
	}
	return nil
}

// Reading says what the attestation says, in the words that every decoder uses, with
// what the certificates that are known say of it now.
func (a *Attestation) Reading(terms *Terms, known *Signers, now time.Time) *reading.Reading {
	v := a.Verify(known)
	r := &reading.Reading{
		Format: reading.Format(a.Form), Variant: string(a.Kind), ID: a.Identity, Version: a.Version, Date: a.Date, Author: a.Issuer,
		Subject:   reading.Subject{Family: cmp.Or(a.Family, spaced(a.FamilyLatin)), Given: cmp.Or(a.Given, spaced(a.GivenLatin)), Birth: a.Birth},
		Signature: Signed(v, now),
	}
	if !a.Current(now) {
		r.Doubts = append(r.Doubts, reading.Doubt{Code: reading.Expired, About: a.Expires.Format(time.DateOnly)})
	}
	if a.Kind == Vaccination {
		r.Proposals = []reading.Proposal{{Entry: a.entry(terms)}}
	}
	return r
}

// spaced writes a name of a passport with spaces.
func spaced(name string) string { return strings.ReplaceAll(name, "<", " ") }

// entry is the vaccination for a profile: its product, or the kind of vaccine where
// nothing names the product.
func (a *Attestation) entry(terms *Terms) record.Entry {
	e := record.Entry{
		Kind: "immunization", Text: cmp.Or(a.Product, a.Vaccine, a.Disease), Status: "completed", Start: a.Date,
		Location: a.Country, Performer: a.Issuer, Note: a.Identity, Source: record.SourceDocument,
	}
	if t := terms.Term(e.Text); t != nil {
		e.Text = t.LabelFR
	}
	for _, code := range []string{a.Product, a.Vaccine, a.Disease} {
		if t := terms.Term(code); t != nil && t.Type != "" {
			e.Type = t.Type
			break
		}
	}
	if a.Dose > 0 && a.Doses > 0 {
		e.Value = fmt.Sprintf("%d/%d", a.Dose, a.Doses)
	}
	return e
}

// Signed puts a verification in the words that every decoder uses.
func Signed(v Verification, now time.Time) reading.Signature {
	s := reading.Signature{State: v.State, Checked: now}
	if c := v.Certificate; c != nil {
		s.Signer, s.NotBefore, s.NotAfter = c.Subject.String(), c.NotBefore, c.NotAfter
	}
	return s
}
