package vault_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"carnet/vault"
	"carnet/vault/proof"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// louPassphrase is that of Lou's own vault.
const louPassphrase = "les quatre chouettes de Lou"

// grownUp is Lou, who is eighteen today, with a record of every kind of thing.
type grownUp struct {
	*household
	path     string // of the new file
	kit      vault.KitCode
	contents map[record.ID][]byte // of what goes
	private  record.ID            // Camille's own, which stays
	secret   record.ID            // Dominique's own, which stays
	entry    record.ID
	erased   record.ID
}

func growUp(t testing.TB) *grownUp {
	t.Helper()
	h := newVault(t)
	ctx := context.Background()
	attesting(h)
	g := &grownUp{household: h, path: filepath.Join(t.TempDir(), "lou.carnet"), kit: vault.NewKitCode(), contents: map[record.ID][]byte{}}
	h.must(second(h.EditPatient(ctx, h.lou.ID, vault.PatientEdit{Birth: ptr("2008-11-20"), NIR: ptr("208117512345678")})))
	h.must(h.AddMember(ctx, h.lou.ID, sacha, record.RoleCarerAdds))
	for i, n := range []int{0, 900, 2049, 40_000, seal.ChunkSize + 7} {
		h.add(h.lou.ID, fmt.Sprintf("papier-%d.bin", i), fmt.Appendf(noise(uint64(i), n), "papier zygomorphe %d", i))
	}
	secret, _ := secretDocument(h)
	docs := slices.DeleteFunc(h.documents(h.lou.ID), func(d record.Document) bool { return d.ID == secret })
	h.must(h.EditDocument(ctx, docs[0].ID, vault.Edit{Title: ptr("Bilan zygomorphe"), Category: ptr("lab"), Date: ptr("2019-03"), Note: ptr(hiddenNote), Tag: []string{hiddenTag, "école"}}))
	h.must(h.RemoveDocuments(ctx, docs[1].ID))
	h.must(h.Mask(ctx, docs[2].ID, record.Professionals))
	h.must(h.Mask(ctx, secret, record.Guardians))
	bin := h.add(h.lou.ID, "effacé.txt", []byte("effacé"))
	h.must(h.RemoveDocuments(ctx, bin))
	h.must(h.EraseDocuments(ctx, nil, bin))
	g.erased = bin
	e, err := h.AddEntry(ctx, record.Entry{Patient: h.lou.ID, Kind: "allergy", Text: "Arachide quadrumane", Start: "2012", Source: record.SourceProfessional, Document: docs[0].ID})
	h.must(err)
	e.Text = "Arachides quadrumanes"
	h.must(h.EditEntry(ctx, e))
	g.entry = e.ID
	for _, d := range h.documents(h.lou.ID) {
		g.contents[d.ID] = h.read(d.ID)
	}
	g.private = h.add(h.lou.ID, "journal de Camille.txt", []byte("le journal catadioptre de Camille"))
	h.must(h.Mask(ctx, g.private, record.Everyone))
	h.as(dominique)
	g.secret = h.add(h.lou.ID, "journal de Dominique.txt", []byte("le journal de Dominique"))
	h.must(h.Mask(ctx, g.secret, record.Everyone))
	h.as(camille)
	h.must(h.Examine(ctx, nil, nil))
	return g
}

func (g *grownUp) how() vault.HandOver {
	return vault.HandOver{Path: g.path, Passphrase: []byte(louPassphrase), Kit: g.kit}
}

// own opens the new file.
func (g *grownUp) own() *household {
	g.t.Helper()
	v, err := vault.Unlock(g.t.Context(), g.path, []byte(louPassphrase), options())
	g.must(err)
	h := &household{Vault: v, t: g.t, path: g.path, who: lou}
	g.t.Cleanup(h.close)
	return h
}

