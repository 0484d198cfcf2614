package vault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"carnet/vault/chain"
	"carnet/vault/exchange/reading"
	"carnet/vault/filing"
	"carnet/vault/identity"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// Prober looks into a document: how many pages it has and what text. It is the
// caller's, since nothing under vault draws a page or decodes a picture in this
// process; what is text in a structure, the decoders of vault/exchange read within
// limits.
//
// Probe returns an error for a document it can say nothing of; pages are 0 for
// content without pages. It returns [*PagesLost] beside what it found when some pages cost
// too much.
type Prober interface {
	Probe(ctx context.Context, content io.Reader, size int64) (pages int, text string, err error)
}

// PagesLost is the error of a [Prober] for pages that take more of the processor or of the
// memory than a page may that nobody asked for, or that cannot be gone through at all. What
// else it returns counts. They are left alone from then on: no thumbnail, no recognising, no
// look for codes, until a person asks for such a page.
type PagesLost struct {
	Pages []int // from 1, ascending
	Err   error // why nothing can be said of the document at all; nil when only those pages are lost
}

func (e *PagesLost) Error() string { return "vault: pages that cost too much to be looked at" }

func (e *PagesLost) Unwrap() error { return e.Err }

// What was found in a document stands under the circle's index key, apart from
// the chain: it can be dropped and made again at any time.
type found struct {
	Pages    int    `cbor:"1,keyasint"`
	Category string `cbor:"2,keyasint"`
	Date     string `cbor:"3,keyasint"`
	Rules    string `cbor:"4,keyasint"` // edition of the filing rules
	Failed   bool   `cbor:"5,keyasint"` // the prober could say nothing
	Looked   bool   `cbor:"6,keyasint"` // into the content, not only at the title

	People []regarded `cbor:"7,keyasint"` // whom the text was compared with
	Scan   scanned    `cbor:"8,keyasint"`

	Format string `cbor:"9,keyasint"`  // that the content can be read in, by [Vault.Read]; "" for none
	Title  string `cbor:"10,keyasint"` // that the content gives itself
	Inside bool   `cbor:"11,keyasint"` // the files in it were looked at as well

	Lost []int `cbor:"12,keyasint,omitempty"` // pages that are left alone, see [PagesLost]
}

// shallow reports whether the files in a document were not looked at: an earlier
// version of the program did not.
func (f *found) shallow() bool { return f.Format == string(reading.CDA) && !f.Inside }

// scanned says whether a document has pages that are pictures.
type scanned uint8

const (
	scanUnknown scanned = iota // nobody looked
	scanNone
	scanSome
)

// regarded is what comparing a text with a person gave.
type regarded struct {
	_      struct{} `cbor:",toarray"`
	Person record.ID
	At     uint64 // when the identity that was compared was written
	Sure   int    // that the document concerns them, by [identity.Text.Concerns]
}

// derivedKind is a kind of what is derived from a version: the letter that its keys
// begin with, and the label that it is sealed under.
type derivedKind struct {
	letter byte
	label  string
}

var (
	derivedFound     = derivedKind{'p', labelProposal}
	derivedText      = derivedKind{'t', labelText}
	derivedReading   = derivedKind{'o', labelReading}
	derivedThumbnail = derivedKind{'v', labelThumbnail}

	derivedKinds = []derivedKind{derivedFound, derivedText, derivedReading, derivedThumbnail}
)

// key is the letter, then the number of the version.
func (k derivedKind) key(seq uint64) []byte { return append([]byte{k.letter}, store.Seq(seq)...) }

// proposal reads what was found, or judges by the title when nobody has looked
// yet.
func (v *Vault) proposal(tx *store.Tx, c *chart, d *document) (record.Proposal, error) {
	f, err := readFound(tx, c, d)
	if err != nil {
		return record.Proposal{}, err
	}
	if !f.Looked {
		f = v.judge(d, 0, "")
	}
	return record.Proposal{Category: f.Category, Date: f.Date, Pages: f.Pages, Failed: f.Failed, Concerns: v.concerns(d, f), Format: f.Format, Title: f.Title, Lost: f.Lost}, nil
}

