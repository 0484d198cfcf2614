package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// aside keeps room free at the right.
type aside struct{ right float32 }

func (a aside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.Position{})
		o.Resize(fyne.NewSize(size.Width-a.right, size.Height))
	}
}

func (a aside) MinSize(objects []fyne.CanvasObject) (least fyne.Size) {
	for _, o := range objects {
		least = least.Max(o.MinSize())
	}
	return least.AddWidthHeight(a.right, 0)
}

// Column stacks things, each over the whole width up to most units of text at
// 100 %; 0 means no limit. Lines longer than about 75 letters are hard to read.
func Column(most float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&column{most: most}, objects...)
}

// ReadingWidth is the widest a column of text should be, in units at 100 %.
const ReadingWidth = 720

type column struct{ most float32 }

func (c *column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := size.Width
	if c.most > 0 {
		width = min(width, c.most*ScaleNow())
	}
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(width, o.MinSize().Height)) // its height may depend on its width:
		if h := o.MinSize().Height; h != o.Size().Height {
			o.Resize(fyne.NewSize(width, h))
		}
		y += o.Size().Height + sizeNow(theme.SizeNamePadding)
	}
}

func (c *column) MinSize(objects []fyne.CanvasObject) (least fyne.Size) {
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		s := o.MinSize()
		if least.Height > 0 {
			least.Height += sizeNow(theme.SizeNamePadding)
		}
		least = fyne.NewSize(max(least.Width, s.Width), least.Height+s.Height)
	}
	return least
}

// Above stacks things over the whole width; the one at fill, from 0, gets the
// height that the others leave. They are reached by the keyboard in the order in
// which they are read, which a border of the toolkit does not keep.
func Above(fill int, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(filled{fill: fill, flip: func(s fyne.Size) fyne.Size { return fyne.NewSize(s.Height, s.Width) }}, objects...)
}

// Beside is [Above] from left to right.
func Beside(fill int, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(filled{fill: fill, flip: func(s fyne.Size) fyne.Size { return s }}, objects...)
}

// filled lays out from left to right; flip turns that into from top to bottom.
type filled struct {
	fill int
	flip func(fyne.Size) fyne.Size
}

func (f filled) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	size = f.flip(size)
	gap := sizeNow(theme.SizeNamePadding)
	room := size.Width + gap
	for i, o := range objects {
		if i != f.fill && o.Visible() {
			// Its height may depend on its width, which is known from here on.
			o.Resize(f.flip(fyne.NewSize(f.flip(o.MinSize()).Width, size.Height)))
			room -= f.flip(o.MinSize()).Width + gap
		}
	}
	at := float32(0)
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		width := f.flip(o.MinSize()).Width
		if i == f.fill {
			width = max(0, room-gap)
		}
		place := f.flip(fyne.NewSize(at, 0))
		o.Move(fyne.NewPos(place.Width, place.Height))
		o.Resize(f.flip(fyne.NewSize(width, size.Height)))
		at += width + gap
	}
}

func (f filled) MinSize(objects []fyne.CanvasObject) (least fyne.Size) {
	for _, o := range objects {
		if o.Visible() {
			s := f.flip(o.MinSize())
			if least.Width > 0 {
				least.Width += sizeNow(theme.SizeNamePadding)
			}
			least = fyne.NewSize(least.Width+s.Width, max(least.Height, s.Height))
		}
	}
	return f.flip(least)
}

// Flow puts things side by side and goes on below where there is no room left.
func Flow(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&flow{}, objects...)
}

// Stretch is a [Flow] whose things fill the width when each has a row of its
// own, as buttons in a narrow window do.
func Stretch(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&flow{stretch: true}, objects...)
}

type flow struct {
	stretch bool
	width   float32 // that it was last laid out in
}

