// Package client brings a record and a server's order of it together: it pulls what
// other devices wrote, page by page, and pushes what this one did. It sees
// ciphertext alone, reaches the network by a [consent.Gate] and nothing else, and
// believes nothing: package vault holds every page to the chain.
package client

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"carnet/sync/consent"
	"carnet/sync/wire"
	"carnet/vault"
	"carnet/vault/chain"
	"carnet/vault/record"
)

// Errors of talking to a server. The record is as it was.
var (
	// ErrAnswer is returned when an answer is none of this protocol, or was not
	// signed by the server that the consent names.
	ErrAnswer = errors.New("client: not an answer of this server")
	// ErrRefused is returned when the server refuses, with its [wire.Problem].
	ErrRefused = errors.New("client: the server refused")
	// ErrRemoved is returned when the server says that this device belonged to the
	// record and was removed from it. The record stays readable here as it is.
	ErrRemoved = errors.New("client: this device was removed from the record")
	// ErrFull is returned when the server has no room left for the record.
	ErrFull = errors.New("client: the server has no room left")
)

// Source is what is synchronised: an unlocked vault.
type Source interface {
	Receipts(patient record.ID) ([]chain.Consent, error)
	WithdrawConsent(ctx context.Context, patient, consent record.ID) error
	SyncState(patient record.ID) (vault.SyncState, error)
	Placed(patient record.ID, op chain.Hash) (bool, error)
	Changes(patient record.ID, after uint64, limit int) ([]vault.Outgoing, error)
	AppendBlob(dst []byte, o vault.Outgoing, i int) ([]byte, error)
	Apply(ctx context.Context, p *vault.Page, fetch func(context.Context, chain.Hash) ([]byte, error), progress func(done, total int64)) (vault.Applied, error)
	StopSync(patient record.ID) error
	Delivered(ctx context.Context, patient record.ID, ids []chain.Hash) error
	Complete(ctx context.Context, patient record.ID, came []vault.Incoming, fetch func(context.Context, chain.Hash) ([]byte, error)) (int, error)
	Device() (chain.ID, error)
	SignRequest(base []byte) (device chain.ID, sig [64]byte, err error)
}

// Options of a client. The zero value means the defaults.
type Options struct {
	// Gate are those of the way out.
	Gate consent.Options
	// Remove says that the person was asked whether many documents may go.
	Remove bool
}

// Client synchronises the records of one vault. [Client.Sync] of one patient runs once
// at a time; everything else is safe for concurrent use.
type Client struct {
	source Source
	gate   *consent.Gate
	opt    Options
	skew   atomic.Int64 // the server's clock less ours, in nanoseconds
}

// New makes a client. Nothing is sent by it.
func New(source Source, opt *Options) *Client {
	c := &Client{source: source}
	if opt != nil {
		c.opt = *opt
	}
	if c.opt.Gate.Now == nil {
		c.opt.Gate.Now = time.Now
	}
	c.gate = consent.NewGate(func(patient chain.ID) ([]chain.Consent, error) { return source.Receipts(record.ID(patient)) }, &c.opt.Gate)
	return c
}

// Removing is the same client once the person has said yes to [Options.Remove].
func (c *Client) Removing() *Client {
	out := &Client{source: c.source, gate: c.gate, opt: c.opt}
	out.opt.Remove = true
	return out
}

// Close ends what is under way, and every connection. A client that is used again
// connects anew.
func (c *Client) Close() { c.gate.Close() }

// SetRate changes the rate of everything, in bytes a second; see [consent.Options].
func (c *Client) SetRate(rate int64) { c.gate.SetRate(rate) }

// Result is what a run did.
type Result struct {
	Sent     int // operations
	Received int
	Removed  int // documents that went to the bin or were erased
	Withheld int // operations whose body never came, and that no erasure explains
	At       uint64
}

// run is one synchronisation of one patient.
type run struct {
	*Client
	ctx      context.Context
	patient  record.ID
	permit   consent.Permit
	progress func(done, total int64)
	done     int64
	sent     map[chain.Hash]bool // acknowledged
	known    uint64              // operations that the server said it has, in this run
	out      Result
}

