package vault

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"carnet/vault/exchange/bag"
	"carnet/vault/profile"
	"carnet/vault/proof"
	"carnet/vault/record"
)

// Archive is the complete archive of one person, found whole.
type Archive struct {
	bag       *bag.Bag // nil for one that nobody here can open
	digest    [sha256.Size]byte
	verified  bag.Verified
	documents archivedDocuments
	profile   archivedProfile
	members   archivedMembers
	consents  []formerConsent
	handOver  *handOverBody // nil for a record that nobody handed over
	patient   record.Patient
	from      record.ID // the record it was made of
	paths     map[string]int
}

// archiveKept are the files that a program reads again.
func archiveKept(name string) bool {
	return slices.Contains([]string{archiveDocuments, archiveProfile, archiveMembers, archiveConsents, archiveHandOver}, name)
}

// OpenArchive reads a whole archive and verifies it; it needs no vault. Nothing is
// changed, and nothing is kept open. progress, which may be nil, is told the bytes
// read. It returns an error of package bag, [ErrArchive] or [ErrNewerArchive].
func OpenArchive(ctx context.Context, at string, secret *bag.Secret, progress func(done, total int64)) (*Archive, error) {
	b, err := bag.Open(at, secret)
	if err != nil {
		return nil, wrap("open archive", err)
	}
	found, err := b.Verify(ctx, archiveKept, progress)
	if err != nil {
		return nil, wrap("open archive", err)
	}
	a, err := readArchive(b, found)
	return a, wrap("open archive", err)
}

func readArchive(b *bag.Bag, found bag.Verified) (*Archive, error) {
	a := &Archive{bag: b, verified: found, paths: map[string]int{}}
	if b != nil {
		a.digest = b.Digest()
	}
	for name, x := range map[string]any{archiveDocuments: &a.documents, archiveProfile: &a.profile, archiveMembers: &a.members} {
		if err := readJSON(found.Kept[name], found.Files, x); err != nil {
			return nil, err
		}
	}
	if err := a.profile.Patient.set(&a.patient); err != nil {
		return nil, err
	}
	if checkName(a.patient.Name) != nil {
		return nil, ErrArchive
	}
	if err := a.readConsents(found.Kept[archiveConsents], found.Files); err != nil {
		return nil, err
	}
	if b, there := found.Kept[archiveHandOver]; there {
		p, err := proof.Parse(b)
		if err != nil || p.Kind != proof.HandOver {
			return nil, ErrArchive
		}
		a.handOver = &handOverBody{At: record.At(p.At), Name: a.patient.Name, Proof: b}
	}
	if id, err := record.ParseID(found.Value("External-Identifier")); err == nil {
		a.from = id
	}
	seen := map[record.ID]bool{}
	for i, r := range a.documents.Documents {
		_, twice := a.paths[r.Path]
		if _, err := r.document(); err != nil || twice || seen[r.ID] || !strings.HasPrefix(r.Path, archiveOriginals) {
			return nil, ErrArchive
		}
		seen[r.ID], a.paths[r.Path] = true, i
	}
	for _, r := range a.profile.Entries {
		if _, err := r.entry(); err != nil || seen[r.ID] {
			return nil, ErrArchive
		}
		seen[r.ID] = true
	}
	for _, m := range a.members.Members {
		if checkName(m.Name) != nil {
			return nil, ErrArchive
		}
	}
	return a, nil
}

// readConsents reads what was consented to; an archive of an earlier version tells
// nothing of it.
func (a *Archive) readConsents(b []byte, files int) error {
	if b == nil {
		return nil
	}
	var said archivedConsents
	if err := readJSON(b, files, &said); err != nil {
		return err
	}
	for _, x := range said.Consents {
		key, err := hex.DecodeString(x.Key)
		if err != nil || len(key) != 32 || x.ID.IsZero() || len(x.Host)+len(x.Language)+len(x.Program) > maxGrantee || len(x.Words) > maxWords ||
			!utf8.ValidString(x.Host+x.Language+x.Program+x.Words) {
			return ErrArchive
		}
		a.consents = append(a.consents, formerConsent{
			ID: x.ID, Host: x.Host, Key: [32]byte(key), From: record.Millis(x.From), Until: record.Millis(x.Until),
			Language: x.Language, Program: x.Program, Words: x.Words, Withdrawn: x.Withdrawn,
		})
	}
	return nil
}

