package main

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/reading"
	"carnet/vault/record"
)

// formerJSON is a former record as scripts read it.
type formerJSON struct {
	Files     []formerFileJSON     `json:"files"`
	Proposals []formerProposalJSON `json:"proposals"`
	Counts    []countJSON          `json:"counts"`
}

type formerFileJSON struct {
	Number    int            `json:"number"` // for --documents
	Path      string         `json:"path"`
	Title     string         `json:"title"`
	Date      string         `json:"date"`
	Category  string         `json:"category"`
	Author    string         `json:"author"`
	MediaType string         `json:"mediaType"`
	Size      int64          `json:"size"`
	Format    reading.Format `json:"format"`
	Pages     int            `json:"pages"`
	New       bool           `json:"new"`
	Archive   bool           `json:"archive"`
	Unknown   bool           `json:"unknown"` // kept whole, neither read nor shown
	Other     bool           `json:"other"`   // it names somebody else
	Concerns  record.ID      `json:"concerns,omitzero"`
	Of        record.ID      `json:"of,omitzero"` // the document of the same content that is here
	InBin     bool           `json:"inBin"`
	Again     bool           `json:"again"`
	Doubts    []readDoubt    `json:"doubts"`
	Error     string         `json:"error,omitempty"`
}

type formerProposalJSON struct {
	proposalJSON
	Documents []int `json:"documents"` // numbers of files
	Other     bool  `json:"other"`
}

type countJSON struct {
	Category string `json:"category"` // or all
	Seen     int    `json:"seen"`
	Found    int    `json:"found"`
	Here     int    `json:"here"`
}

// takenJSON is what became of a former record.
type takenJSON struct {
	addedJSON
	Entries []entryJSON `json:"entries"`
	Known   []entryJSON `json:"known"`
	Left    int         `json:"left"`
	Counts  []countJSON `json:"counts"`
}

func (a *app) recordCommands() *cobra.Command {
	var accept, documents string
	var seen []string
	var unread bool
	c := a.verb(a.word(text.RecordImport), 1, -1, func(args []string) error {
		counted, ok := parseSeen(seen, a.categories())
		if !ok {
			return a.usage(text.BadSeen)
		}
		return a.withVault(func(v *vault.Vault) error {
			p, err := a.who(v)
			if err != nil {
				return err
			}
			progress := a.progress()
			f, err := v.ReadFormer(a.ctx, p.ID, args, session.Prober{Client: a.renderer()}, progress.worked)
			progress.end()
			if err != nil {
				return err
			}
			if accept == "" {
				return a.give(a.formerJSON(f, counted), func() { a.tellFormer(v, f, counted) })
			}
			choice, err := a.formerChoice(f, accept, documents)
			if err != nil {
				return err
			}
			return a.takeFormer(v, f, choice, counted, !unread)
		})
	})
	c.Flags().StringVar(&accept, "accept", "", a.Say(text.OptFormerAccept))
	c.Flags().StringVar(&documents, "documents", "", a.Say(text.OptFormerDocuments))
	c.Flags().StringArrayVar(&seen, "seen", nil, a.Say(text.OptFormerSeen))
	c.Flags().BoolVar(&unread, "no-ocr", false, a.Say(text.OptNoReading))
	return a.word(text.Record, c)
}

// parseSeen reads what somebody counted elsewhere: 12, or lab=12.
func parseSeen(given []string, categories string) (map[string]int, bool) {
	out := map[string]int{}
	for _, s := range given {
		category, count, ok := strings.Cut(s, "=")
		if !ok {
			category, count = vault.AllDocuments, s
		} else if !slices.Contains(strings.Split(categories, ", "), category) {
			return nil, false
		}
		n, err := strconv.Atoi(count)
		if err != nil || n < 0 {
			return nil, false
		}
		out[category] = n
	}
	return out, true
}

// formerChoice reads --documents and --accept.
func (a *app) formerChoice(f *vault.Former, accept, documents string) (choice vault.FormerChoice, err error) {
	ok := true
	switch documents {
	case "":
		choice = f.Likely()
	case "all":
		for i := range f.Files {
			if f.Files[i].New() {
				choice.Files = append(choice.Files, i)
			}
		}
	default:
		if choice.Files, ok = numbers(documents, len(f.Files)); !ok {
			return choice, a.usage(text.BadNumbers, "--documents")
		}
	}
	switch accept {
	case "none":
	case "all":
		for i := range f.Proposals {
			if p := &f.Proposals[i]; p.New() && !p.Other && f.Covers(choice, i) {
				choice.Proposals = append(choice.Proposals, i)
			}
		}
	default:
		if choice.Proposals, ok = numbers(accept, len(f.Proposals)); !ok {
			return choice, a.usage(text.BadNumbers, "--accept")
		}
	}
	return choice, nil
}

