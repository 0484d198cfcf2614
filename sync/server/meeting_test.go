package server_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"carnet/sync/server"
	"carnet/sync/server/store/boltstore"
	"carnet/sync/wire"
	"carnet/vault/chain"
)

// A meeting is opened by a device with a live consent, each turn is spoken once, and
// nothing is said or heard when its time is over.
func TestMeeting(t *testing.T) {
	kept, err := boltstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	at := now
	private := ed25519.NewKeyFromSeed(make([]byte, 32))
	s := server.New(kept, server.Options{Key: private, Now: func() time.Time { return at }})
	d := begin(t)
	place := strings.Repeat("5a", 16)
	open := func() *http.Request { return d.request("POST", d.path("meetings/"+place), []byte("one"), nil) }
	if status, kind, _ := ask(t, s, open()); status != 404 || kind != wire.ProblemUnknown {
		t.Errorf("of nobody: %d %s", status, kind)
	}
	d.consents(nil, [32]byte(private.Public().(ed25519.PublicKey)))
	if status, _, _ := ask(t, s, d.request("POST", d.path("ops"), d.push(), nil)); status != 200 {
		t.Fatalf("push: %d", status)
	}
	without := d.receipt
	d.receipt = chain.ID{}
	if status, kind, _ := ask(t, s, open()); status != 403 || kind != wire.ProblemConsent {
		t.Errorf("without a consent: %d %s", status, kind)
	}
	d.receipt = without
	if status, _, _ := ask(t, s, open()); status != 201 {
		t.Fatalf("opened: %d", status)
	}
	if status, kind, _ := ask(t, s, open()); status != 409 || kind != wire.ProblemMeeting {
		t.Errorf("opened twice: %d %s", status, kind)
	}
	turn := func(method, n, said string) (int, string, string) {
		status, kind, b := ask(t, s, httptest.NewRequest(method, "https://"+host+"/v1/meetings/"+place+"/"+n, strings.NewReader(said)))
		return status, kind, string(b)
	}
	for _, c := range []struct {
		method, n, said string
		status          int
		kind            string
	}{
		{"GET", "0", "", 200, ""}, {"PUT", "0", "two", 400, wire.ProblemMessage}, {"PUT", "1", "two", 204, ""}, {"PUT", "1", "two", 204, ""},
		{"PUT", "1", "another", 409, wire.ProblemMeeting}, {"GET", "1", "", 200, ""}, {"PUT", "5", "x", 400, wire.ProblemMessage},
		{"PUT", "2", "", 400, wire.ProblemMessage}, {"PUT", "2", strings.Repeat("x", wire.MaxTurn+1), 413, wire.ProblemLarge},
	} {
		status, kind, b := turn(c.method, c.n, c.said)
		if status != c.status || kind != c.kind || status == 200 && b != map[string]string{"0": "one", "1": "two"}[c.n] {
			t.Errorf("%s %s %.10q: %d %s %.20q", c.method, c.n, c.said, status, kind, b)
		}
	}
	heard := make(chan string)
	go func() { // waits for what is said later
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", "https://"+host+"/v1/meetings/"+place+"/2", nil))
		heard <- w.Body.String()
	}()
	if status, _, _ := turn("PUT", "2", "three"); status != 204 {
		t.Errorf("turn 2: %d", status)
	}
	if said := <-heard; said != "three" {
		t.Errorf("heard %q", said)
	}
	at = at.Add(10 * time.Minute)
	for _, method := range []string{"GET", "PUT"} {
		if status, kind, _ := turn(method, "1", "two"); status != 410 || kind != wire.ProblemOver {
			t.Errorf("%s when it is over: %d %s", method, status, kind)
		}
	}
}

