package vault_test

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/text/unicode/norm"

	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// unlock opens the file with a passphrase and returns for whom it opened.
func unlock(t *testing.T, path string, passphrase []byte, as string) (string, error) {
	t.Helper()
	opt := options()
	opt.As = as
	v, err := vault.Unlock(t.Context(), path, passphrase, opt)
	if err != nil {
		return "", err
	}
	me, err := v.Keyholder()
	if err := errors.Join(err, v.Close()); err != nil {
		t.Fatal(err)
	}
	return me.Name, nil
}

func TestCreate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "carnet.carnet")
	first := vault.First{Name: "Zoé", Birth: "1990-02-28", Sex: record.Female, Passphrase: []byte("x")}
	for _, c := range []struct {
		change func(*vault.First)
		want   error
	}{
		{func(f *vault.First) { f.Name = "" }, vault.ErrName},
		{func(f *vault.First) { f.Birth = "28/02/1990" }, vault.ErrDate},
		{func(f *vault.First) { f.Passphrase = nil }, vault.ErrPassphraseEmpty},
	} {
		f := first
		c.change(&f)
		if _, _, err := vault.Create(t.Context(), path, f, options()); !errors.Is(err, c.want) {
			t.Errorf("%v, not %v", err, c.want)
		}
	}
	v, kit, err := vault.Create(t.Context(), path, first, options())
	if err != nil {
		t.Fatal(err)
	}
	id, err := v.ID()
	if err != nil || id.IsZero() || v.Path() != path {
		t.Errorf("%v, %v, %s", id, err, v.Path())
	}
	if _, err := seal.ParseKitCode(kit.Groups()[0]); !errors.Is(err, vault.ErrKitCode) {
		t.Errorf("a part of the kit: %v", err)
	}
	if err := errors.Join(v.Close(), v.Close()); err != nil {
		t.Error(err)
	}
	before := readFile(t, path)
	if _, _, err := vault.Create(t.Context(), path, first, options()); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second vault at the same path: %v", err)
	}
	if !bytes.Equal(before, readFile(t, path)) {
		t.Error("the first vault was changed")
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if hidden, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); err != nil || len(files) != 1 || len(hidden) != 0 {
		t.Errorf("beside the vault: %v %v", files, hidden)
	}
	info, err := vault.ReadInfo(path)
	if err != nil || info.Vault != id || info.Format != 1 || info.Bytes != int64(len(before)) || !slices.Equal(info.Slots, []seal.Argon2{seal.Floor}) {
		t.Errorf("%+v, %v", info, err)
	}
}

func TestSamePassphrase(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	h.as(dominique)
	h.must(h.ChangePassphrase(t.Context(), passphraseOf(camille)))
	h.must(h.Close())
	for _, name := range []string{camille, dominique} {
		if got, err := unlock(t, h.path, passphraseOf(camille), name); got != name || err != nil {
			t.Errorf("as %s: %q, %v", name, got, err)
		}
	}
	if got, err := unlock(t, h.path, passphraseOf(camille), norm.NFD.String("DOMINIQUE kervalan")); got != dominique || err != nil {
		t.Errorf("as a name in other letters: %q, %v", got, err)
	}
	if got, err := unlock(t, h.path, passphraseOf(camille), ""); got != camille && got != dominique || err != nil {
		t.Errorf("as anybody: %q, %v", got, err)
	}
	if _, err := unlock(t, h.path, passphraseOf(camille), sacha); !errors.Is(err, vault.ErrNoKeyholder) {
		t.Errorf("as somebody with another passphrase: %v", err)
	}
}

func TestChangePassphrase(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	h.without(sacha)
	id := h.add(h.lou.ID, "a.txt", []byte("a"))
	old := h.snapshot()
	if err := h.ChangePassphrase(t.Context(), nil); !errors.Is(err, vault.ErrPassphraseEmpty) {
		t.Errorf("an empty one: %v", err)
	}
	composed, decomposed := []byte(norm.NFC.String("crème brûlée à l’été")), []byte(norm.NFD.String("crème brûlée à l’été"))
	if bytes.Equal(composed, decomposed) {
		t.Fatal("the two forms are one")
	}
	h.must(h.ChangePassphrase(t.Context(), composed))
	h.must(h.Close())
	if _, err := unlock(t, h.path, passphraseOf(camille), ""); !errors.Is(err, vault.ErrWrongPassphrase) {
		t.Errorf("the old passphrase: %v", err)
	}
	if got, err := unlock(t, h.path, decomposed, ""); got != camille || err != nil {
		t.Errorf("the new passphrase in form NFD: %q, %v", got, err)
	}
	if got, err := unlock(t, h.path, passphraseOf(dominique), ""); got != dominique || err != nil {
		t.Errorf("another keyholder: %q, %v", got, err)
	}
	// It does not protect older copies, and says so: the seed is the same.
	if got, err := unlock(t, old, passphraseOf(camille), ""); got != camille || err != nil {
		t.Errorf("an older copy: %q, %v", got, err)
	}
	v, err := vault.Recover(t.Context(), h.path, h.kits[camille], []byte("troisième"), options())
	if err != nil {
		t.Fatalf("the kit after a change of passphrase: %v", err)
	}
	h.Vault = v
	same(t, "content", h.read(id), []byte("a"))
	h.sound()
}

