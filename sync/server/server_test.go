package server_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"io"
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
	"carnet/vault/seal"
)

var now = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

const host = "server.example"

// device is a person's, with the record that it began.
type device struct {
	t       *testing.T
	id      *seal.Identity
	self    chain.ID
	patient chain.ID
	ops     []*chain.Signed
	receipt chain.ID
	deps    []chain.Hash // of the next operation
	first   chain.Entry  // of the device itself
	later   time.Duration
	n       int
}

func begin(t *testing.T) *device {
	t.Helper()
	d := &device{t: t, receipt: chain.ID{9}}
	var err error
	if d.id, err = seal.NewIdentity(seal.NewKey()); err != nil {
		t.Fatal(err)
	}
	kit, err := seal.NewIdentity(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	entry := func(id *seal.Identity, kit bool) chain.Entry {
		p := id.Public()
		return chain.Entry{Kit: kit, Keyholder: chain.ID{1}, Role: chain.Guardian, Sign: p.Sign, HPKE: p.HPKE}
	}
	first := entry(d.id, false)
	clear, err := chain.Encode(&chain.GenesisClear{Random: [32]byte{3}, First: first, Kit: entry(kit, true)})
	if err != nil {
		t.Fatal(err)
	}
	d.self, d.patient, d.first = first.Device(), chain.PatientID(clear), first
	d.write(chain.Genesis, clear)
	return d
}

// now is when the device signs.
func (d *device) now() time.Time { return now.Add(d.later) }

// admits lets another device into the record, in a role, that has seen all of it.
func (d *device) admits(who chain.ID, role chain.Role) *device {
	d.t.Helper()
	e := begin(d.t)
	e.first.Keyholder, e.first.Role = who, role
	clear, err := chain.Encode(&chain.MemberClear{Add: true, Entries: []chain.Entry{e.first}})
	if err != nil {
		d.t.Fatal(err)
	}
	e.patient, e.ops, e.receipt, e.deps = d.patient, nil, d.receipt, []chain.Hash{d.write(chain.Member, clear).ID()}
	return e
}

// clearly is the clear half of an operation.
func (d *device) clearly(v any) []byte {
	d.t.Helper()
	b, err := chain.Encode(v)
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

func (d *device) write(kind chain.Kind, clear []byte) *chain.Signed {
	d.t.Helper()
	op := chain.Op{V: chain.Version, Kind: kind, Patient: d.patient, Device: d.self, DSeq: uint64(len(d.ops) + 1), HLC: uint64(len(d.ops) + 1), Clear: clear}
	if n := len(d.ops); n > 0 {
		op.PrevDev = d.ops[n-1].ID()
	}
	op.Deps, d.deps = d.deps, nil
	s, err := chain.Sign(op, d.id.Sign)
	if err != nil {
		d.t.Fatal(err)
	}
	d.ops = append(d.ops, s)
	return s
}

func (d *device) consents(edit func(*chain.ReceiptClear), key [32]byte) {
	d.t.Helper()
	r := chain.ReceiptClear{ID: d.receipt, Category: chain.Hosting, Host: host, Key: key, Purpose: chain.Synchronise, Start: uint64(now.Add(-time.Hour).UnixMilli()), End: uint64(now.Add(time.Hour).UnixMilli())}
	if edit != nil {
		edit(&r)
	}
	clear, err := chain.Encode(&r)
	if err != nil {
		d.t.Fatal(err)
	}
	d.write(chain.Receipt, clear)
}

// request signs a request; edit changes it after that.
func (d *device) request(method, path string, body []byte, edit func(*http.Request)) *http.Request {
	d.t.Helper()
	r := httptest.NewRequest(method, "https://"+host+path, bytes.NewReader(body))
	d.n++
	s := wire.Signature{Created: d.now().Unix(), Key: d.self, Nonce: [16]byte{byte(d.n), byte(d.n >> 8)}}
	r.Header.Set("Content-Digest", wire.Digest(body))
	r.Header.Set("Carnet-Receipt", hexOf(d.receipt))
	r.Header.Set("Idempotency-Key", hexOf(chain.ID{byte(d.n), byte(d.n >> 8)}))
	input, sig, err := s.Sign(&wire.Request{Method: method, Authority: host, Path: r.URL.EscapedPath(), Query: "?" + r.URL.RawQuery, Header: r.Header.Get}, d.id.Sign)
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Signature-Input", input)
	r.Header.Set("Signature", sig)
	if edit != nil {
		edit(r)
	}
	return r
}

func hexOf(id chain.ID) string {
	b, _ := wire.HexName(append(id[:], id[:]...)).MarshalText()
	return string(b[:32])
}

func (d *device) path(rest string) string { return "/v1/patients/" + hexOf(d.patient) + "/" + rest }

func (d *device) push() []byte {
	p := wire.Push{V: wire.Version}
	for _, op := range d.ops {
		p.Items = append(p.Items, wire.Item{Op: op.Bytes(), Sig: op.Sig})
	}
	return wire.Encode(&p)
}

func newServer(t *testing.T, opt server.Options) (*server.Server, [32]byte) {
	t.Helper()
	s, err := boltstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	opt.Key = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{5}, 32))
	if opt.Now == nil {
		opt.Now = func() time.Time { return now }
	}
	return server.New(s, opt), [32]byte(opt.Key.Public().(ed25519.PublicKey))
}

