package consent_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"carnet/sync/consent"
	"carnet/vault/chain"
)

var now = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

// spy is a server that counts what reaches it: connections, and bytes of any kind.
type spy struct {
	net.Listener
	conns, bytes, ended atomic.Int64
}

func (s *spy) Accept() (net.Conn, error) {
	c, err := s.Listener.Accept()
	if err == nil {
		s.conns.Add(1)
		c = &counted{Conn: c, s: s}
	}
	return c, err
}

type counted struct {
	net.Conn
	s    *spy
	once sync.Once
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.s.bytes.Add(int64(n))
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		c.once.Do(func() { c.s.ended.Add(1) })
	}
	return n, err
}

// listen serves over TLS with a certificate of the key's own.
func listen(t *testing.T, handler http.Handler) (*spy, consent.Request) {
	t.Helper()
	return speak(t, handler, nil)
}

// speak is listen by what a server speaks beside HTTP/1.1; nil means HTTP/2.
func speak(t *testing.T, handler http.Handler, next map[string]func(*http.Server, *tls.Conn, http.Handler)) (*spy, consent.Request) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a test"}, NotBefore: now, NotAfter: now}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &spy{Listener: l}
	server := &http.Server{Handler: handler, TLSNextProto: next, TLSConfig: &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: private}}}}
	done := make(chan struct{})
	go func() { defer close(done); server.ServeTLS(s, "", "") }()
	t.Cleanup(func() { server.Close(); <-done })
	return s, consent.Request{Patient: chain.ID{1}, Host: l.Addr().String(), Key: [32]byte(public), Purpose: chain.Synchronise}
}

// given is a live consent to a request.
func given(r consent.Request) chain.Consent {
	return chain.Consent{ReceiptClear: chain.ReceiptClear{
		ID: chain.ID{9}, Category: chain.Hosting, Host: r.Host, Key: r.Key, Purpose: r.Purpose,
		Start: uint64(now.Add(-time.Hour).UnixMilli()), End: uint64(now.Add(24 * time.Hour).UnixMilli()),
	}}
}

// ledger is what a vault would say, and can be changed while it is asked.
type ledger struct {
	mu sync.Mutex
	of map[chain.ID][]chain.Consent
}

func (l *ledger) ask(patient chain.ID) ([]chain.Consent, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]chain.Consent(nil), l.of[patient]...), nil
}

func (l *ledger) withdraw(patient chain.ID) { l.set(patient, true) }

func (l *ledger) set(patient chain.ID, withdrawn bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of[patient][0].Withdrawn = withdrawn
}

func gate(t *testing.T, l *ledger) *consent.Gate {
	t.Helper()
	g := consent.NewGate(l.ask, &consent.Options{Now: func() time.Time { return now }})
	t.Cleanup(g.Close)
	return g
}

func post(body io.Reader) *consent.Call {
	return &consent.Call{Method: "POST", Path: "/", Body: body, Length: -1}
}

