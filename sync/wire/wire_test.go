package wire_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"carnet/sync/wire"
	"carnet/vault/chain"
)

var update = flag.Bool("update", false, "write the golden messages again")

var key = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))

func sign(message []byte) [64]byte { return [64]byte(ed25519.Sign(key, message)) }

// messages are one of each kind, made of fixed bytes.
func messages(t testing.TB) map[string]any {
	t.Helper()
	op, err := chain.Sign(chain.Op{V: chain.Version, Kind: chain.Data, Patient: chain.ID{1}, Device: chain.ID{2}, DSeq: 3, PrevDev: chain.Hash{4}, HLC: 5, BodyHash: chain.Hash{6}, Blobs: []chain.Hash{{7}}}, sign)
	if err != nil {
		t.Fatal(err)
	}
	head := wire.Head{Patient: chain.ID{1}, N: 9, Hash: chain.Hash{8}, Time: 1_700_000_000_000}
	head.Sign(key)
	item := wire.Item{Op: op.Bytes(), Sig: op.Sig, Body: []byte("an envelope")}
	placed := item
	placed.Time = 1_700_000_000_000
	return map[string]any{
		"push":     &wire.Push{V: wire.Version, Items: []wire.Item{item, {Op: op.Bytes(), Sig: op.Sig, Bare: true}}},
		"accepted": &wire.Accepted{V: wire.Version, New: 1, Places: []wire.Place{{N: 8, Time: placed.Time}, {N: 9, Time: placed.Time}}, Head: head},
		"page":     &wire.Page{V: wire.Version, After: 8, Items: []wire.Item{placed}, Head: head, Last: head},
		"names":    &wire.Names{V: wire.Version, Names: [][32]byte{{1}, {2}}},
		"head":     &head,
		"patients": &wire.Patients{V: wire.Version, Patients: []chain.ID{{1}, {2}}},
		"keys":     &wire.Keys{V: wire.Version, Items: []wire.Item{placed}},
	}
}

// parse reads a message by its name and encodes what it read.
func parse(name string, b []byte) ([]byte, error) {
	var m any
	var err error
	switch name {
	case "push":
		m, err = wire.ParsePush(b)
	case "accepted":
		m, err = wire.ParseAccepted(b)
	case "page":
		m, err = wire.ParsePage(b)
	case "names":
		m, err = wire.ParseNames(b)
	case "head":
		m, err = wire.ParseHead(b)
	case "patients":
		m, err = wire.ParsePatients(b)
	case "keys":
		m, err = wire.ParseKeys(b)
	}
	if err != nil {
		return nil, err
	}
	return wire.Encode(m), nil
}

