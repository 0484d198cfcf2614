package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

func (a *app) documentCommands() *cobra.Command {
	return a.word(text.Document,
		a.addCommand(), a.receiveCommand(), a.scanCommand(), a.listCommand(), a.showCommand(), a.exportCommand(), a.pageCommand(), a.editCommand(),
		a.oneDocument(text.DocumentRemove, func(v *vault.Vault, d record.Document) error {
			return v.RemoveDocuments(a.ctx, d.ID)
		}, func(d record.Document) { a.tell(text.DocRemoved, record.BinDays, short(d.ID)) }),
		a.oneDocument(text.DocumentRestore, func(v *vault.Vault, d record.Document) error {
			return v.RestoreDocuments(a.ctx, d.ID)
		}, func(record.Document) { a.tell(text.DocRestored) }),
		a.moveCommand(), a.readCommand(), a.codesCommand(), a.proposeCommand(), a.insideCommand(),
		a.eraseCommand(),
		a.maskCommand(), a.contestDocument(),
		a.oneDocument(text.DocumentUnmask, func(v *vault.Vault, d record.Document) error {
			return v.Unmask(a.ctx, d.ID)
		}, func(record.Document) { a.tell(text.DocUnmasked) }),
		a.historyCommand(text.DocumentHistory, func(v *vault.Vault, prefix string) (record.ID, string, error) {
			d, err := a.document(v, prefix)
			return d.ID, "", err
		}),
	)
}

// categories lists the codes for the help.
func (a *app) categories() string {
	var codes []string
	for _, c := range a.tables.Filing.Categories() {
		codes = append(codes, c.Code)
	}
	return strings.Join(codes, ", ")
}

func (a *app) categoryFlag(c *cobra.Command, value *string) {
	c.Flags().StringVar(value, "category", "", a.Say(text.OptCategory, a.categories()))
}

// document finds a document by its identifier or the start of it.
func (a *app) document(v *vault.Vault, prefix string) (record.Document, error) {
	if id, err := record.ParseID(prefix); err == nil {
		return v.Document(id)
	}
	patients, err := v.Patients()
	if err != nil {
		return record.Document{}, err
	}
	var found []record.Document
	for _, p := range patients {
		all, err := v.Documents(p.ID)
		if err != nil {
			return record.Document{}, err
		}
		for _, d := range all {
			if begins(d.ID, prefix) {
				found = append(found, d)
			}
		}
	}
	switch len(found) {
	case 0:
		return record.Document{}, vault.ErrNoDocument
	case 1:
		return found[0], nil
	}
	return record.Document{}, a.usage(text.WhichDocument)
}

// oneDocument is a verb on one document, which it shows again afterwards.
func (a *app) oneDocument(w text.Word, do func(*vault.Vault, record.Document) error, said func(record.Document)) *cobra.Command {
	return a.verb(a.word(w), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error { return a.changeDocument(v, args[0], do, said) })
	})
}

func (a *app) changeDocument(v *vault.Vault, prefix string, do func(*vault.Vault, record.Document) error, said func(record.Document)) error {
	d, err := a.document(v, prefix)
	if err != nil {
		return err
	}
	if err := do(v, d); err != nil {
		return err
	}
	if d, err = v.Document(d.ID); err != nil {
		return err
	}
	return a.give(a.documentJSON(d), func() { said(d) })
}

