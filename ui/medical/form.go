package medical

import (
	"errors"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/profile"
	"carnet/vault/record"
)

const entryForm = "entry"

// input is one question of the form.
type input struct {
	field  profile.Field
	text   *kit.Field    // nil for a choice
	choice *kit.Segments // nil for text
	codes  []string      // of the choice
	shown  fyne.CanvasObject
}

// value is the answer as an entry keeps it; ok is false for a date that is none.
func (in *input) value() (value string, ok bool) {
	if in.choice != nil {
		if in.choice.Chosen < 0 {
			return "", true
		}
		return in.codes[in.choice.Chosen], true
	}
	typed := strings.TrimSpace(in.text.Text())
	switch in.field.Name {
	case record.FieldStart, record.FieldEnd:
		if typed == "" {
			return "", true
		}
		return text.ParsePartialDay(typed)
	case record.FieldValue, record.FieldValue2:
		return profile.Number(typed), true
	}
	return typed, true
}

// add begins an entry of a kind; a measurement asks first which.
func (m *Medical) add(k *profile.Kind) {
	e := record.Entry{Kind: k.Code, Patient: m.s.Person().ID}
	if k.Code != profile.Measurement {
		m.form(e, nil)
		return
	}
	var sheet *kit.Sheet
	var rows []fyne.CanvasObject
	for _, o := range m.s.Kinds.Observations {
		rows = append(rows, kit.NewRow(m.s.Label(o.LabelFR, o.LabelEN), theme.NavigateNextIcon(), func() {
			sheet.Close()
			e.Type, e.Unit = o.Code, o.Units[0].UCUM
			m.form(e, nil)
		}))
	}
	sheet = m.s.Stage.ShowSheet(kit.SheetOptions{
		Title: m.s.Say(text.ChooseMeasure), Content: container.NewVBox(rows...), Focus: kit.FirstFocus(rows[0]),
		Actions: []*kit.Button{kit.NewButton(m.s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })},
	})
}

// edit opens an entry in the form; one that says « none known » has nothing to
// edit but goes to the bin when something is added.
func (m *Medical) edit(e record.Entry, words map[string]string) {
	if e.Status == record.NoneKnown {
		m.add(m.s.Kinds.Kind(e.Kind))
		return
	}
	m.form(e, words)
}

// Restore opens the form again with what stood in it when the vault was locked.
func (m *Medical) Restore(form string, words map[string]string) {
	if session.RestoreForm(m.s, form, words) || form != entryForm || m.s.Kinds.Kind(words["kind"]) == nil {
		return
	}
	patient, err := record.ParseID(words["patient"])
	if err != nil || patient != m.s.Person().ID {
		return
	}
	e := record.Entry{Kind: words["kind"], Patient: patient, Type: words["type"], Unit: words["unit"]}
	if id, err := record.ParseID(words["id"]); err == nil {
		if e, err = m.s.Vault.Entry(id); err != nil {
			return
		}
	}
	m.form(e, words)
}

// form asks for an entry; words are what stood in it before, nil for what the
// entry says.
func (m *Medical) form(e record.Entry, words map[string]string) {
	s := m.s
	k := s.Kinds.Kind(e.Kind)
	o := s.Kinds.Observation(e.Type)
	var inputs []*input
	var rows []fyne.CanvasObject
	for _, f := range k.Fields {
		in := m.input(&e, f, o, words)
		if in != nil {
			inputs = append(inputs, in)
			rows = append(rows, in.shown)
		}
	}
	sources := []record.Source{record.SourcePerson, record.SourceDocument, record.SourceProfessional}
	source := kit.NewSegments(s.Say(text.SourceLabel), []string{s.Say(text.SourceMe), s.Say(text.SourceDoc), s.Say(text.SourcePro)}, 0, nil)
	for i, from := range sources {
		if from == e.Source {
			source.Chosen = i
		}
	}
	rows = append(rows, kit.Indent(kit.NewText(s.Say(text.SourceLabel), kit.Strong)), source)
	s.Open(entryForm, func() map[string]string { return formWords(e, inputs) })

	var sheet *kit.Sheet
	sure := false
	save := func() {
		after := e
		after.Source = sources[source.Chosen]
		for _, in := range inputs {
			if in.text != nil {
				in.text.SetError("")
			}
		}
		for _, in := range inputs {
			value, ok := in.value()
			if !ok {
				m.fail(inputs, &profile.FieldError{Field: in.field.Name, Err: profile.ErrDate})
				return
			}
			*after.At(in.field.Name) = value
		}
		if err := s.Kinds.Check(&after, s.Now().Format(time.DateOnly)); err != nil {
			m.fail(inputs, err)
			return
		}
		if unlikely := s.Kinds.Unlikely(&after); len(unlikely) > 0 && !sure {
			sure = true
			what := s.Say(text.SureNumber)
			if unlikely[0] == record.FieldCode {
				what = s.ProfessionalDoubt(after.Code) + " " + s.Say(text.NumberSure)
			}
			say(inputs, unlikely[0], what)
			return
		}
		s.Shut(entryForm)
		sheet.Close()
		if e.ID.IsZero() {
			m.write(text.EntryIsAdded, after)
		} else if after != e {
			m.change(e, after)
		}
	}
	for _, in := range inputs {
		if in.text != nil {
			in.text.Entry.OnEnter = save
		}
	}
	title := s.Kind(k)
	if o != nil {
		title = s.Label(o.LabelFR, o.LabelEN)
	}
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: title, Content: kit.Column(0, rows...), Focus: kit.FirstFocus(rows[0]),
		Actions: []*kit.Button{
			kit.NewButton(s.Say(text.Keep), theme.ConfirmIcon(), kit.Primary, save),
			kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
		OnCancel: func() { s.Shut(entryForm) },
	})
}

