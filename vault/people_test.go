package vault_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"carnet/vault"
	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

func TestPatients(t *testing.T) {
	h := newVault(t)
	names := func() (out []string) {
		patients, err := h.Patients()
		h.must(err)
		for _, p := range patients {
			out = append(out, p.Name+" "+p.Birth)
		}
		return out
	}
	if got := names(); !slices.Equal(got, []string{camille + " 1984-05-02", lou + " 2015-09-30"}) {
		t.Errorf("Camille sees %v", got)
	}
	h.as(dominique)
	if got := names(); !slices.Equal(got, []string{lou + " 2015-09-30"}) {
		t.Errorf("Dominique sees %v", got)
	}
	own, err := h.AddPatient(t.Context(), record.Patient{Name: dominique, Birth: "1982-01-01", Sex: record.Male}, true)
	h.must(err)
	members, err := h.Members(own.ID)
	h.must(err)
	if len(members) != 1 || members[0].Role != record.RoleHolder || members[0].Keyholder.Name != dominique {
		t.Errorf("members of one's own record: %+v", members)
	}
	members, err = h.Members(h.lou.ID)
	h.must(err)
	if len(members) != 2 || members[0].Role != record.RoleGuardian || members[1].Role != record.RoleGuardian {
		t.Errorf("members of the child's record: %+v", members)
	}
	for _, c := range []struct {
		p         record.Patient
		guardians []string
		want      error
	}{
		{record.Patient{Name: "", Birth: "2020-01-01"}, nil, vault.ErrName},
		{record.Patient{Name: " Espace", Birth: "2020-01-01"}, nil, vault.ErrName},
		{record.Patient{Name: "Ligne\nDeux", Birth: "2020-01-01"}, nil, vault.ErrName},
		{record.Patient{Name: "A", Birth: "2020"}, nil, vault.ErrDate},
		{record.Patient{Name: "A", Birth: "2027-01-01"}, nil, vault.ErrDate},
		{record.Patient{Name: "A", Birth: "2020-02-30"}, nil, vault.ErrDate},
		{record.Patient{Name: "LOU KERVALAN", Birth: "2015-09-30"}, nil, vault.ErrNameTaken},
		{record.Patient{Name: "A", Birth: "2020-01-01"}, []string{"Personne"}, vault.ErrNoKeyholder},
	} {
		if _, err := h.AddPatient(t.Context(), c.p, false, c.guardians...); !errors.Is(err, c.want) {
			t.Errorf("%q: %v, not %v", c.p.Name, err, c.want)
		}
	}
	h.reopen()
	if got := names(); len(got) != 2 {
		t.Errorf("after refusals: %v", got)
	}
	h.sound()
}

func TestAddMemberRefusals(t *testing.T) {
	h := newVault(t)
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerReads))
	for _, c := range []struct {
		patient record.ID
		name    string
		role    record.Role
		want    error
	}{
		{h.lou.ID, "Personne", record.RoleCarerReads, vault.ErrNoKeyholder},
		{h.lou.ID, sacha, record.RoleCarerAdds, vault.ErrMember},
		{h.me.ID, dominique, record.RoleHolder, vault.ErrRole},
		{h.me.ID, dominique, "cousin", vault.ErrRole},
		{record.ID{1}, sacha, record.RoleCarerReads, vault.ErrNoPatient},
	} {
		if err := h.AddMember(t.Context(), c.patient, c.name, c.role); !errors.Is(err, c.want) {
			t.Errorf("add %s as %s: %v, not %v", c.name, c.role, err, c.want)
		}
	}
	if _, err := h.Members(record.ID{1}); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("members of nobody: %v", err)
	}
	h.sound()
}

