package settings

import (
	"context"
	"errors"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/sync/client"
	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// ShowSync shows the part about synchronising, for a person.
func (t *Settings) ShowSync(p record.ID) {
	if r, ok := t.s.Sync.Record(p); ok && t.s.Person().ID != p {
		t.s.Show(r.Patient)
		t.s.Redraw()
	}
	t.show(syncing)
}

// ShowConsents shows the same for the person shown.
func (t *Settings) ShowConsents() { t.show(syncing) }

// Synced shows how far synchronising is now.
func (t *Settings) Synced() {
	if t.part == syncing {
		t.fill()
	}
}

// SyncNow synchronises the record of the person shown: after the advice about networks
// when it is the first time on this computer.
func (t *Settings) SyncNow() {
	t.show(syncing)
	r, ok := t.shown()
	if !ok {
		return
	}
	if _, live := r.Live(t.s.Now()); !live {
		t.consent(nil)
		return
	}
	if r.State.At == 0 || !t.s.Prefs.Sync() {
		t.advise(func() { t.s.Sync.Now(r.ID) })
		return
	}
	t.s.Sync.Now(r.ID)
}

// shown is what is known of the record of the person shown; it says so when there is
// nobody.
func (t *Settings) shown() (session.Synced, bool) {
	r, ok := t.s.Sync.Record(t.s.Person().ID)
	if !ok {
		t.s.Tell(t.s.Say(text.SyncNotAllowed), nil)
	}
	return r, ok
}

// advise says what to think of a public network, before anything is sent from it, and
// goes on when the person trusts theirs.
func (t *Settings) advise(then func()) {
	s := t.s
	var sheet *kit.Sheet
	trust := kit.NewButton(s.Say(text.NetworkTrust), theme.ConfirmIcon(), kit.Primary, func() {
		sheet.Close()
		then()
	})
	later := kit.NewButton(s.Say(text.NetworkLater), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title:   s.Say(text.NetworkTitle),
		Content: kit.Notice(kit.Warning, s.Say(text.NetworkTitle), []string{s.Say(text.NetworkText), s.Say(text.NetworkAfter)}),
		Actions: []*kit.Button{trust, later}, Focus: later,
	})
}

// PauseSync stops all synchronising on this computer, or lets it go on.
func (t *Settings) PauseSync() {
	t.show(syncing)
	s := t.s
	if s.Prefs.Sync() {
		s.Sync.Pause(true)
		s.Tell(s.Say(text.SyncPaused), nil)
		return
	}
	t.SyncNow()
}

// WithdrawConsent ends the consent that runs for the person shown.
func (t *Settings) WithdrawConsent() {
	t.show(syncing)
	if r, ok := t.shown(); ok {
		if live, runs := r.Live(t.s.Now()); runs {
			t.withdraw(r, live)
			return
		}
		t.s.Tell(t.s.Say(text.SyncNoConsent), nil)
	}
}

// withdraw ends a consent in one action: it takes nothing away, and another consent
// takes it up again.
func (t *Settings) withdraw(r session.Synced, c record.Consent) {
	s := t.s
	s.Sync.Withdraw(r.ID, c.ID, func() { s.Tell(s.Say(text.SyncWithdrawn, r.Name), nil) })
}

// SyncAnew asks whether to begin again with the server of the person shown.
func (t *Settings) SyncAnew() {
	t.show(syncing)
	if r, ok := t.shown(); ok {
		s := t.s
		session.Ask(s.Stage, session.Question{
			Title: s.Say(text.SyncAnewAsk), Sentences: []string{s.Say(text.SyncAnewText, r.Name)},
			Verb: s.Say(text.SyncAnewVerb), Keep: s.Say(text.Cancel), Act: func() { s.Sync.Anew(r.ID) },
		})
	}
}

