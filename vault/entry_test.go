package vault_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/profile"
	"carnet/vault/record"
)

func (h *household) entry(e record.Entry) record.Entry {
	h.t.Helper()
	e.Patient = h.lou.ID
	added, err := h.AddEntry(h.t.Context(), e)
	if err != nil {
		h.t.Fatal(err)
	}
	return added
}

func (h *household) entries() []record.Entry {
	h.t.Helper()
	all, err := h.Entries(h.lou.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

func TestEntries(t *testing.T) {
	h := newVault(t)
	letter := h.add(h.lou.ID, "lettre.txt", []byte("asthme"))
	old := h.entry(record.Entry{Kind: "condition", Text: "Bronchiolite", Start: "2020-01", Status: "resolved"})
	asthma := h.entry(record.Entry{Kind: "condition", Text: "Asthme", Start: "2021", Status: "active", Source: record.SourceDocument, Document: letter})
	h.entry(record.Entry{Kind: "contact", Text: "Dominique", Type: "emergency", Phone: "+33 6 39 98 00 00"})
	if asthma.AddedAt != record.At(today) || asthma.AddedBy.IsZero() || asthma.ID == old.ID {
		t.Errorf("%+v", asthma)
	}
	h.reopen()
	all := h.entries()
	if len(all) != 3 || all[0] != asthma || all[1] != old {
		t.Fatalf("%+v", all)
	}
	asthma.Text, asthma.Performer = "Asthme léger", "Dr Exemple"
	asthma.Kind, asthma.AddedAt = "allergy", 0 // which an edit cannot change
	h.as(dominique)
	h.must(h.EditEntry(t.Context(), asthma))
	h.as(camille)
	got, err := h.Entry(asthma.ID)
	h.must(err)
	if got.Text != "Asthme léger" || got.Performer != "Dr Exemple" || got.Kind != "condition" || got.AddedAt != record.At(today) || got.Document != letter {
		t.Errorf("%+v", got)
	}
	operations := h.Operations()
	h.must(h.EditEntry(t.Context(), got)) // nothing new
	if h.Operations() != operations {
		t.Error("an edit that changes nothing was written")
	}
	h.sound()
}

// TestEntryOutlivesItsDocument: an entry whose document was erased for good can
// still be corrected, and linked to nothing that is not there.
func TestEntryOutlivesItsDocument(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	letter := h.add(h.lou.ID, "lettre.txt", []byte("asthme"))
	e := h.entry(record.Entry{Kind: "condition", Text: "Asthme", Document: letter})
	h.must(h.RemoveDocuments(ctx, letter))
	h.must(h.EraseDocuments(ctx, nil, letter))
	e.Text = "Asthme léger"
	h.must(h.EditEntry(ctx, e))
	h.reopen()
	if all := h.entries(); len(all) != 1 || all[0] != e {
		t.Errorf("%+v", all)
	}
	if _, err := h.AddEntry(ctx, record.Entry{Kind: "condition", Text: "Eczéma", Patient: h.lou.ID, Document: letter}); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("linked to what is gone: %v", err)
	}
	e.Document = record.ID{}
	h.must(h.EditEntry(ctx, e))
	e.Document = letter
	if err := h.EditEntry(ctx, e); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("linked again to what is gone: %v", err)
	}
	h.sound()
}

// TestDosesAtOnce: several entries are written in one act, or none.
func TestDosesAtOnce(t *testing.T) {
	h := newVault(t)
	none := h.entry(record.Entry{Kind: "immunization", Status: record.NoneKnown})
	dose := func(on string) record.Entry {
		return record.Entry{Kind: "immunization", Patient: h.lou.ID, Text: "ROR", Type: "mmr", Start: on}
	}
	operations := h.Operations()
	if _, err := h.AddEntries(t.Context(), dose("2021-05-04"), dose("2021-31-12")); !errors.Is(err, profile.ErrDate) {
		t.Fatalf("%v", err)
	}
	if h.Operations() != operations {
		t.Error("something was written beside the error")
	}
	added, err := h.AddEntries(t.Context(), dose("2021-05-04"), dose("2021-09-08"))
	if err != nil {
		t.Fatal(err)
	}
	h.reopen()
	for _, e := range h.entries() {
		if e.ID == none.ID && e.RemovedAt == 0 || e.ID == added[0].ID && e != added[0] || e.ID == added[1].ID && e != added[1] {
			t.Errorf("%+v", e)
		}
	}
	if len(h.entries()) != 3 {
		t.Errorf("%+v", h.entries())
	}
}