func TestReplaceKeys(t *testing.T) {
	t.Parallel()
	for name, renew := range map[string]bool{"kit kept": false, "kit renewed": true} {
		t.Run(name, func(t *testing.T) {
			h := newVault(t)
			h.without(sacha)
			id := h.add(h.lou.ID, "avant.txt", []byte("avant"))
			secret := h.add(h.lou.ID, "a-moi.txt", []byte("à moi"))
			h.must(h.Mask(t.Context(), secret, record.Everyone))
			// Somebody has an older copy and the passphrase: all its keys.
			thief := h.burglar(camille)
			if !renew {
				thief.devices = thief.devices[:1] // not the kit
			}
			for _, k := range h.Secrets() {
				thief.keep(k)
			}
			thief.try(h.snapshot())
			seat := h.seats[camille]

			kit, err := h.ReplaceKeys(t.Context(), []byte("toute nouvelle"), renew)
			h.must(err)
			if (kit != nil) != renew {
				t.Errorf("new kit: %v", kit)
			}
			h.seats[camille] = h.Seat()
			// The transaction that replaces the keys begins under the old ones;
			// what comes after it does not.
			gone := h.snapshot()
			h.must(h.EditDocument(t.Context(), id, vault.Edit{Title: ptr("après")}))
			h.must(h.EditDocument(t.Context(), secret, vault.Edit{Title: ptr("après, à moi")}))
			h.add(h.me.ID, "apres.bin", noise(9, 300_000))
			h.must(h.Examine(t.Context(), nil, nil))
			h.as(dominique)
			h.later()
			h.opensNothingNew(thief, gone, true)
			if _, err := seat.Open(h.path, options()); err == nil {
				t.Error("the old device opens the file")
			}
			if h.as(camille); h.document(secret).Title != "après, à moi" {
				t.Error("what was private is lost")
			}
			same(t, "content", h.read(id), []byte("avant"))
			h.sound()
			h.must(h.Close())

			if _, err := unlock(t, h.path, passphraseOf(camille), ""); !errors.Is(err, vault.ErrWrongPassphrase) {
				t.Errorf("the old passphrase: %v", err)
			}
			if got, err := unlock(t, h.path, []byte("toute nouvelle"), ""); got != camille || err != nil {
				t.Errorf("the new passphrase: %q, %v", got, err)
			}
			code := h.kits[camille]
			if renew {
				if _, err := vault.Recover(t.Context(), h.path, code, []byte("x"), options()); !errors.Is(err, vault.ErrWrongKit) {
					t.Errorf("the old kit: %v", err)
				}
				code = *kit
			}
			v, err := vault.Recover(t.Context(), h.path, code, []byte("x"), options())
			if err != nil {
				t.Fatalf("the kit that is valid: %v", err)
			}
			h.Vault = v
			if h.document(secret).Title != "après, à moi" {
				t.Error("the kit does not open what is private")
			}
			h.sound()
		})
	}
}

func TestRecover(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	h.without(sacha)
	id := h.add(h.lou.ID, "a.txt", []byte("a"))
	secret := h.add(h.lou.ID, "b.txt", []byte("b"))
	h.must(h.Mask(t.Context(), secret, record.Everyone))
	h.must(h.Close())
	before := readFile(t, h.path)
	for _, c := range []struct {
		what       string
		code       seal.KitCode
		passphrase string
		want       error
	}{
		{"a kit of another vault", seal.NewKitCode(), "x", vault.ErrWrongKit},
		{"no passphrase", h.kits[camille], "", vault.ErrPassphraseEmpty},
	} {
		if _, err := vault.Recover(t.Context(), h.path, c.code, []byte(c.passphrase), options()); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, not %v", c.what, err, c.want)
		}
	}
	if !bytes.Equal(before, readFile(t, h.path)) {
		t.Error("refused recoveries changed the file")
	}
	for _, passphrase := range []string{"une première fois", "une seconde fois"} {
		v, err := vault.Recover(t.Context(), h.path, h.kits[camille], []byte(passphrase), options())
		if err != nil {
			t.Fatalf("%s: %v", passphrase, err)
		}
		h.Vault = v
		if me, err := h.Keyholder(); err != nil || me.Name != camille {
			t.Errorf("%s: %v, %v", passphrase, me, err)
		}
		same(t, "common", h.read(id), []byte("a"))
		same(t, "private", h.read(secret), []byte("b"))
		h.must(h.EditDocument(t.Context(), id, vault.Edit{Title: &passphrase}))
		h.sound()
		h.seats[camille] = h.Seat()
		h.reopen()
		h.sound()
		h.must(h.Close())
		if got, err := unlock(t, h.path, []byte(passphrase), ""); got != camille || err != nil {
			t.Errorf("%s: %q, %v", passphrase, got, err)
		}
	}
	for _, old := range [][]byte{passphraseOf(camille), []byte("une première fois")} {
		if _, err := unlock(t, h.path, old, ""); !errors.Is(err, vault.ErrWrongPassphrase) {
			t.Errorf("an old passphrase: %v", err)
		}
	}
	h.as(dominique)
	if h.document(id).Title != "une seconde fois" {
		t.Error("the other keyholder does not see the edit")
	}
	h.add(h.lou.ID, "c.txt", []byte("c"))
	h.sound()
	info, err := vault.ReadInfo(h.snapshot())
	if err != nil || len(info.Slots) != 2 {
		t.Errorf("slots: %+v, %v", info, err)
	}
}