// TestHandOver: all of the record is in the new file as it was, under nobody's keys
// but Lou's, and the family's file keeps the mention, the proof and what the
// parents keep to themselves.
func TestHandOver(t *testing.T) {
	t.Parallel()
	g := growUp(t)
	ctx := t.Context()
	before := map[record.ID]record.Document{}
	pasts := map[record.ID][]record.Change{}
	for id := range g.contents {
		before[id] = g.document(id)
		past, err := g.History(id)
		g.must(err)
		pasts[id] = past
	}
	entries, err := g.Entries(g.lou.ID)
	g.must(err)
	past, err := g.History(g.entry)
	g.must(err)
	erasures, err := g.Erasures(g.lou.ID)
	g.must(err)
	patients, err := g.Patients()
	g.must(err)
	kept := false
	how := g.how()
	how.Keep = func() error {
		kept = true
		if _, err := os.Lstat(g.path); err == nil {
			t.Error("the file has its name before the kit is kept")
		}
		return nil
	}
	told := int64(0)
	handed, err := g.HandOver(ctx, g.lou.ID, how, func(done, total int64) {
		if done < told || done > total {
			t.Errorf("%d of %d after %d", done, total, told)
		}
		told = done
	})
	if err != nil || !kept || told == 0 || handed.Name != lou || handed.By.Name != camille || handed.Left != 1 || handed.Received {
		t.Fatalf("%+v, %v", handed, err)
	}

	own := g.own()
	own.sound()
	people, err := own.Patients()
	if err != nil || len(people) != 1 || people[0].NIR != "208117512345678" || people[0].Birth != "2008-11-20" || people[0].ID == g.lou.ID {
		t.Fatalf("%+v, %v", people, err)
	}
	me := people[0]
	if members, err := own.Members(me.ID); err != nil || len(members) != 1 || members[0].Role != record.RoleHolder || members[0].Keyholder.Name != lou {
		t.Errorf("members %+v, %v", members, err)
	}
	if got := own.documents(me.ID); len(got) != len(g.contents) {
		t.Errorf("%d documents, want %d", len(got), len(g.contents))
	}
	for id, content := range g.contents {
		same(t, before[id].Title, own.read(id), content)
		got, want := own.document(id), before[id]
		want.Patient, want.Version, want.Hidden, want.Proposed, got.Proposed = me.ID, 1, nil, record.Proposal{}, record.Proposal{}
		if want.HiddenFromProfessionals {
			want.Hidden = []record.Audience{record.Professionals}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("document\n%+v, was\n%+v", got, want)
		}
		if history, err := own.History(id); err != nil || !reflect.DeepEqual(history, byName(pasts[id])) {
			t.Errorf("history %+v, was %+v, %v", history, pasts[id], err)
		}
		if by, err := own.AddedBy(id); err != nil || by != camille {
			t.Errorf("added by %q, %v", by, err)
		}
	}
	if got, err := own.Entries(me.ID); err != nil || len(got) != len(entries) {
		t.Errorf("entries %+v, %v", got, err)
	} else {
		for i := range got {
			entries[i].Patient = me.ID
			if got[i] != entries[i] {
				t.Errorf("entry %+v, was %+v", got[i], entries[i])
			}
		}
	}
	if history, err := own.History(g.entry); err != nil || len(past) != 2 || !reflect.DeepEqual(history, byName(past)) {
		t.Errorf("history %+v, was %+v, %v", history, past, err)
	}
	if got, err := own.Erasures(me.ID); err != nil || len(got) != 1 || len(erasures) != 1 || got[0].Document != g.erased || got[0].At != erasures[0].At || got[0].By.Name != camille {
		t.Errorf("erasures %+v, were %+v, %v", got, erasures, err)
	}
	// What is written there later begins a history of its own.
	own.must(own.EditDocument(ctx, slices.Collect(mapKeys(g.contents))[0], vault.Edit{Title: ptr("À moi")}))
	received, err := own.HandedOver()
	if err != nil || len(received) != 1 || !received[0].Received || !bytes.Equal(received[0].Proof, handed.Proof) {
		t.Errorf("received %+v, %v", received, err)
	}
	if recovered, err := vault.Recover(ctx, copyOf(t, own.path), g.kit, []byte("une autre"), options()); err != nil {
		t.Errorf("the kit: %v", err)
	} else {
		g.must(recovered.Close())
	}

	p, err := proof.Parse(handed.Proof)
	if err != nil {
		t.Fatal(err)
	}
	id, err := own.ID()
	g.must(err)
	if p.Kind != proof.HandOver || p.Into != id || p.Patient != g.lou.ID || p.Counts["documents"] != int64(len(g.contents)) || p.Counts["entries"] != 1 || p.Counts["erasures"] != 1 || len(p.Digests) != 3 {
		t.Errorf("proof %+v", p)
	}

	device, err := g.seats[camille].Identity()
	g.must(err)
	if key := device.Public().Sign; p.Signer != hex.EncodeToString(key[:]) {
		t.Error("the proof is signed by another device")
	}

	// Each parent still has what they kept to themselves, and no more.
	for name, stays := range map[string]record.ID{camille: g.private, dominique: g.secret} {
		g.as(name)
		g.sound()
		if got := g.documents(g.lou.ID); len(got) != 1 || got[0].ID != stays {
			t.Errorf("%s has %+v", name, got)
		}
		if got, err := g.Entries(g.lou.ID); err != nil || len(got) != 0 {
			t.Errorf("%s has entries %+v, %v", name, got, err)
		}
		if got, err := g.Patients(); err != nil || len(got) != len(patients)-map[string]int{dominique: 1}[name] {
			t.Errorf("%s sees %+v, %v", name, got, err)
		}
		for what, err := range map[string]error{
			"again": second(g.HandOver(ctx, g.lou.ID, g.how(), nil)), "entry": second(g.AddEntry(ctx, record.Entry{Patient: g.lou.ID, Kind: "allergy", Text: "x"})),
			"edit": second(g.EditPatient(ctx, g.lou.ID, vault.PatientEdit{Name: ptr("x")})), "member": g.AddMember(ctx, g.lou.ID, sacha, record.RoleCarerReads),
		} {
			if !errors.Is(err, vault.ErrHandedOver) {
				t.Errorf("%s: %v", what, err)
			}
		}
		for i := range g.Import(ctx, g.lou.ID, []string{g.path}, nil) {
			if !errors.Is(i.Err, vault.ErrHandedOver) {
				t.Errorf("import: %v", i.Err)
			}
		}
	}
	// Without anything left the person is no more among the patients.
	g.as(dominique)
	g.must(g.RemoveDocuments(ctx, g.secret))
	g.must(g.EraseDocuments(ctx, nil, g.secret))
	if got, err := g.Patients(); err != nil || slices.ContainsFunc(got, func(p record.Patient) bool { return p.ID == g.lou.ID }) {
		t.Errorf("still there: %+v, %v", got, err)
	}
	if all, err := g.HandedOver(); err != nil || len(all) != 1 || all[0].Name != lou || !bytes.Equal(all[0].Proof, handed.Proof) {
		t.Errorf("the mention: %+v, %v", all, err)
	}
	g.as(sacha)
	if got, err := g.Members(g.lou.ID); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("the carer still sees %+v", got)
	}
}

