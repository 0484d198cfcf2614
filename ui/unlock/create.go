package unlock

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
)

// creator is what a person has chosen of the vault they are making. Nothing is
// on the disk until the last page: turning back loses nothing and leaving leaves
// nothing.
type creator struct {
	path       string
	proposed   string
	own        bool
	passphrase string
	code       *vault.KitCode
	asked      int  // group of the code to type back, from 0
	kept       bool // the kit was printed, saved or copied
	name       string
	birth      string
	next       func()
}

// Begin begins a new vault.
func (d *Door) Begin() {
	d.creator = creator{path: d.freePath(), proposed: vault.ProposePassphrase(d.Words(d.Language))}
	d.turn(choose)
}

// freePath is where a new vault can go: beside one that is already there.
func (d *Door) freePath() string { return session.Free(d.Path) }

func (d *Door) back(to page) *kit.Button {
	return kit.NewButton(d.Say(text.Back), theme.NavigateBackIcon(), kit.Plain, func() { d.turn(to) })
}

func (d *Door) choose() []fyne.CanvasObject {
	c := &d.creator
	if c.own {
		return d.chooseOwn()
	}
	use := kit.NewButton(d.Say(text.UseThisPhrase), theme.ConfirmIcon(), kit.Primary, func() {
		c.passphrase = c.proposed
		d.turn(retype)
	})
	other := kit.NewButton(d.Say(text.AnotherPhrase), theme.ViewRefreshIcon(), kit.Plain, func() {
		c.proposed = vault.ProposePassphrase(d.Words(d.Language))
		d.Redraw()
	})
	own := kit.NewButton(d.Say(text.OwnPhrase), theme.DocumentCreateIcon(), kit.Plain, func() {
		c.own = true
		d.Redraw()
	})
	c.next, d.focus = use.OnTapped, use
	return []fyne.CanvasObject{
		kit.Indent(kit.NewText(d.Say(text.ChooseText), kit.Body)),
		kit.Card(kit.Neutral, kit.Column(0, kit.NewText(d.Say(text.YourPhrase), kit.Strong), kit.NewText(c.proposed, kit.CodeType))),
		kit.Stretch(use, other, own, d.back(welcome)),
	}
}

func (d *Door) chooseOwn() []fyne.CanvasObject {
	c := &d.creator
	field, show := d.secretField(text.OwnPhraseLabel, text.OwnPhraseHint, c.passphrase)
	next := func() {
		switch phrase := field.Text(); {
		case strings.TrimSpace(phrase) == "":
			field.SetError(d.Say(text.PhraseEmpty))
		case len([]rune(phrase)) < 12:
			field.SetError(d.Say(text.PhraseShort))
		default:
			c.passphrase = phrase
			d.turn(retype)
		}
	}
	field.Entry.OnEnter, c.next, d.focus = next, next, field.Entry
	proposed := kit.NewButton(d.Say(text.ProposePhrase), theme.ViewRefreshIcon(), kit.Plain, func() {
		c.own = false
		d.Redraw()
	})
	return []fyne.CanvasObject{
		kit.Indent(kit.NewText(d.Say(text.OwnPhraseText), kit.Body)),
		field, show,
		kit.Stretch(kit.NewButton(d.Say(text.Continue), theme.NavigateNextIcon(), kit.Primary, next), proposed, d.back(welcome)),
	}
}

// secretField asks for a secret, with a worded check that shows it.
func (d *Door) secretField(label, hint text.Message, value string) (*kit.Field, *kit.Check) {
	f := kit.NewField(d.Say(label), kit.FieldOptions{Hint: d.Say(hint), Secret: true, Value: value})
	return f, kit.NewCheck(d.Say(text.ShowPhrase), false, func(show bool) { f.SetSecret(!show) })
}

func (d *Door) retype() []fyne.CanvasObject {
	c := &d.creator
	field, show := d.secretField(text.RetypeLabel, text.RetypeHint, "")
	next := func() {
		if !vault.SamePassphrase(field.Text(), c.passphrase) {
			field.SetError(d.Say(text.RetypeWrong))
			return
		}
		if c.code == nil {
			code := vault.NewKitCode()
			c.code, c.asked = &code, rand.IntN(len(code.Groups()))
		}
		d.turn(kitPage)
	}
	field.Entry.OnEnter, c.next, d.focus = next, next, field.Entry
	return []fyne.CanvasObject{
		kit.Indent(kit.NewText(d.Say(text.RetypeText), kit.Body)),
		field, show,
		kit.Stretch(kit.NewButton(d.Say(text.Continue), theme.NavigateNextIcon(), kit.Primary, next), d.back(choose)),
	}
}

// kitSheet is the kit to be put on paper.
func (d *Door) kitSheet() text.Kit {
	c := &d.creator
	return text.Kit{Groups: c.code.Groups(), Keyholder: c.name, Vault: filepath.Base(c.path), Made: d.Now()}
}

