package unlock

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/sync/client"
	"carnet/sync/consent"
	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// joiner is what a person has typed to have their records on this computer. Nothing is
// on the disk until the server has answered: turning back loses nothing.
type joiner struct {
	alone  bool // the recovery kit is all that is left
	path   string
	name   string // of this computer
	phrase string
	code   string // of the other computer, or of the kit
	host   string
	key    string
	until  string // the last day of the consent
	wrong  string // about the address
	grant  session.Grant
	next   func()
}

// Elsewhere begins with a code of another computer of the same person.
func (d *Door) Elsewhere() { d.enrol(false) }

// OnlyKit begins with a recovery kit of which no file is left.
func (d *Door) OnlyKit() { d.enrol(true) }

func (d *Door) enrol(alone bool) {
	if d.busy {
		return
	}
	d.joiner = joiner{alone: alone, path: d.freePath(), until: d.WriteDay(d.Now().AddDate(1, 0, -1).Format(time.DateOnly))}
	d.turn(newHere)
}

// enrolTitle says which step the page is.
func (d *Door) enrolTitle() string {
	of := 2
	if d.joiner.alone {
		of = 3
	}
	switch d.page {
	case joining:
		return d.Say(text.StepTitle, 2, of, d.Say(text.JoinTitle))
	case kitAlone:
		return d.Say(text.StepTitle, 2, of, d.Say(text.OnlyKitTitle))
	case agree:
		return d.Say(text.StepTitle, 3, of, d.Say(text.OnlyKitYes))
	}
	return d.Say(text.StepTitle, 1, of, d.Say(text.NewHereTitle))
}

// newHere asks what this computer is called, and for the passphrase of the vault to be.
func (d *Door) newHere() []fyne.CanvasObject {
	j := &d.joiner
	name := kit.NewField(d.Say(text.ComputerLabel), kit.FieldOptions{Hint: d.Say(text.ComputerHint), Value: j.name})
	phrase, show := d.secretField(text.NewPhraseLabel, text.OwnPhraseHint, j.phrase)
	again, _ := d.secretField(text.RetypeLabel, text.Message{}, j.phrase)
	show.OnChanged = func(visible bool) {
		phrase.SetSecret(!visible)
		again.SetSecret(!visible)
	}
	name.Entry.OnChanged = func(s string) { j.name = s }
	name.Entry.OnEnter = func() { d.Stage.Focus(phrase.Entry) }
	phrase.Entry.OnEnter = func() { d.Stage.Focus(again.Entry) }
	next := func() {
		for _, f := range []*kit.Field{name, phrase, again} {
			f.SetError("")
		}
		_, err := vault.Prepare(strings.TrimSpace(j.name))
		switch {
		case err != nil || strings.TrimSpace(j.name) == "":
			name.SetError(d.Say(text.ComputerMissing))
		case len([]rune(phrase.Text())) < 12:
			phrase.SetError(d.Say(text.PhraseShort))
		case !vault.SamePassphrase(phrase.Text(), again.Text()):
			again.SetError(d.Say(text.RetypeWrong))
		case j.alone:
			j.phrase = phrase.Text()
			d.turn(kitAlone)
		default:
			j.phrase = phrase.Text()
			d.turn(joining)
		}
	}
	again.Entry.OnEnter, j.next, d.focus = next, next, name.Entry
	start := kit.NewButton(d.Say(text.Back), theme.NavigateBackIcon(), kit.Plain, func() { d.turn(welcome) })
	where := kit.NewButton(d.Say(text.ChoosePlace), theme.FolderIcon(), kit.Plain, func() { d.place(j.path, func(path string) { j.path = path }) })
	rows := []fyne.CanvasObject{kit.Indent(kit.NewText(d.Say(text.NewHereText), kit.Body)), name, phrase, again, show}
	if j.alone {
		rows = append(rows, kit.Notice(kit.Warning, d.Say(text.OnlyKit), []string{d.Say(text.OnlyKitText), d.Say(text.OnlyKitWarns)}))
	}
	return append(rows,
		kit.Stretch(kit.NewButton(d.Say(text.Continue), theme.NavigateNextIcon(), kit.Primary, next), start),
		kit.Indent(kit.NewText(d.Say(text.NewHereKit), kit.Quiet)),
		kit.Indent(kit.NewText(d.Say(text.PlaceText, filepath.Base(j.path)), kit.Quiet)),
		kit.Stretch(where))
}