func TestCarerWhoReads(t *testing.T) {
	h := newVault(t)
	id := h.add(h.lou.ID, "parents.txt", []byte("des parents"))
	bin := h.add(h.lou.ID, "corbeille.txt", []byte("corbeille"))
	h.must(h.RemoveDocuments(t.Context(), bin))
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerReads))
	h.as(sacha)
	operations := h.Operations()
	same(t, "content", h.read(id), []byte("des parents"))
	for what, err := range map[string]error{
		"edit":                  h.EditDocument(t.Context(), id, vault.Edit{Title: ptr("x")}),
		"remove":                h.RemoveDocuments(t.Context(), id),
		"restore":               h.RestoreDocuments(t.Context(), bin),
		"mask":                  h.Mask(t.Context(), id, record.Everyone),
		"hide":                  h.Mask(t.Context(), id, record.Professionals),
		"erase":                 h.EraseDocuments(t.Context(), nil, bin),
		"export":                h.Extract(t.Context(), id, filepath.Join(t.TempDir(), "copie.txt")),
		"export several":        second(h.ExtractAll(t.Context(), []record.ID{id}, t.TempDir(), nil)),
		"export what is opened": second(h.Open(t.Context(), id, record.DocumentExported)),
		"share":                 h.AddMember(t.Context(), h.lou.ID, dominique, record.RoleCarerReads),
		"add an entry":          second(h.AddEntry(t.Context(), record.Entry{Kind: "condition", Patient: h.lou.ID, Text: "x"})),
		"dismiss":               h.RemoveMember(t.Context(), h.lou.ID, dominique),
	} {
		if !errors.Is(err, vault.ErrNotAllowed) && !(what == "dismiss" && errors.Is(err, vault.ErrGuardian)) && !(what == "share" && errors.Is(err, vault.ErrMember)) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if n := h.Operations(); n != operations {
		t.Errorf("refused acts left %d operations", n-operations)
	}
	h.reopen()
	if d := h.document(id); d.Title != "parents" || d.RemovedAt != 0 || len(d.Hidden) != 0 {
		t.Errorf("a refused act changed %+v", d)
	}
	h.must(h.RemoveMember(t.Context(), h.lou.ID, sacha)) // everybody may leave
	if _, err := h.Documents(h.lou.ID); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("after leaving: %v", err)
	}
	h.reopen()
	if patients, err := h.Patients(); err != nil || len(patients) != 0 {
		t.Errorf("after leaving: %v, %v", patients, err)
	}
}

func TestCarerWhoAdds(t *testing.T) {
	h := newVault(t)
	theirs := h.add(h.lou.ID, "parents.txt", []byte("des parents"))
	shared := h.add(h.lou.ID, "commun.txt", []byte("commun"))
	_, err := h.AddKeyholder(t.Context(), "Noa", passphraseOf("Noa"))
	h.must(err)
	binned := h.add(h.lou.ID, "corbeille.txt", []byte("corbeille"))
	h.must(h.RemoveDocuments(t.Context(), binned))
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerAdds))
	h.as(sacha)
	own := h.add(h.lou.ID, "aide.txt", []byte("de l’aide"))
	h.must(h.EditDocument(t.Context(), own, vault.Edit{Title: ptr("de l’aide")}))
	h.must(h.EditDocument(t.Context(), shared, vault.Edit{Title: ptr("corrigé")}))
	h.must(h.RemoveDocuments(t.Context(), own))
	h.must(h.RestoreDocuments(t.Context(), own))
	for what, err := range map[string]error{
		"remove what the parents added": h.RemoveDocuments(t.Context(), theirs),
		"remove what they edited only":  h.RemoveDocuments(t.Context(), shared),
		"mask what the parents added":   h.Mask(t.Context(), theirs, record.Everyone),
		"admit somebody":                h.AddMember(t.Context(), h.lou.ID, "Noa", record.RoleCarerReads),
		"export what they added":        h.Extract(t.Context(), own, filepath.Join(t.TempDir(), "copie.txt")),
		"erase what the parents binned": h.EraseDocuments(t.Context(), nil, binned),
	} {
		if !errors.Is(err, vault.ErrNotAllowed) {
			t.Errorf("%s: %v", what, err)
		}
	}
	h.as(camille)
	h.must(h.EditDocument(t.Context(), own, vault.Edit{Title: ptr("relu par Camille")}))
	h.as(sacha)
	if err := h.RemoveDocuments(t.Context(), own); !errors.Is(err, vault.ErrNotAllowed) {
		t.Errorf("remove what a parent has edited since: %v", err)
	}
	if n := len(h.documents(h.lou.ID)); n != 4 {
		t.Errorf("%d documents, not 4", n)
	}
	h.sound()
}

