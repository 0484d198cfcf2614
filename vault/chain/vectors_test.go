package chain_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"carnet/vault/chain"
)

var update = flag.Bool("update", false, "write testdata/vectors again from the inputs in this file")

// A vector is one file of testdata/vectors: lines of "key: value", then, after
// an empty line, a body in hex. "expect" is "ok" or "not canonical".
type vector struct {
	name   string
	fields [][2]string
	body   []byte
}

func TestVectors(t *testing.T) {
	want := generate(t)
	if *update {
		for _, v := range want {
			v.write(t)
		}
	}
	read := map[string]vector{}
	for _, v := range readVectors(t) {
		read[v.name] = v
		t.Run(v.name, func(t *testing.T) { v.check(t) })
	}
	for _, v := range want {
		old, ok := read[v.name]
		if !ok {
			t.Errorf("%s is missing; run the test with -update", v.name)
		} else if !slices.Equal(old.fields, v.fields) || !bytes.Equal(old.body, v.body) {
			t.Errorf("%s differs from its case", v.name)
		}
		delete(read, v.name)
	}
	for name := range read {
		t.Errorf("%s belongs to no case", name)
	}
}

func (v vector) check(t *testing.T) {
	switch v.get(t, "kind") {
	case "operation":
		v.checkOperation(t)
	case "head":
		got := chain.Head(v.hash(t, "previous"), v.hash(t, "id"), v.number(t, "time"))
		v.equal(t, "head", got[:])
	case "device":
		got := chain.DeviceID([ed25519.PublicKeySize]byte(v.hex(t, "sign")), v.body)
		v.equal(t, "device", got[:])
	case "patient":
		got := chain.PatientID(v.body)
		v.equal(t, "patient", got[:])
		var g chain.GenesisClear
		if err := chain.Decode(v.body, &g); err != nil {
			t.Error(err)
		}
		first, kit := g.First.Device(), g.Kit.Device()
		v.equal(t, "first", first[:])
		v.equal(t, "kit", kit[:])
	case "clear":
		clear := map[string]any{"member": &chain.MemberClear{}, "rotate": &chain.RotateClear{}, "erase": &chain.EraseClear{}, "genesis": &chain.GenesisClear{}}[v.get(t, "of")]
		switch err := chain.Decode(v.body, clear); {
		case v.get(t, "expect") == "ok":
			if err != nil {
				t.Error(err)
			} else if got := encode(t, clear); !bytes.Equal(got, v.body) {
				t.Errorf("encoded again: %x", got)
			}
		case !errors.Is(err, chain.ErrEncoding):
			t.Errorf("got %v", err)
		}
	default:
		t.Errorf("unknown kind %q", v.get(t, "kind"))
	}
}

func (v vector) checkOperation(t *testing.T) {
	if v.get(t, "expect") != "ok" {
		if op, err := chain.Parse(v.body, [ed25519.SignatureSize]byte{}); !errors.Is(err, chain.ErrEncoding) || op != nil {
			t.Errorf("got %v", err)
		}
		return
	}
	sig := [ed25519.SignatureSize]byte(v.hex(t, "sig"))
	op, err := chain.Parse(v.body, sig)
	if err != nil {
		t.Fatal(err)
	}
	if got := fieldsOf(op.Op); !slices.Equal(got, v.fields[2:2+len(got)]) {
		t.Errorf("read as %v", got)
	}
	id := op.ID()
	v.equal(t, "id", id[:])
	public := ed25519.PublicKey(v.hex(t, "public"))
	if !ed25519.Verify(public, append([]byte("carnet-op-v1"), op.Bytes()...), sig[:]) {
		t.Error("the signature does not verify")
	}
	private := ed25519.NewKeyFromSeed(v.hex(t, "seed"))
	again, err := chain.Sign(op.Op, func(message []byte) [ed25519.SignatureSize]byte {
		return [ed25519.SignatureSize]byte(ed25519.Sign(private, message))
	})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.Bytes(), v.body) || again.Sig != sig || again.ID() != op.ID() {
		t.Errorf("signed again: %x, %x", again.Bytes(), again.Sig)
	}
}

