package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

// secrets are every way in which these bytes could show.
func secrets(b []byte) []string {
	list := fmt.Sprint(b)
	return []string{
		fmt.Sprintf("%x", b[:6]), fmt.Sprintf("%X", b[:6]), string(b[:6]), fmt.Sprintf("%q", b[:6]),
		list[1 : len(list)/2], strings.ReplaceAll(list[1:len(list)/2], " ", ", "), strings.ReplaceAll(list[1:len(list)/2], " ", ","),
		fmt.Sprintf("%#v", b[:4])[7:25], base64.StdEncoding.EncodeToString(b)[:8],
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	raw := stream("secret", KeySize)
	key := mustKey(t, raw)
	code := NewKitCode()
	seed := mustKey(t, stream("printed seed", KeySize))
	id, err := NewIdentity(seed)
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDocument(key, [16]byte{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	c, err := RestoreCircleKey([16]byte{}, [16]byte{}, 1, key)
	if err != nil {
		t.Fatal(err)
	}
	type hidden struct {
		secret any
		key    Key
		code   KitCode
		id     *Identity
		d      *Document
	}
	type shown struct {
		Key  Key
		Code KitCode
		ID   *Identity
		D    *Document
	}
	var never []string
	for _, b := range [][]byte{raw, code.chars.get()[:], []byte(strings.Join(groups(code), "")), seed.Expose(), id.sign.Expose(), id.self.Expose(), d.key.Expose()} {
		never = append(never, secrets(b)...)
	}
	never = append(never, groups(code)[:2]...)
	for _, v := range []any{
		key, &key, code, &code, id, d, c,
		[]Key{key}, map[string]KitCode{"": code}, [1]KitCode{code},
		hidden{key, key, code, id, d}, &hidden{code, key, code, id, d},
		shown{key, code, id, d}, &shown{key, code, id, d},
		SlotContent{Seed: seed}, fmt.Errorf("with %v and %v", key, code),
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%b", "%o", "%c", "%U", "%e", "%t", "%p", "%T", "%z"} {
			notIn(t, verb, never, fmt.Sprintf(verb, v))
		}
		notIn(t, "Println", never, fmt.Sprintln(v))
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("", "value", v)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("", "value", v)
		notIn(t, "slog", never, log.String())
	}
}

func notIn(t *testing.T, how string, never []string, got string) {
	t.Helper()
	for _, secret := range never {
		if strings.Contains(got, secret) {
			t.Errorf("%s: %q shows %q", how, got, secret)
		}
	}
}

func TestSecretsDoNotMarshal(t *testing.T) {
	for _, v := range []any{
		NewKey(), NewKitCode(), Key{}, KitCode{}, NewParcelCode(), ParcelCode{},
		struct{ Key Key }{NewKey()}, map[string]KitCode{"": NewKitCode()}, SlotContent{Seed: NewKey()},
	} {
		if b, err := json.Marshal(v); err == nil {
			t.Errorf("%T became %s", v, b)
		}
	}
	for _, v := range []any{NewKey(), NewKitCode(), NewParcelCode()} {
		if err := gob.NewEncoder(io.Discard).Encode(v); err == nil {
			t.Errorf("gob took a %T", v)
		}
	}
}

func TestKeyFrom(t *testing.T) {
	for _, n := range []int{0, 16, 31, 33, 64} {
		if _, err := KeyFrom(make([]byte, n)); err == nil {
			t.Errorf("took %d bytes", n)
		}
	}
	b := stream("key", KeySize)
	k := mustKey(t, b)
	b[0] ^= 1
	if k.Expose()[0] == b[0] {
		t.Error("the key shares the bytes it was made from")
	}
	if a, b := NewKey(), NewKey(); bytes.Equal(a.Expose(), b.Expose()) {
		t.Error("two random keys are equal")
	}
}

func TestWipe(t *testing.T) {
	k := NewKey()
	same, bytes := k, k.Expose()
	k.Wipe()
	if [KeySize]byte(bytes) != [KeySize]byte{} {
		t.Error("bytes remain")
	}
	if !k.IsZero() || !same.IsZero() || same.Expose() != nil {
		t.Error("a wiped key is still one")
	}
	Key{}.Wipe()

	c, err := NewCircleKey([16]byte{1}, [16]byte{2}, 3)
	if err != nil {
		t.Fatal(err)
	}
	id, err := NewIdentity(NewKey())
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.SealTo(id.Public(), [16]byte{4}, [16]byte{5})
	if err != nil {
		t.Fatal(err)
	}
	public, sign, seed := id.Public(), id.sign.Expose(), id.Seed().Expose()
	c.Wipe()
	id.Wipe()
	if strings.Trim(string(sign)+string(seed), "\x00") != "" {
		t.Error("an identity leaves bytes behind")
	}
	for name, act := range map[string]func() error{
		"Seal":        func() error { _, err := c.Seal("l", 'r', nil); return err },
		"SealDerived": func() error { _, err := c.SealDerived("l", 'i', nil); return err },
		"SealTo":      func() error { _, err := c.SealTo(public, [16]byte{}, [16]byte{}); return err },
		"Box":         func() error { _, err := c.Box(); return err },
		"Self":        func() error { _, err := id.Self("l", 'n', nil); return err },
		"OpenSeal":    func() error { _, _, err := id.OpenSeal([16]byte{5}, s); return err },
	} {
		if err := act(); !errors.Is(err, ErrNoKey) {
			t.Errorf("%s with wiped keys: %v", name, err)
		}
	}
}

func TestNoKey(t *testing.T) {
	wiped := NewKey()
	wiped.Wipe()
	s, err := Seal(NewKey(), Place{}, []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]Key{"zero": {}, "wiped": wiped} {
		for what, act := range map[string]func() error{
			"Seal":             func() error { _, err := Seal(k, Place{}, []byte("x")); return err },
			"Open":             func() error { _, err := Open(k, Place{}, s); return err },
			"NewIdentity":      func() error { _, err := NewIdentity(k); return err },
			"NewDocument":      func() error { _, err := NewDocument(k, [16]byte{}, 1); return err },
			"RestoreCircleKey": func() error { _, err := RestoreCircleKey([16]byte{}, [16]byte{}, 1, k); return err },
			"NewSlot": func() error {
				_, err := NewSlot([16]byte{}, [16]byte{}, []byte("p"), Floor, Key{}, SlotContent{Seed: k})
				return err
			},
		} {
			if err := act(); !errors.Is(err, ErrNoKey) {
				t.Errorf("%s with a %s key: %v", what, name, err)
			}
		}
	}
	if _, err := (KitCode{}).Identity(); !errors.Is(err, ErrNoKey) {
		t.Errorf("the zero KitCode: %v", err)
	}
	if g := (KitCode{}).Groups(); g != [KitGroups]string{} {
		t.Errorf("the zero KitCode reads %q", g)
	}
}

func TestSealedZero(t *testing.T) {
	var s Sealed
	if !s.IsZero() || s.Bytes() != nil || s.Epoch() != 0 {
		t.Errorf("%v, %x, %d", s.IsZero(), s.Bytes(), s.Epoch())
	}
	if _, err := Open(NewKey(), Place{}, s); !errors.Is(err, ErrMalformed) {
		t.Errorf("opened: %v", err)
	}
	s, err := Seal(NewKey(), Place{Epoch: 1 << 30}, nil)
	if err != nil || s.IsZero() || s.Epoch() != 1<<30 {
		t.Errorf("%v, %v, %d", err, s.IsZero(), s.Epoch())
	}
}

// Every byte of an envelope counts, and the error says which part differed.
func TestEnvelopeEachByte(t *testing.T) {
	k, p := NewKey(), Place{Label: "carnet1/rec", Bucket: 'r', Epoch: 1}
	sealed, err := Seal(k, p, []byte("a small value"))
	if err != nil {
		t.Fatal(err)
	}
	for at := range sealed.Bytes() {
		want := ErrAltered
		switch {
		case at < nonceAt:
			want = ErrMalformed
		case at < ciphertextAt:
			want = ErrKey
		}
		for bit := range 8 {
			b := bytes.Clone(sealed.Bytes())
			b[at] ^= 1 << bit
			if _, err := Open(k, p, Sealed{b}); !errors.Is(err, want) {
				t.Fatalf("byte %d, bit %d: %v, want %v", at, bit, err, want)
			}
			if _, err := Parse(b); (at < epochAt) != errors.Is(err, ErrMalformed) {
				t.Fatalf("byte %d, bit %d parsed: %v", at, bit, err)
			}
		}
	}
	for n := range sealed.Bytes() {
		if _, err := Open(k, p, Sealed{sealed.Bytes()[:n]}); err == nil {
			t.Fatalf("opened the first %d bytes", n)
		}
	}
}

func TestEnvelopeSizes(t *testing.T) {
	k, p := NewKey(), Place{Label: "carnet1/rec", Bucket: 'r'}
	tests := []struct{ data, sealed int }{
		{0, 256}, {1, 256}, {251, 256}, {252, 512}, {507, 512}, {508, 544}, {539, 544}, {540, 576}, {65536, 67584},
	}
	for _, test := range tests {
		data := stream("size", test.data)
		s, err := Seal(k, p, data)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(s.Bytes()) - Overhead; got != test.sealed {
			t.Errorf("%d bytes fill %d, want %d", test.data, got, test.sealed)
		}
		if got, err := Open(k, p, s); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes: %v", test.data, err)
		}
	}
	a, err := Seal(k, p, []byte("same"))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := Seal(k, p, []byte("same")); err != nil || bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("two seals of one value are equal (%v)", err)
	}
}