// Without a live receipt nothing is sent, not even a connection made; with one,
// traffic is seen by the same listener.
func TestNoConsentNoByte(t *testing.T) {
	s, request := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) }))
	for name, c := range map[string]struct {
		edit func(*chain.Consent)
		want error
	}{
		"none":                   {func(c *chain.Consent) { c.ID = chain.ID{} }, consent.ErrNone},
		"another purpose":        {func(c *chain.Consent) { c.Purpose++ }, consent.ErrNone},
		"another server":         {func(c *chain.Consent) { c.Host = "elsewhere.example" }, consent.ErrHost},
		"another key":            {func(c *chain.Consent) { c.Key[0] ^= 1 }, consent.ErrKey},
		"another recipient":      {func(c *chain.Consent) { c.Category = chain.Professional }, consent.ErrRecipient},
		"not begun":              {func(c *chain.Consent) { c.Start = uint64(now.UnixMilli()) + 1 }, consent.ErrNotYet},
		"expired":                {func(c *chain.Consent) { c.End = uint64(now.UnixMilli()) }, consent.ErrExpired},
		"longer than a year":     {func(c *chain.Consent) { c.End = c.Start + chain.MaxConsent + 1 }, consent.ErrExpired},
		"withdrawn":              {func(c *chain.Consent) { c.Withdrawn = true }, consent.ErrWithdrawn},
		"beside a withdrawal":    {func(c *chain.Consent) { c.Overruled = true }, consent.ErrWithdrawn},
		"withdrawn and too late": {func(c *chain.Consent) { c.Withdrawn, c.End = true, c.Start+1 }, consent.ErrWithdrawn},
	} {
		one := given(request)
		l := &ledger{of: map[chain.ID][]chain.Consent{request.Patient: {one}}}
		g := gate(t, l)
		held, err := g.Permit(request) // while it lived
		if err != nil {
			t.Fatal(err)
		}
		c.edit(&one)
		l.of[request.Patient] = []chain.Consent{one}
		if _, err := g.Permit(request); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		for _, p := range []consent.Permit{{}, held} {
			if answer, err := g.Do(context.Background(), p, post(strings.NewReader("health"))); err == nil {
				answer.Body.Close()
				t.Errorf("%s: it was sent", name)
			}
		}
	}
	l := &ledger{of: map[chain.ID][]chain.Consent{request.Patient: {given(request)}}}
	another := request
	another.Patient = chain.ID{2}
	if _, err := gate(t, l).Permit(another); !errors.Is(err, consent.ErrNone) {
		t.Errorf("the consent of another person: %v", err)
	}
	if n, b := s.conns.Load(), s.bytes.Load(); n != 0 || b != 0 {
		t.Fatalf("%d connections and %d bytes without consent", n, b)
	}

	g := gate(t, l)
	p, err := g.Permit(request)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := g.Do(context.Background(), p, post(strings.NewReader("health")))
	if err != nil {
		t.Fatal(err)
	}
	back, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil || string(back) != "health" {
		t.Fatalf("with a consent: %q, %v", back, err)
	}
	if s.conns.Load() != 1 || s.bytes.Load() == 0 {
		t.Fatalf("the listener does not see what is sent: %d connections, %d bytes", s.conns.Load(), s.bytes.Load())
	}
}

// slow gives one piece, then blocks in Read until it is closed.
type slow struct {
	pieces chan []byte
	closed chan struct{}
	once   sync.Once
}

func (s *slow) Read(p []byte) (int, error) {
	select {
	case piece := <-s.pieces:
		return copy(p, piece), nil
	case <-s.closed:
		return 0, io.ErrClosedPipe
	}
}

func (s *slow) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}

// A withdrawal in the middle of an upload ends it, although its body blocks in Read,
// and nothing comes after it.
func TestWithdrawalStopsUpload(t *testing.T) {
	one := map[string]func(*http.Server, *tls.Conn, http.Handler){}
	t.Run("HTTP/2", func(t *testing.T) { withdrawalStopsUpload(t, nil, false, 2) })
	t.Run("HTTP/1.1", func(t *testing.T) { withdrawalStopsUpload(t, one, false, 1) })
	t.Run("bulk", func(t *testing.T) { withdrawalStopsUpload(t, nil, true, 1) })
}

// withdrawalStopsUpload uploads to a server that speaks HTTP/1.1 and next, and looks
// whether the request went by a version.
func withdrawalStopsUpload(t *testing.T, next map[string]func(*http.Server, *tls.Conn, http.Handler), bulk bool, version int) {
	arrived, over := make(chan int, 16), make(chan struct{})
	s, request := speak(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(over)
		if r.ProtoMajor != version {
			t.Errorf("it came by %s", r.Proto)
		}
		b := make([]byte, 1024)
		for {
			n, err := r.Body.Read(b)
			if n > 0 {
				arrived <- n
			}
			if err != nil {
				return
			}
		}
	}), next)
	l := &ledger{of: map[chain.ID][]chain.Consent{request.Patient: {given(request)}}}
	g := gate(t, l)
	p, err := g.Permit(request)
	if err != nil {
		t.Fatal(err)
	}
	body := &slow{pieces: make(chan []byte), closed: make(chan struct{})}
	ended := make(chan error, 1)
	go func() {
		call := post(body)
		call.Bulk = bulk
		answer, err := g.Do(context.Background(), p, call)
		if err == nil {
			answer.Body.Close()
		}
		ended <- err
	}()
	body.pieces <- []byte("the first piece")
	<-arrived
	began := time.Now()
	l.withdraw(request.Patient)
	if n := g.Recheck(); n != 1 {
		t.Fatalf("%d requests stopped", n)
	}
	select {
	case err := <-ended:
		if !errors.Is(err, consent.ErrWithdrawn) {
			t.Errorf("the upload ended with %v", err)
		}
		t.Logf("the upload ended %v after the withdrawal (100 ms are promised)", time.Since(began))
	case <-time.After(time.Minute):
		t.Fatal("the upload waits for its body")
	}
	select {
	case <-body.closed:
	default:
		t.Error("the body was left open")
	}
	if _, err := g.Do(context.Background(), p, post(strings.NewReader("more"))); !errors.Is(err, consent.ErrWithdrawn) {
		t.Errorf("the next request: %v", err)
	}
	<-over // the server has met the end of the connection
	if len(arrived) != 0 || s.conns.Load() != 1 {
		t.Errorf("%d pieces and %d connections after the withdrawal", len(arrived), s.conns.Load()-1)
	}
	wait(t, "its connection to end", func() bool { return s.ended.Load() == 1 })
}

