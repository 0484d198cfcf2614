package consent

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"carnet/vault/chain"
)

// ErrUnreachable is returned when the server does not answer, or is not the one that
// the consent names.
var ErrUnreachable = errors.New("consent: the server cannot be reached")

// Ledger gives the consents of a patient as they are now. A [Gate] asks it every
// time, and keeps no answer.
type Ledger func(patient chain.ID) ([]chain.Consent, error)

// Options of a gate. The zero value means the defaults.
type Options struct {
	// Now is the clock; nil means [time.Now].
	Now func() time.Time
	// Roots are who vouches for certificates that do not carry the server's own
	// key; nil means those of the system.
	Roots *x509.CertPool
	// Rate bounds what is sent and received together, in bytes a second; 0 does
	// not. Below [LeastRate] it is [LeastRate].
	Rate int64
}

// LeastRate is the lowest rate, in bytes a second: slower than this, a server would
// take a push for one that never ends.
const LeastRate = 50_000

// Gate is the only way out. It follows no redirection and uses no proxy of the
// environment. It is safe for concurrent use.
type Gate struct {
	ledger Ledger
	opt    Options
	pace   pace

	mu    sync.Mutex
	lines map[Request]*line
	under map[*exchange]struct{} // requests under way
}

// line is the connections of one request's kind.
type line struct {
	transport *http.Transport
	bulk      *http.Transport // by HTTP/1.1 alone, for [Call.Bulk]
	open      map[net.Conn]struct{}
	gone      bool // no longer one of the gate's: nothing is opened on it
}

// exchange is one request under way.
type exchange struct {
	permit Permit
	ctx    context.Context
	cancel context.CancelCauseFunc
	body   io.Closer // of the request; nil for none
}

// NewGate makes a gate that asks ledger.
func NewGate(ledger Ledger, opt *Options) *Gate {
	g := &Gate{ledger: ledger, lines: map[Request]*line{}, under: map[*exchange]struct{}{}}
	if opt != nil {
		g.opt = *opt
	}
	if g.opt.Now == nil {
		g.opt.Now = time.Now
	}
	g.SetRate(g.opt.Rate)
	return g
}

// SetRate changes [Options.Rate], for what is under way too.
func (g *Gate) SetRate(rate int64) {
	if rate > 0 {
		rate = max(rate, LeastRate)
	}
	g.pace.mu.Lock()
	g.pace.rate = max(rate, 0)
	g.pace.mu.Unlock()
}

// Permit asks for one. It returns the refusals of [Check].
func (g *Gate) Permit(r Request) (Permit, error) {
	consents, err := g.ledger(r.Patient)
	if err != nil {
		return Permit{}, err
	}
	return Check(consents, r, g.opt.Now())
}

// still returns nil while the very consent of a permit lives.
func (g *Gate) still(p Permit) error {
	consents, err := g.ledger(p.request.Patient)
	if err != nil {
		return err
	}
	for _, c := range consents {
		if c.ID == p.receipt {
			_, err := Check([]chain.Consent{c}, p.request, g.opt.Now())
			return err
		}
	}
	return ErrNone
}

// Call is a request, signed already.
type Call struct {
	Method, Path, Query string // Query without its question mark
	Header              map[string]string
	Body                io.Reader // nil for none; closed when it is an [io.Closer]
	Length              int64
	// Bulk says that the body is long: it goes by HTTP/1.1, on a connection of its own,
	// where it is not cut into frames that either side copies.
	Bulk bool
}

// Answer is what came back. Its Body must be closed.
type Answer struct {
	Status int
	Body   io.ReadCloser
}