// The largest value opens, in the clear and compressed; one byte more is
// refused before any work.
func TestEnvelopeLargest(t *testing.T) {
	k, p := NewKey(), Place{Label: "carnet1/idx", Bucket: 'i'}
	for name, data := range map[string][]byte{"zeros": make([]byte, MaxData), "noise": noise(MaxData)} {
		s, err := Seal(k, p, data)
		if err != nil {
			t.Fatal(name, err)
		}
		if got, err := Open(k, p, s); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	if _, err := Seal(k, p, make([]byte, MaxData+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("one byte too many: %v", err)
	}
}

func noise(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

func TestPadded(t *testing.T) {
	check := func(n int) {
		p := padded(n)
		switch {
		case p < n:
			t.Fatalf("%d is padded to %d", n, p)
		case padded(p) != p:
			t.Fatalf("%d is padded to %d, and that to %d", n, p, padded(p))
		case n <= 512 && p != 256 && p != 512:
			t.Fatalf("%d is padded to %d", n, p)
		case n > 512 && (p-n)*100 > 12*n:
			t.Fatalf("%d is padded to %d, more than 12 %%", n, p)
		}
	}
	for n := range 1 << 16 {
		check(n)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		n := r.IntN(MaxData + headSize + 1)
		check(n)
		if m := n + r.IntN(1000); padded(m) < padded(n) {
			t.Fatalf("%d is padded to %d, %d to %d", n, padded(n), m, padded(m))
		}
	}
}

func TestKitCode(t *testing.T) {
	for range 100 {
		code := NewKitCode()
		paper := strings.Join(groups(code), " ")
		if len(paper) != KitGroups*6-1 {
			t.Fatal(paper)
		}
		again, err := ParseKitCode(strings.ToLower(paper) + "\n")
		if err != nil || *again.chars.get() != *code.chars.get() {
			t.Fatalf("%s: %v", paper, err)
		}
	}
	// Of one code, every single wrong character is noticed; of many, one in a
	// million would not be.
	right := "0123456789ABCDEFGHJKMNPQRS" + readVector(t, "kit-plain").lookup("code")[31:]
	for at := range right {
		for _, c := range crockford {
			wrong := right[:at] + string(c) + right[at+1:]
			if _, err := ParseKitCode(wrong); (err == nil) != (wrong == right) {
				t.Errorf("%c at %d: %v", c, at, err)
			}
		}
	}
}

// A slot through its front door, with the least work that it may ask for.
func TestSlot(t *testing.T) {
	vault := [16]byte{1}
	content := SlotContent{Seed: NewKey(), Keyholder: [16]byte{3}, Name: "Anne"}
	s, err := NewSlot(vault, [16]byte{2}, []byte("a long passphrase"), Floor, Key{}, content)
	if err != nil {
		t.Fatal(err)
	}
	if s, err = ParseSlot(s.Bytes()); err != nil {
		t.Fatal(err)
	}
	if s.ID != [16]byte{2} || s.Kind != SlotPassphrase || s.Argon2 != Floor {
		t.Errorf("read back as %v, %v, %v", s.ID, s.Kind, s.Argon2)
	}
	got, err := s.Open(vault, []byte("a long passphrase"), Key{})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Seed.Expose(), content.Seed.Expose()) || got.Keyholder != content.Keyholder || got.Name != content.Name {
		t.Error("another content")
	}
	if _, err := s.Open(vault, []byte("a long passphrase "), Key{}); !errors.Is(err, ErrPassphrase) {
		t.Errorf("wrong passphrase: %v", err)
	}
}

// Two keyholders with one passphrase have slots that share nothing.
func TestSlotsWithOnePassphrase(t *testing.T) {
	var salts [2][16]byte
	var slots [2]*Slot
	for i := range slots {
		salts[i] = fixedID(fmt.Sprint("salt", i))
		content := SlotContent{Seed: mustKey(t, fixed(fmt.Sprint("seed", i))), Name: fmt.Sprint(i)}
		var err error
		slots[i], err = newSlotWith([16]byte{1}, [16]byte{byte(i)}, []byte("same"), cheap, Key{}, content, salts[i], [2][nonceSize]byte{})
		if err != nil {
			t.Fatal(err)
		}
	}
	if bytes.Equal(slots[0].sealed.b[commitmentAt:], slots[1].sealed.b[commitmentAt:]) {
		t.Error("equal ciphertexts")
	}
	for i, s := range slots {
		if got, err := s.open([16]byte{1}, []byte("same"), Key{}); err != nil || got.Name != fmt.Sprint(i) {
			t.Errorf("slot %d: %q, %v", i, got.Name, err)
		}
	}
	moved := append(bytes.Clone(slots[0].head), slots[1].sealed.b...)
	s, err := ParseSlot(moved)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.open([16]byte{1}, []byte("same"), Key{}); !errors.Is(err, ErrPassphrase) {
		t.Errorf("a head with another's content: %v", err)
	}
}

// Parameters out of bounds are refused before memory is taken, in a new
// slot as in one that was read.
func TestArgon2Bounds(t *testing.T) {
	within := []Argon2{Floor, Default, {Memory: 2 << 20, Time: maxArgon2Time, Threads: maxArgon2Threads}}
	for _, p := range within {
		if err := p.check(); err != nil {
			t.Errorf("%+v: %v", p, err)
		}
	}
	outside := []Argon2{
		{},
		{Memory: Floor.Memory - 1, Time: Floor.Time, Threads: Floor.Threads},
		{Memory: Floor.Memory, Time: Floor.Time - 1, Threads: Floor.Threads},
		{Memory: Floor.Memory, Time: Floor.Time, Threads: Floor.Threads - 1},
		{Memory: 2<<20 + 1, Time: Floor.Time, Threads: Floor.Threads},
		{Memory: Floor.Memory, Time: maxArgon2Time + 1, Threads: Floor.Threads},
		{Memory: Floor.Memory, Time: Floor.Time, Threads: maxArgon2Threads + 1},
		{Memory: 1<<32 - 1, Time: 1<<32 - 1, Threads: 255},
	}
	for _, p := range outside {
		s := &Slot{Kind: SlotPassphrase, Argon2: p, head: make([]byte, slotHead)}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := s.Open([16]byte{}, []byte("p"), Key{}); !errors.Is(err, ErrParameters) {
			t.Errorf("%+v: %v", p, err)
		}
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
			t.Errorf("%+v: took %d bytes", p, took)
		}
		if _, err := NewSlot([16]byte{}, [16]byte{}, []byte("p"), p, Key{}, SlotContent{Seed: NewKey()}); !errors.Is(err, ErrParameters) {
			t.Errorf("a new slot of %+v: %v", p, err)
		}
	}
}

func TestSeal(t *testing.T) {
	anne, err := NewIdentity(NewKey())
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := NewIdentity(NewKey())
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewCircleKey([16]byte{1}, [16]byte{2}, 1<<32-1)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.SealTo(anne.Public(), [16]byte{3}, [16]byte{4})
	if err != nil {
		t.Fatal(err)
	}
	if len(s) != 1236 {
		t.Errorf("a seal has %d bytes", len(s))
	}
	got, sealer, err := anne.OpenSeal([16]byte{4}, s)
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != c.ID || got.Patient != c.Patient || got.Circle != c.Circle || got.Epoch != c.Epoch || sealer != [16]byte{3} {
		t.Errorf("opened as %v of %v, %v, by %v", got.Circle, got.Patient, got.Epoch, sealer)
	}
	if _, _, err := stranger.OpenSeal([16]byte{4}, s); !errors.Is(err, ErrNotForMe) {
		t.Errorf("a stranger: %v", err)
	}
	if _, _, err := anne.OpenSeal([16]byte{5}, s); !errors.Is(err, ErrNotForMe) {
		t.Errorf("sealed to another of her devices: %v", err)
	}
	for _, public := range [][]byte{nil, make([]byte, 1215), bytes.Repeat([]byte{255}, 1216)} {
		if _, err := c.SealTo(Public{HPKE: public}, [16]byte{}, [16]byte{}); err == nil {
			t.Errorf("sealed to a key of %d bytes that is none", len(public))
		}
	}
}

// What one circle, epoch, label, bucket or purpose sealed opens nowhere else.
func TestCircleKeysAreApart(t *testing.T) {
	prk := NewKey()
	c, err := RestoreCircleKey([16]byte{1}, [16]byte{2}, 1, prk)
	if err != nil {
		t.Fatal(err)
	}
	later, err := RestoreCircleKey([16]byte{1}, [16]byte{2}, 2, prk)
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewCircleKey([16]byte{1}, [16]byte{2}, 1)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Seal("carnet1/rec", 'r', []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	derived, err := c.SealDerived("carnet1/rec", 'r', []byte("y"))
	if err != nil {
		t.Fatal(err)
	}
	open := func(want error, what string, got []byte, err error) {
		t.Helper()
		if !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%s: %q, %v", what, got, err)
		}
	}
	try := func(want error, what string, f func(string, byte, Sealed) ([]byte, error), label string, bucket byte, s Sealed) {
		t.Helper()
		got, err := f(label, bucket, s)
		open(want, what, got, err)
	}
	try(nil, "the same", c.Open, "carnet1/rec", 'r', s)
	try(nil, "the same, derived", c.OpenDerived, "carnet1/rec", 'r', derived)
	try(ErrKey, "derived for record", c.Open, "carnet1/rec", 'r', derived)
	try(ErrKey, "record for derived", c.OpenDerived, "carnet1/rec", 'r', s)
	try(ErrKey, "another label", c.Open, "carnet1/op", 'r', s)
	try(ErrKey, "another bucket", c.Open, "carnet1/rec", 'o', s)
	try(ErrKey, "another circle", other.Open, "carnet1/rec", 'r', s)
	try(ErrMalformed, "another epoch", later.Open, "carnet1/rec", 'r', s)

	digest := [32]byte(NewDigest().Sum(nil))
	if c.ContentID(digest) != later.ContentID(digest) {
		t.Error("one circle's secret names equal content differently")
	}
	if c.ContentID(digest) == other.ContentID(digest) || c.ContentID(digest) == digest {
		t.Error("two circles name content alike")
	}
	if c.ContentID(digest) == c.ContentID([32]byte{1}) {
		t.Error("two contents have one name")
	}
	a, err := c.Box()
	if err != nil {
		t.Fatal(err)
	}
	if b, err := later.Box(); err != nil || !bytes.Equal(a, b) || len(a) != 1216 {
		t.Errorf("the box key of one secret changes, or has %d bytes (%v)", len(a), err)
	}
	if b, err := other.Box(); err != nil || bytes.Equal(a, b) {
		t.Errorf("two circles have one box key (%v)", err)
	}
}

func TestSelf(t *testing.T) {
	seed := NewKey()
	id, err := NewIdentity(seed)
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewIdentity(NewKey())
	if err != nil {
		t.Fatal(err)
	}
	s, err := id.Self("carnet1/manifest", 'n', []byte("manifest"))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := NewIdentity(seed); err != nil {
		t.Fatal(err)
	} else if got, err := again.OpenSelf("carnet1/manifest", 'n', s); err != nil || string(got) != "manifest" {
		t.Errorf("the same seed: %q, %v", got, err)
	}
	if _, err := other.OpenSelf("carnet1/manifest", 'n', s); !errors.Is(err, ErrKey) {
		t.Errorf("another's: %v", err)
	}
	if signature := id.Sign([]byte("m")); other.Public().Verify([]byte("m"), signature) || id.Public().Verify([]byte("n"), signature) {
		t.Error("a signature verifies for another signer or message")
	}
}

func TestChunks(t *testing.T) {
	tests := []struct {
		size   int64
		chunks uint32
	}{{0, 1}, {1, 1}, {ChunkSize, 1}, {ChunkSize + 1, 2}, {2 * ChunkSize, 2}, {2*ChunkSize + 1, 3}, {MaxDocument, 65557}}
	for _, test := range tests {
		if got := Chunks(test.size); got != test.chunks {
			t.Errorf("%d bytes: %d chunks, want %d", test.size, got, test.chunks)
		}
	}
}

// A document of three chunks: each stands in one place only.
func TestDocument(t *testing.T) {
	dek, id := NewKey(), [16]byte{1}
	d, err := NewDocument(dek, id, 1)
	if err != nil {
		t.Fatal(err)
	}
	content := noise(2*ChunkSize + 1000)
	chunks := sealChunks(d, content)
	var got []byte
	for i, c := range chunks {
		if got, err = d.OpenChunk(got, uint32(i), i == 2, c); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(got[:len(content)], content) {
		t.Error("the content differs")
	}
	newer, err := NewDocument(dek, id, 2)
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewDocument(dek, [16]byte{2}, 1)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		d     *Document
		i     uint32
		last  bool
		value []byte
	}{
		{"swapped", d, 0, false, chunks[1]},
		{"swapped back", d, 1, false, chunks[0]},
		{"far", d, 1 << 31, false, chunks[0]},
		{"full chunk as the last", d, 1, true, chunks[1]},
		{"last flag dropped", d, 2, false, chunks[2]},
		{"shortened document", d, 0, true, chunks[0]},
		{"other version", newer, 0, false, chunks[0]},
		{"other document", other, 0, false, chunks[0]},
		{"cut", d, 0, false, chunks[0][:len(chunks[0])-1]},
		{"cut, as the last", d, 2, true, chunks[2][:len(chunks[2])-1]},
		{"longer", d, 0, false, append(bytes.Clone(chunks[0]), 0)},
		{"longer, as the last", d, 0, true, append(bytes.Clone(chunks[0]), 0)},
		{"nothing", d, 2, true, nil},
		{"only a tag", d, 2, true, make([]byte, tagSize)},
	}
	for _, test := range tests {
		if got, err := test.d.OpenChunk(nil, test.i, test.last, test.value); !errors.Is(err, ErrChunk) || got != nil {
			t.Errorf("%s: %d bytes, %v", test.name, len(got), err)
		}
	}
	if err := d.CheckCommitment(d.Commitment()); err != nil {
		t.Error(err)
	}
	for _, wrong := range []*Document{newer, other} {
		if err := d.CheckCommitment(wrong.Commitment()); !errors.Is(err, ErrKey) {
			t.Errorf("another commitment: %v", err)
		}
		if wrong.BlobName(0) == d.BlobName(0) {
			t.Error("two documents have one blob name")
		}
	}
	if d.BlobName(0) == d.BlobName(1) {
		t.Error("two chunks have one blob name")
	}
}

// Chunks of a length that could not be opened again are never made.
func TestSealChunkLength(t *testing.T) {
	d, err := NewDocument(NewKey(), [16]byte{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		n    int
		last bool
	}{{ChunkSize + 1, true}, {ChunkSize + 1, false}, {ChunkSize - 1, false}, {0, false}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("sealed a chunk of %d bytes (last: %t)", test.n, test.last)
				}
			}()
			d.SealChunk(nil, 0, test.last, make([]byte, test.n))
		}()
	}
}

func TestDigest(t *testing.T) {
	// b2sum -l 256 of nothing.
	const want = "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"
	if got := fmt.Sprintf("%x", NewDigest().Sum(nil)); got != want {
		t.Errorf("got %s", got)
	}
}
