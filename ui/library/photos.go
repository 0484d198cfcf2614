package library

import (
	"bytes"
	"context"
	"image"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"carnet/sync/gateway"
	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/sheet"
	"carnet/vault/record"
	"carnet/vault/render"
)

// previewSide is that of a page in the review, in pixels, and on screen before the
// size of text is applied.
const previewSide = 300

// photo is a photograph that becomes a page.
type photo struct {
	picture []byte
	page    []byte // JPEG
	shown   image.Image
	cut     bool // a sheet was found in it
	whole   bool // and the person wants all of the picture
	turns   int
}

// photoReview is the sheet in which pages are looked at before they are kept.
type photoReview struct {
	i        *Import
	name     string
	received bool
	scanned  bool // the pictures are pages of a scanner, and whole
	photos   []*photo
	people   []record.Patient
	sheet    *kit.Sheet
	rows     *fyne.Container
	bare     bool // without the originals
}

// arePhotos reports whether all paths are of photographs by their names.
func arePhotos(paths []string) bool {
	return len(paths) > 0 && !slices.ContainsFunc(paths, func(p string) bool {
		switch strings.ToLower(filepath.Ext(p)) {
		case ".jpg", ".jpeg", ".png":
			return false
		}
		return true
	})
}

// joinFiles reads photographs and shows them as pages.
func (i *Import) joinFiles(paths []string) {
	s := i.s
	i.s.Prefs.SetFolder(filepath.Dir(paths[0]))
	var pictures [][]byte
	many := false
	s.Do(func(ctx context.Context) error {
		var total int64
		for _, path := range paths {
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			if total += info.Size(); len(paths) > gateway.MaxPictures || total > gateway.MaxDelivery {
				many = true
				return nil
			}
			picture, err := vault.ReadGiven(path, gateway.MaxDelivery)
			if err != nil {
				return err
			}
			pictures = append(pictures, picture)
		}
		return ctx.Err()
	}, func() {
		if many {
			s.Tell(s.Say(text.JoinTooMany, gateway.MaxPictures, s.Size(gateway.MaxDelivery)), nil)
			return
		}
		name := filepath.Base(paths[0])
		i.review(pictures, strings.TrimSuffix(name, filepath.Ext(name)), false)
	})
}

// review straightens photographs and shows the pages.
func (i *Import) review(pictures [][]byte, name string, received bool) {
	i.reviewOf(&photoReview{i: i, name: name, received: received}, pictures, nil)
}

// reviewOf adds pictures to a review and shows it, and why no more came where something
// failed.
func (i *Import) reviewOf(r *photoReview, pictures [][]byte, failed error) {
	s := i.s
	progress, end := s.Telling(func(done, total int64) string { return s.Say(text.Straightening, done, total) })
	s.Try(func(ctx context.Context) (err error) {
		for n, picture := range pictures {
			progress(int64(n+1), int64(len(pictures)))
			p := &photo{picture: picture, whole: r.scanned}
			if err := r.make(ctx, p); err != nil {
				return err
			}
			r.photos = append(r.photos, p)
		}
		r.people, err = s.Vault.Patients()
		return err
	}, func(err error) {
		end()
		if err != nil {
			s.Explain(err)
			return
		}
		s.Tell(s.Plural(len(r.photos), text.PagesReadyOne, text.PagesReadyMany), nil)
		r.show()
		if failed != nil {
			s.Explain(failed)
		}
	})
}

// make makes the page of a photograph, and the picture that shows it.
func (r *photoReview) make(ctx context.Context, p *photo) error {
	pages := r.i.s.Pages
	page, cut, err := pages.Photo(ctx, bytes.NewReader(p.picture), int64(len(p.picture)), &render.PhotoOptions{Straighten: !p.whole, Turns: p.turns})
	if err != nil {
		return err
	}
	shown, err := pages.Picture(ctx, bytes.NewReader(page), int64(len(page)), 1, previewSide, previewSide)
	if err != nil {
		return err
	}
	p.page, p.shown, p.cut = page, shown, p.cut || cut
	return nil
}

