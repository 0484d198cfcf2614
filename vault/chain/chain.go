package chain

import (
	"cmp"
	"errors"
	"maps"
	"slices"
)

// Errors of [Chain.Append]. The chain is unchanged after each of them.
var (
	// ErrGenesis is returned when the chain does not begin with the genesis
	// of this patient, or has a second one.
	ErrGenesis = errors.New("chain: genesis does not fit the patient")
	// ErrGap is returned when an operation names one that is not here.
	ErrGap = errors.New("chain: an earlier operation is missing")
	// ErrStranger is returned when the device never belonged to the patient.
	ErrStranger = errors.New("chain: operation of a device that is not a member")
	// ErrKnown is returned when the operation is already here.
	ErrKnown = errors.New("chain: operation already known")
)

// Household is the patient id of the household's own chain, in which any
// member may admit others.
var Household ID

// Chain is the operations of one patient, seen so far. It is not safe for
// concurrent use. The zero value is not usable; see [New].
//
// A device whose file was copied, and that wrote in both copies, has two
// operations of one number. Both stand: what follows the second one is a line of
// its own, which beside the first is judged as if another device had written it.
type Chain struct {
	patient ID
	pinned  Hash // genesis that a household chain must have; zeros when unknown
	ops     map[Hash]*node
	last    map[ID]*node // by line
	entries map[ID]Entry // every device that was ever a member
	events  []event      // who came and went, in one order for everybody
	circles map[ID][]*Rotation

	receipts    []receipt
	withdrawals []withdrawal

	contested bool           // a removal and an admission by whom it removes did not see each other
	void      map[*node]bool // admissions without effect, for want of a member who made them
	now       map[ID]Entry   // members
}

// node is an operation's place in the graph.
type node struct {
	id        Hash
	device    ID
	line      ID // the device's id, or the start of the id of the operation that parted from it
	dseq      uint64
	depth     uint64        // longest way from the genesis
	hlc       uint64        // breaks ties between equal depths
	seen      map[ID]uint64 // of other lines; shared between nodes, never changed
	keyholder ID            // the author's, at its place
	role      Role          // the author's, at its place
	counts    bool          // permitted by the rules at its place
}

// event is the coming or going of devices of one keyholder.
type event struct {
	*node
	add     bool
	entries []Entry
	devices []ID // of the entries
}

// Rotation is one rotation of a circle, whether or not it counts.
type Rotation struct {
	RotateClear
	Op Hash
	at *node
}

// New begins an empty chain of one patient.
func New(patient ID) *Chain {
	return &Chain{
		patient: patient,
		ops:     map[Hash]*node{},
		last:    map[ID]*node{},
		entries: map[ID]Entry{},
		circles: map[ID][]*Rotation{},
	}
}

// NewHousehold begins the household's chain. Its genesis must be the pinned
// one; zeros accept any, for those who come with a recovery kit alone.
func NewHousehold(genesis Hash) *Chain {
	c := New(Household)
	c.pinned = genesis
	return c
}

// Grow makes room for so many operations. The chain must be empty.
func (c *Chain) Grow(operations int) { c.ops = make(map[Hash]*node, operations) }

// Patient returns whose chain it is.
func (c *Chain) Patient() ID { return c.patient }

// Has reports whether the operation is in the chain.
func (c *Chain) Has(id Hash) bool { return c.ops[id] != nil }

// Last returns the number and id of a device's last operation, zeros for none: of
// one with several lines, that of the longest, which its next operation follows.
func (c *Chain) Last(device ID) (dseq uint64, id Hash) {
	if n := c.tip(device); n != nil {
		return n.dseq, n.id
	}
	return 0, Hash{}
}

// tip is the last operation of the longest line of a device, the one with the
// higher id among equals.
func (c *Chain) tip(device ID) (best *node) {
	for _, n := range c.last {
		if n.device == device && (best == nil || cmp.Or(cmp.Compare(n.dseq, best.dseq), slices.Compare(n.id[:], best.id[:])) > 0) {
			best = n
		}
	}
	return best
}

// Tip is the last operation of a device, or of one of its lines.
type Tip struct {
	Device ID
	DSeq   uint64
	Op     Hash
}

// Tips returns the last operations of all that have written in this chain.
func (c *Chain) Tips() []Tip {
	var tips []Tip
	for _, n := range c.last {
		tips = append(tips, Tip{Device: n.device, DSeq: n.dseq, Op: n.id})
	}
	return tips
}