// Sync brings a patient's record and the server of its consent together. progress,
// which may be nil, is told how many operations went or came, of how many. Cancelling
// ctx stops between two steps; what was applied or acknowledged stays, and the next
// run goes on from there.
//
// It returns the refusals of [consent.Check] and [consent.ErrUnreachable], the errors
// of [vault.Vault.Apply], [ErrAnswer], [ErrRefused], [ErrRemoved]
// and [ErrFull].
func (c *Client) Sync(ctx context.Context, patient record.ID, progress func(done, total int64)) (Result, error) {
	permit, err := c.permit(patient)
	if err != nil {
		return Result{}, err
	}
	r := &run{Client: c, ctx: ctx, patient: patient, permit: permit, progress: progress, sent: map[chain.Hash]bool{}}
	err = r.sync()
	return r.out, err
}

// permit finds the live consent of a patient: to the server that the record is with,
// or to any when it is with none yet.
func (c *Client) permit(patient record.ID) (consent.Permit, error) {
	state, err := c.source.SyncState(patient)
	if err != nil {
		return consent.Permit{}, err
	}
	if state.Frozen != nil {
		return consent.Permit{}, fmt.Errorf("%w: %w", vault.ErrFrozen, state.Frozen)
	}
	if state.Host != "" {
		return c.gate.Permit(consent.Request{Patient: chain.ID(patient), Host: state.Host, Key: state.Key, Purpose: chain.Synchronise})
	}
	receipts, err := c.source.Receipts(patient)
	if err != nil {
		return consent.Permit{}, err
	}
	refused := consent.ErrNone
	for i := len(receipts) - 1; i >= 0; i-- {
		p, err := c.gate.Permit(consent.Request{Patient: chain.ID(patient), Host: receipts[i].Host, Key: receipts[i].Key, Purpose: chain.Synchronise})
		if err == nil {
			return p, nil
		}
		if refused == consent.ErrNone {
			refused = err
		}
	}
	return consent.Permit{}, refused
}

// Recheck stops what is under way by consents that are over.
func (c *Client) Recheck() { c.gate.Recheck() }

// Withdraw ends a consent at once, stops what is under way by it, and tells the server
// when it can be reached: told is what came of that, and never undoes the withdrawal.
func (c *Client) Withdraw(ctx context.Context, patient, receipt record.ID) (told, err error) {
	err = c.source.WithdrawConsent(ctx, patient, receipt)
	c.gate.Recheck()
	if err != nil && !errors.Is(err, vault.ErrNoSuchConsent) { // withdrawn before: it is told again
		return nil, err
	}
	told = c.gate.Tell(ctx, chain.ID(patient), chain.ID(receipt), func(r consent.Request, path string) (map[string]string, error) {
		return c.sign(&wire.Request{Method: "DELETE", Authority: r.Host, Path: path, Query: "?"}, chain.ID{}, nil)
	})
	if err != nil && errors.Is(told, consent.ErrNone) {
		return nil, err
	}
	return told, nil
}

func (r *run) sync() error {
	if err := r.introduce(); err != nil {
		return err
	}
	if err := r.pull(); err != nil {
		return err
	}
	again, err := r.push()
	if err != nil {
		return err
	}
	if again {
		if err := r.pull(); err != nil {
			return err
		}
	}
	return r.settle()
}

// settle looks whether the server still has what it acknowledged in this run.
func (r *run) settle() error {
	after := uint64(0)
	for len(r.sent) > 0 {
		waiting, err := r.source.Changes(r.patient, after, batchBytes)
		if err != nil {
			return err
		}
		if len(waiting) == 0 {
			break
		}
		for _, o := range waiting {
			if r.sent[o.Op.ID()] {
				return r.source.StopSync(r.patient)
			}
			after = o.Seq
		}
	}
	state, err := r.source.SyncState(r.patient)
	if err != nil {
		return err
	}
	r.out.Withheld, r.out.At = state.Withheld, state.N
	if state.N < r.known {
		return r.source.StopSync(r.patient)
	}
	return nil
}

func (r *run) step(n int, total int64) {
	r.done += int64(n)
	if r.progress != nil {
		r.progress(r.done, max(total, r.done))
	}
}

