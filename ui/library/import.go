package library

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/sync/gateway"
	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// Import adds files to a person's record while one goes on working. One runs at
// a time; what is dropped meanwhile waits for its turn.
type Import struct {
	s        *session.Session
	Networks func() ([]gateway.Network, error) // that a telephone can be on
	onChange func()                            // tells the list; nil while it is not shown

	task    *kit.Task
	reading *reading // nil while nothing is read

	scanned     scanChoices
	scannedOnce bool

	queue   []batch
	now     state
	shown   *kit.Progress
	refresh func(struct{})
}

type batch struct {
	patient record.Patient
	paths   []string
	joined  *vault.Joined // instead of paths
	former  *former       // the same
	news    *vault.News   // the same: of a watched folder
}

// state is how far an import is, and what became of its files.
type state struct {
	patient          record.Patient
	running, looking bool // adding files; then looking into them
	asked, stopped   bool // to stop; and it did
	started          time.Time
	done, of         int
	added            int
	looked, toLook   int64
	duplicates       []string
	failed           []failure
	asIs             []failure // kept and nothing more
	err              error     // that ended it
	ended            bool
	former           *former // that was taken over; nil for other imports
}

type failure struct {
	name string
	err  error
}

// NewImport makes the importer of a session.
func NewImport(s *session.Session) *Import {
	i := &Import{s: s, Networks: gateway.Networks}
	i.refresh = kit.Throttle(s.Stage, func(struct{}) { i.changed() })
	return i
}

// Choose asks for files or a folder to add.
func (i *Import) Choose() {
	i.s.Stage.Pick(kit.PickerOptions{
		Words: session.PickerWords(i.s.Language, text.PickDocuments), Folder: i.s.Prefs.Folder(), Many: true, Files: true, Folders: true,
		Take: func(paths []string) {
			i.s.Prefs.SetFolder(filepath.Dir(paths[0]))
			i.Confirm(paths)
		},
	})
}

// Confirm says into whose record files go, and begins.
func (i *Import) Confirm(paths []string) {
	if len(paths) == 0 || i.s.Stage.SheetOpen() {
		return
	}
	var people []record.Patient
	var device *measuring
	i.s.Do(func(context.Context) (err error) {
		if len(paths) == 1 {
			if _, ok := vault.IsMeasurements(paths[0]); ok {
				info, err := os.Stat(paths[0])
				if err != nil {
					return err
				}
				device = &measuring{paths[0], info.Size()}
			}
		}
		people, err = i.s.Vault.Patients()
		return err
	}, func() { i.confirm(paths, people, device) })
}

// confirm asks into whose record files go; device is not nil for a file of
// measurements.
func (i *Import) confirm(paths []string, people []record.Patient, device *measuring) {
	s := i.s
	if len(people) == 0 {
		session.AddPerson(s, nil)
		return
	}
	chosen := 0
	labels := make([]string, len(people))
	for n, p := range people {
		labels[n] = s.Named(p)
		if p.ID == s.Person().ID {
			chosen = n
		}
	}
	var sheet *kit.Sheet
	into := kit.NewButton("", theme.ConfirmIcon(), kit.Primary, nil)
	name := func(n int) { into.Label = s.Say(text.FileInto, people[n].Name) }
	name(chosen)
	who := kit.NewSegments(s.Say(text.WhoseRecord), labels, chosen, func(n int) {
		name(n)
		into.Refresh()
	})
	who.Hidden = len(people) < 2
	show := func() record.Patient {
		p := people[who.Chosen]
		if p.ID != s.Person().ID {
			s.Show(p)
		}
		return p
	}
	into.OnTapped = func() {
		sheet.Close()
		i.start(batch{patient: show(), paths: paths})
		s.Go(session.Documents)
	}
	title := s.Plural(len(paths), text.AddOne, text.AddMany)
	if info, err := os.Stat(paths[0]); len(paths) == 1 && err == nil && info.IsDir() {
		title = s.Say(text.AddFolder)
	}
	said, actions := s.Say(text.AddText), []*kit.Button{into}
	switch {
	case device != nil:
		title, said = s.Say(text.MeasureAsk), s.Say(text.MeasureAskBody, s.Size(device.size))
		actions = device.ways(i, show, func(then func()) {
			sheet.Close()
			then()
		})
	case arePhotos(paths):
		actions = append(actions, kit.NewButton(s.Say(text.JoinInto), theme.ContentAddIcon(), kit.Plain, func() {
			sheet.Close()
			i.joinFiles(paths)
		}))
	}
	actions = append(actions, kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }))
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title:   title,
		Content: kit.Column(0, kit.Indent(kit.NewText(said, kit.Body)), who),
		Actions: actions,
		Focus:   actions[0],
	})
}

