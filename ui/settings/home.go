package settings

import (
	"context"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// GiveCode writes the code of this household into a folder.
func (t *Settings) GiveCode() {
	t.pickHome(text.HomeCodeVerb, true, func(folder string) {
		s := t.s
		path := session.Free(filepath.Join(folder, s.Say(text.HomeCodeFile)))
		var code vault.HomeCode
		s.Do(func(context.Context) (err error) {
			if code, err = s.Vault.HomeCode(); err == nil {
				err = code.Save(path)
			}
			return err
		}, func() {
			t.safety.homes = []string{s.Say(text.HomeWritten, path), s.Say(text.HomePrint, code.Fingerprint())}
			t.fill()
		})
	})
}

// SendHome seals the record of the person shown to the other household: whose code is
// asked for while nobody of one has a part in it.
func (t *Settings) SendHome() {
	s, p := t.s, t.s.Person()
	if p.ID.IsZero() {
		t.show(whole)
		s.Tell(s.Say(text.NoPersons), nil)
		return
	}
	homes, err := s.Vault.OtherHomes(p.ID)
	switch {
	case err != nil:
		s.Explain(err)
	case len(homes) > 0:
		t.pickHome(text.PickHomeFolder, true, func(folder string) { t.send(p, folder, nil) })
	default:
		t.pickHome(text.PickHomeCode, false, func(path string) {
			code, err := vault.ReadHomeCode(path)
			if err != nil {
				s.Explain(err)
				return
			}
			t.askHome(p, &code)
		})
	}
}

// pickHome asks for a file or a folder.
func (t *Settings) pickHome(title text.Message, folder bool, take func(path string)) {
	s := t.s
	t.show(whole)
	s.Stage.Pick(kit.PickerOptions{
		Words: session.PickerWords(s.Language, title), Folder: s.Prefs.Folder(), Folders: folder, Files: !folder,
		Take: func(paths []string) { take(paths[0]) },
	})
}

// askHome has the fingerprint of a code compared before its owner becomes a guardian.
func (t *Settings) askHome(p record.Patient, code *vault.HomeCode) {
	s := t.s
	session.Ask(s.Stage, session.Question{
		Title: s.Say(text.HomeAsk, p.Name, code.Name), Sentences: []string{s.Say(text.HomeAskPrint, code.Fingerprint()), s.Say(text.HomeAskMeans, code.Name)},
		Verb: s.Say(text.HomeSendNow), Keep: s.Say(text.Cancel),
		Act: func() {
			t.pickHome(text.PickHomeFolder, true, func(folder string) { t.send(p, folder, code) })
		},
	})
}

func (t *Settings) send(p record.Patient, folder string, code *vault.HomeCode) {
	s := t.s
	path := session.Free(filepath.Join(folder, "carnet-"+s.Now().Format(time.DateOnly)+".age")) // tells no name
	var sent vault.Parcel
	t.safety.homes = nil
	t.work(text.HomeSending, text.StopExport, text.ExportKept, func(ctx context.Context, progress func(done, total int64)) (err error) {
		sent, err = s.Vault.ExportPatient(ctx, p.ID, path, code, progress)
		return err
	}, func() { t.safety.homes = []string{s.Sent(sent)} })
}

// TakeHome asks for a file of the other household, shows what it brings, and merges
// it.
func (t *Settings) TakeHome() {
	t.pickHome(text.PickHomeFile, false, func(path string) { t.compare(copyAt{path: path, parcel: true}) })
}

// received shows the record that a file of the other household has brought.
func (t *Settings) received(merged vault.Merged) {
	s := t.s
	t.safety.homes = append(s.Received(merged), s.Say(text.HomeDone))
	for _, p := range merged.There.Patients {
		s.Show(p)
	}
	s.Redraw()
	s.Read()
	s.Tell(s.Say(text.HomeDone), nil)
}

// homes is the part of the settings for a child with two households.
func (t *Settings) homes() fyne.CanvasObject {
	s := t.s
	rows := []fyne.CanvasObject{kit.NewText(s.Say(text.HomeSection), kit.Section), kit.NewText(s.Say(text.HomeText), kit.Body)}
	if t.safety.homes != nil {
		rows = append(rows, kit.Notice(kit.Succeeding, s.Say(text.HomeResult), t.safety.homes))
	}
	return kit.Card(kit.Neutral, kit.Column(0, append(rows, kit.Stretch(
		kit.NewButton(s.Say(text.HomeCodeVerb), kit.KeyIcon, kit.Plain, t.GiveCode),
		kit.NewButton(s.Say(text.HomeSendVerb), theme.MailSendIcon(), kit.Plain, t.SendHome),
		kit.NewButton(s.Say(text.HomeTakeVerb), theme.DownloadIcon(), kit.Plain, t.TakeHome),
	))...))
}
