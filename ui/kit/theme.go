package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Look is how the window is coloured.
type Look string

// The looks. Auto follows the system between Light and Dark.
const (
	Auto          Look = "auto"
	Light         Look = "light"
	Dark          Look = "dark"
	Contrast      Look = "contrast"
	ContrastLight Look = "contrast-light"
)

// Looks lists the looks in the order in which a key goes through them.
var Looks = []Look{Auto, Light, Dark, Contrast, ContrastLight}

// Scales are the sizes of text, icons and targets that a person may choose.
var Scales = []float32{1, 1.25, 1.5, 1.75, 2}

// Names of colours that the toolkit has no name for.
const (
	ColorSecondary   fyne.ThemeColorName = "secondary"
	ColorRing        fyne.ThemeColorName = "ring"
	ColorInfo        fyne.ThemeColorName = "info"
	ColorTintError   fyne.ThemeColorName = "tintError"
	ColorTintWarning fyne.ThemeColorName = "tintWarning"
	ColorTintSuccess fyne.ThemeColorName = "tintSuccess"
	ColorTintInfo    fyne.ThemeColorName = "tintInfo"
)

// Names of sizes that the toolkit has no name for.
const (
	SizeTarget fyne.ThemeSizeName = "target" // least side of what can be pressed
	SizeCode   fyne.ThemeSizeName = "code"   // type of a code to copy by hand
)

// Theme is one look at one scale. The zero value is [Auto] at 100 %.
type Theme struct {
	Look  Look
	Scale float32 // of text, icons and targets; 0 means 1. Space stays as it is.
}

// palettes hold one colour for each name, in the order of [Light], [Dark],
// [Contrast] and [ContrastLight]. Every pair that meets on screen has been
// computed against WCAG 2.2: text 7:1, other text 4.5:1, shapes 3:1; a test
// computes them again.
var palettes = map[fyne.ThemeColorName][4]uint32{
	theme.ColorNameBackground:          {0xFAF8F4, 0x14191F, 0x000000, 0xFFFFFF},
	theme.ColorNameInputBackground:     {0xFFFFFF, 0x1C232B, 0x000000, 0xFFFFFF},
	theme.ColorNameMenuBackground:      {0xFFFFFF, 0x1C232B, 0x000000, 0xFFFFFF},
	theme.ColorNameOverlayBackground:   {0xFFFFFF, 0x1C232B, 0x000000, 0xFFFFFF},
	theme.ColorNameHeaderBackground:    {0xF1EEE7, 0x10151A, 0x000000, 0xFFFFFF},
	theme.ColorNameForeground:          {0x1B2430, 0xF2EFE9, 0xFFFFFF, 0x000000},
	ColorSecondary:                     {0x4A5563, 0xC3CAD3, 0xFFFFFF, 0x000000},
	theme.ColorNamePlaceHolder:         {0x565F6B, 0xA9B2BD, 0xD6D6D6, 0x3D3D3D},
	theme.ColorNameDisabled:            {0x7A828C, 0x8A939E, 0xB5B5B5, 0x555555},
	theme.ColorNameDisabledButton:      {0xE6E1D6, 0x2A343E, 0x2B2B2B, 0xEDEDED},
	theme.ColorNamePrimary:             {0x0B5C6B, 0x6FC7D6, 0xFFE14D, 0x003B8E},
	theme.ColorNameForegroundOnPrimary: {0xFFFFFF, 0x08262C, 0x000000, 0xFFFFFF},
	theme.ColorNameHyperlink:           {0x0B5C6B, 0x7FD0DE, 0x8FD3FF, 0x003B8E},
	theme.ColorNameError:               {0x8C1712, 0xFF9C92, 0xFFB3AB, 0x8C0000},
	theme.ColorNameForegroundOnError:   {0xFFFFFF, 0x3A0703, 0x000000, 0xFFFFFF},
	theme.ColorNameWarning:             {0x925600, 0xF5BE6B, 0xFFCF7A, 0x5C3200},
	theme.ColorNameForegroundOnWarning: {0xFFFFFF, 0x38290F, 0x000000, 0xFFFFFF},
	theme.ColorNameSuccess:             {0x14693A, 0x86D59B, 0x9BF0B0, 0x00461A},
	theme.ColorNameForegroundOnSuccess: {0xFFFFFF, 0x16301E, 0x000000, 0xFFFFFF},
	ColorInfo:                          {0x3B4FB8, 0xA9BFFF, 0xBFD0FF, 0x003B8E},
	theme.ColorNameInputBorder:         {0x6B7480, 0x8A949F, 0xFFFFFF, 0x000000},
	theme.ColorNameSeparator:           {0xD8D3C8, 0x38424D, 0xFFFFFF, 0x000000},
	theme.ColorNameScrollBar:           {0x6B7480, 0x8A949F, 0xFFFFFF, 0x000000},
	theme.ColorNameSelection:           {0xCFE6EA, 0x1F4750, 0x3A3400, 0xFFF3B0},
	theme.ColorNameHover:               {0xE6E1D6, 0x2A343E, 0x2B2B2B, 0xEDEDED},
	theme.ColorNameButton:              {0xE6E1D6, 0x2A343E, 0x2B2B2B, 0xEDEDED},
	ColorRing:                          {0xB3006B, 0xFF8AC9, 0x00E5FF, 0xC4007A},
	ColorTintError:                     {0xFBEAE8, 0x3A1B1A, 0x000000, 0xFFFFFF},
	ColorTintWarning:                   {0xFCF0DC, 0x38290F, 0x000000, 0xFFFFFF},
	ColorTintSuccess:                   {0xE6F3E9, 0x16301E, 0x000000, 0xFFFFFF},
	ColorTintInfo:                      {0xE8EEFA, 0x1C2745, 0x000000, 0xFFFFFF},
}

