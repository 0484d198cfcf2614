package seal

import (
	"crypto/hpke"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/cloudflare/circl/group"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/crypto/blake2b"
)

// fixed draws inputs that stay the same for ever from their name.
func fixed(name string) []byte { return stream(name, 32) }

func fixedID(name string) [16]byte { return [16]byte(fixed(name)) }

func fixedNonce(name string) [nonceSize]byte { return [nonceSize]byte(fixed("nonce " + name)) }

// newVector takes pairs of key and value.
func newVector(name, kind, expect string, body []byte, pairs ...string) vector {
	v := vector{name: kind + "-" + name, body: body, fields: [][2]string{{"kind", kind}, {"expect", expect}}}
	for i := 0; i < len(pairs); i += 2 {
		v.fields = append(v.fields, [2]string{pairs[i], pairs[i+1]})
	}
	return v
}

// with is the vector under another name with another outcome and some fields
// changed: a failing neighbour.
func (v vector) with(name, expect string, pairs ...string) vector {
	kind, _, _ := strings.Cut(v.name, "-")
	w := vector{name: kind + "-" + name, body: v.body}
	for _, f := range v.fields {
		if f[0] == "expect" {
			f[1] = expect
		}
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == f[0] {
				f[1] = pairs[i+1]
			}
		}
		w.fields = append(w.fields, f)
	}
	return w
}

// withBody is the same for a change of the body.
func (v vector) withBody(name, expect string, change func([]byte) []byte) vector {
	w := v.with(name, expect)
	w.body = change(append([]byte(nil), v.body...))
	return w
}

func flip(at int) func([]byte) []byte {
	return func(b []byte) []byte {
		b[(at+len(b))%len(b)] ^= 1
		return b
	}
}

func trailing(b []byte) []byte { return append(b, 0) }

func cut(b []byte) []byte { return b[:len(b)-1] }

// generate makes every case from fixed inputs.
func generate(t testing.TB) (vectors []vector) {
	vectors = append(vectors, generateKits(t)...)
	vectors = append(vectors, generateShares(t)...)
	vectors = append(vectors, generateDevices(t)...)
	vectors = append(vectors, generateSlots(t)...)
	vectors = append(vectors, generateCircles(t)...)
	vectors = append(vectors, generateEnvelopes(t)...)
	vectors = append(vectors, generateDocuments(t)...)
	return vectors
}

func generateKits(t testing.TB) []vector {
	kit := func(name, chars string) vector {
		values := new([kitChars]byte)
		for i := range chars {
			values[i] = byte(strings.IndexByte(crockford, chars[i]))
		}
		code := KitCode{hide(values)}
		id, err := code.Identity()
		if err != nil {
			t.Fatal(err)
		}
		public := id.Public()
		paper := strings.Join(groups(code), "-")
		return newVector(name, "kit", "ok", public.HPKE, "code", paper, "groups", paper, "sign", hex.EncodeToString(public.Sign[:]))
	}
	plain := kit("plain", "0123456789ABCDEFGHJKMNPQRS")
	paper := plain.lookup("code")
	bad := func(name, code string) vector {
		return newVector(name, "kit", "not a kit code", nil, "code", code)
	}
	typed := strings.NewReplacer("0", "o", "1", "l", "-", "\u00a0").Replace(strings.ToLower(paper))
	return []vector{
		plain,
		kit("high", strings.Repeat("Z", kitChars)),
		plain.with("typed", "ok", "code", typed),
		plain.with("capital-i", "ok", "code", strings.ReplaceAll(paper, "1", "I")),
		bad("mistyped", strings.Replace(paper, "7", "8", 1)),
		bad("swapped", strings.Replace(paper, "67", "76", 1)),
		bad("checksum", paper[:len(paper)-1]+string(crockford[(strings.IndexByte(crockford, paper[len(paper)-1])+1)%32])),
		bad("short", paper[:len(paper)-1]),
		bad("long", paper+"0"),
		bad("letter-u", strings.Replace(paper, "7", "U", 1)),
		bad("other-script", strings.Replace(paper, "7", "٧", 1)),
		bad("empty", ""),
	}
}

