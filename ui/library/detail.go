package library

import (
	"context"
	"errors"
	"image"
	"io"
	"slices"
	"strings"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/render"
)

// detail is one document on screen: what is known of it, a page, and what can
// be done with it.
type detail struct {
	l   *Library
	id  record.ID
	doc record.Document

	page  int // from 1
	zoom  int // index of zooms
	turns int // quarters, clockwise
	task  *kit.Task
	wants int // number of the last drawing asked for

	// content is opened once: each opening is an entry of the access journal.
	mu      sync.Mutex
	content *vault.Content
	said    *vault.Reading // what it says, where it came structured
	inside  *vault.Inside  // the file in it that has its pages; nil for none

	facts  *fyne.Container
	whose  *fyne.Container // that it seems to be somebody else's
	view   *fyne.Container // of the page
	pan    *kit.Pan
	pageNo *kit.Text
	body   fyne.CanvasObject
}

// zooms are the widths of a page, in widths of the pane.
var zooms = []float32{1, 1.5, 2, 3, 4}

// leastPage and mostPage are the heights of the part of the window that shows a
// page, in units.
const leastPage, mostPage = 320, 640

// maxPicture is the largest side of a page that is drawn, in pixels.
const maxPicture = 4000

// textLimit is how many bytes of a text file are shown.
const textLimit = 64 << 10

func newDetail(l *Library, id record.ID) *detail {
	d := &detail{l: l, id: id, page: 1}
	d.update()
	return d
}

// update reads again what is known of the document.
func (d *detail) update() {
	for i := range d.l.all {
		if d.l.all[i].ID == d.id {
			d.doc = d.l.all[i]
		}
	}
	if d.facts != nil {
		d.facts.Objects = d.factRows()
		d.facts.Refresh()
		d.whose.Objects = d.warning()
		d.whose.Refresh()
		d.l.s.Stage.Settle()
	}
}

// stop ends the drawing.
func (d *detail) stop() {
	if d.task != nil {
		d.task.Stop()
	}
}

// factRows say what the document is.
func (d *detail) factRows() []fyne.CanvasObject {
	s := d.l.s
	facts := []string{s.Day(d.doc.ShownDate()), s.Category(d.doc.ShownCategory())}
	if n := d.doc.Proposed.Pages; n > 0 {
		facts = append(facts, s.Plural(n, text.OnePage, text.ManyPages))
	}
	facts = append(facts, s.Size(d.doc.Size))
	rows := []fyne.CanvasObject{kit.NewText(strings.Join(facts, text.Between), kit.Quiet)}
	if len(d.doc.Tags) > 0 {
		rows = append(rows, kit.NewText(s.Say(text.TagsAre, strings.Join(d.doc.Tags, ", ")), kit.Body))
	}
	if d.doc.Note != "" {
		rows = append(rows, kit.NewText(s.Say(text.NoteIs, d.doc.Note), kit.Body))
	}
	for i := range d.l.all {
		switch other := &d.l.all[i]; {
		case other.ID == d.doc.From:
			rows = append(rows, kit.NewText(s.Say(text.ComesFrom, other.Title), kit.Body))
		case other.From == d.id && other.RemovedAt == 0:
			rows = append(rows, kit.NewText(s.Say(text.KeptApart, other.Title), kit.Body))
		}
	}
	if lines := s.Contested(&d.doc.Contest); len(lines) > 0 {
		rows = append(rows, kit.Titled(kit.NewIcon(theme.QuestionIcon(), theme.ColorNameForeground), kit.NewText(s.ContestState(d.doc.Outcome), kit.Strong)))
		for _, line := range lines {
			rows = append(rows, kit.NewText(line, kit.Body))
		}
	}
	hidden := d.doc.HiddenFromProfessionals || len(d.doc.Hidden) > 0
	if hidden {
		rows = append(rows, kit.Titled(kit.NewIcon(theme.VisibilityOffIcon(), theme.ColorNameForeground), kit.NewText(s.HiddenFrom(d.doc), kit.Body)))
	}
	if d.doc.RemovedAt != 0 {
		rows = append(rows, kit.Titled(kit.NewIcon(theme.DeleteIcon(), theme.ColorNameWarning), kit.NewText(
			s.Say(text.InBinSince, s.Date(d.doc.RemovedAt.Time()))+text.Between+s.Say(text.GoesOn, s.Date(d.doc.Expires())), kit.Body)))
	}
	return rows
}

