package vault

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/proof"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// HandOver is how a record goes to the person whose it is.
type HandOver struct {
	// Path is of the new file; its folder exists.
	Path string
	// Name is of the person as a keyholder of the new vault; "" takes the one in
	// the record.
	Name string
	// Passphrase and Kit are theirs. Neither is kept here.
	Passphrase []byte
	Kit        KitCode
	// Keep is called when the new file is complete and verified, before it gets
	// its name and anything leaves this one: the last moment at which the kit
	// must be on paper. Nil does nothing; its error ends the hand-over.
	Keep func() error

	// As is the name under which the person has a passphrase in this vault
	// already; "" takes a member of the record who has the person's name, if
	// there is one: what is hidden from them stays here, and what they
	// alone read goes with them when they hand over themselves.
	As string
	// Also are documents that go although they would stay.
	Also []record.ID
	// Emancipated says that a minor is emancipated and takes their record.
	Emancipated bool
}

// handOverBody is what both vaults keep of a hand-over: this one as a tombstone,
// the new one as data.
type handOverBody struct {
	At    record.Millis `cbor:"1,keyasint"`
	Name  string        `cbor:"2,keyasint"` // of the person
	Proof []byte        `cbor:"3,keyasint"` // of vault/proof
}

// handedOver is one with the pseudonym of who signed it.
type handedOver struct {
	handOverBody
	by record.ID
}

// handOverPlan is what goes, and in which operations it stands.
type handOverPlan struct {
	patient   record.Patient
	documents []*document
	entries   []record.Entry
	erasures  []record.Erasure
	past      map[record.ID]*origin
	old       []*entry // to erase
	stay      int      // documents that this keyholder reads and that stay
	counts    map[string]int64
	digests   map[string]string
}

// HandOver writes a patient's record into a new vault file of their own, and
// erases it here. Documents go with their content byte for byte and all that is
// said of them, the profile with its history, what is in the bins, and the
// mentions of what was erased; there the person is the holder and the only
// keyholder. Nothing of the keys of this vault opens anything there.
//
// What goes is what everybody of the record reads, and what is hidden from some
// of them but not from the person. What one keyholder keeps to themselves stays
// here for them, unless they are the person or name it in Also; so does what the
// one who acts cannot read. Carers leave the record, its circles get new keys,
// and besides what stays only a mention and the signed proof are left of it
// ([Vault.HandedOver]), with the headers of operations and the rows of the access
// journal, which hold no title. Copies of this file that were made before still
// hold everything.
//
// The new file is complete, opened again with the passphrase and with the kit,
// verified and synced before anything is erased here in one transaction, and the
// file rewritten. After an interruption there is either no new file, and nothing
// has changed, or a whole one, and calling HandOver again with the same path and
// passphrase goes on with it; Kit and Keep are not used then.
//
// progress, which may be nil, is told the bytes of content copied of how many.
// Cancelling ctx before the new file has its name changes nothing.
//
// It returns [ErrNoPatient], [ErrNotAllowed] to a carer, [ErrNotOfAge],
// [ErrHandedOver], [ErrNoKeyholder] or [ErrNotMember] for As, [ErrNoDocument] for
// Also, [ErrName], [ErrPassphraseEmpty], [ErrDamaged] when something of the record
// is, or [ErrOtherHandOver] when another file stands at the path or the record has
// changed since that was written; nothing has changed then. With [ErrNotCompacted]
// all was done but the rewriting.
func (v *Vault) HandOver(ctx context.Context, patient record.ID, h HandOver, progress func(done, total int64)) (record.HandedOver, error) {
	done, err := v.handOver(ctx, patient, h, progress)
	return done, wrap("hand over", err)
}

