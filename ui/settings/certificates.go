package settings

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/exchange/shl"
	"carnet/vault/record"
)

// Certificates shows the certificates that were given to this vault, to add some and
// to take one away.
func (t *Settings) Certificates() {
	s := t.s
	t.show(security)
	var all []record.Certificate
	s.Do(func(context.Context) (err error) {
		all, err = s.Vault.Certificates()
		return err
	}, func() { t.certificates(all) })
}

func (t *Settings) certificates(all []record.Certificate) {
	s := t.s
	var sheet *kit.Sheet
	rows := []fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(text.CertificatesText), kit.Body))}
	if len(all) == 0 {
		rows = append(rows, kit.Indent(kit.NewText(s.Say(text.NoCertificates), kit.Strong)))
	}
	for _, c := range all {
		var said []fyne.CanvasObject
		for _, row := range s.CertificateRows(c, s.Now()) {
			said = append(said, kit.NewText(s.Say(text.ChangedTo, row.Name, row.Value), kit.Body))
		}
		remove := kit.NewButton(s.Say(text.CertificateForget, text.CertificateName(c)), theme.ContentRemoveIcon(), kit.Plain, func() {
			sheet.Close()
			s.Act(session.RemovingCertificate(s.Vault, s.Say(text.CertificateGone), c), t.Certificates)
		})
		rows = append(rows, kit.Card(kit.Neutral, kit.Column(0, append(append([]fyne.CanvasObject{kit.NewText(text.CertificateName(c), kit.Section)}, said...), kit.Stretch(remove))...)))
	}
	add := kit.NewButton(s.Say(text.CertificateFrom), theme.ContentAddIcon(), kit.Primary, func() {
		sheet.Close()
		t.addCertificates()
	})
	done := kit.NewButton(s.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })
	sheet = s.Stage.ShowSheet(kit.SheetOptions{Title: s.Say(text.CertificatesVerb), Content: kit.Column(0, rows...), Actions: []*kit.Button{add, done}, Focus: add})
}

// addCertificates asks for a file, and shows the list with what it brought.
func (t *Settings) addCertificates() {
	s := t.s
	s.Stage.Pick(kit.PickerOptions{
		Words: session.PickerWords(s.Language, text.CertificateFrom), Folder: s.Prefs.Folder(), Many: true, Files: true, Folders: true,
		Take: func(paths []string) {
			var files, sets [][]byte
			s.Do(func(context.Context) (err error) {
				files, sets, err = session.SignerFiles(false, paths...)
				return err
			}, func() {
				if len(sets) > 0 {
					t.whoseKeys(files, sets)
					return
				}
				s.Act(session.AddingCertificates(s.Vault, s.Say(text.CertificatesKnown), files, "", nil), t.Certificates)
			})
		},
	})
}

// whoseKeys asks for the issuer of sets of keys, which do not say it, and keeps them.
func (t *Settings) whoseKeys(files, sets [][]byte) {
	s := t.s
	issuer := kit.NewField(s.Say(text.KeyIssuer), kit.FieldOptions{Hint: s.Say(text.KeyIssuerHint)})
	var sheet *kit.Sheet
	keep := kit.NewButton(s.Say(text.KeyKeep), theme.ConfirmIcon(), kit.Primary, func() {
		if _, err := shl.Issuer(issuer.Text()); err != nil {
			issuer.SetError(s.Say(text.KeyIssuerWrong))
			return
		}
		for _, set := range sets {
			if _, err := shl.ReadKeys(issuer.Text(), set); err != nil {
				sheet.Close()
				s.Explain(err)
				return
			}
		}
		sheet.Close()
		s.Act(session.AddingCertificates(s.Vault, s.Say(text.CertificatesKnown), files, issuer.Text(), sets), t.Certificates)
	})
	no := kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title:   s.Say(text.KeyWhose),
		Content: kit.Column(0, kit.Indent(kit.NewText(s.Say(text.KeyWhoseText), kit.Body)), issuer),
		Actions: []*kit.Button{keep, no}, Focus: issuer.Entry,
	})
}

// signers is the part of the settings for the signatures of attestations.
func (t *Settings) signers() fyne.CanvasObject {
	s := t.s
	return kit.Card(kit.Neutral, kit.Column(0,
		kit.NewText(s.Say(text.CertificatesSection), kit.Section),
		kit.NewText(s.Say(text.CertificatesText), kit.Body),
		kit.Stretch(kit.NewButton(s.Say(text.CertificatesVerb), theme.ListIcon(), kit.Plain, t.Certificates))))
}
