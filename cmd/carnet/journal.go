package main

import (
	"encoding/hex"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

func (a *app) journalCommands() *cobra.Command {
	list := a.verb(a.word(text.JournalList), 0, 0, func([]string) error { return a.withVault(a.listJournal) })
	verify := a.verb(a.word(text.JournalVerify), 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error {
			r, err := v.VerifyJournal(a.ctx)
			if err != nil {
				return err
			}
			root := hex.EncodeToString(r.Root[:])
			return a.give(map[string]any{"ok": true, "entries": r.Entries, "readable": r.Mine, "root": root, "signedBy": r.By}, func() {
				a.tell(text.JournalGood, r.Entries, r.Mine, root[:16], r.By)
			})
		})
	})
	return a.word(text.Journal, list, verify)
}

// eventJSON is a row of the access journal as scripts read it.
type eventJSON struct {
	At      time.Time     `json:"at"`
	Who     string        `json:"who"`
	Action  record.Action `json:"action"`
	Object  string        `json:"object"`
	Patient string        `json:"patient"`
	Means   string        `json:"means"`
	Count   uint32        `json:"pictures,omitempty"`
}

func (a *app) listJournal(v *vault.Vault) error {
	names := map[record.ID]string{}
	keyholders, err := v.Keyholders()
	if err != nil {
		return err
	}
	for _, k := range keyholders {
		names[k.ID] = k.Name
	}
	out := []eventJSON{}
	for e, err := range v.Journal(a.ctx) {
		if err != nil {
			return err
		}
		who := names[e.Agent]
		if who == "" {
			who = short(e.Agent) // somebody who has left
		}
		out = append(out, eventJSON{e.At.Time().UTC(), who, e.Action, idOrNone(e.Entity), idOrNone(e.Patient), e.Means, e.Count})
	}
	return a.give(out, func() {
		for _, e := range out {
			a.tell(text.JournalLine, e.At.Local().Format(time.DateTime), e.Who, a.Say(text.Action(e.Action)), e.Object[:min(8, len(e.Object))])
		}
	})
}

func idOrNone(id record.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}