// syncing is the part about consents and synchronising.
func (t *Settings) syncing() []fyne.CanvasObject {
	s := t.s
	about := kit.Card(kit.Neutral, kit.Column(0,
		kit.NewText(s.Say(text.SyncSection), kit.Section),
		kit.NewText(s.Say(text.SyncText), kit.Body),
		kit.NewText(s.Say(text.SyncSignIn), kit.Quiet)))
	r, ok := s.Sync.Record(s.Person().ID)
	if !ok || len(r.Consents) == 0 {
		rows := []fyne.CanvasObject{about}
		if ok {
			rows = append(rows, t.standing(&r))
		}
		return append(rows, t.computers())
	}
	var rows []fyne.CanvasObject
	if bar, of := s.Sync.Running(); bar != nil && of == r.ID {
		rows = append(rows, bar)
	}
	rows = append(append(rows, t.standing(&r), t.computers(), t.receipts(&r)), t.rates()...)
	return append(rows, about)
}

// standing is how far the record of the person shown is, and what can be done.
func (t *Settings) standing(r *session.Synced) fyne.CanvasObject {
	s := t.s
	standing := s.Sync.Standing(r)
	if len(standing.Said) == 0 {
		return kit.Notice(kit.Informing, s.Named(r.Patient), []string{s.Say(text.SyncNoConsent)},
			kit.NewButton(s.Say(text.SyncGive), theme.NavigateNextIcon(), kit.Primary, func() { t.consent(nil) }))
	}
	var buttons []*kit.Button
	add := func(label text.Message, icon fyne.Resource, weight kit.Weight, do func()) {
		buttons = append(buttons, kit.NewButton(s.Say(label), icon, weight, do))
	}
	_, live := r.Live(s.Now())
	ending, _, ends := r.Renewal(s.Now())
	var gone *vault.Deletions
	switch {
	case errors.As(standing.Why, &gone):
		add(text.SyncSeeGone, theme.VisibilityIcon(), kit.Primary, func() { t.vanishing(r, gone) })
	case errors.Is(standing.Why, client.ErrRemoved): // it may have been added again
		add(text.SyncNowVerb, theme.ViewRefreshIcon(), kit.Plain, t.SyncNow)
	case standing.Why != nil:
		add(text.SyncAnewVerb, theme.ViewRefreshIcon(), kit.Plain, t.SyncAnew)
	case live:
		if bar, _ := s.Sync.Running(); bar == nil {
			add(text.SyncNowVerb, theme.ViewRefreshIcon(), kit.Primary, t.SyncNow)
		}
		if s.Prefs.Sync() && r.State.At != 0 {
			add(text.SyncPause, theme.MediaPauseIcon(), kit.Plain, t.PauseSync)
		}
	case !ends:
		add(text.SyncGive, theme.NavigateNextIcon(), kit.Primary, func() { t.consent(nil) })
	}
	if ends {
		add(text.SyncRenew, theme.NavigateNextIcon(), kit.Plain, func() {
			t.consent(map[string]string{"host": ending.Host, "key": text.Fingerprint(ending.Key)})
		})
	}
	return kit.Notice(standing.Tone, s.Named(r.Patient), standing.Said, buttons...)
}

// receipts lists the consents of the person shown, each with what can be done.
func (t *Settings) receipts(r *session.Synced) fyne.CanvasObject {
	s := t.s
	rows := []fyne.CanvasObject{kit.NewText(s.Say(text.SyncConsents), kit.Section)}
	for _, c := range r.Consents {
		buttons := []fyne.CanvasObject{kit.NewButton(s.Say(text.SyncReceipt), theme.DocumentIcon(), kit.Plain, func() { t.receipt(c) })}
		switch {
		case c.Withdrawn && s.Sync.Untold(c.ID):
			buttons = append(buttons, kit.NewButton(s.Say(text.SyncTellAgain), theme.MailSendIcon(), kit.Plain, func() { s.Sync.Tell(r.ID, c.ID) }))
		case !c.Withdrawn && record.At(s.Now()) < c.End:
			buttons = append(buttons, kit.NewButton(s.Say(text.SyncWithdraw), theme.CancelIcon(), kit.Plain, func() { t.withdraw(*r, c) }))
		}
		rows = append(rows, kit.NewText(c.Host, kit.Strong), kit.NewText(s.ConsentWhen(c, s.Now()), kit.Body), kit.Stretch(buttons...))
	}
	return kit.Card(kit.Neutral, kit.Column(0, rows...))
}