func TestEntriesRefused(t *testing.T) {
	h := newVault(t)
	own := h.entry(record.Entry{Kind: "condition", Text: "Asthme"})
	other := h.add(h.me.ID, "autre.txt", []byte("d’une autre personne"))
	operations := h.Operations()
	add := func(e record.Entry) error {
		_, err := h.AddEntry(t.Context(), e)
		return err
	}
	edited := own
	edited.Start = "2030"
	for what, c := range map[string]struct{ got, want error }{
		"patient":  {add(record.Entry{Kind: "condition", Text: "x", Patient: record.ID{9}}), vault.ErrNoPatient},
		"kind":     {add(record.Entry{Kind: "aura", Text: "x", Patient: h.lou.ID}), profile.ErrKind},
		"field":    {add(record.Entry{Kind: "condition", Patient: h.lou.ID}), profile.ErrMissing},
		"document": {add(record.Entry{Kind: "condition", Text: "x", Patient: h.lou.ID, Document: other}), vault.ErrNoDocument},
		"source":   {add(record.Entry{Kind: "condition", Text: "x", Patient: h.lou.ID, Source: "rumeur"}), profile.ErrCode},
		"none":     {add(record.Entry{Kind: "condition", Status: record.NoneKnown, Patient: h.lou.ID}), vault.ErrNotNone},
		"edit":     {h.EditEntry(t.Context(), edited), profile.ErrDate},
		"unknown":  {h.EditEntry(t.Context(), record.Entry{ID: record.ID{9}}), vault.ErrNoEntry},
		"remove":   {h.RemoveEntries(t.Context(), own.ID, record.ID{9}), vault.ErrNoEntry},
		"restore":  {h.RestoreEntries(t.Context(), own.ID), vault.ErrBin},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v, not %v", what, c.got, c.want)
		}
	}
	if h.Operations() != operations || len(h.entries()) != 1 || h.entries()[0] != own {
		t.Errorf("what was refused changed %+v", h.entries())
	}
	h.reopen()
	if len(h.entries()) != 1 || h.entries()[0] != own {
		t.Errorf("what was refused is written: %+v", h.entries())
	}
}

// TestNoneKnown: the answer leaves when something becomes known, and comes back
// with an undo.
func TestNoneKnown(t *testing.T) {
	h := newVault(t)
	none := h.entry(record.Entry{Kind: "allergy", Status: record.NoneKnown})
	h.entry(record.Entry{Kind: "condition", Text: "Asthme"}) // of another kind: nothing to do with it
	peanut := h.entry(record.Entry{Kind: "allergy", Text: "Arachide"})
	removed := func(id record.ID) bool {
		t.Helper()
		e, err := h.Entry(id)
		h.must(err)
		return e.RemovedAt != 0
	}
	if !removed(none.ID) || removed(peanut.ID) {
		t.Error("both stand")
	}
	if err := h.RestoreEntries(t.Context(), none.ID); !errors.Is(err, vault.ErrNotNone) {
		t.Errorf("both would stand: %v", err)
	}
	h.must(h.RemoveEntries(t.Context(), peanut.ID))
	h.must(h.RestoreEntries(t.Context(), none.ID))
	h.must(h.RestoreEntries(t.Context(), peanut.ID))
	h.reopen()
	if !removed(none.ID) || removed(peanut.ID) {
		t.Error("both stand, or neither")
	}
	h.sound()
}

func TestEntriesOfACarer(t *testing.T) {
	h := newVault(t)
	theirs := h.entry(record.Entry{Kind: "condition", Text: "Asthme"})
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerAdds))
	h.as(sacha)
	own := h.entry(record.Entry{Kind: "observation", Type: "temperature", Value: "38.5", Start: "2026-11-20"})
	if err := h.RemoveEntries(t.Context(), own.ID, theirs.ID); !errors.Is(err, vault.ErrNotAllowed) {
		t.Errorf("a carer removes what the parents wrote: %v", err)
	}
	if e, err := h.Entry(own.ID); err != nil || e.RemovedAt != 0 {
		t.Errorf("half of it was done: %+v, %v", e, err)
	}
	h.must(h.RemoveEntries(t.Context(), own.ID))
	h.as(camille)
	h.must(h.RemoveMember(t.Context(), h.lou.ID, sacha))
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerReads))
	h.as(sacha)
	if _, err := h.AddEntry(t.Context(), record.Entry{Kind: "condition", Text: "x", Patient: h.lou.ID}); !errors.Is(err, vault.ErrNotAllowed) {
		t.Errorf("a carer who reads writes: %v", err)
	}
	if len(h.entries()) != 2 {
		t.Errorf("they read %d entries", len(h.entries()))
	}
}