// ask gives the status and the type of the problem.
func ask(t *testing.T, h http.Handler, r *http.Request) (int, string, []byte) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	b, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	if w.Code >= 400 {
		return w.Code, wire.ParseProblem(w.Code, b).Type, b
	}
	return w.Code, "", b
}

// What is refused, by name, before and after a record is there.
func TestRefusals(t *testing.T) {
	s, key := newServer(t, server.Options{})
	d := begin(t)
	expect := func(what string, r *http.Request, status int, kind string) {
		t.Helper()
		if got, problem, b := ask(t, s, r); got != status || problem != kind {
			t.Errorf("%s: %d %s, want %d %s: %.200s", what, got, problem, status, kind, b)
		}
	}
	expect("no record", d.request("GET", d.path("heads"), nil, nil), 404, wire.ProblemUnknown)
	expect("no consent in the push", d.request("POST", d.path("ops"), d.push(), nil), 403, wire.ProblemConsent)
	for what, edit := range map[string]func(*chain.ReceiptClear){
		"another server": func(r *chain.ReceiptClear) { r.Host = "other.example" }, "another key": func(r *chain.ReceiptClear) { r.Key[0] ^= 1 },
		"another recipient": func(r *chain.ReceiptClear) { r.Category = chain.Facility }, "expired": func(r *chain.ReceiptClear) { r.End = uint64(now.UnixMilli()) },
		"not begun": func(r *chain.ReceiptClear) { r.Start += 2 * 3600_000; r.End += 2 * 3600_000 }, "another one": func(r *chain.ReceiptClear) { r.ID = chain.ID{8} },
	} {
		other := begin(t)
		other.consents(edit, key)
		expect("a consent to "+what, other.request("POST", other.path("ops"), other.push(), nil), 403, wire.ProblemConsent)
	}
	d.consents(nil, key)
	expect("a body that is none", d.request("POST", d.path("ops"), []byte("none"), nil), 400, wire.ProblemMessage)
	expect("good", d.request("POST", d.path("ops"), d.push(), nil), 200, "")
	expect("again", d.request("POST", d.path("ops"), d.push(), nil), 200, "")
	expect("heads", d.request("GET", d.path("heads"), nil, nil), 200, "")

	replay := d.request("GET", d.path("heads"), nil, nil)
	expect("once", replay.Clone(t.Context()), 200, "")
	expect("twice", replay, 401, wire.ProblemReplay)
	stranger := begin(t)
	stranger.patient = d.patient
	expect("a stranger", stranger.request("GET", d.path("heads"), nil, nil), 404, wire.ProblemUnknown)
	for what, edit := range map[string]func(*http.Request){
		"no signature": func(r *http.Request) { r.Header.Del("Signature") }, "another host": func(r *http.Request) { r.Host = "other.example" },
		"another path": func(r *http.Request) { r.URL.RawQuery = "after=1" }, "another address": func(r *http.Request) { r.URL.Path = d.path("blobs/have"); r.Host = host + ":8443" },
		"two receipts": func(r *http.Request) { r.Header.Add("Carnet-Receipt", "00") },
	} {
		expect(what, d.request("POST", d.path("blobs/have"), wire.Encode(&wire.Names{V: 1, Names: [][32]byte{}}), edit), 401, wire.ProblemSignature)
	}
	old := d.request("GET", d.path("heads"), nil, func(r *http.Request) {
		r.Header.Set("Signature-Input", strings.Replace(r.Header.Get("Signature-Input"), "created=1", "created=2", 1))
	})
	expect("the future", old, 401, wire.ProblemClock)
	expect("another body", d.request("POST", d.path("blobs"), packed(t, [32]byte{0xab}, "a"), func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("b")) }), 400, wire.ProblemMessage)
	expect("a long pack", d.request("POST", d.path("blobs"), make([]byte, wire.MaxPack+1), nil), 413, wire.ProblemLarge)
	expect("a long blob", d.request("POST", d.path("blobs"), packed(t, [32]byte{0xab}, strings.Repeat("a", wire.MaxBlob+1)), nil), 400, wire.ProblemMessage)
	expect("a blob", d.request("POST", d.path("blobs"), packed(t, [32]byte{0xab}, "a"), nil), 201, "")
	expect("it again", d.request("POST", d.path("blobs"), packed(t, [32]byte{0xab}, "a"), nil), 204, "")
	expect("it and one more", d.request("POST", d.path("blobs"), append(packed(t, [32]byte{0xab}, "other"), packed(t, [32]byte{0xad}, "b")...), nil), 201, "")
	if _, _, b := ask(t, s, d.request("GET", d.path("blobs/ab"+strings.Repeat("00", 31)), nil, nil)); string(b) != "a" {
		t.Errorf("a blob that was there became %q", b)
	}
	expect("another blob", d.request("GET", d.path("blobs/"+strings.Repeat("ac", 32)), nil, nil), 404, wire.ProblemUnknown)

	whole := d.ops
	d.write(chain.Data, nil)
	d.ops = d.ops[len(d.ops)-1:]
	d.ops[0] = func() *chain.Signed { // a gap
		op := d.ops[0].Op
		op.DSeq++
		s, err := chain.Sign(op, d.id.Sign)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}()
	expect("a gap", d.request("POST", d.path("ops"), d.push(), nil), 409, wire.ProblemChain)
	d.ops = whole
	d.ops = append(slices.Clone(whole), func() *chain.Signed {
		last := whole[len(whole)-1]
		s, err := chain.Sign(chain.Op{V: 1, Kind: chain.Data, Patient: d.patient, Device: d.self, DSeq: uint64(len(whole) + 1), PrevDev: last.ID(), HLC: 99, BodyHash: [32]byte{1}, Blobs: []chain.Hash{{7}}}, d.id.Sign)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}())
	expect("a body that is another's", d.request("POST", d.path("ops"), d.push(), nil), 400, wire.ProblemMessage)
	d.ops = whole

	last := whole[len(whole)-1]
	pushed := func(edit func(*chain.Op), item func(*wire.Item)) []byte {
		op := chain.Op{V: 1, Kind: chain.Data, Patient: d.patient, Device: d.self, DSeq: uint64(len(whole) + 1), PrevDev: last.ID(), HLC: 99}
		if edit != nil {
			edit(&op)
		}
		signed, err := chain.Sign(op, d.id.Sign)
		if err != nil {
			t.Fatal(err)
		}
		one := wire.Item{Op: signed.Bytes(), Sig: signed.Sig}
		if item != nil {
			item(&one)
		}
		return wire.Encode(&wire.Push{V: wire.Version, Items: []wire.Item{one}})
	}
	elsewhere := begin(t)
	expect("an operation of another record", d.request("POST", d.path("ops"), elsewhere.push(), nil), 400, wire.ProblemMessage)
	expect("a body where there is none", d.request("POST", d.path("ops"), pushed(nil, func(i *wire.Item) { i.Body = []byte("x") }), nil), 400, wire.ProblemMessage)
	expect("an altered operation", d.request("POST", d.path("ops"), pushed(nil, func(i *wire.Item) { i.Sig[0] ^= 1 }), nil), 409, wire.ProblemChain)
	expect("without its blob", d.request("POST", d.path("ops"), pushed(func(op *chain.Op) {
		op.BodyHash, op.Blobs = sha256.Sum256([]byte("x")), []chain.Hash{{7}}
	}, func(i *wire.Item) { i.Body = []byte("x") }), nil), 412, wire.ProblemBlobs)
	leave := d.clearly(&chain.MemberClear{Entries: []chain.Entry{d.first}})
	expect("who leaves by it", d.request("POST", d.path("ops"), pushed(func(op *chain.Op) { op.Kind, op.Clear = chain.Member, leave }, nil), nil), 404, wire.ProblemUnknown)
	expect("a push of a stranger", stranger.request("POST", d.path("ops"), d.push(), nil), 404, wire.ProblemUnknown)
	altered := func(r *http.Request) { r.Header.Set("Idempotency-Key", "another") }
	expect("a push with another signature", d.request("POST", d.path("ops"), d.push(), altered), 401, wire.ProblemSignature)
	expect("a question with another signature", d.request("GET", "/v1/patients", nil, altered), 401, wire.ProblemSignature)
	for what, r := range map[string]*http.Request{
		"a receipt that is none": d.request("GET", d.path("heads"), nil, func(r *http.Request) { r.Header.Set("Carnet-Receipt", "zz") }), "after nothing": d.request("GET", d.path("ops?after=x"), nil, nil),
		"a page of nothing": d.request("GET", d.path("ops?after=0&limit=0"), nil, nil), "a page of too much": d.request("GET", d.path("ops?after=0&limit=501"), nil, nil),
		"no name": d.request("GET", d.path("blobs/zz"), nil, nil), "an empty blob": d.request("POST", d.path("blobs"), packed(t, [32]byte{0xad}, ""), nil), "an empty pack": d.request("POST", d.path("blobs"), nil, nil),
		"no receipt to end": d.request("DELETE", d.path("receipts/zz"), nil, nil), "no names": d.request("POST", d.path("blobs/have"), []byte("none"), nil),
		"no record": d.request("GET", "/v1/patients/zz/heads", nil, nil), "no place to meet": d.request("POST", d.path("meetings/zz"), []byte("x"), nil),
		"nothing to say": d.request("POST", d.path("meetings/"+strings.Repeat("5b", 16)), nil, nil), "no meeting": httptest.NewRequest("GET", "https://"+host+"/v1/meetings/zz/1", nil),
	} {
		expect(what, r, 400, wire.ProblemMessage)
	}
	_, _, b := ask(t, s, d.request("GET", d.path("ops?after=99"), nil, nil))
	if p, err := wire.ParsePage(b); err != nil || p.After != 2 || p.Head.N != 2 || len(p.Items) != 0 {
		t.Errorf("after what is not there: %+v, %v", p, err)
	}

	removed := begin(t) // a device that came and went
	{
		p := removed.id.Public()
		entries := []chain.Entry{{Keyholder: chain.ID{1}, Role: chain.Guardian, Sign: p.Sign, HPKE: p.HPKE}}
		for _, add := range []bool{true, false} {
			clear, err := chain.Encode(&chain.MemberClear{Add: add, Entries: entries})
			if err != nil {
				t.Fatal(err)
			}
			d.write(chain.Member, clear)
		}
	}
	removed.patient = d.patient
	expect("not yet known", removed.request("GET", d.path("heads"), nil, nil), 404, wire.ProblemUnknown)
	expect("came and went", d.request("POST", d.path("ops"), d.push(), nil), 200, "")
	expect("removed", removed.request("GET", d.path("heads"), nil, nil), 403, wire.ProblemRemoved)
	expect("removed, to keys", removed.request("GET", d.path("keys"), nil, nil), 403, wire.ProblemRemoved)
	removed.ops = nil
	removed.write(chain.Data, nil)
	expect("removed, a push", removed.request("POST", d.path("ops"), removed.push(), nil), 403, wire.ProblemRemoved)
	expect("in the name of the removed", removed.request("GET", d.path("heads"), nil, func(r *http.Request) { r.URL.RawQuery = "after=1" }), 401, wire.ProblemSignature)

	expect("the withdrawal", d.request("DELETE", d.path("receipts/"+hexOf(d.receipt)), nil, nil), 204, "")
	expect("after it", d.request("GET", d.path("heads"), nil, nil), 403, wire.ProblemConsent)
	expect("a push after it", d.request("POST", d.path("ops"), d.push(), nil), 403, wire.ProblemConsent)
}