func (f *flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if f.width != size.Width && len(objects) > 0 {
		f.width = size.Width
		settle(objects[0])
	}
	narrow := f.stretch && WidthOf(size.Width) == Narrow && f.rows(objects, size.Width) > 1
	f.each(objects, size.Width, func(o fyne.CanvasObject, at fyne.Position, s fyne.Size) {
		if narrow {
			return
		}
		o.Move(at)
		o.Resize(s)
	})
	if !narrow {
		return
	}
	y := float32(0)
	for _, o := range objects {
		if o.Visible() {
			o.Move(fyne.NewPos(0, y))
			o.Resize(fyne.NewSize(size.Width, o.MinSize().Height))
			y += o.Size().Height
		}
	}
}

func (f *flow) rows(objects []fyne.CanvasObject, width float32) (rows int) {
	last := float32(-1)
	f.each(objects, width, func(_ fyne.CanvasObject, at fyne.Position, _ fyne.Size) {
		if at.Y != last {
			rows, last = rows+1, at.Y
		}
	})
	return rows
}

// each tells where every visible object goes, and returns the height of all.
func (f *flow) each(objects []fyne.CanvasObject, width float32, place func(fyne.CanvasObject, fyne.Position, fyne.Size)) float32 {
	x, y, row := float32(0), float32(0), float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		s := o.MinSize()
		if width > 0 {
			s.Width = min(s.Width, width)
		}
		if x > 0 && width > 0 && x+s.Width > width {
			x, y, row = 0, y+row, 0
		}
		place(o, fyne.NewPos(x, y), s)
		x, row = x+s.Width, max(row, s.Height)
	}
	return y + row
}

func (f *flow) MinSize(objects []fyne.CanvasObject) (least fyne.Size) {
	narrow := f.stretch && f.width > 0 && WidthOf(f.width) == Narrow && f.rows(objects, f.width) > 1
	least.Height = f.each(objects, f.width, func(o fyne.CanvasObject, _ fyne.Position, _ fyne.Size) {
		least.Width = max(least.Width, o.MinSize().Width)
	})
	if narrow {
		least.Height = 0
		for _, o := range objects {
			if o.Visible() {
				least.Height += o.MinSize().Height
			}
		}
	}
	return least
}

// Inset leaves room around something.
func Inset(room float32, content fyne.CanvasObject) *fyne.Container {
	return container.New(inset{room, room, room, room}, content)
}

// Indent leaves room at the left, to align with what has a ring's room there.
func Indent(content fyne.CanvasObject) *fyne.Container {
	return container.New(inset{left: ringRoom, right: ringRoom}, content)
}

// middle puts something over the whole width in the middle of the height.
type middle struct{}

func (middle) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Resize(fyne.NewSize(size.Width, o.MinSize().Height)) // its height may depend on its width:
		h := o.MinSize().Height
		o.Move(fyne.NewPos(0, max(0, (size.Height-h)/2)))
		o.Resize(fyne.NewSize(size.Width, h))
	}
}

func (middle) MinSize(objects []fyne.CanvasObject) (least fyne.Size) {
	for _, o := range objects {
		least = least.Max(o.MinSize())
	}
	return least
}

type inset struct{ top, right, bottom, left float32 }

func (i inset) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(i.left, i.top))
		o.Resize(fyne.NewSize(size.Width-i.left-i.right, size.Height-i.top-i.bottom))
	}
}

func (i inset) MinSize(objects []fyne.CanvasObject) (least fyne.Size) {
	for _, o := range objects {
		least = least.Max(o.MinSize())
	}
	return least.AddWidthHeight(i.left+i.right, i.top+i.bottom)
}

// Gap is an empty height.
func Gap(height float32) fyne.CanvasObject {
	r := canvas.NewRectangle(color.Transparent)
	r.SetMinSize(fyne.NewSize(0, height))
	return r
}

// Tone is what a [Card] is about.
type Tone int

// The tones. Colour is never alone: a card of a tone begins with its icon and a
// word.
const (
	Neutral Tone = iota
	Informing
	Warning
	Failing
	Succeeding
)

