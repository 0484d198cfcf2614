package vault

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// Documents lists the documents of a patient that this keyholder reads, newest
// first by their shown date, those in the bin included. It returns
// [ErrNoPatient].
func (v *Vault) Documents(patient record.ID) ([]record.Document, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	c, err := v.of(patient)
	if err != nil {
		return nil, err
	}
	out := make([]record.Document, 0, len(c.documents))
	err = v.db.View(func(tx *store.Tx) error {
		for _, d := range c.documents {
			shown, err := v.show(tx, c, d)
			if err != nil {
				return err
			}
			out = append(out, shown)
		}
		return nil
	})
	if err != nil {
		return nil, wrap("list documents", err)
	}
	slices.SortFunc(out, func(a, b record.Document) int {
		return cmp.Or(-strings.Compare(a.ShownDate(), b.ShownDate()), -cmp.Compare(a.AddedAt, b.AddedAt), strings.Compare(a.Title, b.Title), slices.Compare(a.ID[:], b.ID[:]))
	})
	return out, nil
}

// Document describes one document. It returns [ErrNoDocument].
func (v *Vault) Document(id record.ID) (record.Document, error) {
	done, err := v.looking()
	if err != nil {
		return record.Document{}, err
	}
	defer done()
	c, d, err := v.find(id)
	if err != nil {
		return record.Document{}, err
	}
	var out record.Document
	err = v.db.View(func(tx *store.Tx) error {
		out, err = v.show(tx, c, d)
		return err
	})
	return out, wrap("show document", err)
}

func (s *state) find(id record.ID) (*chart, *document, error) {
	for _, c := range s.charts {
		if d := c.documents[id]; d != nil {
			return c, d, nil
		}
	}
	return nil, nil, ErrNoDocument
}

// show is a document as people see it: with what was proposed and from whom it
// is hidden, and without its keys.
func (v *Vault) show(tx *store.Tx, c *chart, d *document) (record.Document, error) {
	out := d.Document
	out.Tags = append([]string(nil), d.Tags...)
	var err error
	if out.Proposed, err = v.proposal(tx, c, d); err != nil {
		return out, err
	}
	out.Title = d.called(out.Proposed)
	out.Hidden = c.hiddenFrom(d)
	return out, nil
}

// called is the title that a person gave, else the one that the content gives
// itself, else the file's name.
func (d *document) called(p record.Proposal) string {
	if p.Title != "" && d.Title == titleOf(d.FileName) {
		return p.Title
	}
	return d.Title
}

// Edit is a change of what is said about a document; nil fields stay.
type Edit struct {
	Title    *string
	Category *string // a code of the category table, "" to go back to the proposal
	Date     *string // YYYY-MM-DD, YYYY-MM or YYYY, "" to go back to the proposal
	Note     *string // at most [MaxNote] characters; space around it is dropped
	// Untag are tags to take away, Tag those to give after that: a document
	// has at most [MaxTags], of at most [MaxTag] characters. Tags are told
	// apart like names, whatever the case, and stand in their order.
	Untag, Tag []string

	RightPerson *bool // somebody looked: it is in the right record
}

// IsZero reports whether nothing is to be changed.
func (e *Edit) IsZero() bool {
	return e.Title == nil && e.Category == nil && e.Date == nil && e.Note == nil && e.RightPerson == nil && len(e.Untag)+len(e.Tag) == 0
}

// Check looks whether note and tags can be written, whatever the document. It
// returns [ErrNote] or [ErrTag].
func (e *Edit) Check() error {
	if e.Note != nil && !isNote(strings.TrimSpace(*e.Note)) {
		return ErrNote
	}
	_, err := retag(nil, nil, e.Tag)
	return err
}

// EditDocument changes what is said about a document; its content stays.
// It returns [ErrNoDocument], [ErrName], [ErrCategory], [ErrDate], [ErrNote],
// [ErrTag] or [ErrNotAllowed], and nothing is changed then.
func (v *Vault) EditDocument(ctx context.Context, id record.ID, e Edit) error {
	return wrap("edit document", v.editDocuments(ctx, []record.ID{id}, chain.Data, record.DocumentEdited, func(d *documentBody) (err error) {
		if err := e.Check(); err != nil {
			return err
		}
		if e.Title != nil {
			if err := checkName(*e.Title); err != nil {
				return err
			}
			d.Title = *e.Title
		}
		if e.Category != nil {
			if err := v.checkCategory(*e.Category); err != nil {
				return err
			}
			d.Category = *e.Category
		}
		if e.Date != nil {
			if *e.Date != "" {
				if err := checkPartialDate(*e.Date, v.opt.Now()); err != nil {
					return err
				}
			}
			d.Date = *e.Date
		}
		if e.RightPerson != nil {
			d.RightPerson = *e.RightPerson
		}
		if e.Note != nil {
			d.Note = strings.TrimSpace(*e.Note)
		}
		d.Tags, err = retag(d.Tags, e.Untag, e.Tag)
		return err
	}))
}