// wait polls for what has to come, for half the time that a connection is kept idle.
func wait(t *testing.T, what string, is func() bool) {
	t.Helper()
	for limit := time.Now().Add(30 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// events are what happened, in order.
type events struct {
	mu    sync.Mutex
	all   []string
	lives int // how many asks the consent outlives; 0 for all
}

// anew forgets them.
func (e *events) anew(lives int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all, e.lives = nil, lives
}

func (e *events) add(what string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, what)
}

// traced is a body that notes each read.
type traced struct {
	io.Reader
	*events
}

func (b *traced) Read(p []byte) (int, error) {
	b.add("read")
	defer b.add("was read")
	return b.Reader.Read(p)
}

// The gate asks before a request, before a connection is made, and before and after
// each read of a body either way: a consent that ends in between is noticed at each of
// these places, whatever stood at the others.
func TestWhenItAsks(t *testing.T) {
	s, request := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err == nil {
			io.WriteString(w, "answer")
		}
	}))
	l := &ledger{of: map[chain.ID][]chain.Consent{request.Patient: {given(request)}}}
	e := new(events)
	g := consent.NewGate(func(patient chain.ID) ([]chain.Consent, error) {
		e.mu.Lock()
		e.all = append(e.all, "asked")
		asks := 0
		for _, what := range e.all {
			if what == "asked" {
				asks++
			}
		}
		over := e.lives > 0 && asks > e.lives
		e.mu.Unlock()
		out, err := l.ask(patient)
		if over {
			out[0].Withdrawn = true
		}
		return out, err
	}, &consent.Options{Now: func() time.Time { return now }})
	t.Cleanup(g.Close)
	p, err := g.Permit(request)
	if err != nil {
		t.Fatal(err)
	}
	e.anew(1) // it ends while a connection is to be made
	if _, err := g.Do(t.Context(), p, post(strings.NewReader("health"))); !errors.Is(err, consent.ErrWithdrawn) || s.conns.Load() != 0 {
		t.Errorf("before a connection: %v, %d connections", err, s.conns.Load())
	}
	e.anew(0)
	answer, err := g.Do(t.Context(), p, post(&traced{strings.NewReader("health"), e}))
	if err != nil {
		t.Fatal(err)
	}
	e.mu.Lock()
	said := append([]string{}, e.all...)
	e.mu.Unlock()
	if len(said) < 2 || said[0] != "asked" || said[1] != "asked" {
		t.Errorf("before the first read: %q", said)
	}
	reads := 0
	for i, what := range said {
		if what == "read" {
			reads++
			if said[i-1] != "asked" || i+2 >= len(said) || said[i+2] != "asked" {
				t.Errorf("around a read: %q", said)
			}
		}
	}
	if reads == 0 {
		t.Errorf("nothing was read: %q", said)
	}
	for _, want := range []string{"answer", ""} {
		e.mu.Lock()
		before := len(e.all)
		e.mu.Unlock()
		b := make([]byte, 100)
		n, err := answer.Body.Read(b)
		e.mu.Lock()
		asked := len(e.all) - before
		e.mu.Unlock()
		if string(b[:n]) != want && (err == nil || err == io.EOF) || asked != 2 {
			t.Errorf("%q, %v after %d asks", b[:n], err, asked)
		}
		if err == io.EOF {
			break
		}
	}
	if err := answer.Body.Close(); err != nil {
		t.Error(err)
	}
	e.anew(0)
	bytes := s.bytes.Load()
	l.withdraw(request.Patient) // and nobody tells the gate, whose connection is open
	if _, err := g.Do(t.Context(), p, &consent.Call{Method: "GET", Path: "/"}); !errors.Is(err, consent.ErrWithdrawn) || s.conns.Load() != 1 || s.bytes.Load() != bytes {
		t.Errorf("on an open connection: %v, %d connections, %d bytes more", err, s.conns.Load(), s.bytes.Load()-bytes)
	}
}

