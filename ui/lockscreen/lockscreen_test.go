package lockscreen

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"carnet/assets"
	"carnet/ui/keyring"
	"carnet/ui/keyring/keyringtest"
	"carnet/ui/replace"
	"carnet/vault"
	"carnet/vault/profile"
	"carnet/vault/record"
	"carnet/vault/seal"
)

var now = time.Date(2026, time.November, 20, 10, 30, 0, 0, time.UTC)

// home is a vault file with two keyholders, and the shelf of a computer.
type home struct {
	*vault.Vault
	t     *testing.T
	path  string
	shelf *Shelf
	anne  record.Patient
	lou   record.Patient
}

func settleIn(t *testing.T) *home {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	h := &home{t: t, path: filepath.Join(dir, "family.carnet"), shelf: &Shelf{Folder: filepath.Join(dir, "aside"), Now: func() time.Time { return now }}}
	v, _, err := vault.Create(ctx, h.path, vault.First{Name: "Anne", Birth: "1984-05-02", Passphrase: []byte("Anne ouvre")}, h.options())
	if err != nil {
		t.Fatal(err)
	}
	h.Vault = v
	t.Cleanup(func() { h.Vault.Close() })
	if _, err := v.AddKeyholder(ctx, "Paul", []byte("Paul ouvre")); err != nil {
		t.Fatal(err)
	}
	all, err := v.Patients()
	if err != nil {
		t.Fatal(err)
	}
	h.anne = all[0]
	if h.lou, err = v.AddPatient(ctx, record.Patient{Name: "Lou", Birth: "2015-09-30", NIR: "215097511600188"}, false, "Paul"); err != nil {
		t.Fatal(err)
	}
	h.adds("Arachide")
	return h
}

func (h *home) options() *vault.Options {
	kinds, err := profile.Load(assets.FS)
	if err != nil {
		h.t.Fatal(err)
	}
	return &vault.Options{Argon2: seal.Floor, Means: "window", Profile: kinds, Now: func() time.Time { return now }}
}

// adds writes an allergy of Lou's, with a note that no sheet shows.
func (h *home) adds(what string) {
	h.t.Helper()
	e := record.Entry{Patient: h.lou.ID, Kind: "allergy", Text: what, Note: "dit en confidence"}
	if _, err := h.AddEntry(context.Background(), e); err != nil {
		h.t.Fatal(err)
	}
}

func (h *home) as(name string) {
	h.t.Helper()
	if err := h.Close(); err != nil {
		h.t.Fatal(err)
	}
	v, err := vault.Unlock(context.Background(), h.path, []byte(name+" ouvre"), h.options())
	if err != nil {
		h.t.Fatal(err)
	}
	h.Vault = v
}

// rows counts the rows of the journal about an action.
func (h *home) rows(what record.Action) (n int) {
	h.t.Helper()
	for e, err := range h.Journal(context.Background()) {
		if err != nil {
			h.t.Fatal(err)
		}
		if e.Action == what && e.Patient == h.lou.ID {
			n++
		}
	}
	return n
}

