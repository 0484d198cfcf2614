package vault

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"carnet/vault/exchange/cda"
	"carnet/vault/exchange/fhir"
	"carnet/vault/exchange/icalendar"
	"carnet/vault/exchange/reading"
	"carnet/vault/exchange/xdm"
	"carnet/vault/identity"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// decoders are the formats that documents are read in, the most particular first.
var decoders = []reading.Decoder{cda.Decoder, fhir.Reader, xdm.Decoder, icalendar.Decoder}

// Reading is what was found in a document, beside what the record has already.
type Reading struct {
	*reading.Reading
	Document  record.Document
	Proposals []Proposed // those of the reading, in its order
}

// Proposed is a proposal beside what the profile has of the same thing.
type Proposed struct {
	reading.Proposal
	Like  reading.Likeness // to the nearest of Known
	Known []record.Entry   // nearest first
	Err   error            // why it cannot be adopted as it is: of [profile.Table.Check]
}

// New reports whether the profile does not have it yet, and could take it as it is.
func (p *Proposed) New() bool { return p.Err == nil && p.Like != reading.Same }

// Changes gives the appointment of the profile that the proposal moves, cancels or says
// otherwise, known by the UID of its event, and what it becomes; ok is false for a
// proposal that adds something, or that the profile has. How an appointment stands is the
// person's to say, unless the calendar cancels it.
func (p *Proposed) Changes() (before, after record.Entry, ok bool) {
	if !p.New() || p.Kind != profile.Appointment || p.Code == "" {
		return before, after, false
	}
	at := slices.IndexFunc(p.Known, func(e record.Entry) bool { return e.Code == p.Code && e.System == p.System })
	if at < 0 {
		return before, after, false
	}
	before = p.Known[at]
	after = before
	after.Text, after.Start, after.End, after.Performer, after.Location, after.Note = p.Text, p.Start, p.End, p.Performer, p.Location, p.Note
	if p.Status == "cancelled" {
		after.Status = p.Status
	}
	return before, after, true
}

// Read reads a document that came structured, after a journal row that it was. The
// format is told by its content. Nothing enters the profile: [Vault.Adopt] does that.
//
// It returns [ErrNoDocument], an error of the content, or one of package reading,
// among them [reading.ErrOther] for a document that is none of those formats.
func (v *Vault) Read(ctx context.Context, id record.ID) (*Reading, error) {
	d, err := v.Document(id)
	if err != nil {
		return nil, wrap("read document", err)
	}
	content, err := v.Open(ctx, id, record.DocumentRead)
	if err != nil {
		return nil, wrap("read document", err)
	}
	r, err := v.read(ctx, content, d.MediaType)
	if err != nil {
		return nil, wrap("read document", err)
	}
	beside, err := v.beside(d.Patient, r)
	return beside.of(d), wrap("read document", err)
}

func (r *Reading) of(d record.Document) *Reading {
	if r != nil {
		r.Document = d
	}
	return r
}

// readable is content that can be read from its beginning and anywhere in it.
type readable interface {
	io.Reader
	io.ReaderAt
	Size() int64 // bytes
}

// read asks the decoders, one after the other.
func (v *Vault) read(ctx context.Context, content readable, mediaType string) (*reading.Reading, error) {
	src := reading.Source{ReaderAt: content, Size: content.Size(), Kinds: v.opt.Profile, Now: v.opt.Now()}
	head := make([]byte, min(reading.HeadLength, src.Size))
	if _, err := content.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, err
	}
	for _, d := range decoders {
		if !d.Accepts(head, mediaType) {
			continue
		}
		if r, err := d.Decode(ctx, src); !errors.Is(err, reading.ErrOther) {
			return r, err
		}
	}
	return nil, reading.ErrOther
}

// beside holds what was read against a record.
func (v *Vault) beside(patient record.ID, r *reading.Reading) (*Reading, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	c, err := v.of(patient)
	if err != nil {
		return nil, err
	}
	out := &Reading{Reading: r}
	if !isOf(&r.Subject, &c.patient) {
		r.Doubts = append(r.Doubts, reading.Doubt{Code: reading.OtherPerson, About: r.Subject.Name()})
	}
	today := v.opt.Now().Format(time.DateOnly)
	for _, p := range r.Proposals {
		found := Proposed{Proposal: p}
		found.Patient = patient
		found.Like, found.Known = c.like(&p.Entry)
		if v.opt.Profile != nil {
			found.Err = v.opt.Profile.Check(&p.Entry, today)
		}
		out.Proposals = append(out.Proposals, found)
	}
	return out, nil
}

// like gives the entries of a profile that are about the same thing.
func (c *chart) like(e *record.Entry) (nearest reading.Likeness, known []record.Entry) {
	for _, id := range sortedIDs(c.entries) {
		x := c.entries[id]
		if x.RemovedAt != 0 {
			continue
		}
		if l := reading.Compare(e, &x.Entry); l != reading.Unlike {
			nearest, known = max(nearest, l), append(known, x.Entry)
		}
	}
	slices.SortStableFunc(known, func(a, b record.Entry) int {
		return int(reading.Compare(e, &b)) - int(reading.Compare(e, &a))
	})
	return nearest, known
}

// isOf reports whether nothing in a file says that it is of somebody else: its
// number, its day of birth, its names. What either does not say, says nothing.
func isOf(s *reading.Subject, p *record.Patient) bool {
	for _, pair := range [][2]string{{s.INS, p.INS}, {s.NIR, p.NIR}, {s.INS, p.NIR}} {
		if a, b := identity.Compact(pair[0]), identity.Compact(pair[1]); a != "" && b != "" {
			return a[:min(len(a), nirLength)] == b[:min(len(b), nirLength)]
		}
	}
	if s.Birth != "" && p.Birth != "" && s.Birth != p.Birth[:min(len(p.Birth), len(s.Birth))] {
		return false
	}
	names := s.Family + " " + s.Used + " " + s.Given
	return s.Name() == "" || reading.ShareWord(names, p.Name)
}

// nirLength is how many characters a NIR has without its key.
const nirLength = 13

// Adopt writes proposals that a person said yes to into the profile of the record
// that the document is in, and links them to it: all of them or, with an error,
// none. What the profile has already, by [reading.Compare], is not written again,
// and given back as known. It returns [ErrNoDocument] and the errors of
// [Vault.AddEntry].
func (v *Vault) Adopt(ctx context.Context, document record.ID, accepted ...record.Entry) (added, known []record.Entry, err error) {
	err = v.act(ctx, func(a *act) error {
		added, known = nil, nil
		c, _, err := a.find(document)
		if err != nil {
			return err
		}
		for _, e := range accepted {
			written, err := a.adopt(c, document, &e)
			switch {
			case err != nil:
				return err
			case written:
				added = append(added, e)
			default:
				known = append(known, e)
			}
		}
		return nil
	})
	return added, known, wrap("adopt proposals", err)
}

// adopt writes one proposal of a document, unless the profile has it: then e
// becomes what the profile has.
func (a *act) adopt(c *chart, document record.ID, e *record.Entry) (written bool, err error) {
	e.ID, e.Patient, e.Document, e.RemovedAt, e.Contest = newID(), c.patient.ID, document, 0, record.Contest{}
	if near, there := c.like(e); near == reading.Same {
		*e = there[0]
		return false, nil
	}
	return true, a.addEntry(e, record.EntryAdded)
}
