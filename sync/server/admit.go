package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"carnet/sync/wire"
	"carnet/vault/chain"
)

// maxSkew is how far a request's time may be from the server's.
const (
	maxSkew    = time.Minute
	skewMillis = uint64(maxSkew / time.Millisecond)
)

// maxTransfer is how long a request may take to arrive, and an answer to leave: the
// packs that a device sends at once, with a batch of operations, at the lowest rate that
// it may be held to.
const maxTransfer = 6 * time.Minute

// refusal is a [wire.Problem] on its way out.
type refusal struct{ *wire.Problem }

func refuse(status int, kind, title string) error {
	return refusal{&wire.Problem{Type: kind, Title: title, Status: status}}
}

// call is a request that was admitted.
type call struct {
	w       http.ResponseWriter
	r       *http.Request
	patient chain.ID
	device  chain.ID
	receipt chain.ID
	body    []byte
}

// patientOf reads whom a request is about: the path says it, or for events the query.
func patientOf(r *http.Request) (chain.ID, error) {
	name := r.PathValue("patient")
	if name == "" {
		name = r.URL.Query().Get("patient")
	}
	id, err := wire.ParseID(name)
	if err != nil {
		return id, refuse(http.StatusBadRequest, wire.ProblemMessage, "no patient")
	}
	return id, nil
}

// begin reads a request whole, its body into a buffer, with its signature, which is
// not verified yet.
func (s *Server) begin(w http.ResponseWriter, r *http.Request, into *bytes.Buffer, limit int64) (*call, *wire.Signature, error) {
	if !s.from.allow(address(r)) {
		return nil, nil, refuse(http.StatusTooManyRequests, wire.ProblemRate, "too many requests from this address")
	}
	control := http.NewResponseController(w)
	deadline := time.Now().Add(maxTransfer)
	if err := errors.Join(control.SetReadDeadline(deadline), control.SetWriteDeadline(deadline)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, nil, err
	}
	var patient chain.ID
	if r.URL.Path != "/v1/patients" { // which is about a device
		var err error
		if patient, err = patientOf(r); err != nil {
			return nil, nil, err
		}
	}
	var err error
	receipt := chain.ID{}
	if named := one(r.Header, "Carnet-Receipt"); named != "" {
		if receipt, err = wire.ParseID(named); err != nil {
			return nil, nil, refuse(http.StatusBadRequest, wire.ProblemMessage, "no receipt")
		}
	}
	sig, err := wire.ParseSignature(one(r.Header, "Signature-Input"), one(r.Header, "Signature"))
	if err != nil {
		return nil, nil, refuse(http.StatusUnauthorized, wire.ProblemSignature, "the request is not signed as it must be")
	}
	if now := s.opt.Now(); now.Sub(time.Unix(sig.Created, 0)).Abs() > maxSkew {
		return nil, nil, refusal{&wire.Problem{Type: wire.ProblemClock, Title: "signed too long ago or in the future", Status: http.StatusUnauthorized, Time: now.Unix()}}
	}
	err = readAll(into, http.MaxBytesReader(w, r.Body, limit), min(limit, r.ContentLength))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, nil, refuse(http.StatusRequestEntityTooLarge, wire.ProblemLarge, "too large")
	}
	if err != nil {
		return nil, nil, refuse(http.StatusBadRequest, wire.ProblemMessage, "the request ended early")
	}
	body := into.Bytes()
	if wire.CheckDigest(one(r.Header, "Content-Digest"), body) != nil {
		return nil, nil, refuse(http.StatusBadRequest, wire.ProblemMessage, "the body is not what its digest says")
	}
	return &call{w: w, r: r, patient: patient, device: sig.Key, receipt: receipt, body: body}, sig, nil
}

// mostAhead is how much is set aside for a body on the word of whoever sends it.
const mostAhead = 1 << 20

// readAll reads a body that says how long it is, -1 for one that does not.
func readAll(into *bytes.Buffer, r io.Reader, said int64) error {
	into.Grow(int(min(max(said, 0), mostAhead)) + bytes.MinRead)
	if _, err := into.ReadFrom(io.LimitReader(r, mostAhead)); err != nil {
		return err
	}
	into.Grow(max(int(said)-into.Len(), 0) + bytes.MinRead) // so much has come
	_, err := into.ReadFrom(r)
	return err
}

// verify holds the signature to a device's key, and to never having been used.
func (s *Server) verify(c *call, sig *wire.Signature, public [32]byte) error {
	query := "?" + c.r.URL.RawQuery
	signed := &wire.Request{Method: c.r.Method, Authority: c.r.Host, Path: c.r.URL.EscapedPath(), Query: query, Header: func(name string) string { return one(c.r.Header, name) }}
	if sig.Verify(signed, public) != nil {
		return refuse(http.StatusUnauthorized, wire.ProblemSignature, "the signature is not the device's")
	}
	if !s.keys.allow(string(sig.Key[:])) {
		return refuse(http.StatusTooManyRequests, wire.ProblemRate, "too many requests of this device")
	}
	if !s.nonces.fresh(sig) {
		return refuse(http.StatusUnauthorized, wire.ProblemReplay, "this request came before")
	}
	return nil
}

