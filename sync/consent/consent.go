// Package consent decides whether anything may leave this computer, and is the only
// code of the program that can make it: [Check] turns a recorded consent, a request
// and a moment into a [Permit] or a refusal by name, and a [Gate] owns the one dialer
// and asks again before a name is looked up, before each request and at each read of
// a body.
package consent

import (
	"errors"
	"net/url"
	"time"

	"carnet/vault/chain"
)

// Refusals. Nothing has left the computer.
var (
	// ErrNone is returned when nobody has consented to this for this person.
	ErrNone = errors.New("consent: none was given")
	// ErrHost is returned when the consents name other servers.
	ErrHost = errors.New("consent: given for another server")
	// ErrKey is returned when the consent names another key of that server.
	ErrKey = errors.New("consent: given for another key of the server")
	// ErrRecipient is returned when the consent is for a recipient of another kind.
	ErrRecipient = errors.New("consent: given to another kind of recipient")
	// ErrNotYet is returned before a consent begins.
	ErrNotYet = errors.New("consent: not begun yet")
	// ErrExpired is returned when its time is over, or is longer than a year.
	ErrExpired = errors.New("consent: expired")
	// ErrWithdrawn is returned when it was withdrawn, or was given beside the
	// withdrawal of another one for the same server.
	ErrWithdrawn = errors.New("consent: withdrawn")
)

// refusals are in the order of what tells a person more.
var refusals = []error{ErrNone, ErrHost, ErrRecipient, ErrKey, ErrNotYet, ErrExpired, ErrWithdrawn}

// Request is what is about to be done.
type Request struct {
	Patient chain.ID
	Host    string   // name or address, with a port unless it is 443
	Key     [32]byte // Ed25519 public key of the server
	Purpose chain.Purpose
}

// IsHost reports whether a text can name a server: a name or an address, with a port
// when it is not 443, and nothing else.
func IsHost(host string) bool {
	u, err := url.Parse("https://" + host)
	return err == nil && u.Host == host && u.Hostname() != ""
}

// Permit is the proof that [Check] said yes. The zero value permits nothing.
type Permit struct {
	request Request
	receipt chain.ID
	end     time.Time
}

// Request returns what is permitted.
func (p Permit) Request() Request { return p.request }

// Receipt returns the consent that permits it; zeros for the zero value.
func (p Permit) Receipt() chain.ID { return p.receipt }

// End returns when it ends.
func (p Permit) End() time.Time { return p.end }

// Check looks for a live consent to a request among those of its patient. It returns
// the refusal that tells most of those it met.
func Check(consents []chain.Consent, r Request, now time.Time) (Permit, error) {
	worst := 0
	for i := range consents {
		rank := refusal(&consents[i], r, now)
		if rank < 0 {
			return Permit{request: r, receipt: consents[i].ID, end: time.UnixMilli(int64(consents[i].End))}, nil
		}
		worst = max(worst, rank)
	}
	return Permit{}, refusals[worst]
}

// refusal is the place among [refusals] of why a consent does not do, -1 when it does.
func refusal(c *chain.Consent, r Request, now time.Time) int {
	at := uint64(max(now.UnixMilli(), 0))
	switch {
	case c.ID == chain.ID{} || c.Purpose != r.Purpose || r.Purpose != chain.Synchronise:
		return 0
	case c.Host != r.Host:
		return 1
	case c.Category != chain.Hosting:
		return 2
	case c.Key != r.Key:
		return 3
	case c.Withdrawn || c.Overruled:
		return 6
	case at < c.Start:
		return 4
	case at >= c.End || c.End-c.Start > chain.MaxConsent:
		return 5
	}
	return -1
}
