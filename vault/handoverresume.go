package vault

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"

	"carnet/vault/internal/store"
	"carnet/vault/proof"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// fits reports whether what a new vault holds is what a plan says.
func (p *handOverPlan) fits(here *handOverPlan, _ handOverBody) bool { return sameDigests(here, p) }

// untouched reports whether a new vault holds just what the proof in it says.
func untouched(here *handOverPlan, body handOverBody) bool {
	p, err := proof.Parse(body.Proof)
	return err == nil && maps.Equal(p.Digests, here.digests)
}

// tookOver looks for a record in this vault that was handed over, as of a patient of
// the vault it comes from, and fits, and returns what it keeps of the hand-over.
func (v *Vault) tookOver(patient record.ID, fits func(here *handOverPlan, body handOverBody) bool) (body handOverBody, err error) {
	done, err := v.looking()
	if err != nil {
		return body, err
	}
	defer done()
	for _, c := range v.charts {
		if c.received == nil {
			continue
		}
		here := &handOverPlan{patient: c.patient, past: map[record.ID]*origin{}, erasures: c.erased()}
		here.patient.ID = patient
		for _, id := range sortedIDs(c.documents) {
			here.documents = append(here.documents, c.documents[id])
		}
		for _, id := range sortedIDs(c.entries) {
			here.entries = append(here.entries, c.entries[id].Entry)
		}
		err = v.db.View(func(tx *store.Tx) error { return here.describe(tx, v.house, c) })
		if err != nil {
			return body, err
		}
		if fits(here, *c.received) {
			return *c.received, nil
		}
	}
	return body, ErrOtherHandOver
}

// resumeHandOver takes up a new file that an interrupted hand-over left.
func (v *Vault) resumeHandOver(ctx context.Context, h *HandOver, plan *handOverPlan) (body handOverBody, err error) {
	body, err = v.openHandOver(ctx, h, plan.patient.ID, plan.fits)
	if err != nil {
		return body, err
	}
	return body, removePart(h.Path) // its first name
}

// UndoHandOver takes back a hand-over that was interrupted before anything was erased
// here: it removes the new file at h.Path, which h.Passphrase opens, and what was not
// finished beside it. Where no file stands at the path, only that goes. The record
// stays here as it is, and nothing is written into this vault.
//
// It returns [ErrNoPatient], [ErrNotAllowed] to a carer, [ErrHandedOver] when the
// record is in the new file alone, or [ErrOtherHandOver] when the file is none of a
// hand-over of this record, the passphrase does not open it, or something was written
// into it since; nothing has changed then.
func (v *Vault) UndoHandOver(ctx context.Context, patient record.ID, h HandOver) error {
	return wrap("undo hand-over", v.undoHandOver(ctx, patient, &h))
}

func (v *Vault) undoHandOver(ctx context.Context, patient record.ID, h *HandOver) error {
	if err := v.mayUndo(patient); err != nil {
		return err
	}
	if _, err := os.Lstat(h.Path); err == nil {
		if _, err := v.openHandOver(ctx, h, patient, untouched); err != nil {
			return err
		}
		if err := os.Remove(h.Path); err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return removePart(h.Path)
}

// mayUndo looks whether a record is still here, and the one who asks is none of its
// carers.
func (v *Vault) mayUndo(patient record.ID) error {
	done, err := v.looking()
	if err != nil {
		return err
	}
	defer done()
	c, err := v.of(patient)
	if err != nil {
		return err
	}
	switch mine, _ := c.chain.Entry(v.self.id); {
	case c.handed != nil:
		return ErrHandedOver
	case mine.Role.Carer():
		return ErrNotAllowed
	}
	return nil
}

// removePart removes what is left of a new file that was not finished.
func removePart(path string) error {
	if err := os.Remove(partOf(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// openHandOver opens the new file of a hand-over from this vault that fits, and
// returns what it keeps of it.
func (v *Vault) openHandOver(ctx context.Context, h *HandOver, patient record.ID, fits func(*handOverPlan, handOverBody) bool) (body handOverBody, err error) {
	opt := v.opt
	opt.As, opt.Computer = "", seal.Key{}
	fresh, err := Unlock(ctx, h.Path, h.Passphrase, &opt)
	if err != nil {
		return body, cmp.Or(ctx.Err(), fmt.Errorf("%w: %v", ErrOtherHandOver, err))
	}
	body, err = fresh.tookOver(patient, fits)
	var into record.ID
	if err == nil {
		into, err = fresh.ID()
	}
	if err := errors.Join(err, fresh.Close()); err != nil {
		return body, err
	}
	id, err := v.ID()
	if err != nil {
		return body, err
	}
	p, err := proof.Parse(body.Proof)
	if err != nil || p.Vault != id || p.Into != into || p.Patient != patient {
		return body, ErrOtherHandOver
	}
	return body, nil
}
