package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/profile"
	"carnet/vault/record"
)

func atProfile(t *testing.T) *user {
	t.Helper()
	u := atHome(t)
	u.command(text.MedicalTitle)
	if !u.in(session.Medical) {
		t.Fatalf("not there:\n%s", u.seen())
	}
	return u
}

func (u *user) kind(code string) *profile.Kind {
	u.t.Helper()
	k := kinds().Kind(code)
	if k == nil {
		u.t.Fatalf("no kind %s", code)
	}
	return k
}

// adds presses the button that adds to a part.
func (u *user) adds(code string) {
	u.t.Helper()
	u.press(text.AddToKind, u.Kind(u.kind(code)))
}

// fills types into the field of that name of a kind.
func (u *user) fills(code string, f record.Field, what string) {
	u.t.Helper()
	field := u.kind(code).Field(f)
	u.types(what, text.Message{FR: field.LabelFR, EN: field.LabelEN})
}

// entries are those in the vault, out of the bin, by their titles.
func (u *user) entries() (titles []string) {
	u.t.Helper()
	all, err := u.open.Vault.Entries(u.open.Person().ID)
	if err != nil {
		u.t.Fatal(err)
	}
	for _, e := range all {
		if e.RemovedAt == 0 {
			titles = append(titles, u.EntryTitle(kinds(), &e))
		}
	}
	slices.Sort(titles)
	return titles
}

func (u *user) wantEntries(want ...string) {
	u.t.Helper()
	if got := u.entries(); !slices.Equal(got, want) {
		u.t.Errorf("in the profile: %q, not %q", got, want)
	}
}

// pressRow presses the line of an entry.
func (u *user) pressRow(title string) {
	u.t.Helper()
	for _, b := range all[*kit.Button](u) {
		if strings.HasPrefix(b.Label, title) {
			u.focus(b)
			u.pressed = b
			b.Tapped(nil)
			u.settle()
			return
		}
	}
	u.t.Fatalf("no line %q:\n%s", title, u.seen())
}

func TestProfileIsFilled(t *testing.T) {
	u := atProfile(t)
	parts := 0
	for _, k := range kinds().Kinds {
		if k.Listed() {
			parts++
		}
	}
	if n := strings.Count(u.seen(), u.Say(text.KindEmpty)); n != parts {
		t.Errorf("%d parts are not filled in, of %d", n, parts)
	}
	allergies := u.kind("allergy")
	u.press(text.Message{FR: allergies.NoneFR, EN: allergies.NoneEN})
	u.wantEntries("Aucune allergie connue")
	if n := strings.Count(u.seen(), u.Say(text.KindEmpty)); n != parts-1 {
		t.Errorf("« none known » counts as not filled in: %d", n)
	}

	u.adds("allergy")
	u.press(text.Keep)
	u.reads("Il manque une réponse.")
	u.fills("allergy", record.FieldText, "Arachide")
	u.chooses("grave")
	u.fills("allergy", record.FieldStart, "31/02/2020")
	u.press(text.Keep)
	u.reads("Cette date n'en est pas une")
	u.fills("allergy", record.FieldStart, "05/2022")
	u.press(text.Keep)
	u.shows("")
	u.wantEntries("Arachide")
	u.reads("Arachide" + text.Between + "mai 2022")
	u.undo()
	u.settle()
	u.wantEntries("Aucune allergie connue")
	u.redo()
	u.settle()
	u.wantEntries("Arachide")

	u.pressRow("Arachide")
	u.reads("Gravité possible : grave")
	u.press(text.EditDetails)
	if got := u.entry(text.Message{FR: allergies.Field(record.FieldStart).LabelFR, EN: allergies.Field(record.FieldStart).LabelEN}).Text; got != "05/2022" {
		t.Errorf("the date stands as %q", got)
	}
	u.fills("allergy", record.FieldReaction, "lèvres gonflées")
	u.press(text.Keep)
	u.pressRow("Arachide")
	u.reads("Ce qui s'est passé : lèvres gonflées")
	u.press(text.ReadHistory)
	u.reads("À quoi : Arachide", "Ce qui s'est passé : lèvres gonflées", "Corbeille : ")
	u.key(fyne.KeyEscape)

	u.pressRow("Arachide")
	u.press(text.MoveToBin)
	u.wantEntries()
	u.press(text.BinOfProfile, 2)
	u.pressRow("Allergies et intolérances" + text.Between + "Arachide")
	u.press(text.PutBack)
	u.wantEntries("Arachide")
	u.undo()
	u.settle()
	u.wantEntries()
}

