package kit

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Sheet is a question or a form over the window. While it is there, Tab stays
// inside; Escape closes it, and what had the keyboard before has it again.
type Sheet struct {
	widget.BaseWidget
	stage    *Stage
	opener   fyne.Focusable
	body     *fyne.Container
	onCancel func()
	open     bool
	title    string
	main     *Button // the first action
}

// SheetOptions say what a [Sheet] holds.
type SheetOptions struct {
	Title   string
	Content fyne.CanvasObject
	Actions []*Button      // below the content, which scrolls: first the one that acts
	Focus   fyne.Focusable // that has the keyboard first; nil means the first control
	Wide    bool           // as wide as the window allows
	// OnCancel is called after Escape closed the sheet.
	OnCancel func()
}

// ShowSheet opens a sheet.
func (s *Stage) ShowSheet(o SheetOptions) *Sheet {
	sheet := &Sheet{stage: s, opener: s.canvas.Focused(), onCancel: o.OnCancel, open: true, title: o.Title}
	var actions []fyne.CanvasObject
	for _, b := range o.Actions {
		actions = append(actions, b)
	}
	if len(o.Actions) > 0 {
		sheet.main = o.Actions[0]
	}
	frame := canvas.NewRectangle(color.Transparent)
	content := o.Content
	if content == nil {
		content = Gap(0)
	}
	middle := NewScroll(Inset(4, Column(0, content)))
	bar := Stretch(actions...)
	if len(actions) > 2 {
		bar = Flow(actions...) // one below the other they would leave the content no room
	}
	inner := Above(1, Indent(NewText(o.Title, Section)), middle, bar)
	sheet.body = container.New(&sheetLayout{wide: o.Wide, frame: frame, scroll: middle}, frame, Inset(14, inner))
	sheet.ExtendBaseWidget(sheet)
	sheet.Resize(s.canvas.Size())
	s.canvas.Overlays().Add(sheet)
	focus := o.Focus
	if focus == nil {
		focus = FirstFocus(sheet.body)
	}
	s.Focus(focus)
	return sheet
}

// Close takes the sheet away and gives the keyboard back.
func (sheet *Sheet) Close() {
	if !sheet.open {
		return
	}
	sheet.open = false
	sheet.stage.canvas.Overlays().Remove(sheet)
	if o, ok := sheet.opener.(fyne.CanvasObject); ok && o.Visible() && stageOf(o) == sheet.stage {
		sheet.stage.Focus(sheet.opener)
	}
}

// Cancel closes the sheet as Escape does.
func (sheet *Sheet) Cancel() {
	sheet.Close()
	if sheet.onCancel != nil {
		sheet.onCancel()
	}
}

// CloseSheets takes away every sheet and menu that is open, without a word to
// those who opened them.
func (s *Stage) CloseSheets() {
	for top := s.canvas.Overlays().Top(); top != nil; top = s.canvas.Overlays().Top() {
		if sheet, ok := top.(*Sheet); ok {
			sheet.open = false
		}
		s.canvas.Overlays().Remove(top)
	}
}

// Submit presses the first button of the sheet in front, unless it destroys
// something. It reports whether a sheet is there.
func (s *Stage) Submit() bool {
	sheet, ok := s.canvas.Overlays().Top().(*Sheet)
	if ok && sheet.main != nil && sheet.main.Weight != Danger {
		sheet.main.Tapped(nil)
	}
	return ok
}

// SheetOpen reports whether a sheet is in front.
func (s *Stage) SheetOpen() bool {
	_, ok := s.canvas.Overlays().Top().(*Sheet)
	return ok
}

// Showing reports whether a sheet of that title is open.
func (s *Stage) Showing(title string) bool {
	return slices.ContainsFunc(s.canvas.Overlays().List(), func(o fyne.CanvasObject) bool {
		sheet, ok := o.(*Sheet)
		return ok && sheet.title == title
	})
}

// Title is what the sheet is called.
func (sheet *Sheet) Title() string { return sheet.title }

func (sheet *Sheet) settle() { sheet.body.Resize(sheet.Size()) }

func (sheet *Sheet) parts() []fyne.CanvasObject { return []fyne.CanvasObject{sheet.body} }

// Tapped keeps what lies behind from being pressed.
func (sheet *Sheet) Tapped(*fyne.PointEvent) { sheet.stage.Stir() }

// CreateRenderer is part of [fyne.Widget].
func (sheet *Sheet) CreateRenderer() fyne.WidgetRenderer {
	r := &sheetRenderer{sheet: sheet, veil: canvas.NewRectangle(color.Transparent)}
	r.Refresh()
	return r
}

type sheetRenderer struct {
	sheet *Sheet
	veil  *canvas.Rectangle
}

func (r *sheetRenderer) Layout(size fyne.Size) {
	r.veil.Resize(size)
	r.sheet.body.Resize(size)
}

func (r *sheetRenderer) MinSize() fyne.Size { return fyne.Size{} }

func (r *sheetRenderer) Refresh() {
	r.veil.FillColor = colorNow(theme.ColorNameShadow)
	l := r.sheet.body.Layout.(*sheetLayout)
	l.frame.FillColor, l.frame.StrokeColor = colorNow(theme.ColorNameBackground), colorNow(theme.ColorNameInputBorder)
	l.frame.StrokeWidth, l.frame.CornerRadius = 2, sizeNow(theme.SizeNameCardRadius)
	r.sheet.body.Refresh()
}

func (r *sheetRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.veil, r.sheet.body}
}

func (r *sheetRenderer) Destroy() {}

// sheetLayout puts a frame and what is in it in the middle of the window, as
// high as the content, and never higher than the window.
type sheetLayout struct {
	wide   bool
	frame  *canvas.Rectangle
	scroll *Scroll
}

func (l *sheetLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	const edge = 12
	width := size.Width - 2*edge
	if !l.wide {
		width = min(width, (ReadingWidth+40)*ScaleNow())
	}
	inner := objects[1]
	inner.Resize(fyne.NewSize(width, size.Height-2*edge)) // texts take their height from it
	height := min(size.Height-2*edge, inner.MinSize().Height-l.scroll.MinSize().Height+l.scroll.Content.MinSize().Height)
	if l.wide {
		height = size.Height - 2*edge
	}
	at := fyne.NewPos((size.Width-width)/2, max(edge, (size.Height-height)/2))
	for _, o := range objects {
		o.Move(at)
		o.Resize(fyne.NewSize(width, height))
	}
}

func (l *sheetLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }
