package vault_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"carnet/vault"
	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// fullVault has something of everything: documents in the record and in chunks,
// edits, the bin, a mask, somebody else's private part, what was found in texts,
// thumbnails, drafts, an epoch more.
func fullVault(t *testing.T) (h *household, small, large, masked record.ID) {
	t.Helper()
	h = newVault(t)
	ctx := t.Context()
	small = h.add(h.lou.ID, "petit.txt", []byte("un petit texte"))
	large = h.add(h.lou.ID, "grand.txt", []byte(strings.Repeat("un grand texte\n", 1000)))
	h.must(h.EditDocument(ctx, small, vault.Edit{Title: ptr("Petit")}))
	h.must(h.EditDocument(ctx, large, vault.Edit{Category: ptr("lab")}))
	bin := h.add(h.lou.ID, "bin.txt", []byte("corbeille"))
	h.must(h.RemoveDocuments(ctx, bin))
	masked = h.add(h.lou.ID, "masque.txt", []byte(strings.Repeat("un texte masqué\n", 300)))
	h.must(h.Mask(ctx, masked, record.Guardians))
	h.must(h.AddMember(ctx, h.lou.ID, sacha, record.RoleCarerReads))
	h.must(h.Examine(ctx, nil, nil))
	h.as(dominique)
	theirs := h.add(h.lou.ID, "a-dominique.txt", []byte(strings.Repeat("à Dominique\n", 300)))
	h.must(h.Mask(ctx, theirs, record.Everyone))
	h.must(h.Examine(ctx, nil, nil))
	h.must(h.KeepDrafts(ctx, []byte("commencé par Dominique")))
	h.as(camille)
	h.must(h.KeepDrafts(ctx, []byte("commencé par Camille")))
	scan := h.add(h.lou.ID, "scan.pdf", []byte("%PDF-1.4 scan"))
	_, err := h.Thumbnail(ctx, scan, &painter{picture: []byte("une image")})
	h.must(err)
	h.reopen()
	h.must(h.EditDocument(ctx, small, vault.Edit{Title: ptr("Petit, relu")}))
	h.sound()
	return h, small, large, masked
}

// put changes one value of a file.
func put(t testing.TB, path string, v value) {
	t.Helper()
	rewrite(t, path, func(tx *bbolt.Tx) error {
		b := bucketOf(tx, v.bucket)
		key := v.key
		if v.bucket == store.Chunks {
			b, key = b.Bucket(key[:8]), key[8:]
		}
		if v.bytes == nil {
			return b.Delete(key)
		}
		return b.Put(key, v.bytes)
	})
}

// TestEveryValue flips bits in every value of a vault. None may pass in silence,
// unless the value can be made again or is another keyholder's.
func TestEveryValue(t *testing.T) {
	t.Parallel()
	h, _, _, _ := fullVault(t)
	before := describe(h)
	h.must(h.Close())
	file := readFile(t, h.path)
	values := valuesOf(t, h.path)
	mine := map[string]bool{}
	for _, v := range h.burglar(camille).try(h.path).values {
		mine[string(v.bucket)+string(v.key)] = true
	}
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 1))
	outcomes := map[store.Bucket]map[string]int{}
	flips := 0
	for i, v := range values {
		if raceEnabled && i%4 != 0 {
			continue // there is nothing to race, and much to do
		}
		for _, at := range places(v, random) {
			spoilt := v
			spoilt.bytes = bytes.Clone(v.bytes)
			spoilt.bytes[at] ^= 1 << random.IntN(8)
			path := t.TempDir() + "/spoilt.carnet"
			writeFile(t, path, file)
			put(t, path, spoilt)
			outcome := h.reading(path, v.bucket, before)
			if outcome == "silent" {
				switch {
				case v.bucket == store.Index:
					outcome = "silent, can be made again"
				case v.bucket == store.Meta && len(v.key) == 16 && !bytes.Equal(v.key, h.slotOf(camille)):
					outcome = "silent, another's"
				case v.bucket != store.Meta && !mine[string(v.bucket)+string(v.key)]:
					outcome = "silent, another's"
				default:
					t.Errorf("seed %d: a bit of byte %d of %d, bucket %c key %x, passed in silence", seed, at, len(v.bytes), v.bucket, v.key)
				}
			}
			if outcomes[v.bucket] == nil {
				outcomes[v.bucket] = map[string]int{}
			}
			outcomes[v.bucket][outcome]++
			flips++
		}
	}
	t.Logf("%d values, %d flips", len(values), flips)
	for bucket, counts := range outcomes {
		t.Logf("bucket %c: %v", bucket, counts)
	}
}

