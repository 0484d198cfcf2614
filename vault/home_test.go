package vault_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"carnet/vault"
	"carnet/vault/record"
)

// otherHome is the vault of a parent who lives elsewhere.
func otherHome(t *testing.T, name string) *household {
	t.Helper()
	h := elsewhere(t, name, "1983-03-03")
	h.reopen()
	return h
}

// code is the code of the one who is open, as it travels.
func (h *household) code() *vault.HomeCode {
	h.t.Helper()
	made, err := h.HomeCode()
	h.must(err)
	read, err := vault.ParseHomeCode(made.Bytes())
	h.must(err)
	if read.Fingerprint() != made.Fingerprint() || read.Name != made.Name {
		h.t.Errorf("the code of %q reads as %q", made.Name, read.Name)
	}
	return &read
}

// sends seals Lou's record to the other household.
func (h *household) sends(to *vault.HomeCode) string {
	h.t.Helper()
	path := filepath.Join(h.t.TempDir(), "lou.age")
	p, err := h.ExportPatient(h.t.Context(), h.lou.ID, path, to, nil)
	if err != nil {
		h.t.Fatalf("export: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() != p.Bytes || p.Changes == 0 || len(p.To) == 0 {
		h.t.Fatalf("%+v, %v", p, err)
	}
	return path
}

// receives merges a parcel; the preview says the same.
func (h *household) receives(path string) vault.Merged {
	h.t.Helper()
	c, err := h.OpenParcel(h.t.Context(), path)
	if err != nil {
		h.t.Fatalf("open the parcel: %v", err)
	}
	preview, err := h.Compare(h.t.Context(), c)
	h.must(err)
	merged, err := h.Merge(h.t.Context(), c, nil)
	if err != nil {
		h.t.Fatalf("merge: %v", err)
	}
	if got, want := fmt.Sprintf("%+v", merged), fmt.Sprintf("%+v", preview); got != want {
		h.t.Errorf("the preview says\n%s\nand the merge\n%s", want, got)
	}
	h.must(c.Close())
	h.reopen()
	h.sound()
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(h.path), ".*.aside")); err != nil || len(left) > 0 {
		h.t.Errorf("left on the disk: %v, %v", left, err)
	}
	return merged
}

// saysOf is all that the one who is open reads of a record, as text.
func (h *household) saysOf(patient record.ID) string {
	h.t.Helper()
	var b strings.Builder
	patients, err := h.Patients()
	h.must(err)
	for _, p := range patients {
		if p.ID == patient {
			fmt.Fprintf(&b, "%+v\n", p)
		}
	}
	members, err := h.Members(patient)
	h.must(err)
	fmt.Fprintf(&b, "%+v\n", members)
	docs := h.documents(patient)
	slices.SortFunc(docs, func(x, y record.Document) int { return bytes.Compare(x.ID[:], y.ID[:]) })
	for _, d := range docs {
		d.Proposed = record.Proposal{}
		by, err := h.AddedBy(d.ID)
		h.must(err)
		history, err := h.History(d.ID)
		h.must(err)
		fmt.Fprintf(&b, "%+v %x by %s %+v\n", d, digest(h.read(d.ID)), by, history)
	}
	entries, err := h.Entries(patient)
	h.must(err)
	slices.SortFunc(entries, func(x, y record.Entry) int { return bytes.Compare(x.ID[:], y.ID[:]) })
	for _, x := range entries {
		history, err := h.History(x.ID)
		h.must(err)
		fmt.Fprintf(&b, "%+v %+v\n", x, history)
	}
	erased, err := h.Erasures(patient)
	h.must(err)
	for _, x := range erased {
		fmt.Fprintf(&b, "erased %v\n", x.Document)
	}
	return b.String()
}

