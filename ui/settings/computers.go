package settings

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/sync/client"
	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// ShowComputers shows the computers of the keyholder who is open.
func (t *Settings) ShowComputers() { t.show(syncing) }

// AddComputer lets another computer of the keyholder in.
func (t *Settings) AddComputer() {
	t.show(syncing)
	s := t.s
	shared, left := s.Sync.Shareable()
	if len(shared) == 0 {
		s.Tell(s.Say(text.DeviceConsent), nil)
		return
	}
	said := []fyne.CanvasObject{
		kit.Indent(kit.NewText(s.Say(text.InviteBefore), kit.Body)), kit.Indent(kit.NewText(s.Say(text.InviteThere), kit.Strong)),
		kit.Indent(kit.NewText(s.Say(text.InviteReads, namesOf(shared)), kit.Body)),
	}
	if len(left) > 0 {
		said = append(said, kit.Indent(kit.NewText(s.Say(text.InviteStays, namesOf(left)), kit.Quiet)))
	}
	advice := []string{s.Say(text.NetworkText)}
	if !s.Prefs.Sync() {
		advice = append(advice, s.Say(text.NetworkAfter))
	}
	said = append(said, kit.Notice(kit.Warning, s.Say(text.NetworkTitle), advice))
	var sheet *kit.Sheet
	start := kit.NewButton(s.Say(text.InviteStart), theme.NavigateNextIcon(), kit.Primary, func() {
		sheet.Close()
		t.invite()
	})
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.DeviceAdd), Content: kit.Column(0, said...), Focus: start,
		Actions: []*kit.Button{start, kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })},
	})
}