// concerns is whom a document seems to concern, if not the one in whose record it
// is. Where a text names several as surely, it is the youngest: a child's papers
// name parents more often than theirs name a child.
func (v *Vault) concerns(d *document, f found) (who record.ID) {
	if d.RightPerson {
		return who
	}
	sure, born := identity.Unnamed, ""
	for _, r := range f.People {
		c := v.charts[r.Person]
		if c == nil || r.Person == d.Patient || r.Sure == identity.Unnamed {
			continue
		}
		if r.Sure > sure || r.Sure == sure && c.patient.Birth > born {
			who, sure, born = r.Person, r.Sure, c.patient.Birth
		}
	}
	return who
}

// identityOf is what a text may say of a patient, and when it was last written.
func (c *chart) identityOf() (p identity.Person, at uint64) {
	for _, s := range c.patched {
		at = max(at, s.time)
	}
	return identity.Person{Name: c.patient.Name, Birth: c.patient.Birth, NIR: c.patient.NIR, INS: c.patient.INS}, at
}

// regard compares the text of a document with everybody this keyholder knows.
// What others found of people that this keyholder does not know stays.
func (s *state) regard(d *document, text string, before []regarded) (out []regarded) {
	for _, r := range before {
		if s.charts[r.Person] == nil {
			out = append(out, r)
		}
	}
	if len(s.charts) < 2 {
		return out
	}
	own, _ := s.charts[d.Patient].identityOf()
	read := identity.Read(text)
	for _, id := range sortedIDs(s.charts) {
		other, at := s.charts[id].identityOf()
		r := regarded{Person: id, At: at}
		if id != d.Patient {
			r.Sure = read.Concerns(other, own)
		}
		out = append(out, r)
	}
	return out
}

// outdated reports whether a text was compared with fewer people than are known
// now, or with what they were called before.
func (s *state) outdated(f found) bool {
	if len(s.charts) < 2 {
		return false // nobody to mistake one for
	}
	for id, c := range s.charts {
		_, at := c.identityOf()
		if !slices.ContainsFunc(f.People, func(r regarded) bool { return r.Person == id && r.At >= at }) {
			return true
		}
	}
	return false
}

func readFound(tx *store.Tx, c *chart, d *document) (f found, err error) {
	value := tx.Get(store.Index, derivedFound.key(d.content.seq))
	if value == nil {
		return f, nil
	}
	plain, err := c.openDerived(d, derivedFound, value)
	if err != nil {
		return found{}, nil // derivable: it is as if nobody had looked
	}
	if err := decoding.Unmarshal(plain, &f); err != nil {
		return found{}, nil
	}
	return f, nil
}

func (c *chart) openDerived(d *document, kind derivedKind, value []byte) ([]byte, error) {
	sealed, err := seal.Parse(value)
	if err != nil {
		return nil, err
	}
	for _, k := range c.circles[d.circle].epochs[sealed.Epoch()] {
		plain, err := k.OpenDerived(kind.label, byte(store.Index), sealed)
		if !errors.Is(err, seal.ErrKey) {
			return plain, err
		}
	}
	return nil, seal.ErrKey
}

// judge applies the filing rules.
func (v *Vault) judge(d *document, pages int, text string) found {
	f := found{Pages: pages}
	if v.opt.Filing == nil {
		return f
	}
	f.Rules = v.opt.Filing.Edition()
	if code, ok := v.opt.Filing.Propose(d.Title, text); ok {
		f.Category = code
	}
	if day, ok := filing.Date(d.FileName, text, dayOf(v.opt.Now())); ok {
		f.Date = day.String()
	}
	return f
}