func TestHistory(t *testing.T) {
	h := newVault(t)
	doc := h.add(h.lou.ID, "lettre.txt", []byte("lettre"))
	h.must(h.EditDocument(t.Context(), doc, vault.Edit{Title: ptr("Lettre du cardiologue"), Date: ptr("2024-05")}))
	e := h.entry(record.Entry{Kind: "condition", Text: "Asthme", Status: "active"})
	h.as(dominique)
	h.must(h.RemoveDocuments(t.Context(), doc))
	e.Text, e.Status, e.Document = "Asthme léger", "remission", doc
	h.must(h.EditEntry(t.Context(), e))
	h.must(h.RemoveEntries(t.Context(), e.ID))
	check := func(id record.ID, want []record.Change) {
		t.Helper()
		got, err := h.History(id)
		h.must(err)
		if len(got) != len(want) {
			t.Fatalf("%+v", got)
		}
		for i, w := range want {
			g := got[i]
			if g.By.Name != w.By.Name || !slices.Equal(g.Fields, w.Fields) || g.At.Time().Before(today) || g.At.Time().After(today.Add(time.Minute)) {
				t.Errorf("%d: %+v, not %+v", i, g, w)
			}
		}
	}
	by := func(name string) record.Keyholder { return record.Keyholder{Name: name} }
	removedAt := record.At(today).Time().UTC().Format(time.RFC3339)
	check(doc, []record.Change{
		{By: by(camille), Fields: []record.FieldChange{{Name: "title", After: "lettre"}}},
		{By: by(camille), Fields: []record.FieldChange{{Name: "title", Before: "lettre", After: "Lettre du cardiologue"}, {Name: "date", After: "2024-05"}}},
		{By: by(dominique), Fields: []record.FieldChange{{Name: "removed", After: removedAt}}},
	})
	check(e.ID, []record.Change{
		{By: by(camille), Fields: []record.FieldChange{{Name: "text", After: "Asthme"}, {Name: "status", After: "active"}}},
		{By: by(dominique), Fields: []record.FieldChange{{Name: "text", Before: "Asthme", After: "Asthme léger"}, {Name: "status", Before: "active", After: "remission"}, {Name: "document", After: doc.String()}}},
		{By: by(dominique), Fields: []record.FieldChange{{Name: "removed", After: removedAt}}},
	})
	h.must(h.RestoreDocuments(t.Context(), doc))
	h.must(h.Mask(t.Context(), doc, record.Everyone))
	got, err := h.History(doc)
	h.must(err)
	if len(got) != 1 || got[0].By.Name != dominique || len(got[0].Fields) != 2 {
		t.Errorf("after a move to a smaller circle: %+v", got)
	}
	h.reopen()
	if again, err := h.History(doc); err != nil || len(again) != 1 || !slices.Equal(again[0].Fields, got[0].Fields) {
		t.Errorf("opened again: %+v, %v", again, err)
	}
	h.as(camille)
	if _, err := h.History(doc); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("of a document hidden from them: %v", err)
	}
}

// TestAddEntries: all of them are one act, or none of them.
func TestAddEntries(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	weight := record.Entry{Kind: profile.Measurement, Patient: h.lou.ID, Type: "weight", Value: "12.2", Unit: "kg", Start: "2018-02-10"}
	height := record.Entry{Kind: profile.Measurement, Patient: h.lou.ID, Type: "height", Value: "86", Unit: "cm", Method: "lying", Start: "2018-02-10"}
	wrong := height
	wrong.Value = "beaucoup"
	operations := h.Operations()
	if _, err := h.AddEntries(ctx, weight, wrong); !errors.Is(err, profile.ErrNumber) || h.Operations() != operations {
		t.Errorf("with a wrong one: %v, %d operations", err, h.Operations()-operations)
	}
	added, err := h.AddEntries(ctx, weight, height)
	if err != nil || len(added) != 2 || added[0].ID == added[1].ID || added[0].AddedAt == 0 {
		t.Fatalf("%+v, %v", added, err)
	}
	h.reopen()
	all, err := h.Entries(h.lou.ID)
	h.must(err)
	if len(all) != 2 || h.Operations() != operations+2 {
		t.Errorf("%d entries, %d operations", len(all), h.Operations()-operations)
	}
	rows := 0
	for e, err := range h.Journal(ctx) {
		h.must(err)
		if e.Action == record.EntryAdded {
			rows++
		}
	}
	if rows != 2 {
		t.Errorf("%d rows of the journal", rows)
	}
	h.sound()
}