// network is what to think of a public network, before anything is sent from it.
func (d *Door) network() fyne.CanvasObject {
	return kit.Notice(kit.Warning, d.Say(text.NetworkTitle), []string{d.Say(text.NetworkText), d.Say(text.NetworkAfter)})
}

// hostField asks for the address of a server.
func (d *Door) hostField(hint text.Message) *kit.Field {
	j := &d.joiner
	host := kit.NewField(d.Say(text.SyncServerLabel), kit.FieldOptions{Hint: d.Say(hint), Value: j.host})
	host.Entry.OnChanged = func(s string) { j.host = s }
	if j.wrong != "" {
		host.SetError(j.wrong)
	}
	return host
}

// joining asks for what the other computer shows.
func (d *Door) joining() []fyne.CanvasObject {
	j := &d.joiner
	code := kit.NewField(d.Say(text.JoinCodeLabel), kit.FieldOptions{Hint: d.Say(text.JoinCodeHint), Value: j.code, Mono: true})
	code.Entry.OnChanged = func(s string) { j.code = s }
	host := d.hostField(text.JoinHostHint)
	next := func() { d.join(code, host) }
	code.Entry.OnEnter = func() { d.Stage.Focus(host.Entry) }
	host.Entry.OnEnter, j.next, d.focus = next, next, code.Entry
	return []fyne.CanvasObject{
		kit.Indent(kit.NewText(d.Say(text.JoinText), kit.Body)), kit.Indent(kit.NewText(d.Say(text.JoinCopy), kit.Strong)),
		code, host,
		kit.Stretch(kit.NewButton(d.Say(text.JoinVerb), theme.ConfirmIcon(), kit.Primary, next), d.back(newHere)),
		d.network(),
	}
}

// enrolment is what was typed, ready to be done.
func (d *Door) enrolment() *session.Enrolment {
	j := &d.joiner
	opt := d.Options
	return &session.Enrolment{Path: j.path, Name: strings.TrimSpace(j.name), Passphrase: []byte(strings.Clone(j.phrase)), Options: &opt, Now: d.Now}
}

// busyWith shows work that talks to a server in front of everything, with what stops it.
func (d *Door) busyWith(title, kept text.Message, work func(context.Context, *kit.Progress, func(done, total int64)) error, end func(error)) {
	d.busy = true
	var sheet *kit.Sheet
	var task *kit.Task
	stop := func() { task.Stop() }
	shown := kit.NewProgress(d.Say(title), d.Say(text.JoinStop), d.Say(kept), stop)
	set := kit.Throttle(d.Stage, func(n [2]int64) {
		shown.Set(float64(n[0])/float64(max(n[1], 1)), d.Say(text.SyncCount, n[0], n[1]), d.Say(kept))
	})
	task = d.Stage.Start(func(ctx context.Context) error {
		d.Ready()
		return work(ctx, shown, func(done, total int64) { set([2]int64{done, total}) })
	}, func(err error) {
		d.busy = false
		sheet.Close()
		end(err)
	})
	sheet = d.Stage.ShowSheet(kit.SheetOptions{Title: d.Say(title), Content: shown, Focus: shown.Stop(), OnCancel: stop})
}