// declared takes over what a document that came structured says of itself: it needs
// no guess.
func (v *Vault) declared(f *found, r *reading.Reading) {
	f.Format, f.Title = string(r.Format), shorten(r.Title)
	if v.opt.Filing != nil && r.Kind.System == reading.LOINC {
		if kind, ok := v.opt.Filing.Type(r.Kind.Code); ok {
			f.Category = kind.Category
		}
	}
	if r.Date != "" && checkPartialDate(r.Date, v.opt.Now()) == nil {
		f.Date = r.Date
	}
}

func dayOf(t time.Time) filing.Day {
	y, m, d := t.Date()
	return filing.Day{Year: y, Month: m, Day: d}
}

// probeLimit is how many bytes of text files are read for a proposal.
const probeLimit = 256 << 10

// Examine looks into the documents that nobody has looked into since they were
// added, and keeps their page count, their text and the category and date they
// suggest, and makes them found by [Vault.Search]. Texts are compared with the
// people of the vault, again when one came or is called otherwise, for
// [record.Proposal.Concerns]. It is meant to follow [Vault.Import], can be stopped at any time and
// goes on where it stopped. A document whose content does not hold does not stop
// the others: the error then wraps [ErrDamaged]. progress, which may be nil, is told how many are
// done of how many.
func (v *Vault) Examine(ctx context.Context, p Prober, progress func(done, total int64)) error {
	waiting, err := v.unexamined()
	if err != nil {
		return wrap("examine documents", err)
	}
	var batch []examined
	var damaged error
	flush := time.Now()
	for i, id := range waiting {
		e, err := v.examine(ctx, p, id)
		if ctx.Err() != nil {
			return wrap("examine documents", errors.Join(ctx.Err(), v.keep(context.WithoutCancel(ctx), batch)))
		}
		switch {
		case err == nil:
			batch = append(batch, e)
		case errors.Is(err, ErrLocked):
			return wrap("examine documents", err)
		case !errors.Is(err, ErrNoDocument) && damaged == nil:
			damaged = err // the others can be looked into all the same
		}
		if len(batch) == 64 || time.Since(flush) > time.Second || i == len(waiting)-1 {
			if err := v.keep(ctx, batch); err != nil {
				return wrap("examine documents", err)
			}
			if err := v.freshen(ctx); err != nil {
				return wrap("examine documents", err)
			}
			batch, flush = batch[:0], time.Now()
		}
		if progress != nil {
			progress(int64(i+1), int64(len(waiting)))
		}
	}
	return wrap("examine documents", damaged)
}

func (v *Vault) unexamined() ([]record.ID, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	var out []record.ID
	err = v.db.View(func(tx *store.Tx) error {
		for _, c := range v.charts {
			for id, d := range c.documents {
				f, err := readFound(tx, c, d)
				if err != nil {
					return err
				}
				if !f.Looked || f.shallow() || f.Scan == scanUnknown || v.outdated(f) {
					out = append(out, id)
				}
			}
		}
		return nil
	})
	return out, err
}

// examined is what was found in one version of a document.
type examined struct {
	id    record.ID
	seq   uint64
	text  string // "" for none, or for the one that is kept already
	known bool   // the content was looked into before: only people are new
	found
}

