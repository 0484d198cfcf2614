// Package unlock is everything that stands before an open vault: the welcome,
// making a vault with its recovery kit, opening one with the passphrase, the kit or
// sheets of relatives, having one's records come from another computer or a server,
// repairing a damaged one.
package unlock

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/lockscreen"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/profile"
)

// Window is what the door asks of the window around it.
type Window interface {
	SetTheme(kit.Theme)
	SetLanguage(text.Language)
	// Status shows what is going on, "" for nothing.
	Status(string)
	// Redraw shows the door again, after it turned to another page.
	Redraw()
	// Print hands a sheet to a printer, and says when there is none.
	Print(pdf func() ([]byte, error))
}

// Door is what is shown while no vault is open.
type Door struct {
	text.Language
	Window
	Stage   *kit.Stage
	Prefs   *session.Prefs
	Options vault.Options // to create and open with
	Kinds   *profile.Table
	Shelf   *lockscreen.Shelf // of emergency sheets, nil for none
	Path    string            // where a new vault goes, unless the person says otherwise
	// Words gives the words that passphrases are proposed from.
	Words func(text.Language) []string
	// Try makes a vault with samples in a folder of its own and returns its
	// passphrase.
	Try func(context.Context) (path string, passphrase []byte, err error)
	// Ready waits until the vault that was closed last is free.
	Ready func()
	// Opened is given the vault that was opened or made.
	Opened func(*vault.Vault)
	Now    func() time.Time

	page    page
	focus   fyne.Focusable
	busy    bool
	creator creator
	joiner  joiner
	opener  opener
}

// page is one side of the door.
type page int

const (
	welcome page = iota
	choose       // a passphrase
	retype
	kitPage
	person
	open
	recover
	newHere // this computer, for records that are elsewhere
	joining // the code of another computer
	kitAlone
	agree
	relatives
)

// Turn shows the page to begin with: the recent vault, or the welcome when there
// is none.
func (d *Door) Turn() {
	d.page = welcome
	if path, ok := d.latest(); ok {
		d.opener.path = path
		d.page = open
	}
}

// At begins with one vault file.
func (d *Door) At(path string) {
	d.opener.path, d.page = path, open
}

func (d *Door) turn(p page) {
	d.page = p
	d.Redraw()
}

// Title says in plain words what the page is for.
func (d *Door) Title() string {
	switch d.page {
	case choose, retype:
		return d.Say(text.StepTitle, 1, 3, d.Say(text.ChooseTitle))
	case kitPage:
		return d.Say(text.StepTitle, 2, 3, d.Say(text.KitPageTitle))
	case person:
		return d.Say(text.StepTitle, 3, 3, d.Say(text.PersonTitle))
	case open:
		return d.Say(text.OpenTitle)
	case recover:
		return d.Say(text.RecoverTitle)
	case newHere, joining, kitAlone, agree:
		return d.enrolTitle()
	case relatives:
		return d.Say(text.RelativesTitle)
	}
	return d.Say(text.WelcomeTitle)
}

// Help says what can be done on the page.
func (d *Door) Help() string {
	switch d.page {
	case welcome:
		return d.Say(text.WelcomeHelp)
	case open, recover, relatives:
		return d.Say(text.OpenHelp)
	case newHere, joining, kitAlone, agree:
		if d.joiner.alone {
			return d.Say(text.OnlyKitHelp)
		}
		return d.Say(text.JoinHelp)
	}
	return d.Say(text.CreateHelp)
}

// Focus is what should have the keyboard first.
func (d *Door) Focus() fyne.Focusable { return d.focus }

// Leave forgets every secret that was typed.
func (d *Door) Leave() {
	d.creator, d.joiner, d.opener = creator{}, joiner{}, opener{path: d.opener.path, failures: d.opener.failures, until: d.opener.until}
}

