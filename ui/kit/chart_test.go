package kit

import (
	"strconv"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"carnet/vault/plot"
)

func pressures() *plot.Plot {
	day := func(x, y float64, label string) plot.Point {
		return plot.Point{X: x, From: x, To: x, Y: y, Label: label}
	}
	month := plot.Point{X: 45, From: 31, To: 59, Y: 118, Label: "février"}
	low := month
	low.Y, low.Label = 76, ""
	return &plot.Plot{
		Summary: "trois mesures", Unit: "mmHg",
		Series: []plot.Series{
			{Name: "maximale", Points: []plot.Point{day(0, 120, "premier"), month, day(100, 130, "dernier")}},
			{Name: "minimale", Points: []plot.Point{day(0, 80, ""), low, day(100, 85, "")}},
		},
		Number: func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) },
		Ticks: func(from, to float64, most int) []plot.Tick {
			return []plot.Tick{{At: 0, Label: "01/2026"}, {At: 90, Label: "04/2026"}}
		},
	}
}

// TestChart: nothing is drawn outside, at any size of text; series differ by their
// markers, and a day that is not known is an empty marker on a bar.
func TestChart(t *testing.T) {
	for _, scale := range Scales {
		a := test.NewTempApp(t)
		a.Settings().SetTheme(Theme{Look: Light, Scale: scale})
		opened := -1
		c := NewChart(pressures(), "touches", func(stop int) { opened = stop })
		w := test.NewTempWindow(t, c)
		w.Resize(fyne.NewSize(max(420, c.MinSize().Width), c.MinSize().Height))
		size, circles, squares, empty, labels := c.face.Size(), 0, 0, 0, 0
		inside := func(at fyne.Position, s fyne.Size) {
			if at.X < -0.5 || at.Y < -0.5 || at.X+s.Width > size.Width+0.5 || at.Y+s.Height > size.Height+0.5 {
				t.Errorf("at %.0f %%: %v of %v lies outside of %v", scale*100, at, s, size)
			}
		}
		ground := colorNow("background")
		for _, o := range test.WidgetRenderer(c.face).Objects() {
			switch o := o.(type) {
			case *canvas.Circle:
				circles++
				if o.FillColor == ground {
					empty++
				}
				inside(o.Position(), o.Size())
			case *canvas.Rectangle:
				if o.CornerRadius == 0 {
					squares++
					if o.FillColor == ground {
						empty++
					}
				}
				inside(o.Position(), o.Size())
			case *canvas.Text:
				labels++
				inside(o.Position(), o.MinSize())
			case *canvas.Line:
				inside(o.Position1, fyne.Size{})
				inside(o.Position2, fyne.Size{})
			}
		}
		if circles != 4 || squares != 4 || empty != 2 || labels < 8 {
			t.Errorf("at %.0f %%: %d circles, %d squares, %d empty, %d labels", scale*100, circles, squares, empty, labels)
		}
		key := func(name fyne.KeyName) { c.face.TypedKey(&fyne.KeyEvent{Name: name}) }
		key(fyne.KeyReturn)
		if opened != -1 || c.said.String() != "touches" || c.face.AccessibilityLabel() != "trois mesures" {
			t.Error("something is chosen before it was")
		}
		key(fyne.KeyRight)
		key(fyne.KeyRight)
		if c.said.String() != "février" || c.face.AccessibilityLabel() != "février" {
			t.Errorf("it says %q", c.said)
		}
		c.face.Tapped(&fyne.PointEvent{Position: c.face.at[2]})
		c.face.Tapped(&fyne.PointEvent{Position: c.face.at[2].AddXY(3, 3)})
		if c.said.String() != "dernier" || opened != 2 {
			t.Errorf("it says %q and opened %d", c.said, opened)
		}
		key(fyne.KeyHome)
		key(fyne.KeyLeft)
		key(fyne.KeySpace)
		if opened != 0 {
			t.Errorf("it opened %d", opened)
		}
	}
}
