package unlock

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/place"
)

// opener is what is known of the vault to open.
type opener struct {
	path     string
	failures int       // in a row
	until    time.Time // no attempt before
	next     func()
	sheets   [2]string // of relatives, as far as they were typed
}

// After maxFailures wrong passphrases each further attempt waits for failurePause:
// a guess costs as much as here anywhere, but a person in a hurry sees that it
// is not the key that sticks.
const (
	maxFailures  = 5
	failurePause = 30 * time.Second
)

// latest is the vault opened last that is still known.
func (d *Door) latest() (string, bool) {
	if recent := d.Prefs.Recent(); len(recent) > 0 {
		return recent[0], true
	}
	if _, err := os.Stat(d.Path); err == nil {
		return d.Path, true
	}
	return "", false
}

func (d *Door) open() []fyne.CanvasObject {
	o := &d.opener
	field, show := d.secretField(text.PhraseLabel, text.Message{}, "")
	next := func() { d.unlock(field, false) }
	field.Entry.OnEnter, o.next, d.focus = next, next, field.Entry
	var rows []fyne.CanvasObject
	if mark := d.Prefs.Mark(); mark != "" {
		rows = append(rows, kit.Titled(kit.NewIcon(kit.SafeIcon, theme.ColorNameSuccess), kit.NewText(d.Say(text.MarkShown, mark), kit.Body)))
	}
	if pick := d.recent(); pick != nil {
		rows = append(rows, kit.Indent(kit.NewText(d.Say(text.WhichVault), kit.Strong)), pick)
	}
	rows = append(rows, d.around())
	lost := kit.NewButton(d.Say(text.LostPhrase), kit.KeyIcon, kit.Plain, func() { d.turn(recover) })
	other := kit.NewButton(d.Say(text.OtherVault), theme.FolderOpenIcon(), kit.Plain, d.Find)
	start := kit.NewButton(d.Say(text.ToWelcome), theme.NavigateBackIcon(), kit.Plain, func() { d.turn(welcome) })
	elsewhere, only := d.elsewhere()
	others := []fyne.CanvasObject{lost, other, elsewhere, only, start}
	if d.Shelf.Has(o.path) {
		others = slices.Insert(others, 0, fyne.CanvasObject(kit.NewButton(d.Say(text.EmergencyTitle), theme.WarningIcon(), kit.Plain, d.Emergency)))
	}
	return append(rows, field, show,
		kit.Stretch(kit.NewButton(d.Say(text.Open), kit.KeyIcon, kit.Primary, next)),
		kit.Stretch(others...),
		kit.Indent(kit.NewText(d.Say(text.Independence), kit.Quiet)),
	)
}

// recent lets the person choose among the vaults opened lately, when there are
// several.
func (d *Door) recent() fyne.CanvasObject {
	var labels []string
	chosen := -1
	paths := d.Prefs.Recent()
	for i, path := range paths {
		labels = append(labels, filepath.Base(filepath.Dir(path))+" : "+filepath.Base(path))
		if path == d.opener.path {
			chosen = i
		}
	}
	if len(paths) < 2 {
		return nil
	}
	return kit.NewSegments(d.Say(text.WhichVault), labels, chosen, func(i int) {
		d.opener.path = paths[i]
		d.Redraw()
	})
}

// around explains where the vault lies, when that needs care, and that it was closed and
// is still to be erased. It looks away from the drawing: a share that is gone can take
// long to say so.
func (d *Door) around() fyne.CanvasObject {
	told := kit.Column(0)
	path := d.opener.path
	var at place.Place
	d.Stage.Start(func(context.Context) (err error) {
		if _, err = vault.ReadInfo(path); errors.Is(err, vault.ErrClosing) {
			return err
		}
		at, err = place.Look(path)
		return err
	}, func(err error) {
		if path != d.opener.path {
			return
		}
		if errors.Is(err, vault.ErrClosing) {
			e, _ := text.Explain(err)
			told.Add(kit.Notice(kit.Warning, d.Say(e.What), []string{d.Say(e.Safe), d.Say(text.FinishKept)},
				kit.NewButton(d.Say(text.FinishClosure), theme.DeleteIcon(), kit.Danger, func() { d.finishClosure(path) })))
		}
		if err != nil {
			return // opening will say what is wrong
		}
		for _, e := range text.Place(d.Language, at) {
			told.Add(kit.Notice(kit.Warning, e[0], e[1:]))
		}
	})
	return told
}

