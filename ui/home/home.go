// Package home is the first screen of an open vault: what is to be done for the
// person shown, and their last documents.
package home

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// lastDocuments is how many of the last documents are shown.
const lastDocuments = 5

// binWarning is how many days before documents of the bin are erased the screen
// says so.
const binWarning = 7

// Home is the screen.
type Home struct {
	s    *session.Session
	ways Ways

	coming string            // what to say of the person's majority
	docs   []record.Document // not in the bin, newest first
	bin    []record.Document // that go within binWarning, the first one first
	backup record.Backup     // the last verified one
	sheets vault.Relatives   // that relatives have
	due    []reminder
	exams  []string // what examinations ask for
	next   string   // appointment, "" for none
	read   bool
	begin  *kit.Button
	todo   *fyne.Container
	latest *fyne.Container
}

// reminder says that somebody has vaccinations to see to.
type reminder struct {
	patient record.Patient
	said    string
}

// Ways lead on from the screen.
type Ways struct {
	Add       func()                  // asks for files to add
	Offer     func()                  // shows what came into watched folders
	TrySheets func()                  // asks for two sheets of relatives
	BackUp    func()                  // asks for a folder to back the vault up into
	Sync      func(patient record.ID) // shows how far synchronising a person's record is
	HandOver  func()                  // begins to hand the record of the person shown over
}

// New makes the screen.
func New(s *session.Session, ways Ways) *Home { return &Home{s: s, ways: ways} }

// Title greets the person.
func (h *Home) Title() string { return h.s.Say(text.HomeTitle) }

// Help says what can be done here.
func (h *Home) Help() string { return h.s.Say(text.HomeHelp) }

// Enter reads the documents of the person shown.
func (h *Home) Enter() {
	h.read = false
	h.s.Sync.Look()
	patient, coming := h.s.Person().ID, h.s.Coming(h.s.Person(), h.s.Now())
	soon := h.s.Now().AddDate(0, 0, binWarning)
	var docs, bin []record.Document
	var backup record.Backup
	var sheets vault.Relatives
	var due []reminder
	var exams []string
	var next string
	h.s.Try(func(context.Context) (err error) {
		if due, err = h.reminders(); err != nil {
			return err
		}
		if sheets, err = h.s.Vault.Relatives(); err != nil {
			return err
		}
		if backup, err = h.s.Vault.LastBackup(); err != nil || patient.IsZero() {
			return err
		}
		if exams, err = h.examinations(h.s.Person()); err != nil {
			return err
		}
		if coming != "" && !h.s.Guarded(patient) {
			coming = "" // it is their own already
		}
		entries, err := h.s.Vault.Entries(patient)
		if err != nil {
			return err
		}
		if ahead, _ := text.Ahead(text.Appointments(entries), h.s.Now()); len(ahead) > 0 {
			next = h.s.AppointmentTitle(h.s.Kinds, &ahead[0])
		}
		all, err := h.s.Vault.Documents(patient)
		for _, d := range all {
			switch {
			case d.RemovedAt == 0:
				docs = append(docs, d)
			case !soon.Before(d.Expires()):
				bin = append(bin, d)
			}
		}
		slices.SortFunc(bin, func(a, b record.Document) int { return cmp.Compare(a.RemovedAt, b.RemovedAt) })
		return err
	}, func(err error) {
		if err != nil {
			h.s.Explain(err)
			return
		}
		h.sheets = sheets
		h.docs, h.bin, h.backup, h.due, h.exams, h.next, h.coming, h.read = docs, bin, backup, due, exams, next, coming, true
		if h.todo != nil {
			h.fill()
		}
	})
}

// Leave is part of [session.Screen].
func (h *Home) Leave() { h.todo = nil }

// Focus is the main button.
func (h *Home) Focus() fyne.Focusable { return h.begin }

// Content is the screen.
func (h *Home) Content(kit.Width) fyne.CanvasObject {
	s := h.s
	h.begin = kit.NewButton(s.Say(text.AddDocument), theme.ContentAddIcon(), kit.Primary, h.ways.Add)
	h.begin.Hint = "Ctrl+O"
	see := kit.NewButton(s.Say(text.SeeDocuments), theme.FolderIcon(), kit.Plain, func() { s.Go(session.Documents) })
	h.todo, h.latest = kit.Column(0), kit.Column(0)
	h.fill()
	return kit.NewScroll(kit.Column(kit.ReadingWidth,
		kit.Indent(kit.NewText(s.Say(text.Hello), kit.Heading)),
		kit.Indent(kit.NewText(s.Say(text.PersonShown, s.Named(s.Person())), kit.Quiet)),
		kit.Stretch(h.begin, see),
		h.todo,
		h.latest,
		kit.Notice(kit.Informing, s.Say(text.YouDecideTitle), []string{s.Say(text.YouDecide)}),
	))
}