// generateShares computes the parts by hand: the secret and i times the coefficient.
func generateShares(t testing.TB) []vector {
	scalar := func(b []byte) group.Scalar {
		s := group.P256.NewScalar()
		if err := s.UnmarshalBinary(b); err != nil {
			t.Fatal(err)
		}
		return s
	}
	set := fixedID("set")
	part := func(number uint64, secret, coefficient string, set [16]byte) (code string, value []byte) {
		s := scalar(fixed(coefficient))
		s.Mul(s, group.P256.NewScalar().SetUint64(number))
		s.Add(s, scalar(fixed(secret)))
		value, err := s.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		head := uint32(number)<<22 | uint32(binary.BigEndian.Uint32(set[:])>>10)
		b := [shareBytes]byte(append([]byte{byte(head >> 16), byte(head >> 8), byte(head)}, value...))
		rows := Share{hide(&b)}.Rows()
		return strings.Join(rows[:], " / "), value
	}
	var out []vector
	var codes []string
	for number := range uint64(Shares) {
		rows, value := part(number+1, "shared secret", "coefficient", set)
		code := strings.ReplaceAll(rows, " / ", " ")
		codes = append(codes, code)
		out = append(out, newVector(fmt.Sprint(number+1), "share", "ok", nil, "code", code, "rows", rows, "number", fmt.Sprint(number+1), "part", hex.EncodeToString(value)))
	}
	plain, code := out[0], codes[0]
	bad := func(name, row, code string) {
		out = append(out, newVector(name, "share", "not a share", nil, "code", code, "row", row))
	}
	other := func(at int) string { // another character there
		b := []byte(code)
		b[at] = crockford[(strings.IndexByte(crockford, b[at])+1)%32]
		return string(b)
	}
	rows := strings.Split(plain.lookup("rows"), " / ")
	out = append(out,
		plain.with("typed", "ok", "code", strings.NewReplacer("0", "o", "1", "l", " ", "\u00a0-").Replace(strings.ToLower(code))),
		plain.with("together", "ok", "code", strings.ReplaceAll(code, " ", "")))
	bad("first-row", "1", other(0))
	bad("second-row", "2", other(20))
	bad("third-row", "3", other(40+5))
	bad("last-row", "4", other(len(code)-1))
	bad("rows-swapped", "2", strings.Join([]string{rows[0], rows[2], rows[1], rows[3]}, " "))
	bad("short", "0", code[:len(code)-1])
	bad("long", "0", code+"0")
	bad("empty", "0", "")
	bad("letter-u", "3", code[:45]+"U"+code[46:])
	bad("not-a-number", "0", func() string {
		none, _ := part(0, "shared secret", "coefficient", set)
		return strings.ReplaceAll(none, " / ", " ")
	}())

	secret, err := KeyFrom(fixed("shared secret"))
	if err != nil {
		t.Fatal(err)
	}
	id, err := SharedIdentity(secret)
	if err != nil {
		t.Fatal(err)
	}
	vaultID, slot, seed, keyholder := fixedID("vault"), fixedID("slot"), fixed("seed"), fixedID("keyholder")
	sealed, err := id.Public().NewSharedSlot(vaultID, slot, set, SlotContent{Seed: mustKey(t, seed), Keyholder: keyholder})
	if err != nil {
		t.Fatal(err)
	}
	opened := newVector("1-2", "shared", "ok", sealed.Bytes(), "one", codes[0], "two", codes[1], "secret", hex.EncodeToString(secret.Expose()), "set", hex.EncodeToString(set[:]),
		"vault", hex.EncodeToString(vaultID[:]), "slot", hex.EncodeToString(slot[:]), "seed", hex.EncodeToString(seed), "keyholder", hex.EncodeToString(keyholder[:]))
	stranger, _ := part(2, "another secret", "another coefficient", fixedID("another set"))
	alike, _ := part(2, "another secret", "another coefficient", set) // a set whose name begins alike
	far := fixedID("far")
	return append(out,
		opened,
		opened.with("1-3", "ok", "two", codes[2]),
		opened.with("3-2", "ok", "one", codes[2]),
		opened.with("twice", "same share", "two", codes[0]),
		opened.with("two-sets", "other set", "two", strings.ReplaceAll(stranger, " / ", " ")),
		opened.with("alike", "not for me", "two", strings.ReplaceAll(alike, " / ", " ")),
		opened.with("other-vault", "not for me", "vault", hex.EncodeToString(far[:])),
		opened.with("other-slot", "not for me", "slot", hex.EncodeToString(far[:])),
		opened.withBody("other-set", "not for me", flip(1)),
		opened.withBody("altered", "not for me", flip(-1)),
		opened.withBody("version", "not a slot", flip(0)),
		opened.withBody("trailing", "not a slot", trailing),
		opened.withBody("truncated", "not a slot", cut),
	)
}

