package vault

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"carnet/vault/chain"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// Entries lists the medical profile of a patient, newest first by the day it
// began, what is in the bin included. It returns [ErrNoPatient].
func (v *Vault) Entries(patient record.ID) ([]record.Entry, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	c, err := v.of(patient)
	if err != nil {
		return nil, err
	}
	out := make([]record.Entry, 0, len(c.entries))
	for _, x := range c.entries {
		out = append(out, x.Entry)
	}
	slices.SortFunc(out, func(a, b record.Entry) int {
		return cmp.Or(-strings.Compare(a.Start, b.Start), -cmp.Compare(a.AddedAt, b.AddedAt), slices.Compare(a.ID[:], b.ID[:]))
	})
	return out, nil
}

// Entry is one entry of a profile. It returns [ErrNoEntry].
func (v *Vault) Entry(id record.ID) (record.Entry, error) {
	done, err := v.looking()
	if err != nil {
		return record.Entry{}, err
	}
	defer done()
	_, x, err := v.findEntry(id)
	if err != nil {
		return record.Entry{}, err
	}
	return x.Entry, nil
}

func (s *state) findEntry(id record.ID) (*chart, *profileEntry, error) {
	for _, c := range s.charts {
		if x := c.entries[id]; x != nil {
			return c, x, nil
		}
	}
	return nil, nil, ErrNoEntry
}

// AddEntry writes a new entry into the profile of e.Patient and returns it with
// its ID. An entry that says « none known » takes the place of nothing: it is
// refused with [ErrNotNone] while the kind has entries, and goes to the bin by
// itself when one is added.
//
// It returns [ErrNoPatient], [ErrNotAllowed], [ErrNoDocument] when e.Document is
// not a document of that patient, or an error of [profile.Table.Check].
func (v *Vault) AddEntry(ctx context.Context, e record.Entry) (record.Entry, error) {
	added, err := v.AddEntries(ctx, e)
	return added[0], err
}

// AddEntries writes several entries as [Vault.AddEntry] writes one: all of them or,
// with an error, none.
func (v *Vault) AddEntries(ctx context.Context, entries ...record.Entry) ([]record.Entry, error) {
	added := slices.Clone(entries)
	for i := range added {
		added[i].ID, added[i].RemovedAt, added[i].Contest = newID(), 0, record.Contest{}
	}
	err := v.act(ctx, func(a *act) error {
		for i := range added {
			if err := a.addEntry(&added[i], record.EntryAdded); err != nil {
				return err
			}
		}
		return nil
	})
	return added, wrap("add entry", err)
}

func (a *act) addEntry(e *record.Entry, action record.Action) error {
	if err := a.checkEntry(e, record.ID{}); err != nil {
		return err
	}
	c, err := a.chart(e.Patient)
	if err != nil {
		return err
	}
	if c.handed != nil {
		return ErrHandedOver
	}
	if err := a.unsayNone(c, e); err != nil {
		return err
	}
	e.AddedAt, e.AddedBy = record.At(a.opt.Now()), a.self.keyholder
	head := bodyHead{Type: record.TypeEntry, ID: e.ID, Version: 1}
	if _, err := a.write(c, draft{kind: chain.Data, head: head, body: *e}); err != nil {
		return err
	}
	return a.log(c, action, e.ID)
}

// unsayNone keeps « none known » and entries of the same kind apart.
func (a *act) unsayNone(c *chart, e *record.Entry) error {
	said := map[record.ID]*profileEntry{}
	for id, x := range c.entries {
		switch {
		case x.Kind != e.Kind || x.RemovedAt != 0 || id == e.ID:
		case e.Status == record.NoneKnown:
			return ErrNotNone
		case x.Status == record.NoneKnown:
			said[id] = x
		}
	}
	for _, id := range sortedIDs(said) {
		if err := a.binEntry(c, said[id], record.At(a.opt.Now()), chain.Tombstone, record.EntryRemoved); err != nil {
			return err
		}
	}
	return nil
}