// documentJSON is a document as scripts read it.
type documentJSON struct {
	ID         record.ID         `json:"id"`
	Title      string            `json:"title"`
	Category   string            `json:"category"`
	Date       string            `json:"date"`
	Patient    record.ID         `json:"patient"`
	MediaType  string            `json:"mediaType"`
	Size       int64             `json:"size"`
	Digest     string            `json:"digest"`
	Pages      int               `json:"pages"`
	Unshowable bool              `json:"unshowable"`
	Lost       []int             `json:"lost,omitempty"` // pages that cost too much to be looked at unasked
	Format     string            `json:"format"`         // that document read can read; "" for none
	Masked     bool              `json:"masked"`
	HiddenFrom []record.Audience `json:"hiddenFrom"`
	FileName   string            `json:"fileName"`
	FileDate   string            `json:"fileDate"`
	AddedAt    time.Time         `json:"addedAt"`
	AddedBy    record.ID         `json:"addedBy"`
	Version    uint64            `json:"version"`
	Confirmed  bool              `json:"categoryConfirmed"`
	Note       string            `json:"note"`
	Tags       []string          `json:"tags"`
	Concerns   *record.ID        `json:"concerns,omitempty"` // another person, whom the text names
	Contest    *contestJSON      `json:"contest,omitempty"`
	From       record.ID         `json:"from,omitzero"` // the document that it was a file in
	RemovedAt  *time.Time        `json:"removedAt,omitempty"`
	ExpiresAt  *time.Time        `json:"expiresAt,omitempty"` // may be erased from then on
}

func (a *app) documentJSON(d record.Document) documentJSON {
	out := documentJSON{
		ID: d.ID, Title: d.Title, Category: d.ShownCategory(), Date: d.ShownDate(), Patient: d.Patient, From: d.From,
		MediaType: d.MediaType, Size: d.Size, Digest: hex.EncodeToString(d.Digest[:]), Pages: d.Proposed.Pages, Unshowable: d.Proposed.Failed, Lost: d.Proposed.Lost, Format: d.Proposed.Format,
		Masked: len(d.Hidden) > 0, HiddenFrom: append([]record.Audience{}, d.Hidden...),
		FileName: d.FileName, FileDate: d.FileDate, AddedAt: d.AddedAt.Time().UTC(), AddedBy: d.AddedBy,
		Version: d.Version, Confirmed: d.Category != "",
		Note: d.Note, Tags: append([]string{}, d.Tags...), Contest: contested(d.Contest),
	}
	if !d.Proposed.Concerns.IsZero() {
		out.Concerns = &d.Proposed.Concerns
	}
	if d.RemovedAt != 0 {
		at := d.RemovedAt.Time().UTC()
		expires := d.Expires().UTC()
		out.RemovedAt, out.ExpiresAt = &at, &expires
	}
	return out
}

func (a *app) listCommand() *cobra.Command {
	var category string
	var tags []string
	var bin, erased bool
	c := a.verb(a.word(text.DocumentList), 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error {
			if erased {
				return a.listErased(v)
			}
			if _, ok := a.tables.Filing.Category(category); category != "" && !ok {
				return vault.ErrCategory
			}
			all, err := a.listed(v, category, bin)
			if err != nil {
				return err
			}
			all = slices.DeleteFunc(all, func(d record.Document) bool { return !vault.HasTags(&d, tags) })
			out := []documentJSON{}
			for _, d := range all {
				out = append(out, a.documentJSON(d))
			}
			return a.give(out, func() { a.printDocuments(v, all, bin) })
		})
	})
	a.categoryFlag(c, &category)
	c.Flags().StringArrayVar(&tags, "tag", nil, a.Say(text.OptWithTag))
	c.Flags().BoolVar(&bin, "bin", false, a.Say(text.OptBin))
	c.Flags().BoolVar(&erased, "erased", false, a.Say(text.OptErased))
	return c
}

// listed gives the documents of the person asked for, or of everybody.
func (a *app) listed(v *vault.Vault, category string, bin bool) ([]record.Document, error) {
	patients, err := v.Patients()
	if err != nil {
		return nil, err
	}
	if a.patient != "" {
		p, err := a.who(v)
		if err != nil {
			return nil, err
		}
		patients = []record.Patient{p}
	}
	var out []record.Document
	for _, p := range patients {
		all, err := v.Documents(p.ID)
		if err != nil {
			return nil, err
		}
		for _, d := range all {
			if (d.RemovedAt != 0) == bin && (category == "" || d.ShownCategory() == category) {
				out = append(out, d)
			}
		}
	}
	return out, nil
}

