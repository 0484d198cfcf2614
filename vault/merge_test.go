package vault_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/record"
)

// part copies the file of a household; from then on both go on.
func (h *household) part() *household {
	h.t.Helper()
	h.close()
	other := *h
	other.seats = clone(h.seats)
	other.Vault, other.path = nil, filepath.Join(h.t.TempDir(), "copy.carnet")
	copyFile(h.t, h.path, other.path)
	h.Vault = nil
	h.as(h.who)
	other.as(h.who)
	h.t.Cleanup(other.close)
	return &other
}

// take merges another copy, which nobody else may have open, into this one.
func (h *household) take(other *household) vault.Merged {
	h.t.Helper()
	who := other.who
	other.close()
	defer func() { other.Vault = nil; other.as(who) }()
	c, err := h.OpenCopy(h.t.Context(), other.path, nil)
	if err != nil {
		h.t.Fatalf("open the copy: %v", err)
	}
	defer c.Close()
	before := readFile(h.t, other.path)
	preview, err := h.Compare(h.t.Context(), c)
	if err != nil {
		h.t.Fatalf("compare: %v", err)
	}
	merged, err := h.Merge(h.t.Context(), c, nil)
	if err != nil {
		h.t.Fatalf("merge: %v", err)
	}
	if got, want := fmt.Sprintf("%+v", merged), fmt.Sprintf("%+v", preview); got != want {
		h.t.Errorf("the preview says\n%s\nand the merge\n%s", want, got)
	}
	same(h.t, "the other copy", readFile(h.t, other.path), before)
	return merged
}

// told is all that the keyholders of a file read in it, as text.
func (h *household) told() string {
	h.t.Helper()
	var b strings.Builder
	who := h.who
	for _, name := range []string{camille, dominique, sacha} {
		h.as(name)
		report, err := h.Check(h.t.Context(), false, nil)
		damage := h.Damage()
		if name == sacha {
			damage.Gone = 0 // who was removed from a record sees it go
		}
		if err != nil || !report.Ok() || report.Unfinished+damage.Records+damage.Refused+damage.Gone > 0 {
			h.t.Fatalf("%s: the vault is not sound: %+v, %+v, %v", name, report, damage, err)
		}
		fmt.Fprintf(&b, "== %s\n", name)
		patients, err := h.Patients()
		h.must(err)
		slices.SortFunc(patients, func(x, y record.Patient) int { return bytes.Compare(x.ID[:], y.ID[:]) })
		for _, p := range patients {
			members, err := h.Members(p.ID)
			h.must(err)
			fmt.Fprintf(&b, "%+v %+v\n", p, members)
			docs := h.documents(p.ID)
			slices.SortFunc(docs, func(x, y record.Document) int { return bytes.Compare(x.ID[:], y.ID[:]) })
			for _, d := range docs {
				d.Proposed = record.Proposal{}
				fmt.Fprintf(&b, "%+v %x\n", d, digest(h.read(d.ID)))
			}
			entries, err := h.Entries(p.ID)
			h.must(err)
			slices.SortFunc(entries, func(x, y record.Entry) int { return bytes.Compare(x.ID[:], y.ID[:]) })
			for _, x := range entries {
				fmt.Fprintf(&b, "%+v\n", x)
			}
			erased, err := h.Erasures(p.ID)
			h.must(err)
			for _, x := range erased {
				fmt.Fprintf(&b, "erased %v\n", x.Document)
			}
		}
	}
	h.as(who)
	return b.String()
}