func namesOf(people []record.Patient) string {
	var names []string
	for _, p := range people {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

// invite shows the code and waits for the other computer, while its sheet is open.
func (t *Settings) invite() {
	s := t.s
	var stop func()
	var open *kit.Sheet
	shown := kit.NewProgress(s.Say(text.InviteFirst), s.Say(text.InviteStop), s.Say(text.InviteKept), func() { open.Cancel() })
	stage := func(content fyne.CanvasObject, focus *kit.Button, actions ...*kit.Button) {
		if open != nil {
			open.Close()
		}
		open = s.Stage.ShowSheet(kit.SheetOptions{Title: s.Say(text.DeviceAdd), Content: content, Actions: actions, Focus: focus, OnCancel: func() { stop() }})
	}
	stopping := func() *kit.Button {
		return kit.NewButton(s.Say(text.InviteStop), theme.CancelIcon(), kit.Plain, func() { open.Cancel() })
	}
	stage(shown, shown.Stop())
	stop = s.Sync.Invite(session.Inviting{
		Sending: func(done, total int64) {
			shown.Set(float64(done)/float64(max(total, 1)), s.Say(text.SyncCount, done, total), s.Say(text.InviteKept))
		},
		Show: func(i *client.Invitation) {
			content, err := t.invitation(i)
			if err != nil {
				open.Cancel()
				s.Explain(err)
				return
			}
			b := stopping()
			stage(content, b, b)
		},
		Yes: func(yes bool) {
			if yes {
				b := stopping()
				stage(kit.Notice(kit.Informing, s.Say(text.InviteThen), []string{s.Say(text.InviteSeals)}), b, b)
			}
		},
		Ended: func(out *client.Admitted, err error) {
			open.Close()
			t.invited(out, err)
		},
	})
}

// invitation is the code as the other computer needs it: as text, with the address of
// the server, and as a picture.
func (t *Settings) invitation(i *client.Invitation) (fyne.CanvasObject, error) {
	s := t.s
	picture, err := session.QRCode(i.Link())
	if err != nil {
		return nil, err
	}
	code := kit.Card(kit.Neutral, kit.Column(0,
		kit.NewText(s.Say(text.InviteIs), kit.Strong), kit.NewText(i.Code.Typed(), kit.CodeType),
		kit.NewText(s.Say(text.SyncServerLabel), kit.Strong), kit.NewText(i.Host, kit.CodeType)))
	return kit.Column(0,
		kit.Indent(kit.NewText(s.Say(text.InviteTyped), kit.Strong)), kit.Beside(0, code, picture),
		kit.Indent(kit.NewText(s.Say(text.InviteThere), kit.Body)),
		kit.Indent(kit.NewText(s.Say(text.InviteLasts, i.Until.Local().Format("15:04")), kit.Body)),
		kit.Titled(kit.NewIcon(theme.InfoIcon(), theme.ColorNamePrimary), kit.NewText(s.Say(text.JoinWaiting), kit.Strong)),
		kit.Indent(kit.NewText(s.Say(text.InviteKept), kit.Quiet)),
		kit.Indent(kit.NewText(s.Say(text.InviteQR), kit.Quiet))), nil
}

// invited tells what an invitation came to.
func (t *Settings) invited(out *client.Admitted, err error) {
	s := t.s
	if out != nil && !out.Device.IsZero() {
		t.Enter() // it is in the list
	}
	switch {
	case err != nil && out != nil && !out.Device.IsZero():
		session.Message(s.Stage, s.Language, s.Say(text.ProblemTitle), kit.Notice(kit.Warning, s.Say(text.DeviceAdd), []string{s.Say(text.InviteHalf, called(s.Language, out.Name))}))
	case errors.Is(err, context.Canceled):
		s.Tell(s.Say(text.StoppedHere, s.Say(text.InviteKept)), nil)
	case err != nil:
		s.Explain(err)
	default:
		said := s.Say(text.InviteDone, called(s.Language, out.Name), t.recordNames(out.Patients))
		if len(out.Failed) > 0 {
			var failed []record.ID
			for p := range out.Failed {
				failed = append(failed, p)
			}
			said += " " + s.Say(text.InviteFailed, t.recordNames(failed))
		}
		s.Tell(said, nil)
	}
}

// called is a name of a computer, or what stands for none.
func called(l text.Language, name string) string { return l.DeviceName(vault.Device{Name: name}) }

// recordNames are the names of people, in the order of the vault.
func (t *Settings) recordNames(ids []record.ID) string {
	var names []string
	for _, r := range t.s.Sync.Records() {
		if slices.Contains(ids, r.ID) {
			names = append(names, r.Name)
		}
	}
	return strings.Join(names, ", ")
}

// computers lists the computers of the keyholder, each with what can be done.
func (t *Settings) computers() fyne.CanvasObject {
	s := t.s
	rows := []fyne.CanvasObject{kit.NewText(s.Say(text.DevicesOf, t.me.Name), kit.Section), kit.NewText(s.Say(text.DevicesText), kit.Body)}
	for _, d := range t.devices {
		name := t.nameOf(d)
		title := name
		if d.This && d.Name != "" {
			title = s.Say(text.DeviceHere, name)
		}
		var names []string
		for _, p := range d.Patients {
			names = append(names, t.recordNames([]record.ID{p}))
		}
		rows = append(rows, kit.Gap(4), kit.Titled(kit.NewIcon(theme.ComputerIcon(), theme.ColorNamePrimary), kit.NewText(title, kit.Strong)),
			kit.NewText(strings.Join(s.DeviceFacts(d, names), " "), kit.Quiet))
		if d.This {
			continue
		}
		var buttons []fyne.CanvasObject
		for _, p := range t.closedTo(d) {
			buttons = append(buttons, kit.NewButton(s.Say(text.DeviceOpenOf, p.Name, name), theme.FolderOpenIcon(), kit.Plain, func() { t.openTo(d, p) }))
		}
		buttons = append(buttons, kit.NewButton(s.Say(text.DeviceTakeOutOf, name), theme.ContentRemoveIcon(), kit.Plain, func() { t.takeOut(d) }))
		rows = append(rows, kit.Stretch(buttons...))
	}
	rows = append(rows, kit.Gap(4))
	var ways []fyne.CanvasObject
	if shared, _ := s.Sync.Shareable(); len(shared) > 0 {
		ways = append(ways, kit.NewButton(s.Say(text.DeviceAdd), theme.ContentAddIcon(), kit.Plain, t.AddComputer))
	} else {
		rows = append(rows, kit.NewText(s.Say(text.DeviceConsent), kit.Body))
	}
	ways = append(ways, kit.NewButton(s.Say(text.DeviceGet), theme.DownloadIcon(), kit.Plain, t.FetchRecords))
	return kit.Card(kit.Neutral, kit.Column(0, append(rows, kit.Stretch(ways...))...))
}

// nameOf is what a computer is called; where the vault was made nobody was asked.
func (t *Settings) nameOf(d vault.Device) string {
	first := !slices.ContainsFunc(t.devices, func(o vault.Device) bool { return o.Since < d.Since })
	if d.Name == "" && !d.This && first {
		return t.s.Say(text.DeviceFirst)
	}
	return t.s.DeviceName(d)
}

// closedTo are the records that a computer could be let into and is not.
func (t *Settings) closedTo(d vault.Device) (out []record.Patient) {
	shared, _ := t.s.Sync.Shareable()
	for _, p := range shared {
		if !slices.Contains(d.Patients, p.ID) {
			out = append(out, p)
		}
	}
	return out
}

// others are the computers that are not this one.
func (t *Settings) others() (out []vault.Device) {
	for _, d := range t.devices {
		if !d.This {
			out = append(out, d)
		}
	}
	return out
}

// RemoveComputer takes one of the other computers out: which one is asked for when
// there are several.
func (t *Settings) RemoveComputer() {
	t.withDevices(func() {
		var labels []string
		others := t.others()
		for _, d := range others {
			labels = append(labels, t.s.Say(text.DeviceTakeOutOf, t.nameOf(d)))
		}
		t.which(text.DeviceTakeOut, text.DeviceNone, labels, func(i int) { t.takeOut(others[i]) })
	})
}

// OpenToComputer lets one of the other computers into a further record.
func (t *Settings) OpenToComputer() {
	t.withDevices(func() {
		none := text.DeviceNone
		var labels []string
		var ways []func()
		for _, d := range t.others() {
			none = text.DeviceAllOpen
			for _, p := range t.closedTo(d) {
				labels = append(labels, t.s.Say(text.DeviceOpenOf, p.Name, t.nameOf(d)))
				ways = append(ways, func() { t.openTo(d, p) })
			}
		}
		t.which(text.DeviceOpen, none, labels, func(i int) { ways[i]() })
	})
}

// withDevices goes on with the list as it is now.
func (t *Settings) withDevices(then func()) {
	t.show(syncing)
	var devices []vault.Device
	t.s.Do(func(context.Context) (err error) {
		devices, err = t.s.Vault.Devices()
		return err
	}, func() {
		t.devices = devices
		t.fill()
		then()
	})
}

// which asks for one of several, goes on at once with the only one, and says when there
// is none.
func (t *Settings) which(title, none text.Message, labels []string, then func(int)) {
	s := t.s
	switch len(labels) {
	case 0:
		s.Tell(s.Say(none), nil)
		return
	case 1:
		then(0)
		return
	}
	var sheet *kit.Sheet
	rows := []fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(text.DeviceWhich), kit.Body))}
	for i, label := range labels {
		rows = append(rows, kit.NewButton(label, nil, kit.Plain, func() {
			sheet.Close()
			then(i)
		}))
	}
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(title), Content: kit.Column(0, rows...),
		Actions: []*kit.Button{kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })},
	})
}

