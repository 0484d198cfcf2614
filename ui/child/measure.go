package child

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/growth"
	"carnet/vault/profile"
	"carnet/vault/record"
)

const measureForm = "measure"

// asked are the measures that the form asks for, in its order, each with the unit
// of what is typed and an example.
var asked = []struct {
	measure     growth.Measure
	label, hint text.Message
	example     string
}{
	{growth.Weight, text.GrowthWeight, text.GrowthWeightHow, "12.2"},
	{growth.Height, text.GrowthHeight, text.GrowthInCM, "86"},
	{growth.Head, text.GrowthHead, text.GrowthInCM, "47.5"},
}

// form asks for the measurements of a day, and adds them all at once. What is
// remarkable about them is said once and kept all the same. words, which may be nil,
// are what stood in the form when the vault was locked.
func (g *growthPane) form(words map[string]string) {
	s := g.c.s
	p := s.Person()
	if words == nil {
		words = map[string]string{"on": s.WriteDay(s.Now().Format(time.DateOnly))}
	}
	day := kit.NewField(s.Say(text.GrowthDate), kit.FieldOptions{Hint: s.Say(text.BirthHint), Value: words["on"]})
	rows, fields := []fyne.CanvasObject{day}, map[growth.Measure]*kit.Field{}
	methods := []string{"", "lying", "standing"}
	position := kit.NewSegments(s.Say(text.GrowthPosition), []string{s.Say(text.NotSaid), s.Say(text.GrowthLying), s.Say(text.GrowthStanding)},
		map[string]int{"lying": 1, "standing": 2}[words["position"]], nil)
	for _, a := range asked {
		fields[a.measure] = kit.NewField(s.Say(a.label), kit.FieldOptions{Hint: s.Say(a.hint), Value: words[string(a.measure)]})
		rows = append(rows, fields[a.measure])
		if a.measure == growth.Height {
			rows = append(rows, kit.Indent(kit.NewText(s.Say(text.GrowthPosition), kit.Strong)), position)
		}
	}
	s.Open(measureForm, func() map[string]string {
		words := map[string]string{"patient": p.ID.String(), "on": day.Text(), "position": methods[position.Chosen]}
		for m, f := range fields {
			words[string(m)] = f.Text()
		}
		return words
	})
	var sheet *kit.Sheet
	var sure []record.Entry // that were doubted already
	save := func() {
		entries, ok := g.answers(p, day, fields, methods[position.Chosen])
		if !ok {
			return
		}
		if !slices.Equal(sure, entries) && g.doubt(entries, fields) {
			sure = entries
			return
		}
		s.Shut(measureForm)
		sheet.Close()
		s.Act(session.AddingEntries(s.Vault, s.Say(text.GrowthAdded), entries...), g.c.Enter)
	}
	day.Entry.OnEnter = save
	for _, f := range fields {
		f.Entry.OnEnter = save
	}
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.GrowthAddFor, p.Name), Content: kit.Column(0, rows...), Focus: fields[growth.Weight].Entry,
		Actions: []*kit.Button{
			kit.NewButton(s.Say(text.Keep), theme.ConfirmIcon(), kit.Primary, save),
			kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
		OnCancel: func() { s.Shut(measureForm) },
	})
}

// answers reads the form, and says in its fields what is wrong; ok is false then.
func (g *growthPane) answers(p record.Patient, day *kit.Field, fields map[growth.Measure]*kit.Field, position string) (entries []record.Entry, ok bool) {
	s := g.c.s
	day.SetError("")
	for _, f := range fields {
		f.SetError("")
	}
	on, ok := text.ParseDay(day.Text())
	if !ok || on < p.Birth || on > s.Now().Format(time.DateOnly) {
		day.SetError(s.Say(text.GrowthBefore))
		return nil, false
	}
	for _, a := range asked {
		typed := strings.TrimSpace(fields[a.measure].Text())
		if typed == "" {
			continue
		}
		e := record.Entry{Kind: profile.Measurement, Patient: p.ID, Type: string(a.measure), Start: on, Unit: a.measure.Unit()}
		if a.measure == growth.Weight {
			typed, e.Unit = text.ParseWeight(typed)
		}
		if a.measure == growth.Height {
			e.Method = position
		}
		e.Value = profile.Number(typed)
		if err := s.Kinds.Check(&e, s.Now().Format(time.DateOnly)); err != nil {
			fields[a.measure].SetError(s.Say(text.GrowthNumber, s.Number(a.example)))
			return nil, false
		}
		entries = append(entries, e)
	}
	if len(entries) == 0 {
		fields[growth.Weight].SetError(s.Say(text.GrowthNothing))
		return nil, false
	}
	return entries, true
}

// doubt says in the fields what is remarkable about new entries beside those there
// are, and reports whether anything is.
func (g *growthPane) doubt(entries []record.Entry, fields map[growth.Measure]*kit.Field) bool {
	doubts := session.MeasureDoubts(g.c.s, g.growth.Reference, g.entries, entries...)
	for _, a := range slices.Backward(asked) { // the first one has the keyboard in the end
		if said := doubts[a.measure]; said != "" {
			fields[a.measure].SetError(said)
		}
	}
	return len(doubts) > 0
}