// packed is a pack of one blob.
func packed(t *testing.T, name [32]byte, content string) []byte {
	t.Helper()
	b, err := wire.AppendBlob(nil, name, func(b []byte) ([]byte, error) { return append(b, content...), nil })
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestLimits(t *testing.T) {
	s, key := newServer(t, server.Options{Quota: 10_000, Records: 1, Rate: 1})
	d := begin(t)
	d.consents(nil, key)
	if status, _, b := ask(t, s, d.request("POST", d.path("ops"), d.push(), nil)); status != 200 {
		t.Fatalf("%d %s", status, b)
	}
	if status, kind, _ := ask(t, s, d.request("POST", d.path("blobs"), packed(t, [32]byte{0xab}, strings.Repeat("a", 9000)), nil)); status != 507 || kind != wire.ProblemQuota {
		t.Errorf("over the quota: %d %s", status, kind)
	}
	body := make([]byte, 9000)
	op, err := chain.Sign(chain.Op{V: 1, Kind: chain.Data, Patient: d.patient, Device: d.self, DSeq: 3, PrevDev: d.ops[1].ID(), HLC: 99, BodyHash: sha256.Sum256(body)}, d.id.Sign)
	if err != nil {
		t.Fatal(err)
	}
	large := wire.Encode(&wire.Push{V: wire.Version, Items: []wire.Item{{Op: op.Bytes(), Sig: op.Sig, Body: body}}})
	if status, kind, _ := ask(t, s, d.request("POST", d.path("ops"), large, nil)); status != 507 || kind != wire.ProblemQuota {
		t.Errorf("a push over the quota: %d %s", status, kind)
	}
	other := begin(t)
	other.consents(nil, key)
	if status, kind, _ := ask(t, s, other.request("POST", other.path("ops"), other.push(), nil)); status != 507 || kind != wire.ProblemQuota {
		t.Errorf("a second record: %d %s", status, kind)
	}
	limited := 0
	for range 20 {
		if status, kind, _ := ask(t, s, d.request("GET", d.path("heads"), nil, nil)); status == 429 && kind == wire.ProblemRate {
			limited++
		}
	}
	if limited < 5 {
		t.Errorf("%d of 20 requests were too many", limited)
	}
}

// An address may ask four times as often as a device, ten seconds' worth at once, with
// or without a signature.
func TestAddressLimit(t *testing.T) {
	for _, path := range []string{"/v1/patients/" + strings.Repeat("00", 16) + "/heads", "/v1/meetings/" + strings.Repeat("00", 16) + "/1"} {
		s, _ := newServer(t, server.Options{Rate: 1})
		limited := 0
		for range 60 {
			if _, kind, _ := ask(t, s, httptest.NewRequest("GET", "https://"+host+path, nil)); kind == wire.ProblemRate {
				limited++
			}
		}
		if limited != 20 {
			t.Errorf("%s: %d of 60 were too many", path, limited)
		}
	}
}

// A nonce is remembered for as long as its signature is accepted, also across the turn
// of the server's memory.
func TestReplayLater(t *testing.T) {
	at := now
	s, key := newServer(t, server.Options{Now: func() time.Time { return at }})
	d := begin(t)
	d.consents(func(r *chain.ReceiptClear) { r.End += 3600_000 }, key)
	if status, _, b := ask(t, s, d.request("POST", d.path("ops"), d.push(), nil)); status != 200 {
		t.Fatalf("%d %s", status, b)
	}
	step := func(by time.Duration) { d.later += by; at = at.Add(by) }
	step(119 * time.Second)
	r := d.request("GET", d.path("heads"), nil, nil)
	if status, _, _ := ask(t, s, r.Clone(t.Context())); status != 200 {
		t.Fatalf("once: %d", status)
	}
	step(2 * time.Second)
	if status, _, _ := ask(t, s, d.request("GET", d.path("heads"), nil, nil)); status != 200 {
		t.Fatalf("another: %d", status)
	}
	step(time.Second)
	if status, kind, _ := ask(t, s, r); status != 401 || kind != wire.ProblemReplay {
		t.Errorf("the first again: %d %s", status, kind)
	}
}

// A withdrawal and a new consent that did not see each other: the withdrawal stands, in
// whichever order the server gets them, and a consent that has seen it is live.
func TestWithdrawalBesideGrant(t *testing.T) {
	for _, withdrawalFirst := range []bool{true, false} {
		s, key := newServer(t, server.Options{})
		d := begin(t)
		d.consents(nil, key)
		e := d.admits(chain.ID{2}, chain.Guardian)
		if status, _, b := ask(t, s, d.request("POST", d.path("ops"), d.push(), nil)); status != 200 {
			t.Fatalf("%d %s", status, b)
		}
		old := d.receipt
		e.write(chain.Withdraw, e.clearly(&chain.WithdrawClear{Receipt: old}))
		e.receipt = chain.ID{10}
		e.consents(nil, key)
		d.receipt = chain.ID{8}
		d.consents(nil, key)
		first, second := d, e
		if withdrawalFirst {
			first, second = e, d
		}
		if status, _, b := ask(t, s, first.request("POST", d.path("ops"), first.push(), nil)); status != 200 {
			t.Fatalf("the first: %d %s", status, b)
		}
		status, kind, _ := ask(t, s, second.request("POST", d.path("ops"), second.push(), nil))
		if withdrawalFirst && (status != 403 || kind != wire.ProblemConsent) || !withdrawalFirst && status != 200 {
			t.Errorf("withdrawal first %t: the second push: %d %s", withdrawalFirst, status, kind)
		}
		for receipt, want := range map[chain.ID]int{old: 403, {8}: 403, {10}: 200} {
			d.receipt = receipt
			if status, _, _ := ask(t, s, d.request("GET", d.path("heads"), nil, nil)); status != want {
				t.Errorf("withdrawal first %t: by receipt %d: %d, want %d", withdrawalFirst, receipt[0], status, want)
			}
		}
	}
}

// An erasure that its author was not allowed takes nothing from anybody.
func TestEraseNotAllowed(t *testing.T) {
	for _, c := range []struct {
		role chain.Role
		bare bool // the body is owed until after the erasure
	}{{chain.CarerAdds, false}, {chain.CarerAdds, true}, {chain.Guardian, false}, {chain.Guardian, true}} {
		s, key := newServer(t, server.Options{})
		d := begin(t)
		d.consents(nil, key)
		e := d.admits(chain.ID{2}, c.role)
		p := wire.Push{V: wire.Version}
		add := func(op *chain.Signed, body []byte) {
			p.Items = append(p.Items, wire.Item{Op: op.Bytes(), Sig: op.Sig, Body: body})
		}
		for _, op := range d.ops {
			add(op, nil)
		}
		last := d.ops[len(d.ops)-1]
		data, err := chain.Sign(chain.Op{V: 1, Kind: chain.Data, Patient: d.patient, Device: d.self, DSeq: uint64(len(d.ops) + 1), PrevDev: last.ID(), HLC: 99, BodyHash: sha256.Sum256([]byte("body"))}, d.id.Sign)
		if err != nil {
			t.Fatal(err)
		}
		if c.bare {
			p.Items = append(p.Items, wire.Item{Op: data.Bytes(), Sig: data.Sig, Bare: true})
		} else {
			add(data, []byte("body"))
		}
		if status, _, b := ask(t, s, d.request("POST", d.path("ops"), wire.Encode(&p), nil)); status != 200 {
			t.Fatalf("%d %s", status, b)
		}
		e.deps = append(e.deps, data.ID())
		e.write(chain.Erase, e.clearly(&chain.EraseClear{Ops: []chain.Hash{data.ID()}}))
		if status, _, b := ask(t, s, e.request("POST", d.path("ops"), e.push(), nil)); status != 200 {
			t.Fatalf("%d %s", status, b)
		}
		_, _, b := ask(t, s, d.request("GET", d.path("ops?after=3&limit=1"), nil, nil))
		page, err := wire.ParsePage(b)
		if err != nil || len(page.Items) != 1 || page.Items[0].Bare != (c.bare || c.role == chain.Guardian) {
			t.Errorf("%+v: %+v, %v", c, page, err)
		}
		// Whoever sends it once more sends it in vain, or completes it, likewise.
		bare := wire.Push{V: wire.Version, Items: []wire.Item{{Op: data.Bytes(), Sig: data.Sig, Body: []byte("body")}}}
		if status, _, b := ask(t, s, d.request("POST", d.path("ops"), wire.Encode(&bare), nil)); status != 200 {
			t.Errorf("%d %s", status, b)
		}
		_, _, b = ask(t, s, d.request("GET", d.path("ops?after=3&limit=1"), nil, nil))
		if page, err = wire.ParsePage(b); err != nil || page.Items[0].Bare != (c.role == chain.Guardian) {
			t.Errorf("%+v, sent again: %v", c, err)
		}
	}
}

// streamed sends a signed request over a connection of its own, whose answer does not
// end at once. A minute is the most that the test takes.
func streamed(t *testing.T, s *server.Server, signed *http.Request) *http.Response {
	t.Helper()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = host
		s.ServeHTTP(w, r)
	}))
	t.Cleanup(web.Close)
	t.Cleanup(s.Close)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", web.URL+signed.URL.RequestURI(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = signed.Header
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return answer
}