// veils are the colours that let what lies below show through.
var veils = map[fyne.ThemeColorName]struct {
	of    fyne.ThemeColorName
	alpha uint8
}{
	theme.ColorNameFocus:               {ColorRing, 0x33},
	theme.ColorNamePressed:             {theme.ColorNameForeground, 0x22},
	theme.ColorNameShadow:              {theme.ColorNameForeground, 0x66},
	theme.ColorNameScrollBarBackground: {theme.ColorNameForeground, 0x11},
}

// Color gives the colour of a name. The variant is the system's; it counts for
// [Auto] alone.
func (t Theme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	if veil, ok := veils[name]; ok {
		c := t.solid(veil.of, variant)
		if name == theme.ColorNameShadow {
			c = color.NRGBA{}
		}
		c.A = veil.alpha
		return c
	}
	return t.solid(name, variant)
}

func (t Theme) solid(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.NRGBA {
	of := palettes[theme.ColorNameForeground] // an unknown name can at least be seen
	if known, ok := palettes[name]; ok {
		of = known
	}
	v := of[t.column(variant)]
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xFF}
}

func (t Theme) column(variant fyne.ThemeVariant) int {
	switch t.Look {
	case Light:
		return 0
	case Dark:
		return 1
	case Contrast:
		return 2
	case ContrastLight:
		return 3
	}
	if variant == theme.VariantDark {
		return 1
	}
	return 0
}

// scaled are sizes at 100 % that grow with the scale.
var scaled = map[fyne.ThemeSizeName]float32{
	theme.SizeNameCaptionText:    14,
	theme.SizeNameText:           16,
	theme.SizeNameSubHeadingText: 20,
	theme.SizeNameHeadingText:    26,
	theme.SizeNameInlineIcon:     22,
	SizeTarget:                   44,
	SizeCode:                     24,
}

// fixed are sizes that stay, so that there is room for large text.
var fixed = map[fyne.ThemeSizeName]float32{
	theme.SizeNamePadding:            6,
	theme.SizeNameInnerPadding:       10,
	theme.SizeNameLineSpacing:        6,
	theme.SizeNameInputBorder:        2,
	theme.SizeNameInputRadius:        6,
	theme.SizeNameButtonRadius:       6,
	theme.SizeNameSelectionRadius:    6,
	theme.SizeNameCardRadius:         8,
	theme.SizeNameSeparatorThickness: 1,
	theme.SizeNameScrollBar:          16,
	theme.SizeNameScrollBarSmall:     8,
	theme.SizeNameModalBlurRadius:    0,
}

// Size gives a size in units of the canvas.
func (t Theme) Size(name fyne.ThemeSizeName) float32 {
	if size, ok := scaled[name]; ok {
		return size * t.scale()
	}
	if size, ok := fixed[name]; ok {
		return size
	}
	return theme.DefaultTheme().Size(name)
}

func (t Theme) scale() float32 {
	if t.Scale == 0 {
		return 1
	}
	return t.Scale
}

// Font gives the toolkit's own typeface, which has every French letter.
func (t Theme) Font(style fyne.TextStyle) fyne.Resource { return theme.DefaultTheme().Font(style) }

// Icon gives the toolkit's icon of a name.
func (t Theme) Icon(name fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(name) }

// ScaleNow is the scale of the theme in use.
func ScaleNow() float32 { return sizeNow(SizeTarget) / scaled[SizeTarget] }

func sizeNow(name fyne.ThemeSizeName) float32 {
	if size := fyne.CurrentApp().Settings().Theme().Size(name); size > 0 {
		return size
	}
	return scaled[name] // under a theme that is not ours
}

func colorNow(name fyne.ThemeColorName) color.Color {
	s := fyne.CurrentApp().Settings()
	return s.Theme().Color(name, s.ThemeVariant())
}