// unlock opens the vault; older says that the person means an older copy.
func (d *Door) unlock(field *kit.Field, older bool) {
	o := &d.opener
	if d.busy {
		return
	}
	if left := o.until.Sub(d.Now()); left > 0 {
		field.SetError(d.Say(text.WaitSeconds, int(left.Seconds())+1))
		return
	}
	if field.Text() == "" {
		field.SetError(d.Say(text.PhraseAsked))
		return
	}
	field.SetError("")
	secret := []byte(field.Text())
	d.wait(d.Say(text.Opening))
	var v *vault.Vault
	path, opt := o.path, d.Options
	opt.Older = older
	d.Stage.Start(func(ctx context.Context) (err error) {
		defer clear(secret)
		d.Ready()
		v, err = vault.Unlock(ctx, path, secret, &opt)
		return err
	}, func(err error) {
		if d.older(err, func() { d.unlock(field, true) }) {
			return
		}
		if !errors.Is(err, vault.ErrWrongPassphrase) {
			if errors.Is(err, fs.ErrNotExist) {
				d.busy = false
				d.Status("")
				d.gone(path)
				return
			}
			o.failures = 0
			if errors.Is(err, vault.ErrClosing) {
				d.busy = false
				d.Status("")
				d.offerFinish(path)
				return
			}
			if errors.Is(err, vault.ErrDamaged) || errors.Is(err, vault.ErrOlder) {
				d.busy = false
				d.Status("")
				d.offerRepair(err)
				return
			}
			d.finish(v, err, true)
			return
		}
		d.busy = false
		d.Status("")
		field.SetText("")
		if o.failures++; o.failures >= maxFailures {
			o.until = d.Now().Add(failurePause)
			field.SetError(d.Say(text.TooManyTries))
			return
		}
		e, _ := text.Explain(err)
		field.SetError(e.In(d.Language))
	})
}

// offerFinish says that a vault was closed for good and its file is still there,
// and removes it when asked to.
func (d *Door) offerFinish(path string) {
	e, _ := text.Explain(vault.ErrClosing)
	var sheet *kit.Sheet
	finish := kit.NewButton(d.Say(text.FinishClosure), theme.DeleteIcon(), kit.Danger, func() {
		sheet.Close()
		d.finishClosure(path)
	})
	later := kit.NewButton(d.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Close() })
	sheet = d.Stage.ShowSheet(kit.SheetOptions{
		Title:   d.Say(text.ProblemTitle),
		Content: kit.Notice(kit.Warning, d.Say(e.What), []string{d.Say(e.Safe), d.Say(e.Do)}),
		Actions: []*kit.Button{finish, later}, Focus: later,
	})
}

// finishClosure erases the file of a vault that was closed, with its progress in front
// of everything.
func (d *Door) finishClosure(path string) {
	var sheet *kit.Sheet
	var task *kit.Task
	stop := func() { task.Stop() }
	shown := kit.NewProgress(d.Say(text.Closing), d.Say(text.StopClosing), d.Say(text.FinishKept), stop)
	progress := session.Follow(d.Stage, d.Language, shown, d.Say(text.FinishKept))
	task = d.Stage.Start(func(ctx context.Context) error { return vault.FinishClosure(ctx, path, progress) }, func(err error) {
		sheet.Close()
		switch {
		case errors.Is(err, context.Canceled):
			d.Status(d.Say(text.StoppedHere, d.Say(text.FinishKept)))
		case err != nil:
			session.Explain(d.Stage, d.Language, err)
		default:
			d.Prefs.Forget(path)
			d.forget(path)
			d.Turn()
			d.Redraw()
			d.Status(d.Say(text.ClosureFinished))
		}
	})
	sheet = d.Stage.ShowSheet(kit.SheetOptions{Title: d.Say(text.Closing), Content: shown, Focus: shown.Stop(), OnCancel: stop})
}

// gone explains that a vault is not where it was, and offers to forget it.
func (d *Door) gone(path string) {
	var at place.Place
	d.Stage.Start(func(context.Context) (err error) {
		at, err = place.Look(path)
		return err
	}, func(err error) {
		told := text.Place(d.Language, at)
		if err != nil || len(told) == 0 {
			session.Explain(d.Stage, d.Language, fs.ErrNotExist)
			return
		}
		var sheet *kit.Sheet
		again := kit.NewButton(d.Say(text.Close), nil, kit.Primary, func() { sheet.Close() })
		forget := kit.NewButton(d.Say(text.ForgetVault), theme.ContentRemoveIcon(), kit.Plain, func() {
			sheet.Close()
			d.Prefs.Forget(path)
			d.forget(path)
			d.Turn()
			d.Redraw()
		})
		sheet = d.Stage.ShowSheet(kit.SheetOptions{
			Title:   d.Say(text.ProblemTitle),
			Content: kit.Notice(kit.Failing, told[0][0], told[0][1:]),
			Actions: []*kit.Button{again, forget}, Focus: again,
		})
	})
}

