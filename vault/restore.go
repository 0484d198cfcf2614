package vault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"slices"

	"carnet/vault/chain"
	"carnet/vault/exchange/bag"
	"carnet/vault/internal/store"
	"carnet/vault/record"
)

// RestoreOptions say into which record an archive goes. A nil *RestoreOptions means
// that the archive tells.
type RestoreOptions struct {
	// Into is a record of the vault; zero for the one that the archive was made
	// of, else one of that name and birth, else a new one.
	Into record.ID
	// Progress is told the bytes read of those of the archive.
	Progress func(done, total int64)
}

// Restored is what a restore brings, or would.
type Restored struct {
	Patient   record.Patient // a new one has no ID before the restore
	New       bool           // the record begins with it
	Documents int            // brought
	Records   int            // entries of the profile brought
	Erasures  int            // mentions of erased documents brought
	Present   int            // documents and entries that were there already, and stay as they are here
	Differs   []string       // fields of the person that say something else here, and stay
}

// PreviewRestore tells what [Vault.Restore] would bring, and changes nothing. It
// returns the same errors.
func (v *Vault) PreviewRestore(archive *Archive, opt *RestoreOptions) (Restored, error) {
	done, err := v.looking()
	if err != nil {
		return Restored{}, err
	}
	defer done()
	p, err := v.planRestore(archive, opt)
	if err != nil {
		return Restored{}, wrap("restore", err)
	}
	return p.Restored, nil
}

// restorePlan is what of an archive is not there yet.
type restorePlan struct {
	Restored
	into      *chart                  // nil for a new record
	documents map[int]record.ID       // to bring, with the id that each gets
	there     map[record.ID]record.ID // documents of the archive that are there by another id
	entries   []int
	erasures  []archivedErasure
}

// planRestore compares an archive with the vault. The caller holds the lock.
func (v *Vault) planRestore(archive *Archive, opt *RestoreOptions) (*restorePlan, error) {
	p := &restorePlan{documents: map[int]record.ID{}, there: map[record.ID]record.ID{}}
	p.Patient = archive.patient
	if opt != nil && !opt.Into.IsZero() {
		c, err := v.of(opt.Into)
		if err != nil {
			return nil, err
		}
		p.into = c
	} else if p.into = v.charts[archive.from]; p.into == nil {
		for _, id := range sortedIDs(v.charts) {
			if c := v.charts[id]; SameName(c.patient.Name, archive.patient.Name) && c.patient.Birth == archive.patient.Birth {
				p.into = c
			}
		}
	}
	if p.New = p.into == nil; !p.New {
		if mine, _ := p.into.chain.Entry(v.self.id); mine.Role.Carer() {
			return nil, ErrNotAllowed
		}
		var err error
		if p.Patient, p.Differs, err = fillPatient(p.into.patient, archive.profile.Patient); err != nil {
			return nil, err
		}
	} else if err := checkBirth(archive.patient.Birth, v.opt.Now()); err != nil {
		return nil, ErrArchive
	}
	own := map[record.ID]bool{}
	for _, r := range archive.documents.Documents {
		own[r.ID] = true
	}
	for i, r := range archive.documents.Documents {
		body, err := r.document()
		if err != nil {
			return nil, err
		}
		if !p.New {
			if p.into.documents[r.ID] != nil {
				p.Present++
				continue
			}
			if known := p.into.knownContent(body.Digest); known != nil && !own[known.ID] {
				p.there[r.ID] = known.ID
				p.Present++
				continue
			}
		}
		id := r.ID
		if _, _, err := v.find(id); err == nil {
			id = newID() // of another person here
			p.there[r.ID] = id
		}
		p.documents[i] = id
		p.Documents++
	}
	for i, r := range archive.profile.Entries {
		if !p.New && (p.into.entries[r.ID] != nil || p.into.entries[ofAnother(p.into.patient.ID, r.ID)] != nil) {
			p.Present++
			continue
		}
		p.entries = append(p.entries, i)
		p.Records++
	}
	for _, e := range archive.documents.Erased {
		if !p.New {
			if _, known := p.into.erasures[e.ID]; known {
				continue
			}
		}
		p.erasures = append(p.erasures, e)
		p.Erasures++
	}
	return p, nil
}