func (r *photoReview) show() {
	s := r.i.s
	if len(r.people) == 0 {
		return // they left meanwhile
	}
	labels, chosen := make([]string, len(r.people)), 0
	for n, p := range r.people {
		labels[n] = s.Named(p)
		if p.ID == s.Person().ID {
			chosen = n
		}
	}
	into := kit.NewButton(s.Say(text.FileInto, r.people[chosen].Name), theme.ConfirmIcon(), kit.Primary, nil)
	who := kit.NewSegments(s.Say(text.WhoseRecord), labels, chosen, func(n int) {
		into.Label = s.Say(text.FileInto, r.people[n].Name)
		into.Refresh()
	})
	who.Hidden = len(r.people) < 2
	into.OnTapped = func() { r.keep(r.people[who.Chosen]) }
	r.rows = container.NewVBox()
	r.fill()
	said := []fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(text.ReviewText), kit.Body)), r.rows,
		kit.NewCheck(s.Say(text.KeepOriginals), !r.bare, func(yes bool) { r.bare = !yes }), kit.Indent(kit.NewText(s.Say(text.OriginalsLimit), kit.Quiet)), who}
	actions := []*kit.Button{into}
	if r.scanned {
		said = []fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(text.ReviewScanned), kit.Body)), r.rows, who}
		actions = append(actions, kit.NewButton(s.Say(text.ScanAnother), theme.ContentAddIcon(), kit.Plain, r.another))
	}
	actions = append(actions, kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { r.sheet.Cancel() }))
	r.sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title:   s.Say(text.ReviewTitle),
		Content: kit.Column(0, said...),
		Actions: actions,
		Focus:   into,
	})
}

// fill makes the rows again, and returns what can have the keyboard in each.
func (r *photoReview) fill() (choices []fyne.Focusable, turns []fyne.Focusable) {
	s := r.i.s
	r.rows.Objects = nil
	for n, p := range r.photos {
		picture := canvas.NewImageFromImage(p.shown)
		picture.FillMode = canvas.ImageFillContain
		picture.SetMinSize(fyne.NewSquareSize(previewSide * 0.8 * kit.ScaleNow()))
		row := []fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(text.ReviewPage, n+1), kit.Strong)), picture}
		turn := kit.NewButton(s.Say(text.PageTurn, n+1), theme.ViewRefreshIcon(), kit.Plain, func() {
			r.change(n, func() { p.turns = (p.turns + 1) % 4 }, false)
		})
		var choice fyne.Focusable = turn
		if p.cut {
			whole := 0
			if p.whole {
				whole = 1
			}
			c := kit.NewSegments(s.Say(text.ReviewPage, n+1), []string{s.Say(text.PageStraight), s.Say(text.PageWhole)}, whole, func(k int) {
				r.change(n, func() { p.whole = k == 1 }, true)
			})
			row, choice = append(row, c), c
		} else if !r.scanned {
			row = append(row, kit.Indent(kit.NewText(s.Say(text.PageNotFound), kit.Body)))
		}
		buttons := []fyne.CanvasObject{turn}
		if n > 0 {
			buttons = append(buttons, kit.NewButton(s.Say(text.PageEarlier, n+1), theme.MoveUpIcon(), kit.Plain, func() {
				r.photos[n-1], r.photos[n] = r.photos[n], r.photos[n-1]
				r.refill(n-1, false)
			}))
		}
		buttons = append(buttons, kit.NewButton(s.Say(text.PageDrop, n+1), theme.ContentRemoveIcon(), kit.Plain, func() { r.drop(n) }))
		r.rows.Add(kit.Card(kit.Informing, kit.Column(0, append(row, kit.Flow(buttons...))...)))
		choices, turns = append(choices, choice), append(turns, turn)
	}
	r.rows.Refresh()
	return choices, turns
}

// refill makes the rows again and gives the keyboard back to one of them.
func (r *photoReview) refill(n int, choice bool) {
	choices, turns := r.fill()
	r.i.s.Stage.Settle()
	if choice {
		r.i.s.Stage.Focus(choices[n])
		return
	}
	r.i.s.Stage.Focus(turns[n])
}

// change makes a page again in another way.
func (r *photoReview) change(n int, how func(), choice bool) {
	p := r.photos[n]
	how()
	r.i.s.Do(func(ctx context.Context) error { return r.make(ctx, p) }, func() { r.refill(n, choice) })
}

func (r *photoReview) drop(n int) {
	r.photos = slices.Delete(r.photos, n, n+1)
	if len(r.photos) == 0 {
		r.sheet.Close()
		r.i.s.Tell(r.i.s.Say(text.NoPageLeft), nil)
		return
	}
	r.refill(min(n, len(r.photos)-1), false)
}

// keep makes the document and adds it to a record.
func (r *photoReview) keep(patient record.Patient) {
	s := r.i.s
	r.sheet.Close()
	var pages, pictures [][]byte
	for _, p := range r.photos {
		pages, pictures = append(pages, p.page), append(pictures, p.picture)
	}
	joined := &vault.Joined{Name: r.name + ".pdf", Pictures: len(pictures), Received: r.received}
	s.Do(func(context.Context) (err error) {
		var originals []sheet.Original
		if !r.bare {
			originals = sheet.Originals(pictures)
		}
		joined.Content, err = sheet.Photographs(pages, originals, s.Now())
		return err
	}, func() {
		if patient.ID != s.Person().ID {
			s.Show(patient)
		}
		r.i.start(batch{patient: patient, joined: joined})
		s.Go(session.Documents)
	})
}
