package kit

import (
	"image/color"
	"strings"
	"time"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	"golang.org/x/text/unicode/norm"
)

// List shows many rows of one height and draws only those in sight. One row has
// the cursor: the arrows, Page Up and Down, Home and End move it, letters jump to
// the next row that begins so, Enter or a press opens it, Space marks it.
type List struct {
	widget.BaseWidget
	control
	source ListSource
	scroll *Scroll
	body   *listBody
	cursor int
	typed  string
	at     time.Time // of the last letter
}

// ListSource is what a [List] shows. Only Length, Make, Bind and Height must be
// there.
type ListSource struct {
	Length func() int
	Make   func() fyne.CanvasObject // an empty row
	Bind   func(i int, row fyne.CanvasObject)
	Height func() float32 // of each row
	Name   func(i int) string
	Open   func(i int)
	Mark   func(i int) // nil when rows cannot be marked
	Delete func(i int)
}

// NewList makes a list.
func NewList(source ListSource) *List {
	l := &List{source: source}
	l.self = l
	l.body = &listBody{list: l, ring: newRing()}
	l.body.ExtendBaseWidget(l.body)
	l.scroll = &Scroll{}
	l.scroll.Direction = container.ScrollVerticalOnly
	l.scroll.Content = l.body
	l.scroll.ExtendBaseWidget(l.scroll)
	l.scroll.OnScrolled = func(fyne.Position) { l.body.settle(false) }
	l.ExtendBaseWidget(l)
	return l
}

// CursorRow is the row that has the cursor.
func (l *List) CursorRow() int { return l.cursor }

// MoveTo puts the cursor on a row and shows it.
func (l *List) MoveTo(i int) {
	l.cursor = max(0, min(i, l.source.Length()-1))
	top, height := float32(l.cursor)*l.body.height(), l.body.height()
	switch room := l.scroll.Size().Height; {
	case room <= 0:
	case top < l.scroll.Offset.Y:
		l.scroll.scrollTo(top)
	case top+height > l.scroll.Offset.Y+room:
		l.scroll.scrollTo(top + height - room)
	}
	l.body.settle(false)
	if l.focused {
		revealPart(l, top-l.scroll.Offset.Y, height)
	}
}

// Reload draws every row in sight again.
func (l *List) Reload() {
	l.cursor = max(0, min(l.cursor, l.source.Length()-1))
	l.Refresh()
}

// InSight are the rows in sight: the first and the one after the last.
func (l *List) InSight() (from, to int) { return l.body.from, l.body.to }

// FocusGained is part of [fyne.Focusable].
func (l *List) FocusGained() {
	l.focused = true
	l.MoveTo(l.cursor)
}

// FocusLost is part of [fyne.Focusable].
func (l *List) FocusLost() {
	l.focused = false
	l.body.settle(false)
}

func (l *List) open() {
	if l.source.Open != nil && l.cursor < l.source.Length() {
		l.source.Open(l.cursor)
	}
}

// TypedKey moves the cursor, opens and marks.
func (l *List) TypedKey(key *fyne.KeyEvent) {
	page := max(1, int(l.scroll.Size().Height/l.body.height())-1)
	switch key.Name {
	case fyne.KeyDown:
		l.MoveTo(l.cursor + 1)
	case fyne.KeyUp:
		l.MoveTo(l.cursor - 1)
	case fyne.KeyPageDown:
		l.MoveTo(l.cursor + page)
	case fyne.KeyPageUp:
		l.MoveTo(l.cursor - page)
	case fyne.KeyHome:
		l.MoveTo(0)
	case fyne.KeyEnd:
		l.MoveTo(l.source.Length() - 1)
	case fyne.KeyReturn, fyne.KeyEnter:
		l.open()
	case fyne.KeySpace:
		if time.Since(l.at) > time.Second {
			l.typed = ""
		}
		if l.source.Mark != nil && l.typed == "" && l.source.Length() > 0 {
			l.source.Mark(l.cursor)
		}
	case fyne.KeyDelete:
		if l.source.Delete != nil && l.source.Length() > 0 {
			l.source.Delete(l.cursor)
		}
	default:
		l.pass(key)
	}
}

// TypedRune jumps to the next row whose name begins with the letters typed
// within a second.
func (l *List) TypedRune(r rune) {
	if l.source.Name == nil || unicode.IsControl(r) {
		return
	}
	now := time.Now()
	if now.Sub(l.at) > time.Second {
		l.typed = ""
	}
	if l.typed == "" && r == ' ' {
		return // marks
	}
	again := l.typed == Fold(string(r)) // the same letter again: the one after
	if !again {
		l.typed += Fold(string(r))
	}
	l.at = now
	n := l.source.Length()
	from := l.cursor
	if again || len(l.typed) == 1 {
		from++
	}
	for k := range n {
		if i := (from + k) % n; strings.HasPrefix(Fold(l.source.Name(i)), l.typed) {
			l.MoveTo(i)
			return
		}
	}
}

// Fold makes letters alike that differ in case or accent.
func Fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// AccessibilityLabel is the name of the row with the cursor.
func (l *List) AccessibilityLabel() string {
	if l.source.Name == nil || l.cursor >= l.source.Length() {
		return ""
	}
	return l.source.Name(l.cursor)
}

