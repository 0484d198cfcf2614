package chain_test

import (
	"errors"
	"slices"
	"testing"

	"carnet/vault/chain"
)

// What is wrong in form is refused by name and leaves the chain as it was.
func TestAppendRefuses(t *testing.T) {
	f := newFamily(t)
	stranger := newDevice(t, "stranger", "stranger")
	first := f.must(chain.Data, nil)
	second := f.must(chain.Data, nil)
	bruno := f.asBruno.must(chain.Data, nil)
	f.take(bruno)

	change := func(r *replica, kind chain.Kind, clear []byte, edit func(*chain.Op)) *chain.Signed {
		op := r.next(kind, clear)
		edit(&op)
		return r.signed(op)
	}
	data := func(edit func(*chain.Op)) *chain.Signed { return change(f.replica, chain.Data, nil, edit) }
	forged := *f.signed(f.next(chain.Data, nil))
	forged.Sig[0] ^= 1
	reused := *f.signed(f.next(chain.Data, nil))
	reused.Sig = first.Sig
	outside := f.join(stranger)

	tests := []struct {
		name string
		op   *chain.Signed
		want error
	}{
		{"known", first, chain.ErrKnown},
		{"another patient", data(func(op *chain.Op) { op.Patient[0] ^= 1 }), chain.ErrGenesis},
		{"a number left out", data(func(op *chain.Op) { op.DSeq++ }), chain.ErrGap},
		{"an unknown predecessor", data(func(op *chain.Op) { op.PrevDev[0] ^= 1 }), chain.ErrGap},
		{"no predecessor", data(func(op *chain.Op) { op.PrevDev = chain.Hash{} }), chain.ErrGap},
		{"the predecessor of another device", data(func(op *chain.Op) { op.PrevDev = bruno.ID() }), chain.ErrGap},
		{"the predecessor of another device, of the right number", data(func(op *chain.Op) { op.DSeq, op.PrevDev, op.Deps = bruno.DSeq+1, bruno.ID(), nil }), chain.ErrGap},
		{"an older predecessor", data(func(op *chain.Op) { op.PrevDev = first.ID() }), chain.ErrGap},
		{"a first one with a predecessor", change(f.join(f.chloe), chain.Data, nil, func(op *chain.Op) { op.PrevDev = first.ID() }), chain.ErrGap},
		{"number zero", change(f.join(f.chloe), chain.Data, nil, func(op *chain.Op) { op.DSeq = 0 }), chain.ErrGap},
		{"an unknown dependency", data(func(op *chain.Op) { op.Deps = []chain.Hash{{1}} }), chain.ErrGap},
		{"a dependency on itself", data(func(op *chain.Op) { op.Deps = []chain.Hash{first.ID()} }), chain.ErrGap},
		{"a stranger", outside.signed(outside.next(chain.Data, nil)), chain.ErrStranger},
		{"a stranger who admits themselves", outside.signed(outside.next(chain.Member, outside.member(true, stranger.as(chain.Guardian)))), chain.ErrStranger},
		{"an altered signature", &forged, chain.ErrSignature},
		{"another operation's signature", &reused, chain.ErrSignature},
		{"another device's signature", outside.signed(f.next(chain.Data, nil)), chain.ErrSignature},
		{"a member that is none", f.signed(f.next(chain.Member, []byte{0x80})), chain.ErrEncoding},
		{"a rotation that is none", f.signed(f.next(chain.Rotate, []byte{0xf6})), chain.ErrEncoding},
		{"an erasure that is none", f.signed(f.next(chain.Erase, nil)), chain.ErrEncoding},
		{"a second genesis", change(f.replica, chain.Genesis, f.ops[0].Clear, func(*chain.Op) {}), chain.ErrGenesis},
		{"a second genesis of another", change(f.join(f.chloe), chain.Genesis, f.ops[0].Clear, func(*chain.Op) {}), chain.ErrGenesis},
		{"a genesis that is none", change(f.replica, chain.Genesis, []byte{1}, func(*chain.Op) {}), chain.ErrEncoding},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			members, heads, devices := f.Members(), f.Heads(f.anne.id), len(f.Tips())
			counts, recount, err := f.Append(test.op, false)
			if !errors.Is(err, test.want) || counts || recount {
				t.Errorf("got %t, %t, %v, want %v", counts, recount, err, test.want)
			}
			if dseq, id := f.Last(f.anne.id); dseq != second.DSeq || id != second.ID() {
				t.Errorf("the last operation is now number %d", dseq)
			}
			if !sameMembers(members, f.Members()) || !slices.Equal(heads, f.Heads(f.anne.id)) || devices != len(f.Tips()) {
				t.Error("the chain has changed")
			}
			if test.want != chain.ErrKnown && (f.Has(test.op.ID()) || f.Counts(test.op.ID())) {
				t.Error("the operation is in the chain")
			}
		})
	}
	f.must(chain.Data, nil) // and goes on
}

