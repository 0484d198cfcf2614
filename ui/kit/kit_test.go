package kit

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// stage is a window whose drawing runs when the test says so.
type testStage struct {
	*Stage
	t       *testing.T
	mu      sync.Mutex
	waiting []func()
}

func newTestStage(t *testing.T, width, height float32, content fyne.CanvasObject) *testStage {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(Theme{Look: Light, Scale: 1})
	w := a.NewWindow("")
	w.SetPadded(false)
	s := &testStage{Stage: NewStage(w.Canvas()), t: t}
	s.Do = func(f func()) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.waiting = append(s.waiting, f)
	}
	w.Resize(fyne.NewSize(width, height))
	s.Present(content)
	s.Settle()
	s.run()
	return s
}

// run runs what waits to be drawn.
func (s *testStage) run() {
	for range 1000 {
		s.mu.Lock()
		if len(s.waiting) == 0 {
			s.mu.Unlock()
			return
		}
		f := s.waiting[0]
		s.waiting = s.waiting[1:]
		s.mu.Unlock()
		f()
	}
	s.t.Fatal("the layout never comes to rest")
}

func key(f fyne.Focusable, names ...fyne.KeyName) {
	for _, name := range names {
		f.TypedKey(&fyne.KeyEvent{Name: name})
	}
}

func TestTextWraps(t *testing.T) {
	text := NewText("Un deux trois quatre cinq six sept huit neuf dix onze douze.\nUne autre ligne", Body)
	newTestStage(t, 160, 600, Column(0, text))
	var lines []string
	for _, line := range test.WidgetRenderer(text).(*textRenderer).lines {
		lines = append(lines, line.Text)
		if w := line.MinSize().Width; w > 160 {
			t.Errorf("%q is %v wide", line.Text, w)
		}
		if strings.HasPrefix(line.Text, " ") || strings.HasSuffix(line.Text, " ") {
			t.Errorf("%q begins or ends with a space", line.Text)
		}
	}
	if len(lines) < 4 || strings.Join(lines, " ") != strings.ReplaceAll(text.String(), "\n", " ") {
		t.Errorf("the lines are %q", lines)
	}
	if lines[len(lines)-2] == "douze. Une autre ligne" {
		t.Error("a newline is lost")
	}
	if h := text.MinSize().Height; h != float32(len(lines))*Body.lineHeight() {
		t.Errorf("%d lines are %v high", len(lines), h)
	}
}

func TestLongWordIsBroken(t *testing.T) {
	path := "/tmp/" + strings.Repeat("unTresLongNomDeDossier/", 20)
	text := NewText("Dans "+path+" enfin", Body)
	newTestStage(t, 300, 600, Column(0, text))
	all := ""
	for _, line := range test.WidgetRenderer(text).(*textRenderer).lines {
		if w := line.MinSize().Width; w > 300 {
			t.Errorf("%q is %v wide", line.Text, w)
		}
		all += line.Text
	}
	if strings.ReplaceAll(all, " ", "") != "Dans"+path+"enfin" {
		t.Errorf("broken into %q", all)
	}
	if w := text.MinSize().Width; w > 300 {
		t.Errorf("it wants %v", w)
	}
	narrow, least := breakLines("œuvre", Body, 1) // not even a letter has room
	if len(narrow) != 5 || least <= 0 {
		t.Errorf("in no room: %q", narrow)
	}
}

func TestNonBreakingSpaceHolds(t *testing.T) {
	lines, _ := breakLines("150\u00a0% et 200\u00a0%", Body, Body.width("150\u00a0% et 200"))
	if !slices.Equal(lines, []string{"150\u00a0% et", "200\u00a0%"}) {
		t.Errorf("broken into %q", lines)
	}
}

// rows is a list of numbered rows.
type rows struct {
	*List
	made, opened, marked, deleted int
	names                         []string
}

func newRows(names ...string) *rows {
	r := &rows{names: names, opened: -1, marked: -1, deleted: -1}
	r.List = NewList(ListSource{
		Length: func() int { return len(r.names) },
		Make:   func() fyne.CanvasObject { r.made++; return NewListRow(func(*Row) {}) },
		Bind:   func(i int, o fyne.CanvasObject) { o.(*Row).Present(RowFace{Title: r.names[i], Caption: "x"}) },
		Height: RowHeight,
		Name:   func(i int) string { return r.names[i] },
		Open:   func(i int) { r.opened = i },
		Mark:   func(i int) { r.marked = i },
		Delete: func(i int) { r.deleted = i },
	})
	return r
}