// fieldsOf writes an operation as lines.
func fieldsOf(op chain.Op) [][2]string {
	hashes := func(list []chain.Hash) string {
		var out []string
		for _, h := range list {
			out = append(out, hex.EncodeToString(h[:]))
		}
		return strings.Join(out, " ")
	}
	return [][2]string{
		{"version", fmt.Sprint(op.V)},
		{"operation", fmt.Sprint(op.Kind)},
		{"patient", hex.EncodeToString(op.Patient[:])},
		{"device", hex.EncodeToString(op.Device[:])},
		{"dseq", fmt.Sprint(op.DSeq)},
		{"prev-dev", hex.EncodeToString(op.PrevDev[:])},
		{"seen-pos", fmt.Sprint(op.SeenPos)},
		{"seen-head", hex.EncodeToString(op.SeenHead[:])},
		{"deps", hashes(op.Deps)},
		{"hlc", fmt.Sprint(op.HLC)},
		{"clear", hex.EncodeToString(op.Clear)},
		{"body-hash", hex.EncodeToString(op.BodyHash[:])},
		{"blobs", hashes(op.Blobs)},
	}
}

// The few forms of CBOR that an operation has, written by hand.

func head(major byte, n uint64) []byte {
	switch {
	case n < 24:
		return []byte{major<<5 | byte(n)}
	case n < 1<<8:
		return []byte{major<<5 | 24, byte(n)}
	case n < 1<<16:
		return binary.BigEndian.AppendUint16([]byte{major<<5 | 25}, uint16(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32([]byte{major<<5 | 26}, uint32(n))
	}
	return binary.BigEndian.AppendUint64([]byte{major<<5 | 27}, n)
}

func number(n uint64) []byte { return head(0, n) }

func octets(b []byte) []byte { return append(head(2, uint64(len(b))), b...) }

func array(items ...[]byte) []byte {
	return append(head(4, uint64(len(items))), bytes.Join(items, nil)...)
}

func hashList(list []chain.Hash) []byte {
	var items [][]byte
	for _, h := range list {
		items = append(items, octets(h[:]))
	}
	return array(items...)
}

// items are the thirteen members of an operation's array.
func items(op chain.Op) [][]byte {
	return [][]byte{
		number(uint64(op.V)), number(uint64(op.Kind)), octets(op.Patient[:]), octets(op.Device[:]), number(op.DSeq), octets(op.PrevDev[:]),
		number(op.SeenPos), octets(op.SeenHead[:]), hashList(op.Deps), number(op.HLC), octets(op.Clear), octets(op.BodyHash[:]), hashList(op.Blobs),
	}
}

func fixed(name string) chain.Hash { return sha256.Sum256([]byte(name)) }

func fixedID(name string) chain.ID { h := fixed(name); return chain.ID(h[:16]) }

func generate(t testing.TB) (vectors []vector) {
	t.Helper()
	add := func(name, kind, expect string, body []byte, fields ...[2]string) {
		vectors = append(vectors, vector{kind + "-" + name, append([][2]string{{"kind", kind}, {"expect", expect}}, fields...), body})
	}
	anne, kit := newDevice(t, "anne", "anne"), newDevice(t, "anne's kit", "anne")
	clear := encode(t, &chain.GenesisClear{Random: fixed("random"), First: anne.as(chain.Guardian), Kit: kit.kit(chain.Guardian)})
	patient := chain.PatientID(clear)
	add("genesis", "patient", "ok", clear,
		[2]string{"patient", hex.EncodeToString(patient[:])},
		[2]string{"first", hex.EncodeToString(anne.id[:])},
		[2]string{"kit", hex.EncodeToString(kit.id[:])})
	public := anne.public()
	add("keys", "device", "ok", anne.hpke, [2]string{"sign", hex.EncodeToString(public[:])}, [2]string{"device", hex.EncodeToString(anne.id[:])})

	previous := chain.Hash{}
	for n, time := range []uint64{0, 1_700_000_000_000, 1<<64 - 1} {
		id := fixed(fmt.Sprint("operation ", n))
		next := chain.Head(previous, id, time)
		add(fmt.Sprint(n+1), "head", "ok", nil,
			[2]string{"previous", hex.EncodeToString(previous[:])},
			[2]string{"id", hex.EncodeToString(id[:])},
			[2]string{"time", fmt.Sprint(time)},
			[2]string{"head", hex.EncodeToString(next[:])})
		previous = next
	}

	operation := func(name string, op chain.Op) {
		s, err := chain.Sign(op, anne.signature)
		if err != nil {
			t.Fatal(err)
		}
		// The bytes are written by hand, so that they do not depend on a library.
		body, id := array(items(op)...), s.ID()
		add(name, "operation", "ok", body, append(fieldsOf(op),
			[2]string{"seed", hex.EncodeToString(anne.sign.Seed())},
			[2]string{"public", hex.EncodeToString(public[:])},
			[2]string{"sig", hex.EncodeToString(s.Sig[:])},
			[2]string{"id", hex.EncodeToString(id[:])})...)
	}
	erase := encode(t, &chain.EraseClear{Ops: []chain.Hash{fixed("a"), fixed("b")}})
	data := chain.Op{
		V: 1, Kind: chain.Data, Patient: patient, Device: anne.id, DSeq: 24, PrevDev: fixed("previous"), SeenPos: 65536, SeenHead: fixed("head"),
		Deps: []chain.Hash{fixed("dep 1"), fixed("dep 2")}, HLC: 1_700_000_000_000 << 16, BodyHash: fixed("body"), Blobs: []chain.Hash{fixed("blob")},
	}
	operation("smallest", chain.Op{V: 1, Kind: chain.Policy})
	operation("genesis", chain.Op{V: 1, Kind: chain.Genesis, Patient: patient, Device: anne.id, DSeq: 1, HLC: 1, Clear: clear, BodyHash: fixed("body")})
	operation("data", data)
	operation("erase", chain.Op{V: 1, Kind: chain.Erase, Patient: patient, Device: anne.id, DSeq: 1<<64 - 1, HLC: 1<<64 - 1, SeenPos: 1<<64 - 1, Clear: erase})

	bad := func(name string, body []byte) { add(name, "operation", "not canonical", body) }
	with := func(i int, item []byte) []byte {
		list := items(data)
		list[i] = item
		return array(list...)
	}
	right := array(items(data)...)
	all := bytes.Join(items(data), nil)
	bad("empty", nil)
	bad("truncated", right[:len(right)-1])
	bad("trailing", append(bytes.Clone(right), 0))
	bad("twice", append(bytes.Clone(right), right...))
	bad("indefinite-array", append(append([]byte{0x9f}, all...), 0xff))
	bad("indefinite-list", with(8, append(append([]byte{0x9f}, octets(data.Deps[0][:])...), 0xff)))
	bad("indefinite-bytes", with(2, append(append([]byte{0x5f}, octets(patient[:])...), 0xff)))
	bad("long-number", with(4, []byte{0x19, 0, 24}))
	bad("longest-number", with(0, []byte{0x1b, 0, 0, 0, 0, 0, 0, 0, 1}))
	bad("long-length", with(2, append([]byte{0x58, 16}, patient[:]...)))
	bad("long-array-length", append([]byte{0x98, 13}, all...))
	bad("long-list-length", with(12, append([]byte{0x98, 1}, octets(data.Blobs[0][:])...)))
	bad("one-more", array(append(items(data), number(0))...))
	bad("one-less", array(items(data)[:12]...))
	bad("tagged", append([]byte{0xc1}, right...))
	bad("self-described", append([]byte{0xd9, 0xd9, 0xf7}, right...))
	bad("tagged-number", with(4, []byte{0xc2, 0x41, 24}))
	bad("version-0", with(0, number(0)))
	bad("version-2", with(0, number(2)))
	bad("version-257", with(0, number(257)))
	bad("kind-0", with(1, number(0)))
	bad("kind-13", with(1, number(13)))
	bad("kind-260", with(1, number(260)))
	bad("data-with-clear", with(10, octets([]byte("x"))))
	bad("negative", with(4, []byte{0x20}))
	bad("float", with(4, []byte{0xf9, 0x4e, 0}))
	bad("text", with(10, []byte{0x60}))
	bad("null-clear", with(10, []byte{0xf6}))
	bad("null-list", with(8, []byte{0xf6}))
	bad("undefined-list", with(12, []byte{0xf7}))
	bad("null-number", with(4, []byte{0xf6}))
	bad("null", []byte{0xf6})
	bad("short-id", with(2, octets(patient[:15])))
	bad("long-id", with(2, octets(append(patient[:], 0))))
	bad("id-as-list", with(2, array(number(1), number(2))))
	bad("short-hash", with(8, array(octets(data.Deps[0][:31]))))
	bad("map", append(head(5, 13), all...))
	pair := func(key, value byte) []byte { return []byte{0x61, key, value} }
	bad("map-by-name", append(head(5, 1), pair('V', 1)...))
	bad("map-unsorted", append(head(5, 2), append(pair('b', 1), pair('a', 1)...)...))
	bad("map-duplicate", append(head(5, 2), append(pair('a', 1), pair('a', 1)...)...))
	bad("deep", bytes.Repeat([]byte{0x81}, 100))
	bad("endless", []byte{0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	bad("endless-bytes", []byte{0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})

	// The clear halves, by hand as well.
	entry := func(d *device, kit byte, role uint64) []byte {
		sign := d.public()
		return array([]byte{0xf4 + kit}, octets(d.person[:]), number(role), octets(sign[:]), octets(d.hpke))
	}
	half := func(of, name, expect string, body []byte) {
		add(of+"-"+name, "clear", expect, body, [2]string{"of", of})
	}
	random := fixed("random")
	half("genesis", "right", "ok", array(octets(random[:]), entry(anne, 0, 2), entry(kit, 1, 2)))
	half("member", "add", "ok", array([]byte{0xf5}, array(entry(anne, 0, 3))))
	half("member", "remove-nobody", "ok", array([]byte{0xf4}, array()))
	half("member", "number-for-add", "not canonical", array(number(1), array()))
	half("member", "null-entries", "not canonical", array([]byte{0xf5}, []byte{0xf6}))
	half("member", "role-256", "not canonical", array([]byte{0xf5}, array(entry(kit, 0, 256))))
	half("member", "trailing", "not canonical", append(array([]byte{0xf4}, array()), 0xf6))
	circle, keyID := fixedID("circle"), fixedID("key")
	half("rotate", "right", "ok", array(octets(circle[:]), number(7), octets(keyID[:]), octets([]byte("box")), array(array(octets(anne.id[:]), octets([]byte("seal"))))))
	half("rotate", "epoch-too-large", "not canonical", array(octets(circle[:]), number(1<<32), octets(keyID[:]), octets(nil), array()))
	half("rotate", "seals-map", "not canonical", array(octets(circle[:]), number(7), octets(keyID[:]), octets(nil), []byte{0xa0}))
	a := fixed("a")
	half("erase", "one", "ok", array(array(octets(a[:]))))
	half("erase", "bare", "not canonical", array(octets(a[:])))
	half("erase", "indefinite", "not canonical", array(append(append([]byte{0x9f}, octets(a[:])...), 0xff)))
	return vectors
}

// The structures encode to the bytes written by hand, nil lists as empty ones.
func TestEncode(t *testing.T) {
	for name, op := range map[string]chain.Op{
		"zero":   {},
		"nil":    {V: 1, Kind: chain.Data, DSeq: 1},
		"empty":  {V: 1, Kind: chain.Data, DSeq: 1, Deps: []chain.Hash{}, Clear: []byte{}, Blobs: []chain.Hash{}},
		"filled": {V: 255, Kind: 255, DSeq: 1 << 40, SeenPos: 300, Deps: make([]chain.Hash, 300), Clear: make([]byte, 70000), HLC: 23},
	} {
		if got, want := encode(t, &op), array(items(op)...); !bytes.Equal(got, want) {
			t.Errorf("%s: %.80x, want %.80x", name, got, want)
		}
	}
}

// Sign makes nothing that Parse refuses.
func TestSignRefuses(t *testing.T) {
	anne := newDevice(t, "anne", "anne")
	for name, op := range map[string]chain.Op{
		"no version":      {Kind: chain.Data},
		"another version": {V: 2, Kind: chain.Data},
		"no kind":         {V: 1},
		"another kind":    {V: 1, Kind: chain.Loss + 1},
		"data in clear":   {V: 1, Kind: chain.Data, Clear: []byte("a title")},
	} {
		if _, err := chain.Sign(op, anne.signature); !errors.Is(err, chain.ErrEncoding) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Parse keeps nothing of the bytes it was given.
func TestParseCopies(t *testing.T) {
	s, err := chain.Sign(chain.Op{V: 1, Kind: chain.Policy, Clear: []byte("clear")}, newDevice(t, "anne", "anne").signature)
	if err != nil {
		t.Fatal(err)
	}
	b := bytes.Clone(s.Bytes())
	op, err := chain.Parse(b, s.Sig)
	if err != nil {
		t.Fatal(err)
	}
	clear(b)
	if !bytes.Equal(op.Bytes(), s.Bytes()) || string(op.Clear) != "clear" || op.ID() != s.ID() {
		t.Error("the operation changed with the bytes it was read from")
	}
}

func readVectors(t testing.TB) (out []vector) {
	t.Helper()
	names, err := filepath.Glob("testdata/vectors/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		v := vector{name: strings.TrimSuffix(filepath.Base(name), ".txt")}
		head, body, _ := strings.Cut(strings.ReplaceAll(string(text), "\r", ""), "\n\n")
		for line := range strings.Lines(head) {
			key, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
			if !ok {
				t.Fatalf("%s: line %q", name, line)
			}
			v.fields = append(v.fields, [2]string{key, strings.TrimPrefix(value, " ")})
		}
		if v.body, err = hex.DecodeString(strings.ReplaceAll(body, "\n", "")); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out = append(out, v)
	}
	return out
}

func (v vector) write(t testing.TB) {
	t.Helper()
	var b strings.Builder
	for _, f := range v.fields {
		b.WriteString(strings.TrimSuffix(f[0]+": "+f[1], " ") + "\n")
	}
	if len(v.body) > 0 {
		b.WriteByte('\n')
		for line := range slices.Chunk(v.body, 48) {
			fmt.Fprintf(&b, "%x\n", line)
		}
	}
	if err := os.WriteFile(filepath.Join("testdata", "vectors", v.name+".txt"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (v vector) get(t testing.TB, key string) string {
	t.Helper()
	for _, f := range v.fields {
		if f[0] == key {
			return f[1]
		}
	}
	t.Fatalf("%s has no field %q", v.name, key)
	return ""
}

func (v vector) hex(t testing.TB, key string) []byte {
	t.Helper()
	b, err := hex.DecodeString(v.get(t, key))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (v vector) hash(t testing.TB, key string) chain.Hash {
	t.Helper()
	return chain.Hash(v.hex(t, key))
}

func (v vector) number(t testing.TB, key string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(v.get(t, key), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (v vector) equal(t testing.TB, key string, got []byte) {
	t.Helper()
	if want := v.get(t, key); want != hex.EncodeToString(got) {
		t.Errorf("%s is %x, want %s", key, got, want)
	}
}