// Content is the page, arranged for a width.
func (d *Door) Content(w kit.Width) fyne.CanvasObject {
	d.focus = nil
	var rows []fyne.CanvasObject
	switch d.page {
	case welcome:
		rows = d.welcome()
	case choose:
		rows = d.choose()
	case retype:
		rows = d.retype()
	case kitPage:
		rows = d.kit()
	case person:
		rows = d.person()
	case open:
		rows = d.open()
	case recover:
		rows = d.recover()
	case newHere:
		rows = d.newHere()
	case joining:
		rows = d.joining()
	case kitAlone:
		rows = d.kitAlone()
	case agree:
		rows = d.agree()
	case relatives:
		rows = d.relatives()
	}
	head := kit.Indent(kit.NewText(d.Title(), kit.Heading))
	return kit.NewScroll(kit.Inset(14, kit.Column(kit.ReadingWidth, append([]fyne.CanvasObject{head}, rows...)...)))
}

// Submit presses the main button of the page.
func (d *Door) Submit() {
	var next func()
	switch d.page {
	case welcome:
	case open, recover, relatives:
		next = d.opener.next
	case newHere, joining, kitAlone, agree:
		next = d.joiner.next
	default:
		next = d.creator.next
	}
	if next != nil {
		next()
	}
}

func (d *Door) welcome() []fyne.CanvasObject {
	create := kit.NewButton(d.Say(text.CreateVault), theme.ContentAddIcon(), kit.Primary, func() { d.Begin() })
	have := kit.NewButton(d.Say(text.HaveVault), theme.FolderOpenIcon(), kit.Plain, d.Find)
	try := kit.NewButton(d.Say(text.TrySamples), theme.SearchIcon(), kit.Plain, d.TrySamples)
	d.focus = create
	elsewhere, only := d.elsewhere()
	return []fyne.CanvasObject{
		kit.Indent(kit.NewText(d.Say(text.WelcomeText), kit.Body)),
		kit.Stretch(create, have, elsewhere, only, try),
		kit.Indent(kit.Column(0, kit.NewText(d.Say(text.Independence), kit.Quiet))),
		d.display(),
	}
}

// elsewhere are the ways to records that are not on this computer.
func (d *Door) elsewhere() (join, only *kit.Button) {
	return kit.NewButton(d.Say(text.HaveElsewhere), theme.ComputerIcon(), kit.Plain, d.Elsewhere),
		kit.NewButton(d.Say(text.OnlyKit), theme.DocumentIcon(), kit.Plain, d.OnlyKit)
}

// display lets the person choose language, size and look before anything else.
func (d *Door) display() fyne.CanvasObject {
	return session.DisplayChoices(d.Language, d.Prefs, d.Window)
}

// Find looks for a vault file.
func (d *Door) Find() {
	d.Stage.Pick(kit.PickerOptions{
		Words: session.PickerWords(d.Language, text.PickVault), Folder: d.Prefs.Folder(), Files: true,
		Take: func(paths []string) { d.opener.path = paths[0]; d.turn(open) },
	})
}

// TrySamples makes a vault of invented documents and opens it.
func (d *Door) TrySamples() {
	d.wait(d.Say(text.PreparingSamples))
	var v *vault.Vault
	d.Stage.Start(func(ctx context.Context) error {
		d.Ready()
		path, passphrase, err := d.Try(ctx)
		if err != nil {
			return err
		}
		defer clear(passphrase)
		opt := d.Options
		opt.Marks = nil // it is gone soon
		v, err = vault.Unlock(ctx, path, passphrase, &opt)
		return err
	}, func(err error) { d.finish(v, err, false) })
}

// Lost goes to where the recovery kit opens the vault.
func (d *Door) Lost() { d.turn(recover) }

// Relatives goes to where two sheets of relatives open the vault.
func (d *Door) Relatives() { d.turn(relatives) }

// Dropped opens a vault file that was let go over the window.
func (d *Door) Dropped(paths []string) {
	if len(paths) == 1 && strings.EqualFold(filepath.Ext(paths[0]), filepath.Ext(d.Path)) {
		d.opener.path = paths[0]
		d.turn(open)
		return
	}
	d.Status(d.Say(text.DropWhenOpen))
}

// wait says what is going on while a key is derived.
func (d *Door) wait(what string) { d.busy = true; d.Status(what) }

// finish shows the vault, or why there is none.
func (d *Door) finish(v *vault.Vault, err error, remember bool) {
	d.busy = false
	d.Status("")
	if err != nil {
		session.Explain(d.Stage, d.Language, err)
		return
	}
	if remember {
		d.forget(d.Prefs.Opened(v.Path())...)
	}
	d.Leave()
	d.Opened(v)
}
