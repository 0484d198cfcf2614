package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"carnet/sync/consent"
	"carnet/sync/wire"
	"carnet/vault"
	"carnet/vault/chain"
	"carnet/vault/seal"
)

// push sends what waits: the blobs of a batch, then the batch, and meanwhile the blobs
// of the next one. again says that the answers do not tell all: to be pulled.
func (r *run) push() (again bool, err error) {
	state, err := r.source.SyncState(r.patient)
	if err != nil {
		return false, err
	}
	total, after := r.done+int64(state.Waiting), uint64(0)
	var changes []vault.Outgoing // whose blobs are there
	for {
		if len(changes) == 0 { // also what was written meanwhile
			changes, err = r.source.Changes(r.patient, after, batchBytes)
			if err != nil || len(changes) == 0 {
				return again, err
			}
			if err := r.upload(changes); err != nil {
				return again, err
			}
		}
		after = changes[len(changes)-1].Seq
		next, err := r.source.Changes(r.patient, after, batchBytes)
		if err != nil {
			return again, err
		}
		arrived := r.ahead(next)
		followed, err := r.send(changes, total)
		if err := arrived(err); err != nil {
			return again, err
		}
		again = again || !followed
		changes = next
	}
}

// ahead begins to upload the blobs of a batch. arrived waits for them, unless the batch
// before has failed, whose error it returns then.
func (r *run) ahead(changes []vault.Outgoing) (arrived func(failed error) error) {
	ctx, cancel := context.WithCancel(r.ctx)
	other := &run{Client: r.Client, ctx: ctx, patient: r.patient, permit: r.permit} // what it counts stays with r
	ended := make(chan error, 1)
	go func() { ended <- other.upload(changes) }()
	return func(failed error) error {
		defer cancel()
		if failed != nil {
			cancel()
			<-ended
			return failed
		}
		return <-ended
	}
}

// send sends a batch whose blobs are there and takes its places. followed says that the
// answer told all.
func (r *run) send(changes []vault.Outgoing, total int64) (followed bool, err error) {
	accepted, err := r.post(changes)
	if err != nil {
		return false, err
	}
	r.out.Sent += len(changes)
	r.step(len(changes), total)
	return r.follow(changes, accepted)
}

// introduce sends the headers alone, up to the consent that lets the rest go, when the
// server does not have that consent yet: nothing else of the record goes before it.
func (r *run) introduce() error {
	receipts, err := r.source.Receipts(r.patient)
	if err != nil {
		return err
	}
	var receipt chain.Hash
	for _, c := range receipts {
		if c.ID == r.permit.Receipt() {
			receipt = c.Op
		}
	}
	placed, err := r.source.Placed(r.patient, receipt)
	if err != nil || placed {
		return err
	}
	var headers []vault.Outgoing
	for after := uint64(0); ; {
		changes, err := r.source.Changes(r.patient, after, batchBytes)
		if err != nil || len(changes) == 0 {
			return errors.Join(err, consent.ErrNone) // the permit names a receipt of this record
		}
		for _, o := range changes {
			after = o.Seq
			if o.Op.BodyHash != (chain.Hash{}) {
				o.Bare, o.Body = true, seal.Sealed{}
			}
			headers = append(headers, o)
			if o.Op.ID() != receipt {
				continue
			}
			accepted, err := r.post(headers)
			if err != nil {
				return err
			}
			_, err = r.follow(headers, accepted) // what it does not tell, the next page does
			return err
		}
	}
}

// post sends a batch whose blobs are there.
func (r *run) post(changes []vault.Outgoing) (*wire.Accepted, error) {
	p := wire.Push{V: wire.Version}
	for _, o := range changes {
		p.Items = append(p.Items, wire.Item{Op: o.Op.Bytes(), Sig: o.Op.Sig, Bare: o.Bare, Body: o.Body.Bytes()})
	}
	if len(p.Items) > wire.MaxPush {
		return nil, ErrFull
	}
	b, err := r.ask("POST", r.path("ops"), "", wire.Encode(&p), wire.MaxMessage)
	if err != nil {
		return nil, err
	}
	accepted, err := wire.ParseAccepted(b)
	if err != nil {
		return nil, errors.Join(ErrAnswer, err)
	}
	if len(accepted.Places) != len(changes) {
		return nil, fmt.Errorf("%w: accepted", ErrAnswer)
	}
	for _, o := range changes {
		r.sent[o.Op.ID()] = true
	}
	r.known = max(r.known, accepted.Head.N)
	return accepted, r.checkHeads(&accepted.Head)
}

