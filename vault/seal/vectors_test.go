package seal

import (
	"bytes"
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
)

var update = flag.Bool("update", false, "write testdata/vectors again from the inputs in generate_test.go")

// A vector is one file of testdata/vectors: lines of "key: value", then, after
// an empty line, a body in hex. "expect" says how opening it must end.
type vector struct {
	name   string
	fields [][2]string
	body   []byte
}

// outcomes are the words that "expect" may hold.
var outcomes = map[string]error{
	"ok":               nil,
	"malformed":        ErrMalformed,
	"wrong key":        ErrKey,
	"altered":          ErrAltered,
	"chunk altered":    ErrChunk,
	"wrong passphrase": ErrPassphrase,
	"other computer":   ErrOtherComputer,
	"parameters":       ErrParameters,
	"not a slot":       ErrSlot,
	"not a kit code":   ErrKitCode,
	"not for me":       ErrNotForMe,
	"not a share":      ErrShare,
	"same share":       ErrSameShare,
	"other set":        ErrOtherSet,
}

// checks tells how each kind of vector is verified.
var checks = map[string]func(*testing.T, vector) error{
	"kit":      checkKit,
	"share":    checkShare,
	"shared":   checkShared,
	"device":   checkDevice,
	"slot":     checkSlot,
	"circle":   checkCircle,
	"seal":     checkSeal,
	"envelope": checkEnvelope,
	"document": checkDocument,
	"chunk":    checkChunk,
}

func TestVectors(t *testing.T) {
	if *update {
		for _, v := range generate(t) {
			v.write(t)
		}
	}
	vectors := readVectors(t)
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			want, known := outcomes[v.get(t, "expect")]
			if !known {
				t.Fatalf("unknown outcome %q", v.get(t, "expect"))
			}
			if err := checks[v.get(t, "kind")](t, v); !errors.Is(err, want) || (err == nil) != (want == nil) {
				t.Errorf("got %v, want %v", err, want)
			}
		})
	}
}

// TestVectorsAreComplete holds the folder to the list of cases, so that none
// disappears and none is left over.
func TestVectorsAreComplete(t *testing.T) {
	read := map[string]vector{}
	for _, v := range readVectors(t) {
		read[v.name] = v
	}
	for _, v := range generate(t) {
		old, ok := read[v.name]
		if !ok {
			t.Errorf("%s is missing; run the test with -update", v.name)
		} else if !slices.Equal(old.fields, v.fields) {
			t.Errorf("%s differs from its case", v.name)
		}
		delete(read, v.name)
	}
	for name := range read {
		t.Errorf("%s belongs to no case", name)
	}
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	names, err := filepath.Glob("testdata/vectors/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	var out []vector
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, parseVector(t, strings.TrimSuffix(filepath.Base(name), ".txt"), string(b)))
	}
	return out
}

func readVector(t testing.TB, name string) vector {
	t.Helper()
	for _, v := range readVectors(t) {
		if v.name == name {
			return v
		}
	}
	t.Fatalf("no vector %s", name)
	return vector{}
}