func (v *Vault) handOver(ctx context.Context, patient record.ID, h HandOver, progress func(done, total int64)) (out record.HandedOver, err error) {
	plan, err := v.lookHandOver(patient, &h)
	if err != nil {
		return out, err
	}
	if h.Name == "" {
		h.Name = plan.patient.Name
	}
	if err := errors.Join(checkName(h.Name), checkPassphrase(h.Passphrase)); err != nil {
		return out, err
	}
	var body handOverBody
	if _, err := os.Lstat(h.Path); err == nil {
		body, err = v.resumeHandOver(ctx, &h, plan)
		if err != nil {
			return out, err
		}
	} else if body, err = v.writeHandOver(ctx, &h, plan, progress); err != nil {
		return out, err
	}
	var gone []record.ID
	err = v.act(context.WithoutCancel(ctx), func(a *act) error { // the new file is there: cancelling is over
		c, err := a.chart(patient)
		if err != nil {
			return err
		}
		now, err := a.planHandOver(a.tx, c, &h)
		if err != nil {
			return err
		}
		if !sameDigests(now, plan) {
			return ErrOtherHandOver
		}
		for _, d := range now.documents {
			gone = append(gone, d.ID)
		}
		return a.giveAway(c, now, body)
	})
	if err != nil {
		return out, err
	}
	v.unpaint(gone)
	if err := v.reread(); err != nil {
		return out, err
	}
	all, err := v.HandedOver()
	if err != nil {
		return out, err
	}
	for _, x := range all {
		if x.Patient == patient {
			out = x
		}
	}
	return out, v.compactAfter(ctx, nil)
}

// reread reads the state from the file: an erasure of so much is not worth undoing
// piece by piece in memory.
func (v *Vault) reread() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.state == nil {
		return ErrLocked
	}
	return v.reload(nil)
}

// PlanHandOver tells what a hand-over would do, and changes nothing: how many
// documents would go and how many of those that this keyholder reads would stay.
// Its errors are those of [Vault.HandOver].
func (v *Vault) PlanHandOver(patient record.ID, h HandOver) (goes, stay int, err error) {
	p, err := v.lookHandOver(patient, &h)
	if err != nil {
		return 0, 0, wrap("plan hand-over", err)
	}
	return len(p.documents), p.stay, nil
}

func (v *Vault) lookHandOver(patient record.ID, h *HandOver) (p *handOverPlan, err error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	c, err := v.of(patient)
	if err != nil {
		return nil, err
	}
	a := &act{state: v.state, opt: &v.opt, self: v.self} // looks, and writes nothing
	err = v.db.View(func(tx *store.Tx) error {
		p, err = a.planHandOver(tx, c, h)
		return err
	})
	return p, err
}

func (a *act) planHandOver(tx *store.Tx, c *chart, h *HandOver) (*handOverPlan, error) {
	mine, _ := c.chain.Entry(a.self.id)
	now := a.opt.Now()
	switch {
	case c.handed != nil:
		return nil, ErrHandedOver
	case mine.Role.Carer():
		return nil, ErrNotAllowed
	case !c.patient.Reminded(), !h.Emancipated && now.Format(time.DateOnly) < c.patient.Majority():
		return nil, ErrNotOfAge
	case slices.ContainsFunc(c.missing, func(e *entry) bool { return !e.erased }):
		return nil, fmt.Errorf("%w: a record of the person", ErrDamaged)
	}
	var person record.ID // pseudonym
	for _, m := range c.members() {
		if h.As == "" && SameName(m.Keyholder.Name, c.patient.Name) {
			person, _, _ = c.pseudonymOf(m.Keyholder.ID)
		}
	}
	if h.As != "" {
		k, err := a.keyholderNamed(h.As)
		if err != nil {
			return nil, err
		}
		pseudonym, _, ok := c.pseudonymOf(k.ID)
		if !ok {
			return nil, ErrNotMember
		}
		person = pseudonym
	}
	for _, id := range h.Also {
		if c.documents[id] == nil {
			return nil, ErrNoDocument
		}
	}
	p := &handOverPlan{patient: c.patient, past: map[record.ID]*origin{}, erasures: c.erased()}
	stays := map[*entry]bool{}
	for _, id := range sortedIDs(c.documents) {
		d := c.documents[id]
		if slices.Contains(h.Also, id) || c.goes(d, person) {
			p.documents = append(p.documents, d)
			continue
		}
		p.stay++
		for _, e := range append(slices.Clone(d.history), c.strays[id]...) {
			stays[e] = true
		}
	}
	for _, id := range sortedIDs(c.entries) {
		p.entries = append(p.entries, c.entries[id].Entry)
	}
	for _, e := range c.ops {
		if (e.kind == chain.Data || e.kind == chain.Tombstone) && !e.erased && !e.closed && !stays[e] {
			p.old = append(p.old, e)
		}
	}
	slices.SortFunc(p.old, func(x, y *entry) int { return cmp.Compare(x.seq, y.seq) })
	return p, p.describe(tx, a.house, c)
}