func (v *Vault) checkCategory(code string) error {
	if code == "" || v.opt.Filing == nil {
		return nil
	}
	if _, ok := v.opt.Filing.Category(code); !ok {
		return ErrCategory
	}
	return nil
}

// RemoveDocuments puts documents in the bin, from which [Vault.RestoreDocuments]
// takes them back: all of them or, with an error, none. It returns
// [ErrNoDocument], [ErrBin] when one is there already, or [ErrNotAllowed].
func (v *Vault) RemoveDocuments(ctx context.Context, ids ...record.ID) error {
	return wrap("remove document", v.editDocuments(ctx, ids, chain.Tombstone, record.DocumentRemoved, func(d *documentBody) error {
		if d.RemovedAt != 0 {
			return ErrBin
		}
		d.RemovedAt = record.At(v.opt.Now())
		return nil
	}))
}

// RestoreDocuments takes documents out of the bin: all of them or, with an error,
// none. It returns [ErrNoDocument], [ErrBin] when one is not there, or
// [ErrNotAllowed].
func (v *Vault) RestoreDocuments(ctx context.Context, ids ...record.ID) error {
	return wrap("restore document", v.editDocuments(ctx, ids, chain.Data, record.DocumentRestored, func(d *documentBody) error {
		if d.RemovedAt == 0 {
			return ErrBin
		}
		d.RemovedAt = 0
		return nil
	}))
}

