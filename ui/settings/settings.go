// Package settings is how the window looks, how the vault is kept safe, who shares
// it, with which computers and servers it synchronises, which folders are watched,
// and how one leaves.
package settings

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// part is one side of the settings.
type part int

const (
	display part = iota
	security
	whole
	people
	syncing
	watching
	advice
	leaving
)

// Settings is the screen.
type Settings struct {
	s    *session.Session
	part part

	me       record.Keyholder
	holders  []record.Keyholder
	devices  []vault.Device // computers of the keyholder
	patients []patient
	cannot   error // read scans, on this computer
	safety   safety
	sheets   vault.Relatives
	shelf    shelf
	closed   []record.Closed
	closing  *closing   // nil when no closure is being prepared
	mark     *kit.Field // nil when it is not on screen
	parts    *kit.Segments
	body     *fyne.Container
}

// patient is a person and who shares their record.
type patient struct {
	record.Patient
	members []record.Membership
}

// New makes the screen.
func New(s *session.Session) *Settings { return &Settings{s: s} }

// Title says what the screen is for.
func (t *Settings) Title() string { return t.s.Say(text.SettingsTitle) }

// Help says what can be done here.
func (t *Settings) Help() string { return t.s.Say(text.SettingsHelp) }

// Leave is part of [session.Screen].
func (t *Settings) Leave() {
	t.keepMark()
	t.body = nil
	if t.closing != nil && !t.closing.busy {
		t.closing = nil
	}
}

// keepMark keeps the personal mark that was typed, once that is over: keeping it waits
// for the disk.
func (t *Settings) keepMark() {
	if t.mark != nil {
		t.s.Prefs.SetMark(t.mark.Text())
		t.mark = nil
	}
}

// Focus is the choice of the part.
func (t *Settings) Focus() fyne.Focusable { return t.parts }

// Enter reads who is in the vault.
func (t *Settings) Enter() {
	var me record.Keyholder
	var holders []record.Keyholder
	var devices []vault.Device
	var patients []patient
	var last record.Backup
	var closed []record.Closed
	var watched bool
	var sheets vault.Relatives
	var cannot error
	t.s.Do(func(ctx context.Context) (err error) {
		_, cannot = t.s.Recogniser(ctx)
		if me, err = t.s.Vault.Keyholder(); err != nil {
			return err
		}
		if holders, err = t.s.Vault.Keyholders(); err != nil {
			return err
		}
		if devices, err = t.s.Vault.Devices(); err != nil {
			return err
		}
		if last, err = t.s.Vault.LastBackup(); err != nil {
			return err
		}
		if closed, err = t.s.Vault.Closures(); err != nil {
			return err
		}
		watched = t.s.Vault.Watched()
		if sheets, err = t.s.Vault.Relatives(); err != nil {
			return err
		}
		all, err := t.s.Vault.Patients()
		if err != nil {
			return err
		}
		for _, p := range all {
			members, err := t.s.Vault.Members(p.ID)
			if err != nil {
				return err
			}
			patients = append(patients, patient{p, members})
		}
		return nil
	}, func() {
		t.me, t.holders, t.devices, t.patients, t.cannot, t.safety.last, t.closed, t.safety.watched, t.sheets = me, holders, devices, patients, cannot, last, closed, watched, sheets
		t.fill()
	})
	t.lookAtShelf()
	t.s.Sync.Look()
	t.s.Watching.Look()
}

// Content is the screen.
func (t *Settings) Content(kit.Width) fyne.CanvasObject {
	s := t.s
	labels := []string{s.Say(text.PartDisplay), s.Say(text.PartSecurity), s.Say(text.PartWhole), s.Say(text.PartPeople), s.Say(text.PartSync), s.Say(text.WatchTitle), s.Say(text.PartAdvice), s.Say(text.CloseTitle)}
	t.parts = kit.NewSegments(t.Title(), labels, int(t.part), func(i int) {
		t.part = part(i)
		t.fill()
	})
	t.body = kit.Column(0)
	t.fill()
	return kit.NewScroll(kit.Column(kit.ReadingWidth, kit.Indent(kit.NewText(t.Title(), kit.Heading)), t.parts, t.body))
}

