package ui

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"carnet/ui/text"
	"carnet/vault/record"
)

// TestContestDocument: what is contested is asked for, told beside the page and in
// the list, written as a letter, answered, and taken back.
func TestContestDocument(t *testing.T) {
	u := atDocuments(t)
	before := u.document("prise de sang")
	u.at("prise de sang")
	u.command(text.Contesting)
	u.shows(u.Say(text.ContestTitle, "prise de sang"))
	u.chooses(u.Wrong(record.Outdated))
	u.chooses(u.Ask(record.AskErase))
	u.types("Dr Exemple", text.ContestTo)
	u.types("Guéri depuis 2019.", text.ContestReason)
	u.press(text.Keep)
	u.shows(u.Say(text.LetterTitle)) // to print or to save
	u.reads(u.Say(text.RightsLimits), "Guéri depuis 2019.", "RGPD, article 17")
	u.press(text.SaveSheet)
	folder := filepath.Join(u.dir, "home", "Documents")
	u.until("the letter", func() bool {
		_, err := os.Stat(filepath.Join(folder, u.Say(text.LetterFileName)+".pdf"))
		return err == nil
	})
	u.key(fyne.KeyEscape)
	asked := u.document("prise de sang")
	if c := asked.Contest; c.Wrong != record.Outdated || c.Ask != record.AskErase || c.Addressee != "Dr Exemple" || c.Reason != "Guéri depuis 2019." || c.Outcome != record.ContestOpen {
		t.Fatalf("%+v", c)
	}
	u.at("prise de sang")
	u.key(fyne.KeyReturn)
	u.reads(u.ContestState(record.ContestOpen), "Guéri depuis 2019.")

	u.command(text.Contesting)
	u.reads(u.Say(text.ContestEndText))
	u.chooses(u.ContestState(record.ContestRefused))
	u.types("L’original est gardé.", text.ContestAnswer)
	u.press(text.ContestEnd)
	u.reads(u.ContestState(record.ContestRefused), "L’original est gardé.")
	if c := u.document("prise de sang").Contest; c.Outcome != record.ContestRefused || c.Contested != asked.Contested {
		t.Errorf("%+v", c)
	}
	u.undo()
	u.settle()
	if got := u.document("prise de sang"); !reflect.DeepEqual(got, asked) {
		t.Errorf("undo gives %+v, not %+v", got.Contest, asked.Contest)
	}
	u.undo()
	u.settle()
	if got := u.document("prise de sang"); !reflect.DeepEqual(got, before) {
		t.Errorf("undo gives %+v, not %+v", got, before)
	}
}

// TestContestIsKeptWhenLocked: what was typed comes back, and several documents
// are not contested at once.
func TestContestIsKeptWhenLocked(t *testing.T) {
	u := atDocuments(t)
	for _, title := range []string{"notes pediatre", "ordonnance"} {
		u.at(title)
		u.key(fyne.KeySpace)
	}
	u.command(text.Contesting)
	u.shows("")
	u.reads(u.Say(text.ContestOneDoc))
	for _, title := range []string{"notes pediatre", "ordonnance"} {
		u.at(title)
		u.key(fyne.KeySpace)
	}
	u.at("ordonnance")
	u.command(text.Contesting)
	u.chooses(u.Ask(record.AskLock))
	u.types("Mot commencé", text.ContestReason)
	u.command(text.Lock)
	u.unlock(phrase)
	u.isOpen()
	u.shows(u.Say(text.ContestTitle, "ordonnance"))
	if got := u.entry(text.ContestReason).Text; got != "Mot commencé" {
		t.Errorf("the reason is %q", got)
	}
	u.press(text.Keep)
	if c := u.document("ordonnance").Contest; c.Ask != record.AskLock || c.Reason != "Mot commencé" {
		t.Errorf("%+v", c)
	}
}

// TestContestEntry: what a professional said is contested, one's own words are
// not.
func TestContestEntry(t *testing.T) {
	u := atProfile(t)
	for _, e := range []record.Entry{{Text: "Rhume des foins"}, {Text: "Asthme allergique", Source: record.SourceProfessional}} {
		e.Kind, e.Patient = "condition", u.open.Person().ID
		if _, err := u.open.Vault.AddEntry(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	u.command(text.HomeTitle)
	u.command(text.MedicalTitle)
	u.pressRow("Rhume des foins")
	for _, label := range u.labels() {
		if label == u.Say(text.Contesting) {
			t.Error("one's own words can be contested")
		}
	}
	u.press(text.Close)
	u.pressRow("Asthme allergique")
	u.press(text.Contesting)
	u.press(text.Keep)
	u.shows(u.Say(text.LetterTitle))
	u.key(fyne.KeyEscape)
	if !strings.Contains(u.everything(), u.ContestState(record.ContestOpen)) {
		t.Errorf("not told in the profile:\n%s", u.seen())
	}
}
