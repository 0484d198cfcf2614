package ui

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"carnet/sync/client"
	"carnet/sync/consent"
	"carnet/sync/server"
	"carnet/sync/server/store/boltstore"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// remote is the reference server on the loopback, over TLS, behind a listener that
// counts connections and bytes.
type remote struct {
	net.Listener
	t           *testing.T
	private     ed25519.PrivateKey
	key         [32]byte
	address     string
	conns, read atomic.Int64
	open        atomic.Int64 // connections that nobody has closed

	mu      sync.Mutex
	server  *server.Server
	trouble func(w http.ResponseWriter, r *http.Request, next http.Handler)
}

func (r *remote) Accept() (net.Conn, error) {
	c, err := r.Listener.Accept()
	if err == nil {
		r.conns.Add(1)
		r.open.Add(1)
		c = &counted{Conn: c, r: r}
	}
	return c, err
}

type counted struct {
	net.Conn
	r      *remote
	closed sync.Once
}

func (c *counted) Close() error {
	c.closed.Do(func() { c.r.open.Add(-1) })
	return c.Conn.Close()
}

// heard waits until nobody is connected, and says how many bytes have come: what ends a
// connection comes later than what it was for.
func (r *remote) heard(u *user) int64 {
	u.t.Helper()
	for limit := time.Now().Add(patience); r.open.Load() > 0; time.Sleep(time.Millisecond) { // nothing of the window moves by it
		if time.Now().After(limit) {
			u.t.Fatalf("%d connections are open after %v", r.open.Load(), patience)
		}
	}
	return r.read.Load()
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.r.read.Add(int64(n))
	return n, err
}

func newRemote(t *testing.T) *remote {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r := &remote{t: t, private: private, key: [32]byte(public)}
	r.empty()
	certificate, err := server.Certificate(private, []string{"127.0.0.1"}, today)
	if err != nil {
		t.Fatal(err)
	}
	if r.Listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	r.address = r.Listener.Addr().String()
	h := &http.Server{TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}}, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		s, trouble := r.server, r.trouble
		r.mu.Unlock()
		if trouble == nil {
			s.ServeHTTP(w, q)
			return
		}
		trouble(w, q, s)
	})}
	done := make(chan struct{})
	go func() { defer close(done); h.ServeTLS(r, "", "") }()
	t.Cleanup(func() { h.Close(); <-done })
	return r
}

// empty puts a server in place that has nothing.
func (r *remote) empty() {
	kept, err := boltstore.Open(r.t.TempDir())
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { kept.Close() })
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.server != nil {
		r.server.Close()
	}
	r.server = server.New(kept, server.Options{Key: r.private, Now: func() time.Time { return today }, Rate: 1e6})
	s := r.server
	r.t.Cleanup(s.Close)
}

func (r *remote) troubled(trouble func(http.ResponseWriter, *http.Request, http.Handler)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trouble = trouble
}

// another is the same vault on another computer: a copy of its file as it was at
// first, synchronised by hand.
type another struct {
	*vault.Vault
	t   *testing.T
	lea record.ID
}

