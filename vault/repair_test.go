package vault_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
)

// stock is a vault with documents of two keyholders, and what they are.
type stock struct {
	*household
	content map[record.ID][]byte
	title   map[record.ID]string
	values  map[record.ID][][]byte // sealed, as they stand in the file
	theirs  map[record.ID]bool     // private to Dominique
	keys    map[int]bool           // pages with seals and with what begins or rules a chain
}

func newStock(t testing.TB, n int) *stock {
	t.Helper()
	h := newVault(t)
	s := &stock{h, map[record.ID][]byte{}, map[record.ID]string{}, map[record.ID][][]byte{}, map[record.ID]bool{}, map[int]bool{}}
	ctx := context.Background()
	paths := map[string]int{}
	dir := t.TempDir()
	var all []string
	for i := range n {
		path := filepath.Join(dir, fmt.Sprintf("%03d.bin", i))
		paths[path] = i
		writeFile(t, path, noise(uint64(i), []int{400, 3000, 15_000, 900, 60_000}[i%5]))
		all = append(all, path)
	}
	take := func(patient record.ID, mine []string) {
		for r := range h.Import(ctx, patient, mine, nil) {
			h.must(r.Err)
			s.content[r.ID] = readFile(t, r.Path)
			s.title[r.ID] = fmt.Sprintf("titre %d", paths[r.Path])
		}
	}
	take(h.me.ID, all[:n/2])
	take(h.lou.ID, all[n/2:n*3/4])
	for id, title := range s.title {
		h.must(h.EditDocument(ctx, id, vault.Edit{Title: &title}))
	}
	h.must(h.AddMember(ctx, h.lou.ID, sacha, record.RoleCarerReads)) // another epoch
	h.as(dominique)
	before := clone(s.content)
	take(h.lou.ID, all[n*3/4:])
	for id := range s.content {
		if before[id] == nil {
			h.must(h.Mask(ctx, id, record.Everyone))
			s.theirs[id] = true
		}
	}
	h.as(camille)
	for _, who := range []string{camille, dominique} {
		h.as(who)
		for id := range s.content {
			if s.theirs[id] != (who == dominique) {
				continue
			}
			content, _ := h.Seq(id)
			for _, v := range valuesOf(t, h.snapshot()) {
				if (v.bucket == store.Records && bytes.Equal(v.key, store.Seq(content))) || v.bucket == store.Chunks && bytes.HasPrefix(v.key, store.Seq(content)) {
					s.values[id] = append(s.values[id], v.bytes)
				}
			}
		}
	}
	h.as(camille)
	h.sound()
	h.must(h.Compact(ctx, nil)) // free pages hold copies that nothing leads to
	h.must(h.Close())
	trim(t, h.path)
	raw := readFile(t, h.path)
	kinds := map[string]bool{}
	for _, who := range []string{camille, dominique} {
		l := h.burglar(who).try(h.path)
		for i, v := range l.values {
			if v.bucket != store.Ops {
				continue
			}
			op, err := vault.DecodeHeader(l.plain[i])
			h.must(err)
			if op.Kind == chain.Genesis || op.Kind == chain.Member || op.Kind == chain.Rotate {
				kinds[string(v.key)] = true
			}
		}
	}
	for _, v := range valuesOf(t, h.path) {
		if v.bucket == store.Meta || v.bucket == store.Seals || v.bucket != store.Chunks && kinds[string(v.key)] {
			at := bytes.Index(raw, v.bytes)
			for page := at / 4096; page <= (at+len(v.bytes))/4096; page++ {
				s.keys[page] = true
			}
		}
	}
	return s
}

// hurt overwrites n pages with noise or zeros, any but the two headers and, when
// spare is given, those that it names.
func hurt(t testing.TB, path string, n int, spare map[int]bool, random *rand.Rand) {
	t.Helper()
	b := readFile(t, path)
	for done := 0; done < n; {
		number := 2 + random.IntN(len(b)/4096-2)
		if spare[number] {
			continue
		}
		done++
		page := b[number*4096:][:4096]
		switch random.IntN(3) {
		case 0:
			clear(page)
		case 1:
			copy(page, noise(random.Uint64(), 4096))
		default:
			copy(page[random.IntN(4000):], noise(random.Uint64(), 96)) // only a part
		}
	}
	writeFile(t, path, b)
}

