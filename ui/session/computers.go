package session

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"carnet/assets"
	"carnet/sync/client"
	"carnet/sync/consent"
	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/sheet"
	"carnet/vault/record"
)

// qrSide is the side of a QR code on screen: a camera reads it, whatever the size of
// text.
const qrSide = 220

// QRCode is a text as a QR code on screen.
func QRCode(content string) (fyne.CanvasObject, error) {
	code, err := sheet.QRPicture(content)
	if err != nil {
		return nil, err
	}
	picture := canvas.NewImageFromImage(code)
	picture.FillMode, picture.ScaleMode = canvas.ImageFillContain, canvas.ImageScalePixels
	picture.SetMinSize(fyne.NewSquareSize(qrSide))
	return picture, nil
}

// CompareWords asks whether six words are the same on both screens; Escape is a no.
// answered, which may be nil, is told the answer on the goroutine that draws.
func CompareWords(stage *kit.Stage, l text.Language, answered func(yes bool)) client.Compare {
	return func(ctx context.Context, w client.Words) (bool, error) {
		said := make(chan bool, 1)
		var open *kit.Sheet // of the goroutine that draws
		stage.Soon(func() {
			if ctx.Err() != nil {
				return
			}
			open = askWords(stage, l, assets.SixWords(w), func(yes bool) {
				said <- yes
				if answered != nil {
					answered(yes)
				}
			})
		})
		select {
		case yes := <-said:
			return yes, nil
		case <-ctx.Done():
			stage.Soon(func() {
				if open != nil {
					open.Close()
				}
			})
			return false, ctx.Err()
		}
	}
}

func askWords(stage *kit.Stage, l text.Language, words []string, answer func(bool)) *kit.Sheet {
	var open *kit.Sheet
	once := false
	say := func(yes bool) {
		if once {
			return
		}
		once = true
		open.Close()
		answer(yes)
	}
	yes := kit.NewButton(l.Say(text.WordsYes), theme.ConfirmIcon(), kit.Primary, func() { say(true) })
	no := kit.NewButton(l.Say(text.WordsNo), theme.CancelIcon(), kit.Plain, func() { say(false) })
	open = stage.ShowSheet(kit.SheetOptions{
		Title: l.Say(text.WordsTitle),
		Content: kit.Column(0, kit.Card(kit.Neutral, kit.NewText(strings.Join(words, " "), kit.CodeType)),
			kit.Indent(kit.NewText(l.Say(text.WordsAsk), kit.Strong)), kit.Indent(kit.NewText(l.Say(text.WordsWhy), kit.Body))),
		Actions: []*kit.Button{yes, no}, Focus: no, OnCancel: func() { say(false) },
	})
	return open
}

// Enrolment makes of this computer one of somebody who has others, or had.
type Enrolment struct {
	Path       string // of the new vault; nothing may be there
	Name       string // of this computer
	Passphrase []byte // of the new vault
	Options    *vault.Options
	Now        func() time.Time
}

func (e *Enrolment) client() *client.Options {
	return &client.Options{Gate: consent.Options{Now: e.Now}}
}

// make makes the vault of a device.
func (e *Enrolment) make(ctx context.Context, d *vault.NewDevice, adm vault.Admission) (*vault.Vault, error) {
	if err := os.MkdirAll(filepath.Dir(e.Path), 0o700); err != nil {
		return nil, err
	}
	return vault.Join(ctx, e.Path, d, adm, e.Passphrase, e.Options)
}

// Join meets the other computer, makes a vault here and fetches the records that were
// opened to it; n counts those. With an error nothing was written, unless there is a
// vault: then it is whole, and some records are still awaited. It returns the errors of
// [client.Join], [vault.Join] and [Fetch].
func (e *Enrolment) Join(ctx context.Context, in *client.Invitation, compare client.Compare, progress func(done, total int64)) (v *vault.Vault, n int, err error) {
	device, err := vault.Prepare(e.Name)
	if err != nil {
		return nil, 0, err
	}
	joining, err := client.Join(ctx, in, device, compare, e.client())
	if err != nil {
		return nil, 0, err
	}
	if v, err = e.make(ctx, device, joining.Admission); err != nil {
		return nil, 0, err
	}
	c := client.New(v, e.client())
	defer c.Close()
	n, err = Fetch(ctx, c, v, joining.Host, joining.Key, progress)
	return v, n, err
}

// Recover makes a vault here and brings into it all that a server has for a recovery
// kit, by the consent g. With an error nothing stays on the disk. It returns the errors
// of [client.FindKit], [vault.Join] and [client.Recovery.Into].
func (e *Enrolment) Recover(ctx context.Context, code vault.KitCode, g vault.Grantee, progress func(done, total int64)) (v *vault.Vault, back *client.Recovered, err error) {
	device, err := vault.Prepare(e.Name)
	if err != nil {
		return nil, nil, err
	}
	found, err := client.FindKit(ctx, g.Host, g.Key, code, e.client())
	if err != nil {
		return nil, nil, err
	}
	if v, err = e.make(ctx, device, found.Admission); err != nil {
		return nil, nil, err
	}
	back, err = found.Into(ctx, v, func(*vault.RecordKeys) (vault.Grantee, bool) { return g, true }, progress)
	if err != nil {
		// What has come is not all: the file would be of a device that no record knows.
		return nil, nil, errors.Join(err, v.Close(), os.Remove(e.Path))
	}
	return v, back, nil
}