// goes reports whether a document goes to the person, who is nobody of the record
// when their pseudonym is zero.
func (c *chart) goes(d *document, person record.ID) bool {
	audience := c.circles[d.circle].audience
	switch audience.Class {
	case chain.Private:
		return !person.IsZero() && record.ID(audience.Owner) == person
	case chain.Mask:
		return person.IsZero() || slices.Contains(audience.Members, chain.ID(person))
	}
	return true
}

// describe reads the histories and makes counts and digests. Each part is digested
// with the random ids of its records, so that nobody who holds the proof alone can
// try what may have been in it.
func (p *handOverPlan) describe(tx *store.Tx, house, c *chart) error {
	documents, entries, erasures := seal.NewDigest(), seal.NewDigest(), seal.NewDigest()
	p.counts = map[string]int64{"documents": int64(len(p.documents)), "entries": int64(len(p.entries)), "erasures": int64(len(p.erasures)), "bytes": 0}
	for _, d := range p.documents {
		said := d.Document
		said.Version = 1 // as it is written there
		added := cmp.Or(c.nameOf(house, d.AddedBy), d.Origin.addedBy())
		if err := p.take(documents, tx, c, d.ID, &d.writing, documentFields, added, said); err != nil {
			return err
		}
		p.counts["bytes"] += d.Size
	}
	for _, e := range p.entries {
		x := c.entries[e.ID]
		added := cmp.Or(c.nameOf(house, e.AddedBy), x.Origin.addedBy())
		if err := p.take(entries, tx, c, e.ID, &x.writing, entryFields, added, e); err != nil {
			return err
		}
	}
	for _, e := range p.erasures {
		b, err := chain.Encode([]any{e.Document, e.At, e.By.Name})
		if err != nil {
			return fmt.Errorf("vault: hand-over: %w", err)
		}
		erasures.Write(b)
	}
	p.digests = map[string]string{}
	for name, d := range map[string][]byte{"documents": documents.Sum(nil), "entries": entries.Sum(nil), "erasures": erasures.Sum(nil)} {
		p.digests[name] = hex.EncodeToString(d)
	}
	return nil
}

// take keeps who added a record and its history, and digests them with what is
// said.
func (p *handOverPlan) take(to interface{ Write([]byte) (int, error) }, tx *store.Tx, c *chart, id record.ID, x *writing, names map[uint64]string, added string, said any) error {
	changes, err := c.historyOf(tx, x, names)
	if err != nil {
		return err
	}
	past := &origin{AddedBy: added, Changes: originalChanges(changes)}
	p.past[id] = past
	b, err := chain.Encode([]any{id, said, past})
	if err != nil {
		return fmt.Errorf("vault: hand-over: %w", err)
	}
	_, err = to.Write(b)
	return err
}

func sameDigests(x, y *handOverPlan) bool {
	for name, digest := range x.digests {
		if y.digests[name] != digest {
			return false
		}
	}
	return x.patient == y.patient
}

// writeHandOver makes the new file under a name beside its own, verifies it and
// gives it its name.
func (v *Vault) writeHandOver(ctx context.Context, h *HandOver, plan *handOverPlan, progress func(done, total int64)) (body handOverBody, err error) {
	part := partOf(h.Path)
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) { // what a killed hand-over left
		return body, err
	}
	opt := v.opt
	opt.As, opt.Computer = "", seal.Key{}
	first := First{Name: h.Name, Birth: plan.patient.Birth, Passphrase: h.Passphrase, Kit: &h.Kit}
	fresh, _, err := create(ctx, part, first, plan.patient, &opt)
	if err != nil {
		return body, err
	}
	defer os.Remove(part)
	body, err = v.fill(ctx, fresh, plan, progress)
	if err := errors.Join(err, fresh.Close()); err != nil {
		return body, err
	}
	if err := verifyHandOver(ctx, part, h, plan, &opt); err != nil {
		return body, err
	}
	if h.Keep != nil {
		if err := h.Keep(); err != nil {
			return body, err
		}
	}
	if err := ctx.Err(); err != nil {
		return body, err
	}
	return body, store.Publish(part, h.Path)
}