// TestTwoHouseholds: a child goes from one vault into the other, both write, and the
// record comes back: nothing is lost, what both changed is told once, and each goes on
// alone.
func TestTwoHouseholds(t *testing.T) {
	const alex = "Alex Martin"
	ctx := t.Context()
	a, b := newVault(t), otherHome(t, alex)
	shared := a.add(a.lou.ID, "carnet.txt", noise(1, 300_000))
	hidden := a.add(a.lou.ID, "hidden.txt", []byte("pour Camille seule"))
	a.must(a.Mask(ctx, hidden, record.Everyone))
	allergy, err := a.AddEntry(ctx, record.Entry{Patient: a.lou.ID, Kind: "allergy", Text: "Arachide"})
	a.must(err)
	own := a.add(a.me.ID, "own.txt", []byte("de Camille"))

	path := filepath.Join(t.TempDir(), "early.age")
	if _, err := a.ExportPatient(ctx, a.lou.ID, path, nil, nil); !errors.Is(err, vault.ErrNoOtherHome) {
		t.Errorf("nobody to seal it to: %v", err)
	}
	if _, err := a.ExportPatient(ctx, a.lou.ID, path, a.code(), nil); !errors.Is(err, vault.ErrMember) {
		t.Errorf("one's own code: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a refused export left a file: %v", err)
	}
	sent := a.sends(b.code())
	if _, err := a.ExportPatient(ctx, a.lou.ID, sent, nil, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file: %v", err)
	}
	stranger := otherHome(t, "Noé Petit")
	if _, err := stranger.OpenParcel(ctx, sent); !errors.Is(err, vault.ErrNotForUs) {
		t.Errorf("a stranger: %v", err)
	}
	file := readFile(t, sent)
	for name, bad := range map[string][]byte{"cut": file[:len(file)-1], "half": file[:len(file)/2], "altered": flipped(file, len(file)/2), "none": []byte("rien")} {
		at := filepath.Join(t.TempDir(), "bad.age")
		writeFile(t, at, bad)
		before := readFile(t, b.path)
		if _, err := b.OpenParcel(ctx, at); !errors.Is(err, vault.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		same(t, "the vault after "+name, readFile(t, b.path), before)
	}

	b.lou = a.lou
	first := b.receives(sent)
	if len(first.There.Patients) != 1 || first.There.Patients[0].Name != lou {
		t.Errorf("%+v", first)
	}
	same(t, "the document", b.read(shared), noise(1, 300_000))
	if _, err := b.Document(hidden); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("what Camille keeps to herself: %v", err)
	}
	if _, err := b.Document(own); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("what is Camille's own: %v", err)
	}
	if by, err := b.AddedBy(shared); err != nil || by != camille {
		t.Errorf("added by %q, %v", by, err)
	}
	if again := b.receives(sent); again.There.Changes+len(again.There.Documents) > 0 {
		t.Errorf("the same parcel once more: %+v", again)
	}

	// Both write: the same title, a document that both have, and one each.
	a.must(a.EditDocument(ctx, shared, vault.Edit{Title: ptr("Carnet chez Camille")}))
	b.must(b.EditDocument(ctx, shared, vault.Edit{Title: ptr("Carnet chez Alex")}))
	a.add(a.lou.ID, "both.txt", []byte("les deux l'ont reçu"))
	b.add(b.lou.ID, "both.txt", []byte("les deux l'ont reçu"))
	there := b.add(b.lou.ID, "there.txt", noise(3, 70_000))
	x, err := b.Entry(allergy.ID)
	b.must(err)
	x.Note = "confirmée"
	b.must(b.EditEntry(ctx, x))

	back := a.receives(b.sends(nil))
	if len(back.Conflicts) != 1 || back.Conflicts[0].Field != "title" || len(back.Duplicates) != 1 || len(back.There.Documents) != 2 {
		t.Errorf("%+v", back)
	}
	same(t, "from the other household", a.read(there), noise(3, 70_000))
	if again := b.receives(a.sends(nil)); len(again.Conflicts)+len(again.Duplicates) > 1 {
		t.Errorf("told in the other household: %+v", again)
	}
	if again := a.receives(b.sends(nil)); len(again.Conflicts)+len(again.Duplicates) > 0 {
		t.Errorf("told twice: %+v", again)
	}
	if one, other := a.saysOf(a.lou.ID), b.saysOf(b.lou.ID); visible(one, hidden) != visible(other, hidden) {
		t.Errorf("the two vaults differ:\n%s", difference(one, other))
	}

	// Each goes on alone: one closes the record, the other keeps it.
	how := vault.Closure{NoExport: true, Erase: true, Irreversible: true}
	if _, err := b.ClosePatient(ctx, b.lou.ID, how, nil); err != nil {
		t.Fatalf("close: %v", err)
	}
	if _, err := b.OpenParcel(ctx, sent); !errors.Is(err, vault.ErrClosedHere) {
		t.Errorf("closed for good: %v", err)
	}
	same(t, "in the other household", a.read(there), noise(3, 70_000))
	a.sound()
}

func flipped(b []byte, at int) []byte {
	out := bytes.Clone(b)
	out[at] ^= 1
	return out
}

// visible leaves out the lines of a document.
func visible(said string, hidden record.ID) string {
	return strings.Join(slices.DeleteFunc(strings.Split(said, "\n"), func(line string) bool { return strings.Contains(line, hidden.String()) }), "\n")
}