func mapKeys[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func copyOf(t testing.TB, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy.carnet")
	copyFile(t, path, to)
	return to
}

// TestHandOverKeys: with everything they ever had, passphrases, kits and all keys
// kept from before, the parents and the carer open nothing of the new file, and in
// the family's file nothing that went, free pages included. Lou opens all.
func TestHandOverKeys(t *testing.T) {
	t.Parallel()
	g := growUp(t)
	var pieces [][]byte
	deks := map[string]bool{}
	for id, content := range g.contents {
		if len(content) > 2048 {
			deks[hex.EncodeToString(g.ContentKey(id))] = true
		}
		pieces = append(pieces, g.traces(id)...)
	}
	before := g.snapshot()
	burglars := map[string]*burglar{}
	for _, name := range []string{camille, dominique, sacha} {
		g.as(name)
		b := g.burglar(name)
		for _, k := range g.Secrets() {
			b.keep(k)
		}
		if l := b.try(before); !l.contains([]byte("Bilan zygomorphe")) || !l.contains([]byte("quadrumanes")) || name != sacha && len(l.plain) < 100 {
			t.Fatalf("the search does not find, for %s, what is open to them", name)
		}
		burglars[name] = b
	}
	g.as(camille)
	epoch := g.CommonEpoch(g.lou.ID)
	handed, err := g.HandOver(t.Context(), g.lou.ID, g.how(), nil)
	g.must(err)
	if g.CommonEpoch(g.lou.ID) <= epoch {
		t.Error("the circle of the record has no new key")
	}
	raw := readFile(t, g.household.path)
	for _, piece := range pieces {
		if bytes.Contains(raw, piece) {
			t.Fatal("a piece of what went is still in the family's file")
		}
	}
	after := g.snapshot()
	new := copyOf(t, g.path)
	newRaw := readFile(t, new)
	for name, b := range burglars {
		l := b.try(after)
		if len(l.plain) < 10 {
			t.Fatalf("%s opens %d values: the search is not one", name, len(l.plain))
		}
		for _, secret := range []string{"zygomorphe", "quadruman", "archiptère", "galéopith", "208117512345678", "papier", "2008-11-20"} {
			if l.contains([]byte(secret)) {
				t.Errorf("%s still finds %q", name, secret)
			}
		}
		for dek := range deks {
			if l.deks[dek] {
				t.Errorf("%s still finds a key of a content", name)
			}
		}
		live := l.nonces()
		for nonce := range b.scan(raw) {
			if !live[nonce] {
				t.Errorf("%s opens something in the free pages", name)
			}
		}
		if l.contains([]byte("le journal catadioptre")) != (name == camille) {
			t.Errorf("%s and Camille's own document: wrong", name)
		}
		if l := b.try(new); len(l.plain) != 0 {
			t.Errorf("%s opens %d values of the new file", name, len(l.plain))
		}
		if found := b.scan(newRaw); len(found) != 0 {
			t.Errorf("%s opens %d envelopes of the new file", name, len(found))
		}
		if name == camille {
			for kit, code := range g.kits {
				if v, err := vault.Recover(t.Context(), new, code, []byte("x y z"), options()); err == nil {
					g.must(v.Close())
					t.Errorf("the kit of %s opens the new file", kit)
				}
			}
			if v, err := vault.Unlock(t.Context(), new, passphraseOf(name), options()); !errors.Is(err, vault.ErrWrongPassphrase) {
				t.Errorf("the passphrase of %s: %v, %v", name, v, err)
			}
		}
	}
	// Lou opens all: the search finds with her keys what it did not find without.
	own := g.own()
	device, err := own.Seat().Identity()
	g.must(err)
	l := (&burglar{t: t, devices: []*seal.Identity{device}, keys: map[[16]byte]*seal.CircleKey{}}).try(new)
	for _, secret := range []string{"Bilan zygomorphe", "quadrumanes", hiddenText, hiddenNote, hiddenTag, "papier zygomorphe 4", "208117512345678"} {
		if !l.contains([]byte(secret)) {
			t.Errorf("Lou does not find %q", secret)
		}
	}
	if l.contains([]byte("catadioptre")) {
		t.Error("Lou has what Camille kept to herself")
	}
	for _, word := range found(append(newRaw, readFile(t, g.household.path)...), []string{lou, "zygomorphe", "quadrumane", string(handed.Proof[:40]), louPassphrase}) {
		t.Errorf("in clear: %s", word)
	}
}

// TestHandOverBySelf: who hands over what is their own, with a passphrase in the
// family's file already, takes with them what they alone read, and not what is
// hidden from them; what goes besides is chosen.
func TestHandOverBySelf(t *testing.T) {
	t.Parallel()
	g := growUp(t)
	ctx := t.Context()
	g.must(g.AddMember(ctx, g.me.ID, sacha, record.RoleGuardian))
	g.must(second(g.EditPatient(ctx, g.me.ID, vault.PatientEdit{Birth: ptr("2008-02-29")})))
	common := g.add(g.me.ID, "commun.txt", []byte("commun"))
	fromSacha := g.add(g.me.ID, "caché.txt", []byte("caché à Sacha"))
	chosen := g.add(g.me.ID, "choisi.txt", []byte("choisi"))
	g.must(g.Mask(ctx, fromSacha, sacha))
	g.must(g.Mask(ctx, chosen, record.Everyone))
	how := g.how()
	if goes, stay, err := g.PlanHandOver(g.me.ID, how); err != nil || goes != 3 || stay != 0 {
		t.Errorf("Camille herself: %d go, %d stay, %v", goes, stay, err)
	}
	how.As = sacha
	if goes, stay, err := g.PlanHandOver(g.me.ID, how); err != nil || goes != 1 || stay != 2 {
		t.Errorf("%d go, %d stay, %v", goes, stay, err)
	}
	how.Also = []record.ID{chosen}
	if goes, stay, err := g.PlanHandOver(g.me.ID, how); err != nil || goes != 2 || stay != 1 {
		t.Errorf("%d go, %d stay, %v", goes, stay, err)
	}
	g.as(sacha)
	mine := g.add(g.me.ID, "à moi.txt", []byte("à moi seul"))
	g.must(g.Mask(ctx, mine, record.Everyone))
	how.Also = nil
	if handed, err := g.HandOver(ctx, g.me.ID, how, nil); err != nil || handed.Left != 0 {
		t.Fatalf("%+v, %v", handed, err)
	}
	own := g.own()
	people, err := own.Patients()
	g.must(err)
	var got []record.ID
	for _, d := range own.documents(people[0].ID) {
		got = append(got, d.ID)
	}
	if len(got) != 2 || !slices.Contains(got, common) || !slices.Contains(got, mine) {
		t.Errorf("has %v", got)
	}
	g.as(camille)
	g.sound()
	if left := g.documents(g.me.ID); len(left) != 2 {
		t.Errorf("left %+v", left)
	}
}

func TestHandOverRefuses(t *testing.T) {
	t.Parallel()
	g := growUp(t)
	ctx := t.Context()
	sum := digest(readFile(t, g.household.path))
	other := filepath.Join(t.TempDir(), "other")
	writeFile(t, other, []byte("autre chose"))
	stop := errors.New("no printer")
	for what, c := range map[string]struct {
		patient record.ID
		change  func(*vault.HandOver)
		want    error
	}{
		"nobody":      {record.ID{9}, func(*vault.HandOver) {}, vault.ErrNoPatient},
		"stranger":    {g.lou.ID, func(h *vault.HandOver) { h.As = "Personne" }, vault.ErrNoKeyholder},
		"no document": {g.lou.ID, func(h *vault.HandOver) { h.Also = []record.ID{{7}} }, vault.ErrNoDocument},
		"another's":   {g.lou.ID, func(h *vault.HandOver) { h.Also = []record.ID{g.secret} }, vault.ErrNoDocument},
		"passphrase":  {g.lou.ID, func(h *vault.HandOver) { h.Passphrase = nil }, vault.ErrPassphraseEmpty},
		"name":        {g.lou.ID, func(h *vault.HandOver) { h.Name = strings.Repeat("x", 1000) }, vault.ErrName},
		"a file":      {g.lou.ID, func(h *vault.HandOver) { h.Path = other }, vault.ErrOtherHandOver},
		"itself":      {g.lou.ID, func(h *vault.HandOver) { h.Path = g.household.path }, vault.ErrOtherHandOver},
		"kit":         {g.lou.ID, func(h *vault.HandOver) { h.Keep = func() error { return stop } }, stop},
	} {
		how := g.how()
		c.change(&how)
		if _, err := g.HandOver(ctx, c.patient, how, nil); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
		if left, err := os.ReadDir(filepath.Dir(g.path)); err != nil || len(left) != 0 {
			t.Errorf("%s: left %v, %v", what, left, err)
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	how := g.how()
	how.Keep = func() error { cancel(); return nil }
	if _, err := g.HandOver(cancelled, g.lou.ID, how, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if !bytes.Equal(digest(readFile(t, g.household.path)), sum) {
		t.Error("a refused hand-over wrote in the family's file")
	}
	for birth, emancipated := range map[string]bool{"2008-11-21": false, "2010-01-01": true} {
		g.must(second(g.EditPatient(ctx, g.lou.ID, vault.PatientEdit{Birth: &birth})))
		how := g.how()
		if _, _, err := g.PlanHandOver(g.lou.ID, how); !errors.Is(err, vault.ErrNotOfAge) {
			t.Errorf("born on %s: %v", birth, err)
		}
		how.Emancipated = emancipated
		if _, _, err := g.PlanHandOver(g.lou.ID, how); emancipated && err != nil {
			t.Errorf("emancipated: %v", err)
		}
	}
	g.must(second(g.EditPatient(ctx, g.lou.ID, vault.PatientEdit{Birth: ptr("2000-01-01"), Deceased: ptr("2020")})))
	if _, _, err := g.PlanHandOver(g.lou.ID, g.how()); !errors.Is(err, vault.ErrNotOfAge) {
		t.Errorf("deceased: %v", err)
	}
	g.must(second(g.EditPatient(ctx, g.lou.ID, vault.PatientEdit{Deceased: ptr("")})))
	g.as(sacha)
	if _, err := g.HandOver(ctx, g.lou.ID, g.how(), nil); !errors.Is(err, vault.ErrNotAllowed) {
		t.Errorf("a carer: %v", err)
	}
	if err := g.UndoHandOver(ctx, g.lou.ID, g.how()); !errors.Is(err, vault.ErrNotAllowed) {
		t.Errorf("a carer takes it back: %v", err)
	}
}

// TestHandOverUndone: a hand-over that was interrupted with its new file whole is taken
// back, whatever was written in the family's file meanwhile, but for a new file that
// its person went on with.
func TestHandOverUndone(t *testing.T) {
	t.Parallel()
	g := growUp(t)
	ctx := t.Context()
	g.must(g.Close())
	family := copyOf(t, g.household.path)
	g.as(camille)
	g.must(second(g.HandOver(ctx, g.lou.ID, g.how(), nil)))
	if err := g.UndoHandOver(ctx, g.lou.ID, g.how()); !errors.Is(err, vault.ErrHandedOver) {
		t.Errorf("what is in the new file alone: %v", err)
	}
	v, err := g.seats[camille].Open(family, options())
	g.must(err)
	h := &household{Vault: v, t: t, path: family}
	defer func() { h.close() }()
	part := filepath.Join(filepath.Dir(g.path), "."+filepath.Base(g.path)+".part")
	writeFile(t, part, []byte("pas fini"))

	other := g.how()
	other.Path = filepath.Join(t.TempDir(), "autre")
	writeFile(t, other.Path, []byte("autre chose"))
	wrong := g.how()
	wrong.Passphrase = []byte("une autre phrase")
	lived := g.how()
	lived.Path = copyOf(t, g.path)
	own, err := vault.Unlock(ctx, lived.Path, lived.Passphrase, options())
	g.must(err)
	people, err := own.Patients()
	g.must(err)
	g.must(second(own.AddEntry(ctx, record.Entry{Patient: people[0].ID, Kind: "allergy", Text: "Pollen"})))
	g.must(own.Close())
	for what, how := range map[string]vault.HandOver{"another file": other, "another passphrase": wrong, "written in since": lived} {
		if err := h.UndoHandOver(ctx, g.lou.ID, how); !errors.Is(err, vault.ErrOtherHandOver) {
			t.Errorf("%s: %v", what, err)
		}
		if _, err := os.Lstat(how.Path); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}

	g.must(second(h.AddEntry(ctx, record.Entry{Patient: g.lou.ID, Kind: "allergy", Text: "Pollen"})))
	if _, err := h.HandOver(ctx, g.lou.ID, g.how(), nil); !errors.Is(err, vault.ErrOtherHandOver) {
		t.Errorf("a record that has changed: %v", err)
	}
	for range 2 { // the second time there is nothing to do
		g.must(h.UndoHandOver(ctx, g.lou.ID, g.how()))
		if left, err := os.ReadDir(filepath.Dir(g.path)); err != nil || len(left) != 0 {
			t.Errorf("left %v, %v", left, err)
		}
	}
	for id, content := range g.contents {
		same(t, "content", h.read(id), content)
	}
	h.sound()
	g.must(second(h.HandOver(ctx, g.lou.ID, g.how(), nil)))
	if _, err := os.Lstat(g.path); err != nil {
		t.Error(err)
	}
}

// TestDeceased: a death is declared with any precision, and taken back.
func TestDeceased(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	for _, day := range []string{"2026", "2026-11", "2026-11-20", "2015"} {
		p, err := h.EditPatient(ctx, h.lou.ID, vault.PatientEdit{Deceased: &day})
		if err != nil || p.Deceased != day || p.Reminded() {
			t.Errorf("%s: %+v, %v", day, p, err)
		}
	}
	h.reopen()
	for _, day := range []string{"2027", "hier", "2015-08", "2014", "2026-13"} {
		if _, err := h.EditPatient(ctx, h.lou.ID, vault.PatientEdit{Deceased: &day}); !errors.Is(err, vault.ErrDate) {
			t.Errorf("%s: %v", day, err)
		}
	}
	id := h.add(h.lou.ID, "a.txt", []byte("a"))
	if len(h.read(id)) != 1 {
		t.Error("the record is not readable")
	}
	p, err := h.EditPatient(ctx, h.lou.ID, vault.PatientEdit{Deceased: ptr("")})
	if err != nil || !p.Reminded() {
		t.Errorf("%+v, %v", p, err)
	}
}

// byName are changes as another vault tells them: it knows people by name alone.
func byName(changes []record.Change) []record.Change {
	for i := range changes {
		changes[i].By.ID = record.ID{}
	}
	return changes
}