func (t Tone) colors() (ground, edge fyne.ThemeColorName) {
	switch t {
	case Informing:
		return ColorTintInfo, ColorInfo
	case Warning:
		return ColorTintWarning, theme.ColorNameWarning
	case Failing:
		return ColorTintError, theme.ColorNameError
	case Succeeding:
		return ColorTintSuccess, theme.ColorNameSuccess
	}
	return theme.ColorNameInputBackground, theme.ColorNameInputBorder
}

// Card frames something.
func Card(tone Tone, content fyne.CanvasObject) fyne.CanvasObject {
	c := &card{frame: canvas.NewRectangle(color.Transparent), tone: tone}
	c.inner = Inset(12, content)
	c.body = Indent(container.NewStack(c.frame, c.inner)) // its edge in line with those of controls
	c.ExtendBaseWidget(c)
	c.dress()
	return c
}

type card struct {
	composite
	frame *canvas.Rectangle
	inner fyne.CanvasObject
	tone  Tone
}

func (c *card) dress() {
	ground, edge := c.tone.colors()
	c.frame.FillColor, c.frame.StrokeColor = colorNow(ground), colorNow(edge)
	c.frame.StrokeWidth, c.frame.CornerRadius = sizeNow(theme.SizeNameSeparatorThickness), sizeNow(theme.SizeNameCardRadius)
}

// Refresh is part of [fyne.CanvasObject].
func (c *card) Refresh() {
	c.dress()
	c.composite.Refresh()
}

// Ground fills what lies behind something with a colour of the theme.
func Ground(name fyne.ThemeColorName, content fyne.CanvasObject) fyne.CanvasObject {
	g := &ground{name: name, fill: canvas.NewRectangle(color.Transparent)}
	g.body = container.NewStack(g.fill, content)
	g.ExtendBaseWidget(g)
	g.fill.FillColor = colorNow(name)
	return g
}

type ground struct {
	composite
	name fyne.ThemeColorName
	fill *canvas.Rectangle
}

// Refresh is part of [fyne.CanvasObject].
func (g *ground) Refresh() {
	g.fill.FillColor = colorNow(g.name)
	g.composite.Refresh()
}

// Icon is a picture beside a word, as large as text needs.
type Icon struct {
	composite
	image *canvas.Image
	res   fyne.Resource
	color fyne.ThemeColorName
}

// NewIcon makes an icon in a colour of the theme.
func NewIcon(res fyne.Resource, color fyne.ThemeColorName) *Icon {
	i := &Icon{res: res, color: color, image: canvas.NewImageFromResource(iconOf(res, color))}
	i.image.FillMode = canvas.ImageFillContain
	i.body = container.New(iconSize{}, i.image)
	i.ExtendBaseWidget(i)
	return i
}

// Set changes the picture and its colour.
func (i *Icon) Set(res fyne.Resource, color fyne.ThemeColorName) {
	i.res, i.color = res, color
	i.Refresh()
}

// Refresh is part of [fyne.CanvasObject].
func (i *Icon) Refresh() {
	i.image.Resource = iconOf(i.res, i.color)
	i.image.Refresh()
	i.composite.Refresh()
}

// iconSize is one line of text high, so that an icon stands beside the first
// line of a text that wraps.
type iconSize struct{}

func (iconSize) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	side := sizeNow(theme.SizeNameInlineIcon)
	for _, o := range objects {
		o.Move(fyne.NewPos(0, (Body.lineHeight()-side)/2))
		o.Resize(fyne.NewSquareSize(side))
	}
}

func (iconSize) MinSize([]fyne.CanvasObject) fyne.Size {
	side := sizeNow(theme.SizeNameInlineIcon)
	return fyne.NewSize(side+sizeNow(theme.SizeNamePadding), Body.lineHeight())
}

// Titled puts an icon before a text that may wrap.
func Titled(icon fyne.CanvasObject, text fyne.CanvasObject) *fyne.Container {
	return Beside(1, icon, text)
}
