package client

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"sync/atomic"
	"time"

	"carnet/sync/consent"
	"carnet/sync/wire"
	"carnet/vault/chain"
)

// sign gives the header fields of a request.
func (c *Client) sign(r *wire.Request, receipt chain.ID, body []byte) (map[string]string, error) {
	return signed(c.source, c.opt.Gate.Now().Add(time.Duration(c.skew.Load())), r, receipt, body)
}

// signed gives the header fields of a request that is signed at a moment.
func signed(by Signer, at time.Time, r *wire.Request, receipt chain.ID, body []byte) (map[string]string, error) {
	device, err := by.Device()
	if err != nil {
		return nil, err
	}
	s := wire.Signature{Created: at.Unix(), Key: device}
	rand.Read(s.Nonce[:])
	header := map[string]string{
		"content-digest":  wire.Digest(body),
		"carnet-receipt":  fmt.Sprintf("%x", receipt),
		"idempotency-key": fmt.Sprintf("%x", s.Nonce),
	}
	r.Header = func(name string) string { return header[name] }
	var failed error
	input, signature, err := s.Sign(r, func(base []byte) (sig [64]byte) {
		_, sig, failed = by.SignRequest(base)
		return sig
	})
	header["signature-input"], header["signature"] = input, signature
	return header, errors.Join(err, failed)
}

// tries is how often a request is made that the server asks to make again.
const tries = 5

// ask makes a request and reads its answer, of at most limit bytes.
func (r *run) ask(method, path, query string, body []byte, limit int64) ([]byte, error) {
	return r.carry(method, path, query, body, limit, new(atomic.Int32))
}

// carry is ask for a body that lies where another is to lie next: readers counts those
// who read it still, who may outlive the answer of a server that did not wait for its
// end.
func (r *run) carry(method, path, query string, body []byte, limit int64, readers *atomic.Int32) (answered []byte, err error) {
	err = r.trying(func() (*wire.Problem, error) {
		answer, problem, err := r.open(method, path, query, body, readers)
		if err != nil || problem != nil {
			return problem, err
		}
		b, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
		if cerr := answer.Body.Close(); err != nil {
			return nil, errors.Join(err, cerr)
		}
		if int64(len(b)) > limit {
			return nil, fmt.Errorf("%w: too long", ErrAnswer)
		}
		answered = b
		return nil, nil
	})
	return answered, err
}

// trying makes a request. A wrong clock is put right once, and too many requests are
// made later.
func (r *run) trying(once func() (*wire.Problem, error)) error {
	clocked := false
	for try := 1; ; try++ {
		problem, err := once()
		switch {
		case err != nil || problem == nil:
			return err
		case problem.Type == wire.ProblemClock && !clocked && problem.Time > 0:
			clocked = true
			r.skew.Store(int64(time.Unix(problem.Time, 0).Sub(r.opt.Gate.Now())))
		case problem.Type == wire.ProblemRate && try < tries:
			select {
			case <-time.After(time.Duration(try) * time.Second):
			case <-r.ctx.Done():
				return r.ctx.Err()
			}
		case problem.Type == wire.ProblemQuota:
			return errors.Join(ErrFull, problem)
		case problem.Type == wire.ProblemRemoved:
			return errors.Join(ErrRemoved, problem)
		default:
			return errors.Join(ErrRefused, problem)
		}
	}
}

// reading is a body that is read until it is closed.
type reading struct {
	*bytes.Reader
	readers *atomic.Int32
}

func (r *reading) Close() error {
	r.readers.Add(-1)
	return nil
}

// long is the size of a body from which on it is not to share a connection, in bytes.
const long = 64 << 10

// open makes a request; see carry for readers. The body of the answer, nil with a
// problem, must be closed.
func (r *run) open(method, path, query string, body []byte, readers *atomic.Int32) (*consent.Answer, *wire.Problem, error) {
	if err := r.ctx.Err(); err != nil {
		return nil, nil, err
	}
	request := r.permit.Request()
	header, err := r.sign(&wire.Request{Method: method, Authority: request.Host, Path: (&url.URL{Path: path}).EscapedPath(), Query: "?" + query}, r.permit.Receipt(), body)
	if err != nil {
		return nil, nil, err
	}
	call := &consent.Call{Method: method, Path: path, Query: query, Header: header}
	if body != nil {
		readers.Add(1)
		call.Body, call.Length, call.Bulk = &reading{bytes.NewReader(body), readers}, int64(len(body)), len(body) >= long
	}
	answer, err := r.gate.Do(r.ctx, r.permit, call)
	if err != nil || answer.Status >= 200 && answer.Status < 300 {
		return answer, nil, err
	}
	b, err := io.ReadAll(io.LimitReader(answer.Body, wire.MaxProblem))
	if cerr := answer.Body.Close(); err != nil {
		return nil, nil, errors.Join(err, cerr)
	}
	return nil, wire.ParseProblem(answer.Status, b), nil
}
