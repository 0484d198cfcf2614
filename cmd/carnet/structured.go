package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/reading"
	"carnet/vault/record"
	"carnet/vault/render"
)

// readingJSON is what a document says, as scripts read it.
type readingJSON struct {
	Document     record.ID         `json:"document"`
	Format       reading.Format    `json:"format"`
	Variant      string            `json:"variant"`
	ID           string            `json:"id"`
	Set          string            `json:"set"`
	Version      string            `json:"version"`
	Replaces     []string          `json:"replaces"`
	Title        string            `json:"title"`
	Kind         *reading.Code     `json:"kind,omitempty"`
	Date         string            `json:"date"`
	Author       string            `json:"author"`
	Custodian    string            `json:"custodian"`
	Confidential string            `json:"confidentiality"`
	Language     string            `json:"language"`
	Subject      reading.Subject   `json:"subject"`
	Parts        []reading.Part    `json:"parts"`
	Sections     []reading.Section `json:"sections"`
	Signature    string            `json:"signature"`
	Doubts       []readDoubt       `json:"doubts"`
	Files        []insideJSON      `json:"files"`
	Proposals    []proposalJSON    `json:"proposals"`
}

type readDoubt struct {
	Code  reading.DoubtCode `json:"code"`
	About string            `json:"about"`
}

type insideJSON struct {
	Name      string      `json:"name"`
	Title     string      `json:"title"`
	MediaType string      `json:"mediaType"`
	Size      int64       `json:"size"`
	Date      string      `json:"date"`
	Author    string      `json:"author"`
	Doubts    []readDoubt `json:"doubts"`
}

type proposalJSON struct {
	Number int            `json:"number"` // for --accept
	Entry  entryJSON      `json:"entry"`
	Codes  []reading.Code `json:"codes"`
	Like   string         `json:"like"` // new, similar, same
	Known  []record.ID    `json:"known"`
	Able   bool           `json:"adoptable"`
}

var likes = map[reading.Likeness]string{reading.Unlike: "new", reading.Similar: "similar", reading.Same: "same"}

func readDoubts(all []reading.Doubt) []readDoubt {
	out := []readDoubt{}
	for _, d := range all {
		out = append(out, readDoubt{d.Code, d.About})
	}
	return out
}

func (a *app) proposalsJSON(r *vault.Reading) []proposalJSON {
	out := []proposalJSON{}
	for i := range r.Proposals {
		out = append(out, a.proposalJSON(i+1, &r.Proposals[i]))
	}
	return out
}

func (a *app) proposalJSON(n int, p *vault.Proposed) proposalJSON {
	x := proposalJSON{Number: n, Entry: a.entryJSON(p.Entry), Codes: p.Codes, Like: likes[p.Like], Known: []record.ID{}, Able: p.Err == nil}
	for _, k := range p.Known {
		x.Known = append(x.Known, k.ID)
	}
	return x
}

func (a *app) readingJSON(r *vault.Reading) readingJSON {
	out := readingJSON{
		Document: r.Document.ID, Format: r.Format, Variant: r.Variant, ID: r.ID, Set: r.Set, Version: r.Version, Replaces: append([]string{}, r.Replaces...),
		Title: r.Title, Date: r.Date, Author: r.Author, Custodian: r.Custodian, Confidential: r.Confidentiality.Code, Language: r.Language,
		Subject: r.Subject, Parts: append([]reading.Part{}, r.Parts...), Sections: append([]reading.Section{}, r.Sections...),
		Signature: string(r.Signature.State), Doubts: readDoubts(r.Doubts), Files: []insideJSON{}, Proposals: a.proposalsJSON(r),
	}
	if !r.Kind.IsZero() {
		out.Kind = &r.Kind
	}
	for _, f := range r.Files {
		out.Files = append(out.Files, insideJSON{f.Name, f.Title, f.MediaType, f.Size, f.Date, f.Author, readDoubts(f.Doubts)})
	}
	return out
}