// editDocuments writes the fields that change alters, one operation for each
// document in one transaction. It writes nothing where nothing changes.
func (v *Vault) editDocuments(ctx context.Context, ids []record.ID, kind chain.Kind, action record.Action, change func(*documentBody) error) error {
	return v.act(ctx, func(a *act) error {
		for _, id := range ids {
			if err := a.editDocument(id, kind, action, change); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *act) editDocument(id record.ID, kind chain.Kind, action record.Action, change func(*documentBody) error) error {
	_, d, err := a.find(id)
	if err != nil {
		return err
	}
	c, err := a.chart(d.Patient)
	if err != nil {
		return err
	}
	after := d.documentBody
	if err := change(&after); err != nil {
		return err
	}
	head := bodyHead{Type: record.TypeDocument, ID: id, Version: d.Version}
	return a.edit(c, &d.writing, kind, head, d.documentBody, after, action)
}

// edit writes what differs between two states of a record as one operation,
// nothing when nothing does.
func (a *act) edit(c *chart, x *writing, kind chain.Kind, head bodyHead, before, after any, action record.Action) error {
	if kind == chain.Tombstone && !a.mayRemove(c, x) {
		return ErrNotAllowed
	}
	fields, err := patch(before, after)
	if err != nil || len(fields) == 0 {
		return err
	}
	if _, err := a.write(c, draft{kind: kind, head: head, body: fields, circle: c.circles[x.circle].key()}); err != nil {
		return err
	}
	return a.log(c, action, head.ID)
}

// mayRemove: a carer who adds removes what they alone wrote.
func (a *act) mayRemove(c *chart, d *writing) bool {
	mine, _ := c.chain.Entry(a.self.id)
	if !mine.Role.Carer() {
		return true
	}
	return len(d.authors) == 1 && d.authors[0] == record.ID(mine.Keyholder)
}

// Content is the content of one document, read chunk by chunk: each read takes
// what it needs from the file and keeps no transaction open. It is not safe for
// concurrent use, and of no more use once the vault is closed. Reading on after
// the document was hidden from somebody, or shown again, gives [ErrNoDocument]:
// open it again.
type Content struct {
	v      *Vault
	id     record.ID
	size   int64
	inline []byte
	cipher *seal.Document
	seq    uint64
	last   uint32
	at     int64
	chunk  []byte // plaintext of chunk number held
	held   int64  // -1 for none
}

// Open opens the content of a document for reading, and writes in the journal
// that it was: no row, no content. It returns [ErrNoDocument], and
// [ErrNotAllowed] to a carer who would export it.
func (v *Vault) Open(ctx context.Context, id record.ID, action record.Action) (*Content, error) {
	if err := v.journalReads(ctx, action, id); err != nil {
		return nil, wrap("open document", err)
	}
	c, err := v.content(id)
	return c, wrap("open document", err)
}

// journalReads writes one row for each document, in one transaction. It refuses a
// carer who would export.
func (v *Vault) journalReads(ctx context.Context, action record.Action, ids ...record.ID) error {
	return v.act(ctx, func(a *act) error {
		for _, id := range ids {
			_, d, err := a.find(id)
			if err != nil {
				return err
			}
			c, err := a.chart(d.Patient)
			if err != nil {
				return err
			}
			if mine, _ := c.chain.Entry(a.self.id); action == record.DocumentExported && mine.Role.Carer() {
				return ErrNotAllowed // a carer never exports
			}
			if err := a.log(c, action, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// content opens a document for the program's own use.
func (v *Vault) content(id record.ID) (*Content, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	_, d, err := v.find(id)
	if err != nil {
		return nil, err
	}
	return v.contentOf(d)
}

func (v *Vault) contentOf(d *document) (*Content, error) {
	c := &Content{v: v, id: d.ID, size: d.Size, seq: d.content.seq, held: -1}
	if d.Chunks == 0 {
		c.inline = bytes.Clone(d.Inline) // closing the vault wipes its own
		return c, nil
	}
	cipher, err := d.cipher()
	if err != nil {
		return nil, err
	}
	c.cipher, c.last = cipher, d.Chunks-1
	return c, nil
}

// cipher is what opens the chunks of a document's version.
func (d *document) cipher() (*seal.Document, error) {
	dek, err := seal.KeyFrom(d.DEK)
	if err != nil {
		return nil, err
	}
	defer dek.Wipe()
	cipher, err := seal.NewDocument(dek, d.ID, d.Version)
	if err != nil {
		return nil, err
	}
	if d.Chunks != seal.Chunks(d.Size) {
		return nil, errors.Join(ErrDamaged, errors.New("vault: chunk count"))
	}
	return cipher, errors.Join(cipher.CheckCommitment(d.Commitment))
}

// Size is the length of the content, in bytes.
func (c *Content) Size() int64 { return c.size }

// Read reads on from where the last read ended.
func (c *Content) Read(p []byte) (int, error) {
	n, err := c.ReadAt(p, c.at)
	c.at += int64(n)
	if err == io.EOF && n > 0 {
		err = nil
	}
	return n, err
}

// WriteTo writes on from where the last read ended, chunk by chunk, without a copy.
func (c *Content) WriteTo(w io.Writer) (written int64, err error) {
	lent := chunkBuffers.Get().(*[]byte)
	c.chunk, c.held = *lent, -1
	defer func() {
		*lent, c.chunk, c.held = c.chunk, nil, -1
		chunkBuffers.Put(lent)
	}()
	for c.at < c.size {
		plain, start, err := c.around(c.at)
		if err != nil {
			return written, err
		}
		n, err := w.Write(plain[c.at-start:])
		c.at, written = c.at+int64(n), written+int64(n)
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// chunkBuffers are what contents are opened into on their way to somewhere else.
var chunkBuffers = sync.Pool{New: func() any { return new([]byte) }}

// ReadAt reads at an offset. A chunk that does not open gives an error wrapping
// [ErrDamaged].
func (c *Content) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("vault: negative offset")
	}
	for n < len(p) && off < c.size {
		plain, start, err := c.around(off)
		if err != nil {
			return n, err
		}
		m := copy(p[n:], plain[off-start:])
		n, off = n+m, off+int64(m)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// around returns the plaintext that contains an offset, and where it begins.
func (c *Content) around(off int64) (plain []byte, start int64, err error) {
	if c.cipher == nil {
		done, err := c.v.looking()
		if err != nil {
			return nil, 0, err
		}
		done()
		return c.inline, 0, nil
	}
	i := off / seal.ChunkSize
	start = i * seal.ChunkSize
	if c.held != i {
		if err := c.load(uint32(i)); err != nil {
			return nil, 0, err
		}
	}
	return c.chunk[:min(seal.ChunkSize, c.size-start)], start, nil
}

func (c *Content) load(i uint32) error {
	done, err := c.v.looking()
	if err != nil {
		return err
	}
	defer done()
	onward := c.held == int64(i)-1 // the first chunk too
	c.held = -1
	err = c.v.db.View(func(tx *store.Tx) error {
		value, err := tx.Chunk(c.seq, i, onward && i < c.last)
		if err != nil {
			return err
		}
		if value == nil {
			if _, now, err := c.v.find(c.id); err != nil || now.content.seq != c.seq {
				return ErrNoDocument // hidden or shown by another act meanwhile
			}
			return errors.Join(ErrDamaged, errors.New("vault: chunk missing"))
		}
		c.chunk, err = c.cipher.OpenChunk(c.chunk[:0], i, i == c.last, value)
		if errors.Is(err, seal.ErrChunk) {
			return errors.Join(ErrDamaged, err)
		}
		return err
	})
	if err == nil && int64(len(c.chunk)) < min(seal.ChunkSize, c.size-int64(i)*seal.ChunkSize) {
		err = errors.Join(ErrDamaged, errors.New("vault: chunk length"))
	}
	if err == nil {
		c.held = int64(i)
	}
	return err
}
