package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/record"
)

// atVaccines is at home with the vaccinations of Léa on screen, who is seven.
func atVaccines(t *testing.T) *user {
	t.Helper()
	u := atHome(t)
	u.command(text.VaccinesTitle)
	if !u.in(session.Vaccines) {
		t.Fatalf("not there:\n%s", u.seen())
	}
	return u
}

// typesOn types where the keyboard is.
func (u *user) typesOn(what string) {
	u.t.Helper()
	e, ok := u.win.Canvas().Focused().(*kit.Entry)
	if !ok {
		u.t.Fatalf("no field has the keyboard:\n%s", u.seen())
	}
	for _, r := range what {
		e.TypedRune(r)
	}
	u.settle()
}

// copies writes doses on the page of the booklet with the keyboard alone: a day,
// Enter, a vaccine, Enter; and Enter on an empty line.
func (u *user) copies(doses ...[2]string) {
	u.t.Helper()
	u.command(text.VaccineCopy)
	for _, d := range doses {
		u.typesOn(d[0])
		u.key(fyne.KeyReturn)
		u.typesOn(d[1])
		u.key(fyne.KeyReturn)
	}
	u.key(fyne.KeyReturn)
}

// TestBookletIsCopied: a page of six doses, without a mouse, is one act.
func TestBookletIsCopied(t *testing.T) {
	u := atVaccines(t)
	u.reads(u.Say(text.VaccinesEmpty), "dépassé", "Nourrisson, dose 1, du 3 novembre 2019 au 2 décembre 2019", "Rattrapage : voir le médecin.",
		"Calendrier des vaccinations 2026 (France), table 2026-11 du 22 novembre 2026", u.Say(text.Independence))
	u.copies([2]string{"5/11/2019", "Hexyon"}, [2]string{"6 janvier 2020", "hexa"}, [2]string{"03/08/2020", "Infanrix Hexa"},
		[2]string{"7/9/2020", "ROR"}, [2]string{"11/01/2021", "Priorix"}, [2]string{"09/2025", "Vaccin du voyage"})
	u.shows("")
	u.wantEntries("Hexyon", "Infanrix Hexa", "Priorix", "ROR", "Vaccin du voyage", "hexa")
	u.reads("6 vaccins notés", "Rappel 6 ans, du 3 septembre 2025 au 2 septembre 2026", "fait"+text.Between+"3 août 2020"+text.Between+"Infanrix Hexa", u.Say(text.VaccinesOther))
	all, err := u.open.Vault.Entries(u.open.Person().ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.Text == "Hexyon" && (e.Type != "hexa" || e.Start != "2019-11-05" || e.Status != "completed") {
			t.Errorf("%+v", e)
		}
	}
	u.undo()
	u.settle()
	u.wantEntries()
	u.redo()
	u.settle()
	u.wantEntries("Hexyon", "Infanrix Hexa", "Priorix", "ROR", "Vaccin du voyage", "hexa")
}

// TestBookletAsksAgain: what is missing or wrong is said at its line, and nothing
// is written.
func TestBookletAsksAgain(t *testing.T) {
	u := atVaccines(t)
	u.command(text.VaccineCopy)
	u.key(fyne.KeyReturn)
	u.reads(u.Say(text.VaccineNothing))
	u.types("5/11/2019", text.VaccineDateN, 1)
	u.press(text.Keep)
	u.reads(u.Say(text.VaccineFilled))
	u.types("hexa", text.VaccineNameN, 1)
	u.reads("Contre : diphtérie, tétanos, poliomyélite, coqueluche, Haemophilus influenzae b, hépatite B")
	u.types("x", text.VaccineNameN, 2)
	u.reads(u.Say(text.VaccineUnclear))
	u.types("31/02/2020", text.VaccineDateN, 2)
	u.press(text.Keep)
	u.reads(u.Say(text.BirthWrong))
	u.types("1/1/2031", text.VaccineDateN, 2)
	u.press(text.Keep)
	u.wantEntries()
	u.key(fyne.KeyEscape)
	u.wantEntries()
}

