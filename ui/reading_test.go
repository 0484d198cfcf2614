package ui

import (
	"context"
	"os"
	"testing"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/render"
)

// withTesseract lets the window find the system's programs; it skips where tesseract
// is not installed.
func withTesseract(t *testing.T, path string) {
	t.Helper()
	t.Setenv("PATH", path)
	c := render.New(nil)
	defer c.Close()
	if _, err := render.NewRecogniser(t.Context(), c); err != nil {
		t.Skipf("tesseract with French is not installed (%v): make deps installs it", err)
	}
}

func (u *user) finds(words string) int {
	u.t.Helper()
	found, err := u.open.Vault.Search(context.Background(), vault.SearchQuery{Words: words})
	if err != nil {
		u.t.Fatal(err)
	}
	return found.Total
}

// TestScansAreRead: the family's scan and photograph are read when the vault is
// opened, and found by their words; off is off.
func TestScansAreRead(t *testing.T) {
	path := os.Getenv("PATH")
	u := atHome(t)
	if n := u.finds("scellement"); n != 0 {
		t.Fatalf("%d scans were read without tesseract", n)
	}
	u.command(text.SettingsTitle)
	u.reads(u.Say(text.ReadingMissing), u.Say(text.TesseractAdvice("linux")))

	withTesseract(t, path)
	u.ticks(text.ReadingOn) // off
	u.command(text.Lock)
	u.unlock(phrase)
	u.isOpen()
	if n := u.finds("scellement"); n != 0 || u.prefs.Reading() {
		t.Errorf("switched off, %d were read", n)
	}
	u.command(text.SettingsTitle)
	u.reads(u.Say(text.ReadingReady))
	u.ticks(text.ReadingOn)
	u.until("the reading", func() bool { return !u.imp.Reading() })
	u.settle()
	if n := u.finds("scellement sillons"); n != 2 {
		t.Errorf("%d of the scan and the photograph are found", n)
	}
}
