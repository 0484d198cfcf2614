package vault

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
)

// mention is the sealed half of an erasure: when it was. Who did it, the
// operation's signature says.
type mention struct {
	At record.Millis `cbor:"1,keyasint"`
	// Name says who erased it in the vault from which the record came.
	Name string `cbor:"2,keyasint,omitempty"`

	by record.ID // pseudonym
}

// EraseDocuments erases documents of the bin for good, all of them or, with an
// error, none: their contents, their titles, what was found in them and the keys
// that open them leave the file in one transaction, and the file is rewritten so
// that nothing of them stays in free pages. What remains is the mention that a
// document was erased, when and by whom ([Vault.Erasures]), and the rows of the
// access journal, which hold no title.
//
// Copies of the file that were made before still hold them: see
// [Vault.LastBackup]. progress, which may be nil, is told the bytes rewritten of
// about how many. Cancelling ctx before the transaction changes nothing; later,
// and when the rewriting fails, the documents are erased and the error wraps
// [ErrNotCompacted]: call [Vault.Compact].
//
// It returns [ErrNoDocument], [ErrNotInBin] or [ErrNotAllowed].
func (v *Vault) EraseDocuments(ctx context.Context, progress func(done, total int64), ids ...record.ID) error {
	err := v.act(ctx, func(a *act) error {
		for _, id := range ids {
			if err := a.eraseDocument(id, record.DocumentErased); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && len(ids) > 0 {
		v.unpaint(ids)
		err = v.compactAfter(ctx, progress)
	}
	return wrap("erase document", err)
}

// EraseExpired erases for good those of some documents that have been in the bin
// for [record.BinDays], as [Vault.EraseDocuments] does, and returns which. The
// others it leaves as they are: those that were put back, that are not there for
// so long, that are erased already, or that are not this keyholder's to erase.
// Without any it writes nothing. [Vault.Bin] tells what there is, so that people
// can be told first.
//
// An error that wraps [ErrNotCompacted] comes with what was erased.
func (v *Vault) EraseExpired(ctx context.Context, progress func(done, total int64), ids ...record.ID) ([]record.ID, error) {
	all, err := v.Bin()
	if err != nil {
		return nil, wrap("erase document", err)
	}
	expired := func(d *record.Document) bool { return d.RemovedAt != 0 && !v.opt.Now().Before(d.Expires()) }
	if !slices.ContainsFunc(all, func(d record.Document) bool { return expired(&d) && slices.Contains(ids, d.ID) }) {
		return nil, nil
	}
	var erased []record.ID
	err = v.act(ctx, func(a *act) error {
		erased = nil
		for _, id := range ids {
			c, d, err := a.find(id)
			if err != nil || !expired(&d.Document) || !a.mayRemove(c, &d.writing) {
				continue
			}
			if err := a.eraseDocument(id, record.DocumentExpired); err != nil {
				return err
			}
			erased = append(erased, id)
		}
		return nil
	})
	if err != nil {
		return nil, wrap("erase document", err)
	}
	if len(erased) > 0 {
		v.unpaint(erased)
		err = v.compactAfter(ctx, progress)
	}
	return erased, wrap("erase document", err)
}

// Bin lists what this keyholder reads in the bins of all patients, the longest
// there first.
func (v *Vault) Bin() ([]record.Document, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	out := []record.Document{}
	err = v.db.View(func(tx *store.Tx) error {
		for _, c := range v.charts {
			for _, d := range c.documents {
				if d.RemovedAt == 0 {
					continue
				}
				shown, err := v.show(tx, c, d)
				if err != nil {
					return err
				}
				out = append(out, shown)
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b record.Document) int {
		return cmp.Or(cmp.Compare(a.RemovedAt, b.RemovedAt), slices.Compare(a.ID[:], b.ID[:]))
	})
	return out, wrap("list documents", err)
}

// unpaint forgets pictures that wait to be written.
func (v *Vault) unpaint(ids []record.ID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, id := range ids {
		if t := v.painted[id]; t != nil {
			clear(t.Picture)
			delete(v.painted, id)
		}
	}
}

// eraseDocument writes the mention and the erasure of every operation on the
// document, and drops what they brought.
func (a *act) eraseDocument(id record.ID, action record.Action) error {
	_, d, err := a.find(id)
	if err != nil {
		return err
	}
	c, err := a.chart(d.Patient)
	if err != nil {
		return err
	}
	switch {
	case d.RemovedAt == 0:
		return ErrNotInBin
	case !a.mayRemove(c, &d.writing):
		return ErrNotAllowed
	}
	old := slices.Clone(d.history)
	if mine, _ := c.chain.Entry(a.self.id); !mine.Role.Carer() {
		old = append(old, c.strays[id]...) // a carer erases only what is theirs
	}
	_, err = a.write(c, draft{
		kind: chain.Tombstone, head: bodyHead{Type: record.TypeErasure, ID: id},
		body: mention{At: record.At(a.opt.Now())}, circle: c.circles[d.circle].key(),
	})
	if err != nil {
		return err
	}
	if err := a.unindex(c.circles[d.circle], id); err != nil {
		return err
	}
	if err := a.erase(c, old); err != nil {
		return err
	}
	delete(c.strays, id)
	return a.log(c, action, id)
}

// erase names operations in an erasure and drops what they brought.
func (a *act) erase(c *chart, old []*entry) error {
	var clear chain.EraseClear
	for _, e := range old {
		if !e.erased {
			clear.Ops = append(clear.Ops, e.id)
		}
	}
	if _, err := a.write(c, draft{kind: chain.Erase, clear: &clear}); err != nil {
		return err
	}
	for _, e := range old {
		if err := a.drop(e); err != nil {
			return err
		}
	}
	return nil
}

// applyErasure keeps the mention of an erased document.
func (c *chart) applyErasure(op *chain.Signed, head bodyHead, content []byte) error {
	var m mention
	if err := decoding.Unmarshal(content, &m); err != nil {
		return fmt.Errorf("%w: erasure: %w", ErrDamaged, err)
	}
	if author, ok := c.chain.Entry(op.Device); ok {
		m.by = author.Keyholder
	}
	if first, known := c.erasures[head.ID]; !known || m.At < first.At {
		c.erasures[head.ID] = m
	}
	return nil
}

// Erasures lists the documents of a patient that were erased for good, the
// newest first, as far as this keyholder could read them. It returns
// [ErrNoPatient].
func (v *Vault) Erasures(patient record.ID) ([]record.Erasure, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	c, err := v.of(patient)
	if err != nil {
		return nil, err
	}
	return c.erased(), nil
}

// erased lists the mentions of a chart, the newest first.
func (c *chart) erased() []record.Erasure {
	out := []record.Erasure{}
	for id, m := range c.erasures {
		if c.documents[id] != nil {
			continue // a mention without an erasure erases nothing
		}
		e := record.Erasure{Document: id, Patient: c.patient.ID, At: m.At}
		if m.Name != "" {
			e.By = record.Keyholder{Name: m.Name}
		} else if p, known := c.people[m.by]; known {
			e.By = record.Keyholder{ID: p.keyholder, Name: p.name}
		}
		out = append(out, e)
	}
	slices.SortFunc(out, func(x, y record.Erasure) int {
		return cmp.Or(-cmp.Compare(x.At, y.At), slices.Compare(x.Document[:], y.Document[:]))
	})
	return out
}
