package ui

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/record"
)

// TestEmergencySheet: one action from anywhere, with what is missing said, and
// on paper.
func TestEmergencySheet(t *testing.T) {
	u := atProfile(t)
	u.command(text.EmergencyTitle)
	u.reads(u.Plural(8, text.EmergencyOneMissing, text.EmergencyManyMissing))
	u.press(text.MedicalTitle)
	if !u.in(session.Medical) {
		t.Error("not at the profile")
	}
	u.adds("allergy")
	u.fills("allergy", record.FieldText, "Arachide")
	u.chooses("grave")
	u.press(text.Keep)
	u.adds("medication")
	u.fills("medication", record.FieldText, "Antibiotique")
	u.chooses("terminé")
	u.press(text.Keep)
	u.command(text.HomeTitle)
	for range 2 {
		u.command(text.EmergencyTitle)
	}
	u.reads("Léa", "Arachide, gravité possible : grave", u.Plural(6, text.EmergencyOneMissing, text.EmergencyManyMissing))
	if u.mayRead("Antibiotique") {
		t.Error("a treatment of the past stands on it")
	}
	u.press(text.SaveSheet)
	u.reads(u.Say(text.SheetSavedAt, "fiche-urgence.pdf", "Documents"))
	pdf, err := os.ReadFile(filepath.Join(u.dir, "home", "Documents", "fiche-urgence.pdf"))
	if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF")) {
		t.Errorf("%v", err)
	}
	u.key(fyne.KeyEscape)
	u.shows("") // opened once
}