func TestMeasurementIsAdded(t *testing.T) {
	u := atProfile(t)
	u.adds("observation")
	u.pressRow("Poids")
	u.fills("observation", record.FieldStart, "02/11/2026")
	u.chooses("kg")
	value := text.Message{FR: "Valeur", EN: "Value"}
	u.types("lourd", value)
	u.press(text.Keep)
	u.reads("Ce n'est pas un nombre.")
	u.types("1720", value)
	u.press(text.Keep)
	u.reads("Poids, 1720\u00a0kg, le 2 novembre 2026 : loin des autres enfants de cet âge. Était-ce 17,2\u00a0kg ? " + u.Say(text.GrowthSure))
	u.types("1730", value)
	u.press(text.Keep)
	u.reads("Poids, 1730\u00a0kg", u.Say(text.GrowthSure)) // it is another number
	u.wantEntries()
	u.types("17,2", value)
	u.press(text.Keep)
	u.wantEntries("Poids : 17,2\u00a0kg")

	u.adds("observation")
	u.pressRow("Tension artérielle")
	u.types("400", text.Message{FR: "Valeur (mmHg)", EN: "Value (mmHg)"})
	u.types("80", text.Message{FR: "minimale", EN: "diastolic"})
	u.fills("observation", record.FieldStart, "2026")
	u.press(text.Keep)
	u.reads(u.Say(text.SureNumber))
	u.press(text.Keep) // it is right
	u.wantEntries("Poids : 17,2\u00a0kg", "Tension artérielle : 400/80\u00a0mmHg")
}

func TestProfileFormComesBackAfterLock(t *testing.T) {
	u := atProfile(t)
	u.adds("medication")
	u.fills("medication", record.FieldText, "Salbutamol")
	u.fills("medication", record.FieldDosage, "2 bouffées")
	u.chooses("suspendu")
	u.commandOnly(text.Lock)
	u.settle()
	if strings.Contains(u.everything(), "Salbutamol") {
		t.Error("still on screen")
	}
	u.unlock(phrase)
	u.reads("Salbutamol")
	u.press(text.Keep)
	u.wantEntries("Salbutamol")
	all, err := u.open.Vault.Entries(u.open.Person().ID)
	if err != nil || all[0].Dosage != "2 bouffées" || all[0].Status != "on-hold" {
		t.Errorf("%+v, %v", all, err)
	}
	u.leave()
	u.start(u.app)
	u.unlock(phrase)
	u.shows("")
}

func TestEntryIsLinkedToADocument(t *testing.T) {
	u := atProfile(t)
	u.adds("condition")
	u.fills("condition", record.FieldText, "Asthme")
	u.press(text.Keep)
	u.pressRow("Asthme")
	u.press(text.LinkDocument)
	u.at("ordonnance")
	u.key(fyne.KeyReturn)
	u.pressRow("Asthme")
	u.reads("Document lié : ordonnance", "d'après un document")
	u.press(text.SeeDocument)
	if !u.in(session.Documents) {
		t.Error("not among the documents")
	}
	u.reads("ordonnance")
	u.button(text.ZoomIn)
	u.undo()
	u.settle()
	all, err := u.open.Vault.Entries(u.open.Person().ID)
	if err != nil || !all[0].Document.IsZero() {
		t.Errorf("%+v, %v", all, err)
	}
}

