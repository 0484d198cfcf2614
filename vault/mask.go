package vault

import (
	"context"
	"errors"
	"slices"
	"strings"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
)

// Mask hides a document. From [record.Professionals] it is a mark that sharing
// obeys. From [record.Guardians], [record.Everyone] or a keyholder's name the
// document is sealed again under keys that those people never get, its earlier
// copies are erased and the file is rewritten: they still see that something
// exists, and keep what they read or copied before. The one who masks is never
// among those hidden from.
//
// It returns [ErrNoDocument], [ErrNoKeyholder], [ErrNotMember] or
// [ErrNotAllowed]; [ErrNotCompacted] when all was saved but the rewriting.
func (v *Vault) Mask(ctx context.Context, id record.ID, from record.Audience) error {
	if from == record.Professionals {
		return wrap("mask document", v.hideFromProfessionals(ctx, id, true))
	}
	err := v.move(ctx, id, record.DocumentMasked, func(a *act, c *chart, d *document) (chain.Audience, error) {
		return a.audience(c, d, from)
	})
	if err == nil {
		err = v.compactAfter(ctx, nil)
	}
	return wrap("mask document", err)
}

// Unmask shows a document again to everybody of the patient's record, and to
// the professionals they share with. It returns [ErrNoDocument] or
// [ErrNotAllowed].
func (v *Vault) Unmask(ctx context.Context, id record.ID) error {
	common := func(*act, *chart, *document) (chain.Audience, error) {
		return chain.Audience{Class: chain.Common}, nil
	}
	if _, _, err := v.planMove(ctx, id, common); err != nil {
		return wrap("unmask document", err)
	}
	if err := v.hideFromProfessionals(ctx, id, false); err != nil {
		return wrap("unmask document", err)
	}
	return wrap("unmask document", v.move(ctx, id, record.DocumentUnmasked, common))
}

func (v *Vault) hideFromProfessionals(ctx context.Context, id record.ID, hide bool) error {
	action := record.DocumentMasked
	if !hide {
		action = record.DocumentUnmasked
	}
	return v.editDocuments(ctx, []record.ID{id}, chain.Data, action, func(d *documentBody) error {
		d.HiddenFromProfessionals = hide
		return nil
	})
}

// audience is who still reads a document that is hidden from some.
func (a *act) audience(c *chart, d *document, from record.Audience) (chain.Audience, error) {
	mine, ok := c.chain.Entry(a.self.id)
	if !ok {
		return chain.Audience{}, ErrNotMember
	}
	if from == record.Everyone {
		return chain.Audience{Class: chain.Private, Owner: mine.Keyholder}, nil
	}
	excluded := func(pseudonym record.ID, role chain.Role) bool { return role == chain.Guardian }
	if from != record.Guardians {
		k, err := a.keyholderNamed(string(from))
		if err != nil {
			return chain.Audience{}, err
		}
		target, _, ok := c.pseudonymOf(k.ID)
		switch {
		case !ok:
			return chain.Audience{}, ErrNotMember
		case target == record.ID(mine.Keyholder):
			return chain.Audience{}, ErrNotAllowed
		}
		excluded = func(pseudonym record.ID, _ chain.Role) bool { return pseudonym == target }
	}
	audience := chain.Audience{Class: chain.Mask}
	now := c.readers(c.circles[d.circle].audience)
	for pseudonym, role := range now {
		if pseudonym == record.ID(mine.Keyholder) || !excluded(pseudonym, role) {
			audience.Members = append(audience.Members, pseudonym)
		}
	}
	slices.SortFunc(audience.Members, func(x, y chain.ID) int { return slices.Compare(x[:], y[:]) })
	return audience, nil
}

// readers returns the keyholders that an audience means now.
func (c *chart) readers(audience chain.Audience) map[record.ID]chain.Role {
	out := map[record.ID]chain.Role{}
	for _, e := range c.chain.Recipients(audience) {
		if !e.Kit {
			out[e.Keyholder] = e.Role
		}
	}
	return out
}

