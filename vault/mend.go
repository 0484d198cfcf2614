package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// mending is what the reading of a damaged file notes for one keyholder.
type mending struct {
	drops       []dropped
	heads       map[chain.ID][]head          // of the manifest
	bridges     map[*chart][]chain.Lost      // operations that are gone
	keys        map[*chart][]*seal.CircleKey // whose rotation is lost
	journal     bool                         // it has to begin again
	journalSize int64
	rows        int // of it that are lost
	lost        []LostItem
	beheaded    map[record.ID]*beheaded
}

// beheaded is a record whose beginning is lost: nothing can be placed in it any
// more, but its keys still open what it held.
type beheaded struct {
	keys    []*seal.CircleKey
	seqs    map[uint64]bool // of its headers
	patient record.Patient
}

// beheaded finds them among the keys that are sealed to this device.
func (l *loader) beheaded() {
	for name, keys := range l.candidates {
		patient := record.ID(name.patient)
		if name.patient == chain.Household || l.charts[patient] != nil || len(l.headers[patient]) == 0 || l.begins(patient) {
			continue
		}
		b := l.mending.beheaded[patient]
		if b == nil {
			b = &beheaded{seqs: map[uint64]bool{}}
			l.mending.beheaded[patient] = b
			for _, o := range l.headers[patient] {
				b.seqs[o.seq] = true
				l.mending.drop(store.Ops, store.Seq(o.seq))
			}
			l.mending.lose("operation")
		}
		b.keys = append(b.keys, keys...)
	}
}

// begins reports whether the beginning of a chain is there: then the record is
// closed to this keyholder for another reason.
func (l *loader) begins(patient record.ID) bool {
	return slices.ContainsFunc(l.headers[patient], func(o *opened) bool { return o.Kind == chain.Genesis })
}

// open tries the keys of a record whose beginning is lost.
func (b *beheaded) open(s seal.Sealed) ([]byte, error) {
	for _, k := range b.keys {
		if k.Epoch == s.Epoch() {
			if plain, err := k.Open(labelRecord, byte(store.Records), s); !errors.Is(err, seal.ErrKey) {
				return plain, err
			}
		}
	}
	return nil, seal.ErrKey
}

// dropped is a value that holds for nobody.
type dropped struct {
	bucket store.Bucket
	key    []byte
}

func newMending() *mending {
	return &mending{heads: map[chain.ID][]head{}, bridges: map[*chart][]chain.Lost{}, keys: map[*chart][]*seal.CircleKey{}, beheaded: map[record.ID]*beheaded{}}
}

func (m *mending) drop(bucket store.Bucket, key []byte) {
	m.drops = append(m.drops, dropped{bucket, bytes.Clone(key)})
}

func (m *mending) lose(what string) { m.lost = append(m.lost, LostItem{What: what}) }

func (m *mending) bridged(c *chart, lost chain.Lost) {
	m.bridges[c] = append(m.bridges[c], lost)
	m.lose("operation")
}

func (m *mending) vouched(c *chart, k *seal.CircleKey) {
	if !slices.Contains(m.keys[c], k) {
		m.keys[c] = append(m.keys[c], k)
	}
	c.shaky = append(c.shaky, k.Circle)
}

func (l *loader) lostHeads(m manifest) {
	for _, h := range m.Heads {
		l.mending.heads[h.Patient] = append(l.mending.heads[h.Patient], h)
	}
}

// complete adds what headers and manifest tell of operations that are not there.
func (m *mending) complete(patient chain.ID, headers []*opened, out map[chain.Hash]chain.Lost) {
	there := map[chain.Hash]bool{{}: true}
	for _, o := range headers {
		there[o.ID()] = true
	}
	for _, o := range headers {
		if !there[o.PrevDev] {
			out[o.PrevDev] = chain.Lost{Device: o.Device, DSeq: o.DSeq - 1, Op: o.PrevDev}
		}
	}
	for _, h := range m.heads[patient] {
		if !there[h.Op] {
			out[h.Op] = chain.Lost{Device: h.Device, DSeq: h.DSeq, Op: h.Op}
		}
	}
}

// rescued is a document that the file still holds and that nobody would find.
type rescued struct {
	patient  record.ID
	document *document
	audience chain.Audience
}

