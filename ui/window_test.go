package ui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"carnet/assets"
	"carnet/cmd/carnet/samples"
	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/filing"
	"carnet/vault/profile"
	"carnet/vault/record"
	"carnet/vault/render"
	"carnet/vault/render/worker"
	"carnet/vault/salvage"
	"carnet/vault/seal"
)

// TestMain makes the test binary the process that draws pages.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "render-worker" {
		if err := worker.Main(os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	if len(os.Args) > 1 && os.Args[1] == salvage.Mode {
		os.Exit(salvage.Child(os.Args[2:]))
	}
	code := m.Run()
	if family.dir != "" {
		os.RemoveAll(family.dir)
	}
	os.Exit(code)
}

// patience is the longest that a test waits for anything: pages of scans to be read
// on a busy computer, for instance.
const patience = time.Minute

// today is the clock of the tests.
var today = time.Date(2026, time.November, 20, 10, 30, 0, 0, time.UTC)

// phrase opens the vault of the family.
const phrase = "cinq mots pour ouvrir ici"

var tables = sync.OnceValue(func() *session.Tables {
	t, err := session.LoadTables(assets.FS)
	if err != nil {
		panic(err)
	}
	return t
})

func rules() *filing.Rules { return tables().Filing }

func kinds() *profile.Table { return tables().Kinds }

func vaultOptions(now func() time.Time) vault.Options {
	return vault.Options{Argon2: seal.Floor, Means: "window", Filing: rules(), Profile: kinds(), Measures: tables().Measures, Attestations: tables().Terms, Attest: text.French.Attest, Now: now}
}

// pump runs on the goroutine of the test what the window wants drawn.
type pump struct {
	mu      sync.Mutex
	waiting []func()
	came    chan struct{}
}

func (p *pump) do(f func()) {
	p.mu.Lock()
	p.waiting = append(p.waiting, f)
	p.mu.Unlock()
	select {
	case p.came <- struct{}{}:
	default:
	}
}

// run runs what waits, and reports whether there was anything.
func (p *pump) run() (any bool) {
	for {
		p.mu.Lock()
		if len(p.waiting) == 0 {
			p.mu.Unlock()
			return any
		}
		f := p.waiting[0]
		p.waiting = p.waiting[1:]
		p.mu.Unlock()
		f()
		any = true
	}
}

// TestNothingAtTheEnd: nothing is left of what the toolkit wants to do when its loop
// has ended, which it would sometimes wait for in vain.
func TestNothingAtTheEnd(t *testing.T) {
	u := sit(t)
	u.leave()
	end, ok := u.app.Lifecycle().(interface {
		SetOnStoppedHookExecuted(func())
		OnStopped() func()
	})
	if !ok {
		t.Fatal("the toolkit has another way to end")
	}
	end.SetOnStoppedHookExecuted(func() {})
	u.start(u.app)
	if end.OnStopped() != nil {
		t.Error("something is left to do")
	}
}

// user is somebody at the window.
type user struct {
	*Window
	t    *testing.T
	pump *pump
	dir  string // of everything on the disk
	now  time.Time
	tune []func(*Options)

	pressed *kit.Button // last
}

// sit starts the program on a computer where it never ran.
func sit(t *testing.T, tune ...func(*Options)) *user {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", filepath.Join(dir, "home"))
	t.Setenv("USERPROFILE", filepath.Join(dir, "home"))
	t.Setenv("PATH", filepath.Join(dir, "none")) // no printing system
	if err := os.MkdirAll(filepath.Join(dir, "home", "Documents"), 0o700); err != nil {
		t.Fatal(err)
	}
	u := &user{t: t, dir: dir, now: today, tune: tune}
	u.start(test.NewTempApp(t))
	t.Cleanup(u.leave)
	return u
}