// formWords are what stands in the form, for the day the vault is locked.
func formWords(e record.Entry, inputs []*input) map[string]string {
	words := map[string]string{"kind": e.Kind, "patient": e.Patient.String(), "type": e.Type, "unit": e.Unit}
	if !e.ID.IsZero() {
		words["id"] = e.ID.String()
	}
	for _, in := range inputs {
		if in.text != nil {
			words["field-"+string(in.field.Name)] = in.text.Text()
		} else if in.choice.Chosen >= 0 {
			words["field-"+string(in.field.Name)] = in.codes[in.choice.Chosen]
		}
	}
	return words
}

// input asks for one field; nil where the measurement has no use for it.
func (m *Medical) input(e *record.Entry, f profile.Field, o *profile.Observation, words map[string]string) *input {
	s := m.s
	value, codes := *e.At(f.Name), f.Values
	label := s.Label(f.LabelFR, f.LabelEN)
	if e.Kind == profile.Measurement && o != nil {
		switch f.Name {
		case record.FieldType:
			return nil // chosen before
		case record.FieldValue2:
			if o.Second == nil {
				return nil
			}
			label = s.Label(o.Second.LabelFR, o.Second.LabelEN)
		case record.FieldUnit:
			if len(o.Units) == 1 {
				return nil
			}
			for _, u := range o.Units {
				codes = append(codes, profile.Code{Code: u.UCUM, LabelFR: u.Label, LabelEN: u.Label})
			}
			f.Required = true
		case record.FieldMethod:
			codes = o.Methods
		case record.FieldValue:
			label += " (" + o.Unit(e.Unit).Label + ")"
			if len(o.Units) > 1 {
				label = s.Label(f.LabelFR, f.LabelEN)
			}
		}
	}
	if kept, ok := words["field-"+string(f.Name)]; ok {
		value = kept
	} else if words == nil && (f.Name == record.FieldStart || f.Name == record.FieldEnd) {
		value = s.WriteDay(value)
	} else if f.Values == nil && (f.Name == record.FieldValue || f.Name == record.FieldValue2) {
		value = s.Number(value)
	}
	if codes != nil {
		return choiceInput(s, f, label, codes, value)
	}
	options := kit.FieldOptions{Value: value}
	switch f.Name {
	case record.FieldStart, record.FieldEnd:
		options.Hint = s.Say(text.PartialHint)
	case record.FieldNote:
		options.Lines = 3
	}
	field := kit.NewField(label, options)
	return &input{field: f, text: field, shown: field}
}

// choiceInput asks for one of a list; where no answer is needed, « not said » is
// one.
func choiceInput(s *session.Session, f profile.Field, label string, list []profile.Code, value string) *input {
	in := &input{field: f}
	var labels []string
	if !f.Required {
		in.codes, labels = []string{""}, []string{s.Say(text.NotSaid)}
	}
	for _, c := range list {
		in.codes, labels = append(in.codes, c.Code), append(labels, s.Label(c.LabelFR, c.LabelEN))
	}
	chosen := -1
	for i, code := range in.codes {
		if code == value {
			chosen = i
		}
	}
	in.choice = kit.NewSegments(label, labels, chosen, nil)
	in.shown = kit.Column(0, kit.Indent(kit.NewText(label, kit.Strong)), in.choice)
	return in
}

// fail says what is wrong beside the question it concerns.
func (m *Medical) fail(inputs []*input, err error) {
	e, _ := text.Explain(err)
	var at *profile.FieldError
	if !errors.As(err, &at) || !say(inputs, at.Field, m.s.Say(e.What)+" "+m.s.Say(e.Do)) {
		m.s.Explain(err)
	}
}

// say writes beside a question of text, and gives a choice the keyboard.
func say(inputs []*input, f record.Field, what string) bool {
	for _, in := range inputs {
		if in.field.Name == f && in.text != nil {
			in.text.SetError(what)
			return true
		}
	}
	return false
}