// join meets the other computer. What is wrong with the code or the address is said at
// its field.
func (d *Door) join(code, host *kit.Field) {
	j := &d.joiner
	if d.busy {
		return
	}
	code.SetError("")
	host.SetError("")
	j.wrong = ""
	in, err := client.ParseInvitation(code.Text(), strings.TrimSpace(host.Text()))
	switch {
	case errors.Is(err, client.ErrMeetingCode):
		d.sayAt(code, err)
		return
	case err != nil:
		host.SetError(d.Say(text.SyncHostWrong))
		return
	}
	e := d.enrolment()
	var v *vault.Vault
	n := 0
	d.busyWith(text.JoinRunning, text.JoinKept, func(ctx context.Context, shown *kit.Progress, progress func(done, total int64)) (err error) {
		defer clear(e.Passphrase)
		d.Stage.Soon(func() { shown.Set(0, d.Say(text.JoinWaiting), d.Say(text.JoinKept)) })
		v, n, err = e.Join(ctx, in, session.CompareWords(d.Stage, d.Language, func(yes bool) {
			if yes {
				shown.Set(0, d.Say(text.JoinAnswer), d.Say(text.JoinKept))
			}
		}), progress)
		return err
	}, func(err error) {
		switch {
		case v != nil:
			d.enrolled(v, d.Plural(n, text.JoinedOne, text.JoinedMany), err)
		case errors.Is(err, context.Canceled):
			d.Status(d.Say(text.StoppedHere, d.Say(text.JoinKept)))
		case errors.Is(err, client.ErrCode), errors.Is(err, client.ErrCodeUsed), errors.Is(err, client.ErrCodeLate):
			d.sayAt(code, err)
		case errors.Is(err, consent.ErrUnreachable):
			host.SetError(d.Say(text.JoinUnreached))
		default:
			session.Explain(d.Stage, d.Language, err)
		}
	})
}

// sayAt says at a field what an error is about.
func (d *Door) sayAt(f *kit.Field, err error) {
	e, _ := text.Explain(err)
	f.SetError(e.In(d.Language))
}

// enrolled opens the vault that was made, tells what came, and with an error that not
// all did.
func (d *Door) enrolled(v *vault.Vault, said string, err error) {
	d.Prefs.SetSync(true) // the advice about networks was on the page
	if d.Prefs.Mark() == "" {
		d.Prefs.SetMark(vault.ProposeMark(d.Words(d.Language)))
	}
	d.finish(v, nil, true)
	if err == nil {
		d.Status(said)
		return
	}
	why, _ := text.Explain(err)
	sentences := []string{d.Say(text.GotSafe), d.Say(text.GotGoOn)}
	if !errors.Is(err, context.Canceled) {
		sentences = append([]string{d.Say(why.What)}, sentences...)
	}
	session.Message(d.Stage, d.Language, d.Say(text.ProblemTitle), kit.Notice(kit.Warning, d.Say(text.GotAfter), sentences))
}

// kitAlone asks for the server, and for the code on the paper.
func (d *Door) kitAlone() []fyne.CanvasObject {
	j := &d.joiner
	host := d.hostField(text.OnlyKitHostHint)
	key := kit.NewField(d.Say(text.SyncKeyLabel), kit.FieldOptions{Hint: d.Say(text.OnlyKitKeyHint), Value: j.key, Lines: 2, Mono: true})
	code := kit.NewField(d.Say(text.CodeLabel), kit.FieldOptions{Hint: d.Say(text.CodeHint), Value: j.code, Mono: true})
	until := kit.NewField(d.Say(text.SyncUntilLabel), kit.FieldOptions{Hint: d.Say(text.SyncUntilHint), Value: j.until})
	key.Entry.OnChanged = func(s string) { j.key = s }
	until.Entry.OnChanged = func(s string) { j.until = s }
	code.Entry.OnChanged = func(s string) { j.code = s }
	next := func() {
		for _, f := range []*kit.Field{host, key, code, until} {
			f.SetError("")
		}
		j.wrong = ""
		day, dated := text.ParseDay(j.until)
		g, err := session.NewGrant(j.host, j.key, day, d.Now())
		_, coded := vault.ParseKitCode(j.code)
		switch {
		case errors.Is(err, session.ErrServer):
			host.SetError(d.Say(text.SyncHostWrong))
		case errors.Is(err, session.ErrServerKey):
			key.SetError(d.Say(text.SyncKeyWrong))
		case coded != nil:
			d.sayAt(code, coded)
		case !dated || err != nil:
			until.SetError(d.Say(text.SyncUntilWrong))
		default:
			j.grant = g
			d.turn(agree)
		}
	}
	host.Entry.OnEnter = func() { d.Stage.Focus(key.Entry) }
	code.Entry.OnEnter = func() { d.Stage.Focus(until.Entry) }
	until.Entry.OnEnter, j.next, d.focus = next, next, host.Entry
	return []fyne.CanvasObject{
		host, key, code, until,
		kit.Stretch(kit.NewButton(d.Say(text.Continue), theme.NavigateNextIcon(), kit.Primary, next), d.back(newHere)),
	}
}