// mend makes the vault file at path, which was gathered from a damaged one, hold
// for one keyholder: it says what is lost, gives circles and the journal back what
// they need, and writes down again what nothing leads to any more.
func mend(ctx context.Context, path string, self *device, o Options) (v *Vault, lost []LostItem, rows int, err error) {
	db, err := store.Open(path)
	if err != nil {
		self.Wipe()
		return nil, nil, 0, err
	}
	v = &Vault{opt: o, path: path, db: db, self: self, reserved: map[uint64]bool{}}
	m := newMending()
	err = db.View(func(tx *store.Tx) error {
		id, _, err := clearText(tx)
		if err != nil {
			return err
		}
		v.state, err = loadFor(tx, id, self, v.reserved, m, false)
		return err
	})
	if err != nil {
		self.Wipe()
		return nil, nil, 0, errors.Join(err, db.Close())
	}
	if err := v.mend(ctx, m); err != nil {
		return nil, nil, 0, errors.Join(err, v.close())
	}
	return v, m.lost, m.rows, nil
}

func (v *Vault) mend(ctx context.Context, m *mending) error {
	bad, err := v.badContents(ctx)
	if err != nil {
		return err
	}
	known := map[record.ID]rescued{}
	for patient, c := range v.charts {
		for id, d := range c.documents {
			if bad[id] {
				m.lost = append(m.lost, LostItem{Document: id, Title: d.Title, What: "content"})
				continue
			}
			copied := *d
			copied.DEK, copied.Inline = bytes.Clone(d.DEK), bytes.Clone(d.Inline)
			known[id] = rescued{patient, &copied, c.circles[d.circle].audience}
		}
	}
	if err := v.orphans(ctx, m, known); err != nil {
		return err
	}
	v.unfinished = nil // their number may be that of a header that is lost
	err = v.act(ctx, func(a *act) error { return a.accountFor(m, bad) })
	if err != nil {
		return err
	}
	next := v.nextSeq
	if err := v.reload(nil); err != nil {
		return err
	}
	v.nextSeq = max(v.nextSeq, next) // bodies that are dropped had numbers too
	v.unfinished = nil               // contents that are about to be written down again
	if err := v.beginAgain(ctx, m, known); err != nil {
		return err
	}
	for id, r := range known {
		if _, _, err := v.find(id); err == nil {
			continue
		}
		if err := v.rescue(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// beginAgain makes a new record for each whose beginning is lost and of which
// documents are left. Who shared it has to be admitted again.
func (v *Vault) beginAgain(ctx context.Context, m *mending, known map[record.ID]rescued) error {
	fresh := map[record.ID]record.ID{}
	for id, r := range known {
		b := m.beheaded[r.patient]
		if b == nil {
			continue
		}
		if _, done := fresh[r.patient]; !done {
			p := b.patient
			if p.Name == "" {
				p.Name, p.Birth = nameless, v.opt.Now().Format(time.DateOnly)
			}
			made, err := v.AddPatient(ctx, p, false)
			if errors.Is(err, ErrNameTaken) {
				p.Name += " " + nameless
				made, err = v.AddPatient(ctx, p, false)
			}
			if err != nil {
				return err
			}
			v.unfinished = nil
			fresh[r.patient] = made.ID
		}
		r.patient = fresh[r.patient]
		r.document.Patient = r.patient
		known[id] = r
	}
	return nil
}

// nameless is the name of a record whose name is lost too.
const nameless = "?"

// badContents reads every document and names those that do not hold.
func (v *Vault) badContents(ctx context.Context) (map[record.ID]bool, error) {
	bad := map[record.ID]bool{}
	for _, c := range v.charts {
		for id, d := range c.documents {
			content, err := v.contentOf(d)
			if err == nil {
				err = digestOf(ctx, content, d.Digest)
			}
			switch {
			case errors.Is(err, ErrDamaged), errors.Is(err, seal.ErrKey):
				bad[id] = true
			case err != nil:
				return nil, err
			}
		}
	}
	return bad, nil
}

// orphans finds documents whose operation is lost while body and content stand.
// Other bodies without an operation are nothing any more.
func (v *Vault) orphans(ctx context.Context, m *mending, known map[record.ID]rescued) error {
	type found struct {
		c       *chart
		circle  *circle
		head    bodyHead
		content []byte
		seq     uint64
	}
	var all []found
	err := v.db.View(func(tx *store.Tx) error {
		return tx.Each(store.Records, func(key, value []byte) error {
			seq, err := seqOf(key)
			if err != nil {
				m.drop(store.Records, key)
				return nil
			}
			if tx.Get(store.Ops, key) != nil && !slices.ContainsFunc(m.drops, func(d dropped) bool { return d.bucket == store.Ops && bytes.Equal(d.key, key) }) {
				return nil
			}
			sealed, err := seal.Parse(value)
			if err != nil {
				m.drop(store.Records, key)
				return nil
			}
			for _, c := range v.all() {
				plain, circle, err := c.open(labelRecord, byte(store.Records), sealed)
				if errors.Is(err, seal.ErrKey) {
					continue // another's
				}
				m.drop(store.Records, key)
				if err != nil {
					return nil
				}
				head, content, err := decodeBody(plain)
				if err == nil && head.Patient == record.ID(c.chain.Patient()) {
					all = append(all, found{c, circle, head, content, seq})
				}
				return nil
			}
			for patient, b := range m.beheaded {
				plain, err := b.open(sealed)
				if err != nil {
					continue
				}
				m.drop(store.Records, key)
				head, content, err := decodeBody(plain)
				switch {
				case err != nil || head.Patient != patient:
				case head.Type == record.TypePatient:
					if err := decoding.Unmarshal(content, &b.patient); err != nil {
						return nil // a name that cannot be read is none
					}
				default:
					all = append(all, found{head: head, content: content, seq: seq})
				}
				return nil
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	for _, f := range all {
		now, there := known[f.head.ID]
		if f.head.Type != record.TypeDocument || f.head.Version == 0 || there && now.document.Version >= f.head.Version {
			continue
		}
		if f.c != nil {
			if _, erased := f.c.erasures[f.head.ID]; erased || there || f.c.documents[f.head.ID] != nil {
				continue
			}
		}
		d := &document{content: &entry{seq: f.seq}}
		d.history = []*entry{d.content}
		if err := decoding.Unmarshal(f.content, &d.documentBody); err != nil || d.Version != f.head.Version {
			continue // an edit of a document that is lost
		}
		d.ID, d.Patient = f.head.ID, f.head.Patient
		content, err := v.contentOf(d)
		if err == nil {
			err = digestOf(ctx, content, d.Digest)
		}
		switch {
		case errors.Is(err, ErrDamaged), errors.Is(err, seal.ErrKey), errors.Is(err, ErrNoDocument): // a chunk of no document is missing
			m.lost = append(m.lost, LostItem{Document: d.ID, Title: d.Title, What: "content"})
			continue
		case err != nil:
			return err
		}
		if f.c == nil { // edits of it have no order any more
			known[d.ID] = rescued{d.Patient, d, chain.Audience{Class: chain.Common}}
			continue
		}
		if err := v.again(f.c, d); err != nil {
			return err
		}
		known[d.ID] = rescued{d.Patient, d, f.circle.audience}
	}
	return nil
}

// again applies to a rescued document the edits that were made of it.
func (v *Vault) again(c *chart, d *document) error {
	return v.db.View(func(tx *store.Tx) error {
		for _, e := range c.strays[d.ID] {
			d.history = append(d.history, e)
			sealed, err := seal.Parse(tx.Get(store.Records, store.Seq(e.seq)))
			if err != nil {
				continue // lost too
			}
			plain, _, err := c.open(labelRecord, byte(store.Records), sealed)
			if err != nil {
				continue
			}
			_, content, err := decodeBody(plain)
			if err != nil {
				return err
			}
			err = merge(&d.documentBody, content, stamp{time: 1}, func(field uint64) stamp {
				if slices.Contains(editable, field) {
					return stamp{}
				}
				return stamp{time: 2}
			}, func(uint64) {})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// accountFor writes down what is lost, in every chart that this keyholder reads.
func (a *act) accountFor(m *mending, bad map[record.ID]bool) error {
	for _, d := range m.drops {
		if err := a.tx.Delete(d.bucket, d.key); err != nil {
			return err
		}
	}
	a.touched = true
	var restarted *restart
	if m.journal {
		var err error
		if restarted, err = a.beginJournalAgain(m.journalSize); err != nil {
			return err
		}
	}
	if _, err := a.openDrafts(a.tx, a.self); err != nil {
		m.lose("draft")
		if err := a.keepDrafts(nil); err != nil {
			return err
		}
	}
	if _, err := openAwaited(a.tx, a.self); err != nil {
		m.lose("key")
		if err := a.putAwaited(); err != nil {
			return err
		}
	}
	if _, err := a.openWatched(a.tx, a.self); err != nil {
		m.lose("watched")
		if err := a.keepWatched(watchedBody{}); err != nil {
			return err
		}
	}
	for _, c := range a.all() {
		for id, d := range c.documents {
			if !bad[id] {
				continue
			}
			for _, e := range d.history {
				if e.lacking = true; !e.erased {
					c.missing = append(c.missing, e)
				}
			}
		}
		loss := chain.LossClear{Ops: m.bridges[c]}
		for _, e := range c.missing {
			if e.erased || slices.Contains(loss.Bodies, e.id) {
				continue
			}
			loss.Bodies = append(loss.Bodies, e.id)
			if !slices.ContainsFunc(m.lost, func(l LostItem) bool { return l.Document != record.ID{} && l.Document == e.document }) {
				m.lost = append(m.lost, LostItem{Document: e.document, What: "record"})
			}
			if err := a.drop(e); err != nil {
				return err
			}
		}
		for _, id := range c.shaky {
			if known := c.circles[id]; known != nil {
				known.newest = &chain.Rotation{} // so that it gets a new key
			}
		}
		if err := a.settle(c); err != nil {
			return err
		}
		if err := a.restoreSeals(c); err != nil {
			return err
		}
		body := lossBody{At: record.At(a.opt.Now())}
		for _, k := range m.keys[c] {
			if k.Circle == k.Patient {
				body.Keys = append(body.Keys, oldEpoch{Epoch: k.Epoch, Secret: k.Secret().Expose()})
			}
		}
		if c == a.house {
			body.Journal = restarted
		}
		if len(loss.Ops) == 0 && len(loss.Bodies) == 0 && len(body.Keys) == 0 && body.Journal == nil {
			continue
		}
		if _, err := a.write(c, draft{kind: chain.Loss, clear: &loss, head: bodyHead{Type: typeLoss}, body: &body}); err != nil {
			return err
		}
	}
	if err := a.dropSpoiltDerived(); err != nil {
		return err
	}
	return a.log(a.house, record.VaultRepaired, record.ID{})
}

// restoreSeals puts the seals of newest rotations back where they belong.
func (a *act) restoreSeals(c *chart) error {
	return c.eachSeal(func(sealed []byte) error { return a.tx.Put(store.Seals, sealKey(sealed), sealed) })
}

// beginJournalAgain puts a row that says so where one is lost, and computes the
// tree again.
func (a *act) beginJournalAgain(size int64) (*restart, error) {
	event := record.AuditEvent{At: record.At(a.opt.Now()), Agent: a.self.keyholder, Action: record.JournalRowLost, Means: a.opt.Means}
	b, err := chain.Encode(event)
	if err != nil {
		return nil, fmt.Errorf("vault: journal: %w", err)
	}
	again := newJournal()
	for again.size < size {
		key := store.Seq(uint64(again.size))
		row := a.tx.Get(store.Journal, key)
		if row == nil {
			sealed, err := a.house.common().key().Seal(labelJournal, byte(store.Journal), b)
			if err != nil {
				return nil, fmt.Errorf("vault: journal: %w", err)
			}
			row = sealed.Bytes()
			if err := a.tx.Put(store.Journal, key, row); err != nil {
				return nil, err
			}
		}
		if err := again.append(row); err != nil {
			return nil, err
		}
	}
	a.journal = again
	return &restart{Size: again.size, Root: again.root}, nil
}

// dropSpoiltDerived drops what was derived from documents of ours and does not
// open: it can be made again.
func (a *act) dropSpoiltDerived() error {
	for _, c := range a.charts {
		for _, d := range c.documents {
			for _, kind := range derivedKinds {
				key := kind.key(d.content.seq)
				value := a.tx.Get(store.Index, key)
				if value == nil {
					continue
				}
				if _, err := c.openDerived(d, kind, value); err != nil {
					if err := a.tx.Delete(store.Index, key); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// rescue writes a document down again, under a new key, that the file holds and
// nothing leads to.
func (v *Vault) rescue(ctx context.Context, r rescued) error {
	d := r.document
	content, err := v.contentOf(d)
	if err != nil {
		return err
	}
	up, err := v.upload(ctx, d.ID, d.Version+1, content, nil)
	if err != nil {
		return err
	}
	err = v.act(ctx, func(a *act) error {
		c, err := a.chart(r.patient)
		if err != nil {
			return err
		}
		target, err := a.circleFor(c, r.audience)
		if err != nil {
			return err
		}
		if err := a.writeVersion(c, target.key(), up, d.documentBody); err != nil {
			return err
		}
		var erased []*entry
		for _, e := range d.history {
			if e.id == (chain.Hash{}) {
				if err := a.drop(e); err != nil { // it has no operation any more
					return err
				}
				continue
			}
			erased = append(erased, e)
		}
		if len(erased) > 0 {
			if err := a.erase(c, erased); err != nil {
				return err
			}
		}
		return a.log(c, record.DocumentAdded, d.ID)
	})
	if err != nil {
		return errors.Join(err, up.abandon())
	}
	up.finished()
	return nil
}