func elsewhere(t *testing.T, r *remote) *another {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ailleurs.carnet")
	if err := copyFile(makeFamily(t), path); err != nil {
		t.Fatal(err)
	}
	opt := vaultOptions(func() time.Time { return today })
	v, err := vault.Unlock(t.Context(), path, []byte(phrase), &opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	people, err := v.Patients()
	if err != nil {
		t.Fatal(err)
	}
	a := &another{v, t, record.ID{}}
	for _, p := range people {
		if p.Name == "Léa" {
			a.lea = p.ID
		}
	}
	if _, err := v.GiveConsent(t.Context(), a.lea, vault.Grantee{Host: r.address, Key: r.key, Until: today.AddDate(0, 6, 0), Text: "words", Language: "en"}); err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *another) sync() {
	a.t.Helper()
	c := client.New(a.Vault, &client.Options{Gate: consent.Options{Now: func() time.Time { return today }}})
	defer c.Close()
	if _, err := c.Sync(context.Background(), a.lea, nil); err != nil {
		a.t.Fatal(err)
	}
}

// syncing is the part of the settings about synchronising.
func (u *user) syncing() {
	u.t.Helper()
	u.command(text.SyncReceipts)
}

// consents goes through both steps of a consent.
func (u *user) consents(r *remote) {
	u.t.Helper()
	u.command(text.SyncGive)
	u.shows(u.Say(text.ConsentTitle, "Léa"))
	u.types(r.address, text.SyncServerLabel)
	u.types(hex.EncodeToString(r.key[:]), text.SyncKeyLabel)
	u.press(text.Continue)
	u.reads(u.Say(text.SyncStep, 2))
	u.ticks(text.SyncCompared)
	u.ticks(text.SyncAgree)
	u.press(text.SyncAgreeVerb)
	u.shows("")
}

// begins synchronises for the first time.
func (u *user) begins() {
	u.t.Helper()
	u.command(text.SyncNowVerb)
	u.shows(u.Say(text.NetworkTitle))
	u.press(text.NetworkTrust)
	u.upToDate()
}

// standing is what is known of the record of the person shown.
func (u *user) standing() session.Synced {
	r, _ := u.open.Sync.Record(u.open.Person().ID)
	return r
}

func (u *user) upToDate() {
	u.t.Helper()
	u.until("the end of synchronising", func() bool {
		bar, _ := u.open.Sync.Running()
		s := u.standing().State
		return bar == nil && s.At != 0 && s.Waiting == 0 && u.open.Sync.Failed(u.open.Person().ID) == nil
	})
}

func at(t *testing.T, d time.Time, l text.Language) string {
	t.Helper()
	return l.Say(text.SyncGood, "Léa", l.Date(d.Local()), d.Local().Format("15:04"))
}

// TestWindowNoConsentNoByte: whatever is done in the window, nothing reaches a
// listener before a consent was given and the advice about networks was read; then
// the same listener sees what is sent.
func TestWindowNoConsentNoByte(t *testing.T) {
	r := newRemote(t)
	u := atHome(t)
	silent := func(when string) {
		t.Helper()
		u.watch()
		u.settle()
		if n, b := r.conns.Load(), r.read.Load(); n != 0 || b != 0 {
			t.Fatalf("%s: %d connections and %d bytes", when, n, b)
		}
	}
	for _, place := range []text.Message{text.HomeTitle, text.DocumentsTitle, text.MedicalTitle, text.ChildMenu, text.VaccinesTitle, text.SettingsTitle} {
		u.command(place)
		silent(u.Say(place))
	}
	u.imp.Confirm(u.write(note("a.txt")))
	u.settle()
	u.press(text.FileInto, "Léa")
	silent("a document added")
	u.syncing()
	u.reads(u.Say(text.SyncNoConsent))

	u.command(text.SyncGive)
	u.types("pas une adresse", text.SyncServerLabel)
	u.press(text.Continue)
	u.reads(u.Say(text.SyncHostWrong))
	u.types(r.address, text.SyncServerLabel)
	u.types("abcd", text.SyncKeyLabel)
	u.press(text.Continue)
	u.reads(u.Say(text.SyncKeyWrong))
	u.types(hex.EncodeToString(r.key[:]), text.SyncKeyLabel)
	u.types("20/11/2028", text.SyncUntilLabel)
	u.press(text.Continue)
	u.reads(u.Say(text.SyncUntilWrong))
	u.types("31/12/2026", text.SyncUntilLabel)
	silent("the first step")
	u.press(text.Continue)
	for _, c := range u.ConsentClauses(r.address, r.key, time.Date(2026, time.December, 31, 0, 0, 0, 0, time.UTC)) {
		u.reads(c.Head, c.Said)
	}
	u.press(text.SyncAgreeVerb)
	u.reads(u.Say(text.SyncAgreeBoth))
	u.ticks(text.SyncAgree)
	u.press(text.SyncAgreeVerb)
	u.reads(u.Say(text.SyncAgreeBoth))
	u.ticks(text.SyncCompared)
	silent("the second step")
	if len(u.standing().Consents) != 0 {
		t.Fatal("a consent was recorded before anybody said yes")
	}
	u.press(text.SyncAgreeVerb)
	u.reads(u.Say(text.SyncFirst, "Léa"), r.address)
	silent("consent given")
	u.command(text.HomeTitle)
	u.reads(u.Say(text.SyncFirst, "Léa"))
	u.command(text.SyncNowVerb)
	u.reads(u.Say(text.NetworkText))
	silent("the advice on screen")
	u.press(text.NetworkLater)
	silent("later")

	u.begins()
	if r.conns.Load() == 0 || r.read.Load() == 0 {
		t.Fatal("the listener does not see what is sent")
	}
	if u.mayRead(u.Say(text.SyncAgreed, "Léa")) {
		t.Error("the bar still says that nothing was sent")
	}
	u.reads(at(t, u.standing().State.At.Time(), u.Language))
	u.press(text.SyncReceipt)
	u.reads(u.Say(text.ConsentTitle, "Léa"), text.Fingerprint(r.key))
	u.press(text.Close)
}

// TestSyncing: what another computer wrote comes by itself, what is changed here goes
// by itself, and nothing does either while it is paused.
func TestSyncing(t *testing.T) {
	r := newRemote(t)
	u := atHome(t)
	u.consents(r)
	u.begins()
	u.command(text.HomeTitle)
	other := elsewhere(t, r)
	addsAllergy(t, other.Vault, other.lea, "Pollen")
	other.sync()
	came := func(what string) func() bool {
		return func() bool {
			entries, err := u.open.Vault.Entries(u.open.Person().ID)
			return err == nil && has(entries, what)
		}
	}
	u.until("what another computer wrote", came("Pollen"))
	u.upToDate()

	known := u.standing().State.N
	addsAllergy(t, u.open.Vault, u.open.Person().ID, "Arachide")
	u.open.Sync.Look()
	u.until("what is changed here", func() bool { return u.standing().State.N > known && u.standing().State.Waiting == 0 })
	u.upToDate()
	other.sync()
	entries, err := other.Entries(other.lea)
	if err != nil || !has(entries, "Arachide") {
		t.Fatalf("the other computer has %d entries, %v", len(entries), err)
	}

	u.command(text.SyncPause)
	u.reads(u.Say(text.SyncPaused))
	addsAllergy(t, u.open.Vault, u.open.Person().ID, "Latex")
	addsAllergy(t, other.Vault, other.lea, "Iode")
	other.sync()
	before := r.heard(u)
	u.command(text.HomeTitle)
	u.watch()
	u.settle()
	if came("Iode")() || r.read.Load() != before || u.standing().State.Waiting == 0 {
		t.Error("something went or came during the pause")
	}
	u.command(text.SyncNowVerb) // the network may be another one
	u.press(text.NetworkTrust)
	u.until("what came meanwhile", came("Iode"))
	u.upToDate()

	u.command(text.Lock)
	addsAllergy(t, other.Vault, other.lea, "Paracétamol")
	other.sync()
	u.unlock(phrase)
	u.showPerson("Léa")
	u.until("what came while the vault was closed", came("Paracétamol"))
}

// TestWithdrawInTheWindow: one action stops an upload under way, the server is told,
// and nothing follows.
func TestWithdrawInTheWindow(t *testing.T) {
	r := newRemote(t)
	u := atHome(t)
	u.consents(r)
	stuck := make(chan struct{}, 10)
	r.troubled(func(w http.ResponseWriter, q *http.Request, next http.Handler) {
		if strings.HasSuffix(q.URL.Path, "/blobs") {
			io.ReadFull(q.Body, make([]byte, 1))
			stuck <- struct{}{}
			io.Copy(io.Discard, q.Body) // over HTTP/1.1 it is in reading that the end is met
			<-q.Context().Done()
			return
		}
		next.ServeHTTP(w, q)
	})
	u.command(text.SyncNowVerb)
	u.pressOnly(text.NetworkTrust)
	u.until("an upload under way", func() bool {
		select {
		case <-stuck:
			return true
		default:
			u.open.Sync.Look() // something to wait for
			return false
		}
	})
	u.reads(u.Say(text.SyncRunningOf, "Léa"))
	u.pressOnly(text.SyncWithdraw)
	u.until("the end of the upload", func() bool {
		bar, _ := u.open.Sync.Running()
		return bar == nil && errors.Is(u.open.Sync.Failed(u.open.Person().ID), consent.ErrWithdrawn)
	})
	u.settle()
	u.reads(u.Say(text.SyncNoMore, "Léa"), u.Say(text.ConsentGone), u.Say(text.ServerTold))
	before := r.heard(u)
	addsAllergy(t, u.open.Vault, u.open.Person().ID, "Pollen")
	u.watch()
	u.command(text.HomeTitle)
	u.reads(u.Say(text.SyncNoMore, "Léa"))
	if r.read.Load() != before {
		t.Error("something was sent after the withdrawal")
	}
}

// brakes has another computer remove five documents, which it returns among all that
// were there, and waits for the stop that follows.
func (u *user) brakes(r *remote) []record.Document {
	u.t.Helper()
	other := elsewhere(u.t, r)
	other.sync()
	docs, err := other.Documents(other.lea)
	if err != nil {
		u.t.Fatal(err)
	}
	if err := other.RemoveDocuments(u.t.Context(), session.IDs(docs[:5])...); err != nil {
		u.t.Fatal(err)
	}
	other.sync()
	u.until("the brake", func() bool { return errors.Is(u.open.Sync.Failed(u.open.Person().ID), vault.ErrDeletions) })
	u.settle()
	return docs
}

// TestSyncStops: a server that went back to nothing, and a run that would take many
// documents away, each stop with what happened and a way out.
func TestSyncStops(t *testing.T) {
	r := newRemote(t)
	u := atHome(t)
	u.consents(r)
	u.begins()
	r.empty()
	u.until("the stop", func() bool { return u.standing().State.Frozen != nil })
	u.settle()
	what, _ := text.Explain(vault.ErrRolledBack)
	u.command(text.HomeTitle)
	u.reads(u.Say(text.SyncFroze, "Léa", u.Say(what.What)), u.Say(what.Safe))
	n := len(u.documents())
	u.press(text.SyncSee)
	u.press(text.SyncAnewVerb)
	u.reads(u.Say(text.SyncAnewText, "Léa"))
	u.press(text.SyncAnewVerb)
	u.upToDate()
	if len(u.documents()) != n {
		t.Error("a server that lost everything took documents away")
	}

	docs := u.brakes(r)
	u.reads(u.Say(text.SyncBrake, "Léa", 5))
	u.press(text.SyncSeeGone)
	for _, d := range docs[:5] {
		u.reads(d.Title)
	}
	u.press(text.SyncGoneKeep)
	if binned(u) != 0 {
		t.Fatal("documents went before anybody said yes")
	}
	u.press(text.SyncSeeGone)
	u.press(text.SyncGoneYes)
	u.upToDate()
	if got := binned(u); got != 5 {
		t.Errorf("%d documents in the bin", got)
	}
}

func binned(u *user) (n int) {
	for _, d := range u.documents() {
		if d.RemovedAt != 0 {
			n++
		}
	}
	return n
}

// TestConsentEnds: a consent that ends soon, or has ended, is announced with the way
// to renew it; another server is not taken for the one before.
func TestConsentEnds(t *testing.T) {
	u := atHome(t)
	lea := u.open.Person().ID
	end := time.Date(2027, time.January, 10, 0, 0, 0, 0, time.Local)
	if _, err := u.open.Vault.GiveConsent(t.Context(), lea, vault.Grantee{Host: "carnet.example.org:8443", Key: [32]byte{1, 2}, Until: end, Text: "words", Language: "fr"}); err != nil {
		t.Fatal(err)
	}
	last := u.Date(end.AddDate(0, 0, -1))
	for _, c := range []struct {
		at    time.Time
		reads string
	}{
		{today, ""},
		{end.AddDate(0, 0, -29), u.Say(text.SyncEndsSoon, "Léa", last)},
		{end.AddDate(0, 0, 3), u.Say(text.SyncEnded, "Léa", last)},
	} {
		u.now = c.at
		u.command(text.HomeTitle)
		if c.reads != "" {
			u.reads(c.reads)
		} else if u.mayRead(last) {
			t.Error("the end is announced too early")
		}
	}
	u.press(text.SyncSee)
	u.press(text.SyncRenew)
	if got := u.entry(text.SyncServerLabel).Text; got != "carnet.example.org:8443" {
		t.Errorf("it is renewed for %q", got)
	}
	u.command(text.Lock) // what was typed is there again
	u.unlock(phrase)
	u.shows(u.Say(text.ConsentTitle, "Léa"))
	if got := u.entry(text.SyncKeyLabel).Text; got != text.Fingerprint([32]byte{1, 2}) {
		t.Errorf("the key is %q", got)
	}
}

// TestScreenshotsOfSyncing draws consents and synchronising.
func TestScreenshotsOfSyncing(t *testing.T) {
	dir := screenshots(t)
	r := newRemote(t)
	a := &album{user: atHome(t), dir: dir}
	a.resize(leastWidth, leastHeight)
	a.syncing()
	a.take("synchro-sans")
	a.command(text.SyncGive)
	a.take("synchro-consentir-1")
	a.types(r.address, text.SyncServerLabel)
	a.types(hex.EncodeToString(r.key[:]), text.SyncKeyLabel)
	a.press(text.Continue)
	a.take("synchro-consentir-2")
	a.resize(leastWidth, 3*leastHeight)
	a.take("synchro-consentir-2-entier")
	a.resize(leastWidth, leastHeight)
	a.ticks(text.SyncCompared)
	a.ticks(text.SyncAgree)
	a.press(text.SyncAgreeVerb)
	a.command(text.SyncNowVerb)
	a.take("synchro-reseau")
	a.press(text.NetworkTrust)
	a.upToDate()
	a.syncing()
	a.take("synchro-a-jour")
	a.resize(leastWidth, 3*leastHeight)
	a.take("synchro-a-jour-entier")
	a.resize(leastWidth, leastHeight)
	a.command(text.HomeTitle)
	a.take("accueil-synchro")
	a.brakes(r)
	a.take("accueil-synchro-frein")
	a.press(text.SyncSee)
	a.press(text.SyncSeeGone)
	a.take("synchro-frein")
	a.press(text.SyncGoneYes)
	a.upToDate()
	r.empty()
	a.until("the stop", func() bool { return a.standing().State.Frozen != nil })
	a.settle()
	a.command(text.HomeTitle)
	a.take("accueil-synchro-arret")
	a.press(text.SyncSee)
	a.take("synchro-arret")
}