// takeOut asks before it takes a computer out: what it has received stays with it.
func (t *Settings) takeOut(d vault.Device) {
	s := t.s
	name := t.nameOf(d)
	session.Ask(s.Stage, session.Question{
		Title:     s.Say(text.TakeOutAsk, name),
		Sentences: []string{s.Say(text.TakeOutLater, t.recordNames(d.Patients)), s.Say(text.TakeOutBefore), s.Say(text.TakeOutBack)},
		Verb:      s.Say(text.DeviceTakeOutOf, name), Keep: s.Say(text.TakeOutKeep),
		Act: func() {
			s.Sync.RemoveDevice(d.ID, func(told bool) {
				said := text.TakenOutHere
				if told {
					said = text.TakenOut
				}
				t.Enter()
				s.Tell(s.Say(said, name), nil)
			})
		},
	})
}

// openTo lets a computer into a further record. Removing the computer takes it back.
func (t *Settings) openTo(d vault.Device, p record.Patient) {
	s := t.s
	s.Sync.ShareWithDevice(d.ID, p.ID, func() {
		t.Enter()
		session.Message(s.Stage, s.Language, s.Say(text.DeviceOpen), kit.Notice(kit.Succeeding, t.nameOf(d), []string{s.Say(text.OpenedTo, p.Name, t.nameOf(d))}))
	})
}

