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
	conns, bytes atomic.Int64
}

func (s *spy) Accept() (net.Conn, error) {
	c, err := s.Listener.Accept()
	if err == nil {
		s.conns.Add(1)
		c = &counted{c, s}
	}
	return c, err
}

type counted struct {
	net.Conn
	s *spy
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.s.bytes.Add(int64(n))
	return n, err
}

// listen serves over TLS with a certificate of the key's own.
func listen(t *testing.T, handler http.Handler) (*spy, consent.Request) {
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
	server := &http.Server{Handler: handler, TLSConfig: &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: private}}}}
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
	arrived, over := make(chan int, 16), make(chan struct{})
	s, request := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(over)
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
		answer, err := g.Do(context.Background(), p, post(body))
		if err == nil {
			answer.Body.Close()
		}
		ended <- err
	}()
	body.pieces <- []byte("the first piece")
	<-arrived
	l.withdraw(request.Patient)
	if n := g.Recheck(); n != 1 {
		t.Fatalf("%d requests stopped", n)
	}
	if err := <-ended; !errors.Is(err, consent.ErrWithdrawn) {
		t.Errorf("the upload ended with %v", err)
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
	body.pieces <- []byte("two")
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
