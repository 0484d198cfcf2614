package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"carnet/sync/client"
	"carnet/sync/consent"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

func (a *app) consentCommands() *cobra.Command {
	list := a.verb(a.word(text.ConsentList), 0, 0, func([]string) error { return a.withPatient(a.listConsents) })
	show := a.verb(a.word(text.ConsentShow), 1, 1, func(args []string) error {
		return a.withPatient(func(v *vault.Vault, p record.Patient) error { return a.showConsent(v, p, args[0]) })
	})
	return a.word(text.ConsentWord, list, show, a.consentGiveCommand(), a.consentWithdrawCommand())
}

func (a *app) syncCommands() *cobra.Command {
	status := a.verb(a.word(text.SyncStatus), 0, 0, func([]string) error { return a.withVault(a.syncStatus) })
	anew := a.verb(a.word(text.SyncAnew), 0, 0, func([]string) error {
		return a.withPatient(func(v *vault.Vault, p record.Patient) error {
			if err := v.SyncAnew(a.ctx, p.ID); err != nil {
				return err
			}
			return a.give(map[string]any{"restarted": p.ID}, func() { a.tell(text.SyncBegins, p.Name) })
		})
	})
	return a.word(text.SyncWord, a.syncNowCommand(), status, anew, a.deviceCommands(), a.recoverAllCommand())
}

// withPatient is withVault for a command about one person.
func (a *app) withPatient(fn func(*vault.Vault, record.Patient) error) error {
	return a.withVault(func(v *vault.Vault) error {
		p, err := a.who(v)
		if err != nil {
			return err
		}
		return fn(v, p)
	})
}

// consentJSON is a consent as scripts read it.
type consentJSON struct {
	ID        record.ID `json:"id"`
	Patient   record.ID `json:"patient"`
	Server    string    `json:"server"`
	Key       string    `json:"serverKey"`
	Start     time.Time `json:"start"`
	End       time.Time `json:"end"`
	Withdrawn bool      `json:"withdrawn"`
	Text      string    `json:"text,omitempty"`
}

func consentOf(c record.Consent) consentJSON {
	return consentJSON{c.ID, c.Patient, c.Host, hex.EncodeToString(c.Key[:]), c.Start.Time().UTC(), c.End.Time().UTC(), c.Withdrawn, ""}
}

// showConsent shows the receipt of a consent.
func (a *app) showConsent(v *vault.Vault, p record.Patient, named string) error {
	list, err := v.Consents(p.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(c record.Consent) bool { return begins(c.ID, named) })
	if i < 0 {
		return vault.ErrNoSuchConsent
	}
	out := consentOf(list[i])
	if out.Text, err = v.ConsentText(p.ID, out.ID); err != nil {
		return err
	}
	return a.give(out, func() {
		fmt.Fprintln(a.out, a.ConsentLine(list[i], time.Now()))
		fmt.Fprintln(a.out)
		fmt.Fprint(a.out, out.Text)
	})
}

func (a *app) listConsents(v *vault.Vault, p record.Patient) error {
	list, err := v.Consents(p.ID)
	if err != nil {
		return err
	}
	out := []consentJSON{}
	for _, c := range list {
		out = append(out, consentOf(c))
	}
	return a.give(out, func() {
		if len(list) == 0 {
			a.tell(text.ConsentNone)
		}
		for _, c := range list {
			fmt.Fprintln(a.out, a.ConsentLine(c, time.Now()))
		}
	})
}

func (a *app) consentGiveCommand() *cobra.Command {
	var host, key, until string
	var accept bool
	c := a.verb(a.word(text.ConsentGive), 0, 0, func([]string) error {
		if err := errors.Join(a.need("server", host), a.need("server-key", key)); err != nil {
			return err
		}
		grant, err := session.NewGrant(host, key, until, time.Now())
		switch {
		case errors.Is(err, session.ErrServer):
			return a.usage(text.BadServer, host)
		case errors.Is(err, session.ErrServerKey):
			return a.usage(text.BadServerKey, key)
		case err != nil:
			return err
		}
		return a.withPatient(func(v *vault.Vault, p record.Patient) error { return a.giveConsent(v, p, grant, accept) })
	})
	c.Flags().StringVar(&host, "server", "", a.Say(text.OptServer))
	c.Flags().StringVar(&key, "server-key", "", a.Say(text.OptServerKey))
	c.Flags().StringVar(&until, "until", "", a.Say(text.OptConsentUntil))
	c.Flags().BoolVar(&accept, "accept", false, a.Say(text.OptConsents))
	return c
}