// Running reports whether files are being added.
func (i *Import) Running() bool { return i.now.running || i.now.looking }

// Stop stops: what was added stays.
func (i *Import) Stop() {
	if r := i.reading; r != nil && r.of > 0 {
		i.stopReading()
		return
	}
	if !i.Running() {
		i.s.Tell(i.s.Say(text.NothingToStop), nil)
		return
	}
	i.dropNews()
	i.queue = nil
	i.now.asked = true
	if i.task != nil {
		i.task.Stop()
	}
}

func (i *Import) start(b batch) {
	if i.Running() || i.reading != nil {
		i.queue = append(i.queue, b)
		i.stopReading()
		return
	}
	i.now = state{patient: b.patient, running: true, started: i.s.Now(), former: b.former}
	i.shown = nil
	patient := b.patient.ID
	var failed []string // files of a watched folder
	i.task = i.s.Try(func(ctx context.Context) (err error) {
		if b.news != nil {
			failed, err = i.watchedIn(ctx, b.news)
			return err
		}
		return i.add(ctx, patient, b)
	}, func(err error) {
		if b.news != nil {
			i.s.Watching.Taken(*b.news, failed)
			if err == nil {
				i.s.Tell(i.s.Plural(i.now.added, text.ImportedOne, text.ImportedMany), nil) // wherever one is
			}
		}
		if err == nil && i.now.asked {
			err = context.Canceled // what was under way when it was asked is in: no reading follows
		}
		if err != nil {
			i.finish(err)
			return
		}
		i.look()
	})
	i.changed()
}

// add imports, away from the drawing, and tells how far it is.
func (i *Import) add(ctx context.Context, patient record.ID, b batch) (err error) {
	if b.joined != nil {
		x, err := i.s.Vault.AddJoined(ctx, patient, *b.joined, nil)
		if err == nil {
			i.s.Stage.Soon(func() { i.take(x) })
		}
		return err
	}
	if b.former != nil {
		return i.takeOver(ctx, b.former)
	}
	for x := range i.s.Vault.Import(ctx, patient, b.paths, nil) {
		if x.Path == "" {
			err = x.Err
			continue
		}
		i.s.Stage.Soon(func() { i.take(x) })
	}
	return err
}

// take counts one file.
func (i *Import) take(x vault.Imported) {
	i.now.done, i.now.of = x.Done, x.Of
	switch {
	case x.Err != nil:
		i.now.failed = append(i.now.failed, failure{filepath.Base(x.Path), x.Err})
	case x.Duplicate:
		i.now.duplicates = append(i.now.duplicates, filepath.Base(x.Path))
	default:
		i.now.added++
	}
	if x.Err == nil && x.AsIs != nil {
		i.now.asIs = append(i.now.asIs, failure{filepath.Base(x.Path), x.AsIs})
	}
	i.refresh(struct{}{})
}

// look counts pages and reads text, for the category and the date.
func (i *Import) look() {
	i.now.running, i.now.looking = false, true
	i.shown = nil
	i.task = i.s.Try(func(ctx context.Context) error {
		return i.s.Vault.Examine(ctx, i.s.Prober(), func(done, total int64) {
			i.s.Stage.Soon(func() {
				i.now.looked, i.now.toLook = done, total
				i.refresh(struct{}{})
			})
		})
	}, i.finish)
	i.changed()
}

func (i *Import) finish(err error) {
	i.now.stopped = errors.Is(err, context.Canceled)
	if !i.now.stopped {
		i.now.err = err
	}
	i.now.running, i.now.looking, i.now.ended = false, false, true
	i.shown = nil
	if len(i.queue) > 0 {
		next := i.queue[0]
		i.queue = i.queue[1:]
		i.start(next)
		return
	}
	i.changed()
	i.Read()
}

func (i *Import) changed() {
	if i.shown != nil {
		part, count, kept := i.words()
		i.shown.Set(part, count, kept)
	}
	if i.reading != nil {
		i.reading.tell(i.s)
	}
	if i.onChange != nil {
		i.onChange()
	}
}

