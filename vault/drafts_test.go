package vault_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"carnet/vault"
	"carnet/vault/internal/store"
)

// begun is what somebody had begun to write.
const begun = `{"titre":"consultation d'otorhinopharyngologie","note":"le tympan zinzolin de Lou"}`

// kept fails the test unless the drafts are as said.
func (h *household) kept(when, want string) {
	h.t.Helper()
	if b, err := h.Drafts(); err != nil || string(b) != want || (b == nil) != (want == "") {
		h.t.Errorf("%s: %q, %v, not %q", when, b, err, want)
	}
}

// selves counts the values that devices keep for themselves, and the slots.
func (h *household) selves() (manifests, drafts, slots int) {
	h.t.Helper()
	for _, v := range valuesOf(h.t, h.snapshot()) {
		switch {
		case v.bucket == store.Self && len(v.key) == 16:
			manifests++
		case v.bucket == store.Self && len(v.key) == 17 && v.key[16] == 'd':
			drafts++
		case v.bucket == store.Self:
			h.t.Errorf("a key of %d bytes", len(v.key))
		case v.bucket == store.Meta && len(v.key) == 16:
			slots++
		}
	}
	return manifests, drafts, slots
}

// holds fails the test unless every slot has one manifest, nobody else has, and
// so many have drafts.
func (h *household) holds(when string, slots, drafts int) {
	h.t.Helper()
	if m, d, s := h.selves(); m != slots || s != slots || d != drafts {
		h.t.Errorf("%s: %d slots, %d manifests, %d drafts", when, s, m, d)
	}
}

func TestDrafts(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	acts, operations, rows := h.Generation(), h.Operations(), h.JournalSize()
	h.kept("at first", "")
	h.must(h.KeepDrafts(ctx, nil))
	if h.Generation() != acts {
		t.Error("removing nothing was an act")
	}
	h.must(h.KeepDrafts(ctx, []byte(begun)))
	h.kept("kept", begun)
	h.must(h.Close())
	v, err := vault.Unlock(ctx, h.path, passphraseOf(camille), options())
	h.must(err)
	h.Vault = v
	h.kept("after Close and Unlock", begun)
	h.must(h.Compact(ctx, nil))
	h.must(h.ChangePassphrase(ctx, []byte("une autre phrase")))
	h.kept("compacted, and under another passphrase", begun)
	rows++ // of the passphrase
	h.holds("kept", 3, 1)

	// Dominique reads nothing of it, and has their own.
	h.as(dominique)
	h.kept("of another", "")
	h.sound()
	h.must(h.KeepDrafts(ctx, []byte("de Dominique")))
	h.as(camille)
	h.kept("beside another's", begun)
	h.sound()
	h.holds("of two", 3, 2)
	for name, want := range map[string]bool{camille: true, dominique: false, sacha: false} {
		if l := h.burglar(name).try(h.snapshot()); l.contains([]byte("zinzolin")) != want {
			t.Errorf("the keys of %s open it: %v", name, !want)
		}
	}

	longer := strings.Repeat("x", 1<<20)
	h.must(h.KeepDrafts(ctx, []byte(longer)))
	h.kept("replaced", longer)
	if err := h.KeepDrafts(ctx, []byte(longer+"x")); !errors.Is(err, vault.ErrDraftsTooLarge) {
		t.Errorf("a byte more: %v", err)
	}
	h.kept("refused", longer)
	h.must(h.KeepDrafts(ctx, []byte{}))
	h.kept("removed", "")
	h.holds("removed", 3, 1)
	if h.Operations() != operations || h.JournalSize() != rows {
		t.Errorf("%d operations and %d rows of the journal", h.Operations()-operations, h.JournalSize()-rows)
	}
	h.sound()
	h.must(h.Close())
	for what, err := range map[string]error{"keep": h.KeepDrafts(ctx, []byte("x")), "remove": h.KeepDrafts(ctx, nil)} {
		if !errors.Is(err, vault.ErrLocked) {
			t.Errorf("%s, closed: %v", what, err)
		}
	}
	if _, err := h.Drafts(); !errors.Is(err, vault.ErrLocked) {
		t.Errorf("read, closed: %v", err)
	}
}