func (a *app) giveConsent(v *vault.Vault, p record.Patient, grant session.Grant, accept bool) error {
	g := grant.Grantee(a.Language, p)
	if !accept {
		return a.give(map[string]any{"text": g.Text, "accepted": false}, func() {
			fmt.Fprintln(a.out, g.Text)
			a.tell(text.ConsentAsk)
		})
	}
	id, err := v.GiveConsent(a.ctx, p.ID, g)
	if err != nil {
		return err
	}
	return a.give(map[string]any{"id": id, "text": g.Text, "accepted": true}, func() {
		fmt.Fprintln(a.out, g.Text)
		a.tell(text.ConsentKept, short(id))
		a.tell(text.ConsentOnPaper)
	})
}

func (a *app) consentWithdrawCommand() *cobra.Command {
	var offline bool
	c := a.verb(a.word(text.ConsentWithdraw), 1, 1, func(args []string) error {
		return a.withPatient(func(v *vault.Vault, p record.Patient) error { return a.withdrawConsent(v, p, args[0], offline) })
	})
	c.Flags().BoolVar(&offline, "offline", false, a.Say(text.OptOffline))
	return c
}

func (a *app) withdrawConsent(v *vault.Vault, p record.Patient, named string, offline bool) error {
	list, err := v.Consents(p.ID)
	if err != nil {
		return err
	}
	var id record.ID
	for _, c := range list {
		if begins(c.ID, named) {
			id = c.ID
		}
	}
	if offline || id.IsZero() {
		if err := v.WithdrawConsent(a.ctx, p.ID, id); err != nil {
			return err
		}
		return a.give(map[string]any{"withdrawn": id, "serverTold": false}, func() { a.tell(text.ConsentEnded) })
	}
	c := client.New(v, nil)
	defer c.Close()
	told, err := c.Withdraw(a.ctx, p.ID, id)
	if err != nil {
		return err
	}
	return a.give(map[string]any{"withdrawn": id, "serverTold": told == nil}, func() {
		a.tell(text.ConsentEnded)
		if told == nil {
			a.tell(text.ServerTold)
		} else {
			a.tell(text.ServerNotTold)
		}
	})
}

// syncedJSON is what a run did for one person, as scripts read it.
type syncedJSON struct {
	Patient  record.ID `json:"patient"`
	Sent     int       `json:"sent"`
	Received int       `json:"received"`
	Removed  int       `json:"removed"`
	Withheld int       `json:"withheld"`
	Position uint64    `json:"position"`
	Error    string    `json:"error,omitempty"`
	// Vanishing are the documents that would go: nothing was done for that reason.
	Vanishing []record.ID `json:"vanishing,omitempty"`
}

func (a *app) syncNowCommand() *cobra.Command {
	var deletions bool
	var limit int
	c := a.verb(a.word(text.SyncNow), 0, 0, func([]string) error {
		if limit != 0 && limit*1000 < consent.LeastRate {
			return a.usage(text.BadSyncLimit, limit)
		}
		return a.withVault(func(v *vault.Vault) error {
			return a.syncNow(v, &client.Options{Remove: deletions, Gate: consent.Options{Rate: int64(limit) * 1000}})
		})
	})
	c.Flags().BoolVar(&deletions, "allow-deletions", false, a.Say(text.OptAllowDeletions))
	c.Flags().IntVar(&limit, "limit", 0, a.Say(text.OptSyncLimit))
	return c
}

