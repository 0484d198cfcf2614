package library

import (
	"context"
	"errors"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// Find shows the field that titles are found by.
func (l *Library) Find() {
	if l.list == nil {
		l.detail = nil
		l.s.Redraw()
	}
	l.finding = true
	l.find.Hidden = false
	l.find.Refresh()
	l.s.Stage.Settle()
	l.s.Stage.Focus(l.find.Entry)
}

func (l *Library) findKey(k *fyne.KeyEvent) bool {
	switch k.Name {
	case fyne.KeyEscape:
		l.finding, l.words, l.found = false, "", nil
		l.find.Hidden = true
		l.find.SetText("")
		l.s.Stage.Settle()
		l.s.Stage.Focus(l.list)
		return true
	case fyne.KeyDown:
		l.s.Stage.Focus(l.list)
		return true
	}
	return false
}

// maxHits is how many documents a search shows, firstHits how many of them it
// shows first: more than a window has rows, and few enough to be there before the
// next letter. The rest is looked for when breath has passed without one, so that
// it keeps neither the drawing of the first nor the next letter waiting.
const (
	maxHits   = 200
	firstHits = 24
	breath    = 150 * time.Millisecond
)

// search looks for words in titles and texts, away from the drawing. Each letter
// stops the search before it.
func (l *Library) search() {
	if l.finder != nil {
		l.finder.Stop()
	}
	if strings.TrimSpace(l.words) == "" {
		l.found = nil
		l.refresh()
		return
	}
	l.look(vault.SearchQuery{Words: l.words, Patient: l.patient, Bin: l.filter == bin, Limit: firstHits})
}

// look shows what a query finds, first what it asks for and then the rest.
func (l *Library) look(q vault.SearchQuery) {
	var result vault.SearchResult
	l.finder = l.s.Try(func(ctx context.Context) (err error) {
		if q.Limit == maxHits {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(breath):
			}
		}
		result, err = l.s.Vault.Search(ctx, q)
		return err
	}, func(err error) {
		switch {
		case errors.Is(err, context.Canceled) || q.Words != l.words || q.Patient != l.patient:
		case err != nil:
			l.s.Explain(err)
		default:
			fresh := l.foundBy != q.Words
			l.found, l.foundBy = result.Hits, q.Words
			l.refresh()
			if fresh && l.list != nil {
				l.list.MoveTo(0) // the best hit, not where one stood among others
			}
			if q.Limit < maxHits && q.Limit < result.Total {
				q.Limit = maxHits
				l.look(q)
			}
		}
	})
}

// excerpt is where the words stand in a document, "" when its title says it.
func (l *Library) excerpt(id record.ID) string {
	if l.words == "" {
		return ""
	}
	for i := range l.found {
		if l.found[i].Document.ID == id {
			said := strings.Join(strings.Fields(l.found[i].Snippet), " ")
			if l.found[i].InNote {
				said = l.s.Say(text.NoteIs, said)
			}
			return said
		}
	}
	return ""
}