func (h *household) slotOf(name string) []byte { return h.seats[name].Slot() }

// places are the bytes of a value to flip a bit of: one anywhere, and in the
// long form one in each part of an envelope.
func places(v value, random *rand.Rand) []int {
	if os.Getenv("CARNET_TORTURE") == "" || v.bucket == store.Meta || v.bucket == store.Seals || v.bucket == store.Chunks {
		return []int{random.IntN(len(v.bytes))}
	}
	return []int{
		random.IntN(2), 2 + random.IntN(4), 6 + random.IntN(24), 30 + random.IntN(32), // version and suite, epoch, nonce, commitment
		62 + random.IntN(len(v.bytes)-62-16), len(v.bytes) - 1 - random.IntN(16), // ciphertext, tag
	}
}

// describe is everything Camille sees.
func describe(h *household) (out []string) {
	h.t.Helper()
	for _, p := range []record.Patient{h.me, h.lou} {
		list, err := h.Documents(p.ID)
		if err != nil {
			out = append(out, err.Error())
		}
		for _, d := range list {
			out = append(out, d.ID.String(), d.Title, d.Category, d.MediaType, d.FileName, d.RemovedAt.Time().String())
		}
		members, err := h.Members(p.ID)
		if err != nil {
			out = append(out, err.Error())
		}
		for _, m := range members {
			out = append(out, m.Keyholder.Name, string(m.Role))
		}
	}
	return out
}

// reading opens a spoilt file for Camille and says what comes of it.
func (h *household) reading(path string, bucket store.Bucket, want []string) string {
	h.t.Helper()
	v, err := (*vault.Vault)(nil), error(nil)
	if bucket == store.Meta {
		v, err = vault.Unlock(h.t.Context(), path, passphraseOf(camille), options())
	} else {
		v, err = h.seats[camille].Open(path, options())
	}
	if err != nil {
		for _, sentinel := range []error{vault.ErrDamaged, vault.ErrOlder, vault.ErrNotVault, vault.ErrNewerFormat, vault.ErrWrongPassphrase, vault.ErrParameters, vault.ErrOtherComputer} {
			if errors.Is(err, sentinel) {
				return "refused"
			}
		}
		h.t.Errorf("bucket %c: an error without a name: %v", bucket, err)
		return "refused without a name"
	}
	copied := *h
	copied.Vault = v
	defer copied.close()
	if v.Damage() != (vault.Damage{}) {
		return "told at unlock"
	}
	report, err := v.Check(h.t.Context(), false, nil)
	if err != nil {
		h.t.Errorf("bucket %c: check: %v", bucket, err)
	}
	if !report.Ok() {
		return "told by check"
	}
	if got := describe(&copied); strings.Join(got, "\n") != strings.Join(want, "\n") {
		h.t.Errorf("bucket %c: something else is shown, and nothing is told", bucket)
	}
	return "silent"
}

// TestDamagedSealIsRead: the seal of a circle stands in its rotation as well, so
// that a mask's documents are not lost with one value.
func TestDamagedSealIsRead(t *testing.T) {
	h, _, _, masked := fullVault(t)
	device, err := h.seats[camille].Identity()
	h.must(err)
	h.must(h.Close())
	spoilt := 0
	for _, v := range valuesOf(t, h.path) {
		if v.bucket != store.Seals {
			continue
		}
		k, _, err := device.OpenSeal(vault.DeviceID(device.Public()), v.bytes)
		if err != nil || k.Circle == k.Patient {
			continue
		}
		v.bytes[len(v.bytes)/2] ^= 1
		put(t, h.path, v)
		spoilt++
	}
	if spoilt != 1 {
		t.Fatalf("%d seals of Camille's circles", spoilt)
	}
	h.as(camille)
	same(t, "masked document", h.read(masked), []byte(strings.Repeat("un texte masqué\n", 300)))
	r, err := h.Check(t.Context(), true, nil)
	if err != nil || len(r.Damaged) != 1 || r.Damaged[0].What != "key" {
		t.Errorf("check: %+v, %v", r.Damaged, err)
	}
}

