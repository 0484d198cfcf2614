package vault_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/seal"
)

type sheets = [vault.Shares]vault.Share

func (h *household) makeShares() sheets {
	h.t.Helper()
	made, err := h.MakeShares(h.t.Context())
	h.must(err)
	return made
}

// opensWith tries two sheets on the closed vault, on a copy of it.
func (h *household) opensWith(path string, one, two vault.Share) error {
	h.t.Helper()
	copied := h.t.TempDir() + "/copie.carnet"
	copyFile(h.t, path, copied)
	before := readFile(h.t, copied)
	v, err := vault.RecoverWithShares(h.t.Context(), copied, one, two, []byte("nouvelle phrase"), options())
	if err != nil {
		if !bytes.Equal(before, readFile(h.t, copied)) {
			h.t.Error("a refusal changed the file")
		}
		return err
	}
	return v.Close()
}

func TestRelatives(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	h.without(sacha)
	id := h.add(h.lou.ID, "a.txt", []byte("a"))
	secret := h.add(h.lou.ID, "b.txt", []byte("b"))
	h.must(h.Mask(t.Context(), secret, record.Everyone))
	if r, err := h.Relatives(); err != nil || r != (vault.Relatives{}) {
		t.Errorf("at first: %+v, %v", r, err)
	}
	if err := h.RemoveShares(t.Context()); !errors.Is(err, vault.ErrNoShares) {
		t.Errorf("withdrawn at first: %v", err)
	}
	mine := h.makeShares()
	if err := h.TryShares(t.Context(), mine[2], mine[0]); err != nil {
		t.Errorf("tried: %v", err)
	}
	at := record.At(today)
	if r, err := h.Relatives(); err != nil || r != (vault.Relatives{Made: at, Tried: at}) {
		t.Errorf("after a trial: %+v, %v", r, err)
	}
	h.sound()
	h.as(dominique)
	if r, err := h.Relatives(); err != nil || r != (vault.Relatives{}) {
		t.Errorf("of the other keyholder: %+v, %v", r, err)
	}
	theirs := h.makeShares()
	if err := h.TryShares(t.Context(), mine[0], mine[1]); !errors.Is(err, vault.ErrWrongShares) {
		t.Errorf("somebody else's: %v", err)
	}
	h.must(h.Close())

	_, strangers, err := seal.NewShares([16]byte{1})
	h.must(err)
	for what, c := range map[string]struct {
		one, two   vault.Share
		passphrase string
		want       error
	}{
		"the same sheet twice":  {mine[1], mine[1], "x", vault.ErrSameShare},
		"of two keyholders":     {mine[1], theirs[0], "x", vault.ErrOtherSet},
		"of another vault":      {strangers[1], strangers[0], "x", vault.ErrWrongShares},
		"no sheet":              {mine[0], vault.Share{}, "x", vault.ErrShare},
		"without a passphrase":  {mine[0], mine[1], "", vault.ErrPassphraseEmpty},
		"of the other's vaults": {strangers[1], theirs[0], "x", vault.ErrOtherSet},
	} {
		before := readFile(t, h.path)
		if _, err := vault.RecoverWithShares(t.Context(), h.path, c.one, c.two, []byte(c.passphrase), options()); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, not %v", what, err, c.want)
		}
		if !bytes.Equal(before, readFile(t, h.path)) {
			t.Errorf("%s: the file changed", what)
		}
	}
	if got, err := unlock(t, h.path, passphraseOf(camille), ""); got != camille || err != nil {
		t.Errorf("the passphrase after refusals: %q, %v", got, err)
	}

	// They open it again and again, each time with a new passphrase and new keys.
	for i, pair := range [][2]int{{0, 1}, {2, 1}} {
		passphrase := []byte([]string{"une première fois", "une seconde fois"}[i])
		v, err := vault.RecoverWithShares(t.Context(), h.path, mine[pair[0]], mine[pair[1]], passphrase, options())
		if err != nil {
			t.Fatalf("sheets %d and %d: %v", pair[0], pair[1], err)
		}
		h.Vault = v
		if me, err := h.Keyholder(); err != nil || me.Name != camille {
			t.Errorf("%v, %v", me, err)
		}
		same(t, "common", h.read(id), []byte("a"))
		same(t, "private", h.read(secret), []byte("b"))
		h.must(h.TryShares(t.Context(), mine[0], mine[2]))
		h.sound()
		rows := actionsOf(h)
		for _, want := range []record.Action{record.RelativesGiven, record.RelativesTried, record.RelativesRecovered} {
			if !slices.Contains(rows, want) {
				t.Errorf("the journal lacks %s", want)
			}
		}
		h.must(h.Close())
		if got, err := unlock(t, h.path, passphrase, ""); got != camille || err != nil {
			t.Errorf("the new passphrase: %q, %v", got, err)
		}
	}
	if _, err := unlock(t, h.path, passphraseOf(camille), ""); !errors.Is(err, vault.ErrWrongPassphrase) {
		t.Errorf("the old passphrase: %v", err)
	}
	// The kit opens too, and the sheets go on after it; so do the other keyholder's.
	v, err := vault.Recover(t.Context(), h.path, h.kits[camille], []byte("avec le kit"), options())
	h.must(err)
	h.Vault = v
	h.must(h.TryShares(t.Context(), mine[1], mine[2]))
	h.sound()
	h.must(h.Close())
	for who, two := range map[string][2]vault.Share{camille: {mine[0], mine[1]}, dominique: {theirs[2], theirs[1]}} {
		if err := h.opensWith(h.path, two[0], two[1]); err != nil {
			t.Errorf("sheets of %s: %v", who, err)
		}
	}
}