// warning says that the document seems to concern somebody else, and lets one
// say where it belongs.
func (d *detail) warning() []fyne.CanvasObject {
	s := d.l.s
	other := d.l.people[d.doc.Proposed.Concerns]
	if other == "" || d.doc.RemovedAt != 0 {
		return nil
	}
	buttons := []*kit.Button{kit.NewButton(s.Say(text.RightRecord), theme.ConfirmIcon(), kit.Plain, d.l.KeepHere)}
	if !slices.ContainsFunc(d.doc.Hidden, func(from record.Audience) bool { return from != record.Professionals }) {
		buttons = append([]*kit.Button{kit.NewButton(s.Say(text.FileWith, other), theme.MailForwardIcon(), kit.Plain, d.l.Refile)}, buttons...)
	}
	return []fyne.CanvasObject{kit.Notice(kit.Warning, s.Say(text.Concerns, other), []string{s.Say(text.ConcernsText, other, s.Person().Name)}, buttons...)}
}

// pane arranges all of it.
func (d *detail) pane(w kit.Width) fyne.CanvasObject {
	s := d.l.s
	back := kit.NewButton(s.Say(text.BackToList), theme.NavigateBackIcon(), kit.Plain, d.l.closeDocument)
	d.facts = kit.Column(0, d.factRows()...)
	head := kit.Column(0,
		kit.Flow(back),
		kit.Indent(kit.NewText(d.doc.Title, kit.Section)),
		kit.Indent(d.facts),
	)
	d.whose = kit.Column(0, d.warning()...)
	d.view = container.NewStack()
	d.pan = kit.NewPan(s.Say(text.PagePane), d.view)
	d.pan.Beyond = func(step int) { d.turnTo(d.page + step) }
	d.pan.SetHeight(leastPage)
	d.pageNo = kit.NewText("", kit.Body)
	tools := kit.Flow(
		kit.NewButton(s.Say(text.PreviousPage), theme.NavigateBackIcon(), kit.Plain, func() { d.turnTo(d.page - 1) }),
		kit.NewButton(s.Say(text.FollowingPage), theme.NavigateNextIcon(), kit.Plain, func() { d.turnTo(d.page + 1) }),
		kit.NewButton(s.Say(text.ZoomIn), theme.ZoomInIcon(), kit.Plain, func() { d.zoomBy(1) }),
		kit.NewButton(s.Say(text.ZoomOut), theme.ZoomOutIcon(), kit.Plain, func() { d.zoomBy(-1) }),
		kit.NewButton(s.Say(text.TurnPage), kit.TurnIcon, kit.Plain, func() { d.turns = (d.turns + 1) % 4; d.draw() }),
	)
	wraps := d.doc.Proposed.Format != "" && d.doc.Proposed.Pages > 0
	if !drawable(d.doc.MediaType) && !wraps {
		tools.Hide()
	}
	acts := kit.Flow(
		kit.NewButton(s.Say(text.EditDetails), theme.DocumentCreateIcon(), kit.Plain, d.l.Edit),
		kit.NewButton(s.Say(text.Print), theme.DocumentPrintIcon(), kit.Plain, d.l.Print),
		kit.NewButton(s.Say(text.ExportChosen), theme.DownloadIcon(), kit.Plain, d.l.Export),
	)
	if d.doc.HiddenFromProfessionals || len(d.doc.Hidden) > 0 {
		acts.Add(kit.NewButton(s.Say(text.Unmask), theme.VisibilityIcon(), kit.Plain, d.l.Unmask))
	} else {
		acts.Add(kit.NewButton(s.Say(text.Mask), theme.VisibilityOffIcon(), kit.Plain, d.l.Mask))
	}
	if d.doc.Proposed.Format != "" {
		acts.Objects = append([]fyne.CanvasObject{kit.NewButton(s.Say(text.ProposeForProfile), theme.ContentAddIcon(), kit.Plain, d.l.Propose)}, acts.Objects...)
	}
	if wraps {
		acts.Add(kit.NewButton(s.Say(text.KeepInside), theme.ContentCopyIcon(), kit.Plain, d.l.KeepInside))
		acts.Add(kit.NewButton(s.Say(text.SaveInside), theme.DocumentSaveIcon(), kit.Plain, d.l.SaveInside))
	}
	if drawable(d.doc.MediaType) {
		acts.Add(kit.NewButton(s.Say(text.ReadCodes), theme.SearchIcon(), kit.Plain, d.l.Codes))
	}
	acts.Add(kit.NewButton(s.Say(text.Contesting), theme.QuestionIcon(), kit.Plain, d.l.Contest))
	if d.doc.RemovedAt != 0 {
		acts.Add(kit.NewButton(s.Say(text.PutBack), kit.BinOutIcon, kit.Plain, d.l.PutBack))
		acts.Add(kit.NewButton(s.Say(text.EraseForGood), theme.DeleteIcon(), kit.Plain, d.l.Erase))
	} else {
		acts.Add(kit.NewButton(s.Say(text.MoveToBin), theme.DeleteIcon(), kit.Plain, d.l.Remove))
	}
	d.body = kit.NewScroll(kit.Column(0, head, d.whose, acts, kit.Indent(d.pageNo), tools, kit.Card(kit.Neutral, d.pan)))
	d.draw()
	return d.body
}