// TestDraftsCanary looks in the file for what a draft says, in every form.
func TestDraftsCanary(t *testing.T) {
	h := newVault(t)
	words := []string{"otorhinopharyngologie", "zinzolin de Lou"}
	if n := len(found([]byte(begun), words)); n < len(words) {
		t.Fatalf("the search finds %d in plain text", n)
	}
	for _, b := range []string{begun, strings.Repeat(begun, 5000)} {
		h.must(h.KeepDrafts(t.Context(), []byte(b)))
		for _, f := range found(readFile(t, h.path), words) {
			t.Error(f)
		}
	}
	h.must(h.KeepDrafts(t.Context(), nil))
	for _, f := range found(readFile(t, h.path), words) {
		t.Errorf("removed: %s", f)
	}
}

// TestDraftsAndNewKeys: new keys made from the old ones carry drafts over; the
// kit, which does not have them, leaves none behind.
func TestDraftsAndNewKeys(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	h.must(h.KeepDrafts(ctx, []byte(begun)))
	thief := h.burglar(camille)
	thief.devices = thief.devices[:1] // not the kit
	_, err := h.ReplaceKeys(ctx, []byte("toute nouvelle"), false)
	h.must(err)
	h.seats[camille] = h.Seat()
	h.kept("new keys", begun)
	h.reopen()
	h.kept("new keys, opened again", begun)
	h.holds("new keys", 3, 1)
	if thief.try(h.snapshot()).contains([]byte("zinzolin")) {
		t.Error("the old keys open the drafts")
	}
	h.sound()
	h.must(h.Close())

	v, err := vault.Recover(ctx, h.path, h.kits[camille], []byte("x"), options())
	h.must(err)
	h.Vault = v
	h.kept("recovered", "")
	h.holds("recovered", 3, 0)
	h.must(h.KeepDrafts(ctx, []byte("ensuite")))
	h.seats[camille] = h.Seat()
	h.reopen()
	h.kept("recovered, and begun again", "ensuite")
	h.sound()
}

// TestDraftsOfWhoLeaves: nothing that was theirs alone stays in the file,
// whoever removes them.
func TestDraftsOfWhoLeaves(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	for _, name := range []string{sacha, dominique, camille} {
		h.as(name)
		h.must(h.KeepDrafts(ctx, []byte("de "+name)))
	}
	h.holds("at first", 3, 3)
	h.without(sacha)
	h.holds("without Sacha", 2, 2)
	h.as(dominique)
	id := h.scan(h.lou.ID, 1)
	h.thumbnail(id, &painter{picture: drawing(1, 100)}) // waits for a transaction
	_, err := h.RemoveKeyholder(ctx, dominique)
	h.must(err)
	h.holds("without Dominique", 1, 1)
	h.as(camille)
	h.kept("who stays", "de "+camille)
	h.sound()
}

// TestDamagedDrafts: what was begun cannot be made again, so that its loss is
// told, until the person goes on.
func TestDamagedDrafts(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	h.must(h.KeepDrafts(ctx, []byte(begun)))
	spoil := func(change func([]byte) []byte) {
		t.Helper()
		h.must(h.Close())
		for _, v := range valuesOf(t, h.path) {
			if v.bucket == store.Self && len(v.key) == 17 {
				v.bytes = change(bytes.Clone(v.bytes))
				put(t, h.path, v)
			}
		}
		h.as(camille)
		if b, err := h.Drafts(); !errors.Is(err, vault.ErrDamaged) || b != nil {
			t.Errorf("%q, %v", b, err)
		}
		r, err := h.Check(ctx, true, nil)
		if err != nil || len(r.Damaged) != 1 || r.Damaged[0] != (vault.DamagedItem{What: "draft"}) {
			t.Errorf("check: %+v, %v", r.Damaged, err)
		}
	}
	short := func(b []byte) []byte { return b[:40] }
	bit := func(b []byte) []byte { b[len(b)-1] ^= 1; return b }
	spoil(short)
	h.must(h.KeepDrafts(ctx, []byte("autre chose")))
	h.kept("replaced", "autre chose")
	h.sound()
	spoil(bit)
	h.must(h.KeepDrafts(ctx, nil))
	h.kept("removed", "")
	h.sound()
	h.must(h.KeepDrafts(ctx, []byte(begun)))
	spoil(bit)
	_, err := h.ReplaceKeys(ctx, []byte("toute nouvelle"), false)
	h.must(err)
	h.kept("new keys", "")
	h.sound()
}
