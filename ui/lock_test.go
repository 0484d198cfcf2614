package ui

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"carnet/ui/session"
	"carnet/ui/text"
)

func TestFormComesBackAfterLock(t *testing.T) {
	u := atDocuments(t)
	u.at("notes pediatre")
	u.command(text.EditDetails)
	u.types("Un titre à moitié", text.TitleLabel)
	u.types("11/20", text.DateLabel)
	u.chooses("Imagerie")
	u.command(text.Lock)
	u.shows("")
	u.unlock(phrase)
	u.shows(u.Plural(1, text.EditOne, text.EditMany))
	if got := u.entry(text.TitleLabel).Text; got != "Un titre à moitié" {
		t.Errorf("the title is %q", got)
	}
	if got := u.entry(text.DateLabel).Text; got != "11/20" {
		t.Errorf("the date is %q", got)
	}
	if s := u.segments("Imagerie"); s.Labels[s.Chosen] != "Imagerie" {
		t.Errorf("the category is %q", s.Labels[s.Chosen])
	}
	if !u.in(session.Documents) || u.open.Person().Name != "Léa" {
		t.Errorf("after unlock: place %v, %s", u.place, u.open.Person().Name)
	}
	u.types("11/2026", text.DateLabel)
	u.press(text.Keep)
	if d := u.document("Un titre à moitié"); d.Category != "imaging" || d.Date != "2026-11" {
		t.Errorf("kept as %q of %q", d.Category, d.Date)
	}
	u.command(text.Lock)
	u.unlock(phrase)
	u.shows("") // what is done does not come back
}

func TestGivenUpFormDoesNotComeBack(t *testing.T) {
	u := atDocuments(t)
	u.at("notes pediatre")
	u.command(text.EditDetails)
	u.types("Un titre à moitié", text.TitleLabel)
	u.key(fyne.KeyEscape)
	u.command(text.Lock)
	u.unlock(phrase)
	u.shows("")
}

func TestPersonFormComesBackAfterLock(t *testing.T) {
	u := atHome(t)
	u.command(text.AddPerson)
	u.types("Noé", text.NameLabel)
	u.types("1/2", text.BirthLabel)
	u.command(text.Lock)
	u.unlock(phrase)
	u.shows(u.Say(text.AddPerson))
	if got := u.entry(text.NameLabel).Text; got != "Noé" {
		t.Errorf("the name is %q", got)
	}
	if got := u.entry(text.BirthLabel).Text; got != "1/2" {
		t.Errorf("the birth is %q", got)
	}
}

func TestPassphrasesAreInNoDraft(t *testing.T) {
	u := atHome(t)
	u.command(text.SettingsTitle)
	u.chooses(u.Say(text.PartPeople))
	u.press(text.AddHolder)
	u.types("Dominique", text.NameLabel)
	u.types("un secret de douze", text.NewPhraseLabel)
	u.types("un secret", text.RetypeLabel)
	if d := u.Kept(); bytes.Contains(d, []byte("secret")) || !bytes.Contains(d, []byte("Dominique")) {
		t.Errorf("the drafts are %s", d)
	}
	u.command(text.Lock)
	u.unlock(phrase)
	u.shows(u.Say(text.AddHolder))
	if got := u.entry(text.NameLabel).Text; got != "Dominique" {
		t.Errorf("the name is %q", got)
	}
	for _, m := range []text.Message{text.NewPhraseLabel, text.RetypeLabel} {
		if got := u.entry(m).Text; got != "" {
			t.Errorf("a passphrase came back: %q", got)
		}
	}
	u.key(fyne.KeyEscape)
	for _, open := range []text.Message{text.ChangePhrase, text.PhraseKnown, text.NewKit} {
		u.chooses(u.Say(text.PartSecurity))
		u.press(open)
		u.types("un secret de douze", text.NewPhraseLabel)
		if d := u.Kept(); bytes.Contains(d, []byte("secret")) {
			t.Errorf("%s: the drafts are %s", open.EN, d)
		}
		u.key(fyne.KeyEscape)
	}
}

// familyWords stand in titles, names and forms of the family, and nowhere else in
// the window.
var familyWords = []string{"devis", "pediatre", "ordonnance", "sang", "sport", "vaccins", "radio", "hopital", "Léa", "Camille", "Noé", "Imagerie", "moitié"}

func (u *user) showsNothing() {
	u.t.Helper()
	all := u.everything()
	for _, word := range familyWords {
		if strings.Contains(all, word) {
			u.t.Errorf("%q is still in the window:\n%s", word, all)
		}
	}
	if title := u.win.Title(); title != "Carnet" {
		u.t.Errorf("the window is called %q", title)
	}
	for _, menu := range u.win.MainMenu().Items {
		for _, item := range menu.Items {
			for _, word := range familyWords {
				if strings.Contains(item.Label, word) {
					u.t.Errorf("the menu says %q", item.Label)
				}
			}
		}
	}
}