func (a *app) syncNow(v *vault.Vault, opt *client.Options) error {
	persons, err := a.synced(v)
	if err != nil {
		return err
	}
	if len(persons) == 0 {
		a.note(text.SyncNobody)
		return &plainError{code: exitConsent}
	}
	if slices.ContainsFunc(persons, func(p session.Synced) bool { return p.State.At == 0 && len(p.Consents) > 0 }) {
		a.note(text.NetworkText) // before the first time
	}
	c := client.New(v, opt)
	defer c.Close()
	out, failed := []syncedJSON{}, []error{}
	for _, p := range persons {
		progress := a.progress()
		r, err := c.Sync(a.ctx, p.ID, progress.examined)
		progress.end()
		one := syncedJSON{Patient: p.ID, Sent: r.Sent, Received: r.Received, Removed: r.Removed, Withheld: r.Withheld, Position: r.At}
		if err != nil {
			e, _ := text.Explain(err)
			one.Error = e.What.EN
			failed = append(failed, err)
			if one.Vanishing, err = a.vanishing(v, p.Patient, err); err != nil {
				return err
			}
			out = append(out, one)
			continue
		}
		out = append(out, one)
		if a.json {
			continue
		}
		a.tell(text.SyncDone, p.Name, r.Sent, r.Received)
		if r.Withheld > 0 {
			a.tell(text.SyncMissing, p.Name, r.Withheld)
		}
	}
	if err := a.give(out, func() {}); err != nil || len(failed) == 0 {
		return err
	}
	if len(failed) < len(persons) {
		for _, err := range failed {
			a.report(err)
		}
		return errPartial
	}
	return failed[0]
}

// vanishing lists what a run would have taken away, when that is why it failed.
func (a *app) vanishing(v *vault.Vault, p record.Patient, why error) (ids []record.ID, err error) {
	var stopped *vault.Deletions
	if !errors.As(why, &stopped) {
		return nil, nil
	}
	docs, err := session.Vanishing(v, stopped)
	if err != nil {
		return nil, err
	}
	if !a.json {
		a.tell(text.SyncWillList, p.Name)
		for _, d := range docs {
			fmt.Fprintf(a.out, "%s  %s  %s\n", short(d.ID), d.ShownDate(), d.Title)
		}
	}
	return stopped.Documents, nil
}

// synced are the persons that a run is for: the one asked for, or all with a consent
// that runs.
func (a *app) synced(v *vault.Vault) ([]session.Synced, error) {
	all, err := session.ReadSynced(v)
	if err != nil {
		return nil, err
	}
	if a.patient != "" {
		p, err := a.who(v)
		return slices.DeleteFunc(all, func(r session.Synced) bool { return r.ID != p.ID }), err
	}
	return slices.DeleteFunc(all, func(r session.Synced) bool {
		_, live := r.Live(time.Now())
		return !live && !r.Elsewhere(time.Now()) // of those the run says what is wrong
	}), nil
}

// stateJSON is how far a record is synchronised, as scripts read it.
type stateJSON struct {
	Patient  record.ID  `json:"patient"`
	Server   string     `json:"server"`
	Position uint64     `json:"position"`
	Head     string     `json:"head"`
	At       *time.Time `json:"at"`
	Waiting  int        `json:"waiting"`
	Withheld int        `json:"withheld"`
	Stopped  string     `json:"stopped,omitempty"`
}

func (a *app) syncStatus(v *vault.Vault) error {
	all, err := v.Patients()
	if err != nil {
		return err
	}
	if a.patient != "" {
		p, err := a.named(all, a.patient)
		if err != nil {
			return err
		}
		all = []record.Patient{p}
	}
	out, lines := []stateJSON{}, []string{}
	for _, p := range all {
		s, err := v.SyncState(p.ID)
		if err != nil {
			return err
		}
		one := stateJSON{Patient: p.ID, Server: s.Host, Position: s.N, Head: hex.EncodeToString(s.Head[:]), Waiting: s.Waiting, Withheld: s.Withheld}
		if s.At != 0 {
			at := s.At.Time().UTC()
			one.At = &at
		}
		if s.Frozen != nil {
			e, _ := text.Explain(s.Frozen)
			one.Stopped = e.What.EN
		}
		out, lines = append(out, one), append(lines, a.SyncLines(p.Name, s)...)
	}
	return a.give(out, func() {
		for _, line := range lines {
			fmt.Fprintln(a.out, line)
		}
	})
}