// An answer that goes on for ever ends with the consent, though nothing comes.
func TestWithdrawalStopsAnswer(t *testing.T) {
	over := make(chan struct{})
	_, request := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "one")
		http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
		case <-over:
		}
	}))
	defer close(over)
	l := &ledger{of: map[chain.ID][]chain.Consent{request.Patient: {given(request)}}}
	g := gate(t, l)
	p, err := g.Permit(request)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := g.Do(t.Context(), p, &consent.Call{Method: "GET", Path: "/"})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b := make([]byte, 100)
	if n, err := answer.Body.Read(b); err != nil || string(b[:n]) != "one" {
		t.Fatalf("%q, %v", b[:n], err)
	}
	l.withdraw(request.Patient)
	ended := make(chan error, 1)
	go func() {
		_, err := answer.Body.Read(b)
		ended <- err
	}()
	select {
	case err := <-ended:
		if !errors.Is(err, consent.ErrWithdrawn) {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(time.Minute):
		t.Error("it waits for a server that says nothing")
	}
}

// A connection that comes about while the gate is closed is closed before anything is
// said on it.
func TestClosedWhileConnecting(t *testing.T) {
	s, request := listen(t, http.NotFoundHandler())
	l := &ledger{of: map[chain.ID][]chain.Consent{request.Patient: {given(request)}}}
	var g *consent.Gate
	var asks atomic.Int64
	g = consent.NewGate(func(patient chain.ID) ([]chain.Consent, error) {
		if asks.Add(1) == 3 { // the permit, the request, the connection
			g.Close()
		}
		return l.ask(patient)
	}, &consent.Options{Now: func() time.Time { return now }})
	p, err := g.Permit(request)
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := g.Do(context.Background(), p, post(strings.NewReader("health"))); err == nil {
		answer.Body.Close()
		t.Error("it was sent")
	}
	wait(t, "the connection to end", func() bool { return s.conns.Load() == 1 && s.ended.Load() == 1 })
	if s.bytes.Load() != 0 {
		t.Errorf("%d bytes on it", s.bytes.Load())
	}
}

// What a person's yes to a server on this screen lets out, for a while: a meeting, and
// questions of a device about itself. Nothing else, to nobody else.
func TestIntroduction(t *testing.T) {
	s, request := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	good := consent.Introduction{Host: request.Host, Key: request.Key, Until: now.Add(time.Minute)}
	get := func(path string) *consent.Call { return &consent.Call{Method: "GET", Path: path} }
	g := gate(t, &ledger{})
	for name, c := range map[string]struct {
		edit func(*consent.Introduction)
		call *consent.Call
		want error
	}{
		"no server":                     {func(i *consent.Introduction) { i.Host = "a b" }, get("/v1/patients"), consent.ErrHost},
		"over":                          {func(i *consent.Introduction) { i.Until = now }, get("/v1/patients"), consent.ErrExpired},
		"for too long":                  {func(i *consent.Introduction) { i.Until = now.Add(consent.MaxIntroduction + 1) }, get("/v1/patients"), consent.ErrExpired},
		"a page of a record":            {nil, get("/v1/patients/00/ops"), consent.ErrNone},
		"a content":                     {nil, get("/v1/patients/00/blobs/00"), consent.ErrNone},
		"something sent to the list":    {nil, &consent.Call{Method: "POST", Path: "/v1/patients"}, consent.ErrNone},
		"a content that is sent":        {nil, &consent.Call{Method: "PUT", Path: "/v1/patients/00/blobs/00"}, consent.ErrNone},
		"a question without the key":    {func(i *consent.Introduction) { i.Key = [32]byte{} }, get("/v1/patients"), consent.ErrNone},
		"an empty one":                  {func(i *consent.Introduction) { *i = consent.Introduction{} }, get("/v1/meetings/00/0"), consent.ErrHost},
		"a meeting when it is all over": {func(i *consent.Introduction) { i.Until = now.Add(-1) }, get("/v1/meetings/00/0"), consent.ErrExpired},
	} {
		in := good
		if c.edit != nil {
			c.edit(&in)
		}
		if answer, err := g.Introduce(t.Context(), in, c.call); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
			if err == nil {
				answer.Body.Close()
			}
		}
	}
	if n, b := s.conns.Load(), s.bytes.Load(); n != 0 || b != 0 {
		t.Fatalf("%d connections and %d bytes", n, b)
	}
	for _, c := range []*consent.Call{get("/v1/patients"), get("/v1/patients/00/keys"), {Method: "POST", Path: "/v1/patients/00/ops"}, get("/v1/meetings/00/0")} {
		answer, err := g.Introduce(t.Context(), good, c)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	unknown := good
	unknown.Key = [32]byte{}
	answer, err := g.Introduce(t.Context(), unknown, get("/v1/meetings/00/0"))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	other := good
	other.Key[0] ^= 1
	if _, err := g.Introduce(t.Context(), other, get("/v1/meetings/00/0")); !errors.Is(err, consent.ErrUnreachable) {
		t.Errorf("another key than the server has: %v", err)
	}
	if s.conns.Load() != 6 {
		t.Errorf("%d connections are seen", s.conns.Load())
	}
}