// whole reports whether all that a document consists of stands in a raw file.
func (s *stock) whole(id record.ID, raw []byte) bool {
	for _, v := range s.values[id] {
		// A value over several pages is whole only where it stands as one.
		if !bytes.Contains(raw, v) {
			return false
		}
	}
	return true
}

// repairHurt hurts n pages of a vault and repairs it for one of its keyholders.
// What a record is opened with is spared first: where those pages are hurt, all
// that hangs from them is lost, and the test only holds the repair to what it says.
func repairHurt(t *testing.T, s *stock, n int, spare map[int]bool, seed uint64) (beyond bool) {
	t.Helper()
	h := *s.household
	h.path = filepath.Join(t.TempDir(), "hurt.carnet")
	copyFile(t, s.path, h.path)
	hurt(t, h.path, n, spare, rand.New(rand.NewPCG(seed, 11)))
	before, info := readFile(t, h.path), must1(os.Stat(h.path))
	survey, err := vault.Survey(t.Context(), h.path, [][]byte{passphraseOf(camille)}, options(), nil)
	to := filepath.Join(t.TempDir(), "new.carnet")
	got, again := vault.Repair(t.Context(), h.path, to, [][]byte{passphraseOf(camille)}, options(), nil)
	if after := must1(os.Stat(h.path)); !bytes.Equal(before, readFile(t, h.path)) || after.ModTime() != info.ModTime() {
		t.Errorf("seed %d: the damaged file was changed", seed)
	}
	if (err == nil) != (again == nil) || err == nil && (survey.Documents != got.Documents || survey.Others != got.Others) {
		t.Errorf("seed %d: survey %+v, %v; repair %+v, %v", seed, survey, err, got, again)
	}
	if left := names(t, filepath.Dir(h.path)); len(left) != 1 {
		t.Errorf("seed %d: left beside the file: %q", seed, left)
	}
	if again != nil {
		if !errors.Is(again, vault.ErrBeyondRepair) && !errors.Is(again, vault.ErrWrongPassphrase) || len(names(t, filepath.Dir(to))) != 0 {
			t.Errorf("seed %d: %v, %q", seed, again, names(t, filepath.Dir(to)))
		}
		return true
	}
	if len(got.Left) != 0 {
		t.Errorf("seed %d: still damaged: %+v", seed, got.Left)
	}
	mended := h
	mended.path, mended.Vault = to, nil
	mended.as(camille)
	defer mended.close()
	mended.holdsNow(seed)
	found, lost, unexpected := 0, 0, 0
	for id, content := range s.content {
		if s.theirs[id] {
			continue
		}
		_, err := mended.Document(id)
		if err == nil {
			found++
			if b := mended.read(id); !bytes.Equal(b, content) {
				t.Errorf("seed %d: another content", seed)
			}
			continue
		}
		if lost++; s.whole(id, before) {
			unexpected++
		}
	}
	if found != got.Documents {
		t.Errorf("seed %d: %d documents found, %d told", seed, found, got.Documents)
	}
	if lost > 0 && len(got.Lost) == 0 {
		t.Errorf("seed %d: %d documents are lost and none is told", seed, lost)
	}
	// Leaves that fit two lost branches belong to nobody knows which.
	if unexpected > 0 && spare != nil && got.Stray == 0 {
		t.Errorf("seed %d: %d documents that stand whole in the file were not saved", seed, unexpected)
	}
	patients, err := mended.Patients()
	mended.must(err)
	mended.add(patients[0].ID, "ensuite.txt", []byte("ensuite"))
	mended.holdsNow(seed)

	// The other keyholder: what was theirs and stands is there, and opens.
	theirs, gone := 0, 0
	v, err := h.seats[dominique].Open(to, options())
	if err == nil {
		t.Error("the vault opened twice")
		v.Close()
	}
	mended.close()
	if v, err = h.seats[dominique].Open(to, options()); err == nil {
		for id := range s.theirs {
			b, err := contentOf(v, id)
			switch {
			case err == nil && bytes.Equal(b, s.content[id]):
				theirs++
			case s.whole(id, before):
				gone++
			}
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}
	mended.as(camille)
	t.Logf("seed %d: %d pages damaged: %d of %d documents saved, %d lost (told: %v), %d journal rows lost; %d values of others kept; Dominique (%v) finds %d of %d, and not %d that stand whole; %+v",
		seed, n, found, found+lost, lost, counts(got.Lost), got.Rows, got.Others, err, theirs, len(s.theirs), gone, got.Findings)
	return false
}

// holdsNow fails the test unless all that can be read holds. Operations of a
// device whose admission is lost are no damage: they count for nothing.
func (h *household) holdsNow(seed uint64) {
	h.t.Helper()
	r, err := h.Check(context.Background(), false, nil)
	d := h.Damage()
	d.Ignored = 0
	if err != nil || !r.Ok() || r.Unfinished != 0 || d != (vault.Damage{}) {
		h.t.Errorf("seed %d: what was repaired does not hold: %+v, %+v, %v", seed, r, d, err)
	}
}

func counts(lost []vault.LostItem) map[string]int {
	out := map[string]int{}
	for _, l := range lost {
		out[l.What]++
	}
	return out
}

func must1[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestRepair: twenty damaged pages in a vault of two keyholders, one of whom is
// there.
func TestRepair(t *testing.T) {
	t.Parallel()
	s := newStock(t, 80)
	runs := 4
	if raceEnabled {
		runs = 1
	}
	beyond := 0
	for seed := range uint64(runs) {
		if repairHurt(t, s, 20, s.keys, seed) {
			beyond++
		}
	}
	if beyond > 0 {
		t.Errorf("%d of %d could not be repaired", beyond, runs)
	}
	repairHurt(t, s, 20, nil, 7)
}

func TestTortureRepair(t *testing.T) {
	t.Parallel()
	if os.Getenv("CARNET_TORTURE") == "" {
		t.Skip("the long form, 100 vaults, runs with CARNET_TORTURE=1")
	}
	s := newStock(t, 80)
	beyond, seed := 0, uint64(time.Now().UnixNano())
	for n := range uint64(100) {
		spare := s.keys
		if n%2 == 1 {
			spare = nil
		}
		if repairHurt(t, s, 20, spare, seed+n) {
			beyond++
		}
	}
	t.Logf("%d of 100 beyond repair", beyond)
}

// TestRepairBoth: with both passphrases everything that stands is saved for both.
func TestRepairBoth(t *testing.T) {
	t.Parallel()
	s := newStock(t, 40)
	path, to := filepath.Join(t.TempDir(), "hurt.carnet"), filepath.Join(t.TempDir(), "new.carnet")
	copyFile(t, s.path, path)
	hurt(t, path, 4, s.keys, rand.New(rand.NewPCG(3, 11)))
	raw := readFile(t, path)
	got, err := vault.Repair(t.Context(), path, to, [][]byte{passphraseOf(camille), passphraseOf(dominique)}, options(), nil)
	s.must(err)
	if len(got.Keyholders) != 2 || len(got.Left) != 0 {
		t.Errorf("%+v", got)
	}
	for _, who := range []string{camille, dominique} {
		h := *s.household
		h.path, h.Vault = to, nil
		h.as(who)
		h.sound()
		for id, content := range s.content {
			if s.theirs[id] && who == camille || !s.theirs[id] && who == dominique {
				continue
			}
			if b, err := contentOf(h.Vault, id); s.whole(id, raw) && (err != nil || !bytes.Equal(b, content)) {
				t.Errorf("%s: a document that stands whole: %v", who, err)
			}
		}
		h.close()
	}
}

// TestRepairSound: a vault without damage is repaired into the same vault.
func TestRepairSound(t *testing.T) {
	t.Parallel()
	h, small, large, masked := fullVault(t)
	h.must(h.Close())
	dir := t.TempDir()
	to := filepath.Join(dir, "new.carnet")
	got, err := vault.Repair(t.Context(), h.path, to, [][]byte{passphraseOf(camille)}, options(), nil)
	h.must(err)
	if len(got.Lost) != 0 || got.Rows != 0 || got.Damaged != 0 || got.Slots != 0 {
		t.Errorf("%+v", got)
	}
	h.path = to
	for _, who := range []string{camille, dominique} {
		h.as(who)
		h.sound()
	}
	h.as(camille)
	same(t, "large", h.read(large), bytes.Repeat([]byte("un grand texte\n"), 1000))
	same(t, "masked", h.read(masked), bytes.Repeat([]byte("un texte masqué\n"), 300))
	if d := h.document(small); d.Title != "Petit, relu" {
		t.Errorf("title %q", d.Title)
	}
}

func TestRepairRefused(t *testing.T) {
	t.Parallel()
	h, _, _, _ := fullVault(t)
	ctx, dir := t.Context(), t.TempDir()
	to := filepath.Join(dir, "new.carnet")
	mine := [][]byte{passphraseOf(camille)}
	if _, err := vault.Repair(ctx, h.path, to, mine, options(), nil); !errors.Is(err, vault.ErrInUse) {
		t.Errorf("an open vault: %v", err)
	}
	h.must(h.Close())
	if _, err := vault.Repair(ctx, h.path, to, [][]byte{[]byte("faux")}, options(), nil); !errors.Is(err, vault.ErrWrongPassphrase) {
		t.Errorf("a wrong passphrase: %v", err)
	}
	if _, err := vault.Repair(ctx, h.path, h.path, mine, options(), nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("onto itself: %v", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := vault.Repair(cancelled, h.path, to, mine, options(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	letter := filepath.Join(t.TempDir(), "lettre.txt")
	writeFile(t, letter, bytes.Repeat([]byte("une lettre\n"), 2000))
	if _, err := vault.Repair(ctx, letter, to, mine, options(), nil); !errors.Is(err, vault.ErrNotVault) {
		t.Errorf("a letter: %v", err)
	}
	b := readFile(t, h.path)
	root := binary.LittleEndian.Uint64(b[16+16:])
	other := binary.LittleEndian.Uint64(b[4096+16+16:])
	clear(b[root*4096:][:4096])
	clear(b[other*4096:][:4096])
	rootless := filepath.Join(t.TempDir(), "rootless.carnet")
	writeFile(t, rootless, b)
	if _, err := vault.Repair(ctx, rootless, to, mine, options(), nil); !errors.Is(err, vault.ErrBeyondRepair) {
		t.Errorf("without roots: %v", err)
	}
	if left := names(t, dir); len(left) != 0 {
		t.Errorf("left: %q", left)
	}
	h.as(camille)
}

// TestRepairLostHeader: a document whose operation is lost while its body and
// content stand is written down again, with the edits that were made of it.
func TestRepairLostHeader(t *testing.T) {
	t.Parallel()
	h, small, large, masked := fullVault(t)
	var seqs []uint64
	for _, id := range []record.ID{small, large, masked} {
		seq, _ := h.Seq(id)
		seqs = append(seqs, seq)
	}
	h.must(h.Close())
	for _, seq := range seqs {
		put(t, h.path, value{store.Ops, store.Seq(seq), nil})
	}
	if v, err := h.seats[camille].Open(h.path, options()); err == nil {
		v.Close()
		t.Fatal("the vault opens: the test shows nothing")
	}
	to := filepath.Join(t.TempDir(), "new.carnet")
	got, err := vault.Repair(t.Context(), h.path, to, [][]byte{passphraseOf(camille)}, options(), nil)
	h.must(err)
	if len(got.Left) != 0 || counts(got.Lost)["content"] != 0 {
		t.Errorf("%+v", got)
	}
	h.path = to
	h.as(camille)
	h.holdsNow(0)
	same(t, "small", h.read(small), []byte("un petit texte"))
	same(t, "large", h.read(large), bytes.Repeat([]byte("un grand texte\n"), 1000))
	same(t, "masked", h.read(masked), bytes.Repeat([]byte("un texte masqué\n"), 300))
	if d := h.document(small); d.Title != "Petit, relu" {
		t.Errorf("title %q", d.Title)
	}
	if d := h.document(large); d.Category != "lab" {
		t.Errorf("category %q", d.Category)
	}
	if d := h.document(masked); len(d.Hidden) == 0 {
		t.Error("a hidden document is shown")
	}
	h.as(dominique)
	if _, err := h.Document(masked); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("for the one it was hidden from: %v", err)
	}
	h.holdsNow(0)
}

// TestRepairEachPage: in the vault of one person, some of whose documents were
// erased for good, each page is lost in turn. What is written then has no damage
// left, and holds the document that was kept when what it consists of stands, or
// says that the key of the record is lost.
func TestRepairEachPage(t *testing.T) {
	t.Parallel()
	ctx, dir := t.Context(), t.TempDir()
	h := &household{t: t, path: filepath.Join(dir, "one.carnet"), seats: map[string]vault.Seat{}}
	first := vault.First{Name: camille, Birth: "1984-05-02", Sex: record.Female, Passphrase: passphraseOf(camille)}
	v, _, err := vault.Create(ctx, h.path, first, options())
	h.must(err)
	h.Vault = v
	h.seats[camille] = v.Seat()
	patients, err := v.Patients()
	h.must(err)
	note, letter := h.add(patients[0].ID, "note.txt", []byte("une note")), []byte("une lettre")
	kept := h.add(patients[0].ID, "lettre.txt", letter)
	h.must(h.RemoveDocuments(ctx, note))
	h.must(h.EraseDocuments(ctx, nil, note))
	_, err = h.Backup(ctx, t.TempDir(), 0, nil)
	h.must(err)
	content, _ := h.Seq(kept)
	h.must(h.Compact(ctx, nil))
	h.must(h.Close())
	trim(t, h.path)
	var body []byte
	for _, v := range valuesOf(t, h.path) {
		if v.bucket == store.Records && bytes.Equal(v.key, store.Seq(content)) {
			body = v.bytes
		}
	}
	sound := readFile(t, h.path)
	beyond := 0
	for page := 2; page < len(sound)/4096; page++ {
		if slices.Max(sound[page*4096:][:4096]) == 0 {
			continue
		}
		spoilt := bytes.Clone(sound)
		clear(spoilt[page*4096:][:4096])
		path, to := filepath.Join(dir, fmt.Sprint(page, ".carnet")), filepath.Join(dir, fmt.Sprint(page, ".new.carnet"))
		writeFile(t, path, spoilt)
		got, err := vault.Repair(ctx, path, to, [][]byte{passphraseOf(camille)}, options(), nil)
		if errors.Is(err, vault.ErrBeyondRepair) || errors.Is(err, vault.ErrWrongPassphrase) {
			beyond++
			continue
		}
		h.must(err)
		if len(got.Left) != 0 {
			t.Errorf("page %d: %+v", page, got)
			continue
		}
		h.path = to
		h.as(camille)
		h.sound()
		if b, err := contentOf(h.Vault, kept); counts(got.Lost)["key"] == 0 && bytes.Contains(spoilt, body) && (err != nil || !bytes.Equal(b, letter)) {
			t.Errorf("page %d: the letter stands and is not there: %v", page, err)
		}
		h.must(h.Close())
	}
	if beyond > 6 { // the slot, the root and what names the vault; it is 3 or 4
		t.Errorf("%d of %d pages: beyond repair", beyond, len(sound)/4096-2)
	}
}
