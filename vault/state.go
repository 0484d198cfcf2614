package vault

import (
	"bytes"
	"fmt"
	"math"
	"slices"

	"carnet/vault/chain"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// state is what the file says, as far as the open keyholder may read: the fold
// of all operations. It is built by load and moved on by apply, in memory.
type state struct {
	id         [16]byte
	house      *chart
	charts     map[record.ID]*chart
	gone       map[record.ID]bool // charts that the manifest names and no key opens any more
	foreign    int                // operations of others that cannot be read
	damaged    int                // operations whose header is altered
	spoilt     int                // seals, or their pages, that do not hold
	lostBodies map[chain.Hash]bool
	journal    journal
	household  chain.Hash // its genesis
	generation uint64
	drafts     bool // some are kept, says the manifest
	watching   bool // folders are watched, says the manifest
	nextSeq    uint64
	unfinished []uint64               // versions without an operation
	left       []*entry               // erased, with something of them still in the file: another copy erased them
	clock      uint64                 // hybrid logical clock, the highest seen
	awaited    map[record.ID]*awaited // records that this device was admitted to and has not fetched whole
}

// chart is one patient's chain with what can be read of it; the household's
// has no patient.
type chart struct {
	patient      record.Patient
	chain        *chain.Chain
	circles      map[[16]byte]*circle
	people       map[record.ID]person // by pseudonym; in the household, by keyholder
	documents    map[record.ID]*document
	entries      map[record.ID]*profileEntry
	contents     map[[32]byte]record.ID    // documents by the keyed name of their content
	ops          map[chain.Hash]*entry     // operations whose content we keep or look for
	strays       map[record.ID][]*entry    // operations on a document that had no effect on it
	erasures     map[record.ID]mention     // of documents that were erased for good
	backups      []madeBackup              // household: the last ones, newest first
	certificates map[record.ID]certificate // household: of who signs attestations
	closures     map[record.ID]closed      // household: records that were closed for good
	missing      []*entry                  // content that is gone and should not be
	ignored      int                       // operations that their author was not allowed
	refused      int                       // operations that fit no chain or say nothing we understand
	repairs      []record.Millis           // when losses were written down
	shaky        [][16]byte                // in a repair: circles whose rotation is lost in part
	restart      *restart                  // household: the journal that a repair left, when the manifest is older
	restarted    int64                     // household: how many rows repairs have begun again
	journals     [][]span                  // household: those of copies that were merged into this one
	relatives    map[record.ID]relatives   // household: who has shares of whose way in
	joined       map[record.ID]bool        // household: records that began in another one
	patched      map[uint64]stamp          // of the patient's own fields
	handed       *handedOver               // away from this file; nil for a record that is here
	received     *handOverBody             // into this file; nil for a record that began here
	origin       chartOrigin               // what archives told of the record
	consents     map[record.ID]string      // the words that were read, by receipt
	filed        map[chain.Hash]filed      // every operation of the chain that this keyholder reads
	sync         syncBody                  // how far a server has it
	devices      map[[16]byte]called       // who was added when, and by what name
}

// person is a keyholder in one chart.
type person struct {
	keyholder record.ID
	name      string
	slots     map[[16]byte][16]byte // household: slot by device
	attested  attested
}

// circle is who may read some of a chart.
type circle struct {
	id       [16]byte
	audience chain.Audience
	epochs   map[uint32][]*seal.CircleKey // trusted keys: two may share an epoch
	newest   *chain.Rotation
}

// entry is where an operation stands in the file, and who wrote it when.
type entry struct {
	id     chain.Hash
	seq    uint64
	blobs  uint32
	erased bool
	kind   chain.Kind
	device [16]byte
	hlc    uint64
	// lacking says that the body is gone or altered.
	lacking bool
	closed  bool // a body that no key of ours opens: another circle's

	document record.ID // that it brought the content of; zero for others
}

// writing is how a record came to be what it is.
type writing struct {
	circle  [16]byte // whose key its operations are under
	history []*entry
	stamps  map[uint64]stamp // fields that were edited; the others have base
	base    stamp
	authors []record.ID // pseudonyms
}

// document is a document with what is needed to open and to move it.
type document struct {
	documentBody
	writing
	content *entry // the operation that brought the content
}

// profileEntry is an entry of the medical profile.
type profileEntry struct {
	entryBody
	writing
}

// stamp orders writes of one field: the later one wins.
type stamp struct {
	time   uint64
	device [16]byte
}

func (s stamp) before(t stamp) bool {
	if s.time != t.time {
		return s.time < t.time
	}
	return bytes.Compare(s.device[:], t.device[:]) < 0
}

// of is the chart of a patient. It returns [ErrNoPatient].
func (s *state) of(patient record.ID) (*chart, error) {
	if c := s.charts[patient]; c != nil {
		return c, nil
	}
	return nil, ErrNoPatient
}

func newChart(c *chain.Chain) *chart {
	return &chart{
		chain:     c,
		patient:   record.Patient{ID: c.Patient()},
		circles:   map[[16]byte]*circle{},
		people:    map[record.ID]person{},
		documents: map[record.ID]*document{},
		entries:   map[record.ID]*profileEntry{},
		contents:  map[[32]byte]record.ID{},
		ops:       map[chain.Hash]*entry{},
		strays:    map[record.ID][]*entry{},
		erasures:  map[record.ID]mention{},
		joined:    map[record.ID]bool{},
		filed:     map[chain.Hash]filed{},
		devices:   map[[16]byte]called{},
	}
}

// all returns the household and the patients' charts.
func (s *state) all() []*chart {
	out := []*chart{s.house}
	for _, c := range s.charts {
		out = append(out, c)
	}
	return out
}

// keepKeys moves the keys that the vault goes on with into memory that is locked where
// the system allows it. Nobody may use them meanwhile.
func (s *state) keepKeys() {
	for _, c := range s.all() {
		for _, circle := range c.circles {
			for _, keys := range circle.epochs {
				for _, k := range keys {
					k.Keep()
				}
			}
		}
	}
}

func (s *state) wipe() {
	for _, c := range s.all() {
		for _, circle := range c.circles {
			for _, keys := range circle.epochs {
				for _, k := range keys {
					k.Wipe()
				}
			}
		}
		for _, d := range c.documents {
			clear(d.DEK)
			clear(d.Inline)
		}
	}
}

func (s *state) damage() (d Damage) {
	d.Gone, d.Records = len(s.gone), s.damaged+s.spoilt
	for _, c := range s.all() {
		for _, e := range c.missing {
			if !e.erased {
				d.Records++
			}
		}
		d.Ignored += c.ignored
		d.Refused += c.refused
	}
	return d
}

// key returns the newest trusted key of the circle: of two with one epoch
// number, the one with the lower id.
func (c *circle) key() *seal.CircleKey {
	var best *seal.CircleKey
	for epoch, keys := range c.epochs {
		for _, k := range keys {
			if best == nil || epoch > best.Epoch || epoch == best.Epoch && bytes.Compare(k.ID[:], best.ID[:]) < 0 {
				best = k
			}
		}
	}
	return best
}

// common returns the circle of everybody who may read the chart.
func (c *chart) common() *circle { return c.circles[c.chain.Patient()] }

// keyOf finds the trusted key that opens an envelope of epoch, trying each.
func (c *chart) open(label string, bucket byte, s seal.Sealed) ([]byte, *circle, error) {
	epoch := s.Epoch()
	try := func(circle *circle) ([]byte, error) {
		for _, k := range circle.epochs[epoch] {
			b, err := k.Open(label, bucket, s)
			if err != seal.ErrKey {
				return b, err
			}
		}
		return nil, seal.ErrKey
	}
	if common := c.common(); common != nil {
		if b, err := try(common); err != seal.ErrKey {
			return b, common, err
		}
	}
	for _, circle := range c.circles {
		if b, err := try(circle); err != seal.ErrKey {
			return b, circle, err
		}
	}
	return nil, nil, seal.ErrKey
}

// apply moves the chart on by one operation that counts. body is its opened
// content, nil as well when there is none or it cannot be read; circle is whose key
// opened it.
func (c *chart) apply(op *chain.Signed, e *entry, at uint64, circle *circle, body *openBody) error {
	if op.Kind == chain.Erase {
		return c.applyErase(op)
	}
	if op.Kind == chain.Loss {
		var clear chain.LossClear
		if err := chain.Decode(op.Clear, &clear); err != nil {
			return err
		}
		c.applyLoss(clear)
	}
	if body == nil || body.plain == nil {
		return nil
	}
	head, content, err := decodeBody(body.plain)
	if err != nil {
		return err
	}
	if head.Patient != op.Patient {
		return fmt.Errorf("%w: body of another patient", ErrDamaged)
	}
	w := stamp{at, op.Device}
	switch head.Type {
	case typeMember:
		return c.applyMember(op, content)
	case record.TypePatient:
		return c.applyPatient(w, content)
	case record.TypeDocument:
		return c.applyDocument(op, e, w, circle, head, content, body.document)
	case record.TypeEntry:
		return c.applyEntry(op, e, w, circle, head, content)
	case record.TypeErasure:
		return c.applyErasure(op, head, content)
	case record.TypeHandOver:
		return c.applyHandOver(op, content)
	case typeRotate:
		return nil // trust has read it
	case typeLoss:
		return c.readLoss(content)
	case typeBackup:
		return c.applyBackup(op, content)
	case typeOrigin:
		return c.applyOrigin(content)
	case typeClosure:
		return c.applyClosure(op, head, content)
	case typeCertificate:
		return c.applyCertificate(w, head, content)
	case typeMerge:
		return c.applyMerge(content)
	case typeRelatives:
		return c.applyRelatives(op, w, head, content)
	case typeJoined:
		c.joined[head.ID] = true
		return nil
	case typeConsent:
		return c.applyConsent(op, head, content)
	}
	return nil // a type of a later version of the program
}

func (c *chart) applyErase(op *chain.Signed) error {
	var erase chain.EraseClear
	if err := chain.Decode(op.Clear, &erase); err != nil {
		return err
	}
	for _, id := range erase.Ops {
		if e := c.ops[id]; e != nil {
			e.erased = true
			c.forget(e)
		}
	}
	return nil
}

// forget drops the document whose content an operation brought, unless a later
// version has taken its place.
func (c *chart) forget(e *entry) {
	d := c.documents[e.document]
	if d == nil || d.content != e {
		return
	}
	if c.contents[d.ContentID] == d.ID {
		delete(c.contents, d.ContentID)
	}
	delete(c.documents, d.ID)
	clear(d.DEK)
	clear(d.Inline)
}

func (c *chart) applyMember(op *chain.Signed, content []byte) error {
	var body memberBody
	if err := decoding.Unmarshal(content, &body); err != nil {
		return fmt.Errorf("%w: member: %w", ErrDamaged, err)
	}
	entries, add, err := memberEntries(op)
	if err != nil || !add || len(entries) == 0 {
		return err
	}
	sortEntries(entries) // devices first
	for _, e := range entries {
		c.devices[e.Device()] = called{name: body.Device, since: record.Millis(op.HLC >> 16)}
	}
	pseudonym := record.ID(entries[0].Keyholder)
	p, known := c.people[pseudonym]
	if !known {
		p.slots = map[[16]byte][16]byte{}
	}
	if c.chain.Patient() == chain.Household {
		newcomer := entries[0]
		if op.Kind == chain.Member && (newcomer.Kit || len(entries) > 1 && !entries[1].Kit || !joined(newcomer, body.Joined)) {
			return fmt.Errorf("%w: a newcomer did not sign", ErrDamaged)
		}
		p.slots[newcomer.Device()] = body.Slot
	}
	p.keyholder, p.name = body.Keyholder, body.Name
	if !body.Attestation.IsZero() {
		p.attested = attested{document: body.Attestation, digest: body.Attested, by: op.Device, hlc: op.HLC}
	}
	c.people[pseudonym] = p
	return nil
}

// memberEntries reads whom a genesis or member operation concerns.
func memberEntries(op *chain.Signed) (entries []chain.Entry, add bool, err error) {
	if op.Kind == chain.Genesis {
		var g chain.GenesisClear
		err = chain.Decode(op.Clear, &g)
		return []chain.Entry{g.First, g.Kit}, true, err
	}
	var m chain.MemberClear
	err = chain.Decode(op.Clear, &m)
	return m.Entries, m.Add, err
}

func (c *chart) applyPatient(w stamp, content []byte) error {
	if c.patched == nil {
		c.patched = map[uint64]stamp{}
	}
	return merge(&c.patient, content, w, func(field uint64) stamp { return c.patched[field] }, func(field uint64) { c.patched[field] = w })
}

func (c *chart) applyDocument(op *chain.Signed, e *entry, w stamp, circle *circle, head bodyHead, content []byte, decoded *document) error {
	d := c.documents[head.ID]
	whole := op.Kind == chain.Data && head.Version > 0 && (d == nil || head.Version > d.Version)
	if circle == nil {
		return fmt.Errorf("%w: a document before any key", ErrDamaged)
	}
	if d != nil && !c.mayTouch(op, &d.writing, circle, whole) {
		c.ignored++
		c.strays[head.ID] = append(c.strays[head.ID], e)
		return nil
	}
	switch {
	case d == nil && !whole:
		c.strays[head.ID] = append(c.strays[head.ID], e)
		return nil // an edit of what was hidden from us or erased
	case whole:
		// A new version brings every field: what was known before is past.
		fresh := decoded
		if fresh == nil {
			fresh = new(document)
			if err := decoding.Unmarshal(content, &fresh.documentBody); err != nil {
				return fmt.Errorf("%w: document: %w", ErrDamaged, err)
			}
		}
		fresh.writing, fresh.content = writing{base: w, circle: circle.id}, e
		if d == nil && fresh.Version == 0 {
			c.strays[head.ID] = append(c.strays[head.ID], e)
			return nil // an edit of what is damaged
		}
		fresh.ID, fresh.Patient = head.ID, head.Patient
		fresh.Origin = fresh.Origin.known()
		if fresh.Version != head.Version {
			return fmt.Errorf("%w: version", ErrDamaged)
		}
		if d != nil {
			fresh.history, fresh.authors = d.history, d.authors
		}
		e.document = head.ID
		c.documents[head.ID] = fresh
		c.contents[fresh.ContentID] = head.ID
		d = fresh
	default:
		// What is not editable comes with the content, and stays with it.
		if err := d.edit(&d.documentBody, content, w, func(field uint64) bool { return slices.Contains(editable, field) }); err != nil {
			return err
		}
	}
	d.wrote(c, op, e)
	return nil
}

func (c *chart) applyEntry(op *chain.Signed, e *entry, w stamp, circle *circle, head bodyHead, content []byte) error {
	x := c.entries[head.ID]
	switch {
	case x == nil && (op.Kind != chain.Data || head.Version != 1):
		return nil // an edit of what was erased
	case x == nil:
		x = &profileEntry{writing: writing{base: w, circle: circle.id}}
		if err := decoding.Unmarshal(content, &x.entryBody); err != nil {
			return fmt.Errorf("%w: entry: %w", ErrDamaged, err)
		}
		x.ID, x.Patient = head.ID, head.Patient
		x.Origin = x.Origin.known()
		c.entries[head.ID] = x
	case head.Version != 0 || !c.mayTouch(op, &x.writing, circle, false):
		c.ignored++
		return nil
	default:
		if err := x.edit(&x.Entry, content, w, func(field uint64) bool { return !slices.Contains(entryFixed, field) }); err != nil {
			return err
		}
	}
	x.wrote(c, op, e)
	return nil
}

// entryFixed are the fields of an entry that never change: its kind, and when
// and by whom it was added.
var entryFixed = []uint64{1, 24, 25}

// edit merges the fields that an operation changes and may change.
func (x *writing) edit(dst any, content []byte, w stamp, mayChange func(field uint64) bool) error {
	if x.stamps == nil {
		x.stamps = map[uint64]stamp{}
	}
	return merge(dst, content, w, func(field uint64) stamp {
		if !mayChange(field) {
			return stamp{time: math.MaxUint64}
		}
		if s, ok := x.stamps[field]; ok {
			return s
		}
		return x.base
	}, func(field uint64) { x.stamps[field] = w })
}

// wrote remembers an operation and its author.
func (x *writing) wrote(c *chart, op *chain.Signed, e *entry) {
	x.history = append(x.history, e)
	if author, ok := c.chain.Entry(op.Device); ok && !slices.Contains(x.authors, author.Keyholder) {
		x.authors = append(x.authors, author.Keyholder)
	}
}

// editable are the fields of a document that change without its content: title,
// category, date, what professionals see, the bin, note and tags, that it is in
// the right record, and what is contested.
var editable = []uint64{1, 2, 3, 12, fieldRemovedAt, 14, 15, 16, 60, 61, 62, 63, 64, 65, 66, 67}

const fieldRemovedAt = 13

// mayTouch reports whether an operation on a record comes from where it may: an
// edit under the record's own circle, a new version from one who reads it. A
// carer puts in the bin, and moves, only what they alone wrote.
func (c *chart) mayTouch(op *chain.Signed, d *writing, circle *circle, whole bool) bool {
	author, ok := c.chain.Entry(op.Device)
	if !ok || circle == nil {
		return false
	}
	if author.Role.Carer() && (whole || op.Kind == chain.Tombstone) && !slices.Equal(d.authors, []record.ID{author.Keyholder}) {
		return false
	}
	_, reads := c.chain.Recipients(c.circles[d.circle].audience)[op.Device]
	return reads && (whole || circle.id == d.circle)
}

// merge writes the fields of content into dst where their write w is the later
// one: the last writer wins, field by field.
func merge(dst any, content []byte, w stamp, last func(uint64) stamp, wrote func(uint64)) error {
	fields := map[uint64]rawField{}
	if err := decoding.Unmarshal(content, &fields); err != nil {
		return fmt.Errorf("%w: record: %w", ErrDamaged, err)
	}
	for field := range fields {
		if w.before(last(field)) {
			delete(fields, field)
			continue
		}
		wrote(field)
	}
	b, err := chain.Encode(fields)
	if err != nil {
		return fmt.Errorf("vault: record: %w", err)
	}
	if err := decoding.Unmarshal(b, dst); err != nil {
		return fmt.Errorf("%w: record: %w", ErrDamaged, err)
	}
	return nil
}

// knownContent finds a document of the same content that this keyholder reads,
// whatever circle and epoch it was named under.
func (c *chart) knownContent(digest [32]byte) *document {
	for _, circle := range c.circles {
		for _, keys := range circle.epochs {
			for _, k := range keys {
				if d := c.documents[c.contents[k.ContentID(digest)]]; d != nil && d.Digest == digest {
					return d
				}
			}
		}
	}
	return nil
}