func TestOnlyRowsInSightAreMade(t *testing.T) {
	var names []string
	for i := range 10000 {
		names = append(names, fmt.Sprintf("document %05d", i))
	}
	r := newRows(names...)
	s := newTestStage(t, 900, 600, container.NewStack(r.List))
	for range 50 {
		key(r, fyne.KeyPageDown)
		s.run()
	}
	key(r, fyne.KeyEnd, fyne.KeyHome, fyne.KeyEnd)
	s.run()
	if r.made >= 60 {
		t.Errorf("%d rows were made for 10,000", r.made)
	}
	if from, to := r.InSight(); to != 10000 || to-from > 30 {
		t.Errorf("at the end %d to %d are in sight", from, to)
	}
}

func TestListKeys(t *testing.T) {
	r := newRows("Ablation", "Bilan", "bilan sanguin", "Échographie", "Radio", "Zona")
	s := newTestStage(t, 900, 200, container.NewStack(r.List))
	s.Focus(r.List)
	at := func(want int, what string) {
		t.Helper()
		if r.CursorRow() != want {
			t.Errorf("%s: the cursor is on %d, not %d", what, r.CursorRow(), want)
		}
		from, to := r.InSight()
		if want < from || want >= to {
			t.Errorf("%s: row %d is not among %d to %d in sight", what, want, from, to)
		}
	}
	at(0, "first")
	key(r, fyne.KeyUp)
	at(0, "Up at the top")
	key(r, fyne.KeyDown)
	at(1, "Down")
	key(r, fyne.KeyEnd)
	at(5, "End")
	key(r, fyne.KeyDown)
	at(5, "Down at the end")
	key(r, fyne.KeyHome)
	at(0, "Home")
	key(r, fyne.KeyPageDown)
	if r.CursorRow() == 0 {
		t.Error("Page Down stays")
	}
	key(r, fyne.KeyHome)
	again := func() { r.at = time.Time{} } // a second later
	again()
	r.TypedRune('b')
	at(1, "b")
	r.TypedRune('b')
	at(2, "b again")
	again()
	r.TypedRune('e')
	at(3, "e for É")
	again()
	for _, c := range "bilan s" {
		r.TypedRune(c)
	}
	at(2, "several letters")
	again()
	r.TypedRune('q')
	at(2, "nothing begins so")

	again()
	r.typed = ""
	key(r, fyne.KeyReturn)
	if r.opened != 2 {
		t.Errorf("Enter opened %d", r.opened)
	}
	key(r, fyne.KeySpace)
	if r.marked != 2 {
		t.Errorf("Space marked %d", r.marked)
	}
	key(r, fyne.KeyDelete)
	if r.deleted != 2 {
		t.Errorf("Delete removed %d", r.deleted)
	}
}

// TestSpaceMarksAfterALetter: the space belongs to the letters for a moment only.
func TestSpaceMarksAfterALetter(t *testing.T) {
	r := newRows("Ablation", "Bilan")
	s := newTestStage(t, 900, 200, container.NewStack(r.List))
	s.Focus(r.List)
	r.TypedRune('b')
	r.at = time.Now().Add(-2 * time.Second)
	key(r, fyne.KeySpace)
	r.TypedRune(' ')
	if r.marked != 1 {
		t.Errorf("Space marked %d", r.marked)
	}
}

func TestEmptyListTakesKeys(t *testing.T) {
	r := newRows()
	s := newTestStage(t, 900, 200, container.NewStack(r.List))
	s.Focus(r.List)
	key(r, fyne.KeyDown, fyne.KeyEnd, fyne.KeyHome, fyne.KeyPageDown, fyne.KeyReturn, fyne.KeySpace, fyne.KeyDelete)
	r.TypedRune('a')
	if r.opened != -1 || r.marked != -1 || r.deleted != -1 || r.CursorRow() != 0 {
		t.Errorf("an empty list opened %d, marked %d, removed %d", r.opened, r.marked, r.deleted)
	}
}

func TestListThatBecomesShorter(t *testing.T) {
	r := newRows("a", "b", "c", "d", "e", "f", "g", "h")
	newTestStage(t, 900, 200, container.NewStack(r.List))
	key(r, fyne.KeyEnd)
	r.names = r.names[:2]
	r.Reload()
	if r.CursorRow() != 1 {
		t.Errorf("the cursor is on %d of 2", r.CursorRow())
	}
	if from, to := r.InSight(); from != 0 || to != 2 {
		t.Errorf("%d to %d are in sight", from, to)
	}
}