func drawable(mediaType string) bool {
	switch mediaType {
	case "application/pdf", "application/dicom", "image/jpeg", "image/png", "image/tiff":
		return true
	}
	return false
}

func (d *detail) turnTo(page int) {
	last := max(1, d.doc.Proposed.Pages)
	if page = max(1, min(page, last)); page != d.page {
		d.page = page
		d.draw()
	}
}

func (d *detail) zoomBy(step int) {
	if zoom := max(0, min(d.zoom+step, len(zooms)-1)); zoom != d.zoom {
		d.zoom = zoom
		d.draw()
	}
}

// draw shows the page, away from the drawing of the window. What was asked for
// before is dropped.
func (d *detail) draw() {
	d.stop()
	d.wants++
	want := d.wants
	s := d.l.s
	if n := d.doc.Proposed.Pages; n > 0 {
		d.pageNo.Set(s.Say(text.PageOf, d.page, n))
	}
	width := max(300, d.pan.Room()) * zooms[d.zoom]
	pixels := min(maxPicture, int(width*s.Stage.Canvas().Scale()))
	var picture image.Image
	var words string
	var said *vault.Reading
	var unshown error // why its pages are not shown beside what it says
	page, turns, media, format := d.page, d.turns, d.doc.MediaType, d.doc.Proposed.Format
	d.task = s.Try(func(ctx context.Context) (err error) {
		if format != "" {
			if said, err = d.read(ctx); err == nil {
				picture, unshown = d.lookInside(ctx, page, turns, pixels)
			}
			return err
		}
		picture, words, err = d.look(ctx, media, page, turns, pixels)
		return err
	}, func(err error) {
		switch {
		case want != d.wants || errors.Is(err, context.Canceled):
		case said != nil:
			d.showReading(said, picture, width, unshown)
		default:
			d.show(picture, words, width, err)
		}
	})
}