// agree shows all that is consented to, with two boxes that nobody has ticked.
func (d *Door) agree() []fyne.CanvasObject {
	j := &d.joiner
	back := d.back(kitAlone)
	rows := []fyne.CanvasObject{kit.Stretch(back)} // it has the keyboard: all of it is read from its beginning
	for _, c := range d.ConsentClauses(j.grant.Host, j.grant.Key, j.grant.Last) {
		rows = append(rows, kit.Indent(kit.NewText(c.Head, kit.Strong)), kit.Indent(kit.NewText(c.Said, kit.Body)), kit.Gap(4))
	}
	missing := kit.NewText("", kit.Strong.In(theme.ColorNameError))
	compared, agreed := kit.NewCheck(d.Say(text.SyncCompared), false, nil), kit.NewCheck(d.Say(text.SyncAgree), false, nil)
	next := func() {
		switch {
		case !compared.Checked:
			d.Stage.Focus(compared)
		case !agreed.Checked:
			d.Stage.Focus(agreed)
		default:
			d.recoverAll()
			return
		}
		missing.Set(d.Say(text.SyncAgreeBoth))
		d.Stage.Settle()
	}
	j.next, d.focus = next, back
	return append(rows, d.network(), compared, agreed, kit.Indent(missing),
		kit.Stretch(kit.NewButton(d.Say(text.OnlyKitVerb), theme.ConfirmIcon(), kit.Primary, next)))
}

// recoverAll brings everything back with the kit alone.
func (d *Door) recoverAll() {
	if d.busy {
		return
	}
	j := &d.joiner
	code, err := vault.ParseKitCode(j.code)
	if err != nil {
		session.Explain(d.Stage, d.Language, err)
		return
	}
	e := d.enrolment()
	g := j.grant.Grantee(d.Language, record.Patient{Name: d.Say(text.RecoverWhose)})
	var v *vault.Vault
	var back *client.Recovered
	d.busyWith(text.OnlyKitRunning, text.OnlyKitKept, func(ctx context.Context, _ *kit.Progress, progress func(done, total int64)) (err error) {
		defer clear(e.Passphrase)
		v, back, err = e.Recover(ctx, code, g, progress)
		return err
	}, func(err error) {
		switch {
		case errors.Is(err, context.Canceled):
			d.Status(d.Say(text.StoppedHere, d.Say(text.OnlyKitKept)))
		case errors.Is(err, consent.ErrUnreachable):
			j.wrong = d.Say(text.OnlyKitUnreached)
			d.turn(kitAlone)
		case err != nil:
			session.Explain(d.Stage, d.Language, err)
		default:
			said := d.Plural(len(back.Patients), text.ReturnedOne, text.Returned)
			if len(back.Failed) > 0 {
				said += " " + d.Plural(len(back.Failed), text.ReturnedNot, text.ReturnedNone)
			}
			d.enrolled(v, said, nil)
		}
	})
}
