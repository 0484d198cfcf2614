package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"carnet/ui/kit"
	"carnet/ui/text"
)

// inMenu lists the labels of the main menu and the keys of each.
func (u *user) inMenu() (labels []string, keys map[string][]string) {
	keys = map[string][]string{}
	for _, menu := range u.win.MainMenu().Items {
		for _, item := range menu.Items {
			name, _, _ := strings.Cut(item.Label, "  (")
			labels = append(labels, name)
			if s, ok := item.Shortcut.(*desktop.CustomShortcut); ok {
				key := s.ShortcutName()
				keys[key] = append(keys[key], name)
			}
		}
	}
	return labels, keys
}

func TestEveryCommandIsInTheMenu(t *testing.T) {
	check := func(u *user, state string, here func(Command) bool) {
		labels, keys := u.inMenu()
		n := 0
		for _, c := range Commands() {
			name := u.Say(c.Label)
			if here(c) != slices.Contains(labels, name) {
				t.Errorf("%s: %q is in the menu: %v", state, name, !here(c))
			}
			if here(c) {
				n++
			}
		}
		if n != len(labels) {
			t.Errorf("%s: %d commands and %d lines of the menu", state, n, len(labels))
		}
		for key, of := range keys {
			if len(of) > 1 {
				t.Errorf("%s: %s is for %q", state, key, of)
			}
		}
	}
	u := sit(t)
	check(u, "locked", func(c Command) bool { return c.at != whenOpen })
	o := atHome(t)
	check(o, "open", func(c Command) bool { return c.at != whenLocked })
	o.SetLanguage(text.English)
	o.settle()
	check(o, "in English", func(c Command) bool { return c.at != whenLocked })
	o.command(text.Lock)
	check(o, "locked again", func(c Command) bool { return c.at != whenOpen })
}

// TestKeysThatEveryKeyboardHas: keys that lie elsewhere on an AZERTY keyboard, or
// that laptops keep for themselves, are for nothing.
func TestKeysThatEveryKeyboardHas(t *testing.T) {
	given := []fyne.KeyName{fyne.KeyUp, fyne.KeyDown, fyne.KeyReturn, fyne.KeyComma, fyne.Key0, fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.Key6}
	for _, c := range Commands() {
		if c.key == "" {
			continue
		}
		letter := len(c.key) == 1 && c.key[0] >= 'A' && c.key[0] <= 'Z'
		if !letter && !slices.Contains(given, c.key) {
			t.Errorf("%s has the key %s", c.Label.EN, c.key)
		}
		if c.mods != ctrl && c.mods != ctrlShift {
			t.Errorf("%s has the modifiers %v", c.Label.EN, c.mods)
		}
		// Ctrl with the arrows of text, and what fields do by themselves.
		if c.mods == ctrl && slices.Contains([]fyne.KeyName{fyne.KeyX, fyne.KeyC, fyne.KeyV, fyne.KeyA}, c.key) {
			t.Errorf("%s takes Ctrl+%s from fields", c.Label.EN, c.key)
		}
		if c.key == fyne.KeyQ && c.Label != text.Quit {
			t.Errorf("%s has the key of quitting", c.Label.EN)
		}
	}
}

func TestEveryKeyCanBeRead(t *testing.T) {
	u := atHome(t)
	for _, c := range Commands() {
		if said := u.keyOf(c); c.key != "" && !strings.HasPrefix(said, "Ctrl+") {
			t.Errorf("%s: the key is told as %q", c.Label.EN, said)
		}
		if c.key == fyne.KeyReturn && u.keyOf(c) != "Ctrl+Entrée" {
			t.Errorf("Enter is called %q", u.keyOf(c))
		}
	}
}

