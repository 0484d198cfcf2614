package kit

import (
	"fmt"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// luminance is the relative luminance of WCAG 2.2.
func luminance(c color.Color) float64 {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	part := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*part(n.R) + 0.7152*part(n.G) + 0.0722*part(n.B)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

type pair struct {
	ink, ground fyne.ThemeColorName
	least       float64
}

// pairs are the colours that meet on screen, and the least contrast of each: text
// 7:1, coloured text 4.5:1, edges and rings 3:1.
func pairs(look Look) (out []pair) {
	coloured := 4.5
	if look == Contrast || look == ContrastLight {
		coloured = 7
	}
	for _, ground := range []fyne.ThemeColorName{
		theme.ColorNameBackground, theme.ColorNameInputBackground, theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground,
		theme.ColorNameHeaderBackground, theme.ColorNameSelection, theme.ColorNameHover, theme.ColorNameButton,
	} {
		out = append(out,
			pair{theme.ColorNameForeground, ground, 7},
			pair{ColorSecondary, ground, coloured},
			pair{theme.ColorNameHyperlink, ground, coloured},
			pair{theme.ColorNameError, ground, coloured},
			pair{theme.ColorNamePlaceHolder, ground, coloured},
		)
	}
	for ground, ink := range map[fyne.ThemeColorName]fyne.ThemeColorName{
		theme.ColorNamePrimary: theme.ColorNameForegroundOnPrimary,
		theme.ColorNameError:   theme.ColorNameForegroundOnError,
		theme.ColorNameWarning: theme.ColorNameForegroundOnWarning,
		theme.ColorNameSuccess: theme.ColorNameForegroundOnSuccess,
	} {
		out = append(out, pair{ink, ground, 4.5})
	}
	for tint, ink := range map[fyne.ThemeColorName]fyne.ThemeColorName{
		ColorTintError:   theme.ColorNameError,
		ColorTintWarning: theme.ColorNameWarning,
		ColorTintSuccess: theme.ColorNameSuccess,
		ColorTintInfo:    ColorInfo,
	} {
		out = append(out, pair{ink, tint, 4.5}, pair{theme.ColorNameForeground, tint, 7})
	}
	for _, badge := range badgeColors { // the initials of a person
		out = append(out, pair{theme.ColorNameBackground, badge, 4.5})
	}
	for _, ground := range []fyne.ThemeColorName{theme.ColorNameBackground, theme.ColorNameInputBackground, theme.ColorNameHeaderBackground} {
		out = append(out,
			pair{theme.ColorNameInputBorder, ground, 3},
			pair{theme.ColorNameScrollBar, ground, 3},
			pair{theme.ColorNamePrimary, ground, 3},
			pair{theme.ColorNameDisabled, ground, 3},
			pair{ColorRing, ground, 3},
		)
	}
	return append(out, pair{ColorRing, theme.ColorNameSelection, 3}, pair{theme.ColorNamePrimary, theme.ColorNameSelection, 3})
}

func TestContrast(t *testing.T) {
	for _, look := range []Look{Light, Dark, Contrast, ContrastLight} {
		for _, p := range pairs(look) {
			th := Theme{Look: look}
			if got := contrast(th.Color(p.ink, 0), th.Color(p.ground, 0)); got < p.least {
				t.Errorf("%s: %s on %s is %.2f:1, less than %.1f:1", look, p.ink, p.ground, got, p.least)
			}
		}
	}
}

// TestContrastKnows holds the computation to the ratios that everybody knows.
func TestContrastKnows(t *testing.T) {
	grey := color.NRGBA{R: 0x77, G: 0x77, B: 0x77, A: 0xFF}
	for _, c := range []struct {
		a, b color.Color
		want string
	}{{color.Black, color.White, "21.00"}, {color.White, color.White, "1.00"}, {grey, color.White, "4.48"}} {
		if got := fmt.Sprintf("%.2f", contrast(c.a, c.b)); got != c.want {
			t.Errorf("%v on %v is %s, not %s", c.a, c.b, got, c.want)
		}
	}
}

func TestAutoFollowsTheSystem(t *testing.T) {
	for name := range palettes {
		for variant, look := range map[fyne.ThemeVariant]Look{theme.VariantLight: Light, theme.VariantDark: Dark} {
			if got, want := (Theme{Look: Auto}).Color(name, variant), (Theme{Look: look}).Color(name, 1-variant); got != want {
				t.Errorf("%s: %v, not %v", name, got, want)
			}
		}
	}
}

func TestEveryColourIsOpaqueOrAVeil(t *testing.T) {
	for name := range palettes {
		for _, look := range Looks {
			if _, _, _, a := (Theme{Look: look}).Color(name, 0).RGBA(); a != 0xFFFF {
				t.Errorf("%s: %s lets through", look, name)
			}
		}
	}
}

func TestScaleMakesTargetsLarger(t *testing.T) {
	for _, scale := range Scales {
		th := Theme{Scale: scale}
		if got := th.Size(SizeTarget); got != 44*scale {
			t.Errorf("at %v a target is %v", scale, got)
		}
		if got := th.Size(theme.SizeNameText); got < 16*scale {
			t.Errorf("at %v text is %v", scale, got)
		}
		if got := th.Size(theme.SizeNamePadding); got != (Theme{}).Size(theme.SizeNamePadding) {
			t.Errorf("at %v the space is %v", scale, got)
		}
	}
}
