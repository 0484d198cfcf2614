package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Style is how a [Text] is set.
type Style struct {
	Size  fyne.ThemeSizeName  // "" is ordinary text
	Color fyne.ThemeColorName // "" is the text colour
	Bold  bool
	Mono  bool
	Align fyne.TextAlign
}

// The styles of the window.
var (
	Body     = Style{}
	Strong   = Style{Bold: true}
	Heading  = Style{Size: theme.SizeNameHeadingText, Bold: true}
	Section  = Style{Size: theme.SizeNameSubHeadingText, Bold: true}
	Caption  = Style{Size: theme.SizeNameCaptionText, Color: ColorSecondary}
	Quiet    = Style{Color: ColorSecondary}
	CodeType = Style{Size: SizeCode, Bold: true, Mono: true, Align: fyne.TextAlignCenter}
)

// In gives the style in another colour.
func (s Style) In(c fyne.ThemeColorName) Style {
	s.Color = c
	return s
}

func (s Style) size() float32 {
	if s.Size == "" {
		return sizeNow(theme.SizeNameText)
	}
	return sizeNow(s.Size)
}

func (s Style) color() fyne.ThemeColorName {
	if s.Color == "" {
		return theme.ColorNameForeground
	}
	return s.Color
}

func (s Style) text() fyne.TextStyle { return fyne.TextStyle{Bold: s.Bold, Monospace: s.Mono} }

func (s Style) width(text string) float32 {
	return fyne.MeasureText(text, s.size(), s.text()).Width
}

func (s Style) lineHeight() float32 {
	return fyne.MeasureText("Éy", s.size(), s.text()).Height
}

// line makes the drawn form of one line of text.
func (s Style) line(text string) *canvas.Text {
	t := canvas.NewText(text, colorNow(s.color()))
	s.dress(t)
	return t
}

// dress gives a line the look of the theme in use.
func (s Style) dress(t *canvas.Text) {
	t.TextSize, t.TextStyle, t.Alignment, t.Color = s.size(), s.text(), s.Align, colorNow(s.color())
}

// Text is text that wraps at words and begins exactly at its left edge.
type Text struct {
	widget.BaseWidget
	text  string
	style Style
	width float32 // that it was last laid out in
}

// NewText makes wrapping text. A newline in it begins a new line.
func NewText(text string, style Style) *Text {
	t := &Text{text: text, style: style}
	t.ExtendBaseWidget(t)
	return t
}

// Set changes the text.
func (t *Text) Set(text string) {
	if t.text != text {
		t.text = text
		t.Refresh()
	}
}

// SetStyle changes how the text is set.
func (t *Text) SetStyle(style Style) {
	t.style = style
	t.Refresh()
}

// String is the text.
func (t *Text) String() string { return t.text }

// AccessibilityLabel is the text.
func (t *Text) AccessibilityLabel() string { return t.text }

// AccessibilityRole says that this is text.
func (t *Text) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer is part of [fyne.Widget].
func (t *Text) CreateRenderer() fyne.WidgetRenderer { return &textRenderer{text: t} }

type textRenderer struct {
	text  *Text
	lines []*canvas.Text
	of    wrapped // what the lines were made from
	least float32 // width of the widest word
}

// wrapped is everything that the breaking of lines depends on.
type wrapped struct {
	text  string
	style Style
	size  float32
	width float32
}

func (r *textRenderer) wrap(width float32) {
	t := r.text
	key := wrapped{t.text, t.style, t.style.size(), width}
	if r.of == key {
		return
	}
	r.of = key
	var lines []string
	lines, r.least = breakLines(t.text, t.style, width)
	for len(r.lines) < len(lines) {
		r.lines = append(r.lines, t.style.line(""))
	}
	r.lines = r.lines[:len(lines)]
	for i, line := range lines {
		r.lines[i].Text = line
		t.style.dress(r.lines[i])
	}
}

// longWord is the width, in sizes of type, from which a word may be broken: a path
// or an address, which would make the whole column wider than the window.
const longWord = 12

// breakLines breaks text at spaces so that no line is wider than width; a word that
// is wider is broken too. Width 0 breaks at newlines alone. least is the widest
// word's width, up to [longWord].
func breakLines(text string, style Style, width float32) (lines []string, least float32) {
	space := style.width(" ")
	for paragraph := range strings.SplitSeq(text, "\n") {
		line, used := "", float32(0)
		for _, word := range unbreakable(paragraph) {
			w := style.width(word)
			least = max(least, min(w, longWord*style.size()))
			for width > 0 && w > width && len([]rune(word)) > 1 {
				if line != "" {
					lines = append(lines, line)
					line, used = "", 0
				}
				head := headOf(word, style, width)
				lines = append(lines, head)
				word = strings.TrimPrefix(word, head)
				w = style.width(word)
			}
			if line != "" && width > 0 && used+space+w > width {
				lines = append(lines, line)
				line, used = word, w
				continue
			}
			if line != "" {
				line, used = line+" ", used+space
			}
			line, used = line+word, used+w
		}
		lines = append(lines, line)
	}
	return lines, least
}

// headOf is as much of a word as a width has room for, a letter at least.
func headOf(word string, style Style, width float32) string {
	runes := []rune(word)
	n := 1
	for n < len(runes) && style.width(string(runes[:n+1])) <= width {
		n++
	}
	return string(runes[:n])
}

// unbreakable splits at the spaces where a line may end: not at a non-breaking
// space, nor where French keeps one, before high punctuation and inside quotes.
func unbreakable(paragraph string) (words []string) {
	for _, word := range strings.Split(paragraph, " ") {
		last := len(words) - 1
		if last >= 0 && word != "" && (strings.ContainsAny(word[:1], ";:?!%") || strings.HasPrefix(word, "»") || strings.HasSuffix(words[last], "«")) {
			words[last] += " " + word
			continue
		}
		words = append(words, word)
	}
	return words
}

func (r *textRenderer) Layout(size fyne.Size) {
	before := len(r.lines)
	r.text.width = size.Width
	r.wrap(size.Width)
	if len(r.lines) != before {
		settle(r.text) // another height: those below must move
	}
	h := r.text.style.lineHeight()
	for i, line := range r.lines {
		line.Move(fyne.NewPos(0, float32(i)*h))
		line.Resize(fyne.NewSize(size.Width, h))
	}
}

func (r *textRenderer) MinSize() fyne.Size {
	r.wrap(r.text.width)
	return fyne.NewSize(r.least, float32(len(r.lines))*r.text.style.lineHeight())
}

func (r *textRenderer) Refresh() {
	r.of = wrapped{}
	r.Layout(r.text.Size())
	for _, line := range r.lines {
		line.Refresh()
	}
}

func (r *textRenderer) Objects() []fyne.CanvasObject {
	out := make([]fyne.CanvasObject, len(r.lines))
	for i, line := range r.lines {
		out[i] = line
	}
	return out
}

func (r *textRenderer) Destroy() {}