func (a *app) formerJSON(f *vault.Former, seen map[string]int) formerJSON {
	out := formerJSON{[]formerFileJSON{}, []formerProposalJSON{}, countsJSON(f, seen)}
	for i := range f.Files {
		x := &f.Files[i]
		file := formerFileJSON{
			Number: i + 1, Path: x.Path, Title: x.Title, Date: x.Date, Category: x.Category, Author: x.Author, MediaType: x.MediaType, Size: x.Size, Format: x.Format,
			Pages: x.Pages, New: x.New(), Archive: x.Archive, Unknown: x.Kept(), Other: x.Other(), Concerns: x.Concerns, Of: x.Known, InBin: x.InBin, Again: x.Again, Doubts: readDoubts(x.Doubts),
		}
		if err := errors.Join(x.Err, x.Unread); err != nil {
			file.Error = a.told(err)
		}
		out.Files = append(out.Files, file)
	}
	for i := range f.Proposals {
		p := &f.Proposals[i]
		from := []int{}
		for _, n := range p.Files {
			from = append(from, n+1)
		}
		out.Proposals = append(out.Proposals, formerProposalJSON{a.proposalJSON(i+1, &p.Proposed), from, p.Other})
	}
	return out
}

func countsJSON(f *vault.Former, seen map[string]int) []countJSON {
	out := []countJSON{}
	for _, c := range f.Compare(seen) {
		out = append(out, countJSON(c))
	}
	return out
}

// tellFormer shows a former record before anything of it is taken over.
func (a *app) tellFormer(v *vault.Vault, f *vault.Former, seen map[string]int) {
	names := a.names(v)
	a.tell(text.FormerTitle, f.Patient.Name)
	for i := range f.Files {
		x := &f.Files[i]
		a.tell(text.FormerLine, i+1, a.FormerFile(x, a.categoryLabel))
		for _, line := range a.FormerNotes(x, names[x.Concerns]) {
			a.tell(text.BelowProposal, line)
		}
	}
	for _, line := range a.FormerCounts(f.Compare(seen), a.categoryLabel, false) {
		a.tell(text.FormerNote, line)
	}
	if len(f.Proposals) == 0 {
		a.tell(text.FormerNothing)
	}
	for i := range f.Proposals {
		p := &f.Proposals[i]
		if i == 0 || p.Other != f.Proposals[i-1].Other {
			a.tell(map[bool]text.Message{false: text.FormerProposes, true: text.FormerOthers}[p.Other])
		}
		a.printProposal(i+1, &p.Proposed)
		a.tell(text.BelowProposal, a.FormerSources(f, p))
	}
	a.tell(text.FormerUsage)
}

// takeFormer takes over what was chosen, and looks into what came.
func (a *app) takeFormer(v *vault.Vault, f *vault.Former, choice vault.FormerChoice, seen map[string]int, read bool) error {
	out := takenJSON{addedJSON: addedJSON{[]addedFile{}, []duplicateFile{}, []failedFile{}, []failedFile{}, 0}, Entries: []entryJSON{}, Known: []entryJSON{}}
	taken, stopped := v.TakeFormer(a.ctx, f, choice, func(x vault.Imported) { a.imported(&out.addedJSON, x) })
	for _, e := range taken.Entries {
		out.Entries = append(out.Entries, a.entryJSON(e))
	}
	for _, e := range taken.Known {
		out.Known = append(out.Known, a.entryJSON(e))
	}
	out.Left, out.Counts = taken.Left, countsJSON(f, seen)
	if stopped == nil && len(out.Added) > 0 {
		stopped = a.lookInto(v, &out.addedJSON, read)
	}
	err := a.give(out, func() {
		a.tell(text.FormerReport, len(out.Added), len(out.Duplicates), len(out.Failed))
		for _, line := range append(a.FormerResult(&taken), a.FormerCounts(f.Compare(seen), a.categoryLabel, true)...) {
			a.tell(text.FormerNote, line)
		}
	})
	switch {
	case errors.Is(stopped, context.Canceled):
		a.report(stopped)
		return errPartial
	case stopped != nil:
		return errors.Join(stopped, err)
	case err == nil && len(out.Failed)+taken.Left > 0:
		return errPartial
	}
	return err
}