// lies lists what is on the shelf, whatever it is.
func (h *home) lies() (files []string) {
	h.t.Helper()
	err := filepath.WalkDir(h.shelf.Folder, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return files
}

func (h *home) settles(entered, lost int) {
	h.t.Helper()
	o, err := h.shelf.Take(context.Background(), h.Vault)
	err = errors.Join(err, h.shelf.Refresh(h.Vault))
	if err != nil || o.Entered != entered || o.Lost != lost {
		h.t.Errorf("settled %+v, %v; want %d entered, %d lost", o, err, entered, lost)
	}
}

// TestSheetWhileClosed is the whole way on the real keyring: off, on, read, told,
// written again, off.
func TestSheetWhileClosed(t *testing.T) {
	if !keyringtest.Inside(t) {
		return
	}
	ctx := context.Background()
	h := settleIn(t)
	if !h.shelf.Possible() || h.shelf.Has(h.path) || len(h.lies()) != 0 {
		t.Fatal("a shelf with something on it from the beginning, or no keyring")
	}
	if _, err := h.shelf.Read(h.path); err == nil {
		t.Error("read what does not lie there")
	}
	h.settles(0, 0)
	if err := h.shelf.LayOut(ctx, h.Vault, h.lou.ID); err != nil {
		t.Fatal(err)
	}
	if p, ok, err := h.shelf.Shown(h.Vault); err != nil || !ok || p.Name != "Lou" {
		t.Errorf("shown: %v %v %v", p.Name, ok, err)
	}
	h.Close()

	for _, path := range h.lies() {
		b, err := os.ReadFile(path)
		info, _ := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		for _, clear := range []string{"Lou", "Arachide", "Anne", "2015"} {
			if bytes.Contains(b, []byte(clear)) || bytes.Contains([]byte(path[len(h.shelf.Folder):]), []byte(clear)) {
				t.Errorf("%q stands in clear on the shelf", clear)
			}
		}
	}
	for range 2 {
		x, err := h.shelf.Read(h.path)
		if err != nil || x.Patient.Name != "Lou" || len(x.Entries) != 1 || x.Entries[0].Text != "Arachide" || x.Entries[0].Note != "" || x.Patient.NIR != "" {
			t.Fatalf("%+v, %v", x, err)
		}
	}
	if n := len(h.lies()); n != 3 {
		t.Errorf("%d files on the shelf after two readings", n)
	}

	h.as("Paul") // who did not lay it out: it stays, and so do the letters
	h.settles(0, 0)
	if _, ok, err := h.shelf.Shown(h.Vault); ok || err != nil {
		t.Errorf("shown to Paul as his: %v %v", ok, err)
	}
	h.as("Anne")
	h.settles(2, 0)
	h.settles(0, 0)
	if h.rows(record.SheetLaidOut) != 1 || h.rows(record.SheetRead) != 2 || len(h.lies()) != 1 {
		t.Errorf("journal: %d laid out, %d read; %d files", h.rows(record.SheetLaidOut), h.rows(record.SheetRead), len(h.lies()))
	}

	h.adds("Pollen")
	if err := h.shelf.Refresh(h.Vault); err != nil {
		t.Fatal(err)
	}
	if x, err := h.shelf.Read(h.path); err != nil || len(x.Entries) != 2 {
		t.Errorf("written again: %+v, %v", x, err)
	}
	if _, err := h.ReplaceKeys(ctx, []byte("Anne ouvre"), false); err != nil {
		t.Fatal(err)
	}
	h.settles(0, 1) // left to the keys before
	if _, err := h.shelf.Read(h.path); err != nil {
		t.Error(err)
	}
	h.settles(1, 0)

	page := h.lies()[0]
	sealed, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.shelf.Withdraw(ctx, h.Vault); err != nil {
		t.Fatal(err)
	}
	if h.shelf.Has(h.path) || len(h.lies()) != 0 || h.rows(record.SheetWithdrawn) != 1 {
		t.Errorf("off: %q, %d rows", h.lies(), h.rows(record.SheetWithdrawn))
	}
	if err := replace.File(filepath.Dir(page), filepath.Base(page), sealed); err != nil { // a copy that somebody kept
		t.Fatal(err)
	}
	if _, err := h.shelf.Read(h.path); !errors.Is(err, keyring.ErrNone) {
		t.Errorf("a copy of the file is readable after it was switched off: %v", err)
	}
}

// TestSheetGoes: without its patient, its keyholder, its vault or its key no sheet
// stays.
func TestSheetGoes(t *testing.T) {
	if !keyringtest.Inside(t) {
		return
	}
	ctx := context.Background()
	h := settleIn(t)
	name, err := name(h.path)
	if err != nil {
		t.Fatal(err)
	}
	gone := func(why string) {
		t.Helper()
		if _, err := keyring.Get(name, keyring.Prompt); h.shelf.Has(h.path) || !errors.Is(err, keyring.ErrNone) {
			t.Errorf("%s: the sheet is there: %v; its secret: %v", why, h.shelf.Has(h.path), err)
		}
	}
	lay := func() {
		t.Helper()
		if err := h.shelf.LayOut(ctx, h.Vault, h.lou.ID); err != nil {
			t.Fatal(err)
		}
	}
	lay()
	if _, err := h.shelf.Read(h.path); err != nil {
		t.Fatal(err)
	}
	if err := h.shelf.Forget(h.path); err != nil || len(h.lies()) != 0 {
		t.Errorf("%q, %v", h.lies(), err)
	}
	gone("the vault is known no longer")

	lay()
	if err := keyring.Remove(name); err != nil {
		t.Fatal(err)
	}
	if err := h.shelf.Refresh(h.Vault); !errors.Is(err, keyring.ErrNone) {
		t.Errorf("without its secret: %v", err)
	}
	gone("its secret is lost")

	lay()
	file := h.lies()[0]
	if err := os.WriteFile(file, []byte("altered"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := h.shelf.Read(h.path); !errors.Is(err, vault.ErrAside) {
		t.Errorf("altered: %v", err)
	}
	if err := h.shelf.Refresh(h.Vault); !errors.Is(err, vault.ErrAside) {
		t.Errorf("altered: %v", err)
	}
	gone("it was altered")

	lay()
	if err := h.RemoveMember(ctx, h.lou.ID, "Anne"); err != nil {
		t.Fatal(err)
	}
	if err := h.shelf.Refresh(h.Vault); err != nil {
		t.Error(err)
	}
	gone("the record is theirs no longer")

	h.as("Paul")
	lay()
	h.as("Anne")
	if err := h.shelf.Refresh(h.Vault); err != nil || !h.shelf.Has(h.path) {
		t.Errorf("another keyholder's: %v", err)
	}
	if err := h.shelf.LayOut(ctx, h.Vault, h.lou.ID); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("laid out by a stranger: %v", err)
	}
}

// TestNoShelf: without a keyring the option is absent and nothing is written.
func TestNoShelf(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	if keyring.Works() {
		t.Skip("the keyring of this system does not lie on a bus")
	}
	h := settleIn(t)
	if h.shelf.Possible() {
		t.Error("possible")
	}
	if err := h.shelf.LayOut(context.Background(), h.Vault, h.lou.ID); !errors.Is(err, keyring.ErrSilent) {
		t.Error(err)
	}
	h.settles(0, 0)
	if h.shelf.Has(h.path) || len(h.lies()) != 0 || h.rows(record.SheetLaidOut) != 0 {
		t.Errorf("written: %q, %d rows", h.lies(), h.rows(record.SheetLaidOut))
	}
	var none *Shelf
	if none.Has(h.path) || none.Possible() || none.Refresh(h.Vault) != nil || none.Forget(h.path) != nil || none.Withdraw(context.Background(), h.Vault) != nil {
		t.Error("no shelf at all")
	}
}
