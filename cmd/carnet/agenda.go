package main

import (
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/icalendar"
	"carnet/vault/profile"
	"carnet/vault/record"
)

func (a *app) agendaCommands() *cobra.Command {
	c := a.word(text.Agenda,
		a.appointmentsCommand(), a.addAppointmentCommand(), a.editAppointmentCommand(),
		a.oneEntry(text.AgendaRemove, func(v *vault.Vault, e record.Entry) error {
			if e.Kind != profile.Appointment {
				return vault.ErrNoEntry
			}
			return v.RemoveEntries(a.ctx, e.ID)
		}, func(e record.Entry) { a.tell(text.EntryRemoved, short(e.ID)) }),
		a.takeCalendarCommand(), a.saveCalendarCommand(),
	)
	c.Aliases = append(c.Aliases, "appointment", "rendez-vous")
	return c
}

// appointments are those of the person asked for: to come, or all.
func (a *app) appointments(v *vault.Vault, all bool) ([]record.Entry, error) {
	p, err := a.who(v)
	if err != nil {
		return nil, err
	}
	entries, err := v.Entries(p.ID)
	if err != nil {
		return nil, err
	}
	found := text.Appointments(entries)
	if !all {
		found, _ = text.Ahead(found, time.Now())
	}
	return found, nil
}

func (a *app) appointmentsCommand() *cobra.Command {
	var all bool
	c := a.verb(a.word(text.AgendaList), 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error {
			found, err := a.appointments(v, all)
			if err != nil {
				return err
			}
			out := []entryJSON{}
			for _, e := range found {
				out = append(out, a.entryJSON(e))
			}
			return a.give(out, func() {
				for _, e := range found {
					a.tell(text.AppointmentLine, short(e.ID), a.AppointmentTitle(a.tables.Kinds, &e), e.Location)
				}
				if len(found) == 0 {
					a.tell(text.AgendaEmpty)
				}
			})
		})
	})
	c.Flags().BoolVar(&all, "all", false, a.Say(text.OptOver))
	return c
}

// appointmentFlags are the fields of an appointment that people are asked for.
func (a *app) appointmentFlags(c *cobra.Command) *entryFlags {
	f := &entryFlags{fields: map[record.Field]*string{}}
	for _, name := range []record.Field{record.FieldText, record.FieldStart, record.FieldEnd, record.FieldStatus, record.FieldPerformer, record.FieldLocation, record.FieldPhone, record.FieldNote} {
		f.fields[name] = c.Flags().String(string(name), "", a.Say(text.OptField(name)))
	}
	return f
}

func (a *app) addAppointmentCommand() *cobra.Command {
	var flags *entryFlags
	var c *cobra.Command
	c = a.verb(a.word(text.AgendaAdd), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			p, err := a.who(v)
			if err != nil {
				return err
			}
			e := record.Entry{Kind: profile.Appointment, Patient: p.ID, Text: args[0], Status: "booked"}
			if err := flags.apply(a, v, c, &e); err != nil {
				return err
			}
			return a.addEntry(v, e)
		})
	})
	flags = a.appointmentFlags(c)
	return c
}

func (a *app) editAppointmentCommand() *cobra.Command {
	var flags *entryFlags
	var c *cobra.Command
	c = a.verb(a.word(text.AgendaEdit), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			e, err := a.entry(v, args[0])
			if err != nil {
				return err
			}
			if e.Kind != profile.Appointment {
				return vault.ErrNoEntry
			}
			if err := flags.apply(a, v, c, &e); err != nil {
				return err
			}
			if err := v.EditEntry(a.ctx, e); err != nil {
				return err
			}
			return a.give(a.entryJSON(e), func() { a.printEntry(e) })
		})
	})
	flags = a.appointmentFlags(c)
	return c
}

// diaryTakenJSON is what came of a calendar, as scripts read it.
type diaryTakenJSON struct {
	Document record.ID   `json:"document"`
	Added    []entryJSON `json:"added"`
	Changed  []entryJSON `json:"changed"` // moved or cancelled
	Known    int         `json:"known"`   // in the diary already
	Doubts   []readDoubt `json:"doubts"`
}

func (a *app) takeCalendarCommand() *cobra.Command {
	return a.verb(a.word(text.AgendaImport), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			p, err := a.who(v)
			if err != nil {
				return err
			}
			r, err := session.TakeCalendar(a.ctx, v, p.ID, args[0])
			if err != nil {
				return err
			}
			if err := v.Examine(a.ctx, session.Prober{Client: a.renderer()}, nil); err != nil {
				return err
			}
			out := diaryTakenJSON{Document: r.Document.ID, Added: []entryJSON{}, Changed: []entryJSON{}, Doubts: readDoubts(r.Doubts)}
			news := session.NewsOf(r)
			out.Known = news.Known
			if len(news.Fresh) > 0 {
				added, _, err := v.Adopt(a.ctx, news.Document, news.Fresh...)
				if err != nil {
					return err
				}
				for _, e := range added {
					out.Added = append(out.Added, a.entryJSON(e))
				}
			}
			for _, e := range news.After {
				if err := v.EditEntry(a.ctx, e); err != nil {
					return err
				}
				out.Changed = append(out.Changed, a.entryJSON(e))
			}
			return a.give(out, func() {
				for _, x := range r.Doubts {
					a.tell(text.Field, a.Say(text.WhatIsDoubtful), a.Doubt(x))
				}
				a.tell(text.CalendarTaken, len(out.Added), len(out.Changed), out.Known)
			})
		})
	})
}

func (a *app) saveCalendarCommand() *cobra.Command {
	var to string
	var details bool
	c := a.verb(a.word(text.AgendaExport), 0, 0, func([]string) error {
		if err := a.need("to", to); err != nil {
			return err
		}
		return a.withVault(func(v *vault.Vault) error {
			found, err := a.appointments(v, true)
			if err != nil {
				return err
			}
			if len(found) == 0 {
				return a.refuse(text.NoAppointments)
			}
			if err := vault.WriteNew(to, icalendar.Write(a.Tag(), time.Now(), a.Events(found, details))); err != nil {
				return err
			}
			return a.give(map[string]any{"path": to, "appointments": len(found)}, func() { a.tell(text.AppointmentSaved, len(found), to) })
		})
	})
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptTo))
	c.Flags().BoolVar(&details, "details", false, a.Say(text.OptDetails))
	return c
}
