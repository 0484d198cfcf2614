package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/profile"
	"carnet/vault/record"
)

func (a *app) profileCommands() *cobra.Command {
	return a.word(text.Profile,
		a.entriesCommand(), a.addEntryCommand(), a.noneCommand(), a.editEntryCommand(),
		a.oneEntry(text.ProfileShow, nil, func(e record.Entry) { a.printEntry(e) }),
		a.oneEntry(text.ProfileRemove, func(v *vault.Vault, e record.Entry) error { return v.RemoveEntries(a.ctx, e.ID) },
			func(e record.Entry) { a.tell(text.EntryRemoved, short(e.ID)) }),
		a.oneEntry(text.ProfileRestore, func(v *vault.Vault, e record.Entry) error { return v.RestoreEntries(a.ctx, e.ID) },
			func(record.Entry) { a.tell(text.EntryRestored) }),
		a.contestEntry(), a.timelineCommand(), a.summaryCommand(), a.curveCommand(),
		a.historyCommand(text.ProfileHistory, func(v *vault.Vault, prefix string) (record.ID, string, error) {
			e, err := a.entry(v, prefix)
			return e.ID, e.Kind, err
		}),
	)
}

// kindNames lists the kinds for the help.
func (a *app) kindNames() string {
	var codes []string
	for _, k := range a.tables.Kinds.Kinds {
		if k.Listed() {
			codes = append(codes, k.Code)
		}
	}
	return strings.Join(codes, ", ")
}

// kind finds a kind by its code, or by the beginning of its name in either
// language.
func (a *app) kind(name string) (*profile.Kind, error) {
	if k := a.tables.Kinds.Kind(name); k != nil {
		return k, nil
	}
	for i, k := range a.tables.Kinds.Kinds {
		for _, label := range []string{k.LabelFR, k.LabelEN} {
			if n := len(name); n > 2 && n <= len(label) && vault.SameName(label[:n], name) {
				return &a.tables.Kinds.Kinds[i], nil
			}
		}
	}
	return nil, profile.ErrKind
}

// entryJSON is an entry of a profile as scripts read it.
type entryJSON struct {
	ID        record.ID      `json:"id"`
	Patient   record.ID      `json:"patient"`
	Kind      string         `json:"kind"`
	Resource  string         `json:"resource"`
	Title     string         `json:"title"`
	Text      string         `json:"text,omitempty"`
	Code      string         `json:"code,omitempty"`
	System    string         `json:"system,omitempty"`
	Status    string         `json:"status,omitempty"`
	Type      string         `json:"type,omitempty"`
	Start     string         `json:"start,omitempty"`
	End       string         `json:"end,omitempty"`
	Value     string         `json:"value,omitempty"`
	Value2    string         `json:"value2,omitempty"`
	Unit      string         `json:"unit,omitempty"`
	Method    string         `json:"method,omitempty"`
	Dosage    string         `json:"dosage,omitempty"`
	Performer string         `json:"performer,omitempty"`
	Location  string         `json:"location,omitempty"`
	Relation  string         `json:"relation,omitempty"`
	Phone     string         `json:"phone,omitempty"`
	Severity  string         `json:"severity,omitempty"`
	Reaction  string         `json:"reaction,omitempty"`
	Note      string         `json:"note,omitempty"`
	Source    record.Source  `json:"source"`
	Document  *record.ID     `json:"document,omitempty"`
	AddedAt   time.Time      `json:"addedAt"`
	AddedBy   record.ID      `json:"addedBy"`
	Contest   *contestJSON   `json:"contest,omitempty"`
	RemovedAt *time.Time     `json:"removedAt,omitempty"`
	Unlikely  []record.Field `json:"unlikely,omitempty"`
}

func (a *app) entryJSON(e record.Entry) entryJSON {
	out := entryJSON{
		ID: e.ID, Patient: e.Patient, Kind: e.Kind, Title: a.EntryTitle(a.tables.Kinds, &e), Text: e.Text, Code: e.Code, System: e.System,
		Status: e.Status, Type: e.Type, Start: e.Start, End: e.End, Value: e.Value, Value2: e.Value2, Unit: e.Unit, Method: e.Method,
		Dosage: e.Dosage, Performer: e.Performer, Location: e.Location, Relation: e.Relation, Phone: e.Phone, Severity: e.Severity,
		Reaction: e.Reaction, Note: e.Note, Source: e.Source, AddedAt: e.AddedAt.Time().UTC(), AddedBy: e.AddedBy,
		Unlikely: a.tables.Kinds.Unlikely(&e), Contest: contested(e.Contest),
	}
	if k := a.tables.Kinds.Kind(e.Kind); k != nil {
		out.Resource = k.Resource
	}
	if out.Source == "" {
		out.Source = record.SourcePerson
	}
	if !e.Document.IsZero() {
		out.Document = &e.Document
	}
	if e.RemovedAt != 0 {
		at := e.RemovedAt.Time().UTC()
		out.RemovedAt = &at
	}
	return out
}