// fill shows what was read.
func (h *Home) fill() {
	h.todo.Objects, h.latest.Objects = slices.Concat(h.offered(), h.syncing(), h.ofAge(), h.leaving(), h.appointment(), h.vaccinations(), h.toDo()), h.last()
	h.todo.Refresh()
	h.latest.Refresh()
	h.s.Stage.Settle()
}

// Offered shows what has come into watched folders now.
func (h *Home) Offered() {
	if h.todo != nil {
		h.fill()
	}
}

// offered says what has come into watched folders.
func (h *Home) offered() []fyne.CanvasObject {
	said := h.s.Watching.Said()
	if len(said) == 0 {
		return nil
	}
	return []fyne.CanvasObject{kit.Notice(kit.Informing, h.s.Say(text.OfferTitle), said,
		kit.NewButton(h.s.Say(text.OfferSee), theme.FolderNewIcon(), kit.Plain, h.ways.Offer))}
}

// Synced shows how far synchronising is now.
func (h *Home) Synced() {
	if h.todo != nil {
		h.fill()
	}
}

// syncing says how far synchronising is, for every person that somebody has consented
// for: what needs the person stands in a notice, the rest in a line each.
func (h *Home) syncing() (out []fyne.CanvasObject) {
	s := h.s
	var rows []fyne.CanvasObject
	for _, r := range s.Sync.Records() {
		standing := s.Sync.Standing(&r)
		see := func() { h.ways.Sync(r.ID) }
		switch {
		case len(standing.Said) == 0:
		case standing.Tone == kit.Failing, standing.Tone == kit.Warning:
			out = append(out, kit.Notice(standing.Tone, s.Say(text.PartSync), standing.Said, kit.NewButton(s.Say(text.SyncSee), theme.ViewRefreshIcon(), kit.Plain, see)))
		default:
			rows = append(rows, kit.NewRow(standing.Said[0], theme.ViewRefreshIcon(), see))
		}
	}
	if len(rows) > 0 {
		rows = append([]fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(text.PartSync), kit.Strong))}, rows...)
		out = append(out, kit.Card(kit.Neutral, kit.Column(0, rows...)))
	}
	return out
}

// toDo says what to do first, the most useful first.
func (h *Home) toDo() []fyne.CanvasObject {
	s := h.s
	var out []fyne.CanvasObject
	if len(h.exams) > 0 {
		out = append(out, kit.Notice(kit.Informing, s.Say(text.ExamsTitle), h.exams,
			kit.NewButton(s.Say(text.ExamsSeeAll), kit.ChildIcon, kit.Plain, func() { s.Go(session.Child) })))
	}
	switch {
	case !h.read:
		return nil
	case len(h.docs) == 0:
		return append(out, kit.Empty(theme.FolderOpenIcon(), s.Say(text.FirstDocument, s.Person().Name)))
	}
	if h.sheets.Due(s.Now()) {
		out = append(out, kit.Notice(kit.Informing, s.Say(text.SheetsSection), []string{s.Say(text.SheetsDue)},
			kit.NewButton(s.Say(text.TrySheets), theme.ConfirmIcon(), kit.Plain, h.ways.TrySheets)))
	}
	unfiled := 0
	for i := range h.docs {
		if h.docs[i].ShownCategory() == record.Unfiled {
			unfiled++
		}
	}
	if unfiled > 0 {
		out = append(out, kit.Notice(kit.Warning, s.Say(text.ToDo), []string{s.Plural(unfiled, text.UnfiledOne, text.UnfiledMany)},
			kit.NewButton(s.Say(text.SeeDocuments), theme.FolderIcon(), kit.Plain, func() { s.Go(session.Documents) })))
	}
	if due := h.backupDue(); due != "" {
		return append(out, kit.Notice(kit.Warning, s.Say(text.BackupSection), []string{due},
			kit.NewButton(s.Say(text.BackUpVault), theme.DocumentSaveIcon(), kit.Plain, h.ways.BackUp)))
	}
	last := kit.Indent(kit.NewText(s.Say(text.LastBackupWas, s.Date(h.backup.At.Time().Local()), h.backup.Documents, filepath.Base(h.backup.Path)), kit.Quiet))
	if len(out) == 0 {
		out = append(out, kit.Notice(kit.Succeeding, s.Say(text.ToDo), []string{s.Say(text.NothingToDo)}))
	}
	return append(out, last)
}

