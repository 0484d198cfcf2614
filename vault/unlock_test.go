package vault_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"carnet/vault"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// rewrite changes the file as only a program that is not ours would.
func rewrite(t testing.TB, path string, fn func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, PageSize: 4096, NoSync: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(fn), db.Close()); err != nil {
		t.Fatal(err)
	}
}

func bucketOf(tx *bbolt.Tx, b store.Bucket) *bbolt.Bucket { return tx.Bucket([]byte{byte(b)}) }

// eachSlot changes every slot of the file.
func eachSlot(change func(slot []byte) []byte) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error {
		meta := bucketOf(tx, store.Meta)
		slots := map[string][]byte{}
		err := meta.ForEach(func(k, v []byte) error {
			if len(k) == 16 {
				slots[string(k)] = change(bytes.Clone(v))
			}
			return nil
		})
		for k, v := range slots {
			if v == nil {
				err = errors.Join(err, meta.Delete([]byte(k)))
			} else {
				err = errors.Join(err, meta.Put([]byte(k), v))
			}
		}
		return err
	}
}

// TestUnlockErrors: every reason why a file does not open has its own error, and
// none of them changes the file.
func TestUnlockErrors(t *testing.T) {
	t.Parallel()
	meta := func(key string, value []byte) func(t *testing.T, path string) {
		return func(t *testing.T, path string) {
			rewrite(t, path, func(tx *bbolt.Tx) error { return bucketOf(tx, store.Meta).Put([]byte(key), value) })
		}
	}
	slots := func(change func([]byte) []byte) func(t *testing.T, path string) {
		return func(t *testing.T, path string) { rewrite(t, path, eachSlot(change)) }
	}
	bytesOf := func(change func([]byte) []byte) func(t *testing.T, path string) {
		return func(t *testing.T, path string) { writeFile(t, path, change(readFile(t, path))) }
	}
	for _, c := range []struct {
		name       string
		spoil      func(t *testing.T, path string)
		passphrase string // "" for the right one
		want       error
	}{
		{"wrong passphrase", func(*testing.T, string) {}, "autre", vault.ErrWrongPassphrase},
		{"empty passphrase", func(*testing.T, string) {}, "\x00", vault.ErrWrongPassphrase},
		{"missing", func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}, "", fs.ErrNotExist},
		{"empty file", bytesOf(func(b []byte) []byte { return nil }), "", vault.ErrNotVault},
		{"another kind of file", bytesOf(func(b []byte) []byte { return bytes.Repeat([]byte("%PDF-1.7\n"), 5000) }), "", vault.ErrNotVault},
		{"a database that is not a vault", func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			rewrite(t, path, func(tx *bbolt.Tx) error {
				b, err := tx.CreateBucket([]byte("autre"))
				return errors.Join(err, b.Put([]byte("a"), []byte("b")))
			})
		}, "", vault.ErrNotVault},
		{"newer format", meta("format", binary.BigEndian.AppendUint32(nil, 2)), "", vault.ErrNewerFormat},
		{"format 0", meta("format", make([]byte, 4)), "", vault.ErrDamaged},
		{"no vault id", meta("vault", []byte("court")), "", vault.ErrDamaged},
		{"one page", bytesOf(func(b []byte) []byte { return b[:4096] }), "", vault.ErrTruncated},
		{"end missing", bytesOf(func(b []byte) []byte { return b[:40960] }), "", vault.ErrTruncated},
		{"both headers altered", bytesOf(func(b []byte) []byte { b[16+30] ^= 1; b[4096+16+30] ^= 1; return b }), "", vault.ErrDamaged},
		{"no slot", slots(func([]byte) []byte { return nil }), "", vault.ErrDamaged},
		{"slot that is none", slots(func(b []byte) []byte { return b[:20] }), "", vault.ErrDamaged},
		{"slot under another's id", slots(func(b []byte) []byte { b[0] ^= 1; return b }), "", vault.ErrDamaged},
		{"weak parameters", slots(func(b []byte) []byte { binary.BigEndian.PutUint32(b[33:], 8<<10); return b }), "", vault.ErrParameters},
		{"one pass", slots(func(b []byte) []byte { binary.BigEndian.PutUint32(b[37:], 1); return b }), "", vault.ErrParameters},
		{"parameters beyond any computer", slots(func(b []byte) []byte { binary.BigEndian.PutUint32(b[33:], 1<<31); return b }), "", vault.ErrParameters},
		{"altered slot", slots(func(b []byte) []byte { b[len(b)-1] ^= 1; return b }), "", vault.ErrDamaged},
		{"bound to another computer", slots(func(b []byte) []byte { b[16] = byte(seal.SlotComputer); return b }), "", vault.ErrOtherComputer},
		{"slots moved to another vault", meta("vault", make([]byte, 16)), "", vault.ErrWrongPassphrase},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newVault(t)
			h.alone() // each slot is a key to derive
			h.must(h.Close())
			c.spoil(t, h.path)
			before, missing := os.ReadFile(h.path)
			passphrase := passphraseOf(camille)
			if c.passphrase != "" {
				passphrase = []byte(c.passphrase)
			}
			_, err := vault.Unlock(t.Context(), h.path, passphrase, options())
			if !errors.Is(err, c.want) {
				t.Errorf("%v, not %v", err, c.want)
			}
			for _, other := range []error{
				vault.ErrWrongPassphrase, vault.ErrNotVault, vault.ErrTruncated, vault.ErrDamaged, vault.ErrNewerFormat,
				vault.ErrInUse, vault.ErrOlder, vault.ErrParameters, vault.ErrOtherComputer, vault.ErrNoKeyholder,
			} {
				if other != c.want && errors.Is(err, other) {
					t.Errorf("%v is also %v", err, other)
				}
			}
			if after, err := os.ReadFile(h.path); missing == nil && (err != nil || !bytes.Equal(before, after)) {
				t.Errorf("the file was changed: %v", err)
			}
		})
	}
}

