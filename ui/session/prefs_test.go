package session

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/text"
)

// TestPrefs: what is chosen is there at the next start, also what two windows chose
// one after the other, and a file that somebody has spoilt is as none.
func TestPrefs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "window.json")
	first := NewPrefs(file, kit.Light)
	if got := first.Theme(); got != (kit.Theme{Look: kit.Light, Scale: 1}) {
		t.Errorf("before any choice: %+v", got)
	}
	second := NewPrefs(file, kit.Light)
	first.SetTheme(kit.Theme{Look: kit.Dark, Scale: 1.5})
	first.SetIdle(0)
	second.SetReading(false)
	second.SetSize(fyne.NewSize(1000.5, 700))
	for n := range maxRecent {
		first.Opened(string(rune('a' + n)))
	}
	if forgotten := second.Opened("z"); !slices.Equal(forgotten, []string{"a"}) {
		t.Errorf("forgotten: %q", forgotten)
	}
	first.Forget("d")
	second.SetLanguage(text.English)

	now := NewPrefs(file, kit.Light)
	if got := now.Theme(); got != (kit.Theme{Look: kit.Dark, Scale: 1.5}) {
		t.Errorf("look: %+v", got)
	}
	if now.Idle() != 0 || now.Reading() || now.Size() != fyne.NewSize(1000.5, 700) || now.Language(text.French) != text.English {
		t.Errorf("kept: %+v", now.kept)
	}
	if got := now.Recent(); !slices.Equal(got, []string{"z", "f", "e", "c", "b"}) {
		t.Errorf("recent: %q", got)
	}

	if err := os.WriteFile(file, []byte(`{"look": "dark", "idle": "ten`), 0o600); err != nil {
		t.Fatal(err)
	}
	spoilt := NewPrefs(file, kit.Light)
	if spoilt.Theme().Look != kit.Light || spoilt.Idle() != 10 {
		t.Errorf("of a spoilt file: %+v", spoilt.kept)
	}
	spoilt.SetMark("hibou")
	if got := NewPrefs(file, kit.Light).Mark(); got != "hibou" {
		t.Errorf("mark: %q", got)
	}
}

// TestPrefsThatCannotBeKept: one is told, once, and the choices hold meanwhile.
func TestPrefsThatCannotBeKept(t *testing.T) {
	taken := filepath.Join(t.TempDir(), "taken")
	if err := os.WriteFile(taken, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := NewPrefs(filepath.Join(taken, "window.json"), kit.Light)
	told := 0
	p.Fault = func(err error) {
		told++
		if err == nil {
			t.Error("told without a reason")
		}
	}
	p.SetIdle(30)
	p.SetFolder("/somewhere")
	if told != 1 || p.Idle() != 30 || p.Folder() != "/somewhere" {
		t.Errorf("told %d times; %+v", told, p.kept)
	}
}
