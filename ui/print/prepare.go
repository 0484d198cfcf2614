package print

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"carnet/vault"
	"carnet/vault/exchange/sheet"
	"carnet/vault/record"
	"carnet/vault/render"
)

// Source is a document to print.
type Source struct {
	MediaType string
	Content   io.ReaderAt
	Size      int64 // of Content, in bytes
	Pages     int   // how many it has; 0 when nobody counted
	Page      int   // the only one to print, from 1; 0 prints all of them

	// Of a sheet that is made here.
	Language string // BCP 47
	Footer   string // on each page of a text
	Created  time.Time
}

// texts are the types that are printed as running text.
var texts = []string{"text/plain", "text/csv", "text/tab-separated-values"}

// Prepare makes a job of a document: its own bytes when [Direct] reports its type,
// the printing system reads it, and all of it is asked for; a text as a sheet; else
// the pictures that pages draws, as PDF. The job reads Content when it is sent.
//
// The error wraps [ErrTooLarge], one of package render, that of Content, or
// that of ctx. Nothing is printed by it.
func Prepare(ctx context.Context, pages *render.Client, s Source) (Job, error) {
	if slices.Contains(texts, s.MediaType) {
		if err := s.layOut(); err != nil {
			return Job{}, fmt.Errorf("print: %w", err)
		}
	}
	direct, err := s.direct()
	if err != nil {
		return Job{}, fmt.Errorf("print: %w", err)
	}
	if direct {
		return Job{MediaType: s.MediaType, Content: s.reader()}, nil
	}
	pngs, err := s.draw(ctx, pages, sheet.PictureSide)
	if err != nil {
		return Job{}, fmt.Errorf("print: %w", err)
	}
	pdf, err := sheet.Pictures(pngs, s.Created)
	if err != nil {
		return Job{}, fmt.Errorf("print: %w", err)
	}
	return Job{MediaType: "application/pdf", Content: bytes.NewReader(pdf)}, nil
}

// togetherSide is the longest side of a page in [Together], in pixels: A4 at 200 dots
// an inch, which is read well on a screen and keeps the file small.
const togetherSide = 2339

// Together makes one PDF of several documents of a vault, page after page, each page a
// picture; each document is noted in the journal as exported before it is read. like
// says what is the same for all: language, footer and date. done, which may be nil, is
// told how many documents are drawn of how many.
//
// Its errors are those of [vault.Vault.Open] and of [Prepare]; [ErrTooLarge] also
// stands for more than [MaxPages] pages in all.
func Together(ctx context.Context, v *vault.Vault, pages *render.Client, documents []record.Document, like Source, done func(done, total int64)) ([]byte, error) {
	var pngs [][]byte
	for i, d := range documents {
		content, err := v.Open(ctx, d.ID, record.DocumentExported)
		if err != nil {
			return nil, fmt.Errorf("print: %w", err)
		}
		s := like
		s.MediaType, s.Content, s.Size, s.Pages, s.Page = d.MediaType, content, content.Size(), d.Proposed.Pages, 0
		if slices.Contains(texts, s.MediaType) {
			if err := s.layOut(); err != nil {
				return nil, fmt.Errorf("print: %w", err)
			}
		}
		drawn, err := s.draw(ctx, pages, togetherSide)
		if err != nil {
			return nil, fmt.Errorf("print: %w", err)
		}
		if pngs = append(pngs, drawn...); len(pngs) > MaxPages {
			return nil, fmt.Errorf("print: %w", ErrTooLarge)
		}
		if done != nil {
			done(int64(i+1), int64(len(documents)))
		}
	}
	pdf, err := sheet.Pictures(pngs, like.Created)
	if err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	return pdf, nil
}

func (s *Source) reader() *io.SectionReader { return io.NewSectionReader(s.Content, 0, s.Size) }

// direct reports whether the document is printed as it is. CUPS reads a JPEG only
// when it begins with an application segment, as those of cameras and scanners
// do: the others have to be drawn.
func (s *Source) direct() (bool, error) {
	if s.Page != 0 || !Direct(s.MediaType) {
		return false, nil
	}
	if s.MediaType != "image/jpeg" {
		return true, nil
	}
	head := make([]byte, 4)
	if _, err := io.ReadFull(s.reader(), head); err != nil {
		return false, err
	}
	return head[3]&0xf0 == 0xe0, nil // APP0 to APP15
}

// layOut turns a text into the PDF of a sheet, which has no title: it would be
// the document's.
func (s *Source) layOut() error {
	if s.Size > MaxText {
		return ErrTooLarge
	}
	b, err := io.ReadAll(s.reader())
	if err != nil {
		return err
	}
	made := sheet.Sheet{
		Language: s.Language, Footer: s.Footer, Created: s.Created,
		Blocks: []sheet.Block{sheet.Paragraph(vault.PlainText(b))},
	}
	pdf, err := made.PDF()
	if err != nil {
		return err
	}
	s.MediaType, s.Content, s.Size, s.Pages = "application/pdf", bytes.NewReader(pdf), int64(len(pdf)), 0
	return nil
}

// draw gives the pictures of the pages asked for, side pixels long at most.
func (s *Source) draw(ctx context.Context, pages *render.Client, side int) ([][]byte, error) {
	first, last := s.Page, s.Page
	if s.Page == 0 {
		first, last = 1, s.Pages
	}
	if last == 0 {
		probed, err := pages.Probe(ctx, s.reader(), s.Size)
		if err != nil {
			return nil, err
		}
		last = probed.Pages
	}
	if last-first >= MaxPages {
		return nil, ErrTooLarge
	}
	var pngs [][]byte
	for n := first; n <= last; n++ {
		png, err := pages.Page(ctx, s.reader(), s.Size, n, side, side)
		if err != nil {
			return nil, err
		}
		pngs = append(pngs, png)
	}
	return pngs, nil
}
