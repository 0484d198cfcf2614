package vault_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"carnet/vault"
	"carnet/vault/record"
)

// joins gives somebody a passphrase of their own, and a seat for the tests.
func (h *household) joins(name string) {
	h.t.Helper()
	kit, err := h.AddKeyholder(h.t.Context(), name, passphraseOf(name))
	h.must(err)
	h.must(h.Close())
	v, err := vault.Unlock(h.t.Context(), h.path, passphraseOf(name), options())
	h.must(err)
	h.seats[name], h.kits[name] = v.Seat(), kit
	h.must(v.Close())
	h.Vault = nil
	h.as(camille)
}

// TestTeenagerHides: what a teenager with a passphrase of their own hides is not
// opened by the keys of either parent, kept ones and those of their kits included,
// whatever the teenager's part in the record is.
func TestTeenagerHides(t *testing.T) {
	t.Parallel()
	for _, role := range []record.Role{record.RoleGuardian, record.RoleCarerAdds} {
		t.Run(string(role), func(t *testing.T) {
			h := newVault(t)
			ctx := t.Context()
			h.joins(lou)
			h.must(h.AddMember(ctx, h.lou.ID, lou, role))
			h.add(h.lou.ID, "ordinaire.txt", []byte("un papier ordinaire"))
			h.as(lou)
			content := []byte(strings.Repeat(hiddenText+"\n", 5000))
			id := h.add(h.lou.ID, "secret.txt", content)
			h.must(h.EditDocument(ctx, id, vault.Edit{Title: ptr(hiddenTitle), Note: ptr(hiddenNote)}))
			h.must(h.Examine(ctx, nil, nil))
			traces := h.traces(id)
			before := h.snapshot()
			parents := map[string]*burglar{}
			for _, name := range []string{camille, dominique} {
				h.as(name)
				b := h.burglar(name)
				for _, k := range h.Secrets() {
					b.keep(k)
				}
				if l := b.try(before); !l.contains([]byte(hiddenTitle)) || !l.contains(content[:500]) {
					t.Fatalf("the search does not find, for %s, what is open to them", name)
				}
				parents[name] = b
			}
			h.as(lou)
			h.must(h.Mask(ctx, id, record.Guardians))
			raw, after := readFile(t, h.path), h.snapshot()
			for _, piece := range traces {
				if bytes.Contains(raw, piece) {
					t.Fatal("a piece of the old ciphertexts is still in the file")
				}
			}
			for name, b := range parents {
				l := b.try(after)
				if !l.contains([]byte("un papier ordinaire")) {
					t.Fatalf("%s opens nothing: the search is not one", name)
				}
				for _, secret := range []string{"zygomorphe", "quadrumane", "archiptère"} {
					if l.contains([]byte(secret)) {
						t.Errorf("%s finds %q", name, secret)
					}
				}
				live := l.nonces()
				for nonce := range b.scan(raw) {
					if !live[nonce] {
						t.Errorf("%s opens something in the free pages", name)
					}
				}
				h.as(name)
				if _, err := h.Document(id); !errors.Is(err, vault.ErrNoDocument) {
					t.Errorf("%s sees it: %v", name, err)
				}
				h.sound()
			}
			h.as(lou)
			same(t, "the teenager", h.read(id), content)
		})
	}
}

// TestTwins: records of two children of one family name and one day of birth do not
// mix, neither for those who read both nor for one who reads one.
func TestTwins(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	twin := func(name string) record.Patient {
		p, err := h.AddPatient(ctx, record.Patient{Name: name, Birth: "2020-02-29"}, false, dominique)
		h.must(err)
		return p
	}
	noe, zoe := twin("Noé Kervalan"), twin("Zoé Kervalan")
	if _, err := h.AddPatient(ctx, record.Patient{Name: "noé kervalan", Birth: "2020-02-29"}, false); !errors.Is(err, vault.ErrNameTaken) {
		t.Errorf("the same child twice: %v", err)
	}
	content := map[record.ID]string{noe.ID: "vaccin zygomorphe de Noé Kervalan", zoe.ID: "vaccin quadrumane de Zoé Kervalan"}
	documents, entries := map[record.ID]record.ID{}, map[record.ID]record.ID{}
	for patient, said := range content {
		documents[patient] = h.add(patient, "vaccin.txt", []byte(said))
		e, err := h.AddEntry(ctx, record.Entry{Patient: patient, Kind: "allergy", Text: said})
		h.must(err)
		entries[patient] = e.ID
	}
	for patient, other := range map[record.ID]record.ID{noe.ID: zoe.ID, zoe.ID: noe.ID} {
		if _, err := h.AddEntry(ctx, record.Entry{Patient: patient, Kind: "allergy", Text: "x", Document: documents[other]}); !errors.Is(err, vault.ErrNoDocument) {
			t.Errorf("linked to the twin's document: %v", err)
		}
	}
	h.must(h.Examine(ctx, nil, nil))
	h.must(h.AddMember(ctx, noe.ID, sacha, record.RoleCarerReads))
	for _, name := range []string{camille, dominique} {
		h.as(name)
		for patient, id := range documents {
			if list := h.documents(patient); len(list) != 1 || list[0].ID != id || list[0].Patient != patient {
				t.Errorf("%s: %+v", name, list)
			}
			list, err := h.Entries(patient)
			if err != nil || !slices.ContainsFunc(list, func(e record.Entry) bool { return e.ID == entries[patient] }) ||
				slices.ContainsFunc(list, func(e record.Entry) bool { return e.Patient != patient || e.Text != content[patient] }) {
				t.Errorf("%s: %+v, %v", name, list, err)
			}
			same(t, name, h.read(id), []byte(content[patient]))
		}
		h.sound()
	}
	h.as(sacha)
	if _, err := h.Documents(zoe.ID); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("the carer of one sees the other: %v", err)
	}
	b := h.burglar(sacha)
	for _, k := range h.Secrets() {
		b.keep(k)
	}
	if l := b.try(h.snapshot()); !l.contains([]byte("zygomorphe")) || l.contains([]byte("quadrumane")) || l.contains([]byte("Zoé")) {
		t.Error("the carer of one twin opens what is the other's, or nothing of the first")
	}
}
