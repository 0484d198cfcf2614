package vaccines

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// The forms, for the day the vault is locked.
const (
	updateForm = "vaccine"
	copyForm   = "vaccines"
)

// fewLines is how many lines the page of the booklet begins with, which all have
// room at once.
const fewLines = 4

// line asks for a dose: its day and its vaccine.
type line struct {
	v          *Vaccines
	date, name *kit.Field
	against    *kit.Text // the diseases, as they are understood
	shown      fyne.CanvasObject
}

// newLine makes a line; number is that of a page with several, 0 for one alone.
func (v *Vaccines) newLine(number int, date, name string) *line {
	s := v.s
	ofDate, ofName := kit.FieldOptions{Value: date}, kit.FieldOptions{Value: name}
	dateLabel, nameLabel := s.Say(text.VaccineDateN, number), s.Say(text.VaccineNameN, number)
	if number == 0 {
		dateLabel, nameLabel = s.Say(text.VaccineDate), s.Say(text.VaccineName)
		ofDate.Hint, ofName.Hint = s.Say(text.PartialHint), s.Say(text.VaccineNameHint)
	}
	l := &line{v: v, date: kit.NewField(dateLabel, ofDate), name: kit.NewField(nameLabel, ofName), against: kit.NewText("", kit.Caption)}
	said := kit.Indent(l.against)
	said.Hide()
	l.name.Entry.OnChanged = func(string) {
		l.against.Set(l.understood())
		if shown := l.against.String() != ""; shown == said.Hidden {
			said.Hidden = !shown
			s.Stage.Settle()
		}
	}
	l.name.Entry.OnChanged(name)
	l.shown = kit.Column(0, v.beside(l.date, l.name), said)
	return l
}

// beside puts two fields in one row where there is room for it.
func (v *Vaccines) beside(a, b fyne.CanvasObject) fyne.CanvasObject {
	if v.s.Stage.Width() == kit.Narrow {
		return kit.Column(0, a, b)
	}
	return container.NewGridWithColumns(2, a, b)
}

// understood says against what the vaccine is, or that nobody knows.
func (l *line) understood() string {
	if strings.TrimSpace(l.name.Text()) == "" {
		return ""
	}
	if found := l.v.read.Calendar.Recognise(l.name.Text()); found != nil {
		return l.v.s.Say(text.VaccineAgainst, l.v.read.Against(l.v.s.Language, found))
	}
	return l.v.s.Say(text.VaccineUnclear)
}

func (l *line) empty() bool {
	return strings.TrimSpace(l.date.Text()) == "" && strings.TrimSpace(l.name.Text()) == ""
}

// dose is what the line says; it shows what is wrong, and ok is false then.
func (l *line) dose() (e record.Entry, ok bool) {
	s := l.v.s
	l.date.SetError("")
	l.name.SetError("")
	e = record.Entry{Kind: schedule.Vaccination, Patient: l.v.read.Patient.ID, Text: strings.TrimSpace(l.name.Text()), Status: "completed"}
	if found := l.v.read.Calendar.Recognise(e.Text); found != nil {
		e.Type = found.Code
	}
	day, dated := text.ParsePartialDay(l.date.Text())
	if e.Text == "" {
		l.name.SetError(s.Say(text.VaccineFilled))
		return e, false
	}
	if !dated || day == "" {
		l.date.SetError(s.Say(text.BirthWrong))
		return e, false
	}
	e.Start = day
	if err := s.Kinds.Check(&e, s.Now().Format(time.DateOnly)); err != nil {
		said, _ := text.Explain(err)
		l.date.SetError(s.Say(said.What) + " " + s.Say(said.Do))
		return e, false
	}
	return e, true
}

// Update asks for a vaccine that was just given.
func (v *Vaccines) Update() { v.when(func() { v.ask(nil) }) }

// ask shows the short form; words are what stood in it, nil for a new one.
func (v *Vaccines) ask(words map[string]string) {
	s := v.s
	date := s.WriteDay(s.Now().Format(time.DateOnly))
	if words != nil {
		date = words["date"]
	}
	l := v.newLine(0, date, words["name"])
	k := s.Kinds.Kind(schedule.Vaccination)
	field := func(name record.Field) *kit.Field {
		f := k.Field(name)
		return kit.NewField(s.Label(f.LabelFR, f.LabelEN), kit.FieldOptions{Value: words[string(name)]})
	}
	lot, by := field(record.FieldCode), field(record.FieldPerformer)
	done := k.Field(record.FieldStatus)
	why := k.Field(record.FieldSeverity)
	labels := []string{s.Label(done.Values[0].LabelFR, done.Values[0].LabelEN)}
	for _, reason := range why.Values {
		labels = append(labels, s.Label(done.Values[1].LabelFR, done.Values[1].LabelEN)+text.Between+s.Label(reason.LabelFR, reason.LabelEN))
	}
	chosen, _ := strconv.Atoi(words["done"]) // "" is the first
	state := kit.NewSegments(s.Label(done.LabelFR, done.LabelEN), labels, min(max(chosen, 0), len(labels)-1), nil)
	s.Open(updateForm, func() map[string]string {
		return map[string]string{
			"patient": v.read.Patient.ID.String(), "date": l.date.Text(), "name": l.name.Text(), "done": strconv.Itoa(state.Chosen),
			string(record.FieldCode): lot.Text(), string(record.FieldPerformer): by.Text(),
		}
	})
	var sheet *kit.Sheet
	save := func() {
		e, ok := l.dose()
		if !ok {
			return
		}
		e.Code, e.Performer = strings.TrimSpace(lot.Text()), strings.TrimSpace(by.Text())
		if state.Chosen > 0 {
			e.Status, e.Severity = done.Values[1].Code, why.Values[state.Chosen-1].Code
		}
		s.Shut(updateForm)
		sheet.Close()
		s.Act(session.AddingEntry(s.Vault, s.Say(text.VaccineAdded), e), v.Enter)
	}
	l.date.Entry.OnEnter = func() { s.Stage.Focus(l.name.Entry) }
	for _, f := range []*kit.Field{l.name, lot, by} {
		f.Entry.OnEnter = save
	}
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.VaccineUpdateNew),
		Content: kit.Column(0, l.shown, v.beside(lot, by),
			kit.Indent(kit.NewText(s.Label(done.LabelFR, done.LabelEN), kit.Strong)), state),
		Focus: l.name.Entry,
		Actions: []*kit.Button{
			kit.NewButton(s.Say(text.Keep), theme.ConfirmIcon(), kit.Primary, save),
			kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
		OnCancel: func() { s.Shut(updateForm) },
	})
}

