// Package medical is the medical profile of the person shown: its parts, what is
// written in each, and the forms that write it.
package medical

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// Medical is the screen.
type Medical struct {
	s       *session.Session
	entries []record.Entry

	measured []vault.MeasurementSeries // by devices
	read     bool
	parts    *fyne.Container
	first    fyne.Focusable
}

// New makes the screen.
func New(s *session.Session) *Medical { return &Medical{s: s} }

// Title says what the screen is for.
func (m *Medical) Title() string { return m.s.Say(text.MedicalTitle) }

// Help says what can be done here.
func (m *Medical) Help() string { return m.s.Say(text.MedicalHelp) }

// Leave is part of [session.Screen].
func (m *Medical) Leave() { m.parts = nil }

// Focus is the first line of the profile.
func (m *Medical) Focus() fyne.Focusable { return m.first }

// Enter reads the profile of the person shown.
func (m *Medical) Enter() {
	m.read = false
	patient := m.s.Person().ID
	var entries []record.Entry
	var measured []vault.MeasurementSeries
	m.s.Do(func(context.Context) (err error) {
		if patient.IsZero() {
			return nil
		}
		if entries, err = m.s.Vault.Entries(patient); err == nil {
			measured, err = m.s.Vault.MeasurementSeries(patient)
		}
		return err
	}, func() {
		if patient != m.s.Person().ID {
			return
		}
		m.entries, m.measured, m.read = entries, measured, true
		m.fill()
	})
}

// Content is the screen.
func (m *Medical) Content(kit.Width) fyne.CanvasObject {
	m.parts = kit.Column(0)
	m.fill()
	return kit.NewScroll(kit.Column(kit.ReadingWidth,
		kit.Indent(kit.NewText(m.Title(), kit.Heading)),
		kit.Indent(kit.NewText(m.s.Say(text.MedicalOf, m.s.Named(m.s.Person())), kit.Quiet)),
		kit.Stretch(
			kit.NewButton(m.s.Say(text.SummaryTitle), theme.DocumentPrintIcon(), kit.Plain, m.summary),
			kit.NewButton(m.s.Say(text.TimelineTitle), theme.HistoryIcon(), kit.Plain, m.timeline),
		),
		m.parts,
	))
}

// fill shows what was read.
func (m *Medical) fill() {
	if m.parts == nil {
		return
	}
	m.parts.Objects = nil
	for i := range m.s.Kinds.Kinds {
		if k := &m.s.Kinds.Kinds[i]; k.Listed() {
			m.parts.Add(m.part(k))
		}
	}
	if removed := m.of("", true); len(removed) > 0 {
		m.parts.Add(kit.Stretch(kit.NewButton(m.s.Say(text.BinOfProfile, len(removed)), theme.DeleteIcon(), kit.Plain, func() { m.showBin(removed) })))
	}
	was := m.first
	m.first = kit.FirstFocus(m.parts)
	if focused := m.s.Stage.Canvas().Focused(); !m.s.Stage.SheetOpen() && (focused == nil || focused == was) {
		m.s.Stage.Focus(m.first)
	}
	m.parts.Refresh()
	m.s.Stage.Settle()
}

// of lists the entries of a kind, of all kinds for "", in the bin or out of it.
func (m *Medical) of(kind string, bin bool) (out []record.Entry) {
	for _, e := range m.entries {
		if (kind == "" || e.Kind == kind) && (e.RemovedAt != 0) == bin {
			out = append(out, e)
		}
	}
	return out
}

// part is one kind: what is written, and the buttons that write.
func (m *Medical) part(k *profile.Kind) fyne.CanvasObject {
	s := m.s
	entries := m.of(k.Code, false)
	rows := []fyne.CanvasObject{kit.Indent(kit.NewText(s.Kind(k), kit.Section))}
	if m.read && len(entries) == 0 {
		rows = append(rows, kit.Indent(kit.NewText(s.Say(text.KindEmpty), kit.Quiet)))
	}
	var changed record.Millis
	for _, e := range entries {
		changed = max(changed, e.AddedAt)
		if k.Code != profile.Measurement {
			rows = append(rows, m.row(e))
		}
	}
	if k.Code == profile.Measurement {
		rows = append(rows, m.series(entries)...)
		rows = append(rows, m.devices()...)
	}
	if len(entries) > 0 {
		rows = append(rows, kit.Indent(kit.NewText(s.Say(text.LatestAddition, s.Date(changed.Time())), kit.Caption)))
	}
	buttons := []fyne.CanvasObject{kit.NewButton(s.Say(text.AddToKind, s.Kind(k)), theme.ContentAddIcon(), kit.Plain, func() { m.add(k) })}
	if k.NoneFR != "" && len(entries) == 0 {
		buttons = append(buttons, kit.NewButton(s.Label(k.NoneFR, k.NoneEN), theme.ConfirmIcon(), kit.Plain, func() { m.sayNone(k) }))
	}
	return kit.Card(kit.Neutral, kit.Column(0, append(rows, kit.Stretch(buttons...))...))
}

// row is a line that opens its entry.
func (m *Medical) row(e record.Entry) fyne.CanvasObject {
	label := m.s.EntryTitle(m.s.Kinds, &e)
	for _, more := range []string{m.s.EntryDates(&e), m.s.ContestState(e.Outcome)} {
		if more != "" {
			label += text.Between + more
		}
	}
	return kit.NewRow(label, theme.NavigateNextIcon(), func() { m.show(e.ID) })
}

// showBin lists what can be taken out of the bin.
func (m *Medical) showBin(removed []record.Entry) {
	var sheet *kit.Sheet
	var rows []fyne.CanvasObject
	for _, e := range removed {
		label := m.s.Kind(m.s.Kinds.Kind(e.Kind)) + text.Between + m.s.EntryTitle(m.s.Kinds, &e)
		rows = append(rows, kit.NewRow(label, theme.NavigateNextIcon(), func() {
			sheet.Close()
			m.show(e.ID)
		}))
	}
	sheet = m.s.Stage.ShowSheet(kit.SheetOptions{
		Title: m.s.Say(text.BinOfProfile, len(removed)), Content: container.NewVBox(rows...), Focus: kit.FirstFocus(rows[0]),
		Actions: []*kit.Button{kit.NewButton(m.s.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })},
	})
}

// sayNone answers « none known ».
func (m *Medical) sayNone(k *profile.Kind) {
	m.write(text.NoneIsSaid, record.Entry{Kind: k.Code, Patient: m.s.Person().ID, Status: record.NoneKnown})
}

// write adds an entry and can take it back, with what gave way to it.
func (m *Medical) write(name text.Message, e record.Entry) {
	m.s.Act(session.AddingEntry(m.s.Vault, m.s.Say(name), e), m.Enter)
}

// entry is what was read of an entry.
func (m *Medical) entry(id record.ID) (record.Entry, bool) {
	i := slices.IndexFunc(m.entries, func(e record.Entry) bool { return e.ID == id })
	if i < 0 {
		return record.Entry{}, false
	}
	return m.entries[i], true
}
