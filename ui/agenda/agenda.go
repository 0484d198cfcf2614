// Package agenda is the diary of the person shown: their appointments, and reminders of
// what the calendars plan for them.
package agenda

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/icalendar"
	"carnet/vault/profile"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// Agenda is the screen.
type Agenda struct {
	s           *session.Session
	ahead, over []record.Entry
	vaccines    string   // what they remind of, "" for nothing
	exams       []string // the same of examinations
	read        bool
	waiting     func() // what was asked for before that
	add         *kit.Button
	body        *fyne.Container
}

// New makes the screen.
func New(s *session.Session) *Agenda { return &Agenda{s: s} }

// Title says what the screen is for.
func (g *Agenda) Title() string { return g.s.Say(text.AgendaTitle) }

// Help says what can be done here.
func (g *Agenda) Help() string { return g.s.Say(text.AgendaHelp) }

// Leave is part of [session.Screen].
func (g *Agenda) Leave() { g.body, g.waiting = nil, nil }

// Focus is the main button.
func (g *Agenda) Focus() fyne.Focusable { return g.add }

// Enter reads the appointments of the person shown.
func (g *Agenda) Enter() {
	g.read = false
	p := g.s.Person()
	var ahead, over []record.Entry
	var vaccines string
	var exams []string
	g.s.Do(func(context.Context) error {
		if p.ID.IsZero() {
			return nil
		}
		entries, err := g.s.Vault.Entries(p.ID)
		if err != nil {
			return err
		}
		ahead, over = text.Ahead(text.Appointments(entries), g.s.Now())
		if !p.Reminded() {
			return nil
		}
		calendar, err := g.s.Vaccines()
		if err != nil {
			return err
		}
		vaccines = text.NewVaccinations(p, entries, calendar, g.s.Now()).Reminder(g.s.Language)
		list := schedule.ChildExams
		if p.Adult(g.s.Now()) {
			list = schedule.CheckUps
		}
		plan, err := g.s.Exams(list)
		if err == nil {
			exams = g.s.ExamReminders(plan.Plan(p, entries, g.s.Now()), entries)
		}
		return err
	}, func() {
		if p.ID != g.s.Person().ID {
			return
		}
		g.ahead, g.over, g.vaccines, g.exams, g.read = ahead, over, vaccines, exams, true
		g.fill()
		if then := g.waiting; then != nil {
			g.waiting = nil
			then()
		}
	})
}

// Content is the screen.
func (g *Agenda) Content(kit.Width) fyne.CanvasObject {
	s := g.s
	g.add = kit.NewButton(s.Say(text.AddAppointment), theme.ContentAddIcon(), kit.Primary, g.Add)
	g.body = kit.Column(0)
	g.fill()
	return kit.NewScroll(kit.Column(kit.ReadingWidth,
		kit.Indent(kit.NewText(g.Title(), kit.Heading)),
		kit.Indent(kit.NewText(s.Say(text.AgendaOf, s.Named(s.Person())), kit.Quiet)),
		kit.Flow(
			g.add,
			kit.NewButton(s.Say(text.TakeCalendar), theme.FolderOpenIcon(), kit.Plain, g.Take),
			kit.NewButton(s.Say(text.SaveCalendar), theme.DocumentSaveIcon(), kit.Plain, g.Save),
		),
		g.body,
	))
}

// fill shows what was read.
func (g *Agenda) fill() {
	if g.body == nil || !g.read {
		return
	}
	s := g.s
	g.body.Objects = nil
	if len(g.ahead) == 0 {
		g.body.Add(kit.Empty(theme.CalendarIcon(), s.Say(text.AgendaEmpty)))
	} else {
		g.body.Add(g.part(s.Say(text.AgendaAhead), g.rows(g.ahead)))
	}
	var reminders []string
	var ways []*kit.Button
	if g.vaccines != "" {
		reminders = append(reminders, g.vaccines)
		ways = append(ways, kit.NewButton(s.Say(text.VaccinesTitle), kit.VaccineIcon, kit.Plain, func() { s.Go(session.Vaccines) }))
	}
	if len(g.exams) > 0 {
		reminders = append(reminders, g.exams...)
		ways = append(ways, kit.NewButton(s.Say(text.ExamsSeeAll), kit.ChildIcon, kit.Plain, func() { s.Go(session.Child) }))
	}
	if len(reminders) > 0 {
		g.body.Add(kit.Notice(kit.Informing, s.Say(text.AgendaReminders), reminders, ways...))
	}
	if len(g.over) > 0 {
		latest := make([]record.Entry, 0, len(g.over))
		for i := range g.over {
			latest = append(latest, g.over[len(g.over)-1-i])
		}
		g.body.Add(g.part(s.Say(text.AgendaOver, len(g.over)), g.rows(latest)))
	}
	g.body.Refresh()
	s.Stage.Settle()
}

