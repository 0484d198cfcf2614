package client

import (
	"context"
	"errors"
	"fmt"

	"carnet/sync/consent"
	"carnet/sync/wire"
	"carnet/vault"
	"carnet/vault/chain"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// Recovery is what a server has for a recovery kit that is all that is left.
type Recovery struct {
	Admission vault.Admission
	Host      string
	Key       [32]byte
	Records   []*vault.RecordKeys

	code seal.KitCode
	kit  *vault.KitSigner
	i    *introduced
	opt  Options
}

// FindKit asks a server, which the person has named, what it has for a recovery kit.
// It sends nothing but signed questions, and writes nothing. It returns [ErrNothing],
// [consent.ErrUnreachable], [ErrRefused].
func FindKit(ctx context.Context, host string, key [32]byte, code seal.KitCode, opt *Options) (*Recovery, error) {
	if opt == nil {
		opt = &Options{}
	}
	kit, err := vault.NewKitSigner(code)
	if err != nil {
		return nil, err
	}
	i := introduce(opt, consent.Introduction{Host: host, Key: key}, kit)
	i.in.Until = i.now().Add(consent.MaxIntroduction)
	out := &Recovery{Host: host, Key: key, code: code, kit: kit, i: i, opt: *opt}
	patients, err := i.patients(ctx)
	var problem *wire.Problem
	if errors.As(err, &problem) && problem.Type == wire.ProblemUnknown {
		return nil, errors.Join(ErrNothing, err)
	}
	if err != nil {
		return nil, err
	}
	for _, p := range patients {
		came, err := i.keysOf(ctx, p)
		if err != nil {
			return nil, err
		}
		keys, err := vault.ReadKeysOf(code, p, came)
		if err != nil {
			return nil, err
		}
		out.Records = append(out.Records, keys)
		out.Admission = vault.Admission{Keyholder: keys.Keyholder, Kit: kit.Public()}
	}
	if len(out.Records) == 0 {
		return nil, ErrNothing
	}
	return out, nil
}

// Recovered is how the records of a kit came back.
type Recovered struct {
	Patients []record.ID
	Failed   map[record.ID]error
}

// asKit is a vault that asks in the name of the kit: its own device belongs to nobody
// yet.
type asKit struct {
	Beginner
	kit *vault.KitSigner
}

func (a *asKit) Device() (chain.ID, error) { return a.kit.Device() }
func (a *asKit) SignRequest(base []byte) (chain.ID, [64]byte, error) {
	return a.kit.SignRequest(base)
}

// Recovering is the new vault that records come back into.
type Recovering interface {
	Beginner
	TakeOver(ctx context.Context, code seal.KitCode) error
}

// Into brings the records that the person consents to into a new vault ([vault.Join]
// with the admission), puts its device in the place of those that are lost, and tells
// the server. consents gives the words that were read for a record, none to leave it
// where it is; a carer, who cannot consent, is asked too, and goes by the consent that
// runs. progress may be nil.
func (r *Recovery) Into(ctx context.Context, v Recovering, consents func(*vault.RecordKeys) (vault.Grantee, bool), progress func(done, total int64)) (*Recovered, error) {
	out := &Recovered{Failed: map[record.ID]error{}}
	fetching := New(&asKit{v, r.kit}, &r.opt)
	defer fetching.Close()
	for _, keys := range r.Records {
		g, yes := consents(keys)
		if !yes {
			continue
		}
		err := r.fetch(ctx, v, fetching, keys, g, progress)
		if err != nil && ctx.Err() != nil {
			return nil, err
		}
		if err != nil {
			out.Failed[keys.Patient] = err
			continue
		}
		out.Patients = append(out.Patients, keys.Patient)
	}
	if len(out.Patients) == 0 {
		for _, err := range out.Failed {
			return out, err
		}
		return out, consent.ErrNone
	}
	if err := v.TakeOver(ctx, r.code); err != nil {
		return out, err
	}
	// The kit still pushes that it admitted the new device: the server knows no other
	// key to hold the request to until it has done so.
	for _, p := range out.Patients {
		if _, err := fetching.Sync(ctx, p, nil); err != nil {
			out.Failed[p] = err
		}
	}
	return out, nil
}

// fetch brings one record.
func (r *Recovery) fetch(ctx context.Context, v Recovering, c *Client, keys *vault.RecordKeys, g vault.Grantee, progress func(done, total int64)) error {
	by, live := keys.Consent(r.Host, r.Key)
	if keys.Role == record.RoleHolder || keys.Role == record.RoleGuardian {
		op, given, err := keys.Renew(r.code, g, &vault.Options{Now: r.i.now})
		if err != nil {
			return err
		}
		push := wire.Push{V: wire.Version, Items: []wire.Item{{Op: op.Op.Bytes(), Sig: op.Op.Sig, Body: op.Body}}}
		b, err := r.i.ask(ctx, "POST", fmt.Sprintf("/v1/patients/%s/ops", keys.Patient), chain.ID(given.ID), wire.Encode(&push), wire.MaxMessage)
		if err != nil {
			return err
		}
		if _, err := wire.ParseAccepted(b); err != nil {
			return errors.Join(ErrAnswer, err)
		}
		by, live = given, true
	}
	if !live {
		return consent.ErrNone
	}
	if err := v.Await(ctx, keys, by); err != nil {
		return err
	}
	_, err := c.Sync(ctx, keys.Patient, progress)
	return err
}
