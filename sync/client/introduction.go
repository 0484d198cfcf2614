package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"carnet/sync/consent"
	"carnet/sync/wire"
	"carnet/vault"
	"carnet/vault/chain"
	"carnet/vault/record"
)

// Signer signs requests: an unlocked vault, or a recovery kit.
type Signer interface {
	Device() (chain.ID, error)
	SignRequest(base []byte) (device chain.ID, sig [64]byte, err error)
}

// introduced is what a device may do before it has any record: ask a server that the
// person named on this very screen. Nothing of a record goes out by it.
type introduced struct {
	gate *consent.Gate
	now  func() time.Time
	in   consent.Introduction
	by   Signer // nil signs nothing
	skew time.Duration
}

func introduce(opt *Options, in consent.Introduction, by Signer) *introduced {
	gate := opt.Gate
	if gate.Now == nil {
		gate.Now = time.Now
	}
	none := func(chain.ID) ([]chain.Consent, error) { return nil, nil }
	return &introduced{gate: consent.NewGate(none, &gate), now: gate.Now, in: in, by: by}
}

// ask makes a request and reads its answer, of at most limit bytes; answered is nil when
// the server had nothing to say.
func (i *introduced) ask(ctx context.Context, method, path string, receipt chain.ID, body []byte, limit int64) (answered []byte, err error) {
	for try := 1; ; try++ {
		b, problem, err := i.once(ctx, method, path, receipt, body, limit)
		switch {
		case err != nil:
			return nil, err
		case problem == nil:
			return b, nil
		case problem.Type == wire.ProblemClock && i.skew == 0 && problem.Time > 0:
			i.skew = time.Unix(problem.Time, 0).Sub(i.now())
		case problem.Type == wire.ProblemRate && try < tries:
			select {
			case <-time.After(time.Duration(try) * time.Second):
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		case problem.Type == wire.ProblemRemoved:
			return nil, errors.Join(ErrRemoved, problem)
		default:
			return nil, errors.Join(ErrRefused, problem)
		}
	}
}

func (i *introduced) once(ctx context.Context, method, path string, receipt chain.ID, body []byte, limit int64) ([]byte, *wire.Problem, error) {
	var header map[string]string
	if i.by != nil {
		var err error
		r := &wire.Request{Method: method, Authority: i.in.Host, Path: (&url.URL{Path: path}).EscapedPath(), Query: "?"}
		if header, err = signed(i.by, i.now().Add(i.skew), r, receipt, body); err != nil {
			return nil, nil, err
		}
	}
	call := &consent.Call{Method: method, Path: path, Header: header}
	if body != nil {
		call.Body, call.Length = bytes.NewReader(body), int64(len(body))
	}
	answer, err := i.gate.Introduce(ctx, i.in, call)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	refused := answer.Status < 200 || answer.Status >= 300
	if refused {
		limit = wire.MaxProblem
	}
	b, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
	switch {
	case err != nil:
		return nil, nil, errors.Join(consent.ErrUnreachable, err)
	case int64(len(b)) > limit:
		return nil, nil, fmt.Errorf("%w: too long", ErrAnswer)
	case refused:
		return nil, wire.ParseProblem(answer.Status, b), nil
	}
	return b, nil, nil
}

// keysOf asks for what a record is begun with.
func (i *introduced) keysOf(ctx context.Context, patient record.ID) ([]vault.Incoming, error) {
	b, err := i.ask(ctx, "GET", fmt.Sprintf("/v1/patients/%s/keys", patient), chain.ID{}, nil, wire.MaxMessage)
	if err != nil {
		return nil, err
	}
	return keysFrom(b)
}

func keysFrom(b []byte) ([]vault.Incoming, error) {
	keys, err := wire.ParseKeys(b)
	if err != nil {
		return nil, errors.Join(ErrAnswer, err)
	}
	var out []vault.Incoming
	for n := range keys.Items {
		op, err := keys.Items[n].Signed()
		if err != nil {
			return nil, errors.Join(ErrAnswer, err)
		}
		out = append(out, vault.Incoming{Op: op, Body: keys.Items[n].Body, Bare: keys.Items[n].Bare, Time: keys.Items[n].Time})
	}
	return out, nil
}

// patients asks for which records the one who signs may ask.
func (i *introduced) patients(ctx context.Context) ([]record.ID, error) {
	b, err := i.ask(ctx, "GET", "/v1/patients", chain.ID{}, nil, 64+wire.MaxPatients*18)
	if err != nil {
		return nil, err
	}
	list, err := wire.ParsePatients(b)
	if err != nil {
		return nil, errors.Join(ErrAnswer, err)
	}
	var out []record.ID
	for _, p := range list.Patients {
		out = append(out, record.ID(p))
	}
	return out, nil
}