// A stream ends for a device that leaves the record.
func TestEventsOfRemoved(t *testing.T) {
	s, key := newServer(t, server.Options{})
	d := begin(t)
	d.consents(nil, key)
	e := d.admits(chain.ID{2}, chain.CarerReads)
	if status, _, b := ask(t, s, d.request("POST", d.path("ops"), d.push(), nil)); status != 200 {
		t.Fatalf("%d %s", status, b)
	}
	answer := streamed(t, s, e.request("GET", "/v1/events?patient="+hexOf(d.patient), nil, nil))
	b := make([]byte, 4096)
	if n, err := answer.Body.Read(b); err != nil || !strings.HasPrefix(string(b[:n]), "event: head\nid: 3\n") {
		t.Fatalf("%d: %q, %v", answer.StatusCode, b[:n], err)
	}
	d.write(chain.Member, d.clearly(&chain.MemberClear{Entries: []chain.Entry{e.first}}))
	if status, _, b := ask(t, s, d.request("POST", d.path("ops"), d.push(), nil)); status != 200 {
		t.Fatalf("%d %s", status, b)
	}
	if rest, err := io.ReadAll(answer.Body); err != nil || len(rest) != 0 {
		t.Errorf("after the removal: %q, %v", rest, err)
	}
}

// A stream gives the head, then the next one when it comes, and ends with the consent.
func TestEvents(t *testing.T) {
	s, key := newServer(t, server.Options{})
	d := begin(t)
	d.consents(nil, key)
	if status, _, b := ask(t, s, d.request("POST", d.path("ops"), d.push(), nil)); status != 200 {
		t.Fatalf("%d %s", status, b)
	}
	answer := streamed(t, s, d.request("GET", "/v1/events?patient="+hexOf(d.patient), nil, nil))
	b := make([]byte, 4096)
	n, err := answer.Body.Read(b)
	if err != nil || !strings.HasPrefix(string(b[:n]), "event: head\nid: 2\ndata: ") {
		t.Fatalf("%d: %q, %v", answer.StatusCode, b[:n], err)
	}
	d.write(chain.Policy, nil)
	if status, _, b := ask(t, s, d.request("POST", d.path("ops"), d.push(), nil)); status != 200 {
		t.Fatalf("%d %s", status, b)
	}
	if n, err = answer.Body.Read(b); err != nil || !strings.HasPrefix(string(b[:n]), "event: head\nid: 3\n") {
		t.Fatalf("%q, %v", b[:n], err)
	}
	if status, _, b := ask(t, s, d.request("DELETE", d.path("receipts/"+hexOf(d.receipt)), nil, nil)); status != 204 {
		t.Fatalf("%d %s", status, b)
	}
	if rest, err := io.ReadAll(answer.Body); err != nil || len(rest) != 0 {
		t.Errorf("after the withdrawal: %q, %v", rest, err)
	}
}