// TestDamagedKitSeal: what only the recovery kit opens is verified too.
func TestDamagedKitSeal(t *testing.T) {
	t.Parallel()
	h, _, _, _ := fullVault(t)
	kit, err := h.kits[camille].Identity()
	h.must(err)
	h.must(h.Close())
	for _, v := range valuesOf(t, h.path) {
		if v.bucket != store.Seals {
			continue
		}
		k, _, err := kit.OpenSeal(vault.DeviceID(kit.Public()), v.bytes)
		if err != nil || k.Patient != chain.Household {
			continue
		}
		v.bytes = nil
		put(t, h.path, v)
	}
	h.as(camille)
	r, err := h.Check(t.Context(), true, nil)
	if err != nil || r.Ok() {
		t.Errorf("a kit without its seal is not noticed: %+v, %v", r, err)
	}
	if _, err := h.ReplaceKeys(t.Context(), []byte("x"), false); err != nil { // new keys mend it
		t.Fatal(err)
	}
	h.sound()
	h.must(h.Close())
	v, err := vault.Recover(t.Context(), h.path, h.kits[camille], []byte("y"), options())
	h.must(err)
	h.must(v.Close())
}

// operations reads Lou's operations as Camille can, by number.
func (h *household) operations(path string) map[uint64]*chain.Signed {
	h.t.Helper()
	b := h.burglar(camille)
	l := b.try(path)
	out := map[uint64]*chain.Signed{}
	for i, v := range l.values {
		if v.bucket != store.Ops {
			continue
		}
		op, err := vault.DecodeHeader(l.plain[i])
		h.must(err)
		if op.Patient == h.lou.ID {
			out[binary.BigEndian.Uint64(v.key)] = op
		}
	}
	return out
}

// TestOlderChain: a file that lacks the last operation of one patient, while all
// else is new, is refused.
func TestOlderChain(t *testing.T) {
	t.Parallel()
	h, _, _, _ := fullVault(t)
	h.must(h.Close())
	last := uint64(0)
	for seq := range h.operations(h.path) {
		last = max(last, seq)
	}
	put(t, h.path, value{store.Ops, store.Seq(last), nil})
	put(t, h.path, value{store.Records, store.Seq(last), nil})
	before := readFile(t, h.path)
	_, err := h.seats[camille].Open(h.path, options())
	if !errors.Is(err, vault.ErrOlder) {
		t.Errorf("%v, not ErrOlder", err)
	}
	if !bytes.Equal(before, readFile(t, h.path)) {
		t.Error("the file was changed")
	}
}

// TestAlteredLastOperation: what another keyholder wrote last is beyond what one
// remembers; its header proves by itself that it was altered.
func TestAlteredLastOperation(t *testing.T) {
	h, small, _, _ := fullVault(t)
	h.as(dominique)
	h.must(h.EditDocument(t.Context(), small, vault.Edit{Title: ptr("de Dominique")}))
	h.must(h.Close())
	last := uint64(0)
	for seq := range h.operations(h.path) {
		last = max(last, seq)
	}
	for _, v := range valuesOf(t, h.path) {
		if v.bucket == store.Ops && bytes.Equal(v.key, store.Seq(last)) {
			v.bytes[100] ^= 1
			put(t, h.path, v)
		}
	}
	h.as(camille)
	if d := h.Damage(); d != (vault.Damage{Records: 1}) {
		t.Errorf("damage: %+v", d)
	}
	if r, err := h.Check(t.Context(), true, nil); err != nil || r.Ok() {
		t.Errorf("check: %+v, %v", r, err)
	}
}