// Fetch begins the records of a server that this device was let into, and fetches all
// that is awaited. It returns how many came, and the errors of [client.Client.Begin]
// and [client.Client.Sync].
func Fetch(ctx context.Context, c *client.Client, v *vault.Vault, host string, key [32]byte, progress func(done, total int64)) (n int, err error) {
	if _, err := c.Begin(ctx, host, key); err != nil {
		return 0, err
	}
	awaited, err := v.Awaited()
	if err != nil {
		return 0, err
	}
	for _, p := range awaited {
		if _, err := c.Sync(ctx, p, progress); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// errand is work that talks to servers by itself, beside no other run.
type errand struct {
	begin   func()
	task    *kit.Task
	stopped bool
}

// alone runs work once no run goes on, and none begins before it has ended; then is
// told what came of it. stop ends it, or takes it out of the queue.
func (y *Syncing) alone(work func(context.Context) error, then func(error)) (stop func()) {
	e := &errand{}
	e.begin = func() {
		if e.stopped {
			then(context.Canceled)
			y.next()
			return
		}
		y.run = y.s.Try(work, func(err error) {
			y.run = nil
			then(err)
			y.next()
			y.Look()
		})
		e.task = y.run
	}
	y.errands = append(y.errands, e)
	y.next()
	return func() {
		e.stopped = true
		if e.task != nil {
			e.task.Stop()
		}
	}
}

// next begins what waits, errands first.
func (y *Syncing) next() {
	switch {
	case y.run != nil:
	case len(y.errands) > 0:
		e := y.errands[0]
		y.errands = y.errands[1:]
		e.begin()
	case len(y.queue) > 0:
		p := y.queue[0]
		y.queue = y.queue[1:]
		y.begin(p)
	}
}

// Shareable are the records that another computer can be let into: those whose consent
// runs. The others are left where they are.
func (y *Syncing) Shareable() (shared, left []record.Patient) {
	for _, r := range y.records {
		if _, live := r.Live(y.s.Now()); live && !r.Elsewhere(y.s.Now()) && r.State.Frozen == nil {
			shared = append(shared, r.Patient)
		} else {
			left = append(left, r.Patient)
		}
	}
	return shared, left
}

// Inviting is what a person follows of an invitation, all of it on the goroutine that
// draws.
type Inviting struct {
	Sending func(done, total int64)  // what goes before the code can be shown
	Show    func(*client.Invitation) // it waits for the other computer
	Yes     func(yes bool)           // the person has answered
	Ended   func(*client.Admitted, error)
}

// Invite lets another computer of the keyholder into the records whose consent runs. The
// person has been told of networks: from then on records synchronise by themselves.
// stop ends it at any moment. See [client.Client.Invite]; admitted is not nil beside an
// error when the computer was let in and could not be told.
func (y *Syncing) Invite(on Inviting) (stop func()) {
	y.s.Prefs.SetSync(true)
	clear(y.failed)
	sending := kit.Throttle(y.s.Stage, func(n [2]int64) { on.Sending(n[0], n[1]) })
	shared, _ := y.Shareable()
	var out *client.Admitted
	return y.alone(func(ctx context.Context) (err error) {
		for _, p := range shared {
			if _, err := y.client.Sync(ctx, p.ID, func(done, total int64) { sending([2]int64{done, total}) }); err != nil {
				return err
			}
		}
		out, err = y.client.Invite(ctx, func(i *client.Invitation) {
			y.s.Stage.Soon(func() {
				if !y.s.Ended() { // a locked window shows no code
					on.Show(i)
				}
			})
		}, CompareWords(y.s.Stage, y.s.Language, on.Yes))
		return err
	}, func(err error) { on.Ended(out, err) })
}

// RemoveDevice takes another computer of the keyholder out of all records, and lets
// their servers know; told is whether all of them do, which none does during a pause.
func (y *Syncing) RemoveDevice(device record.ID, then func(told bool)) {
	told := y.s.Prefs.Sync()
	y.alone(func(ctx context.Context) error {
		records, err := y.s.Vault.RemoveDevice(ctx, device)
		if err != nil {
			return err
		}
		for _, p := range records {
			if told {
				_, err := y.client.Sync(ctx, p, nil) // otherwise it waits for the next run
				told = err == nil
			}
		}
		return nil
	}, func(err error) {
		if err != nil {
			y.s.Explain(err)
			return
		}
		then(told)
	})
}

// ShareWithDevice lets another computer of the keyholder into a further record, and lets
// its server know.
func (y *Syncing) ShareWithDevice(device, patient record.ID, then func()) {
	y.alone(func(ctx context.Context) error {
		if err := y.s.Vault.ShareWithDevice(ctx, device, patient); err != nil {
			return err
		}
		_, err := y.client.Sync(ctx, patient, nil)
		return err
	}, func(err error) {
		if err != nil {
			y.s.Explain(err)
			return
		}
		then()
	})
}

// Fetch fetches the records that this computer was let into at servers and does not have
// yet; then is told how many came.
func (y *Syncing) Fetch(servers []vault.Server, progress func(done, total int64), then func(n int, err error)) (stop func()) {
	y.s.Prefs.SetSync(true)
	show := kit.Throttle(y.s.Stage, func(n [2]int64) { progress(n[0], n[1]) })
	n := 0
	return y.alone(func(ctx context.Context) (failed error) {
		for _, g := range servers { // one that does not answer does not keep the others from it
			came, err := Fetch(ctx, y.client, y.s.Vault, g.Host, g.Key, func(done, total int64) { show([2]int64{done, total}) })
			n += came
			failed = errors.Join(failed, err)
			if ctx.Err() != nil {
				break
			}
		}
		return failed
	}, func(err error) {
		then(n, err)
		if n > 0 {
			y.OnChange(true)
		}
	})
}
