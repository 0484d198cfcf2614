package vault

import (
	"context"

	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/search"
)

// SearchQuery is what a person looks for among the documents. The zero value
// finds all of them outside the bin.
type SearchQuery struct {
	// Words must all be in title, text, note, tags or file name. Case and accents do not
	// count, inflected forms do for a word, and for a last word without anything
	// after it what begins so. Words in quotes are found letter by letter
	// alone.
	Words string
	// Patient is whose documents; zero means everybody's.
	Patient record.ID
	// Tags are those that a document has all of; nil means any.
	Tags []string
	// Categories are codes of the category table; nil means any.
	Categories []string
	// From and To bound the date, YYYY-MM-DD, YYYY-MM or YYYY, both included; ""
	// leaves an end open.
	From, To string
	// Professional is a name that must stand after a title such as Dr in the
	// document; "" for any.
	Professional string
	// Bin looks into the bin and nowhere else.
	Bin bool
	// Newest sorts by date, newest first, rather than by how well the words
	// fit.
	Newest bool
	// Limit is how many hits are returned at most; 0 means 50.
	Limit int
}

// SearchHit is a document that was found.
type SearchHit struct {
	Document record.Document
	Score    float64 // more is better; of one search only
	// Near is set when a word stands in the document with another letter than
	// in the query. Such hits come after all others.
	Near bool
	// Snippet is a line of the text around the words, or of the note where
	// none is in the text; "" when they are in neither.
	Snippet string
	// InNote is set when Snippet is of the note.
	InNote bool
	// Marks are where the words are in Snippet, and TitleMarks in the title.
	Marks, TitleMarks []search.Mark
	// Pages are those with as many of the words as any page has, from 1; none
	// for a document without pages.
	Pages []int
}

// SearchResult is the answer to a search.
type SearchResult struct {
	Hits  []SearchHit
	Total int // also those beyond the limit
}

// Search finds documents that this keyholder reads. It can be called for every
// letter that is typed: it takes some milliseconds once the index is in memory.
// The first call reads the index; and documents that are new or changed are
// indexed first, at about a tenth of a millisecond each. A call that is cancelled
// meanwhile leaves what it has done to the next. No row is written in the
// journal.
//
// It returns [ErrNoPatient], [ErrCategory], [ErrDate], [ErrLocked] or the error
// of ctx.
func (v *Vault) Search(ctx context.Context, q SearchQuery) (SearchResult, error) {
	r, err := v.search(ctx, q)
	return r, wrap("search", err)
}

func (v *Vault) search(ctx context.Context, q SearchQuery) (SearchResult, error) {
	for {
		if err := v.freshen(ctx); err != nil {
			return SearchResult{}, err
		}
		done, err := v.looking()
		if err != nil {
			return SearchResult{}, err
		}
		if v.finder == nil { // dropped by an act meanwhile
			done()
			continue
		}
		defer done()
		return v.findIndexed(ctx, q)
	}
}

// findIndexed asks the index. The caller holds the lock for reading.
func (v *Vault) findIndexed(ctx context.Context, q SearchQuery) (r SearchResult, err error) {
	asked, err := v.searchQuery(q)
	if err != nil {
		return r, err
	}
	found := v.finder.Find(asked)
	r.Total, r.Hits = found.Total, make([]SearchHit, 0, len(found.Hits))
	err = v.db.View(func(tx *store.Tx) error {
		for _, h := range found.Hits {
			if err := ctx.Err(); err != nil {
				return err
			}
			c, d, err := v.find(record.ID(h.ID))
			if err != nil {
				return err
			}
			hit := SearchHit{Score: h.Score, Near: h.Near}
			if hit.Document, err = v.show(tx, c, d); err != nil {
				return err
			}
			shown := search.Excerpt(c.text(tx, d), found.Terms, h.Near)
			hit.Snippet, hit.Marks = shown.Snippet, shown.Marks
			if hit.Snippet == "" {
				noted := search.Excerpt(d.Note, found.Terms, h.Near)
				hit.Snippet, hit.Marks, hit.InNote = noted.Snippet, noted.Marks, noted.Snippet != ""
			}
			hit.TitleMarks = search.Marks(hit.Document.Title, found.Terms, h.Near)
			if hit.Document.Proposed.Pages > 0 {
				hit.Pages = shown.Pages
			}
			r.Hits = append(r.Hits, hit)
		}
		return nil
	})
	return r, err
}

func (v *Vault) searchQuery(q SearchQuery) (out search.Query, err error) {
	out = search.Query{
		Words: q.Words, Categories: q.Categories, From: search.ParseDate(q.From), To: search.ParseDate(q.To),
		Professional: q.Professional, Bin: q.Bin, Newest: q.Newest, Limit: q.Limit,
	}
	if q.From != "" && out.From == 0 || q.To != "" && out.To == 0 {
		return out, ErrDate
	}
	for _, code := range q.Categories {
		if err := v.checkCategory(code); err != nil {
			return out, err
		}
	}
	if len(q.Tags) > 0 {
		out.Only = func(id search.ID) bool {
			_, d, err := v.find(record.ID(id))
			return err == nil && HasTags(&d.Document, q.Tags)
		}
	}
	if !q.Patient.IsZero() {
		if v.charts[q.Patient] == nil {
			return out, ErrNoPatient
		}
		out.Records = []search.ID{search.ID(q.Patient)}
	}
	return out, nil
}
