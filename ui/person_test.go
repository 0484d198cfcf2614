package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"carnet/ui/text"
	"carnet/vault/record"
)

// TestEditPerson: a number whose key is wrong is asked about once and kept all the
// same; what was changed can be taken back.
func TestEditPerson(t *testing.T) {
	u := atHome(t)
	before := u.open.Person()
	now := func() record.Patient {
		t.Helper()
		people, err := u.open.Vault.Patients()
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range people {
			if p.ID == before.ID {
				return p
			}
		}
		t.Fatal("nobody of that ID")
		return record.Patient{}
	}
	u.command(text.EditPerson)
	u.shows(u.Say(text.EditPersonOf, before.Name))
	u.types("2 94 03 75 120 005 92", text.NIRLabel)
	u.types("19+1", text.TermLabel)
	u.press(text.Keep)
	u.reads(u.Say(text.TermWrong))
	u.types("33 + 5", text.TermLabel)
	u.types("221042545611404", text.INSLabel)
	u.press(text.Keep)
	u.reads(u.NIRDoubt("294037512000592")+" "+u.Say(text.NumberSure), u.INSDoubt("221042545611404")+" "+u.Say(text.NumberSure))
	if p := now(); p != before {
		t.Fatalf("kept before the answer: %+v", p)
	}
	u.types("2 94 03 75 120 005 91", text.NIRLabel)
	u.press(text.Keep) // another number: asked again, of the one that is left
	if u.mayRead(u.NIRDoubt("294037512000592") + " " + u.Say(text.NumberSure) + " " + u.Say(text.INSLabel)) {
		t.Error("the right number is still doubted")
	}
	u.press(text.Keep)
	if p := now(); p.NIR != "294037512000591" || p.INS != "221042545611404" || p.Term != "33+5" || p.Name != before.Name || p.Birth != before.Birth {
		t.Errorf("kept: %+v", p)
	}
	if u.open.Person() != now() {
		t.Error("the window shows another person than the vault has")
	}
	u.command(text.Undo)
	if p := now(); p != before {
		t.Errorf("taken back: %+v, not %+v", p, before)
	}

	// What stands in the form survives a lock.
	u.command(text.EditPerson)
	u.types("Léa Exemple", text.LabelName)
	u.command(text.Lock)
	u.unlock(phrase)
	u.isOpen()
	u.shows(u.Say(text.EditPersonOf, before.Name))
	if got := u.entry(text.LabelName).Text; got != "Léa Exemple" {
		t.Errorf("after a lock the name is %q", got)
	}
	u.key(fyne.KeyEscape)
}
