package library

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// former is a record that was kept elsewhere, while one decides what of it is taken
// over.
type former struct {
	*vault.Former
	files, proposals map[int]bool   // that are ticked
	seen             map[string]int // what somebody counted there, by category
	taken            vault.FormerTaken
}

// ChooseFormer asks for the archive or the folder of a record that was kept
// elsewhere, and shows what is in it. With counting it is asked first what the
// person saw there.
func (i *Import) ChooseFormer(counting bool) {
	s := i.s
	if s.Stage.SheetOpen() {
		return
	}
	if s.Person().ID.IsZero() {
		session.AddPerson(s, nil)
		return
	}
	s.Stage.Pick(kit.PickerOptions{
		Words: session.PickerWords(s.Language, text.FormerPick), Folder: s.Prefs.Folder(), Many: true, Files: true, Folders: true,
		Take: func(paths []string) {
			s.Prefs.SetFolder(filepath.Dir(paths[0]))
			i.readFormer(s.Person(), paths, counting)
		},
	})
}

// readFormer reads all of it with its progress on a sheet; nothing is kept by that.
func (i *Import) readFormer(p record.Patient, paths []string, counting bool) {
	s := i.s
	var task *kit.Task
	var sheet *kit.Sheet
	kept := s.Say(text.FormerNothingYet)
	shown := kit.NewProgress(s.Say(text.FormerReading, p.Name), s.Say(text.StopLooking), kept, func() { task.Stop() })
	progress := session.Follow(s.Stage, s.Language, shown, kept)
	sheet = s.Stage.ShowSheet(kit.SheetOptions{Title: s.Say(text.FormerTitle, p.Name), Content: shown, OnCancel: func() { task.Stop() }})
	var found *vault.Former
	task = s.Try(func(ctx context.Context) (err error) {
		found, err = s.Vault.ReadFormer(ctx, p.ID, paths, s.Prober(), progress)
		return err
	}, func(err error) {
		sheet.Close()
		switch {
		case errors.Is(err, context.Canceled):
			s.Tell(s.Say(text.StoppedHere, kept), nil)
			return
		case err != nil:
			s.Explain(err)
			return
		case len(found.Files) == 0:
			s.Tell(s.Say(text.FormerEmpty), nil)
			return
		}
		f := &former{Former: found, files: map[int]bool{}, proposals: map[int]bool{}, seen: map[string]int{}}
		for _, n := range found.Likely().Files {
			f.files[n] = true
		}
		if counting {
			i.count(f)
			return
		}
		i.decide(f)
	})
}

// count asks what the person saw elsewhere, then shows what was found.
func (i *Import) count(f *former) {
	s := i.s
	codes, labels := []string{vault.AllDocuments}, []string{s.Say(text.SeenAll)}
	for _, c := range s.Categories() {
		codes, labels = append(codes, c.Code), append(labels, c.Label)
	}
	rows := []fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(text.SeenHelp), kit.Body))}
	fields := make([]*kit.Field, len(codes))
	for n, label := range labels {
		value := ""
		if seen, ok := f.seen[codes[n]]; ok {
			value = strconv.Itoa(seen)
		}
		fields[n] = kit.NewField(label, kit.FieldOptions{Value: value})
		rows = append(rows, fields[n])
	}
	var sheet *kit.Sheet
	done := func() {
		seen := map[string]int{}
		for n, field := range fields {
			typed := strings.TrimSpace(field.Text())
			field.SetError("")
			if typed == "" {
				continue
			}
			count, err := strconv.Atoi(typed)
			if err != nil || count < 0 {
				field.SetError(s.Say(text.SeenWrong))
				return
			}
			seen[codes[n]] = count
		}
		f.seen = seen
		sheet.Close()
		i.decide(f)
	}
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.SeenTitle), Content: kit.Column(0, rows...), Focus: kit.FirstFocus(fields[0]),
		Actions:  []*kit.Button{kit.NewButton(s.Say(text.Compare), theme.ConfirmIcon(), kit.Primary, done)},
		OnCancel: func() { i.decide(f) },
	})
}

// decide shows all documents and all that they propose, and asks what of it is taken
// over.
func (i *Import) decide(f *former) {
	s := i.s
	var people []record.Patient
	s.Do(func(context.Context) (err error) {
		people, err = s.Vault.Patients()
		return err
	}, func() { i.decideWith(f, people) })
}

