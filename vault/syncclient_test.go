package vault_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"carnet/sync/client"
	"carnet/sync/consent"
	"carnet/sync/server"
	"carnet/sync/server/store/boltstore"
	"carnet/sync/wire"
	"carnet/vault"
	"carnet/vault/chain"
	"carnet/vault/record"
)

// remote is the reference server on the loopback, over TLS, and a trouble between it
// and its clients.
type remote struct {
	t       testing.TB
	folder  string
	address string
	key     [32]byte
	private ed25519.PrivateKey
	server  *server.Server
	store   *boltstore.Store
	said    *locked // log, and every byte that arrived

	mu      sync.Mutex
	now     time.Time
	trouble func(w http.ResponseWriter, r *http.Request, next http.Handler)
}

// locked is a buffer for many goroutines.
type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *locked) bytes() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.b.Bytes())
}

func newRemote(t testing.TB) *remote {
	t.Helper()
	return newRemoteIn(t, t.TempDir())
}

// inMemory is a folder that no disk slows down, for tests that are not about disks.
func inMemory(t testing.TB) string {
	t.Helper()
	folder, err := os.MkdirTemp("/dev/shm", "carnet-test-*")
	if err != nil {
		return t.TempDir() // slower, and as good
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}

func newRemoteIn(t testing.TB, folder string) *remote {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r := &remote{t: t, now: today, folder: folder, private: private, key: [32]byte(private.Public().(ed25519.PublicKey)), said: new(locked)}
	if r.store, err = boltstore.Open(r.folder); err != nil {
		t.Fatal(err)
	}
	r.server = server.New(r.store, server.Options{Key: private, Now: r.clock, Rate: 1e6, Log: slog.New(slog.NewJSONHandler(r.said, nil))})
	certificate, err := server.Certificate(private, []string{"127.0.0.1"}, today)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.address = l.Addr().String()
	h := &http.Server{TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}}, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		fmt.Fprintln(r.said, q.URL, q.Header)
		if q.Body != nil {
			q.Body = tee{io.TeeReader(q.Body, r.said), q.Body}
		}
		r.mu.Lock()
		trouble := r.trouble
		r.mu.Unlock()
		if trouble == nil {
			r.server.ServeHTTP(w, q)
			return
		}
		trouble(w, q, r.server)
	})}
	done := make(chan struct{})
	go func() { defer close(done); h.ServeTLS(l, "", "") }()
	t.Cleanup(func() {
		r.server.Close()
		h.Close()
		<-done
		if err := r.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func (r *remote) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

// at sets the clock of the server.
func (r *remote) at(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = now
}

type tee struct {
	io.Reader
	io.Closer
}

func (r *remote) troubled(trouble func(http.ResponseWriter, *http.Request, http.Handler)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trouble = trouble
}

// consents makes somebody consent to this server for a patient.
func (r *remote) consents(h *household, patient record.ID) record.ID {
	r.t.Helper()
	id, err := h.GiveConsent(context.Background(), patient, vault.Grantee{Host: r.address, Key: r.key, Until: today.AddDate(0, 6, 0), Text: "the words that were read", Language: "en"})
	if err != nil {
		r.t.Fatal(err)
	}
	return id
}

func clientOf(h *household) *client.Client {
	return client.New(h.Vault, &client.Options{Gate: consent.Options{Now: func() time.Time { return today }}})
}

// run synchronises Lou's record once.
func run(h *household) (client.Result, error) {
	c := clientOf(h)
	defer c.Close()
	return c.Sync(context.Background(), h.lou.ID, nil)
}

func mustRun(t testing.TB, h *household) client.Result {
	t.Helper()
	out, err := run(h)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Two people's files, and a copy of one that was written on its own, over the real
// server: everything arrives, blobs too, and another run has nothing to do.
func TestSyncOverServer(t *testing.T) {
	a := newVault(t)
	big := noise(11, 700_000)
	a.add(a.lou.ID, "before.bin", big)
	r := newRemote(t)
	if _, err := run(a); !errors.Is(err, consent.ErrNone) {
		t.Fatalf("without consent: %v", err)
	}
	if n := len(r.said.bytes()); n != 0 {
		t.Fatalf("%d bytes without consent", n)
	}
	b, c := twin(t, a, dominique), twin(t, a, camille)
	r.consents(a, a.lou.ID)
	r.consents(b, b.lou.ID)
	r.consents(c, c.lou.ID)
	out := mustRun(t, a)
	if out.Sent == 0 || out.Withheld != 0 || out.Received != 0 {
		t.Errorf("the first run: %+v", out)
	}
	if again := mustRun(t, a); again.Sent != 0 || again.Received != 0 {
		t.Errorf("a run with nothing to do: %+v", again)
	}
	b.add(b.lou.ID, "b.bin", noise(12, 300_000))
	c.add(c.lou.ID, "c.bin", noise(13, 600_000))
	for range 2 {
		for _, h := range []*household{b, c, a} {
			mustRun(t, h)
		}
	}
	alike(t, a.lou.ID, a, b, c)
	if n := len(a.documents(a.lou.ID)); n != 3 {
		t.Errorf("%d documents", n)
	}
	for _, h := range []*household{a, b, c} {
		s, err := h.SyncState(h.lou.ID)
		if err != nil || s.Waiting != 0 || s.Withheld != 0 || s.Frozen != nil {
			t.Errorf("%+v, %v", s, err)
		}
		h.reopen()
		h.sound()
	}
	totals, err := r.store.Check(context.Background(), nil)
	if err != nil || totals.Blobs != 3+2+3 {
		t.Errorf("the server has %+v, %v", totals, err)
	}
}

// Nothing that was planted on the client is in any byte that the server received,
// stored or logged: not by a run, not by a meeting of two devices, not by a record
// that is shared and hidden, not by a kit that takes everything back. The control finds
// every word in the vault's own view, and in what is searched where it was put there.
func TestSyncCanary(t *testing.T) {
	a := newVault(t)
	r := newRemote(t)
	content := []byte("CANARY-CONTENT the patient is allergic to CANARY-VALUE")
	id := a.add(a.lou.ID, "CANARY-TITLE.txt", content)
	a.must(a.EditDocument(context.Background(), id, vault.Edit{Title: ptr("CANARY-TITLE again"), Note: ptr("CANARY-NOTE"), Category: ptr("vaccination")}))
	big := append(bytes.Repeat([]byte("CANARY-CONTENT "), 1000), noise(3, 300_000)...)
	a.add(a.lou.ID, "CANARY-NAME.bin", big)
	hidden := a.add(a.lou.ID, "CANARY-HIDDEN.txt", []byte("CANARY-SECRET"))
	a.must(a.Mask(context.Background(), hidden, record.Guardians))
	if _, err := a.AddEntry(context.Background(), record.Entry{Patient: a.lou.ID, Kind: "condition", Text: "CANARY-CONDITION", Start: "2021", Status: "active"}); err != nil {
		t.Fatal(err)
	}
	r.consents(a, a.lou.ID)
	mustRun(t, a)
	other := enrol(t, a, a.lou.ID) // « The other computer »
	other.add(a.lou.ID, "CANARY-SECOND.txt", []byte("CANARY-SECOND"))
	syncs(t, a.lou.ID, other, a)
	lost, err := other.Device()
	a.must(err)
	if _, err := a.RemoveDevice(context.Background(), record.ID(lost)); err != nil {
		t.Fatal(err)
	}
	mustRun(t, a)
	code := a.kits[camille]
	kit, err := client.FindKit(t.Context(), r.address, r.key, code, clientOptions())
	a.must(err)
	d, err := vault.Prepare("CANARY-DEVICE")
	a.must(err)
	v, err := vault.Join(t.Context(), filepath.Join(t.TempDir(), "again.carnet"), d, kit.Admission, secondPassphrase, options())
	a.must(err)
	defer v.Close()
	g := vault.Grantee{Host: r.address, Key: r.key, Until: today.AddDate(0, 6, 0), Text: "the words that were read", Language: "en"}
	if back, err := kit.Into(t.Context(), v, func(*vault.RecordKeys) (vault.Grantee, bool) { return g, true }, nil); err != nil || len(back.Failed) > 0 {
		t.Fatalf("%+v, %v", back, err)
	}
	if got, err := contentOf(v, id); err != nil || !bytes.Equal(got, content) {
		t.Errorf("the kit brought back %q, %v", got, err)
	}

	seen := r.said.bytes()
	for _, path := range []string{"/meetings/", "/blobs/", "/keys", "/v1/patients map"} { // all of it was heard
		if !bytes.Contains(seen, []byte(path)) {
			t.Errorf("no request of %q was heard", path)
		}
	}
	stored := 0
	err = filepath.WalkDir(r.folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		stored += len(b)
		seen = append(append(seen, path...), b...)
		return err
	})
	if err != nil || stored < 300_000 {
		t.Fatalf("%d bytes stored, %v", stored, err)
	}
	groups, phrase := code.Groups(), string(secondPassphrase)
	words := []string{
		"CANARY-CONTENT", "CANARY-VALUE", "CANARY-TITLE", "CANARY-NOTE", "CANARY-NAME", "CANARY-HIDDEN", "CANARY-SECRET", "CANARY-CONDITION",
		"CANARY-SECOND", "CANARY-DEVICE", "The other computer", camille, dominique, "2015-09-30", "is allergic to", "vaccination",
		"the words that were read", "text/plain", "document-added", "guardians", groups[0] + groups[1], strings.Join(groups[:2], " "), strings.Join(groups[:2], "-"), phrase,
	}
	for _, f := range found(seen, words) {
		t.Errorf("the server has %s", f)
	}
	for _, short := range []string{lou, "Kervalan", "allergic", ".txt", "CANARY"} {
		if bytes.Contains(seen, []byte(short)) {
			t.Errorf("the server has %q", short)
		}
	}
	for _, known := range []string{r.address, "Carnet-Receipt"} { // the control
		if !bytes.Contains(seen, []byte(known)) {
			t.Errorf("the search does not even find %q", known)
		}
	}
	planted := append(bytes.Clone(seen), strings.Join(words, "\n")...)
	if got := found(planted, words); len(got) < len(words) {
		t.Errorf("the search finds %d of %d words that are there", len(got), len(words))
	}
	if d := a.document(id); d.Title != "CANARY-TITLE again" || d.Note != "CANARY-NOTE" || !bytes.Equal(a.read(id), content) {
		t.Errorf("the vault has %+v", d)
	}
}

// What another device writes while a run hands over bodies that were owed stops
// neither: the server holds nothing back.
func TestWrittenBetween(t *testing.T) {
	a := newVault(t)
	r := newRemote(t)
	r.consents(a, a.lou.ID)
	b := twin(t, a, dominique)
	r.consents(b, b.lou.ID)
	a.add(a.lou.ID, "a.txt", []byte("a"))
	b.add(b.lou.ID, "b.txt", []byte("b"))
	posts := 0
	r.troubled(func(w http.ResponseWriter, q *http.Request, next http.Handler) {
		if q.Method == "POST" && filepath.Base(q.URL.Path) == "ops" {
			if posts++; posts == 2 { // the first one brought headers, up to the consent
				r.troubled(nil)
				mustRun(t, b)
			}
		}
		next.ServeHTTP(w, q)
	})
	mustRun(t, a)
	if posts != 2 {
		t.Errorf("%d pushes", posts)
	}
	mustRun(t, b)
	alike(t, a.lou.ID, a, b)
	if s, err := a.SyncState(a.lou.ID); err != nil || s.Waiting != 0 || s.Withheld != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}

// A withdrawal while contents go out stops the run; the server refuses what comes by
// that consent from then on; local work goes on and a new consent takes it up.
func TestWithdrawWhileSending(t *testing.T) {
	a := newVault(t)
	a.add(a.lou.ID, "big.bin", noise(21, 3*wire.PackBytes))
	r := newRemote(t)
	id := r.consents(a, a.lou.ID)
	c := clientOf(a)
	defer c.Close()
	var puts atomic.Int64
	stopped, told := make(chan struct{}), make(chan error, 1)
	r.troubled(func(w http.ResponseWriter, q *http.Request, next http.Handler) {
		if strings.HasSuffix(q.URL.Path, "/blobs") {
			if q.ProtoMajor != 1 {
				t.Errorf("a pack came by %s", q.Proto)
			}
			switch n := puts.Add(1); {
			case n == 2:
				answer, err := c.Withdraw(context.Background(), a.lou.ID, id)
				told <- errors.Join(answer, err)
				close(stopped)
			case n > 2: // what was on its way
				<-stopped
			}
		}
		next.ServeHTTP(w, q)
	})
	if _, err := c.Sync(context.Background(), a.lou.ID, nil); !errors.Is(err, consent.ErrWithdrawn) {
		t.Fatalf("the run ended with %v", err)
	}
	if err := <-told; err != nil || puts.Load() > 1+3 {
		t.Errorf("%d uploads; the server was told: %v", puts.Load(), err)
	}
	if totals, err := r.store.Check(context.Background(), nil); err != nil || totals.Blobs > wire.PackBytes/wire.MaxBlob+1 { // one pack
		t.Errorf("after the withdrawal: %+v, %v", totals, err)
	}
	r.troubled(nil)
	if _, err := run(a); !errors.Is(err, consent.ErrWithdrawn) {
		t.Errorf("the next run: %v", err)
	}
	over, err := r.store.Withdrawn(context.Background(), chain.ID(a.lou.ID))
	if err != nil || !over[chain.ID(id)] {
		t.Errorf("the server knows %v, %v", over, err)
	}
	a.add(a.lou.ID, "local.txt", []byte("work goes on"))
	r.consents(a, a.lou.ID)
	mustRun(t, a)
	if s, err := a.SyncState(a.lou.ID); err != nil || s.Waiting != 0 {
		t.Errorf("%+v, %v", s, err)
	}
	if totals, err := r.store.Check(context.Background(), nil); err != nil || totals.Blobs != 49 {
		t.Errorf("%+v, %v", totals, err)
	}
}

// The blobs of a batch go out while the one before is pushed. A push that is refused
// ends them, and the next run brings everything.
func TestSyncAhead(t *testing.T) {
	a := newVault(t)
	r := newRemote(t)
	r.consents(a, a.lou.ID)
	mustRun(t, a)
	folder := t.TempDir()
	for i := range 500 { // a batch
		writeFile(t, filepath.Join(folder, fmt.Sprintf("a-%03d.txt", i)), noise(uint64(i), 10))
	}
	for imported := range a.Import(context.Background(), a.lou.ID, []string{folder}, nil) {
		if imported.Err != nil {
			t.Fatal(imported.Err)
		}
	}
	a.add(a.lou.ID, "b.bin", noise(500, 300_000)) // in the next one
	under, ended := make(chan struct{}), make(chan struct{})
	limit := time.After(time.Minute)
	r.troubled(func(w http.ResponseWriter, q *http.Request, next http.Handler) {
		switch {
		case strings.HasSuffix(q.URL.Path, "/blobs"):
			defer close(ended)
			close(under)
			io.Copy(io.Discard, q.Body)
			select {
			case <-q.Context().Done():
			case <-limit:
				t.Error("the upload goes on")
			}
		case q.Method == "POST" && strings.HasSuffix(q.URL.Path, "/ops"):
			select {
			case <-under:
			case <-limit:
				t.Error("nothing comes while a batch is pushed")
			}
			http.Error(w, "", http.StatusInternalServerError)
		default:
			next.ServeHTTP(w, q)
		}
	})
	if _, err := run(a); !errors.Is(err, client.ErrRefused) {
		t.Errorf("a push that was refused: %v", err)
	}
	<-ended
	r.troubled(nil)
	if out := mustRun(t, a); out.Sent < 501 {
		t.Errorf("%d operations sent", out.Sent)
	}
	if s, err := a.SyncState(a.lou.ID); err != nil || s.Waiting != 0 || s.Frozen != nil {
		t.Errorf("%+v, %v", s, err)
	}
	if totals, err := r.store.Check(context.Background(), nil); err != nil || totals.Blobs != 2 {
		t.Errorf("%+v, %v", totals, err)
	}
}

// What a server does that signs with its own key, over the real protocol.
func TestHostileServerOverHTTP(t *testing.T) {
	a := newVault(t)
	a.add(a.lou.ID, "one.bin", noise(31, 300_000))
	r := newRemote(t)
	r.consents(a, a.lou.ID)
	b := twin(t, a, dominique)
	mustRun(t, a)
	edit := func(do func(status int, b []byte) (int, []byte), when func(*http.Request) bool) func(http.ResponseWriter, *http.Request, http.Handler) {
		return func(w http.ResponseWriter, q *http.Request, next http.Handler) {
			if !when(q) {
				next.ServeHTTP(w, q)
				return
			}
			kept := &answered{header: http.Header{}}
			next.ServeHTTP(kept, q)
			status, body := do(kept.status, kept.b.Bytes())
			w.WriteHeader(status)
			w.Write(body)
		}
	}
	pages := func(q *http.Request) bool { return q.Method == "GET" && filepath.Base(q.URL.Path) == "ops" }
	blobs := func(q *http.Request) bool {
		return q.Method == "GET" && filepath.Base(filepath.Dir(q.URL.Path)) == "blobs"
	}
	seed := uint64(100)
	for name, test := range map[string]struct {
		do   func(int, []byte) (int, []byte)
		when func(*http.Request) bool
		want error
	}{
		"another key signs": {func(s int, b []byte) (int, []byte) {
			p, err := wire.ParsePage(b)
			if err != nil {
				t.Error(err)
			}
			_, other, _ := ed25519.GenerateKey(rand.Reader)
			p.Head.Sign(other)
			return s, wire.Encode(p)
		}, pages, client.ErrAnswer},
		"a flipped bit": {func(s int, b []byte) (int, []byte) { b[len(b)/2] ^= 1; return s, b }, pages, nil},
		"no page":       {func(s int, b []byte) (int, []byte) { return s, []byte("<html>") }, pages, client.ErrAnswer},
		"another blob":  {func(s int, b []byte) (int, []byte) { return s, noise(1, len(b)) }, blobs, vault.ErrBlobAltered},
		"no blob":       {func(int, []byte) (int, []byte) { return 404, []byte(`{"type":"/problems/unknown"}`) }, blobs, vault.ErrWithheld},
		"a long blob":   {func(s int, b []byte) (int, []byte) { return s, make([]byte, wire.MaxBlob+1) }, blobs, client.ErrAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			h := twin(t, b, dominique)
			h.must(second(h.GiveConsent(context.Background(), h.lou.ID, vault.Grantee{Host: r.address, Key: r.key, Until: today.AddDate(0, 6, 0), Text: "words", Language: "en"})))
			h.must(h.SyncAnew(context.Background(), h.lou.ID))
			seed++
			fresh := a.add(a.lou.ID, name+".bin", noise(seed, 270_000))
			mustRun(t, a)
			r.troubled(edit(test.do, test.when))
			_, err := run(h)
			r.troubled(nil)
			if err == nil || test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("it is told as %v", err)
			}
			if _, err := h.Document(fresh); !errors.Is(err, vault.ErrNoDocument) {
				t.Errorf("something of it was applied: %v", err)
			}
			h.must(h.SyncAnew(context.Background(), h.lou.ID))
			mustRun(t, h) // the way out
			if d := h.document(fresh); d.Size != 270_000 {
				t.Errorf("%+v", d)
			}
		})
	}
	t.Run("an empty server", func(t *testing.T) {
		other := newRemote(t)
		r.troubled(func(w http.ResponseWriter, q *http.Request, _ http.Handler) { other.server.ServeHTTP(w, q) })
		defer r.troubled(nil)
		before := told(t, a.Vault, a.lou.ID)
		if _, err := run(a); !errors.Is(err, vault.ErrRolledBack) {
			t.Errorf("it is told as %v", err)
		}
		if got := told(t, a.Vault, a.lou.ID); !slices.Equal(got, before) {
			t.Errorf("%d documents, %d before", len(got), len(before))
		}
	})
}

