package session

import (
	"context"
	"strings"
	"time"
	"unicode"

	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/text"
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

// AddPerson asks for another person and begins their record. words, which may be
// nil, are what stood in the form when the vault was locked.
func AddPerson(s *Session, words map[string]string) {
	name := kit.NewField(s.Say(text.NameLabel), kit.FieldOptions{Value: words["name"]})
	birth := kit.NewField(s.Say(text.BirthLabel), kit.FieldOptions{Hint: s.Say(text.BirthHint), Value: words["birth"]})
	name.Entry.OnEnter = func() { s.Stage.Focus(birth.Entry) }
	var sheet *kit.Sheet
	add := func() {
		name.SetError("")
		birth.SetError("")
		day, ok := text.ParseDay(birth.Text())
		switch {
		case strings.TrimSpace(name.Text()) == "":
			name.SetError(s.Say(text.NameMissing))
			return
		case !ok || day > s.Now().Format(time.DateOnly):
			birth.SetError(s.Say(text.BirthWrong))
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

// RestoreForm opens again a form that any screen can open; it reports whether it
// knew it.
func RestoreForm(s *Session, form string, words map[string]string) bool {
	if form != personForm {
		return false
	}
	AddPerson(s, words)
	return true
}
