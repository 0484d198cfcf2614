package library

import (
	"context"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/hcert"
	"carnet/vault/record"
)

// Codes reads the attestations in the codes of the chosen document: in the part of
// the page that is in sight when one looks at it from near, which frames a code that
// is hard to find, else on all its pages.
func (l *Library) Codes() {
	s := l.s
	docs := l.chosen()
	if len(docs) != 1 {
		if len(docs) > 1 {
			s.Tell(s.Say(text.OneDocumentToRead), nil)
		}
		return
	}
	page, part := 0, vault.Part{}
	if l.detail != nil && l.detail.id == docs[0].ID {
		page, part = l.detail.framed()
	}
	s.Tell(s.Say(text.CodesReading), nil)
	var found []*vault.CodeReading
	var known []record.Certificate
	s.Do(func(ctx context.Context) (err error) {
		if found, err = s.Vault.ReadCodes(ctx, docs[0].ID, session.Scanner{Client: s.Pages}, page, part); err != nil {
			return err
		}
		known, err = s.Vault.Certificates()
		return err
	}, func() { l.showCodes(docs[0].ID, found, known) })
}

// framed is the part of the page in sight when it is seen from near, however the page
// is turned; no page and the zero part when all of it is seen.
func (d *detail) framed() (page int, part vault.Part) {
	if d.zoom == 0 {
		return 0, vault.Part{}
	}
	at, size := d.pan.Seen()
	x, y, w, h := float64(at.X), float64(at.Y), float64(size.Width), float64(size.Height)
	switch d.turns {
	case 1:
		x, y, w, h = y, 1-x-w, h, w
	case 2:
		x, y = 1-x-w, 1-y-h
	case 3:
		x, y, w, h = 1-y-h, x, h, w
	}
	return d.page, vault.Part{X: max(0, x), Y: max(0, y), Width: w, Height: h}
}

// showCodes says what codes say and who signed it, and asks what of it enters the
// profile.
func (l *Library) showCodes(document record.ID, found []*vault.CodeReading, known []record.Certificate) {
	s := l.s
	var parts []suggestion
	for _, r := range found {
		about := []fyne.CanvasObject{kit.Indent(kit.NewText(s.CodeTitle(r.Reading.Reading, r.Attestation), kit.Section))}
		say := func(line string, style kit.Style) { about = append(about, kit.Indent(kit.NewText(line, style))) }
		if r.Attestation != nil {
			for _, row := range s.Attestation(r.Attestation, s.Terms) {
				say(s.Say(text.ChangedTo, row.Name, row.Value), kit.Body)
			}
		}
		if r.Link != nil {
			say(s.Say(text.CodeLink, r.Link.Address), kit.Body)
		}
		if signed := s.Signature(r.Signature, r.Misused); signed != "" {
			say(signed, kit.Strong)
			say(s.SignatureChecked(r.Signature, known), kit.Quiet)
		}
		if r.Attestation != nil && r.Attestation.Form == hcert.DCC {
			say(s.Say(text.CodeFramework, s.Day(s.Terms.Ended)), kit.Quiet)
		}
		parts = append(parts, suggestion{about, r.Reading})
	}
	l.review(document, s.Say(text.CodesTitle), parts...)
}
