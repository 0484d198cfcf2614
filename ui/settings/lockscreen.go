package settings

import (
	"context"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault/record"
)

// shelf is what is known of the emergency sheet that is read while the vault is
// closed.
type shelf struct {
	possible bool // there is a keyring, or a sheet to take away
	shown    bool
	patient  record.Patient // whose it is, when shown
}

// lookAtShelf asks the keyring, which can take a while: the part is filled again
// when it has answered.
func (t *Settings) lookAtShelf() {
	s := t.s
	var now shelf
	s.Try(func(context.Context) (err error) {
		now.patient, now.shown, err = s.Shelf.Shown(s.Vault)
		now.possible = s.Shelf.Has(s.Vault.Path()) || s.Shelf.Possible()
		return err
	}, func(err error) {
		if err != nil {
			now.shown = now.possible // it lies there; whose it is cannot be read
		}
		if t.shelf != now {
			t.shelf = now
			t.fill()
		}
	})
}

// lockScreen is the choice of a sheet to be read while the vault is closed; nothing
// where the system has no keyring.
func (t *Settings) lockScreen() []fyne.CanvasObject {
	s := t.s
	p := s.Person()
	if t.shelf.shown && !t.shelf.patient.ID.IsZero() {
		p = t.shelf.patient
	}
	if !t.shelf.possible || p.ID.IsZero() {
		return nil
	}
	box := kit.NewCheck(s.Say(text.LockScreenCheck, p.Name), t.shelf.shown, nil)
	box.OnChanged = func(on bool) { t.layOut(p, on) }
	return []fyne.CanvasObject{kit.Card(kit.Neutral, kit.Column(0,
		kit.NewText(s.Say(text.LockScreenTitle), kit.Section),
		kit.NewText(s.Say(text.LockScreenText), kit.Body),
		box))}
}

// layOut puts a sheet on the shelf, or takes it away.
func (t *Settings) layOut(p record.Patient, on bool) {
	s := t.s
	s.Try(func(ctx context.Context) error {
		if on {
			return s.Shelf.LayOut(ctx, s.Vault, p.ID)
		}
		return s.Shelf.Withdraw(ctx, s.Vault)
	}, func(err error) {
		t.shelf.shown, t.shelf.patient = on, p // until the shelf has been asked
		t.lookAtShelf()
		switch {
		case err != nil:
			s.Explain(err)
		case on:
			s.Tell(s.Say(text.LockScreenIsOn, p.Name), nil)
		default:
			s.Tell(s.Say(text.LockScreenIsOff), nil)
		}
	})
}
