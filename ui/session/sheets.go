package session

import (
	"errors"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault"
)

// Sheets asks for the codes of two sheets of relatives.
type Sheets struct {
	language text.Language
	fields   [2]*kit.Field
}

// NewSheets makes the two fields. kept, which may be nil, holds what was typed when
// they are made again.
func NewSheets(l text.Language, kept *[2]string) *Sheets {
	p := &Sheets{language: l}
	if kept == nil {
		kept = new([2]string)
	}
	for i, which := range []text.Message{text.SheetFirst, text.SheetSecond} {
		f := kit.NewField(l.Say(text.SheetLabel, l.Say(which)), kit.FieldOptions{Hint: l.Say(text.SheetHint), Lines: vault.ShareRows, Mono: true, Value: kept[i]})
		f.Entry.OnChanged = func(typed string) { kept[i] = typed }
		p.fields[i] = f
	}
	return p
}

// Fields are both, to be arranged.
func (p *Sheets) Fields() []fyne.CanvasObject { return []fyne.CanvasObject{p.fields[0], p.fields[1]} }

// First is what has the keyboard first.
func (p *Sheets) First() fyne.Focusable { return p.fields[0].Entry }

// Check reads both; ok is false when the fields say what is wrong.
func (p *Sheets) Check() (one, two vault.Share, ok bool) {
	var read [2]vault.Share
	for i, f := range p.fields {
		f.SetError("")
		share, err := vault.ParseShare(f.Text())
		if err != nil {
			f.SetError(p.language.ExplainShare(err))
			return one, two, false
		}
		read[i] = share
	}
	if err := vault.SameSheets(read[0], read[1]); err != nil {
		p.Refuse(err)
		return one, two, false
	}
	return read[0], read[1], true
}

// Refuse says at the second sheet why the two do not do.
func (p *Sheets) Refuse(err error) { p.fields[1].SetError(p.language.ExplainShare(err)) }

// AboutSheets reports whether an error is one of the sheets that were typed.
func AboutSheets(err error) bool {
	for _, about := range []error{vault.ErrShare, vault.ErrSameShare, vault.ErrOtherSet, vault.ErrWrongShares} {
		if errors.Is(err, about) {
			return true
		}
	}
	return false
}
