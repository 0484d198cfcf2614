package session

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// Named is a person as the window names them: with their age.
func (s *Session) Named(p record.Patient) string {
	if p.ID.IsZero() {
		return s.Say(text.Nobody)
	}
	birth, err := time.Parse(time.DateOnly, p.Birth)
	if err != nil {
		return p.Name
	}
	return p.Name + ", " + s.Age(birth, s.Now())
}

// Guarded reports whether somebody of a patient's record is their guardian. It
// reads the vault.
func (s *Session) Guarded(patient record.ID) bool {
	members, err := s.Vault.Members(patient)
	return err == nil && slices.ContainsFunc(members, func(m record.Membership) bool { return m.Role == record.RoleGuardian })
}

// Initials are the first letters of a name, two at most.
func Initials(name string) string {
	var out []rune
	for _, word := range strings.Fields(name) {
		if len(out) < 2 {
			out = append(out, unicode.ToUpper([]rune(word)[0]))
		}
	}
	return string(out)
}

const personForm = "person"

// WhoIs reads the fields of a name and a date of birth, and says in them what is
// wrong; ok is false then.
func WhoIs(l text.Language, now time.Time, name, birth *kit.Field) (day string, ok bool) {
	name.SetError("")
	birth.SetError("")
	day, ok = text.ParseDay(birth.Text())
	switch {
	case strings.TrimSpace(name.Text()) == "":
		name.SetError(l.Say(text.NameMissing))
		return "", false
	case !ok || day > now.Format(time.DateOnly):
		birth.SetError(l.Say(text.BirthWrong))
		return "", false
	}
	return day, true
}

// AddPerson asks for another person and begins their record. words, which may be
// nil, are what stood in the form when the vault was locked.
func AddPerson(s *Session, words map[string]string) {
	name := kit.NewField(s.Say(text.NameLabel), kit.FieldOptions{Value: words["name"]})
	birth := kit.NewField(s.Say(text.BirthLabel), kit.FieldOptions{Hint: s.Say(text.BirthHint), Value: words["birth"]})
	name.Entry.OnEnter = func() { s.Stage.Focus(birth.Entry) }
	var sheet *kit.Sheet
	add := func() {
		day, ok := WhoIs(s.Language, s.Now(), name, birth)
		if !ok {
			return
		}
		var added record.Patient
		s.Do(func(ctx context.Context) (err error) {
			added, err = s.Vault.AddPatient(ctx, record.Patient{Name: strings.TrimSpace(name.Text()), Birth: day}, false)
			return err
		}, func() {
			s.Shut(personForm)
			sheet.Close()
			s.Show(added)
			s.Redraw()
			s.Tell(s.Say(text.PersonBegun, added.Name), nil)
		})
	}
	birth.Entry.OnEnter = add
	cancel := func() { s.Shut(personForm) }
	s.Open(personForm, func() map[string]string {
		return map[string]string{"name": name.Text(), "birth": birth.Text()}
	})
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title:   s.Say(text.AddPerson),
		Content: kit.Column(0, kit.Indent(kit.NewText(s.Say(text.AddPersonText), kit.Body)), name, birth),
		Actions: []*kit.Button{
			kit.NewButton(s.Say(text.AddPerson), theme.ConfirmIcon(), kit.Primary, add),
			kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
		Focus:    name.Entry,
		OnCancel: cancel,
	})
}

const editPersonForm = "person-edit"

