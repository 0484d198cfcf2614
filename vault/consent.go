package vault

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"carnet/vault/chain"
	"carnet/vault/record"
)

// MaxConsent is the longest time for which somebody consents at once.
const MaxConsent = chain.MaxConsent * time.Millisecond

// Grantee is whom a consent is for: a server that keeps what it cannot read.
type Grantee struct {
	Host     string    // name or address, with a port unless it is 443
	Key      [32]byte  // its Ed25519 public key
	Until    time.Time // at most [MaxConsent] from now
	Text     string    // the very words that the person has read
	Language string    // of those words: "fr" or "en"
	Program  string    // the version that showed them
}

// consentBody is the sealed half of a receipt.
type consentBody struct {
	Text string `cbor:"1,keyasint"`
	// Documents that it is limited to; none for the whole record. This version
	// writes none.
	Documents []record.ID `cbor:"2,keyasint"`
}

// Consents lists what was consented to for a patient, the latest first, with what
// became of it. It returns [ErrNoPatient].
func (v *Vault) Consents(patient record.ID) ([]record.Consent, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	c, err := v.of(patient)
	if err != nil {
		return nil, err
	}
	var out []record.Consent
	for _, r := range c.chain.Consents() {
		out = append(out, record.Consent{
			ID: r.ID, Patient: patient, Host: r.Host, Key: r.Key, Start: record.Millis(r.Start), End: record.Millis(r.End),
			Language: r.Language, Withdrawn: r.Withdrawn || r.Overruled,
		})
	}
	slices.Reverse(out)
	return out, nil
}

// Receipts are the consents of a patient as those judge them who let something out.
// It returns [ErrNoPatient].
func (v *Vault) Receipts(patient record.ID) ([]chain.Consent, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	c, err := v.coming(patient)
	if err != nil {
		return nil, err
	}
	out := c.chain.Consents()
	if w := v.awaited[patient]; w != nil && !slices.ContainsFunc(out, func(r chain.Consent) bool { return r.ID == w.receipt.ID }) {
		out = append(out, w.receipt)
	}
	return out, nil
}

// Server is where records are synchronised.
type Server struct {
	Host string   // name or address, with a port unless it is 443
	Key  [32]byte // its Ed25519 public key
}

// Servers are those that this vault has to do with by a consent that runs, that of a
// record which is still awaited included; each once, in the order of their hosts.
func (v *Vault) Servers() ([]Server, error) { return v.servers(false) }

// ServersWithRecords are those of them that this computer has synchronised a record
// with: from there the kit of its keyholder brings it back.
func (v *Vault) ServersWithRecords() ([]Server, error) { return v.servers(true) }

func (v *Vault) servers(withRecords bool) ([]Server, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	now := uint64(v.opt.Now().UnixMilli())
	var out []Server
	add := func(r chain.Consent) {
		if s := (Server{r.Host, r.Key}); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, c := range v.charts {
		if c.gone() || withRecords && c.sync.At == 0 {
			continue
		}
		for _, r := range c.chain.Consents() {
			live := r.Start <= now && now < r.End && !r.Withdrawn && !r.Overruled
			elsewhere := c.sync.Host != "" && (r.Host != c.sync.Host || r.Key != c.sync.Key)
			if live && !elsewhere {
				add(r)
			}
		}
	}
	for patient, w := range v.awaited {
		c := v.charts[patient] // what came of it already may know better
		judged := c != nil && slices.ContainsFunc(c.chain.Consents(), func(r chain.Consent) bool { return r.ID == w.receipt.ID })
		if !judged && !withRecords && now < w.receipt.End {
			add(w.receipt)
		}
	}
	slices.SortFunc(out, func(a, b Server) int {
		return cmp.Or(strings.Compare(a.Host, b.Host), bytes.Compare(a.Key[:], b.Key[:]))
	})
	return out, nil
}

// GiveConsent records that a patient's record may be synchronised through a server,
// with the words that were read, and the row of the journal. Nothing is sent by it.
//
// It returns [ErrNoPatient], [ErrHandedOver], [ErrGrantee] or [ErrNotAllowed]: holders
// and guardians consent, carers do not.
func (v *Vault) GiveConsent(ctx context.Context, patient record.ID, g Grantee) (record.ID, error) {
	id := newID()
	err := v.act(ctx, func(a *act) error {
		c, err := a.chart(patient)
		if err != nil {
			return err
		}
		if c.handed != nil {
			return ErrHandedOver
		}
		clear := &chain.ReceiptClear{
			ID: id, Category: chain.Hosting, Host: g.Host, Key: g.Key, Purpose: chain.Synchronise,
			Start: uint64(a.opt.Now().UnixMilli()), End: uint64(max(g.Until.UnixMilli(), 0)),
			Text: sha256.Sum256([]byte(g.Text)), Language: g.Language, Program: g.Program,
		}
		if g.Text == "" || !clear.Valid() {
			return ErrGrantee
		}
		head := bodyHead{Type: typeConsent, ID: id}
		if _, err := a.write(c, draft{kind: chain.Receipt, clear: clear, head: head, body: &consentBody{Text: g.Text}}); err != nil {
			return err
		}
		return a.log(c, record.ConsentGiven, id)
	})
	return id, wrap("give consent", err)
}

// WithdrawConsent ends a consent at once, on this device. Whoever has something under
// way asks [Vault.Receipts] again. It returns [ErrNoPatient], [ErrNoSuchConsent] or
// [ErrNotAllowed].
func (v *Vault) WithdrawConsent(ctx context.Context, patient, consent record.ID) error {
	err := v.act(ctx, func(a *act) error {
		c, err := a.chart(patient)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(c.chain.Consents(), func(r chain.Consent) bool { return r.ID == consent && !r.Withdrawn }) {
			return ErrNoSuchConsent
		}
		if _, err := a.write(c, draft{kind: chain.Withdraw, clear: &chain.WithdrawClear{Receipt: consent}}); err != nil {
			return err
		}
		return a.log(c, record.ConsentWithdrawn, consent)
	})
	return wrap("withdraw consent", err)
}

// ConsentText gives the words that were read when a consent was given. It returns
// [ErrNoPatient] or [ErrNoSuchConsent].
func (v *Vault) ConsentText(patient, consent record.ID) (string, error) {
	done, err := v.looking()
	if err != nil {
		return "", err
	}
	defer done()
	c, err := v.of(patient)
	if err != nil {
		return "", err
	}
	text, ok := c.consents[consent]
	if !ok {
		return "", ErrNoSuchConsent
	}
	return text, nil
}

// applyConsent keeps the words of a consent.
func (c *chart) applyConsent(op *chain.Signed, head bodyHead, content []byte) error {
	var clear chain.ReceiptClear
	if op.Kind != chain.Receipt {
		return nil
	}
	if err := chain.Decode(op.Clear, &clear); err != nil {
		return err
	}
	var b consentBody
	if err := decoding.Unmarshal(content, &b); err != nil {
		return fmt.Errorf("%w: consent: %w", ErrDamaged, err)
	}
	if sha256.Sum256([]byte(b.Text)) != clear.Text || record.ID(clear.ID) != head.ID {
		return fmt.Errorf("%w: consent", ErrDamaged)
	}
	if c.consents == nil {
		c.consents = map[record.ID]string{}
	}
	c.consents[head.ID] = b.Text
	return nil
}