// There are so many meetings at once, and room again when they are forgotten.
func TestManyMeetings(t *testing.T) {
	at := now
	s, key := newServer(t, server.Options{Rate: 1e6, Now: func() time.Time { return at }})
	d := begin(t)
	d.consents(func(r *chain.ReceiptClear) { r.End += 48 * 3600_000 }, key)
	if status, _, _ := ask(t, s, d.request("POST", d.path("ops"), d.push(), nil)); status != 200 {
		t.Fatalf("push: %d", status)
	}
	open := func(i int) (int, string) {
		status, kind, _ := ask(t, s, d.request("POST", d.path("meetings/"+hexOf(chain.ID{byte(i), byte(i >> 8)})), []byte("one"), nil))
		return status, kind
	}
	for i := range 1000 {
		if status, kind := open(i); status != 201 {
			t.Fatalf("meeting %d: %d %s", i, status, kind)
		}
	}
	if status, kind := open(1000); status != 429 || kind != wire.ProblemRate {
		t.Errorf("one more: %d %s", status, kind)
	}
	d.later = 24*time.Hour + 11*time.Minute
	at = at.Add(d.later)
	if status, kind := open(1000); status != 201 {
		t.Errorf("a day later: %d %s", status, kind)
	}
}

// A device learns which records it may ask for, and gets who belongs to one, its
// rotations and its consents, and nothing else, even when no consent is alive.
func TestKeysOfDevice(t *testing.T) {
	s, key := newServer(t, server.Options{})
	d := begin(t)
	d.consents(nil, key)
	d.write(chain.Data, nil)
	words := []byte("the words of a consent")
	again, err := chain.Sign(chain.Op{V: 1, Kind: chain.Receipt, Patient: d.patient, Device: d.self, DSeq: 4, PrevDev: d.ops[2].ID(), HLC: 9, BodyHash: sha256.Sum256(words), Clear: d.clearly(&chain.ReceiptClear{
		ID: chain.ID{8}, Category: chain.Hosting, Host: host, Key: key, Purpose: chain.Synchronise, Start: 1, End: 2,
	})}, d.id.Sign)
	if err != nil {
		t.Fatal(err)
	}
	if status, kind, _ := ask(t, s, d.request("GET", "/v1/patients", nil, nil)); status != 404 || kind != wire.ProblemUnknown {
		t.Errorf("of nobody: %d %s", status, kind)
	}
	if status, _, _ := ask(t, s, d.request("POST", d.path("ops"), d.push(), nil)); status != 200 {
		t.Fatalf("push: %d", status)
	}
	if status, _, _ := ask(t, s, d.request("POST", d.path("ops"), wire.Encode(&wire.Push{V: wire.Version, Items: []wire.Item{{Op: again.Bytes(), Sig: again.Sig, Body: words}}}), nil)); status != 200 {
		t.Fatalf("push: %d", status)
	}
	d.receipt = chain.ID{}
	status, _, b := ask(t, s, d.request("GET", "/v1/patients", nil, nil))
	mine, err := wire.ParsePatients(b)
	if status != 200 || err != nil || !slices.Equal(mine.Patients, []chain.ID{d.patient}) {
		t.Errorf("records: %d %v %v", status, mine, err)
	}
	status, _, b = ask(t, s, d.request("GET", d.path("keys"), nil, nil))
	keys, err := wire.ParseKeys(b)
	if status != 200 || err != nil || len(keys.Items) != 3 || !keys.Items[2].Bare {
		t.Fatalf("keys: %d %v", status, err)
	}
	for i, kind := range []chain.Kind{chain.Genesis, chain.Receipt, chain.Receipt} {
		if op, err := keys.Items[i].Signed(); err != nil || op.Kind != kind {
			t.Errorf("item %d: %v %v", i, op, err)
		}
	}
	other := begin(t)
	other.patient = d.patient
	for _, path := range []string{"/v1/patients", other.path("keys")} {
		if status, _, _ := ask(t, s, other.request("GET", path, nil, func(r *http.Request) { r.Header.Set("Signature", "carnet=:AAAA:") })); status != 401 {
			t.Errorf("%s with another signature: %d", path, status)
		}
	}
	if status, _, _ := ask(t, s, other.request("GET", other.path("keys"), nil, nil)); status != 404 {
		t.Errorf("keys for a stranger: %d", status)
	}
}