// fill shows the part chosen.
func (t *Settings) fill() {
	if t.body == nil {
		return
	}
	t.keepMark()
	if t.closing != nil { // one thing at a time, and all of it on the screen
		t.parts.Hide()
	} else {
		t.parts.Show()
	}
	switch t.part {
	case display:
		t.body.Objects = []fyne.CanvasObject{session.DisplayChoices(t.s.Language, t.s.Prefs, t.s), t.reading()}
	case security:
		t.body.Objects = t.security()
	case whole:
		t.body.Objects = t.whole()
	case people:
		t.body.Objects = t.people()
	case syncing:
		t.body.Objects = t.syncing()
	case watching:
		t.body.Objects = t.watching()
	case leaving:
		t.body.Objects = t.leaving()
	case advice:
		t.body.Objects = []fyne.CanvasObject{
			kit.Notice(kit.Informing, t.s.Say(text.YouDecideTitle), []string{t.s.Say(text.YouDecide)}),
			kit.Notice(kit.Warning, t.s.Say(text.ScamTitle), []string{t.s.Say(text.Independence), t.s.Say(text.ScamAdvice)}),
		}
	}
	t.body.Refresh()
	t.s.Stage.Settle()
}

// reading switches the reading of scans and photographs, and says how to get what
// it needs.
func (t *Settings) reading() fyne.CanvasObject {
	s := t.s
	rows := []fyne.CanvasObject{
		kit.NewText(s.Say(text.ReadingSection), kit.Section),
		kit.NewText(s.Say(text.ReadingText), kit.Body),
		kit.NewCheck(s.Say(text.ReadingOn), s.Prefs.Reading(), func(on bool) {
			s.Prefs.SetReading(on)
			s.Read()
		}),
	}
	if t.cannot == nil {
		rows = append(rows, kit.NewText(s.Say(text.ReadingReady), kit.Quiet))
	} else {
		rows = append(rows, kit.Notice(kit.Informing, s.Say(text.ReadingMissing), []string{s.Say(text.TesseractAdvice(runtime.GOOS)), s.Say(text.ReadingLater)}))
	}
	return kit.Card(kit.Neutral, kit.Column(0, rows...))
}

// security is what keeps the vault closed to others.
func (t *Settings) security() []fyne.CanvasObject {
	s := t.s
	labels := make([]string, len(session.IdleChoices))
	for i, minutes := range session.IdleChoices {
		labels[i] = fmt.Sprintf("%d min", minutes)
		if minutes == 0 {
			labels[i] = s.Say(text.Never)
		}
	}
	idle := kit.NewSegments(s.Say(text.IdleLabel), labels, slices.Index(session.IdleChoices, s.Prefs.Idle()), func(i int) {
		s.Prefs.SetIdle(session.IdleChoices[i])
	})
	t.mark = kit.NewField(s.Say(text.MarkLabel), kit.FieldOptions{Hint: s.Say(text.MarkHint), Value: s.Prefs.Mark()})
	rows := []fyne.CanvasObject{
		kit.Card(kit.Neutral, kit.Column(0,
			kit.NewText(s.Say(text.PhraseSection), kit.Section),
			kit.NewText(s.Say(text.PhraseSectionText), kit.Body),
			kit.Stretch(
				kit.NewButton(s.Say(text.ChangePhrase), kit.KeyIcon, kit.Plain, t.changePhrase),
				kit.NewButton(s.Say(text.PhraseKnown), theme.WarningIcon(), kit.Plain, t.replaceKeys),
			))),
		kit.Card(kit.Neutral, kit.Column(0,
			kit.NewText(s.Say(text.KitSection), kit.Section),
			kit.NewText(s.Say(text.KitSectionText), kit.Body),
			kit.Stretch(kit.NewButton(s.Say(text.NewKit), theme.DocumentPrintIcon(), kit.Plain, t.newKit)))),
		t.relatives(),
		kit.Indent(kit.NewText(s.Say(text.IdleLabel), kit.Strong)), idle,
		t.mark,
	}
	rows = append(append(rows, t.signers()), t.lockScreen()...)
	for _, said := range s.Memory(vault.KeysInMemory()) {
		rows = append(rows, kit.Indent(kit.NewText(said, kit.Quiet)))
	}
	return rows
}