// start shows the window of an app.
func (u *user) start(a fyne.App) {
	u.t.Helper()
	u.pump = &pump{came: make(chan struct{}, 1)}
	clock := func() time.Time { return u.now }
	o := Options{
		System: text.French, Vault: vaultOptions(nil), Tables: tables(), Build: thisBuild(u.t), Path: filepath.Join(u.dir, "data", "coffre.carnet"), Prefs: filepath.Join(u.dir, "prefs", "window.json"),
		Words: func(l text.Language) []string { return assets.Words(l.Tag()) },
		Try: func(context.Context) (string, []byte, error) {
			path := filepath.Join(u.dir, "exemple.carnet")
			return path, []byte(phrase), copyFile(makeFamily(u.t), path)
		},
		Pages: func() *render.Client { return render.New(nil) },
		Now:   clock, Do: u.pump.do,
	}
	o.Vault.Now = func() time.Time { return today }
	for _, f := range u.tune {
		f(&o)
	}
	u.Window = New(a, o)
	u.settle()
}

// leave ends what still goes on.
func (u *user) leave() {
	u.Lock()
	u.settle()
	<-u.closed
}

// restart ends the program and starts it again.
func (u *user) restart() {
	u.t.Helper()
	u.leave()
	u.start(u.app)
}

// settle waits until the window has nothing left to do.
func (u *user) settle() {
	u.t.Helper()
	limit := time.Now().Add(patience)
	for again := true; again; {
		if time.Now().After(limit) {
			u.t.Fatalf("the window never stops moving:\n%s", u.seen())
		}
		u.pump.run()
		ended := make(chan struct{})
		stage := u.stage
		go func() {
			stage.Wait()
			close(ended)
		}()
		select {
		case <-ended:
		case <-time.After(patience):
			stacks := make([]byte, 1<<20)
			u.t.Fatalf("the window does not come to rest\n%s", stacks[:runtime.Stack(stacks, true)])
		}
		again = u.pump.run()
	}
}

// until waits for something to be seen.
func (u *user) until(what string, seen func() bool) {
	u.t.Helper()
	limit := time.After(patience)
	for {
		u.pump.run()
		if seen() {
			return
		}
		select {
		case <-u.pump.came:
		case <-limit:
			u.t.Fatalf("%s: not after %v. On screen:\n%s", what, patience, u.seen())
		}
	}
}

// front is what the person deals with: the sheet in front, else the window.
func (u *user) front() fyne.CanvasObject {
	if top := u.win.Canvas().Overlays().Top(); top != nil {
		return top
	}
	return u.stage.Content()
}

// walk visits what is drawn, as the toolkit sees it; hidden visits what is not
// visible as well.
func walk(o fyne.CanvasObject, hidden bool, visit func(fyne.CanvasObject)) {
	if o == nil || !hidden && !o.Visible() {
		return
	}
	visit(o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, part := range o.Objects {
			walk(part, hidden, visit)
		}
	case fyne.Widget:
		for _, part := range test.WidgetRenderer(o).Objects() {
			walk(part, hidden, visit)
		}
	}
}

func words(o fyne.CanvasObject, hidden bool) string {
	var out []string
	walk(o, hidden, func(o fyne.CanvasObject) {
		if t, ok := o.(*canvas.Text); ok && t.Text != "" {
			out = append(out, t.Text)
		}
	})
	return strings.Join(out, " ")
}

// seen is every word that can be read now, in the sheet in front or else in the
// window.
func (u *user) seen() string { return words(u.front(), false) }

// everything is every word anywhere in the window, hidden or behind.
func (u *user) everything() string {
	out := u.win.Title() + "\n" + words(u.win.Canvas().Content(), true)
	for _, o := range u.win.Canvas().Overlays().List() {
		out += "\n" + words(o, true)
	}
	return out
}

// reads fails unless sentences can be read.
func (u *user) reads(sentences ...string) {
	u.t.Helper()
	seen := flat(u.seen())
	for _, s := range sentences {
		if !strings.Contains(seen, flat(s)) {
			u.t.Errorf("%q cannot be read in:\n%s", s, seen)
		}
	}
}

