package child

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// examsPane is the examinations of a child, or the check-ups of an adult.
type examsPane struct {
	c    *Child
	list schedule.List

	exams   *schedule.Exams
	entries []record.Entry
	growth  *text.Growth
	plan    []schedule.Dated
}

func (x *examsPane) read(_ context.Context, p record.Patient) (func(), error) {
	now := x.c.s.Now()
	exams, err := x.c.s.Exams(x.list)
	if err != nil {
		return nil, err
	}
	reference, err := x.c.s.Growth()
	if err != nil {
		return nil, err
	}
	entries, err := x.c.s.Vault.Entries(p.ID)
	if err != nil {
		return nil, err
	}
	plan := exams.Plan(p, entries, now)
	grown := &text.Growth{Patient: p, Reference: reference, Points: reference.Points(p, entries, now), Printed: now}
	return func() { x.exams, x.entries, x.plan, x.growth = exams, entries, plan, grown }, nil
}

// stateFaces show how an examination stands: an icon and a colour, beside the word.
var stateFaces = map[schedule.State]struct {
	icon  func() fyne.Resource
	color fyne.ThemeColorName
}{
	schedule.Done:     {theme.ConfirmIcon, theme.ColorNameSuccess},
	schedule.Due:      {theme.InfoIcon, theme.ColorNamePrimary},
	schedule.Upcoming: {theme.HistoryIcon, theme.ColorNamePlaceHolder},
	schedule.Overdue:  {theme.WarningIcon, theme.ColorNameWarning},
	schedule.NotDone:  {theme.CancelIcon, theme.ColorNameError},
}

func (x *examsPane) rows() []fyne.CanvasObject {
	if x.exams == nil {
		return nil // not read yet
	}
	s := x.c.s
	rows := x.summary()
	rows = append(rows, kit.Stretch(
		kit.NewButton(s.Say(text.ExamRecord), theme.ContentAddIcon(), kit.Primary, x.choose),
		kit.NewButton(s.Say(text.ScreeningRecord), theme.ContentAddIcon(), kit.Plain, func() { x.write(schedule.ScreeningKind, nil) }),
		kit.NewButton(s.Say(text.VisitPrepare), theme.DocumentPrintIcon(), kit.Plain, x.print),
	))
	part := -1
	var lines []fyne.CanvasObject
	flush := func() {
		if len(lines) > 0 {
			rows = append(rows, kit.Card(kit.Neutral, kit.Column(0, lines...)))
		}
	}
	for i := range x.plan {
		d := &x.plan[i]
		if d.Part != part {
			flush()
			part, lines = d.Part, []fyne.CanvasObject{kit.Indent(kit.NewText(s.Worded(d.Group.Label), kit.Section))}
		}
		lines = append(lines, x.line(d)...)
	}
	flush()
	rows = append(rows, x.recorded(text.ScreeningsTitle, text.ScreeningsNone, text.Screenings(x.entries)))
	if others := text.OtherExams(x.entries, x.plan); len(others) > 0 {
		rows = append(rows, x.recorded(text.OtherExamsTitle, text.Message{}, others))
	}
	var notes []fyne.CanvasObject
	if x.list == schedule.ChildExams {
		if n, e := len(x.plan), x.exams.Current(s.Now()); e != nil && n > e.Count() {
			notes = append(notes, kit.NewText(s.Say(text.ExamsMore, n), kit.Caption))
		}
		if first := x.exams.Editions[0]; x.c.s.Person().Birth < first.From {
			notes = append(notes, kit.NewText(s.Say(text.ExamsBefore), kit.Caption))
		}
	} else {
		notes = append(notes, kit.NewText(s.Say(text.AdultVaccines), kit.Body))
	}
	for _, source := range s.ExamSources(x.plan) {
		notes = append(notes, kit.NewText(source, kit.Caption))
	}
	return append(rows, kit.Card(kit.Neutral, kit.Column(0, append(notes, kit.NewText(s.Say(text.ExamsInform), kit.Caption))...)))
}

