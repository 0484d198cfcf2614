package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/hcert"
	"carnet/vault/exchange/reading"
	"carnet/vault/exchange/shl"
	"carnet/vault/record"
	"carnet/vault/render"
)

// codeJSON is what a code says, as scripts read it.
type codeJSON struct {
	Format    reading.Format         `json:"format"`
	Kind      string                 `json:"kind,omitempty"`
	Title     string                 `json:"title"`
	Date      string                 `json:"date,omitempty"`
	Issuer    string                 `json:"issuer,omitempty"`
	Family    string                 `json:"family,omitempty"`
	Given     string                 `json:"given,omitempty"`
	Birth     string                 `json:"birth,omitempty"`
	State     reading.SignatureState `json:"signature"`
	Signer    string                 `json:"signer,omitempty"`
	NotBefore string                 `json:"certificateFrom,omitempty"`
	NotAfter  string                 `json:"certificateUntil,omitempty"`
	Misused   bool                   `json:"certificateMisused"`
	Doubts    []reading.DoubtCode    `json:"doubts"`
	Address   string                 `json:"address,omitempty"` // of a link
	Proposals []codeProposalJSON     `json:"proposals"`
}

type codeProposalJSON struct {
	Number int       `json:"number"`
	Kind   string    `json:"kind"`
	Text   string    `json:"text"`
	Type   string    `json:"type,omitempty"`
	Date   string    `json:"date"`
	Dose   string    `json:"dose,omitempty"`
	Known  string    `json:"known"` // same, similar or no
	Beside record.ID `json:"beside,omitzero"`
}

var likenesses = map[reading.Likeness]string{reading.Unlike: "no", reading.Similar: "similar", reading.Same: "same"}

func (a *app) codesCommand() *cobra.Command {
	var page int
	var frame, accept string
	c := a.word(text.DocumentCodes)
	a.verb(c, 1, 1, func(args []string) error {
		part, ok := parsePart(frame)
		if !ok {
			return a.usage(text.CodeFrame)
		}
		if part != (vault.Part{}) && page == 0 {
			page = 1
		}
		return a.withVault(func(v *vault.Vault) error {
			d, err := a.document(v, args[0])
			if err != nil {
				return err
			}
			found, err := v.ReadCodes(a.ctx, d.ID, session.Scanner{Client: a.renderer()}, page, part)
			if err != nil {
				return err
			}
			if accept != "" {
				return a.acceptCodes(v, d.ID, found, accept)
			}
			return a.giveCodes(v, found)
		})
	})
	c.Flags().IntVar(&page, "page", 0, a.Say(text.OptCodePage))
	c.Flags().StringVar(&frame, "frame", "", a.Say(text.OptCodeFrame))
	c.Flags().StringVar(&accept, "accept", "", a.Say(text.OptCodeAccept))
	return c
}

// parsePart reads x,y,width,height; nothing is the whole page.
func parsePart(s string) (p vault.Part, ok bool) {
	if s == "" {
		return p, true
	}
	fields := strings.Split(s, ",")
	if len(fields) != 4 {
		return p, false
	}
	for i, to := range []*float64{&p.X, &p.Y, &p.Width, &p.Height} {
		var err error
		if *to, err = strconv.ParseFloat(strings.TrimSpace(fields[i]), 64); err != nil {
			return p, false
		}
	}
	return p, p != (vault.Part{}) && render.Region(p).IsValid()
}

func (a *app) codesJSON(found []*vault.CodeReading) []codeJSON {
	out, n := []codeJSON{}, 0
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.DateOnly)
	}
	for _, r := range found {
		c := codeJSON{
			Format: r.Format, Title: a.CodeTitle(r.Reading.Reading, r.Attestation), Date: r.Date, Issuer: r.Author, Family: r.Subject.Family, Given: r.Subject.Given, Birth: r.Subject.Birth,
			State: r.Signature.State, Signer: r.Signature.Signer, NotBefore: day(r.Signature.NotBefore), NotAfter: day(r.Signature.NotAfter), Misused: r.Misused,
			Doubts: []reading.DoubtCode{}, Proposals: []codeProposalJSON{},
		}
		if r.Attestation != nil {
			c.Kind = string(r.Attestation.Kind)
		}
		if r.Link != nil {
			c.Address = r.Link.Address
		}
		for _, d := range r.Doubts {
			c.Doubts = append(c.Doubts, d.Code)
		}
		for _, p := range r.Proposals {
			n++
			one := codeProposalJSON{Number: n, Kind: p.Kind, Text: p.Text, Type: p.Type, Date: p.Start, Dose: p.Value, Known: likenesses[p.Like]}
			if len(p.Known) > 0 {
				one.Beside = p.Known[0].ID
			}
			c.Proposals = append(c.Proposals, one)
		}
		out = append(out, c)
	}
	return out
}

func (a *app) giveCodes(v *vault.Vault, found []*vault.CodeReading) error {
	known, err := v.Certificates()
	if err != nil {
		return err
	}
	return a.give(a.codesJSON(found), func() { a.tellCodes(found, known) })
}