// AccessibilityRole says that this holds others.
func (l *List) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

func (l *List) parts() []fyne.CanvasObject { return []fyne.CanvasObject{l.scroll} }

// CreateRenderer is part of [fyne.Widget].
func (l *List) CreateRenderer() fyne.WidgetRenderer { return &listRenderer{l} }

type listRenderer struct{ l *List }

func (r *listRenderer) Layout(size fyne.Size) {
	r.l.scroll.Resize(size)
	r.l.body.settle(false)
}

func (r *listRenderer) MinSize() fyne.Size {
	return fyne.NewSize(r.l.body.MinSize().Width, 3*r.l.body.height())
}

func (r *listRenderer) Refresh() { r.l.scroll.Refresh() }

func (r *listRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.l.scroll} }

func (r *listRenderer) Destroy() {}

// listBody is as high as all rows and holds those in sight.
type listBody struct {
	widget.BaseWidget
	list     *List
	ring     *canvas.Rectangle
	rows     map[int]*listRow
	spare    []*listRow
	from, to int
	shown    []fyne.CanvasObject
	least    float32
}

// height is that of a row, with the room of its ring.
func (b *listBody) height() float32 { return b.list.source.Height() + 2*ringRoom }

// settle brings the rows in line with what is in sight; all binds every one of
// them again.
func (b *listBody) settle(all bool) {
	if b.rows == nil {
		b.rows = map[int]*listRow{}
	}
	h, n := b.height(), b.list.source.Length()
	room, offset := b.list.scroll.Size().Height, b.list.scroll.Offset.Y
	from := max(0, min(int(offset/h), n))
	to := max(from, min(int((offset+room)/h)+1, n))
	for i, row := range b.rows {
		if i < from || i >= to {
			delete(b.rows, i)
			b.spare = append(b.spare, row)
		}
	}
	b.from, b.to = from, to
	b.shown = b.shown[:0]
	width := b.Size().Width
	for i := from; i < to; i++ {
		row := b.rows[i]
		if fresh := row == nil; fresh || all {
			if fresh {
				row = b.spareRow()
				b.rows[i] = row
			}
			row.index = i
			b.list.source.Bind(i, row.content)
		}
		row.Move(fyne.NewPos(0, float32(i)*h))
		row.Resize(fyne.NewSize(width, h))
		b.shown = append(b.shown, row)
	}
	b.ring.Hidden = !b.list.focused || n == 0
	b.ring.StrokeColor = colorNow(ColorRing)
	placeRing(b.ring, fyne.NewPos(0, float32(b.list.cursor)*h), fyne.NewSize(width-barRoom, h))
	b.shown = append(b.shown, b.ring)
	canvas.Refresh(b)
}

func (b *listBody) spareRow() *listRow {
	if n := len(b.spare); n > 0 {
		row := b.spare[n-1]
		b.spare = b.spare[:n-1]
		return row
	}
	row := &listRow{list: b.list, content: b.list.source.Make()}
	row.ExtendBaseWidget(row)
	return row
}

// CreateRenderer is part of [fyne.Widget].
func (b *listBody) CreateRenderer() fyne.WidgetRenderer { return &listBodyRenderer{b} }

type listBodyRenderer struct{ b *listBody }

func (r *listBodyRenderer) Layout(fyne.Size) { r.b.settle(false) }

func (r *listBodyRenderer) MinSize() fyne.Size {
	if r.b.least == 0 {
		r.b.least = r.b.list.source.Make().MinSize().Width
	}
	return fyne.NewSize(r.b.least+2*ringRoom, float32(r.b.list.source.Length())*r.b.height())
}

func (r *listBodyRenderer) Refresh() {
	r.b.least = 0
	r.b.settle(true)
}

func (r *listBodyRenderer) Objects() []fyne.CanvasObject { return r.b.shown }

func (r *listBodyRenderer) Destroy() {}

// listRow holds one row and can be pressed.
type listRow struct {
	widget.BaseWidget
	list    *List
	index   int
	content fyne.CanvasObject
}

// Tapped opens the row.
func (row *listRow) Tapped(*fyne.PointEvent) {
	stir(row)
	if s := stageOf(row); s != nil {
		s.Focus(row.list)
	}
	row.list.MoveTo(row.index)
	row.list.open()
}

// CreateRenderer is part of [fyne.Widget].
func (row *listRow) CreateRenderer() fyne.WidgetRenderer { return &listRowRenderer{row} }

type listRowRenderer struct{ row *listRow }

func (r *listRowRenderer) Layout(size fyne.Size) {
	at, in := inRing(size)
	in.Width -= barRoom
	r.row.content.Move(at)
	r.row.content.Resize(in)
}

func (r *listRowRenderer) MinSize() fyne.Size { return aroundRing(r.row.content.MinSize()) }

func (r *listRowRenderer) Refresh() { r.row.content.Refresh() }

func (r *listRowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.row.content}
}

func (r *listRowRenderer) Destroy() {}

// Line separates rows.
func Line() fyne.CanvasObject {
	l := canvas.NewRectangle(color.Transparent)
	l.FillColor = colorNow(theme.ColorNameSeparator)
	l.SetMinSize(fyne.NewSize(0, sizeNow(theme.SizeNameSeparatorThickness)))
	return l
}