// reminders are those of every person of the vault.
func (h *Home) reminders() (out []reminder, err error) {
	people, err := h.s.Vault.Patients()
	if err != nil {
		return nil, err
	}
	calendar, err := h.s.Vaccines()
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		entries, err := h.s.Vault.Entries(p.ID)
		if err != nil {
			return nil, err
		}
		if said := text.NewVaccinations(p, entries, calendar, h.s.Now()).Reminder(h.s.Language); said != "" {
			out = append(out, reminder{p, said})
		}
	}
	return out, nil
}

// appointment says the next one; the line leads to the diary.
func (h *Home) appointment() []fyne.CanvasObject {
	if h.next == "" {
		return nil
	}
	return []fyne.CanvasObject{kit.Card(kit.Neutral, kit.Column(0,
		kit.Indent(kit.NewText(h.s.Say(text.AgendaNext), kit.Strong)),
		kit.NewRow(h.next, theme.CalendarIcon(), func() { h.s.Go(session.Agenda) }),
	))}
}

// vaccinations says in one line who has some to see to; the line leads there.
func (h *Home) vaccinations() []fyne.CanvasObject {
	if len(h.due) == 0 {
		return nil
	}
	rows := []fyne.CanvasObject{kit.Indent(kit.NewText(h.s.Say(text.VaccineReminders), kit.Strong))}
	for _, r := range h.due {
		rows = append(rows, kit.NewRow(r.said, kit.VaccineIcon, func() {
			h.s.Show(r.patient)
			h.s.Go(session.Vaccines)
		}))
	}
	return []fyne.CanvasObject{kit.Card(kit.Neutral, kit.Column(0, rows...))}
}

// examinations says what the examinations of a person ask for.
func (h *Home) examinations(p record.Patient) ([]string, error) {
	list := schedule.ChildExams
	if p.Adult(h.s.Now()) {
		list = schedule.CheckUps
	}
	exams, err := h.s.Exams(list)
	if err != nil {
		return nil, err
	}
	entries, err := h.s.Vault.Entries(p.ID)
	if err != nil {
		return nil, err
	}
	return h.s.ExamReminders(exams.Plan(p, entries, h.s.Now()), entries), nil
}

// backupEvery is how old the last verified backup may be before the home screen
// asks for another one.
const backupEvery = 30 * 24 * time.Hour

// backupDue says why the vault should be backed up, "" when it need not be.
func (h *Home) backupDue() string {
	switch at := h.backup.At; {
	case at == 0:
		return h.s.Say(text.BackupNone)
	case h.s.Now().Sub(at.Time()) > backupEvery:
		return h.s.Say(text.BackupOld, h.s.Date(at.Time().Local()))
	}
	return ""
}

// ofAge says what comes with the person's majority.
func (h *Home) ofAge() []fyne.CanvasObject {
	if !h.read || h.coming == "" {
		return nil
	}
	return []fyne.CanvasObject{kit.Notice(kit.Informing, h.s.Say(text.HandOverNotice), []string{h.coming},
		kit.NewButton(h.s.Say(text.HandOverSee), theme.NavigateNextIcon(), kit.Plain, h.ways.HandOver))}
}

// leaving says what will leave the bin for good, and when.
func (h *Home) leaving() []fyne.CanvasObject {
	if len(h.bin) == 0 {
		return nil
	}
	s := h.s
	h.s.Told(h.bin...)
	said := s.Say(text.BinSoonOne, 1, s.Date(h.bin[0].Expires()))
	if n := len(h.bin); n > 1 {
		said = s.Say(text.BinSoonMany, n, s.Date(h.bin[0].Expires()))
	}
	return []fyne.CanvasObject{kit.Notice(kit.Warning, s.Say(text.Bin), []string{said},
		kit.NewButton(s.Say(text.SeeBin), theme.DeleteIcon(), kit.Plain, s.ShowBin))}
}

// last lists the last documents.
func (h *Home) last() []fyne.CanvasObject {
	if len(h.docs) == 0 {
		return nil
	}
	s := h.s
	rows := []fyne.CanvasObject{kit.NewText(s.Say(text.LatestDocuments), kit.Section)}
	for _, d := range h.docs[:min(len(h.docs), lastDocuments)] {
		rows = append(rows, kit.Titled(kit.NewIcon(theme.DocumentIcon(), theme.ColorNamePrimary),
			kit.Column(0, kit.NewText(d.Title, kit.Strong), kit.NewText(s.Day(d.ShownDate())+text.Between+s.Category(d.ShownCategory()), kit.Caption))))
	}
	return []fyne.CanvasObject{kit.Card(kit.Neutral, kit.Column(0, rows...))}
}