// tellCodes writes what codes say, and each proposal beside what the profile has.
func (a *app) tellCodes(found []*vault.CodeReading, known []record.Certificate) {
	n := 0
	line := func(s string) { fmt.Fprintln(a.out, harmless([]any{s})...) }
	for _, r := range found {
		line(a.CodeTitle(r.Reading.Reading, r.Attestation))
		if r.Attestation != nil {
			for _, row := range a.Attestation(r.Attestation, a.tables.Terms) {
				a.tell(text.CodeRow, row.Name, row.Value)
			}
		}
		if r.Link != nil {
			a.tell(text.CodeLink, r.Link.Address)
		}
		if s := a.Signature(r.Signature, r.Misused); s != "" {
			line(s)
			line(a.SignatureChecked(r.Signature, known))
		}
		if r.Attestation != nil && r.Attestation.Form == hcert.DCC {
			a.tell(text.CodeFramework, a.Day(a.tables.Terms.Ended))
		}
		for _, p := range r.Proposals {
			n++
			a.tell(text.CodeProposal, n, a.EntryTitle(a.tables.Kinds, &p.Entry), a.Day(p.Start))
			for _, known := range p.Known {
				m := text.CodeSimilar
				if p.Like == reading.Same {
					m = text.CodeKnown
				}
				a.tell(m, a.EntryTitle(a.tables.Kinds, &known), a.Day(known.Start))
			}
		}
	}
}

// acceptCodes writes the proposals that a person named into the profile.
func (a *app) acceptCodes(v *vault.Vault, document record.ID, found []*vault.CodeReading, which string) error {
	var all, chosen []record.Entry
	for _, r := range found {
		for _, p := range r.Proposals {
			all = append(all, p.Entry)
		}
	}
	if chosen = all; which != "all" {
		chosen = nil
		for _, s := range strings.Split(which, ",") {
			n, err := strconv.Atoi(strings.TrimSpace(s))
			if err != nil || n < 1 || n > len(all) {
				return a.usage(text.CodeNumber, s)
			}
			chosen = append(chosen, all[n-1])
		}
	}
	added, known, err := v.Adopt(a.ctx, document, chosen...)
	if err != nil {
		return err
	}
	ids := []record.ID{}
	for _, e := range added {
		ids = append(ids, e.ID)
	}
	return a.give(map[string]any{"added": ids, "known": len(known)}, func() { a.tell(text.CodeAdopted, len(added), len(known)) })
}

// certificateJSON is a known certificate as scripts read it.
type certificateJSON struct {
	ID        record.ID `json:"id"`
	Subject   string    `json:"subject"`
	Issuer    string    `json:"issuer"`
	Key       string    `json:"key,omitempty"` // the name of a bare key, which has no dates
	NotBefore time.Time `json:"notBefore,omitzero"`
	NotAfter  time.Time `json:"notAfter,omitzero"`
	GivenAt   time.Time `json:"givenAt"`
	Attests   []string  `json:"attests"` // empty for whatever it is
}

func (a *app) certificateCommands() *cobra.Command {
	var issuer string
	add := a.verb(a.word(text.CertificateAdd), 1, -1, func(args []string) error {
		files, sets, err := session.SignerFiles(issuer != "", args...)
		switch {
		case err != nil:
			return err
		case issuer != "" && len(files) > 0:
			return shl.ErrKeySet
		case issuer == "" && len(sets) > 0:
			return a.usage(text.KeyIssuerMissing)
		}
		return a.withVault(func(v *vault.Vault) error {
			var added []record.Certificate
			if issuer != "" {
				added, err = v.AddKeys(a.ctx, issuer, sets...)
			} else {
				added, err = v.AddCertificates(a.ctx, files...)
			}
			if err != nil {
				return err
			}
			return a.give(certificatesJSON(added), func() { a.tell(text.CertificatesAdded, len(added)) })
		})
	})
	add.Flags().StringVar(&issuer, "issuer", "", a.Say(text.OptKeyIssuer))
	return a.word(text.Certificate,
		add,
		a.verb(a.word(text.CertificateList), 0, 0, func([]string) error {
			return a.withVault(func(v *vault.Vault) error {
				all, err := v.Certificates()
				if err != nil {
					return err
				}
				return a.give(certificatesJSON(all), func() {
					if len(all) == 0 {
						a.tell(text.NoCertificates)
					}
					for _, c := range all {
						fmt.Fprintln(a.out, harmless([]any{a.CertificateOf(short(c.ID), c)})...)
					}
				})
			})
		}),
		a.verb(a.word(text.CertificateRemove), 1, 1, func(args []string) error {
			return a.withVault(func(v *vault.Vault) error {
				all, err := v.Certificates()
				if err != nil {
					return err
				}
				var found []record.ID
				for _, c := range all {
					if begins(c.ID, args[0]) {
						found = append(found, c.ID)
					}
				}
				switch len(found) {
				case 0:
					return vault.ErrNoCertificate
				case 1:
				default:
					return a.usage(text.WhichCertificate)
				}
				if err := v.RemoveCertificate(a.ctx, found[0]); err != nil {
					return err
				}
				return a.give(map[string]any{"removed": found[0]}, func() { a.tell(text.CertificateGone) })
			})
		}))
}

func certificatesJSON(all []record.Certificate) []certificateJSON {
	out := []certificateJSON{}
	for _, c := range all {
		one := certificateJSON{ID: c.ID, Subject: c.Subject, Issuer: c.Issuer, Key: c.Key, GivenAt: c.GivenAt.Time().UTC(), Attests: append([]string{}, c.Attests...)}
		if c.Key == "" {
			one.NotBefore, one.NotAfter = c.NotBefore.Time().UTC(), c.NotAfter.Time().UTC()
		}
		out = append(out, one)
	}
	return out
}
