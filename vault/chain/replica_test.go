package chain_test

import (
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/sha256"
	"maps"
	"slices"
	"sync"
	"testing"

	"carnet/vault/chain"
)

// device is a device, or a kit, whose keys are drawn from its name.
type device struct {
	name   string
	id     chain.ID
	sign   ed25519.PrivateKey
	hpke   []byte
	person chain.ID // pseudonym of its keyholder
}

func newDevice(t testing.TB, name, person string) *device {
	t.Helper()
	seed := sha256.Sum256([]byte("sign " + name))
	d := &device{name: name, sign: ed25519.NewKeyFromSeed(seed[:]), person: pseudonym(person)}
	d.hpke = hpkePublic(t, name)
	d.id = chain.DeviceID(d.public(), d.hpke)
	return d
}

var hpkeKeys sync.Map // by name, since making one takes a while

func hpkePublic(t testing.TB, name string) []byte {
	t.Helper()
	if b, ok := hpkeKeys.Load(name); ok {
		return b.([]byte)
	}
	seed := sha256.Sum256([]byte("hpke " + name))
	private, err := hpke.MLKEM768X25519().NewPrivateKey(seed[:])
	if err != nil {
		t.Fatal(err)
	}
	b := private.PublicKey().Bytes()
	hpkeKeys.Store(name, b)
	return b
}

func pseudonym(person string) chain.ID {
	h := sha256.Sum256([]byte("person " + person))
	return chain.ID(h[:])
}

func (d *device) public() [ed25519.PublicKeySize]byte {
	return [ed25519.PublicKeySize]byte(d.sign.Public().(ed25519.PublicKey))
}

func (d *device) signature(message []byte) [ed25519.SignatureSize]byte {
	return [ed25519.SignatureSize]byte(ed25519.Sign(d.sign, message))
}

func (d *device) as(role chain.Role) chain.Entry {
	return chain.Entry{Keyholder: d.person, Role: role, Sign: d.public(), HPKE: d.hpke}
}

func (d *device) kit(role chain.Role) chain.Entry {
	e := d.as(role)
	e.Kit = true
	return e
}

// replica is what one device has of a chain.
type replica struct {
	t   testing.TB
	dev *device
	*chain.Chain
	ops   []*chain.Signed
	trust bool    // leave signatures unverified, where a test is about something else
	clock *uint64 // of everybody, so that a later operation has a later time
}