// More than any consent says of a server and of the words that were read, in bytes.
const (
	maxGrantee = 1 << 10
	maxWords   = 64 << 10
)

// Patient is whose archive it is. The id is that of the record it was made of.
func (a *Archive) Patient() record.Patient {
	p := a.patient
	p.ID = a.from
	return p
}

// Documents is how many documents are in the archive, the bin included.
func (a *Archive) Documents() int { return len(a.documents.Documents) }

// Records is how many entries of the profile are in it, the bin included.
func (a *Archive) Records() int { return len(a.profile.Entries) }

// Files and Bytes are those of everything in it.
func (a *Archive) Files() (n int, bytes int64) { return a.verified.Files, a.verified.Bytes }

// Unreadable is how many documents are not in it, since they were hidden from the
// one who exported: at least so many.
func (a *Archive) Unreadable() int { return a.documents.Unreadable }

// Sealed reports whether the archive lies in an envelope.
func (a *Archive) Sealed() bool { return a.bag == nil || a.bag.Sealed() }

// Made is the day of the archive, YYYY-MM-DD.
func (a *Archive) Made() string { return a.verified.Value("Bagging-Date") }

func (r *archivedRecord) document() (documentBody, error) {
	var body documentBody
	if err := r.Fields.set(&body.Document); err != nil {
		return body, err
	}
	d := &body.Document
	tags, err := retag(nil, nil, d.Tags)
	if err != nil || r.ID.IsZero() || d.Title == "" || !isNote(d.Note) || len(tags) != len(d.Tags) || d.Size < 0 || d.FileName != path.Base(d.FileName) && d.FileName != "" {
		return body, ErrArchive
	}
	digest, err := hex.DecodeString(r.Digest)
	if err != nil || len(digest) != len(d.Digest) {
		return body, ErrArchive
	}
	d.Digest = [32]byte(digest)
	if d.Contest != (record.Contest{}) && contestable(&d.Contest) != nil {
		return body, ErrArchive
	}
	return body, r.checkHistory()
}

func (r *archivedRecord) entry() (entryBody, error) {
	var body entryBody
	if err := r.Fields.set(&body.Entry); err != nil {
		return body, err
	}
	if r.ID.IsZero() || body.Kind == "" || len(body.Kind) > MaxTag || body.Contest != (record.Contest{}) && contestable(&body.Contest) != nil {
		return body, ErrArchive
	}
	return body, r.checkHistory()
}

func (r *archivedRecord) checkHistory() error {
	limit := max(profile.MaxLength, utf8.UTFMax*MaxNote, MaxTags*(utf8.UTFMax*MaxTag+2))
	for _, c := range r.History {
		for _, f := range c.Fields {
			if len(f.Name)+len(f.Before)+len(f.After) > 3*limit || !utf8.ValidString(f.Name+f.Before+f.After) {
				return ErrArchive
			}
		}
	}
	return nil
}

// origin is what of the record this vault cannot know by itself.
func (r *archivedRecord) origin(known func(name string) bool) *origin {
	out := &origin{}
	if !known(r.AddedBy) {
		out.AddedBy = r.AddedBy
	}
	for _, from := range r.Hidden {
		switch record.Audience(from) {
		case record.Professionals, record.Everyone:
		default:
			if !known(from) {
				out.Hidden = append(out.Hidden, from)
			}
		}
	}
	for _, c := range r.History {
		change := originalChange{At: record.Millis(c.At), By: c.By}
		for _, f := range c.Fields {
			change.Fields = append(change.Fields, originalField{Name: f.Name, Before: f.Before, After: f.After})
		}
		out.Changes = append(out.Changes, change)
	}
	return out
}