func (d *Door) kit() []fyne.CanvasObject {
	c := &d.creator
	groups := c.code.Groups()
	kept := kit.NewText("", kit.Body)
	print := kit.NewButton(d.Say(text.PrintKit), theme.DocumentPrintIcon(), kit.Primary, func() {
		c.kept = true
		made, language := d.kitSheet(), d.Language
		d.Print(func() ([]byte, error) { return made.Sheet(language).PDF() })
	})
	save := kit.NewButton(d.Say(text.SaveKit), theme.DocumentSaveIcon(), kit.Plain, nil)
	field := kit.NewField(d.Say(text.GroupLabel, d.Ordinal(c.asked+1)), kit.FieldOptions{Hint: d.Say(text.GroupHint), Mono: true})
	save.OnTapped = func() {
		d.saveKit(func(path string) {
			c.kept = true
			kept.Set(d.Say(text.KitSavedAt, filepath.Base(path), filepath.Base(filepath.Dir(path))))
			kept.Refresh()
			d.Stage.Focus(field.Entry)
		})
	}
	next := func() {
		switch {
		case !c.code.Matches(c.asked, field.Text()):
			field.SetError(d.Say(text.GroupWrong))
		default:
			d.turn(person)
		}
	}
	field.Entry.OnEnter, c.next, d.focus = next, next, print
	return []fyne.CanvasObject{
		kit.Indent(kit.NewText(d.Say(text.KitPageText), kit.Body)),
		kit.Card(kit.Neutral, kit.Column(0,
			kit.NewText(d.Say(text.YourCode), kit.Strong),
			kit.NewText(strings.Join(groups[:], " "), kit.CodeType),
			kit.NewText(d.Say(text.KitPageLost), kit.Body))),
		kit.Stretch(print, save),
		kit.Indent(kept),
		kit.Indent(kit.NewText(d.Say(text.GroupTitle), kit.Section)),
		field,
		kit.Stretch(kit.NewButton(d.Say(text.Continue), theme.NavigateNextIcon(), kit.Plain, next), d.back(choose)),
		kit.Indent(kit.NewText(d.Say(text.Independence), kit.Quiet)),
	}
}

// saveKit writes the kit as PDF where the person keeps documents, under a name
// that is free.
func (d *Door) saveKit(then func(path string)) {
	var path string
	made, language := d.kitSheet(), d.Language
	d.Stage.Start(func(context.Context) (err error) {
		path, err = session.SaveKit(made, language)
		return err
	}, func(err error) {
		if err != nil {
			session.Explain(d.Stage, d.Language, err)
			return
		}
		then(path)
	})
}

func (d *Door) person() []fyne.CanvasObject {
	c := &d.creator
	name := kit.NewField(d.Say(text.NameLabel), kit.FieldOptions{Hint: d.Say(text.NameHint), Value: c.name})
	birth := kit.NewField(d.Say(text.BirthLabel), kit.FieldOptions{Hint: d.Say(text.BirthHint), Value: c.birth})
	name.Entry.OnChanged = func(s string) { c.name = s }
	birth.Entry.OnChanged = func(s string) { c.birth = s }
	name.Entry.OnEnter = func() { d.Stage.Focus(birth.Entry) }
	finish := func() {
		if day, ok := session.WhoIs(d.Language, d.Now(), name, birth); ok {
			d.create(day)
		}
	}
	where := kit.NewButton(d.Say(text.ChoosePlace), theme.FolderIcon(), kit.Plain, func() { d.place(c.path, func(path string) { c.path = path }) })
	birth.Entry.OnEnter, c.next, d.focus = finish, finish, name.Entry
	return []fyne.CanvasObject{
		kit.Indent(kit.NewText(d.Say(text.PersonText), kit.Body)),
		name, birth,
		kit.Stretch(kit.NewButton(d.Say(text.Finish), theme.ConfirmIcon(), kit.Primary, finish)),
		kit.Indent(kit.NewText(d.Say(text.PlaceText, filepath.Base(c.path)), kit.Quiet)),
		kit.Stretch(where, d.back(kitPage)),
	}
}

// place lets the person say in which folder a new vault goes; chosen is given its path.
func (d *Door) place(path string, chosen func(path string)) {
	d.Stage.Pick(kit.PickerOptions{
		Words: session.PickerWords(d.Language, text.PickPlace), Folder: filepath.Dir(path), Folders: true,
		Take: func(paths []string) {
			d.Path = filepath.Join(paths[0], filepath.Base(d.Path))
			chosen(d.freePath())
			d.Redraw()
		},
	})
}

func (d *Door) create(birth string) {
	if d.busy {
		return
	}
	c := d.creator
	d.wait(d.Say(text.Creating))
	var v *vault.Vault
	d.Stage.Start(func(ctx context.Context) error {
		d.Ready()
		if err := os.MkdirAll(filepath.Dir(c.path), 0o700); err != nil {
			return err
		}
		secret := []byte(c.passphrase)
		defer clear(secret)
		var err error
		v, _, err = vault.Create(ctx, c.path, vault.First{Name: strings.TrimSpace(c.name), Birth: birth, Passphrase: secret, Kit: c.code}, &d.Options)
		return err
	}, func(err error) {
		if err == nil && d.Prefs.Mark() == "" {
			d.Prefs.SetMark(vault.ProposeMark(d.Words(d.Language)))
		}
		d.finish(v, err, true)
	})
}