// alone leaves Camille as the only one who has a passphrase.
func (h *household) alone() {
	h.t.Helper()
	h.as(dominique)
	_, err := h.RemoveKeyholder(h.t.Context(), dominique)
	h.must(err)
	h.as(camille)
	h.without(sacha)
}

// without removes somebody who has no part in a record.
func (h *household) without(name string) {
	h.t.Helper()
	_, err := h.RemoveKeyholder(h.t.Context(), name)
	h.must(err)
}

func TestSecondOpener(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	before := readFile(t, h.path)
	_, err := vault.Unlock(t.Context(), h.path, passphraseOf(camille), options())
	if !errors.Is(err, vault.ErrInUse) {
		t.Errorf("unlock: %v", err)
	}
	_, err = vault.Recover(t.Context(), h.path, h.kits[camille], []byte("x"), options())
	if !errors.Is(err, vault.ErrInUse) || errors.Is(err, vault.ErrWrongKit) {
		t.Errorf("recover: %v", err)
	}
	if _, err := vault.ReadInfo(h.path); !errors.Is(err, vault.ErrInUse) {
		t.Errorf("info: %v", err)
	}
	if !bytes.Equal(before, readFile(t, h.path)) {
		t.Error("the file was changed")
	}
	h.add(h.me.ID, "a.txt", []byte("a")) // the first goes on
}

// TestSlotOfAnotherVault moves a slot between two files: the passphrase is right
// and opens nothing there.
func TestSlotOfAnotherVault(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	h.must(h.Close())
	other := filepath.Join(t.TempDir(), "autre.carnet")
	v, _, err := vault.Create(t.Context(), other, vault.First{Name: "Ana", Birth: "1990-01-01", Passphrase: []byte("ana")}, options())
	if err != nil {
		t.Fatal(err)
	}
	h.must(v.Close())
	rewrite(t, other, func(from *bbolt.Tx) error {
		rewrite(t, h.path, func(to *bbolt.Tx) error {
			return bucketOf(from, store.Meta).ForEach(func(k, v []byte) error {
				if len(k) != 16 {
					return nil
				}
				return bucketOf(to, store.Meta).Put(k, v)
			})
		})
		return nil
	})
	before := readFile(t, h.path)
	if _, err := unlock(t, h.path, []byte("ana"), ""); !errors.Is(err, vault.ErrWrongPassphrase) {
		t.Errorf("the passphrase of the other vault: %v", err)
	}
	if !bytes.Equal(before, readFile(t, h.path)) {
		t.Error("the file was changed")
	}
	if got, err := unlock(t, h.path, passphraseOf(camille), ""); got != camille || err != nil {
		t.Errorf("one's own: %q, %v", got, err)
	}
}