// live makes a few random changes.
func (h *household) live(r *rand.Rand, steps int, label string) {
	h.t.Helper()
	ctx := h.t.Context()
	for i := range steps {
		if r.IntN(4) == 0 {
			h.as([]string{camille, dominique}[r.IntN(2)])
		}
		patients, err := h.Patients()
		h.must(err)
		p := patients[r.IntN(len(patients))]
		docs := h.documents(p.ID)
		slices.SortFunc(docs, func(x, y record.Document) int { return bytes.Compare(x.ID[:], y.ID[:]) })
		entries, err := h.Entries(p.ID)
		h.must(err)
		name := fmt.Sprintf("%s-%d", label, i)
		if len(docs) == 0 || r.IntN(5) == 0 {
			size := []int{40, 3000, 300_000}[r.IntN(3)]
			h.add(p.ID, name+".txt", append([]byte(name), noise(r.Uint64(), size)...))
			continue
		}
		d := docs[r.IntN(len(docs))]
		switch k := r.IntN(12); {
		case k == 0:
			_, err = h.AddEntry(ctx, record.Entry{Patient: p.ID, Kind: "allergy", Text: name})
		case k == 1 && len(entries) > 0:
			x := entries[r.IntN(len(entries))]
			x.Note = name
			err = h.EditEntry(ctx, x)
		case k == 2 && d.RemovedAt == 0:
			err = h.RemoveDocuments(ctx, d.ID)
		case k <= 4 && d.RemovedAt != 0 && r.IntN(2) == 0:
			err = h.RestoreDocuments(ctx, d.ID)
		case k <= 4 && d.RemovedAt != 0:
			err = h.EraseDocuments(ctx, nil, d.ID)
		case k == 5:
			err = h.Mask(ctx, d.ID, record.Everyone)
		case k == 6:
			err = h.Unmask(ctx, d.ID)
		case k == 7:
			_, err = h.AddPatient(ctx, record.Patient{Name: "Enfant " + name, Birth: "2020-01-01"}, false)
		case k == 8:
			if err = h.AddMember(ctx, p.ID, sacha, record.RoleCarerAdds); errors.Is(err, vault.ErrMember) {
				err = h.RemoveMember(ctx, p.ID, sacha)
			}
			if errors.Is(err, vault.ErrCarers) {
				err = nil
			}
		case k == 9:
			err = h.EditDocument(ctx, d.ID, vault.Edit{Note: &name, Tag: []string{name}})
		default:
			err = h.EditDocument(ctx, d.ID, vault.Edit{Title: &name})
		}
		if err != nil {
			h.t.Fatalf("step %d: %v", i, err)
		}
	}
}

// TestMergeEitherWay: two copies are lived in at random; merged in either order
// they say the same to everybody, and a second merge brings nothing.
func TestMergeEitherWay(t *testing.T) {
	rounds := 4
	if testing.Short() {
		rounds = 1
	}
	for range rounds {
		seed := rand.Uint64()
		if s := os.Getenv("CARNET_SEED"); s != "" {
			if _, err := fmt.Sscan(s, &seed); err != nil {
				t.Fatal(err)
			}
		}
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			a := newVault(t)
			a.live(r, 6, "before")
			b := a.part()
			a.live(r, 10, "here")
			b.live(r, 10, "there")
			a.as(camille)
			b.as(camille)
			inA, inB := a.everything(), b.everything()
			first := a.part()
			a.take(b)
			b.take(first)
			said := a.told()
			if other := b.told(); said != other {
				t.Errorf("merged in the other order:\n%s", difference(said, other))
			}
			merged := a.everything()
			for _, side := range []map[record.ID]string{inA, inB} {
				for id, title := range side {
					// Others may have hidden it in the other copy, or erased it.
					if _, kept := merged[id]; !kept && !strings.Contains(said, id.String()) {
						t.Errorf("%s is lost", title)
					}
				}
			}
			// The two meet again, after both went on.
			a.live(r, 4, "later-here")
			b.live(r, 4, "later-there")
			a.as(camille)
			b.as(camille)
			a.take(b)
			if again := a.take(b); again.There.Changes+len(again.Conflicts)+again.Others > 0 {
				t.Errorf("merged again: %+v", again)
			}
			a.told()
		})
	}
}