func TestLockTakesEverythingOffTheScreen(t *testing.T) {
	for name, prepare := range map[string]func(*user){
		"home":      func(u *user) { u.command(text.HomeTitle) },
		"documents": func(*user) {},
		"document":  func(u *user) { u.at("ordonnance"); u.key(fyne.KeyReturn) },
		"form":      func(u *user) { u.at("ordonnance"); u.command(text.EditDetails) },
		"bar": func(u *user) {
			u.command(text.AddPerson)
			u.types("Noé", text.NameLabel)
			u.types("20/02/2026", text.BirthLabel)
			u.press(text.AddPerson)
			u.reads(u.Say(text.PersonBegun, "Noé"))
		},
		"people": func(u *user) { u.command(text.ChoosePersonTitle) },
		"import": func(u *user) { u.imports("radio.txt") },
	} {
		t.Run(name, func(t *testing.T) {
			u := atDocuments(t)
			prepare(u)
			if !slices.ContainsFunc(familyWords, func(word string) bool { return strings.Contains(u.everything(), word) }) {
				t.Fatal("nothing is there to be taken away")
			}
			u.commandOnly(text.Lock)
			u.showsNothing() // at once
			u.settle()
			u.showsNothing()
			time.Sleep(150 * time.Millisecond) // what was held back a moment
			u.settle()
			u.showsNothing()
			u.shows("")
			if u.bar.Visible() {
				t.Error("the bar stays")
			}
			if u.open != nil || u.screen != nil || u.imp != nil {
				t.Error("the session stays")
			}
		})
	}
}

// TestLockWhileWorkGoesOn: nothing of what had begun shows itself afterwards.
func TestLockWhileWorkGoesOn(t *testing.T) {
	u := atDocuments(t)
	path := u.open.Vault.Path()
	u.Dropped(u.write(note("radio a.txt"), note("radio b.txt")))
	u.settle()
	u.pressOnly(text.FileInto, "Léa")
	u.commandOnly(text.Lock)
	u.settle()
	time.Sleep(150 * time.Millisecond)
	u.settle()
	u.showsNothing()
	u.unlock(phrase)
	u.isOpen()
	u.command(text.Lock)
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestLockAndUnlockAtOnce(t *testing.T) {
	u := atDocuments(t)
	for range 3 {
		u.commandOnly(text.Lock)
		u.unlock(phrase)
		u.isOpen()
	}
	u.shows("")
}

func TestQuitLocks(t *testing.T) {
	u := atDocuments(t)
	u.at("notes pediatre")
	u.command(text.EditDetails)
	u.types("Un titre à moitié", text.TitleLabel)
	u.command(text.Quit)
	<-u.closed
	if u.open != nil {
		t.Error("still open")
	}
	u.start(u.app)
	u.unlock(phrase)
	if got := u.entry(text.TitleLabel).Text; got != "Un titre à moitié" {
		t.Errorf("after a new start the title is %q", got)
	}
}

// away is when nobody has touched the window for a time.
func (u *user) away(d time.Duration) {
	u.t.Helper()
	u.now = time.Now().Add(d)
	u.watch()
	u.settle()
}

func TestIdleLocks(t *testing.T) {
	u := atDocuments(t)
	u.stage.Stir()
	u.away(8*time.Minute + 50*time.Second)
	u.shows("")
	u.away(9*time.Minute + time.Second)
	u.shows(u.Say(text.LockingTitle))
	u.away(9*time.Minute + 30*time.Second)
	if n := len(u.win.Canvas().Overlays().List()); n != 1 {
		t.Errorf("%d warnings", n)
	}
	u.press(text.StayOpen)
	u.shows("")
	u.away(time.Minute)
	u.isOpen()
	u.away(9*time.Minute + time.Second)
	u.shows(u.Say(text.LockingTitle))
	u.stage.Stir() // the pointer moved
	u.away(0)
	u.shows("")
	u.away(9*time.Minute + time.Second)
	u.key(fyne.KeyEscape)
	u.shows("")
	u.away(9*time.Minute + 5*time.Second)
	u.isOpen()
	u.away(10*time.Minute + time.Second)
	if u.open != nil {
		t.Fatal("still open")
	}
	u.showsNothing()
	u.away(time.Hour) // locked: nothing to do
	u.shows("")
}

func TestIdleKeepsTheForm(t *testing.T) {
	u := atDocuments(t)
	u.at("notes pediatre")
	u.command(text.EditDetails)
	u.types("Un titre à moitié", text.TitleLabel)
	u.away(9*time.Minute + time.Second)
	u.shows(u.Say(text.LockingTitle))
	u.away(10*time.Minute + time.Second)
	u.showsNothing()
	u.now = today
	u.unlock(phrase)
	if got := u.entry(text.TitleLabel).Text; got != "Un titre à moitié" {
		t.Errorf("the title is %q", got)
	}
}

// TestMark: the mark that was typed is kept once that is over, and the door shows it.
func TestMark(t *testing.T) {
	u := atHome(t)
	u.settings(text.PartSecurity)
	u.types("hibou", text.MarkLabel)
	u.chooses(u.Say(text.PartDisplay))
	u.chooses(u.Say(text.PartSecurity))
	if got := u.entry(text.MarkLabel).Text; got != "hibou" || u.prefs.Mark() != "hibou" {
		t.Errorf("kept %q, shown %q", u.prefs.Mark(), got)
	}
	u.types("chouette", text.MarkLabel)
	u.command(text.Lock)
	u.reads("chouette")
}

func TestIdleOfChoice(t *testing.T) {
	u := atDocuments(t)
	u.command(text.SettingsTitle)
	u.chooses(u.Say(text.PartSecurity))
	u.chooses(u.Say(text.Never))
	u.away(48 * time.Hour)
	u.isOpen()
	u.shows("")
	u.now = today
	u.chooses("5 min")
	u.away(4*time.Minute + 5*time.Second)
	u.shows(u.Say(text.LockingTitle))
	u.press(text.LockNow)
	if u.open != nil {
		t.Error("still open")
	}
	u.showsNothing()
}