func (a *app) printDocuments(v *vault.Vault, all []record.Document, bin bool) {
	names := a.names(v)
	for _, d := range all {
		hidden := ""
		if other := names[d.Proposed.Concerns]; other != "" {
			hidden += " [" + a.Say(text.IsOthers, other) + "]"
		}
		if state := a.ContestState(d.Outcome); state != "" {
			hidden += " [" + state + "]"
		}
		for _, from := range d.Hidden {
			hidden += " [" + a.Hidden(from) + "]"
		}
		if bin {
			hidden += " [" + a.Say(text.ErasedFrom, d.Expires().Format(time.DateOnly)) + "]"
		}
		a.tell(text.DocLine, short(d.ID), d.ShownDate(), a.categoryLabel(d.ShownCategory()), d.Title, hidden)
	}
	switch {
	case len(all) > 0:
	case bin:
		a.tell(text.EmptyBin)
	default:
		a.tell(text.NoDocuments)
	}
}

func (a *app) categoryLabel(code string) string {
	c, ok := a.tables.Filing.Category(code)
	if !ok {
		return code
	}
	return a.Say(text.Message{FR: c.LabelFR, EN: c.LabelEN})
}

func (a *app) showCommand() *cobra.Command {
	return a.verb(a.word(text.DocumentShow), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			d, err := a.document(v, args[0])
			if err != nil {
				return err
			}
			return a.give(a.documentJSON(d), func() { a.printDocument(v, d) })
		})
	})
}

func (a *app) printDocument(v *vault.Vault, d record.Document) {
	field := func(label text.Message, value string) {
		if value != "" {
			a.tell(text.Field, a.Say(label), value)
		}
	}
	category := a.categoryLabel(d.ShownCategory())
	if d.Category == "" && d.Proposed.Category != "" {
		category += " (" + a.Say(text.LabelProposed) + ")"
	}
	pages := a.Say(text.NoPages)
	switch {
	case d.Proposed.Failed:
		pages = a.Say(text.Unshowable)
	case d.Proposed.Pages > 0:
		pages = strconv.Itoa(d.Proposed.Pages)
	}
	if len(d.Proposed.Lost) > 0 {
		pages += " (" + a.Say(text.PagesLeft, listed(d.Proposed.Lost)) + ")"
	}
	a.tell(text.Field, "ID", d.ID)
	field(text.LabelTitle, d.Title)
	field(text.LabelPerson, a.names(v)[d.Patient])
	field(text.LabelCategory, category)
	field(text.LabelDate, d.ShownDate())
	field(text.LabelTags, strings.Join(d.Tags, ", "))
	field(text.LabelNote, d.Note)
	if !d.From.IsZero() {
		field(text.LabelFrom, short(d.From))
	}
	field(text.LabelFile, d.FileName)
	field(text.LabelType, d.MediaType)
	field(text.LabelSize, a.Size(d.Size))
	field(text.LabelPages, pages)
	field(text.LabelDigest, "BLAKE2b-256 "+hex.EncodeToString(d.Digest[:]))
	field(text.LabelAdded, a.Say(text.LabelBy, d.AddedAt.Time().Format(time.DateTime), a.names(v)[d.AddedBy]))
	for _, from := range d.Hidden {
		field(text.LabelHidden, a.Hidden(from))
	}
	if other := a.names(v)[d.Proposed.Concerns]; other != "" {
		field(text.LabelConcerns, a.Say(text.ConcernsCLI, other))
	}
	for _, line := range a.Contested(&d.Contest) {
		fmt.Fprintln(a.out, line)
	}
	if d.RemovedAt != 0 {
		field(text.LabelBin, d.RemovedAt.Time().Format(time.DateTime)+", "+a.Say(text.ErasedFrom, d.Expires().Format(time.DateOnly)))
	}
}