// partOf is the name of a new file until it is complete.
func partOf(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".part")
}

// fill writes all of a plan into a new vault, the proof last.
func (v *Vault) fill(ctx context.Context, fresh *Vault, plan *handOverPlan, progress func(done, total int64)) (body handOverBody, err error) {
	patients, err := fresh.Patients()
	if err != nil {
		return body, err
	}
	patient := patients[0].ID
	var waiting []*upload
	var said []record.Document
	defer func() {
		for _, u := range waiting {
			err = errors.Join(err, u.abandon())
		}
	}()
	size, copied := 0, int64(0)
	save := func() error {
		err := fresh.act(ctx, func(a *act) error {
			c, err := a.chart(patient)
			if err != nil {
				return err
			}
			for i, u := range waiting {
				if err := a.writeVersion(c, c.common().key(), u, documentBody{Document: said[i], Origin: plan.past[u.id]}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, u := range waiting {
			u.finished()
		}
		waiting, said, size = nil, nil, 0
		return nil
	}
	for _, d := range plan.documents {
		content, err := v.content(d.ID)
		if err != nil {
			return body, err
		}
		u, err := fresh.upload(ctx, d.ID, 1, content, func(n int64) {
			if copied += n; progress != nil {
				progress(copied, max(plan.counts["bytes"], 1))
			}
		})
		if err != nil {
			return body, err
		}
		waiting, said, size = append(waiting, u), append(said, d.Document), size+u.bytes
		if size >= uploadLimit || len(waiting) == handOverBatch {
			if err := save(); err != nil {
				return body, err
			}
		}
	}
	if err := save(); err != nil {
		return body, err
	}
	if body, err = v.sign(fresh, plan); err != nil {
		return body, err
	}
	return body, fresh.act(ctx, func(a *act) error {
		c, err := a.chart(patient)
		if err != nil {
			return err
		}
		return a.takeOver(c, plan, body)
	})
}

// handOverBatch is how many documents one transaction of the new file takes at
// most.
const handOverBatch = 256

// takeOver writes what is no document: the profile, the mentions, and where all of
// it came from.
func (a *act) takeOver(c *chart, plan *handOverPlan, body handOverBody) error {
	for _, e := range plan.entries {
		if _, err := a.write(c, draft{kind: chain.Data, head: bodyHead{Type: record.TypeEntry, ID: e.ID, Version: 1}, body: &entryBody{Entry: e, Origin: plan.past[e.ID]}}); err != nil {
			return err
		}
	}
	for _, e := range plan.erasures {
		m := mention{At: e.At, Name: e.By.Name}
		if _, err := a.write(c, draft{kind: chain.Tombstone, head: bodyHead{Type: record.TypeErasure, ID: e.Document}, body: m}); err != nil {
			return err
		}
	}
	if _, err := a.write(c, draft{kind: chain.Data, head: bodyHead{Type: record.TypeHandOver, ID: c.patient.ID}, body: body}); err != nil {
		return err
	}
	return a.log(c, record.RecordTakenOver, c.patient.ID)
}

// sign makes the proof, with the device for which this vault is open.
func (v *Vault) sign(fresh *Vault, plan *handOverPlan) (body handOverBody, err error) {
	into, err := fresh.ID()
	if err != nil {
		return body, err
	}
	done, err := v.looking()
	if err != nil {
		return body, err
	}
	defer done()
	now := v.opt.Now()
	p := &proof.Proof{Kind: proof.HandOver, At: now, Vault: v.id, Into: into, Patient: plan.patient.ID, Counts: plan.counts, Digests: plan.digests}
	if err := p.Sign(v.self.Public().Sign, v.self.Sign); err != nil {
		return body, err
	}
	b, err := p.Bytes()
	return handOverBody{At: record.At(now), Name: plan.patient.Name, Proof: b}, err
}

// verifyHandOver opens a finished file with the kit and with the passphrase, and
// holds all of it against the plan.
func verifyHandOver(ctx context.Context, path string, h *HandOver, plan *handOverPlan, opt *Options) error {
	paper, err := openWithKit(path, h.Kit, opt.orDefault())
	if err != nil {
		return err
	}
	_, err = paper.tookOver(plan.patient.ID, plan.fits)
	if err := errors.Join(err, paper.Close()); err != nil {
		return err
	}
	fresh, err := Unlock(ctx, path, h.Passphrase, opt)
	if err != nil {
		return err
	}
	_, err = fresh.tookOver(plan.patient.ID, plan.fits)
	if err == nil {
		var r Report
		r, err = fresh.Check(ctx, false, nil)
		if err == nil && (!r.Ok() || r.Unfinished > 0 || fresh.Damage() != (Damage{})) {
			err = fmt.Errorf("%w: found in the new file", ErrBadCopy)
		}
	}
	return errors.Join(err, fresh.Close())
}

// giveAway erases what went, and leaves the mention.
func (a *act) giveAway(c *chart, p *handOverPlan, body handOverBody) error {
	for _, m := range c.members() {
		if roles[m.Role].Carer() {
			if err := a.dismiss(c, m.Keyholder.ID); err != nil {
				return err
			}
		}
	}
	before := c.common().key().Epoch
	if err := a.settle(c); err != nil {
		return err
	}
	if c.common().key().Epoch == before {
		if err := a.rotate(c, c.common().id, c.common().audience, nil); err != nil {
			return err
		}
	}
	if err := a.unindexAll(c); err != nil {
		return err
	}
	if err := a.erase(c, p.old); err != nil {
		return err
	}
	head := bodyHead{Type: record.TypeHandOver, ID: c.patient.ID}
	if _, err := a.write(c, draft{kind: chain.Tombstone, head: head, body: body}); err != nil {
		return err
	}
	return a.log(c, record.RecordHandedOver, c.patient.ID)
}

// unindexAll drops the search segments of a chart; what stays is indexed again.
func (a *act) unindexAll(c *chart) error {
	var tags [][]byte
	err := a.tx.EachUnder(store.Index, []byte{derivedSegment}, func(key, value []byte) error {
		if in, _, _, _ := a.openSegment(value); in == c && len(key) == len(segmentKey(0)) {
			tags = append(tags, segmentKey(binary.BigEndian.Uint32(key[1:])))
		}
		return nil
	})
	for _, tag := range tags {
		err = errors.Join(err, a.tx.Delete(store.Index, tag))
	}
	a.reindex = true
	return err
}

// gone reports whether a record was handed over and nothing of it stayed.
func (c *chart) gone() bool { return c.handed != nil && len(c.documents)+len(c.entries) == 0 }

func (c *chart) applyHandOver(op *chain.Signed, content []byte) error {
	var body handOverBody
	if err := decoding.Unmarshal(content, &body); err != nil {
		return fmt.Errorf("%w: hand-over: %w", ErrDamaged, err)
	}
	author, ok := c.chain.Entry(op.Device)
	switch {
	case !ok || author.Role.Carer():
		c.ignored++ // a carer gives nothing away
	case op.Kind == chain.Tombstone:
		c.handed = &handedOver{body, author.Keyholder}
		if c.patient.Name == "" {
			c.patient.Name = body.Name
		}
	default:
		c.received = &body
	}
	return nil
}

// HandedOver lists the records that were handed over from this vault to the
// persons whose they are, and the one that this vault began with when it came from
// another: the newest first.
func (v *Vault) HandedOver() ([]record.HandedOver, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	out := []record.HandedOver{}
	for id, c := range v.charts {
		if c.handed != nil {
			p := c.people[c.handed.by]
			out = append(out, record.HandedOver{
				Patient: id, Name: c.handed.Name, At: c.handed.At, By: record.Keyholder{ID: p.keyholder, Name: p.name},
				Left: len(c.documents), Proof: bytes.Clone(c.handed.Proof),
			})
		}
		if c.received != nil {
			out = append(out, record.HandedOver{Patient: id, Name: c.received.Name, At: c.received.At, Received: true, Proof: bytes.Clone(c.received.Proof)})
		}
	}
	slices.SortFunc(out, func(x, y record.HandedOver) int {
		return cmp.Or(-cmp.Compare(x.At, y.At), slices.Compare(x.Patient[:], y.Patient[:]))
	})
	return out, nil
}