// EditEntry replaces what an entry says by what e says: e.ID names the entry.
// Kind, patient, the bin and what is contested stay as they are, and it may stay
// linked to a document that was erased meanwhile. It returns [ErrNoEntry],
// [ErrNotAllowed], [ErrNoDocument], [ErrNotNone] or an error of
// [profile.Table.Check].
func (v *Vault) EditEntry(ctx context.Context, e record.Entry) error {
	return wrap("edit entry", v.act(ctx, func(a *act) error {
		c, x, err := a.writable(e.ID)
		if err != nil {
			return err
		}
		e.Kind, e.Patient, e.RemovedAt, e.AddedAt, e.AddedBy, e.Contest = x.Kind, x.Patient, x.RemovedAt, x.AddedAt, x.AddedBy, x.Contest
		if err := a.checkEntry(&e, x.Document); err != nil {
			return err
		}
		if e.RemovedAt == 0 {
			if err := a.unsayNone(c, &e); err != nil {
				return err
			}
		}
		return a.edit(c, &x.writing, chain.Data, bodyHead{Type: record.TypeEntry, ID: e.ID}, x.Entry, e, record.EntryEdited)
	}))
}

func (a *act) writable(id record.ID) (*chart, *profileEntry, error) {
	c, x, err := a.findEntry(id)
	if err != nil {
		return nil, nil, err
	}
	c, err = a.chart(c.patient.ID)
	return c, x, err
}

// RemoveEntries puts entries in the bin: all of them or, with an error, none. It
// returns [ErrNoEntry], [ErrBin] or [ErrNotAllowed].
func (v *Vault) RemoveEntries(ctx context.Context, ids ...record.ID) error {
	now := record.At(v.opt.Now())
	return wrap("remove entry", v.binEntries(ctx, ids, now, chain.Tombstone, record.EntryRemoved))
}

// RestoreEntries takes entries out of the bin: all of them or, with an error,
// none. It returns [ErrNoEntry], [ErrBin], [ErrNotNone] or [ErrNotAllowed].
func (v *Vault) RestoreEntries(ctx context.Context, ids ...record.ID) error {
	return wrap("restore entry", v.binEntries(ctx, ids, 0, chain.Data, record.EntryRestored))
}

func (v *Vault) binEntries(ctx context.Context, ids []record.ID, at record.Millis, kind chain.Kind, action record.Action) error {
	return v.act(ctx, func(a *act) error {
		for _, id := range ids {
			c, x, err := a.writable(id)
			if err != nil {
				return err
			}
			if at == 0 {
				if err := a.unsayNone(c, &x.Entry); err != nil {
					return err
				}
			}
			if err := a.binEntry(c, x, at, kind, action); err != nil {
				return err
			}
		}
		return nil
	})
}

// binEntry puts an entry in the bin, or with at 0 takes it out.
func (a *act) binEntry(c *chart, x *profileEntry, at record.Millis, kind chain.Kind, action record.Action) error {
	if (x.RemovedAt != 0) == (at != 0) {
		return ErrBin
	}
	after := x.Entry
	after.RemovedAt = at
	return a.edit(c, &x.writing, kind, bodyHead{Type: record.TypeEntry, ID: x.ID}, x.Entry, after, action)
}

// checkEntry looks whether an entry may be written. The document that it was
// linked to before need not be there any more.
func (a *act) checkEntry(e *record.Entry, linked record.ID) error {
	if a.opt.Profile == nil {
		return profile.ErrKind
	}
	today := a.opt.Now().Format(time.DateOnly)
	if err := a.opt.Profile.Check(e, today); err != nil {
		return err
	}
	switch e.Source {
	case "", record.SourcePerson, record.SourceDocument, record.SourceProfessional:
	default:
		return &profile.FieldError{Field: "source", Err: profile.ErrCode}
	}
	if e.Document.IsZero() || e.Document == linked {
		return nil
	}
	c, _, err := a.find(e.Document)
	if err == nil && c.patient.ID != e.Patient {
		err = ErrNoDocument
	}
	return err
}

func sortedIDs[T any](m map[record.ID]T) []record.ID {
	ids := make([]record.ID, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b record.ID) int { return slices.Compare(a[:], b[:]) })
	return ids
}

// record finds a document or an entry, with the names of its fields.
func (s *state) record(id record.ID) (*chart, *writing, map[uint64]string, error) {
	c, d, err := s.find(id)
	if err == nil {
		return c, &d.writing, documentFields, nil
	}
	c, x, err := s.findEntry(id)
	if errors.Is(err, ErrNoEntry) {
		return nil, nil, nil, ErrNoDocument
	}
	return c, &x.writing, entryFields, nil
}