// flat makes every space one: lines break at them.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// mayRead reports whether a sentence can be read.
func (u *user) mayRead(s string) bool { return strings.Contains(flat(u.seen()), flat(s)) }

// all gives the visible controls of a type in front.
func all[T fyne.CanvasObject](u *user) (out []T) {
	kit.Walk(u.front(), func(o fyne.CanvasObject) bool {
		if c, ok := o.(T); ok {
			out = append(out, c)
		}
		return true
	})
	return out
}

func (u *user) find(label string) *kit.Button {
	for _, b := range all[*kit.Button](u) {
		if b.Label == label {
			return b
		}
	}
	return nil
}

// button is a button in front, by its label.
func (u *user) button(m text.Message, values ...any) *kit.Button {
	u.t.Helper()
	label := u.Say(m, values...)
	b := u.find(label)
	if b == nil {
		u.t.Fatalf("no button %q among %q", label, u.labels())
	}
	return b
}

func (u *user) labels() (out []string) {
	for _, b := range all[*kit.Button](u) {
		out = append(out, b.Label)
	}
	return out
}

// focus gives a control the keyboard, as Tab would.
func (u *user) focus(f fyne.Focusable) {
	u.t.Helper()
	c := u.win.Canvas()
	c.Focus(f)
	if c.Focused() != f {
		u.t.Fatalf("%T does not take the keyboard; %T has it", f, c.Focused())
	}
}

// press presses a button with the keyboard and waits for what follows.
func (u *user) press(m text.Message, values ...any) {
	u.t.Helper()
	u.pressOnly(m, values...)
	u.settle()
}

// pressOnly presses a button and waits for nothing.
func (u *user) pressOnly(m text.Message, values ...any) {
	u.t.Helper()
	b := u.button(m, values...)
	u.focus(b)
	u.pressed = b
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
}

// key presses a key for whatever has the keyboard.
func (u *user) key(name fyne.KeyName) {
	u.t.Helper()
	k := &fyne.KeyEvent{Name: name}
	if f := u.win.Canvas().Focused(); f != nil {
		f.TypedKey(k)
	} else {
		u.win.Canvas().OnTypedKey()(k)
	}
	u.settle()
}

// entry is where one types into the field of a label.
func (u *user) entry(m text.Message, values ...any) *kit.Entry {
	u.t.Helper()
	label := u.Say(m, values...)
	for _, f := range all[*kit.Field](u) {
		if f.Entry.AccessibilityLabel() == label {
			return f.Entry
		}
	}
	u.t.Fatalf("no field %q in:\n%s", label, u.seen())
	return nil
}

// types replaces what stands in a field.
func (u *user) types(what string, m text.Message, values ...any) {
	u.t.Helper()
	e := u.entry(m, values...)
	u.focus(e)
	e.SetText("")
	for _, r := range what {
		e.TypedRune(r)
	}
	u.settle()
}

// segments is a choice that has a label.
func (u *user) segments(label string) *kit.Segments {
	u.t.Helper()
	for _, s := range all[*kit.Segments](u) {
		if slices.Contains(s.Labels, label) {
			return s
		}
	}
	var got [][]string
	for _, s := range all[*kit.Segments](u) {
		got = append(got, s.Labels)
	}
	u.t.Fatalf("no choice %q among %q", label, got)
	return nil
}

// chooses takes one of a few choices with the arrow keys.
func (u *user) chooses(label string) {
	u.t.Helper()
	s := u.segments(label)
	u.focus(s)
	s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
	for range s.Labels {
		u.settle()
		s = u.segments(label) // the screen may have been made again
		if s.Labels[s.Chosen] == label {
			return
		}
		u.focus(s)
		s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	}
	u.settle()
}

