package vault_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"carnet/vault"
	"carnet/vault/record"
)

// concerned examines what waits and says whom a document seems to concern.
func (h *household) concerned(p vault.Prober, id record.ID) record.ID {
	h.t.Helper()
	h.must(h.Examine(h.t.Context(), p, nil))
	return h.document(id).Proposed.Concerns
}

func TestConcernsAnother(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	other := h.add(h.me.ID, "labo.txt", []byte("LABORATOIRE\nPatient : KERVALAN Lou, née le 30/09/2015\nHémogramme normal"))
	both := h.add(h.lou.ID, "lettre.txt", []byte("Lou Kervalan, fille de Mme Camille Kervalan, a été vue ce jour"))
	own := h.add(h.me.ID, "certificat.txt", []byte("Je soussigné certifie avoir examiné Mme Camille KERVALAN"))
	later := h.add(h.me.ID, "nouveau.txt", []byte("Compte rendu de Mlle Zoé Kervalan"))
	if d := h.document(other); !d.Proposed.Concerns.IsZero() {
		t.Error("a warning before anybody looked")
	}
	operations, rows := h.Operations(), h.JournalSize()
	for _, c := range []struct {
		id   record.ID
		want record.ID
	}{{other, h.lou.ID}, {both, record.ID{}}, {own, record.ID{}}, {later, record.ID{}}} {
		if got := h.concerned(nil, c.id); got != c.want {
			t.Errorf("%s seems to concern %s", h.document(c.id).Title, got)
		}
	}
	if h.Operations() != operations || h.JournalSize() != rows {
		t.Error("a proposal left a trace in the record")
	}
	h.reopen()
	if got := h.document(other).Proposed.Concerns; got != h.lou.ID {
		t.Errorf("after opening again: %s", got)
	}
	// Somebody comes whom a document that is there already names; nothing is read
	// a second time.
	zoe, err := h.AddPatient(ctx, record.Patient{Name: "Zoé Kervalan", Birth: "2020-02-02"}, false)
	h.must(err)
	if got := h.concerned(nil, later); got != zoe.ID {
		t.Errorf("of one who came later: %s", got)
	}
	_, err = h.EditPatient(ctx, zoe.ID, vault.PatientEdit{Name: ptr("Zoé Martin")})
	h.must(err)
	if got := h.concerned(nil, later); !got.IsZero() {
		t.Errorf("of one who is called otherwise: %s", got)
	}
	// The other guardian reads neither Camille's nor Zoé's record: what was
	// found of them stays, and nobody is named.
	h.as(dominique)
	if got := h.concerned(nil, both); !got.IsZero() {
		t.Errorf("for the other guardian: %s", got)
	}
	h.as(camille)
	h.must(h.EditDocument(ctx, other, vault.Edit{RightPerson: ptr(true)}))
	if got := h.document(other).Proposed.Concerns; !got.IsZero() {
		t.Errorf("after somebody looked: %s", got)
	}
	changes, err := h.History(other)
	h.must(err)
	if last := changes[len(changes)-1]; len(last.Fields) != 1 || last.Fields[0] != (record.FieldChange{Name: "rightPerson", After: "true"}) {
		t.Errorf("in the history: %+v", last.Fields)
	}
	h.sound()
}

func TestRefile(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	large := append([]byte("Compte rendu de Lou Kervalan, "), bytes.Repeat([]byte("quinquina "), 2<<20)...) // over one transaction
	for name, content := range map[string][]byte{"petit.txt": []byte("Compte rendu de Lou Kervalan, quinquina"), "grand.txt": large} {
		id := h.add(h.me.ID, name, content)
		if got := h.concerned(nil, id); got != h.lou.ID {
			t.Fatalf("%s concerns %s", name, got)
		}
		h.must(h.EditDocument(ctx, id, vault.Edit{Title: ptr("Visite " + name), Date: ptr("2024-03")}))
		there, err := h.RefileDocument(ctx, id, h.lou.ID)
		h.must(err)
		moved, left := h.document(there), h.document(id)
		if moved.Patient != h.lou.ID || moved.Title != "Visite "+name || moved.Date != "2024-03" || left.RemovedAt == 0 {
			t.Errorf("%s: there %+v, here in the bin at %d", name, moved, left.RemovedAt)
		}
		same(t, name, h.read(there), content)
		if got := h.concerned(nil, there); !got.IsZero() {
			t.Errorf("%s still seems to concern %s", name, got)
		}
		found, err := h.Search(ctx, vault.SearchQuery{Words: "quinquina", Patient: h.lou.ID})
		h.must(err)
		if !slices.ContainsFunc(found.Hits, func(x vault.SearchHit) bool { return x.Document.ID == there }) {
			t.Errorf("%s is not found by its text in its new record", name)
		}
		// Back and forth: nothing is there twice.
		h.must(h.RemoveDocuments(ctx, there))
		h.must(h.RestoreDocuments(ctx, id))
		if again, err := h.RefileDocument(ctx, id, h.lou.ID); err != nil || again != there || h.document(there).RemovedAt != 0 {
			t.Errorf("%s again: %s, %v", name, again, err)
		}
		h.sound()
	}
	h.as(dominique) // who reads the child's record and not the mother's
	if n := len(h.documents(h.lou.ID)); n != 2 {
		t.Errorf("the other guardian sees %d documents", n)
	}

	h.as(camille)
	note := h.add(h.me.ID, "note.txt", []byte("note"))
	if _, err := h.RefileDocument(ctx, note, record.ID{9}); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("to nobody: %v", err)
	}
	if _, err := h.RefileDocument(ctx, note, h.me.ID); !errors.Is(err, vault.ErrBin) {
		t.Errorf("where it is: %v", err)
	}
	hidden := h.add(h.lou.ID, "masque.txt", []byte("masqué"))
	h.must(h.Mask(ctx, hidden, record.Guardians))
	if _, err := h.RefileDocument(ctx, hidden, h.me.ID); !errors.Is(err, vault.ErrHidden) {
		t.Errorf("what is hidden: %v", err)
	}
	if h.document(note).RemovedAt != 0 || h.document(hidden).RemovedAt != 0 {
		t.Error("a refusal moved something to the bin")
	}
	h.must(h.AddMember(ctx, h.lou.ID, sacha, record.RoleCarerReads))
	h.as(sacha)
	own, err := h.AddPatient(ctx, record.Patient{Name: sacha, Birth: "1970-01-01"}, true)
	h.must(err)
	mine := h.add(own.ID, "mienne.txt", []byte("à moi"))
	if _, err := h.RefileDocument(ctx, mine, h.lou.ID); !errors.Is(err, vault.ErrNotAllowed) || h.document(mine).RemovedAt != 0 {
		t.Errorf("a carer who reads: %v", err)
	}
	h.sound()
}