// names gives the names of persons and keyholders, as far as they can be read.
func (a *app) names(v *vault.Vault) map[record.ID]string {
	out := map[record.ID]string{}
	if patients, err := v.Patients(); err == nil {
		for _, p := range patients {
			out[p.ID] = p.Name
		}
	}
	if keyholders, err := v.Keyholders(); err == nil {
		for _, k := range keyholders {
			out[k.ID] = k.Name
		}
	}
	return out
}

// extractedJSON is what became of an export as scripts read it.
type extractedJSON struct {
	ID    record.ID `json:"id"`
	Path  string    `json:"path"`
	Error string    `json:"error,omitempty"`
}

func (a *app) exportCommand() *cobra.Command {
	var to string
	var all bool
	var form togetherForm
	c := a.verb(a.word(text.DocumentExport), 0, -1, func(args []string) error {
		if err := errors.Join(a.need("to", to), form.check(a)); err != nil {
			return err
		}
		if all == (len(args) > 0) {
			return a.usage(text.BadArguments, "carnet document export ID... --to, carnet document export --all --to")
		}
		return a.withVault(func(v *vault.Vault) error {
			documents, err := a.chosen(v, args, false)
			if err != nil {
				return err
			}
			if form.as != "" {
				return a.exportTogether(v, documents, to, &form)
			}
			if info, err := os.Stat(to); !all && len(documents) == 1 && (err != nil || !info.IsDir()) && !strings.HasSuffix(to, string(filepath.Separator)) {
				if err := v.Extract(a.ctx, documents[0], to); err != nil {
					return err
				}
				return a.exported([]vault.Extracted{{ID: documents[0], Path: to}})
			}
			done, err := v.ExtractAll(a.ctx, documents, to, nil)
			if err != nil && len(done) == 0 {
				return err
			}
			for _, id := range documents[len(done):] {
				done = append(done, vault.Extracted{ID: id, Err: err})
			}
			return errors.Join(a.exported(done), err)
		})
	})
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptTo))
	c.Flags().BoolVar(&all, "all", false, a.Say(text.OptAll))
	form.flags(a, c)
	return c
}

// chosen finds the documents named, or, when none is, all of them or all of the
// bin.
func (a *app) chosen(v *vault.Vault, prefixes []string, bin bool) ([]record.ID, error) {
	ids := []record.ID{}
	for _, prefix := range prefixes {
		d, err := a.document(v, prefix)
		if err != nil {
			return nil, err
		}
		ids = append(ids, d.ID)
	}
	if len(prefixes) > 0 {
		return ids, nil
	}
	all, err := a.listed(v, "", bin)
	for _, d := range all {
		ids = append(ids, d.ID)
	}
	return ids, err
}

func (a *app) exported(done []vault.Extracted) error {
	out := []extractedJSON{}
	failed := false
	for _, e := range done {
		one := extractedJSON{ID: e.ID, Path: e.Path}
		if e.Err != nil {
			failed = true
			one.Path, one.Error = "", a.told(e.Err)
		}
		out = append(out, one)
	}
	err := a.give(out, func() {
		for _, e := range out {
			if e.Error != "" {
				a.tell(text.DocFailed, short(e.ID), e.Error)
				continue
			}
			a.tell(text.Exported, short(e.ID), e.Path)
		}
	})
	if err == nil && failed {
		err = errPartial
	}
	return err
}

// told is an error in one line.
func (a *app) told(err error) string {
	e, known := text.Explain(err)
	if !known {
		return a.Say(e.What) + " " + a.Say(text.Cause, err)
	}
	return a.Say(e.What)
}

// pageSide is the size of a page picture when none is asked for, in pixels.
const pageSide = 1600