// path is that of a patient.
func (r *run) path(rest string) string { return fmt.Sprintf("/v1/patients/%s/%s", r.patient, rest) }

// pull applies pages until the end of the server's order.
func (r *run) pull() error {
	for {
		state, err := r.source.SyncState(r.patient)
		if err != nil {
			return err
		}
		b, err := r.ask("GET", r.path("ops"), "after="+strconv.FormatUint(state.N, 10), nil, wire.MaxMessage)
		var problem *wire.Problem
		if errors.As(err, &problem) && problem.Type == wire.ProblemUnknown {
			// Nothing for this device. A server that never had the record is new;
			// one that had it has lost it.
			if state.Awaited && state.N == 0 {
				return errors.Join(ErrRefused, problem)
			}
			if state.N == 0 && r.known == 0 {
				return nil
			}
			_, err := r.source.Apply(r.ctx, &vault.Page{Patient: r.patient, Host: r.permit.Request().Host, Key: r.permit.Request().Key}, nil, nil)
			return errors.Join(err, ErrRefused)
		}
		if err != nil {
			return err
		}
		page, err := wire.ParsePage(b)
		if err != nil {
			return errors.Join(ErrAnswer, err)
		}
		if err := r.checkHeads(&page.Head, &page.Last); err != nil {
			return err
		}
		incoming, err := r.incoming(page)
		if err != nil {
			return err
		}
		applied, err := r.source.Apply(r.ctx, incoming, r.fetch, nil)
		if err != nil {
			return err
		}
		r.known = max(r.known, page.Last.N)
		r.out.Received += applied.New
		r.out.Removed += applied.Removed
		r.step(len(page.Items), int64(page.Last.N-min(page.Last.N, page.After)))
		if incoming.N == incoming.Last {
			return r.complete()
		}
	}
}

// complete asks once more for bodies that had not come.
func (r *run) complete() error {
	state, err := r.source.SyncState(r.patient)
	if err != nil {
		return err
	}
	for _, n := range state.Lacking {
		b, err := r.ask("GET", r.path("ops"), fmt.Sprintf("after=%d&limit=1", n-1), nil, wire.MaxMessage)
		if err != nil {
			return err
		}
		page, err := wire.ParsePage(b)
		if err != nil {
			return errors.Join(ErrAnswer, err)
		}
		incoming, err := r.incoming(page)
		if err != nil {
			return err
		}
		if _, err := r.source.Complete(r.ctx, r.patient, incoming.Ops, r.fetch); err != nil {
			return err
		}
	}
	return nil
}

// checkHeads holds heads to the server and the patient of the consent.
func (r *run) checkHeads(heads ...*wire.Head) error {
	for _, h := range heads {
		if h.Patient != chain.ID(r.patient) || !h.Verify(r.permit.Request().Key) {
			return fmt.Errorf("%w: head", ErrAnswer)
		}
	}
	return nil
}

func (r *run) incoming(p *wire.Page) (*vault.Page, error) {
	out := &vault.Page{
		Patient: r.patient, Host: r.permit.Request().Host, Key: r.permit.Request().Key,
		After: p.After, N: p.Head.N, Head: p.Head.Hash, Last: p.Last.N, Removed: r.out.Removed, Remove: r.opt.Remove,
	}
	for i := range p.Items {
		op, err := p.Items[i].Signed()
		if err != nil {
			return nil, errors.Join(ErrAnswer, err)
		}
		out.Ops = append(out.Ops, vault.Incoming{Op: op, Body: p.Items[i].Body, Bare: p.Items[i].Bare, Time: p.Items[i].Time})
	}
	return out, nil
}

// fetch gets a blob.
func (r *run) fetch(_ context.Context, name chain.Hash) ([]byte, error) {
	b, err := r.ask("GET", r.path(fmt.Sprintf("blobs/%x", name)), "", nil, wire.MaxBlob)
	var problem *wire.Problem
	if errors.As(err, &problem) && problem.Type == wire.ProblemUnknown {
		return nil, fmt.Errorf("%w: a content is missing", vault.ErrWithheld)
	}
	return b, err
}

// batchBytes is about how much one push takes.
const batchBytes = 2 << 20