// look opens the document and draws one page of it, or reads a text. It runs
// away from the drawing, and reads nothing that the drawing changes.
func (d *detail) look(ctx context.Context, media string, page, turns, pixels int) (image.Image, string, error) {
	d.mu.Lock() // one drawing at a time reads the content
	defer d.mu.Unlock()
	if d.content == nil {
		content, err := d.l.s.Vault.Open(ctx, d.id, record.DocumentRead)
		if err != nil {
			return nil, "", err
		}
		d.content = content
	}
	switch {
	case strings.HasPrefix(media, "text/"):
		b, err := io.ReadAll(io.NewSectionReader(d.content, 0, min(d.content.Size(), textLimit)))
		return nil, strings.ToValidUTF8(string(b), "?"), err
	case vault.IsHEIC(media):
		return nil, "", vault.ErrHEIC
	case !drawable(media):
		return nil, "", render.ErrFormat
	}
	picture, err := d.l.s.Pages.Picture(ctx, io.NewSectionReader(d.content, 0, d.content.Size()), d.content.Size(), page, pixels, maxPicture)
	if err != nil {
		return nil, "", err
	}
	return turned(picture, turns), "", nil
}

// show puts a page on screen, or why it cannot be.
func (d *detail) show(picture image.Image, words string, width float32, err error) {
	s := d.l.s
	switch {
	case err != nil:
		e, _ := text.Explain(err)
		d.view.Objects = []fyne.CanvasObject{kit.Problem(s.Say(e.What), s.Say(e.Safe), s.Say(e.Do))}
	case picture != nil:
		c := paper(picture, width)
		d.view.Objects = []fyne.CanvasObject{container.NewVBox(c)}
		d.pan.SetHeight(min(c.MinSize().Height, mostPage))
	default:
		d.view.Objects = []fyne.CanvasObject{kit.NewText(words, kit.Style{Mono: true})}
	}
	d.pan.Refresh()
	d.body.Refresh()
}

// paper is the picture of a page, as wide as it is to be.
func paper(picture image.Image, width float32) *canvas.Image {
	c := canvas.NewImageFromImage(picture)
	c.FillMode = canvas.ImageFillContain
	b := picture.Bounds()
	c.SetMinSize(fyne.NewSize(width, width*float32(b.Dy())/float32(max(1, b.Dx()))))
	return c
}

// read reads a document that came structured, once: each reading is an entry of the
// access journal.
func (d *detail) read(ctx context.Context) (*vault.Reading, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.said != nil {
		return d.said, nil
	}
	said, err := d.l.s.Vault.Read(ctx, d.id)
	if err != nil {
		return nil, err
	}
	if n := vault.PagesIn(said.Reading); n > 0 {
		if d.inside, err = vault.OpenFile(&said.Files[n-1]); err != nil {
			return nil, err
		}
	}
	d.said = said
	return said, nil
}

// lookInside draws one page of the file in a document, nil where there is none.
func (d *detail) lookInside(ctx context.Context, page, turns, pixels int) (image.Image, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.inside == nil {
		return nil, nil
	}
	picture, err := d.l.s.Pages.Picture(ctx, io.NewSectionReader(d.inside, 0, d.inside.Size()), d.inside.Size(), page, pixels, maxPicture)
	if err != nil {
		return nil, err
	}
	return turned(picture, turns), nil
}

// turned turns a picture by quarters, clockwise.
func turned(from image.Image, quarters int) image.Image {
	if quarters == 0 {
		return from
	}
	b := from.Bounds()
	size := image.Rect(0, 0, b.Dx(), b.Dy())
	if quarters%2 == 1 {
		size = image.Rect(0, 0, b.Dy(), b.Dx())
	}
	to := image.NewNRGBA(size)
	for y := range b.Dy() {
		for x := range b.Dx() {
			c := from.At(b.Min.X+x, b.Min.Y+y)
			switch quarters {
			case 1:
				to.Set(b.Dy()-1-y, x, c)
			case 2:
				to.Set(b.Dx()-1-x, b.Dy()-1-y, c)
			default:
				to.Set(y, b.Dx()-1-x, c)
			}
		}
	}
	return to
}
