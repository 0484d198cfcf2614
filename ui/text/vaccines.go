package text

import (
	"strings"
	"time"

	"carnet/vault/exchange/sheet"
	"carnet/vault/profile"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// Commands of the vaccinations.
var (
	ChildVaccinations = Word{FR: "vaccinations", EN: "vaccinations", Help: Message{"Les vaccinations d'un enfant ou d'un adulte, faites et à faire, selon le calendrier français", "The vaccinations of a child or an adult, done and to be done, by the French calendar"}}
	SchoolSheetWord   = Word{FR: "fiche-ecole", EN: "school-sheet", Help: Message{"Écrit le document pour l'école, avec les vaccinations seulement : .pdf, .html ou .txt", "Writes the document for school, with vaccinations alone: .pdf, .html or .txt"}}
	SchoolSheetSaved  = Message{"Document pour l'école enregistré : %s. Il est en clair.", "Document for school saved: %s. It is in clear."}

	VaccineLine     = Message{"  %s  %s", "  %s  %s"}
	VaccineDetail   = Message{"      %s", "      %s"}
	VaccineCalendar = Message{"%s, table %s du %s. Sources :", "%s, table %s of %s. Sources:"}
	VaccineLimits   = Message{"Ces dates sont celles du calendrier, à titre d'information. Le médecin, la sage-femme ou le pharmacien dit ce qui convient à chacun.", "These dates are those of the calendar, for information. The doctor, midwife or pharmacist says what is right for each person."}
)

// The screen of the vaccinations.
var (
	VaccinesTitle = Message{"Vaccinations", "Vaccinations"}
	VaccinesHelp  = Message{
		"Cette section montre les vaccins reçus, maladie par maladie, et ce que le calendrier français prévoit ensuite. « Mettre à jour » note un vaccin qui vient d'être fait. « Recopier le carnet papier » en note plusieurs à la suite, sans souris : la date, puis le vaccin, et la touche Entrée pour la ligne suivante. Appuyez sur une ligne pour corriger ce qui est noté. Quand une dose est en retard, Carnet ne calcule pas de date : le médecin décide.",
		"This section shows the vaccines received, disease by disease, and what the French calendar foresees next. \"Update\" notes a vaccine that was just given. \"Copy the paper booklet\" notes several in a row, without a mouse: the date, then the vaccine, and the Enter key for the next line. Press a line to correct what is noted. When a dose is late, Carnet computes no date: the doctor decides.",
	}
	VaccinesOf       = Message{"Vaccinations de %s", "Vaccinations of %s"}
	VaccinesNone     = Message{"Choisissez ou ajoutez un profil pour voir ses vaccinations.", "Choose or add a profile to see its vaccinations."}
	VaccinesEmpty    = Message{"Aucun vaccin n'est noté. Recopiez la page « Vaccinations » du carnet papier, ou photographiez-la : 2 minutes.", "No vaccine is noted. Copy the \"Vaccinations\" page of the paper booklet, or take a photograph of it: 2 minutes."}
	VaccineUpdate    = Message{"Mettre à jour", "Update"}
	VaccineUpdateNew = Message{"Mettre à jour les vaccinations", "Update the vaccinations"}
	VaccineCopy      = Message{"Recopier le carnet papier", "Copy the paper booklet"}
	VaccineAdded     = Message{"Vaccin noté", "Vaccine noted"}
	VaccineAddedOne  = Message{"%d vaccin noté", "%d vaccine noted"}
	VaccinesAdded    = Message{"%d vaccins notés", "%d vaccines noted"}
	VaccineDate      = Message{"Date", "Date"}
	VaccineName      = Message{"Vaccin", "Vaccine"}
	VaccineNameHint  = Message{"nom du produit, ou maladie", "name of the product, or disease"}
	VaccineDateN     = Message{"Date de la ligne %d", "Date of line %d"}
	VaccineNameN     = Message{"Vaccin de la ligne %d", "Vaccine of line %d"}
	VaccineAgainst   = Message{"Contre : %s", "Against: %s"}
	VaccineUnclear   = Message{"Ce nom n'est pas connu ici : le vaccin sera noté sans compter pour une maladie.", "This name is not known here: the vaccine will be noted and count for no disease."}
	VaccineHowTo     = Message{"Une ligne par vaccin : la date, Tab, le vaccin. Entrée passe à la ligne suivante, et garde tout sur une ligne vide. « hexa », « ROR », « Prevenar » ou « grippe » suffisent.", "One line for each vaccine: the date, Tab, the vaccine. Enter goes to the next line, and keeps everything on an empty line. \"hexa\", \"MMR\", \"Prevenar\" or \"flu\" are enough."}
	VaccineFilled    = Message{"Il manque la date ou le vaccin de cette ligne.", "The date or the vaccine of this line is missing."}
	VaccineNothing   = Message{"Aucune ligne n'est remplie.", "No line is filled in."}
	VaccineMoreLine  = Message{"Une ligne de plus", "One more line"}
	VaccinesOther    = Message{"Vaccins dont la maladie n'est pas reconnue", "Vaccines whose disease is not recognised"}
	VaccineOtherWhy  = Message{"Appuyez sur une ligne et choisissez « Contre quoi » pour qu'elle compte.", "Press a line and choose \"Against what\" so that it counts."}
	VaccineSituation = Message{"Selon la situation", "Depending on the situation"}
	VaccineSources   = Message{"Calendrier et sources", "Calendar and sources"}

	SchoolSheet     = Message{"Document pour l'école", "Document for school"}
	SchoolFileName  = Message{"document-ecole", "school-document"}
	schoolTitle     = Message{"Relevé de vaccinations pour l'école", "Statement of vaccinations for school"}
	schoolHonest    = Message{"Ce relevé est établi par la famille d'après son carnet. Ce n'est pas un certificat médical. Il ne contient que les vaccinations.", "This statement is made by the family from its record. It is not a medical certificate. It holds vaccinations alone."}
	schoolMandatory = Message{"Vaccinations obligatoires à cet âge et cette année de naissance", "Mandatory vaccinations for this age and year of birth"}
	schoolOther     = Message{"Autres vaccinations notées", "Other vaccinations noted"}
	schoolNothing   = Message{"aucune dose notée", "no dose noted"}
	schoolEdition   = Message{"%s, table %s du %s. Relevé fait le %s.", "%s, table %s of %s. Statement made on %s."}
	schoolSign      = Message{"Nom et signature du responsable :", "Name and signature of the guardian:"}
	schoolPerson    = Message{"Nom", "Name"}
	schoolBirth     = Message{"Naissance", "Birth"}
	schoolLot       = Message{"%s (lot %s)", "%s (lot %s)"}

	vaccineReminderOne  = Message{"%s : %d vaccination à voir", "%s: %d vaccination to see to"}
	vaccineReminderMany = Message{"%s : %d vaccinations à voir", "%s: %d vaccinations to see to"}
	VaccineReminders    = Message{"Vaccinations", "Vaccinations"}
)

var doseStates = map[schedule.State]Message{
	schedule.Done: {"fait", "done"}, schedule.Due: {"à faire", "due"}, schedule.Upcoming: {"à prévoir", "upcoming"},
	schedule.Overdue: {"dépassé", "overdue"}, schedule.NotDone: {"non fait", "not done"},
}

var obligations = map[schedule.Obligation]Message{
	schedule.Mandatory: {"Obligatoire : %s.", "Mandatory: %s."}, schedule.Recommended: {"Recommandé : %s.", "Recommended: %s."},
	schedule.Offered: {"Proposé : %s.", "Offered: %s."},
}

var (
	doseNumber    = Message{"dose %d", "dose %d"}
	doseWindow    = Message{"du %s au %s", "from %s to %s"}
	doseFrom      = Message{"à partir du %s", "from %s on"}
	doseCatchUp   = Message{"Rattrapage : voir le médecin.", "Catch-up: see the doctor."}
	doseCatchUpTo = Message{"Le calendrier permet le rattrapage jusqu'au %s.", "The calendar allows for catching up until %s."}
	doseNotBefore = Message{"Pas avant le %s, selon l'intervalle du calendrier.", "Not before %s, by the interval of the calendar."}
	doseCheck     = Message{"Faite avant l'âge ou l'intervalle du calendrier : le médecin dit si elle compte.", "Given before the age or the interval of the calendar: the doctor says whether it counts."}
	doseBeside    = Message{"En plus de ce que prévoit le calendrier.", "Beside what the calendar foresees."}
)

// DoseState is a state as people read it.
func (l Language) DoseState(s schedule.State) string { return l.Say(doseStates[s]) }

// Vaccinations are the vaccinations of a person on a day.
type Vaccinations struct {
	Patient  record.Patient
	Calendar *schedule.Calendar
	On       time.Time
	All      []schedule.Recommendation
	Doses    []schedule.Dose // all that is noted
}

// NewVaccinations reads the profile of a person.
func NewVaccinations(p record.Patient, entries []record.Entry, c *schedule.Calendar, on time.Time) *Vaccinations {
	doses := c.Doses(entries)
	return &Vaccinations{
		Patient: p, Calendar: c, On: on, Doses: doses,
		All: schedule.Dues(c, schedule.PatientOf(p, entries, on), doses, on),
	}
}

// Of lists what there is of a line.
func (v *Vaccinations) Of(line *schedule.Line) (out []*schedule.Recommendation) {
	for i := range v.All {
		if v.All[i].Line == line {
			out = append(out, &v.All[i])
		}
	}
	return out
}

// Unknown lists the vaccines whose disease nobody can tell.
func (v *Vaccinations) Unknown() (out []schedule.Dose) {
	for _, d := range v.Doses {
		if d.Vaccine == nil {
			out = append(out, d)
		}
	}
	return out
}

// toSee is how many vaccinations are due or overdue. A record in which nothing is
// noted of somebody over two years was not copied from paper yet: that is said
// where one copies it.
func (v *Vaccinations) toSee() (n int) {
	birth, err := time.Parse(time.DateOnly, v.Patient.Birth)
	if err != nil || len(v.Doses) == 0 && !v.On.Before(birth.AddDate(2, 0, 0)) {
		return 0
	}
	for i := range v.All {
		if r := &v.All[i]; r.Open() && r.Series.Status != schedule.Offered {
			n++
		}
	}
	return n
}

// Reminder says in a line that vaccinations are due, "" when none is.
func (v *Vaccinations) Reminder(l Language) string {
	switch n := v.toSee(); n {
	case 0:
		return ""
	case 1:
		return l.Say(vaccineReminderOne, v.Patient.Name, n)
	default:
		return l.Say(vaccineReminderMany, v.Patient.Name, n)
	}
}

// DoseTitle says what a dose is: the vaccine and its day when it was given, else
// which one of the calendar and when.
func (l Language) DoseTitle(r *schedule.Recommendation) string {
	if r.State == schedule.Done {
		return l.Day(r.Dose.Entry.Start) + Between + r.Dose.Entry.Text
	}
	parts := []string{l.capital(l.Label(r.Series.LabelFR, r.Series.LabelEN))}
	if len(r.Series.Doses) > 1 {
		parts = append(parts, l.Say(doseNumber, r.Number))
	}
	if window := l.DoseWindow(r); window != "" {
		parts = append(parts, window)
	}
	return strings.Join(parts, ", ")
}

// DoseWindow is when a dose should be given, "" when no day is given.
func (l Language) DoseWindow(r *schedule.Recommendation) string {
	switch {
	case r.From.IsZero():
		return ""
	case r.To.IsZero():
		return l.Say(doseFrom, l.Date(r.From))
	}
	return l.Say(doseWindow, l.Date(r.From), l.Date(r.To))
}

// DoseReasons says why: what the calendar says, and what speaks against its
// days; notDone names the reason of what was not done.
func (l Language) DoseReasons(r *schedule.Recommendation, notDone string) (out []string) {
	if r.State == schedule.Done {
		if r.Check {
			out = append(out, l.Say(doseCheck))
		} else if r.Number == 0 && r.Series != nil && r.Series.Kind == schedule.ByAge {
			out = append(out, l.Say(doseBeside))
		}
		return out
	}
	out = append(out, l.Say(obligations[r.Series.Status], l.Label(r.Series.AgeFR, r.Series.AgeEN)))
	if notDone != "" {
		out = append(out, l.capital(notDone)+".")
	}
	switch {
	case !r.CatchUp:
	case !r.CatchUpTo.IsZero():
		out = append(out, l.Say(doseCatchUpTo, l.Date(r.CatchUpTo)))
	default:
		out = append(out, l.Say(doseCatchUp))
	}
	if !r.NotBefore.IsZero() {
		out = append(out, l.Say(doseNotBefore, l.Date(r.NotBefore)))
	}
	if r.Series.NoteFR != "" {
		out = append(out, l.Label(r.Series.NoteFR, r.Series.NoteEN))
	}
	return out
}

// Edition names the calendar, its table and its date.
func (v *Vaccinations) Edition(l Language) string {
	return l.Say(VaccineCalendar, l.Label(v.Calendar.TitleFR, v.Calendar.TitleEN), v.Calendar.Edition.Edition, l.Day(v.Calendar.Date))
}

// Against lists the diseases of a vaccine.
func (v *Vaccinations) Against(l Language, vaccine *schedule.Vaccine) string {
	var out []string
	for _, code := range vaccine.Diseases {
		for _, d := range v.Calendar.Diseases {
			if d.Code == code {
				out = append(out, l.Label(d.LabelFR, d.LabelEN))
			}
		}
	}
	return strings.Join(out, ", ")
}

// SchoolParts are what the document for school says of vaccinations: those that
// are mandatory for the person, whether a dose is noted or not, and the others.
// What was refused, and why, is on no document.
func (v *Vaccinations) SchoolParts(l Language) []SheetPart {
	must := SheetPart{Title: l.Say(schoolMandatory)}
	other := SheetPart{Title: l.Say(schoolOther)}
	for i := range v.Calendar.Lines {
		line := &v.Calendar.Lines[i]
		var days []string
		for _, r := range v.Of(line) {
			if r.State == schedule.Done {
				day := l.Day(r.Dose.Entry.Start)
				if lot := r.Dose.Entry.Code; lot != "" {
					day = l.Say(schoolLot, day, lot)
				}
				days = append(days, day)
			}
		}
		name := l.Label(line.LabelFR, line.LabelEN)
		switch {
		case v.mandatory(line) && len(days) == 0:
			must.Lines = append(must.Lines, l.Say(ChangedTo, name, l.Say(schoolNothing)))
		case v.mandatory(line):
			must.Lines = append(must.Lines, l.Say(ChangedTo, name, strings.Join(days, ", ")))
		case len(days) > 0:
			other.Lines = append(other.Lines, l.Say(ChangedTo, name, strings.Join(days, ", ")))
		}
	}
	for _, d := range v.Unknown() {
		if !d.NotDone {
			other.Lines = append(other.Lines, l.Say(ChangedTo, d.Entry.Text, l.Day(d.Entry.Start)))
		}
	}
	var out []SheetPart
	for _, part := range []SheetPart{must, other} {
		if len(part.Lines) > 0 {
			out = append(out, part)
		}
	}
	return out
}

// mandatory reports whether a line is, for the age and the year of birth of the
// person.
func (v *Vaccinations) mandatory(line *schedule.Line) bool {
	birth, err := time.Parse(time.DateOnly, v.Patient.Birth)
	for i := range line.Series {
		s := &line.Series[i]
		if err == nil && s.Status == schedule.Mandatory && s.For(v.Patient.Birth) && (s.ListedUntil == 0 || v.On.Before(s.ListedUntil.After(birth))) {
			return true
		}
	}
	return false
}

// SchoolHonest says what the document for school is, and is not.
func (v *Vaccinations) SchoolHonest(l Language) string { return l.Say(schoolHonest) }

// SchoolEdition is by which calendar the document was made, and when.
func (v *Vaccinations) SchoolEdition(l Language) string {
	return l.Say(schoolEdition, l.Label(v.Calendar.TitleFR, v.Calendar.TitleEN), v.Calendar.Edition.Edition, l.Day(v.Calendar.Date), l.Date(v.On))
}

// SchoolSheet is the document for school, on paper.
func (v *Vaccinations) SchoolSheet(l Language) *sheet.Sheet {
	blocks := []sheet.Block{
		sheet.Rows{{Label: l.Say(schoolPerson), Value: v.Patient.Name}, {Label: l.Say(schoolBirth), Value: l.Day(v.Patient.Birth)}},
		sheet.Paragraph(v.SchoolHonest(l)),
	}
	for _, part := range v.SchoolParts(l) {
		blocks = append(blocks, sheet.Heading(part.Title), sheet.Items{Lines: part.Lines})
	}
	blocks = append(blocks, sheet.Paragraph(v.SchoolEdition(l)), sheet.Line(l.Say(schoolSign)))
	return &sheet.Sheet{Title: l.Say(schoolTitle), Language: l.Tag(), Blocks: blocks, Footer: l.Say(Independence), Created: v.On}
}

// WhyNotDone is the reason of a vaccination that was not done, "" for another one.
func (l Language) WhyNotDone(t *profile.Table, r *schedule.Recommendation) string {
	k := t.Kind(schedule.Vaccination)
	if r.State != schedule.NotDone || r.Dose == nil || k == nil {
		return ""
	}
	var parts []string
	for _, name := range []record.Field{record.FieldSeverity, record.FieldNote} {
		if f := k.Field(name); f != nil {
			if value := l.FieldValue(t, &r.Dose.Entry, *f); value != "" {
				parts = append(parts, value)
			}
		}
	}
	return strings.Join(parts, ", ")
}