// TestCutOutRecord: a patient whose operations are all gone is told.
func TestCutOutRecord(t *testing.T) {
	h, _, _, _ := fullVault(t)
	h.must(h.Close())
	for seq := range h.operations(h.path) {
		put(t, h.path, value{store.Ops, store.Seq(seq), nil})
		put(t, h.path, value{store.Records, store.Seq(seq), nil})
	}
	v, err := h.seats[camille].Open(h.path, options())
	h.must(err)
	h.Vault = v
	if d := h.Damage(); d.Gone != 1 {
		t.Errorf("damage: %+v", d)
	}
}

// TestTampering does to a vault what somebody who writes in the file can.
func TestTampering(t *testing.T) {
	t.Parallel()
	seqs := func(h *household, ids ...record.ID) (out []uint64) {
		for _, id := range ids {
			seq, _ := h.Seq(id)
			out = append(out, seq)
		}
		return out
	}
	swap := func(t *testing.T, path string, bucket store.Bucket, a, b []byte) {
		values := map[string][]byte{}
		for _, v := range valuesOf(t, path) {
			if v.bucket == bucket {
				values[string(v.key)] = v.bytes
			}
		}
		if values[string(a)] == nil || values[string(b)] == nil {
			t.Fatal("nothing to swap")
		}
		put(t, path, value{bucket, a, values[string(b)]})
		put(t, path, value{bucket, b, values[string(a)]})
	}
	chunk := func(seq uint64) []byte { return append(store.Seq(seq), 0, 0, 0, 0) }
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, h *household, small, large uint64)
		want  string
	}{
		{"bodies swapped", func(t *testing.T, h *household, small, large uint64) {
			swap(t, h.path, store.Records, store.Seq(small), store.Seq(large))
		}, "told at unlock"},
		{"headers swapped", func(t *testing.T, h *household, small, large uint64) {
			swap(t, h.path, store.Ops, store.Seq(small), store.Seq(large))
		}, "told at unlock"},
		{"a body deleted", func(t *testing.T, h *household, small, _ uint64) {
			put(t, h.path, value{store.Records, store.Seq(small), nil})
		}, "told at unlock"},
		{"a header deleted", func(t *testing.T, h *household, small, _ uint64) {
			put(t, h.path, value{store.Ops, store.Seq(small), nil})
		}, "refused"},
		{"a chunk deleted", func(t *testing.T, h *household, _, large uint64) {
			put(t, h.path, value{store.Chunks, chunk(large), nil})
		}, "told by check"},
		{"a version deleted", func(t *testing.T, h *household, _, large uint64) {
			rewrite(t, h.path, func(tx *bbolt.Tx) error { return bucketOf(tx, store.Chunks).DeleteBucket(store.Seq(large)) })
		}, "told by check"},
		{"a chunk of another document", func(t *testing.T, h *household, _, large uint64) {
			for _, v := range valuesOf(t, h.path) {
				if v.bucket == store.Chunks && !bytes.Equal(v.key, chunk(large)) {
					put(t, h.path, value{store.Chunks, chunk(large), v.bytes})
					return
				}
			}
			t.Fatal("no other chunk")
		}, "told by check"},
		{"a journal row deleted", func(t *testing.T, h *household, _, _ uint64) {
			put(t, h.path, value{store.Journal, store.Seq(3), nil})
		}, "told by check"},
		{"journal rows swapped", func(t *testing.T, h *household, _, _ uint64) {
			swap(t, h.path, store.Journal, store.Seq(3), store.Seq(4))
		}, "told by check"},
		{"a journal row added", func(t *testing.T, h *household, _, _ uint64) {
			put(t, h.path, value{store.Journal, store.Seq(1000), make([]byte, 300)})
		}, "told by check"},
		{"the journal's head deleted", func(t *testing.T, h *household, _, _ uint64) {
			put(t, h.path, value{store.Journal, vault.HeadKey, nil})
		}, "refused"},
		{"the manifest deleted", func(t *testing.T, h *household, _, _ uint64) {
			put(t, h.path, value{store.Self, h.slotOf(camille), nil})
		}, "refused"},
		{"the manifest of another", func(t *testing.T, h *household, _, _ uint64) {
			swap(t, h.path, store.Self, h.slotOf(camille), h.slotOf(dominique))
		}, "refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, small, large, _ := fullVault(t)
			s := seqs(h, small, large)
			want := describe(h)
			h.must(h.Close())
			c.spoil(t, h, s[0], s[1])
			if got := h.reading(h.path, store.Records, want); got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
		})
	}
}