// everything lists the titles of what the one who is open reads.
func (h *household) everything() map[record.ID]string {
	out := map[record.ID]string{}
	patients, err := h.Patients()
	h.must(err)
	for _, p := range patients {
		for _, d := range h.documents(p.ID) {
			out[d.ID] = d.Title
		}
		entries, err := h.Entries(p.ID)
		h.must(err)
		for _, x := range entries {
			out[x.ID] = x.Text
		}
	}
	return out
}

// difference shows the lines that only one of two texts has.
func difference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	var out []string
	for _, line := range x {
		if !slices.Contains(y, line) {
			out = append(out, "- "+line)
		}
	}
	for _, line := range y {
		if !slices.Contains(x, line) {
			out = append(out, "+ "+line)
		}
	}
	return strings.Join(out, "\n")
}

// TestMergeNewcomer: somebody who was given a passphrase in the other copy, and
// began a record there that nobody else reads, finds everything in the merged file,
// and in one that this was merged into.
func TestMergeNewcomer(t *testing.T) {
	ctx := t.Context()
	const ines = "Inès Morel"
	a := newVault(t)
	b := a.part()
	c := a.part()
	kit, err := b.AddKeyholder(ctx, ines, passphraseOf(ines))
	b.must(err)
	b.close()
	b.Vault, err = vault.Unlock(ctx, b.path, passphraseOf(ines), options())
	b.must(err)
	seat := b.Seat()
	own, err := b.AddPatient(ctx, record.Patient{Name: ines, Birth: "1990-01-01"}, true)
	b.must(err)
	secret := b.add(own.ID, "secret.txt", noise(1, 400_000))
	b.must(b.Mask(ctx, secret, record.Everyone))
	b.as(camille)
	b.add(b.me.ID, "there.txt", []byte("là")) // her manifest is older than the journal
	a.add(a.me.ID, "here.txt", []byte("ici"))
	c.add(c.me.ID, "third.txt", []byte("encore"))

	if merged := a.take(b); merged.Others == 0 {
		t.Error("nothing of others was brought")
	}
	c.take(a)
	for _, h := range []*household{a, c} {
		h.told()
		h.seats[ines] = seat
		h.as(ines)
		h.sound()
		same(t, "what only she reads", h.read(secret), noise(1, 400_000))
		h.as(camille)
	}
	a.close()
	a.Vault, err = vault.Recover(ctx, a.path, kit, []byte("une autre phrase"), options())
	a.must(err)
	same(t, "by her kit", a.read(secret), noise(1, 400_000))
	a.sound()
}

// TestMergeReplacedKeys: the keys were replaced in one copy while the other one
// went on with the old ones. What was added there stays, under the new keys.
func TestMergeReplacedKeys(t *testing.T) {
	ctx := t.Context()
	a := newVault(t)
	shared := a.add(a.me.ID, "shared.txt", []byte("à deux"))
	b := a.part()
	there := b.add(b.me.ID, "there.txt", noise(2, 300_000))
	entry, err := b.AddEntry(ctx, record.Entry{Patient: b.me.ID, Kind: "allergy", Text: "Pollen"})
	b.must(err)
	b.must(b.EditDocument(ctx, shared, vault.Edit{Title: ptr("là")}))
	if _, err := a.ReplaceKeys(ctx, []byte("neuve"), false); err != nil {
		t.Fatal(err)
	}
	a.seats[camille] = a.Seat()
	b.close()
	defer func() { b.Vault = nil; b.as(camille) }()

	if _, err := a.OpenCopy(ctx, b.path, nil); !errors.Is(err, vault.ErrWrongPassphrase) {
		t.Errorf("%v", err)
	}
	c, err := a.OpenCopy(ctx, b.path, passphraseOf(camille))
	a.must(err)
	merged, err := a.Merge(ctx, c, nil)
	a.must(err)
	a.must(c.Close())
	if len(merged.There.Documents) != 1 || len(merged.There.Entries) != 1 {
		t.Errorf("%+v", merged)
	}
	same(t, "added with the old keys", a.read(there), noise(2, 300_000))
	if x, err := a.Entry(entry.ID); err != nil || x.Text != "Pollen" {
		t.Errorf("%+v, %v", x, err)
	}
	a.told()
	if _, err := vault.Unlock(ctx, a.path, passphraseOf(camille), options()); !errors.Is(err, vault.ErrInUse) {
		t.Fatal(err)
	}
	a.close()
	if _, err := vault.Unlock(ctx, a.path, passphraseOf(camille), options()); !errors.Is(err, vault.ErrWrongPassphrase) {
		t.Errorf("the passphrase that was replaced: %v", err)
	}
	a.Vault = nil
	a.as(camille)

	// The other way round the file with the old keys says which to open.
	b.Vault, err = b.seats[camille].Open(b.path, options())
	b.must(err)
	path := a.path
	a.close()
	_, err = b.OpenCopy(ctx, path, []byte("neuve"))
	if !errors.Is(err, vault.ErrNewerKeys) {
		t.Errorf("%v", err)
	}
	b.close()
	a.Vault = nil
	a.as(camille)
}