// EditPerson asks who a person is. A number that is unlikely is asked about once
// and kept all the same. words, which may be nil, are what stood in the form when
// the vault was locked.
func EditPerson(s *Session, p record.Patient, words map[string]string) {
	if words == nil {
		words = map[string]string{"name": p.Name, "birth": s.WriteDay(p.Birth), "sex": string(p.Sex), "nir": p.NIR, "ins": p.INS, "term": p.Term, "deceased": s.WriteDay(p.Deceased)}
	}
	name := kit.NewField(s.Say(text.LabelName), kit.FieldOptions{Hint: s.Say(text.FullNameHint), Value: words["name"]})
	birth := kit.NewField(s.Say(text.BirthLabel), kit.FieldOptions{Hint: s.Say(text.BirthHint), Value: words["birth"]})
	nir := kit.NewField(s.Say(text.NIRLabel), kit.FieldOptions{Hint: s.Say(text.NIRHint), Value: words["nir"]})
	ins := kit.NewField(s.Say(text.INSLabel), kit.FieldOptions{Hint: s.Say(text.INSHint), Value: words["ins"]})
	term := kit.NewField(s.Say(text.TermLabel), kit.FieldOptions{Hint: s.Say(text.TermHint), Value: words["term"]})
	sexes := []record.Sex{"", record.Female, record.Male}
	sex := kit.NewSegments(s.Say(text.SexLabel), []string{s.Say(text.NotSaid), s.Say(text.SexFemale), s.Say(text.SexMale)},
		max(0, slices.Index(sexes, record.Sex(words["sex"]))), nil)
	deceased := kit.NewField(s.Say(text.DeceasedLabel), kit.FieldOptions{Hint: s.Say(text.DeceasedHint), Value: words["deceased"]})
	fields := []*kit.Field{name, birth, nir, ins, term, deceased}
	s.Open(editPersonForm, func() map[string]string {
		return map[string]string{
			"id": p.ID.String(), "name": name.Text(), "birth": birth.Text(), "sex": string(sexes[sex.Chosen]), "nir": nir.Text(), "ins": ins.Text(), "term": term.Text(),
			"deceased": deceased.Text(),
		}
	})
	var sheet *kit.Sheet
	asked := "" // about these numbers
	save := func() {
		for _, f := range fields {
			f.SetError("")
		}
		day, ok := WhoIs(s.Language, s.Now(), name, birth)
		if !ok {
			return
		}
		lasted := strings.TrimSpace(term.Text())
		if lasted != "" {
			if _, err := record.ParseTerm(lasted); err != nil {
				term.SetError(s.Say(text.TermWrong))
				return
			}
		}
		died, ok := text.ParsePartialDay(deceased.Text())
		if today := s.Now().Format(time.DateOnly); !ok || died != "" && (died > today[:len(died)] || died < day[:len(died)]) {
			deceased.SetError(s.Say(text.DeceasedWrong))
			return
		}
		doubtful := nir.Text() + "|" + ins.Text()
		if said := [2]string{s.NIRDoubt(nir.Text()), s.INSDoubt(ins.Text())}; said != [2]string{} && asked != doubtful {
			asked = doubtful
			for i, f := range []*kit.Field{ins, nir} { // the first one has the keyboard in the end
				if why := said[1-i]; why != "" {
					f.SetError(why + " " + s.Say(text.NumberSure))
				}
			}
			return
		}
		who := strings.TrimSpace(name.Text())
		edit := func(name, birth string, sex record.Sex, nir, ins, term, died string) func(context.Context) error {
			return func(ctx context.Context) error {
				now, err := s.Vault.EditPatient(ctx, p.ID, vault.PatientEdit{Name: &name, Birth: &birth, Sex: &sex, NIR: &nir, INS: &ins, Term: &term, Deceased: &died})
				if err == nil {
					s.Stage.Soon(func() {
						if s.Person().ID == now.ID {
							s.Show(now)
						}
					})
				}
				return err
			}
		}
		s.Shut(editPersonForm)
		sheet.Close()
		s.Act(Act{
			Name: s.Say(text.PersonEdited, who),
			Redo: edit(who, day, sexes[sex.Chosen], nir.Text(), ins.Text(), lasted, died),
			Undo: edit(p.Name, p.Birth, p.Sex, p.NIR, p.INS, p.Term, p.Deceased),
		}, s.Redraw)
	}
	for _, f := range fields {
		f.Entry.OnEnter = save
	}
	rows := []fyne.CanvasObject{
		kit.Indent(kit.NewText(s.Say(text.EditPersonText), kit.Body)), name, birth,
		kit.Indent(kit.NewText(s.Say(text.SexLabel), kit.Strong)), sex, nir, ins,
	}
	if !p.Adult(s.Now()) { // of an adult it says nothing any more, and stays
		rows = append(rows, term)
	}
	rows = append(rows, deceased)
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title:   s.Say(text.EditPersonOf, p.Name),
		Content: kit.Column(0, rows...),
		Actions: []*kit.Button{
			kit.NewButton(s.Say(text.Keep), theme.ConfirmIcon(), kit.Primary, save),
			kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
		Focus:    name.Entry,
		OnCancel: func() { s.Shut(editPersonForm) },
	})
}

// RestoreForm opens again a form that any screen can open; it reports whether it
// knew it.
func RestoreForm(s *Session, form string, words map[string]string) bool {
	switch form {
	case personForm:
		AddPerson(s, words)
	case editPersonForm:
		if p, ok := s.patient(words["id"]); ok {
			EditPerson(s, p, words)
		}
	case entryForm:
		restoreEntry(s, words)
	case contestForm:
		if id, err := record.ParseID(words["id"]); err == nil {
			if x, err := s.contestable(id); err == nil {
				s.askContest(x, words, s.Redraw)
			}
		}
	default:
		return false
	}
	return true
}

// patient finds a person by the text of their ID, as the vault has them now.
func (s *Session) patient(id string) (record.Patient, bool) {
	all, err := s.Vault.Patients()
	if err != nil {
		return record.Patient{}, false
	}
	i := slices.IndexFunc(all, func(p record.Patient) bool { return p.ID.String() == id })
	if i < 0 {
		return record.Patient{}, false
	}
	return all[i], true
}