// people is who has a passphrase, and whose record they share.
func (t *Settings) people() []fyne.CanvasObject {
	s := t.s
	var out []fyne.CanvasObject
	for _, p := range t.patients {
		rows := []fyne.CanvasObject{kit.NewText(s.Named(p.Patient), kit.Section)}
		for _, m := range p.members {
			rows = append(rows, kit.NewText(s.Say(text.MemberIs, m.Keyholder.Name, s.Say(text.Role(m.Role))), kit.Body))
		}
		buttons := []fyne.CanvasObject{
			kit.NewButton(s.Say(text.EditPerson), theme.DocumentCreateIcon(), kit.Plain, func() { session.EditPerson(s, p.Patient, nil) }),
			kit.NewButton(s.Say(text.ShareRecord), kit.PeopleIcon, kit.Plain, func() { t.addMember(p) }),
		}
		for _, m := range p.members {
			if m.Role == record.RoleCarerReads || m.Role == record.RoleCarerAdds {
				buttons = append(buttons, kit.NewButton(s.Say(text.AttestationOf, m.Keyholder.Name), theme.DocumentIcon(), kit.Plain, func() { t.attestation(p, m) }))
			}
			switch {
			case len(p.members) < 2 || m.Role == record.RoleHolder:
			case m.Keyholder.ID == t.me.ID:
				buttons = append(buttons, kit.NewButton(s.Say(text.LeaveRecord), theme.LogoutIcon(), kit.Plain, func() { t.leave(p) }))
			default:
				buttons = append(buttons, kit.NewButton(s.Say(text.EndMember, m.Keyholder.Name), theme.ContentRemoveIcon(), kit.Plain, func() { t.removeMember(p, m) }))
			}
		}
		out = append(out, kit.Card(kit.Neutral, kit.Column(0, append(rows, kit.Stretch(buttons...))...)))
	}
	rows := []fyne.CanvasObject{kit.NewText(s.Say(text.HoldersSection), kit.Section), kit.NewText(s.Say(text.HoldersText), kit.Body)}
	buttons := []fyne.CanvasObject{kit.NewButton(s.Say(text.AddHolder), theme.ContentAddIcon(), kit.Plain, func() { t.addHolder(nil) })}
	for _, k := range t.holders {
		label := k.Name
		if k.ID == t.me.ID {
			label = s.Say(text.HolderYou, k.Name)
		} else {
			buttons = append(buttons, kit.NewButton(s.Say(text.RemoveHolder, k.Name), theme.ContentRemoveIcon(), kit.Plain, func() { t.removeHolder(k) }))
		}
		rows = append(rows, kit.Titled(kit.NewIcon(kit.KeyIcon, theme.ColorNamePrimary), kit.NewText(label, kit.Body)))
	}
	add := kit.NewButton(s.Say(text.AddPerson), theme.ContentAddIcon(), kit.Plain, func() { session.AddPerson(s, nil) })
	out = append([]fyne.CanvasObject{kit.Stretch(add)}, out...)
	return append(out, kit.Card(kit.Neutral, kit.Column(0, append(rows, kit.Stretch(buttons...))...)))
}

// Restore opens the form that was open when the vault was locked.
func (t *Settings) Restore(form string, words map[string]string) {
	switch {
	case session.RestoreForm(t.s, form, words):
	case form == holderForm:
		t.show(people)
		t.addHolder(words)
	case form == consentForm:
		t.show(syncing)
		t.consent(words)
	}
}

// show shows one part of the settings.
func (t *Settings) show(p part) {
	t.part = p
	if t.parts != nil {
		t.parts.Set(t.parts.Labels, int(p))
	}
	t.fill()
}