// TestMergeConflict: a field that was changed on both sides keeps the later value,
// the other is told once and stays in the history; what one side erased for good
// and the other changed stays.
func TestMergeConflict(t *testing.T) {
	ctx := t.Context()
	a := newVault(t)
	both, gone, kept := a.add(a.lou.ID, "both.txt", []byte("a")), a.add(a.lou.ID, "gone.txt", []byte("b")), a.add(a.lou.ID, "kept.txt", noise(3, 300_000))
	a.must(a.RemoveDocuments(ctx, gone, kept))
	b := a.part()
	a.must(a.EditDocument(ctx, both, vault.Edit{Title: ptr("ici")}))
	a.must(a.EraseDocuments(ctx, nil, gone, kept))
	b.must(b.RestoreDocuments(ctx, kept))
	b.must(b.EditDocument(ctx, both, vault.Edit{Title: ptr("là"), Note: ptr("une note")}))
	merged := a.take(b)
	if len(merged.Conflicts) != 1 || merged.Conflicts[0].Document != both || merged.Conflicts[0].Field != "title" || merged.Conflicts[0].Here != "ici" || merged.Conflicts[0].There != "là" || merged.Conflicts[0].Kept {
		t.Errorf("%+v", merged.Conflicts)
	}
	d := a.document(both)
	if d.Title != "là" || d.Note != "une note" {
		t.Errorf("%+v", d)
	}
	changes, err := a.History(both)
	a.must(err)
	if said := fmt.Sprint(changes); !strings.Contains(said, "ici") || !strings.Contains(said, "là") {
		t.Errorf("history: %s", said)
	}
	if _, err := a.Document(gone); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("erased on one side, untouched on the other: %v", err)
	}
	same(t, "erased on one side, put back on the other", a.read(kept), noise(3, 300_000))
	if a.document(kept).RemovedAt != 0 {
		t.Error("it is in the bin")
	}
	if again := a.take(b); len(again.Conflicts) != 0 {
		t.Errorf("told again: %+v", again.Conflicts)
	}
	a.told()
}

// TestMergeRefuses: another vault, the very file, and a copy that is damaged.
func TestMergeRefuses(t *testing.T) {
	ctx := t.Context()
	a := newVault(t)
	if _, err := a.OpenCopy(ctx, a.path, nil); !errors.Is(err, vault.ErrItself) {
		t.Errorf("itself: %v", err)
	}
	path := filepath.Join(t.TempDir(), "other.carnet")
	v, _, err := vault.Create(ctx, path, vault.First{Name: camille, Birth: "1984-05-02", Passphrase: passphraseOf(camille)}, options())
	a.must(err)
	a.must(v.Close())
	if _, err := a.OpenCopy(ctx, path, passphraseOf(camille)); !errors.Is(err, vault.ErrOtherVault) {
		t.Errorf("another vault: %v", err)
	}
	b := a.part()
	b.add(b.me.ID, "large.bin", noise(4, 600_000))
	at := bytes.Index(readFile(t, b.path), firstChunk(t, b))
	b.close()
	spoilt := readFile(t, b.path)
	spoilt[at+1000] ^= 1
	writeFile(t, b.path, spoilt)
	defer func() { b.Vault = nil; b.as(camille) }()
	was := readFile(t, a.path)
	c, err := a.OpenCopy(ctx, b.path, nil)
	a.must(err)
	if _, err := a.Merge(ctx, c, nil); !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("damaged: %v", err)
	}
	a.must(c.Close())
	if got := a.told(); strings.Contains(got, "large") || len(was) == 0 {
		t.Error("something of it was taken")
	}
}