// Append adds an operation whose predecessors are all here. With trusted, the
// caller has proved it by hash and the signature is not verified again.
//
// counts is false when the operation is well formed and its author was not
// allowed it: it is kept, and must have no effect. recount is true when this
// operation removes a device whose work, already here, it had not seen: the
// caller must ask [Chain.Counts] again for what it has applied.
func (c *Chain) Append(op *Signed, trusted bool) (counts, recount bool, err error) {
	if op.Patient != c.patient {
		return false, false, ErrGenesis
	}
	if c.ops[op.id] != nil {
		return false, false, ErrKnown
	}
	n, err := c.place(op)
	if err != nil {
		return false, false, err
	}
	var change event
	switch op.Kind {
	case Genesis:
		if change, err = c.genesis(op, n); err != nil {
			return false, false, err
		}
	case Member:
		var m MemberClear
		if err := Decode(op.Clear, &m); err != nil {
			return false, false, err
		}
		change = newEvent(n, m.Add, m.Entries)
	case Erase:
		if err := Decode(op.Clear, new(EraseClear)); err != nil {
			return false, false, err
		}
	case Loss:
		if err := Decode(op.Clear, new(LossClear)); err != nil {
			return false, false, err
		}
	}
	signer, ok := c.entries[op.Device]
	if op.Kind == Genesis {
		signer, ok = change.entries[0], true
	}
	if !ok {
		return false, false, ErrStranger
	}
	if !trusted {
		if err := op.verify(signer.Sign); err != nil {
			return false, false, err
		}
	}
	var rotation *Rotation
	if op.Kind == Rotate {
		rotation = &Rotation{Op: op.id, at: n}
		if err := Decode(op.Clear, &rotation.RotateClear); err != nil {
			return false, false, err
		}
	}
	if err := c.keepConsent(op, n); err != nil {
		return false, false, err
	}
	n.counts = op.Kind == Genesis || c.permitted(n, op, change)
	c.ops[n.id], c.last[n.line] = n, n
	if rotation != nil {
		c.circles[rotation.Circle] = append(c.circles[rotation.Circle], rotation)
	}
	if n.counts && change.node != nil {
		recount = c.record(change)
	}
	return c.Counts(n.id), recount, nil
}

// Bridge puts a lost operation in its place without knowing more of it than its
// id, so that those that name it can follow. It has no effect of its own, and has
// seen what its device's last one had. It does nothing when the operation is
// here, or its device has come further.
func (c *Chain) Bridge(l Lost) {
	last := c.last[l.Device]
	if c.ops[l.Op] != nil || last != nil && l.Device != (ID{}) && last.dseq >= l.DSeq {
		return
	}
	n := &node{id: l.Op, device: l.Device, line: l.Device, dseq: l.DSeq, depth: 1}
	if l.Device == (ID{}) {
		c.ops[n.id] = n
		return
	}
	if last != nil {
		n.seen, n.depth, n.keyholder, n.role = last.seen, last.depth+1, last.keyholder, last.role
	}
	c.ops[n.id], c.last[n.line] = n, n
}

// place finds an operation's place in the graph: what it follows and has seen.
func (c *Chain) place(op *Signed) (*node, error) {
	n := &node{id: op.id, device: op.Device, line: op.Device, dseq: op.DSeq, hlc: op.HLC}
	if len(c.ops) == 0 && op.Kind != Genesis {
		return nil, ErrGap
	}
	var before *node
	if op.DSeq == 1 {
		if op.PrevDev != (Hash{}) {
			return nil, ErrGap
		}
	} else {
		before = c.ops[op.PrevDev]
		if before == nil || before.device != op.Device || before.dseq+1 != op.DSeq {
			return nil, ErrGap
		}
		n.line, n.seen, n.depth = before.line, before.seen, before.depth+1
	}
	if c.last[n.line] != before {
		n.part(before)
	}
	own := false
	for _, dep := range op.Deps {
		d := c.ops[dep]
		if d == nil || d.line == n.line {
			return nil, ErrGap
		}
		if !own {
			seen := make(map[ID]uint64, len(n.seen)+1)
			maps.Copy(seen, n.seen)
			n.seen, own = seen, true
		}
		n.depth = max(n.depth, d.depth+1)
		n.seen[d.line] = max(n.seen[d.line], d.dseq)
		for line, dseq := range d.seen {
			if line != n.line {
				n.seen[line] = max(n.seen[line], dseq)
			}
		}
	}
	return n, nil
}

// part begins a line with an operation whose device has gone on after before
// already.
func (n *node) part(before *node) {
	n.line = ID(n.id[:])
	if before == nil {
		return
	}
	seen := make(map[ID]uint64, len(n.seen)+1)
	maps.Copy(seen, n.seen)
	seen[before.line] = before.dseq
	n.seen = seen
}

func (c *Chain) genesis(op *Signed, n *node) (event, error) {
	var g GenesisClear
	if err := Decode(op.Clear, &g); err != nil {
		return event{}, err
	}
	fits := PatientID(op.Clear) == c.patient
	if c.patient == Household {
		fits = c.pinned == Hash{} || c.pinned == op.id
	}
	if !fits || len(c.ops) != 0 || g.First.Device() != op.Device || g.First.Kit || !g.Kit.Kit || g.First.Keyholder != g.Kit.Keyholder || g.First.Role != g.Kit.Role || !g.First.usable() || !g.Kit.usable() {
		return event{}, ErrGenesis
	}
	n.keyholder, n.role = g.First.Keyholder, g.First.Role
	return newEvent(n, true, []Entry{g.First, g.Kit}), nil
}

func newEvent(n *node, add bool, entries []Entry) event {
	e := event{node: n, add: add, entries: entries, devices: make([]ID, len(entries))}
	for i, entry := range entries {
		e.devices[i] = entry.Device()
	}
	return e
}