// ofAnother is the id in a record of an entry that came by an archive of another person
// who is here too, and whose entry keeps its own. It is the same at each restore.
func ofAnother(patient, entry record.ID) record.ID {
	sum := sha256.Sum256(slices.Concat([]byte("carnet entry of another record"), patient[:], entry[:]))
	return record.ID(sum[:len(entry)])
}

// fillPatient takes from an archive what is not known of a person here.
func fillPatient(here record.Patient, said fields) (record.Patient, []string, error) {
	known, err := fieldsOf(&here)
	if err != nil {
		return here, nil, err
	}
	missing, differs := fields{}, []string{}
	for name, value := range said {
		if mine, there := known[name]; !there {
			missing[name] = value
		} else if !bytes.Equal(mine, value) && name != "name" {
			differs = append(differs, name)
		}
	}
	slices.Sort(differs)
	return here, differs, missing.set(&here)
}

// Restore brings what an archive holds and the vault does not: documents with what
// is said about them, entries of the profile with their history, mentions of erased
// ones. It goes into the record that the archive was made of, else into one of that
// name and birth, else into a new one, of which the keyholder is a guardian, or the
// holder when the archive says so. What is there already stays as it is here, so that
// a second restore brings nothing. A document that was erased here after the archive
// was made comes back.
//
// All of it comes in one transaction at the end or, with an error, nothing; contents
// are streamed before under numbers that mean nothing without it. Cancelling ctx
// leaves the vault as it was.
//
// It returns an error of package bag when the archive changed since it was opened,
// [ErrNoPatient], [ErrNotAllowed] to a carer, [ErrArchive], [ErrDiskFull] or
// [ErrTooLarge].
func (v *Vault) Restore(ctx context.Context, archive *Archive, opt *RestoreOptions) (Restored, error) {
	out, err := v.restore(ctx, archive, opt)
	if err != nil {
		return Restored{}, wrap("restore", named(err))
	}
	return out, nil
}

func (v *Vault) restore(ctx context.Context, archive *Archive, opt *RestoreOptions) (out Restored, err error) {
	if opt == nil {
		opt = &RestoreOptions{}
	}
	done, err := v.looking()
	if err != nil {
		return out, err
	}
	p, err := v.planRestore(archive, opt)
	done()
	if err != nil {
		return out, err
	}
	s := &stash{v: v, uploads: map[int]*upload{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.abandon())
		}
	}()
	if len(p.documents) > 0 {
		if err := s.fill(ctx, archive, p, opt.Progress); err != nil {
			return out, err
		}
	}
	err = v.act(ctx, func(a *act) error {
		out = Restored{}
		now, err := v.planRestore(archive, opt) // again: other verbs may have gone on
		if err != nil {
			return err
		}
		out, err = a.restore(archive, now, p, s)
		return err
	})
	if err != nil {
		return out, err
	}
	s.finished()
	return out, nil
}

// stash holds the contents of a restore until its transaction.
type stash struct {
	v       *Vault
	uploads map[int]*upload // by the number of the document in the archive
	waiting []*upload       // not yet in the file
	bytes   int
}

// fill seals the documents that a plan brings.
func (s *stash) fill(ctx context.Context, archive *Archive, p *restorePlan, progress func(done, total int64)) error {
	if archive.bag == nil {
		return bag.ErrSealed
	}
	left := len(p.documents)
	err := archive.bag.Contents(ctx, progress, func(name string, size int64, content io.Reader) error {
		i, document := archive.paths[name]
		id, wanted := p.documents[i]
		if !document || !wanted {
			return nil
		}
		left--
		u, err := s.v.upload(ctx, id, 1, content, nil)
		if err != nil {
			return err
		}
		s.uploads[i] = u
		if len(u.chunks) == 0 {
			return nil
		}
		s.waiting, s.bytes = append(s.waiting, u), s.bytes+u.bytes
		if s.bytes < uploadLimit {
			return nil
		}
		return s.flush()
	})
	if err == nil && left > 0 {
		err = ErrArchive // a document that the archive describes and does not have
	}
	return errors.Join(err, ctx.Err())
}

