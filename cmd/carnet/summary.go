package main

import (
	"bytes"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/print"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// careJSON is a dated line of a person's care as scripts read it.
type careJSON struct {
	Date  string    `json:"date"`
	Kind  string    `json:"kind"`
	Title string    `json:"title"`
	ID    record.ID `json:"id"`
	What  string    `json:"what"` // "document" or "entry"
}

func (a *app) timelineCommand() *cobra.Command {
	return a.verb(a.word(text.TimelineWord), 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error {
			_, entries, docs, err := a.care(v)
			if err != nil {
				return err
			}
			events := a.Timeline(a.tables.Kinds, entries, docs, a.categoryLabel)
			out := []careJSON{}
			for _, e := range events {
				what := "entry"
				if e.Document {
					what = "document"
				}
				out = append(out, careJSON{e.Date, e.What, e.Title, e.ID, what})
			}
			return a.give(out, func() {
				for _, e := range events {
					a.tell(text.TimelineLine, short(e.ID), e.Date, e.What, e.Title)
				}
				if len(events) == 0 {
					a.tell(text.TimelineEmpty)
				}
			})
		})
	})
}

// care is all that is known of the person asked for.
func (a *app) care(v *vault.Vault) (p record.Patient, entries []record.Entry, docs []record.Document, err error) {
	if p, err = a.who(v); err != nil {
		return p, nil, nil, err
	}
	if entries, err = v.Entries(p.ID); err != nil {
		return p, nil, nil, err
	}
	docs, err = v.Documents(p.ID)
	return p, entries, docs, err
}

// exportPaperCommand prints the paper summary, or saves it.
func (a *app) exportPaperCommand() *cobra.Command {
	var to, printer string
	c := a.verb(a.word(text.PaperWord), 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error {
			p, entries, docs, err := a.care(v)
			if err != nil {
				return err
			}
			paper := text.Paper{Summary: text.Summary{Patient: p, Entries: entries, Kinds: a.tables.Kinds, Printed: time.Now()}, Documents: docs, Category: a.categoryLabel}
			if !p.Adult(time.Now()) {
				if paper.Growth, err = a.growthOf(v, p, time.Now()); err != nil {
					return err
				}
			}
			s := paper.Sheet(a.Language)
			if to != "" {
				if err := a.writeSheet(s, to); err != nil {
					return err
				}
				return a.give(map[string]string{"path": to}, func() { a.tell(text.PaperSaved, to) })
			}
			chosen, err := a.printer(printer)
			if err != nil {
				return err
			}
			pdf, err := s.PDF()
			if err != nil {
				return err
			}
			if err := print.Send(a.ctx, chosen, print.Job{MediaType: "application/pdf", Content: bytes.NewReader(pdf)}); err != nil {
				return err
			}
			return a.give(map[string]string{"printer": chosen}, func() { a.tell(text.PaperPrinted, chosen) })
		})
	})
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptTo))
	c.Flags().StringVar(&printer, "printer", "", a.Say(text.OptPrinter))
	return c
}

func (a *app) summaryCommand() *cobra.Command {
	var to string
	c := a.verb(a.word(text.SummaryWord), 0, 0, func([]string) error {
		if err := a.need("to", to); err != nil {
			return err
		}
		return a.withVault(func(v *vault.Vault) error {
			p, entries, docs, err := a.care(v)
			if err != nil {
				return err
			}
			s := text.Summary{Patient: p, Entries: entries, Latest: text.Latest(docs), Kinds: a.tables.Kinds, Printed: time.Now()}
			if err := a.writeSheet(s.Sheet(a.Language), to); err != nil {
				return err
			}
			return a.give(map[string]string{"path": to}, func() { a.tell(text.SummarySaved, to) })
		})
	})
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptTo))
	return c
}
