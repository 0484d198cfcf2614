package vault_test

import (
	"errors"
	"path/filepath"
	"testing"

	"carnet/vault"
	"carnet/vault/record"
)

// marks remembers vaults for one test, as the keyring of a computer does; the real
// one is tried in cmd/carnet.
type marks struct {
	kept  map[record.ID][]byte
	fails error
}

func (m *marks) Mark(id record.ID) ([]byte, error) { return m.kept[id], m.fails }

func (m *marks) SetMark(id record.ID, mark []byte) error {
	if m.fails == nil {
		m.kept[id] = mark
	}
	return m.fails
}

// TestOlderFile: a whole older copy is opened only when somebody says so, with new
// keys of its own; what it then becomes can be merged with the newer file.
func TestOlderFile(t *testing.T) {
	ctx := t.Context()
	m := &marks{kept: map[record.ID][]byte{}}
	opt := options()
	opt.Marks = m
	h := newVault(t)
	h.close()
	unlock := func(name string, opt *vault.Options) error {
		v, err := vault.Unlock(ctx, h.path, passphraseOf(name), opt)
		h.Vault = v
		return err
	}
	h.must(unlock(camille, opt))
	if !h.Watched() {
		t.Error("not watched")
	}
	h.add(h.me.ID, "before.txt", []byte("avant"))
	h.must(h.Close())
	older := filepath.Join(t.TempDir(), "older.carnet")
	copyFile(t, h.path, older)

	h.must(unlock(camille, opt))
	here := h.add(h.me.ID, "here.txt", []byte("ici"))
	h.must(h.Close())
	newer := readFile(t, h.path)
	copyFile(t, older, h.path)
	was := readFile(t, h.path)
	for _, name := range []string{camille, dominique} {
		err := unlock(name, opt)
		var told *vault.Older
		if !errors.As(err, &told) || !errors.Is(err, vault.ErrOlder) || told.Missing != 1 || told.Seen != record.At(today) || told.Found != record.At(today) {
			t.Fatalf("%s: %v, %+v", name, err, told)
		}
	}
	same(t, "a refused file", readFile(t, h.path), was)

	opt.Older = true
	h.must(unlock(camille, opt))
	if h.Seat().Slot() != nil && string(h.Seat().Slot()) == string(h.seats[camille].Slot()) {
		t.Error("the older file goes on with the device of the newer one")
	}
	there := h.add(h.me.ID, "there.txt", []byte("là"))
	h.sound()
	h.must(h.Close())
	opt.Older = false
	h.must(unlock(camille, opt)) // it is the one that this computer knows now
	h.must(h.Close())

	writeFile(t, older, newer)
	h.must(unlock(camille, opt))
	defer h.Close()
	if _, err := h.OpenCopy(ctx, older, nil); !errors.Is(err, vault.ErrWrongPassphrase) {
		t.Errorf("the newer file has another device: %v", err)
	}
	c, err := h.OpenCopy(ctx, older, passphraseOf(camille))
	h.must(err)
	defer c.Close()
	merged, err := h.Merge(ctx, c, nil)
	h.must(err)
	if len(merged.Here.Documents) != 1 || len(merged.There.Documents) != 1 || len(merged.Conflicts) != 0 {
		t.Errorf("%+v", merged)
	}
	same(t, "the one of the newer file", h.read(here), []byte("ici"))
	same(t, "the one of the older file", h.read(there), []byte("là"))
	h.sound()
	h.must(h.Close())
	for _, name := range []string{camille, dominique, sacha} {
		h.must(unlock(name, opt))
		h.sound()
		h.must(h.Close())
	}
	h.must(unlock(camille, opt))
}

// TestNoKeyring: where nothing remembers, nothing is noticed, and the vault says so.
func TestNoKeyring(t *testing.T) {
	opt := options()
	opt.Marks = &marks{fails: errors.New("no answer")}
	h := newVault(t)
	h.close()
	v, err := vault.Unlock(t.Context(), h.path, passphraseOf(camille), opt)
	h.must(err)
	h.Vault = v
	if h.Watched() {
		t.Error("watched")
	}
	h.add(h.me.ID, "a.txt", []byte("a"))
}

// TestRecoverOlder: neither does the kit open an older copy without a word.
func TestRecoverOlder(t *testing.T) {
	m := &marks{kept: map[record.ID][]byte{}}
	opt := options()
	opt.Marks = m
	h := newVault(t)
	h.close()
	was := readFile(t, h.path)
	v, err := vault.Unlock(t.Context(), h.path, passphraseOf(camille), opt)
	h.must(err)
	h.Vault = v
	h.add(h.me.ID, "a.txt", []byte("a"))
	h.must(h.Close())
	writeFile(t, h.path, was)
	if _, err := vault.Recover(t.Context(), h.path, h.kits[camille], []byte("une autre"), opt); !errors.Is(err, vault.ErrOlder) {
		t.Errorf("%v", err)
	}
	same(t, "a refused file", readFile(t, h.path), was)
	opt.Older = true
	h.Vault, err = vault.Recover(t.Context(), h.path, h.kits[camille], []byte("une autre"), opt)
	h.must(err)
	h.sound()
}
