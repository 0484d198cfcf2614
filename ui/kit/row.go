package kit

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Row is what stands in one row of a [List]: a mark, a picture or an icon, a
// title and a line below it. What is too long for the window ends in three dots:
// opening the row shows all of it.
type Row struct {
	widget.BaseWidget
	face   RowFace
	onMark func()
}

// RowFace is what a [Row] shows.
type RowFace struct {
	Title, Caption string
	Icon           fyne.Resource
	Picture        image.Image // in place of the icon
	Marked         bool
	Current        bool // the one that is open beside the list
}

// NewListRow makes an empty row; onMark is called when its mark is pressed, nil for
// rows without marks.
func NewListRow(onMark func(*Row)) *Row {
	r := &Row{}
	if onMark != nil {
		r.onMark = func() { onMark(r) }
	}
	r.ExtendBaseWidget(r)
	return r
}

// RowHeight is the height of a row at the scale in use.
func RowHeight() float32 {
	return max(sizeNow(SizeTarget), Strong.lineHeight()+Caption.lineHeight()+4)
}

// Present shows something else.
func (r *Row) Present(face RowFace) {
	r.face = face
	r.Refresh()
}

// AccessibilityLabel is the whole title, however much of it has room.
func (r *Row) AccessibilityLabel() string { return r.face.Title }

// AccessibilityRole says that this is text.
func (r *Row) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer is part of [fyne.Widget].
func (r *Row) CreateRenderer() fyne.WidgetRenderer {
	x := &rowRenderer{
		r: r, ground: canvas.NewRectangle(color.Transparent), line: canvas.NewRectangle(color.Transparent), paper: canvas.NewRectangle(color.Transparent),
		icon: &canvas.Image{}, picture: &canvas.Image{}, title: Strong.line(""), caption: Caption.line(""),
	}
	x.icon.FillMode, x.picture.FillMode = canvas.ImageFillContain, canvas.ImageFillContain
	if r.onMark != nil {
		x.mark = newMark(r.onMark)
	}
	x.Refresh()
	return x
}

type rowRenderer struct {
	r              *Row
	ground, line   *canvas.Rectangle
	paper          *canvas.Rectangle // behind a picture, whose own edge may be white
	mark           *mark
	icon, picture  *canvas.Image
	title, caption *canvas.Text
	fitted         float32
	dressed        dress
}

// dress is what the drawing of an icon depends on: it is drawn again when that
// changes, not at each row that scrolls by.
type dress struct {
	theme   fyne.Theme
	variant fyne.ThemeVariant
	icon    fyne.Resource
}

func (x *rowRenderer) Refresh() {
	f := x.r.face
	x.ground.FillColor = colorNow(theme.ColorNameSelection)
	x.ground.Hidden = !f.Current && !f.Marked
	x.ground.CornerRadius = sizeNow(theme.SizeNameSelectionRadius)
	x.line.FillColor = colorNow(theme.ColorNameSeparator)
	if x.mark != nil {
		x.mark.tick.set(f.Marked)
	}
	x.icon.Hidden, x.picture.Hidden, x.paper.Hidden = f.Picture != nil, f.Picture == nil, f.Picture == nil
	x.paper.StrokeColor, x.paper.StrokeWidth = colorNow(theme.ColorNameInputBorder), 1
	s := fyne.CurrentApp().Settings()
	if now := (dress{s.Theme(), s.ThemeVariant(), f.Icon}); now != x.dressed {
		x.dressed = now
		x.icon.Resource = iconOf(f.Icon, theme.ColorNamePrimary)
		x.icon.Refresh()
	}
	if x.picture.Image != f.Picture {
		x.picture.Image = f.Picture
		x.picture.Refresh()
	}
	Strong.dress(x.title)
	Caption.dress(x.caption)
	x.fitted = -1
	x.Layout(x.r.Size())
	for _, o := range []fyne.CanvasObject{x.ground, x.paper, x.title, x.caption, x.line} {
		o.Refresh()
	}
}

