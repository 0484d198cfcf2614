package main

import (
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/growth"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// examJSON is an examination or a check-up of a person as scripts read it. From
// and To are days, both included.
type examJSON struct {
	ID              string         `json:"id"`
	Title           string         `json:"title"`
	Wording         string         `json:"wording"`
	State           schedule.State `json:"state"`
	From            string         `json:"from"`
	To              string         `json:"to"`
	Edition         string         `json:"edition"`
	Mandatory       bool           `json:"mandatory"`
	Certificate     string         `json:"certificate,omitempty"`
	School          string         `json:"school,omitempty"`
	FollowUpMissing bool           `json:"followUpMissing"`
	Entry           *entryJSON     `json:"entry"`
}

// screeningJSON is a screening, or an examination outside the list, with the age
// at its date: null where the date has no day.
type screeningJSON struct {
	Entry           entryJSON `json:"entry"`
	AgeDays         *int      `json:"ageDays"`
	FollowUpMissing bool      `json:"followUpMissing"`
}

// onDay gives a command the option --on; day is today without it.
func (a *app) onDay(c *cobra.Command) (day func() (time.Time, error)) {
	on := c.Flags().String("on", "", a.Say(text.OptOn))
	return func() (time.Time, error) {
		if *on == "" {
			return time.Now(), nil
		}
		d, err := time.Parse(time.DateOnly, *on)
		if err != nil {
			return d, a.usage(text.BadDay, *on)
		}
		return d, nil
	}
}

func (a *app) examsCommand(w text.Word, list schedule.List) *cobra.Command {
	var day func() (time.Time, error)
	c := a.verb(a.word(w), 0, 0, func([]string) error {
		on, err := day()
		if err != nil {
			return err
		}
		return a.withVault(func(v *vault.Vault) error { return a.exams(v, list, on) })
	})
	day = a.onDay(c)
	return c
}

// plan is a person's profile with the examinations of a list.
func (a *app) plan(v *vault.Vault, list schedule.List, on time.Time) (p record.Patient, entries []record.Entry, plan []schedule.Dated, err error) {
	if p, err = a.who(v); err != nil {
		return p, nil, nil, err
	}
	if list == schedule.ChildExams && p.Adult(on) {
		return p, nil, nil, a.refuse(text.ExamsOfChildren)
	}
	lists, err := a.tables.Exams(list)
	if err != nil {
		return p, nil, nil, err
	}
	entries, err = v.Entries(p.ID)
	return p, entries, lists.Plan(p, entries, on), err
}

func (a *app) exams(v *vault.Vault, list schedule.List, on time.Time) error {
	p, entries, plan, err := a.plan(v, list, on)
	if err != nil {
		return err
	}
	exams, screenings, others := []examJSON{}, []screeningJSON{}, []screeningJSON{}
	for i := range plan {
		exams = append(exams, a.examJSON(&plan[i]))
	}
	for _, e := range text.Screenings(entries) {
		screenings = append(screenings, a.screeningJSON(p, e))
	}
	unlisted := text.OtherExams(entries, plan)
	for _, e := range unlisted {
		others = append(others, a.screeningJSON(p, e))
	}
	return a.give(map[string]any{"list": list, "on": on.Format(time.DateOnly), "exams": exams, "screenings": screenings, "others": others}, func() {
		if len(plan) == 0 {
			a.tell(text.ExamsNone)
		}
		for i := range plan {
			a.printExam(&plan[i])
		}
		a.printOutcomes(p, text.OtherExamsTitle, unlisted)
		a.printOutcomes(p, text.ScreeningsTitle, text.Screenings(entries))
		for _, source := range a.ExamSources(plan) {
			a.tell(text.KindLine, source)
		}
		a.tell(text.ExamsInform)
	})
}

func (a *app) examJSON(d *schedule.Dated) examJSON {
	j := examJSON{
		ID: d.ID, Title: a.Worded(d.Label), Wording: a.Worded(d.Wording), State: d.State, From: d.First.Format(time.DateOnly), To: d.Last.Format(time.DateOnly),
		Edition: d.Edition.Edition.Edition, Mandatory: d.Edition.Mandatory, Certificate: d.Certificate, FollowUpMissing: schedule.FollowUpMissing(&d.Entry),
	}
	if d.School != nil {
		j.School = a.Worded(*d.School)
	}
	if d.Recorded() {
		e := a.entryJSON(d.Entry)
		j.Entry = &e
	}
	return j
}

func (a *app) screeningJSON(p record.Patient, e record.Entry) screeningJSON {
	j := screeningJSON{Entry: a.entryJSON(e), FollowUpMissing: schedule.FollowUpMissing(&e)}
	birth, err := time.Parse(time.DateOnly, p.Birth)
	on, vague := time.Parse(time.DateOnly, e.Start)
	if err == nil && vague == nil {
		days := int(growth.Age(birth, on))
		j.AgeDays = &days
	}
	return j
}

func (a *app) printExam(d *schedule.Dated) {
	a.tell(text.ExamLine, d.ID, a.Worded(d.Label)+text.Between+a.ExamWhen(d))
	lines := a.ExamFacts(d.Exam)
	if d.Recorded() {
		lines = append(lines, a.ExamOutcome(a.tables.Kinds, &d.Entry)...)
	}
	if schedule.FollowUpMissing(&d.Entry) {
		lines = append(lines, a.Say(text.FollowUpUnsaid))
	}
	for _, line := range lines {
		a.tell(text.ExamUnder, line)
	}
}

func (a *app) printOutcomes(p record.Patient, title text.Message, entries []record.Entry) {
	if len(entries) > 0 {
		a.tell(title)
	}
	for i := range entries {
		e := &entries[i]
		a.tell(text.ExamLine, short(e.ID), a.ScreeningTitle(a.tables.Kinds, p, e))
		for _, line := range a.ExamOutcome(a.tables.Kinds, e) {
			a.tell(text.ExamUnder, line)
		}
		if schedule.FollowUpMissing(e) {
			a.tell(text.ExamUnder, a.Say(text.FollowUpUnsaid))
		}
	}
}

// nameExam completes an entry that names an examination by its code: the list it is
// from, and its name in words when none were given.
func (a *app) nameExam(e *record.Entry) error {
	if e.Kind != schedule.ExamKind || e.Code == "" || e.System != "" {
		return nil
	}
	for _, list := range []schedule.List{schedule.ChildExams, schedule.CheckUps} {
		lists, err := a.tables.Exams(list)
		if err != nil {
			return err
		}
		edition, exam := lists.Find(e.Code)
		if exam == nil {
			continue
		}
		e.System = lists.System(edition)
		if e.Text == "" {
			e.Text = a.Worded(exam.Label)
		}
		return nil
	}
	return nil
}

func (a *app) visitCommand() *cobra.Command {
	var to string
	var day func() (time.Time, error)
	c := a.verb(a.word(text.ChildVisit), 0, 0, func([]string) error {
		if err := a.need("to", to); err != nil {
			return err
		}
		on, err := day()
		if err != nil {
			return err
		}
		return a.withVault(func(v *vault.Vault) error { return a.visit(v, on, to) })
	})
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptTo))
	day = a.onDay(c)
	return c
}