// admit lets in a request of a device of the record, with a live consent when it is to
// have one.
func (s *Server) admit(w http.ResponseWriter, r *http.Request, into *bytes.Buffer, limit int64, consent bool) (*call, error) {
	c, sig, err := s.begin(w, r, into, limit)
	if err != nil {
		return nil, err
	}
	held, err := s.hold(r.Context(), c.patient)
	if err != nil {
		return nil, err
	}
	public, member := held.member(c.device)
	former := false
	if !member {
		public, former = held.former(c.device)
	}
	live := !consent || s.live(held, c.receipt, r.Host)
	held.mu.Unlock()
	if !member && !former {
		return nil, refuse(http.StatusNotFound, wire.ProblemUnknown, "nothing for this device")
	}
	if err := s.verify(c, sig, public); err != nil {
		return nil, err
	}
	if !member {
		return nil, errRemoved
	}
	if !live {
		return nil, errConsent
	}
	return c, nil
}

var (
	errConsent = refuse(http.StatusForbidden, wire.ProblemConsent, "no live consent names this server")
	errRemoved = refuse(http.StatusForbidden, wire.ProblemRemoved, "this device was removed from the record")
)

// one gives the only value of a field, "" when there is none or several.
func one(h http.Header, name string) string {
	values := h.Values(name)
	if len(values) != 1 {
		return ""
	}
	return values[0]
}

// address is where a request comes from; of IPv6 the network that a home has.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.Is4() || ip.Is4In6() {
		return host
	}
	p, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return host
	}
	return p.String()
}

// written counts what an answer is.
type written struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *written) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *written) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets [http.ResponseController] through.
func (w *written) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// observed answers a route, turns errors into problems, and counts and logs what
// happened: the route, never whom it was about.
func (s *Server) observed(route route) http.Handler {
	name := route.method + " " + route.path
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		out := &written{ResponseWriter: w}
		out.Header().Set("Cache-Control", "no-store")
		out.Header().Set("X-Content-Type-Options", "nosniff")
		kind := ""
		if err := route.do(out, r); err != nil {
			var p refusal
			if !errors.As(err, &p) {
				p = refusal{&wire.Problem{Type: wire.ProblemServer, Title: "the server failed", Status: http.StatusInternalServerError}}
			}
			kind = p.Type
			if out.status == 0 {
				answerProblem(out, p.Problem)
			}
		}
		s.counts.add(name, out.status, kind)
		s.opt.Log.LogAttrs(r.Context(), level(out.status), "request", logged(name, out, kind, time.Since(began))...)
	})
}

func answerProblem(w http.ResponseWriter, p *wire.Problem) {
	var b bytes.Buffer
	if json.NewEncoder(&b).Encode(p) != nil {
		b.Reset()
	}
	w.Header().Set("Content-Type", "application/problem+json")
	if p.Status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(b.Bytes()) // the client is gone
}

// nonces remembers the signatures of the last minutes.
type nonces struct {
	now  func() time.Time
	mu   sync.Mutex
	seen [2]map[[32]byte]struct{} // this period and the one before
	from time.Time
}

// noncePeriod is at least as long as a signature is accepted for: its time is looked at
// when a request begins to arrive, its nonce once all of it is there.
const noncePeriod = 2*maxSkew + maxTransfer

func newNonces(now func() time.Time) *nonces {
	return &nonces{now: now, seen: [2]map[[32]byte]struct{}{{}, {}}, from: now()}
}

// fresh reports whether a nonce of a device was never used while it is accepted.
func (n *nonces) fresh(s *wire.Signature) bool {
	key := [32]byte(append(append(make([]byte, 0, 32), s.Key[:]...), s.Nonce[:]...))
	n.mu.Lock()
	defer n.mu.Unlock()
	if now := n.now(); now.Sub(n.from) > noncePeriod {
		n.seen[1], n.seen[0], n.from = n.seen[0], map[[32]byte]struct{}{}, now
	}
	for _, seen := range n.seen {
		if _, used := seen[key]; used {
			return false
		}
	}
	n.seen[0][key] = struct{}{}
	return true
}

// limiter lets each name have so many requests a second, and ten times as many at
// once.
type limiter struct {
	rate float64
	now  func() time.Time
	mu   sync.Mutex
	of   map[string]*bucket
}

type bucket struct {
	left float64
	at   time.Time
}

const burst = 10

func newLimiter(rate float64, now func() time.Time) *limiter {
	return &limiter{rate: rate, now: now, of: map[string]*bucket{}}
}

func (l *limiter) allow(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b := l.of[name]
	if b == nil {
		if len(l.of) >= maxBuckets {
			l.sweep(now)
		}
		b = &bucket{left: burst * l.rate, at: now}
		l.of[strings.Clone(name)] = b
	}
	b.left = min(b.left+max(now.Sub(b.at).Seconds(), 0)*l.rate, burst*l.rate)
	b.at = now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}

// maxBuckets bounds what strangers can make the server remember.
const maxBuckets = 100_000

// sweep drops those that are full again; when none is, all.
func (l *limiter) sweep(now time.Time) {
	before := len(l.of)
	for name, b := range l.of {
		if now.Sub(b.at).Seconds() >= burst {
			delete(l.of, name)
		}
	}
	if len(l.of) == before {
		clear(l.of)
	}
}