func parseVector(t testing.TB, name, text string) vector {
	t.Helper()
	v := vector{name: name}
	head, body, _ := strings.Cut(strings.ReplaceAll(text, "\r", ""), "\n\n")
	for line := range strings.Lines(head) {
		key, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		if !ok {
			t.Fatalf("%s: line %q", name, line)
		}
		v.fields = append(v.fields, [2]string{key, strings.TrimPrefix(value, " ")})
	}
	var err error
	if v.body, err = hex.DecodeString(strings.ReplaceAll(body, "\n", "")); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

func (v vector) write(t testing.TB) {
	t.Helper()
	path := filepath.Join("testdata", "vectors", v.name+".txt")
	if old, err := os.ReadFile(path); err == nil && v.is("kind", "seal") {
		// A seal is never made twice alike: keep the one that is there.
		if slices.Equal(parseVector(t, v.name, string(old)).fields, v.fields) {
			return
		}
	}
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
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (v vector) is(key, value string) bool { return slices.Contains(v.fields, [2]string{key, value}) }

// lookup returns a field, "" when there is none.
func (v vector) lookup(key string) string {
	for _, f := range v.fields {
		if f[0] == key {
			return f[1]
		}
	}
	return ""
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
	return unhex(t, v.get(t, key))
}

func (v vector) id(t testing.TB, key string) [16]byte {
	t.Helper()
	return [16]byte(v.hex(t, key))
}

func (v vector) key(t testing.TB, key string) Key {
	t.Helper()
	return mustKey(t, v.hex(t, key))
}

func (v vector) number(t testing.TB, key string) int {
	t.Helper()
	n, err := strconv.Atoi(v.get(t, key))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mustKey(t testing.TB, b []byte) Key {
	t.Helper()
	k, err := KeyFrom(b)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// stream is n bytes that nothing compresses: SHA-256 of a name and a counter,
// one block after the other.
func stream(name string, n int) []byte {
	b := make([]byte, 0, n+sha256.Size)
	for i := uint64(0); len(b) < n; i++ {
		block := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(name), i))
		b = append(b, block[:]...)
	}
	return b[:n]
}

// data is what the vector seals: "stream 250" or "repeat 5000".
func (v vector) data(t testing.TB) []byte {
	t.Helper()
	form, size, _ := strings.Cut(v.get(t, "data"), " ")
	n, err := strconv.Atoi(size)
	if err != nil {
		t.Fatal(err)
	}
	switch form {
	case "stream":
		return stream("data", n)
	case "repeat":
		return bytes.Repeat([]byte("carnet "), n/7+1)[:n]
	}
	t.Fatalf("unknown data %q", form)
	return nil
}

// equal fails unless a computed value is the one that the vector names.
func (v vector) equal(t testing.TB, key string, got []byte) {
	t.Helper()
	if want := v.get(t, key); want != hex.EncodeToString(got) {
		t.Errorf("%s is %x, want %s", key, got, want)
	}
}

func (v vector) equalBody(t testing.TB, what string, got []byte) {
	t.Helper()
	if !bytes.Equal(got, v.body) {
		t.Errorf("%s is %x, want %x", what, got, v.body)
	}
}

func checkKit(t *testing.T, v vector) error {
	code, err := ParseKitCode(v.get(t, "code"))
	if err != nil {
		return err
	}
	if got := strings.Join(groups(code), "-"); got != v.get(t, "groups") {
		t.Errorf("on paper: %s", got)
	}
	id, err := code.Identity()
	if err != nil {
		return err
	}
	defer id.Wipe()
	public := id.Public()
	v.equal(t, "sign", public.Sign[:])
	v.equalBody(t, "HPKE public key", public.HPKE)
	return nil
}

// checkShare reads one share.
func checkShare(t *testing.T, v vector) error {
	s, err := ParseShare(v.get(t, "code"))
	if err != nil {
		var where *ShareError
		if !errors.As(err, &where) || strconv.Itoa(where.Row) != v.get(t, "row") {
			t.Errorf("the mistake: %v", err)
		}
		return err
	}
	rows := s.Rows()
	if got := strings.Join(rows[:], " / "); got != v.get(t, "rows") {
		t.Errorf("on paper: %s", got)
	}
	if strconv.Itoa(s.Number()) != v.get(t, "number") {
		t.Errorf("number %d", s.Number())
	}
	v.equal(t, "part", s.b.get()[3:])
	return nil
}

// checkShared puts two shares together and opens what was sealed for them.
func checkShared(t *testing.T, v vector) error {
	one, err := ParseShare(v.get(t, "one"))
	if err != nil {
		return err
	}
	two, err := ParseShare(v.get(t, "two"))
	if err != nil {
		return err
	}
	secret, err := Combine(one, two)
	if err != nil {
		return err
	}
	id, err := SharedIdentity(secret)
	if err != nil {
		return err
	}
	slot, err := ParseSharedSlot(v.body)
	if err != nil {
		return err
	}
	content, err := id.OpenSharedSlot(v.id(t, "vault"), v.id(t, "slot"), slot)
	if err != nil {
		return err
	}
	v.equal(t, "secret", secret.Expose())
	v.equal(t, "set", slot.Set[:])
	v.equal(t, "seed", content.Seed.Expose())
	v.equal(t, "keyholder", content.Keyholder[:])
	return nil
}

func groups(code KitCode) []string { g := code.Groups(); return g[:] }

func checkDevice(t *testing.T, v vector) error {
	id, err := NewIdentity(v.key(t, "seed"))
	if err != nil {
		return err
	}
	public := id.Public()
	v.equal(t, "sign", public.Sign[:])
	v.equalBody(t, "HPKE public key", public.HPKE)
	signature := id.Sign(v.hex(t, "message"))
	v.equal(t, "signature", signature[:])
	if !public.Verify(v.hex(t, "message"), signature) {
		t.Error("the signature does not verify")
	}
	v.equal(t, "self", id.self.Expose())
	return nil
}

func checkSlot(t *testing.T, v vector) error {
	s, err := ParseSlot(v.body)
	if err != nil {
		return err
	}
	vault, passphrase := v.id(t, "vault"), v.hex(t, "passphrase")
	var computer Key
	if v.lookup("computer") != "" {
		computer = v.key(t, "computer")
	}
	open := s.open // without the bounds: vectors are cheap to open
	if v.is("bounds", "checked") {
		open = s.Open
	}
	content, err := open(vault, passphrase, computer)
	if err != nil {
		return err
	}
	v.equal(t, "seed", content.Seed.Expose())
	v.equal(t, "keyholder", content.Keyholder[:])
	if content.Name != v.get(t, "name") {
		t.Errorf("name is %q", content.Name)
	}
	// Made again with the same salt and nonces, every byte is the same. In a
	// slot for one computer the inner nonce is not to be seen from outside.
	salt := [16]byte(v.body[17:])
	nonces := [2][nonceSize]byte{fixedNonce(v.get(t, "nonce")), fixedNonce(v.get(t, "nonce") + " outside")}
	again, err := newSlotWith(vault, s.ID, passphrase, s.Argon2, computer, content, salt, nonces)
	if err != nil {
		return err
	}
	v.equalBody(t, "slot", again.Bytes())
	return nil
}

func checkCircle(t *testing.T, v vector) error {
	c, err := RestoreCircleKey(v.id(t, "patient"), v.id(t, "circle"), uint32(v.number(t, "epoch")), v.key(t, "prk"))
	if err != nil {
		return err
	}
	v.equal(t, "key-id", c.ID[:])
	v.equal(t, "rec", c.rec.Expose())
	v.equal(t, "idx", c.idx.Expose())
	content := c.ContentID([32]byte(v.hex(t, "digest")))
	v.equal(t, "content-id", content[:])
	box, err := c.Box()
	if err != nil {
		return err
	}
	v.equalBody(t, "box public key", box)
	return nil
}

func checkSeal(t *testing.T, v vector) error {
	id, err := NewIdentity(v.key(t, "seed"))
	if err != nil {
		return err
	}
	c, sealer, err := id.OpenSeal(v.id(t, "me"), v.body)
	if err != nil {
		if c != nil {
			t.Error("a key beside an error")
		}
		return err
	}
	v.equal(t, "sealer", sealer[:])
	v.equal(t, "patient", c.Patient[:])
	v.equal(t, "circle", c.Circle[:])
	v.equal(t, "prk", c.Secret().Expose())
	if int(c.Epoch) != v.number(t, "epoch") {
		t.Errorf("epoch is %d", c.Epoch)
	}
	return nil
}

func (v vector) place(t testing.TB) Place {
	t.Helper()
	return Place{
		Label:   v.get(t, "label"),
		Bucket:  v.get(t, "bucket")[0],
		Epoch:   uint32(v.number(t, "epoch")),
		Context: v.hex(t, "context"),
	}
}

func checkEnvelope(t *testing.T, v vector) error {
	k, p := v.key(t, "key"), v.place(t)
	s, err := Parse(v.body)
	if err != nil {
		return err
	}
	got, err := Open(k, p, s)
	if err != nil {
		return err
	}
	data := v.data(t)
	if !bytes.Equal(got, data) {
		t.Errorf("the data differs: %d bytes, want %d", len(got), len(data))
	}
	if v.is("compressed", "yes") {
		return nil // another compressor may do it otherwise
	}
	again, err := sealWith(k, p, [nonceSize]byte(v.body[nonceAt:]), data)
	if err != nil {
		return err
	}
	v.equalBody(t, "envelope", again.Bytes())
	return nil
}

func (v vector) document(t testing.TB) *Document {
	t.Helper()
	d, err := NewDocument(v.key(t, "dek"), v.id(t, "id"), uint64(v.number(t, "version")))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func checkDocument(t *testing.T, v vector) error {
	d, content := v.document(t), v.data(t)
	commitment := d.Commitment()
	v.equal(t, "commitment", commitment[:])
	h := NewDigest()
	h.Write(content)
	v.equal(t, "digest", h.Sum(nil))
	chunks := sealChunks(d, content)
	if len(chunks) != v.number(t, "chunks") {
		t.Fatalf("%d chunks", len(chunks))
	}
	var opened []byte
	for i, chunk := range chunks {
		sum, blob := sha256.Sum256(chunk), d.BlobName(uint32(i))
		v.equal(t, fmt.Sprintf("chunk-%d-sha256", i), sum[:])
		v.equal(t, fmt.Sprintf("blob-%d", i), blob[:])
		if len(chunk) != v.number(t, fmt.Sprintf("chunk-%d-size", i)) {
			t.Errorf("chunk %d has %d bytes", i, len(chunk))
		}
		var err error
		if opened, err = d.OpenChunk(opened, uint32(i), i == len(chunks)-1, chunk); err != nil {
			return err
		}
	}
	if !bytes.Equal(opened[:len(content)], content) {
		t.Error("the content differs")
	}
	if len(bytes.Trim(opened[len(content):], "\x00")) != 0 {
		t.Error("the padding is not zeros")
	}
	return nil
}

// sealChunks seals a document as an import does.
func sealChunks(d *Document, content []byte) (chunks [][]byte) {
	n := int(Chunks(int64(len(content))))
	for i := range n {
		plain := content[i*ChunkSize:]
		last := i == n-1
		if !last {
			plain = plain[:ChunkSize]
		}
		chunks = append(chunks, d.SealChunk(nil, uint32(i), last, plain))
	}
	return chunks
}

func checkChunk(t *testing.T, v vector) error {
	got, err := v.document(t).OpenChunk([]byte("kept"), uint32(v.number(t, "index")), v.is("last", "yes"), v.body)
	if err != nil {
		if string(got) != "kept" {
			t.Errorf("got %x beside an error", got)
		}
		return err
	}
	data := v.data(t)
	if !bytes.Equal(got, append([]byte("kept"), append(data, make([]byte, len(got)-4-len(data))...)...)) {
		t.Error("the content differs")
	}
	return nil
}