func (a *app) visit(v *vault.Vault, on time.Time, to string) error {
	p, entries, plan, err := a.plan(v, schedule.ChildExams, on)
	if err != nil {
		return err
	}
	g, err := a.growthOf(v, p, on)
	if err != nil {
		return err
	}
	visit := text.Visit{Patient: p, Entries: entries, Exam: text.NextExam(plan), Growth: g, Kinds: a.tables.Kinds, Printed: on}
	if err := a.writeSheet(visit.Sheet(a.Language), to); err != nil {
		return err
	}
	return a.give(map[string]string{"path": to}, func() { a.tell(text.VisitSaved, to) })
}

// adviceJSON is the advice for an age, or a programme, as scripts read it.
type adviceJSON struct {
	ID    string     `json:"id"`
	Title string     `json:"title"`
	Items []hintJSON `json:"items"`
}

type hintJSON struct {
	Text   string `json:"text"`
	Source string `json:"source"`
}

func (a *app) adviceCommand() *cobra.Command {
	var day func() (time.Time, error)
	c := a.verb(a.word(text.ChildAdvice), 0, 0, func([]string) error {
		on, err := day()
		if err != nil {
			return err
		}
		return a.withVault(func(v *vault.Vault) error { return a.advice(v, on) })
	})
	day = a.onDay(c)
	return c
}

func (a *app) advice(v *vault.Vault, on time.Time) error {
	p, err := a.who(v)
	if err != nil {
		return err
	}
	advice, err := a.tables.Advice()
	if err != nil {
		return err
	}
	age, programmes := advice.For(p, on)
	asJSON := func(x *schedule.Age) adviceJSON {
		out := adviceJSON{ID: x.ID, Title: a.Worded(x.Label), Items: []hintJSON{}}
		for _, hint := range x.Items {
			out.Items = append(out.Items, hintJSON{a.Worded(hint.Bilingual), advice.Source(hint)})
		}
		return out
	}
	var now *adviceJSON
	if age != nil {
		j := asJSON(age)
		now = &j
	}
	others := []adviceJSON{}
	for _, x := range programmes {
		others = append(others, asJSON(x))
	}
	return a.give(map[string]any{"edition": advice.Edition.Edition, "date": advice.Date, "sources": advice.Sources, "age": now, "programmes": others}, func() {
		if age == nil {
			a.tell(text.AdviceOfChildren)
			return
		}
		for _, part := range a.AdviceParts(age, programmes) {
			a.tell(text.KindLine, part.Title)
			for _, line := range part.Lines {
				a.tell(text.ExamUnder, line)
			}
		}
		for _, line := range a.AdviceSources(advice) {
			a.tell(text.KindLine, line)
		}
		a.tell(text.ExamsInform)
	})
}