// Do sends a request. It returns a refusal of [Check] when the consent of the permit
// is not alive, at any moment until the answer has been read to its end, and
// [ErrUnreachable], which reading the answer returns too.
func (g *Gate) Do(ctx context.Context, p Permit, c *Call) (*Answer, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	x := &exchange{permit: p, ctx: ctx, cancel: cancel}
	var body io.ReadCloser
	if c.Body != nil {
		body = &gated{g: g, x: x, r: c.Body}
		x.body = body
	}
	r, err := http.NewRequestWithContext(ctx, c.Method, "https://"+p.request.Host+c.Path, body)
	if err != nil {
		cancel(nil)
		return nil, fmt.Errorf("consent: request: %w", err)
	}
	r.URL.RawQuery, r.ContentLength = c.Query, c.Length
	for name, value := range c.Header {
		r.Header.Set(name, value)
	}
	g.mu.Lock()
	g.under[x] = struct{}{} // from here on a withdrawal stops it
	g.mu.Unlock()
	if err := g.still(p); err != nil {
		g.done(x, err)
		return nil, err
	}
	g.mu.Lock()
	line := g.line(p)
	g.mu.Unlock()
	transport := line.transport
	if c.Bulk {
		transport = line.bulk
	}
	answer, err := transport.RoundTrip(r)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		} else {
			err = errors.Join(ErrUnreachable, err)
		}
		g.done(x, err)
		if refused := g.still(p); refused != nil {
			return nil, refused
		}
		return nil, err
	}
	return &Answer{Status: answer.StatusCode, Body: &gated{g: g, x: x, r: answer.Body, last: true}}, nil
}