// TestCareHistory: documents, stays, treatments, vaccinations, measurements and
// what else the profile dates stand in one order, newest first, and each opens.
func TestCareHistory(t *testing.T) {
	u := atProfile(t)
	u.adds("condition")
	u.fills("condition", record.FieldText, "Asthme")
	u.fills("condition", record.FieldStart, "11/2026")
	u.press(text.Keep)
	u.measures("weight", "17.2", "", "2026-11-02")
	for _, e := range []record.Entry{
		{Kind: "encounter", Text: "Bronchiolite", Start: "2020-01-03", End: "2020-01-08"},
		{Kind: "medication", Text: "Salbutamol", Start: "2020-03"},
		{Kind: "immunization", Text: "ROR", Start: "2021"},
	} {
		e.Patient = u.open.Person().ID
		if _, err := u.open.Vault.AddEntry(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	u.command(text.HomeTitle)
	u.command(text.MedicalTitle)
	u.press(text.TimelineTitle)
	var profile []string
	for _, row := range u.rows() {
		if !slices.ContainsFunc(u.documents(), func(d record.Document) bool { return d.Title == row }) {
			profile = append(profile, row)
		}
	}
	want := []string{"Poids : 17,2 kg", "Asthme", "ROR", "Salbutamol", "fin : Bronchiolite", "début : Bronchiolite"}
	if n := len(u.rows()) - len(profile); !slices.Equal(profile, want) || n == 0 || n != len(u.documents()) {
		t.Errorf("%q, not %q; %d of %d documents", profile, want, n, len(u.documents()))
	}
	u.key(fyne.KeyEscape)
	u.press(text.TimelineTitle)
	u.at("Asthme")
	u.key(fyne.KeyReturn)
	u.shows(u.Kind(u.kind("condition")))
	u.key(fyne.KeyEscape)
	u.press(text.TimelineTitle)
	u.at("ordonnance")
	u.key(fyne.KeyReturn)
	if !u.in(session.Documents) {
		t.Error("not among the documents")
	}
	u.button(text.ZoomIn)

	u.command(text.MedicalTitle)
	u.press(text.SummaryTitle)
	u.reads("Léa", "Asthme, novembre 2026")
	u.press(text.SaveSheet)
	u.reads(u.Say(text.SheetSavedAt, "resume-sante.pdf", "Documents"))
	u.key(fyne.KeyEscape)
}

// measures writes a measurement into the profile of the person shown.
func (u *user) measures(code, value, second, start string) {
	u.t.Helper()
	_, err := u.open.Vault.AddEntry(u.t.Context(), record.Entry{Kind: profile.Measurement, Patient: u.open.Person().ID, Type: code, Value: value, Value2: second, Start: start})
	if err != nil {
		u.t.Fatal(err)
	}
}

// curve opens the curve of a measurement by the line of its latest value.
func (u *user) curve(line string) {
	u.t.Helper()
	u.command(text.HomeTitle)
	u.command(text.MedicalTitle)
	u.pressRow(line)
}

// TestCurve: a kind of measurement opens its curve with the table below; the
// arrows go through the points, Enter opens what one says, and paper has it too.
func TestCurve(t *testing.T) {
	u := atProfile(t)
	u.measures("weight", "17.2", "", "2026-11-02")
	u.measures("weight", "9.4", "", "2022")
	u.measures("weight", "3.25", "", "2021-03-14")
	u.measures("blood-pressure", "120", "80", "2026-01-05")
	u.measures("blood-pressure", "118", "76", "2026-02")
	u.curve("Poids : 17,2")
	u.shows("Poids : " + u.open.Named(u.open.Person()))
	u.reads("Poids : 3 mesures. La première : 3,25 kg, 14 mars 2021. La dernière : 17,2 kg, 2 novembre 2026.",
		u.Say(text.CurveKeys), u.Say(text.CurveVague), u.Say(text.CurveInform), "14 mars 2021", "2 novembre 2026"+text.Between+"17,2")
	u.key(fyne.KeyLeft)
	u.reads("2 novembre 2026 : 17,2 kg")
	u.key(fyne.KeyLeft)
	u.reads("2022 : 9,4 kg")
	u.key(fyne.KeyHome)
	u.key(fyne.KeyRight)
	u.key(fyne.KeyReturn)
	u.shows("Mesures")
	u.reads("Poids : 9,4 kg", "2022")
	u.key(fyne.KeyEscape)

	u.curve("Poids")
	u.pressRow("14 mars 2021")
	u.reads("Poids : 3,25 kg")
	u.key(fyne.KeyEscape)

	u.curve("Tension artérielle : 118/76")
	u.reads(u.Say(text.CurveVague))
	u.press(text.CurvePrint)
	u.press(text.SaveSheet)
	u.reads(u.Say(text.SheetSavedAt, "courbe.pdf", "Documents"))
}

// TestProfileOfAnotherPersonIsNotShown: each has their own.
func TestProfileOfAnotherPersonIsNotShown(t *testing.T) {
	u := atProfile(t)
	u.adds("condition")
	u.fills("condition", record.FieldText, "Asthme")
	u.press(text.Keep)
	u.showPerson("Camille")
	u.command(text.MedicalTitle)
	if u.mayRead("Asthme") {
		t.Error("it is shown")
	}
}