// A blob that an operation names stays; one that nothing names goes after the time of
// grace, and not before.
func TestSweep(t *testing.T) {
	kept, err := boltstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	clock := now
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{5}, 32))
	s := server.New(kept, server.Options{Key: key, Now: func() time.Time { return clock }})
	d := begin(t)
	d.consents(nil, [32]byte(key.Public().(ed25519.PublicKey)))
	named, stray := [32]byte{1}, [32]byte{2}
	if status, _, b := ask(t, s, d.request("POST", d.path("ops"), d.push(), nil)); status != 200 {
		t.Fatalf("%d %s", status, b)
	}
	op := chain.Op{V: chain.Version, Kind: chain.Data, Patient: d.patient, Device: d.self, DSeq: 3, HLC: 3, PrevDev: d.ops[1].ID(), BodyHash: sha256.Sum256([]byte("body")), Blobs: []chain.Hash{named}}
	signed, err := chain.Sign(op, d.id.Sign)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range [][32]byte{named, stray} {
		if status, _, b := ask(t, s, d.request("POST", d.path("blobs"), packed(t, name, "ciphertext"), nil)); status != 201 {
			t.Fatalf("%d %s", status, b)
		}
	}
	p := wire.Push{V: wire.Version, Items: []wire.Item{{Op: signed.Bytes(), Sig: signed.Sig, Body: []byte("body")}}}
	if status, _, b := ask(t, s, d.request("POST", d.path("ops"), wire.Encode(&p), nil)); status != 200 {
		t.Fatalf("%d %s", status, b)
	}
	for _, c := range []struct {
		at   time.Time // by the clock of files
		want int
	}{{time.Now(), 0}, {time.Now().Add(server.Grace - time.Hour), 0}, {time.Now().Add(server.Grace + time.Hour), 1}, {time.Now().Add(10 * server.Grace), 0}} {
		clock = c.at
		if n, err := s.Sweep(t.Context()); err != nil || n != c.want {
			t.Errorf("%d dropped, want %d, %v", n, c.want, err)
		}
	}
	if missing, err := kept.Missing(t.Context(), d.patient, [][32]byte{named, stray}); err != nil || !slices.Equal(missing, [][32]byte{stray}) {
		t.Errorf("missing %x, %v", missing, err)
	}
}

