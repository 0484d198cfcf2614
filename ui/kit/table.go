package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// TableRow is a line of a [Table].
type TableRow struct {
	Cells []string // one for each column
	Said  string   // what follows the first cell where there is no room for columns
	Open  func()   // on Enter and on a press
}

// Table shows rows under the names of their columns or, where these have no room
// side by side, each row as a sentence. The first cell of a row opens it.
func Table(head []string, rows []TableRow) *fyne.Container {
	grid, list := container.New(&columns{count: len(head)}), Column(0)
	for _, name := range head {
		grid.Add(NewText(name, Strong))
	}
	for _, r := range rows {
		for i, cell := range r.Cells {
			if i == 0 {
				grid.Add(NewButton(cell, nil, Bare, r.Open))
				continue
			}
			grid.Add(NewText(cell, Body))
		}
		list.Add(NewRow(r.Cells[0], nil, r.Open))
		list.Add(Indent(NewText(r.Said, Body)))
	}
	list.Hide()
	return container.New(&either{}, grid, list)
}

// either shows the first thing, or the second one where the first has no room.
type either struct{ width float32 }

func (e *either) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if e.width != size.Width {
		e.width = size.Width
		settle(objects[0])
	}
	shown := e.choose(objects)
	shown.Move(fyne.Position{})
	shown.Resize(size)
}

func (e *either) choose(objects []fyne.CanvasObject) fyne.CanvasObject {
	fits := objects[0].MinSize().Width <= e.width || e.width == 0
	if fits != objects[0].Visible() {
		objects[0].(*fyne.Container).Hidden, objects[1].(*fyne.Container).Hidden = !fits, fits
	}
	if fits {
		return objects[0]
	}
	return objects[1]
}

func (e *either) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := e.choose(objects).MinSize()
	return fyne.NewSize(objects[1].MinSize().Width, least.Height)
}

// columns puts things in columns as wide as their widest, of which texts are on one
// line.
type columns struct{ count int }

// cellSize is what a cell asks for.
func cellSize(o fyne.CanvasObject) fyne.Size {
	if t, ok := o.(*Text); ok {
		return fyne.NewSize(t.style.width(t.text), t.style.lineHeight())
	}
	return o.MinSize()
}

// sizes are the widths of the columns and the heights of the rows.
func (c *columns) sizes(objects []fyne.CanvasObject) (widths, heights []float32) {
	widths = make([]float32, c.count)
	for i, o := range objects {
		if i%c.count == 0 {
			heights = append(heights, 0)
		}
		s := cellSize(o)
		widths[i%c.count] = max(widths[i%c.count], s.Width)
		heights[i/c.count] = max(heights[i/c.count], s.Height)
	}
	return widths, heights
}

func (c *columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	widths, heights := c.sizes(objects)
	spare := size.Width
	for _, w := range widths {
		spare -= w
	}
	gap := max(0, spare/float32(c.count))
	at := fyne.Position{}
	for i, o := range objects {
		s := fyne.NewSize(widths[i%c.count], cellSize(o).Height)
		o.Move(at.AddXY(0, (heights[i/c.count]-s.Height)/2))
		o.Resize(s)
		if at.X += s.Width + gap; i%c.count == c.count-1 {
			at = fyne.NewPos(0, at.Y+heights[i/c.count])
		}
	}
}

func (c *columns) MinSize(objects []fyne.CanvasObject) (least fyne.Size) {
	widths, heights := c.sizes(objects)
	for _, w := range widths {
		least.Width += w + sizeNow(theme.SizeNamePadding)
	}
	for _, h := range heights {
		least.Height += h
	}
	return least
}
