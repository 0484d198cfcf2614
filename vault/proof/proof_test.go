package proof_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"carnet/vault/proof"
	"carnet/vault/record"
)

// key is one fixed key pair.
func key() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
}

func signWith(k ed25519.PrivateKey) func([]byte) [64]byte {
	return func(m []byte) [64]byte { return [64]byte(ed25519.Sign(k, m)) }
}

func signed(t testing.TB) *proof.Proof {
	t.Helper()
	p := &proof.Proof{
		Kind: proof.HandOver, At: time.Date(2026, 11, 22, 18, 5, 9, 77, time.FixedZone("", 3600)), Vault: record.ID{1}, Into: record.ID{2}, Patient: record.ID{3},
		Counts: map[string]int64{"entries": 4, "documents": 12}, Digests: map[string]string{"documents": strings.Repeat("ab", 32)},
	}
	k := key()
	if err := p.Sign([32]byte(k.Public().(ed25519.PublicKey)), signWith(k)); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestProof: what was signed is read back and verified, with common tools too.
func TestProof(t *testing.T) {
	p := signed(t)
	b, err := p.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	got, err := proof.Parse(b)
	if err != nil || got.Kind != proof.HandOver || got.Counts["documents"] != 12 || got.Into != (record.ID{2}) {
		t.Fatalf("%+v, %v", got, err)
	}
	if at := got.At.Format(time.RFC3339); at != "2026-11-22T17:05:09Z" {
		t.Errorf("at %s", at)
	}
	const says = "carnet-proof-v1\nkind hand-over\nat 2026-11-22T17:05:09Z\nvault 01000000000000000000000000000000\ninto 02000000000000000000000000000000\n" +
		"patient 03000000000000000000000000000000\ncount documents 12\ncount entries 4\ndigest documents "
	want := says + strings.Repeat("ab", 32) + "\nsigner " + hex.EncodeToString(key().Public().(ed25519.PublicKey)) + "\n"
	if m := string(got.Message()); m != want {
		t.Errorf("signed over\n%s", m)
	}
	signature, err := hex.DecodeString(got.Signature)
	if err != nil || !ed25519.Verify(key().Public().(ed25519.PublicKey), []byte(want), signature) {
		t.Error("the signature is over something else")
	}
	if f := got.Fingerprint(); len(f) != 39 || strings.ReplaceAll(f, " ", "") != got.Signer[:32] {
		t.Errorf("fingerprint %q", f)
	}
}

// TestAltered: no byte of a proof changes unnoticed.
func TestAltered(t *testing.T) {
	b, err := signed(t).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for i := range b {
		for _, with := range []byte{b[i] ^ 1, b[i] ^ 0x20, '0', '}'} {
			altered := bytes.Clone(b)
			if altered[i] = with; bytes.Equal(altered, b) {
				continue
			}
			if _, err := proof.Parse(altered); !errors.Is(err, proof.ErrForm) && !errors.Is(err, proof.ErrSignature) {
				t.Fatalf("byte %d as %q: %v", i, with, err)
			}
		}
	}
	for name, altered := range map[string][]byte{
		"nothing": nil, "cut": b[:len(b)-2], "more": append(bytes.Clone(b), '\n'), "a second answer": bytes.Replace(b, []byte(`"format": 1`), []byte(`"format": 1, "format": 1`), 1),
		"an unknown field": bytes.Replace(b, []byte(`"format": 1`), []byte(`"format": 1, "x": 1`), 1), "too long": bytes.Repeat([]byte(" "), proof.MaxSize+1),
	} {
		if _, err := proof.Parse(altered); !errors.Is(err, proof.ErrForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
	compact := &bytes.Buffer{}
	if err := json.Compact(compact, b); err != nil {
		t.Fatal(err)
	}
	if _, err := proof.Parse(compact.Bytes()); !errors.Is(err, proof.ErrForm) {
		t.Errorf("another form: %v", err)
	}
}

// TestSignRefuses: no name or value makes two proofs say the same lines.
func TestSignRefuses(t *testing.T) {
	k := key()
	for what, change := range map[string]func(*proof.Proof){
		"kind":   func(p *proof.Proof) { p.Kind = "closure\nat" },
		"count":  func(p *proof.Proof) { p.Counts = map[string]int64{"a 1\ncount b": 2} },
		"below":  func(p *proof.Proof) { p.Counts = map[string]int64{"a": -1} },
		"digest": func(p *proof.Proof) { p.Digests = map[string]string{"a": "00"} },
		"vault":  func(p *proof.Proof) { p.Vault = record.ID{} },
	} {
		p := signed(t)
		change(p)
		if err := p.Sign([32]byte(k.Public().(ed25519.PublicKey)), signWith(k)); !errors.Is(err, proof.ErrForm) {
			t.Errorf("%s: %v", what, err)
		}
	}
	p, other := signed(t), ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, 32))
	if err := p.Sign([32]byte(k.Public().(ed25519.PublicKey)), signWith(other)); !errors.Is(err, proof.ErrSignature) {
		t.Errorf("another's signature: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	b, err := signed(f).Bytes()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	r := rand.New(rand.NewPCG(1, 2))
	for range 8 {
		c := bytes.Clone(b)
		c[r.IntN(len(c))] ^= byte(1 + r.IntN(255))
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		p, err := proof.Parse(in)
		if err != nil {
			return
		}
		if again, err := p.Bytes(); err != nil || !bytes.Equal(again, in) {
			t.Errorf("%v: two forms of one proof", err)
		}
	})
}
