package unlock

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
)

// Repair asks for the passphrase of the vault that would be opened, and writes
// what stands in it into a new file beside it. The damaged file is only read.
func (d *Door) Repair() {
	if d.opener.path == "" {
		d.Find() // which one is asked first; the command is given again then
		return
	}
	path := d.opener.path
	field, show := d.secretField(text.PhraseLabel, text.Message{}, "")
	var sheet *kit.Sheet
	start := func() {
		if field.Text() == "" {
			field.SetError(d.Say(text.PhraseAsked))
			return
		}
		sheet.Close()
		d.repair(path, []byte(field.Text()))
	}
	field.Entry.OnEnter = start
	sheet = d.Stage.ShowSheet(kit.SheetOptions{
		Title:   d.Say(text.RepairTitle),
		Content: kit.Column(0, kit.Indent(kit.NewText(d.Say(text.RepairText, filepath.Base(path)), kit.Body)), field, show),
		Actions: []*kit.Button{
			kit.NewButton(d.Say(text.RepairStart), theme.ConfirmIcon(), kit.Primary, start),
			kit.NewButton(d.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
		Focus: field.Entry,
	})
}

// repair runs with its progress in front of everything, and then says what was
// saved.
func (d *Door) repair(path string, secret []byte) {
	var sheet *kit.Sheet
	var task *kit.Task
	stop := func() { task.Stop() }
	shown := kit.NewProgress(d.Say(text.RepairTitle), d.Say(text.StopRepair), d.Say(text.RepairKept), stop)
	progress := session.Follow(d.Stage, d.Language, shown, d.Say(text.RepairKept))
	var to string
	var got vault.Repaired
	task = d.Stage.Start(func(ctx context.Context) (err error) {
		defer clear(secret)
		d.Ready()
		to = session.Free(filepath.Join(filepath.Dir(path), d.Say(text.RepairedName)+filepath.Ext(path)))
		got, err = vault.Repair(ctx, path, to, [][]byte{secret}, &d.Options, progress)
		return err
	}, func(err error) {
		sheet.Close()
		switch {
		case errors.Is(err, context.Canceled):
			d.Status(d.Say(text.StoppedHere, d.Say(text.RepairKept)))
		case err != nil:
			session.Explain(d.Stage, d.Language, err)
		default:
			d.repaired(to, got)
		}
	})
	sheet = d.Stage.ShowSheet(kit.SheetOptions{Title: d.Say(text.RepairTitle), Content: shown, Focus: shown.Stop(), OnCancel: stop})
}

// repaired says what is in the new file, and what is lost.
func (d *Door) repaired(to string, r vault.Repaired) {
	said := []string{
		d.Say(text.RepairSaved, filepath.Base(to), r.Documents, r.Records, r.Chunks),
		d.Say(text.RepairPages, r.Damaged, r.Pages), d.Say(text.RepairLost, len(r.Lost)),
	}
	for _, l := range r.Lost {
		if l.Title != "" {
			said = append(said, l.Title)
		}
	}
	if r.Others > 0 {
		said = append(said, d.Say(text.CheckOthers, r.Others))
	}
	said = append(said, d.Say(text.RepairSource))
	var sheet *kit.Sheet
	open := kit.NewButton(d.Say(text.OpenRepaired), kit.KeyIcon, kit.Primary, func() {
		sheet.Close()
		d.Dropped([]string{to})
	})
	sheet = d.Stage.ShowSheet(kit.SheetOptions{
		Title: d.Say(text.RepairTitle), Content: kit.Indent(kit.NewText(strings.Join(said, "\n"), kit.Body)),
		Actions: []*kit.Button{open, kit.NewButton(d.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })}, Focus: open,
	})
}

// offerRepair explains that a vault is damaged and what can be done.
func (d *Door) offerRepair(err error) {
	e, _ := text.Explain(err)
	var sheet *kit.Sheet
	mend := kit.NewButton(d.Say(text.RepairVault), theme.ViewRefreshIcon(), kit.Primary, func() {
		sheet.Close()
		d.Repair()
	})
	sheet = d.Stage.ShowSheet(kit.SheetOptions{
		Title:   d.Say(text.ProblemTitle),
		Content: kit.Notice(kit.Failing, d.Say(e.What), []string{d.Say(e.Safe), d.Say(text.RepairOffer)}),
		Actions: []*kit.Button{mend, kit.NewButton(d.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })}, Focus: mend,
	})
}
