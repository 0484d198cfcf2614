package vault_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/guide"
	"carnet/vault/record"
)

// TestSteps: what is ticked of a guide stays in the record, with its day, its proof and
// its rows in the journal; it is taken back and done again, and a carer who reads changes
// nothing of it.
func TestSteps(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx, lou := t.Context(), h.lou.ID
	const letter, keep = "oppose/letter", "oppose/keep"
	done := func() map[string]record.Entry {
		t.Helper()
		entries, err := h.Entries(lou)
		h.must(err)
		return guide.Done(entries)
	}
	h.must(h.TickStep(ctx, lou, letter, "Retrouvez le courrier.", record.ID{}))
	first := done()[letter]
	if first.Text != "Retrouvez le courrier." || first.Start != options().Now().Format(time.DateOnly) {
		t.Errorf("%+v", first)
	}
	h.must(h.TickStep(ctx, lou, letter, "Autrement dit.", record.ID{}))
	if again := done()[letter]; again != first {
		t.Errorf("ticked twice: %+v", again)
	}
	h.must(h.UntickStep(ctx, lou, letter))
	h.must(h.UntickStep(ctx, lou, letter))
	if len(done()) != 0 {
		t.Errorf("%+v", done())
	}
	h.must(h.TickStep(ctx, lou, letter, "Retrouvez le courrier.", record.ID{}))
	if again := done()[letter]; again.ID != first.ID {
		t.Errorf("another entry: %+v", again)
	}

	path := filepath.Join(t.TempDir(), "preuve.txt")
	writeFile(t, path, []byte("preuve de refus"))
	filed, err := h.FileProof(ctx, lou, keep, "Rangez la preuve.", path, guide.ProofCategory, "preuve")
	h.must(err)
	d, err := h.Document(filed.ID)
	h.must(err)
	if d.Category != guide.ProofCategory || !slices.Equal(d.Tags, []string{"preuve"}) || done()[keep].Document != filed.ID || filed.Duplicate {
		t.Errorf("%+v, %+v, %+v", d, done()[keep], filed)
	}
	h.must(h.RemoveDocuments(ctx, filed.ID))
	again, err := h.FileProof(ctx, lou, keep, "Rangez la preuve.", path, guide.ProofCategory, "preuve")
	h.must(err)
	if d, err = h.Document(filed.ID); err != nil || d.RemovedAt != 0 || again.ID != filed.ID || !again.Duplicate {
		t.Errorf("%+v, %+v, %v", d, again, err)
	}
	if err := h.TickStep(ctx, h.me.ID, keep, "Rangez la preuve.", filed.ID); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("a document of another person: %v", err)
	}

	var actions []record.Action
	for e, err := range h.Journal(ctx) {
		h.must(err)
		if e.Action == record.StepTicked || e.Action == record.StepUnticked {
			actions = append(actions, e.Action)
		}
	}
	slices.Sort(actions)
	if want := []record.Action{record.StepTicked, record.StepTicked, record.StepTicked, record.StepUnticked}; !slices.Equal(actions, want) {
		t.Errorf("in the journal: %q", actions)
	}
	h.sound()

	h.must(h.AddMember(ctx, lou, sacha, record.RoleCarerReads))
	h.as(sacha)
	for what, err := range map[string]error{
		"tick": h.TickStep(ctx, lou, "oppose/site", "Sur le site.", record.ID{}), "untick": h.UntickStep(ctx, lou, letter),
	} {
		if !errors.Is(err, vault.ErrNotAllowed) {
			t.Errorf("%s by a carer: %v", what, err)
		}
	}
}
