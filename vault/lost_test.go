package vault_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"carnet/vault"
)

// TestPagesLost: pages that cost too much are left alone by whatever is done unasked, and
// looked at when a person names them.
func TestPagesLost(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	content := "%PDF-1.7 heavy"
	id := h.add(h.me.ID, "lourd.pdf", []byte(content))
	heavy := proberFunc(func(context.Context, io.Reader, int64) (int, string, error) {
		return 3, "\f\fUne troisième page avec du texte", &vault.PagesLost{Pages: []int{1}}
	})
	h.must(h.Examine(ctx, heavy, nil))
	if d := h.document(id); d.Proposed.Pages != 3 || d.Proposed.Failed || !slices.Equal(d.Proposed.Lost, []int{1}) {
		t.Errorf("%+v", d.Proposed)
	}
	h.must(h.Examine(ctx, proberFunc(func(context.Context, io.Reader, int64) (int, string, error) {
		t.Error("looked into again")
		return 0, "", nil
	}), nil))

	read := &asked{}
	h.must(h.Recognise(ctx, read, nil))
	if !slices.Equal(read.pages, []int{2}) {
		t.Errorf("recognised: %v", read.pages)
	}
	if d := h.document(id); !slices.Equal(d.Proposed.Lost, []int{1}) {
		t.Errorf("after recognising: %+v", d.Proposed)
	}
	p := &painter{picture: drawing(1, 100)}
	if _, err := h.Thumbnail(ctx, id, p); !errors.Is(err, vault.ErrNoPicture) {
		t.Errorf("thumbnail: %v", err)
	}
	p.asked(t, "a page that was lost", 0)

	scan := &asked{}
	if _, err := h.ReadCodes(ctx, id, scan, 0, vault.Part{}); !errors.Is(err, vault.ErrPagesLeft) || !slices.Equal(scan.pages, []int{2, 3}) {
		t.Errorf("codes: %v of pages %v", err, scan.pages)
	}
	scan.pages = nil
	if _, err := h.ReadCodes(ctx, id, scan, 1, vault.Part{}); !errors.Is(err, vault.ErrNoCode) || !slices.Equal(scan.pages, []int{1}) {
		t.Errorf("codes of the page: %v of pages %v", err, scan.pages)
	}

	whole := h.add(h.me.ID, "entier.pdf", []byte("%PDF-1.7 whole"))
	h.must(h.Examine(ctx, proberFunc(func(context.Context, io.Reader, int64) (int, string, error) {
		return 0, "", &vault.PagesLost{Pages: []int{1}, Err: errUnreadable}
	}), nil))
	if d := h.document(whole); !d.Proposed.Failed || !slices.Equal(d.Proposed.Lost, []int{1}) {
		t.Errorf("nothing can be said: %+v", d.Proposed)
	}
	h.sound()
}

// asked notes which pages it is asked for, and finds nothing on them.
type asked struct{ pages []int }

func (a *asked) Recognise(_ context.Context, _ io.ReaderAt, _ int64, pages []int) ([]string, error) {
	a.pages = append(a.pages, pages...)
	return make([]string, len(pages)), nil
}

func (a *asked) Scan(_ context.Context, _ io.Reader, _ int64, page int, _ vault.Part) ([]string, bool, error) {
	a.pages = append(a.pages, page)
	return nil, false, nil
}