// uploads is how many packs of blobs are on their way at once: the server makes each
// durable before it answers, which takes about as long as to send it.
const uploads = 3

// place is where a blob is found.
type place struct {
	of vault.Outgoing
	i  int
}

// upload sends the blobs of operations that the server does not have.
func (r *run) upload(changes []vault.Outgoing) error {
	at := map[chain.Hash]place{} // two operations may name one blob
	var names []chain.Hash
	for _, o := range changes {
		if o.Bare {
			continue
		}
		for i, name := range o.Op.Blobs {
			if _, twice := at[name]; !twice {
				at[name], names = place{o, i}, append(names, name)
			}
		}
	}
	for some := range slices.Chunk(names, wire.MaxNames) {
		b, err := r.ask("POST", r.path("blobs/have"), "", wire.Encode(&wire.Names{V: wire.Version, Names: some}), 64<<10)
		if err != nil {
			return err
		}
		missing, err := wire.ParseNames(b)
		if err != nil {
			return errors.Join(ErrAnswer, err)
		}
		if err := r.uploadMissing(missing.Names, at); err != nil {
			return err
		}
	}
	return nil
}

// uploadMissing sends blobs in packs, some at once, and reads on meanwhile.
func (r *run) uploadMissing(names [][32]byte, at map[chain.Hash]place) error {
	sending, ctx := errgroup.WithContext(r.ctx)
	sending.SetLimit(uploads)
	free := make(chan []byte, uploads+1) // packs that have arrived make room for the next ones
	read := func() error {
		var pack []byte
		for i, name := range names {
			p, asked := at[name]
			if !asked {
				return fmt.Errorf("%w: missing", ErrAnswer)
			}
			if pack == nil {
				select {
				case pack = <-free:
				default:
					pack = make([]byte, 0, wire.MaxPack)
				}
			}
			var err error
			pack, err = wire.AppendBlob(pack, name, func(b []byte) ([]byte, error) { return r.source.AppendBlob(b, p.of, p.i) })
			if err != nil {
				return err
			}
			if len(pack) < wire.PackBytes && i+1 < len(names) {
				continue
			}
			if ctx.Err() != nil {
				return nil // one of them says why
			}
			full := pack
			pack = nil
			sending.Go(func() error {
				var readers atomic.Int32
				_, err := r.carry("POST", r.path("blobs"), "", full, 0, &readers)
				if err == nil && readers.Load() == 0 {
					free <- full[:0]
				}
				return err
			})
		}
		return nil
	}
	return errors.Join(read(), sending.Wait(), r.ctx.Err())
}

// follow takes the places that an answer gives, without asking for what was just sent.
// It reports whether the answer told all.
func (r *run) follow(changes []vault.Outgoing, a *wire.Accepted) (bool, error) {
	state, err := r.source.SyncState(r.patient)
	if err != nil {
		return false, err
	}
	p := &vault.Page{
		Patient: r.patient, Host: r.permit.Request().Host, Key: r.permit.Request().Key,
		After: state.N, N: state.N, Head: a.Head.Hash, Last: max(a.Head.N, state.N),
	}
	var delivered []chain.Hash
	between := false // others wrote
	for i, o := range changes {
		switch place := a.Places[i]; {
		case place.N <= state.N: // it had its place before
			if !o.Bare {
				delivered = append(delivered, o.Op.ID())
			}
		case place.N != p.N+1:
			between = true
		default:
			p.N++
			p.Ops = append(p.Ops, vault.Incoming{Op: o.Op, Body: o.Body.Bytes(), Bare: o.Bare, Time: place.Time})
		}
	}
	if len(delivered) > 0 {
		if err := r.source.Delivered(r.ctx, r.patient, delivered); err != nil {
			return false, err
		}
	}
	if between {
		return false, nil
	}
	if len(p.Ops) == 0 {
		return a.Head.N <= state.N, nil
	}
	_, err = r.source.Apply(r.ctx, p, nil, nil)
	return true, err
}