// Copy asks for the doses of a page of the paper booklet.
func (v *Vaccines) Copy() { v.when(func() { v.copyPage(nil) }) }

// copyPage shows the page; words are what stood in it, nil for an empty one.
func (v *Vaccines) copyPage(words map[string]string) {
	s := v.s
	var lines []*line
	page := kit.Column(0)
	var save, more func()
	add := func() *line {
		n := strconv.Itoa(len(lines))
		l := v.newLine(len(lines)+1, words["date-"+n], words["name-"+n])
		at := len(lines)
		lines = append(lines, l)
		page.Add(l.shown)
		l.date.Entry.OnEnter = func() {
			if l.empty() {
				save()
				return
			}
			s.Stage.Focus(l.name.Entry)
		}
		l.name.Entry.OnEnter = func() {
			if at+1 == len(lines) {
				more()
				return
			}
			s.Stage.Focus(lines[at+1].date.Entry)
		}
		return l
	}
	more = func() {
		l := add()
		s.Stage.Settle()
		s.Stage.Focus(l.date.Entry)
	}
	for len(lines) < fewLines || words["date-"+strconv.Itoa(len(lines))]+words["name-"+strconv.Itoa(len(lines))] != "" {
		add()
	}
	s.Open(copyForm, func() map[string]string {
		kept := map[string]string{"patient": v.read.Patient.ID.String()}
		for i, l := range lines {
			kept["date-"+strconv.Itoa(i)], kept["name-"+strconv.Itoa(i)] = l.date.Text(), l.name.Text()
		}
		return kept
	})
	var sheet *kit.Sheet
	save = func() {
		var doses []record.Entry
		for _, l := range lines {
			if l.empty() {
				continue
			}
			e, ok := l.dose()
			if !ok {
				return
			}
			doses = append(doses, e)
		}
		if len(doses) == 0 {
			lines[0].date.SetError(s.Say(text.VaccineNothing))
			return
		}
		s.Shut(copyForm)
		sheet.Close()
		s.Act(session.AddingEntries(s.Vault, s.Plural(len(doses), text.VaccineAddedOne, text.VaccinesAdded), doses...), v.Enter)
	}
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.VaccineCopy), Wide: true,
		Content: kit.Column(0, kit.Indent(kit.NewText(s.Say(text.VaccineHowTo), kit.Quiet)), page,
			kit.NewButton(s.Say(text.VaccineMoreLine), theme.ContentAddIcon(), kit.Plain, more)),
		Focus: lines[0].date.Entry,
		Actions: []*kit.Button{
			kit.NewButton(s.Say(text.Keep), theme.ConfirmIcon(), kit.Primary, save),
			kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
		OnCancel: func() { s.Shut(copyForm) },
	})
}

// Restore opens a form again with what stood in it when the vault was locked.
func (v *Vaccines) Restore(form string, words map[string]string) {
	if patient, err := record.ParseID(words["patient"]); err != nil || patient != v.s.Person().ID {
		return
	}
	switch form {
	case updateForm:
		v.when(func() { v.ask(words) })
	case copyForm:
		v.when(func() { v.copyPage(words) })
	}
}

// open shows what is noted of a dose, to correct it or to put it in the bin.
func (v *Vaccines) open(e record.Entry) {
	s := v.s
	rows := []fyne.CanvasObject{kit.NewText(s.EntryTitle(s.Kinds, &e), kit.Strong)}
	for _, f := range s.EntryFields(s.Kinds, &e) {
		rows = append(rows, kit.NewText(s.Say(text.ChangedTo, f.Label, f.Value), kit.Body))
	}
	var sheet *kit.Sheet
	button := func(label text.Message, icon fyne.Resource, weight kit.Weight, do func()) *kit.Button {
		return kit.NewButton(s.Say(label), icon, weight, func() {
			sheet.Close()
			do()
		})
	}
	edit := button(text.EditDetails, theme.DocumentCreateIcon(), kit.Primary, func() { session.EntryForm(s, e, nil, v.Enter) })
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.VaccinesTitle), Content: kit.Indent(kit.Column(0, rows...)), Focus: edit,
		Actions: []*kit.Button{
			edit,
			button(text.MoveToBin, theme.DeleteIcon(), kit.Plain, func() {
				s.Act(session.RemovingEntry(s.Vault, s.Say(text.EntryInBin), e), v.Enter)
			}),
			kit.NewButton(s.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
	})
}