// A rate holds both ways together, can be changed under way, and what waits for it
// still ends with the consent.
func TestRate(t *testing.T) {
	_, request := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err == nil {
			w.Write(b)
		}
	}))
	l := &ledger{of: map[chain.ID][]chain.Consent{request.Patient: {given(request)}}}
	g := consent.NewGate(l.ask, &consent.Options{Now: func() time.Time { return now }, Rate: 1}) // raised to the least
	t.Cleanup(g.Close)
	p, err := g.Permit(request)
	if err != nil {
		t.Fatal(err)
	}
	send := func(n int) error {
		answer, err := g.Do(context.Background(), p, &consent.Call{Method: "POST", Path: "/", Body: strings.NewReader(strings.Repeat("x", n)), Length: int64(n)})
		if err != nil {
			return err
		}
		b, err := io.ReadAll(answer.Body)
		if err = errors.Join(err, answer.Body.Close()); err == nil && len(b) != n {
			t.Errorf("%d bytes came back", len(b))
		}
		return err
	}
	began := time.Now()
	if err := send(consent.LeastRate / 4); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 450*time.Millisecond { // twice a quarter of a second
		t.Errorf("it took %v", took)
	}
	ended := make(chan error, 1)
	go func() { ended <- send(100 * consent.LeastRate) }()
	for g.Under() == 0 {
		time.Sleep(time.Millisecond)
	}
	l.withdraw(request.Patient)
	g.Recheck()
	if err := <-ended; !errors.Is(err, consent.ErrWithdrawn) {
		t.Errorf("the upload ended with %v", err)
	}
	l.set(request.Patient, false)
	g.SetRate(0)
	if err := send(100 * consent.LeastRate); err != nil {
		t.Error(err)
	}
}

// Without anybody who tells the gate, the next read of the body finds out.
func TestEachReadAsks(t *testing.T) {
	arrived := make(chan struct{}, 16)
	_, request := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := make([]byte, 1024)
		for {
			n, err := r.Body.Read(b)
			if n > 0 {
				arrived <- struct{}{}
			}
			if err != nil {
				return
			}
		}
	}))
	l := &ledger{of: map[chain.ID][]chain.Consent{request.Patient: {given(request)}}}
	g := gate(t, l)
	p, err := g.Permit(request)
	if err != nil {
		t.Fatal(err)
	}
	body := &slow{pieces: make(chan []byte), closed: make(chan struct{})}
	ended := make(chan error, 1)
	go func() {
		_, err := g.Do(context.Background(), p, post(body))
		ended <- err
	}()
	body.pieces <- []byte("one")
	<-arrived
	l.withdraw(request.Patient)
	select {
	case body.pieces <- []byte("two"): // it waited for this before
	case <-body.closed: // it asked before it read
	}
	if err := <-ended; !errors.Is(err, consent.ErrWithdrawn) {
		t.Errorf("the upload ended with %v", err)
	}
	if len(arrived) != 0 {
		t.Error("what was read after the withdrawal was sent")
	}
}

// A server with another key is not the one of the consent.
func TestAnotherServersKey(t *testing.T) {
	_, request := listen(t, http.NotFoundHandler())
	other := request
	other.Key[0] ^= 1
	g := gate(t, &ledger{of: map[chain.ID][]chain.Consent{request.Patient: {given(other)}}})
	p, err := g.Permit(other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Do(context.Background(), p, post(strings.NewReader("health"))); !errors.Is(err, consent.ErrUnreachable) {
		t.Errorf("it is told as %v", err)
	}
}

// A redirection is an answer like any other.
func TestNoRedirection(t *testing.T) {
	s, request := listen(t, http.RedirectHandler("https://elsewhere.example/", http.StatusFound))
	g := gate(t, &ledger{of: map[chain.ID][]chain.Consent{request.Patient: {given(request)}}})
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	p, err := g.Permit(request)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := g.Do(context.Background(), p, &consent.Call{Method: "GET", Path: "/"})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.Status != http.StatusFound || s.conns.Load() != 1 {
		t.Errorf("status %d, %d connections", answer.Status, s.conns.Load())
	}
}