// ticks ticks the box of a sentence.
func (u *user) ticks(m text.Message, args ...any) {
	u.t.Helper()
	for _, c := range all[*kit.Check](u) {
		if c.AccessibilityLabel() == u.Say(m, args...) {
			u.focus(c)
			u.key(fyne.KeySpace)
			return
		}
	}
	u.t.Fatalf("no box %q", u.Say(m, args...))
}

// command runs a command of the menu.
func (u *user) command(m text.Message) {
	u.t.Helper()
	u.commandOnly(m)
	u.settle()
}

func (u *user) commandOnly(m text.Message) {
	u.t.Helper()
	for _, menu := range u.win.MainMenu().Items {
		for _, item := range menu.Items {
			name, _, _ := strings.Cut(item.Label, "  (") // a key that is said
			if name == u.Say(m) {
				item.Action()
				return
			}
		}
	}
	u.t.Fatalf("no command %q in the menu", u.Say(m))
}

// list is the list on screen.
func (u *user) list() *kit.List {
	u.t.Helper()
	lists := all[*kit.List](u)
	if len(lists) != 1 {
		u.t.Fatalf("%d lists on screen:\n%s", len(lists), u.seen())
	}
	return lists[0]
}

// rows gives the name of every row of the list.
func (u *user) rows() (out []string) {
	u.t.Helper()
	l := u.list()
	l.MoveTo(0)
	for i := 0; ; i++ {
		l.MoveTo(i)
		if l.CursorRow() != i {
			break
		}
		if name := l.AccessibilityLabel(); name != "" || i > 0 {
			out = append(out, name)
		}
	}
	l.MoveTo(0)
	return out
}

// at puts the cursor of the list on a row.
func (u *user) at(name string) {
	u.t.Helper()
	for i, row := range u.rows() {
		if row == name {
			u.focus(u.list())
			u.list().MoveTo(i)
			return
		}
	}
	u.t.Fatalf("no row %q among %q", name, u.rows())
}

// sheet is the title of the sheet in front, "" for none.
func (u *user) sheet() string {
	if s, ok := u.win.Canvas().Overlays().Top().(*kit.Sheet); ok {
		return s.Title()
	}
	return ""
}

// shows fails unless the sheet in front has a title, "" for no sheet.
func (u *user) shows(title string) {
	u.t.Helper()
	if got := u.sheet(); got != title {
		u.t.Fatalf("the sheet in front is %q, not %q:\n%s", got, title, u.seen())
	}
}

// resize changes the size of the window.
func (u *user) resize(width, height float32) {
	u.win.Resize(fyne.NewSize(width, height))
	u.settle()
}

// scale chooses a size of text, as the settings do.
func (u *user) scale(s float32) {
	t := u.prefs.Theme()
	t.Scale = s
	u.SetTheme(t)
	u.settle()
}

// unlock types the passphrase.
func (u *user) unlock(secret string) {
	u.t.Helper()
	u.types(secret, text.PhraseLabel)
	u.press(text.Open)
}

// opened fails unless the vault is open.
func (u *user) isOpen() {
	u.t.Helper()
	if u.open == nil {
		u.t.Fatalf("the vault is not open:\n%s", u.seen())
	}
}

// home of the vault that the tests of an open window begin with: Camille, and her
// child Léa with nine documents.
var family struct {
	sync.Once
	dir, path string
	err       error
}

// makeFamily makes that vault once: keys are slow to derive on purpose.
func makeFamily(t testing.TB) string {
	family.Do(func() { family.err = writeFamily() })
	if family.err != nil {
		t.Fatal(family.err)
	}
	return family.path
}