func TestSegmentsKeys(t *testing.T) {
	var chosen []int
	s := NewSegments("Taille", []string{"un", "deux", "trois"}, 0, func(i int) { chosen = append(chosen, i) })
	newTestStage(t, 900, 200, Column(0, s))
	key(s, fyne.KeyRight, fyne.KeyDown, fyne.KeyRight, fyne.KeyLeft, fyne.KeyHome, fyne.KeyUp, fyne.KeyEnd)
	if want := []int{1, 2, 1, 0, 2}; !slices.Equal(chosen, want) {
		t.Errorf("chose %v, not %v", chosen, want)
	}
	if got := s.AccessibilityLabel(); got != "Taille : trois" {
		t.Errorf("it is called %q", got)
	}
	s.Tapped(&fyne.PointEvent{Position: fyne.NewPos(12, 20)})
	if s.Chosen != 0 {
		t.Errorf("a press at the left chose %d", s.Chosen)
	}
}

func TestSegmentsGoOnBelow(t *testing.T) {
	var labels []string
	for i := range 12 {
		labels = append(labels, fmt.Sprintf("catégorie %d", i))
	}
	s := NewSegments("", labels, -1, nil)
	newTestStage(t, 300, 900, Column(0, s))
	var at []fyne.Position
	s.each(s.Size().Width, func(p fyne.Position, size fyne.Size) {
		at = append(at, p)
		if p.X+size.Width > 300 || p.Y+size.Height > s.Size().Height {
			t.Errorf("a choice goes to %v, %v of %v", p.X+size.Width, p.Y+size.Height, s.Size())
		}
	})
	if at[11].Y == at[0].Y {
		t.Error("all on one row")
	}
	key(s, fyne.KeyRight)
	if s.Chosen != 0 {
		t.Errorf("with none chosen Right chose %d", s.Chosen)
	}
}

func TestButtonAndCheckKeys(t *testing.T) {
	pressed := 0
	b := NewButton("Ouvrir", nil, Primary, func() { pressed++ })
	c := NewCheck("D'accord", false, nil)
	newTestStage(t, 900, 200, Column(0, b, c))
	key(b, fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace, fyne.KeyTab, fyne.KeyDown)
	if pressed != 3 {
		t.Errorf("pressed %d times", pressed)
	}
	key(c, fyne.KeySpace)
	if !c.Checked {
		t.Error("Space does not tick")
	}
	c.Tapped(nil)
	if c.Checked {
		t.Error("a press does not take the tick away")
	}
}

func TestFieldOfSeveralLinesLetsTabLeave(t *testing.T) {
	f := NewField("Notes", FieldOptions{Lines: 4})
	b := NewButton("Garder", nil, Primary, nil)
	s := newTestStage(t, 900, 400, Column(0, f, b))
	s.Focus(f.Entry)
	if f.Entry.AcceptsTab() {
		t.Error("it keeps Tab")
	}
	s.Canvas().FocusNext()
	if s.Canvas().Focused() != fyne.Focusable(b) {
		t.Error("Tab does not leave it")
	}
	entered := false
	one := NewField("Nom", FieldOptions{})
	one.Entry.OnEnter = func() { entered = true }
	key(one.Entry, fyne.KeyReturn)
	key(f.Entry, fyne.KeyReturn)
	if !entered || f.Text() != "\n" {
		t.Errorf("Enter: %v and %q", entered, f.Text())
	}
}

func TestScrollFollowsTheKeyboard(t *testing.T) {
	var buttons []fyne.CanvasObject
	for i := range 40 {
		buttons = append(buttons, NewButton(fmt.Sprintf("bouton %d", i), nil, Plain, nil))
	}
	scroll := NewScroll(Column(0, buttons...))
	s := newTestStage(t, 900, 300, scroll)
	for i := range buttons {
		s.Canvas().FocusNext()
		s.run()
		b := s.Canvas().Focused().(*Button)
		if b != buttons[i] {
			t.Fatalf("Tab goes to %s", b.Label)
		}
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
		if at.Y < 0 || at.Y+b.Size().Height > 300 {
			t.Errorf("%s is at %v", b.Label, at.Y)
		}
	}
	before := scroll.Offset.Y
	key(buttons[39].(*Button), fyne.KeyPageUp)
	if scroll.Offset.Y >= before {
		t.Error("Page Up does not scroll")
	}
	key(buttons[39].(*Button), fyne.KeyPageDown, fyne.KeyPageDown)
	if most := scroll.Content.Size().Height - 300; scroll.Offset.Y != most {
		t.Errorf("Page Down goes to %v of %v", scroll.Offset.Y, most)
	}
}

