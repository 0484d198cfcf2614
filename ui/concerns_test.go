package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"carnet/cmd/carnet/samples"
	"carnet/ui/text"
)

// TestConcernsAnother: a document of the mother's among the child's says so in the
// list and when it is open, and one press files it where it belongs.
func TestConcernsAnother(t *testing.T) {
	u := atHome(t)
	u.command(text.EditPerson)
	u.types("Léa Exemple", text.LabelName)
	u.press(text.Keep)
	u.showPerson("Camille")
	u.command(text.EditPerson)
	u.types("Camille Exemple", text.LabelName)
	u.press(text.Keep)
	u.showPerson("Léa Exemple")
	u.command(text.DocumentsTitle)
	u.Dropped(u.write(samples.File{Name: "courrier.txt", Data: []byte("Compte rendu de Mme EXEMPLE Camille")}))
	u.settle()
	u.press(text.FileInto, "Léa Exemple")
	u.until("the reading", func() bool { return !u.imp.Running() })
	u.settle()
	u.reads(u.Say(text.IsOthers, "Camille Exemple"))
	if n := strings.Count(u.seen(), u.Say(text.IsOthers, "Camille Exemple")); n != 1 {
		t.Errorf("%d documents seem to concern the mother, not one", n)
	}
	u.at("courrier")
	u.key(fyne.KeyReturn)
	u.reads(u.Say(text.Concerns, "Camille Exemple"), u.Say(text.ConcernsText, "Camille Exemple", "Léa Exemple"))

	u.press(text.RightRecord)
	if u.mayRead(u.Say(text.Concerns, "Camille Exemple")) {
		t.Error("the warning is still there after the answer")
	}
	u.command(text.Undo)
	u.reads(u.Say(text.Concerns, "Camille Exemple"))

	u.press(text.FileWith, "Camille Exemple")
	if slices.Contains(u.rows(), "courrier") {
		t.Error("it is still in the list")
	}
	u.showPerson("Camille Exemple")
	u.command(text.DocumentsTitle)
	u.wantRows("courrier")
	u.command(text.Undo)
	u.reads(u.Say(text.NothingHere))
	u.showPerson("Léa Exemple")
	u.command(text.DocumentsTitle)
	if !slices.Contains(u.rows(), "courrier") {
		t.Error("it did not come back")
	}
}