// TestDamagedCreationOfEditedDocument: one body that is lost costs its document,
// not the vault, even where edits of it remain.
func TestDamagedCreationOfEditedDocument(t *testing.T) {
	h, small, large, _ := fullVault(t)
	seq, _ := h.Seq(small)
	h.must(h.Close())
	put(t, h.path, value{store.Records, store.Seq(seq), nil})
	h.as(camille)
	if d := h.Damage(); d != (vault.Damage{Records: 1}) {
		t.Errorf("damage: %+v", d)
	}
	if _, err := h.Document(small); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("the document that is lost: %v", err)
	}
	same(t, "another", h.read(large), []byte(strings.Repeat("un grand texte\n", 1000)))
	h.add(h.lou.ID, "ensuite.txt", []byte("ensuite"))
	h.reopen()
}

// TestShortenedJournal puts the journal back to an earlier state, head included.
func TestShortenedJournal(t *testing.T) {
	h := newVault(t)
	id := h.add(h.lou.ID, "a.txt", []byte("a"))
	var head []byte
	rows := h.JournalSize()
	for _, v := range valuesOf(t, h.snapshot()) {
		if v.bucket == store.Journal && bytes.Equal(v.key, vault.HeadKey) {
			head = v.bytes
		}
	}
	for range 3 {
		h.read(id)
	}
	h.must(h.Close())
	put(t, h.path, value{store.Journal, vault.HeadKey, head})
	for n := rows; n < rows+3; n++ {
		put(t, h.path, value{store.Journal, store.Seq(uint64(n)), nil})
	}
	if _, err := h.seats[camille].Open(h.path, options()); !errors.Is(err, vault.ErrOlder) {
		t.Errorf("for who saw it: %v", err)
	}
}

// TestForgedJournalHead: who has left cannot end the journal as they like, with
// the keys they had.
func TestForgedJournalHead(t *testing.T) {
	h := newVault(t)
	h.as(dominique)
	device, err := h.seats[dominique].Identity()
	h.must(err)
	var old *seal.CircleKey
	for _, k := range h.Secrets() {
		if k.Patient == chain.Household && (old == nil || k.Epoch > old.Epoch) {
			old = k
		}
	}
	_, err = h.RemoveKeyholder(t.Context(), dominique)
	h.must(err)
	h.as(camille)
	id := h.add(h.lou.ID, "a.txt", []byte("a"))
	forged, err := vault.ForgeHead(h.Vault, old, device)
	h.must(err)
	good, err := vault.ForgeHead(h.Vault, newestOf(h, chain.Household), ownDevice(h))
	h.must(err)
	h.must(h.Close())
	put(t, h.path, value{store.Journal, vault.HeadKey, good.Bytes()})
	h.as(camille) // the control: a head made the same way by a member is good
	h.must(h.Close())
	put(t, h.path, value{store.Journal, vault.HeadKey, forged.Bytes()})
	if _, err := h.seats[camille].Open(h.path, options()); !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("a head of somebody who has left: %v", err)
	}
	put(t, h.path, value{store.Journal, vault.HeadKey, good.Bytes()})
	h.as(camille)
	same(t, "content", h.read(id), []byte("a"))
}

func newestOf(h *household, patient record.ID) (newest *seal.CircleKey) {
	for _, k := range h.Secrets() {
		if k.Patient == patient && k.Circle == patient && (newest == nil || k.Epoch > newest.Epoch) {
			newest = k
		}
	}
	return newest
}

func ownDevice(h *household) *seal.Identity {
	id, err := h.seats[h.who].Identity()
	h.must(err)
	return id
}
