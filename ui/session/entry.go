package session

import (
	"context"
	"errors"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault/growth"
	"carnet/vault/profile"
	"carnet/vault/record"
)

const entryForm = "entry"

// input is one question of the form.
type input struct {
	field  profile.Field
	text   *kit.Field     // nil for a choice
	choice *kit.Segments  // nil for text
	codes  []string       // of the choice
	zone   *time.Location // of the time of a moment; nil where there is none
	kept   string         // what the entry says
	wrote  string         // the same as people read it
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
		switch {
		case typed == "":
			return "", true
		case typed == in.wrote: // by whatever clock
			return in.kept, true
		case in.zone != nil:
			return text.ParseMoment(typed, in.zone)
		}
		return text.ParsePartialDay(typed)
	case record.FieldValue, record.FieldValue2:
		return profile.Number(typed), true
	}
	return typed, true
}

// EntryForm asks for an entry of a profile and writes it: a new one, or the one
// that e.ID names. What people are not asked for stays as e has it. words are what
// stood in the form before, nil for what the entry says; done is called when the
// vault has changed. What is remarkable about an answer is said once, beside the
// question, and the answer kept all the same.
func EntryForm(s *Session, e record.Entry, words map[string]string, done func()) {
	if e.Kind != profile.Measurement || growth.Measure(e.Type).Unit() == "" {
		entryFormWith(s, e, words, done, func(record.Entry) string { return "" })
		return
	}
	var reference *growth.Reference
	var there []record.Entry
	s.Do(func(context.Context) (err error) {
		if reference, err = s.Growth(); err == nil {
			there, err = s.Vault.Entries(e.Patient)
		}
		return err
	}, func() {
		entryFormWith(s, e, words, done, func(after record.Entry) string {
			return MeasureDoubts(s, reference, there, after)[growth.Measure(after.Type)]
		})
	})
}

// entryFormWith is [EntryForm] with what says the doubts there are about a value.
func entryFormWith(s *Session, e record.Entry, words map[string]string, done func(), doubt func(record.Entry) string) {
	k := s.Kinds.Kind(e.Kind)
	o := s.Kinds.Observation(e.Type)
	var inputs []*input
	var rows []fyne.CanvasObject
	for _, f := range k.Fields {
		in := entryInput(s, &e, f, o, words)
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
	var sure record.Entry // that was doubted already
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
				failEntry(s, inputs, &profile.FieldError{Field: in.field.Name, Err: profile.ErrDate})
				return
			}
			*after.At(in.field.Name) = value
		}
		if err := s.Kinds.Check(&after, s.Now().Format(time.DateOnly)); err != nil {
			failEntry(s, inputs, err)
			return
		}
		if said := doubt(after); said != "" && after != sure {
			sure = after
			sayAt(inputs, record.FieldValue, said)
			return
		}
		if unlikely := s.Kinds.Unlikely(&after); len(unlikely) > 0 && after != sure {
			sure = after
			what := s.Say(text.SureNumber)
			if unlikely[0] == record.FieldCode {
				what = s.ProfessionalDoubt(after.Code) + " " + s.Say(text.NumberSure)
			}
			sayAt(inputs, unlikely[0], what)
			return
		}
		s.Shut(entryForm)
		sheet.Close()
		if e.ID.IsZero() {
			s.Act(AddingEntry(s.Vault, s.Say(text.EntryIsAdded), after), done)
		} else if after != e {
			s.Act(EditingEntry(s.Vault, s.Say(text.EntryIsEdited), e, after), done)
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

// restoreEntry opens the form again with what stood in it when the vault was
// locked; not for another person than the one shown.
func restoreEntry(s *Session, words map[string]string) {
	patient, err := record.ParseID(words["patient"])
	if err != nil || patient != s.Person().ID || s.Kinds.Kind(words["kind"]) == nil {
		return
	}
	e := record.Entry{Kind: words["kind"], Patient: patient, Type: words["type"], Unit: words["unit"], Code: words["code"], System: words["system"]}
	if id, err := record.ParseID(words["id"]); err == nil {
		if e, err = s.Vault.Entry(id); err != nil {
			return
		}
	}
	EntryForm(s, e, words, s.Redraw)
}

// formWords are what stands in the form, for the day the vault is locked.
func formWords(e record.Entry, inputs []*input) map[string]string {
	words := map[string]string{"kind": e.Kind, "patient": e.Patient.String(), "type": e.Type, "unit": e.Unit, "code": e.Code, "system": e.System}
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

// entryInput asks for one field; nil for what people are not asked, or where the
// measurement has no use for it.
func entryInput(s *Session, e *record.Entry, f profile.Field, o *profile.Observation, words map[string]string) *input {
	if f.Hidden {
		return nil
	}
	value, codes := *e.At(f.Name), f.Values
	planned := s.Kinds.Kind(e.Kind).Planned
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
		if planned {
			options.Hint = s.Say(text.MomentHint)
		}
	case record.FieldNote:
		options.Lines = 3
	}
	field := kit.NewField(label, options)
	in := &input{field: f, text: field, shown: field}
	if planned {
		in.zone = s.Now().Location()
	}
	if f.Name == record.FieldStart || f.Name == record.FieldEnd {
		in.kept = *e.At(f.Name)
		in.wrote = s.WriteDay(in.kept)
	}
	return in
}

// choiceInput asks for one of a list; where no answer is needed, « not said » is
// one.
func choiceInput(s *Session, f profile.Field, label string, list []profile.Code, value string) *input {
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

// failEntry says what is wrong beside the question it concerns.
func failEntry(s *Session, inputs []*input, err error) {
	e, _ := text.Explain(err)
	var at *profile.FieldError
	if !errors.As(err, &at) || !sayAt(inputs, at.Field, s.Say(e.What)+" "+s.Say(e.Do)) {
		s.Explain(err)
	}
}

// sayAt writes beside a question of text, and gives a choice the keyboard.
func sayAt(inputs []*input, f record.Field, what string) bool {
	for _, in := range inputs {
		if in.field.Name == f && in.text != nil {
			in.text.SetError(what)
			return true
		}
	}
	return false
}
