package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// searchJSON is a document that was found as scripts read it.
type searchJSON struct {
	ID       record.ID `json:"id"`
	Title    string    `json:"title"`
	Date     string    `json:"date"`
	Category string    `json:"category"`
	Patient  record.ID `json:"patient"`
	Score    float64   `json:"score"`
	Near     bool      `json:"near"`
	Pages    []int     `json:"pages"`
	Snippet  string    `json:"snippet"`
	Marks    [][2]int  `json:"marks"`  // bytes of the snippet
	InNote   bool      `json:"inNote"` // the snippet is of the note, not of the text
}

func (a *app) searchCommand() *cobra.Command {
	var q vault.SearchQuery
	var category string
	c := a.verb(a.word(text.Search), 0, -1, func(args []string) error {
		q.Words = strings.Join(args, " ")
		if category != "" {
			q.Categories = []string{category}
		}
		return a.withVault(func(v *vault.Vault) error {
			if a.patient != "" {
				p, err := a.who(v)
				if err != nil {
					return err
				}
				q.Patient = p.ID
			}
			found, err := v.Search(a.ctx, q)
			if err != nil {
				return err
			}
			out := []searchJSON{}
			for _, h := range found.Hits {
				out = append(out, hitJSON(h))
			}
			return a.give(out, func() { a.printHits(found) })
		})
	})
	f := c.Flags()
	a.categoryFlag(c, &category)
	f.StringArrayVar(&q.Tags, "tag", nil, a.Say(text.OptWithTag))
	f.StringVar(&q.From, "from", "", a.Say(text.OptSince))
	f.StringVar(&q.To, "to", "", a.Say(text.OptUntil))
	f.StringVar(&q.Professional, "professional", "", a.Say(text.OptProfessional))
	f.BoolVar(&q.Bin, "bin", false, a.Say(text.OptBin))
	f.BoolVar(&q.Newest, "newest", false, a.Say(text.OptNewest))
	f.IntVar(&q.Limit, "limit", 0, a.Say(text.OptLimit))
	return c
}

func hitJSON(h vault.SearchHit) searchJSON {
	out := searchJSON{
		ID: h.Document.ID, Title: h.Document.Title, Date: h.Document.ShownDate(), Category: h.Document.ShownCategory(), Patient: h.Document.Patient,
		Score: h.Score, Near: h.Near, Pages: append([]int{}, h.Pages...), Snippet: h.Snippet, InNote: h.InNote, Marks: [][2]int{},
	}
	for _, m := range h.Marks {
		out.Marks = append(out.Marks, [2]int{m.Start, m.End})
	}
	return out
}

func (a *app) printHits(found vault.SearchResult) {
	if found.Total == 0 {
		a.tell(text.SearchNone)
		return
	}
	for _, h := range found.Hits {
		note := ""
		if h.Near {
			note = a.Say(text.SearchNear)
		}
		d := h.Document
		a.tell(text.DocLine, short(d.ID), d.ShownDate(), a.categoryLabel(d.ShownCategory()), d.Title, note)
		if len(h.Pages) > 0 {
			var pages []string
			for _, n := range h.Pages {
				pages = append(pages, strconv.Itoa(n))
			}
			a.tell(text.SearchPage, strings.Join(pages, ", "))
		}
		if h.Snippet != "" {
			where := text.SearchSnippet
			if h.InNote {
				where = text.SearchNote
			}
			a.tell(where, emphasised(h))
		}
	}
	fmt.Fprintln(a.out, a.Plural(found.Total, text.SearchOne, text.SearchMany)+".")
}

// emphasised is the snippet with the words found in brackets, which every
// terminal shows and every screen reader reads.
func emphasised(h vault.SearchHit) string {
	var b strings.Builder
	at := 0
	for _, m := range h.Marks {
		b.WriteString(h.Snippet[at:m.Start] + "[" + h.Snippet[m.Start:m.End] + "]")
		at = m.End
	}
	return b.String() + h.Snippet[at:]
}
