package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Progress is a long piece of work as the person sees it: what it is, a bar, a
// count and the time left in words, a button that stops it, and what stays then.
type Progress struct {
	composite
	title, count, kept *Text
	bar                *bar
	stop               *Button
}

// NewProgress makes the panel; kept says what stays when the work is stopped.
func NewProgress(title, stop, kept string, onStop func()) *Progress {
	p := &Progress{title: NewText(title, Section), count: NewText("", Body), kept: NewText(kept, Quiet), bar: newBar()}
	p.stop = NewButton(stop, theme.CancelIcon(), Plain, onStop)
	p.body = Card(Neutral, Column(0, p.title, p.bar, p.count, Flow(p.stop), p.kept))
	p.ExtendBaseWidget(p)
	return p
}

// Set shows how far the work is: part between 0 and 1, and the same in words.
func (p *Progress) Set(part float64, count, kept string) {
	p.bar.set(part)
	p.count.Set(count)
	p.kept.Set(kept)
}

// Stop is the button that stops the work.
func (p *Progress) Stop() *Button { return p.stop }

// bar is a bar of progress, without movement of its own.
type bar struct {
	widget.BaseWidget
	part         float64
	ground, fill *canvas.Rectangle
}

func newBar() *bar {
	b := &bar{ground: canvas.NewRectangle(color.Transparent), fill: canvas.NewRectangle(color.Transparent)}
	b.ExtendBaseWidget(b)
	return b
}

func (b *bar) set(part float64) {
	b.part = max(0, min(part, 1))
	b.Refresh()
}

// CreateRenderer is part of [fyne.Widget].
func (b *bar) CreateRenderer() fyne.WidgetRenderer {
	r := &barRenderer{b}
	r.Refresh()
	return r
}

type barRenderer struct{ b *bar }

func (r *barRenderer) Layout(size fyne.Size) {
	r.b.ground.Resize(size)
	r.b.fill.Resize(fyne.NewSize(size.Width*float32(r.b.part), size.Height))
}

func (r *barRenderer) MinSize() fyne.Size { return fyne.NewSize(80, 20*ScaleNow()) }

func (r *barRenderer) Refresh() {
	r.b.ground.FillColor, r.b.ground.StrokeColor = colorNow(theme.ColorNameInputBackground), colorNow(theme.ColorNameInputBorder)
	r.b.ground.StrokeWidth, r.b.ground.CornerRadius = 1, 4
	r.b.fill.FillColor, r.b.fill.CornerRadius = colorNow(theme.ColorNamePrimary), 4
	r.Layout(r.b.Size())
	r.b.ground.Refresh()
	r.b.fill.Refresh()
}

func (r *barRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.b.ground, r.b.fill}
}

func (r *barRenderer) Destroy() {}

// Notice is a card of a tone: an icon with a word, sentences, and what can be
// done about it.
func Notice(tone Tone, title string, sentences []string, actions ...*Button) fyne.CanvasObject {
	_, edge := tone.colors()
	icon := theme.InfoIcon()
	switch tone {
	case Warning:
		icon = theme.WarningIcon()
	case Failing:
		icon = theme.ErrorIcon()
	case Succeeding:
		icon = theme.ConfirmIcon()
	case Neutral:
		edge = theme.ColorNameForeground
	}
	rows := []fyne.CanvasObject{Titled(NewIcon(icon, edge), NewText(title, Style{Bold: true, Color: edge}))}
	for _, s := range sentences {
		rows = append(rows, NewText(s, Body))
	}
	if len(actions) > 0 {
		var buttons []fyne.CanvasObject
		for _, b := range actions {
			buttons = append(buttons, b)
		}
		rows = append(rows, Stretch(buttons...))
	}
	return Card(tone, Column(0, rows...))
}

// Problem is an error in three sentences: what happened, what is safe, what to
// do.
func Problem(what, safe, do string, actions ...*Button) fyne.CanvasObject {
	return Notice(Failing, what, []string{safe, do}, actions...)
}

// Empty says what a place is for while nothing is there, and how to begin.
func Empty(icon fyne.Resource, sentence string, actions ...*Button) fyne.CanvasObject {
	var buttons []fyne.CanvasObject
	for _, b := range actions {
		buttons = append(buttons, b)
	}
	return Card(Neutral, Column(0, Titled(NewIcon(icon, theme.ColorNamePrimary), NewText(sentence, Body)), Stretch(buttons...)))
}

// Bar stands below the content and tells what was just done; a button undoes
// it. It stays until something else is done.
type Bar struct {
	composite
	text *Text
	undo *Button
}

// NewBar makes a hidden bar.
func NewBar(undo, key, dismiss string) *Bar {
	b := &Bar{text: NewText("", Body)}
	b.undo = NewButton(undo, theme.ContentUndoIcon(), Plain, nil)
	b.undo.Hint = key
	away := NewButton(dismiss, theme.CancelIcon(), Plain, b.Hide)
	said := container.NewVBox(layout.NewSpacer(), Indent(b.text), layout.NewSpacer()) // all the width there is, in the middle of the height
	b.body = Ground(theme.ColorNameSelection, Inset(4, Beside(0, said, container.NewCenter(b.undo), container.NewCenter(away))))
	b.ExtendBaseWidget(b)
	b.Hide()
	return b
}

// Clear hides the bar and forgets what it told.
func (b *Bar) Clear() {
	b.text.Set("")
	b.undo.OnTapped = nil
	b.Hide()
}

// Tell shows what was done; undo may be nil.
func (b *Bar) Tell(what string, undo func()) {
	b.text.Set(what)
	b.undo.OnTapped = undo
	b.undo.Hidden = undo == nil
	b.Show()
	b.Refresh()
}