// The contract and the routes say the same, both ways; what needs no signature answers,
// everything else asks for one.
func TestOpenAPI(t *testing.T) {
	s, _ := newServer(t, server.Options{})
	_, _, b := ask(t, s, httptest.NewRequest("GET", "/openapi.json", nil))
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			Security  []any
			Responses map[string]any
		}
	}
	if err := json.Unmarshal(b, &doc); err != nil || doc.OpenAPI != "3.1.0" {
		t.Fatal(doc.OpenAPI, err)
	}
	var said []string
	for path, methods := range doc.Paths {
		for method, op := range methods {
			said = append(said, strings.ToUpper(method)+" "+path)
			at := strings.NewReplacer("{patient}", strings.Repeat("ab", 16), "{receipt}", strings.Repeat("ab", 16), "{name}", strings.Repeat("ab", 32), "{meeting}", strings.Repeat("ab", 16), "{turn}", "1").Replace(path)
			status, kind, _ := ask(t, s, httptest.NewRequest(strings.ToUpper(method), at+"?patient="+strings.Repeat("ab", 16), nil))
			switch {
			case strings.HasPrefix(path, "/v1/meetings/"): // whoever has the code signs nothing
				if op.Security != nil || status != 400 && status != 404 {
					t.Errorf("%s %s: %d", method, path, status)
				}
			case op.Security == nil && status != 200:
				t.Errorf("%s %s: %d", method, path, status)
			case op.Security != nil && (status != 401 || kind != wire.ProblemSignature):
				t.Errorf("%s %s without a signature: %d %s", method, path, status, kind)
			}
			for _, code := range []string{"400", "401", "404", "429"} {
				if _, told := op.Responses[code]; op.Security != nil && !told {
					t.Errorf("%s %s does not tell of %s", method, path, code)
				}
			}
		}
	}
	routes := s.Routes()
	slices.Sort(said)
	slices.Sort(routes)
	if !slices.Equal(said, routes) {
		t.Errorf("the contract has\n%q, the server\n%q", said, routes)
	}
}

func TestMetrics(t *testing.T) {
	s, _ := newServer(t, server.Options{})
	ask(t, s, httptest.NewRequest("GET", "/v1/patients/zz/heads", nil))
	if status, _, _ := ask(t, s, httptest.NewRequest("GET", "/readyz", nil)); status != 200 {
		t.Errorf("not ready: %d", status)
	}
	_, _, b := ask(t, s, httptest.NewRequest("GET", "/metrics", nil))
	for _, line := range []string{`carnet_requests_total{route="GET /v1/patients/{patient}/heads",status="400"} 1`, `carnet_problems_total{type="/problems/message"} 1`, "carnet_operations_total 0"} {
		if !strings.Contains(string(b), line) {
			t.Errorf("%q is not in\n%s", line, b)
		}
	}
}
