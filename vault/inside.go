package vault

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"mime"
	"slices"

	"carnet/vault/exchange/reading"
	"carnet/vault/record"
)

// Inside is a file in a document, with its content.
type Inside struct {
	File reading.File
	*bytes.Reader
}

// OpenInside gives a file in a document that came structured, by its number from 1
// among [reading.Reading.Files], after a journal row for why. The document stays as
// it is, byte for byte.
//
// It returns the errors of [Vault.Read], [ErrNotAllowed] to a carer who would take
// it out ([record.DocumentExported]), [ErrNoInside], or [reading.ErrSize].
func (v *Vault) OpenInside(ctx context.Context, id record.ID, number int, why record.Action) (*Inside, error) {
	in, _, err := v.openInside(ctx, id, number, why)
	return in, wrap("open file in document", err)
}

func (v *Vault) openInside(ctx context.Context, id record.ID, number int, why record.Action) (*Inside, *reading.Reading, error) {
	d, err := v.Document(id)
	if err != nil {
		return nil, nil, err
	}
	content, err := v.Open(ctx, id, why)
	if err != nil {
		return nil, nil, err
	}
	r, err := v.read(ctx, content, d.MediaType)
	if err != nil {
		return nil, nil, err
	}
	if number < 1 || number > len(r.Files) {
		return nil, nil, ErrNoInside
	}
	in, err := OpenFile(&r.Files[number-1])
	return in, r, err
}

// OpenFile reads a file of a reading whose source is still there. It returns
// [reading.ErrSize] for one that is longer than a document that is read.
func OpenFile(f *reading.File) (*Inside, error) {
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	b, err := io.ReadAll(io.LimitReader(in, reading.Document.Bytes+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(b)) > reading.Document.Bytes:
		return nil, reading.ErrSize
	}
	return &Inside{*f, bytes.NewReader(b)}, nil
}

// Paged is what the pages of a document are in.
type Paged struct {
	Content   io.ReaderAt
	Size      int64 // bytes
	MediaType string
}

// OpenPaged opens what a document is looked at and printed by, after a journal row that
// it was read: the document, or the file in it that stands for its pages ([PagesIn]).
// The errors are those of [Vault.Open] and [OpenFile], and [ErrHEIC] for what is kept and
// not shown, without a row; a document that is not understood is given itself.
func (v *Vault) OpenPaged(ctx context.Context, id record.ID) (Paged, error) {
	p, err := v.openPaged(ctx, id)
	return p, wrap("open pages", err)
}

func (v *Vault) openPaged(ctx context.Context, id record.ID) (Paged, error) {
	d, err := v.Document(id)
	if err != nil {
		return Paged{}, err
	}
	if IsHEIC(d.MediaType) {
		return Paged{}, ErrHEIC
	}
	content, err := v.Open(ctx, id, record.DocumentRead)
	if err != nil {
		return Paged{}, err
	}
	itself := Paged{content, content.Size(), d.MediaType}
	if hasPages(d.MediaType) {
		return itself, nil
	}
	r, err := v.read(ctx, content, d.MediaType)
	if ctx.Err() != nil {
		return Paged{}, ctx.Err()
	}
	n := PagesIn(r)
	if err != nil || n == 0 {
		return itself, nil
	}
	in, err := OpenFile(&r.Files[n-1])
	if err != nil {
		return Paged{}, err
	}
	return Paged{in, in.Size(), in.File.MediaType}, nil
}

// PagesIn is the file that stands for the pages of a document whose text is a file in
// it (CDA level 1), from 1; 0 for a document that says its text itself.
func PagesIn(r *reading.Reading) int {
	if r == nil || r.Format != reading.CDA || r.Variant != "N1" {
		return 0
	}
	return 1 + slices.IndexFunc(r.Files, func(f reading.File) bool { return hasPages(f.MediaType) })
}

// KeepInside makes a file in a document a document of its own in the same record,
// with the same readers, linked to the one it comes from ([record.Document.From]):
// one transaction, with its journal rows. Where its content is here already nothing
// is added, and the result says of which document. The errors are those of
// [Vault.OpenInside] and [Vault.Import].
func (v *Vault) KeepInside(ctx context.Context, id record.ID, number int) (Imported, error) {
	out, err := v.keepInside(ctx, id, number)
	return out, wrap("keep file in document", err)
}

func (v *Vault) keepInside(ctx context.Context, id record.ID, number int) (out Imported, err error) {
	from, err := v.Document(id)
	if err != nil {
		return out, err
	}
	if err := v.checkImport(from.Patient, &ImportOptions{}); err != nil {
		return out, err
	}
	in, r, err := v.openInside(ctx, id, number, record.DocumentRead)
	if err != nil {
		return out, err
	}
	f := v.sealFile(ctx, source{
		name: insideName(in, r, &from), size: in.Size(), open: func() (io.ReadCloser, error) { return io.NopCloser(in), nil },
	}, nil)
	if f.err != nil {
		return out, f.err
	}
	out = Imported{ID: f.upload.id, Path: f.source.name, Bytes: f.upload.size, Done: 1, Of: 1}
	err = v.act(ctx, func(a *act) error {
		out.ID, out.Duplicate, out.InBin = f.upload.id, false, false
		_, d, err := a.find(id)
		if err != nil {
			return err
		}
		c, err := a.chart(d.Patient)
		if err != nil {
			return err
		}
		if known := c.knownContent([32]byte(f.upload.digest.Sum(nil))); known != nil {
			out.ID, out.Duplicate, out.InBin = known.ID, true, known.RemovedAt != 0
			return nil
		}
		body := documentBody{Document: record.Document{
			Title: shorten(cmp.Or(in.File.Title, r.Title, from.Title)), Category: from.ShownCategory(), FileName: f.source.name, MediaType: f.media,
			AddedAt: record.At(a.opt.Now()), AddedBy: a.self.keyholder, From: id, HiddenFromProfessionals: d.HiddenFromProfessionals,
		}}
		if day := cmp.Or(in.File.Date, from.ShownDate()); checkPartialDate(day, a.opt.Now()) == nil {
			body.Date = day
		}
		if err := a.writeVersion(c, c.circles[d.circle].key(), f.upload, body); err != nil {
			return err
		}
		return a.log(c, record.DocumentAdded, f.upload.id)
	})
	f.release = func() {}
	if err != nil || out.Duplicate {
		return out, errors.Join(err, f.drop())
	}
	f.upload.finished()
	return out, nil
}

// insideName is a file name for a file that may have none.
func insideName(in *Inside, r *reading.Reading, from *record.Document) string {
	if in.File.Name != "" {
		return in.File.Name
	}
	ext := ""
	if all, err := mime.ExtensionsByType(in.File.MediaType); err == nil && len(all) > 0 {
		ext = all[0]
	}
	return cmp.Or(in.File.Title, r.Title, from.Title) + ext
}

// readInside reads the pages of a document whose text is a file in it.
func (v *Vault) readInside(ctx context.Context, p Prober, r *reading.Reading) (pages int, text string) {
	n := PagesIn(r)
	if n == 0 {
		return 0, ""
	}
	in, err := OpenFile(&r.Files[n-1])
	if err != nil {
		return 0, "" // the document itself is read
	}
	pages, text, err = p.Probe(ctx, in, in.Size())
	if lost, ok := errors.AsType[*PagesLost](err); ok {
		err = lost.Err
	}
	if err != nil {
		return 0, ""
	}
	return pages, text
}
