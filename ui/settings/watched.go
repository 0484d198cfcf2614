package settings

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// Watched shows the watched folders.
func (t *Settings) Watched() { t.show(watching) }

// Offered shows what was found in them now.
func (t *Settings) Offered() {
	if t.part == watching {
		t.fill()
	}
}

// watching is the part of the settings for watched folders.
func (t *Settings) watching() []fyne.CanvasObject {
	s := t.s
	add := kit.NewButton(s.Say(text.WatchVerb), theme.FolderNewIcon(), kit.Primary, t.WatchFolder)
	out := []fyne.CanvasObject{kit.Card(kit.Neutral, kit.Column(0,
		kit.NewText(s.Say(text.WatchTitle), kit.Section),
		kit.NewText(s.Say(text.WatchText), kit.Body),
		kit.NewText(s.Say(text.WatchPrivate), kit.Quiet),
		kit.Stretch(add)))}
	folders, err := s.Watching.Folders()
	if err != nil {
		e, _ := text.Explain(err)
		out = append(out, kit.Problem(s.Say(e.What), s.Say(e.Safe), s.Say(e.Do)))
	}
	for i := range folders {
		out = append(out, t.watched(&folders[i]))
	}
	if err == nil && len(folders) == 0 {
		out = append(out, kit.Indent(kit.NewText(s.Say(text.WatchNone), kit.Quiet)))
	}
	return out
}

// watched is one folder.
func (t *Settings) watched(n *vault.News) fyne.CanvasObject {
	s, f, name := t.s, n.WatchedFolder, filepath.Base(n.Path)
	rows := []fyne.CanvasObject{kit.NewText(name, kit.Section), kit.NewText(f.Path, kit.Quiet)}
	whose := s.Watching.Whose(n)
	if whose == "" {
		rows = append(rows, kit.NewText(s.Say(text.WatchForGone), kit.Body))
	} else {
		rows = append(rows, kit.NewText(s.Say(text.WatchFor, whose, s.Date(f.Since.Time().Local())), kit.Body))
	}
	tone := kit.Neutral
	if n.Err != nil {
		tone = kit.Warning
		e, _ := text.Explain(n.Err)
		rows = append(rows, kit.NewText(s.Say(text.WatchCannot, name, s.Say(e.What)), kit.Body))
	} else {
		if len(n.Files) > 0 {
			rows = append(rows, kit.NewText(s.OfferCounted(len(n.Files)+n.More, name, whose), kit.Strong))
		}
		rows = append(rows, kit.NewCheck(s.Say(text.WatchUnasked), f.Automatic, func(on bool) { t.watch(f.Patient, f.Path, vault.Watching{Automatic: on}) }))
	}
	stop := kit.NewButton(s.Say(text.WatchStop, name), theme.ContentRemoveIcon(), kit.Plain, func() { t.unwatch(f) })
	return kit.Card(tone, kit.Column(0, append(rows, kit.Stretch(stop))...))
}

// WatchFolder asks for a folder, then whose record it is for and how.
func (t *Settings) WatchFolder() {
	s := t.s
	t.show(watching)
	s.Stage.Pick(kit.PickerOptions{
		Words: session.PickerWords(s.Language, text.PickWatched), Folder: s.Prefs.Folder(), Folders: true,
		Take: func(paths []string) {
			var people []record.Patient
			s.Do(func(context.Context) (err error) {
				people, err = s.Vault.Patients()
				return err
			}, func() { t.askWatch(paths[0], people) })
		},
	})
}

func (t *Settings) askWatch(path string, people []record.Patient) {
	s := t.s
	if len(people) == 0 {
		session.AddPerson(s, nil)
		return
	}
	chosen := 0
	labels := make([]string, len(people))
	for n, p := range people {
		labels[n] = s.Named(p)
		if p.ID == s.Person().ID {
			chosen = n
		}
	}
	var how vault.Watching
	var sheet *kit.Sheet
	who := kit.NewSegments(s.Say(text.WhoseRecord), labels, chosen, func(int) {})
	watch := kit.NewButton(s.Say(text.WatchThis), theme.ConfirmIcon(), kit.Primary, func() {
		sheet.Close()
		t.watch(people[who.Chosen].ID, path, how)
	})
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.WatchVerb),
		Content: kit.Column(0, kit.Indent(kit.NewText(s.Say(text.WatchWhat, path), kit.Body)), who,
			kit.NewCheck(s.Say(text.WatchExisting), false, func(on bool) { how.Existing = on }),
			kit.NewCheck(s.Say(text.WatchUnasked), false, func(on bool) { how.Automatic = on }),
			kit.Indent(kit.NewText(s.Say(text.WatchCareful), kit.Quiet))),
		Actions: []*kit.Button{watch, kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })},
		Focus:   watch,
	})
}

// watch watches a folder, or changes how.
func (t *Settings) watch(patient record.ID, path string, how vault.Watching) {
	s := t.s
	s.Try(func(ctx context.Context) error {
		_, err := s.Vault.WatchFolder(ctx, patient, path, &how)
		return err
	}, func(err error) {
		if err != nil {
			t.fill() // the box as it is
			s.Explain(err)
		}
		s.Watching.Look()
	})
}

func (t *Settings) unwatch(f record.WatchedFolder) {
	s, name := t.s, filepath.Base(f.Path)
	session.Ask(s.Stage, session.Question{
		Title: s.Say(text.WatchStopAsk, name), Sentences: []string{s.Say(text.WatchStopMeans)},
		Verb: s.Say(text.WatchStopVerb), Keep: s.Say(text.Cancel),
		Act: func() {
			s.Do(func(ctx context.Context) error { return s.Vault.UnwatchFolder(ctx, f.ID) }, func() {
				s.Tell(s.Say(text.WatchRemoved), nil)
				s.Watching.Look()
			})
		},
	})
}