// summary says first what asks for something to be done.
func (x *examsPane) summary() []fyne.CanvasObject {
	s := x.c.s
	var due, late []*schedule.Dated
	for i := range x.plan {
		switch d := &x.plan[i]; d.State {
		case schedule.Due:
			due = append(due, d)
		case schedule.Overdue:
			late = append(late, d)
		}
	}
	var rows []fyne.CanvasObject
	if len(due) > 0 {
		var lines []string
		for _, d := range due {
			lines = append(lines, s.Worded(d.Label)+text.Between+s.ExamWhen(d))
		}
		rows = append(rows, kit.Notice(kit.Informing, s.Say(text.ExamNow), lines))
	}
	if n := len(late); n > 0 {
		lines := []string{s.Plural(n, text.ExamsLateOne, text.ExamsLateMany)}
		if n == 1 {
			lines = []string{s.Worded(late[0].Label) + text.Between + s.ExamWhen(late[0]), s.Say(text.ExamLateHow)}
		}
		rows = append(rows, kit.Notice(kit.Warning, s.Say(text.ExamsLate), lines))
	}
	if unsaid := s.ExamReminders(nil, x.entries); len(unsaid) > 0 {
		rows = append(rows, kit.Notice(kit.Warning, s.Say(text.FollowUpUnsaid), unsaid))
	}
	if next := text.NextExam(x.plan); len(rows) == 0 && next != nil {
		rows = append(rows, kit.Notice(kit.Succeeding, s.Say(text.ToDo), []string{s.Say(text.ExamsInOrder, s.Worded(next.Label), s.ExamWhen(next))}))
	} else if next == nil && len(x.plan) == 0 {
		rows = append(rows, kit.Empty(kit.ChildIcon, s.Say(text.ExamsNone)))
	}
	return rows
}

// line is an examination: a row that opens it, how it stands, and what came of it.
func (x *examsPane) line(d *schedule.Dated) []fyne.CanvasObject {
	s := x.c.s
	face := stateFaces[d.State]
	out := []fyne.CanvasObject{
		kit.NewRow(s.Worded(d.Label), theme.NavigateNextIcon(), func() { x.open(d) }),
		kit.Indent(kit.Titled(kit.NewIcon(face.icon(), face.color), kit.NewText(s.ExamSaid(d), kit.Body.In(face.color)))),
	}
	lines := s.ExamFacts(d.Exam)
	if d.Recorded() {
		lines = append(lines, s.ExamOutcome(s.Kinds, &d.Entry)...)
	}
	for _, said := range lines {
		out = append(out, kit.Indent(kit.NewText(said, kit.Quiet)))
	}
	return append(append(out, x.unsaid(&d.Entry)...), kit.Line())
}

// unsaid says of something that was found that nobody said what came of it.
func (x *examsPane) unsaid(e *record.Entry) []fyne.CanvasObject {
	if !schedule.FollowUpMissing(e) {
		return nil
	}
	return []fyne.CanvasObject{kit.Indent(kit.Titled(kit.NewIcon(theme.WarningIcon(), theme.ColorNameWarning), kit.NewText(x.c.s.Say(text.FollowUpUnsaid), kit.Strong.In(theme.ColorNameWarning))))}
}

// recorded lists entries that no list asks for, with the age at their date.
func (x *examsPane) recorded(title, none text.Message, entries []record.Entry) fyne.CanvasObject {
	s := x.c.s
	rows := []fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(title), kit.Section))}
	for _, e := range entries {
		rows = append(rows, kit.NewRow(s.ScreeningTitle(s.Kinds, s.Person(), &e), theme.NavigateNextIcon(), func() { x.show(e) }))
		for _, line := range s.ExamOutcome(s.Kinds, &e) {
			rows = append(rows, kit.Indent(kit.NewText(line, kit.Quiet)))
		}
		rows = append(rows, x.unsaid(&e)...)
	}
	if len(entries) == 0 {
		rows = append(rows, kit.Indent(kit.NewText(s.Say(none), kit.Quiet)))
	}
	return kit.Card(kit.Neutral, kit.Column(0, rows...))
}