func (a *app) pageCommand() *cobra.Command {
	var to string
	var side int
	c := a.verb(a.word(text.DocumentPage), 2, 2, func(args []string) error {
		if err := a.need("to", to); err != nil {
			return err
		}
		number, err := strconv.Atoi(args[1])
		if err != nil || number < 1 {
			return a.usage(text.BadArguments, "carnet document page ID 1 --to page.png")
		}
		return a.withVault(func(v *vault.Vault) error {
			d, err := a.document(v, args[0])
			if err != nil {
				return err
			}
			paged, err := v.OpenPaged(a.ctx, d.ID)
			if err != nil {
				return err
			}
			png, err := a.renderer().Page(a.ctx, io.NewSectionReader(paged.Content, 0, paged.Size), paged.Size, number, side, side)
			if err != nil {
				return err
			}
			if err := vault.WriteNew(to, png); err != nil {
				return err
			}
			return a.give(map[string]any{"id": d.ID, "page": number, "path": to}, func() { a.tell(text.PageSaved, number, to) })
		})
	})
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptTo))
	c.Flags().IntVar(&side, "size", pageSide, a.Say(text.OptWidth))
	return c
}

func (a *app) editCommand() *cobra.Command {
	var title, category, date, note string
	var tag, untag []string
	var right bool
	c := a.word(text.DocumentEdit)
	a.verb(c, 1, 1, func(args []string) error {
		e := vault.Edit{Tag: tag, Untag: untag}
		for option, field := range map[string]struct {
			to   **string
			from *string
		}{"title": {&e.Title, &title}, "category": {&e.Category, &category}, "date": {&e.Date, &date}, "note": {&e.Note, &note}} {
			if c.Flags().Changed(option) {
				*field.to = field.from
			}
		}
		if c.Flags().Changed("right-person") {
			e.RightPerson = &right
		}
		if e.IsZero() {
			return a.usage(text.Missing, "title, --category, --date, --note, --tag, --untag, --right-person")
		}
		return a.withVault(func(v *vault.Vault) error {
			return a.changeDocument(v, args[0], func(v *vault.Vault, d record.Document) error {
				return v.EditDocument(a.ctx, d.ID, e)
			}, func(record.Document) { a.tell(text.DocEdited) })
		})
	})
	c.Flags().StringVar(&title, "title", "", a.Say(text.OptTitle))
	a.categoryFlag(c, &category)
	c.Flags().StringVar(&date, "date", "", a.Say(text.OptDate))
	c.Flags().StringVar(&note, "note", "", a.Say(text.OptNote))
	c.Flags().StringArrayVar(&tag, "tag", nil, a.Say(text.OptTag))
	c.Flags().StringArrayVar(&untag, "untag", nil, a.Say(text.OptUntag))
	c.Flags().BoolVar(&right, "right-person", false, a.Say(text.OptRightPerson))
	return c
}

// moveCommand puts a document into another person's record.
func (a *app) moveCommand() *cobra.Command {
	return a.verb(a.word(text.DocumentMove), 2, 2, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			d, err := a.document(v, args[0])
			if err != nil {
				return err
			}
			all, err := v.Patients()
			if err != nil {
				return err
			}
			p, err := a.named(all, args[1])
			if err != nil {
				return err
			}
			there, err := v.RefileDocument(a.ctx, d.ID, p.ID)
			if err != nil {
				return err
			}
			if d, err = v.Document(there); err != nil {
				return err
			}
			return a.give(a.documentJSON(d), func() { a.tell(text.DocMoved, short(there), p.Name) })
		})
	})
}

func (a *app) maskCommand() *cobra.Command {
	var from string
	c := a.oneDocument(text.DocumentMask, func(v *vault.Vault, d record.Document) error {
		if err := a.need("from", from); err != nil {
			return err
		}
		return v.Mask(a.ctx, d.ID, record.Audience(from))
	}, func(d record.Document) {
		var words []string
		for _, h := range d.Hidden {
			words = append(words, a.Hidden(h))
		}
		a.tell(text.DocMasked, strings.Join(words, ", "))
	})
	c.Flags().StringVar(&from, "from", "", a.Say(text.OptFrom))
	return c
}