// receipt shows the words of a consent as they were read.
func (t *Settings) receipt(c record.Consent) {
	s := t.s
	var words string
	s.Do(func(context.Context) (err error) {
		words, err = s.Vault.ConsentText(c.Patient, c.ID)
		return err
	}, func() {
		session.Message(s.Stage, s.Language, s.Say(text.SyncReceipt), kit.Column(0,
			kit.NewText(s.ConsentWhen(c, s.Now()), kit.Strong), kit.Gap(4), kit.NewText(words, kit.Body), kit.NewText(s.Say(text.ConsentOnPaper), kit.Body)))
	})
}

// rates is the choice of how much may pass.
func (t *Settings) rates() []fyne.CanvasObject {
	s := t.s
	labels := make([]string, len(session.SyncRates))
	for i, rate := range session.SyncRates {
		labels[i] = s.Say(text.SyncRateIs, rate/1000)
		if rate == 0 {
			labels[i] = s.Say(text.SyncRateNone)
		}
	}
	return []fyne.CanvasObject{
		kit.Indent(kit.NewText(s.Say(text.SyncRateLabel), kit.Strong)),
		kit.NewSegments(s.Say(text.SyncRateLabel), labels, slices.Index(session.SyncRates, s.Prefs.SyncRate()), func(i int) { s.Sync.SetRate(session.SyncRates[i]) }),
	}
}

// vanishing shows what a run would take away, and asks.
func (t *Settings) vanishing(r *session.Synced, stopped *vault.Deletions) {
	s := t.s
	var docs []record.Document
	s.Do(func(context.Context) (err error) {
		docs, err = session.Vanishing(s.Vault, stopped)
		return err
	}, func() {
		rows := []fyne.CanvasObject{kit.Notice(kit.Warning, s.Say(text.SyncGoneTitle), []string{s.Say(text.SyncGoneText, len(stopped.Documents), r.Name)})}
		for _, d := range docs {
			rows = append(rows, kit.NewText(d.Title, kit.Strong), kit.NewText(s.Day(d.ShownDate())+text.Between+s.Category(d.ShownCategory()), kit.Caption))
		}
		var sheet *kit.Sheet
		yes := kit.NewButton(s.Say(text.SyncGoneYes), theme.DeleteIcon(), kit.Danger, func() {
			sheet.Close()
			s.Sync.Allow(r.ID)
		})
		keep := kit.NewButton(s.Say(text.SyncGoneKeep), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })
		sheet = s.Stage.ShowSheet(kit.SheetOptions{Title: s.Say(text.SyncGoneTitle), Content: kit.Column(0, rows...), Actions: []*kit.Button{yes, keep}, Focus: keep})
	})
}

const consentForm = "consent"

// Consent begins a consent for the person shown.
func (t *Settings) Consent() {
	t.show(syncing)
	t.consent(nil)
}

