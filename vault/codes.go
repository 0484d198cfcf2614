package vault

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"carnet/vault/exchange/fhir"
	"carnet/vault/exchange/hcert"
	"carnet/vault/exchange/reading"
	"carnet/vault/exchange/shl"
	"carnet/vault/record"
)

// Part is a part of a page that a person framed, in parts of its width and height from
// its upper left corner. The zero Part is the whole page.
type Part struct {
	X, Y, Width, Height float64
}

// Scanner reads the codes on a page, from 1. It is the caller's, as [Prober]: nothing
// under vault parses a picture in this process. likely says that something looks like a
// code and was not read.
type Scanner interface {
	Scan(ctx context.Context, content io.Reader, size int64, page int, part Part) (texts []string, likely bool, err error)
}

// maxScanned is how many pages of a document are looked at when no page is named.
const maxScanned = 20

// CodeReading is what one code of a document says.
type CodeReading struct {
	*Reading
	Attestation *hcert.Attestation // of an EU certificate or a 2D-DOC, else nil
	Link        *shl.Link          // of a SMART Health Link, which is not followed, else nil
	Misused     bool               // the certificate was not made for such attestations
}

// ReadCodes reads the attestations in the codes of a document, after a journal row that
// it was read: on one page, or with page 0 on all up to the twentieth, and in one part
// of it when part is not zero. A document that is text is taken for the text of a code.
// Signatures are held against the certificates that are known now. Nothing enters the
// profile: [Vault.Adopt] does that.
//
// It returns [ErrNoDocument], [ErrNoCode] when no code is there, [ErrFrameCode] when
// one seems to be there and has to be framed, [ErrPagesLeft] when pages were left out that
// have to be asked for, [ErrOtherCode] when codes say something
// else than an attestation, an error of hcert or shl when an attestation is faulty and
// none is sound, or that of the scanner.
func (v *Vault) ReadCodes(ctx context.Context, id record.ID, scanner Scanner, page int, part Part) ([]*CodeReading, error) {
	d, err := v.Document(id)
	if err != nil {
		return nil, wrap("read codes", err)
	}
	content, err := v.Open(ctx, id, record.DocumentRead)
	if err != nil {
		return nil, wrap("read codes", err)
	}
	texts, err := textsOf(ctx, content, &d, scanner, page, part)
	if err != nil {
		return nil, wrap("read codes", err)
	}
	out, err := v.attestations(ctx, &d, texts)
	return out, wrap("read codes", err)
}

func textsOf(ctx context.Context, content *Content, d *record.Document, scanner Scanner, page int, part Part) (texts []string, err error) {
	if !isDrawn(d.MediaType) {
		if content.Size() > shl.MaxText {
			return nil, ErrNoCode
		}
		b := make([]byte, content.Size())
		if _, err := content.ReadAt(b, 0); err != nil && err != io.EOF {
			return nil, err
		}
		if !utf8.Valid(b) {
			return nil, ErrNoCode
		}
		return []string{string(b)}, nil
	}
	first, last := page, page
	if page == 0 {
		first, last = 1, min(max(1, d.Proposed.Pages), maxScanned)
	}
	likely, lost := false, false
	for n := first; n <= last; n++ {
		if page == 0 && slices.Contains(d.Proposed.Lost, n) {
			lost = true
			continue
		}
		found, seems, err := scanner.Scan(ctx, io.NewSectionReader(content, 0, content.Size()), content.Size(), n, part)
		if err != nil {
			return nil, err
		}
		texts, likely = append(texts, found...), likely || seems
	}
	switch {
	case len(texts) > 0:
		return texts, nil
	case likely:
		return nil, ErrFrameCode
	case lost:
		return nil, ErrPagesLeft
	}
	return nil, ErrNoCode
}

// isDrawn reports whether a document has pages to look at; what else is text may be that
// of a code.
func isDrawn(mediaType string) bool {
	return mediaType == "application/pdf" || strings.HasPrefix(mediaType, "image/")
}

// attestations decodes the texts of codes.
func (v *Vault) attestations(ctx context.Context, d *record.Document, texts []string) (out []*CodeReading, err error) {
	known, keys, err := v.known()
	if err != nil {
		return nil, err
	}
	var fault error
	for _, text := range gathered(texts) {
		found, err := v.decode(ctx, text, known, keys)
		switch {
		case errors.Is(err, errNoAttestation):
		case err != nil:
			fault = err
		}
		for _, r := range found {
			beside, err := v.beside(d.Patient, r.Reading.Reading)
			if err != nil {
				return nil, err
			}
			r.Reading = beside.of(*d)
			out = append(out, r)
		}
	}
	switch {
	case len(out) > 0:
		return out, nil
	case fault != nil:
		return nil, fault
	}
	return nil, ErrOtherCode
}

// errNoAttestation is a code that says something else.
var errNoAttestation = errors.New("no attestation")

// gathered puts the parts of cards together, which are read as one.
func gathered(texts []string) (out []string) {
	var cards []string
	for _, text := range texts {
		if strings.HasPrefix(text, shl.PrefixNumeric) {
			cards = append(cards, text)
			continue
		}
		out = append(out, text)
	}
	if cards != nil {
		out = append(out, strings.Join(cards, "\n"))
	}
	return out
}

func (v *Vault) decode(ctx context.Context, text string, known []*x509.Certificate, keys []shl.Key) ([]*CodeReading, error) {
	now := v.opt.Now()
	if a, err := hcert.Read(strings.TrimRight(text, "\r\n")); !errors.Is(err, hcert.ErrOther) {
		if err != nil {
			return nil, err
		}
		signers := hcert.NewSigners(known...)
		return []*CodeReading{{Reading: &Reading{Reading: a.Reading(v.opt.Attestations, signers, now)}, Attestation: a, Misused: a.Verify(signers).Misused}}, nil
	}
	if l, err := shl.ReadLink([]byte(text)); !errors.Is(err, shl.ErrOther) {
		if err != nil {
			return nil, err
		}
		r := &reading.Reading{Format: shl.FormatLink, Title: l.Label}
		if !l.Expires.IsZero() && l.Expires.Before(now) {
			r.Doubts = []reading.Doubt{{Code: reading.Expired, About: l.Expires.Format(time.DateOnly)}}
		}
		return []*CodeReading{{Reading: &Reading{Reading: r}, Link: l}}, nil
	}
	cards, err := shl.ReadCards([]byte(text))
	if errors.Is(err, shl.ErrOther) {
		return nil, errNoAttestation
	}
	if err != nil {
		return nil, err
	}
	var out []*CodeReading
	for _, c := range cards {
		r, err := fhir.Reader.Decode(ctx, reading.Source{ReaderAt: bytes.NewReader(c.Bundle), Size: int64(len(c.Bundle)), Kinds: v.opt.Profile})
		if err != nil {
			return nil, err
		}
		state, by := c.Verify(known, keys)
		r.Format, r.Author, r.Date = shl.FormatCard, c.Issuer, c.NotBefore.Format(time.DateOnly)
		r.Signature = hcert.Signed(hcert.Verification{State: state, Certificate: by}, now)
		if by == nil && (state == reading.Valid || state == reading.UnknownKey) {
			r.Signature.Signer = c.Issuer
		}
		if !c.Expires.IsZero() && !now.Before(c.Expires) {
			r.Doubts = append(slices.Clip(r.Doubts), reading.Doubt{Code: reading.Expired, About: c.Expires.Format(time.DateOnly)})
		}
		out = append(out, &CodeReading{Reading: &Reading{Reading: r}})
	}
	return out, nil
}