// TestScrollGoesOnAround: at the end of what is inside, the wheel moves what is
// around.
func TestScrollGoesOnAround(t *testing.T) {
	inner := NewPan("page", Gap(500))
	inner.SetHeight(200)
	outer := NewScroll(Column(0, inner, Gap(900)))
	s := newTestStage(t, 900, 300, outer)
	down := &fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -400)}
	inner.scroll.Scrolled(down)
	if inner.scroll.Offset.Y != 300 || outer.Offset.Y != 0 {
		t.Fatalf("the wheel moves the inside to %v of 300, and what is around to %v", inner.scroll.Offset.Y, outer.Offset.Y)
	}
	inner.scroll.Scrolled(down)
	if outer.Offset.Y != 400 {
		t.Errorf("at the end what is around is at %v", outer.Offset.Y)
	}
	s.run()
}

func TestPanKeys(t *testing.T) {
	wide := canvas.NewRectangle(nil)
	wide.SetMinSize(fyne.NewSize(2000, 1000))
	p := NewPan("page", wide)
	p.SetHeight(200)
	beyond := 0
	p.Beyond = func(step int) { beyond += step }
	s := newTestStage(t, 900, 600, NewScroll(Column(0, p, Gap(900))))
	s.Focus(p)
	at := func(what string, x, y float32) {
		t.Helper()
		if p.scroll.Offset != fyne.NewPos(x, y) {
			t.Errorf("%s: at %v, not %v, %v", what, p.scroll.Offset, x, y)
		}
	}
	room := p.scroll.Size()
	key(p, fyne.KeyRight, fyne.KeyDown)
	at("right and down", room.Width/4, room.Height/4)
	key(p, fyne.KeyEnd)
	at("the end", 2000-room.Width, 1000-room.Height)
	if beyond != 0 {
		t.Fatalf("beyond the edge by %d too early", beyond)
	}
	key(p, fyne.KeyRight)
	if beyond != 1 {
		t.Errorf("right of the right edge asks for %d", beyond)
	}
	key(p, fyne.KeyHome, fyne.KeyLeft)
	at("the beginning", 0, 0)
	if beyond != 0 {
		t.Errorf("left of the left edge asks for %d", beyond-1)
	}
	key(p, fyne.KeyPageDown)
	at("a page", 0, room.Height*0.85)
	outer := s.Content().(*Scroll)
	key(p, fyne.KeyEnd, fyne.KeyPageDown)
	if outer.Offset.Y == 0 {
		t.Error("at the end Page Down does not move what is around")
	}
}

// TestAbove: one takes the room that the others leave, and Tab goes from the top
// to the bottom.
func TestAbove(t *testing.T) {
	var objects []fyne.CanvasObject
	for i := range 3 {
		objects = append(objects, NewButton(fmt.Sprint(i), nil, Plain, nil))
	}
	for _, fill := range []int{0, 1, 2} {
		for _, made := range []func(int, ...fyne.CanvasObject) *fyne.Container{Above, Beside} {
			s := newTestStage(t, 900, 500, made(fill, objects...))
			last := objects[2]
			if to := last.Position().Add(last.Size()); to != fyne.NewPos(900, 500) {
				t.Errorf("filled by %d, the last ends at %v", fill, to)
			}
			for i, o := range objects {
				s.Canvas().FocusNext()
				if any(s.Canvas().Focused()) != any(o) {
					t.Errorf("Tab comes by another than %d", i)
				}
				if i != fill && o.Size().Width > o.MinSize().Width && o.Size().Height > o.MinSize().Height {
					t.Errorf("%d takes room", i)
				}
			}
			objects[1].Hide()
			s.Present(s.Content())
			if to := last.Position().Add(last.Size()); fill != 1 && to != fyne.NewPos(900, 500) {
				t.Errorf("without the middle, the last ends at %v", to)
			}
			objects[1].Show()
		}
	}
}