// entry finds an entry by its identifier or the start of it.
func (a *app) entry(v *vault.Vault, prefix string) (record.Entry, error) {
	if id, err := record.ParseID(prefix); err == nil {
		return v.Entry(id)
	}
	patients, err := v.Patients()
	if err != nil {
		return record.Entry{}, err
	}
	var found []record.Entry
	for _, p := range patients {
		all, err := v.Entries(p.ID)
		if err != nil {
			return record.Entry{}, err
		}
		found = append(found, slices.DeleteFunc(all, func(e record.Entry) bool { return !begins(e.ID, prefix) })...)
	}
	switch len(found) {
	case 0:
		return record.Entry{}, vault.ErrNoEntry
	case 1:
		return found[0], nil
	}
	return record.Entry{}, a.usage(text.WhichEntry)
}

func (a *app) entriesCommand() *cobra.Command {
	var bin bool
	c := a.verb(a.word(text.ProfileList), 0, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			p, err := a.who(v)
			if err != nil {
				return err
			}
			only := ""
			if len(args) > 0 {
				k, err := a.kind(args[0])
				if err != nil {
					return err
				}
				only = k.Code
			}
			all, err := v.Entries(p.ID)
			if err != nil {
				return err
			}
			all = slices.DeleteFunc(all, func(e record.Entry) bool {
				return (e.RemovedAt != 0) != bin || only != "" && e.Kind != only
			})
			out := []entryJSON{}
			for _, e := range all {
				out = append(out, a.entryJSON(e))
			}
			return a.give(out, func() { a.printEntries(all, only, bin) })
		})
	})
	c.Flags().BoolVar(&bin, "bin", false, a.Say(text.OptBin))
	return c
}

// printEntries lists entries by kind. What was never filled in is said too: it
// is not the same as « none known ».
func (a *app) printEntries(all []record.Entry, only string, bin bool) {
	if bin && len(all) == 0 {
		a.tell(text.EmptyBin)
		return
	}
	for i := range a.tables.Kinds.Kinds {
		k := &a.tables.Kinds.Kinds[i]
		if only != "" && k.Code != only || only == "" && !k.Listed() {
			continue
		}
		of := slices.DeleteFunc(slices.Clone(all), func(e record.Entry) bool { return e.Kind != k.Code })
		if bin && len(of) == 0 {
			continue
		}
		a.tell(text.KindLine, a.Kind(k))
		for _, e := range of {
			dates := a.EntryDates(&e)
			if state := a.ContestState(e.Outcome); state != "" {
				dates += " [" + state + "]"
			}
			a.tell(text.EntryLine, short(e.ID), a.EntryTitle(a.tables.Kinds, &e), dates)
		}
		if len(of) == 0 {
			a.tell(text.NotFilledIn)
		}
	}
}

func (a *app) printEntry(e record.Entry) {
	a.tell(text.Field, "ID", e.ID)
	a.tell(text.EntryHead, a.EntryTitle(a.tables.Kinds, &e))
	for _, f := range a.EntryFields(a.tables.Kinds, &e) {
		a.tell(text.Field, f.Label, f.Value)
	}
	for _, line := range a.Contested(&e.Contest) {
		fmt.Fprintln(a.out, line)
	}
	if e.RemovedAt != 0 {
		a.tell(text.Field, a.Say(text.LabelBin), e.RemovedAt.Time().Format(time.DateTime))
	}
}

// entryFlags are the fields that a command line gives to an entry.
type entryFlags struct {
	fields   map[record.Field]*string
	source   string
	document string
}

func (a *app) entryFlags(c *cobra.Command) *entryFlags {
	f := &entryFlags{fields: map[record.Field]*string{}}
	for _, name := range record.Fields {
		f.fields[name] = c.Flags().String(string(name), "", a.Say(text.OptField(name)))
	}
	c.Flags().StringVar(&f.source, "source", "", a.Say(text.OptSource))
	c.Flags().StringVar(&f.document, "document", "", a.Say(text.OptDocument))
	return f
}

// apply writes what was given into an entry.
func (f *entryFlags) apply(a *app, v *vault.Vault, c *cobra.Command, e *record.Entry) error {
	for name, value := range f.fields {
		if c.Flags().Changed(string(name)) {
			*e.At(name) = *value
		}
	}
	if k := a.tables.Kinds.Kind(e.Kind); k != nil && k.Planned {
		for _, name := range []record.Field{record.FieldStart, record.FieldEnd} {
			if at := e.At(name); c.Flags().Changed(string(name)) && *at != "" {
				moment, ok := text.ParseMoment(*at, time.Local)
				if !ok {
					return &profile.FieldError{Field: name, Err: profile.ErrDate}
				}
				*at = moment
			}
		}
	}
	if e.Kind == profile.Measurement {
		e.Value, e.Value2 = profile.Number(e.Value), profile.Number(e.Value2)
	}
	if c.Flags().Changed("source") {
		e.Source = record.Source(f.source)
	}
	if c.Flags().Changed("document") {
		e.Document = record.ID{}
		if f.document != "" {
			d, err := a.document(v, f.document)
			if err != nil {
				return err
			}
			e.Document = d.ID
			if e.Source == "" {
				e.Source = record.SourceDocument
			}
		}
	}
	return nil
}

