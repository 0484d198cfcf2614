package client

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"carnet/sync/consent"
	"carnet/sync/wire"
	"carnet/vault/record"
)

// Pauses between two tries to listen, and how long a server may be silent before
// nobody believes that it is there: it says something every 25 s.
const (
	firstPause = time.Second
	lastPause  = 5 * time.Minute
	silence    = 90 * time.Second
)

// errSilent ends a stream of which nothing comes.
var errSilent = fmt.Errorf("%w: silent", consent.ErrUnreachable)

// Watch listens to the server of a patient's record, so that nobody has to ask again
// and again: came is told how many operations the server has, at once and after each
// change. It may be told the same number twice, and is called on the goroutine of
// Watch. A connection that ends is made again, after ever longer pauses, so it also
// tells that the server answers once more. Nothing of the record goes or comes by it.
//
// It returns when ctx has ended, with its error, or when nothing may be sent any more:
// the refusals of [consent.Check], [vault.ErrFrozen], or the error of a vault that is
// closed.
func (c *Client) Watch(ctx context.Context, patient record.ID, came func(n uint64)) error {
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		permit, err := c.permit(patient)
		if err != nil {
			return err
		}
		r := &run{Client: c, ctx: ctx, patient: patient, permit: permit}
		_ = r.listen(func(n uint64) { // however it ended, it is tried again
			pause = firstPause
			came(n)
		})
		select {
		case <-time.After(pause/2 + rand.N(pause)): // not everybody at once
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// maxLine bounds a line of a stream, in bytes: a head takes some 250.
const maxLine = 4096

// listen reads one stream of heads to its end, which comes as an error.
func (r *run) listen(came func(n uint64)) error {
	ctx, cancel := context.WithCancelCause(r.ctx)
	defer cancel(nil)
	heard := time.AfterFunc(silence, func() { cancel(errSilent) })
	defer heard.Stop()
	r.ctx = ctx
	var answer *consent.Answer
	err := r.trying(func() (problem *wire.Problem, err error) {
		answer, problem, err = r.open("GET", "/v1/events", "patient="+r.patient.String(), nil, nil)
		return problem, err
	})
	var problem *wire.Problem
	if errors.As(err, &problem) && (problem.Type == wire.ProblemUnknown || problem.Type == wire.ProblemRemoved) {
		came(0) // a run finds out what that means
	}
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		heard.Reset(silence)
		data, is := strings.CutPrefix(lines.Text(), "data: ")
		if !is {
			continue
		}
		b, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			return errors.Join(ErrAnswer, err)
		}
		head, err := wire.ParseHead(b)
		if err != nil {
			return errors.Join(ErrAnswer, err)
		}
		if err := r.checkHeads(head); err != nil {
			return err
		}
		came(head.N)
	}
	return errors.Join(lines.Err(), context.Cause(ctx))
}
