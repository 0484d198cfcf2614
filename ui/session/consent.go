package session

import (
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"carnet/sync/consent"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// What is wrong with what somebody typed for a consent. The command line and the
// window say it each in its own place.
var (
	ErrServer    = errors.New("session: not the address of a server")
	ErrServerKey = errors.New("session: not the key of a server")
)

// Grant is a consent that somebody is asked for: to one server, up to a day.
type Grant struct {
	Host string
	Key  [32]byte
	Last time.Time // the last day
}

// NewGrant reads what was typed; last is a day as YYYY-MM-DD, "" for the longest time.
// It returns [ErrServer], [ErrServerKey], [vault.ErrDate] or [vault.ErrGrantee].
func NewGrant(host, key, last string, now time.Time) (Grant, error) {
	g := Grant{Host: strings.TrimSpace(host), Last: now.AddDate(1, 0, -1)}
	if !consent.IsHost(g.Host) {
		return g, ErrServer
	}
	raw, err := hex.DecodeString(strings.Join(strings.Fields(key), ""))
	if err != nil || len(raw) != len(g.Key) {
		return g, ErrServerKey
	}
	g.Key = [32]byte(raw)
	if last != "" {
		if g.Last, err = time.ParseInLocation(time.DateOnly, last, time.Local); err != nil {
			return g, vault.ErrDate
		}
	}
	if end := g.end(); !end.After(now) || end.Sub(now) > vault.MaxConsent {
		return g, vault.ErrGrantee
	}
	return g, nil
}

// end is when the last day is over.
func (g Grant) end() time.Time {
	return time.Date(g.Last.Year(), g.Last.Month(), g.Last.Day()+1, 0, 0, 0, 0, time.Local)
}

// Grantee is what is recorded, with the very words that are shown.
func (g Grant) Grantee(l text.Language, p record.Patient) vault.Grantee {
	return vault.Grantee{Host: g.Host, Key: g.Key, Until: g.end(), Language: l.Tag(), Program: "carnet", Text: l.ConsentText(p.Name, g.Host, g.Key, g.Last)}
}

// Synced is a person with what is known of the synchronising of their record.
type Synced struct {
	record.Patient
	Consents []record.Consent // the latest first
	State    vault.SyncState
}

// ReadSynced reads it for every person of a vault.
func ReadSynced(v *vault.Vault) (out []Synced, err error) {
	all, err := v.Patients()
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		one := Synced{Patient: p}
		if one.Consents, err = v.Consents(p.ID); err != nil {
			return nil, err
		}
		if one.State, err = v.SyncState(p.ID); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// Live is the consent that runs, the one that ends last when there are several; ok is
// false when none does.
func (y *Synced) Live(now time.Time) (live record.Consent, ok bool) {
	for _, c := range y.Consents {
		if !c.Withdrawn && c.Start <= record.At(now) && record.At(now) < c.End && (y.State.Host == "" || c.Host == y.State.Host && c.Key == y.State.Key) && c.End > live.End {
			live, ok = c, true
		}
	}
	return live, ok
}

// Elsewhere reports whether a consent runs that is for another server than the one the
// record is with.
func (y *Synced) Elsewhere(now time.Time) bool {
	other := Synced{Consents: y.Consents}
	_, any := other.Live(now)
	_, live := y.Live(now)
	return any && !live
}

// renewBefore is how long before its end a consent is announced.
const renewBefore = 30 * 24 * time.Hour

// Renewal is the consent that needs to be given again: it ends soon, or has ended and
// no other has taken its place. One that was withdrawn needs nothing.
func (y *Synced) Renewal(now time.Time) (ending record.Consent, over, ok bool) {
	if live, runs := y.Live(now); runs {
		return live, false, live.End.Time().Sub(now) <= renewBefore
	}
	i := slices.IndexFunc(y.Consents, func(c record.Consent) bool { return record.At(now) >= c.End })
	if i != 0 || y.Consents[i].Withdrawn {
		return record.Consent{}, false, false
	}
	return y.Consents[i], true, true
}

// Vanishing lists the documents that a brake has kept, as far as they are known here.
func Vanishing(v *vault.Vault, stopped *vault.Deletions) (out []record.Document, err error) {
	for _, id := range stopped.Documents {
		d, err := v.Document(id)
		if errors.Is(err, vault.ErrNoDocument) {
			continue // it is hidden from this person
		}
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}
