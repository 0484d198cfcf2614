package medical

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// add begins an entry of a kind; a measurement asks first which.
func (m *Medical) add(k *profile.Kind) {
	e := record.Entry{Kind: k.Code, Patient: m.s.Person().ID}
	if k.Code != profile.Measurement {
		session.EntryForm(m.s, e, nil, m.Enter)
		return
	}
	var sheet *kit.Sheet
	var rows []fyne.CanvasObject
	for _, o := range m.s.Kinds.Observations {
		rows = append(rows, kit.NewRow(m.s.Label(o.LabelFR, o.LabelEN), theme.NavigateNextIcon(), func() {
			sheet.Close()
			e.Type, e.Unit = o.Code, o.Units[0].UCUM
			session.EntryForm(m.s, e, nil, m.Enter)
		}))
	}
	sheet = m.s.Stage.ShowSheet(kit.SheetOptions{
		Title: m.s.Say(text.ChooseMeasure), Content: container.NewVBox(rows...), Focus: kit.FirstFocus(rows[0]),
		Actions: []*kit.Button{kit.NewButton(m.s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })},
	})
}

// edit opens an entry in the form; one that says « none known » has nothing to
// edit but goes to the bin when something is added.
func (m *Medical) edit(e record.Entry) {
	if e.Status == record.NoneKnown {
		m.add(m.s.Kinds.Kind(e.Kind))
		return
	}
	session.EntryForm(m.s, e, nil, m.Enter)
}