func TestGuardiansStay(t *testing.T) {
	h := newVault(t)
	if err := h.RemoveMember(t.Context(), h.lou.ID, dominique); !errors.Is(err, vault.ErrGuardian) {
		t.Errorf("remove the other guardian: %v", err)
	}
	if _, err := h.RemoveKeyholder(t.Context(), dominique); !errors.Is(err, vault.ErrGuardian) {
		t.Errorf("remove a keyholder who is a guardian: %v", err)
	}
	if err := h.RemoveMember(t.Context(), h.lou.ID, sacha); !errors.Is(err, vault.ErrNotMember) {
		t.Errorf("remove somebody who has no part: %v", err)
	}
	if err := h.RemoveMember(t.Context(), h.lou.ID, "Personne"); !errors.Is(err, vault.ErrNoKeyholder) {
		t.Errorf("remove nobody: %v", err)
	}
	if _, err := h.RemoveKeyholder(t.Context(), "Personne"); !errors.Is(err, vault.ErrNoKeyholder) {
		t.Errorf("remove no keyholder: %v", err)
	}
	if _, err := h.RemoveKeyholder(t.Context(), camille); !errors.Is(err, vault.ErrLastGuardian) {
		t.Errorf("the holder leaves: %v", err)
	}
	h.reopen()
	h.must(h.RemoveMember(t.Context(), h.lou.ID, camille)) // Dominique remains
	h.as(dominique)
	h.add(h.lou.ID, "a.txt", []byte("a"))
	if err := h.RemoveMember(t.Context(), h.lou.ID, dominique); !errors.Is(err, vault.ErrLastGuardian) {
		t.Errorf("the last guardian leaves: %v", err)
	}
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerAdds))
	if err := h.RemoveMember(t.Context(), h.lou.ID, dominique); !errors.Is(err, vault.ErrLastGuardian) {
		t.Errorf("the last guardian leaves a carer alone: %v", err)
	}
	h.must(h.AddMember(t.Context(), h.lou.ID, camille, record.RoleGuardian)) // comes back
	h.as(camille)
	if n := len(h.documents(h.lou.ID)); n != 1 {
		t.Errorf("the guardian who came back sees %d documents", n)
	}
	h.sound()
}

// TestHolderRemovesGuardian: at majority the young person, who is the holder,
// removes those who were their guardians.
func TestHolderRemovesGuardian(t *testing.T) {
	h := newVault(t)
	h.must(h.AddMember(t.Context(), h.me.ID, dominique, record.RoleGuardian))
	h.must(h.RemoveMember(t.Context(), h.me.ID, dominique))
	id := h.add(h.me.ID, "a.txt", []byte("a"))
	h.as(dominique)
	if _, err := h.Document(id); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("the guardian who was removed: %v", err)
	}
}