// flush moves the contents in memory to the file in one transaction.
func (s *stash) flush() error {
	for _, u := range s.waiting {
		if u.seq != 0 {
			continue
		}
		seq, err := s.v.reserve()
		if err != nil {
			return err
		}
		u.seq = seq
	}
	done, err := s.v.looking()
	if err != nil {
		return err
	}
	err = s.v.db.Update(func(tx *store.Tx) error {
		for _, u := range s.waiting {
			if err := tx.PutChunks(u.seq, u.first, u.chunks); err != nil {
				return err
			}
		}
		return nil
	})
	done()
	if err != nil {
		return err
	}
	for _, u := range s.waiting {
		u.first += uint32(len(u.chunks))
		u.recycle()
	}
	s.waiting, s.bytes = nil, 0
	return nil
}

func (s *stash) finished() {
	for _, u := range s.uploads {
		u.finished()
	}
}

// abandon removes what is in the file already, in one transaction.
func (s *stash) abandon() error {
	var err error
	if done, locked := s.v.looking(); locked == nil {
		err = s.v.db.Update(func(tx *store.Tx) error {
			for _, u := range s.uploads {
				if u.seq == 0 {
					continue
				}
				if err := tx.DropChunks(u.seq); err != nil {
					return err
				}
			}
			return nil
		})
		done()
	}
	for _, u := range s.uploads {
		u.recycle()
		u.dek.Wipe()
		u.release(err != nil)
	}
	return err
}

// restore writes everything that a plan brings. before is the plan by which the
// contents were sealed; what now has to come beside them is an archive that another
// act has overtaken.
func (a *act) restore(archive *Archive, now, before *restorePlan, s *stash) (out Restored, err error) {
	c := now.into
	if now.New {
		if c, err = a.newPatient(archive.patient, a.formerRole(archive)); err != nil {
			return out, err
		}
	} else if c, err = a.chart(c.patient.ID); err != nil {
		return out, err
	}
	if err := a.restorePatient(c, now.Patient); err != nil {
		return out, err
	}
	for _, i := range slices.Sorted(maps.Keys(before.documents)) {
		if _, still := now.documents[i]; !still || len(now.documents) != len(before.documents) {
			return out, ErrNoDocument // another act brought or took one meanwhile
		}
		if err := a.restoreDocument(c, &archive.documents.Documents[i], s.uploads[i]); err != nil {
			return out, err
		}
	}
	for _, i := range now.entries {
		brought, err := a.restoreEntry(c, &archive.profile.Entries[i], before.there)
		if err != nil {
			return out, err
		}
		if !brought {
			now.Records--
			now.Present++
		}
	}
	for _, e := range now.erasures {
		_, err := a.write(c, draft{
			kind: chain.Tombstone, head: bodyHead{Type: record.TypeErasure, ID: e.ID}, body: mention{At: record.Millis(e.At), Name: e.By},
		})
		if err != nil {
			return out, err
		}
	}
	if err := a.restoreMembers(c, archive); err != nil {
		return out, err
	}
	if archive.handOver != nil && c.received == nil {
		if _, err := a.write(c, draft{kind: chain.Data, head: bodyHead{Type: record.TypeHandOver, ID: c.patient.ID}, body: *archive.handOver}); err != nil {
			return out, err
		}
	}
	now.Patient = c.patient
	if now.Documents+now.Records+now.Erasures == 0 && !now.New && !a.touched {
		return now.Restored, nil
	}
	return now.Restored, a.log(c, record.PatientRestored, c.patient.ID)
}

// formerRole is what the one who restores was to the person, as far as they may be
// it again: the holder, else a guardian.
func (a *act) formerRole(archive *Archive) chain.Role {
	me := a.house.people[a.self.keyholder].name
	for _, m := range archive.members.Members {
		if SameName(m.Name, me) && record.Role(m.Role) == record.RoleHolder {
			return chain.Holder
		}
	}
	return chain.Guardian
}

func (a *act) restorePatient(c *chart, after record.Patient) error {
	after.ID = c.patient.ID
	changed, err := patch(c.patient, after)
	if err != nil || len(changed) == 0 {
		return err
	}
	_, err = a.write(c, draft{kind: chain.Data, head: bodyHead{Type: record.TypePatient, ID: c.patient.ID}, body: changed})
	return err
}