// TestIdleCountsSleep: a computer that slept has a clock of its own that stood
// still, and a clock on the wall that went on.
func TestIdleCountsSleep(t *testing.T) {
	s := newTestStage(t, 900, 500, NewButton("ici", nil, Plain, nil))
	s.Stir()
	if idle := s.Idle(time.Now().Round(0).Add(time.Hour)); idle < time.Hour-time.Second {
		t.Errorf("after an hour: %v", idle)
	}
	if idle := s.Idle(time.Now()); idle > time.Minute {
		t.Errorf("at once: %v", idle)
	}
}

func TestSheet(t *testing.T) {
	under := NewButton("dessous", nil, Plain, nil)
	s := newTestStage(t, 900, 600, Column(0, under))
	s.Focus(under)
	field := NewField("Nom", FieldOptions{})
	done, cancelled := 0, 0
	ok := NewButton("Garder", nil, Primary, func() { done++ })
	show := func() *Sheet {
		return s.ShowSheet(SheetOptions{Title: "Titre", Content: field, Actions: []*Button{ok}, OnCancel: func() { cancelled++ }})
	}
	sheet := show()
	s.run()
	if s.Canvas().Focused() != fyne.Focusable(field.Entry) {
		t.Error("the first control does not have the keyboard")
	}
	for range 6 {
		s.Canvas().FocusNext()
		if s.Canvas().Focused() == fyne.Focusable(under) {
			t.Fatal("Tab leaves the sheet")
		}
	}
	if !s.Submit() || done != 1 {
		t.Error("its main button is not pressed")
	}
	key(field.Entry, fyne.KeyEscape)
	if s.SheetOpen() || cancelled != 1 {
		t.Errorf("Escape: open %v, cancelled %d times", s.SheetOpen(), cancelled)
	}
	if s.Canvas().Focused() != fyne.Focusable(under) {
		t.Error("the keyboard does not go back")
	}
	sheet.Close() // again: nothing
	sheet = show()
	second := s.ShowSheet(SheetOptions{Title: "Au-dessus", Actions: []*Button{NewButton("Effacer", nil, Danger, func() { t.Error("pressed by a key") })}})
	s.Submit()
	second.Cancel()
	if !s.SheetOpen() {
		t.Error("the first sheet went with the second")
	}
	sheet.Close()
	if s.SheetOpen() || cancelled != 1 {
		t.Errorf("Close: open %v, cancelled %d times", s.SheetOpen(), cancelled)
	}
	show()
	show()
	s.CloseSheets()
	if s.SheetOpen() || cancelled != 1 {
		t.Error("not all sheets are gone in silence")
	}
}

func TestHighSheetScrolls(t *testing.T) {
	s := newTestStage(t, 900, 400, Column(0))
	var rows []fyne.CanvasObject
	for i := range 40 {
		rows = append(rows, NewButton(fmt.Sprint(i), nil, Plain, nil))
	}
	ok := NewButton("Garder", nil, Primary, nil)
	s.ShowSheet(SheetOptions{Title: "Titre", Content: Column(0, rows...), Actions: []*Button{ok}})
	s.Settle()
	s.run()
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(ok)
	if at.Y < 0 || at.Y+ok.Size().Height > 400 {
		t.Errorf("the button is at %v of 400", at.Y)
	}
}

func TestThrottleDeliversTheLast(t *testing.T) {
	s := newTestStage(t, 100, 100, Column(0))
	var shown []int
	tell := Throttle(s.Stage, func(i int) { shown = append(shown, i) })
	for i := range 1000 {
		tell(i)
	}
	limit := time.Now().Add(20 * time.Second)
	for len(shown) == 0 || shown[len(shown)-1] != 999 {
		s.run()
		if time.Now().After(limit) {
			t.Fatalf("shown: %v", shown)
		}
		time.Sleep(5 * time.Millisecond)
	}
	if len(shown) > 20 {
		t.Errorf("1000 values at once were shown %d times", len(shown))
	}
	time.Sleep(120 * time.Millisecond)
	tell(1000)
	s.run()
	if shown[len(shown)-1] != 1000 {
		t.Error("after a rest a value waits")
	}
}

func TestCleanPath(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	for typed, want := range map[string]string{
		" /tmp/a b ":          "/tmp/a b",
		`"/tmp/a"`:            "/tmp/a",
		"'/tmp/a'":            "/tmp/a",
		"« /tmp/a »":          "/tmp/a",
		"file:///tmp/a%20b":   "/tmp/a b",
		"~":                   home,
		"~/x":                 filepath.Join(home, "x"),
		"~other/x":            "~other/x",
		"":                    "",
		"/tmp/l'été (2).pdf":  "/tmp/l'été (2).pdf",
		"'/tmp/l'été.pdf'":    "/tmp/l'été.pdf",
		"\t/tmp/a\n":          "/tmp/a",
		"file:///tmp/%C3%A9t": "/tmp/ét",
	} {
		if got := CleanPath(typed); got != filepath.FromSlash(want) {
			t.Errorf("%q is read as %q, not %q", typed, got, want)
		}
	}
}

