package unlock

import (
	"context"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/lockscreen"
	"carnet/ui/session"
	"carnet/ui/text"
)

// Emergency shows the emergency sheet that was laid out for the vault, which stays
// closed.
func (d *Door) Emergency() {
	title, path := d.Say(text.EmergencyTitle), d.opener.path
	if d.busy || d.Stage.Showing(title) {
		return
	}
	if !d.Shelf.Has(path) {
		d.Status(d.Say(text.LockScreenIsOff))
		return
	}
	d.wait(d.Say(text.Opening))
	var x lockscreen.Sheet
	d.Stage.Start(func(context.Context) (err error) {
		x, err = d.Shelf.Read(path)
		return err
	}, func(err error) {
		d.busy = false
		d.Status("")
		if err != nil {
			session.Explain(d.Stage, d.Language, err)
			return
		}
		e := &text.Emergency{Patient: x.Patient, Entries: x.Entries, Kinds: d.Kinds, Printed: x.At}
		rows := []fyne.CanvasObject{kit.NewText(x.Patient.Name+text.Between+d.Day(x.Patient.Birth), kit.Section), kit.NewText(d.Say(text.LockScreenWritten, d.Date(x.At)), kit.Quiet)}
		session.ShowPreview(d.Stage, d.Language, session.Preview{
			Title: title, FileName: d.Say(text.EmergencyFileName),
			Rows: append(rows, session.EmergencyRows(d.Language, e)...), Sheet: e.Sheet(d.Language),
		})
	})
}

// forget takes what lies on the shelf for vaults that are known no longer.
func (d *Door) forget(paths ...string) {
	for _, path := range paths {
		d.Stage.Start(func(context.Context) error { return d.Shelf.Forget(path) }, func(err error) {
			if err != nil {
				session.Explain(d.Stage, d.Language, err)
			}
		})
	}
}