func TestCarerLimits(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	carers := []string{sacha}
	for i := range 3 {
		name := fmt.Sprintf("Aide %d", i)
		_, err := h.AddKeyholder(t.Context(), name, passphraseOf(name))
		h.must(err)
		carers = append(carers, name)
	}
	for i, name := range carers {
		err := h.AddMember(t.Context(), h.lou.ID, name, record.RoleCarerReads)
		if i < 3 && err != nil || i == 3 && !errors.Is(err, vault.ErrCarers) {
			t.Errorf("carer %d: %v", i+1, err)
		}
	}
	for i := range 5 {
		p, err := h.AddPatient(t.Context(), record.Patient{Name: fmt.Sprintf("Enfant %d", i), Birth: "2020-01-01"}, false)
		h.must(err)
		err = h.AddMember(t.Context(), p.ID, sacha, record.RoleCarerAdds)
		if i < 4 && err != nil || i == 4 && !errors.Is(err, vault.ErrCarers) {
			t.Errorf("person %d of one carer: %v", i+2, err)
		}
	}
	// Guardians are not counted.
	h.must(h.AddMember(t.Context(), h.me.ID, dominique, record.RoleGuardian))
	h.must(h.RemoveMember(t.Context(), h.lou.ID, sacha))
	h.must(h.AddMember(t.Context(), h.lou.ID, carers[3], record.RoleCarerReads))
	h.sound()
}

func TestKeyholderNamesAndSlots(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	for _, c := range []struct {
		name string
		pass string
		want error
	}{
		{"", "x", vault.ErrName},
		{"DOMINIQUE kervalan", "x", vault.ErrNameTaken},
		{"Noa", "", vault.ErrPassphraseEmpty},
	} {
		if _, err := h.AddKeyholder(t.Context(), c.name, []byte(c.pass)); !errors.Is(err, c.want) {
			t.Errorf("%q: %v, not %v", c.name, err, c.want)
		}
	}
	for i := range 6 { // 8 slots, 3 of which are taken
		_, err := h.AddKeyholder(t.Context(), fmt.Sprintf("Proche %d", i), []byte("x"))
		if i < 5 && err != nil || i == 5 && !errors.Is(err, vault.ErrSlots) {
			t.Errorf("keyholder %d: %v", i+4, err)
		}
	}
	h.reopen()
	keyholders, err := h.Keyholders()
	if err != nil || len(keyholders) != 8 {
		t.Errorf("%v, %v", keyholders, err)
	}
}

// later writes, by all that Camille can do with Lou's record after somebody went
// away, things that they must not be able to open.
func (h *household) later() {
	h.t.Helper()
	ctx := h.t.Context()
	list := h.documents(h.lou.ID)
	old := list[0].ID
	// The acts that write least come first: each must renew the keys before.
	_, err := contentOf(h.Vault, old)
	h.must(err)
	h.must(h.Examine(ctx, nil, nil))
	h.must(h.EditDocument(ctx, old, vault.Edit{Title: ptr("après : nouveau titre")}))
	n := len(list)
	small := h.add(h.lou.ID, "apres-petit.txt", fmt.Appendf(nil, "après : petit %d", n))
	h.add(h.lou.ID, "apres-grand.bin", noise(uint64(n), 300_000))
	h.must(h.Mask(ctx, small, record.Everyone))
	h.must(h.RemoveDocuments(ctx, small))
	h.must(h.Examine(ctx, nil, nil))
}

// opensNothingNew fails the test if somebody who is gone opens, in the file as it
// is now, a value of the patients or of the household that was not in the file
// when they went, by whatever they kept.
func (h *household) opensNothingNew(b *burglar, gone string, householdToo bool) {
	h.t.Helper()
	known := map[string]bool{}
	for _, v := range valuesOf(h.t, gone) {
		known[string(v.bytes)] = true
	}
	all := b.clone()
	for _, v := range all.try(h.snapshot()).values {
		if known[string(v.bytes)] {
			continue
		}
		if !householdToo && all.ofHousehold(v) {
			continue
		}
		h.t.Errorf("a value of bucket %c that was written afterwards opens", v.bucket)
	}
	for id, k := range all.keys {
		if b.keys[id] == nil && (householdToo || k.Patient != chain.Household) {
			h.t.Errorf("a key of epoch %d that is newer than the departure", k.Epoch)
		}
	}
}