// TestHomesMeet: two households write at random and exchange the record both ways;
// afterwards both say the same and nothing that either had is lost.
func TestHomesMeet(t *testing.T) {
	rounds := 2
	if os.Getenv("CARNET_TORTURE") != "" {
		rounds = 60
	}
	for range rounds {
		seed := rand.Uint64()
		if s := os.Getenv("CARNET_SEED"); s != "" {
			if _, err := fmt.Sscan(s, &seed); err != nil {
				t.Fatal(err)
			}
		}
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 2))
			a, b := newVault(t), otherHome(t, "Alex Martin")
			a.writes(r, 5, "before")
			b.lou = a.lou
			b.receives(a.sends(b.code()))
			kept := map[record.ID]bool{}
			for round := range 2 {
				a.writes(r, 6, fmt.Sprintf("here%d", round))
				b.writes(r, 6, fmt.Sprintf("there%d", round))
				for _, h := range []*household{a, b} {
					for _, d := range h.documents(h.lou.ID) {
						kept[d.ID] = true
					}
				}
				if r.IntN(2) == 0 {
					b.receives(a.sends(nil))
					a.receives(b.sends(nil))
				} else {
					a.receives(b.sends(nil))
					b.receives(a.sends(nil))
				}
			}
			b.receives(a.sends(nil)) // what the last merge itself wrote
			one, other := a.saysOf(a.lou.ID), b.saysOf(b.lou.ID)
			if one != other {
				t.Fatalf("the two households differ:\n%s", difference(one, other))
			}
			for id := range kept {
				if !strings.Contains(one, id.String()) {
					t.Errorf("document %v is lost", id)
				}
			}
			// The comparison sees what one of them alone has.
			b.add(b.lou.ID, "later.txt", []byte("plus tard"))
			if a.saysOf(a.lou.ID) == b.saysOf(b.lou.ID) {
				t.Error("a document that was not exchanged goes unnoticed")
			}
		})
	}
}

// writes makes a few random changes in Lou's record.
func (h *household) writes(r *rand.Rand, steps int, label string) {
	h.t.Helper()
	ctx := h.t.Context()
	for i := range steps {
		name := fmt.Sprintf("%s-%d", label, i)
		docs := h.documents(h.lou.ID)
		slices.SortFunc(docs, func(x, y record.Document) int { return bytes.Compare(x.ID[:], y.ID[:]) })
		entries, err := h.Entries(h.lou.ID)
		h.must(err)
		if len(docs) == 0 || r.IntN(4) == 0 {
			h.add(h.lou.ID, name+".txt", append([]byte(name), noise(r.Uint64(), []int{40, 3000, 300_000}[r.IntN(3)])...))
			continue
		}
		d := docs[r.IntN(len(docs))]
		switch k := r.IntN(8); {
		case k == 0:
			_, err = h.AddEntry(ctx, record.Entry{Patient: h.lou.ID, Kind: "allergy", Text: name})
		case k == 1 && len(entries) > 0:
			x := entries[r.IntN(len(entries))]
			x.Note = name
			err = h.EditEntry(ctx, x)
		case k == 2 && d.RemovedAt == 0:
			err = h.RemoveDocuments(ctx, d.ID)
		case k == 3 && d.RemovedAt != 0:
			err = h.RestoreDocuments(ctx, d.ID)
		case k == 4 && d.RemovedAt != 0:
			err = h.EraseDocuments(ctx, nil, d.ID)
		case k == 5:
			_, err = h.EditPatient(ctx, h.lou.ID, vault.PatientEdit{NIR: &name})
		case k == 6:
			err = h.EditDocument(ctx, d.ID, vault.Edit{Note: &name, Tag: []string{name}})
		default:
			err = h.EditDocument(ctx, d.ID, vault.Edit{Title: &name})
		}
		if err != nil {
			h.t.Fatalf("step %d: %v", i, err)
		}
	}
}

// FuzzHomeCode: what is no code of a household is refused, and what is one says the
// same again.
func FuzzHomeCode(f *testing.F) {
	f.Add([]byte("carnet-foyer-1\n"))
	f.Add([]byte("carnet-foyer-1\nhkA="))
	f.Fuzz(func(t *testing.T, b []byte) {
		code, err := vault.ParseHomeCode(b)
		if err != nil {
			if !errors.Is(err, vault.ErrHomeCode) {
				t.Fatal(err)
			}
			return
		}
		again, err := vault.ParseHomeCode(code.Bytes())
		if err != nil || again.Fingerprint() != code.Fingerprint() || again.Name != code.Name {
			t.Fatalf("%q is %q when written again, %v", code.Name, again.Name, err)
		}
	})
}