func generateDevices(t testing.TB) []vector {
	seed := fixed("seed")
	id, err := NewIdentity(mustKey(t, seed))
	if err != nil {
		t.Fatal(err)
	}
	public := id.Public()
	message := []byte("carnet-op-v1 and more")
	signature := id.Sign(message)
	return []vector{newVector("seed", "device", "ok", public.HPKE,
		"seed", hex.EncodeToString(seed),
		"sign", hex.EncodeToString(public.Sign[:]),
		"message", hex.EncodeToString(message),
		"signature", hex.EncodeToString(signature[:]),
		"self", hex.EncodeToString(id.self.Expose()),
	)}
}

// The same word as two sequences of code points.
const (
	composed   = "m\u00e9decin tr\u00e8s pr\u00e8s"
	decomposed = "me\u0301decin tre\u0300s pre\u0300s"
)

var cheap = Argon2{Memory: 64, Time: 1, Threads: 1}

func generateSlots(t testing.TB) []vector {
	vault := fixedID("vault")
	content := SlotContent{Seed: mustKey(t, fixed("seed")), Keyholder: fixedID("keyholder"), Name: "Zoé"}
	slot := func(name, passphrase, computer string, p Argon2) vector {
		var secret Key
		if computer != "" {
			secret = mustKey(t, unhex(t, computer))
		}
		nonces := [2][nonceSize]byte{fixedNonce("slot"), fixedNonce("slot outside")}
		s, err := newSlotWith(vault, fixedID("slot"), []byte(passphrase), p, secret, content, fixedID("salt"), nonces)
		if err != nil {
			t.Fatal(err)
		}
		return newVector(name, "slot", "ok", s.Bytes(),
			"vault", hex.EncodeToString(vault[:]),
			"passphrase", hex.EncodeToString([]byte(passphrase)),
			"computer", computer,
			"bounds", "not checked",
			"nonce", "slot",
			"seed", hex.EncodeToString(content.Seed.Expose()),
			"keyholder", hex.EncodeToString(content.Keyholder[:]),
			"name", content.Name,
		)
	}
	nfc := slot("nfc", composed, "", cheap)
	bound := slot("computer", composed, hex.EncodeToString(fixed("computer")), cheap)
	other := hex.EncodeToString(fixed("other"))
	vectors := []vector{
		nfc,
		nfc.with("nfd", "ok", "passphrase", hex.EncodeToString([]byte(decomposed))),
		slot("lanes", composed, "", Argon2{Memory: 256, Time: 2, Threads: 4}),
		nfc.with("wrong-passphrase", "wrong passphrase", "passphrase", hex.EncodeToString([]byte("medecin tres pres"))),
		nfc.with("other-vault", "wrong passphrase", "vault", hex.EncodeToString(fixed("other")[:16])),
		nfc.with("bounds", "parameters", "bounds", "checked"),
		nfc.withBody("other-id", "wrong passphrase", flip(0)),
		nfc.withBody("other-salt", "wrong passphrase", flip(17)),
		nfc.withBody("other-time", "wrong passphrase", func(b []byte) []byte { b[40]++; return b }),
		nfc.withBody("unknown-kind", "not a slot", func(b []byte) []byte { b[16] = 3; return b }),
		nfc.withBody("other-kind", "other computer", func(b []byte) []byte { b[16] = 2; return b }),
		nfc.withBody("altered", "altered", flip(-1)),
		nfc.withBody("trailing", "altered", trailing),
		nfc.withBody("short", "not a slot", func(b []byte) []byte { return b[:slotHead+Overhead-1] }),
		nfc.withBody("inner-version", "not a slot", flip(slotHead)),
		bound,
		bound.with("computer-nfd", "ok", "passphrase", hex.EncodeToString([]byte(decomposed))),
		bound.with("computer-missing", "other computer", "computer", ""),
		bound.with("computer-other", "other computer", "computer", other),
		bound.with("computer-wrong-passphrase", "wrong passphrase", "passphrase", other),
		bound.with("computer-other-vault", "other computer", "vault", hex.EncodeToString(fixed("other")[:16])),
		bound.withBody("computer-altered", "altered", flip(-1)),
	}
	for name, p := range map[string]Argon2{
		"floor-memory":   {Memory: Floor.Memory - 1, Time: Floor.Time, Threads: Floor.Threads},
		"floor-time":     {Memory: Floor.Memory, Time: Floor.Time - 1, Threads: Floor.Threads},
		"floor-threads":  {Memory: Floor.Memory, Time: Floor.Time, Threads: Floor.Threads - 1},
		"above-two-gib":  {Memory: 2<<20 + 1, Time: Floor.Time, Threads: Floor.Threads},
		"above-time":     {Memory: Floor.Memory, Time: maxArgon2Time + 1, Threads: Floor.Threads},
		"above-threads":  {Memory: Floor.Memory, Time: Floor.Time, Threads: maxArgon2Threads + 1},
		"largest-memory": {Memory: 1<<32 - 1, Time: 1<<32 - 1, Threads: 255},
	} {
		v := nfc.withBody(name, "parameters", func(b []byte) []byte {
			binary.BigEndian.PutUint32(b[33:], p.Memory)
			binary.BigEndian.PutUint32(b[37:], p.Time)
			b[41] = p.Threads
			return b
		})
		vectors = append(vectors, v.with(name, "parameters", "bounds", "checked"))
	}
	return vectors
}