func (a *app) addEntryCommand() *cobra.Command {
	var flags *entryFlags
	var c *cobra.Command
	c = a.verb(a.word(text.ProfileAdd), 1, 2, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			k, err := a.kind(args[0])
			if err != nil {
				return err
			}
			p, err := a.who(v)
			if err != nil {
				return err
			}
			e := record.Entry{Kind: k.Code, Patient: p.ID}
			if len(args) > 1 {
				e.Text = args[1]
			}
			if err := flags.apply(a, v, c, &e); err != nil {
				return err
			}
			if err := a.nameExam(&e); err != nil {
				return err
			}
			return a.addEntry(v, e)
		})
	})
	c.Long += "\n\n" + a.Say(text.KindsAre, a.kindNames())
	flags = a.entryFlags(c)
	return c
}

func (a *app) addEntry(v *vault.Vault, e record.Entry) error {
	e, err := v.AddEntry(a.ctx, e)
	if err != nil {
		return err
	}
	a.question(e)
	return a.give(a.entryJSON(e), func() { a.tell(text.EntryAdded, short(e.ID), a.EntryTitle(a.tables.Kinds, &e)) })
}

// question asks to look again at a number that is out of the ordinary.
func (a *app) question(e record.Entry) {
	switch unlikely := a.tables.Kinds.Unlikely(&e); {
	case len(unlikely) == 0:
	case unlikely[0] == record.FieldCode:
		a.note(text.NumberKept, a.Say(text.LabelProfessional), a.ProfessionalDoubt(e.Code))
	default:
		a.note(text.UnlikelyNumber, a.EntryTitle(a.tables.Kinds, &e))
	}
}

func (a *app) noneCommand() *cobra.Command {
	return a.verb(a.word(text.ProfileNone), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			k, err := a.kind(args[0])
			if err != nil {
				return err
			}
			p, err := a.who(v)
			if err != nil {
				return err
			}
			return a.addEntry(v, record.Entry{Kind: k.Code, Patient: p.ID, Status: record.NoneKnown})
		})
	})
}

func (a *app) editEntryCommand() *cobra.Command {
	var flags *entryFlags
	var c *cobra.Command
	c = a.verb(a.word(text.ProfileEdit), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			e, err := a.entry(v, args[0])
			if err != nil {
				return err
			}
			if err := flags.apply(a, v, c, &e); err != nil {
				return err
			}
			if err := v.EditEntry(a.ctx, e); err != nil {
				return err
			}
			a.question(e)
			return a.give(a.entryJSON(e), func() { a.printEntry(e) })
		})
	})
	flags = a.entryFlags(c)
	return c
}

// oneEntry is a verb on one entry, which it shows again afterwards.
func (a *app) oneEntry(w text.Word, do func(*vault.Vault, record.Entry) error, said func(record.Entry)) *cobra.Command {
	return a.verb(a.word(w), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			e, err := a.entry(v, args[0])
			if err != nil {
				return err
			}
			if do != nil {
				if err := do(v, e); err != nil {
					return err
				}
				if e, err = v.Entry(e.ID); err != nil {
					return err
				}
			}
			return a.give(a.entryJSON(e), func() { said(e) })
		})
	})
}

// changeJSON is one write of a record as scripts read it.
type changeJSON struct {
	At     time.Time         `json:"at"`
	Who    string            `json:"who"`
	Fields []fieldChangeJSON `json:"fields"`
}

type fieldChangeJSON struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// historyCommand tells how a record came to be what it is; find gives its kind
// too, "" for a document.
func (a *app) historyCommand(w text.Word, find func(*vault.Vault, string) (record.ID, string, error)) *cobra.Command {
	return a.verb(a.word(w), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			id, kind, err := find(v, args[0])
			if err != nil {
				return err
			}
			changes, err := v.History(id)
			if err != nil {
				return err
			}
			out := []changeJSON{}
			for _, c := range changes {
				j := changeJSON{At: c.At.Time().UTC(), Who: c.By.Name, Fields: []fieldChangeJSON{}}
				for _, f := range c.Fields {
					j.Fields = append(j.Fields, fieldChangeJSON(f))
				}
				out = append(out, j)
			}
			return a.give(out, func() {
				for _, c := range changes {
					a.tell(text.ChangeLine, c.At.Time().Format(time.DateTime), c.By.Name)
					for _, f := range c.Fields {
						a.tell(text.ChangeField, a.FieldName(a.tables.Kinds, kind, f.Name), a.ContestValue(f.Name, f.Before), a.ContestValue(f.Name, f.After))
					}
				}
			})
		})
	})
}