// Trusted operations were proved by hash: only the signature is left out.
func TestAppendTrusted(t *testing.T) {
	f := newFamily(t)
	op := *f.signed(f.next(chain.Data, nil))
	op.Sig[0] ^= 1
	if counts, _, err := f.Append(&op, true); err != nil || !counts {
		t.Errorf("trusted: %t, %v", counts, err)
	}
	outside := f.join(newDevice(t, "stranger", "stranger"))
	if _, _, err := f.Append(outside.signed(outside.next(chain.Data, nil)), true); !errors.Is(err, chain.ErrStranger) {
		t.Errorf("a stranger, trusted: %v", err)
	}
}

func TestGenesis(t *testing.T) {
	anne, kit, other := newDevice(t, "anne", "anne"), newDevice(t, "anne's kit", "anne"), newDevice(t, "bruno", "bruno")
	unusable, low := kit.kit(chain.Guardian), anne.as(chain.Guardian)
	unusable.HPKE = []byte("short")
	low.HPKE = lowOrder(anne)
	tests := []struct {
		name   string
		signer *device
		clear  chain.GenesisClear
		edit   func(*chain.Op)
		want   error
	}{
		{name: "right", signer: anne},
		{name: "signed by another", signer: other, want: chain.ErrGenesis},
		{name: "the first is a kit", signer: anne, clear: chain.GenesisClear{First: anne.kit(chain.Guardian)}, want: chain.ErrGenesis},
		{name: "the kit is none", signer: anne, clear: chain.GenesisClear{Kit: kit.as(chain.Guardian)}, want: chain.ErrGenesis},
		{name: "the kit of another", signer: anne, clear: chain.GenesisClear{Kit: other.kit(chain.Guardian)}, want: chain.ErrGenesis},
		{name: "the kit in another role", signer: anne, clear: chain.GenesisClear{Kit: kit.kit(chain.Holder)}, want: chain.ErrGenesis},
		{name: "a kit that nothing can be sealed to", signer: anne, clear: chain.GenesisClear{Kit: unusable}, want: chain.ErrGenesis},
		{name: "a first device that nothing can be sealed to", signer: anne, clear: chain.GenesisClear{First: low}, want: chain.ErrGenesis},
		{name: "another clear half", signer: anne, edit: func(op *chain.Op) { op.Patient[0] ^= 1 }, want: chain.ErrGenesis},
		{name: "number two", signer: anne, edit: func(op *chain.Op) { op.DSeq = 2 }, want: chain.ErrGap},
		{name: "with a dependency", signer: anne, edit: func(op *chain.Op) { op.Deps = []chain.Hash{{1}} }, want: chain.ErrGap},
		{name: "not a genesis", signer: anne, edit: func(op *chain.Op) { op.Kind = chain.Member }, want: chain.ErrGap},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := test.clear
			if g.First.HPKE == nil {
				g.First = anne.as(chain.Guardian)
			}
			if g.Kit.HPKE == nil {
				g.Kit = kit.kit(chain.Guardian)
			}
			clear := encode(t, &g)
			op := chain.Op{V: chain.Version, Kind: chain.Genesis, Patient: chain.PatientID(clear), Device: test.signer.id, DSeq: 1, Clear: clear}
			if test.edit != nil {
				test.edit(&op)
			}
			s, err := chain.Sign(op, test.signer.signature)
			if err != nil {
				t.Fatal(err)
			}
			c := chain.New(op.Patient)
			counts, recount, err := c.Append(s, false)
			if !errors.Is(err, test.want) || counts != (test.want == nil) || recount {
				t.Fatalf("got %t, %t, %v", counts, recount, err)
			}
			if want := 2; test.want == nil && len(c.Members()) != want {
				t.Errorf("%d members", len(c.Members()))
			}
			if test.want != nil && (len(c.Members()) != 0 || len(c.Tips()) != 0) {
				t.Error("the chain is not empty")
			}
		})
	}
	wrong := *begin(t, anne, kit, chain.Guardian).ops[0]
	wrong.Sig[1] ^= 1
	if _, _, err := chain.New(wrong.Patient).Append(&wrong, false); !errors.Is(err, chain.ErrSignature) {
		t.Errorf("an altered signature: %v", err)
	}
}