func actionsOf(h *household) (out []record.Action) {
	for e, err := range h.Journal(h.t.Context()) {
		h.must(err)
		out = append(out, e.Action)
	}
	return out
}

// TestRelativesReplaced: sheets that were renewed or withdrawn open nothing more, not
// even with all that the file still holds of before, and old copies are as they were.
func TestRelativesReplaced(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	h.without(sacha)
	old := h.makeShares()
	value := h.RelativesValue()
	if !bytes.Contains(readFile(t, h.path), value[20:]) {
		t.Fatal("what is searched for is not where it was put: the test shows nothing")
	}
	copied := h.snapshot()
	made := h.makeShares()
	if err := h.TryShares(t.Context(), old[0], old[1]); !errors.Is(err, vault.ErrWrongShares) {
		t.Errorf("the old ones, tried: %v", err)
	}
	if err := h.TryShares(t.Context(), old[0], made[1]); !errors.Is(err, vault.ErrOtherSet) {
		t.Errorf("an old one and a new one: %v", err)
	}
	if r, err := h.Relatives(); err != nil || r.Tried != 0 || r.Made == 0 {
		t.Errorf("refused trials are kept: %+v, %v", r, err)
	}
	if bytes.Contains(readFile(t, h.path), value[20:]) {
		t.Error("the file still holds the way in of the old sheets")
	}
	if err := h.opensWith(h.snapshot(), old[0], old[1]); !errors.Is(err, vault.ErrWrongShares) {
		t.Errorf("the old ones: %v", err)
	}
	if err := h.opensWith(h.snapshot(), made[2], made[0]); err != nil {
		t.Errorf("the new ones: %v", err)
	}
	if err := h.opensWith(copied, old[0], old[1]); err != nil {
		t.Errorf("the old ones on an old copy, as the person is told: %v", err)
	}
	value = h.RelativesValue()
	h.must(h.RemoveShares(t.Context()))
	if bytes.Contains(readFile(t, h.path), value[20:]) || h.RelativesValue() != nil {
		t.Error("the file still holds the way in that was withdrawn")
	}
	h.sound()
	if err := h.opensWith(h.snapshot(), made[2], made[0]); !errors.Is(err, vault.ErrWrongShares) {
		t.Errorf("withdrawn ones: %v", err)
	}
	if err := h.TryShares(t.Context(), made[0], made[1]); !errors.Is(err, vault.ErrNoShares) {
		t.Errorf("withdrawn ones, tried: %v", err)
	}
	// Somebody puts the old way in back: it is not what the household says.
	h.PutRelatives(value)
	if err := h.opensWith(h.snapshot(), made[2], made[0]); !errors.Is(err, vault.ErrWrongShares) {
		t.Errorf("put back: %v", err)
	}
	h.must(h.KeepDrafts(t.Context(), []byte("x")))
	if h.RelativesValue() != nil {
		t.Error("the next act leaves what was put back")
	}
}

// TestRelativesAfterReplacement: new keys, a new kit, and a keyholder who goes.
func TestRelativesAfterReplacement(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	h.without(sacha)
	mine := h.makeShares()
	before := h.RelativesValue()
	_, err := h.ReplaceKeys(t.Context(), []byte("toute nouvelle"), true)
	h.must(err)
	h.seats[camille] = h.Seat()
	h.sound()
	if bytes.Equal(before, h.RelativesValue()) {
		t.Error("the way in is that of the old keys")
	}
	if err := h.opensWith(h.snapshot(), mine[0], mine[2]); err != nil {
		t.Errorf("after new keys: %v", err)
	}
	h.must(h.ChangePassphrase(t.Context(), []byte("encore une")))
	if err := h.opensWith(h.snapshot(), mine[1], mine[2]); err != nil {
		t.Errorf("after a new passphrase: %v", err)
	}
	h.as(dominique)
	theirs := h.makeShares()
	_, err = h.RemoveKeyholder(t.Context(), dominique)
	h.must(err)
	h.as(camille)
	h.must(h.KeepDrafts(t.Context(), []byte("x")))
	if err := h.opensWith(h.snapshot(), theirs[0], theirs[1]); !errors.Is(err, vault.ErrWrongShares) {
		t.Errorf("of somebody who left: %v", err)
	}
	if err := h.opensWith(h.snapshot(), mine[0], mine[1]); err != nil {
		t.Errorf("of who stays: %v", err)
	}
	h.sound()
}

