// Command measure uses a real window from inside and tells how fast it answers.
//
// « measure scroll » makes a vault of 5,000 documents, 1,000 of them with a
// picture, and tells how long the list takes to open, how many frames a second it
// scrolls at beside the toolkit's own list in the same run, and what memory the
// process holds. « measure import » adds 300 PDF files, stops half way, adds them
// again, and tells how long the window ever took to answer meanwhile. « measure
// find » types words into the search of 5,000 documents and tells how long after
// each letter its hits are drawn. Each prints one JSON object.
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"carnet/assets"
	"carnet/ui"
	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/filing"
	"carnet/vault/record"
	"carnet/vault/render"
	"carnet/vault/render/worker"
	"carnet/vault/search/searchtest"
)

const (
	documents  = 5000
	pictures   = 1000
	imported   = 300
	fynesRows  = 100_000
	rounds     = 15
	step       = 100 // units a frame, for both lists
	scrolling  = time.Second
	passphrase = "six mots tout simples pour mesurer"
)

// Result is what was measured.
type Result struct {
	Documents int       `json:",omitempty"`
	OpenMS    []float64 `json:",omitempty"` // from the command to the first frame with rows
	Carnet    []float64 `json:",omitempty"` // frames a second
	Toolkit   []float64 `json:",omitempty"`
	WorstMS   []float64 `json:",omitempty"` // the longest wait between two frames of ours
	Anonymous int64     // bytes, at the end

	FirstRowMS float64 // from the answer « Ranger » to the first row
	StopMS     float64 // from « Arrêter » to the outcome
	LongestMS  float64 // that anything waited for the window meanwhile
	ImportMS   float64 // of the second time, reading the pages included
	Listed     int     // documents at the end

	ListedMS []float64 `json:",omitempty"` // from each letter that changes the first hits to when they are in the list
	KeysMS   []float64 `json:",omitempty"` // the same until the window was drawn with them
	FirstMS  float64   // the same of the first letter, for which the index is read
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "render-worker" {
		if err := worker.Main(os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		return
	}
	if len(os.Args) != 2 || !slices.Contains([]string{"scroll", "import", "find"}, os.Args[1]) {
		fmt.Fprintln(os.Stderr, "usage: measure scroll|import|find")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(what string) error {
	importing := what == "import"
	folder, err := os.MkdirTemp("", "carnet-scroll-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	tables, err := session.LoadTables(assets.FS)
	if err != nil {
		return err
	}
	path := filepath.Join(folder, "mesure.carnet")
	source := filepath.Join(folder, "source")
	m := &measure{done: make(chan error, 1)}
	if what == "find" {
		err = writeTexts(source)
	} else {
		err = write(source, importing)
	}
	if err != nil {
		return err
	}
	if err := m.fill(path, source, tables.Filing, what); err != nil {
		return err
	}
	const id = "fr.carnet.mesure"
	fyneapp.SetMetadata(fyne.AppMetadata{ID: id, Migrations: map[string]bool{"fyneDo": true}}) // as cmd/carnet does
	app := fyneapp.NewWithID(id)
	window := ui.New(app, ui.Options{
		System: text.French, Vault: vault.Options{Filing: tables.Filing, Profile: tables.Kinds, Means: "window"}, Tables: tables, Path: path, Open: path,
		Words: func(l text.Language) []string { return assets.Words(l.Tag()) },
		Pages: func() *render.Client { return render.New(nil) },
		Now:   time.Now,
	})
	m.app = app
	go func() {
		err := m.unlock()
		switch {
		case err != nil:
		case importing:
			err = m.add(window, source)
		case what == "find":
			err = m.find()
		default:
			err = m.list()
		}
		m.done <- err
		fyne.Do(window.Quit)
	}()
	window.Run()
	if err := <-m.done; err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(m.Result)
}

// write makes the files: all of them with a page when they are to be added by the
// window, else every fifth.
func write(source string, importing bool) error {
	if err := os.Mkdir(source, 0o700); err != nil {
		return err
	}
	n, each := documents, documents/pictures
	if importing {
		n, each = imported, 1
	}
	for i := range n {
		name, content := fmt.Sprintf("note-%04d.txt", i), []byte(fmt.Sprintf("note %d\n", i))
		if i%each == 0 {
			name, content = fmt.Sprintf("page-%04d.pdf", i), page(i)
		}
		if err := os.WriteFile(filepath.Join(source, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// fill makes the vault, with the documents in it unless the window is to add
// them.
func (m *measure) fill(path, source string, rules *filing.Rules, what string) error {
	ctx := context.Background()
	v, _, err := vault.Create(ctx, path, vault.First{Name: "Mesure", Birth: "1980-01-01", Passphrase: []byte(passphrase)}, &vault.Options{Filing: rules})
	if err != nil {
		return err
	}
	people, err := v.Patients()
	if err != nil {
		return err
	}
	if what != "import" {
		for x := range v.Import(ctx, people[0].ID, []string{source}, nil) {
			if x.Err != nil {
				return x.Err
			}
		}
	}
	if what == "find" {
		if err := v.Examine(ctx, nil, nil); err != nil {
			return err
		}
		if err := v.Close(); err != nil { // which writes the index
			return err
		}
		if v, err = vault.Unlock(ctx, path, []byte(passphrase), nil); err != nil {
			return err
		}
		if err := m.expect(ctx, v, people[0].ID); err != nil {
			return err
		}
	}
	return v.Close()
}

// typed are the words that « measure find » types, letter by letter.
var typed = []string{"hémoglobine", "vaccination", "créatinine", "échographie", "ordonnance asthme", "paracétamol", "résultats analyses"}

// asked is what stands in the field after a letter, and the first titles that have
// to be shown then.
type asked struct {
	words string
	first []string
}

// firstHits is how many of the hits are waited for: as many as the least window
// shows.
const firstHits = 4

// expect asks the vault what each letter will find.
func (m *measure) expect(ctx context.Context, v *vault.Vault, patient record.ID) error {
	for _, word := range typed {
		for i := range word {
			if i == 0 {
				continue
			}
			m.letters = append(m.letters, asked{words: word[:i]})
		}
		m.letters = append(m.letters, asked{words: word})
	}
	for i := range m.letters {
		found, err := v.Search(ctx, vault.SearchQuery{Words: m.letters[i].words, Patient: patient, Limit: 200})
		if err != nil {
			return err
		}
		for _, hit := range found.Hits[:min(firstHits, len(found.Hits))] {
			m.letters[i].first = append(m.letters[i].first, hit.Document.Title)
		}
	}
	return nil
}

// writeTexts makes the documents that are searched.
func writeTexts(source string) error {
	if err := os.Mkdir(source, 0o700); err != nil {
		return err
	}
	n := 0
	for d := range searchtest.New(1).Documents(documents) {
		name := fmt.Sprintf("%s %04d.txt", d.Title, n)
		if err := os.WriteFile(filepath.Join(source, name), []byte(d.Text), 0o600); err != nil {
			return err
		}
		n++
	}
	return nil
}

// find types into the search and waits after each letter for its hits.
func (m *measure) find() error {
	m.Documents = documents
	_, list, err := m.open()
	if err != nil {
		return err
	}
	m.press(text.Find)
	field, err := find(m, func(f *kit.Field) bool { return f.Visible() })
	if err != nil {
		return err
	}
	var before []string
	for i, letter := range m.letters {
		if slices.Equal(letter.first, before) || len(letter.first) == 0 {
			fyne.DoAndWait(func() { typeInto(field.Entry, letter.words) })
			time.Sleep(500 * time.Millisecond)
			before = letter.first
			continue
		}
		began := time.Now()
		fyne.DoAndWait(func() { typeInto(field.Entry, letter.words) })
		for {
			var now []string
			fyne.DoAndWait(func() { now = titles(list) })
			if len(now) >= len(letter.first) && slices.Equal(now[:len(letter.first)], letter.first) {
				break
			}
			if time.Since(began) > time.Minute {
				return fmt.Errorf("letter %d: %q are shown, not %q", i, now, letter.first)
			}
			time.Sleep(time.Millisecond)
		}
		listed := since(began)
		m.frame()
		if m.FirstMS == 0 {
			m.FirstMS = since(began)
		} else {
			m.ListedMS, m.KeysMS = append(m.ListedMS, listed), append(m.KeysMS, since(began))
		}
		before = letter.first
		time.Sleep(300 * time.Millisecond) // a person's next letter
	}
	m.Anonymous, err = anonymous()
	return err
}

// typeInto types the letter by which words differ from what stands in a field, as
// the keyboard does; another word takes the place of what stands there.
func typeInto(e *kit.Entry, words string) {
	letter, ok := strings.CutPrefix(words, e.Text)
	if !ok {
		e.SetText(words)
		return
	}
	for _, r := range letter {
		e.TypedRune(r)
	}
}

// titles are those of the rows in sight, from above.
func titles(list *kit.List) (out []string) {
	driver := fyne.CurrentApp().Driver()
	var rows []*kit.Row
	var look func(o fyne.CanvasObject)
	look = func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *kit.Row:
			if o.Visible() {
				rows = append(rows, o)
			}
		case *fyne.Container:
			for _, part := range o.Objects {
				look(part)
			}
		case fyne.Widget:
			for _, part := range test.WidgetRenderer(o).Objects() {
				look(part)
			}
		}
	}
	look(list)
	above := func(r *kit.Row) float32 { return driver.AbsolutePositionForObject(r).Y }
	slices.SortFunc(rows, func(a, b *kit.Row) int { return cmp.Compare(above(a), above(b)) })
	for _, r := range rows {
		out = append(out, r.AccessibilityLabel())
	}
	return out
}

// page is a PDF of one page with a number on it.
func page(n int) []byte {
	var b bytes.Buffer
	var at []int
	object := func(body string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), body)
	}
	b.WriteString("%PDF-1.4\n")
	draw := fmt.Sprintf("BT /F1 60 Tf 60 700 Td (Page %d) Tj ET 60 %d 400 40 re f", n, 100+n%500)
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>")
	object(fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(draw), draw))
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

type measure struct {
	Result
	app     fyne.App
	done    chan error
	letters []asked
}

// window is ours: the toolkit's test list comes later.
func (m *measure) window() fyne.Window { return m.app.Driver().AllWindows()[0] }

// find looks for something on screen, from any goroutine, for a minute.
func find[T fyne.CanvasObject](m *measure, fits func(T) bool) (T, error) {
	return findIn(m, func() fyne.CanvasObject { return m.window().Canvas().Content() }, fits)
}

func findIn[T fyne.CanvasObject](m *measure, where func() fyne.CanvasObject, fits func(T) bool) (found T, err error) {
	for range 6000 {
		var ok bool
		fyne.DoAndWait(func() {
			kit.Walk(where(), func(o fyne.CanvasObject) bool {
				if t, is := o.(T); is && fits(t) {
					found, ok = t, true
				}
				return !ok
			})
		})
		if ok {
			return found, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return found, errors.New("not found on screen")
}

// unlock opens the vault and waits for the home screen.
func (m *measure) unlock() error {
	time.Sleep(time.Second)
	field, err := find(m, func(*kit.Field) bool { return true })
	if err != nil {
		return err
	}
	fyne.DoAndWait(func() {
		field.SetText(passphrase)
		field.Entry.OnEnter()
	})
	_, err = m.button(text.French.Say(text.SeeDocuments))
	time.Sleep(2 * time.Second)
	return err
}

func (m *measure) button(label string) (*kit.Button, error) {
	return find(m, func(b *kit.Button) bool { return b.Label == label })
}

// add drops a folder on the window, stops half way, and drops it again.
func (m *measure) add(window *ui.Window, source string) error {
	var watching atomic.Bool
	var longest atomic.Int64
	watching.Store(true)
	watched := make(chan struct{})
	go func() { // the watchdog
		defer close(watched)
		for watching.Load() {
			asked := time.Now()
			fyne.DoAndWait(func() {})
			longest.Store(max(longest.Load(), int64(time.Since(asked))))
			time.Sleep(5 * time.Millisecond)
		}
	}()
	began, err := m.drop(window, source)
	if err != nil {
		return err
	}
	if _, err := find(m, func(l *kit.List) bool { _, to := l.InSight(); return to > 0 }); err != nil {
		return err
	}
	m.FirstRowMS = since(began)
	stop, err := find(m, func(b *kit.Button) bool {
		return b.Label == text.French.Say(text.StopImport) || b.Label == text.French.Say(text.StopLooking)
	})
	if err != nil {
		return err
	}
	began = time.Now()
	fyne.DoAndWait(func() { stop.Tapped(nil) })
	if _, err := m.button(text.French.Say(text.Close)); err != nil {
		return err
	}
	m.StopMS = since(began)
	if began, err = m.drop(window, source); err != nil {
		return err
	}
	if _, err := m.button(text.French.Say(text.SeeList)); err != nil { // there are duplicates to see
		return err
	}
	m.ImportMS = since(began)
	watching.Store(false)
	<-watched
	m.LongestMS = float64(longest.Load()) / float64(time.Millisecond)
	count, err := find(m, func(l *kit.List) bool { return true })
	if err != nil {
		return err
	}
	fyne.DoAndWait(func() {
		count.MoveTo(imported * 2)
		m.Listed = count.CursorRow() + 1
	})
	m.Anonymous, err = anonymous()
	return err
}

// drop lets a folder go over the window and says yes; it tells when.
func (m *measure) drop(window *ui.Window, source string) (time.Time, error) {
	fyne.DoAndWait(func() { window.Dropped([]string{source}) })
	into, err := findIn(m, func() fyne.CanvasObject { return m.window().Canvas().Overlays().Top() }, func(b *kit.Button) bool { return b.Weight == kit.Primary })
	if err != nil {
		return time.Time{}, err
	}
	began := time.Now()
	fyne.DoAndWait(func() { into.Tapped(nil) })
	return began, nil
}

func since(t time.Time) float64 { return float64(time.Since(t).Microseconds()) / 1000 }

// list opens the documents and scrolls.
func (m *measure) list() error {
	m.Documents = documents
	var list *kit.List
	for range rounds {
		took, l, err := m.open()
		if err != nil {
			return err
		}
		list = l
		m.OpenMS = append(m.OpenMS, took)
	}
	var wheel *kit.Scroll
	fyne.DoAndWait(func() {
		kit.Walk(list, func(o fyne.CanvasObject) bool {
			wheel, _ = o.(*kit.Scroll)
			return wheel == nil
		})
	})
	var theirs *widget.List
	var other fyne.Window
	fyne.DoAndWait(func() {
		theirs = widget.NewList(func() int { return fynesRows }, func() fyne.CanvasObject { return widget.NewLabel("row") }, func(i int, o fyne.CanvasObject) {
			o.(*widget.Label).SetText("row " + strconv.Itoa(i))
		})
		other = m.app.NewWindow("toolkit")
		other.SetContent(theirs)
		other.Resize(m.window().Canvas().Size())
	})
	for range rounds {
		fyne.DoAndWait(func() { list.MoveTo(0) })
		fps, worst := m.scroll(func() { wheel.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -step)}) })
		m.Carnet, m.WorstMS = append(m.Carnet, fps), append(m.WorstMS, worst)
		offset := float32(0)
		fyne.DoAndWait(other.Show)
		time.Sleep(500 * time.Millisecond)
		fps, _ = m.scroll(func() {
			offset += step
			theirs.ScrollToOffset(offset)
		})
		fyne.DoAndWait(other.Hide)
		time.Sleep(300 * time.Millisecond)
		m.Toolkit = append(m.Toolkit, fps)
	}
	// Slowly through everything that has a picture, so that each is fetched.
	for row := 0; row < documents; row += 12 {
		fyne.DoAndWait(func() { list.MoveTo(row) })
		time.Sleep(40 * time.Millisecond)
	}
	runtime.GC()
	var err error
	m.Anonymous, err = anonymous()
	return err
}

// press chooses a command of the menu.
func (m *measure) press(label text.Message) {
	fyne.DoAndWait(func() {
		for _, menu := range m.window().MainMenu().Items {
			for _, item := range menu.Items {
				if item.Label == text.French.Say(label) {
					item.Action()
					return
				}
			}
		}
	})
}

// open goes to the documents and waits for the frame that shows the first rows.
func (m *measure) open() (ms float64, list *kit.List, err error) {
	m.press(text.HomeTitle)
	time.Sleep(time.Second)
	start := time.Now()
	m.press(text.DocumentsTitle)
	for {
		list, err = find(m, func(l *kit.List) bool { _, to := l.InSight(); return to > 5 })
		if err != nil {
			return 0, nil, err
		}
		break
	}
	m.frame()
	return since(start), list, nil
}

// frame waits until the window was drawn as it is now: the toolkit ticks, draws,
// and then does what was asked of it at the tick.
func (m *measure) frame() {
	drawn := make(chan struct{}, 1)
	fyne.DoAndWait(func() {
		var a *fyne.Animation
		a = fyne.NewAnimation(time.Minute, func(float32) {
			a.Stop()
			fyne.Do(func() { drawn <- struct{}{} })
		})
		a.Start()
	})
	<-drawn
}

// scroll does a step before each frame and counts frames: the toolkit ticks
// animations once a frame, sixty times a second at most.
func (m *measure) scroll(step func()) (fps, worstMS float64) {
	var frames atomic.Int64
	var last time.Time
	var worst time.Duration
	var a *fyne.Animation
	start := time.Now()
	fyne.DoAndWait(func() {
		a = fyne.NewAnimation(time.Hour, func(float32) {
			now := time.Now()
			if !last.IsZero() {
				worst = max(worst, now.Sub(last))
			}
			last = now
			frames.Add(1)
			step()
		})
		a.Start()
	})
	time.Sleep(scrolling)
	fyne.DoAndWait(a.Stop)
	return float64(frames.Load()) / time.Since(start).Seconds(), float64(worst.Microseconds()) / 1000
}

// anonymous is the memory of this process that no file backs.
func anonymous() (int64, error) {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kb << 10, err
		}
	}
	return 0, errors.New("no RssAnon in /proc")
}