// ofHousehold reports whether the household's keys open a value: the directory
// of who has a passphrase, and one's own manifest.
func (b *burglar) ofHousehold(v value) bool {
	if v.bucket == store.Self {
		return true
	}
	if v.bucket == store.Seals {
		k, ok := b.unseal(v.bytes)
		return ok && k.Patient == chain.Household
	}
	only := b.clone()
	maps.DeleteFunc(only.keys, func(_ [16]byte, k *seal.CircleKey) bool { return k.Patient != chain.Household })
	sealed, err := seal.Parse(v.bytes)
	if err != nil {
		return false
	}
	_, ok := only.envelope(v.bucket, sealed)
	return ok
}

func TestRemovedCarer(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerAdds))
	h.add(h.lou.ID, "avant.txt", []byte("avant"))
	h.as(sacha)
	h.add(h.lou.ID, "de-sacha.bin", noise(20, 10_000))
	kept := h.burglar(sacha)
	for _, k := range h.Secrets() {
		kept.keep(k)
	}
	if l := kept.try(h.snapshot()); !slices.Contains(l.titles, "avant") {
		t.Fatal("the carer does not read what is theirs to read")
	}

	h.as(camille)
	h.must(h.RemoveMember(t.Context(), h.lou.ID, sacha))
	gone := h.snapshot()
	h.later()
	h.as(dominique) // whoever writes next, in whatever circle
	h.later()
	h.opensNothingNew(kept, gone, false)

	// Their passphrase still opens the vault, in which they read nobody.
	v, err := vault.Unlock(t.Context(), h.snapshot(), passphraseOf(sacha), options())
	if err != nil {
		t.Fatal(err)
	}
	patients, err := v.Patients()
	if err != nil || len(patients) != 0 || v.Damage() != (vault.Damage{Gone: 1}) {
		t.Errorf("they see %v, %+v, %v", patients, v.Damage(), err)
	}
	h.must(v.Close())

	// Until the last part of theirs is gone, with the slot. Camille reads
	// every record of the file, so she can tell.
	h.as(camille)
	removal, err := h.RemoveKeyholder(t.Context(), sacha)
	h.must(err)
	if removal != (vault.Removal{Slot: true}) {
		t.Errorf("removed %+v", removal)
	}
	gone = h.snapshot()
	h.later()
	h.opensNothingNew(kept, gone, true)
	h.shut(sacha)
	h.sound()
}

// shut fails the test unless somebody's passphrase and kit open the file no
// longer.
func (h *household) shut(name string) {
	h.t.Helper()
	path := h.snapshot()
	before := readFile(h.t, path)
	if _, err := vault.Unlock(h.t.Context(), path, passphraseOf(name), options()); !errors.Is(err, vault.ErrWrongPassphrase) {
		h.t.Errorf("the passphrase of %s: %v", name, err)
	}
	if _, err := vault.Recover(h.t.Context(), path, h.kits[name], []byte("nouvelle"), options()); !errors.Is(err, vault.ErrWrongKit) {
		h.t.Errorf("the kit of %s: %v", name, err)
	}
	if _, err := h.seats[name].Open(path, options()); err == nil {
		h.t.Errorf("the device of %s opens the file", name)
	}
	if !bytes.Equal(before, readFile(h.t, path)) {
		h.t.Errorf("the attempts of %s changed the file", name)
	}
}

func TestRemovedKeyholderWhoCared(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerReads))
	h.must(h.AddMember(t.Context(), h.me.ID, sacha, record.RoleCarerReads))
	removal, err := h.RemoveKeyholder(t.Context(), sacha)
	h.must(err)
	if removal != (vault.Removal{Records: 2, Slot: true}) {
		t.Errorf("removed %+v", removal)
	}
	h.shut(sacha)

	// Somebody who does not read every record of the file cannot tell whether
	// a person still has a part in one: the slot stays.
	_, err = h.AddKeyholder(t.Context(), sacha, passphraseOf(sacha))
	h.must(err)
	h.as(dominique)
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerReads))
	removal, err = h.RemoveKeyholder(t.Context(), sacha)
	h.must(err)
	if removal != (vault.Removal{Records: 1}) {
		t.Errorf("removed %+v", removal)
	}
	v, err := vault.Unlock(t.Context(), h.snapshot(), passphraseOf(sacha), options())
	if err != nil {
		t.Fatal(err)
	}
	h.must(v.Close())
}