// The bytes of version 1 stay what they are.
func TestGolden(t *testing.T) {
	for name, m := range messages(t) {
		path := filepath.Join("testdata", name+".hex")
		got := wire.Encode(m)
		if *update {
			if err := os.WriteFile(path, []byte(hex.EncodeToString(got)+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := hex.DecodeString(string(bytes.TrimSpace(text)))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s has other bytes than it had: %v", name, err)
		}
		again, err := parse(name, want)
		if err != nil || !bytes.Equal(again, want) {
			t.Errorf("%s does not come back: %v", name, err)
		}
	}
}

func TestNotAMessage(t *testing.T) {
	for name, m := range messages(t) {
		whole := wire.Encode(m)
		for what, b := range map[string][]byte{
			"nothing": nil, "cut": whole[:len(whole)-1], "longer": append(bytes.Clone(whole), 0),
			"another form": append([]byte{whole[0]&0xe0 | 0x18, whole[0] & 0x1f}, whole[1:]...),
		} {
			if _, err := parse(name, b); !errors.Is(err, wire.ErrMessage) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
	item := messages(t)["push"].(*wire.Push).Items[0]
	timed, bare := item, item
	timed.Time, bare.Bare = 1, true
	for what, m := range map[string]any{
		"another version": &wire.Push{V: 2, Items: []wire.Item{item}}, "no items": &wire.Push{V: 1}, "a time on the way there": &wire.Push{V: 1, Items: []wire.Item{timed}},
		"bare with a body": &wire.Push{V: 1, Items: []wire.Item{bare}}, "too many": &wire.Push{V: 1, Items: make([]wire.Item, wire.MaxPush+1)}, "no operation": &wire.Push{V: 1, Items: make([]wire.Item, 1)},
	} {
		if _, err := wire.ParsePush(wire.Encode(m)); !errors.Is(err, wire.ErrMessage) {
			t.Errorf("%s: %v", what, err)
		}
	}
	head := *messages(t)["head"].(*wire.Head)
	few := make([]wire.Item, wire.MaxPush+1)
	for i := range few {
		few[i].Op = []byte{0}
	}
	long := item
	long.Body = make([]byte, wire.MaxMessage)
	for what, c := range map[string]struct {
		kind string
		m    any
	}{
		"too many names":           {"names", &wire.Names{V: 1, Names: make([][32]byte, wire.MaxNames+1)}},
		"names of another version": {"names", &wire.Names{V: 2, Names: [][32]byte{}}}, "an answer of another version": {"accepted", &wire.Accepted{V: 2, Places: []wire.Place{}, Head: head}},
		"a page of another version": {"page", &wire.Page{V: 2, Items: []wire.Item{}, Head: head, Last: head}}, "a long page": {"page", &wire.Page{V: 1, Items: few[:wire.PageOps+1], Head: head, Last: head}},
		"a page with no operation in an item": {"page", &wire.Page{V: 1, Items: make([]wire.Item, 1), Head: head, Last: head}},
		"records of another version":          {"patients", &wire.Patients{V: 2, Patients: []chain.ID{}}}, "too many records": {"patients", &wire.Patients{V: 1, Patients: make([]chain.ID, wire.MaxPatients+1)}},
		"keys of another version": {"keys", &wire.Keys{V: 2, Items: []wire.Item{}}}, "keys with no operation": {"keys", &wire.Keys{V: 1, Items: make([]wire.Item, 1)}},
		"too many to push": {"push", &wire.Push{V: 1, Items: few}}, "a long push": {"push", &wire.Push{V: 1, Items: []wire.Item{long}}},
	} {
		if _, err := parse(c.kind, wire.Encode(c.m)); !errors.Is(err, wire.ErrMessage) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Identifiers and names have one form.
func TestNames(t *testing.T) {
	good := strings.Repeat("0a", 32)
	if name, err := wire.ParseName(good); err != nil || name[0] != 10 {
		t.Errorf("%x, %v", name, err)
	}
	if id, err := wire.ParseID(good[:32]); err != nil || id[15] != 10 {
		t.Errorf("%x, %v", id, err)
	}
	for _, bad := range []string{"", good[:32], good + "0a", good[:63] + "A", good[:63] + "g"} {
		if _, err := wire.ParseName(bad); !errors.Is(err, wire.ErrMessage) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestHead(t *testing.T) {
	head := messages(t)["head"].(*wire.Head)
	if !head.Verify([32]byte(key.Public().(ed25519.PublicKey))) {
		t.Fatal("a head does not verify")
	}
	if head.Verify([32]byte{1}) {
		t.Error("a head verifies under another key")
	}
	for name, edit := range map[string]func(*wire.Head){
		"patient": func(h *wire.Head) { h.Patient[0] ^= 1 }, "n": func(h *wire.Head) { h.N++ }, "hash": func(h *wire.Head) { h.Hash[0] ^= 1 },
		"time": func(h *wire.Head) { h.Time++ }, "key": func(h *wire.Head) { h.Key[0] ^= 1 }, "signature": func(h *wire.Head) { h.Sig[0] ^= 1 },
	} {
		other := *head
		edit(&other)
		if other.Verify([32]byte(key.Public().(ed25519.PublicKey))) {
			t.Errorf("a head with another %s verifies", name)
		}
	}
}

// RFC 9421, appendix B.1.4 and B.2.6: the Ed25519 key and its signature; B.2.5 for
// the base with a shared secret.
func TestAppendixB(t *testing.T) {
	fields := map[string]string{"date": "Tue, 20 Apr 2021 02:07:55 GMT", "content-type": "application/json", "content-length": "18"}
	r := &wire.Request{Method: "POST", Authority: "Example.com", Path: "/foo", Query: "?param=Value&Pet=dog", Header: func(name string) string { return fields[name] }}

	der, err := base64.StdEncoding.DecodeString("MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		t.Fatal(err)
	}
	components := []string{"date", "@method", "@path", "@authority", "content-type", "content-length"}
	base, err := wire.Base(r, components, `("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`)
	if err != nil {
		t.Fatal(err)
	}
	sig, err := base64.StdEncoding.DecodeString("wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==")
	if err != nil || !ed25519.Verify(public.(ed25519.PublicKey), base, sig) {
		t.Errorf("B.2.6 does not verify: %v\n%s", err, base)
	}

	secret, err := base64.StdEncoding.DecodeString("uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==")
	if err != nil {
		t.Fatal(err)
	}
	if base, err = wire.Base(r, []string{"date", "@authority", "content-type"}, `("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"`); err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write(base)
	if got := base64.StdEncoding.EncodeToString(mac.Sum(nil)); got != "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=" {
		t.Errorf("B.2.5 gives %s", got)
	}
	if _, err := wire.Base(r, []string{"@status"}, ""); !errors.Is(err, wire.ErrSignature) {
		t.Errorf("a component that a request has not: %v", err)
	}
	fields["date"] = "a line\nand another"
	if _, err := wire.Base(r, []string{"date"}, ""); !errors.Is(err, wire.ErrSignature) {
		t.Errorf("a field of two lines: %v", err)
	}
}

// request is one that is signed in the tests.
func request(fields map[string]string) *wire.Request {
	return &wire.Request{Method: "POST", Authority: "localhost:8443", Path: "/v1/patients/01/ops", Query: "?", Header: func(name string) string { return fields[name] }}
}

func signed(t testing.TB, r *wire.Request) (input, signature string) {
	t.Helper()
	s := wire.Signature{Created: 1_700_000_000, Key: chain.ID{1}, Nonce: [16]byte{2}}
	input, signature, err := s.Sign(r, sign)
	if err != nil {
		t.Fatal(err)
	}
	return input, signature
}

func TestSignature(t *testing.T) {
	fields := map[string]string{"content-digest": wire.Digest([]byte("body")), "carnet-receipt": "00", "idempotency-key": "k"}
	r := request(fields)
	input, signature := signed(t, r)
	s, err := wire.ParseSignature(input, signature)
	if err != nil {
		t.Fatal(err)
	}
	public := [32]byte(key.Public().(ed25519.PublicKey))
	if err := s.Verify(r, public); err != nil || s.Created != 1_700_000_000 || s.Key != (chain.ID{1}) || s.Nonce != ([16]byte{2}) {
		t.Fatalf("the signature comes back as %+v, %v", s, err)
	}
	for name, edit := range map[string]func(*wire.Request){
		"method": func(r *wire.Request) { r.Method = "PUT" }, "authority": func(r *wire.Request) { r.Authority = "localhost" },
		"path": func(r *wire.Request) { r.Path += "/" }, "query": func(r *wire.Request) { r.Query = "?a" },
	} {
		other := *r
		edit(&other)
		if err := s.Verify(&other, public); !errors.Is(err, wire.ErrSignature) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	for name := range fields {
		was := fields[name]
		fields[name] = was + "x"
		if err := s.Verify(r, public); !errors.Is(err, wire.ErrSignature) {
			t.Errorf("another %s: %v", name, err)
		}
		fields[name] = was
	}
	if err := s.Verify(r, [32]byte{9}); !errors.Is(err, wire.ErrSignature) {
		t.Errorf("another key: %v", err)
	}
	for name, bad := range map[string][2]string{
		"no input": {"", signature}, "no signature": {input, ""}, "another label": {"other" + input[6:], signature}, "fewer components": {`carnet=("@method")` + input[len(`carnet=("@method" "@authority" "@path" "@query" "content-digest" "carnet-receipt" "idempotency-key")`):], signature},
		"cut": {input, signature[:len(signature)-2] + ":"}, "spaces": {input + " ", signature}, "before 1970": {strings.Replace(input, "created=", "created=-", 1), signature},
		"another label of the signature": {input, "other" + signature[6:]}, "no beginning": {input, strings.TrimPrefix(signature, "carnet=:")}, "no end": {input, strings.TrimSuffix(signature, ":")}, "two lines": {input, signature[:20] + "\n" + signature[20:]}, "a second one": {input + ", " + input, signature},
	} {
		if _, err := wire.ParseSignature(bad[0], bad[1]); !errors.Is(err, wire.ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := errors.Join(wire.CheckDigest(wire.Digest(nil), nil)); err != nil {
		t.Error(err)
	}
	if err := wire.CheckDigest(wire.Digest([]byte("a")), []byte("b")); !errors.Is(err, wire.ErrDigest) {
		t.Errorf("another body: %v", err)
	}
}

func TestProblem(t *testing.T) {
	want := &wire.Problem{Type: wire.ProblemBlobs, Title: "blobs have to come first", Status: 412, Missing: []wire.HexName{{1}, {2}}}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got := wire.ParseProblem(412, b)
	if got.Type != want.Type || len(got.Missing) != 2 || got.Missing[1] != want.Missing[1] {
		t.Errorf("%s comes back as %+v", b, got)
	}
	for _, b := range []string{
		"", "<html>", `{"type":""}`, `{"type":"a","missing":["zz"]}`, `{"type":"` + strings.Repeat("a", 65) + `"}`, `{"type":"a"}` + strings.Repeat(" ", wire.MaxProblem),
	} {
		if p := wire.ParseProblem(503, []byte(b)); p.Type != "about:blank" || p.Status != 503 {
			t.Errorf("%.80q is told as %+v", b, p)
		}
	}
}

// packOf makes a pack of blobs of the names 1, 2, ... and these lengths.
func packOf(t testing.TB, lengths ...int) (out []byte) {
	t.Helper()
	for i, n := range lengths {
		var err error
		out, err = wire.AppendBlob(out, chain.Hash{byte(i + 1)}, func(b []byte) ([]byte, error) {
			return append(b, bytes.Repeat([]byte{byte(i + 1)}, n)...), nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestPack(t *testing.T) {
	lengths := []int{1, wire.MaxBlob, 7, wire.MaxBlob, wire.MaxBlob, wire.MaxBlob - 8}
	whole := packOf(t, lengths...)
	blobs, err := wire.ParsePack(whole)
	if err != nil || len(blobs) != len(lengths) {
		t.Fatalf("%d blobs, %v", len(blobs), err)
	}
	for i, b := range blobs {
		if b.Name != (chain.Hash{byte(i + 1)}) || !bytes.Equal(b.Content, bytes.Repeat([]byte{byte(i + 1)}, lengths[i])) {
			t.Errorf("blob %d is %x, of %d bytes", i, b.Name, len(b.Content))
		}
	}
	most := packOf(t, slices.Repeat([]int{1}, wire.MaxNames)...)
	for i := range wire.MaxNames { // names of their own
		binary.BigEndian.PutUint32(most[i*(32+4+1)+4:], uint32(i))
	}
	if blobs, err := wire.ParsePack(most); err != nil || len(blobs) != wire.MaxNames {
		t.Errorf("%d blobs, %v", len(blobs), err)
	}
	one := packOf(t, 1)
	one[31] = 1 // another name than all of them
	for what, bad := range map[string][]byte{
		"too many": append(slices.Clone(most), one...), "nothing": nil, "an empty blob": packOf(t, 3, 0), "a long blob": packOf(t, wire.MaxBlob+1), "one twice": append(packOf(t, 3), packOf(t, 4)...),
		"cut": whole[:len(whole)-1], "cut in a head": packOf(t, 3)[:20], "too much": packOf(t, append(slices.Repeat([]int{wire.MaxBlob}, wire.MaxPack/(32+4+wire.MaxBlob)), 1000)...),
	} {
		if _, err := wire.ParsePack(bad); !errors.Is(err, wire.ErrMessage) {
			t.Errorf("%s: %v", what, err)
		}
	}
	failed := errors.New("it cannot be read")
	if _, err := wire.AppendBlob(nil, chain.Hash{}, func([]byte) ([]byte, error) { return nil, failed }); err != failed {
		t.Errorf("%v", err)
	}
}

func FuzzPack(f *testing.F) {
	f.Add(packOf(f, 1, 2, 300))
	f.Fuzz(func(t *testing.T, b []byte) {
		blobs, err := wire.ParsePack(b)
		if err != nil {
			return
		}
		var again []byte
		for _, x := range blobs {
			if again, err = wire.AppendBlob(again, x.Name, func(to []byte) ([]byte, error) { return append(to, x.Content...), nil }); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(again, b) {
			t.Errorf("%x is read as %x", b, again)
		}
	})
}

func FuzzMessages(f *testing.F) {
	for name, m := range messages(f) {
		f.Add(name, wire.Encode(m))
	}
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		again, err := parse(name, b)
		if err == nil && again != nil && !bytes.Equal(again, b) && name != "" {
			if _, known := messages(t)[name]; known {
				t.Errorf("%s: %x is read as %x", name, b, again)
			}
		}
	})
}

func FuzzSignature(f *testing.F) {
	input, signature := signed(f, request(map[string]string{}))
	f.Add(input, signature)
	f.Add(`carnet=();created=1;keyid="";nonce=""`, "carnet=::")
	f.Fuzz(func(t *testing.T, input, signature string) {
		s, err := wire.ParseSignature(input, signature)
		if err != nil {
			return
		}
		again, sig, err := s.Sign(request(map[string]string{}), func([]byte) [64]byte { return s.Sig })
		if err != nil || again != input || sig != signature {
			t.Errorf("%q and %q are read as %q and %q: %v", input, signature, again, sig, err)
		}
	})
}

func FuzzProblem(f *testing.F) {
	f.Add(400, []byte(`{"type":"/problems/message","status":400}`))
	f.Fuzz(func(t *testing.T, status int, b []byte) {
		if p := wire.ParseProblem(status, b); p.Type == "" || p.Status != status {
			t.Errorf("%q gives %+v", b, p)
		}
	})
}