// Tell lets a server know that a consent is over. It is the one thing that leaves
// without a live one: a request without a body, on a path that holds nothing but the
// two identifiers, and only for a consent that was withdrawn here. sign gives the
// header fields for the path. It returns [ErrNone] for any other consent, and
// [ErrUnreachable].
func (g *Gate) Tell(ctx context.Context, patient, receipt chain.ID, sign func(r Request, path string) (map[string]string, error)) error {
	consents, err := g.ledger(patient)
	if err != nil {
		return err
	}
	for _, c := range consents {
		if c.ID != receipt || !c.Withdrawn {
			continue
		}
		r := Request{Patient: patient, Host: c.Host, Key: c.Key, Purpose: c.Purpose}
		path := fmt.Sprintf("/v1/patients/%x/receipts/%x", patient, receipt)
		header, err := sign(r, path)
		if err != nil {
			return err
		}
		l := g.connect(r, func() error { return nil })
		defer l.transport.CloseIdleConnections()
		request, err := http.NewRequestWithContext(ctx, http.MethodDelete, "https://"+r.Host+path, nil)
		if err != nil {
			return fmt.Errorf("consent: request: %w", err)
		}
		for name, value := range header {
			request.Header.Set(name, value)
		}
		answer, err := l.transport.RoundTrip(request)
		if err != nil {
			return errors.Join(ErrUnreachable, err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusNoContent && answer.StatusCode != http.StatusNotFound {
			return fmt.Errorf("%w: status %d", ErrUnreachable, answer.StatusCode)
		}
		return nil // one that has nothing of the record needs to know nothing
	}
	return ErrNone
}

// Introduction is the person's yes, on this very screen, to asking one server what it
// has for a device that has no record yet, or for a recovery kit that is all that is
// left. It ends soon, and is kept nowhere.
type Introduction struct {
	Host string
	// Key of the server. Zeros accept any, for a meeting alone: what is said there is
	// sealed by a code that the server does not have, and the other device tells the
	// key.
	Key   [32]byte
	Until time.Time
}

// MaxIntroduction is the longest that one lasts.
const MaxIntroduction = 30 * time.Minute

// Introduce sends a request that holds nothing of a record: a meeting of two devices,
// or a question of a device or kit about itself. It returns [ErrNone] for anything else,
// [ErrExpired], and [ErrUnreachable].
func (g *Gate) Introduce(ctx context.Context, in Introduction, c *Call) (*Answer, error) {
	may := func() error {
		now := g.opt.Now()
		switch {
		case !IsHost(in.Host):
			return ErrHost
		case !now.Before(in.Until) || in.Until.Sub(now) > MaxIntroduction:
			return ErrExpired
		}
		return nil
	}
	meeting := strings.HasPrefix(c.Path, "/v1/meetings/")
	if !meeting && (in.Key == [32]byte{} || !asksItself(c)) {
		return nil, ErrNone
	}
	if err := may(); err != nil {
		return nil, err
	}
	l := g.connect(Request{Host: in.Host, Key: in.Key}, may)
	if in.Key == ([32]byte{}) {
		l.transport.TLSClientConfig.VerifyConnection = nil
	}
	r, err := http.NewRequestWithContext(ctx, c.Method, "https://"+in.Host+c.Path, c.Body)
	if err != nil {
		return nil, fmt.Errorf("consent: request: %w", err)
	}
	r.ContentLength = c.Length
	for name, value := range c.Header {
		r.Header.Set(name, value)
	}
	answer, err := l.transport.RoundTrip(r)
	if err != nil {
		l.transport.CloseIdleConnections()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, errors.Join(ErrUnreachable, err)
	}
	return &Answer{Status: answer.StatusCode, Body: &once{ReadCloser: answer.Body, l: l}}, nil
}

// asksItself reports whether a request is a question of a device or kit about itself,
// or brings the consent that a kit has just given.
func asksItself(c *Call) bool {
	rest, record := strings.CutPrefix(c.Path, "/v1/patients/")
	_, what, _ := strings.Cut(rest, "/")
	return c.Method == http.MethodGet && (c.Path == "/v1/patients" || record && what == "keys") || c.Method == http.MethodPost && record && what == "ops"
}

// once is the answer to a request whose connection nobody uses again.
type once struct {
	io.ReadCloser
	l *line
}

func (o *once) Close() error {
	err := o.ReadCloser.Close()
	o.l.transport.CloseIdleConnections()
	return err
}

// line gives the connections for a permit. The caller holds the lock.
func (g *Gate) line(p Permit) *line {
	if known := g.lines[p.request]; known != nil {
		return known
	}
	l := g.connect(p.request, func() error { return g.alive(p.request) })
	g.lines[p.request] = l
	return l
}

// connect makes a line; may is asked before a name is looked up.
func (g *Gate) connect(r Request, may func() error) *line {
	l := &line{open: map[net.Conn]struct{}{}}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		if err := may(); err != nil { // before the name is looked up
			return nil, err
		}
		conn, err := (&net.Dialer{Timeout: 30 * time.Second}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		out := &tracked{Conn: conn, g: g, l: l}
		g.mu.Lock()
		defer g.mu.Unlock()
		if l.gone { // meanwhile
			return nil, errors.Join(net.ErrClosed, conn.Close())
		}
		l.open[out] = struct{}{}
		return out, nil
	}
	over := func(http2 bool) *http.Transport {
		return &http.Transport{
			Proxy:                  nil, // none of the environment
			DialContext:            dial,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS13, ServerName: host, InsecureSkipVerify: true, VerifyConnection: func(s tls.ConnectionState) error { return g.verify(s, host, r.Key) }}, // verified there, pinned or by the roots
			ForceAttemptHTTP2:      http2,
			DisableCompression:     true,
			MaxResponseHeaderBytes: 64 << 10,
			MaxIdleConnsPerHost:    kept,
			ResponseHeaderTimeout:  time.Minute,
			TLSHandshakeTimeout:    30 * time.Second,
			IdleConnTimeout:        time.Minute,
		}
	}
	l.transport, l.bulk = over(true), over(false)
	return l
}

// kept is how many idle connections of a transport are kept: enough for what a device
// sends at once by HTTP/1.1.
const kept = 4

// alive returns nil while any consent permits a request.
func (g *Gate) alive(r Request) error {
	_, err := g.Permit(r)
	return err
}

// verify accepts a certificate that carries the server's own key, or one that the
// roots vouch for; whose heads they are, the key tells in both cases.
func (g *Gate) verify(s tls.ConnectionState, host string, key [32]byte) error {
	leaf := s.PeerCertificates[0]
	if public, ok := leaf.PublicKey.(ed25519.PublicKey); ok && [32]byte(public) == key {
		return nil
	}
	opts := x509.VerifyOptions{DNSName: host, Roots: g.opt.Roots, CurrentTime: g.opt.Now(), Intermediates: x509.NewCertPool()}
	for _, c := range s.PeerCertificates[1:] {
		opts.Intermediates.AddCert(c)
	}
	_, err := leaf.Verify(opts)
	return err
}

// Recheck stops every request under way whose consent is over, at once: whoever
// withdraws one calls it. It returns how many were stopped.
func (g *Gate) Recheck() int {
	g.mu.Lock()
	var under []*exchange
	for x := range g.under {
		under = append(under, x)
	}
	g.mu.Unlock()
	stopped := 0
	for _, x := range under {
		if err := g.still(x.permit); err != nil {
			g.cut(x, err)
			stopped++
		}
	}
	return stopped
}

// cut ends a request with its connections, so that nothing more is written on them.
func (g *Gate) cut(x *exchange, why error) {
	x.cancel(why)
	g.mu.Lock()
	open := g.drop(x.permit.request)
	g.mu.Unlock()
	for _, conn := range open {
		conn.Close() // what was not sent is not to be
	}
	if x.body != nil {
		x.body.Close() // a body that blocks in Read keeps the request open for ever
	}
}

func (g *Gate) done(x *exchange, why error) {
	x.cancel(why)
	g.mu.Lock()
	delete(g.under, x)
	g.mu.Unlock()
}

// Close ends what is under way and closes all connections. A gate that is used again
// connects anew.
func (g *Gate) Close() {
	g.mu.Lock()
	under := slices.Collect(maps.Keys(g.under))
	var open []net.Conn
	for request := range g.lines {
		open = append(open, g.drop(request)...)
	}
	g.mu.Unlock()
	for _, x := range under {
		x.cancel(context.Canceled)
	}
	for _, conn := range open {
		conn.Close() // what was not sent is not to be
	}
}

// drop forgets the line of a request and returns its connections, for whoever calls to
// close. The caller holds the lock.
func (g *Gate) drop(r Request) []net.Conn {
	l := g.lines[r]
	if l == nil {
		return nil
	}
	delete(g.lines, r)
	l.gone = true
	return slices.Collect(maps.Keys(l.open))
}

// tracked is a connection that can be cut.
type tracked struct {
	net.Conn
	g *Gate
	l *line
}

func (c *tracked) Close() error {
	c.g.mu.Lock()
	delete(c.l.open, c)
	c.g.mu.Unlock()
	return c.Conn.Close()
}

// gated is a body that is read piece by piece while the consent lives.
type gated struct {
	g    *Gate
	x    *exchange
	r    io.Reader
	last bool // the answer's: its end is that of the exchange
	once sync.Once
}

// piece is how much is read between two looks at the ledger, in bytes; less when the
// rate is bounded, so that it is even.
const (
	piece      = 256 << 10
	pacedPiece = 8 << 10
)

func (b *gated) Read(p []byte) (int, error) {
	if err := b.g.still(b.x.permit); err != nil {
		b.g.cut(b.x, err)
		return 0, err
	}
	n, err := b.r.Read(p[:min(len(p), b.g.pace.piece())])
	b.g.pace.wait(b.x.ctx, n)
	if gone := b.g.still(b.x.permit); gone != nil { // it may have waited
		b.g.cut(b.x, gone)
		return 0, gone
	}
	if b.last && err != nil && err != io.EOF { // the server went away in the middle, unless the caller did
		if cause := context.Cause(b.x.ctx); cause != nil {
			return n, cause
		}
		return n, errors.Join(ErrUnreachable, err)
	}
	return n, err
}

// pace holds everything that passes a gate to one rate.
type pace struct {
	mu   sync.Mutex
	rate int64     // in bytes a second; 0 for none
	free time.Time // when the next byte may pass
}

// piece is how much may be read at once.
func (p *pace) piece() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rate > 0 {
		return pacedPiece
	}
	return piece
}

// wait returns when n bytes may pass, or ctx has ended.
func (p *pace) wait(ctx context.Context, n int) {
	p.mu.Lock()
	if p.rate == 0 {
		p.mu.Unlock()
		return
	}
	now := time.Now()
	if p.free.Before(now) {
		p.free = now
	}
	p.free = p.free.Add(time.Duration(n) * time.Second / time.Duration(p.rate))
	until := p.free.Sub(now)
	p.mu.Unlock()
	timer := time.NewTimer(until)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (b *gated) Close() (err error) {
	b.once.Do(func() {
		if c, ok := b.r.(io.Closer); ok {
			err = c.Close()
		}
		if b.last {
			b.g.done(b.x, nil)
		}
	})
	return err
}