func TestGuardianWhoLeft(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	h.as(dominique)
	h.add(h.lou.ID, "avant.txt", []byte("avant"))
	secret := h.add(h.lou.ID, "a-moi.txt", []byte("à moi"))
	h.must(h.Mask(t.Context(), secret, record.Everyone))
	kept := h.burglar(dominique)
	for _, k := range h.Secrets() {
		kept.keep(k)
	}
	if l := kept.try(h.snapshot()); !slices.Contains(l.titles, "avant") || !slices.Contains(l.titles, "a-moi") {
		t.Fatal("the guardian does not read what is theirs to read")
	}
	removal, err := h.RemoveKeyholder(t.Context(), dominique)
	h.must(err)
	if removal != (vault.Removal{Records: 1, Slot: true}) {
		t.Errorf("left %+v", removal)
	}
	if _, err := h.Patients(); !errors.Is(err, vault.ErrLocked) {
		t.Errorf("the vault is open for somebody who has left: %v", err)
	}
	gone := h.snapshot()
	h.shut(dominique) // before anybody else has opened the file
	h.as(camille)
	h.later()
	h.opensNothingNew(kept, gone, true)
	h.shut(dominique)
	keyholders, err := h.Keyholders()
	if err != nil || slices.ContainsFunc(keyholders, func(k record.Keyholder) bool { return k.Name == dominique }) {
		t.Errorf("keyholders: %v, %v", keyholders, err)
	}
	h.sound() // the private circle of who left is another's, and no damage
}

// TestGuardianWhoLeftOneRecord: leaving a record, and staying in the vault.
func TestGuardianWhoLeftOneRecord(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	h.add(h.lou.ID, "avant.txt", []byte("avant"))
	h.as(dominique)
	kept := h.burglar(dominique)
	for _, k := range h.Secrets() {
		kept.keep(k)
	}
	kept.try(h.snapshot())
	h.must(h.RemoveMember(t.Context(), h.lou.ID, dominique))
	gone := h.snapshot()
	h.as(camille)
	// What replaces keys is written under the newest ones too.
	_, err := h.ReplaceKeys(t.Context(), []byte("autre"), false)
	h.must(err)
	h.later()
	h.opensNothingNew(kept, gone, false)
	h.sound()
}

func TestOneActOfWhoStays(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(h *household, id record.ID) error{
		"read":    func(h *household, id record.ID) error { _, err := contentOf(h.Vault, id); return err },
		"examine": func(h *household, id record.ID) error { return h.Examine(h.t.Context(), nil, nil) },
		"extract": func(h *household, id record.ID) error {
			return h.Extract(h.t.Context(), id, filepath.Join(h.t.TempDir(), "x"))
		},
		"edit": func(h *household, id record.ID) error {
			return h.EditDocument(h.t.Context(), id, vault.Edit{Title: ptr("x")})
		},
		"admit": func(h *household, id record.ID) error {
			return h.AddMember(h.t.Context(), h.lou.ID, sacha, record.RoleCarerReads)
		},
		"passphrase": func(h *household, id record.ID) error { return h.ChangePassphrase(h.t.Context(), []byte("x")) },
		"new keys": func(h *household, id record.ID) error {
			_, err := h.ReplaceKeys(h.t.Context(), []byte("x"), true)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newVault(t)
			id := h.add(h.lou.ID, "avant.txt", []byte("avant"))
			h.as(dominique)
			kept := h.burglar(dominique)
			kept.try(h.snapshot())
			_, err := h.RemoveKeyholder(t.Context(), dominique)
			h.must(err)
			gone := h.snapshot()
			h.as(camille)
			h.must(act(h, id))
			h.opensNothingNew(kept, gone, true)
		})
	}
}
