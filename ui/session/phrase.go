package session

import (
	"strings"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault"
)

// NewPhrase asks twice for the new passphrase that label names; check returns it, or
// nil after showing what is wrong. enter, which may be nil, is called by Enter in the
// last field.
func NewPhrase(s *Session, label text.Message, enter func()) (fields []fyne.CanvasObject, first *kit.Field, check func() []byte) {
	phrase := kit.NewField(s.Say(label), kit.FieldOptions{Hint: s.Say(text.OwnPhraseHint), Secret: true})
	again := kit.NewField(s.Say(text.RetypeLabel), kit.FieldOptions{Secret: true})
	show := kit.NewCheck(s.Say(text.ShowPhrase), false, func(visible bool) {
		phrase.SetSecret(!visible)
		again.SetSecret(!visible)
	})
	phrase.Entry.OnEnter, again.Entry.OnEnter = func() { s.Stage.Focus(again.Entry) }, enter
	return []fyne.CanvasObject{phrase, again, show}, phrase, func() []byte {
		phrase.SetError("")
		again.SetError("")
		switch {
		case len([]rune(strings.TrimSpace(phrase.Text()))) < 12:
			phrase.SetError(s.Say(text.PhraseShort))
		case !vault.SamePassphrase(phrase.Text(), again.Text()):
			again.SetError(s.Say(text.RetypeWrong))
		default:
			return []byte(phrase.Text())
		}
		return nil
	}
}