// TestComputerSlot: a slot that needs this computer's secret says so where the
// secret is missing, and the kit opens the vault all the same.
func TestComputerSlot(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ici.carnet")
	opt := options()
	opt.Computer = seal.NewKey()
	v, kit, err := vault.Create(t.Context(), path, vault.First{Name: "Ana", Birth: "1990-01-01", Passphrase: []byte("ana")}, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []seal.Key{{}, seal.NewKey()} {
		elsewhere := options()
		elsewhere.Computer = secret
		if _, err := vault.Unlock(t.Context(), path, []byte("ana"), elsewhere); !errors.Is(err, vault.ErrOtherComputer) {
			t.Errorf("elsewhere: %v", err)
		}
	}
	if _, err := vault.Unlock(t.Context(), path, []byte("faux"), opt); !errors.Is(err, vault.ErrWrongPassphrase) {
		t.Errorf("here, with another passphrase: %v", err)
	}
	if v, err = vault.Unlock(t.Context(), path, []byte("ana"), opt); err != nil {
		t.Fatalf("here: %v", err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if v, err = vault.Recover(t.Context(), path, kit, []byte("ailleurs"), options()); err != nil {
		t.Fatalf("by the kit: %v", err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestLocked(t *testing.T) {
	h := newVault(t)
	small := h.add(h.me.ID, "a.txt", []byte("petit"))
	large := h.add(h.me.ID, "b.bin", noise(1, 300_000))
	ctx := t.Context()
	var open []*vault.Content
	for _, id := range []record.ID{small, large} {
		c, err := h.Open(ctx, id, record.DocumentRead)
		h.must(err)
		open = append(open, c)
	}
	h.must(h.Close())
	ignore := func(_ any, err error) error { return err }
	for what, err := range map[string]error{
		"read a small document": ignore(open[0].Read(make([]byte, 1))),
		"read a large document": ignore(open[1].Read(make([]byte, 1))),
		"id":                    ignore(h.ID()),
		"keyholder":             ignore(h.Keyholder()),
		"keyholders":            ignore(h.Keyholders()),
		"patients":              ignore(h.Patients()),
		"members":               ignore(h.Members(h.me.ID)),
		"documents":             ignore(h.Documents(h.me.ID)),
		"document":              ignore(h.Document(small)),
		"open":                  ignore(h.Open(ctx, small, record.DocumentRead)),
		"edit":                  h.EditDocument(ctx, small, vault.Edit{Title: ptr("x")}),
		"remove":                h.RemoveDocuments(ctx, small),
		"mask":                  h.Mask(ctx, small, record.Everyone),
		"unmask":                h.Unmask(ctx, small),
		"examine":               h.Examine(ctx, nil, nil),
		"extract":               h.Extract(ctx, small, filepath.Join(t.TempDir(), "x")),
		"check":                 ignore(h.Check(ctx, true, nil)),
		"journal":               ignore(h.VerifyJournal(ctx)),
		"compact":               h.Compact(ctx, nil),
		"passphrase":            h.ChangePassphrase(ctx, []byte("x")),
		"keys":                  ignore(h.ReplaceKeys(ctx, []byte("x"), false)),
		"add patient":           ignore(h.AddPatient(ctx, record.Patient{Name: "x", Birth: "2000-01-01"}, false)),
		"add member":            h.AddMember(ctx, h.me.ID, dominique, record.RoleGuardian),
		"add keyholder":         ignore(h.AddKeyholder(ctx, "x", []byte("x"))),
		"remove keyholder":      ignore(h.RemoveKeyholder(ctx, dominique)),
	} {
		if !errors.Is(err, vault.ErrLocked) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if h.Damage() != (vault.Damage{}) {
		t.Errorf("damage: %+v", h.Damage())
	}
	for _, err := range h.Journal(ctx) {
		if !errors.Is(err, vault.ErrLocked) {
			t.Errorf("journal: %v", err)
		}
	}
}
