package vault

import (
	"cmp"
	"context"
	"slices"
	"time"

	"carnet/vault/chain"
	"carnet/vault/guide"
	"carnet/vault/record"
)

// TickStep notes that a person has done a step of a guide, on the day of
// [Options.Now]. step is its key ([guide.Guide.Key]), said the step in words, document
// what proves it, zero for nothing. Of a step that is ticked already only the document
// changes, when one is given.
//
// It returns [ErrNoPatient], [ErrNotAllowed], [ErrNoDocument] when document is none of
// that patient, or an error of [profile.Table.Check].
func (v *Vault) TickStep(ctx context.Context, patient record.ID, step, said string, document record.ID) error {
	return wrap("tick step", v.act(ctx, func(a *act) error { return a.tick(patient, step, said, document) }))
}

// UntickStep takes back that a step was done, when it was. A document that proved it
// stays where it is. It returns [ErrNoPatient] or [ErrNotAllowed].
func (v *Vault) UntickStep(ctx context.Context, patient record.ID, step string) error {
	return wrap("untick step", v.act(ctx, func(a *act) error {
		c, err := a.chart(patient)
		if err != nil {
			return err
		}
		if x := c.step(step); x != nil && x.RemovedAt == 0 {
			return a.binEntry(c, x, record.At(a.opt.Now()), chain.Tombstone, record.StepUnticked)
		}
		return nil
	}))
}

// FileProof adds the file at path to a patient's documents, in a category and with a
// tag, and ticks the step that it proves, as [Vault.TickStep] does; a file that is
// there already is the proof, and leaves the bin. It returns what became of the file,
// also when only the tick failed, and an error of [Vault.Import] or of [Vault.TickStep].
func (v *Vault) FileProof(ctx context.Context, patient record.ID, step, said, path, category, tag string) (done Imported, err error) {
	for done = range v.Import(ctx, patient, []string{path}, &ImportOptions{Category: category}) {
		if done.Err != nil {
			return done, wrap("file proof", done.Err)
		}
	}
	return done, wrap("file proof", v.act(ctx, func(a *act) error {
		if done.InBin {
			if err := a.editDocument(done.ID, chain.Data, record.DocumentRestored, func(d *documentBody) error {
				d.RemovedAt = 0
				return nil
			}); err != nil {
				return err
			}
		}
		err := a.editDocument(done.ID, chain.Data, record.DocumentEdited, func(d *documentBody) (err error) {
			d.Tags, err = retag(d.Tags, nil, []string{tag})
			return err
		})
		if err != nil {
			return err
		}
		return a.tick(patient, step, said, done.ID)
	}))
}

// step is the entry that says that a step was done, the one that is not in the bin
// first; nil for none.
func (c *chart) step(step string) *profileEntry {
	var found []*profileEntry
	for _, x := range c.entries {
		if x.Kind == guide.Kind && x.Code == step {
			found = append(found, x)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return slices.MinFunc(found, func(x, y *profileEntry) int {
		return cmp.Or(cmp.Compare(x.RemovedAt, y.RemovedAt), slices.Compare(x.ID[:], y.ID[:]))
	})
}

func (a *act) tick(patient record.ID, step, said string, document record.ID) error {
	c, err := a.chart(patient)
	if err != nil {
		return err
	}
	after := record.Entry{ID: newID(), Patient: patient, Kind: guide.Kind, Code: step}
	x := c.step(step)
	if x != nil {
		after = x.Entry
	}
	if x == nil || x.RemovedAt != 0 {
		after.Text, after.Start, after.Document, after.RemovedAt = said, a.opt.Now().Format(time.DateOnly), record.ID{}, 0
	}
	if !document.IsZero() {
		after.Document = document
	}
	if x == nil {
		return a.addEntry(&after, record.StepTicked)
	}
	if err := a.checkEntry(&after, x.Document); err != nil {
		return err
	}
	return a.edit(c, &x.writing, chain.Data, bodyHead{Type: record.TypeEntry, ID: x.ID}, x.Entry, after, record.StepTicked)
}
