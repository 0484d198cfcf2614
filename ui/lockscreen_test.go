package ui

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"carnet/ui/keyring/keyringtest"
	"carnet/ui/kit"
	"carnet/ui/lockscreen"
	"carnet/ui/text"
	"carnet/vault/record"
)

// onShelf gives the window a shelf in a folder of the test's.
func onShelf(folder string) func(*Options) {
	return func(o *Options) { o.Shelf = &lockscreen.Shelf{Folder: folder, Now: func() time.Time { return today }} }
}

// withShelf is atHome on a computer that has a shelf.
func withShelf(t *testing.T) (u *user, folder string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "aside")
	return atHome(t, onShelf(folder)), folder
}

// box is the box that lays a person's sheet out, nil when there is none.
func (u *user) box(name string) *kit.Check {
	for _, c := range all[*kit.Check](u) {
		if c.AccessibilityLabel() == u.Say(text.LockScreenCheck, name) {
			return c
		}
	}
	return nil
}

// files counts what lies in a folder, however deep.
func files(t *testing.T, folder string) (n int) {
	t.Helper()
	err := filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestLockScreen goes the whole way at the window, on the real keyring.
func TestLockScreen(t *testing.T) {
	if !keyringtest.Inside(t) {
		return
	}
	u, folder := withShelf(t)
	name := u.open.Person().Name
	u.command(text.MedicalTitle)
	u.adds("allergy")
	u.fills("allergy", record.FieldText, "Arachide")
	u.press(text.Keep)
	u.command(text.Lock)
	if u.find(u.Say(text.EmergencyTitle)) != nil {
		t.Error("a sheet before it was switched on")
	}
	u.command(text.EmergencyTitle)
	u.shows("")
	u.reads(u.Say(text.LockScreenIsOff))
	u.unlock(phrase)

	u.settings(text.PartSecurity)
	u.reads(u.Say(text.LockScreenText))
	box := u.box(name)
	if box == nil || box.Checked || files(t, folder) != 0 {
		t.Fatalf("at first: %v, %d files", box, files(t, folder))
	}
	box.Tapped(nil)
	u.settle()
	u.reads(u.Say(text.LockScreenIsOn, name))
	u.command(text.MedicalTitle)
	u.adds("allergy")
	u.fills("allergy", record.FieldText, "Pollen")
	u.press(text.Keep)
	u.command(text.Lock)

	for range 2 {
		u.press(text.EmergencyTitle)
		u.shows(u.Say(text.EmergencyTitle))
		u.reads(name, "Arachide", "Pollen", u.Say(text.LockScreenWritten, u.Date(today)), u.Plural(7, text.EmergencyOneMissing, text.EmergencyManyMissing))
		if u.open != nil {
			t.Fatal("the vault is open")
		}
		u.press(text.Close)
	}
	if u.mayRead("Arachide") {
		t.Error("it stays on screen")
	}
	u.unlock(phrase)
	u.shows(u.Say(text.EmergencyTitle))
	u.reads(u.Say(text.SheetReadMany, 2))
	u.press(text.Close)
	var actions []record.Action
	for e, err := range u.open.Vault.Journal(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		actions = append(actions, e.Action)
	}
	actions = slices.DeleteFunc(actions, func(a record.Action) bool { return a != record.SheetRead && a != record.SheetLaidOut })
	if !slices.Equal(actions, []record.Action{record.SheetLaidOut, record.SheetRead, record.SheetRead}) {
		t.Errorf("the journal has %q", actions)
	}

	u.settings(text.PartSecurity)
	if box = u.box(name); box == nil || !box.Checked {
		t.Fatalf("after another unlock: %v\n%s", box, u.seen())
	}
	box.Tapped(nil)
	u.settle()
	u.reads(u.Say(text.LockScreenIsOff))
	if n := files(t, folder); n != 0 {
		t.Errorf("%d files after it was switched off", n)
	}
	u.command(text.Lock)
	if u.find(u.Say(text.EmergencyTitle)) != nil {
		t.Error("a sheet after it was switched off")
	}
	u.unlock(phrase)
	u.shows("")
}

// TestLockScreenAbsent: where no keyring works there is no such choice.
func TestLockScreenAbsent(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	u, folder := withShelf(t)
	if u.open.Shelf.Possible() {
		t.Skip("the keyring of this system does not lie on a bus")
	}
	u.settings(text.PartSecurity)
	if u.mayRead(u.Say(text.LockScreenTitle)) || u.box(u.open.Person().Name) != nil {
		t.Errorf("the choice is there:\n%s", u.seen())
	}
	u.command(text.Lock)
	if u.find(u.Say(text.EmergencyTitle)) != nil || files(t, folder) != 0 {
		t.Error("something lies on the shelf")
	}
}