func TestPicker(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.pdf", "A.pdf", ".cache"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "zoo"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := newTestStage(t, 900, 600, Column(0))
	var taken []string
	pick := func(o PickerOptions) (list *List) {
		o.Folder, o.Take = dir, func(paths []string) { taken = paths }
		s.Pick(o)
		s.Wait()
		s.run()
		Walk(s.top(), func(o fyne.CanvasObject) bool {
			if l, ok := o.(*List); ok {
				list = l
			}
			return true
		})
		return list
	}
	list := pick(PickerOptions{Files: true, Many: true, Folders: true})
	var names []string
	for i := range 3 {
		list.MoveTo(i)
		names = append(names, list.AccessibilityLabel())
	}
	if !slices.Equal(names, []string{"zoo", "A.pdf", "b.pdf"}) {
		t.Errorf("it lists %q", names)
	}
	list.MoveTo(1)
	key(list, fyne.KeySpace)
	list.MoveTo(2)
	key(list, fyne.KeySpace)
	s.Submit()
	if want := []string{filepath.Join(dir, "A.pdf"), filepath.Join(dir, "b.pdf")}; !slices.Equal(taken, want) {
		t.Errorf("took %q", taken)
	}
	list = pick(PickerOptions{Files: true})
	list.MoveTo(0)
	key(list, fyne.KeyReturn)
	s.Wait()
	s.run()
	if !s.SheetOpen() {
		t.Error("a folder was taken")
	}
	s.CloseSheets()
	pick(PickerOptions{Folders: true})
	s.Submit()
	if !slices.Equal(taken, []string{dir}) {
		t.Errorf("took %q", taken)
	}
}

func TestFold(t *testing.T) {
	for s, want := range map[string]string{"Échographie": "echographie", "ÇA": "ca", "œuf": "œuf", "": ""} {
		if got := Fold(s); got != want {
			t.Errorf("%q folds to %q", s, got)
		}
	}
}

// TestBarUsesItsWidth: what was done is said on one line where there is room.
func TestBarUsesItsWidth(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(Theme{Look: Light})
	b := NewBar("Annuler", "Ctrl+Z", "Fermer")
	w := test.NewTempWindow(t, b)
	w.Resize(fyne.NewSize(900, 200))
	b.Tell("Dominique a maintenant accès au carnet de Camille.", func() {})
	w.Resize(fyne.NewSize(901, 200))
	if got, want := b.text.MinSize().Height, Body.lineHeight(); got != want {
		t.Errorf("%v high, not %v", got, want)
	}
}

// TestLongRow: a row whose words have no room ends in three dots, and asks for no
// more than a window has.
func TestLongRow(t *testing.T) {
	for _, scale := range Scales {
		test.NewTempApp(t).Settings().SetTheme(Theme{Look: Light, Scale: scale})
		long := NewRow("Tension artérielle : 118/75 mmHg, 2 novembre 2026, quatre mesures en tout, au repos et assis", nil, nil)
		if w := long.MinSize().Width; w > 400*scale {
			t.Errorf("at %.0f %% it asks for %v", scale*100, w)
		}
		w := test.NewTempWindow(t, long)
		w.Resize(fyne.NewSize(400*scale, 200))
		for _, o := range test.WidgetRenderer(long).Objects() {
			if label, ok := o.(*canvas.Text); ok && label.Text != "" {
				if !strings.HasSuffix(label.Text, "...") || label.Position().X+label.MinSize().Width > long.Size().Width {
					t.Errorf("at %.0f %%: %q", scale*100, label.Text)
				}
			}
		}
		short := NewRow("Poids", nil, nil)
		test.NewTempWindow(t, short).Resize(fyne.NewSize(400*scale, 200))
		for _, o := range test.WidgetRenderer(short).Objects() {
			if label, ok := o.(*canvas.Text); ok && label.Text != "" && label.Text != "Poids" {
				t.Errorf("at %.0f %%: %q", scale*100, label.Text)
			}
		}
	}
}
