// Package server is the reference server: it keeps and orders what it cannot read.
// It judges headers by package chain alone, as every device does, and asks of each
// request a device's signature and a live consent that names this server.
package server

import (
	"bytes"
	"context"
	"crypto/ed25519"
	_ "embed"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"carnet/sync/server/store"
	"carnet/sync/wire"
	"carnet/vault/chain"
)

//go:embed openapi.json
var openAPI []byte

// Options change how a server works. The zero value of a field means its default.
type Options struct {
	// Key signs heads, and is what consents name the server by.
	Key ed25519.PrivateKey
	// Now is the clock; nil means [time.Now].
	Now func() time.Time
	// Log gets a line a request: route, status, size, time, and nothing of what
	// it was about. Nil means none.
	Log *slog.Logger
	// Quota is how much a record may take, in bytes; 20 GiB by default.
	Quota int64
	// Records is how many records the server takes; 10,000 by default.
	Records int
	// Rate is how many requests a second a device may make in the long run, and
	// ten times as many at once; an address four times that. 100 by default.
	Rate float64
}

// Server is an [http.Handler].
type Server struct {
	store  store.Store
	opt    Options
	public [32]byte
	mux    *http.ServeMux
	nonces *nonces
	keys   *limiter
	from   *limiter
	counts counters
	meets  *meetings
	packs  sync.Pool // of *bytes.Buffer, for bodies that nothing is kept of

	mu      sync.Mutex
	records map[chain.ID]*record
	closing chan struct{}
	once    sync.Once
}

// New makes a server on a store, which it does not close.
func New(s store.Store, opt Options) *Server {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Quota == 0 {
		opt.Quota = 20 << 30
	}
	if opt.Records == 0 {
		opt.Records = 10_000
	}
	if opt.Rate == 0 {
		opt.Rate = 100
	}
	out := &Server{
		store: s, opt: opt, public: [32]byte(opt.Key.Public().(ed25519.PublicKey)), mux: http.NewServeMux(),
		nonces: newNonces(opt.Now), keys: newLimiter(opt.Rate, opt.Now), from: newLimiter(4*opt.Rate, opt.Now),
		meets:   newMeetings(opt.Now),
		records: map[chain.ID]*record{}, closing: make(chan struct{}),
	}
	for _, r := range out.routes() {
		out.mux.Handle(r.method+" "+r.path, out.observed(r))
	}
	return out
}

// Close ends the streams, so that a graceful stop does not wait for them.
func (s *Server) Close() { s.once.Do(func() { close(s.closing) }) }

// route is one line of the contract.
type route struct {
	method, path string
	limit        int64 // of the body, in bytes
	do           func(w http.ResponseWriter, r *http.Request) error
}