// consent asks for a consent in two steps: for which server and how long, then what
// for. words, which may be nil, are what stood in the first.
func (t *Settings) consent(words map[string]string) {
	s := t.s
	p := s.Person()
	if p.ID.IsZero() {
		s.Tell(s.Say(text.SyncNotAllowed), nil)
		return
	}
	last := words["until"]
	if last == "" {
		last = s.WriteDay(s.Now().AddDate(1, 0, -1).Format(time.DateOnly))
	}
	host := kit.NewField(s.Say(text.SyncServerLabel), kit.FieldOptions{Hint: s.Say(text.SyncServerHint), Value: words["host"]})
	key := kit.NewField(s.Say(text.SyncKeyLabel), kit.FieldOptions{Hint: s.Say(text.SyncKeyHint), Value: words["key"], Lines: 2, Mono: true})
	until := kit.NewField(s.Say(text.SyncUntilLabel), kit.FieldOptions{Hint: s.Say(text.SyncUntilHint), Value: last})
	now := func() map[string]string {
		return map[string]string{"host": host.Text(), "key": key.Text(), "until": until.Text()}
	}
	var sheet *kit.Sheet
	next := func() {
		for _, f := range []*kit.Field{host, key, until} {
			f.SetError("")
		}
		day, ok := text.ParseDay(until.Text())
		if !ok {
			until.SetError(s.Say(text.SyncUntilWrong))
			return
		}
		g, err := session.NewGrant(host.Text(), key.Text(), day, s.Now())
		switch {
		case errors.Is(err, session.ErrServer):
			host.SetError(s.Say(text.SyncHostWrong))
		case errors.Is(err, session.ErrServerKey):
			key.SetError(s.Say(text.SyncKeyWrong))
		case err != nil:
			until.SetError(s.Say(text.SyncUntilWrong))
		default:
			sheet.Close()
			t.agree(p, g, now())
		}
	}
	host.Entry.OnEnter = func() { s.Stage.Focus(key.Entry) }
	until.Entry.OnEnter = next
	s.Open(consentForm, now)
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.ConsentTitle, p.Name),
		Content: kit.Column(0, kit.Indent(kit.NewText(s.Say(text.SyncStep, 1), kit.Quiet)), kit.Indent(kit.NewText(s.Say(text.SyncStepOne), kit.Body)),
			host, key, until),
		Actions: []*kit.Button{
			kit.NewButton(s.Say(text.Continue), theme.NavigateNextIcon(), kit.Primary, next),
			kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
		Focus: host.Entry, OnCancel: func() { s.Shut(consentForm) },
	})
}

// agree is the second step: all that is consented to, and two boxes that nobody has
// ticked.
func (t *Settings) agree(p record.Patient, g session.Grant, words map[string]string) {
	s := t.s
	rows := []fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(text.SyncStep, 2), kit.Quiet))}
	for _, c := range s.ConsentClauses(g.Host, g.Key, g.Last) {
		rows = append(rows, kit.Indent(kit.NewText(c.Head, kit.Strong)), kit.Indent(kit.NewText(c.Said, kit.Body)), kit.Gap(4))
	}
	rows = append(rows, kit.Indent(kit.NewText(s.Say(text.ConsentOnPaper), kit.Body)))
	missing := kit.NewText("", kit.Strong.In(theme.ColorNameError))
	compared, agreed := kit.NewCheck(s.Say(text.SyncCompared), false, nil), kit.NewCheck(s.Say(text.SyncAgree), false, nil)
	var sheet *kit.Sheet
	act := kit.NewButton(s.Say(text.SyncAgreeVerb), theme.ConfirmIcon(), kit.Primary, func() {
		switch {
		case !compared.Checked:
			s.Stage.Focus(compared)
		case !agreed.Checked:
			s.Stage.Focus(agreed)
		default:
			s.Shut(consentForm)
			sheet.Close()
			s.Sync.Give(p, g, func() { s.Tell(s.Say(text.SyncAgreed, p.Name), nil) })
			return
		}
		missing.Set(s.Say(text.SyncAgreeBoth))
		s.Stage.Settle()
	})
	back := kit.NewButton(s.Say(text.SyncBack), theme.NavigateBackIcon(), kit.Plain, func() { sheet.Close(); t.consent(words) })
	cancel := kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.ConsentTitle, p.Name), Content: kit.Column(0, append(rows, compared, agreed, kit.Indent(missing))...),
		Actions: []*kit.Button{act, back, cancel}, Focus: back, // not a box: all of it is read from its beginning
		OnCancel: func() { s.Shut(consentForm) },
	})
}