// firstChunk is a part of the sealed content of the only large document.
func firstChunk(t *testing.T, h *household) []byte {
	t.Helper()
	h.close()
	defer func() { h.Vault = nil; h.as(h.who) }()
	for _, v := range valuesOf(t, h.path) {
		if len(v.bytes) > 200_000 {
			return v.bytes[:4000]
		}
	}
	t.Fatal("no chunk")
	return nil
}

// mergeChild is the test binary as a child: it merges args[1] into args[0].
func mergeChild(args []string) error {
	ctx := context.Background()
	v, err := vault.Unlock(ctx, args[0], passphraseOf(camille), options())
	if err != nil {
		return err
	}
	c, err := v.OpenCopy(ctx, args[1], nil)
	if err != nil {
		return err
	}
	fmt.Println("open")
	if _, err := v.Merge(ctx, c, nil); err != nil {
		return err
	}
	fmt.Println("merged")
	return errors.Join(c.Close(), v.Close())
}

// TestKillDuringMerge: whenever the program is killed, this file has all it had and
// either all of the copy or nothing, and merging again ends well.
func TestKillDuringMerge(t *testing.T) {
	a := newVault(t)
	b := a.part()
	for i := range 12 {
		a.add(a.me.ID, fmt.Sprintf("here-%d.bin", i), noise(uint64(i), 100_000))
		b.add(b.me.ID, fmt.Sprintf("there-%d.bin", i), noise(uint64(100+i), 2_000_000))
	}
	a.close()
	b.close()
	defer func() { a.Vault, b.Vault = nil, nil; a.as(camille); b.as(camille) }()
	self, err := os.Executable()
	a.must(err)
	path := filepath.Join(t.TempDir(), "family.carnet")
	run := func(kill time.Duration) (took time.Duration, said string) {
		t.Helper()
		copyFile(t, a.path, path)
		cmd := exec.Command(self, "merge-child", path, b.path)
		out, err := cmd.StdoutPipe()
		a.must(err)
		a.must(cmd.Start())
		lines := bufio.NewScanner(out)
		lines.Scan()
		begin := time.Now()
		timer := time.AfterFunc(kill, func() { cmd.Process.Kill() })
		defer timer.Stop()
		for lines.Scan() {
			said += lines.Text()
		}
		_ = cmd.Wait() // killed, or not
		return time.Since(begin), said
	}
	whole, said := run(time.Minute)
	if said != "merged" {
		t.Fatalf("the merge that is not killed says %q", said)
	}
	outcomes := map[int]int{}
	for range 8 {
		_, said := run(time.Duration(rand.Int64N(int64(whole))))
		h := *a
		h.Vault, h.path = nil, path
		h.as(camille)
		n := len(h.documents(h.me.ID))
		if n != 12 && n != 24 || said == "merged" && n != 24 {
			t.Errorf("%d documents after %q", n, said)
		}
		outcomes[n]++
		c, err := h.OpenCopy(t.Context(), b.path, nil)
		h.must(err)
		_, err = h.Merge(t.Context(), c, nil)
		h.must(err)
		h.must(c.Close())
		if n := len(h.documents(h.me.ID)); n != 24 {
			t.Errorf("%d documents in the end", n)
		}
		h.sound()
		h.close()
	}
	t.Logf("a merge of %v, killed: documents %v", whole, outcomes)
}