func (i *Import) decideWith(f *former, people []record.Patient) {
	s := i.s
	missing := kit.NewText("", kit.Strong)
	documents := 0
	for n := range f.Files {
		if f.Files[n].Document() {
			documents++
		}
	}
	rows := []fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(text.FormerHelp), kit.Body))}
	if counts := s.FormerCounts(f.Compare(f.seen), s.Category, false); counts != nil {
		rows = append(rows, kit.Notice(kit.Informing, s.Say(text.SeenTitle), counts))
	}
	var sheet *kit.Sheet
	compare := kit.NewButton(s.Say(text.SeenVerb), theme.ListIcon(), kit.Plain, func() {
		sheet.Close()
		i.count(f)
	})
	rows = append(rows, kit.Flow(compare), kit.Indent(missing), kit.Indent(kit.NewText(s.Plural(documents, text.FormerFoundOne, text.FormerFoundMany), kit.Section)))
	var checks []*kit.Check
	var likely []func() // ticks that make sense without looking
	box := func(label string, ticked map[int]bool, n int, plain bool) *kit.Check {
		c := kit.NewCheck(label, ticked[n], func(on bool) { ticked[n] = on })
		checks = append(checks, c)
		if plain {
			likely = append(likely, func() {
				ticked[n], c.Checked = true, true
				c.Refresh()
			})
		}
		return c
	}
	for n := range f.Files {
		x := &f.Files[n]
		said := s.FormerFile(x, s.Category)
		if x.New() {
			rows = append(rows, box(said, f.files, n, !x.Other()))
		} else {
			rows = append(rows, kit.Indent(kit.NewText(said, kit.Body)))
		}
		other := ""
		if at := slices.IndexFunc(people, func(p record.Patient) bool { return p.ID == x.Concerns }); at >= 0 {
			other = people[at].Name
		}
		for _, line := range s.FormerNotes(x, other) {
			if x.Other() || x.Err != nil {
				rows = append(rows, kit.Indent(kit.Titled(kit.NewIcon(theme.WarningIcon(), theme.ColorNameWarning), kit.NewText(line, kit.Body))))
			} else {
				rows = append(rows, kit.Indent(kit.NewText(line, kit.Quiet)))
			}
		}
	}
	if len(f.Proposals) == 0 {
		rows = append(rows, kit.Indent(kit.NewText(s.Say(text.FormerNothing), kit.Body)))
	}
	for n := range f.Proposals {
		p := &f.Proposals[n]
		first := n == 0 || f.Proposals[n-1].Other != p.Other
		if first {
			title := text.FormerProposes
			if p.Other {
				title = text.FormerOthers
			}
			rows = append(rows, kit.Indent(kit.NewText(s.Say(title), kit.Section)))
		}
		if first || f.Proposals[n-1].Kind != p.Kind {
			rows = append(rows, kit.Indent(kit.NewText(s.Kind(s.Kinds.Kind(p.Kind)), kit.Strong)))
		}
		rows = append(rows, proposalRows(s, &p.Proposed, func(said string) *kit.Check { return box(said, f.proposals, n, !p.Other) }, s.FormerSources(f.Former, p))...)
	}
	take := kit.NewButton(s.Say(text.FormerTake), theme.ConfirmIcon(), kit.Primary, func() {
		choice := f.choice()
		switch {
		case len(choice.Files)+len(choice.Proposals) == 0:
			missing.Set(s.Say(text.FormerNone))
		case slices.ContainsFunc(choice.Proposals, func(n int) bool { return !f.Covers(choice, n) }):
			e, _ := text.Explain(vault.ErrWithoutDocument)
			missing.Set(s.Say(e.What) + " " + s.Say(e.Do))
		default:
			sheet.Close()
			i.start(batch{patient: f.Patient, former: f})
			s.Go(session.Documents)
			return
		}
		s.Stage.Settle()
	})
	all := kit.NewButton(s.Say(text.TickAll), theme.CheckButtonCheckedIcon(), kit.Plain, func() {
		for _, tick := range likely {
			tick()
		}
	})
	cancel := kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })
	actions := []*kit.Button{take, all, cancel}
	var focus fyne.Focusable = cancel
	if len(checks) == 0 {
		actions = []*kit.Button{cancel}
	} else {
		focus = checks[0]
	}
	sheet = s.Stage.ShowSheet(kit.SheetOptions{Title: s.Say(text.FormerTitle, f.Patient.Name), Content: kit.Column(0, rows...), Actions: actions, Focus: focus})
}

// choice is what is ticked, in its order.
func (f *former) choice() (out vault.FormerChoice) {
	for n := range f.Files {
		if f.files[n] {
			out.Files = append(out.Files, n)
		}
	}
	for n := range f.Proposals {
		if f.proposals[n] {
			out.Proposals = append(out.Proposals, n)
		}
	}
	return out
}

// takeOver imports what is ticked, away from the drawing, and leaves what can take
// all of it back, also where it was stopped.
func (i *Import) takeOver(ctx context.Context, f *former) error {
	act := session.TakingFormer(i.s.Vault, i.s.Say(text.FormerTaken), f.Former, f.choice(), &f.taken, func(x vault.Imported) {
		i.s.Stage.Soon(func() { i.take(x) })
	})
	err := act.Redo(ctx)
	i.s.Stage.Soon(func() {
		if len(f.taken.Added)+len(f.taken.Entries) > 0 {
			i.s.Did(act)
		}
	})
	return err
}
