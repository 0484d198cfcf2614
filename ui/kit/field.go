package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Field asks for a line of text: a label above, a hint, and an error that says
// what to do.
type Field struct {
	composite
	Entry *Entry
	label *Text
	hint  *Text
	wrong *Text
	error *fyne.Container
}

// FieldOptions say how a [Field] asks. The zero value is one line of plain text.
type FieldOptions struct {
	Hint   string // stays below the label
	Secret bool   // shows dots
	Lines  int    // over 1, a field of several lines, which Tab leaves
	Value  string
	Mono   bool
}

// NewField makes a field.
func NewField(label string, o FieldOptions) *Field {
	f := &Field{Entry: newEntry(label, o), label: NewText(label, Strong), hint: NewText(o.Hint, Caption)}
	f.wrong = NewText("", Body.In(theme.ColorNameError))
	f.error = Indent(Titled(NewIcon(theme.ErrorIcon(), theme.ColorNameError), f.wrong))
	f.hint.Hidden, f.error.Hidden = o.Hint == "", true
	f.body = Column(0, Indent(Column(0, f.label, f.hint)), f.Entry.ringed(), f.error)
	f.ExtendBaseWidget(f)
	return f
}

// Text is what was typed.
func (f *Field) Text() string { return f.Entry.Text }

// SetText replaces what was typed.
func (f *Field) SetText(s string) { f.Entry.SetText(s) }

// SetError shows what is wrong, or with "" that nothing is, and gives the field
// the keyboard then.
func (f *Field) SetError(text string) {
	f.wrong.Set(text)
	f.error.Hidden = text == ""
	settle(f)
	f.Refresh()
	if text != "" {
		if s := stageOf(f); s != nil {
			s.Focus(f.Entry)
			s.Soon(func() { // once the words have their place
				reveal(f.error)
				reveal(f.Entry)
			})
		}
	}
}

// SetSecret shows dots, or what was typed.
func (f *Field) SetSecret(secret bool) {
	f.Entry.Password = secret
	f.Entry.Refresh()
}

// Entry is the part of a [Field] that is typed into.
type Entry struct {
	widget.Entry
	name string
	ring *canvas.Rectangle
	// OnEnter is called by Enter in a field of one line.
	OnEnter func()
	// OnKey may take a key before the field does.
	OnKey func(*fyne.KeyEvent) bool
}

func newEntry(label string, o FieldOptions) *Entry {
	e := &Entry{name: label, ring: newRing()}
	e.Password = o.Secret
	if o.Secret {
		e.ActionItem = canvas.NewRectangle(color.Transparent) // a check with a word shows and hides instead
	}
	e.TextStyle.Monospace = o.Mono
	e.ExtendBaseWidget(e)
	if o.Lines > 1 {
		e.MultiLine, e.Wrapping = true, fyne.TextWrapWord
		e.SetMinRowsVisible(o.Lines)
	} else {
		e.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	}
	e.SetText(o.Value)
	return e
}

// ringed is the entry with the room of its ring.
func (e *Entry) ringed() fyne.CanvasObject {
	return container.NewStack(Inset(ringRoom, container.New(atLeastTarget{}, e)), Inset(ringWidth/2.0, e.ring))
}

// Refresh is part of [fyne.CanvasObject].
func (e *Entry) Refresh() {
	e.ring.StrokeColor = colorNow(ColorRing)
	e.ring.Refresh()
	e.Entry.Refresh()
}

// AcceptsTab leaves Tab to the window, also in a field of several lines.
func (e *Entry) AcceptsTab() bool { return false }

// FocusGained is part of [fyne.Focusable].
func (e *Entry) FocusGained() {
	e.Entry.FocusGained()
	showRing(e.ring, true)
	reveal(e)
}

// FocusLost is part of [fyne.Focusable].
func (e *Entry) FocusLost() {
	e.Entry.FocusLost()
	showRing(e.ring, false)
}

// KeyDown is part of [desktop.Keyable].
func (e *Entry) KeyDown(key *fyne.KeyEvent) {
	stir(e)
	e.Entry.KeyDown(key)
}

// MouseMoved is part of [desktop.Hoverable].
func (e *Entry) MouseMoved(*desktop.MouseEvent) { stir(e) }

// MouseIn is part of [desktop.Hoverable].
func (e *Entry) MouseIn(*desktop.MouseEvent) { stir(e) }

// MouseOut is part of [desktop.Hoverable].
func (e *Entry) MouseOut() {}

// TypedKey is part of [fyne.Focusable].
func (e *Entry) TypedKey(key *fyne.KeyEvent) {
	if e.OnKey != nil && e.OnKey(key) {
		return
	}
	switch key.Name {
	case fyne.KeyEscape:
		if s := stageOf(e); s != nil {
			s.TypedKey(key)
		}
	case fyne.KeyReturn, fyne.KeyEnter:
		if e.MultiLine {
			e.Entry.TypedKey(key)
		} else if e.OnEnter != nil {
			e.OnEnter()
		}
	default:
		e.Entry.TypedKey(key)
	}
}

// AccessibilityLabel is the field's label.
func (e *Entry) AccessibilityLabel() string { return e.name }

// AccessibilityRole says that this holds text.
func (e *Entry) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// atLeastTarget makes something high enough to be pressed.
type atLeastTarget struct{}

func (atLeastTarget) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Resize(size)
	}
}

func (atLeastTarget) MinSize(objects []fyne.CanvasObject) (least fyne.Size) {
	for _, o := range objects {
		least = least.Max(o.MinSize())
	}
	target := sizeNow(SizeTarget)
	return least.Max(fyne.NewSize(2*target, target))
}