func (x *rowRenderer) Layout(size fyne.Size) {
	x.ground.Resize(size)
	x.line.Move(fyne.NewPos(0, size.Height+ringRoom-1))
	x.line.Resize(fyne.NewSize(size.Width, 1))
	at := float32(0)
	target := sizeNow(SizeTarget)
	if x.mark != nil {
		x.mark.Move(fyne.NewPos(0, 0))
		x.mark.Resize(fyne.NewSize(target, size.Height))
		at = target
	}
	side := size.Height - 4
	x.picture.Move(fyne.NewPos(at+2, 2))
	x.picture.Resize(fyne.NewSquareSize(side))
	icon := sizeNow(theme.SizeNameInlineIcon)
	x.icon.Move(fyne.NewPos(at+2+(side-icon)/2, (size.Height-icon)/2))
	x.icon.Resize(fyne.NewSquareSize(icon))
	if p := x.r.face.Picture; p != nil {
		b := p.Bounds()
		x.fitPaper(float32(b.Dx()), float32(b.Dy()))
	}
	at += side + sizeNow(theme.SizeNameInnerPadding)
	room := size.Width - at - 4
	if x.fitted != room {
		x.fitted = room
		x.title.Text = fit(x.r.face.Title, Strong, room)
		x.caption.Text = fit(x.r.face.Caption, Caption, room)
	}
	top := (size.Height - Strong.lineHeight() - Caption.lineHeight()) / 2
	if x.r.face.Caption == "" {
		top = (size.Height - Strong.lineHeight()) / 2
	}
	x.title.Move(fyne.NewPos(at, top))
	x.title.Resize(fyne.NewSize(room, Strong.lineHeight()))
	x.caption.Move(fyne.NewPos(at, top+Strong.lineHeight()))
	x.caption.Resize(fyne.NewSize(room, Caption.lineHeight()))
}

// fitPaper frames the picture as it is drawn inside its square.
func (x *rowRenderer) fitPaper(w, h float32) {
	side := x.picture.Size().Width
	by := side / max(w, h, 1)
	size := fyne.NewSize(w*by, h*by)
	x.paper.Move(x.picture.Position().AddXY((side-size.Width)/2-1, (side-size.Height)/2-1))
	x.paper.Resize(size.AddWidthHeight(2, 2))
}

func (x *rowRenderer) MinSize() fyne.Size {
	return fyne.NewSize(2*sizeNow(SizeTarget)+8*sizeNow(theme.SizeNameText), RowHeight())
}

func (x *rowRenderer) Objects() []fyne.CanvasObject {
	out := []fyne.CanvasObject{x.ground, x.paper, x.icon, x.picture, x.title, x.caption, x.line}
	if x.mark != nil {
		out = append(out, x.mark)
	}
	return out
}

func (x *rowRenderer) Destroy() {}

// fit shortens a text to a width.
func fit(s string, style Style, room float32) string {
	if style.width(s) <= room {
		return s
	}
	runes := []rune(s)
	low, high := 0, len(runes)
	for low < high {
		mid := (low + high + 1) / 2
		if style.width(string(runes[:mid])+"...") <= room {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return string(runes[:low]) + "..."
}

// mark is the box of a row: the pointer's twin of Space.
type mark struct {
	widget.BaseWidget
	tick  *tick
	onTap func()
}

func newMark(onTap func()) *mark {
	m := &mark{tick: newTick(), onTap: onTap}
	m.ExtendBaseWidget(m)
	return m
}

// Tapped marks the row.
func (m *mark) Tapped(*fyne.PointEvent) {
	stir(m)
	m.onTap()
}

// CreateRenderer is part of [fyne.Widget].
func (m *mark) CreateRenderer() fyne.WidgetRenderer { return &markRenderer{m} }

type markRenderer struct{ m *mark }

func (r *markRenderer) Layout(size fyne.Size) {
	side := tickSide()
	r.m.tick.Move(fyne.NewPos((size.Width-side)/2, (size.Height-side)/2))
	r.m.tick.Resize(fyne.NewSquareSize(side))
}

func (r *markRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(sizeNow(SizeTarget)) }

func (r *markRenderer) Refresh() { r.m.tick.Refresh() }

func (r *markRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.m.tick} }

func (r *markRenderer) Destroy() {}