// lowOrder is a device's HPKE key with an X25519 half that no secret agrees
// with: it reads as a key, and sealing to it fails.
func lowOrder(d *device) []byte {
	b := slices.Clone(d.hpke)
	clear(b[len(b)-32:])
	return b
}

// The household's chain has no patient to be named after: its genesis is pinned.
func TestHousehold(t *testing.T) {
	anne, kit, bruno := newDevice(t, "anne", "anne"), newDevice(t, "anne's kit", "anne"), newDevice(t, "bruno", "bruno")
	clear := encode(t, &chain.GenesisClear{First: anne.as(0), Kit: kit.kit(0)})
	r := &replica{t: t, dev: anne, Chain: chain.NewHousehold(chain.Hash{}), clock: new(uint64)}
	genesis := r.must(chain.Genesis, clear)

	if _, _, err := chain.NewHousehold(genesis.ID()).Append(genesis, false); err != nil {
		t.Errorf("the pinned genesis: %v", err)
	}
	if _, _, err := chain.NewHousehold(chain.Hash{1}).Append(genesis, false); !errors.Is(err, chain.ErrGenesis) {
		t.Errorf("another than the pinned genesis: %v", err)
	}
	if _, _, err := chain.New(chain.ID{1}).Append(genesis, false); !errors.Is(err, chain.ErrGenesis) {
		t.Errorf("in a patient's chain: %v", err)
	}
	// Any member admits others.
	r.must(chain.Member, r.member(true, bruno.as(0)))
	second := &replica{t: t, dev: bruno, Chain: chain.NewHousehold(genesis.ID()), clock: r.clock}
	second.pull(r)
	chloe := newDevice(t, "chloe", "chloe")
	second.must(chain.Member, second.member(true, chloe.as(0)))
	second.must(chain.Data, nil)
	second.isMembers(anne, kit, bruno, chloe)

	bad := newDevice(t, "bad", "bad").as(0)
	bad.HPKE = nil
	if second.try(chain.Member, second.member(true, bad)) {
		t.Error("admitted a device that nothing can be sealed to")
	}
}