// routes are all there is; openapi.json says the same.
func (s *Server) routes() []route {
	signed := func(limit int64, consent bool, do func(*call) error) func(http.ResponseWriter, *http.Request) error {
		return func(w http.ResponseWriter, r *http.Request) error {
			c, err := s.admit(w, r, new(bytes.Buffer), limit, consent)
			if err != nil {
				return err
			}
			return do(c)
		}
	}
	const patient = "/v1/patients/{patient}"
	return []route{
		{"GET", "/healthz", 0, s.health},
		{"GET", "/readyz", 0, s.ready},
		{"GET", "/metrics", 0, s.metrics},
		{"GET", "/openapi.json", 0, s.contract},
		{"POST", patient + "/ops", wire.MaxMessage, func(w http.ResponseWriter, r *http.Request) error { return s.push(w, r) }},
		{"GET", patient + "/ops", 0, signed(0, true, s.page)},
		{"GET", patient + "/heads", 0, signed(0, true, s.head)},
		{"GET", "/v1/events", 0, signed(0, true, s.events)},
		{"POST", patient + "/blobs/have", 64 << 10, signed(64<<10, true, s.have)},
		{"POST", patient + "/blobs", wire.MaxPack, s.pack},
		{"GET", patient + "/blobs/{name}", 0, signed(0, true, s.blob)},
		{"DELETE", patient + "/receipts/{receipt}", 0, signed(0, false, s.withdraw)},
		{"GET", "/v1/patients", 0, s.mine},
		{"GET", patient + "/keys", 0, signed(0, false, s.keysOf)},
		{"POST", patient + "/meetings/{meeting}", wire.MaxTurn, signed(wire.MaxTurn, true, s.meet)},
		{"PUT", "/v1/meetings/{meeting}/{turn}", wire.MaxTurn, s.say},
		{"GET", "/v1/meetings/{meeting}/{turn}", 0, s.hear},
	}
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// record is one patient's operations as this process knows them.
type record struct {
	mu        sync.Mutex
	patient   chain.ID
	stale     bool // something was judged that was not kept: to be read again
	chain     *chain.Chain
	at        map[chain.Hash]uint64 // positions
	bare      map[chain.Hash]bool
	erased    map[chain.Hash]bool // named by an erasure that counts
	heads     []chain.Hash        // running hash by position, 0 included
	times     []uint64            // likewise
	withdrawn map[chain.ID]bool
	watchers  map[chan struct{}]struct{}
}

func (r *record) n() uint64 { return uint64(len(r.heads) - 1) }

// hold gives a record, locked; the caller unlocks it. One that nobody began is empty.
func (s *Server) hold(ctx context.Context, patient chain.ID) (*record, error) {
	r := s.lock(patient)
	if r.stale {
		if err := s.read(ctx, r); err != nil {
			r.mu.Unlock()
			return nil, err
		}
	}
	return r, nil
}

// lock is hold for what needs nothing of the record but that nobody else changes it.
func (s *Server) lock(patient chain.ID) *record {
	for {
		s.mu.Lock()
		r := s.records[patient]
		if r == nil {
			if len(s.records) >= maxHeld {
				s.forget()
			}
			r = &record{patient: patient, stale: true, watchers: map[chan struct{}]struct{}{}}
			s.records[patient] = r
		}
		s.mu.Unlock()
		r.mu.Lock()
		s.mu.Lock()
		current := s.records[patient] == r
		s.mu.Unlock()
		if current {
			return r
		}
		r.mu.Unlock()
	}
}

// maxHeld is how many records are kept in memory.
const maxHeld = 1024

// forget drops a record that nobody uses or watches. The caller holds the lock.
func (s *Server) forget() {
	for patient, r := range s.records {
		if !r.mu.TryLock() {
			continue
		}
		idle := len(r.watchers) == 0
		r.mu.Unlock()
		if idle {
			delete(s.records, patient)
			return
		}
	}
}

// read builds a record from the store.
func (s *Server) read(ctx context.Context, r *record) error {
	r.chain = chain.New(r.patient)
	r.at, r.bare, r.erased = map[chain.Hash]uint64{}, map[chain.Hash]bool{}, map[chain.Hash]bool{}
	r.heads, r.times = make([]chain.Hash, 1), make([]uint64, 1)
	var failed error
	err := s.store.Ops(ctx, r.patient, 0, false, func(o store.Op) bool {
		op, err := chain.Parse(o.Op, o.Sig)
		if err == nil {
			_, _, err = r.chain.Append(op, true) // verified when it came
		}
		if err != nil {
			failed = errors.Join(store.ErrDamaged, err)
			return false
		}
		r.place(op, o.Time, o.Bare)
		return true
	})
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	if r.withdrawn, err = s.store.Withdrawn(ctx, r.patient); err != nil {
		return err
	}
	r.stale = false
	return nil
}

// place notes an operation that the chain has taken.
func (r *record) place(op *chain.Signed, at uint64, bare bool) {
	id := op.ID()
	r.heads = append(r.heads, chain.Head(r.heads[len(r.heads)-1], id, at))
	r.times = append(r.times, at)
	r.at[id] = r.n()
	if bare {
		r.bare[id] = true
	}
	if op.Kind == chain.Erase && r.chain.Counts(id) {
		var e chain.EraseClear
		if chain.Decode(op.Clear, &e) == nil {
			for _, named := range e.Ops {
				r.erased[named] = true
			}
		}
	}
}

// headAt signs the head at a position.
func (s *Server) headAt(r *record, n uint64) wire.Head {
	h := wire.Head{Patient: r.patient, N: n, Hash: r.heads[n], Time: r.times[n]}
	h.Sign(s.opt.Key)
	return h
}

// member gives the public key of a device that belongs to the record.
func (r *record) member(device chain.ID) (public [32]byte, ok bool) {
	e, ok := r.chain.Members()[device]
	return e.Sign, ok
}

// former gives the public key of a device that belonged to the record once: what it is
// told it can only be told once its signature holds.
func (r *record) former(device chain.ID) (public [32]byte, ok bool) {
	e, ok := r.chain.Entry(device)
	return e.Sign, ok
}

// live reports whether a receipt lets this server, called by host, have the record.
func (s *Server) live(r *record, receipt chain.ID, host string) bool {
	now := uint64(s.opt.Now().UnixMilli())
	for _, c := range r.chain.Consents() {
		if c.ID == receipt && !c.Withdrawn && !c.Overruled && !r.withdrawn[receipt] && c.Category == chain.Hosting &&
			c.Purpose == chain.Synchronise && c.Host == host && c.Key == s.public && c.Start <= now+skewMillis && now < c.End {
			return true
		}
	}
	return false
}

// notify wakes those who wait for operations of the record.
func (r *record) notify() {
	for w := range r.watchers {
		select {
		case w <- struct{}{}:
		default: // it has not looked since the last time
		}
	}
}
