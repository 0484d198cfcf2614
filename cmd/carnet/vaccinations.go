package main

import (
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/schedule"
)

// calendarJSON is the edition by which vaccinations are told.
type calendarJSON struct {
	Title   string   `json:"title"`
	Edition string   `json:"edition"`
	Date    string   `json:"date"`
	Sources []string `json:"sources"`
}

// vaccinationsJSON is what scripts read of a person's vaccinations on a day.
type vaccinationsJSON struct {
	Calendar     calendarJSON      `json:"calendar"`
	On           string            `json:"on"`
	Vaccinations []vaccinationJSON `json:"vaccinations"`
	Unknown      []entryJSON       `json:"unknown"` // whose disease nobody can tell
	Independence string            `json:"independence"`
}

// vaccinationJSON is a dose that was given, or what comes next in a line. Days are
// YYYY-MM-DD, empty where there is none.
type vaccinationJSON struct {
	Line       string              `json:"line"`
	Title      string              `json:"title"`
	Diseases   []string            `json:"diseases"`
	State      schedule.State      `json:"state"`
	Series     string              `json:"series,omitempty"`
	Number     int                 `json:"number,omitempty"` // in its series; 0 beside it
	Obligation schedule.Obligation `json:"obligation,omitempty"`
	From       string              `json:"from,omitempty"` // of the window, the first day
	To         string              `json:"to,omitempty"`   // the last one
	CatchUp    bool                `json:"catchUp,omitempty"`
	CatchUpTo  string              `json:"catchUpTo,omitempty"`
	NotBefore  string              `json:"notBefore,omitempty"`
	Check      bool                `json:"check,omitempty"` // before the age or the interval of the calendar
	Reasons    []string            `json:"reasons"`
	Dose       *entryJSON          `json:"dose,omitempty"`
}

// isoDay writes a day, "" for none.
func isoDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func (a *app) vaccinationJSON(r *schedule.Recommendation) vaccinationJSON {
	out := vaccinationJSON{
		Line: r.Line.Code, Title: a.Label(r.Line.LabelFR, r.Line.LabelEN), Diseases: r.Line.Diseases, State: r.State, Number: r.Number,
		From: isoDay(r.From), To: isoDay(r.To), CatchUp: r.CatchUp, CatchUpTo: isoDay(r.CatchUpTo), NotBefore: isoDay(r.NotBefore), Check: r.Check,
		Reasons: append([]string{}, a.DoseReasons(r, a.WhyNotDone(a.tables.Kinds, r))...),
	}
	if r.Series != nil {
		out.Series, out.Obligation = r.Series.Code, r.Series.Status
	}
	if r.Dose != nil {
		dose := a.entryJSON(r.Dose.Entry)
		out.Dose = &dose
	}
	return out
}

// vaccinations are those of the person asked for, on a day.
func (a *app) vaccinations(v *vault.Vault, on time.Time) (*text.Vaccinations, error) {
	p, err := a.who(v)
	if err != nil {
		return nil, err
	}
	c, err := a.tables.Vaccines()
	if err != nil {
		return nil, err
	}
	entries, err := v.Entries(p.ID)
	if err != nil {
		return nil, err
	}
	return text.NewVaccinations(p, entries, c, on), nil
}

func (a *app) vaccinationsCommand() *cobra.Command {
	var on string
	c := a.verb(a.word(text.ChildVaccinations), 0, 0, func([]string) error {
		day := time.Now()
		if on != "" {
			var err error
			if day, err = time.Parse(time.DateOnly, on); err != nil {
				return a.usage(text.BadDay, on)
			}
		}
		return a.withVault(func(v *vault.Vault) error {
			x, err := a.vaccinations(v, day)
			if err != nil {
				return err
			}
			return a.give(a.vaccinationsJSON(x), func() { a.printVaccinations(x) })
		})
	})
	c.Flags().StringVar(&on, "on", "", a.Say(text.OptOn))
	return c
}

func (a *app) vaccinationsJSON(x *text.Vaccinations) vaccinationsJSON {
	c := x.Calendar
	out := vaccinationsJSON{
		Calendar: calendarJSON{a.Label(c.TitleFR, c.TitleEN), c.Edition.Edition, c.Date, c.Sources}, On: isoDay(x.On),
		Vaccinations: []vaccinationJSON{}, Unknown: []entryJSON{}, Independence: a.Say(text.Independence),
	}
	for i := range x.All {
		out.Vaccinations = append(out.Vaccinations, a.vaccinationJSON(&x.All[i]))
	}
	for _, d := range x.Unknown() {
		out.Unknown = append(out.Unknown, a.entryJSON(d.Entry))
	}
	return out
}

// printVaccinations lists them by disease, then by which calendar.
func (a *app) printVaccinations(x *text.Vaccinations) {
	if len(x.Doses) == 0 {
		a.tell(text.VaccinesEmpty)
	}
	for i := range x.Calendar.Lines {
		line := &x.Calendar.Lines[i]
		of := x.Of(line)
		if len(of) > 0 {
			a.tell(text.KindLine, a.Label(line.LabelFR, line.LabelEN))
		}
		for _, r := range of {
			a.tell(text.VaccineLine, a.DoseState(r.State), a.DoseTitle(r))
			for _, reason := range a.DoseReasons(r, a.WhyNotDone(a.tables.Kinds, r)) {
				a.tell(text.VaccineDetail, reason)
			}
		}
	}
	if unknown := x.Unknown(); len(unknown) > 0 {
		a.tell(text.VaccinesOther)
		for _, d := range unknown {
			a.tell(text.EntryLine, short(d.Entry.ID), d.Entry.Text, a.Day(d.Entry.Start))
		}
	}
	a.tell(text.KindLine, x.Edition(a.Language))
	for _, source := range x.Calendar.Sources {
		a.tell(text.VaccineDetail, source)
	}
	a.tell(text.VaccineLimits)
	a.tell(text.Independence)
}

func (a *app) schoolSheetCommand() *cobra.Command {
	var to string
	c := a.verb(a.word(text.SchoolSheetWord), 0, 0, func([]string) error {
		if err := a.need("to", to); err != nil {
			return err
		}
		return a.withVault(func(v *vault.Vault) error {
			x, err := a.vaccinations(v, time.Now())
			if err != nil {
				return err
			}
			if err := a.writeSheet(x.SchoolSheet(a.Language), to); err != nil {
				return err
			}
			return a.give(map[string]string{"path": to}, func() { a.tell(text.SchoolSheetSaved, to) })
		})
	})
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptTo))
	return c
}