func TestHeads(t *testing.T) {
	f := newFamily(t)
	c := f.asChloe
	heads := func(r *replica, want ...*chain.Signed) {
		t.Helper()
		got := r.Heads(r.dev.id)
		if len(got) != len(want) {
			t.Errorf("%s has %d heads, want %d", r.dev.name, len(got), len(want))
			return
		}
		for _, op := range want {
			if !slices.Contains(got, op.ID()) {
				t.Errorf("%s lacks a head", r.dev.name)
			}
		}
	}
	start := f.ops[len(f.ops)-1]
	heads(f.replica)
	heads(f.asBruno, start)
	b1 := f.asBruno.must(chain.Data, nil)
	heads(f.asBruno) // covered by its own
	c.take(b1)
	heads(c, b1) // start is covered by b1
	a1 := f.must(chain.Data, nil)
	c.take(a1)
	heads(c, a1, b1) // at once
	c1 := c.must(chain.Data, nil)
	heads(c)
	f.take(b1)
	f.take(c1)
	heads(f.replica, c1) // b1 is covered by c1
	a2 := f.must(chain.Data, nil)
	c.take(a2)
	heads(c, a2)
	f.asBruno.take(a1)
	f.asBruno.take(c1)
	heads(f.asBruno, c1)
	heads(f.join(f.denis), a2) // everything else is covered
}

func TestQueries(t *testing.T) {
	f := newFamily(t)
	if dseq, id := f.Last(f.bruno.id); dseq != 0 || id != (chain.Hash{}) {
		t.Errorf("a device that wrote nothing has number %d", dseq)
	}
	if d := f.Tips(); len(d) != 1 || d[0].Device != f.anne.id {
		t.Errorf("%d devices have written", len(d))
	}
	if e, ok := f.Entry(f.chloe.id); !ok || e.Role != chain.CarerAdds || e.Keyholder != f.chloe.person {
		t.Errorf("chloe is %v, %t", e.Role, ok)
	}
	if _, ok := f.Entry(chain.ID{}); ok {
		t.Error("an entry of nobody")
	}
	f.must(chain.Member, f.member(false, f.chloe.as(chain.CarerAdds)))
	if _, ok := f.Entry(f.chloe.id); !ok {
		t.Error("who was a member is forgotten")
	}
	if f.Counts(chain.Hash{1}) || f.Has(chain.Hash{1}) {
		t.Error("an operation that is not here")
	}
	// Members is the caller's to change.
	clear(f.Members())
	if len(f.Members()) == 0 {
		t.Error("the chain lost its members")
	}
}

// TestTwoHistories: a file was copied and its device wrote in both copies. Both
// histories stand, in any order, and what comes after them has seen both.
func TestTwoHistories(t *testing.T) {
	f := newFamily(t)
	copied := f.join(f.anne)
	a, b := f.must(chain.Data, nil), copied.must(chain.Data, nil)
	a2, b2, b3 := f.must(chain.Data, nil), copied.must(chain.Data, nil), copied.must(chain.Data, nil)
	f.pull(copied)
	copied.pull(f.replica)
	for i, r := range []*replica{f.replica, copied} {
		for _, op := range []*chain.Signed{a, a2, b, b2, b3} {
			if !r.Counts(op.ID()) {
				t.Errorf("replica %d: number %d does not count", i, op.DSeq)
			}
		}
		if _, last := r.Last(f.anne.id); last != b3.ID() {
			t.Errorf("replica %d does not go on with the longer history", i)
		}
		if heads := r.Heads(f.anne.id); !slices.Equal(heads, []chain.Hash{a2.ID()}) {
			t.Errorf("replica %d: the next one names %d others", i, len(heads))
		}
	}
	// A removal that has seen one history only takes the other one's effect.
	half := f.join(f.elise)
	late := f.join(f.anne)
	half.must(chain.Member, half.member(false, f.anne.as(chain.Guardian)))
	c := late.must(chain.Data, nil)
	next := f.must(chain.Data, nil)
	f.pull(half)
	f.pull(late)
	if f.Counts(c.ID()) || f.Counts(next.ID()) || !f.Counts(b3.ID()) || !f.Counts(a2.ID()) {
		t.Error("a removal does not part what it had seen from what it had not")
	}
}
