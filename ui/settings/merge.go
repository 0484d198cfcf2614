package settings

import (
	"context"
	"errors"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// Merge asks for another copy of the vault, shows what each has alone, and then
// takes what the copy has more.
func (t *Settings) Merge() {
	s := t.s
	t.show(whole)
	s.Stage.Pick(kit.PickerOptions{
		Words: session.PickerWords(s.Language, text.PickCopy), Folder: filepath.Dir(s.Vault.Path()), Files: true,
		Take: func(paths []string) { t.compare(copyAt{path: paths[0]}) },
	})
}

// copyAt is a file to merge: another copy of the vault, or what another household
// has sealed.
type copyAt struct {
	path   string
	secret []byte // of a copy whose keys are others by now; nil for the person's own
	parcel bool
}

func (c copyAt) open(ctx context.Context, v *vault.Vault) (*vault.Copy, error) {
	if c.parcel {
		return v.OpenParcel(ctx, c.path)
	}
	return v.OpenCopy(ctx, c.path, c.secret)
}

// compare shows what merging a file would do. The passphrase of a copy is asked for
// when the person's keys do not open it.
func (t *Settings) compare(from copyAt) {
	s := t.s
	title := text.Comparing
	if from.parcel {
		title = text.HomeReading
	}
	var same []record.Patient
	var would vault.Merged
	asked := false
	kinds := map[string]string{}
	t.work(title, text.StopCompare, text.CompareKept, func(ctx context.Context, _ func(done, total int64)) error {
		other, err := from.open(ctx, s.Vault)
		if errors.Is(err, vault.ErrWrongPassphrase) && from.secret == nil {
			asked = true
			return nil
		}
		if err != nil {
			return err
		}
		would, err = s.Vault.Compare(ctx, other)
		for _, c := range would.Conflicts {
			if e, failed := s.Vault.Entry(c.Entry); failed == nil {
				kinds[c.Entry.String()] = e.Kind
			}
		}
		if from.parcel {
			for _, p := range would.There.Patients {
				found, failed := s.Vault.Namesakes(p)
				same, err = append(same, found...), errors.Join(err, failed)
			}
		}
		return errors.Join(err, other.Close())
	}, func() {
		if asked {
			t.askCopy(from.path)
			return
		}
		if from.parcel {
			t.preview(from, would, append(s.Received(would), s.Namesakes(same)...), kinds)
			return
		}
		t.preview(from, would, s.Merged(would), kinds)
	})
}

// askCopy asks for the passphrase of a copy.
func (t *Settings) askCopy(path string) {
	s := t.s
	field := kit.NewField(s.Say(text.CopyPhrase), kit.FieldOptions{Secret: true})
	show := kit.NewCheck(s.Say(text.ShowPhrase), false, func(visible bool) { field.SetSecret(!visible) })
	t.form(s.Say(text.MergeCopy), s.Say(text.CopyPhraseOf), s.Say(text.Continue), []fyne.CanvasObject{field, show}, func(end func()) {
		if field.Text() == "" {
			field.SetError(s.Say(text.PhraseAsked))
			return
		}
		end()
		t.compare(copyAt{path: path, secret: []byte(field.Text())})
	})
}

// preview says what merging would do, and does it when asked to.
func (t *Settings) preview(from copyAt, would vault.Merged, said []string, kinds map[string]string) {
	s := t.s
	title := text.MergeCopy
	if from.parcel {
		title = text.HomeSection
	}
	var sheet *kit.Sheet
	rows := []fyne.CanvasObject{kit.NewText(filepath.Base(from.path), kit.Strong)}
	for _, line := range said {
		rows = append(rows, kit.NewText(line, kit.Body))
	}
	for _, c := range would.Conflicts {
		rows = append(rows, kit.NewText(s.Conflict(s.Kinds, kinds[c.Entry.String()], c), kit.Quiet))
	}
	cancel := kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })
	actions := []*kit.Button{cancel}
	if would.There.Changed != 0 {
		merge := kit.NewButton(s.Say(text.MergeNow), theme.ConfirmIcon(), kit.Primary, func() {
			sheet.Close()
			t.merge(from)
		})
		actions = []*kit.Button{merge, cancel}
	}
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(title), Content: kit.Indent(kit.Column(0, rows...)), Actions: actions, Focus: actions[0],
		OnCancel: func() { clear(from.secret) },
	})
}

func (t *Settings) merge(from copyAt) {
	s := t.s
	var merged vault.Merged
	t.work(text.Merging, text.StopMerge, text.MergeKept, func(ctx context.Context, progress func(done, total int64)) error {
		defer clear(from.secret)
		other, err := from.open(ctx, s.Vault)
		if err != nil {
			return err
		}
		merged, err = s.Vault.Merge(ctx, other, progress)
		return errors.Join(err, other.Close())
	}, func() {
		if from.parcel {
			t.received(merged)
			return
		}
		s.Redraw()
		s.Tell(s.Say(text.MergeDone), nil)
	})
}
