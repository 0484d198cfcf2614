package vault_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"carnet/vault"
	"carnet/vault/record"
)

// attesting makes the vault write attestations that say what they were given.
func attesting(h *household) {
	h.SetAttest(func(d record.Delegation) (string, []byte, error) {
		if d.Carer.Name == "" || d.Carer.ID.IsZero() || d.By.Name != camille {
			return "", nil, errors.New("nobody to attest")
		}
		said := fmt.Sprintf("%s lets %s see the record of %s: %s, %s\n", d.By.Name, d.Carer.Name, d.Patient.Name, d.Role, d.At.Time().UTC())
		return "Attestation " + d.Carer.Name + ".txt", []byte(strings.Repeat(said, 50)), nil
	})
}

// TestAttestation: who becomes a carer has a paper among the documents, which the
// signature of their admission vouches for; both sides read it, and it tells when
// something else took its place.
func TestAttestation(t *testing.T) {
	h := newVault(t)
	attesting(h)
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerAdds))
	docs := h.documents(h.lou.ID)
	if len(docs) != 1 || docs[0].Title != "Attestation "+sacha || docs[0].Category != "administrative" || !strings.HasPrefix(docs[0].MediaType, "text/") || docs[0].Date != today.Format("2006-01-02") {
		t.Fatalf("%+v", docs)
	}
	paper := docs[0].ID
	if said := h.read(paper); !bytes.Contains(said, []byte(camille+" lets "+sacha+" see the record of "+lou+": carer-adds")) {
		t.Errorf("it says %.80q", said)
	}
	check := func(intact bool) {
		t.Helper()
		got, err := h.Attestation(t.Context(), h.lou.ID, strings.ToUpper(sacha))
		if err != nil || got.Document != paper || got.Carer.Name != sacha || got.Role != record.RoleCarerAdds || got.By.Name != camille || got.Intact != intact {
			t.Errorf("%+v, %v", got, err)
		}
		if at := got.At.Time(); at.Before(today) || at.Sub(today) > 1e12 {
			t.Errorf("signed at %s", at)
		}
	}
	check(true)
	h.reopen()
	check(true)
	for _, name := range []string{dominique, sacha} {
		h.as(name)
		check(true)
		h.sound()
	}
	// A mask moves the content, and hides it from the carer; the digest stays.
	h.as(camille)
	h.must(h.Mask(t.Context(), paper, sacha))
	check(true)
	h.as(sacha)
	check(false)
	h.as(camille)
	h.must(h.Unmask(t.Context(), paper))
	h.must(h.EditDocument(t.Context(), paper, vault.Edit{Title: ptr("renommée")}))
	check(true)
	// Other content under the same record is not what was signed.
	h.SwapContent(paper, bytes.Repeat([]byte("somebody else "), 100))
	check(false)
	h.must(h.RemoveDocuments(t.Context(), paper))
	h.must(h.EraseDocuments(t.Context(), nil, paper))
	check(false)
	h.sound()

	// The carer ends it; who comes again has another paper.
	h.as(sacha)
	h.must(h.RemoveMember(t.Context(), h.lou.ID, sacha))
	h.as(camille)
	if _, err := h.Attestation(t.Context(), h.lou.ID, sacha); !errors.Is(err, vault.ErrNotMember) {
		t.Errorf("of somebody who left: %v", err)
	}
	attesting(h)
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerReads))
	got, err := h.Attestation(t.Context(), h.lou.ID, sacha)
	if err != nil || !got.Intact || got.Document == paper || got.Role != record.RoleCarerReads {
		t.Errorf("%+v, %v", got, err)
	}
	h.sound()
}

// TestAttestationRefusals: a refused admission leaves no paper, and guardians have
// none.
func TestAttestationRefusals(t *testing.T) {
	h := newVault(t)
	attesting(h)
	size := h.Operations()
	for _, c := range []struct {
		name string
		role record.Role
		want error
	}{{"Personne", record.RoleCarerReads, vault.ErrNoKeyholder}, {dominique, record.RoleCarerAdds, vault.ErrMember}, {sacha, "cousin", vault.ErrRole}} {
		if err := h.AddMember(t.Context(), h.lou.ID, c.name, c.role); !errors.Is(err, c.want) {
			t.Errorf("%s as %s: %v", c.name, c.role, err)
		}
	}
	h.SetAttest(func(record.Delegation) (string, []byte, error) { return "", nil, errTest })
	if err := h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerReads); !errors.Is(err, errTest) {
		t.Errorf("without a paper: %v", err)
	}
	if n := h.Operations(); n != size || len(h.documents(h.lou.ID)) != 0 {
		t.Errorf("%d operations, not %d", n, size)
	}
	attesting(h)
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleGuardian))
	if docs := h.documents(h.lou.ID); len(docs) != 0 {
		t.Errorf("a guardian has %v", docs)
	}
	for name, want := range map[string]error{sacha: vault.ErrNoAttestation, dominique: vault.ErrNoAttestation, "Personne": vault.ErrNoKeyholder} {
		if _, err := h.Attestation(t.Context(), h.lou.ID, name); !errors.Is(err, want) {
			t.Errorf("of %s: %v", name, err)
		}
	}
	if _, err := h.Attestation(t.Context(), record.ID{1}, sacha); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("of nobody: %v", err)
	}
	members, err := h.Members(h.lou.ID)
	if err != nil || !slices.ContainsFunc(members, func(m record.Membership) bool { return m.Keyholder.Name == sacha }) {
		t.Errorf("%v, %v", members, err)
	}
	h.sound()
}

var errTest = errors.New("of the test")