// readDocument tells what a document that came structured says.
func (a *app) readDocument(v *vault.Vault, prefix string) error {
	d, err := a.document(v, prefix)
	if err != nil {
		return err
	}
	r, err := v.Read(a.ctx, d.ID)
	if errors.Is(err, reading.ErrOther) {
		found, none := v.ReadCodes(a.ctx, d.ID, session.Scanner{Client: a.renderer()}, 0, vault.Part{})
		if none == nil {
			return a.giveCodes(v, found)
		}
		if !errors.Is(none, vault.ErrNoCode) && !errors.Is(none, vault.ErrOtherCode) && !errors.Is(none, render.ErrFormat) {
			return none
		}
	}
	if err != nil {
		return err
	}
	return a.give(a.readingJSON(r), func() {
		for _, f := range a.ReadingFacts(r.Reading) {
			a.tell(text.Field, f.Label, f.Value)
		}
		for _, x := range r.Doubts {
			a.tell(text.Field, a.Say(text.WhatIsDoubtful), a.Doubt(x))
		}
		for i := range r.Files {
			a.tell(text.Field, a.Say(text.WhatIsInside), a.InsideLine(&r.Files[i]))
		}
		for _, line := range text.ReadingLines(r.Reading) {
			if line.Title {
				fmt.Fprintln(a.out)
			}
			a.tell(text.Message{FR: "%s", EN: "%s"}, line.Text)
		}
		if len(r.Proposals) > 0 {
			fmt.Fprintln(a.out)
			a.tell(text.Field, a.Say(text.LabelTakes), strconv.Itoa(len(r.Proposals)))
		}
	})
}

func (a *app) proposeCommand() *cobra.Command {
	var accept string
	c := a.verb(a.word(text.DocumentPropose), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			d, err := a.document(v, args[0])
			if err != nil {
				return err
			}
			r, err := v.Read(a.ctx, d.ID)
			if err != nil {
				return err
			}
			if accept == "" {
				return a.give(a.proposalsJSON(r), func() { a.printProposals(v, r) })
			}
			chosen, err := a.accepted(r, accept)
			if err != nil {
				return err
			}
			// What the profile has is given back as known.
			var adopted []record.Entry
			for _, p := range chosen {
				if _, _, changes := p.Changes(); !changes {
					adopted = append(adopted, p.Entry)
				}
			}
			added, known, err := v.Adopt(a.ctx, d.ID, adopted...)
			if err != nil {
				return err
			}
			out := struct {
				Added   []entryJSON `json:"added"`
				Changed []entryJSON `json:"changed"` // appointments that were moved or cancelled
				Known   []entryJSON `json:"known"`
			}{[]entryJSON{}, []entryJSON{}, []entryJSON{}}
			news := session.NewsIn(d.ID, chosen...)
			for _, e := range news.After {
				if err := v.EditEntry(a.ctx, e); err != nil {
					return err
				}
				out.Changed = append(out.Changed, a.entryJSON(e))
			}
			for _, e := range added {
				out.Added = append(out.Added, a.entryJSON(e))
			}
			for _, e := range known {
				out.Known = append(out.Known, a.entryJSON(e))
			}
			return a.give(out, func() {
				a.tell(text.AdoptedCount, len(added), len(known))
				if len(out.Changed) > 0 {
					a.tell(text.AdoptedChanged, len(out.Changed))
				}
			})
		})
	})
	c.Flags().StringVar(&accept, "accept", "", a.Say(text.OptAccept))
	return c
}

func (a *app) printProposals(v *vault.Vault, r *vault.Reading) {
	for _, x := range r.Doubts {
		a.tell(text.Field, a.Say(text.WhatIsDoubtful), a.Doubt(x))
	}
	if len(r.Proposals) == 0 {
		a.tell(text.ProposesNothing)
		return
	}
	a.tell(text.ProposedTitle, a.names(v)[r.Document.Patient])
	for i := range r.Proposals {
		a.printProposal(i+1, &r.Proposals[i])
	}
}

func (a *app) printProposal(n int, p *vault.Proposed) {
	a.tell(text.ProposalLine, n, a.Kind(a.tables.Kinds.Kind(p.Kind)), a.Proposed(a.tables.Kinds, &p.Entry))
	for _, line := range a.Beside(a.tables.Kinds, p) {
		a.tell(text.BelowProposal, line)
	}
}

// accepted are the proposals that --accept names; all leaves out what cannot be
// adopted as it is.
func (a *app) accepted(r *vault.Reading, accept string) (out []*vault.Proposed, err error) {
	if accept == "all" {
		for i := range r.Proposals {
			if p := &r.Proposals[i]; p.Err == nil {
				out = append(out, p)
			}
		}
		return out, nil
	}
	chosen, ok := numbers(accept, len(r.Proposals))
	if !ok {
		return nil, a.usage(text.BadAccept)
	}
	for _, i := range chosen {
		out = append(out, &r.Proposals[i])
	}
	return out, nil
}

// numbers reads numbers of a list that begins with 1, with commas between them, as
// indexes: each once.
func numbers(list string, length int) (out []int, ok bool) {
	for _, word := range strings.Split(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || n < 1 || n > length {
			return nil, false
		}
		if !slices.Contains(out, n-1) {
			out = append(out, n-1)
		}
	}
	return out, true
}