func (d *Door) recover() []fyne.CanvasObject {
	o := &d.opener
	code := kit.NewField(d.Say(text.CodeLabel), kit.FieldOptions{Hint: d.Say(text.CodeHint), Mono: true})
	phrase, show := d.secretField(text.NewPhraseLabel, text.OwnPhraseHint, "")
	again, _ := d.secretField(text.RetypeLabel, text.Message{}, "")
	show.OnChanged = func(visible bool) {
		phrase.SetSecret(!visible)
		again.SetSecret(!visible)
	}
	code.Entry.OnEnter = func() { d.Stage.Focus(phrase.Entry) }
	phrase.Entry.OnEnter = func() { d.Stage.Focus(again.Entry) }
	next := func() {
		for _, f := range []*kit.Field{code, phrase, again} {
			f.SetError("")
		}
		parsed, err := vault.ParseKitCode(code.Text())
		switch {
		case err != nil:
			e, _ := text.Explain(err)
			code.SetError(e.In(d.Language))
		case len([]rune(phrase.Text())) < 12:
			phrase.SetError(d.Say(text.PhraseShort))
		case !vault.SamePassphrase(phrase.Text(), again.Text()):
			again.SetError(d.Say(text.RetypeWrong))
		default:
			d.recoverBy(func(ctx context.Context, path string, secret []byte, opt *vault.Options) (*vault.Vault, error) {
				return vault.Recover(ctx, path, parsed, secret, opt)
			}, phrase.Text(), false, nil)
		}
	}
	again.Entry.OnEnter, o.next, d.focus = next, next, code.Entry
	back := kit.NewButton(d.Say(text.Back), theme.NavigateBackIcon(), kit.Plain, func() { d.turn(open) })
	return []fyne.CanvasObject{
		kit.Indent(kit.NewText(d.Say(text.RecoverText), kit.Body)),
		code, phrase, again, show,
		kit.Stretch(kit.NewButton(d.Say(text.OpenWithKit), kit.KeyIcon, kit.Primary, next),
			kit.NewButton(d.Say(text.WithRelatives), kit.PeopleIcon, kit.Plain, d.Relatives), back),
	}
}

// relatives is the page where two sheets of relatives open the vault.
func (d *Door) relatives() []fyne.CanvasObject {
	o := &d.opener
	pair := session.NewSheets(d.Language, &o.sheets)
	phrase, show := d.secretField(text.NewPhraseLabel, text.OwnPhraseHint, "")
	again, _ := d.secretField(text.RetypeLabel, text.Message{}, "")
	show.OnChanged = func(visible bool) {
		phrase.SetSecret(!visible)
		again.SetSecret(!visible)
	}
	phrase.Entry.OnEnter = func() { d.Stage.Focus(again.Entry) }
	next := func() {
		for _, f := range []*kit.Field{phrase, again} {
			f.SetError("")
		}
		one, two, ok := pair.Check()
		switch {
		case !ok:
		case len([]rune(phrase.Text())) < 12:
			phrase.SetError(d.Say(text.PhraseShort))
		case !vault.SamePassphrase(phrase.Text(), again.Text()):
			again.SetError(d.Say(text.RetypeWrong))
		default:
			d.recoverBy(func(ctx context.Context, path string, secret []byte, opt *vault.Options) (*vault.Vault, error) {
				return vault.RecoverWithShares(ctx, path, one, two, secret, opt)
			}, phrase.Text(), false, pair)
		}
	}
	again.Entry.OnEnter, o.next, d.focus = next, next, pair.First()
	back := kit.NewButton(d.Say(text.Back), theme.NavigateBackIcon(), kit.Plain, func() { d.turn(recover) })
	rows := append([]fyne.CanvasObject{kit.Indent(kit.NewText(d.Say(text.RelativesText), kit.Body))}, pair.Fields()...)
	return append(rows, phrase, again, show,
		kit.Stretch(kit.NewButton(d.Say(text.OpenWithRelatives), kit.KeyIcon, kit.Primary, next), back))
}

// older asks whether a copy that is older than what this computer has seen is meant,
// and reports whether err is about one.
func (d *Door) older(err error, open func()) bool {
	var found *vault.Older
	if !errors.As(err, &found) {
		return false
	}
	d.busy = false
	d.Status("")
	told := d.Older(found)
	var sheet *kit.Sheet
	cancel := kit.NewButton(d.Say(text.Cancel), theme.CancelIcon(), kit.Primary, func() { sheet.Cancel() })
	sheet = d.Stage.ShowSheet(kit.SheetOptions{
		Title:   d.Say(text.OlderTitle),
		Content: kit.Notice(kit.Warning, told[0], append(told[1:], d.Say(text.OlderAsk))),
		Actions: []*kit.Button{cancel, kit.NewButton(d.Say(text.OlderOpen), kit.KeyIcon, kit.Plain, func() { sheet.Close(); open() })},
		Focus:   cancel,
	})
	return true
}

// recoverBy opens the vault without its passphrase and gives it another. What is wrong
// with sheets is said at their fields.
func (d *Door) recoverBy(open func(context.Context, string, []byte, *vault.Options) (*vault.Vault, error), phrase string, older bool, pair *session.Sheets) {
	if d.busy {
		return
	}
	d.wait(d.Say(text.Opening))
	path, secret := d.opener.path, []byte(strings.Clone(phrase))
	opt := d.Options
	opt.Older = older
	var v *vault.Vault
	d.Stage.Start(func(ctx context.Context) (err error) {
		defer clear(secret)
		d.Ready()
		v, err = open(ctx, path, secret, &opt)
		return err
	}, func(err error) {
		switch {
		case d.older(err, func() { d.recoverBy(open, phrase, true, pair) }):
		case pair != nil && session.AboutSheets(err):
			d.busy = false
			d.Status("")
			pair.Refuse(err)
		default:
			d.finish(v, err, true)
		}
	})
}
