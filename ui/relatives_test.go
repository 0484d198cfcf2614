package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault"
)

// relativeSheets reads the sheets off the screen.
func (u *user) relativeSheets() (codes []string) {
	u.t.Helper()
	for _, t := range all[*kit.Text](u) {
		if _, err := vault.ParseShare(t.String()); err == nil {
			codes = append(codes, t.String())
		}
	}
	if len(codes) != vault.Shares {
		u.t.Fatalf("%d sheets in:\n%s", len(codes), u.seen())
	}
	return codes
}

// copiesSheets types two of them, as people do.
func (u *user) copiesSheets(one, two string) {
	u.t.Helper()
	u.types(strings.ToLower(one), text.SheetLabel, u.Say(text.SheetFirst))
	u.types(strings.ReplaceAll(two, " ", ""), text.SheetLabel, u.Say(text.SheetSecond))
}

// TestRelativesInTheWindow makes sheets, tries them, opens with them, renews and
// withdraws them.
func TestRelativesInTheWindow(t *testing.T) {
	u := atHome(t)
	u.settings(text.PartSecurity)
	u.reads(u.Say(text.SheetsNone))
	u.command(text.TrySheets)
	u.reads("feuilles à des proches")
	u.press(text.Close)
	u.press(text.MakeSheets)
	u.shows(u.Say(text.MakeSheetsFirst))
	u.pressInSheet(text.MakeSheets)
	u.shows(u.Say(text.SheetsTitle))
	codes := u.relativeSheets()
	u.press(text.Close)
	u.reads(u.Say(text.SheetsNotKept))
	u.press(text.SaveSheets)
	u.reads("feuille-3-de-3.pdf")
	for _, name := range []string{"feuille-1-de-3.pdf", "feuille-2-de-3.pdf", "feuille-3-de-3.pdf"} {
		if b, err := os.ReadFile(filepath.Join(u.dir, "home", "Documents", name)); err != nil || !strings.HasPrefix(string(b), "%PDF") {
			t.Errorf("%s: %v", name, err)
		}
	}
	u.ticks(text.SheetsAreKept)
	u.press(text.Close)
	u.shows("")
	u.reads(u.Say(text.SheetsMadeOn, u.Date(u.now)), u.Say(text.SheetsUntried))

	// The rehearsal.
	u.press(text.TrySheets)
	u.copiesSheets(codes[0], codes[0])
	u.pressInSheet(text.TrySheets)
	u.reads("deux fois la même feuille")
	u.copiesSheets(codes[0], "0000"+codes[1][4:])
	u.pressInSheet(text.TrySheets)
	u.reads("La ligne 1 est mal recopiée.")
	u.copiesSheets(codes[0], codes[1])
	u.pressInSheet(text.TrySheets)
	u.shows("")
	u.reads(u.Say(text.SheetsTriedOn, u.Date(u.now)))

	// At the door.
	u.command(text.Lock)
	u.press(text.LostPhrase)
	u.press(text.WithRelatives)
	u.reads(u.Say(text.RelativesTitle))
	u.copiesSheets(codes[2], codes[1][:20])
	u.press(text.OpenWithRelatives)
	u.reads(u.Say(text.SheetHint), "64 caractères")
	u.copiesSheets(codes[2], codes[1])
	u.types("trop court", text.NewPhraseLabel)
	u.press(text.OpenWithRelatives)
	u.reads(u.Say(text.PhraseShort))
	u.types("une phrase retrouvée", text.NewPhraseLabel)
	u.types("une phrase", text.RetypeLabel)
	u.press(text.OpenWithRelatives)
	u.reads(u.Say(text.RetypeWrong))
	u.types("une phrase retrouvée", text.RetypeLabel)
	u.press(text.OpenWithRelatives)
	u.isOpen()

	// Renewed: the old ones are refused at the door, and nothing is lost.
	u.settings(text.PartSecurity)
	u.press(text.MakeSheetsAgain)
	u.shows(u.Say(text.MakeSheetsAsk))
	u.pressInSheet(text.MakeSheetsAgain)
	u.shows(u.Say(text.SheetsTitle))
	fresh := u.relativeSheets()
	u.ticks(text.SheetsAreKept)
	u.press(text.Close)
	u.command(text.Lock)
	u.command(text.WithRelatives)
	u.copiesSheets(codes[0], fresh[1])
	u.types("encore une phrase", text.NewPhraseLabel)
	u.types("encore une phrase", text.RetypeLabel)
	u.press(text.OpenWithRelatives)
	u.reads("pas été faites ensemble")
	u.copiesSheets(codes[0], codes[1])
	u.press(text.OpenWithRelatives)
	u.reads("n'ouvrent pas ce coffre")
	u.press(text.Back)
	u.press(text.Back)
	u.unlock("une phrase retrouvée")
	u.isOpen()
	u.settings(text.PartSecurity)
	u.press(text.RemoveSheets)
	u.pressInSheet(text.RemoveSheets)
	u.reads(u.Say(text.SheetsNone))
}

// pressInSheet presses a button of the sheet in front.
func (u *user) pressInSheet(m text.Message) {
	u.t.Helper()
	if u.sheet() == "" {
		u.t.Fatalf("no sheet in front of:\n%s", u.seen())
	}
	u.press(m)
}

// TestRelativesAreDue: a month after they were made the first screen asks to try them.
func TestRelativesAreDue(t *testing.T) {
	u := atHomeInTime(t)
	u.settings(text.PartSecurity)
	u.press(text.MakeSheets)
	u.shows(u.Say(text.MakeSheetsFirst))
	u.pressInSheet(text.MakeSheets)
	codes := u.relativeSheets()
	u.ticks(text.SheetsAreKept)
	u.press(text.Close)
	u.command(text.HomeTitle)
	if u.mayRead(u.Say(text.SheetsDue)) {
		t.Error("due on the first day")
	}
	u.later(31)
	u.command(text.HomeTitle)
	u.reads(u.Say(text.SheetsDue))
	u.press(text.TrySheets)
	u.copiesSheets(codes[1], codes[2])
	u.pressInSheet(text.TrySheets)
	u.shows("")
	u.command(text.HomeTitle)
	if u.mayRead(u.Say(text.SheetsDue)) {
		t.Error("due although they were tried")
	}
}

// TestScreenshotsOfRelatives draws the pages of sheets for relatives.
func TestScreenshotsOfRelatives(t *testing.T) {
	dir := screenshots(t)
	a := &album{user: atHome(t), dir: dir}
	a.settings(text.PartSecurity)
	a.takeNow("proches-reglages-aucune")
	a.press(text.MakeSheets)
	a.pressInSheet(text.MakeSheets)
	codes := a.relativeSheets()
	a.takeNow("proches-feuilles")
	a.ticks(text.SheetsAreKept)
	a.press(text.Close)
	a.takeNow("proches-reglages")
	a.press(text.TrySheets)
	a.copiesSheets(codes[0], codes[1][:19]+"0"+codes[1][20:])
	a.takeNow("proches-essai")
	a.pressInSheet(text.TrySheets)
	a.takeNow("proches-essai-erreur")
	a.key("Escape")
	a.command(text.Lock)
	a.command(text.WithRelatives)
	a.take("proches-ouverture")
}