// open shows what is recorded of an examination, or asks for it.
func (x *examsPane) open(d *schedule.Dated) {
	if d.Recorded() {
		x.show(d.Entry)
		return
	}
	x.write(schedule.ExamKind, d)
}

// write asks for a new entry; d is the examination that it is about, nil for
// another one.
func (x *examsPane) write(kind string, d *schedule.Dated) {
	e := record.Entry{Kind: kind, Patient: x.c.s.Person().ID}
	if d != nil {
		e.Status = schedule.Taken
		e.Text, e.Code, e.System = x.c.s.Worded(d.Label), d.ID, x.exams.System(d.Edition)
	}
	session.EntryForm(x.c.s, e, nil, x.c.Enter)
}

// choose asks which examination took place: those that are due or overdue first.
func (x *examsPane) choose() {
	s := x.c.s
	var sheet *kit.Sheet
	row := func(label string, d *schedule.Dated) fyne.CanvasObject {
		return kit.NewRow(label, theme.NavigateNextIcon(), func() {
			sheet.Close()
			x.write(schedule.ExamKind, d)
		})
	}
	var asked, coming []fyne.CanvasObject
	for i := range x.plan {
		d := &x.plan[i]
		label := s.Worded(d.Label) + text.Between + s.ExamState(d.State)
		switch d.State {
		case schedule.Due, schedule.Overdue:
			asked = append(asked, row(label, d))
		case schedule.Upcoming:
			coming = append(coming, row(label, d))
		}
	}
	rows := append(append(asked, row(s.Say(text.ExamAnother), nil)), coming...)
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.ExamWhich), Content: container.NewVBox(rows...), Focus: kit.FirstFocus(rows[0]),
		Actions: []*kit.Button{kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })},
	})
}

// show opens an entry: what it says, and what can be done with it.
func (x *examsPane) show(e record.Entry) {
	s := x.c.s
	rows := []fyne.CanvasObject{kit.NewText(s.EntryTitle(s.Kinds, &e), kit.Strong)}
	for _, f := range s.EntryFields(s.Kinds, &e) {
		rows = append(rows, kit.NewText(s.Say(text.ChangedTo, f.Label, f.Value), kit.Body))
	}
	var sheet *kit.Sheet
	edit := kit.NewButton(s.Say(text.EditDetails), theme.DocumentCreateIcon(), kit.Primary, func() {
		sheet.Close()
		session.EntryForm(s, e, nil, x.c.Enter)
	})
	bin := kit.NewButton(s.Say(text.MoveToBin), theme.DeleteIcon(), kit.Plain, func() {
		sheet.Close()
		s.Act(session.RemovingEntry(s.Vault, s.Say(text.EntryInBin), e), x.c.Enter)
	})
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Kind(s.Kinds.Kind(e.Kind)), Content: kit.Indent(kit.Column(0, append(rows, x.unsaid(&e)...)...)), Focus: edit,
		Actions: []*kit.Button{edit, bin, kit.NewButton(s.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })},
	})
}

// print shows the sheet that prepares the next examination.
func (x *examsPane) print() {
	if x.exams == nil {
		return
	}
	s := x.c.s
	visit := text.Visit{Patient: s.Person(), Entries: x.entries, Exam: text.NextExam(x.plan), Growth: x.growth, Kinds: s.Kinds, Printed: s.Now()}
	rows := []fyne.CanvasObject{kit.NewText(s.Named(s.Person()), kit.Section)}
	rows = append(rows, partRows(visit.Parts(s.Language))...)
	session.ShowPreview(s.Stage, s.Language, session.Preview{Title: s.Say(text.VisitTitle), FileName: s.Say(text.VisitFileName), Rows: rows, Sheet: visit.Sheet(s.Language)})
}

// partRows are the parts of a sheet as the screen shows them.
func partRows(parts []text.SheetPart) (rows []fyne.CanvasObject) {
	for _, part := range parts {
		rows = append(rows, kit.NewText(part.Title, kit.Strong))
		for _, line := range part.Lines {
			rows = append(rows, kit.NewText(line, kit.Body))
		}
	}
	return rows
}