func writeFamily() (err error) {
	ctx := context.Background()
	if family.dir, err = os.MkdirTemp("", "carnet-ui-test-"); err != nil {
		return err
	}
	family.path = filepath.Join(family.dir, "famille.carnet")
	now := today
	opt := vaultOptions(func() time.Time { now = now.Add(time.Minute); return now })
	v, _, err := vault.Create(ctx, family.path, vault.First{Name: "Camille", Birth: "1985-04-12", Passphrase: []byte(phrase)}, &opt)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	child, err := v.AddPatient(ctx, record.Patient{Name: "Léa", Birth: "2019-09-03", Sex: record.Female}, false)
	if err != nil {
		return err
	}
	files, err := samples.Make(today)
	if err != nil {
		return err
	}
	folder := filepath.Join(family.dir, "files")
	paths, err := writeFiles(folder, files[:len(files)-1]) // the last one is a second copy
	if err != nil {
		return err
	}
	for _, path := range paths { // one by one: the order of two of a day is that in which they came
		for x := range v.Import(ctx, child.ID, []string{path}, nil) {
			if x.Err != nil {
				return x.Err
			}
		}
	}
	client := render.New(nil)
	defer client.Close()
	return v.Examine(ctx, reader{client}, nil)
}

type reader struct{ c *render.Client }

func (r reader) Probe(ctx context.Context, content io.Reader, size int64) (int, string, error) {
	found, err := r.c.Probe(ctx, content, size)
	return found.Pages, found.Text, err
}

func writeFiles(folder string, files []samples.File) (paths []string, err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	for _, f := range files {
		path := filepath.Join(folder, f.Name)
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}

// home sits before a fresh copy of the family's vault, open, with the child on
// screen.
func atHome(t *testing.T, tune ...func(*Options)) *user {
	t.Helper()
	path := filepath.Join(t.TempDir(), "famille.carnet")
	if err := copyFile(makeFamily(t), path); err != nil {
		t.Fatal(err)
	}
	u := sit(t, append([]func(*Options){func(o *Options) { o.Open = path }}, tune...)...)
	u.unlock(phrase)
	u.isOpen()
	u.showPerson("Léa")
	return u
}

// atDocuments is the same, with the documents on screen.
func atDocuments(t *testing.T, tune ...func(*Options)) *user {
	t.Helper()
	u := atHome(t, tune...)
	u.command(text.DocumentsTitle)
	return u
}

// showPerson chooses whose record is shown.
func (u *user) showPerson(name string) {
	u.t.Helper()
	u.command(text.ChoosePersonTitle)
	u.shows(u.Say(text.ChoosePersonTitle))
	for _, b := range all[*kit.Button](u) {
		if strings.HasPrefix(b.Label, name+",") {
			u.focus(b)
			b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
			u.settle()
			return
		}
	}
	u.t.Fatalf("no %s among %q", name, u.labels())
}

// documents reads what is in the vault about the person shown, past the window.
func (u *user) documents() []record.Document {
	u.t.Helper()
	docs, err := u.open.Vault.Documents(u.open.Person().ID)
	if err != nil {
		u.t.Fatal(err)
	}
	return docs
}

// document is the one of a title.
func (u *user) document(title string) record.Document {
	u.t.Helper()
	for _, d := range u.documents() {
		if d.Title == title {
			return d
		}
	}
	u.t.Fatalf("no document %q", title)
	return record.Document{}
}

// content is the bytes of a document.
func (u *user) content(id record.ID) []byte {
	u.t.Helper()
	c, err := u.open.Vault.Open(context.Background(), id, record.DocumentRead)
	if err != nil {
		u.t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(c); err != nil {
		u.t.Fatal(err)
	}
	return b.Bytes()
}

// write puts files into a folder and returns their paths.
func (u *user) write(files ...samples.File) []string {
	u.t.Helper()
	paths, err := writeFiles(filepath.Join(u.dir, "in"), files)
	if err != nil {
		u.t.Fatal(err)
	}
	return paths
}

// note is a text file that no other is like.
func note(name string) samples.File {
	return samples.File{Name: name, Data: []byte("note " + name + "\n")}
}

// place is the screen in place.
func (u *user) in(p session.Place) bool { return u.open != nil && u.place == p }