// TestVaccinationIsUpdated: the short form after an injection, a refusal, a
// correction and the bin.
func TestVaccinationIsUpdated(t *testing.T) {
	u := atVaccines(t)
	u.press(text.VaccineUpdate)
	if got := u.entry(text.VaccineDate).Text; got != "20/11/2026" {
		t.Errorf("the day is %q", got)
	}
	u.types("Tetravac", text.VaccineName)
	u.types("B7", text.Message{FR: "Numéro de lot", EN: "Lot number"})
	u.press(text.Keep)
	u.shows("")
	u.reads("fait" + text.Between + "20 novembre 2026" + text.Between + "Tetravac")
	u.commandOnly(text.VaccineUpdateNew)
	u.settle()
	u.types("ROR", text.VaccineName)
	u.chooses("non fait" + text.Between + "refus")
	u.press(text.Keep)
	u.reads("non fait", "Refus.")
	u.pressRow("fait" + text.Between + "20 novembre 2026")
	u.reads("Numéro de lot : B7")
	u.press(text.EditDetails)
	u.fills("immunization", record.FieldLocation, "PMI")
	u.press(text.Keep)
	u.pressRow("fait" + text.Between + "20 novembre 2026")
	u.reads("Lieu : PMI")
	u.press(text.MoveToBin)
	u.wantEntries("ROR")
	u.undo()
	u.settle()
	u.wantEntries("ROR", "Tetravac")
}

func TestVaccineFormsComeBackAfterLock(t *testing.T) {
	u := atVaccines(t)
	u.press(text.VaccineUpdate)
	u.types("Gardasil", text.VaccineName)
	u.commandOnly(text.Lock)
	u.settle()
	if strings.Contains(u.everything(), "Gardasil") {
		t.Error("still on screen")
	}
	u.unlock(phrase)
	if got := u.entry(text.VaccineName).Text; got != "Gardasil" {
		t.Errorf("the form has %q", got)
	}
	u.key(fyne.KeyEscape)
	u.command(text.VaccineCopy)
	u.types("2020", text.VaccineDateN, 4)
	u.types("BCG", text.VaccineNameN, 4)
	u.commandOnly(text.Lock)
	u.settle()
	u.unlock(phrase)
	if got := u.entry(text.VaccineNameN, 4).Text; got != "BCG" {
		t.Errorf("the page has %q", got)
	}
	u.press(text.Keep)
	u.wantEntries("BCG")
}

// TestSchoolDocument: three actions from anywhere to paper.
func TestSchoolDocument(t *testing.T) {
	u := atVaccines(t)
	u.copies([2]string{"5/11/2019", "Hexyon"}, [2]string{"12/11/2026", "grippe"})
	u.command(text.HomeTitle)
	u.command(text.VaccinesTitle) // one
	u.press(text.SchoolSheet)     // two
	u.shows(u.Say(text.SchoolSheet))
	u.reads("Ce n'est pas un certificat médical.", "Coqueluche : 5 novembre 2019", "Rougeole, oreillons, rubéole : aucune dose notée", "Grippe : 12 novembre 2026",
		"table 2026-11 du 22 novembre 2026", u.Say(text.Independence))
	if b, ok := u.win.Canvas().Focused().(*kit.Button); !ok || b != u.button(text.Print) { // three
		t.Error("« Imprimer » does not have the keyboard")
	}
	u.press(text.SaveSheet)
	u.reads(u.Say(text.SheetSavedAt, "document-ecole.pdf", "Documents"))
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	if pdf, err := os.ReadFile(filepath.Join(home, "Documents", "document-ecole.pdf")); err != nil || !strings.HasPrefix(string(pdf), "%PDF") {
		t.Errorf("%v", err)
	}
	u.key(fyne.KeyEscape)
}

// TestVaccinationReminder: the home screen says in a line who has vaccinations to
// see to, and leads there; it says nothing of a booklet that nobody copied yet.
func TestVaccinationReminder(t *testing.T) {
	u := atVaccines(t)
	u.command(text.HomeTitle)
	if u.mayRead("vaccinations à voir") {
		t.Errorf("a reminder of nothing:\n%s", u.seen())
	}
	u.command(text.VaccinesTitle)
	u.copies([2]string{"5/11/2019", "Hexyon"})
	u.showPerson("Camille")
	u.command(text.HomeTitle)
	u.pressRow("Léa : ")
	if !u.in(session.Vaccines) || u.open.Person().Name != "Léa" {
		t.Errorf("not at the vaccinations of Léa:\n%s", u.seen())
	}
}
