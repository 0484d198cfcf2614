package server

import (
	"context"
	"errors"
	"time"

	"carnet/sync/server/store"
	"carnet/vault/chain"
)

// Grace is how long a blob is kept that no operation names whose body is there: a device
// sends the blobs first, and may be interrupted before the operation.
const Grace = 7 * 24 * time.Hour

// Sweep drops the blobs that nothing has named for [Grace], of every record. It returns
// how many, and may run while the server works: a record waits while it is its turn.
func (s *Server) Sweep(ctx context.Context) (n int, err error) {
	patients, err := s.store.Records(ctx)
	if err != nil {
		return 0, err
	}
	for _, patient := range patients {
		dropped, err := s.sweep(ctx, patient)
		n += dropped
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func (s *Server) sweep(ctx context.Context, patient chain.ID) (n int, err error) {
	defer s.lock(patient).mu.Unlock()
	named := map[[32]byte]bool{}
	var failed error
	err = s.store.Ops(ctx, patient, 0, false, func(o store.Op) bool {
		op, err := chain.Parse(o.Op, o.Sig)
		if err != nil {
			failed = errors.Join(store.ErrDamaged, err)
			return false
		}
		for _, name := range op.Blobs {
			if !o.Bare {
				named[name] = true
			}
		}
		return true
	})
	if err := errors.Join(err, failed); err != nil {
		return 0, err
	}
	n, err = s.store.Sweep(ctx, patient, s.opt.Now().Add(-Grace), func(name [32]byte) bool { return named[name] })
	s.counts.swept.Add(int64(n))
	return n, err
}
