package vault

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
)

// Recogniser reads the text of pages that are pictures. Like [Prober] it is the
// caller's.
//
// Recognise returns a text for each of the pages, from 1, in their order: "" for one
// that has none or cannot be read. An error means that it could not be asked.
type Recogniser interface {
	Recognise(ctx context.Context, content io.ReaderAt, size int64, pages []int) ([]string, error)
}

const (
	// scanLetters is how many letters and digits a page has at least that is no
	// picture: scanners stamp a date or a number on pages.
	scanLetters = 16
	// maxScan is how many pages of a document are recognised, the first ones.
	maxScan = 200
)

// scanOf tells whether a document has pages that are pictures.
func scanOf(d *document, f *found, text string) scanned {
	if len(pictures(d, f, text)) > 0 {
		return scanSome
	}
	return scanNone
}

// pictures are the pages of a document that are pictures, from 1, judged by its
// text; those that were lost are none.
func pictures(d *document, f *found, text string) (out []int) {
	if !hasPages(d.MediaType) {
		return nil
	}
	texts := strings.Split(text, "\f")
	for n := 1; n <= min(f.Pages, maxScan); n++ {
		if !slices.Contains(f.Lost, n) && (n > len(texts) || letters(texts[n-1]) < scanLetters) {
			out = append(out, n)
		}
	}
	return out
}

func letters(s string) (n int) {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// Recognise reads the text of scans and photographs that [Vault.Examine] has seen,
// newest first, and keeps it as that of any document: it is searched, and a
// category, a date and a person are proposed by it. Each document is kept as soon
// as it is read; the verb can be stopped at any time, by a crash too, and goes on
// where it stopped. progress, which may be nil, is told how many documents are done
// of how many.
//
// The error is that of r, or wraps [ErrDamaged] when the content of some document
// does not hold; the others are read all the same.
func (v *Vault) Recognise(ctx context.Context, r Recogniser, progress func(done, total int64)) error {
	waiting, err := v.Unread()
	if err != nil {
		return wrap("recognise documents", err)
	}
	var damaged error
	for i, id := range waiting {
		if progress != nil {
			progress(int64(i), int64(len(waiting)))
		}
		switch err := v.recognise(ctx, r, id); {
		case err == nil, errors.Is(err, ErrNoDocument):
		case errors.Is(err, ErrDamaged) && ctx.Err() == nil:
			damaged = err
		default:
			return wrap("recognise documents", err)
		}
		if err := v.freshen(ctx); err != nil {
			return wrap("recognise documents", err)
		}
	}
	if progress != nil {
		progress(int64(len(waiting)), int64(len(waiting)))
	}
	return wrap("recognise documents", damaged)
}

// Unread lists the documents out of the bin that have pages which are pictures and
// that nobody has recognised, newest first by when they were added.
func (v *Vault) Unread() ([]record.ID, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	added := map[record.ID]record.Millis{}
	err = v.db.View(func(tx *store.Tx) error {
		for _, c := range v.charts {
			for id, d := range c.documents {
				if d.RemovedAt != 0 || !hasPages(d.MediaType) || looksAt(tx, d) == recognised {
					continue
				}
				f, err := readFound(tx, c, d)
				if err != nil {
					return err
				}
				if f.Scan == scanSome && !f.Failed {
					added[id] = d.AddedAt
				}
			}
		}
		return nil
	})
	ids := sortedIDs(added)
	slices.SortStableFunc(ids, func(x, y record.ID) int { return -cmp.Compare(added[x], added[y]) })
	return ids, wrap("list scans", err)
}

// recognise reads one document and keeps what was read.
func (v *Vault) recognise(ctx context.Context, r Recogniser, id record.ID) error {
	done, err := v.looking()
	if err != nil {
		return err
	}
	c, known, err := v.find(id)
	if err != nil {
		done()
		return err
	}
	d := *known // another verb may edit it while we read
	var before found
	var text string
	err = v.db.View(func(tx *store.Tx) (err error) {
		before, err = readFound(tx, c, &d)
		text = c.text(tx, &d)
		return err
	})
	var content *Content
	if err == nil {
		content, err = v.contentOf(&d)
	}
	done()
	if err != nil {
		return err
	}
	pages := pictures(&d, &before, text)
	texts, err := r.Recognise(ctx, content, content.Size(), pages)
	if err := errors.Join(err, ctx.Err()); err != nil {
		return err
	}
	return v.act(ctx, func(a *act) error {
		c, now, err := a.find(id)
		if err != nil || now.content.seq != d.content.seq {
			return ErrNoDocument // hidden, shown or erased meanwhile
		}
		if c, err = a.chart(c.patient.ID); err != nil {
			return err
		}
		text := withPages(text, before.Pages, pages, texts)
		f := v.judge(now, before.Pages, text)
		f.Looked, f.Scan, f.Lost = true, before.Scan, before.Lost
		f.People = a.regard(now, text, before.People)
		b, err := chain.Encode(f)
		if err != nil {
			return wrap("encode proposal", err)
		}
		if err := a.derived(c, now, derivedFound, b); err != nil {
			return err
		}
		a.changed = append(a.changed, id)
		return a.derived(c, now, derivedReading, []byte(text))
	})
}

// withPages puts the texts of some pages into that of a document, where they say
// more than it did.
func withPages(text string, count int, pages []int, texts []string) string {
	all := strings.Split(text, "\f")
	for len(all) < count {
		all = append(all, "")
	}
	for i, n := range pages {
		if i < len(texts) && letters(texts[i]) > letters(all[n-1]) {
			all[n-1] = texts[i]
		}
	}
	return strings.Join(all, "\f")
}