// TestNoCommandFails tries every one of them on every screen: it acts, or says
// why it does not.
func TestNoCommandFails(t *testing.T) {
	u := atHome(t)
	for _, c := range Commands() {
		if c.at == whenLocked || c.Label == text.Quit {
			continue
		}
		t.Run(c.Label.EN, func(t *testing.T) {
			u.t = t
			for _, screen := range []text.Message{text.HomeTitle, text.DocumentsTitle, text.SettingsTitle} {
				u.command(screen)
				u.command(c.Label)
				if u.open == nil {
					u.unlock(phrase)
				}
				if u.sheet() != "" {
					u.command(c.Label) // while a sheet is open
				}
				for range 3 {
					if u.sheet() != "" {
						u.key(fyne.KeyEscape)
					}
				}
				u.shows("")
			}
		})
	}
	u.t = t
}

func TestCommandsOfAnEmptyRecord(t *testing.T) {
	u := atHome(t)
	u.showPerson("Camille")
	for _, m := range []text.Message{text.EditDetails, text.MoveToBin, text.Mask, text.Unmask, text.ExportChosen, text.Print} {
		u.command(m)
		u.shows("")
		u.reads(u.Say(text.NothingChosen))
	}
}

func TestSheetKeepsCommandsAway(t *testing.T) {
	u := atDocuments(t)
	u.at("ordonnance")
	u.command(text.EditDetails)
	title := u.sheet()
	u.command(text.HomeTitle)
	u.command(text.MoveToBin)
	u.shows(title)
	if u.document("ordonnance").RemovedAt != 0 {
		t.Error("a command acted behind the sheet")
	}
	u.command(text.Larger)
	if kit.ScaleNow() != 1.25 {
		t.Errorf("the scale is %v", kit.ScaleNow())
	}
	u.shows(title)
	u.command(text.Lock)
	u.shows("")
}

// TestHelpOpensOnce: asked for again and again it is there once, over a form as
// well, and the form is behind it.
func TestHelpOpensOnce(t *testing.T) {
	u := atDocuments(t)
	u.at("ordonnance")
	u.command(text.EditDetails)
	form := u.sheet()
	for _, c := range []text.Message{text.HelpHere, text.AllCommands, text.About} {
		for range 3 {
			u.command(c)
		}
		if u.sheet() == form {
			t.Errorf("%s does not open", u.Say(c))
		}
		u.key(fyne.KeyEscape)
		u.shows(form)
	}
}

func TestUndoInAFieldIsOfTheField(t *testing.T) {
	u := atDocuments(t)
	u.at("ordonnance")
	u.key(fyne.KeyDelete)
	u.command(text.Find)
	u.types("abc", text.FindLabel)
	u.undo()
	u.settle()
	if u.document("ordonnance").RemovedAt == 0 {
		t.Error("undo in a field took the last act back")
	}
}

func TestPalette(t *testing.T) {
	u := atHome(t)
	u.command(text.AllCommands)
	u.types("deconnexion", text.PaletteLabel)
	u.types("reglages", text.PaletteLabel)
	u.key(fyne.KeyReturn)
	u.shows("")
	u.reads(u.Say(text.PartDisplay), u.Say(text.PartSecurity))
	u.command(text.AllCommands)
	u.types("verrouiller", text.PaletteLabel)
	u.key(fyne.KeyDown)
	u.key(fyne.KeyReturn)
	if u.open != nil {
		t.Error("the list of commands does not lock")
	}
}

func TestPanes(t *testing.T) {
	u := atDocuments(t)
	u.command(text.MarkAll)
	u.focus(u.list())
	seen := map[string]bool{}
	for range 4 {
		seen[fmt.Sprintf("%p", u.win.Canvas().Focused())] = true
		u.command(text.NextPane)
	}
	if len(seen) < 2 {
		t.Error("the key of panes goes nowhere")
	}
}

func TestSubmitByKey(t *testing.T) {
	u := sit(t)
	u.press(text.CreateVault)
	u.command(text.Continue)
	u.entry(text.RetypeLabel)
	u.command(text.Continue)
	u.reads(u.Say(text.RetypeWrong))
}
