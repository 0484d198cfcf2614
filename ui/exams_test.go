package ui

import (
	"strings"
	"testing"

	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// examField is a question of the form of an examination.
func (u *user) examField(name record.Field) text.Message {
	u.t.Helper()
	f := u.kind(schedule.ExamKind).Field(name)
	return text.Message{FR: f.LabelFR, EN: f.LabelEN}
}

// TestExaminations: a child's examinations are listed with how they stand; one is
// recorded with what was found, stays visible until its follow-up is said, and
// stands in the care history with where it took place.
func TestExaminations(t *testing.T) {
	u := atChild(t)
	u.chooses(u.Say(text.ExamsTitle))
	u.reads(
		"Examen à 8 mois", "Dépassé depuis le 3 juin 2020 : rien n'est noté", "Donne un certificat de santé (CS9)",
		"Examen entre 8 et 9 ans", "À prévoir, du 3 septembre 2027 au 3 septembre 2028",
		"Peut être fait à l'école : visite de la douzième année par l'infirmier ou l'infirmière scolaire",
		u.Say(text.ExamsMore, 21), "édition 2025-01, revue le 22 novembre 2026", u.Say(text.ExamsInform),
	)
	u.press(text.ExamRecord)
	u.pressRow("Examen à 6 ans")
	u.types("15/05/2026", u.examField(record.FieldStart))
	u.chooses("PMI")
	u.chooses("quelque chose a été repéré")
	u.types("lettres confondues", u.examField(record.FieldReaction))
	u.types("bilan chez l'orthophoniste", u.examField(record.FieldMethod))
	u.press(text.Keep)
	u.reads("Fait le 15 mai 2026", "PMI", "Quelque chose a été repéré : lettres confondues", "Ce qui a été décidé : bilan chez l'orthophoniste", u.Say(text.FollowUpUnsaid))
	e := u.examEntry("year-6")
	if e.System != "child-exams-2025-01" || e.Text != "Examen à 6 ans" || e.Start != "2026-05-15" {
		t.Errorf("recorded: %+v", e)
	}

	u.pressRow("Examen à 6 ans")
	u.press(text.EditDetails)
	u.chooses("prévue")
	u.press(text.Keep)
	if u.mayRead(u.Say(text.FollowUpUnsaid)) {
		t.Errorf("the follow-up is said, and asked for:\n%s", u.seen())
	}
	if e := u.examEntry("year-6"); e.Severity != "planned" || e.Code != "year-6" {
		t.Errorf("after the edit: %+v", e)
	}

	u.command(text.MedicalTitle)
	u.press(text.TimelineTitle)
	if rows := strings.Join(u.rows(), "\n"); !strings.Contains(rows, "Examen à 6 ans") {
		t.Errorf("the care history:\n%s", rows)
	}
}

// examEntry is what the vault has of an examination of the person shown.
func (u *user) examEntry(code string) record.Entry {
	u.t.Helper()
	entries, err := u.open.Vault.Entries(u.open.Person().ID)
	if err != nil {
		u.t.Fatal(err)
	}
	for _, e := range entries {
		if e.Kind == schedule.ExamKind && e.Code == code && e.RemovedAt == 0 {
			return e
		}
	}
	u.t.Fatalf("%s is not in the vault", code)
	return record.Entry{}
}

// TestScreeningIsRecorded: hearing, sight, language and development are followed
// with the age at which they were looked at.
func TestScreeningIsRecorded(t *testing.T) {
	u := atChild(t)
	u.chooses(u.Say(text.ExamsTitle))
	u.reads(u.Say(text.ScreeningsNone))
	u.press(text.ScreeningRecord)
	u.chooses("langage")
	u.types("Test de l'école", text.Message{FR: "Test ou observation", EN: ""})
	u.types("03/03/2024", u.examField(record.FieldStart))
	u.chooses("quelque chose a été repéré")
	u.press(text.Keep)
	u.reads("Langage : Test de l'école", "3 mars 2024, à 4 ans", u.Say(text.FollowUpUnsaid))
	u.key("Escape")
	u.command(text.Undo)
	u.reads(u.Say(text.ScreeningsNone))
}

// TestExamFormComesBackAfterLock: which examination a form was about is not
// forgotten when the vault locks itself.
func TestExamFormComesBackAfterLock(t *testing.T) {
	u := atChild(t)
	u.chooses(u.Say(text.ExamsTitle))
	u.press(text.ExamRecord)
	u.pressRow("Examen à 8 mois")
	u.types("20/05/2020", u.examField(record.FieldStart))
	u.commandOnly(text.Lock)
	u.settle()
	u.unlock(phrase)
	u.press(text.Keep)
	if e := u.examEntry("month-8"); e.Start != "2020-05-20" || e.System != "child-exams-2019-03" && e.System != "child-exams-2025-01" {
		t.Errorf("recorded: %+v", e)
	}
}

func TestAdvice(t *testing.T) {
	u := atHome(t)
	u.command(text.AdviceTitle)
	u.reads("De 6 à 11 ans", "M'T dents", "(source : Service-Public.fr, actualité du 26 mars 2025)", "Prévention de l'obésité de l'enfant", "édition 2026-11, revue le 22 novembre 2026", u.Say(text.ExamsInform))
	if !strings.Contains(u.screen.Help(), u.Say(text.Inequality)) {
		t.Error("the help does not say why examinations matter")
	}
	u.commandOnly(text.Print)
	u.settle()
	u.shows(u.Say(text.AdviceTitle))
}

// TestVisitSheet: the sheet that prepares the next examination is shown before it
// goes on paper.
func TestVisitSheet(t *testing.T) {
	u := atHome(t)
	u.command(text.ExamsMenu)
	u.press(text.VisitPrepare)
	u.shows(u.Say(text.VisitTitle))
	u.reads("Examen à 6 ans", "la croissance : poids, taille, courbes", "l'entrée à l'école élémentaire", "Aucune mesure notée.", "Vaccins à vérifier")
}

// TestPrevention: an adult has check-ups and screenings in the same place.
func TestPrevention(t *testing.T) {
	u := atChild(t)
	u.showPerson("Camille")
	u.reads(u.Say(text.PreventionTitle), "Bilan de prévention 45-50 ans", "À prévoir, du 12 avril 2030 au 11 avril 2036", "Dépistage du cancer colorectal", u.Say(text.AdultVaccines))
	if u.mayRead("Bilan de prévention 18-25 ans") || u.mayRead("Examen à 8 mois") {
		t.Errorf("what is over, or of a child:\n%s", u.seen())
	}
}

// TestHomeReminds: what is due or overdue stands on the home screen, and leads
// there.
func TestHomeReminds(t *testing.T) {
	u := atHome(t)
	u.reads("18 examens sont dépassés et rien n'en est noté")
	u.press(text.ExamsSeeAll)
	if !u.in(session.Child) {
		t.Errorf("not there:\n%s", u.seen())
	}
}
