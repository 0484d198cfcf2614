package session

import (
	"context"
	"errors"
	"image"
	"io"
	"slices"
	"strings"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/filing"
	"carnet/vault/record"
	"carnet/vault/render"
)

// Category is a category as the person reads it.
type Category struct{ Code, Label string }

// Categories lists the categories in the order of their table.
func (s *Session) Categories() []Category {
	var out []Category
	for _, c := range s.Filing.Categories() {
		out = append(out, Category{c.Code, s.label(c)})
	}
	return out
}

// Category names the category of a code.
func (s *Session) Category(code string) string {
	if c, ok := s.Filing.Category(code); ok {
		return s.label(c)
	}
	return code
}

func (s *Session) label(c filing.Category) string {
	return s.Say(text.Message{FR: c.LabelFR, EN: c.LabelEN})
}

// HiddenFrom says from whom a document is hidden.
func (s *Session) HiddenFrom(d record.Document) string {
	var from []string
	if d.HiddenFromProfessionals {
		from = append(from, s.Say(text.Audiences[record.Professionals]))
	}
	for _, a := range d.Hidden {
		switch m, ok := text.Audiences[a]; {
		case a == record.Professionals && d.HiddenFromProfessionals:
		case ok:
			from = append(from, s.Say(m))
		default:
			from = append(from, string(a))
		}
	}
	return s.Say(text.HiddenFromList, strings.Join(from, ", "))
}

// thumbnailSide is the side of a kept thumbnail, in pixels: that of a row at the
// largest scale.
const thumbnailSide = 128

// painter draws thumbnails for the vault.
type painter struct{ pages *render.Client }

// Paint is part of [vault.Painter]: what the renderer cannot draw has no
// picture, while a renderer that cannot be asked says nothing of the document.
func (p painter) Paint(ctx context.Context, content io.Reader, size int64) ([]byte, error) {
	png, err := p.pages.Sketch(ctx, content, size, 1, thumbnailSide, thumbnailSide)
	for _, its := range []error{render.ErrFormat, render.ErrPassword, render.ErrPage, render.ErrTooLarge, render.ErrTimeout, render.ErrMemory, render.ErrCrashed} {
		if errors.Is(err, its) {
			return nil, errors.Join(vault.ErrNoPicture, err)
		}
	}
	return png, err
}

// Thumbnail is the small picture of a document's first page.
func (s *Session) Thumbnail(ctx context.Context, id record.ID) (image.Image, error) {
	png, err := s.Vault.Thumbnail(ctx, id, painter{s.Pages})
	if err != nil {
		return nil, err
	}
	return render.Decode(png)
}

// Prober has the child that a client owns look into documents, for the vault.
type Prober struct{ Client *render.Client }

// Probe is part of [vault.Prober].
func (p Prober) Probe(ctx context.Context, content io.Reader, size int64) (int, string, error) {
	found, err := p.Client.Probe(ctx, content, size)
	for _, its := range []error{render.ErrTimeout, render.ErrMemory, render.ErrCrashed} {
		if errors.Is(err, its) {
			return 0, "", &vault.PagesLost{Pages: []int{1}, Err: err}
		}
	}
	if lost := slices.DeleteFunc(found.Lost[:], func(n int) bool { return n == 0 }); len(lost) > 0 {
		return found.Pages, found.Text, &vault.PagesLost{Pages: lost}
	}
	return found.Pages, found.Text, err
}

// Prober looks into documents; it does not hold up what the person looks at.
func (s *Session) Prober() vault.Prober { return Prober{s.Reader} }

// Scanner has the child that a client owns read the codes on a page, for the vault.
type Scanner struct{ Client *render.Client }

// Scan is part of [vault.Scanner].
func (s Scanner) Scan(ctx context.Context, content io.Reader, size int64, page int, part vault.Part) (texts []string, likely bool, err error) {
	found, likely, err := s.Client.Symbols(ctx, content, size, page, render.Region(part))
	for _, f := range found {
		texts = append(texts, f.Text)
	}
	return texts, likely, err
}

// Recogniser reads scans and photographs. It returns [render.ErrNoTesseract] or
// [render.ErrNoFrench] where this computer cannot.
func (s *Session) Recogniser(ctx context.Context) (vault.Recogniser, error) {
	r, err := render.NewRecogniser(ctx, s.Reader)
	if err != nil {
		return nil, err // and no interface that holds nil
	}
	return r, nil
}

// CannotRead reports whether an error says that this computer has not what reads
// scans and photographs.
func CannotRead(err error) bool {
	return errors.Is(err, render.ErrNoTesseract) || errors.Is(err, render.ErrNoFrench)
}