// FetchRecords fetches the records that this computer was let into and does not have.
// The server is asked for when nothing here says which it is.
func (t *Settings) FetchRecords() {
	t.show(syncing)
	s := t.s
	var servers []vault.Server
	s.Do(func(context.Context) (err error) {
		servers, err = s.Vault.Servers()
		return err
	}, func() {
		switch {
		case len(servers) == 0:
			t.askServer() // with the advice
		case !s.Prefs.Sync():
			t.advise(func() { t.fetch(servers) })
		default:
			t.fetch(servers)
		}
	})
}

// askServer asks which server to fetch from.
func (t *Settings) askServer() {
	s := t.s
	host := kit.NewField(s.Say(text.SyncServerLabel), kit.FieldOptions{})
	key := kit.NewField(s.Say(text.SyncKeyLabel), kit.FieldOptions{Lines: 2, Mono: true})
	var sheet *kit.Sheet
	next := func() {
		host.SetError("")
		key.SetError("")
		g, err := session.NewGrant(host.Text(), key.Text(), "", s.Now())
		switch {
		case errors.Is(err, session.ErrServer):
			host.SetError(s.Say(text.SyncHostWrong))
		case err != nil:
			key.SetError(s.Say(text.SyncKeyWrong))
		default:
			sheet.Close()
			t.fetch([]vault.Server{{Host: g.Host, Key: g.Key}})
		}
	}
	host.Entry.OnEnter = func() { s.Stage.Focus(key.Entry) }
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.DeviceGet),
		Content: kit.Column(0, kit.Indent(kit.NewText(s.Say(text.GetWhere), kit.Body)), host, key,
			kit.Notice(kit.Warning, s.Say(text.NetworkTitle), []string{s.Say(text.NetworkText), s.Say(text.NetworkAfter)})),
		Actions: []*kit.Button{
			kit.NewButton(s.Say(text.Continue), theme.NavigateNextIcon(), kit.Primary, next),
			kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
		Focus: host.Entry,
	})
}

// fetch fetches from servers, with its progress in front of everything.
func (t *Settings) fetch(servers []vault.Server) {
	s := t.s
	var stop func()
	shown := kit.NewProgress(s.Say(text.GetRunning), s.Say(text.GetStop), s.Say(text.GetKept), func() { stop() })
	sheet := s.Stage.ShowSheet(kit.SheetOptions{Title: s.Say(text.DeviceGet), Content: shown, Focus: shown.Stop(), OnCancel: func() { stop() }})
	stop = s.Sync.Fetch(servers, func(done, total int64) {
		shown.Set(float64(done)/float64(max(total, 1)), s.Say(text.SyncCount, done, total), s.Say(text.GetKept))
	}, func(n int, err error) {
		sheet.Close()
		switch {
		case errors.Is(err, context.Canceled):
			s.Tell(s.Say(text.StoppedHere, s.Say(text.GetKept)), nil)
		case err != nil:
			s.Explain(err)
		case n == 0:
			s.Tell(s.Say(text.GotNone), nil)
		default:
			s.Tell(s.Plural(n, text.GotOne, text.GotMany), nil)
		}
	})
}
