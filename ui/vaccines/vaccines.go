// Package vaccines is the section of the vaccinations of the person shown: what was
// given and what comes next, disease by disease, the forms that note doses, and
// the document for school.
package vaccines

import (
	"cmp"
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// Vaccines is the screen.
type Vaccines struct {
	s       *session.Session
	read    *text.Vaccinations // nil until it is read
	waiting func()             // what was asked for before that
	update  *kit.Button
	body    *fyne.Container
}

// New makes the screen.
func New(s *session.Session) *Vaccines { return &Vaccines{s: s} }

// Title says what the screen is for.
func (v *Vaccines) Title() string { return v.s.Say(text.VaccinesTitle) }

// Help says what can be done here.
func (v *Vaccines) Help() string { return v.s.Say(text.VaccinesHelp) }

// Leave is part of [session.Screen].
func (v *Vaccines) Leave() { v.body, v.waiting = nil, nil }

// Focus is the main button.
func (v *Vaccines) Focus() fyne.Focusable { return v.update }

// Enter reads the vaccinations of the person shown.
func (v *Vaccines) Enter() {
	v.read = nil
	p := v.s.Person()
	var read *text.Vaccinations
	v.s.Do(func(context.Context) error {
		if p.ID.IsZero() {
			return nil
		}
		c, err := v.s.Vaccines()
		if err != nil {
			return err
		}
		entries, err := v.s.Vault.Entries(p.ID)
		if err == nil {
			read = text.NewVaccinations(p, entries, c, v.s.Now())
		}
		return err
	}, func() {
		if p.ID != v.s.Person().ID {
			return
		}
		v.read = read
		v.fill()
		if then := v.waiting; then != nil && read != nil {
			v.waiting = nil
			then()
		}
	})
}

// when does something with what is read, as soon as it is.
func (v *Vaccines) when(do func()) {
	if v.read != nil {
		do()
		return
	}
	v.waiting = do
}

// Content is the screen.
func (v *Vaccines) Content(kit.Width) fyne.CanvasObject {
	s := v.s
	v.update = kit.NewButton(s.Say(text.VaccineUpdate), theme.ContentAddIcon(), kit.Primary, v.Update)
	v.body = kit.Column(0)
	v.fill()
	return kit.NewScroll(kit.Column(kit.ReadingWidth,
		kit.Indent(kit.NewText(v.Title(), kit.Heading)),
		kit.Indent(kit.NewText(s.Say(text.VaccinesOf, s.Named(s.Person())), kit.Quiet)),
		kit.Flow(
			v.update,
			kit.NewButton(s.Say(text.VaccineCopy), theme.DocumentCreateIcon(), kit.Plain, v.Copy),
			kit.NewButton(s.Say(text.SchoolSheet), theme.DocumentPrintIcon(), kit.Plain, v.School),
		),
		kit.Indent(kit.NewText(s.Say(text.CodesInVaccines), kit.Quiet)),
		v.body,
	))
}

// fill shows what was read.
func (v *Vaccines) fill() {
	switch {
	case v.body == nil:
		return
	case v.s.Person().ID.IsZero():
		v.body.Objects = []fyne.CanvasObject{kit.Empty(theme.AccountIcon(), v.s.Say(text.VaccinesNone))}
	case v.read != nil:
		v.body.Objects = v.rows()
	}
	v.body.Refresh()
	v.s.Stage.Settle()
}

// urgency is the order in which lines stand: what is to be done comes first.
var urgency = map[schedule.State]int{schedule.Overdue: 0, schedule.Due: 1, schedule.NotDone: 2, schedule.Upcoming: 3, schedule.Done: 4}

func (v *Vaccines) rows() (rows []fyne.CanvasObject) {
	s, x := v.s, v.read
	if len(x.Doses) == 0 {
		rows = append(rows, kit.Empty(kit.VaccineIcon, s.Say(text.VaccinesEmpty)))
	}
	type of struct {
		line *schedule.Line
		all  []*schedule.Recommendation
		rank int
	}
	var lines []of
	for i := range x.Calendar.Lines {
		o := of{line: &x.Calendar.Lines[i], rank: urgency[schedule.Done]}
		o.all = x.Of(o.line)
		for _, r := range o.all {
			o.rank = min(o.rank, urgency[r.State])
		}
		if len(o.all) > 0 {
			lines = append(lines, o)
		}
	}
	slices.SortStableFunc(lines, func(a, b of) int { return cmp.Compare(a.rank, b.rank) })
	for _, o := range lines {
		rows = append(rows, v.line(o.line, o.all))
	}
	if unknown := x.Unknown(); len(unknown) > 0 {
		part := []fyne.CanvasObject{
			kit.Indent(kit.NewText(s.Say(text.VaccinesOther), kit.Section)), kit.Indent(kit.NewText(s.Say(text.VaccineOtherWhy), kit.Quiet)),
		}
		for _, d := range unknown {
			part = append(part, v.entry(s.Day(d.Entry.Start)+text.Between+d.Entry.Text, d.Entry))
		}
		rows = append(rows, kit.Card(kit.Neutral, kit.Column(0, part...)))
	}
	return append(rows, v.about()...)
}

// line is what there is against some diseases: what comes next, then the doses,
// the last one first.
func (v *Vaccines) line(line *schedule.Line, all []*schedule.Recommendation) fyne.CanvasObject {
	s := v.s
	rows := []fyne.CanvasObject{kit.Indent(kit.NewText(s.Label(line.LabelFR, line.LabelEN), kit.Section))}
	for _, r := range all {
		if r.State != schedule.Done {
			rows = append(rows, kit.Indent(v.state(r)))
		}
	}
	for _, r := range slices.Backward(all) {
		if r.State != schedule.Done {
			continue
		}
		rows = append(rows, v.entry(s.DoseState(r.State)+text.Between+s.DoseTitle(r), r.Dose.Entry))
		for _, reason := range s.DoseReasons(r, "") {
			rows = append(rows, kit.Indent(kit.NewText(reason, kit.Caption)))
		}
	}
	return kit.Card(kit.Neutral, kit.Column(0, rows...))
}

// icon is a state as a picture; each has a form of its own, so that they differ
// without colour.
func icon(state schedule.State) (fyne.Resource, fyne.ThemeColorName) {
	switch state {
	case schedule.Done:
		return theme.ConfirmIcon(), theme.ColorNameSuccess
	case schedule.Due:
		return theme.WarningIcon(), theme.ColorNameWarning
	case schedule.Overdue:
		return theme.ErrorIcon(), theme.ColorNameError
	case schedule.NotDone:
		return theme.CancelIcon(), theme.ColorNameForeground
	}
	return theme.HistoryIcon(), kit.ColorInfo
}

// state is what comes next: an icon with a word, the window in plain dates, and
// why.
func (v *Vaccines) state(r *schedule.Recommendation) fyne.CanvasObject {
	s := v.s
	picture, color := icon(r.State)
	rows := []fyne.CanvasObject{
		kit.NewText(s.DoseState(r.State), kit.Strong.In(color)),
		kit.NewText(s.DoseTitle(r), kit.Body),
	}
	for _, reason := range s.DoseReasons(r, s.WhyNotDone(s.Kinds, r)) {
		rows = append(rows, kit.NewText(reason, kit.Caption))
	}
	return kit.Titled(kit.NewIcon(picture, color), kit.Column(0, rows...))
}

// entry is a line that opens what is noted of a dose.
func (v *Vaccines) entry(label string, e record.Entry) fyne.CanvasObject {
	picture, _ := icon(schedule.Done)
	if e.Status == "not-done" {
		picture, _ = icon(schedule.NotDone)
	}
	return kit.NewRow(label, picture, func() { v.open(e) })
}

// about is for whom else vaccines are, by which calendar, and what this is not.
func (v *Vaccines) about() (rows []fyne.CanvasObject) {
	s, c := v.s, v.read.Calendar
	situations := []fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(text.VaccineSituation), kit.Section))}
	for _, l := range c.Lines {
		if l.SituationFR != "" {
			situations = append(situations, kit.Indent(kit.NewText(s.Label(l.SituationFR, l.SituationEN), kit.Body)))
		}
	}
	sources := []fyne.CanvasObject{
		kit.Indent(kit.NewText(s.Say(text.VaccineSources), kit.Section)),
		kit.Indent(kit.NewText(s.Say(text.VaccineLimits), kit.Body)),
		kit.Indent(kit.NewText(v.read.Edition(s.Language), kit.Body)),
	}
	for _, source := range c.Sources {
		sources = append(sources, kit.Indent(kit.NewText(source, kit.Caption)))
	}
	sources = append(sources, kit.Indent(kit.NewText(s.Say(text.Independence), kit.Caption)))
	return []fyne.CanvasObject{kit.Card(kit.Neutral, kit.Column(0, situations...)), kit.Card(kit.Neutral, kit.Column(0, sources...))}
}

// School shows the document for school, to print or to save.
func (v *Vaccines) School() {
	v.when(func() {
		s, x := v.s, v.read
		rows := []fyne.CanvasObject{kit.NewText(x.Patient.Name, kit.Section), kit.NewText(x.SchoolHonest(s.Language), kit.Body)}
		for _, part := range x.SchoolParts(s.Language) {
			rows = append(rows, kit.NewText(part.Title, kit.Strong))
			for _, line := range part.Lines {
				rows = append(rows, kit.NewText(line, kit.Body))
			}
		}
		rows = append(rows, kit.NewText(x.SchoolEdition(s.Language), kit.Caption), kit.NewText(s.Say(text.Independence), kit.Caption))
		session.ShowPreview(s.Stage, s.Language, session.Preview{
			Title: s.Say(text.SchoolSheet), FileName: s.Say(text.SchoolFileName), Rows: rows, Sheet: x.SchoolSheet(s.Language),
		})
	})
}

// Print shows what is for paper here.
func (v *Vaccines) Print() { v.School() }