// words say how far it is.
func (i *Import) words() (part float64, count, kept string) {
	s, n := i.s, &i.now
	if n.looking {
		if n.toLook > 0 {
			part = float64(n.looked) / float64(n.toLook)
		}
		return part, s.Say(text.LookingAt, n.looked, n.toLook), s.Say(text.LookingKept)
	}
	if n.of > 0 {
		part = float64(n.done) / float64(n.of)
	}
	count = s.Say(text.ImportCount, n.done, n.of)
	if left := i.left(part); left != "" {
		count += ". " + left
	}
	return part, count, s.Plural(n.added, text.ImportKeptOne, text.ImportKeptMany)
}

// left is the time left in words, once it can be told.
func (i *Import) left(part float64) string {
	spent := i.s.Now().Sub(i.now.started)
	if part < 0.05 || spent < 2*time.Second {
		return ""
	}
	left := time.Duration(float64(spent) * (1 - part) / part)
	if left > 90*time.Second {
		return i.s.Say(text.MinutesLeft, int(left.Minutes()+0.5))
	}
	return i.s.Say(text.SecondsLeft, int(left.Seconds())/5*5+5)
}

// panel is the import on screen: its progress, or what became of it; nil when
// there is nothing to say.
func (i *Import) panel() fyne.CanvasObject {
	s, n := i.s, &i.now
	switch {
	case i.Running():
		if i.shown == nil {
			title, stop := text.ImportTitle, text.StopImport
			if n.looking {
				title, stop = text.LookingTitle, text.StopLooking
			}
			i.shown = kit.NewProgress(s.Say(title, n.patient.Name), s.Say(stop), "", i.Stop)
			part, count, kept := i.words()
			i.shown.Set(part, count, kept)
		}
		return i.shown
	case n.ended:
		return i.outcome()
	}
	return nil
}

// outcome says what became of an import.
func (i *Import) outcome() fyne.CanvasObject {
	s, n := i.s, &i.now
	away := kit.NewButton(s.Say(text.Close), theme.CancelIcon(), kit.Plain, func() {
		i.now = state{}
		i.changed()
	})
	buttons := []*kit.Button{away}
	title := s.Plural(n.added, text.ImportedOne, text.ImportedMany)
	var said []string
	tone := kit.Succeeding
	if n.added == 0 && (n.former == nil || len(n.former.taken.Entries) == 0) {
		tone = kit.Informing
	}
	if n.stopped {
		said = append(said, s.Say(text.ImportStopped))
		tone = kit.Informing
	}
	if n.err != nil {
		e, _ := text.Explain(n.err)
		said = append(said, s.Say(e.What), s.Say(e.Safe), s.Say(e.Do))
		tone = kit.Warning
	}
	if k := len(n.duplicates); k > 0 {
		said = append(said, s.Plural(k, text.TwiceOne, text.TwiceMany))
	}
	if k := len(n.failed); k > 0 {
		said = append(said, s.Plural(k, text.FailedOne, text.FailedMany))
		tone = kit.Warning
	}
	if f := n.former; f != nil {
		said = append(said, append(s.FormerResult(&f.taken), s.FormerCounts(f.Compare(f.seen), s.Category, true)...)...)
	}
	if k := len(n.asIs); k > 0 {
		said = append(said, s.Plural(k, text.AsIsOne, text.AsIsMany))
	}
	if len(n.duplicates)+len(n.failed)+len(n.asIs) > 0 {
		buttons = append([]*kit.Button{kit.NewButton(s.Say(text.SeeList), theme.ListIcon(), kit.Plain, i.list)}, buttons...)
	}
	return kit.Notice(tone, title, said, buttons...)
}

// list names the files that were not added, and why.
func (i *Import) list() {
	s := i.s
	var rows []fyne.CanvasObject
	for _, f := range i.now.failed {
		e, _ := text.Explain(f.err)
		rows = append(rows, kit.NewText(f.name, kit.Strong), kit.NewText(e.In(s.Language), kit.Body), kit.Gap(4))
	}
	if len(i.now.duplicates) > 0 {
		rows = append(rows, kit.NewText(s.Say(text.DuplicatesAre), kit.Strong), kit.NewText(strings.Join(i.now.duplicates, "\n"), kit.Body))
	}
	for _, f := range i.now.asIs {
		e, _ := text.Explain(f.err)
		rows = append(rows, kit.NewText(s.Say(text.KeptAsIs, f.name), kit.Strong), kit.NewText(e.In(s.Language), kit.Body), kit.Gap(4))
	}
	session.Message(s.Stage, s.Language, s.Say(text.NotAdded), kit.Column(0, rows...))
}