// TestRelativesDamaged: a way in that was altered or lost is told by a check, opens
// nothing, and is put right by the next act.
func TestRelativesDamaged(t *testing.T) {
	t.Parallel()
	for what, spoil := range map[string]func([]byte) []byte{
		"flipped": func(b []byte) []byte { b[700] ^= 1; return b },
		"cut":     func(b []byte) []byte { return b[:len(b)-1] },
		"gone":    func([]byte) []byte { return nil },
	} {
		h := newVault(t)
		mine := h.makeShares()
		h.PutRelatives(spoil(bytes.Clone(h.RelativesValue())))
		r, err := h.Check(t.Context(), true, nil)
		if err != nil || len(r.Damaged) != 1 || r.Damaged[0].What != "relatives" {
			t.Errorf("%s: %+v, %v", what, r.Damaged, err)
		}
		if err := h.opensWith(h.snapshot(), mine[0], mine[1]); !errors.Is(err, vault.ErrWrongShares) {
			t.Errorf("%s: %v", what, err)
		}
		h.must(h.KeepDrafts(t.Context(), []byte("x")))
		h.sound()
		if err := h.opensWith(h.snapshot(), mine[0], mine[1]); err != nil {
			t.Errorf("%s, put right: %v", what, err)
		}
	}
}

// TestRelativesOfAnother: another keyholder cannot have the seed sealed to themselves.
func TestRelativesOfAnother(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	mine := h.makeShares()
	me, err := h.Keyholder()
	h.must(err)
	h.as(dominique)
	theirs := h.makeShares()
	h.must(h.ForgeRelatives(me.ID, func(key []byte) []byte { return key }))
	h.as(camille)
	h.must(h.KeepDrafts(t.Context(), []byte("x")))
	if err := h.opensWith(h.snapshot(), mine[0], mine[1]); err != nil {
		t.Errorf("the keyholder's own: %v", err)
	}
	v := h.RelativesValue()
	if err := h.TryShares(t.Context(), theirs[0], theirs[1]); !errors.Is(err, vault.ErrWrongShares) {
		t.Errorf("the other's: %v", err)
	}
	if !bytes.Equal(v, h.RelativesValue()) {
		t.Error("the way in changed")
	}
}

// TestRelativesWithoutAKey: what nobody can seal for is refused and keeps no act from
// ending.
func TestRelativesWithoutAKey(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	mine := h.makeShares()
	me, err := h.Keyholder()
	h.must(err)
	for what, change := range map[string]func([]byte) []byte{
		"none":  func([]byte) []byte { return nil },
		"short": func(key []byte) []byte { return key[1:] },
		"bytes": func(key []byte) []byte { return bytes.Repeat([]byte{0xff}, len(key)) },
	} {
		if err := h.ForgeRelatives(me.ID, change); err == nil {
			t.Errorf("%s: written", what)
		}
		h.must(h.KeepDrafts(t.Context(), []byte(what)))
	}
	if err := h.TryShares(t.Context(), mine[0], mine[1]); err != nil {
		t.Errorf("the sheets afterwards: %v", err)
	}
	h.sound()
}

// TestRelativesMerged: of two copies, the sheets that were made last count, and what
// was withdrawn in one is withdrawn.
func TestRelativesMerged(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	h.without(sacha)
	first := h.makeShares()
	other := h.part()
	other.close()
	clock := options()
	clock.Now = func() time.Time { return today.Add(time.Hour) }
	v, err := h.seats[camille].Open(other.path, clock)
	h.must(err)
	second, err := v.MakeShares(t.Context())
	h.must(err)
	other.Vault = v
	h.take(other)
	h.sound()
	if err := h.opensWith(h.snapshot(), second[0], second[2]); err != nil {
		t.Errorf("made last: %v", err)
	}
	if err := h.opensWith(h.snapshot(), first[0], first[2]); !errors.Is(err, vault.ErrWrongShares) {
		t.Errorf("made first: %v", err)
	}
}

func TestRelativesDue(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	for _, c := range []struct {
		made, tried time.Duration // ago; 0 for never
		want        bool
	}{
		{0, 0, false}, {29 * day, 0, false}, {30 * day, 0, true}, {500 * day, 364 * day, false}, {500 * day, 365 * day, true},
	} {
		var r vault.Relatives
		if c.made > 0 {
			r.Made = record.At(today.Add(-c.made))
		}
		if c.tried > 0 {
			r.Tried = record.At(today.Add(-c.tried))
		}
		if got := r.Due(today); got != c.want {
			t.Errorf("%+v: due %t", c, got)
		}
	}
}