func generateCircles(t testing.TB) []vector {
	patient, circle, sealer, me := fixedID("patient"), fixedID("circle"), fixedID("sealer"), fixedID("me")
	c, err := RestoreCircleKey(patient, circle, 3, mustKey(t, fixed("prk")))
	if err != nil {
		t.Fatal(err)
	}
	box, err := c.Box()
	if err != nil {
		t.Fatal(err)
	}
	content := c.ContentID([32]byte(fixed("digest")))
	device, err := NewIdentity(mustKey(t, fixed("seed")))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := c.SealTo(device.Public(), sealer, me)
	if err != nil {
		t.Fatal(err)
	}
	common := []string{
		"patient", hex.EncodeToString(patient[:]),
		"circle", hex.EncodeToString(circle[:]),
		"epoch", "3",
		"prk", hex.EncodeToString(c.Secret().Expose()),
	}
	s := newVector("plain", "seal", "ok", sealed, append(common,
		"seed", hex.EncodeToString(fixed("seed")),
		"me", hex.EncodeToString(me[:]),
		"sealer", hex.EncodeToString(sealer[:]),
	)...)
	plain := append(append(append([]byte(nil), patient[:]...), circle[:]...), 0, 0, 0, 3)
	plain = append(append(append(plain, sealer[:]...), me[:]...), c.Secret().Expose()...)
	raw := func(info string, plain []byte) func([]byte) []byte {
		return func([]byte) []byte {
			public, err := hpke.MLKEM768X25519().NewPublicKey(device.Public().HPKE)
			if err != nil {
				t.Fatal(err)
			}
			b, err := hpke.Seal(public, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(info), plain)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
	}
	return []vector{
		newVector("plain", "circle", "ok", box, append(common,
			"key-id", hex.EncodeToString(c.ID[:]),
			"rec", hex.EncodeToString(c.rec.Expose()),
			"idx", hex.EncodeToString(c.idx.Expose()),
			"digest", hex.EncodeToString(fixed("digest")),
			"content-id", hex.EncodeToString(content[:]),
		)...),
		s,
		s.withBody("by-hand", "ok", raw("carnet1/prk", plain)),
		s.with("other-device", "not for me", "seed", hex.EncodeToString(fixed("other"))),
		s.with("other-recipient", "not for me", "me", hex.EncodeToString(fixed("other")[:16])),
		s.withBody("other-use", "not for me", raw("carnet1/other", plain)),
		s.withBody("too-much", "not for me", raw("carnet1/prk", append(plain, 0))),
		s.withBody("altered-key", "not for me", flip(0)),
		s.withBody("altered", "not for me", flip(-1)),
		s.withBody("trailing", "not for me", trailing),
		s.withBody("truncated", "not for me", cut),
		s.withBody("empty", "not for me", func([]byte) []byte { return nil }),
	}
}

// forgery makes an envelope by hand, with what sealing never writes.
type forgery struct {
	key   []byte
	label string
	aad   []byte
	nonce [nonceSize]byte
	plain []byte
}

// aad is what an envelope authenticates of its place.
func aad(bucket, version, suite byte, epoch uint32, context []byte) []byte {
	b := append([]byte("carnet1"), bucket, version, suite)
	return append(binary.BigEndian.AppendUint32(b, epoch), context...)
}

func (f forgery) envelope(t testing.TB, epoch uint32) []byte {
	t.Helper()
	digest := blake2b.Sum256(f.aad)
	h, err := blake2b.New512(f.key)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(h, f.label, string(f.nonce[:]), string(digest[:]))
	okm := h.Sum(nil)
	gcm, err := singleUse(okm[:32])
	if err != nil {
		t.Fatal(err)
	}
	b := append(binary.BigEndian.AppendUint32([]byte{1, 1}, epoch), f.nonce[:]...)
	return gcm.Seal(append(b, okm[32:]...), make([]byte, 12), f.plain, nil)
}

// framed is flags, length and data, padded to size with zeros.
func framed(flags byte, length uint32, data []byte, size int) []byte {
	b := append(binary.BigEndian.AppendUint32([]byte{flags}, length), data...)
	return append(b, make([]byte, max(0, size-len(b)))...)
}

// bomb is a few bytes that become n zeros; with its size in front when told.
func bomb(t testing.TB, n int, sized bool) []byte {
	t.Helper()
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithSingleSegment(false))
	if err != nil {
		t.Fatal(err)
	}
	if sized {
		return e.EncodeAll(make([]byte, n), nil)
	}
	var b strings.Builder
	e.Reset(&b)
	for range n / 65536 {
		if _, err := e.Write(make([]byte, 65536)); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	return []byte(b.String())
}

func generateEnvelopes(t testing.TB) []vector {
	key, place := fixed("key"), Place{Label: "carnet1/rec", Bucket: 'r', Epoch: 7, Context: []byte("somewhere")}
	fields := func(data string) []string {
		return []string{
			"key", hex.EncodeToString(key),
			"label", place.Label,
			"bucket", string(place.Bucket),
			"epoch", "7",
			"context", hex.EncodeToString(place.Context),
			"data", data,
		}
	}
	sealed := func(name, data string) vector {
		v := newVector(name, "envelope", "ok", nil, fields(data)...)
		s, err := sealWith(mustKey(t, key), place, fixedNonce(name), v.data(t))
		if err != nil {
			t.Fatal(err)
		}
		v.body = s.Bytes()
		return v
	}
	var vectors []vector
	for _, n := range []int{0, 1, 250, 251, 252, 506, 507, 508, 512} {
		vectors = append(vectors, sealed(fmt.Sprintf("%d", n), fmt.Sprintf("stream %d", n)))
	}
	long := sealed("compressed", "repeat 5000")
	long.fields = append(long.fields, [2]string{"compressed", "yes"})
	v := sealed("32", "stream 32")
	vectors = append(vectors, long, v,
		v.with("other-key", "wrong key", "key", hex.EncodeToString(fixed("other"))),
		v.with("other-label", "wrong key", "label", "carnet1/idx"),
		v.with("longer-label", "wrong key", "label", "carnet1/records"),
		v.with("other-bucket", "wrong key", "bucket", "o"),
		v.with("other-context", "wrong key", "context", hex.EncodeToString([]byte("elsewhere"))),
		v.with("no-context", "wrong key", "context", ""),
		v.with("other-epoch", "malformed", "epoch", "8"),
		v.with("other-epoch-both", "wrong key", "epoch", "6").withBody("other-epoch-both", "wrong key", flip(epochAt+3)),
		v.withBody("flip-version", "malformed", flip(0)),
		v.withBody("flip-suite", "malformed", flip(1)),
		v.withBody("flip-epoch", "malformed", flip(epochAt)),
		v.withBody("flip-nonce", "wrong key", flip(nonceAt)),
		v.withBody("flip-commitment", "wrong key", flip(commitmentAt)),
		v.withBody("flip-ciphertext", "altered", flip(ciphertextAt)),
		v.withBody("flip-tag", "altered", flip(-1)),
		v.withBody("trailing", "altered", trailing),
		v.withBody("truncated", "altered", cut),
		v.withBody("no-ciphertext", "altered", func(b []byte) []byte { return b[:Overhead] }),
		v.withBody("short", "malformed", func(b []byte) []byte { return b[:Overhead-1] }),
		v.withBody("empty", "malformed", func([]byte) []byte { return nil }),
	)
	// What only somebody with the key can make.
	data := stream("data", 32)
	forge := func(name, expect string, change func(*forgery)) {
		f := forgery{key, place.Label, aad(place.Bucket, 1, 1, place.Epoch, place.Context), fixedNonce("forged " + name), framed(0, 32, data, 256)}
		change(&f)
		vectors = append(vectors, newVector("forged-"+name, "envelope", expect, f.envelope(t, place.Epoch), fields("stream 32")...))
	}
	plain := func(b []byte) func(*forgery) { return func(f *forgery) { f.plain = b } }
	garbled := framed(0, 32, data, 256)
	garbled[255] = 1
	first := framed(0, 32, data, 256)
	first[headSize+32] = 1
	forge("nothing", "ok", func(*forgery) {})
	forge("version-in-aad", "wrong key", func(f *forgery) { f.aad = aad(place.Bucket, 2, 1, place.Epoch, place.Context) })
	forge("suite-in-aad", "wrong key", func(f *forgery) { f.aad = aad(place.Bucket, 1, 2, place.Epoch, place.Context) })
	forge("epoch-in-aad", "wrong key", func(f *forgery) { f.aad = aad(place.Bucket, 1, 1, 8, place.Context) })
	forge("padding-last", "malformed", plain(garbled))
	forge("padding-first", "malformed", plain(first))
	forge("length-beyond", "malformed", plain(framed(0, 252, data, 256)))
	forge("length-largest", "malformed", plain(framed(0, 1<<32-1, data, 256)))
	forge("no-head", "malformed", plain(make([]byte, headSize-1)))
	forge("empty", "malformed", plain(nil))
	forge("flag-unknown", "malformed", plain(framed(2, 32, data, 256)))
	forge("flag-high", "malformed", plain(framed(128, 32, data, 256)))
	forge("not-compressed", "malformed", plain(framed(1, 32, data, 256)))
	for _, sized := range []bool{true, false} {
		b := bomb(t, MaxData+65536, sized)
		forge(fmt.Sprintf("bomb-sized-%t", sized), "malformed", plain(framed(1, uint32(len(b)), b, padded(headSize+len(b)))))
	}
	half := bomb(t, MaxData/2+65536, false)
	two := append(half[:len(half):len(half)], half...)
	forge("bomb-in-two", "malformed", plain(framed(1, uint32(len(two)), two, padded(headSize+len(two)))))
	return vectors
}

func generateDocuments(t testing.TB) []vector {
	dek, id := fixed("dek"), fixedID("document")
	common := []string{
		"dek", hex.EncodeToString(dek),
		"id", hex.EncodeToString(id[:]),
		"version", "9",
	}
	d, err := NewDocument(mustKey(t, dek), id, 9)
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	for _, n := range []int{0, 1, ChunkSize - 1, ChunkSize, ChunkSize + 1} {
		commitment, h := d.Commitment(), NewDigest()
		v := newVector(fmt.Sprint(n), "document", "ok", nil, append(common, "data", fmt.Sprintf("stream %d", n))...)
		content := v.data(t)
		h.Write(content)
		chunks := sealChunks(d, content)
		add := func(key, value string) { v.fields = append(v.fields, [2]string{key, value}) }
		add("commitment", hex.EncodeToString(commitment[:]))
		add("digest", hex.EncodeToString(h.Sum(nil)))
		add("chunks", fmt.Sprint(len(chunks)))
		for i, chunk := range chunks {
			sum, blob := sha256.Sum256(chunk), d.BlobName(uint32(i))
			add(fmt.Sprintf("chunk-%d-size", i), fmt.Sprint(len(chunk)))
			add(fmt.Sprintf("chunk-%d-sha256", i), hex.EncodeToString(sum[:]))
			add(fmt.Sprintf("blob-%d", i), hex.EncodeToString(blob[:]))
		}
		vectors = append(vectors, v)
	}
	v := newVector("last", "chunk", "ok", d.SealChunk(nil, 1, true, stream("data", 300)), append(common, "index", "1", "last", "yes", "data", "stream 300")...)
	return append(vectors, v,
		v.with("moved", "chunk altered", "index", "0"),
		v.with("moved-far", "chunk altered", "index", "257"),
		v.with("not-last", "chunk altered", "last", "no"),
		v.with("other-document", "chunk altered", "id", hex.EncodeToString(fixed("other")[:16])),
		v.with("other-version", "chunk altered", "version", "8"),
		v.with("other-key", "chunk altered", "dek", hex.EncodeToString(fixed("other"))),
		v.withBody("altered", "chunk altered", flip(0)),
		v.withBody("altered-tag", "chunk altered", flip(-1)),
		v.withBody("truncated", "chunk altered", cut),
		v.withBody("trailing", "chunk altered", trailing),
		v.withBody("empty", "chunk altered", func([]byte) []byte { return nil }),
	)
}
