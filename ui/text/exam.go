package text

import (
	"slices"
	"strings"
	"time"

	"carnet/vault/exchange/sheet"
	"carnet/vault/growth"
	"carnet/vault/profile"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// The examinations of a child, the check-ups of an adult, and advice by age.
var (
	ChildExams = Word{FR: "examens", EN: "exams", Help: Message{"Les 20 examens obligatoires : faits, à faire, à prévoir, dépassés, et ce qui a été repéré et décidé", "The 20 mandatory examinations: done, due, upcoming, overdue, and what was found and decided"},
		Long: Message{"Les examens obligatoires d'un enfant, avec leurs dates et ce qui en est noté, d'où que cela vienne : école, crèche, PMI, hôpital, médecin.\nUn examen se note avec « carnet profil-medical ajouter exam --code CODE --start DATE --type pmi --value found --reaction ... --method ... --severity planned » ; le CODE est au début de chaque ligne. Un repérage (hearing, vision, language, development) : « carnet profil-medical ajouter screening TEST --type hearing --start DATE --value nothing ».",
			"A child's mandatory examinations, with their dates and what is recorded of them, wherever it comes from: school, crèche, mother-and-child centre, hospital, doctor.\nAn examination is recorded with \"carnet profile add exam --code CODE --start DATE --type pmi --value found --reaction ... --method ... --severity planned\"; the CODE is at the beginning of each line. A screening (hearing, vision, language, development): \"carnet profile add screening TEST --type hearing --start DATE --value nothing\"."}}
	ChildVisit  = Word{FR: "fiche-visite", EN: "visit-sheet", Help: Message{"Écrit la fiche qui prépare le prochain examen : .pdf, .html ou .txt", "Writes the sheet that prepares the next examination: .pdf, .html or .txt"}}
	ChildAdvice = Word{FR: "conseils", EN: "advice", Help: Message{"Les conseils à l'âge de l'enfant, avec leurs sources", "The advice for the child's age, with its sources"},
		Long: Message{"Les conseils à l'âge de l'enfant et les programmes nationaux qui le concernent, avec leurs sources.\n" + inequalityFR, "The advice for the child's age and the national programmes that concern them, with their sources.\n" + inequalityEN}}
	Prevention = Word{FR: "prevention", EN: "prevention", Help: Message{"Les bilans de prévention et les dépistages organisés d'un adulte", "The prevention check-ups and the national screenings of an adult"}}

	ExamsTitle       = Message{"Examens", "Examinations"}
	ExamsMenu        = Message{"Examens, bilans et dépistages", "Examinations, check-ups and screenings"}
	CheckUpsTitle    = Message{"Bilans et dépistages", "Check-ups and screenings"}
	AdviceTitle      = Message{"Conseils à cet âge", "Advice for this age"}
	ExamLine         = Message{"%s  %s", "%s  %s"}
	ExamUnder        = Message{"    %s", "    %s"}
	ExamsOfChildren  = Message{"Cette personne est majeure : « carnet prevention » montre ses bilans et ses dépistages. Rien n'a été changé.", "This person is an adult: \"carnet prevention\" shows their check-ups and screenings. Nothing was changed."}
	AdviceOfChildren = Message{"Ces conseils vont jusqu'à 18 ans. Pour un adulte, voyez la prévention.", "This advice goes up to 18 years. For an adult, see prevention."}
	ExamsNone        = Message{"Rien n'est prévu à cet âge.", "Nothing is planned at this age."}
	ExamsBefore      = Message{"Avant le 1er mars 2019, une autre liste valait, que Carnet n'a pas.", "Before 1 March 2019 another list held, which Carnet does not have."}
	ExamsMore        = Message{"La liste a changé le 1er janvier 2025 : celle de cet enfant compte %d examens.", "The list changed on 1 January 2025: this child's has %d examinations."}
	ExamsSource      = Message{"Liste %s, édition %s, revue le %s.", "List %s, edition %s, reviewed on %s."}
	ExamsInform      = Message{"Carnet informe à partir de textes publics ; il ne pose pas de diagnostic. Un professionnel de santé reste seul juge.", "Carnet informs from public texts; it makes no diagnosis. A health professional alone judges."}
	ExamsHelp        = Message{
		"Les examens sont faits, à faire, à prévoir, dépassés ou non faits. Appuyez sur l'un d'eux pour le noter, ou pour voir ce qui en est noté. Un examen où quelque chose a été repéré reste signalé tant que la suite n'est pas dite. Chaque liste a une édition, une date et des sources, écrites en bas.",
		"Examinations are done, due, upcoming, overdue or not done. Press one to record it, or to see what is recorded of it. An examination where something was found stays marked until its follow-up is said. Each list has an edition, a date and sources, written at the bottom.",
	}
	ScreeningsTitle = Message{"Repérages : audition, vue, langage, développement", "Screenings: hearing, sight, language, development"}
	ScreeningsNone  = Message{"Aucun repérage noté.", "No screening recorded."}
	OtherExamsTitle = Message{"Autres examens notés", "Other examinations recorded"}
	FollowUpUnsaid  = Message{"Repéré, suite non renseignée", "Found, follow-up not filled in"}
	AtAge           = Message{"à %s", "at %s"}

	ExamRecord      = Message{"Noter un examen", "Record an examination"}
	ScreeningRecord = Message{"Noter un repérage", "Record a screening"}
	ExamWhich       = Message{"Quel examen ?", "Which examination?"}
	ExamAnother     = Message{"Un autre examen", "Another examination"}
	ExamNow         = Message{"À faire maintenant", "Due now"}
	ExamsLate       = Message{"Dépassé", "Overdue"}
	ExamLateHow     = Message{"Si cet examen a été fait, notez-le d'après le carnet de santé papier. Sinon, prenez rendez-vous.", "If this examination took place, record it from the paper booklet. If not, make an appointment."}
	ExamsLateOne    = Message{"%d examen est dépassé et rien n'en est noté. S'il a été fait, notez-le d'après le carnet de santé papier.", "%d examination is overdue and nothing is recorded of it. If it took place, record it from the paper booklet."}
	ExamsLateMany   = Message{"%d examens sont dépassés et rien n'en est noté. S'ils ont été faits, notez-les d'après le carnet de santé papier.", "%d examinations are overdue and nothing is recorded of them. If they took place, record them from the paper booklet."}
	ExamsInOrder    = Message{"Rien à faire pour l'instant. Prochain : %s, %s.", "Nothing to do for now. Next: %s, %s."}
	ExamsSeeAll     = Message{"Voir les examens", "See the examinations"}
	ExamUnsaidMany  = Message{"%d fois, quelque chose a été repéré et la suite n'est pas notée.", "%d times, something was found and the follow-up is not recorded."}
	ExamUnsaidOne   = Message{"Quelque chose a été repéré et la suite n'est pas notée.", "Something was found and the follow-up is not recorded."}
	AdultVaccines   = Message{"Les vaccins de l'adulte sont dans la section Vaccinations.", "Vaccines for adults are in the section Vaccinations."}

	VisitTitle     = Message{"Fiche pour la visite", "Sheet for the visit"}
	VisitFileName  = Message{"fiche-visite", "visit-sheet"}
	VisitSaved     = Message{"Fiche enregistrée : %s. Elle est en clair.", "Sheet saved: %s. It is in clear."}
	AdviceFileName = Message{"conseils", "advice"}
	VisitPrepare   = Message{"Préparer la visite", "Prepare the visit"}
	visitAge       = Message{"Âge", "Age"}
	visitNone      = Message{"Visite", "Visit"}
	visitLooks     = Message{"Ce que cet examen regarde", "What this examination looks at"}
	visitMeasures  = Message{"Dernières mesures", "Last measurements"}
	visitNoValue   = Message{"Aucune mesure notée.", "No measurement recorded."}
	visitOpen      = Message{"À demander : repéré, suite non renseignée", "To ask about: found, follow-up not filled in"}
	visitVaccines  = Message{"Vaccins à vérifier", "Vaccines to check"}
	visitNoDoses   = Message{"Aucun vaccin noté.", "No vaccine recorded."}
	visitCompare   = Message{"À comparer avec le calendrier de la section Vaccinations et le carnet de santé papier.", "To compare with the calendar of the section Vaccinations and the paper booklet."}
	visitAsk       = Message{"Mes questions", "My questions"}
	visitAnswers   = Message{"Pendant la visite", "During the visit"}
	visitFound     = Message{"Ce qui a été repéré :", "What was found:"}
	visitDecided   = Message{"Ce qui a été décidé :", "What was decided:"}
	visitPrinted   = Message{"Fiche imprimée le %s. Elle prépare un examen et n'en remplace aucun.", "Sheet printed on %s. It prepares an examination and replaces none."}
	sourcesAre     = Message{"Sources : %s", "Sources: %s"}

	examCertificate = Message{"donne un certificat de santé (%s)", "gives a health certificate (%s)"}
	examSchool      = Message{"peut être fait à l'école : %s", "may be done at school: %s"}
	examDone        = Message{"fait le %s", "done on %s"}
	examDoneVague   = Message{"fait, %s", "done, %s"}
	examAgain       = Message{"fait le %s, à refaire à partir du %s", "done on %s, to be done again from %s"}
	examOverAgain   = Message{"dépassé : fait le %s, à refaire depuis le %s", "overdue: done on %s, to be done again since %s"}
	examDue         = Message{"à faire, jusqu'au %s", "due, until %s"}
	examUpcoming    = Message{"à prévoir, du %s au %s", "upcoming, from %s to %s"}
	examOverdue     = Message{"dépassé depuis le %s : rien n'est noté", "overdue since %s: nothing is recorded"}
	examNotDone     = Message{"non fait, noté le %s", "not done, recorded on %s"}
	examAnd         = Message{"%s : %s", "%s: %s"}
	adviceSource    = Message{"%s (source\u00a0: %s)", "%s (source: %s)"}
)

// Why the examinations matter, by a source article of 2022: F090.
const (
	inequalityFR = "Pourquoi c'est utile : à 5 ans, l'écart est de 1 à 3 entre enfants de cadres et enfants d'ouvriers, pour le langage comme pour l'obésité (article de presse de 2022 sur Mon espace santé, F090 de docs/FEATURES.md)."
	inequalityEN = "Why it is useful: at 5 years, the gap between children of executives and children of workers is 1 to 3, for language as for obesity (press article of 2022 on Mon espace santé, F090 of docs/FEATURES.md)."
)

// Inequality says why the examinations of small children matter.
var Inequality = Message{inequalityFR, inequalityEN}

var examStates = map[schedule.State]Message{
	schedule.Done:     {"fait", "done"},
	schedule.Due:      {"à faire", "due"},
	schedule.Upcoming: {"à prévoir", "upcoming"},
	schedule.Overdue:  {"dépassé", "overdue"},
	schedule.NotDone:  {"non fait", "not done"},
}

// Worded is a text of a table in the language.
func (l Language) Worded(b schedule.Bilingual) string { return l.Label(b.FR, b.EN) }

// ExamState names how an examination stands.
func (l Language) ExamState(s schedule.State) string { return l.Say(examStates[s]) }

// ExamWhen says how an examination stands, with its dates.
func (l Language) ExamWhen(d *schedule.Dated) string {
	first, last := l.Date(d.First), l.Date(d.Last)
	taken := d.Entry.Start
	again := d.Every != (schedule.Milestone{}) && d.First.Format(time.DateOnly) > taken
	switch d.State {
	case schedule.Done:
		if again {
			return l.Say(examAgain, l.Day(taken), first)
		}
		if len(taken) < len(time.DateOnly) {
			return l.Say(examDoneVague, l.Day(taken))
		}
		return l.Say(examDone, l.Day(taken))
	case schedule.Due:
		return l.Say(examDue, last)
	case schedule.Upcoming:
		return l.Say(examUpcoming, first, last)
	case schedule.NotDone:
		return l.Say(examNotDone, l.Day(taken))
	}
	if d.Recorded() {
		return l.Say(examOverAgain, l.Day(taken), first)
	}
	return l.Say(examOverdue, l.Date(d.Last.AddDate(0, 0, 1)))
}

// ExamSaid is the same as a sentence of its own.
func (l Language) ExamSaid(d *schedule.Dated) string { return l.capital(l.ExamWhen(d)) }

// ExamReminders says in few lines what a plan and a profile ask for: what is due,
// how many are overdue, how many findings nobody has followed up.
func (l Language) ExamReminders(plan []schedule.Dated, entries []record.Entry) (out []string) {
	late, unsaid := 0, 0
	for i := range plan {
		switch d := &plan[i]; d.State {
		case schedule.Due:
			out = append(out, l.Worded(d.Label)+Between+l.ExamWhen(d))
		case schedule.Overdue:
			late++
		}
	}
	for i := range entries {
		if schedule.FollowUpMissing(&entries[i]) {
			unsaid++
		}
	}
	if late > 0 {
		out = append(out, l.Plural(late, ExamsLateOne, ExamsLateMany))
	}
	if unsaid > 0 {
		out = append(out, l.Plural(unsaid, ExamUnsaidOne, ExamUnsaidMany))
	}
	return out
}

// ExamFacts says what belongs to an examination: its certificate, the visit at
// school.
func (l Language) ExamFacts(e *schedule.Exam) (out []string) {
	if e.Certificate != "" {
		out = append(out, l.capital(l.Say(examCertificate, e.Certificate)))
	}
	if e.School != nil {
		out = append(out, l.capital(l.Say(examSchool, l.Worded(*e.School))))
	}
	return out
}

// ExamOutcome says what an entry tells of an examination or a screening: where and
// by whom, what was found, decided, and what came of it, a line each.
func (l Language) ExamOutcome(t *profile.Table, e *record.Entry) (out []string) {
	k := t.Kind(e.Kind)
	value := func(name record.Field) string {
		f := k.Field(name)
		if f == nil {
			return ""
		}
		return l.FieldValue(t, e, *f)
	}
	var where []string
	for _, name := range []record.Field{record.FieldType, record.FieldLocation, record.FieldPerformer} {
		if v := value(name); v != "" && !(e.Kind == schedule.ScreeningKind && name == record.FieldType) {
			where = append(where, v)
		}
	}
	if len(where) > 0 {
		out = append(out, l.capital(strings.Join(where, ", ")))
	}
	result := value(record.FieldValue)
	if words := value(record.FieldReaction); words != "" && result != "" {
		result = l.Say(examAnd, result, words)
	} else if words != "" {
		result = words
	}
	if result != "" {
		out = append(out, l.capital(result))
	}
	for _, name := range []record.Field{record.FieldMethod, record.FieldSeverity} {
		if v := value(name); v != "" {
			f := k.Field(name)
			out = append(out, l.Say(examAnd, l.Label(f.LabelFR, f.LabelEN), v))
		}
	}
	return out
}

// ScreeningTitle is a screening with the date and the age at which it was made.
func (l Language) ScreeningTitle(t *profile.Table, p record.Patient, e *record.Entry) string {
	title := l.EntryTitle(t, e) + Between + l.Day(e.Start)
	birth, err := time.Parse(time.DateOnly, p.Birth)
	on, known := time.Parse(time.DateOnly, e.Start)
	if err != nil || known != nil || on.Before(birth) {
		return title // a month or a year says no age
	}
	return title + ", " + l.Say(AtAge, l.Age(birth, on))
}

// ExamSources says which editions a plan is taken from, and their sources.
func (l Language) ExamSources(plan []schedule.Dated) (out []string) {
	var said []*schedule.Edition
	var sources []string
	for i := range plan {
		e := plan[i].Edition
		if slices.Contains(said, e) {
			continue
		}
		said = append(said, e)
		list := l.Say(ExamsTitle)
		if !e.Mandatory {
			list = l.Say(CheckUpsTitle)
		}
		out = append(out, l.Say(ExamsSource, strings.ToLower(list), e.Edition.Edition, l.Day(e.Date)))
		for _, source := range e.Sources {
			if !slices.Contains(sources, source) {
				sources = append(sources, source)
			}
		}
	}
	if len(sources) > 0 {
		out = append(out, l.Say(sourcesAre, strings.Join(sources, " ")))
	}
	return out
}

// NextExam is the one that a person has next: the first that is due, else the last
// that is overdue and has none after it that took place, else the first to come;
// nil for none.
func NextExam(plan []schedule.Dated) *schedule.Dated {
	var late, next *schedule.Dated
	for i := range plan {
		switch d := &plan[i]; d.State {
		case schedule.Due:
			return d
		case schedule.Overdue:
			late = d
		case schedule.Done:
			late = nil
		case schedule.Upcoming:
			if next == nil {
				next = d
			}
		}
	}
	if late != nil {
		return late
	}
	return next
}

// Screenings are the screenings of a profile that are not in the bin, in the order
// of the entries.
func Screenings(entries []record.Entry) (out []record.Entry) {
	for _, e := range entries {
		if e.Kind == schedule.ScreeningKind && e.RemovedAt == 0 {
			out = append(out, e)
		}
	}
	return out
}

// OtherExams are the examinations of a profile that a plan does not show.
func OtherExams(entries []record.Entry, plan []schedule.Dated) (out []record.Entry) {
	for _, e := range entries {
		shown := slices.ContainsFunc(plan, func(d schedule.Dated) bool { return d.Entry.ID == e.ID })
		if e.Kind == schedule.ExamKind && e.RemovedAt == 0 && !shown {
			out = append(out, e)
		}
	}
	return out
}

// Visit is what the sheet is made of that prepares an examination.
type Visit struct {
	Patient record.Patient
	Entries []record.Entry  // of the patient
	Exam    *schedule.Dated // nil for a visit that no list asks for
	Growth  *Growth
	Kinds   *profile.Table
	Printed time.Time
}

// Sheet is the visit on paper.
func (v *Visit) Sheet(l Language) *sheet.Sheet {
	rows := sheet.Rows{{Label: l.Say(emergencyName), Value: v.Patient.Name}, {Label: l.Say(emergencyBirth), Value: l.Day(v.Patient.Birth)}}
	if birth, err := time.Parse(time.DateOnly, v.Patient.Birth); err == nil {
		rows = append(rows, sheet.Row{Label: l.Say(visitAge), Value: l.Age(birth, v.Printed)})
	}
	blocks := []sheet.Block{rows}
	for _, part := range v.Parts(l) {
		blocks = append(blocks, sheet.Heading(part.Title), sheet.Items{Lines: part.Lines})
	}
	blocks = append(blocks, sheet.Heading(l.Say(visitAsk)), sheet.Line(""), sheet.Line(""), sheet.Line(""),
		sheet.Heading(l.Say(visitAnswers)), sheet.Line(l.Say(visitFound)), sheet.Line(""), sheet.Line(l.Say(visitDecided)), sheet.Line(""))
	if v.Exam != nil {
		for _, source := range l.ExamSources([]schedule.Dated{*v.Exam}) {
			blocks = append(blocks, sheet.Paragraph(source))
		}
	}
	blocks = append(blocks, sheet.Paragraph(l.Say(visitPrinted, l.Date(v.Printed))), sheet.Paragraph(l.Say(ExamsInform)))
	return &sheet.Sheet{Title: l.Say(VisitTitle), Language: l.Tag(), Blocks: blocks, Footer: l.Say(Independence), Created: v.Printed}
}

// Parts are what the sheet says, in the order of a visit.
func (v *Visit) Parts(l Language) []SheetPart {
	var parts []SheetPart
	if d := v.Exam; d != nil {
		lines := append([]string{l.Worded(d.Wording), l.ExamSaid(d)}, l.ExamFacts(d.Exam)...)
		var looks []string
		for _, b := range slices.Concat(d.Edition.LooksAt, d.Also) {
			looks = append(looks, l.Worded(b))
		}
		parts = append(parts, SheetPart{l.Worded(d.Label), lines}, SheetPart{l.Say(visitLooks), looks})
	} else {
		parts = append(parts, SheetPart{l.Say(visitNone), []string{l.Say(ExamsNone)}})
	}
	parts = append(parts, SheetPart{l.Say(visitMeasures), orElse(v.latest(l), l.Say(visitNoValue))})
	if open := v.open(l); len(open) > 0 {
		parts = append(parts, SheetPart{l.Say(visitOpen), open})
	}
	return append(parts, SheetPart{l.Say(visitVaccines), append(orElse(v.doses(l), l.Say(visitNoDoses)), l.Say(visitCompare))})
}

func orElse(lines []string, none string) []string {
	if len(lines) == 0 {
		return []string{none}
	}
	return lines
}

// latest are the last values of each measure.
func (v *Visit) latest(l Language) (out []string) {
	seen := map[growth.Measure]bool{}
	for _, p := range slices.Backward(v.Growth.Points) {
		if !seen[p.Measure] {
			seen[p.Measure] = true
			out = append(out, l.Say(examAnd, l.Day(p.On), v.Growth.Point(l, p)))
		}
	}
	slices.Reverse(out)
	return out
}

// open are the findings of which nobody said what came.
func (v *Visit) open(l Language) (out []string) {
	for i := range v.Entries {
		e := &v.Entries[i]
		if schedule.FollowUpMissing(e) {
			out = append(out, l.Say(examAnd, l.EntryTitle(v.Kinds, e)+", "+l.Day(e.Start), strings.Join(l.ExamOutcome(v.Kinds, e), "; ")))
		}
	}
	return out
}

// doses are the vaccinations recorded, oldest first.
func (v *Visit) doses(l Language) (out []string) {
	for i := range slices.Backward(v.Entries) {
		e := &v.Entries[i]
		if e.Kind == "immunization" && e.RemovedAt == 0 {
			line := l.EntryTitle(v.Kinds, e)
			if e.Start != "" {
				line = l.Say(examAnd, l.Day(e.Start), line)
			}
			out = append(out, line)
		}
	}
	return out
}

// AdviceParts are the advice for an age and the programmes, with the source of
// each sentence.
func (l Language) AdviceParts(age *schedule.Age, programmes []*schedule.Age) (out []SheetPart) {
	ages := programmes
	if age != nil {
		ages = append([]*schedule.Age{age}, programmes...)
	}
	for _, x := range ages {
		part := SheetPart{Title: l.Worded(x.Label)}
		for _, hint := range x.Items {
			part.Lines = append(part.Lines, l.Say(adviceSource, l.Worded(hint.Bilingual), hint.Source))
		}
		out = append(out, part)
	}
	return out
}

// AdviceSheet is the advice on paper.
func (l Language) AdviceSheet(a *schedule.Advice, age *schedule.Age, programmes []*schedule.Age, printed time.Time) *sheet.Sheet {
	var blocks []sheet.Block
	for _, part := range l.AdviceParts(age, programmes) {
		blocks = append(blocks, sheet.Heading(part.Title), sheet.Items{Lines: part.Lines})
	}
	for _, line := range l.AdviceSources(a) {
		blocks = append(blocks, sheet.Paragraph(line))
	}
	return &sheet.Sheet{Title: l.Say(AdviceTitle), Language: l.Tag(), Blocks: append(blocks, sheet.Paragraph(l.Say(ExamsInform))), Footer: l.Say(Independence), Created: printed}
}

// AdviceSources says the edition of the advice and its sources.
func (l Language) AdviceSources(a *schedule.Advice) []string {
	return []string{
		l.Say(ExamsSource, strings.ToLower(l.Say(AdviceTitle)), a.Edition.Edition, l.Day(a.Date)),
		l.Say(sourcesAre, strings.Join(a.Sources, " ")),
	}
}