func (g *Agenda) part(title string, rows []fyne.CanvasObject) fyne.CanvasObject {
	return kit.Card(kit.Neutral, kit.Column(0, append([]fyne.CanvasObject{kit.Indent(kit.NewText(title, kit.Section))}, rows...)...))
}

// rows are lines that open their appointment.
func (g *Agenda) rows(all []record.Entry) (out []fyne.CanvasObject) {
	for _, e := range all {
		out = append(out, kit.NewRow(g.s.AppointmentTitle(g.s.Kinds, &e), theme.CalendarIcon(), func() { g.show(e) }))
	}
	return out
}

// Add begins an appointment.
func (g *Agenda) Add() {
	if g.s.Person().ID.IsZero() {
		session.AddPerson(g.s, nil)
		return
	}
	session.EntryForm(g.s, record.Entry{Kind: profile.Appointment, Patient: g.s.Person().ID, Status: "booked"}, nil, g.s.Redraw)
}

// show opens an appointment: all that it says, and what can be done with it.
func (g *Agenda) show(e record.Entry) {
	s := g.s
	rows := []fyne.CanvasObject{kit.NewText(e.Text, kit.Strong)}
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
	actions := []*kit.Button{button(text.EditDetails, theme.DocumentCreateIcon(), kit.Primary, func() { session.EntryForm(s, e, nil, s.Redraw) })}
	if !e.Document.IsZero() {
		actions = append(actions, button(text.SeeDocument, theme.DocumentIcon(), kit.Plain, func() { s.ShowDocument(e.Document) }))
	}
	actions = append(actions,
		button(text.MoveToBin, theme.DeleteIcon(), kit.Plain, func() {
			s.Act(session.RemovingEntry(s.Vault, s.Say(text.EntryInBin), e), s.Redraw)
		}),
		kit.NewButton(s.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }))
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Kind(s.Kinds.Kind(e.Kind)), Content: kit.Indent(kit.Column(0, rows...)), Actions: actions, Focus: actions[0],
	})
}

// Take asks for a calendar, keeps it, and adds its appointments, which can be taken back.
func (g *Agenda) Take() {
	s := g.s
	person := s.Person().ID
	if person.IsZero() {
		session.AddPerson(s, nil)
		return
	}
	s.Stage.Pick(kit.PickerOptions{
		Words: session.PickerWords(s.Language, text.TakeCalendar), Folder: s.Prefs.Folder(), Files: true,
		Take: func(paths []string) {
			s.Prefs.SetFolder(filepath.Dir(paths[0]))
			var r *vault.Reading
			s.Do(func(ctx context.Context) (err error) {
				if r, err = session.TakeCalendar(ctx, s.Vault, person, paths[0]); err == nil {
					err = s.Vault.Examine(ctx, s.Prober(), nil)
				}
				return err
			}, func() { g.taken(r) })
		},
	})
}

func (g *Agenda) taken(r *vault.Reading) {
	s := g.s
	news := session.NewsOf(r)
	said := s.Say(text.CalendarTaken, len(news.Fresh), len(news.After), news.Known)
	if len(news.Fresh)+len(news.After) == 0 {
		s.Tell(said, nil)
		return
	}
	s.Act(session.TakingNews(s.Vault, said, news), s.Redraw)
}

// Save writes the appointments as a file for other calendars, after asking how much it
// may tell.
func (g *Agenda) Save() {
	s := g.s
	if !g.read {
		g.waiting = g.Save
		return
	}
	all := append(append([]record.Entry{}, g.over...), g.ahead...)
	if len(all) == 0 {
		s.Tell(s.Say(text.NoAppointments), nil)
		return
	}
	var sheet *kit.Sheet
	save := func(details bool) func() {
		return func() {
			sheet.Close()
			var path string
			s.Do(func(context.Context) (err error) {
				path, err = session.SaveCalendar(icalendar.Write(s.Tag(), s.Now(), s.Events(all, details)), s.Language)
				return err
			}, func() {
				s.Tell(s.Say(text.AppointmentSaved, len(all), filepath.Base(path)), nil)
			})
		}
	}
	without := kit.NewButton(s.Say(text.WithoutDetails), theme.DocumentSaveIcon(), kit.Primary, save(false))
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.SaveCalendar), Content: kit.Indent(kit.NewText(s.Say(text.SaveCalendarAsk), kit.Body)), Focus: without,
		Actions: []*kit.Button{
			without,
			kit.NewButton(s.Say(text.WithDetails), theme.VisibilityIcon(), kit.Plain, save(true)),
			kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
	})
}