// answered keeps an answer.
type answered struct {
	header http.Header
	status int
	b      bytes.Buffer
}

func (a *answered) Header() http.Header { return a.header }
func (a *answered) WriteHeader(s int)   { a.status = s }
func (a *answered) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = 200
	}
	return a.b.Write(p)
}

// Three devices with wild clocks, over the real server, which loses requests and
// answers and gets some twice: in the end all show the same, and every document that
// was added and not erased is there. CARNET_TORTURE=1 runs 2,000 sequences.
func TestSyncProperty(t *testing.T) {
	sequences := 8
	if os.Getenv("CARNET_TORTURE") != "" {
		sequences = 2000
	}
	seed := uint64(time.Now().UnixNano())
	if given := os.Getenv("CARNET_SEED"); given != "" {
		if _, err := fmt.Sscan(given, &seed); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("CARNET_SEED=%d", seed)
	base := newVault(t)
	r := newRemoteIn(t, inMemory(t))
	r.consents(base, base.lou.ID)
	base.close()
	for i := range sequences {
		if why := sequence(t, r, base, mathrand.New(mathrand.NewPCG(seed, uint64(i))), nil); why != "" {
			t.Fatalf("CARNET_SEED=%d, sequence %d: %s", seed, i, why)
		}
	}
	base.as(camille)
}

// The same finds a planted bug: a device that takes what it has sent for sent, and
// forgets it when the answer is lost.
func TestSyncPropertyCatches(t *testing.T) {
	base := newVault(t)
	r := newRemoteIn(t, inMemory(t))
	r.consents(base, base.lou.ID)
	base.close()
	defer base.as(camille)
	for i := range 20 {
		if sequence(t, r, base, mathrand.New(mathrand.NewPCG(1, uint64(i))), func(v *vault.Vault) client.Source { return &forgetful{Vault: v, dropped: map[chain.Hash]bool{}} }) != "" {
			return
		}
	}
	t.Error("a device that forgets what it sent is not noticed")
}

// forgetful never lists a change twice.
type forgetful struct {
	*vault.Vault
	dropped map[chain.Hash]bool
}

func (f *forgetful) Changes(patient record.ID, after uint64, limit int) (out []vault.Outgoing, err error) {
	all, err := f.Vault.Changes(patient, after, limit)
	for _, o := range all {
		if o.Op.Kind != chain.Data || !f.dropped[o.Op.ID()] {
			out = append(out, o)
		}
		f.dropped[o.Op.ID()] = true
	}
	return out, err
}

// sequence plays some 50 steps on copies of base and says what is wrong in the end. Each
// has a record of its own on the server, since its genesis is new.
func sequence(t *testing.T, r *remote, base *household, random *mathrand.Rand, source func(*vault.Vault) client.Source) string {
	t.Helper()
	ctx := context.Background()
	clocks := make([]time.Duration, 3)
	devices, sources := make([]*vault.Vault, 3), make([]client.Source, 3)
	folder := inMemory(t)
	var patient record.ID
	first := filepath.Join(folder, "0.carnet")
	copyFile(t, base.path, first)
	for i, who := range []string{camille, dominique, camille} {
		path := filepath.Join(folder, fmt.Sprintf("%d.carnet", i))
		if i > 0 {
			copyFile(t, first, path)
		}
		opt := options()
		opt.Now = func() time.Time { return today.Add(clocks[i]) }
		v, err := base.seats[who].Open(path, opt)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 { // a record of this sequence's own, before the file is copied
			p, err := v.AddPatient(ctx, record.Patient{Name: "Noé", Birth: "2020-02-02"}, false, dominique)
			if err == nil {
				patient = p.ID
				_, err = v.GiveConsent(ctx, patient, vault.Grantee{Host: r.address, Key: r.key, Until: today.AddDate(0, 6, 0), Text: "words", Language: "en"})
			}
			if err := errors.Join(err, v.Close()); err != nil {
				t.Fatal(err)
			}
			if v, err = base.seats[who].Open(path, opt); err != nil {
				t.Fatal(err)
			}
		}
		defer func() {
			if err := v.Close(); err != nil {
				t.Error(err)
			}
		}()
		devices[i] = v
	}
	for i, v := range devices {
		clocks[i] = time.Duration(random.IntN(3)-1) * time.Duration(random.IntN(24*400)) * time.Hour
		sources[i] = v
		if source != nil {
			sources[i] = source(v)
		}
	}
	sync := func(i int) error {
		c := client.New(sources[i], &client.Options{Gate: consent.Options{Now: func() time.Time { return today }}, Remove: true})
		defer c.Close()
		_, err := c.Sync(ctx, patient, nil)
		return err
	}
	// The network: a request is lost, its answer is, it comes twice, or all is well.
	bad := mathrand.New(mathrand.NewPCG(random.Uint64(), random.Uint64()))
	trouble := func(w http.ResponseWriter, q *http.Request, next http.Handler) {
		switch bad.IntN(8) {
		case 0:
			panic(http.ErrAbortHandler)
		case 1:
			next.ServeHTTP(&answered{header: http.Header{}}, q)
			panic(http.ErrAbortHandler)
		case 2: // the same again: the second one is known for a repetition
			body, err := io.ReadAll(q.Body)
			if err != nil {
				panic(http.ErrAbortHandler)
			}
			kept := &answered{header: http.Header{}}
			q.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(kept, q)
			again := &answered{header: http.Header{}}
			q.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(again, q)
			if kept.status < 300 && again.status != http.StatusUnauthorized {
				t.Errorf("a request that came twice was answered by %d, then %d", kept.status, again.status)
			}
			w.WriteHeader(kept.status)
			w.Write(kept.b.Bytes())
		default:
			next.ServeHTTP(w, q)
		}
	}
	r.troubled(trouble)
	defer r.troubled(nil)
	want := map[record.ID]bool{}
	add := func(i int) {
		path := filepath.Join(folder, fmt.Sprintf("doc-%d", random.Uint64()))
		size := 10
		if random.IntN(4) == 0 {
			size = 3000
		}
		writeFile(t, path, noise(random.Uint64(), size))
		for imported := range devices[i].Import(ctx, patient, []string{path}, nil) {
			if imported.Err != nil {
				t.Fatal(imported.Err)
			}
			want[imported.ID] = true
		}
	}
	any := func(i int) (record.Document, bool) {
		list, err := devices[i].Documents(patient)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			return record.Document{}, false
		}
		return list[random.IntN(len(list))], true
	}
	for range 50 {
		i := random.IntN(3)
		var err error
		switch random.IntN(9) {
		case 0, 1:
			add(i)
		case 2, 3:
			if d, ok := any(i); ok {
				err = devices[i].EditDocument(ctx, d.ID, vault.Edit{Title: ptr(fmt.Sprint(random.Uint64()))})
			}
		case 4:
			if d, ok := any(i); ok && d.RemovedAt == 0 {
				err = devices[i].RemoveDocuments(ctx, d.ID)
			}
		default:
			if err := sync(i); err != nil && !errors.Is(err, consent.ErrUnreachable) && !errors.Is(err, client.ErrRefused) && !errors.Is(err, client.ErrAnswer) {
				return fmt.Sprintf("a run ended with %v", err)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	r.troubled(nil)
	for round := range 2 {
		for i := range devices {
			if err := sync(i); err != nil {
				return fmt.Sprintf("at the end, round %d: %v", round, err)
			}
		}
	}
	shown := told(t, devices[0], patient)
	for i, v := range devices {
		s, err := v.SyncState(patient)
		if err != nil || s.Waiting != 0 || s.Withheld != 0 || s.Frozen != nil {
			return fmt.Sprintf("device %d: %+v, %v", i, s, err)
		}
		if got := told(t, v, patient); !slices.Equal(got, shown) {
			return fmt.Sprintf("device %d shows\n%q, the first\n%q", i, got, shown)
		}
		for id := range want {
			if _, err := v.Document(id); err != nil {
				return fmt.Sprintf("device %d has lost a document: %v", i, err)
			}
		}
	}
	return ""
}

// A stream of heads says when others wrote, is made again after it broke, and ends with
// the consent.
func TestWatch(t *testing.T) {
	a := newVault(t)
	r := newRemote(t)
	consent1 := r.consents(a, a.lou.ID)
	mustRun(t, a)
	c := clientOf(a)
	defer c.Close()
	heads, ended := make(chan uint64, 100), make(chan error, 1)
	go func() { ended <- c.Watch(context.Background(), a.lou.ID, func(n uint64) { heads <- n }) }()
	told := func(what string, want uint64) {
		t.Helper()
		limit := time.After(time.Minute)
		for {
			select {
			case n := <-heads:
				if n >= want {
					return
				}
			case err := <-ended:
				t.Fatalf("%s: it ended with %v", what, err)
			case <-limit:
				t.Fatalf("%s: not told", what)
			}
		}
	}
	state, err := a.SyncState(a.lou.ID)
	if err != nil {
		t.Fatal(err)
	}
	told("at once", state.N)
	a.add(a.lou.ID, "one.txt", []byte("one"))
	mustRun(t, a)
	told("after a change", state.N+1)

	broken := make(chan struct{})
	var once sync.Once
	r.troubled(func(w http.ResponseWriter, q *http.Request, next http.Handler) {
		if q.URL.Path == "/v1/events" {
			once.Do(func() { close(broken) })
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		next.ServeHTTP(w, q)
	})
	r.server.Close() // ends the streams, and those to come after one head
	<-broken
	r.troubled(nil)
	told("after the stream broke", state.N+1)

	if told, err := c.Withdraw(context.Background(), a.lou.ID, consent1); told != nil || err != nil {
		t.Fatal(told, err)
	}
	if err := <-ended; !errors.Is(err, consent.ErrWithdrawn) {
		t.Errorf("after the withdrawal it ended with %v", err)
	}
}
