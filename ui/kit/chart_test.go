package kit

import (
	"math"
	"slices"
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

// TestChartWithLines: lines are broken as their dashes say, each has its name where
// it ends, no two names lie over each other, and nothing is drawn outside whatever
// part is looked at.
func TestChartWithLines(t *testing.T) {
	for _, scale := range Scales {
		a := test.NewTempApp(t)
		a.Settings().SetTheme(Theme{Look: Light, Scale: scale})
		p := pressures()
		p.From, p.To, p.Least = 0, 200, 10
		p.Ticks = func(from, to float64, most int) []plot.Tick {
			return []plot.Tick{{At: from, Label: "du"}, {At: to, Label: "au"}}
		}
		p.Lines = []plot.Line{
			{Name: "haut", Dash: plot.Dotted, Parts: [][]plot.Place{{{X: 0, Y: 121}, {X: 99, Y: 131}}, {{X: 100, Y: 128}, {X: 300, Y: 140}}}},
			{Name: "médiane", Dash: plot.Dashed, Parts: [][]plot.Place{{{X: 0, Y: 120}, {X: 300, Y: 139}}}},
			{Name: "bas", Dash: plot.DashDotted, Parts: [][]plot.Place{{{X: 0, Y: 119}, {X: 60, Y: 120}}}},
		}
		c := NewChart(p, "touches", nil)
		c.SetHeight(240)
		w := test.NewTempWindow(t, c)
		w.Resize(fyne.NewSize(max(560, c.MinSize().Width), c.MinSize().Height))
		key := func(name fyne.KeyName) { c.face.TypedKey(&fyne.KeyEvent{Name: name}) }
		look := func(what string, names ...string) {
			t.Helper()
			size := c.face.Size()
			lines, seen := 0, map[string]fyne.Position{}
			for _, o := range test.WidgetRenderer(c.face).Objects() {
				switch o := o.(type) {
				case *canvas.Line:
					lines++
					for _, at := range []fyne.Position{o.Position1, o.Position2} {
						if at.X < -0.5 || at.Y < -0.5 || at.X > size.Width+0.5 || at.Y > size.Height+0.5 {
							t.Errorf("%s: a line at %v", what, at)
						}
					}
				case *canvas.Text:
					if at := o.Position(); at.X+o.MinSize().Width > size.Width+0.5 || at.Y < -0.5 || at.Y+o.MinSize().Height > size.Height+0.5 {
						t.Errorf("%s: %q lies outside, at %v of %v", what, o.Text, at, size)
					}
					seen[o.Text] = o.Position()
				}
			}
			if lines < 40 {
				t.Errorf("%s: only %d pieces of ink", what, lines)
			}
			for _, name := range []string{"haut", "médiane", "bas"} {
				if _, there := seen[name]; there != slices.Contains(names, name) {
					t.Errorf("%s: %q is there: %v", what, name, there)
				}
			}
			if len(names) > 1 && math.Abs(float64(seen[names[0]].Y-seen[names[1]].Y)) < float64(Caption.lineHeight())-0.5 {
				t.Errorf("%s: %q and %q lie over each other", what, names[0], names[1])
			}
		}
		view := func(from, to float64) {
			t.Helper()
			if a, b := c.View(); math.Abs(a-from) > 1e-6 || math.Abs(b-to) > 1e-6 {
				t.Errorf("at %.0f %%: looks at %v to %v, not %v to %v", scale*100, a, b, from, to)
			}
		}
		look("all", "haut", "médiane", "bas")
		key(fyne.KeyUp)
		view(50, 150)
		key(fyne.KeyPageDown)
		view(100, 200)
		look("later", "haut", "médiane")
		key(fyne.KeyEnd) // the last point lies at 100
		key(fyne.KeyHome)
		view(0, 100)
		look("at the first", "haut", "médiane", "bas")
		for range 9 {
			key(fyne.KeyUp)
		}
		view(0, 10)
		c.face.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(-c.face.across/2, 0)})
		view(5, 15)
		c.Pan(false)
		view(0, 10)
		for range 9 {
			c.Zoom(false)
		}
		view(0, 300)
		c.LookAt(250, 900)
		view(0, 300)
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

// TestTable: where the columns have room they stand side by side, else each row is a
// sentence; either way a row opens from its first cell.
func TestTable(t *testing.T) {
	for _, scale := range Scales {
		a := test.NewTempApp(t)
		a.Settings().SetTheme(Theme{Look: Light, Scale: scale})
		opened := ""
		row := func(day string) TableRow {
			return TableRow{Cells: []string{day, "quatre-vingt-six centimètres", "médiane"}, Said: "86 cm, médiane", Open: func() { opened = day }}
		}
		table := Table([]string{"Jour", "Valeur", "Place"}, []TableRow{row("02/01"), row("03/01")})
		w := test.NewTempWindow(t, NewScroll(Column(0, table)))
		for _, wide := range []bool{true, false, true} {
			w.Resize(fyne.NewSize(map[bool]float32{true: 520, false: 200}[wide]*scale, 400))
			var buttons []*Button
			var said []string
			Walk(table, func(o fyne.CanvasObject) bool {
				switch o := o.(type) {
				case *Button:
					buttons = append(buttons, o)
				case *Text:
					said = append(said, o.String())
					if at, size := o.Position(), o.Size(); at.X < 0 || at.X+size.Width > table.Size().Width+0.5 {
						t.Errorf("at %.0f %%: %q lies outside, at %v", scale*100, o, at)
					}
				}
				return true
			})
			if slices.Contains(said, "Valeur") != wide || slices.Contains(said, "86 cm, médiane") == wide || len(buttons) != 2 {
				t.Fatalf("at %.0f %%, wide %v: %q and %d buttons", scale*100, wide, said, len(buttons))
			}
			buttons[1].Tapped(nil)
			if opened != "03/01" {
				t.Errorf("the second row opened %q", opened)
			}
			opened = ""
		}
	}
}
