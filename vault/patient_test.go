package vault_test

import (
	"errors"
	"slices"
	"testing"

	"carnet/vault"
	"carnet/vault/record"
)

func TestEditPatient(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	operations, rows := h.Operations(), h.JournalSize()
	// The key of this NIR is wrong, as on the newborns' examples: it is kept.
	got, err := h.EditPatient(ctx, h.lou.ID, vault.PatientEdit{Name: ptr("Lou Kervalan-Ndiaye"), NIR: ptr("2 15 09 29 019 001 00"), INS: ptr("221042545611404")})
	h.must(err)
	want := record.Patient{ID: h.lou.ID, Name: "Lou Kervalan-Ndiaye", Birth: "2015-09-30", Sex: record.Female, NIR: "215092901900100", INS: "221042545611404"}
	if got != want {
		t.Errorf("returned %+v", got)
	}
	if h.Operations() != operations+1 || h.JournalSize() != rows+1 {
		t.Errorf("%d operations and %d rows more, not one and one", h.Operations()-operations, h.JournalSize()-rows)
	}
	patient := func() record.Patient {
		all, err := h.Patients()
		h.must(err)
		return all[slices.IndexFunc(all, func(p record.Patient) bool { return p.ID == h.lou.ID })]
	}
	h.reopen()
	if p := patient(); p != want {
		t.Errorf("after opening again: %+v", p)
	}
	if _, err := h.EditPatient(ctx, h.lou.ID, vault.PatientEdit{Birth: ptr("2015-09-30"), Sex: ptr(record.Female)}); err != nil || h.Operations() != operations+1 {
		t.Errorf("an edit that changes nothing: %v, %d operations", err, h.Operations()-operations)
	}
	h.as(dominique)
	if _, err := h.EditPatient(ctx, h.lou.ID, vault.PatientEdit{NIR: ptr(""), Birth: ptr("2015-09-29"), Term: ptr(" 34 + 2")}); err != nil {
		t.Errorf("the other guardian: %v", err)
	}
	if p := patient(); p.NIR != "" || p.Birth != "2015-09-29" || p.Term != "34+2" || p.INS != want.INS {
		t.Errorf("what the other guardian changed: %+v", p)
	}
	edited := 0
	for e, err := range h.Journal(ctx) {
		h.must(err)
		if e.Action == record.PatientEdited && e.Patient == h.lou.ID {
			edited++
		}
	}
	if edited != 2 {
		t.Errorf("%d rows of the journal say so, not 2", edited)
	}

	h.as(camille)
	for name, c := range map[string]struct {
		id   record.ID
		e    vault.PatientEdit
		want error
	}{
		"no name":       {h.lou.ID, vault.PatientEdit{Name: ptr(" ")}, vault.ErrName},
		"no date":       {h.lou.ID, vault.PatientEdit{Birth: ptr("30/09/2015")}, vault.ErrDate},
		"of the future": {h.lou.ID, vault.PatientEdit{Birth: ptr("2036-01-01")}, vault.ErrDate},
		"no term":       {h.lou.ID, vault.PatientEdit{Term: ptr("34+7")}, record.ErrTerm},
		"nobody":        {record.ID{1}, vault.PatientEdit{}, vault.ErrNoPatient},
		"another's":     {h.lou.ID, vault.PatientEdit{Name: ptr(camille), Birth: ptr("1984-05-02")}, vault.ErrNameTaken},
	} {
		before := patient()
		if _, err := h.EditPatient(ctx, c.id, c.e); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if patient() != before {
			t.Errorf("%s: it was changed", name)
		}
	}
	h.must(h.AddMember(ctx, h.lou.ID, sacha, record.RoleCarerAdds))
	h.as(sacha)
	if _, err := h.EditPatient(ctx, h.lou.ID, vault.PatientEdit{NIR: ptr("1")}); !errors.Is(err, vault.ErrNotAllowed) {
		t.Errorf("a carer who adds: %v", err)
	}
	h.sound()
}
