package vault_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/record"
)

func (h *household) contest(id record.ID, c record.Contest) record.Contest {
	h.t.Helper()
	h.must(h.Contest(h.t.Context(), id, c))
	if e, err := h.Entry(id); err == nil {
		return e.Contest
	}
	return h.document(id).Contest
}

var outdated = record.Contest{
	Wrong: record.Outdated, Ask: record.AskCorrect, Reason: " L’asthme est guéri depuis 2019. ", Addressee: "Dr Exemple", Outcome: record.ContestOpen,
}

// TestContest: what is contested is kept with its history, and nothing but that
// changes.
func TestContest(t *testing.T) {
	h := newVault(t)
	letter := h.add(h.lou.ID, "lettre.txt", []byte("asthme"))
	before := h.document(letter)
	asked := h.contest(letter, outdated)
	want := outdated
	want.Reason, want.Contested = strings.TrimSpace(outdated.Reason), record.At(today)
	if asked != want || !asked.IsContested() {
		t.Fatalf("%+v", asked)
	}
	if err := h.Contest(t.Context(), letter, record.Contest{Wrong: record.Unlawful, Ask: record.AskErase, Outcome: record.ContestOpen}); !errors.Is(err, vault.ErrContested) {
		t.Errorf("a second one: %v", err)
	}
	h.reopen()
	h.at(camille, today.Add(48*time.Hour))
	answer := asked
	answer.Outcome, answer.Answer = record.ContestRefused, "Le médecin garde l’original."
	ended := h.contest(letter, answer)
	answer.AnsweredAt = record.At(today.Add(48 * time.Hour))
	if ended != answer {
		t.Errorf("%+v, not %+v", ended, answer)
	}
	h.reopen()
	after := h.document(letter)
	if after.Contest != answer {
		t.Errorf("opened again: %+v", after.Contest)
	}
	after.Contest = record.Contest{}
	if after.Title != before.Title || after.Digest != before.Digest || after.RemovedAt != 0 || after.Version != before.Version || string(h.read(letter)) != "asthme" {
		t.Errorf("the document changed: %+v", after)
	}
	changes, err := h.History(letter)
	h.must(err)
	said := map[string]string{}
	for _, f := range changes[len(changes)-1].Fields {
		said[f.Name] = f.Before + ">" + f.After
	}
	if len(changes) != 3 || said["contest"] != "open>refused" || said["answer"] != ">Le médecin garde l’original." || said["wrong"] != "" {
		t.Errorf("%d writes, the last one %v", len(changes), said)
	}
	// Another one may follow, taken back whole.
	next := h.contest(letter, record.Contest{Wrong: record.Inexact, Ask: record.AskErase, Outcome: record.ContestOpen})
	if next.Reason != "" || next.Answer != "" || next.AnsweredAt != 0 {
		t.Errorf("%+v", next)
	}
	if c := h.contest(letter, answer); c != answer {
		t.Errorf("as before: %+v", c)
	}
	if c := h.contest(letter, record.Contest{}); c != (record.Contest{}) {
		t.Errorf("taken back: %+v", c)
	}
	h.sound()
}

// TestContestEntry: entries that others wrote are contested, the person's own are
// corrected; an edit leaves what is contested.
func TestContestEntry(t *testing.T) {
	h := newVault(t)
	letter := h.add(h.lou.ID, "lettre.txt", []byte("asthme"))
	own := h.entry(record.Entry{Kind: "condition", Text: "Rhume", Contest: outdated})
	if own.IsContested() {
		t.Error("a new entry is contested")
	}
	if err := h.Contest(t.Context(), own.ID, outdated); !errors.Is(err, vault.ErrOwnWords) {
		t.Errorf("of their own words: %v", err)
	}
	for _, e := range []record.Entry{
		{Kind: "condition", Text: "Asthme", Document: letter}, {Kind: "allergy", Text: "Latex", Source: record.SourceProfessional},
	} {
		e = h.entry(e)
		asked := h.contest(e.ID, outdated)
		e.Text = "Autre"
		h.must(h.EditEntry(t.Context(), e))
		h.reopen()
		got, err := h.Entry(e.ID)
		h.must(err)
		if got.Text != "Autre" || got.Contest != asked {
			t.Errorf("%+v", got)
		}
	}
	n := 0
	for e, err := range h.Journal(t.Context()) {
		h.must(err)
		if e.Action == record.EntryContested {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d rows in the journal", n)
	}
	h.sound()
}

func TestContestRefusals(t *testing.T) {
	h := newVault(t)
	letter := h.add(h.lou.ID, "lettre.txt", []byte("asthme"))
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerAdds))
	with := func(change func(*record.Contest)) record.Contest {
		c := outdated
		change(&c)
		return c
	}
	for name, x := range map[string]struct {
		c    record.Contest
		want error
	}{
		"what is wrong":     {with(func(c *record.Contest) { c.Wrong = "ugly" }), vault.ErrContest},
		"nothing wrong":     {with(func(c *record.Contest) { c.Wrong = "" }), vault.ErrContest},
		"what is asked":     {with(func(c *record.Contest) { c.Ask = "burn" }), vault.ErrContest},
		"no state":          {with(func(c *record.Contest) { c.Outcome = "" }), vault.ErrContest},
		"an open answer":    {with(func(c *record.Contest) { c.Answer = "oui" }), vault.ErrContest},
		"an answer to none": {with(func(c *record.Contest) { c.Outcome = record.ContestAccepted }), vault.ErrContest},
		"a long reason":     {with(func(c *record.Contest) { c.Reason = strings.Repeat("a", vault.MaxNote+1) }), vault.ErrNote},
		"a bad addressee":   {with(func(c *record.Contest) { c.Addressee = "a\nb" }), vault.ErrName},
	} {
		if err := h.Contest(t.Context(), letter, x.c); !errors.Is(err, x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := h.Contest(t.Context(), record.ID{9}, outdated); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("of nothing: %v", err)
	}
	h.as(sacha)
	if err := h.Contest(t.Context(), letter, outdated); !errors.Is(err, vault.ErrNotAllowed) {
		t.Errorf("by a carer: %v", err)
	}
	h.as(camille)
	changes, err := h.History(letter)
	h.must(err)
	if d := h.document(letter); len(changes) != 1 || d.IsContested() {
		t.Errorf("%d writes, %+v", len(changes), d.Contest)
	}
}
