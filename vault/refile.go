package vault

import (
	"context"
	"errors"

	"carnet/vault/chain"
	"carnet/vault/record"
)

// RefileDocument puts a document into another person's record, with all that is
// said about it, and the one that stood here in the bin: one transaction. It
// returns the document's ID there. Content that the other record has already is
// not added a second time; from its bin it comes back.
//
// It returns [ErrNoDocument], [ErrNoPatient], [ErrBin], [ErrHidden] for a document
// that is hidden from somebody of this vault, since everybody of the other record
// would read it, or [ErrNotAllowed].
func (v *Vault) RefileDocument(ctx context.Context, id, patient record.ID) (record.ID, error) {
	there, err := v.refile(ctx, id, patient)
	return there, wrap("refile document", err)
}

func (v *Vault) refile(ctx context.Context, id, patient record.ID) (there record.ID, err error) {
	content, err := v.content(id)
	if err != nil {
		return there, err
	}
	up, err := v.upload(ctx, newID(), 1, content, nil)
	if err != nil {
		return there, err
	}
	added := false
	err = v.act(ctx, func(a *act) error {
		from, d, err := a.find(id)
		if err != nil {
			return err
		}
		if patient == from.patient.ID || d.RemovedAt != 0 {
			return ErrBin // it is there, or nobody means it any more
		}
		if d.circle != from.common().id {
			return ErrHidden
		}
		to, err := a.chart(patient)
		if err != nil {
			return err
		}
		if to.handed != nil {
			return ErrHandedOver
		}
		switch known := to.knownContent(d.Digest); {
		case known == nil:
			there, added = up.id, true
			if err := a.addRefiled(from, d, to, up); err != nil {
				return err
			}
		case known.RemovedAt != 0:
			there = known.ID
			if err := a.editDocument(there, chain.Data, record.DocumentRestored, func(d *documentBody) error { d.RemovedAt = 0; return nil }); err != nil {
				return err
			}
		default:
			there = known.ID
		}
		return a.editDocument(id, chain.Tombstone, record.DocumentRemoved, func(d *documentBody) error {
			d.RemovedAt = record.At(a.opt.Now())
			return nil
		})
	})
	if err != nil || !added {
		return there, errors.Join(err, up.abandon())
	}
	up.finished()
	return there, nil
}

// addRefiled writes a document of one record as a new one of another, with what
// was found in it.
func (a *act) addRefiled(from *chart, d *document, to *chart, up *upload) error {
	body := documentBody{Document: d.Document}
	body.AddedAt, body.AddedBy, body.RightPerson, body.Origin, body.From = record.At(a.opt.Now()), a.self.keyholder, false, nil, record.ID{}
	if err := a.writeVersion(to, to.common().key(), up, body); err != nil {
		return err
	}
	if err := a.carry(from, d, to, to.documents[up.id]); err != nil {
		return err
	}
	return a.log(to, record.DocumentAdded, up.id)
}