// knows reports whether somebody of that name has a part in a record.
func (c *chart) knows(name string) bool {
	for pseudonym := range c.keyholders() {
		if SameName(c.people[pseudonym].name, name) {
			return true
		}
	}
	return false
}

// keyholderOf is the keyholder of that name, zero for none.
func (a *act) keyholderOf(name string) record.ID {
	k, err := a.keyholderNamed(name)
	if name == "" || err != nil {
		return record.ID{}
	}
	return k.ID
}

func (a *act) restoreDocument(c *chart, r *archivedRecord, u *upload) error {
	body, err := r.document()
	if err != nil {
		return err
	}
	if [32]byte(u.digest.Sum(nil)) != body.Digest || u.size != body.Size {
		return ErrArchive // the lists agree with each other, and not with the description
	}
	body.AddedBy = a.keyholderOf(r.AddedBy)
	body.Origin = r.origin(func(name string) bool { return a.keyholderOf(name) != (record.ID{}) })
	audience, err := a.formerAudience(c, r)
	if err != nil {
		return err
	}
	circle, err := a.circleFor(c, audience)
	if err != nil {
		return err
	}
	return a.writeVersion(c, circle.key(), u, body)
}

// formerAudience is who reads a restored document: everybody of the record but
// those it was hidden from.
func (a *act) formerAudience(c *chart, r *archivedRecord) (chain.Audience, error) {
	mine, ok := c.chain.Entry(a.self.id)
	if !ok {
		return chain.Audience{}, ErrNotMember
	}
	audience := chain.Audience{Class: chain.Common}
	for _, from := range r.Hidden {
		switch record.Audience(from) {
		case record.Professionals: // a mark
		case record.Everyone:
			return chain.Audience{Class: chain.Private, Owner: mine.Keyholder}, nil
		default:
			audience.Class = chain.Mask
		}
	}
	if audience.Class == chain.Common {
		return audience, nil
	}
	for pseudonym := range c.keyholders() {
		hidden := slices.ContainsFunc(r.Hidden, func(name string) bool { return SameName(name, c.people[pseudonym].name) })
		if !hidden || pseudonym == record.ID(mine.Keyholder) {
			audience.Members = append(audience.Members, pseudonym)
		}
	}
	slices.SortFunc(audience.Members, func(x, y chain.ID) int { return slices.Compare(x[:], y[:]) })
	return audience, nil
}

// restoreEntry writes an entry, unless it says that there is none of what the record
// has.
func (a *act) restoreEntry(c *chart, r *archivedRecord, there map[record.ID]record.ID) (bool, error) {
	body, err := r.entry()
	if err != nil {
		return false, err
	}
	if other, moved := there[body.Document]; moved {
		body.Document = other
	}
	body.ID, body.Patient = r.ID, c.patient.ID
	if _, _, err := a.findEntry(r.ID); err == nil {
		body.ID = ofAnother(c.patient.ID, r.ID)
	}
	if body.RemovedAt == 0 {
		if err := a.unsayNone(c, &body.Entry); errors.Is(err, ErrNotNone) {
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
	body.AddedBy = a.keyholderOf(r.AddedBy)
	body.Origin = r.origin(func(name string) bool { return a.keyholderOf(name) != (record.ID{}) })
	_, err = a.write(c, draft{kind: chain.Data, head: bodyHead{Type: record.TypeEntry, ID: body.ID, Version: 1}, body: &body})
	return true, err
}

func (a *act) restoreMembers(c *chart, archive *Archive) error {
	var members []formerMember
	for _, m := range archive.members.Members {
		if c.knows(m.Name) && m.Attestation == nil {
			continue
		}
		f := formerMember{Name: m.Name, Role: m.Role, AttestedBy: m.AttestedBy, AttestedAt: record.Millis(m.AttestedAt)}
		if m.Attestation != nil {
			digest, err := hex.DecodeString(m.Digest)
			if err != nil || len(digest) != len(f.Digest) {
				return ErrArchive
			}
			f.Attestation, f.Digest = *m.Attestation, [32]byte(digest)
		}
		members = append(members, f)
	}
	return a.writeOrigin(c, members, archive.consents, archive.documents.Unreadable)
}