func (v *Vault) examine(ctx context.Context, p Prober, id record.ID) (examined, error) {
	done, err := v.looking()
	if err != nil {
		return examined{}, err
	}
	c, known, err := v.find(id)
	if err != nil {
		done()
		return examined{}, err
	}
	d := *known // another verb may edit it while we look
	e := examined{id: id, seq: d.content.seq}
	var text string
	err = v.db.View(func(tx *store.Tx) (err error) {
		if e.found, err = readFound(tx, c, &d); e.shallow() {
			e.Looked = false
		}
		if err == nil && e.Looked {
			text = c.text(tx, &d)
		}
		return err
	})
	if e.Looked && e.Scan == scanUnknown {
		e.Scan = scanOf(&d, &e.found, text)
	}
	if e.Looked || err != nil {
		e.known = true
		e.People = v.regard(&d, text, e.People)
		done()
		return e, err
	}
	content, err := v.contentOf(&d)
	done()
	if err != nil {
		return examined{}, err
	}
	r, pages, text, err := v.look(ctx, p, content, d.MediaType)
	if errors.Is(err, ErrDamaged) || errors.Is(err, ErrLocked) || ctx.Err() != nil {
		return e, err
	}
	e.text = text
	e.found = v.judge(&d, pages, e.text)
	if r != nil {
		v.declared(&e.found, r)
	}
	if lost, ok := errors.AsType[*PagesLost](err); ok {
		e.Lost, err = lost.Pages, lost.Err
	}
	e.Looked, e.Inside, e.Failed = true, true, err != nil
	e.Scan = scanOf(&d, &e.found, e.text)
	if done, err = v.looking(); err != nil {
		return e, err
	}
	defer done()
	if v.charts[d.Patient] == nil {
		return e, ErrNoDocument // left meanwhile
	}
	e.People = v.regard(&d, e.text, nil)
	return e, nil
}

// look looks into content, wherever it lies: what it says where it came structured,
// how many pages it has and what text. An error that is not the source's, or ctx's,
// says that nothing can be said of it.
func (v *Vault) look(ctx context.Context, p Prober, content readable, mediaType string) (r *reading.Reading, pages int, text string, err error) {
	r, err = v.read(ctx, content, mediaType)
	switch {
	case errors.Is(err, ErrDamaged) || errors.Is(err, ErrLocked) || ctx.Err() != nil:
	case r != nil:
		var inside string
		pages, inside = v.readInside(ctx, p, r)
		text = strings.TrimSpace(r.Text() + "\n" + inside)
		if err = ctx.Err(); err != nil {
			return r, 0, "", err
		}
	case hasPages(mediaType):
		pages, text, err = p.Probe(ctx, content, content.Size())
	case mediaType == "text/plain":
		var b []byte
		if b, err = io.ReadAll(io.LimitReader(content, probeLimit)); err == nil {
			text = PlainText(b)
		}
	case errors.Is(err, reading.ErrOther):
		err = nil // nothing to be said of it, and nothing wrong with it
	}
	return r, pages, text, err
}

// keep saves what was found, unless the document has changed circle since.
func (v *Vault) keep(ctx context.Context, batch []examined) error {
	if len(batch) == 0 {
		return nil
	}
	return v.act(ctx, func(a *act) error {
		for _, e := range batch {
			_, d, err := a.find(e.id)
			if errors.Is(err, ErrNoDocument) || err == nil && d.content.seq != e.seq {
				continue
			}
			if err != nil {
				return err
			}
			c, err := a.chart(d.Patient)
			if err != nil {
				return err
			}
			b, err := chain.Encode(e.found)
			if err != nil {
				return fmt.Errorf("vault: proposal: %w", err)
			}
			if err := a.derived(c, d, derivedFound, b); err != nil {
				return err
			}
			if !e.known {
				a.changed = append(a.changed, e.id)
			}
			if e.text == "" {
				continue
			}
			if err := a.derived(c, d, derivedText, []byte(e.text)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *act) derived(c *chart, d *document, kind derivedKind, value []byte) error {
	sealed, err := c.circles[d.circle].key().SealDerived(kind.label, byte(store.Index), value)
	if err != nil {
		return fmt.Errorf("vault: derived value: %w", err)
	}
	return a.tx.Put(store.Index, kind.key(d.content.seq), sealed.Bytes())
}

// dropDerived removes what was found in a version, and its picture.
func (a *act) dropDerived(seq uint64) error {
	for _, kind := range derivedKinds {
		if err := a.tx.Delete(store.Index, kind.key(seq)); err != nil {
			return err
		}
	}
	return nil
}