// record keeps an event in the order that everybody computes alike.
func (c *Chain) record(e event) (recount bool) {
	at, _ := slices.BinarySearchFunc(c.events, e, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.depth, b.depth), cmp.Compare(a.hlc, b.hlc), slices.Compare(a.device[:], b.device[:]), slices.Compare(a.id[:], b.id[:]))
	})
	c.events = slices.Insert(c.events, at, e)
	for i, device := range e.devices {
		if e.add {
			c.entries[device] = e.entries[i]
			continue
		}
		for _, last := range c.last {
			recount = recount || last.device == device && last != e.node && !e.node.saw(last)
		}
	}
	for _, other := range c.events {
		c.contested = c.contested || other.add && e.removes(other.node) || e.add && other.removes(e.node)
	}
	c.void = c.withoutEffect(nil)
	c.now = c.before(nil)
	return recount
}

// usable reports whether keys can be sealed to all that e adds.
func (e event) usable() bool {
	return !e.add || !slices.ContainsFunc(e.entries, func(entry Entry) bool { return !entry.usable() })
}

// removes reports whether e takes away the author of n, neither having seen
// the other.
func (e event) removes(n *node) bool {
	return !e.add && e.node != n && slices.Contains(e.devices, n.device) && !n.saw(e.node) && !e.saw(n)
}

// saw reports whether m is in the past of n.
func (n *node) saw(m *node) bool {
	if n.line == m.line {
		return m.dseq < n.dseq
	}
	return n.seen[m.line] >= m.dseq
}

func (n *node) sawAll(events []event) bool {
	return !slices.ContainsFunc(events, func(e event) bool { return !n.saw(e.node) })
}

// before returns the members of the chain in the past of n, or now when n is
// nil. What is removed stays removed, even if the remover was removed by
// somebody who had not seen it; an admission needs an author who was a member.
// The caller must not change the map.
func (c *Chain) before(n *node) map[ID]Entry {
	if n != nil && c.now != nil && !c.contested && n.sawAll(c.events) {
		return c.now // the same, as nearly always
	}
	void := c.void
	if n != nil {
		void = c.withoutEffect(n)
	}
	members := map[ID]Entry{}
	for _, e := range c.events {
		if n != nil && !n.saw(e.node) || void[e.node] {
			continue
		}
		for i, device := range e.devices {
			if e.add {
				members[device] = e.entries[i]
			} else {
				delete(members, device)
			}
		}
	}
	return members
}

// withoutEffect returns the admissions that do not stand among the events that
// view has seen, all of them when it is nil.
func (c *Chain) withoutEffect(view *node) map[*node]bool {
	if !c.contested {
		return nil
	}
	void := map[*node]bool{}
	for _, e := range c.events { // an event stands after all that it has seen
		if e.add && (view == nil || view.saw(e.node)) && !c.stands(e.node, view, void) {
			void[e.node] = true
		}
	}
	return void
}

// stands reports whether n, permitted at its place, keeps its effect among the
// events that view has seen: no removal hits its author unseen, and its author
// is what they were when the void admissions are left out.
func (c *Chain) stands(n, view *node, void map[*node]bool) bool {
	member := n.depth == 0 // the genesis admits itself
	for _, e := range c.events {
		if (view == nil || view.saw(e.node)) && e.removes(n) {
			return false
		}
		if !n.saw(e.node) || void[e.node] {
			continue
		}
		for i, device := range e.devices {
			if device == n.device {
				member = e.add && e.entries[i].Keyholder == n.keyholder && e.entries[i].Role == n.role
			}
		}
	}
	return member
}

// Members returns the devices and kits that belong to the patient now.
func (c *Chain) Members() map[ID]Entry {
	members := maps.Clone(c.now)
	if members == nil {
		members = map[ID]Entry{}
	}
	return members
}

// Entry returns a device that is a member, or what it was last admitted as.
func (c *Chain) Entry(device ID) (Entry, bool) {
	if e, ok := c.now[device]; ok {
		return e, true
	}
	e, ok := c.entries[device]
	return e, ok
}

// Counts reports whether an operation has an effect: its author was allowed it
// then, no removal of that author is without having seen it, and the same holds
// for the admission of that author.
func (c *Chain) Counts(id Hash) bool {
	n := c.ops[id]
	return n != nil && n.counts && c.stands(n, nil, c.void)
}

// Heads returns the last operations of other lines that device has not yet
// covered by its own last operation: the dependencies of its next one.
func (c *Chain) Heads(device ID) []Hash {
	var deps []Hash
	mine := c.tip(device)
	for _, n := range c.last {
		if n == mine || (mine != nil && mine.saw(n)) || c.covered(n, mine) {
			continue
		}
		deps = append(deps, n.id)
	}
	slices.SortFunc(deps, func(a, b Hash) int { return slices.Compare(a[:], b[:]) })
	return deps
}

// covered reports whether the last operation of another line than mine has seen n
// already.
func (c *Chain) covered(n, mine *node) bool {
	for _, other := range c.last {
		if other != mine && other != n && other.saw(n) {
			return true
		}
	}
	return false
}