// hiddenFrom says from whom a document is hidden, in words of [Vault.Mask].
func (c *chart) hiddenFrom(d *document) (out []record.Audience) {
	if d.HiddenFromProfessionals {
		out = append(out, record.Professionals)
	}
	audience := c.circles[d.circle].audience
	switch audience.Class {
	case chain.Private:
		out = append(out, record.Everyone)
	case chain.Mask:
		readers := c.readers(audience)
		names := d.Origin.hidden()
		for pseudonym := range c.keyholders() {
			if _, reads := readers[pseudonym]; !reads {
				names = append(names, record.Audience(c.people[pseudonym].name))
			}
		}
		// Somebody an archive names may have come since.
		names = uniqueNames(names)
		slices.SortFunc(names, func(x, y record.Audience) int { return strings.Compare(string(x), string(y)) })
		out = append(out, names...)
	}
	return out
}

// circleFor finds the circle of an audience, or makes it.
func (a *act) circleFor(c *chart, audience chain.Audience) (*circle, error) {
	if audience.Class == chain.Common {
		return c.common(), nil
	}
	for _, known := range c.circles {
		if sameAudience(known.audience, audience) {
			return known, nil
		}
	}
	id := newID()
	if err := a.rotate(c, id, audience, nil); err != nil {
		return nil, err
	}
	return c.circles[id], nil
}

func sameAudience(x, y chain.Audience) bool {
	return x.Class == y.Class && x.Owner == y.Owner && slices.Equal(x.Members, y.Members)
}

// move seals a document again under another circle as a new version with a new
// key, and erases what came before. It does nothing when the document is there
// already.
func (v *Vault) move(ctx context.Context, id record.ID, action record.Action, to func(*act, *chart, *document) (chain.Audience, error)) error {
	needed, version, err := v.planMove(ctx, id, to)
	if err != nil || !needed {
		return err
	}
	content, err := v.content(id)
	if err != nil {
		return err
	}
	up, err := v.upload(ctx, id, version, content, nil)
	if err != nil {
		return err
	}
	err = v.act(ctx, func(a *act) error {
		_, d, err := a.find(id)
		if err != nil {
			return err
		}
		if d.Version+1 != version {
			return ErrNoDocument // moved by another act meanwhile
		}
		c, err := a.chart(d.Patient)
		if err != nil {
			return err
		}
		audience, err := to(a, c, d)
		if err != nil {
			return err
		}
		target, err := a.circleFor(c, audience)
		if err != nil {
			return err
		}
		return a.rehouse(c, d, target, up, action)
	})
	if err != nil {
		return errors.Join(err, up.abandon())
	}
	up.finished()
	return nil
}

// planMove tells whether a document has to move, and which version it becomes,
// before its content is read.
func (v *Vault) planMove(ctx context.Context, id record.ID, to func(*act, *chart, *document) (chain.Audience, error)) (needed bool, version uint64, err error) {
	done, err := v.looking()
	if err != nil {
		return false, 0, err
	}
	defer done()
	c, d, err := v.find(id)
	if err != nil {
		return false, 0, err
	}
	a := &act{state: v.state, opt: &v.opt, self: v.self, ctx: ctx} // looks, and writes nothing
	audience, err := to(a, c, d)
	if err != nil {
		return false, 0, err
	}
	if !a.mayRemove(c, &d.writing) {
		return false, 0, ErrNotAllowed
	}
	return !sameAudience(audience, c.circles[d.circle].audience), d.Version + 1, nil
}

// rehouse writes the new version with what was found in it, the erasure of the
// old operations, and drops what they brought and the words of the document where
// they were searched.
func (a *act) rehouse(c *chart, d *document, target *circle, up *upload, action record.Action) error {
	old := slices.Clone(d.history)
	body := d.documentBody
	body.Origin = body.Origin.moved()
	if err := a.writeVersion(c, target.key(), up, body); err != nil {
		return err
	}
	if err := a.carry(c, d, c, c.documents[d.ID]); err != nil {
		return err
	}
	if err := a.unindex(c.circles[d.circle], d.ID); err != nil {
		return err
	}
	if err := a.erase(c, old); err != nil {
		return err
	}
	moved := c.documents[d.ID]
	moved.history = slices.DeleteFunc(moved.history, func(e *entry) bool { return e.erased })
	return a.log(c, action, d.ID)
}

// drop removes what an erased operation brought: its body, its chunks and what
// was derived from them.
func (a *act) drop(e *entry) error {
	if err := a.tx.Delete(store.Records, store.Seq(e.seq)); err != nil {
		return err
	}
	if err := a.tx.DropChunks(e.seq); err != nil {
		return err
	}
	return a.dropDerived(e.seq)
}