// begin makes a chain whose first device belongs to a guardian, or holder.
func begin(t testing.TB, first, kit *device, role chain.Role) *replica {
	t.Helper()
	clear := encode(t, &chain.GenesisClear{Random: [32]byte{1}, First: first.as(role), Kit: kit.kit(role)})
	r := &replica{t: t, dev: first, Chain: chain.New(chain.PatientID(clear)), clock: new(uint64)}
	r.write(chain.Genesis, clear)
	return r
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	b, err := chain.Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// next is the operation that the device would write now.
func (r *replica) next(kind chain.Kind, clear []byte) chain.Op {
	dseq, prev := r.Last(r.dev.id)
	*r.clock++
	return chain.Op{
		V: chain.Version, Kind: kind, Patient: r.Patient(), Device: r.dev.id, DSeq: dseq + 1, PrevDev: prev,
		Deps: r.Heads(r.dev.id), HLC: *r.clock << 16, Clear: clear,
	}
}

func (r *replica) signed(op chain.Op) *chain.Signed {
	r.t.Helper()
	s, err := chain.Sign(op, r.dev.signature)
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

// write signs and appends an operation, whether it counts or not.
func (r *replica) write(kind chain.Kind, clear []byte) *chain.Signed {
	r.t.Helper()
	op := r.signed(r.next(kind, clear))
	r.take(op)
	return op
}

// try writes an operation and tells whether it counts.
func (r *replica) try(kind chain.Kind, clear []byte) bool {
	r.t.Helper()
	return r.Counts(r.write(kind, clear).ID())
}

// must writes an operation that counts.
func (r *replica) must(kind chain.Kind, clear []byte) *chain.Signed {
	r.t.Helper()
	op := r.write(kind, clear)
	if !r.Counts(op.ID()) {
		r.t.Fatalf("%s: operation %d does not count", r.dev.name, op.DSeq)
	}
	return op
}

func (r *replica) member(add bool, entries ...chain.Entry) []byte {
	return encode(r.t, &chain.MemberClear{Add: add, Entries: entries})
}

func (r *replica) erasing(ops ...*chain.Signed) []byte {
	var e chain.EraseClear
	for _, op := range ops {
		e.Ops = append(e.Ops, op.ID())
	}
	return encode(r.t, &e)
}

// take appends an operation of somebody else's.
func (r *replica) take(op *chain.Signed) (counts, recount bool) {
	r.t.Helper()
	counts, recount, err := r.Append(op, r.trust)
	if err != nil {
		r.t.Fatalf("%s takes an operation: %v", r.dev.name, err)
	}
	if counts != r.Counts(op.ID()) {
		r.t.Fatalf("Append says %t, Counts %t", counts, r.Counts(op.ID()))
	}
	r.ops = append(r.ops, op)
	return counts, recount
}

// pull takes all that another replica has and this one lacks.
func (r *replica) pull(from *replica) {
	r.t.Helper()
	for _, op := range slices.Clone(from.ops) {
		if !r.Has(op.ID()) {
			r.take(op)
		}
	}
}

// join gives another device a replica with all that this one has.
func (r *replica) join(d *device) *replica {
	r.t.Helper()
	n := &replica{t: r.t, dev: d, Chain: chain.New(r.Patient()), trust: r.trust, clock: r.clock}
	n.pull(r)
	return n
}

// isMembers fails unless the members are exactly these devices.
func (r *replica) isMembers(want ...*device) {
	r.t.Helper()
	members := r.Members()
	for _, d := range want {
		if _, ok := members[d.id]; !ok {
			r.t.Errorf("%s is no member", d.name)
		}
	}
	if len(members) != len(want) {
		r.t.Errorf("%d members, want %d", len(members), len(want))
	}
}

// family is a chain with one device of each: the guardian who began it (with a
// kit), another guardian, a carer who adds and one who reads; a holder when the
// person whose record it is has come of age.
type family struct {
	*replica            // the first guardian's
	anne, kit           *device
	bruno, chloe, denis *device
	elise               *device // the holder, 18 years old
	asBruno, asChloe    *replica
	asDenis, asElise    *replica
	members             []*device
	everybody           []*replica
}

func newFamily(t testing.TB) *family {
	t.Helper()
	f := &family{
		anne: newDevice(t, "anne", "anne"), kit: newDevice(t, "anne's kit", "anne"),
		bruno: newDevice(t, "bruno", "bruno"), chloe: newDevice(t, "chloe", "chloe"),
		denis: newDevice(t, "denis", "denis"), elise: newDevice(t, "elise", "elise"),
	}
	f.replica = begin(t, f.anne, f.kit, chain.Guardian)
	f.trust = true
	f.must(chain.Member, f.member(true, f.elise.as(chain.Holder)))
	f.must(chain.Member, f.member(true, f.bruno.as(chain.Guardian)))
	f.must(chain.Member, f.member(true, f.chloe.as(chain.CarerAdds)))
	f.must(chain.Member, f.member(true, f.denis.as(chain.CarerReads)))
	f.asBruno, f.asChloe, f.asDenis, f.asElise = f.join(f.bruno), f.join(f.chloe), f.join(f.denis), f.join(f.elise)
	f.members = []*device{f.anne, f.kit, f.bruno, f.chloe, f.denis, f.elise}
	f.everybody = []*replica{f.replica, f.asBruno, f.asChloe, f.asDenis, f.asElise}
	f.isMembers(f.members...)
	return f
}

// of returns the replica of one role's device.
func (f *family) of(role chain.Role) *replica {
	return map[chain.Role]*replica{chain.Holder: f.asElise, chain.Guardian: f.asBruno, chain.CarerAdds: f.asChloe, chain.CarerReads: f.asDenis}[role]
}

func sameMembers(a, b map[chain.ID]chain.Entry) bool {
	return maps.EqualFunc(a, b, func(x, y chain.Entry) bool {
		return x.Kit == y.Kit && x.Keyholder == y.Keyholder && x.Role == y.Role && x.Sign == y.Sign && slices.Equal(x.HPKE, y.HPKE)
	})
}
