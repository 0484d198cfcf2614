package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/growth"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// atChild is at home with the section of the child on screen.
func atChild(t *testing.T) *user {
	t.Helper()
	u := atHome(t)
	u.command(text.ChildMenu)
	if !u.in(session.Child) {
		t.Fatalf("not there:\n%s", u.seen())
	}
	return u
}

// TestChildOrAdult: the section is named for whom it follows, and an adult has no
// growth.
func TestChildOrAdult(t *testing.T) {
	u := atChild(t)
	u.reads(u.Say(text.ChildTitle), u.Say(text.GrowthFirst))
	u.segments(u.Say(text.GrowthTitle))
	u.showPerson("Camille")
	u.reads(u.Say(text.PreventionTitle), u.Say(text.CheckUpsTitle))
	if u.mayRead(u.Say(text.GrowthTitle)) {
		t.Errorf("an adult has a growth:\n%s", u.seen())
	}
	if u.find(u.Say(text.ChildTitle)) != nil {
		t.Errorf("an adult has « Carnet de l'enfant »:\n%s", u.seen())
	}
}

// grows writes measurements of the person shown, past the window.
func (u *user) grows(entries ...record.Entry) {
	u.t.Helper()
	for i := range entries {
		entries[i].Kind, entries[i].Patient = profile.Measurement, u.open.Person().ID
	}
	if _, err := u.open.Vault.AddEntries(u.t.Context(), entries...); err != nil {
		u.t.Fatal(err)
	}
	u.Redraw()
	u.settle()
}

func height(on, cm, how string) record.Entry {
	return record.Entry{Type: "height", Start: on, Value: cm, Unit: "cm", Method: how}
}

func weight(on, kg string) record.Entry {
	return record.Entry{Type: "weight", Start: on, Value: kg, Unit: "kg"}
}

// TestMeasureIsAdded: the measurements of a day are one act, what is far from others
// is asked about once, and what stands in the form survives a lock.
func TestMeasureIsAdded(t *testing.T) {
	u := atChild(t)
	u.press(text.GrowthAdd)
	u.shows(u.Say(text.GrowthAddFor, "Léa"))
	u.press(text.Keep)
	u.reads(u.Say(text.GrowthNothing))
	u.types("31/08/2019", text.GrowthDate)
	u.types("3200", text.GrowthWeight)
	u.press(text.Keep)
	u.reads(u.Say(text.GrowthBefore))
	u.types("03/09/2019", text.GrowthDate)
	u.types("beaucoup", text.GrowthHead)
	u.press(text.Keep)
	u.reads(u.Say(text.GrowthNumber, "47,5"))
	u.types("34,5", text.GrowthHead)
	u.types("49", text.GrowthHeight)
	u.chooses(u.Say(text.GrowthLying))
	u.press(text.Keep)
	u.reads("Poids, 3200\u00a0kg, le 3 septembre 2019 : loin des autres enfants de cet âge. Était-ce 3,2\u00a0kg ? " + u.Say(text.GrowthSure))
	u.wantEntries()

	u.command(text.Lock)
	u.unlock(phrase)
	u.isOpen()
	u.shows(u.Say(text.GrowthAddFor, "Léa"))
	u.types("3200 g", text.GrowthWeight)
	u.press(text.Keep)
	u.shows("")
	u.wantEntries("Poids : 3200\u00a0g", "Périmètre crânien : 34,5\u00a0cm", "Taille : 49\u00a0cm")
	u.undo()
	u.settle()
	u.wantEntries()
	u.redo()
	u.settle()
	u.wantEntries("Poids : 3200\u00a0g", "Périmètre crânien : 34,5\u00a0cm", "Taille : 49\u00a0cm")

	// A slip that is confirmed is kept, and said in the list.
	u.press(text.GrowthAdd)
	u.types("04/10/2019", text.GrowthDate)
	u.types("4100", text.GrowthWeight)
	u.press(text.Keep)
	u.press(text.Keep)
	u.shows("")
	u.reads(u.Say(text.GrowthRemarks), "Poids, 4100\u00a0kg, le 4 octobre 2019 : loin des autres enfants de cet âge. Était-ce 4,1\u00a0kg ?")
}

// TestGrowthIsShown: a curve and a table say the same, with what it is compared
// with; the keyboard goes through both.
func TestGrowthIsShown(t *testing.T) {
	u := atChild(t)
	u.grows(height("2019-09-03", "49", "lying"), height("2021-09-01", "86", "lying"), height("2022-09-03", "95.5", "standing"), height("2026-11-03", "121", "standing"), weight("2026-11-03", "23"))
	u.chooses(u.GrowthMeasure(growth.Height))
	u.reads("Taille selon l'âge (cm)", "4 mesures. La dernière : Taille : 121\u00a0cm debout", "le 3 novembre 2026, à 7 ans 2 mois",
		u.Say(text.GrowthNoTerm), u.Say(text.GrowthStep), u.Say(text.GrowthSources, "2026-11"), u.Say(text.GrowthLimits))
	chart := all[*kit.Chart](u)[0]
	u.focus(chart.Focus())
	u.key(fyne.KeyHome)
	u.reads("3 septembre 2019, 0 jour. Taille : 49\u00a0cm couché")
	u.key(fyne.KeyEnd)
	u.key(fyne.KeyReturn)
	u.shows("Taille")
	u.reads("Standard : OMS 2007", "Âge : 7 ans 2 mois")
	u.key(fyne.KeyEscape)
	from, to := chart.View()
	u.chooses("0 à 2 ans")
	if a, b := chart.View(); a != 0 || b > 731 || a == from && b == to {
		t.Errorf("shows %v to %v", a, b)
	}
	u.chooses(u.Say(text.GrowthCentiles))
	if a, b := chart.View(); a != 0 || b > 731 {
		t.Errorf("with other lines it shows %v to %v", a, b)
	}
	u.press(text.ZoomIn)
	u.press(text.GrowthLater)
	if a, b := chart.View(); a <= 0 || b > 731 {
		t.Errorf("later it shows %v to %v", a, b)
	}
	u.resize(1200, 800)
	u.press(text.GrowthTable)
	u.reads("Date Âge Valeur Écart-type Centile Standard", "01/09/2021 23 mois 86\u00a0cm couché -0,12 45 OMS 2006")
	u.resize(leastWidth, leastHeight)
	u.scale(2)
	u.reads("23 mois · 86\u00a0cm couché · -0,12 écart-type, centile 45 · OMS 2006")
	u.scale(1)
	u.pressRow("03/11/2026")
	u.press(text.MoveToBin)
	u.wantEntries("Poids : 23\u00a0kg", "Taille : 49\u00a0cm", "Taille : 86\u00a0cm", "Taille : 95,5\u00a0cm")
	u.commandOnly(text.Print)
	u.settle()
	u.shows(u.Say(text.GrowthTitle))
	u.reads("3 mesures. La dernière : Taille : 95,5\u00a0cm debout")
	u.key(fyne.KeyEscape)

	// Without a sex nothing is compared, and it is said why.
	child := u.open.Person()
	none := record.Sex("")
	after, err := u.open.Vault.EditPatient(t.Context(), child.ID, vault.PatientEdit{Sex: &none})
	if err != nil {
		t.Fatal(err)
	}
	u.open.Show(after)
	u.Redraw()
	u.settle()
	u.reads(u.Say(text.GrowthSex), "sexe non précisé")
}
